use std::sync::Arc;

use crate::flags_file::known_fields;
use crate::shorthand::{expand_rules, expand_serve, expand_targets, expand_variants, infer_type};
use crate::value::{object, Object, Value};
use crate::yaml::Node;

/// The environment that exists from the start, and whose state may stand in the flag itself.
pub(crate) const FIRST_ENVIRONMENT: &str = "production";

/// The fields of a flag that differ from one environment to the next.
const STATE_FIELDS: &[&str] = &["enabled", "off", "targets", "rules", "default"];
const FLAG_FIELDS: &[&str] = &[
    "description",
    "type",
    "tags",
    "owner",
    "metadata",
    "hash",
    "salt",
    "variants",
    "requires",
    "archived",
    "environments",
    "enabled",
    "off",
    "targets",
    "rules",
    "default",
];

/// A flag as people write it: shorthand is expanded, nothing else is judged yet.
pub(crate) struct Definition {
    /// What is the same in every environment, and is in the snapshot as it is.
    common: Vec<(&'static str, Value)>,
    variants: Value,
    metadata: Value,
    pub(crate) archived: bool,
    states: Vec<(Arc<str>, State)>,
}

/// What a flag is in one environment.
struct State {
    enabled: bool,
    off: Option<Value>,
    targets: Value,
    rules: Value,
    default: Option<Value>,
}

/// Reads a flag; `known` are the environments that there are.
pub(crate) fn read_definition(
    key: &str,
    node: &Node,
    known: &[Arc<str>],
) -> Result<Definition, String> {
    known_fields(node, FLAG_FIELDS, &format!("flag {key}"))?;
    let wrong = |field: &str, wanted: &str| format!("{field} of flag {key} must be {wanted}");
    for field in ["description", "owner"] {
        if node.get(field).is_some_and(|text| text.as_str().is_none()) {
            return Err(wrong(field, "a string"));
        }
    }
    match node.get("tags") {
        None => {}
        Some(Node::List(tags)) if tags.iter().all(|tag| tag.as_str().is_some()) => {}
        Some(_) => return Err(wrong("tags", "a list of strings")),
    }
    let archived = read_boolean(node, "archived")?;
    let given = |field: &str, usual: Value| node.get(field).map_or(usual, Node::to_value);
    let variants = expand_variants(node.get("variants"));
    let metadata = given("metadata", Object::new().into());
    Ok(Definition {
        common: vec![
            ("type", given("type", infer_type(&variants))),
            ("hash", given("hash", "ff1".into())),
            ("salt", given("salt", key.into())),
            ("requires", given("requires", Vec::<Value>::new().into())),
        ],
        metadata: with_owner(metadata, node.get("owner").and_then(Node::as_str)),
        variants,
        archived,
        states: read_states(key, node, known)?,
    })
}

fn with_owner(metadata: Value, owner: Option<&str>) -> Value {
    let (Some(owner), Value::Object(members)) = (owner.filter(|it| !it.is_empty()), &metadata)
    else {
        return metadata;
    };
    let mut members = Object::clone(members);
    members
        .entry("owner".into())
        .or_insert_with(|| owner.into());
    members.into()
}

fn read_boolean(node: &Node, field: &str) -> Result<bool, String> {
    let Some(value) = node.get(field) else {
        return Ok(false);
    };
    let read = value.as_scalar().and_then(Value::as_bool);
    read.ok_or_else(|| format!("{field} must be true or false"))
}

fn read_states(
    key: &str,
    flag: &Node,
    known: &[Arc<str>],
) -> Result<Vec<(Arc<str>, State)>, String> {
    let mut states = Vec::new();
    let is_known = |name: &str| known.iter().any(|each| **each == *name);
    if STATE_FIELDS.iter().any(|field| flag.get(field).is_some()) {
        if !is_known(FIRST_ENVIRONMENT) {
            return Err(format!(
                "flag {key} has a state of {FIRST_ENVIRONMENT}, which there is not"
            ));
        }
        states.push((Arc::from(FIRST_ENVIRONMENT), read_state(flag)?));
    }
    let environments = match flag.get("environments") {
        None => return Ok(states),
        Some(node) => node
            .as_map()
            .ok_or("environments of a flag must be an object")?,
    };
    for (name, node) in environments {
        known_fields(node, STATE_FIELDS, &format!("flag {key} in {name}"))?;
        if !is_known(name) {
            return Err(format!(
                "flag {key} has a state of {name}, which there is not"
            ));
        }
        if states.iter().any(|(each, _)| each == name) {
            return Err(format!("flag {key} says twice what it is in {name}"));
        }
        states.push((name.clone(), read_state(node)?));
    }
    Ok(states)
}

fn read_state(node: &Node) -> Result<State, String> {
    Ok(State {
        enabled: read_boolean(node, "enabled")?,
        off: node.get("off").map(Node::to_value),
        targets: expand_targets(node.get("targets")),
        rules: expand_rules(node.get("rules")),
        default: node.get("default").map(expand_serve),
    })
}

/// A flag in one environment with nothing left out: steps `P.off`, `P.default` and `P.snapshot`.
pub(crate) fn explicit_flag(definition: &Definition, environment: &str) -> Value {
    let untouched = State {
        enabled: false,
        off: None,
        targets: expand_targets(None),
        rules: expand_rules(None),
        default: None,
    };
    let state = definition
        .states
        .iter()
        .find(|(name, _)| **name == *environment);
    let state = state.map_or(&untouched, |(_, state)| state);
    let off = state.off.clone().or_else(|| definition.usual_off());
    let is_empty = |list: &Value| list.as_list().is_some_and(<[Value]>::is_empty);
    let is_for_everyone = is_empty(&state.rules) && is_empty(&state.targets);
    let usual = if is_for_everyone {
        Some("on".into())
    } else {
        off.clone()
    };
    let usual = usual.filter(|name| {
        name.as_str()
            .is_some_and(|name| definition.has_variant(name))
    });
    let idle = off.clone().filter(|_| !state.enabled);
    let serve = |variant| object([("variant", variant)]);
    let default = state.default.clone().or_else(|| usual.or(idle).map(serve));
    let named = [("off", off), ("default", default)];
    let named = named
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    object(definition.common.iter().cloned().chain(named).chain([
        ("enabled", state.enabled.into()),
        ("variants", definition.variants.clone()),
        ("metadata", definition.metadata.clone()),
        ("targets", state.targets.clone()),
        ("rules", state.rules.clone()),
    ]))
}

impl Definition {
    fn usual_off(&self) -> Option<Value> {
        if self.has_variant("off") {
            return Some("off".into());
        }
        self.states.iter().find_map(|(_, state)| state.off.clone())
    }

    fn has_variant(&self, name: &str) -> bool {
        let variants = self.variants.as_list().unwrap_or_default();
        variants
            .iter()
            .any(|variant| variant.get("name").and_then(Value::as_str) == Some(name))
    }
}
