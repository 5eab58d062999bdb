//! QGIS as a client: its provider for OGC API – Features, its vector tile layers, and our files in its hands. Runs where
//! QGIS's Python is installed (`make test-qgis`); elsewhere it says that it did not run.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use crate::common::gis::{Parts, parts_of_json};
use crate::common::{Service, cuntong, stderr};
use serde_json::{Value, json};

/// Debian's Python, which QGIS belongs to.
const PYTHON: &str = "/usr/bin/python3";

fn there() -> bool {
    let o = Command::new(PYTHON).args(["-c", "import qgis.core"]).output();
    let there = o.is_ok_and(|o| o.status.success());
    assert!(there || std::env::var_os("CUNTONG_QGIS").is_none(), "python3-qgis is not installed");
    if !there {
        // Not by a macro: what those print is kept back where a test succeeds.
        let _ = std::io::stderr().write_all(b"SKIPPED: python3-qgis is not installed; `make test-qgis` installs it\n");
    }
    there
}

/// What QGIS answers to these jobs.
fn ask(jobs: &[Value]) -> Vec<Value> {
    let dir = tempfile::tempdir().unwrap();
    let (to, from) = (dir.path().join("jobs.json"), dir.path().join("answers.json"));
    std::fs::write(&to, json!(jobs).to_string()).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/qgis/client.py");
    let o = Command::new(PYTHON).arg(script).args([&to, &from]).output().unwrap();
    assert!(o.status.success(), "{}", stderr(&o));
    crate::common::read_json(&from).as_array().unwrap().clone()
}

fn one(job: Value) -> Value {
    ask(&[job]).remove(0)
}

/// A service that has read every property for its description, which QGIS asks for first: the debug build on a busy machine
/// may need more than the minute that QGIS waits.
fn started(atlas: &str) -> Service {
    let s = Service::start(atlas);
    s.json("/api");
    s
}

fn of_service(s: &Service, collection: &str) -> Value {
    let source = format!(" url='{}' typename='{collection}' pagingEnabled='true'", s.base);
    json!({"do": "features", "provider": "OAPIF", "source": source})
}

fn with(mut job: Value, key: &str, value: Value) -> Value {
    job[key] = value;
    job
}

type Found = BTreeMap<String, (Parts, Value)>;

/// Features by id, with their places and properties.
fn by_id(features: &Value) -> Found {
    let list = features.as_array().unwrap();
    let place = |f: &Value| if f["geometry"].is_null() { Parts::new() } else { parts_of_json(&f["geometry"]) };
    let one = |f: &Value| {
        let p = &f["properties"];
        (p["id"].as_str().unwrap().to_owned(), (place(f), p.clone()))
    };
    let out: Found = list.iter().map(one).collect();
    assert_eq!(out.len(), list.len(), "each once");
    out
}

/// QGIS makes a column's type from the first ten features, where a column without a value is text. Lists and objects it
/// may drop: where those ten have none, the column is text as well, and what is in the others is nothing to it.
fn same(ours: &Value, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Value::Array(_) | Value::Object(_), Value::Null) => true,
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Number(a), Value::String(b)) => b.parse() == Ok(a.as_f64().unwrap()),
        (Value::Bool(a), Value::Number(b)) => Some(f64::from(u8::from(*a))) == b.as_f64(),
        (Value::Bool(a), Value::String(b)) => *b == u8::from(*a).to_string() || *b == a.to_string(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => a.len() == b.len() && a.iter().all(|(k, v)| same(v, &b[k])),
        (Value::Array(_) | Value::Object(_), Value::String(t)) => {
            serde_json::from_str(t).is_ok_and(|v: Value| same(ours, &v))
        }
        (a, b) => a == b,
    }
}

fn alike(id: &str, ours: &Found, theirs: &Found) {
    assert!(ours.keys().eq(theirs.keys()), "{id}");
    for (key, (place, properties)) in ours {
        let (there, others) = &theirs[key];
        assert_eq!(place, there, "{id} {key}");
        for (name, value) in properties.as_object().unwrap() {
            assert!(same(value, &others[name]), "{id} {key} {name}: {value} {}", others[name]);
        }
    }
}

