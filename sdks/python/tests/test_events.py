"""Exposures and conversions."""

from __future__ import annotations

import json
import logging
import threading
from typing import Any

import pytest

from fault_server import FaultServer, answering, silent, streaming
from featureflags_client import FeatureClient
from featureflags_client import events as events_module
from featureflags_client.dial import TransportError
from featureflags_client.events import Events
from featureflags_client.options import Options
from featureflags_client.reports import Reports
from featureflags_client.transport import Request
from simulated import SimulatedClock, SimulatedHttp, answer, event, flag, snapshot


class Scene:
    def __init__(self) -> None:
        self.clock = SimulatedClock()
        self.replies: list[Any] = [answer(202, {})]
        self.http = SimulatedHttp(self._reply)
        options = Options(url="http://flags.test", environment="e", events=True)
        reports = Reports(logging.getLogger("test"), self.clock)
        self.events = Events(options, self.http, self.clock, reports)

    def _reply(self, _request: Request) -> Any:
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]

    @property
    def batches(self) -> list[list[dict[str, Any]]]:
        return [json.loads(request.body or b"")["events"] for request in self.http.requests]


def test_counted_and_not_listed() -> None:
    it = Scene()
    for _ in range(3):
        it.events.expose("f", "on")
    it.events.expose("f", "off")
    for value in (1.5, None, 2, float("nan"), True):
        it.clock.time += 1
        it.events.convert("buy", value)
    assert it.events.step(1) == 10
    (batch,) = it.batches
    ids = [entry.pop("id") for entry in batch]
    assert len(set(ids)) == 3
    assert [entry.get("count") for entry in batch] == [3, 1, 5]
    assert batch[0] == {
        "kind": "exposure",
        "flag": "f",
        "variant": "on",
        "count": 3,
        "time": "2027-01-15T08:00:00.000Z",
    }
    assert batch[2] == {
        "kind": "conversion",
        "event": "buy",
        "count": 5,
        "sum": 3.5,
        "time": "2027-01-15T08:00:05.000Z",
    }
    assert it.http.requests[0].path == "/events?environment=e"
    assert it.events.step(1) == 10
    assert len(it.batches) == 1


def test_sent_again_as_it_is_until_it_is_answered() -> None:
    it = Scene()
    it.events.expose("f", "on")
    it.replies = [
        TransportError("gone"),
        answer(503, {}, **{"retry-after": "20"}),
        answer(429, {}),
        answer(202, {}),
    ]
    assert it.events.step(1) == 0.5
    it.events.expose("f", "on")
    assert [it.events.step(1) for _ in range(3)] == [20, 2, 10]
    first, *again = it.batches
    assert again == [first, first, first]
    it.events.step(1)
    assert it.batches[-1][0]["id"] != first[0]["id"]
    assert it.batches[-1][0]["count"] == 1


@pytest.mark.parametrize("status", [400, 404, 413, 422])
def test_dropped_and_reported(status: int, caplog: pytest.LogCaptureFixture) -> None:
    it = Scene()
    it.events.expose("f", "on")
    it.replies = [answer(status, {})]
    it.events.step(1)
    it.events.step(1)
    assert len(it.batches) == 1
    assert f"answered {status}: 1 entries are dropped" in caplog.text


def test_at_most_500_a_batch() -> None:
    it = Scene()
    for index in range(1100):
        it.events.convert(f"e{index}", None)
    assert [it.events.step(1) for _ in range(3)] == [0, 10, 10]
    assert [len(batch) for batch in it.batches] == [500, 500, 100]


def test_the_oldest_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events_module, "_MOST", 20)
    it = Scene()
    for index in range(50):
        it.events.convert(f"e{index}", None)
    assert it.events.dropped == 30
    it.events.step(1)
    assert [entry["event"] for entry in it.batches[0]] == [f"e{index}" for index in range(30, 50)]


@pytest.mark.parametrize("name", ["", "x" * 129, None, 5])
def test_names(name: Any, caplog: pytest.LogCaptureFixture) -> None:
    it = Scene()
    it.events.convert(name, 1)
    it.events.convert(name, 1)
    it.events.step(1)
    assert it.batches == []
    assert caplog.text.count("1 to 128 characters") == 1


def test_what_a_client_counts(faults: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    document = snapshot(1, "staging", f=flag(), n=flag(hash="x"))
    faults.scripts["/stream"] = streaming(event("snapshot", document), then=faults.ended)
    faults.scripts["/events"] = answering(202, b"{}")
    monkeypatch.setenv("FF_OVERRIDES", '{"o": true}')
    client = FeatureClient(faults.url, events=True, token="t")
    assert client.wait_until_ready(5)
    client.is_enabled("f")
    client.boolean("f", False)
    client.details("f", None, {"user_id": "ann"})
    client.all()
    client.explain("f")
    client.string("f", "mismatch")
    client.boolean("n", False)
    client.boolean("nope", False)
    client.boolean("o", False)
    client.track("buy", {"user_id": "ann"}, 5)
    client.close()
    client.is_enabled("f")
    client.track("buy")
    (asked,) = faults.requests("/events")
    assert asked.headers["authorization"] == "Bearer t"
    entries = json.loads(asked.body)["events"]
    counted = [(each.get("flag", each.get("event")), each["count"]) for each in entries]
    assert counted == [("f", 3), ("buy", 1)]
    assert b"ann" not in asked.body


def test_off_unless_asked_for(faults: FaultServer) -> None:
    faults.scripts["/stream"] = streaming(event("snapshot", snapshot(f=flag())), then=faults.ended)
    with FeatureClient(faults.url) as client:
        assert client.wait_until_ready(5)
        client.is_enabled("f")
        client.track("buy")
    assert faults.requests("/events") == []


def test_close_waits_a_second_at_most(faults: FaultServer) -> None:
    faults.scripts["/events"] = silent(faults)
    client = FeatureClient(faults.url, events=True)
    client.track("buy")
    done = threading.Thread(target=client.close)
    done.start()
    done.join(4)
    assert not done.is_alive()
    assert len(faults.requests("/events")) == 1
