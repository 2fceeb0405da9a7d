use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::disk::Disk;
use crate::feed::{Current, Feed, Source};
use crate::json_writer::write_json;
use crate::parse::parse_snapshot;
use crate::report::Problem;
use crate::snapshot::Snapshot;
use crate::world::World;

/// A snapshot with its tag.
type Written = (Arc<Snapshot>, Option<String>);

/// Keeps the copy on disk current, not more often than it must be.
pub(crate) struct CopyWriter {
    disk: Option<Disk>,
    feed: Arc<Feed>,
    world: Arc<dyn World>,
    waiting: Option<Written>,
    /// What was written last.
    last: Option<Written>,
    written: Option<SystemTime>,
    touched: Option<SystemTime>,
}

impl CopyWriter {
    pub(crate) fn new(disk: Option<Disk>, feed: Arc<Feed>, world: Arc<dyn World>) -> Self {
        Self {
            disk,
            feed,
            world,
            waiting: None,
            last: None,
            written: None,
            touched: None,
        }
    }

    /// Takes what came from the network; the last one within a second counts.
    pub(crate) fn take(&mut self, snapshot: Arc<Snapshot>, etag: Option<String>) {
        if self.disk.is_some() {
            self.waiting = Some((snapshot, etag));
            self.write_due();
        }
    }

    /// How long until something must be written; none if nothing waits.
    pub(crate) fn due(&self) -> Option<Duration> {
        self.waiting.as_ref()?;
        let least = self.world.timings().write;
        Some(
            self.written
                .map_or(Duration::ZERO, |at| least.saturating_sub(self.since(at))),
        )
    }

    pub(crate) fn write_due(&mut self) {
        if self.due().is_some_and(|due| due.is_zero()) {
            self.write();
        }
    }

    /// Writes what waits, if anything does.
    pub(crate) fn write(&mut self) {
        let (Some(disk), Some((snapshot, etag))) = (&self.disk, self.waiting.take()) else {
            return;
        };
        let now = self.world.now();
        (self.written, self.touched) = (Some(now), Some(now));
        match disk.save(&write_json(&snapshot.to_value()), etag.as_deref()) {
            Ok(()) => self.feed.reporter.over(&[Problem::Disk]),
            Err(why) => self.report(&why),
        }
        self.last = Some((snapshot, etag));
    }

    /// The copy is still what the server has.
    pub(crate) fn confirm(&mut self) {
        let (Some(disk), None) = (&self.disk, &self.waiting) else {
            return;
        };
        let least = self.world.timings().touch;
        if self.touched.is_some_and(|at| self.since(at) < least) {
            return;
        }
        self.touched = Some(self.world.now());
        let Err(why) = disk.touch() else {
            return;
        };
        // Somebody may have cleared the folder: the next start needs the copy all the same.
        self.waiting = self.last.take();
        match self.waiting {
            Some(_) => self.write(),
            None => self.report(&why),
        }
    }

    fn report(&self, why: &str) {
        let message = format!(
            "the copy of the flags could not be written: {why}. Flags are served all the same; \
             only a start without the server would miss them. Set the option `cache` to a folder \
             that can be written to, or to none."
        );
        self.feed.reporter.problem(Problem::Disk, message);
    }

    fn since(&self, time: SystemTime) -> Duration {
        // A clock that was set back says nothing about how long it has been: long enough.
        let since = self.world.now().duration_since(time);
        since.unwrap_or(Duration::MAX)
    }
}

/// Reads the copy on disk into a feed that has nothing yet; gives its tag, or why it is not used.
pub(crate) fn load_copy(feed: &Feed, disk: &Disk) -> Result<Option<String>, String> {
    let told = |why: String| {
        format!("the copy of the flags is not used: {why}. The next good snapshot replaces it.")
    };
    let Some(copy) = disk.load().map_err(told)? else {
        return Ok(None);
    };
    let parsed = parse_snapshot(&copy.document);
    let Some(snapshot) = parsed.snapshot else {
        let first = parsed.issues.first().map(ToString::to_string);
        return Err(told(first.unwrap_or_default()));
    };
    let snapshot = Some(Arc::new(snapshot));
    let confirmed = Some(copy.modified);
    feed.swap(Current {
        snapshot,
        source: Source::Disk,
        confirmed,
    });
    Ok(copy.etag)
}
