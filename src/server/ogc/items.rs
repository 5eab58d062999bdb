//! Features: pages of them, and each by itself.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Map, Value};

use super::super::problem::Problem;
use super::super::stream::{self, Body};
use super::super::{Snapshot, State, cache, limits, query};
use super::ask::{self, Ask};
use super::crs::Crs;
use super::html::{self, Page, escape};
use super::links::{self, GEOJSON, JSON, link};
use super::negotiate::Form;
use super::write::{Look, feature, features};
use super::{Reader, collections, cursor, files, map, select, sort, time, with_links};
use crate::publish::{CLOSING, Collection, opening};

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
    let (r, made) = limits::light(&req, move || answer(at, &name, pairs, &r, most).map(|made| (r, made))).await??;
    Ok(finish(&req, &s, &r, made))
}

/// An answer that only has to be sent.
struct Made {
    body: Body,
    links: Option<HeaderValue>,
    crs: Crs,
}

fn finish(req: &HttpRequest, s: &Snapshot, r: &Reader, made: Made) -> HttpResponse {
    let answer = match (r.form, made.body) {
        (Form::Html, Body::Whole(page)) => html::answer(req, s, r, || page),
        (_, body) => cache::varied(req, s, &r.variant(), GEOJSON, || BoxBody::from(body)),
    };
    with_links(with_crs(answer, &made.crs), made.links)
}

fn with_crs(mut answer: HttpResponse, crs: &Crs) -> HttpResponse {
    if let Ok(value) = HeaderValue::from_str(&format!("<{}>", crs.uri())) {
        answer.headers_mut().insert(HeaderName::from_static("content-crs"), value);
    }
    answer
}

type Pairs = BTreeMap<String, String>;

/// Addresses of the pages beside one.
struct Beside {
    previous: Option<String>,
    next: Option<String>,
}

impl Beside {
    fn of(page: &select::Page, c: &Collection, ask: &Ask, pairs: &Pairs, r: &Reader) -> Self {
        let to = |row: u32, before: bool| {
            let cursor = sort::place(row, &ask.sort, c, before).write(&ask.digest);
            let kept = pairs.iter().filter(|(k, _)| !["offset", "cursor"].contains(&k.as_str()));
            let kept = kept.map(|(k, v)| (k.as_str(), v.as_str()));
            let query = links::query(kept.chain([("cursor", cursor.as_str())]));
            r.base.to(&format!("/collections/{}/items{query}", c.id))
        };
        Beside {
            previous: page.rows.first().filter(|_| page.fewer).map(|&first| to(first, true)),
            next: page.rows.last().filter(|_| page.more).map(|&last| to(last, false)),
        }
    }
}

/// The work, off the threads that answer.
fn answer(s: Arc<Snapshot>, id: &str, pairs: Pairs, r: &Reader, most: usize) -> Result<Made, Problem> {
    let c = s.collection(id)?;
    let ask = Ask::parse(&pairs, c)?;
    let page = select::page(c, &ask);
    limits::fits(c, &page.rows, most)?;
    let beside = Beside::of(&page, c, &ask, &pairs, r);
    let (body, links) = match r.form {
        Form::Json => {
            let extra = members(&s, c, &page, &pairs, beside, r);
            let links = links::header(&extra["links"]);
            (json(&s, c, &ask, page.rows, extra)?, links)
        }
        Form::Html => (Body::Whole(html_page(&s, c, &page, &pairs, beside, r)), None),
    };
    Ok(Made { body, links, crs: ask.crs })
}

/// Reads a query and finds and writes its features, for fuzzing: a page has no more than was asked for, and whoever
/// follows its cursor comes farther.
pub(crate) fn probe(c: &Collection, text: &str) {
    let Ok(pairs) = query::any(text, &ask::LISTS) else { return };
    let Ok(ask) = Ask::parse(&pairs, c) else { return };
    let page = select::page(c, &ask);
    assert!(page.rows.len() <= ask.limit && page.rows.len() <= page.matched && page.matched <= c.len());
    if let Some(&last) = page.rows.last() {
        let cursor = sort::place(last, &ask.sort, c, false).write(&ask.digest);
        assert!(cursor::Cursor::read(&cursor, &ask.digest).is_ok());
    }
    let look = Look { crs: &ask.crs, properties: ask.properties.as_deref() };
    let _ = features(c, &page.rows, &look, &Map::new());
}

