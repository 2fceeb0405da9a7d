//! The clients against the real server, as a process.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::process::Server;
use crate::support::{answer, eventually, options, FaultServer, TestWorld};
use featureflags_client::{Change, Context, ErrorCode, FeatureClient, Mode, Reason, Source, Value};

const READY: Duration = Duration::from_secs(20);

#[test]
fn follows_a_real_server() {
    let server = Server::start();
    let put = |path: &str, body: &str| {
        let (status, answer) = server.send("POST", path, body);
        assert!(status < 300, "{path}: {status} {answer}");
    };
    put("/flags/checkout", r#"{"enabled": false}"#);
    let (options_, log) = options(&server.url, &TestWorld::new());
    let client = options_.events(true).build().unwrap();
    let (options_, _) = options(&server.url, &TestWorld::new());
    let polling = options_
        .mode(Mode::Polling)
        .ttl(Duration::from_millis(100))
        .build()
        .unwrap();
    assert!(client.wait_until_ready(READY), "{:?}", log.lines());
    assert!(polling.wait_until_ready(READY));
    let ann = Context::user("ann").with("country", "US");
    assert!(!client.is_enabled("checkout", &ann));
    let changes = Arc::new(Mutex::new(Vec::<Change>::new()));
    let seen = changes.clone();
    let _subscription = client.on_change(move |change| seen.lock().unwrap().push(change.clone()));
    put(
        "/flags/checkout",
        r#"{"enabled": true, "rules": [{"when": {"country": "US"}, "serve": "on"}], "default": "off"}"#,
    );
    eventually("the change, by stream", || {
        client.is_enabled("checkout", &ann)
    });
    eventually("the change, by polling", || {
        polling.is_enabled("checkout", &ann)
    });
    assert!(!client.is_enabled("checkout", &Context::user("bob")));
    let details = client.details("checkout", false, &ann);
    assert_eq!(
        (details.reason, details.rule_id.as_deref()),
        (Reason::TargetingMatch, Some("r1"))
    );
    assert_eq!(details.version, client.status().version);
    eventually("the listener", || !changes.lock().unwrap().is_empty());
    assert_eq!(&*changes.lock().unwrap()[0].flags[0], "checkout");
    assert_eq!(client.status().source, Source::Network);
    assert_eq!(client.all(&ann).len(), 1);
    assert_eq!(client.explain("checkout", &ann).trace.len(), 3);
    client.track("purchase", Some(5.0));
    client.close();
    let (_, flag) = server.send("GET", "/flags/checkout", "");
    assert!(flag.contains("\"lastEvaluated\":\"2"), "{flag}");
    let (_, events) = server.send("GET", "/events", "");
    assert!(events.contains("purchase"), "{events}");
    assert_eq!(log.count("events are not taken"), 0, "{:?}", log.lines());
}

#[test]
fn the_clock_stands_in_for_now() {
    let server = Server::start();
    let rules = r#"[{"when": [{"attribute": "now", "op": "after", "values": ["2020-01-01T00:00:00Z"]}], "serve": "on"}]"#;
    let body = format!(r#"{{"enabled": true, "default": "off", "rules": {rules}}}"#);
    assert!(server.send("POST", "/flags/timed", &body).0 < 300);
    let (options, _) = options(&server.url, &TestWorld::new());
    let client = options.build().unwrap();
    assert!(client.wait_until_ready(READY));
    assert!(client.is_enabled("timed", &Context::new()));
    assert!(!client.is_enabled("timed", &Context::new().with("now", "2019-01-01T00:00:00Z")));
    assert!(!client.is_enabled("timed", &Context::new().with("now", Value::Null)));
}

#[test]
fn a_remote_client_is_answered_by_the_server() {
    let server = Server::start();
    let body = r##"{"enabled": true, "variants": {"on": "#0f0", "off": "#00f"}}"##;
    assert!(server.send("POST", "/flags/colour", body).0 < 300);
    let client = FeatureClient::builder(&server.url)
        .logger(|_, _| {})
        .build_remote()
        .unwrap();
    let ann = Context::user("ann");
    assert!(client.is_enabled("colour", &ann));
    assert_eq!(client.string("colour", "none", &ann), "#0f0");
    let missing = client.details("missing", 5.0, &ann);
    assert_eq!(
        (missing.value, missing.error_code),
        (5.0, Some(ErrorCode::FlagNotFound))
    );
    let wrong = client.details("colour", 5.0, &ann);
    assert_eq!(
        (wrong.value, wrong.error_code),
        (5.0, Some(ErrorCode::TypeMismatch))
    );
    assert!(!client.explain("colour", &ann).trace.is_empty());
    assert_eq!(client.all(&ann).len(), 1);
}

#[test]
fn a_remote_client_keeps_answers_and_serves_them_stale() {
    let server = FaultServer::start(|request, stream| {
        if request.body.contains("away") {
            return Ok(());
        }
        let body = r#"{"key":"a","value":true,"variant":"on","reason":"STATIC","metadata":{}}"#;
        answer(stream, "200 OK", &[], body)
    });
    let url = server.url.clone();
    let world = TestWorld::new();
    let builder = FeatureClient::builder(url)
        .world(world.clone())
        .logger(|_, _| {});
    let client = builder.clone().build_remote().unwrap();
    let (ann, away) = (Context::user("ann"), Context::user("away"));
    assert!(client.boolean("a", false, &ann) && client.boolean("a", false, &ann));
    assert_eq!(server.requests().len(), 1);
    assert_eq!(
        client.details("a", true, &away).error_code,
        Some(ErrorCode::General)
    );
    client.close();
    world.advance(Duration::from_secs(31));
    let stale = client.details("a", false, &ann);
    assert_eq!(
        (stale.value, stale.reason, stale.stale),
        (true, Reason::Stale, true)
    );
    let forgetful = builder.ttl(Duration::ZERO).build_remote().unwrap();
    let before = server.requests().len();
    assert!(forgetful.boolean("a", false, &ann) && forgetful.boolean("a", false, &ann));
    assert_eq!(server.requests().len(), before + 2);
}
