//! What `synthesize` planted is what the analysis finds: none missed, none invented. The truth comes from the
//! construction of the region and from the plain programs of the generator, not from the analysis.

mod common;
use std::collections::BTreeSet;
use std::path::Path;

use common::{Run, cuntong, read_json, stderr};
use serde_json::Value;

fn compare(truth: &Value, r: &Run, what: &str) {
    let villages = r.features("villages");
    let planted = truth["villages"].as_object().unwrap();
    assert_eq!(villages.len(), planted.len(), "{what}");
    let gaps = r.features("road_gaps");
    let kind_of = |village: &str| {
        let mut kinds = gaps.iter().filter(|g| g["properties"]["village"] == village);
        let kind = kinds.next().map_or(Value::Null, |g| g["properties"]["kind"].clone());
        assert!(kinds.next().is_none(), "{what}: {village} has one gap only");
        kind
    };
    for v in &villages {
        let (id, p) = (v["id"].as_str().unwrap(), &v["properties"]);
        let t = &planted[id];
        let said = format!("{what}: {id} planted {t}, found {p}");
        assert_eq!(p["road_state"], t["state"], "{said}");
        assert_eq!(p["road_verdict"], t["verdict"], "{said}");
        assert_eq!(kind_of(id), t["kind"], "{said}");
        if let Some(m) = t["link_length_m"].as_f64() {
            // Tolerance in metres; costs at the dearest rate per metre.
            let tolerance = t["tolerance"].as_f64().unwrap() + 0.02;
            // Of a cut-off village the planted truth is the straight line that joins its piece.
            let cut = t["state"] == "cut_off";
            let (length, price) =
                if cut { ("cut_off_link_m", "cut_off_link_cost") } else { ("road_link_m", "road_link_cost") };
            assert!((p[length].as_f64().unwrap() - m).abs() <= tolerance, "{said}");
            let cost = t["link_cost"].as_f64().unwrap();
            assert!((p[price].as_f64().unwrap() - cost).abs() <= tolerance * 900.0, "{said}");
        }
    }
    for (collection, kind) in [("schools", "school_unpaved"), ("seats", "township_unpaved")] {
        let found: BTreeSet<&str> = gaps
            .iter()
            .filter(|g| g["properties"]["kind"] == kind)
            .map(|g| g["properties"]["place"].as_str().unwrap())
            .collect();
        let places = truth[collection].as_object().unwrap();
        let wanted: BTreeSet<&str> =
            places.iter().filter(|(_, t)| t["verdict"] != "ok").map(|(id, _)| id.as_str()).collect();
        assert_eq!(found, wanted, "{what}: {collection}");
    }
    if let Some(list) = truth["neighbours"].as_array() {
        let pair = |a: &Value, b: &Value| {
            let (a, b) = (a.as_str().unwrap().to_string(), b.as_str().unwrap().to_string());
            if a < b { (a, b) } else { (b, a) }
        };
        let set = |l: &[Value]| l.iter().map(|p| pair(&p[0], &p[1])).collect::<BTreeSet<_>>();
        let wanted = set(list);
        let unsure = set(truth["neighbours_unsure"].as_array().unwrap());
        let found: BTreeSet<_> = r
            .features("neighbour_gaps")
            .iter()
            .map(|g| pair(&g["properties"]["village"], &g["properties"]["other"]))
            .collect();
        let off: Vec<_> = found.symmetric_difference(&wanted).filter(|p| !unsure.contains(p)).collect();
        assert!(off.is_empty(), "{what}: neighbours {off:?}");
        assert!(unsure.len() * 20 <= wanted.len().max(60), "{what}: too many pairs are unsure: {}", unsure.len());
    }
    if let Some(list) = truth["fragile"].as_array() {
        let wanted: BTreeSet<&str> = list.iter().map(|v| v.as_str().unwrap()).collect();
        let found: BTreeSet<&str> =
            villages.iter().filter(|v| v["properties"]["fragile"] == true).map(|v| v["id"].as_str().unwrap()).collect();
        assert_eq!(found, wanted, "{what}: fragile access");
    }
}

fn synthesize(dir: &Path, options: &[&str]) {
    let mut args = vec!["synthesize", "--no-power", "--no-water", "--out", dir.to_str().unwrap()];
    args.extend(options);
    let o = cuntong(&args);
    assert!(o.status.success(), "{options:?}: {}", stderr(&o));
}

fn planted_equals_found(options: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    synthesize(dir.path(), options);
    let r = Run::of(dir.path().join("atlas.toml").to_str().unwrap());
    let truth = read_json(&dir.path().join("truth.json"));
    compare(&truth, &r, &options.join(" "));
    let gaps = truth["villages"].as_object().unwrap().values().filter(|t| t["verdict"] != "ok").count();
    assert!(gaps > 0, "{options:?} plants something");
}

#[test]
fn shared_vertices_on_several_seeds_and_sizes() {
    for (n, seed) in [("20", "1"), ("60", "2"), ("300", "3"), ("300", "4"), ("1000", "5"), ("2700", "6")] {
        planted_equals_found(&["--villages", n, "--seed", seed]);
    }
}

#[test]
fn crossings_on_several_seeds_and_sizes() {
    for (n, seed) in [("20", "11"), ("60", "12"), ("300", "13"), ("300", "14"), ("1000", "15"), ("2700", "16")] {
        planted_equals_found(&["--villages", n, "--seed", seed, "--noding", "crossings"]);
    }
}

#[test]
fn polygons_formats_and_densities() {
    planted_equals_found(&["--villages", "300", "--seed", "21", "--village-shape", "polygon"]);
    planted_equals_found(&["--villages", "300", "--seed", "22", "--format", "fgb"]);
    planted_equals_found(&["--villages", "300", "--seed", "23", "--segments", "60000"]);
    planted_equals_found(&["--villages", "400", "--seed", "24", "--gap-rate", "0.3"]);
}

#[test]
fn the_same_seed_gives_the_same_region() {
    let (a, b) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for d in [&a, &b] {
        synthesize(d.path(), &["--villages", "200", "--seed", "9", "--id", "same"]);
    }
    for f in ["atlas.toml", "truth.json", "same.gpkg"] {
        let read = |d: &tempfile::TempDir| std::fs::read(d.path().join(f)).unwrap();
        assert!(read(&a) == read(&b), "{f}");
    }
}

#[test]
fn the_practice_province_finds_its_own_truth() {
    let dir = Path::new("data/liaoning");
    let r = Run::of("data/liaoning/atlas.toml");
    compare(&read_json(&dir.join("truth.json")), &r, "liaoning");
    assert_eq!(r.json("summary.json")["provenance"], "simulated");
    let priority = r.features("villages").iter().filter(|v| v["properties"]["priority"] == true).count();
    assert_eq!(priority, 58);
    let counties = r.features("counties");
    assert_eq!(counties.len(), 100);
    assert_eq!(counties.iter().filter(|c| c["properties"]["target"] == true).count(), 10);
}
