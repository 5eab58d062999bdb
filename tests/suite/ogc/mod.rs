//! OGC API – Features and Tiles as their clients see them, on the real binary: GDAL, plain HTTP, and the standard's own rules.

mod answers;
mod clients;
mod documents;
mod files;
mod filters;
mod openapi;
mod paging;
mod plans;
mod relief;
mod required;
mod schema;
mod styles;
mod surface_water;
mod systems;
mod tile_clients;
mod tiles;
mod towns;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, Weak};

use crate::common::{Service, cuntong, stderr};
use serde_json::Value;

/// A small region with all themes, made once.
fn region() -> String {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    let dir = MADE.get_or_init(|| {
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("ogc-region");
        let _ = std::fs::remove_dir_all(&dir);
        let o =
            cuntong(&["synthesize", "--villages", "150", "--seed", "5", "--id", "ogc", "--out", dir.to_str().unwrap()]);
        assert!(o.status.success(), "{}", stderr(&o));
        // A run that was kept, so that there is something to compare with.
        let atlas = dir.join("atlas.toml");
        let text = std::fs::read_to_string(&atlas).unwrap() + "\n[snapshots]\nstore = \"runs.gpkg\"\n";
        std::fs::write(&atlas, text).unwrap();
        let o = cuntong(&["snapshot", "keep", atlas.to_str().unwrap(), "--date", "2016-12-31"]);
        assert!(o.status.success(), "{}", stderr(&o));
        dir
    });
    dir.join("atlas.toml").to_str().unwrap().to_owned()
}

/// What `cuntong check` says of an atlas.
fn checked(atlas: &str) -> Value {
    let o = cuntong(&["check", atlas, "--json"]);
    assert!(o.status.success(), "{}", stderr(&o));
    serde_json::from_slice(&o.stdout).unwrap()
}

/// The region's service: one for all tests that run meanwhile, as none of them changes it; ends with the last of them.
fn service() -> Arc<Service> {
    static SHARED: Mutex<Weak<Service>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap();
    shared.upgrade().unwrap_or_else(|| {
        let own = Arc::new(Service::start(&region()));
        *shared = Arc::downgrade(&own);
        own
    })
}

/// A value of a query, escaped.
fn enc(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { (b as char).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// Features of an answer.
fn features(s: &Service, path: &str) -> Vec<Value> {
    s.json(path)["features"].as_array().unwrap_or_else(|| panic!("{path} has no features")).clone()
}

fn all(s: &Service, collection: &str) -> Vec<Value> {
    features(s, &format!("/collections/{collection}/items?limit=100000"))
}

fn ids(features: &[Value]) -> Vec<String> {
    features.iter().map(|f| f["id"].as_str().unwrap().to_owned()).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

/// Asks and expects a problem of this status; answers with its detail.
fn problem(s: &Service, path: &str, status: u16) -> String {
    let mut r = s.get(path, &[]);
    let text = r.body_mut().read_to_string().unwrap();
    assert_eq!(r.status(), status, "{path}: {text}");
    assert_eq!(r.headers()["content-type"], "application/problem+json", "{path}");
    let p: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(p["status"], status, "{path}");
    p["detail"].as_str().unwrap().to_owned()
}

/// All positions of a geometry, in order.
fn positions(geometry: &Value) -> Vec<[f64; 2]> {
    fn walk(v: &Value, out: &mut Vec<[f64; 2]>) {
        match v.as_array() {
            Some(a) if a.first().is_some_and(Value::is_number) => {
                out.push([a[0].as_f64().unwrap(), a[1].as_f64().unwrap()]);
            }
            Some(a) => a.iter().for_each(|x| walk(x, out)),
            None => {}
        }
    }
    let mut out = Vec::new();
    walk(&geometry["coordinates"], &mut out);
    out
}

/// Links by what they are to the document; of those with the same relation the first.
fn links(v: &Value) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    for l in v["links"].as_array().expect("links") {
        let text = |k: &str| l[k].as_str().unwrap_or_else(|| panic!("a link without {k}: {l}")).to_owned();
        assert!(!text("type").is_empty());
        out.entry(text("rel")).or_insert(text("href"));
    }
    out
}
