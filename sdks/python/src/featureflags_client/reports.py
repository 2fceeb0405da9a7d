"""Problems are reported once per kind until they are over."""

import logging
import re
import threading
from contextlib import suppress

from .clock import Clock

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Reports:
    """What is wrong at the moment, and a logger that hears of it once."""

    def __init__(self, logger: logging.Logger, clock: Clock) -> None:
        self._logger = logger
        self._clock = clock
        self._since: dict[str, float] = {}
        self._last: dict[str, str] = {}
        self._lock = threading.Lock()

    def report(self, kind: str, message: str) -> None:
        """Reports a problem unless one of its kind is known already."""
        with self._lock:
            is_known = kind in self._since
            self._since.setdefault(kind, self._clock.steady())
            self._last[kind] = message
        if not is_known:
            self._say(logging.WARNING, message)

    def once(self, kind: str, message: str, *, is_problem: bool = True) -> None:
        """Reports what is never over and is no error of the client's state."""
        with self._lock:
            is_known = kind in self._since
            self._since.setdefault(kind, self._clock.steady())
        if not is_known:
            self._say(logging.WARNING if is_problem else logging.INFO, message)

    def over(self, *kinds: str) -> None:
        """Says of each of these problems that was there that it is over."""
        for kind in kinds:
            with self._lock:
                since = self._since.pop(kind, None)
                message = self._last.pop(kind, "")
            if since is not None:
                lasted = self._clock.steady() - since
                self._say(logging.WARNING, f"over after {lasted:.1f} s: {message}")

    def current(self) -> str | None:
        """The latest problem that is not over."""
        with self._lock:
            return next(reversed(self._last.values()), None)

    def after_fork(self) -> None:
        """In a child: the lock may have been held by a thread that is not here."""
        self._lock = threading.Lock()

    def _say(self, level: int, message: str) -> None:
        """Whoever gave a logger that raises has no other place to be told of it."""
        with suppress(Exception):
            # Servers have a say in messages: they get no line of their own in a log.
            self._logger.log(level, "%s", _CONTROLS.sub(" ", message))
