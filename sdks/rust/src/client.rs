use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::answering::Inner;
use crate::change::Change;
use crate::context::Context;
use crate::details::{Details, FlagValue, Status};
use crate::feed::Subscription;
use crate::options::{ClientBuilder, ConfigError, Given};
use crate::testing::WithFlags;
use crate::url::BaseUrl;
use crate::value::Value;

/// Evaluates flags in this process. Cheap to clone; safe to use from any thread. The last clone
/// that is dropped closes it.
///
/// No call panics, waits for the network or fails: what is wrong becomes the caller's default.
#[derive(Clone)]
pub struct FeatureClient {
    pub(crate) inner: Arc<Inner>,
}

/// What [`FeatureClient::explain`] gives.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Explained {
    /// The result as the contract has it.
    pub result: Value,
    /// Each step that led to it.
    pub trace: Vec<Value>,
}

impl FeatureClient {
    /// A client of the server at this address, with the usual options. It returns at once; flags
    /// come as soon as the server answers, or from the copy on disk.
    pub fn new(url: impl Into<String>) -> Result<Self, ConfigError> {
        Self::builder(url).build()
    }

    /// The options of a client of the server at this address.
    pub fn builder(url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(Some(url.into()))
    }

    /// The options of a client without a server: its flags are in a file. That is a snapshot, or
    /// with the feature `yaml` a flags file (`.yml`, `.yaml`).
    pub fn offline(path: impl Into<std::path::PathBuf>) -> ClientBuilder {
        let mut builder = ClientBuilder::new(None);
        builder.offline = Some(Given::File(path.into()));
        builder
    }

    /// The options of a client without a server: its flags are those of a snapshot.
    pub fn offline_snapshot(snapshot: Value) -> ClientBuilder {
        let mut builder = ClientBuilder::new(None);
        builder.offline = Some(Given::Document(snapshot));
        builder
    }

    pub(crate) fn open(builder: ClientBuilder, base: Option<BaseUrl>) -> Self {
        Self {
            inner: Arc::new(Inner::open(builder, base)),
        }
    }

    /// True if the flag is on for the context: the value of a boolean flag; a flag of another type
    /// is on if it is enabled and does not serve its `off` variant. False if anything is wrong.
    pub fn is_enabled(&self, key: &str, context: &Context) -> bool {
        self.inner.is_enabled(key, context)
    }

    /// The value of a boolean flag, or the default.
    pub fn boolean(&self, key: &str, default: bool, context: &Context) -> bool {
        self.details(key, default, context).value
    }

    /// The value of a string flag, or the default.
    pub fn string(&self, key: &str, default: impl Into<String>, context: &Context) -> String {
        self.details(key, default.into(), context).value
    }

    /// The value of a number flag, or the default.
    pub fn number(&self, key: &str, default: f64, context: &Context) -> f64 {
        self.details(key, default, context).value
    }

    /// The value of an object flag, or the default. With [`Value::Null`] as the default, a flag of
    /// any type.
    pub fn object(&self, key: &str, default: Value, context: &Context) -> Value {
        self.details(key, default, context).value
    }

    /// The value with everything that is known about it. The type of the default is what is asked
    /// for.
    pub fn details<T: FlagValue>(&self, key: &str, default: T, context: &Context) -> Details<T> {
        let details = self.inner.details(key, context).typed(default);
        if let (None, Some(variant)) = (details.error_code, &details.variant) {
            self.inner.expose(&details.key, variant);
        }
        details
    }

    /// The result with each step that led to it.
    pub fn explain(&self, key: &str, context: &Context) -> Explained {
        self.inner.explain(key, context)
    }

    /// Every flag of the snapshot, with its error if it has one.
    pub fn all(&self, context: &Context) -> BTreeMap<Arc<str>, Details<Value>> {
        let current = self.inner.current();
        let environment = self.inner.environment_of(&current);
        let inner = &self.inner;
        let overridden = inner.overrides.all(&environment, &inner.reporter);
        let keys = current.snapshot.iter().flat_map(|snapshot| snapshot.keys());
        let keys: Vec<Arc<str>> = keys.map(Arc::from).chain(overridden.into_keys()).collect();
        keys.into_iter()
            .map(|key| (key.clone(), inner.details_of(&key, context, &current)))
            .collect()
    }

    /// Counts that something was achieved, if events are on.
    pub fn track(&self, event: &str, value: Option<f64>) {
        #[cfg(feature = "http")]
        if let (Some(events), None) = (&self.inner.events, self.inner.closed.get()) {
            events.convert(event, value);
        }
        #[cfg(not(feature = "http"))]
        let _ = (event, value);
    }

    /// Calls the listener after each change, until what this gives is dropped or the client is
    /// closed. A listener that holds a clone of the client keeps it from being closed by dropping.
    pub fn on_change(&self, listener: impl Fn(&Change) + Send + Sync + 'static) -> Subscription {
        let start = self
            .inner
            .bootstrap
            .as_ref()
            .and_then(|start| start.snapshot.clone());
        Subscription::new((&self.inner.feed, &self.inner.closed), start, listener)
    }

    /// How the client is.
    pub fn status(&self) -> Status {
        self.inner.status()
    }

    /// The JSON of the snapshot in use, for a bootstrap file for instance; none if there is none.
    pub fn snapshot(&self) -> Option<Value> {
        self.inner
            .current()
            .snapshot
            .map(|snapshot| snapshot.to_value())
    }

    /// Waits until there is a snapshot to answer from, of whatever source; false if the time is
    /// over first, or the client is closed without one.
    pub fn wait_until_ready(&self, timeout: Duration) -> bool {
        let current = self.inner.current();
        if current.snapshot.is_some() || self.inner.closed.get().is_some() {
            return current.snapshot.is_some();
        }
        self.inner.has_source() && self.inner.feed.wait(timeout, &self.inner.closed)
    }

    /// Sets values that stand in for flags until what this gives is dropped: for tests.
    ///
    /// ```
    /// use featureflags_client::{test_client, Context};
    ///
    /// let client = test_client([("dark_mode", false.into())]);
    /// let with = client.with_flags([("dark_mode", true.into())]);
    /// assert!(client.is_enabled("dark_mode", &Context::new()));
    /// drop(with);
    /// assert!(!client.is_enabled("dark_mode", &Context::new()));
    /// ```
    pub fn with_flags<'a>(&self, values: impl IntoIterator<Item = (&'a str, Value)>) -> WithFlags {
        let values = values
            .into_iter()
            .map(|(key, value)| (Arc::from(key), value))
            .collect();
        WithFlags {
            id: self.inner.overrides.set(values),
            inner: self.inner.clone(),
        }
    }

    /// Ends the connection, and sends what events it can within a second, unless another client of
    /// this process shares them. The last snapshot goes on answering.
    pub fn close(&self) {
        self.inner.close();
    }
}

impl fmt::Debug for FeatureClient {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FeatureClient")
            .field("status", &self.status())
            .finish()
    }
}
