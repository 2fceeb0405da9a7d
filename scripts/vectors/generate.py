"""Writes spec/vectors. `--check` writes nothing and exits 1 when the files on disk differ."""

import sys
from pathlib import Path

import checks
import jsontext
import schema_check
import table_buckets
import table_cidr
import table_equality
import table_evaluation
import table_existence
import table_explain
import table_extremes
import table_hash
import table_instants
import table_lists
import table_lookup
import table_numeric
import table_parse
import table_refused
import table_regex
import table_segments
import table_semver
import table_strings

SPEC = Path(__file__).resolve().parents[2] / "spec"
SPEC_VERSION = "1.1.0"

# In the order in which a new port should run them.
TABLES = [
    table_hash,
    table_buckets,
    table_lookup,
    table_equality,
    table_strings,
    table_regex,
    table_numeric,
    table_instants,
    table_semver,
    table_cidr,
    table_existence,
    table_lists,
    table_segments,
    table_extremes,
    table_evaluation,
    table_refused,
    table_explain,
    table_parse,
]


def documents():
    """File name to text, for every file of spec/vectors."""
    out, files = {}, {}
    contract = (SPEC / "evaluation.md").read_text(encoding="utf-8")
    schema = schema_check.load(SPEC / "snapshot.schema.json")
    for table in TABLES:
        body = {"specVersion": SPEC_VERSION, **table.document()}
        checks.check(body, contract)
        wrong = schema_check.wrong(schema, body)
        if wrong:
            raise checks.Disagreement(f"{body['topic']}: the schema disagrees about {', '.join(wrong)}")
        name = f"{body['topic']}.json"
        out[name] = jsontext.dump(body)
        files[name] = {"topic": body["topic"], "cases": len(body["cases"])}
    total = sum(entry["cases"] for entry in files.values())
    out["manifest.json"] = jsontext.dump({"specVersion": SPEC_VERSION, "files": files, "total": total})
    return out


def main(arguments):
    try:
        made = documents()
    except checks.Disagreement as problem:
        print(f"vectors: {problem}", file=sys.stderr)
        return 1
    folder = SPEC / "vectors"
    on_disk = {path.name: path.read_text(encoding="ascii") for path in folder.glob("*.json")}
    if "--check" in arguments:
        different = sorted(name for name in {*made, *on_disk} if made.get(name) != on_disk.get(name))
        if different:
            print(f"vectors: not what the generator makes: {', '.join(different)}", file=sys.stderr)
        return 1 if different else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name in set(on_disk) - set(made):
        (folder / name).unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
