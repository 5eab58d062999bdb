//! Cuntong (村通): finds where villages are still left out and shows planners what to build first.
//!
//! Data flows one way: [`atlas`] → [`layers`] → [`world`] → [`gaps`] → [`publish`] → [`server`] and files.
//! See `ARCHITECTURE.md` for the map of the modules.

pub mod atlas;
pub mod standards;
pub mod synthesize;
pub mod world;
