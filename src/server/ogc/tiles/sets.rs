//! Tilesets: what there is, in which tiles, with which layers; as the standard's metadata, as TileJSON, as a page.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::super::problem::Problem;
use super::super::super::{Snapshot, State, cache, limits, query};
use super::super::crs::CRS84;
use super::super::html::{self, Page, escape};
use super::super::links::{self, JSON, link};
use super::super::negotiate::Form;
use super::super::{Reader, collections, document};
use super::matrix::{CRS, URI};
use super::{QUAD, known_set};
use crate::publish::Collection;
use crate::tiles::pmtiles::{bounds, opening_zoom};
use crate::tiles::{Limits, MAX_ZOOM, MEDIA, describe};

/// Media type of TileJSON.
pub(super) const TILEJSON: &str = "application/vnd.mapbox.tile+json";

/// Places of the collections that `collections` names; all without it. In the order of the list of collections.
pub fn chosen(s: &Snapshot, names: Option<&str>) -> Result<Vec<usize>, Problem> {
    let Some(names) = names else { return Ok((0..s.collections.len()).collect()) };
    let place = |name: &str| {
        let found = s.collections.iter().position(|c| c.id == name);
        found.ok_or_else(|| Problem::bad_parameter("collections", format!("there is no collection {name:?}")))
    };
    let mut out = names.split(',').map(place).collect::<Result<Vec<_>, _>>()?;
    out.sort_unstable();
    out.dedup();
    Ok(out)
}

/// What a tileset is of.
#[derive(Clone)]
struct Subject {
    /// The collection's place, if it is of one.
    own: Option<usize>,
    chosen: Vec<usize>,
    /// Of its address, `?collections=…`.
    query: String,
}

impl Subject {
    fn collection<'a>(&self, s: &'a Snapshot) -> Option<&'a Collection> {
        s.collections.get(self.own?)
    }

    /// Address of the list of its tilesets.
    fn path(&self, s: &Snapshot) -> String {
        match self.collection(s) {
            Some(c) => format!("/collections/{}/tiles", c.id),
            None => "/tiles".into(),
        }
    }

    fn set_path(&self, s: &Snapshot) -> String {
        format!("{}/{QUAD}{}", self.path(s), self.query)
    }

    fn title(&self, s: &Snapshot) -> String {
        match self.collection(s) {
            Some(c) => format!("{} / {}", c.title_zh, c.title_en),
            None => format!("{} / {}", s.findings.atlas.title_zh, s.findings.atlas.title_en),
        }
    }

    fn bbox(&self, s: &Snapshot) -> [f64; 4] {
        match self.collection(s) {
            Some(c) => bounds(std::slice::from_ref(c)),
            None => bounds(&s.collections),
        }
    }
}

fn of_collection(s: &Snapshot, id: &str) -> Result<Subject, Problem> {
    let own = s.collections.iter().position(|c| c.id == id);
    let own = own.ok_or_else(|| Problem::no_collection(id, &s.collections))?;
    Ok(Subject { own: Some(own), chosen: vec![own], query: String::new() })
}

/// Where tiles are, as a template.
fn address(r: &Reader, path: &str, query: &str, [matrix, row, col]: [&str; 3]) -> String {
    format!("{}/{{{matrix}}}/{{{row}}}/{{{col}}}{query}", r.base.to(&format!("{path}/{QUAD}")))
}

/// `GET /tiles`
pub async fn of_all(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let all = Subject { own: None, chosen: chosen(&s, None)?, query: String::new() };
    list(&req, &s, &all)
}

/// `GET /collections/{collectionId}/tiles`
pub async fn in_collection(
    req: HttpRequest,
    id: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let s = state.current();
    list(&req, &s, &of_collection(&s, &id)?)
}

fn list(req: &HttpRequest, s: &Snapshot, of: &Subject) -> Result<HttpResponse, Problem> {
    let path = of.path(s);
    let json = |r: &Reader| {
        let to_set = r.base.to(&format!("{}?f=json", of.set_path(s)));
        let title = of.title(s);
        json!({
            "links": links::self_and_alternate(&r.base, &path, JSON),
            "tilesets": [{
                "title": title, "dataType": "vector", "crs": CRS, "tileMatrixSetURI": URI,
                "links": [
                    link("self", to_set, JSON, &title),
                    link(SCHEME, r.base.to(&format!("/tileMatrixSets/{QUAD}?f=json")), JSON, QUAD),
                ],
            }],
        })
    };
    let page = |r: &Reader| {
        let mut p = Page::new(r, &r.say("ogc_tiles"), &crumbs(s, of, r, false));
        p.text(&r.say("ogc_tiles_about"));
        p.list([(r.base.to(&format!("{}?f=html", of.set_path(s))), QUAD.to_owned())]);
        p.json_link(&path);
        p.finish()
    };
    document(req, s, JSON, json, page)
}

