import { OPERATOR_NAMES } from '@featureflags/core';
import { expect, test } from 'vitest';
import { parseCondition } from './condition.ts';
import type { FlagView, RuleView } from './flag.ts';
import {
  conditionWords,
  movedDefault,
  rolloutWords,
  serveWords,
  stateWords,
  valueWords,
  whenWords,
} from './words.ts';

const CONDITIONS: readonly [text: string, words: string][] = [
  ['country=US', 'country is US'],
  ['country=US,CA', 'country is US or CA'],
  ['country!=US,CA,MX', 'country is not US, CA or MX'],
  ['plan~=^pro', 'plan matches ^pro'],
  ['age>=18', 'age >= 18'],
  ['name=""', 'name is ""'],
  ['segment:beta', 'in segment beta'],
  ['!segment:beta', 'not in segment beta'],
  ['has:email', 'has email'],
  ['!has:email', 'has no email'],
  ['{"attribute":"a","op":"in","values":["x"],"ignoreCase":true}', 'a is x (ignoring case)'],
  [
    '{"attribute":"a","op":"not_in","values":[true],"ignoreCase":true}',
    'a is not true (ignoring case)',
  ],
  ['{"attribute":"a","op":"newer_one","values":["x"]}', 'a newer_one x'],
  ['{"op":"exists"}', 'has '],
];

test.each(CONDITIONS)('%s', (text, words) => {
  expect(conditionWords(parseCondition(text))).toBe(words);
});

test.each(OPERATOR_NAMES)('%s has words of its own', (op) => {
  const known = ['contains', 'matches', 'before', 'after'].includes(op);
  const words = conditionWords(parseCondition(`thing ${op}${op.endsWith('exists') ? '' : ' 1'}`));
  expect(words.includes(` ${op} `)).toBe(known);
});

test('long lists are cut', () => {
  expect(valueWords([1, 2, 3, 4, 5])).toBe('1, 2, 3, 4 or 5');
  expect(valueWords([1, 2, 3, 4, 5, 6])).toBe('1, 2, 3, 4 or 2 more');
});

test('rules', () => {
  expect(whenWords([])).toBe('everybody');
  expect(whenWords(undefined)).toBe('everybody');
  expect(
    whenWords([
      { segment: 'a', op: 'in_segment' },
      { attribute: 'b', op: 'exists' },
    ]),
  ).toBe('in segment a and has b');
  expect(serveWords({ variant: 'on' })).toBe('on');
  const split = [
    { variant: 'a', weight: 1 },
    { variant: 'b', weight: 2 },
  ];
  expect(serveWords({ split, by: 'company' })).toBe('a 33.333%, b 66.667% by company');
  expect(rolloutWords({ serve: { variant: 'on' } })).toBe('');
  expect(
    rolloutWords({ rollout: { percent: 0.125, by: 'targetingKey' }, serve: { variant: 'on' } }),
  ).toBe('0.125%');
});

const EVERYBODY: RuleView = { id: 'r', when: [], serve: { variant: 'on' } };
const SOME: RuleView = {
  id: 's',
  when: [{ segment: 'a', op: 'in_segment' }],
  serve: { variant: 'on' },
};
const ROLLOUT: RuleView = { ...EVERYBODY, rollout: { percent: 10 } };
const SPLIT = { split: [{ variant: 'on', weight: 1 }] };

const STATES: readonly [state: string, flag: object][] = [
  ['off', { enabled: false }],
  ['archived', { archived: true }],
  ['on', {}],
  ['on', { rules: [SOME] }],
  ['on', { rules: [EVERYBODY], default: { variant: 'off' } }],
  ['10%', { rules: [SOME, ROLLOUT], default: { variant: 'off' } }],
  ['for some', { rules: [SOME], default: { variant: 'off' } }],
  ['for some', { targets: [{ variant: 'on', keys: ['a'] }], default: { variant: 'off' } }],
  ['split', { default: SPLIT }],
  ['split', { rules: [{ ...EVERYBODY, serve: SPLIT }] }],
  ['blue', { default: { variant: 'blue' } }],
  ['off', { default: { variant: 'off' } }],
  ['on', { default: undefined }],
];

test.each(STATES)('state %s: %j', (state, fields) => {
  const flag = { enabled: true, archived: false, rules: [], targets: [], off: 'off' };
  expect(
    stateWords({ ...flag, default: { variant: 'on' }, ...fields } as unknown as FlagView),
  ).toBe(state);
});

test('a default that moved by itself is told', () => {
  const on = { enabled: true, default: { variant: 'on' } } as FlagView;
  const off = { ...on, default: { variant: 'off' } } as FlagView;
  expect(movedDefault(on, on)).toBe('');
  expect(movedDefault({ ...on, enabled: false }, off)).toBe('');
  expect(movedDefault(on, off)).toBe('Whoever no rule or target serves gets off now (on before).');
});
