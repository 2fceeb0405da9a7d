"""parse.json: snapshots and what a reader says of them."""

import table_parse_conditions
import table_parse_pattern
from parse_rows import bad, fine, lost, of_flag, of_rule, of_segment, one, without
from shapes import flag, snapshot, test

ON = {"variant": "on"}
NAMES = "1234567890" * 13


def split(*parts, **more):
    return {"split": [{"variant": variant, "weight": weight} for variant, weight in parts], **more}


def top(**fields):
    return {**snapshot({"f": flag()}), **fields}


def needs(**flags):
    """Flags that require each other: a="b" means a requires b."""
    made = {}
    for key, needed in flags.items():
        made[key] = flag(requires=[{"flag": name, "variants": ["on"]} for name in needed.split()])
    return snapshot(made)


SNAPSHOT = [
    fine("minimal", snapshot({}), "a snapshot without flags"),
    fine("version-zero", top(version=0), "version 0"),
    fine("version-decimal", top(version=2.0), "2.0 is the integer 2"),
    fine("extra-top", top(signature={"by": "k1"}, generatedAt="x"), "other fields at the top are ignored"),
    fine("segments-empty", top(segments={}), "no segments"),
    bad("not-object-list", [], "a snapshot is an object", ("", "type")),
    bad("not-object-null", None, "a snapshot is an object", ("", "type")),
    bad("empty-object", {}, "all issues are collected", ("/schema", "required"), ("/environment", "required"),
        ("/version", "required"), ("/flags", "required")),
    bad("schema-two", {"schema": 2, "flags": 7}, "another schema: nothing else is looked at", ("/schema", "unsupported")),
    bad("schema-string", top(schema="1"), "a schema is a number", ("/schema", "type")),
    bad("schema-missing", without(top(), "schema"), "no schema", ("/schema", "required")),
    bad("environment-missing", without(top(), "environment"), "no environment", ("/environment", "required")),
    bad("environment-type", top(environment=1), "an environment is a string", ("/environment", "type")),
    bad("environment-null", top(environment=None), "null is no string: nothing is missing by being null here", ("/environment", "type")),
    bad("environment-key", top(environment="my env"), "an environment is a key", ("/environment", "key")),
    bad("version-missing", without(top(), "version"), "no version", ("/version", "required")),
    bad("version-negative", top(version=-1), "below zero", ("/version", "range")),
    bad("version-fraction", top(version=1.5), "no integer", ("/version", "range")),
    bad("version-string", top(version="1"), "a version is a number", ("/version", "type")),
    bad("version-true", top(version=True), "a boolean is no number", ("/version", "type")),
    bad("version-large", top(version=9007199254740992), "beyond 2^53 - 1", ("/version", "range")),
    bad("flags-missing", without(top(), "flags"), "no flags", ("/flags", "required")),
    bad("flags-list", top(flags=[]), "flags is an object", ("/flags", "type")),
    bad("segments-list", top(segments=[]), "segments is an object", ("/segments", "type")),
    bad("segments-null", top(segments=None), "an optional field may be left out, not null", ("/segments", "type")),
]

KEYS = [
    fine("key-one", one("a"), "one character"),
    fine("key-digits", one("0.a_b-C"), "letters, digits, dot, low line, hyphen"),
    fine("key-128", one(NAMES[:128]), "128 characters"),
    fine("key-constructor", snapshot({"constructor": flag(), "toString": flag(), "hasOwnProperty": flag()}), "keys are data"),
    bad("key-129", one(NAMES[:129]), "129 characters", (f"/flags/{NAMES[:129]}", "key")),
    bad("key-empty", one(""), "the empty key", ("/flags/", "key")),
    bad("key-slash", one("a/b"), "a slash, escaped in the path", ("/flags/a~1b", "key")),
    bad("key-tilde", one("a~b"), "a tilde, escaped in the path", ("/flags/a~0b", "key")),
    bad("key-dot-first", one(".a"), "a dot first", ("/flags/.a", "key")),
    bad("key-proto", one("__proto__"), "a low line first", ("/flags/__proto__", "key")),
    bad("key-unicode", one("caf\u00e9"), "ASCII only", ("/flags/caf\u00e9", "key")),
    bad("key-line-feed", one("a\n"), "a line feed last", ("/flags/a\n", "key")),
    bad("key-segment", snapshot({"f": flag()}, {"a b": {}}), "segments have keys too", ("/segments/a b", "key")),
]

