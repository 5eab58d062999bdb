//! GDAL reads the tiles: as files of a pyramid, and through OGC API – Tiles.
//!
//! Its driver for tiles takes an address for a folder `zoom/column/row.pbf`, with which the standard's order does not go.

use std::process::Command;

use crate::common::read_json;
use crate::tiles::bytes;
use crate::{all, ids, service, sorted};

const QUAD: &str = "WebMercatorQuad";

fn ogrinfo(args: &[&str]) -> (String, String) {
    let o = Command::new("ogrinfo").args(args).output().expect("ogrinfo");
    (String::from_utf8_lossy(&o.stdout).into_owned(), String::from_utf8_lossy(&o.stderr).into_owned())
}

#[test]
fn gdal_finds_all_shapes_valid() {
    let s = service();
    let dir = tempfile::tempdir().unwrap();
    let meta = s.json(&format!("/tiles/{QUAD}"));
    for z in [8usize, 11] {
        let l = &meta["tileMatrixSetLimits"][z];
        let [r0, r1, c0, c1] = ["minTileRow", "maxTileRow", "minTileCol", "maxTileCol"].map(|k| l[k].as_u64().unwrap());
        for (r, c) in (r0..=r1).flat_map(|r| (c0..=c1).map(move |c| (r, c))) {
            let tile = bytes(&s, &format!("/tiles/{QUAD}/{z}/{r}/{c}"));
            if tile.is_empty() {
                continue;
            }
            let folder = dir.path().join(format!("{z}/{c}"));
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(format!("{r}.pbf")), tile).unwrap();
        }
        let source = format!("MVT:{}", dir.path().join(z.to_string()).display());
        let (listed, wrong) = ogrinfo(&["-ro", "-q", &source, "-oo", "CLIP=NO"]);
        assert!(!wrong.contains("ERROR"), "{wrong}");
        let layers: Vec<&str> = listed.lines().filter_map(|l| l.split_whitespace().nth(1)).collect();
        assert!(layers.contains(&"counties") && layers.contains(&"roads"), "{listed}");
        for layer in layers {
            let sql = format!("SELECT count(*) AS n, sum(ST_IsValid(geometry)) AS ok FROM \"{layer}\"");
            let (out, wrong) = ogrinfo(&["-ro", "-q", &source, "-oo", "CLIP=NO", "-dialect", "sqlite", "-sql", &sql]);
            assert!(!wrong.contains("ERROR"), "{layer}: {wrong}");
            let number = |key: &str| -> u64 {
                let line = out.lines().find(|l| l.trim_start().starts_with(key)).unwrap_or_else(|| panic!("{out}"));
                line.rsplit('=').next().unwrap().trim().parse().unwrap()
            };
            assert_eq!(number("n "), number("ok "), "{layer} at zoom {z}");
            assert!(number("n ") > 0, "{layer}");
        }
    }
}

#[test]
fn gdal_reads_tiles_through_the_standard() {
    let s = service();
    let dir = tempfile::tempdir().unwrap();
    for (collection, layers) in [("counties", 15), ("villages", 15)] {
        let address = format!("OGCAPI:{}/collections/{collection}", s.base);
        let (out, wrong) = ogrinfo(&["-ro", "-q", &address, "-oo", "API=TILES"]);
        // One layer for each zoom.
        assert_eq!(out.lines().count(), layers, "{out}{wrong}");
        let to = dir.path().join(format!("{collection}.geojson"));
        let args = ["-f", "GeoJSON", to.to_str().unwrap(), &address, "Zoom level 12", "-oo", "API=TILES"];
        let o = Command::new("ogr2ogr").args(args).output().unwrap();
        assert!(o.status.success(), "{}", String::from_utf8_lossy(&o.stderr));
        let features = read_json(&to)["features"].as_array().unwrap().clone();
        let mut found: Vec<String> =
            features.iter().map(|f| f["properties"]["id"].as_str().unwrap().to_owned()).collect();
        found.sort();
        found.dedup();
        let there = sorted(ids(&all(&s, collection)));
        // Where points are thinned, some are missing.
        assert!(found.iter().all(|i| there.contains(i)) && found.len() * 10 > there.len() * 8, "{collection}");
        assert!(collection != "counties" || found == there);
    }
}
