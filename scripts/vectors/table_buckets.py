"""buckets.json: inputs by hand, all expected values from mmh3. What is hand-written is checked below."""

import oracle_hash
from checks import Disagreement

# (slug, salt, value, percent, inside as written by hand or None, why). The keys at the borders were searched for.
C = "new_checkout"
ROLLOUTS = [
    ("bucket-0", C, "id-28020", 0.001, True, "bucket 0 is the first one inside"),
    ("bucket-0-at-0", C, "id-28020", 0, False, "nobody is inside 0 %"),
    ("bucket-99999", C, "id-38714", 100, True, "everybody is inside 100 %"),
    ("bucket-99999-below", C, "id-38714", 99.999, False, "the last bucket is outside 99.999 %"),
    ("below-25", C, "user-16917", 25, True, "bucket 24999 is inside 25 %"),
    ("at-25", C, "user-151228", 25, False, "bucket 25000 is outside 25 %"),
    ("at-25-raised", C, "user-151228", 25.001, True, "and inside 25.001 %"),
    ("below-50", C, "user-59873", 50, True, "bucket 49999 is inside 50 %"),
    ("at-50", C, "user-36857", 50, False, "bucket 50000 is outside 50 %"),
    ("below-1", C, "user-2351", 1, True, "bucket 999 is inside 1 %"),
    ("at-1", C, "user-111720", 1, False, "bucket 1000 is outside 1 %"),
    ("below-10", C, "user-13371", 10, True, "bucket 9999 is inside 10 %"),
    ("at-10", C, "user-591754", 10, False, "bucket 10000 is outside 10 %"),
    ("below-0.001", C, "user-172823", 0.001, True, "bucket 0 is inside 0.001 %"),
    ("at-0.001", C, "user-44151", 0.001, False, "bucket 1 is outside 0.001 %"),
    ("below-33.333", C, "user-34946", 33.333, True, "bucket 33332 is inside 33.333 %"),
    ("at-33.333", C, "user-140402", 33.333, False, "bucket 33333 is outside 33.333 %"),
    ("below-99.999", C, "user-279110", 99.999, True, "bucket 99998 is inside 99.999 %"),
    ("at-99.999", C, "user-154488", 99.999, False, "bucket 99999 is outside 99.999 %"),
    ("raise-1", C, "user-7", 1, None, "one key at rising percentages"),
    ("raise-10", C, "user-7", 10, None, "one key at rising percentages"),
    ("raise-30", C, "user-7", 30, None, "one key at rising percentages"),
    ("raise-60", C, "user-7", 60, None, "one key at rising percentages"),
    ("raise-90", C, "user-7", 90, None, "one key at rising percentages"),
    ("raise-100", C, "user-7", 100, True, "one key at rising percentages"),
    ("value-empty", C, "", 50, None, "an empty string is a value"),
    ("value-empty-all", C, "", 100, True, "an empty string is a value"),
    ("salt-empty", "", "user-7", 50, None, "an empty salt is a salt"),
    ("salt-unicode", "na\u00efve-\U0001f680", "user-7", 50, None, "a salt outside ASCII"),
    ("value-unicode", C, "\u6f22\u5b57-\U0001f600", 50, None, "a value outside ASCII"),
    ("value-lone", C, "\ud800", 50, None, "a lone surrogate is U+FFFD"),
    ("value-replacement", C, "\ufffd", 50, None, "the same bucket as the lone surrogate"),
    ("value-number", C, "123", 50, None, "a number as it is spelled"),
    ("value-uuid", C, "123e4567-e89b-12d3-a456-426614174000", 50, None, "a uuid"),
    ("value-email", C, "jane.doe@example.com", 50, None, "an email address"),
    ("value-nul", C, "a\0b", 50, None, "NUL is a character"),
    ("salt-other", "new_checkout2", "user-7", 50, None, "another salt, another cohort"),
    ("salt-slash", "a/split", "user-7", 50, None, "a salt is data: the suffix is added to whatever it is"),
]
for _percent in (4.035, 8.413, 1.001, 16.1, 57.3, 64.1, 0.003, 1.005):
    ROLLOUTS.append((f"rounding-{_percent}", C, "user-11", _percent, None, "percent × 1000 is rounded, not cut"))

