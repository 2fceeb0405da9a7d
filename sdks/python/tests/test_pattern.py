"""Patterns against RE2 itself, and what the contract says that RE2 does not."""

from __future__ import annotations

import threading
from time import perf_counter

import pytest
import re2
from hypothesis import example, given, settings
from hypothesis import strategies as st

from featureflags_client.pattern import PatternError, compile_pattern

_ATOMS = st.sampled_from(
    [
        *"abk_-.^$ \n09é😀",
        r"\d",
        r"\w",
        r"\s",
        r"\D",
        r"\W",
        r"\S",
        r"\b",
        r"\A",
        r"\z",
        r"\.",
        r"\x41",
        r"\x{1F600}",
        r"\t",
        "[a-c]",
        "[^a-c]",
        "[]a]",
        "[^]a]",
        r"[\d-z]",
        "[a-c-e]",
        "[[:alpha:]_]",
        "[[:^digit:]]",
        "[--/]",
        r"[\x{80}-\x{10FFFF}]",
        "{",
        "{,2}",
        "{01}",
        "]",
    ]
)
_REPEATS = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "{2}?", "{0}"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeated = st.tuples(inner, _REPEATS).map(lambda pair: f"(?:{pair[0]}){pair[1]}")
    opened = st.tuples(st.sampled_from(["(", "(?:", "(?s:", "(?m:", "(?U:"]), inner).map(
        lambda pair: f"{pair[0]}{pair[1]})"
    )
    return st.one_of(
        repeated,
        opened,
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map("|".join),
    )


_PATTERNS = st.recursive(st.tuples(_ATOMS, _REPEATS).map("".join), _grown, max_leaves=8)
_TEXTS = st.text(alphabet="abkZ_-. \n09é😀A\t{,2}]", max_size=12)


@settings(max_examples=1500, deadline=None, derandomize=True)
@given(_PATTERNS, st.lists(_TEXTS, min_size=1, max_size=4))
@example(r"(?m:^b$)", ["a\nb\nc", "ab"])
@example(r"(|a)*b", ["aab"])
def test_like_re2(pattern: str, texts: list[str]) -> None:
    options = re2.Options()
    options.log_errors = False
    try:
        theirs = re2.compile(pattern, options)
    except re2.error:
        with pytest.raises(PatternError):
            compile_pattern(pattern)
        return
    ours = compile_pattern(pattern)
    for text in texts:
        # \B and \b of RE2 can match within the bytes of one character; \b of ASCII cannot.
        assert ours.found_in(text) == (theirs.search(text) is not None), text


@pytest.mark.parametrize(
    "pattern",
    [
        "a**",
        "a+*",
        "*a",
        "a|*",
        "(?i)*",
        "a(?i)*",
        "a{2}{3}",
        "a{1001}",
        "a{2,1}",
        "a{99999999999}",
        "(?:a{10}){166}",
        "(",
        ")",
        "a)",
        "(?",
        "(?)",
        "(?-)",
        "(?i-)",
        "(?x)",
        "(?P<a>b)(?<a>c)",
        "(?P<>b)",
        "(?P<é>b)",
        "(?=a)",
        "(?<=a)",
        "[",
        "[a",
        "[b-a]",
        r"[a-\d]",
        r"[!-\d]",
        "[!-[:digit:]]",
        "[[:]a:]",
        "[[:nope:]]",
        r"[\b]",
        r"\1",
        r"\0",
        r"\Q",
        r"\pL",
        r"\C",
        r"\Z",
        "\\",
        r"\x",
        r"\x4",
        r"\x{}",
        r"\x{110000}",
        r"\x{D800}",
        r"\x{1234567}",
        r"\é",
        "(" * 101 + ")" * 101,
        "a" * 2001,
        "(?:" * 101 + ")" * 101,
        "a{1000}b{1000}",
        "^*" * 2 + "*",
        "[:alpha:",
        "(?i-s-m)",
    ],
)
def test_does_not_compile(pattern: str) -> None:
    with pytest.raises(PatternError):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("(?i)k", "\u212a", False),  # the Kelvin sign folds to k in RE2
        ("(?i)É", "é", False),
        ("(?i)aCMe", "AcmE", True),
        ("(?i)[[:^upper:]]", "aZ", False),
        ("(?i)[^a]", "aA", False),
        (r"\B", "aéa", False),
        (r"\Bé\B", " é ", True),
        ("a(?i)b|c", "C", True),
        ("(?i-i)a", "A", False),
        ("(?s).", "\n", True),
        (".", "\n", False),
        ("^.$", "😀", True),
        ("^.$", "\ufffd", True),
        ("[[:]", ":", True),
        ("a{,2}", "a{,2}", True),
        ("a{01}", "a{01}", True),
        ("", "", True),
        ("$", "a", True),
        ("x{0}y", "y", True),
        (r"\x{41}[\x42]", "AB", True),
        ("(?U)a+?", "a", True),
        ("(?:a{10}){100}", "a" * 1000, True),
        ("(?:a{10}){100}", "a" * 999, False),
    ],
)
def test_by_the_contract(pattern: str, text: str, found: bool) -> None:
    assert compile_pattern(pattern).found_in(text) is found


def test_deep_groups_do_not_overflow() -> None:
    pattern = compile_pattern("(" * 100 + "a" + ")*" * 100)
    assert pattern.found_in("aaa")


@pytest.mark.parametrize("pattern", ["^(a+)+$", "(a|a)*b", "(.*)(.*)(.*)c$", "(?:a?){400}a{400}b"])
def test_linear(pattern: str) -> None:
    compiled = compile_pattern(pattern)
    start = perf_counter()
    assert not compiled.found_in("a" * 20_000 + "!")
    assert perf_counter() - start < 10


def test_states_are_bounded() -> None:
    # Each text of a's and b's is another state: 2^18 of them.
    compiled = compile_pattern("(?:a|b)*a(?:a|b){18}c")
    text = "".join("ab"[(index * index) % 7 % 2] for index in range(30_000))
    assert not compiled.found_in(text)
    assert compiled._cost < 300_000


def test_threads_agree() -> None:
    compiled = compile_pattern(r"(?:ab|cd)+\b[x-z]{2,4}$")
    wrong: list[str] = []

    def work(number: int) -> None:
        for index in range(300):
            text = "ab" * (index % 9 + 1) + ("" if index % 2 else " ") + "xyz"[: number % 3 + 1]
            expected = re2.search(r"(?:ab|cd)+\b[x-z]{2,4}$", text) is not None
            if compiled.found_in(text) is not expected:
                wrong.append(text)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
