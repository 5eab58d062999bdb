//! What the power theme answers with.

use std::collections::BTreeMap;
use std::time::Duration;

use geo::{Coord, MultiPolygon};
use serde::Serialize;

use super::super::{Confidence, Gap, Verdict};
use super::networks::Problem;
use super::readings::Measured;
use crate::standards::Bilingual;
use crate::world::{Known, Provenance};

/// Which side a voltage is wrong on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bad {
    Low,
    High,
}

/// Likely cause of a low voltage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    OverloadedTransformer,
    LongLine,
    ThinConductor,
    Unknown,
}

impl Cause {
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::OverloadedTransformer => "overloaded_transformer",
            Cause::LongLine => "long_line",
            Cause::ThinConductor => "thin_conductor",
            Cause::Unknown => "unknown",
        }
    }
}

/// One supply point (a load) with everything known of its voltage.
#[derive(Debug, Clone, PartialEq)]
pub struct SupplyPoint {
    pub load: u32,
    pub village: Option<u32>,
    pub transformer: Option<u32>,
    /// Index into the networks; `None` where no line leads to it.
    pub network: Option<u32>,
    /// Metres along the line from its transformer.
    pub length_m: Option<f64>,
    /// One phase and neutral.
    pub single: bool,
    pub low_limit: f64,
    pub high_limit: f64,
    pub modelled_low: Option<f64>,
    pub modelled_high: Option<f64>,
    pub measured: Option<Measured>,
    pub verdict: Verdict,
    pub confidence: Option<Confidence>,
    pub bad: Option<Bad>,
    /// The voltage that decides.
    pub pu: Option<f64>,
    /// Measured and modelled speak against each other.
    pub disagrees: bool,
}

/// Transformer with its load and worst voltage.
#[derive(Debug, Clone, PartialEq)]
pub struct TransformerState {
    pub village: Option<u32>,
    /// Demand behind it, kVA; `None` where loads are unknown or it shares a network with others that is not solved.
    pub demand_kva: Option<f64>,
    pub loading: Option<f64>,
    pub households: Option<f64>,
    pub people: Option<f64>,
    pub kva_per_household: Option<f64>,
    pub worst_pu: Option<f64>,
    pub supply_points: usize,
    pub solved: bool,
    pub problem: Option<Bilingual>,
    /// The medium-voltage line reaches it from a substation; `None` where there is no such layer.
    pub hv_reached: Option<bool>,
}

/// Line with its loading and who hangs on it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LineState {
    /// Amperes over ampacity.
    pub loading: Option<f64>,
    /// Name of its feeder: id of the line that leaves the substation.
    pub feeder: Option<String>,
    /// Its loss leaves somebody without supply (medium voltage).
    pub bridge: Option<bool>,
    pub people_behind: f64,
    pub households_behind: f64,
}

/// Works that would close a gap.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PowerRemedy {
    /// `new_transformer`, `thicker_conductor`, `larger_transformer`, `larger_and_thicker` or `survey`.
    pub kind: &'static str,
    pub text: Bilingual,
    /// Where the (first) new transformer goes.
    pub point: Option<[f64; 2]>,
    /// Of the (first) transformer.
    pub rating_kva: Option<f64>,
    pub transformers: usize,
    /// Buses and ratings of new transformers; the line above each bus is opened.
    pub buses: Vec<String>,
    pub ratings_kva: Vec<f64>,
    pub lines: Vec<String>,
    pub conductor: Option<String>,
    pub length_m: f64,
    pub cost: Option<f64>,
    pub currency: String,
    /// Worst voltage with the works in place, by load flow.
    pub after_pu: Option<f64>,
}

/// Touching territories of supply points with low voltage.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LowVoltageArea {
    pub id: String,
    pub villages: Vec<String>,
    pub village_count: usize,
    pub people: Option<f64>,
    /// Supply points whose people are not known.
    pub people_unknown: usize,
    pub households: Option<f64>,
    pub supply_points: usize,
    pub worst_pu: Option<f64>,
    pub limit_pu: Option<f64>,
    pub confidence: Confidence,
    pub cause: Cause,
    pub transformers: Vec<String>,
    pub provenance: Provenance,
    pub why: Bilingual,
    /// Of the worst network.
    pub remedy: PowerRemedy,
    /// One for each network in the area.
    pub remedies: Vec<PowerRemedy>,
    #[serde(skip)]
    pub area: MultiPolygon,
}

/// A new medium-voltage line that gives a second source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TieLine {
    pub id: String,
    pub from: String,
    pub to: String,
    pub length_m: f64,
    pub people: f64,
    pub households: f64,
    pub people_per_km: f64,
    pub cost: f64,
    pub currency: String,
    #[serde(skip)]
    pub line: [Coord; 2],
}

/// Power's answer for one village.
#[derive(Debug, Clone, PartialEq)]
pub struct VillagePower {
    pub verdict: Verdict,
    pub confidence: Option<Confidence>,
    /// Kinds of its gaps.
    pub kinds: Vec<&'static str>,
    pub worst_pu: Option<f64>,
    pub limit_pu: Option<f64>,
    pub modelled_pu: Option<f64>,
    pub cause: Option<Cause>,
    /// Metres along the line to its farthest supply point.
    pub supply_m: Option<f64>,
    pub supply_points: usize,
    /// Three-phase power in reach.
    pub three_phase: Known,
    /// Straight metres, and along roads, to the nearest three-phase line or transformer.
    pub three_phase_m: Option<f64>,
    pub three_phase_road_m: Option<f64>,
    /// Straight metres to anything electrical.
    pub grid_m: Option<f64>,
    /// Two kinds of evidence speak against each other.
    pub disagrees: bool,
}

/// What happens at another load.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scenario {
    pub load_factor: f64,
    pub supply_points_under: usize,
    pub households_under: f64,
    pub villages_under: usize,
    pub transformers_over: usize,
    /// Networks that collapse: no voltage carries the load.
    pub networks_without_answer: usize,
}

/// Figures of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PowerFacts {
    pub transformers: usize,
    /// Transformers whose network was solved.
    pub solved: usize,
    pub not_solved: usize,
    pub networks: usize,
    pub networks_solved: usize,
    pub supply_points: usize,
    pub under_limit: usize,
    pub over_limit: usize,
    pub feeders: usize,
    pub radial_feeders: usize,
    pub islands_without_source: usize,
    pub scenarios: Vec<Scenario>,
}

/// Everything the theme found. Columns are parallel to the grid's lists and to the world's villages.
#[derive(Debug, Default)]
pub struct PowerFindings {
    /// `None` where the atlas has nothing on power, not even in village records.
    pub facts: Option<PowerFacts>,
    pub villages: Vec<VillagePower>,
    pub points: Vec<SupplyPoint>,
    pub transformers: Vec<TransformerState>,
    pub lines: Vec<LineState>,
    pub gaps: Vec<Gap>,
    pub areas: Vec<LowVoltageArea>,
    /// Name of every network with a low supply point, and the works that mend it.
    pub cures: BTreeMap<u32, (String, PowerRemedy)>,
    pub ties: Vec<TieLine>,
    /// Voltages of listed buses by load flow: bus of the grid, each phase as a share of the nominal.
    pub bus_pu: Vec<(u32, [Option<f64>; 3])>,
    /// Networks without an answer: name and reason.
    pub problems: Vec<(String, Problem)>,
    /// Feeders and networks fed twice, and the like, for the quality report.
    pub two_sources: Vec<String>,
    pub without_source: Vec<String>,
    pub timings: Vec<(&'static str, Duration)>,
}
