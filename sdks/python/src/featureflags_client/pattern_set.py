"""Sets of code points."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import TypeAlias

CodePoints: TypeAlias = tuple[int, ...]
"""The borders of a set in order: the first code point inside, the next one outside, and so on."""

END = 0x110000
"""The first number that is no code point."""

_UPPER = (ord("A"), ord("Z"))
_TO_LOWER = ord("a") - ord("A")


def of_ranges(ranges: Iterable[tuple[int, int]]) -> CodePoints:
    """The set of all that is in one of the ranges, first and last included."""
    borders: list[int] = []
    for first, last in sorted(ranges):
        if borders and first <= borders[-1]:
            borders[-1] = max(borders[-1], last + 1)
        else:
            borders += (first, last + 1)
    return tuple(borders)


def ranges_of(points: CodePoints) -> list[tuple[int, int]]:
    """The ranges of a set, first and last included."""
    return [(points[at], points[at + 1] - 1) for at in range(0, len(points), 2)]


def holds(points: CodePoints, code: int) -> bool:
    """True if the code point is in the set."""
    return bisect_right(points, code) % 2 == 1


def negated(points: CodePoints) -> CodePoints:
    """All other code points."""
    inner = points[1:] if points[:1] == (0,) else (0, *points)
    return inner[:-1] if inner[-1:] == (END,) else (*inner, END)


def folded(points: CodePoints) -> CodePoints:
    """The set with both cases of each ASCII letter of which it has one."""
    ranges = ranges_of(points)
    first_upper, last_upper = _UPPER
    for first, last in tuple(ranges):
        for shift in (0, _TO_LOWER):
            low, high = max(first, first_upper + shift), min(last, last_upper + shift)
            if low <= high:
                other = _TO_LOWER - 2 * shift
                ranges.append((low + other, high + other))
    return of_ranges(ranges)


def _of(*parts: str) -> CodePoints:
    return of_ranges((ord(part[0]), ord(part[-1])) for part in parts)


ANY: CodePoints = (0, END)
NO_LINE_FEED = negated(_of("\n"))
DIGIT = _of("09")
WORD = _of("09", "AZ", "az", "_")
SPACE = _of("\t", "\n", "\f", "\r", " ")

PERL = {
    "d": DIGIT,
    "w": WORD,
    "s": SPACE,
    "D": negated(DIGIT),
    "W": negated(WORD),
    "S": negated(SPACE),
}
r"""The classes `\d` and so on, by their letter."""

NAMED = {
    "alnum": _of("09", "AZ", "az"),
    "alpha": _of("AZ", "az"),
    "ascii": _of("\x00\x7f"),
    "blank": _of("\t", " "),
    "cntrl": _of("\x00\x1f", "\x7f"),
    "digit": DIGIT,
    "graph": _of("!~"),
    "lower": _of("az"),
    "print": _of(" ~"),
    "punct": _of("!/", ":@", "[`", "{~"),
    "space": _of("\t\r", " "),
    "upper": _of("AZ"),
    "word": WORD,
    "xdigit": _of("09", "AF", "af"),
}
"""The classes `[:alnum:]` and so on, by their name."""
