//! Real regions, analysed whole.

use crate::common::{Run, have};
use serde_json::Value;

fn num(v: &Value) -> f64 {
    v.as_f64().unwrap_or_else(|| panic!("not a number: {v}"))
}

/// What must hold of every result.
fn invariants(r: &Run) {
    let villages = r.features("villages");
    let links = r.features("road_links");
    let link = |id: &Value| {
        let found = links.iter().find(|l| l["id"] == *id).unwrap_or_else(|| panic!("no link {id}"));
        found["properties"].clone()
    };
    let c = |k: &str| r.count(k);
    assert_eq!(c("villages"), c("connected") + c("linked") + c("cut_off") + c("no_road") + c("no_data"));
    assert_eq!(c("villages"), c("ok") + c("gap") + c("unknown"));
    for v in &villages {
        let p = &v["properties"];
        if p["road_state"] == "connected" {
            assert!(num(&p["road_distance_m"]) <= 500.001, "{p}");
        }
        if p["road_state"] == "linked" {
            assert!(num(&p["road_distance_m"]) > 500.0, "{p}");
            let sum: f64 = p["links"].as_array().unwrap().iter().map(|l| num(&link(l)["cost"])).sum();
            let cost = num(&p["road_link_cost"]);
            assert!((sum - cost).abs() <= 1e-6 * cost + 0.1, "links of {} cost {sum}, its path {cost}", p["id"]);
            for l in p["links"].as_array().unwrap() {
                assert!(link(l)["villages"].as_array().unwrap().contains(&p["id"]));
            }
        }
    }
    let mut ids: Vec<&str> = links.iter().map(|l| l["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), links.len(), "ids of links are unique");
}

#[test]
fn liechtenstein_is_the_control() {
    let r = Run::shipped("data/liechtenstein/atlas.toml");
    invariants(r);
    assert_eq!((r.count("villages"), r.count("connected"), r.count("gap")), (14, 14, 0));
    assert_eq!(r.features("road_links").len(), 0);
    assert_eq!(r.features("counties").len(), 11);
    assert!(r.json("summary.json")["network"]["length_m"].as_f64().unwrap() > 700_000.0);
}

#[test]
fn ladakh() {
    if !have("ladakh/Habitation.zip") {
        return;
    }
    let r = Run::shipped("examples/ladakh/atlas.toml");
    invariants(r);
    assert_eq!((r.count("villages"), r.count("people")), (729, 278_462));
    assert_eq!((r.count("connected"), r.count("linked"), r.count("cut_off"), r.count("no_road")), (340, 298, 91, 0));
    // Village roads have no recorded surface: most habitations are unknown, not gaps.
    assert!(r.count("unknown") > r.count("gap"));
    let q = r.json("quality.json");
    let facts = q["facts"].as_array().unwrap();
    assert!(facts.iter().any(|f| f["key"] == "network.cut_off_pieces" && num(&f["value"]) > 0.0));
}

#[test]
fn north_bayreuth() {
    if !have("osm/north-bayreuth.osm.gz") {
        return;
    }
    let r = Run::shipped("examples/north-bayreuth/atlas.toml");
    invariants(r);
    assert_eq!((r.count("villages"), r.count("connected"), r.count("linked")), (70, 49, 21));
    let status = |s: &str| r.features("villages").iter().filter(|v| v["properties"]["status"] == s).count();
    assert_eq!((status("administrative"), status("natural")), (22, 48));
}

#[test]
fn nandurbar_speaks_through_its_records() {
    if !have("nandurbar") {
        return;
    }
    let r = Run::shipped("examples/nandurbar/atlas.toml");
    invariants(r);
    assert_eq!((r.count("villages"), r.count("no_data")), (1060, 1060));
    // Of the directory's 943 rows 934 have a polygon; of its 166 villages without a black-topped road, 163.
    assert_eq!(r.count("reported_no_paved"), 163);
    assert_eq!(r.count("gap"), 163);
    assert!(r.features("road_gaps").iter().all(|g| g["properties"]["confidence"] == "reported"));
    // Published: 76 villages without mobile coverage. Nobody asked for broadband, so nobody is without it.
    let broadband = r.features("broadband_gaps");
    assert_eq!(broadband.iter().filter(|g| g["properties"]["kind"] == "no_mobile").count(), 76);
    assert_eq!(broadband.len(), 76);
    // Facilities by the census's distance classes: within 5 km says nothing of 2 km.
    let services = r.features("service_gaps");
    assert!(services.iter().all(|g| g["properties"]["confidence"] == "reported"));
    let of = |kind: &str, class: &str| {
        services.iter().filter(|g| g["properties"]["kind"] == kind && g["properties"]["class"] == class).count()
    };
    assert_eq!((of("no_station", "station"), of("far_from_service", "school")), (806, 3));
}

#[test]
fn a_second_run_is_the_same_byte_for_byte() {
    for atlas in ["data/liechtenstein/atlas.toml", "data/liaoning/atlas.toml", "examples/ladakh/atlas.toml"] {
        if atlas.contains("ladakh") && !have("ladakh/Habitation.zip") {
            continue;
        }
        let (a, b) = (Run::shipped(atlas), &Run::of(atlas));
        let mut names: Vec<_> = std::fs::read_dir(&a.dir).unwrap().map(|f| f.unwrap().file_name()).collect();
        names.sort();
        assert!(names.len() >= 9);
        for n in names {
            let read = |r: &Run| std::fs::read(r.dir.join(&n)).unwrap();
            if n == "run.json" {
                let strip = |r: &Run| {
                    let mut v = r.json("run.json");
                    v.as_object_mut().unwrap().remove("timings_s").unwrap();
                    v
                };
                assert_eq!(strip(a), strip(b));
            } else {
                assert!(read(a) == read(b), "{atlas}: {n:?} differs");
            }
        }
    }
}
