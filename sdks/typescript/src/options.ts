import type { JsonObject } from '@featureflags/core';

import { reasonOf, type Logger } from './reports.ts';

/** How a client is set up. All of it is optional; times are in milliseconds. */
export interface Options {
  /** Base address of the server; a path in it is kept, as in `https://host/flags`. */
  readonly url?: string | URL;
  /** Sent as `Authorization: Bearer`; never logged, never on disk. */
  readonly token?: string;
  /** Which environment's flags; usually the server's own choice. */
  readonly environment?: string;
  /** `streaming` hears of changes at once (usual); `polling` asks every `ttl`. */
  readonly mode?: 'streaming' | 'polling';
  /** In polling mode the time between two polls, at least 100; usually 30,000. */
  readonly ttl?: number;
  /** The age from which a snapshot is stale; usually none is. */
  readonly maxAge?: number;
  /**
   * What a stale snapshot does: `serve` (usual); `mark`: serve with reason `STALE`; `default`: the
   * caller's default with reason `ERROR`.
   */
  readonly stalePolicy?: 'serve' | 'mark' | 'default';
  /** For connecting, and for a whole answer that is no stream; usually 10,000. */
  readonly timeout?: number;
  /** Folder of the copy on disk; `false` for none. Usually in the user's cache folder. */
  readonly cache?: string | false;
  /** A snapshot, or the path of a file with one, used until there is a better one. */
  readonly bootstrap?: string | JsonObject;
  /** A snapshot, the path of one, or the path of a flags file (`.yml`, `.yaml`): no network at all. */
  readonly offline?: string | JsonObject;
  /** True to obey `FF_OVERRIDES` in production too. */
  readonly allowOverrides?: boolean;
  /** True to count exposures and conversions and to send them to the server. */
  readonly events?: boolean;
  /** Gets warnings and errors, each once; usually `console`. */
  readonly logger?: Logger;
}

/** Options that have been read: each is there, or undefined where there is nothing usual. */
export interface Settings {
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly environment: string | undefined;
  readonly mode: 'streaming' | 'polling';
  readonly ttl: number;
  readonly maxAge: number | undefined;
  readonly stalePolicy: 'serve' | 'mark' | 'default';
  readonly timeout: number;
  readonly cache: string | false | undefined;
  readonly bootstrap: string | JsonObject | undefined;
  readonly offline: string | JsonObject | undefined;
  readonly allowOverrides: boolean;
  readonly events: boolean;
  readonly logger: Logger;
}

export const USUAL: Settings = {
  url: undefined,
  token: undefined,
  environment: undefined,
  mode: 'streaming',
  ttl: 30_000,
  maxAge: undefined,
  stalePolicy: 'serve',
  timeout: 10_000,
  cache: undefined,
  bootstrap: undefined,
  offline: undefined,
  allowOverrides: false,
  events: false,
  logger: console,
};

/** What a value must be, in words and as a test. */
export interface Rule {
  readonly wants: string;
  readonly accepts: (value: unknown) => boolean;
}

const TEXT: Rule = { wants: 'a text that is not empty', accepts: isText };
export const BOOLEAN: Rule = {
  wants: 'true or false',
  accepts: (value) => typeof value === 'boolean',
};
const SNAPSHOT: Rule = {
  wants: 'a snapshot or the path of a file',
  accepts: (value) => isText(value) || isObject(value),
};

export const RULES: Readonly<Record<keyof Options, Rule>> = {
  url: { wants: 'an http or https address without user, query and fragment', accepts: isAddress },
  token: { wants: 'a text of visible ASCII characters', accepts: isToken },
  environment: TEXT,
  mode: oneOf('streaming', 'polling'),
  ttl: timeFrom(100),
  maxAge: timeFrom(0),
  stalePolicy: oneOf('serve', 'mark', 'default'),
  timeout: timeFrom(1),
  cache: { wants: 'a folder or false', accepts: (value) => value === false || isText(value) },
  bootstrap: SNAPSHOT,
  offline: SNAPSHOT,
  allowOverrides: BOOLEAN,
  events: BOOLEAN,
  logger: { wants: 'an object with the methods warn and error', accepts: isLogger },
};

