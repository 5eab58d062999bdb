//! What a scenario changes: gaps, people, scorecards.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Serialize;

use crate::findings::Findings;
use crate::gaps::{Gap, Verdict, family, metres, total};
use crate::priority::scorecard::{Card, Figure, Scorecard};
use crate::standards::{Bilingual, THEMES};

/// A gap before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    pub id: String,
    pub theme: &'static str,
    /// Of the gap as it is now; of a closed one as it was.
    pub kind: &'static str,
    pub village: Option<String>,
    pub name: String,
    pub county: Option<String>,
    pub people: Option<f64>,
    /// `None`: there is no gap.
    pub verdict_before: Option<Verdict>,
    pub verdict_after: Option<Verdict>,
    pub severity_before: Option<f64>,
    pub severity_after: Option<f64>,
    /// Of the remedy, in the atlas's currency.
    pub cost_before: Option<f64>,
    pub cost_after: Option<f64>,
    /// Of the gap as it is after; of a closed one as it was.
    pub why: Bilingual,
}

/// What changed in a theme.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Tally {
    pub closed: usize,
    pub opened: usize,
    pub changed: usize,
    /// Villages that had a gap of the theme and have none now, and their known people.
    pub villages: usize,
    pub people: f64,
    pub people_unknown: usize,
}

/// An indicator before or after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    pub yes: f64,
    pub no: f64,
    pub unknown: f64,
    pub share: Option<f64>,
    pub people_share: Option<f64>,
    pub missing: Option<usize>,
    pub reached: Option<bool>,
}

/// An indicator that changes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Indicator {
    pub name: Bilingual,
    pub before: Figures,
    pub after: Figures,
}

/// A county, or the reference region (without an id), with the indicators that change.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Place {
    pub id: String,
    pub name: String,
    /// By key.
    pub indicators: BTreeMap<&'static str, Indicator>,
}

/// Answer to a scenario.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    pub edits: usize,
    /// Of the road works in the scenario, by the rules.
    pub road_cost: f64,
    pub road_m: f64,
    pub currency: String,
    pub by_theme: BTreeMap<&'static str, Tally>,
    /// There no longer; by id.
    pub closed: Vec<Change>,
    pub opened: Vec<Change>,
    /// Still there, with another severity, verdict or cost.
    pub changed: Vec<Change>,
    pub scorecard: Vec<Place>,
}

impl Outcome {
    /// `before` and `after` with their scorecards.
    pub fn new(
        (before, cards): (&Findings, &Scorecard),
        (after, new_cards): (&Findings, &Scorecard),
        edits: usize,
        (road_cost, road_m): (f64, f64),
    ) -> Self {
        let mut out = Outcome {
            edits,
            road_cost: metres(road_cost),
            road_m: metres(road_m),
            currency: before.atlas.currency.clone(),
            by_theme: BTreeMap::new(),
            closed: Vec::new(),
            opened: Vec::new(),
            changed: Vec::new(),
            scorecard: places(cards, new_cards),
        };
        for (k, theme) in THEMES.into_iter().enumerate() {
            if let Some((old, new)) = both(before, after, k) {
                out.compare(&old, &new);
            }
            out.by_theme.insert(theme, Tally::default());
        }
        for list in [&mut out.closed, &mut out.opened, &mut out.changed] {
            list.sort_by(|a, b| a.id.cmp(&b.id));
        }
        out.count(before, after);
        out
    }

    fn compare(&mut self, old: &[&Gap], new: &[&Gap]) {
        let now: HashMap<&str, &Gap> = new.iter().map(|g| (g.id.as_str(), *g)).collect();
        let then: HashMap<&str, &Gap> = old.iter().map(|g| (g.id.as_str(), *g)).collect();
        let mut gone: Vec<&Gap> = old.iter().copied().filter(|g| !now.contains_key(g.id.as_str())).collect();
        for g in new {
            let was = then.get(g.id.as_str()).copied().or_else(|| {
                let k = gone.iter().position(|o| same(o, g))?;
                Some(gone.swap_remove(k))
            });
            match was {
                None => self.opened.push(change(None, Some(g))),
                Some(o) if differs(o, g) => self.changed.push(change(Some(o), Some(g))),
                _ => {}
            }
        }
        self.closed.extend(gone.into_iter().map(|g| change(Some(g), None)));
    }

