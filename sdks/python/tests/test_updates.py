"""How a client stays current, with a simulated clock and server."""

from __future__ import annotations

import pytest

from featureflags_client.dial import TimedOutError
from scene import GONE, Make
from simulated import (
    SimulatedStream,
    answer,
    change,
    event,
    flag,
    snapshot,
)


def test_snapshot_then_changes(scene: Make) -> None:
    it = scene()
    it.stream = [
        it.streams(
            event("snapshot", snapshot(1, f=flag(), g=flag())),
            change(1, 2, f=flag(False), h=flag()),
            change(2, 3, g=None),
        )
    ]
    it.step()
    assert it.home.version == 3
    held = it.home.held
    assert held is not None
    assert sorted(held.snapshot.flags) == ["f", "h"]
    assert not held.snapshot.flags["f"].enabled
    assert held.source == "network"
    assert not it.caplog.records


def test_resumes_with_the_version_held(scene: Make) -> None:
    it = scene(environment="staging ü")
    it.stream = [it.streams(event("snapshot", snapshot(7))), it.streams(b": nothing missed\n\n")]
    it.step()
    it.step()
    first, second = it.http.requests
    assert first.path == "/stream?environment=staging%20%C3%BC"
    assert "Last-Event-ID" not in first.headers
    assert second.headers["Last-Event-ID"] == "run.1"
    assert it.home.version == 7


@pytest.mark.parametrize(
    "broken",
    [
        change(5, 6, f=flag()),
        change(1, 2, f={"type": "boolean"}),
        event("change", "{no JSON"),
        event("change", [1]),
        event("snapshot", {"schema": 1}),
        event("snapshot", "rubbish"),
    ],
)
def test_a_gap_or_rubbish_fetches_the_snapshot(scene: Make, broken: bytes) -> None:
    it = scene()
    it.stream = [
        it.streams(event("snapshot", snapshot(1)), broken, change(9, 10, f=flag())),
        GONE,
    ]
    it.poll = [answer(200, snapshot(9), etag='"e"')]
    it.step()
    assert it.home.version == 10
    assert [request.path for request in it.http.requests] == ["/stream", "/snapshot"]


def test_the_server_wins_with_a_lower_version(scene: Make) -> None:
    it = scene()
    it.stream = [
        it.streams(event("snapshot", snapshot(9)), event("snapshot", snapshot(2, f=flag())))
    ]
    it.step()
    assert it.home.version == 2


def test_an_environment_that_is_gone(scene: Make) -> None:
    it = scene()
    it.stream = [it.streams(event("snapshot", snapshot(4)), change(4, None))]
    it.step()
    assert it.home.version == 4
    assert it.said("the environment production is gone") == 1


@pytest.mark.parametrize("held_up", ["silent", "other type", "short"])
def test_held_up_streams_lead_to_polling(scene: Make, held_up: str) -> None:
    it = scene(ttl=20.0)

    def refusing() -> SimulatedStream:
        if held_up == "silent":
            return it.streams(11.0)
        stream = it.streams()
        if held_up == "other type":
            stream.headers = {"content-type": "text/html"}
        return stream

    it.stream = [refusing() for _ in range(9)]
    it.poll = [answer(200, snapshot(1), etag='"1"'), answer(304, b"", etag='"1"')]
    it.step()
    # It is current meanwhile, and not only when streams are given up.
    assert it.home.version == 1
    assert it.said("is held up") == 0
    it.step()
    start = it.clock.time
    it.step()
    assert it.said("is held up") == 1
    polls = 1
    while len(it.stream) == 6:
        it.step()
        polls += 1
    # Every 20 s for 5 minutes, then the stream again.
    assert 299 <= it.clock.time - start <= 350
    assert polls == 16
    assert it.http.requests[3].headers["If-None-Match"] == '"1"'
    it.stream = [it.streams(event("snapshot", snapshot(2)), 400.0)]
    while it.home.version != 2:
        it.step()
    assert it.said("over after") == 1


def test_ten_seconds_open_is_no_failure(scene: Make) -> None:
    it = scene()
    it.stream = [GONE, GONE, it.streams(event("hello", {}), 11.0, b": alive\n\n", 46.0)]
    assert [it.step() for _ in range(3)] == [0.5, 1, 0.5]


def test_polling(scene: Make) -> None:
    it = scene(mode="polling", ttl=5.0)
    it.poll = [
        answer(200, snapshot(1), etag='"1"'),
        answer(304, b""),
        answer(200, b'{"schema": 1, "enviro'),
        answer(200, snapshot(2), etag='"2"'),
    ]
    assert [it.step() for _ in range(4)] == [5, 5, 0.5, 5]
    assert it.home.version == 2
    assert it.home.confirmed == 1
    assert it.said("no JSON") == 2  # that it is so, and that it is over


def test_a_refused_snapshot_is_told_once_and_the_old_one_kept(scene: Make) -> None:
    it = scene(mode="polling")
    it.poll = [answer(200, snapshot(1)), answer(200, snapshot(2, f={"type": "boolean"}))]
    for _ in range(4):
        it.step()
    assert it.home.version == 1
    assert it.said("is refused: /flags/f/") == 1
    assert it.said("Version 1 serves meanwhile") == 1


def test_flags_that_are_not_understood(scene: Make) -> None:
    it = scene(mode="polling")
    it.poll = [answer(200, snapshot(1, f=flag(hash="ff9"), g=flag())), answer(200, snapshot(2))]
    it.step()
    assert it.home.held is not None
    assert sorted(it.home.held.snapshot.refused) == ["f"]
    assert it.said("some flags are not understood") == 1
    it.step()
    assert it.said("over after") == 1


def test_a_heartbeat_of_a_new_stream_is_no_event(scene: Make) -> None:
    it = scene()
    it.stream = [it.streams(b": alive\n\n", 6.0, b": alive\n\n", 6.0)]
    it.poll = [answer(200, snapshot(3))]
    it.step()
    assert it.home.version == 3
    assert it.home.confirmed == 0


def test_headers_that_never_come_are_a_stream_that_is_held_up(scene: Make) -> None:
    it = scene()
    it.stream = [TimedOutError("no answer in time")]
    it.poll = [answer(200, snapshot(3))]
    it.step()
    assert it.home.version == 3
    it.step()
    it.step()
    assert it.said("is held up; it did not begin in 10 s") == 1


def test_a_packed_stream_is_held_up(scene: Make) -> None:
    it = scene()
    packed = it.streams(event("snapshot", snapshot(1)))
    packed.headers = {"content-type": "text/event-stream", "content-encoding": "gzip"}
    it.stream = [packed]
    it.poll = [answer(200, snapshot(3))]
    it.step()
    assert it.home.version == 3


def test_a_heartbeat_does_not_keep_an_environment_that_is_gone(scene: Make) -> None:
    it = scene()
    alive = b": alive\n\n"
    it.stream = [it.streams(event("snapshot", snapshot(4)), alive, change(4, None), alive, alive)]
    it.step()
    assert it.home.confirmed == 2


def test_a_change_of_another_environment_is_not_applied(scene: Make) -> None:
    it = scene()
    told = {"environment": "staging", "oldVersion": 4, "version": 5, "flags": {}, "segments": {}}
    it.stream = [it.streams(event("snapshot", snapshot(4)), event("change", told))]
    it.poll = [answer(200, snapshot(9))]
    it.step()
    assert it.home.version == 9


def test_who_is_closed_takes_nothing_any_more(scene: Make) -> None:
    it = scene(mode="polling")
    it.poll = [answer(200, snapshot(3))]
    it.updates.end()
    it.step()
    assert it.home.version is None
