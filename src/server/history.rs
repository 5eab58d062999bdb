//! Runs that were kept: which there are, what became of the gaps between two, villages and scorecards over time, and
//! the reports of a county.
//!
//! The store is opened anew for each request and only read, off the threads that answer, so that a run that is kept
//! while the service runs shows at once. Comparisons are kept in memory by what the two snapshots hold.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::{Value, json};

use super::plans::{CSV, Done, JSON, ROWS, XLSX, finish};
use super::problem::Problem;
use super::{Snapshot, State, query, read};
use crate::priority::comparison::codes::{Codes, Succession};
use crate::priority::comparison::{Change, Comparison, Filter, compare};
use crate::priority::question;
use crate::priority::snapshot::{Day, ScoreRow, Snapshot as Run};
use crate::publish::comparison as words;
use crate::publish::lists::{Cell, List};
use crate::publish::reports::{self, Language, Publishing, Report, Sources};
use crate::standards::THEMES;
use crate::store::{self, Store, StoreError};

const HTML: &str = "text/html; charset=utf-8";
const GEOJSON: &str = "application/geo+json";
/// Comparisons that are kept.
const KEPT: usize = 4;

/// Routes of this part.
pub fn routes(cfg: &mut web::ServiceConfig) {
    cfg.route("/snapshots", read().to(list))
        .route("/comparisons", read().to(comparison))
        .route("/api/villages/{village}/history", read().to(village))
        .route("/api/scorecard/history", read().to(scores))
        .route("/reports/{county}/assessment", read().to(assessment))
        .route("/reports/{county}/notice", read().to(notice));
}

/// What is worked out once for a data version.
#[derive(Default)]
pub struct History {
    /// The run at hand.
    now: OnceLock<Arc<Run>>,
    compared: Mutex<Vec<Compared>>,
}

struct Compared {
    from: String,
    to: String,
    codes: Codes,
    value: Arc<Comparison>,
}

impl From<StoreError> for Problem {
    /// Without paths of this machine: those are for the log.
    fn from(e: StoreError) -> Self {
        match &e {
            StoreError::Missing { .. } => Problem::not_found("no run has been kept yet"),
            StoreError::NoSnapshot { date, have, .. } => {
                Problem::not_found(format!("there is no snapshot of {date}; there are {have}"))
            }
            _ => {
                tracing::error!("snapshots: {e}");
                Problem::internal("the store of snapshots cannot be read; the log says why")
            }
        }
    }
}

fn store_path(s: &Snapshot) -> Result<&Path, Problem> {
    let path = s.findings.atlas.snapshots.store.as_deref();
    path.ok_or_else(|| Problem::not_found("the atlas names no store of snapshots"))
}

fn kept(s: &Snapshot) -> Result<Vec<crate::priority::snapshot::About>, Problem> {
    match &s.findings.atlas.snapshots.store {
        Some(path) => Ok(store::list(path)?),
        None => Ok(Vec::new()),
    }
}

fn now(s: &Snapshot) -> Arc<Run> {
    s.history.now.get_or_init(|| Arc::new(Run::take(&s.findings, &s.conclusions.scorecard, None))).clone()
}

/// The run of a day, or the one at hand.
fn run(s: &Snapshot, date: Option<&Day>) -> Result<Arc<Run>, Problem> {
    match date {
        Some(date) => Ok(Arc::new(Store::open(store_path(s)?)?.read(date)?)),
        None => Ok(now(s)),
    }
}

fn codes(s: &Snapshot) -> Result<Codes, Problem> {
    match &s.findings.atlas.snapshots.codes {
        Some(path) => Ok(store::codes(path)?),
        None => Ok(Codes::default()),
    }
}

fn compared(s: &Snapshot, from: &Day, to: Option<&Day>) -> Result<Arc<Comparison>, Problem> {
    let store = Store::open(store_path(s)?)?;
    let digest = |date: &Day| -> Result<String, Problem> {
        let found = store.list()?.into_iter().find(|a| a.date.as_ref() == Some(date));
        // Without one the reader says which there are.
        found.map_or_else(|| Ok(store.read(date)?.about.digest), |a| Ok(a.digest))
    };
    let (earlier, codes) = (digest(from)?, codes(s)?);
    let later = to.map_or_else(|| Ok(now(s).about.digest.clone()), digest)?;
    // A lock that somebody died with holds whole comparisons all the same.
    let lock = || s.history.compared.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let same = |c: &&Compared| c.from == earlier && c.to == later && c.codes == codes;
    // The same contents under other dates are followed through the codes otherwise.
    let dates = |c: &&Compared| c.value.from.date.as_ref() == Some(from) && c.value.to.date.as_ref() == to;
    if let Some(found) = lock().iter().filter(same).find(dates) {
        return Ok(found.value.clone());
    }
    let value = Arc::new(compare(&store.read(from)?, &*run(s, to)?, &codes));
    let mut all = lock();
    if all.len() >= KEPT {
        all.remove(0);
    }
    all.push(Compared { from: earlier, to: later, codes, value: value.clone() });
    Ok(value)
}

