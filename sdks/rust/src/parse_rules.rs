use std::collections::HashSet;
use std::sync::Arc;

use crate::draft::Draft;
use crate::parse_conditions::{read_condition, Segments};
use crate::parse_serving::{read_rollout, read_serve, read_variant_name};
use crate::place::Place;
use crate::result::{Reason, Served};
use crate::snapshot::{Requirement, Rule, Serve, Targets};
use crate::value::{Object, Value};

const RULE_FIELDS: &[&str] = &["id", "description", "when", "rollout", "serve"];

/// Reads one entry of `requires`; whether the flag exists is checked when all flags are read.
pub(crate) fn read_requirement(
    place: &Place<'_>,
    value: &Value,
    draft: &Draft<'_>,
) -> Option<Requirement> {
    let object = place.read_fields(value, &["flag", "variants"])?;
    let flag = place.required(object, "flag", |at, name| at.read_string(name));
    let variants = place.required(object, "variants", read_variant_names);
    let (flag, variants, off) = (flag?, variants?, draft.off?);
    let mut metadata = Object::clone(&draft.metadata);
    metadata.insert("failedRequirement".into(), flag.clone().into());
    let answer = draft.answer(off, Reason::Disabled);
    let unmet = Served {
        metadata: Arc::new(metadata),
        ..answer
    };
    Some(Requirement {
        flag: flag.clone(),
        variants,
        unmet,
    })
}

fn read_variant_names(place: &Place<'_>, value: &Value) -> Option<Vec<Arc<str>>> {
    let names = read_strings(place, value);
    place.check_filled(value, "variant");
    names
}

/// Reads the targets; none if there are none.
pub(crate) fn read_targets(place: &Place<'_>, value: &Value, draft: &Draft<'_>) -> Option<Targets> {
    let mut targets = Targets::default();
    place.read_list(value, |at, list| {
        let object = at.read_fields(list, &["variant", "keys"])?;
        let variant = at.required(object, "variant", |name, each| {
            read_variant_name(name, each, draft)
        });
        let keys = at.required(object, "keys", read_strings);
        let (variant, keys) = (variant?, keys?);
        let index = targets.answers.len();
        targets
            .answers
            .push(draft.answer(variant, Reason::TargetingMatch));
        for key in keys {
            // The first list that has a key decides.
            targets.keys.entry(key).or_insert(index);
        }
        Some(())
    })?;
    (!targets.answers.is_empty()).then_some(targets)
}

/// Reads a list of strings.
pub(crate) fn read_strings(place: &Place<'_>, value: &Value) -> Option<Vec<Arc<str>>> {
    place.read_list(value, |at, each| at.read_string(each).cloned())
}

/// Reads the rules, whose ids are unique in the flag.
pub(crate) fn read_rules(
    place: &Place<'_>,
    value: &Value,
    draft: &Draft<'_>,
    segments: Segments<'_>,
) -> Option<Vec<Rule>> {
    let mut seen = HashSet::new();
    place.read_list(value, |at, each| {
        let object = at.read_fields(each, RULE_FIELDS)?;
        let id = at.required(object, "id", |name, key| {
            name.read_unique_key(key, &mut seen)
        });
        let rule = read_rule(at, object, draft, segments)?;
        Some(with_id(rule, id?))
    })
}

/// A rule's answers name the rule.
fn with_id(mut rule: Rule, id: &Arc<str>) -> Rule {
    match &mut rule.serve {
        Serve::Always(served) => served.rule_id = Some(id.clone()),
        Serve::Split(split) => {
            split
                .served
                .iter_mut()
                .for_each(|served| served.rule_id = Some(id.clone()));
        }
    }
    Rule {
        id: id.clone(),
        ..rule
    }
}

fn read_rule(
    place: &Place<'_>,
    object: &Object,
    draft: &Draft<'_>,
    segments: Segments<'_>,
) -> Option<Rule> {
    place.optional(object, "description", |at, text| at.read_string(text));
    let conditions = place.optional(object, "when", |at, list| {
        at.read_list(list, |each, condition| {
            read_condition(each, condition, segments)
        })
    });
    let rollout = place.optional(object, "rollout", |at, each| {
        read_rollout(at, each, draft.salt)
    });
    let decided = |split| match split || rollout.is_some() {
        true => Reason::Split,
        false => Reason::TargetingMatch,
    };
    let serve = place.required(object, "serve", |at, each| {
        read_serve(at, each, draft, &|variant, split| {
            draft.answer(variant, decided(split))
        })
    })?;
    Some(Rule {
        id: Arc::default(),
        conditions: conditions.unwrap_or_default(),
        rollout,
        serve,
    })
}
