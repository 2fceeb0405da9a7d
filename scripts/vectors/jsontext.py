"""JSON as the vector files have it: two spaces, ASCII only, one value a line."""

import json
import re


def dump(value):
    text = json.dumps(value, indent=2, ensure_ascii=True)
    # Python spells a double out of range "Infinity", which is no JSON; 1e400 is, and reads as the same.
    # One value a line makes the replacement safe: a string never matches because of its quotes.
    return re.sub(r'(?m)^(\s*(?:"(?:[^"\\]|\\.)*": )?-?)Infinity(,?)$', r"\g<1>1e400\2", text) + "\n"
