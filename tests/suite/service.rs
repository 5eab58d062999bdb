//! The service as an HTTP client sees it, on the real binary.

use std::collections::{BTreeMap, BTreeSet};

use crate::common::Service;
use serde_json::Value;

#[test]
fn liechtenstein_is_served() {
    let s = Service::start("data/liechtenstein/atlas.toml");
    assert_eq!(s.json("/health")["status"], "ok");
    let head = ureq::head(format!("{}/api/summary", s.base)).call().unwrap();
    assert_eq!((head.status().as_u16(), head.headers()["content-type"].to_str().unwrap()), (200, "application/json"));
    let summary = s.json("/api/summary");
    assert_eq!(summary["counts"]["villages"], 14);
    let bbox = summary["bbox"].as_array().unwrap();
    assert!(bbox[0].as_f64().unwrap() > 9.4 && bbox[3].as_f64().unwrap() < 47.3);

    // Every collection that is listed answers, with the number it promises.
    for c in summary["collections"].as_array().unwrap() {
        let id = c["id"].as_str().unwrap();
        let items = s.json(&format!("/collections/{id}/items?limit=100000"));
        assert_eq!(items["numberMatched"], c["count"], "{id}");
        assert_eq!(items["features"].as_array().unwrap().len() as u64, items["numberReturned"].as_u64().unwrap());
        if let Some(first) = items["features"].as_array().unwrap().first() {
            let fid = first["id"].as_str().unwrap();
            let mut alone = s.json(&format!("/collections/{id}/items/{fid}"));
            assert!(alone.as_object_mut().unwrap().remove("links").is_some());
            assert_eq!(&alone, first);
        }
    }

    // Pages do not overlap and hold everything.
    let whole = s.json("/collections/roads/items?limit=100000");
    let mut seen = Vec::new();
    let mut next = Some("/collections/roads/items?limit=700".to_string());
    while let Some(path) = next {
        let page = s.json(&path);
        seen.extend(page["features"].as_array().unwrap().iter().map(|f| f["id"].clone()));
        let links = page["links"].as_array().unwrap();
        let href = links.iter().find(|l| l["rel"] == "next").map(|l| l["href"].as_str().unwrap());
        next = href.map(|h| h.strip_prefix(&s.base).expect("links are whole addresses").to_string());
    }
    let all: Vec<Value> = whole["features"].as_array().unwrap().iter().map(|f| f["id"].clone()).collect();
    assert_eq!(seen, all);

    // The box is honoured: every feature of a quarter touches it, and it is fewer than all.
    let part = s.json("/collections/villages/items?bbox=9.4,47.15,9.6,47.3");
    let n = part["numberMatched"].as_u64().unwrap();
    assert!(n > 0 && n < 14);
    for f in part["features"].as_array().unwrap() {
        assert!(f["geometry"]["coordinates"][1].as_f64().unwrap() >= 47.15);
    }
    let classes = s.json("/collections/roads/items?class=primary&limit=100000");
    let features = classes["features"].as_array().unwrap();
    assert!(!features.is_empty() && features.iter().all(|f| f["properties"]["class"] == "primary"));
}

#[test]
fn answers_are_compressed_and_cached() {
    let s = Service::start("data/liechtenstein/atlas.toml");
    let path = "/collections/roads/items?limit=100000";
    let r = s.get(path, &[("Accept-Encoding", "gzip")]);
    assert_eq!(r.headers()["content-encoding"], "gzip");
    assert!(r.headers()["content-type"].to_str().unwrap().starts_with("application/geo+json"));
    let tag = r.headers()["etag"].to_str().unwrap().to_string();
    assert_eq!(s.get(path, &[("If-None-Match", &tag)]).status(), 304);
    assert_eq!(s.get("/collections/roads/items?limit=7", &[("If-None-Match", &tag)]).status(), 200);
    assert_eq!(s.get(path, &[("If-None-Match", "\"other\"")]).status(), 200);
}

#[test]
fn bad_requests_are_problems_and_never_the_end() {
    let s = Service::start("data/liechtenstein/atlas.toml");
    for (path, status) in [
        ("/collections/goats/items", 404),
        ("/collections/villages/items/none", 404),
        ("/collections/villages/items?bbox=1,2,3", 400),
        ("/collections/villages/items?bbox=a,b,c,d", 400),
        ("/collections/villages/items?limit=0", 400),
        ("/collections/villages/items?limit=-4", 400),
        ("/collections/villages/items?goat=1", 400),
        ("/collections/villages/items?class=trunk", 400),
        ("/collections/roads/items?class=goat", 400),
        ("/api/summary?x=1", 400),
        ("/nothing/here", 404),
        ("/..%2f..%2fetc/passwd", 404),
        ("/collections/%00/items", 404),
    ] {
        let mut r = s.get(path, &[]);
        assert_eq!(r.status(), status, "{path}");
        assert_eq!(r.headers()["content-type"], "application/problem+json", "{path}");
        let p: Value = r.body_mut().read_json().unwrap();
        assert_eq!(p["status"], status, "{path}");
        assert!(p["detail"].as_str().unwrap().len() > 3, "{path}");
    }
    // A limit may be as great as it likes: the answer has the most there is.
    for limit in ["99999999", "99999999999999999999999"] {
        assert_eq!(s.json(&format!("/collections/villages/items?limit={limit}"))["numberReturned"], 14);
    }
    assert_eq!(s.json("/collections/villages/items?bbox=170,0,-170,60")["numberMatched"], 0);
    assert_eq!(s.json("/health")["status"], "ok");
}

