"""The snapshot of evaluation.json and explain.json.

Buckets with salt "s" (rollout bucket, split point of 1): u0 55076 0.974, u1 36348 0.166, u2 8005 0.713, u3 82953 0.562.
"""

from shapes import flag, in_segment, test

ON, OFF = {"variant": "on"}, {"variant": "off"}
ABC = [{"name": name, "value": name.upper()} for name in ("a", "b", "c", "d")]


def text(**fields):
    """A string flag with the variants a, b, c and d (A, B, C, D); d is its off."""
    return flag(**{"type": "string", "variants": ABC, "off": "d", "default": {"variant": "d"}, **fields})


def split(*parts, **more):
    return {"split": [{"variant": variant, "weight": weight} for variant, weight in parts], **more}


def rule(name, serve, *when, **more):
    return {"id": name, "when": list(when), **more, "serve": serve}


def needs(*pairs):
    return [{"flag": key, "variants": variants} for key, variants in pairs]


A, B, C = ({"variant": name} for name in "abc")
THIRDS = split(("a", 1), ("b", 1), ("c", 1))

FLAGS = {
    # 2.1, 2.2
    "static-on": flag(default=ON),
    "static-off": flag(),
    "constructor": flag(default=ON),
    "toString": flag(default=ON),
    "disabled": flag(enabled=False, default=ON, targets=[{"variant": "on", "keys": ["u1"]}], metadata={"owner": "web"}),
    "disabled-on": flag(enabled=False, off="on"),
    "disabled-needs": flag(enabled=False, requires=needs(("static-off", ["on"]))),
    # values
    "text": text(default=A),
    "number": flag(type="number", variants=[{"name": "on", "value": 1.5}, {"name": "off", "value": -0.0}], default=ON),
    "object": flag(type="object", variants=[{"name": "on", "value": {"a": [1, None, {"b": "\u00e9"}], "constructor": 1}}, {"name": "off", "value": {}}], default=ON),
    "empty-text": text(variants=[{"name": "a", "value": ""}, {"name": "d", "value": "D"}], default=A),
    # 2.3
    "needs-on": flag(default=ON, requires=needs(("static-on", ["on"])), metadata={"owner": "web", "cost": 2, "old": False}),
    "needs-off": flag(default=ON, requires=needs(("static-off", ["on"])), metadata={"owner": "web", "failedRequirement": "mine"}),
    "needs-either": flag(default=ON, requires=needs(("text", ["b", "a", "c"]))),
    "needs-last": flag(default=ON, requires=needs(("text", ["b", "c", "a"]))),
    "needs-none": flag(default=ON, requires=needs(("text", ["b", "c", "d"]))),
    "needs-three-first": flag(default=ON, requires=needs(("static-off", ["on"]), ("static-on", ["on"]), ("text", ["b"]))),
    "needs-three-middle": flag(default=ON, requires=needs(("static-on", ["on"]), ("static-off", ["on"]), ("text", ["b"]))),
    "needs-three-last": flag(default=ON, requires=needs(("static-on", ["on"]), ("text", ["a"]), ("static-off", ["on"]))),
    "needs-three": flag(default=ON, requires=needs(("static-on", ["on"]), ("text", ["a"]), ("static-off", ["off"]))),
    "needs-disabled": flag(default=ON, requires=needs(("disabled", ["on"]))),
    "needs-disabled-off": flag(default=ON, requires=needs(("disabled", ["off"]))),
    "needs-chain": flag(default=ON, requires=needs(("needs-off", ["on"]))),
    "needs-split": flag(default=ON, requires=needs(("default-split", ["a", "b", "c"]))),
    "needs-context": flag(default=ON, requires=needs(("targets", ["a"]))),
    "needs-before-target": flag(default=OFF, requires=needs(("static-off", ["on"])), targets=[{"variant": "on", "keys": ["u1"]}]),
    # 2.4
    "targets": text(targets=[{"variant": "a", "keys": ["u1", "u2", "u3"]}, {"variant": "b", "keys": ["u2", "u4", "5"]},
                             {"variant": "c", "keys": ["u6", "", "caf\u00e9"]}], rules=[rule("r1", B)]),
    "targets-only": text(targets=[{"variant": "a", "keys": []}]),
    "targets-twice": text(targets=[{"variant": "a", "keys": ["u1"]}, {"variant": "b", "keys": ["u2"]}, {"variant": "a", "keys": ["u3"]}]),
    # 2.5
    "rules": text(rules=[rule("r1", A, test("v", "in", 1)), rule("r2", B, test("v", "in", 1, 2)), rule("r3", C, test("v", "in", 1, 2, 3))]),
    "all-of": flag(rules=[rule("all", ON, test("x", "in", 1), test("y", "in", 1), test("z", "in", 1))]),
    "rule-empty": flag(rules=[rule("everyone", ON)]),
    "rule-no-when": flag(rules=[{"id": "everyone", "serve": ON}]),
    "rule-off": flag(default=ON, rules=[rule("r1", OFF, test("v", "in", 1))]),
    "rollout-0": flag(rules=[rule("r1", ON, rollout={"percent": 0})]),
    "rollout-100": flag(rules=[rule("r1", ON, rollout={"percent": 100})]),
    "rollout-half": flag(rules=[rule("r1", ON, rollout={"percent": 50})]),
    "rollout-border": flag(rules=[rule("r1", ON, rollout={"percent": 36.348})]),
    "rollout-border-in": flag(rules=[rule("r1", ON, rollout={"percent": 36.349})]),
    "rollout-by": flag(rules=[rule("r1", ON, rollout={"percent": 100, "by": "company.id"})]),
    "rollout-by-alias": flag(rules=[rule("r1", ON, rollout={"percent": 50, "by": "user_id"})]),
    "rollout-then": text(rules=[rule("r1", A, rollout={"percent": 10}), rule("r2", B, rollout={"percent": 50}), rule("r3", C, test("v", "exists"))]),
    "rollout-when": text(rules=[rule("r1", A, test("v", "in", 1), rollout={"percent": 50})]),
    "rule-split": text(rules=[rule("r1", THIRDS)]),
    "rule-split-by": text(rules=[rule("r1", split(("a", 0), ("b", 3), ("c", 0), by="company.id")), rule("r2", C)]),
    "rollout-split": text(rules=[rule("r1", THIRDS, rollout={"percent": 60}), rule("r2", {"variant": "d"})]),
    "rollout-split-by": text(rules=[rule("r1", split(("a", 1), by="company.id"), rollout={"percent": 100})]),
    "rollout-both-by": text(rules=[rule("r1", split(("a", 1)), rollout={"percent": 100, "by": "company.id"})]),
    "other-salt": flag(salt="t", rules=[rule("r1", ON, rollout={"percent": 0.001})]),
    "segment-rule": flag(rules=[rule("r1", ON, in_segment("beta"), test("v", "not_in", 1))]),
    # 2.6
    "default-rules": flag(default=ON, rules=[rule("r1", OFF, test("v", "in", 1))]),
    "default-split": text(default=THIRDS, metadata={"owner": "growth"}),
    "default-split-by": text(default=split(("a", 1), ("b", 1), by="company.id")),
    "default-split-zero": text(default=split(("a", 0), ("b", 1), ("c", 0))),
    "default-split-one": text(default=split(("b", 1)), rules=[rule("r1", A, test("v", "in", 1))]),
    "empty-lists": flag(default=ON, targets=[], rules=[], requires=[]),
}
SEGMENTS = {"beta": {"include": ["u1"], "exclude": ["u9"], "any": [[test("email", "ends_with", "@acme.com")]]}}
