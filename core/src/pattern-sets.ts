/** A set of code points: inclusive ranges in ascending order, `[first, last, first, last, …]`. */
export type CodePoints = readonly number[];

/** The last code point of Unicode. */
export const LAST = 0x10_ff_ff;

const UPPER = ranges('AZ');
const LOWER = ranges('az');
const CASE_GAP = 32;

/** The word characters of `\w` and `\b`. */
export const WORD: CodePoints = ranges('09AZ__az');

const DIGIT = ranges('09');
const SPACE = ranges('\t\n\f\r  ');

/** `\d`, `\w`, `\s` and what is in none of them, by their letter. */
export const SHORTHANDS: ReadonlyMap<string, CodePoints> = new Map([
  ['d', DIGIT],
  ['w', WORD],
  ['s', SPACE],
  ['D', complement(DIGIT)],
  ['W', complement(WORD)],
  ['S', complement(SPACE)],
]);

/** The classes of POSIX, 9.3.5, in the C locale; `ascii` and `word` are RE2's. */
export const NAMED: ReadonlyMap<string, CodePoints> = new Map([
  ['alnum', ranges('09AZaz')],
  ['alpha', ranges('AZaz')],
  ['ascii', ranges('\0\x7f')],
  ['blank', ranges('\t\t  ')],
  ['cntrl', ranges('\0\x1f\x7f\x7f')],
  ['digit', DIGIT],
  ['graph', ranges('!~')],
  ['lower', LOWER],
  ['print', ranges(' ~')],
  ['punct', ranges('!/:@[`{~')],
  ['space', ranges('\t\r  ')],
  ['upper', UPPER],
  ['word', WORD],
  ['xdigit', ranges('09AFaf')],
]);

/** The ranges between each two characters. */
function ranges(ends: string): CodePoints {
  return Array.from(ends, (end) => end.charCodeAt(0));
}

/** Puts ranges in any order, and such as overlap, into one set. */
export function union(unordered: readonly number[]): CodePoints {
  const pairs: [number, number][] = [];
  for (let at = 0; at < unordered.length; at += 2) {
    pairs.push([unordered[at] as number, unordered[at + 1] as number]);
  }
  const made: number[] = [];
  for (const [first, last] of pairs.toSorted(([a], [b]) => a - b)) {
    const end = made.at(-1) ?? -Infinity;
    if (first > end + 1) made.push(first, last);
    else made[made.length - 1] = Math.max(end, last);
  }
  return made;
}

/** All code points that are not in the set. */
export function complement(set: CodePoints): CodePoints {
  const made: number[] = [];
  let next = 0;
  for (let at = 0; at < set.length; at += 2) {
    if ((set[at] as number) > next) made.push(next, (set[at] as number) - 1);
    next = (set[at + 1] as number) + 1;
  }
  return next > LAST ? made : [...made, next, LAST];
}

/** The set with both cases of every ASCII letter that it holds in one case. */
export function withBothCases(set: CodePoints): CodePoints {
  const moved = [...shared(set, UPPER, CASE_GAP), ...shared(set, LOWER, -CASE_GAP)];
  return moved.length === 0 ? set : union([...set, ...moved]);
}

/** What two sets share, moved by `gap`; `letters` is one range. */
function shared(set: CodePoints, letters: CodePoints, gap: number): number[] {
  const [start, end] = letters as [number, number];
  const made: number[] = [];
  for (let at = 0; at < set.length; at += 2) {
    const first = Math.max(set[at] as number, start);
    const last = Math.min(set[at + 1] as number, end);
    if (first <= last) made.push(first + gap, last + gap);
  }
  return made;
}

/** True if the set holds the code point. */
export function holds(set: CodePoints, codePoint: number): boolean {
  // An even number of ends at or below it: it is outside, or it is the last of a range itself.
  const below = countUpTo(set, codePoint);
  return below % 2 === 1 || set[below - 1] === codePoint;
}

/** How many numbers of an ascending list are at most `limit`. */
export function countUpTo(ascending: readonly number[], limit: number): number {
  let from = 0;
  let to = ascending.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ascending[middle] as number) <= limit) from = middle + 1;
    else to = middle;
  }
  return from;
}
