//! What each project brings: gaps, people, need relieved; its rank; what is paid twice.

use std::collections::{BTreeMap, BTreeSet};

use super::ground::{Ground, metres_of, together};
use super::matching::{Match, Matcher};
use super::{Overlap, Row};
use crate::findings::Findings;
use crate::gaps::{Gap, Verdict, known_total, metres};
use crate::priority::need::{Needs, ranks, theme_index};
use crate::world::metric::length_m;
use crate::world::projects::{Project, Status};

/// Gaps with their matches, by project.
struct Own<'a> {
    alone: Vec<&'a Gap>,
    shared: Vec<(&'a Gap, f64)>,
    still_open: Vec<&'a Gap>,
}

pub fn rows(f: &Findings, ground: &Ground, matcher: &Matcher, matches: &[(&Gap, Match)]) -> Vec<Row> {
    let projects = &f.world.projects;
    let empty = || Own { alone: Vec::new(), shared: Vec::new(), still_open: Vec::new() };
    let mut own: Vec<Own> = projects.iter().map(|_| empty()).collect();
    for (g, m) in matches {
        m.alone.iter().for_each(|&p| own[p as usize].alone.push(g));
        m.shared.iter().for_each(|&(p, share)| own[p as usize].shared.push((g, share)));
        // What may not be a gap is no sign that a done project is not.
        if g.verdict == Verdict::Gap {
            m.done.iter().for_each(|&p| own[p as usize].still_open.push(g));
        }
    }
    let needs = Needs::new(f);
    let mut rows: Vec<Row> = projects.iter().zip(&own).map(|(p, o)| row(f, &needs, p, o)).collect();
    remedies(f, matcher, &own, &mut rows);
    overlaps(f, ground, &own, &mut rows);
    rank(&mut rows);
    rows
}

fn ids<'g>(gaps: impl Iterator<Item = &'g Gap>) -> Vec<String> {
    let mut out: Vec<String> = gaps.map(|g| g.id.clone()).collect();
    out.sort();
    out
}

fn row(f: &Findings, needs: &Needs, p: &Project, own: &Own) -> Row {
    let known = |g: &&&Gap| g.verdict == Verdict::Gap;
    let all = || own.alone.iter().chain(own.shared.iter().map(|s| &s.0));
    let villages: BTreeSet<&str> =
        all().filter(known).filter(|g| g.kind != "neighbours_unpaved").filter_map(|g| g.village.as_deref()).collect();
    let of: Vec<usize> =
        (0..f.world.villages.len()).filter(|&i| villages.contains(f.world.villages[i].id.as_str())).collect();
    let people = known_total(of.iter().map(|&i| f.world.villages[i].population));
    let relief = of.iter().map(|&i| relief(f, needs, i, p.theme, own)).sum::<f64>() + 0.0;
    let million = |v: f64| p.cost.filter(|c| *c > 0.0).map(|c| round(v / c * 1e6));
    Row {
        rank: None,
        id: p.id.clone(),
        name: p.name.clone(),
        theme: p.theme,
        kind: p.kind.clone(),
        status: p.status,
        year: p.year,
        cost: p.cost,
        named: p.villages.iter().map(|v| f.world.villages[v.0 as usize].id.clone()).collect(),
        gaps: ids(all().filter(known).copied()),
        gaps_shared: ids(own.shared.iter().map(|s| &s.0).filter(known).copied()),
        unknown: ids(all().filter(|g| !known(g)).copied()),
        villages: villages.iter().map(|v| (*v).to_owned()).collect(),
        people,
        relief: round(relief),
        people_per_million: people.and_then(million),
        relief_per_million: million(relief).filter(|_| p.is_open()),
        serves_nobody: p.is_open() && own.alone.is_empty() && own.shared.is_empty(),
        bring_forward: false,
        outranks: 0,
        remedy_m: 0.0,
        remedy_cost: 0.0,
        overlaps: Vec::new(),
        still_open: ids(own.still_open.iter().copied()),
    }
}

