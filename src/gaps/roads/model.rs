//! What the roads theme answers with.

use std::time::Duration;

use serde::Serialize;

use super::super::rai::{Rai, Share};
use super::super::{Confidence, Gap, Verdict};
use super::again::Kept;
use crate::atlas::Noding;
use crate::network::{AnchorUse, LinkSurface, NeighbourPath, PathSummary, RoadNet};
use crate::world::Provenance;

/// How a village or facility stands to the main network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Connected,
    Linked,
    CutOff,
    NoRoad,
    /// The atlas has no road layer.
    NoData,
}

/// Roads' answer for one village.
#[derive(Debug, Clone, PartialEq)]
pub struct VillageRoads {
    pub state: State,
    pub verdict: Verdict,
    /// What the verdict rests on; `None` where nothing is known.
    pub confidence: Option<Confidence>,
    /// Straight metres to the main network.
    pub distance_m: Option<f64>,
    /// Straight metres to the nearest road of any kind, where none is near enough to join.
    pub nearest_road_m: Option<f64>,
    pub path: Option<PathSummary>,
    /// Straight line that would join a cut-off piece, metres.
    pub cut_off_link_m: Option<f64>,
    /// The layer and the village's record disagree.
    pub disagrees: bool,
    pub rai: Option<Share>,
    /// Can be cut off by the failure of one edge.
    pub fragile: bool,
}

impl VillageRoads {
    /// Nothing is known.
    pub(super) fn no_data() -> Self {
        Self {
            state: State::NoData,
            verdict: Verdict::Unknown,
            confidence: None,
            distance_m: None,
            nearest_road_m: None,
            path: None,
            cut_off_link_m: None,
            disagrees: false,
            rai: None,
            fragile: false,
        }
    }
}

/// A stretch to build and who depends on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinkFeature {
    pub id: String,
    pub surface: LinkSurface,
    pub length_m: f64,
    pub cost: f64,
    pub currency: String,
    pub villages: Vec<String>,
    pub village_count: usize,
    /// Known people; `None` where no village's population is known.
    pub people: Option<f64>,
    /// Villages among them whose population is not known.
    pub people_unknown: usize,
    pub households: Option<f64>,
    pub schools: usize,
    pub townships: usize,
    pub roads: Vec<String>,
    pub confidence: Confidence,
    pub provenance: Provenance,
    #[serde(skip)]
    pub line: Vec<geo::Coord>,
}

/// Facts about the network, for the quality report and the summary.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NetworkFacts {
    pub anchors: AnchorUse,
    pub noding: Noding,
    pub vertices: usize,
    pub edges: usize,
    pub length_m: f64,
    pub main_m: f64,
    pub paved_m: f64,
    pub gravel_m: f64,
    pub earth_m: f64,
    pub unknown_m: f64,
    /// Of the paved length, what was inferred from the class alone.
    pub inferred_m: f64,
    pub cut_off_pieces: usize,
    pub cut_off_m: f64,
}

/// Everything the theme found.
pub struct RoadFindings {
    pub facts: Option<NetworkFacts>,
    pub villages: Vec<VillageRoads>,
    pub schools: Vec<State>,
    pub seats: Vec<State>,
    /// Village, school and township gaps, by id.
    pub gaps: Vec<Gap>,
    pub links: Vec<LinkFeature>,
    pub neighbours: Vec<Gap>,
    /// Neighbouring administrative villages, as indexes.
    pub pairs: Vec<(u32, u32)>,
    pub fragile: Vec<Gap>,
    pub rai: Rai,
    /// Per road: part of the main network.
    pub road_main: Vec<bool>,
    /// Steps that a later run on nearly the same roads takes over.
    pub kept: Kept,
    /// The roads as a network, for other themes.
    pub network: RoadNet,
    /// Seconds per step.
    pub timings: Vec<(&'static str, Duration)>,
}

impl RoadFindings {
    /// Of each pair of neighbours (indexes of villages): the way between them, and the gap where it is not paved.
    pub fn pair_ways(&self) -> impl Iterator<Item = ((u32, u32), &NeighbourPath, Option<&Gap>)> {
        // The gaps stand in the order of the pairs.
        let mut gaps = self.neighbours.iter();
        self.pairs.iter().zip(&self.kept.paths).map(move |(&pair, way)| {
            let gap = way.repair.as_ref().and_then(|_| gaps.next());
            (pair, way, gap)
        })
    }

    /// Of each pair of neighbours: joined by a paved way, not, or unknown.
    pub fn pair_verdicts(&self) -> impl Iterator<Item = Verdict> + '_ {
        self.pair_ways().map(|(_, way, gap)| match (&way.repair, gap) {
            (None, _) => Verdict::Ok,
            (Some(_), gap) => gap.map_or(Verdict::Unknown, |g| g.verdict),
        })
    }
}