const SCHEME: &str = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
const GEODATA: &str = "http://www.opengis.net/def/rel/ogc/1.0/geodata";

fn crumbs(s: &Snapshot, of: &Subject, r: &Reader, below: bool) -> Vec<(String, String)> {
    let mut up = vec![html::home(r)];
    if let Some(c) = of.collection(s) {
        up = collections::crumbs(r);
        up.push((r.base.to(&format!("/collections/{}?f=html", c.id)), collections::title(c, r)));
    }
    if below {
        up.push((r.base.to(&format!("{}?f=html", of.path(s))), r.say("ogc_tiles")));
    }
    up
}

/// `GET /tiles/{tileMatrixSetId}?collections=a,b`
pub async fn one(req: HttpRequest, set: web::Path<String>, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    known_set(&set)?;
    let p = query::pairs(req.query_string(), &["f", "collections"])?;
    let s = state.current();
    let names = p.get("collections").map(String::as_str);
    let chosen = chosen(&s, names)?;
    let ids: Vec<&str> = chosen.iter().filter_map(|&k| s.collections.get(k)).map(|c| c.id).collect();
    // Ids of collections are letters and underscores.
    let query = if names.is_some() { format!("?collections={}", ids.join(",")) } else { String::new() };
    let of = Subject { own: None, chosen, query };
    answer(req, s, of, p.get("f").map(String::as_str)).await
}

/// `GET /collections/{collectionId}/tiles/{tileMatrixSetId}`
pub async fn one_in_collection(
    req: HttpRequest,
    path: web::Path<(String, String)>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let (id, set) = path.into_inner();
    let s = state.current();
    let of = of_collection(&s, &id)?;
    known_set(&set)?;
    let p = query::pairs(req.query_string(), &["f"])?;
    answer(req, s, of, p.get("f").map(String::as_str)).await
}

/// Off the threads that answer: the layers are read the first time.
async fn answer(req: HttpRequest, s: Arc<Snapshot>, of: Subject, f: Option<&str>) -> Result<HttpResponse, Problem> {
    let tilejson = f == Some("tilejson");
    let r = Reader::of(&req, if tilejson { Some("json") } else { f }).map_err(|p| match f {
        Some(other) => Problem::bad_parameter("f", format!("{other:?} is no form; there are json, html, tilejson")),
        None => p,
    })?;
    let variant = format!("{}{}", r.variant(), if tilejson { " tilejson" } else { "" });
    if let Some(unchanged) = cache::unchanged(&req, &s, &variant) {
        return Ok(unchanged);
    }
    let at = s.clone();
    let work = move || {
        let body = match (tilejson, r.form) {
            (true, _) => tilejson_of(&at, &of, &r).to_string().into_bytes(),
            (_, Form::Json) => metadata(&at, &of, &r).to_string().into_bytes(),
            (_, Form::Html) => page(&at, &of, &r),
        };
        (body, r)
    };
    let (body, r) = limits::light(&req, work).await?;
    Ok(match (tilejson, r.form) {
        (true, _) => cache::varied(&req, &s, &variant, TILEJSON, || body),
        (_, Form::Json) => cache::varied(&req, &s, &variant, JSON, || body),
        (_, Form::Html) => html::answer(&req, &s, &r, || body),
    })
}

fn box_of(b: [f64; 4]) -> Value {
    json!({"lowerLeft": [b[0], b[1]], "upperRight": [b[2], b[3]], "crs": CRS84})
}

fn center(b: [f64; 4]) -> [f64; 2] {
    [(b[0] + b[2]) / 2.0, (b[1] + b[3]) / 2.0]
}

