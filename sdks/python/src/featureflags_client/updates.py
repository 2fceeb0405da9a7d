"""Stays current with the server: section 4 of spec/client.md."""

from __future__ import annotations

from dataclasses import dataclass

from .backoff import Backoff, retry_after
from .clock import Clock
from .dial import TimedOutError, TransportError
from .intake import Home, Intake
from .json import JsonObject, NotJsonError, read_json
from .options import Options
from .reports import Reports
from .stream import COMMENT, Event, EventReader
from .transport import Answer, Http, Request, Stream, with_environment

_SILENCE = 45.0
"""Three heartbeats of the server and a margin: a connection quiet for so long is dead."""
_FIRST_EVENT = 10.0
_TOO_SHORT = 1.0
_MOST_HELD_UP = 3
_MOST_TOLD = 500
"""Characters of what a server says, in a message."""
_STREAM_AGAIN = 300.0
_SETTLED = 10.0

_PROBLEMS = ("network", "token", "address", "status", "snapshot")


@dataclass(frozen=True, slots=True)
class Means:
    """What updates are made with."""

    options: Options
    http: Http
    clock: Clock
    reports: Reports


class _HeldUpError(TransportError):
    """A proxy seems to hold the stream up."""


class Updates:
    """One server's snapshot, kept current in steps: each is one connection or one poll."""

    def __init__(self, home: Home, means: Means) -> None:
        self._home = home
        self._options, self._http = means.options, means.http
        self._clock, self._reports = means.clock, means.reports
        self._backoff = Backoff(means.clock)
        self._server = f"the server at {means.options.url}"
        self._intake = Intake(home, self._server, means.clock, means.reports)
        self._held_up = 0
        self._stream_again_at = float("-inf")
        self._retry = 0.0
        self._stream: Stream | None = None
        self._is_ending = False

    def step(self) -> float:
        """Does what is next; gives the seconds to wait before the next step."""
        try:
            return self._poll() if self._is_polling() else self._follow_or_poll()
        except TransportError as error:
            if not self._is_ending:
                self._intake.report("network", f"{self._server} cannot be reached: {error}.")
            return self._backoff.fail(self._retry)

    def end(self) -> None:
        """Makes a step that another thread is in end soon, and no other connection follow it."""
        self._is_ending = True
        stream = self._stream
        if stream is not None:
            stream.abort()

    def _is_polling(self) -> bool:
        if self._options.mode == "polling":
            return True
        return self._held_up >= _MOST_HELD_UP and self._clock.steady() < self._stream_again_at

    def _follow_or_poll(self) -> float:
        try:
            return self._follow()
        except _HeldUpError as error:
            return self._poll_instead(error)

    def _poll_instead(self, error: _HeldUpError) -> float:
        """What a stream that was held up would have brought is fetched."""
        answer = self._fetch()
        if answer is not None:
            return self._refuse(answer)
        # Only now is it known that the server can be reached, and that it was the stream.
        self._held_up += 1
        if self._held_up < _MOST_HELD_UP:
            return self._backoff.fail(self._retry)
        self._stream_again_at = self._clock.steady() + _STREAM_AGAIN
        message = f"{error}: asking every {self._options.ttl:g} s instead"
        self._reports.report("stream", f"the stream of {self._server} is held up; {message}")
        return self._options.ttl

    # Polling

    def _poll(self) -> float:
        answer = self._fetch()
        return self._options.ttl if answer is None else self._refuse(answer)

    def _fetch(self) -> Answer | None:
        """Asks for the snapshot. Gives the answer only if it could not be used."""
        held = self._home.held
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
        if held is not None and held.etag is not None:
            headers["If-None-Match"] = held.etag
        request = Request(with_environment("/snapshot", self._options.environment), headers)
        answer = self._http.ask(request, self._options.timeout)
        if self._is_ending:
            # Who has been closed meanwhile takes nothing any more.
            return None
        etag = answer.headers.get("etag")
        if answer.status == 304 and "If-None-Match" in headers:
            self._intake.is_from_server = self._intake.is_current = True
            self._home.confirm()
        elif answer.status != 200 or not self._intake.take_text(answer.body, etag):
            return answer
        self._succeed()
        return None

    def _refuse(self, answer: Answer | Stream) -> float:
        if answer.status != 200:
            self._report_status(answer)
        return self._backoff.fail(retry_after(answer.headers))

    def _report_status(self, answer: Answer | Stream) -> None:
        status = answer.status
        if status in (401, 403):
            message = f"the token is not accepted: {self._server} answered {status}."
            self._intake.report("token", f"{message} Look at the option token.")
        elif status == 404:
            self._intake.report("address", _not_found(answer, self._server))
        else:
            location = answer.headers.get("location")
            target = "" if location is None else f" (to {location[:_MOST_TOLD]})"
            self._intake.report("status", f"{self._server} answered {status}{target}.")

    # Streaming

    def _follow(self) -> float:
        headers = {"Accept": "text/event-stream", "Cache-Control": "no-store"}
        event_id = self._intake.event_id
        if event_id is not None:
            # An id and no version: another file of data can have the same.
            headers["Last-Event-ID"] = event_id
        request = Request(with_environment("/stream", self._options.environment), headers)
        try:
            stream = self._http.open(request, self._options.timeout)
        except TimedOutError:
            # How a proxy looks that waits for the end of an answer, if `/snapshot` does answer.
            raise _HeldUpError(f"it did not begin in {self._options.timeout:g} s") from None
        self._stream = stream
        try:
            if stream.status != 200:
                return self._refuse(stream)
            kind = stream.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "text/event-stream":
                raise _HeldUpError(f"the answer is {kind or 'of no type'}, no text/event-stream")
            packed = stream.headers.get("content-encoding", "identity")
            if packed != "identity":
                raise _HeldUpError(f"it is packed with {packed}, which was not asked for")
            return self._listen(stream, event_id is not None)
        finally:
            self._stream = None
            stream.close()

    def _listen(self, stream: Stream, is_resumed: bool) -> float:
        reader, opened_at, has_event = EventReader(), self._clock.steady(), False
        self._intake.is_current = False
        while not self._is_ending:
            elapsed = self._clock.steady() - opened_at
            if elapsed >= _SETTLED:
                self._backoff.succeed()
            data = self._read(stream, None if has_event else _FIRST_EVENT - elapsed)
            self._retry = reader.retry or 0.0
            if not data:
                if not has_event and self._clock.steady() - opened_at < _TOO_SHORT:
                    raise _HeldUpError("it ended at once")
                self._backoff.succeed()
                return self._backoff.fail(self._retry)
            for event in reader.feed(data):
                if event is COMMENT and not is_resumed:
                    # A heartbeat comes through where events are held back, too.
                    continue
                if not has_event:
                    # The comment that a resumed stream begins with says that nothing was missed.
                    self._intake.is_current = is_resumed
                has_event = True
                self._note_event()
                problem = self._take_event(event)
                if problem is not None:
                    return self._refuse(problem)
            self._retry = reader.retry or 0.0
            if has_event and self._intake.is_current:
                self._home.confirm()
        return 0.0

    def _read(self, stream: Stream, first: float | None) -> bytes:
        try:
            return stream.read(_SILENCE if first is None else first)
        except TimedOutError:
            if first is not None:
                raise _HeldUpError(f"no event came within {_FIRST_EVENT:g} s") from None
            raise TransportError(f"nothing came for {_SILENCE:g} s") from None

    def _note_event(self) -> None:
        self._held_up = 0
        self._reports.over("stream", "network", "token", "address", "status")

    def _take_event(self, event: Event) -> Answer | None:
        """Uses an event. Gives an answer of `/snapshot` that was needed and could not be used."""
        if event is COMMENT or event.name not in ("snapshot", "change"):
            return None
        if event.name == "snapshot":
            is_used = self._intake.take_text(event.data, None, event.id)
        else:
            is_used = self._intake.take_change(event.data, event.id)
        if not is_used:
            return self._fetch()
        self._succeed()
        return None

    def _succeed(self) -> None:
        self._backoff.succeed()
        self._reports.over(*_PROBLEMS)


def _not_found(answer: Answer | Stream, server: str) -> str:
    problem: JsonObject = {}
    try:
        body = answer.body if isinstance(answer, Answer) else answer.read_all()
        found = read_json(body)
        problem = found if isinstance(found, dict) else {}
    except (NotJsonError, TransportError):
        # What answered is then not one of our servers, which is what the message says.
        problem = {}
    if problem.get("code") == "ENVIRONMENT_NOT_FOUND":
        detail = str(problem.get("detail"))[:_MOST_TOLD].rstrip(".")
        return f"{detail}. Look at the option environment."
    return f"there is no FeatureFlags server at {server.rpartition(' ')[2]}: it answered 404."
