//! Around every request: one data version for all of it, an id, a limit of its address, a line in the log, figures.

use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use actix_web::body::{BodySize, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError, web};
use tracing::{Instrument, info, info_span, warn};

use super::problem::Problem;
use super::{CURRENT, State, limits};

pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
pub const DATA_VERSION: HeaderName = HeaderName::from_static("x-data-version");

/// Requests without a pattern: files of the page, and what is not there.
const PAGE: &str = "page";

/// A number that is in no other request's log.
fn fresh_id() -> String {
    static START: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(std::process::id()));
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("{:08x}-{:x}", *START as u32, COUNT.fetch_add(1, Ordering::Relaxed))
}

/// The id that a proxy gave, where it can stand in a log; else a new one.
fn id_of(req: &ServiceRequest) -> String {
    let plain =
        |t: &&str| (1..=64).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    let given = req.headers().get(REQUEST_ID).and_then(|v| v.to_str().ok()).filter(plain);
    given.map_or_else(fresh_id, str::to_owned)
}

/// A request while it is worked on. Where its client goes, it ends here without an answer.
struct Hand {
    state: web::Data<State>,
    begin: Instant,
    method: String,
    path: String,
    query: String,
    client: IpAddr,
    id: String,
    answered: bool,
}

impl Hand {
    fn answer(&mut self, pattern: &str, status: u16, bytes: Option<u64>, data_version: &str) {
        self.answered = true;
        let took = self.begin.elapsed();
        self.state.metrics.answered(pattern, &self.method, status, took);
        let (ms, Hand { method, path, query, client, id, .. }) = (took.as_secs_f64() * 1000.0, &*self);
        if status >= 500 {
            warn!(target: "cuntong::request", id, method, path, query, status, ms, %client, data_version, "not answered");
        } else if self.state.settings.log_requests {
            info!(target: "cuntong::request", id, method, path, query, status, ms, bytes, %client, data_version, "answered");
        }
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        self.state.metrics.in_hand.fetch_sub(1, Ordering::Relaxed);
        if !self.answered {
            // A status of nobody's: the client is gone. Servers have long written it so.
            self.state.metrics.answered(PAGE, &self.method, 499, self.begin.elapsed());
            let Hand { method, path, query, client, id, .. } = &*self;
            if self.state.settings.log_requests {
                info!(target: "cuntong::request", id, method, path, query, status = 499, %client, "client gone");
            }
        }
    }
}

pub async fn guard<B: MessageBody + 'static>(
    req: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let Some(state) = req.app_data::<web::Data<State>>().cloned() else {
        return Ok(next.call(req).await?.map_into_left_body());
    };
    let settings = &state.settings;
    state.metrics.in_hand.fetch_add(1, Ordering::Relaxed);
    let mut hand = Hand {
        begin: Instant::now(),
        method: req.method().to_string(),
        path: req.path().to_owned(),
        query: req.query_string().to_owned(),
        client: limits::client(req.request(), &settings.trusted_proxies),
        id: id_of(&req),
        answered: false,
        state: state.clone(),
    };
    let snapshot = state.loaded();
    let most = settings.limits.query_bytes;
    let mut out = if req.uri().to_string().len() > most {
        hand.path.truncate(0);
        hand.query.truncate(0);
        let problem = Problem::address_too_long(most);
        req.into_response(problem.error_response()).map_into_boxed_body().map_into_right_body()
    } else {
        let span = info_span!("request", id = hand.id);
        let work = CURRENT.scope(snapshot.clone(), next.call(req)).instrument(span);
        work.await?.map_into_left_body()
    };
    let pattern = out.request().match_pattern().unwrap_or_else(|| PAGE.to_owned());
    let headers = out.headers_mut();
    if let Ok(v) = HeaderValue::from_str(&hand.id) {
        headers.insert(REQUEST_ID, v);
    }
    if let Ok(v) = HeaderValue::from_str(&snapshot.data_version) {
        headers.insert(DATA_VERSION, v);
    }
    let bytes = match out.response().body().size() {
        BodySize::Sized(n) => Some(n),
        _ => None,
    };
    hand.answer(&pattern, out.status().as_u16(), bytes, &snapshot.data_version);
    Ok(out)
}
