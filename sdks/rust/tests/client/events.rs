//! Events: counted, sent again, dropped.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use featureflags_client::{Context, Mode};

use crate::support::{answer, document, eventually, options, FaultServer, Request, TestWorld};

const READY: Duration = Duration::from_secs(20);

fn nobody() -> Context {
    Context::new()
}

#[test]
fn events_are_counted_sent_again_with_their_ids_and_dropped_oldest_first() {
    let count = AtomicUsize::new(0);
    let server = FaultServer::start(move |request, stream| {
        if request.target != "/events" {
            return answer(stream, "200 OK", &[], &document(1, &[("on", true)]));
        }
        match count.fetch_add(1, Ordering::SeqCst) {
            0 => answer(stream, "503 Busy", &[], ""),
            1 => Ok(()),
            _ => answer(stream, "202 Accepted", &[], "{}"),
        }
    });
    let (options, log) = options(&server.url, &TestWorld::new());
    let client = options.mode(Mode::Polling).events(true).build().unwrap();
    assert!(client.wait_until_ready(READY));
    for _ in 0..3 {
        client.is_enabled("on", &Context::user("nobody-s-key"));
    }
    client.boolean("on", false, &nobody());
    client.boolean("missing", false, &nobody());
    client.track("purchase", Some(10.5));
    client.track("purchase", Some(2.0));
    client.track("purchase", Some(f64::NAN));
    client.track("", None);
    eventually("the third try", || server.asked("/events").len() >= 3);
    let tries = server.asked("/events");
    assert_eq!(tries[0].body, tries[1].body);
    assert_eq!(tries[0].body, tries[2].body);
    assert_eq!(tries[0].header("content-type"), Some("application/json"));
    client.close();
    let all = server.asked("/events");
    assert!(all
        .iter()
        .all(|request| !request.body.contains("nobody-s-key")));
    let counts = counts_of(&all[2..]);
    let expected = [
        ("on".to_owned(), (4.0, 0.0)),
        ("purchase".to_owned(), (3.0, 12.5)),
    ];
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!(log.count("an event name of 0 characters"), 1);
}

/// How often each flag and each event was counted, and the sums of their values.
fn counts_of(requests: &[Request]) -> BTreeMap<String, (f64, f64)> {
    let mut counts = BTreeMap::new();
    for request in requests {
        let body = featureflags_client::read_json(&request.body).unwrap();
        for event in body.get("events").unwrap().as_list().unwrap() {
            let name = event
                .get("flag")
                .or(event.get("event"))
                .unwrap()
                .as_str()
                .unwrap();
            let entry = counts.entry(name.to_owned()).or_insert((0.0, 0.0));
            entry.0 += event.get("count").unwrap().as_f64().unwrap();
            entry.1 += event.get("sum").map_or(0.0, |sum| sum.as_f64().unwrap());
        }
    }
    counts
}

#[test]
fn clients_that_share_a_connection_share_its_counts() {
    let server = FaultServer::start(|request, stream| match &*request.target {
        "/events" => answer(stream, "202 Accepted", &[], "{}"),
        _ => answer(stream, "200 OK", &[], &document(1, &[("on", true)])),
    });
    // Nothing is sent before somebody closes.
    let world = TestWorld::with_batch(Duration::from_secs(600));
    let (options, _) = options(&server.url, &world);
    let options = options.mode(Mode::Polling).events(true);
    let [first, second] = [(); 2].map(|()| options.clone().build().unwrap());
    assert!(first.wait_until_ready(READY) && second.wait_until_ready(READY));
    assert!(first.is_enabled("on", &nobody()) && second.is_enabled("on", &nobody()));
    first.close();
    assert!(first.is_enabled("on", &nobody()) && second.is_enabled("on", &nobody()));
    assert!(server.asked("/events").is_empty());
    drop((first, second));
    let counts = counts_of(&server.asked("/events"));
    assert_eq!(
        counts.into_iter().collect::<Vec<_>>(),
        [("on".to_owned(), (3.0, 0.0))]
    );
    // And one that comes after the last has a thread of its own again.
    let third = options.build().unwrap();
    third.track("late", None);
    third.close();
    assert_eq!(server.asked("/events").len(), 2);
}

#[test]
fn too_many_events_drop_the_oldest() {
    let world = TestWorld::new();
    let (options, _) = options("http://127.0.0.1:1", &world);
    let client = options.events(true).build().unwrap();
    // A batch of at most 500 may be on its way.
    for index in 0..10_600 {
        // Counted often, it is one entry all the same.
        let name = format!("event-{index}");
        (0..8).for_each(|_| client.track(&name, None));
    }
    let dropped = client.status().dropped_events;
    assert!((100..=600).contains(&dropped), "{dropped}");
}
