"""The copy on disk: section 6 of spec/client.md. All languages read each other's files."""

from __future__ import annotations

import hashlib
import os
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .clock import Clock
from .json import Json, NotJsonError, read_json, write_json
from .plain_file import read_plain
from .reports import Reports
from .transport import MAX_LENGTH

_FORMAT = 1
_MOST_HEADER = 4096
_WRITE_EVERY = 1.0
_TOUCH_EVERY = 60.0
_KIND = "disk"


@dataclass(frozen=True, slots=True)
class Copy:
    """What was read."""

    document: Json
    etag: str | None
    modified_at: float


def file_of(folder: Path, url: str, environment: str | None, token: str | None) -> Path:
    """The file of one server, environment and token."""
    told = f"{url}\n{environment or ''}\n{token or ''}".encode()
    return folder / f"{hashlib.sha256(told).hexdigest()[:32]}.snapshot"


class Disk:
    """One file. It is written at most once a second, and what it cannot do changes nothing else."""

    def __init__(self, path: Path, clock: Clock, reports: Reports) -> None:
        self._path = path
        self._clock = clock
        self._reports = reports
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self._waiting: Callable[[], tuple[Json, str | None]] | None = None
        self._written_at = self._touched_at = float("-inf")

    def load(self) -> Copy | None:
        """The copy; None if there is none that can be used."""
        try:
            text = read_plain(self._path, MAX_LENGTH + _MOST_HEADER)
            return Copy(*_read(text), self._path.stat().st_mtime)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            self.refuse(str(error))
            return None

    def refuse(self, why: str) -> None:
        """Reports that the copy cannot be used."""
        message = f"the copy in {self._path} is not used: {why}. The next snapshot replaces it."
        self._reports.report(_KIND, message)

    def save(self, document: Json, etag: str | None) -> None:
        """Writes the copy, now or when the second is over."""
        with self._lock:
            self._waiting = lambda: (document, etag)
            left = self._written_at + _WRITE_EVERY - self._clock.steady()
            if left > 0:
                if self._timer is None:
                    self._timer = threading.Timer(left, self.flush)
                    self._timer.daemon = True
                    self._timer.start()
                return
        self.flush()

    def flush(self) -> None:
        """Writes what waits to be written."""
        with self._lock:
            timer, self._timer = self._timer, None
            waiting, self._waiting = self._waiting, None
            if timer is not None:
                timer.cancel()
            if waiting is None:
                return
            self._written_at = self._touched_at = self._clock.steady()
            try:
                _replace(self._path, _text(*waiting()))
            except (OSError, ValueError) as error:
                message = f"the snapshot could not be kept in {self._path}: {error}."
                self._reports.report(_KIND, f"{message} A restart without the server has no flags.")
            else:
                self._reports.over(_KIND)

    def touch(self) -> None:
        """Says that the copy is still current, at most once a minute."""
        now = self._clock.steady()
        if now - self._touched_at < _TOUCH_EVERY:
            return
        self._touched_at = now
        try:
            os.utime(self._path)
        except OSError as error:
            self._reports.report(_KIND, f"the time of {self._path} could not be set: {error}")

    def after_fork(self) -> None:
        """In a child: its lock is its own, and the parent's timer is not here."""
        self._lock = threading.Lock()
        self._timer = None


def _read(text: bytes) -> tuple[Json, str | None]:
    first, _, rest = text.partition(b"\n")
    header = read_json(first)
    if not isinstance(header, dict) or header.get("format") != _FORMAT:
        raise NotJsonError(f"it is not of format {_FORMAT}")
    if header.get("sha256") != hashlib.sha256(rest).hexdigest():
        raise NotJsonError("its checksum is wrong")
    etag = header.get("etag")
    return read_json(rest), etag if isinstance(etag, str) else None


def _text(document: Json, etag: str | None) -> bytes:
    text = write_json(document).encode()
    header = {"format": _FORMAT, "sha256": hashlib.sha256(text).hexdigest(), "etag": etag}
    return write_json(header).encode() + b"\n" + text


def _replace(path: Path, text: bytes) -> None:
    """Nobody ever reads half of a file, whatever happens in between."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_suffix(f".{uuid.uuid4().hex}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
