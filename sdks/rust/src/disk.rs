use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::SystemTime;

use crate::file::read_file;
use crate::json::read_json;
use crate::json_writer::write_json;
use crate::sha256::sha256;
use crate::value::{object, Value};
use crate::world::World;

/// The copy on disk of what one server said, for the next start: section 6 of spec/client.md.
pub(crate) struct Disk {
    path: PathBuf,
    world: Arc<dyn World>,
}

/// A copy that is whole.
#[derive(Debug)]
pub(crate) struct Copy {
    pub(crate) document: Value,
    pub(crate) etag: Option<String>,
    pub(crate) modified: SystemTime,
}

impl Disk {
    /// `identity` is `url LF environment LF token`: each has a file of its own.
    pub(crate) fn new(folder: &Path, identity: &str, world: Arc<dyn World>) -> Self {
        let name: String = sha256(identity.as_bytes()).chars().take(32).collect();
        Self {
            path: folder.join(format!("{name}.snapshot")),
            world,
        }
    }

    /// Reads the copy; none if there is none.
    pub(crate) fn load(&self) -> Result<Option<Copy>, String> {
        let told = |error: io::Error| format!("{}: {error}", self.path.display());
        let bytes = match read_file(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(told(error)),
        };
        let modified = fs::metadata(&self.path)
            .and_then(|meta| meta.modified())
            .map_err(told)?;
        let read = read_copy(&bytes).map_err(|why| format!("{}: {why}", self.path.display()))?;
        let (document, etag) = read;
        Ok(Some(Copy {
            document,
            etag,
            modified,
        }))
    }

    /// Puts a copy in place of the old one. Whoever reads meanwhile sees the one or the other.
    pub(crate) fn save(&self, snapshot: &str, etag: Option<&str>) -> Result<(), String> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let header = object([
            ("format", 1.into()),
            ("sha256", sha256(snapshot.as_bytes()).into()),
            ("etag", etag.into()),
        ]);
        let text = format!("{}\n{snapshot}", write_json(&header));
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let unique = format!(
            "{}.{count}.{:x}.tmp",
            std::process::id(),
            crate::world::random_bits()
        );
        let draft = self.path.with_extension(unique);
        let written = self
            .make_folder()
            .and_then(|()| self.world.write_new(&draft, text.as_bytes()))
            .and_then(|()| fs::rename(&draft, &self.path));
        written.map_err(|error| {
            // Half a file helps nobody; if it cannot be removed, the disk has told enough.
            let _ = fs::remove_file(&draft);
            format!("{}: {error}", self.path.display())
        })
    }

    fn make_folder(&self) -> io::Result<()> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        self.path
            .parent()
            .map_or(Ok(()), |folder| builder.create(folder))
    }

    /// Moves the time of modification on: the copy is still what the server has.
    pub(crate) fn touch(&self) -> Result<(), String> {
        let touched = fs::OpenOptions::new()
            .append(true)
            .open(&self.path)
            .and_then(|file| file.set_modified(self.world.now()));
        touched.map_err(|error| format!("{}: {error}", self.path.display()))
    }
}

fn read_copy(bytes: &[u8]) -> Result<(Value, Option<String>), String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "the copy is no text")?;
    let (header, snapshot) = text.split_once('\n').ok_or("the copy has no first line")?;
    let header = read_json(header).map_err(|error| error.to_string())?;
    if header.get("format") != Some(&Value::Number(1.0)) {
        return Err("the copy has another format than 1".into());
    }
    if header.get("sha256").and_then(Value::as_str) != Some(&sha256(snapshot.as_bytes())) {
        return Err("the copy is damaged: its sum is another one".into());
    }
    let etag = header
        .get("etag")
        .and_then(Value::as_str)
        .map(str::to_owned);
    Ok((
        read_json(snapshot).map_err(|error| error.to_string())?,
        etag,
    ))
}

/// The user's folder for caches; none if the environment does not tell.
pub(crate) fn usual_folder() -> Option<PathBuf> {
    let variable = |name: &str| {
        let value = std::env::var_os(name).filter(|value| !value.is_empty());
        value.map(PathBuf::from)
    };
    let base = if cfg!(windows) {
        variable("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        variable("HOME").map(|home| home.join("Library/Caches"))
    } else {
        // The XDG Base Directory Specification has relative paths ignored.
        let given = variable("XDG_CACHE_HOME").filter(|path| path.is_absolute());
        given.or_else(|| variable("HOME").map(|home| home.join(".cache")))
    };
    base.map(|base| base.join("featureflags"))
}
