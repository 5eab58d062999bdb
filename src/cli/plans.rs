//! `rank`, `plan`, `projects` and `what-if`.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::Value;

use super::{Failure, print};
use crate::findings::Findings;
use crate::priority::budget_plan;
use crate::priority::need::{By, Needs, Question};
use crate::priority::projects::Row;
use crate::priority::question::{self, Fault};
use crate::priority::scenario::{self, Outcome};
use crate::priority::scorecard::figures_only;
use crate::priority::theme_plan;
use crate::publish::lists::{self, List};
use crate::publish::plans::geojson;
use crate::standards::THEMES;
use crate::text::{count, length};

/// Rows that are printed.
const SHOWN: usize = 20;

/// What to rank.
#[derive(Args)]
pub struct RankAsk {
    /// need, people (need × people) or value (people per cost).
    #[arg(long, default_value = "need")]
    by: String,
    /// One theme instead of all: roads, power, water, broadband, services.
    #[arg(long)]
    theme: Option<String>,
    /// Weights of the themes, e.g. roads:2,water:1; without it the atlas's.
    #[arg(long)]
    weights: Option<String>,
    /// Id of a county.
    #[arg(long)]
    county: Option<String>,
    /// Priority villages only.
    #[arg(long)]
    priority: bool,
    /// Remedies instead of villages.
    #[arg(long)]
    remedies: bool,
    /// As if the edits of this scenario (GeoJSON) were carried out.
    #[arg(long)]
    with: Option<PathBuf>,
    /// Write all rows to a file: .csv, .xlsx or .json.
    #[arg(long)]
    out: Option<PathBuf>,
    /// For machines.
    #[arg(long)]
    json: bool,
}

/// What to plan.
#[derive(Args)]
pub struct PlanAsk {
    /// Money to spend, in the atlas's currency; without it everybody is served.
    #[arg(long)]
    budget: Option<String>,
    /// roads, power, water or broadband.
    #[arg(long, default_value = "roads")]
    theme: String,
    /// Over all themes, by need relieved for the money, instead of one.
    #[arg(long, requires = "budget", conflicts_with = "theme")]
    all: bool,
    /// One theme: count people times their need.
    #[arg(long, conflicts_with = "all")]
    by_need: bool,
    /// Weights of the themes, e.g. roads:2,water:1; without it the atlas's.
    #[arg(long)]
    weights: Option<String>,
    /// Id of a county.
    #[arg(long)]
    county: Option<String>,
    /// One theme: villages of which it is not known whether they have a gap, too.
    #[arg(long, conflicts_with = "all")]
    unknown: bool,
    /// So much at least for a theme or county, e.g. water:500000,210727:1000000.
    #[arg(long, requires = "all")]
    floors: Option<String>,
    /// include, or exclude what projects do anyway: gaps they close, roads they build.
    #[arg(long, default_value = "include")]
    planned: String,
    /// As if the edits of this scenario (GeoJSON) were carried out.
    #[arg(long)]
    with: Option<PathBuf>,
    /// Write the plan to a file: .csv, .xlsx, .json, and .geojson for one theme.
    #[arg(long)]
    out: Option<PathBuf>,
    /// For machines.
    #[arg(long)]
    json: bool,
}

/// How to show projects.
#[derive(Args)]
pub struct ProjectsAsk {
    /// One theme instead of all: roads, power, water, broadband, services.
    #[arg(long)]
    theme: Option<String>,
    /// Write all rows to a file: .csv, .xlsx or .json.
    #[arg(short, long)]
    out: Option<PathBuf>,
    /// For machines.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// All rows, as a table.
    #[arg(long)]
    csv: bool,
}

/// What if.
#[derive(Args)]
pub struct WhatIfAsk {
    /// GeoJSON FeatureCollection of edits.
    scenario: PathBuf,
    /// Write what changes to a file: .csv, .xlsx or .json.
    #[arg(long)]
    out: Option<PathBuf>,
    /// For machines.
    #[arg(long)]
    json: bool,
}