/** Reads options. What is wrong goes to `mistakes`, and what is usual stands in for it. */
export function readOptions(options: unknown, mistakes: string[]): Settings {
  return readBy(RULES, USUAL, options, mistakes);
}

/** The same for other options. @param rules one for each option that there is */
export function readBy<T extends object>(
  rules: Readonly<Record<string, Rule>>,
  usual: T,
  options: unknown,
  mistakes: string[],
): T {
  if (!isObject(options)) {
    mistakes.push(`the options must be an object, got ${shown(options)}. The usual ones are used.`);
    return usual;
  }
  const settings = { ...usual } as Record<string, unknown>;
  for (const [name, value] of membersOf(options, mistakes)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) mistakes.push(unknownOption(name, Object.keys(rules)));
    else if (value === undefined) continue;
    else if (rule.accepts(value)) settings[name] = name === 'url' ? trimmed(value) : value;
    else mistakes.push(wrongOption(name, value, rule, settings[name]));
  }
  return settings as T;
}

/** The options that can be read: an object can throw at whoever looks at it. */
function membersOf(options: object, mistakes: string[]): [string, unknown][] {
  try {
    return Object.entries(options);
  } catch (error) {
    mistakes.push(`the options cannot be read: ${reasonOf(error)}. The usual ones are used.`);
    return [];
  }
}

function unknownOption(name: string, names: readonly string[]): string {
  return `there is no option ${JSON.stringify(name)}; there are ${names.join(', ')}. It has no effect.`;
}

function wrongOption(name: string, value: unknown, { wants }: Rule, usual: unknown): string {
  // A token is a secret, also one that is spelled wrong, stands in the address or in its place.
  const got = name === 'token' ? 'another' : name === 'url' ? shownAddress(value) : shown(value);
  const isNamed = ['string', 'number', 'boolean'].includes(typeof usual);
  const instead = isNamed ? `${shown(usual)} is used` : 'it is as if it were left out';
  return `the option ${name} must be ${wants}, got ${got}: ${instead}.`;
}

/** The base that paths are put behind: as it was given, without a slash at its end. */
function trimmed(value: unknown): string {
  return String(value).replace(/\/+$/, '');
}

function oneOf(...words: readonly string[]): Rule {
  const wants = words.map((word) => JSON.stringify(word)).join(' or ');
  return { wants, accepts: (value) => words.includes(value as string) };
}

export function timeFrom(least: number): Rule {
  return {
    wants: `a number of milliseconds from ${String(least)} up`,
    accepts: (value) => typeof value === 'number' && value >= least && Number.isFinite(value),
  };
}

function isAddress(value: unknown): boolean {
  if (!isText(value) && !(value instanceof URL)) return false;
  try {
    const { protocol, username, password, search, hash } = new URL(String(value));
    return /^https?:$/.test(protocol) && username + password + search + hash === '';
  } catch {
    return false;
  }
}

/** What can stand in a header. */
function isToken(value: unknown): boolean {
  return isText(value) && /^[!-~]+$/.test(String(value));
}

function isLogger(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { warn, error } = value as Partial<Record<keyof Logger, unknown>>;
  return typeof warn === 'function' && typeof error === 'function';
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of an address what cannot be a secret: users, queries and texts that are none can hold tokens. */
function shownAddress(value: unknown): string {
  if (typeof value !== 'string' && !(value instanceof URL)) return shown(value);
  const { protocol, host } = URL.canParse(String(value)) ? new URL(value) : NO_ADDRESS;
  return host === '' ? 'another text' : shown(`${protocol}//${host}`);
}

const NO_ADDRESS = { protocol: '', host: '' };

/** A wrong value as a message shows it. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'a list' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value);
}
