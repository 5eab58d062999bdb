//! Landing page, conformance, collections, forms and errors: what Part 1 asks of every server.

use serde_json::Value;

use crate::common::Service;
use crate::ogc::{all, enc, links, problem, service};

fn html(s: &Service, path: &str, language: &str) -> String {
    let mut r = s.get(path, &[("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("Accept-Language", language)]);
    assert_eq!(r.status(), 200, "{path}");
    assert_eq!(r.headers()["content-type"], "text/html; charset=utf-8", "{path}");
    r.body_mut().read_to_string().unwrap()
}

#[test]
fn the_root_is_a_map_for_people_and_a_landing_page_for_programs() {
    let s = service();
    let browser = html(&s, "/", "zh");
    assert!(browser.contains("<script") && browser.contains("村通"));
    for (path, accept) in
        [("/", "application/json"), ("/?f=json", "text/html"), ("/ogc", "*/*"), ("/ogc/", "application/json")]
    {
        let mut r = s.get(path, &[("Accept", accept)]);
        assert_eq!(
            (r.status().as_u16(), r.headers()["content-type"].to_str().unwrap()),
            (200, "application/json"),
            "{path}"
        );
        let landing: Value = r.body_mut().read_json().unwrap();
        let rels = links(&landing);
        for rel in ["self", "alternate", "service-desc", "service-doc", "conformance", "data"] {
            assert!(rels.contains_key(rel), "{path}: {rel}");
        }
        for l in landing["links"].as_array().unwrap() {
            let href = l["href"].as_str().unwrap();
            let path = href.strip_prefix(&s.base).expect("links are whole addresses");
            let r = s.get(path, &[("Accept", l["type"].as_str().unwrap())]);
            assert_eq!(r.status(), 200, "{href}");
            let media = r.headers()["content-type"].to_str().unwrap().replace("; charset=utf-8", "");
            assert_eq!(media, l["type"].as_str().unwrap(), "{href}");
        }
    }
    let classes = s.json("/conformance")["conformsTo"].as_array().unwrap().clone();
    for c in [
        "ogcapi-features-1/1.0/conf/core",
        "ogcapi-features-2/1.0/conf/crs",
        "ogcapi-features-3/1.0/conf/filter",
        "cql2/1.0/conf/basic-cql2",
        "cql2/1.0/conf/cql2-text",
        "cql2/1.0/conf/cql2-json",
    ] {
        assert!(classes.iter().any(|x| x.as_str().unwrap().ends_with(c)), "{c}");
    }
    // What clients put behind the landing page's address is at the root.
    let page = s.json("/ogc/collections/villages/items?limit=2");
    assert_eq!(page["numberReturned"], 2);
}

#[test]
fn collections_say_what_they_are() {
    let s = service();
    let list = s.json("/collections");
    assert!(links(&list).contains_key("self"));
    let mut names = Vec::new();
    for c in list["collections"].as_array().unwrap() {
        let id = c["id"].as_str().unwrap();
        names.push(id.to_owned());
        assert_eq!(*c, s.json(&format!("/collections/{id}")), "{id}");
        let rels = links(c);
        assert_eq!(rels["items"], format!("{}/collections/{id}/items", s.base), "GDAL adds ids to it");
        assert!(
            ["self", "alternate", "http://www.opengis.net/def/rel/ogc/1.0/queryables"]
                .iter()
                .all(|r| rels.contains_key(*r))
        );
        let found = all(&s, id);
        assert_eq!(c["numberOfFeatures"], found.len(), "{id}");
        let places: Vec<[f64; 2]> = found.iter().flat_map(|f| crate::ogc::positions(&f["geometry"])).collect();
        if places.is_empty() {
            assert!(c["extent"].is_null(), "{id}");
            continue;
        }
        let edge = |k: usize, f: fn(f64, f64) -> f64| places.iter().map(|p| p[k]).reduce(f).unwrap();
        let box_of = [edge(0, f64::min), edge(1, f64::min), edge(0, f64::max), edge(1, f64::max)];
        for (a, b) in c["extent"]["spatial"]["bbox"][0].as_array().unwrap().iter().zip(box_of) {
            assert!((a.as_f64().unwrap() - b).abs() < 1e-6, "{id}");
        }
        assert!(c["extent"]["temporal"].is_null(), "there are no times");
        // Every property that is a plain value can be asked for, with its type.
        let schema = s.json(&format!("/collections/{id}/queryables"));
        assert_eq!((&schema["type"], &schema["additionalProperties"]), (&"object".into(), &false.into()));
        assert_eq!(schema["properties"]["geometry"]["format"], "geometry-any");
        for f in &found {
            for (k, v) in f["properties"].as_object().unwrap() {
                let kind = schema["properties"][k]["type"].as_str();
                let fits = match v {
                    // Of a list or an object that is not there.
                    Value::Null => true,
                    Value::Bool(_) => kind == Some("boolean"),
                    Value::Number(n) => kind == Some("number") || kind == Some("integer") && !n.is_f64(),
                    Value::String(_) => kind == Some("string"),
                    Value::Array(_) | Value::Object(_) => true,
                };
                assert!(fits, "{id}.{k}: {v} is no {kind:?}");
            }
        }
    }
    for wanted in [
        "villages",
        "roads",
        "schools",
        "seats",
        "substations",
        "power_lines",
        "transformers",
        "supply_points",
        "water_sources",
        "facilities",
        "broadband_nodes",
        "broadband_coverage",
        "road_gaps",
        "neighbour_gaps",
        "fragile_access",
        "power_gaps",
        "water_gaps",
        "broadband_gaps",
        "service_gaps",
        "low_voltage_areas",
        "road_links",
        "water_links",
        "fibre_links",
        "tie_lines",
        "road_plan",
        "power_plan",
        "water_plan",
        "broadband_plan",
        "counties",
        "scorecard_counties",
    ] {
        assert!(names.iter().any(|n| n == wanted), "{wanted}");
    }
    assert!(problem(&s, "/collections/goats", 404).contains("villages"));
    problem(&s, "/collections/goats/queryables", 404);
    problem(&s, "/collections/goats/items", 404);
    problem(&s, "/collections/villages/items/goat", 404);
}

#[test]
fn features_are_as_the_standard_has_them() {
    let s = service();
    let page = s.json("/collections/villages/items?limit=3");
    assert_eq!(page["type"], "FeatureCollection");
    assert_eq!((&page["numberReturned"], &page["numberMatched"]), (&3.into(), &150.into()));
    let stamp = page["timeStamp"].as_str().unwrap();
    assert!(stamp.len() == 20 && stamp.starts_with("20") && stamp.ends_with('Z'), "{stamp}");
    let rels = links(&page);
    assert!(["self", "alternate", "next", "collection"].iter().all(|r| rels.contains_key(*r)));
    for f in page["features"].as_array().unwrap() {
        let one = s.json(&format!("/collections/villages/items/{}", f["id"].as_str().unwrap()));
        assert_eq!(
            (&one["type"], &one["id"], &one["geometry"], &one["properties"]),
            (&f["type"], &f["id"], &f["geometry"], &f["properties"])
        );
        let rels = links(&one);
        assert!(["self", "alternate", "collection"].iter().all(|r| rels.contains_key(*r)));
    }
    // The last page has no next.
    assert!(!links(&s.json("/collections/villages/items?limit=150")).contains_key("next"));
    // What a county's card says is what the scorecard says.
    let cards = s.json("/api/scorecard");
    for f in all(&s, "scorecard_counties") {
        let card = cards["counties"].as_array().unwrap().iter().find(|c| c["id"] == f["id"]).unwrap();
        for g in card["figures"].as_array().unwrap() {
            let key = g["key"].as_str().unwrap();
            for figure in ["yes", "no", "share", "missing", "reached"] {
                assert_eq!(f["properties"][format!("{key}_{figure}")], g[figure], "{key}_{figure}");
            }
        }
    }
}

#[test]
fn forms_languages_and_proxies() {
    let s = service();
    for (path, accept, status, media) in [
        ("/collections", "application/json", 200, "application/json"),
        ("/collections", "*/*", 200, "application/json"),
        ("/collections", "image/png", 406, "application/problem+json"),
        ("/collections?f=json", "text/html", 200, "application/json"),
        ("/collections?f=html", "application/json", 200, "text/html; charset=utf-8"),
        (
            "/collections/villages/items?limit=1",
            "application/geo+json, application/json;q=0.5",
            200,
            "application/geo+json",
        ),
        ("/api", "application/vnd.oai.openapi+json;version=3.0", 200, "application/vnd.oai.openapi+json;version=3.0"),
        ("/collections/villages/queryables", "application/schema+json", 200, "application/schema+json"),
    ] {
        let r = s.get(path, &[("Accept", accept)]);
        assert_eq!(
            (r.status().as_u16(), r.headers()["content-type"].to_str().unwrap()),
            (status, media),
            "{path} {accept}"
        );
    }
    // A form is not another's cached answer.
    let json = s.get("/collections", &[]);
    let tag = json.headers()["etag"].to_str().unwrap().to_owned();
    assert!(json.headers()["vary"].to_str().unwrap().contains("Accept"));
    assert_eq!(s.get("/collections", &[("If-None-Match", &tag)]).status(), 304);
    assert_eq!(s.get("/collections", &[("If-None-Match", &tag), ("Accept", "text/html")]).status(), 200);
    let path = "/collections/villages/items?limit=2";
    let tag = s.get(path, &[]).headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(s.get(path, &[("If-None-Match", &tag)]).status(), 304);
    // Behind a proxy links are the proxy's; what could not be an address stays out.
    let proxied = |headers: &[(&str, &str)]| {
        let mut r = s.get("/ogc", headers);
        links(&r.body_mut().read_json::<Value>().unwrap())["data"].clone()
    };
    let headers =
        [("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "gis.example.cn"), ("X-Forwarded-Prefix", "/cuntong/")];
    assert_eq!(proxied(&headers), "https://gis.example.cn/cuntong/collections");
    assert_eq!(proxied(&[("X-Forwarded-Host", "x\"><script>")]), "http://localhost/collections");
    let (zh, en) = (html(&s, "/collections", "zh-CN"), html(&s, "/collections", "en-GB"));
    assert!(
        zh.contains("lang=\"zh-CN\"")
            && zh.contains("道路缺口")
            && en.contains("lang=\"en\"")
            && en.contains("Road gaps")
    );
}

#[test]
fn pages_can_be_browsed_without_scripts_or_elsewhere() {
    let s = service();
    let village = all(&s, "villages")[0]["id"].as_str().unwrap().to_owned();
    let gap = all(&s, "road_gaps")[0]["id"].as_str().unwrap().to_owned();
    let mut paths = vec![
        "/ogc".to_owned(),
        "/conformance".into(),
        "/collections".into(),
        "/collections/villages".into(),
        "/collections/villages/queryables".into(),
        "/collections/villages/items".into(),
        "/collections/roads/items?limit=20".into(),
        "/collections/low_voltage_areas/items".into(),
        format!("/collections/villages/items/{village}"),
        format!("/collections/road_gaps/items/{}", enc(&gap)),
        "/api?f=html".into(),
        "/api.html".into(),
    ];
    let mut seen = std::collections::BTreeSet::new();
    // Two steps along the links of the pages.
    for _ in 0..2 {
        for path in std::mem::take(&mut paths) {
            if !seen.insert(path.clone()) || seen.len() > 120 {
                continue;
            }
            let page = html(&s, &path, "zh");
            assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"), "{path}");
            assert!(!page.contains("<script") && !page.contains("javascript:") && !page.contains(" src="), "{path}");
            for tag in ["html", "body", "main", "table", "svg", "ul", "a", "p"] {
                let (open, close) = (
                    page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count(),
                    page.matches(&format!("</{tag}>")).count(),
                );
                assert_eq!(open, close, "{path}: <{tag}>");
            }
            for href in page.split("href=\"").skip(1).map(|t| t.split('"').next().unwrap().replace("&amp;", "&")) {
                if let Some(to) = href.strip_prefix(&s.base).filter(|t| t.contains("f=html")) {
                    paths.push(to.to_owned());
                } else {
                    assert!(href.starts_with(&s.base) || href.starts_with("http://www.opengis.net/"), "{path}: {href}");
                }
            }
        }
    }
    assert!(seen.len() > 40, "{seen:?}");
    assert!(html(&s, "/collections/villages/items", "zh").contains("<circle"));
    let r = s.get("/collections?f=html", &[]);
    assert!(r.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'self'"));
    // What is asked comes back escaped.
    let page = html(&s, &format!("/collections/villages/items?filter={}", enc("name <> '<b>\"&'")), "en");
    assert!(!page.contains("<b>"), "{page}");
}

#[test]
fn pages_of_elsewhere_may_read_and_nobody_may_write() {
    let s = service();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    for path in ["/", "/collections", "/collections/villages/items", "/api/summary", "/health"] {
        let r = agent
            .options(format!("{}{path}", s.base))
            .header("Origin", "https://example.org")
            .header("Access-Control-Request-Method", "GET")
            .header("Access-Control-Request-Headers", "if-none-match")
            .call()
            .unwrap();
        assert_eq!(r.status(), 204, "{path}");
        let header = |k: &str| r.headers()[k].to_str().unwrap().to_owned();
        assert_eq!(header("access-control-allow-origin"), "*");
        assert!(header("access-control-allow-methods").contains("GET"));
        assert!(header("access-control-allow-headers").to_lowercase().contains("if-none-match"));
        let r = agent.post(format!("{}{path}", s.base)).send("x").unwrap();
        assert_eq!(
            (r.status().as_u16(), r.headers()["allow"].to_str().unwrap()),
            (405, "GET, HEAD, OPTIONS"),
            "{path}"
        );
        assert_eq!(r.headers()["content-type"], "application/problem+json");
        let r = agent.head(format!("{}{path}", s.base)).call().unwrap();
        assert_eq!(r.status(), 200, "{path}");
    }
    let r = s.get("/collections/villages/items", &[("Origin", "https://example.org")]);
    assert_eq!(r.headers()["access-control-allow-origin"], "*");
    assert!(r.headers()["access-control-expose-headers"].to_str().unwrap().contains("Content-Crs"));
}
