use crate::buckets::{mix_hashes, place, BUCKETS};
use crate::context::Asker;
use crate::result::Served;
use crate::snapshot::{Rollout, Serve, Split};
use crate::value::{object, Value};

/// Where the trace of a rollout or a split is put: the members of a rule's entry.
pub(crate) type ServingTrace = Vec<(&'static str, Value)>;

#[inline]
/// True if the context is inside the rollout; false too if it lacks the rollout's attribute.
pub(crate) fn inside_rollout(
    rollout: &Rollout,
    asker: &Asker<'_>,
    trace: Option<&mut ServingTrace>,
) -> bool {
    let hash = asker.bucketing_hash(&rollout.by);
    let bucket = hash.map(|hash| place(mix_hashes(hash, rollout.salt_hash), BUCKETS));
    let inside = bucket.is_some_and(|bucket| bucket < rollout.threshold);
    if let Some(trace) = trace {
        let entry = object([
            ("by", rollout.by.name.clone().into()),
            ("value", asker.bucketing_value(&rollout.by).into()),
            ("percent", rollout.percent.into()),
            ("bucket", bucket.into()),
            ("inside", inside.into()),
        ]);
        trace.push(("rollout", entry));
    }
    inside
}

#[inline]
/// The answer for the context; none if a split decides and the context lacks its attribute.
pub(crate) fn served_by<'s>(
    serve: &'s Serve,
    asker: &Asker<'_>,
    trace: Option<&mut ServingTrace>,
) -> Option<&'s Served> {
    match serve {
        Serve::Always(served) => Some(served),
        Serve::Split(split) => split_serves(split, asker, trace),
    }
}

#[inline]
fn split_serves<'s>(
    split: &'s Split,
    asker: &Asker<'_>,
    trace: Option<&mut ServingTrace>,
) -> Option<&'s Served> {
    let hash = asker.bucketing_hash(&split.by);
    let point = hash.map(|hash| place(mix_hashes(hash, split.salt_hash), split.weight));
    let served = point.and_then(|point| {
        // The last end is the sum of the weights, which exceeds every point.
        split
            .served
            .get(split.ends.iter().position(|end| point < *end)?)
    });
    if let Some(trace) = trace {
        let entry = object([
            ("by", split.by.name.clone().into()),
            ("value", asker.bucketing_value(&split.by).into()),
            ("point", point.into()),
            ("weight", split.weight.into()),
            (
                "variant",
                served.map(|served| served.variant.clone()).into(),
            ),
        ]);
        trace.push(("split", entry));
    }
    served
}
