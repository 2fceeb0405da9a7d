"""The text of a pattern while it is read: characters, escapes and classes."""

from __future__ import annotations

import re

from .pattern_set import NAMED, PERL, CodePoints, folded, negated, of_ranges, ranges_of

_ESCAPES = {"a": 7, "f": 12, "t": 9, "n": 10, "r": 13, "v": 11}
_HEX = re.compile(r"x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})")
_LAST = 0x10FFFF


class PatternError(ValueError):
    """A pattern that does not compile."""


class PatternText:
    """A pattern and how far it has been read."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        # Looked for once, or a pattern of many "[:" would take quadratic time.
        self._last_named = pattern.rfind(":]")

    def peek(self, ahead: int = 0) -> str:
        """A character that is not read yet; empty at the end."""
        at = self.at + ahead
        return self.pattern[at : at + 1]

    def take(self) -> str:
        """Reads a character; the pattern must go on."""
        char = self.peek()
        if not char:
            raise PatternError("it ends in the middle of something")
        self.at += 1
        return char

    def take_if(self, text: str) -> bool:
        """Reads `text` if it comes next."""
        if not self.pattern.startswith(text, self.at):
            return False
        self.at += len(text)
        return True

    def take_match(self, expression: re.Pattern[str]) -> re.Match[str] | None:
        """Reads what the expression matches, if it comes next."""
        match = expression.match(self.pattern, self.at)
        if match is not None:
            self.at = match.end()
        return match

    def read_escape(self) -> int:
        r"""Reads the code point of an escape, after its `\`."""
        hexadecimal = self.take_match(_HEX)
        if hexadecimal is not None:
            return _scalar(int(hexadecimal[1] or hexadecimal[2], 16))
        char = self.take()
        if char in _ESCAPES:
            return _ESCAPES[char]
        if char.isascii() and not char.isalnum():
            return ord(char)
        raise PatternError(f"\\{char} is no escape")

    def read_class(self, ignores_case: bool) -> CodePoints:
        """Reads a class, after its `[`."""
        is_negated = self.take_if("^")
        ranges: list[tuple[int, int]] = []
        is_first = True
        while is_first or self.peek() != "]":
            is_first = False
            ranges += self._read_class_item(ignores_case)
        self.take()
        points = of_ranges(ranges)
        if ignores_case:
            points = folded(points)
        return negated(points) if is_negated else points

    def _read_class_item(self, ignores_case: bool) -> list[tuple[int, int]]:
        points = self._read_named(ignores_case) or self._read_perl()
        if points is not None:
            return ranges_of(points)
        first = self._read_class_code()
        if self.peek() != "-" or self.peek(1) in ("]", ""):
            return [(first, first)]
        self.take()
        if self._starts_named() or self._read_perl() is not None:
            raise PatternError("a class cannot be the end of a range")
        last = self._read_class_code()
        if last < first:
            raise PatternError(f"the range {chr(first)}-{chr(last)} goes backwards")
        return [(first, last)]

    def _read_class_code(self) -> int:
        char = self.take()
        return self.read_escape() if char == "\\" else ord(char)

    def _read_perl(self) -> CodePoints | None:
        if self.peek() != "\\" or self.peek(1) not in PERL:
            return None
        self.take()
        return PERL[self.take()]

    def _starts_named(self) -> bool:
        return self.pattern.startswith("[:", self.at) and self._last_named >= self.at + 2

    def _read_named(self, ignores_case: bool) -> CodePoints | None:
        if not self._starts_named():
            return None
        end = self.pattern.index(":]", self.at + 2)
        name = self.pattern[self.at + 2 : end]
        points = NAMED.get(name.removeprefix("^"))
        if points is None:
            raise PatternError(f"[:{name}:] is no class; known: {', '.join(NAMED)}")
        self.at = end + 2
        if ignores_case:
            points = folded(points)
        return negated(points) if name.startswith("^") else points


def _scalar(code: int) -> int:
    if code > _LAST or 0xD800 <= code <= 0xDFFF:
        raise PatternError(f"{code:x} is no character")
    return code
