use std::fmt;

use crate::json_writer::write_json;
use crate::value::Value;

/// What can be wrong with a piece of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum IssueCode {
    /// Another JSON type was expected.
    Type,
    /// A field is missing.
    Required,
    /// A field that this reader does not know.
    Unknown,
    /// A name that this reader does not know.
    Unsupported,
    /// Not a valid key.
    Key,
    /// A number or a count out of bounds.
    Range,
    /// An operand that cannot be read.
    Value,
    /// Names something that is not there.
    Reference,
    /// There is one of that name already.
    Duplicate,
    /// A flag that requires itself.
    Cycle,
    /// A pattern that does not compile.
    Pattern,
}

impl IssueCode {
    /// The word that the contract uses, such as `required`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Required => "required",
            Self::Unknown => "unknown",
            Self::Unsupported => "unsupported",
            Self::Key => "key",
            Self::Range => "range",
            Self::Value => "value",
            Self::Reference => "reference",
            Self::Duplicate => "duplicate",
            Self::Cycle => "cycle",
            Self::Pattern => "pattern",
        }
    }
}

/// One thing that is wrong, where it is (RFC 6901 JSON Pointer) and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Issue {
    /// Where it is; the whole document is the empty text.
    pub path: String,
    /// What kind of thing is wrong.
    pub code: IssueCode,
    /// What was got and what was expected, in words for people.
    pub message: String,
}

impl fmt::Display for Issue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() {
            "/"
        } else {
            &self.path
        };
        write!(
            formatter,
            "{path}: {} ({})",
            self.message,
            self.code.as_str()
        )
    }
}

/// True if the text can be the key of a flag, variant, rule, segment or environment.
pub(crate) fn is_key(text: &str) -> bool {
    let starts_well = text
        .bytes()
        .next()
        .is_some_and(|byte| byte.is_ascii_alphanumeric());
    let is_in_key = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    starts_well && text.len() <= 128 && text.bytes().all(is_in_key)
}

/// A value as a message shows it: a scalar as JSON, cut after 60 characters; else its type.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::List(_) => "a list".into(),
        Value::Object(_) => "an object".into(),
        scalar => {
            let text = write_json(scalar);
            match text.char_indices().nth(60) {
                Some(_) => text.chars().take(57).chain(['…']).collect(),
                None => text,
            }
        }
    }
}
