//! What the water theme answers with.

use std::time::Duration;

use geo::Coord;
use serde::Serialize;

use super::super::{Confidence, Gap, Verdict};
use super::contamination::Contamination;
use crate::standards::ParameterIx;

/// What the tests and the kind of a source say of its water.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    Safe,
    Unsafe,
    /// A test says "less than" more than the limit, or "more than" less.
    Unknown,
    Untested,
    /// Not protected by its nature, whatever it tests.
    Unimproved,
}

/// A test that counts, beside its limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    pub parameter: ParameterIx,
    /// In the parameter's own unit.
    pub value: f64,
    pub below: bool,
    /// At least this much was found.
    pub above: bool,
    pub day: Option<i32>,
    pub limit: f64,
    /// Lowest value allowed (pH).
    pub low: Option<f64>,
    pub exceeds: bool,
    /// Nobody can tell: the detection limit is above the limit, or what could be counted ends below it.
    pub unclear: bool,
    /// How many times the limit; `None` where nothing at all is allowed.
    pub factor: Option<f64>,
}

/// A source, judged.
#[derive(Debug, Clone, PartialEq)]
pub struct WaterSourceState {
    pub state: SourceState,
    /// Tests against limits, by parameter.
    pub tests: Vec<Judged>,
    /// Of `tests`, what exceeds most, or what nobody can tell.
    pub worst: Option<usize>,
    pub villages: usize,
    pub people: Option<f64>,
    /// Villages on it whose people are not known.
    pub people_unknown: usize,
    /// Litres a day that nobody uses; `None` where the yield is not known.
    pub spare_l: Option<u64>,
}

/// A criterion of T/CHES 18-2018.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    Safe,
    BasicallySafe,
    Unsafe,
    Unknown,
}

/// How one knows a village's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    Record,
    Area,
    Nearest,
}

/// Rung of the WHO/UNICEF JMP ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    SafelyManaged,
    Basic,
    Limited,
    Unimproved,
    SurfaceWater,
}

/// Water's answer for one village.
#[derive(Debug, Clone, PartialEq)]
pub struct VillageWater {
    pub verdict: Verdict,
    pub confidence: Option<Confidence>,
    pub state: Grade,
    pub quality: Grade,
    pub quantity: Grade,
    pub convenience: Grade,
    pub reliability: Grade,
    /// Which criterion is the worst, where not all are safe.
    pub decided_by: Option<&'static str>,
    pub source: Option<u32>,
    pub how: Option<How>,
    /// Straight metres to the source.
    pub distance_m: Option<f64>,
    /// Metres to it along roads, where the rules ask for them and a road leads there.
    pub road_m: Option<f64>,
    /// Height between village and source.
    pub climb_m: Option<f64>,
    /// Round trip.
    pub minutes: Option<f64>,
    pub jmp: Option<Rung>,
}

/// A connection to build.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WaterLink {
    pub id: String,
    pub village: String,
    pub source: String,
    pub distance_m: f64,
    /// Height that the water must be lifted.
    pub climb_m: f64,
    pub people: Option<f64>,
    pub demand_m3_d: f64,
    /// The village is supplied from several sources; this is its share here.
    pub share: f64,
    pub cost: f64,
    pub currency: String,
    #[serde(skip)]
    pub village_ix: u32,
    #[serde(skip)]
    pub line: [Coord; 2],
}

/// Figures of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct WaterFacts {
    pub profile: String,
    pub sources: usize,
    pub safe: usize,
    #[serde(rename = "unsafe")]
    pub unsafe_sources: usize,
    pub untested: usize,
    pub unknown: usize,
    pub unimproved: usize,
    pub links: usize,
    pub link_cost: f64,
    /// Unsafe villages that no safe source can take.
    pub without_link: usize,
}

/// Everything the theme found. Columns are parallel to the world's water sources and villages.
#[derive(Debug, Default)]
pub struct WaterFindings {
    /// `None` where the atlas has nothing on water.
    pub facts: Option<WaterFacts>,
    pub sources: Vec<WaterSourceState>,
    pub villages: Vec<VillageWater>,
    pub links: Vec<WaterLink>,
    pub contamination: Vec<Contamination>,
    pub gaps: Vec<Gap>,
    pub timings: Vec<(&'static str, Duration)>,
}
