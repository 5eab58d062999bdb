//! What became of the gaps between two snapshots, and why (definitions, section 7).
//!
//! 1. [`codes`]: villages that were merged, split or given another code are followed by the atlas's table.
//! 2. [`pairs`]: each gap of the later snapshot is found among the earlier ones, by what it is a gap of and its family.
//! 3. A gap that is there no longer is closed only where the later run knows its answer: the village is still in the
//!    data, or the table says where it went, and the question is answered. Else it is said what is the case.
//! 4. [`reason`]: what differs that the gap rests on: features of its evidence or near it, rules of its theme, codes.
//! 5. [`tally`]: sums by county and theme; indicators of places before and after.
//!
//! Pure: two snapshots and a table in, one value out.

pub mod codes;
mod pairs;
mod reason;
mod tally;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::snapshot::{About, GapRow, Snapshot};
use codes::{Codes, Step, Succession};
use pairs::Pairs;
use reason::Reasons;

pub use reason::{How, LayerChange, NEAR_M, Touch};
pub use tally::{Counts, Score, Tally};

/// What became of a gap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Was a gap, is none.
    Closed,
    /// Is a gap, was none.
    Opened,
    /// In both, with another verdict, kind, severity, value, limit or cost; or not known any more.
    Changed,
    /// In both, the same but for a hundredth.
    Still,
    /// Was a gap; its village left the data, or went into another that has no such gap: nobody can say whether it is closed.
    Left,
    /// Is a gap, of a village that was not in the data.
    Entered,
    /// It was not known whether there is one; there is none.
    Settled,
    /// There was none; it is not known whether there is one.
    Doubted,
}

impl Class {
    pub const ALL: [Class; 8] = [
        Class::Closed,
        Class::Opened,
        Class::Changed,
        Class::Still,
        Class::Left,
        Class::Entered,
        Class::Settled,
        Class::Doubted,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Class::Closed => "closed",
            Class::Opened => "opened",
            Class::Changed => "changed",
            Class::Still => "still",
            Class::Left => "left",
            Class::Entered => "entered",
            Class::Settled => "settled",
            Class::Doubted => "doubted",
        }
    }

    pub fn parse(s: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.as_str() == s)
    }
}

/// Why a gap differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Features that it was derived from, or near it, differ.
    Data,
    /// Features of layers that the theme reads differ, but none of those.
    DataElsewhere,
    /// Rules of its theme differ.
    Rule,
    /// Its village was merged, split or given another code.
    Codes,
    /// The village is no longer in the data, or was not before.
    Village,
    /// Another version of this program made the later snapshot.
    Program,
    /// Nothing that was kept tells.
    Unknown,
}

impl Cause {
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::Data => "data",
            Cause::DataElsewhere => "data_elsewhere",
            Cause::Rule => "rule",
            Cause::Codes => "codes",
            Cause::Village => "village",
            Cause::Program => "program",
            Cause::Unknown => "unknown",
        }
    }
}

/// One of the rules that differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleChange {
    /// A theme, `targets` or `priority`.
    pub part: String,
    /// Path of the rule within it.
    pub rule: String,
    pub before: Value,
    pub after: Value,
}

/// A gap before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    pub class: Class,
    /// Of the later gap; of one that is gone, the earlier one's.
    pub id: String,
    pub theme: &'static str,
    pub name: String,
    pub village: Option<String>,
    pub town: Option<String>,
    pub county: Option<String>,
    pub people: Option<f64>,
    /// The later run does not know whether there is still a gap.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unknown_now: bool,
    pub causes: Vec<Cause>,
    /// Features that differ: those it was derived from first, then the nearest.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<Touch>,
    /// How many there are in all.
    #[serde(skip_serializing_if = "is_zero")]
    pub features_count: usize,
    /// Rules of its theme that differ, as indexes into [`Comparison::rules`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<usize>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Step>,
    /// Ids of the earlier gaps that it continues, where they are not its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub continues: Vec<String>,
    pub before: Option<GapRow>,
    pub after: Option<GapRow>,
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

