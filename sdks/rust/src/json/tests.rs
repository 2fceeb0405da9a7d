use super::*;
use crate::json_writer::write_json;

#[test]
fn reads_what_is_written() {
    let text = r#"{"a":[1,-2.5,1e300,0.0000001,"\"\\ä\u0001",true,null],"b":{}}"#;
    let value = read_json(text).unwrap();
    assert_eq!(read_json(&write_json(&value)), Ok(value));
    assert_eq!(
        read_json("-0").map(|zero| write_json(&zero)),
        Ok("0".into())
    );
}

#[test]
fn reads_lone_surrogates_and_numbers_without_end() {
    let pair = read_json(r#""\ud83d\ude00\ud800x\udc00\ud800\u0041""#).unwrap();
    assert_eq!(pair.as_str(), Some("😀\u{fffd}x\u{fffd}\u{fffd}A"));
    assert_eq!(read_json("1e400"), Ok(Value::Number(f64::INFINITY)));
}

#[test]
fn refuses_what_is_no_json() {
    let texts = [
        "",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "01",
        "1.",
        ".5",
        "+1",
        "1e",
        "nul",
        "'a'",
        "\"\t\"",
        "\"\\x\"",
        "1 2",
        "NaN",
        "{a:1}",
        "\"\\u12\"",
    ];
    for text in texts {
        assert!(read_json(text).is_err(), "{text}");
    }
}

#[test]
fn bounds_the_nesting() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read_json(&nested(MAX_NESTING)).is_ok());
    assert!(read_json(&nested(1_000_000)).is_err());
}
