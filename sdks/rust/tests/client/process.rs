//! The real server, as a process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use crate::support::Folder;

/// The real server, as a process with data of its own.
pub struct Server {
    pub url: String,
    process: Child,
    _folder: Folder,
}

impl Server {
    pub fn start() -> Self {
        let folder = Folder::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let mut process = Command::new("node")
            .current_dir(root)
            .args(["scripts/runtime.js", "bun", "server/bin/featureflags.js"])
            .args(["--port", "0", "--log", "json", "--data"])
            .arg(&folder.0)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node starts the server");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let listening = lines.find_map(|line| {
            let line = line.unwrap();
            let (_, rest) = line.split_once("\"url\":\"")?;
            Some(rest.split('"').next().unwrap().to_owned())
        });
        // Nobody else reads what it writes.
        thread::spawn(move || lines.for_each(drop));
        Self {
            url: listening.expect("the server listens"),
            process,
            _folder: folder,
        }
    }

    /// Sends JSON; gives the status and the body.
    pub fn send(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        let host = self.url.strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let status = text
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .unwrap();
        let body = text.split_once("\r\n\r\n").unwrap().1;
        (status, body.to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Node passes SIGTERM on to the server that it runs; SIGKILL it could not. If it has ended
        // by itself, there is nothing to end.
        let _ = Command::new("kill")
            .arg(self.process.id().to_string())
            .status();
        let _ = self.process.wait();
    }
}
