"""Every case of every file of spec/vectors, as its manifest counts them; nothing is skipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from featureflags_client.buckets import (
    BUCKETS,
    mix_hashes,
    place,
    rollout_salt,
    rollout_threshold,
    split_salt,
)
from featureflags_client.context import Context
from featureflags_client.evaluate import evaluate, explain
from featureflags_client.flags_file import NotYamlError, read_yaml
from featureflags_client.json import read_json, well_formed
from featureflags_client.murmur3 import fmix32, murmur3
from featureflags_client.parse import parse_snapshot
from featureflags_client.project import parse_project, snapshot_document
from real_server import ROOT

SPEC = ROOT / "spec"
VECTORS = SPEC / "vectors"


def read(path: Path) -> Any:
    return read_json(path.read_bytes())


MANIFEST = read(VECTORS / "manifest.json")
FILES = {name: each["cases"] for name, each in MANIFEST["files"].items()}


def canonical(value: Any) -> Any:
    """A value to compare as JSON: 1 is 1.0, but True is not 1."""
    if isinstance(value, dict):
        return {well_formed(name): canonical(each) for name, each in value.items()}
    if isinstance(value, list):
        return [canonical(each) for each in value]
    if isinstance(value, bool) or value is None:
        return ("constant", value)
    return well_formed(value) if isinstance(value, str) else ("number", float(value))


def told(result: dict[str, Any]) -> dict[str, Any]:
    if result["reason"] == "ERROR":
        assert result.pop("errorMessage")
    return result


def test_no_file_is_left_out() -> None:
    assert {path.name for path in VECTORS.glob("*.json")} == {*FILES, "manifest.json"}


@pytest.mark.parametrize("name", FILES)
def test_vectors(name: str) -> None:
    document = read(VECTORS / name)
    snapshot = None
    if "snapshot" in document:
        snapshot = parse_snapshot(document["snapshot"]).snapshot
    ran = 0
    for case in document["cases"]:
        found = _outcome(name, case, snapshot)
        assert canonical(found) == canonical(_expected(name, case)), case["id"]
        ran += 1
    assert ran == FILES[name]


def _expected(name: str, case: dict[str, Any]) -> Any:
    expected = case["expect"]
    if name != "parse.json":
        return expected
    issues = sorted([each["path"], each["code"]] for each in expected["issues"])
    return {**expected, "issues": issues, "refused": sorted(expected["refused"])}


def _outcome(name: str, case: dict[str, Any], snapshot: Any) -> Any:
    if name == "parse.json":
        return _parsed(case)
    if name == "hash.json":
        if case["step"] == "3.fmix32":
            return {"fmix32": fmix32(case["input"])}
        return {"murmur3": murmur3(well_formed(case["input"]))}
    if name == "buckets.json":
        return _bucketed(case)
    context = Context(case["context"])
    result = told(evaluate(snapshot, case["flag"], context).to_json())
    explained = explain(snapshot, case["flag"], context).to_json()
    # One function, with and without a trace.
    assert canonical(told(explained["result"])) == canonical(result), case["id"]
    return explained if name == "explain.json" else result


def _parsed(case: dict[str, Any]) -> Any:
    parsed = parse_snapshot(case["snapshot"])
    snapshot = parsed.snapshot
    return {
        "issues": sorted([issue.path, issue.code] for issue in parsed.issues),
        "refused": [] if snapshot is None else sorted(snapshot.refused),
        "ok": snapshot is not None,
    }


def _bucketed(case: dict[str, Any]) -> Any:
    is_rollout = case["step"] == "3.rollout"
    salt = well_formed(case["salt"])
    salt_hash = rollout_salt(salt) if is_rollout else split_salt(salt)
    key_hash = murmur3(well_formed(case["value"]))
    mixed = mix_hashes(key_hash, salt_hash)
    found = {"keyHash": key_hash, "saltHash": salt_hash, "h": mixed}
    if is_rollout:
        bucket = place(mixed, BUCKETS)
        return {**found, "bucket": bucket, "inside": bucket < rollout_threshold(case["percent"])}
    point, total = place(mixed, sum(case["weights"])), 0
    for index, weight in enumerate(case["weights"]):
        total += weight
        if point < total:
            return {**found, "point": point, "index": index}
    raise AssertionError(case["id"])


@pytest.mark.parametrize(
    "case", read(SPEC / "projects.json")["cases"], ids=lambda case: str(case["id"])
)
def test_projects(case: dict[str, Any]) -> None:
    try:
        parsed = parse_project(read_yaml(case["yaml"].encode()))
    except NotYamlError:
        assert case["expect"] == {"refused": True}
        return
    if "snapshot" not in case["expect"]:
        assert parsed.project is None
        assert parsed.issues
        return
    assert parsed.project is not None, parsed.issues
    snapshot = snapshot_document(parsed.project, case["environment"], 0)
    assert canonical(snapshot) == canonical(case["expect"]["snapshot"])
    # Order is part of what people see of variants.
    assert json.dumps(list(snapshot["flags"])) == json.dumps(
        list(case["expect"]["snapshot"]["flags"])
    )
