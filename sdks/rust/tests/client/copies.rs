//! What is on disk: the copy, damage, a full disk, a bootstrap.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use featureflags_client::{Context, Mode, Source, Value};

use crate::support::{answer, document, eventually, options, FaultServer, Folder, TestWorld};

const READY: Duration = Duration::from_secs(20);

fn nobody() -> Context {
    Context::new()
}

#[test]
fn the_copy_on_disk_is_private_and_shared_by_name() {
    use std::os::unix::fs::PermissionsExt;
    let server = FaultServer::start(|_, stream| {
        answer(
            stream,
            "200 OK",
            &[("etag", "\"abc\"")],
            &document(4, &[("on", true)]),
        )
    });
    let folder = Folder::new();
    let (options, _) = options(&server.url, &TestWorld::new());
    let client = options
        .mode(Mode::Polling)
        .cache(folder.0.join("new"))
        .build()
        .unwrap();
    assert!(client.wait_until_ready(READY));
    client.close();
    let inner = Folder(folder.0.join("new"));
    let path = inner.copy().unwrap();
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        std::fs::metadata(&inner.0).unwrap().permissions().mode() & 0o777,
        0o700
    );
    let text = std::fs::read_to_string(&path).unwrap();
    let (header, snapshot) = text.split_once('\n').unwrap();
    let header = featureflags_client::read_json(header).unwrap();
    assert_eq!(header.get("format"), Some(&Value::Number(1.0)));
    assert_eq!(header.get("etag"), Some(&Value::from("\"abc\"")));
    assert!(featureflags_client::read_json(snapshot).is_ok());
    assert_eq!(std::fs::read_dir(&inner.0).unwrap().count(), 1);
}

#[test]
fn a_damaged_copy_is_told_and_replaced() {
    let folder = Folder::new();
    let is_up = Arc::new(AtomicBool::new(true));
    let up = is_up.clone();
    let server = FaultServer::start(move |_, stream| match up.load(Ordering::SeqCst) {
        true => answer(stream, "200 OK", &[], &document(4, &[("on", true)])),
        false => Ok(()),
    });
    let start = || {
        let (options, log) = options(&server.url, &TestWorld::new());
        (
            options
                .mode(Mode::Polling)
                .cache(&folder.0)
                .build()
                .unwrap(),
            log,
        )
    };
    let (client, _) = start();
    assert!(client.wait_until_ready(READY));
    client.close();
    let path = folder.copy().unwrap();
    let good = std::fs::read(&path).unwrap();
    let half = good[..good.len() / 2].to_vec();
    let mut flipped = good.clone();
    *flipped.last_mut().unwrap() ^= 1;
    is_up.store(false, Ordering::SeqCst);
    for damaged in [half, flipped, Vec::new(), b"rubbish\n{}".to_vec()] {
        std::fs::write(&path, damaged).unwrap();
        let (client, log) = start();
        assert_eq!(client.status().source, Source::None);
        assert_eq!(
            log.count("the copy of the flags is not used"),
            1,
            "{:?}",
            log.lines()
        );
        client.close();
    }
    is_up.store(true, Ordering::SeqCst);
    let (client, log) = start();
    assert!(client.wait_until_ready(READY));
    client.close();
    assert_eq!(std::fs::read(&path).unwrap(), good);
    assert_eq!(log.count("over after"), 1, "{:?}", log.lines());
}

#[test]
fn a_disk_that_is_full_changes_nothing_else() {
    let folder = Folder::new();
    let version = Arc::new(AtomicUsize::new(1));
    let now = version.clone();
    let server = FaultServer::start(move |_, stream| {
        let version = now.load(Ordering::SeqCst) as u64;
        answer(stream, "200 OK", &[], &document(version, &[("on", true)]))
    });
    let world = TestWorld::skipping();
    world.disk_is_full.store(true, Ordering::SeqCst);
    let (options, log) = options(&server.url, &world);
    let client = options
        .mode(Mode::Polling)
        .cache(&folder.0)
        .build()
        .unwrap();
    eventually("the report", || log.count("could not be written") == 1);
    assert!(client.is_enabled("on", &nobody()));
    assert!(folder.copy().is_none());
    world.disk_is_full.store(false, Ordering::SeqCst);
    version.store(2, Ordering::SeqCst);
    eventually("the copy", || folder.copy().is_some());
    eventually("the end of it", || log.count("over after") == 1);
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 1);
}

#[test]
fn a_bootstrap_serves_until_there_is_a_better_one() {
    let server = FaultServer::start(|_, stream| {
        answer(stream, "200 OK", &[], &document(1, &[("on", false)]))
    });
    let bootstrap = featureflags_client::read_json(&document(99, &[("on", true)])).unwrap();
    let (options_, _) = options("http://127.0.0.1:1", &TestWorld::new());
    let client = options_.bootstrap(bootstrap.clone()).build().unwrap();
    assert!(client.is_enabled("on", &nobody()) && client.wait_until_ready(Duration::ZERO));
    assert_eq!(client.status().source, Source::Bootstrap);
    let (options_, _) = options(&server.url, &TestWorld::new());
    let client = options_
        .mode(Mode::Polling)
        .bootstrap(bootstrap)
        .build()
        .unwrap();
    eventually("the server's", || client.status().source == Source::Network);
    // What the server says wins, a lower version too.
    assert_eq!(client.status().version, Some(1));
    assert!(!client.is_enabled("on", &nobody()));
}
