//! Rule files (`standards/*.toml`), compiled in; an atlas overrides single values.

mod broadband;
mod power;
mod priority;
mod roads;
mod scorecard;
mod services;
mod water;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

pub use broadband::*;
pub use power::*;
pub use priority::*;
pub use roads::*;
pub use scorecard::*;
pub use services::*;
pub use water::*;

/// One rule of a file: its value, with unit and source beside it.
#[derive(Deserialize)]
struct Rule {
    value: toml::Value,
}

/// The rules of a shipped file. Shipped files are compiled in and tested, so they always parse.
fn shipped<T: DeserializeOwned>(text: &str) -> T {
    let rules: BTreeMap<String, Rule> = toml::from_str(text).expect("a shipped rule file is valid TOML");
    let table: toml::Table = rules.into_iter().map(|(k, r)| (k, r.value)).collect();
    table.try_into().expect("a shipped rule file has every rule with the right type")
}
