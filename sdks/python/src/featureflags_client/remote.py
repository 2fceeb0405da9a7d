"""Remote mode: each call is answered by the server, for short scripts and places without rules."""

from __future__ import annotations

import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict
from urllib.parse import quote

from .calls import Attributes, Calls, invalid_context, too_large, unforeseen, words
from .clock import Clock, bounded
from .connection import Change
from .context import Context, TooLargeError
from .details import Details, Served, State, Status, details_of
from .dial import TransportError
from .evaluate import Explanation
from .json import Json, JsonObject, write_json
from .number import finite, is_number
from .ofrep import aged, read_answer, result_of
from .options import Options, read_options
from .reports import Reports
from .result import failed
from .transport import Http, Request, with_environment

if TYPE_CHECKING:
    import logging

    from typing_extensions import Self, Unpack

_MOST = 1000
_USUAL_TIMEOUT = 2.0
_EVALUATE = "/ofrep/v1/evaluate/flags"
_JSON = {"Content-Type": "application/json", "Accept": "application/json"}


class RemoteOptions(TypedDict, total=False):
    """The options of RemoteClient; times are seconds."""

    token: str | None
    """Sent as `Authorization: Bearer`."""
    environment: str | None
    """Left out, it is the server's own."""
    ttl: float
    """How long an answer is kept: 30 s. 0 keeps nothing."""
    timeout: float
    """How long a call may take: 2 s."""
    logger: logging.Logger
    """Usually that of the name featureflags_client."""


