use std::sync::Arc;

use crate::cidr::Block;
use crate::context::Attribute;
use crate::equality::Equality;
use crate::instant::read_instant;
use crate::issue::{shown, IssueCode};
use crate::operators::{read_number, Kind, Operator, Test, OPERATORS};
use crate::pattern::Pattern;
use crate::place::Place;
use crate::semver::Version;
use crate::snapshot::{Condition, KeyMap, ValueCondition};
use crate::value::{Object, Value};

/// The segments that there are, for the conditions of flags; a segment that was refused is false.
/// None in a segment, which cannot name another.
pub(crate) type Segments<'a> = Option<&'a KeyMap<bool>>;

const IGNORE_CASE: &str = "ignoreCase";

/// Reads one condition; the operator decides how the rest is read.
pub(crate) fn read_condition(
    place: &Place<'_>,
    value: &Value,
    segments: Segments<'_>,
) -> Option<Condition> {
    let object = place.read_object(value)?;
    match place.required(object, "op", read_operator)? {
        Known::Value(operator, op) => read_value(place, object, operator, op).map(Condition::Value),
        Known::Presence(op) => read_presence(place, object, op),
        Known::Segment(op) => read_segment(place, object, op, segments),
    }
}

/// An operator's kind, with the name that was used.
enum Known {
    Value(&'static Operator, &'static str),
    Presence(&'static str),
    Segment(&'static str),
}

fn read_operator(place: &Place<'_>, value: &Value) -> Option<Known> {
    let name = &**place.read_string(value)?;
    for operator in OPERATORS {
        let names = [Some(operator.name), operator.negation];
        if let Some(op) = names.into_iter().flatten().find(|known| *known == name) {
            return Some(Known::Value(operator, op));
        }
    }
    match name {
        "exists" => Some(Known::Presence("exists")),
        "not_exists" => Some(Known::Presence("not_exists")),
        "in_segment" => Some(Known::Segment("in_segment")),
        "not_in_segment" => Some(Known::Segment("not_in_segment")),
        _ => {
            let got = shown(value);
            let wanted = "see section 4 of the contract for those that there are";
            place.report(
                IssueCode::Unsupported,
                format!("{got} is not an operator; {wanted}"),
            )
        }
    }
}

fn read_presence(place: &Place<'_>, object: &Object, op: &'static str) -> Option<Condition> {
    check_fields(place, object, &["attribute", "op", IGNORE_CASE]);
    refuse_ignore_case(place, object, op);
    let name = place.required(object, "attribute", read_name)?;
    let negated = op == "not_exists";
    Some(Condition::Presence {
        op,
        attribute: Attribute::new(name),
        negated,
    })
}

fn read_segment(
    place: &Place<'_>,
    object: &Object,
    op: &'static str,
    segments: Segments<'_>,
) -> Option<Condition> {
    let Some(segments) = segments else {
        let message = "a segment cannot name another segment";
        return place.member("op").report(IssueCode::Value, message);
    };
    check_fields(place, object, &["segment", "op", IGNORE_CASE]);
    refuse_ignore_case(place, object, op);
    let key = place.required(object, "segment", |at, value| at.read_string(value))?;
    let field = place.member("segment");
    match segments.get(key) {
        Some(true) => {
            let negated = op == "not_in_segment";
            Some(Condition::Segment {
                op,
                key: key.clone(),
                negated,
            })
        }
        None => field.report(IssueCode::Reference, format!("there is no segment {key:?}")),
        Some(false) => {
            let message = format!("this reader does not know all of segment {key:?}");
            field.report(IssueCode::Unsupported, message)
        }
    }
}

fn check_fields(place: &Place<'_>, object: &Object, fields: &[&str]) {
    for name in object.keys().filter(|name| !fields.contains(&&***name)) {
        let message = format!("unknown field; known here: {}", fields.join(", "));
        place.member(name).report::<()>(IssueCode::Unknown, message);
    }
}

fn refuse_ignore_case(place: &Place<'_>, object: &Object, op: &str) {
    if object.contains_key(IGNORE_CASE) {
        let message = format!("{op} has no {IGNORE_CASE}");
        place
            .member(IGNORE_CASE)
            .report::<()>(IssueCode::Value, message);
    }
}

/// Reads an attribute's name.
pub(crate) fn read_name<'v>(place: &Place<'_>, value: &'v Value) -> Option<&'v Arc<str>> {
    let name = place.read_string(value)?;
    if name.is_empty() {
        return place.report(IssueCode::Value, "an attribute needs a name");
    }
    Some(name)
}

fn read_value(
    place: &Place<'_>,
    object: &Object,
    operator: &Operator,
    op: &'static str,
) -> Option<ValueCondition> {
    check_fields(place, object, &["attribute", "op", "values", IGNORE_CASE]);
    let name = place.required(object, "attribute", read_name);
    let ignore_case = if operator.kind.is_foldable() {
        place
            .optional(object, IGNORE_CASE, |at, value| at.read_boolean(value))
            .unwrap_or(false)
    } else {
        refuse_ignore_case(place, object, op);
        false
    };
    let operands = place.required(object, "values", |at, list| {
        read_operands(at, list, operator.kind, ignore_case)
    });
    let (name, (operands, test)) = (name?, operands?);
    let negated = operator.negation == Some(op);
    let attribute = Attribute::new(name);
    Some(ValueCondition {
        op,
        attribute,
        operands,
        ignore_case,
        negated,
        test,
    })
}

fn read_operands(
    place: &Place<'_>,
    value: &Value,
    kind: Kind,
    fold: bool,
) -> Option<(Arc<[Value]>, Test)> {
    let before = place.issues.len();
    let read = place.read_list(value, |at, element| read_operand(at, element, kind));
    place.check_filled(value, "value");
    let Value::List(operands) = value else {
        return None;
    };
    if kind.takes_one() && operands.len() > 1 {
        let message = format!("expected exactly one value, got {}", operands.len());
        place.report::<()>(IssueCode::Range, message);
    }
    if place.issues.len() > before {
        return None;
    }
    Some((operands.clone(), test_of(kind, operands, read?, fold)?))
}

/// What one operand was read to.
enum Operand {
    AsIs,
    Pattern(Pattern),
    Number(f64),
    Instant(i64),
    Version(Version),
    Block(Block),
}

fn read_operand(place: &Place<'_>, value: &Value, kind: Kind) -> Option<Operand> {
    let text = value.as_str();
    let read = match kind {
        Kind::Equality => {
            let is_scalar = kind.takes_type(value) && value.is_present();
            is_scalar.then_some(Operand::AsIs)
        }
        Kind::Text(_) => text.map(|_| Operand::AsIs),
        Kind::Pattern => match text {
            Some(pattern) => return read_pattern(place, pattern),
            None => None,
        },
        Kind::Number(_) => read_number(value).map(Operand::Number),
        Kind::Instant(_) => text.and_then(read_instant).map(Operand::Instant),
        Kind::Version(_) => text.and_then(Version::read).map(Operand::Version),
        Kind::Cidr => text.and_then(Block::read).map(Operand::Block),
    };
    read.or_else(|| {
        let code = if kind.takes_type(value) {
            IssueCode::Value
        } else {
            IssueCode::Type
        };
        place.report(
            code,
            format!("expected {}, got {}", kind.wants(), shown(value)),
        )
    })
}

fn read_pattern(place: &Place<'_>, pattern: &str) -> Option<Operand> {
    match Pattern::compile(pattern) {
        Ok(compiled) => Some(Operand::Pattern(compiled)),
        Err(reason) => {
            let message = format!("{} does not compile: {reason}", shown(&pattern.into()));
            place.report(IssueCode::Pattern, message)
        }
    }
}

fn test_of(kind: Kind, values: &[Value], read: Vec<Operand>, fold: bool) -> Option<Test> {
    match kind {
        Kind::Equality => return Some(Test::Equality(Equality::new(values, fold))),
        Kind::Text(test) => {
            let texts = values.iter().filter_map(Value::as_str);
            let folded = texts.map(|text| match fold {
                true => text.to_ascii_lowercase().into(),
                false => text.into(),
            });
            return Some(Test::Text {
                test,
                operands: folded.collect(),
                fold,
            });
        }
        _ => {}
    }
    let (mut patterns, mut blocks) = (Vec::new(), Vec::new());
    for operand in read {
        match (kind, operand) {
            (Kind::Number(order), Operand::Number(bound)) => {
                return Some(Test::Number(order, bound));
            }
            (Kind::Instant(order), Operand::Instant(bound)) => {
                return Some(Test::Instant(order, bound));
            }
            (Kind::Version(order), Operand::Version(bound)) => {
                return Some(Test::Version(order, bound));
            }
            (_, Operand::Pattern(pattern)) => patterns.push(pattern),
            (_, Operand::Block(block)) => blocks.push(block),
            _ => return None,
        }
    }
    Some(if kind == Kind::Cidr {
        Test::Cidr(blocks)
    } else {
        Test::Pattern(patterns)
    })
}
