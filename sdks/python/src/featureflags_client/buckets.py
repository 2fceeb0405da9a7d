"""Where a hash falls: section 3 of spec/evaluation.md."""

from math import floor

from .murmur3 import fmix32, murmur3

BUCKETS = 100_000
"""The buckets of a rollout: 0 to 99 999, so that a thousandth of a percent is one bucket."""

MAX_WEIGHT = 1_048_576
"""The largest sum of weights, 2^20."""


def rollout_salt(salt: str) -> int:
    """The salt's half of a rollout hash, computed when a flag is parsed."""
    return murmur3(f"{salt}/rollout")


def split_salt(salt: str) -> int:
    """The salt's half of a split hash: another than the rollout's, so that both are independent."""
    return murmur3(f"{salt}/split")


def mix_hashes(key_hash: int, salt_hash: int) -> int:
    """Joins the two halves to a hash, 0 to 2^32 − 1."""
    return fmix32(key_hash ^ salt_hash)


def place(value: int, size: int) -> int:
    """The point of a hash on a line of `size` points: a rollout's bucket or a split's point."""
    return value * size >> 32


def rollout_threshold(percent: float) -> int:
    """The buckets that a percentage takes in; `percent` has at most three decimals."""
    return floor(percent * 1000 + 0.5)
