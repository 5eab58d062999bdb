//! Findings as GeoJSON collections, summary and files. Knows no analysis and no HTTP.

mod collection;
mod collections;
pub mod colours;
pub mod comparison;
mod files;
mod geojson;
pub mod lists;
pub mod neighbours;
pub mod plans;
mod power;
mod projects;
mod properties;
pub mod reports;
pub mod scorecard;
pub mod shape;
mod social;
mod summary;
pub mod table;
pub mod villages;
mod water;

use sha2::{Digest, Sha256};

use crate::atlas::Atlas;
use crate::layers::InputFile;

pub use collection::{CLOSING, Collection, opening, wrap};
pub use collections::collections;
pub use files::{WriteError, write_all};
pub use properties::{Cell, Column, Kind, Properties};
pub(crate) use scorecard::{heading_format, quote};
pub use summary::summary;

/// Digest of everything the answers depend on: program version, atlas text, rules, input files.
pub fn data_version(atlas: &Atlas, inputs: &[InputFile]) -> String {
    let mut h = Sha256::new();
    h.update(env!("CARGO_PKG_VERSION"));
    h.update(std::fs::read(&atlas.file).unwrap_or_default());
    h.update(serde_json::to_vec(&atlas.roads).unwrap_or_default());
    h.update(serde_json::to_vec(&atlas.power).unwrap_or_default());
    h.update(serde_json::to_vec(&atlas.water).unwrap_or_default());
    h.update(serde_json::to_vec(&atlas.broadband).unwrap_or_default());
    h.update(serde_json::to_vec(&atlas.services).unwrap_or_default());
    h.update(serde_json::to_vec(&atlas.scorecard).unwrap_or_default());
    h.update(serde_json::to_vec(&atlas.priority).unwrap_or_default());
    for i in inputs {
        h.update(serde_json::to_vec(i).unwrap_or_default());
    }
    h.finalize()[..8].iter().map(|b| format!("{b:02x}")).collect()
}
