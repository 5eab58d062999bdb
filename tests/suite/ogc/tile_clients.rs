//! GDAL reads the tiles as files of a pyramid.
//!
//! It cannot ask for them itself: its driver for tiles takes an address for a folder `zoom/column/row.pbf`, with which the
//! standard's order does not go, and the one for OGC APIs (3.6) reads tile matrix sets of version 1 and takes the degrees
//! of a collection's box for metres.

use std::process::Command;

use crate::ogc::service;
use crate::ogc::tiles::bytes;

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
fn gdal_finds_the_fields_and_takes_a_tile_of_no_bytes() {
    let s = service();
    let dir = tempfile::tempdir().unwrap();
    let l = &s.json(&format!("/tiles/{QUAD}"))["tileMatrixSetLimits"][8];
    let [r, c] = ["minTileRow", "minTileCol"].map(|k| l[k].to_string());
    for (path, shows) in [(format!("8/{r}/{c}"), true), ("8/3/3".to_owned(), false)] {
        let file = dir.path().join("tile.pbf");
        std::fs::write(&file, bytes(&s, &format!("/tiles/{QUAD}/{path}"))).unwrap();
        let source = format!("MVT:{}", file.display());
        let (x, y) = (format!("X={c}"), format!("Y={r}"));
        let (out, wrong) = ogrinfo(&["-ro", "-al", "-so", &source, "-oo", &x, "-oo", &y, "-oo", "Z=8"]);
        assert!(out.contains("successful") && !wrong.contains("ERROR"), "{out}{wrong}");
        for says in ["Layer name: villages", "road_verdict: String", "severity: Real", "3857"] {
            assert_eq!(out.contains(says), shows, "{says}: {out}");
        }
    }
}
