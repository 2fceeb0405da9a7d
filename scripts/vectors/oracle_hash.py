"""Section 3: hashes and buckets. Every hash comes from the mmh3 package, never from a port."""

import re

import mmh3


def well_formed(text):
    """The text as every port must see it: a lone surrogate is U+FFFD."""
    # Two escapes that form a pair are one character, as JSON says; only what is left alone is replaced.
    paired = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return re.sub("[\ud800-\udfff]", "\ufffd", paired)


def murmur3(text):
    return mmh3.hash(well_formed(text).encode("utf-8"), 0, signed=False)


def fmix32(number):
    # murmur3 of no bytes is its finalizer applied to the seed, so mmh3 can answer for fmix32 too.
    return mmh3.hash(b"", number, signed=False)


def number_of(value):
    """A JSON number as the nearest double, or None for what is not a finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        double = float(value)
    except OverflowError:
        return None
    return double if abs(double) <= 1.7976931348623157e308 else None


def spelled(value):
    """The bucketing value: a string, an integer spelled in decimal, or None (missing)."""
    if isinstance(value, str):
        return well_formed(value)
    double = number_of(value)
    if double is None or double != int(double) or abs(double) > 2**53 - 1:
        return None
    return str(int(double))


def mixed(salt, suffix, value):
    key_hash, salt_hash = murmur3(value), murmur3(salt + suffix)
    return key_hash, salt_hash, fmix32(key_hash ^ salt_hash)


def rollout(salt, value, percent):
    key_hash, salt_hash, h = mixed(salt, "/rollout", value)
    bucket = h * 100000 // 2**32
    return {
        "keyHash": key_hash,
        "saltHash": salt_hash,
        "h": h,
        "bucket": bucket,
        "inside": bucket < round(percent * 1000),
    }


def split(salt, value, weights):
    key_hash, salt_hash, h = mixed(salt, "/split", value)
    point = h * sum(weights) // 2**32
    reached = 0
    for index, weight in enumerate(weights):
        reached += weight
        if reached > point:
            break
    return {"keyHash": key_hash, "saltHash": salt_hash, "h": h, "point": point, "index": index}
