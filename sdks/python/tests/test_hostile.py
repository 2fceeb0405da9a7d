"""What nobody means to do, and what somebody does: no call raises, waits or tells secrets."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

import featureflags_client.connection as connection_module
from conftest import Make
from fault_server import FaultServer, answering, silent, streaming
from featureflags_client import FeatureClient, RemoteClient
from featureflags_client.clock import Clock
from featureflags_client.dial import Deadline, dial
from featureflags_client.plain_file import read_plain
from real_server import until
from simulated import event, flag, snapshot

WHEN = [{"attribute": "x", "op": "in", "values": ["y"]}]
RULES = snapshot(3, f=flag(rules=[{"id": "r", "when": WHEN, "serve": {"variant": "off"}}]))


class SpeechlessError(Exception):
    """Cannot even be made a text."""

    def __str__(self) -> str:
        raise SpeechlessError


class Hostile:
    """Raises at whoever looks at it."""

    def __str__(self) -> str:
        raise SpeechlessError

    def __hash__(self) -> int:
        raise SpeechlessError

    def __eq__(self, other: object) -> bool:
        raise SpeechlessError


class Mapping(dict[str, Any]):
    """A mapping that raises."""

    def items(self) -> Any:
        raise SpeechlessError

    def __contains__(self, key: object) -> bool:
        raise SpeechlessError


def offline() -> FeatureClient:
    return FeatureClient(offline=RULES)


def warnings(caplog: pytest.LogCaptureFixture, part: str) -> int:
    return sum(part in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("key", [Hostile(), [], None, 5, "\ud800", "__class__"])
def test_keys_that_are_none(faults: FaultServer, key: Any) -> None:
    remote = RemoteClient(faults.url)
    for client in (offline(), remote):
        found = client.details(key, True)
        assert (found.value, found.reason) == (True, "ERROR")
        assert client.is_enabled(key) is False
        assert client.explain(key).result.reason == "ERROR"


@pytest.mark.parametrize("context", [Mapping(), Mapping(x=1)])
def test_contexts_that_raise(faults: FaultServer, context: Any) -> None:
    client = offline()
    assert client.details("f", 7, context).error_code == "GENERAL"
    assert client.details("f", 7, context).version == 3
    assert client.is_enabled("f", attributes=context) is False
    assert client.explain("f", context).result.error_code == "GENERAL"
    assert client.all(context)["f"].error_code == "GENERAL"
    remote = RemoteClient(faults.url)
    assert remote.details("f", 7, context).value == 7
    assert remote.all(context) == {}


def _doubled() -> list[Any]:
    value: list[Any] = ["y"]
    for _ in range(60):
        value = [value, value]
    return value


def _circle() -> list[Any]:
    every: list[dict[str, Any]] = [{}, {}, {}]
    for each in every:
        each["all"] = every
    return every


@pytest.mark.parametrize("value", [_doubled(), _circle(), [object()] * 200_000])
def test_contexts_too_large_to_be_gone_through(value: Any) -> None:
    client = offline()
    began = monotonic()
    found = client.details("f", True, {"x": value})
    assert found.error_code == "INVALID_CONTEXT"
    assert "more than 100000 values" in str(found.error_message)
    assert client.explain("f", {"x": value}).result.error_code == "INVALID_CONTEXT"
    assert RemoteClient("http://127.0.0.1:9").details("f", 1, {"x": value}).error_code == (
        "INVALID_CONTEXT"
    )
    assert monotonic() - began < 10


def test_contexts_that_are_large_and_deep() -> None:
    client = offline()
    many = [str(number) for number in range(50_000)]
    assert client.details("f", True, {"x": [*many, "y"]}).reason == "TARGETING_MATCH"
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert client.details("f", True, {"x": "y", "deep": deep}).reason == "TARGETING_MATCH"


@pytest.mark.parametrize(
    "options",
    [
        {"ttl": 10**400},
        {"mode": Hostile()},
        {"environment": Hostile()},
        {"cache": "a\0b"},
        {"cache": ""},
        {"bootstrap": {"a": Hostile()}},
    ],
)
def test_options_that_are_none(
    make: Make, caplog: pytest.LogCaptureFixture, options: dict[str, Any]
) -> None:
    assert make("http://127.0.0.1:9", **options).boolean("f", True) is True
    (name,) = options
    assert warnings(caplog, f"the option {name} is not used") == 1


@pytest.mark.parametrize(
    "url", ["http://u:SECRET@h", "http://h/?token=SECRET", "SECRET", "ftp://h/SECRET"]
)
def test_an_address_is_not_told(make: Make, caplog: pytest.LogCaptureFixture, url: str) -> None:
    client = make(url)
    assert warnings(caplog, "the option url is not used") == 1
    assert warnings(caplog, "SECRET") == 0
    assert "SECRET" not in str(client.status())


def test_a_logger_that_raises(make: Make, faults: FaultServer) -> None:
    logger = logging.getLogger("hostile")

    def refuse(_record: logging.LogRecord) -> bool:
        raise SpeechlessError

    logger.addFilter(refuse)
    faults.scripts["/stream"] = answering(500, b"")
    client = make(faults.url, logger=logger, tll=1)
    until(lambda: len(faults.requests("/stream")) > 1, "another try")
    assert client.status().error is not None


def test_no_line_of_a_servers_own_in_the_log(
    make: Make, faults: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    problem = b'{"code": "ENVIRONMENT_NOT_FOUND", "detail": "no\\nWARNING forged"}'
    faults.scripts["/stream"] = answering(404, problem)
    make(faults.url)
    until(lambda: warnings(caplog, "no WARNING forged. Look at") == 1, "the report")


def test_a_listener_that_exits(make: Make, faults: FaultServer) -> None:
    faults.scripts["/stream"] = streaming(
        event("snapshot", snapshot(1)), event("snapshot", snapshot(2)), then=faults.ended
    )
    client = make(faults.url)
    client.on_change(lambda _: sys.exit("now"))
    until(lambda: client.status().version == 2, "the second snapshot")


def test_listeners_and_waiting_end_with_the_client(make: Make, faults: FaultServer) -> None:
    more = threading.Event()

    def script(asked: Any, connection: socket.socket) -> None:
        streaming(event("snapshot", snapshot(1)))(asked, connection)
        more.wait(10)
        connection.sendall(event("snapshot", snapshot(2)))
        faults.ended.wait(10)

    faults.scripts["/stream"] = script
    first, second = make(faults.url), make(faults.url)
    assert first.wait_until_ready(5)
    second.close()
    heard: list[Any] = []
    second.on_change(heard.append)
    more.set()
    until(lambda: first.status().version == 2, "the second snapshot")
    assert heard == []


def test_who_waits_is_woken_by_the_end(make: Make, faults: FaultServer) -> None:
    faults.scripts["/stream"] = silent(faults)
    client = make(faults.url)
    threading.Timer(0.2, client.close).start()
    began = monotonic()
    assert client.wait_until_ready(30) is False
    assert monotonic() - began < 5


def test_who_waited_in_vain_is_not_kept(make: Make, faults: FaultServer) -> None:
    faults.scripts["/stream"] = silent(faults)
    client = make(faults.url)

    async def wait() -> None:
        for _ in range(20):
            assert await client.wait_until_ready_async(0.001) is False

    asyncio.run(wait())
    (connection,) = connection_module._connections.values()
    assert connection.waiters == []


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe.json"
    os.mkfifo(path)
    return path


def test_pipes_devices_and_folders_are_no_files(
    pipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for path in (pipe, tmp_path, Path("/dev/zero")):
        caplog.clear()
        monkeypatch.setenv("FF_OVERRIDES", str(path))
        client = FeatureClient(offline=RULES)
        assert client.status().version == 3
        assert warnings(caplog, "FF_OVERRIDES is not obeyed: it cannot be read") == 1
        monkeypatch.delenv("FF_OVERRIDES")
        assert not FeatureClient(offline=path).ready()
        assert warnings(caplog, "the option offline is not used") == 1


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"12345")
    assert read_plain(path, 5) == b"12345"
    with pytest.raises(OSError, match="more than 4 bytes"):
        read_plain(path, 4)


def test_an_address_that_leads_nowhere_leaves_time_for_the_next(
    monkeypatch: pytest.MonkeyPatch, faults: FaultServer
) -> None:
    port = int(faults.url.rpartition(":")[2])
    addresses = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.2", port)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: addresses)

    class Nowhere(socket.socket):
        def connect(self, address: Any) -> None:
            if address[0] == "127.0.0.2":
                # As a network that drops everything: the whole of what it may take.
                clock.time += self.gettimeout() or 0.0
                raise TimeoutError
            super().connect(address)

    class Moving(Clock):
        time = 0.0

        def steady(self) -> float:
            return self.time

    clock = Moving()
    monkeypatch.setattr(socket, "socket", Nowhere)
    with dial("flags.test", port, Deadline(clock, 10.0)) as connected:
        assert connected.getpeername()[1] == port
    assert clock.time == 5.0


def test_a_redirect_to_what_is_no_address(
    make: Make, faults: FaultServer, caplog: pytest.LogCaptureFixture
) -> None:
    faults.scripts["/stream"] = answering(302, b"", location="http://[::1/x")
    make(faults.url)
    until(lambda: warnings(caplog, "answered 302 (to http://[::1/x)") == 1, "the report")


_EXIT = """
import logging, sys
from featureflags_client import FeatureClient
logging.disable(logging.CRITICAL)
for number in range(5):
    client = FeatureClient(sys.argv[1], environment=str(number), cache=False, events=True)
    client.track("e")
"""


@pytest.fixture
def deaf() -> Iterator[str]:
    """Takes connections and never says a word, not even of TLS."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        yield f"127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_end_of_a_process_does_not_wait_for_each_client(deaf: str, scheme: str) -> None:
    began = monotonic()
    command = [sys.executable, "-c", _EXIT, f"{scheme}://{deaf}"]
    subprocess.run(command, check=True, timeout=30)
    # One second for all five together, and what Python itself takes.
    assert monotonic() - began < 4
