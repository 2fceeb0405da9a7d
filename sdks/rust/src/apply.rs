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
    let (Some(snapshot), Value::Object(_)) = (snapshot, change) else {
        return Step::Gap;
    };
    let named = change.get("environment").and_then(Value::as_str);
    if named.is_some_and(|environment| environment != snapshot.environment()) {
        return Step::Gap;
    }
    let version = match change.get("version") {
        None | Some(Value::Null) => return Step::Gone,
        Some(version) => version,
    };
    if change.get("oldVersion") != Some(&snapshot.version.into()) {
        return Step::Gap;
    }
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

/// The same document, with the flags that are as before taken over from it: they are then not read
/// again, and a comparison of the two sees at once that nothing changed.
pub(crate) fn shared_with(document: Value, held: Option<&Snapshot>) -> Value {
    let (Some(held), Value::Object(object)) = (held, &document) else {
        return document;
    };
    let before = held.document.get("flags").and_then(Value::as_object);
    let (Some(before), Some(flags)) = (before, document.get("flags").and_then(Value::as_object))
    else {
        return document;
    };
    let flags = flags
        .iter()
        .map(|(key, flag)| match before.get_key_value(key) {
            Some((key, same)) if same == flag => (key.clone(), same.clone()),
            _ => (key.clone(), flag.clone()),
        });
    let flags: Value = flags.collect::<Object>().into();
    let mut object = Object::clone(object);
    object.insert("flags".into(), flags);
    object.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::read_json;
    use crate::parse::parse_snapshot;

    #[test]
    fn tells_what_is_a_gap_and_what_is_the_end() {
        let document = r#"{"schema":1,"environment":"e","version":4,"flags":{}}"#;
        let held = parse_snapshot(&read_json(document).unwrap()).snapshot;
        let step = |change: &str| apply(held.as_ref(), &read_json(change).unwrap());
        for gone in [
            r#"{"environment":"e","oldVersion":4}"#,
            r#"{"version":null}"#,
        ] {
            assert_eq!(step(gone), Step::Gone, "{gone}");
        }
        for gap in [
            r#"{"environment":"e","oldVersion":3,"version":5}"#,
            r#"{"environment":"other","oldVersion":4,"version":5}"#,
            r#"{"environment":"other"}"#,
            r#"{"version":5}"#,
            "[]",
            "null",
        ] {
            assert_eq!(step(gap), Step::Gap, "{gap}");
        }
        // Also a lower version: a backup was restored.
        let lower = step(r#"{"environment":"e","oldVersion":4,"version":2,"flags":{}}"#);
        assert!(matches!(lower, Step::To(document) if document.get("version") == Some(&2.into())));
        assert_eq!(
            apply(None, &read_json(r#"{"version":5}"#).unwrap()),
            Step::Gap
        );
    }
}
