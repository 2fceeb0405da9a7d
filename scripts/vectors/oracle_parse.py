"""Section 1.parse: every issue of a snapshot, which flags are refused, and whether there is a snapshot at all."""

from oracle_condition import conditions
from oracle_flag import flag, names_of
from oracle_shape import Issues, check_fields, check_key, check_strings, is_integer, is_number, pointer, unknown_under


def parse(doc):
    issues = Issues()
    refused = snapshot(issues, doc)
    # Only what a reader does not know inside one flag or segment leaves the rest standing.
    fatal = any(
        code not in ("unknown", "unsupported") or path == "/schema" for path, code in issues.found
    )
    return {
        "issues": sorted(issues.found),
        "refused": [] if fatal else sorted(refused),
        "ok": not fatal,
    }


def snapshot(issues, doc):
    if not isinstance(doc, dict):
        issues.add("", "type")
        return set()
    if "schema" in doc and is_number(doc["schema"]) and doc["schema"] != 1:
        issues.add("/schema", "unsupported")
        return set()
    for name in ("schema", "environment", "version", "flags"):
        if name not in doc:
            issues.add(f"/{name}", "required")
    if "schema" in doc and not is_number(doc["schema"]):
        issues.add("/schema", "type")
    if "environment" in doc:
        check_key(issues, "/environment", doc["environment"])
    if "version" in doc:
        if not is_number(doc["version"]):
            issues.add("/version", "type")
        elif not is_integer(doc["version"]) or not 0 <= doc["version"] <= 2**53 - 1:
            issues.add("/version", "range")
    for name in ("flags", "segments"):
        if name in doc and not isinstance(doc[name], dict):
            issues.add(f"/{name}", "type")
    segments = doc["segments"] if isinstance(doc.get("segments"), dict) else {}
    flags = doc["flags"] if isinstance(doc.get("flags"), dict) else {}
    lost = {key for key, value in segments.items() if segment(issues, key, value)}
    # Requirements come last: they must know which flags are refused.
    refused = {key for key, value in flags.items() if flag(issues, key, value, segments, lost)}
    for key, value in flags.items():
        if isinstance(value, dict) and isinstance(value.get("requires"), list):
            for index, needed in enumerate(value["requires"]):
                requirement(issues, f"{pointer('flags', key)}/requires/{index}", needed, flags, refused)
    cycles(issues, flags, refused)
    return refused


def segment(issues, key, value):
    path = pointer("segments", key)
    check_key(issues, path, key)
    if not check_fields(issues, path, value, [], ["description", "include", "exclude", "any"]):
        return False
    if "description" in value and not isinstance(value["description"], str):
        issues.add(f"{path}/description", "type")
    for name in ("include", "exclude"):
        if name in value:
            check_strings(issues, f"{path}/{name}", value[name])
    groups = value.get("any", [])
    if not isinstance(groups, list):
        issues.add(f"{path}/any", "type")
        groups = []
    for index, group in enumerate(groups):
        conditions(issues, f"{path}/any/{index}", group, None, set())
    return unknown_under(issues, path)


def requirement(issues, path, item, flags, refused):
    if not isinstance(item, dict) or not isinstance(item.get("flag"), str):
        return
    if item["flag"] not in flags:
        issues.add(f"{path}/flag", "reference")
        return
    names = names_of(flags[item["flag"]])
    if item["flag"] in refused or names is None or not isinstance(item.get("variants"), list):
        return
    for index, name in enumerate(item["variants"]):
        if isinstance(name, str) and name not in names:
            issues.add(f"{path}/variants/{index}", "reference")


def cycles(issues, flags, refused):
    """Every flag that can reach itself. Requirements of a refused flag are not followed."""

    def needs(key):
        listed = flags[key].get("requires") if isinstance(flags[key], dict) and key not in refused else None
        listed = listed if isinstance(listed, list) else []
        named = [item["flag"] for item in listed if isinstance(item, dict) and isinstance(item.get("flag"), str)]
        return [name for name in named if name in flags]

    for key in flags:
        seen, todo = set(), needs(key)
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += needs(name)
        if key in seen:
            issues.add(f"{pointer('flags', key)}/requires", "cycle")
    costs(issues, flags, needs)


MOST_REQUIRED = 1000


def costs(issues, flags, needs):
    """Flags looked at by one evaluation, as often as they are; flags that reach a cycle have no cost."""
    cost = {}
    settled = True
    while settled:
        settled = False
        for key in flags:
            if key in cost or any(name not in cost for name in needs(key)):
                continue
            settled = True
            cost[key] = sum(1 + (cost[name] if cost[name] <= MOST_REQUIRED else 0) for name in needs(key))
            if cost[key] > MOST_REQUIRED:
                issues.add(f"{pointer('flags', key)}/requires", "range")
