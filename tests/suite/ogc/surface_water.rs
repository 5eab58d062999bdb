//! Rivers and lakes: on the map, and nowhere else.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::common::{Run, Service};
use crate::ogc::{all, checked, ids, sorted};

const ATLAS: &str = "data/liechtenstein/atlas.toml";
const PBF: &str = "data/liechtenstein/liechtenstein-2013-08-03.osm.pbf";

/// The filters that the atlas has for the layer, by GDAL's layer.
fn filters() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(ATLAS).unwrap();
    let value = |part: &str, key: &str| {
        let line = part.lines().find(|l| l.starts_with(key)).unwrap_or_else(|| panic!("no {key}"));
        line.split_once(" = ").unwrap().1.trim_matches('"').to_owned()
    };
    let own = text.split("[[layers.").skip(1).filter(|p| p.starts_with("surface_water]]"));
    own.map(|p| (value(p, "layer"), value(p, "where"))).collect()
}

#[test]
fn every_river_and_lake_of_the_file_is_there() {
    let s = Service::start(ATLAS);
    let found = all(&s, "surface_water");
    let mut expected = 0;
    for (layer, filter) in filters() {
        let o = Command::new("ogrinfo")
            .args(["-ro", "-q", "-geom=NO", PBF, &layer, "-where", &filter])
            .output()
            .expect("ogrinfo");
        let n = String::from_utf8_lossy(&o.stdout).matches("OGRFeature(").count();
        let areas = layer == "multipolygons";
        let own = found.iter().filter(|f| (f["geometry"]["type"].as_str().unwrap().ends_with("Polygon")) == areas);
        assert_eq!(own.count(), n, "{layer}");
        expected += n;
    }
    assert!(expected > 80 && found.len() == expected);
    assert!(found.iter().any(|f| f["properties"]["name"] == "Rhein"));
    let own = s.json("/api/summary")["collections"].as_array().unwrap().clone();
    assert!(own.iter().any(|c| c["id"] == "surface_water" && c["count"] == expected));

    // In the tiles of the deepest zoom all of them.
    let limits = &s.json("/tiles/WebMercatorQuad")["tileMatrixSetLimits"][12];
    let [r0, r1, c0, c1] =
        ["minTileRow", "maxTileRow", "minTileCol", "maxTileCol"].map(|k| limits[k].as_u64().unwrap());
    let mut drawn = BTreeSet::new();
    for (r, c) in (r0..=r1).flat_map(|r| (c0..=c1).map(move |c| (r, c))) {
        let path = format!("/collections/surface_water/tiles/WebMercatorQuad/12/{r}/{c}");
        let bytes = crate::ogc::tiles::bytes(&s, &path);
        if bytes.is_empty() {
            continue;
        }
        let tile = mvt_reader::Reader::new(bytes).unwrap();
        for f in tile.get_features(0).unwrap() {
            drawn.insert(format!("{:?}", f.properties.unwrap()["id"]));
        }
    }
    assert!(
        drawn.len() * 10 >= expected * 9,
        "{} of {expected}: only what is too small for the grid is not",
        drawn.len()
    );
}

#[test]
fn nothing_that_is_found_depends_on_it() {
    let dir = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(ATLAS).unwrap();
    let folder = Path::new(ATLAS).canonicalize().unwrap().parent().unwrap().to_owned();
    let parts = text.split("[[layers.").filter(|p| !p.starts_with("surface_water]]"));
    let without = parts.collect::<Vec<_>>().join("[[layers.");
    assert!(without.len() < text.len());
    let without = without.replace("path = \"", &format!("path = \"{}/", folder.display()));
    let atlas = dir.path().join("atlas.toml");
    std::fs::write(&atlas, without).unwrap();
    let (with, without) = (Run::shipped(ATLAS), &Run::of(atlas.to_str().unwrap()));
    let mut files = 0;
    for entry in std::fs::read_dir(&with.dir).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(collection) = name.strip_suffix(".geojson") {
            let found = |run: &Run| run.features(collection).iter().map(|f| strip(f.to_string())).collect::<Vec<_>>();
            assert_eq!(found(with), found(without), "{collection}");
            files += 1;
        }
    }
    assert!(files > 5);
    let counts = |run: &Run| run.json("summary.json")["counts"].clone();
    assert_eq!(counts(with), counts(without));
}

/// Paths of sources are written as the atlas has them.
fn strip(feature: String) -> String {
    let folder = Path::new(ATLAS).canonicalize().unwrap().parent().unwrap().to_owned();
    feature.replace(&format!("{}/", folder.display()), "")
}

#[test]
fn bad_ones_are_left_out_and_told() {
    let dir = tempfile::tempdir().unwrap();
    let feature = |id: &str, geometry: serde_json::Value| serde_json::json!({"type": "Feature", "properties": {"id": id, "name": "A"}, "geometry": geometry});
    let write = |name: &str, features: serde_json::Value| {
        let all = serde_json::json!({"type": "FeatureCollection", "features": features});
        std::fs::write(dir.path().join(name), all.to_string()).unwrap();
    };
    let point = serde_json::json!({"type": "Point", "coordinates": [120.0, 41.0]});
    let line = serde_json::json!({"type": "LineString", "coordinates": [[120.0, 41.0], [120.1, 41.1]]});
    let lake = serde_json::json!({"type": "Polygon", "coordinates": [[[120.0, 41.0], [120.1, 41.0], [120.1, 41.1], [120.0, 41.0]]]});
    // A ring that crosses itself is repaired.
    let bow = serde_json::json!({"type": "Polygon", "coordinates": [[[121.0, 41.0], [121.1, 41.1], [121.1, 41.0], [121.0, 41.1], [121.0, 41.0]]]});
    write("villages.geojson", serde_json::json!([feature("1", point.clone())]));
    let all_water = [("r", line), ("p", point), ("n", serde_json::Value::Null), ("l", lake), ("b", bow)];
    write("water.geojson", all_water.into_iter().map(|(id, g)| feature(id, g)).collect());
    let layer = |kind: &str, file: &str| {
        format!("[[layers.{kind}]]\npath = \"{file}\"\nfields = {{ id = \"id\", name = \"name\" }}\n")
    };
    let toml = format!(
        "id = \"w\"\ntitle = \"W\"\n{}{}attribution = \"Water survey\"\n",
        layer("villages", "villages.geojson"),
        layer("surface_water", "water.geojson")
    );
    let atlas = dir.path().join("atlas.toml");
    std::fs::write(&atlas, toml).unwrap();
    let atlas = atlas.to_str().unwrap();
    let said = checked(atlas);
    let own = said["sources"].as_array().unwrap().iter().find(|q| q["layer"] == "surface_water").unwrap();
    assert_eq!((&own["read"], &own["kept"]), (&5.into(), &3.into()), "{own}");
    let text = own.to_string();
    assert!(text.contains("\"p\"") && text.contains("\"n\""), "both are named: {text}");
    let s = Service::start(atlas);
    assert_eq!(sorted(ids(&all(&s, "surface_water"))), ["b", "l", "r"]);
    assert!(s.json("/api/summary")["attribution"].as_array().unwrap().contains(&"Water survey".into()));
}
