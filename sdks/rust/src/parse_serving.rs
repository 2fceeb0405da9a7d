use std::collections::HashSet;
use std::sync::Arc;

use crate::buckets::{rollout_salt, rollout_threshold, split_salt, MAX_WEIGHT};
use crate::context::Attribute;
use crate::draft::Draft;
use crate::issue::{shown, IssueCode};
use crate::parse_conditions::read_name;
use crate::place::Place;
use crate::result::Served;
use crate::snapshot::{Rollout, Serve, Split};
use crate::value::{Object, Value};

/// Makes the answer that serves a variant; the flag says whether a split chose it.
type Answer<'a> = &'a dyn Fn(&Arc<str>, bool) -> Served;

/// Reads `{"variant": …}` or `{"split": […], "by": …}`.
pub(crate) fn read_serve(
    place: &Place<'_>,
    value: &Value,
    draft: &Draft<'_>,
    answer: Answer<'_>,
) -> Option<Serve> {
    if value.get("split").is_some() && value.get("variant").is_none() {
        return read_split(place, value, draft, answer).map(Serve::Split);
    }
    let object = place.read_fields(value, &["variant"])?;
    let variant = place.required(object, "variant", |at, name| {
        read_variant_name(at, name, draft)
    })?;
    Some(Serve::Always(answer(variant, false)))
}

/// Reads the name of one of the flag's variants.
pub(crate) fn read_variant_name<'v>(
    place: &Place<'_>,
    value: &'v Value,
    draft: &Draft<'_>,
) -> Option<&'v Arc<str>> {
    let name = place.read_string(value)?;
    let variants = draft.variants.as_ref()?;
    if variants.contains(&**name) {
        return Some(name);
    }
    let mut known: Vec<&str> = variants.iter().copied().collect();
    known.sort_unstable();
    let message = format!(
        "no variant {}; the flag has: {}",
        shown(value),
        known.join(", ")
    );
    place.report(IssueCode::Reference, message)
}

fn read_split(
    place: &Place<'_>,
    value: &Value,
    draft: &Draft<'_>,
    answer: Answer<'_>,
) -> Option<Split> {
    let object = place.read_fields(value, &["split", "by"])?;
    let by = read_by(place, object);
    let shares = place.required(object, "split", |at, list| read_shares(at, list, draft))?;
    let mut weight = 0;
    let ends = shares.iter().map(|(_, own)| {
        weight += own;
        weight
    });
    let ends = ends.collect();
    let served = shares
        .iter()
        .map(|(variant, _)| answer(variant, true))
        .collect();
    let salt_hash = split_salt(draft.salt);
    Some(Split {
        by,
        salt_hash,
        weight,
        ends,
        served,
    })
}

fn read_by(place: &Place<'_>, object: &Object) -> Attribute {
    let name = place.optional(object, "by", read_name);
    name.map_or_else(Attribute::targeting_key, |name| Attribute::new(name))
}

fn read_shares<'v>(
    place: &Place<'_>,
    value: &'v Value,
    draft: &Draft<'_>,
) -> Option<Vec<(&'v Arc<str>, u32)>> {
    let before = place.issues.len();
    let mut seen = HashSet::new();
    // A share is kept even if it cannot be read: a sum means something only if all can be.
    let shares = place.read_list(value, |at, share| {
        Some(read_share(at, share, draft, &mut seen))
    })?;
    let weights: Option<Vec<f64>> = shares.iter().map(|(_, weight)| *weight).collect();
    if let Some(weights) = weights {
        let sum: f64 = weights.iter().sum();
        if !(1.0..=f64::from(MAX_WEIGHT)).contains(&sum) {
            let message = format!("the weights sum to {sum}; expected 1 to {MAX_WEIGHT}");
            place.report::<()>(IssueCode::Range, message);
        }
    }
    if place.issues.len() > before {
        return None;
    }
    shares
        .into_iter()
        .map(|(variant, weight)| Some((variant?, weight? as u32)))
        .collect()
}

/// A share as far as it can be read.
fn read_share<'v>(
    place: &Place<'_>,
    value: &'v Value,
    draft: &Draft<'_>,
    seen: &mut HashSet<Arc<str>>,
) -> (Option<&'v Arc<str>>, Option<f64>) {
    let Some(object) = place.read_fields(value, &["variant", "weight"]) else {
        return (None, None);
    };
    let variant = place.required(object, "variant", |at, name| {
        if let Value::String(name) = name {
            at.check_unique(name, seen);
        }
        read_variant_name(at, name, draft)
    });
    (variant, place.required(object, "weight", read_weight))
}

fn read_weight(place: &Place<'_>, value: &Value) -> Option<f64> {
    let weight = place.read_number(value)?;
    if weight.is_finite() && weight.trunc() == weight && weight >= 0.0 {
        return Some(weight);
    }
    place.report(
        IssueCode::Range,
        format!("expected a whole number from 0 up, got {weight}"),
    )
}

/// Reads `{"percent": …, "by": …}`.
pub(crate) fn read_rollout(place: &Place<'_>, value: &Value, salt: &str) -> Option<Rollout> {
    let object = place.read_fields(value, &["percent", "by"])?;
    let by = read_by(place, object);
    let percent = place.required(object, "percent", read_percent)?;
    let threshold = rollout_threshold(percent);
    Some(Rollout {
        percent,
        by,
        salt_hash: rollout_salt(salt),
        threshold,
    })
}

fn read_percent(place: &Place<'_>, value: &Value) -> Option<f64> {
    let percent = place.read_number(value)?;
    let is_exact = (percent * 1000.0).round() / 1000.0 == percent;
    if (0.0..=100.0).contains(&percent) && is_exact {
        return Some(percent);
    }
    let wanted = "expected 0 to 100 with at most three decimals";
    place.report(IssueCode::Range, format!("{wanted}, got {percent}"))
}
