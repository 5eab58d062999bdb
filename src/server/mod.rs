//! The service: results as GeoJSON, summary, health, and the embedded web page.
//!
//! Everything is read from one [`Snapshot`] behind an atomic pointer, and `guard` takes it once for each request, so that
//! every answer speaks of one data version. `reload` puts a new one in its place; what is made of a snapshot (tiles,
//! tables) is kept in it and goes with it. `limits` has who may ask how much. Knows no GDAL.

mod admin;
mod assets;
mod cache;
mod guard;
mod headers;
mod health;
mod history;
mod limits;
mod metrics;
mod notify;
mod ogc;
mod plans;
mod problem;
mod query;
pub mod reload;
mod scenarios;
pub mod settings;
mod stream;
mod villages;
mod warm;

use std::future::Future;
use std::sync::{Arc, OnceLock};

use actix_web::http::header;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, Route, web};
use arc_swap::ArcSwap;
use serde_json::{Value, json};
use tracing::info;

use crate::findings::Findings;
use crate::priority::Conclusions;
use crate::priority::need::{Needs, Question, Ranking};
use crate::priority::scorecard::Scorecard;
use crate::publish::scorecard as forms;
use crate::publish::{Collection, collections, summary};
use crate::relief::Relief;
use crate::tiles::{Cache, Tiles};
use limits::{Buckets, Pool};
use metrics::Metrics;
pub use ogc::of_any_atlas as openapi;
use problem::Problem;
use reload::{Orders, Reload, Watcher};
use settings::Settings;

/// Requests to administration of one client at once, and in a minute.
const ADMIN_TRIES: f64 = 10.0;

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
    /// What follows from them without a question.
    conclusions: Conclusions,
    /// `/api/villages`, made when it is first asked for.
    villages: OnceLock<Vec<u8>>,
    /// The ranking that the page opens with, made when it is first asked for.
    ranking: OnceLock<Ranking>,
    /// Layers of tiles, in the order of the collections.
    tiles: Tiles,
    /// Of the atlas's heights, where it has some.
    relief: Option<Relief>,
    tile_cache: Cache,
    /// What is worked out of runs that were kept.
    history: history::History,
    /// When it was made ready, in seconds since 1970.
    loaded: f64,
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
        let conclusions = Conclusions::new(f);
        let collections = collections(f, &conclusions);
        let mut summary = summary(f);
        let bbox = collections
            .iter()
            .filter(|c| ["villages", "counties", "water_sources"].contains(&c.id))
            .filter_map(|c| c.bbox)
            .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]);
        summary["bbox"] = json!(bbox);
        summary["collections"] = collections.iter().map(|c| json!({"id": c.id, "count": c.len()})).collect();
        let relief = Relief::new(&f.world.heights);
        summary["relief"] = ogc::relief_about(relief.as_ref());
        let scores = Scores::new(f, &conclusions.scorecard);
        Self {
            relief,
            tiles: Tiles::new(collections.len()),
            tile_cache: Cache::new(TILES_BYTES),
            history: Default::default(),
            loaded: reload::seconds_since_1970(),
            collections,
            summary,
            data_version: f.data_version.clone(),
            scorecard: scores,
            conclusions,
            villages: OnceLock::new(),
            ranking: OnceLock::new(),
            findings,
        }
    }

    /// Scorecard that scenarios are held against.
    pub(crate) fn figures(&self) -> &Scorecard {
        &self.conclusions.scorecard
    }

    /// Villages by need with the atlas's weights.
    fn opening_ranking(&self) -> &Ranking {
        self.ranking.get_or_init(|| self.rank(&Question::opening(&self.findings)))
    }

    fn rank(&self, q: &Question) -> Ranking {
        Needs::new(&self.findings).villages(q, &self.findings.atlas.priority)
    }

    fn collection(&self, id: &str) -> Result<&Collection, Problem> {
        self.collections.iter().find(|c| c.id == id).ok_or_else(|| Problem::no_collection(id, &self.collections))
    }
}

/// The way of a query of features from text to an answer, for fuzzing.
pub(crate) fn probe(c: &Collection, query: &str) {
    ogc::probe(c, query);
}

tokio::task_local! {
    /// What the request in hand is answered from.
    static CURRENT: Arc<Snapshot>;
}

/// What all workers share.
pub struct State {
    snapshot: ArcSwap<Snapshot>,
    settings: Settings,
    heavy: Pool,
    light: Pool,
    scenarios: Buckets,
    admin_tries: Buckets,
    metrics: Metrics,
    reload: Reload,
    /// When the program began, in seconds since 1970.
    begun: f64,
}

