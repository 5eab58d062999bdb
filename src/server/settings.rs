//! Settings of the service: from the command line, the environment (`CUNTONG_SERVE_…`) and a file, in this order.
//!
//! `raw` holds what was written, all of it optional; here it becomes [`Settings`], which are valid. A key that is not
//! known is an error with its place, in the file as in the environment.

mod raw;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

pub use raw::{Raw, from_environment, from_file};

/// Shortest token for administration, in bytes: 24 of them at random cannot be guessed.
pub const SHORTEST_TOKEN: usize = 24;

/// Why the service cannot be set up as it was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SettingsError {
    #[error("{file}: cannot be read: {why}")]
    Unread { file: String, why: String },
    #[error("{place}: {why}")]
    Wrong { place: String, why: String },
    #[error("no atlas is named; give it on the command line, as `atlas` in the file or as CUNTONG_SERVE_ATLAS")]
    NoAtlas,
    #[error(
        "{0} is reached by other machines; say --allow-remote (or allow_remote = true) if that is meant, and put a \
         proxy with TLS in front"
    )]
    Remote(SocketAddr),
    #[error("admin_token has {0} bytes; it needs at least {SHORTEST_TOKEN}, e.g. from `openssl rand -hex 24`")]
    ShortToken(usize),
    #[error("admin_token and admin_token_file are both given; keep one")]
    TwoTokens,
    #[error("{key}: {why}")]
    Value { key: &'static str, why: String },
}

/// A valid set-up.
#[derive(Debug, Clone)]
pub struct Settings {
    pub atlas: PathBuf,
    pub bind: SocketAddr,
    pub workers: usize,
    /// A line in the log for each request.
    pub log_requests: bool,
    /// `/metrics` is answered.
    pub metrics: bool,
    /// How often the files are looked at for changes.
    pub watch: Option<Duration>,
    /// Who shows it may reload.
    pub admin_token: Option<Token>,
    /// What the page draws under everything.
    pub basemap: Option<Basemap>,
    /// What is slow when it is first asked for is made after a load, before somebody asks.
    pub warm: bool,
    /// Peers whose `X-Forwarded-For` says who the client is.
    pub trusted_proxies: Vec<IpAddr>,
    /// Folders that all files of an atlas must lie in, links followed; anywhere where it is empty.
    pub roots: Vec<PathBuf>,
    pub limits: Limits,
}

/// Pictures of a map from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basemap {
    /// Address of a tile, with `{z}`, `{x}` and `{y}`.
    pub tiles: String,
    pub attribution: Option<String>,
}

impl Basemap {
    /// `https://host/{z}/{x}/{y}.png` or the like.
    fn new(tiles: String, attribution: Option<String>) -> Result<Self, SettingsError> {
        let wrong = |why: &str| SettingsError::Value { key: "basemap", why: format!("{tiles:?} {why}") };
        if origin_of(&tiles).is_none() {
            return Err(wrong("has no origin; write https://host/{z}/{x}/{y}.png"));
        }
        if let Some(part) = ["{z}", "{x}", "{y}"].into_iter().find(|p| !tiles.contains(p)) {
            return Err(wrong(&format!("lacks {part}; write https://host/{{z}}/{{x}}/{{y}}.png")));
        }
        if !tiles.chars().all(|c| c.is_ascii_graphic() && !"\"'<>;,".contains(c)) {
            return Err(wrong("has characters that no address has"));
        }
        Ok(Basemap { tiles, attribution })
    }

    /// What the page may load it from.
    pub fn origin(&self) -> &str {
        origin_of(&self.tiles).unwrap_or_default()
    }
}

/// `https://host` or `https://host:port` at the beginning of an address; it is written into a header.
fn origin_of(address: &str) -> Option<&str> {
    let scheme = ["https://", "http://"].into_iter().find(|s| address.starts_with(s))?;
    let end = address[scheme.len()..].find('/')? + scheme.len();
    let host = &address[scheme.len()..end];
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:".contains(c);
    (!host.is_empty() && host.chars().all(plain)).then_some(&address[..end])
}

