//! OGC API – Tiles, Part 1: the collections as vector tiles, each and together, in WebMercatorQuad.
//!
//! A tile where nothing is shown is answered with 204. The standard keeps that status for tiles that are known to be
//! empty, so that a client can tell one from an answer that was cut off. MapLibre takes it for a tile of no bytes, and
//! GDAL opens a file of none as a tile without layers.

mod matrix;
mod relief;
mod sets;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use rayon::prelude::*;
use std::io::Read;

use super::super::problem::Problem;
use super::super::{Snapshot, State, cache, limits, query};
use super::links;
use crate::tiles::pmtiles::gzip;
use crate::tiles::{Limits, MAX_ZOOM, MEDIA, Tile};

pub use matrix::{set as matrix_set, sets as matrix_sets};
pub use relief::{about as relief_about, tile as relief_tile, tilejson as relief};
pub use sets::{chosen, in_collection, of_all, one, one_in_collection};

/// Most tiles of a collection that are made ahead.
const AHEAD: usize = 256;

/// The only tile matrix set.
pub const QUAD: &str = "WebMercatorQuad";

pub fn known_set(id: &str) -> Result<(), Problem> {
    if id == QUAD {
        return Ok(());
    }
    Err(Problem::not_found(format!("there is no tile matrix set {id:?} here; there is {QUAD}")))
}

/// `GET /collections/{collectionId}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}`
pub async fn tile_of_collection(
    req: HttpRequest,
    path: web::Path<(String, String, String, String, String)>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let (id, set, matrix, row, col) = path.into_inner();
    query::form(req.query_string(), &["mvt"])?;
    let s = state.current();
    let at = s.collections.iter().position(|c| c.id == id);
    let at = at.ok_or_else(|| Problem::no_collection(&id, &s.collections))?;
    answer(req, s, vec![at], [&set, &matrix, &row, &col]).await
}

/// `GET /tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}?collections=a,b`
pub async fn tile_of_all(
    req: HttpRequest,
    path: web::Path<(String, String, String, String)>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let (set, matrix, row, col) = path.into_inner();
    let p = query::pairs(req.query_string(), &["f", "collections"])?;
    query::form_of(&p, &["mvt"])?;
    let s = state.current();
    let chosen = chosen(&s, p.get("collections").map(String::as_str))?;
    answer(req, s, chosen, [&set, &matrix, &row, &col]).await
}

/// What there is no such tile of is 404, what could never be one is 400; `last` is the deepest zoom that there is.
fn tile([set, matrix, row, col]: [&str; 4], last: u8) -> Result<Tile, Problem> {
    known_set(set)?;
    let zoom = matrix.parse::<u8>().ok().filter(|z| *z <= last && z.to_string() == matrix);
    let zoom = zoom.ok_or_else(|| {
        Problem::not_found(format!("there are no tiles of tile matrix {matrix:?}; there are those of 0 to {last}"))
    })?;
    let number = |name: &str, text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !digits {
            return Err(Problem::bad_parameter(name, format!("{text:?} is not a whole number")));
        }
        // What is too large for a number is beyond the last tile, too.
        Ok(text.parse::<u32>().unwrap_or(u32::MAX))
    };
    let (row, col) = (number("tileRow", row)?, number("tileCol", col)?);
    Tile::new(zoom, row, col).ok_or_else(|| {
        let last = (1u32 << zoom) - 1;
        Problem::not_found(format!("rows and columns of tile matrix {zoom} are 0 to {last}, not {row} and {col}"))
    })
}

async fn answer(
    req: HttpRequest,
    s: std::sync::Arc<Snapshot>,
    chosen: Vec<usize>,
    address: [&str; 4],
) -> Result<HttpResponse, Problem> {
    let tile = tile(address, MAX_ZOOM)?;
    if let Some(unchanged) = cache::unchanged(&req, &s, "") {
        return Ok(unchanged);
    }
    let packed = takes_gzip(&req);
    let at = s.clone();
    let body = limits::light(&req, move || made(&at, &chosen, tile, packed)).await?;
    let empty = body.is_empty();
    let mut out = cache::varied(&req, &s, "", MEDIA, || body);
    if out.status() == StatusCode::OK {
        if empty {
            *out.status_mut() = StatusCode::NO_CONTENT;
            out.headers_mut().remove(header::CONTENT_TYPE);
        } else if packed {
            out.headers_mut().insert(header::CONTENT_ENCODING, header::HeaderValue::from_static("gzip"));
        }
    }
    Ok(out)
}

