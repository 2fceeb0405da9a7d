/** A pattern on the way from left to right; keeps the first thing that is wrong with it. */
export class PatternReader {
  readonly text: string;
  /** Where the last `:]` begins. Looked for once: a search for each `[:` would be quadratic. */
  readonly lastNameEnd: number;
  /** What comes next, as an index of `text`. */
  at = 0;
  /** Why the pattern does not compile, in words for people. */
  problem: string | undefined;

  /** @param text a pattern without lone surrogates */
  constructor(text: string) {
    this.text = text;
    this.lastNameEnd = text.lastIndexOf(':]');
  }

  get isAtEnd(): boolean {
    return this.at === this.text.length;
  }

  /** True if `expected` comes next. */
  sees(expected: string): boolean {
    return this.text.startsWith(expected, this.at);
  }

  /** Goes past `expected` if it comes next. */
  take(expected: string): boolean {
    const isThere = this.sees(expected);
    if (isThere) this.at += expected.length;
    return isThere;
  }

  /** Goes past what a sticky expression finds here. */
  match(sticky: RegExp): RegExpExecArray | undefined {
    // Written to, read from and never shared between two calls: the expression has no memory.
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.text) ?? undefined;
    if (found !== undefined) this.at += found[0].length;
    return found;
  }

  /** Goes past one code point; there must be one. */
  next(): number {
    const codePoint = this.text.codePointAt(this.at) as number;
    this.at += codePoint > 0xff_ff ? 2 : 1;
    return codePoint;
  }

  /** Keeps a problem. @param at where it begins; it is told as a count of characters, from 1 */
  fail(message: string, at: number): undefined {
    const position = Array.from(this.text.slice(0, at)).length + 1;
    this.problem ??= `character ${String(position)}: ${message}`;
  }
}
