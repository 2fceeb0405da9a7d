//! Section 3 of the contract: in which bucket a context falls.

use crate::murmur3::{fmix32, murmur3};

/// The buckets of a rollout: 0 to 99 999, so that a thousandth of a percent is one bucket.
pub const BUCKETS: u32 = 100_000;

/// The largest sum of weights, 2^20.
pub const MAX_WEIGHT: u32 = 1 << 20;

/// The salt's half of a rollout hash, computed when a flag is parsed.
pub fn rollout_salt(salt: &str) -> u32 {
    murmur3(&format!("{salt}/rollout"))
}

/// The salt's half of a split hash: other than the rollout's, so that the two are independent.
pub fn split_salt(salt: &str) -> u32 {
    murmur3(&format!("{salt}/split"))
}

/// Joins the two halves to a hash.
#[inline]
pub fn mix_hashes(key_hash: u32, salt_hash: u32) -> u32 {
    fmix32(key_hash ^ salt_hash)
}

/// Where a hash falls on a line of `size` points: a rollout's bucket (size [`BUCKETS`]) or a
/// split's point (size: the sum of the weights).
#[inline]
pub fn place(hash: u32, size: u32) -> u32 {
    ((u64::from(hash) * u64::from(size)) >> 32) as u32
}

/// The buckets that a percentage from 0 to 100 takes in.
pub fn rollout_threshold(percent: f64) -> u32 {
    (percent * 1000.0).round() as u32
}
