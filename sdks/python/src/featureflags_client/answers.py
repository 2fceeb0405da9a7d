"""Answers from the snapshot in use: what a client does for every call, without waiting."""

from __future__ import annotations

from collections.abc import Mapping

from .calls import Attributes, invalid_context, too_large, unforeseen
from .clock import Clock, NowText
from .connection import Connection
from .context import Context, TooLargeError
from .details import Served, override
from .evaluate import Explanation, evaluate, explain
from .held import Held
from .json import Json, JsonObject
from .options import Options
from .overrides import Overrides
from .reports import Reports
from .result import Result, failed


class Answers:
    """What flags serve. Nothing here raises, and nothing here waits."""

    def __init__(self, options: Options, clock: Clock, reports: Reports, overrides: Overrides):
        self.connection: Connection | None = None
        self.own: Held | None = None
        """What serves while the connection has nothing: a bootstrap, or the snapshot offline."""
        self._options = options
        self._clock = clock
        self._reports = reports
        self._overrides = overrides
        self._now = NowText(clock)

    @property
    def held(self) -> Held | None:
        """The snapshot in use."""
        connection = self.connection
        held = None if connection is None else connection.held
        return self.own if held is None else held

    def served(self, key: str, attributes: Attributes | None) -> Served:
        """What a flag serves."""
        held = self.held
        try:
            if self._overrides.any:
                values = self.overridden(held)
                if key in values:
                    return self._standing(override(key, values[key]), held)
            if held is None:
                return Served(failed(key, "PROVIDER_NOT_READY", self._not_ready()))
            context = self._context(attributes)
            if context is None:
                return self._standing(invalid_context(key, attributes), held)
            result = evaluate(held.snapshot, key, context)
            return self._aged(result, held)
        except TooLargeError as error:
            return self._standing(too_large(key, error), held)
        except Exception as error:
            return self._standing(self.note(unforeseen(key, error)), held)

    def explained(self, key: str, attributes: Attributes | None) -> Explanation:
        """What a flag serves and why; an override has no trace."""
        try:
            held, context = self.held, self._context(attributes)
            is_overridden = self._overrides.any and key in self.overridden(held)
            if held is not None and context is not None and not is_overridden:
                return explain(held.snapshot, key, context)
        except TooLargeError as error:
            return Explanation(too_large(key, error).result, [])
        except Exception as error:
            return Explanation(self.note(unforeseen(key, error)).result, [])
        return Explanation(self.served(key, attributes).result, [])

    def flag_keys(self) -> list[str]:
        """The keys of all flags, refused and overridden ones too."""
        held = self.held
        keys: dict[str, None] = {}
        if held is not None:
            keys = dict.fromkeys([*held.snapshot.flags, *held.snapshot.refused])
        return [*(keys | dict.fromkeys(self.overridden(held)))]

    def overridden(self, held: Held | None) -> JsonObject:
        """The values that stand in for those of flags."""
        environment = self._options.environment if held is None else held.snapshot.environment
        return self._overrides.active(environment)

    def is_stale(self, age: float | None) -> bool:
        """True of a snapshot that is older than the user wants."""
        most = self._options.max_age
        return most is not None and age is not None and age >= most

    def note(self, served: Served) -> Served:
        """Reports once what nobody thought of; gives it back."""
        self._reports.once("unforeseen", str(served.result.error_message))
        return served

    def _context(self, attributes: Attributes | None) -> Context | None:
        """The context; None of what is none. The clock stands in where there is no `now`."""
        if attributes is None:
            return Context({"now": self._now()})
        if not isinstance(attributes, Mapping):
            return None
        return Context(attributes if "now" in attributes else {**attributes, "now": self._now()})

    def _standing(self, served: Served, held: Held | None) -> Served:
        """With what is known of the snapshot that is in use, though it did not serve this."""
        if held is not None:
            age = held.age(self._clock)
            served.held, served.age, served.stale = held, age, self.is_stale(age)
        return served

    def _aged(self, result: Result, held: Held) -> Served:
        age = held.age(self._clock)
        if not self.is_stale(age):
            return Served(result, held, age)
        policy = self._options.stale_policy
        if policy == "serve" or result.error_code is not None:
            return Served(result, held, age, True)
        if policy == "default":
            message = f"the snapshot is {age:.0f} s old, max_age is {self._options.max_age:g} s"
            return Served(failed(result.key, "GENERAL", message), held, age, True)
        marked = Result(
            result.key, "STALE", result.metadata, result.value, result.variant, result.rule_id
        )
        return Served(marked, held, age, True)

    def _not_ready(self) -> str:
        if self.connection is None:
            return "there is no snapshot: look at the client's first log lines"
        return self.connection.reports.current() or "the first snapshot is still on its way"


def is_on(served: Served) -> bool:
    """Whether what is served counts as on: the value of a boolean flag, else not `off`."""
    result = served.result
    if result.error_code is not None:
        return False
    value: Json = result.value
    if isinstance(value, bool):
        return value
    if served.is_override or served.held is None:
        return True
    flag = served.held.snapshot.flags[result.key]
    return flag.enabled and result.variant != flag.off
