use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use crate::value::{Object, Value};

/// A YAML value whose mappings keep their order: in a flags file it means something.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Scalar(Value),
    List(Vec<Node>),
    Map(Vec<(Arc<str>, Node)>),
}

/// Deeper ones could overflow the stack.
const MAX_NESTING: usize = 128;

impl Node {
    /// Reads one document by YAML 1.2's core schema. Anchors, aliases and tags are refused, as by
    /// the server: what a flag is stands where the flag is. An empty text is null.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let mut reader = Reader {
            parser: Parser::new_from_str(text),
        };
        let mut document = None;
        loop {
            let (event, span) = reader.next()?;
            match event {
                Event::StreamEnd => return Ok(document.unwrap_or(Self::Scalar(Value::Null))),
                Event::Nothing
                | Event::StreamStart
                | Event::DocumentStart(_)
                | Event::DocumentEnd => {}
                _ if document.is_some() => return Err(at(&span, "a second document")),
                event => document = Some(reader.node(event, &span, 0)?),
            }
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.as_map()?
            .iter()
            .find(|(each, _)| **each == *name)
            .map(|(_, node)| node)
    }

    pub(crate) fn as_map(&self) -> Option<&[(Arc<str>, Self)]> {
        match self {
            Self::Map(members) => Some(members),
            _ => None,
        }
    }

    pub(crate) fn as_scalar(&self) -> Option<&Value> {
        match self {
            Self::Scalar(value) => Some(value),
            _ => None,
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        self.as_scalar()?.as_str()
    }

    pub(crate) fn to_value(&self) -> Value {
        match self {
            Self::Scalar(value) => value.clone(),
            Self::List(nodes) => nodes.iter().map(Self::to_value).collect::<Vec<_>>().into(),
            Self::Map(members) => {
                let members = members
                    .iter()
                    .map(|(name, node)| (name.clone(), node.to_value()));
                members.collect::<Object>().into()
            }
        }
    }
}

struct Reader<'t> {
    parser: Parser<'t, saphyr_parser::StrInput<'t>>,
}

fn at(span: &Span, what: &str) -> String {
    format!("line {}: {what}", span.start.line())
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<(Event<'t>, Span), String> {
        let next = self.parser.next_event().ok_or("the file ends too early")?;
        next.map_err(|error| error.to_string())
    }

    fn node(&mut self, event: Event<'t>, span: &Span, depth: usize) -> Result<Node, String> {
        if depth > MAX_NESTING {
            return Err(at(span, "nested too deep"));
        }
        match event {
            Event::Scalar(text, style, 0, None) => {
                let is_plain = style == ScalarStyle::Plain;
                let value = if is_plain {
                    plain(&text)
                } else {
                    Value::from(&*text)
                };
                Ok(Node::Scalar(value))
            }
            Event::SequenceStart(0, None) => self.list(depth),
            Event::MappingStart(0, None) => self.map(depth),
            _ => Err(at(
                span,
                "anchors, aliases and tags are not read here: write the value out",
            )),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Node, String> {
        let mut nodes = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(Node::List(nodes)),
                (event, span) => nodes.push(self.node(event, &span, depth + 1)?),
            }
        }
    }

    fn map(&mut self, depth: usize) -> Result<Node, String> {
        let mut members: Vec<(Arc<str>, Node)> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        loop {
            let (name, span) = match self.next()? {
                (Event::MappingEnd, _) => return Ok(Node::Map(members)),
                (Event::Scalar(name, _, 0, None), span) => (Arc::<str>::from(&*name), span),
                (_, span) => return Err(at(&span, "a key must be a text")),
            };
            if !seen.insert(name.clone()) {
                return Err(at(&span, &format!("the key {name:?} stands twice")));
            }
            let (event, span) = self.next()?;
            members.push((name, self.node(event, &span, depth + 1)?));
        }
    }
}

/// A plain scalar by the core schema: YAML 1.2.2, section 10.3.2.
fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        ".nan" | ".NaN" | ".NAN" => return Value::Number(f64::NAN),
        _ => {}
    }
    number(text).map_or_else(|| text.into(), Value::Number)
}

fn number(text: &str) -> Option<f64> {
    let radix = |digits: &str, radix: u32| {
        let all = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
        let add = |sum: f64, digit: char| {
            sum * f64::from(radix) + f64::from(digit.to_digit(radix).unwrap_or_default())
        };
        all.then(|| digits.chars().fold(0.0, add))
    };
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Some(if text.starts_with('-') {
            f64::NEG_INFINITY
        } else {
            f64::INFINITY
        });
    }
    // Rust would also read words such as "infinity".
    let starts =
        unsigned.starts_with(|character: char| character.is_ascii_digit() || character == '.');
    let is_number = unsigned.bytes().any(|byte| byte.is_ascii_digit())
        && unsigned
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
    (starts && is_number).then(|| text.parse().ok()).flatten()
}
