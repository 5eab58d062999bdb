//! Sums by county and theme, and indicators before and after.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Change, Class};
use crate::gaps::Verdict;
use crate::priority::snapshot::{ScoreRow, Snapshot};
use crate::standards::{Bilingual, THEMES};

/// Gaps of a county in a theme. Known gaps only, but for `settled` and `doubted`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub before: usize,
    pub after: usize,
    pub closed: usize,
    pub opened: usize,
    pub changed: usize,
    pub still: usize,
    pub left: usize,
    pub entered: usize,
    pub settled: usize,
    pub doubted: usize,
}

impl Counts {
    pub fn of(&self, class: Class) -> usize {
        match class {
            Class::Closed => self.closed,
            Class::Opened => self.opened,
            Class::Changed => self.changed,
            Class::Still => self.still,
            Class::Left => self.left,
            Class::Entered => self.entered,
            Class::Settled => self.settled,
            Class::Doubted => self.doubted,
        }
    }

    fn of_mut(&mut self, class: Class) -> &mut usize {
        match class {
            Class::Closed => &mut self.closed,
            Class::Opened => &mut self.opened,
            Class::Changed => &mut self.changed,
            Class::Still => &mut self.still,
            Class::Left => &mut self.left,
            Class::Entered => &mut self.entered,
            Class::Settled => &mut self.settled,
            Class::Doubted => &mut self.doubted,
        }
    }
}

/// A county, or the whole region (without an id), in a theme.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tally {
    pub county: Option<String>,
    pub name: Option<String>,
    pub theme: &'static str,
    #[serde(flatten)]
    pub counts: Counts,
}

pub fn tallies(a: &Snapshot, b: &Snapshot, changes: &[Change]) -> Vec<Tally> {
    let mut of: BTreeMap<(Option<&str>, usize), Counts> = BTreeMap::new();
    for (gaps, year) in [(&a.gaps, 0), (&b.gaps, 1)] {
        for g in gaps.iter().filter(|g| g.verdict == Verdict::Gap) {
            for county in places(&g.county) {
                let n = of.entry((county, super::theme_order(g.theme))).or_default();
                *[&mut n.before, &mut n.after][year] += 1;
            }
        }
    }
    for c in changes {
        for county in places(&c.county) {
            *of.entry((county, super::theme_order(c.theme))).or_default().of_mut(c.class) += 1;
        }
    }
    let rows = [a, b].into_iter().flat_map(|s| &s.scores).filter(|r| r.level == "county");
    let names: BTreeMap<&str, &str> = rows.map(|r| (r.place.as_str(), r.name.as_str())).collect();
    of.into_iter()
        .map(|((county, k), counts)| Tally {
            county: county.map(str::to_owned),
            name: county.and_then(|c| names.get(c)).map(|n| (*n).to_owned()),
            theme: THEMES.get(k).copied().unwrap_or_default(),
            counts,
        })
        .collect()
}

/// The whole region, and the county where there is one.
fn places(county: &Option<String>) -> impl Iterator<Item = Option<&str>> {
    std::iter::once(None).chain(county.as_deref().map(Some))
}

/// An indicator of a place, before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    pub level: String,
    pub place: String,
    pub name: String,
    pub county: Option<String>,
    pub key: String,
    pub indicator: Bilingual,
    pub theme: String,
    pub share_before: Option<f64>,
    pub share_after: Option<f64>,
    pub missing_before: Option<usize>,
    pub missing_after: Option<usize>,
    pub reached_before: Option<bool>,
    pub reached_after: Option<bool>,
}

/// Those that differ.
pub fn scores(a: &Snapshot, b: &Snapshot) -> Vec<Score> {
    let then: BTreeMap<(&str, &str, &str), &ScoreRow> =
        a.scores.iter().map(|r| ((r.level.as_str(), r.place.as_str(), r.key.as_str()), r)).collect();
    let mut out = Vec::new();
    for r in &b.scores {
        let before = then.get(&(r.level.as_str(), r.place.as_str(), r.key.as_str()));
        let facts = |r: &ScoreRow| (r.yes, r.no, r.unknown, r.share, r.target, r.missing);
        if before.is_some_and(|o| facts(o) == facts(r)) {
            continue;
        }
        out.push(Score {
            level: r.level.clone(),
            place: r.place.clone(),
            name: r.name.clone(),
            county: r.county.clone(),
            key: r.key.clone(),
            indicator: r.indicator.clone(),
            theme: r.theme.clone(),
            share_before: before.and_then(|o| o.share),
            share_after: r.share,
            missing_before: before.and_then(|o| o.missing),
            missing_after: r.missing,
            reached_before: before.and_then(|o| o.reached),
            reached_after: r.reached,
        });
    }
    out
}
