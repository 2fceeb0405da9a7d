"""Reads a pattern: `4.pattern` of spec/evaluation.md."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from .pattern_program import (
    END,
    LINE_END,
    LINE_START,
    MAX_COUNT,
    NO_WORD_BORDER,
    START,
    WORD_BORDER,
    Piece,
    alternatives,
    asserting,
    grouped,
    marked,
    reading,
    repeated,
    sequence,
)
from .pattern_set import ANY, NO_LINE_FEED, PERL, folded
from .pattern_text import PatternError, PatternText

_MAX_GROUPS = 100

_COUNT = "(0|[1-9][0-9]*)"
_REPEAT = re.compile(rf"\{{{_COUNT}(?:(,){_COUNT}?)?\}}")
_NAME = re.compile(r"\(\?P?<([A-Za-z0-9_]+)>")
_FLAGS = re.compile(r"\(\?([imsU]*)(?:(-)([imsU]+))?([:)])")

_ASSERTIONS = {"A": START, "z": END, "b": WORD_BORDER, "B": NO_WORD_BORDER}


@dataclass(frozen=True, slots=True)
class _Flags:
    i: bool = False
    m: bool = False
    s: bool = False


@dataclass(slots=True)
class _Group:
    """A group that is open, or the whole pattern."""

    flags: _Flags
    branches: list[Piece] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)

    def close(self) -> Piece:
        return alternatives([*self.branches, sequence(self.pieces)])


def parse_pattern(pattern: str) -> Piece:
    """Reads a pattern. Raises PatternError if it does not compile.

    Open groups are a list, not recursion: a pattern cannot overflow the stack.
    """
    parser = _Parser(PatternText(pattern))
    while parser.text.peek():
        parser.read()
    if len(parser.groups) > 1:
        raise PatternError("a group is not closed")
    return parser.groups[0].close()


class _Parser:
    def __init__(self, text: PatternText) -> None:
        self.text = text
        self.groups = [_Group(_Flags())]
        self.names: set[str] = set()

    def read(self) -> None:
        """Reads an atom with its repeat, or what stands between atoms."""
        text, group = self.text, self.groups[-1]
        if text.peek() == "(":
            self._open()
        elif text.take_if("|"):
            group.branches.append(sequence(group.pieces))
            group.pieces = []
        elif text.take_if(")"):
            self._close()
        elif text.peek() in ("*", "+", "?") or _REPEAT.match(text.pattern, text.at):
            raise PatternError(f"there is nothing that {text.peek()} could repeat")
        else:
            group.pieces.append(self._repeat(self._read_atom(group.flags)))

    def _open(self) -> None:
        if len(self.groups) > _MAX_GROUPS:
            raise PatternError(f"more than {_MAX_GROUPS} groups are open")
        flags = self.groups[-1].flags
        name = self.text.take_match(_NAME)
        if name is not None:
            if name[1] in self.names:
                raise PatternError(f"there are two groups {name[1]}")
            self.names.add(name[1])
        elif self.text.peek(1) == "?":
            found = self._read_flags(flags)
            if found is None:
                return
            flags = found
        else:
            self.text.take()
        self.groups.append(_Group(flags))

    def _read_flags(self, flags: _Flags) -> _Flags | None:
        """Reads `(?i:`, whose flags it gives, or `(?i)`, which hold in this group from here on."""
        match = self.text.take_match(_FLAGS)
        if match is None or match[0] == "(?)":
            raise PatternError("(? begins neither a group nor flags")
        for letters, value in ((match[1], True), (match[3] or "", False)):
            known = {letter: value for letter in letters if letter != "U"}
            flags = replace(flags, **known)
        if match[4] == ":":
            return flags
        self.groups[-1].flags = flags
        return None

    def _close(self) -> None:
        if len(self.groups) == 1:
            raise PatternError("there is no group for )")
        piece = grouped(self.groups.pop().close())
        self.groups[-1].pieces.append(self._repeat(piece))

    def _repeat(self, atom: Piece) -> Piece:
        """Reads the repeat of an atom, if there is one; a second one has no atom."""
        text = self.text
        mark = text.peek()
        counts = text.take_match(_REPEAT)
        if counts is not None:
            least = _count(counts[1])
            most = least if counts[2] is None else _count(counts[3]) if counts[3] else None
            if most is not None and most < least:
                raise PatternError(f"{counts[0]} goes backwards")
            atom = repeated(atom, least, most)
        elif mark in ("*", "+", "?") and text.take_if(mark):
            atom = marked(atom, mark)
        else:
            return atom
        text.take_if("?")
        return atom

    def _read_atom(self, flags: _Flags) -> Piece:
        char = self.text.take()
        if char == ".":
            return reading(ANY if flags.s else NO_LINE_FEED)
        if char == "^":
            return asserting(LINE_START if flags.m else START)
        if char == "$":
            return asserting(LINE_END if flags.m else END)
        if char == "[":
            return reading(self.text.read_class(flags.i))
        return self._read_escaped(flags) if char == "\\" else _literal(ord(char), flags)

    def _read_escaped(self, flags: _Flags) -> Piece:
        letter = self.text.peek()
        if letter in _ASSERTIONS:
            return asserting(_ASSERTIONS[self.text.take()])
        if letter in PERL:
            return reading(PERL[self.text.take()])
        return _literal(self.text.read_escape(), flags)


def _literal(code: int, flags: _Flags) -> Piece:
    points = (code, code + 1)
    return reading(folded(points) if flags.i else points)


def _count(digits: str) -> int:
    # Python refuses to read very long numbers.
    if len(digits) > len(str(MAX_COUNT)) or int(digits) > MAX_COUNT:
        raise PatternError(f"a repeat of more than {MAX_COUNT}")
    return int(digits)
