"""Rollouts and splits, compiled to functions when a flag is parsed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .buckets import BUCKETS, mix_hashes, place
from .context import TARGETING_KEY, Context, hash_of_attribute, hash_of_key, lookup_of, spelled
from .json import JsonObject

if TYPE_CHECKING:
    from .result import Result

    Inside = Callable[[Context], bool]
    Chooses = Callable[[Context], Result | None]

HashOf = Callable[[Context], "int | None"]


@dataclass(frozen=True, slots=True)
class Rollout:
    """A part of all users."""

    percent: float
    by: str
    salt_hash: int
    threshold: int
    """Buckets below it are inside."""


@dataclass(frozen=True, slots=True)
class Split:
    """Several variants, each for a part of all users."""

    by: str
    salt_hash: int
    weight: int
    """The sum of the weights."""
    ends: tuple[int, ...]
    """For each variant, the sum of the weights up to and with its own."""
    served: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Serve:
    """What a rule or a flag serves: a split decides, or it is always the same."""

    split: Split | None
    served: Result | None


@dataclass(frozen=True, slots=True)
class Fallback:
    """What is served when no rule applies; a split can lack its key."""

    serve: Serve
    key_missing: Result


def inside(rollout: Rollout) -> Inside:
    """Compiles a rollout: true if the context is inside; false too if it lacks the attribute."""
    hash_by, salt_hash, is_key = (
        _hash_by(rollout.by),
        rollout.salt_hash,
        rollout.by == TARGETING_KEY,
    )
    # floor(h × 100000 / 2^32) < threshold, solved for h: one comparison instead of a product.
    limit = -((-rollout.threshold << 32) // BUCKETS)

    def is_inside(context: Context) -> bool:
        value = context.key_hash if is_key else None
        if value is None:
            value = hash_by(context)
            if value is None:
                return False
        # mix_hashes, written out: a call costs as much as the arithmetic.
        value ^= salt_hash
        value = (value ^ value >> 16) * 0x85EBCA6B & 0xFFFFFFFF
        value = (value ^ value >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
        return value ^ value >> 16 < limit

    return is_inside


def chooses(split: Split) -> Chooses:
    """Compiles a split: the answer for the context; None if it lacks the split's attribute."""
    hash_by, salt_hash, is_key = _hash_by(split.by), split.salt_hash, split.by == TARGETING_KEY
    weight, ends, served = split.weight, split.ends, split.served

    def choose(context: Context) -> Result | None:
        value = context.key_hash if is_key else None
        if value is None:
            value = hash_by(context)
            if value is None:
                return None
        value ^= salt_hash
        value = (value ^ value >> 16) * 0x85EBCA6B & 0xFFFFFFFF
        value = (value ^ value >> 13) * 0xC2B2AE35 & 0xFFFFFFFF
        return served[bisect_right(ends, (value ^ value >> 16) * weight >> 32)]

    return choose


def rollout_trace(rollout: Rollout, context: Context) -> JsonObject:
    """The trace of a rollout."""
    bucket = _point(rollout.by, rollout.salt_hash, BUCKETS, context)
    return {
        "by": rollout.by,
        "value": _value(rollout.by, context),
        "percent": rollout.percent,
        "bucket": bucket,
        "inside": bucket is not None and bucket < rollout.threshold,
    }


def split_trace(split: Split, context: Context) -> JsonObject:
    """The trace of a split."""
    point = _point(split.by, split.salt_hash, split.weight, context)
    served = None if point is None else split.served[bisect_right(split.ends, point)]
    return {
        "by": split.by,
        "value": _value(split.by, context),
        "point": point,
        "weight": split.weight,
        "variant": None if served is None else served.variant,
    }


def _point(by: str, salt_hash: int, size: int, context: Context) -> int | None:
    value = _hash_by(by)(context)
    return None if value is None else place(mix_hashes(value, salt_hash), size)


def _value(by: str, context: Context) -> str | None:
    if by == TARGETING_KEY:
        return context.targeting_key
    return spelled(lookup_of(by)(context.attributes))


def _hash_by(by: str) -> HashOf:
    if by == TARGETING_KEY:
        return hash_of_key
    lookup = lookup_of(by)
    return lambda context: hash_of_attribute(by, lookup, context)
