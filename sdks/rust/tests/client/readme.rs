//! The examples of the README, as they stand, as a program against the real server. Only the address
//! is another one.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::Server;
use crate::support::Folder;

const ADDRESS: &str = "http://127.0.0.1:8080";

/// What calls an example, by what it defines.
const CALLS: [(&str, &str); 3] = [
    ("fn main()", "main()?;"),
    (
        "async fn start()",
        "assert!(block_on(start())?.snapshot().is_some());",
    ),
    ("async fn is_new(", "assert!(block_on(is_new(\"ann\"))?);"),
];

const PROGRAM: &str = r#"
use std::future::Future;
use std::task::{Context, Poll, Waker};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
        std::thread::yield_now();
    }
}

fn main() -> Outcome {
    let number: usize = std::env::args().nth(1).unwrap().parse()?;
    EXAMPLES[number]()
}
"#;

fn examples(readme: &str) -> Vec<&str> {
    let blocks = readme.split("```rust\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap())
        .collect()
}

/// The examples as the functions of one program.
fn program(examples: &[&str], address: &str) -> String {
    let mut text = PROGRAM.to_owned();
    for (number, example) in examples.iter().enumerate() {
        let example = example.replace(ADDRESS, address);
        let call = CALLS.iter().find(|(name, _)| example.contains(name));
        let call = call.map_or("", |(_, call)| call);
        text += &format!("fn example_{number}() -> Outcome {{\n{example}\n{call}\nOk(())\n}}\n");
    }
    let names: Vec<String> = (0..examples.len())
        .map(|n| format!("example_{n}"))
        .collect();
    let (count, names) = (names.len(), names.join(", "));
    text + &format!("const EXAMPLES: [fn() -> Outcome; {count}] = [{names}];\n")
}

/// Builds the program, without what no example needs, with the versions of the crate's own `Cargo.lock`; gives where it is.
fn build(folder: &Path, program: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = format!(
        "[package]\nname = \"readme-examples\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\
         [workspace]\n[dependencies]\nopen-feature = \"0.3.0\"\n\
         featureflags-client = {{ path = {root:?}, default-features = false, \
         features = [\"http\", \"async\", \"openfeature\", \"yaml\"] }}\n[profile.dev]\ndebug = false\n"
    );
    std::fs::create_dir_all(folder.join("src")).unwrap();
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    std::fs::write(folder.join("src/main.rs"), program).unwrap();
    std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let target = folder.join("target");
    let built = Command::new(env!("CARGO"))
        .args([
            "build",
            "--quiet",
            "--offline",
            "--jobs",
            "2",
            "--target-dir",
        ])
        .arg(&target)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    target.join("debug/readme-examples")
}

#[test]
fn every_example_runs_against_a_real_server() {
    let server = Server::start();
    let put = |key: &str, body: &str| {
        let (status, answer) = server.send("POST", &format!("/flags/{key}"), body);
        assert!(status < 300, "{key}: {status} {answer}");
    };
    put("new_checkout", r#"{"enabled": true}"#);
    put(
        "upload_limit",
        r#"{"enabled": true, "variants": {"on": 50, "off": 10}}"#,
    );
    let readme = include_str!("../../README.md");
    let examples = examples(readme);
    assert!(examples.len() >= 8, "{} examples", examples.len());
    let folder = Folder::new();
    // Cargo's own folder: what the examples are made of stays between two runs.
    let crate_folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    let binary = build(&crate_folder, &program(&examples, &server.url));
    let mut output = String::new();
    for (number, example) in examples.iter().enumerate() {
        let ran = Command::new(&binary)
            .arg(number.to_string())
            .env("XDG_CACHE_HOME", folder.0.join("cache"))
            .env_remove("FF_OVERRIDES")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{example}\n{told}");
        // A warning would say what a reader of the README did wrong.
        assert_eq!(told, "", "{example}");
        output += &String::from_utf8_lossy(&ran.stdout);
    }
    assert!(output.contains("the new checkout"), "{output}");
    assert!(output.contains("50 because of STATIC"), "{output}");
    let (_, events) = server.send("GET", "/events", "");
    assert!(events.contains("purchase"), "{events}");
}
