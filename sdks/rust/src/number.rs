use crate::json::number_length;

/// Reads a number spelled by JSON's grammar, the whole text; none if it is none or beyond a
/// double's range.
pub(crate) fn read_json_number(text: &str) -> Option<f64> {
    if text.is_empty() || number_length(text.as_bytes()) != text.len() {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}
