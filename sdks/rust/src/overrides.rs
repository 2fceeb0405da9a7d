use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Mutex;

use crate::file::read_text;
use crate::json::read_json;
use crate::report::{Problem, Reporter};
use crate::value::{Object, Value};
use crate::world::lock;

/// Values that stand in for flags: section 7 of spec/client.md.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    /// What `FF_OVERRIDES` holds.
    given: Option<Object>,
    allowed_in_production: bool,
    /// That they are obeyed, or why not, is told once.
    told: AtomicBool,
    /// Those set from code, in the order in which they were set.
    layers: Mutex<Layers>,
    has_layers: AtomicBool,
}

#[derive(Debug, Default)]
struct Layers {
    next: u64,
    list: Vec<(u64, Object)>,
}

const PRODUCTION: &str = "production";

impl Overrides {
    /// Reads what `FF_OVERRIDES` holds: a JSON object, or the path of a file with one.
    pub(crate) fn new(text: Option<String>, allowed: bool, reporter: &Reporter) -> Self {
        let text = text.filter(|text| !text.is_empty());
        let given = text.and_then(|text| match read_overrides(&text) {
            Ok(overrides) => Some(overrides),
            Err(why) => {
                let message = format!("FF_OVERRIDES is not obeyed: {why}");
                reporter.problem(Problem::Overrides, message);
                None
            }
        });
        Self {
            given,
            allowed_in_production: allowed,
            ..Self::default()
        }
    }

    /// The value that stands in for a flag, if there is one.
    #[inline]
    pub(crate) fn of(
        &self,
        key: &str,
        environment: impl FnOnce() -> String,
        reporter: &Reporter,
    ) -> Option<Value> {
        if self.has_layers.load(Ordering::Acquire) {
            let layers = lock(&self.layers);
            let found = layers
                .list
                .iter()
                .rev()
                .find_map(|(_, values)| values.get(key));
            if let Some(value) = found {
                return Some(value.clone());
            }
        }
        let given = self.given.as_ref()?;
        self.obeys(&environment(), reporter)
            .then(|| given.get(key).cloned())
            .flatten()
    }

    /// All values that stand in for flags.
    pub(crate) fn all(&self, environment: &str, reporter: &Reporter) -> Object {
        let given = self
            .given
            .as_ref()
            .filter(|_| self.obeys(environment, reporter));
        let mut all = given.cloned().unwrap_or_default();
        for (_, values) in &lock(&self.layers).list {
            all.extend(values.clone());
        }
        all
    }

    fn obeys(&self, environment: &str, reporter: &Reporter) -> bool {
        let obeys = self.allowed_in_production || environment != PRODUCTION;
        if !self.told.load(Ordering::Relaxed) && !self.told.swap(true, Ordering::Relaxed) {
            if obeys {
                reporter.info("FF_OVERRIDES is obeyed");
            } else {
                let message = "FF_OVERRIDES is not obeyed in production; the option \
                               allow_overrides makes it so";
                reporter.problem(Problem::Overrides, message);
            }
        }
        obeys
    }

    /// Sets values until [`Self::lift`] is called with the number that this gives.
    pub(crate) fn set(&self, values: Object) -> u64 {
        let mut layers = lock(&self.layers);
        layers.next += 1;
        let id = layers.next;
        layers.list.push((id, values));
        self.has_layers.store(true, Ordering::Release);
        id
    }

    pub(crate) fn lift(&self, id: u64) {
        let mut layers = lock(&self.layers);
        layers.list.retain(|(each, _)| *each != id);
        self.has_layers
            .store(!layers.list.is_empty(), Ordering::Release);
    }
}

fn read_overrides(text: &str) -> Result<Object, String> {
    let file;
    let text = match text.trim_start().starts_with('{') {
        true => text,
        false => {
            file = read_text(Path::new(text)).map_err(|error| format!("{text}: {error}"))?;
            &file
        }
    };
    let value = read_json(text).map_err(|error| error.to_string())?;
    let type_name = value.type_name();
    value
        .as_object()
        .cloned()
        .ok_or_else(|| format!("expected a JSON object, got a {type_name}"))
}
