//! Pages by key: every feature once, whatever the order, and across a change of data.

use serde_json::Value;

use crate::common::Service;
use crate::ogc::{all, enc, features, ids, links, problem, region, service, sorted};

/// All pages from this address on.
fn pages(s: &Service, first: &str) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    let mut next = Some(first.to_owned());
    while let Some(path) = next {
        let page = s.json(&path);
        let found = ids(page["features"].as_array().unwrap());
        assert_eq!(page["numberReturned"], found.len());
        out.push(found);
        assert!(out.len() < 1000, "it ends");
        next = links(&page).get("next").map(|h| h.strip_prefix(&s.base).unwrap().to_owned());
    }
    out
}

#[test]
fn every_feature_comes_once() {
    let s = service();
    for (collection, more) in [
        ("villages", String::new()),
        ("roads", "&bbox=-180,-90,180,90".into()),
        ("power_gaps", String::new()),
        ("villages", "&sortby=-population".into()),
        ("villages", "&sortby=road_verdict,-road_link_cost".into()),
        ("villages", "&sortby=priority".into()),
        ("villages", format!("&filter={}&crs=EPSG:4549&properties=name", enc("population > 300"))),
        ("power_lines", "&sortby=level".into()),
        ("water_sources", "&offset=3".into()),
    ] {
        let whole = ids(&features(&s, &format!("/collections/{collection}/items?limit=100000{more}")));
        for limit in [7, 40] {
            let got = pages(&s, &format!("/collections/{collection}/items?limit={limit}{more}"));
            assert!(got[..got.len() - 1].iter().all(|p| p.len() == limit), "{collection}{more}");
            assert_eq!(got.concat(), whole, "{collection}{more}");
        }
        let mut once = sorted(whole.clone());
        once.dedup();
        assert_eq!(once.len(), whole.len());
    }
}

#[test]
fn one_can_go_back() {
    let s = service();
    let step = |page: &Value, rel: &str| links(page).get(rel).map(|h| s.json(h.strip_prefix(&s.base).unwrap()));
    let own = |page: &Value| ids(page["features"].as_array().unwrap());
    for more in ["", "&sortby=-population,name", "&priority=false", "&bbox=-180,-90,180,90"] {
        let whole = ids(&features(&s, &format!("/collections/villages/items?limit=100000{more}")));
        let mut page = s.json(&format!("/collections/villages/items?limit=7{more}"));
        assert!(!links(&page).contains_key("prev"), "nothing is before the first");
        let mut there = vec![own(&page)];
        while let Some(next) = step(&page, "next") {
            page = next;
            there.push(own(&page));
        }
        assert_eq!(there.concat(), whole);
        let mut back = vec![own(&page)];
        while let Some(previous) = step(&page, "prev") {
            page = previous;
            back.push(own(&page));
        }
        back.reverse();
        assert_eq!(back, there, "{more}");
        assert!(there.len() > 2);
    }
    // From the middle: what is left before it is a short page.
    let page = s.json("/collections/villages/items?limit=7&offset=3");
    let before = step(&page, "prev").unwrap();
    assert_eq!(own(&before), ids(&all(&s, "villages")[..3]));
    assert_eq!(own(&step(&before, "next").unwrap()), own(&page));
}

#[test]
fn the_order_of_ties_is_told_from_each_alone() {
    let s = service();
    let ties = all(&s, "tie_lines");
    let key = |f: &Value| {
        let n = |k: &str| f["properties"][k].as_f64().unwrap();
        [-n("people_per_km"), -n("households") / n("length_m").max(1.0), n("length_m")]
    };
    assert!(ties.len() > 5 && ties.is_sorted_by(|a, b| key(a) <= key(b)));
    assert_eq!(pages(&s, "/collections/tie_lines/items?limit=4").concat(), ids(&ties));
}

#[test]
fn a_page_goes_on_in_other_data() {
    // Twice the load: other gaps, in another order. The same question goes on where it was.
    let (before, after) = (service(), Service::start_with(&region(), &["--load-factor", "2"]));
    for more in ["", "&sortby=-severity", "&sortby=village_name"] {
        let old = ids(&features(&before, &format!("/collections/power_gaps/items?limit=100000{more}")));
        let new = features(&after, &format!("/collections/power_gaps/items?limit=100000{more}"));
        assert_ne!(old, ids(&new), "the data differ");
        let page = before.json(&format!("/collections/power_gaps/items?limit=5{more}"));
        let last = page["features"].as_array().unwrap().last().unwrap().clone();
        let next = links(&page)["next"].strip_prefix(&before.base).unwrap().replace("limit=5", "limit=100000");
        let rest = ids(&features(&after, &next));
        // What the new data have after the last key, by their own order: all that sort after it and nothing else.
        let key = |f: &Value| {
            let p = &f["properties"];
            let n = |k: &str| p[k].as_f64().unwrap_or(0.0);
            let verdict = ["ok", "gap", "unknown"].iter().position(|v| p["verdict"] == *v).unwrap() as f64;
            let sort = match more {
                "" => (0.0, String::new()),
                "&sortby=-severity" => (-n("severity"), String::new()),
                _ => (0.0, p["village_name"].as_str().unwrap().to_owned()),
            };
            (sort, verdict, -n("severity"), -n("people"))
        };
        let wanted: Vec<String> = ids(&new
            .iter()
            .filter(|f| {
                let (a, b) = (key(f), key(&last));
                a > b || a == b && f["id"].as_str() > last["id"].as_str()
            })
            .cloned()
            .collect::<Vec<_>>());
        assert_eq!(rest, wanted, "{more}");
        assert!(!rest.is_empty());
    }
}

