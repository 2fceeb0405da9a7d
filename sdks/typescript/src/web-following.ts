import type { JsonObject } from '@featureflags/core';

import { backoff } from './backoff.ts';
import { Feed } from './feed.ts';
import { Failure, send, type Endpoint } from './http.ts';
import { parsedJson } from './json.ts';
import { FLAGS_PATH, memberOf, readBulk } from './ofrep.ts';
import { onVisible } from './page.ts';
import { reasonOf, type Reports } from './reports.ts';
import type { Said } from './sse.ts';
import type { Answers } from './web-answers.ts';

/** What the answers are for, and where they go. */
export interface Target {
  readonly reports: Reports;
  readonly context: () => JsonObject;
  readonly answers: () => Answers | undefined;
  /** @param text as it came, to be kept */
  readonly take: (answers: Answers, text: string) => void;
}

/** Fetches all answers, and again whenever the server says that something changed. */
export class Following {
  readonly #endpoint: Endpoint;
  readonly #ttl: number;
  readonly #target: Target;
  readonly #leave = new AbortController();
  readonly #stop: () => void;
  /** Where the server tells of changes; undefined if it does not. */
  #stream: string | undefined;
  #feed: Feed | undefined;
  /** The fetches so far: of two that overlap the later one counts. */
  #fetches = 0;
  #failures = 0;
  #wake: () => void = () => undefined;

  constructor(endpoint: Endpoint, ttl: number, target: Target) {
    this.#endpoint = endpoint;
    this.#ttl = ttl;
    this.#target = target;
    // A page that slept has missed what its stream said.
    this.#stop = onVisible(() => void this.refresh());
    // Not in the same breath: who makes a client has no network in its way.
    queueMicrotask(() => void this.#run());
  }

  /** Fetches now. @returns whether answers came */
  async refresh(): Promise<boolean> {
    try {
      await this.#fetch('', true);
      return true;
    } catch (error) {
      this.#failed(error);
      // The loop tries again, after its time.
      this.#feed?.end();
      return false;
    }
  }

  end(): void {
    this.#leave.abort();
    this.#feed?.end();
    this.#stop();
    this.#wake();
  }

  async #run(): Promise<void> {
    while (!this.#leave.signal.aborted) {
      const wait = await this.#turn();
      if (!this.#leave.signal.aborted) await this.#pause(wait);
    }
  }

  /** Fetches, and follows the stream to its end. Returns the milliseconds to the next time. */
  async #turn(): Promise<number> {
    try {
      await this.#fetch('');
      if (this.#stream === undefined) return this.#ttl;
      await this.#follow(this.#stream);
      return this.#backoff(0);
    } catch (error) {
      if (error instanceof Failure && error.kind === 'stream') return this.#ttl;
      const wait = this.#backoff(error instanceof Failure ? error.asked : 0);
      this.#failures += 1;
      this.#failed(error);
      return wait;
    }
  }

  async #follow(path: string): Promise<void> {
    // The address that the server gives names the environment itself.
    const feed = new Feed({ ...this.#endpoint, environment: undefined }, path);
    this.#feed = feed;
    try {
      await feed.follow(
        {},
        {
          onPiece: () => undefined,
          onSaid: async (said) => {
            feed.brought();
            await this.#hear(said);
          },
        },
      );
    } finally {
      this.#feed = undefined;
    }
  }

  async #hear(said: Said): Promise<void> {
    if (said.kind !== 'event') return;
    const { type, etag, lastModified } = memberOf(parsedJson(said.data));
    if (type !== 'refetchEvaluation') return;
    const query = new URLSearchParams();
    if (typeof etag === 'string') query.set('flagConfigEtag', etag);
    if (typeof lastModified === 'number') query.set('flagConfigLastModified', String(lastModified));
    await this.#fetch(`?${query.toString()}`);
  }

  /**
   * @param holds true if somebody waits for it
   * @throws Failure
   */
  async #fetch(query: string, holds = false): Promise<void> {
    const number = (this.#fetches += 1);
    const context = this.#target.context();
    const body = JSON.stringify({ context });
    const { etag = null } = this.#target.answers() ?? {};
    const headers = etag === null ? {} : { 'if-none-match': etag };
    const ask = { path: FLAGS_PATH + query, body, headers, signal: this.#leave.signal, holds };
    const { response, text } = await send(this.#endpoint, ask);
    if (number !== this.#fetches || this.#leave.signal.aborted) return;
    this.#failures = 0;
    if (response.status !== 304) this.#take(text, response.headers.get('etag'));
    this.#target.reports.over('unreachable', 'token', 'missing', 'status', 'snapshot');
  }

  #take(text: string, etag: string | null): void {
    const bulk = readBulk(text);
    if (bulk === undefined) {
      throw new Failure('snapshot', `${this.#endpoint.url}${FLAGS_PATH} sent what are no answers`);
    }
    this.#stream = bulk.stream;
    this.#target.take({ flags: bulk.answers, source: 'network', etag }, text);
  }

  #failed(error: unknown): void {
    if (this.#leave.signal.aborted) return;
    const failure = error instanceof Failure ? error : new Failure('unreachable', reasonOf(error));
    const meanwhile =
      this.#target.answers() === undefined ? 'the defaults serve' : 'the last answers serve';
    const message = `${failure.message}. Meanwhile ${meanwhile}; trying again by itself`;
    this.#target.reports.problem(failure.kind, message);
  }

  #backoff(asked: number): number {
    return backoff(this.#failures, this.#endpoint.platform.random(), asked);
  }

  async #pause(time: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#endpoint.platform.after(time, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
