use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use crate::instant::spell_instant;
use crate::murmur3::murmur3;
use crate::value::{Object, Value};

/// Who asks: one flat object of attributes. Made once, used for any number of evaluations.
///
/// ```
/// use featureflags_client::Context;
///
/// let context = Context::user("user-123").with("country", "US").with("seats", 5);
/// assert_eq!(context.targeting_key(), Some("user-123"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Context {
    attributes: Arc<Object>,
    /// The targeting key as it is spelled for buckets, targets and segments, with its hash.
    key: Option<Bucketing>,
}

/// A value as buckets see it: `1.targetingKey`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bucketing {
    pub(crate) value: Arc<str>,
    pub(crate) hash: u32,
}

const TARGETING_KEY: &str = "targetingKey";
const USER_ID: &str = "user_id";
const NOW: &str = "now";

impl Context {
    /// A context without attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// A context of a targeting key: who gets what is decided by it.
    pub fn user(targeting_key: impl Into<Value>) -> Self {
        Self::new().with(TARGETING_KEY, targeting_key)
    }

    /// The same with one more attribute. An attribute of that name is replaced.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        Arc::make_mut(&mut self.attributes).insert(name.into(), value.into());
        if name == TARGETING_KEY || name == USER_ID {
            self.key = key_of(&self.attributes);
        }
        self
    }

    /// The attributes as they were given.
    pub fn attributes(&self) -> &Object {
        &self.attributes
    }

    /// The targeting key as it is spelled for buckets, targets and segments; none if missing.
    pub fn targeting_key(&self) -> Option<&str> {
        self.key.as_ref().map(|key| &*key.value)
    }

    #[cfg(feature = "http")]
    pub(crate) fn to_value(&self) -> Value {
        Value::Object(self.attributes.clone())
    }
}

impl From<Object> for Context {
    fn from(attributes: Object) -> Self {
        Arc::new(attributes).into()
    }
}

impl From<Arc<Object>> for Context {
    fn from(attributes: Arc<Object>) -> Self {
        let key = key_of(&attributes);
        Self { attributes, key }
    }
}

/// A JSON object is a context; anything else is none.
impl TryFrom<Value> for Context {
    type Error = InvalidContext;

    fn try_from(value: Value) -> Result<Self, InvalidContext> {
        match value {
            Value::Object(attributes) => Ok(attributes.into()),
            other => Err(InvalidContext(other.type_name())),
        }
    }
}

/// What was given as a context is no object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidContext(&'static str);

impl std::fmt::Display for InvalidContext {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "a context must be an object, got {}", self.0)
    }
}

impl std::error::Error for InvalidContext {}

fn key_of(attributes: &Object) -> Option<Bucketing> {
    let key = Attribute::targeting_key();
    let asker = Asker {
        attributes,
        key: None,
        clock: None,
    };
    bucketing(asker.lookup(&key)?)
}

/// An attribute's name, prepared for look-ups when a flag is parsed.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) name: Arc<str>,
    /// The other name of the targeting key, if this is one of the two.
    alias: Option<&'static str>,
    /// The steps of a dotted name; empty if it has no dots.
    path: Box<[Box<str>]>,
    is_targeting_key: bool,
    is_now: bool,
}

impl Attribute {
    pub(crate) fn new(name: &str) -> Self {
        let alias = match name {
            TARGETING_KEY => Some(USER_ID),
            USER_ID => Some(TARGETING_KEY),
            _ => None,
        };
        let path = match name.contains('.') {
            true => name.split('.').map(Into::into).collect(),
            false => Box::default(),
        };
        let (is_targeting_key, is_now) = (name == TARGETING_KEY, name == NOW);
        Self {
            name: name.into(),
            alias,
            path,
            is_targeting_key,
            is_now,
        }
    }

    /// The attribute that buckets use unless a flag names another.
    pub(crate) fn targeting_key() -> Self {
        Self::new(TARGETING_KEY)
    }
}

/// A clock that stands in where a context has no `now` of its own.
pub(crate) struct Clock<'a> {
    now: &'a dyn Fn() -> SystemTime,
    /// Read once, so that one evaluation sees one instant.
    text: OnceLock<Value>,
}

impl<'a> Clock<'a> {
    pub(crate) fn new(now: &'a dyn Fn() -> SystemTime) -> Self {
        Self {
            now,
            text: OnceLock::new(),
        }
    }
}

/// A context during one evaluation.
pub(crate) struct Asker<'a> {
    attributes: &'a Object,
    key: Option<&'a Bucketing>,
    clock: Option<&'a Clock<'a>>,
}

impl<'a> Asker<'a> {
    #[inline]
    pub(crate) fn new(context: &'a Context, clock: Option<&'a Clock<'a>>) -> Self {
        Self {
            attributes: &context.attributes,
            key: context.key.as_ref(),
            clock,
        }
    }

    pub(crate) fn targeting_key(&self) -> Option<&'a Arc<str>> {
        self.key.map(|key| &key.value)
    }

    #[inline]
    /// An attribute's value: literally by its name first, then along its dots (`1.lookup`).
    pub(crate) fn lookup(&self, attribute: &Attribute) -> Option<&'a Value> {
        if let Some(value) = self.attributes.get(&*attribute.name) {
            if value.is_present() {
                return Some(value);
            }
        } else if attribute.is_now {
            let clock = self.clock?;
            return Some(
                clock
                    .text
                    .get_or_init(|| spell_instant((clock.now)()).into()),
            );
        }
        if !attribute.path.is_empty() {
            return self.follow(&attribute.path);
        }
        self.attributes
            .get(attribute.alias?)
            .filter(|value| value.is_present())
    }

    fn follow(&self, path: &[Box<str>]) -> Option<&'a Value> {
        let (first, rest) = path.split_first()?;
        let start = self.attributes.get(&**first)?;
        let end = rest.iter().try_fold(start, |value, name| value.get(name))?;
        end.is_present().then_some(end)
    }

    /// The hash of what goes into buckets; none if that is missing.
    #[inline]
    pub(crate) fn bucketing_hash(&self, by: &Attribute) -> Option<u32> {
        if by.is_targeting_key {
            return self.key.map(|key| key.hash);
        }
        bucketing(self.lookup(by)?).map(|bucketing| bucketing.hash)
    }

    /// What goes into buckets; none if that is missing.
    pub(crate) fn bucketing_value(&self, by: &Attribute) -> Option<Arc<str>> {
        if by.is_targeting_key {
            return self.targeting_key().cloned();
        }
        bucketing(self.lookup(by)?).map(|bucketing| bucketing.value)
    }
}

/// The largest integer up to which doubles have them all: 2^53 − 1.
pub(crate) const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

fn bucketing(value: &Value) -> Option<Bucketing> {
    let value = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.trunc() == *number && number.abs() <= MAX_SAFE_INTEGER => {
            (*number as i64).to_string().into()
        }
        _ => return None,
    };
    Some(Bucketing {
        hash: murmur3(&value),
        value,
    })
}
