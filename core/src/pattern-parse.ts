import { wellFormed } from './json.ts';
import { readClass, readEscape, readShorthand } from './pattern-class.ts';
import { PatternReader } from './pattern-reader.ts';
import { checkCost, readRepeat, takeRepeat } from './pattern-repeat.ts';
import { complement, LAST, withBothCases, type CodePoints } from './pattern-sets.ts';
import {
  asserted,
  either,
  grouped,
  oneOf,
  sequence,
  type Assertion,
  type Tree,
} from './pattern-tree.ts';

/** How many groups may be open at one place: 4.pattern. */
const MAX_OPEN = 100;

const NEW_LINE = 10;
const ANY: CodePoints = [0, LAST];
const NO_NEW_LINE = complement([NEW_LINE, NEW_LINE]);

const SETS_FLAGS = /\(\?(?=[^)])([imsU]*)(-[imsU]+)?\)/y;
const OPENS_WITH_FLAGS = /\(\?([imsU]*)(-[imsU]+)?:/y;
const OPENS_NAMED = /\(\?P?<([0-9A-Za-z_]+)>/y;

const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map([
  ['\\A', 'start'],
  ['\\z', 'end'],
  ['\\b', 'border'],
  ['\\B', 'noBorder'],
]);

/** What flags are set; `U` changes no answer. */
interface Flags {
  readonly i: boolean;
  readonly m: boolean;
  readonly s: boolean;
}

interface Parser {
  readonly reader: PatternReader;
  /** The names of groups so far. */
  readonly names: Set<string>;
  /** How many groups are open. */
  open: number;
  flags: Flags;
}

/**
 * Reads a pattern: 4.pattern of spec/evaluation.md, and nothing that is not listed there.
 * @returns the pattern, or why it does not compile, in words for people
 */
export function parsePattern(pattern: string): Tree | string {
  const reader = new PatternReader(wellFormed(pattern));
  const flags = { i: false, m: false, s: false };
  const tree = readAlternatives({ reader, names: new Set(), open: 0, flags });
  if (tree === undefined) return String(reader.problem);
  if (reader.isAtEnd) checkCost(reader, tree, 0);
  else reader.fail('there is no "(" for this ")"', reader.at);
  return reader.problem ?? tree;
}

function readAlternatives(parser: Parser): Tree | undefined {
  const branches: Tree[] = [];
  do {
    const branch = readSequence(parser);
    if (branch === undefined) return undefined;
    branches.push(branch);
  } while (parser.reader.take('|'));
  return either(branches);
}

function readSequence(parser: Parser): Tree | undefined {
  const { reader } = parser;
  const items: Tree[] = [];
  while (!reader.isAtEnd && !reader.sees('|') && !reader.sees(')')) {
    const flags = reader.match(SETS_FLAGS);
    if (flags !== undefined) {
      parser.flags = changedFlags(parser.flags, flags);
      continue;
    }
    const item = readItem(parser);
    if (item === undefined) return undefined;
    items.push(item);
  }
  return sequence(items);
}

function changedFlags(flags: Flags, [, set = '', unset = '']: RegExpExecArray): Flags {
  const isSet = (flag: keyof Flags): boolean =>
    !unset.includes(flag) && (set.includes(flag) || flags[flag]);
  return { i: isSet('i'), m: isSet('m'), s: isSet('s') };
}

/** An atom and the repeat that may follow it. */
function readItem(parser: Parser): Tree | undefined {
  const start = parser.reader.at;
  const atom = readAtom(parser);
  return atom && readRepeat(parser.reader, atom, start);
}

function readAtom(parser: Parser): Tree | undefined {
  const { reader, flags } = parser;
  if (reader.sees('(')) return readGroup(parser);
  if (reader.sees('\\')) return readBackslash(parser);
  if (reader.take('[')) return setOf(readClass(reader, flags.i));
  if (reader.take('.')) return oneOf(flags.s ? ANY : NO_NEW_LINE);
  if (reader.take('^')) return asserted(flags.m ? 'lineStart' : 'start');
  if (reader.take('$')) return asserted(flags.m ? 'lineEnd' : 'end');
  const start = reader.at;
  const repeat = takeRepeat(reader);
  if (repeat !== undefined) return reader.fail(`there is nothing for ${repeat} to repeat`, start);
  return literal(parser, reader.next());
}

function setOf(set: CodePoints | undefined): Tree | undefined {
  return set && oneOf(set);
}

function literal({ flags }: Parser, codePoint: number | undefined): Tree | undefined {
  if (codePoint === undefined) return undefined;
  const set = [codePoint, codePoint];
  return oneOf(flags.i ? withBothCases(set) : set);
}

function readBackslash(parser: Parser): Tree | undefined {
  const { reader } = parser;
  const place = reader.match(/\\[AzbB]/y);
  if (place !== undefined) return asserted(ASSERTIONS.get(place[0]) as Assertion);
  return setOf(readShorthand(reader)) ?? literal(parser, readEscape(reader));
}

function readGroup(parser: Parser): Tree | undefined {
  const { reader, flags } = parser;
  const start = reader.at;
  if (!open(parser)) return undefined;
  parser.open += 1;
  if (parser.open > MAX_OPEN) {
    return reader.fail(`more than ${String(MAX_OPEN)} groups are open`, start);
  }
  const inside = readAlternatives(parser);
  if (inside === undefined) return undefined;
  parser.open -= 1;
  parser.flags = flags;
  return reader.take(')') ? grouped(inside) : reader.fail('"(" is not closed by ")"', start);
}

/** Goes past what opens a group; false if it is none. */
function open(parser: Parser): boolean {
  const { reader, names } = parser;
  const start = reader.at;
  const flags = reader.match(OPENS_WITH_FLAGS);
  if (flags !== undefined) {
    parser.flags = changedFlags(parser.flags, flags);
    return true;
  }
  const name = reader.match(OPENS_NAMED)?.[1];
  if (name === undefined) {
    reader.at += 1;
    if (reader.sees('?')) reader.fail(`this is no group; ${KNOWN_GROUPS}`, start);
  } else {
    if (names.has(name)) reader.fail(`a second group has the name ${name}`, start);
    names.add(name);
  }
  return reader.problem === undefined;
}

const KNOWN_GROUPS = 'known: (?:…), (?P<name>…), (?<name>…) and the flags i, m, s, U';
