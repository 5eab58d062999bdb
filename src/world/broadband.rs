//! Broadband and facilities: coverage, access nodes, fibre, and the places that villages need.

use geo::{Coord, MultiPolygon};
use serde::Serialize;

use super::Known;
use crate::world::Provenance;

/// Ground with broadband, or a tile of measured speed.
#[derive(Debug, Clone)]
pub struct Coverage {
    pub id: String,
    /// Download speed; `None` where the layer does not say.
    pub mbit_s: Option<f64>,
    /// People measured it; else it is what a provider offers.
    pub measured: bool,
    pub area: MultiPolygon,
    pub source: u16,
}

/// A fibre access node.
#[derive(Debug, Clone)]
pub struct BroadbandNode {
    pub id: String,
    pub name: Option<String>,
    pub mbit_s: Option<f64>,
    pub point: Coord,
    pub source: u16,
}

/// A line of fibre.
#[derive(Debug, Clone)]
pub struct FibreLine {
    pub id: String,
    pub name: Option<String>,
    pub line: Vec<Coord>,
    pub source: u16,
}

/// Everything on broadband; lists by id.
#[derive(Debug, Clone, Default)]
pub struct BroadbandData {
    pub coverage: Vec<Coverage>,
    pub nodes: Vec<BroadbandNode>,
    pub fibre: Vec<FibreLine>,
    /// The atlas has a layer of what providers offer (not merely of measurements), so what it leaves out is not covered.
    pub has_coverage: bool,
    pub has_nodes: bool,
}

/// A place that villages need: clinic, station, school …
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facility {
    pub id: String,
    pub name: String,
    /// Key of a class of the service rules.
    pub class: String,
    pub county: Option<String>,
    #[serde(skip)]
    pub point: Coord,
    pub provenance: Provenance,
}

/// What a village's record says of broadband.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BroadbandRecord {
    pub broadband: Known,
    pub mbit_s: Option<f64>,
    /// Any mobile telephone coverage.
    pub mobile: Known,
}

/// What a village's record says of facilities of a class.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ServiceRecord {
    pub class: &'static str,
    /// One is in the village.
    pub inside: Known,
    /// Nearest one: at least, and less than so many metres away.
    pub metres: Option<(f64, f64)>,
}
