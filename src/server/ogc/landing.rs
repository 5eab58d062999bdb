//! The landing page and what is conformed to.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::problem::Problem;
use super::super::{Snapshot, State, assets};
use super::html::{self, Page};
use super::links::{self, Base, HTML, JSON, OPENAPI, link};
use super::{Reader, document, negotiate, tiles};
use crate::text::message;

/// Every class is met in full; drafts (sorting, choosing properties) are answered but not declared.
pub const CONFORMANCE: &[&str] = &[
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    "http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/collections-selection",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
    "http://www.opengis.net/spec/tms/2.0/conf/tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilematrixset",
    "http://www.opengis.net/spec/tms/2.0/conf/tilesetmetadata",
    "http://www.opengis.net/spec/tms/2.0/conf/json-tilesetmetadata",
];

/// `GET /`: the map for browsers, the landing page for whoever asks for JSON (`f=json`, or `Accept` names it).
pub async fn root(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    // The map's own parameters are nobody else's business, `f` is the only one here.
    let asks_form = req.query_string().split('&').any(|p| p == "f" || p.starts_with("f="));
    if !asks_form && !negotiate::names_json(&req) {
        return Ok(assets::page(req).await);
    }
    landing(req, state).await
}

/// `GET /ogc`
pub async fn landing(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let s = state.current();
    document(&req, &s, JSON, |r| landing_json(&s, r), |r| landing_page(&s, r))
}

/// `GET /ogc/…`: clients that put the standard's paths behind the landing page's address find them at the root. For
/// those that do not say that they want JSON (OWSLib), `/ogc` is the address to give; at `/` they would get the map.
pub async fn below(req: HttpRequest, rest: web::Path<String>) -> HttpResponse {
    let path: Vec<String> = rest.split('/').map(links::escape).collect();
    let query = if req.query_string().is_empty() { String::new() } else { format!("?{}", req.query_string()) };
    let path = if rest.is_empty() { "ogc".to_owned() } else { path.join("/") };
    let to = Base::of(&req).to(&format!("/{path}{query}"));
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, to)).finish()
}

fn landing_json(s: &Snapshot, r: &Reader) -> Value {
    let to = |path: &str| r.base.to(path);
    let [own, other] = links::self_and_alternate(&r.base, "/ogc", JSON);
    let mut out = json!({
        "title": title(s),
        "description": message("ogc_about", &[]).en,
        "attribution": s.findings.atlas.attribution.join("; "),
        "links": [
            own, other,
            link("service-desc", to("/api"), OPENAPI, "The API"),
            link("service-doc", to("/api.html"), HTML, "The API as a page"),
            link("conformance", to("/conformance"), JSON, "Conformance classes"),
            link("data", to("/collections"), JSON, "Collections"),
            link("http://www.opengis.net/def/rel/ogc/1.0/conformance", to("/conformance"), JSON, "Conformance classes"),
            link("http://www.opengis.net/def/rel/ogc/1.0/data", to("/collections"), JSON, "Collections"),
            link("related", to("/"), HTML, "The map"),
        ],
    });
    if let Some(all) = out["links"].as_array_mut() {
        all.extend(tiles::landing_links(&r.base));
    }
    out
}

fn title(s: &Snapshot) -> String {
    format!("{} / {}", s.findings.atlas.title_zh, s.findings.atlas.title_en)
}

fn landing_page(s: &Snapshot, r: &Reader) -> Vec<u8> {
    let atlas = &s.findings.atlas;
    let mut p = Page::new(r, &r.pick(&atlas.title_zh, &atlas.title_en), &[]);
    p.text(&r.say("ogc_about"));
    p.list([
        (r.base.to("/collections"), r.say("ogc_collections")),
        (r.base.to("/tiles"), r.say("ogc_tiles")),
        (r.base.to("/styles"), r.say("ogc_styles")),
        (r.base.to("/"), r.say("ogc_map")),
        (r.base.to("/api.html"), r.say("ogc_api")),
        (r.base.to("/conformance"), r.say("ogc_conformance")),
    ]);
    p.text(&atlas.attribution.join("; "));
    p.json_link("/ogc");
    p.finish()
}

/// `GET /conformance`
pub async fn conformance(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let json = |r: &Reader| json!({"links": links::self_and_alternate(&r.base, "/conformance", JSON), "conformsTo": CONFORMANCE});
    let page = |r: &Reader| {
        let mut p = Page::new(r, &r.say("ogc_conformance"), &[html::home(r)]);
        p.list(CONFORMANCE.iter().map(|c| ((*c).to_owned(), (*c).to_owned())));
        p.json_link("/conformance");
        p.finish()
    };
    document(&req, &s, JSON, json, page)
}
