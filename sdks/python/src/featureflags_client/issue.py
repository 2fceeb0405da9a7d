"""What is wrong with a document, and readers that say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypeVar

from .json import Json, JsonObject, json_type, write_json
from .number import is_number

T = TypeVar("T")

IssueCode: TypeAlias = Literal[
    "type",
    "required",
    "unknown",
    "unsupported",
    "key",
    "range",
    "value",
    "reference",
    "duplicate",
    "cycle",
    "pattern",
]
"""The kinds of issues; `1.parse` of spec/evaluation.md says when there is which."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong, where it is (RFC 6901 JSON Pointer) and what to do about it."""

    path: str
    code: IssueCode
    message: str


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the document that is being read, and the list that its issues go to."""

    path: str
    issues: list[Issue]


Reader: TypeAlias = Callable[[Place, Json], "T | None"]
"""Reads a value; None if it is refused, which has been reported."""

_KEY = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_SHOWN = 60


def below(place: Place, name: str | int) -> Place:
    """The place of a member or an element."""
    return Place(place.path + pointer_step(name), place.issues)


def pointer_step(name: str | int) -> str:
    """A member's name as a step of a JSON Pointer."""
    if isinstance(name, int):
        return f"/{name}"
    return "/" + name.replace("~", "~0").replace("/", "~1")


def report(place: Place, code: IssueCode, message: str) -> None:
    """Notes an issue."""
    place.issues.append(Issue(place.path, code, message))


def is_key(text: str) -> bool:
    """True if `text` can be the key of a flag, variant, rule, segment or environment."""
    return _KEY.fullmatch(text) is not None


def check_key(place: Place, key: str) -> bool:
    """Reports unless `key` is a valid key."""
    if is_key(key):
        return True
    wanted = '1 to 128 letters, digits, ".", "_" or "-", first a letter or digit'
    report(place, "key", f"{shown(key)} is not a key: {wanted}")
    return False


def read_string(place: Place, value: Json) -> str | None:
    """Reads a string."""
    if isinstance(value, str):
        return value
    _wrong_type(place, "a string", value)
    return None


def read_key(place: Place, value: Json) -> str | None:
    """Reads a key."""
    key = read_string(place, value)
    return key if key is not None and check_key(place, key) else None


def read_unique_key(place: Place, value: Json, seen: set[str]) -> str | None:
    """Reads a key that no other in `seen` equals, and adds it to them."""
    key = read_string(place, value)
    if key is None:
        return None
    is_valid = check_key(place, key)
    return key if check_unique(place, key, seen) and is_valid else None


def check_unique(place: Place, name: str, seen: set[str]) -> bool:
    """Reports unless no other in `seen` equals the name, and adds it to them."""
    if name in seen:
        report(place, "duplicate", f"there is {shown(name)} already")
        return False
    seen.add(name)
    return True


def check_filled(place: Place, value: Json, element: str) -> None:
    """Reports a list without elements."""
    if isinstance(value, list) and not value:
        report(place, "range", f"expected at least one {element}")


def read_boolean(place: Place, value: Json) -> bool | None:
    """Reads true or false."""
    if isinstance(value, bool):
        return value
    _wrong_type(place, "true or false", value)
    return None


def read_number(place: Place, value: Json) -> float | None:
    """Reads a number, finite or not."""
    if is_number(value):
        number: float = value
        return number
    _wrong_type(place, "a number", value)
    return None


def read_object(place: Place, value: Json) -> JsonObject | None:
    """Reads an object."""
    if isinstance(value, dict):
        return value
    _wrong_type(place, "an object", value)
    return None


def read_fields(place: Place, value: Json, fields: Iterable[str]) -> JsonObject | None:
    """Reads an object and reports each field that is not one of `fields`."""
    found = read_object(place, value)
    for name in found or ():
        if name not in fields:
            known = ", ".join(fields)
            report(below(place, name), "unknown", f"unknown field; known here: {known}")
    return found


def read_list(place: Place, value: Json, read: Reader[T]) -> list[T] | None:
    """Reads each element of a list; one that `read` refuses is left out."""
    if not isinstance(value, list):
        _wrong_type(place, "a list", value)
        return None
    elements = (read(below(place, index), element) for index, element in enumerate(value))
    return [element for element in elements if element is not None]


def read_required(place: Place, found: JsonObject, name: str, read: Reader[T]) -> T | None:
    """Reads a field that must be there."""
    if name in found:
        return read(below(place, name), found[name])
    report(below(place, name), "required", f"{name} is missing")
    return None


def read_optional(place: Place, found: JsonObject, name: str, read: Reader[T]) -> T | None:
    """Reads a field that may be left out."""
    return read(below(place, name), found[name]) if name in found else None


def shown(value: Json) -> str:
    """A value as a message shows it: a scalar as JSON, cut after 60 characters; else its type."""
    if isinstance(value, (dict, list)):
        return "a list" if isinstance(value, list) else "an object"
    try:
        text = write_json(value)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}…"


def _wrong_type(place: Place, wanted: str, value: Json) -> None:
    report(place, "type", f"expected {wanted}, got {json_type(value)}")