/// A token that does not show in logs.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What one client, or all together, may ask of the service.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of an address with its query.
    pub query_bytes: usize,
    /// Bytes of a scenario.
    pub body_bytes: usize,
    /// Bytes of features in one answer, before it is compressed.
    pub answer_bytes: usize,
    /// From the first byte of a request's body to its answer.
    pub request: Duration,
    /// To send the head of a request.
    pub header: Duration,
    /// A connection may be silent between two requests.
    pub idle: Duration,
    /// A client may take nothing of its answer.
    pub send: Duration,
    /// Connections at a time, for each worker.
    pub connections: usize,
    /// Heavy requests worked on at a time: rankings, plans, scenarios, files.
    pub heavy: usize,
    /// Heavy requests that may wait.
    pub heavy_queue: usize,
    pub heavy_wait: Duration,
    /// Other work off the threads that answer (features, tiles) at a time; as many may wait sixteen times over.
    pub light: usize,
    /// Scenarios of one client.
    pub scenarios_per_minute: f64,
    /// Scenarios of one client at once, after a rest.
    pub scenarios_at_once: f64,
    /// Requests in hand may take this long after SIGTERM.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            query_bytes: 32 << 10,
            body_bytes: 4 << 20,
            answer_bytes: 256 << 20,
            request: Duration::from_secs(60),
            header: Duration::from_secs(10),
            idle: Duration::from_secs(15),
            send: Duration::from_secs(60),
            connections: 1000,
            heavy: cores,
            heavy_queue: 16,
            heavy_wait: Duration::from_secs(10),
            light: 4 * cores,
            scenarios_per_minute: 60.0,
            scenarios_at_once: 20.0,
            shutdown: Duration::from_secs(30),
        }
    }
}

impl Settings {
    /// Checks what was written.
    pub fn new(raw: Raw) -> Result<Self, SettingsError> {
        let bind = raw.bind.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080)));
        if !bind.ip().is_loopback() && !raw.allow_remote.unwrap_or(false) {
            return Err(SettingsError::Remote(bind));
        }
        let basemap = raw.basemap.map(|tiles| Basemap::new(tiles, raw.basemap_attribution)).transpose()?;
        let canonical = |p: PathBuf| {
            p.canonicalize().map_err(|e| SettingsError::Value { key: "roots", why: format!("{}: {e}", p.display()) })
        };
        Ok(Self {
            atlas: raw.atlas.ok_or(SettingsError::NoAtlas)?,
            bind,
            workers: whole("workers", raw.workers, std::thread::available_parallelism().map_or(2, usize::from))?,
            log_requests: raw.log_requests.unwrap_or(true),
            metrics: raw.metrics.unwrap_or(true),
            watch: match raw.watch_seconds {
                None => None,
                Some(0.0) => None,
                Some(s) => Some(seconds("watch_seconds", Some(s), Duration::ZERO)?),
            },
            admin_token: token(raw.admin_token, raw.admin_token_file.as_deref())?,
            basemap,
            warm: raw.warm.unwrap_or(true),
            trusted_proxies: raw.trusted_proxies.unwrap_or_default(),
            roots: raw.roots.unwrap_or_default().into_iter().map(canonical).collect::<Result<_, _>>()?,
            limits: limits(raw.limits.unwrap_or_default())?,
        })
    }
}

