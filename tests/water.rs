//! The water theme through the public face: real samples, broken input, and tables as laboratories send them.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use common::{Run, cuntong, have, stderr};
use serde_json::{Value, json};

fn run(dir: &tempfile::TempDir, atlas: &str, files: &[(&str, &str)]) -> Run {
    for (name, text) in files {
        fs::write(dir.path().join(name), text).unwrap();
    }
    let file: PathBuf = dir.path().join("atlas.toml");
    fs::write(&file, atlas).unwrap();
    Run::of(file.to_str().unwrap())
}

fn sources(r: &Run) -> BTreeMap<String, Value> {
    r.features("water_sources")
        .into_iter()
        .map(|f| (f["id"].as_str().unwrap().to_owned(), f["properties"].clone()))
        .collect()
}

fn over(r: &Run, parameter: &str) -> (u64, u64) {
    let row = picture(r, parameter);
    (row["over"].as_u64().unwrap(), row["tested"].as_u64().unwrap())
}

/// The whole region at all depths.
fn picture(r: &Run, parameter: &str) -> Value {
    let c = &r.json("summary.json")["counts"]["water"]["contamination"];
    c.as_array().unwrap().iter().find(|c| c["parameter"] == parameter && c["depth_m"].is_null()).unwrap().clone()
}

#[test]
fn kwale() {
    if !have("water") {
        return;
    }
    let r = Run::of("examples/kwale/atlas.toml");
    // 157 samples of 81 places, most in March and again in June.
    assert_eq!(sources(&r).len(), 81);
    assert_eq!(r.json("quality.json")["sources"][0]["kept"], 157);
    for (parameter, samples) in [("fluoride", 7), ("arsenic", 5), ("nitrate", 5), ("iron", 19)] {
        assert_eq!(picture(&r, parameter)["samples_over"], samples, "{parameter}");
    }
    // By the latest sample of each place, as the rule has it.
    assert_eq!(over(&r, "fluoride"), (4, 81));
    let q = r.json("quality.json").to_string();
    assert!(q.contains("negative concentration"), "negative readings are named");
}

#[test]
fn malawi_water_points() {
    if !have("water") {
        return;
    }
    let r = Run::of("examples/malawi-water-points/atlas.toml");
    let mut by: BTreeMap<String, usize> = BTreeMap::new();
    for s in sources(&r).values() {
        *by.entry(s["functional"].as_str().unwrap().to_owned()).or_default() += 1;
        assert_eq!(s["state"], "untested");
    }
    assert_eq!(["yes", "partly", "no", "abandoned"].map(|k| by[k]), [807, 390, 148, 67], "{by:?}");
}

#[test]
fn a_survey_with_preamble_and_a_row_of_units() {
    let dir = tempfile::tempdir().unwrap();
    let survey = "National survey of wells\nSecond line of a preamble, with a comma\n\
        WELL,LAT_DEG,LONG_DEG,DEPTH,As,Fe,NO3-N\n\
        ,,,m,ug/l,mg/l,mg/l\n\
        a,23.5,90.1,20,<0.5,0.2,0.1\n\
        b,23.6,90.2,30,10,<0.01,0.1\n\
        c,23.7,90.3,80,10.1,1.5,0.2\n\
        d,23.8,90.4,200,55,0.1,<20\n";
    let atlas = r#"
id = "survey"
[[layers.water_sources]]
path = "survey.csv"
skip_rows = 2
units_row = true
fields = { id = "WELL", depth_m = "DEPTH" }
results = { As = "arsenic", Fe = "iron", "NO3-N" = "NO3-N" }
"#;
    let r = run(&dir, atlas, &[("survey.csv", survey)]);
    assert_eq!((over(&r, "arsenic"), over(&r, "iron")), ((2, 4), (1, 4)));
    assert_eq!(over(&r, "nitrate"), (0, 3), "less than twice the limit says nothing");
    let s = sources(&r);
    assert_eq!(["a", "b", "c", "d"].map(|k| s[k]["state"].as_str().unwrap()), ["safe", "safe", "unsafe", "unsafe"]);
    assert_eq!((&s["d"]["worst"]["parameter"], &s["d"]["worst"]["factor"]), (&json!("arsenic"), &json!(5.5)));
    let deep = &r.json("summary.json")["counts"]["water"]["contamination"];
    let classes = deep.as_array().unwrap().iter().filter(|c| c["parameter"] == "arsenic" && !c["depth_m"].is_null());
    assert_eq!(classes.count(), 3, "three depth classes have wells");
}

