//! Drinking water: sources, test results, service areas, heights.

use geo::{Coord, MultiPolygon};
use serde::{Deserialize, Serialize};

use super::Known;
use crate::standards::ParameterIx;

/// Kind of source (WHO/UNICEF JMP).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceType {
    Piped,
    Borehole,
    ProtectedWell,
    ProtectedSpring,
    Rainwater,
    Tanker,
    UnprotectedWell,
    UnprotectedSpring,
    Surface,
}

impl SourceType {
    pub const ALL: [SourceType; 9] = [
        SourceType::Piped,
        SourceType::Borehole,
        SourceType::ProtectedWell,
        SourceType::ProtectedSpring,
        SourceType::Rainwater,
        SourceType::Tanker,
        SourceType::UnprotectedWell,
        SourceType::UnprotectedSpring,
        SourceType::Surface,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            SourceType::Piped => "piped",
            SourceType::Borehole => "borehole",
            SourceType::ProtectedWell => "protected_well",
            SourceType::ProtectedSpring => "protected_spring",
            SourceType::Rainwater => "rainwater",
            SourceType::Tanker => "tanker",
            SourceType::UnprotectedWell => "unprotected_well",
            SourceType::UnprotectedSpring => "unprotected_spring",
            SourceType::Surface => "surface",
        }
    }

    /// Protected from outside contamination by its nature (JMP).
    pub fn improved(self) -> bool {
        self < SourceType::UnprotectedWell
    }
}

/// Whether a source gives water.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Functional {
    Yes,
    Partly,
    No,
    Abandoned,
    #[default]
    Unknown,
}

/// A water source.
#[derive(Debug, Clone)]
pub struct WaterSource {
    pub id: String,
    pub name: Option<String>,
    pub kind: Option<SourceType>,
    pub functional: Functional,
    pub yield_m3_d: Option<f64>,
    pub users: Option<f64>,
    pub elevation_m: Option<f64>,
    pub depth_m: Option<f64>,
    pub county: Option<String>,
    /// As its record says, else the town of the village it lies in or next to.
    pub town: Option<String>,
    pub point: Coord,
    /// Of works that are thought of (what-if): its water will meet the limits, whatever tests say now.
    pub assured: bool,
    pub source: u16,
}

impl WaterSource {
    /// Gives water, as far as anybody knows.
    pub fn works(&self) -> bool {
        !matches!(self.functional, Functional::No | Functional::Abandoned)
    }
}

/// Result of one parameter in one sample, in the parameter's own unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TestResult {
    /// Index into the sources.
    pub source: u32,
    pub parameter: ParameterIx,
    pub value: f64,
    /// Not found; `value` is the detection limit.
    pub below: bool,
    /// More than could be counted; `value` is where counting ended.
    pub above: bool,
    /// Days since 1970-01-01.
    pub day: Option<i32>,
}

/// Ground that a source supplies.
#[derive(Debug, Clone)]
pub struct ServiceArea {
    pub id: String,
    /// Index into the sources.
    pub source: u32,
    /// Index into the villages, where the layer names one.
    pub village: Option<u32>,
    /// `None` where the layer is a list of sources and villages.
    pub area: Option<MultiPolygon>,
}

/// What a village's record says of its water.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WaterRecord {
    /// Id of its source.
    pub source: Option<String>,
    pub kind: Option<SourceType>,
    /// Litres per person and day.
    pub litres: Option<f64>,
    pub scarce: Known,
    /// Days a year without enough.
    pub days_short: Option<f64>,
    /// Share of households with piped water in the yard.
    pub piped_share: Option<f64>,
    /// Round trip.
    pub minutes: Option<f64>,
    /// Treated piped water.
    pub treated: Known,
}

impl WaterRecord {
    /// Says anything at all.
    pub fn speaks(&self) -> bool {
        *self != WaterRecord::default()
    }
}

/// Everything on water.
#[derive(Debug, Clone, Default)]
pub struct WaterData {
    /// By id.
    pub sources: Vec<WaterSource>,
    /// By source, parameter, day, value.
    pub results: Vec<TestResult>,
    pub areas: Vec<ServiceArea>,
    /// Height of each village's settlement point, metres.
    pub village_elevation: Vec<Option<f64>>,
    pub has_sources: bool,
}
