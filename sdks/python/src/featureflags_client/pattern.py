"""Patterns of `matches`, run in time linear in the length of the text.

Python's `re` backtracks: one pattern of a flag could hold up an application for ever. This follows
R. Cox, "Regular Expression Matching: the Virtual Machine Approach" (2009) and "… in the Wild"
(2010): a program is run as an automaton whose states are made when a text first needs them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from .json import well_formed
from .pattern_parse import parse_pattern
from .pattern_program import (
    ASSERT,
    END,
    LINE_END,
    LINE_START,
    NO_WORD_BORDER,
    READ,
    SPLIT,
    START,
    WORD_BORDER,
    Instruction,
)
from .pattern_set import WORD, CodePoints, holds
from .pattern_text import PatternError

__all__ = ["Pattern", "PatternError", "compile_pattern"]

_CACHED = 1000
"""How many compiled patterns are kept: a change parses its flag again, not its patterns."""

_MAX_COST = 200_000
"""How many places of the program, over all states, are kept before all states are forgotten."""

# What is before a place in the text, or after it.
_EDGE, _LINE_FEED, _WORD_CHARACTER, _OTHER = range(4)
Kind: TypeAlias = int

_AFTER_END = -1


@lru_cache(maxsize=_CACHED)
def compile_pattern(pattern: str) -> Pattern:
    """Compiles a pattern. Raises PatternError, which says why it does not compile."""
    return Pattern(parse_pattern(well_formed(pattern)).code)


class Pattern:
    """A compiled pattern; free to be used by any number of threads."""

    def __init__(self, code: list[Instruction]) -> None:
        self.code = code
        self.kinds = _kinds_told(code)
        self.borders = _borders(code, self.kinds)
        self._ascii = bytes(bisect_right(self.borders, each) for each in range(128)) + bytes(128)
        self._forget()

    def found_in(self, text: str) -> bool:
        """True if the pattern is found anywhere in a well-formed text."""
        state = self._start
        for letter in self._letters(text):
            state = state[letter]
            if state is _FOUND:
                return True
        return state[_AFTER_END] is _FOUND

    def state(self, places: frozenset[int], before: Kind) -> _State:
        """The state of the automaton. Two threads may make the same one; either will do."""
        key = (places, before)
        known = self._states.get(key)
        # One for the transition to it, which is new in any case.
        self._cost += 1 if known is not None else len(places) + 1
        if self._cost > _MAX_COST:
            self._forget()
        if known is not None:
            return known
        return self._states.setdefault(key, _State(self, places, before))

    def _forget(self) -> None:
        # Whoever is in the middle of a text goes on with the old states, which nobody else keeps.
        self._states: dict[tuple[frozenset[int], Kind], _State] = {}
        self._cost = 0
        self._start = _State(self, frozenset([0]), self.kinds[_EDGE])

    def _letters(self, text: str) -> bytes | list[int]:
        """Code points that no part of the pattern tells apart are one letter."""
        if text.isascii():
            return text.encode().translate(self._ascii)
        borders = self.borders
        return [bisect_right(borders, ord(char)) for char in text]


class _State(dict[int, "_State"]):
    """A state of the automaton: letter → next state, found when it is first needed."""

    __slots__ = ("before", "pattern", "places")

    def __init__(self, pattern: Pattern, places: frozenset[int], before: Kind) -> None:
        super().__init__()
        self.pattern, self.places, self.before = pattern, places, before

    def __missing__(self, letter: int) -> _State:
        pattern = self.pattern
        code = pattern.borders[letter - 1] if letter > 0 else 0
        after = pattern.kinds[_EDGE if letter == _AFTER_END else _kind(code)]
        reads = _reach(pattern.code, self.places, (self.before, after))
        if reads is None:
            following = _FOUND
        else:
            # 0: the pattern may also begin here.
            places = {0} if letter != _AFTER_END else set()
            places |= {at + 1 for at, points in reads if holds(points, code)}
            following = pattern.state(frozenset(places), after)
        self[letter] = following
        return following


_FOUND = _State.__new__(_State)


def _reach(
    code: list[Instruction], places: frozenset[int], around: tuple[Kind, Kind]
) -> list[tuple[int, CodePoints]] | None:
    """Where reading instructions are reached without reading; None if the end of the program is."""
    waiting, seen = list(places), set(places)
    reads: list[tuple[int, CodePoints]] = []
    while waiting:
        at = waiting.pop()
        if at == len(code):
            return None
        operation, operand, points = code[at]
        if operation == READ:
            reads.append((at, points))
            continue
        ahead: list[int] = []
        if operation != ASSERT:
            ahead.append(at + operand)
        if operation == SPLIT or (operation == ASSERT and _HOLDS[operand](*around)):
            ahead.append(at + 1)
        waiting += (each for each in ahead if each not in seen)
        seen.update(ahead)
    return reads


def _is_word_border(before: Kind, after: Kind) -> bool:
    return (before == _WORD_CHARACTER) != (after == _WORD_CHARACTER)


_HOLDS: dict[int, Callable[[Kind, Kind], bool]] = {
    START: lambda before, _after: before == _EDGE,
    END: lambda _before, after: after == _EDGE,
    LINE_START: lambda before, _after: before in (_EDGE, _LINE_FEED),
    LINE_END: lambda _before, after: after in (_EDGE, _LINE_FEED),
    WORD_BORDER: _is_word_border,
    NO_WORD_BORDER: lambda before, after: not _is_word_border(before, after),
}


def _kind(code: int) -> Kind:
    if code == ord("\n"):
        return _LINE_FEED
    return _WORD_CHARACTER if holds(WORD, code) else _OTHER


def _kinds_told(code: list[Instruction]) -> list[Kind]:
    """What each kind counts as in this program: less to tell apart makes fewer states."""
    asserted = {operand for operation, operand, _ in code if operation == ASSERT}
    kinds = [_OTHER] * 4
    if asserted:
        kinds[_EDGE] = _EDGE
    if asserted & {LINE_START, LINE_END}:
        kinds[_LINE_FEED] = _LINE_FEED
    if asserted & {WORD_BORDER, NO_WORD_BORDER}:
        kinds[_WORD_CHARACTER] = _WORD_CHARACTER
    return kinds


def _borders(code: list[Instruction], kinds: list[Kind]) -> list[int]:
    """Where code points begin that the program tells from those before them."""
    borders = {border for _, _, points in code for border in points}
    if kinds[_LINE_FEED] == _LINE_FEED:
        borders |= {ord("\n"), ord("\n") + 1}
    if kinds[_WORD_CHARACTER] == _WORD_CHARACTER:
        borders.update(WORD)
    return sorted(borders - {0})
