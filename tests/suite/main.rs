//! All tests of the program and of its analysis at their public faces, as one program: built and linked once, and what is
//! costly to make (an analysed region, a running service) is made once.
//!
//! `cargo test --test suite NAME` runs those whose path has NAME in it: `water`, `ogc::tiles`.

mod common;

mod broken_inputs;
mod command_line;
mod forms;
mod hostile;
mod known_failures;
mod last_mile_independent;
mod load_flow;
mod ogc;
mod operations;
mod plans;
mod planted_truth;
mod postgis;
mod power;
mod projects;
mod qgis;
mod real_data;
mod scorecard;
mod service;
mod snapshots;
mod steiner;
mod theme_plans;
mod water;
mod what_if;
