use std::mem::replace;

use crate::context::Asker;
use crate::evaluate::{decide, enter};
use crate::result::{Resolution, Served};
use crate::snapshot::{Flag, Requirement, Snapshot};
use crate::value::{object, Value};

/// A flag on the way to its answer: step 3 of the contract.
struct Open<'s> {
    flag: &'s Flag,
    /// Which of its requirements is looked at.
    next: usize,
    /// What is served because a requirement is not met.
    unmet: Option<&'s Served>,
    trace: Option<Vec<Value>>,
}

/// Answers a flag that is enabled and requires others; gives the trace back. The flags that wait
/// are in a list: a chain of them may be 1,000 long, and the stack is that of whoever asks.
pub(crate) fn with_requirements<'s>(
    flag: &'s Flag,
    snapshot: &'s Snapshot,
    asker: &Asker<'_>,
    trace: Option<Vec<Value>>,
) -> (Resolution<'s>, Option<Vec<Value>>) {
    let mut waiting = Vec::new();
    let mut here = Open::new(flag, trace);
    loop {
        if let Some(requirement) = here.ahead() {
            let mut nested = here.trace.is_some().then(Vec::new);
            match enter(snapshot, &requirement.flag, nested.as_mut()) {
                Ok(flag) => waiting.push(replace(&mut here, Open::new(flag, nested))),
                Err(result) => here.settle(&result, nested),
            }
            continue;
        }
        let result = match here.unmet {
            Some(served) => Resolution::Served(served),
            None => decide(here.flag, snapshot, asker, here.trace.as_mut()),
        };
        let Some(parent) = waiting.pop() else {
            return (result, here.trace);
        };
        let nested = replace(&mut here, parent).trace;
        here.settle(&result, nested);
    }
}

impl<'s> Open<'s> {
    fn new(flag: &'s Flag, trace: Option<Vec<Value>>) -> Self {
        Self {
            flag,
            next: 0,
            unmet: None,
            trace,
        }
    }

    /// The requirement to look at; none if all are met, or one is not.
    fn ahead(&self) -> Option<&'s Requirement> {
        let requirement = self.flag.requires.get(self.next);
        requirement.filter(|_| self.unmet.is_none())
    }

    /// Takes the answer of the flag that the requirement ahead names.
    fn settle(&mut self, result: &Resolution<'_>, nested: Option<Vec<Value>>) {
        let Some(requirement) = self.ahead() else {
            return;
        };
        let variant = result.variant();
        let met = variant.is_some_and(|variant| requirement.variants.contains(variant));
        if let (Some(trace), Some(nested)) = (&mut self.trace, nested) {
            trace.push(object([
                ("step", 3.into()),
                ("requires", requirement.flag.clone().into()),
                ("variants", requirement.variants.clone().into()),
                ("variant", variant.cloned().into()),
                ("met", met.into()),
                ("trace", nested.into()),
            ]));
        }
        if met {
            self.next += 1;
        } else {
            self.unmet = Some(&requirement.unmet);
        }
    }
}
