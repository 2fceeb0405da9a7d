"""Reads a condition; the operator decides how the rest is read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TypeAlias

from .conditions import (
    Comparison,
    Condition,
    presence_condition,
    segment_condition,
    value_condition,
)
from .issue import (
    Place,
    below,
    check_filled,
    read_boolean,
    read_fields,
    read_list,
    read_optional,
    read_required,
    read_string,
    report,
    shown,
)
from .json import Json, JsonObject, json_type, well_formed
from .normalize import fold_case, keep_case
from .operator import Operand, Operator
from .operators import NEGATABLE, OPERATORS, PATTERN_OPERATOR, pattern_problem

Usable: TypeAlias = Mapping[str, bool]
"""The segments that a condition may name; one that was refused is false."""

_NOT = "not_"

OPERATOR_NAMES: tuple[str, ...] = (
    *(
        each
        for name in OPERATORS
        for each in ([name, _NOT + name] if name in NEGATABLE else [name])
    ),
    "exists",
    "not_exists",
    "in_segment",
    "not_in_segment",
)
"""Every operator's name, in the order in which messages list them."""


def read_condition(place: Place, value: Json, segments: Usable | None) -> Condition | None:
    """Reads one condition; `segments` is None in a segment, which names no others."""
    if not isinstance(value, dict):
        read_fields(place, value, ())
        return None
    op = read_required(place, value, "op", _read_operator_name)
    if op is None:
        return None
    if op.endswith("in_segment"):
        return _read_segment_condition(place, value, op, segments)
    if op.endswith("exists"):
        return _read_presence(place, value, op)
    return _read_value_condition(place, value, op)


def read_name(place: Place, value: Json) -> str | None:
    """Reads an attribute's name."""
    name = read_string(place, value)
    if name != "":
        return name
    report(place, "value", "an attribute needs a name")
    return None


def _read_operator_name(place: Place, value: Json) -> str | None:
    name = read_string(place, value)
    if name is None or name in OPERATOR_NAMES:
        return name
    known = ", ".join(OPERATOR_NAMES)
    report(place, "unsupported", f"{shown(name)} is not an operator; known: {known}")
    return None


def _read_presence(place: Place, value: JsonObject, op: str) -> Condition | None:
    read_fields(place, value, ("attribute", "op", "ignoreCase"))
    _refuse_ignore_case(place, value, op)
    name = read_required(place, value, "attribute", read_name)
    return None if name is None else presence_condition(name, op, op.startswith(_NOT))


def _read_segment_condition(
    place: Place, value: JsonObject, op: str, segments: Usable | None
) -> Condition | None:
    if segments is None:
        report(below(place, "op"), "value", "a segment cannot name another segment")
        return None
    read_fields(place, value, ("segment", "op", "ignoreCase"))
    _refuse_ignore_case(place, value, op)
    segment = read_required(place, value, "segment", read_string)
    if segment is None:
        return None
    if segments.get(segment):
        return segment_condition(segment, op, op.startswith(_NOT))
    at = below(place, "segment")
    if segment in segments:
        report(at, "unsupported", f"this reader does not know all of segment {shown(segment)}")
    else:
        report(at, "reference", f"there is no segment {shown(segment)}")
    return None


def _read_value_condition(place: Place, value: JsonObject, op: str) -> Condition | None:
    negated = op.startswith(_NOT)
    operator = OPERATORS[op.removeprefix(_NOT)]
    read_fields(place, value, ("attribute", "op", "values", "ignoreCase"))
    name = read_required(place, value, "attribute", read_name)
    ignores_case = False
    if operator.foldable:
        ignores_case = read_optional(place, value, "ignoreCase", read_boolean) or False
    else:
        _refuse_ignore_case(place, value, op)
    operands = read_required(place, value, "values", partial(_read_operands, operator=operator))
    if name is None or operands is None:
        return None
    fold = fold_case if ignores_case else keep_case
    test = operator.prepare(operands, fold)
    return value_condition(Comparison(name, op, operands, fold, ignores_case, negated, test))


def _refuse_ignore_case(place: Place, value: JsonObject, op: str) -> None:
    if "ignoreCase" in value:
        report(below(place, "ignoreCase"), "value", f"{op} has no ignoreCase")


def _read_operands(place: Place, value: Json, operator: Operator) -> list[Operand] | None:
    before = len(place.issues)
    operands: list[Operand] | None = read_list(
        place, value, partial(_read_operand, operator=operator)
    )
    check_filled(place, value, "value")
    if isinstance(value, list) and operator.arity == "one" and len(value) > 1:
        report(place, "range", f"expected exactly one value, got {len(value)}")
    return None if len(place.issues) > before else operands


def _read_operand(place: Place, value: Json, operator: Operator) -> Operand | None:
    operand: Operand = well_formed(value) if isinstance(value, str) else value
    if operator.accepts(operand):
        return operand
    if json_type(value) not in operator.types:
        report(place, "type", f"expected {operator.wants}, got {shown(value)}")
    elif operator is OPERATORS[PATTERN_OPERATOR]:
        problem = pattern_problem(str(operand))
        report(place, "pattern", f"{shown(value)} does not compile: {problem}")
    else:
        report(place, "value", f"expected {operator.wants}, got {shown(value)}")
    return None
