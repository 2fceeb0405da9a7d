"""Conditions, compiled to functions when a flag is parsed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .context import Context, is_simple, lookup_of
from .equality import plain_texts
from .json import Json, JsonObject

if TYPE_CHECKING:
    from .normalize import Fold
    from .operator import Operand, Test
    from .snapshot import Segment, Snapshot

    Holds = Callable[[Context, Snapshot], bool]
    Tells = Callable[[Context, Snapshot, bool], JsonObject]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition."""

    holds: Holds
    tells: Tells
    """The trace of the condition, of what `holds` gave."""
    segment: str | None = None
    """The segment that it names."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a condition on a value is made of."""

    attribute: str
    op: str
    operands: list[Operand]
    fold: Fold
    ignores_case: bool
    negated: bool
    test: Test


def value_condition(comparison: Comparison) -> Condition:
    """A condition on an attribute's value."""
    attribute, op, operands = comparison.attribute, comparison.op, comparison.operands
    find = lookup_of(attribute)

    def tells(context: Context, _snapshot: Snapshot, result: bool) -> JsonObject:
        told: JsonObject = {"attribute": attribute, "op": op, "values": operands}
        if comparison.ignores_case:
            told["ignoreCase"] = True
        return {**told, "actual": find(context.attributes), "result": result}

    return Condition(_membership(comparison) or _comparison(comparison), tells)


def _comparison(comparison: Comparison) -> Holds:
    """A missing value, and one outside the operator's domain, is false, negated or not."""
    find, test, negated = lookup_of(comparison.attribute), comparison.test, comparison.negated

    def holds(context: Context, _snapshot: Snapshot) -> bool:
        value = find(context.attributes)
        if value is None:
            return False
        if type(value) is list:
            return _holds_of_list(value, test, negated)
        outcome = test(value)
        return outcome is not None and outcome is not negated

    return holds


def _membership(comparison: Comparison) -> Holds | None:
    """The same for `in` and plain texts, as most conditions are, in half the time."""
    name = comparison.attribute
    is_membership = comparison.op == "in" and is_simple(name)
    texts = plain_texts(comparison.operands, comparison.fold) if is_membership else None
    if texts is None:
        return None
    otherwise = _comparison(comparison)

    def holds(context: Context, snapshot: Snapshot) -> bool:
        try:
            return context.attributes.get(name) in texts
        except TypeError:
            # Lists and objects, which cannot be looked up.
            return otherwise(context, snapshot)

    return holds


def _holds_of_list(values: list[Json], test: Test, negated: bool) -> bool:
    """A list holds if any element does; under a negation, if every element does."""
    if negated:
        return all(value is not None and test(value) is False for value in values)
    return any(value is not None and test(value) is True for value in values)


def presence_condition(attribute: str, op: str, negated: bool) -> Condition:
    """A condition on there being an attribute."""
    find = lookup_of(attribute)

    def holds(context: Context, _snapshot: Snapshot) -> bool:
        return (find(context.attributes) is None) is negated

    def tells(context: Context, _snapshot: Snapshot, result: bool) -> JsonObject:
        actual = find(context.attributes)
        return {"attribute": attribute, "op": op, "actual": actual, "result": result}

    return Condition(holds, tells)


def segment_condition(key: str, op: str, negated: bool) -> Condition:
    """A condition on a segment; the snapshot has it, since it was parsed."""

    def holds(context: Context, snapshot: Snapshot) -> bool:
        held = _decided_by(snapshot.segments[key], context, snapshot) in _HELD
        return held is not negated

    def tells(context: Context, snapshot: Snapshot, result: bool) -> JsonObject:
        by = _decided_by(snapshot.segments[key], context, snapshot)
        return {"segment": key, "op": op, "by": by, "result": result}

    return Condition(holds, tells, key)


_HELD = ("include", "any")


def _decided_by(segment: Segment, context: Context, snapshot: Snapshot) -> str:
    key = context.targeting_key
    if key is not None and key in segment.include:
        return "include"
    if key is not None and key in segment.exclude:
        return "exclude"
    for group in segment.any:
        if all(condition.holds(context, snapshot) for condition in group):
            return "any"
    return "none"
