//! What the standards' own schemas ask of each document: members that must be there, and what they must be. Written by hand
//! from OGC 17-069r4 (Features), 18-058r1 (reference systems), 19-079r2 (queryables), 20-057 (Tiles) and 17-083r4 (tile
//! matrix sets), for no package holds the schemas themselves.

use serde_json::Value;

use crate::common::Service;
use crate::ogc::{all, service};

fn is_uri(v: &Value) -> bool {
    v.as_str().is_some_and(|t| t.starts_with("http://") || t.starts_with("https://"))
}

fn is_count(v: &Value) -> bool {
    v.as_u64().is_some()
}

fn list<'a>(v: &'a Value, member: &str) -> &'a Vec<Value> {
    v[member].as_array().unwrap_or_else(|| panic!("no list {member}: {v}"))
}

/// Every link has an address; where it is one of a template, it says so.
fn links_hold(document: &Value) {
    for l in list(document, "links") {
        assert!(is_uri(&l["href"]), "{l}");
        assert!(l["rel"].as_str().is_some_and(|t| !t.is_empty()), "{l}");
        assert!(l["type"].is_string() && l["title"].is_string(), "{l}");
        assert_eq!(l["href"].as_str().unwrap().contains('{'), l["templated"] == true, "{l}");
    }
}

fn has_rel<'a>(document: &'a Value, rel: &str) -> &'a Value {
    list(document, "links").iter().find(|l| l["rel"] == rel).unwrap_or_else(|| panic!("no {rel}: {document}"))
}

fn collection(c: &Value) {
    assert!(c["id"].is_string() && c["title"].is_string(), "{c}");
    links_hold(c);
    has_rel(c, "items");
    assert_eq!(c["itemType"], "feature");
    let systems = list(c, "crs");
    assert!(systems.iter().all(is_uri));
    assert_eq!(systems[0], "http://www.opengis.net/def/crs/OGC/1.3/CRS84", "the default is the first");
    assert!(systems.contains(&c["storageCrs"]));
    if let Some(extent) = c.get("extent") {
        let boxes = list(&extent["spatial"], "bbox");
        assert!(!boxes.is_empty());
        for b in boxes {
            let b: Vec<f64> = b.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect();
            assert!(b.len() == 4 && b[1] <= b[3] && b[1] >= -90.0 && b[3] <= 90.0, "{b:?}");
        }
    }
}

fn position(p: &Value) {
    let p = p.as_array().unwrap();
    assert!(p.len() == 2 && p[0].as_f64().unwrap().abs() <= 180.0 && p[1].as_f64().unwrap().abs() <= 90.0, "{p:?}");
}

/// RFC 7946: nesting, lines of two positions, closed rings of four.
fn geometry(g: &Value) {
    let line = |l: &Value| {
        let l = l.as_array().unwrap();
        assert!(l.len() >= 2);
        l.iter().for_each(position);
    };
    let ring = |r: &Value| {
        line(r);
        let r = r.as_array().unwrap();
        assert!(r.len() >= 4 && r.first() == r.last(), "{r:?}");
    };
    let each = |v: &Value, f: &dyn Fn(&Value)| v.as_array().unwrap().iter().for_each(f);
    let c = &g["coordinates"];
    match g["type"].as_str().unwrap() {
        "Point" => position(c),
        "MultiPoint" => each(c, &position),
        "LineString" => line(c),
        "MultiLineString" => each(c, &line),
        "Polygon" => each(c, &ring),
        "MultiPolygon" => each(c, &|p| each(p, &ring)),
        other => panic!("{other}"),
    }
}

fn feature(f: &Value) {
    assert_eq!(f["type"], "Feature");
    assert!(f["id"].is_string() || f["id"].is_number());
    assert!(f["properties"].is_object());
    match f.get("geometry").expect("null at least") {
        Value::Null => {}
        g => geometry(g),
    }
}

fn names(f: &Value) -> Vec<&String> {
    let mut all: Vec<&String> = f["properties"].as_object().unwrap().keys().collect();
    all.sort();
    all
}

#[test]
fn documents_of_features_have_what_they_must() {
    let s = service();
    let landing = s.json("/?f=json");
    links_hold(&landing);
    assert!(landing["title"].is_string() && landing["description"].is_string());
    for rel in ["self", "alternate", "service-desc", "service-doc", "conformance", "data"] {
        has_rel(&landing, rel);
    }
    assert!(list(&s.json("/conformance"), "conformsTo").iter().all(is_uri));
    let list_of_all = s.json("/collections");
    links_hold(&list_of_all);
    for c in list(&list_of_all, "collections") {
        collection(c);
        let id = c["id"].as_str().unwrap();
        let page = s.json(&format!("/collections/{id}/items?limit=100000"));
        assert_eq!(page["type"], "FeatureCollection");
        links_hold(&page);
        assert!(is_count(&page["numberMatched"]) && is_count(&page["numberReturned"]));
        let found = list(&page, "features");
        assert_eq!(page["numberReturned"], found.len());
        found.iter().for_each(feature);
        // Clients learn the columns from the first few.
        assert!(found.iter().all(|f| names(f) == names(&found[0])), "{id}");
        let schema = s.json(&format!("/collections/{id}/queryables"));
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["$id"], format!("{}/collections/{id}/queryables", s.base));
        assert_eq!(schema["type"], "object");
        for (name, p) in schema["properties"].as_object().unwrap() {
            let geometry = p["format"].as_str().is_some_and(|f| f.starts_with("geometry-"));
            assert!(p["type"].is_string() != geometry, "{id}.{name}: {p}");
        }
    }
}

