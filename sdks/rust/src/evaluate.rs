use std::sync::Arc;

use crate::conditions::all_hold;
use crate::context::{Asker, Context};
use crate::required::with_requirements;
use crate::result::{ErrorCode, Failed, Resolution, Served};
use crate::serving::{inside_rollout, served_by, ServingTrace};
use crate::snapshot::{Flag, Rule, Snapshot, Targets};
use crate::value::{object, Value};

/// Evaluates one flag for one context: steps 1 to 6 of the contract. Copies and allocates nothing,
/// unless there is no such flag, or it requires other flags.
///
/// It reads no clock: `now` is an attribute like any other.
#[inline]
pub fn evaluate<'s>(snapshot: &'s Snapshot, key: &str, context: &Context) -> Resolution<'s> {
    resolve(snapshot, key, &Asker::new(context, None), None)
}

/// An evaluation with the trace of how its result came about.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Explanation<'s> {
    /// What [`evaluate`] gives.
    pub result: Resolution<'s>,
    /// The steps that were taken, as the contract has them (`2.trace.1` and following).
    pub trace: Vec<Value>,
}

/// Evaluates one flag and tells each step that led to the result.
pub fn explain<'s>(snapshot: &'s Snapshot, key: &str, context: &Context) -> Explanation<'s> {
    explain_for(snapshot, key, &Asker::new(context, None))
}

pub(crate) fn explain_for<'s>(
    snapshot: &'s Snapshot,
    key: &str,
    asker: &Asker<'_>,
) -> Explanation<'s> {
    let mut trace = Vec::new();
    let result = resolve(snapshot, key, asker, Some(&mut trace));
    Explanation { result, trace }
}

pub(crate) type Trace<'t> = Option<&'t mut Vec<Value>>;

pub(crate) fn resolve<'s>(
    snapshot: &'s Snapshot,
    key: &str,
    asker: &Asker<'_>,
    mut trace: Trace<'_>,
) -> Resolution<'s> {
    let flag = match enter(snapshot, key, trace.as_deref_mut()) {
        Ok(flag) => flag,
        Err(result) => return result,
    };
    if flag.requires.is_empty() {
        return decide(flag, snapshot, asker, trace);
    }
    let own = trace.as_deref_mut().map(std::mem::take);
    let (result, own) = with_requirements(flag, snapshot, asker, own);
    if let (Some(trace), Some(own)) = (trace, own) {
        *trace = own;
    }
    result
}

/// Steps 1 and 2: the flag, or what is answered without looking further.
#[inline]
pub(crate) fn enter<'s>(
    snapshot: &'s Snapshot,
    key: &str,
    trace: Trace<'_>,
) -> Result<&'s Flag, Resolution<'s>> {
    let flag = match snapshot.flags.get(key) {
        Some(flag) => &**flag,
        None => return Err(missing(snapshot, key, trace)),
    };
    if let Some(trace) = trace {
        trace.push(object([("step", 1.into()), ("outcome", "found".into())]));
        trace.push(object([
            ("step", 2.into()),
            ("enabled", flag.enabled.into()),
        ]));
    }
    match flag.enabled {
        true => Ok(flag),
        false => Err(Resolution::Served(&flag.disabled)),
    }
}

/// Steps 4 to 6, of a flag whose requirements are met.
#[inline]
pub(crate) fn decide<'s>(
    flag: &'s Flag,
    snapshot: &'s Snapshot,
    asker: &Asker<'_>,
    mut trace: Trace<'_>,
) -> Resolution<'s> {
    let mut served = None;
    if let Some(targets) = &flag.targets {
        served = targeted(targets, asker, trace.as_deref_mut());
    }
    if served.is_none() {
        served = ruled(flag, snapshot, asker, trace.as_deref_mut());
    }
    served.map_or_else(|| fallen_back(flag, asker, trace), Resolution::Served)
}

#[cold]
fn missing<'s>(snapshot: &'s Snapshot, key: &str, trace: Trace<'_>) -> Resolution<'s> {
    let refused = snapshot.refused.get(key);
    if let Some(trace) = trace {
        let outcome = if refused.is_some() {
            "refused"
        } else {
            "not_found"
        };
        trace.push(object([("step", 1.into()), ("outcome", outcome.into())]));
    }
    Resolution::Failed(refused.cloned().unwrap_or_else(|| {
        Arc::new(Failed {
            key: key.into(),
            error_code: ErrorCode::FlagNotFound,
            error_message: format!("there is no flag {key:?} in {}", snapshot.environment),
            metadata: Arc::default(),
        })
    }))
}

fn targeted<'s>(targets: &'s Targets, asker: &Asker<'_>, trace: Trace<'_>) -> Option<&'s Served> {
    let key = asker.targeting_key();
    let index = key.and_then(|key| targets.keys.get(key));
    let served = index.and_then(|&index| targets.answers.get(index));
    if let Some(trace) = trace {
        trace.push(object([
            ("step", 4.into()),
            ("targetingKey", key.cloned().into()),
            (
                "variant",
                served.map(|served| served.variant.clone()).into(),
            ),
        ]));
    }
    served
}

#[inline]
fn ruled<'s>(
    flag: &'s Flag,
    snapshot: &'s Snapshot,
    asker: &Asker<'_>,
    mut trace: Trace<'_>,
) -> Option<&'s Served> {
    flag.rules
        .iter()
        .find_map(|rule| match trace.as_deref_mut() {
            None => rule_serves(rule, snapshot, asker, &mut None),
            Some(trace) => {
                let mut entry = Some(RuleTrace::default());
                let served = rule_serves(rule, snapshot, asker, &mut entry);
                trace.push(entry.unwrap_or_default().entry(rule, served.is_some()));
                served
            }
        })
}

#[derive(Default)]
struct RuleTrace {
    conditions: Vec<Value>,
    serving: ServingTrace,
}

impl RuleTrace {
    fn entry(self, rule: &Rule, applies: bool) -> Value {
        object(self.serving.into_iter().chain([
            ("step", 5.into()),
            ("rule", rule.id.clone().into()),
            ("conditions", self.conditions.into()),
            ("applies", applies.into()),
        ]))
    }
}

#[inline]
fn rule_serves<'s>(
    rule: &'s Rule,
    snapshot: &'s Snapshot,
    asker: &Asker<'_>,
    trace: &mut Option<RuleTrace>,
) -> Option<&'s Served> {
    let conditions = trace.as_mut().map(|trace| &mut trace.conditions);
    if !all_hold(&rule.conditions, snapshot, asker, conditions) {
        return None;
    }
    if let Some(rollout) = &rule.rollout {
        if !inside_rollout(
            rollout,
            asker,
            trace.as_mut().map(|trace| &mut trace.serving),
        ) {
            return None;
        }
    }
    served_by(
        &rule.serve,
        asker,
        trace.as_mut().map(|trace| &mut trace.serving),
    )
}

#[inline]
fn fallen_back<'s>(flag: &'s Flag, asker: &Asker<'_>, trace: Trace<'_>) -> Resolution<'s> {
    let mut serving = trace.is_some().then(ServingTrace::new);
    let result = match served_by(&flag.fallback, asker, serving.as_mut()) {
        Some(served) => Resolution::Served(served),
        None => Resolution::Failed(flag.key_missing.clone()),
    };
    if let Some(trace) = trace {
        trace.push(object(serving.into_iter().flatten().chain([
            ("step", 6.into()),
            ("outcome", "default".into()),
            ("reason", result.reason().as_str().into()),
        ])));
    }
    result
}