fn limits(raw: raw::RawLimits) -> Result<Limits, SettingsError> {
    let d = Limits::default();
    Ok(Limits {
        query_bytes: whole("limits.query_bytes", raw.query_bytes, d.query_bytes)?,
        body_bytes: whole("limits.body_bytes", raw.body_bytes, d.body_bytes)?,
        answer_bytes: whole("limits.answer_bytes", raw.answer_bytes, d.answer_bytes)?,
        request: seconds("limits.request_seconds", raw.request_seconds, d.request)?,
        header: seconds("limits.header_seconds", raw.header_seconds, d.header)?,
        idle: seconds("limits.idle_seconds", raw.idle_seconds, d.idle)?,
        send: seconds("limits.send_seconds", raw.send_seconds, d.send)?,
        connections: whole("limits.connections", raw.connections, d.connections)?,
        heavy: whole("limits.heavy", raw.heavy, d.heavy)?,
        // None may wait.
        heavy_queue: raw.heavy_queue.unwrap_or(d.heavy_queue),
        heavy_wait: seconds("limits.heavy_wait_seconds", raw.heavy_wait_seconds, d.heavy_wait)?,
        light: whole("limits.light", raw.light, d.light)?,
        scenarios_per_minute: positive("limits.scenarios_per_minute", raw.scenarios_per_minute)?
            .unwrap_or(d.scenarios_per_minute),
        scenarios_at_once: whole("limits.scenarios_at_once", raw.scenarios_at_once, d.scenarios_at_once as usize)?
            as f64,
        shutdown: seconds("limits.shutdown_seconds", raw.shutdown_seconds, d.shutdown)?,
    })
}

fn whole(key: &'static str, written: Option<usize>, usual: usize) -> Result<usize, SettingsError> {
    match written.unwrap_or(usual) {
        0 => Err(SettingsError::Value { key, why: "must be at least 1".into() }),
        // A semaphore has no more permits than this.
        n => Ok(n.min(1 << 40)),
    }
}

fn positive(key: &'static str, written: Option<f64>) -> Result<Option<f64>, SettingsError> {
    match written {
        Some(n) if !(n.is_finite() && n > 0.0) => {
            Err(SettingsError::Value { key, why: format!("{n} is not greater than 0") })
        }
        other => Ok(other),
    }
}

/// Between a hundredth of a second and a day.
fn seconds(key: &'static str, written: Option<f64>, usual: Duration) -> Result<Duration, SettingsError> {
    match written {
        None => Ok(usual),
        Some(s) if (0.01..=86_400.0).contains(&s) => Ok(Duration::from_secs_f64(s)),
        Some(s) => Err(SettingsError::Value { key, why: format!("{s} is not between 0.01 and 86400 seconds") }),
    }
}