/// People of village `i` times the need that goes.
fn relief(f: &Findings, needs: &Needs, i: usize, theme: &'static str, own: &Own) -> f64 {
    let weights = f.atlas.priority.weights.list();
    let Some(k) = theme_index(theme) else { return 0.0 };
    let gaps: Vec<&Gap> = needs.gaps_of(i).iter().filter(|g| g.theme == theme).copied().collect();
    let worst =
        |closed: &dyn Fn(&Gap) -> bool| gaps.iter().filter(|g| !closed(g)).map(|g| g.severity).fold(0.0, f64::max);
    let alone = |g: &Gap| own.alone.iter().any(|a| a.id == g.id);
    let mut drop = worst(&|_| false) - worst(&alone);
    for (shared, share) in own.shared.iter().filter(|s| gaps.iter().any(|g| g.id == s.0.id)) {
        drop += share * (worst(&alone) - worst(&|g| alone(g) || g.id == shared.id));
    }
    let sum: f64 = weights.iter().sum();
    weights[k] / sum * drop * f.world.villages[i].population.unwrap_or(0.0)
}

/// Ranks by need relieved for the money. Only what is planned can be brought forward, and only what is planned can wait
/// for it: what is being built has its money already.
fn rank(rows: &mut [Row]) {
    let mut order: Vec<usize> = (0..rows.len()).filter(|&i| rows[i].relief_per_million.is_some()).collect();
    let value = |rows: &[Row], i: usize| rows[i].relief_per_million.unwrap_or(0.0);
    order.sort_by(|&a, &b| value(rows, b).total_cmp(&value(rows, a)).then(a.cmp(&b)));
    let falling: Vec<f64> = order.iter().map(|&i| value(rows, i)).collect();
    for (&i, rank) in order.iter().zip(ranks(&falling)) {
        rows[i].rank = Some(rank);
    }
    let planned: Vec<(usize, i32, f64)> = order
        .iter()
        .filter(|&&i| rows[i].status == Status::Planned)
        .filter_map(|&i| Some((i, rows[i].year?, value(rows, i))))
        .collect();
    for &(i, year, v) in &planned {
        rows[i].outranks = planned.iter().filter(|p| p.1 < year && p.2 < v).count();
        rows[i].bring_forward = rows[i].outranks > 0;
    }
}

/// Metres and cost of remedies that each project does: of road links what it builds of them, also where that closes
/// nothing; of other remedies those of the gaps it closes, links that several share once.
fn remedies(f: &Findings, matcher: &Matcher, own: &[Own], rows: &mut [Row]) {
    for stretch in f.roads.links.iter().filter_map(|l| matcher.link(&l.id)) {
        for &p in &stretch.along {
            rows[p as usize].remedy_m += stretch.metres(|q| q == p);
            rows[p as usize].remedy_cost += stretch.share(|q| q == p) * stretch.cost;
        }
    }
    for (p, (o, row)) in own.iter().zip(rows.iter_mut()).enumerate() {
        let mut seen = BTreeSet::new();
        for g in &o.alone {
            let Some(remedy) = &g.remedy else { continue };
            if g.kind == "neighbours_unpaved" {
                continue;
            }
            if remedy.links.is_empty() {
                row.remedy_m += remedy.length_m;
                row.remedy_cost += remedy.cost;
            }
            for link in remedy.links.iter().filter(|l| seen.insert(l.as_str())) {
                if let Some(s) = matcher.link(link) {
                    // By name only: nothing of it was counted above.
                    if !s.along.contains(&(p as u32)) {
                        row.remedy_m += s.length_m;
                        row.remedy_cost += s.cost;
                    }
                } else if let Some((m, cost)) = matcher.line(link) {
                    row.remedy_m += m;
                    row.remedy_cost += cost;
                }
            }
        }
        (row.remedy_m, row.remedy_cost) = (metres(row.remedy_m), metres(row.remedy_cost));
    }
}

