//! Servers and networks that fail.

use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use featureflags_client::{ClientState, Context, ErrorCode, Mode, Reason, Source};

use crate::support::{answer, document, eventually, hold, options, FaultServer, Folder, TestWorld};

const READY: Duration = Duration::from_secs(20);

fn nobody() -> Context {
    Context::new()
}

#[test]
fn a_server_that_is_down_at_the_start_is_told_once_and_defaults_serve() {
    let world = TestWorld::new();
    let (options, log) = options("http://127.0.0.1:1", &world);
    let client = options.build().unwrap();
    assert!(!client.is_enabled("on", &nobody()));
    let details = client.details("on", true, &nobody());
    assert!(details.value);
    assert_eq!(details.reason, Reason::Error);
    assert_eq!(details.error_code, Some(ErrorCode::ProviderNotReady));
    assert!(!client.wait_until_ready(Duration::from_millis(5)));
    eventually("several tries", || world.waits.lock().unwrap().len() >= 3);
    assert_eq!(log.count("cannot be reached"), 1, "{:?}", log.lines());
    let status = client.status();
    assert_eq!(
        (status.state, status.source),
        (ClientState::Starting, Source::None)
    );
    assert!(status.error.unwrap().contains("http://127.0.0.1:1"));
}

#[test]
fn a_name_that_does_not_resolve_is_told_once() {
    let world = TestWorld::new();
    let (options, log) = options("http://no-such-host.invalid", &world);
    let client = options.build().unwrap();
    eventually("a try", || !world.waits.lock().unwrap().is_empty());
    assert_eq!(log.count("cannot be reached"), 1, "{:?}", log.lines());
    assert_eq!(client.string("s", "default", &nobody()), "default");
}

#[test]
fn a_bug_does_not_end_the_updates() {
    let count = AtomicUsize::new(0);
    let server = FaultServer::start(
        move |_, stream| match count.fetch_add(1, Ordering::SeqCst) {
            0 => Ok(()),
            _ => answer(stream, "200 OK", &[], &document(1, &[("on", true)])),
        },
    );
    let world = TestWorld::skipping();
    world.has_bug.store(true, Ordering::SeqCst);
    let (options, log) = options(&server.url, &world);
    let client = options.mode(Mode::Polling).build().unwrap();
    assert!(client.wait_until_ready(READY), "{:?}", log.lines());
    assert_eq!(log.count("an update panicked, which is a bug"), 1);
    // It is over with the next good snapshot.
    eventually("the end of it", || client.status().error.is_none());
}

#[test]
fn waits_longer_after_each_failure() {
    let world = TestWorld::skipping();
    let (options, _) = options("http://127.0.0.1:1", &world);
    let _client = options.build().unwrap();
    eventually("nine tries", || world.waits.lock().unwrap().len() >= 9);
    let waits: Vec<u128> = world
        .waits
        .lock()
        .unwrap()
        .iter()
        .take(9)
        .map(Duration::as_millis)
        .collect();
    // The chance is 0.5 in this world.
    assert_eq!(
        waits,
        [250, 500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]
    );
}

#[test]
fn a_server_that_is_down_for_an_hour_comes_back() {
    let folder = Folder::new();
    let world = TestWorld::skipping();
    let is_down = Arc::new(AtomicBool::new(false));
    let down = is_down.clone();
    let server = FaultServer::start(move |_, stream| match down.load(Ordering::SeqCst) {
        true => Ok(()),
        false => answer(stream, "200 OK", &[], &document(7, &[("on", true)])),
    });
    let polling = |world: &Arc<TestWorld>| {
        let (options, log) = options(&server.url, world);
        let options = options.mode(Mode::Polling).cache(&folder.0);
        (
            options.max_age(Duration::from_secs(3000)).build().unwrap(),
            log,
        )
    };
    let (client, log) = polling(&world);
    assert!(client.wait_until_ready(READY));
    is_down.store(true, Ordering::SeqCst);
    let before = world.elapsed();
    eventually("an hour", || {
        world.elapsed() > before + Duration::from_secs(3600)
    });
    assert!(client.is_enabled("on", &nobody()));
    assert_eq!(client.status().state, ClientState::Stale);
    assert_eq!(log.count("cannot be reached"), 1, "{:?}", log.lines());
    // The application is started again meanwhile: the copy on disk answers.
    let (again, _) = polling(&TestWorld::new());
    assert!(again.is_enabled("on", &nobody()));
    assert_eq!(again.status().source, Source::Disk);
    is_down.store(false, Ordering::SeqCst);
    eventually("the end", || log.count("over after") == 1);
    eventually("the next answer", || {
        client.status().age.unwrap() < Duration::from_secs(3000)
    });
}

