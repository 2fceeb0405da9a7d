"""Offline: snapshots from code and from files, and flags files."""

from __future__ import annotations

import builtins
import json
from pathlib import Path
from typing import Any

import pytest

from featureflags_client import FeatureClient
from featureflags_client.flags_file import NotYamlError, read_yaml
from simulated import flag, snapshot

FLAGS = """
environments: [production, staging]
flags:
  f:
    enabled: true
    environments:
      staging: { enabled: true, rules: [{ when: { plan: pro }, serve: on }] }
"""


def test_a_snapshot_file(tmp_path: Path) -> None:
    path = tmp_path / "snapshot.json"
    path.write_text(json.dumps(snapshot(4, f=flag())))
    client = FeatureClient(offline=path)
    assert client.is_enabled("f")
    assert (client.status().source, client.status().version) == ("file", 4)
    assert client.status().age is None
    assert client.wait_until_ready(0)
    client.on_change(print)()


def test_a_flags_file(tmp_path: Path) -> None:
    path = tmp_path / "flags.yml"
    path.write_text(FLAGS)
    assert FeatureClient(offline=str(path)).is_enabled("f")
    staging = FeatureClient(offline=path, environment="staging")
    assert not staging.is_enabled("f")
    assert staging.is_enabled("f", attributes={"plan": "pro"})


def test_the_only_environment(tmp_path: Path) -> None:
    path = tmp_path / "flags.yaml"
    path.write_text("environments: [qa]\nflags: {f: {environments: {qa: {enabled: true}}}}")
    assert FeatureClient(offline=path).is_enabled("f")


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (FLAGS, {"environment": "qa"}, "has no environment qa; it has: production, staging"),
        ("environments: [a, b]", {}, "has no environment production; it has: a, b"),
        ("flags: {f: {enabled: maybe}}", {}, "/flags/f/enabled: expected true or false"),
        ("flags: {f: {of: x}}", {}, "/flags/f/of: unknown field"),
        ("flags: [", {}, "cannot be read"),
        ("a: 1\na: 2", {}, "line 2, column 1: a is there twice"),
        ("flags: &x {}", {}, "anchors are not read here"),
        ("flags: {}\n---\nflags: {}", {}, "a second document"),
        ("%YAML 1.1\n---\nflags: {}", {}, "directives are not read here"),
        ("flags: {f: !!bool true}", {}, "tags are not read here"),
        ("? [a]\n: 1", {}, "a key has to be a text"),
    ],
)
def test_what_cannot_be_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, text: str, options: Any, message: str
) -> None:
    path = tmp_path / "flags.yml"
    path.write_text(text)
    client = FeatureClient(offline=path, **options)
    assert client.boolean("f", True) is True
    assert caplog.text.count("the option offline is not used") == 1
    assert message in caplog.text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("True", True),
        ("~", None),
        ("", None),
        ("010", 10),
        ("0o10", 8),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1.", 1.0),
        ("2026-11-22", "2026-11-22"),
        ("'true'", "true"),
        ('"5"', "5"),
        ("1:30", "1:30"),
        ("-.inf", float("-inf")),
        ("9" * 5000, float("inf")),
        ("{1: a, true: b, ~: c, 1.5: d}", {"1": "a", "true": "b", "": "c", "1.5": "d"}),
        ("[a, [b]]", ["a", ["b"]]),
        ("<<: {a: 1}", {"<<": {"a": 1}}),
        ("=: a", {"=": "a"}),
    ],
)
def test_yaml_1_2(text: str, value: Any) -> None:
    found = read_yaml(text.encode())
    assert found == value
    assert type(found) is type(value)


def test_deep_yaml_is_no_overflow() -> None:
    try:
        found = read_yaml(b"[" * 5000 + b"]" * 5000)
    except NotYamlError:
        return
    assert isinstance(found, list)


def test_without_pyyaml(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name == "yaml":
            raise ImportError(name)
        return real(name, *rest, **more)

    path = tmp_path / "flags.yml"
    path.write_text(FLAGS)
    monkeypatch.setattr(builtins, "__import__", refuse)
    assert FeatureClient(offline=path).boolean("f", True)
    assert "pip install 'featureflags-client[yaml]'" in caplog.text
