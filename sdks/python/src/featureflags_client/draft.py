"""A flag while it is read: what its parts need of each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .json import Json
from .result import Metadata, Reason, Result


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of the flag."""

    key: str
    salt: str
    variants: Mapping[str, None] | None
    """The variants' names; None if the variants themselves could not be read."""
    values: Mapping[str, Json]
    metadata: Metadata


def answer(draft: Draft, variant: str, reason: Reason, rule_id: str | None = None) -> Result:
    """The answer that serves a variant of the flag."""
    value = draft.values.get(variant)
    return Result(draft.key, reason, draft.metadata, value, variant, rule_id)
