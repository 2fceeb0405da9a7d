import type { SnapshotChange } from './snapshots.ts';

/** One open stream: what is written to it, and when it ends. */
interface Stream {
  readonly environment: string;
  readonly write: (bytes: Uint8Array) => void;
  readonly end: () => void;
}

/** What a new stream begins with, and how it tells of changes. */
export interface Voice {
  readonly environment: string;
  /** What is said at once, as UTF-8: the same bytes for all streams, however many there are. */
  readonly opening: Uint8Array;
  /** What is said of a change. One function for all streams of a kind: it is called once for all. */
  readonly onChange: Telling;
  /** True if of several changes in a row only the last one need be told. */
  readonly isCoalesced?: boolean;
}

export type Telling = (change: SnapshotChange, now: Date) => string;

/** Milliseconds that coalesced changes are waited for. */
const COALESCE = 100;

/** Milliseconds after which a client whose stream was ended comes back: at once would be a rush. */
const RETRY_AFTER_DRAIN = 2000;

/** Bytes that may wait for a client that does not read, beside what its stream began with. */
const MAX_WAITING = 1_048_576;

const encoder = new TextEncoder();

/** A text as streams send it. */
export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A comment: clients pass it over. */
const ALIVE = utf8(': alive\n\n');

/** All open streams of server-sent events: https://html.spec.whatwg.org/#server-sent-events */
export class Streams {
  readonly #open = new Map<Stream, Voice>();
  readonly #waiting = new Map<Stream, Uint8Array>();
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Opens a stream. It ends when the client goes, or with {@link drain}. */
  open(voice: Voice): Response {
    let stream: Stream | undefined;
    const source = {
      start: (controller: ReadableStreamDefaultController<Uint8Array>) => {
        stream = this.#add(voice, controller);
      },
      cancel: () => {
        if (stream !== undefined) this.#forget(stream);
      },
    };
    const highWaterMark = voice.opening.byteLength + MAX_WAITING;
    const body = new ReadableStream<Uint8Array>(
      source,
      new ByteLengthQueuingStrategy({ highWaterMark }),
    );
    return new Response(body, {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // nginx would otherwise hold events back until its buffer is full.
        'x-accel-buffering': 'no',
      },
    });
  }

  /** Tells every stream of the environment. */
  publish(change: SnapshotChange): void {
    const said = new Map<Telling, Uint8Array>();
    for (const [stream, voice] of this.#open) {
      if (stream.environment !== change.environment) continue;
      const bytes = said.get(voice.onChange) ?? utf8(voice.onChange(change, this.#now()));
      said.set(voice.onChange, bytes);
      if (voice.isCoalesced === true) this.#later(stream, bytes);
      else stream.write(bytes);
      if (change.version === undefined) this.#end(stream);
    }
  }

  /** A sign of life: it keeps proxies from closing quiet connections. */
  beat(): void {
    for (const stream of this.#open.keys()) stream.write(ALIVE);
  }

  /** Ends every stream and says when to come back. */
  drain(): void {
    this.#flush();
    for (const stream of this.#open.keys()) {
      stream.write(utf8(`retry: ${String(RETRY_AFTER_DRAIN)}\n\n`));
      this.#end(stream);
    }
  }

  #add(voice: Voice, controller: ReadableStreamDefaultController<Uint8Array>): Stream {
    const stream: Stream = {
      environment: voice.environment,
      write: (bytes) => {
        this.#write(stream, controller, bytes);
      },
      end: () => {
        controller.close();
      },
    };
    this.#open.set(stream, voice);
    stream.write(voice.opening);
    return stream;
  }

  /** A client that does not read is let go: it fetches the snapshot when it comes back. */
  #write(
    stream: Stream,
    controller: ReadableStreamDefaultController<Uint8Array>,
    bytes: Uint8Array,
  ): void {
    if (!this.#open.has(stream)) return;
    controller.enqueue(bytes);
    if ((controller.desiredSize ?? 0) >= 0) return;
    this.#forget(stream);
    // An error, not an end: what waits is given up at once.
    controller.error(new Error('the client does not read'));
  }

  #later(stream: Stream, bytes: Uint8Array): void {
    if (this.#waiting.size === 0) setTimeout(() => this.#flush(), COALESCE).unref();
    this.#waiting.set(stream, bytes);
  }

  #flush(): void {
    for (const [stream, bytes] of this.#waiting) stream.write(bytes);
    this.#waiting.clear();
  }

  #forget(stream: Stream): void {
    this.#open.delete(stream);
    this.#waiting.delete(stream);
  }

  #end(stream: Stream): void {
    this.#forget(stream);
    stream.end();
  }
}

/** One event in the format of the standard. */
export function eventText(event: string | undefined, id: string, data: unknown): string {
  const name = event === undefined ? '' : `event: ${event}\n`;
  return `${name}id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
}
