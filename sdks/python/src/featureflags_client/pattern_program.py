"""A pattern as a program: jumps are relative, so that pieces are joined and repeated as lists."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from .pattern_set import CodePoints
from .pattern_text import PatternError

MAX_SIZE = 2000
"""How large a pattern may be, as the contract counts it."""

MAX_COUNT = 1000
"""The largest count of a repeat, and of repeats within each other multiplied."""

# Instructions: read a code point of the set; go on at two places; go on elsewhere; go on if the
# assertion holds here.
READ, SPLIT, JUMP, ASSERT = range(4)

# Assertions.
START, END, LINE_START, LINE_END, WORD_BORDER, NO_WORD_BORDER = range(6)

Instruction: TypeAlias = tuple[int, int, CodePoints]
"""What to do; how far to jump, or what to assert; what to read."""

NOTHING: CodePoints = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a pattern."""

    code: list[Instruction] = field(default_factory=list)
    size: int = 0
    """As the contract counts it."""
    count: int = 1
    """The largest product of counts of repeats within each other."""

    def __post_init__(self) -> None:
        if self.size > MAX_SIZE:
            raise PatternError(f"it is larger than {MAX_SIZE}")
        if self.count > MAX_COUNT:
            raise PatternError(f"its repeats come to more than {MAX_COUNT}")


def reading(points: CodePoints) -> Piece:
    """Reads one code point of the set."""
    return Piece([(READ, 1, points)], 1)


def asserting(assertion: int) -> Piece:
    """Holds or not, and reads nothing."""
    return Piece([(ASSERT, assertion, NOTHING)], 1)


def grouped(piece: Piece) -> Piece:
    """A piece in parentheses."""
    return Piece(piece.code, piece.size + 1, piece.count)


def sequence(pieces: list[Piece]) -> Piece:
    """One after the other."""
    code = [instruction for piece in pieces for instruction in piece.code]
    size = sum(piece.size for piece in pieces)
    return Piece(code, size, max((piece.count for piece in pieces), default=1))


def alternatives(pieces: list[Piece]) -> Piece:
    """One of them."""
    code = pieces[-1].code
    for piece in reversed(pieces[:-1]):
        code = [_split(len(piece.code) + 2), *piece.code, _jump(len(code) + 1), *code]
    size = sum(piece.size for piece in pieces) + len(pieces) - 1
    return Piece(code, size, max(piece.count for piece in pieces))


def repeated(piece: Piece, least: int, most: int | None) -> Piece:
    """`least` to `most` times; None is without end."""
    count = max(1, least if most is None else most)
    measure = Piece(size=piece.size * count + 1, count=piece.count * count)
    code = piece.code * least
    if most is None:
        code += _starred(piece.code)
    else:
        length = len(piece.code) + 1
        for left in range(most - least, 0, -1):
            code += [_split(left * length), *piece.code]
    return Piece(code, measure.size, measure.count)


def marked(piece: Piece, mark: str) -> Piece:
    """Repeated by `*`, `+` or `?`."""
    code = piece.code
    if mark == "*":
        code = _starred(code)
    elif mark == "+":
        code = [*code, *_starred(code)]
    else:
        code = [_split(len(code) + 1), *code]
    return Piece(code, piece.size + 1, piece.count)


def _starred(code: list[Instruction]) -> list[Instruction]:
    return [_split(len(code) + 2), *code, _jump(-len(code) - 1)]


def _split(distance: int) -> Instruction:
    return (SPLIT, distance, NOTHING)


def _jump(distance: int) -> Instruction:
    return (JUMP, distance, NOTHING)
