import { Feed } from './feed.ts';
import { patched, readDelta, type Holder } from './holder.ts';
import type { Endpoint } from './http.ts';
import { parsedJson } from './json.ts';
import { poll } from './poll.ts';
import type { Said } from './sse.ts';

/** What a stream works on. */
export interface StreamWork {
  readonly endpoint: Endpoint;
  readonly holder: Holder;
  /** Called when the snapshot in use is known to be current. */
  readonly onCurrent: () => void;
}

/** One stream of snapshots and changes. */
export class Stream extends Feed {
  readonly #work: StreamWork;
  /** True while what the stream said is all that there is to know. */
  #isCurrent = false;
  #isResumed = false;

  constructor(work: StreamWork) {
    super(work.endpoint, '/stream');
    this.#work = work;
  }

  /**
   * Takes what the server sends, until it ends the stream.
   * @throws Failure
   */
  async run(): Promise<void> {
    const { holder, endpoint } = this.#work;
    const { held } = holder;
    // Only what this server sent to this process: on disk may be a version of other data.
    this.#isResumed = held?.origin === 'network';
    const version = this.#isResumed ? held?.snapshot.version : undefined;
    const headers = version === undefined ? {} : { 'last-event-id': String(version) };
    await this.follow(headers, {
      onPiece: () => {
        if (this.#isCurrent) holder.refresh(endpoint.platform.now());
      },
      onSaid: async (said) => this.#hear(said),
    });
  }

  async #hear(said: Said): Promise<void> {
    if (said.kind === 'comment') this.#comment();
    else if (said.kind === 'event' && said.name === 'snapshot') await this.#snapshot(said.data);
    else if (said.kind === 'event' && said.name === 'change') await this.#change(said.data);
  }

  /** The first comment of a stream that was resumed says that nothing was missed. */
  #comment(): void {
    if (!this.#isResumed || this.hasBrought) return;
    this.brought();
    this.#work.holder.refresh(this.#work.endpoint.platform.now());
    this.#current();
  }

  async #snapshot(data: string): Promise<void> {
    this.brought();
    await this.#take(parsedJson(data));
  }

  async #change(data: string): Promise<void> {
    this.brought();
    const { holder, endpoint } = this.#work;
    const delta = readDelta(parsedJson(data));
    if (delta === undefined || typeof delta.version === 'number') {
      await this.#take(delta && patched(holder.held, delta));
      return;
    }
    this.#isCurrent = false;
    const message = `${endpoint.url} no longer has the environment that is used here; its last snapshot goes on serving. Check the option environment`;
    holder.reports.problem('gone', message);
  }

  /** Takes a document; in place of one that cannot be used the whole snapshot is fetched. */
  async #take(document: unknown): Promise<void> {
    const { endpoint, holder } = this.#work;
    // Who has been closed meanwhile takes nothing any more.
    if (this.signal.aborted) return;
    this.#isCurrent = false;
    const arrival = { origin: 'network', at: endpoint.platform.now() } as const;
    const isTaken = document !== undefined && holder.take(document, arrival) === undefined;
    if (!isTaken) await poll(endpoint, holder, this.signal);
    this.#current();
  }

  #current(): void {
    this.#isCurrent = true;
    this.#work.onCurrent();
  }
}
