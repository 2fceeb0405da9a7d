//! What an application may do in its own functions, and to a client while they run.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, Instant};

use featureflags_client::{Change, ClientState, Context, FeatureClient, Subscription};

use crate::support::{
    document, eventually, hold, open_stream, options, snapshot_event, FaultServer, TestWorld,
};

const READY: Duration = Duration::from_secs(20);

/// A server whose stream brings a new version each time that `step` moves.
fn stepping(step: &Arc<AtomicUsize>) -> FaultServer {
    let step = step.clone();
    FaultServer::start(move |_, stream| {
        open_stream(stream)?;
        let mut sent = 0;
        loop {
            let version = step.load(Ordering::SeqCst) as u64 + 1;
            if version > sent {
                snapshot_event(stream, &document(version, &[("on", version % 2 == 1)]))?;
                sent = version;
            }
            std::thread::sleep(Duration::from_millis(2));
            write_comment(stream)?;
        }
    })
}

fn write_comment(stream: &mut std::net::TcpStream) -> std::io::Result<()> {
    std::io::Write::write_all(stream, b":\n")
}

#[test]
fn a_listener_may_ask_close_and_drop_its_client() {
    let step = Arc::new(AtomicUsize::new(0));
    let server = stepping(&step);
    let (options, log) = options(&server.url, &TestWorld::new());
    let client = options.build().unwrap();
    assert!(client.wait_until_ready(READY));
    let mine = Arc::new(Mutex::new(Some(client)));
    let (inner, calls) = (mine.clone(), Arc::new(AtomicUsize::new(0)));
    let count = calls.clone();
    let watched = mine.lock().unwrap().as_ref().unwrap().on_change(move |_| {
        let client = inner.lock().unwrap().take().unwrap();
        let _ = client.is_enabled("on", &Context::new());
        let _ = (
            client.all(&Context::new()),
            client.status(),
            client.snapshot(),
        );
        client.on_change(|_| {}).forget();
        client.close();
        client.close();
        assert_eq!(client.status().state, ClientState::Closed);
        drop(client);
        count.fetch_add(1, Ordering::SeqCst);
    });
    step.store(1, Ordering::SeqCst);
    eventually("the listener", || calls.load(Ordering::SeqCst) == 1);
    drop(watched);
    assert_eq!(log.count("panicked"), 0, "{:?}", log.lines());
}

#[test]
fn a_listener_may_hold_another_and_nobody_is_told_after_the_close() {
    let step = Arc::new(AtomicUsize::new(0));
    let server = stepping(&step);
    let world = TestWorld::new();
    let client = || options(&server.url, &world).0.build().unwrap();
    let (closed, open) = (client(), client());
    assert!(closed.wait_until_ready(READY) && open.wait_until_ready(READY));
    let [late, seen] = [(); 2].map(|()| Arc::new(AtomicUsize::new(0)));
    let count = |counter: &Arc<AtomicUsize>| {
        let counter = counter.clone();
        move |_: &Change| {
            counter.fetch_add(1, Ordering::SeqCst);
        }
    };
    closed.on_change(count(&late)).forget();
    let first: Subscription = open.on_change(count(&seen));
    let held = AssertUnwindSafe((first, open.clone()));
    let second = open.on_change(move |_| {
        let held = &held;
        assert!(held.0 .1.snapshot().is_some());
    });
    closed.close();
    step.store(1, Ordering::SeqCst);
    eventually("the other client's listener", || {
        seen.load(Ordering::SeqCst) == 1
    });
    assert_eq!(late.load(Ordering::SeqCst), 0);
    // Lets go of the first listener and of a clone of the client while its own is removed.
    drop(second);
    step.store(2, Ordering::SeqCst);
    eventually("the third version", || open.status().version == Some(3));
    assert_eq!(seen.load(Ordering::SeqCst), 1);
}