fn variant(c: &Comparison) -> String {
    format!("{} {}", c.from.digest, c.to.digest)
}

type Pairs = BTreeMap<String, String>;

fn day(p: &Pairs, name: &'static str) -> Result<Option<Day>, Problem> {
    p.get(name).map(|t| t.parse().map_err(|e| Problem::bad_parameter(name, e))).transpose()
}

/// Days in order.
fn in_order(from: &Day, to: Option<&Day>, name: &str) -> Result<(), Problem> {
    match to {
        Some(to) if to <= from => Err(Problem::bad_parameter(name, format!("{from} is not before {to}"))),
        _ => Ok(()),
    }
}

/// `GET /snapshots`: what is kept.
async fn list(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let s = state.current();
    finish(req, s, "", |s| {
        let kept = kept(s)?;
        let variant = kept.iter().map(|a| a.digest.as_str()).collect::<Vec<_>>().join(" ");
        let body = json!({"atlas": s.findings.atlas.id, "data_version": s.data_version, "snapshots": kept});
        Ok(Done { variant, kind: JSON, body: body.to_string().into_bytes() })
    })
    .await
}

/// `GET /comparisons`: what became of the gaps between two runs; to the one at hand without `to`.
async fn comparison(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let names = ["from", "to", "county", "village", "theme", "change", "limit", "offset", "f"];
    let p = query::pairs(req.query_string(), &names)?;
    let form = query::form_of(&p, &["json", "geojson", "csv", "xlsx"])?;
    let (limit, offset) = query::page(&p, ROWS)?;
    let theme = p.get("theme").map(|t| question::theme(t)).transpose()?.map(|k| THEMES[k]);
    let class = p.get("change").map(|t| question::class(t)).transpose()?;
    let to = day(&p, "to")?;
    let (county, village) = (p.get("county").cloned(), p.get("village").cloned());
    store_path(&s)?;
    let from =
        day(&p, "from")?.ok_or_else(|| Problem::bad_parameter("from", "is missing; /snapshots lists the days"))?;
    in_order(&from, to.as_ref(), "to")?;
    finish(req, s, "comparison", move |s| {
        let all = compared(s, &from, to.as_ref())?;
        let succession = village.is_some().then(|| codes(s).map(|c| Succession::new(c.all()))).transpose()?;
        let villages =
            succession.zip(village).map(|(all, id)| with_before(&all, &id).into_iter().map(str::to_owned).collect());
        let filter = Filter { county, villages, theme, class };
        if let Some(c) = &filter.county {
            let known = all.tallies.iter().any(|t| t.county.as_ref() == Some(c));
            if !known {
                question::county(c, &s.findings.world)?;
            }
        }
        let chosen: Vec<&Change> = all.only(&filter).collect();
        let (kind, body) = match form {
            "csv" => (CSV, words::list(&all, chosen.into_iter()).csv()),
            "xlsx" => {
                let book = words::list(&all, chosen.into_iter()).workbook(&all.to.title.zh);
                (XLSX, book.map_err(Problem::internal)?)
            }
            "geojson" => {
                let c = words::collection(&all, chosen.into_iter());
                let rows: Vec<u32> = (0..c.len() as u32).collect();
                let mut extra = serde_json::Map::new();
                extra.insert("name".into(), c.id.into());
                extra.insert("provenance".into(), json!(all.to.provenance));
                (GEOJSON, c.feature_collection(&rows, &extra))
            }
            _ => {
                let matched = chosen.len();
                let page: Vec<&Change> = chosen.into_iter().skip(offset).take(limit).collect();
                let mut out = words::json(&all, &page);
                out["numberMatched"] = matched.into();
                out["provenance"] = json!(all.to.provenance);
                (JSON, out.to_string().into_bytes())
            }
        };
        Ok(Done { variant: variant(&all), kind, body })
    })
    .await
}

