#![cfg_attr(
    all(feature = "tls", feature = "async", feature = "openfeature", feature = "yaml"),
    doc = include_str!("../README.md")
)]
#![cfg_attr(
    not(all(
        feature = "tls",
        feature = "async",
        feature = "openfeature",
        feature = "yaml"
    )),
    doc = "Feature flags, evaluated in your process. The README has the examples."
)]
#![forbid(unsafe_code)]
#![deny(missing_docs, unreachable_pub)]
#![cfg_attr(
    not(test),
    deny(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::todo,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]

mod answering;
#[cfg(feature = "http")]
mod apply;
#[cfg(feature = "http")]
mod backoff;
mod buckets;
mod change;
#[cfg(feature = "async")]
mod changes;
mod cidr;
mod client;
mod components;
mod conditions;
#[cfg(feature = "http")]
mod connection;
mod context;
#[cfg(feature = "http")]
mod copy_writer;
#[cfg(feature = "http")]
mod counts;
#[cfg(feature = "yaml")]
mod definition;
mod details;
#[cfg(feature = "http")]
mod disk;
mod draft;
mod equality;
mod evaluate;
#[cfg(feature = "http")]
mod events;
mod feed;
mod file;
#[cfg(feature = "yaml")]
mod flags_file;
#[cfg(feature = "http")]
mod follow;
#[cfg(feature = "http")]
mod http;
mod instant;
mod issue;
mod json;
mod json_writer;
#[cfg(feature = "http")]
mod kept;
mod murmur3;
mod number;
mod offline;
#[cfg(feature = "openfeature")]
mod openfeature;
mod opening;
mod operators;
mod options;
mod overrides;
mod parse;
mod parse_conditions;
mod parse_flag;
mod parse_rules;
mod parse_segment;
mod parse_serving;
mod parse_variants;
mod pattern;
mod pattern_class;
mod pattern_parse;
mod pattern_program;
mod pattern_reader;
#[cfg(feature = "http")]
mod piece;
mod place;
#[cfg(any(feature = "async", feature = "openfeature"))]
mod ready;
#[cfg(feature = "http")]
mod remote;
#[cfg(feature = "http")]
mod remote_answer;
mod report;
mod required;
mod requirements;
mod result;
mod semver;
#[cfg(feature = "serde_json")]
mod serde;
mod serving;
#[cfg(feature = "http")]
mod sha256;
#[cfg(feature = "yaml")]
mod shorthand;
mod snapshot;
#[cfg(feature = "http")]
mod stream;
mod testing;
#[cfg(feature = "http")]
mod update;
mod url;
mod value;
mod world;
#[cfg(feature = "yaml")]
mod yaml;

pub use change::Change;
#[cfg(feature = "async")]
pub use changes::Changes;
pub use client::{Explained, FeatureClient};
pub use context::{Context, InvalidContext};
pub use details::{ClientState, Details, FlagValue, Status};
pub use evaluate::{evaluate, explain, Explanation};
pub use feed::{Source, Subscription};
pub use issue::{Issue, IssueCode};
pub use json::{read_json, JsonError};
pub use json_writer::write_json;
#[cfg(feature = "openfeature")]
pub use openfeature::FeatureFlagsProvider;
pub use options::{ClientBuilder, ConfigError, Mode, StalePolicy};
pub use parse::{parse_snapshot, Parsed};
#[cfg(any(feature = "async", feature = "openfeature"))]
pub use ready::Ready;
#[cfg(feature = "http")]
pub use remote::RemoteClient;
pub use report::{Level, Logger};
pub use result::{ErrorCode, Failed, Reason, Resolution, Served};
pub use snapshot::Snapshot;
pub use testing::{test_client, WithFlags};
pub use value::{object, Object, Value};

/// For the tests of this crate; no part of what it promises.
#[doc(hidden)]
pub mod internals {
    pub use crate::buckets::{
        mix_hashes, place, rollout_salt, rollout_threshold, split_salt, BUCKETS, MAX_WEIGHT,
    };
    pub use crate::murmur3::{fmix32, murmur3};
    pub use crate::world::{RealWorld, Signal, Timings, World};
}
