"""Updates with all that is around them, simulated."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from featureflags_client.dial import TransportError
from featureflags_client.held import Held
from featureflags_client.options import Options
from featureflags_client.reports import Reports
from featureflags_client.transport import Request
from featureflags_client.updates import Means, Updates
from simulated import (
    SimulatedClock,
    SimulatedHttp,
    SimulatedStream,
)

GONE = TransportError("connection refused")


class Home:
    """Holds what comes."""

    def __init__(self, clock: SimulatedClock) -> None:
        self.clock = clock
        self.held: Held | None = None
        self.confirmed = 0

    def swap(self, held: Held) -> None:
        self.held = held

    def confirm(self) -> None:
        self.confirmed += 1

    @property
    def version(self) -> int | None:
        return None if self.held is None else self.held.snapshot.version


class Scene:
    """Updates with all that is around them."""

    def __init__(self, caplog: pytest.LogCaptureFixture, **options: Any) -> None:
        self.clock = SimulatedClock()
        self.home = Home(self.clock)
        self.stream: list[Any] = []
        self.poll: list[Any] = []
        self.http = SimulatedHttp(self._reply)
        self.caplog = caplog
        caplog.set_level(logging.INFO)
        given = Options(url="http://flags.test", **options)
        self.reports = Reports(logging.getLogger("test"), self.clock)
        self.updates = Updates(self.home, Means(given, self.http, self.clock, self.reports))

    def _reply(self, request: Request) -> Any:
        is_stream = request.path.startswith("/stream")
        script = self.stream if is_stream else self.poll
        return script.pop(0) if len(script) > 1 else script[0]

    def streams(self, *pieces: bytes | float) -> SimulatedStream:
        return SimulatedStream(self.clock, list(pieces))

    def step(self) -> float:
        pause = self.updates.step()
        self.clock.time += pause
        return pause

    def said(self, part: str) -> int:
        return sum(part in record.getMessage() for record in self.caplog.records)


Make = Callable[..., Scene]
