"""Builders for the cases of parse.json."""

from shapes import flag, in_segment, snapshot


def row(slug, doc, why, issues, refused, ok):
    # Sorted, so that the files do not depend on the order in the tables; issues are compared as a set.
    listed = [{"path": path, "code": code} for path, code in sorted(issues)]
    expect = {"issues": listed, "refused": sorted(refused), "ok": ok}
    return {"id": slug, "step": "1.parse", "why": why, "snapshot": doc, "expect": expect}


def fine(slug, doc, why):
    return row(slug, doc, why, [], [], True)


def bad(slug, doc, why, *issues):
    """The whole snapshot is refused."""
    return row(slug, doc, why, issues, [], False)


def lost(slug, doc, why, *issues, refused=("f",)):
    """Only the named flags are refused."""
    return row(slug, doc, why, issues, refused, True)


def without(value, name):
    return {key: item for key, item in value.items() if key != name}


def one(key):
    return snapshot({key: flag()})


def of_flag(**fields):
    return snapshot({"f": flag(**fields)})


def of_rule(**fields):
    return of_flag(rules=[{"id": "r1", "when": [], "serve": {"variant": "on"}, **fields}])


def of_segment(named=False, **fields):
    rules = [{"id": "r1", "when": [in_segment("s")], "serve": {"variant": "on"}}]
    return snapshot({"f": flag(rules=rules) if named else flag(), "g": flag()}, {"s": fields})
