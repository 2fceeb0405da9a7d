"""Server-sent events in pieces."""

from __future__ import annotations

from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from featureflags_client import stream
from featureflags_client.dial import TransportError
from featureflags_client.stream import COMMENT, Event, EventReader

TEXT = (
    "\ufeffevent: snapshot\ndata: é😀\n\n: alive\r\n\r\ndata:a\rdata: b\rid: 4\r\r"
    "event: nothing\n\nretry: 1500\nretry: x\nunknown: 1\ndata\n\n"
).encode()
EVENTS = [
    Event("snapshot", "é😀"),
    COMMENT,
    Event("message", "a\nb", "4"),
    Event("message", "", "4"),
]


@given(st.lists(st.integers(0, len(TEXT)), max_size=12))
def test_cut_anywhere(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(TEXT)]
    reader = EventReader()
    pieces = [TEXT[start:end] for start, end in pairwise(places)]
    assert [event for piece in pieces for event in reader.feed(piece)] == EVENTS
    assert reader.retry == 1.5


def test_byte_by_byte() -> None:
    reader = EventReader()
    found = [event for byte in TEXT for event in reader.feed(bytes([byte]))]
    assert found == EVENTS


def test_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAX_LENGTH", 100)
    reader = EventReader()
    for _ in range(50):
        assert list(reader.feed(b"data: 12345678\n\n")) == [Event("message", "12345678")]
    with pytest.raises(TransportError, match="longer than 100 bytes"):
        list(chain.from_iterable(map(reader.feed, [b"data: 12345678\n"] * 30)))
