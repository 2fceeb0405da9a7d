//! Answers lines of JSON, for a comparison with the evaluators of other languages.
//!
//! `{"snapshot": X}` → `{"issues": […]}`, each `{"code", "path"}`, in order of path and code.
//! `{"flag": KEY, "context": {…}}` → `{"result", "trace"}` in the last snapshot, without
//! `errorMessage`; `{"snapshot": false}` if that was refused.
//!
//! Answers are canonical: names in the order of their code points, no spaces, the short escapes of
//! JSON and `\uXXXX` for other controls and all that is not ASCII, and each
//! number as "n" and the 16 hexadecimal digits of its double.

use std::error::Error;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufWriter, Write};

use featureflags_client::{
    explain, object, parse_snapshot, read_json, Context, Parsed, Resolution, Snapshot, Value,
};

fn main() -> Result<(), Box<dyn Error>> {
    let mut output = BufWriter::new(io::stdout().lock());
    let mut snapshot = None;
    for line in io::stdin().lock().lines() {
        let line = read_json(&line?)?;
        let answer = match line.get("snapshot") {
            Some(document) => {
                let parsed = parse_snapshot(document);
                let answer = issues(&parsed);
                snapshot = parsed.snapshot;
                answer
            }
            None => evaluation(snapshot.as_ref(), &line)?,
        };
        let mut text = String::new();
        write_canonical(&mut text, &answer)?;
        writeln!(output, "{text}")?;
        output.flush()?;
    }
    Ok(())
}

fn issues(parsed: &Parsed) -> Value {
    let issues = parsed
        .issues
        .iter()
        .map(|issue| (issue.path.as_str(), issue.code.as_str()));
    let mut issues: Vec<_> = issues.collect();
    issues.sort_unstable();
    let issue = |(path, code): (&str, &str)| object([("path", path.into()), ("code", code.into())]);
    object([(
        "issues",
        issues.into_iter().map(issue).collect::<Vec<_>>().into(),
    )])
}

fn evaluation(snapshot: Option<&Snapshot>, line: &Value) -> Result<Value, Box<dyn Error>> {
    let Some(snapshot) = snapshot else {
        return Ok(object([("snapshot", false.into())]));
    };
    let key = line
        .get("flag")
        .and_then(Value::as_str)
        .ok_or("expected a flag")?;
    let context: Context = line
        .get("context")
        .cloned()
        .unwrap_or_default()
        .try_into()?;
    let explanation = explain(snapshot, key, &context);
    let result = without_message(&explanation.result);
    Ok(object([
        ("result", result),
        ("trace", explanation.trace.into()),
    ]))
}

fn without_message(result: &Resolution<'_>) -> Value {
    let value = result.to_value();
    let mut members = value.as_object().cloned().unwrap_or_default();
    members.remove("errorMessage");
    members.into()
}

fn write_canonical(text: &mut String, value: &Value) -> std::fmt::Result {
    match value {
        Value::Null => text.write_str("null"),
        Value::Bool(value) => write!(text, "{value}"),
        // A number beyond doubles is null in JSON, and to the contract: 4.not_finite.
        Value::Number(number) if !number.is_finite() => text.write_str("null"),
        // −0 + 0 is 0.
        Value::Number(number) => write!(text, "\"n{:016x}\"", (number + 0.0).to_bits()),
        Value::String(string) => write_string(text, string),
        Value::List(elements) => {
            let mut separator = '[';
            for element in elements.iter() {
                text.push(std::mem::replace(&mut separator, ','));
                write_canonical(text, element)?;
            }
            text.write_str(if elements.is_empty() { "[]" } else { "]" })
        }
        Value::Object(members) => {
            let mut separator = '{';
            for (name, member) in members.iter() {
                text.push(std::mem::replace(&mut separator, ','));
                write_string(text, name)?;
                text.push(':');
                write_canonical(text, member)?;
            }
            text.write_str(if members.is_empty() { "{}" } else { "}" })
        }
    }
}

fn write_string(text: &mut String, string: &str) -> std::fmt::Result {
    text.push('"');
    for unit in string.encode_utf16() {
        match u8::try_from(unit).ok().map(char::from) {
            Some('"') => text.push_str("\\\""),
            Some('\\') => text.push_str("\\\\"),
            Some('\u{8}') => text.push_str("\\b"),
            Some('\t') => text.push_str("\\t"),
            Some('\n') => text.push_str("\\n"),
            Some('\u{c}') => text.push_str("\\f"),
            Some('\r') => text.push_str("\\r"),
            Some(character @ ' '..='\u{7f}') => text.push(character),
            _ => write!(text, "\\u{unit:04x}")?,
        }
    }
    text.push('"');
    Ok(())
}
