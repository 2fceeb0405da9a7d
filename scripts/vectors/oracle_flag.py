"""Section 1.parse of one flag. Whether a requirement can be met is for oracle_parse, which knows all flags."""

from oracle_condition import conditions
from oracle_shape import (
    check_fields, check_key, check_strings, escaped, is_integer, is_number, pointer, reference, unknown_under,
)

FLAG = {
    "required": ["type", "enabled", "hash", "salt", "variants", "off", "default"],
    "optional": ["requires", "targets", "rules", "metadata"],
}
MAX_WEIGHT = 2**20


def flag(issues, key, value, segments, lost):
    path = pointer("flags", key)
    check_key(issues, path, key)
    if not check_fields(issues, path, value, FLAG["required"], FLAG["optional"]):
        return False
    for name, known in (("type", ["boolean", "string", "number", "object"]), ("hash", ["ff1"])):
        if name in value and not isinstance(value[name], str):
            issues.add(f"{path}/{name}", "type")
        elif name in value and value[name] not in known:
            issues.add(f"{path}/{name}", "unsupported")
    if "enabled" in value and not isinstance(value["enabled"], bool):
        issues.add(f"{path}/enabled", "type")
    if "salt" in value and not isinstance(value["salt"], str):
        issues.add(f"{path}/salt", "type")
    if "variants" in value:
        variants(issues, f"{path}/variants", value["variants"], value.get("type"))
    names = names_of(value)
    if "off" in value:
        reference(issues, f"{path}/off", value["off"], names)
    if "default" in value:
        serve(issues, f"{path}/default", value["default"], names)
    if "metadata" in value:
        metadata(issues, f"{path}/metadata", value["metadata"])
    for name in ("requires", "targets", "rules"):
        if name in value and not isinstance(value[name], list):
            issues.add(f"{path}/{name}", "type")
    if isinstance(value.get("targets"), list):
        for index, item in enumerate(value["targets"]):
            target(issues, f"{path}/targets/{index}", item, names)
    if isinstance(value.get("rules"), list):
        rules(issues, f"{path}/rules", value["rules"], names, segments, lost)
    if isinstance(value.get("requires"), list):
        for index, item in enumerate(value["requires"]):
            requirement_shape(issues, f"{path}/requires/{index}", item)
    return unknown_under(issues, path)


def names_of(value):
    """Variant names that can be read; None when there is no list of variants to check against."""
    listed = value.get("variants") if isinstance(value, dict) else None
    if not isinstance(listed, list):
        return None
    return [v["name"] for v in listed if isinstance(v, dict) and isinstance(v.get("name"), str)]


def variants(issues, path, listed, kind):
    if not isinstance(listed, list):
        issues.add(path, "type")
        return
    if not listed:
        issues.add(path, "range")
    seen = set()
    for index, item in enumerate(listed):
        at = f"{path}/{index}"
        if not check_fields(issues, at, item, ["name", "value"], []):
            continue
        if "name" in item and check_key(issues, f"{at}/name", item["name"]):
            if item["name"] in seen:
                issues.add(f"{at}/name", "duplicate")
            seen.add(item["name"])
        if "value" in item and not of_type(kind, item["value"]):
            issues.add(f"{at}/value", "value")
        elif "value" in item and levels(item["value"]) > MOST_LEVELS:
            issues.add(f"{at}/value", "range")
        elif "value" in item and kind == "object" and not finite(item["value"]):
            issues.add(f"{at}/value", "range")


MOST_LEVELS = 64


def levels(value):
    """How deep lists and objects are nested; a scalar has no level."""
    if not isinstance(value, (dict, list)):
        return 0
    members = value.values() if isinstance(value, dict) else value
    return 1 + max((levels(member) for member in members), default=0)


def of_type(kind, value):
    tests = {
        "boolean": lambda: isinstance(value, bool),
        "string": lambda: isinstance(value, str),
        "number": lambda: is_number(value) and abs(value) != float("inf"),
        "object": lambda: isinstance(value, dict),
    }
    return tests.get(kind, lambda: True)() if isinstance(kind, str) else True


