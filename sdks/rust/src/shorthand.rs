// People may write less than the explicit form says. Nothing here judges: what has another shape
// than a shorthand is handed on as it is, for the parser to accept or refuse.

use std::sync::Arc;

use crate::value::{object, Object, Value};
use crate::yaml::Node;

/// `{blue: "#00f"}` → `[{name: "blue", value: "#00f"}]`; nothing → those of a boolean flag.
pub(crate) fn expand_variants(variants: Option<&Node>) -> Value {
    let variant = |name: Value, value: Value| object([("name", name), ("value", value)]);
    match variants {
        None => vec![
            variant("on".into(), true.into()),
            variant("off".into(), false.into()),
        ]
        .into(),
        Some(Node::Map(members)) => {
            let each =
                |(name, node): &(Arc<str>, Node)| variant(name.clone().into(), node.to_value());
            members.iter().map(each).collect::<Vec<_>>().into()
        }
        Some(other) => other.to_value(),
    }
}

/// The type of a flag that names none: that of its first variant.
pub(crate) fn infer_type(variants: &Value) -> Value {
    let first = variants.as_list().and_then(<[Value]>::first);
    match first.filter(|first| first.as_object().is_some()) {
        None => "boolean".into(),
        Some(first) => first
            .get("value")
            .map_or("nothing", Value::type_name)
            .into(),
    }
}

/// `{on: ["qa-1"]}` → `[{variant: "on", keys: ["qa-1"]}]`.
pub(crate) fn expand_targets(targets: Option<&Node>) -> Value {
    match targets {
        None => Vec::<Value>::new().into(),
        Some(Node::Map(members)) => {
            let each = |(variant, keys): &(Arc<str>, Node)| {
                object([
                    ("variant", variant.clone().into()),
                    ("keys", keys.to_value()),
                ])
            };
            members.iter().map(each).collect::<Vec<_>>().into()
        }
        Some(other) => other.to_value(),
    }
}

/// `"on"` → `{variant: "on"}`.
pub(crate) fn expand_serve(serve: &Node) -> Value {
    match serve.as_str() {
        Some(variant) => object([("variant", variant.into())]),
        None => serve.to_value(),
    }
}

/// Expands each rule; those without an id get the first of r1, r2, … that is free.
pub(crate) fn expand_rules(rules: Option<&Node>) -> Value {
    let rules = match rules {
        None => return Vec::<Value>::new().into(),
        Some(Node::List(rules)) => rules,
        Some(other) => return other.to_value(),
    };
    let taken: Vec<&str> = rules
        .iter()
        .filter_map(|rule| rule.get("id")?.as_str())
        .collect();
    let names = (1..).map(|number: usize| format!("r{number}"));
    let mut free = names.filter(|id| !taken.contains(&id.as_str()));
    let mut next_id = || free.next().map_or(Value::Null, Value::from);
    rules
        .iter()
        .map(|rule| expand_rule(rule, &mut next_id))
        .collect::<Vec<_>>()
        .into()
}

fn expand_rule(rule: &Node, next_id: &mut impl FnMut() -> Value) -> Value {
    let Some(members) = rule.as_map() else {
        return rule.to_value();
    };
    let mut expanded = Object::new();
    for (name, node) in members {
        let value = match &**name {
            "when" => expand_when(node),
            "rollout" => expand_rollout(node),
            "serve" => expand_serve(node),
            _ => node.to_value(),
        };
        expanded.insert(name.clone(), value);
    }
    expanded.entry("id".into()).or_insert_with(next_id);
    expanded
        .entry("when".into())
        .or_insert_with(|| Vec::<Value>::new().into());
    expanded.into()
}

/// `{country: ["US", "CA"]}` → one `in` condition for each attribute.
fn expand_when(when: &Node) -> Value {
    let Some(members) = when.as_map() else {
        return when.to_value();
    };
    let condition = |(attribute, node): &(Arc<str>, Node)| {
        let values = match node {
            Node::List(_) => node.to_value(),
            one => vec![one.to_value()].into(),
        };
        object([
            ("attribute", attribute.clone().into()),
            ("op", "in".into()),
            ("values", values),
        ])
    };
    members.iter().map(condition).collect::<Vec<_>>().into()
}

/// `10` and `"10%"` → `{percent: 10}`.
fn expand_rollout(rollout: &Node) -> Value {
    let percent = match rollout.as_scalar() {
        Some(Value::Number(number)) => Some(*number),
        Some(Value::String(text)) => text.strip_suffix('%').and_then(read_percent),
        _ => None,
    };
    percent.map_or_else(
        || rollout.to_value(),
        |percent| object([("percent", percent.into())]),
    )
}

/// Digits, optionally a point and digits.
fn read_percent(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (is_digits(whole) && is_digits(fraction))
        .then(|| text.parse().ok())
        .flatten()
}
