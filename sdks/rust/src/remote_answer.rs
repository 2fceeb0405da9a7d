use std::sync::Arc;

use crate::details::Details;
use crate::result::{ErrorCode, Reason};
use crate::value::Value;

/// An answer, and whether its time is over.
pub(crate) struct Told {
    pub(crate) body: Value,
    pub(crate) is_stale: bool,
}

/// An answer of OFREP as details.
pub(crate) fn details_of(key: &str, told: &Told) -> Details<Value> {
    let text = |name| told.body.get(name).and_then(Value::as_str);
    let metadata = told.body.get("metadata").and_then(Value::as_object);
    let metadata = Arc::new(metadata.cloned().unwrap_or_default());
    if let Some(code) = text("errorCode") {
        let message = text("errorDetails")
            .unwrap_or("the server says no more")
            .to_owned();
        let failed = Details::failed(key.into(), Value::Null, code_of(code), message);
        return Details { metadata, ..failed };
    }
    let Some(value) = told.body.get("value") else {
        let message = "the server's answer has no value".to_owned();
        return Details::failed(key.into(), Value::Null, ErrorCode::General, message);
    };
    let reason = text("reason").map_or(Reason::Default, reason_of);
    Details {
        key: key.into(),
        value: value.clone(),
        variant: text("variant").map(Arc::from),
        reason: if told.is_stale { Reason::Stale } else { reason },
        rule_id: None,
        error_code: None,
        error_message: None,
        metadata,
        version: None,
        age: None,
        stale: told.is_stale,
    }
}

fn reason_of(word: &str) -> Reason {
    let known = [
        Reason::Static,
        Reason::TargetingMatch,
        Reason::Split,
        Reason::Disabled,
        Reason::Stale,
    ];
    known
        .into_iter()
        .find(|reason| reason.as_str() == word)
        .unwrap_or(Reason::Default)
}

fn code_of(word: &str) -> ErrorCode {
    let known = [
        ErrorCode::FlagNotFound,
        ErrorCode::ParseError,
        ErrorCode::TargetingKeyMissing,
        ErrorCode::TypeMismatch,
        ErrorCode::InvalidContext,
    ];
    known
        .into_iter()
        .find(|code| code.as_str() == word)
        .unwrap_or(ErrorCode::General)
}
