//! Streams: changes, gaps, proxies, silence.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use featureflags_client::Context;

use crate::support::{
    answer, document, eventually, flag, hold, open_stream, options, snapshot_event, FaultServer,
    TestWorld,
};

const READY: Duration = Duration::from_secs(20);

fn nobody() -> Context {
    Context::new()
}

#[test]
fn retry_after_is_the_least_wait() {
    let server =
        FaultServer::start(|_, stream| answer(stream, "503 Busy", &[("retry-after", "100")], ""));
    let world = TestWorld::skipping();
    let (options, _) = options(&server.url, &world);
    let _client = options.build().unwrap();
    eventually("two tries", || world.waits.lock().unwrap().len() >= 2);
    assert_eq!(world.waits.lock().unwrap()[0], Duration::from_secs(100));
}

#[test]
fn a_stream_brings_changes_and_resumes_where_it_was_cut() {
    let streams = AtomicUsize::new(0);
    let server = FaultServer::start(move |_, stream| {
        open_stream(stream)?;
        if streams.fetch_add(1, Ordering::SeqCst) == 0 {
            snapshot_event(stream, &document(1, &[("a", true), ("b", true)]))?;
            let change = format!(
                r#"{{"environment":"production","oldVersion":1,"version":2,"flags":{{"b":null,"c":{}}},"segments":{{}}}}"#,
                flag(true)
            );
            return write!(stream, "event: change\nid: run.2\ndata: {change}\n\n");
        }
        write!(stream, ": nothing was missed\n\n")?;
        hold(stream)
    });
    let (options, log) = options(&server.url, &TestWorld::new());
    let client = options.build().unwrap();
    let changes = Arc::new(Mutex::new(Vec::new()));
    let seen = changes.clone();
    let subscription = client.on_change(move |change| seen.lock().unwrap().push(change.clone()));
    let bad = client.on_change(|_| panic!("a listener of a test that panics"));
    eventually("the change", || client.status().version == Some(2));
    assert!(client.is_enabled("c", &nobody()) && !client.is_enabled("b", &nobody()));
    eventually("the second stream", || server.requests().len() >= 2);
    assert_eq!(server.requests()[0].header("last-event-id"), None);
    assert_eq!(server.requests()[1].header("last-event-id"), Some("run.2"));
    let seen = changes.lock().unwrap();
    let last = seen.last().unwrap();
    let keys: Vec<&str> = last.flags.iter().map(|key| &**key).collect();
    assert_eq!((last.version, keys), (2, vec!["b", "c"]));
    assert!(log.count("a listener of changes panicked") <= 1);
    drop((subscription, bad));
}

#[test]
fn a_gap_fetches_the_snapshot() {
    let server = FaultServer::start(|request, stream| {
        if request.target == "/snapshot" {
            return answer(stream, "200 OK", &[], &document(9, &[("new", true)]));
        }
        open_stream(stream)?;
        snapshot_event(stream, &document(1, &[]))?;
        let change = r#"{"environment":"production","oldVersion":8,"version":9,"flags":{}}"#;
        write!(stream, "event: change\nid: 9\ndata: {change}\n\n")?;
        hold(stream)
    });
    let (options, _) = options(&server.url, &TestWorld::new());
    let client = options.build().unwrap();
    eventually("the snapshot", || client.status().version == Some(9));
    assert!(client.is_enabled("new", &nobody()));
    assert_eq!(server.asked("/stream").len(), 1);
}

#[test]
fn an_environment_that_goes_leaves_the_snapshot_in_use() {
    let server = FaultServer::start(|_, stream| {
        open_stream(stream)?;
        snapshot_event(stream, &document(1, &[("on", true)]))?;
        write!(
            stream,
            "event: change\ndata: {{\"environment\":\"production\",\"oldVersion\":1}}\n\n"
        )?;
        hold(stream)
    });
    let (options, log) = options(&server.url, &TestWorld::new());
    let client = options.build().unwrap();
    eventually("the end", || log.count("the environment is gone") == 1);
    assert!(client.is_enabled("on", &nobody()));
}

