import { describe, expect, it } from 'vitest';

import { createContext } from './context.ts';
import { evaluate } from './evaluate.ts';
import type { Json, JsonObject } from './json.ts';
import { parseSnapshot, type Source } from './parse.ts';
import type { Snapshot } from './snapshot.ts';

const FLAG = {
  type: 'boolean',
  enabled: true,
  hash: 'ff1',
  salt: 's',
  variants: [
    { name: 'on', value: true },
    { name: 'off', value: false },
  ],
  off: 'off',
  default: { variant: 'on' },
};

function documentOf(flags: Json, segments?: Json): JsonObject {
  const document = { schema: 1, environment: 'test', version: 1, flags };
  return segments === undefined ? document : { ...document, segments };
}

function issuesOf(document: unknown): string[] {
  return parseSnapshot(document).issues.map(({ path, code }) => `${code} ${path}`);
}

/** The issues of a flag that differs from {@link FLAG}. */
function issuesWith(difference: JsonObject): string[] {
  const issues = issuesOf(documentOf({ f: { ...FLAG, ...difference } }));
  return issues.map((issue) => issue.replace('/flags/f', ''));
}

function source(document: JsonObject): Source {
  return { document, snapshot: parseSnapshot(document).snapshot as Snapshot };
}

/** A list in a list in a list, far deeper than the stack. */
function abyss(): Json {
  return JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as Json;
}

