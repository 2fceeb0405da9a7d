import { MAX_LENGTH, piecesOf, TooLong } from './body.ts';
import { Failure, sendOpen, type Ask, type Endpoint } from './http.ts';
import { reasonOf } from './reports.ts';
import { EventParser, type Said } from './sse.ts';

/** Without any byte for so long a stream is given up: three heartbeats of the server and a margin. */
const SILENCE = 45_000;
/** A stream that brings nothing for so long is held up on its way. */
const FIRST_EVENT = 10_000;
/** A stream that ends without an event within this time is held up too. */
const SHORT = 1000;

/** What becomes of what a stream says. */
export interface Ear {
  /** Called with every piece that comes: a sign of life. */
  readonly onPiece: () => void;
  /** Called with what is said, one after the other. */
  readonly onSaid: (said: Said) => Promise<void> | void;
}

/** One stream of server-sent events, from its request to its end. */
export class Feed {
  /** True once it has brought something that shows that it gets through. */
  hasBrought = false;
  /** Milliseconds that the server asked to be left alone for after the end. */
  asked = 0;
  readonly #endpoint: Endpoint;
  readonly #path: string;
  readonly #leave = new AbortController();
  /** Why it was given up; undefined while it was not. */
  #given: Failure | undefined;
  #openedAt: number | undefined;
  #silence: () => void = () => undefined;
  #waiting: () => void = () => undefined;

  constructor(endpoint: Endpoint, path: string) {
    this.#endpoint = endpoint;
    this.#path = path;
  }

  /** Milliseconds for which it has been open. */
  get openFor(): number {
    return this.#openedAt === undefined ? 0 : this.#endpoint.platform.now() - this.#openedAt;
  }

  /** Aborted when the stream is at its end. */
  get signal(): AbortSignal {
    return this.#leave.signal;
  }

  /** Ends it from this side. */
  end(): void {
    this.#leave.abort();
  }

  /** Something came that shows that the stream gets through. */
  brought(): void {
    this.hasBrought = true;
    this.#waiting();
  }

  /**
   * Follows the stream until the server ends it.
   * @throws Failure; of kind `stream` if something on the way does not let streams through
   */
  async follow(headers: Ask['headers'], ear: Ear): Promise<void> {
    const ask = { path: this.#path, accept: 'text/event-stream', headers: headers ?? {} };
    const response = await sendOpen(this.#endpoint, ask, this.#leave);
    this.#openedAt = this.#endpoint.platform.now();
    try {
      this.#checkType(response);
      await this.#read(response, ear);
    } catch (error) {
      throw this.#failureOf(error);
    } finally {
      this.#silence();
      this.#waiting();
      this.end();
    }
    if (!this.hasBrought && this.openFor < SHORT) throw this.#heldUp('ends at once');
  }

  #checkType(response: Response): void {
    const type = response.headers.get('content-type') ?? 'nothing';
    if (!/^text\/event-stream\s*(;|$)/i.test(type)) throw this.#heldUp(`answers with ${type}`);
  }

  async #read(response: Response, { onPiece, onSaid }: Ear): Promise<void> {
    this.#waiting = this.#endpoint.platform.after(FIRST_EVENT, () => {
      this.#giveUp(this.#heldUp(`says nothing for ${String(FIRST_EVENT / 1000)} s`));
    });
    this.#listen();
    const parser = new EventParser(MAX_LENGTH);
    for await (const piece of piecesOf(response)) {
      // What is being done with a piece takes its time; that is not the stream's silence.
      this.#silence();
      onPiece();
      for (const said of parser.push(piece)) {
        if (said.kind === 'retry') this.asked = said.time;
        else await onSaid(said);
      }
      this.#listen();
    }
  }

  /** Begins to wait for the next sign of life. */
  #listen(): void {
    this.#silence = this.#endpoint.platform.after(SILENCE, () => {
      const message = `${this.#address} is silent for ${String(SILENCE / 1000)} s`;
      this.#giveUp(new Failure('unreachable', message));
    });
  }

  #giveUp(failure: Failure): void {
    this.#given ??= failure;
    this.end();
  }

  #heldUp(what: string): Failure {
    return new Failure('stream', `${this.#address} ${what}`);
  }

  #failureOf(error: unknown): Failure {
    if (this.#given !== undefined) return this.#given;
    if (error instanceof Failure) return error;
    const kind = error instanceof TooLong ? 'snapshot' : 'unreachable';
    return new Failure(kind, `${this.#address} broke off: ${reasonOf(error)}`);
  }

  get #address(): string {
    return this.#endpoint.url + this.#path;
  }
}
