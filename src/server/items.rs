//! Collections and their features.

use actix_web::http::header::{self, ETag, EntityTag, Header, IfNoneMatch};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::problem::Problem;
use super::query::{self, ItemsQuery};
use super::{Snapshot, State};
use crate::publish::Collection;

const GEOJSON: &str = "application/geo+json";

/// Answers with `body`, or 304 where the client has this data version of this address already.
pub fn cached(req: &HttpRequest, s: &Snapshot, content_type: &str, body: impl FnOnce() -> Vec<u8>) -> HttpResponse {
    let mut h = Sha256::new();
    h.update(&s.data_version);
    h.update(req.uri().to_string());
    // Weak: the same answer may be compressed or not.
    let tag = EntityTag::new_weak(h.finalize()[..8].iter().map(|b| format!("{b:02x}")).collect());
    let known = match IfNoneMatch::parse(req) {
        Ok(IfNoneMatch::Any) => req.headers().contains_key(header::IF_NONE_MATCH),
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|t| t.weak_eq(&tag)),
        Err(_) => false,
    };
    let mut answer = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer
        .insert_header(ETag(tag))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((header::VARY, "Accept-Encoding"))
        .insert_header(("X-Data-Version", s.data_version.as_str()));
    if known { answer.finish() } else { answer.content_type(content_type).body(body()) }
}

fn link(rel: &str, href: String, media: &str) -> Value {
    json!({"rel": rel, "href": href, "type": media})
}

fn about(c: &Collection, s: &Snapshot) -> Value {
    let mut v = json!({
        "id": c.id,
        "title": format!("{} / {}", c.title_zh, c.title_en),
        "itemType": "feature",
        "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],
        "provenance": s.summary["provenance"],
        "links": [
            link("self", format!("/collections/{}", c.id), "application/json"),
            link("items", format!("/collections/{}/items", c.id), GEOJSON),
        ],
    });
    if let Some(b) = c.bbox {
        v["extent"] = json!({"spatial": {"bbox": [b], "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}});
    }
    v
}

/// `GET /collections`
pub async fn list(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let s = state.current();
    Ok(cached(&req, &s, "application/json", || {
        let all: Vec<Value> = s.collections.iter().map(|c| about(c, &s)).collect();
        json!({"links": [link("self", "/collections".into(), "application/json")], "collections": all})
            .to_string()
            .into_bytes()
    }))
}

/// `GET /collections/{id}`
pub async fn describe(
    req: HttpRequest,
    id: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let s = state.current();
    let c = s.collection(&id)?;
    Ok(cached(&req, &s, "application/json", || about(c, &s).to_string().into_bytes()))
}

/// `GET /collections/{id}/items`
pub async fn items(req: HttpRequest, id: web::Path<String>, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let c = s.collection(&id)?;
    let q = ItemsQuery::parse(req.query_string(), c.id == "roads")?;
    Ok(cached(&req, &s, GEOJSON, || {
        let mut found: Vec<u32> = q.boxes().into_iter().flat_map(|b| c.select(b, q.classes.as_deref())).collect();
        found.sort_unstable();
        found.dedup();
        let page: Vec<u32> = found.iter().copied().skip(q.offset).take(q.limit).collect();
        let mut extra = Map::new();
        extra.insert("numberMatched".into(), found.len().into());
        extra.insert("numberReturned".into(), page.len().into());
        extra.insert("provenance".into(), s.summary["provenance"].clone());
        let mut links = vec![link("self", req.uri().to_string(), GEOJSON)];
        if q.offset + page.len() < found.len() {
            let mut next = format!("/collections/{}/items?limit={}&offset={}", c.id, q.limit, q.offset + page.len());
            if let Some(b) = q.bbox {
                next.push_str(&format!("&bbox={},{},{},{}", b[0], b[1], b[2], b[3]));
            }
            if let Some(k) = &q.classes {
                next.push_str(&format!("&class={}", k.iter().map(|c| c.as_str()).collect::<Vec<_>>().join(",")));
            }
            links.push(link("next", next, GEOJSON));
        }
        extra.insert("links".into(), links.into());
        c.feature_collection(&page, &extra)
    }))
}

/// `GET /collections/{id}/items/{feature}`
pub async fn item(
    req: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let (id, feature) = path.into_inner();
    let s = state.current();
    let c = s.collection(&id)?;
    let i = c.find(&feature).ok_or_else(|| Problem::not_found(format!("{id} has no feature {feature:?}")))?;
    Ok(cached(&req, &s, GEOJSON, || c.feature(i).to_vec()))
}