/// Two wells with tests in rows.
fn long(tests: &str) -> (tempfile::TempDir, Run) {
    let dir = tempfile::tempdir().unwrap();
    let atlas = r#"
id = "long"
[[layers.villages]]
path = "villages.csv"
fields = { id = "id", water_source = "well" }
[[layers.water_sources]]
path = "wells.csv"
fields = { id = "id", type = "type" }
[[layers.water_tests]]
path = "tests.csv"
fields = { source = "well", parameter = "what", value = "value", unit = "unit", date = "date" }
"#;
    let files = [
        ("villages.csv", "id,lon,lat,well\nV1,120,41,W1\nV2,120.01,41,W2\n"),
        ("wells.csv", "id,lon,lat,type\nW1,120,41.001,borehole\nW2,120.01,41.001,borehole\n"),
        ("tests.csv", tests),
    ];
    let r = run(&dir, atlas, &files);
    (dir, r)
}

#[test]
fn bad_tests_are_left_out_and_named() {
    let (_dir, r) = long(
        "well,what,value,unit,date\n\
         W1,氟化物,0.4,mg/L,2020-05-01\n\
         W1,unobtainium,5,mg/L,2020-05-01\n\
         W1,arsenic,0.5,,2020-05-01\n\
         W1,iron,-0.4,mg/L,2020-05-01\n\
         W1,manganese,9,mg/L,2999-01-01\n\
         W1,lead,high,mg/L,2020-05-01\n\
         W1,nitrate,30,mg/L,2020-05-01\n\
         W1,TDS,3000,µS/cm,2020-05-01\n\
         W9,fluoride,9,mg/L,2020-05-01\n",
    );
    let s = sources(&r);
    assert_eq!((&s["W1"]["state"], &s["W1"]["tests"]), (&json!("safe"), &json!(1)));
    let q = r.json("quality.json")["sources"]
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["layer"] == "water_tests")
        .unwrap()
        .to_string();
    for said in [
        "parameter is not known",
        "unobtainium",
        "arsenic: no unit",
        "negative concentration",
        "date lies in the future",
        "value is no number",
        "as nitrogen or as the ion",
        "electrical conductivity is not dissolved solids",
        "names no water source that exists",
    ] {
        assert!(q.contains(said), "{said}: {q}");
    }
}

#[test]
fn the_latest_sample_counts_and_two_of_one_day_that_disagree_are_named() {
    let (_dir, r) = long(
        "well,what,value,unit,date\n\
         W1,fluoride,2.5,mg/L,2015-05-01\n\
         W1,fluoride,0.5,mg/L,2019-05-01\n\
         W2,fluoride,0.6,mg/L,2020-05-01\n\
         W2,F,1700,µg/L,2020/5/1\n",
    );
    let s = sources(&r);
    assert_eq!((&s["W1"]["state"], &s["W2"]["state"]), (&json!("safe"), &json!("unsafe")));
    assert_eq!(s["W2"]["worst"]["value"], 1.7);
    let q = r.json("quality.json");
    let list = q["lists"].as_array().unwrap().iter().find(|l| l["key"] == "water.samples_of_one_day_disagree").unwrap();
    assert_eq!(list["items"], json!(["W2 fluoride"]));
    let gaps = r.features("water_gaps");
    let source = gaps.iter().find(|g| g["id"] == "water:unsafe_source:W2").unwrap();
    assert_eq!(source["properties"]["villages"], json!(["V2"]));
    assert!(source["properties"]["why"]["zh"].as_str().unwrap().contains("氟化物 1.7 mg/L，限值 1 mg/L"));
    assert!(gaps.iter().any(|g| g["id"] == "water:unsafe_water:V2"));
    // Nobody says anything on quantity and reliability of the first village.
    let v = r.features("villages");
    let first = v.iter().find(|f| f["id"] == "V1").unwrap();
    assert_eq!(
        (&first["properties"]["water_verdict"], &first["properties"]["water_quality"]),
        (&json!("unknown"), &json!("safe"))
    );
}

