// The flags that are measured, in core's form and written by hand.

import type { JsonObject } from '@featureflags/core';

import { conditions, everyone, rollout, split, type ByHand } from './by-hand.ts';

/** A flag in both forms. */
export interface Kind {
  readonly name: string;
  readonly document: JsonObject;
  readonly byHand: (key: string) => ByHand;
}

const ON_OFF: JsonObject = {
  type: 'boolean',
  enabled: true,
  hash: 'ff1',
  variants: [
    { name: 'on', value: true },
    { name: 'off', value: false },
  ],
  off: 'off',
  default: { variant: 'off' },
};

const FOUR: readonly string[] = ['a', 'b', 'c', 'd'];
const THIRTY_PERCENT = { rollout: { percent: 30 }, serve: { variant: 'on' } };
const PROFESSIONALS = [
  { attribute: 'country', op: 'in', values: ['US', 'CA'] },
  { attribute: 'plan', op: 'in', values: ['pro'] },
];

/** The scenarios A to D of the targets. */
export const kinds: readonly Kind[] = [
  {
    name: 'A on for everyone',
    document: { ...ON_OFF, default: { variant: 'on' } },
    byHand: everyone,
  },
  {
    name: 'B 30 % rollout',
    document: { ...ON_OFF, rules: [{ id: 'r1', ...THIRTY_PERCENT }] },
    byHand: rollout,
  },
  {
    name: 'C two conditions else rollout',
    document: {
      ...ON_OFF,
      rules: [
        { id: 'r1', when: PROFESSIONALS, serve: { variant: 'on' } },
        { id: 'r2', ...THIRTY_PERCENT },
      ],
    },
    byHand: conditions,
  },
  {
    name: 'D split of four',
    document: {
      ...ON_OFF,
      type: 'string',
      variants: FOUR.map((name) => ({ name, value: name })),
      off: 'a',
      default: { split: FOUR.map((variant) => ({ variant, weight: 1 })) },
    },
    byHand: split,
  },
];

/** A snapshot document of `count` flags, one of each kind in turn, and the flags' keys. */
export function documentOf(count: number): { document: JsonObject; keys: readonly string[] } {
  const keys = Array.from({ length: count }, (_, index) => `flag-${String(index)}`);
  const flags = Object.fromEntries(
    keys.map((key, index) => [key, { ...kindAt(index).document, salt: key }]),
  );
  return { document: { schema: 1, environment: 'production', version: 1, flags }, keys };
}

/** The kind of the flag at a place in {@link documentOf}. */
export function kindAt(index: number): Kind {
  return kinds[index % kinds.length] as Kind;
}
