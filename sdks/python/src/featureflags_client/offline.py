"""Snapshots from files and from code, and flags files."""

from __future__ import annotations

from pathlib import Path

from .clock import Clock
from .flags_file import NotYamlError, read_yaml
from .held import Held, Origin, Source, hold, told
from .json import Json, JsonObject, NotJsonError, read_json, write_json
from .plain_file import read_plain
from .project import parse_project, snapshot_document
from .reports import Reports
from .transport import MAX_LENGTH

_FLAGS_FILES = (".yml", ".yaml")
_USUAL = "production"


class UnusableError(Exception):
    """What was given cannot be used; the message says why and what to do."""


def load(given: JsonObject | Path, environment: str | None, source: Source, clock: Clock) -> Held:
    """Makes a snapshot of what an option gives. Raises UnusableError."""
    document = _document(given, environment)
    held, issues = hold(document, Origin(source, clock.now()))
    if held is None:
        raise UnusableError(f"{_name(given)} is refused: {told(issues)}")
    return held


def report_unusable(option: str, error: UnusableError, reports: Reports) -> None:
    """Reports an option whose value cannot be used."""
    reports.report(option, f"the option {option} is not used: {error}")


def _document(given: JsonObject | Path, environment: str | None) -> Json:
    try:
        if not isinstance(given, Path):
            # Through text: what JSON does not have is told, and nobody else's object is kept.
            return read_json(write_json(given))
        text = read_plain(given, MAX_LENGTH)
        if given.suffix not in _FLAGS_FILES:
            return read_json(text)
        return _of_flags_file(given, read_yaml(text), environment)
    except (OSError, NotJsonError, NotYamlError, TypeError, ValueError) as error:
        raise UnusableError(f"{_name(given)} cannot be read: {error}") from error


def _of_flags_file(path: Path, document: Json, environment: str | None) -> JsonObject:
    parsed = parse_project(document)
    if parsed.project is None:
        raise UnusableError(f"{path} is refused: {told(parsed.issues)}")
    names = parsed.project.environments
    name = environment or (_USUAL if _USUAL in names or len(names) > 1 else names[0])
    if name not in names:
        known = ", ".join(names)
        raise UnusableError(f"{path} has no environment {name}; it has: {known}")
    return snapshot_document(parsed.project, name, 0)


def _name(given: JsonObject | Path) -> str:
    return str(given) if isinstance(given, Path) else "the snapshot"
