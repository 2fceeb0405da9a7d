"""Connections that keep a deadline, names looked up among them."""

from __future__ import annotations

import queue
import socket
import threading

from .clock import Clock


class TransportError(Exception):
    """There is no answer; the message says why."""


class TimedOutError(TransportError):
    """There is no answer within the time."""


class Deadline:
    """A time that what is read has to keep; it may be moved."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock = clock
        self.move(seconds)

    def move(self, seconds: float) -> None:
        """From now on, so many seconds are left."""
        self._at = self._clock.steady() + seconds

    def left(self) -> float:
        """The seconds that are left. Raises TimedOutError if there are none."""
        left = self._at - self._clock.steady()
        if left <= 0:
            raise TimedOutError("no answer in time")
        return left


def dial(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A connection to the first address of the host that answers. Raises OSError, TimedOutError."""
    problem: OSError = OSError(f"{host} has no address")
    addresses = _resolve(host, port, deadline)
    for index, (family, kind, protocol, _, address) in enumerate(addresses):
        attempt = socket.socket(family, kind, protocol)
        try:
            # A share for each: where IPv6 leads nowhere, there is time left for IPv4.
            attempt.settimeout(deadline.left() / (len(addresses) - index))
            attempt.connect(address)
        except OSError as error:
            attempt.close()
            problem = error
        else:
            return attempt
    raise problem


_Addresses = list[tuple[int, int, int, str, tuple[object, ...]]]


def _resolve(host: str, port: int, deadline: Deadline) -> _Addresses:
    """Looks a name up in a thread of its own: the system has no timeout for that."""
    answers: queue.SimpleQueue[_Addresses | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:
            answers.put(OSError(f"{host} cannot be found: {error}"))

    try:
        threading.Thread(target=look_up, name="featureflags-lookup", daemon=True).start()
    except RuntimeError:
        # From 3.12 on no thread starts while Python ends; the last events are sent then.
        look_up()
    try:
        answer = answers.get(timeout=deadline.left())
    except queue.Empty:
        raise TimedOutError(f"{host} was not found in time") from None
    if isinstance(answer, OSError):
        raise answer
    return answer
