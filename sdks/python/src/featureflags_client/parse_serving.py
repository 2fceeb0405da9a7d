"""Reads what is served: a variant, a split, a rollout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import TypeAlias

from .buckets import MAX_WEIGHT, rollout_salt, rollout_threshold, split_salt
from .context import TARGETING_KEY
from .draft import Draft
from .issue import (
    Place,
    check_unique,
    read_fields,
    read_list,
    read_number,
    read_optional,
    read_required,
    read_string,
    report,
    shown,
)
from .json import Json, JsonObject, well_formed
from .number import finite, is_whole
from .parse_conditions import read_name
from .result import Result
from .serving import Rollout, Serve, Split

Answer: TypeAlias = Callable[[str, bool], Result]
"""Makes the answer that serves a variant, by a split or not."""


def read_serve(place: Place, value: Json, draft: Draft, answer: Answer) -> Serve | None:
    """Reads `{"variant": …}` or `{"split": […], "by": …}`."""
    if isinstance(value, dict) and "split" in value and "variant" not in value:
        split = _read_split(place, value, draft, answer)
        return None if split is None else Serve(split, None)
    found = read_fields(place, value, ("variant",))
    if found is None:
        return None
    variant = read_required(place, found, "variant", partial(read_variant_name, draft=draft))
    return None if variant is None else Serve(None, answer(variant, False))


def read_variant_name(place: Place, value: Json, draft: Draft) -> str | None:
    """Reads the name of one of the flag's variants."""
    name = read_string(place, value)
    if name is None or draft.variants is None:
        return None
    if name in draft.variants:
        return name
    known = ", ".join(draft.variants)
    report(place, "reference", f"no variant {shown(name)}; the flag has: {known}")
    return None


def read_rollout(place: Place, value: Json, salt: str) -> Rollout | None:
    """Reads `{"percent": …, "by": …}`."""
    found = read_fields(place, value, ("percent", "by"))
    if found is None:
        return None
    by = read_optional(place, found, "by", read_name) or TARGETING_KEY
    percent = read_required(place, found, "percent", _read_percent)
    if percent is None:
        return None
    return Rollout(percent, by, rollout_salt(well_formed(salt)), rollout_threshold(percent))


@dataclass(frozen=True, slots=True)
class _Share:
    """A share as far as it can be read."""

    variant: str | None
    weight: int | None


def _read_split(place: Place, found: JsonObject, draft: Draft, answer: Answer) -> Split | None:
    read_fields(place, found, ("split", "by"))
    by = read_optional(place, found, "by", read_name) or TARGETING_KEY
    shares = read_required(place, found, "split", partial(_read_shares, draft=draft))
    if shares is None:
        return None
    ends = tuple(accumulate(share.weight or 0 for share in shares))
    served = tuple(answer(share.variant or "", True) for share in shares)
    return Split(by, split_salt(well_formed(draft.salt)), ends[-1], ends, served)


def _read_shares(place: Place, value: Json, draft: Draft) -> list[_Share] | None:
    before = len(place.issues)
    read = partial(_read_share, draft=draft, seen=set())
    shares = read_list(place, value, read)
    if shares is None:
        return None
    _check_weights(place, shares)
    return None if len(place.issues) > before else shares


def _read_share(place: Place, value: Json, draft: Draft, seen: set[str]) -> _Share:
    found = read_fields(place, value, ("variant", "weight"))
    if found is None:
        return _Share(None, None)

    def read_variant(at: Place, name: Json) -> str | None:
        if isinstance(name, str):
            check_unique(at, name, seen)
        return read_variant_name(at, name, draft)

    variant = read_required(place, found, "variant", read_variant)
    return _Share(variant, read_required(place, found, "weight", _read_weight))


def _check_weights(place: Place, shares: list[_Share]) -> None:
    """A sum means something only if every weight could be read."""
    weights = [share.weight for share in shares if share.weight is not None]
    if len(weights) < len(shares) or 1 <= sum(weights) <= MAX_WEIGHT:
        return
    report(place, "range", f"the weights sum to {sum(weights)}; expected 1 to {MAX_WEIGHT}")


def _read_weight(place: Place, value: Json) -> int | None:
    weight = read_number(place, value)
    if weight is None:
        return None
    if finite(weight) is not None and is_whole(weight) and weight >= 0:
        return int(weight)
    report(place, "range", f"expected a whole number from 0 up, got {shown(value)}")
    return None


def _read_percent(place: Place, value: Json) -> float | None:
    percent = read_number(place, value)
    if percent is None:
        return None
    if 0 <= percent <= 100 and rollout_threshold(percent) / 1000 == percent:
        return percent
    wanted = "expected 0 to 100 with at most three decimals"
    report(place, "range", f"{wanted}, got {shown(value)}")
    return None
