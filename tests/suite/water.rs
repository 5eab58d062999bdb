//! The water theme through the public face: real samples, broken input, and tables as laboratories send them.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use crate::common::{Run, cuntong, have, stderr};
use cuntong::network::assignment::{Offer, cheapest};
use proptest::prelude::*;
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
    let r = Run::shipped("examples/kwale/atlas.toml");
    // 157 samples of 81 places, most in March and again in June.
    assert_eq!(sources(r).len(), 81);
    assert_eq!(r.json("quality.json")["sources"][0]["kept"], 157);
    for (parameter, samples) in [("fluoride", 7), ("arsenic", 5), ("nitrate", 5), ("iron", 19)] {
        assert_eq!(picture(r, parameter)["samples_over"], samples, "{parameter}");
    }
    // By the latest sample of each place, as the rule has it.
    assert_eq!(over(r, "fluoride"), (4, 81));
    let q = r.json("quality.json").to_string();
    assert!(q.contains("negative concentration"), "negative readings are named");
}

#[test]
fn malawi_water_points() {
    if !have("water") {
        return;
    }
    let r = Run::shipped("examples/malawi-water-points/atlas.toml");
    let mut by: BTreeMap<String, usize> = BTreeMap::new();
    for s in sources(r).values() {
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

/// Thousands of wells as a national survey publishes them: prefaces with commas and quotes, a row of units, line ends
/// and encodings of several programs, `<` with several detection limits.
#[test]
fn a_national_survey_by_an_atlas_alone() {
    const WELLS: u32 = 3_534;
    let columns = [
        "SAMPLE_ID",
        "LAT_DEG",
        "LONG_DEG",
        "DISTRICT",
        "THANA",
        "WELL_DEPTH",
        "As",
        "Al",
        "B",
        "Ba",
        "Ca",
        "Co",
        "Cr",
        "Cu",
        "Fe",
        "K",
        "Li",
        "Mg",
        "Mn",
        "Na",
        "P",
        "Si",
        "SO4",
        "Sr",
        "V",
        "Zn",
    ];
    let names = [
        "arsenic",
        "Al",
        "boron",
        "barium",
        "calcium",
        "cobalt",
        "chromium",
        "copper",
        "iron",
        "potassium",
        "lithium",
        "magnesium",
        "manganese",
        "sodium",
        "phosphorus",
        "silicon",
        "sulfate",
        "strontium",
        "vanadium",
        "zinc",
    ];
    let (mut rows, mut over10, mut over50, mut known10, mut known50) = (Vec::new(), 0, 0, 0, 0);
    for i in 0..WELLS {
        // Of 100 wells 24 without a trace, 16 under a coarser limit, 1 that tells nothing of 10; the rest by a curve.
        let (text, value, below) = match i * 37 % 100 {
            0..24 => ("<0.5".to_owned(), 0.5, true),
            24..40 => ("< 6".to_owned(), 6.0, true),
            40 => ("<20".to_owned(), 20.0, true),
            41 => ("10".to_owned(), 10.0, false),
            42 => ("50.0".to_owned(), 50.0, false),
            k => {
                let v = (f64::from(k) / 11.0).exp() / 10.0 + f64::from(i % 7);
                (format!("{v:.1}"), format!("{v:.1}").parse().unwrap(), false)
            }
        };
        (known10, known50) =
            (known10 + u32::from(!below || value <= 10.0), known50 + u32::from(!below || value <= 50.0));
        (over10, over50) = (over10 + u32::from(!below && value > 10.0), over50 + u32::from(!below && value > 50.0));
        // Some wells share their place: they are wells all the same.
        let (y, x) = (22.0 + f64::from(i / 60) * 0.06, 89.0 + f64::from(i % 59) * 0.05);
        let rest: Vec<String> = (0..19)
            .map(|k| if (i + k) % 5 == 0 { "<0.004".into() } else { format!("0.{:03}", (i + k) % 900 + 1) })
            .collect();
        let (a, b) = (i % 61, i % 433);
        rows.push(format!("S98_{i:05},{y:.2},{x:.2},D{a},\"Th, {b}\",{},{text},{}", 5 + i % 300, rest.join(",")));
    }
    let preface =
        ["Survey of wells, 2001", "\"Units in mg/L, except As\"", "", "see \"Report, vol 2\"", "# a,,,", "x;y"];
    let make = |lines: usize, micro: &str, comma: &str, end: &str, tail: &str| {
        let units = format!(",,,,,m,{micro}{}", ",mg/L".repeat(19));
        let head = preface.iter().cycle().take(lines).map(|l| (*l).to_owned());
        let table = [columns.join(","), units].into_iter().chain(rows.iter().cloned()).map(|r| format!("{r}{tail}"));
        let table = table.map(|r| if comma == "," { r } else { r.replace("Th, ", "Th ").replace(',', comma) });
        head.chain(table).map(|l| l + end).collect::<String>()
    };
    let utf8 = |text: String| text.into_bytes();
    let latin = |text: String| text.chars().map(|c| u8::try_from(c as u32).unwrap()).collect::<Vec<u8>>();
    let bom = |text: String| [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    for (lines, bytes, name, more) in [
        (0, utf8(make(0, "µg/L", ",", "\n", "")), "plain.csv", ""),
        (10, utf8(make(10, "ug/l", ",", "\r\n", "")), "windows.csv", ""),
        (4, bom(make(4, "(μg L⁻¹)", ",", "\n", ",,,")), "marked.csv", ""),
        (6, latin(make(6, "µg l-1", ",", "\n", "")), "latin.csv", "encoding = \"latin1\"\n"),
        (3, utf8(make(3, "[ppb]", "\t", "\n", "")), "tabs.txt", ""),
        (5, utf8(make(5, "µg/L", ";", "\n", "") + "\n;;;\nSource: the survey\n"), "semicolons.csv", ""),
    ] {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join(name), bytes).unwrap();
        let results: String = columns[6..].iter().zip(names).map(|(c, n)| format!("{c} = \"{n}\"\n")).collect();
        let atlas = format!(
            "id = \"survey\"\n[rules.water]\nprofile = \"WHO 2022\"\n\
             also_over = {{ arsenic = {{ values = [50], unit = \"µg/L\" }} }}\n\
             [[layers.water_sources]]\npath = \"{name}\"\nskip_rows = {lines}\nunits_row = true\n{more}\
             fields = {{ id = \"SAMPLE_ID\", county = \"DISTRICT\", town = \"THANA\", depth_m = \"WELL_DEPTH\" }}\n\
             [layers.water_sources.results]\n{results}"
        );
        let r = run(&dir, &atlas, &[]);
        let p = picture(&r, "arsenic");
        assert_eq!((&p["tested"], &p["over"], &p["limit"]), (&json!(known10), &json!(over10), &json!(0.01)), "{name}");
        let share = (f64::from(over10) / f64::from(known10) * 1e4).round() / 1e4;
        assert_eq!(p["share"], share);
        let fifty = &p["also"][0];
        assert_eq!((&fifty["limit"], &fifty["tested"]), (&json!(0.05), &json!(known50)), "{name}");
        assert_eq!(fifty["over"], json!(over50), "{name}");
        assert_eq!(r.json("summary.json")["counts"]["water"]["sources"], WELLS);
    }
}

#[test]
fn an_atlas_sets_limits_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let wells = "id,lon,lat,As,Sr\na,120,41,30,1\nb,120.1,41,<60,9\nc,120.2,41,51,1\n";
    let atlas = |rules: &str| {
        format!(
            "id = \"own\"\n[rules.water]\nprofile = \"WHO 2022\"\n{rules}[[layers.water_sources]]\npath = \"wells.csv\"\n\
             fields = {{ id = \"id\" }}\nresults = {{ As = {{ parameter = \"As\", unit = \"ppb\" }}, \
             Sr = {{ parameter = \"strontium\", unit = \"mg/L\" }} }}\n"
        )
    };
    let states = |rules: &str| {
        let s = sources(&run(&dir, &atlas(rules), &[("wells.csv", wells)]));
        ["a", "b", "c"].map(|k| s[k]["state"].as_str().unwrap().to_owned())
    };
    assert_eq!(states(""), ["unsafe", "unknown", "unsafe"]);
    assert_eq!(states("limits = { arsenic = { limit = 50, unit = \"µg/L\" } }\n"), ["safe", "unknown", "unsafe"]);
    let both =
        "[rules.water.limits]\n\"砷\" = { limit = 0.06, unit = \"mg/L\" }\nSr = { limit = 7, unit = \"mg/L\" }\n";
    assert_eq!(states(both), ["safe", "unsafe", "safe"]);
    let r = run(&dir, &atlas(both), &[("wells.csv", wells)]);
    assert_eq!(r.json("summary.json")["counts"]["water"]["profile"], "WHO 2022 + atlas");
    for (rules, said) in [
        ("limits = { unobtainium = { limit = 5, unit = \"mg/L\" } }\n", "no parameter known here"),
        ("limits = { arsenic = { limit = 5 } }\n", "no unit"),
        ("limits = { arsenic = { unit = \"mg/L\" } }\n", "needs limit"),
        ("limits = { nitrate = { limit = 50, unit = \"mg/L\" } }\n", "as nitrogen or as the ion"),
        ("also_over = { calcium = { values = [50], unit = \"mg/L\" } }\n", "has no limit in WHO 2022"),
        ("also_over = { arsenic = { values = [], unit = \"mg/L\" } }\n", "needs values"),
    ] {
        fs::write(dir.path().join("atlas.toml"), atlas(rules)).unwrap();
        let o = cuntong(&["check", dir.path().join("atlas.toml").to_str().unwrap()]);
        assert_eq!(o.status.code(), Some(1), "{rules}");
        assert!(stderr(&o).contains(said) && stderr(&o).contains("atlas.toml"), "{rules}: {}", stderr(&o));
    }
}

#[test]
fn fewer_than_one_is_none_and_more_than_could_be_counted_is_too_many() {
    let (_dir, r) = long(
        "well,what,value,unit,date\n\
         W1,E. coli,<1,MPN/100mL,2020-05-01\n\
         W1,菌落总数,>300,CFU/mL,2020-05-01\n\
         W2,total coliform,>2419.6,MPN/100 mL,2020-05-01\n\
         W2,E. coli,<10,CFU/100mL,2020-05-01\n",
    );
    let s = sources(&r);
    let of = |id: &str, key: &str| {
        let all = s[id]["results"].as_array().unwrap();
        let t = all.iter().find(|t| t["parameter"] == key).unwrap();
        (t["exceeds"].as_bool().unwrap(), t["unclear"].as_bool().unwrap())
    };
    assert_eq!((of("W1", "e_coli"), of("W1", "colony_count")), ((false, false), (true, false)));
    assert_eq!((of("W2", "total_coliforms"), of("W2", "e_coli")), ((true, false), (false, true)));
    let gap = r.features("water_gaps").into_iter().find(|g| g["id"] == "water:unsafe_source:W2").unwrap();
    assert!(gap["properties"]["why"]["en"].as_str().unwrap().contains(">2420 CFU"), "{gap}");
}

/// What stands in a rule file, as a test reads it: key, lowest and highest value allowed, unit, exclusive.
fn limits_of(file: &str) -> Vec<(String, Option<f64>, f64, String, bool)> {
    let text = fs::read_to_string(format!("standards/water/{file}.toml")).unwrap();
    let of = |row: &str, key: &str| {
        let rest = row.split(&format!("{key} = ")).nth(1)?;
        Some(rest.split([',', '}']).next()?.trim().trim_matches('"').to_owned())
    };
    let rows = text.lines().filter(|l| l.contains("limit = "));
    rows.map(|l| {
        let (key, row) = l.split_once(" = ").unwrap();
        let number = |k: &str| of(row, k).map(|v| v.parse().unwrap());
        let row = row.replace("mg/L as CaCO3", "mg/L CaCO3");
        (
            key.to_owned(),
            of(&row, "low").map(|v| v.parse().unwrap()),
            number("limit").unwrap(),
            of(&row, "unit").unwrap(),
            row.contains("exclusive"),
        )
    })
    .collect()
}

/// The foreword of GB 5749-2022 counts 97 parameters, 43 regular and 54 extended (two have words for a limit: odour and
/// visible matter), and names what it added, left out and changed since 2006.
#[test]
fn the_standard_of_2022_differs_from_that_of_2006_as_its_foreword_says() {
    let of = |file: &str| -> BTreeMap<String, f64> { limits_of(file).into_iter().map(|l| (l.0, l.2)).collect() };
    let (old, new, small) = (of("gb5749_2006"), of("gb5749_2022"), of("gb5749_2022_small"));
    assert_eq!((old.len(), new.len()), (106 - 2, 97 - 2));
    let text = fs::read_to_string("standards/water/gb5749_2022.toml").unwrap();
    let in_table = |n: u32| text.matches(&format!("clause = \"table {n}\"")).count();
    assert_eq!((in_table(1) + in_table(2), in_table(3)), (43 - 2, 54));
    let without = |a: &BTreeMap<String, f64>, b: &BTreeMap<String, f64>| -> Vec<String> {
        a.keys().filter(|k| !b.contains_key(*k)).cloned().collect()
    };
    assert_eq!(without(&new, &old), ["acetochlor", "geosmin", "methylisoborneol", "perchlorate"]);
    assert_eq!(without(&old, &new).len(), 13);
    let changed = |a: &BTreeMap<String, f64>, b: &BTreeMap<String, f64>| -> Vec<String> {
        a.iter().filter(|(k, v)| b.get(*k).is_some_and(|x| x != *v)).map(|(k, _)| k.clone()).collect()
    };
    assert_eq!(changed(&old, &new), ["boron", "dimethoate", "free_chlorine", "trichloroethene", "vinyl_chloride"]);
    assert_eq!(changed(&new, &small), ["colony_count", "fluoride", "nitrate", "turbidity"]);
}

/// Units to test a limit in, each with how many of it are one of the rule file's unit.
fn three_units(key: &str, unit: &str) -> [(&'static str, f64); 3] {
    match unit {
        "mg/L" => [("mg/L", 1.0), ("µg/L", 1e3), ("ng/L", 1e6)],
        "mg/L as N" if key == "ammonia" => [("mg/L as N", 1.0), ("mg/L as NH4", 18.0385 / 14.0067), ("µg/L as N", 1e3)],
        "mg/L as N" => [("mg/L as N", 1.0), ("mg/L as NO3", 62.0049 / 14.0067), ("µg/L as N", 1e3)],
        "mg/L as NO3" => [("mg/L as NO3", 1.0), ("mg/L as N", 14.0067 / 62.0049), ("µg/L as NO3", 1e3)],
        "mg/L as NO2" => [("mg/L as NO2", 1.0), ("mg/L as N", 14.0067 / 46.0055), ("µg/L as NO2", 1e3)],
        "mg/L as NH4" => [("mg/L as NH4", 1.0), ("mg/L as N", 14.0067 / 18.0385), ("mg/L as NH3", 17.0305 / 18.0385)],
        "mg/L CaCO3" => [("mg/L as CaCO3", 1.0), ("mmol/L", 1.0 / 100.09), ("°dH", 1.0 / 17.848)],
        "CFU/100mL" => [("CFU/100mL", 1.0), ("MPN/100 mL", 1.0), ("CFU/L", 10.0)],
        "CFU/mL" => [("CFU/mL", 1.0), ("CFU/100mL", 100.0), ("个/mL", 1.0)],
        "/10L" => [("/10L", 1.0), ("oocysts/10L", 1.0), ("n/L", 0.1)],
        "NTU" => [("NTU", 1.0), ("FNU", 1.0), ("度", 1.0)],
        "Pt-Co" => [("Pt-Co", 1.0), ("Hazen", 1.0), ("度", 1.0)],
        "Bq/L" => [("Bq/L", 1.0), ("mBq/L", 1e3), ("pCi/L", 1.0 / 0.037)],
        "1" => [("1", 1.0), ("", 1.0), ("无量纲", 1.0)],
        other => panic!("{key}: {other}"),
    }
}

#[test]
fn every_limit_tells_a_little_less_from_a_little_more_in_three_units() {
    for (profile, file, parameters) in [
        ("GB 5749-2022", "gb5749_2022", 95),
        ("GB 5749-2022 small supply", "gb5749_2022_small", 95),
        ("GB 5749-2006", "gb5749_2006", 104),
        ("WHO 2022", "who_2022", 100),
    ] {
        let (mut wells, mut tests) = (String::from("id,lon,lat\n"), String::from("well,what,value,unit\n"));
        let mut expected = BTreeMap::new();
        let limits = limits_of(file);
        assert!(limits.len() >= parameters, "{profile}: {}", limits.len());
        for (key, low, limit, unit, exclusive) in limits {
            for (n, (unit, per)) in three_units(&key, &unit).into_iter().enumerate() {
                let step = if limit == 0.0 { 1.0 } else { 2e-3 * limit };
                let mut values = vec![(limit - step, false), (limit + step, true)];
                values.extend(low.map(|l| (l - 2e-3 * l, true)));
                values.extend(exclusive.then_some((limit, true)));
                for (value, over) in values.into_iter().filter(|v| v.0 >= 0.0) {
                    let id = format!("{key}-{n}-{value}");
                    wells += &format!("{id},120,41\n");
                    tests += &format!("{id},{key},{},{unit}\n", value * per);
                    expected.insert(id, if over { "unsafe" } else { "safe" });
                }
            }
        }
        let dir = tempfile::tempdir().unwrap();
        let atlas = format!(
            "id = \"limits\"\n[rules.water]\nprofile = \"{profile}\"\n[[layers.water_sources]]\npath = \"wells.csv\"\n\
             fields = {{ id = \"id\" }}\n[[layers.water_tests]]\npath = \"tests.csv\"\n\
             fields = {{ source = \"well\", parameter = \"what\", value = \"value\", unit = \"unit\" }}\n"
        );
        let found = sources(&run(&dir, &atlas, &[("wells.csv", &wells), ("tests.csv", &tests)]));
        assert_eq!(found.len(), expected.len());
        for (id, state) in expected {
            assert_eq!(found[&id]["state"], state, "{profile} {id}: {}", found[&id]);
        }
    }
}

#[test]
fn a_source_outside_the_county_of_its_record_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let square = |id: &str, x: f64| {
        json!({"type": "Feature", "properties": {"id": id, "name": id}, "geometry": {"type": "Polygon",
            "coordinates": [[[x, 41], [x + 1.0, 41], [x + 1.0, 42], [x, 42], [x, 41]]]}})
    };
    let counties = json!({"type": "FeatureCollection", "features": [square("C1", 120.0), square("C2", 121.0)]});
    let wells = "id,lon,lat,county\nin,120.5,41.5,C1\nnext,121.5,41.5,C1\nfar,125.5,41.5,C1\nnone,120.5,41.6,C9\n";
    let atlas = "id = \"c\"\n[[layers.counties]]\npath = \"counties.geojson\"\nfields = { id = \"id\", name = \"name\" }\n\
        [[layers.water_sources]]\npath = \"wells.csv\"\nfields = { id = \"id\", county = \"county\" }\n";
    let r = run(&dir, atlas, &[("counties.geojson", &counties.to_string()), ("wells.csv", wells)]);
    let q = r.json("quality.json");
    let source = q["sources"].as_array().unwrap().iter().find(|s| s["layer"] == "water_sources").unwrap();
    let notes = source["notes"].as_array().unwrap();
    let of = |what: &str| {
        let note = notes.iter().find(|n| n["reason"].as_str().unwrap().contains(what));
        note.unwrap_or_else(|| panic!("{what}: {source}"))["examples"].clone()
    };
    assert_eq!(of("lies outside the county of its record"), json!(["far", "next"]));
    assert!(of("states a county that is not in the counties layer").to_string().contains("C9"));
}

#[test]
fn a_preface_needs_a_text_table() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("wells.geojson"), "{\"type\":\"FeatureCollection\",\"features\":[]}").unwrap();
    let atlas = "id = \"x\"\n[[layers.water_sources]]\npath = \"wells.geojson\"\nskip_rows = 2\n";
    fs::write(dir.path().join("atlas.toml"), atlas).unwrap();
    let o = cuntong(&["check", dir.path().join("atlas.toml").to_str().unwrap()]);
    assert_eq!(o.status.code(), Some(1));
    assert!(stderr(&o).contains("need a text table") && stderr(&o).contains("wells.geojson"), "{}", stderr(&o));
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
    // Words where numbers belong, in the sources too.
    let dir = tempfile::tempdir().unwrap();
    let wells = "id,lon,lat,give,deep\nW1,120,41,lots,20\nW2,120.01,41,5,-3\n";
    let atlas = "id = \"w\"\n[[layers.water_sources]]\npath = \"wells.csv\"\n\
        fields = { id = \"id\", yield_m3_d = \"give\", depth_m = \"deep\" }\n";
    let q = run(&dir, atlas, &[("wells.csv", wells)]).json("quality.json");
    let lost: Vec<(&str, &str)> = q["sources"][0]["unmapped_values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|u| (u["field"].as_str().unwrap(), u["examples"][0]["value"].as_str().unwrap()))
        .collect();
    assert_eq!(
        (lost, &q["sources"][0]["path"]),
        (vec![("depth_m", "-3"), ("yield_m3_d", "lots")], &json!("wells.csv"))
    );
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
fn samples_in_a_table_of_their_own_with_a_column_each() {
    let dir = tempfile::tempdir().unwrap();
    let wells = "id,lon,lat\nA,120,41\nB,120.1,41\n";
    let tests = "Laboratory 7\nwell,day,F,As\n,,mg/L,µg/L\nA,2019-01-01,3,2\nA,2020-01-01,0.5,<1\nB,2020-01-01,<0.1,12\nC,2020-01-01,9,9\n";
    let atlas = r#"
id = "wide"
[[layers.water_sources]]
path = "wells.csv"
fields = { id = "id" }
[[layers.water_tests]]
path = "tests.csv"
skip_rows = 1
units_row = true
fields = { source = "well", date = "day" }
results = { F = "fluoride", As = "arsenic" }
"#;
    let r = run(&dir, atlas, &[("wells.csv", wells), ("tests.csv", tests)]);
    let s = sources(&r);
    assert_eq!((&s["A"]["state"], &s["A"]["tests"]), (&json!("safe"), &json!(2)));
    assert_eq!((&s["B"]["state"], &s["B"]["worst"]["value"]), (&json!("unsafe"), &json!(0.012)));
    let q = r.json("quality.json");
    let of = q["sources"].as_array().unwrap().iter().find(|s| s["layer"] == "water_tests").unwrap();
    assert_eq!((&of["kept"], &of["skipped"][0]["reason"]), (&json!(3), &json!("names no water source that exists")));
}

#[test]
fn a_list_of_sources_and_villages_says_whose_source_is_whose() {
    let dir = tempfile::tempdir().unwrap();
    let atlas = r#"
id = "list"
[[layers.villages]]
path = "villages.csv"
fields = { id = "id" }
[[layers.water_sources]]
path = "wells.csv"
fields = { id = "id", type = "type" }
[[layers.service_areas]]
path = "list.csv"
fields = { source = "source", village = "village" }
"#;
    let files = [
        ("villages.csv", "id,lon,lat\nV1,120,41\nV2,120.2,41\nV3,120.2,41.01\n"),
        ("wells.csv", "id,lon,lat,type\nW1,120.001,41,borehole\nW2,120.2,41.001,borehole\n"),
        ("list.csv", "source,village\nW2,V1\nW9,V2\nW1,V9\nW1,V3\n"),
    ];
    let r = run(&dir, atlas, &files);
    let of: Vec<Value> = r.features("villages").iter().map(|v| v["properties"]["water_source"].clone()).collect();
    // The second is in no row that can be read, so it has the nearest.
    assert_eq!(of, [json!("W2"), json!("W2"), json!("W1")]);
    let q = r.json("quality.json");
    let area = q["sources"].as_array().unwrap().iter().find(|s| s["layer"] == "service_areas").unwrap().to_string();
    assert!(area.contains("names no water source that exists") && area.contains("names a village that does not exist"));
}

#[test]
fn exchange_formats_need_no_mapping() {
    let dir = tempfile::tempdir().unwrap();
    let wells =
        "MonitoringLocationIdentifier,MonitoringLocationName,LatitudeMeasure,LongitudeMeasure\nUS-1,Well one,41,120\n";
    let results = "MonitoringLocationIdentifier,ActivityStartDate,CharacteristicName,MethodSpeciationName,ResultDetectionConditionText,ResultMeasureValue,ResultMeasure/MeasureUnitCode,DetectionQuantitationLimitMeasure/MeasureValue,DetectionQuantitationLimitMeasure/MeasureUnitCode\n\
        US-1,2021-03-04,Nitrate,as N,,12,mg/l,,\n\
        US-1,2021-03-04,Arsenic,,Not Detected,2,ug/l,,\n\
        US-1,2021-03-04,Lead,,Not Detected,,,1,ug/l\n\
        US-1,2021-03-04,Cadmium,,Not Detected,,,0.02,mg/l\n\
        US-1,2021-03-04,Escherichia coli,,Not Detected,,,,\n";
    let atlas = "id = \"wqx\"\n[[layers.water_sources]]\npath = \"stations.csv\"\n[[layers.water_tests]]\npath = \"results.csv\"\n";
    let r = run(&dir, atlas, &[("stations.csv", wells), ("results.csv", results)]);
    let s = &sources(&r)["US-1"];
    assert_eq!(
        (&s["worst"]["parameter"], &s["worst"]["value"], &s["tests"]),
        (&json!("nitrate"), &json!(12.0), &json!(5))
    );
    let of = |key: &str| s["results"].as_array().unwrap().iter().find(|t| t["parameter"] == key).unwrap().clone();
    let (lead, cadmium) = (of("lead"), of("cadmium"));
    assert_eq!((&lead["below"], &lead["value"], &lead["unclear"]), (&json!(true), &json!(0.001), &json!(false)));
    assert_eq!((&cadmium["below"], &cadmium["unclear"]), (&json!(true), &json!(true)));
    assert_eq!((&of("e_coli")["value"], &of("e_coli")["exceeds"]), (&json!(0.0), &json!(false)));
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
    let r = Run::shipped("examples/nandurbar/atlas.toml");
    let gaps = r.features("water_gaps");
    let treated = |f: &Value| f["properties"]["evidence"].to_string().contains("reported_treated");
    assert!(gaps.iter().all(treated), "the directory knows nothing else of water");
    // 443 in the directory, of which two have no polygon.
    let no = r.features("villages").iter().filter(|v| v["properties"]["reported_water_treated"] == "no").count();
    assert_eq!((gaps.len(), no), (441, 441));
}

/// Least cost of carrying all that can be carried, by cancelling cycles of negative cost in any flow of the most units.
fn cancelled(demands: &[u64], capacities: &[u64], offers: &[Offer]) -> (u64, f64) {
    let (n, m) = (demands.len(), capacities.len());
    let (start, end) = (n + m, n + m + 1);
    // From, to, room, price; each with its way back behind it.
    let mut edges: Vec<(usize, usize, u64, f64)> = Vec::new();
    let mut add = |a, b, room, price: f64| edges.extend([(a, b, room, price), (b, a, 0, -price)]);
    demands.iter().enumerate().for_each(|(i, &d)| add(start, i, d, 0.0));
    capacities.iter().enumerate().for_each(|(j, &c)| add(n + j, end, c, 0.0));
    offers.iter().for_each(|o| add(o.demand as usize, n + o.capacity as usize, u64::MAX / 4, o.price));
    let push = |edges: &mut Vec<(usize, usize, u64, f64)>, way: &[usize]| {
        let units = way.iter().map(|&e| edges[e].2).min().unwrap();
        for &e in way {
            edges[e].2 -= units;
            edges[e ^ 1].2 += units;
        }
        units
    };
    let mut carried = 0;
    // As much as goes, whatever it costs.
    loop {
        let mut by = vec![usize::MAX; n + m + 2];
        let mut open = vec![start];
        while let Some(v) = open.pop() {
            for (e, edge) in edges.iter().enumerate().filter(|(_, x)| x.0 == v && x.2 > 0) {
                if edge.1 != start && by[edge.1] == usize::MAX {
                    by[edge.1] = e;
                    open.push(edge.1);
                }
            }
        }
        if by[end] == usize::MAX {
            break;
        }
        let mut way = vec![by[end]];
        while edges[way[way.len() - 1]].0 != start {
            way.push(by[edges[way[way.len() - 1]].0]);
        }
        carried += push(&mut edges, &way);
    }
    // Then cheaper, until no round trip saves anything (Bellman-Ford).
    loop {
        let (mut far, mut by) = (vec![0.0; n + m + 2], vec![usize::MAX; n + m + 2]);
        let mut last = None;
        for _ in 0..n + m + 2 {
            last = None;
            for (e, &(a, b, room, price)) in edges.iter().enumerate() {
                if room > 0 && far[a] + price < far[b] - 1e-9 {
                    (far[b], by[b], last) = (far[a] + price, e, Some(b));
                }
            }
        }
        let Some(mut v) = last else { break };
        for _ in 0..n + m + 2 {
            v = edges[by[v]].0;
        }
        let mut way = vec![by[v]];
        while edges[way[way.len() - 1]].0 != v {
            way.push(by[edges[way[way.len() - 1]].0]);
        }
        push(&mut edges, &way);
    }
    let cost = edges.iter().skip(2 * (n + m)).step_by(2).zip(edges.iter().skip(2 * (n + m) + 1).step_by(2));
    (carried, cost.map(|(there, back)| there.3 * back.2 as f64).sum())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn assignments_cost_as_little_as_cancelling_cycles_finds(
        demands in prop::collection::vec(0u64..5_000, 1..14),
        capacities in prop::collection::vec(0u64..9_000, 1..10),
        prices in prop::collection::vec((0u32..14, 0u32..10, 0u32..100_000), 0..90),
    ) {
        let known = |p: &&(u32, u32, u32)| (p.0 as usize) < demands.len() && (p.1 as usize) < capacities.len();
        let offers: Vec<Offer> = prices
            .iter()
            .filter(known)
            .map(|&(demand, capacity, p)| Offer { demand, capacity, price: f64::from(p) / 8.0 })
            .collect();
        let flow = cheapest(&demands, &capacities, &offers);
        let (units, least) = cancelled(&demands, &capacities, &offers);
        let cost: f64 = offers.iter().zip(&flow).map(|(o, &f)| o.price * f as f64).sum();
        prop_assert_eq!(flow.iter().sum::<u64>(), units);
        prop_assert!((cost - least).abs() <= 1e-9 * least.max(1.0), "{} {}", cost, least);
    }
}
