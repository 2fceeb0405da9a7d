import { backoff } from './backoff.ts';
import { openCopy, type Copy } from './disk.ts';
import { Holder } from './holder.ts';
import { Failure, LateFailure, type Endpoint } from './http.ts';
import type { Settings } from './options.ts';
import type { Platform } from './platform.ts';
import { poll } from './poll.ts';
import { reasonOf, Reports, type Kind } from './reports.ts';
import { Stream } from './stream.ts';

/** After so many streams in a row that were held up, the client polls. */
const MAX_HELD_UP = 3;
/** While it polls for that reason, a stream is tried this often, in milliseconds. */
const STREAM_AGAIN = 300_000;
/** A stream that was open for so long was no failure, however it ended. */
const LONG = 10_000;

/** The kinds of problems that are over when the server has sent something good. */
const OVER: readonly Kind[] = ['unreachable', 'token', 'missing', 'status', 'snapshot', 'gone'];

/** Keeps one snapshot current: the copy on disk first, then streams or polls, until it is ended. */
export class Connection {
  readonly holder: Holder;
  readonly endpoint: Endpoint;
  readonly #settings: Settings;
  readonly #platform: Platform;
  readonly #copy: Copy | undefined;
  readonly #leave = new AbortController();
  #stream: Stream | undefined;
  #failures = 0;
  #heldUp = 0;
  /** What the last stream asked to be waited for before the next. */
  #asked = 0;
  /** Since when no stream is tried, while streams are held up. */
  #withoutStreamSince = -Infinity;
  #wake: () => void = () => undefined;

  constructor(settings: Settings, url: string, platform: Platform) {
    const { token, environment, timeout, cache } = settings;
    const reports = new Reports(platform.now);
    reports.add(settings.logger);
    this.holder = new Holder(reports);
    this.#settings = settings;
    this.#platform = platform;
    this.endpoint = { url, token, environment, timeout, platform };
    this.#copy = openCopy({ url, token, environment, cache }, this.holder, platform);
    // Not in the same breath: who makes a client has no network in its way.
    queueMicrotask(() => void this.#run());
  }

  /** Ends it; the copy on disk is written first. */
  async end(): Promise<void> {
    this.#leave.abort();
    this.#stream?.end();
    this.#wake();
    await this.#copy?.close();
  }

  get #isEnded(): boolean {
    return this.#leave.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#isEnded) {
      const wait = await this.#turn();
      if (!this.#isEnded) await this.#pause(wait);
    }
  }

  get #polls(): boolean {
    if (this.#settings.mode === 'polling') return true;
    const since = this.#platform.now() - this.#withoutStreamSince;
    // A clock that was set back by a day must not mean a day without streams.
    return since >= 0 && since < STREAM_AGAIN;
  }

  /** One stream or one poll. Returns the milliseconds to the next. */
  async #turn(): Promise<number> {
    try {
      return this.#polls ? await this.#poll() : await this.#follow();
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #poll(): Promise<number> {
    await poll(this.endpoint, this.holder, this.#leave.signal);
    this.#succeeded();
    return this.#settings.ttl;
  }

  async #follow(): Promise<number> {
    const { holder } = this;
    const stream = new Stream({
      endpoint: this.endpoint,
      holder,
      onCurrent: () => {
        this.#succeeded();
        this.holder.reports.over('stream');
      },
    });
    this.#stream = stream;
    try {
      await stream.run();
    } catch (error) {
      if (this.#isEnded) return 0;
      if (!isHeldUp(error)) throw error;
      return await this.#pollInstead(error);
    } finally {
      this.#stream = undefined;
      if (stream.hasBrought) this.#heldUp = 0;
      if (stream.openFor >= LONG) this.#failures = 0;
      if (stream.asked > 0) this.#asked = stream.asked;
    }
    return this.#backoff(0);
  }

  /** A stream was held up: what it would have brought is fetched. */
  async #pollInstead({ message }: Failure): Promise<number> {
    const { ttl } = this.#settings;
    await this.#poll();
    // Only now is it known that the server can be reached, and that it was the stream.
    this.#heldUp += 1;
    if (this.#heldUp < MAX_HELD_UP) return this.#backoff(this.#failures);
    this.#withoutStreamSince = this.#platform.now();
    const advice = `asking every ${String(ttl / 1000)} s instead, and trying a stream every ${String(STREAM_AGAIN / 60_000)} minutes. If there is a proxy, tell it not to buffer text/event-stream`;
    this.holder.reports.problem('stream', `streams do not get through, ${message}: ${advice}`);
    return ttl;
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#asked = 0;
    this.holder.reports.over(...OVER);
  }

  #failed(error: unknown): number {
    if (this.#isEnded) return 0;
    const failure = error instanceof Failure ? error : new Failure('unreachable', reasonOf(error));
    const wait = this.#backoff(this.#failures, failure.asked);
    this.#failures += 1;
    const message = `${failure.message}. ${this.#meanwhile()}; trying again by itself. ${ADVICE[failure.kind] ?? ''}`;
    this.holder.reports.problem(failure.kind, message.trimEnd());
    return wait;
  }

  #backoff(failure: number, asked = 0): number {
    return backoff(failure, this.#platform.random(), Math.max(asked, this.#asked));
  }

  #meanwhile(): string {
    const { held } = this.holder;
    if (held === undefined) return 'Meanwhile the defaults serve';
    return `Meanwhile version ${String(held.snapshot.version)} serves (${held.origin})`;
  }

  async #pause(time: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#platform.after(time, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

/** No headers within the timeout is how a proxy looks that waits for the end of an answer. */
function isHeldUp(error: unknown): error is Failure {
  return error instanceof Failure && (error.kind === 'stream' || error instanceof LateFailure);
}

const ADVICE: Readonly<Partial<Record<Kind, string>>> = {
  unreachable: 'Check that the server runs and that url is its address',
  token: 'Check the option token',
  missing: 'Check the options url and environment',
  snapshot: 'Check that url is the address of a FeatureFlags server and not of something else',
};
