use crate::parse_conditions::read_condition;
use crate::parse_rules::read_strings;
use crate::place::Place;
use crate::snapshot::Segment;
use crate::value::Value;

/// Reads one segment; none if there was an issue.
pub(crate) fn read_segment(place: &Place<'_>, value: &Value) -> Option<Segment> {
    let before = place.issues.len();
    let object = place.read_fields(value, &["description", "include", "exclude", "any"])?;
    place.optional(object, "description", |at, text| at.read_string(text));
    let include = place.optional(object, "include", read_strings);
    let exclude = place.optional(object, "exclude", read_strings);
    let any = place.optional(object, "any", |at, groups| {
        at.read_list(groups, |each, group| {
            each.read_list(group, |place, condition| {
                read_condition(place, condition, None)
            })
        })
    });
    if place.issues.len() > before {
        return None;
    }
    let set = |keys: Option<Vec<_>>| keys.into_iter().flatten().collect();
    Some(Segment {
        include: set(include),
        exclude: set(exclude),
        any: any.unwrap_or_default(),
    })
}
