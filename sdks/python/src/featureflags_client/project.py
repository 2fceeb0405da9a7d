"""Project documents, such as a flags file: spec/project.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .definition import (
    FIRST_ENVIRONMENT,
    UNTOUCHED,
    FlagDefinition,
    FlagState,
    read_definition,
    read_environments,
)
from .issue import Issue, Place, below, check_key, read_fields, read_object, read_optional, report
from .issue import shown as shown_value
from .json import Json, JsonObject
from .number import is_number
from .parse import SCHEMA, parse_snapshot
from .project_issues import in_project, within

_FIELDS = ("schema", "environments", "flags", "segments")


@dataclass(frozen=True, slots=True)
class Project:
    """The flags and segments of every environment."""

    environments: list[str]
    flags: dict[str, FlagDefinition]
    segments: JsonObject


@dataclass(frozen=True, slots=True)
class ParsedProject:
    """What became of a project document; a project is never read in part."""

    project: Project | None
    issues: list[Issue]


def parse_project(document: Json) -> ParsedProject:
    """Reads a project document and checks it in each of its environments."""
    issues: list[Issue] = []
    written = _without_gaps(document)
    project = _read_project(Place("", issues), written)
    if project is None or issues:
        return ParsedProject(None, issues)
    found = [within(issue, written) for issue in _check(project)]
    return ParsedProject(None if found else project, _unique(found))


def snapshot_document(project: Project, environment: str, version: int) -> JsonObject:
    """The snapshot of one environment, as JSON in its explicit form: `P.snapshot`."""
    flags = {
        key: _explicit(definition, definition.states.get(environment, UNTOUCHED))
        for key, definition in project.flags.items()
        if not definition.archived
    }
    return {
        "schema": SCHEMA,
        "environment": environment,
        "version": version,
        "flags": flags,
        "segments": project.segments,
    }


def _without_gaps(document: Json) -> Json:
    """An empty file, and a collection with nothing below it, are empty objects."""
    if document is None:
        return {}
    if not isinstance(document, dict):
        return document
    gaps: JsonObject = {
        name: {} for name in ("flags", "segments") if document.get(name, {}) is None
    }
    return {**document, **gaps}


def _read_project(place: Place, document: Json) -> Project | None:
    found = read_fields(place, document, _FIELDS)
    if found is None:
        return None
    schema = found.get("schema", SCHEMA)
    if not is_number(schema) or schema != SCHEMA:
        message = f"this program knows schema {SCHEMA}, got {shown_value(schema)}"
        report(below(place, "schema"), "unsupported", message)
    environments = read_optional(place, found, "environments", read_environments)
    if environments is None:
        environments = [FIRST_ENVIRONMENT]
    flags: dict[str, FlagDefinition] = {}
    for key, value in _read_members(place, found, "flags"):
        at = below(below(place, "flags"), key)
        definition = read_definition(at, key, value, environments)
        if definition is not None:
            flags[key] = definition
    return Project(environments, flags, dict(_read_members(place, found, "segments")))


def _read_members(place: Place, found: JsonObject, name: str) -> Iterator[tuple[str, Json]]:
    members = read_optional(place, found, name, read_object) or {}
    at = below(place, name)
    return ((key, value) for key, value in members.items() if check_key(below(at, key), key))


def _check(project: Project) -> Iterator[Issue]:
    for environment in project.environments:
        parsed = parse_snapshot(snapshot_document(project, environment, 0))
        for issue in parsed.issues:
            yield in_project(issue, environment)


def _unique(issues: list[Issue]) -> list[Issue]:
    """Each issue once: most of what is wrong is wrong in every environment."""
    return list(dict.fromkeys(issues))


def _explicit(definition: FlagDefinition, state: FlagState) -> JsonObject:
    """A flag in one environment with nothing left out."""
    common, given = definition.common, dict(state.given)
    if "off" not in given:
        given |= _usual_off(definition)
    if "default" not in given:
        given |= _usual_default(common["variants"], state, given)
    metadata = common["metadata"]
    if definition.owner and isinstance(metadata, dict):
        metadata = {"owner": definition.owner, **metadata}
    return {
        **common,
        "enabled": state.enabled,
        "targets": state.targets,
        "rules": state.rules,
        **given,
        "metadata": metadata,
    }


def _usual_off(definition: FlagDefinition) -> JsonObject:
    """`P.off`: the variant of that name, else what it is in another environment."""
    if _has_variant(definition.common["variants"], "off"):
        return {"off": "off"}
    given = (state.given for state in definition.states.values() if "off" in state.given)
    return next(({"off": each["off"]} for each in given), {})


def _usual_default(variants: Json, state: FlagState, given: JsonObject) -> JsonObject:
    """`P.default`: `on` for everyone without rules and targets, else `off`."""
    off = given.get("off")
    usual = "on" if state.rules == [] and state.targets == [] else off
    if isinstance(usual, str) and _has_variant(variants, usual):
        return {"default": {"variant": usual}}
    # While a flag is disabled its default serves nobody: `off` stands there.
    return {"default": {"variant": off}} if not state.enabled and "off" in given else {}


def _has_variant(variants: Json, name: str) -> bool:
    if not isinstance(variants, list):
        return False
    return any(isinstance(each, dict) and each.get("name") == name for each in variants)
