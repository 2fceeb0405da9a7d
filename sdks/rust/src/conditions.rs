use crate::context::Asker;
use crate::snapshot::{Condition, Segment, Snapshot, ValueCondition};
use crate::value::{object, Value};

#[inline]
/// True if every condition is true; what was looked at goes to `trace`.
pub(crate) fn all_hold(
    conditions: &[Condition],
    snapshot: &Snapshot,
    asker: &Asker<'_>,
    mut trace: Option<&mut Vec<Value>>,
) -> bool {
    conditions
        .iter()
        .all(|condition| holds(condition, snapshot, asker, trace.as_deref_mut()))
}

#[inline]
fn holds(
    condition: &Condition,
    snapshot: &Snapshot,
    asker: &Asker<'_>,
    trace: Option<&mut Vec<Value>>,
) -> bool {
    match condition {
        Condition::Value(condition) => value_holds(condition, asker, trace),
        Condition::Presence {
            op,
            attribute,
            negated,
        } => {
            let actual = asker.lookup(attribute);
            let result = actual.is_some() != *negated;
            if let Some(trace) = trace {
                trace.push(object([
                    ("attribute", attribute.name.clone().into()),
                    ("op", (*op).into()),
                    ("actual", actual.cloned().into()),
                    ("result", result.into()),
                ]));
            }
            result
        }
        Condition::Segment { op, key, negated } => {
            // A snapshot is only made if each segment that a condition names is in it.
            let segment = snapshot.segments.get(key);
            let by = segment.map_or("none", |segment| decided_by(segment, snapshot, asker));
            let result = matches!(by, "include" | "any") != *negated;
            if let Some(trace) = trace {
                trace.push(object([
                    ("segment", key.clone().into()),
                    ("op", (*op).into()),
                    ("by", by.into()),
                    ("result", result.into()),
                ]));
            }
            result
        }
    }
}

fn value_holds(
    condition: &ValueCondition,
    asker: &Asker<'_>,
    trace: Option<&mut Vec<Value>>,
) -> bool {
    let actual = asker.lookup(&condition.attribute);
    let result = actual.is_some_and(|actual| test_value(condition, actual));
    if let Some(trace) = trace {
        trace.push(value_trace(condition, actual, result));
    }
    result
}

fn value_trace(condition: &ValueCondition, actual: Option<&Value>, result: bool) -> Value {
    let ignore_case = condition
        .ignore_case
        .then_some(("ignoreCase", Value::Bool(true)));
    object(ignore_case.into_iter().chain([
        ("attribute", condition.attribute.name.clone().into()),
        ("op", condition.op.into()),
        ("values", Value::List(condition.operands.clone())),
        ("actual", actual.cloned().into()),
        ("result", result.into()),
    ]))
}

/// A list holds if any element does; under a negation, if every element does (`4.list`).
fn test_value(condition: &ValueCondition, actual: &Value) -> bool {
    let Value::List(elements) = actual else {
        return test_element(condition, actual);
    };
    let test = |element: &Value| element.is_present() && test_element(condition, element);
    match condition.negated {
        true => elements.iter().all(test),
        false => elements.iter().any(test),
    }
}

/// A value outside the operator's domain makes the condition false, negated or not.
fn test_element(condition: &ValueCondition, element: &Value) -> bool {
    condition
        .test
        .of(element)
        .is_some_and(|outcome| outcome != condition.negated)
}

fn decided_by(segment: &Segment, snapshot: &Snapshot, asker: &Asker<'_>) -> &'static str {
    if let Some(key) = asker.targeting_key() {
        if segment.include.contains(key) {
            return "include";
        }
        if segment.exclude.contains(key) {
            return "exclude";
        }
    }
    let is_held = segment
        .any
        .iter()
        .any(|group| all_hold(group, snapshot, asker, None));
    if is_held {
        "any"
    } else {
        "none"
    }
}