/// A village's code and those it came from.
fn with_before<'a>(all: &'a Succession, id: &'a str) -> BTreeSet<&'a str> {
    all.before(id).iter().map(String::as_str).chain([id]).collect()
}

/// `GET /api/villages/{village}/history`: a village, and those it came from, in every run that was kept and the one at hand.
async fn village(
    req: HttpRequest,
    village: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    query::none(req.query_string())?;
    let s = state.current();
    finish(req, s, "", move |s| {
        let id = village.into_inner();
        let table = codes(s)?;
        let all = Succession::new(table.all());
        let ids = with_before(&all, &id);
        let row = |date: Option<&Day>, v: &crate::priority::snapshot::VillageRow, gaps: Vec<Value>| {
            let by_theme: serde_json::Map<String, Value> =
                THEMES.iter().zip(&v.standing).map(|(t, s)| ((*t).to_owned(), json!(s))).collect();
            let mut out = json!(v);
            out["date"] = json!(date);
            out["standing"] = by_theme.into();
            out["gaps"] = gaps.into();
            out
        };
        let mut rows: Vec<(Option<Day>, Value)> = Vec::new();
        let kept = kept(s)?;
        if !kept.is_empty() {
            let store = Store::open(store_path(s)?)?;
            for id in &ids {
                for (date, v, gaps) in store.village(id)? {
                    let value = row(Some(&date), &v, gaps.iter().map(|g| json!(g)).collect());
                    rows.push((Some(date), value));
                }
            }
        }
        let at_hand = now(s);
        for v in at_hand.villages.iter().filter(|v| ids.contains(v.id.as_str())) {
            let own = at_hand.gaps.iter().filter(|g| g.village.as_ref() == Some(&v.id));
            rows.push((None, row(None, v, own.map(|g| json!(g)).collect())));
        }
        if rows.is_empty() {
            return Err(Problem::not_found(format!("there is no village {id:?}, and no run that was kept has one")));
        }
        // By date, the run at hand last.
        rows.sort_by_key(|(date, _)| (date.is_none(), date.clone()));
        let became: Vec<String> = all.of(&id).into_iter().map(|(c, _)| c).filter(|c| *c != id).collect();
        let came: Vec<&str> = ids.iter().copied().filter(|c| *c != id).collect();
        let variant = kept.iter().map(|a| a.digest.as_str()).collect::<Vec<_>>().join(" ");
        let body = json!({
            "village": id, "came_from": came, "became": became, "provenance": s.findings.provenance,
            "rows": rows.into_iter().map(|(_, v)| v).collect::<Vec<_>>(),
        });
        Ok(Done { variant, kind: JSON, body: body.to_string().into_bytes() })
    })
    .await
}

/// `GET /api/scorecard/history`: indicators of the region and its counties over time.
async fn scores(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let p = query::pairs(req.query_string(), &["county", "indicator", "f"])?;
    let form = query::form_of(&p, &["json", "csv", "xlsx"])?;
    finish(req, s, "scorecard-history", move |s| {
        let mut rows: Vec<(Option<Day>, ScoreRow)> = Vec::new();
        let kept = kept(s)?;
        if !kept.is_empty() {
            let store = Store::open(store_path(s)?)?;
            for level in ["region", "county"] {
                rows.extend(store.scores(level)?.into_iter().map(|(d, r)| (Some(d), r)));
            }
        }
        let at_hand = now(s);
        let mine = at_hand.scores.iter().filter(|r| r.level != "town");
        rows.extend(mine.map(|r| (None, r.clone())));
        for (name, of) in [("county", (|r| &r.place) as fn(&ScoreRow) -> &String), ("indicator", |r| &r.key)] {
            let Some(wanted) = p.get(name) else { continue };
            rows.retain(|(_, r)| of(r) == wanted);
            if rows.is_empty() {
                return Err(Problem::bad_parameter(name, format!("there is no {name} {wanted:?}")));
            }
        }
        let rank = |r: &ScoreRow| u8::from(r.level != "region");
        rows.sort_by_cached_key(|(d, r)| (rank(r), r.place.clone(), r.key.clone(), d.is_none(), d.clone()));
        let variant = kept.iter().map(|a| a.digest.as_str()).collect::<Vec<_>>().join(" ");
        let (kind, body) = match form {
            "csv" => (CSV, score_list(&rows).csv()),
            "xlsx" => {
                let book = score_list(&rows).workbook(&s.findings.atlas.title_zh);
                (XLSX, book.map_err(Problem::internal)?)
            }
            _ => {
                let rows = rows.iter().map(|(d, r)| {
                    let mut out = json!(r);
                    out["date"] = json!(d);
                    out
                });
                let body = json!({"provenance": s.findings.provenance, "rows": rows.collect::<Vec<_>>()});
                (JSON, body.to_string().into_bytes())
            }
        };
        Ok(Done { variant, kind, body })
    })
    .await
}

