//! Tile matrix sets: WebMercatorQuad, as the registry of the standard has it.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::super::super::State;
use super::super::super::problem::Problem;
use super::super::html::{self, Page};
use super::super::links::{self, JSON, link};
use super::super::{Reader, document};
use super::{QUAD, known_set};

pub const URI: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
pub const CRS: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";

/// Zooms that the registry defines; tiles there are of the first fifteen only.
const ZOOMS: u32 = 25;
/// Half the side of the map in metres.
const HALF: f64 = 20_037_508.342_789_244;
/// A pixel of the standard in metres.
const PIXEL: f64 = 0.000_28;
const SIDE: u32 = 256;

/// `GET /tileMatrixSets`
pub async fn sets(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let path = format!("/tileMatrixSets/{QUAD}");
    let json = |r: &Reader| {
        let to_set = link("self", r.base.to(&format!("{path}?f=json")), JSON, QUAD);
        json!({
            "links": links::self_and_alternate(&r.base, "/tileMatrixSets", JSON),
            "tileMatrixSets": [{"id": QUAD, "title": QUAD, "uri": URI, "crs": CRS, "links": [to_set]}],
        })
    };
    let page = |r: &Reader| {
        let mut p = Page::new(r, &r.say("ogc_matrix_sets"), &[html::home(r)]);
        p.list([(r.base.to(&format!("{path}?f=html")), QUAD.to_owned())]);
        p.json_link("/tileMatrixSets");
        p.finish()
    };
    document(&req, &s, JSON, json, page)
}

/// `GET /tileMatrixSets/{tileMatrixSetId}`
pub async fn set(req: HttpRequest, id: web::Path<String>, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    known_set(&id)?;
    let s = state.current();
    let page = |r: &Reader| {
        let up = [html::home(r), (r.base.to("/tileMatrixSets?f=html"), r.say("ogc_matrix_sets"))];
        let mut p = Page::new(r, QUAD, &up);
        let rows = (0..ZOOMS).map(|z| {
            let m = matrix(z);
            ["id", "scaleDenominator", "cellSize", "matrixWidth"].map(|k| html::value(r, &m[k], 0)).to_vec()
        });
        p.table(&["id", "scaleDenominator", "cellSize", "matrixWidth"].map(str::to_owned), rows);
        p.json_link(&format!("/tileMatrixSets/{QUAD}"));
        p.finish()
    };
    document(&req, &s, JSON, |_| definition(), page)
}

/// As version 2 of the standard has it.
fn definition() -> Value {
    json!({
        "id": QUAD,
        "title": "Google Maps Compatible for the World",
        "uri": URI,
        "crs": CRS,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": (0..ZOOMS).map(matrix).collect::<Vec<_>>(),
    })
}

fn matrix(zoom: u32) -> Value {
    let count = 1u32 << zoom;
    let cell = 2.0 * HALF / f64::from(SIDE) / f64::from(count);
    json!({
        "id": zoom.to_string(),
        "scaleDenominator": cell / PIXEL,
        "cellSize": cell,
        "cornerOfOrigin": "topLeft",
        "pointOfOrigin": [-HALF, HALF],
        "tileWidth": SIDE,
        "tileHeight": SIDE,
        "matrixWidth": count,
        "matrixHeight": count,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_those_of_the_registry() {
        let near = |v: &Value, x: f64| (v.as_f64().unwrap() / x - 1.0).abs() < 1e-12;
        let d = definition();
        assert!(near(&d["tileMatrices"][0]["scaleDenominator"], 559_082_264.028_717_9));
        assert!(near(&d["tileMatrices"][0]["cellSize"], 156_543.033_928_040_97));
        assert!(near(&d["tileMatrices"][14]["scaleDenominator"], 34_123.673_341_596_55));
        assert_eq!(d["tileMatrices"][24]["matrixWidth"], 16_777_216);
    }
}
