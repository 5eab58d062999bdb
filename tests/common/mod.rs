//! What the tests of the binary share.
#![allow(dead_code)]

pub mod gis;
pub mod lattice;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use cuntong::findings::{Findings, analyse};

/// Folder of the real data that is not part of the project.
pub fn data_root() -> PathBuf {
    let root = std::env::var_os("CUNTONG_TEST_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    root.canonicalize().unwrap_or(root)
}

/// True where `name` is in the real data; otherwise says that the test passes over itself.
pub fn have(name: &str) -> bool {
    let there = data_root().join(name).exists();
    if !there {
        println!("skipped: {name} is not in {} (set CUNTONG_TEST_DATA)", data_root().display());
    }
    there
}

/// An atlas, analysed in this process.
pub fn findings(atlas: &Path) -> Findings {
    let atlas = cuntong::atlas::load(atlas).unwrap();
    let loaded = cuntong::layers::load(&atlas, &|_| {}).unwrap();
    analyse(atlas, loaded, Default::default(), &|_| {})
}

pub fn cuntong(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cuntong"))
        .args(args)
        .env("CUNTONG_TEST_DATA", data_root())
        .output()
        .expect("the program starts")
}

pub fn stderr(o: &Output) -> String {
    String::from_utf8_lossy(&o.stderr).into_owned()
}

/// Runs `analyze` and answers with the folder's files as JSON.
pub struct Run {
    pub dir: tempfile::TempDir,
}

impl Run {
    pub fn of(atlas: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let o = cuntong(&["analyze", atlas, "--out", dir.path().to_str().unwrap()]);
        assert!(o.status.success(), "{atlas}: {}", stderr(&o));
        Run { dir }
    }
    pub fn json(&self, name: &str) -> serde_json::Value {
        read_json(&self.dir.path().join(name))
    }
    pub fn features(&self, collection: &str) -> Vec<serde_json::Value> {
        self.json(&format!("{collection}.geojson"))["features"].as_array().unwrap().clone()
    }
    pub fn count(&self, key: &str) -> u64 {
        let v = &self.json("summary.json")["counts"][key];
        v.as_f64().map(|n| n as u64).unwrap_or_else(|| panic!("{key}: {v}"))
    }
}

pub fn read_json(path: &Path) -> serde_json::Value {
    let bytes = std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_slice(&bytes).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The real binary, serving an atlas.
pub struct Service {
    pub child: Child,
    pub base: String,
}

impl Service {
    pub fn start(atlas: &str) -> Self {
        Self::start_with(atlas, &[])
    }

    pub fn start_with(atlas: &str, more: &[&str]) -> Self {
        Self::start_set(atlas, more, &[])
    }

    /// With settings of the environment.
    pub fn start_set(atlas: &str, more: &[&str], settings: &[(&str, &str)]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cuntong"))
            .args(["serve", atlas, "--bind", "127.0.0.1:0"])
            .args(more)
            // Each test asks for little; tables made ahead would be work for nobody.
            .env("CUNTONG_SERVE_WARM", "false")
            // What one client may ask is tested by itself.
            .env("CUNTONG_SERVE_LIMITS_SCENARIOS_AT_ONCE", "1000")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(line.starts_with("http://"), "the address is printed: {line:?}");
        Service { child, base: line.trim().to_string() }
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> ureq::http::Response<ureq::Body> {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut r = agent.get(format!("{}{path}", self.base));
        for (k, v) in headers {
            r = r.header(*k, *v);
        }
        r.call().unwrap()
    }

    pub fn json(&self, path: &str) -> serde_json::Value {
        let mut r = self.get(path, &[]);
        assert_eq!(r.status(), 200, "{path}");
        let text = r.body_mut().with_config().limit(200_000_000).read_to_string().unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