#[test]
fn features_without_a_place_are_in_every_box() {
    let s = service();
    let projects = all(&s, "projects");
    let placeless = projects.iter().filter(|f| f["geometry"].is_null()).count();
    assert!(placeless > 0 && placeless < projects.len());
    // /req/core/fc-bbox-response: a box matches what has no geometry, too.
    let page = s.json("/collections/projects/items?bbox=0,0,1,1&limit=100000");
    assert_eq!(page["numberMatched"], placeless);
    assert!(list(&page, "features").iter().all(|f| f["geometry"].is_null()));
    // Those with a place come first: a client that looks at the first few sees that there are lines.
    assert!(projects[0]["geometry"].is_object() && projects.is_sorted_by_key(|f| f["geometry"].is_null()));
}

#[test]
fn tilesets_have_what_they_must() {
    let s = service();
    let sets = s.json("/tileMatrixSets");
    for about in list(&sets, "tileMatrixSets") {
        links_hold(about);
        let set = s.json(&format!("/tileMatrixSets/{}", about["id"].as_str().unwrap()));
        assert!(is_uri(&set["crs"]) || is_uri(&set["crs"]["uri"]));
        let mut scale = f64::INFINITY;
        for m in list(&set, "tileMatrices") {
            assert!(m["id"].is_string());
            assert_eq!(list(m, "pointOfOrigin").len(), 2);
            for n in ["tileWidth", "tileHeight", "matrixWidth", "matrixHeight"] {
                assert!(m[n].as_u64().is_some_and(|n| n > 0), "{m}");
            }
            assert!(m["cellSize"].as_f64().is_some_and(|n| n > 0.0));
            let own = m["scaleDenominator"].as_f64().unwrap();
            assert!(own < scale, "from coarse to fine");
            scale = own;
        }
    }
    for base in ["", "/collections/villages", "/collections/low_voltage_areas"] {
        let tilesets = s.json(&format!("{base}/tiles"));
        links_hold(&tilesets);
        for t in list(&tilesets, "tilesets") {
            tileset(t);
            let own = has_rel(t, "self")["href"].as_str().unwrap().strip_prefix(&s.base).unwrap().to_owned();
            let whole = s.json(&own);
            tileset(&whole);
            assert_eq!(has_rel(&whole, "item")["templated"], true);
            for l in list(&whole, "layers") {
                assert!(
                    l["id"].is_string() && ["vector", "map", "coverage"].contains(&l["dataType"].as_str().unwrap())
                );
            }
        }
    }
}

fn tileset(t: &Value) {
    links_hold(t);
    assert_eq!(t["dataType"], "vector");
    assert!(is_uri(&t["crs"]) || is_uri(&t["crs"]["uri"]), "{t}");
    has_rel(t, "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme");
}

/// Addresses of a `Link` header, by relation.
fn of_header(s: &Service, path: &str) -> Vec<(String, String)> {
    let r = s.get(path, &[]);
    let Some(value) = r.headers().get("link") else { return Vec::new() };
    let one = |l: &str| {
        let (href, rest) = l.trim_start_matches('<').split_once(">; rel=\"").unwrap();
        (rest.split('"').next().unwrap().to_owned(), href.to_owned())
    };
    value.to_str().unwrap().split(", ").map(one).collect()
}

#[test]
fn links_stand_in_the_header_as_well() {
    let s = service();
    let village = all(&s, "villages")[0]["id"].as_str().unwrap().to_owned();
    for path in [
        "/ogc".to_owned(),
        "/conformance".into(),
        "/collections".into(),
        "/collections/villages".into(),
        "/collections/villages/items?limit=2&offset=3".into(),
        "/collections/villages/items?limit=100000".into(),
        format!("/collections/villages/items/{village}"),
    ] {
        let body = s.json(&path);
        let text = |l: &Value, k: &str| l[k].as_str().unwrap().to_owned();
        let wanted: Vec<_> = list(&body, "links").iter().map(|l| (text(l, "rel"), text(l, "href"))).collect();
        assert_eq!(of_header(&s, &path), wanted, "{path}");
    }
    assert!(of_header(&s, "/collections?f=html").is_empty());
}
