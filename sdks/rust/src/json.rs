// JSON by hand, because the contract needs what a general reader does not do: lone surrogates are
// U+FFFD, numbers beyond a double's range are read (and count as missing), and each number is the
// double nearest to its text.

use std::fmt;
use std::sync::Arc;

use crate::value::{Object, Value};

/// How deep lists and objects may be nested in a text; deeper ones could overflow the stack.
const MAX_NESTING: usize = 512;

/// Why a text is no JSON, and at which byte.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JsonError {
    /// What was expected, in words for people.
    pub message: &'static str,
    /// The byte at which reading stopped.
    pub offset: usize,
}

impl fmt::Display for JsonError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "no JSON: {} at byte {}",
            self.message, self.offset
        )
    }
}

impl std::error::Error for JsonError {}

/// Reads a text as JSON (RFC 8259). A lone surrogate is read as U+FFFD; of two members with one
/// name the later one counts; lists and objects may be nested 512 deep.
pub fn read_json(text: &str) -> Result<Value, JsonError> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.space();
    if reader.at < text.len() {
        return reader.fail("expected the end");
    }
    Ok(value)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

type Read<T> = Result<T, JsonError>;

impl Reader<'_> {
    fn fail<T>(&self, message: &'static str) -> Read<T> {
        Err(JsonError {
            message,
            offset: self.at,
        })
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Read<Value> {
        if depth > MAX_NESTING {
            return self.fail("nested too deep");
        }
        self.space();
        match self.peek() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => Ok(Value::String(self.string()?)),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Read<Value> {
        if !self.rest().starts_with(word) {
            return self.fail("expected a value");
        }
        self.at += word.len();
        Ok(value)
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn list(&mut self, depth: usize) -> Read<Value> {
        self.at += 1;
        let mut elements = Vec::new();
        self.space();
        if self.take(b']') {
            return Ok(Value::List(elements.into()));
        }
        loop {
            elements.push(self.value(depth + 1)?);
            self.space();
            if self.take(b']') {
                return Ok(Value::List(elements.into()));
            }
            if !self.take(b',') {
                return self.fail("expected , or ]");
            }
        }
    }

    fn object(&mut self, depth: usize) -> Read<Value> {
        self.at += 1;
        let mut members = Object::new();
        self.space();
        if self.take(b'}') {
            return Ok(members.into());
        }
        loop {
            let (name, value) = self.member(depth)?;
            members.insert(name, value);
            self.space();
            if self.take(b'}') {
                return Ok(members.into());
            }
            if !self.take(b',') {
                return self.fail("expected , or }");
            }
        }
    }

    fn member(&mut self, depth: usize) -> Read<(Arc<str>, Value)> {
        self.space();
        if self.peek() != Some(b'"') {
            return self.fail("expected a name");
        }
        let name = self.string()?;
        self.space();
        if !self.take(b':') {
            return self.fail("expected :");
        }
        Ok((name, self.value(depth + 1)?))
    }

    fn number(&mut self) -> Read<Value> {
        let length = number_length(self.rest().as_bytes());
        let number = self
            .rest()
            .get(..length)
            .and_then(|digits| digits.parse().ok());
        let Some(number) = number.filter(|_| length > 0) else {
            return self.fail("expected a value");
        };
        self.at += length;
        Ok(Value::Number(number))
    }

    fn string(&mut self) -> Read<Arc<str>> {
        self.at += 1;
        let length = self.plain_length();
        if self.text.as_bytes().get(self.at + length) == Some(&b'"') {
            let text = Arc::from(self.rest().get(..length).unwrap_or_default());
            self.at += length + 1;
            return Ok(text);
        }
        self.escaped_string()
    }

    /// The bytes up to the next quote, escape or control character.
    fn plain_length(&self) -> usize {
        let bytes = self.rest().bytes();
        bytes
            .take_while(|&byte| byte != b'"' && byte != b'\\' && byte >= 0x20)
            .count()
    }

    fn escaped_string(&mut self) -> Read<Arc<str>> {
        let mut text = String::new();
        loop {
            let length = self.plain_length();
            text.push_str(self.rest().get(..length).unwrap_or_default());
            self.at += length;
            if self.take(b'"') {
                return Ok(text.into());
            }
            if !self.take(b'\\') {
                return self.fail("expected the end of a string");
            }
            text.push(self.escape()?);
        }
    }

    fn escape(&mut self) -> Read<char> {
        let Some(byte) = self.peek() else {
            return self.fail("expected an escape");
        };
        self.at += 1;
        match byte {
            b'"' | b'\\' | b'/' => Ok(char::from(byte)),
            b'b' => Ok('\u{8}'),
            b'f' => Ok('\u{c}'),
            b'n' => Ok('\n'),
            b'r' => Ok('\r'),
            b't' => Ok('\t'),
            b'u' => self.unicode(),
            _ => self.fail("expected an escape"),
        }
    }

    /// A code unit of UTF-16, with the one after it if the two are a pair.
    fn unicode(&mut self) -> Read<char> {
        let Some(unit) = self.unit() else {
            return self.fail("expected four hexadecimal digits");
        };
        if !(0xd800..0xdc00).contains(&unit) || !self.rest().starts_with("\\u") {
            return Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.at;
        self.at += 2;
        match self.unit() {
            Some(low) if (0xdc00..0xe000).contains(&low) => {
                let code = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
            }
            _ => {
                self.at = before;
                Ok(char::REPLACEMENT_CHARACTER)
            }
        }
    }

    fn unit(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let unit = u32::from_str_radix(digits, 16).ok();
        self.at += 4;
        unit
    }
}

/// How many bytes at the start spell a number by RFC 8259, section 6; 0 if none do.
pub(crate) fn number_length(bytes: &[u8]) -> usize {
    let digits = |from: usize| {
        bytes
            .iter()
            .skip(from)
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let start = usize::from(bytes.first() == Some(&b'-'));
    let whole = if bytes.get(start) == Some(&b'0') {
        1
    } else {
        digits(start)
    };
    if whole == 0 {
        return 0;
    }
    let mut end = start + whole;
    if bytes.get(end) == Some(&b'.') {
        let fraction = digits(end + 1);
        end += if fraction == 0 { 0 } else { 1 + fraction };
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        end += if exponent == 0 {
            0
        } else {
            1 + sign + exponent
        };
    }
    end
}

#[cfg(test)]
mod tests;
