use std::fmt;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use crate::change::Change;
use crate::report::{Problem, Reporter};
use crate::snapshot::Snapshot;
use crate::world::lock;

/// Where a snapshot came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// There is no snapshot.
    #[default]
    None,
    /// What the program was started with, until there is a better one.
    Bootstrap,
    /// The copy on disk.
    Disk,
    /// The server.
    Network,
    /// A file, without a server.
    File,
}

/// The snapshot in use, and since when it is known to be what the server has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Current {
    pub(crate) snapshot: Option<Arc<Snapshot>>,
    pub(crate) source: Source,
    /// None if the snapshot has no age.
    pub(crate) confirmed: Option<SystemTime>,
}

type Listener = Arc<dyn Fn(Option<&Arc<Snapshot>>, &Arc<Snapshot>) + Send + Sync>;

/// What one connection gives to all of its clients: the snapshot in use, by reference.
pub(crate) struct Feed {
    current: RwLock<Current>,
    arrived: Arrival,
    listeners: Mutex<Listeners>,
    pub(crate) reporter: Arc<Reporter>,
}

#[derive(Default)]
struct Arrival {
    has_come: Mutex<bool>,
    condition: Condvar,
}

#[derive(Default)]
struct Listeners {
    next: u64,
    list: Vec<Listening>,
}

#[derive(Clone)]
struct Listening {
    id: u64,
    /// Nothing is told any more once this says that its client is closed.
    closed: Closed,
    listener: Listener,
}

/// What a client answers from once it is closed; nothing as long as it is open.
pub(crate) type Closed = Arc<OnceLock<Current>>;

impl Feed {
    pub(crate) fn new(reporter: Arc<Reporter>) -> Self {
        Self {
            current: RwLock::default(),
            arrived: Arrival::default(),
            listeners: Mutex::default(),
            reporter,
        }
    }

    pub(crate) fn current(&self) -> Current {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    #[cfg(feature = "http")]
    /// The snapshot alone: what an evaluation needs. The lock is held for the copy of a reference.
    pub(crate) fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.current
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .snapshot
            .clone()
    }

    /// Puts a snapshot in place of the one in use, and tells the listeners.
    pub(crate) fn swap(&self, current: Current) {
        let Some(snapshot) = current.snapshot.clone() else {
            return;
        };
        // One step for those who listen: whoever comes later sees the new snapshot already.
        let listening = lock(&self.listeners);
        let mut held = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *held, current).snapshot;
        drop(held);
        let listeners = listening.list.clone();
        drop(listening);
        *lock(&self.arrived.has_come) = true;
        self.arrived.condition.notify_all();
        for Listening {
            closed, listener, ..
        } in listeners
        {
            if closed.get().is_none() {
                self.tell(&listener, before.as_ref(), &snapshot);
            }
        }
    }

    fn tell(&self, listener: &Listener, before: Option<&Arc<Snapshot>>, after: &Arc<Snapshot>) {
        // A listener is the application's: what goes wrong there must not end the updates.
        if catch_unwind(AssertUnwindSafe(|| listener(before, after))).is_err() {
            self.reporter.problem(
                Problem::Listener,
                "a listener of changes panicked; it stays",
            );
        }
    }

    #[cfg(feature = "http")]
    /// The server still has what is in use.
    pub(crate) fn confirm(&self, now: SystemTime) {
        self.current
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .confirmed = Some(now);
    }

    /// Waits until there is a snapshot; false if the time is over first, or the client is closed.
    pub(crate) fn wait(&self, timeout: Duration, closed: &Closed) -> bool {
        let end = Instant::now().checked_add(timeout);
        let mut has_come = lock(&self.arrived.has_come);
        while !*has_come {
            // A time beyond what clocks can tell is as good as forever.
            let left = end.map_or(Duration::from_secs(3600), |end| {
                end.saturating_duration_since(Instant::now())
            });
            if left.is_zero() || closed.get().is_some() {
                return false;
            }
            let waited = self.arrived.condition.wait_timeout(has_come, left);
            has_come = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Adds a listener; gives the number by which it can be removed.
    fn listen(&self, closed: Closed, listener: Listener) -> u64 {
        let mut listeners = lock(&self.listeners);
        listeners.next += 1;
        let id = listeners.next;
        listeners.list.push(Listening {
            id,
            closed,
            listener,
        });
        id
    }

    /// Ends all that a client waits for and listens to, now that it is closed.
    pub(crate) fn leave(&self, closed: &Closed) {
        // Held, so that nobody is between looking and waiting.
        let has_come = lock(&self.arrived.has_come);
        self.arrived.condition.notify_all();
        drop(has_come);
        self.unlisten(|each| Arc::ptr_eq(&each.closed, closed));
    }

    fn unlisten(&self, is_over: impl Fn(&Listening) -> bool) {
        let mut listeners = lock(&self.listeners);
        let all = std::mem::take(&mut listeners.list);
        let (over, left) = all.into_iter().partition::<Vec<_>, _>(is_over);
        listeners.list = left;
        drop(listeners);
        // What a listener holds may be a client or another listener: it is let go without the lock.
        drop(over);
    }
}

impl fmt::Debug for Feed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Feed")
            .field("current", &self.current())
            .finish_non_exhaustive()
    }
}

/// Tells a listener what changed, for as long as this is kept: dropping it ends it.
#[must_use = "the listener is removed when this is dropped; `forget` keeps it"]
#[derive(Debug)]
pub struct Subscription {
    feed: Arc<Feed>,
    /// None once the listener is to stay.
    id: Option<u64>,
}

impl Subscription {
    pub(crate) fn new(
        (feed, closed): (&Arc<Feed>, &Closed),
        start: Option<Arc<Snapshot>>,
        listener: impl Fn(&Change) + Send + Sync + 'static,
    ) -> Self {
        let tell = move |before: Option<&Arc<Snapshot>>, after: &Arc<Snapshot>| {
            let before = before.or(start.as_ref());
            listener(&Change::between(before.map(|before| &**before), after));
        };
        Self {
            feed: feed.clone(),
            id: Some(feed.listen(closed.clone(), Arc::new(tell))),
        }
    }

    /// Keeps the listener for as long as there is a client.
    pub fn forget(mut self) {
        self.id = None;
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.feed.unlisten(|each| each.id == id);
        }
    }
}
