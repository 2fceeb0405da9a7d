"""Reads a flag's type, hash, variants and metadata."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from .issue import (
    Place,
    below,
    check_filled,
    read_fields,
    read_list,
    read_object,
    read_required,
    read_string,
    read_unique_key,
    report,
    shown,
)
from .json import MAX_DEPTH, Json, is_finite, is_shallow, json_type
from .result import Metadata
from .snapshot import Variant

FLAG_TYPES = ("boolean", "string", "number", "object")
"""The flag types, in the order in which messages list them."""

HASHES = ("ff1",)
"""The bucketing algorithms that this reader knows: section 3 of spec/evaluation.md."""


def read_type(place: Place, value: Json) -> str | None:
    """Reads the name of a flag type."""
    return _read_known(place, value, FLAG_TYPES, "is not a flag type")


def read_hash(place: Place, value: Json) -> str | None:
    """Reads the name of a bucketing algorithm."""
    return _read_known(place, value, HASHES, "is no hash that this reader knows")


def read_variants(place: Place, value: Json, flag_type: str | None) -> list[Variant] | None:
    """Reads a flag's variants; each value must be of the flag's type."""
    seen: set[str] = set()
    read = partial(_read_variant, flag_type=flag_type, seen=seen)
    variants = read_list(place, value, read)
    check_filled(place, value, "variant")
    return variants


def variant_names(flag: Json) -> Mapping[str, None] | None:
    """The names of a flag's variants as far as they can be read, whatever else is wrong with it.

    None if it has no list of variants. In their order, for messages.
    """
    variants = flag.get("variants") if isinstance(flag, dict) else None
    if not isinstance(variants, list):
        return None
    names = (each.get("name") for each in variants if isinstance(each, dict))
    return {name: None for name in names if isinstance(name, str)}


def read_metadata(place: Place, value: Json) -> Metadata | None:
    """Reads what OFREP lets metadata hold."""
    found = read_object(place, value)
    for name, entry in (found or {}).items():
        if json_type(entry) not in ("string", "number", "boolean"):
            wanted = "expected a string, a number or a boolean"
            report(below(place, name), "type", f"{wanted}, got {json_type(entry)}")
        elif not is_finite(entry):
            report(below(place, name), "range", "the number is too large")
    return None if found is None else MappingProxyType(found)


def _read_known(place: Place, value: Json, known: tuple[str, ...], problem: str) -> str | None:
    name = read_string(place, value)
    if name is None or name in known:
        return name
    report(place, "unsupported", f"{shown(name)} {problem}; known: {', '.join(known)}")
    return None


def _read_variant(
    place: Place, value: Json, flag_type: str | None, seen: set[str]
) -> Variant | None:
    found = read_fields(place, value, ("name", "value"))
    if found is None:
        return None
    name = read_required(place, found, "name", partial(read_unique_key, seen=seen))
    read = partial(_check_value, flag_type=flag_type)
    is_valid = read_required(place, found, "value", read)
    return Variant(name, found["value"]) if name is not None and is_valid else None


def _check_value(place: Place, value: Json, flag_type: str | None) -> bool:
    is_infinite = flag_type == "number" and not is_finite(value)
    if flag_type is not None and (json_type(value) != flag_type or is_infinite):
        report(place, "value", f"the flag's type is {flag_type}, this value is {shown(value)}")
    elif not is_shallow(value):
        report(place, "range", f"the value is nested more than {MAX_DEPTH} deep")
    elif not is_finite(value):
        report(place, "range", "a number in the value is too large")
    else:
        return True
    return False
