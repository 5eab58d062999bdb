//! How the service is run: new data while it answers, limits, the end, tokens, settings, figures. On the real binary.

mod limits;
mod reload;
mod settings;
mod stopping;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::{Service, cuntong, stderr};
use serde_json::Value;

const TOKEN: &str = "not-a-secret-but-long-enough";

/// A practice region of its own for each test.
pub fn region(villages: u32, seed: u32) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let (v, s) = (villages.to_string(), seed.to_string());
    let o =
        cuntong(&["synthesize", "--villages", &v, "--seed", &s, "--id", "ops", "--out", dir.path().to_str().unwrap()]);
    assert!(o.status.success(), "{}", stderr(&o));
    dir
}

pub fn atlas(dir: &tempfile::TempDir) -> PathBuf {
    dir.path().join("atlas.toml")
}

/// Another data version: only the title changes.
pub fn retitle(atlas: &Path, title: &str) {
    let text = std::fs::read_to_string(atlas).unwrap();
    let lines: Vec<String> = text
        .lines()
        .map(|l| {
            if l.starts_with("title") { format!("title = {{ zh = \"{title}\", en = \"{title}\" }}") } else { l.into() }
        })
        .collect();
    // In one step, as one should.
    let beside = atlas.with_extension("new");
    std::fs::write(&beside, lines.join("\n")).unwrap();
    std::fs::rename(beside, atlas).unwrap();
}

/// The service with settings of the environment; standard error goes to a file.
pub fn start(atlas: &Path, args: &[&str], settings: &[(&str, &str)]) -> (Service, PathBuf) {
    let log = atlas.with_extension("log");
    let mut child = Command::new(env!("CARGO_BIN_EXE_cuntong"))
        .args(["--log-json", "serve", atlas.to_str().unwrap(), "--bind", "127.0.0.1:0"])
        .args(args)
        .envs(settings.iter().map(|(k, v)| (format!("CUNTONG_SERVE_{k}"), v)))
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let base = address(&mut child).unwrap_or_else(|| panic!("{}", std::fs::read_to_string(&log).unwrap()));
    (Service { child, base }, log)
}

fn address(child: &mut Child) -> Option<String> {
    let mut line = String::new();
    BufReader::new(child.stdout.take()?).read_line(&mut line).ok()?;
    line.starts_with("http://").then(|| line.trim().to_owned())
}

pub fn signal(s: &Service, name: &str) {
    assert!(Command::new("kill").args([name, &s.child.id().to_string()]).status().unwrap().success());
}

/// A connection of its own, for what an HTTP client would not do.
pub fn connect(s: &Service) -> TcpStream {
    let c = TcpStream::connect(s.base.strip_prefix("http://").unwrap()).unwrap();
    c.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    c
}

/// Sends bytes and reads until the other side ends.
pub fn raw(s: &Service, bytes: &[u8]) -> String {
    let mut c = connect(s);
    c.write_all(bytes).unwrap();
    let mut out = Vec::new();
    let _ = c.read_to_end(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// POST with a body; status, headers of interest and body.
pub fn post(s: &Service, path: &str, headers: &[(&str, &str)], body: &str) -> (u16, Option<String>, Value) {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut r = agent.post(format!("{}{path}", s.base));
    for (k, v) in headers {
        r = r.header(*k, *v);
    }
    let mut r = r.send(body).unwrap();
    let retry = r.headers().get("retry-after").map(|v| v.to_str().unwrap().to_owned());
    (r.status().as_u16(), retry, r.body_mut().read_json().unwrap_or_default())
}

pub fn reload(s: &Service) -> (u16, Value) {
    let (status, _, body) = post(s, "/admin/reload?wait=true", &[("Authorization", &format!("Bearer {TOKEN}"))], "");
    (status, body)
}

pub fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !done() {
        assert!(begin.elapsed() < Duration::from_secs(120), "{what} does not come");
        std::thread::sleep(Duration::from_millis(50));
    }
}