REQUIRED = [
    bad(f"flag-{name}-missing", snapshot({"f": without(flag(), name)}), f"no {name}", (f"/flags/f/{name}", "required"))
    for name in ("type", "enabled", "hash", "salt", "variants", "off", "default")
]

def nested(levels):
    """Objects and lists in turn, the outermost an object."""
    value = {} if levels % 2 else []
    for level in range(levels - 1, 0, -1):
        value = {"n": value} if level % 2 else [value]
    return value


FLAG = [
    fine("flag-object", of_flag(type="object", variants=[{"name": "on", "value": {"a": [1, None]}}, {"name": "off", "value": {}}]), "objects as values"),
    fine("flag-number", of_flag(type="number", variants=[{"name": "on", "value": -0.0}, {"name": "off", "value": 1e300}]), "numbers as values"),
    fine("flag-empty-lists", of_flag(requires=[], targets=[], rules=[], metadata={}), "optional lists may be empty"),
    fine("flag-salt-empty", of_flag(salt=""), "a salt is any string"),
    fine("flag-metadata", of_flag(metadata={"a": "x", "b": 1.5, "c": False}), "strings, numbers and booleans"),
    fine("target-keys-empty", of_flag(targets=[{"variant": "on", "keys": []}]), "a target may list nobody"),
    fine("value-deep", of_flag(type="object", variants=[{"name": "on", "value": nested(64)}, {"name": "off", "value": {}}]), "64 levels of nesting"),
    bad("value-too-deep", of_flag(type="object", variants=[{"name": "on", "value": {}}, {"name": "off", "value": nested(65)}]), "65 levels overflow the writers of some languages", ("/flags/f/variants/1/value", "range")),
    bad("value-endless", of_flag(type="object", variants=[{"name": "on", "value": {"a": [1, float("inf")]}}, {"name": "off", "value": {}}]), "a number that no double holds, deep in a value", ("/flags/f/variants/0/value", "range")),
    bad("metadata-endless", of_flag(metadata={"a": 1, "b": float("-inf")}), "a number that no double holds", ("/flags/f/metadata/b", "range")),
    bad("flag-list", snapshot({"f": []}), "a flag is an object", ("/flags/f", "type")),
    bad("flag-null", snapshot({"f": None}), "a flag is an object", ("/flags/f", "type")),
    bad("flag-enabled-string", of_flag(enabled="true"), "enabled is a boolean", ("/flags/f/enabled", "type")),
    bad("flag-enabled-null", of_flag(enabled=None), "null is no boolean", ("/flags/f/enabled", "type")),
    bad("flag-salt-number", of_flag(salt=1), "a salt is a string", ("/flags/f/salt", "type")),
    bad("flag-type-number", of_flag(type=1), "a type is a string", ("/flags/f/type", "type")),
    bad("flag-hash-null", of_flag(hash=None), "a hash is a string", ("/flags/f/hash", "type")),
    bad("flag-off-type", of_flag(off=False), "off is the name of a variant", ("/flags/f/off", "type")),
    bad("flag-off-reference", of_flag(off="gone"), "no such variant", ("/flags/f/off", "reference")),
    bad("flag-metadata-list", of_flag(metadata=[]), "metadata is an object", ("/flags/f/metadata", "type")),
    bad("flag-metadata-nested", of_flag(metadata={"ok": 1, "a/b": {}}), "metadata is flat, as in OpenFeature", ("/flags/f/metadata/a~1b", "type")),
    bad("flag-rules-object", of_flag(rules={}), "rules is a list", ("/flags/f/rules", "type")),
    bad("variants-empty", of_flag(variants=[]), "at least one; the names that are not there are issues too", ("/flags/f/variants", "range"),
        ("/flags/f/off", "reference"), ("/flags/f/default/variant", "reference")),
    bad("variants-object", of_flag(variants={"on": True}), "variants is a list; names are not checked without one", ("/flags/f/variants", "type")),
    bad("variant-name-key", of_flag(variants=[*flag()["variants"], {"name": "a b", "value": True}]), "a name is a key", ("/flags/f/variants/2/name", "key")),
    bad("variant-name-missing", of_flag(variants=[*flag()["variants"], {"value": True}]), "no name", ("/flags/f/variants/2/name", "required")),
    bad("variant-value-missing", of_flag(variants=[{"name": "on"}, {"name": "off", "value": False}]), "no value", ("/flags/f/variants/0/value", "required")),
    bad("variant-value-null", of_flag(variants=[{"name": "on", "value": None}, {"name": "off", "value": False}]), "null is of no type", ("/flags/f/variants/0/value", "value")),
    bad("variant-value-string", of_flag(variants=[{"name": "on", "value": True}, {"name": "off", "value": "false"}]), "not of the flag's type", ("/flags/f/variants/1/value", "value")),
    bad("variant-value-list", of_flag(type="object", variants=[{"name": "on", "value": []}, {"name": "off", "value": {}}]), "a list is no object", ("/flags/f/variants/0/value", "value")),
    bad("variant-value-boolean", of_flag(type="number", variants=[{"name": "on", "value": True}, {"name": "off", "value": 0}]), "a boolean is no number", ("/flags/f/variants/0/value", "value")),
    bad("variant-duplicate", of_flag(variants=[*flag()["variants"], {"name": "on", "value": False}]), "a name twice: the later one", ("/flags/f/variants/2/name", "duplicate")),
    bad("variant-not-object", of_flag(variants=[*flag()["variants"], "third"]), "a variant is an object", ("/flags/f/variants/2", "type")),
    bad("target-missing", of_flag(targets=[{}]), "both fields are needed", ("/flags/f/targets/0/variant", "required"), ("/flags/f/targets/0/keys", "required")),
    bad("target-reference", of_flag(targets=[{"variant": "on", "keys": ["a"]}, {"variant": "x", "keys": []}]), "no such variant", ("/flags/f/targets/1/variant", "reference")),
    bad("target-key-number", of_flag(targets=[{"variant": "on", "keys": ["a", 1, "b"]}]), "keys are strings", ("/flags/f/targets/0/keys/1", "type")),
]

