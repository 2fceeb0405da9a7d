use std::fmt;
use std::sync::Arc;

use crate::answering::Inner;
use crate::client::FeatureClient;
use crate::options::{ClientBuilder, Given};
use crate::value::{object, Object, Value};

/// Values stand in for flags as long as this is kept.
#[must_use = "the values are lifted when this is dropped"]
pub struct WithFlags {
    pub(crate) inner: Arc<Inner>,
    pub(crate) id: u64,
}

impl Drop for WithFlags {
    fn drop(&mut self) {
        self.inner.overrides.lift(self.id);
    }
}

impl fmt::Debug for WithFlags {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("WithFlags").finish_non_exhaustive()
    }
}

/// A client without a server that knows only these flags: for tests.
///
/// ```
/// use featureflags_client::{test_client, Context};
///
/// let client = test_client([("new_checkout", true.into()), ("limit", 5.into())]);
/// assert!(client.is_enabled("new_checkout", &Context::user("123")));
/// assert_eq!(client.number("limit", 1.0, &Context::new()), 5.0);
/// ```
pub fn test_client<'a>(values: impl IntoIterator<Item = (&'a str, Value)>) -> FeatureClient {
    let empty = object([
        ("schema", 1.into()),
        ("environment", "test".into()),
        ("version", 0.into()),
        ("flags", Object::new().into()),
    ]);
    let mut builder = ClientBuilder::new(None);
    builder.offline = Some(Given::Document(empty));
    // What is set in the environment of a test must not change it.
    builder.overrides = Some(String::new());
    let client = FeatureClient::open(builder, None);
    let values = values
        .into_iter()
        .map(|(key, value)| (Arc::from(key), value))
        .collect();
    client.inner.overrides.set(values);
    client
}
