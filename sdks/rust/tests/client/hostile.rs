//! Servers that mean harm.

use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use featureflags_client::{Context, ErrorCode, FeatureClient, Mode, Source, Value};

use crate::support::{
    answer, document, eventually, hold, open_stream, options, snapshot_event, FaultServer,
    TestWorld,
};

/// What a client says to a server that answers the first request by `fault`, and the others well.
fn told_about(fault: impl Fn(&mut TcpStream) -> io::Result<()> + Send + Sync + 'static) -> String {
    let count = AtomicUsize::new(0);
    let server = FaultServer::start(
        move |_, stream| match count.fetch_add(1, Ordering::SeqCst) {
            0 => fault(stream),
            _ => answer(stream, "200 OK", &[], &document(2, &[("on", true)])),
        },
    );
    let (options, log) = options(&server.url, &TestWorld::skipping());
    let options = options.mode(Mode::Polling).timeout(Duration::from_secs(10));
    let client = options.token("s3cret").build().unwrap();
    eventually("a good answer", || client.status().version == Some(2));
    let lines = log.lines().join("\n");
    assert!(!lines.contains("s3cret"), "{lines}");
    lines
}

#[test]
fn an_answer_without_end_is_given_up() {
    let told = told_about(|stream| {
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
        )?;
        let chunk = format!("100000\r\n{}\r\n", " ".repeat(0x10_0000));
        loop {
            stream.write_all(chunk.as_bytes())?;
        }
    });
    assert!(told.contains("longer than 64 MiB"), "{told}");
}

#[test]
fn headers_without_end_are_given_up() {
    let told = told_about(|stream| {
        write!(stream, "HTTP/1.1 200 OK\r\n")?;
        loop {
            writeln!(stream, "x-header: {}\r", "x".repeat(100))?;
        }
    });
    assert!(told.contains("cannot be reached"), "{told}");
}

#[test]
fn what_a_server_says_is_one_line_of_bearable_length() {
    let told = told_about(|stream| {
        let detail = format!(
            "\\u001b[2J\\nfeatureflags: all is well {}",
            "x".repeat(1 << 20)
        );
        let body = format!(r#"{{"code":"ENVIRONMENT_NOT_FOUND","detail":"{detail}"}}"#);
        answer(stream, "404 Not Found", &[], &body)
    });
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 2, "{}", lines.len());
    assert!(lines[0].len() < 1100 && !lines[0].contains('\u{1b}'));
}

#[test]
fn lengths_and_codings_that_lie_are_refused() {
    for fault in [
        "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{}",
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}",
        "HTTP/1.1 999999 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n\u{ff}",
        "SSH-2.0-OpenSSH\r\n",
        "",
    ] {
        let told = told_about(move |stream| stream.write_all(fault.as_bytes()));
        assert!(told.contains("serve meanwhile"), "{fault:?}: {told}");
        assert!(told.contains("over after"), "{fault:?}: {told}");
    }
}

#[test]
fn redirects_without_end_are_given_up_within_the_time_of_one_answer() {
    let server = FaultServer::start(|_, stream| {
        std::thread::sleep(Duration::from_millis(100));
        answer(stream, "307 Elsewhere", &[("location", "/again")], "")
    });
    let ask = |timeout: u64| {
        let builder = FeatureClient::builder(&server.url).logger(|_, _| {});
        let client = builder
            .timeout(Duration::from_millis(timeout))
            .build_remote()
            .unwrap();
        let start = Instant::now();
        let details = client.details("on", true, &Context::new());
        assert_eq!(details.error_code, Some(ErrorCode::General));
        (details.error_message.unwrap(), start.elapsed())
    };
    let (message, _) = ask(20_000);
    assert!(message.contains("redirects more than 5 times"), "{message}");
    let before = server.requests().len();
    let (message, elapsed) = ask(250);
    assert!(message.contains("timeout"), "{message}");
    assert!(elapsed < Duration::from_secs(5), "{elapsed:?}");
    assert!(server.requests().len() <= before + 3);
}

#[test]
fn a_page_in_place_of_a_stream_is_polled_past() {
    let server = FaultServer::start(|request, stream| match &*request.target {
        "/stream" => answer(stream, "200 OK", &[("content-type", "text/html")], "<html>"),
        _ => answer(stream, "200 OK", &[], &document(1, &[("on", true)])),
    });
    let (options, log) = options(&server.url, &TestWorld::skipping());
    let client = options.build().unwrap();
    eventually("polling", || log.count("a proxy may hold them up") == 1);
    assert!(client.is_enabled("on", &Context::new()));
}

