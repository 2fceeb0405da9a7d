"""Exposures and conversions, counted and sent: section 8 of spec/client.md."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from .backoff import Backoff, retry_after
from .clock import Clock, time_text
from .dial import TransportError
from .json import JsonObject, write_json
from .number import finite, is_number
from .options import Options
from .reports import Reports
from .transport import Http, Request, with_environment

_EVERY = 10.0
_BATCH = 500
_MOST = 10_000
_NAME = 128
_GONE = frozenset({400, 404, 413, 422})

Kind: TypeAlias = Literal["exposure", "conversion"]
Counted: TypeAlias = tuple[Kind, str, "str | None"]


@dataclass(slots=True)
class _Counter:
    count: int = 0
    time: float = 0.0
    sum: float | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


class Events:
    """What waits to be sent. Counting neither waits for the network nor allocates without bound."""

    def __init__(self, options: Options, http: Http, clock: Clock, reports: Reports) -> None:
        self._options = options
        self._http = http
        self._clock = clock
        self._reports = reports
        self.dropped = 0
        """How many entries were dropped because nobody took them."""
        self._lock = threading.Lock()
        self._counters: dict[Counted, _Counter] = {}
        self._batch: list[JsonObject] = []
        self._backoff = Backoff(clock)
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def expose(self, flag: str, variant: str) -> None:
        """Counts that a flag's variant was served."""
        self._count(("exposure", flag, variant), None)

    def convert(self, event: str, value: float | None) -> None:
        """Counts a conversion; what is wrong with it is reported."""
        if not isinstance(event, str) or not 1 <= len(event) <= _NAME:
            message = f"an event name has 1 to {_NAME} characters; the event was not counted"
            self._reports.once("event name", message)
            return
        amount = finite(value) if value is not None and is_number(value) else None
        self._count(("conversion", event, None), amount)

    def step(self, timeout: float) -> float:
        """Sends a batch; gives the seconds to wait before the next."""
        if not self._batch:
            self._batch = self._take()
        if not self._batch:
            return _EVERY
        try:
            again = self._send(self._batch, timeout)
        except TransportError as error:
            self._report(f"{error}")
            return self._backoff.fail()
        if again is not None:
            return self._backoff.fail(again)
        self._backoff.succeed()
        self._batch = []
        return 0.0 if len(self._counters) >= _BATCH else _EVERY

    def close(self, deadline: float) -> None:
        """Sends what it can until `deadline`, a time of the steady clock."""
        if self._ending.is_set():
            return
        self._ending.set()
        thread = self._thread
        if thread is not None and thread.is_alive() and thread is not threading.current_thread():
            thread.join(max(0.0, deadline - self._clock.steady()))
            if thread.is_alive():
                return
        while self._batch or self._counters:
            left = deadline - self._clock.steady()
            if left <= 0 or self.step(left) not in (0.0, _EVERY):
                return

    def after_fork(self) -> None:
        """In a child: what the parent has counted is the parent's to send."""
        self._lock = threading.Lock()
        self._counters, self._batch, self.dropped = {}, [], 0
        if not self._ending.is_set():
            self._ending = threading.Event()
            self.start()

    def start(self) -> None:
        """Starts the thread that sends."""
        self._thread = threading.Thread(target=self._run, name="featureflags-events", daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:
            # Too many threads, or Python ends: what is counted is sent at close.
            self._report(f"{error}")

    def _run(self) -> None:
        pause, ending = _EVERY, self._ending
        while True:
            self._clock.pause(ending, pause)
            if ending.is_set():
                return
            try:
                pause = self.step(self._options.timeout)
            except Exception as error:  # the thread must outlive whatever nobody thought of
                self._report(f"{error!r}")
                pause = _EVERY

    def _count(self, what: Counted, amount: float | None) -> None:
        with self._lock:
            counter = self._counters.get(what)
            if counter is None:
                while len(self._counters) + len(self._batch) >= _MOST:
                    self._drop_oldest()
                counter = self._counters[what] = _Counter()
            counter.count += 1
            counter.time = self._clock.now()
            if amount is not None:
                # A sum beyond a double's range is no JSON.
                total = finite((counter.sum or 0.0) + amount)
                counter.sum = counter.sum if total is None else total

    def _drop_oldest(self) -> None:
        del self._counters[next(iter(self._counters))]
        self.dropped += 1

    def _take(self) -> list[JsonObject]:
        with self._lock:
            oldest = list(self._counters)[:_BATCH]
            taken = [(what, self._counters.pop(what)) for what in oldest]
        return [_entry(what, counter) for what, counter in taken]

    def _send(self, batch: Sequence[JsonObject], timeout: float) -> float | None:
        """Gives None if the batch is done with, else the seconds that the server asks to wait."""
        path = with_environment("/events", self._options.environment)
        body = write_json({"events": batch}).encode()
        answer = self._http.ask(Request(path, {"Content-Type": "application/json"}, body), timeout)
        if 200 <= answer.status < 300:
            self._reports.over("events")
            return None
        if answer.status in _GONE:
            self._report(f"it answered {answer.status}: {len(batch)} entries are dropped")
            return None
        self._report(f"it answered {answer.status}")
        return retry_after(answer.headers)

    def _report(self, why: str) -> None:
        message = f"events could not be sent to the server at {self._options.url}: {why}."
        self._reports.report("events", f"{message} At most {_MOST} entries wait.")


def _entry(what: Counted, counter: _Counter) -> JsonObject:
    kind, name, variant = what
    told: JsonObject = {"id": counter.id, "kind": kind}
    told |= {"event": name} if variant is None else {"flag": name, "variant": variant}
    told |= {"count": counter.count, "time": time_text(counter.time)}
    return told if counter.sum is None else {**told, "sum": counter.sum}
