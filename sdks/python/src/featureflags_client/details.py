"""What a client says of an evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, Literal, TypeAlias, TypeVar, cast

from .held import Held, Source
from .json import Json, json_type
from .result import ErrorCode, Metadata, Reason, Result, failed

T = TypeVar("T")

State: TypeAlias = Literal["starting", "ready", "stale", "closed"]


@dataclass(slots=True)
class Details(Generic[T]):
    """A value, and everything known about it."""

    key: str
    value: T
    reason: Reason
    variant: str | None = None
    rule_id: str | None = None
    error_code: ErrorCode | None = None
    error_message: str | None = None
    metadata: Metadata = field(default_factory=dict)
    version: int | None = None
    """The snapshot's version."""
    age: float | None = None
    """The snapshot's age in seconds; None where there is none."""
    stale: bool = False
    """True if the snapshot is older than `max_age`."""


@dataclass(frozen=True, slots=True)
class Status:
    """How a client is."""

    state: State
    source: Source
    version: int | None = None
    age: float | None = None
    error: str | None = None
    """The latest problem that is not over."""
    dropped_events: int = 0


@dataclass(slots=True)
class Served:
    """A result, and the snapshot that it is of, where there is one.

    Made for every evaluation: Python makes what is not frozen in a third of the time.
    """

    result: Result
    held: Held | None = None
    age: float | None = None
    stale: bool = False
    is_override: bool = False


def typed(result: Result, wanted: str | None) -> Result:
    """The result, or an error if its value is not of the type wanted; None takes any type."""
    if result.error_code is not None or wanted is None:
        return result
    got = json_type(result.value)
    # No flag is a list, whatever an override says.
    if wanted == got != "list":
        return result
    message = f"{result.key} is of type {got}, not {wanted}"
    return failed(result.key, "TYPE_MISMATCH", message, result.metadata)


def details_of(served: Served, result: Result, default: T) -> Details[T]:
    """What is known of a result, with the default in place of an error's value."""
    value = default if result.error_code is not None else cast(T, _own(result.value))
    return Details(
        result.key,
        value,
        result.reason,
        result.variant,
        result.rule_id,
        result.error_code,
        result.error_message,
        result.metadata,
        None if served.held is None else served.held.snapshot.version,
        served.age,
        served.stale,
    )


def override(key: str, value: Json) -> Served:
    """What an override serves."""
    return Served(Result(key, "STATIC", _OVERRIDDEN, value), is_override=True)


_OVERRIDDEN: Mapping[str, bool] = MappingProxyType({"override": True})


def _own(value: Json) -> Json:
    """A copy of what can be changed: the snapshot's is everybody's."""
    return deepcopy(value) if isinstance(value, (dict, list)) else value