/// Members of the collection beside its features.
fn members(
    s: &Snapshot,
    c: &Collection,
    page: &select::Page,
    pairs: &Pairs,
    beside: Beside,
    r: &Reader,
) -> Map<String, Value> {
    let without_form = pairs.iter().filter(|(k, _)| *k != "f").map(|(k, v)| (k.as_str(), v.as_str()));
    let path = format!("/collections/{}/items{}", c.id, links::query(without_form));
    let mut all = links::self_and_alternate(&r.base, &path, GEOJSON).to_vec();
    all.push(link("collection", r.base.to(&format!("/collections/{}", c.id)), JSON, "The collection"));
    all.extend(beside.next.map(|href| link("next", href, GEOJSON, "Next page")));
    all.extend(beside.previous.map(|href| link("prev", href, GEOJSON, "Previous page")));
    let mut extra = Map::new();
    extra.insert("numberMatched".into(), page.matched.into());
    extra.insert("numberReturned".into(), page.rows.len().into());
    extra.insert("timeStamp".into(), time::now().into());
    extra.insert("provenance".into(), s.summary["provenance"].clone());
    extra.insert("links".into(), all.into());
    extra
}

/// In one piece, or where it is long and the features are sent as they stand, in parts.
fn json(
    s: &Arc<Snapshot>,
    c: &Collection,
    ask: &Ask,
    rows: Vec<u32>,
    extra: Map<String, Value>,
) -> Result<Body, Problem> {
    let look = Look { crs: &ask.crs, properties: ask.properties.as_deref() };
    if !(look.as_it_stands() && stream::is_long(c, &rows)) {
        return features(c, &rows, &look, &extra).map(Body::Whole);
    }
    let (s, id, mut at) = (s.clone(), c.id, 0);
    let mut closed = false;
    Ok(Body::Parts(Box::new(move || {
        if closed {
            return None;
        }
        let c = s.collection(id).ok()?;
        let mut out = if at == 0 { opening(&extra) } else { Vec::new() };
        for &i in &rows[stream::next(c, &rows, at)] {
            out.extend_from_slice(if at == 0 { b"\n" } else { b",\n" });
            out.extend_from_slice(c.feature(i));
            at += 1;
        }
        if at == rows.len() {
            out.extend_from_slice(CLOSING);
            closed = true;
        }
        Some(Ok(out))
    })))
}

fn html_page(s: &Snapshot, c: &Collection, page: &select::Page, pairs: &Pairs, beside: Beside, r: &Reader) -> Vec<u8> {
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
    let pages = [(beside.previous, "ogc_previous"), (beside.next, "ogc_next")];
    let pages: Vec<_> = pages.into_iter().filter_map(|(href, words)| Some((href? + "&f=html", r.say(words)))).collect();
    if !pages.is_empty() {
        p.list(pages);
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
    let (body, links) = match r.form {
        Form::Json => one(c, i, &crs, &r)?,
        Form::Html => (item_page(&s, c, i, &r), None),
    };
    Ok(finish(&req, &s, &r, Made { body: Body::Whole(body), links, crs }))
}

/// A feature with its links.
fn one(c: &Collection, i: u32, crs: &Crs, r: &Reader) -> Result<(Vec<u8>, Option<HeaderValue>), Problem> {
    let mut out = feature(c, i, &Look { crs, properties: None })?;
    let path = format!("/collections/{}/items/{}", c.id, links::escape(c.id_of(i)));
    let mut all = links::self_and_alternate(&r.base, &path, GEOJSON).to_vec();
    all.push(link("collection", r.base.to(&format!("/collections/{}", c.id)), JSON, "The collection"));
    let all = Value::from(all);
    // Before the closing brace.
    out.pop();
    out.extend_from_slice(format!(",\"links\":{all}}}").as_bytes());
    Ok((out, links::header(&all)))
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
