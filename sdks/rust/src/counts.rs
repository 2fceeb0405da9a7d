use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use crate::instant::spell_instant;
use crate::json_writer::write_json;
use crate::value::{object, Value};
use crate::world::{lock, random_uuid};

/// How many entries may wait; beyond that the oldest are dropped.
const MOST_WAITING: usize = 10_000;
const MOST_IN_BATCH: usize = 500;

/// What was counted and not yet sent.
#[derive(Default)]
pub(crate) struct Queue {
    waiting: Mutex<Waiting>,
    dropped: AtomicU64,
}

#[derive(Default)]
struct Waiting {
    next: u64,
    /// In the order in which they were first counted.
    entries: BTreeMap<u64, Entry>,
    places: HashMap<Kind, u64>,
}

/// What is counted as one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Exposure { flag: Arc<str>, variant: Arc<str> },
    Conversion { event: String },
}

struct Entry {
    kind: Kind,
    count: u64,
    sum: Option<f64>,
    time: SystemTime,
}

impl Queue {
    /// How many entries were dropped because too many waited.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    pub(crate) fn count(&self, kind: Kind, value: Option<f64>, time: SystemTime) {
        let mut waiting = lock(&self.waiting);
        let next = waiting.next;
        let place = *waiting.places.entry(kind.clone()).or_insert(next);
        if place == next {
            waiting.next += 1;
        }
        let new = Entry {
            kind,
            count: 0,
            sum: None,
            time,
        };
        let entry = waiting.entries.entry(place).or_insert(new);
        entry.count += 1;
        entry.time = time;
        entry.sum = value
            .map(|value| entry.sum.unwrap_or_default() + value)
            .or(entry.sum);
        if waiting.entries.len() > MOST_WAITING {
            if let Some((_, oldest)) = waiting.entries.pop_first() {
                waiting.places.remove(&oldest.kind);
                self.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Takes a batch as it is sent, also for the second time: with ids; none if nothing waits.
    pub(crate) fn take(&self) -> Option<String> {
        let mut waiting = lock(&self.waiting);
        let mut events = Vec::new();
        while events.len() < MOST_IN_BATCH {
            let Some((_, entry)) = waiting.entries.pop_first() else {
                break;
            };
            waiting.places.remove(&entry.kind);
            events.push(entry.to_value());
        }
        (!events.is_empty()).then(|| write_json(&object([("events", events.into())])))
    }
}

impl Entry {
    fn to_value(&self) -> Value {
        let kind = match &self.kind {
            Kind::Exposure { flag, variant } => vec![
                ("kind", "exposure".into()),
                ("flag", flag.clone().into()),
                ("variant", variant.clone().into()),
            ],
            Kind::Conversion { event } => {
                vec![
                    ("kind", "conversion".into()),
                    ("event", event.as_str().into()),
                ]
            }
        };
        let sum = self
            .sum
            .filter(|sum| sum.is_finite())
            .map(|sum| ("sum", sum.into()));
        object(kind.into_iter().chain(sum).chain([
            ("id", random_uuid().into()),
            ("count", self.count.into()),
            ("time", spell_instant(self.time).into()),
        ]))
    }
}
