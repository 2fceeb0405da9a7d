use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use crate::context::Attribute;
use crate::operators::Test;
use crate::result::{Failed, Served};
use crate::value::{Object, Value};

/// All flags and segments of one environment at one version, compiled. Never changed.
/// [`parse_snapshot`](crate::parse_snapshot) makes it.
#[derive(Debug)]
pub struct Snapshot {
    pub(crate) environment: Arc<str>,
    pub(crate) version: u64,
    pub(crate) flags: KeyMap<Arc<Flag>>,
    pub(crate) segments: KeyMap<Arc<Segment>>,
    /// The flags that hold something this reader does not know, each with its answer.
    pub(crate) refused: KeyMap<Arc<Failed>>,
    pub(crate) document: Arc<Object>,
}

impl Snapshot {
    /// The environment's key.
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// The snapshot's version: it grows with each change.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The keys of all flags, also of those that are refused; in no order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.flags
            .keys()
            .chain(self.refused.keys())
            .map(|key| &**key)
    }

    /// The keys of the flags that answer `PARSE_ERROR`; in no order.
    pub fn refused_keys(&self) -> impl Iterator<Item = &str> {
        self.refused.keys().map(|key| &**key)
    }

    /// The JSON that the snapshot was made of.
    pub fn to_value(&self) -> Value {
        Value::Object(self.document.clone())
    }
}

pub(crate) type KeyMap<T> = HashMap<Arc<str>, T, BuildHasherDefault<KeyHasher>>;

/// A hash for keys of flags, which are short and come from whoever runs the flags: multiply and
/// rotate over eight bytes at a time, as FxHash of Firefox and rustc does.
#[derive(Default)]
pub(crate) struct KeyHasher(u64);

const FACTOR: u64 = 0x517c_c1b7_2722_0a95;

impl KeyHasher {
    #[inline]
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    }
}

impl Hasher for KeyHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while let Some((word, after)) = rest.split_first_chunk::<8>() {
            self.add(u64::from_le_bytes(*word));
            rest = after;
        }
        if let Some((word, after)) = rest.split_first_chunk::<4>() {
            self.add(u32::from_le_bytes(*word).into());
            rest = after;
        }
        for &byte in rest {
            self.add(byte.into());
        }
    }

    #[inline]
    fn write_u8(&mut self, byte: u8) {
        self.add(byte.into());
    }

    /// The upper bits are the mixed ones; a map looks at the lowest and at the uppermost.
    #[inline]
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FlagType {
    Boolean,
    String,
    Number,
    Object,
}

/// A flag, with every result that it can give made beforehand.
#[derive(Debug)]
pub(crate) struct Flag {
    pub(crate) enabled: bool,
    /// The answer while the flag is disabled.
    pub(crate) disabled: Served,
    pub(crate) requires: Vec<Requirement>,
    /// Targeting key → index in `target_answers`.
    pub(crate) targets: Option<Targets>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) fallback: Serve,
    /// The answer if the fallback is a split and the context lacks its attribute.
    pub(crate) key_missing: Arc<Failed>,
}

#[derive(Debug, Default)]
pub(crate) struct Targets {
    pub(crate) answers: Vec<Served>,
    /// Targeting key → which of the answers. Keys of people are anyone's choice: std's own hash.
    pub(crate) keys: HashMap<Arc<str>, usize>,
}

/// Another flag must serve one of these variants.
#[derive(Debug)]
pub(crate) struct Requirement {
    pub(crate) flag: Arc<str>,
    pub(crate) variants: Vec<Arc<str>>,
    /// The answer if it does not.
    pub(crate) unmet: Served,
}

#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: Arc<str>,
    pub(crate) conditions: Vec<Condition>,
    pub(crate) rollout: Option<Rollout>,
    pub(crate) serve: Serve,
}

/// What a rule or a flag serves: it is always the same, or a split decides.
#[derive(Debug)]
pub(crate) enum Serve {
    Always(Served),
    Split(Split),
}

#[derive(Debug)]
pub(crate) struct Rollout {
    pub(crate) percent: f64,
    pub(crate) by: Attribute,
    pub(crate) salt_hash: u32,
    /// Buckets below it are inside.
    pub(crate) threshold: u32,
}

#[derive(Debug)]
pub(crate) struct Split {
    pub(crate) by: Attribute,
    pub(crate) salt_hash: u32,
    /// The sum of the weights.
    pub(crate) weight: u32,
    /// For each variant, the sum of the weights up to and with its own.
    pub(crate) ends: Vec<u32>,
    pub(crate) served: Vec<Served>,
}

#[derive(Debug)]
pub(crate) enum Condition {
    Value(ValueCondition),
    Presence {
        op: &'static str,
        attribute: Attribute,
        negated: bool,
    },
    Segment {
        op: &'static str,
        key: Arc<str>,
        negated: bool,
    },
}

#[derive(Debug)]
pub(crate) struct ValueCondition {
    pub(crate) op: &'static str,
    pub(crate) attribute: Attribute,
    /// The operands as the flag has them, for traces.
    pub(crate) operands: Arc<[Value]>,
    pub(crate) ignore_case: bool,
    pub(crate) negated: bool,
    pub(crate) test: Test,
}

#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) include: HashSet<Arc<str>>,
    pub(crate) exclude: HashSet<Arc<str>>,
    /// Groups of conditions: the context is held if all of any group are true.
    pub(crate) any: Vec<Vec<Condition>>,
}
