//! The service: results as GeoJSON, summary, health, and the embedded web page.
//!
//! Everything is read from one [`Snapshot`] behind an atomic pointer, so that every answer speaks of one data
//! version. Knows no GDAL.

mod assets;
mod cache;
mod history;
mod ogc;
mod plans;
mod problem;
mod query;
mod scenarios;
mod stream;
mod villages;

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use actix_web::http::header;
use actix_web::middleware::{Compress, DefaultHeaders};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Route, guard, web};
use arc_swap::ArcSwap;
use serde_json::{Value, json};
use tracing::info;

use crate::findings::Findings;
use crate::priority::scorecard::{Scorecard, scorecard};
use crate::publish::scorecard as forms;
use crate::publish::{Collection, collections, summary};
use crate::tiles::{Cache, Tiles};
pub use ogc::of_any_atlas as openapi;
use problem::Problem;

/// Content policy of every page: nothing from elsewhere. MapLibre draws in a worker made from a blob.
const CSP: &str = "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; \
                   worker-src 'self' blob:; child-src blob:; connect-src 'self'; object-src 'none'; \
                   base-uri 'self'; frame-ancestors 'self'";

/// Bytes of tiles that are kept in memory for one data version.
const TILES_BYTES: usize = 64 << 20;

/// One data version, ready to be served.
pub struct Snapshot {
    pub collections: Vec<Collection>,
    /// `/api/summary`.
    pub summary: Value,
    pub data_version: String,
    /// Scorecard of counties and towns.
    pub scorecard: Scores,
    /// What rankings, plans and scenarios are worked out from.
    pub findings: Findings,
    /// Scorecard that scenarios are held against.
    figures: Scorecard,
    /// `/api/villages`, made when it is first asked for.
    villages: OnceLock<Vec<u8>>,
    /// Layers of tiles, in the order of the collections.
    tiles: Tiles,
    tile_cache: Cache,
    /// What is worked out of runs that were kept.
    history: history::History,
}

/// The scorecard, ready in its forms.
pub struct Scores {
    json: Vec<u8>,
    csv: Vec<u8>,
    /// Or why it could not be made.
    xlsx: Result<Vec<u8>, String>,
}

impl Scores {
    fn new(f: &Findings, s: &Scorecard) -> Self {
        Scores {
            json: serde_json::to_vec(&forms::json_of(f, s)).unwrap_or_default(),
            csv: forms::csv_of(s),
            xlsx: forms::xlsx_of(f, s).map_err(|e| e.to_string()),
        }
    }
}

impl Snapshot {
    pub fn new(findings: Findings) -> Self {
        let f = &findings;
        let cards = scorecard(f);
        let collections = collections(f, &cards);
        let mut summary = summary(f);
        let bbox = collections
            .iter()
            .filter(|c| ["villages", "counties", "water_sources"].contains(&c.id))
            .filter_map(|c| c.bbox)
            .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]);
        summary["bbox"] = json!(bbox);
        summary["collections"] = collections.iter().map(|c| json!({"id": c.id, "count": c.len()})).collect();
        let scores = Scores::new(f, &cards);
        Self {
            tiles: Tiles::new(collections.len()),
            tile_cache: Cache::new(TILES_BYTES),
            history: Default::default(),
            collections,
            summary,
            data_version: f.data_version.clone(),
            scorecard: scores,
            figures: cards,
            villages: OnceLock::new(),
            findings,
        }
    }

    fn collection(&self, id: &str) -> Result<&Collection, Problem> {
        self.collections.iter().find(|c| c.id == id).ok_or_else(|| Problem::no_collection(id, &self.collections))
    }
}

/// What all workers share.
pub struct State {
    snapshot: ArcSwap<Snapshot>,
}

impl State {
    pub fn new(s: Snapshot) -> Self {
        Self { snapshot: ArcSwap::from_pointee(s) }
    }
    pub fn current(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }
}

/// GET, and HEAD as its twin without a body.
fn read() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}

/// Routes of the service.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/health", read().to(health))
        .route("/api/summary", read().to(get_summary))
        .route("/api/scorecard", read().to(get_scorecard))
        .route("/api/villages", read().to(villages::columns))
        .route("/api/rankings", read().to(plans::rankings))
        .route("/api/remedies", read().to(plans::remedies))
        .route("/api/projects", read().to(plans::projects))
        .route("/api/plans/all", read().to(plans::all))
        .route("/api/plans/{theme}", read().to(plans::theme))
        .service(
            web::resource("/scenarios")
                .app_data(web::PayloadConfig::new(scenarios::MAX_BYTES))
                .route(web::post().to(scenarios::post))
                .default_service(web::route().to(scenarios::other)),
        )
        .configure(history::routes)
        .route("/", read().to(ogc::root))
        .configure(ogc::routes)
        .default_service(web::route().to(assets::page));
}

/// Serves until stopped; requests in hand are finished.
pub async fn serve(state: State, bind: SocketAddr) -> std::io::Result<()> {
    let state = web::Data::new(state);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .wrap(Compress::default())
            .wrap(
                DefaultHeaders::new()
                    .add(("X-Content-Type-Options", "nosniff"))
                    .add(("Referrer-Policy", "no-referrer"))
                    .add(("Content-Security-Policy", CSP))
                    .add(("Access-Control-Allow-Origin", "*"))
                    .add((
                        "Access-Control-Expose-Headers",
                        "Content-Crs, ETag, Link, X-Data-Version, Content-Disposition",
                    )),
            )
            .configure(routes)
    })
    .workers(std::thread::available_parallelism().map_or(2, |n| n.get()))
    .bind(bind)?;
    for a in server.addrs() {
        info!(address = %a, "serving");
        println!("http://{a}");
    }
    server.run().await
}

async fn health(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let s = state.current();
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "data_version": s.data_version,
        "atlas": s.summary["id"],
    })))
}

async fn get_summary(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let s = state.current();
    Ok(cache::cached(&req, &s, "application/json", || serde_json::to_vec(&s.summary).unwrap_or_default()))
}

/// `GET /api/scorecard?f=json|csv|xlsx`
async fn get_scorecard(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let form = query::form(req.query_string(), &["json", "csv", "xlsx"])?;
    let s = state.current();
    let (kind, body) = match form {
        "csv" => ("text/csv; charset=utf-8", &s.scorecard.csv),
        "xlsx" => (XLSX, s.scorecard.xlsx.as_ref().map_err(Problem::internal)?),
        _ => ("application/json", &s.scorecard.json),
    };
    let mut answer = cache::cached(&req, &s, kind, || body.clone());
    if form != "json" {
        let name = format!("attachment; filename=\"scorecard.{form}\"");
        if let Ok(value) = header::HeaderValue::from_str(&name) {
            answer.headers_mut().insert(header::CONTENT_DISPOSITION, value);
        }
    }
    Ok(answer)
}
