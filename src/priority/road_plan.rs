//! Which roads to pave or build first ([`super::joint`]).

use super::joint::{Asking, Problem};
use super::projects;
use crate::findings::Findings;
use crate::gaps::roads::State;
use crate::network::{JointRoads, reach};

pub use super::joint::{Ask, Connected, CurvePoint, Everybody, JointPlan, Work};

/// Plans roads. `None` where the atlas has no roads.
pub fn plan(f: &Findings, ask: &Ask) -> Option<JointPlan> {
    if !f.world.has_roads {
        return None;
    }
    let (w, rules) = (&f.world, &f.atlas.roads);
    let of = |i: usize| &f.roads.villages[i];
    let open = |i: usize| !matches!(of(i).state, State::Connected | State::NoData);
    let a = Asking::new(f, ask, |i| of(i).verdict, open, f.roads.gaps.iter());
    let (net, index) = (&f.roads.network.net, &f.roads.network.index);
    let seats: Vec<_> = w.seats.iter().map(|s| s.point).collect();
    let reach = reach(net, &w.roads, index, &seats, &rules.trunk_classes, rules.access_m);
    let points = a.villages.iter().map(|&i| w.villages[i].point).collect();
    let limits = (rules.access_m, rules.max_access_m);
    let built = if ask.without_planned { projects::edges_built(f, net) } else { Vec::new() };
    let roads = JointRoads::new(net, &w.roads, index, &reach, points, (limits, &built), &rules.cost_per_km);
    Some(super::joint::plan(&Problem::new(f, "roads", roads, a, f64::INFINITY), ask))
}