/// Projects of one theme that build the same ground, or each close the same gap.
fn overlaps(f: &Findings, ground: &Ground, own: &[Own], rows: &mut [Row]) {
    let rules = &f.atlas.priority.projects;
    let projects = &f.world.projects;
    // Metres of the first one's lines along the second's.
    let mut along: BTreeMap<(u32, u32), f64> = BTreeMap::new();
    for (i, p) in (0u32..).zip(projects.iter()).filter(|(_, p)| p.is_open()) {
        let other = |q: u32| {
            let o = &projects[q as usize];
            q != i && o.theme == p.theme && o.is_open()
        };
        for line in &p.site.lines {
            let length = length_m(line);
            for (q, runs) in ground.along(line, rules.cover_m, other) {
                let m = metres_of(&together(&runs, length, rules));
                if m > 0.0 {
                    *along.entry((i, q)).or_default() += m;
                }
            }
        }
    }
    let mut same: BTreeMap<(u32, u32), Vec<&Gap>> = BTreeMap::new();
    let mut closers: BTreeMap<&str, Vec<(u32, &Gap)>> = BTreeMap::new();
    for (i, o) in (0u32..).zip(own) {
        o.alone.iter().for_each(|g| closers.entry(&g.id).or_default().push((i, g)));
    }
    for list in closers.values() {
        for (n, a) in list.iter().enumerate() {
            list[n + 1..].iter().for_each(|b| same.entry((a.0, b.0)).or_default().push(a.1));
        }
    }
    let pairs: BTreeSet<(u32, u32)> =
        along.keys().map(|&(a, b)| (a.min(b), a.max(b))).chain(same.keys().copied()).collect();
    for (a, b) in pairs {
        let gaps = same.get(&(a, b)).map_or(&[][..], Vec::as_slice);
        let metres_of = |x: u32, y: u32| along.get(&(x, y)).copied().unwrap_or(0.0);
        let on_the_ground = along.contains_key(&(a, b)) || along.contains_key(&(b, a));
        let twice = |x: u32, y: u32| -> Option<f64> {
            let p = &projects[x as usize];
            let share = if on_the_ground {
                metres_of(x, y) / p.site.lines.iter().map(|l| length_m(l)).sum::<f64>()
            } else {
                gaps.len() as f64 / own[x as usize].alone.len() as f64
            };
            Some(p.cost? * share.min(1.0))
        };
        let cost = twice(a, b).zip(twice(b, a)).map(|(x, y)| metres(x.min(y)));
        for (x, y) in [(a, b), (b, a)] {
            rows[x as usize].overlaps.push(Overlap {
                project: projects[y as usize].id.clone(),
                length_m: metres(metres_of(x, y)),
                gaps: ids(gaps.iter().copied()),
                cost,
            });
        }
    }
}

fn round(v: f64) -> f64 {
    (v * 1e4).round() / 1e4 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(id: &str, year: Option<i32>, value: Option<f64>, status: Status) -> Row {
        Row {
            rank: None,
            id: id.into(),
            name: None,
            theme: "roads",
            kind: None,
            status,
            year,
            cost: None,
            named: Vec::new(),
            gaps: Vec::new(),
            gaps_shared: Vec::new(),
            unknown: Vec::new(),
            villages: Vec::new(),
            people: None,
            relief: 0.0,
            people_per_million: None,
            relief_per_million: value,
            serves_nobody: false,
            bring_forward: false,
            outranks: 0,
            remedy_m: 0.0,
            remedy_cost: 0.0,
            overlaps: Vec::new(),
            still_open: Vec::new(),
        }
    }

    #[test]
    fn later_projects_of_more_value_are_brought_forward() {
        use Status::{Planned, UnderConstruction};
        let mut rows = vec![
            project("early", Some(2018), Some(1.0), Planned),
            project("late and better", Some(2020), Some(5.0), Planned),
            project("late and equal", Some(2020), Some(1.0), Planned),
            project("being built", Some(2018), Some(0.5), UnderConstruction),
            project("being built late", Some(2021), Some(9.0), UnderConstruction),
            project("when?", None, Some(7.0), Planned),
            project("no cost", Some(2019), None, Planned),
        ];
        rank(&mut rows);
        assert_eq!(
            rows.iter().map(|r| (r.rank, r.bring_forward, r.outranks)).collect::<Vec<_>>(),
            [
                (Some(4), false, 0),
                (Some(3), true, 1),
                (Some(4), false, 0),
                (Some(6), false, 0),
                (Some(1), false, 0),
                (Some(2), false, 0),
                (None, false, 0),
            ]
        );
    }
}