/// A word of the command line that is wrong.
fn wrong(f: Fault) -> Failure {
    format!("--{}: {}", f.parameter, f.why).into()
}

fn write(path: &Path, f: &Findings, list: &List, json: &Value, geojson: Option<Vec<u8>>) -> Result<(), Failure> {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    let bytes = match (ending.as_str(), geojson) {
        ("csv", _) => list.csv(),
        ("xlsx", _) => list.xlsx(f)?,
        ("json", _) => format!("{json:#}\n").into_bytes(),
        ("geojson", Some(bytes)) => bytes,
        _ => {
            return Err(
                format!("{}: cannot tell the form; end the name in .csv, .xlsx or .json", path.display()).into()
            );
        }
    };
    std::fs::write(path, bytes).map_err(|e| format!("{}: {e}", path.display()))?;
    eprintln!("wrote {}", path.display());
    Ok(())
}

/// A scenario from a file and what comes of it.
fn scenario(f: &Findings, path: &Path) -> Result<(Findings, Outcome), Failure> {
    let name = path.display();
    let text = std::fs::read(path).map_err(|e| format!("{name}: {e}"))?;
    let document: Value = serde_json::from_slice(&text).map_err(|e| format!("{name}: not JSON: {e}"))?;
    let begin = std::time::Instant::now();
    let found = scenario::answer(f, &figures_only(f), &document).map_err(|e| format!("{name}: {e}"))?;
    eprintln!("{name}: {} edits in {:.0} ms", found.1.edits, begin.elapsed().as_secs_f64() * 1e3);
    Ok(found)
}

/// The findings after the edits of `with`, where it is given.
fn after<'f>(f: &'f Findings, with: Option<&Path>) -> Result<Cow<'f, Findings>, Failure> {
    Ok(match with {
        Some(path) => Cow::Owned(scenario(f, path)?.0),
        None => Cow::Borrowed(f),
    })
}

pub fn what_if(f: &Findings, ask: &WhatIfAsk) -> Result<(), Failure> {
    let (after, o) = scenario(f, &ask.scenario)?;
    let mut text = String::new();
    if o.road_m > 0.0 {
        text += &format!("road works: {} for {} {}\n", length(o.road_m), count(o.road_cost), o.currency);
    }
    for (theme, t) in o.by_theme.iter().filter(|(_, t)| t.closed + t.opened + t.changed > 0) {
        text += &format!(
            "{theme:<10} {:>5} gaps closed  {:>5} opened  {:>5} changed; {} villages, {} people without a gap now\n",
            t.closed,
            t.opened,
            t.changed,
            t.villages,
            count(t.people)
        );
    }
    if text.is_empty() {
        text += "nothing changes\n";
    }
    for (sign, list) in [("-", &o.closed), ("+", &o.opened), ("~", &o.changed)] {
        for c in list.iter().take(SHOWN) {
            text += &format!("{sign} {}  {}  {}\n", c.id, c.name, c.why.en);
        }
    }
    for p in &o.scorecard {
        let name = if p.id.is_empty() { "region" } else { &p.name };
        for (key, i) in &p.indicators {
            let share = |s: Option<f64>| s.map_or_else(|| "unknown".to_owned(), |s| format!("{:.1} %", s * 100.0));
            text += &format!("{name:<12} {key:<18} {:>9} → {:>9}\n", share(i.before.share), share(i.after.share));
        }
    }
    let (list, json) = (lists::changes(&o), lists::json_of(&after, &o));
    finish(f, (ask.out.as_deref(), ask.json), &list, &json, None, &text)
}

