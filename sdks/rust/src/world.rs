use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// What a client takes from outside itself. Tests hand in another one; it is no part of what this
/// crate promises.
pub trait World: Send + Sync {
    /// The time of day.
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    /// A random number from 0 up to, not including, 1.
    fn chance(&self) -> f64 {
        // 53 bits, as many as a double holds.
        (random_bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Waits until the time is over or the signal says stop.
    fn wait(&self, signal: &Signal, time: Duration) {
        signal.wait(time);
    }

    /// Writes a new file that only its owner may read, and makes sure that it is on the disk.
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    }

    /// How long things may take.
    fn timings(&self) -> Timings {
        Timings::default()
    }
}

/// The durations of spec/client.md that no option sets.
#[derive(Clone, Debug)]
pub struct Timings {
    /// Without a byte for so long, a stream is given up: three heartbeats and a margin.
    pub silence: Duration,
    /// Within this time a stream brings an event, or a proxy is taken to hold it up.
    pub held_up: Duration,
    /// A stream that ends sooner without an event is taken to be cut by a proxy.
    pub cut: Duration,
    /// While polling in place of a stream: when the stream is tried again.
    pub stream_again: Duration,
    /// The time between two batches of events.
    pub batch: Duration,
    /// The least time between two writes of the copy on disk.
    pub write: Duration,
    /// The least time between two moves of its time of modification.
    pub touch: Duration,
}

impl Default for Timings {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            silence: seconds(45),
            held_up: seconds(10),
            cut: seconds(1),
            stream_again: seconds(300),
            batch: seconds(10),
            write: seconds(1),
            touch: seconds(60),
        }
    }
}

/// The world as it is.
#[derive(Debug, Default)]
pub struct RealWorld;

impl World for RealWorld {}

/// Bits that nobody can foretell: each `RandomState` of std has keys of its own. The time and the
/// process are in it because a fork copies the keys.
pub(crate) fn random_bits() -> u64 {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    hasher.write_u128(since.as_nanos());
    hasher.finish()
}

#[cfg(feature = "http")]
/// A random UUID (RFC 9562, version 4).
pub(crate) fn random_uuid() -> String {
    let (high, low) = (random_bits(), random_bits());
    let high = high & !0xf000 | 0x4000;
    let low = low & !(0b11 << 62) | 0b10 << 62;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}

/// Says stop to whoever waits for it, once and for all.
#[derive(Debug, Default)]
pub struct Signal {
    stopped: Mutex<bool>,
    changed: Condvar,
}

impl Signal {
    /// Says stop.
    pub fn stop(&self) {
        *lock(&self.stopped) = true;
        self.changed.notify_all();
    }

    /// True once stop was said.
    pub fn is_stopped(&self) -> bool {
        *lock(&self.stopped)
    }

    /// Waits until stop is said, at most for the time.
    pub fn wait(&self, time: Duration) {
        // A time beyond what clocks can tell is that of an hour, and then the caller asks again.
        let end = Instant::now() + time.min(Duration::from_secs(3600));
        let mut stopped = lock(&self.stopped);
        while !*stopped {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let waited = self.changed.wait_timeout(stopped, left);
            stopped = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// Locks. Nothing here is left half done by a panic, so that a poisoned lock is as good as another.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
