use std::cmp::Ordering;

use crate::cidr::{Address, Block};
use crate::equality::Equality;
use crate::instant::read_instant;
use crate::number::read_json_number;
use crate::pattern::Pattern;
use crate::semver::Version;
use crate::value::Value;

/// How one operator reads its operands and tests a value.
pub(crate) struct Operator {
    pub(crate) name: &'static str,
    /// The name of its negation, if it has one.
    pub(crate) negation: Option<&'static str>,
    pub(crate) kind: Kind,
}

/// What operators compare, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Equality,
    Text(TextTest),
    Pattern,
    Number(Order),
    Instant(Order),
    Version(Order),
    Cidr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TextTest {
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Equal,
    Below,
    AtMost,
    Above,
    AtLeast,
}

const fn operator(name: &'static str, kind: Kind) -> Operator {
    Operator {
        name,
        negation: None,
        kind,
    }
}

const fn negatable(name: &'static str, negation: &'static str, kind: Kind) -> Operator {
    Operator {
        name,
        negation: Some(negation),
        kind,
    }
}

/// The operators that look at an attribute's value.
pub(crate) const OPERATORS: &[Operator] = &[
    negatable("in", "not_in", Kind::Equality),
    negatable("contains", "not_contains", Kind::Text(TextTest::Contains)),
    negatable(
        "starts_with",
        "not_starts_with",
        Kind::Text(TextTest::StartsWith),
    ),
    negatable("ends_with", "not_ends_with", Kind::Text(TextTest::EndsWith)),
    negatable("matches", "not_matches", Kind::Pattern),
    operator("lt", Kind::Number(Order::Below)),
    operator("lte", Kind::Number(Order::AtMost)),
    operator("gt", Kind::Number(Order::Above)),
    operator("gte", Kind::Number(Order::AtLeast)),
    operator("before", Kind::Instant(Order::Below)),
    operator("after", Kind::Instant(Order::AtLeast)),
    operator("semver_eq", Kind::Version(Order::Equal)),
    operator("semver_lt", Kind::Version(Order::Below)),
    operator("semver_lte", Kind::Version(Order::AtMost)),
    operator("semver_gt", Kind::Version(Order::Above)),
    operator("semver_gte", Kind::Version(Order::AtLeast)),
    negatable("in_cidr", "not_in_cidr", Kind::Cidr),
];

impl Kind {
    /// True if it takes exactly one operand.
    pub(crate) fn takes_one(self) -> bool {
        matches!(self, Self::Number(_) | Self::Instant(_) | Self::Version(_))
    }

    /// True if `ignoreCase` may be set.
    pub(crate) fn is_foldable(self) -> bool {
        matches!(self, Self::Equality | Self::Text(_))
    }

    /// What an operand must be, for messages.
    pub(crate) fn wants(self) -> &'static str {
        match self {
            Self::Equality => "a string, a number or a boolean",
            Self::Text(_) | Self::Pattern => "a string",
            Self::Number(_) => "a number",
            Self::Instant(_) => {
                "an RFC 3339 date-time with offset, such as \"2026-01-31T09:00:00Z\""
            }
            Self::Version(_) => "a SemVer 2.0.0 version, such as \"1.4.0\"",
            Self::Cidr => "an address or a block, such as \"10.0.0.0/8\"",
        }
    }

    /// True if an operand may have this JSON type.
    pub(crate) fn takes_type(self, operand: &Value) -> bool {
        match operand {
            Value::String(_) => true,
            Value::Number(_) => matches!(self, Self::Equality | Self::Number(_)),
            Value::Bool(_) => self == Self::Equality,
            _ => false,
        }
    }
}

/// True or false of a value, made of the operands when a flag is parsed.
#[derive(Debug)]
pub(crate) enum Test {
    Equality(Equality),
    Text {
        test: TextTest,
        operands: Vec<Box<str>>,
        fold: bool,
    },
    Pattern(Vec<Pattern>),
    Number(Order, f64),
    Instant(Order, i64),
    Version(Order, Version),
    Cidr(Vec<Block>),
}

impl Test {
    /// True or false; none if the value is outside the operator's domain.
    pub(crate) fn of(&self, value: &Value) -> Option<bool> {
        match self {
            Self::Equality(equality) => Some(equality.holds(value)),
            Self::Text {
                test,
                operands,
                fold,
            } => test.holds(value.as_str()?, operands, *fold),
            Self::Pattern(patterns) => {
                let text = value.as_str()?;
                Some(patterns.iter().any(|pattern| pattern.is_found_in(text)))
            }
            Self::Number(order, bound) => read_number(value)?
                .partial_cmp(bound)
                .map(|ordering| order.has(ordering)),
            Self::Instant(order, bound) => {
                Some(order.has(read_instant(value.as_str()?)?.cmp(bound)))
            }
            Self::Version(order, bound) => {
                Some(order.has(Version::read(value.as_str()?)?.compare(bound)))
            }
            Self::Cidr(blocks) => {
                let address = Address::read(value.as_str()?)?;
                Some(blocks.iter().any(|block| block.holds(address)))
            }
        }
    }
}

impl Order {
    fn has(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Below => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::Above => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
        }
    }
}

impl TextTest {
    fn holds(self, text: &str, operands: &[Box<str>], fold: bool) -> Option<bool> {
        if fold {
            return self.holds(&text.to_ascii_lowercase(), operands, false);
        }
        Some(operands.iter().any(|operand| match self {
            Self::Contains => text.contains(&**operand),
            Self::StartsWith => text.starts_with(&**operand),
            Self::EndsWith => text.ends_with(&**operand),
        }))
    }
}

/// A finite number, or a string that spells one.
pub(crate) fn read_number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => read_json_number(text),
        Value::Number(number) => Some(*number).filter(|number| number.is_finite()),
        _ => None,
    }
}
