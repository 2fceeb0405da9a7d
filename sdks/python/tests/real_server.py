"""A real server process, on a free port and with a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
_RUNTIME = ["node", str(ROOT / "scripts" / "runtime.js")]
_DEADLINE = 30.0


class RealServer:
    """Started by `start`, ended by `stop`; it keeps its port and its data in between."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = 0
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> RealServer:
        command = [*_RUNTIME, "bun", str(ROOT / "server" / "bin" / "featureflags.js")]
        command += ["--port", str(self._port), "--data", str(self._folder), "--log", "json"]
        log = (self._folder / "log").open("w+")
        # A group of its own: the runtime is a child of what is started here.
        self._process = subprocess.Popen(
            command, stdout=log, stderr=log, text=True, cwd=ROOT, start_new_session=True
        )
        log.close()
        until(lambda: self._address() is not None, "the server to listen")
        self.url = self._address() or ""
        self._port = int(self.url.rpartition(":")[2])
        return self

    def stop(self) -> None:
        """Ends it, at once."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def flag(self, key: str, **fields: Any) -> dict[str, Any]:
        """Creates or changes a flag."""
        return self.post(f"/flags/{key}", fields)

    def post(self, path: str, body: Any) -> dict[str, Any]:
        request = urllib.request.Request(
            self.url + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.load(answer)
            return found

    def delete(self, path: str) -> None:
        request = urllib.request.Request(self.url + path, method="DELETE")
        urllib.request.urlopen(request, timeout=10).close()

    def ffctl(self, *arguments: str) -> None:
        """Runs the command line against this server."""
        command = [*_RUNTIME, "node", str(ROOT / "cli" / "bin" / "ffctl.js")]
        command += ["--server", self.url, *arguments]
        subprocess.run(command, check=True, capture_output=True, timeout=30)

    def _address(self) -> str | None:
        for line in (self._folder / "log").read_text().splitlines():
            start = line.find("http://")
            if start >= 0:
                return line[start:].split('"')[0].rstrip("/ .,")
        if self._process is not None and self._process.poll() is not None:
            raise RuntimeError((self._folder / "log").read_text())
        return None


def until(holds: Callable[[], object], what: str, deadline: float = _DEADLINE) -> None:
    """Waits for a condition."""
    end = monotonic() + deadline
    while not holds():
        if monotonic() > end:
            raise AssertionError(f"waited {deadline:g} s for {what}")
        sleep(0.01)


def python(folder: Path, script: str, *arguments: str) -> subprocess.Popen[str]:
    """Another Python process with the package."""
    path = folder / "script.py"
    path.write_text(script)
    source = str(Path(__file__).resolve().parents[1] / "src")
    environment = {**os.environ, "PYTHONPATH": source}
    command = [sys.executable, "-W", "error", str(path), *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
