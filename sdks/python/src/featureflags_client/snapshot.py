"""All flags and segments of one environment at one version, compiled. Never changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .conditions import Condition
    from .context import Context
    from .json import Json
    from .result import Metadata, Result
    from .serving import Fallback, Rollout, Serve

    Applies = Callable[[Context, "Snapshot"], Result | None]
    Serves = Callable[[Context, "Snapshot"], Result]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What evaluations read."""

    environment: str
    version: int
    flags: Mapping[str, Flag]
    segments: Mapping[str, Segment]
    refused: Mapping[str, Result]
    """The flags that hold something this reader does not know, each with its answer."""
    answers: Mapping[str, Serves] = field(init=False)
    """Of each flag its answer: what evaluations look up."""

    def __post_init__(self) -> None:
        answers = {key: flag.answer for key, flag in self.flags.items()}
        object.__setattr__(self, "answers", answers)


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the values that a flag can have."""

    name: str
    value: Json


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag, with every result that it can give made beforehand."""

    key: str
    type: str
    enabled: bool
    variants: tuple[Variant, ...]
    metadata: Metadata
    disabled: Result
    """The answer while the flag is disabled."""
    off: str
    """The name of the variant that is served when the flag is off."""
    requires: tuple[Requirement, ...]
    targets: Mapping[str, Result] | None
    """Targeting key → answer; None if the flag has no targets."""
    rules: tuple[Rule, ...]
    fallback: Fallback
    serves: Serves
    """Steps 4 to 6: what the flag serves once its requirements are met."""
    answer: Serves
    """Steps 2 to 6."""

    def uses(self, segments: Set[str]) -> bool:
        """True if a condition of the flag names one of the segments."""
        conditions = (condition for rule in self.rules for condition in rule.conditions)
        return any(condition.segment in segments for condition in conditions)


@dataclass(frozen=True, slots=True)
class Requirement:
    """Another flag must serve one of these variants."""

    flag: str
    variants: tuple[str, ...]
    unmet: Result
    """The answer if it does not."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Conditions and what is served where they hold."""

    id: str
    conditions: tuple[Condition, ...]
    rollout: Rollout | None
    serve: Serve
    applies: Applies
    """The answer of the rule; None if it does not apply."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of users."""

    include: frozenset[str]
    exclude: frozenset[str]
    any: tuple[tuple[Condition, ...], ...]
    """Groups of conditions: the context is held if all of any group are true."""
