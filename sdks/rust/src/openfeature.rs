use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use open_feature::provider::{
    FeatureProvider, ProviderMetadata, ProviderStatus, ResolutionDetails,
};
use open_feature::{
    async_trait, EvaluationContext, EvaluationContextFieldValue, EvaluationError,
    EvaluationErrorCode, EvaluationReason, EvaluationResult, FlagMetadata, FlagMetadataValue,
    StructValue, Value as OpenFeatureValue,
};

use crate::client::FeatureClient;
use crate::context::Context;
use crate::details::{ClientState, Details};
use crate::result::{ErrorCode, Reason};
use crate::value::{Object, Value};

/// A provider for OpenFeature. The client that it is given ends with its last clone: a provider
/// that has the only one ends it when OpenFeature drops the provider.
#[derive(Debug)]
pub struct FeatureFlagsProvider {
    client: FeatureClient,
    metadata: ProviderMetadata,
    timeout: Duration,
    has_failed: bool,
}

const USUAL_TIMEOUT: Duration = Duration::from_secs(10);

impl FeatureFlagsProvider {
    /// A provider of the client's flags. OpenFeature waits at most 10 s for the first ones.
    pub fn new(client: FeatureClient) -> Self {
        let metadata = ProviderMetadata::new("featureflags");
        Self {
            client,
            metadata,
            timeout: USUAL_TIMEOUT,
            has_failed: false,
        }
    }

    /// How long OpenFeature waits for the first flags.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    fn resolve<T>(
        &self,
        key: &str,
        context: &EvaluationContext,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> EvaluationResult<ResolutionDetails<T>> {
        let details = self.client.details(key, Value::Null, &context_of(context));
        if let Some(code) = details.error_code {
            return Err(error_of(code, details.error_message.unwrap_or_default()));
        }
        let Some(value) = read(&details.value) else {
            let message = format!("{key} is a {}", details.value.type_name());
            return Err(error_of(ErrorCode::TypeMismatch, message));
        };
        Ok(ResolutionDetails {
            value,
            variant: details.variant.as_ref().map(ToString::to_string),
            reason: Some(reason_of(details.reason)),
            flag_metadata: Some(metadata_of(&details)),
        })
    }
}

#[async_trait]
impl FeatureProvider for FeatureFlagsProvider {
    async fn initialize(&mut self, _: &EvaluationContext) {
        self.has_failed = !self.client.ready(self.timeout).await;
    }

    fn status(&self) -> ProviderStatus {
        match self.client.status().state {
            ClientState::Ready => ProviderStatus::Ready,
            ClientState::Stale => ProviderStatus::STALE,
            ClientState::Starting if self.has_failed => ProviderStatus::Error,
            ClientState::Starting | ClientState::Closed => ProviderStatus::NotReady,
        }
    }

    fn metadata(&self) -> &ProviderMetadata {
        &self.metadata
    }

