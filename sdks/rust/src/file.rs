use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

/// A file longer than this is given up: as long as the longest answer of a server, and a line more.
const MAX_FILE: u64 = (64 << 20) + (64 << 10);

/// Reads a file whole. What has no end, or not before somebody else writes, is no file.
pub(crate) fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    // Looked at before it is opened: opening a pipe waits for who writes to it.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?
        .take(MAX_FILE + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(io::Error::other("it is longer than 64 MiB"));
    }
    Ok(bytes)
}

/// Reads a file of text whole.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    String::from_utf8(read_file(path)?).map_err(|_| io::Error::other("it is no UTF-8"))
}
