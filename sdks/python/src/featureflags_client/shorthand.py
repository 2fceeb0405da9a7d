"""People may write less than the explicit form says: `P.shorthand` of spec/project.md.

Nothing here judges: what has another shape than a shorthand is handed on as it is, for the parser
to accept or refuse.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .json import Json, JsonObject, json_type

_BOOLEAN_VARIANTS: Json = [{"name": "on", "value": True}, {"name": "off", "value": False}]
"""The variants of a flag that names none."""

_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)%")


def expand_variants(flag: JsonObject) -> Json:
    """`{blue: "#00f"}` → `[{name: "blue", value: "#00f"}]`; nothing → those of a boolean flag."""
    variants = flag.get("variants", _BOOLEAN_VARIANTS)
    if not isinstance(variants, dict):
        return variants
    return [{"name": name, "value": value} for name, value in variants.items()]


def infer_type(variants: Json) -> str:
    """The type of a flag that names none: that of its first variant."""
    first = variants[0] if isinstance(variants, list) and variants else None
    if not isinstance(first, dict):
        return "boolean"
    return json_type(first["value"]) if "value" in first else "nothing"


def expand_targets(targets: Json) -> Json:
    """`{on: ["qa-1"]}` → `[{variant: "on", keys: ["qa-1"]}]`."""
    if not isinstance(targets, dict):
        return targets
    return [{"variant": variant, "keys": keys} for variant, keys in targets.items()]


def expand_serve(serve: Json) -> Json:
    """`"on"` → `{variant: "on"}`."""
    return {"variant": serve} if isinstance(serve, str) else serve


def expand_rules(rules: Json) -> Json:
    """Expands each rule; those without an id get the first of r1, r2, … that is free."""
    if not isinstance(rules, list):
        return rules
    ids = [rule.get("id") for rule in rules if isinstance(rule, dict)]
    free = _free_ids({each for each in ids if isinstance(each, str)})
    return [_expand_rule(rule, free) if isinstance(rule, dict) else rule for rule in rules]


def _free_ids(taken: set[str]) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        if f"r{number}" not in taken:
            yield f"r{number}"


def _expand_rule(rule: JsonObject, free: Iterator[str]) -> JsonObject:
    expanded = dict(rule) if "id" in rule else {"id": next(free), **rule}
    expanded["when"] = _expand_when(rule.get("when", []))
    if "rollout" in rule:
        expanded["rollout"] = _expand_rollout(rule["rollout"])
    if "serve" in rule:
        expanded["serve"] = expand_serve(rule["serve"])
    return expanded


def _expand_when(when: Json) -> Json:
    """`{country: ["US", "CA"]}` → one `in` condition for each attribute."""
    if not isinstance(when, dict):
        return when
    return [
        {"attribute": name, "op": "in", "values": value if isinstance(value, list) else [value]}
        for name, value in when.items()
    ]


def _expand_rollout(rollout: Json) -> Json:
    """`10` and `"10%"` → `{percent: 10}`."""
    if json_type(rollout) == "number":
        return {"percent": rollout}
    match = _PERCENT.fullmatch(rollout) if isinstance(rollout, str) else None
    return rollout if match is None else {"percent": float(match[1])}
