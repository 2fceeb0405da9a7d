//! Many clients, many threads, many versions. In a process of its own, because it counts threads.
#![cfg(all(feature = "http", target_os = "linux"))]

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use featureflags_client::{Context, FeatureClient, Mode};

const CLIENTS: usize = 1000;
const VERSIONS: u64 = 10_000;
const ASKERS: usize = 16;
/// Long enough for the slowest machine.
const DEADLINE: Duration = Duration::from_secs(60);

fn document(version: u64) -> String {
    let flag = |index: u64| {
        format!(
            r#""flag_{index}":{{"type":"number","enabled":true,"hash":"ff1","salt":"s","off":"off","variants":[{{"name":"on","value":{version}}},{{"name":"off","value":0}}],"default":{{"variant":"on"}}}}"#
        )
    };
    let flags: Vec<String> = (0..10).map(flag).collect();
    format!(
        r#"{{"schema":1,"environment":"e","version":{version},"flags":{{{}}}}}"#,
        flags.join(",")
    )
}

/// Sends all versions as fast as they are taken.
fn serve(mut stream: TcpStream) -> io::Result<()> {
    let mut line = String::new();
    let mut reader = BufReader::new(stream.try_clone()?);
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    stream.write_all(head.as_bytes())?;
    for version in 1..=VERSIONS {
        write!(stream, "event: snapshot\ndata: {}\n\n", document(version))?;
    }
    // Held until the client goes.
    reader.read_line(&mut line).map(drop)
}

fn status_of_this_process(name: &str) -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let number = line.unwrap().trim_start_matches(':').trim();
    number.split(' ').next().unwrap().parse().unwrap()
}

fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + DEADLINE;
    while !is_so() {
        assert!(Instant::now() < end, "{what}: not within {DEADLINE:?}");
        thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_thousand_clients_and_ten_thousand_versions() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    thread::spawn(move || {
        for stream in listener.incoming() {
            count.fetch_add(1, Ordering::SeqCst);
            thread::spawn(move || serve(stream?));
        }
    });
    let threads = status_of_this_process("Threads");
    let builder = FeatureClient::builder(&url)
        .no_cache()
        .mode(Mode::Streaming)
        .events(true);
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| builder.clone().build().unwrap())
        .collect();
    assert!(clients
        .iter()
        .all(|client| client.wait_until_ready(DEADLINE)));
    assert_eq!(connections.load(Ordering::SeqCst), 1);
    // One follows, one reads, one sends events; one is the server's. One more may just resolve.
    let more = status_of_this_process("Threads") - threads;
    assert!(more <= 6, "{more} threads for {CLIENTS} clients");
    ask_while_versions_come(&clients);
    drop(clients);
    eventually("the end of the threads", || {
        status_of_this_process("Threads") <= threads
    });
}

fn ask_while_versions_come(clients: &[FeatureClient]) {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for asker in 0..ASKERS {
            let (client, is_over) = (&clients[asker * 7], &is_over);
            scope.spawn(move || {
                let context = Context::user(asker);
                let mut last = 0.0;
                while !is_over.load(Ordering::Relaxed) {
                    let details = client.details("flag_3", 0.0, &context);
                    // Never a default, never an older version, never half of one and half of another.
                    assert!(details.error_code.is_none() && details.value >= last);
                    assert_eq!(details.version, Some(details.value as u64));
                    last = details.value;
                }
            });
        }
        let version = || clients[0].status().version;
        let mut warm = None;
        eventually("all versions", || {
            if version() >= Some(VERSIONS / 5) {
                warm.get_or_insert_with(|| status_of_this_process("VmRSS"));
            }
            version() == Some(VERSIONS)
        });
        is_over.store(true, Ordering::Relaxed);
        let grown = status_of_this_process("VmRSS").saturating_sub(warm.unwrap());
        assert!(grown < 20_000, "{grown} kB more after {VERSIONS} versions");
    });
}
