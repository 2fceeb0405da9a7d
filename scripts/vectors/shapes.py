"""Small builders for the tables: snapshots, flags, results."""

ON_OFF = [{"name": "on", "value": True}, {"name": "off", "value": False}]


def flag(**fields):
    """A boolean flag that is on by default; any field can be given instead."""
    salt = fields.get("salt", "s")
    made = {"type": "boolean", "enabled": True, "hash": "ff1", "salt": salt, "variants": ON_OFF, "off": "off"}
    return {**made, "default": {"variant": "off"}, **fields}


def snapshot(flags, segments=None):
    made = {"schema": 1, "environment": "test", "version": 1, "flags": flags}
    return made if segments is None else {**made, "segments": segments}


def when(*conditions):
    """A flag that is on exactly when the conditions hold."""
    return flag(rules=[{"id": "r1", "when": list(conditions), "serve": {"variant": "on"}}])


def test(attribute, op, *values, **more):
    made = {"attribute": attribute, "op": op}
    if values:
        made["values"] = list(values)
    return {**made, **more}


def in_segment(name, op="in_segment"):
    return {"segment": name, "op": op}


def answer(key, on):
    """The whole result of a `when` flag."""
    result = {"key": key, "value": on, "variant": "on" if on else "off"}
    return {**result, **({"reason": "TARGETING_MATCH", "ruleId": "r1"} if on else {"reason": "DEFAULT"}), "metadata": {}}


def v(value):
    """Most operator vectors look at one attribute, called v."""
    return {"v": value}


def operators(topic, groups, segments=None):
    """A file of flag-form cases. A group is (flag key, step, conditions, rows); a row is
    (slug, context, on?, why) with a step of its own as an optional fifth element."""
    flags, cases = {}, []
    for key, step, conditions, rows in groups:
        assert key not in flags, key
        flags[key] = when(*conditions)
        for slug, context, on, why, *own in rows:
            cases.append({
                "id": f"{key}/{slug}",
                "step": own[0] if own else step,
                "why": why,
                "flag": key,
                "context": context,
                "expect": answer(key, on),
            })
    return {"topic": topic, "snapshot": snapshot(flags, segments), "cases": cases}
