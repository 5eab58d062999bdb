//! The description of the API against the routes and against answers.

use serde_json::Value;

use crate::common::cuntong;
use crate::ogc::schema::Checker;
use crate::ogc::{all, enc, service};

/// Paths of the routes, as the sources have them.
fn routes() -> Vec<String> {
    let sources = [
        include_str!("../../../src/server/mod.rs"),
        include_str!("../../../src/server/history.rs"),
        include_str!("../../../src/server/ogc/mod.rs"),
    ];
    let found = sources.iter().flat_map(|s| s.split(".route(\"").skip(1)).map(|t| t.split('"').next().unwrap());
    // Behind the landing page nothing is answered, only sent on.
    found
        .filter(|p| *p != "/ogc/{rest:.*}")
        .map(|p| p.replace("{id}", "{collectionId}").replace("{feature:.*}", "{featureId}"))
        .collect()
}

/// Whether a value is as a schema says.
fn check(doc: &Value, schema: &Value, v: &Value, at: &str) {
    let mut c = Checker::new(doc, false);
    c.check(schema, v, at);
    assert!(c.faults.is_empty(), "{:#?}", c.faults);
}

#[test]
fn the_page_is_made_from_the_present_description() {
    let o = cuntong(&["openapi"]);
    assert!(o.status.success());
    let printed = String::from_utf8(o.stdout).unwrap();
    // Not assert_eq: it would print both.
    assert!(printed == include_str!("../../../web/openapi.json"), "web/openapi.json is stale; run `make api-types`");
    // What it tells of any atlas holds of this one.
    let any: Value = serde_json::from_str(&printed).unwrap();
    let own = service().json("/api");
    assert_eq!(any["components"]["schemas"], own["components"]["schemas"]);
    for path in own["paths"].as_object().unwrap().keys() {
        assert!(any["paths"][path].is_object(), "{path}");
    }
}

