use std::path::Path;
use std::sync::Arc;

use crate::file::read_text;
use crate::json::read_json;
use crate::options::Given;
use crate::parse::parse_snapshot;
use crate::report::{Problem, Reporter};
use crate::snapshot::Snapshot;
use crate::value::Value;

/// Reads a snapshot that a client was given. What is wrong is reported; defaults serve then.
pub(crate) fn load(
    given: &Given,
    environment: Option<&str>,
    reporter: &Reporter,
) -> Option<Arc<Snapshot>> {
    let read = match given {
        Given::Document(document) => parsed(document),
        Given::File(path) => {
            read_file(path, environment).map_err(|why| format!("{}: {why}", path.display()))
        }
    };
    match read {
        Ok(snapshot) => Some(Arc::new(snapshot)),
        Err(why) => {
            let message = format!("the flags that the client was given cannot be used: {why}");
            reporter.problem(Problem::Bootstrap, message);
            None
        }
    }
}

fn read_file(path: &Path, environment: Option<&str>) -> Result<Snapshot, String> {
    let text = read_text(path).map_err(|error| error.to_string())?;
    let ending = path
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default();
    if matches!(ending, "yml" | "yaml") {
        return read_flags_file(&text, environment);
    }
    parsed(&read_json(&text).map_err(|error| error.to_string())?)
}

#[cfg(feature = "yaml")]
fn read_flags_file(text: &str, environment: Option<&str>) -> Result<Snapshot, String> {
    parsed(&crate::flags_file::snapshot_document(text, environment)?)
}

#[cfg(not(feature = "yaml"))]
fn read_flags_file(_: &str, _: Option<&str>) -> Result<Snapshot, String> {
    Err("this build reads no YAML; build with the feature `yaml`, or give a snapshot".into())
}

fn parsed(document: &Value) -> Result<Snapshot, String> {
    let parsed = parse_snapshot(document);
    parsed.snapshot.ok_or_else(|| {
        let first = parsed.issues.iter().take(3).map(ToString::to_string);
        first.collect::<Vec<_>>().join("; ")
    })
}
