import { fmix32, murmur3 } from './murmur3.ts';

/** The buckets of a rollout: 0 to 99 999, so that a thousandth of a percent is one bucket. */
export const BUCKETS = 100_000;
/** The largest sum of weights, 2^20: with it, hash × weight stays an exact integer in a double. */
export const MAX_WEIGHT = 1_048_576;

const HASHES = 2 ** 32;

/** The salt's half of a rollout hash, computed when a flag is parsed. */
export function rolloutSalt(salt: string): number {
  return murmur3(`${salt}/rollout`);
}

/** The salt's half of a split hash: other than the rollout's, so that the two are independent. */
export function splitSalt(salt: string): number {
  return murmur3(`${salt}/split`);
}

/** Joins the two halves to a hash, 0 to 2^32 − 1. */
export function mixHashes(keyHash: number, saltHash: number): number {
  return fmix32(keyHash ^ saltHash);
}

/**
 * Where a hash falls on a line of `size` points: a rollout's bucket (size {@link BUCKETS}) or a
 * split's point (size: the sum of the weights). The product is below 2^53, so the result is exact.
 */
export function place(hash: number, size: number): number {
  return Math.floor((hash * size) / HASHES);
}

/** The buckets that a percentage takes in; `percent` has at most three decimals. */
export function rolloutThreshold(percent: number): number {
  return Math.round(percent * 1000);
}
