"""What a client can be told."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypedDict
from urllib.parse import urlsplit

from .json import JsonObject

MIN_TTL = 0.1

LOGGER = logging.getLogger("featureflags_client")


class ClientOptions(TypedDict, total=False):
    """The options of FeatureClient; times are seconds."""

    token: str | None
    """Sent as `Authorization: Bearer`; never logged, never on disk."""
    environment: str | None
    """Left out, it is the server's own."""
    mode: Literal["streaming", "polling"]
    ttl: float
    """In polling mode, the time between two polls: 30 s. Not below 0.1."""
    max_age: float | None
    """The age from which a snapshot is stale; none is usual."""
    stale_policy: Literal["serve", "mark", "default"]
    """When stale: serve; serve with reason STALE; or the caller's default."""
    timeout: float
    """For connecting and for a whole answer that is no stream: 10 s."""
    cache: str | os.PathLike[str] | bool
    """Folder of the copy on disk; False for none."""
    bootstrap: JsonObject | str | os.PathLike[str] | None
    """A snapshot, or the path of a file with one, used until there is a better one."""
    offline: JsonObject | str | os.PathLike[str] | None
    """A snapshot, or the path of one or of a flags file (.yml, .yaml): no network at all."""
    allow_overrides: bool
    """Whether FF_OVERRIDES is obeyed in production."""
    events: bool
    """Whether exposures and conversions are counted and sent."""
    logger: logging.Logger
    """Usually that of the name featureflags_client."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options as they are used; see ClientOptions."""

    url: str | None = None
    token: str | None = None
    environment: str | None = None
    mode: Literal["streaming", "polling"] = "streaming"
    ttl: float = 30.0
    max_age: float | None = None
    stale_policy: Literal["serve", "mark", "default"] = "serve"
    timeout: float = 10.0
    cache: Path | None = None
    bootstrap: JsonObject | Path | None = None
    offline: JsonObject | Path | None = None
    allow_overrides: bool = False
    events: bool = False
    logger: logging.Logger = LOGGER


def read_options(url: object, given: Mapping[str, object]) -> tuple[Options, list[str]]:
    """Reads the options; what is wrong with them is told, and the usual values stand in."""
    problems: list[str] = []
    values: dict[str, Any] = {}
    for name, value in {"url": url, **given}.items():
        read = _READERS.get(name)
        if read is None:
            known = ", ".join(name for name in _READERS if name != "url")
            problems.append(f"there is no option {name}; there are: {known}")
            continue
        try:
            values[name] = read(value)
        except ValueError as error:
            # What was got is not shown: it may be a token.
            problems.append(f"the option {name} is not used: {error}")
        except Exception as error:
            # Objects can raise at whoever compares them or makes them a text.
            problems.append(f"the option {name} is not used: it raises {type(error).__name__}")
    if "cache" not in values:
        values["cache"] = _usual_cache(problems)
    options = replace(Options(), **values)
    if url is None and options.offline is None:
        problems.append("there is no url and no offline: every call gives its default")
    return options, problems


def cache_folder(environ: Mapping[str, str], platform: str, home: Path) -> Path:
    """The usual folder of the copy on disk."""
    if platform == "win32" and environ.get("LOCALAPPDATA"):
        return Path(environ["LOCALAPPDATA"]) / "featureflags"
    if platform == "darwin":
        return home / "Library" / "Caches" / "featureflags"
    folder = environ.get("XDG_CACHE_HOME")
    return (Path(folder) if folder else home / ".cache") / "featureflags"


def _usual_cache(problems: list[str]) -> Path | None:
    try:
        return cache_folder(os.environ, sys.platform, Path.home())
    except RuntimeError as error:
        problems.append(f"there is no copy on disk: {error}; name a folder with the option cache")
        return None


def _url(value: object) -> str | None:
    if value is None:
        return None
    text = _text(value)
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if "@" in text:
        raise ValueError("a user and a password have no place in it; there is the option token")
    if not is_good or parts.query or parts.fragment:
        # What was got is not shown: a query can be a token, and so can the text as a whole.
        raise ValueError("it is no address of a server, such as https://flags.example.com")
    return text


def _text(value: object) -> str:
    if isinstance(value, str) and value.isprintable():
        return value
    raise ValueError(f"expected a text in one line, got {type(value).__name__}")


def _token(value: object) -> str | None:
    if value is None:
        return None
    text = _text(value)
    if text and text.isascii() and " " not in text:
        return text
    raise ValueError("expected a token: ASCII characters without spaces")


def _optional_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _one_of(*known: str) -> Callable[[object], object]:
    def read(value: object) -> object:
        if value in known:
            return value
        raise ValueError(f"expected {' or '.join(map(repr, known))}, got {value!r}")

    return read


def _seconds(least: float) -> Callable[[object], float]:
    def read(value: Any) -> float:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if is_number and least <= float(value) < float("inf"):
            return float(value)
        raise ValueError(f"expected seconds, {least:g} or more, got {value!r}")

    return read


def _max_age(value: object) -> float | None:
    return None if value is None else _seconds(0)(value)


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(f"expected True or False, got {value!r}")


def _cache(value: object) -> Path | None:
    if value is False:
        return None
    if isinstance(value, bool):
        raise ValueError("expected a folder or False")
    return _path(value)


def _path(value: object) -> Path:
    if isinstance(value, (str, os.PathLike)):
        text = os.fsdecode(value)
        if text and "\0" not in text:
            return Path(text)
        raise ValueError("expected a path, got a text that is none")
    raise ValueError(f"expected a path, got {type(value).__name__}")


def _document(value: object) -> JsonObject | Path | None:
    return value if value is None or isinstance(value, dict) else _path(value)


def _logger(value: object) -> logging.Logger:
    if isinstance(value, logging.Logger):
        return value
    raise ValueError(f"expected a logging.Logger, got {type(value).__name__}")


_READERS: Mapping[str, Callable[[object], object]] = {
    "url": _url,
    "token": _token,
    "environment": _optional_text,
    "mode": _one_of("streaming", "polling"),
    "ttl": _seconds(MIN_TTL),
    "max_age": _max_age,
    "stale_policy": _one_of("serve", "mark", "default"),
    "timeout": _seconds(0.001),
    "cache": _cache,
    "bootstrap": _document,
    "offline": _document,
    "allow_overrides": _flag,
    "events": _flag,
    "logger": _logger,
}
