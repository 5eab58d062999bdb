//! Gaps: one module per theme, each `find`s what its standard calls a gap in a [`World`](crate::world::World).
//!
//! All themes speak the same schema ([`Gap`]), so that lists, maps and plans need not know the theme.

mod borders;
pub mod broadband;
mod clock;
pub mod power;
mod rai;
pub mod roads;
pub mod services;
pub mod water;

use geo::Coord;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::standards::Bilingual;
use crate::world::{Provenance, Village};

/// How sure we are; the first of these that has an answer decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// An instrument or a laboratory.
    Measured,
    /// From geometry and attributes of layers.
    Computed,
    /// Physics.
    Modelled,
    /// The village's own record.
    Reported,
    /// A rule of thumb.
    Inferred,
}

/// Answer to "is there a gap?".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Ok,
    Gap,
    Unknown,
}

impl Verdict {
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Ok => "ok",
            Verdict::Gap => "gap",
            Verdict::Unknown => "unknown",
        }
    }
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    pub kind: &'static str,
    pub confidence: Confidence,
    pub value: Option<f64>,
    pub unit: &'static str,
    pub text: Bilingual,
    /// Ids of the source features it was derived from.
    pub sources: Vec<String>,
}

/// What would close the gap.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Remedy {
    /// Roads: `pave`, `new_link`, `survey`; power: `larger_transformer`, `new_line`, `tie_line` …
    pub kind: &'static str,
    pub length_m: f64,
    pub cost: f64,
    pub currency: String,
    /// Link features, from the village outwards.
    pub links: Vec<String>,
    /// Metres by surface, of roads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_surface: Option<BySurface>,
}

impl Remedy {
    /// Works that are no road: metres of new line and cost.
    pub(crate) fn works(kind: &'static str, length_m: f64, cost: f64, currency: &str) -> Self {
        Remedy { kind, length_m, cost, currency: currency.to_owned(), links: Vec::new(), by_surface: None }
    }
}

/// Metres of a path by surface.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct BySurface {
    pub paved: f64,
    pub gravel: f64,
    pub earth: f64,
    pub unknown: f64,
    pub new: f64,
}

impl From<[f64; 5]> for BySurface {
    fn from(m: [f64; 5]) -> Self {
        let [paved, gravel, earth, unknown, new] = m.map(metres);
        Self { paved, gravel, earth, unknown, new }
    }
}

/// Kinds of gap of which a village has one at most: from one to another it is the same gap, changed.
const SAME: [&[&str]; 3] = [
    &["village_unpaved", "merged_village_unpaved", "natural_village_unpaved", "cut_off", "no_road"],
    &["no_grid", "no_three_phase"],
    &["no_broadband", "slow_broadband"],
];

/// One name for all kinds that turn into each other: the first of them, or the kind itself.
pub fn family(kind: &str) -> &str {
    SAME.iter().find(|s| s.contains(&kind)).map_or(kind, |s| s[0])
}

/// Rounds metres (and costs) to two decimals for output.
pub fn metres(m: f64) -> f64 {
    // Adding zero turns -0 into 0.
    (m * 100.0).round() / 100.0 + 0.0
}

/// Sum of numbers; of none it is 0, not the -0 that an empty sum gives.
pub fn total(numbers: impl Iterator<Item = f64>) -> f64 {
    numbers.sum::<f64>() + 0.0
}

/// Sum of what is known; `None` where nothing is.
pub fn known_total(numbers: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    numbers.flatten().reduce(|a, b| a + b)
}

/// Geometry of a result, positions in degrees.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    Point(Coord),
    Line(Vec<Coord>),
    Lines(Vec<Vec<Coord>>),
}

/// What planned projects do about a gap.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Planned {
    /// Projects close it. It is a gap until they are built.
    pub planned: bool,
    /// `planned` or `open`.
    pub status: &'static str,
    /// Those that close it, alone or together; where none do, those that build a part of its remedy.
    pub projects: Vec<String>,
    /// The earliest year by whose end it is closed; `None` where a project does not say.
    pub planned_year: Option<i32>,
    /// Metres and cost of its remedy that projects build.
    pub planned_m: f64,
    pub planned_cost: f64,
    /// Projects that are said to be done and would have closed it: to be checked on the ground.
    pub done_projects: Vec<String>,
}

/// A gap of any theme.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Gap {
    /// `theme:kind:code`, the same in every run on the same data.
    pub id: String,
    pub theme: &'static str,
    pub kind: &'static str,
    pub village: Option<String>,
    /// Name of the village, school or seat.
    pub village_name: String,
    pub town: Option<String>,
    pub county: Option<String>,
    pub verdict: Verdict,
    /// 0 at the threshold, 1 at the value the rules call severe.
    pub severity: f64,
    pub measured: Option<f64>,
    pub threshold: Option<f64>,
    pub unit: &'static str,
    pub rule: Bilingual,
    pub confidence: Confidence,
    pub why: Bilingual,
    pub evidence: Vec<Evidence>,
    pub people: Option<f64>,
    pub households: Option<f64>,
    pub remedy: Option<Remedy>,
    pub department: Bilingual,
    pub provenance: Provenance,
    /// Properties of one kind only.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
    /// `None` where the atlas has no projects.
    #[serde(flatten)]
    pub planned: Option<Planned>,
    #[serde(skip)]
    pub shape: Shape,
}

impl Gap {
    /// A gap of a village with nothing said of it yet; reported until something stronger is known.
    pub(crate) fn of_village(theme: &'static str, kind: &'static str, v: &Village) -> Self {
        let empty = || Bilingual { zh: String::new(), en: String::new() };
        Gap {
            id: format!("{theme}:{kind}:{}", v.id),
            theme,
            kind,
            village: Some(v.id.clone()),
            village_name: v.name.clone(),
            town: v.town.clone(),
            county: v.county.clone(),
            verdict: Verdict::Gap,
            severity: 0.0,
            measured: None,
            threshold: None,
            unit: "1",
            rule: empty(),
            confidence: Confidence::Reported,
            why: empty(),
            evidence: Vec::new(),
            people: v.population,
            households: v.households,
            remedy: None,
            department: empty(),
            provenance: v.provenance,
            extra: Map::new(),
            planned: None,
            shape: Shape::Point(v.point),
        }
    }
}
