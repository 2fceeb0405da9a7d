use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ureq::http::header;

use crate::apply::shared_with;
use crate::backoff::delay;
use crate::copy_writer::CopyWriter;
use crate::feed::{Current, Feed, Source};
use crate::http::{Answer, Asked, Http};
use crate::json::read_json;
use crate::options::Mode;
use crate::parse::parse_after;
use crate::report::Problem;
use crate::snapshot::Snapshot;
use crate::value::Value;
use crate::world::{Signal, World};

/// Keeps a feed current: sections 4 and 5 of spec/client.md. Runs on a thread of its own.
pub(crate) struct Updater {
    pub(crate) feed: Arc<Feed>,
    pub(crate) http: Arc<Http>,
    pub(crate) signal: Arc<Signal>,
    pub(crate) world: Arc<dyn World>,
    pub(crate) copy: CopyWriter,
    pub(crate) mode: Mode,
    pub(crate) ttl: Duration,
    /// The tag of the snapshot in use, as long as it is as `/snapshot` gave it.
    pub(crate) etag: Option<String>,
    pub(crate) state: State,
}

/// What is remembered from one connection to the next.
#[derive(Default)]
pub(crate) struct State {
    /// Failures in a row.
    pub(crate) failures: u32,
    /// Streams in a row that a proxy seemed to hold up.
    pub(crate) held_up: u32,
    /// While polling in place of a stream: when it was tried last.
    pub(crate) polls_since: Option<SystemTime>,
    /// What the stream's `retry:` asks for.
    pub(crate) retry: Option<Duration>,
    /// True if the snapshot in use came from this server in this process.
    pub(crate) is_from_server: bool,
    /// Of the stream's event that the snapshot in use came with; none if it came otherwise.
    pub(crate) event_id: Option<String>,
}

/// What a snapshot from the server came with.
pub(crate) enum Origin {
    /// An event of the stream, and its id.
    Event(Option<String>),
    /// An answer of `/snapshot`, and its tag.
    Answer(Option<String>),
}

/// A bug that comes back every time must not keep a processor busy.
const AFTER_A_BUG: Duration = Duration::from_secs(5);

impl Updater {
    /// Runs until the signal says stop.
    pub(crate) fn run(mut self) {
        while !self.signal.is_stopped() {
            // No panic is known here or below. If there is one, updates must go on all the same.
            let round = catch_unwind(AssertUnwindSafe(|| self.round()));
            let pause = round.unwrap_or_else(|_| {
                let message = format!("an update panicked, which is a bug; {}.", self.serving());
                self.feed.reporter.problem(Problem::Bug, message);
                self.failed(Some(AFTER_A_BUG))
            });
            self.pause(pause);
        }
        self.copy.write();
    }

    /// Follows the server once; gives how long to wait for the next time.
    fn round(&mut self) -> Duration {
        if self.mode == Mode::Polling || self.stream_again().is_some() {
            self.poll()
        } else {
            self.follow()
        }
    }

    /// While polling in place of a stream: how long until it is tried again.
    fn stream_again(&self) -> Option<Duration> {
        let since = self.state.polls_since?;
        // A clock that was set back says nothing about how long it has been.
        let waited = self.world.now().duration_since(since).ok()?;
        let left = self.world.timings().stream_again.saturating_sub(waited);
        Some(left).filter(|left| !left.is_zero())
    }

    fn pause(&mut self, time: Duration) {
        let due = self.copy.due().filter(|due| *due < time);
        if let Some(due) = due {
            self.world.wait(&self.signal, due);
            self.copy.write_due();
        }
        self.world
            .wait(&self.signal, time.saturating_sub(due.unwrap_or_default()));
    }

    /// Asks for the snapshot once; gives how long to wait for the next time.
    fn poll(&mut self) -> Duration {
        match self.fetch() {
            Ok(()) => self
                .stream_again()
                .map_or(self.ttl, |left| left.min(self.ttl)),
            Err(floor) => self.failed(floor),
        }
    }

    /// How long to wait after a failure.
    pub(crate) fn failed(&mut self, floor: Option<Duration>) -> Duration {
        let n = self.state.failures;
        self.state.failures = n.saturating_add(1);
        delay(n, self.world.chance(), floor.max(self.state.retry))
    }

    /// Asks for the snapshot. An error has been reported; it holds what the server asks to wait.
    pub(crate) fn fetch(&mut self) -> Result<(), Option<Duration>> {
        let mut asked = Asked::get("/snapshot");
        if let Some(etag) = &self.etag {
            asked.headers.push((header::IF_NONE_MATCH, etag.clone()));
        }
        let answer = self
            .http
            .ask(&asked)
            .map_err(|none| self.unreachable(&none.to_string()))?;
        match answer.status {
            304 => {
                self.confirm();
                self.state.failures = 0;
                self.feed.reporter.over(ALL_OF_THE_NETWORK);
                Ok(())
            }
            200 => self.fetched(answer),
            _ => Err(self.refused(answer)),
        }
    }

