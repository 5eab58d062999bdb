//! From findings to decisions: scorecards, and the cheapest works that reach a target (definitions, section 7).
//! Pure functions of [`crate::findings::Findings`]; knows neither files nor HTTP.

mod cheapest;
pub mod need;
pub mod scorecard;
mod stability;
