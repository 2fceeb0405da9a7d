"""Time and chance, as parameters."""

import random
import threading
import time
from datetime import datetime, timezone
from typing import Any

from .instant import instant_text


class Clock:
    """The machine's clock, and chance. Tests have their own."""

    def now(self) -> float:
        """Seconds since 1970-01-01T00:00:00Z."""
        return time.time()

    def steady(self) -> float:
        """Seconds of a clock that nobody sets."""
        return time.monotonic()

    def chance(self, most: float) -> float:
        """A random number between 0 and `most`."""
        return random.uniform(0, most)

    def pause(self, ending: threading.Event, seconds: float) -> None:
        """Waits so many seconds, or until `ending` is set."""
        ending.wait(seconds)


class NowText:
    """The current instant as RFC 3339 has it; a busy application asks many times for the same."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = (-1, "")

    def __call__(self) -> str:
        millisecond = int(self._clock.now() * 1000)
        known, text = self._last
        if millisecond != known:
            text = time_text(millisecond / 1000)
            # Both at once: another thread may read in between.
            self._last = (millisecond, text)
        return text


def time_text(seconds: float) -> str:
    """Seconds since 1970 as RFC 3339 has them, with milliseconds."""
    return instant_text(datetime.fromtimestamp(seconds, timezone.utc))


def bounded(timeout: Any) -> float:
    """Seconds that can be waited; what is no such number is no time at all."""
    is_usable = isinstance(timeout, (int, float)) and timeout >= 0
    return float(min(timeout, threading.TIMEOUT_MAX)) if is_usable else 0.0
