//! The provider in the real OpenFeature SDK: the scenarios of its specification,
//! `specification/assets/gherkin/evaluation.feature` of <https://github.com/open-feature/spec>,
//! as a table, on flags that are written for them.
#![cfg(feature = "openfeature")]

use std::future::Future;
use std::sync::Arc;
use std::task::{Context as Task, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use featureflags_client::{read_json, FeatureClient, FeatureFlagsProvider};
use open_feature::provider::{FeatureProvider, ProviderStatus};
use open_feature::{
    EvaluationContext, EvaluationErrorCode, EvaluationReason, FlagMetadataValue, OpenFeature,
    StructValue, Value,
};

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future on this thread: all that these tests need of a runtime.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut task = Task::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut task) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

/// A flag that serves one value to everyone.
fn fixed(flag_type: &str, variant: &str, value: &str) -> String {
    format!(
        r#"{{"type":"{flag_type}","enabled":true,"hash":"ff1","salt":"","off":"{variant}",
        "variants":[{{"name":"{variant}","value":{value}}}],"default":{{"variant":"{variant}"}},
        "metadata":{{"team":"web"}}}}"#
    )
}

fn flags() -> FeatureClient {
    let object = r#"{"showImages":true,"title":"Check out these pics!","imagesPerPage":100,"no":null,"list":[1,"a"]}"#;
    let is = |attribute: &str, value: &str| {
        format!(r#"{{"attribute":"{attribute}","op":"in","values":[{value}]}}"#)
    };
    let when = [
        is("fn", "\"Sulisław\""),
        is("ln", "\"Świętopełk\""),
        is("age", "29"),
        is("customer", "false"),
    ];
    let aware = format!(
        r#"{{"type":"string","enabled":true,"hash":"ff1","salt":"","off":"external","variants":[
        {{"name":"internal","value":"INTERNAL"}},{{"name":"external","value":"EXTERNAL"}}],
        "rules":[{{"id":"staff","when":[{}],"serve":{{"variant":"internal"}}}}],
        "default":{{"variant":"external"}}}}"#,
        when.join(",")
    );
    let flags = [
        ("boolean-flag", fixed("boolean", "on", "true")),
        ("string-flag", fixed("string", "greeting", "\"hi\"")),
        ("integer-flag", fixed("number", "ten", "10")),
        ("float-flag", fixed("number", "half", "0.5")),
        ("object-flag", fixed("object", "template", object)),
        ("wrong-flag", fixed("string", "one", "\"uno\"")),
        ("context-aware", aware),
    ];
    let flags = flags
        .map(|(key, flag)| format!("\"{key}\":{flag}"))
        .join(",");
    let text = format!(r#"{{"schema":1,"environment":"test","version":3,"flags":{{{flags}}}}}"#);
    FeatureClient::offline_snapshot(read_json(&text).unwrap())
        .build()
        .unwrap()
}

fn person() -> EvaluationContext {
    EvaluationContext::default()
        .with_custom_field("fn", "Sulisław")
        .with_custom_field("ln", "Świętopełk")
        .with_custom_field("age", 29)
        .with_custom_field("customer", false)
}

#[test]
fn the_scenarios_of_plain_values() {
    block_on(async {
        let mut api = OpenFeature::default();
        api.set_provider(FeatureFlagsProvider::new(flags())).await;
        let client = api.create_client();
        let boolean = client
            .get_bool_details("boolean-flag", None, None)
            .await
            .unwrap();
        assert_eq!(
            (boolean.value, boolean.variant.as_deref()),
            (true, Some("on"))
        );
        assert_eq!(boolean.reason, Some(EvaluationReason::Static));
        let string = client
            .get_string_details("string-flag", None, None)
            .await
            .unwrap();
        assert_eq!(
            (&*string.value, string.variant.as_deref()),
            ("hi", Some("greeting"))
        );
        let integer = client
            .get_int_details("integer-flag", None, None)
            .await
            .unwrap();
        assert_eq!(
            (integer.value, integer.variant.as_deref()),
            (10, Some("ten"))
        );
        let float = client
            .get_float_details("float-flag", None, None)
            .await
            .unwrap();
        assert_eq!((float.value, float.variant.as_deref()), (0.5, Some("half")));
        api.shutdown().await;
    });
}