class RemoteClient(Calls):
    """Asks the server for every flag and user, and keeps the answers for a while.

    No call raises; each takes at most `timeout` seconds. When the server is gone, an answer whose
    time is over serves with reason STALE; without one, the default.
    """

    _clock = Clock()

    def __init__(self, url: str, **options: Unpack[RemoteOptions]) -> None:
        given = {"timeout": _USUAL_TIMEOUT, **options}
        ttl: Any = given.pop("ttl", 30.0)
        self._options, problems = read_options(url, {**given, "cache": False})
        self._reports = Reports(self._options.logger, self._clock)
        self._ttl = 30.0
        if is_number(ttl) and ttl >= 0 and finite(ttl) is not None:
            self._ttl = float(ttl)
        else:
            problems.append("the option ttl is not used: expected seconds, 0 or more")
        for index, problem in enumerate(problems):
            self._reports.report(f"option {index}", problem)
        self._http = _http(self._options, self._clock)
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()
        self._state: State = "starting"
        _clients.add(self)

    def explain(self, key: str, context: Attributes | None = None) -> Explanation:
        """The result, and how it came about, step by step."""
        found = self._ask_evaluate(key, context, explained=True)
        if isinstance(found, Served):
            return Explanation(found.result, [])
        return Explanation(result_of(key, found), found.get("trace", []))

    def all(self, context: Attributes | None = None) -> dict[str, Details[Json]]:
        """Every flag; the value of one that cannot be evaluated is None. Empty if all fails."""
        found, is_stale = self._ask(_Question("", _EVALUATE, {}), context)
        if isinstance(found, Served):
            return {}
        flags = found.get("flags")
        details: dict[str, Details[Json]] = {}
        items = flags if isinstance(flags, list) else []
        for item in (each for each in items if isinstance(each, dict)):
            result = aged(result_of(str(item.get("key")), item), is_stale)
            details[result.key] = details_of(Served(result, stale=is_stale), result, None)
        return details

    def track(
        self, event: str, context: Attributes | None = None, value: float | None = None
    ) -> None:
        """Counts nothing: only a FeatureClient sends events. Says so once."""
        del event, context, value
        self._reports.once("track", "a RemoteClient sends no events; a FeatureClient does")

    def on_change(self, listener: Callable[[Change], None]) -> Callable[[], None]:
        """Never calls the listener: only a FeatureClient follows changes. Says so once."""
        del listener
        self._reports.once("on_change", "a RemoteClient follows no changes; a FeatureClient does")
        return lambda: None

    def status(self) -> Status:
        """How the client is."""
        return Status(self._state, "network", error=self._reports.current())

    def ready(self) -> bool:
        """True if the server has answered."""
        return self._state == "ready"

    def wait_until_ready(self, timeout: float) -> bool:
        """Asks the server until it answers, at most `timeout` seconds; gives whether it has."""
        end = self._clock.steady() + bounded(timeout)
        never = threading.Event()
        while not self.ready() and self._state != "closed":
            left = end - self._clock.steady()
            if left <= 0:
                break
            self._ask(_Question("", _EVALUATE, {}), {}, min(left, self._options.timeout))
            if not self.ready():
                self._clock.pause(never, min(0.2, left))
        return self.ready()

    def close(self) -> None:
        """Asks the server nothing any more; what is kept goes on serving as stale."""
        self._state = "closed"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _served(self, key: str, context: Attributes | None) -> Served:
        if not isinstance(key, str):
            return Served(failed(words(key), "GENERAL", "the key of a flag is a text"))
        question = _Question(key, f"{_EVALUATE}/{quote(key, safe='')}", {})
        found, is_stale = self._ask(question, context)
        if isinstance(found, Served):
            return found
        return Served(aged(result_of(key, found), is_stale), stale=is_stale)

    def _is_on(self, served: Served, context: Attributes | None) -> bool:
        result = served.result
        if result.error_code is not None or isinstance(result.value, bool):
            return result.value is True
        found = self._ask_evaluate(result.key, context, explained=False)
        return not isinstance(found, Served) and found.get("enabled") is True

    def _note(self, served: Served) -> Served:
        self._reports.once("unforeseen", str(served.result.error_message))
        return served

    def _ask_evaluate(
        self, key: str, context: Attributes | None, *, explained: bool
    ) -> Served | JsonObject:
        """This call alone knows of other than boolean flags whether they are on."""
        environment = self._options.environment
        more = {"flag": key, "explain": explained}
        more |= {} if environment is None else {"environment": environment}
        return self._ask(_Question(key, "/evaluate", more), context)[0]

    def _ask(
        self, question: _Question, context: Attributes | None, timeout: float | None = None
    ) -> tuple[Served | JsonObject, bool]:
        """The server's answer or one that was kept, and whether its time is over."""
        if context is not None and not isinstance(context, Mapping):
            return invalid_context(question.key, context), False
        try:
            attributes = dict(Context(context or {}).attributes)
            body = write_json({**question.more, "context": attributes})
            return self._ask_or_keep(question, body, timeout or self._options.timeout)
        except TooLargeError as error:
            return too_large(question.key, error), False
        except Exception as error:
            return self._note(unforeseen(question.key, error)), False

    def _ask_or_keep(
        self, question: _Question, body: str, timeout: float
    ) -> tuple[Served | JsonObject, bool]:
        name = f"{question.path} {body}"
        with self._lock:
            kept = self._kept.get(name)
            if kept is not None:
                self._kept.move_to_end(name)
        if kept is not None and self._clock.steady() - kept.at < self._ttl:
            return kept.found, False
        try:
            found = self._fetch(question, body, timeout)
        except TransportError as error:
            if kept is not None:
                return kept.found, True
            return Served(failed(question.key, "GENERAL", str(error))), False
        self._keep(name, found)
        return found, False

    def _fetch(self, question: _Question, body: str, timeout: float) -> JsonObject:
        if self._http is None or self._state == "closed":
            raise TransportError("the client has no server")
        environment = self._options.environment if question.path.startswith(_EVALUATE) else None
        path = with_environment(question.path, environment)
        try:
            answer = self._http.ask(Request(path, _JSON, body.encode()), timeout)
            found = read_answer(answer)
        except TransportError as error:
            message = f"the server at {self._options.url} gave no answer: {error}."
            self._reports.report("network", f"{message} What is kept serves, else defaults.")
            raise
        self._reports.over("network")
        self._state = "ready"
        return found

    def _keep(self, name: str, found: JsonObject) -> None:
        if self._ttl == 0:
            return
        with self._lock:
            self._kept[name] = _Kept(found, self._clock.steady())
            self._kept.move_to_end(name)
            while len(self._kept) > _MOST:
                self._kept.popitem(last=False)


_clients: weakref.WeakSet[RemoteClient] = weakref.WeakSet()


def _after_fork() -> None:
    for client in list(_clients):
        client._lock = threading.Lock()
        client._reports.after_fork()


# Windows has no fork.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


@dataclass(frozen=True, slots=True)
class _Kept:
    found: JsonObject
    at: float


@dataclass(frozen=True, slots=True)
class _Question:
    key: str
    path: str
    more: JsonObject


def _http(options: Options, clock: Clock) -> Http | None:
    return None if options.url is None else Http(options.url, options.token, clock)