#[test]
fn a_logger_may_panic_and_use_clients() {
    static CLIENT: OnceLock<FeatureClient> = OnceLock::new();
    let calls = Arc::new(AtomicUsize::new(0));
    let count = calls.clone();
    let logger = move |_, _: &str| {
        count.fetch_add(1, Ordering::SeqCst);
        if let Some(client) = CLIENT.get() {
            assert!(client.is_enabled("on", &Context::new()));
        }
        let another = FeatureClient::builder("http://127.0.0.1:1").no_cache();
        drop(another.overrides("").logger(|_, _| {}).build().unwrap());
        panic!("a logger of a test that panics");
    };
    let (options, _) = options("http://127.0.0.1:1", &TestWorld::new());
    let options = options
        .logger(logger)
        .overrides(r#"{"on": true}"#)
        .events(true);
    let client = options.environment("staging").build().unwrap();
    let client = CLIENT.get_or_init(|| client);
    assert!(client.is_enabled("on", &Context::new()));
    client.track("", None);
    eventually("three messages", || calls.load(Ordering::SeqCst) >= 3);
}

#[test]
fn closing_ends_those_who_wait_and_a_dropped_wait_holds_nobody() {
    let server = FaultServer::start(|_, stream| hold(stream));
    let (options, _) = options(&server.url, &TestWorld::new());
    let client = options.build().unwrap();
    let waiting = client.clone();
    let start = Instant::now();
    let waiter = std::thread::spawn(move || waiting.wait_until_ready(Duration::MAX));
    #[cfg(feature = "async")]
    {
        use std::future::Future;
        let mut ready = std::pin::pin!(client.ready(Duration::MAX));
        let mut task = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(ready.as_mut().poll(&mut task).is_pending());
        client.close();
        eventually("the end of it", || {
            ready.as_mut().poll(&mut task).is_ready()
        });
    }
    client.close();
    assert!(!waiter.join().unwrap());
    assert!(start.elapsed() < READY);
}

#[cfg(feature = "async")]
#[test]
fn of_more_than_a_thousand_changes_the_oldest_are_left_out() {
    use std::pin::pin;
    use std::task::{Context as Task, Poll, Waker};

    use futures_core::Stream;

    let server = FaultServer::start(|_, stream| {
        open_stream(stream)?;
        for version in 1..=1101 {
            snapshot_event(stream, &document(version, &[("on", version % 2 == 1)]))?;
        }
        hold(stream)
    });
    let (options, _) = options(&server.url, &TestWorld::new());
    // No change is missed: the client follows nobody before it is listened to.
    let bootstrap = featureflags_client::read_json(&document(1, &[])).unwrap();
    let client = options.bootstrap(bootstrap).build().unwrap();
    let mut changes = pin!(client.changes());
    eventually("the last version", || client.status().version == Some(1101));
    let mut task = Task::from_waker(Waker::noop());
    let mut versions = Vec::new();
    eventually("the last change", || {
        while let Poll::Ready(Some(change)) = changes.as_mut().poll_next(&mut task) {
            versions.push(change.version);
        }
        versions.last() == Some(&1101)
    });
    assert!(versions.len() <= 1001, "{}", versions.len());
    assert!(versions[0] >= 101, "{}", versions[0]);
    assert!(versions.windows(2).all(|pair| pair[0] + 1 == pair[1]));
}

#[test]
fn clients_go_between_threads_and_show_no_secret() {
    fn goes_anywhere<T: Send + Sync + 'static>(_: &T) {}
    let builder = FeatureClient::builder("http://127.0.0.1:1")
        .token("s3cret")
        .no_cache();
    let builder = builder.logger(|_, _| {});
    goes_anywhere(&builder);
    let client = builder.clone().build().unwrap();
    goes_anywhere(&client);
    goes_anywhere(&client.on_change(|_| {}));
    goes_anywhere(&client.with_flags([]));
    let remote = builder.clone().build_remote().unwrap();
    goes_anywhere(&remote);
    let shown = format!("{builder:?} {client:?} {remote:?}");
    assert!(!shown.contains("s3cret"), "{shown}");
    let builder = FeatureClient::builder("http://u:s3cret@host?token=s3cret");
    let shown = format!("{builder:?} {}", builder.clone().build().unwrap_err());
    assert!(!shown.contains("s3cret"), "{shown}");
    #[cfg(feature = "async")]
    goes_anywhere(&client.changes());
    #[cfg(feature = "async")]
    goes_anywhere(&client.ready(Duration::ZERO));
}