# (slug, value, weights, index as written by hand or None, why)
MAX = 2**20
SPLITS = [
    ("one", "u1", [1], 0, "W = 1"),
    ("one-heavy", "u1", [MAX], 0, "W = 2^20 in one part"),
    ("halves-0", "u0", [1, 1], 1, "two equal parts"),
    ("halves-1", "u1", [1, 1], 0, "two equal parts"),
    ("thirds-first", "u1", [1, 1, 1], 0, "three equal parts: first"),
    ("thirds-middle", "u3", [1, 1, 1], 1, "three equal parts: middle"),
    ("thirds-last", "u0", [1, 1, 1], 2, "three equal parts: last"),
    ("quarters", "u10", [1, 1, 1, 1], 3, "just above three quarters"),
    ("zero-first", "u1", [0, 1, 1], 1, "a weight of zero first is passed"),
    ("zero-middle-low", "u1", [1, 0, 1], 0, "a weight of zero in the middle is passed"),
    ("zero-middle-high", "u0", [1, 0, 1], 2, "a weight of zero in the middle is passed"),
    ("zero-last", "u0", [1, 1, 0], 1, "a weight of zero last is never reached"),
    ("zeros-around", "u5", [0, 0, 7, 0, 0], 2, "one weight among zeros"),
    ("zero-all-but-last", "u1", [0, 0, 1], 2, "only the last has weight"),
    ("zero-all-but-first", "u0", [1, 0, 0], 0, "only the first has weight"),
    ("uneven", "u8", [1, 9], 1, "one to nine"),
    ("uneven-back", "u9", [9, 1], 0, "nine to one: 0.896 is still the first"),
    ("percent-like", "u9", [89, 11], 1, "weights that sum to 100: 0.896 is the second"),
    ("max-halves-0", "u0", [MAX // 2, MAX // 2], 1, "W = 2^20: the product needs 52 bits"),
    ("max-halves-1", "u1", [MAX // 2, MAX // 2], 0, "W = 2^20"),
    ("max-odd", "u3", [MAX - 1, 1], 0, "W = 2^20"),
    ("max-first-one", "u3", [1, MAX - 1], 1, "W = 2^20"),
    ("prime", "u7", [3, 5, 7, 11], 1, "W = 26"),
    ("many", "u6", [1] * 10, 1, "ten equal parts"),
    ("value-empty", "", [1, 1], None, "an empty string is a value"),
    ("value-lone", "\udfff", [1, 1, 1, 1], None, "a lone surrogate is U+FFFD"),
    ("value-unicode", "\U0001f600", [1, 1, 1, 1], None, "a value outside ASCII"),
]
# Points at the border of a part: the point itself is the boundary between two parts.
BORDERS = [("u4", 5), ("u5", 1000), ("u6", 4096), ("u11", 100000), ("u2", 1048576)]


def case(slug, step, why, inputs, expect, key, written):
    # The tables say by hand what should come out wherever a person can know it.
    if written is not None and expect[key] != written:
        raise Disagreement(f"buckets: {slug}: {key} is {expect[key]}, the table says {written}")
    return {"id": slug, "step": step, "why": why, **inputs, "expect": expect}


def document():
    cases = []
    for slug, salt, value, percent, inside, why in ROLLOUTS:
        made = oracle_hash.rollout(salt, value, percent)
        inputs = {"salt": salt, "value": value, "percent": percent}
        cases.append(case(f"rollout/{slug}", "3.rollout", why, inputs, made, "inside", inside))
    for slug, value, weights, index, why in SPLITS:
        made = oracle_hash.split("s", value, weights)
        inputs = {"salt": "s", "value": value, "weights": weights}
        cases.append(case(f"split/{slug}", "3.split", why, inputs, made, "index", index))
    for value, total in BORDERS:
        point = oracle_hash.split("s", value, [total])["point"]
        for name, first, index in (("at", point, 1), ("above", point + 1, 0)):
            weights = [first, total - first]
            why = f"point {point} with a first part of {first}: the first sum that exceeds the point"
            made = oracle_hash.split("s", value, weights)
            inputs = {"salt": "s", "value": value, "weights": weights}
            cases.append(case(f"split/border-{total}-{name}", "3.split", why, inputs, made, "index", index))
    return {"topic": "buckets", "cases": cases}
