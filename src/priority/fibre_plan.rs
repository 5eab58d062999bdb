//! Where to lay fibre first: villages without broadband to access nodes along roads, trenches shared ([`super::joint`]).
//!
//! Every road costs the same, as does the straight line from a village to its nearest road. A village whose shortest way
//! along roads is longer than the rules allow, or that no road leads to, has a straight line to its nearest node, where
//! that is near enough: so it is in the remedies of single villages. Ways of a plan are no longer than the rules allow
//! either: where the joint tree leads a village farther round, its own shortest way is laid too, and the lower bound stays
//! that of the tree without limit.

use geo::Coord;

use super::joint::{Ask, Asking, JointPlan, Problem};
use crate::findings::Findings;
use crate::gaps::broadband::State;
use crate::network::{FibreAsk, JointRoads};

/// Plans fibre. `None` where the atlas has no access nodes or says nothing of broadband.
pub fn plan(f: &Findings, ask: &Ask) -> Option<JointPlan> {
    let (w, rules) = (&f.world, &f.atlas.broadband);
    if f.broadband.facts.is_none() || w.broadband.nodes.is_empty() {
        return None;
    }
    let of = |i: usize| &f.broadband.villages[i];
    let gaps = f.broadband.gaps.iter().filter(|g| g.kind != "no_mobile");
    let a = Asking::new(f, ask, |i| of(i).verdict, |i| of(i).state != State::Broadband, gaps);
    let points: Vec<Coord> = a.villages.iter().map(|&i| w.villages[i].point).collect();
    let nodes: Vec<Coord> = w.broadband.nodes.iter().map(|n| n.point).collect();
    let net = w.has_roads.then(|| (&f.roads.network.net, &f.roads.network.index));
    let ask_fibre = FibreAsk {
        max_access_m: f.atlas.roads.max_access_m,
        max_route_m: rules.max_route_m,
        cost_per_km: rules.cost_per_km,
    };
    let roads = JointRoads::fibre(net, points, &nodes, &ask_fibre);
    Some(super::joint::plan(&Problem::new(f, "broadband", roads, a, rules.max_route_m), ask))
}
