//! A world whose time a test moves.

use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use featureflags_client::internals::{RealWorld, Signal, Timings, World};

/// Short times, chance always 0.5, and if wanted a clock that every wait moves on at once.
pub struct TestWorld {
    pub timings: Timings,
    skips: bool,
    offset: AtomicU64,
    pub waits: Mutex<Vec<Duration>>,
    pub disk_is_full: AtomicBool,
    /// The next time that somebody asks for chance, there is a bug.
    pub has_bug: AtomicBool,
}

impl TestWorld {
    pub fn new() -> Arc<Self> {
        Arc::new(Self::with(false))
    }

    /// A world in which waiting takes no time: the clock is moved on instead.
    pub fn skipping() -> Arc<Self> {
        Arc::new(Self::with(true))
    }

    pub fn with_batch(batch: Duration) -> Arc<Self> {
        let mut world = Self::with(false);
        world.timings.batch = batch;
        Arc::new(world)
    }

    fn with(skips: bool) -> Self {
        let timings = Timings {
            held_up: Duration::from_millis(200),
            silence: Duration::from_millis(600),
            batch: Duration::from_millis(20),
            ..Timings::default()
        };
        Self {
            timings,
            skips,
            offset: AtomicU64::new(0),
            waits: Mutex::default(),
            disk_is_full: AtomicBool::new(false),
            has_bug: AtomicBool::new(false),
        }
    }

    pub fn advance(&self, time: Duration) {
        self.offset
            .fetch_add(time.as_millis() as u64, Ordering::SeqCst);
    }

    pub fn set_back(&self, time: Duration) {
        self.offset
            .fetch_sub(time.as_millis() as u64, Ordering::SeqCst);
    }

    /// How far the clock was moved on.
    pub fn elapsed(&self) -> Duration {
        Duration::from_millis(self.offset.load(Ordering::SeqCst))
    }
}

impl World for TestWorld {
    fn now(&self) -> SystemTime {
        SystemTime::now() + self.elapsed()
    }

    fn chance(&self) -> f64 {
        assert!(
            !self.has_bug.swap(false, Ordering::SeqCst),
            "a bug of a test"
        );
        0.5
    }

    fn wait(&self, signal: &Signal, time: Duration) {
        self.waits.lock().unwrap().push(time);
        if self.skips {
            self.advance(time);
            signal.wait(time.min(Duration::from_millis(1)));
        } else {
            signal.wait(time);
        }
    }

    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if self.disk_is_full.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        RealWorld.write_new(path, bytes)
    }

    fn timings(&self) -> Timings {
        self.timings.clone()
    }
}
