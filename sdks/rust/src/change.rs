use std::collections::BTreeSet;
use std::sync::Arc;

use crate::snapshot::Snapshot;
use crate::value::{Object, Value};

/// What became different when a snapshot took the place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// The version of the snapshot that is now in use.
    pub version: u64,
    /// The flags whose JSON changed, that came or went, or that use a segment that changed; sorted.
    pub flags: Vec<Arc<str>>,
}

impl Change {
    /// The difference between two snapshots.
    pub(crate) fn between(before: Option<&Snapshot>, after: &Snapshot) -> Self {
        let before = before.map(|snapshot| &*snapshot.document);
        let segments = differing(before, &after.document, "segments");
        let mut flags = differing(before, &after.document, "flags");
        for (key, flag) in after
            .document
            .get("flags")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            if uses_any(flag, &segments) {
                flags.insert(key.clone());
            }
        }
        Self {
            version: after.version,
            flags: flags.into_iter().collect(),
        }
    }
}

fn differing(before: Option<&Object>, after: &Object, field: &str) -> BTreeSet<Arc<str>> {
    let members = |document: Option<&'_ Object>| -> Object {
        let value = document.and_then(|document| document.get(field));
        value
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default()
    };
    let (before, after) = (members(before), members(Some(after)));
    let is_same = |key: &Arc<str>| match (before.get(key), after.get(key)) {
        // What was taken over from the other is not compared member by member.
        (Some(Value::Object(a)), Some(Value::Object(b))) if Arc::ptr_eq(a, b) => true,
        (a, b) => a == b,
    };
    before
        .keys()
        .chain(after.keys())
        .filter(|key| !is_same(key))
        .cloned()
        .collect()
}

/// True if a condition of one of the flag's rules names one of the segments.
fn uses_any(flag: &Value, segments: &BTreeSet<Arc<str>>) -> bool {
    let list = |value: Option<&Value>| value.and_then(Value::as_list).unwrap_or_default().to_vec();
    if segments.is_empty() {
        return false;
    }
    list(flag.get("rules"))
        .iter()
        .flat_map(|rule| list(rule.get("when")))
        .any(|condition| {
            let segment = condition.get("segment").and_then(Value::as_str);
            segment.is_some_and(|segment| segments.contains(segment))
        })
}
