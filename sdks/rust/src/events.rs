use std::sync::mpsc::{channel, Receiver};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::backoff::delay;
use crate::counts::{Kind, Queue};
use crate::http::{Asked, Http};
use crate::report::{Problem, Reporter};
use crate::world::{lock, Signal, World};

const LONGEST_NAME: usize = 128;
const CLOSING: Duration = Duration::from_secs(1);

/// Counts what was served and what was achieved, and sends the counts: section 8 of
/// spec/client.md. Nobody's key or attribute is in them.
pub(crate) struct Events {
    queue: Arc<Queue>,
    signal: Arc<Signal>,
    http: Arc<Http>,
    ended: Mutex<Receiver<()>>,
    /// How many clients count here; nobody can join once it is 0.
    clients: Mutex<usize>,
    world: Arc<dyn World>,
    reporter: Arc<Reporter>,
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
            clients: Mutex::new(1),
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
        self.queue.dropped()
    }

    /// One more client counts here; false if it is too late for that.
    pub(crate) fn join(&self) -> bool {
        let mut clients = lock(&self.clients);
        let is_open = *clients > 0;
        *clients += usize::from(is_open);
        is_open
    }

    /// One client less counts here. What it counted goes with that of the others; the last one
    /// sends what can be sent within a second, and ends.
    pub(crate) fn leave(&self) {
        let mut clients = lock(&self.clients);
        *clients = clients.saturating_sub(1);
        if *clients > 0 {
            return;
        }
        drop(clients);
        self.signal.stop();
        // Both outcomes are an end: the thread hung up, or it has had its time.
        let _ = lock(&self.ended).recv_timeout(CLOSING);
        self.http.close();
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
