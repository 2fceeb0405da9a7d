"""Who asks: the attributes that rules look at."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .instant import instant_text
from .json import Json, JsonObject, well_formed
from .murmur3 import murmur3
from .number import MAX_SAFE, finite, is_number

TARGETING_KEY = "targetingKey"
USER_ID = "user_id"
_MAX_DEPTH = 100
"""Lists and objects nested deeper than this are missing: that is how a cycle looks."""
_MAX_VALUES = 100_000
"""A context of more values is none: objects that name each other have paths without number."""
_ALIASES = {TARGETING_KEY: USER_ID, USER_ID: TARGETING_KEY}


class TooLargeError(ValueError):
    """A context is too large to be gone through."""


class Context:
    """A context, made once and used for any number of evaluations."""

    __slots__ = ("attributes", "hashes", "key_hash", "targeting_key")

    def __init__(self, attributes: Mapping[str, Any]) -> None:
        """Reads the attributes; they are copied only where they hold what JSON does not have.

        Raises TooLargeError, and whatever the attributes raise.
        """
        plain = attributes if _is_plain(attributes) else _to_plain(attributes)
        self.attributes: Mapping[str, Json] = plain
        key = plain.get(TARGETING_KEY)
        if key is None:
            key = plain.get(USER_ID)
        self.targeting_key = key if type(key) is str else spelled(key)
        """The targeting key as it is spelled for buckets, targets and segments; None if missing."""
        self.key_hash: int | None = None
        """murmur3 of the targeting key, filled in when the first bucket is computed."""
        self.hashes: dict[str, int | None] | None = None
        """The same of other attributes that buckets use."""


Lookup = Callable[[Mapping[str, Json]], Json]
"""Finds an attribute's value; None if it is missing."""


def lookup_of(name: str) -> Lookup:
    """Prepares the look-up of a name: literally first, then by its other name or along its dots."""
    if name in _ALIASES:
        return _aliased(name, _ALIASES[name])
    if "." in name:
        return _dotted(name)
    return lambda attributes: attributes.get(name)


def is_simple(name: str) -> bool:
    """True of a name that is looked up literally and in no other way."""
    return name not in _ALIASES and "." not in name


def spelled(value: Json) -> str | None:
    """How a value is spelled for hashing; None if it counts as missing."""
    if isinstance(value, str):
        return value
    # Beyond 2^53 several integers are one double. int() of −0.0 is 0, as the contract spells it.
    if is_number(value) and abs(value) <= MAX_SAFE and value == int(value):
        return str(int(value))
    return None


def hash_of_key(context: Context) -> int | None:
    """murmur3 of the targeting key, computed once for a context; None if it is missing."""
    if context.key_hash is None and context.targeting_key is not None:
        context.key_hash = murmur3(context.targeting_key)
    return context.key_hash


def hash_of_attribute(name: str, lookup: Lookup, context: Context) -> int | None:
    """murmur3 of an attribute's bucketing value, computed once for a context."""
    if context.hashes is None:
        context.hashes = {}
    if name not in context.hashes:
        value = spelled(lookup(context.attributes))
        context.hashes[name] = None if value is None else murmur3(value)
    return context.hashes[name]


def _aliased(name: str, alias: str) -> Lookup:
    def find(attributes: Mapping[str, Json]) -> Json:
        value = attributes.get(name)
        return attributes.get(alias) if value is None else value

    return find


def _dotted(name: str) -> Lookup:
    path = name.split(".")

    def find(attributes: Mapping[str, Json]) -> Json:
        value = attributes.get(name)
        return _follow(path, attributes) if value is None else value

    return find


def _follow(path: list[str], attributes: Mapping[str, Json]) -> Json:
    value: Json = attributes
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def _is_plain(attributes: Mapping[str, Any]) -> bool:
    """True if the attributes can be used as they are: the usual case, looked at quickly."""
    if type(attributes) is not dict:
        return False
    for value in attributes.values():
        kind = type(value)
        if kind is str:
            if not value.isascii():
                return False
        elif kind is int:
            if not -MAX_SAFE <= value <= MAX_SAFE:
                return False
        elif kind is float:
            if not math.isfinite(value):
                return False
        elif kind is not bool and value is not None:
            return False
    return True


def _to_plain(attributes: Mapping[str, Any]) -> JsonObject:
    """Copies the attributes as JSON; what JSON does not have is missing.

    Goes by a list of what is left to copy, not recursively, so that no depth can overflow the
    stack. What is nested too deep is missing.
    """
    copy: JsonObject = {}
    waiting: list[tuple[Any, JsonObject | list[Json], int]] = [(attributes, copy, 1)]
    left = _MAX_VALUES
    while waiting:
        source, target, depth = waiting.pop()
        left -= len(source)
        if left < 0:
            raise TooLargeError(f"the context has more than {_MAX_VALUES} values")
        for name, value in source.items() if isinstance(source, Mapping) else enumerate(source):
            plain = _scalar(value)
            if isinstance(value, (Mapping, list, tuple)) and depth <= _MAX_DEPTH:
                plain = {} if isinstance(value, Mapping) else []
                waiting.append((value, plain, depth + 1))
            if isinstance(target, list):
                target.append(plain)
            elif isinstance(name, str):
                target[name] = plain
    return copy


def _scalar(value: object) -> Json:
    """A scalar as JSON has it, members of enumerations too; None for everything else."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return well_formed(str.__str__(value))
    if isinstance(value, int):
        exact = int(value)
        return exact if -MAX_SAFE <= exact <= MAX_SAFE else finite(exact)
    if isinstance(value, float):
        return finite(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return instant_text(value)
    return None
