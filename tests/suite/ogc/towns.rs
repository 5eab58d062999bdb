//! Towns: tallies of their villages on the map, and a town for villages that state none.

use std::collections::BTreeMap;

use geo::{Area, BooleanOps, Contains, Coord, LineString, MultiPolygon, Point, Polygon};
use serde_json::{Value, json};

use crate::common::Service;
use crate::ogc::{all, checked, service};

/// Ground of a feature, of one polygon or several.
fn ground(f: &Value) -> MultiPolygon {
    let g = &f["geometry"];
    let list = |v: &Value| v.as_array().unwrap().clone();
    let ring = |r: &Value| -> LineString {
        list(r).iter().map(|p| Coord { x: p[0].as_f64().unwrap(), y: p[1].as_f64().unwrap() }).collect()
    };
    let one = |p: &Value| {
        let mut rings = list(p).iter().map(ring).collect::<Vec<_>>();
        Polygon::new(rings.remove(0), rings)
    };
    match g["type"].as_str() {
        Some("Polygon") => MultiPolygon(vec![one(&g["coordinates"])]),
        Some("MultiPolygon") => list(&g["coordinates"]).iter().map(one).collect(),
        other => panic!("no ground: {other:?}"),
    }
}

#[test]
fn towns_count_their_villages_and_hold_them() {
    let s = service();
    let (towns, villages) = (all(&s, "towns"), all(&s, "villages"));
    let mut of: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for v in &villages {
        let p = &v["properties"];
        let key = format!("{}/{}", p["county"].as_str().unwrap(), p["town"].as_str().unwrap());
        of.entry(key).or_default().push(v);
    }
    assert!(towns.len() > 5 && of.len() == towns.len());
    for t in &towns {
        let p = &t["properties"];
        let own = &of[p["key"].as_str().unwrap()];
        assert_eq!(p["villages"], own.len());
        for (theme, gaps, unknown) in [
            ("road", "gaps", "unknown"),
            ("power", "power_gaps", "power_unknown"),
            ("water", "water_gaps", "water_unknown"),
            ("broadband", "broadband_gaps", "broadband_unknown"),
            ("services", "services_gaps", "services_unknown"),
        ] {
            let verdict = format!("{theme}_verdict");
            let n = |x: &str| own.iter().filter(|v| v["properties"][&verdict] == x).count();
            assert_eq!((&p[gaps], &p[unknown]), (&n("gap").into(), &n("unknown").into()), "{theme} of {p}");
        }
        let area = ground(t);
        for v in own {
            let at = v["geometry"]["coordinates"].as_array().unwrap();
            let at = Point::new(at[0].as_f64().unwrap(), at[1].as_f64().unwrap());
            assert!(area.contains(&at), "{} lies in {}", v["properties"]["name"], p["name"]);
        }
    }
    // No ground is in two towns.
    let all: Vec<MultiPolygon> = towns.iter().map(ground).collect();
    for (i, a) in all.iter().enumerate() {
        for b in &all[i + 1..] {
            assert!(a.intersection(b).unsigned_area() < 1e-9);
        }
    }
}

/// A square of 0.1° whose south-western corner this is.
fn square(x: f64, y: f64) -> Value {
    json!({"type": "Polygon", "coordinates": [[[x, y], [x + 0.1, y], [x + 0.1, y + 0.1], [x, y + 0.1], [x, y]]]})
}

#[test]
fn a_village_that_states_no_town_gets_the_one_it_lies_in() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, features: Vec<Value>| {
        let all = json!({"type": "FeatureCollection", "features": features});
        std::fs::write(dir.path().join(name), all.to_string()).unwrap();
    };
    let feature = |p: Value, g: Value| json!({"type": "Feature", "properties": p, "geometry": g});
    let village = |id: &str, town: Option<&str>, x: f64| {
        let p = json!({"id": id, "name": format!("村{id}"), "town": town, "county": "1"});
        feature(p, json!({"type": "Point", "coordinates": [x, 41.05]}))
    };
    write(
        "counties.geojson",
        vec![feature(json!({"id": "1", "name": "县"}), {
            json!({"type": "Polygon", "coordinates": [[[119, 40], [122, 40], [122, 42], [119, 42], [119, 40]]]})
        })],
    );
    write(
        "towns.geojson",
        vec![
            feature(json!({"id": "a", "name": "甲乡"}), square(120.0, 41.0)),
            feature(json!({"id": "b", "name": "乙镇"}), square(120.1, 41.0)),
            feature(json!({"id": "c", "name": null}), square(120.2, 41.0)),
        ],
    );
    write(
        "villages.geojson",
        vec![
            village("1", None, 120.05),
            village("2", Some("乙镇"), 120.05),
            village("3", Some("丙镇"), 120.15),
            village("4", None, 120.5),
        ],
    );
    let layer = |kind: &str, fields: &[&str]| {
        let pairs: Vec<String> = fields.iter().map(|f| format!("{f} = \"{f}\"")).collect();
        format!("[[layers.{kind}]]\npath = \"{kind}.geojson\"\nfields = {{ {} }}\n", pairs.join(", "))
    };
    let toml = [
        "id = \"t\"\ntitle = \"T\"\n".to_owned(),
        layer("counties", &["id", "name"]),
        layer("towns", &["id", "name"]),
        layer("villages", &["id", "name", "town", "county"]),
    ];
    let atlas = dir.path().join("atlas.toml");
    std::fs::write(&atlas, toml.concat()).unwrap();
    let atlas = atlas.to_str().unwrap();

    let said = checked(atlas);
    let source =
        |layer: &str| said["sources"].as_array().unwrap().iter().find(|q| q["layer"] == layer).unwrap().to_string();
    assert!(source("towns").contains("has no name") && source("towns").contains("\"kept\":2"), "{}", source("towns"));
    let villages = source("villages");
    assert!(villages.contains("states a town that is not in the towns layer") && villages.contains("3 (丙镇)"));
    assert!(villages.contains("states no town") && villages.contains("1 (甲乡)"), "{villages}");

    let s = Service::start(atlas);
    let town: Vec<Value> = all(&s, "villages").iter().map(|v| v["properties"]["town"].clone()).collect();
    // What is stated stands, wherever the village lies; who lies in none has none.
    assert_eq!(town, [json!("甲乡"), json!("乙镇"), json!("丙镇"), Value::Null]);
    let n: Vec<Value> = all(&s, "towns").iter().map(|t| t["properties"]["villages"].clone()).collect();
    assert_eq!(n, [1, 1]);
    let tile = crate::ogc::tiles::bytes(&s, "/collections/towns/tiles/WebMercatorQuad/9/191/426");
    let mvt = mvt_reader::Reader::new(tile).unwrap();
    let first = &mvt.get_features(0).unwrap()[0];
    assert!(format!("{:?}", first.properties.as_ref().unwrap()["key"]).contains("1/"), "what the map colours it by");
}
