"""A client and all that can go wrong around it."""

from __future__ import annotations

import gzip
import json
import logging
import socket
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

import featureflags_client.transport as transport
from conftest import Make
from fault_server import FaultServer, answering, raw, streaming
from real_server import until
from simulated import event, flag, snapshot


def warnings(caplog: pytest.LogCaptureFixture, part: str) -> int:
    return sum(part in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    ("url", "options", "message"),
    [
        ("ftp://x", {}, "no address of a server"),
        ("http://", {}, "no address of a server"),
        ("http://x:99999", {}, "no address of a server"),
        (5, {}, "the option url"),
        (None, {}, "every call gives its default"),
        ("http://127.0.0.1:9", {"tll": 5}, "there is no option tll"),
        ("http://127.0.0.1:9", {"ttl": -1}, "the option ttl"),
        ("http://127.0.0.1:9", {"ttl": 0.01}, "the option ttl"),
        ("http://127.0.0.1:9", {"max_age": "1"}, "the option max_age"),
        ("http://127.0.0.1:9", {"timeout": True}, "the option timeout"),
        ("http://127.0.0.1:9", {"mode": "push"}, "the option mode"),
        ("http://127.0.0.1:9", {"stale_policy": []}, "the option stale_policy"),
        ("http://127.0.0.1:9", {"token": "secret\r\nX: y"}, "the option token"),
        ("http://127.0.0.1:9", {"token": "two words"}, "the option token"),
        ("http://127.0.0.1:9", {"cache": True}, "the option cache"),
        ("http://127.0.0.1:9", {"cache": 5}, "the option cache"),
        ("http://127.0.0.1:9", {"events": "yes"}, "the option events"),
        ("http://127.0.0.1:9", {"logger": "x"}, "the option logger"),
        ("http://127.0.0.1:9", {"bootstrap": 5}, "the option bootstrap"),
        ("http://127.0.0.1:9", {"bootstrap": "/no/such/file"}, "the option bootstrap"),
        (None, {"offline": {"schema": 2}}, "the option offline"),
        (None, {"offline": {"schema": object()}}, "the option offline"),
    ],
)
def test_wrong_options_are_told_and_defaults_serve(
    make: Make, caplog: pytest.LogCaptureFixture, url: Any, options: Any, message: str
) -> None:
    client = make(url, **options)
    assert client.boolean("f", True) is True
    assert client.details("f", 1).error_code == "PROVIDER_NOT_READY"
    assert warnings(caplog, message) == 1
    assert warnings(caplog, "secret") == 0
    assert message in (client.status().error or "") or url == "http://127.0.0.1:9"


