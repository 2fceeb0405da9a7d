use std::sync::Arc;

use crate::context::MAX_SAFE_INTEGER;
use crate::issue::{shown, Issue, IssueCode};
use crate::parse_flag::read_flag;
use crate::parse_segment::read_segment;
use crate::place::{Issues, Place};
use crate::requirements::{check_requirements, Flags};
use crate::result::{ErrorCode, Failed};
use crate::snapshot::{Flag, KeyMap, Snapshot};
use crate::value::{Object, Value};

/// The schema of snapshots that this reader knows.
const SCHEMA: f64 = 1.0;

/// What became of a document.
#[derive(Debug)]
#[non_exhaustive]
pub struct Parsed {
    /// None if the document is refused as a whole.
    pub snapshot: Option<Snapshot>,
    /// All that is wrong. With a snapshot: why it answers `PARSE_ERROR` for some of its flags.
    pub issues: Vec<Issue>,
}

/// Reads JSON as a snapshot: step `1.parse` of the contract. What this reader does not know inside
/// a flag refuses that flag; all else refuses the document.
pub fn parse_snapshot(document: &Value) -> Parsed {
    parse_after(document, None)
}

/// The same, taking over from an earlier snapshot the flags whose JSON is the very same.
pub(crate) fn parse_after(document: &Value, earlier: Option<&Snapshot>) -> Parsed {
    let issues = Issues::default();
    let snapshot = read_snapshot(&Place::root(&issues), document, earlier);
    let issues = issues.into_list();
    Parsed {
        snapshot: snapshot.filter(|_| issues.iter().all(refuses_one_flag)),
        issues,
    }
}

/// Issues inside a flag or a segment that refuse only what holds them.
fn refuses_one_flag(issue: &Issue) -> bool {
    let is_inside = issue.path.starts_with("/flags/") || issue.path.starts_with("/segments/");
    is_inside && matches!(issue.code, IssueCode::Unknown | IssueCode::Unsupported)
}

fn read_snapshot(
    place: &Place<'_>,
    document: &Value,
    earlier: Option<&Snapshot>,
) -> Option<Snapshot> {
    place.read_object(document)?;
    let Value::Object(object) = document else {
        return None;
    };
    place.required(object, "schema", read_schema);
    // What another schema means by the rest is not for this reader to say.
    if place
        .issues
        .find(0, |issue| issue.code == IssueCode::Unsupported)
        .is_some()
    {
        return None;
    }
    let environment = place.required(object, "environment", |at, key| at.read_key(key).cloned());
    let version = place.required(object, "version", read_version);
    let mut snapshot = Snapshot {
        environment: environment.unwrap_or_default(),
        version: version.unwrap_or_default(),
        flags: KeyMap::default(),
        segments: KeyMap::default(),
        refused: KeyMap::default(),
        document: object.clone(),
    };
    let usable = read_segments(place, object, &mut snapshot).unwrap_or_default();
    let earlier = earlier.filter(|earlier| has_same_segments(earlier, &usable));
    read_flags(place, object, &mut snapshot, (&usable, earlier));
    Some(snapshot)
}

/// Which segments there are, and whether this reader knows all of each.
type Usable = KeyMap<bool>;

fn read_segments(place: &Place<'_>, object: &Object, snapshot: &mut Snapshot) -> Option<Usable> {
    let members = place.optional(object, "segments", read_members)?;
    let mut usable = Usable::default();
    let segments = place.member("segments");
    for (key, value) in members {
        let before = place.issues.len();
        let segment = read_segment(&segments.member(key), value);
        let refused = place.issues.find(before, refuses_one_flag).is_some();
        usable.insert(key.clone(), !refused);
        if let Some(segment) = segment {
            snapshot.segments.insert(key.clone(), Arc::new(segment));
        }
    }
    Some(usable)
}

fn read_flags(
    place: &Place<'_>,
    object: &Object,
    snapshot: &mut Snapshot,
    (usable, earlier): (&Usable, Option<&Snapshot>),
) -> Option<()> {
    let members = place.required(object, "flags", read_members)?;
    let flags = place.member("flags");
    snapshot.flags.reserve(members.len());
    for (key, value) in members {
        let at = flags.member(key);
        let before = place.issues.len();
        let taken_over = earlier.and_then(|earlier| same_flag(earlier, key, value));
        let read = || read_flag(&at, key, value, Some(usable)).map(Arc::new);
        if let Some(flag) = taken_over.or_else(read) {
            snapshot.flags.insert(key.clone(), flag);
        }
        if let Some(reason) = place.issues.find(before, refuses_one_flag) {
            snapshot
                .refused
                .insert(key.clone(), Arc::new(refusal(key, &reason)));
        }
    }
    check_requirements(
        &flags,
        &Flags {
            members,
            refused: &snapshot.refused,
        },
    );
    Some(())
}

fn refusal(key: &Arc<str>, reason: &Issue) -> Failed {
    Failed {
        key: key.clone(),
        error_code: ErrorCode::ParseError,
        error_message: reason.to_string(),
        metadata: Arc::default(),
    }
}

/// What a flag says depends on its JSON and on which segments there are, not on what is in them.
fn has_same_segments(earlier: &Snapshot, usable: &Usable) -> bool {
    earlier.segments.len() == usable.len()
        && usable
            .iter()
            .all(|(key, usable)| *usable && earlier.segments.contains_key(key))
}

fn same_flag(earlier: &Snapshot, key: &str, value: &Value) -> Option<Arc<Flag>> {
    let before = earlier.document.get("flags")?.get(key)?;
    match (before, value) {
        (Value::Object(before), Value::Object(now)) if Arc::ptr_eq(before, now) => {
            earlier.flags.get(key).cloned()
        }
        _ => None,
    }
}

fn read_members<'v>(place: &Place<'_>, value: &'v Value) -> Option<&'v Object> {
    let object = place.read_object(value)?;
    for key in object.keys() {
        place.member(key).check_key(key);
    }
    Some(object)
}

fn read_schema(place: &Place<'_>, value: &Value) -> Option<()> {
    if place.read_number(value)? == SCHEMA {
        return Some(());
    }
    let message = format!("this reader knows schema {SCHEMA}, got {}", shown(value));
    place.report(IssueCode::Unsupported, message)
}

fn read_version(place: &Place<'_>, value: &Value) -> Option<u64> {
    let version = place.read_number(value)?;
    if version.trunc() == version && (0.0..=MAX_SAFE_INTEGER).contains(&version) {
        return Some(version as u64);
    }
    let message = format!("expected a whole number from 0 up, got {}", shown(value));
    place.report(IssueCode::Range, message)
}