fn everything(atlas: &str, at_most: u64) {
    let s = started(atlas);
    let listed = one(json!({"do": "names", "url": s.base}));
    let all = s.json("/collections")["collections"].as_array().unwrap().clone();
    let names: Vec<&Value> = listed.as_array().unwrap().iter().map(|l| &l["name"]).collect();
    assert_eq!(names, all.iter().map(|c| &c["title"]).collect::<Vec<_>>());
    let small: Vec<&str> = all
        .iter()
        .filter(|c| c["numberOfFeatures"].as_u64().unwrap() <= at_most)
        .map(|c| c["id"].as_str().unwrap())
        .collect();
    assert!(small.len() > all.len() / 2);
    let jobs: Vec<Value> = small.iter().map(|id| of_service(&s, id)).collect();
    let mut seen = 0;
    for (id, answer) in small.iter().zip(ask(&jobs)) {
        let page = s.json(&format!("/collections/{id}/items?limit=100000"));
        let ours = by_id(&page["features"]);
        assert_eq!(answer["valid"], true, "{id}");
        assert_eq!(answer["count"], page["numberMatched"], "{id}");
        alike(id, &ours, &by_id(&answer["features"]));
        seen += ours.len();
        if let Some(first) = page["features"].get(0) {
            assert_eq!(answer["crs"], "EPSG:4326");
            assert_eq!(answer["kind"].as_str(), first["geometry"]["type"].as_str().or(Some("NoGeometry")), "{id}");
        }
    }
    println!("{atlas}: {seen} features of {} collections", small.len());
}

#[test]
fn every_collection_of_a_real_place() {
    if there() {
        everything("data/liechtenstein/atlas.toml", u64::MAX);
    }
}

#[test]
fn collections_of_the_practice_province() {
    if there() {
        everything("data/liaoning/atlas.toml", 1_500);
    }
}

/// A small region with all themes.
fn region(dir: &Path) -> String {
    let o =
        cuntong(&["synthesize", "--villages", "400", "--seed", "7", "--id", "qgis", "--out", dir.to_str().unwrap()]);
    assert!(o.status.success(), "{}", stderr(&o));
    dir.join("atlas.toml").to_str().unwrap().to_owned()
}

#[test]
fn boxes_and_filters() {
    if !there() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let s = started(&region(dir.path()));
    let all = |id: &str| by_id(&s.json(&format!("/collections/{id}/items?limit=100000"))["features"]);
    let villages = all("villages");
    let b = s.json("/collections/villages")["extent"]["spatial"]["bbox"][0].clone();
    let b: Vec<f64> = b.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect();
    let part = [b[0] + 0.3 * (b[2] - b[0]), b[1] + 0.2 * (b[3] - b[1]), b[0] + 0.7 * (b[2] - b[0]), b[3]];
    let inside = |p: &Parts| {
        let (x, y) = (p[0].1[0].0 as f64 / 1e7, p[0].1[0].1 as f64 / 1e7);
        part[0] <= x && x <= part[2] && part[1] <= y && y <= part[3]
    };
    let town = villages.values().next().unwrap().1["town"].clone();
    let town = town.as_str().unwrap();
    let people = |p: &Value| p["population"].as_f64().is_some_and(|n| n > 900.0);
    let only = |test: &dyn Fn(&Parts, &Value) -> bool| -> Found {
        villages.iter().filter(|(_, (place, p))| test(place, p)).map(|(k, v)| (k.clone(), v.clone())).collect()
    };
    let job = || of_service(&s, "villages");
    let restricted = format!(" url='{}' typename='roads' pagingEnabled='true' restrictToRequestBBOX='1'", s.base);
    let jobs = [
        with(job(), "bbox", json!(part)),
        with(job(), "subset", json!(format!("\"town\" = '{town}'"))),
        with(job(), "subset", json!("\"population\" > 900 AND \"road_verdict\" <> 'ok'")),
        with(with(job(), "bbox", json!(part)), "expression", json!("\"population\" > 900")),
        with(with(of_service(&s, "roads"), "source", json!(restricted)), "bbox", json!(part)),
    ];
    let answers = ask(&jobs);
    let wanted = [
        only(&|place, _| inside(place)),
        only(&|_, p| p["town"] == town),
        only(&|_, p| people(p) && p["road_verdict"] != "ok"),
        only(&|place, p| inside(place) && people(p)),
        by_id(
            &s.json(&format!("/collections/roads/items?limit=100000&bbox={}", part.map(|x| x.to_string()).join(",")))["features"],
        ),
    ];
    for (n, (answer, wanted)) in answers.iter().zip(&wanted).enumerate() {
        assert!(!wanted.is_empty() && wanted.len() < all(if n == 4 { "roads" } else { "villages" }).len(), "{n}");
        alike(&n.to_string(), wanted, &by_id(&answer["features"]));
    }
}

/// How many pixels have one of these colours.
fn pixels(answer: &Value, colours: &[&str]) -> u64 {
    colours.iter().map(|c| answer["drawn"][c].as_u64().unwrap_or_default()).sum()
}

