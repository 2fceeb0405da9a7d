"""operators-strings.json: contains, starts_with, ends_with and their negations."""

from shapes import operators, test, v

GROUPS = [
    ("contains", "4.contains", [test("v", "contains", "ab", "cd", "ef")], [
        ("first", v("xaby"), True, "holds the first value"),
        ("middle", v("xcdy"), True, "holds the middle value"),
        ("last", v("xefy"), True, "holds the last value"),
        ("none", v("xacey"), False, "holds none"),
        ("equal", v("cd"), True, "a string contains itself"),
        ("start", v("abx"), True, "at the start"),
        ("end", v("xef"), True, "at the end"),
        ("case", v("AB"), False, "case counts"),
        ("empty", v(""), False, "the empty string holds none"),
        ("number", v(5), False, "a number is outside the domain", "4.domain"),
        ("boolean", v(True), False, "a boolean is outside the domain", "4.domain"),
        ("object", v({"ab": "ab"}), False, "an object is outside the domain", "4.domain"),
        ("null", v(None), False, "missing", "4.missing"),
        ("absent", {}, False, "missing", "4.missing"),
    ]),
    ("not-contains", "4.not_contains", [test("v", "not_contains", "ab", "cd", "ef")], [
        ("first", v("xaby"), False, "holds the first value"),
        ("middle", v("xcdy"), False, "holds the middle value"),
        ("last", v("xefy"), False, "holds the last value"),
        ("none", v("xyz"), True, "holds none"),
        ("empty", v(""), True, "the empty string holds none"),
        ("number", v(5), False, "a number is outside the domain, negated or not", "4.domain"),
        ("boolean", v(False), False, "a boolean is outside the domain, negated or not", "4.domain"),
        ("object", v({}), False, "an object is outside the domain, negated or not", "4.domain"),
        ("null", v(None), False, "missing", "4.missing"),
        ("absent", {}, False, "missing", "4.missing"),
    ]),
    ("starts-with", "4.starts_with", [test("v", "starts_with", "/a", "/b", "/c/")], [
        ("first", v("/a/x"), True, "starts with the first value"),
        ("middle", v("/bx"), True, "starts with the middle value"),
        ("last", v("/c/"), True, "is the last value"),
        ("shorter", v("/c"), False, "shorter than the value"),
        ("inside", v("x/a"), False, "not at the start"),
        ("space", v(" /a"), False, "white space is not trimmed"),
        ("empty", v(""), False, "the empty string starts with none"),
        ("number", v(1), False, "outside the domain", "4.domain"),
        ("absent", {}, False, "missing", "4.missing"),
    ]),
    ("not-starts-with", "4.not_starts_with", [test("v", "not_starts_with", "/a", "/b", "/c/")], [
        ("first", v("/a/x"), False, "starts with the first value"),
        ("middle", v("/b"), False, "starts with the middle value"),
        ("last", v("/c/x"), False, "starts with the last value"),
        ("none", v("/c"), True, "starts with none"),
        ("empty", v(""), True, "the empty string starts with none"),
        ("number", v(1), False, "outside the domain", "4.domain"),
        ("null", v(None), False, "missing", "4.missing"),
    ]),
    ("ends-with", "4.ends_with", [test("v", "ends_with", "@acme.com", "@acme.org", ".dev")], [
        ("first", v("jo@acme.com"), True, "ends with the first value"),
        ("middle", v("jo@acme.org"), True, "ends with the middle value"),
        ("last", v("x.dev"), True, "ends with the last value"),
        ("none", v("jo@acme.com.evil"), False, "not at the end"),
        ("line-feed", v("jo@acme.com\n"), False, "a line feed at the end counts"),
        ("case", v("jo@ACME.com"), False, "case counts"),
        ("shorter", v("dev"), False, "shorter than the value"),
        ("number", v(1.5), False, "outside the domain", "4.domain"),
        ("absent", {}, False, "missing", "4.missing"),
    ]),
    ("not-ends-with", "4.not_ends_with", [test("v", "not_ends_with", "@acme.com", "@acme.org", ".dev")], [
        ("first", v("jo@acme.com"), False, "ends with the first value"),
        ("middle", v("jo@acme.org"), False, "ends with the middle value"),
        ("last", v("x.dev"), False, "ends with the last value"),
        ("none", v("jo@globex.com"), True, "ends with none"),
        ("number", v(0), False, "outside the domain", "4.domain"),
        ("absent", {}, False, "missing", "4.missing"),
    ]),
    ("contains-empty", "4.contains", [test("v", "contains", "")], [
        ("any", v("x"), True, "the empty string is in every string"),
        ("empty", v(""), True, "the empty string is in itself"),
        ("number", v(1), False, "but a number is no string", "4.domain"),
        ("absent", {}, False, "but a missing one is no string", "4.missing"),
    ]),
    ("not-contains-empty", "4.not_contains", [test("v", "not_contains", "zz", "")], [
        ("any", v("x"), False, "the empty string is in every string"),
        ("empty", v(""), False, "the empty string is in itself"),
    ]),
    ("starts-with-empty", "4.starts_with", [test("v", "starts_with", "")], [
        ("any", v("x"), True, "every string starts with the empty one"),
        ("empty", v(""), True, "the empty string too"),
    ]),
    ("ends-with-empty", "4.ends_with", [test("v", "ends_with", "")], [
        ("any", v("x"), True, "every string ends with the empty one"),
        ("empty", v(""), True, "the empty string too"),
    ]),
    ("contains-unicode", "4.contains", [test("v", "contains", "\u00e9", "\U0001f600")], [
        ("composed", v("caf\u00e9"), True, "the same code point"),
        ("decomposed", v("cafe\u0301"), False, "strings are not normalised"),
        ("emoji", v("a\U0001f600b"), True, "a character outside the basic plane"),
        ("emoji-other", v("a\U0001f601b"), False, "a different one that shares its first half in UTF-16"),
    ]),
    ("starts-with-unicode", "4.starts_with", [test("v", "starts_with", "e")], [
        ("decomposed", v("e\u0301t"), True, "code points are compared, not what is drawn"),
        ("composed", v("\u00e9t"), False, "the composed letter is another code point"),
    ]),
    ("contains-ignore-case", "4.ignoreCase", [test("v", "contains", "AcMe", "\u00c9", ignoreCase=True)], [
        ("lower", v("x-acme-x"), True, "ASCII letters are folded on both sides"),
        ("upper", v("X-ACME-X"), True, "ASCII letters are folded on both sides"),
        ("accent", v("\u00e9"), False, "no letter outside ASCII is folded"),
        ("kelvin", v("ac\u212ame"), False, "no compatibility either"),
        ("number", v(1), False, "outside the domain", "4.domain"),
    ]),
    ("starts-with-ignore-case", "4.ignoreCase", [test("v", "starts_with", "Admin", ignoreCase=True)], [
        ("upper", v("ADMIN-1"), True, "folded"),
        ("inside", v("1-ADMIN"), False, "not at the start"),
    ]),
    ("ends-with-ignore-case", "4.ignoreCase", [test("v", "ends_with", "@Acme.com", ignoreCase=True)], [
        ("upper", v("JO@ACME.COM"), True, "folded"),
        ("other", v("JO@ACME.ORG"), False, "another end"),
    ]),
    ("not-contains-ignore-case", "4.ignoreCase", [test("v", "not_contains", "acme", ignoreCase=True)], [
        ("upper", v("ACME"), False, "folded"),
        ("other", v("globex"), True, "holds none"),
    ]),
    ("not-starts-with-ignore-case", "4.ignoreCase", [test("v", "not_starts_with", "acme", ignoreCase=True)], [
        ("upper", v("ACMEX"), False, "folded"),
        ("inside", v("XACME"), True, "not at the start"),
    ]),
    ("not-ends-with-ignore-case", "4.ignoreCase", [test("v", "not_ends_with", "acme", ignoreCase=True)], [
        ("upper", v("XACME"), False, "folded"),
        ("inside", v("ACMEX"), True, "not at the end"),
    ]),
]


def document():
    return operators("operators-strings", GROUPS)
