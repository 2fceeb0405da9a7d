"""parse.json, the borders of 4.pattern: what compiles and what does not."""

from parse_rows import bad, fine, of_rule
from shapes import test

FIRST = "/flags/f/rules/0/when/0/values"


def compiles(slug, why, *patterns):
    return fine(f"pattern-{slug}", of_rule(when=[test("a", "matches", *patterns)]), why)


def refused(slug, why, *patterns):
    """None of the patterns compiles."""
    issues = [(f"{FIRST}/{index}", "pattern") for index in range(len(patterns))]
    return bad(f"pattern-{slug}", of_rule(when=[test("a", "matches", *patterns)]), why, *issues)


def deep(groups, opening="("):
    return opening * groups + ")" * groups


ROWS = [
    compiles("counts", "up to 1000", "a{1000}", "a{0,1000}", "a{1000,}", "a{1000,1000}", "a{0}", "a{0,0}"),
    refused("counts-beyond", "above 1000", "a{1001}", "a{0,1001}", "a{1001,}", "a{99999999999999999999}", "a{1,99999999999999999999}"),
    refused("counts-order", "the second below the first", "a{2,1}", "a{1000,999}", "a{1,0}"),
    compiles("braces", "a { that begins no count is a literal", "{", "a{", "a{}", "a{,}", "a{,2}", "a{1", "a{1,", "a{1,2", "a{a}", "a{-1}", "a{1 }",
             "a{01}", "a{00}", "a{1,01}", "a{01001}", "{,2}", "{*", "a{,2}{2}", "a*{", "}"),
    refused("counts-first", "nothing to repeat", "{1}", "{1,}", "{1,2}", "a|{2}", "({2})", "(?:{2})", "^|{0}"),
    refused("repeats-first", "nothing to repeat", "*", "+", "?", "a|*", "(+)", "(?:?)", "(?i:*)", "(?P<n>+)", "|?"),
    refused("repeats-twice", "a repeat after a repeat", "a**", "a*+", "a++", "a+*", "a??*", "a?+", "a*??", "a{2}*", "a{2}{3}", "a{2}+", "a+{2}", "a{2}??"),
    compiles("repeats-lazy", "one ? after a repeat", "a*?", "a+?", "a??", "a{2}?", "a{2,}?", "a{2,3}?"),
    compiles("repeats-places", "places are atoms", "^*", "$+", "^{2}", r"\b?", r"\B*", r"\A+", r"\z{0,2}", "(?m)^*$*"),
    compiles("repeats-groups", "groups are atoms", "()*", "(|)+", "(?:)?", "(a*)*", "(?:a{2}){3}", "(?i:a)*"),
    refused("repeats-flags", "a flag group is no atom", "(?i)*", "a(?i)+", "a(?i)?", "a(?-s){2}", "a*(?i)*"),
    compiles("flags-brace", "a literal { may follow flags", "(?i){", "a(?i){,2}"),
    compiles("counts-product", "1000 in all", "(?:a{10}){100}", "(?:a{1000}){1}", "(?:a{0}){600}", "(?:a{1000}){0}", "(?:(?:a{10}b{3}){10}){10}", "(?:(?:a{5,}){4}){50}", "(?:a{0,500}){2}", "a{1000}b{900}"),
    refused("counts-product-beyond", "more than 1000 in all", "(?:a{10}){101}", "(?:a{100}){11}", "(?:a{501}){2}", "(?:a{7,10}){3,101}", "(?:a{20,}){51,}", "(?:b|(?:a{11}){10}){10}", "(?:(?:a{20}){7}){8}"),
    compiles("groups", "100 open", deep(100), deep(100, "(?:"), deep(100, "(?i:"), "()" * 300),
    refused("groups-beyond", "101 open", deep(101), deep(101, "(?:"), deep(101, "(?i:")),
    refused("groups-open", "not closed, or not open", "(", "(a", "(?:a", "(?i:a", "(?P<n>a", ")", "a)", "(a))", "(()"),
    refused("groups-unknown", "what RE2 has not", "(?=a)", "(?!a)", "(?<=a)", "(?<!a)", "(?>a)", "(?#a)", "(?|a)", "(?'n'a)", "(?P=n)", "(?P>n)", "(?R)", "(?1)", "(?(1)a)"),
    compiles("names", "ASCII letters, digits and _", "(?P<n>a)", "(?<n>a)", "(?P<_>a)", "(?<1>a)", "(?P<aZ_09>a)", "(?P<a>x)(?<A>y)(?P<constructor>z)"),
    refused("names-wrong", "no other characters, and some", "(?P<>a)", "(?<>a)", "(?P<a-b>a)", "(?P<a b>a)", "(?P<\u00e9>a)", "(?P<n", "(?P<n>", "(?Pn>a)"),
    refused("names-twice", "a name twice", "(?P<n>a)(?P<n>b)", "(?<n>a)(?P<n>b)", "(?P<n>(?P<n>b))", "(?P<n>a)|(?P<n>b)"),
    compiles("flags", "the four, set and unset", "(?i)", "(?m)", "(?s)", "(?U)", "(?imsU)", "(?im-sU)", "(?-i)", "(?ii)", "(?i-i)", "(?-imsU:a)", "(?i-m:a)", "(?i)(?-i)"),
    refused("flags-wrong", "no letter, no letter after -, two -, unknown letters", "(?)", "(?-)", "(?i-)", "(?-:a)", "(?i-:a)", "(?i-m-s)", "(?--i)", "(?x)", "(?ix)", "(?u)", "(?L)", "(?a)", "(?I)", "(?i", "(?", "(?i-s", "(? i)"),
    compiles("escapes", "all there are", r"\a\f\t\n\r\v", r"\d\D\w\W\s\S", r"\A\b\B\z", r"\x00\xfF", r"\x{0}\x{10FFFF}\x{00ff}", r"\.\ \_\~\<\>\-\/\@", "\\\n\\\x7f\\\0"),
    refused("escapes-letters", "no other letters, no digits", *[f"\\{char}" for char in "cegijklmopquyCEFGHIJKLMNOPQRTUVXYZ0123456789"]),
    refused("escapes-unicode", "no classes of Unicode, no literal text", r"\pL", r"\p{L}", r"\PN", r"\p{Greek}", r"\Q.\E", r"\E", r"\X", r"\R", r"\N", r"\h", r"\u0041", r"\U00000041", r"\cA"),
    refused("escapes-octal", "no octal numbers, no references", r"\0", r"\01", r"\101", r"(a)\1", r"(?P<n>a)\k<n>"),
    refused("escapes-others", "no escapes beyond ASCII, none of nothing", "\\\u00e9", "\\\U0001f600", "\\", "a\\"),
    refused("hexadecimal", "two digits, or one to six in braces", r"\x", r"\x4", r"\xg0", r"\x4g", r"\x{}", r"\x{", r"\x{41", r"\x{g}", r"\x{0000041}", r"\x{-1}", r"\x{ 41}"),
    refused("hexadecimal-beyond", "no code point, or a surrogate", r"\x{110000}", r"\x{FFFFFF}", r"\x{D800}", r"\x{DFFF}", r"[\x{D800}]", r"[a-\x{DC00}]"),
    compiles("hexadecimal-border", "beside the surrogates", r"\x{D7FF}", r"\x{E000}", r"[\x{D7FF}-\x{E000}]"),
    compiles("classes", "literals that look like more", "[]a]", "[^]a]", "[]]", "[^]]", "[]-a]", "[[]", "[[a]", "[a&&b]", "[(]", "[a|b]", "[.]", "[$]", "[^^]", "[*]", "[{2}]", "[[.a.]", "[[=a=]", "]", "a]"),
    refused("classes-open", "not closed", "[", "[a", "[^", "[]", "[^]", "[a-", "[a-b", "[[:alpha:]", "[\\]", "[]-"),
    compiles("hyphens", "literals, or the ends of a range", "[-]", "[--]", "[---]", "[a-]", "[-a]", "[^-a]", "[a-c-e]", r"[\d-]", r"[\d-z]", "[[:digit:]-z]", "[--/]", "[+--]", r"[a\-z]", r"[\--/]", "[a-c--/]", r"[\d--/]"),
    refused("ranges", "the wrong way round", "[b-a]", "[z-a]", "[/--]", r"[\x62-\x61]", r"[b-\x61]", "[\U0001f600-a]", "[a-c-e-d]", "[]-A]", r"[\n-\t]"),
    refused("ranges-classes", "a class ends no range", r"[a-\d]", r"[a-\W]", r"[!-\s]", "[a-[:digit:]]", "[!-[:digit:]]", "[!-[:^alpha:]]", "[!-[:foo:]]"),
    refused("classes-escapes", "no places, no unknown letters", r"[\b]", r"[\B]", r"[\A]", r"[\z]", r"[\q]", r"[\pL]", r"[\1]", r"[\0]", "[\\\u00e9]", r"[a-\b]", r"[\Q]"),
    compiles("names-of-classes", "all of them", *[f"[[:{sign}{name}:]]" for sign in ("", "^") for name in
             "alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit".split()]),
    refused("names-of-classes-wrong", "a [: with a :] after it is a name, which must be known", "[[:foo:]]", "[[:ALPHA:]]", "[[:^^alpha:]]", "[[::]]", "[[:alpha :]]", "[[: alpha:]]", "[[:^:]]", "[[:]a:]", "[[:a]:]", "[[:a]x(:])", "[[:letter:]]", "[a[:]:]"),
    compiles("names-of-classes-none", "without a :] after it, it is literal", "[[:]", "[[:a]", "[[:alpha]", "[[:alpha]:", "[:alpha:]", "[[:alpha: ]", "[:]"),
    compiles("sizes-literals", "2000 of size 1", "a" * 2000, "." * 2000, "^" * 2000, "[ab]" * 2000, r"\b" * 2000, "\U0001f600" * 2000, r"\x{1F600}" * 2000),
    refused("sizes-literals-beyond", "2001 of size 1", "a" * 2001, "." * 2001, "^" * 2001, "[ab]" * 2001, r"\d" * 2001, "\U0001f600" * 2001),
    compiles("sizes-alternatives", "1 for each |", "|" * 2000, "a|" * 1000, "(?:" + "|" * 1999 + ")"),
    refused("sizes-alternatives-beyond", "1 for each |", "|" * 2001, "a|" * 1000 + "b", "(?:" + "|" * 2000 + ")"),
    compiles("sizes-groups", "a group is 1 more than what is in it", "()" * 2000, "(a)" * 1000, "(?:a)" * 1000, "(?i:a)" * 1000, "(?i)" * 3000 + "a" * 2000),
    refused("sizes-groups-beyond", "a group is 1 more than what is in it", "()" * 2001, "(a)" * 1000 + "b", "(?:a)" * 1000 + "b", "(?i:a)" * 1000 + "b"),
    compiles("sizes-repeats", "*, + and ? are 1 more than their atom", "a*" * 1000, "a+" * 1000, "a??" * 1000),
    refused("sizes-repeats-beyond", "*, + and ? are 1 more than their atom", "a*" * 1000 + "b", "a+" * 1000 + "b", "a??" * 1000 + "b"),
    compiles("sizes-counts", "the larger number times the atom, and 1", "a{1000}" + "b" * 999, "(?:abc){499}abc", "(?:abc){0,499}abc", "(?:abc){499,}abc", "(?:abcd){0}" * 333 + "ab", "(?:a{10}b){100}" + "c" * 699),
    refused("sizes-counts-beyond", "the larger number times the atom, and 1", "a{1000}" + "b" * 1000, "(?:abc){499}abcd", "(?:abc){0,499}abcd", "(?:abc){499,}abcd", "(?:abc){500}", "(?:abcd){0}" * 333 + "abc", "(?:ab){999}"),
    refused("sizes-beyond-all", "a size that no integer holds", "(" * 100 + "a" + "{1000})" * 100),
]
