//! No three-phase power (未通动力电) and no grid: how far the nearest line is, straight and along roads.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use geo::Coord;
use rayon::prelude::*;

use super::PowerFindings;
use super::wires::{Element, FAR_M, Wires, three_phase};
use crate::network::ordered::Ordered;
use crate::network::{Adjacency, RoadNet};
use crate::standards::PowerRules;
use crate::world::{Known, World};

/// Ways that differ by less (metres) are the same: a road cut in two adds up to its length but for rounding.
const SAME_M: f64 = 1e-3;

/// What is in reach of a village.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reach {
    /// Metres to anything electrical; `None` beyond all that is searched.
    pub grid_m: Option<f64>,
    pub three_phase: Known,
    pub three_phase_m: Option<f64>,
    pub three_phase_road_m: Option<f64>,
}

pub(super) fn reaches(world: &World, wires: &Wires, roads: Option<&RoadNet>, rules: &PowerRules) -> Vec<Reach> {
    let grid = &world.power;
    let adjacency = roads.map(|r| r.net.adjacency());
    world
        .villages
        .par_iter()
        .map(|v| {
            let yes = |e: Element| three_phase(grid, e) == Some(true);
            let maybe = |e: Element| three_phase(grid, e).is_none();
            let grid_m = wires.nearest(v.point, FAR_M, |_| true).map(|n| n.metres);
            let near = wires.nearest(v.point, FAR_M, yes).map(|n| n.metres);
            let in_reach = |keep: &dyn Fn(Element) -> bool, m: Option<f64>| {
                m.is_some_and(|m| m <= rules.power_access_m)
                    || v.area.as_ref().is_some_and(|a| wires.inside(a, keep).is_some())
            };
            let state = if in_reach(&yes, near) {
                Known::Yes
            } else if in_reach(&maybe, wires.nearest(v.point, rules.power_access_m, maybe).map(|n| n.metres)) {
                Known::Unknown
            } else {
                Known::No
            };
            let along = match (state, roads, &adjacency, near) {
                (Known::No, Some(r), Some(a), Some(_)) => road_m(r, a, v.point, wires, &yes, rules),
                _ => None,
            };
            Reach { grid_m, three_phase: state, three_phase_m: near, three_phase_road_m: along }
        })
        .collect()
}

/// True where the ways along these roads to three-phase lines are not those that were found before.
pub fn ways_differ(world: &World, rules: &PowerRules, roads: &RoadNet, before: &PowerFindings) -> bool {
    let adjacency = roads.net.adjacency();
    let wires = Wires::new(&world.power);
    let yes = |e: Element| three_phase(&world.power, e) == Some(true);
    world.villages.par_iter().zip(&before.villages).any(|(v, old)| {
        if old.three_phase != Known::No || old.three_phase_m.is_none() {
            return false;
        }
        let now = road_m(roads, &adjacency, v.point, &wires, &yes, rules);
        match (now, old.three_phase_road_m) {
            (Some(a), Some(b)) => (a - b).abs() > SAME_M,
            (None, None) => false,
            _ => true,
        }
    })
}

/// Metres from a village along roads to where a three-phase line is near, and from there to the line.
fn road_m(
    roads: &RoadNet,
    adjacency: &Adjacency,
    from: Coord,
    wires: &Wires,
    keep: &dyn Fn(Element) -> bool,
    rules: &PowerRules,
) -> Option<f64> {
    let net = &roads.net;
    let start = roads.index.nearest(net, from, rules.max_grid_m, |_| true)?;
    let edge = start.edge as usize;
    // To both ends of the road, by the shares of its length.
    let line = net.line(start.edge);
    let before: f64 =
        line.windows(2).take(start.seg as usize).map(|w| crate::world::metric::distance_m(w[0], w[1])).sum();
    let here = before + crate::world::metric::distance_m(line[start.seg as usize], start.at);
    let mut heap = BinaryHeap::new();
    heap.push(Reverse((Ordered(start.dist + here), net.from[edge])));
    heap.push(Reverse((Ordered(start.dist + (net.len[edge] - here).max(0.0)), net.to[edge])));
    let mut done = std::collections::HashSet::new();
    let mut best = wires.nearest(start.at, rules.power_access_m, keep).map(|n| start.dist + n.metres);
    while let Some(Reverse((Ordered(m), v))) = heap.pop() {
        if m > FAR_M || best.is_some_and(|b| m >= b) {
            break;
        }
        if !done.insert(v) {
            continue;
        }
        if let Some(n) = wires.nearest(net.vertex[v as usize], rules.power_access_m, keep) {
            let total = m + n.metres;
            best = Some(best.map_or(total, |b: f64| b.min(total)));
        }
        for &(e, to) in adjacency.at(v) {
            if !done.contains(&to) {
                heap.push(Reverse((Ordered(m + net.len[e as usize]), to)));
            }
        }
    }
    best
}