SERVE = [
    fine("split", of_flag(default=split(("on", 1), ("off", 0), by="user_id")), "a split with a zero"),
    fine("split-max", of_flag(default=split(("on", 2**20))), "W = 2^20"),
    fine("split-decimal-weight", of_flag(default=split(("on", 1.0))), "1.0 is the integer 1"),
    bad("default-empty", of_flag(default={}), "neither variant nor split", ("/flags/f/default/variant", "required")),
    bad("default-string", of_flag(default="on"), "a serve is an object", ("/flags/f/default", "type")),
    bad("default-reference", of_flag(default={"variant": "ON"}), "no such variant: names are compared exactly", ("/flags/f/default/variant", "reference")),
    bad("split-empty", of_flag(default={"split": []}), "at least one part", ("/flags/f/default/split", "range")),
    bad("split-object", of_flag(default={"split": {}}), "a split is a list", ("/flags/f/default/split", "type")),
    bad("split-zero", of_flag(default=split(("on", 0), ("off", 0))), "at least one positive weight", ("/flags/f/default/split", "range")),
    bad("split-sum", of_flag(default=split(("on", 2**20), ("off", 1))), "a sum above 2^20", ("/flags/f/default/split", "range")),
    bad("split-weight-negative", of_flag(default=split(("on", 2), ("off", -1))), "a negative weight", ("/flags/f/default/split/1/weight", "range")),
    bad("split-weight-fraction", of_flag(default=split(("on", 0.5), ("off", 1))), "no integer", ("/flags/f/default/split/0/weight", "range")),
    bad("split-weight-string", of_flag(default=split(("on", "1"), ("off", 1))), "a weight is a number", ("/flags/f/default/split/0/weight", "type")),
    bad("split-weight-missing", of_flag(default={"split": [{"variant": "on"}, {"variant": "off", "weight": 1}]}), "no weight", ("/flags/f/default/split/0/weight", "required")),
    bad("split-reference", of_flag(default=split(("on", 1), ("x", 1))), "no such variant", ("/flags/f/default/split/1/variant", "reference")),
    bad("split-duplicate", of_flag(default=split(("on", 1), ("off", 1), ("on", 1))), "a variant twice: the later one", ("/flags/f/default/split/2/variant", "duplicate")),
    bad("split-by-empty", of_flag(default=split(("on", 1), by="")), "an empty name", ("/flags/f/default/by", "value")),
    bad("split-by-number", of_flag(default=split(("on", 1), by=1)), "a name is a string", ("/flags/f/default/by", "type")),
    lost("serve-both", of_flag(default={**ON, **split(("on", 1))}), "with variant, split is not a field of it", ("/flags/f/default/split", "unknown")),
    lost("serve-by-without-split", of_flag(default={**ON, "by": "user_id"}), "with variant, by is not a field of it", ("/flags/f/default/by", "unknown")),
]

