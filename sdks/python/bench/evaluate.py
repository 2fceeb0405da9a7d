"""Evaluation in process, beside the same flags written by hand: the cases of bench/src/flags.ts.

    python sdks/python/bench/evaluate.py [--json]

Prints nanoseconds an evaluation and the ratio, whose limit is 1.5; exits with 1 if it is missed. A
is a look-up alone and only shown.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from featureflags_client import FeatureClient
from featureflags_client.buckets import BUCKETS, mix_hashes, place, rollout_salt, split_salt
from featureflags_client.context import Context
from featureflags_client.evaluate import evaluate
from featureflags_client.murmur3 import murmur3
from featureflags_client.parse import parse_snapshot
from featureflags_client.result import Result

_USERS = 2000
_BULK = 100
_LIMIT = 1.5
_ROUNDS = 9
_ROUND_SECONDS = 0.06


class User:
    """Who asks, in the form written by hand."""

    __slots__ = ("attributes", "key_hash")

    def __init__(self, attributes: dict[str, Any]) -> None:
        self.attributes = attributes
        self.key_hash: int | None = None


ByHand = Callable[[User], Result]


def key_hash(user: User) -> int:
    """murmur3 of the key, computed once for a user."""
    if user.key_hash is None:
        user.key_hash = murmur3(user.attributes["targetingKey"])
    return user.key_hash


def everyone(key: str) -> ByHand:
    """On for everyone."""
    on = Result(key, "STATIC", {}, True, "on")
    return lambda _user: on


def rollout(key: str) -> ByHand:
    """On for 30 % of the users."""
    salt = rollout_salt(key)
    on = Result(key, "SPLIT", {}, True, "on", "r1")
    off = Result(key, "DEFAULT", {}, False, "off")

    def by_hand(user: User) -> Result:
        return on if place(mix_hashes(key_hash(user), salt), BUCKETS) < 30_000 else off

    return by_hand


def conditions(key: str) -> ByHand:
    """On for professionals in two countries, and for 30 % of the others."""
    salt, countries = rollout_salt(key), frozenset({"US", "CA"})
    matched = Result(key, "TARGETING_MATCH", {}, True, "on", "r1")
    on = Result(key, "SPLIT", {}, True, "on", "r2")
    off = Result(key, "DEFAULT", {}, False, "off")

    def by_hand(user: User) -> Result:
        attributes = user.attributes
        if attributes.get("country") in countries and attributes.get("plan") == "pro":
            return matched
        return on if place(mix_hashes(key_hash(user), salt), BUCKETS) < 30_000 else off

    return by_hand


def split(key: str) -> ByHand:
    """One of four variants, a quarter of the users each."""
    salt = split_salt(key)
    served = tuple(Result(key, "SPLIT", {}, name, name) for name in "abcd")
    return lambda user: served[place(mix_hashes(key_hash(user), salt), 4)]


_ON_OFF = {
    "type": "boolean",
    "enabled": True,
    "hash": "ff1",
    "variants": [{"name": "on", "value": True}, {"name": "off", "value": False}],
    "off": "off",
    "default": {"variant": "off"},
}
_THIRTY = {"rollout": {"percent": 30}, "serve": {"variant": "on"}}
_PROFESSIONALS = [
    {"attribute": "country", "op": "in", "values": ["US", "CA"]},
    {"attribute": "plan", "op": "in", "values": ["pro"]},
]
_KINDS: list[tuple[str, dict[str, Any], Callable[[str], ByHand]]] = [
    ("A on for everyone", {**_ON_OFF, "default": {"variant": "on"}}, everyone),
    ("B 30 % rollout", {**_ON_OFF, "rules": [{"id": "r1", **_THIRTY}]}, rollout),
    (
        "C two conditions else rollout",
        {
            **_ON_OFF,
            "rules": [
                {"id": "r1", "when": _PROFESSIONALS, "serve": {"variant": "on"}},
                {"id": "r2", **_THIRTY},
            ],
        },
        conditions,
    ),
    (
        "D split of four",
        {
            **_ON_OFF,
            "type": "string",
            "variants": [{"name": name, "value": name} for name in "abcd"],
            "off": "a",
            "default": {"split": [{"variant": name, "weight": 1} for name in "abcd"]},
        },
        split,
    ),
]


@dataclass
class Row:
    """One case: nanoseconds an evaluation, and an answer of the client's `is_enabled` beside."""

    name: str
    by_hand: float
    evaluate: float
    is_enabled: float
    limit: float | None

    @property
    def ratio(self) -> float:
        return self.evaluate / self.by_hand


