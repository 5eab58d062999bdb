//! What the tests of the binary share.

pub mod gis;
pub mod lattice;
pub mod pace;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, OnceLock};

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

/// What is made once of each atlas and only looked at; who asks meanwhile waits for it.
struct Shared<T: 'static>(Mutex<BTreeMap<String, &'static OnceLock<T>>>);

impl<T> Shared<T> {
    const fn new() -> Self {
        Shared(Mutex::new(BTreeMap::new()))
    }

    fn of(&self, atlas: &str, make: impl FnOnce() -> T) -> &'static T {
        let own = *self.0.lock().unwrap().entry(atlas.to_owned()).or_insert_with(|| Box::leak(Box::default()));
        own.get_or_init(make)
    }
}

/// A shipped atlas, analysed in this process once for all tests.
pub fn shipped(atlas: &str) -> &'static Findings {
    static MADE: Shared<Findings> = Shared::new();
    MADE.of(atlas, || findings(Path::new(atlas)))
}

fn analyze(atlas: &str, out: &Path, options: &[&str]) {
    let o = cuntong(&[&["analyze", atlas, "--out", out.to_str().unwrap()], options].concat());
    assert!(o.status.success(), "{atlas}: {}", stderr(&o));
}

/// What `analyze` wrote: the folder's files as JSON.
pub struct Run {
    pub dir: PathBuf,
    /// Goes with the run.
    #[expect(dead_code, reason = "held for its end")]
    own: Option<tempfile::TempDir>,
}

impl Run {
    pub fn of(atlas: &str) -> Self {
        Self::with(atlas, &[])
    }

    pub fn with(atlas: &str, options: &[&str]) -> Self {
        let own = tempfile::tempdir().unwrap();
        analyze(atlas, own.path(), options);
        Run { dir: own.path().to_owned(), own: Some(own) }
    }

    /// A run of a shipped atlas, done once for all tests.
    pub fn shipped(atlas: &str) -> &'static Self {
        static MADE: Shared<Run> = Shared::new();
        MADE.of(atlas, || {
            let name = format!("run-{}", Path::new(atlas).parent().unwrap().file_name().unwrap().display());
            let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
            let _ = std::fs::remove_dir_all(&dir);
            analyze(atlas, &dir, &[]);
            Run { dir, own: None }
        })
    }

    pub fn json(&self, name: &str) -> serde_json::Value {
        read_json(&self.dir.join(name))
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
