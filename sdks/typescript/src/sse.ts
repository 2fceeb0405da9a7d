// The parser of server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html

import { TooLong } from './body.ts';

/** One thing that a stream says. */
export type Said =
  | { readonly kind: 'event'; readonly name: string; readonly data: string; readonly id: string }
  | { readonly kind: 'comment' }
  | { readonly kind: 'retry'; readonly time: number };

/** Reads a stream that comes in pieces cut anywhere. */
export class EventParser {
  readonly #limit: number;
  // A byte order mark at the start is dropped by the decoder, as the standard wants.
  readonly #decoder = new TextDecoder();
  /** The pieces of the line that has not ended yet. */
  #pieces: string[] = [];
  #afterReturn = false;
  #name = '';
  #data: string[] = [];
  #id = '';
  /** Characters of the event that has not ended yet. */
  #length = 0;

  /** @param limit characters of one event */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Takes the next piece; returns what was said in full.
   * @throws TooLong
   */
  push(piece: Uint8Array): Said[] {
    const text = this.#decoder.decode(piece, { stream: true });
    const said: Said[] = [];
    let start = 0;
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (code !== LF && code !== CR) {
        this.#afterReturn = false;
      } else if (code === LF && this.#afterReturn) {
        // The second half of CRLF, perhaps in another piece than the first.
        this.#afterReturn = false;
        start = index + 1;
      } else {
        this.#afterReturn = code === CR;
        this.#line(this.#ended(text.slice(start, index)), said);
        start = index + 1;
      }
    }
    this.#keep(text.slice(start));
    return said;
  }

  #keep(rest: string): void {
    if (rest === '') return;
    this.#pieces.push(rest);
    this.#grow(rest.length);
  }

  #ended(rest: string): string {
    this.#grow(rest.length);
    if (this.#pieces.length === 0) return rest;
    const line = this.#pieces.join('') + rest;
    this.#pieces = [];
    return line;
  }

  #grow(length: number): void {
    this.#length += length;
    if (this.#length <= this.#limit) return;
    throw new TooLong(`an event of more than ${String(this.#limit)} characters`);
  }

  #line(line: string, said: Said[]): void {
    if (line === '') {
      this.#dispatch(said);
      return;
    }
    const colon = line.indexOf(':');
    if (colon === 0) {
      said.push({ kind: 'comment' });
      return;
    }
    const name = colon === -1 ? line : line.slice(0, colon);
    const rest = colon === -1 ? '' : line.slice(colon + 1);
    this.#field(name, rest.startsWith(' ') ? rest.slice(1) : rest, said);
  }

  #field(name: string, value: string, said: Said[]): void {
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#name = value;
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else if (name === 'retry' && /^\d+$/.test(value)) {
      said.push({ kind: 'retry', time: Number(value) });
    }
  }

  /** An event without data is none; its name is forgotten all the same. */
  #dispatch(said: Said[]): void {
    const [name, data] = [this.#name || 'message', this.#data];
    this.#name = '';
    this.#data = [];
    this.#length = 0;
    if (data.length > 0) said.push({ kind: 'event', name, data: data.join('\n'), id: this.#id });
  }
}

const LF = 10;
const CR = 13;