// What the vectors of parse.json hold is not repeated here.
describe('issues', () => {
  it.each<[why: string, difference: JsonObject, issues: string[]]>([
    [
      'names are checked against what can be read of the variants',
      { variants: [{ name: 'on', value: 'x' }], off: 'off', default: { variant: 'on' } },
      ['value /variants/0/value', 'reference /off'],
    ],
    [
      'names are not checked without a list of variants',
      { variants: 'on', default: { split: [{ variant: 'x', weight: 1 }] } },
      ['type /variants'],
    ],
    [
      'a later variant of one name, after one that cannot be read',
      { variants: [{ name: '!', value: true }, ...FLAG.variants, { name: 'on', value: 7 }] },
      ['key /variants/0/name', 'duplicate /variants/3/name', 'value /variants/3/value'],
    ],
    ['a variant that is none', { variants: [...FLAG.variants, 'blue'] }, ['type /variants/2']],
    [
      'a value nested too deeply',
      { variants: [{ name: 'on', value: abyss() }] },
      ['value /variants/0/value', 'reference /off'],
    ],
    [
      'an object nested too deeply',
      { type: 'object', variants: ['on', 'off'].map((name) => ({ name, value: { a: abyss() } })) },
      ['range /variants/0/value', 'range /variants/1/value'],
    ],
    [
      'requirements of a flag without a usable off',
      { off: 'blue', requires: [{ flag: 'f', variants: ['on'] }] },
      ['reference /off', 'cycle /requires'],
    ],
    ['a serve that is none', { default: 'on' }, ['type /default']],
    ['a split that is none', { default: { split: { on: 1 } } }, ['type /default/split']],
    [
      'shares: each issue, and the sum',
      {
        default: {
          split: [
            { variant: 'x', weight: 0 },
            { variant: 'x', weight: 0 },
          ],
        },
      },
      [
        'reference /default/split/0/variant',
        'duplicate /default/split/1/variant',
        'reference /default/split/1/variant',
        'range /default/split',
      ],
    ],
    [
      'no sum where a weight is none',
      { default: { split: [{ variant: 'on', weight: '1' }, 7] } },
      ['type /default/split/0/weight', 'type /default/split/1'],
    ],
    [
      'a percentage that is none',
      { rules: [{ id: 'r1', rollout: {}, serve: { variant: 'on' } }] },
      ['required /rules/0/rollout/percent'],
    ],
    [
      'a rollout that is none',
      { rules: [{ id: 'r1', rollout: 10, serve: { variant: 'on' } }] },
      ['type /rules/0/rollout'],
    ],
    [
      'what to bucket by is none',
      { default: { split: [{ variant: 'on', weight: 1 }], by: 7 } },
      ['type /default/by'],
    ],
    [
      'the id of a rule that cannot be read is taken',
      { rules: [{ id: 'r1' }, { id: 'r1' }] },
      ['required /rules/0/serve', 'duplicate /rules/1/id', 'required /rules/1/serve'],
    ],
    ['a rule that is none', { rules: ['on'] }, ['type /rules/0']],
    ['a target that is none', { targets: ['on'] }, ['type /targets/0']],
    ['targets that are none', { targets: { on: [] } }, ['type /targets']],
    [
      'no variant in a requirement, and one that is none',
      {
        requires: [
          { flag: 'f', variants: [] },
          { flag: 'g', variants: [7] },
        ],
      },
      [
        'range /requires/0/variants',
        'type /requires/1/variants/0',
        'reference /requires/1/flag',
        'cycle /requires',
      ],
    ],
  ])('%s', (_, difference, issues) => {
    expect(issuesWith(difference)).toEqual(issues);
  });

  it.each<[why: string, condition: Json, issues: string[]]>([
    [
      'every operand',
      { attribute: 'a', op: 'lt', values: [1, {}, 'x'] },
      ['type /values/1', 'value /values/2', 'range /values'],
    ],
    [
      'patterns without an attribute',
      { op: 'matches', values: ['(', 7, '['] },
      ['required /attribute', 'pattern /values/0', 'type /values/1', 'pattern /values/2'],
    ],
    [
      'ignoreCase, whatever it holds',
      { attribute: 'a', op: 'lt', values: [1], ignoreCase: 7 },
      ['value /ignoreCase'],
    ],
    [
      'ignoreCase that is none',
      { attribute: 'a', op: 'in', values: [1], ignoreCase: 7 },
      ['type /ignoreCase'],
    ],
    [
      'a name that objects inherit',
      { op: 'in_segment', segment: 'toString' },
      ['reference /segment'],
    ],
  ])('of a condition: %s', (_, condition, issues) => {
    const found = issuesWith({
      rules: [{ id: 'r1', when: [condition], serve: { variant: 'on' } }],
    });
    expect(found).toEqual(issues.map((issue) => issue.replace('/', '/rules/0/when/0/')));
  });

  it('looks into what stands under a key that is none', () => {
    const document = JSON.parse(
      '{"schema": 1, "environment": "test", "version": 1, "flags": {"__proto__": {}, "a/b": 7}, "segments": {"": {"any": 7}}}',
    ) as Json;
    expect(issuesOf(document)).toEqual([
      'key /segments/',
      'key /flags/__proto__',
      'key /flags/a~1b',
      'type /segments//any',
      'required /flags/__proto__/type',
      'required /flags/__proto__/hash',
      'required /flags/__proto__/enabled',
      'required /flags/__proto__/variants',
      'required /flags/__proto__/salt',
      'required /flags/__proto__/off',
      'required /flags/__proto__/default',
      'type /flags/a~1b',
    ]);
  });

  it.each<[why: string, document: unknown]>([
    ['the document', abyss()],
    ['a field', { schema: abyss(), environment: abyss(), version: abyss(), flags: abyss() }],
    [
      'a condition',
      documentOf({ f: { ...FLAG, rules: [{ id: 'r1', when: abyss(), serve: {} }] } }),
    ],
    ['metadata', documentOf({ f: { ...FLAG, metadata: { a: abyss() } } })],
  ])('does not overflow the stack on %s', (_, document) => {
    expect(parseSnapshot(document).snapshot).toBeUndefined();
  });

  it('says what a flag is refused for, in its answer', () => {
    const document = documentOf({ f: { ...FLAG, colour: 1 }, g: FLAG });
    const snapshot = parseSnapshot(document).snapshot as Snapshot;
    const known =
      'type, enabled, hash, salt, variants, off, requires, targets, rules, default, metadata';
    expect(evaluate(snapshot, 'f', createContext({}))).toEqual({
      key: 'f',
      reason: 'ERROR',
      errorCode: 'PARSE_ERROR',
      errorMessage: `/flags/f/colour: unknown field; known here: ${known}`,
      metadata: {},
    });
    expect(evaluate(snapshot, 'g', createContext({}))).toMatchObject({ value: true });
  });
});

describe('a bucketing attribute', () => {
  it.each<[why: string, by: object, key: JsonObject, value: boolean]>([
    ['left out', {}, { targetingKey: 'u1' }, true],
    ['named', { by: 'targetingKey' }, { targetingKey: 'u1' }, true],
    ['by its other name', { by: 'user_id' }, { targetingKey: 'u1' }, true],
    ['another', { by: 'company' }, { company: 'u1' }, true],
    ['missing', { by: 'company' }, { targetingKey: 'u1' }, false],
  ])('%s', (_, by, key, value) => {
    const rule = { id: 'r1', rollout: { percent: 100, ...by }, serve: { variant: 'on' } };
    const flag = { ...FLAG, rules: [rule], default: { variant: 'off' } };
    const snapshot = parseSnapshot(documentOf({ f: flag })).snapshot as Snapshot;
    expect(evaluate(snapshot, 'f', createContext(key))).toMatchObject({ value });
  });
});

