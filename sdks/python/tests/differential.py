"""Evaluates what standard input asks for, line by line, and prints canonical JSON.

`{"snapshot": X}` → `{"issues": [{"code", "path"}, …]}`; `{"flag": key, "context": X}` → what
explain gives, or `{"snapshot": false}` where the last snapshot was refused.
The differential test of e2e compares the output of all languages byte by byte.
"""

from __future__ import annotations

import json
import struct
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from featureflags_client.context import Context
from featureflags_client.evaluate import explain
from featureflags_client.json import read_json, well_formed
from featureflags_client.number import finite
from featureflags_client.parse import parse_snapshot
from featureflags_client.snapshot import Snapshot

_DOUBLE = struct.Struct(">d")

# Traces of long chains of requirements are nested as deep as the chains are long.
sys.setrecursionlimit(100_000)


def main() -> None:
    """Answers each line of standard input."""
    snapshot: Snapshot | None = None
    write = sys.stdout.write
    for line in sys.stdin.buffer:
        asked = read_json(line)
        if "snapshot" in asked:
            parsed = parse_snapshot(asked["snapshot"])
            snapshot = parsed.snapshot
            issues = sorted((issue.path, issue.code) for issue in parsed.issues)
            told: Any = {"issues": [{"code": code, "path": path} for path, code in issues]}
        elif snapshot is None:
            told = {"snapshot": False}
        else:
            told = explain(snapshot, asked["flag"], Context(asked["context"])).to_json()
            told["result"].pop("errorMessage", None)
        write(canonical(told) + "\n")


def canonical(value: Any) -> str:
    """Keys by code points, no spaces, ASCII, and each number as the bits of its double."""
    kind = type(value)
    if kind is str:
        return _text(value)
    if kind is dict:
        members = [f"{_text(name)}:{canonical(value[name])}" for name in sorted(value)]
        return "{" + ",".join(members) + "}"
    if kind is list:
        return "[" + ",".join(map(canonical, value)) + "]"
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    return _number(value)


def _number(value: float) -> str:
    double = finite(value)
    # −0 is 0, and what is beyond a double is null, as in JSON.
    return "null" if double is None else f'"n{_DOUBLE.pack(double + 0.0).hex()}"'


def _text(text: str) -> str:
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    # Delete is ASCII and stays as it is, as in JSON.stringify; json.dumps would escape it.
    pieces = (json.dumps(piece)[1:-1] for piece in well_formed(text).split("\x7f"))
    return '"' + "\x7f".join(pieces) + '"'


if __name__ == "__main__":
    main()
