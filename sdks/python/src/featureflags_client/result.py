"""What an evaluation gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from .json import Json, JsonObject

Reason: TypeAlias = Literal[
    "STATIC", "DEFAULT", "TARGETING_MATCH", "SPLIT", "DISABLED", "ERROR", "STALE"
]
"""Why a value was served: OpenFeature's reasons. Only a client gives STALE."""

ErrorCode: TypeAlias = Literal[
    "FLAG_NOT_FOUND",
    "PARSE_ERROR",
    "TARGETING_KEY_MISSING",
    "TYPE_MISMATCH",
    "INVALID_CONTEXT",
    "PROVIDER_NOT_READY",
    "GENERAL",
]
"""What went wrong: OpenFeature's codes. Only a client gives the last four."""

Metadata: TypeAlias = Mapping[str, "str | float | bool"]

NO_METADATA: Metadata = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Result:
    """One evaluation. Results are shared between evaluations and never changed."""

    key: str
    reason: Reason
    metadata: Metadata
    value: Json = None
    variant: str | None = None
    rule_id: str | None = None
    error_code: ErrorCode | None = None
    error_message: str | None = None

    def to_json(self) -> JsonObject:
        """The result in the form of the contract."""
        told: JsonObject = {"key": self.key, "reason": self.reason, "metadata": dict(self.metadata)}
        if self.error_code is not None:
            return {**told, "errorCode": self.error_code, "errorMessage": self.error_message}
        told |= {"value": self.value, "variant": self.variant}
        return told if self.rule_id is None else {**told, "ruleId": self.rule_id}


def failed(key: str, code: ErrorCode, message: str, metadata: Metadata = NO_METADATA) -> Result:
    """An evaluation that could serve nothing: the caller's default stands in."""
    return Result(key, "ERROR", metadata, error_code=code, error_message=message)
