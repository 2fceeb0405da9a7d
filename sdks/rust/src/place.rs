use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt::Write;
use std::sync::Arc;

use crate::issue::{is_key, shown, Issue, IssueCode};
use crate::value::{Object, Value};

/// The list that the issues of one document go to.
#[derive(Default)]
pub(crate) struct Issues(RefCell<Vec<Issue>>);

impl Issues {
    pub(crate) fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub(crate) fn into_list(self) -> Vec<Issue> {
        self.0.into_inner()
    }

    /// The first issue from `start` on that `wanted` is true of.
    pub(crate) fn find(&self, start: usize, wanted: impl Fn(&Issue) -> bool) -> Option<Issue> {
        self.0
            .borrow()
            .iter()
            .skip(start)
            .find(|issue| wanted(issue))
            .cloned()
    }
}

/// A place in the document that is being read. Its path is only spelled if there is an issue.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
    pub(crate) issues: &'a Issues,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Root,
    Member(&'a str),
    Element(usize),
}

/// A member's name as a step of a JSON Pointer.
pub(crate) fn pointer_step(name: &str) -> String {
    format!("/{}", name.replace('~', "~0").replace('/', "~1"))
}

impl<'a> Place<'a> {
    pub(crate) fn root(issues: &'a Issues) -> Self {
        Self {
            parent: None,
            step: Step::Root,
            issues,
        }
    }

    pub(crate) fn member(&'a self, name: &'a str) -> Self {
        Self {
            parent: Some(self),
            step: Step::Member(name),
            issues: self.issues,
        }
    }

    fn element(&'a self, index: usize) -> Self {
        Self {
            parent: Some(self),
            step: Step::Element(index),
            issues: self.issues,
        }
    }

    fn path(&self) -> String {
        let mut path = self.parent.map(Self::path).unwrap_or_default();
        match self.step {
            Step::Root => {}
            Step::Member(name) => path.push_str(&pointer_step(name)),
            Step::Element(index) => {
                let _ = write!(path, "/{index}");
            }
        }
        path
    }

    /// Notes an issue; gives none, so that a reader can `return place.report(…)`.
    pub(crate) fn report<T>(&self, code: IssueCode, message: impl Into<String>) -> Option<T> {
        let issue = Issue {
            path: self.path(),
            code,
            message: message.into(),
        };
        self.issues.0.borrow_mut().push(issue);
        None
    }

    fn wrong_type<T>(&self, expected: &str, value: &Value) -> Option<T> {
        self.report(
            IssueCode::Type,
            format!("expected {expected}, got {}", value.type_name()),
        )
    }

    pub(crate) fn read_string<'v>(&self, value: &'v Value) -> Option<&'v Arc<str>> {
        match value {
            Value::String(text) => Some(text),
            other => self.wrong_type("a string", other),
        }
    }

    pub(crate) fn read_boolean(&self, value: &Value) -> Option<bool> {
        value
            .as_bool()
            .or_else(|| self.wrong_type("true or false", value))
    }

    pub(crate) fn read_number(&self, value: &Value) -> Option<f64> {
        value
            .as_f64()
            .or_else(|| self.wrong_type("a number", value))
    }

    pub(crate) fn read_object<'v>(&self, value: &'v Value) -> Option<&'v Object> {
        value
            .as_object()
            .or_else(|| self.wrong_type("an object", value))
    }

    pub(crate) fn read_key<'v>(&self, value: &'v Value) -> Option<&'v Arc<str>> {
        self.read_string(value).filter(|key| self.check_key(key))
    }

    /// Reports unless `key` is a valid key.
    pub(crate) fn check_key(&self, key: &str) -> bool {
        if is_key(key) {
            return true;
        }
        let wanted = "1 to 128 letters, digits, \".\", \"_\" or \"-\", first a letter or digit";
        let message = format!("{} is not a key: {wanted}", shown(&key.into()));
        self.report::<()>(IssueCode::Key, message).is_some()
    }

    /// Reads a key that no other in `seen` equals, and adds it to them.
    pub(crate) fn read_unique_key<'v>(
        &self,
        value: &'v Value,
        seen: &mut HashSet<Arc<str>>,
    ) -> Option<&'v Arc<str>> {
        let key = self.read_string(value)?;
        let is_valid = self.check_key(key);
        (self.check_unique(key, seen) && is_valid).then_some(key)
    }

    /// Reports unless no other in `seen` equals the name, and adds it to them.
    pub(crate) fn check_unique(&self, name: &Arc<str>, seen: &mut HashSet<Arc<str>>) -> bool {
        if seen.insert(name.clone()) {
            return true;
        }
        let message = format!("there is {} already", shown(&name.clone().into()));
        self.report::<()>(IssueCode::Duplicate, message).is_some()
    }

    /// Reports a list without elements.
    pub(crate) fn check_filled(&self, value: &Value, element: &str) {
        if value.as_list().is_some_and(<[Value]>::is_empty) {
            self.report::<()>(IssueCode::Range, format!("expected at least one {element}"));
        }
    }

    /// Reads an object and reports each field that is not one of `fields`.
    pub(crate) fn read_fields<'v>(&self, value: &'v Value, fields: &[&str]) -> Option<&'v Object> {
        let object = self.read_object(value)?;
        for name in object.keys().filter(|name| !fields.contains(&&***name)) {
            let message = format!("unknown field; known here: {}", fields.join(", "));
            self.member(name).report::<()>(IssueCode::Unknown, message);
        }
        Some(object)
    }

    /// Reads each element of a list; an element that `read` refuses is left out (and reported).
    pub(crate) fn read_list<'v, T>(
        &self,
        value: &'v Value,
        mut read: impl FnMut(&Place<'_>, &'v Value) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(elements) = value.as_list() else {
            return self.wrong_type("a list", value);
        };
        let read_each = |(index, element)| read(&self.element(index), element);
        Some(elements.iter().enumerate().filter_map(read_each).collect())
    }

    /// Reads a field that must be there.
    pub(crate) fn required<'v, T>(
        &self,
        object: &'v Object,
        name: &str,
        read: impl FnOnce(&Place<'_>, &'v Value) -> Option<T>,
    ) -> Option<T> {
        let field = self.member(name);
        match object.get(name) {
            Some(value) => read(&field, value),
            None => field.report(IssueCode::Required, format!("{name} is missing")),
        }
    }

    /// Reads a field that may be left out.
    pub(crate) fn optional<'v, T>(
        &self,
        object: &'v Object,
        name: &str,
        read: impl FnOnce(&Place<'_>, &'v Value) -> Option<T>,
    ) -> Option<T> {
        read(&self.member(name), object.get(name)?)
    }
}
