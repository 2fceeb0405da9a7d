use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc::{channel, Receiver};
use std::sync::{Arc, Mutex, Weak};
use std::thread::{self, ThreadId};
use std::time::Duration;

use crate::copy_writer::{load_copy, CopyWriter};
use crate::disk::Disk;
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
    thread: Option<ThreadId>,
    /// Hangs up when the thread is at its end.
    ended: Mutex<Receiver<()>>,
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
        let connection = Arc::new(Self::start(settings));
        open.retain(|_, connection| connection.strong_count() > 0);
        open.insert(identity, Arc::downgrade(&connection));
        connection
    }

    /// Another way to the same server, which can be closed by itself: for events.
    pub(crate) fn new_http(&self, builder: &ClientBuilder) -> Arc<Http> {
        let (base, token) = (self.http.base.clone(), builder.token.clone());
        let timeout = builder.timeout.unwrap_or(USUAL_TIMEOUT);
        Arc::new(Http::new(base, token, builder.environment.clone(), timeout))
    }

    fn start(settings: &Settings) -> Self {
        let world = &settings.world;
        let reporter = Reporter::new(settings.logger.clone(), world.clone());
        let feed = Arc::new(Feed::new(reporter));
        let place = settings.place();
        let disk = settings
            .cache
            .as_ref()
            .map(|folder| Disk::new(folder, &place, world.clone()));
        let etag = disk.as_ref().and_then(|disk| load_copy(&feed, disk));
        let Settings {
            base,
            token,
            environment,
            timeout,
            ..
        } = settings.clone();
        let http = Arc::new(Http::new(base, token, environment, timeout));
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
        let run = move || {
            let _at_end = at_end;
            updater.run();
        };
        let thread = thread::Builder::new()
            .name("featureflags".into())
            .spawn(run);
        if let Err(error) = &thread {
            let message = format!("no thread for updates: {error}; the flags stay as they are");
            feed.reporter.problem(Problem::Unreachable, message);
        }
        let thread = thread.ok().map(|thread| thread.thread().id());
        Self {
            feed,
            http,
            signal,
            thread,
            ended: Mutex::new(ended),
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
            .is_some_and(|thread| thread != thread::current().id())
        {
            // Both outcomes are an end: the thread hung up, or it has had its time.
            let _ = lock(&self.ended).recv_timeout(CLOSING);
        }
    }
}
