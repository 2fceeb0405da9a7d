"""Every snapshot against spec/snapshot.schema.json."""

import json

from jsonschema import Draft202012Validator

# The others are beyond a schema, wholly or in part: names, sums, operands, patterns.
SEEN_BY_SCHEMA = {"type", "required", "unknown"}


def load(path):
    schema = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def wrong(validator, body):
    """Names of the snapshots on which schema and vectors disagree."""
    names = []
    # These two hold flags that a reader must refuse.
    if "snapshot" in body and validator.is_valid(body["snapshot"]) == (body["topic"] in ("evaluation-refused", "explain")):
        names.append(body["topic"])
    for case in body["cases"] if body["topic"] == "parse" else []:
        codes = {issue["code"] for issue in case["expect"]["issues"]}
        accepted = validator.is_valid(case["snapshot"])
        if (not codes and not accepted) or (codes & SEEN_BY_SCHEMA and accepted):
            names.append(case["id"])
    return names
