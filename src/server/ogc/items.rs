//! Features: pages of them, and each by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value};

use super::super::problem::Problem;
use super::super::{Snapshot, State, cache, limits, query};
use super::ask::{self, Ask};
use super::crs::Crs;
use super::html::{self, Page, escape};
use super::links::{self, GEOJSON, JSON, link};
use super::negotiate::Form;
use super::write::{Look, feature, features};
use super::{Reader, collections, cursor, files, map, select, sort, time};
use crate::publish::Collection;

/// Features of a page for people, where no limit is given: more nobody reads.
const ON_A_PAGE: &str = "50";
/// Columns of its table.
const COLUMNS: usize = 12;

/// `GET /collections/{id}/items`
pub async fn items(req: HttpRequest, id: web::Path<String>, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let s = state.current();
    s.collection(&id)?;
    let mut pairs = query::any(req.query_string(), &ask::LISTS)?;
    if let Some(form) = files::form(pairs.get("f")) {
        return files::answer(req, s, id.into_inner(), pairs, form).await;
    }
    let r = Reader::of(&req, pairs.get("f").map(String::as_str))?;
    if let Some(unchanged) = cache::unchanged(&req, &s, &r.variant()) {
        return Ok(unchanged);
    }
    if r.form == Form::Html {
        pairs.entry("limit".into()).or_insert_with(|| ON_A_PAGE.into());
    }
    let (at, name, most) = (s.clone(), id.into_inner(), state.settings.limits.answer_bytes);
    let (r, body, crs) = limits::light(&req, move || answer(at, &name, pairs, r, most)).await??;
    Ok(with_crs(finish(&req, &s, &r, body), &crs))
}

fn finish(req: &HttpRequest, s: &Snapshot, r: &Reader, body: Vec<u8>) -> HttpResponse {
    match r.form {
        Form::Json => cache::varied(req, s, &r.variant(), GEOJSON, || body),
        Form::Html => html::answer(req, s, r, || body),
    }
}

fn with_crs(mut answer: HttpResponse, crs: &Crs) -> HttpResponse {
    if let Ok(value) = HeaderValue::from_str(&format!("<{}>", crs.uri())) {
        answer.headers_mut().insert(HeaderName::from_static("content-crs"), value);
    }
    answer
}

type Pairs = BTreeMap<String, String>;

/// The work, off the threads that answer.
fn answer(s: Arc<Snapshot>, id: &str, pairs: Pairs, r: Reader, most: usize) -> Result<(Reader, Vec<u8>, Crs), Problem> {
    let c = s.collection(id)?;
    let ask = Ask::parse(&pairs, c)?;
    let page = select::page(c, &ask);
    limits::fits(c, &page.rows, most)?;
    let next = page.rows.last().filter(|_| page.more).map(|&last| {
        let cursor = sort::place(last, &ask.sort, c).write(&ask.digest);
        let kept = pairs.iter().filter(|(k, _)| !["offset", "cursor"].contains(&k.as_str()));
        let kept = kept.map(|(k, v)| (k.as_str(), v.as_str()));
        r.base.to(&format!("/collections/{}/items{}", c.id, links::query(kept.chain([("cursor", cursor.as_str())]))))
    });
    let body = match r.form {
        Form::Json => json(&s, c, &ask, &page, &pairs, next, &r)?,
        Form::Html => html_page(&s, c, &page, &pairs, next, &r),
    };
    Ok((r, body, ask.crs))
}

/// Reads a query and finds and writes its features, for fuzzing: a page has no more than was asked for, and whoever
/// follows its cursor comes farther.
pub(crate) fn probe(c: &Collection, text: &str) {
    let Ok(pairs) = query::any(text, &ask::LISTS) else { return };
    let Ok(ask) = Ask::parse(&pairs, c) else { return };
    let page = select::page(c, &ask);
    assert!(page.rows.len() <= ask.limit && page.rows.len() <= page.matched && page.matched <= c.len());
    if let Some(&last) = page.rows.last() {
        let cursor = sort::place(last, &ask.sort, c).write(&ask.digest);
        assert!(cursor::Cursor::read(&cursor, &ask.digest).is_ok());
    }
    let look = Look { crs: &ask.crs, properties: ask.properties.as_deref() };
    let _ = features(c, &page.rows, &look, &Map::new());
}

fn json(
    s: &Snapshot,
    c: &Collection,
    ask: &Ask,
    page: &select::Page,
    pairs: &Pairs,
    next: Option<String>,
    r: &Reader,
) -> Result<Vec<u8>, Problem> {
    let without_form = pairs.iter().filter(|(k, _)| *k != "f").map(|(k, v)| (k.as_str(), v.as_str()));
    let path = format!("/collections/{}/items{}", c.id, links::query(without_form));
    let mut all = links::self_and_alternate(&r.base, &path, GEOJSON).to_vec();
    all.push(link("collection", r.base.to(&format!("/collections/{}", c.id)), JSON, "The collection"));
    all.extend(next.map(|href| link("next", href, GEOJSON, "Next page")));
    let mut extra = Map::new();
    extra.insert("numberMatched".into(), page.matched.into());
    extra.insert("numberReturned".into(), page.rows.len().into());
    extra.insert("timeStamp".into(), time::now().into());
    extra.insert("provenance".into(), s.summary["provenance"].clone());
    extra.insert("links".into(), all.into());
    let look = Look { crs: &ask.crs, properties: ask.properties.as_deref() };
    features(c, &page.rows, &look, &extra)
}

