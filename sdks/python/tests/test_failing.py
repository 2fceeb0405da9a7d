"""What a client does while the server fails."""

from __future__ import annotations

from typing import Any

import pytest

from scene import GONE, Make
from simulated import (
    answer,
    event,
    flag,
    snapshot,
)


def test_backoff_and_one_report(scene: Make) -> None:
    it = scene()
    it.stream = [GONE]
    pauses = [it.step() for _ in range(9)]
    assert pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
    assert it.said("cannot be reached") == 1
    it.stream = [it.streams(event("snapshot", snapshot(1)))]
    assert it.step() == 0.5
    assert it.said("over after 121.5 s") == 1
    it.stream = [GONE]
    assert it.step() == 1


def test_an_hour_without_the_server(scene: Make) -> None:
    it = scene()
    it.stream = [it.streams(event("snapshot", snapshot(1, f=flag()))), GONE]
    it.step()
    start, steps = it.clock.time, 0
    while it.clock.time < start + 3600:
        it.step()
        steps += 1
    assert 110 < steps < 140
    assert it.home.version == 1
    it.stream = [it.streams(event("snapshot", snapshot(2)))]
    it.step()
    assert it.home.version == 2
    assert it.said("") == 2


def test_retry_after_and_retry(scene: Make) -> None:
    it = scene()
    refusing = it.streams()
    refusing.status, refusing.headers = 503, {"retry-after": "7"}
    it.stream = [refusing]
    assert it.step() == 7
    refusing.headers = {"retry-after": "100000"}
    assert it.step() == 300
    it.stream = [it.streams(event("snapshot", snapshot(1)), b"retry: 2000\n\n")]
    assert it.step() == 2


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, "the token is not accepted"),
        (403, "the token is not accepted"),
        (404, "no FeatureFlags server"),
        (500, "answered 500"),
    ],
)
@pytest.mark.parametrize("mode", ["streaming", "polling"])
def test_statuses_are_told_once(scene: Make, status: int, message: str, mode: Any) -> None:
    it = scene(mode=mode)
    refusing = it.streams()
    refusing.status = status
    it.stream, it.poll = [refusing], [answer(status, {})]
    for _ in range(5):
        it.step()
    assert it.said(message) == 1
    assert it.said("") == 1
    assert "Defaults serve" in it.caplog.records[0].getMessage()


def test_an_unknown_environment(scene: Make) -> None:
    it = scene()
    refusing = it.streams()
    refusing.status = 404
    refusing.body = b'{"code": "ENVIRONMENT_NOT_FOUND", "detail": "There is no environment x."}'
    it.stream = [refusing]
    it.step()
    assert it.said("There is no environment x.") == 1


def test_signs_of_life(scene: Make) -> None:
    it = scene()
    it.stream = [it.streams(event("snapshot", snapshot(1)), 44.0, b":\n\n", 44.0, b":\n\n", 46.0)]
    it.step()
    assert it.said("nothing came for 45 s") == 1
    assert it.home.confirmed == 3
