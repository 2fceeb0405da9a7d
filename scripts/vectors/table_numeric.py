"""operators-numeric.json: lt, lte, gt, gte."""

from shapes import operators, test, v

GROUPS = [
    ("lt-10", "4.lt", [test("v", "lt", 10)], [
        ("below", v(9), True, "less"),
        ("just-below", v(9.999999999999998), True, "the double just below"),
        ("equal", v(10), False, "equal is not less"),
        ("above", v(11), False, "more"),
        ("negative", v(-1000), True, "less"),
        ("string", v("9"), True, "a string in JSON's number grammar is a number"),
        ("string-order", v("9e0"), True, "as numbers, not as texts: 9 is before 10"),
        ("string-large", v("1e1"), False, "equal"),
        ("string-word", v("nine"), False, "no number: outside the domain", "4.domain"),
        ("string-empty", v(""), False, "no number: not zero", "4.domain"),
        ("string-space", v(" 5"), False, "no number by JSON's grammar", "4.domain"),
        ("string-hex", v("0x1"), False, "no number by JSON's grammar", "4.domain"),
        ("string-separator", v("1_0"), False, "no number by JSON's grammar", "4.domain"),
        ("string-plus", v("+1"), False, "no number by JSON's grammar", "4.domain"),
        ("string-point-first", v(".5"), False, "no number by JSON's grammar", "4.domain"),
        ("string-point-last", v("5."), False, "no number by JSON's grammar", "4.domain"),
        ("string-zeros", v("00"), False, "no number by JSON's grammar", "4.domain"),
        ("string-minus", v("-"), False, "no number by JSON's grammar", "4.domain"),
        ("string-exponent", v("1e"), False, "no number by JSON's grammar", "4.domain"),
        ("string-nan", v("NaN"), False, "no number by JSON's grammar", "4.domain"),
        ("string-minus-infinity", v("-Infinity"), False, "no number by JSON's grammar", "4.domain"),
        ("string-not-finite", v("-1e400"), False, "in the grammar, but no finite double", "4.domain"),
        ("string-line-feed", v("5\n"), False, "no number by JSON's grammar", "4.domain"),
        ("string-fullwidth", v("\uff15"), False, "ASCII digits only", "4.domain"),
        ("true", v(True), False, "a boolean is no number", "4.domain"),
        ("false", v(False), False, "false is not zero", "4.domain"),
        ("object", v({"v": 1}), False, "an object is no number", "4.domain"),
        ("null", v(None), False, "missing is not zero", "4.missing"),
        ("absent", {}, False, "missing is not zero", "4.missing"),
    ]),
    ("lte-10", "4.lte", [test("v", "lte", 10)], [
        ("below", v(9.5), True, "less"),
        ("equal", v(10), True, "equal"),
        ("equal-decimal", v(10.0), True, "equal"),
        ("equal-string", v("10.00"), True, "equal"),
        ("above", v(10.000000000000002), False, "the double just above"),
        ("absent", {}, False, "missing", "4.missing"),
    ]),
    ("gt-10", "4.gt", [test("v", "gt", 10)], [
        ("above", v(10.5), True, "more"),
        ("equal", v(10), False, "equal is not more"),
        ("below", v(9), False, "less"),
        ("string", v("1E+2"), True, "JSON's grammar has E and a plus in the exponent"),
        ("string-order", v("9"), False, "as numbers, not as texts"),
        ("word", v("zzz"), False, "no number", "4.domain"),
        ("true", v(True), False, "no number", "4.domain"),
    ]),
    ("gte-10", "4.gte", [test("v", "gte", 10)], [
        ("above", v(1e300), True, "more"),
        ("equal", v(10), True, "equal"),
        ("below", v(9.99), False, "less"),
        ("null", v(None), False, "missing", "4.missing"),
    ]),
    ("gte-string", "4.gte", [test("v", "gte", "2.5e1")], [
        ("equal", v(25), True, "the operand may be a string in JSON's number grammar"),
        ("equal-string", v("25"), True, "two strings are compared as numbers here"),
        ("below", v("3"), False, "as numbers, not as texts"),
    ]),
    ("gte-zero", "4.gte", [test("v", "gte", 0)], [
        ("minus-zero", v(-0.0), True, "-0 equals 0"),
        ("string-minus-zero", v("-0"), True, "-0 equals 0"),
        ("negative", v(-5e-324), False, "the smallest negative double is below zero"),
        ("underflow", v("-1e-400"), True, "the nearest double is -0, which equals 0"),
    ]),
    ("lt-zero", "4.lt", [test("v", "lt", 0)], [
        ("minus-zero", v(-0.0), False, "-0 is not below 0"),
        ("negative", v(-5e-324), True, "the smallest negative double is below zero"),
    ]),
    ("gt-huge", "4.gt", [test("v", "gt", 9007199254740992)], [
        ("neighbour", v(9007199254740993), False, "its nearest double is 2^53"),
        ("next", v(9007199254740994), True, "a double of its own"),
        ("string-neighbour", v("9007199254740993"), False, "a string is read as the nearest double too"),
        ("largest", v(1.7976931348623157e308), True, "the largest double"),
        ("string-largest", v("1.7976931348623157e308"), True, "the largest double"),
        ("string-not-finite", v("1e309"), False, "not finite: none", "4.domain"),
    ]),
    ("between", "4.gte", [test("v", "gte", 18), test("v", "lt", 65)], [
        ("lower", v(18), True, "two conditions make a range"),
        ("upper", v(65), False, "half-open above"),
        ("inside", v(40), True, "inside"),
        ("below", v(17.9), False, "below"),
    ]),
]


def document():
    return operators("operators-numeric", GROUPS)
