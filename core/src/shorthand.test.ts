import { describe, expect, it } from 'vitest';

import type { Json } from './json.ts';
import {
  expandRules,
  expandServe,
  expandTargets,
  expandVariants,
  freeRuleIds,
  inferType,
} from './shorthand.ts';

const ON_OFF = [
  { name: 'on', value: true },
  { name: 'off', value: false },
];

describe('expandVariants', () => {
  it.each<[why: string, written: Json | undefined, expanded: Json]>([
    ['none: those of a boolean flag', undefined, ON_OFF],
    [
      'a map',
      { blue: '#00f', red: '#f00' },
      [
        { name: 'blue', value: '#00f' },
        { name: 'red', value: '#f00' },
      ],
    ],
    ['an empty map', {}, []],
    ['a value that is an object', { a: { b: 1 } }, [{ name: 'a', value: { b: 1 } }]],
    ['the explicit form', ON_OFF, ON_OFF],
    ['no shorthand: for the parser to refuse', 'on', 'on'],
    ['null', null, null],
  ])('%s', (_, written, expanded) => {
    expect(expandVariants(written)).toEqual(expanded);
  });

  it('keeps a key called __proto__', () => {
    const written = JSON.parse('{"__proto__": 1}') as Json;
    expect(expandVariants(written)).toEqual([{ name: '__proto__', value: 1 }]);
  });
});

describe('inferType', () => {
  it.each<[variants: Json, type: string]>([
    [[{ name: 'a', value: 'x' }], 'string'],
    [
      [
        { name: 'a', value: 1 },
        { name: 'b', value: 'x' },
      ],
      'number',
    ],
    [[{ name: 'a', value: false }], 'boolean'],
    [[{ name: 'a', value: {} }], 'object'],
    // No types: the parser says which there are.
    [[{ name: 'a', value: [] }], 'list'],
    [[{ name: 'a', value: null }], 'null'],
    [[{ name: 'a' }], 'nothing'],
    [[], 'boolean'],
    [['on'], 'boolean'],
    ['on', 'boolean'],
  ])('%j → %s', (variants, type) => {
    expect(inferType(variants)).toBe(type);
  });
});

describe('expandTargets', () => {
  it.each<[written: Json, expanded: Json]>([
    [
      { on: ['qa-1'], off: [] },
      [
        { variant: 'on', keys: ['qa-1'] },
        { variant: 'off', keys: [] },
      ],
    ],
    [{ on: 'qa-1' }, [{ variant: 'on', keys: 'qa-1' }]],
    [[{ variant: 'on', keys: [] }], [{ variant: 'on', keys: [] }]],
    [7, 7],
  ])('%j', (written, expanded) => {
    expect(expandTargets(written)).toEqual(expanded);
  });
});

describe('expandServe', () => {
  it.each<[written: Json, expanded: Json]>([
    ['on', { variant: 'on' }],
    [{ variant: 'on' }, { variant: 'on' }],
    [{ split: [] }, { split: [] }],
    [true, true],
    [null, null],
  ])('%j', (written, expanded) => {
    expect(expandServe(written)).toEqual(expanded);
  });
});

describe('expandRules', () => {
  it.each<[why: string, written: Json, expanded: Json]>([
    ['nothing but an id and a list of conditions', [{}], [{ id: 'r1', when: [] }]],
    ['a variant', [{ serve: 'on' }], [{ id: 'r1', when: [], serve: { variant: 'on' } }]],
    [
      'one condition for each attribute',
      [{ when: { country: ['US', 'CA'], plan: 'pro' } }],
      [
        {
          id: 'r1',
          when: [
            { attribute: 'country', op: 'in', values: ['US', 'CA'] },
            { attribute: 'plan', op: 'in', values: ['pro'] },
          ],
        },
      ],
    ],
    [
      'explicit conditions',
      [{ when: [{ attribute: 'a', op: 'exists' }] }],
      [{ id: 'r1', when: [{ attribute: 'a', op: 'exists' }] }],
    ],
    ['a number of percent', [{ rollout: 10 }], [{ id: 'r1', when: [], rollout: { percent: 10 } }]],
    ['percent', [{ rollout: '2.5%' }], [{ id: 'r1', when: [], rollout: { percent: 2.5 } }]],
    ['no percent', [{ rollout: '-1%' }], [{ id: 'r1', when: [], rollout: '-1%' }]],
    [
      'an explicit rollout',
      [{ rollout: { percent: 1 } }],
      [{ id: 'r1', when: [], rollout: { percent: 1 } }],
    ],
    [
      'ids that are taken',
      [{}, { id: 'r1' }, {}, { id: 'r3' }],
      [
        { id: 'r2', when: [] },
        { id: 'r1', when: [] },
        { id: 'r4', when: [] },
        { id: 'r3', when: [] },
      ],
    ],
    ['fields that it does not know', [{ id: 'x', what: 1 }], [{ id: 'x', what: 1, when: [] }]],
    ['no rules', [7, 'on', null], [7, 'on', null]],
    ['no list', { a: 1 }, { a: 1 }],
  ])('%s', (_, written, expanded) => {
    expect(expandRules(written)).toEqual(expanded);
  });

  it('keeps what is written as it is', () => {
    const written = Object.freeze([Object.freeze({ serve: 'on' })]);
    expandRules(written);
    expect(written).toEqual([{ serve: 'on' }]);
  });
});

describe('freeRuleIds', () => {
  it.each<[taken: Json[], ids: string[]]>([
    [[], ['r1', 'r2']],
    [['r2'], ['r1', 'r3']],
    [
      ['r1', 'r2', 'r4'],
      ['r3', 'r5'],
    ],
  ])('%j → %s', (taken, ids) => {
    const nextId = freeRuleIds(new Set(taken));
    expect([nextId(), nextId()]).toEqual(ids);
  });
});
