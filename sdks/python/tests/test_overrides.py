"""Overrides, from the environment and from code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from featureflags_client import FeatureClient
from simulated import flag, snapshot


def client_in(environment: str, **options: Any) -> FeatureClient:
    return FeatureClient(offline=snapshot(1, environment, f=flag(), g=flag()), **options)


def said(caplog: pytest.LogCaptureFixture, part: str) -> int:
    return sum(part in record.getMessage() for record in caplog.records)


def test_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    monkeypatch.setenv("FF_OVERRIDES", '{"f": false, "new": "x", "n": 3}')
    client = client_in("staging")
    assert not client.is_enabled("f")
    assert client.is_enabled("g")
    assert client.is_enabled("new")
    found = client.details("new", "d")
    assert (found.value, found.reason, found.variant) == ("x", "STATIC", None)
    assert dict(found.metadata) == {"override": True}
    assert client.details("new", True).error_code == "TYPE_MISMATCH"
    assert set(client.all()) == {"f", "g", "new", "n"}
    assert client.explain("f").trace == []
    assert client.explain("f").result.value is False
    assert said(caplog, "FF_OVERRIDES is obeyed in staging") == 1


@pytest.mark.parametrize(("allowed", "served"), [(False, True), (True, False)])
def test_production(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, allowed: bool, served: bool
) -> None:
    caplog.set_level("INFO")
    monkeypatch.setenv("FF_OVERRIDES", '{"f": false}')
    client = client_in("production", allow_overrides=allowed)
    assert client.is_enabled("f") is served
    assert client.is_enabled("f") is served
    assert said(caplog, "is not obeyed: the environment is production") == (not allowed)


def test_without_a_snapshot_the_option_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FF_OVERRIDES", '{"f": true}')
    assert not FeatureClient().is_enabled("f")
    assert FeatureClient(environment="staging").is_enabled("f")


def test_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "overrides.json"
    path.write_text('{"f": false}')
    monkeypatch.setenv("FF_OVERRIDES", str(path))
    assert not client_in("staging").is_enabled("f")


@pytest.mark.parametrize("text", ["{no json", "/no/such/file", "{}x", "a\x01b"])
def test_what_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, text: str
) -> None:
    monkeypatch.setenv("FF_OVERRIDES", text)
    assert client_in("staging").is_enabled("f")
    assert said(caplog, "FF_OVERRIDES is not obeyed") == 1


def test_a_list_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "list").write_text("[]")
    monkeypatch.setenv("FF_OVERRIDES", str(tmp_path / "list"))
    assert client_in("staging").is_enabled("f")


def test_with_flags_nests_in_any_environment() -> None:
    client = client_in("production")
    with client.with_flags({"f": False, "g": 1}):
        with client.with_flags({"f": "inner"}):
            assert client.string("f", "d") == "inner"
            assert client.number("g", 0) == 1
        assert not client.is_enabled("f")
        with pytest.raises(ZeroDivisionError), client.with_flags({"f": True}):
            raise ZeroDivisionError
        assert not client.is_enabled("f")
    assert client.is_enabled("f")


def test_for_tests() -> None:
    client = FeatureClient.for_tests({"f": True, "limit": 5, "o": {"a": [1]}})
    assert client.is_enabled("f")
    assert client.number("limit", 0) == 5
    assert client.object("o", {}) == {"a": [1]}
    assert not client.is_enabled("other")
    with client.with_flags({"f": False}):
        assert not client.is_enabled("f")
    assert client.is_enabled("f")
