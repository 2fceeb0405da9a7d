use std::sync::Arc;
use std::time::Duration;

use crate::client::Explained;
#[cfg(feature = "http")]
use crate::connection::Connection;
use crate::context::{Asker, Clock, Context};
use crate::details::{ClientState, Details, Status};
use crate::evaluate::{explain_for, resolve};
#[cfg(feature = "http")]
use crate::events::Events;
use crate::feed::{Closed, Current, Feed};
use crate::options::StalePolicy;
use crate::overrides::Overrides;
use crate::report::Reporter;
use crate::result::{ErrorCode, Reason, Resolution};
use crate::value::Value;
#[cfg(feature = "http")]
use crate::world::lock;
use crate::world::World;

/// What all clones of a client share: where its answers come from.
pub(crate) struct Inner {
    pub(crate) feed: Arc<Feed>,
    #[cfg(feature = "http")]
    pub(crate) connection: std::sync::Mutex<Option<Arc<Connection>>>,
    #[cfg(feature = "http")]
    pub(crate) events: Option<Arc<Events>>,
    pub(crate) bootstrap: Option<Current>,
    /// What is answered from once the client is closed.
    pub(crate) closed: Closed,
    pub(crate) overrides: Overrides,
    pub(crate) reporter: Arc<Reporter>,
    pub(crate) environment: Option<String>,
    pub(crate) max_age: Option<Duration>,
    pub(crate) stale_policy: StalePolicy,
    pub(crate) world: Arc<dyn World>,
}

impl Inner {
    /// What to answer from: the feed's snapshot, or what stands in until it has one.
    pub(crate) fn current(&self) -> Current {
        if let Some(last) = self.closed.get() {
            return last.clone();
        }
        let current = self.feed.current();
        match &self.bootstrap {
            Some(bootstrap) if current.snapshot.is_none() => bootstrap.clone(),
            _ => current,
        }
    }

    pub(crate) fn has_source(&self) -> bool {
        #[cfg(feature = "http")]
        return lock(&self.connection).is_some();
        #[cfg(not(feature = "http"))]
        false
    }

    pub(crate) fn environment_of(&self, current: &Current) -> String {
        let snapshot = current
            .snapshot
            .as_ref()
            .map(|snapshot| snapshot.environment());
        snapshot
            .or(self.environment.as_deref())
            .unwrap_or("production")
            .to_owned()
    }

    fn overridden(&self, key: &str, current: &Current) -> Option<Value> {
        self.overrides
            .of(key, || self.environment_of(current), &self.reporter)
    }

    fn age(&self, current: &Current) -> Option<Duration> {
        let confirmed = current.confirmed?;
        Some(
            self.world
                .now()
                .duration_since(confirmed)
                .unwrap_or_default(),
        )
    }

    fn is_stale(&self, current: &Current) -> bool {
        let Some(max_age) = self.max_age else {
            return false;
        };
        self.age(current).is_some_and(|age| age >= max_age)
    }

    pub(crate) fn is_enabled(&self, key: &str, context: &Context) -> bool {
        let current = self.current();
        if let Some(value) = self.overridden(key, &current) {
            return value.as_bool().unwrap_or(true);
        }
        let Some(snapshot) = &current.snapshot else {
            return false;
        };
        if self.stale_policy == StalePolicy::Default && self.is_stale(&current) {
            return false;
        }
        let now = || self.world.now();
        let clock = Clock::new(&now);
        match resolve(snapshot, key, &Asker::new(context, Some(&clock)), None) {
            Resolution::Failed(_) => false,
            Resolution::Served(served) => {
                self.expose(&served.key, &served.variant);
                served.value.as_bool().unwrap_or(served.is_on)
            }
        }
    }

    pub(crate) fn details(&self, key: &str, context: &Context) -> Details<Value> {
        self.details_of(key, context, &self.current())
    }

