use std::sync::Arc;

use crate::draft::Draft;
use crate::parse_conditions::Segments;
use crate::parse_rules::{read_requirement, read_rules, read_targets};
use crate::parse_serving::{read_serve, read_variant_name};
use crate::parse_variants::{
    read_hash, read_metadata, read_type, read_variants, variant_names, Variant,
};
use crate::place::Place;
use crate::result::{ErrorCode, Failed, Reason};
use crate::snapshot::{Flag, Serve};
use crate::value::{Object, Value};

const FIELDS: &[&str] = &[
    "type", "enabled", "hash", "salt", "variants", "off", "requires", "targets", "rules",
    "default", "metadata",
];

/// Reads one flag in its explicit form; none if there was an issue.
pub(crate) fn read_flag(
    place: &Place<'_>,
    key: &Arc<str>,
    value: &Value,
    segments: Segments<'_>,
) -> Option<Flag> {
    let before = place.issues.len();
    let object = place.read_fields(value, FIELDS)?;
    let flag_type = place.required(object, "type", read_type);
    place.required(object, "hash", read_hash);
    let enabled = place.required(object, "enabled", |at, value| at.read_boolean(value));
    let variants = place.required(object, "variants", |at, list| {
        read_variants(at, list, flag_type)
    });
    let draft = draft_of(place, key, object, variants.unwrap_or_default());
    let draft = Draft {
        enabled: enabled.unwrap_or_default(),
        ..draft
    };
    let flag = read_parts(place, object, draft, segments);
    flag.filter(|_| place.issues.len() == before)
}

fn draft_of<'v>(
    place: &Place<'_>,
    key: &Arc<str>,
    object: &'v Object,
    variants: Vec<Variant<'v>>,
) -> Draft<'v> {
    let salt = place.required(object, "salt", |at, value| at.read_string(value));
    let metadata = place.optional(object, "metadata", read_metadata);
    Draft {
        key: key.clone(),
        enabled: false,
        salt: salt.map_or("", |salt| salt),
        values: variants.into_iter().collect(),
        variants: variant_names(object),
        metadata: metadata.unwrap_or_default(),
        off: None,
    }
}

fn read_parts<'v>(
    place: &Place<'_>,
    object: &'v Object,
    mut draft: Draft<'v>,
    segments: Segments<'_>,
) -> Option<Flag> {
    let off = place.required(object, "off", |at, name| {
        read_variant_name(at, name, &draft)
    });
    draft.off = off;
    let requires = place.optional(object, "requires", |at, list| {
        at.read_list(list, |each, value| read_requirement(each, value, &draft))
    });
    let targets = place.optional(object, "targets", |at, list| read_targets(at, list, &draft));
    let rules = place.optional(object, "rules", |at, list| {
        read_rules(at, list, &draft, segments)
    });
    let (requires, rules) = (requires.unwrap_or_default(), rules.unwrap_or_default());
    let is_static = targets.is_none() && rules.is_empty();
    let reason = if is_static {
        Reason::Static
    } else {
        Reason::Default
    };
    let fallback = place.required(object, "default", |at, value| {
        let decided = |split| if split { Reason::Split } else { reason };
        read_serve(at, value, &draft, &|variant, split| {
            draft.answer(variant, decided(split))
        })
    })?;
    let (disabled, key_missing) = (
        draft.answer(off?, Reason::Disabled),
        Arc::new(key_missing(&draft, &fallback)),
    );
    let enabled = draft.enabled;
    Some(Flag {
        enabled,
        disabled,
        requires,
        targets,
        rules,
        fallback,
        key_missing,
    })
}

fn key_missing(draft: &Draft<'_>, serve: &Serve) -> Failed {
    let by = match serve {
        Serve::Split(split) => &*split.by.name,
        Serve::Always(_) => "",
    };
    Failed {
        key: draft.key.clone(),
        error_code: ErrorCode::TargetingKeyMissing,
        error_message: format!(
            "{} is split by {by}, which the context does not have",
            draft.key
        ),
        metadata: draft.metadata.clone(),
    }
}
