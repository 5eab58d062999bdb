//! The program as a user calls it: exit codes and messages.

use crate::common::{cuntong, stderr};
use std::fs;

fn atlas(dir: &std::path::Path, text: &str) -> String {
    let path = dir.join("atlas.toml");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_string()
}

const VILLAGES: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"id":"1","name":"甲"},"geometry":{"type":"Point","coordinates":[120.0,41.0]}}]}"#;

fn good(dir: &std::path::Path) -> &'static str {
    fs::write(dir.join("v.geojson"), VILLAGES).unwrap();
    "id = \"t\"\n[[layers.villages]]\npath = \"v.geojson\"\nfields = { id = \"id\", name = \"name\" }\n"
}

#[test]
fn a_wrong_command_line_is_exit_code_two() {
    assert_eq!(cuntong(&["analyse"]).status.code(), Some(2));
    assert_eq!(cuntong(&["analyze"]).status.code(), Some(2));
    assert_eq!(cuntong(&["--help"]).status.code(), Some(0));
}

#[test]
fn a_missing_atlas_is_exit_code_one_with_its_path() {
    let o = cuntong(&["check", "/nowhere/atlas.toml"]);
    assert_eq!(o.status.code(), Some(1));
    assert!(stderr(&o).contains("/nowhere/atlas.toml"), "{}", stderr(&o));
}

#[test]
fn a_typo_names_line_and_right_key() {
    let dir = tempfile::tempdir().unwrap();
    let text = good(dir.path()).replace("fields", "feilds");
    let o = cuntong(&["check", &atlas(dir.path(), &text)]);
    assert_eq!(o.status.code(), Some(1));
    let e = stderr(&o);
    assert!(e.contains("atlas.toml:4") && e.contains("feilds") && e.contains("fields"), "{e}");
}

#[test]
fn a_missing_layer_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let text = format!("{}[[layers.roads]]\npath = \"roads.shp\"\n", good(dir.path()));
    let o = cuntong(&["analyze", &atlas(dir.path(), &text), "--out", dir.path().join("o").to_str().unwrap()]);
    assert_eq!(o.status.code(), Some(1));
    let e = stderr(&o);
    assert!(e.contains("roads.shp") && !e.contains("panicked"), "{e}");
    assert!(!dir.path().join("o").exists(), "nothing is written");
}

#[test]
fn check_reports_as_table_and_as_json() {
    let dir = tempfile::tempdir().unwrap();
    let path = atlas(dir.path(), good(dir.path()));
    let table = cuntong(&["check", &path]);
    assert!(table.status.success() && String::from_utf8_lossy(&table.stdout).contains("v.geojson"));
    let json = cuntong(&["check", &path, "--json"]);
    let v: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(v["sources"][0]["kept"], 1);
}

#[test]
fn init_writes_an_atlas_that_check_reads() {
    let dir = tempfile::tempdir().unwrap();
    let (data, out) = (dir.path().join("行政村.geojson"), dir.path().join("new.toml"));
    fs::write(&data, VILLAGES.replace("\"id\":", "\"村代码\":").replace("\"name\":", "\"村名\":")).unwrap();
    let (data, out) = (data.to_str().unwrap(), out.to_str().unwrap());
    let o = cuntong(&["init", data, "--out", out]);
    assert!(o.status.success(), "{}", stderr(&o));
    assert!(cuntong(&["check", out]).status.success());
    // An atlas that is there is never overwritten.
    assert_eq!(cuntong(&["init", data, "--out", out]).status.code(), Some(1));
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let path = atlas(dir.path(), good(dir.path()));
    fs::write(dir.path().join("file"), "").unwrap();
    let o = cuntong(&["analyze", &path, "--out", dir.path().join("file/x").to_str().unwrap()]);
    assert_eq!(o.status.code(), Some(1));
    assert!(stderr(&o).contains("cannot write"), "{}", stderr(&o));
}

#[test]
fn the_readme_atlas_is_valid() {
    let readme = include_str!("../../README.md");
    let text = readme.split("```toml").nth(1).unwrap().split("```").next().unwrap();
    let atlas = cuntong::atlas::parse(text, std::path::Path::new("/x/atlas.toml")).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(atlas.sources.len(), 2);
}
