//! OGC API – Features: Part 1 (core, GeoJSON, HTML, OpenAPI 3.0), Part 2 (reference systems), Part 3 (filters, CQL2),
//! with sorting, a choice of properties and paging by key. OGC API – Tiles in `tiles`, styles over them in `styles`.
//!
//! `ask` makes a valid question of parameters, `select` finds its features, `write` writes them; the other files are
//! the documents around them. Everything answers as JSON and as a page.

mod api;
mod ask;
mod collections;
mod crs;
mod cursor;
mod files;
mod html;
mod items;
mod landing;
mod links;
mod map;
mod negotiate;
mod openapi;
mod select;
mod sort;
mod styles;
mod tiles;
mod time;
mod write;

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use super::cache;
use super::problem::Problem;
use super::query;
use super::{Snapshot, read};
use links::Base;
use negotiate::{Form, Language};

pub(super) use items::probe;
pub use landing::root;
pub use openapi::of_any_atlas;
pub(super) use tiles::{make_tiles, relief_about};
pub(super) use time::rfc3339;

/// Routes of the standard, but for the root, which is the map page as well.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/ogc", read().to(landing::landing))
        .route("/ogc/{rest:.*}", read().to(landing::below))
        .route("/conformance", read().to(landing::conformance))
        .route("/api", read().to(api::api))
        .route("/api.html", read().to(api::page))
        .route("/collections", read().to(collections::list))
        .route("/collections/{id}", read().to(collections::describe))
        .route("/collections/{id}/queryables", read().to(collections::queryables))
        .route("/collections/{id}/items", read().to(items::items))
        .route("/collections/{id}/items/{feature:.*}", read().to(items::item))
        .route("/collections/{id}/tiles", read().to(tiles::in_collection))
        .route("/collections/{id}/tiles/{tileMatrixSetId}", read().to(tiles::one_in_collection))
        .route(
            "/collections/{id}/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}",
            read().to(tiles::tile_of_collection),
        )
        .route("/tiles", read().to(tiles::of_all))
        .route("/tiles/{tileMatrixSetId}", read().to(tiles::one))
        .route("/tiles/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}", read().to(tiles::tile_of_all))
        .route("/relief", read().to(tiles::relief))
        .route("/relief/{tileMatrixSetId}/{tileMatrix}/{tileRow}/{tileCol}", read().to(tiles::relief_tile))
        .route("/tileMatrixSets", read().to(tiles::matrix_sets))
        .route("/tileMatrixSets/{tileMatrixSetId}", read().to(tiles::matrix_set))
        .route("/styles", read().to(styles::list))
        .route("/styles/{styleId}", read().to(styles::one));
}

/// What every document depends on besides its data.
pub struct Reader {
    pub form: Form,
    pub language: Language,
    pub base: Base,
}

impl Reader {
    pub fn of(req: &HttpRequest, f: Option<&str>) -> Result<Self, Problem> {
        Ok(Self { form: negotiate::form(req, f)?, language: negotiate::language(req), base: Base::of(req) })
    }

    /// For tags of answers.
    pub fn variant(&self) -> String {
        match self.form {
            Form::Json => format!("json {}", self.base.as_str()),
            Form::Html => format!("html {:?} {}", self.language, self.base.as_str()),
        }
    }
}

/// As the standard recommends, links stand in a header as well: clients need not read the document for the next page.
fn with_links(mut answer: HttpResponse, links: Option<HeaderValue>) -> HttpResponse {
    if let Some(value) = links {
        answer.headers_mut().insert(header::LINK, value);
    }
    answer
}

/// A document that takes no parameter but `f`.
fn document(
    req: &HttpRequest,
    s: &Snapshot,
    media: &str,
    json: impl FnOnce(&Reader) -> serde_json::Value,
    page: impl FnOnce(&Reader) -> Vec<u8>,
) -> Result<HttpResponse, Problem> {
    let p = query::pairs(req.query_string(), &["f"])?;
    let r = Reader::of(req, p.get("f").map(String::as_str))?;
    Ok(match r.form {
        Form::Json => {
            let mut own = None;
            let body = || {
                let value = json(&r);
                own = links::header(&value["links"]);
                value.to_string().into_bytes()
            };
            let answer = cache::varied(req, s, &r.variant(), media, body);
            with_links(answer, own)
        }
        Form::Html => html::answer(req, s, &r, || page(&r)),
    })
}
