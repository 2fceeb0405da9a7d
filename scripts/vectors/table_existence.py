"""operators-existence.json: exists and not_exists."""

from shapes import operators, test, v

PRESENT = [
    ("string", v("x"), "a string"),
    ("empty-string", v(""), "the empty string is present"),
    ("zero", v(0), "zero is present"),
    ("false", v(False), "false is present"),
    ("empty-list", v([]), "an empty list exists: the attribute itself is looked at"),
    ("list-of-null", v([None]), "a list of null exists: elements are not looked at"),
    ("empty-object", v({}), "an empty object is present"),
    ("object", v({"a": None}), "an object is present"),
]
MISSING = [
    ("null", v(None), "null is missing"),
    ("absent", {}, "absent is missing"),
    ("other", {"w": 1}, "another attribute"),
    ("case", {"V": 1}, "names are compared exactly"),
]
NESTED = [
    ("present", {"a": {"b": 0}}, True, "present on the path"),
    ("null", {"a": {"b": None}}, False, "null on the path"),
    ("absent", {"a": {}}, False, "absent on the path"),
    ("no-object", {"a": "b"}, False, "no object on the path"),
]


def document():
    exists = [(slug, context, True, why) for slug, context, why in PRESENT]
    exists += [(slug, context, False, why) for slug, context, why in MISSING]
    not_exists = [(slug, context, not on, why) for slug, context, on, why in exists]
    nested = [(slug, context, not on, why) for slug, context, on, why in NESTED]
    return operators("operators-existence", [
        ("exists", "4.exists", [test("v", "exists")], exists),
        ("not-exists", "4.not_exists", [test("v", "not_exists")], not_exists),
        ("exists-path", "4.exists", [test("a.b", "exists")], NESTED),
        ("not-exists-path", "4.not_exists", [test("a.b", "not_exists")], nested),
    ])
