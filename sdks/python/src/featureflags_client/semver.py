"""Versions by https://semver.org/spec/v2.0.0.html."""

import re
from dataclasses import dataclass

# The grammar of points 2, 9 and 10.
_NUMERIC = "(?:0|[1-9][0-9]*)"
_IDENTIFIER = f"(?:{_NUMERIC}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"({_NUMERIC})\.({_NUMERIC})\.({_NUMERIC})"
    rf"(?:-({_IDENTIFIER}(?:\.{_IDENTIFIER})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
)
_DIGITS = re.compile("[0-9]+")

# Two identifiers compare as these do: a numeric one is below any other; among numbers without
# leading zeros the longer is the greater, so that they compare exactly at any length.
Identifier = tuple[bool, int, str]


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version; the order of its fields is that of precedence (point 11)."""

    core: tuple[Identifier, ...]
    is_final: bool
    prerelease: tuple[Identifier, ...]


def read_version(text: str) -> Version | None:
    """Reads a SemVer 2.0.0 version; None if it is none. Build metadata is dropped."""
    match = _VERSION.fullmatch(text)
    if match is None:
        return None
    *core, prerelease = match.groups()
    identifiers = [] if prerelease is None else prerelease.split(".")
    return Version(
        tuple(map(_identifier, core)),
        prerelease is None,
        tuple(map(_identifier, identifiers)),
    )


def _identifier(text: str) -> Identifier:
    if _DIGITS.fullmatch(text) is None:
        return (True, 0, text)
    return (False, len(text), text)