RULE = [
    fine("rule-minimal", of_flag(rules=[{"id": "r1", "serve": ON}]), "when may be left out: true of everyone"),
    fine("percent-decimals", of_rule(rollout={"percent": 33.333}), "three decimals"),
    fine("percent-odd-double", of_rule(rollout={"percent": 8.413}), "8.413 × 1000 is not exact in doubles and still has three decimals"),
    fine("percent-zero", of_rule(rollout={"percent": 0, "by": "a.b"}), "0 %"),
    bad("percent-four-decimals", of_rule(rollout={"percent": 0.0001}), "four decimals", ("/flags/f/rules/0/rollout/percent", "range")),
    bad("percent-half-step", of_rule(rollout={"percent": 12.3455}), "four decimals", ("/flags/f/rules/0/rollout/percent", "range")),
    bad("percent-above", of_rule(rollout={"percent": 100.001}), "above 100", ("/flags/f/rules/0/rollout/percent", "range")),
    bad("percent-negative", of_rule(rollout={"percent": -1}), "below 0", ("/flags/f/rules/0/rollout/percent", "range")),
    bad("percent-string", of_rule(rollout={"percent": "10"}), "a percent is a number", ("/flags/f/rules/0/rollout/percent", "type")),
    bad("percent-missing", of_rule(rollout={}), "no percent", ("/flags/f/rules/0/rollout/percent", "required")),
    bad("rollout-number", of_rule(rollout=10), "a rollout is an object", ("/flags/f/rules/0/rollout", "type")),
    bad("rollout-by-empty", of_rule(rollout={"percent": 1, "by": ""}), "an empty name", ("/flags/f/rules/0/rollout/by", "value")),
    bad("rule-id-missing", of_flag(rules=[{"serve": ON}]), "no id", ("/flags/f/rules/0/id", "required")),
    bad("rule-id-key", of_rule(id="rule one"), "an id is a key", ("/flags/f/rules/0/id", "key")),
    bad("rule-id-duplicate", of_flag(rules=[{"id": name, "serve": ON} for name in ("a", "b", "a")]), "an id twice: the later one", ("/flags/f/rules/2/id", "duplicate")),
    bad("rule-serve-missing", of_flag(rules=[{"id": "r1"}]), "no serve", ("/flags/f/rules/0/serve", "required")),
    bad("rule-description", of_rule(description=1), "a description is a string", ("/flags/f/rules/0/description", "type")),
    bad("rule-when-object", of_rule(when={}), "when is a list", ("/flags/f/rules/0/when", "type")),
    bad("rule-string", of_flag(rules=["on"]), "a rule is an object", ("/flags/f/rules/0", "type")),
]



def doubling(levels):
    """l0 requires nothing; each further level requires the one below it twice, by two entries."""
    below = lambda level: [{"flag": f"l{level - 1}", "variants": [name]} for name in ("on", "off")]
    return snapshot({f"l{level}": flag(requires=below(level) if level else []) for level in range(levels + 1)})


