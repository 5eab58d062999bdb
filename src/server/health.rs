//! Whether the service is alive, ready, and on what data.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::problem::Problem;
use super::reload::seconds_since_1970;
use super::{State, query};

fn answer(body: Value) -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(body)
}

/// Seconds since 1970 as RFC 3339, UTC.
pub fn moment(seconds: f64) -> String {
    super::ogc::rfc3339(seconds.max(0.0) as u64)
}

/// `GET /health`
pub async fn health(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let s = state.current();
    Ok(answer(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "data_version": s.data_version,
        "atlas": s.summary["id"],
    })))
}

/// `GET /health/live`: the process answers.
pub async fn live(req: HttpRequest) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    Ok(answer(json!({"status": "ok"})))
}

/// `GET /health/ready`: there is data to answer from. `stale` says that newer data could not be loaded and the old is
/// served on; that is ready, for the answers are whole.
pub async fn ready(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let (s, told) = (state.current(), state.reload.told());
    let stale = told.last.as_ref().is_some_and(|l| l.why.is_some());
    Ok(answer(json!({
        "status": if stale { "stale" } else { "ready" },
        "data_version": s.data_version,
        "loaded": moment(s.loaded),
        "age_seconds": (seconds_since_1970() - s.loaded).max(0.0).round(),
        "loading": told.running,
        "last_reload": told.last.map(|l| l.json()),
    })))
}