describe('flags of names that objects inherit', () => {
  it('are flags like any other', () => {
    const snapshot = parseSnapshot(documentOf({ constructor: FLAG, toString: FLAG }))
      .snapshot as Snapshot;
    const keys = ['constructor', 'toString', 'valueOf', '__proto__'];
    const reasons = keys.map((key) => evaluate(snapshot, key, createContext({})).reason);
    expect(reasons).toEqual(['STATIC', 'STATIC', 'ERROR', 'ERROR']);
  });
});

describe('a value that is served', () => {
  it('cannot be changed', () => {
    const variants = [{ name: 'on', value: { a: [1] } }];
    const flag = { ...FLAG, type: 'object', variants, off: 'on' };
    const snapshot = parseSnapshot(documentOf({ f: flag })).snapshot as Snapshot;
    const served = evaluate(snapshot, 'f', createContext({})) as unknown as {
      value: { a: number[] };
    };
    expect(() => served.value.a.push(2)).toThrow(TypeError);
  });
});

describe('an earlier snapshot', () => {
  const segments = { beta: { include: ['u1'] } };
  const inBeta = { op: 'in_segment', segment: 'beta' };
  const first = { ...FLAG, rules: [{ id: 'r1', when: [inBeta], serve: { variant: 'on' } }] };

  function taken(earlier: JsonObject, document: JsonObject): readonly string[] {
    const before = source(earlier);
    const { snapshot } = parseSnapshot(document, before);
    const keys = [...(snapshot?.flags.keys() ?? [])];
    return keys.filter((key) => snapshot?.flags.get(key) === before.snapshot.flags.get(key));
  }

  it.each<[why: string, earlier: JsonObject, document: JsonObject, taken: string[]]>([
    [
      'the same flags',
      documentOf({ a: FLAG, b: first }, segments),
      documentOf({ a: FLAG, b: first }, segments),
      ['a', 'b'],
    ],
    ['without segments', documentOf({ a: FLAG }), documentOf({ a: FLAG }), ['a']],
    [
      'one flag changed',
      documentOf({ a: FLAG, b: FLAG }),
      documentOf({ a: FLAG, b: { ...FLAG } }),
      ['a'],
    ],
    [
      'flags added and removed',
      documentOf({ a: FLAG, b: FLAG }),
      documentOf({ b: FLAG, c: FLAG }),
      ['b'],
    ],
    ['a flag under another key', documentOf({ a: FLAG }), documentOf({ b: FLAG }), []],
    [
      'other segments',
      documentOf({ a: FLAG }, segments),
      documentOf({ a: FLAG }, { ...segments }),
      ['a'],
    ],
    [
      'a segment more',
      documentOf({ a: FLAG }, segments),
      documentOf({ a: FLAG }, { ...segments, more: {} }),
      [],
    ],
    [
      'a segment under another key',
      documentOf({ a: FLAG }, { one: {} }),
      documentOf({ a: FLAG }, { two: {} }),
      [],
    ],
    [
      'a segment that is refused now',
      documentOf({ a: FLAG }, { one: {} }),
      documentOf({ a: FLAG }, { one: { x: 1 } }),
      [],
    ],
    ['a key that objects inherit', documentOf({ a: FLAG }), documentOf({ constructor: FLAG }), []],
    ['a flag that was refused', documentOf({ a: { ...FLAG, x: 1 } }), documentOf({ a: FLAG }), []],
  ])('%s', (_, earlier, document, expected) => {
    expect(taken(earlier, document)).toEqual(expected);
  });

  it('is still checked for what flags require of each other', () => {
    const requiring = { ...FLAG, requires: [{ flag: 'b', variants: ['on'] }] };
    const earlier = source(documentOf({ a: requiring, b: FLAG }));
    const { snapshot, issues } = parseSnapshot(documentOf({ a: requiring }), earlier);
    expect(snapshot).toBeUndefined();
    expect(issues).toMatchObject([{ code: 'reference', path: '/flags/a/requires/0/flag' }]);
  });

  it('keeps a refused flag refused, and says so again', () => {
    const document = documentOf({ a: { ...FLAG, x: 1 }, b: FLAG });
    const { snapshot, issues } = parseSnapshot(document, source(document));
    expect(issues).toMatchObject([{ code: 'unknown', path: '/flags/a/x' }]);
    expect([...(snapshot?.refused.keys() ?? [])]).toEqual(['a']);
  });

  it('keeps what a pattern was compiled to', () => {
    const when = [{ attribute: 'a', op: 'matches', values: ['^x'] }];
    const document = documentOf({
      a: { ...FLAG, rules: [{ id: 'r1', when, serve: { variant: 'on' } }] },
    });
    const earlier = source(document);
    const { snapshot } = parseSnapshot(document, earlier);
    expect(snapshot?.flags.get('a')).toBe(earlier.snapshot.flags.get('a'));
  });
});