    async fn resolve_bool_value(
        &self,
        key: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<bool>> {
        self.resolve(key, context, Value::as_bool)
    }

    async fn resolve_int_value(
        &self,
        key: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<i64>> {
        self.resolve(key, context, |value| {
            // Beyond 2^53 a double does not hold every integer.
            let is_integer =
                |number: &f64| number.trunc() == *number && number.abs() <= 2f64.powi(53);
            value
                .as_f64()
                .filter(is_integer)
                .map(|number| number as i64)
        })
    }

    async fn resolve_float_value(
        &self,
        key: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<f64>> {
        self.resolve(key, context, Value::as_f64)
    }

    async fn resolve_string_value(
        &self,
        key: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<String>> {
        self.resolve(key, context, |value| value.as_str().map(str::to_owned))
    }

    async fn resolve_struct_value(
        &self,
        key: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<StructValue>> {
        self.resolve(key, context, |value| value.as_object().map(struct_of))
    }
}

/// OpenFeature's context as the flat one of the contract.
fn context_of(context: &EvaluationContext) -> Context {
    let attributes = context
        .custom_fields
        .iter()
        .filter_map(|(name, field)| Some((name.as_str().into(), field_of(field)?)));
    let attributes: Object = attributes.collect();
    let flat = Context::from(attributes);
    match &context.targeting_key {
        Some(key) => flat.with("targetingKey", key.as_str()),
        None => flat,
    }
}

/// A structure can be anything in OpenFeature for Rust: of what is not JSON nothing can be read.
fn field_of(field: &EvaluationContextFieldValue) -> Option<Value> {
    Some(match field {
        EvaluationContextFieldValue::Bool(value) => (*value).into(),
        EvaluationContextFieldValue::Int(value) => (*value).into(),
        EvaluationContextFieldValue::Float(value) => (*value).into(),
        EvaluationContextFieldValue::String(value) => value.as_str().into(),
        EvaluationContextFieldValue::DateTime(value) => SystemTime::from(*value).into(),
        EvaluationContextFieldValue::Struct(value) => {
            if let Some(value) = value.downcast_ref::<Value>() {
                value.clone()
            } else if let Some(value) = value.downcast_ref::<OpenFeatureValue>() {
                value_of(value)
            } else {
                object_of(value.downcast_ref::<StructValue>()?)
            }
        }
    })
}

fn value_of(value: &OpenFeatureValue) -> Value {
    match value {
        OpenFeatureValue::Bool(value) => (*value).into(),
        OpenFeatureValue::Int(value) => (*value).into(),
        OpenFeatureValue::Float(value) => (*value).into(),
        OpenFeatureValue::String(value) => value.as_str().into(),
        OpenFeatureValue::Array(values) => values.iter().map(value_of).collect::<Vec<_>>().into(),
        OpenFeatureValue::Struct(value) => object_of(value),
    }
}

fn object_of(value: &StructValue) -> Value {
    let members = value
        .fields
        .iter()
        .map(|(name, value)| (name.as_str().into(), value_of(value)));
    members.collect::<Object>().into()
}

/// OpenFeature's values know no null: a member that is null is left out.
fn struct_of(members: &Object) -> StructValue {
    let fields = members
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), open_feature_value(value)?)));
    StructValue {
        fields: fields.collect::<HashMap<_, _>>(),
    }
}

fn open_feature_value(value: &Value) -> Option<OpenFeatureValue> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(value) => OpenFeatureValue::Bool(*value),
        Value::Number(number) if number.trunc() == *number && number.abs() <= 2f64.powi(53) => {
            OpenFeatureValue::Int(*number as i64)
        }
        Value::Number(number) => OpenFeatureValue::Float(*number),
        Value::String(text) => OpenFeatureValue::String(text.to_string()),
        Value::List(values) => {
            OpenFeatureValue::Array(values.iter().filter_map(open_feature_value).collect())
        }
        Value::Object(members) => OpenFeatureValue::Struct(struct_of(members)),
    })
}

fn metadata_of(details: &Details<Value>) -> FlagMetadata {
    let mut metadata = FlagMetadata::default();
    for (name, value) in details.metadata.iter() {
        let value = match value {
            Value::Bool(value) => FlagMetadataValue::Bool(*value),
            Value::Number(number) => FlagMetadataValue::Float(*number),
            other => FlagMetadataValue::String(other.as_str().unwrap_or_default().to_owned()),
        };
        metadata.add_value(name.to_string(), value);
    }
    if let Some(id) = &details.rule_id {
        metadata.add_value("ruleId", FlagMetadataValue::String(id.to_string()));
    }
    if let Some(version) = details
        .version
        .and_then(|version| i64::try_from(version).ok())
    {
        metadata.add_value("snapshotVersion", FlagMetadataValue::Int(version));
    }
    metadata
}

fn reason_of(reason: Reason) -> EvaluationReason {
    match reason {
        Reason::Static => EvaluationReason::Static,
        Reason::Default => EvaluationReason::Default,
        Reason::TargetingMatch => EvaluationReason::TargetingMatch,
        Reason::Split => EvaluationReason::Split,
        Reason::Disabled => EvaluationReason::Disabled,
        Reason::Error => EvaluationReason::Error,
        Reason::Stale => EvaluationReason::Other("STALE".into()),
    }
}

fn error_of(code: ErrorCode, message: String) -> EvaluationError {
    let code = match code {
        ErrorCode::FlagNotFound => EvaluationErrorCode::FlagNotFound,
        ErrorCode::ParseError => EvaluationErrorCode::ParseError,
        ErrorCode::TargetingKeyMissing => EvaluationErrorCode::TargetingKeyMissing,
        ErrorCode::TypeMismatch => EvaluationErrorCode::TypeMismatch,
        ErrorCode::InvalidContext => EvaluationErrorCode::InvalidContext,
        ErrorCode::ProviderNotReady => EvaluationErrorCode::ProviderNotReady,
        ErrorCode::General => EvaluationErrorCode::General(message.clone()),
    };
    EvaluationError {
        code,
        message: Some(message),
    }
}
