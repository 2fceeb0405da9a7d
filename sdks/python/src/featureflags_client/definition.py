"""A flag as people write it: `P.flag` and `P.state` of spec/project.md."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .issue import (
    Place,
    below,
    check_filled,
    read_boolean,
    read_fields,
    read_list,
    read_object,
    read_optional,
    read_string,
    read_unique_key,
    report,
)
from .json import Json, JsonObject
from .shorthand import expand_rules, expand_serve, expand_targets, expand_variants, infer_type

FIRST_ENVIRONMENT = "production"
"""The environment that exists from the start, and whose state may stand in the flag itself."""

STATE_FIELDS = ("enabled", "off", "targets", "rules", "default")
"""The fields of a flag that differ from one environment to the next."""

_COMMON_FIELDS = (
    "description",
    "type",
    "tags",
    "owner",
    "metadata",
    "hash",
    "salt",
    "variants",
    "requires",
    "archived",
)


@dataclass(frozen=True, slots=True)
class FlagState:
    """What a flag is in one environment; usually off."""

    enabled: bool
    given: JsonObject
    """`off` and `default`, where they are given."""
    targets: Json
    rules: Json


UNTOUCHED = FlagState(False, {}, [], [])
"""The state of a flag of which nothing is said in an environment."""


@dataclass(frozen=True, slots=True)
class FlagDefinition:
    """A flag: shorthand is expanded, nothing else is judged yet."""

    common: JsonObject
    """What the explicit form has of it in every environment."""
    owner: str
    archived: bool
    states: dict[str, FlagState]


def read_definition(
    place: Place, key: str, value: Json, known: Iterable[str]
) -> FlagDefinition | None:
    """Reads a flag; state fields right in it are those of FIRST_ENVIRONMENT."""
    found = read_fields(place, value, (*_COMMON_FIELDS, *STATE_FIELDS, "environments"))
    if found is None:
        return None
    variants = expand_variants(found)
    read_optional(place, found, "description", read_string)
    read_optional(place, found, "tags", _read_tags)
    common = {
        "type": found.get("type", infer_type(variants)),
        # Not a default that may ever change: what stands in no file means ff1 for good.
        "hash": found.get("hash", "ff1"),
        "salt": found.get("salt", key),
        "variants": variants,
        "requires": found.get("requires", []),
        "metadata": found.get("metadata", {}),
    }
    owner = read_optional(place, found, "owner", read_string) or ""
    archived = read_optional(place, found, "archived", read_boolean) or False
    return FlagDefinition(common, owner, archived, _read_states(place, found, list(known)))


def read_environments(place: Place, value: Json) -> list[str] | None:
    """Reads the list of environments."""
    seen: set[str] = set()
    names = read_list(place, value, lambda at, name: read_unique_key(at, name, seen))
    check_filled(place, value, "environment")
    return names


def _read_tags(place: Place, value: Json) -> list[str] | None:
    return read_list(place, value, read_string)


def _read_states(place: Place, flag: JsonObject, known: list[str]) -> dict[str, FlagState]:
    states: dict[str, FlagState] = {}
    own = {field: flag[field] for field in STATE_FIELDS if field in flag}
    if own and FIRST_ENVIRONMENT in known:
        states[FIRST_ENVIRONMENT] = _read_state(place, own)
    else:
        for field in own:
            message = f"would be of {FIRST_ENVIRONMENT}, which there is not"
            report(below(place, field), "reference", f"{message}; write it in environments")
    environments = read_optional(place, flag, "environments", read_object) or {}
    for name, value in environments.items():
        at = below(below(place, "environments"), name)
        found = read_fields(at, value, STATE_FIELDS)
        if name not in known:
            report(at, "reference", f"there is no environment {name}")
        elif name in states:
            message = f"in the flag itself already say what it is in {FIRST_ENVIRONMENT}"
            report(at, "duplicate", f"{', '.join(own)} {message}")
        elif found is not None:
            states[name] = _read_state(at, found)
    return states


def _read_state(place: Place, found: JsonObject) -> FlagState:
    given: JsonObject = {"off": found["off"]} if "off" in found else {}
    if "default" in found:
        given["default"] = expand_serve(found["default"])
    return FlagState(
        read_optional(place, found, "enabled", read_boolean) or False,
        given,
        expand_targets(found.get("targets", [])),
        expand_rules(found.get("rules", [])),
    )