def test_server_down_at_start(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    start = monotonic()
    client = make("http://127.0.0.1:9")
    assert monotonic() - start < 1
    assert not client.wait_until_ready(0.3)
    found = client.details("f", True)
    assert (found.value, found.reason, found.error_code) == (True, "ERROR", "PROVIDER_NOT_READY")
    until(lambda: warnings(caplog, "cannot be reached"), "the report")
    assert client.status().state == "starting"
    assert "cannot be reached" in (client.status().error or "")


def test_a_name_that_is_not_found(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    make("http://no-such-host.invalid", timeout=5)
    until(lambda: warnings(caplog, "no-such-host.invalid"), "the report")


@pytest.mark.parametrize(
    "script",
    [
        raw(b""),
        raw(b"\x00\xff rubbish\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"),
        raw(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"sch'),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000),
        answering(200, b"<html>"),
        answering(200, json.dumps(snapshot()).encode()[:-5]),
        answering(200, b"\xff\xfe\x00"),
        answering(200, b"x", Content_Encoding="gzip"),
        answering(200, gzip.compress(b"{}")[:-4], Content_Encoding="gzip"),
        answering(200, b"[" * 200_000),
        answering(200, b'{"schema": NaN}'),
        answering(200, b'{"schema": ' + b"1" * 5000 + b"}"),
        answering(302, b"", Location="/elsewhere"),
        answering(302, b"", Location="/snapshot"),
        answering(999, b""),
    ],
)
def test_rubbish(
    make: Make, faults: FaultServer, caplog: pytest.LogCaptureFixture, script: Any
) -> None:
    faults.scripts["/snapshot"] = script
    client = make(faults.url, mode="polling", ttl=0.1, bootstrap=snapshot(3, f=flag()))
    until(lambda: caplog.records, "a report")
    assert client.boolean("f", False) is True
    assert client.status().source == "bootstrap"
    faults.scripts["/snapshot"] = answering(200, json.dumps(snapshot(4, f=flag(False))).encode())
    until(lambda: client.status().version == 4, "the server's snapshot")
    assert client.status().source == "network"
    assert client.boolean("f", True) is False
    assert len([each for each in caplog.records if "over after" not in each.getMessage()]) == 1


def test_an_answer_too_long(
    make: Make,
    faults: FaultServer,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(transport, "MAX_LENGTH", 1000)
    bomb = gzip.compress(b" " * 100_000)
    faults.scripts["/snapshot"] = answering(200, bomb, Content_Encoding="gzip")
    make(faults.url, mode="polling")
    until(lambda: warnings(caplog, "longer than 1000 bytes"), "the report")


def test_slow_bytes(make: Make, faults: FaultServer, caplog: pytest.LogCaptureFixture) -> None:
    def drip(_asked: Any, connection: socket.socket) -> None:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" + b"         ":
            connection.sendall(bytes([byte]))
            if faults.ended.wait(0.05):
                return

    faults.scripts["/snapshot"] = drip
    client = make(faults.url, mode="polling", timeout=0.4)
    start = monotonic()
    assert not client.boolean("f", False)
    assert monotonic() - start < 0.2
    until(lambda: warnings(caplog, "no answer in time"), "the report")
    client.close()
    assert monotonic() - start < 5


def test_killed_in_the_middle_of_a_stream(make: Make, faults: FaultServer) -> None:
    half = event("snapshot", snapshot(2, f=flag(False)))[:60]
    faults.scripts["/stream"] = streaming(event("snapshot", snapshot(1, f=flag())), half)
    client = make(faults.url)
    assert client.wait_until_ready(5)
    until(lambda: len(faults.requests("/stream")) > 1, "the next connection")
    assert client.is_enabled("f")
    assert faults.requests("/stream")[1].headers["last-event-id"] == "run.1"


def test_redirects_within_the_origin_only(make: Make, faults: FaultServer) -> None:
    other = FaultServer()
    try:
        faults.scripts["/snapshot"] = answering(307, b"", Location="/moved?environment=x")
        faults.scripts["/moved"] = answering(200, json.dumps(snapshot(1)).encode())
        client = make(faults.url, token="secret", mode="polling", ttl=0.1)
        assert client.wait_until_ready(5)
        assert faults.requests("/moved")[0].headers["authorization"] == "Bearer secret"
        count = len(faults.requests("/snapshot"))
        faults.scripts["/snapshot"] = answering(307, b"", Location=f"{other.url}/snapshot")
        until(lambda: len(faults.requests("/snapshot")) > count + 2, "more polls")
        assert other.asked == []
        assert "answered 307" in (client.status().error or "")
    finally:
        other.close()


def test_the_path_of_the_url_is_kept(make: Make, faults: FaultServer) -> None:
    faults.scripts["/flags/snapshot"] = answering(200, json.dumps(snapshot(1)).encode())
    client = make(faults.url + "/flags/", mode="polling", environment="a b")
    assert client.wait_until_ready(5)
    assert faults.asked[0].path == "/flags/snapshot?environment=a%20b"
    assert faults.asked[0].headers["accept-encoding"] == "gzip"


def test_the_token_is_told_nowhere(
    make: Make, faults: FaultServer, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    faults.scripts["/snapshot"] = answering(401, b"{}")
    client = make(faults.url, token="s3cret-token", mode="polling", cache=tmp_path)
    until(lambda: warnings(caplog, "the token is not accepted"), "the report")
    assert warnings(caplog, "s3cret") == 0
    assert "s3cret" not in repr(client.status())
    assert not any("s3cret" in path.name for path in tmp_path.iterdir())
