"""Overrides for development and tests: section 7 of spec/client.md."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .json import Json, JsonObject, NotJsonError, read_json
from .plain_file import read_plain
from .reports import Reports

VARIABLE = "FF_OVERRIDES"
_PRODUCTION = "production"
_MOST = 10 * 1024 * 1024
"""Bytes of a file with overrides."""


class Overrides:
    """Values that stand in for those of flags."""

    def __init__(self, environ: Mapping[str, str], always: bool, reports: Reports) -> None:
        self._reports = reports
        self._always = always
        self._from_environment = _read(environ.get(VARIABLE, ""), reports)
        self._layers: list[JsonObject] = []
        self._lock = threading.Lock()
        self._from_code: JsonObject = {}
        self.any = bool(self._from_environment)
        """False if nothing is overridden, as usual."""

    def active(self, environment: str | None) -> JsonObject:
        """What is overridden while the snapshot is of this environment."""
        values = self._from_environment
        if not values:
            return self._from_code
        name = environment or _PRODUCTION
        if name == _PRODUCTION and not self._always:
            message = f"{VARIABLE} is not obeyed: the environment is {name}."
            self._reports.once("overrides refused", f"{message} The option allow_overrides is.")
            return self._from_code
        keys = ", ".join(values)
        self._reports.once("overrides", f"{VARIABLE} is obeyed in {name}; it overrides {keys}")
        return {**values, **self._from_code}

    @contextmanager
    def set(self, values: JsonObject) -> Iterator[None]:
        """Overrides from code, in any environment, until the context is left."""
        layer = self.add(values)
        try:
            yield
        finally:
            with self._lock:
                # By identity: two equal layers are two.
                self._layers = [each for each in self._layers if each is not layer]
                self._join()

    def add(self, values: JsonObject) -> JsonObject:
        """Overrides from code for good; gives the layer that they are."""
        layer = dict(values)
        with self._lock:
            self._layers.append(layer)
            self._join()
        return layer

    def after_fork(self) -> None:
        """In a child: the lock may have been held by a thread that is not here."""
        self._lock = threading.Lock()

    def _join(self) -> None:
        joined: JsonObject = {}
        for layer in self._layers:
            joined |= layer
        self._from_code = joined
        self.any = bool(joined or self._from_environment)


def _read(text: str, reports: Reports) -> JsonObject:
    """A JSON object, or the path of a file with one."""
    if not text:
        return {}
    try:
        source = text if text.startswith("{") else read_plain(Path(text), _MOST)
        values: Json = read_json(source)
    except (OSError, NotJsonError, ValueError) as error:
        reports.once("overrides unread", f"{VARIABLE} is not obeyed: it cannot be read: {error}")
        return {}
    if isinstance(values, dict):
        return values
    reports.once("overrides unread", f"{VARIABLE} is not obeyed: it is no JSON object")
    return {}