#[test]
fn a_stream_cut_in_a_chunk_or_full_of_rubbish_goes_on() {
    let count = AtomicUsize::new(0);
    let server = FaultServer::start(move |request, stream| {
        if request.target == "/snapshot" {
            return answer(stream, "200 OK", &[], &document(50, &[]));
        }
        let number = count.fetch_add(1, Ordering::SeqCst);
        if number == 0 {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\
                        transfer-encoding: chunked\r\n\r\n";
            let event = format!("event: snapshot\r\rdata: x\rdata: {}\n", document(1, &[]));
            return write!(stream, "{head}ffff\r\n\u{feff}{event}");
        }
        open_stream(stream)?;
        snapshot_event(stream, &document(2, &[("on", true)]))?;
        let rubbish = ["{", "[]", "null", "{\"version\":{}}", "\u{0}", "9e999"];
        let texts = rubbish.map(|data| format!("event: change\r\ndata: {data}\r\r\n"));
        write!(stream, "{}event: snapshot\ndata: {{}}\n\n", texts.concat())?;
        let deep = "[".repeat(1_000_000);
        write!(
            stream,
            "event: snapshot\ndata: {deep}\n\nevent: x\n: {deep}\n\n"
        )?;
        snapshot_event(stream, &document(3, &[("on", true)]))?;
        hold(stream)
    });
    let (options, log) = options(&server.url, &TestWorld::new());
    let client = options.build().unwrap();
    eventually("the last one", || client.status().version == Some(3));
    assert!(client.is_enabled("on", &Context::new()));
    assert_eq!(log.count("sent no snapshot"), 1, "{:?}", log.lines());
    assert_eq!(log.count("which is a bug"), 0, "{:?}", log.lines());
    assert_eq!(client.status().source, Source::Network);
}

#[test]
fn a_timeout_without_end_is_as_good_as_a_long_one() {
    let server = FaultServer::start(|_, stream| {
        answer(stream, "200 OK", &[], &document(1, &[("on", true)]))
    });
    let (options, log) = options(&server.url, &TestWorld::new());
    let options = options.mode(Mode::Polling).timeout(Duration::MAX);
    let client = options
        .ttl(Duration::MAX)
        .max_age(Duration::MAX)
        .build()
        .unwrap();
    assert!(client.wait_until_ready(Duration::MAX), "{:?}", log.lines());
    assert!(client.is_enabled("on", &Context::new()));
}

#[test]
fn a_remote_answer_that_is_none_is_an_error() {
    let server = FaultServer::start(|_, stream| answer(stream, "200 OK", &[], "{}"));
    let builder = FeatureClient::builder(&server.url).logger(|_, _| {});
    let client = builder.build_remote().unwrap();
    let nobody = Context::new();
    let details = client.details("on", Value::Null, &nobody);
    assert_eq!(details.error_code, Some(ErrorCode::General));
    assert!(!client.is_enabled("on", &nobody) && client.all(&nobody).is_empty());
    let before = server.requests().len();
    for key in ["", ".", "..", "../../evaluate", "a/b", "\n"] {
        let details = client.details(key, true, &nobody);
        assert_eq!(details.error_code, Some(ErrorCode::FlagNotFound), "{key:?}");
        assert!(!client.is_enabled(key, &nobody));
    }
    assert_eq!(server.requests().len(), before);
}

#[test]
fn a_remote_client_keeps_a_thousand_answers_and_forgets_the_least_used() {
    let server = FaultServer::start(|_, stream| {
        answer(
            stream,
            "200 OK",
            &[],
            r#"{"value":true,"variant":"on","reason":"STATIC"}"#,
        )
    });
    let builder = FeatureClient::builder(&server.url).logger(|_, _| {});
    let client = builder
        .timeout(Duration::from_secs(20))
        .build_remote()
        .unwrap();
    let asks = |user: u32| {
        let before = server.requests().len();
        assert!(client.boolean("on", false, &Context::user(user)));
        server.requests().len() - before
    };
    assert_eq!((0..1000).map(asks).sum::<usize>(), 1000);
    // Nobody is forgotten yet, and who was asked for last is used last.
    assert_eq!((asks(0), asks(999)), (0, 0));
    assert_eq!(asks(1000), 1);
    assert_eq!((asks(0), asks(2), asks(1)), (0, 0, 1));
}

#[cfg(feature = "tls")]
#[test]
fn a_server_that_never_shakes_hands_is_given_up() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let start = Instant::now();
    let (options, log) = options(&url, &TestWorld::skipping());
    let client = options.timeout(Duration::from_millis(200)).build().unwrap();
    eventually("the report", || log.count("cannot be reached") == 1);
    assert!(start.elapsed() >= Duration::from_millis(200));
    client.close();
    assert!(!client.is_enabled("on", &Context::new()));
}
