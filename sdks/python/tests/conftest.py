"""What tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from fault_server import FaultServer
from featureflags_client import FeatureClient
from interpreters import missing_versions
from real_server import RealServer
from scene import Make as MakeScene
from scene import Scene

Make: TypeAlias = Callable[..., FeatureClient]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says on which Pythons the wheel was not tried, because they are not here."""
    missing = missing_versions()
    if missing:
        terminalreporter.write_line(f"left out: the wheel on Python {', '.join(missing)}")


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    """A real server of one test's own."""
    real = RealServer(tmp_path_factory.mktemp("server")).start()
    yield real
    real.stop()


@pytest.fixture
def faults() -> Iterator[FaultServer]:
    """A server that can be told to do anything."""
    scripted = FaultServer()
    yield scripted
    scripted.close()


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's own folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("FF_OVERRIDES", raising=False)


@pytest.fixture
def make() -> Iterator[Make]:
    """Makes clients, and closes them."""
    made: list[FeatureClient] = []

    def build(*arguments: Any, **options: Any) -> FeatureClient:
        made.append(FeatureClient(*arguments, **options))
        return made[-1]

    yield build
    for client in made:
        client.close()


@pytest.fixture
def scene(caplog: pytest.LogCaptureFixture) -> MakeScene:
    """Makes clients' updaters on a simulated clock and server."""
    return lambda **options: Scene(caplog, **options)
