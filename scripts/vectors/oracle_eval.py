"""Sections 1, 2 and 4: an independent reading of the contract, used only to check the tables."""

import oracle_hash
import oracle_pattern
import oracle_text
from oracle_hash import number_of, spelled, well_formed

ALIASES = {"targetingKey": "user_id", "user_id": "targetingKey"}


def present(value):
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return number_of(value) is not None
    return value is not None


def lookup(context, name):
    for literal in (name, ALIASES.get(name)):
        if literal is not None and present(context.get(literal)):
            return context[literal]
    if "." not in name:
        return None
    value = context
    for part in name.split("."):
        if not isinstance(value, dict) or part not in value:
            return None
        value = value[part]
    return value if present(value) else None


def fold(text, on):
    return "".join(c.lower() if "A" <= c <= "Z" else c for c in text) if on else text


def equal(left, right, ignore_case):
    if isinstance(left, (dict, list)) or left is None:
        return False
    if isinstance(left, str) and isinstance(right, str):
        return fold(well_formed(left), ignore_case) == fold(well_formed(right), ignore_case)
    if isinstance(left, str) or isinstance(right, str):
        text, other = (left, right) if isinstance(left, str) else (right, left)
        if isinstance(other, bool):
            return text == ("true" if other else "false")
        return oracle_text.number(text) == number_of(other)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return number_of(left) == number_of(right)


def compare(op, left, right):
    order = (left > right) - (left < right)
    return {"eq": order == 0, "lt": order < 0, "lte": order <= 0, "gt": order > 0, "gte": order >= 0}[op]


def as_number(value):
    return oracle_text.number(value) if isinstance(value, str) else number_of(value)


def string_test(name, value, operand, ignore_case):
    value, operand = fold(well_formed(value), ignore_case), fold(well_formed(operand), ignore_case)
    if name == "contains":
        return operand in value
    return value.startswith(operand) if name == "starts_with" else value.endswith(operand)


def element_test(name, condition, value):
    """True, False, or None when the value is outside the operator's domain."""
    values, ignore_case = condition["values"], condition.get("ignoreCase", False)
    if not present(value):
        return None
    if name == "in":
        return any(equal(value, operand, ignore_case) for operand in values)
    if name in ("lt", "lte", "gt", "gte"):
        left = as_number(value)
        return None if left is None else compare(name, left, as_number(values[0]))
    if not isinstance(value, str):
        return None
    if name in ("contains", "starts_with", "ends_with"):
        return any(string_test(name, value, operand, ignore_case) for operand in values)
    if name == "matches":
        return any(oracle_pattern.compiled(well_formed(p))(well_formed(value)) for p in values)
    if name in ("before", "after"):
        left = oracle_text.instant(value)
        return None if left is None else compare("lt" if name == "before" else "gte", left, oracle_text.instant(values[0]))
    if name == "in_cidr":
        place = oracle_text.address(value)
        return None if place is None else any(oracle_text.in_block(place, oracle_text.block(b)) for b in values)
    left = oracle_text.version(value)
    return None if left is None else compare(name[7:], left, oracle_text.version(values[0]))


def holds(snapshot, condition, context):
    """(result, trace entry) of one condition."""
    op = condition["op"]
    negated = op.startswith("not_")
    name = op[4:] if negated else op
    if name == "in_segment":
        by = segment_by(snapshot, snapshot["segments"][condition["segment"]], context)
        result = (by in ("include", "any")) != negated
        return result, {"segment": condition["segment"], "op": op, "by": by, "result": result}
    actual = lookup(context, condition["attribute"])
    entry = {"attribute": condition["attribute"], "op": op}
    if "values" in condition:
        entry["values"] = condition["values"]
    if condition.get("ignoreCase"):
        entry["ignoreCase"] = True
    if name == "exists":
        result = (actual is not None) != negated
    elif actual is None:
        result = False
    else:
        tests = [element_test(name, condition, e) for e in (actual if isinstance(actual, list) else [actual])]
        # A test outside the domain is None and so false, negated or not.
        result = all(t is False for t in tests) if negated else any(t is True for t in tests)
    return result, {**entry, "actual": actual, "result": result}


def targeting_key(context):
    return spelled(lookup(context, "targetingKey"))


def segment_by(snapshot, segment, context):
    key = targeting_key(context)
    for name in ("include", "exclude"):
        if key is not None and well_formed(key) in [well_formed(k) for k in segment.get(name, [])]:
            return name
    for group in segment.get("any", []):
        if all(holds(snapshot, condition, context)[0] for condition in group):
            return "any"
    return "none"