def metadata(issues, path, value):
    if not isinstance(value, dict):
        issues.add(path, "type")
        return
    for name, item in value.items():
        if not isinstance(item, (str, bool)) and not is_number(item):
            issues.add(f"{path}/{escaped(name)}", "type")
        elif not finite(item):
            issues.add(f"{path}/{escaped(name)}", "range")


def finite(value):
    """No number in it is beyond the range of a double."""
    if isinstance(value, (dict, list)):
        return all(finite(member) for member in (value.values() if isinstance(value, dict) else value))
    return not is_number(value) or abs(value) != float("inf")


def target(issues, path, item, names):
    if not check_fields(issues, path, item, ["variant", "keys"], []):
        return
    if "variant" in item:
        reference(issues, f"{path}/variant", item["variant"], names)
    if "keys" in item:
        check_strings(issues, f"{path}/keys", item["keys"])


def rules(issues, path, listed, names, segments, lost):
    seen = set()
    for index, rule in enumerate(listed):
        at = f"{path}/{index}"
        if not check_fields(issues, at, rule, ["id", "serve"], ["description", "when", "rollout"]):
            continue
        if "id" in rule and check_key(issues, f"{at}/id", rule["id"]):
            if rule["id"] in seen:
                issues.add(f"{at}/id", "duplicate")
            seen.add(rule["id"])
        if "description" in rule and not isinstance(rule["description"], str):
            issues.add(f"{at}/description", "type")
        if "when" in rule:
            conditions(issues, f"{at}/when", rule["when"], segments, lost)
        if "rollout" in rule:
            rollout(issues, f"{at}/rollout", rule["rollout"])
        if "serve" in rule:
            serve(issues, f"{at}/serve", rule["serve"], names)


def check_by(issues, path, holder):
    if "by" in holder and not isinstance(holder["by"], str):
        issues.add(f"{path}/by", "type")
    elif holder.get("by") == "":
        issues.add(f"{path}/by", "value")


def rollout(issues, path, value):
    if not check_fields(issues, path, value, ["percent"], ["by"]):
        return
    check_by(issues, path, value)
    percent = value.get("percent")
    if "percent" not in value:
        return
    if not is_number(percent):
        issues.add(f"{path}/percent", "type")
    elif not 0 <= percent <= 100 or round(percent * 1000) / 1000 != percent:
        issues.add(f"{path}/percent", "range")


def serve(issues, path, value, names):
    if not isinstance(value, dict):
        issues.add(path, "type")
        return
    # A serve is one of two shapes; with `variant` it is the first, and knows no other field.
    drawn = "split" in value and "variant" not in value
    check_fields(issues, path, value, ["split"] if drawn else ["variant"], ["by"] if drawn else [])
    if not drawn:
        if "variant" in value:
            reference(issues, f"{path}/variant", value["variant"], names)
        return
    check_by(issues, path, value)
    split(issues, f"{path}/split", value["split"], names)


def split(issues, path, parts, names):
    if not isinstance(parts, list):
        issues.add(path, "type")
        return
    if not parts:
        issues.add(path, "range")
        return
    seen, weights = set(), []
    for index, part in enumerate(parts):
        at = f"{path}/{index}"
        if not check_fields(issues, at, part, ["variant", "weight"], []):
            continue
        if "variant" in part and reference(issues, f"{at}/variant", part["variant"], names):
            if part["variant"] in seen:
                issues.add(f"{at}/variant", "duplicate")
            seen.add(part["variant"])
        if "weight" not in part:
            continue
        if not is_number(part["weight"]):
            issues.add(f"{at}/weight", "type")
        elif not is_integer(part["weight"]) or part["weight"] < 0:
            issues.add(f"{at}/weight", "range")
        else:
            weights.append(part["weight"])
    # A sum means something only when every weight could be read.
    if len(weights) == len(parts) and not 1 <= sum(weights) <= MAX_WEIGHT:
        issues.add(path, "range")


def requirement_shape(issues, path, item):
    if not check_fields(issues, path, item, ["flag", "variants"], []):
        return
    if "flag" in item and not isinstance(item["flag"], str):
        issues.add(f"{path}/flag", "type")
    if "variants" in item:
        check_strings(issues, f"{path}/variants", item["variants"], least=1)
