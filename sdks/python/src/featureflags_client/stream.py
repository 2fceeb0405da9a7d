"""Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html, 9.2.6."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .dial import TransportError
from .transport import MAX_LENGTH

_LINE_END = re.compile(rb"\r\n|\r|\n")
_BOM = b"\xef\xbb\xbf"
_SENDABLE = re.compile("[!-~]{1,200}")


@dataclass(frozen=True, slots=True)
class Event:
    """An event; a comment has no name."""

    name: str | None
    data: str = ""
    id: str | None = None
    """As a header can hold it; none if it cannot, or if there was none."""


COMMENT = Event(None)


class EventReader:
    """Makes events of bytes that come in pieces, cut anywhere."""

    def __init__(self) -> None:
        self.retry: float | None = None
        """The seconds that the server asks to wait before the next connection."""
        self._pieces: list[bytes] = []
        self._length = 0
        self._is_first_line = True
        self._ends_in_return = False
        self._name = ""
        self._id: str | None = None
        self._data: list[str] = []

    def feed(self, data: bytes) -> Iterator[Event]:
        """The events and comments that end in these bytes. Raises TransportError of a long one."""
        if self._ends_in_return and data.startswith(b"\n"):
            data = data[1:]
        self._ends_in_return = data.endswith(b"\r")
        *lines, rest = _LINE_END.split(data)
        for line in lines:
            whole = b"".join([*self._pieces, line])
            self._pieces = []
            yield from self._read_line(whole)
        self._pieces.append(rest)
        self._length += len(data)
        if self._length > MAX_LENGTH:
            raise TransportError(f"an event is longer than {MAX_LENGTH} bytes")

    def _read_line(self, line: bytes) -> Iterator[Event]:
        if self._is_first_line:
            line = line.removeprefix(_BOM)
            self._is_first_line = False
        if not line:
            yield from self._end_event()
        elif line.startswith(b":"):
            self._length = sum(map(len, self._data))
            yield COMMENT
        else:
            name, _, value = line.decode(errors="replace").partition(":")
            self._read_field(name, value.removeprefix(" "))

    def _read_field(self, name: str, value: str) -> None:
        if name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        elif name == "id":
            self._id = value if _SENDABLE.fullmatch(value) else None
        elif name == "retry" and re.fullmatch("[0-9]{1,9}", value):
            self.retry = int(value) / 1000

    def _end_event(self) -> Iterator[Event]:
        if self._data:
            yield Event(self._name or "message", "\n".join(self._data), self._id)
        self._name, self._data, self._length = "", [], 0
