use std::collections::HashMap;
use std::sync::Arc;

use crate::components::{components, Graph};
use crate::issue::IssueCode;
use crate::parse_variants::variant_names;
use crate::place::Place;
use crate::result::Failed;
use crate::snapshot::KeyMap;
use crate::value::{Object, Value};

/// How many required flags one evaluation may come to look at, each counted as often as it is
/// looked at: it bounds the work and the depth of a chain of requirements.
const MAX_REQUIRED: usize = 1000;

/// All flags as JSON, since they are looked at whatever else is wrong with them.
pub(crate) struct Flags<'a> {
    pub(crate) members: &'a Object,
    /// Those that answer `PARSE_ERROR`: any variant of theirs may be named, and they require
    /// nothing.
    pub(crate) refused: &'a KeyMap<Arc<Failed>>,
}

/// Reports requirements that name nothing, that go in a circle, or that ask for too much work.
pub(crate) fn check_requirements(place: &Place<'_>, flags: &Flags<'_>) {
    let mut graph = Graph::new();
    for (key, flag) in flags.members {
        let Some(list) = flag.get("requires") else {
            continue;
        };
        if list.as_list().is_none_or(<[Value]>::is_empty) {
            continue;
        }
        let flag_place = place.member(key);
        let at = flag_place.member("requires");
        let required = at.read_list(list, |each, value| check_names(each, value, flags));
        if !flags.refused.contains_key(key) {
            graph.insert(key, required.unwrap_or_default());
        }
    }
    report_cycles(place, &graph);
}

/// Reports what a requirement names that is not there; gives the flag that it names.
fn check_names<'v>(place: &Place<'_>, value: &'v Value, flags: &Flags<'_>) -> Option<&'v str> {
    let key = value.get("flag")?.as_str()?;
    let Some(flag) = flags.members.get(key) else {
        let message = format!("there is no flag {key:?}");
        return place.member("flag").report(IssueCode::Reference, message);
    };
    if flags.refused.contains_key(key) {
        return Some(key);
    }
    let known = flag.as_object().and_then(variant_names);
    let (Some(known), Some(variants)) = (known, value.get("variants")) else {
        return Some(key);
    };
    if variants.as_list().is_some() {
        place.member("variants").read_list(variants, |at, variant| {
            let name = variant.as_str().filter(|name| !known.contains(name))?;
            at.report::<()>(
                IssueCode::Reference,
                format!("{key} has no variant {name:?}"),
            )
        });
    }
    Some(key)
}

/// Goes from what is required to what requires it, so that costs add up.
fn report_cycles(place: &Place<'_>, graph: &Graph<'_>) {
    let mut costs = HashMap::new();
    for component in components(graph) {
        for &key in &component {
            let Some(required) = graph.get(key) else {
                costs.insert(key, 0);
                continue;
            };
            let flag_place = place.member(key);
            let at = flag_place.member("requires");
            if component.len() > 1 || required.contains(&key) {
                at.report::<()>(IssueCode::Cycle, format!("{key} ends up requiring itself"));
            } else if let Some(cost) = cost_of(required, &costs) {
                costs.insert(key, cost);
                if cost > MAX_REQUIRED {
                    let message =
                        format!("one evaluation would look at more than {MAX_REQUIRED} flags");
                    at.report::<()>(IssueCode::Range, message);
                }
            }
        }
    }
}

/// What a flag costs; none if it leads into a cycle.
fn cost_of(required: &[&str], costs: &HashMap<&str, usize>) -> Option<usize> {
    // What costs too much is reported once, where it begins to.
    let counted = |cost: &usize| 1 + if *cost > MAX_REQUIRED { 0 } else { *cost };
    required.iter().map(|key| costs.get(key).map(counted)).sum()
}
