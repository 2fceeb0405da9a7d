import type { Json, JsonObject } from '@featureflags/core';

import type { Attributes } from './plain.ts';
import { wantedBy, type Details, type Wanted, type Widened } from './details.ts';
import { Evaluator, type Explained } from './evaluator.ts';
import { Events } from './events.ts';
import type { ChangeListener, Origin } from './holder.ts';
import { readOptions, type Options, type Settings } from './options.ts';
import { Overrides, type Values } from './overrides.ts';
import { platformIn, type Platform } from './platform.ts';
import { whenReady } from './ready.ts';
import { openSource, type Source } from './source.ts';
import { watchStaleness } from './staleness.ts';

/** How a client is. */
export interface Status {
  readonly state: 'starting' | 'ready' | 'stale' | 'closed';
  /** Of the snapshot in use; left out while there is none. */
  readonly version?: number;
  /** Milliseconds since the snapshot was last known to be current; left out offline. */
  readonly age?: number;
  readonly source: Origin | 'none';
  /** What is wrong now, in words. */
  readonly error?: string;
  /** Entries of events that were given up because too many waited. */
  readonly droppedEvents: number;
}

/**
 * Evaluates feature flags in this process, from a snapshot that it keeps current. No call throws,
 * and none that gives a value waits for anything: what is wrong becomes the caller's default.
 */
export class FeatureClient {
  readonly #settings: Settings;
  readonly #platform: Platform;
  readonly #source: Source;
  readonly #overrides: Overrides;
  readonly #events: Events | undefined;
  readonly #evaluator: Evaluator;
  /** What ends with the client: listeners, and who waits for it to be ready. */
  readonly #ends = new Set<() => void>();
  #closing: Promise<void> | undefined;

