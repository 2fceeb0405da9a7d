"""What an evaluation did, step by step: the traces of spec/evaluation.md.

These functions take the steps again that compile.py has made functions of, and note each; the
differential tests hold both to one answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from .json import Json, JsonObject
from .serving import rollout_trace, split_trace

if TYPE_CHECKING:
    from .context import Context
    from .result import Result
    from .snapshot import Flag, Rule, Snapshot

Trace: TypeAlias = list[JsonObject]


def trace_serving(flag: Flag, context: Context, snapshot: Snapshot, trace: Trace) -> None:
    """Notes steps 4 to 6."""
    served: Result | None = None
    if flag.targets is not None:
        key = context.targeting_key
        served = None if key is None else flag.targets.get(key)
        trace.append({"step": 4, "targetingKey": key, "variant": _variant(served)})
    for rule in () if served is not None else flag.rules:
        entry = _trace_rule(rule, context, snapshot)
        trace.append(entry)
        if entry["applies"]:
            return
    if served is None:
        trace.append(_trace_fallback(flag, context))


def _trace_rule(rule: Rule, context: Context, snapshot: Snapshot) -> JsonObject:
    conditions: list[Json] = []
    entry: JsonObject = {"step": 5, "rule": rule.id, "conditions": conditions, "applies": False}
    for condition in rule.conditions:
        holds = condition.holds(context, snapshot)
        conditions.append(condition.tells(context, snapshot, holds))
        if not holds:
            return entry
    if rule.rollout is not None:
        entry["rollout"] = rollout_trace(rule.rollout, context)
        if not entry["rollout"]["inside"]:
            return entry
    if rule.serve.split is not None:
        entry["split"] = split_trace(rule.serve.split, context)
    entry["applies"] = rule.serve.split is None or entry["split"]["variant"] is not None
    return entry


def _trace_fallback(flag: Flag, context: Context) -> JsonObject:
    serve = flag.fallback.serve
    if serve.split is None:
        reason = None if serve.served is None else serve.served.reason
        return {"step": 6, "outcome": "default", "reason": reason}
    split = split_trace(serve.split, context)
    reason = "SPLIT" if split["variant"] is not None else "ERROR"
    return {"step": 6, "outcome": "default", "reason": reason, "split": split}


def _variant(served: Result | None) -> str | None:
    return None if served is None else served.variant
