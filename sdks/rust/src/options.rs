use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::client::FeatureClient;
use crate::report::{usual_logger, Level, Logger};
use crate::url::{without_secrets, BaseUrl};
use crate::value::Value;
use crate::world::{RealWorld, World};

/// How a client stays current.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Mode {
    /// By server-sent events; by polling where a proxy holds them up.
    #[default]
    Streaming,
    /// By asking every `ttl`.
    Polling,
}

/// What to do when the snapshot is older than `max_age`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StalePolicy {
    /// Serve as ever.
    #[default]
    Serve,
    /// Serve, with the reason `STALE`.
    Mark,
    /// Give the caller's default.
    Default,
}

/// An option that cannot be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

/// A snapshot that is given to a client: itself, or the path of a file with it.
#[derive(Clone, Debug)]
pub(crate) enum Given {
    File(PathBuf),
    Document(Value),
}

/// Where the copy on disk is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cache {
    Usual,
    Folder(PathBuf),
    None,
}

/// The options of a [`FeatureClient`]; [`build`](Self::build) makes it.
#[derive(Clone)]
#[must_use = "`build` makes the client"]
pub struct ClientBuilder {
    pub(crate) url: Option<String>,
    pub(crate) token: Option<String>,
    pub(crate) environment: Option<String>,
    pub(crate) mode: Mode,
    pub(crate) ttl: Duration,
    pub(crate) max_age: Option<Duration>,
    pub(crate) stale_policy: StalePolicy,
    pub(crate) timeout: Option<Duration>,
    pub(crate) cache: Cache,
    pub(crate) bootstrap: Option<Given>,
    pub(crate) offline: Option<Given>,
    pub(crate) allow_overrides: bool,
    pub(crate) overrides: Option<String>,
    pub(crate) events: bool,
    pub(crate) logger: Logger,
    pub(crate) world: Arc<dyn World>,
}

/// One for all clients, so that they can share connections.
fn real_world() -> Arc<dyn World> {
    static WORLD: OnceLock<Arc<dyn World>> = OnceLock::new();
    WORLD.get_or_init(|| Arc::new(RealWorld)).clone()
}

const LEAST_TTL: Duration = Duration::from_millis(100);
const USUAL_TTL: Duration = Duration::from_secs(30);
#[cfg(feature = "http")]
pub(crate) const USUAL_TIMEOUT: Duration = Duration::from_secs(10);

impl ClientBuilder {
    pub(crate) fn new(url: Option<String>) -> Self {
        Self {
            url,
            token: None,
            environment: None,
            mode: Mode::default(),
            ttl: USUAL_TTL,
            max_age: None,
            stale_policy: StalePolicy::default(),
            timeout: None,
            cache: Cache::Usual,
            bootstrap: None,
            offline: None,
            allow_overrides: false,
            overrides: None,
            events: false,
            logger: usual_logger(),
            world: real_world(),
        }
    }

    /// Sent as `Authorization: Bearer`. Never logged, never on disk.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The environment whose flags are wanted. Usual: the server's.
    pub fn environment(mut self, key: impl Into<String>) -> Self {
        self.environment = Some(key.into());
        self
    }

