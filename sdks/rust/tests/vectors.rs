//! Every case of every file of `spec/vectors`, counted by its manifest: a port follows the
//! contract when it passes all of them.

use std::path::PathBuf;

use featureflags_client::internals::{fmix32, murmur3};
use featureflags_client::internals::{
    mix_hashes, place, rollout_salt, rollout_threshold, split_salt, BUCKETS,
};
use featureflags_client::{
    evaluate, explain, object, parse_snapshot, read_json, Context, Object, Resolution, Snapshot,
    Value,
};

#[test]
fn every_case_of_the_manifest() {
    let manifest = read("manifest.json");
    let files = manifest.get("files").unwrap().as_object().unwrap();
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "manifest.json")
        .collect();
    names.sort();
    assert_eq!(
        names,
        files
            .keys()
            .map(|name| name.to_string())
            .collect::<Vec<_>>()
    );
    let (mut ran, mut wrong) = (0, Vec::new());
    for (name, counted) in files {
        let before = ran;
        run_file(&read(name), &mut ran, &mut wrong);
        let expected = counted.get("cases").and_then(Value::as_f64);
        assert_eq!(Some((ran - before) as f64), expected, "{name}");
    }
    assert_eq!(
        Some(ran as f64),
        manifest.get("total").and_then(Value::as_f64)
    );
    assert!(
        wrong.is_empty(),
        "{} of {ran} cases:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../spec/vectors")
}

fn read(name: &str) -> Value {
    read_json(&std::fs::read_to_string(folder().join(name)).unwrap()).unwrap()
}

fn run_file(file: &Value, ran: &mut usize, wrong: &mut Vec<String>) {
    let topic = file.get("topic").unwrap().as_str().unwrap();
    let snapshot = file.get("snapshot").map(|document| {
        let parsed = parse_snapshot(document);
        parsed
            .snapshot
            .unwrap_or_else(|| panic!("{topic}: {:?}", parsed.issues))
    });
    for case in file.get("cases").unwrap().as_list().unwrap() {
        let actual = match topic {
            "hash" => hash(case),
            "buckets" => buckets(case),
            "explain" => explained(case, snapshot.as_ref().unwrap()),
            "parse" => parsed(case),
            _ => evaluated(case, snapshot.as_ref().unwrap()),
        };
        *ran += 1;
        let expected = case.get("expect").unwrap();
        if &actual != expected {
            let id = text(case, "id");
            wrong.push(format!(
                "{topic} {id}:\n  got      {actual:?}\n  expected {expected:?}"
            ));
        }
    }
}

fn text<'v>(case: &'v Value, name: &str) -> &'v str {
    case.get(name).unwrap().as_str().unwrap()
}

fn hash(case: &Value) -> Value {
    match case.get("input").unwrap() {
        Value::Number(input) => object([("fmix32", fmix32(*input as u32).into())]),
        input => object([("murmur3", murmur3(input.as_str().unwrap()).into())]),
    }
}

fn buckets(case: &Value) -> Value {
    let (salt, key_hash) = (text(case, "salt"), murmur3(text(case, "value")));
    if let Some(percent) = case.get("percent").and_then(Value::as_f64) {
        let salt_hash = rollout_salt(salt);
        let h = mix_hashes(key_hash, salt_hash);
        let bucket = place(h, BUCKETS);
        let inside = bucket < rollout_threshold(percent);
        let rest = [("bucket", bucket.into()), ("inside", inside.into())];
        return with_hashes([key_hash, salt_hash, h], rest);
    }
    let weights = case.get("weights").unwrap().as_list().unwrap();
    let weights: Vec<u32> = weights
        .iter()
        .map(|each| each.as_f64().unwrap() as u32)
        .collect();
    let salt_hash = split_salt(salt);
    let h = mix_hashes(key_hash, salt_hash);
    let point = place(h, weights.iter().sum());
    let mut end = 0;
    let index = weights.iter().position(|weight| {
        end += weight;
        point < end
    });
    with_hashes(
        [key_hash, salt_hash, h],
        [("point", point.into()), ("index", index.into())],
    )
}

fn with_hashes([key_hash, salt_hash, h]: [u32; 3], rest: [(&str, Value); 2]) -> Value {
    let hashes = [("keyHash", key_hash), ("saltHash", salt_hash), ("h", h)];
    object(
        hashes
            .map(|(name, hash)| (name, hash.into()))
            .into_iter()
            .chain(rest),
    )
}

fn context(case: &Value) -> Context {
    case.get("context").unwrap().clone().try_into().unwrap()
}

fn without_message(result: &Resolution<'_>) -> Value {
    let mut members = Object::clone(result.to_value().as_object().unwrap());
    let message = members.remove("errorMessage");
    if matches!(result, Resolution::Failed(_)) {
        assert!(!message.unwrap().as_str().unwrap().is_empty());
    }
    members.into()
}

fn evaluated(case: &Value, snapshot: &Snapshot) -> Value {
    without_message(&evaluate(snapshot, text(case, "flag"), &context(case)))
}

fn explained(case: &Value, snapshot: &Snapshot) -> Value {
    let context = context(case);
    let explanation = explain(snapshot, text(case, "flag"), &context);
    let plain = evaluate(snapshot, text(case, "flag"), &context);
    assert_eq!(explanation.result, plain);
    object([
        ("result", without_message(&explanation.result)),
        ("trace", explanation.trace.into()),
    ])
}

fn parsed(case: &Value) -> Value {
    let parsed = parse_snapshot(case.get("snapshot").unwrap());
    let mut issues: Vec<_> = parsed
        .issues
        .iter()
        .map(|issue| (issue.path.as_str(), issue.code.as_str()))
        .collect();
    issues.sort_unstable();
    let issues: Vec<Value> = issues
        .into_iter()
        .map(|(path, code)| object([("path", path.into()), ("code", code.into())]))
        .collect();
    let mut refused: Vec<&str> = parsed
        .snapshot
        .iter()
        .flat_map(Snapshot::refused_keys)
        .collect();
    refused.sort_unstable();
    object([
        ("issues", issues.into()),
        ("refused", refused.into()),
        ("ok", parsed.snapshot.is_some().into()),
    ])
}
