//! The public-notice list (公示) of a county: every known gap by department, with what is to be done and when; and what was
//! closed since an earlier snapshot.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cell, Language, Part, Report, Sources, about};
use crate::gaps::Verdict;
use crate::priority::comparison::{Change, Class, Filter};
use crate::priority::snapshot::GapRow;
use crate::standards::THEMES;
use crate::text::{count, length};

/// What the publishing body says besides: of one theme only, and what it fills in; empty texts are left to be written by hand.
#[derive(Debug, Clone, Default)]
pub struct Publishing {
    pub theme: Option<&'static str>,
    pub office: String,
    pub period: String,
    pub phone: String,
    pub address: String,
}

/// `None` where the snapshot has no such county.
pub fn notice(s: &Sources, county: &str, l: Language, by: &Publishing) -> Option<Report> {
    let name = &s.snapshot.scores.iter().find(|r| r.level == "county" && r.place == county)?.name;
    let here = |g: &&GapRow| g.county.as_deref() == Some(county) && by.theme.is_none_or(|t| g.theme == t);
    let all: Vec<&GapRow> = s.snapshot.gaps.iter().filter(here).collect();
    let mut parts = Vec::new();
    for theme in THEMES {
        let own: Vec<&GapRow> = all.iter().copied().filter(|g| g.theme == theme).collect();
        // A class of services may have a department of its own.
        let mut by: BTreeMap<(&str, &str), Vec<&GapRow>> = BTreeMap::new();
        for g in own {
            by.entry((&g.department.zh, &g.department.en)).or_default().push(g);
        }
        parts.extend(by.into_values().map(|gaps| of_department(theme, gaps, &s.snapshot.about.currency, l)));
    }
    if parts.is_empty() {
        parts.push(Part { heading: l.say("report_none"), head: Vec::new(), rows: Vec::new(), note: None });
    }
    if let Some(c) = s.since {
        let closed = Filter {
            county: Some(county.to_owned()),
            theme: by.theme,
            class: Some(Class::Closed),
            ..Filter::default()
        };
        parts.push(closed_since(c.changes.iter().filter(|x| closed.takes(x)).collect(), l));
    }
    let mut title = l.fill("report_notice", &[("county", name.clone().into())]);
    if let Some(theme) = by.theme {
        title = l.fill("report_of_theme", &[("title", title.into()), ("theme", l.word("column", theme).into())]);
    }
    let mut about = about(l, &s.snapshot.about, s.since);
    about.push(concerned(s, &all, l));
    let filled = |key: &str, text: &str| {
        let text = if text.is_empty() { l.say("report_blank") } else { text.to_owned() };
        l.fill(key, &[("text", text.into())])
    };
    Some(Report {
        title,
        about,
        parts,
        foot: vec![
            l.say("report_notice_foot"),
            filled("report_phone", &by.phone),
            filled("report_address", &by.address),
            filled("report_by", &by.office),
            filled("report_period", &by.period),
            l.say("report_signed"),
        ],
        language: l,
    })
}

/// How many villages the known gaps concern, and how many people live there as far as that is known.
fn concerned(s: &Sources, gaps: &[&GapRow], l: Language) -> String {
    let known = gaps.iter().filter(|g| g.verdict == Verdict::Gap);
    let codes: BTreeSet<&String> = known.flat_map(|g| g.village.iter().chain(&g.other).chain(&g.villages)).collect();
    let people: f64 = s.snapshot.villages.iter().filter(|v| codes.contains(&v.id)).filter_map(|v| v.population).sum();
    let fills = [("villages", count(codes.len() as f64).into()), ("people", count(people).into())];
    l.fill("report_concerned", &fills)
}

fn text(t: &Option<String>) -> Cell {
    t.clone().map_or(Cell::Nothing, Cell::Text)
}

fn kind(g: &GapRow, l: Language) -> Cell {
    Cell::Text(l.word("kind", &g.kind))
}

/// Brackets of a factor that there is none of are left out.
fn tidy(why: &str) -> String {
    why.replace("（）", "").replace(" ()", "")
}

/// Of the village, or of both neighbours.
fn code(g: &GapRow) -> Cell {
    let all: Vec<&str> = g.village.iter().chain(&g.other).map(String::as_str).collect();
    if all.is_empty() { Cell::Nothing } else { Cell::Text(all.join(" / ")) }
}

fn of_department(theme: &str, mut gaps: Vec<&GapRow>, currency: &str, l: Language) -> Part {
    gaps.sort_by(|a, b| {
        // What has no town comes last.
        let order = |g: &GapRow| (g.town.is_none(), g.town.clone(), g.name.clone(), g.id.clone());
        order(a).cmp(&order(b))
    });
    let department = gaps.first().map(|g| l.pick(g.department.clone())).unwrap_or_default();
    let unclear = gaps.iter().filter(|g| g.verdict == Verdict::Unknown).count();
    let keys = ["number", "town", "village", "code", "problem", "why", "people", "works", "cost", "planned"];
    let head =
        keys.iter().map(|k| l.fill(&format!("report_{k}"), &[("currency", currency.to_owned().into())])).collect();
    let known = gaps.iter().filter(|g| g.verdict == Verdict::Gap);
    let row = |(n, g): (usize, &&GapRow)| {
        let planned = match (g.planned, g.planned_year) {
            (Some(true), Some(year)) => l.fill("report_planned_year", &[("year", year.to_string().into())]),
            (Some(true), None) => l.say("report_planned_open"),
            (Some(false), _) => l.say("report_not_planned"),
            (None, _) => "–".to_owned(),
        };
        vec![
            Cell::Number((n + 1) as f64),
            text(&g.town),
            Cell::Text(g.name.clone()),
            code(g),
            kind(g, l),
            Cell::Text(tidy(&l.pick(g.why.clone()))),
            Cell::number(g.people),
            g.remedy.as_ref().map_or(Cell::Nothing, |r| {
                let metres = g.remedy_m.filter(|m| *m > 0.0).map(length).unwrap_or_default();
                Cell::Text(format!("{} {metres}", l.word("works", r)).trim_end().to_owned())
            }),
            Cell::number(g.cost.map(f64::round)),
            Cell::Text(planned),
        ]
    };
    let rows: Vec<Vec<Cell>> = known.enumerate().map(row).collect();
    let fills = [
        ("theme", l.word("column", theme).into()),
        ("department", department.into()),
        ("n", rows.len().to_string().into()),
    ];
    let note = (unclear > 0).then(|| l.fill("report_to_check", &[("n", unclear.to_string().into())]));
    Part { heading: l.fill("report_department_of", &fills), head, rows, note }
}

fn closed_since(mut closed: Vec<&Change>, l: Language) -> Part {
    closed.sort_by(|a, b| (a.theme, &a.town, &a.name, &a.id).cmp(&(b.theme, &b.town, &b.name, &b.id)));
    let keys = ["number", "town", "village", "problem", "people", "department"];
    let row = |(n, c): (usize, &&Change)| {
        let gap = c.before.as_ref()?;
        Some(vec![
            Cell::Number((n + 1) as f64),
            text(&c.town),
            Cell::Text(c.name.clone()),
            kind(gap, l),
            Cell::number(c.people),
            Cell::Text(l.pick(gap.department.clone())),
        ])
    };
    let rows: Vec<Vec<Cell>> = closed.iter().enumerate().filter_map(row).collect();
    Part {
        heading: l.fill("report_closed", &[("n", rows.len().to_string().into())]),
        head: keys.iter().map(|k| l.say(&format!("report_{k}"))).collect(),
        note: None,
        rows,
    }
}
