//! Evaluation in process, against the same flags written by hand.
//!
//!     cargo run --release --no-default-features --example bench_evaluate -- [--json]
//!
//! Exits with 1 if a target is missed: B under 60 ns, and B to E at most 1.5 times what somebody
//! takes who writes these flags as closures, with the same hash, in a map by key.

use std::collections::HashMap;
use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use featureflags_client::internals::murmur3;
use featureflags_client::internals::{mix_hashes, place, rollout_salt, split_salt, BUCKETS};
use featureflags_client::{
    evaluate, parse_snapshot, read_json, Context, FeatureClient, Reason, Resolution, Snapshot,
    Value,
};

const USERS: usize = 10_000;
const FLAGS: usize = 100;
const ROUNDS: usize = 9;
const LIMIT_RATIO: f64 = 1.5;
const LIMIT_B: f64 = 60.0;

/// The flags of bench/src/flags.ts, in turn.
const KINDS: [(&str, &str); 4] = [
    ("A on for everyone", r#""default": {"variant": "on"}"#),
    (
        "B 30 % rollout",
        r#""default": {"variant": "off"},
           "rules": [{"id": "r1", "rollout": {"percent": 30}, "serve": {"variant": "on"}}]"#,
    ),
    (
        "C two conditions else rollout",
        r#""default": {"variant": "off"}, "rules": [
            {"id": "r1", "serve": {"variant": "on"}, "when": [
                {"attribute": "country", "op": "in", "values": ["US", "CA"]},
                {"attribute": "plan", "op": "in", "values": ["pro"]}]},
            {"id": "r2", "rollout": {"percent": 30}, "serve": {"variant": "on"}}]"#,
    ),
    (
        "D split of four",
        r#""default": {"split": [
            {"variant": "a", "weight": 1}, {"variant": "b", "weight": 1},
            {"variant": "c", "weight": 1}, {"variant": "d", "weight": 1}]}"#,
    ),
];

const ON_OFF: &str = r#""type": "boolean", "off": "off", "variants": [
    {"name": "on", "value": true}, {"name": "off", "value": false}]"#;
const FOUR: &str = r#""type": "string", "off": "a", "variants": [
    {"name": "a", "value": "a"}, {"name": "b", "value": "b"},
    {"name": "c", "value": "c"}, {"name": "d", "value": "d"}]"#;

/// The whole result, as somebody writes it who has these flags alone. Each evaluation makes one, as
/// the limit in TypeScript does (bench/src/by-hand.ts).
#[derive(Clone, Debug, PartialEq)]
struct ByHand {
    key: Arc<str>,
    value: Value,
    variant: &'static str,
    reason: Reason,
    rule_id: Option<&'static str>,
}

type Closure = Box<dyn Fn(&User) -> ByHand>;

struct User {
    context: Context,
    key_hash: u32,
}

fn main() -> ExitCode {
    let is_json = std::env::args().any(|argument| argument == "--json");
    let snapshot = snapshot_of(FLAGS);
    let keys: Vec<String> = (0..FLAGS).map(|index| format!("flag-{index}")).collect();
    let by_hand: HashMap<String, Closure> = keys
        .iter()
        .enumerate()
        .map(|(index, key)| (key.clone(), by_hand(index, key)))
        .collect();
    let users: Vec<User> = (0..USERS).map(user).collect();
    check(&snapshot, &by_hand, &users);
    let mut is_missed = false;
    for (index, name) in KINDS
        .iter()
        .map(|(name, _)| *name)
        .chain(["E 100 flags"])
        .enumerate()
    {
        let (keys, users) = match keys.get(index..=index) {
            Some(one) if index < KINDS.len() => (one, &users[..]),
            _ => (&keys[..], &users[..100]),
        };
        let (hand, ours) = measure(&snapshot, &by_hand, (keys, users));
        let ratio = ours / hand;
        let misses = (index > 0 && ratio > LIMIT_RATIO) || (index == 1 && ours >= LIMIT_B);
        is_missed |= misses;
        let verdict = if misses { "missed" } else { "ok" };
        if is_json {
            println!(
                "{{\"name\":\"{name}\",\"unit\":\"ns\",\"byHand\":{hand:.2},\"ours\":{ours:.2},\
                 \"ratio\":{ratio:.3},\"ok\":{}}}",
                !misses
            );
        } else {
            let millions = keys.len() as f64 * 1000.0 / ours;
            println!(
                "{name:32} {hand:9.1} ns by hand {ours:9.1} ns ours {millions:7.1} M/s \
                 {ratio:6.2} × {verdict}"
            );
        }
    }
    show_client(&snapshot, &users, is_json);
    ExitCode::from(u8::from(is_missed))
}

/// The same through a client: what an application waits for.
fn show_client(snapshot: &Snapshot, users: &[User], is_json: bool) {
    let built = FeatureClient::offline_snapshot(snapshot.to_value()).build();
    let client = built.expect("an offline client has nothing that can be wrong");
    let mut enabled = || {
        for user in users {
            black_box(client.is_enabled(black_box("flag-1"), &user.context));
        }
    };
    let rounds = (0..ROUNDS).map(|_| time(&mut enabled, users.len()));
    let (name, ours) = ("B by is_enabled of a client", median(rounds.collect()));
    if is_json {
        println!("{{\"name\":\"{name}\",\"unit\":\"ns\",\"ours\":{ours:.2}}}");
    } else {
        println!("{name:32} {:9} {:>10} {ours:9.1} ns ours", "", "");
    }
}