def rollout_entry(flag, rollout, context):
    by = rollout.get("by", "targetingKey")
    entry = {"by": by, "value": spelled(lookup(context, by)), "percent": rollout["percent"], "bucket": None, "inside": False}
    if entry["value"] is not None:
        made = oracle_hash.rollout(flag["salt"], entry["value"], rollout["percent"])
        entry.update(bucket=made["bucket"], inside=made["inside"])
    return entry


def split_entry(flag, serve, context):
    by, weights = serve.get("by", "targetingKey"), [part["weight"] for part in serve["split"]]
    entry = {"by": by, "value": spelled(lookup(context, by)), "point": None, "weight": sum(weights), "variant": None}
    if entry["value"] is not None:
        made = oracle_hash.split(flag["salt"], entry["value"], weights)
        entry.update(point=made["point"], variant=serve["split"][made["index"]]["variant"])
    return entry


def rule_entry(snapshot, flag, rule, context):
    """(variant or None, trace entry) of one rule."""
    entry = {"step": 5, "rule": rule["id"], "conditions": [], "applies": False}
    for condition in rule.get("when", []):
        result, made = holds(snapshot, condition, context)
        entry["conditions"].append(made)
        if not result:
            return None, entry
    if "rollout" in rule:
        entry["rollout"] = rollout_entry(flag, rule["rollout"], context)
        if not entry["rollout"]["inside"]:
            return None, entry
    variant = rule["serve"].get("variant")
    if "split" in rule["serve"]:
        entry["split"] = split_entry(flag, rule["serve"], context)
        variant = entry["split"]["variant"]
    entry["applies"] = variant is not None
    return variant, entry


def failure(key, code, metadata):
    return {"key": key, "reason": "ERROR", "errorCode": code, "metadata": metadata}


def evaluate(snapshot, refused, key, context):
    """(result without errorMessage, trace)."""
    trace = []
    if key not in snapshot["flags"]:
        return failure(key, "FLAG_NOT_FOUND", {}), [{"step": 1, "outcome": "not_found"}]
    if key in refused:
        return failure(key, "PARSE_ERROR", {}), [{"step": 1, "outcome": "refused"}]
    flag = snapshot["flags"][key]
    metadata = dict(flag.get("metadata", {}))
    values = {variant["name"]: variant["value"] for variant in flag["variants"]}

    def served(variant, reason, **more):
        return {"key": key, "value": values[variant], "variant": variant, "reason": reason, "metadata": metadata, **more}, trace

    trace.append({"step": 1, "outcome": "found"})
    trace.append({"step": 2, "enabled": flag["enabled"]})
    if not flag["enabled"]:
        return served(flag["off"], "DISABLED")
    for needed in flag.get("requires", []):
        result, inner = evaluate(snapshot, refused, needed["flag"], context)
        variant = result.get("variant")
        met = variant in needed["variants"]
        trace.append({"step": 3, "requires": needed["flag"], "variants": needed["variants"], "variant": variant, "met": met, "trace": inner})
        if not met:
            metadata["failedRequirement"] = needed["flag"]
            return served(flag["off"], "DISABLED")
    if flag.get("targets"):
        who = targeting_key(context)
        hits = [t["variant"] for t in flag["targets"] if who is not None and well_formed(who) in map(well_formed, t["keys"])]
        trace.append({"step": 4, "targetingKey": who, "variant": hits[0] if hits else None})
        if hits:
            return served(hits[0], "TARGETING_MATCH")
    for rule in flag.get("rules", []):
        variant, entry = rule_entry(snapshot, flag, rule, context)
        trace.append(entry)
        if variant is not None:
            drawn = "rollout" in rule or "split" in rule["serve"]
            return served(variant, "SPLIT" if drawn else "TARGETING_MATCH", ruleId=rule["id"])
    return default(flag, context, trace, served, lambda: failure(key, "TARGETING_KEY_MISSING", metadata))


def default(flag, context, trace, served, missing):
    entry = {"step": 6, "outcome": "default"}
    trace.append(entry)
    if "split" not in flag["default"]:
        entry["reason"] = "DEFAULT" if flag.get("targets") or flag.get("rules") else "STATIC"
        return served(flag["default"]["variant"], entry["reason"])
    entry["split"] = split_entry(flag, flag["default"], context)
    entry["reason"] = "ERROR" if entry["split"]["variant"] is None else "SPLIT"
    if entry["reason"] == "ERROR":
        return missing(), trace
    return served(entry["split"]["variant"], "SPLIT")
