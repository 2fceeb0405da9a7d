"""Section 4.pattern, read from its text: what compiles and what is found. A pattern becomes functions from the
places of a text to the places after a match, so that nothing is shared with an automaton. RE2 must agree with
every pattern that means the same to it."""

import re2

MAX_SIZE, MAX_COUNT, MAX_OPEN = 2000, 1000, 100
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
DIGITS = "0123456789"
WORD = frozenset(LETTERS + DIGITS + "_")
GRAPH = frozenset(chr(code) for code in range(33, 127))
NAMED = {
    "alnum": frozenset(LETTERS + DIGITS),
    "alpha": frozenset(LETTERS),
    "ascii": frozenset(chr(code) for code in range(128)),
    "blank": frozenset(" \t"),
    "cntrl": frozenset(chr(code) for code in [*range(32), 127]),
    "digit": frozenset(DIGITS),
    "graph": GRAPH,
    "lower": frozenset(LETTERS[26:]),
    "print": GRAPH | {" "},
    "punct": GRAPH - frozenset(LETTERS + DIGITS),
    "space": frozenset("\t\n\v\f\r "),
    "upper": frozenset(LETTERS[:26]),
    "word": WORD,
    "xdigit": frozenset(DIGITS + "abcdefABCDEF"),
}
SHORT = {"d": frozenset(DIGITS), "w": WORD, "s": frozenset("\t\n\f\r ")}
CONTROLS = {"a": "\a", "f": "\f", "t": "\t", "n": "\n", "r": "\r", "v": "\v"}


class Refused(Exception):
    pass


def compiled(pattern):
    """A test of a text, or None. Texts and patterns have no lone surrogates any more."""
    parser = Parser(pattern)
    try:
        walk, size, _ = parser.whole()
        if size > MAX_SIZE:
            return None
    except Refused:
        return None
    theirs = engine(pattern)
    by_re2 = None if parser.folds and not pattern.isascii() else theirs

    def test(text):
        found = bool(walk(text, set(range(len(text) + 1))))
        # RE2 folds beyond ASCII, and its \B is also true between the bytes of one code point.
        is_alike = text.isascii() or not (parser.folds or "\\B" in pattern)
        if by_re2 and is_alike and found != bool(by_re2.search(text)):
            raise AssertionError(f"RE2 disagrees about {pattern!r} in {text!r}")
        return found

    return test


def engine(pattern):
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 1 << 28
    try:
        return re2.compile(pattern, options)
    except re2.error as problem:
        raise AssertionError(f"RE2 refuses {pattern!r}: {problem}") from problem


def need(holds):
    if not holds:
        raise Refused


def one(accepts):
    return (lambda text, at: {i + 1 for i in at if i < len(text) and accepts(text[i])}), 1, 1


def place(holds):
    return (lambda text, at: {i for i in at if holds(text, i)}), 1, 1


def is_border(text, at):
    return (at > 0 and text[at - 1] in WORD) != (at < len(text) and text[at] in WORD)


def folded(accepts):
    return lambda char: accepts(char) or (char in LETTERS and accepts(char.swapcase()))


def sequence(parts):
    def walk(text, at):
        for part, _, _ in parts:
            at = part(text, at)
        return at

    return walk, sum(size for _, size, _ in parts), max((copies for _, _, copies in parts), default=1)


def either(branches):
    if len(branches) == 1:
        return branches[0]
    size = sum(size for _, size, _ in branches) + len(branches) - 1
    walk = lambda text, at: set().union(*(branch(text, at) for branch, _, _ in branches))
    return walk, size, max(copies for _, _, copies in branches)


def repeat(atom, least, most, counted):
    inner, size, copies = atom

    def walk(text, at):
        for _ in range(least):
            at = inner(text, at)
        reached, rounds = at, least
        while at and (most is None or rounds < most):
            at = inner(text, at) - reached
            reached, rounds = reached | at, rounds + 1
        return reached

    if not counted:
        return walk, size + 1, copies
    larger = max(1, least if most is None else most)
    need(larger * copies <= MAX_COUNT)
    return walk, larger * size + 1, larger * copies


