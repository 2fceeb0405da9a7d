"""JSON as the contract reads it."""

import json
from collections.abc import Iterable
from typing import Any, TypeAlias

from .number import finite, is_number

Json: TypeAlias = Any
"""Any value that JSON can spell: None, bool, int, float, str, list or dict with names of str."""

JsonObject: TypeAlias = dict[str, Any]

MAX_DEPTH = 64
"""How deep lists and objects may be nested in a value; deeper ones overflow JSON writers."""

# Longer ones may be beyond what a double holds exactly, and Python refuses to read some at all.
_SAFE_DIGITS = 15


class NotJsonError(ValueError):
    """A text that is no JSON."""


def read_json(text: str | bytes) -> Json:
    """Reads a JSON text (RFC 8259). Raises NotJsonError, also of `NaN`, which Python would take."""
    try:
        return json.loads(text, parse_int=_integer, parse_constant=_refuse)
    except RecursionError:
        raise NotJsonError("nested too deep") from None
    except ValueError as error:
        raise NotJsonError(str(error)) from None


def write_json(value: Json) -> str:
    """The shortest JSON text of a value."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def json_type(value: object) -> str:
    """The JSON type of a value, as messages name it."""
    if value is None:
        return "null"
    for types, name in _TYPES:
        if isinstance(value, types):
            return name
    return f"Python's {type(value).__name__}"


# In this order, because in Python a bool is an int.
_TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    (str, "string"),
    ((int, float), "number"),
    (dict, "object"),
    (list, "list"),
)


def well_formed(text: str) -> str:
    """The text as UTF-8 can hold it: a lone surrogate becomes U+FFFD, a pair its character."""
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def is_shallow(value: Json) -> bool:
    """True if lists and objects are nested at most MAX_DEPTH deep.

    Goes level by level, not recursively, so that no value can overflow the stack.
    """
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [each for each in level if isinstance(each, (dict, list))]
        if not level:
            return True
        level = [member for each in level for member in members(each)]
    return False


def is_finite(value: Json) -> bool:
    """True if every number in a shallow value is one that JSON can spell: a finite one."""
    if isinstance(value, (dict, list)):
        return all(is_finite(member) for member in members(value))
    return not is_number(value) or finite(value) is not None


def members(value: dict[str, Json] | list[Json]) -> Iterable[Json]:
    """The values of an object or the elements of a list."""
    return value.values() if isinstance(value, dict) else value


def _integer(text: str) -> float:
    return int(text) if len(text) <= _SAFE_DIGITS else float(text)


def _refuse(text: str) -> Json:
    raise NotJsonError(f"{text} is no JSON")
