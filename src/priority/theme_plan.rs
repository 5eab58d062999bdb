//! The plan of one theme.

pub use super::joint::{Ask, JointPlan, Work};
use super::{fibre_plan, power_plan, road_plan, water_plan};
use crate::findings::Findings;

/// Themes with plans of their own.
pub const PLANNED: [&str; 4] = ["roads", "power", "water", "broadband"];

/// Plans a theme. `None` where the atlas has nothing to plan it with; `theme` is one of [`PLANNED`].
pub fn plan(f: &Findings, theme: &str, ask: &Ask) -> Option<JointPlan> {
    match theme {
        "roads" => road_plan::plan(f, ask),
        "power" => power_plan::plan(f, ask),
        "water" => water_plan::plan(f, ask),
        "broadband" => fibre_plan::plan(f, ask),
        _ => None,
    }
}
