"""operators-lookup.json: how an attribute and the targeting key are found."""

from shapes import in_segment, operators, test

IDENTITY = {"one": {"include": ["1"]}, "minus-one": {"include": ["-1"]}, "zero": {"include": ["0"]},
            "empty": {"include": [""]}, "u1": {"include": ["u1"]}, "true": {"include": ["true", "[object Object]", "u1"]},
            "large": {"include": ["9007199254740991", "-9007199254740991"]},
            "too-large": {"include": ["9007199254740992", "-9007199254740992", "1e21", "1e+21", "1000000000000000000000"]},
            "fraction": {"include": ["1.5", "1", "2"]}}

GROUPS = [
    ("path", "1.lookup", [test("a.b", "in", 1)], [
        ("nested", {"a": {"b": 1}}, True, "a path into an object"),
        ("literal", {"a.b": 1}, True, "the literal name"),
        ("literal-wins", {"a.b": 2, "a": {"b": 1}}, False, "literal first: the path is not tried"),
        ("literal-null", {"a.b": None, "a": {"b": 1}}, True, "a literal null is missing, so the path is tried"),
        ("null-path", {"a": {"b": None}}, False, "null at the end is missing"),
        ("null-middle", {"a": None}, False, "null on the way"),
        ("list", {"a": [{"b": 1}]}, False, "not through lists"),
        ("string", {"a": "b"}, False, "not through strings"),
        ("longer", {"a": {"b": {"c": 1}}}, False, "an object at the end is equal to nothing"),
        ("list-at-end", {"a": {"b": [0, 1]}}, True, "a list at the end is a list"),
        ("case", {"A": {"b": 1}}, False, "names are compared exactly"),
    ]),
    ("path-three", "1.lookup", [test("a.b.c", "in", 1)], [
        ("nested", {"a": {"b": {"c": 1}}}, True, "three objects"),
        ("half-literal-first", {"a.b": {"c": 1}}, False, "a path has one name for each part: no dotted names on the way"),
        ("half-literal-last", {"a": {"b.c": 1}}, False, "a path has one name for each part: no dotted names on the way"),
        ("list-middle", {"a": {"b": [1]}}, False, "not through lists"),
    ]),
    ("path-index", "1.lookup", [test("a.0", "in", 1)], [
        ("list", {"a": [1]}, False, "a list position is no name"),
        ("object", {"a": {"0": 1}}, True, "a name may look like a number"),
    ]),
    ("path-length", "1.lookup", [test("a.length", "exists")], [
        ("list", {"a": [1]}, False, "own properties of objects only"),
        ("string", {"a": "xyz"}, False, "own properties of objects only"),
        ("object", {"a": {"length": 0}}, True, "an ordinary name of an object"),
    ]),
    ("path-empty-parts", "1.lookup", [test("a..b", "in", 1)], [
        ("empty-name", {"a": {"": {"b": 1}}}, True, "an empty part is the empty name"),
        ("skipped", {"a": {"b": 1}}, False, "an empty part is not skipped"),
    ]),
    ("path-dot-last", "1.lookup", [test("a.", "in", 1)], [
        ("empty-name", {"a": {"": 1}}, True, "an empty part is the empty name"),
        ("literal", {"a.": 1}, True, "the literal name"),
        ("without", {"a": 1}, False, "the dot counts"),
    ]),
    ("name-proto", "1.lookup", [test("__proto__", "exists")], [
        ("absent", {}, False, "own properties only"),
        ("other", {"a": 1}, False, "own properties only"),
        ("own", {"__proto__": 1}, True, "a name like any other"),
        ("own-object", {"__proto__": {"admin": True}}, True, "a name like any other"),
    ]),
    ("name-constructor", "1.lookup", [test("constructor", "exists")], [
        ("absent", {}, False, "own properties only"),
        ("own", {"constructor": "x"}, True, "a name like any other"),
    ]),
    ("name-to-string", "1.lookup", [test("toString", "exists")], [
        ("absent", {}, False, "own properties only"),
        ("own", {"toString": "x"}, True, "a name like any other"),
    ]),
    ("path-proto", "1.lookup", [test("__proto__.admin", "in", True)], [
        ("absent", {"admin": True}, False, "own properties only"),
        ("own", {"__proto__": {"admin": True}}, True, "a path like any other"),
    ]),
    ("path-constructor", "1.lookup", [test("a.constructor.name", "exists")], [
        ("absent", {"a": {}}, False, "own properties only, on the way too"),
        ("own", {"a": {"constructor": {"name": "x"}}}, True, "a path like any other"),
    ]),
    ("not-exists-proto", "1.lookup", [test("a.hasOwnProperty", "not_exists")], [
        ("absent", {"a": {}}, True, "own properties only"),
        ("own", {"a": {"hasOwnProperty": 1}}, False, "a name like any other"),
    ]),
    ("name-unicode", "1.lookup", [test("caf\u00e9", "exists")], [
        ("same", {"caf\u00e9": 1}, True, "the same code points"),
        ("decomposed", {"cafe\u0301": 1}, False, "names are not normalised"),
    ]),
    ("name-space", "1.lookup", [test("a b", "exists")], [
        ("same", {"a b": 1}, True, "any non-empty string is a name"),
        ("other", {"a": {"b": 1}}, False, "only dots make a path"),
    ]),
    ("alias-targeting-key", "1.targetingKey", [test("targetingKey", "in", "u1")], [
        ("own", {"targetingKey": "u1"}, True, "the literal name"),
        ("alias", {"user_id": "u1"}, True, "user_id is its alias"),
        ("both", {"targetingKey": "u2", "user_id": "u1"}, False, "the literal name first"),
        ("null", {"targetingKey": None, "user_id": "u1"}, True, "null is missing, so the alias answers"),
        ("empty", {"targetingKey": "", "user_id": "u1"}, False, "the empty string is present"),
        ("absent", {"userId": "u1", "key": "u1"}, False, "there are no other aliases"),
    ]),
    ("alias-user-id", "1.targetingKey", [test("user_id", "in", "u1")], [
        ("own", {"user_id": "u1"}, True, "the literal name"),
        ("alias", {"targetingKey": "u1"}, True, "the alias works both ways"),
        ("both", {"targetingKey": "u1", "user_id": "u2"}, False, "the literal name first"),
        ("null", {"targetingKey": "u1", "user_id": None}, True, "null is missing, so the alias answers"),
    ]),
    ("alias-exists", "1.targetingKey", [test("user_id", "exists")], [
        ("alias", {"targetingKey": "u1"}, True, "exists uses the same lookup"),
        ("absent", {}, False, "neither is there"),
    ]),
    ("alias-path", "1.targetingKey", [test("user_id.x", "exists")], [
        ("own", {"user_id": {"x": 1}}, True, "an ordinary path"),
        ("alias", {"targetingKey": {"x": 1}}, False, "aliases are whole names, not parts of a path"),
    ]),
    ("alias-number", "1.targetingKey", [test("targetingKey", "in", 5)], [
        ("number", {"user_id": 5}, True, "as an attribute it is the value itself, not its spelling"),
        ("decimal", {"user_id": 5.0}, True, "as an attribute it is the value itself, not its spelling"),
    ]),
    ("key-one", "1.targetingKey", [in_segment("one")], [
        ("string", {"targetingKey": "1"}, True, "a string as it is"),
        ("number", {"targetingKey": 1}, True, "an integer is spelled in decimal"),
        ("decimal", {"targetingKey": 1.0}, True, "1.0 is the integer 1"),
        ("exponent", {"user_id": 1e0}, True, "1e0 is the integer 1"),
        ("string-decimal", {"targetingKey": "1.0"}, False, "a string is not respelled"),
        ("string-space", {"targetingKey": "1 "}, False, "a string is not trimmed"),
    ]),
    ("key-minus-one", "1.targetingKey", [in_segment("minus-one")], [
        ("number", {"targetingKey": -1}, True, "negative integers have a minus"),
    ]),
    ("key-zero", "1.targetingKey", [in_segment("zero")], [
        ("zero", {"targetingKey": 0}, True, "zero is a key"),
        ("minus-zero", {"targetingKey": -0.0}, True, "-0 is spelled 0"),
        ("string-minus-zero", {"targetingKey": "-0"}, False, "a string is not respelled"),
    ]),
    ("key-empty", "1.targetingKey", [in_segment("empty")], [
        ("empty", {"targetingKey": ""}, True, "the empty string is a key"),
        ("absent", {}, False, "a missing key is not the empty one"),
        ("null", {"targetingKey": None}, False, "a missing key is not the empty one"),
    ]),
    ("key-large", "1.targetingKey", [in_segment("large")], [
        ("largest", {"targetingKey": 9007199254740991}, True, "2^53 - 1 is the largest that is spelled"),
        ("smallest", {"targetingKey": -9007199254740991}, True, "and its negative the smallest"),
    ]),
    ("key-too-large", "1.targetingKey", [in_segment("too-large")], [
        ("above", {"targetingKey": 9007199254740992}, False, "2^53 counts as missing"),
        ("below", {"targetingKey": -9007199254740992}, False, "-2^53 counts as missing"),
        ("exponent", {"targetingKey": 1e21}, False, "so does a larger integer"),
        ("string", {"targetingKey": "9007199254740992"}, True, "a string as it is"),
    ]),
    ("key-fraction", "1.targetingKey", [in_segment("fraction")], [
        ("fraction", {"targetingKey": 1.5}, False, "a fraction counts as missing"),
    ]),
    ("key-other", "1.targetingKey", [in_segment("true")], [
        ("true", {"targetingKey": True}, False, "a boolean counts as missing"),
        ("object", {"targetingKey": {}}, False, "an object counts as missing"),
        ("list", {"targetingKey": ["u1"]}, False, "a list counts as missing"),
        ("no-fallback", {"targetingKey": True, "user_id": "u1"}, False, "targetingKey is present, so user_id is not looked at"),
    ]),
    ("key-alias", "1.targetingKey", [in_segment("u1")], [
        ("alias", {"user_id": "u1"}, True, "user_id is the targeting key"),
        ("null", {"targetingKey": None, "user_id": "u1"}, True, "a null targetingKey is missing"),
        ("both", {"targetingKey": "u2", "user_id": "u1"}, False, "targetingKey first"),
        ("both-other", {"targetingKey": "u1", "user_id": "u2"}, True, "targetingKey first"),
    ]),
]


def document():
    return operators("operators-lookup", GROUPS, IDENTITY)