#[test]
fn the_worst_of_some_years_by_rule() {
    let dir = tempfile::tempdir().unwrap();
    let wells = "id,lon,lat,F,date\nA,120,41,0.5,2020-01-01\n";
    let tests = "well,what,value,unit,date\nA,fluoride,3,mg/L,2018-06-01\nA,fluoride,9,mg/L,2010-06-01\n";
    let atlas = |years: u32| {
        format!(
            r#"
id = "years"
[rules.water]
worst_in_years = {years}
[[layers.water_sources]]
path = "wells.csv"
fields = {{ id = "id", date = "date" }}
results = {{ F = {{ parameter = "fluoride", unit = "mg/L" }} }}
[[layers.water_tests]]
path = "tests.csv"
fields = {{ source = "well", parameter = "what", value = "value", unit = "unit", date = "date" }}
"#
        )
    };
    let files = [("wells.csv", wells), ("tests.csv", tests)];
    let state = |years| sources(&run(&dir, &atlas(years), &files))["A"].clone();
    assert_eq!(state(0)["state"], "safe");
    assert_eq!(state(3)["worst"]["value"], 3.0);
    assert_eq!(state(20)["worst"]["value"], 9.0);
}

#[test]
fn exchange_formats_need_no_mapping() {
    let dir = tempfile::tempdir().unwrap();
    let wells =
        "MonitoringLocationIdentifier,MonitoringLocationName,LatitudeMeasure,LongitudeMeasure\nUS-1,Well one,41,120\n";
    let results = "MonitoringLocationIdentifier,ActivityStartDate,CharacteristicName,MethodSpeciationName,ResultDetectionConditionText,ResultMeasureValue,ResultMeasure/MeasureUnitCode\n\
        US-1,2021-03-04,Nitrate,as N,,12,mg/l\n\
        US-1,2021-03-04,Arsenic,,Not Detected,2,ug/l\n";
    let atlas = "id = \"wqx\"\n[[layers.water_sources]]\npath = \"stations.csv\"\n[[layers.water_tests]]\npath = \"results.csv\"\n";
    let r = run(&dir, atlas, &[("stations.csv", wells), ("results.csv", results)]);
    let s = &sources(&r)["US-1"];
    assert_eq!(
        (&s["worst"]["parameter"], &s["worst"]["value"], &s["tests"]),
        (&json!("nitrate"), &json!(12.0), &json!(2))
    );
}

#[test]
fn wrong_results_in_an_atlas_are_told_with_their_place() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("wells.csv"), "id,lon,lat,F\nA,120,41,0.5\n").unwrap();
    for (results, said) in [
        ("{ F = { parameter = \"fluorid\", unit = \"mg/L\" } }", "no parameter known"),
        ("{ F = { parameter = \"fluoride\", unit = \"furlong\" } }", "furlong"),
        ("{ F = { parameter = \"nitrate\", unit = \"mg/L\" } }", "as nitrogen or as the ion"),
        ("{ G = { parameter = \"fluoride\", unit = \"mg/L\" } }", "is not a field"),
    ] {
        let atlas = format!(
            "id = \"w\"\n[[layers.water_sources]]\npath = \"wells.csv\"\nfields = {{ id = \"id\" }}\nresults = {results}\n"
        );
        fs::write(dir.path().join("atlas.toml"), atlas).unwrap();
        let out = dir.path().join("out");
        let o = cuntong(&["analyze", dir.path().join("atlas.toml").to_str().unwrap(), "--out", out.to_str().unwrap()]);
        assert_eq!(o.status.code(), Some(1));
        assert!(stderr(&o).contains(said), "{results}: {}", stderr(&o));
    }
}

#[test]
fn nandurbar_has_villages_without_treated_tap_water() {
    if !have("nandurbar") {
        return;
    }
    let r = Run::of("examples/nandurbar/atlas.toml");
    let gaps = r.features("water_gaps");
    let treated = |f: &Value| f["properties"]["evidence"].to_string().contains("reported_treated");
    assert!(gaps.iter().all(treated), "the directory knows nothing else of water");
    // 443 in the directory, of which two have no polygon.
    let no = r.features("villages").iter().filter(|v| v["properties"]["reported_water_treated"] == "no").count();
    assert_eq!((gaps.len(), no), (441, 441));
}
