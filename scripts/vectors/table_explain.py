"""explain.json: result and trace, written by hand. The flags are those of evaluation.json and a few more."""

import evaluation_flags
from evaluation_flags import ON, SEGMENTS, needs, rule, text
from explain_rows import (
    DISABLED, FOUND, NOT_FOUND, REFUSED, STATIC, compared, drawn, fallen, held, looked, required, rolled, targeted,
)
from shapes import flag, in_segment, snapshot, test

FLAGS = {
    **evaluation_flags.FLAGS,
    "new-hash": flag(hash="ff2", metadata={"owner": "web"}),
    "needs-refused": flag(default=ON, requires=needs(("static-on", ["on"]), ("new-hash", ["on"]))),
    "segment-not": flag(rules=[rule("r1", ON, in_segment("beta", "not_in_segment"))]),
    "shapes": flag(rules=[rule("r1", ON, test("v", "not_exists"), test("w", "in", "Acme", ignoreCase=True)),
                          rule("r2", ON, test("a.b", "gte", "1.5")), rule("r3", ON, test("user_id", "starts_with", "u", ignoreCase=False))]),
    "everything": text(requires=needs(("needs-on", ["on"])), targets=[{"variant": "a", "keys": ["u1"]}], metadata={"owner": "web"},
                       rules=[rule("r1", {"variant": "a"}, in_segment("beta"), test("v", "in", 1)),
                              rule("r2", evaluation_flags.THIRDS, test("v", "exists"), rollout={"percent": 60})],
                       default=evaluation_flags.split(("b", 1), ("c", 3))),
}
U0, U1, U2, U3 = ({"targetingKey": f"u{number}"} for number in range(4))
NEEDED = [*FOUND, required("static-on", ["on"], "on", True, STATIC), fallen("STATIC")]


def row(step, slug, key, context, outcome, trace, why, rule=None, metadata=None):
    """`outcome` is "variant REASON", or the error code alone."""
    variant, _, reason = outcome.partition(" ")
    if reason:
        value = next(item["value"] for item in FLAGS[key]["variants"] if item["name"] == variant)
        result = {"key": key, "value": value, "variant": variant, "reason": reason}
    else:
        result = {"key": key, "reason": "ERROR", "errorCode": outcome}
    if rule:
        result["ruleId"] = rule
    result["metadata"] = metadata or {}
    expect = {"result": result, "trace": trace}
    return {"id": slug, "step": f"2.trace.{step}", "why": why, "flag": key, "context": context, "expect": expect}


def v_in(values, actual, result):
    return compared("v", "in", values, actual, result)


def xyz(name, actual, result):
    return compared(name, "in", [1], actual, result)


