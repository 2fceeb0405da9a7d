"""operators-regex.json, the cases of 4.pattern: what a pattern that compiles is found in."""

from shapes import test, v


def found(key, pattern, why, yes=(), no=()):
    """One pattern, the texts that it is found in and those that it is not."""
    rows = [(f"yes-{index}", v(text), True, why) for index, text in enumerate(yes)]
    rows += [(f"no-{index}", v(text), False, why) for index, text in enumerate(no)]
    return (f"pattern-{key}", "4.pattern", [test("v", "matches", pattern)], rows)


LINES = ["x", "x\ny", "y\nx", "y\nx\ny"]

ALTERNATIVES = [
    found("alternatives", "^(ab|c|)$", "alternatives, the last one empty", ["ab", "c", ""], ["a", "abc", "b"]),
    found("alternative-first-empty", "^(|a)b$", "the first alternative is empty", ["b", "ab"], ["aab"]),
    found("alternative-middle-empty", "^(a||c)b$", "the one in the middle is empty", ["b", "ab", "cb"], ["acb"]),
    found("alternative-anchors", "^a|b$", "an anchor is part of one alternative", ["ax", "xb"], ["xa", "bx"]),
    found("alternatives-empty", "|", "two empty alternatives are found everywhere", ["", "x"]),
    found("group-empty", "^a()b$", "an empty group", ["ab"], ["a()b"]),
]

REPEATS = [
    found("star", "^ab*c$", "* is none or more of the atom before it alone", ["ac", "abbc"], ["ababc"]),
    found("plus", "^ab+c$", "+ is one or more", ["abc", "abbc"], ["ac"]),
    found("question", "^ab?c$", "? is none or one", ["ac", "abc"], ["abbc"]),
    found("count", "^a{2}$", "exactly two", ["aa"], ["a", "aaa"]),
    found("count-open", "^a{2,}$", "two or more", ["aa", "aaaa"], ["a"]),
    found("count-range", "^a{2,3}$", "two or three", ["aa", "aaa"], ["a", "aaaa"]),
    found("count-zero", "^a{0}b{0,0}$", "none", [""], ["a", "b"]),
    found("count-zero-open", "^a{0,}$", "none or more", ["", "aaa"], ["b"]),
    found("count-1000", "^(?:a{10}){100}$", "a thousand in all", ["a" * 1000], ["a" * 999, "a" * 1001]),
    found("lazy", "^a*?b+?c??d{1,2}?$", "a ? after a repeat changes nothing", ["abd", "bbcdd"], ["ad", "bccd", "bddd"]),
    found("repeat-group", "^(?:ab){2}$", "a group is an atom", ["abab"], ["abb"]),
    found("repeat-nested", "^(?:(?:ab?){2}c)*$", "repeats in repeats", ["", "aac", "abacaabc"], ["ac", "ab"]),
    found("repeat-of-empty", "^(?:a|b*)*$", "what may be empty is repeated", ["", "abba"], ["c"]),
    found("repeat-of-empty-counted", "^(?:|a){3}$", "empty counts as one of three", ["", "a", "aaa"], ["aaaa"]),
    found("repeat-assertion", "^*a$?", "a place is an atom", ["a", "xay"], ["b"]),
    found("repeat-border", r"a\b+\B{0}$", "a place, repeated", ["a", "-a"], ["ab"]),
    found("plus-many", "^((((((((((a+)+)+)+)+)+)+)+)+)+)+$", "nested repeats stay small and fast", ["a" * 50], ["a" * 50 + "!"]),
    found("brace", "^a{$", "a { that begins no count is a literal", ["a{"], ["a"]),
    found("brace-comma", "^a{,2}$", "a count begins with a number", ["a{,2}"], ["", "aa"]),
    found("brace-open", "^a{2$", "a count is closed", ["a{2"], ["aa"]),
    found("brace-space", "^a{1, 2}$", "no space in a count", ["a{1, 2}"], ["a"]),
    found("brace-zero", "^a{01}$", "no leading zero in a count", ["a{01}"], ["a"]),
    found("brace-zero-second", "^a{1,02}$", "no leading zero in the second number", ["a{1,02}"], ["a", "aa"]),
    found("brace-first", "^{a}$", "{ and } are literals", ["{a}"], ["a"]),
    found("brace-repeated", "^{+}*$", "and atoms", ["{", "{{}}"], ["}"]),
    found("bracket-close", "^]a}$", "] and } outside are literals", ["]a}"], ["a"]),
]

