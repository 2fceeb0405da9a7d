"""Against a real server process: changes, restarts, forks, gunicorn."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from time import monotonic
from typing import Any

from fault_server import FaultServer, answering, streaming
from featureflags_client import FeatureClient
from real_server import RealServer, python, until
from simulated import event, flag, snapshot


def test_follows_changes_and_restarts(server: RealServer, tmp_path: Path) -> None:
    server.flag("f", enabled=True, variants={"on": "new", "off": "old"})
    with FeatureClient(server.url, cache=tmp_path) as client:
        assert client.wait_until_ready(10)
        assert client.string("f", "d") == "new"
        server.ffctl("disable", "f")
        start = monotonic()
        until(lambda: client.string("f", "d") == "old", "the change")
        assert monotonic() - start < 1
        server.stop()
        until(lambda: "cannot be reached" in (client.status().error or ""), "the outage")
        assert client.string("f", "d") == "old"
        with FeatureClient(server.url, cache=tmp_path, environment="production") as other:
            assert other.string("f", "d") == "d"
        server.start()
        server.flag("f", enabled=True)
        until(lambda: client.string("f", "d") == "new", "the server to be back")
        assert client.status().error is None
    with FeatureClient(server.url, cache=tmp_path) as again:
        assert again.string("f", "d") == "new"


def test_polling_and_an_environment(server: RealServer) -> None:
    server.post("/environments/staging", {})
    server.post("/segments/staff", {"include": ["ann"]})
    rules = [{"when": [{"segment": "staff", "op": "in_segment"}], "serve": "on"}]
    server.flag("f")
    server.post("/flags/f?environment=staging", {"enabled": True, "rules": rules})
    options: dict[str, Any] = {"mode": "polling", "ttl": 0.1, "environment": "staging"}
    with FeatureClient(server.url, **options) as client:
        assert client.wait_until_ready(10)
        assert client.is_enabled("f", "ann")
        assert not client.is_enabled("f", "bo")
        server.post("/segments/staff", {"include": ["bo"]})
        until(lambda: client.is_enabled("f", "bo"), "the change")
        until(lambda: (client.status().age or 1) < 0.1, "a 304")


def test_an_environment_that_is_deleted(server: RealServer) -> None:
    server.post("/environments/staging", {})
    server.flag("f")
    server.post("/flags/f?environment=staging", {"enabled": True})
    with FeatureClient(server.url, environment="staging") as client:
        assert client.wait_until_ready(10)
        server.delete("/environments/staging")
        until(lambda: "staging" in (client.status().error or ""), "the report")
        assert client.is_enabled("f")


def test_an_environment_that_is_not_there(server: RealServer) -> None:
    with FeatureClient(server.url, environment="nowhere") as client:
        until(lambda: "nowhere" in (client.status().error or ""), "the report")


def test_events_reach_the_server(server: RealServer) -> None:
    server.flag("f", enabled=True)
    with FeatureClient(server.url, events=True) as client:
        assert client.wait_until_ready(10)
        client.is_enabled("f", "ann")
        client.track("buy", value=3)
    assert client.status().dropped_events == 0
    assert client.status().error is None


ENDS = """
import sys
from featureflags_client import FeatureClient

client = FeatureClient(sys.argv[1], events=True)
assert client.wait_until_ready(10)
client.is_enabled("f")
"""


def test_the_last_events_are_sent_at_the_end_of_the_process(
    faults: FaultServer, tmp_path: Path
) -> None:
    # By name, so that it has to be looked up while Python ends.
    stream = event("snapshot", snapshot(f=flag()))
    faults.scripts["/stream"] = streaming(stream, then=faults.ended)
    faults.scripts["/events"] = answering(202, b"{}")
    process = python(tmp_path, ENDS, faults.url.replace("127.0.0.1", "localhost"))
    _, errors = process.communicate(timeout=30)
    assert errors == ""
    assert len(faults.requests("/events")) == 1


FORKS = """
import multiprocessing, os, sys, time
from featureflags_client import FeatureClient

client = FeatureClient(sys.argv[1], events=True)
assert client.wait_until_ready(10)
client.is_enabled("f")

def child(number, told):
    told.put((number, client.string("f", "d")))
    end = time.monotonic() + 20
    while client.string("f", "d") != "new" and time.monotonic() < end:
        time.sleep(0.01)
    told.put((number, client.string("f", "d")))
    client.close()

if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    told = context.Queue()
    children = [context.Process(target=child, args=(number, told)) for number in range(3)]
    for each in children:
        each.start()
    first = sorted(told.get(timeout=20) for _ in children)
    print(first, flush=True)
    second = sorted(told.get(timeout=20) for _ in children)
    end = time.monotonic() + 10
    while client.string("f", "d") != "new" and time.monotonic() < end:
        time.sleep(0.01)
    print(second, client.string("f", "d"), flush=True)
    for each in children:
        each.join(10)
    client.close()
"""


def test_multiprocessing(server: RealServer, tmp_path: Path) -> None:
    server.flag("f", enabled=False, variants={"on": "new", "off": "old"})
    # Python warns of any fork of a process with threads: it is what is tested here.
    script = "import warnings\nwarnings.simplefilter('ignore', DeprecationWarning)\n" + FORKS
    process = python(tmp_path, script, server.url)
    assert process.stdout is not None
    assert process.stderr is not None
    first = process.stdout.readline()
    assert first.strip() == "[(0, 'old'), (1, 'old'), (2, 'old')]", process.stderr.read()
    server.flag("f", enabled=True)
    rest, errors = process.communicate(timeout=60)
    assert rest.strip() == "[(0, 'new'), (1, 'new'), (2, 'new')] new", errors
    assert process.returncode == 0, errors


APPLICATION = """
import json, os
from featureflags_client import FeatureClient

client = FeatureClient(os.environ["FLAGS_URL"])
assert client.wait_until_ready(10)

def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    told = {"pid": os.getpid(), "parent": os.getppid(), "value": client.string("f", "d")}
    return [json.dumps(told).encode()]
"""


def test_gunicorn_preload(server: RealServer, tmp_path: Path) -> None:
    server.flag("f", enabled=False, variants={"on": "new", "off": "old"})
    (tmp_path / "application.py").write_text(APPLICATION)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--preload", "--workers", "2", "application:app"]
    source = str(Path(__file__).resolve().parents[1] / "src")
    environment = {**os.environ, "FLAGS_URL": server.url, "PYTHONPATH": source}
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{port}", "--no-control-socket"],
            cwd=tmp_path,
            env=environment,
            stdout=log,
            stderr=log,
        )

    def ask() -> dict[str, Any]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except OSError:
            assert process.poll() is None, (tmp_path / "log").read_text()
            return {}

    def values_of_both(value: str) -> bool:
        answers = [ask() for _ in range(8)]
        workers = {each.get("pid") for each in answers if each.get("value") == value}
        return len(workers) == 2 and all(each.get("value") == value for each in answers)

    try:
        until(lambda: values_of_both("old"), "two workers")
        assert ask()["parent"] == process.pid
        server.ffctl("enable", "f")
        until(lambda: values_of_both("new"), "both workers to follow")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