EARLY = [
    row(1, "not-found", "gone", {}, "FLAG_NOT_FOUND", NOT_FOUND, "one entry"),
    row(1, "not-found-proto", "__proto__", U1, "FLAG_NOT_FOUND", NOT_FOUND, "one entry"),
    row(1, "refused", "new-hash", U1, "PARSE_ERROR", REFUSED, "one entry; no metadata"),
    row(2, "disabled", "disabled", U1, "off DISABLED", DISABLED, "two entries", metadata={"owner": "web"}),
    row(2, "disabled-needs", "disabled-needs", {}, "off DISABLED", DISABLED, "requirements are not reached"),
    row(6, "static", "static-on", U1, "on STATIC", STATIC, "no entries of steps that the flag does not have"),
    row(6, "static-empty", "empty-lists", {}, "on STATIC", STATIC, "empty lists make no entries"),
]
REQUIRES = [
    row(3, "met", "needs-on", {}, "on STATIC", NEEDED, "the nested trace is complete", metadata={"owner": "web", "cost": 2, "old": False}),
    row(3, "not-met", "needs-off", {}, "off DISABLED", [*FOUND, required("static-off", ["on"], "off", False, STATIC)],
        "nothing follows", metadata={"owner": "web", "failedRequirement": "static-off"}),
    row(3, "first", "needs-three-first", {}, "off DISABLED", [*FOUND, required("static-off", ["on"], "off", False, STATIC)],
        "requirements after the failed one are not evaluated", metadata={"failedRequirement": "static-off"}),
    row(3, "last", "needs-three-last", {}, "off DISABLED",
        [*FOUND, required("static-on", ["on"], "on", True, STATIC), required("text", ["a"], "a", True, STATIC),
         required("static-off", ["on"], "off", False, STATIC)], "one entry each, in order", metadata={"failedRequirement": "static-off"}),
    row(3, "middle", "needs-three-middle", {}, "off DISABLED",
        [*FOUND, required("static-on", ["on"], "on", True, STATIC), required("static-off", ["on"], "off", False, STATIC)],
        "the second fails", metadata={"failedRequirement": "static-off"}),
    row(3, "requirement-disabled", "needs-disabled-off", U1, "on STATIC",
        [*FOUND, required("disabled", ["off"], "off", True, DISABLED), fallen("STATIC")], "a disabled requirement that is met"),
    row(3, "requirement-refused", "needs-refused", {}, "off DISABLED",
        [*FOUND, required("static-on", ["on"], "on", True, STATIC), required("new-hash", ["on"], None, False, REFUSED)],
        "variant is null when the requirement errs", metadata={"failedRequirement": "new-hash"}),
    row(3, "error", "needs-split", {}, "off DISABLED",
        [*FOUND, required("default-split", ["a", "b", "c"], None, False, [*FOUND, fallen("ERROR", split=drawn(None, None, 3, None))])],
        "variant is null when the requirement errs", metadata={"failedRequirement": "default-split"}),
    row(3, "chain", "needs-chain", {}, "off DISABLED",
        [*FOUND, required("needs-off", ["on"], "off", False, [*FOUND, required("static-off", ["on"], "off", False, STATIC)])],
        "traces nest", metadata={"failedRequirement": "needs-off"}),
    row(3, "requirement-split", "needs-split", U3, "on STATIC",
        [*FOUND, required("default-split", ["a", "b", "c"], "b", True, [*FOUND, fallen("SPLIT", split=drawn("u3", 1, 3, "b"))]), fallen("STATIC")],
        "a split in a nested trace"),
]
EVERYONE = looked("r1", True)
TARGETS = [
    row(4, "hit", "targets", U1, "a TARGETING_MATCH", [*FOUND, targeted("u1", "a")], "nothing follows"),
    row(4, "hit-number", "targets", {"user_id": 5}, "b TARGETING_MATCH", [*FOUND, targeted("5", "b")], "the key as it is spelled"),
    row(4, "hit-empty", "targets", {"targetingKey": ""}, "c TARGETING_MATCH", [*FOUND, targeted("", "c")], "an empty key is a key"),
    row(4, "miss", "targets", {"targetingKey": "u7"}, "b TARGETING_MATCH", [*FOUND, targeted("u7", None), EVERYONE], "in no list", "r1"),
    row(4, "target-missing", "targets", {}, "b TARGETING_MATCH", [*FOUND, targeted(None, None), EVERYONE], "no key", "r1"),
    row(4, "lone", "targets", {"targetingKey": "u\ud800"}, "b TARGETING_MATCH", [*FOUND, targeted("u\ufffd", None), EVERYONE], "a lone surrogate as it is spelled", "r1"),
    row(4, "unusable", "targets", {"targetingKey": [1]}, "b TARGETING_MATCH", [*FOUND, targeted(None, None), EVERYONE], "a key that cannot be spelled is null", "r1"),
    row(4, "only", "targets-only", U1, "d DEFAULT", [*FOUND, targeted("u1", None), fallen("DEFAULT")], "targets that list nobody have an entry"),
]
RULES = [
    row(5, "rule-first", "rules", {"v": 1}, "a TARGETING_MATCH", [*FOUND, looked("r1", True, v_in([1], 1, True))], "rules after it are not looked at", "r1"),
    row(5, "rule-middle", "rules", {"v": "2"}, "b TARGETING_MATCH",
        [*FOUND, looked("r1", False, v_in([1], "2", False)), looked("r2", True, v_in([1, 2], "2", True))], "the value as the context has it", "r2"),
    row(5, "rule-last", "rules", {"v": [3, None]}, "c TARGETING_MATCH",
        [*FOUND, looked("r1", False, v_in([1], [3, None], False)), looked("r2", False, v_in([1, 2], [3, None], False)),
         looked("r3", True, v_in([1, 2, 3], [3, None], True))], "a list as the context has it", "r3"),
    row(6, "rule-none", "rules", {"v": {"a": 1}}, "d DEFAULT",
        [*FOUND, looked("r1", False, v_in([1], {"a": 1}, False)), looked("r2", False, v_in([1, 2], {"a": 1}, False)),
         looked("r3", False, v_in([1, 2, 3], {"a": 1}, False)), fallen("DEFAULT")], "no rule applies; an object as the context has it"),
    row(5, "condition-first", "all-of", {"x": 0, "y": 1, "z": 1}, "off DEFAULT", [*FOUND, looked("all", False, xyz("x", 0, False)), fallen("DEFAULT")],
        "conditions after the first false one are not evaluated"),
    row(5, "condition-middle", "all-of", {"x": 1, "z": 1}, "off DEFAULT",
        [*FOUND, looked("all", False, xyz("x", 1, True), xyz("y", None, False)), fallen("DEFAULT")], "a missing attribute is null"),
    row(5, "condition-last", "all-of", {"x": 1, "y": 1, "z": False}, "off DEFAULT",
        [*FOUND, looked("all", False, xyz("x", 1, True), xyz("y", 1, True), xyz("z", False, False)), fallen("DEFAULT")], "up to and including the false one"),
    row(5, "condition-all", "all-of", {"x": 1, "y": "1", "z": [1]}, "on TARGETING_MATCH",
        [*FOUND, looked("all", True, xyz("x", 1, True), xyz("y", "1", True), xyz("z", [1], True))], "all are true", "all"),
    row(5, "condition-none", "rule-empty", {}, "on TARGETING_MATCH", [*FOUND, looked("everyone", True)], "an empty list of conditions", "everyone"),
    row(5, "when-left-out", "rule-no-when", {}, "on TARGETING_MATCH", [*FOUND, looked("everyone", True)], "an empty list of conditions all the same", "everyone"),
    row(5, "condition-shapes", "shapes", {"w": "ACME"}, "on TARGETING_MATCH",
        [*FOUND, looked("r1", True, compared("v", "not_exists", None, None, True), compared("w", "in", ["Acme"], "ACME", True, ignoreCase=True))],
        "no values for not_exists; ignoreCase when it is true", "r1"),
    row(5, "condition-path", "shapes", {"v": 1, "a": {"b": 2}}, "on TARGETING_MATCH",
        [*FOUND, looked("r1", False, compared("v", "not_exists", None, 1, False)), looked("r2", True, compared("a.b", "gte", ["1.5"], 2, True))],
        "the value at the end of the path; values as the flag has them", "r2"),
    row(5, "condition-alias", "shapes", {"v": 1, "targetingKey": "u5"}, "on TARGETING_MATCH",
        [*FOUND, looked("r1", False, compared("v", "not_exists", None, 1, False)), looked("r2", False, compared("a.b", "gte", ["1.5"], None, False)),
         looked("r3", True, compared("user_id", "starts_with", ["u"], "u5", True))], "the alias' value; ignoreCase false is left out", "r3"),
]
NOT_ONE = compared("v", "not_in", [1], 2, True)


