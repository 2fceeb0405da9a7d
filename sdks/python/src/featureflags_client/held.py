"""The snapshot that answers, where it is from and when it was last known to be current."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from .clock import Clock
from .issue import Issue
from .json import Json, JsonObject
from .parse import Source as Earlier
from .parse import parse_snapshot
from .snapshot import Snapshot

Source: TypeAlias = Literal["none", "bootstrap", "disk", "network", "file"]


@dataclass(slots=True)
class Held:
    """A snapshot in use. Swapped as a whole; only the time in it moves on."""

    snapshot: Snapshot
    document: JsonObject
    source: Source
    confirmed_at: float
    """Seconds since 1970 of when it was last known to be what the server has."""
    etag: str | None = None

    def age(self, clock: Clock) -> float | None:
        """Its age in seconds; what came from a file has none. A clock set back makes it 0."""
        return None if self.source == "file" else max(0.0, clock.now() - self.confirmed_at)


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of a document beside what is in it."""

    source: Source
    confirmed_at: float
    etag: str | None = None


def hold(
    document: Json, origin: Origin, earlier: Held | None = None
) -> tuple[Held | None, list[Issue]]:
    """Parses a document. Gives what is held, None if it is refused, and what is wrong with it."""
    before = None if earlier is None else Earlier(earlier.snapshot, earlier.document)
    parsed = parse_snapshot(document, before)
    if parsed.snapshot is None:
        return None, parsed.issues
    held = Held(parsed.snapshot, document, origin.source, origin.confirmed_at, origin.etag)
    return held, parsed.issues


def told(issues: list[Issue]) -> str:
    """The first issues in words."""
    first = "; ".join(f"{issue.path or '(all of it)'}: {issue.message}" for issue in issues[:3])
    return first if len(issues) <= 3 else f"{first}; and {len(issues) - 3} more"
