use std::sync::Arc;
use std::time::Duration;

use crate::feed::Source;
use crate::result::{ErrorCode, Reason};
use crate::value::{object, Object, Value};

/// A value with everything that is known about it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Details<T> {
    /// The flag's key.
    pub key: Arc<str>,
    /// The value that was served, or the default.
    pub value: T,
    /// The variant that was served.
    pub variant: Option<Arc<str>>,
    /// Why.
    pub reason: Reason,
    /// The rule that served it.
    pub rule_id: Option<Arc<str>>,
    /// What went wrong, if something did.
    pub error_code: Option<ErrorCode>,
    /// The same in words for people.
    pub error_message: Option<String>,
    /// The flag's metadata.
    pub metadata: Arc<Object>,
    /// The snapshot's version; none without a snapshot.
    pub version: Option<u64>,
    /// How long ago the snapshot was known to be what the server has; none if it has no age.
    pub age: Option<Duration>,
    /// True if the age has reached `max_age`.
    pub stale: bool,
}

/// What a flag can hold, as a type: `bool`, `String`, `f64`, or [`Value`] for objects.
///
/// With a [`Value`] of null as the default any type will do; otherwise the value must be of the
/// default's type.
pub trait FlagValue: sealed::Sealed + Clone {
    /// The value as this type; none if it is of another one.
    fn read(value: &Value, default: &Self) -> Option<Self>;

    /// What is asked for, for messages.
    fn type_name(&self) -> &'static str;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for bool {}
    impl Sealed for String {}
    impl Sealed for f64 {}
    impl Sealed for crate::value::Value {}
}

impl FlagValue for bool {
    fn read(value: &Value, _: &Self) -> Option<Self> {
        value.as_bool()
    }

    fn type_name(&self) -> &'static str {
        "boolean"
    }
}

impl FlagValue for String {
    fn read(value: &Value, _: &Self) -> Option<Self> {
        value.as_str().map(str::to_owned)
    }

    fn type_name(&self) -> &'static str {
        "string"
    }
}

impl FlagValue for f64 {
    fn read(value: &Value, _: &Self) -> Option<Self> {
        value.as_f64()
    }

    fn type_name(&self) -> &'static str {
        "number"
    }
}

impl FlagValue for Value {
    fn read(value: &Value, default: &Self) -> Option<Self> {
        let fits = *default == Self::Null || value.type_name() == default.type_name();
        fits.then(|| value.clone())
    }

    fn type_name(&self) -> &'static str {
        Self::type_name(self)
    }
}

impl<T> Details<T> {
    /// The default, because something is wrong.
    pub(crate) fn failed(key: Arc<str>, default: T, code: ErrorCode, message: String) -> Self {
        Self {
            key,
            value: default,
            variant: None,
            reason: Reason::Error,
            rule_id: None,
            error_code: Some(code),
            error_message: Some(message),
            metadata: Arc::default(),
            version: None,
            age: None,
            stale: false,
        }
    }
}

const OVERRIDE: &str = "override";

impl Details<Value> {
    /// A value that stands in for a flag.
    pub(crate) fn overriding(key: &str, value: Value) -> Self {
        let metadata = Object::from([(Arc::from(OVERRIDE), true.into())]);
        Self {
            key: key.into(),
            value,
            variant: None,
            reason: Reason::Static,
            rule_id: None,
            error_code: None,
            error_message: None,
            metadata: Arc::new(metadata),
            version: None,
            age: None,
            stale: false,
        }
    }

    pub(crate) fn is_override(&self) -> bool {
        self.metadata.contains_key(OVERRIDE)
    }

    pub(crate) fn to_value(&self) -> Value {
        let metadata = Value::Object(self.metadata.clone());
        let base = [("key", self.key.clone().into()), ("metadata", metadata)];
        let base = base
            .into_iter()
            .chain([("reason", self.reason.as_str().into())]);
        match (self.error_code, &self.error_message) {
            (Some(code), message) => {
                let code = ("errorCode", code.as_str().into());
                object(base.chain([code, ("errorMessage", message.clone().into())]))
            }
            (None, _) => object(base.chain([("value", self.value.clone())])),
        }
    }

    /// The same as another type; the default if it is not of that type.
    pub(crate) fn typed<T: FlagValue>(self, default: T) -> Details<T> {
        let read = match self.error_code {
            None => T::read(&self.value, &default),
            Some(_) => None,
        };
        let Some(value) = read else {
            let (code, message) = match self.error_code {
                Some(code) => (code, self.error_message),
                None => (
                    ErrorCode::TypeMismatch,
                    Some(format!(
                        "{} is asked for as a {}, its value is a {}",
                        self.key,
                        default.type_name(),
                        self.value.type_name()
                    )),
                ),
            };
            let failed = Details::failed(self.key, default, code, message.unwrap_or_default());
            let Self {
                metadata,
                version,
                age,
                stale,
                ..
            } = self;
            return Details {
                metadata,
                version,
                age,
                stale,
                ..failed
            };
        };
        Details {
            value,
            key: self.key,
            variant: self.variant,
            reason: self.reason,
            rule_id: self.rule_id,
            error_code: None,
            error_message: None,
            metadata: self.metadata,
            version: self.version,
            age: self.age,
            stale: self.stale,
        }
    }
}

/// Whether a client can answer, and from what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ClientState {
    /// There is no snapshot yet.
    Starting,
    /// There is one.
    Ready,
    /// There is one, older than `max_age`.
    Stale,
    /// The client was closed. The last snapshot goes on answering.
    Closed,
}

/// How a client is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Status {
    /// Whether it can answer.
    pub state: ClientState,
    /// The version of the snapshot in use.
    pub version: Option<u64>,
    /// How old it is; none if it has no age.
    pub age: Option<Duration>,
    /// Where it came from.
    pub source: Source,
    /// What is wrong now.
    pub error: Option<String>,
    /// How many events were dropped because too many waited.
    pub dropped_events: u64,
}
