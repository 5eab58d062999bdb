//! What collections there are, and what each can be asked for.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};

use super::super::problem::Problem;
use super::super::{Snapshot, State, limits};
use super::crs::{CRS84, offered};
use super::html::{self, Page, escape};
use super::links::{self, GEOJSON, HTML, JSON, SCHEMA, link};
use super::tiles::TILESETS;
use super::{Reader, document};
use crate::publish::{Collection, Kind};

/// `GET /collections`
pub async fn list(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let json = |r: &Reader| {
        let all: Vec<Value> = s.collections.iter().map(|c| about(c, &s, r)).collect();
        json!({
            "links": links::self_and_alternate(&r.base, "/collections", JSON), "collections": all, "crs": offered(),
            "numberMatched": all.len(), "numberReturned": all.len(),
        })
    };
    let page = |r: &Reader| {
        let mut p = Page::new(r, &r.say("ogc_collections"), &[html::home(r)]);
        let head = ["ogc_collection", "ogc_features"].map(|k| r.say(k));
        let rows = s.collections.iter().map(|c| {
            let href = r.base.to(&format!("/collections/{}?f=html", c.id));
            let name = format!("<a href=\"{}\">{}</a> <code>{}</code>", escape(&href), escape(&title(c, r)), c.id);
            vec![name, c.len().to_string()]
        });
        p.table(&head, rows);
        p.json_link("/collections");
        p.finish()
    };
    document(&req, &s, JSON, json, page)
}

pub fn title(c: &Collection, r: &Reader) -> String {
    r.pick(c.title_zh, c.title_en)
}

fn about(c: &Collection, s: &Snapshot, r: &Reader) -> Value {
    let path = format!("/collections/{}", c.id);
    let to = |rest: &str| r.base.to(&format!("{path}{rest}"));
    let [own, other] = links::self_and_alternate(&r.base, &path, JSON);
    let queryables = "http://www.opengis.net/def/rel/ogc/1.0/queryables";
    let mut v = json!({
        "id": c.id,
        "title": format!("{} / {}", c.title_zh, c.title_en),
        "itemType": "feature",
        "crs": offered(),
        "storageCrs": CRS84,
        "provenance": s.summary["provenance"],
        "numberOfFeatures": c.len(),
        "links": [
            own, other,
            // Without a query: GDAL adds the id of a feature at its end.
            link("items", to("/items"), GEOJSON, "Features"),
            link("items", to("/items?f=html"), HTML, "Features as a page"),
            link(queryables, to("/queryables"), SCHEMA, "What filters can name"),
            link("queryables", to("/queryables"), SCHEMA, "What filters can name"),
            link(TILESETS, to("/tiles?f=json"), JSON, "Vector tiles"),
        ],
    });
    // No time: features have none.
    if let Some(b) = c.bbox {
        v["extent"] = json!({"spatial": {"bbox": [b], "crs": CRS84}});
    }
    v
}

/// `GET /collections/{id}`
pub async fn describe(
    req: HttpRequest,
    id: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let c = s.collection(&id)?;
    let page = |r: &Reader| {
        let path = format!("/collections/{}", c.id);
        let mut p = Page::new(r, &title(c, r), &crumbs(r));
        p.text(&r.say_with("ogc_count", &[("n", c.len().to_string())]));
        if let Some(b) = c.bbox {
            p.text(&r.say_with("ogc_extent", &[("bbox", b.map(|x| format!("{x:.4}")).join(", "))]));
        }
        p.list([
            (r.base.to(&format!("{path}/items?f=html")), r.say("ogc_features")),
            (r.base.to(&format!("{path}/queryables?f=html")), r.say("ogc_queryables")),
            (r.base.to(&format!("{path}/tiles?f=html")), r.say("ogc_tiles")),
        ]);
        p.heading(&r.say("ogc_crs"));
        p.list(offered().into_iter().map(|c| (c.clone(), c)));
        p.json_link(&path);
        p.finish()
    };
    document(&req, &s, JSON, |r| about(c, &s, r), page)
}

/// Crumbs of a page within a collection's own.
pub fn crumbs(r: &Reader) -> Vec<(String, String)> {
    vec![html::home(r), (r.base.to("/collections?f=html"), r.say("ogc_collections"))]
}

/// `GET /collections/{id}/queryables`: a JSON Schema of what filters, `sortby` and parameters can name.
pub async fn queryables(
    req: HttpRequest,
    id: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let s = state.current();
    s.collection(&id)?;
    // The first time this reads all features.
    let (at, name) = (s.clone(), id.clone());
    limits::light(&req, move || at.collection(&name).map(|c| c.table().columns.len())).await??;
    let c = s.collection(&id)?;
    let path = format!("/collections/{}/queryables", c.id);
    let json = |r: &Reader| {
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": r.base.to(&path),
            "type": "object",
            "title": format!("{} / {}", c.title_zh, c.title_en),
            "properties": schema(c),
            "additionalProperties": false,
        })
    };
    let page = |r: &Reader| {
        let mut up = crumbs(r);
        up.push((r.base.to(&format!("/collections/{}?f=html", c.id)), title(c, r)));
        let mut p = Page::new(r, &r.say("ogc_queryables"), &up);
        p.text(&r.say("ogc_queryables_about"));
        let head = ["ogc_property", "ogc_type"].map(|k| r.say(k));
        let rows = schema(c).into_iter().map(|(k, v)| {
            let kind = v["type"].as_str().or(v["format"].as_str()).unwrap_or_default();
            vec![format!("<code>{}</code>", escape(&k)), escape(kind)]
        });
        p.table(&head, rows);
        p.json_link(&path);
        p.finish()
    };
    document(&req, &s, SCHEMA, json, page)
}

fn schema(c: &Collection) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert(
        "geometry".into(),
        json!({"title": "geometry", "x-ogc-role": "primary-geometry", "format": "geometry-any"}),
    );
    for column in &c.table().columns {
        let kind = match column.kind() {
            // Nothing is known of what is always null; text is what clients do least with.
            Kind::Text | Kind::Null => "string",
            Kind::Number => "number",
            Kind::Integer => "integer",
            Kind::Boolean => "boolean",
        };
        let mut about = json!({"title": column.name, "type": kind});
        if column.name == "id" {
            about["x-ogc-role"] = json!("id");
        }
        out.insert(column.name.clone(), about);
    }
    out
}