#[test]
fn the_page_comes_from_the_program_itself() {
    let s = Service::start("data/liechtenstein/atlas.toml");
    let mut r = s.get("/", &[]);
    assert_eq!(r.status(), 200);
    assert!(r.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'self'"));
    let html = r.body_mut().read_to_string().unwrap();
    assert!(html.contains("村通"));
    let script = html.split("src=\"./").nth(1).unwrap().split('"').next().unwrap().to_string();
    let r = s.get(&format!("/{script}"), &[]);
    assert!(r.headers()["content-type"].to_str().unwrap().starts_with("text/javascript"));
}

#[test]
fn a_village_knows_its_neighbours_and_the_ways_to_them() {
    let dir = tempfile::tempdir().unwrap();
    let o = crate::common::cuntong(&[
        "synthesize",
        "--villages",
        "150",
        "--seed",
        "7",
        "--out",
        dir.path().to_str().unwrap(),
    ]);
    assert!(o.status.success(), "{}", crate::common::stderr(&o));
    let s = Service::start(dir.path().join("atlas.toml").to_str().unwrap());
    let features = |c: &str| s.json(&format!("/collections/{c}/items?limit=100000"))["features"].clone();
    let gaps: BTreeMap<String, Value> = features("neighbour_gaps")
        .as_array()
        .unwrap()
        .iter()
        .map(|g| (g["id"].as_str().unwrap().to_owned(), g["properties"].clone()))
        .collect();
    let number = |v: &Value, k: &str| v[k].as_f64();
    let mut met: BTreeMap<[String; 2], (Value, usize)> = BTreeMap::new();
    let mut told = BTreeSet::new();
    for v in features("villages").as_array().unwrap() {
        let id = v["id"].as_str().unwrap();
        let answer = s.json(&format!("/api/villages/{id}/neighbours"));
        let rows = answer["neighbours"].as_array().unwrap().clone();
        let away: Vec<f64> = rows.iter().map(|n| number(n, "straight_m").unwrap()).collect();
        assert!(away.is_sorted(), "{id}: the nearest first");
        assert!(rows.is_empty() || v["properties"]["status"] == "administrative");
        for n in rows {
            let (limit, paved) = (number(&n, "limit_m").unwrap(), number(&n, "paved_m"));
            assert!((limit - 3.0 * number(&n, "straight_m").unwrap()).abs() < 2.0, "{n}");
            match n["gap"].as_str() {
                // A way that is paved and short enough, or a gap: one of them.
                None => assert!(n["verdict"] == "ok" && paved.unwrap() <= limit, "{n}"),
                Some(gap) => {
                    let g = &gaps[gap];
                    assert!([&g["village"], &g["other"]].contains(&&v["id"]), "{id}: {gap}");
                    assert!([&g["village"], &g["other"]].contains(&&n["id"]), "{id}: {gap}");
                    assert_eq!((&n["verdict"], paved), (&g["verdict"], None), "{gap}");
                    assert_eq!(n["straight_m"], g["straight_m"]);
                    assert_eq!(n["if_unknown_paved_m"], g["path_if_unknown_paved_m"], "{gap}");
                    told.insert(gap.to_owned());
                }
            }
            // Both villages say the same of the way.
            let mut pair = [id.to_owned(), n["id"].as_str().unwrap().to_owned()];
            pair.sort();
            let way =
                ["verdict", "straight_m", "limit_m", "paved_m", "if_unknown_paved_m", "gap"].map(|k| n[k].clone());
            let way = Value::from(way.to_vec());
            let of = met.entry(pair).or_insert((way.clone(), 0));
            assert_eq!(of.0, way);
            of.1 += 1;
        }
    }
    assert_eq!(told.len(), gaps.len(), "every gap between neighbours is told");
    let pairs = s.json("/api/summary")["counts"]["neighbour_pairs"].as_u64().unwrap() as usize;
    assert!(pairs > gaps.len() && !gaps.is_empty());
    assert_eq!(met.len(), pairs);
    assert!(met.values().all(|of| of.1 == 2), "every pair from both sides");
    let mut r = s.get("/api/villages/no-such/neighbours", &[]);
    assert_eq!(r.status(), 404);
    assert!(r.body_mut().read_json::<Value>().unwrap()["detail"].as_str().unwrap().contains("no-such"));
}