class Parser:
    def __init__(self, pattern):
        self.rest, self.names, self.open, self.flags, self.folds = pattern, set(), 0, frozenset(), False

    def take(self, text):
        if not self.rest.startswith(text):
            return False
        self.rest = self.rest[len(text):]
        return True

    def char(self):
        need(self.rest)
        char, self.rest = self.rest[0], self.rest[1:]
        return char

    def while_in(self, letters):
        length = next((i for i, char in enumerate(self.rest) if char not in letters), len(self.rest))
        taken, self.rest = self.rest[:length], self.rest[length:]
        return taken

    def whole(self):
        made = self.alternatives()
        need(self.rest == "")
        return made

    def alternatives(self):
        branches = [self.items()]
        while self.take("|"):
            branches.append(self.items())
        return either(branches)

    def items(self):
        parts = []
        while self.rest and self.rest[0] not in "|)":
            atom = self.atom()
            if atom is not None:
                parts.append(self.repeated(atom))
        return sequence(parts)

    def repeated(self, atom):
        for sign, least, most in (("*", 0, None), ("+", 1, None), ("?", 0, 1)):
            if self.take(sign):
                self.take("?")
                return repeat(atom, least, most, False)
        count = self.count()
        if count is None:
            return atom
        self.take("?")
        return repeat(atom, *count, True)

    def count(self):
        before = self.rest
        if self.take("{"):
            least, comma = self.while_in(DIGITS), self.take(",")
            most = self.while_in(DIGITS) if comma else least
            plain = all(digits == "0" or not digits.startswith("0") for digits in (least, most))
            if least and plain and self.take("}"):
                low, high = int(least), int(most) if most else None
                need(low <= MAX_COUNT and (high is None or low <= high <= MAX_COUNT))
                return low, high
        self.rest = before
        return None

    def atom(self):
        if self.take("("):
            return self.group()
        if self.take("["):
            return one(self.bracket())
        if self.take("\\"):
            return self.escaped()
        if self.take("."):
            return one((lambda char: True) if "s" in self.flags else lambda char: char != "\n")
        lines = "m" in self.flags
        if self.take("^"):
            return place(lambda text, at: at == 0 or (lines and text[at - 1] == "\n"))
        if self.take("$"):
            return place(lambda text, at: at == len(text) or (lines and text[at] == "\n"))
        need(self.rest[0] not in "*+?" and self.count() is None)
        return self.literal(self.char())

    def literal(self, char):
        return one(self.folded(lambda other: other == char))

    def folded(self, accepts):
        return folded(accepts) if "i" in self.flags else accepts

    def escaped(self):
        for letter, holds in (
            ("A", lambda text, at: at == 0),
            ("z", lambda text, at: at == len(text)),
            ("b", is_border),
            ("B", lambda text, at: not is_border(text, at)),
        ):
            if self.take(letter):
                return place(holds)
        short = self.shorthand()
        return one(short) if short else self.literal(self.escape())

    def shorthand(self):
        for letter, chars in SHORT.items():
            if self.take(letter):
                return lambda char: char in chars
            if self.take(letter.upper()):
                return lambda char: char not in chars
        return None

    def escape(self):
        char = self.char()
        if char == "x":
            return self.hexadecimal()
        if char in CONTROLS:
            return CONTROLS[char]
        need(char.isascii() and not char.isalnum())
        return char

    def hexadecimal(self):
        if self.take("{"):
            digits = self.while_in(DIGITS + "abcdefABCDEF")
            need(1 <= len(digits) <= 6 and self.take("}"))
        else:
            digits, self.rest = self.rest[:2], self.rest[2:]
            need(len(digits) == 2 and all(digit in DIGITS + "abcdefABCDEF" for digit in digits))
        code = int(digits, 16)
        need(code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF)
        return chr(code)

    def group(self):
        outer = self.flags
        if self.take("?P<") or self.take("?<"):
            name = self.while_in(WORD)
            need(name and name not in self.names and self.take(">"))
            self.names.add(name)
        elif self.take("?"):
            if not self.opens():
                return None
        self.open += 1
        need(self.open <= MAX_OPEN)
        walk, size, copies = self.alternatives()
        need(self.take(")"))
        self.open -= 1
        self.flags = outer
        return walk, size + 1, copies

    def opens(self):
        """Flags; False if they are no group but hold from here on."""
        given, minus = self.while_in("imsU"), self.take("-")
        unset = self.while_in("imsU") if minus else ""
        need(bool(unset) == minus)
        self.flags = (self.flags | set(given)) - set(unset)
        self.folds = self.folds or "i" in given
        if self.take(":"):
            return True
        need((given or unset) and self.take(")"))
        # Nothing may repeat what is no atom.
        need(not self.rest or (self.rest[0] not in "*+?" and self.count() is None))
        return False

    def bracket(self):
        negated, items = self.take("^"), []
        while not items or not self.take("]"):
            items.append(self.member())
        return lambda char: any(accepts(char) for accepts in items) != negated

    def is_named(self):
        return self.rest.startswith("[:") and ":]" in self.rest[2:]

    def member(self):
        if self.is_named():
            return self.named()
        if self.take("\\"):
            short = self.shorthand()
            if short:
                return self.folded(short)
            first = self.escape()
        else:
            first = self.char()
        if not self.rest.startswith("-") or self.rest.startswith("-]"):
            return self.folded(lambda char: char == first)
        self.take("-")
        need(not self.is_named())
        if self.take("\\"):
            need(self.shorthand() is None)
            last = self.escape()
        else:
            last = self.char()
        need(first <= last)
        return self.folded(lambda char: first <= char <= last)

    def named(self):
        name, _, self.rest = self.rest[2:].partition(":]")
        negated = name.startswith("^")
        chars = NAMED.get(name[negated:])
        need(chars is not None)
        accepts = self.folded(lambda char: char in chars)
        return lambda char: accepts(char) != negated
