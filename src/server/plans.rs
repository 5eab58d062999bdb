//! Rankings and plans. They are worked out on demand, off the threads that answer.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};

use super::problem::Problem;
use super::{Snapshot, State, cache, limits, query};
use crate::priority::budget_plan;
use crate::priority::need::{By, Needs, Question};
use crate::priority::question::{self, Fault};
use crate::priority::theme_plan;
use crate::publish::lists::{self, List};
use crate::publish::plans as works;
use crate::standards::THEMES;

pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
pub(super) const CSV: &str = "text/csv; charset=utf-8";
pub(super) const JSON: &str = "application/json";
/// Rows of a ranking that an answer in JSON has unless more are asked for.
pub const ROWS: usize = 1000;

impl From<Fault> for Problem {
    fn from(f: Fault) -> Self {
        Problem::bad_parameter(f.parameter, f.why)
    }
}

type Pairs = BTreeMap<String, String>;

/// An answer on its way: what it depends on besides the address and the data at hand.
pub(super) struct Done {
    pub variant: String,
    pub kind: &'static str,
    pub body: Vec<u8>,
}

/// Does the work on a thread of its own and answers with its type and bytes; a table is a file of this name.
pub(super) async fn finish(
    req: HttpRequest,
    s: Arc<Snapshot>,
    name: &str,
    work: impl FnOnce(&Snapshot) -> Result<Done, Problem> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let at = s.clone();
    let done = limits::heavy(&req, move || work(&at)).await??;
    let mut out = cache::varied(&req, &s, &done.variant, done.kind, || done.body);
    let ending = match done.kind {
        CSV => "csv",
        XLSX => "xlsx",
        _ => return Ok(out),
    };
    if let Ok(value) = header::HeaderValue::from_str(&format!("attachment; filename=\"{name}.{ending}\"")) {
        out.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(out)
}

/// As [`finish`], of what depends on the address alone.
pub(super) async fn answer(
    req: HttpRequest,
    s: Arc<Snapshot>,
    name: &str,
    work: impl FnOnce(&Snapshot) -> Result<(&'static str, Vec<u8>), Problem> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let done = |(kind, body)| Done { variant: String::new(), kind, body };
    finish(req, s, name, move |s| work(s).map(done)).await
}

pub(super) fn table(s: &Snapshot, list: &List, form: &str) -> Result<(&'static str, Vec<u8>), Problem> {
    Ok(match form {
        "csv" => (CSV, list.csv()),
        _ => (XLSX, list.xlsx(&s.findings).map_err(Problem::internal)?),
    })
}

pub(super) fn json(value: &serde_json::Value) -> (&'static str, Vec<u8>) {
    (JSON, value.to_string().into_bytes())
}

fn question(p: &Pairs, s: &Snapshot) -> Result<Question, Problem> {
    let f = &s.findings;
    Ok(Question {
        by: p.get("by").map_or(Ok(By::Need), |t| question::by(t))?,
        theme: p.get("theme").map(|t| question::theme(t)).transpose()?,
        weights: p.get("weights").map_or(Ok(f.atlas.priority.weights), |t| question::weights(t))?,
        county: p.get("county").map(|c| question::county(c, &f.world)).transpose()?,
        priority_only: query::flag(p, "priority")?,
    })
}

/// `planned`: `include`, or `exclude` what projects do anyway.
fn without_planned(p: &Pairs) -> Result<bool, Problem> {
    Ok(p.get("planned").map_or(Ok(false), |t| question::planned(t))?)
}

const RANKING: [&str; 8] = ["by", "theme", "weights", "county", "priority", "limit", "offset", "f"];

/// `GET /api/rankings`: villages.
pub async fn rankings(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let p = query::pairs(req.query_string(), &RANKING)?;
    let form = query::form_of(&p, &["json", "csv", "xlsx"])?;
    let (limit, offset) = query::page(&p, ROWS)?;
    let q = question(&p, &s)?;
    answer(req, s, "villages", move |s| {
        let mut found = if q == Question::opening(&s.findings) { s.opening_ranking().clone() } else { s.rank(&q) };
        if form != "json" {
            return table(s, &lists::ranking(&found), form);
        }
        let matched = found.rows.len();
        found.rows = found.rows.into_iter().skip(offset).take(limit).collect();
        let mut out = lists::json_of(&s.findings, &found);
        out["numberMatched"] = matched.into();
        Ok(json(&out))
    })
    .await
}

/// `GET /api/remedies`: remedies of all gaps.
pub async fn remedies(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let p = query::pairs(req.query_string(), &RANKING)?;
    let form = query::form_of(&p, &["json", "csv", "xlsx"])?;
    let (limit, offset) = query::page(&p, ROWS)?;
    let q = question(&p, &s)?;
    answer(req, s, "remedies", move |s| {
        let rows = Needs::new(&s.findings).remedy_rows(&q);
        if form != "json" {
            return table(s, &lists::remedies(&rows), form);
        }
        let page: Vec<_> = rows.iter().skip(offset).take(limit).collect();
        let about = serde_json::json!({
            "by": q.by, "weights": q.weights, "currency": s.findings.atlas.currency,
            "numberMatched": rows.len(), "rows": page,
        });
        Ok(json(&lists::json_of(&s.findings, &about)))
    })
    .await
}

/// `GET /api/projects`: planned works, ranked by need relieved for the money.
pub async fn projects(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let p = query::pairs(req.query_string(), &["theme", "limit", "offset", "f"])?;
    let form = query::form_of(&p, &["json", "csv", "xlsx"])?;
    let (limit, offset) = query::page(&p, ROWS)?;
    let theme = p.get("theme").map(|t| question::theme(t)).transpose()?.map(|k| THEMES[k]);
    if !s.findings.world.has_projects {
        return Err(Problem::not_found("the atlas has no projects".to_owned()));
    }
    answer(req, s, "projects", move |s| {
        let mut rows = s.findings.projects.ranked();
        rows.retain(|r| theme.is_none_or(|t| r.theme == t));
        if form != "json" {
            return table(s, &lists::projects(&rows), form);
        }
        let matched = rows.len();
        let page: Vec<_> = rows.into_iter().skip(offset).take(limit).collect();
        let mut out = lists::json_of(&s.findings, &lists::projects_answer(&s.findings, &page));
        out["numberMatched"] = matched.into();
        Ok(json(&out))
    })
    .await
}

/// `GET /api/plans/{theme}`: everybody served together, or the most people for a budget.
pub async fn theme(
    req: HttpRequest,
    theme: web::Path<String>,
    state: web::Data<State>,
) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let theme = question::planned_theme(&theme).map_err(|f| Problem::not_found(f.to_string()))?;
    let p = query::pairs(req.query_string(), &["budget", "weigh", "weights", "county", "unknown", "planned", "f"])?;
    let form = query::form_of(&p, &["json", "geojson", "csv", "xlsx"])?;
    let weights = p.get("weights").map_or(Ok(s.findings.atlas.priority.weights), |t| question::weights(t))?;
    let ask = theme_plan::Ask {
        budget: p.get("budget").map(|t| question::money("budget", t)).transpose()?,
        by_need: match p.get("weigh").map(String::as_str) {
            None | Some("people") => None,
            Some("need") => Some(weights),
            Some(other) => {
                return Err(Problem::bad_parameter("weigh", format!("{other:?} is neither people nor need")));
            }
        },
        county: p.get("county").map(|c| question::county(c, &s.findings.world)).transpose()?,
        unknown: query::flag(&p, "unknown")?,
        without_planned: without_planned(&p)?,
    };
    answer(req, s, &format!("{theme}-plan"), move |s| {
        let made = s.conclusions.plan(theme, &ask).map(Cow::Borrowed);
        let plan = made
            .or_else(|| theme_plan::plan(&s.findings, theme, &ask).map(Cow::Owned))
            .ok_or_else(|| Problem::not_found(format!("the atlas has no {theme} to plan")))?;
        Ok(match form {
            "json" => json(&lists::json_of(&s.findings, &plan)),
            "geojson" => ("application/geo+json", works::geojson(&s.findings, &plan)),
            _ => return table(s, &lists::joint_works(&plan), form),
        })
    })
    .await
}

/// `GET /api/plans/all`: one budget over the remedies of all themes.
pub async fn all(req: HttpRequest, state: web::Data<State>) -> Result<HttpResponse, Problem> {
    let s = state.current();
    let p = query::pairs(req.query_string(), &["budget", "weights", "county", "floors", "planned", "f"])?;
    let form = query::form_of(&p, &["json", "csv", "xlsx"])?;
    let Some(budget) = p.get("budget") else { return Err(Problem::bad_parameter("budget", "is needed")) };
    let budget = question::money("budget", budget)?;
    let f = &s.findings;
    let ask = budget_plan::Ask {
        budget,
        weights: p.get("weights").map_or(Ok(f.atlas.priority.weights), |t| question::weights(t))?,
        county: p.get("county").map(|c| question::county(c, &f.world)).transpose()?,
        floors: p.get("floors").map_or(Ok(Vec::new()), |t| question::floors(t, budget, &f.world))?,
        without_planned: without_planned(&p)?,
    };
    answer(req, s, "plan", move |s| {
        let plan = budget_plan::plan(&s.findings, &ask);
        Ok(match form {
            "json" => json(&lists::json_of(&s.findings, &plan)),
            _ => return table(s, &lists::budget_steps(&plan), form),
        })
    })
    .await
}
