"""hash.json: inputs by hand, expected values from mmh3."""

import oracle_hash

INPUTS = [
    ("length-0", "", "no bytes: the finalizer of the seed alone"),
    ("length-1", "a", "a tail of one byte"),
    ("length-2", "ab", "a tail of two bytes"),
    ("length-3", "abc", "a tail of three bytes"),
    ("length-4", "abcd", "one block and no tail"),
    ("length-5", "abcde", "one block and a tail of one"),
    ("length-6", "abcdef", "one block and a tail of two"),
    ("length-7", "abcdefg", "one block and a tail of three"),
    ("length-8", "abcdefgh", "two blocks"),
    ("length-9", "abcdefghi", "two blocks and a tail of one"),
    ("known-fox", "The quick brown fox jumps over the lazy dog", "a text with a widely published hash"),
    ("digit", "1", "the shortest usual id"),
    ("digits", "123", "a short id"),
    ("digits-long", "9007199254740991", "the largest integer that is spelled"),
    ("negative", "-9007199254740991", "the smallest integer that is spelled"),
    ("zero", "0", "zero as a string"),
    ("user-1", "user-1", "sequential ids"),
    ("user-2", "user-2", "sequential ids"),
    ("uuid", "123e4567-e89b-12d3-a456-426614174000", "a uuid"),
    ("uuid-upper", "123E4567-E89B-12D3-A456-426614174000", "case is not folded"),
    ("email", "jane.doe+test@example.com", "an email address"),
    ("salt-rollout", "new_checkout/rollout", "a salt as it is hashed for rollouts"),
    ("salt-split", "new_checkout/split", "a salt as it is hashed for splits"),
    ("slash-rollout", "/rollout", "an empty salt"),
    ("space", " ", "white space counts"),
    ("line-feed", "a\n", "a line feed counts"),
    ("nul", "\0", "NUL is a byte like any other"),
    ("nul-inside", "a\0b", "a text does not end at NUL"),
    ("nul-tail", "abcd\0", "NUL in the tail"),
    ("two-bytes", "\u00e9", "e acute is two bytes"),
    ("decomposed", "e\u0301", "no normalisation: not the same as the composed letter"),
    ("three-bytes", "\u20ac", "the euro sign is three bytes"),
    ("four-bytes", "\U0001f600", "an emoji is four bytes, one character"),
    ("bytes-high", "\u00ff\u00ff\u00ff\u00ff", "bytes above 127 in whole blocks: no sign extension"),
    ("tail-high", "abcd\u00ff\u00ff", "bytes above 127 in the tail: no sign extension"),
    ("mixed", "na\u00efve \u20ac \U0001f680 \u6f22\u5b57", "all lengths of characters together"),
    ("replacement", "\ufffd", "U+FFFD itself"),
    ("lone-high", "\ud800", "a lone high surrogate is U+FFFD"),
    ("lone-low", "\udc00", "a lone low surrogate is U+FFFD"),
    ("lone-first", "\ud800abc", "a lone surrogate first"),
    ("lone-middle", "ab\udfffcd", "a lone surrogate in the middle"),
    ("lone-last", "abc\ud83d", "a lone surrogate last"),
    ("lone-two", "\ud800\ud800", "two lone surrogates are two U+FFFD"),
    ("lone-wrong-order", "\ude00\ud83d", "the halves in the wrong order are two lone surrogates"),
    ("pair", "\ud83d\ude00", "the halves in the right order are one character"),
    ("bom", "\ufeffa", "a byte order mark is not dropped"),
    ("long-300", "abcdefghij" * 30, "300 bytes"),
    ("long-303", "x" * 303, "300 bytes and a tail of three"),
    ("long-unicode", "\u20ac\U0001f600" * 150, "1,050 bytes"),
]
NUMBERS = [0, 1, 2, 0x7FFFFFFF, 0x80000000, 0xDEADBEEF, 0xFFFFFFFF]


def document():
    cases = [
        {"id": slug, "step": "3.keyHash", "why": why, "input": text, "expect": {"murmur3": oracle_hash.murmur3(text)}}
        for slug, text, why in INPUTS
    ]
    for number in NUMBERS:
        cases.append({
            "id": f"fmix32-{number}",
            "step": "3.fmix32",
            "why": "the finalizer alone, in unsigned 32-bit arithmetic",
            "input": number,
            "expect": {"fmix32": oracle_hash.fmix32(number)},
        })
    return {"topic": "hash", "cases": cases}