pub fn rank(f: &Findings, ask: &RankAsk) -> Result<(), Failure> {
    let f = &*after(f, ask.with.as_deref())?;
    let q = Question {
        by: question::by(&ask.by).map_err(wrong)?,
        theme: ask.theme.as_deref().map(question::theme).transpose().map_err(wrong)?,
        weights: ask.weights.as_deref().map_or(Ok(f.atlas.priority.weights), question::weights).map_err(wrong)?,
        county: ask.county.as_deref().map(|c| question::county(c, &f.world)).transpose().map_err(wrong)?,
        priority_only: ask.priority,
    };
    let needs = Needs::new(f);
    let unit = match q.by {
        By::Need => "need",
        By::People => "need × people",
        By::Value => "people per cost",
    };
    let mut text;
    let (list, json);
    if ask.remedies {
        let rows = needs.remedy_rows(&q);
        (list, json) = (lists::remedies(&rows), lists::json_of(f, &serde_json::json!({ "rows": &rows })));
        text = format!("{} remedies by {unit}\n", rows.len());
        for r in rows.iter().take(SHOWN) {
            text += &format!("{:>5}  {:>12.6}  {:>14}  {:<22} {}\n", r.rank, r.score, count(r.cost), r.kind, r.name);
        }
    } else {
        let found = needs.villages(&q, &f.atlas.priority);
        (list, json) = (lists::ranking(&found), lists::json_of(f, &found));
        text = format!(
            "{} villages by {unit}; {} without need, {} unknown, {} without a score\n",
            found.rows.len(),
            found.without_need,
            found.unknown,
            found.not_scored
        );
        text += " rank  5–95 %           score    need  known  village\n";
        for r in found.rows.iter().take(SHOWN) {
            let span = format!("{}–{}", r.rank_interval[0], r.rank_interval[1]);
            text += &format!(
                "{:>5}  {span:<11} {:>11.5}  {:>6.3}  {:>4.0}%  {} {}\n",
                r.rank,
                r.score,
                r.need,
                r.known_share * 100.0,
                r.village,
                r.name
            );
        }
    }
    finish(f, (ask.out.as_deref(), ask.json), &list, &json, None, &text)
}

pub fn projects(f: &Findings, ask: &ProjectsAsk) -> Result<(), Failure> {
    let theme = ask.theme.as_deref().map(question::theme).transpose().map_err(wrong)?.map(|k| THEMES[k]);
    if !f.world.has_projects {
        return Err("the atlas has no projects".into());
    }
    let mut rows = f.projects.ranked();
    rows.retain(|r| theme.is_none_or(|t| r.theme == t));
    let (list, json) = (lists::projects(&rows), lists::json_of(f, &lists::projects_answer(f, &rows)));
    let counted = |keep: &dyn Fn(&Row) -> bool| rows.iter().filter(|r| keep(r)).count();
    let mut text = format!(
        "{} projects; {} serve nobody, {} overlap others, {} to bring forward, {} done with gaps still there\n",
        rows.len(),
        counted(&|r| r.serves_nobody),
        counted(&|r| !r.overlaps.is_empty()),
        counted(&|r| r.bring_forward),
        counted(&|r| !r.still_open.is_empty())
    );
    for (theme, c) in f.projects.by_theme.iter().filter(|(t, _)| theme.is_none_or(|only| **t == only)) {
        text += &format!("  {theme:<10} {:>5} of {} gaps planned by {} projects\n", c.planned, c.gaps, c.projects);
    }
    text += " rank  year            cost    people  relief/million  project\n";
    for r in rows.iter().take(SHOWN) {
        let said = |v: Option<String>| v.unwrap_or_else(|| "-".into());
        text += &format!(
            "{:>5}  {:>4}  {:>14}  {:>8}  {:>14}  {} {}{}\n",
            said(r.rank.map(|n| n.to_string())),
            said(r.year.map(|y| y.to_string())),
            said(r.cost.map(count)),
            said(r.people.map(count)),
            said(r.relief_per_million.map(|v| format!("{v:.2}"))),
            r.id,
            r.name.as_deref().unwrap_or_default(),
            if r.bring_forward { "  ↑ bring forward" } else { "" }
        );
    }
    if ask.csv {
        text = String::from_utf8_lossy(&list.csv()).into_owned();
    }
    finish(f, (ask.out.as_deref(), ask.json), &list, &json, None, &text)
}

