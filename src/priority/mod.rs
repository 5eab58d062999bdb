//! From findings to decisions: scorecards, and the cheapest works that reach a target (definitions, section 7).
//! Pure functions of [`crate::findings::Findings`]; knows neither files nor HTTP.

pub mod budget_plan;
mod cheapest;
mod knapsack;
pub mod need;
pub mod question;
pub mod road_plan;
pub mod scorecard;
mod stability;