GROUPS_AND_FLAGS = [
    found("named", r"^(?P<a_1>x)(?<B>y)(z)$", "the three spellings of a group", ["xyz"], ["xy"]),
    found("named-digit", r"^(?P<1>x)$", "a name may begin with a digit", ["x"], ["y"]),
    found("fold", "^(?i)aB[c-d]$", "i folds literals and classes", ["abc", "ABD"], ["abe"]),
    found("fold-from-here", "^a(?i)b$", "flags hold from where they are", ["ab", "aB"], ["Ab"]),
    found("fold-group", "^(?i:a)b$", "or inside a group", ["ab", "Ab"], ["aB"]),
    found("fold-group-end", "^(x(?i)a)b$", "to the end of the group they are in", ["xab", "xAb"], ["xaB", "Xab"]),
    found("fold-alternatives", "^(?:a|(?i)b|c)$", "later alternatives of the group included", ["a", "B", "C"], ["A"]),
    found("fold-inner", "^(?i)a(?:b(?-i)c)d$", "unset inside a group, set again behind it", ["AbcD", "aBcd"], ["abCd"]),
    found("fold-unset", "^(?i)a(?-i)b$", "unset from here", ["Ab"], ["AB"]),
    found("fold-set-unset", "^(?i-i)a$", "set and unset is unset", ["a"], ["A"]),
    found("fold-twice", "^(?ii)a$", "a letter twice", ["A"], ["b"]),
    found("flags-together", "(?ims-U)^A.b$", "several letters, one unset", ["a\nB", "x\na\nb\nx"], ["ab"]),
    found("flags-unset-group", "(?s)^(?i-s:a.)b$", "set and unset for a group", ["Acb"], ["a\nb", "acB"]),
    found("ungreedy", "^(?U)a+b*?$", "U changes nothing", ["aab", "abb"], ["b"]),
    found("fold-sharp", "^(?i)[k-s]$", "outside ASCII nothing is folded: the Kelvin sign, the long s", ["K", "S"], ["\u212a", "\u017f"]),
    found("fold-literal-kelvin", "^(?i)k\u017f$", "outside ASCII nothing is folded", ["K\u017f"], ["\u212a\u017f", "ks"]),
    found("fold-accent", "^(?i)\u00e9$", "outside ASCII nothing is folded", ["\u00e9"], ["\u00c9"]),
    found("fold-negated", "^(?i)[^a]$", "folded before it is negated", ["b", "B"], ["a", "A"]),
    found("fold-negated-kelvin", "^(?i)[^k]$", "outside ASCII nothing is folded", ["\u212a"], ["k", "K"]),
    found("fold-named", "^(?i)[[:upper:]]$", "a named class is folded", ["a", "Z"], ["1"]),
    found("fold-named-negated", "^(?i)[[:^upper:]]$", "folded before its own ^", ["1", "\u00e9"], ["a", "A"]),
    found("fold-named-double", "^(?i)[^[:^lower:]]$", "negated twice", ["a", "A"], ["1"]),
    found("fold-shorthand", r"^(?i)[\W]$", "no letter is in it", ["-", "\u212a"], ["k", "K"]),
    found("fold-escape", r"^(?i)\x41[\x42]$", "an escape is the code point it stands for", ["ab", "AB"], ["ba"]),
    found("fold-range-part", "^(?i)[X-c]$", "a range from one case into the other", ["x", "X", "C", "_"], ["d", "D", "w"]),
]

