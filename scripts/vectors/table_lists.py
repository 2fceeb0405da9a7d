"""operators-lists.json: a list in the context."""

from shapes import operators, test, v

GROUPS = [
    ("list-in", "4.list", [test("v", "in", "a", "b", 3)], [
        ("first", v(["a", "x", "y"]), True, "any element: first"),
        ("middle", v(["x", "b", "y"]), True, "any element: middle"),
        ("last", v(["x", "y", "a"]), True, "any element: last"),
        ("none", v(["x", "y", "z"]), False, "no element"),
        ("empty", v([]), False, "an empty list: any is false"),
        ("one", v(["a"]), True, "one element"),
        ("null-first", v([None, "a"]), True, "a null fails its own test only"),
        ("only-null", v([None]), False, "null is equal to nothing"),
        ("nested", v([["a"]]), False, "lists inside lists are not flattened"),
        ("nested-beside", v([["x"], "a"]), True, "an element beside the nested list"),
        ("object", v([{"a": "a"}, "b"]), True, "an object is equal to nothing, the next element is"),
        ("number", v(["x", 3]), True, "elements of any type"),
        ("number-string", v(["x", "3.0"]), True, "each element is compared by the rules of equality"),
        ("duplicates", v(["a", "a"]), True, "twice the same"),
    ]),
    ("list-not-in", "4.list", [test("v", "not_in", "a", "b", 3)], [
        ("first", v(["a", "x", "y"]), False, "every element: the first fails"),
        ("middle", v(["x", "b", "y"]), False, "every element: the middle one fails"),
        ("last", v(["x", "y", 3]), False, "every element: the last fails"),
        ("all", v(["x", "y", 4]), True, "every element is equal to none"),
        ("empty", v([]), True, "an empty list: every is true"),
        ("null-first", v([None, "x", "y"]), False, "a null makes its own test false"),
        ("null-middle", v(["x", None, "y"]), False, "a null makes its own test false"),
        ("null-last", v(["x", "y", None]), False, "a null makes its own test false"),
        ("nested", v(["x", ["a"]]), True, "a list within a list is equal to nothing"),
        ("object", v([{"a": "a"}]), True, "an object is equal to nothing"),
        ("booleans", v([True, False]), True, "any JSON value is in the domain"),
    ]),
    ("list-contains", "4.list", [test("v", "contains", "ab")], [
        ("first", v(["xab", "y", "z"]), True, "any element: first"),
        ("middle", v(["x", "abz", "y"]), True, "any element: middle"),
        ("last", v(["x", "y", "ab"]), True, "any element: last"),
        ("whole", v(["a", "b"]), False, "elements are not joined"),
        ("number-beside", v([5, "ab"]), True, "an element outside the domain fails its own test only"),
        ("nested", v([["ab"]]), False, "a list within a list is outside the domain"),
        ("empty", v([]), False, "an empty list"),
    ]),
    ("list-not-contains", "4.list", [test("v", "not_contains", "ab")], [
        ("all", v(["x", "y"]), True, "every element"),
        ("first", v(["ab", "x", "y"]), False, "the first holds it"),
        ("middle", v(["x", "ab", "y"]), False, "the middle one holds it"),
        ("last", v(["x", "y", "ab"]), False, "the last holds it"),
        ("number", v(["x", 5]), False, "an element outside the domain makes it false"),
        ("null", v(["x", None]), False, "a null makes it false"),
        ("nested", v(["x", ["y"]]), False, "a list within a list is outside the domain"),
        ("empty", v([]), True, "an empty list: every is true"),
    ]),
    ("list-starts-with", "4.list", [test("v", "starts_with", "ad")], [
        ("last", v(["x", "admin"]), True, "any element"),
        ("none", v(["x", "y"]), False, "no element"),
    ]),
    ("list-not-starts-with", "4.list", [test("v", "not_starts_with", "ad")], [
        ("first", v(["admin", "x"]), False, "every element: the first fails"),
        ("all", v(["x", "y"]), True, "every element"),
    ]),
    ("list-ends-with", "4.list", [test("v", "ends_with", ".dev")], [
        ("first", v(["a.dev", "b.com"]), True, "any element"),
        ("none", v(["a.org", "b.com"]), False, "no element"),
    ]),
    ("list-not-ends-with", "4.list", [test("v", "not_ends_with", ".dev")], [
        ("last", v(["b.com", "a.dev"]), False, "every element: the last fails"),
        ("all", v(["a.org", "b.com"]), True, "every element"),
    ]),
    ("list-matches", "4.list", [test("v", "matches", "^a$")], [
        ("middle", v(["b", "a", "c"]), True, "any element"),
        ("joined", v(["b\na"]), False, "each element by itself"),
        ("empty", v([]), False, "an empty list"),
    ]),
    ("list-not-matches", "4.list", [test("v", "not_matches", "^a$")], [
        ("middle", v(["b", "a", "c"]), False, "every element: the middle one fails"),
        ("all", v(["b", "c"]), True, "every element"),
        ("boolean", v(["b", True]), False, "an element outside the domain makes it false"),
        ("empty", v([]), True, "an empty list: every is true"),
    ]),
    ("list-gt", "4.list", [test("v", "gt", 10)], [
        ("first", v([11, 1, 2]), True, "any element: first"),
        ("middle", v([1, "11", 2]), True, "any element: middle, in a string"),
        ("last", v([1, 2, 11]), True, "any element: last"),
        ("none", v([1, 2, None, "x", True]), False, "no element"),
        ("empty", v([]), False, "an empty list"),
        ("nested", v([[11]]), False, "not flattened"),
    ]),
    ("list-before", "4.list", [test("v", "before", "2026-01-01T00:00:00Z")], [
        ("last", v(["2026-01-01T00:00:00Z", "2025-12-31T23:59:59Z"]), True, "any element"),
        ("none", v(["2026-01-01T00:00:00Z", "2025-01-01"]), False, "no element: one is late, one is none"),
    ]),
    ("list-semver", "4.list", [test("v", "semver_gte", "2.0.0")], [
        ("middle", v(["1.0.0", "2.0.0", "v3.0.0"]), True, "any element"),
        ("none", v(["1.0.0", "v3.0.0"]), False, "no element: one is less, one is none"),
    ]),
    ("list-in-cidr", "4.list", [test("v", "in_cidr", "10.0.0.0/8")], [
        ("last", v(["1.1.1.1", "10.0.0.1"]), True, "any element"),
        ("none", v(["1.1.1.1", "x"]), False, "no element"),
    ]),
    ("list-not-in-cidr", "4.list", [test("v", "not_in_cidr", "10.0.0.0/8")], [
        ("first", v(["10.0.0.1", "1.1.1.1"]), False, "every element: the first fails"),
        ("all", v(["1.1.1.1", "::1"]), True, "every element"),
        ("not-an-address", v(["1.1.1.1", "x"]), False, "an element that is none makes it false"),
        ("empty", v([]), True, "an empty list: every is true"),
    ]),
]


def document():
    return operators("operators-lists", GROUPS)
