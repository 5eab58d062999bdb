//! `/metrics` in the text format of Prometheus. Written by hand: it is a dozen figures, and the format is lines.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::problem::Problem;
use super::reload::seconds_since_1970;
use super::{State, query};

/// Upper ends of the classes of durations, in seconds.
const CLASSES: [f64; 12] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 60.0];

/// Pattern of the address, method, status.
type Kind = (String, &'static str, u16);

#[derive(Default)]
struct Durations {
    classes: [u64; CLASSES.len()],
    sum: f64,
    count: u64,
}

/// What is counted.
#[derive(Default)]
pub struct Metrics {
    requests: Mutex<BTreeMap<Kind, u64>>,
    durations: Mutex<BTreeMap<String, Durations>>,
    pub in_hand: AtomicUsize,
    /// No place for the work, or it took too long.
    pub busy: AtomicU64,
    /// More scenarios, or more wrong tokens, than a client may send.
    pub too_many: AtomicU64,
}

/// Methods that there is a line for; anything else a client makes up is one more.
fn method(m: &str) -> &'static str {
    ["GET", "HEAD", "POST", "OPTIONS"].into_iter().find(|k| *k == m).unwrap_or("other")
}

impl Metrics {
    /// Counts a request that is answered; `pattern` is the route, so that there are no more lines than routes.
    pub fn answered(&self, pattern: &str, asked: &str, status: u16, took: Duration) {
        let kind = (pattern.to_owned(), method(asked), status);
        *self.requests.lock().unwrap_or_else(PoisonError::into_inner).entry(kind).or_default() += 1;
        let took = took.as_secs_f64();
        let mut all = self.durations.lock().unwrap_or_else(PoisonError::into_inner);
        let d = all.entry(pattern.to_owned()).or_default();
        d.sum += took;
        d.count += 1;
        if let Some(i) = CLASSES.iter().position(|c| took <= *c) {
            d.classes[i] += 1;
        }
        match status {
            503 => self.busy.fetch_add(1, Ordering::Relaxed),
            429 => self.too_many.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
    }

    fn write(&self, out: &mut String) {
        family(out, "cuntong_requests_total", "counter", "Requests answered");
        for ((pattern, method, status), n) in &*self.requests.lock().unwrap_or_else(PoisonError::into_inner) {
            let route = escape(pattern);
            let _ = writeln!(
                out,
                "cuntong_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}} {n}"
            );
        }
        let name = "cuntong_request_duration_seconds";
        family(out, name, "histogram", "From the head of a request to its answer");
        for (pattern, d) in &*self.durations.lock().unwrap_or_else(PoisonError::into_inner) {
            let route = escape(pattern);
            let mut below = 0;
            for (class, n) in CLASSES.iter().zip(d.classes) {
                below += n;
                let _ = writeln!(out, "{name}_bucket{{route=\"{route}\",le=\"{class}\"}} {below}");
            }
            let _ = writeln!(out, "{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {}", d.count);
            let _ = writeln!(out, "{name}_sum{{route=\"{route}\"}} {}", d.sum);
            let _ = writeln!(out, "{name}_count{{route=\"{route}\"}} {}", d.count);
        }
    }
}

fn family(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn gauge(out: &mut String, name: &str, help: &str, value: impl std::fmt::Display) {
    family(out, name, "gauge", help);
    let _ = writeln!(out, "{name} {value}");
}

/// A value of a label.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Bytes of this process in memory; `None` where the system does not tell.
pub fn resident_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|k| k * 1024)
}

/// `GET /metrics`
pub async fn metrics(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    if !state.settings.metrics {
        return Err(Problem::not_found("/metrics is turned off (metrics = false)"));
    }
    let s = state.current();
    let mut out = String::new();
    state.metrics.write(&mut out);
    let count = |out: &mut String, name: &str, help: &str, n: &AtomicU64| {
        family(out, name, "counter", help);
        let _ = writeln!(out, "{name} {}", n.load(Ordering::Relaxed));
    };
    count(
        &mut out,
        "cuntong_busy_total",
        "Answers 503: no place for the work, or not done in time",
        &state.metrics.busy,
    );
    count(&mut out, "cuntong_too_many_total", "Answers 429: more than a client may ask", &state.metrics.too_many);
    gauge(&mut out, "cuntong_requests_in_hand", "Requests begun", state.metrics.in_hand.load(Ordering::Relaxed));
    for (name, pool) in [("heavy", &state.heavy), ("light", &state.light)] {
        let (running, waiting) = pool.load();
        gauge(&mut out, &format!("cuntong_{name}_running"), "Work of this weight in hand", running);
        gauge(&mut out, &format!("cuntong_{name}_waiting"), "Requests waiting for a place", waiting);
    }
    let (told, now) = (state.reload.told(), seconds_since_1970());
    family(&mut out, "cuntong_reloads_total", "counter", "Loads after the first, by how they ended");
    for (result, n) in told.counts {
        let _ = writeln!(out, "cuntong_reloads_total{{result=\"{result}\"}} {n}");
    }
    let stale = u8::from(told.last.as_ref().is_some_and(|l| l.why.is_some()));
    gauge(&mut out, "cuntong_last_reload_failed", "1 where the last load failed and older data is served", stale);
    gauge(&mut out, "cuntong_data_loaded_timestamp_seconds", "When the data served was loaded", s.loaded);
    gauge(&mut out, "cuntong_data_age_seconds", "Since the data served was loaded", (now - s.loaded).max(0.0));
    family(&mut out, "cuntong_data_info", "gauge", "Data version and atlas");
    let atlas = s.summary["id"].as_str().unwrap_or_default();
    let version = &s.data_version;
    let _ = writeln!(out, "cuntong_data_info{{data_version=\"{version}\",atlas=\"{}\"}} 1", escape(atlas));
    family(&mut out, "cuntong_build_info", "gauge", "Version of the program");
    let _ = writeln!(out, "cuntong_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"));
    family(&mut out, "cuntong_stage_seconds", "gauge", "Stages of the analysis served");
    let mut stages: BTreeMap<&str, f64> = BTreeMap::new();
    for (stage, took) in &s.findings.timings {
        *stages.entry(stage).or_default() += took.as_secs_f64();
    }
    for (stage, took) in stages {
        let _ = writeln!(out, "cuntong_stage_seconds{{stage=\"{}\"}} {took}", escape(stage));
    }
    if let Some(bytes) = resident_bytes() {
        gauge(&mut out, "process_resident_memory_bytes", "Memory of the process", bytes);
    }
    gauge(&mut out, "process_start_time_seconds", "When the process began", state.begun);
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .content_type("text/plain; version=0.0.4; charset=utf-8")
        .body(out))
}