fn finish(
    f: &Findings,
    (out, machine): (Option<&Path>, bool),
    list: &List,
    json: &Value,
    geojson: Option<Vec<u8>>,
    text: &str,
) -> Result<(), Failure> {
    if let Some(path) = out {
        write(path, f, list, json, geojson)?;
    }
    print(&if machine { format!("{json:#}") } else { text.to_owned() });
    Ok(())
}

/// A line on what projects pay anyway, if anything.
fn twice(cost: f64) -> String {
    if cost > 0.0 { format!("{} of it is in projects already\n", count(cost)) } else { String::new() }
}

pub fn plan(f: &Findings, ask: &PlanAsk) -> Result<(), Failure> {
    let f = &*after(f, ask.with.as_deref())?;
    let budget = ask.budget.as_deref().map(|t| question::money("budget", t)).transpose().map_err(wrong)?;
    let weights = ask.weights.as_deref().map_or(Ok(f.atlas.priority.weights), question::weights).map_err(wrong)?;
    let county = ask.county.as_deref().map(|c| question::county(c, &f.world)).transpose().map_err(wrong)?;
    let without_planned = question::planned(&ask.planned).map_err(wrong)?;
    if let (true, Some(budget)) = (ask.all, budget) {
        let floors = ask.floors.as_deref().map_or(Ok(Vec::new()), |t| question::floors(t, budget, &f.world));
        let ask_all = budget_plan::Ask { budget, weights, county, floors: floors.map_err(wrong)?, without_planned };
        let p = budget_plan::plan(f, &ask_all);
        let mut text = format!(
            "{} works for {} {}; relieves {} of {} (people × need)\n",
            p.steps.len(),
            count(p.cost),
            p.currency,
            count(p.relief),
            count(p.relief_of_all)
        );
        text += &twice(p.double_financed);
        for (theme, s) in &p.by_theme {
            text +=
                &format!("  {theme:<10} {:>5} villages  {:>16}  {:>10}\n", s.villages, count(s.cost), count(s.relief));
        }
        for s in p.steps.iter().take(SHOWN) {
            text += &format!(
                "{:>5}  {:<10} {:>14}  {:>9.1}  {} {}\n",
                s.order,
                s.theme,
                count(s.cost),
                s.relief,
                s.village,
                s.name
            );
        }
        let (list, json) = (lists::budget_steps(&p), lists::json_of(f, &p));
        return finish(f, (ask.out.as_deref(), ask.json), &list, &json, None, &text);
    }
    let theme = question::planned_theme(&ask.theme).map_err(wrong)?;
    let ask_theme = theme_plan::Ask {
        budget,
        by_need: ask.by_need.then_some(weights),
        county,
        unknown: ask.unknown,
        without_planned,
    };
    let p = theme_plan::plan(f, theme, &ask_theme).ok_or_else(|| format!("the atlas has no {theme} to plan"))?;
    let e = &p.everybody;
    let mut text = format!(
        "everybody ({} villages, {} people): {} {}, at least {} (gap {} %); one by one {} ({} % saved together), each alone {}\n",
        e.villages,
        count(e.people),
        count(e.cost),
        p.currency,
        count(e.cost_at_least),
        e.gap_percent,
        count(e.one_by_one),
        e.saved_percent,
        count(e.each_alone)
    );
    text += &format!(
        "this plan: {} villages, {} people for {}; gain {} of at most {}\n",
        p.villages_connected,
        count(p.people),
        count(p.cost),
        count(p.gain),
        count(p.gain_at_most)
    );
    text += &twice(p.double_financed);
    for w in p.works.iter().take(SHOWN) {
        let line = format!("{:>5}  {:<10} {:>9}  {:>14}", w.order, w.surface, length(w.length_m), count(w.cost));
        text += &format!("{line}  {:>8} people  {}\n", count(w.people), w.villages.join(" "));
    }
    let (list, json) = (lists::joint_works(&p), lists::json_of(f, &p));
    finish(f, (ask.out.as_deref(), ask.json), &list, &json, Some(geojson(f, &p)), &text)
}
