import { backoff } from './backoff.ts';
import { send, type Endpoint, type Failure } from './http.ts';
import { reasonOf, type Reports } from './reports.ts';

/** How often events are sent, in milliseconds. */
const SEND_EVERY = 10_000;
/** Entries of one batch, and entries that may wait. */
const MAX_BATCH = 500;
const MAX_WAITING = 10_000;
const MAX_NAME = 128;
/** What {@link Events.close} may take, in milliseconds. */
const CLOSING = 1000;

/** A server that says so will not take the batch later either. */
const FINAL: ReadonlySet<number | undefined> = new Set([400, 404, 413, 422]);

/** One flag's variant or one event's name, counted. */
interface Entry {
  readonly id: string;
  readonly kind: 'exposure' | 'conversion';
  readonly flag?: string;
  readonly variant?: string;
  readonly event?: string;
  count: number;
  sum?: number;
  /** When the last one was counted. */
  time: string;
}

/** Counts exposures and conversions and sends them, each batch until it is answered. */
export class Events {
  /** Entries that were given up because too many waited. */
  dropped = 0;
  readonly #endpoint: Endpoint;
  readonly #reports: Reports;
  /** Entries that are still counted, the oldest first. */
  #waiting = new Map<string, Entry>();
  /** What is being sent: it stays as it is until it is answered. */
  #batch: readonly Entry[] = [];
  #failures = 0;
  #isClosing = false;
  #sending: Promise<void> | undefined;
  #cancel: () => void;
  readonly #leave = new AbortController();

  constructor(endpoint: Endpoint, reports: Reports) {
    this.#endpoint = endpoint;
    this.#reports = reports;
    this.#cancel = this.#after(SEND_EVERY);
  }

  /** A variant was served. */
  exposed(flag: string, variant: string): void {
    if (this.#isClosing) return;
    this.#count(`${flag}\n${variant}`, { kind: 'exposure', flag, variant });
  }

  /** Something happened that people want to happen. @param value added up if it is finite */
  converted(event: unknown, value: unknown): void {
    if (this.#isClosing) return;
    if (typeof event !== 'string' || event === '' || event.length > MAX_NAME) {
      const got = typeof event === 'string' ? `one of ${String(event.length)}` : typeof event;
      this.#reports.once(
        `track takes a name of 1 to ${String(MAX_NAME)} characters, got ${got}: it is not counted.`,
      );
      return;
    }
    const entry = this.#count(`\n${event}`, { kind: 'conversion', event });
    if (typeof value === 'number' && Number.isFinite(value)) entry.sum = (entry.sum ?? 0) + value;
  }

  /** Sends what can be sent within a second, and nothing afterwards. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#cancel();
    const { platform } = this.#endpoint;
    const cancel = platform.after(
      CLOSING,
      () => {
        this.#leave.abort();
      },
      true,
    );
    await this.#sending;
    while (this.#waiting.size + this.#batch.length > 0 && !this.#leave.signal.aborted) {
      await this.#send();
      // Without an answer there is no time for another try.
      if (this.#batch.length > 0) break;
    }
    cancel();
  }

  #count(name: string, head: Pick<Entry, 'kind' | 'flag' | 'variant' | 'event'>): Entry {
    const { platform } = this.#endpoint;
    const time = new Date(platform.now()).toISOString();
    const known = this.#waiting.get(name);
    if (known !== undefined) {
      known.count += 1;
      known.time = time;
      return known;
    }
    const entry: Entry = { id: platform.uuid(), ...head, count: 1, time };
    this.#waiting.set(name, entry);
    if (this.#waiting.size > MAX_WAITING) this.#dropOldest();
    return entry;
  }

  #dropOldest(): void {
    const [oldest = ''] = this.#waiting.keys();
    this.#waiting.delete(oldest);
    this.dropped += 1;
  }

  #after(time: number): () => void {
    return this.#endpoint.platform.after(time, () => {
      this.#sending = this.#turn().finally(() => (this.#sending = undefined));
    });
  }

  /** Sends all that waits, batch by batch; after a failure the batch waits for its next time. */
  async #turn(): Promise<void> {
    let wait = SEND_EVERY;
    while (this.#waiting.size + this.#batch.length > 0) {
      const retry = await this.#send();
      if (retry !== undefined) {
        wait = retry;
        break;
      }
    }
    if (!this.#isClosing) this.#cancel = this.#after(wait);
  }

  /** Sends one batch. Returns after how many milliseconds to try it again; undefined if it is done. */
  async #send(): Promise<number | undefined> {
    if (this.#batch.length === 0) this.#batch = this.#take();
    const body = JSON.stringify({ events: this.#batch });
    try {
      const ask = { path: '/events', body, signal: this.#leave.signal, holds: this.#isClosing };
      await send(this.#endpoint, ask);
    } catch (error) {
      const { status, asked } = error as Partial<Failure>;
      if (!FINAL.has(status)) return this.#failed(reasonOf(error), asked ?? 0);
      this.#reports.problem(
        'events',
        `${String(this.#batch.length)} events are lost: ${reasonOf(error)}.`,
      );
      this.#done();
      return undefined;
    }
    this.#done();
    this.#reports.over('events');
    return undefined;
  }

  #take(): readonly Entry[] {
    const entries = [...this.#waiting].slice(0, MAX_BATCH);
    for (const [name] of entries) this.#waiting.delete(name);
    return entries.map(([, entry]) => entry);
  }

  #done(): void {
    this.#batch = [];
    this.#failures = 0;
  }

  #failed(reason: string, asked: number): number {
    const wait = backoff(this.#failures, this.#endpoint.platform.random(), asked);
    this.#failures += 1;
    if (!this.#leave.signal.aborted) {
      this.#reports.problem(
        'events',
        `events cannot be sent: ${reason}. They wait and are sent later; of more than ${String(MAX_WAITING)} the oldest are dropped.`,
      );
    }
    return wait;
  }
}
