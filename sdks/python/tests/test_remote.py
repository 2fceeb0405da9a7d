"""Remote mode, against a real server and one with faults."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from fault_server import FaultServer, answering, silent
from featureflags_client import AsyncRemoteClient, RemoteClient
from featureflags_client import remote as remote_module
from real_server import RealServer, until

ONE = "/ofrep/v1/evaluate/flags/f"
ALL = "/ofrep/v1/evaluate/flags"


def served(value: Any = True, **more: Any) -> bytes:
    told = {"key": "f", "value": value, "variant": "on", "reason": "STATIC", "metadata": {}}
    return json.dumps({**told, **more}).encode()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealServer]:
    server = RealServer(tmp_path_factory.mktemp("server")).start()
    server.flag(
        "f",
        enabled=True,
        rules=[{"id": "r", "when": {"country": "US"}, "serve": "off"}],
        default="on",
    )
    server.flag("colour", variants={"on": "#0f0", "off": "#00f"}, enabled=True)
    server.flag("split", enabled=True, default={"split": [{"variant": "on", "weight": 1}]})
    yield server
    server.stop()


def test_a_real_server(real: RealServer) -> None:
    with RemoteClient(real.url, environment="production") as client:
        assert not client.ready()
        assert client.wait_until_ready(5)
        assert client.is_enabled("f", user_id="ann")
        assert not client.is_enabled("f", "ann", {"country": "US"})
        assert client.is_enabled("colour")
        assert client.string("colour", "d") == "#0f0"
        assert client.string("f", "d") == "d"
        assert client.details("nope", 1).error_code == "FLAG_NOT_FOUND"
        assert client.details("split", True).error_code == "TARGETING_KEY_MISSING"
        everything = client.all({"user_id": "ann"})
        assert {key: each.value for key, each in everything.items()} == {
            "f": True,
            "colour": "#0f0",
            "split": True,
        }
        explained = client.explain("f", {"country": "US"})
        assert explained.result.rule_id == "r"
        assert explained.trace[0] == {"step": 1, "outcome": "found"}
        assert client.explain("nope").result.error_code == "FLAG_NOT_FOUND"
        assert client.status().state == "ready"
    assert client.status().state == "closed"


def test_an_environment_that_is_not_there(
    real: RealServer, caplog: pytest.LogCaptureFixture
) -> None:
    client = RemoteClient(real.url, environment="nowhere")
    assert client.boolean("f", False) is False
    assert client.details("f", 1).error_code == "GENERAL"
    assert caplog.text.count("gave no answer") == 1


def test_asyncio(real: RealServer) -> None:
    async def run() -> None:
        async with AsyncRemoteClient(real.url) as client:
            assert await client.wait_until_ready(5)
            assert client.ready()
            assert await client.is_enabled("f", "ann")
            assert await client.boolean("f", False)
            assert await client.string("colour", "d") == "#0f0"
            assert await client.number("nope", 4) == 4
            assert await client.object("nope", {"a": 1}) == {"a": 1}
            assert len(await client.all({"user_id": "ann"})) == 3
            assert (await client.explain("f")).result.value is True
            assert client.status().state == "ready"

    asyncio.run(run())


def test_answers_are_kept(faults: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    faults.scripts[ONE] = answering(200, served())
    client = RemoteClient(faults.url, token="t")
    for _ in range(3):
        assert client.boolean("f", False, {"user_id": "ann", "n": 1})
        assert client.boolean("f", False, {"user_id": "bo"})
    assert len(faults.asked) == 2
    assert faults.asked[0].headers["authorization"] == "Bearer t"
    assert json.loads(faults.asked[0].body) == {"context": {"user_id": "ann", "n": 1}}
    monkeypatch.setattr(remote_module, "_MOST", 1)
    client.boolean("f", False, {"user_id": "carl"})
    client.boolean("f", False, {"user_id": "bo"})
    assert len(faults.asked) == 4


def test_nothing_is_kept(faults: FaultServer) -> None:
    faults.scripts[ONE] = answering(200, served())
    client = RemoteClient(faults.url, ttl=0)
    assert client.is_enabled("f")
    faults.scripts[ONE] = answering(500, b"")
    assert not client.is_enabled("f")
    assert client.details("f", 1).error_code == "GENERAL"


def test_stale_answers_serve(faults: FaultServer) -> None:
    faults.scripts[ONE] = answering(200, served("x", metadata={"owner": "me"}))
    client = RemoteClient(faults.url, ttl=0.001, timeout=0.2)
    assert client.details("f", "d").reason == "STATIC"
    for script in (answering(503, b""), silent(faults)):
        faults.scripts[ONE] = script
        until(lambda: client.details("f", "d").reason == "STALE", "the end of its time")
        found = client.details("f", "d")
        assert (found.value, found.reason, found.stale) == ("x", "STALE", True)
    faults.scripts[ONE] = answering(200, served("y"))
    assert client.details("f", "d").reason == "STATIC"
    client.close()
    until(lambda: client.details("f", "d").reason == "STALE", "the end of its time")


@pytest.mark.parametrize(
    "script",
    [
        answering(200, b"[]"),
        answering(200, b"rubbish"),
        answering(401, b"{}"),
        answering(404, b"<html>"),
        answering(200, b'{"value": true'),
    ],
)
def test_rubbish(faults: FaultServer, caplog: pytest.LogCaptureFixture, script: Any) -> None:
    faults.scripts[ONE] = faults.scripts[ALL] = script
    client = RemoteClient(faults.url)
    for _ in range(3):
        assert client.boolean("f", True) is True
        assert client.all() == {}
    assert len(caplog.records) == 1
    assert not client.wait_until_ready(0.05)


def test_no_call_raises(caplog: pytest.LogCaptureFixture) -> None:
    client: Any = RemoteClient("ftp://x", ttl=-1)
    keys: list[Any] = ["f", None, []]
    contexts: list[Any] = [None, [], {"a": object()}]
    for key in keys:
        for context in contexts:
            assert client.details(key, True, context).value is True
            assert not client.is_enabled(key, 5, context)
            client.all(context)
            client.explain(key, context)
    assert client.details("f", 1, []).error_code == "INVALID_CONTEXT"
    client.track("x")
    client.on_change(print)()
    assert "the option ttl is not used" in caplog.text
    assert "the option url is not used" in caplog.text
    assert "sends no events" in caplog.text
    assert "follows no changes" in caplog.text