#[test]
fn cursors_belong_to_their_question() {
    let s = service();
    let page = s.json("/collections/villages/items?limit=5");
    let next = links(&page)["next"].strip_prefix(&s.base).unwrap().to_owned();
    let cursor = next.split("cursor=").nth(1).unwrap().to_owned();
    for path in [
        format!("/collections/villages/items?limit=5&sortby=name&cursor={cursor}"),
        format!("/collections/villages/items?limit=5&priority=true&cursor={cursor}"),
        format!("/collections/schools/items?limit=5&cursor={cursor}"),
    ] {
        assert!(problem(&s, &path, 400).contains("another question"), "{path}");
    }
    assert!(problem(&s, &format!("{next}&offset=3"), 400).starts_with("offset"));
    for bad in ["", "x", "00", "5b5d", "7b7d", "ffff", "5b22"] {
        assert!(problem(&s, &format!("/collections/villages/items?cursor={bad}"), 400).starts_with("cursor"), "{bad}");
    }
    // Form, size and look of the next page may be others.
    let other = s.get(&format!("{next}&crs=EPSG:3857"), &[]);
    assert_eq!(other.status(), 200);
}

#[test]
fn limits_and_offsets() {
    let s = service();
    let villages = all(&s, "villages");
    assert_eq!(features(&s, "/collections/villages/items?limit=1").len(), 1);
    assert_eq!(
        features(&s, "/collections/villages/items?limit=340282366920938463463374607431768211456").len(),
        villages.len()
    );
    assert!(features(&s, "/collections/villages/items?offset=340282366920938463463374607431768211456").is_empty());
    assert_eq!(ids(&features(&s, "/collections/villages/items?offset=140")), ids(&villages[140..]));
    // Over the antimeridian: none there; the rest of the globe: all of them.
    assert!(features(&s, "/collections/villages/items?bbox=170,-90,-170,90").is_empty());
    assert_eq!(features(&s, "/collections/villages/items?limit=100000&bbox=10,-90,5,90").len(), villages.len());
    for (q, name) in [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=x", "limit"),
        ("limit=", "limit"),
        ("limit=1.5", "limit"),
        ("limit=1&limit=2", "limit"),
        ("offset=-1", "offset"),
        ("offset=x", "offset"),
        ("bbox=1,2,3", "bbox"),
        ("bbox=1,2,3,4,5", "bbox"),
        ("bbox=a,b,c,d", "bbox"),
        ("bbox=0,5,1,4", "bbox"),
        ("bbox=NaN,0,1,1", "bbox"),
        ("bbox=0,0,1,91", "bbox"),
        ("bbox=", "bbox"),
        ("bbox-crs=EPSG:4326", "bbox-crs"),
        ("bbox=0,0,1,1&bbox-crs=EPSG:1", "bbox-crs"),
        ("crs=EPSG:0", "crs"),
        ("crs=", "crs"),
        ("crs=http://www.opengis.net/def/crs/OGC/0/unknown", "crs"),
        ("crs=EPSG:4978", "crs"),
        ("datetime=now", "datetime"),
        ("datetime=", "datetime"),
        ("datetime=2024-02-30", "datetime"),
        ("datetime=../..", "datetime"),
        ("datetime=2024-02-02/2024-02-01", "datetime"),
        ("filter-lang=cql2-text", "filter-lang"),
        ("filter=population=1&filter-lang=ecql", "filter-lang"),
        ("filter-crs=EPSG:4326", "filter-crs"),
        ("filter=population=1&filter-crs=EPSG:x", "filter-crs"),
        ("sortby=", "sortby"),
        ("f=xml", "f"),
        ("goat=1", "goat"),
        ("class=trunk", "class"),
        ("Limit=1", "Limit"),
    ] {
        let detail = problem(&s, &format!("/collections/villages/items?{q}"), 400);
        assert!(detail.starts_with(&format!("{name}: ")), "{q}: {detail}");
    }
    for times in ["2024-03-01T00:00:00Z", "../2024-03-01T00:00:00Z", "2024-03-01T00:00:00%2B08:00/.."] {
        let found = features(&s, &format!("/collections/villages/items?limit=100000&datetime={times}"));
        assert_eq!(found.len(), villages.len(), "what has no time is of all times");
    }
    for path in [
        "/collections?x=1",
        "/conformance?x=1",
        "/ogc?x=1",
        "/api?x=1",
        "/api.html?f=json",
        "/health?x=1",
        "/?f=xml",
        "/collections/villages?limit=1",
        "/collections/villages/queryables?x=1",
        "/api/summary?f=json",
    ] {
        problem(&s, path, 400);
    }
    let id = villages[0]["id"].as_str().unwrap();
    assert!(problem(&s, &format!("/collections/villages/items/{id}?limit=1"), 400).starts_with("limit"));
    assert!(problem(&s, &format!("/collections/villages/items/{id}?crs=x"), 400).starts_with("crs"));
}
