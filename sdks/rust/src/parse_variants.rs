use std::collections::HashSet;
use std::sync::Arc;

use crate::issue::{shown, IssueCode};
use crate::place::Place;
use crate::snapshot::FlagType;
use crate::value::{Object, Value};

/// How deep lists and objects may be nested in a value; deeper ones overflow JSON writers.
const MAX_DEPTH: usize = 64;

const FLAG_TYPES: &[(&str, FlagType)] = &[
    ("boolean", FlagType::Boolean),
    ("string", FlagType::String),
    ("number", FlagType::Number),
    ("object", FlagType::Object),
];

/// The bucketing algorithms that this reader knows; see section 3 of the contract.
const HASHES: &[&str] = &["ff1"];

/// Reads the name of a flag type.
pub(crate) fn read_type(place: &Place<'_>, value: &Value) -> Option<FlagType> {
    let name = place.read_string(value)?;
    let known = FLAG_TYPES.iter().find(|(known, _)| *known == &**name);
    known.map(|(_, flag_type)| *flag_type).or_else(|| {
        let got = shown(value);
        let message = format!("{got} is not a flag type; known: boolean, string, number, object");
        place.report(IssueCode::Unsupported, message)
    })
}

/// Reads the name of a bucketing algorithm.
pub(crate) fn read_hash(place: &Place<'_>, value: &Value) -> Option<()> {
    let name = place.read_string(value)?;
    if HASHES.contains(&&**name) {
        return Some(());
    }
    let message = format!("this reader cannot bucket by {}; known: ff1", shown(value));
    place.report(IssueCode::Unsupported, message)
}

/// A variant's name and value.
pub(crate) type Variant<'v> = (&'v str, &'v Value);

/// Reads a flag's variants; each value must be of the flag's type.
pub(crate) fn read_variants<'v>(
    place: &Place<'_>,
    value: &'v Value,
    flag_type: Option<FlagType>,
) -> Option<Vec<Variant<'v>>> {
    let mut seen = HashSet::new();
    let variants = place.read_list(value, |at, each| {
        read_variant(at, each, flag_type, &mut seen)
    });
    place.check_filled(value, "variant");
    variants
}

pub(crate) type VariantNames<'v> = HashSet<&'v str>;

/// The names of a flag's variants as far as they can be read, whatever else is wrong with it;
/// none if it has no list of variants.
pub(crate) fn variant_names(flag: &Object) -> Option<VariantNames<'_>> {
    let variants = flag.get("variants")?.as_list()?;
    Some(
        variants
            .iter()
            .filter_map(|variant| variant.get("name")?.as_str())
            .collect(),
    )
}

fn read_variant<'v>(
    place: &Place<'_>,
    value: &'v Value,
    flag_type: Option<FlagType>,
    seen: &mut HashSet<Arc<str>>,
) -> Option<Variant<'v>> {
    let object = place.read_fields(value, &["name", "value"])?;
    let name = place.required(object, "name", |at, each| at.read_unique_key(each, seen));
    let read = |at: &Place<'_>, each: &'v Value| read_variant_value(at, each, flag_type);
    let value = place.required(object, "value", read);
    Some((name?, value?))
}

fn read_variant_value<'v>(
    place: &Place<'_>,
    value: &'v Value,
    flag_type: Option<FlagType>,
) -> Option<&'v Value> {
    let is_of_type = match flag_type {
        None => true,
        Some(FlagType::Boolean) => value.as_bool().is_some(),
        Some(FlagType::String) => value.as_str().is_some(),
        Some(FlagType::Number) => value.as_f64().is_some_and(f64::is_finite),
        Some(FlagType::Object) => value.as_object().is_some(),
    };
    if !is_of_type {
        let message = format!("{} is not of the flag's type", shown(value));
        return place.report(IssueCode::Value, message);
    }
    if !is_shallow(value, MAX_DEPTH) {
        let message = format!("the value is nested more than {MAX_DEPTH} deep");
        return place.report(IssueCode::Range, message);
    }
    if !is_finite(value) {
        return place.report(IssueCode::Range, "a number in the value is too large");
    }
    Some(value)
}

/// True if lists and objects are nested at most `depth` deep.
fn is_shallow(value: &Value, depth: usize) -> bool {
    let fits = |each: &Value| depth > 0 && is_shallow(each, depth - 1);
    match value {
        Value::List(elements) => depth > 0 && elements.iter().all(fits),
        Value::Object(members) => depth > 0 && members.values().all(fits),
        _ => true,
    }
}

/// True if every number in a shallow value is finite.
fn is_finite(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.is_finite(),
        Value::List(elements) => elements.iter().all(is_finite),
        Value::Object(members) => members.values().all(is_finite),
        _ => true,
    }
}

/// Reads what OFREP lets metadata hold.
pub(crate) fn read_metadata(place: &Place<'_>, value: &Value) -> Option<Arc<Object>> {
    place.read_object(value)?;
    let Value::Object(metadata) = value else {
        return None;
    };
    for (name, entry) in metadata.iter() {
        let at = place.member(name);
        match entry {
            Value::Number(number) if !number.is_finite() => {
                at.report::<()>(IssueCode::Range, "the number is too large");
            }
            Value::String(_) | Value::Number(_) | Value::Bool(_) => {}
            other => {
                let got = other.type_name();
                let message = format!("expected a string, a number or a boolean, got {got}");
                at.report::<()>(IssueCode::Type, message);
            }
        }
    }
    Some(metadata.clone())
}
