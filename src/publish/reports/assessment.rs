//! The assessment table (考核表) of a county: every indicator with target, department and what is missing; beside it what
//! changed since an earlier snapshot.

use std::collections::BTreeMap;

use super::{Cell, Language, Part, Report, Sources, about};
use crate::gaps::Verdict;
use crate::priority::comparison::Class;
use crate::priority::snapshot::ScoreRow;
use crate::standards::THEMES;

/// `None` where the snapshot has no such county.
pub fn assessment(s: &Sources, county: &str, l: Language) -> Option<Report> {
    let rows: Vec<&ScoreRow> = s.snapshot.scores.iter().filter(|r| r.level == "county" && r.place == county).collect();
    let name = &rows.first()?.name;
    let indicators = indicators(s, &rows, l);
    Some(Report {
        title: l.fill("report_assessment", &[("county", name.clone().into())]),
        about: about(l, &s.snapshot.about, s.since),
        parts: vec![indicators, gaps(s, county, l)],
        foot: vec![l.say("report_office"), l.say("report_signed")],
        language: l,
    })
}

fn indicators(s: &Sources, rows: &[&ScoreRow], l: Language) -> Part {
    let mut head: Vec<String> =
        ["indicator", "department", "yes", "no", "unknown", "share", "target", "reached", "missing", "reference"]
            .iter()
            .map(|k| l.say(&format!("report_{k}")))
            .collect();
    if s.since.is_some() {
        head.push(l.say("report_difference"));
    }
    let place = rows.first().map(|r| r.place.as_str());
    let before: BTreeMap<&str, Option<f64>> = s.since.map_or_else(BTreeMap::new, |c| {
        let own = c.scores.iter().filter(|x| x.level == "county" && Some(x.place.as_str()) == place);
        own.map(|x| (x.key.as_str(), x.share_before)).collect()
    });
    let order = |theme: &str| THEMES.iter().position(|t| *t == theme).unwrap_or(THEMES.len());
    let mut sorted = rows.to_vec();
    sorted.sort_by_key(|r| order(&r.theme));
    let row = |r: &&ScoreRow| {
        let reached = r.reached.map(|yes| l.say(if yes { "report_is_reached" } else { "report_is_not" }));
        // Of an indicator that did not change nothing is listed.
        let then = before.get(r.key.as_str()).copied().unwrap_or(r.share);
        let per_household = r.key == "kva_per_household";
        let part = |v| if per_household { Cell::number(v) } else { Cell::share(v) };
        let mut cells = vec![
            Cell::Text(l.pick(r.indicator.clone())),
            Cell::Text(l.pick(r.department.clone())),
            Cell::Number(r.yes),
            Cell::Number(r.no),
            Cell::Number(r.unknown),
            part(r.share),
            part(r.target),
            reached.map_or(Cell::Nothing, Cell::Text),
            Cell::number(r.missing.map(|m| m as f64)),
            part(r.reference),
        ];
        if s.since.is_some() {
            let difference = r.share.zip(then).map(|(now, then)| now - then);
            cells.push(match difference {
                Some(d) if per_household => Cell::Number(d),
                Some(d) => Cell::Points(d),
                None => Cell::Nothing,
            });
        }
        cells
    };
    Part {
        heading: l.say("report_indicators"),
        head,
        rows: sorted.iter().map(row).collect(),
        note: Some(l.say("report_shares_are")),
    }
}

/// Gaps by theme, with what became of them.
fn gaps(s: &Sources, county: &str, l: Language) -> Part {
    let mut head = vec![l.say("report_theme"), l.say("report_gaps_now"), l.say("report_unclear")];
    let classes = [Class::Closed, Class::Opened, Class::Changed, Class::Still, Class::Left, Class::Entered];
    if s.since.is_some() {
        head.push(l.say("report_gaps_before"));
        head.extend(classes.map(|c| l.say(&format!("change_{}", c.as_str()))));
    }
    let mut rows = Vec::new();
    for theme in THEMES {
        let own = || s.snapshot.gaps.iter().filter(|g| g.theme == theme && g.county.as_deref() == Some(county));
        let of = |v: Verdict| Cell::Number(own().filter(|g| g.verdict == v).count() as f64);
        let tally =
            s.since.and_then(|c| c.tallies.iter().find(|t| t.theme == theme && t.county.as_deref() == Some(county)));
        if own().next().is_none() && tally.is_none() {
            continue;
        }
        let mut cells = vec![Cell::Text(l.word("column", theme)), of(Verdict::Gap), of(Verdict::Unknown)];
        if s.since.is_some() {
            let counts = tally.map(|t| t.counts).unwrap_or_default();
            cells.push(Cell::Number(counts.before as f64));
            cells.extend(classes.map(|c| Cell::Number(counts.of(c) as f64)));
        }
        rows.push(cells);
    }
    Part { heading: l.say("report_gaps"), head, rows, note: None }
}
