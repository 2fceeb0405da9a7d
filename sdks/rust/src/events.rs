use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{channel, Receiver};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::backoff::delay;
use crate::http::{Asked, Http};
use crate::instant::spell_instant;
use crate::json_writer::write_json;
use crate::report::{Problem, Reporter};
use crate::value::{object, Value};
use crate::world::{lock, random_uuid, Signal, World};

/// How many entries may wait; beyond that the oldest are dropped.
const MOST_WAITING: usize = 10_000;
const MOST_IN_BATCH: usize = 500;
const LONGEST_NAME: usize = 128;
const CLOSING: Duration = Duration::from_secs(1);

/// Counts what was served and what was achieved, and sends the counts: section 8 of
/// spec/client.md. Nobody's key or attribute is in them.
pub(crate) struct Events {
    queue: Arc<Queue>,
    signal: Arc<Signal>,
    http: Arc<Http>,
    ended: Mutex<Receiver<()>>,
    world: Arc<dyn World>,
    reporter: Arc<Reporter>,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    dropped: AtomicU64,
}

#[derive(Default)]
struct Waiting {
    next: u64,
    /// In the order in which they were first counted.
    entries: BTreeMap<u64, Entry>,
    places: HashMap<Kind, u64>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Exposure { flag: Arc<str>, variant: Arc<str> },
    Conversion { event: String },
}

struct Entry {
    kind: Kind,
    count: u64,
    sum: Option<f64>,
    time: SystemTime,
}

impl Events {
    pub(crate) fn start(http: Arc<Http>, reporter: Arc<Reporter>, world: Arc<dyn World>) -> Self {
        let (queue, signal) = (Arc::new(Queue::default()), Arc::new(Signal::default()));
        let (at_end, ended) = channel();
        let sender = Sender {
            queue: queue.clone(),
            signal: signal.clone(),
            http: http.clone(),
            reporter: reporter.clone(),
            world: world.clone(),
        };
        let run = move || {
            let _at_end = at_end;
            sender.run();
        };
        if let Err(error) = thread::Builder::new()
            .name("featureflags-events".into())
            .spawn(run)
        {
            reporter.problem(Problem::Events, format!("no thread for events: {error}"));
        }
        Self {
            queue,
            signal,
            http,
            ended: Mutex::new(ended),
            world,
            reporter,
        }
    }

    pub(crate) fn expose(&self, flag: &Arc<str>, variant: &Arc<str>) {
        let kind = Kind::Exposure {
            flag: flag.clone(),
            variant: variant.clone(),
        };
        self.queue.count(kind, None, self.world.now());
    }

    pub(crate) fn convert(&self, event: &str, value: Option<f64>) {
        let length = event.chars().count();
        if !(1..=LONGEST_NAME).contains(&length) {
            let message = format!(
                "an event name of {length} characters is not counted; expected 1 to {LONGEST_NAME}"
            );
            return self.reporter.problem(Problem::EventName, message);
        }
        let kind = Kind::Conversion {
            event: event.to_owned(),
        };
        self.queue.count(
            kind,
            value.filter(|value| value.is_finite()),
            self.world.now(),
        );
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.queue.dropped.load(Ordering::Relaxed)
    }

    /// Sends what can be sent within a second, and ends.
    pub(crate) fn close(&self) {
        self.signal.stop();
        // Both outcomes are an end: the thread hung up, or it has had its time.
        let _ = lock(&self.ended).recv_timeout(CLOSING);
        self.http.close();
    }
}

impl Queue {
    fn count(&self, kind: Kind, value: Option<f64>, time: SystemTime) {
        let mut waiting = lock(&self.waiting);
        let next = waiting.next;
        let place = *waiting.places.entry(kind.clone()).or_insert(next);
        if place == next {
            waiting.next += 1;
        }
        let new = Entry {
            kind,
            count: 0,
            sum: None,
            time,
        };
        let entry = waiting.entries.entry(place).or_insert(new);
        entry.count += 1;
        entry.time = time;
        entry.sum = value
            .map(|value| entry.sum.unwrap_or_default() + value)
            .or(entry.sum);
        if waiting.entries.len() > MOST_WAITING {
            if let Some((_, oldest)) = waiting.entries.pop_first() {
                waiting.places.remove(&oldest.kind);
                self.dropped.fetch_add(oldest.count, Ordering::Relaxed);
            }
        }
    }

