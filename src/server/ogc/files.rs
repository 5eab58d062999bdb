//! Features as files: `f=gpkg`, `fgb`, `parquet`, `shp`, `csv`, `xlsx`, `geojsonseq`. A file has every feature that the
//! question finds unless it names a limit, so that one request gives a whole collection.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};

use super::super::problem::Problem;
use super::super::stream::{self, Body};
use super::super::{Snapshot, cache, limits};
use super::ask::Ask;
use super::select;
use crate::export::{self, About, Form};
use crate::publish::table::Table;

/// The form that `f` asks for, if it is a file.
pub fn form(f: Option<&String>) -> Option<Form> {
    let form = f?.parse().ok()?;
    (form != Form::GeoJson).then_some(form)
}

/// Parameters that files have no room for.
const NOT_HERE: [&str; 2] = ["crs", "properties"];

pub async fn answer(
    req: HttpRequest,
    s: Arc<Snapshot>,
    id: String,
    pairs: BTreeMap<String, String>,
    form: Form,
) -> Result<HttpResponse, Problem> {
    if let Some(name) = NOT_HERE.into_iter().find(|n| pairs.contains_key(*n)) {
        let why =
            format!("files have longitude and latitude (CRS84) and all properties; f={} takes no {name}", form.key());
        return Err(Problem::bad_parameter(name, why));
    }
    let variant = form.key();
    if let Some(unchanged) = cache::unchanged(&req, &s, variant) {
        return Ok(unchanged);
    }
    let name = format!("attachment; filename=\"{id}.{}\"", form.ending());
    let (at, most) = (s.clone(), limits::answer_bytes(&req));
    let body = limits::heavy(&req, move || file(&at, &id, &pairs, form, most)).await??;
    let mut out = cache::varied(&req, &s, variant, form.media_type(), || BoxBody::from(body));
    if let Ok(value) = header::HeaderValue::from_str(&name) {
        out.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(out)
}

/// The work, off the threads that answer.
fn file(
    s: &Arc<Snapshot>,
    id: &str,
    pairs: &BTreeMap<String, String>,
    form: Form,
    most: usize,
) -> Result<Body, Problem> {
    let c = s.collection(id)?;
    let mut ask = Ask::parse(pairs, c)?;
    if !pairs.contains_key("limit") {
        ask.limit = usize::MAX;
    }
    let rows = select::page(c, &ask).rows;
    limits::fits(c, &rows, most)?;
    if form.in_parts() && stream::is_long(c, &rows) {
        return Ok(in_parts(s.clone(), c.id, rows, form));
    }
    let table = Table::selection(c, c.schema(), &rows);
    export::bytes(&table, form, &About::of(&s.findings)).map(|o| Body::Whole(o.bytes)).map_err(Problem::internal)
}

fn in_parts(s: Arc<Snapshot>, id: &'static str, rows: Vec<u32>, form: Form) -> Body {
    let mut at = 0;
    Body::Parts(Box::new(move || {
        let c = s.collection(id).ok()?;
        let range = stream::next(c, &rows, at);
        if range.is_empty() {
            return None;
        }
        let part = export::part(&Table::selection(c, c.schema(), &rows[range.clone()]), form, at == 0);
        at = range.end;
        Some(part)
    }))
}
