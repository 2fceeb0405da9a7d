"""Section 1.parse of one condition."""

import oracle_pattern
import oracle_text
from oracle_hash import number_of, well_formed
from oracle_shape import check_fields, is_number

STRINGS = ["contains", "starts_with", "ends_with"]
FOLDING = [f"{no}{name}" for no in ("", "not_") for name in ["in", *STRINGS]]
MANY_STRINGS = [f"{no}{name}" for no in ("", "not_") for name in [*STRINGS, "matches", "in_cidr"]]
NUMERIC = ["lt", "lte", "gt", "gte"]
INSTANTS = ["before", "after"]
SEMVER = ["semver_eq", "semver_lt", "semver_lte", "semver_gt", "semver_gte"]
EXISTS = ["exists", "not_exists"]
SEGMENT = ["in_segment", "not_in_segment"]
ONE = [*NUMERIC, *INSTANTS, *SEMVER]
OPS = ["in", "not_in", *MANY_STRINGS, *ONE, *EXISTS, *SEGMENT]


def condition(issues, path, item, segments, lost):
    """`segments` is None inside a segment, where no segment may be named."""
    if not isinstance(item, dict):
        issues.add(path, "type")
        return
    op = item.get("op")
    # Nothing else can be judged before the operator is known.
    if "op" not in item:
        issues.add(f"{path}/op", "required")
    elif not isinstance(op, str):
        issues.add(f"{path}/op", "type")
    elif op not in OPS:
        issues.add(f"{path}/op", "unsupported")
    elif op in SEGMENT and segments is None:
        issues.add(f"{path}/op", "value")
    else:
        rest(issues, path, item, op, segments, lost)


def rest(issues, path, item, op, segments, lost):
    if op in SEGMENT:
        required = ["op", "segment"]
    else:
        required = ["op", "attribute"] if op in EXISTS else ["op", "attribute", "values"]
    check_fields(issues, path, item, required, ["ignoreCase"])
    if "ignoreCase" in item:
        if op not in FOLDING:
            issues.add(f"{path}/ignoreCase", "value")
        elif not isinstance(item["ignoreCase"], bool):
            issues.add(f"{path}/ignoreCase", "type")
    if op in SEGMENT:
        named(issues, f"{path}/segment", item, segments, lost)
        return
    if "attribute" in item:
        if not isinstance(item["attribute"], str):
            issues.add(f"{path}/attribute", "type")
        elif item["attribute"] == "":
            issues.add(f"{path}/attribute", "value")
    if "values" in item and op not in EXISTS:
        operands(issues, f"{path}/values", item["values"], op)


def named(issues, path, item, segments, lost):
    if "segment" not in item:
        return
    if not isinstance(item["segment"], str):
        issues.add(path, "type")
    elif item["segment"] not in segments:
        issues.add(path, "reference")
    elif item["segment"] in lost:
        issues.add(path, "unsupported")


def operands(issues, path, values, op):
    if not isinstance(values, list):
        issues.add(path, "type")
        return
    if not values or (op in ONE and len(values) > 1):
        issues.add(path, "range")
    for index, value in enumerate(values):
        code = operand(op, value)
        if code:
            issues.add(f"{path}/{index}", code)


def operand(op, value):
    """The code of what is wrong with one operand, or None."""
    if op in ("in", "not_in", *NUMERIC) and is_number(value):
        return "value" if number_of(value) is None else None
    if op in ("in", "not_in") and isinstance(value, bool):
        return None
    if not isinstance(value, str):
        return "type"
    readers = {
        **dict.fromkeys(NUMERIC, oracle_text.number),
        **dict.fromkeys(INSTANTS, oracle_text.instant),
        **dict.fromkeys(SEMVER, oracle_text.version),
        **dict.fromkeys(["in_cidr", "not_in_cidr"], oracle_text.block),
        **dict.fromkeys(["matches", "not_matches"], lambda text: oracle_pattern.compiled(well_formed(text))),
    }
    if op in readers and readers[op](value) is None:
        return "pattern" if op in ("matches", "not_matches") else "value"
    return None


def conditions(issues, path, group, segments, lost):
    if not isinstance(group, list):
        issues.add(path, "type")
        return
    for index, item in enumerate(group):
        condition(issues, f"{path}/{index}", item, segments, lost)
