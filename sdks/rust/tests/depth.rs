//! How deep things may be nested, on the stack of a small thread.

use std::thread;

use featureflags_client::{
    evaluate, explain, parse_snapshot, read_json, write_json, Context, Reason, Value,
};

/// A stack as small as people make them for threads of their own.
const SMALL: usize = 256 << 10;

fn on_a_stack_of(bytes: usize, run: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new().stack_size(bytes).spawn(run);
    thread.unwrap().join().unwrap();
}

/// Flags of which each requires the next.
fn chain(length: usize) -> Value {
    let flag = |index: usize| {
        let requires = match index + 1 < length {
            true => format!(
                r#","requires":[{{"flag":"f{}","variants":["on"]}}]"#,
                index + 1
            ),
            false => String::new(),
        };
        format!(
            r#""f{index}":{{"type":"boolean","enabled":true,"hash":"ff1","salt":"s","off":"off","variants":[{{"name":"on","value":true}},{{"name":"off","value":false}}],"default":{{"variant":"on"}}{requires}}}"#
        )
    };
    let flags: Vec<String> = (0..length).map(flag).collect();
    let text = format!(
        r#"{{"schema":1,"environment":"e","version":1,"flags":{{{}}}}}"#,
        flags.join(",")
    );
    read_json(&text).unwrap()
}

#[test]
fn the_longest_chain_of_requirements_fits_a_small_stack() {
    on_a_stack_of(SMALL, || {
        let parsed = parse_snapshot(&chain(1001));
        assert_eq!(parsed.issues, []);
        let snapshot = parsed.snapshot.unwrap();
        let context = Context::user("ann");
        let result = evaluate(&snapshot, "f0", &context);
        assert_eq!(result.variant().map(|name| &**name), Some("on"));
        // A trace is as deep as the chain, and whoever drops it goes as deep.
        let explanation = explain(&snapshot, "f937", &context);
        assert_eq!(explanation.result.reason(), Reason::Static);
        let text = write_json(&Value::from(explanation.trace));
        assert_eq!(text.matches("\"requires\"").count(), 63);
    });
}

#[test]
fn deep_json_fits_the_stack_and_what_is_deeper_is_refused() {
    for (depth, stack) in [(128, SMALL), (512, 4 * SMALL)] {
        on_a_stack_of(stack, move || {
            for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
                let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
                let value = read_json(&text).unwrap();
                assert_eq!(write_json(&value.clone()), text);
                let context = Context::user("ann").with("deep", value);
                let parsed = parse_snapshot(&chain(2));
                let snapshot = parsed.snapshot.unwrap();
                assert!(evaluate(&snapshot, "f0", &context).variant().is_some());
            }
        });
    }
    on_a_stack_of(4 * SMALL, || {
        assert!(read_json(&format!("{}1{}", "[".repeat(513), "]".repeat(513))).is_err());
        assert!(read_json(&"[".repeat(1_000_000)).is_err());
        assert!(read_json(&"{\"a\":".repeat(1_000_000)).is_err());
    });
}
