use std::collections::{BTreeMap, HashMap};
use std::time::SystemTime;

use crate::value::Value;

const MOST_KEPT: usize = 1000;

/// The answers so far, and in which order they were used last.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) next: u64,
    pub(crate) answers: HashMap<String, KeptAnswer>,
    pub(crate) by_use: BTreeMap<u64, String>,
}

#[derive(Clone)]
pub(crate) struct KeptAnswer {
    pub(crate) body: Value,
    pub(crate) came: SystemTime,
    pub(crate) used: u64,
}

impl Kept {
    pub(crate) fn get(&mut self, question: &str) -> Option<KeptAnswer> {
        self.next += 1;
        let now = self.next;
        let kept = self.answers.get_mut(question)?;
        if let Some(question) = self.by_use.remove(&kept.used) {
            self.by_use.insert(now, question);
        }
        kept.used = now;
        Some(kept.clone())
    }

    pub(crate) fn put(&mut self, question: String, body: Value, came: SystemTime) {
        self.next += 1;
        let used = self.next;
        let kept = KeptAnswer { body, came, used };
        if let Some(before) = self.answers.insert(question.clone(), kept) {
            self.by_use.remove(&before.used);
        }
        self.by_use.insert(used, question);
        if self.answers.len() > MOST_KEPT {
            if let Some((_, oldest)) = self.by_use.pop_first() {
                self.answers.remove(&oldest);
            }
        }
    }
}