PLACES = [
    found("start", "^x", "^ is the start of the text", ["x", "x\ny"], ["y\nx"]),
    found("start-line", "(?m)^x", "or with m of a line", LINES, ["yx"]),
    found("end", "x$", "$ is the end of the text", ["x", "y\nx"], ["x\n", "x\ny"]),
    found("end-line", "(?m)x$", "or with m of a line", [*LINES, "x\n"], ["xy", "x\r\n"]),
    found("line", "(?m)^$", "an empty line", ["", "\n", "x\n", "\nx", "x\n\ny"], ["x", "x\ny"]),
    found("line-backwards", "(?m)$^", "one place", ["", "\n"], ["x", "x\ny"]),
    found("line-between", "(?m)a$.^b", "a dot is no line feed", [], ["a\nb"]),
    found("line-across", "(?ms)a$.^b", "unless s says so", ["a\nb"], ["ab", "a\rb"]),
    found("line-other", "(?m)^x", "no other character ends a line", [], ["y\rx", "y\u2028x", "y\u0085x"]),
    found("absolute", r"(?m)\Ax\z", "m is nothing to \\A and \\z", ["x"], ["y\nx", "x\ny", "x\n"]),
    found("end-middle", "^a$b", "a place that cannot be", [], ["ab", "a$b", "a"]),
    found("border", r"\bx\b", "a word character on one side", ["x", " x ", "x-", "\u00e9x\u00e9", "-x"], ["xx", "x_", "0x"]),
    found("border-empty", r"\b", "nothing is a word character beyond the text", ["x", "-x-"], ["", "-", "\u00e9"]),
    found("no-border", r"\Bx\B", "word characters on both sides", ["axa", "_x0"], ["x", "ax", "xa", "-x-"]),
    found("no-border-empty", r"^\B$", "or on neither", [""], ["x"]),
    found("no-border-any", r"\B", "between two alike", ["", "-", "xx", "-\u00e9"], ["x", "x-x"]),
    found("no-border-wide", r"\B", "a code point has no inside", [], ["a\u00e9a", "a\U0001f600a"]),
    found("border-line", r"(?m)\b$\n^\b", "several places at once", ["a\nb"], ["a\n-", "-\nb"]),
]

