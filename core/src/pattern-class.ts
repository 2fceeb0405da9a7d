import type { PatternReader } from './pattern-reader.ts';
import {
  complement,
  NAMED,
  SHORTHANDS,
  union,
  withBothCases,
  type CodePoints,
} from './pattern-sets.ts';

/**
 * Reads a class from after its `[` to after its `]`.
 * @param isFolding true if either case of an ASCII letter stands for both
 */
export function readClass(reader: PatternReader, isFolding: boolean): CodePoints | undefined {
  const start = reader.at - 1;
  const isNegated = reader.take('^');
  const found: number[] = [];
  // A first `]` is a literal: so it is looked for only after something was read.
  do {
    if (reader.isAtEnd) return reader.fail('"[" is not closed by "]"', start);
    const item = readItem(reader, isFolding);
    if (item === undefined) return undefined;
    found.push(...item);
  } while (!reader.take(']'));
  const set = union(found);
  return isNegated ? complement(set) : set;
}

function readItem(reader: PatternReader, isFolding: boolean): CodePoints | undefined {
  if (seesName(reader)) return readNamed(reader, isFolding);
  const item = readShorthand(reader) ?? readRange(reader);
  return isFolding && item !== undefined ? withBothCases(item) : item;
}

/** Only a `[:` with a `:]` somewhere after it is the beginning of a name, as in RE2. */
function seesName(reader: PatternReader): boolean {
  return reader.sees('[:') && reader.lastNameEnd >= reader.at + 2;
}

function readNamed(reader: PatternReader, isFolding: boolean): CodePoints | undefined {
  const start = reader.at;
  const end = reader.text.indexOf(':]', start + 2);
  const isNegated = reader.sees('[:^');
  const name = reader.text.slice(start + (isNegated ? 3 : 2), end);
  const set = NAMED.get(name);
  if (set === undefined) {
    const known = [...NAMED.keys()].join(', ');
    return reader.fail(`${JSON.stringify(name)} is no class; known: ${known}`, start);
  }
  reader.at = end + 2;
  const folded = isFolding ? withBothCases(set) : set;
  return isNegated ? complement(folded) : folded;
}

/** Reads `\d` and the like, if one comes next. */
export function readShorthand(reader: PatternReader): CodePoints | undefined {
  const found = reader.match(/\\[dwsDWS]/y);
  return found && SHORTHANDS.get(found[0].slice(1));
}

function readRange(reader: PatternReader): CodePoints | undefined {
  const start = reader.at;
  const first = readMember(reader);
  if (first === undefined) return undefined;
  if (!reader.sees('-') || reader.sees('-]')) return [first, first];
  reader.at += 1;
  if (seesName(reader) || readShorthand(reader) !== undefined) {
    return reader.fail('a range cannot end in a class', start);
  }
  if (reader.isAtEnd) return [first, first];
  const last = readMember(reader);
  if (last === undefined) return undefined;
  if (first <= last) return [first, last];
  const range = reader.text.slice(start, reader.at);
  return reader.fail(`${range} is no range: it ends before it begins`, start);
}

function readMember(reader: PatternReader): number | undefined {
  return reader.sees('\\') ? readEscape(reader) : reader.next();
}

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['f', 12],
  ['t', 9],
  ['n', 10],
  ['r', 13],
  ['v', 11],
]);

/** Reads an escape, from its `\`, that stands for one code point wherever it is. */
export function readEscape(reader: PatternReader): number | undefined {
  const start = reader.at;
  reader.at += 1;
  if (reader.sees('x')) return readHexadecimal(reader, start);
  const control = reader.match(/[aftnrv]/y);
  if (control !== undefined) return CONTROLS.get(control[0]);
  const literal = reader.match(/[^0-9A-Za-z\u{80}-\u{10FFFF}]/uy);
  if (literal !== undefined) return literal[0].charCodeAt(0);
  const wrong = reader.isAtEnd ? '"\\" ends the pattern' : `${shownEscape(reader)} is no escape`;
  return reader.fail(`${wrong}; a "\\" itself is "\\\\"`, start);
}

function shownEscape(reader: PatternReader): string {
  return `"\\${String.fromCodePoint(reader.next())}"`;
}

function readHexadecimal(reader: PatternReader, start: number): number | undefined {
  const found = reader.match(/x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/y);
  if (found === undefined) {
    return reader.fail('expected "\\x" and two hexadecimal digits, or "\\x{…}" with 1 to 6', start);
  }
  const codePoint = Number.parseInt((found[1] ?? found[2]) as string, 16);
  const isReal = codePoint <= 0x10_ff_ff && (codePoint < 0xd8_00 || codePoint > 0xdf_ff);
  return isReal ? codePoint : reader.fail(`\\${found[0]} is no character`, start);
}
