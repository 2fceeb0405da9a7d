"""parse.json, the cases of one condition."""

from parse_rows import bad, fine, lost, of_rule
from shapes import in_segment, test

AT = "/flags/f/rules/0/when/0"


def accept(slug, why, *conditions):
    return fine(f"condition-{slug}", of_rule(when=list(conditions)), why)


def refuse(slug, why, condition, *issues):
    return bad(f"condition-{slug}", of_rule(when=[condition]), why, *[(AT + path, code) for path, code in issues])


def unknown(slug, why, condition, path):
    return lost(f"condition-{slug}", of_rule(when=[condition]), why, (AT + path, "unknown"))


def operand(slug, op, value, code, why):
    return refuse(slug, why, test("a", op, value), ("/values/0", code))


ROWS = [
    accept("in", "strings, numbers and booleans", test("a", "in", "", 0, -1.5, False), test("a", "not_in", "x")),
    accept("strings", "all string operators", *[test("a", op, "") for op in
           ("contains", "not_contains", "starts_with", "not_starts_with", "ends_with", "not_ends_with", "matches", "not_matches")]),
    accept("numbers", "numbers and strings in JSON's number grammar", test("a", "lt", 1), test("a", "lte", "-0"), test("a", "gt", "1E+2"), test("a", "gte", 1e300)),
    accept("instants", "RFC 3339", test("a", "before", "2026-01-01t00:00:00z"), test("a", "after", "0000-02-29T00:00:00.123456789-00:00")),
    accept("versions", "SemVer", *[test("a", op, "1.0.0-a.1+b") for op in ("semver_eq", "semver_lt", "semver_lte", "semver_gt", "semver_gte")]),
    accept("blocks", "IPv4 and IPv6, with and without a prefix", test("a", "in_cidr", "0.0.0.0/0", "::/0", "::ffff:0:0/95", "1.2.3.4"), test("a", "not_in_cidr", "::1/128")),
    accept("ignore-case", "where it may be", *[test("a", op, "x", ignoreCase=True) for op in
           ("in", "not_in", "contains", "not_contains", "starts_with", "not_starts_with", "ends_with", "not_ends_with")]),
    accept("exists", "no values", test("a", "exists"), test("a", "not_exists")),
    refuse("list", "a condition is an object", [], ("", "type")),
    refuse("op-missing", "without an operator nothing else is looked at", {"attribute": 1}, ("/op", "required")),
    refuse("op-number", "an operator is a string", {"op": 1, "attribute": ""}, ("/op", "type")),
    refuse("attribute-missing", "no attribute", {"op": "in", "values": ["a"]}, ("/attribute", "required")),
    refuse("attribute-empty", "an empty name", test("", "in", "a"), ("/attribute", "value")),
    refuse("attribute-number", "a name is a string", test(1, "exists"), ("/attribute", "type")),
    refuse("values-missing", "no values", test("a", "in"), ("/values", "required")),
    refuse("values-string", "values is a list", {"attribute": "a", "op": "in", "values": "US"}, ("/values", "type")),
    refuse("values-empty", "at least one value", {"attribute": "a", "op": "in", "values": []}, ("/values", "range")),
    refuse("values-empty-lt", "exactly one value", {"attribute": "a", "op": "lt", "values": []}, ("/values", "range")),
    refuse("values-two-lt", "exactly one value", test("a", "lt", 1, 2), ("/values", "range")),
    refuse("values-two-after", "exactly one value", test("a", "after", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), ("/values", "range")),
    refuse("values-two-semver", "exactly one value", test("a", "semver_eq", "1.0.0", "1.0.1"), ("/values", "range")),
    refuse("both-missing", "all issues are collected", {"op": "contains"}, ("/attribute", "required"), ("/values", "required")),
    operand("in-null", "in", None, "type", "null is no operand"),
    operand("in-object", "in", {}, "type", "an object is no operand"),
    operand("in-list", "not_in", ["a"], "type", "a list is no operand"),
    refuse("in-last", "the last of three", test("a", "in", "x", 1, None), ("/values/2", "type")),
    operand("contains-number", "contains", 1, "type", "string operators want strings"),
    operand("matches-number", "matches", 1, "type", "a pattern is a string"),
    operand("lt-true", "lt", True, "type", "a boolean is no number"),
    operand("lt-word", "lt", "ten", "value", "no number by JSON's grammar"),
    operand("lt-space", "lt", " 5", "value", "no number by JSON's grammar"),
    operand("gte-hex", "gte", "0x10", "value", "no number by JSON's grammar"),
    operand("gt-not-finite", "gt", "1e400", "value", "no finite double"),
    operand("after-date", "after", "2026-01-01", "value", "a date alone is none"),
    operand("after-leap-second", "after", "2026-06-30T23:59:60Z", "value", "a leap second is none"),
    operand("before-number", "before", 0, "type", "an instant is a string"),
    operand("semver-v", "semver_gte", "v1.0.0", "value", "a leading v is none"),
    operand("semver-number", "semver_gte", 1, "type", "a version is a string"),
    operand("cidr-prefix-33", "in_cidr", "1.2.3.4/33", "value", "the prefix is too long"),
    operand("cidr-prefix-129", "in_cidr", "::/129", "value", "the prefix is too long"),
    operand("cidr-prefix-zero", "in_cidr", "1.2.3.4/08", "value", "a leading zero in the prefix"),
    operand("cidr-prefix-plus", "in_cidr", "1.2.3.4/+8", "value", "a sign in the prefix"),
    operand("cidr-prefix-empty", "in_cidr", "1.2.3.4/", "value", "an empty prefix"),
    operand("cidr-prefix-two", "in_cidr", "1.2.3.4/8/8", "value", "two prefixes"),
    operand("cidr-mask", "in_cidr", "10.0.0.0/255.0.0.0", "value", "a mask is no prefix"),
    operand("cidr-zone", "not_in_cidr", "fe80::1%eth0/64", "value", "a zone is refused"),
    operand("cidr-short", "in_cidr", "10.0/16", "value", "four parts are needed"),
    operand("cidr-number", "in_cidr", 10, "type", "a block is a string"),
    operand("pattern-open", "matches", "(", "pattern", "an open group"),
    operand("pattern-lookahead", "matches", "a(?=b)", "pattern", "RE2 has no lookahead"),
    operand("pattern-lookbehind", "matches", "(?<!a)b", "pattern", "RE2 has no lookbehind"),
    operand("pattern-reference", "not_matches", r"(a)\1", "pattern", "RE2 has no back references"),
    operand("pattern-possessive", "matches", "a++", "pattern", "RE2 has no possessive repeats"),
    operand("pattern-range", "matches", "[z-a]", "pattern", "a range the wrong way round"),
    operand("pattern-repeat", "matches", "*a", "pattern", "nothing to repeat"),
    operand("pattern-count", "matches", "a{1001}", "pattern", "RE2 counts to 1000"),
    refuse("pattern-last", "the last of three", test("a", "matches", "a", "b", "["), ("/values/2", "pattern")),
    refuse("ignore-case-matches", "a pattern has (?i)", test("a", "matches", "a", ignoreCase=True), ("/ignoreCase", "value")),
    refuse("ignore-case-lt", "not a string operator", test("a", "lt", 1, ignoreCase=False), ("/ignoreCase", "value")),
    refuse("ignore-case-exists", "nothing is compared", test("a", "exists", ignoreCase=True), ("/ignoreCase", "value")),
    refuse("ignore-case-segment", "nothing is compared", {**in_segment("beta"), "ignoreCase": True}, ("/ignoreCase", "value"), ("/segment", "reference")),
    refuse("ignore-case-string", "ignoreCase is a boolean", test("a", "in", "a", ignoreCase="yes"), ("/ignoreCase", "type")),
    refuse("segment-missing", "no segment", {"op": "in_segment"}, ("/segment", "required")),
    refuse("segment-number", "a segment is named by a string", in_segment(1), ("/segment", "type")),
    refuse("segment-reference", "no such segment", in_segment("gone", "not_in_segment"), ("/segment", "reference")),
    refuse("segment-constructor", "no such segment: keys are data", in_segment("constructor"), ("/segment", "reference")),
    unknown("exists-values", "exists has no values", test("a", "exists", "x"), "/values"),
    unknown("in-with-segment", "in has no segment", test("a", "in", "x", segment="s"), "/segment"),
]