fn html_page(
    s: &Snapshot,
    c: &Collection,
    page: &select::Page,
    pairs: &Pairs,
    next: Option<String>,
    r: &Reader,
) -> Vec<u8> {
    let mut up = collections::crumbs(r);
    up.push((r.base.to(&format!("/collections/{}?f=html", c.id)), collections::title(c, r)));
    let mut p = Page::new(r, &collections::title(c, r), &up);
    let numbers = [("n", page.rows.len().to_string()), ("all", page.matched.to_string())];
    p.text(&r.say_with("ogc_page", &numbers));
    let href = |id: &str| r.base.to(&format!("/collections/{}/items/{}?f=html", c.id, links::escape(id)));
    p.raw(&map::svg(s, c, &page.rows, &r.say("ogc_map_of"), &href));
    let own = |i: u32| -> Map<String, Value> { serde_json::from_slice(c.properties(i)).unwrap_or_default() };
    let rows: Vec<(u32, Map<String, Value>)> = page.rows.iter().map(|&i| (i, own(i))).collect();
    let mut head: Vec<String> = Vec::new();
    for (k, v) in rows.iter().flat_map(|(_, o)| o) {
        let short = !v.is_array() && (!v.is_object() || v.get("zh").is_some());
        if k != "id" && short && !head.contains(k) && head.len() < COLUMNS {
            head.push(k.clone());
        }
    }
    let cells = rows.iter().map(|(i, o)| {
        let id = c.id_of(*i);
        let first = format!("<a href=\"{}\">{}</a>", escape(&href(id)), escape(id));
        let rest = head.iter().map(|k| html::value(r, o.get(k).unwrap_or(&Value::Null), 4));
        std::iter::once(first).chain(rest).collect()
    });
    let names: Vec<String> = std::iter::once("id".to_owned()).chain(head.iter().cloned()).collect();
    p.table(&names, cells);
    if let Some(next) = next {
        p.list([(next + "&f=html", r.say("ogc_next"))]);
    }
    let kept = pairs.iter().filter(|(k, _)| *k != "f").map(|(k, v)| (k.as_str(), v.as_str()));
    p.json_link(&format!("/collections/{}/items{}", c.id, links::query(kept)));
    p.finish()
}

/// `GET /collections/{id}/items/{feature}`
pub async fn item(
    req: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let p = query::pairs(req.query_string(), &["f", "crs"])?;
    let r = Reader::of(&req, p.get("f").map(String::as_str))?;
    let crs = p.get("crs").map_or(Ok(Crs::Crs84), |t| Crs::parse("crs", t))?;
    let (id, wanted) = path.into_inner();
    let s = state.current();
    let c = s.collection(&id)?;
    let i = c.find(&wanted).ok_or_else(|| Problem::not_found(format!("{id} has no feature {wanted:?}")))?;
    let body = match r.form {
        Form::Json => one(c, i, &crs, &r)?,
        Form::Html => item_page(&s, c, i, &r),
    };
    Ok(with_crs(finish(&req, &s, &r, body), &crs))
}

/// A feature with its links.
fn one(c: &Collection, i: u32, crs: &Crs, r: &Reader) -> Result<Vec<u8>, Problem> {
    let mut out = feature(c, i, &Look { crs, properties: None })?;
    let path = format!("/collections/{}/items/{}", c.id, links::escape(c.id_of(i)));
    let mut all = links::self_and_alternate(&r.base, &path, GEOJSON).to_vec();
    all.push(link("collection", r.base.to(&format!("/collections/{}", c.id)), JSON, "The collection"));
    // Before the closing brace.
    out.pop();
    out.extend_from_slice(format!(",\"links\":{}}}", Value::from(all)).as_bytes());
    Ok(out)
}

fn item_page(s: &Snapshot, c: &Collection, i: u32, r: &Reader) -> Vec<u8> {
    let own: Map<String, Value> = serde_json::from_slice(c.properties(i)).unwrap_or_default();
    let id = c.id_of(i);
    let name = ["name", "village_name"].iter().find_map(|k| own.get(*k)?.as_str());
    let mut up = collections::crumbs(r);
    up.push((r.base.to(&format!("/collections/{}?f=html", c.id)), collections::title(c, r)));
    up.push((r.base.to(&format!("/collections/{}/items?f=html", c.id)), r.say("ogc_features")));
    let path = format!("/collections/{}/items/{}", c.id, links::escape(id));
    let mut p = Page::new(r, name.unwrap_or(id), &up);
    p.raw(&map::svg(s, c, &[i], &r.say("ogc_map_of"), &|_| r.base.to(&format!("{path}?f=html"))));
    let rows = own.iter().map(|(k, v)| vec![format!("<code>{}</code>", escape(k)), html::value(r, v, 0)]);
    p.table(&["ogc_property", "ogc_value"].map(|k| r.say(k)), rows);
    p.json_link(&path);
    p.finish()
}
