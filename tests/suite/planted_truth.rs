//! What `synthesize` planted is what the analysis finds: none missed, none invented. The truth comes from the
//! construction of the region and from the plain programs of the generator, not from the analysis.

use std::collections::BTreeSet;
use std::path::Path;

use crate::common::{Run, cuntong, read_json, stderr};
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

/// Near to a planted number, or both absent.
fn near(found: &Value, planted: &Value, tolerance: f64) -> bool {
    match (found.as_f64(), planted.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() <= tolerance,
        (a, b) => a.is_none() && b.is_none(),
    }
}

fn words(v: &Value) -> BTreeSet<&str> {
    v.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn compare_power(truth: &Value, r: &Run, what: &str) {
    let planted = truth["villages"].as_object().unwrap();
    let gaps = r.features("power_gaps");
    for v in r.features("villages") {
        let (id, p) = (v["id"].as_str().unwrap(), &v["properties"]);
        let t = &planted[id];
        let said = format!("{what}: {id} planted {t}, found {p}");
        assert_eq!(p["power_verdict"], t["verdict"], "{said}");
        assert_eq!(p["power_confidence"], t["confidence"], "{said}");
        assert_eq!(p["power_cause"], t["cause"], "{said}");
        assert_eq!(p["power_disagrees"], t["disagrees"], "{said}");
        let (found, wanted) = (words(&p["power_kinds"]), words(&t["kinds"]));
        assert!(found.is_superset(&wanted), "{said}");
        assert!(found.difference(&wanted).all(|k| words(&t["may_also"]).contains(k)), "{said}");
        let listed: BTreeSet<&str> = gaps
            .iter()
            .filter(|g| g["properties"]["village"] == id)
            .filter_map(|g| g["properties"]["kind"].as_str())
            .collect();
        assert_eq!(listed, found, "{said}");
        let tolerance = t["tolerance"].as_f64().unwrap_or(0.0);
        assert!(near(&p["power_worst_pu"], &t["worst_pu"], tolerance), "{said}");
        assert!(near(&p["power_supply_m"], &t["supply_m"], 1.0), "{said}");
        // The worst load too, where the voltage was computed.
        if t["kinds"][0] == "low_voltage" && t["confidence"] == "modelled" {
            let gap = gaps.iter().find(|g| g["properties"]["village"] == id).unwrap();
            let worst = gap["properties"]["evidence"]
                .as_array()
                .unwrap()
                .iter()
                .find(|e| e["kind"] == "modelled_voltage")
                .unwrap();
            assert_eq!(worst["sources"][0], t["worst_load"], "{said}");
        }
    }
    let of_kind = |kind: &str| -> BTreeSet<String> {
        let of = gaps.iter().filter(|g| g["properties"]["kind"] == kind);
        of.map(|g| g["id"].as_str().unwrap().rsplit(':').next().unwrap().to_owned()).collect()
    };
    let ids = |list: &Value, key: &str| -> BTreeSet<String> {
        list.as_array().unwrap().iter().map(|t| t[key].as_str().unwrap().to_owned()).collect()
    };
    for kind in ["transformer_overload", "low_capacity"] {
        assert_eq!(of_kind(kind), ids(&truth["transformers"][kind], "id"), "{what}: {kind}");
    }
    assert_eq!(of_kind("long_feeder"), ids(&truth["feeders"]["long"], "line"), "{what}: long feeders");
    let radial = truth["feeders"]["radial"].as_array().unwrap();
    assert_eq!(of_kind("radial_feeder"), ids(&truth["feeders"]["radial"], "line"), "{what}: radial feeders");
    let lines = r.features("power_lines");
    let line: std::collections::HashMap<&str, &Value> =
        lines.iter().map(|l| (l["id"].as_str().unwrap(), &l["properties"])).collect();
    // Who is behind a line that hangs on one way only.
    for t in radial.iter().chain(truth["feeders"]["hanging"].as_array().unwrap()) {
        let p = line[t["line"].as_str().unwrap()];
        assert_eq!(p["bridge"], true, "{what}: {t}, {p}");
        for key in ["households", "people"] {
            let behind = &p[format!("{key}_behind")];
            assert!(near(behind, &t[key], 1e-6), "{what}: {key} of {t}, {p}");
        }
    }
    let counts = &r.json("summary.json")["counts"]["power"];
    for key in ["villages_gap", "villages_ok", "transformers", "not_solved", "supply_points", "under_limit"] {
        assert_eq!(counts[key], truth["counts"][key], "{what}: {key}");
    }
}

fn compare_water(truth: &Value, r: &Run, what: &str) {
    let planted = truth["villages"].as_object().unwrap();
    let mut gaps = BTreeSet::new();
    for v in r.features("villages") {
        let (id, p) = (v["id"].as_str().unwrap().to_owned(), &v["properties"]);
        let t = &planted[&id];
        let said = format!("{what}: {id} planted {t}, found {p}");
        for (wanted, found) in [
            ("verdict", "water_verdict"),
            ("state", "water_state"),
            ("quality", "water_quality"),
            ("quantity", "water_quantity"),
            ("convenience", "water_convenience"),
            ("reliability", "water_reliability"),
            ("source", "water_source"),
            ("how", "water_source_how"),
            ("jmp", "jmp"),
        ] {
            assert_eq!(p[found], t[wanted], "{wanted}: {said}");
        }
        assert!(near(&p["water_m"], &t["distance_m"], 0.1) && near(&p["water_climb_m"], &t["climb_m"], 0.1), "{said}");
        if t["verdict"] == "gap" {
            gaps.insert(id);
        }
    }
    let listed: BTreeSet<String> = r
        .features("water_gaps")
        .iter()
        .filter(|g| g["properties"]["kind"] == "unsafe_water")
        .map(|g| g["properties"]["village"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(listed, gaps, "{what}: villages without safe water");
    let sources = truth["sources"].as_object().unwrap();
    for s in r.features("water_sources") {
        let (id, p) = (s["id"].as_str().unwrap(), &s["properties"]);
        let t = &sources[id];
        let said = format!("{what}: {id} planted {t}, found {p}");
        assert_eq!(p["state"], t["state"], "{said}");
        assert_eq!(p["worst"]["parameter"], t["parameter"], "{said}");
        assert_eq!(p["spare_m3_d"], t["spare_m3_d"], "{said}");
        // Molar masses are rounded in their own ways.
        for key in ["value", "limit", "factor"] {
            let most = t[key].as_f64().unwrap_or(0.0) * 1e-4;
            assert!(near(&p["worst"][key], &t[key], most), "{key}: {said}");
        }
    }
    let links = &truth["links"];
    let mut found: std::collections::BTreeMap<String, Vec<String>> = Default::default();
    let (mut cost, mut litres) = (0.0, 0.0);
    for l in r.features("water_links") {
        let p = &l["properties"];
        let text = |k: &str| p[k].as_str().unwrap().to_owned();
        found.entry(text("village")).or_default().push(text("source"));
        cost += p["cost"].as_f64().unwrap();
        litres += p["cost"].as_f64().unwrap() * (p["demand_m3_d"].as_f64().unwrap() * 1000.0).round();
    }
    let unsure: BTreeSet<&str> = words(&links["unsure"]);
    let assigned = links["assigned"].as_object().unwrap();
    assert_eq!(found.len(), assigned.len(), "{what}");
    for (village, source) in assigned.iter().filter(|(v, _)| !unsure.contains(v.as_str())) {
        assert_eq!(found[village], [source.as_str().unwrap()], "{what}: {village}");
    }
    // The least sum over all litres, found by another program.
    assert!(near(&litres.into(), &links["litre_cost"], litres * 1e-8 + 1.0), "{what}: {litres}");
    if unsure.is_empty() {
        assert!(near(&cost.into(), &links["total_cost"], 1.0), "{what}: {cost}");
    }
}

/// Broadband, stations, culture rooms and mobile coverage.
fn compare_social(truth: &Value, r: &Run, what: &str) {
    let planted = truth["villages"].as_object().unwrap();
    let (broadband, services) = (r.features("broadband_gaps"), r.features("service_gaps"));
    let listed = |gaps: &[Value], kind: &str, class: Option<&str>| -> BTreeSet<String> {
        let of = gaps.iter().map(|g| &g["properties"]);
        let of = of.filter(|p| p["kind"] == kind && class.is_none_or(|c| p["class"] == c));
        of.map(|p| p["village"].as_str().unwrap().to_owned()).collect()
    };
    let wanted = |keep: &dyn Fn(&Value) -> bool| -> BTreeSet<String> {
        planted.iter().filter(|(_, t)| keep(t)).map(|(id, _)| id.clone()).collect()
    };
    for v in r.features("villages") {
        let (id, p) = (v["id"].as_str().unwrap(), &v["properties"]);
        let t = &planted[id];
        let said = format!("{what}: {id} planted {t}, found {p}");
        assert_eq!(p["broadband_state"], t["broadband"], "{said}");
        assert_eq!(p["broadband_verdict"], t["broadband_verdict"], "{said}");
        assert_eq!(p["broadband_confidence"], t["broadband_confidence"], "{said}");
        for class in ["station", "culture_room"] {
            assert_eq!(p["services"][class]["verdict"], t[class], "{class}: {said}");
        }
    }
    for (kind, state) in [("no_broadband", "none"), ("slow_broadband", "slow")] {
        assert_eq!(listed(&broadband, kind, None), wanted(&|t| t["broadband"] == state), "{what}: {kind}");
    }
    assert_eq!(listed(&broadband, "no_mobile", None), wanted(&|t| t["mobile_gap"] == true), "{what}: no_mobile");
    assert_eq!(listed(&services, "no_station", None), wanted(&|t| t["station"] == "gap"), "{what}: no_station");
    let rooms = listed(&services, "no_facility", Some("culture_room"));
    assert_eq!(rooms, wanted(&|t| t["culture_room"] == "gap"), "{what}: culture rooms");
    assert!(!rooms.is_empty() && !listed(&broadband, "no_broadband", None).is_empty(), "{what} plants something");
}

fn synthesize(dir: &Path, options: &[&str]) {
    let mut args = vec!["synthesize", "--out", dir.to_str().unwrap()];
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
    compare_power(&truth["power"], &r, &options.join(" "));
    compare_water(&truth["water"], &r, &options.join(" "));
    compare_social(&truth["social"], &r, &options.join(" "));
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
    let r = Run::shipped("data/liaoning/atlas.toml");
    let truth = read_json(&dir.join("truth.json"));
    compare(&truth, r, "liaoning");
    compare_power(&truth["power"], r, "liaoning");
    compare_water(&truth["water"], r, "liaoning");
    compare_social(&truth["social"], r, "liaoning");
    assert_eq!(r.json("summary.json")["provenance"], "simulated");
    let priority = r.features("villages").iter().filter(|v| v["properties"]["priority"] == true).count();
    assert_eq!(priority, 58);
    let counties = r.features("counties");
    assert_eq!(counties.len(), 100);
    assert_eq!(counties.iter().filter(|c| c["properties"]["target"] == true).count(), 10);
}