    pub(crate) fn details_of(
        &self,
        key: &str,
        context: &Context,
        current: &Current,
    ) -> Details<Value> {
        let details = self.answer(key, context, current);
        let version = current.snapshot.as_ref().map(|snapshot| snapshot.version);
        let (age, stale) = (self.age(current), self.is_stale(current));
        let details = Details {
            version,
            age,
            stale,
            ..details
        };
        if !stale || details.is_override() || details.error_code.is_some() {
            return details;
        }
        match self.stale_policy {
            StalePolicy::Serve => details,
            StalePolicy::Mark => Details {
                reason: Reason::Stale,
                ..details
            },
            StalePolicy::Default => {
                let message = "the flags are older than max_age: the server is away".to_owned();
                let failed = Details::failed(details.key, Value::Null, ErrorCode::General, message);
                Details {
                    version,
                    age,
                    stale,
                    ..failed
                }
            }
        }
    }

    fn answer(&self, key: &str, context: &Context, current: &Current) -> Details<Value> {
        if let Some(value) = self.overridden(key, current) {
            return Details::overriding(key, value);
        }
        let Some(snapshot) = &current.snapshot else {
            let message = "there are no flags yet: neither from the server nor on disk".to_owned();
            let code = ErrorCode::ProviderNotReady;
            return Details::failed(key.into(), Value::Null, code, message);
        };
        let now = || self.world.now();
        let clock = Clock::new(&now);
        match resolve(snapshot, key, &Asker::new(context, Some(&clock)), None) {
            Resolution::Served(served) => Details {
                key: served.key.clone(),
                value: served.value.clone(),
                variant: Some(served.variant.clone()),
                reason: served.reason,
                rule_id: served.rule_id.clone(),
                error_code: None,
                error_message: None,
                metadata: served.metadata.clone(),
                version: None,
                age: None,
                stale: false,
            },
            Resolution::Failed(failed) => {
                let message = failed.error_message.clone();
                let details =
                    Details::failed(failed.key.clone(), Value::Null, failed.error_code, message);
                Details {
                    metadata: failed.metadata.clone(),
                    ..details
                }
            }
        }
    }

    pub(crate) fn explain(&self, key: &str, context: &Context) -> Explained {
        let current = self.current();
        let overridden = self.overridden(key, &current).is_some();
        let Some(snapshot) = current.snapshot.as_ref().filter(|_| !overridden) else {
            let details = self.answer(key, context, &current);
            return Explained {
                result: details.to_value(),
                trace: Vec::new(),
            };
        };
        let now = || self.world.now();
        let clock = Clock::new(&now);
        let explanation = explain_for(snapshot, key, &Asker::new(context, Some(&clock)));
        Explained {
            result: explanation.result.to_value(),
            trace: explanation.trace,
        }
    }

    pub(crate) fn expose(&self, flag: &Arc<str>, variant: &Arc<str>) {
        #[cfg(feature = "http")]
        if let (Some(events), None) = (&self.events, self.closed.get()) {
            events.expose(flag, variant);
        }
        #[cfg(not(feature = "http"))]
        let _ = (flag, variant);
    }

    pub(crate) fn status(&self) -> Status {
        let current = self.current();
        let state = match &current.snapshot {
            _ if self.closed.get().is_some() => ClientState::Closed,
            None => ClientState::Starting,
            Some(_) if self.is_stale(&current) => ClientState::Stale,
            Some(_) => ClientState::Ready,
        };
        #[cfg(feature = "http")]
        let dropped_events = self.events.as_ref().map_or(0, |events| events.dropped());
        #[cfg(not(feature = "http"))]
        let dropped_events = 0;
        Status {
            state,
            version: current.snapshot.as_ref().map(|snapshot| snapshot.version),
            age: self.age(&current),
            source: current.source,
            error: self
                .feed
                .reporter
                .current()
                .or_else(|| self.reporter.current()),
            dropped_events,
        }
    }

    pub(crate) fn close(&self) {
        let current = self.current();
        if self.closed.set(current).is_ok() {
            self.feed.leave(&self.closed);
            self.disconnect();
        }
    }

    #[cfg(feature = "http")]
    fn disconnect(&self) {
        if let Some(events) = &self.events {
            events.leave();
        }
        let connection = lock(&self.connection).take();
        drop(connection);
    }

    #[cfg(not(feature = "http"))]
    fn disconnect(&self) {}
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}