/// The tile from memory, or made; kept as it is sent to nearly everybody, compressed.
fn made(s: &Snapshot, chosen: &[usize], tile: Tile, packed: bool) -> Vec<u8> {
    let key = (chosen.iter().map(|&c| c as u16).collect(), tile);
    let held = s.tile_cache.get(&key, || {
        let bytes = s.tiles.encode(&s.collections, chosen, tile, MAX_ZOOM);
        if bytes.is_empty() { bytes } else { gzip(&bytes) }
    });
    if packed || held.is_empty() {
        return held.to_vec();
    }
    let mut out = Vec::new();
    // From memory, and packed by us: it does not fail.
    let _ = flate2::read::GzDecoder::new(&held[..]).read_to_end(&mut out);
    out
}

/// Makes the tiles of the collection in this place up to a zoom, for those who will ask.
pub fn make_tiles(s: &Snapshot, at: usize, last: u8) {
    let Some(c) = s.collections.get(at) else { return };
    let Some(bbox) = c.bbox else { return };
    // Before threads are at it: one that makes the layer must not come to wait for itself.
    s.tiles.layer(at, c);
    let all = (0..=last).flat_map(|z| {
        let Limits { rows, cols } = Limits::of(bbox, z);
        (rows[0]..=rows[1]).flat_map(move |row| (cols[0]..=cols[1]).filter_map(move |col| Tile::new(z, row, col)))
    });
    // The whole world at the last zoom would be many; nobody opens with that.
    let all: Vec<Tile> = all.take(AHEAD).collect();
    all.par_iter().for_each(|&tile| {
        made(s, &[at], tile, true);
    });
}

fn takes_gzip(req: &HttpRequest) -> bool {
    let all = req.headers().get_all(header::ACCEPT_ENCODING).filter_map(|v| v.to_str().ok());
    let mut any = None;
    for part in all.flat_map(|t| t.split(',')) {
        let mut pieces = part.split(';').map(str::trim);
        let name = pieces.next().unwrap_or_default();
        let refused = pieces.filter_map(|p| p.strip_prefix("q=")).any(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0));
        if name.eq_ignore_ascii_case("gzip") {
            return !refused;
        }
        if name == "*" {
            any = Some(!refused);
        }
    }
    any.unwrap_or(false)
}

/// Links of the landing page.
pub fn landing_links(base: &links::Base) -> [serde_json::Value; 3] {
    let link = |rel: &str, path: &str, title: &str| links::link(rel, base.to(path), links::JSON, title);
    [
        link(TILESETS, "/tiles", "Vector tiles of all collections"),
        link("http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes", "/tileMatrixSets", "Tile matrix sets"),
        link("http://www.opengis.net/def/rel/ogc/1.0/styles", "/styles", "Styles of maps made of the tiles"),
    ]
}

/// How a document links to its tilesets.
pub const TILESETS: &str = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn who_takes_gzip() {
        let takes =
            |t: &str| takes_gzip(&TestRequest::default().insert_header(("Accept-Encoding", t)).to_http_request());
        assert!(takes("gzip") && takes("br, gzip;q=0.5") && takes("*") && takes("deflate, GZIP"));
        assert!(!takes("") && !takes("br") && !takes("gzip;q=0, *") && !takes("*;q=0"));
    }

    #[test]
    fn addresses() {
        let status = |a: [&str; 4]| tile(a, MAX_ZOOM).map_err(|p| p.status.as_u16());
        assert_eq!(status([QUAD, "3", "7", "0"]), Ok(Tile { zoom: 3, row: 7, col: 0 }));
        for (a, code) in [
            (["Other", "3", "0", "0"], 404),
            ([QUAD, "15", "0", "0"], 404),
            ([QUAD, "03", "0", "0"], 404),
            ([QUAD, "x", "0", "0"], 404),
            ([QUAD, "3", "8", "0"], 404),
            ([QUAD, "3", "0", "99999999999999999999"], 404),
            ([QUAD, "3", "-1", "0"], 400),
            ([QUAD, "3", "", "0"], 400),
            ([QUAD, "3", "1", "1.0"], 400),
            ([QUAD, "3", "1", "+1"], 400),
        ] {
            assert_eq!(status(a), Err(code), "{a:?}");
        }
    }
}