#[test]
fn the_scenarios_of_objects_contexts_and_errors() {
    block_on(async {
        let mut api = OpenFeature::default();
        api.set_provider(FeatureFlagsProvider::new(flags())).await;
        let client = api.create_client();
        let object = client
            .get_struct_details::<StructValue>("object-flag", None, None)
            .await
            .unwrap();
        assert_eq!(object.variant.as_deref(), Some("template"));
        let fields = &object.value.fields;
        assert_eq!(fields.get("showImages"), Some(&Value::Bool(true)));
        assert_eq!(
            fields.get("title"),
            Some(&Value::String("Check out these pics!".into()))
        );
        assert_eq!(fields.get("imagesPerPage"), Some(&Value::Int(100)));
        assert_eq!(fields.get("no"), None);
        let person = person();
        let aware = client
            .get_string_details("context-aware", Some(&person), None)
            .await
            .unwrap();
        assert_eq!(
            (&*aware.value, aware.reason),
            ("INTERNAL", Some(EvaluationReason::TargetingMatch))
        );
        let empty = client
            .get_string_value("context-aware", None, None)
            .await
            .unwrap();
        assert_eq!(empty, "EXTERNAL");
        let missing = client
            .get_string_value("missing-flag", None, None)
            .await
            .unwrap_err();
        assert_eq!(missing.code, EvaluationErrorCode::FlagNotFound);
        let wrong = client
            .get_int_value("wrong-flag", None, None)
            .await
            .unwrap_err();
        assert_eq!(wrong.code, EvaluationErrorCode::TypeMismatch);
        let half = client
            .get_int_value("float-flag", None, None)
            .await
            .unwrap_err();
        assert_eq!(half.code, EvaluationErrorCode::TypeMismatch);
        api.shutdown().await;
    });
}

#[test]
fn metadata_has_the_rule_and_the_version() {
    let provider = FeatureFlagsProvider::new(flags());
    block_on(async {
        let details = provider
            .resolve_string_value("context-aware", &person())
            .await
            .unwrap();
        let metadata = details.flag_metadata.unwrap().values;
        assert_eq!(
            metadata.get("ruleId"),
            Some(&FlagMetadataValue::String("staff".into()))
        );
        assert_eq!(
            metadata.get("snapshotVersion"),
            Some(&FlagMetadataValue::Int(3))
        );
        let details = provider
            .resolve_bool_value("boolean-flag", &EvaluationContext::default())
            .await;
        let metadata = details.unwrap().flag_metadata.unwrap().values;
        assert_eq!(
            metadata.get("team"),
            Some(&FlagMetadataValue::String("web".into()))
        );
    });
}

#[cfg(feature = "http")]
#[test]
fn a_provider_without_flags_is_in_error_after_its_time() {
    let client = FeatureClient::builder("http://127.0.0.1:1")
        .no_cache()
        .logger(|_, _| {});
    let client = client.build().unwrap();
    let mut provider = FeatureFlagsProvider::new(client).timeout(Duration::from_millis(5));
    assert_eq!(provider.status(), ProviderStatus::NotReady);
    block_on(async {
        provider.initialize(&EvaluationContext::default()).await;
        let error = provider
            .resolve_bool_value("a", &EvaluationContext::default())
            .await;
        assert_eq!(
            error.unwrap_err().code,
            EvaluationErrorCode::ProviderNotReady
        );
    });
    assert_eq!(provider.status(), ProviderStatus::Error);
    assert_eq!(
        FeatureFlagsProvider::new(flags()).status(),
        ProviderStatus::Ready
    );
}

#[cfg(all(feature = "async", feature = "http"))]
#[test]
fn waits_and_follows_changes_on_any_runtime() {
    let client = flags();
    assert!(block_on(client.ready(Duration::ZERO)));
    let away = FeatureClient::builder("http://127.0.0.1:1")
        .no_cache()
        .logger(|_, _| {});
    let away = away.build().unwrap();
    assert!(!block_on(away.ready(Duration::from_millis(5))));
}