fn token(written: Option<String>, file: Option<&Path>) -> Result<Option<Token>, SettingsError> {
    let text = match (written, file) {
        (Some(_), Some(_)) => return Err(SettingsError::TwoTokens),
        (Some(t), None) => t,
        (None, None) => return Ok(None),
        (None, Some(file)) => std::fs::read_to_string(file)
            .map_err(|e| SettingsError::Unread { file: file.display().to_string(), why: e.to_string() })?,
    };
    let text = text.trim();
    if text.len() < SHORTEST_TOKEN {
        return Err(SettingsError::ShortToken(text.len()));
    }
    if !text.bytes().all(|b| b.is_ascii_graphic()) {
        let why = "holds what cannot stand in a header; use letters, digits and signs".into();
        return Err(SettingsError::Value { key: "admin_token", why });
    }
    Ok(Some(Token(text.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &str) -> Raw {
        raw::parse(text, "serve.toml", Path::new("/etc/cuntong")).unwrap()
    }

    fn fails(text: &str) -> String {
        match raw::parse(text, "serve.toml", Path::new("/etc/cuntong")) {
            Err(e) => e.to_string(),
            Ok(raw) => Settings::new(raw).unwrap_err().to_string(),
        }
    }

    #[test]
    fn what_is_written_first_wins() {
        let flags = Raw { bind: Some("127.0.0.1:1".parse().unwrap()), ..Raw::default() };
        let env = from_environment(
            [
                ("CUNTONG_SERVE_BIND", "127.0.0.1:2"),
                ("CUNTONG_SERVE_WORKERS", "3"),
                ("CUNTONG_SERVE_LIMITS_HEAVY", "7"),
                ("CUNTONG_SERVE_TRUSTED_PROXIES", "127.0.0.1, ::1"),
                ("OTHER", "x"),
            ]
            .map(|(k, v)| (k.to_owned(), v.to_owned())),
        )
        .unwrap();
        let file = raw("atlas = \"a.toml\"\nbind = \"127.0.0.1:3\"\nworkers = 9\n[limits]\nheavy = 9\nlight = 5\n");
        let s = Settings::new(flags.or(env).or(file)).unwrap();
        assert_eq!((s.bind.port(), s.workers, s.limits.heavy, s.limits.light), (1, 3, 7, 5));
        assert_eq!(s.atlas, Path::new("/etc/cuntong/a.toml"));
        assert_eq!(s.trusted_proxies.len(), 2);
        assert_eq!(s.limits.query_bytes, Limits::default().query_bytes);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, part) in [
            ("atlas = \"a\"\nbindd = \"x\"", "serve.toml:2:1: unknown field `bindd`"),
            ("atlas = \"a\"\n[limits]\nheavy = \"x\"", "serve.toml:3:9: invalid type"),
            ("atlas = ", "serve.toml:1:"),
            ("bind = \"127.0.0.1:80\"", "no atlas"),
            ("atlas = \"a\"\nbind = \"0.0.0.0:80\"", "--allow-remote"),
            ("atlas = \"a\"\nbind = \"[::]:80\"", "--allow-remote"),
            ("atlas = \"a\"\nadmin_token = \"short\"", "5 bytes"),
            ("atlas = \"a\"\nadmin_token = \"012345678901234567890123 6789\"", "cannot stand in a header"),
            ("atlas = \"a\"\nadmin_token = \"x\"\nadmin_token_file = \"y\"", "keep one"),
            ("atlas = \"a\"\nadmin_token_file = \"/no/such\"", "/no/such: cannot be read"),
            ("atlas = \"a\"\nbasemap = \"https://x/{z}/{x}.png\"", "lacks {y}"),
            ("atlas = \"a\"\nbasemap = \"//x/{z}/{x}/{y}\"", "no origin"),
            ("atlas = \"a\"\nbasemap = \"https://x; script-src */{z}/{x}/{y}\"", "no origin"),
            ("atlas = \"a\"\nbasemap = \"https://x/{z}/{x}/{y}?;\"", "no address has"),
            ("atlas = \"a\"\nroots = [\"/no/such\"]", "roots"),
            ("atlas = \"a\"\n[limits]\nheavy = 0", "limits.heavy: must be at least 1"),
            ("atlas = \"a\"\n[limits]\nrequest_seconds = 0", "not between"),
            ("atlas = \"a\"\n[limits]\nscenarios_per_minute = 0", "not greater than 0"),
        ] {
            let said = fails(text);
            assert!(said.contains(part), "{text}: {said}");
        }
        // A token does not get into a message.
        assert!(!fails("atlas = \"a\"\nadmin_token = 4711471147114711").contains("4711"));
        let env = |k: &str, v: &str| from_environment([(k.to_owned(), v.to_owned())]).unwrap_err().to_string();
        assert!(env("CUNTONG_SERVE_BINDD", "x").contains("CUNTONG_SERVE_BINDD"), "{}", env("CUNTONG_SERVE_BINDD", "x"));
        assert!(env("CUNTONG_SERVE_LIMITS_HEAVY", "many").contains("CUNTONG_SERVE_LIMITS_HEAVY"));
    }

    #[test]
    fn tokens_do_not_show() {
        let s = Settings::new(raw("atlas = \"a\"\nadmin_token = \"abcdefghijklmnopqrstuvwxyz\"")).unwrap();
        assert!(!format!("{s:?}").contains("abcdef") && s.admin_token.is_some());
    }
}
