//! What is served when flags are old, overridden or the client is closed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use featureflags_client::{
    ClientState, Context, ErrorCode, FeatureClient, Mode, Reason, StalePolicy, Value,
};

use crate::support::{
    answer, document, hold, open_stream, options, snapshot_event, FaultServer, TestWorld,
};

const READY: Duration = Duration::from_secs(20);

fn nobody() -> Context {
    Context::new()
}

#[test]
fn what_is_too_old_is_served_marked_or_refused() {
    let is_up = Arc::new(AtomicBool::new(true));
    let up = is_up.clone();
    let server = FaultServer::start(move |_, stream| match up.load(Ordering::SeqCst) {
        true => answer(stream, "200 OK", &[], &document(4, &[("on", true)])),
        false => Ok(()),
    });
    let world = TestWorld::new();
    let client = |policy| {
        let (options, _) = options(&server.url, &world);
        let options = options.mode(Mode::Polling).max_age(Duration::from_secs(60));
        options.stale_policy(policy).build().unwrap()
    };
    let policies = [StalePolicy::Serve, StalePolicy::Mark, StalePolicy::Default];
    let clients = policies.map(client);
    assert!(clients.iter().all(|client| client.wait_until_ready(READY)));
    // They share one connection.
    assert_eq!(server.requests().len(), 1);
    is_up.store(false, Ordering::SeqCst);
    world.advance(Duration::from_secs(61));
    let details = clients
        .each_ref()
        .map(|client| client.details("on", false, &nobody()));
    assert!(details.iter().all(|details| details.stale));
    assert_eq!(
        details.each_ref().map(|details| details.value),
        [true, true, false]
    );
    let reasons = details.each_ref().map(|details| details.reason);
    assert_eq!(reasons, [Reason::Static, Reason::Stale, Reason::Error]);
    assert_eq!(details[2].error_code, Some(ErrorCode::General));
    let enabled = clients
        .each_ref()
        .map(|client| client.is_enabled("on", &nobody()));
    assert_eq!(enabled, [true, true, false]);
}

#[test]
fn a_closed_client_answers_from_the_last_snapshot_and_asks_no_more() {
    let server = FaultServer::start(|_, stream| {
        open_stream(stream)?;
        snapshot_event(stream, &document(1, &[("on", true)]))?;
        hold(stream)
    });
    let (options, _) = options(&server.url, &TestWorld::new());
    let client = options.build().unwrap();
    assert!(client.wait_until_ready(READY));
    let start = Instant::now();
    client.close();
    client.close();
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "{:?}",
        start.elapsed()
    );
    assert!(client.is_enabled("on", &nobody()));
    assert_eq!(client.status().state, ClientState::Closed);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn overrides_are_obeyed_outside_production() {
    let given = |allow: bool, text: &str| {
        let (options, log) = options("http://127.0.0.1:1", &TestWorld::new());
        (
            options
                .overrides(text)
                .allow_overrides(allow)
                .build()
                .unwrap(),
            log,
        )
    };
    let (client, log) = given(false, r#"{"on": true}"#);
    assert!(!client.is_enabled("on", &nobody()));
    assert_eq!(log.count("is not obeyed in production"), 1);
    let (client, log) = given(true, r#"{"on": true, "name": "x"}"#);
    assert!(client.is_enabled("on", &nobody()) && client.is_enabled("name", &nobody()));
    let details = client.details("name", String::new(), &nobody());
    assert_eq!(
        (details.value.as_str(), details.reason),
        ("x", Reason::Static)
    );
    assert_eq!(details.metadata.get("override"), Some(&Value::Bool(true)));
    let wrong = client.details("name", 5.0, &nobody());
    assert_eq!(
        (wrong.value, wrong.error_code),
        (5.0, Some(ErrorCode::TypeMismatch))
    );
    assert_eq!(client.all(&nobody()).len(), 2);
    assert!(client.explain("on", &nobody()).trace.is_empty());
    assert_eq!(log.count("FF_OVERRIDES is obeyed"), 1);
    let (_, log) = given(true, "{on: true}");
    assert_eq!(log.count("FF_OVERRIDES is not obeyed: no JSON"), 1);
    let (_, log) = given(true, "/no/such/file");
    assert_eq!(log.count("/no/such/file"), 1);
}

#[test]
fn wrong_options_are_errors() {
    let build = |url: &str| FeatureClient::builder(url);
    assert!(FeatureClient::new("not a url").is_err());
    assert!(FeatureClient::new("ftp://host").is_err());
    assert!(build("http://h")
        .ttl(Duration::from_millis(99))
        .build()
        .is_err());
    assert!(build("http://h").token("a\nb").build().is_err());
    assert!(build("http://h").environment("a/b").build().is_err());
}
