"""A clock that goes on only when somebody waits, and a server that is a function."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from featureflags_client.clock import Clock
from featureflags_client.dial import TimedOutError
from featureflags_client.transport import Answer, Http, Request, Stream


class SimulatedClock(Clock):
    """Time as a test has it; chance is the most that there is."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.time = now
        self.asked: list[float] = []

    def now(self) -> float:
        return self.time

    def steady(self) -> float:
        return self.time

    def chance(self, most: float) -> float:
        self.asked.append(most)
        return most

    def pause(self, ending: threading.Event, seconds: float) -> None:
        self.time += seconds


@dataclass
class SimulatedStream:
    """A stream of pieces; a number is a silence of so many seconds, None the end."""

    clock: SimulatedClock
    pieces: list[bytes | float]
    status: int = 200
    headers: Mapping[str, str] = field(
        default_factory=lambda: {"content-type": "text/event-stream"}
    )
    body: bytes = b""

    def read(self, timeout: float) -> bytes:
        if not self.pieces:
            return b""
        piece = self.pieces.pop(0)
        if isinstance(piece, bytes):
            return piece
        if piece > timeout:
            self.clock.time += timeout
            raise TimedOutError("no answer in time")
        self.clock.time += piece
        return self.read(timeout - piece)

    def read_all(self) -> bytes:
        return self.body

    def abort(self) -> None:
        self.pieces.clear()

    def close(self) -> None:
        self.pieces.clear()


class SimulatedHttp(Http):
    """Answers by a function of the request."""

    def __init__(self, reply: Callable[[Request], Any]) -> None:
        self.reply = reply
        self.requests: list[Request] = []

    def ask(self, request: Request, timeout: float) -> Answer:
        self.requests.append(request)
        found = self.reply(request)
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, Answer)
        return found

    def open(self, request: Request, timeout: float) -> Stream:
        self.requests.append(request)
        found = self.reply(request)
        if isinstance(found, Exception):
            raise found
        stream: Stream = found
        return stream


def flag(enabled: bool = True, **more: Any) -> dict[str, Any]:
    """A boolean flag in its explicit form."""
    return {
        "type": "boolean",
        "enabled": enabled,
        "hash": "ff1",
        "salt": "s",
        "variants": [{"name": "on", "value": True}, {"name": "off", "value": False}],
        "off": "off",
        "default": {"variant": "on"},
        **more,
    }


def snapshot(version: Any = 1, environment: Any = "production", **flags: Any) -> dict[str, Any]:
    """A snapshot of these flags."""
    return {"schema": 1, "environment": environment, "version": version, "flags": flags}


def event(name: str, data: Any) -> bytes:
    """An event of a stream."""
    text = data if isinstance(data, str) else json.dumps(data)
    return f"event: {name}\nid: run.1\ndata: {text}\n\n".encode()


def change(old: int, version: int | None, segments: Any = None, **flags: Any) -> bytes:
    """A `change` event."""
    told = {"environment": "production", "oldVersion": old, "version": version, "flags": flags}
    return event("change", {**told, "segments": segments or {}})


def answer(status: int = 200, body: Any = None, **headers: str) -> Answer:
    """An answer."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, headers, text)
