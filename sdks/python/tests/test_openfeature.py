"""The provider with OpenFeature's own SDK."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from openfeature import api
from openfeature.evaluation_context import EvaluationContext
from openfeature.event import ProviderEvent
from openfeature.exception import ErrorCode, ProviderNotReadyError
from openfeature.provider import ProviderStatus
from openfeature.track import TrackingEventDetails

from fault_server import FaultServer, answering, streaming
from featureflags_client import FeatureClient
from featureflags_client.clock import Clock
from featureflags_client.openfeature import FeatureFlagsProvider
from real_server import until
from simulated import change, event, flag, snapshot


def typed(flag_type: str, variant: str, value: Any, **more: Any) -> dict[str, Any]:
    only = {"variants": [{"name": variant, "value": value}], "off": variant}
    return flag(type=flag_type, default={"variant": variant}, **{**only, **more})


TEMPLATE = {"showImages": True, "title": "Check out these pics!", "imagesPerPage": 100}
NAMES = [
    {"attribute": "fn", "op": "in", "values": ["Sulisław"]},
    {"attribute": "ln", "op": "in", "values": ["Świętopełk"]},
    {"attribute": "age", "op": "in", "values": [29]},
    {"attribute": "customer", "op": "in", "values": [False]},
]
# The flags of OpenFeature's evaluation.feature, with the values that it asks for.
GHERKIN = snapshot(
    3,
    **{
        "boolean-flag": typed("boolean", "on", True),
        "string-flag": typed("string", "greeting", "hi"),
        "integer-flag": typed("number", "ten", 10),
        "float-flag": typed("number", "half", 0.5),
        "object-flag": typed("object", "template", TEMPLATE),
        "wrong-flag": typed("string", "one", "uno"),
        "context-aware": typed(
            "string",
            "external",
            "EXTERNAL",
            variants=[
                {"name": "external", "value": "EXTERNAL"},
                {"name": "internal", "value": "INTERNAL"},
            ],
            rules=[{"id": "names", "when": NAMES, "serve": {"variant": "internal"}}],
        ),
    },
)

# github.com/open-feature/spec, specification/assets/gherkin/evaluation.feature (commit 0795ac4c),
# as data: kind, key, default, value, variant.
CASES: list[tuple[str, str, Any, Any, str]] = [
    ("boolean", "boolean-flag", False, True, "on"),
    ("string", "string-flag", "bye", "hi", "greeting"),
    ("integer", "integer-flag", 1, 10, "ten"),
    ("float", "float-flag", 0.1, 0.5, "half"),
    ("object", "object-flag", {}, TEMPLATE, "template"),
]


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    api.shutdown()
    api.clear_providers()
    api.clear_hooks()


@pytest.fixture
def gherkin() -> Any:
    api.set_provider_and_wait(FeatureFlagsProvider(FeatureClient(offline=GHERKIN)))
    return api.get_client()


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_gherkin_values(gherkin: Any, case: tuple[str, str, Any, Any, str]) -> None:
    kind, key, default, value, variant = case
    assert getattr(gherkin, f"get_{kind}_value")(key, default) == value
    found = getattr(gherkin, f"get_{kind}_details")(key, default)
    assert (found.value, found.variant, found.reason) == (value, variant, "STATIC")
    assert found.flag_metadata["snapshotVersion"] == 3
    later = asyncio.run(getattr(gherkin, f"get_{kind}_details_async")(key, default))
    assert later == found


def test_gherkin_object_with_a_null_default(gherkin: Any) -> None:
    assert gherkin.get_object_value("object-flag", None) == TEMPLATE
    found = gherkin.get_object_details("object-flag", None)
    assert (found.value, found.variant, found.reason) == (TEMPLATE, "template", "STATIC")


def test_gherkin_context(gherkin: Any) -> None:
    attributes: dict[str, Any] = {
        "fn": "Sulisław",
        "ln": "Świętopełk",
        "age": 29,
        "customer": False,
    }
    context = EvaluationContext(attributes=attributes)
    found = gherkin.get_string_details("context-aware", "EXTERNAL", context)
    assert (found.value, found.reason) == ("INTERNAL", "TARGETING_MATCH")
    assert found.flag_metadata["ruleId"] == "names"
    assert gherkin.get_string_value("context-aware", "EXTERNAL") == "EXTERNAL"


def test_gherkin_missing(gherkin: Any) -> None:
    found = gherkin.get_string_details("missing-flag", "uh-oh")
    assert (found.value, found.reason) == ("uh-oh", "ERROR")
    assert found.error_code == ErrorCode.FLAG_NOT_FOUND


def test_gherkin_wrong_type(gherkin: Any) -> None:
    found = gherkin.get_integer_details("wrong-flag", 13)
    assert (found.value, found.reason) == (13, "ERROR")
    assert found.error_code == ErrorCode.TYPE_MISMATCH


def test_integers_and_floats(gherkin: Any) -> None:
    found = gherkin.get_integer_details("float-flag", 4)
    assert (found.value, found.error_code) == (4, ErrorCode.TYPE_MISMATCH)
    assert gherkin.get_float_details("integer-flag", 0.1).value == 10.0
    assert type(gherkin.get_float_value("integer-flag", 0.1)) is float
    assert gherkin.get_object_details("object-flag", []).value == TEMPLATE
    assert gherkin.get_object_details("wrong-flag", [1]).value == [1]


def test_the_targeting_key_sits_beside_the_attributes() -> None:
    only_ann = flag(targets=[{"variant": "off", "keys": ["ann"]}])
    split = flag(default={"split": [{"variant": "on", "weight": 1}]})
    client = FeatureClient(offline=snapshot(f=only_ann, s=split))
    api.set_provider_and_wait(FeatureFlagsProvider(client))
    asked = api.get_client()
    assert asked.get_boolean_value("f", True, EvaluationContext("ann")) is False
    context = EvaluationContext("bo", {"targetingKey": "ann"})
    assert asked.get_boolean_value("f", False, context) is True
    found = asked.get_boolean_details("s", False)
    assert found.error_code == ErrorCode.TARGETING_KEY_MISSING
    api.clear_providers()
    assert client.status().state == "ready"


def test_events_of_a_provider(faults: FaultServer) -> None:
    go = threading.Event()

    def script(asked: Any, connection: Any) -> None:
        streaming(event("snapshot", snapshot(1, f=flag())))(asked, connection)
        go.wait(10)
        connection.sendall(change(1, 2, f=flag(False)))
        faults.ended.wait(10)

    faults.scripts["/stream"] = script
    seen: list[tuple[str, Any]] = []

    def note(name: str) -> Callable[[Any], None]:
        return lambda details: seen.append((name, details))

    for each in ProviderEvent:
        api.add_handler(each, note(each.name))
    provider = FeatureFlagsProvider(faults.url)
    api.set_provider_and_wait(provider)
    client = provider.client
    until(lambda: any(name == "PROVIDER_READY" for name, _ in seen), "READY")
    assert api.get_client().get_boolean_value("f", False) is True
    go.set()
    until(lambda: any(name == "PROVIDER_CONFIGURATION_CHANGED" for name, _ in seen), "the change")
    (changed,) = [details for name, details in seen if name == "PROVIDER_CONFIGURATION_CHANGED"]
    assert changed.flags_changed == ["f"]
    api.shutdown()
    assert client is not None
    until(lambda: client.status().state == "closed", "the end of the client")


def test_an_error_and_ready_later(faults: FaultServer) -> None:
    faults.scripts["/stream"] = answering(503, b"")
    provider = FeatureFlagsProvider(faults.url, init_timeout=0.05)
    with pytest.raises(ProviderNotReadyError, match="no snapshot within"):
        api.set_provider_and_wait(provider)
    asked = api.get_client()
    assert asked.get_provider_status() == ProviderStatus.ERROR
    assert asked.get_boolean_value("f", True) is True
    faults.scripts["/stream"] = streaming(event("snapshot", snapshot(f=flag())), then=faults.ended)
    until(lambda: asked.get_provider_status() == ProviderStatus.READY, "READY")
    assert asked.get_boolean_value("f", False) is True


def test_stale_and_ready_again(faults: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    document = json.dumps(snapshot(f=flag())).encode()
    faults.scripts["/snapshot"] = answering(200, document)
    options: dict[str, Any] = {
        "mode": "polling",
        "ttl": 1000,
        "max_age": 60,
        "stale_policy": "mark",
    }
    api.set_provider_and_wait(FeatureFlagsProvider(faults.url, **options))
    asked = api.get_client()
    real, ahead = Clock.now, [61]
    monkeypatch.setattr(Clock, "now", lambda clock: real(clock) + ahead[0])
    until(lambda: asked.get_provider_status() == ProviderStatus.STALE, "STALE")
    assert asked.get_boolean_details("f", False).reason == "STALE"
    ahead[0] = 0
    until(lambda: asked.get_provider_status() == ProviderStatus.READY, "READY")


def test_tracking(faults: FaultServer) -> None:
    faults.scripts["/stream"] = streaming(event("snapshot", snapshot(f=flag())), then=faults.ended)
    faults.scripts["/events"] = answering(202, b"{}")
    api.set_provider_and_wait(FeatureFlagsProvider(faults.url, events=True))
    asked = api.get_client()
    asked.track("buy", EvaluationContext("ann"), TrackingEventDetails(9.5))
    asked.track("look")
    api.shutdown()
    until(lambda: faults.requests("/events"), "the events")
    entries = json.loads(faults.requests("/events")[0].body)["events"]
    assert [(each["event"], each.get("sum")) for each in entries] == [("buy", 9.5), ("look", None)]
