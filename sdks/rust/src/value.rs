use std::collections::BTreeMap;
use std::sync::Arc;

/// A JSON object. Its names are data: any text is one, and they are kept in the order of their
/// code points.
pub type Object = BTreeMap<Arc<str>, Value>;

/// Any value that JSON can spell. Cheap to clone: what is inside is shared.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Nothing; in a context the same as leaving the attribute out.
    #[default]
    Null,
    /// True or false.
    Bool(bool),
    /// An IEEE 754 double. One that is not finite counts as missing in a context.
    Number(f64),
    /// A text.
    String(Arc<str>),
    /// A list.
    List(Arc<[Value]>),
    /// An object.
    Object(Arc<Object>),
}

impl Value {
    /// The boolean; none if it is something else.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number; none if it is something else.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            _ => None,
        }
    }

    /// The text; none if it is something else.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(value) => Some(value),
            _ => None,
        }
    }

    /// The elements; none if it is no list.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(value) => Some(value),
            _ => None,
        }
    }

    /// The members; none if it is no object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Self::Object(value) => Some(value),
            _ => None,
        }
    }

    /// The member of that name; none if there is none, or this is no object.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_object()?.get(name)
    }

    /// The JSON type, as messages name it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::List(_) => "list",
            Self::Object(_) => "object",
        }
    }

    /// Null is missing, and so is a number beyond a double's range: `4.not_finite`.
    pub(crate) fn is_present(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Number(number) => number.is_finite(),
            _ => true,
        }
    }
}

/// Makes an object of its members; of two with one name the later one counts.
///
/// ```
/// use featureflags_client::{object, Value};
///
/// let plan = object([("name", "pro".into()), ("seats", 5.into())]);
/// assert_eq!(plan.get("seats"), Some(&Value::Number(5.0)));
/// ```
pub fn object<'a>(members: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let members = members
        .into_iter()
        .map(|(name, value)| (Arc::from(name), value));
    Value::Object(Arc::new(members.collect()))
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::String(value.into())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::String(value.into())
    }
}

impl From<Arc<str>> for Value {
    fn from(value: Arc<str>) -> Self {
        Self::String(value)
    }
}

impl From<Object> for Value {
    fn from(value: Object) -> Self {
        Self::Object(Arc::new(value))
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>, const N: usize> From<[T; N]> for Value {
    fn from(values: [T; N]) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Numbers become doubles, as in JSON everywhere: a large integer is its nearest double.
macro_rules! from_number {
    ($($number:ty),*) => {$(
        impl From<$number> for Value {
            fn from(value: $number) -> Self {
                Self::Number(value as f64)
            }
        }
    )*};
}

from_number!(f64, f32, i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

/// An instant is its RFC 3339 text in UTC, with milliseconds.
impl From<std::time::SystemTime> for Value {
    fn from(value: std::time::SystemTime) -> Self {
        Self::from(crate::instant::spell_instant(value))
    }
}
