//! What typed calls give: `typed <url>`

mod flags;

use featureflags_client::{write_json, Context, FeatureClient, Value};
use std::time::Duration;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).unwrap_or_default();
    let client = FeatureClient::builder(url).no_cache().build()?;
    let flags = flags::Flags::new(&client);
    let nobody = Context::new();
    let before = flags.new_checkout(&nobody);
    client.wait_until_ready(Duration::from_secs(10));
    let values = [
        Value::from(before),
        Value::from(flags.new_checkout(&Context::user("ann"))),
        Value::from(flags.button_colour(&nobody).as_str()),
        Value::from(flags.limit(&nobody)),
        flags.banner(&nobody),
    ];
    println!("{}", write_json(&Value::from(values.to_vec())));
    Ok(())
}