    /// Takes a batch as it is sent, also for the second time: with ids; none if nothing waits.
    fn take(&self) -> Option<String> {
        let mut waiting = lock(&self.waiting);
        let mut events = Vec::new();
        while events.len() < MOST_IN_BATCH {
            let Some((_, entry)) = waiting.entries.pop_first() else {
                break;
            };
            waiting.places.remove(&entry.kind);
            events.push(entry.to_value());
        }
        (!events.is_empty()).then(|| write_json(&object([("events", events.into())])))
    }
}

impl Entry {
    fn to_value(&self) -> Value {
        let kind = match &self.kind {
            Kind::Exposure { flag, variant } => vec![
                ("kind", "exposure".into()),
                ("flag", flag.clone().into()),
                ("variant", variant.clone().into()),
            ],
            Kind::Conversion { event } => {
                vec![
                    ("kind", "conversion".into()),
                    ("event", event.as_str().into()),
                ]
            }
        };
        let sum = self
            .sum
            .filter(|sum| sum.is_finite())
            .map(|sum| ("sum", sum.into()));
        object(kind.into_iter().chain(sum).chain([
            ("id", random_uuid().into()),
            ("count", self.count.into()),
            ("time", spell_instant(self.time).into()),
        ]))
    }
}

/// Sends batches, one at a time, until stop is said; then for a second more.
struct Sender {
    queue: Arc<Queue>,
    signal: Arc<Signal>,
    http: Arc<Http>,
    reporter: Arc<Reporter>,
    world: Arc<dyn World>,
}

/// What became of a batch.
enum Sent {
    Done,
    Again(Option<Duration>),
}

impl Sender {
    fn run(&self) {
        while !self.signal.is_stopped() {
            self.world.wait(&self.signal, self.world.timings().batch);
            self.send_all(None);
        }
        self.send_all(Some(Instant::now() + CLOSING));
    }

    /// Sends what waits. A batch that does not get through is tried again with its ids.
    fn send_all(&self, end: Option<Instant>) {
        let is_over = || end.is_some_and(|end| Instant::now() >= end);
        while let Some(batch) = self.queue.take() {
            let mut failures = 0;
            while let Sent::Again(floor) = self.send(&batch) {
                let pause = delay(failures, self.world.chance(), floor);
                failures += 1;
                match end {
                    None => self.world.wait(&self.signal, pause),
                    Some(end) => {
                        thread::sleep(pause.min(end.saturating_duration_since(Instant::now())));
                    }
                }
                // After stop, a batch in hand has its last second too.
                if is_over() || (end.is_none() && self.signal.is_stopped()) {
                    return self.last_try(&batch, end);
                }
            }
            if is_over() {
                return;
            }
        }
    }

    fn last_try(&self, batch: &str, end: Option<Instant>) {
        if end.is_none() && matches!(self.send(batch), Sent::Done) {
            self.send_all(Some(Instant::now() + CLOSING));
        }
    }

    fn send(&self, batch: &str) -> Sent {
        let answer = match self.http.ask(&Asked::post("/events", batch)) {
            Ok(answer) => answer,
            Err(why) => {
                self.report(&format!("{why}; they are sent again"));
                return Sent::Again(None);
            }
        };
        match answer.status {
            200..=299 => {
                self.reporter.over(&[Problem::Events]);
                Sent::Done
            }
            status @ (400 | 404 | 413 | 422) => {
                self.report(&format!("status {status}; they are dropped"));
                Sent::Done
            }
            status => {
                self.report(&format!("status {status}; they are sent again"));
                Sent::Again(answer.retry_after)
            }
        }
    }

    fn report(&self, what: &str) {
        let message = format!("events are not taken by {}: {what}", self.http.base);
        self.reporter.problem(Problem::Events, message);
    }
}
