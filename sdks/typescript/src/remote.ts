import type { Json, JsonObject } from '@featureflags/core';

import { Asking, type Known } from './asking.ts';
import {
  detailsOf,
  failed,
  isServed,
  typed,
  wantedBy,
  type Answer,
  type Details,
  type Wanted,
  type Widened,
} from './details.ts';
import type { Explained } from './evaluator.ts';
import { FLAGS_PATH } from './ofrep.ts';
import { readBy, RULES, timeFrom, USUAL, type Options } from './options.ts';
import { sentContext, TooLarge, type Attributes } from './plain.ts';
import { platformIn } from './platform.ts';
import { BULK, enabledReading, explainedReading, itemReading } from './remote-readings.ts';
import { reasonOf, Reports } from './reports.ts';

/** How a remote client is set up; times are in milliseconds. */
export interface RemoteOptions extends Pick<Options, 'token' | 'environment' | 'logger'> {
  /** How long an answer is kept; usually 30,000. 0 keeps nothing. */
  readonly ttl?: number;
  /** How long a call waits for the server; usually 2,000. */
  readonly timeout?: number;
}

const REMOTE_RULES = {
  url: RULES.url,
  token: RULES.token,
  environment: RULES.environment,
  logger: RULES.logger,
  ttl: timeFrom(0),
  timeout: timeFrom(1),
};
const { url, token, environment, logger } = USUAL;
const REMOTE_USUAL = { url, token, environment, logger, ttl: 30_000, timeout: 2000 };

/**
 * Asks the server for every evaluation: for short scripts, and where rules must not be held. Calls
 * wait for the network, at most `timeout`; none throws.
 */
export class RemoteClient {
  readonly #asking: Asking | undefined;
  readonly #reports: Reports;

  /** @param address base address of the server */
  constructor(address: string | URL, options: RemoteOptions = {}) {
    const mistakes: string[] = [];
    const given = { ...options, url: address };
    const settings = readBy(REMOTE_RULES, REMOTE_USUAL, given, mistakes);
    const platform = platformIn(options);
    this.#reports = new Reports(platform.now);
    this.#reports.add(settings.logger);
    for (const mistake of mistakes) this.#reports.mistake(mistake);
    if (settings.url === undefined) return;
    const endpoint = { ...settings, url: settings.url, platform };
    this.#asking = new Asking(endpoint, settings.ttl, this.#reports);
  }

  /**
   * True if the flag is on for a user; false if anything is wrong. A flag of another type than
   * boolean is on if it is enabled and does not serve its `off` variant.
   */
  async isEnabled(
    key: string,
    userId?: string | number | null,
    attributes?: Attributes,
  ): Promise<boolean> {
    const { answer } = await this.#known(key, attributes, async (asking, made) => {
      const isGiven = userId !== undefined && userId !== null;
      const context = isGiven ? sentContext({ ...made, targetingKey: userId }) : made;
      return asking.ask('/evaluate', { flag: key, context }, enabledReading(key));
    });
    return answer.value === true;
  }

  /** The value of a boolean flag, or the default. */
  async boolean(key: string, fallback: boolean, context?: Attributes): Promise<boolean> {
    return (await this.#details(key, fallback, context, 'boolean')).value;
  }

  /** The value of a string flag, or the default. */
  async string(key: string, fallback: string, context?: Attributes): Promise<string> {
    return (await this.#details(key, fallback, context, 'string')).value;
  }

  /** The value of a number flag, or the default. */
  async number(key: string, fallback: number, context?: Attributes): Promise<number> {
    return (await this.#details(key, fallback, context, 'number')).value;
  }

  /** The value of an object flag, or the default. It is kept: do not change it. */
  async object<T extends object = JsonObject>(
    key: string,
    fallback: T,
    context?: Attributes,
  ): Promise<T> {
    return (await this.#details(key, fallback, context, 'object')).value;
  }

  /** The value with everything known about it. The type of `fallback` is the type asked for. */
  async details<T>(key: string, fallback: T, context?: Attributes): Promise<Details<Widened<T>>> {
    const details = await this.#details(key, fallback, context, wantedBy(fallback));
    return details as Details<Widened<T>>;
  }

  /** The result of an evaluation with each step that led to it. */
  async explain(key: string, context?: Attributes): Promise<Explained> {
    const { answer } = await this.#known<Explained | Answer>(key, context, async (asking, made) =>
      asking.ask('/evaluate', { flag: key, context: made, explain: true }, explainedReading(key)),
    );
    return 'result' in answer ? answer : { result: answer, trace: [] };
  }

  /** What a context gets of every flag; empty if the server cannot be asked. */
  async all(context?: Attributes): Promise<Record<string, Details<Json | undefined>>> {
    try {
      const made = sentContext(context);
      if (made === undefined || this.#asking === undefined) return {};
      const known = await this.#asking.ask(FLAGS_PATH, { context: made }, BULK);
      const answers = known.answer.values();
      const entries = [...answers].map(
        (answer) => [answer.key, detailed({ ...known, answer }, undefined, 'any')] as const,
      );
      return Object.fromEntries(entries);
    } catch {
      // A problem of the server has been reported where it arose.
      return {};
    }
  }

  async #details<T>(
    key: string,
    fallback: T,
    context: unknown,
    wanted: Wanted,
  ): Promise<Details<T>> {
    const known = await this.#known(key, context, async (asking, made) => {
      const path = `${FLAGS_PATH}/${encodeURIComponent(key)}`;
      return asking.ask(path, { context: made }, itemReading(key));
    });
    return detailed(known, fallback, wanted);
  }

  /** What the server knows; what is wrong is an answer too, whatever the arguments are. */
  async #known<T>(
    key: string,
    given: unknown,
    ask: (asking: Asking, context: JsonObject) => Promise<Known<T>>,
  ): Promise<Known<T | Answer>> {
    try {
      const context = sentContext(given);
      if (this.#asking === undefined) {
        return wrong(failed(key, 'PROVIDER_NOT_READY', 'there is no url that can be used'));
      }
      if (context === undefined) {
        return wrong(failed(key, 'INVALID_CONTEXT', 'the context must be an object of attributes'));
      }
      return await ask(this.#asking, context);
    } catch (error) {
      const code = error instanceof TooLarge ? 'INVALID_CONTEXT' : 'GENERAL';
      return wrong(failed(key, code, reasonOf(error)));
    }
  }
}

function wrong(answer: Answer): Known<Answer> {
  return { answer, age: 0, isStale: false };
}

function detailed<T>(
  { answer, age, isStale }: Known<Answer>,
  fallback: T,
  wanted: Wanted,
): Details<T> {
  const judged = typed(answer, wanted);
  const isMarked = isStale && isServed(judged);
  const told: Answer = isMarked ? { ...judged, reason: 'STALE' } : judged;
  return detailsOf(told, fallback, { age, stale: isStale });
}
