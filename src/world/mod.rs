//! The typed, immutable picture of a region that every analysis reads.
//!
//! Built once from layers, sorted by source id so that nothing depends on file order. Positions are WGS84
//! longitude and latitude in degrees; distances come from [`metric`]. Knows neither files nor HTTP.

pub mod broadband;
mod heights;
pub mod index;
pub mod metric;
mod model;
pub mod power;
pub mod projects;
pub mod water;

pub use heights::Heights;
pub use model::*;
pub use power::PowerGrid;
pub use water::WaterData;
