//! Settings as they were written.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::SettingsError;

/// Begins every variable of the environment that is a setting.
const PREFIX: &str = "CUNTONG_SERVE_";
/// Goes on for those of `[limits]`.
const LIMITS: &str = "LIMITS_";
/// Settings that are lists; in the environment their parts stand between commas.
const LISTS: [&str; 2] = ["trusted_proxies", "roots"];

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Raw {
    pub atlas: Option<PathBuf>,
    pub bind: Option<SocketAddr>,
    pub allow_remote: Option<bool>,
    pub workers: Option<usize>,
    pub log_requests: Option<bool>,
    pub metrics: Option<bool>,
    pub watch_seconds: Option<f64>,
    pub admin_token: Option<String>,
    pub admin_token_file: Option<PathBuf>,
    pub basemap: Option<String>,
    pub basemap_attribution: Option<String>,
    pub warm: Option<bool>,
    pub trusted_proxies: Option<Vec<IpAddr>>,
    pub roots: Option<Vec<PathBuf>>,
    pub limits: Option<RawLimits>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawLimits {
    pub query_bytes: Option<usize>,
    pub body_bytes: Option<usize>,
    pub answer_bytes: Option<usize>,
    pub request_seconds: Option<f64>,
    pub header_seconds: Option<f64>,
    pub idle_seconds: Option<f64>,
    pub send_seconds: Option<f64>,
    pub connections: Option<usize>,
    pub heavy: Option<usize>,
    pub heavy_queue: Option<usize>,
    pub heavy_wait_seconds: Option<f64>,
    pub light: Option<usize>,
    pub scenarios_per_minute: Option<f64>,
    pub scenarios_at_once: Option<usize>,
    pub shutdown_seconds: Option<f64>,
}

/// Each of these fields from `a`, else from `b`.
macro_rules! first {
    ($name:ident, $a:expr, $b:expr, $($field:ident),+ ; $($rest:ident: $value:expr),*) => {
        $name { $($field: $a.$field.or($b.$field),)+ $($rest: $value),* }
    };
}

impl Raw {
    /// What is written here, and where nothing is, what is written there.
    pub fn or(self, there: Raw) -> Raw {
        let limits = match (self.limits, there.limits) {
            (Some(a), Some(b)) => Some(a.or(b)),
            (a, b) => a.or(b),
        };
        // A token here is not joined by a file there.
        let (mut a, mut b) = (Raw { limits: None, ..self }, Raw { limits: None, ..there });
        if a.admin_token.is_some() || a.admin_token_file.is_some() {
            (b.admin_token, b.admin_token_file) = (a.admin_token.take(), a.admin_token_file.take());
        }
        first!(Raw, a, b, atlas, bind, allow_remote, workers, log_requests, metrics, watch_seconds, admin_token,
            admin_token_file, basemap, basemap_attribution, warm, trusted_proxies, roots; limits: limits)
    }
}

impl RawLimits {
    fn or(self, there: RawLimits) -> RawLimits {
        first!(RawLimits, self, there, query_bytes, body_bytes, answer_bytes, request_seconds, header_seconds,
            idle_seconds, send_seconds, connections, heavy, heavy_queue, heavy_wait_seconds, light,
            scenarios_per_minute, scenarios_at_once, shutdown_seconds;)
    }
}

/// Settings of a file; paths in it start from its folder.
pub fn from_file(path: &Path) -> Result<Raw, SettingsError> {
    let name = path.display().to_string();
    let text =
        std::fs::read_to_string(path).map_err(|e| SettingsError::Unread { file: name.clone(), why: e.to_string() })?;
    parse(&text, &name, path.parent().unwrap_or(Path::new("")))
}

pub(super) fn parse(text: &str, name: &str, dir: &Path) -> Result<Raw, SettingsError> {
    let mut raw: Raw = toml::from_str(text).map_err(|e| SettingsError::Wrong {
        place: match e.span() {
            Some(span) => {
                let before = text.get(..span.start).unwrap_or(text);
                let line = before.matches('\n').count() + 1;
                let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
                format!("{name}:{line}:{column}")
            }
            None => name.to_owned(),
        },
        why: without_values(e.message()),
    })?;
    for p in [&mut raw.atlas, &mut raw.admin_token_file].into_iter().flatten() {
        *p = dir.join(&*p);
    }
    for p in raw.roots.iter_mut().flatten() {
        *p = dir.join(&*p);
    }
    Ok(raw)
}

/// A message about a value of the wrong type names the value, which may be a token.
fn without_values(message: &str) -> String {
    let Some(at) = message.find("invalid type: ") else { return message.lines().collect::<Vec<_>>().join(" ") };
    let expected = message.find("expected ").map_or("", |e| &message[e..]);
    format!("{}invalid type; {expected}", &message[..at])
}

/// Settings of the environment.
pub fn from_environment(all: impl IntoIterator<Item = (String, String)>) -> Result<Raw, SettingsError> {
    let mut out = Raw::default();
    for (name, value) in all {
        let Some(key) = name.strip_prefix(PREFIX) else { continue };
        let key = key.to_ascii_lowercase();
        let (section, key) = match key.strip_prefix(&LIMITS.to_ascii_lowercase()) {
            Some(key) => (Some("limits"), key),
            None => (None, key.as_str()),
        };
        let one = read(section, key, &value)
            .map_err(|e| SettingsError::Wrong { place: name.clone(), why: without_values(e.message()) })?;
        out = out.or(one);
    }
    Ok(out)
}

/// One variable: a number or truth where it reads as one and the setting takes it, else a text or a list of texts.
fn read(section: Option<&str>, key: &str, value: &str) -> Result<Raw, toml::de::Error> {
    let whole = |value: toml::Value| -> Result<Raw, toml::de::Error> {
        let mut table = toml::Table::from_iter([(key.to_owned(), value)]);
        if let Some(s) = section {
            table = toml::Table::from_iter([(s.to_owned(), toml::Value::Table(table))]);
        }
        toml::Value::Table(table).try_into()
    };
    if LISTS.contains(&key) {
        let parts = value.split(',').map(str::trim).filter(|p| !p.is_empty());
        return whole(toml::Value::Array(parts.map(|p| toml::Value::String(p.to_owned())).collect()));
    }
    let text = whole(toml::Value::String(value.to_owned()));
    let typed = match (value.parse::<bool>(), value.parse::<i64>(), value.parse::<f64>()) {
        (Ok(b), ..) => toml::Value::Boolean(b),
        (_, Ok(n), _) => toml::Value::Integer(n),
        (.., Ok(n)) => toml::Value::Float(n),
        _ => return text,
    };
    text.or_else(|_| whole(typed))
}
