import type { Json } from '@featureflags/core';

import { NUMBERS, TEXTS, USERS } from './pools.ts';
import { randomConditions } from './random-conditions.ts';
import type { Random } from './random.ts';

type Members = Record<string, Json>;

const FLAGS = ['f0', 'f1', 'f2', 'f3', 'f4', 'constructor', 'a.b-c_d', '0'];
const SEGMENTS = ['s0', 's1', 'toString'];
const NAMES = ['on', 'off', 'blue', 'constructor'];
const BY = ['targetingKey', 'user_id', 'a', 'nested.x'];
const PERCENT = [0, 0.001, 0.5, 1, 10, 33.333, 50, 99.999, 100];

const VALUES: Readonly<Record<string, readonly Json[]>> = {
  boolean: [true, false],
  string: TEXTS,
  number: NUMBERS,
  object: [{}, { a: [1, null, 'é'] }, { constructor: { b: -0 } }],
};

/** A snapshot that a reader accepts, except for flags that it may refuse one by one. */
export function randomSnapshot(random: Random): Members {
  const segments = random.some(SEGMENTS, 0.6);
  const keys = FLAGS.slice(0, 2 + random.below(FLAGS.length - 1));
  return {
    schema: 1,
    environment: 'production',
    version: random.below(1000),
    flags: Object.fromEntries(
      keys.map((key, index) => [key, flag(random, keys.slice(0, index), segments)]),
    ),
    segments: Object.fromEntries(segments.map((key) => [key, segment(random)])),
  };
}

/** Keys of {@link randomSnapshot}'s flags, and one that is not there. */
export const FLAG_KEYS: readonly string[] = [...FLAGS, 'missing'];

function segment(random: Random): Members {
  return {
    include: random.some(USERS, 0.1),
    exclude: random.some(USERS, 0.1),
    any: random.list<Json>(0, 2, () => randomConditions(random, [])),
  };
}

/** @param earlier flags that it may require: only earlier ones, so that there is no cycle */
function flag(random: Random, earlier: readonly string[], segments: readonly string[]): Members {
  const type = random.pick(Object.keys(VALUES));
  const names = NAMES.slice(0, 2 + random.below(3));
  const serve = (): Json => randomServe(random, names);
  return {
    type,
    enabled: random.chance(0.9),
    hash: random.chance(0.02) ? 'ff2' : 'ff1',
    salt: random.pick(['', 'salt', 'Zoë🙂', '\ud800', ...TEXTS]),
    variants: names.map((name) => ({ name, value: random.pick(VALUES[type] as readonly Json[]) })),
    off: random.pick(names),
    requires: requirements(random, earlier),
    targets: random.list<Json>(0, 2, () => ({
      variant: random.pick(names),
      keys: random.some(USERS, 0.08),
    })),
    rules: random.list<Json>(0, 4, (index) => ({
      id: `r${String(index)}`,
      when: randomConditions(random, segments),
      ...(random.chance(0.4) && { rollout: rollout(random) }),
      serve: serve(),
      ...(random.chance(0.01) && { until: 'tomorrow' }),
    })),
    default: serve(),
    metadata: random.chance(0.3) ? { owner: 'web', n: random.pick(NUMBERS), b: true } : {},
  };
}

function requirements(random: Random, earlier: readonly string[]): Json[] {
  const list = random.some(earlier, 0.15);
  return list.map((required) => ({
    flag: required,
    variants: NAMES.slice(0, 1 + random.below(2)),
  }));
}

function rollout(random: Random): Members {
  return { percent: random.pick(PERCENT), ...(random.chance(0.4) && { by: random.pick(BY) }) };
}

function randomServe(random: Random, names: readonly string[]): Json {
  if (random.chance(0.6)) return { variant: random.pick(names) };
  const weights = names.map((variant) => ({ variant, weight: random.pick([0, 1, 3, 1000]) }));
  const split = [{ ...weights[0], weight: 1 + random.below(10) } as Json, ...weights.slice(1)];
  return { split, ...(random.chance(0.3) && { by: random.pick(BY) }) };
}
