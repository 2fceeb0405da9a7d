"""The snapshot's document, and changes to it."""

from __future__ import annotations

from collections.abc import Collection

from .json import Json, JsonObject, write_json
from .snapshot import Snapshot


def apply_change(document: JsonObject, change: JsonObject) -> JsonObject:
    """The document after a `change` event: each key with its new JSON, or null for gone."""
    changed = {**document, "version": change["version"]}
    for collection in ("flags", "segments"):
        members = {**document.get(collection, {}), **change.get(collection, {})}
        changed[collection] = {key: value for key, value in members.items() if value is not None}
    return changed


def changed_flags(
    before: JsonObject | None, after: JsonObject, snapshot: Snapshot
) -> tuple[str, ...]:
    """The flags whose JSON differs, and those that use a segment whose JSON does, in order."""
    old = {} if before is None else before
    flags = _changed_keys(old.get("flags", {}), after["flags"])
    segments = _changed_keys(old.get("segments", {}), after.get("segments", {}))
    if segments:
        flags |= {key for key, flag in snapshot.flags.items() if flag.uses(segments)}
    return tuple(sorted(flags))


def _changed_keys(before: JsonObject, after: JsonObject) -> set[str]:
    keys: Collection[str] = before.keys() | after.keys()
    return {key for key in keys if not _is_same(before.get(key), after.get(key))}


def _is_same(one: Json, other: Json) -> bool:
    # Python finds True equal to 1, so that what is equal has to be looked at again.
    return one is other or (one == other and write_json(one) == write_json(other))
