//! Cuntong (村通): finds where villages are still left out and shows planners what to build first.
//!
//! Data flows one way: [`atlas`] → [`layers`] → [`world`] → [`gaps`] → [`publish`] → [`server`] and files.
//! See `ARCHITECTURE.md` for the map of the modules.

#![forbid(unsafe_code)]

pub mod atlas;
pub mod cli;
pub mod cql2;
pub mod export;
pub mod findings;
pub mod gaps;
pub mod init;
pub mod layers;
pub mod network;
pub mod priority;
#[doc(hidden)]
pub mod probe;
pub mod publish;
pub mod relief;
pub mod server;
pub mod standards;
pub mod store;
pub mod synthesize;
pub mod text;
pub mod tiles;
pub mod world;