CLASSES = [
    found("dot", "^.$", "any code point but a line feed", ["a", "\r", "\0", "\u2028", "\U0001f600"], ["\n", "", "ab"]),
    found("dot-all", "^(?s).$", "or any", ["\n", "a"], [""]),
    found("dot-all-off", "^(?s:.)(?-s).$", "and again but a line feed", ["\na"], ["a\n"]),
    found("digit", r"^\d$", "0 to 9", ["0", "9"], ["/", ":", "\u0660"]),
    found("no-digit", r"^\D$", "all others", ["/", ":", "\u0660", "\n"], ["0", "9"]),
    found("word", r"^\w$", "digits, ASCII letters, _", ["0", "Z", "z", "_"], ["-", "@", "[", "`", "{", "\u00e9"]),
    found("no-word", r"^\W$", "all others", ["-", "@", "\u00e9", "\U0001f600"], ["0", "Z", "z", "_"]),
    found("space", r"^\s$", "five characters", ["\t", "\n", "\f", "\r", " "], ["\v", "\u00a0", "\u2003", "\u0085"]),
    found("no-space", r"^\S$", "all others", ["\v", "\u00a0", "x"], ["\t", "\n", "\f", "\r", " "]),
    found("escapes", r"^\a\f\t\n\r\v$", "control characters", ["\x07\x0c\x09\x0a\x0d\x0b"], ["aftnrv"]),
    found("hexadecimal", r"^\x41\x{42}\x{00043}\x7a\x{1F600}$", "code points by number", ["ABCz\U0001f600"], ["x41"]),
    found("hexadecimal-last", r"^\x{10FFFF}$", "the last code point", ["\U0010ffff"], ["\ufffd"]),
    found("hexadecimal-short", r"^\x414$", "two digits, the rest is literal", ["A4"], ["\u0414"]),
    found("punctuation", r"^\!\"\#\$\%\&\'\(\)\*\+\,\-\.\/\:\;\<\=\>\?\@\[\\\]\^\_\`\{\|\}\~$", "escaped, each is itself",
          ["!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"], ["!"]),
    found("escape-space", "^a\\ b\\\nc$", "a space and a line feed too", ["a b\nc"], ["ab\nc"]),
    found("escape-no-border", r"^\<a\>$", "no borders of words", ["<a>"], ["a"]),
    found("comment-signs", "^a b#c$", "no comments: a space and # are literals", ["a b#c"], ["ab"]),
    found("class", "^[abc]$", "one of them", ["a", "b", "c"], ["d", "abc", ""]),
    found("class-negated", "^[^abc]$", "one of all others, a line feed too", ["d", "\n", "^", "\U0001f600"], ["a", "b", "c", ""]),
    found("class-caret", "^[a^]$", "a ^ that is not first is a literal", ["^", "a"], ["b"]),
    found("class-close", "^[]a]$", "a ] that comes first is a literal", ["]", "a"], ["[]a]"]),
    found("class-close-negated", "^[^]a]$", "also after ^", ["b", "["], ["]", "a"]),
    found("class-close-range", "^[]-a]$", "and may begin a range", ["]", "^", "_", "a"], ["-", "[", "b"]),
    found("class-open", "^[[a]$", "a [ is a literal", ["[", "a"], ["]"]),
    found("class-signs", "^[.*+?(){}|$]$", "no sign has a meaning in a class", [".", "$", "|", "}"], ["a", ""]),
    found("class-and", "^[a&&b~~c]$", "no set operators", ["a", "&", "~", "c"], ["-"]),
    found("class-nested", "^[a[b]]$", "no classes in classes", ["a]", "[]", "b]"], ["a", "b"]),
    found("class-equivalent", "^[[.a.]]$", "no collating elements", [".]", "a]"], ["a"]),
    found("class-escapes", r"^[\]\\\-\n\x41\x{1F600}\_]$", "escapes", ["]", "\\", "-", "\n", "A", "\U0001f600", "_"], ["n", "x"]),
    found("class-shorthands", r"^[\d\sx]$", "shorthands", ["5", " ", "x"], ["a", "d"]),
    found("class-shorthand-other", r"^[\D5]$", "all but digits, and 5", ["a", "5", "\n"], ["4"]),
    found("class-shorthand-all", r"^[\w\W]$", "everything", ["a", "\n", "\U0001f600"], [""]),
    found("class-shorthand-none", r"[^\d\D]", "nothing", [], ["", "a", "5"]),
    found("range", "^[b-d]$", "both ends are in it", ["b", "c", "d"], ["a", "e", "-"]),
    found("range-one", "^[b-b]$", "a range of one", ["b"], ["a", "-"]),
    found("range-escape", r"^[\x61-\x{63}]$", "from escape to escape", ["a", "b", "c"], ["d", "-", "x"]),
    found("range-emoji", "^[\U0001f600-\U0001f602]$", "beyond the basic plane", ["\U0001f600", "\U0001f602"], ["\U0001f603", "-"]),
    found("range-planes", "^[\ud7ff-\U00010000]$", "over the surrogates", ["\ue000", "\uffff", "\U00010000"], ["\ud7fe", "\U00010001"]),
    found("hyphen-first", "^[-a]$", "a - that is first is a literal", ["-", "a"], ["b"]),
    found("hyphen-last", "^[a-]$", "or last", ["-", "a"], ["b"]),
    found("hyphen-alone", "^[-]$", "or both", ["-"], ["a"]),
    found("hyphen-negated", "^[^-a]$", "or first after ^", ["b"], ["-", "a"]),
    found("hyphen-after-range", "^[a-c-e]$", "or after a range", ["a", "b", "c", "-", "e"], ["d"]),
    found("hyphen-after-class", r"^[\d-z]$", "or after a class", ["5", "-", "z"], ["a", "y"]),
    found("hyphen-after-name", "^[[:digit:]-z]$", "or after a named class", ["5", "-", "z"], ["a", "y"]),
    found("hyphen-range", "^[--/]$", "and may begin a range", ["-", ".", "/"], [",", "0"]),
    found("hyphen-range-end", "^[+--]$", "or end one", ["+", ",", "-"], ["*", "."]),
    found("hyphen-range-later", "^[a-c--/]$", "after a range too", ["b", "-", ".", "/"], ["d", ","]),
    found("hyphen-range-class", r"^[\d--/]$", "and after a class", ["5", "-", "."], [",", "a"]),
    found("hyphen-twice", "^[--]$", "two of them", ["-"], ["b"]),
]

