import type { Json } from '@featureflags/core';

import {
  ADDRESSES,
  ATTRIBUTES,
  BLOCKS,
  INSTANTS,
  NUMBERS,
  NUMERALS,
  PATTERNS,
  TEXTS,
  USERS,
  VERSIONS,
} from './pools.ts';
import type { Random } from './random.ts';

/** Operands that mostly are what the operator can read. */
interface Kind {
  readonly names: readonly string[];
  readonly operands: readonly Json[];
  readonly single?: true;
  readonly foldable?: true;
}

// Only what a reader accepts: a snapshot is refused as a whole for one wrong operand.
const NUMERIC = NUMERALS.filter((text) => /^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d{1,2})?$/i.test(text));
const DATES = INSTANTS.filter(
  (text) =>
    /^20[02]\d-\d\d-\d\d[Tt].{8}(\.\d+)?(Z|z|.00:00|.01:00)$/.test(text) &&
    !/:60|2026-02-29/.test(text),
);
const SEMVERS = VERSIONS.filter(
  (text) =>
    /^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+\w+)?$/.test(text) &&
    text !== '1.0.0-01',
);
const WHOLE_ADDRESSES = ['10.0.0.1', '::1', '2001:db8::1', '::ffff:10.0.0.1'];

const KINDS: readonly Kind[] = [
  {
    names: ['in', 'not_in'],
    operands: [...TEXTS, ...NUMERALS, ...NUMBERS, ...USERS, true, false, ...ADDRESSES],
    foldable: true,
  },
  {
    names: [
      'contains',
      'starts_with',
      'ends_with',
      'not_contains',
      'not_starts_with',
      'not_ends_with',
    ],
    operands: TEXTS,
    foldable: true,
  },
  { names: ['matches', 'not_matches'], operands: PATTERNS },
  { names: ['lt', 'lte', 'gt', 'gte'], operands: [...NUMBERS, ...NUMERIC], single: true },
  { names: ['before', 'after'], operands: DATES, single: true },
  {
    names: ['semver_eq', 'semver_lt', 'semver_lte', 'semver_gt', 'semver_gte'],
    operands: SEMVERS,
    single: true,
  },
  { names: ['in_cidr', 'not_in_cidr'], operands: [...BLOCKS, ...WHOLE_ADDRESSES] },
];

const ATTRIBUTE_NAMES = ATTRIBUTES.filter((name) => name !== '');

/** A list of conditions of any kind; without segments where there are none to name. */
export function randomConditions(random: Random, segments: readonly string[]): Json[] {
  return random.list<Json>(0, 3, () => randomCondition(random, segments));
}

function randomCondition(random: Random, segments: readonly string[]): Json {
  if (segments.length > 0 && random.chance(0.15)) {
    return { op: random.pick(['in_segment', 'not_in_segment']), segment: random.pick(segments) };
  }
  const attribute = random.pick(ATTRIBUTE_NAMES);
  if (random.chance(0.08)) return { attribute, op: random.pick(['exists', 'not_exists']) };
  const { names, operands, single, foldable } = random.pick(KINDS);
  const values = random.list(1, single === true ? 1 : 4, () => random.pick(operands));
  const folded = foldable === true && random.chance(0.3) ? { ignoreCase: random.chance(0.8) } : {};
  return { attribute, op: random.pick(names), values, ...folded };
}
