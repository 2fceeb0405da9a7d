"""operators-regex.json: matches and not_matches."""

import table_pattern
from shapes import operators, test, v

GROUPS = [
    ("matches", "4.matches", [test("v", "matches", "^a+$", "[0-9]{3}", "x|y")], [
        ("first", v("aaa"), True, "the first pattern"),
        ("middle", v("bb123bb"), True, "the middle pattern, unanchored"),
        ("last", v("hay"), True, "the last pattern, unanchored"),
        ("none", v("baab12"), False, "none of them"),
        ("empty", v(""), False, "none matches the empty string"),
        ("number", v(123), False, "a number is outside the domain and is not spelled", "4.domain"),
        ("boolean", v(True), False, "outside the domain", "4.domain"),
        ("object", v({"a": "a"}), False, "outside the domain", "4.domain"),
        ("null", v(None), False, "missing", "4.missing"),
        ("absent", {}, False, "missing", "4.missing"),
    ]),
    ("not-matches", "4.not_matches", [test("v", "not_matches", "^a+$", "[0-9]{3}", "x|y")], [
        ("first", v("aaa"), False, "the first pattern"),
        ("middle", v("bb123bb"), False, "the middle pattern"),
        ("last", v("hay"), False, "the last pattern"),
        ("none", v("baab12"), True, "none of them"),
        ("empty", v(""), True, "none matches the empty string"),
        ("number", v(5), False, "outside the domain, negated or not", "4.domain"),
        ("absent", {}, False, "missing", "4.missing"),
    ]),
    ("matches-end", "4.matches", [test("v", "matches", "^ab$")], [
        ("whole", v("ab"), True, "anchored at both ends"),
        ("line-feed", v("ab\n"), False, "$ is the end of the text, not the place before a last line feed"),
        ("second-line", v("x\nab"), False, "^ is the start of the text, not of a line"),
        ("longer", v("abc"), False, "more after the end"),
        ("case", v("AB"), False, "case counts"),
    ]),
    ("matches-case", "4.matches", [test("v", "matches", "(?i)^acme")], [
        ("upper", v("ACME Inc"), True, "case is ignored by (?i) in the pattern"),
        ("other", v("The ACME"), False, "not at the start"),
    ]),
    ("matches-lines", "4.matches", [test("v", "matches", "(?m)^b")], [
        ("second-line", v("a\nb"), True, "(?m) lets ^ match at a line"),
        ("same-line", v("a b"), False, "not at the start of a line"),
    ]),
    ("matches-dot", "4.matches", [test("v", "matches", "^.$")], [
        ("letter", v("a"), True, "one character"),
        ("emoji", v("\U0001f600"), True, "a character outside the basic plane is one character"),
        ("two", v("ab"), False, "two characters"),
        ("decomposed", v("e\u0301"), False, "a letter and a mark are two characters"),
        ("line-feed", v("\n"), False, "a dot is no line feed"),
        ("return", v("\r"), True, "a dot is anything but a line feed"),
        ("separator", v("\u2028"), True, "a dot is anything but a line feed"),
    ]),
    ("matches-dot-all", "4.matches", [test("v", "matches", "(?s)^a.b$")], [
        ("line-feed", v("a\nb"), True, "(?s) lets a dot be a line feed"),
    ]),
    ("matches-digit", "4.matches", [test("v", "matches", r"^\d+$")], [
        ("ascii", v("42"), True, "ASCII digits"),
        ("arabic", v("\u0664\u0662"), False, r"\d is ASCII only"),
        ("fullwidth", v("\uff14"), False, r"\d is ASCII only"),
    ]),
    ("matches-word", "4.matches", [test("v", "matches", r"^\w+$")], [
        ("ascii", v("a_1"), True, "ASCII letters, digits and the low line"),
        ("accent", v("\u00e9"), False, r"\w is ASCII only"),
    ]),
    ("matches-space", "4.matches", [test("v", "matches", r"^\s$")], [
        ("space", v(" "), True, "a space"),
        ("tab", v("\t"), True, "a tab"),
        ("nbsp", v("\u00a0"), False, r"\s is ASCII only"),
    ]),
    ("matches-boundary", "4.matches", [test("v", "matches", r"\bcat\b")], [
        ("word", v("a cat sat"), True, "between words"),
        ("inside", v("concat"), False, "no boundary before it"),
        ("accent", v("\u00e9cat"), True, r"\b is ASCII only: e acute is no word character"),
    ]),
    ("matches-class", "4.matches", [test("v", "matches", "^[\u00e0-\u00ff]$", "^[\U0001f600-\U0001f64f]$")], [
        ("accent", v("\u00e9"), True, "a range outside ASCII"),
        ("emoji", v("\U0001f610"), True, "a range outside the basic plane"),
        ("out", v("z"), False, "outside both ranges"),
    ]),
    ("matches-lazy", "4.matches", [test("v", "matches", "^(?:ab)+?c{2,3}$")], [
        ("two", v("ababcc"), True, "groups and counted repeats"),
        ("four", v("abcccc"), False, "too many"),
    ]),
    ("matches-named", "4.matches", [test("v", "matches", r"^(?P<user>[a-z]+)@(?P<host>[a-z.]+)$")], [
        ("match", v("jo@acme.com"), True, "named groups in RE2's spelling"),
        ("none", v("jo@@acme.com"), False, "two signs"),
    ]),
    ("matches-empty", "4.matches", [test("v", "matches", "")], [
        ("empty", v(""), True, "the empty pattern matches every string"),
        ("any", v("x"), True, "the empty pattern matches every string"),
        ("number", v(1), False, "but a number is no string", "4.domain"),
    ]),
    ("not-matches-empty", "4.not_matches", [test("v", "not_matches", "")], [
        ("any", v("x"), False, "the empty pattern matches every string"),
    ]),
    ("matches-nested", "4.matches", [test("v", "matches", "^(a+)+$")], [
        ("bomb", v("a" * 40 + "!"), False, "an engine that backtracks would not come back from this"),
    ]),
    ("matches-literal", "4.matches", [test("v", "matches", r"^1\.2\$\*$")], [
        ("same", v("1.2$*"), True, "escaped punctuation is literal"),
        ("other", v("1x2$*"), False, "an escaped dot is a dot"),
    ]),
]


def document():
    return operators("operators-regex", [*GROUPS, *table_pattern.GROUPS])
