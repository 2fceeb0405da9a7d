"""evaluation.json: whole evaluations, by step. Results are written by hand; numbers of buckets are in evaluation_flags."""

from evaluation_flags import FLAGS, SEGMENTS
from shapes import snapshot

U0, U1, U2, U3 = ({"targetingKey": f"u{number}"} for number in range(4))
COMPANY = {"company": {"id": "c1"}}
WEB = {"owner": "web"}
GROWTH = {"owner": "growth"}


def failed(key, **more):
    return {**more, "failedRequirement": key}


def missing(step, slug, key, code, why, context=None, metadata=None):
    expect = {"key": key, "reason": "ERROR", "errorCode": code, "metadata": metadata or {}}
    return {"id": slug, "step": step, "why": why, "flag": key, "context": context or {}, "expect": expect}


def row(step, slug, key, context, variant, reason, why, rule=None, metadata=None):
    value = next(item["value"] for item in FLAGS[key]["variants"] if item["name"] == variant)
    expect = {"key": key, "value": value, "variant": variant, "reason": reason}
    if rule:
        expect["ruleId"] = rule
    expect["metadata"] = metadata or {}
    return {"id": slug, "step": step, "why": why, "flag": key, "context": context, "expect": expect}


D, S, T, P, X = "DEFAULT", "STATIC", "TARGETING_MATCH", "SPLIT", "DISABLED"
NOT_FOUND = [
    missing("2.1", f"not-found-{slug}", key, "FLAG_NOT_FOUND", why)
    for slug, key, why in [
        ("plain", "gone", "no such flag"), ("proto", "__proto__", "a key is data, not a property of a prototype"),
        ("own-property", "hasOwnProperty", "a key is data, not a property of a prototype"),
        ("value-of", "valueOf", "a key is data, not a property of a prototype"), ("empty", "", "the empty key"),
        ("case", "Static-on", "keys are compared exactly"), ("space", "static-on ", "keys are not trimmed"),
        ("path", "static-on/variants", "keys are no paths"), ("schema", "schema", "flags only, not the snapshot"),
    ]
]
ENABLED = [
    row("2.1", "found", "static-on", {}, "on", S, "the flag is there"),
    row("2.1", "found-constructor", "constructor", {}, "on", S, "a key like any other"),
    row("2.1", "found-to-string", "toString", {}, "on", S, "a key like any other"),
    row("2.2", "disabled", "disabled", U1, "off", X, "disabled comes before targets", metadata=WEB),
    row("2.2", "disabled-on", "disabled-on", {}, "on", X, "off names any variant"),
    row("2.2", "disabled-needs", "disabled-needs", {}, "off", X, "disabled comes before requirements: none failed"),
    row("2.result", "value-text", "text", {}, "a", S, "a string"),
    row("2.result", "value-number", "number", {}, "on", S, "a number"),
    row("2.result", "value-object", "object", {}, "on", S, "an object as it is"),
    row("2.result", "value-empty", "empty-text", {}, "a", S, "the empty string is a value"),
]
REQUIRES = [
    row("2.3", "needs-on", "needs-on", {}, "on", S, "met; metadata is the flag's own", metadata={"owner": "web", "cost": 2, "old": False}),
    row("2.3", "needs-off", "needs-off", {}, "off", X, "not met; failedRequirement replaces one of the flag's own", metadata=failed("static-off", owner="web")),
    row("2.3", "needs-middle", "needs-either", {}, "on", S, "the variant is in the middle of the list"),
    row("2.3", "needs-last", "needs-last", {}, "on", S, "the variant is last in the list"),
    row("2.3", "needs-none", "needs-none", {}, "off", X, "the variant is not in the list", metadata=failed("text")),
    row("2.3", "needs-three-first", "needs-three-first", {}, "off", X, "the first fails; the third would too but the first is named", metadata=failed("static-off")),
    row("2.3", "needs-three-middle", "needs-three-middle", {}, "off", X, "the middle one fails", metadata=failed("static-off")),
    row("2.3", "needs-three-last", "needs-three-last", {}, "off", X, "the last fails", metadata=failed("static-off")),
    row("2.3", "needs-three", "needs-three", {}, "on", S, "all three are met"),
    row("2.3", "needs-disabled", "needs-disabled", U1, "off", X, "a disabled requirement serves its off", metadata=failed("disabled")),
    row("2.3", "needs-disabled-off", "needs-disabled-off", U1, "on", S, "and is met when off is what is wanted"),
    row("2.3", "needs-chain", "needs-chain", {}, "off", X, "the direct requirement is named", metadata=failed("needs-off")),
    row("2.3", "needs-error", "needs-split", {}, "off", X, "a requirement that errs is not met", metadata=failed("default-split")),
    row("2.3", "needs-no-error", "needs-split", U1, "on", S, "with a key it is met"),
    row("2.3", "needs-context", "needs-context", U1, "on", S, "the same context"),
    row("2.3", "needs-context-other", "needs-context", {"targetingKey": "u4"}, "off", X, "the same context", metadata=failed("targets")),
    row("2.3", "needs-before-target", "needs-before-target", U1, "off", X, "requirements come before targets", metadata=failed("static-off")),
]
TARGETS = [
    row("2.4", "target-first", "targets", U1, "a", T, "first list, first key"),
    row("2.4", "target-twice", "targets", U2, "a", T, "in two lists: the first that has it"),
    row("2.4", "target-last-key", "targets", U3, "a", T, "first list, last key"),
    row("2.4", "target-middle", "targets", {"user_id": "u4"}, "b", T, "middle list; user_id is the targeting key"),
    row("2.4", "target-number", "targets", {"targetingKey": 5}, "b", T, "an integer is spelled in decimal"),
    row("2.4", "target-decimal", "targets", {"targetingKey": 5.0}, "b", T, "5.0 is the integer 5"),
    row("2.4", "target-last", "targets", {"targetingKey": "u6"}, "c", T, "last list"),
    row("2.4", "target-empty", "targets", {"targetingKey": ""}, "c", T, "the empty string is a key"),
    row("2.4", "target-unicode", "targets", {"targetingKey": "caf\u00e9"}, "c", T, "compared as UTF-8"),
    row("2.4", "target-decomposed", "targets", {"targetingKey": "cafe\u0301"}, "b", T, "not normalised: the rule serves", "r1"),
    row("2.4", "target-none", "targets", {"targetingKey": "u7"}, "b", T, "in no list: the rule serves", "r1"),
    row("2.4", "target-case", "targets", {"targetingKey": "U1"}, "b", T, "compared exactly: the rule serves", "r1"),
    row("2.4", "target-missing", "targets", {}, "b", T, "no key is not the empty key: the rule serves", "r1"),
    row("2.4", "target-boolean", "targets", {"targetingKey": True, "user_id": "u1"}, "b", T, "a boolean counts as missing: the rule serves", "r1"),
    row("2.4", "target-later-list", "targets-twice", U3, "a", T, "one variant may have two lists"),
    row("2.6", "target-only", "targets-only", U1, "d", D, "a flag with targets is not static, even when they are empty"),
]
RULES = [
    row("2.5", "rules-first", "rules", {"v": 1}, "a", T, "all apply: the first serves", "r1"),
    row("2.5", "rules-middle", "rules", {"v": 2}, "b", T, "the middle one is the first that applies", "r2"),
    row("2.5", "rules-last", "rules", {"v": 3}, "c", T, "only the last applies", "r3"),
    row("2.6", "rules-none", "rules", {"v": 4}, "d", D, "no rule applies"),
    row("2.5", "all-of", "all-of", {"x": 1, "y": 1, "z": 1}, "on", T, "every condition is true", "all"),
    row("2.5", "all-of-first", "all-of", {"x": 0, "y": 1, "z": 1}, "off", D, "the first condition is false"),
    row("2.5", "all-of-middle", "all-of", {"x": 1, "z": 1}, "off", D, "the middle condition is false"),
    row("2.5", "all-of-last", "all-of", {"x": 1, "y": 1, "z": None}, "off", D, "the last condition is false"),
    row("2.5", "rule-empty", "rule-empty", {}, "on", T, "no conditions: true of everyone, without a key too", "everyone"),
    row("2.5", "rule-no-when", "rule-no-when", {}, "on", T, "when left out is the same as empty", "everyone"),
    row("2.5", "rule-off", "rule-off", {"v": 1}, "off", T, "a rule may serve the variant off: a match all the same", "r1"),
    row("2.5", "rule-segment", "segment-rule", {"targetingKey": "u1", "v": 2}, "on", T, "a segment and a condition", "r1"),
    row("2.5", "rule-segment-any", "segment-rule", {"email": "a@acme.com", "v": 2}, "on", T, "a segment without a key", "r1"),
    row("2.5", "rule-segment-excluded", "segment-rule", {"targetingKey": "u9", "email": "a@acme.com", "v": 2}, "off", D, "excluded"),
    row("2.5", "rollout-0", "rollout-0", U1, "off", D, "nobody is inside 0 %"),
    row("2.5", "rollout-100", "rollout-100", U1, "on", P, "a rollout of 100 % still is a SPLIT", "r1"),
    row("2.5", "rollout-100-missing", "rollout-100", {}, "off", D, "without a key the rule is passed over, at 100 % too"),
    row("2.5", "rollout-100-boolean", "rollout-100", {"targetingKey": True}, "off", D, "a key that cannot be spelled is missing"),
    row("2.5", "rollout-100-fraction", "rollout-100", {"targetingKey": 1.5}, "off", D, "a key that cannot be spelled is missing"),
    row("2.5", "rollout-100-empty", "rollout-100", {"targetingKey": ""}, "on", P, "the empty string is a value", "r1"),
    row("2.5", "rollout-inside", "rollout-half", U1, "on", P, "bucket 36348 is inside 50 %", "r1"),
    row("2.5", "rollout-outside", "rollout-half", U0, "off", D, "bucket 55076 is outside 50 %"),
    row("2.5", "rollout-user-id", "rollout-half", {"user_id": "u1"}, "on", P, "user_id is the targeting key", "r1"),
    row("2.5", "rollout-border", "rollout-border", U1, "off", D, "bucket 36348 is outside 36.348 %"),
    row("2.5", "rollout-border-in", "rollout-border-in", U1, "on", P, "bucket 36348 is inside 36.349 %", "r1"),
    row("2.5", "rollout-by", "rollout-by", COMPANY, "on", P, "by is looked up like any attribute", "r1"),
    row("2.5", "rollout-by-missing", "rollout-by", U1, "off", D, "the attribute is missing; the targeting key does not help"),
    row("2.5", "rollout-by-list", "rollout-by", {"company": {"id": ["c1"]}}, "off", D, "a list counts as missing"),
    row("2.5", "rollout-by-number", "rollout-by", {"company.id": 7}, "on", P, "an integer is spelled", "r1"),
    row("2.5", "rollout-by-alias", "rollout-by-alias", U1, "on", P, "targetingKey answers for user_id", "r1"),
    row("2.5", "rollout-by-alias-both", "rollout-by-alias", {"targetingKey": "u1", "user_id": "u0"}, "off", D, "by user_id: the literal name first"),
    row("2.5", "rollouts-first", "rollout-then", U2, "a", P, "bucket 8005 is inside 10 %", "r1"),
    row("2.5", "rollouts-second", "rollout-then", U1, "b", P, "bucket 36348: one bucket for all rollouts of a flag", "r2"),
    row("2.5", "rollouts-third", "rollout-then", {"targetingKey": "u0", "v": 1}, "c", T, "outside both: this rule has no rollout", "r3"),
    row("2.5", "rollouts-missing", "rollout-then", {"v": 1}, "c", T, "without a key both are passed over", "r3"),
    row("2.5", "rollouts-none", "rollout-then", U3, "d", D, "no rule applies"),
    row("2.5", "rollout-when", "rollout-when", {"targetingKey": "u1", "v": 1}, "a", P, "conditions and rollout", "r1"),
    row("2.5", "rollout-when-false", "rollout-when", {"targetingKey": "u1", "v": 2}, "d", D, "inside, but a condition is false"),
    row("2.5", "rollout-when-outside", "rollout-when", {"targetingKey": "u0", "v": 1}, "d", D, "the conditions are true, but outside"),
    row("2.5", "split-first", "rule-split", U1, "a", P, "0.166 is in the first third", "r1"),
    row("2.5", "split-middle", "rule-split", U3, "b", P, "0.562 is in the middle third", "r1"),
    row("2.5", "split-last", "rule-split", U0, "c", P, "0.974 is in the last third", "r1"),
    row("2.5", "split-missing", "rule-split", {}, "d", D, "without a key the rule is passed over"),
    row("2.5", "split-by", "rule-split-by", COMPANY, "b", P, "only one part has weight", "r1"),
    row("2.5", "split-by-missing", "rule-split-by", U1, "c", T, "passed over: the next rule serves", "r2"),
    row("2.5", "rollout-split-first", "rollout-split", U1, "a", P, "inside 60 %, then the first third", "r1"),
    row("2.5", "rollout-split-last", "rollout-split", U0, "c", P, "inside 60 %, then the last third: the split has a hash of its own", "r1"),
    row("2.5", "rollout-split-outside", "rollout-split", U3, "d", T, "outside 60 %: the next rule serves", "r2"),
    row("2.5", "rollout-split-missing", "rollout-split-by", U1, "d", D, "inside, but the split's key is missing: passed over"),
    row("2.5", "rollout-split-both", "rollout-split-by", {**U1, **COMPANY}, "a", P, "both keys are there", "r1"),
    row("2.5", "rollout-key-missing", "rollout-both-by", U1, "d", D, "the rollout's key is missing: passed over"),
    row("2.5", "other-salt", "other-salt", U1, "off", D, "another salt"),
]
DEFAULTS = [
    row("2.6", "static", "static-off", U1, "off", S, "no targets and no rules"),
    row("2.6", "static-empty-lists", "empty-lists", {}, "on", S, "empty lists are none"),
    row("2.6", "default", "default-rules", {"v": 2}, "on", D, "the flag has rules"),
    row("2.6", "default-split-first", "default-split", U1, "a", P, "a split as default; no ruleId", metadata=GROWTH),
    row("2.6", "default-split-middle", "default-split", U3, "b", P, "a split as default", metadata=GROWTH),
    row("2.6", "default-split-last", "default-split", U0, "c", P, "a split as default", metadata=GROWTH),
    missing("2.6", "default-split-missing", "default-split", "TARGETING_KEY_MISSING", "the flag's metadata is kept", metadata=GROWTH),
    missing("2.6", "default-split-null", "default-split", "TARGETING_KEY_MISSING", "null is missing", {"targetingKey": None}, GROWTH),
    missing("2.6", "default-split-object", "default-split", "TARGETING_KEY_MISSING", "a key that cannot be spelled is missing", {"targetingKey": {}}, GROWTH),
    missing("2.6", "default-split-large", "default-split", "TARGETING_KEY_MISSING", "2^53 is not spelled", {"targetingKey": 2**53}, GROWTH),
    missing("2.6", "default-split-by-missing", "default-split-by", "TARGETING_KEY_MISSING", "the code is the same for another attribute", U1),
    row("2.6", "default-split-zero", "default-split-zero", U1, "b", P, "only one part has weight"),
    row("2.6", "default-split-one", "default-split-one", U1, "b", P, "a split of one part is a split"),
    row("2.6", "default-split-rule", "default-split-one", {"v": 1}, "a", T, "a rule before it needs no key", "r1"),
    missing("2.6", "default-split-one-missing", "default-split-one", "TARGETING_KEY_MISSING", "a split of one part needs its key too"),
]


def document():
    cases = [*NOT_FOUND, *ENABLED, *REQUIRES, *TARGETS, *RULES, *DEFAULTS]
    return {"topic": "evaluation", "snapshot": snapshot(FLAGS, SEGMENTS), "cases": cases}
