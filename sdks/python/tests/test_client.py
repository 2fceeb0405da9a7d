"""The client's calls, offline and against a server with faults."""

from __future__ import annotations

import enum
import threading
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from conftest import Make
from simulated import flag, snapshot

_A: dict[str, Any] = {"off": "a", "default": {"variant": "a"}}
_THINGS = [{"name": "a", "value": {"k": [1]}}, {"name": "b", "value": {}}]
VARIANTS: dict[str, Any] = {
    "text": flag(type="string", variants=[{"name": "a", "value": "x"}], **_A),
    "count": flag(type="number", variants=[{"name": "a", "value": 5}], **_A),
    "thing": flag(type="object", variants=_THINGS, **{**_A, "off": "b"}),
    "yes": flag(),
    "no": flag(False),
    "odd": flag(hash="ff9"),
    "ann": flag(targets=[{"variant": "off", "keys": ["ann"]}], metadata={"owner": "me"}),
}


def warnings(caplog: pytest.LogCaptureFixture, part: str) -> int:
    return sum(part in record.getMessage() for record in caplog.records)


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate()]


def test_typed_calls(make: Make) -> None:
    client = make(offline=snapshot(**VARIANTS))
    assert client.boolean("yes", False) is True
    assert client.string("text", "d") == "x"
    assert client.number("count", 1.5) == 5
    assert client.object("thing", {}) == {"k": [1]}
    assert client.string("yes", "d") == "d"
    assert client.number("yes", 1) == 1
    assert client.boolean("count", True) is True
    assert client.details("count", None).value == 5
    mismatch = client.details("yes", "d")
    assert (mismatch.reason, mismatch.error_code) == ("ERROR", "TYPE_MISMATCH")
    assert client.details("nope", 1).error_code == "FLAG_NOT_FOUND"
    assert client.details("odd", True).error_code == "PARSE_ERROR"
    assert client.status().state == "ready"
    assert client.status().source == "file"


def test_is_enabled(make: Make) -> None:
    client = make(offline=snapshot(**VARIANTS))
    assert client.is_enabled("yes")
    assert not client.is_enabled("no")
    assert not client.is_enabled("nope")
    assert client.is_enabled("thing")
    assert not client.is_enabled("text")
    assert not client.is_enabled("ann", user_id="ann", attributes={"targetingKey": "bo"})
    assert client.is_enabled("ann", "bo")


def test_details_and_all(make: Make) -> None:
    client = make(offline=snapshot(12, **VARIANTS))
    found = client.details("ann", True, {"user_id": "ann"})
    assert (found.value, found.variant, found.reason) == (False, "off", "TARGETING_MATCH")
    assert dict(found.metadata) == {"owner": "me"}
    assert (found.version, found.age, found.stale) == (12, None, False)
    everything = client.all({"user_id": "ann"})
    assert set(everything) == set(VARIANTS)
    assert everything["odd"].error_code == "PARSE_ERROR"
    assert everything["odd"].value is None
    assert client.explain("ann", {"user_id": "ann"}).trace[-1]["step"] == 4


def test_nobody_changes_a_value_of_everybody(make: Make) -> None:
    client = make(offline=snapshot(**VARIANTS))
    client.object("thing", {})["k"].append(2)
    assert client.object("thing", {}) == {"k": [1]}


def test_no_call_raises(make: Make) -> None:
    client: Any = make(offline=snapshot(**VARIANTS))
    recursive: list[Any] = []
    recursive.append(recursive)
    keys: list[Any] = ["yes", None, [], 5]
    contexts: list[Any] = [None, {}, [], "x", {"a": recursive}, {1: 2}, {"a": object()}]
    for key in keys:
        for context in [*contexts, {"user_id": 10**400}]:
            assert client.details(key, True, context).value in (True, None)
            assert client.is_enabled(key, user_id=5, attributes=context) in (True, False)
            client.explain(key, context)
            client.all(context)
    assert client.details("yes", True, []).error_code == "INVALID_CONTEXT"
    assert client.details([], True).error_code == "GENERAL"
    client.track(None, 5, "x")
    starting: Any = make("http://127.0.0.1:9")
    for timeout in (-1, None, "x", float("nan")):
        assert client.wait_until_ready(timeout)
        assert not starting.wait_until_ready(timeout)
    assert client.wait_until_ready(10**400)
    client.close()
    client.close()
    assert client.boolean("yes", False) is True
    assert client.status().state == "closed"


