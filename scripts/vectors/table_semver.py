"""operators-semver.json: the five semver operators."""

from shapes import operators, test, v

LONG = "123456789012345678901234567890"
GROUPS = [
    ("semver-eq", "4.semver_eq", [test("v", "semver_eq", "1.2.3-rc.1+build.7")], [
        ("same", v("1.2.3-rc.1"), True, "equal"),
        ("build", v("1.2.3-rc.1+other"), True, "build metadata is ignored"),
        ("release", v("1.2.3"), False, "a release is not its candidate"),
        ("case", v("1.2.3-RC.1"), False, "identifiers are compared in ASCII order, case counts"),
        ("longer", v("1.2.3-rc.1.0"), False, "one identifier more"),
        ("number", v(1.2), False, "outside the domain", "4.domain"),
        ("absent", {}, False, "missing", "4.missing"),
    ]),
    ("semver-lt", "4.semver_lt", [test("v", "semver_lt", "1.10.0")], [
        ("numeric", v("1.9.0"), True, "parts are numbers, not texts"),
        ("equal", v("1.10.0"), False, "equal is not less"),
        ("equal-build", v("1.10.0+1"), False, "build metadata does not make it less"),
        ("prerelease", v("1.10.0-alpha"), True, "a prerelease is less than its release"),
        ("prerelease-zero", v("1.10.0-0"), True, "the smallest prerelease"),
        ("major", v("0.99.99"), True, "the first part decides"),
        ("patch", v("1.10.1"), False, "a larger patch"),
        ("leading-v", v("v1.9.0"), False, "a leading v is none", "4.domain"),
        ("two-parts", v("1.9"), False, "two parts are none", "4.domain"),
        ("four-parts", v("1.9.0.0"), False, "four parts are none", "4.domain"),
        ("leading-zero", v("1.09.0"), False, "a leading zero is none", "4.domain"),
        ("leading-zero-prerelease", v("1.9.0-01"), False, "a leading zero in a numeric identifier is none", "4.domain"),
        ("leading-zero-word", v("1.9.0-01a"), True, "an identifier with a letter may start with zero"),
        ("leading-zero-build", v("1.9.0+01"), True, "a build identifier may start with zero"),
        ("empty-prerelease", v("1.9.0-"), False, "an empty prerelease is none", "4.domain"),
        ("empty-identifier", v("1.9.0-a..b"), False, "an empty identifier is none", "4.domain"),
        ("empty-build", v("1.9.0+"), False, "an empty build is none", "4.domain"),
        ("two-builds", v("1.9.0+a+b"), False, "two pluses are none", "4.domain"),
        ("underscore", v("1.9.0-a_b"), False, "letters, digits and hyphens only", "4.domain"),
        ("unicode", v("1.9.0-\u00e9"), False, "ASCII only", "4.domain"),
        ("arabic-digits", v("1.\u0669.0"), False, "ASCII digits only", "4.domain"),
        ("space", v("1.9.0 "), False, "no white space", "4.domain"),
        ("line-feed", v("1.9.0\n"), False, "no line feed", "4.domain"),
        ("negative", v("-1.9.0"), False, "no sign", "4.domain"),
        ("range", v(">=1.0.0"), False, "a range is no version", "4.domain"),
        ("empty", v(""), False, "the empty string is none", "4.domain"),
        ("number", v(1), False, "a number is no version", "4.domain"),
        ("null", v(None), False, "missing", "4.missing"),
    ]),
    ("semver-lte", "4.semver_lte", [test("v", "semver_lte", "2.0.0")], [
        ("less", v("1.999.999"), True, "less"),
        ("equal", v("2.0.0+x"), True, "equal: build metadata is ignored"),
        ("more", v("2.0.1-0"), False, "a prerelease of a larger version is larger"),
        ("none", v("2"), False, "one part is none", "4.domain"),
    ]),
    ("semver-gt", "4.semver_gt", [test("v", "semver_gt", "1.0.0-alpha.9")], [
        ("release", v("1.0.0"), True, "a release is more than its prereleases"),
        ("numeric", v("1.0.0-alpha.10"), True, "numeric identifiers are numbers, not texts"),
        ("equal", v("1.0.0-alpha.9"), False, "equal is not more"),
        ("word", v("1.0.0-alpha.a"), True, "a word is more than a number"),
        ("number-below-word", v("1.0.0-9"), False, "a number is less than a word"),
        ("hyphen-word", v("1.0.0-alpha.-1"), True, "-1 is a word, not a negative number"),
        ("shorter", v("1.0.0-alpha"), False, "the same with fewer identifiers is less"),
        ("longer", v("1.0.0-alpha.9.0"), True, "the same with more identifiers is more"),
        ("beta", v("1.0.0-beta"), True, "words in ASCII order"),
        ("upper", v("1.0.0-Beta"), False, "capitals come before small letters in ASCII"),
        ("none", v("v2.0.0"), False, "a leading v is none", "4.domain"),
    ]),
    ("semver-gte", "4.semver_gte", [test("v", "semver_gte", "1.0.0-rc.1")], [
        ("equal", v("1.0.0-rc.1"), True, "equal"),
        ("equal-build", v("1.0.0-rc.1+5"), True, "equal: build metadata is ignored"),
        ("first", v("1.0.0-rc"), False, "fewer identifiers"),
        ("word-hyphen", v("1.0.0-rc-1"), True, "rc-1 is one word, after rc"),
        ("hyphens", v("1.0.0---"), False, "a prerelease may be hyphens only"),
        ("more", v("1.0.0"), True, "the release"),
    ]),
    ("semver-chain", "4.semver_gt", [test("v", "semver_gt", "1.0.0-beta.2"), test("v", "semver_lt", "1.0.0-rc.1")], [
        ("between", v("1.0.0-beta.11"), True, "the example of the standard: beta.2 < beta.11 < rc.1"),
        ("first", v("1.0.0-beta"), False, "beta < beta.2"),
    ]),
    ("semver-long", "4.semver_gt", [test("v", "semver_gt", f"1.{LONG}.0")], [
        ("more", v(f"1.{LONG[:-1]}1.0"), True, "numeric identifiers of any length compare exactly"),
        ("equal", v(f"1.{LONG}.0"), False, "equal"),
        ("shorter", v("1.99999999999999999999999999999.0"), False, "fewer digits is a smaller number"),
        ("longer", v("1.1000000000000000000000000000000.0"), True, "more digits is a larger number"),
    ]),
    ("semver-long-prerelease", "4.semver_lt", [test("v", "semver_lt", "1.0.0-9007199254740993")], [
        ("neighbour", v("1.0.0-9007199254740992"), True, "not compared as doubles"),
        ("equal", v("1.0.0-9007199254740993"), False, "equal"),
    ]),
    ("semver-zero", "4.semver_gte", [test("v", "semver_gte", "0.0.0")], [
        ("zero", v("0.0.0"), True, "zero is allowed"),
        ("prerelease", v("0.0.0-x"), False, "below zero there are only prereleases"),
        ("double-zero", v("00.0.0"), False, "a leading zero is none", "4.domain"),
    ]),
]


def document():
    return operators("operators-semver", GROUPS)
