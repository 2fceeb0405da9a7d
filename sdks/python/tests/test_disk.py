"""The copy on disk."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fault_server import FaultServer, answering, streaming
from featureflags_client import FeatureClient
from featureflags_client.disk import Disk, file_of
from featureflags_client.options import cache_folder
from featureflags_client.reports import Reports
from real_server import until
from simulated import SimulatedClock, event, flag, snapshot

URL = "http://127.0.0.1:9"


def written(folder: Path, document: Any, **header: Any) -> Path:
    """A copy as any language writes it."""
    path = file_of(folder, URL, None, None)
    folder.mkdir(exist_ok=True)
    text = json.dumps(document).encode()
    told = {"format": 1, "sha256": hashlib.sha256(text).hexdigest(), "etag": None, **header}
    path.write_bytes(json.dumps(told).encode() + b"\n" + text)
    return path


def test_a_restart_without_the_server(faults: FaultServer, tmp_path: Path) -> None:
    document = snapshot(7, f=flag())
    faults.scripts["/stream"] = streaming(event("snapshot", document), then=faults.ended)
    folder = tmp_path / "a" / "cache"
    with FeatureClient(faults.url, cache=folder, token="t", environment="e") as client:
        assert client.wait_until_ready(5)
    (path,) = folder.iterdir()
    told = f"{faults.url}\ne\nt".encode()
    assert path.name == hashlib.sha256(told).hexdigest()[:32] + ".snapshot"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    first, _, rest = path.read_bytes().partition(b"\n")
    assert json.loads(rest) == document
    assert json.loads(first) == {
        "format": 1,
        "sha256": hashlib.sha256(rest).hexdigest(),
        "etag": None,
    }
    os.utime(path, (1_000_000_000, 1_000_000_000))
    faults.scripts["/stream"] = answering(503, b"")
    with FeatureClient(faults.url, cache=folder, token="t", environment="e") as client:
        assert client.ready()
        assert client.is_enabled("f")
        assert client.status().source == "disk"
        assert (client.status().age or 0) > 100_000_000


def test_the_disk_comes_before_the_bootstrap_and_the_network_before_both(
    faults: FaultServer, tmp_path: Path
) -> None:
    path = written(tmp_path, snapshot(1, f=flag()), etag='"one"')
    path.rename(file_of(tmp_path, faults.url, None, None))
    faults.scripts["/snapshot"] = answering(304, b"")
    options: dict[str, Any] = {"cache": tmp_path, "mode": "polling", "ttl": 0.1}
    with FeatureClient(faults.url, bootstrap=snapshot(9), **options) as client:
        assert client.status().source == "disk"
        until(lambda: faults.requests("/snapshot"), "a poll")
        assert faults.asked[0].headers["if-none-match"] == '"one"'
        faults.scripts["/snapshot"] = answering(200, json.dumps(snapshot(0)).encode(), ETag='"0"')
        until(lambda: client.status().source == "network", "the network")
        assert client.status().version == 0
    header = json.loads(file_of(tmp_path, faults.url, None, None).read_bytes().split(b"\n")[0])
    assert header["etag"] == '"0"'


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-3]),
        lambda path: path.write_bytes(path.read_bytes().replace(b'"f"', b'"g"')),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"\xff" * 100),
        lambda path: path.write_bytes(b"{}\n{}"),
        lambda path: written(path.parent, snapshot(1), format=2),
        lambda path: written(path.parent, {"schema": 1}),
        lambda path: written(path.parent, snapshot(1, f=flag(off="nope"))),
        lambda path: (path.unlink(), path.mkdir()),
    ],
)
def test_a_copy_that_cannot_be_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, spoil: Callable[[Path], object]
) -> None:
    path = written(tmp_path, snapshot(1, f=flag()))
    spoil(path)
    with FeatureClient(URL, cache=tmp_path, bootstrap=snapshot(2)) as client:
        assert client.status().source == "bootstrap"
    assert sum("is not used" in record.getMessage() for record in caplog.records) == 1


def disk_of(path: Path) -> tuple[Disk, SimulatedClock]:
    clock = SimulatedClock()
    return Disk(path, clock, Reports(logging.getLogger("test"), clock)), clock


def test_written_at_most_once_a_second_and_the_last_counts(tmp_path: Path) -> None:
    path = tmp_path / "x.snapshot"
    disk, clock = disk_of(path)
    disk.save({"n": 1}, None)
    first = path.read_bytes()
    disk.save({"n": 2}, None)
    disk.save({"n": 3}, None)
    assert path.read_bytes() == first
    disk.flush()
    assert path.read_bytes().endswith(b'\n{"n":3}')
    clock.time += 1
    disk.save({"n": 4}, None)
    assert path.read_bytes().endswith(b'\n{"n":4}')
    assert [each.name for each in tmp_path.iterdir()] == ["x.snapshot"]


def test_the_second_ends_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "x.snapshot"
    disk, _ = disk_of(path)
    disk.save({"n": 1}, None)
    disk.save({"n": 2}, None)
    until(lambda: path.read_bytes().endswith(b'{"n":2}'), "the timer")


def test_touched_at_most_once_a_minute(tmp_path: Path) -> None:
    path = tmp_path / "x.snapshot"
    disk, clock = disk_of(path)
    disk.save({}, None)
    os.utime(path, (1, 1))
    disk.touch()
    assert path.stat().st_mtime == 1
    clock.time += 60
    disk.touch()
    assert path.stat().st_mtime > 1
    path.unlink()
    clock.time += 60
    disk.touch()


def test_a_full_disk_changes_nothing_else(
    faults: FaultServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    faults.scripts["/snapshot"] = answering(200, json.dumps(snapshot(1, f=flag())).encode())
    with FeatureClient(faults.url, cache=tmp_path, mode="polling", ttl=0.1) as client:
        assert client.wait_until_ready(5)
        until(lambda: len(faults.asked) > 3, "more polls")
        assert client.is_enabled("f")
    assert sum("No space left" in record.getMessage() for record in caplog.records) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_a_file(faults: FaultServer, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    faults.scripts["/snapshot"] = answering(200, json.dumps(snapshot(1, f=flag())).encode())
    with FeatureClient(faults.url, cache=tmp_path / "file", mode="polling") as client:
        assert client.wait_until_ready(5)
        assert client.is_enabled("f")
        until(lambda: client.status().error, "the report")


def test_folders() -> None:
    home = Path("/home/ann")
    assert cache_folder({}, "linux", home) == home / ".cache" / "featureflags"
    assert cache_folder({"XDG_CACHE_HOME": "/x"}, "linux", home) == Path("/x/featureflags")
    assert cache_folder({}, "darwin", home) == home / "Library" / "Caches" / "featureflags"
    local = cache_folder({"LOCALAPPDATA": "/l"}, "win32", home)
    assert local == Path("/l/featureflags")
