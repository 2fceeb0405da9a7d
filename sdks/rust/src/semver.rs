use std::cmp::Ordering;

/// A version, with its numeric identifiers as digits so that any length compares exactly.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    core: Vec<Identifier>,
    prerelease: Vec<Identifier>,
}

/// Numbers come before words, and the shorter number before the longer: the order of the fields
/// and variants is SemVer's (point 11).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Identifier {
    Numeric { length: usize, digits: Box<str> },
    Word(Box<str>),
}

impl Version {
    /// Reads a SemVer 2.0.0 version (points 2, 9 and 10); build metadata is dropped.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (text, build) = split_at(text, '+');
        if !build.is_none_or(|build| build.split('.').all(is_identifier)) {
            return None;
        }
        let (core, prerelease) = split_at(text, '-');
        let core: Vec<_> = core.split('.').map(read_numeric).collect::<Option<_>>()?;
        let prerelease = prerelease.map_or(Some(Vec::new()), |identifiers| {
            identifiers.split('.').map(read_identifier).collect()
        })?;
        (core.len() == 3).then_some(Self { core, prerelease })
    }

    /// The order of SemVer 2.0.0 (point 11). A release comes after its prereleases.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        let final_first = || self.prerelease.is_empty().cmp(&other.prerelease.is_empty());
        self.core
            .cmp(&other.core)
            .then_with(final_first)
            .then_with(|| self.prerelease.cmp(&other.prerelease))
    }
}

fn split_at(text: &str, separator: char) -> (&str, Option<&str>) {
    match text.split_once(separator) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn read_numeric(text: &str) -> Option<Identifier> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let has_leading_zero = text.len() > 1 && text.starts_with('0');
    (is_number && !has_leading_zero).then(|| Identifier::Numeric {
        length: text.len(),
        digits: text.into(),
    })
}

fn read_identifier(text: &str) -> Option<Identifier> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return read_numeric(text);
    }
    is_identifier(text).then(|| Identifier::Word(text.into()))
}
