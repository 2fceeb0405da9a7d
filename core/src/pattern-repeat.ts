import type { PatternReader } from './pattern-reader.ts';
import { counted, repeated, type Tree } from './pattern-tree.ts';

/** The limits of 4.pattern: what one pattern may cost at most, whatever the engine. */
const MAX_SIZE = 2000;
const MAX_COUNT = 1000;

const COUNTED = /\{(0|[1-9][0-9]*)(?:(,)(0|[1-9][0-9]*)?)?\}/y;
const SIMPLE_REPEAT = /[*+?]/y;

const SIMPLE_REPEATS: ReadonlyMap<string, readonly [min: number, max: number]> = new Map([
  ['*', [0, Infinity]],
  ['+', [1, Infinity]],
  ['?', [0, 1]],
]);

/**
 * Reads the repeat that may follow an atom.
 * @param start where the atom begins
 * @returns the atom, repeated or as it is
 */
export function readRepeat(reader: PatternReader, atom: Tree, start: number): Tree | undefined {
  const simple = reader.match(SIMPLE_REPEAT);
  const found = simple ?? reader.match(COUNTED);
  if (found === undefined) return atom;
  // What is lazy finds the same texts.
  reader.take('?');
  if (simple === undefined) return readCounted(reader, atom, start, found);
  const [min, max] = SIMPLE_REPEATS.get(found[0]) as readonly [number, number];
  return repeated(atom, min, max);
}

/** Goes past a repeat, if one comes next. @returns how it is written */
export function takeRepeat(reader: PatternReader): string | undefined {
  return (reader.match(SIMPLE_REPEAT) ?? reader.match(COUNTED))?.[0];
}

function readCounted(
  reader: PatternReader,
  atom: Tree,
  start: number,
  found: RegExpExecArray,
): Tree | undefined {
  const [text, least, comma, most] = found;
  const { index } = found;
  const min = Number(least);
  const max = most === undefined ? (comma === undefined ? min : Infinity) : Number(most);
  const larger = most === undefined ? min : max;
  if (larger > MAX_COUNT) return reader.fail(`${text} counts beyond ${String(MAX_COUNT)}`, index);
  if (max < min) return reader.fail(`${text} ends before it begins`, index);
  return checkCost(reader, counted(atom, min, max), start);
}

/** Holds what a pattern, or a part of it, costs against the limits. */
export function checkCost(reader: PatternReader, tree: Tree, at: number): Tree | undefined {
  const { size, copies } = tree;
  if (size <= MAX_SIZE && copies <= MAX_COUNT) return tree;
  const [what, value, most] =
    copies > MAX_COUNT
      ? ['counts in one another make', copies, MAX_COUNT]
      : ['this is too large: its size is', size, MAX_SIZE];
  return reader.fail(`${what} ${String(value)}, at most ${String(most)} may be`, at);
}
