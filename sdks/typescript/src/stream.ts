import { Feed } from './feed.ts';
import { patched, readDelta, type Holder } from './holder.ts';
import type { Endpoint } from './http.ts';
import { parsedJson } from './json.ts';
import { poll } from './poll.ts';
import type { Said } from './sse.ts';

type SaidEvent = Extract<Said, { readonly kind: 'event' }>;

/** What may stand in a header as it is, and is not longer than an id needs. */
const SENDABLE = /^[!-~]{1,200}$/;

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
    // The id of an event and no version: another file of data can have the same.
    const eventId = holder.held?.eventId;
    this.#isResumed = eventId !== undefined;
    const headers = eventId === undefined ? {} : { 'last-event-id': eventId };
    await this.follow(headers, {
      onPiece: () => {
        if (this.#isCurrent) holder.refresh(endpoint.platform.now());
      },
      onSaid: async (said) => this.#hear(said),
    });
  }

  async #hear(said: Said): Promise<void> {
    if (said.kind === 'comment') this.#comment();
    else if (said.kind === 'event' && said.name === 'snapshot') await this.#snapshot(said);
    else if (said.kind === 'event' && said.name === 'change') await this.#change(said);
  }

  /** The first comment of a stream that was resumed says that nothing was missed. */
  #comment(): void {
    if (!this.#isResumed || this.hasBrought) return;
    this.brought();
    this.#work.holder.refresh(this.#work.endpoint.platform.now());
    this.#current();
  }

  async #snapshot({ data, id }: SaidEvent): Promise<void> {
    this.brought();
    await this.#take(parsedJson(data), id);
  }

  async #change({ data, id }: SaidEvent): Promise<void> {
    this.brought();
    const { holder, endpoint } = this.#work;
    const delta = readDelta(parsedJson(data));
    if (delta === undefined || (delta.version ?? null) !== null) {
      await this.#take(delta && patched(holder.held, delta), id);
      return;
    }
    this.#isCurrent = false;
    const message = `${endpoint.url} no longer has the environment that is used here; its last snapshot goes on serving. Check the option environment`;
    holder.reports.problem('gone', message);
  }

  /** Takes a document; in place of one that cannot be used the whole snapshot is fetched. */
  async #take(document: unknown, id: string): Promise<void> {
    const { endpoint, holder } = this.#work;
    // Who has been closed meanwhile takes nothing any more.
    if (this.signal.aborted) return;
    this.#isCurrent = false;
    const eventId = SENDABLE.test(id) ? id : undefined;
    const arrival = { origin: 'network', eventId, at: endpoint.platform.now() } as const;
    const isTaken = document !== undefined && holder.take(document, arrival) === undefined;
    if (!isTaken) await poll(endpoint, holder, this.signal);
    this.#current();
  }

  #current(): void {
    this.#isCurrent = true;
    this.#work.onCurrent();
  }
}