/// Tileset metadata of the Two Dimensional Tile Matrix Set standard.
fn metadata(s: &Snapshot, of: &Subject, r: &Reader) -> Value {
    let (path, set, bbox) = (of.path(s), of.set_path(s), of.bbox(s));
    let layers: Vec<Value> = of.chosen.iter().filter_map(|&k| layer(s, k, r)).collect();
    let limits: Vec<Value> = (0..=MAX_ZOOM)
        .map(|z| {
            let l = Limits::of(bbox, z);
            json!({
                "tileMatrix": z.to_string(), "minTileRow": l.rows[0], "maxTileRow": l.rows[1],
                "minTileCol": l.cols[0], "maxTileCol": l.cols[1],
            })
        })
        .collect();
    let [own, other] = links::self_and_alternate(&r.base, &set, JSON);
    let mut item = link("item", address(r, &path, &of.query, ["tileMatrix", "tileRow", "tileCol"]), MEDIA, "Tiles");
    item["templated"] = true.into();
    let joint = if of.query.is_empty() { '?' } else { '&' };
    let mut all = vec![
        own,
        other,
        item,
        link("describedby", r.base.to(&format!("{set}{joint}f=tilejson")), TILEJSON, "TileJSON"),
        link(SCHEME, r.base.to(&format!("/tileMatrixSets/{QUAD}?f=json")), JSON, QUAD),
    ];
    if let Some(c) = of.collection(s) {
        all.push(link(GEODATA, r.base.to(&format!("/collections/{}?f=json", c.id)), JSON, "The collection"));
    }
    json!({
        "title": of.title(s),
        "description": r.say("ogc_tiles_about"),
        "attribution": s.findings.atlas.attribution.join("; "),
        "dataType": "vector",
        "crs": CRS,
        "tileMatrixSetURI": URI,
        "tileMatrixSetLimits": limits,
        "boundingBox": box_of(bbox),
        "centerPoint": {"coordinates": center(bbox), "crs": CRS84, "tileMatrix": opening_zoom(bbox).to_string()},
        "layers": layers,
        "links": all,
    })
}

fn layer(s: &Snapshot, at: usize, r: &Reader) -> Option<Value> {
    let c = s.collections.get(at)?;
    let layer = s.tiles.layer(at, c)?;
    let geodata = link(GEODATA, r.base.to(&format!("/collections/{}?f=json", c.id)), JSON, "The collection");
    let mut out = json!({
        "id": c.id,
        "title": format!("{} / {}", c.title_zh, c.title_en),
        "description": describe::shown(layer),
        "dataType": "vector",
        "crs": CRS,
        "minTileMatrix": layer.zooms[0].to_string(),
        "maxTileMatrix": MAX_ZOOM.to_string(),
        "propertiesSchema": describe::schema(c, layer),
        "links": [geodata],
    });
    if let Some(d) = layer.dimension {
        out["geometryDimension"] = d.into();
    }
    if let Some(b) = c.bbox {
        out["boundingBox"] = box_of(b);
    }
    Some(out)
}

fn tilejson_of(s: &Snapshot, of: &Subject, r: &Reader) -> Value {
    let bbox = of.bbox(s);
    let [x, y] = center(bbox);
    json!({
        "tilejson": "3.0.0",
        "name": of.title(s),
        "description": r.say("ogc_tiles_about"),
        "attribution": s.findings.atlas.attribution.join("; "),
        "scheme": "xyz",
        "tiles": [address(r, &of.path(s), &of.query, ["z", "y", "x"])],
        "minzoom": 0,
        "maxzoom": MAX_ZOOM,
        "bounds": bbox,
        "center": [x, y, opening_zoom(bbox)],
        "vector_layers": describe::vector_layers(&s.collections, &of.chosen, &s.tiles, MAX_ZOOM),
    })
}

fn page(s: &Snapshot, of: &Subject, r: &Reader) -> Vec<u8> {
    let mut p = Page::new(r, QUAD, &crumbs(s, of, r, true));
    p.text(&r.say("ogc_tiles_about"));
    let template = address(r, &of.path(s), &of.query, ["tileMatrix", "tileRow", "tileCol"]);
    p.raw(&format!("<p><code>{}</code></p>", escape(&template)));
    let rows = of.chosen.iter().filter_map(|&k| {
        let c = s.collections.get(k)?;
        let layer = s.tiles.layer(k, c)?;
        Some(vec![format!("<code>{}</code>", c.id), escape(&collections::title(c, r)), escape(&describe::shown(layer))])
    });
    p.table(&["ogc_collection", "ogc_features", "ogc_meaning"].map(|k| r.say(k)), rows);
    p.json_link(&of.set_path(s));
    p.finish()
}
