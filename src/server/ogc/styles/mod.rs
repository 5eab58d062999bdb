//! Styles of MapLibre over the tiles, one for each theme: what the map page shows, in its colours.
//!
//! Signs are circles and nothing is labelled, so that a style needs neither sprites nor fonts from anywhere.

mod layers;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::problem::Problem;
use super::super::{Snapshot, State, cache, query};
use super::html::{self, Page};
use super::links::{self, JSON, link};
use super::tiles::QUAD;
use super::{Reader, document};
use layers::THEMES;

const MEDIA: &str = "application/vnd.mapbox.style+json";

/// Themes that the service has data on.
fn there(s: &Snapshot) -> impl Iterator<Item = &'static layers::Theme> {
    THEMES.iter().filter(|t| s.collection(t.gaps).is_ok())
}

/// `GET /styles`
pub async fn list(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let json = |r: &Reader| {
        let one = |t: &layers::Theme| {
            let style = link("stylesheet", r.base.to(&format!("/styles/{}", t.id)), MEDIA, t.title_en);
            json!({"id": t.id, "title": format!("{} / {}", t.title_zh, t.title_en), "links": [style]})
        };
        json!({
            "links": links::self_and_alternate(&r.base, "/styles", JSON),
            "styles": there(&s).map(one).collect::<Vec<_>>(),
        })
    };
    let page = |r: &Reader| {
        let mut p = Page::new(r, &r.say("ogc_styles"), &[html::home(r)]);
        p.list(there(&s).map(|t| (r.base.to(&format!("/styles/{}", t.id)), r.pick(t.title_zh, t.title_en))));
        p.json_link("/styles");
        p.finish()
    };
    document(&req, &s, JSON, json, page)
}

/// `GET /styles/{styleId}`
pub async fn one(req: HttpRequest, id: web::Path<String>, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let s = state.current();
    let theme = there(&s).find(|t| t.id == id.as_str()).ok_or_else(|| {
        let ids: Vec<&str> = there(&s).map(|t| t.id).collect();
        Problem::not_found(format!("there is no style {:?}; there are {}", id.as_str(), ids.join(", ")))
    })?;
    let base = links::Base::of(&req);
    Ok(cache::varied(&req, &s, base.as_str(), MEDIA, || style(&s, theme, &base).to_string().into_bytes()))
}

fn style(s: &Snapshot, t: &layers::Theme, base: &links::Base) -> Value {
    let mut all = layers::of(t, s.findings.atlas.broadband.min_mbit_s);
    // Layers of what this atlas has.
    all.retain(|l| l["source-layer"].as_str().is_none_or(|c| s.collection(c).is_ok()));
    all.retain(|l| l["source"] != layers::RELIEF || s.relief.is_some());
    let used = |id: &str| all.iter().any(|l| l["source-layer"] == id);
    let ids: Vec<&str> = s.collections.iter().map(|c| c.id).filter(|id| used(id)).collect();
    let url = base.to(&format!("/tiles/{QUAD}?collections={}&f=tilejson", ids.join(",")));
    let mut sources = json!({layers::SOURCE: {"type": "vector", "url": url, "promoteId": "id"}});
    if s.relief.is_some() {
        sources[layers::RELIEF] = json!({"type": "raster", "url": base.to("/relief"), "tileSize": 256});
    }
    json!({
        "version": 8,
        "name": format!("{} / {}: {} / {}", s.findings.atlas.title_zh, s.findings.atlas.title_en, t.title_zh, t.title_en),
        "sources": sources,
        "layers": all,
    })
}