def test_a_context_that_raises(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(dict[str, Any]):
        def __getitem__(self, key: str) -> Any:
            raise KeyError(key)

        def keys(self) -> Any:
            raise ZeroDivisionError

        items = values = __iter__ = keys

    client = make(offline=snapshot(**VARIANTS))
    assert not client.is_enabled("yes", "ann", Broken(a=1))
    assert client.details("yes", False, Broken(a=1)).error_code == "GENERAL"
    assert client.explain("yes", Broken(a=1)).result.error_code == "GENERAL"
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with client.with_flags({"deep": {"a": deep}}):
        assert client.object("deep", {"d": 1}) == {"d": 1}
        assert client.all() == {}
    assert warnings(caplog, "please report this") == 1


def test_values_that_json_has_not(make: Make) -> None:
    class Colour(str, enum.Enum):
        RED = "red"

    class Level(enum.IntEnum):
        HIGH = 3

    moment = datetime(2026, 11, 22, 12, 0, 0, 123456, timezone(timedelta(hours=2)))
    conditions = [
        {"attribute": "colour", "op": "in", "values": ["red"]},
        {"attribute": "level", "op": "gte", "values": [3]},
        {"attribute": "at", "op": "in", "values": ["2026-11-22T10:00:00.123Z"]},
        {"attribute": "naive", "op": "not_exists"},
        {"attribute": "thing", "op": "not_exists"},
        {"attribute": "roles", "op": "in", "values": ["admin"]},
        {"attribute": "big", "op": "gt", "values": [9007199254740993]},
        {"attribute": "endless", "op": "not_exists"},
        {"attribute": "within.deep", "op": "in", "values": [True]},
    ]
    rule = {"id": "r", "when": conditions, "serve": {"variant": "on"}}
    client = make(offline=snapshot(f=flag(rules=[rule], default={"variant": "off"})))
    context = {
        "colour": Colour.RED,
        "level": Level.HIGH,
        "at": moment,
        "naive": datetime(2026, 1, 1),
        "thing": object(),
        "roles": ("user", "admin"),
        "big": 10**30,
        "endless": float("inf"),
        "within": {"deep": True},
    }
    before = dict(context)
    assert client.is_enabled("f", attributes=context), client.explain("f", context)
    assert context == before


def test_the_clock_stands_in_for_now(make: Make) -> None:
    when = [{"attribute": "now", "op": "after", "values": ["2026-01-01T00:00:00Z"]}]
    rule = {"id": "r", "when": when, "serve": {"variant": "on"}}
    client = make(offline=snapshot(f=flag(rules=[rule], default={"variant": "off"})))
    assert client.is_enabled("f")
    assert not client.is_enabled("f", attributes={"now": "2025-01-01T00:00:00Z"})
    assert not client.is_enabled("f", attributes={"now": None})


def test_typed_calls_ask_for_their_own_type(make: Make) -> None:
    client = make(offline=snapshot(1, f=flag(metadata={"owner": "web"})))
    untyped: Any = client
    assert untyped.string("f", None) is None
    assert untyped.boolean("f", "no") is True
    found = untyped.details("f", ["a list"])
    assert found.error_code == "TYPE_MISMATCH"
    assert dict(found.metadata) == {"owner": "web"}


def test_the_snapshot_is_told_of_whatever_answers(make: Make) -> None:
    client = make(offline=snapshot(7, f=flag()))
    untyped: Any = client
    assert untyped.details("f", True, "no context").version == 7
    with client.with_flags({"f": False}):
        assert client.details("f", True).version == 7
