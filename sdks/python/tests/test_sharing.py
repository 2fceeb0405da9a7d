"""Clients of one connection, their listeners, and the age of what they hold."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from time import monotonic
from typing import Any

import pytest

from conftest import Make
from fault_server import FaultServer, answering, silent, streaming
from featureflags_client import FeatureClient
from featureflags_client.clock import Clock
from featureflags_client.dial import TransportError
from featureflags_client.transport import Http, Request
from real_server import until
from simulated import event, flag, snapshot


def warnings(caplog: pytest.LogCaptureFixture, part: str) -> int:
    return sum(part in record.getMessage() for record in caplog.records)


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate()]


def test_one_connection_for_clients_of_one_server(make: Make, faults: FaultServer) -> None:
    faults.scripts["/stream"] = streaming(event("snapshot", snapshot(1)), then=faults.ended)
    first, second = make(faults.url), make(faults.url)
    assert first.wait_until_ready(5)
    assert second.ready()
    assert len(faults.asked) == 1
    other = make(faults.url, environment="other")
    assert other.wait_until_ready(5)
    assert len(faults.asked) == 2
    first.close()
    assert "featureflags-updates" in threads()
    second.close()
    other.close()
    until(lambda: "featureflags-updates" not in threads(), "end")


def test_listeners(make: Make, faults: FaultServer, caplog: pytest.LogCaptureFixture) -> None:
    more = threading.Event()

    def script(_asked: Any, connection: socket.socket) -> None:
        segments = {"s": {"include": ["a"]}}
        when = [{"segment": "s", "op": "in_segment"}]
        uses = flag(rules=[{"id": "r", "when": when, "serve": {"variant": "on"}}])
        first = {**snapshot(1, f=flag(), g=flag(), uses=uses), "segments": segments}
        streaming(event("snapshot", first))(_asked, connection)
        more.wait(10)
        told = {"oldVersion": 1, "version": 2, "flags": {"g": flag(False)}, "segments": {"s": {}}}
        connection.sendall(event("change", told))
        faults.ended.wait(10)

    faults.scripts["/stream"] = script
    client = make(faults.url)
    seen: list[Any] = []

    def fail(_change: Any) -> None:
        raise ZeroDivisionError

    client.on_change(fail)
    stop = client.on_change(seen.append)
    client.on_change(seen.append)
    assert client.wait_until_ready(5)
    stop()
    stop()
    more.set()
    until(lambda: client.status().version == 2, "the change")
    until(lambda: seen and seen[-1].version == 2, "the listener")
    assert seen[-1].flags == ("g", "uses")
    assert sum(change.version == 2 for change in seen) == 1
    assert warnings(caplog, "a listener of on_change failed") >= 1


def test_age(make: Make, faults: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    faults.scripts["/snapshot"] = answering(200, json.dumps(snapshot(1, f=flag())).encode())
    options: dict[str, Any] = {"mode": "polling", "ttl": 1000, "max_age": 60}
    clients = {
        policy: make(faults.url, stale_policy=policy, **options)
        for policy in ("serve", "mark", "default")
    }
    assert all(client.wait_until_ready(5) for client in clients.values())
    assert clients["mark"].details("f", False).reason == "STATIC"
    real = Clock.now
    monkeypatch.setattr(Clock, "now", lambda clock: real(clock) + 61)
    served = {policy: client.details("f", False) for policy, client in clients.items()}
    assert all(each.stale and (each.age or 0) >= 61 for each in served.values())
    assert (served["serve"].reason, served["serve"].value) == ("STATIC", True)
    assert (served["mark"].reason, served["mark"].value) == ("STALE", True)
    assert (served["default"].reason, served["default"].error_code) == ("ERROR", "GENERAL")
    assert served["default"].value is False
    assert not clients["default"].is_enabled("f")
    assert clients["serve"].status().state == "stale"
    monkeypatch.setattr(Clock, "now", lambda clock: real(clock) - 1000)
    assert clients["mark"].details("f", False).age == 0


def test_asyncio(faults: FaultServer) -> None:
    go = threading.Event()

    def late(asked: Any, connection: socket.socket) -> None:
        go.wait(10)
        streaming(event("snapshot", snapshot(1, f=flag())), then=faults.ended)(asked, connection)

    faults.scripts["/stream"] = late

    async def run() -> None:
        async with FeatureClient(faults.url) as client:
            assert not await client.wait_until_ready_async(0.05)
            ticks = 0
            waiting = asyncio.ensure_future(client.wait_until_ready_async(10))
            while not waiting.done():
                await asyncio.sleep(0.01)
                ticks += 1
                if ticks == 5:
                    go.set()
            assert ticks >= 5
            assert waiting.result()
            assert client.is_enabled("f")
            assert await client.wait_until_ready_async(0)
        assert client.status().state == "closed"
        async with FeatureClient(offline=snapshot(f=flag())) as offline:
            assert await offline.wait_until_ready_async(0)

    asyncio.run(run())


def test_http_does_not_wait_for_what_never_comes(faults: FaultServer) -> None:
    faults.scripts["/x"] = silent(faults)
    http = Http(faults.url, None, Clock())
    start = monotonic()
    with pytest.raises(TransportError, match="no answer in time"):
        http.ask(Request("/x", {}), 0.2)
    assert monotonic() - start < 2
