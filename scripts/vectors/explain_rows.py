"""Builders for the entries of a trace."""

FOUND = [{"step": 1, "outcome": "found"}, {"step": 2, "enabled": True}]
NOT_FOUND = [{"step": 1, "outcome": "not_found"}]
REFUSED = [{"step": 1, "outcome": "refused"}]
DISABLED = [{"step": 1, "outcome": "found"}, {"step": 2, "enabled": False}]


def required(key, variants, variant, met, trace):
    return {"step": 3, "requires": key, "variants": variants, "variant": variant, "met": met, "trace": trace}


def targeted(key, variant):
    return {"step": 4, "targetingKey": key, "variant": variant}


def looked(name, applies, *conditions, **more):
    return {"step": 5, "rule": name, "conditions": list(conditions), **more, "applies": applies}


def compared(attribute, op, values, actual, result, **more):
    made = {"attribute": attribute, "op": op}
    if values is not None:
        made["values"] = values
    return {**made, **more, "actual": actual, "result": result}


def held(segment, by, result, op="in_segment"):
    return {"segment": segment, "op": op, "by": by, "result": result}


def rolled(value, percent, bucket, inside, by="targetingKey"):
    return {"by": by, "value": value, "percent": percent, "bucket": bucket, "inside": inside}


def drawn(value, point, weight, variant, by="targetingKey"):
    return {"by": by, "value": value, "point": point, "weight": weight, "variant": variant}


def fallen(reason, **more):
    return {"step": 6, "outcome": "default", "reason": reason, **more}


STATIC = [*FOUND, fallen("STATIC")]