impl State {
    /// With the orders to load anew that are given to it.
    pub fn new(s: Snapshot, settings: Settings) -> (Self, Orders) {
        let (reload, orders) = Reload::new();
        let (heavy, light, scenarios) = limits::pools(&settings.limits);
        let state = Self {
            begun: s.loaded,
            snapshot: ArcSwap::from_pointee(s),
            settings,
            heavy,
            light,
            scenarios,
            admin_tries: Buckets::new(ADMIN_TRIES, ADMIN_TRIES),
            metrics: Metrics::default(),
            reload,
        };
        (state, orders)
    }

    /// What the request in hand is answered from: the same from its beginning to its end, whatever is loaded meanwhile.
    pub fn current(&self) -> Arc<Snapshot> {
        CURRENT.try_with(Arc::clone).unwrap_or_else(|_| self.loaded())
    }

    /// The newest.
    fn loaded(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Requests that begin from now on are answered from this.
    fn swap(&self, new: Snapshot) {
        self.snapshot.store(Arc::new(new));
        self.warm();
    }

    /// Makes ahead what is slow when it is first asked for.
    fn warm(&self) {
        if self.settings.warm {
            warm::begin(self.loaded());
        }
    }
}

/// GET, and HEAD as its twin without a body.
fn read() -> Route {
    web::route().guard(actix_web::guard::Any(actix_web::guard::Get()).or(actix_web::guard::Head()))
}

/// Routes of the service.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/health", read().to(health::health))
        .route("/health/live", read().to(health::live))
        .route("/health/ready", read().to(health::ready))
        // Not for clients of the API, so not described there.
        .service(
            web::resource("/metrics").route(read().to(metrics::metrics)).default_service(web::route().to(assets::page)),
        )
        .service(
            web::resource("/admin/reload")
                .route(web::post().to(admin::reload))
                .default_service(web::route().to(admin::other)),
        )
        .route("/api/summary", read().to(get_summary))
        .route("/api/scorecard", read().to(get_scorecard))
        .route("/api/villages", read().to(villages::columns))
        .route("/api/villages/{village}/neighbours", read().to(villages::neighbours_of))
        .route("/api/rankings", read().to(plans::rankings))
        .route("/api/remedies", read().to(plans::remedies))
        .route("/api/projects", read().to(plans::projects))
        .route("/api/plans/all", read().to(plans::all))
        .route("/api/plans/{theme}", read().to(plans::theme))
        .service(
            web::resource("/scenarios")
                .route(web::post().to(scenarios::post))
                .default_service(web::route().to(scenarios::other)),
        )
        .configure(history::routes)
        .route("/", read().to(ogc::root))
        .configure(ogc::routes)
        .default_service(web::route().to(assets::page));
}

/// Serves until stopped (SIGTERM: requests in hand are finished); loads anew at SIGHUP.
pub async fn serve(snapshot: Snapshot, watcher: Watcher, settings: Settings) -> std::io::Result<()> {
    let limits = settings.limits.clone();
    let (bind, workers, send) = (settings.bind, settings.workers, limits.send);
    let basemap = settings.basemap.clone();
    let (state, orders) = State::new(snapshot, settings);
    let state = web::Data::new(state);
    state.warm();
    watcher.start(state.clone().into_inner(), orders)?;
    on_hangup(state.clone())?;
    let shared = state.clone();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(shared.clone())
            .wrap(Compress::default())
            .wrap(headers::all(basemap.as_ref()))
            .wrap(from_fn(guard::guard))
            .configure(routes)
    })
    .workers(workers)
    .client_request_timeout(limits.header)
    .keep_alive(limits.idle)
    .max_connections(limits.connections)
    // What is compressed goes out in pieces; none waits until the one before is acknowledged.
    .tcp_nodelay(true)
    .shutdown_timeout(limits.shutdown.as_secs().max(1))
    .on_connect(move |stream, _| headers::patience(stream, send))
    .bind(bind)?;
    for a in server.addrs() {
        info!(address = %a, data_version = state.loaded().data_version, "serving");
        println!("http://{a}");
    }
    notify::tell("READY=1");
    let done = server.run().await;
    notify::tell("STOPPING=1");
    info!("stopped");
    done
}

#[cfg(unix)]
fn on_hangup(state: web::Data<State>) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hangup = signal(SignalKind::hangup())?;
    let work = async move {
        while hangup.recv().await.is_some() {
            state.reload.order(reload::Cause::Signal);
        }
    };
    spawn(work);
    Ok(())
}

#[cfg(not(unix))]
fn on_hangup(_state: web::Data<State>) -> std::io::Result<()> {
    Ok(())
}

fn spawn(work: impl Future<Output = ()> + 'static) {
    drop(actix_web::rt::spawn(work));
}

async fn get_summary(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let s = state.current();
    let body = || {
        let Some(b) = &state.settings.basemap else { return s.summary.to_string().into_bytes() };
        let mut out = s.summary.clone();
        out["basemap"] = json!({"tiles": b.tiles, "attribution": b.attribution});
        out.to_string().into_bytes()
    };
    Ok(cache::cached(&req, &s, "application/json", body))
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
