use std::collections::HashMap;
use std::sync::Arc;

use crate::parse_variants::VariantNames;
use crate::result::{Reason, Served};
use crate::value::{Object, Value};

/// A flag while it is read: what its parts need of each other.
pub(crate) struct Draft<'v> {
    pub(crate) key: Arc<str>,
    pub(crate) enabled: bool,
    pub(crate) salt: &'v str,
    pub(crate) values: HashMap<&'v str, &'v Value>,
    /// The variants' names; none if the variants themselves could not be read.
    pub(crate) variants: Option<VariantNames<'v>>,
    pub(crate) metadata: Arc<Object>,
    /// The variant that is served when the flag is off, if it can be read.
    pub(crate) off: Option<&'v Arc<str>>,
}

impl Draft<'_> {
    /// Makes the answer that serves a variant of the flag.
    pub(crate) fn answer(&self, variant: &Arc<str>, reason: Reason) -> Served {
        let value = self
            .values
            .get(&**variant)
            .copied()
            .cloned()
            .unwrap_or_default();
        Served {
            key: self.key.clone(),
            value,
            variant: variant.clone(),
            reason,
            rule_id: None,
            metadata: self.metadata.clone(),
            is_on: self.enabled && Some(variant) != self.off,
        }
    }
}
