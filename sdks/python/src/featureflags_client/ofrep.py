"""The answers of the OpenFeature Remote Evaluation Protocol 0.3 and of `/evaluate`.

https://github.com/open-feature/protocol
"""

from __future__ import annotations

from .dial import TransportError
from .json import JsonObject, NotJsonError, read_json
from .result import ErrorCode, Result, failed
from .transport import Answer


def read_answer(answer: Answer) -> JsonObject:
    """An answer of the protocol, errors of flags among them. Raises TransportError of others."""
    try:
        found = read_json(answer.body)
    except NotJsonError:
        found = None
    if isinstance(found, dict) and (answer.status == 200 or _error_code(found) is not None):
        return found
    raise TransportError(f"it answered {answer.status}")


def _error_code(found: JsonObject) -> ErrorCode | None:
    code = found.get("errorCode", found.get("code"))
    return next((known for known in _CODES if known == code), None)


_CODES: tuple[ErrorCode, ...] = (
    "FLAG_NOT_FOUND",
    "PARSE_ERROR",
    "TARGETING_KEY_MISSING",
    "INVALID_CONTEXT",
    "TYPE_MISMATCH",
    "GENERAL",
)


def result_of(key: str, found: JsonObject) -> Result:
    """A flag's result, as `/evaluate` and OFREP tell it."""
    code = _error_code(found)
    metadata = found.get("metadata", {})
    if code is not None:
        message = str(found.get("errorDetails", found.get("detail", code)))
        return failed(key, code, message, metadata)
    reason, variant = found.get("reason", "STATIC"), found.get("variant")
    return Result(key, reason, metadata, found.get("value"), variant, found.get("ruleId"))


def aged(result: Result, is_stale: bool) -> Result:
    """The result, with reason STALE if its time is over."""
    if not is_stale or result.error_code is not None:
        return result
    return Result(
        result.key, "STALE", result.metadata, result.value, result.variant, result.rule_id
    )
