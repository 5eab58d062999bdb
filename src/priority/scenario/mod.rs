//! What if: a few changes of the data, and what they would close (definitions, section 7).
//!
//! 1. `read.rs`: a GeoJSON FeatureCollection as edits that name things that are there.
//! 2. `roads.rs`, `grid.rs`, `places.rs`: the edits carried out on the world.
//! 3. `rerun.rs`: the themes that the edits can change, found anew; of the roads only what is near the change. The
//!    result is that of a whole run on the edited world.
//! 4. `outcome.rs`: gaps closed, opened and changed, people, scorecards before and after.

mod grid;
mod outcome;
mod places;
mod read;
mod rerun;
mod roads;

use geo::Coord;
use serde_json::Value;
use thiserror::Error;

use super::scorecard::{Scorecard, figures_only};
use crate::findings::Findings;
use crate::network::MAX_CROSSINGS;
use crate::world::Surface;
use crate::world::power::BusIx;
use crate::world::water::SourceType;

pub use outcome::{Change, Figures, Indicator, Outcome, Place, Tally};
pub use read::read;
pub use rerun::{Edited, apply, rerun};

/// Reads a scenario, finds anew what it can change, and tells the difference.
pub fn answer(f: &Findings, figures: &Scorecard, document: &Value) -> Result<(Findings, Outcome), ScenarioError> {
    let edits = read(document, f)?;
    let edited = apply(f, &edits)?;
    let works = (edited.road_cost, edited.road_m);
    let after = rerun(f, edited);
    let out = Outcome::new((f, figures), (&after, &figures_only(&after)), edits.len(), works);
    Ok((after, out))
}

/// Edits of one scenario at most.
pub const MAX_EDITS: usize = 1_000;
/// Positions of all drawn roads together at most.
pub const MAX_POSITIONS: usize = 5_000;
/// Metres of all drawn roads together at most: more than a county has roads.
pub const MAX_DRAWN_M: f64 = 5_000_000.0;
/// A drawn road that ends this near (metres) a road joins it: what a hand on a map can hit.
pub const JOIN_M: f64 = 30.0;

/// Why a scenario cannot be used.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ScenarioError {
    #[error("not a GeoJSON FeatureCollection: {0}")]
    NotGeoJson(String),
    #[error("{count} edits; at most {MAX_EDITS} are answered at a time. Change the data and analyse them instead")]
    TooManyEdits { count: usize },
    #[error("the drawn roads have {count} positions; at most {MAX_POSITIONS} are answered at a time")]
    TooManyPositions { count: usize },
    #[error("the drawn roads are {km:.0} km long; at most {:.0} km are answered at a time", MAX_DRAWN_M / 1000.0)]
    TooLong { km: f64 },
    #[error("the drawn roads cross roads or each other more than {MAX_CROSSINGS} times")]
    TooManyCrossings,
    #[error("no edits")]
    Empty,
    /// `at` is a path into the document, e.g. `features[3].properties.link`.
    #[error("{at}: {why}")]
    Edit { at: String, why: String },
}

/// One change. Indexes are those of the world and the findings that it was read for.
#[derive(Debug, Clone, PartialEq)]
pub enum Edit {
    /// Pave (or, where no road is, build) stretches to build, by index.
    PaveLinks(Vec<u32>),
    /// Pave a whole road.
    PaveRoad(u32),
    /// A new road.
    Road { line: Vec<Coord>, surface: Surface },
    /// A new water source whose water meets the limits; `villages` are connected to it, with a tap in the yard where
    /// `piped`.
    Source {
        point: Coord,
        kind: SourceType,
        yield_m3_d: Option<f64>,
        elevation_m: Option<f64>,
        villages: Vec<u32>,
        piped: bool,
    },
    /// A source repaired and treated: it gives water that meets the limits.
    MendSource(u32),
    /// A new transformer at a low-voltage bus; the line that feeds the bus is opened.
    Transformer { bus: BusIx, kva: f64 },
    /// A transformer replaced by one of another rating.
    ReplaceTransformer { transformer: u32, kva: f64 },
    /// Lines with another conductor.
    Reconductor { lines: Vec<u32>, conductor: String },
    /// A fibre access node.
    Node { point: Coord, mbit_s: Option<f64> },
    /// A facility of a class of the service rules.
    Facility { point: Coord, class: String },
}