    fn count(&mut self, before: &Findings, after: &Findings) {
        for (list, k) in [(&self.closed, 0), (&self.opened, 1), (&self.changed, 2)] {
            for c in list {
                let tally = self.by_theme.entry(c.theme).or_default();
                *[&mut tally.closed, &mut tally.opened, &mut tally.changed][k] += 1;
            }
        }
        for (theme, tally) in &mut self.by_theme {
            let helped = before.world.villages.iter().enumerate().filter(|(i, _)| {
                let is_gap = |f: &Findings| f.verdict(theme, *i).is_some_and(|v| v.0 == Verdict::Gap);
                is_gap(before) && !is_gap(after)
            });
            let people: Vec<Option<f64>> = helped.map(|(_, v)| v.population).collect();
            tally.villages = people.len();
            tally.people_unknown = people.iter().filter(|p| p.is_none()).count();
            tally.people = total(people.into_iter().flatten());
        }
    }
}

fn same(a: &Gap, b: &Gap) -> bool {
    a.theme == b.theme && a.village.is_some() && a.village == b.village && family(a.kind) == family(b.kind)
}

fn differs(a: &Gap, b: &Gap) -> bool {
    let facts = |g: &Gap| (g.kind, g.verdict, g.severity, g.remedy.as_ref().map(|r| (r.kind, r.cost)));
    facts(a) != facts(b)
}

fn change(old: Option<&Gap>, new: Option<&Gap>) -> Change {
    let cost = |g: Option<&Gap>| g.and_then(|g| g.remedy.as_ref()).map(|r| r.cost);
    // One of the two is always there.
    let (id, theme, kind, village, name, county, people, why) = new.or(old).map_or_else(Default::default, |g| {
        let g = g.clone();
        (g.id, g.theme, g.kind, g.village, g.village_name, g.county, g.people, Some(g.why))
    });
    Change {
        id,
        theme,
        kind,
        village,
        name,
        county,
        people,
        verdict_before: old.map(|g| g.verdict),
        verdict_after: new.map(|g| g.verdict),
        severity_before: old.map(|g| g.severity),
        severity_after: new.map(|g| g.severity),
        cost_before: cost(old),
        cost_after: cost(new),
        why: why.unwrap_or_else(|| Bilingual { zh: String::new(), en: String::new() }),
    }
}

/// Gaps of a theme before and after; `None` where it was not found anew.
fn both<'a>(before: &'a Findings, after: &'a Findings, theme: usize) -> Option<(Vec<&'a Gap>, Vec<&'a Gap>)> {
    let roads = |f: &'a Findings| f.roads.gaps.iter().chain(&f.roads.neighbours).chain(&f.roads.fragile).collect();
    let (a, b) = (before, after);
    let pair = |same: bool, x: &'a [Gap], y: &'a [Gap]| (!same).then(|| (x.iter().collect(), y.iter().collect()));
    match theme {
        0 => (!Arc::ptr_eq(&a.roads, &b.roads)).then(|| (roads(a), roads(b))),
        1 => pair(Arc::ptr_eq(&a.power, &b.power), &a.power.gaps, &b.power.gaps),
        2 => pair(Arc::ptr_eq(&a.water, &b.water), &a.water.gaps, &b.water.gaps),
        3 => pair(Arc::ptr_eq(&a.broadband, &b.broadband), &a.broadband.gaps, &b.broadband.gaps),
        _ => pair(Arc::ptr_eq(&a.services, &b.services), &a.services.gaps, &b.services.gaps),
    }
}

/// Cards with indicators that differ.
fn places(before: &Scorecard, after: &Scorecard) -> Vec<Place> {
    fn all(s: &Scorecard) -> impl Iterator<Item = &Card> {
        std::iter::once(&s.reference).chain(&s.counties)
    }
    let figures = |f: &Figure| Figures {
        yes: f.yes,
        no: f.no,
        unknown: f.unknown,
        share: f.share,
        people_share: f.people_share,
        missing: f.missing,
        reached: f.reached,
    };
    let mut out = Vec::new();
    for (a, b) in all(before).zip(all(after)) {
        let mut indicators = BTreeMap::new();
        for new in &b.figures {
            let Some(old) = a.figures.iter().find(|f| f.key == new.key) else { continue };
            let (before, after) = (figures(old), figures(new));
            if before != after {
                indicators.insert(new.key, Indicator { name: new.name.clone(), before, after });
            }
        }
        if !indicators.is_empty() {
            out.push(Place { id: b.id.clone(), name: b.name.clone(), indicators });
        }
    }
    out
}
