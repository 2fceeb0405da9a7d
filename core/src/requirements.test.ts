import { describe, expect, it } from 'vitest';

import { createContext } from './context.ts';
import { evaluate } from './evaluate.ts';
import type { Json, JsonObject } from './json.ts';
import { parseSnapshot } from './parse.ts';
import { MAX_REQUIRED } from './requirements.ts';

/** A flag that requires others to be on. */
function requiring(...flags: readonly string[]): JsonObject {
  return requiringAll(flags.map((flag) => ({ flag, variants: ['on'] })));
}

function requiringAll(requires: Json): JsonObject {
  return {
    type: 'boolean',
    enabled: true,
    hash: 'ff1',
    salt: 's',
    variants: [
      { name: 'on', value: true },
      { name: 'off', value: false },
    ],
    off: 'off',
    requires,
    default: { variant: 'on' },
  };
}

function documentOf(flags: JsonObject): JsonObject {
  return { schema: 1, environment: 'test', version: 1, flags };
}

function issuesOf(flags: JsonObject): string[] {
  const { issues } = parseSnapshot(documentOf(flags));
  return issues.map(({ path, code }) => `${code} ${path}`);
}

/** f0 requires f1, f1 requires f2 and so on. */
function chain(length: number): JsonObject {
  const flags = Array.from({ length }, (_, index): [string, JsonObject] => [
    `f${String(index)}`,
    index === length - 1 ? requiring() : requiring(`f${String(index + 1)}`),
  ]);
  return Object.fromEntries(flags);
}

describe('names', () => {
  it.each<[why: string, flags: JsonObject, issues: string[]]>([
    ['a flag that is there', { a: requiring('b'), b: requiring() }, []],
    ['one that is not', { a: requiring('b') }, ['reference /flags/a/requires/0/flag']],
    [
      'a name that objects inherit',
      { a: requiring('toString') },
      ['reference /flags/a/requires/0/flag'],
    ],
    ['a flag of such a name', { a: requiring('constructor'), constructor: requiring() }, []],
    [
      'the later of two',
      { a: requiring('b', 'c'), b: requiring() },
      ['reference /flags/a/requires/1/flag'],
    ],
    [
      'a variant that is not there',
      { a: requiringAll([{ flag: 'b', variants: ['on', 'blue'] }]), b: requiring() },
      ['reference /flags/a/requires/0/variants/1'],
    ],
    [
      'any variant of a flag that is refused',
      { a: requiringAll([{ flag: 'b', variants: ['blue'] }]), b: { ...requiring(), new: 1 } },
      ['unknown /flags/b/new'],
    ],
    [
      'a refused flag names one that is not there: the document is refused',
      { a: { ...requiring('b'), new: 1 } },
      ['unknown /flags/a/new', 'reference /flags/a/requires/0/flag'],
    ],
    [
      'the variants that can be read of a flag that cannot',
      { a: requiring('b'), b: { variants: [{ name: 'off' }] } },
      [
        'required /flags/b/type',
        'required /flags/b/hash',
        'required /flags/b/enabled',
        'required /flags/b/variants/0/value',
        'required /flags/b/salt',
        'required /flags/b/off',
        'required /flags/b/default',
        'reference /flags/a/requires/0/variants/0',
      ],
    ],
    ['a flag that is none', { a: requiring('b'), b: 7 }, ['type /flags/b']],
    [
      'requirements that are none',
      { a: requiringAll([7, { flag: 7, variants: ['on'] }, { flag: 'a', variants: 7 }]) },
      [
        'type /flags/a/requires/0',
        'type /flags/a/requires/1/flag',
        'type /flags/a/requires/2/variants',
        'cycle /flags/a/requires',
      ],
    ],
    [
      'variants that are none',
      { a: requiringAll([{ flag: 'b', variants: [7] }]), b: requiring() },
      ['type /flags/a/requires/0/variants/0'],
    ],
  ])('%s', (_, flags, issues) => {
    expect(issuesOf(flags)).toEqual(issues);
  });
});

describe('cycles', () => {
  it.each<[why: string, flags: JsonObject, issues: string[]]>([
    ['a flag that requires itself', { a: requiring('a') }, ['cycle /flags/a/requires']],
    [
      'two of each other',
      { a: requiring('b'), b: requiring('a') },
      ['cycle /flags/a/requires', 'cycle /flags/b/requires'],
    ],
    [
      'one that only leads to a circle',
      { a: requiring('b'), b: requiring('c'), c: requiring('b') },
      ['cycle /flags/b/requires', 'cycle /flags/c/requires'],
    ],
    [
      'one that a circle leads to',
      { a: requiring('b', 'c'), b: requiring('a'), c: requiring('d'), d: requiring() },
      ['cycle /flags/a/requires', 'cycle /flags/b/requires'],
    ],
    [
      'two circles that meet',
      { a: requiring('b'), b: requiring('a', 'c'), c: requiring('b') },
      ['cycle /flags/a/requires', 'cycle /flags/b/requires', 'cycle /flags/c/requires'],
    ],
    [
      'a diamond is none',
      { a: requiring('b', 'c'), b: requiring('d'), c: requiring('d'), d: requiring() },
      [],
    ],
    ['the same twice is none', { a: requiring('b', 'b'), b: requiring() }, []],
    [
      'not through a refused flag, which serves nothing',
      { a: requiring('b'), b: { ...requiring('a'), new: 1 } },
      ['unknown /flags/b/new'],
    ],
  ])('%s', (_, flags, issues) => {
    expect(issuesOf(flags)).toEqual(issues);
  });
});

describe('the most that one evaluation may look at', () => {
  it('is reached by a chain', () => {
    const flags = chain(MAX_REQUIRED + 1);
    const { snapshot, issues } = parseSnapshot(documentOf(flags));
    expect(issues).toEqual([]);
    const result = snapshot && evaluate(snapshot, 'f0', createContext({}));
    expect(result).toMatchObject({ value: true, reason: 'STATIC' });
  });

  it('is reported once, where it begins to be too much', () => {
    expect(issuesOf(chain(MAX_REQUIRED + 5))).toEqual(['range /flags/f3/requires']);
  });

  it('counts each flag as often as it is looked at', () => {
    // Each requires the next one twice: f1 looks at 2 + 4 + … + 512 = 1022 flags.
    const stages = Array.from({ length: 11 }, (_, index): [string, JsonObject] => {
      const next = `f${String(index + 1)}`;
      return [`f${String(index)}`, index === 10 ? requiring() : requiring(next, next)];
    });
    expect(issuesOf(Object.fromEntries(stages))).toEqual(['range /flags/f1/requires']);
  });
});