REQUIRES = [
    fine("requires-chain", needs(a="b c", b="c", c=""), "a requirement reached on two ways is no cycle"),
    bad("requires-unknown", needs(a="gone"), "no such flag", ("/flags/a/requires/0/flag", "reference")),
    bad("requires-constructor", needs(a="constructor"), "no such flag: keys are data", ("/flags/a/requires/0/flag", "reference")),
    bad("requires-variant", snapshot({"a": flag(requires=[{"flag": "b", "variants": ["on", "x"]}]), "b": flag()}), "no such variant", ("/flags/a/requires/0/variants/1", "reference")),
    bad("requires-empty", snapshot({"a": flag(requires=[{"flag": "b", "variants": []}]), "b": flag()}), "at least one variant", ("/flags/a/requires/0/variants", "range")),
    bad("requires-missing", snapshot({"a": flag(requires=[{}])}), "both fields are needed", ("/flags/a/requires/0/flag", "required"), ("/flags/a/requires/0/variants", "required")),
    bad("requires-string", snapshot({"a": flag(requires=["b"]), "b": flag()}), "a requirement is an object", ("/flags/a/requires/0", "type")),
    bad("cycle-self", needs(a="a"), "a flag that requires itself", ("/flags/a/requires", "cycle")),
    bad("cycle-two", needs(a="b", b="a", c="a"), "c only leads into the cycle and is not in it", ("/flags/a/requires", "cycle"), ("/flags/b/requires", "cycle")),
    bad("cycle-three", needs(a="d b", b="c", c="a", d=""), "three flags in a row", ("/flags/a/requires", "cycle"), ("/flags/b/requires", "cycle"), ("/flags/c/requires", "cycle")),
    bad("cycle-two-cycles", needs(a="a", b="c", c="b"), "every flag of every cycle", ("/flags/a/requires", "cycle"), ("/flags/b/requires", "cycle"), ("/flags/c/requires", "cycle")),
    fine("requires-most", doubling(8), "two requirements each, eight levels: 510 flags looked at"),
    bad("requires-too-many", doubling(9), "nine levels: 1022 flags looked at, more than 1000", ("/flags/l9/requires", "range")),
    bad("requires-too-many-once", doubling(10), "reported where it begins, not again by those above", ("/flags/l9/requires", "range")),
    lost("requires-refused", snapshot({"a": flag(requires=[{"flag": "f", "variants": ["whatever"]}]), "f": flag(hash="ff2")}),
         "a refused flag may be required; its variants are not checked", ("/flags/f/hash", "unsupported")),
    lost("cycle-through-refused", snapshot({"a": flag(requires=[{"flag": "f", "variants": ["on"]}]), "f": flag(hash="ff2", requires=[{"flag": "a", "variants": ["on"]}])}),
         "requirements of a refused flag are not followed", ("/flags/f/hash", "unsupported")),
]

REFUSED = [
    lost("unknown-flag", of_flag(stale=True), "a field of a flag that this reader does not know", ("/flags/f/stale", "unknown")),
    lost("unknown-escaped", of_flag(**{"a/~b": 1}), "its name is escaped in the path", ("/flags/f/a~1~0b", "unknown")),
    lost("unknown-rule", of_rule(until="x"), "in a rule", ("/flags/f/rules/0/until", "unknown")),
    lost("unknown-rollout", of_rule(rollout={"percent": 1, "seed": 2}), "in a rollout", ("/flags/f/rules/0/rollout/seed", "unknown")),
    lost("unknown-condition", of_rule(when=[test("a", "in", 1, negate=True)]), "in a condition", ("/flags/f/rules/0/when/0/negate", "unknown")),
    lost("unknown-variant", of_flag(variants=[*flag()["variants"], {"name": "c", "value": True, "title": "C"}]), "in a variant", ("/flags/f/variants/2/title", "unknown")),
    lost("unknown-target", of_flag(targets=[{"variant": "on", "keys": [], "by": "x"}]), "in a target", ("/flags/f/targets/0/by", "unknown")),
    lost("unknown-part", of_flag(default={"split": [{"variant": "on", "weight": 1, "to": 2}]}), "in a part of a split", ("/flags/f/default/split/0/to", "unknown")),
    lost("unknown-require", snapshot({"f": flag(requires=[{"flag": "b", "variants": ["on"], "soft": True}]), "b": flag()}), "in a requirement", ("/flags/f/requires/0/soft", "unknown")),
    lost("unsupported-hash", of_flag(hash="ff2"), "a bucketing this reader does not know", ("/flags/f/hash", "unsupported")),
    lost("unsupported-hash-case", of_flag(hash="FF1"), "names are compared exactly", ("/flags/f/hash", "unsupported")),
    lost("unsupported-type", of_flag(type="date"), "a type this reader does not know: values are not checked", ("/flags/f/type", "unsupported")),
    lost("unsupported-type-prototype", of_flag(type="constructor"), "names are data", ("/flags/f/type", "unsupported")),
    lost("unsupported-op", of_rule(when=[{"op": "near", "place": "x", "values": 7}]), "the operator first: nothing else of the condition is looked at", ("/flags/f/rules/0/when/0/op", "unsupported")),
    lost("unsupported-two", of_rule(when=[test("a", "sounds_like", "x"), test("a", "in", 1), test("b", "toString", "x")]), "all issues are collected", ("/flags/f/rules/0/when/0/op", "unsupported"), ("/flags/f/rules/0/when/2/op", "unsupported")),
    bad("unsupported-and-fatal", of_flag(hash="ff2", off="gone"), "one fatal issue is enough, in a refused flag too", ("/flags/f/hash", "unsupported"), ("/flags/f/off", "reference")),
    bad("fatal-elsewhere", snapshot({"f": flag(hash="ff2"), "g": flag(enabled=1)}), "a fatal issue elsewhere: no flag is left to refuse", ("/flags/f/hash", "unsupported"), ("/flags/g/enabled", "type")),
    lost("refused-two", snapshot({"f": flag(hash="ff2"), "g": flag(type="date"), "h": flag()}), "two of three", ("/flags/f/hash", "unsupported"), ("/flags/g/type", "unsupported"), refused=["f", "g"]),
]

