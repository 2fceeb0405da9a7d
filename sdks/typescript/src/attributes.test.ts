import { parseSnapshot } from '@featureflags/core';
import { expect, test } from 'vitest';

import { looksOf } from './attributes.ts';
import { flagOf } from './platform.fixture.ts';

const rule = (...when: object[]): object => ({
  rules: [{ id: 'r', when, serve: { variant: 'on' } }],
});
const is = (attribute: string): object => ({ attribute, op: 'exists' });
const split = (by: string): object => ({ default: { split: [{ variant: 'on', weight: 1 }], by } });
const many = Array.from({ length: 9 }, (_, index) => is(`a${String(index)}`));

test.each([
  ['nothing', {}, undefined],
  ['the bucket of the key', split('targetingKey'), undefined],
  ['another bucket', split('company'), { names: ['company'] }],
  ['conditions', rule(is('a'), is('b.c')), { names: ['a', 'b.c', 'b'] }],
  ['many', rule(...many), { names: undefined }],
  ['now', rule(is('now')), { names: ['now'], atNow: true }],
  ['the key by its names', rule(is('user_id')), { names: ['user_id'], atKey: true }],
  [
    'inside of the key',
    rule(is('targetingKey.x')),
    { names: ['targetingKey.x', 'targetingKey'], atKey: true },
  ],
  ['targets', { targets: [{ variant: 'on', keys: ['u'] }] }, { names: [], comparesKey: true }],
  ['a segment', rule({ op: 'in_segment', segment: 's' }), { names: ['s1'], comparesKey: true }],
  [
    'what a required flag looks at',
    { requires: [{ flag: 'other', variants: ['on'] }] },
    { names: ['o'] },
  ],
])('%s', (_, more, expected) => {
  const flags = { f: flagOf(false, more), other: flagOf(false, rule(is('o'))) };
  const segments = { s: { any: [[is('s1')]] } };
  const document = { schema: 1, environment: 'e', version: 1, flags, segments };
  const { snapshot, issues } = parseSnapshot(document);
  expect(issues).toEqual([]);
  const rest = { atNow: false, atKey: false, comparesKey: false };
  expect(snapshot && looksOf(snapshot).get('f')).toEqual(expected && { ...rest, ...expected });
});
