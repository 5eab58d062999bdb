//! `projects` of `truth.json`: which projects close what.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{Gaps, Projects, Work, half, needed};
use crate::synthesize::people::People;
use crate::synthesize::plot::Claim;
use crate::synthesize::region::Region;
use crate::world::metric;

/// Who closes a gap, and by the end of which year.
#[derive(Debug, Serialize)]
struct Closed {
    projects: Vec<String>,
    year: i32,
}

fn ids<'w>(works: impl Iterator<Item = &'w Work>) -> Vec<String> {
    let mut out: Vec<String> = works.map(|w| w.id.clone()).collect();
    out.sort();
    out
}

/// Those that close the way of a place: each that does so alone, else all that do so together.
fn by_lines(region: &Region, open: &[&Work], claim: &Claim) -> Option<Closed> {
    let lines = needed(region, claim);
    if lines.is_empty() || !lines.iter().all(|l| open.iter().any(|w| w.lines.contains(l))) {
        return None;
    }
    let first = |l| open.iter().filter(|w| w.lines.contains(l)).map(|w| w.year).min();
    let year = lines.iter().filter_map(first).max()?;
    let alone = || open.iter().filter(|w| lines.is_subset(&w.lines)).copied();
    let joint = open.iter().filter(|w| !lines.is_disjoint(&w.lines)).copied();
    let projects = if alone().next().is_some() { ids(alone()) } else { ids(joint) };
    Some(Closed { projects, year })
}

fn by_name(open: &[&Work], theme: &str, site: usize) -> Option<Closed> {
    let all = || open.iter().filter(|w| w.theme == theme && w.sites.contains(&site)).copied();
    let year = all().map(|w| w.year).min()?;
    Some(Closed { projects: ids(all()), year })
}

/// Answers by theme and village (of roads also by school and seat), and lists.
pub fn truth(p: &Projects, region: &Region, people: &People, gaps: &Gaps) -> Value {
    let open: Vec<&Work> = p.works.iter().filter(|w| !w.is_done()).collect();
    let code = |i: usize| people.villages[i].id.as_str();
    let sites = &region.land.sites;
    let mut closed: BTreeMap<&str, BTreeMap<&str, Closed>> = BTreeMap::new();
    let mut add = |theme, id, found: Option<Closed>| {
        if let Some(c) = found {
            closed.entry(theme).or_default().insert(id, c);
        }
    };
    for (i, site) in sites.iter().enumerate() {
        if !matches!(site.claim, Claim::Connected) {
            let by = by_lines(region, &open, &site.claim).or_else(|| by_name(&open, "roads", i));
            add("roads", code(i), by);
        }
        let other = [
            ("power", &gaps.power),
            ("water", &gaps.water),
            ("broadband", &gaps.broadband),
            ("services", &gaps.station),
        ];
        for (theme, _) in other.into_iter().filter(|o| o.1[i]) {
            add(theme, code(i), by_name(&open, theme, i));
        }
    }
    for s in &people.schools {
        add("schools", &s.id, by_lines(region, &open, &s.claim));
    }
    for s in &people.seats {
        add("seats", &s.id, by_lines(region, &open, &s.claim));
    }
    // Villages that only name themselves, and a road that is paved already.
    let has_gap = |w: &Work| {
        let of = |gap: &[bool]| w.sites.iter().any(|&i| gap[i]);
        match w.theme {
            "roads" => {
                let named = w.sites.iter().any(|&i| !matches!(sites[i].claim, Claim::Connected));
                let paves = |l: &usize| region.land.lines[*l].surface != crate::world::Surface::Paved;
                named || w.half.is_some() || w.lines.iter().any(paves)
            }
            "power" => of(&gaps.power),
            "water" => of(&gaps.water),
            "broadband" => of(&gaps.broadband),
            _ => of(&gaps.station),
        }
    };
    let nobody = ids(open.iter().filter(|w| !has_gap(w)).copied());
    let site_of =
        |w: &Work| (0..sites.len()).find(|&i| !w.lines.is_empty() && needed(region, &sites[i].claim) == w.lines);
    let done: BTreeMap<&str, Option<&str>> =
        p.works.iter().filter(|w| w.is_done()).map(|w| (w.id.as_str(), site_of(w).map(code))).collect();
    let length = |l: usize| metric::length_m(&region.land.lines[l].coords);
    let partly: BTreeMap<&str, (&str, f64)> = p
        .works
        .iter()
        .filter_map(|w| {
            let line = w.half?;
            let site = (0..sites.len()).find(|&i| needed(region, &sites[i].claim).contains(&line))?;
            Some((code(site), (w.id.as_str(), metric::length_m(&half(&region.land.lines[line].coords)))))
        })
        .collect();
    // Common ground, or villages with a gap that each of them closes.
    let mut overlaps = Vec::new();
    for (n, a) in open.iter().enumerate() {
        for b in open[n + 1..].iter().filter(|b| b.theme == a.theme) {
            let metres = a.lines.intersection(&b.lines).map(|&l| length(l)).sum::<f64>() + 0.0;
            let same = a.sites.iter().any(|i| b.sites.contains(i)) && has_gap(a) && has_gap(b);
            if metres > 0.0 || same {
                overlaps.push(json!([a.id, b.id, (metres * 100.0).round() / 100.0]));
            }
        }
    }
    json!({ "closed": closed, "serve_nobody": nobody, "done": done, "partly": partly, "overlaps": overlaps })
}
