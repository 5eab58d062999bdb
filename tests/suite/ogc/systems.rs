//! Part 2: answers, boxes and filters in other reference systems, held against gdaltransform.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::ogc::{all, enc, features, ids, positions, service};

/// Longitudes and latitudes as gdaltransform brings them to a system: easting and northing, or longitude and latitude.
fn transformed(points: &[[f64; 2]], epsg: u32) -> Vec<[f64; 2]> {
    let mut child = Command::new("gdaltransform")
        .args(["-s_srs", "OGC:CRS84", "-t_srs", &format!("EPSG:{epsg}"), "-output_xy"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let text: String = points.iter().map(|p| format!("{} {}\n", p[0], p[1])).collect();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let out = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    let line = |l: &str| {
        let v: Vec<f64> = l.split_whitespace().map(|t| t.parse().unwrap()).collect();
        [v[0], v[1]]
    };
    out.lines().map(line).collect()
}

#[test]
fn answers_in_other_systems() {
    let s = service();
    for collection in ["villages", "counties"] {
        let plain = all(&s, collection);
        let points: Vec<[f64; 2]> = plain.iter().flat_map(|f| positions(&f["geometry"])).collect();
        assert!(points.len() >= plain.len());
        // (code, northing or latitude first, how near)
        for (epsg, swapped, near) in [
            (4326, true, 1e-6),
            (4490, true, 1e-6),
            (3857, false, 0.001),
            (4547, true, 0.001),
            (4549, true, 0.001),
            (4534, true, 0.001),
            (4554, true, 0.001),
            (4528, true, 0.001),
            (32651, false, 0.001),
            (2154, false, 0.001),
        ] {
            let uri = format!("http://www.opengis.net/def/crs/EPSG/0/{epsg}");
            let path = format!("/collections/{collection}/items?limit=100000&crs={}", enc(&uri));
            let answer = s.get(&path, &[]);
            assert_eq!(answer.status(), 200, "{epsg}");
            assert_eq!(answer.headers()["content-crs"], format!("<{uri}>").as_str());
            let ours: Vec<[f64; 2]> = features(&s, &path).iter().flat_map(|f| positions(&f["geometry"])).collect();
            let theirs = transformed(&points, epsg);
            assert_eq!(ours.len(), theirs.len(), "{epsg}");
            for (a, b) in ours.iter().zip(&theirs) {
                let b = if swapped { [b[1], b[0]] } else { *b };
                assert!((a[0] - b[0]).abs() < near && (a[1] - b[1]).abs() < near, "{epsg}: {a:?} {b:?}");
            }
        }
    }
    // One feature by itself, too.
    let id = all(&s, "villages")[0]["id"].as_str().unwrap().to_owned();
    let one = s.json(&format!("/collections/villages/items/{id}?crs=EPSG:4549"));
    assert_eq!(one["geometry"], features(&s, "/collections/villages/items?limit=1&crs=EPSG:4549")[0]["geometry"]);
    // Where nothing is said, it is longitude and latitude, and the answer says so.
    let plain = s.get("/collections/villages/items", &[]);
    assert_eq!(plain.headers()["content-crs"], "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>");
}

#[test]
fn what_collections_offer_is_answered() {
    let s = service();
    let c = s.json("/collections/villages");
    let offered: Vec<&str> = c["crs"].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect();
    let named = ["OGC/1.3/CRS84", "EPSG/0/4326", "EPSG/0/4490", "EPSG/0/3857", "EPSG/0/4534", "EPSG/0/4554"];
    assert!(named.iter().all(|n| offered.iter().any(|o| o.ends_with(n))));
    assert_eq!(c["storageCrs"], "http://www.opengis.net/def/crs/OGC/1.3/CRS84");
    for crs in offered {
        let r = s.get(&format!("/collections/villages/items?limit=1&crs={}", enc(crs)), &[]);
        assert_eq!(
            (r.status().as_u16(), r.headers()["content-crs"].to_str().unwrap()),
            (200, format!("<{crs}>").as_str())
        );
    }
}

#[test]
fn boxes_and_filters_in_other_systems() {
    let s = service();
    let villages = all(&s, "villages");
    let points: Vec<[f64; 2]> = villages.iter().flat_map(|f| positions(&f["geometry"])).collect();
    for (epsg, swapped) in [(4549, true), (3857, false), (4490, true), (4326, true)] {
        let there: Vec<[f64; 2]> =
            transformed(&points, epsg).iter().map(|p| if swapped { [p[1], p[0]] } else { *p }).collect();
        let edge = |k: usize, share: f64| {
            let (low, high) = there.iter().fold((f64::MAX, f64::MIN), |(a, b), p| (a.min(p[k]), b.max(p[k])));
            low + (high - low) * share
        };
        let (a, b, c, d) = (edge(0, 0.2), edge(1, 0.3), edge(0, 0.7), edge(1, 0.85));
        let inside = |p: &[f64; 2]| (a..=c).contains(&p[0]) && (b..=d).contains(&p[1]);
        let wanted: Vec<String> = ids(&villages
            .iter()
            .zip(&there)
            .filter(|(_, p)| inside(p))
            .map(|(f, _)| f.clone())
            .collect::<Vec<Value>>());
        assert!(!wanted.is_empty() && wanted.len() < villages.len());
        let found = features(
            &s,
            &format!("/collections/villages/items?limit=100000&bbox={a},{b},{c},{d}&bbox-crs=EPSG:{epsg}"),
        );
        assert_eq!(ids(&found), wanted, "bbox in {epsg}");
        let filter = enc(&format!("S_INTERSECTS(geometry, POLYGON(({a} {b},{c} {b},{c} {d},{a} {d},{a} {b})))"));
        let found =
            features(&s, &format!("/collections/villages/items?limit=100000&filter={filter}&filter-crs=EPSG:{epsg}"));
        assert_eq!(ids(&found), wanted, "filter in {epsg}");
    }
}
