//! What happens at other loads: every network solved again with all loads times a factor.

use rayon::prelude::*;

use super::model::Scenario;
use super::networks::Network;
use super::solve::{fill, frame, tolerance};
use super::topology::Topology;
use crate::network::flow::{Complex64, Workspace, solve_with};
use crate::standards::PowerRules;
use crate::world::World;
use crate::world::power::Level;

/// One answer for each of the rules' further load factors, in their order.
pub(super) fn scenarios(
    world: &World,
    topology: &Topology,
    nets: &[Network],
    village_of: &[Option<u32>],
    rules: &PowerRules,
) -> Vec<Scenario> {
    rules.scenarios.iter().map(|&f| scenario(world, topology, nets, village_of, rules, f)).collect()
}

fn scenario(
    world: &World,
    topology: &Topology,
    nets: &[Network],
    village_of: &[Option<u32>],
    rules: &PowerRules,
    factor: f64,
) -> Scenario {
    let grid = &world.power;
    let low = |n: &&Network| n.level == Level::Low && n.problem.is_none();
    let answers: Vec<(Vec<u32>, usize, bool)> = nets
        .par_iter()
        .filter(low)
        .map_init(Workspace::default, |w, n| {
            let mut island = n.island.clone();
            island.load_va.iter_mut().flatten().for_each(|s| *s *= factor / rules.load_factor);
            let rating = |&t: &u32| {
                let t = &grid.transformers[t as usize];
                t.rating_kva.unwrap_or(0.0) * t.parallel
            };
            let demand = island.load_va.iter().flatten().sum::<Complex64>().norm() / 1e3;
            let over = demand > rules.overload * n.sources.iter().map(rating).sum::<f64>();
            let over = if over { n.sources.len() } else { 0 };
            match solve_with(w, &island, tolerance()) {
                Ok(s) => {
                    let mut answer = frame(grid, topology, n);
                    fill(&mut answer, grid, topology, n, &s);
                    let under = answer
                        .loads
                        .iter()
                        .filter(|a| a.low_pu.is_some_and(|v| v < rules.limits(a.single).low))
                        .map(|a| a.load)
                        .collect();
                    (under, over, true)
                }
                // A collapse leaves everybody without a usable voltage.
                Err(_) => (n.loads.iter().map(|l| l.0).collect(), over, false),
            }
        })
        .collect();
    let under = || answers.iter().flat_map(|a| a.0.iter().copied());
    let mut villages: Vec<u32> = under().filter_map(|l| village_of[l as usize]).collect();
    villages.sort_unstable();
    villages.dedup();
    Scenario {
        load_factor: factor,
        supply_points_under: under().count(),
        households_under: super::super::total(under().filter_map(|l| grid.loads[l as usize].households)),
        villages_under: villages.len(),
        transformers_over: answers.iter().map(|a| a.1).sum(),
        networks_without_answer: answers.iter().filter(|a| !a.2).count(),
    }
}
