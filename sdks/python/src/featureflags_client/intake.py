"""What a server sends: snapshots, and changes to the one that is held."""

from __future__ import annotations

from typing import Protocol

from .clock import Clock
from .document import apply_change
from .held import Held, Origin, hold, told
from .json import Json, NotJsonError, read_json
from .reports import Reports


class Home(Protocol):
    """Where snapshots go to."""

    held: Held | None

    def swap(self, held: Held) -> None:
        """Puts a snapshot in use."""

    def confirm(self) -> None:
        """Notes that the snapshot is what the server has."""


class Intake:
    """Puts what comes in use, and reports what cannot be used."""

    def __init__(self, home: Home, server: str, clock: Clock, reports: Reports) -> None:
        self._home = home
        self._server = server
        self._clock = clock
        self._reports = reports
        self.is_from_server = False
        """True if the version held came from this server in this process."""
        self.event_id: str | None = None
        """Of the stream's event that the version held came with; none if it came otherwise."""
        self.is_current = False
        """True while a sign of life of the stream says that the version held is the latest."""

    def take_change(self, text: str, event_id: str | None = None) -> bool:
        """False if a snapshot has to be fetched: there is a gap, or the result is refused."""
        held = self._home.held
        try:
            change = read_json(text)
        except NotJsonError:
            return False
        if not _is_change(change) or held is None:
            return False
        if change.get("version") is None:
            message = f"the environment {held.snapshot.environment} is gone from {self._server}."
            self.report("environment", message)
            self.is_current = False
            return True
        is_next = change["oldVersion"] == held.snapshot.version
        is_ours = change.get("environment", held.snapshot.environment) == held.snapshot.environment
        if not (is_next and is_ours and self.is_from_server):
            return False
        return self._take(apply_change(held.document, change), event_id=event_id)

    def take_text(self, text: str | bytes, etag: str | None, event_id: str | None = None) -> bool:
        """Uses a snapshot; false if it cannot be used, which is reported."""
        try:
            document = read_json(text)
        except NotJsonError as error:
            self.report("snapshot", f"{self._server} sent something that is no JSON: {error}.")
            return False
        return self._take(document, etag, event_id)

    def _take(self, document: Json, etag: str | None = None, event_id: str | None = None) -> bool:
        origin = Origin("network", self._clock.now(), etag)
        held, issues = hold(document, origin, self._home.held)
        if held is None:
            message = f"{self._server} sent a snapshot that is refused: {told(issues)}."
            self.report("snapshot", message)
            return False
        if issues:
            message = f"some flags are not understood and give their defaults: {told(issues)}"
            self._reports.report("flags", message)
        else:
            self._reports.over("flags")
        self.is_from_server = self.is_current = True
        self.event_id = event_id
        self._reports.over("environment")
        self._home.swap(held)
        return True

    def report(self, kind: str, message: str) -> None:
        """Reports a problem, and what serves meanwhile."""
        held = self._home.held
        serving = "Defaults serve" if held is None else f"Version {held.snapshot.version} serves"
        self._reports.report(kind, f"{message} {serving} meanwhile.")


def _is_change(change: Json) -> bool:
    if not isinstance(change, dict) or "oldVersion" not in change:
        return False
    return all(isinstance(change.get(name, {}), dict) for name in ("flags", "segments"))