#[test]
fn every_route_is_described_and_every_path_answers() {
    let s = service();
    let doc = s.json("/api");
    assert_eq!(doc["openapi"], "3.0.3");
    assert_eq!(doc["servers"][0]["url"], s.base.as_str());
    let paths = doc["paths"].as_object().unwrap();
    let ids: Vec<String> = s.json("/collections")["collections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["id"].as_str().unwrap().to_owned())
        .collect();
    for route in routes() {
        match route.strip_suffix("{collectionId}/items") {
            // One for each collection, with its own properties.
            Some(before) => assert!(ids.iter().all(|id| paths.contains_key(&format!("{before}{id}/items")))),
            None => assert!(paths.contains_key(&route), "{route} is not described"),
        }
    }
    assert!(routes().len() >= 16);
    let village = all(&s, "villages")[0]["id"].as_str().unwrap().to_owned();
    let county = all(&s, "villages")[0]["properties"]["county"].as_str().unwrap().to_owned();
    let mut operations = std::collections::BTreeSet::new();
    for (path, item) in paths {
        let mut known =
            path.replace("{theme}", "roads").replace("{collectionId}", "villages").replace("{featureId}", &village);
        let fixed = [
            ("{tileMatrixSetId}", "WebMercatorQuad"),
            ("{styleId}", "roads"),
            ("{village}", village.as_str()),
            ("{county}", county.as_str()),
        ];
        for (name, value) in fixed {
            known = known.replace(name, value);
        }
        for name in ["{tileMatrix}", "{tileRow}", "{tileCol}"] {
            known = known.replace(name, "0");
        }
        let query = match path.as_str() {
            "/api/plans/all" => "?budget=1000000",
            "/comparisons" => "?from=2016-12-31",
            _ => "",
        };
        if let Some(post) = item.get("post") {
            assert!(operations.insert(post["operationId"].as_str().unwrap().to_owned()), "{path}: an id of its own");
            assert!(post["requestBody"]["content"]["application/geo+json"].is_object(), "{path}");
            continue;
        }
        let get = &item["get"];
        assert!(operations.insert(get["operationId"].as_str().unwrap().to_owned()), "{path}: an id of its own");
        let content = get["responses"]["200"]["content"].as_object().unwrap();
        for (media, about) in content {
            let form = match media.as_str() {
                "text/html" => "html",
                "text/csv" => "csv",
                m if m.ends_with("sheet") => "xlsx",
                "application/x-ndjson" => "geojsonseq",
                "application/geopackage+sqlite3" => "gpkg",
                "application/flatgeobuf" => "fgb",
                "application/vnd.apache.parquet" => "parquet",
                "application/zip" => "shp",
                "application/vnd.mapbox.tile+json" => "tilejson",
                "application/vnd.mapbox-vector-tile" => "mvt",
                "image/png" => "png",
                "application/geo+json" if path.starts_with("/api/") || path == "/comparisons" => "geojson",
                _ => "json",
            };
            let has_form = get["parameters"].as_array().unwrap().iter().any(|p| {
                p["$ref"].as_str().is_some_and(|r| r.starts_with("#/components/parameters/f")) || p["name"] == "f"
            });
            let few = if path.ends_with("/items") { "&limit=3" } else { "" };
            let q = match (query.is_empty(), has_form) {
                (true, true) => format!("?f={form}{few}"),
                (false, true) => format!("{query}&f={form}"),
                _ => query.to_owned(),
            };
            let mut r = s.get(&format!("{known}{q}"), &[]);
            assert_eq!(r.status(), 200, "{known}{q}");
            let found = r.headers()["content-type"].to_str().unwrap().replace("; charset=utf-8", "");
            if path == "/" && form == "html" {
                continue;
            }
            assert_eq!(found, *media, "{known}{q}");
            if ["json", "geojson"].contains(&form) {
                let v: Value = r.body_mut().with_config().limit(100_000_000).read_json().unwrap();
                check(&doc, &about["schema"], &v, path);
            }
        }
        // A parameter that is not described is refused, as described.
        if path != "/" {
            let joint = if query.is_empty() { '?' } else { '&' };
            let mut r = s.get(&format!("{known}{query}{joint}goat=1"), &[]);
            assert_eq!(r.status(), 400, "{path}");
            assert!(get["responses"]["400"].is_object(), "{path}");
            check(&doc, &doc["components"]["schemas"]["Problem"], &r.body_mut().read_json().unwrap(), path);
        }
        // Every parameter has a meaning and a schema, and those of one collection are its properties.
        for p in get["parameters"].as_array().unwrap() {
            let p = p["$ref"].as_str().map_or(p, |r| doc.pointer(&r[1..]).unwrap());
            assert!(!p["description"].as_str().unwrap().is_empty() && p["schema"].is_object(), "{path}: {p}");
            let taken = path.contains(&format!("{{{}}}", p["name"].as_str().unwrap()));
            assert_eq!(p["in"] == "path", taken, "{path}: {p}");
        }
    }
}

#[test]
fn described_parameters_are_answered() {
    let s = service();
    let doc = s.json("/api");
    for id in ["villages", "roads", "water_sources"] {
        let own = all(&s, id).into_iter().next().unwrap();
        for p in doc["paths"][format!("/collections/{id}/items")]["get"]["parameters"].as_array().unwrap() {
            let Some(name) = p["name"].as_str().filter(|n| *n != "class" || id != "roads") else { continue };
            // The first feature's own value finds it again.
            let pointer = format!("/properties/{}", name.replace('.', "/"));
            let value = match own.pointer(&pointer) {
                Some(Value::String(t)) => enc(t),
                Some(v) if v.is_number() || v.is_boolean() => v.to_string(),
                _ => continue,
            };
            let found =
                crate::ogc::features(&s, &format!("/collections/{id}/items?limit=100000&{}={value}", enc(name)));
            assert!(found.iter().any(|f| f["id"] == own["id"]), "{id}: {name}={value}");
        }
    }
}
