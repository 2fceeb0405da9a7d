import { keepCase, normalizer } from './normalize.ts';
import { PatternMatcher } from './pattern-matcher.ts';
import { parsePattern } from './pattern-parse.ts';
import { programOf } from './pattern-program.ts';
import type { Tree } from './pattern-tree.ts';

/** True if the pattern is found anywhere in the text. */
export type PatternTest = (text: string) => boolean;

/**
 * Compiles a pattern: 4.pattern of spec/evaluation.md, a part of RE2's syntax. Never throws.
 * A test takes time linear in its text. Its automaton is made by the first test that needs it.
 * @returns a test, or why the pattern does not compile, in words for people
 */
export function compilePattern(pattern: string): PatternTest | string {
  const tree = parsePattern(pattern);
  if (typeof tree === 'string') return tree;
  const plain = plainTest(tree);
  if (plain !== undefined) return plain;
  let matcher: PatternMatcher | undefined;
  return (text) => (matcher ??= new PatternMatcher(programOf(tree))).test(text);
}

/** Most patterns people write are a text, anchored or not: the language has that, and faster. */
function plainTest(tree: Tree): PatternTest | undefined {
  const items = tree.kind === 'sequence' ? tree.items : [tree];
  const isFirst = isAssertion(items.at(0), 'start');
  const isLast = isAssertion(items.at(-1), 'end');
  const codes = items.slice(isFirst ? 1 : 0, isLast ? -1 : undefined).map(onlyCode);
  if (!codes.every((code) => code !== undefined)) return undefined;
  const plain = String.fromCodePoint(...codes);
  const normalize = normalizer([plain], keepCase);
  if (isFirst && isLast) return (text) => normalize(text) === plain;
  if (isFirst) return (text) => normalize(text).startsWith(plain);
  if (isLast) return (text) => normalize(text).endsWith(plain);
  return (text) => normalize(text).includes(plain);
}

function isAssertion(tree: Tree | undefined, assertion: 'start' | 'end'): boolean {
  return tree?.kind === 'assertion' && tree.assertion === assertion;
}

/** The code point of a set of one. */
function onlyCode(tree: Tree): number | undefined {
  if (tree.kind !== 'set') return undefined;
  const [first, last] = tree.set;
  return tree.set.length === 2 && first === last ? first : undefined;
}
