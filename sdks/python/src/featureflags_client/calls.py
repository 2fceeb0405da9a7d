"""The calls that every client has, on top of one: what is known of a flag for a context."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, TypeAlias, TypeVar

from .context import TARGETING_KEY, TooLargeError
from .details import Details, Served, details_of, typed
from .json import JsonObject, json_type
from .result import failed

T = TypeVar("T")

Attributes: TypeAlias = Mapping[str, Any]


class Calls(ABC):
    """Typed calls. None of them ever raises."""

    def is_enabled(
        self, key: str, user_id: str | None = None, attributes: Attributes | None = None
    ) -> bool:
        """True if the flag is on for the user; False if anything is wrong.

        Of a boolean flag it is the value; another flag is on if it is enabled and serves something
        else than its `off` variant.
        """
        try:
            context: Any = attributes if user_id is None else _with_user(attributes, user_id)
            served = self._served(key, context)
            is_on = self._is_on(served, context)
            self._expose(served)
        except Exception as error:
            self._note(unforeseen(key, error))
            return False
        return is_on

    def boolean(self, key: str, default: bool, context: Attributes | None = None) -> bool:
        """The flag's value, or `default` if anything is wrong."""
        return self._resolve(key, default, context, "boolean").value

    def string(self, key: str, default: str, context: Attributes | None = None) -> str:
        """The flag's value, or `default` if anything is wrong."""
        return self._resolve(key, default, context, "string").value

    def number(self, key: str, default: float, context: Attributes | None = None) -> float:
        """The flag's value, or `default` if anything is wrong."""
        return self._resolve(key, default, context, "number").value

    def object(
        self, key: str, default: JsonObject, context: Attributes | None = None
    ) -> JsonObject:
        """The flag's value, a copy of your own, or `default` if anything is wrong."""
        return self._resolve(key, default, context, "object").value

    def details(self, key: str, default: T, context: Attributes | None = None) -> Details[T]:
        """The value with everything known about it.

        The type of `default` is the type asked for; None takes any type.
        """
        return self._resolve(key, default, context, None if default is None else json_type(default))

    def _resolve(
        self, key: str, default: T, context: Attributes | None, wanted: str | None
    ) -> Details[T]:
        try:
            served = self._served(key, context)
            result = typed(served.result, wanted)
            if result is served.result:
                self._expose(served)
            return details_of(served, result, default)
        except Exception as error:
            served = self._note(unforeseen(key, error))
            return details_of(served, served.result, default)

    @abstractmethod
    def _served(self, key: str, context: Attributes | None) -> Served:
        """What is served. Never raises."""

    @abstractmethod
    def _is_on(self, served: Served, context: Attributes | None) -> bool:
        """Whether what is served counts as on."""

    @abstractmethod
    def _note(self, served: Served) -> Served:
        """Reports once what nobody thought of; gives it back."""

    def _expose(self, served: Served) -> None:
        """Counts that it was served; a client that counts nothing has nothing to do."""
        del served


def unforeseen(key: str, error: Exception) -> Served:
    """What is served when something happens that nobody thought of."""
    message = f"{type(error).__name__}: {words(error)}; please report this"
    return Served(failed(words(key), "GENERAL", message))


def too_large(key: str, error: TooLargeError) -> Served:
    """What is served to a context that is too large."""
    advice = "give what rules look at, not whole objects of the application"
    return Served(failed(words(key), "INVALID_CONTEXT", f"{error}: {advice}"))


def words(value: object) -> str:
    """A value as text, also where it does not want to be one."""
    try:
        return str(value)
    except Exception:
        return f"one of {type(value).__name__}"


def invalid_context(key: str, context: object) -> Served:
    """What is served to a context that is none."""
    message = f"a context is a mapping of names to values, got {type(context).__name__}"
    return Served(failed(key, "INVALID_CONTEXT", message))


def _with_user(attributes: Attributes | None, user_id: str) -> Any:
    if attributes is None:
        return {TARGETING_KEY: user_id}
    # What is no mapping is refused with the others.
    if not isinstance(attributes, Mapping):
        return attributes
    return {**attributes, TARGETING_KEY: user_id}
