use crate::snapshot::Snapshot;
use crate::value::{Object, Value};

/// What to do with a `change` event.
#[derive(Debug, PartialEq)]
pub(crate) enum Step {
    /// The document after the change.
    To(Value),
    /// Something was missed: the whole snapshot must be fetched.
    Gap,
    /// The environment is no longer there.
    Gone,
}

/// Applies a `change` event to the document of a snapshot.
pub(crate) fn apply(snapshot: Option<&Snapshot>, change: &Value) -> Step {
    if change.get("version") == Some(&Value::Null) {
        return Step::Gone;
    }
    let Some(snapshot) = snapshot else {
        return Step::Gap;
    };
    let held = Value::from(snapshot.version);
    let Some(version) = change
        .get("version")
        .filter(|_| change.get("oldVersion") == Some(&held))
    else {
        return Step::Gap;
    };
    let mut document = Object::clone(&snapshot.document);
    document.insert("version".into(), version.clone());
    for field in ["flags", "segments"] {
        let Some(changes) = change.get(field).and_then(Value::as_object) else {
            continue;
        };
        if changes.is_empty() {
            continue;
        }
        let members = document.get(field).and_then(Value::as_object);
        let mut members = members.cloned().unwrap_or_default();
        for (key, value) in changes {
            match value {
                Value::Null => members.remove(key),
                value => members.insert(key.clone(), value.clone()),
            };
        }
        document.insert(field.into(), members.into());
    }
    Step::To(document.into())
}
