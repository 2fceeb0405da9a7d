"""Compiles a rule and a flag to functions: what is asked for often is decided once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .serving import chooses, inside

if TYPE_CHECKING:
    from .conditions import Condition
    from .context import Context
    from .result import Result
    from .serving import Fallback, Rollout, Serve
    from .snapshot import Applies, Rule, Serves, Snapshot

    Targets = Mapping[str, Result] | None


def compile_rule(
    conditions: tuple[Condition, ...], rollout: Rollout | None, serve: Serve
) -> Applies:
    """Step 5 for one rule: its answer, or None if it does not apply."""
    serves = _compile_serve(rollout, serve)
    if not conditions:
        return serves
    if rollout is None and serve.split is None:
        return _only_conditions(conditions, serve.served)
    tests = tuple(condition.holds for condition in conditions)

    def applies(context: Context, snapshot: Snapshot) -> Result | None:
        for holds in tests:
            if not holds(context, snapshot):
                return None
        return serves(context, snapshot)

    return applies


def compile_serving(targets: Targets, rules: tuple[Rule, ...], fallback: Fallback) -> Serves:
    """Steps 4 to 6."""
    serves = _compile_rules(rules, fallback)
    if targets is None:
        return serves
    target = targets.get

    def serve(context: Context, snapshot: Snapshot) -> Result:
        key = context.targeting_key
        served = None if key is None else target(key)
        return serves(context, snapshot) if served is None else served

    return serve


def _only_conditions(conditions: tuple[Condition, ...], served: Result | None) -> Applies:
    tests = tuple(condition.holds for condition in conditions)
    first, *others = tests
    # Most rules have one condition or two: written out, they save the loop.
    if not others:
        return lambda context, snapshot: served if first(context, snapshot) else None

    def applies(context: Context, snapshot: Snapshot) -> Result | None:
        if not first(context, snapshot):
            return None
        for holds in others:
            if not holds(context, snapshot):
                return None
        return served

    return applies


def _compile_serve(rollout: Rollout | None, serve: Serve) -> Applies:
    choose = None if serve.split is None else chooses(serve.split)
    served = serve.served
    if rollout is None:
        if choose is None:
            return lambda _context, _snapshot: served
        return lambda context, _snapshot: choose(context)
    is_inside = inside(rollout)
    if choose is None:
        return lambda context, _snapshot: served if is_inside(context) else None
    return lambda context, _snapshot: choose(context) if is_inside(context) else None


def _compile_rules(rules: tuple[Rule, ...], fallback: Fallback) -> Serves:
    last = _compile_fallback(fallback)
    applies = tuple(rule.applies for rule in rules)
    if not applies:
        return last

    def serve(context: Context, snapshot: Snapshot) -> Result:
        for rule in applies:
            served = rule(context, snapshot)
            if served is not None:
                return served
        return last(context, snapshot)

    return serve


def _compile_fallback(fallback: Fallback) -> Serves:
    split, served, key_missing = fallback.serve.split, fallback.serve.served, fallback.key_missing
    if split is None:
        answer = key_missing if served is None else served
        return lambda _context, _snapshot: answer
    choose = chooses(split)

    def serve(context: Context, _snapshot: Snapshot) -> Result:
        chosen = choose(context)
        return key_missing if chosen is None else chosen

    return serve