# What is in each named class, and its neighbours that are not.
NAMES = [
    ("alnum", ["0", "9", "A", "Z", "a", "z"], ["/", ":", "@", "[", "`", "{", "_", "\u00e9"]),
    ("alpha", ["A", "Z", "a", "z"], ["0", "@", "[", "`", "{", "\u00e9"]),
    ("ascii", ["\0", "a", "\x7f"], ["\x80", "\u00e9"]),
    ("blank", ["\t", " "], ["\n", "\v", "\u00a0"]),
    ("cntrl", ["\0", "\n", "\x1f", "\x7f"], [" ", "~", "\x80"]),
    ("digit", ["0", "9"], ["/", ":", "\u0660"]),
    ("graph", ["!", "a", "~"], [" ", "\x7f", "\u00e9"]),
    ("lower", ["a", "z"], ["`", "{", "A", "\u00e9"]),
    ("print", [" ", "a", "~"], ["\x1f", "\x7f", "\t"]),
    ("punct", ["!", "/", ":", "@", "[", "_", "`", "{", "~"], [" ", "0", "A", "a", "\x7f"]),
    ("space", ["\t", "\n", "\v", "\f", "\r", " "], ["\b", "\x0e", "\u00a0"]),
    ("upper", ["A", "Z"], ["@", "[", "a"]),
    ("word", ["0", "A", "_", "z"], ["-", "`", "\u00e9"]),
    ("xdigit", ["0", "9", "A", "F", "a", "f"], ["G", "g", "/", ":", "@", "`"]),
]
NAMED = [
    found(f"name-{name}{'-not' if negated else ''}", f"^[[:{'^' if negated else ''}{name}:]]$",
          "all others" if negated else "a named class, ASCII alone", *((no, yes) if negated else (yes, no)))
    for name, yes, no in NAMES for negated in (False, True)
] + [
    found("name-among", "^[x[:digit:]-[:^ascii:]]$", "with others, and a literal -", ["x", "5", "-", "\u00e9"], ["y", ":"]),
    found("name-negated-class", "^[^[:alpha:]_]$", "in a negated class", ["5", "-"], ["a", "_"]),
    found("name-outside", "^[:alpha:]$", "only inside a class", [":", "a", "h"], ["b", "x"]),
    found("name-open", "^[[:]$", "a [: without :] is two literals", ["[", ":"], ["a"]),
    found("name-open-alpha", "^[[:alpha]$", "also before a name", ["[", ":", "h"], ["b", "]"]),
]

# For operators-extremes.json, where readers expect strings that UTF-8 cannot hold.
SURROGATES = [
    found("surrogate-text", "^\ufffd$", "a lone surrogate of a text is U+FFFD", ["\ufffd", "\ud83d", "\ude00"], ["\U0001f600"]),
    found("surrogate-pattern", "^[\ud83d]\ude00?$", "and one of a pattern", ["\ufffd", "\ud83d", "\ufffd\ufffd"], ["\U0001f600"]),
    found("surrogate-half", "\ude00", "half of a character is not found in it", ["\ude00\ud83d"], ["\U0001f600"]),
    found("surrogate-two", "^..$", "two lone surrogates in the wrong order are two", ["\ude00\ud83d"], ["\ud83d\ude00"]),
]

GROUPS = [*ALTERNATIVES, *REPEATS, *GROUPS_AND_FLAGS, *PLACES, *CLASSES, *NAMED]
