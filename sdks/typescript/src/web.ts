import type { Json, JsonObject } from '@featureflags/core';

import {
  detailsOf,
  failed,
  typed,
  wantedBy,
  type Answer,
  type Details,
  type Wanted,
  type Widened,
} from './details.ts';
import { readableContext, type Attributes } from './plain.ts';
import { reasonOf, type Reports } from './reports.ts';
import { changedAnswers, restored, store, type Answers } from './web-answers.ts';
import { Following } from './web-following.ts';
import { readWebOptions, type WebOptions, type WebSettings } from './web-options.ts';

export type { Json, JsonObject } from '@featureflags/core';
export type { Answer, Details, ErrorCode, Reason, Wanted, Widened } from './details.ts';
export type { Attributes } from './plain.ts';
export type { Logger } from './reports.ts';
export type { WebOptions } from './web-options.ts';

/** What listeners are told: the keys whose answers are other than before, sorted. */
export interface WebChange {
  readonly flags: readonly string[];
}

/** How a web client is. */
export interface WebStatus {
  readonly state: 'starting' | 'ready' | 'closed';
  readonly source: 'none' | 'storage' | 'network';
  /** What is wrong now, in words. */
  readonly error?: string;
}

/**
 * Holds what the server evaluated for one context, and keeps it current. No rule reaches the page.
 * Calls that give a value answer from memory; none throws.
 */
export class WebClient {
  readonly #settings: WebSettings;
  readonly #reports: Reports;
  readonly #following: Following | undefined;
  readonly #listeners = new Set<(change: WebChange) => void>();
  readonly #waiting = new Set<() => void>();
  #context: JsonObject;
  #answers: Answers | undefined;
  #isClosed = false;

  /** Does no network I/O. @param url base address of the server */
  constructor(url: string | URL, options: WebOptions = {}) {
    const { settings, endpoint, reports } = readWebOptions(url, options);
    this.#settings = settings;
    this.#reports = reports;
    this.#context = settings.context;
    if (endpoint === undefined) return;
    const visitor = { ...endpoint, context: this.#context };
    if (settings.persist) this.#answers = restored(visitor);
    this.#following = new Following(endpoint, settings.ttl, {
      reports,
      answers: () => this.#answers,
      context: () => this.#context,
      take: (answers, text) => {
        if (settings.persist) store({ ...endpoint, context: this.#context }, text, reports);
        this.#take(answers);
      },
    });
  }

  /** True if a boolean flag is on; false of any other flag, and if anything is wrong. */
  isEnabled(key: string): boolean {
    return this.boolean(key, false);
  }

  /** The value of a boolean flag, or the default. */
  boolean(key: string, fallback: boolean): boolean {
    return this.#resolve(key, fallback, 'boolean').value;
  }

  /** The value of a string flag, or the default. */
  string(key: string, fallback: string): string {
    return this.#resolve(key, fallback, 'string').value;
  }

  /** The value of a number flag, or the default. */
  number(key: string, fallback: number): number {
    return this.#resolve(key, fallback, 'number').value;
  }

  /** The value of an object flag, or the default. Do not change it. */
  object<T extends object = JsonObject>(key: string, fallback: T): T {
    return this.#resolve(key, fallback, 'object').value;
  }

  /**
   * The value with everything known about it.
   * @param wanted the type asked for, where it is not that of the default
   */
  details<T>(key: string, fallback: T, wanted: Wanted = wantedBy(fallback)): Details<Widened<T>> {
    return this.#resolve(key, fallback, wanted) as Details<Widened<T>>;
  }

  /** Every flag with what it serves; one that cannot be evaluated has no value. */
  all(): Record<string, Details<Json | undefined>> {
    const answers = [...(this.#answers?.flags.values() ?? [])];
    return Object.fromEntries(
      answers.map((answer) => [answer.key, detailsOf(answer, undefined, CURRENT)]),
    );
  }

  /**
   * Asks for another context. Until the answer comes the values are those of the one before.
   * @returns true when it has come, false if it cannot be had now: it is tried again by itself
   */
  async setContext(context: Attributes): Promise<boolean> {
    const made = readableContext(context);
    if (made === undefined) {
      this.#reports.once(
        'setContext takes an object of attributes: the context stays as it was.',
        'error',
      );
      return false;
    }
    this.#context = made;
    return (await this.#following?.refresh()) ?? false;
  }

  /** Calls after answers that are other than before; returns how to stop. */
  onChange(listener: (change: WebChange) => void): () => void {
    const own = (change: WebChange): void => {
      listener(change);
    };
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** How the client is. */
  status(): WebStatus {
    const { current: error } = this.#reports;
    const state = this.#answers === undefined ? 'starting' : 'ready';
    return {
      state: this.#isClosed ? 'closed' : state,
      source: this.#answers?.source ?? 'none',
      ...(error === undefined ? {} : { error }),
    };
  }

  /** Waits until there are answers; false if there are none after so many milliseconds. */
  async waitUntilReady(timeout: number): Promise<boolean> {
    if (this.#answers !== undefined || this.#isClosed) return this.#answers !== undefined;
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(finish);
        resolve(this.#answers !== undefined);
      };
      const isTime = typeof timeout === 'number' && timeout >= 0;
      const timer = setTimeout(finish, isTime ? Math.min(timeout, MAX_TIME) : 0);
      this.#waiting.add(finish);
    });
  }

  /** Ends connections and timers. The last answers go on serving. */
  close(): void {
    this.#isClosed = true;
    this.#following?.end();
    this.#listeners.clear();
    for (const finish of this.#waiting) finish();
  }

  #take(answers: Answers): void {
    const flags = changedAnswers(this.#answers, answers);
    this.#answers = answers;
    for (const finish of this.#waiting) finish();
    if (flags.length === 0) return;
    // A list of its own: a listener that is added meanwhile, perhaps by another, hears of the next.
    const listeners = [...this.#listeners];
    for (const listener of listeners) {
      if (!this.#listeners.has(listener)) continue;
      try {
        listener({ flags });
      } catch (error) {
        const message = `a listener of onChange threw: ${reasonOf(error)}`;
        this.#reports.once(message, 'error', 'a listener of onChange threw');
      }
    }
  }

  #resolve<T>(key: string, fallback: T, wanted: Wanted): Details<T> {
    return detailsOf(typed(this.#answer(key), wanted), fallback, CURRENT);
  }

  #answer(key: string): Answer {
    if (this.#answers === undefined) {
      return failed(
        key,
        'PROVIDER_NOT_READY',
        'there are no answers yet: wait with waitUntilReady',
      );
    }
    const { environment = 'the server' } = this.#settings;
    const name = typeof key === 'string' ? key : `of type ${typeof key}`;
    const missing = `there is no flag ${name} in ${environment}`;
    return this.#answers.flags.get(key) ?? failed(key, 'FLAG_NOT_FOUND', missing);
  }
}

const CURRENT = { stale: false } as const;
/** The longest that timers take. */
const MAX_TIME = 2 ** 31 - 1;
