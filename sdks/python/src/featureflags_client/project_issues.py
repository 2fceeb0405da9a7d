"""What is wrong in one environment, told of what somebody wrote."""

from __future__ import annotations

from .definition import FIRST_ENVIRONMENT, STATE_FIELDS
from .issue import Issue
from .json import Json, JsonObject


def in_project(issue: Issue, environment: str) -> Issue:
    """An issue of an environment's snapshot, told of the project."""
    start, *steps = issue.path.split("/")
    if steps[:1] != ["flags"] or len(steps) < 3 or steps[2] not in STATE_FIELDS:
        return issue
    path = [start, *steps[:2], "environments", environment, *steps[2:]]
    return Issue("/".join(path), issue.code, issue.message)


def within(issue: Issue, document: JsonObject) -> Issue:
    """The issue as somebody finds it in what they wrote.

    Where their shorthand left a part out, the path ends at the nearest part that is there.
    """
    explicit = issue.path.split("/")[1:]
    to_flag, container, rest = explicit[:2], explicit[2:4], explicit[4:]
    flag, _ = _follow(document, to_flag)
    first = ["environments", FIRST_ENVIRONMENT]
    # What is said of the first environment nowhere else is said in the flag itself.
    is_short = container == first and bool(rest) and _follow(flag, first)[1] < 2
    written = [*to_flag, *rest] if is_short else explicit
    _, found = _follow(document, written)
    # A missing field is named although it is not there.
    names_missing = issue.code == "required" and found == len(written) - 1
    path = ["", *written[: found + names_missing]]
    return Issue("/".join(path), issue.code, issue.message)


def _follow(value: Json, steps: list[str]) -> tuple[Json, int]:
    """Follows the steps of a JSON Pointer as far as they go."""
    for found, step in enumerate(steps):
        name = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict) and name in value:
            value = value[name]
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return value, found
    return value, len(steps)
