"""operators-extremes.json: JSON that some parsers will not read: lone surrogates and numbers out of range."""

import table_pattern
from shapes import in_segment, operators, test, v

BIG = float("inf")
SEGMENTS = {"odd": {"include": ["\ufffd", "a\udc00b"], "any": [[test("v", "in", 1)]]}}

GROUPS = [
    ("surrogate-in", "4.utf8", [test("v", "in", "\ufffd", "a\ud800b")], [
        ("high", v("\ud800"), True, "a lone high surrogate is U+FFFD"),
        ("low", v("\udfff"), True, "a lone low surrogate is U+FFFD"),
        ("operand", v("a\ufffdb"), True, "so it is in the flag's own values"),
        ("both", v("a\udc01b"), True, "two different lone surrogates are equal"),
        ("two", v("\ud800\ud800"), False, "two of them are two characters"),
        ("pair", v("\ud83d\ude00"), False, "a pair is a character"),
    ]),
    ("surrogate-not-in", "4.utf8", [test("v", "not_in", "\ud83d")], [
        ("other-half", v("\ude00"), False, "two different lone surrogates are equal"),
        ("pair", v("\U0001f600"), True, "a pair is not its half"),
    ]),
    ("surrogate-contains", "4.utf8", [test("v", "contains", "\ud83d")], [
        ("pair", v("a\U0001f600b"), False, "half of a character is not in the character"),
        ("lone", v("a\ud83db"), True, "a lone one is"),
        ("other", v("a\ude00b"), True, "any lone one is: both are U+FFFD"),
    ]),
    ("surrogate-starts-with", "4.utf8", [test("v", "starts_with", "\ud83d")], [
        ("pair", v("\U0001f600"), False, "a character does not start with its half"),
        ("replacement", v("\ufffdx"), True, "U+FFFD does"),
    ]),
    ("surrogate-ends-with", "4.utf8", [test("v", "ends_with", "\ude00")], [
        ("pair", v("\U0001f600"), False, "a character does not end with its half"),
        ("lone", v("x\ud800"), True, "a lone one does"),
    ]),
    ("surrogate-matches", "4.utf8", [test("v", "matches", "^a.\ufffd$")], [
        ("lone", v("a\ud800\udbff"), True, "each lone surrogate is one character, U+FFFD"),
        ("pair", v("a\U0001f600\ud800"), True, "a pair is one character"),
    ]),
    ("surrogate-segment", "4.utf8", [in_segment("odd")], [
        ("lone", {"targetingKey": "\ud800"}, True, "keys are compared as UTF-8"),
        ("operand", {"targetingKey": "a\ufffdb"}, True, "keys are compared as UTF-8"),
        ("other", {"targetingKey": "ab"}, False, "the replacement counts"),
    ]),
    ("infinite-lt", "4.not_finite", [test("v", "lt", 10)], [
        ("negative", v(-BIG), False, "a number that is no finite double is missing"),
    ]),
    ("infinite-gt", "4.not_finite", [test("v", "gt", 10)], [
        ("positive", v(BIG), False, "a number that is no finite double is missing"),
        ("list", v([BIG, 11]), True, "in a list it fails its own test only"),
    ]),
    ("infinite-in", "4.not_finite", [test("v", "in", "1e400", 1)], [
        ("positive", v(BIG), False, "it is equal to nothing"),
    ]),
    ("infinite-not-in", "4.not_finite", [test("v", "not_in", 1)], [
        ("positive", v(BIG), False, "missing, so false"),
        ("list", v([2, BIG]), False, "like a null in a list"),
        ("list-finite", v([2, 1.7976931348623157e308]), True, "the largest double is a number"),
    ]),
    ("infinite-exists", "4.not_finite", [test("v", "exists")], [
        ("positive", v(BIG), False, "missing"),
        ("negative", v(-BIG), False, "missing"),
        ("list", v([BIG]), True, "the list itself is there"),
    ]),
    ("infinite-not-exists", "4.not_finite", [test("v", "not_exists")], [
        ("positive", v(BIG), True, "missing"),
    ]),
    ("infinite-path", "4.not_finite", [test("a.b", "in", 1)], [
        ("literal", {"a.b": BIG, "a": {"b": 1}}, True, "a literal that is missing lets the path answer"),
    ]),
    ("infinite-key", "4.not_finite", [test("targetingKey", "in", "u1")], [
        ("alias", {"targetingKey": BIG, "user_id": "u1"}, True, "missing, so the alias answers"),
    ]),
]


def document():
    return operators("operators-extremes", [*GROUPS, *table_pattern.SURROGATES], SEGMENTS)
