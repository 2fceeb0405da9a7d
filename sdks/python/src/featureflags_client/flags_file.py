"""YAML 1.2 as flags files are written; PyYAML by itself reads 1.1, where `on` is true.

Needs PyYAML: pip install 'featureflags-client[yaml]'. Only its parser is used; what a plain scalar
means is YAML 1.2.2, section 10.3 (core schema).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from .json import Json, JsonObject

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONSTANTS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_INTEGER = re.compile("[-+]?[0-9]+")
_BASED = re.compile("0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_SAFE_DIGITS = 15


class NotYamlError(Exception):
    """A text that is no flags file; the message says where and why."""


def read_yaml(text: bytes) -> Json:
    """Reads one document. Raises NotYamlError. An empty text is None."""
    try:
        import yaml
    except ImportError:
        wanted = "a flags file needs PyYAML: pip install 'featureflags-client[yaml]'"
        raise NotYamlError(wanted) from None
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder().build(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        raise NotYamlError(" ".join(str(error).split())) from None


class _Builder:
    """Builds a value of events, by a list of what is open: no nesting can overflow the stack."""

    def __init__(self) -> None:
        self._open: list[JsonObject | list[Json]] = []
        self._keys: list[str | None] = []
        """For each mapping that is open, the key whose value comes next."""
        self._documents = 0
        self._value: Json = None

    def build(self, events: Iterator[Any]) -> Json:
        for event in events:
            name = type(event).__name__
            if name == "DocumentStartEvent":
                self._start_document(event)
            elif name == "AliasEvent":
                raise _refused(event, "aliases are not read here")
            elif name == "ScalarEvent":
                self._check(event)
                self._add_scalar(event)
            elif name in ("MappingStartEvent", "SequenceStartEvent"):
                self._check(event)
                self._start(event, {} if name == "MappingStartEvent" else [])
            elif name in ("MappingEndEvent", "SequenceEndEvent"):
                self._open.pop()
                self._keys.pop()
        return self._value

    def _start_document(self, event: Any) -> None:
        self._documents += 1
        if self._documents > 1:
            raise _refused(event, "a second document is not read here")
        if event.version is not None or event.tags:
            raise _refused(event, "directives are not read here")

    def _check(self, event: Any) -> None:
        if event.anchor is not None:
            raise _refused(event, "anchors are not read here")
        # A lone "!" says that a scalar is a text, and PyYAML tells it as such.
        if event.tag is not None:
            raise _refused(event, "tags are not read here")

    def _add_scalar(self, event: Any) -> None:
        is_plain = event.style is None or event.style == ""
        value = _meaning(event.value) if is_plain else event.value
        if self._open and isinstance(self._open[-1], dict) and self._keys[-1] is None:
            self._keys[-1] = self._key(event, value)
        else:
            self._add(event, value)

    def _key(self, event: Any, value: Json) -> str:
        key = value if isinstance(value, str) else _key_text(value)
        if key in self._open[-1]:
            raise _refused(event, f"{key} is there twice")
        return key

    def _start(self, event: Any, value: JsonObject | list[Json]) -> None:
        if self._open and isinstance(self._open[-1], dict) and self._keys[-1] is None:
            raise _refused(event, "a key has to be a text")
        self._add(event, value)
        self._open.append(value)
        self._keys.append(None)

    def _add(self, _event: Any, value: Json) -> None:
        if not self._open:
            self._value = value
            return
        container, key = self._open[-1], self._keys[-1]
        if isinstance(container, list):
            container.append(value)
        elif key is not None:
            container[key] = value
            self._keys[-1] = None


def _meaning(text: str) -> Json:
    """What a plain scalar means."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        # Of more digits, a double holds the nearest; Python refuses to read very many.
        return int(text) if len(text) <= _SAFE_DIGITS else float(text)
    if _BASED.fullmatch(text):
        return int(text[2:], 8 if text[1] == "o" else 16)
    return float(text) if _FLOAT.fullmatch(text) else text


def _key_text(value: Json) -> str:
    """A key that reads as something else is the text that it is in JSON."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else f"{value:.17g}"


def _refused(event: Any, why: str) -> NotYamlError:
    mark = event.start_mark
    return NotYamlError(f"line {mark.line + 1}, column {mark.column + 1}: {why}")