fn snapshot_of(count: usize) -> Snapshot {
    let flag = |index: usize| {
        let (_, serving) = KINDS[index % KINDS.len()];
        let form = if index % KINDS.len() == 3 {
            FOUR
        } else {
            ON_OFF
        };
        let rest = r#""enabled": true, "hash": "ff1""#;
        format!(r#""flag-{index}": {{{form}, {rest}, "salt": "flag-{index}", {serving}}}"#)
    };
    let flags: Vec<String> = (0..count).map(flag).collect();
    let text = format!(
        r#"{{"schema": 1, "environment": "production", "version": 1, "flags": {{{}}}}}"#,
        flags.join(",")
    );
    let document = read_json(&text).expect("the flags are JSON");
    let parsed = parse_snapshot(&document);
    parsed
        .snapshot
        .unwrap_or_else(|| panic!("{:?}", parsed.issues))
}

fn user(index: usize) -> User {
    let key = format!("user-{index}");
    let context = Context::user(key.as_str())
        .with("country", ["US", "DE", "CA", "FR"][index % 4])
        .with("plan", if index % 3 == 0 { "pro" } else { "free" })
        .with("email", format!("{key}@example.com"));
    User {
        context,
        key_hash: murmur3(&key),
    }
}

fn by_hand(index: usize, key: &str) -> Closure {
    let key: Arc<str> = key.into();
    let result = |value: Value, variant, reason, rule_id| ByHand {
        key: key.clone(),
        value,
        variant,
        reason,
        rule_id,
    };
    let rollout = rollout_salt(&key);
    let is_inside = move |user: &User| place(mix_hashes(user.key_hash, rollout), BUCKETS) < 30_000;
    let off = result(false.into(), "off", Reason::Default, None);
    match index % KINDS.len() {
        0 => {
            let on = [result(true.into(), "on", Reason::Static, None)];
            Box::new(move |_| on[0].clone())
        }
        1 => {
            let answers = [result(true.into(), "on", Reason::Split, Some("r1")), off];
            Box::new(move |user| {
                if is_inside(user) {
                    answers[0].clone()
                } else {
                    answers[1].clone()
                }
            })
        }
        2 => {
            let matched = result(true.into(), "on", Reason::TargetingMatch, Some("r1"));
            let answers = [
                matched,
                result(true.into(), "on", Reason::Split, Some("r2")),
                off,
            ];
            Box::new(move |user| match user.is_professional() {
                true => answers[0].clone(),
                false if is_inside(user) => answers[1].clone(),
                false => answers[2].clone(),
            })
        }
        _ => {
            let names = ["a", "b", "c", "d"];
            let answers = names.map(|name| result(name.into(), name, Reason::Split, None));
            let (salt, answers) = (split_salt(&key), answers);
            Box::new(move |user| {
                answers[place(mix_hashes(user.key_hash, salt), 4) as usize].clone()
            })
        }
    }
}

impl User {
    fn is_professional(&self) -> bool {
        let text = |name| self.context.attributes().get(name).and_then(Value::as_str);
        matches!(text("country"), Some("US" | "CA")) && text("plan") == Some("pro")
    }
}

/// Who does the same work must come to the same results.
fn check(snapshot: &Snapshot, by_hand: &HashMap<String, Closure>, users: &[User]) {
    for user in users {
        for (key, closure) in by_hand {
            let hand = closure(user);
            let Resolution::Served(ours) = evaluate(snapshot, key, &user.context) else {
                panic!("{key} is not served");
            };
            assert_eq!(
                (
                    &*ours.key,
                    &ours.value,
                    &*ours.variant,
                    ours.reason,
                    ours.rule_id.as_deref()
                ),
                (
                    &*hand.key,
                    &hand.value,
                    hand.variant,
                    hand.reason,
                    hand.rule_id
                ),
            );
        }
    }
}

/// Nanoseconds an operation, the median of the rounds, by hand and ours in turn. An operation is
/// one evaluation, or all flags for one user.
fn measure(
    snapshot: &Snapshot,
    by_hand: &HashMap<String, Closure>,
    (keys, users): (&[String], &[User]),
) -> (f64, f64) {
    let mut hand = || {
        for user in users {
            for key in keys {
                black_box(by_hand.get(black_box(key.as_str())).map(|flag| flag(user)));
            }
        }
    };
    let mut ours = || {
        for user in users {
            for key in keys {
                black_box(evaluate(snapshot, black_box(key), &user.context));
            }
        }
    };
    let mut times = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        times.0.push(time(&mut hand, users.len()));
        times.1.push(time(&mut ours, users.len()));
    }
    (median(times.0), median(times.1))
}

fn time(run: &mut dyn FnMut(), operations: usize) -> f64 {
    const REPEATS: usize = 20;
    let start = Instant::now();
    for _ in 0..REPEATS {
        run();
    }
    start.elapsed().as_nanos() as f64 / (operations * REPEATS) as f64
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_unstable_by(f64::total_cmp);
    times[times.len() / 2]
}
