"""Reads one flag in its explicit form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from .compile import compile_serving
from .draft import Draft, answer
from .evaluate import compile_requirements
from .issue import (
    Place,
    read_boolean,
    read_fields,
    read_list,
    read_optional,
    read_required,
    read_string,
)
from .json import Json, JsonObject
from .parse_conditions import Usable
from .parse_rules import read_requirement, read_rules, read_targets
from .parse_serving import read_serve, read_variant_name
from .parse_variants import read_hash, read_metadata, read_type, read_variants, variant_names
from .result import NO_METADATA, Reason, Result, failed
from .serving import Fallback
from .snapshot import Flag, Variant

_FIELDS = (
    "type",
    "enabled",
    "hash",
    "salt",
    "variants",
    "off",
    "requires",
    "targets",
    "rules",
    "default",
    "metadata",
)


def read_flag(place: Place, key: str, value: Json, segments: Usable) -> Flag | None:
    """Reads one flag; None if there was an issue."""
    before = len(place.issues)
    found = read_fields(place, value, _FIELDS)
    if found is None:
        return None
    flag_type = read_required(place, found, "type", read_type)
    read_required(place, found, "hash", read_hash)
    enabled = read_required(place, found, "enabled", read_boolean)
    read = partial(read_variants, flag_type=flag_type)
    variants = read_required(place, found, "variants", read) or []
    draft = _draft(place, key, found, variants)
    off = read_required(place, found, "off", partial(read_variant_name, draft=draft))
    parts = _Parts(place, found, draft, off)
    flag = _assemble(parts, (flag_type or "", enabled or False), variants, segments)
    return None if len(place.issues) > before else flag


@dataclass(frozen=True, slots=True)
class _Parts:
    """A flag of which all but its steps is read."""

    place: Place
    found: JsonObject
    draft: Draft
    off: str | None


def _draft(place: Place, key: str, found: JsonObject, variants: list[Variant]) -> Draft:
    return Draft(
        key,
        read_required(place, found, "salt", read_string) or "",
        variant_names(found),
        {variant.name: variant.value for variant in variants},
        read_optional(place, found, "metadata", read_metadata) or NO_METADATA,
    )


def _assemble(
    parts: _Parts, kind: tuple[str, bool], variants: list[Variant], segments: Usable
) -> Flag | None:
    place, found, draft, off = parts.place, parts.found, parts.draft, parts.off or ""
    flag_type, enabled = kind
    read_each = partial(read_requirement, draft=draft, off=off)
    requires = tuple(
        read_optional(place, found, "requires", lambda at, each: read_list(at, each, read_each))
        or ()
    )
    targets = read_optional(place, found, "targets", partial(read_targets, draft=draft))
    read = partial(read_rules, draft=draft, segments=segments)
    rules = tuple(read_optional(place, found, "rules", read) or ())
    reason: Reason = "DEFAULT" if targets is not None or rules else "STATIC"
    fallback = _read_fallback(parts, reason)
    if fallback is None:
        return None
    serves = compile_serving(targets, rules, fallback)
    disabled = answer(draft, off, "DISABLED")
    reply = compile_requirements(draft.key, requires, serves)
    return Flag(
        key=draft.key,
        type=flag_type,
        enabled=enabled,
        variants=tuple(variants),
        metadata=draft.metadata,
        disabled=disabled,
        off=off,
        requires=requires,
        targets=targets,
        rules=rules,
        fallback=fallback,
        serves=serves,
        answer=reply if enabled else lambda _context, _snapshot: disabled,
    )


def _read_fallback(parts: _Parts, reason: Reason) -> Fallback | None:
    draft = parts.draft

    def answer_of(variant: str, is_split: bool) -> Result:
        return answer(draft, variant, "SPLIT" if is_split else reason)

    read = partial(read_serve, draft=draft, answer=answer_of)
    serve = read_required(parts.place, parts.found, "default", read)
    if serve is None:
        return None
    by = "" if serve.split is None else serve.split.by
    message = f"{draft.key} is split by {by}, which the context does not have"
    missing = failed(draft.key, "TARGETING_KEY_MISSING", message, draft.metadata)
    return Fallback(serve, missing)
