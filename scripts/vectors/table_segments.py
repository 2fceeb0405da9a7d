"""operators-segments.json: in_segment and not_in_segment."""

from shapes import in_segment, operators, test

SEGMENTS = {
    "beta": {
        "description": "People who asked for new things",
        "include": ["u1", "u2", "u3"],
        "exclude": ["u2", "u8", "u9", "x1"],
        "any": [
            [test("email", "ends_with", "@acme.com")],
            [test("country", "in", "US"), test("plan", "in", "pro"), test("age", "gte", 18)],
            [test("tester", "in", True)],
        ],
    },
    "nobody": {},
    "empty-lists": {"include": [], "exclude": [], "any": []},
    "everyone": {"any": [[]]},
    "everyone-last": {"exclude": ["u9"], "any": [[test("v", "in", 1)], []]},
    "key-only": {"include": ["u1", ""]},
    "exclude-only": {"exclude": ["u1"]},
    "constructor": {"include": ["u1"]},
    "negative": {"any": [[test("v", "not_in", 1), test("w", "not_exists")]]},
}
PRO = {"country": "US", "plan": "pro", "age": 18}


def key(name, **attributes):
    return {"targetingKey": name, **attributes}


BETA = [
    ("include-first", key("u1"), True, "included: first"),
    ("include-middle", key("u2"), True, "included: middle; include wins over exclude"),
    ("include-last", key("u3"), True, "included: last"),
    ("exclude-first", key("u8", email="a@acme.com"), False, "excluded although a group is true"),
    ("exclude-middle", key("u9", tester=True), False, "excluded although a group is true"),
    ("exclude-last", key("x1", email="a@acme.com"), False, "excluded although a group is true"),
    ("group-first", key("z", email="a@acme.com"), True, "the first group is true"),
    ("group-middle", key("z", **PRO), True, "the middle group is true"),
    ("group-last", key("z", tester=True), True, "the last group is true"),
    ("group-none", key("z", email="a@b.com"), False, "no group is true"),
    ("condition-first", key("z", **{**PRO, "country": "CA"}), False, "the first condition of the group is false"),
    ("condition-middle", key("z", **{**PRO, "plan": "free"}), False, "the middle condition of the group is false"),
    ("condition-last", key("z", **{**PRO, "age": 17}), False, "the last condition of the group is false"),
    ("no-key-group", {"email": "a@acme.com"}, True, "without a key the groups decide"),
    ("no-key", {}, False, "without a key and attributes: not held"),
    ("null-key", {"targetingKey": None, "tester": True}, True, "a null key is no key"),
    ("alias", {"user_id": "u3"}, True, "user_id is the targeting key"),
    ("unusable-key", {"targetingKey": ["u1"]}, False, "a key that cannot be spelled is missing"),
    ("case", key("U1"), False, "keys are compared exactly"),
]


def document():
    inverse = [(slug, context, not on, f"the plain negation: {why}") for slug, context, on, why in BETA]
    return operators("operators-segments", [
        ("in-beta", "4.in_segment", [in_segment("beta")], BETA),
        ("not-in-beta", "4.not_in_segment", [in_segment("beta", "not_in_segment")], inverse),
        ("in-nobody", "4.in_segment", [in_segment("nobody")], [
            ("key", key("u1"), False, "a segment without lists holds nobody"),
            ("no-key", {}, False, "a segment without lists holds nobody"),
        ]),
        ("not-in-nobody", "4.not_in_segment", [in_segment("nobody", "not_in_segment")], [
            ("key", key("u1"), True, "everyone is outside"),
            ("no-key", {}, True, "a missing key does not make the negation false: no attribute is named"),
        ]),
        ("in-empty-lists", "4.in_segment", [in_segment("empty-lists")], [
            ("key", key("u1"), False, "an empty any holds nobody"),
        ]),
        ("in-everyone", "4.in_segment", [in_segment("everyone")], [
            ("key", key("u1"), True, "an empty group is true of everyone"),
            ("no-key", {}, True, "an empty group is true without a key too"),
        ]),
        ("in-everyone-last", "4.in_segment", [in_segment("everyone-last")], [
            ("key", key("u1"), True, "the empty group is the last one"),
            ("excluded", key("u9"), False, "but exclude comes before the groups"),
        ]),
        ("in-key-only", "4.in_segment", [in_segment("key-only")], [
            ("empty-key", key(""), True, "the empty string is a key"),
            ("no-key", {}, False, "a missing key is not the empty one"),
            ("other", key("u2"), False, "not included"),
        ]),
        ("in-exclude-only", "4.in_segment", [in_segment("exclude-only")], [
            ("excluded", key("u1"), False, "excluded"),
            ("other", key("u2"), False, "not excluded is not included"),
        ]),
        ("not-in-exclude-only", "4.not_in_segment", [in_segment("exclude-only", "not_in_segment")], [
            ("excluded", key("u1"), True, "the plain negation"),
        ]),
        ("in-constructor", "4.in_segment", [in_segment("constructor")], [
            ("held", key("u1"), True, "the name of a segment is data"),
            ("not-held", key("u2"), False, "the name of a segment is data"),
        ]),
        ("in-negative", "4.in_segment", [in_segment("negative")], [
            ("held", {"v": 2}, True, "conditions in a segment are the same as in a rule"),
            ("missing", {}, False, "a missing attribute is false in a segment too"),
            ("second", {"v": 2, "w": 1}, False, "the second condition is false"),
        ]),
        ("in-two", "4.in_segment", [in_segment("beta"), in_segment("key-only", "not_in_segment")], [
            ("both", key("u3"), True, "two segments in one rule"),
            ("one", key("u1"), False, "the second condition is false"),
        ]),
    ], SEGMENTS)
