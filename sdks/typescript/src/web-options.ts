import type { JsonObject } from '@featureflags/core';

import type { Endpoint } from './http.ts';
import { BOOLEAN, readBy, RULES, timeFrom, USUAL, type Options } from './options.ts';
import { isObject, readableContext, type Attributes } from './plain.ts';
import { platformIn, type Platform } from './platform.ts';
import { Reports } from './reports.ts';

/** How a web client is set up; times are in milliseconds. */
export interface WebOptions extends Pick<Options, 'token' | 'environment' | 'timeout' | 'logger'> {
  /** Who asks: the `targetingKey` beside the attributes. */
  readonly context?: Attributes;
  /** True to keep the last answers in `localStorage` for the next visit; usually they are not. */
  readonly persist?: boolean;
  /** How often it is asked where streams do not get through; usually 30,000, at least 1,000. */
  readonly ttl?: number;
}

/** Options that have been read. */
export interface WebSettings extends Required<
  Omit<WebOptions, 'context' | 'token' | 'environment'>
> {
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly environment: string | undefined;
  readonly context: JsonObject;
}

const { url, token, environment, logger, timeout } = USUAL;
const WEB_USUAL = {
  url,
  token,
  environment,
  logger,
  timeout,
  context: {},
  persist: false,
  ttl: 30_000,
};
const WEB_RULES = {
  url: RULES.url,
  token: RULES.token,
  environment: RULES.environment,
  logger: RULES.logger,
  timeout: RULES.timeout,
  context: { wants: 'an object of attributes', accepts: isObject },
  persist: BOOLEAN,
  ttl: timeFrom(1000),
};

/** What a web client is made of. */
export interface WebMeans {
  readonly settings: WebSettings;
  /** Undefined if there is no address that can be used. */
  readonly endpoint: Endpoint | undefined;
  readonly platform: Platform;
  readonly reports: Reports;
}

/** Reads the options; what is wrong is reported. */
export function readWebOptions(address: string | URL, options: WebOptions): WebMeans {
  const mistakes: string[] = [];
  const read = readBy(WEB_RULES, WEB_USUAL, { ...options, url: address }, mistakes);
  const context = readableContext(read.context);
  if (context === undefined)
    mistakes.push('the option context cannot be read: it is as if it were left out.');
  const settings = { ...read, context: context ?? {} };
  const platform = platformIn(options);
  const reports = new Reports(platform.now);
  reports.add(settings.logger);
  for (const mistake of mistakes) reports.mistake(mistake);
  const { url: base } = settings;
  const endpoint = base === undefined ? undefined : { ...settings, url: base, platform };
  return { settings, endpoint, platform, reports };
}