#[test]
fn a_proxy_that_holds_streams_up_is_polled_through() {
    let server = FaultServer::start(|request, stream| {
        if request.target.starts_with("/snapshot") {
            let known = request.header("if-none-match") == Some("\"1\"");
            return match known {
                true => answer(stream, "304 Same", &[], ""),
                false => answer(
                    stream,
                    "200 OK",
                    &[("etag", "\"1\"")],
                    &document(1, &[("on", true)]),
                ),
            };
        }
        open_stream(stream)?;
        hold(stream)
    });
    let world = TestWorld::skipping();
    let (options, log) = options(&server.url, &world);
    let client = options.build().unwrap();
    assert!(client.wait_until_ready(READY));
    eventually("five streams", || server.asked("/stream").len() >= 5);
    let told = log.count("a proxy may hold them up");
    assert_eq!(told, 1, "{:?}", log.lines());
    let paths: Vec<String> = server.requests().into_iter().map(|r| r.target).collect();
    // Each is polled past, so that the client is current after the first one already.
    assert_eq!(paths[..6], ["/stream", "/snapshot"].repeat(3));
    // Then every 30 s, and after five minutes a stream again.
    let polls = paths[6..].iter().take_while(|path| *path == "/snapshot");
    assert!((9..=11).contains(&polls.count()));
    assert!(client.is_enabled("on", &nobody()));
}

#[test]
fn a_stream_whose_headers_never_come_is_held_up_too() {
    let server = FaultServer::start(|request, stream| match &*request.target {
        "/stream" => hold(stream),
        _ => answer(stream, "200 OK", &[], &document(1, &[("on", true)])),
    });
    let (options, log) = options(&server.url, &TestWorld::skipping());
    let client = options.build().unwrap();
    assert!(client.wait_until_ready(READY));
    assert_eq!(server.requests()[1].target, "/snapshot");
    eventually("polling", || log.count("a proxy may hold them up") == 1);
    assert_eq!(log.count("cannot be reached"), 0, "{:?}", log.lines());
}

#[test]
fn a_server_that_accepts_and_never_answers_cannot_be_reached() {
    let server = FaultServer::start(|_, stream| hold(stream));
    let (options, log) = options(&server.url, &TestWorld::skipping());
    let client = options.timeout(Duration::from_millis(100)).build().unwrap();
    eventually("four streams", || server.asked("/stream").len() >= 4);
    assert_eq!(log.count("cannot be reached"), 1, "{:?}", log.lines());
    assert_eq!(log.count("a proxy may hold them up"), 0);
    assert!(!client.is_enabled("on", &nobody()));
}

#[test]
fn a_stream_that_falls_silent_is_given_up() {
    let server = FaultServer::start(|_, stream| {
        open_stream(stream)?;
        snapshot_event(stream, &document(1, &[]))?;
        hold(stream)
    });
    let (options, _) = options(&server.url, &TestWorld::new());
    let _client = options.build().unwrap();
    eventually("a second stream", || server.asked("/stream").len() >= 2);
}

#[cfg(feature = "async")]
#[test]
fn changes_come_as_a_stream_for_any_runtime() {
    use std::pin::pin;
    use std::sync::atomic::AtomicBool;
    use std::task::{Context as Task, Poll, Waker};

    use futures_core::Stream;

    let gate = Arc::new(AtomicBool::new(false));
    let opened = gate.clone();
    let server = FaultServer::start(move |_, stream| {
        open_stream(stream)?;
        snapshot_event(stream, &document(5, &[("a", true)]))?;
        eventually("the test", || opened.load(Ordering::SeqCst));
        snapshot_event(stream, &document(6, &[("a", false)]))?;
        hold(stream)
    });
    let (options, _) = options(&server.url, &TestWorld::new());
    let client = options.build().unwrap();
    assert!(client.wait_until_ready(READY));
    let mut changes = pin!(client.changes());
    let mut task = Task::from_waker(Waker::noop());
    assert!(changes.as_mut().poll_next(&mut task).is_pending());
    gate.store(true, Ordering::SeqCst);
    let mut seen = Vec::new();
    eventually("the change", || {
        if let Poll::Ready(Some(change)) = changes.as_mut().poll_next(&mut task) {
            seen.push((change.version, change.flags[0].to_string()));
        }
        !seen.is_empty()
    });
    assert_eq!(seen, [(6, "a".to_owned())]);
}