def beta(slug, context, by, on, why):
    if on:
        return row(5, slug, "segment-rule", context, "on TARGETING_MATCH", [*FOUND, looked("r1", True, held("beta", by, True), NOT_ONE)], why, "r1")
    return row(5, slug, "segment-rule", context, "off DEFAULT", [*FOUND, looked("r1", False, held("beta", by, False)), fallen("DEFAULT")], why)


def outside(slug, context, by, on, why):
    entry = looked("r1", on, held("beta", by, on, "not_in_segment"))
    if on:
        return row(5, slug, "segment-not", context, "on TARGETING_MATCH", [*FOUND, entry], why, "r1")
    return row(5, slug, "segment-not", context, "off DEFAULT", [*FOUND, entry, fallen("DEFAULT")], why)


ACME = {"email": "a@acme.com"}
SEGMENT = [
    beta("segment-include", {"targetingKey": "u1", "v": 2}, "include", True, "by the include list"),
    beta("segment-exclude", {"targetingKey": "u9", **ACME, "v": 2}, "exclude", False, "by the exclude list"),
    beta("segment-any", {**ACME, "v": 2}, "any", True, "by a group"),
    beta("segment-none", {"targetingKey": "u5", "v": 2}, "none", False, "by none"),
    outside("not-segment-include", U1, "include", False, "result is that of the condition, after the negation"),
    outside("not-segment-exclude", {"targetingKey": "u9"}, "exclude", True, "by exclude, and so outside"),
    outside("not-segment-any", ACME, "any", False, "by a group, and so not outside"),
    outside("not-segment-none", {}, "none", True, "by none, and so outside"),
]
V1 = v_in([1], 1, True)
DRAWS = [
    row(5, "rollout-inside", "rollout-half", U1, "on SPLIT", [*FOUND, looked("r1", True, rollout=rolled("u1", 50, 36348, True))], "bucket and percent", "r1"),
    row(5, "rollout-outside", "rollout-half", U0, "off DEFAULT", [*FOUND, looked("r1", False, rollout=rolled("u0", 50, 55076, False)), fallen("DEFAULT")], "outside"),
    row(5, "rollout-missing", "rollout-half", {}, "off DEFAULT", [*FOUND, looked("r1", False, rollout=rolled(None, 50, None, False)), fallen("DEFAULT")], "no key: no bucket"),
    row(5, "rollout-number", "rollout-half", {"user_id": 5.0}, "off DEFAULT", [*FOUND, looked("r1", False, rollout=rolled("5", 50, 98042, False)), fallen("DEFAULT")], "the value as it is spelled"),
    row(5, "rollout-by", "rollout-by", {"company": {"id": "c1"}}, "on SPLIT", [*FOUND, looked("r1", True, rollout=rolled("c1", 100, 83563, True, "company.id"))], "by names the attribute", "r1"),
    row(5, "rollout-when-false", "rollout-when", {**U1, "v": 2}, "d DEFAULT", [*FOUND, looked("r1", False, v_in([1], 2, False)), fallen("DEFAULT")], "no rollout entry when a condition is false"),
    row(5, "rollout-when", "rollout-when", {**U1, "v": 1}, "a SPLIT", [*FOUND, looked("r1", True, V1, rollout=rolled("u1", 50, 36348, True))], "conditions first", "r1"),
    row(5, "split", "rule-split", U3, "b SPLIT", [*FOUND, looked("r1", True, split=drawn("u3", 1, 3, "b"))], "point, sum of weights, variant", "r1"),
    row(5, "split-missing", "rule-split", {}, "d DEFAULT", [*FOUND, looked("r1", False, split=drawn(None, None, 3, None)), fallen("DEFAULT")], "no key: no point; the rule is passed over"),
    row(5, "rollout-split", "rollout-split", U0, "c SPLIT", [*FOUND, looked("r1", True, rollout=rolled("u0", 60, 55076, True), split=drawn("u0", 2, 3, "c"))], "rollout, then split", "r1"),
    row(5, "rollout-split-outside", "rollout-split", U3, "d TARGETING_MATCH", [*FOUND, looked("r1", False, rollout=rolled("u3", 60, 82953, False)), looked("r2", True)],
        "no split entry when outside the rollout", "r2"),
    row(5, "rollout-split-missing", "rollout-split-by", U1, "d DEFAULT",
        [*FOUND, looked("r1", False, rollout=rolled("u1", 100, 36348, True), split=drawn(None, None, 1, None, "company.id")), fallen("DEFAULT")],
        "inside, but the split has no key"),
    row(6, "default-split", "default-split", U0, "c SPLIT", [*FOUND, fallen("SPLIT", split=drawn("u0", 2, 3, "c"))], "a split as default", metadata={"owner": "growth"}),
    row(6, "default-split-missing", "default-split", {}, "TARGETING_KEY_MISSING", [*FOUND, fallen("ERROR", split=drawn(None, None, 3, None))],
        "the split that could not be made", metadata={"owner": "growth"}),
    row(6, "default-split-by", "default-split-by", {**U1, "company.id": "c1"}, "b SPLIT", [*FOUND, fallen("SPLIT", split=drawn("c1", 1, 2, "b", "company.id"))], "by another attribute"),
    row(6, "default-after-rule", "default-split-one", {"targetingKey": ""}, "b SPLIT", [*FOUND, looked("r1", False, v_in([1], None, False)), fallen("SPLIT", split=drawn("", 0, 1, "b"))],
        "an empty value is a value"),
]
WEB = {"owner": "web"}
MET = required("needs-on", ["on"], "on", True, NEEDED)
EXISTS = compared("v", "exists", None, 7, True)
ALL = [
    row(6, "everything-default", "everything", U2, "c SPLIT",
        [*FOUND, MET, targeted("u2", None), looked("r1", False, held("beta", "none", False)),
         looked("r2", False, compared("v", "exists", None, None, False)), fallen("SPLIT", split=drawn("u2", 2, 4, "c"))],
        "every step in one trace", metadata=WEB),
    row(5, "everything-rule", "everything", {**U0, "v": 7}, "c SPLIT",
        [*FOUND, MET, targeted("u0", None), looked("r1", False, held("beta", "none", False)),
         looked("r2", True, EXISTS, rollout=rolled("u0", 60, 55076, True), split=drawn("u0", 2, 3, "c"))],
        "up to the rule that serves", "r2", WEB),
    row(4, "everything-target", "everything", {**U1, "v": 7}, "a TARGETING_MATCH", [*FOUND, MET, targeted("u1", "a")], "up to the target", metadata=WEB),
    row(6, "everything-error", "everything", {**ACME, "v": 7}, "TARGETING_KEY_MISSING",
        [*FOUND, MET, targeted(None, None), looked("r1", False, held("beta", "any", True), v_in([1], 7, False)),
         looked("r2", False, EXISTS, rollout=rolled(None, 60, None, False)), fallen("ERROR", split=drawn(None, None, 4, None))],
        "no key anywhere", metadata=WEB),
]


def document():
    cases = [*EARLY, *REQUIRES, *TARGETS, *RULES, *SEGMENT, *DRAWS, *ALL]
    return {"topic": "explain", "snapshot": snapshot(FLAGS, SEGMENTS), "cases": cases}