    /// How the client stays current. Usual: [`Mode::Streaming`].
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = mode;
        self
    }

    /// In polling mode, the time between two polls: with a server that answers, no answer is older.
    /// Usual: 30 s; at least 100 ms.
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }

    /// The age from which the snapshot is stale. Usual: none.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// What to do when it is stale. Usual: [`StalePolicy::Serve`].
    pub fn stale_policy(mut self, policy: StalePolicy) -> Self {
        self.stale_policy = policy;
        self
    }

    /// For connecting, and for a whole answer that is no stream. Usual: 10 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The folder of the copy on disk. Usual: `featureflags` in the user's cache folder.
    pub fn cache(mut self, folder: impl Into<PathBuf>) -> Self {
        self.cache = Cache::Folder(folder.into());
        self
    }

    /// Keeps no copy on disk.
    pub fn no_cache(mut self) -> Self {
        self.cache = Cache::None;
        self
    }

    /// A snapshot that is used until there is a better one.
    pub fn bootstrap(mut self, snapshot: Value) -> Self {
        self.bootstrap = Some(Given::Document(snapshot));
        self
    }

    /// The path of a file with such a snapshot.
    pub fn bootstrap_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.bootstrap = Some(Given::File(path.into()));
        self
    }

    /// Obeys `FF_OVERRIDES` in production too. Usual: no.
    pub fn allow_overrides(mut self, allow: bool) -> Self {
        self.allow_overrides = allow;
        self
    }

    /// Counts which variants are served and what [`FeatureClient::track`] is told, and sends the
    /// counts. Usual: no.
    pub fn events(mut self, events: bool) -> Self {
        self.events = events;
        self
    }

    /// Takes warnings, each once. Usual: standard error, or the `log` crate with the feature `log`.
    pub fn logger(mut self, logger: impl Fn(Level, &str) + Send + Sync + 'static) -> Self {
        self.logger = Arc::new(logger);
        self
    }

    /// For tests of this crate: another clock, another chance, another disk.
    #[doc(hidden)]
    pub fn world(mut self, world: Arc<dyn World>) -> Self {
        self.world = world;
        self
    }

    /// For tests of this crate: what `FF_OVERRIDES` is taken to hold.
    #[doc(hidden)]
    pub fn overrides(mut self, text: impl Into<String>) -> Self {
        self.overrides = Some(text.into());
        self
    }

    /// Makes the client. It reads what is on disk, starts a thread, and returns at once: it does
    /// not wait for the network.
    pub fn build(self) -> Result<FeatureClient, ConfigError> {
        let base = match &self.url {
            Some(url) => Some(BaseUrl::read(url).map_err(ConfigError)?),
            None => None,
        };
        if base.is_some() && cfg!(not(feature = "http")) {
            let message = "this build has no network; build with the feature `tls` or `http`";
            return Err(ConfigError(message.into()));
        }
        self.check()?;
        if self.ttl < LEAST_TTL {
            let got = self.ttl;
            return Err(ConfigError(format!(
                "ttl must be at least {LEAST_TTL:?}, got {got:?}"
            )));
        }
        Ok(FeatureClient::open(self, base))
    }

    /// The address and the timeout of a client whose calls are answered by the server.
    #[cfg(feature = "http")]
    pub(crate) fn remote_parts(&self, usual: Duration) -> Result<(BaseUrl, Duration), ConfigError> {
        let url = self
            .url
            .as_deref()
            .ok_or_else(|| ConfigError("it needs a url".into()))?;
        let base = BaseUrl::read(url).map_err(ConfigError)?;
        self.check()?;
        let is_for_others = self.mode != Mode::Streaming
            || self.max_age.is_some()
            || self.stale_policy != StalePolicy::Serve
            || self.bootstrap.is_some()
            || self.allow_overrides
            || self.events
            || matches!(self.cache, Cache::Folder(_));
        if is_for_others {
            let message = "a remote client has no mode, max_age, stale_policy, cache, bootstrap, \
                           overrides and events";
            return Err(ConfigError(message.into()));
        }
        Ok((base, self.timeout.unwrap_or(usual)))
    }

    fn check(&self) -> Result<(), ConfigError> {
        if self.timeout.is_some_and(|timeout| timeout.is_zero()) {
            return Err(ConfigError("timeout must be more than nothing".into()));
        }
        let is_header = |text: &str| text.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
        if self
            .token
            .as_deref()
            .is_some_and(|token| token.is_empty() || !is_header(token))
        {
            let message =
                "token must be printable ASCII without spaces; is there a line end in it?";
            return Err(ConfigError(message.into()));
        }
        let environment = self.environment.as_deref();
        if let Some(key) = environment.filter(|key| !crate::issue::is_key(key)) {
            return Err(ConfigError(format!(
                "environment {key:?} is no key of an environment"
            )));
        }
        Ok(())
    }
}

/// Without the token.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientBuilder")
            .field("url", &self.url.as_deref().map(without_secrets))
            .field("environment", &self.environment)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}
