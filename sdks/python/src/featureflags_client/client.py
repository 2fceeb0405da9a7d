"""The client: evaluates in the application, from a snapshot that is kept current."""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
import weakref
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any

from .answers import Answers, is_on
from .calls import Attributes, Calls, unforeseen, words
from .clock import Clock, bounded
from .connection import Change, connect, disconnect
from .details import Details, Served, State, Status, details_of
from .evaluate import Explanation
from .events import Events
from .held import Source
from .json import Json, JsonObject
from .offline import UnusableError, load, report_unusable
from .options import ClientOptions, Options, read_options
from .overrides import Overrides
from .reports import Reports
from .transport import Http

if TYPE_CHECKING:
    from pathlib import Path

    from typing_extensions import Self, Unpack

_CLOCK = Clock()
_CLOSING = 1.0


class FeatureClient(Calls):
    """Evaluates flags locally. After construction no call raises or waits for the network.

    `url` is the base address of the server; ClientOptions has the options, whose times are seconds.
    Wrong ones are logged once, and the usual values stand in. One process needs one client; clients
    of the same server share a connection.
    """

    _clock = _CLOCK

    def __init__(self, url: str | None = None, **options: Unpack[ClientOptions]) -> None:
        self._options, problems = read_options(url, options)
        self._reports = Reports(self._options.logger, self._clock)
        for index, problem in enumerate(problems):
            self._reports.report(f"option {index}", problem)
        self._lock = threading.Lock()
        self._is_closed = False
        self._stops: list[Callable[[], None]] = []
        always = self._options.allow_overrides
        self._overrides = Overrides(os.environ, always, self._reports)
        self._answers = Answers(self._options, self._clock, self._reports, self._overrides)
        self._events: Events | None = None
        self._begin(self._options)
        _clients.add(self)

    @classmethod
    def for_tests(cls, values: Mapping[str, Json]) -> Self:
        """An offline client that knows only these flags: key → value."""
        client = cls(offline=dict(_NOTHING), cache=False)
        client._overrides.add(dict(values))
        return client

    def _begin(self, options: Options) -> None:
        if options.offline is not None:
            self._load("offline", options.offline, "file")
            return
        if options.bootstrap is not None:
            self._load("bootstrap", options.bootstrap, "bootstrap")
        if options.url is None:
            return
        self._answers.connection = connect(options, self._clock)
        if options.events:
            http = Http(options.url, options.token, self._clock)
            self._events = Events(options, http, self._clock, self._reports)
            self._events.start()

    def _load(self, option: str, given: JsonObject | Path, source: Source) -> None:
        try:
            environment = self._options.environment
            self._answers.own = load(given, environment, source, self._clock)
        except UnusableError as error:
            report_unusable(option, error, self._reports)

    # What there is to ask beside the typed calls

    def explain(self, key: str, context: Attributes | None = None) -> Explanation:
        """The result in the form of the contract, and how it came about, step by step."""
        return self._answers.explained(key, context)

    def all(self, context: Attributes | None = None) -> dict[str, Details[Json]]:
        """Every flag of the snapshot; the value of one that cannot be evaluated is None."""
        try:
            keys = self._answers.flag_keys()
            served = {key: self._answers.served(key, context) for key in keys}
            return {key: details_of(each, each.result, None) for key, each in served.items()}
        except Exception as error:
            self._note(unforeseen("", error))
            return {}

    def track(
        self, event: str, context: Attributes | None = None, value: float | None = None
    ) -> None:
        """Counts a conversion, if the option `events` is set. Nothing of `context` is sent."""
        del context
        if self._events is not None and not self._is_closed:
            self._events.convert(event, value)

    def on_change(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Calls the listener after each new snapshot, in a thread of the client.

        Returns a function that ends it. What a listener raises is logged and goes no further.
        """

        def guarded(change: Change) -> None:
            try:
                listener(change)
            except BaseException as error:
                # sys.exit() too: here it would end but the thread that keeps flags current.
                told = f"{type(error).__name__}: {words(error)}"
                self._reports.once("listener", f"a listener of on_change failed: {told}")

        if self._is_closed:
            return lambda: None
        connection = self._answers.connection
        listeners = [] if connection is None else connection.listeners
        listeners.append(guarded)

        def stop() -> None:
            if guarded in listeners:
                listeners.remove(guarded)

        self._stops.append(stop)
        return stop

    def status(self) -> Status:
        """How the client is: its state, its snapshot and the latest problem that is not over."""
        held, connection = self._answers.held, self._answers.connection
        dropped = 0 if self._events is None else self._events.dropped
        error = None if connection is None else connection.reports.current()
        error = error or self._reports.current()
        state: State = "closed" if self._is_closed else "starting"
        if held is None:
            return Status(state, "none", error=error, dropped_events=dropped)
        age = held.age(self._clock)
        if not self._is_closed:
            state = "stale" if self._answers.is_stale(age) else "ready"
        return Status(state, held.source, held.snapshot.version, age, error, dropped)

    # Readiness and the end

    def ready(self) -> bool:
        """True if there is a snapshot to answer from, of whatever source."""
        return self._answers.held is not None

    def wait_until_ready(self, timeout: float) -> bool:
        """Waits until ready, at most `timeout` seconds; gives whether it is."""
        connection = self._answers.connection
        if not self.ready() and connection is not None:
            connection.arrived.wait(bounded(timeout))
        return self.ready()

    async def wait_until_ready_async(self, timeout: float) -> bool:
        """The same for asyncio; the loop goes on meanwhile."""
        connection = self._answers.connection
        if connection is None:
            return self.ready()
        loop, arrived = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            # The loop may have ended before the snapshot came: then nobody waits any more.
            if not loop.is_closed():
                loop.call_soon_threadsafe(arrived.set)

        connection.waiters.append(wake)
        if not self.ready() and not self._is_closed:
            # Not wait_for: on some versions its end by time and the event's can meet.
            waiting = asyncio.ensure_future(arrived.wait())
            await asyncio.wait([waiting], timeout=bounded(timeout))
            waiting.cancel()
        with suppress(ValueError):
            # Who waited in vain is not kept until something comes.
            connection.waiters.remove(wake)
        return self.ready()

    def close(self) -> None:
        """Ends threads and connections; sends what events it can within a second.

        Afterwards the last snapshot goes on answering. To close twice is fine.
        """
        self._close_by(self._clock.steady() + _CLOSING)

    def _close_by(self, deadline: float) -> None:
        with self._lock:
            was_closed, self._is_closed = self._is_closed, True
        if was_closed:
            return
        for stop in self._stops:
            stop()
        if self._events is not None:
            self._events.close(deadline)
        if self._answers.connection is not None:
            disconnect(self._answers.connection, deadline - self._clock.steady())

    async def close_async(self) -> None:
        """The same for asyncio; the loop goes on meanwhile."""
        await asyncio.to_thread(self.close)

    def with_flags(self, values: Mapping[str, Json]) -> AbstractContextManager[None]:
        """Overrides flags, in any environment, for a `with` block: for tests."""
        return self._overrides.set(dict(values))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close_async()

    # What Calls asks for

    def _served(self, key: str, context: Attributes | None) -> Served:
        return self._answers.served(key, context)

    def _is_on(self, served: Served, context: Attributes | None) -> bool:
        del context
        return is_on(served)

    def _note(self, served: Served) -> Served:
        return self._answers.note(served)

    def _expose(self, served: Served) -> None:
        variant = served.result.variant
        if self._events is not None and variant is not None and not self._is_closed:
            self._events.expose(served.result.key, variant)

    def _after_fork(self) -> None:
        self._lock = threading.Lock()
        self._reports.after_fork()
        self._overrides.after_fork()
        if self._events is not None:
            self._events.after_fork()


_NOTHING: dict[str, Any] = {"schema": 1, "environment": "test", "version": 0, "flags": {}}

_clients: weakref.WeakSet[FeatureClient] = weakref.WeakSet()


def _close_all() -> None:
    # One second for all of them: nobody's end waits for a server that is gone.
    deadline = _CLOCK.steady() + _CLOSING
    for client in list(_clients):
        client._close_by(deadline)


def _after_fork() -> None:
    for client in list(_clients):
        client._after_fork()


atexit.register(_close_all)
# Windows has no fork.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
