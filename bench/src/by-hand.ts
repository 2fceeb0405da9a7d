// The limit: what somebody would write who has these flags alone, with the results of core and by
// its hashes. What core costs beyond it is the price of flags that are data.

import {
  mixHashes,
  murmur3,
  rolloutSalt,
  splitSalt,
  type JsonObject,
  type Metadata,
  type Served,
} from '@featureflags/core';

/** Who asks. */
export interface User {
  readonly attributes: JsonObject;
  /** False for the form that hashes the key in every evaluation. */
  readonly remembers: boolean;
  keyHash: number | undefined;
}

/** One flag, written as a function. */
export type ByHand = (user: User) => Served;

const HASHES = 2 ** 32;
const COUNTRIES: ReadonlySet<unknown> = new Set(['US', 'CA']);
const QUARTERS: readonly string[] = ['a', 'b', 'c', 'd'];
const metadata: Metadata = {};

/** On for everyone. */
export function everyone(key: string): ByHand {
  return () => ({ key, value: true, variant: 'on', reason: 'STATIC', metadata });
}

/** On for 30 % of the users. */
export function rollout(key: string): ByHand {
  const saltHash = rolloutSalt(key);
  return (user) =>
    isInside(user, saltHash)
      ? { key, value: true, variant: 'on', reason: 'SPLIT', ruleId: 'r1', metadata }
      : { key, value: false, variant: 'off', reason: 'DEFAULT', metadata };
}

/** On for professionals in two countries, and for 30 % of the others. */
export function conditions(key: string): ByHand {
  const saltHash = rolloutSalt(key);
  return (user) => {
    const { country, plan } = user.attributes;
    if (COUNTRIES.has(country) && plan === 'pro') {
      return { key, value: true, variant: 'on', reason: 'TARGETING_MATCH', ruleId: 'r1', metadata };
    }
    return isInside(user, saltHash)
      ? { key, value: true, variant: 'on', reason: 'SPLIT', ruleId: 'r2', metadata }
      : { key, value: false, variant: 'off', reason: 'DEFAULT', metadata };
  };
}

/** One of four variants, a quarter of the users each. */
export function split(key: string): ByHand {
  const saltHash = splitSalt(key);
  return (user) => {
    const quarter = Math.floor((mixHashes(keyHash(user), saltHash) * 4) / HASHES);
    const variant = QUARTERS[quarter] as string;
    return { key, value: variant, variant, reason: 'SPLIT', metadata };
  };
}

function isInside(user: User, saltHash: number): boolean {
  return Math.floor((mixHashes(keyHash(user), saltHash) * 100_000) / HASHES) < 30_000;
}

function keyHash(user: User): number {
  if (user.keyHash !== undefined) return user.keyHash;
  const hash = murmur3(user.attributes['targetingKey'] as string) | 0;
  if (user.remembers) user.keyHash = hash;
  return hash;
}
