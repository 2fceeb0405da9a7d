"""Reads a flag's requirements, targets and rules."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from .compile import compile_rule
from .draft import Draft, answer
from .issue import (
    Place,
    check_filled,
    read_fields,
    read_list,
    read_optional,
    read_required,
    read_string,
    read_unique_key,
)
from .json import Json, JsonObject, well_formed
from .parse_conditions import Usable, read_condition
from .parse_serving import read_rollout, read_serve, read_variant_name
from .result import Result
from .snapshot import Requirement, Rule

_RULE_FIELDS = ("id", "description", "when", "rollout", "serve")


def read_requirement(place: Place, value: Json, draft: Draft, off: str) -> Requirement | None:
    """Reads one entry of `requires`; whether the flag exists is checked when all are read."""
    found = read_fields(place, value, ("flag", "variants"))
    if found is None:
        return None
    flag = read_required(place, found, "flag", read_string)
    variants = read_required(place, found, "variants", _read_variant_names)
    if flag is None or variants is None:
        return None
    metadata = MappingProxyType({**draft.metadata, "failedRequirement": flag})
    value = draft.values.get(off)
    return Requirement(flag, tuple(variants), Result(draft.key, "DISABLED", metadata, value, off))


def read_targets(place: Place, value: Json, draft: Draft) -> Mapping[str, Result] | None:
    """Reads the targets to a map from targeting key to answer; None if there are none."""
    targets: dict[str, Result] = {}

    def read_target(at: Place, each: Json) -> bool:
        found = read_fields(at, each, ("variant", "keys"))
        if found is None:
            return False
        variant = read_required(at, found, "variant", partial(read_variant_name, draft=draft))
        keys = read_required(at, found, "keys", read_strings)
        if variant is not None and keys is not None:
            served = answer(draft, variant, "TARGETING_MATCH")
            # The first list that has a key decides.
            for key in keys:
                targets.setdefault(key, served)
        return True

    return targets if read_list(place, value, read_target) else None


def read_strings(place: Place, value: Json) -> list[str] | None:
    """Reads a list of strings, each as UTF-8 can hold it."""
    strings = read_list(place, value, read_string)
    return None if strings is None else [well_formed(each) for each in strings]


def read_rules(place: Place, value: Json, draft: Draft, segments: Usable) -> list[Rule] | None:
    """Reads the rules, whose ids are unique in the flag."""
    seen: set[str] = set()

    def read_rule(at: Place, each: Json) -> Rule | None:
        found = read_fields(at, each, _RULE_FIELDS)
        if found is None:
            return None
        rule_id = read_required(at, found, "id", partial(read_unique_key, seen=seen))
        return _read_rule(at, found, (draft, rule_id), segments)

    return read_list(place, value, read_rule)


def _read_variant_names(place: Place, value: Json) -> list[str] | None:
    names = read_list(place, value, read_string)
    check_filled(place, value, "variant")
    return names


def _read_rule(
    place: Place, found: JsonObject, of: tuple[Draft, str | None], segments: Usable
) -> Rule | None:
    draft, rule_id = of
    read_optional(place, found, "description", read_string)
    read_each = partial(read_condition, segments=segments)
    when = read_optional(place, found, "when", lambda at, each: read_list(at, each, read_each))
    read_salted = partial(read_rollout, salt=draft.salt)
    rollout = read_optional(place, found, "rollout", read_salted)

    def answer_of(variant: str, is_split: bool) -> Result:
        is_decided_by_key = is_split or "rollout" in found
        return answer(draft, variant, "SPLIT" if is_decided_by_key else "TARGETING_MATCH", rule_id)

    read = partial(read_serve, draft=draft, answer=answer_of)
    serve = read_required(place, found, "serve", read)
    if rule_id is None or serve is None:
        return None
    conditions = tuple(when or ())
    applies = compile_rule(conditions, rollout, serve)
    return Rule(rule_id, conditions, rollout, serve, applies)
