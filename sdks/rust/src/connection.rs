use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::thread::{self, ThreadId};
use std::time::Duration;

use crate::copy_writer::{load_copy, CopyWriter};
use crate::disk::Disk;
use crate::events::Events;
use crate::feed::Feed;
use crate::http::Http;
use crate::options::{ClientBuilder, Mode, USUAL_TIMEOUT};
use crate::report::{Logger, Problem, Reporter};
use crate::update::{State, Updater};
use crate::url::BaseUrl;
use crate::world::{lock, Signal, World};

/// One server and environment, followed by a thread. All clients of the process that want the same
/// share it; it ends with the last of them.
pub(crate) struct Connection {
    pub(crate) feed: Arc<Feed>,
    http: Arc<Http>,
    signal: Arc<Signal>,
    thread: OnceLock<ThreadId>,
    /// Hangs up when the thread is at its end.
    ended: Mutex<Receiver<()>>,
    events: Mutex<Weak<Events>>,
}

/// What a connection is made of.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) base: BaseUrl,
    pub(crate) token: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) mode: Mode,
    pub(crate) ttl: Duration,
    pub(crate) timeout: Duration,
    pub(crate) cache: Option<PathBuf>,
    pub(crate) logger: Logger,
    pub(crate) world: Arc<dyn World>,
}

/// What is left to do once a connection can be found.
struct Start {
    updater: Updater,
    at_end: Sender<()>,
    problem: Option<String>,
}

/// Two clients share a connection if these are equal. A child of `fork` is another process.
type Identity = (String, Mode, Duration, Option<PathBuf>, (u32, usize));

static OPEN: Mutex<BTreeMap<Identity, Weak<Connection>>> = Mutex::new(BTreeMap::new());

/// How long a close waits for the thread.
const CLOSING: Duration = Duration::from_secs(1);

impl Settings {
    /// What the copy on disk is called after.
    fn place(&self) -> String {
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        format!(
            "{}\n{}\n{}",
            self.base,
            part(&self.environment),
            part(&self.token)
        )
    }

    fn disk(&self) -> Option<Disk> {
        let folder = self.cache.as_ref()?;
        Some(Disk::new(folder, &self.place(), self.world.clone()))
    }

    fn http(&self) -> Arc<Http> {
        let (base, token) = (self.base.clone(), self.token.clone());
        let environment = self.environment.clone();
        Arc::new(Http::new(base, token, environment, self.timeout))
    }

    fn identity(&self) -> Identity {
        let world = Arc::as_ptr(&self.world).cast::<()>() as usize;
        let process = (std::process::id(), world);
        (
            self.place(),
            self.mode,
            self.ttl,
            self.cache.clone(),
            process,
        )
    }
}

impl Connection {
    /// The connection of these settings: the one that is open, or a new one.
    pub(crate) fn of(settings: &Settings) -> Arc<Self> {
        let identity = settings.identity();
        let mut open = lock(&OPEN);
        if let Some(connection) = open.get(&identity).and_then(Weak::upgrade) {
            return connection;
        }
        let (connection, start) = Self::new(settings);
        let connection = Arc::new(connection);
        open.retain(|_, connection| connection.strong_count() > 0);
        open.insert(identity, Arc::downgrade(&connection));
        // What follows may call a logger, which may make clients of its own.
        drop(open);
        connection.start(start);
        connection
    }

    /// What its clients count: one thread sends it for all of them.
    pub(crate) fn events(&self, builder: &ClientBuilder) -> Arc<Events> {
        let mut shared = lock(&self.events);
        if let Some(events) = shared.upgrade().filter(|events| events.join()) {
            return events;
        }
        let (http, world) = (self.new_http(builder), builder.world.clone());
        let events = Arc::new(Events::start(http, self.feed.reporter.clone(), world));
        *shared = Arc::downgrade(&events);
        events
    }

    /// Another way to the same server, which can be closed by itself.
    fn new_http(&self, builder: &ClientBuilder) -> Arc<Http> {
        let (base, token) = (self.http.base.clone(), builder.token.clone());
        let timeout = builder.timeout.unwrap_or(USUAL_TIMEOUT);
        Arc::new(Http::new(base, token, builder.environment.clone(), timeout))
    }

    fn new(settings: &Settings) -> (Self, Start) {
        let world = &settings.world;
        let reporter = Arc::new(Reporter::new(settings.logger.clone(), world.clone()));
        let feed = Arc::new(Feed::new(reporter));
        let disk = settings.disk();
        let loaded = disk
            .as_ref()
            .map_or(Ok(None), |disk| load_copy(&feed, disk));
        let (etag, problem) = match loaded {
            Ok(etag) => (etag, None),
            Err(message) => (None, Some(message)),
        };
        let http = settings.http();
        let signal = Arc::new(Signal::default());
        let (at_end, ended) = channel();
        let updater = Updater {
            copy: CopyWriter::new(disk, feed.clone(), world.clone()),
            feed: feed.clone(),
            http: http.clone(),
            signal: signal.clone(),
            world: world.clone(),
            mode: settings.mode,
            ttl: settings.ttl,
            etag,
            state: State::default(),
        };
        let connection = Self {
            feed,
            http,
            signal,
            thread: OnceLock::new(),
            ended: Mutex::new(ended),
            events: Mutex::default(),
        };
        let start = Start {
            updater,
            at_end,
            problem,
        };
        (connection, start)
    }

    fn start(&self, start: Start) {
        let Start {
            updater,
            at_end,
            problem,
        } = start;
        if let Some(message) = problem {
            self.feed.reporter.problem(Problem::Disk, message);
        }
        let run = move || {
            let _at_end = at_end;
            updater.run();
        };
        let named = thread::Builder::new().name("featureflags".into());
        match named.spawn(run) {
            // It is set once, here.
            Ok(thread) => drop(self.thread.set(thread.thread().id())),
            Err(error) => {
                let message = format!("no thread for updates: {error}; the flags stay as they are");
                self.feed.reporter.problem(Problem::Unreachable, message);
            }
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.signal.stop();
        self.http.close();
        // A listener may hold the last client: its own thread cannot wait for itself.
        if self
            .thread
            .get()
            .is_some_and(|thread| *thread != thread::current().id())
        {
            // Both outcomes are an end: the thread hung up, or it has had its time.
            let _ = lock(&self.ended).recv_timeout(CLOSING);
        }
    }
}
