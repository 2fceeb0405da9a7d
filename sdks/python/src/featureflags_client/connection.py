"""One connection of this process to one server, shared by all clients that ask for the same."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from .clock import Clock
from .disk import Disk, file_of
from .document import changed_flags
from .held import Held, Origin, hold, told
from .options import Options
from .reports import Reports
from .transport import Http
from .updates import Means, Updates

Key: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What a listener is told: the new version, and the flags that are not what they were."""

    version: int
    flags: tuple[str, ...]


Listener: TypeAlias = Callable[[Change], None]


class Connection:
    """A snapshot that a thread keeps current."""

    def __init__(self, key: Key, options: Options, clock: Clock) -> None:
        self.key = key
        self.users = 0
        self.held: Held | None = None
        self.listeners: list[Listener] = []
        self.arrived = threading.Event()
        """Set when there is a snapshot."""
        self.waiters: list[Callable[[], None]] = []
        """Called once, when there is a snapshot."""
        self.reports = Reports(options.logger, clock)
        self._options = options
        self._clock = clock
        self._disk = self._disk_of(options)
        self._load()
        self._start()

    def swap(self, held: Held) -> None:
        """Puts a snapshot of the network in use."""
        before, self.held = self.held, held
        self._arrive()
        if self._disk is not None:
            self._disk.save(held.document, held.etag)
        if self.listeners:
            document = None if before is None else before.document
            flags = changed_flags(document, held.document, held.snapshot)
            for listener in tuple(self.listeners):
                listener(Change(held.snapshot.version, flags))

    def confirm(self) -> None:
        """Notes that the snapshot is what the server has."""
        if self.held is not None:
            self.held.confirmed_at = self._clock.now()
            if self._disk is not None:
                self._disk.touch()

    def close(self, seconds: float) -> None:
        """Ends the thread and its connection, waiting at most so long for it."""
        self._ending.set()
        self._updates.end()
        # Nobody is left to bring what others wait for.
        self._arrive()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(max(0.0, seconds))
        if self._disk is not None:
            self._disk.flush()

    def after_fork(self) -> None:
        """In a child: goes on with threads, locks and sockets of its own."""
        self.reports.after_fork()
        if self._disk is not None:
            self._disk.after_fork()
        self.arrived = threading.Event()
        self.waiters = []
        if self.held is not None:
            self.arrived.set()
        self._start()

    def _start(self) -> None:
        assert self._options.url is not None  # connect() is for those who have one
        http = Http(self._options.url, self._options.token, self._clock)
        means = Means(self._options, http, self._clock, self.reports)
        self._updates = Updates(self, means)
        self._ending = threading.Event()
        self._thread = threading.Thread(
            target=_run,
            args=(self._updates, self._ending, self._clock, self.reports),
            name="featureflags-updates",
            daemon=True,
        )
        try:
            self._thread.start()
        except RuntimeError as error:
            # Too many threads, or Python ends: the copy on disk and the defaults serve.
            self.reports.report("thread", f"no updates: {error}. What is held serves.")

    def _arrive(self) -> None:
        self.arrived.set()
        while self.waiters:
            self.waiters.pop()()

    def _disk_of(self, options: Options) -> Disk | None:
        if options.cache is None or options.url is None:
            return None
        path = file_of(options.cache, options.url, options.environment, options.token)
        return Disk(path, self._clock, self.reports)

    def _load(self) -> None:
        copy = None if self._disk is None else self._disk.load()
        if copy is None or self._disk is None:
            return
        held, issues = hold(copy.document, Origin("disk", copy.modified_at, copy.etag))
        if held is None:
            self._disk.refuse(told(issues))
        else:
            self.held = held
            self._arrive()


def _run(updates: Updates, ending: threading.Event, clock: Clock, reports: Reports) -> None:
    while not ending.is_set():
        try:
            pause = updates.step()
        except Exception as error:  # the thread must outlive whatever nobody thought of
            reports.report("unforeseen", f"updates failed, tried again in 30 s: {error!r}")
            pause = 30.0
        clock.pause(ending, pause)


_connections: dict[Key, Connection] = {}
_lock = threading.Lock()


def connect(options: Options, clock: Clock) -> Connection:
    """The connection for these options; it is made if there is none."""
    key = (
        options.url,
        options.token,
        options.environment,
        options.mode,
        options.ttl,
        options.cache,
        clock,
    )
    with _lock:
        connection = _connections.get(key)
        if connection is None:
            connection = _connections[key] = Connection(key, options, clock)
        connection.users += 1
        return connection


def disconnect(connection: Connection, seconds: float) -> None:
    """Lets go of a connection; it ends with the last of its users, within so many seconds."""
    with _lock:
        connection.users -= 1
        if connection.users > 0:
            return
        _connections.pop(connection.key, None)
    connection.close(seconds)


def _after_fork() -> None:
    global _lock
    _lock = threading.Lock()
    for connection in _connections.values():
        connection.after_fork()


# Windows has no fork.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
