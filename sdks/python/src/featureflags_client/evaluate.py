"""Evaluates one flag for one context: spec/evaluation.md."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .json import JsonObject, write_json
from .result import Result, failed
from .trace import Trace, trace_serving

if TYPE_CHECKING:
    from .context import Context
    from .snapshot import Flag, Requirement, Serves, Snapshot


def evaluate(snapshot: Snapshot, key: str, context: Context) -> Result:
    """Evaluates a flag. Gives a shared, immutable result; errors are results too."""
    answer = snapshot.answers.get(key)
    if answer is None:
        return _missing(snapshot, key)
    return answer(context, snapshot)


@dataclass(frozen=True, slots=True)
class Explanation:
    """An evaluation with the trace of how its result came about."""

    result: Result
    trace: Trace

    def to_json(self) -> JsonObject:
        """The explanation in the form of the contract."""
        return {"result": self.result.to_json(), "trace": self.trace}


def explain(snapshot: Snapshot, key: str, context: Context) -> Explanation:
    """Evaluates a flag and tells each step that led to the result."""
    trace: Trace = []
    return Explanation(_settle(_Asked(snapshot, context), key, trace), trace)


def compile_requirements(key: str, requires: tuple[Requirement, ...], serves: Serves) -> Serves:
    """Compiles step 3 of a flag; `serves` are the steps after it."""
    if not requires:
        return serves

    def answer(context: Context, snapshot: Snapshot) -> Result:
        return _settle(_Asked(snapshot, context), key, None)

    return answer


def _missing(snapshot: Snapshot, key: str) -> Result:
    refused = snapshot.refused.get(key)
    if refused is not None:
        return refused
    message = f"there is no flag {write_json(key)} in {snapshot.environment}"
    return failed(key, "FLAG_NOT_FOUND", message)


@dataclass(frozen=True, slots=True)
class _Asked:
    snapshot: Snapshot
    context: Context


@dataclass(slots=True)
class _Open:
    """A flag whose requirements are being looked at."""

    key: str
    flag: Flag | None
    trace: Trace | None
    met: int = 0


def _settle(asked: _Asked, key: str, trace: Trace | None) -> Result:
    """Steps 1 to 6, with a list in place of recursion: a chain of requirements may be as long as
    Python's stack is deep."""
    path = [_begin(asked, key, trace)]
    while True:
        open_flag = path[-1]
        flag = open_flag.flag
        if flag is not None and flag.enabled and open_flag.met < len(flag.requires):
            nested: Trace | None = None if trace is None else []
            path.append(_begin(asked, flag.requires[open_flag.met].flag, nested))
            continue
        result: Result | None = _serve(asked, open_flag)
        while result is not None:
            nested = path.pop().trace
            if not path:
                return result
            result = _note_required(path[-1], result, nested)


def _begin(asked: _Asked, key: str, trace: Trace | None) -> _Open:
    flag = asked.snapshot.flags.get(key)
    if trace is None:
        return _Open(key, flag, trace)
    if flag is not None:
        trace += ({"step": 1, "outcome": "found"}, {"step": 2, "enabled": flag.enabled})
    else:
        outcome = "refused" if key in asked.snapshot.refused else "not_found"
        trace.append({"step": 1, "outcome": outcome})
    return _Open(key, flag, trace)


def _serve(asked: _Asked, open_flag: _Open) -> Result:
    """What a flag serves whose requirements are met, if it has any."""
    flag = open_flag.flag
    if flag is None:
        return _missing(asked.snapshot, open_flag.key)
    if not flag.enabled:
        return flag.disabled
    if open_flag.trace is not None:
        trace_serving(flag, asked.context, asked.snapshot, open_flag.trace)
    return flag.serves(asked.context, asked.snapshot)


def _note_required(requiring: _Open, result: Result, nested: Trace | None) -> Result | None:
    """Notes what a required flag gave: the answer if it is not met, else None."""
    assert requiring.flag is not None  # only flags that are there require others
    requirement = requiring.flag.requires[requiring.met]
    met = result.variant is not None and result.variant in requirement.variants
    if requiring.trace is not None:
        told = {"step": 3, "requires": requirement.flag, "variants": list(requirement.variants)}
        told |= {"variant": result.variant, "met": met, "trace": nested}
        requiring.trace.append(told)
    requiring.met += 1
    return None if met else requirement.unmet
