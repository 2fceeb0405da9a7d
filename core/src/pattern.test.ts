import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';

import { compilePattern, type PatternTest } from './pattern.ts';
import { patterns, rubbish, texts } from './pattern.fixture.ts';
import { PatternMatcher } from './pattern-matcher.ts';
import { parsePattern } from './pattern-parse.ts';
import { programOf } from './pattern-program.ts';
import type { Tree } from './pattern-tree.ts';

const SEED = 20_261_122;

function compiled(pattern: string): PatternTest {
  const test = compilePattern(pattern);
  if (typeof test === 'string') throw new Error(`${JSON.stringify(pattern)}: ${test}`);
  return test;
}

/** RE2 in JavaScript, which knows more than 4.pattern; undefined if it refuses the pattern. */
function re2(pattern: string): PatternTest | undefined {
  try {
    const matcher = RE2JS.compile(pattern);
    return (text) => matcher.test(text);
  } catch {
    return undefined;
  }
}

function matcherOf(pattern: string): { tree: Tree; matcher: PatternMatcher } {
  const tree = parsePattern(pattern) as Tree;
  return { tree, matcher: new PatternMatcher(programOf(tree)) };
}

/** What RE2 reads and 4.pattern leaves out. */
const LEFT_OUT = /\(\?\)|\(\?[imsU-]*\)[*+?{]|\\[0-7pPQECZ]|-\[:/;

/** re2js 2.10 looks for the `:]` of a name from the `:` on; RE2 itself does as 4.pattern says. */
const MISREAD = /\[:\]/;

/** What a pattern answers, written beside it for the one who reads of a difference. */
function answers(pattern: string, test: PatternTest | string | undefined, all: string[]): object {
  return {
    pattern,
    answers: typeof test === 'function' ? all.map((text) => [text, test(text)]) : [],
  };
}

describe('patterns against RE2', () => {
  it('of the grammar compile, and find what RE2 finds', () => {
    const property = fc.property(patterns, fc.array(texts, { minLength: 8 }), (pattern, all) => {
      const expected = answers(pattern, re2(pattern), all);
      expect(answers(pattern, compiled(pattern), all)).toEqual(expected);
    });
    fc.assert(property, { seed: SEED, numRuns: 2000 });
  });

  it('of any characters compile if and only if RE2 reads them, but for what is left out', () => {
    const property = fc.property(rubbish, fc.array(texts, { minLength: 4 }), (pattern, all) => {
      const ours = compilePattern(pattern);
      fc.pre(!MISREAD.test(pattern) && !(typeof ours === 'string' && LEFT_OUT.test(pattern)));
      expect(answers(pattern, ours, all)).toEqual(answers(pattern, re2(pattern), all));
    });
    fc.assert(property, { seed: SEED, numRuns: 20_000 });
  });
});

describe('a search', () => {
  it.each([
    ['(a+)+$', `${'a'.repeat(2000)}!`],
    ['(a|aa)*b', 'a'.repeat(2000)],
    ['((a?)+)+b', 'a'.repeat(2000)],
    ['(?:a?){499}b{499}', 'a'.repeat(2000)],
    ['(?:\\b\\w|\\B\\w){300}x', 'ab'.repeat(1000)],
    ['(?m)^(.*\n)*$^x', '\n'.repeat(2000)],
    [`${'('.repeat(99)}a${'+)'.repeat(99)}+b`, 'a'.repeat(2000)],
  ])(
    'of %s takes steps in proportion to the text, and few once states are known',
    (pattern, text) => {
      const { tree, matcher } = matcherOf(pattern);
      expect(matcher.test(text)).toBe(false);
      expect(matcher.steps).toBeLessThanOrEqual(4 * tree.size * (text.length + 1));
      const first = matcher.steps;
      expect(matcher.test(text)).toBe(false);
      expect(matcher.steps).toBe(first);
    },
  );

  it('makes a program of less than two instructions for each unit of size', () => {
    const property = fc.property(patterns, (pattern) => {
      const tree = parsePattern(pattern) as Tree;
      expect(programOf(tree).instructions.length).toBeLessThanOrEqual(2 * tree.size + 1);
    });
    fc.assert(property, { seed: SEED, numRuns: 1000 });
  });

  it('that would need a state for each text forgets states, and answers as before', () => {
    // Which of the last 15 were an "a" is 2^15 states: more than are kept.
    const pattern = 'a[ab]{15}c';
    const { matcher } = matcherOf(pattern);
    const oracle = re2(pattern) as PatternTest;
    const first = `${'aab'.repeat(20)}c`;
    matcher.test(first);
    const initial = matcher.steps;
    matcher.test(first);
    expect(matcher.steps).toBe(initial);
    let [seed, found] = [1, 0];
    for (let round = 0; round < 40; round += 1) {
      const letters = Array.from({ length: 200 }, () => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
        return seed & 0x1_00_00 ? 'a' : 'b';
      });
      const text = `${letters.join('')}c`;
      expect(matcher.test(text)).toBe(oracle(text));
      found += Number(matcher.test(text));
    }
    expect(found).toBeGreaterThan(5);
    expect(found).toBeLessThan(35);
    // Little is left of what the first text needed.
    const before = matcher.steps;
    matcher.test(first);
    expect(matcher.steps - before).toBeGreaterThan(initial / 2);
  });

  it('ends where nothing can be found any more', () => {
    const { matcher } = matcherOf('^[ab]\\B');
    expect(matcher.test('x')).toBe(false);
    const { steps } = matcher;
    expect(matcher.test('xab-\nab')).toBe(false);
    expect(matcher.steps).toBe(steps);
  });

  it('forgets states too where each is large', () => {
    const { tree, matcher } = matcherOf('a[ab]{900}c');
    const text = `a${'ab'.repeat(450)}`;
    expect(matcher.test(`${text}c`)).toBe(true);
    expect(matcher.test(`${text.slice(1)}c`)).toBe(false);
    expect(matcher.steps).toBeLessThanOrEqual(4 * tree.size * 2 * (text.length + 2));
  });
});

describe('code points', () => {
  it.each<[pattern: string, text: string, expected: boolean]>([
    ['^.$', '😀', true],
    ['^..$', '😀', false],
    ['[😀-😂]', '😁', true],
    ['[😀-😂]', '\ud83d', false],
    ['\ud83d', '😀', false],
    ['\ud83d', '\ud83d', true],
    ['\ud83d', '\uFFFD', true],
    ['^\uFFFD.$', '\ude00\ud83d', true],
    ['^[\uFFFD]{2}$', '\ude00\ud83d', true],
    ['\ude00', 'x\ud83d', true],
    ['^\ud83d', '\uFFFDx', true],
    ['\ud83d$', 'x\ude00', true],
    ['^\ud83d$', '\ude00', true],
    ['\\B', 'aéa', false],
    ['\\x{10FFFF}', '\u{10FFFF}', true],
    ['^[^a]$', '\u{10FFFF}', true],
  ])('%j in %j: %j', (pattern, text, expected) => {
    expect(compiled(pattern)(text)).toBe(expected);
  });

  it.each(['K\u212A', 's\u017F', 'é\u00C9', 'ß\u1E9E'])('i folds ASCII alone: %s', (pair) => {
    const [one, other] = Array.from(pair) as [string, string];
    expect(compiled(`(?i)${one}`)(other)).toBe(false);
    expect(compiled(`(?i)[${one}]`)(other)).toBe(false);
    expect(compiled(`(?i)[^${one}]`)(other)).toBe(true);
  });
});

describe('plain texts', () => {
  it.each<[pattern: string, found: string[], not: string[]]>([
    ['', ['', 'a'], []],
    ['^', ['', 'a'], []],
    ['$', ['', 'a'], []],
    ['^$', [''], ['a', '\n']],
    ['$^', [''], ['a', '\n']],
    ['^^a', ['a'], ['ba']],
    ['a\\.b', ['xa.bx'], ['axb']],
    ['^ab', ['ab', 'abc'], ['cab', '\nab']],
    ['ab$', ['ab', 'cab'], ['abc', 'ab\n']],
    ['^ab$', ['ab'], ['abc', 'cab', '']],
    ['\\Aab\\z', ['ab'], ['ab\n']],
  ])('%j', (pattern, found, not) => {
    const test = compiled(pattern);
    expect(found.filter((text) => !test(text))).toEqual([]);
    expect(not.filter(test)).toEqual([]);
  });
});

describe('what does not compile', () => {
  const deep = (groups: number): string => '('.repeat(groups) + ')'.repeat(groups);

  it.each<[pattern: string, problem: string]>([
    ['a)', 'character 2: there is no "(" for this ")"'],
    ['😀(a', 'character 2: "(" is not closed by ")"'],
    ['[a', 'character 1: "[" is not closed by "]"'],
    ['[]', 'character 1: "[" is not closed by "]"'],
    ['[a-', 'character 1: "[" is not closed by "]"'],
    ['a**', 'character 3: there is nothing for * to repeat'],
    ['|{2}', 'character 2: there is nothing for {2} to repeat'],
    ['a(?i)+', 'character 6: there is nothing for + to repeat'],
    ['x[[:foo:]]', 'character 3: "foo" is no class; known: alnum, alpha'],
    ['[[:^foo:]]', 'character 2: "foo" is no class'],
    ['[z-a]', 'character 2: z-a is no range: it ends before it begins'],
    ['[a-\\d]', 'character 2: a range cannot end in a class'],
    ['[!-[:digit:]]', 'character 2: a range cannot end in a class'],
    ['[a-\\q]', 'character 4: "\\q" is no escape'],
    ['[\\q]', 'character 2: "\\q" is no escape'],
    ['\\é', 'character 1: "\\é" is no escape'],
    ['a\\', 'character 2: "\\" ends the pattern'],
    ['\\x4', 'character 1: expected "\\x" and two hexadecimal digits'],
    ['\\x{110000}', 'character 1: \\x{110000} is no character'],
    ['\\x{D800}', 'character 1: \\x{D800} is no character'],
    ['\\x{DFFF}', 'character 1: \\x{DFFF} is no character'],
    ['(?=a)', 'character 1: this is no group; known: (?:…)'],
    ['(?P<a>x)(?<a>y)', 'character 9: a second group has the name a'],
    ['a{1001}', 'character 2: {1001} counts beyond 1000'],
    ['a{1001,}', 'character 2: {1001,} counts beyond 1000'],
    ['a{1,1001}', 'character 2: {1,1001} counts beyond 1000'],
    ['a{2,1}', 'character 2: {2,1} ends before it begins'],
    ['x(?:a{10}){101}', 'character 2: counts in one another make 1010, at most 1000 may be'],
    ['(?:abc){500}', 'character 1: this is too large: its size is 2001, at most 2000 may be'],
    ['a'.repeat(2001), 'character 1: this is too large: its size is 2001, at most 2000 may be'],
    [deep(101), 'character 101: more than 100 groups are open'],
    ['(a|b(*))', 'character 6: there is nothing for * to repeat'],
  ])('%s: %s', (pattern, problem) => {
    const why = compilePattern(pattern);
    expect(why).toBeTypeOf('string');
    expect(String(why).slice(0, problem.length)).toBe(problem);
  });

  it.each(['[:]', deep(100), 'a'.repeat(2000), '(?:abc){499}', 'a{1000}', '[[:]', 'a{,2}'])(
    'and what does, at the border: %s',
    (pattern) => {
      expect(compilePattern(pattern)).toBeTypeOf('function');
    },
  );

  it('is found in one pass, however long the pattern', () => {
    const names = '[:'.repeat(200_000);
    expect(compilePattern(`[${names}`)).toBe('character 1: "[" is not closed by "]"');
    expect(compilePattern('(?i)'.repeat(100_000))).toBeTypeOf('function');
  });
});
