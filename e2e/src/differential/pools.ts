import { readFileSync } from 'node:fs';

import type { Json } from '@featureflags/core';

// What operands and attributes are drawn from: near misses of every grammar of the contract, and
// few enough of each that flag and context meet.

type Texts = readonly string[];

// Not imported: vite cannot read a lone surrogate.
const file = new URL('pools.json', import.meta.url);
const pools = JSON.parse(readFileSync(file, 'utf8')) as Record<PoolName, Texts>;
type PoolName =
  | ('addresses' | 'attributes' | 'blocks' | 'instants' | 'numerals')
  | ('patterns' | 'texts' | 'users' | 'versions');

export const TEXTS: Texts = pools.texts;
export const NUMERALS: Texts = pools.numerals;
export const INSTANTS: Texts = pools.instants;
export const VERSIONS: Texts = pools.versions;
export const ADDRESSES: Texts = pools.addresses;
export const BLOCKS: Texts = pools.blocks;
export const PATTERNS: Texts = pools.patterns;
export const ATTRIBUTES: Texts = pools.attributes;

export const USERS: Texts = [
  ...Array.from({ length: 40 }, (_, index) => `user-${String(index)}`),
  ...pools.users,
];

const MAX_SAFE = Number.MAX_SAFE_INTEGER;
export const NUMBERS: readonly number[] = [
  0,
  -0,
  1,
  5,
  -5,
  5.5,
  0.1,
  100,
  1000,
  1e21,
  -1e21,
  5e-324,
  1.7976931348623157e308,
  1000000000000000.5,
  MAX_SAFE,
  -MAX_SAFE,
  MAX_SAFE + 1,
  MAX_SAFE + 3,
];

/** Stands for 1e400 in a document until it is text: JSON.stringify would write null for it. */
export const HUGE = '@1e400@';

const SCALARS: readonly Json[] = [null, true, false, HUGE, {}, { a: 1 }, [], [[]]];

/** What attributes can be, by the operators that understand it. */
export const VALUES: readonly (readonly Json[])[] = [
  TEXTS,
  NUMERALS,
  INSTANTS,
  VERSIONS,
  ADDRESSES,
  NUMBERS,
  USERS,
  SCALARS,
];
