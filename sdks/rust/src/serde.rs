use serde_json::Value as Json;

use crate::value::{Object, Value};

/// Numbers become doubles, as in the contract.
impl From<Json> for Value {
    fn from(json: Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(value),
            Json::Number(number) => number.as_f64().map_or(Self::Null, Self::Number),
            Json::String(text) => text.into(),
            Json::Array(elements) => elements.into(),
            Json::Object(members) => {
                let members = members
                    .into_iter()
                    .map(|(name, value)| (name.into(), value.into()));
                members.collect::<Object>().into()
            }
        }
    }
}

/// A number that is not finite becomes null: JSON has none.
impl From<&Value> for Json {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => {
                serde_json::Number::from_f64(*number).map_or(Self::Null, Self::Number)
            }
            Value::String(text) => Self::String(text.to_string()),
            Value::List(elements) => Self::Array(elements.iter().map(Self::from).collect()),
            Value::Object(members) => {
                let members = members
                    .iter()
                    .map(|(name, value)| (name.to_string(), value.into()));
                Self::Object(members.collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::read_json;

    #[test]
    fn goes_there_and_back() {
        let text = r#"{"a":[1,2.5,"x",true,null],"b":{"c":-7}}"#;
        let json: Json = serde_json::from_str(text).unwrap();
        let value = Value::from(json);
        assert_eq!(Ok(&value), read_json(text).as_ref());
        assert_eq!(Value::from(Json::from(&value)), value);
        assert_eq!(Json::from(&Value::Number(f64::INFINITY)), Json::Null);
    }
}
