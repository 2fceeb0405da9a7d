//! An application: it says what a flag serves, at every change and when it is asked.
//!
//! `follow <url> <flag> <cache folder>`; the repository's end-to-end tests run it.

use std::error::Error;
use std::io::BufRead;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use featureflags_client::{object, write_json, Context, FeatureClient, Value};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let mut word = || words.next().unwrap_or_default();
    let (url, flag, cache) = (word(), word(), word());
    let client = FeatureClient::builder(url).cache(cache).build()?;
    let (listening, listened) = (client.clone(), flag.clone());
    let _subscription = client.on_change(move |_| say("change", &listening, &listened));
    client.wait_until_ready(Duration::from_secs(10));
    say("ready", &client, &flag);
    for line in std::io::stdin().lock().lines() {
        say(&line?, &client, &flag);
    }
    client.close();
    Ok(())
}

/// One line: when (milliseconds since 1970), why it is said, and what the flag serves.
fn say(why: &str, client: &FeatureClient, flag: &str) {
    let details = client.details(flag, "none".to_owned(), &Context::new());
    let time = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let said = object([
        ("time", Value::from(time.as_secs_f64() * 1000.0)),
        ("why", Value::from(why)),
        ("value", Value::from(details.value)),
        ("reason", Value::from(details.reason.to_string())),
    ]);
    println!("{}", write_json(&said));
}
