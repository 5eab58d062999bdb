//! Which gap of the later snapshot is which of the earlier one, and what became of those that are not there.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::codes::{Kind, Step, Succession};
use super::{Cause, Change, Class};
use crate::gaps::{Verdict, family};
use crate::priority::snapshot::{GapRow, Snapshot, VILLAGES, code, criterion};

/// What a gap is a gap of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Subject {
    Village(String),
    /// Two neighbours, the smaller code first.
    Pair(String, String),
    /// Villages that share one way out; the way itself may be cut otherwise in another year.
    Group(Vec<String>),
    /// A feature of the input.
    Element(String),
}

/// Gaps with the same key are the same gap: theme, kind, class, subject.
type Key = (&'static str, String, Option<String>, Subject);

fn key(g: &GapRow, kind: &str, subject: Subject) -> Key {
    (g.theme, kind.to_owned(), g.class.clone(), subject)
}

fn subject(g: &GapRow) -> Subject {
    match (&g.village, &g.other) {
        (Some(a), Some(b)) => Subject::Pair(a.min(b).clone(), a.max(b).clone()),
        _ if g.kind == "fragile_access" => {
            let mut villages = g.villages.clone();
            villages.sort();
            Subject::Group(villages)
        }
        (Some(v), None) => Subject::Village(v.clone()),
        (None, _) => Subject::Element(code(&g.id).to_owned()),
    }
}

/// Two snapshots side by side.
pub struct Pairs<'a> {
    a: &'a Snapshot,
    b: &'a Snapshot,
    codes: &'a Succession,
    villages: [HashSet<&'a str>; 2],
    /// Ids of all features but villages, by snapshot.
    elements: [HashSet<&'a str>; 2],
}

impl<'a> Pairs<'a> {
    pub fn new(a: &'a Snapshot, b: &'a Snapshot, codes: &'a Succession) -> Self {
        let villages = [a, b].map(|s| s.villages.iter().map(|v| v.id.as_str()).collect());
        let elements = [a, b].map(|s| {
            s.records
                .iter()
                .filter(|r| r.layer != VILLAGES && !r.layer.starts_with("village_"))
                .map(|r| r.id.as_str())
                .collect()
        });
        Pairs { a, b, codes, villages, elements }
    }

    /// Where a subject went, with the steps on the way.
    fn forward(&self, s: &Subject) -> Vec<(Subject, Vec<Step>)> {
        match s {
            Subject::Element(_) => vec![(s.clone(), Vec::new())],
            Subject::Village(v) => self.codes.of(v).into_iter().map(|(c, way)| (Subject::Village(c), way)).collect(),
            Subject::Pair(a, b) => {
                let mut out = Vec::new();
                for (x, way_x) in self.codes.of(a) {
                    for (y, way_y) in self.codes.of(b) {
                        let way = [way_x.clone(), way_y].concat();
                        out.push((Subject::Pair(x.clone().min(y.clone()), x.clone().max(y)), way));
                    }
                }
                out
            }
            Subject::Group(villages) => {
                let (mut ends, mut way) = (BTreeSet::new(), Vec::new());
                for (c, steps) in villages.iter().flat_map(|v| self.codes.of(v)) {
                    ends.insert(c);
                    way.extend(steps);
                }
                vec![(Subject::Group(ends.into_iter().collect()), way)]
            }
        }
    }

    /// All changes but their reasons. Gaps of the same kind are joined first; then what is left, by families of kinds.
    pub fn changes(&self) -> Vec<Change> {
        let ends: Vec<Vec<(Subject, Vec<Step>)>> = self.a.gaps.iter().map(|g| self.forward(&subject(g))).collect();
        // Later gap to the earlier ones that it continues, with the steps of the codes.
        let mut continued: BTreeMap<&str, Vec<Earlier>> = BTreeMap::new();
        let mut found = vec![false; ends.len()];
        for by_family in [false, true] {
            let kind = |g: &'a GapRow| if by_family { family(&g.kind) } else { g.kind.as_str() };
            let free = self.b.gaps.iter().filter(|g| !continued.contains_key(g.id.as_str()));
            let now: HashMap<Key, &GapRow> = free.map(|g| (key(g, kind(g), subject(g)), g)).collect();
            for ((g, ends), found) in self.a.gaps.iter().zip(&ends).zip(&mut found).filter(|(_, found)| !**found) {
                for (end, way) in ends {
                    if let Some(later) = now.get(&key(g, kind(g), end.clone())) {
                        continued.entry(&later.id).or_default().push((g, way.clone()));
                        *found = true;
                    }
                }
            }
        }
        let gone = self.a.gaps.iter().zip(&ends).zip(&found).filter(|(_, found)| !**found);
        let mut out: Vec<Change> = gone.map(|((g, ends), _)| self.gone(g, ends)).collect();
        out.extend(self.b.gaps.iter().map(|g| match continued.get(g.id.as_str()) {
            Some(earlier) => both(earlier, g),
            None => self.new_one(g),
        }));
        out
    }

    fn is_here(&self, year: usize, s: &Subject) -> bool {
        let has = |v: &String| self.villages[year].contains(v.as_str());
        match s {
            Subject::Village(v) => has(v),
            Subject::Pair(a, b) => has(a) && has(b),
            Subject::Group(all) => all.iter().all(has),
            Subject::Element(id) => self.elements[year].contains(id.as_str()),
        }
    }

    /// The later run knows that there is no such gap of `s`.
    fn is_answered(&self, g: &GapRow, s: &Subject) -> bool {
        let criterion = criterion(g.theme, &g.kind, g.class.as_deref());
        let known = |code: &str| !self.b.unknown.contains(&format!("{criterion}:{code}"));
        self.b.about.covers.contains(&criterion)
            && match s {
                Subject::Village(v) => known(v),
                Subject::Element(id) => known(id),
                Subject::Pair(..) | Subject::Group(_) => true,
            }
    }

    /// An earlier gap that no later one continues.
    fn gone(&self, g: &GapRow, ends: &[(Subject, Vec<Step>)]) -> Change {
        let steps: Vec<Step> = ends.iter().flat_map(|(_, way)| way.iter().cloned()).collect();
        let mut change = change(Class::Closed, g, Some(g), None);
        let merged = steps.iter().any(|s| s.kind == Kind::Merge);
        if !steps.is_empty() {
            change.causes.push(Cause::Codes);
        }
        change.codes = unique(steps);
        // Two neighbours that became one village are no neighbours any more.
        let here = |s: &Subject| self.is_here(1, s) && !matches!(s, Subject::Pair(x, y) if x == y);
        if merged || !ends.iter().all(|(s, _)| here(s)) {
            change.class = Class::Left;
            if change.codes.is_empty() {
                change.causes.push(Cause::Village);
            }
        } else if !ends.iter().all(|(s, _)| self.is_answered(g, s)) {
            change.class = Class::Changed;
            change.unknown_now = true;
        } else if g.verdict == Verdict::Unknown {
            change.class = Class::Settled;
        }
        change
    }

    /// A later gap that continues no earlier one.
    fn new_one(&self, g: &GapRow) -> Change {
        let s = subject(g);
        let class = if g.verdict == Verdict::Unknown { Class::Doubted } else { Class::Opened };
        let mut change = change(class, g, None, Some(g));
        let of = |v: &String| self.villages[0].contains(v.as_str()) || !self.codes.before(v).is_empty();
        let was_here = match &s {
            Subject::Village(v) => of(v),
            Subject::Pair(a, b) => of(a) && of(b),
            Subject::Group(all) => all.iter().all(of),
            Subject::Element(_) => self.is_here(0, &s),
        };
        if !was_here {
            change.class = Class::Entered;
            change.causes.push(Cause::Village);
        }
        change
    }
}

/// An earlier gap and the steps of the codes from it to a later one.
type Earlier<'a> = (&'a GapRow, Vec<Step>);

/// A gap that is there in both years.
fn both(earlier: &[Earlier], g: &GapRow) -> Change {
    // The one with its own id, else the first: what is said of before is said of that one.
    let own = earlier.iter().find(|(e, _)| e.id == g.id).or(earlier.first());
    let before = own.map(|(e, _)| *e);
    let mut out = change(Class::Still, g, before, Some(g));
    out.continues = earlier.iter().filter(|(e, _)| e.id != g.id).map(|(e, _)| e.id.clone()).collect();
    out.codes = unique(earlier.iter().flat_map(|(_, way)| way.iter().cloned()).collect());
    // Another code or name alone changes nothing.
    let moved = out.codes.iter().any(|s| matches!(s.kind, Kind::Merge | Kind::Split));
    if !out.codes.is_empty() {
        out.causes.push(Cause::Codes);
    }
    if moved || before.is_some_and(|b| differs(b, g)) {
        out.class = Class::Changed;
    }
    out
}

/// Shares by which numbers may differ in a gap that is the same: the mean that services are held against moves a little
/// with every village of the region.
const SAME: f64 = 0.01;

fn differs(a: &GapRow, b: &GapRow) -> bool {
    let near = |x: Option<f64>, y: Option<f64>| match (x, y) {
        (Some(x), Some(y)) => (x - y).abs() <= SAME * x.abs().max(y.abs()),
        (x, y) => x == y,
    };
    (&a.kind, a.verdict, &a.remedy, a.planned) != (&b.kind, b.verdict, &b.remedy, b.planned)
        || (a.severity - b.severity).abs() > SAME
        || !(near(a.measured, b.measured) && near(a.threshold, b.threshold) && near(a.cost, b.cost))
}

fn unique(mut steps: Vec<Step>) -> Vec<Step> {
    steps.sort();
    steps.dedup();
    steps
}

fn change(class: Class, g: &GapRow, before: Option<&GapRow>, after: Option<&GapRow>) -> Change {
    Change {
        class,
        id: g.id.clone(),
        theme: g.theme,
        name: g.name.clone(),
        village: g.village.clone(),
        town: g.town.clone(),
        county: g.county.clone(),
        people: g.people,
        unknown_now: false,
        causes: Vec::new(),
        features: Vec::new(),
        features_count: 0,
        rules: Vec::new(),
        codes: Vec::new(),
        continues: Vec::new(),
        before: before.cloned(),
        after: after.cloned(),
    }
}