SEGMENT = [
    fine("segment-empty", of_segment(), "all fields are optional"),
    fine("segment-full", of_segment(description="x", include=["a", "a"], exclude=[], any=[[], [test("a", "exists")]]), "all fields"),
    bad("segment-list", snapshot({"f": flag()}, {"s": []}), "a segment is an object", ("/segments/s", "type")),
    bad("segment-include-number", of_segment(include=["a", 1]), "keys are strings", ("/segments/s/include/1", "type")),
    bad("segment-exclude-string", of_segment(exclude="a"), "exclude is a list", ("/segments/s/exclude", "type")),
    bad("segment-description", of_segment(description=None), "a description is a string", ("/segments/s/description", "type")),
    bad("segment-any-object", of_segment(any={}), "any is a list", ("/segments/s/any", "type")),
    bad("segment-any-flat", of_segment(any=[test("a", "exists")]), "any is a list of lists", ("/segments/s/any/0", "type")),
    bad("segment-condition", of_segment(any=[[], [test("a", "exists"), test("a", "lt", "x")]]), "conditions are checked", ("/segments/s/any/1/1/values/0", "value")),
    bad("segment-in-segment", of_segment(any=[[{"segment": "s", "op": "in_segment"}]]), "segments do not name segments", ("/segments/s/any/0/0/op", "value")),
    bad("segment-not-in-segment", of_segment(any=[[{"op": "not_in_segment"}]]), "that is the only issue of the condition", ("/segments/s/any/0/0/op", "value")),
    lost("segment-unknown", snapshot({"f": flag(), "g": flag()}, {"s": {"all": []}}), "a refused segment that no flag names", ("/segments/s/all", "unknown"), refused=[]),
    lost("segment-refuses", of_segment(True, any=[[test("a", "near", 1)]]), "a refused segment refuses the flags that name it", ("/segments/s/any/0/0/op", "unsupported"), ("/flags/f/rules/0/when/0/segment", "unsupported")),
    lost("segment-refuses-chain", {**of_segment(True, kind="x"), "flags": {**of_segment(True)["flags"], "g": flag(requires=[{"flag": "f", "variants": ["x"]}])}},
         "a flag refused because of a segment is refused for requirements too", ("/segments/s/kind", "unknown"), ("/flags/f/rules/0/when/0/segment", "unsupported")),
]


def document():
    rows = [*SNAPSHOT, *KEYS, *REQUIRED, *FLAG, *SERVE, *RULE, *table_parse_conditions.ROWS, *table_parse_pattern.ROWS, *REQUIRES, *REFUSED, *SEGMENT]
    return {"topic": "parse", "cases": rows}
