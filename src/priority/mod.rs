//! From findings to decisions: scorecards, rankings, and plans of what to build first (definitions, section 7).
//! Pure functions of [`crate::findings::Findings`]; knows neither files nor HTTP.

mod branches;
pub mod budget_plan;
mod bundles;
mod cheapest;
pub mod comparison;
mod conclusions;
pub mod fibre_plan;
mod joint;
mod knapsack;
pub mod need;
mod power_plan;
mod power_works;
pub mod projects;
pub mod question;
pub mod road_plan;
pub mod scenario;
pub mod scorecard;
mod sequence;
pub mod snapshot;
mod stability;
mod supply;
pub mod theme_plan;
mod water_plan;

pub use conclusions::Conclusions;
