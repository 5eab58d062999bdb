//! Shaded relief of the atlas's heights: pictures in WebMercatorQuad, and TileJSON about them.
//!
//! Where there are no heights a tile is a picture of nothing rather than an answer without a body: not every client of
//! pictures takes one.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::super::problem::Problem;
use super::super::super::{Snapshot, State, cache, limits, query};
use super::super::links::Base;
use super::sets::TILEJSON;
use super::{QUAD, tile as address};
use crate::atlas::LayerKind;
use crate::relief::{MEDIA, Relief};

/// What these tiles are kept by beside those of collections, which are fewer.
const KEY: u16 = u16::MAX;

fn relief(s: &Snapshot) -> Result<&Relief, Problem> {
    let none = "this atlas has no heights (a layer `elevation`), so there is no relief";
    s.relief.as_ref().ok_or_else(|| Problem::not_found(none))
}

/// Where tiles are, from the service's address on.
fn template() -> String {
    format!("relief/{QUAD}/{{z}}/{{y}}/{{x}}")
}

/// What `/api/summary` says of the relief; null where there is none.
pub fn about(relief: Option<&Relief>) -> Value {
    let about =
        |r: &Relief| json!({"tiles": template(), "minzoom": r.zooms[0], "maxzoom": r.zooms[1], "bounds": r.bounds});
    relief.map_or(Value::Null, about)
}

/// `GET /relief`
pub async fn tilejson(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let s = state.current();
    let r = relief(&s)?;
    let base = Base::of(&req);
    let body = || {
        let atlas = &s.findings.atlas;
        let mut own: Vec<&str> =
            atlas.sources_of(LayerKind::Elevation).filter_map(|(_, l)| l.attribution.as_deref()).collect();
        own.dedup();
        let attribution = if own.is_empty() { atlas.attribution.join("; ") } else { own.join("; ") };
        let mut out = about(Some(r));
        out["tilejson"] = "3.0.0".into();
        out["name"] = format!("{} / {}", atlas.title_zh, atlas.title_en).into();
        out["description"] =
            format!("地形晕渲 / Shaded relief, light from the north-west, heights times {}", r.exaggeration).into();
        out["attribution"] = attribution.into();
        out["scheme"] = "xyz".into();
        out["tiles"] = json!([base.to(&format!("/{}", template()))]);
        out["exaggeration"] = r.exaggeration.into();
        out.to_string().into_bytes()
    };
    Ok(cache::varied(&req, &s, base.as_str(), TILEJSON, body))
}

/// `GET /relief/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`
pub async fn tile(
    req: HttpRequest,
    path: web::Path<(String, String, String, String)>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let s = state.current();
    let (set, matrix, row, col) = path.into_inner();
    let tile = address([&set, &matrix, &row, &col], relief(&s)?.zooms[1])?;
    if let Some(unchanged) = cache::unchanged(&req, &s, "") {
        return Ok(unchanged);
    }
    let at = s.clone();
    let made = move || {
        let draw = || at.relief.as_ref().map(|r| r.tile(tile)).unwrap_or_default();
        at.tile_cache.get(&([KEY].into(), tile), draw).to_vec()
    };
    let body = limits::light(&req, made).await?;
    Ok(cache::varied(&req, &s, "", MEDIA, || body))
}
