use std::fmt;
use std::sync::Arc;

use crate::value::{object, Object, Value};

/// Why a value was served: OpenFeature's reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The flag has neither targets nor rules, or the value is an override.
    Static,
    /// No target and no rule applied.
    Default,
    /// A target or a rule applied.
    TargetingMatch,
    /// A rollout or a split decided.
    Split,
    /// The flag is off, or a flag that it requires is not as it must be.
    Disabled,
    /// Something is wrong: the caller's default stands in.
    Error,
    /// The answer is older than the client may take it for current.
    Stale,
}

/// What went wrong: OpenFeature's error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorCode {
    /// There is no flag of that key.
    FlagNotFound,
    /// The flag holds something that this version of the SDK does not know.
    ParseError,
    /// The flag is split by an attribute that the context lacks.
    TargetingKeyMissing,
    /// The value is of another type than the default.
    TypeMismatch,
    /// The context is no object.
    InvalidContext,
    /// There is no snapshot yet.
    ProviderNotReady,
    /// Anything else; the message says what.
    General,
}

impl Reason {
    /// The word that the contract uses, such as `TARGETING_MATCH`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Static => "STATIC",
            Self::Default => "DEFAULT",
            Self::TargetingMatch => "TARGETING_MATCH",
            Self::Split => "SPLIT",
            Self::Disabled => "DISABLED",
            Self::Error => "ERROR",
            Self::Stale => "STALE",
        }
    }
}

impl ErrorCode {
    /// The word that the contract uses, such as `FLAG_NOT_FOUND`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FlagNotFound => "FLAG_NOT_FOUND",
            Self::ParseError => "PARSE_ERROR",
            Self::TargetingKeyMissing => "TARGETING_KEY_MISSING",
            Self::TypeMismatch => "TYPE_MISMATCH",
            Self::InvalidContext => "INVALID_CONTEXT",
            Self::ProviderNotReady => "PROVIDER_NOT_READY",
            Self::General => "GENERAL",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A value that was served. Made when a snapshot is read, and shared by all evaluations.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Served {
    /// The flag's key.
    pub key: Arc<str>,
    /// The variant's value.
    pub value: Value,
    /// The variant's name.
    pub variant: Arc<str>,
    /// Why it was served.
    pub reason: Reason,
    /// The rule that served it, if one did.
    pub rule_id: Option<Arc<str>>,
    /// The flag's metadata.
    pub metadata: Arc<Object>,
    /// False if the flag is disabled or this is its `off` variant.
    pub(crate) is_on: bool,
}

/// An evaluation that could serve nothing: the caller's default stands in.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Failed {
    /// The flag's key.
    pub key: Arc<str>,
    /// What went wrong.
    pub error_code: ErrorCode,
    /// What went wrong, in words for people.
    pub error_message: String,
    /// The flag's metadata, if there is such a flag.
    pub metadata: Arc<Object>,
}

/// What an evaluation comes to. What was served is borrowed from the snapshot, not copied.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution<'a> {
    /// A value was served.
    Served(&'a Served),
    /// Nothing could be served.
    Failed(Arc<Failed>),
}

impl Resolution<'_> {
    /// The variant's name, if one was served.
    pub fn variant(&self) -> Option<&Arc<str>> {
        match self {
            Self::Served(served) => Some(&served.variant),
            Self::Failed(_) => None,
        }
    }

    /// Why: [`Reason::Error`] if nothing could be served.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Served(served) => served.reason,
            Self::Failed(_) => Reason::Error,
        }
    }

    /// The result as the contract has it (`2.result`).
    pub fn to_value(&self) -> Value {
        match self {
            Self::Served(served) => served.to_value(),
            Self::Failed(failed) => failed.to_value(),
        }
    }
}

impl Served {
    fn to_value(&self) -> Value {
        let rule = self.rule_id.clone().map(|id| ("ruleId", Value::String(id)));
        object(rule.into_iter().chain([
            ("key", self.key.clone().into()),
            ("value", self.value.clone()),
            ("variant", self.variant.clone().into()),
            ("reason", self.reason.as_str().into()),
            ("metadata", Value::Object(self.metadata.clone())),
        ]))
    }
}

impl Failed {
    fn to_value(&self) -> Value {
        object([
            ("key", self.key.clone().into()),
            ("reason", Reason::Error.as_str().into()),
            ("errorCode", self.error_code.as_str().into()),
            ("errorMessage", self.error_message.as_str().into()),
            ("metadata", Value::Object(self.metadata.clone())),
        ])
    }
}
