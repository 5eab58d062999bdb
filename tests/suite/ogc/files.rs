//! `f=` of items: every form is opened again with GDAL, or read as text.

use std::process::Command;

use serde_json::Value;

use super::{region, service};
use crate::common::{cuntong, stderr};

fn opened(bytes: &[u8], name: &str) -> Value {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    let o = Command::new("ogr2ogr")
        .args(["-f", "GeoJSON", "/vsistdout/"])
        .arg(&path)
        .args(name.ends_with("gpkg").then_some("villages"))
        .output()
        .unwrap();
    assert!(o.status.success(), "{name}: {}", String::from_utf8_lossy(&o.stderr));
    serde_json::from_slice(&o.stdout).unwrap()
}

#[test]
fn what_is_sent_in_parts_is_the_file() {
    let s = service();
    let dir = tempfile::tempdir().unwrap();
    let o = cuntong(&["analyze", &region(), "--out", dir.path().to_str().unwrap(), "--format", "csv,geojsonseq"]);
    assert!(o.status.success(), "{}", stderr(&o));
    let mut long = 0;
    for c in s.json("/collections")["collections"].as_array().unwrap() {
        let id = c["id"].as_str().unwrap();
        for (form, ending) in [("csv", "csv"), ("geojsonseq", "geojsonl")] {
            let mut r = s.get(&format!("/collections/{id}/items?f={form}"), &[("Accept-Encoding", "identity")]);
            assert_eq!(r.status(), 200);
            long += usize::from(!r.headers().contains_key("content-length"));
            let sent = r.body_mut().read_to_vec().unwrap();
            assert!(sent == std::fs::read(dir.path().join(format!("{id}.{ending}"))).unwrap(), "{id}.{ending}");
        }
        let mut r = s.get(&format!("/collections/{id}/items?limit=100000"), &[("Accept-Encoding", "identity")]);
        long += usize::from(!r.headers().contains_key("content-length"));
        let whole: Value = r.body_mut().read_json().unwrap();
        assert_eq!(whole["features"].as_array().unwrap().len() as u64, c["numberOfFeatures"].as_u64().unwrap(), "{id}");
    }
    assert!(long >= 6, "{long} answers were long");
}

#[test]
fn a_client_that_goes_away_leaves_the_service_in_order() {
    use std::io::{Read, Write};
    let s = service();
    let address = s.base.strip_prefix("http://").unwrap();
    for _ in 0..20 {
        let mut c = std::net::TcpStream::connect(address).unwrap();
        c.write_all(b"GET /collections/villages/items?f=csv HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
        let mut first = [0; 100];
        c.read_exact(&mut first).unwrap();
        assert!(first.starts_with(b"HTTP/1.1 200"));
    }
    assert_eq!(s.json("/health")["status"], "ok");
    assert_eq!(super::all(&s, "villages").len(), 150);
}

#[test]
fn a_whole_collection_comes_in_one_file() {
    let s = service();
    let of =
        |query: &str| s.get(&format!("/collections/villages/items?{query}"), &[]).body_mut().read_to_vec().unwrap();
    let all = s.json("/collections/villages/items?limit=100000");
    let list = all["features"].as_array().unwrap();
    let names = |v: &Value| -> Vec<(String, String)> {
        let pair = |f: &Value| {
            (f["properties"]["id"].as_str().unwrap().to_owned(), f["properties"]["name"].as_str().unwrap().to_owned())
        };
        let mut all: Vec<_> = v["features"].as_array().unwrap().iter().map(pair).collect();
        all.sort();
        all
    };
    for (form, name) in [("gpkg", "v.gpkg"), ("fgb", "v.fgb"), ("shp", "v.shp.zip"), ("geojsonseq", "v.geojsonl")] {
        let found = opened(&of(&format!("f={form}")), name);
        assert_eq!(names(&found), names(&all), "{form}");
        let first = &found["features"][0];
        let same = list.iter().find(|f| f["id"] == first["properties"]["id"]).unwrap();
        for k in 0..2 {
            let ordinate = |f: &Value| f["geometry"]["coordinates"][k].as_f64().unwrap();
            assert!((ordinate(first) - ordinate(same)).abs() < 1e-7, "{form}");
        }
    }
    let csv = String::from_utf8(of("f=csv")).unwrap();
    assert_eq!(csv.trim_end().lines().count(), list.len() + 1);
    assert!(of("f=parquet").starts_with(b"PAR1") && of("f=xlsx").starts_with(b"PK"));
    // The question counts in files as well.
    let some = list.iter().filter(|f| f["properties"]["status"] == "merged").count();
    assert!(some > 0 && some < list.len());
    let found = opened(&of("f=gpkg&status=merged"), "v.gpkg");
    assert_eq!(found["features"].as_array().unwrap().len(), some);
    assert_eq!(opened(&of("f=gpkg&limit=7"), "v.gpkg")["features"].as_array().unwrap().len(), 7);
    let r = s.get("/collections/villages/items?f=gpkg", &[]);
    assert!(r.headers()["content-disposition"].to_str().unwrap().contains("villages.gpkg"));
    for bad in
        ["f=gpkg&crs=http://www.opengis.net/def/crs/EPSG/0/4490", "f=csv&properties=name", "f=dwg", "f=gpkg&goat=1"]
    {
        assert_eq!(s.get(&format!("/collections/villages/items?{bad}"), &[]).status(), 400, "{bad}");
    }
}