#[test]
fn rubbish_is_refused_and_the_old_snapshot_stays() {
    let count = AtomicUsize::new(0);
    let server = FaultServer::start(
        move |_, stream| match count.fetch_add(1, Ordering::SeqCst) {
            0 => answer(
                stream,
                "200 OK",
                &[("etag", "\"1\"")],
                &document(1, &[("on", true)]),
            ),
            1 => answer(stream, "200 OK", &[], "<html>login</html>"),
            2 => answer(
                stream,
                "200 OK",
                &[],
                &document(2, &[("on", false)]).replace("\"off\":\"off\"", "\"off\":\"x\""),
            ),
            3 => stream.write_all(b"\x00\x01rubbish\r\n\r\n"),
            4 => answer(stream, "200 OK", &[], "{\"schema\":1}"),
            _ => answer(stream, "200 OK", &[], &document(3, &[("on", false)])),
        },
    );
    let world = TestWorld::skipping();
    let (options, log) = options(&server.url, &world);
    let client = options.mode(Mode::Polling).build().unwrap();
    assert!(client.wait_until_ready(READY));
    eventually("the last one", || client.status().version == Some(3));
    assert_eq!(log.count("sent no snapshot"), 1, "{:?}", log.lines());
    assert!(client.status().error.is_none());
}

#[test]
fn an_answer_that_is_cut_or_slow_changes_nothing() {
    let count = AtomicUsize::new(0);
    let whole = document(2, &[("on", false)]);
    let server = FaultServer::start(move |_, stream| {
        let length = whole.len();
        match count.fetch_add(1, Ordering::SeqCst) {
            0 => answer(stream, "200 OK", &[], &document(1, &[("on", true)])),
            1 => {
                write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{}",
                    &whole[..20]
                )
            }
            2 => {
                write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{{"
                )?;
                hold(stream)
            }
            _ => {
                write!(
                    stream,
                    "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n"
                )?;
                whole.bytes().try_for_each(|byte| stream.write_all(&[byte]))
            }
        }
    });
    let world = TestWorld::skipping();
    let (options, log) = options(&server.url, &world);
    let options = options
        .mode(Mode::Polling)
        .timeout(Duration::from_millis(300));
    let client = options.build().unwrap();
    assert!(client.wait_until_ready(READY));
    eventually("the slow one", || client.status().version == Some(2));
    assert_eq!(log.count("cannot be reached"), 1, "{:?}", log.lines());
}

#[test]
fn a_token_that_is_not_accepted_is_told_once_and_not_shown() {
    for (status, expected) in [
        ("401 Unauthorized", "the token is not accepted"),
        ("403 Forbidden", "the token is not accepted"),
        ("404 Not Found", "no FeatureFlags server"),
        ("500 Oops", "answered with status 500"),
    ] {
        let server = FaultServer::start(move |_, stream| answer(stream, status, &[], "{}"));
        let world = TestWorld::skipping();
        let (options, log) = options(&server.url, &world);
        let client = options.token("s3cret").build().unwrap();
        eventually("three tries", || server.requests().len() >= 3);
        assert_eq!(log.count(expected), 1, "{status}: {:?}", log.lines());
        assert_eq!(log.count("s3cret"), 0);
        assert!(!format!("{client:?}").contains("s3cret"));
        assert_eq!(
            server.requests()[0].header("authorization"),
            Some("Bearer s3cret")
        );
    }
}

#[test]
fn an_environment_that_is_not_there_is_told_in_the_servers_words() {
    let server = FaultServer::start(|_, stream| {
        let body = r#"{"code":"ENVIRONMENT_NOT_FOUND","detail":"There is no environment x."}"#;
        answer(stream, "404 Not Found", &[], body)
    });
    let (options, log) = options(&server.url, &TestWorld::skipping());
    let _client = options.environment("x").build().unwrap();
    eventually("a try", || log.count("There is no environment x.") == 1);
    assert!(server.requests()[0]
        .target
        .ends_with("/stream?environment=x"));
}

#[test]
fn a_redirect_is_followed_within_the_origin_only() {
    let other = FaultServer::start(|_, stream| answer(stream, "200 OK", &[], "{}"));
    let target = format!("{}/snapshot", other.url);
    let count = AtomicUsize::new(0);
    let server = FaultServer::start(move |request, stream| {
        if request.target == "/moved" {
            return answer(stream, "200 OK", &[], &document(1, &[("on", true)]));
        }
        let location = if count.fetch_add(1, Ordering::SeqCst) == 0 {
            &target
        } else {
            "/moved"
        };
        answer(stream, "307 Elsewhere", &[("location", location)], "")
    });
    let (options, log) = options(&server.url, &TestWorld::skipping());
    let client = options.mode(Mode::Polling).token("s3cret").build().unwrap();
    assert!(client.wait_until_ready(READY));
    assert_eq!(
        log.count("another origin: not followed"),
        1,
        "{:?}",
        log.lines()
    );
    assert!(other.requests().is_empty());
}
