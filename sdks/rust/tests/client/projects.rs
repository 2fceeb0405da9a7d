//! Every case of `spec/projects.json`: the snapshot of a flags file.

use std::path::Path;

use crate::support::Folder;
use featureflags_client::{read_json, write_json, Context, FeatureClient, Source, Value};

#[test]
fn every_case_of_the_contract() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../spec/projects.json");
    let file = read_json(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = file.get("cases").unwrap().as_list().unwrap();
    assert!(cases.len() >= 70, "{} cases", cases.len());
    let folder = Folder::new();
    let mut wrong = Vec::new();
    for case in cases {
        let text = |name: &str| case.get(name).unwrap().as_str().unwrap();
        let path = folder.0.join("flags.yml");
        std::fs::write(&path, text("yaml")).unwrap();
        let builder = FeatureClient::offline(&path)
            .environment(text("environment"))
            .logger(|_, _| {});
        let client = builder.build().unwrap();
        let expected = case.get("expect").unwrap().get("snapshot");
        let actual = client.snapshot();
        if actual.as_ref() != expected {
            let shown = |value: Option<&Value>| value.map_or("refused".into(), write_json);
            let (id, got, expected) = (text("id"), shown(actual.as_ref()), shown(expected));
            wrong.push(format!("{id}:\n  got      {got}\n  expected {expected}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}

#[test]
fn an_offline_client_has_no_age_and_picks_its_environment() {
    let folder = Folder::new();
    let path = folder.0.join("flags.yml");
    let text =
        "environments: [staging]\nflags:\n  dark:\n    environments: {staging: {enabled: true}}\n";
    std::fs::write(&path, text).unwrap();
    let client = FeatureClient::offline(&path).build().unwrap();
    assert!(client.is_enabled("dark", &Context::new()));
    let status = client.status();
    assert_eq!(
        (status.source, status.age, status.version),
        (Source::File, None, Some(0))
    );
}