  /**
   * Does no network I/O; reads the copy on disk, if there is one. What is wrong with the arguments
   * is logged, and the defaults serve.
   * @param url base address of the server, or options with or without one
   */
  constructor(url: string | URL | Options, options: Options = {}) {
    const isAddress = typeof url === 'string' || url instanceof URL;
    const given: unknown = isAddress ? withUrl(url, options) : url;
    const mistakes: string[] = [];
    this.#settings = readOptions(given, mistakes);
    this.#platform = platformIn(given);
    this.#source = openSource(this.#settings, this.#platform, mistakes);
    const { holder, endpoint } = this.#source;
    const { events, allowOverrides } = this.#settings;
    this.#events = events && endpoint ? new Events(endpoint, holder.reports) : undefined;
    this.#overrides = new Overrides(holder.reports, this.#platform.files, allowOverrides);
    this.#judge();
    this.#ends.add(
      holder.onChange(() => {
        this.#judge();
      }),
    );
    this.#evaluator = new Evaluator({
      holder,
      overrides: this.#overrides,
      events: this.#events,
      settings: this.#settings,
      now: this.#platform.now,
    });
    insides.set(this, {
      override: (values) => this.#overrides.add(values),
      watch: (listener) => this.#watch(listener),
    });
  }

  /**
   * True if the flag is on for a user; false if anything is wrong. A flag of another type than
   * boolean is on if it is enabled and does not serve its `off` variant.
   * @param userId the targeting key
   */
  isEnabled(key: string, userId?: string | number | null, attributes?: Attributes): boolean {
    return this.#evaluator.isEnabled(key, userId, attributes);
  }

  /** The value of a boolean flag, or the default. */
  boolean(key: string, fallback: boolean, context?: Attributes): boolean {
    return this.#evaluator.value(key, fallback, context, 'boolean');
  }

  /** The value of a string flag, or the default. */
  string(key: string, fallback: string, context?: Attributes): string {
    return this.#evaluator.value(key, fallback, context, 'string');
  }

  /** The value of a number flag, or the default. */
  number(key: string, fallback: number, context?: Attributes): number {
    return this.#evaluator.value(key, fallback, context, 'number');
  }

  /** The value of an object flag, or the default. It is the snapshot's own: do not change it. */
  object<T extends object = JsonObject>(key: string, fallback: T, context?: Attributes): T {
    return this.#evaluator.value(key, fallback, context, 'object');
  }

  /**
   * The value with everything known about it.
   * @param fallback its type is the type asked for; null asks for any
   * @param wanted the type asked for, where it is not that of the default
   */
  details<T>(
    key: string,
    fallback: T,
    context?: Attributes,
    wanted: Wanted = wantedBy(fallback),
  ): Details<Widened<T>> {
    return this.#evaluator.resolve(key, fallback, context, wanted) as Details<Widened<T>>;
  }

  /** The result of an evaluation with each step that led to it. */
  explain(key: string, context?: Attributes): Explained {
    return this.#evaluator.explain(key, context);
  }

  /** What a context gets of every flag; a flag that cannot be evaluated has no value. */
  all(context?: Attributes): Record<string, Details<Json | undefined>> {
    return this.#evaluator.all(context);
  }

  /**
   * Counts that something happened, if the option `events` is on.
   * @param _context is not sent: nobody's key or attribute is
   * @param value added up
   */
  track(event: string, _context?: Attributes, value?: number): void {
    this.#events?.converted(event, value);
  }

  /** Calls after each new snapshot; returns how to stop. */
  onChange(listener: ChangeListener): () => void {
    if (this.#closing !== undefined) return () => undefined;
    const stop = this.#source.holder.onChange(listener);
    this.#ends.add(stop);
    return () => {
      stop();
      this.#ends.delete(stop);
    };
  }

  /** How the client is. */
  status(): Status {
    const { held, reports } = this.#source.holder;
    const { stale, ...known } = this.#evaluator.standing();
    const { current: error } = reports;
    const living = held === undefined ? 'starting' : stale ? 'stale' : 'ready';
    return {
      state: this.#closing === undefined ? living : 'closed',
      ...known,
      source: held?.origin ?? 'none',
      ...(error === undefined ? {} : { error }),
      droppedEvents: this.#events?.dropped ?? 0,
    };
  }

  /** Waits until there is a snapshot, of whatever source; false if the client is closed first. */
  async ready(): Promise<boolean> {
    return this.waitUntilReady(Infinity);
  }

  /** The same, for so many milliseconds at most; then false. */
  async waitUntilReady(timeout: number): Promise<boolean> {
    const { holder } = this.#source;
    if (this.#closing !== undefined) return holder.held !== undefined;
    return whenReady(holder, this.#platform, this.#ends, timeout);
  }

  /**
   * Ends connections and timers, and sends what events it can within a second. Afterwards the
   * last snapshot goes on answering.
   */
  async close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.dispose](): void {
    void this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #watch(listener: (isStale: boolean) => void): () => void {
    const { maxAge } = this.#settings;
    const { holder } = this.#source;
    const stop = watchStaleness(holder, { maxAge, platform: this.#platform }, listener);
    this.#ends.add(stop);
    return stop;
  }

  #judge(): void {
    const { held } = this.#source.holder;
    const { environment = 'production' } = this.#settings;
    this.#overrides.judge(held?.snapshot.environment ?? environment);
  }

  async #close(): Promise<void> {
    for (const end of this.#ends) end();
    await this.#events?.close();
    await this.#source.release();
  }
}

/** What other files of this package may do with a client. Not part of what is promised. */
export interface Inside {
  /** Puts values before those of the flags; returns how to lift them. */
  readonly override: (values: Values) => () => void;
  /** Tells when the snapshot becomes stale, and when it is not any more; returns how to stop. */
  readonly watch: (listener: (isStale: boolean) => void) => () => void;
}

const insides = new WeakMap<FeatureClient, Inside>();

export function insideOf(client: FeatureClient): Inside {
  return insides.get(client) as Inside;
}

/** The options with the address that stands before them. What is no object stays what it is. */
function withUrl(url: string | URL, options: unknown): unknown {
  const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
  if (isObject) return { ...options, url };
  return options === null ? { url } : options;
}
