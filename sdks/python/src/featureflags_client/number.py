"""Numbers as JSON spells them, and as IEEE doubles hold them."""

import math
import re

# RFC 8259 section 6: the grammar of a number, and nothing more. No str.isdigit, no float() alone:
# both know Unicode digits, and float() takes "1_0", " 5" and "nan" too.
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")

MAX_SAFE = 2**53 - 1
"""Integers up to here, either side of zero, are exact in a double."""


def read_json_number(text: str) -> float | None:
    """Reads a number spelled by JSON's grammar; None if it is none or beyond a double's range."""
    if _JSON_NUMBER.fullmatch(text) is None:
        return None
    return finite(float(text))


def finite(value: float) -> float | None:
    """The double nearest to a number; None if that is not finite."""
    try:
        double = float(value)
    except OverflowError:
        return None
    return double if math.isfinite(double) else None


def is_number(value: object) -> bool:
    """True of a number in JSON's sense: in Python True is an int, in JSON it is none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_whole(value: float) -> bool:
    """True of an integer, `1.0` and `1e0` among them."""
    return isinstance(value, int) or value.is_integer()