impl Change {
    /// The gap as it is, or was.
    pub fn gap(&self) -> Option<&GapRow> {
        self.after.as_ref().or(self.before.as_ref())
    }

    /// Whether it is a gap of one of these villages, alone or with others.
    fn touches(&self, villages: &BTreeSet<String>) -> bool {
        let of =
            |g: &GapRow| [&g.village, &g.other].into_iter().flatten().chain(&g.villages).any(|v| villages.contains(v));
        self.before.as_ref().is_some_and(of) || self.after.as_ref().is_some_and(of)
    }
}

/// Villages that one of the two snapshots does not have.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Villages {
    /// Gone, and no table says where.
    pub left: Vec<String>,
    /// New, and no table says from where.
    pub entered: Vec<String>,
    /// Steps of the table between the two.
    pub codes: Vec<Step>,
}

/// Everything that differs between two snapshots.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    pub from: About,
    pub to: About,
    pub rules: Vec<RuleChange>,
    /// Features of the input by layer.
    pub layers: Vec<LayerChange>,
    pub villages: Villages,
    /// By county and theme; the whole region first.
    pub tallies: Vec<Tally>,
    /// By class, county, theme and id.
    pub changes: Vec<Change>,
    /// Indicators of the region, counties and towns that differ.
    pub scores: Vec<Score>,
}

/// Compares an earlier snapshot with a later one.
pub fn compare(a: &Snapshot, b: &Snapshot, codes: &Codes) -> Comparison {
    let steps = match &a.about.date {
        Some(from) => codes.between(from, b.about.date.as_ref()),
        None => Vec::new(),
    };
    let succession = Succession::new(&steps);
    let pairs = Pairs::new(a, b, &succession);
    let reasons = Reasons::new(a, b);
    let mut changes = pairs.changes();
    reasons.tell(&mut changes);
    let order = |c: &Change| (c.class, c.county.clone(), theme_order(c.theme), c.id.clone());
    changes.sort_by_cached_key(order);
    let has = |s: &Snapshot, id: &str| s.villages.binary_search_by(|v| v.id.as_str().cmp(id)).is_ok();
    let ids = |s: &Snapshot, keep: &dyn Fn(&str) -> bool| -> Vec<String> {
        s.villages.iter().map(|v| v.id.clone()).filter(|id| keep(id)).collect()
    };
    let villages = Villages {
        left: ids(a, &|id| !has(b, id) && !succession.knows(id)),
        entered: ids(b, &|id| !has(a, id) && succession.before(id).is_empty()),
        codes: steps,
    };
    Comparison {
        from: a.about.clone(),
        to: b.about.clone(),
        tallies: tally::tallies(a, b, &changes),
        scores: tally::scores(a, b),
        rules: reasons.rules,
        layers: reasons.layers,
        villages,
        changes,
    }
}

/// Which changes are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub county: Option<String>,
    /// Codes of a village: its own, and those it came from.
    pub villages: Option<BTreeSet<String>>,
    pub theme: Option<&'static str>,
    pub class: Option<Class>,
}

impl Filter {
    pub fn takes(&self, c: &Change) -> bool {
        self.county.as_ref().is_none_or(|county| c.county.as_ref() == Some(county))
            && self.villages.as_ref().is_none_or(|v| c.touches(v))
            && self.theme.is_none_or(|t| c.theme == t)
            && self.class.is_none_or(|class| c.class == class)
    }
}

impl Comparison {
    /// Changes that a filter takes, in order.
    pub fn only<'a>(&'a self, filter: &'a Filter) -> impl Iterator<Item = &'a Change> {
        self.changes.iter().filter(|c| filter.takes(c))
    }
}

fn theme_order(theme: &str) -> usize {
    super::need::theme_index(theme).unwrap_or(usize::MAX)
}
