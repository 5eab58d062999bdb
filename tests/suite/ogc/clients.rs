//! GDAL as a client that is given nothing but the address.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::common::{Service, read_json};
use crate::ogc::{all, ids, positions, service, sorted};

fn run(program: &str, args: &[&str]) -> String {
    let o = Command::new(program).args(args).output().unwrap_or_else(|e| panic!("{program}: {e}"));
    let (out, err) = (String::from_utf8_lossy(&o.stdout).into_owned(), String::from_utf8_lossy(&o.stderr).into_owned());
    assert!(o.status.success() && !err.contains("ERROR"), "{program} {args:?}: {out}{err}");
    out
}

/// A collection as ogr2ogr copies it, with these options.
fn copy(s: &Service, dir: &Path, collection: &str, options: &[&str]) -> Vec<Value> {
    let to = dir.join(format!("{collection}.geojson"));
    let _ = std::fs::remove_file(&to);
    let source = format!("OAPIF:{}", s.base);
    let mut args = vec!["-f", "GeoJSON", "-lco", "COORDINATE_PRECISION=9", "-oo", "PAGE_SIZE=50"];
    args.extend_from_slice(options);
    args.extend_from_slice(&[to.to_str().unwrap(), &source, collection]);
    run("ogr2ogr", &args);
    read_json(&to)["features"].as_array().unwrap().clone()
}

/// Ids as properties: GDAL makes numbers of its own for features whose ids are text.
fn own_ids(features: &[Value]) -> Vec<String> {
    features.iter().map(|f| f["properties"]["id"].as_str().unwrap().to_owned()).collect()
}

fn same_places(a: &Value, b: &Value, within: f64) -> bool {
    let (p, q) = (positions(a), positions(b));
    p.len() == q.len() && p.iter().zip(&q).all(|(p, q)| (p[0] - q[0]).abs() < within && (p[1] - q[1]).abs() < within)
}

#[test]
fn gdal_opens_the_bare_address() {
    let s = service();
    let listed = run("ogrinfo", &["-q", &format!("OAPIF:{}", s.base)]);
    let collections = s.json("/collections")["collections"].as_array().unwrap().clone();
    assert!(collections.len() > 20);
    for c in &collections {
        let id = c["id"].as_str().unwrap();
        let line = listed.lines().find(|l| l.split_whitespace().nth(1) == Some(id));
        let line = line.unwrap_or_else(|| panic!("{id} is not in {listed}"));
        assert!(line.contains(c["title"].as_str().unwrap().split(" / ").nth(1).unwrap()), "{line}");
    }
    let dir = tempfile::tempdir().unwrap();
    for id in ["villages", "road_links", "low_voltage_areas", "roads", "scorecard_counties"] {
        let (theirs, ours) = (copy(&s, dir.path(), id, &[]), all(&s, id));
        assert_eq!(own_ids(&theirs), ids(&ours), "{id}");
        for (a, b) in theirs.iter().zip(&ours) {
            assert!(same_places(&a["geometry"], &b["geometry"], 1e-8), "{id}: {a} {b}");
        }
    }
    let village = &all(&s, "villages")[0];
    let theirs = copy(&s, dir.path(), "villages", &["-select", "name,population,priority"]);
    for name in ["name", "population", "priority"] {
        let (a, b) = (&theirs[0]["properties"][name], &village["properties"][name]);
        assert!(a == b || a.as_f64() == b.as_f64() && a.is_number(), "{name}: {a} {b}");
    }
}

#[test]
fn gdal_filters_at_the_server() {
    let s = service();
    let dir = tempfile::tempdir().unwrap();
    let villages = all(&s, "villages");
    let town = villages[5]["properties"]["town"].as_str().unwrap();
    let clause = format!("town = '{town}'");
    let wanted =
        |test: &dyn Fn(&Value) -> bool| sorted(ids(&villages.iter().filter(|f| test(f)).cloned().collect::<Vec<_>>()));
    let found = |options: &[&str]| sorted(own_ids(&copy(&s, dir.path(), "villages", options)));
    assert_eq!(found(&["-where", &clause]), wanted(&|f| f["properties"]["town"] == town));
    assert_eq!(
        found(&["-where", &format!("{clause} AND population > 500")]),
        wanted(&|f| f["properties"]["town"] == town && f["properties"]["population"].as_f64() > Some(500.0))
    );
    let at = |f: &Value, k: usize| f["geometry"]["coordinates"][k].as_f64().unwrap();
    let (x, y) = (at(&villages[5], 0), at(&villages[5], 1));
    let part: Vec<String> = [x - 0.05, y - 0.04, x + 0.03, y + 0.06].iter().map(|v| v.to_string()).collect();
    let boxed = wanted(&|f| (x - 0.05..=x + 0.03).contains(&at(f, 0)) && (y - 0.04..=y + 0.06).contains(&at(f, 1)));
    assert!(!boxed.is_empty() && boxed.len() < villages.len());
    assert_eq!(found(&["-spat", &part[0], &part[1], &part[2], &part[3]]), boxed);
    // The clause went to the server: GDAL says which addresses it fetched.
    let o = Command::new("ogrinfo")
        .args(["-so", &format!("OAPIF:{}", s.base), "villages", "-where", &clause, "-oo", "PAGE_SIZE=50"])
        .env("CPL_DEBUG", "HTTP")
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&o.stderr);
    assert!(log.lines().any(|l| l.contains("/villages/items?") && l.contains("&town=")), "{log}");
}

#[test]
fn gdal_and_the_server_project_alike() {
    let s = service();
    let dir = tempfile::tempdir().unwrap();
    for (id, epsg) in [("villages", 4549), ("roads", 4528), ("low_voltage_areas", 3857)] {
        let theirs = copy(&s, dir.path(), id, &["-t_srs", &format!("EPSG:{epsg}")]);
        let ours = crate::ogc::features(&s, &format!("/collections/{id}/items?limit=100000&crs=EPSG:{epsg}"));
        assert_eq!(own_ids(&theirs), ids(&ours));
        for (a, b) in theirs.iter().zip(&ours) {
            // GeoJSON of GDAL has the easting first; the standard has the order of the authority.
            let swap = epsg != 3857;
            let there: Vec<[f64; 2]> =
                positions(&b["geometry"]).iter().map(|p| if swap { [p[1], p[0]] } else { *p }).collect();
            let here = positions(&a["geometry"]);
            assert_eq!(here.len(), there.len());
            let off = here.iter().zip(&there).map(|(p, q)| (p[0] - q[0]).abs().max((p[1] - q[1]).abs()));
            // We write millimetres; GDAL drops a last digit that stands behind zeros.
            assert!(off.fold(0.0, f64::max) < 0.0015, "{id} {epsg}: to a millimetre");
        }
    }
}
