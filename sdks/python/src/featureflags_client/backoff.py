"""Exponential backoff with full jitter: AWS Architecture Blog, "Exponential Backoff And Jitter"."""

import re
from collections.abc import Mapping

from .clock import Clock

_FIRST = 0.5
_MOST = 30.0
_MOST_ASKED = 300.0


class Backoff:
    """How long to wait after failures."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures = 0

    def succeed(self) -> None:
        """The next failure is the first."""
        self._failures = 0

    def fail(self, at_least: float = 0.0) -> float:
        """Seconds to wait; `at_least` so many as the server asks for, which has a bound too."""
        # Bounded before it is raised to a power, or an outage of weeks would overflow.
        most = min(_MOST, _FIRST * 2 ** min(self._failures, 10))
        self._failures += 1
        return max(self._clock.chance(most), min(at_least, _MOST_ASKED))


def retry_after(headers: Mapping[str, str]) -> float:
    """What `Retry-After` asks for in seconds; 0 if it asks for nothing."""
    asked = headers.get("retry-after", "")
    return float(asked) if re.fullmatch("[0-9]{1,9}", asked) else 0.0