fn score_list(rows: &[(Option<Day>, ScoreRow)]) -> List {
    let columns = vec![
        "date",
        "level",
        "place",
        "name",
        "indicator",
        "indicator_zh",
        "indicator_en",
        "yes",
        "no",
        "unknown",
        "share",
        "target",
        "reached",
        "missing",
    ];
    let row = |(date, r): &(Option<Day>, ScoreRow)| -> Vec<Cell> {
        vec![
            date.as_ref().map(Day::to_string).into(),
            r.level.as_str().into(),
            r.place.as_str().into(),
            r.name.as_str().into(),
            r.key.as_str().into(),
            r.indicator.zh.as_str().into(),
            r.indicator.en.as_str().into(),
            r.yes.into(),
            r.no.into(),
            r.unknown.into(),
            r.share.into(),
            r.target.into(),
            r.reached.map(usize::from).into(),
            r.missing.into(),
        ]
    };
    List { name: "score_history", columns, rows: rows.iter().map(row).collect() }
}

/// `GET /reports/{county}/assessment`: the assessment table (考核表).
async fn assessment(
    req: HttpRequest,
    county: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let p = query::pairs(req.query_string(), &REPORT)?;
    report(req, county.into_inner(), state, p, "assessment", reports::assessment).await
}

/// `GET /reports/{county}/notice`: the public-notice list (公示), of all themes or of one.
async fn notice(req: HttpRequest, county: web::Path<String>, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let names = [&REPORT[..], &["theme", "office", "period", "phone", "address"]].concat();
    let p = query::pairs(req.query_string(), &names)?;
    let by = Publishing {
        theme: p.get("theme").map(|t| question::theme(t)).transpose()?.map(|k| THEMES[k]),
        office: written(&p, "office")?,
        period: written(&p, "period")?,
        phone: written(&p, "phone")?,
        address: written(&p, "address")?,
    };
    report(req, county.into_inner(), state, p, "notice", move |s, c, l| reports::notice(s, c, l, &by)).await
}

/// Parameters of every report.
const REPORT: [&str; 4] = ["date", "since", "lang", "f"];
/// Characters of what the publishing body fills in.
const WRITTEN: usize = 200;

/// A line that the publishing body fills in.
fn written(p: &Pairs, name: &'static str) -> Result<String, Problem> {
    let text = p.get(name).map(|t| t.trim()).unwrap_or_default();
    if text.chars().any(char::is_control) || text.chars().count() > WRITTEN {
        return Err(Problem::bad_parameter(name, format!("is not one line of at most {WRITTEN} characters")));
    }
    Ok(text.to_owned())
}

async fn report(
    req: HttpRequest,
    county: String,
    state: web::Data<State>,
    p: Pairs,
    name: &'static str,
    make: impl FnOnce(&Sources, &str, Language) -> Option<Report> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let form = query::form_of(&p, &["html", "json", "csv", "xlsx"])?;
    let (date, since) = (day(&p, "date")?, day(&p, "since")?);
    let language = match p.get("lang").map(String::as_str) {
        None | Some("zh") => Language::Zh,
        Some("en") => Language::En,
        Some(other) => return Err(Problem::bad_parameter("lang", format!("{other:?} is neither zh nor en"))),
    };
    if let Some(since) = &since {
        in_order(since, date.as_ref(), "since")?;
    }
    finish(req, s, name, move |s| {
        let snapshot = run(s, date.as_ref())?;
        let since = since.map(|d| compared(s, &d, date.as_ref())).transpose()?;
        let sources = Sources { snapshot: &snapshot, since: since.as_deref() };
        let report = make(&sources, &county, language)
            .ok_or_else(|| Problem::not_found(format!("there is no county {county:?} in this run")))?;
        let variant = match &since {
            Some(c) => variant(c),
            None => snapshot.about.digest.clone(),
        };
        let (kind, body) = match form {
            "xlsx" => (XLSX, report.xlsx().map_err(Problem::internal)?),
            "csv" => (CSV, report.csv()),
            "json" => (JSON, report.json().to_string().into_bytes()),
            _ => (HTML, report.html()),
        };
        Ok(Done { variant, kind, body })
    })
    .await
}
