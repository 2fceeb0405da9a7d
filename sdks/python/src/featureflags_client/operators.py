"""The operators that look at an attribute's value: section 4 of spec/evaluation.md."""

import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, TypeVar

from .cidr import read_address, read_block
from .equality import equality
from .instant import read_instant
from .json import Json
from .normalize import Fold
from .number import finite, is_number, read_json_number
from .operator import Operand, Operator, Test
from .pattern import Pattern, PatternError, compile_pattern
from .semver import Version, read_version

T = TypeVar("T")


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_operand(value: Json) -> bool:
    if is_number(value):
        return finite(value) is not None
    return isinstance(value, (str, bool))


def _is_pattern(value: Json) -> bool:
    return isinstance(value, str) and pattern_problem(value) is None


def pattern_problem(pattern: str) -> str | None:
    """Why a pattern does not compile, in words for people; None if it does."""
    try:
        compile_pattern(pattern)
    except PatternError as error:
        return str(error)
    return None


def _text(holds: Callable[[str, str], bool]) -> Operator:
    def prepare(operands: list[Operand], fold: Fold) -> Test:
        texts = [fold(each) for each in operands if isinstance(each, str)]

        def test(value: Json) -> bool | None:
            if not isinstance(value, str):
                return None
            subject = fold(value)
            return any(holds(subject, text) for text in texts)

        return test

    return Operator("many", "a string", ("string",), True, _is_text, prepare)


def _prepare_patterns(operands: list[Operand], _fold: Fold) -> Test:
    patterns: list[Pattern] = [compile_pattern(str(each)) for each in operands]

    def test(value: Json) -> bool | None:
        if not isinstance(value, str):
            return None
        return any(pattern.found_in(value) for pattern in patterns)

    return test


def _prepare_blocks(operands: list[Operand], _fold: Fold) -> Test:
    blocks = [block for each in operands if (block := read_block(str(each))) is not None]

    def test(value: Json) -> bool | None:
        address = read_address(value) if isinstance(value, str) else None
        return None if address is None else any(block.holds(address) for block in blocks)

    return test


def _comparison(
    wants: str,
    types: tuple[str, ...],
    read: Callable[[Json], T | None],
    holds: Callable[[T, T], bool],
) -> Operator:
    """An operator on one operand that reads both sides in the same way."""

    def prepare(operands: list[Operand], _fold: Fold) -> Test:
        bound = read(operands[0])

        def test(value: Json) -> bool | None:
            subject = read(value)
            return None if subject is None or bound is None else holds(subject, bound)

        return test

    return Operator("one", wants, types, False, lambda value: read(value) is not None, prepare)


def _numeric(holds: Callable[[float, float], bool]) -> Operator:
    def read(value: Json) -> float | None:
        if isinstance(value, str):
            return read_json_number(value)
        return finite(value) if is_number(value) else None

    return _comparison("a number", ("number", "string"), read, holds)


def _instant(holds: Callable[[int, int], bool]) -> Operator:
    def read(value: Json) -> int | None:
        return read_instant(value) if isinstance(value, str) else None

    wants = 'an RFC 3339 date-time with offset, such as "2026-01-31T09:00:00Z"'
    return _comparison(wants, ("string",), read, holds)


def _version(holds: Callable[[Version, Version], bool]) -> Operator:
    def read(value: Json) -> Version | None:
        return read_version(value) if isinstance(value, str) else None

    wants = 'a SemVer 2.0.0 version, such as "1.4.0"'
    return _comparison(wants, ("string",), read, holds)


_MANY: Literal["many"] = "many"
_SCALARS = ("string", "number", "boolean")
_BLOCK = 'an address or a block, such as "10.0.0.0/8"'

OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "in": Operator(
            _MANY, "a string, a number or a boolean", _SCALARS, True, _is_operand, equality
        ),
        "contains": _text(operator.contains),
        "starts_with": _text(str.startswith),
        "ends_with": _text(str.endswith),
        "matches": Operator(_MANY, "a pattern", ("string",), False, _is_pattern, _prepare_patterns),
        "lt": _numeric(operator.lt),
        "lte": _numeric(operator.le),
        "gt": _numeric(operator.gt),
        "gte": _numeric(operator.ge),
        "before": _instant(operator.lt),
        "after": _instant(operator.ge),
        "semver_eq": _version(operator.eq),
        "semver_lt": _version(operator.lt),
        "semver_lte": _version(operator.le),
        "semver_gt": _version(operator.gt),
        "semver_gte": _version(operator.ge),
        "in_cidr": Operator(
            _MANY,
            _BLOCK,
            ("string",),
            False,
            lambda value: isinstance(value, str) and read_block(value) is not None,
            _prepare_blocks,
        ),
    }
)
"""The operators by name, without their negations."""

NEGATABLE = frozenset({"in", "contains", "starts_with", "ends_with", "matches", "in_cidr"})
"""The operators that have a `not_` form."""

PATTERN_OPERATOR = "matches"
