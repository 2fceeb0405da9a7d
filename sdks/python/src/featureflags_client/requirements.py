"""Requirements: a flag may need other flags to serve certain variants."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .components import components
from .issue import Place, below, report, shown
from .json import Json
from .parse_variants import variant_names

if TYPE_CHECKING:
    from .json import JsonObject

MAX_REQUIRED = 1000
"""How many required flags one evaluation may come to look at, each as often as it is looked at."""


@dataclass(frozen=True, slots=True)
class _Requiring:
    """A flag that requires others."""

    place: Place
    key: str
    required: list[str]


def check_requirements(place: Place, flags: JsonObject, refused: Set[str]) -> None:
    """Reports requirements that name nothing, that go in a circle, or that ask for too much work.

    Flags are looked at as JSON, whatever else is wrong with them. Of the refused ones any variant
    may be named, and they require nothing.
    """
    requiring: dict[str, _Requiring] = {}
    for key, flag in flags.items():
        required = flag.get("requires") if isinstance(flag, dict) else None
        if not isinstance(required, list) or not required:
            continue
        at = below(below(place, key), "requires")
        names = [
            _check_names(below(at, index), each, flags, refused)
            for index, each in enumerate(required)
        ]
        if key not in refused:
            requiring[key] = _Requiring(at, key, [name for name in names if name is not None])
    _report_cycles(requiring)


def _check_names(place: Place, value: Json, flags: JsonObject, refused: Set[str]) -> str | None:
    """Reports what a requirement names that is not there; returns the flag that it names."""
    key = value.get("flag") if isinstance(value, dict) else None
    if not isinstance(key, str):
        return None
    if key not in flags:
        report(below(place, "flag"), "reference", f"there is no flag {shown(key)}")
        return None
    known = None if key in refused else variant_names(flags[key])
    variants = value.get("variants")
    if known is None or not isinstance(variants, list):
        return key
    for index, variant in enumerate(variants):
        if isinstance(variant, str) and variant not in known:
            message = f"{key} has no variant {shown(variant)}; it has: {', '.join(known)}"
            report(below(below(place, "variants"), index), "reference", message)
    return key


def _report_cycles(requiring: Mapping[str, _Requiring]) -> None:
    """Goes from what is required to what requires it, so that costs add up."""
    costs: dict[str, int] = {}
    for component in components({key: flag.required for key, flag in requiring.items()}):
        for key in component:
            flag = requiring.get(key)
            if flag is None:
                costs[key] = 0
            elif len(component) > 1 or key in flag.required:
                report(flag.place, "cycle", f"{key} ends up requiring itself")
            else:
                _settle(flag, costs)


def _settle(flag: _Requiring, costs: dict[str, int]) -> None:
    """Notes what a flag costs, unless it leads into a cycle."""
    cost = 0
    for each in flag.required:
        if each not in costs:
            return
        # What costs too much is reported once, where it begins to.
        cost += 1 + (0 if costs[each] > MAX_REQUIRED else costs[each])
    costs[flag.key] = cost
    if cost > MAX_REQUIRED:
        report(flag.place, "range", f"one evaluation would look at more than {MAX_REQUIRED} flags")
