use std::fmt::Write;

use crate::value::{Object, Value};

/// Writes a value as JSON, without spaces. A number that is not finite becomes null.
pub fn write_json(value: &Value) -> String {
    let mut text = String::new();
    write_value(&mut text, value);
    text
}

fn write_value(text: &mut String, value: &Value) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Value::Number(number) => write_number(text, *number),
        Value::String(string) => write_string(text, string),
        Value::List(elements) => write_list(text, elements),
        Value::Object(members) => write_object(text, members),
    }
}

fn write_list(text: &mut String, elements: &[Value]) {
    text.push('[');
    for (index, element) in elements.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_value(text, element);
    }
    text.push(']');
}

fn write_object(text: &mut String, members: &Object) {
    text.push('{');
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_string(text, name);
        text.push(':');
        write_value(text, value);
    }
    text.push('}');
}

/// Rust spells a double with the fewest digits that lead back to it, but never with an exponent.
fn write_number(text: &mut String, number: f64) {
    let size = number.abs();
    // Writing into a String cannot fail.
    let _ = if number == 0.0 {
        write!(text, "0")
    } else if !number.is_finite() {
        write!(text, "null")
    } else if (1e-6..1e21).contains(&size) {
        write!(text, "{number}")
    } else {
        write!(text, "{number:e}")
    };
}

fn write_string(text: &mut String, string: &str) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\u{0}'..='\u{1f}' => {
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            }
            _ => text.push(character),
        }
    }
    text.push('"');
}