#[test]
fn files_open_in_our_colours() {
    if !there() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let atlas = region(dir.path());
    let out = dir.path().join("out");
    let o = cuntong(&["analyze", &atlas, "--out", out.to_str().unwrap(), "--format", "gpkg,fgb,geojson"]);
    assert!(o.status.success(), "{}", stderr(&o));
    let gpkg = out.join("qgis.gpkg").to_str().unwrap().to_owned();
    let ramp = cuntong::export::styles::RAMP;
    let of_verdicts = ["#2b7a9e", "#f03b20"];
    for (layer, colours) in
        [("road_gaps", &ramp[..]), ("villages", &of_verdicts), ("road_links", &ramp), ("counties", &ramp)]
    {
        let source = format!("{gpkg}|layername={layer}");
        let a = one(json!({"do": "look", "provider": "ogr", "source": source}));
        assert_eq!(a["renderer"], "RuleRenderer", "{layer}");
        let rules: Vec<&str> = a["rules"].as_array().unwrap().iter().map(|r| r["colour"].as_str().unwrap()).collect();
        assert!(colours.iter().all(|c| rules.contains(c)), "{layer}: {rules:?}");
        assert!(pixels(&a, colours) > 100, "{layer}: {}", a["drawn"]);
    }
    // The styles of the GeoPackage by themselves, on a layer that brings none.
    let styles = gdal::Dataset::open(&gpkg).unwrap();
    let mut table = gdal::vector::LayerAccess::features(&mut styles.layer_by_name("layer_styles").unwrap())
        .map(|f| {
            let text = |k: &str| f.field_as_string(f.field_index(k).unwrap()).unwrap().unwrap_or_default();
            (text("f_table_name"), [("qml", text("styleQML")), ("sld", text("styleSLD"))])
        })
        .collect::<BTreeMap<_, _>>();
    for (kind, text) in table.remove("road_gaps").unwrap() {
        let file = dir.path().join(format!("road_gaps.{kind}"));
        std::fs::write(&file, text).unwrap();
        let source = out.join("road_gaps.fgb");
        let a = one(json!({"do": "look", "provider": "ogr", "source": source, "style": file}));
        assert_eq!(a["renderer"], "RuleRenderer", "{kind}: {}", a["said"]);
        assert!(pixels(&a, &ramp) > 100, "{kind}: {}", a["drawn"]);
    }
    // Every value of a FlatGeobuf; only features without a place are not in it.
    for id in ["villages", "road_gaps", "roads", "low_voltage_areas"] {
        let a = one(json!({"do": "features", "provider": "ogr", "source": out.join(format!("{id}.fgb"))}));
        let (theirs, gpkg) = (by_id(&a["features"]), {
            let source = format!("{gpkg}|layername={id}");
            by_id(&one(json!({"do": "features", "provider": "ogr", "source": source}))["features"])
        });
        assert_eq!(a["count"], theirs.len(), "{id}");
        assert!(theirs.len() > 20 && theirs.keys().eq(gpkg.keys()), "{id}");
        assert!(theirs.iter().all(|(k, v)| v.0 == gpkg[k].0), "{id}");
    }
}

#[test]
fn vector_tiles_with_our_style() {
    if !there() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let s = started(&region(dir.path()));
    let url = format!("{}/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}", s.base);
    let b = s.json("/collections/villages")["extent"]["spatial"]["bbox"][0].clone();
    let plain = json!({"do": "tiles", "url": url, "bbox": b});
    let styled = with(plain.clone(), "style", json!(format!("{}/styles/roads", s.base)));
    let answers = ask(&[plain, styled]);
    for a in &answers {
        assert_eq!(a["valid"], true);
        assert!(a["drawn"].as_object().unwrap().len() > 3, "something is drawn: {}", a["drawn"]);
    }
    let a = &answers[1];
    assert_eq!((&a["styled"], &a["error"]), (&true.into(), &"".into()));
    for layer in ["counties", "roads", "road_gaps", "villages"] {
        assert!(a["layers"].as_array().unwrap().iter().any(|l| l == layer), "{layer}: {}", a["layers"]);
    }
    assert!(pixels(a, &cuntong::export::styles::RAMP) > 50, "{}", a["drawn"]);
    // All that QGIS 3.22 cannot read is how deep the voltage is under its limit, and which of two gaps is on top; pictures
    // are layers of their own to it.
    for id in ["roads", "power", "water", "broadband", "services"] {
        let a = one(json!({"do": "style", "url": format!("{}/styles/{id}", s.base)}));
        assert_eq!(a["read"], true, "{id}");
        for w in a["warnings"].as_array().unwrap() {
            let known = ["area: ", "relief: Skipping unknown layer type raster"];
            assert!(known.iter().any(|k| w.as_str().unwrap().starts_with(k)), "{id}: {w}");
        }
    }
}
