//! The user's `atlas.toml`: what they have, where it comes from, how its words map to ours.

mod model;

pub use model::*;