def run() -> list[Row]:
    """Measures all cases."""
    keys = [f"flag-{index}" for index in range(_BULK)]
    flags = {key: {**_KINDS[at % 4][1], "salt": key} for at, key in enumerate(keys)}
    document = {"schema": 1, "environment": "production", "version": 1, "flags": flags}
    by_hand = {key: _KINDS[at % 4][2](key) for at, key in enumerate(keys)}
    rows = []
    for index, (name, _, _) in enumerate(_KINDS):
        rows.append(_measure(name, document, {keys[index]: by_hand[keys[index]]}, _USERS))
    rows.append(_measure(f"E {_BULK} flags for one user", document, by_hand, 1))
    rows[0].limit = None
    return rows


def _measure(name: str, document: Any, by_hand: dict[str, ByHand], users: int) -> Row:
    snapshot = parse_snapshot(document).snapshot
    assert snapshot is not None
    people = [_attributes(index) for index in range(users)]
    contexts = [Context(each) for each in people]
    remembering = [User(each) for each in people]
    keys = list(by_hand)
    for context, user in zip(contexts, remembering, strict=True):
        for key in keys:
            expected = by_hand[key](user)
            assert evaluate(snapshot, key, context).to_json() == expected.to_json()

    def run_by_hand() -> None:
        for user in remembering:
            for key in keys:
                by_hand[key](user)

    def run_evaluate() -> None:
        for context in contexts:
            for key in keys:
                evaluate(snapshot, key, context)

    client = FeatureClient(offline=document)

    def run_is_enabled() -> None:
        for user in remembering:
            for key in keys:
                client.is_enabled(key, attributes=user.attributes)

    runs = [run_by_hand, run_evaluate, run_is_enabled]
    times = _medians(runs, users * len(keys))
    return Row(name, times[0], times[1], times[2], _LIMIT)


def _attributes(index: int) -> dict[str, Any]:
    return {
        "targetingKey": f"user-{index}",
        "country": ("US", "DE", "CA", "FR")[index % 4],
        "plan": "free" if index % 3 else "pro",
        "email": f"user-{index}@example.com",
    }


def _medians(runs: list[Callable[[], None]], operations: int) -> list[float]:
    """Nanoseconds an operation. They take turns, so that each meets the same machine."""
    rounds = [[_round(run, operations) for run in runs] for _ in range(_ROUNDS)]
    return [median(times) for times in zip(*rounds, strict=True)]


def _round(run: Callable[[], None], operations: int) -> float:
    start, done = perf_counter(), 0
    while perf_counter() - start < _ROUND_SECONDS:
        run()
        done += operations
    return (perf_counter() - start) * 1e9 / done


def _table(rows: list[Row]) -> str:
    lines = [
        f"{'':34}{'by hand':>10}{'evaluate':>10}{'client':>10}{'/s':>12}{'ratio':>8}{'limit':>8}"
    ]
    for row in rows:
        limit = "" if row.limit is None else f"≤ {row.limit}"
        missed = "  MISSED" if _misses(row) else ""
        figures = f"{row.by_hand:10.0f}{row.evaluate:10.0f}{row.is_enabled:10.0f}"
        lines.append(
            f"{row.name:34}{figures}{1e9 / row.evaluate:12,.0f}{row.ratio:8.2f}{limit:>8}{missed}"
        )
    return "\n".join(lines)


def _misses(row: Row) -> bool:
    return row.limit is not None and row.ratio > row.limit


def main() -> int:
    """Prints the table, or JSON; 1 if a limit is missed."""
    rows = run()
    if "--json" in sys.argv[1:]:
        print(json.dumps([{**vars(row), "ratio": row.ratio} for row in rows]))
    else:
        print(f"Nanoseconds an evaluation, Python {sys.version.split()[0]}\n{_table(rows)}")
    return int(any(map(_misses, rows)))


if __name__ == "__main__":
    sys.exit(main())
