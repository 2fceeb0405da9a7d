use std::collections::HashSet;

use crate::number::read_json_number;
use crate::value::Value;

/// Equality of one JSON type; where one side is a string, it is read as the other side's type.
/// Step `4.equality`.
#[derive(Debug)]
pub(crate) struct Equality {
    texts: Texts,
    /// What the strings among the operands spell, and the operands that are none.
    spelled: Scalars,
    others: Scalars,
    fold: bool,
}

/// How many strings are faster to go through than to look up in a set.
const FEW: usize = 8;

#[derive(Debug)]
enum Texts {
    Few(Vec<Box<str>>),
    Many(HashSet<Box<str>>),
}

#[derive(Debug, Default)]
struct Scalars {
    numbers: Vec<f64>,
    booleans: Vec<bool>,
}

impl Equality {
    /// The operands are strings, finite numbers and booleans.
    pub(crate) fn new(operands: &[Value], fold: bool) -> Self {
        let (mut spelled, mut others) = (Scalars::default(), Scalars::default());
        for operand in operands {
            match operand {
                Value::String(text) => spelled.add(&read_scalar(text)),
                other => others.add(other),
            }
        }
        spelled.settle();
        others.settle();
        let texts = operands.iter().filter_map(Value::as_str);
        let texts = texts.map(|text| {
            if fold {
                text.to_ascii_lowercase()
            } else {
                text.into()
            }
        });
        Self {
            texts: Texts::new(texts.map(Into::into).collect()),
            spelled,
            others,
            fold,
        }
    }

    pub(crate) fn holds(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.holds_text(text),
            Value::Number(_) | Value::Bool(_) => self.others.has(value) || self.spelled.has(value),
            _ => false,
        }
    }

    fn holds_text(&self, text: &str) -> bool {
        let is_equal = match self.fold {
            true => self.texts.has(&text.to_ascii_lowercase()),
            false => self.texts.has(text),
        };
        is_equal || (!self.others.is_empty() && self.others.has(&read_scalar(text)))
    }
}

impl Texts {
    fn new(texts: Vec<Box<str>>) -> Self {
        match texts.len() <= FEW {
            true => Self::Few(texts),
            false => Self::Many(texts.into_iter().collect()),
        }
    }

    fn has(&self, text: &str) -> bool {
        match self {
            Self::Few(texts) => texts.iter().any(|each| **each == *text),
            Self::Many(texts) => texts.contains(text),
        }
    }
}

impl Scalars {
    fn add(&mut self, scalar: &Value) {
        match scalar {
            Value::Number(number) => self.numbers.push(*number),
            Value::Bool(boolean) => self.booleans.push(*boolean),
            _ => {}
        }
    }

    /// In order, so that many are looked up fast. They are finite: all of them can be compared.
    fn settle(&mut self) {
        self.numbers.sort_unstable_by(f64::total_cmp);
    }

    fn has(&self, scalar: &Value) -> bool {
        match scalar {
            Value::Number(number) => {
                let next = self.numbers.partition_point(|each| each < number);
                self.numbers.get(next) == Some(number)
            }
            Value::Bool(boolean) => self.booleans.contains(boolean),
            _ => false,
        }
    }

    fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.booleans.is_empty()
    }
}

/// A string read as a number or a boolean by JSON's grammar; null if it spells neither.
fn read_scalar(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => read_json_number(text).map_or(Value::Null, Value::Number),
    }
}
