// A project document, spec/project.md, on its way to the snapshot of one environment.

use std::sync::Arc;

use crate::definition::{explicit_flag, read_definition, Definition, FIRST_ENVIRONMENT};
use crate::issue::is_key;
use crate::parse::parse_snapshot;
use crate::value::{object, Object, Value};
use crate::yaml::Node;

/// The snapshot of one environment of a flags file, as JSON. The file must be right in all of its
/// environments. Without a wish, the environment is `production`, or the only one that there is.
pub(crate) fn snapshot_document(text: &str, environment: Option<&str>) -> Result<Value, String> {
    let project = Project::read(&Node::read(text)?)?;
    for each in &project.environments {
        let parsed = parse_snapshot(&project.snapshot(each));
        if !parsed.issues.is_empty() {
            let issues: Vec<String> = parsed
                .issues
                .iter()
                .take(3)
                .map(ToString::to_string)
                .collect();
            return Err(format!("{}, in {each}", issues.join("; ")));
        }
    }
    Ok(project.snapshot(project.choose(environment)?))
}

struct Project {
    environments: Vec<Arc<str>>,
    flags: Vec<(Arc<str>, Definition)>,
    segments: Value,
}

/// Reports fields that are not known; gives the fields.
pub(crate) fn known_fields<'n>(
    node: &'n Node,
    fields: &[&str],
    what: &str,
) -> Result<&'n [(Arc<str>, Node)], String> {
    let members = node
        .as_map()
        .ok_or_else(|| format!("{what} must be an object"))?;
    match members.iter().find(|(name, _)| !fields.contains(&&**name)) {
        None => Ok(members),
        Some((name, _)) => {
            let known = fields.join(", ");
            Err(format!(
                "{what} has a field {name:?} that is not known; known: {known}"
            ))
        }
    }
}

impl Project {
    fn read(node: &Node) -> Result<Self, String> {
        let empty = Node::Map(Vec::new());
        let node = if *node == Node::Scalar(Value::Null) {
            &empty
        } else {
            node
        };
        known_fields(
            node,
            &["schema", "environments", "flags", "segments"],
            "the file",
        )?;
        if node
            .get("schema")
            .is_some_and(|schema| *schema != Node::Scalar(1.into()))
        {
            return Err("schema must be 1".into());
        }
        let environments = match node.get("environments") {
            None => vec![FIRST_ENVIRONMENT.into()],
            Some(list) => read_environments(list)?,
        };
        let mut flags = Vec::new();
        for (key, flag) in members_of(node, "flags")? {
            flags.push((key.clone(), read_definition(key, flag, &environments)?));
        }
        let segments = members_of(node, "segments")?;
        let segments = segments
            .iter()
            .map(|(key, segment)| (key.clone(), segment.to_value()));
        Ok(Self {
            environments,
            flags,
            segments: segments.collect::<Object>().into(),
        })
    }

    fn choose<'p>(&'p self, wish: Option<&'p str>) -> Result<&'p str, String> {
        let has = |wanted: &str| self.environments.iter().any(|each| **each == *wanted);
        match (wish, self.environments.as_slice()) {
            (Some(wish), _) if has(wish) => Ok(wish),
            (Some(wish), _) => Err(format!(
                "there is no environment {wish:?}; there are: {}",
                self.environments.join(", ")
            )),
            (None, _) if has(FIRST_ENVIRONMENT) => Ok(FIRST_ENVIRONMENT),
            (None, [only]) => Ok(only),
            (None, _) => Err("which environment? Set the option `environment`".into()),
        }
    }

    fn snapshot(&self, environment: &str) -> Value {
        let flags = self
            .flags
            .iter()
            .filter(|(_, definition)| !definition.archived);
        let flags =
            flags.map(|(key, definition)| (key.clone(), explicit_flag(definition, environment)));
        object([
            ("schema", 1.into()),
            ("environment", environment.into()),
            ("version", 0.into()),
            ("flags", flags.collect::<Object>().into()),
            ("segments", self.segments.clone()),
        ])
    }
}

fn read_environments(list: &Node) -> Result<Vec<Arc<str>>, String> {
    let wrong = || "environments must be a list of keys, at least one, none twice".to_owned();
    let Node::List(nodes) = list else {
        return Err(wrong());
    };
    let mut names: Vec<Arc<str>> = Vec::new();
    for node in nodes {
        let name = node
            .as_str()
            .filter(|name| is_key(name))
            .ok_or_else(wrong)?;
        if names.iter().any(|each| **each == *name) {
            return Err(wrong());
        }
        names.push(name.into());
    }
    if names.is_empty() {
        return Err(wrong());
    }
    Ok(names)
}

/// The members of `flags` or `segments`; none where nothing stands below it.
fn members_of<'n>(node: &'n Node, field: &str) -> Result<&'n [(Arc<str>, Node)], String> {
    let members = match node.get(field) {
        None | Some(Node::Scalar(Value::Null)) => return Ok(&[]),
        Some(Node::Map(members)) => members,
        Some(_) => return Err(format!("{field} must be an object")),
    };
    match members.iter().find(|(key, _)| !is_key(key)) {
        None => Ok(members),
        Some((key, _)) => Err(format!("{key:?} in {field} is not a key")),
    }
}
