"""evaluation-refused.json: evaluations of a snapshot with flags that every reader must refuse."""

from shapes import ON_OFF, flag, in_segment, snapshot, test

ON = {"variant": "on"}
FLAGS = {
    "new-hash": flag(hash="ff2", metadata={"owner": "web"}),
    "new-type": flag(type="date"),
    "new-field": flag(expires="2027-01-01T00:00:00Z"),
    "new-op": flag(rules=[{"id": "r1", "when": [test("v", "near", 1)], "serve": ON}]),
    "new-op-disabled": flag(enabled=False, rules=[{"id": "r1", "when": [test("v", "near", 1)], "serve": ON}]),
    "new-segment": flag(rules=[{"id": "r1", "when": [in_segment("new")], "serve": ON}]),
    "good": flag(default=ON),
    "needs-refused": flag(default=ON, requires=[{"flag": "new-hash", "variants": ["on", "off"]}], metadata={"owner": "web"}),
    "needs-good-first": flag(default=ON, requires=[{"flag": "good", "variants": ["on"]}, {"flag": "new-op", "variants": ["anything"]}]),
    "needs-needs": flag(default=ON, requires=[{"flag": "needs-refused", "variants": ["on"]}]),
    "needs-needs-off": flag(default=ON, requires=[{"flag": "needs-refused", "variants": ["off"]}]),
}
SEGMENTS = {"new": {"include": ["u1"], "weight": 1}}


def error(slug, key, why):
    return case(slug, "2.1", key, {"targetingKey": "u1"}, why, {"key": key, "reason": "ERROR", "errorCode": "PARSE_ERROR", "metadata": {}})


def served(slug, step, key, variant, reason, metadata, why):
    value = {item["name"]: item["value"] for item in ON_OFF}[variant]
    expect = {"key": key, "value": value, "variant": variant, "reason": reason, "metadata": metadata}
    return case(slug, step, key, {"targetingKey": "u1"}, why, expect)


def case(slug, step, key, context, why, expect):
    return {"id": slug, "step": step, "why": why, "flag": key, "context": context, "expect": expect}


def document():
    return {"topic": "evaluation-refused", "snapshot": snapshot(FLAGS, SEGMENTS), "cases": [
        error("hash", "new-hash", "a hash that this reader does not know; no metadata of a flag that was not read"),
        error("type", "new-type", "a type that this reader does not know"),
        error("field", "new-field", "a field that this reader does not know"),
        error("op", "new-op", "an operator that this reader does not know, although no rule would be reached"),
        error("disabled", "new-op-disabled", "refused comes before disabled"),
        error("segment", "new-segment", "a refused segment refuses the flag, although the key is included"),
        served("good", "2.6", "good", "on", "STATIC", {}, "the other flags are kept"),
        served("needs", "2.3", "needs-refused", "off", "DISABLED", {"owner": "web", "failedRequirement": "new-hash"}, "a refused requirement errs"),
        served("needs-second", "2.3", "needs-good-first", "off", "DISABLED", {"failedRequirement": "new-op"}, "the second requirement is refused"),
        served("needs-needs", "2.3", "needs-needs", "off", "DISABLED", {"failedRequirement": "needs-refused"}, "the direct requirement is named, not the one behind it"),
        served("needs-needs-off", "2.3", "needs-needs-off", "on", "STATIC", {}, "the requirement serves off, and off is what is wanted"),
    ]}
