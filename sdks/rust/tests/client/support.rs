//! A server whose every answer a test writes by hand.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use featureflags_client::{ClientBuilder, FeatureClient};

pub use crate::world::TestWorld;

/// Long enough for the slowest machine; what is waited for comes in milliseconds.
const DEADLINE: Duration = Duration::from_secs(20);

/// Waits until something is so.
pub fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < end, "{what}: not within {DEADLINE:?}");
        thread::sleep(Duration::from_millis(2));
    }
}

/// A request as it came in.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(each, _)| each.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

type Handler = dyn Fn(&Request, &mut TcpStream) -> io::Result<()> + Send + Sync;

/// Answers each connection by a function.
pub struct FaultServer {
    pub url: String,
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
    stopped: Arc<AtomicBool>,
}

impl FaultServer {
    pub fn start(
        handler: impl Fn(&Request, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::start_on(0, handler)
    }

    pub fn start_on(
        port: u16,
        handler: impl Fn(&Request, &mut TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (requests, stopped) = (Arc::new(Mutex::new(Vec::new())), Arc::default());
        let handler: Arc<Handler> = Arc::new(handler);
        let (log, stop): (_, Arc<AtomicBool>) = (requests.clone(), Arc::clone(&stopped));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let (handler, log) = (handler.clone(), log.clone());
                // A client that goes away in the middle is what some tests are about.
                thread::spawn(move || stream.and_then(|stream| serve(stream, &*handler, &log)));
            }
        });
        Self {
            url: format!("http://127.0.0.1:{port}"),
            port,
            requests,
            stopped,
        }
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The requests whose path begins so.
    pub fn asked(&self, path: &str) -> Vec<Request> {
        let requests = self.requests();
        requests
            .into_iter()
            .filter(|request| request.target.starts_with(path))
            .collect()
    }
}

impl Drop for FaultServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener, which then sees that it is to stop; if it is gone, all is well.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn serve(mut stream: TcpStream, handler: &Handler, log: &Mutex<Vec<Request>>) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut request = Request::default();
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ').map(str::to_owned);
    request.method = words.next().unwrap_or_default();
    request.target = words.next().unwrap_or_default();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 || line == "\r\n" {
            break;
        }
        if let Some((name, value)) = line.trim_end().split_once(": ") {
            request.headers.push((name.to_owned(), value.to_owned()));
        }
    }
    let length = request
        .header("content-length")
        .and_then(|length| length.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    request.body = String::from_utf8_lossy(&body).into_owned();
    log.lock().unwrap().push(request.clone());
    handler(&request, &mut stream)
}

/// Answers and closes.
pub fn answer(
    stream: &mut TcpStream,
    status: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> io::Result<()> {
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    )
}

/// Begins a stream; what is written afterwards goes to the client as it is.
pub fn open_stream(stream: &mut TcpStream) -> io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
    )?;
    stream.flush()
}

pub fn snapshot_event(stream: &mut TcpStream, document: &str) -> io::Result<()> {
    write!(stream, "event: snapshot\nid: 1\ndata: {document}\n\n")?;
    stream.flush()
}

/// Keeps a connection open until the client goes away.
pub fn hold(stream: &mut TcpStream) -> io::Result<()> {
    let mut byte = [0];
    while stream.read(&mut byte)? > 0 {}
    Ok(())
}

/// A snapshot with the boolean flags given, `on` or not.
pub fn document(version: u64, flags: &[(&str, bool)]) -> String {
    let flags: Vec<String> = flags
        .iter()
        .map(|(key, is_on)| format!("\"{key}\":{}", flag(*is_on)))
        .collect();
    format!(
        r#"{{"schema":1,"environment":"production","version":{version},"flags":{{{}}}}}"#,
        flags.join(",")
    )
}

/// A boolean flag, enabled or not.
pub fn flag(is_on: bool) -> String {
    format!(
        r#"{{"type":"boolean","enabled":{is_on},"hash":"ff1","salt":"s","off":"off","variants":
        [{{"name":"on","value":true}},{{"name":"off","value":false}}],"default":{{"variant":"on"}}}}"#
    )
    .replace('\n', "")
}

/// What a client said to its logger.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    /// How many lines hold a text.
    pub fn count(&self, text: &str) -> usize {
        self.lines()
            .iter()
            .filter(|line| line.contains(text))
            .count()
    }
}

/// The options of a client in a test world, without a copy on disk.
pub fn options(url: &str, world: &Arc<TestWorld>) -> (ClientBuilder, Log) {
    let log = Log::default();
    let lines = log.clone();
    let builder = FeatureClient::builder(url)
        .no_cache()
        .overrides("")
        .world(world.clone())
        .logger(move |_, message| lines.0.lock().unwrap().push(message.to_owned()));
    (builder, log)
}

/// A folder of its own, removed in the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let count = COUNT.fetch_add(1, Ordering::SeqCst);
        let name = format!("featureflags-rust-{}-{count}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The only copy of a snapshot in it.
    pub fn copy(&self) -> Option<PathBuf> {
        let entries = std::fs::read_dir(&self.0).ok()?;
        let mut paths = entries.map(|entry| entry.unwrap().path());
        paths.find(|path| path.extension().is_some_and(|ending| ending == "snapshot"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays is in the temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
