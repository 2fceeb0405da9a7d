"""Small checks shared by the two halves of the parse oracle."""

import re

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}", re.ASCII)


class Issues:
    """A set of (path, code): issues are compared as a set."""

    def __init__(self):
        self.found = set()

    def add(self, path, code):
        self.found.add((path, code))


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_integer(value):
    return is_number(value) and abs(value) != float("inf") and value == int(value)


def escaped(name):
    return name.replace("~", "~0").replace("/", "~1")


def check_fields(issues, path, value, required, optional):
    """False when the value is no object; otherwise its missing and unknown fields are issues."""
    if not isinstance(value, dict):
        issues.add(path, "type")
        return False
    for name in required:
        if name not in value:
            issues.add(f"{path}/{name}", "required")
    for name in value:
        if name not in required and name not in optional:
            issues.add(f"{path}/{escaped(name)}", "unknown")
    return True


def check_key(issues, path, value):
    if not isinstance(value, str):
        issues.add(path, "type")
        return False
    if not KEY.fullmatch(value):
        issues.add(path, "key")
    return True


def check_strings(issues, path, value, least=0):
    if not isinstance(value, list):
        issues.add(path, "type")
        return
    if len(value) < least:
        issues.add(path, "range")
    for index, item in enumerate(value):
        if not isinstance(item, str):
            issues.add(f"{path}/{index}", "type")


def reference(issues, path, value, names):
    """True for a string. It is an issue when it is not one of the names; names None cannot be checked."""
    if not isinstance(value, str):
        issues.add(path, "type")
        return False
    if names is not None and value not in names:
        issues.add(path, "reference")
    return True


def pointer(kind, key):
    return f"/{kind}/" + key.replace("~", "~0").replace("/", "~1")


def unknown_under(issues, path):
    return any(
        code in ("unknown", "unsupported") and (at == path or at.startswith(path + "/"))
        for at, code in issues.found
    )