    fn fetched(&mut self, answer: Answer) -> Result<(), Option<Duration>> {
        let etag = answer.etag.clone();
        let text = answer.text().map_err(|why| self.unreachable(&why))?;
        self.feed.reporter.over(ANSWERED);
        if self.take(&text, Origin::Answer(etag)) {
            return Ok(());
        }
        Err(None)
    }

    pub(crate) fn unreachable(&self, why: &str) -> Option<Duration> {
        if !self.signal.is_stopped() {
            let message = format!(
                "the server at {} cannot be reached: {why}; {}. Is it up, and is the url right? \
                 It is tried again by itself.",
                self.http.base,
                self.serving()
            );
            self.feed.reporter.problem(Problem::Unreachable, message);
        }
        None
    }

    /// Reports an answer that is no snapshot; gives what the server asks to wait.
    pub(crate) fn refused(&self, answer: Answer) -> Option<Duration> {
        let (status, retry_after) = (answer.status, answer.retry_after);
        let body = answer
            .text()
            .ok()
            .and_then(|text| read_json(&text).ok())
            .unwrap_or_default();
        let text = |name| body.get(name).and_then(Value::as_str);
        let base = &self.http.base;
        let (kind, what) = match status {
            401 | 403 => (
                Problem::Token,
                format!("the token is not accepted by {base} ({status})"),
            ),
            404 if text("code") == Some("ENVIRONMENT_NOT_FOUND") => (
                Problem::NotFound,
                text("detail").unwrap_or("no such environment").to_owned(),
            ),
            404 => (
                Problem::NotFound,
                format!("no FeatureFlags server at {base} (404)"),
            ),
            _ => (
                Problem::Status,
                format!("{base} answered with status {status}"),
            ),
        };
        let reporter = &self.feed.reporter;
        let answered = [
            Problem::Unreachable,
            Problem::Token,
            Problem::NotFound,
            Problem::Status,
        ];
        answered
            .iter()
            .filter(|each| **each != kind)
            .for_each(|each| reporter.over(&[*each]));
        reporter.problem(
            kind,
            format!("{what}; {}. It is tried again by itself.", self.serving()),
        );
        retry_after
    }

    pub(crate) fn serving(&self) -> String {
        let current = self.feed.current();
        match current.snapshot {
            None => "defaults serve meanwhile".to_owned(),
            Some(snapshot) => format!("version {} serves meanwhile", snapshot.version),
        }
    }

    /// Reads a text as a snapshot and puts it to use. False if it is none, which is reported.
    pub(crate) fn take(&mut self, text: &str, origin: Origin) -> bool {
        let read = read_json(text).map_err(|error| error.to_string());
        let held = self.feed.snapshot();
        let snapshot = read.and_then(|document| {
            let document = shared_with(document, held.as_deref());
            let parsed = parse_after(&document, held.as_deref());
            parsed.snapshot.ok_or_else(|| {
                let first = parsed.issues.iter().take(3).map(ToString::to_string);
                first.collect::<Vec<_>>().join("; ")
            })
        });
        match snapshot {
            Ok(snapshot) => {
                self.put(snapshot, origin);
                true
            }
            Err(why) => {
                let base = &self.http.base;
                let message = format!("{base} sent no snapshot: {why}; {}.", self.serving());
                self.feed.reporter.problem(Problem::NoSnapshot, message);
                false
            }
        }
    }

    pub(crate) fn put(&mut self, snapshot: Snapshot, origin: Origin) {
        let snapshot = Arc::new(snapshot);
        let (event_id, etag) = match origin {
            Origin::Event(id) => (id, None),
            Origin::Answer(etag) => (None, etag),
        };
        self.state.event_id = event_id;
        self.etag = etag.clone();
        self.state.is_from_server = true;
        self.state.failures = 0;
        self.feed.swap(Current {
            snapshot: Some(snapshot.clone()),
            source: Source::Network,
            confirmed: Some(self.world.now()),
        });
        self.feed.reporter.over(ALL_OF_THE_NETWORK);
        self.copy.take(snapshot, etag);
    }

    pub(crate) fn confirm(&mut self) {
        self.feed.confirm(self.world.now());
        self.copy.confirm();
    }
}

pub(crate) const ANSWERED: &[Problem] = &[
    Problem::Unreachable,
    Problem::Token,
    Problem::NotFound,
    Problem::Status,
];
const ALL_OF_THE_NETWORK: &[Problem] = &[
    Problem::Bug,
    Problem::Unreachable,
    Problem::Token,
    Problem::NotFound,
    Problem::Status,
    Problem::NoSnapshot,
    Problem::EnvironmentGone,
];
