"""The hand-written expectations against the oracle. A disagreement stops the generation and names the case."""

import json

import oracle_eval
import oracle_hash
import oracle_parse


class Disagreement(Exception):
    pass


def canonical(value):
    # Distinguishes true from 1, which Python's == does not; 1.0 and 1 are the same JSON number.
    def plain(item):
        if isinstance(item, dict):
            return {key: plain(inner) for key, inner in item.items()}
        if isinstance(item, list):
            return [plain(inner) for inner in item]
        if isinstance(item, float) and item.is_integer():
            return int(item)
        return item

    return json.dumps(plain(value), sort_keys=True)


def computed(body, case, parsed):
    """What the oracle says the case's `expect` should be."""
    topic, expect = body["topic"], case["expect"]
    if topic == "hash":
        made = oracle_hash.fmix32(case["input"]) if "fmix32" in expect else oracle_hash.murmur3(case["input"])
        return {next(iter(expect)): made}
    if topic == "buckets":
        if "percent" in case:
            return oracle_hash.rollout(case["salt"], case["value"], case["percent"])
        return oracle_hash.split(case["salt"], case["value"], case["weights"])
    if topic == "parse":
        made = oracle_parse.parse(case["snapshot"])
        issues = [{"path": path, "code": code} for path, code in made["issues"]]
        return {**made, "issues": issues}
    result, trace = oracle_eval.evaluate(body["snapshot"], parsed["refused"], case["flag"], case["context"])
    return {"result": result, "trace": trace} if topic == "explain" else result


def check(body, contract):
    parsed = None
    if "snapshot" in body:
        parsed = oracle_parse.parse(body["snapshot"])
        if not parsed["ok"]:
            raise Disagreement(f"{body['topic']}: its snapshot is refused: {parsed['issues']}")
        if parsed["issues"] and body["topic"] not in ("evaluation-refused", "explain"):
            raise Disagreement(f"{body['topic']}: its snapshot has issues: {parsed['issues']}")
    seen = set()
    for case in body["cases"]:
        name = f"{body['topic']}: {case['id']}"
        if case["id"] in seen:
            raise Disagreement(f"{name}: the id is there twice")
        seen.add(case["id"])
        if f"`{case['step']}`" not in contract:
            raise Disagreement(f"{name}: the contract has no step {case['step']}")
        if not case["why"]:
            raise Disagreement(f"{name}: no why")
        oracle = computed(body, case, parsed)
        if canonical(oracle) != canonical(case["expect"]):
            raise Disagreement(f"{name}:\n  table  {canonical(case['expect'])}\n  oracle {canonical(oracle)}")
