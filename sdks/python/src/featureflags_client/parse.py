"""Reads unknown JSON as a snapshot: `1.parse` of spec/evaluation.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .issue import (
    Issue,
    Place,
    below,
    check_key,
    pointer_step,
    read_key,
    read_number,
    read_object,
    read_optional,
    read_required,
    report,
    shown,
)
from .json import Json, JsonObject
from .number import MAX_SAFE, is_whole
from .parse_flag import read_flag
from .parse_segment import read_segment
from .requirements import check_requirements
from .result import Result, failed
from .snapshot import Flag, Segment, Snapshot

SCHEMA = 1
"""The schema of snapshots that this reader knows."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What became of a document."""

    snapshot: Snapshot | None
    """None if the document is refused as a whole."""
    issues: list[Issue]
    """All that is wrong. With a snapshot: why it answers PARSE_ERROR for some of its flags."""


@dataclass(frozen=True, slots=True)
class Source:
    """A snapshot and the document that it was made of."""

    snapshot: Snapshot
    document: JsonObject


def parse_snapshot(document: Json, earlier: Source | None = None) -> Parsed:
    """Reads a snapshot. Never raises.

    What this reader does not know inside a flag refuses that flag; all else refuses the document.
    Flags whose JSON is the very same object as in `earlier` are not read again.
    """
    issues: list[Issue] = []
    place = Place("", issues)
    found = read_object(place, document)
    if found is None:
        return Parsed(None, issues)
    read_required(place, found, "schema", _read_schema)
    # What another schema means by the rest is not for this reader to say.
    if any(issue.code == "unsupported" for issue in issues):
        return Parsed(None, issues)
    environment = read_required(place, found, "environment", read_key) or ""
    version = read_required(place, found, "version", _read_version) or 0
    segments = read_optional(place, found, "segments", _read_members) or {}
    flags = read_required(place, found, "flags", _read_members) or {}
    kept, usable = _read_segments(segments, issues)
    read, refused = _read_flags(flags, usable, issues, earlier)
    check_requirements(Place("/flags", issues), flags, refused.keys())
    snapshot = Snapshot(environment, version, read, kept, refused)
    return Parsed(snapshot if all(map(_refuses_one, issues)) else None, issues)


def _refuses_one(issue: Issue) -> bool:
    """True of issues inside a flag or a segment that refuse only what holds them."""
    is_unknown = issue.code in ("unknown", "unsupported")
    return is_unknown and issue.path.startswith(("/flags/", "/segments/"))


def _read_segments(
    members: JsonObject, issues: list[Issue]
) -> tuple[dict[str, Segment], dict[str, bool]]:
    segments: dict[str, Segment] = {}
    usable: dict[str, bool] = {}
    for key, value in members.items():
        first = len(issues)
        segment = read_segment(Place("/segments" + pointer_step(key), issues), value)
        usable[key] = not any(map(_refuses_one, issues[first:]))
        if segment is not None:
            segments[key] = segment
    return segments, usable


def _read_flags(
    members: JsonObject,
    usable: dict[str, bool],
    issues: list[Issue],
    earlier: Source | None,
) -> tuple[dict[str, Flag], dict[str, Result]]:
    flags: dict[str, Flag] = {}
    refused: dict[str, Result] = {}
    reusable = _reusable(earlier, usable)
    for key, value in members.items():
        first = len(issues)
        place = Place("/flags" + pointer_step(key), issues)
        flag = reusable(key, value) or read_flag(place, key, value, usable)
        if flag is not None:
            flags[key] = flag
        reason = next(filter(_refuses_one, issues[first:]), None)
        if reason is not None:
            refused[key] = failed(key, "PARSE_ERROR", f"{reason.path}: {reason.message}")
    return flags, refused


def _reusable(
    earlier: Source | None, usable: Mapping[str, bool]
) -> Callable[[str, Json], Flag | None]:
    """A flag depends on its JSON and on which segments there are, not on what is in them."""
    if earlier is None or not all(usable.values()):
        return lambda _key, _value: None
    if usable.keys() != earlier.snapshot.segments.keys():
        return lambda _key, _value: None
    before, flags = earlier.document["flags"], earlier.snapshot.flags
    return lambda key, value: flags.get(key) if before.get(key) is value else None


def _read_members(place: Place, value: Json) -> JsonObject | None:
    members = read_object(place, value)
    for key in members or ():
        check_key(below(place, key), key)
    return members


def _read_schema(place: Place, value: Json) -> float | None:
    schema = read_number(place, value)
    if schema is not None and schema != SCHEMA:
        wanted = f"this reader knows schema {SCHEMA}"
        report(place, "unsupported", f"{wanted}, got {shown(value)}: update featureflags-client")
    return schema


def _read_version(place: Place, value: Json) -> int | None:
    version = read_number(place, value)
    if version is None:
        return None
    if 0 <= version <= MAX_SAFE and is_whole(version):
        return int(version)
    report(place, "range", f"expected a whole number from 0 up, got {shown(value)}")
    return None
