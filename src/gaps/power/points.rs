//! Supply points: whose they are, and which evidence decides on their voltage.

use std::collections::BTreeMap;

use super::super::{Confidence, Verdict};
use super::model::{Bad, SupplyPoint};
use super::networks::{Network, Problem};
use super::readings::Measured;
use super::solve::Solved;
use super::topology::Topology;
use crate::standards::PowerRules;
use crate::world::World;
use crate::world::index::{PointIndex, Polygons};
use crate::world::power::{BusIx, ReadAt};

/// Finds the village of a place.
pub(super) struct VillageFinder<'a> {
    polygons: Polygons<'a>,
    points: PointIndex,
    radius_m: f64,
}

impl<'a> VillageFinder<'a> {
    pub fn new(world: &'a World, radius_m: f64) -> Self {
        VillageFinder {
            polygons: Polygons::new(world.villages.iter().map(|v| v.area.as_ref())),
            points: PointIndex::new(world.villages.iter().map(|v| v.point)),
            radius_m,
        }
    }

    /// The village whose polygon holds the place, else the one whose settlement point is nearest and near enough.
    pub fn at(&self, p: geo::Coord) -> Option<u32> {
        let held = self.polygons.holding(p).map(|i| i as u32);
        held.or_else(|| self.points.nearest(p, self.radius_m).map(|n| n.0))
    }
}

/// All supply points, parallel to the grid's loads, with the strongest evidence on each.
pub(super) fn points(
    world: &World,
    topology: &Topology,
    (networks, solved): (&[Network], &[Solved]),
    measured: &BTreeMap<ReadAt, Measured>,
    village_of: &[Option<u32>],
    rules: &PowerRules,
) -> Vec<SupplyPoint> {
    let grid = &world.power;
    let mut out: Vec<SupplyPoint> = grid
        .loads
        .iter()
        .zip(0..)
        .map(|(l, i)| {
            let single = l.phases.is_some_and(|p| p.count_ones() == 1);
            let limits = rules.limits(single);
            SupplyPoint {
                load: i,
                village: village_of[i as usize],
                transformer: None,
                network: None,
                length_m: None,
                single,
                low_limit: limits.low,
                high_limit: limits.high,
                modelled_low: None,
                modelled_high: None,
                measured: None,
                verdict: Verdict::Unknown,
                confidence: None,
                bad: None,
                pu: None,
                disagrees: false,
            }
        })
        .collect();
    for ((n, s), k) in networks.iter().zip(solved).zip(0..) {
        for at in &s.loads {
            let p = &mut out[at.load as usize];
            let limits = rules.limits(at.single);
            p.single = at.single;
            (p.low_limit, p.high_limit) = (limits.low, limits.high);
            p.transformer = at.source.filter(|_| n.level == crate::world::power::Level::Low);
            p.network = Some(k);
            p.length_m = at.length_m;
            (p.modelled_low, p.modelled_high) = (at.low_pu, at.high_pu);
        }
    }
    for p in &mut out {
        let bus = topology.load[p.load as usize].map(BusIx);
        let own = measured.get(&ReadAt::Load(p.load)).or_else(|| measured.get(&ReadAt::Bus(bus?)));
        // At the transformer's terminals the voltage is highest: low there is low everywhere behind it.
        let above = || measured.get(&ReadAt::Transformer(p.transformer?)).filter(|m| m.bad() == Some(Bad::Low));
        p.measured = own.or_else(above).cloned();
        let unknown_loads = p.network.is_some_and(|n| networks[n as usize].unknown_loads > 0);
        // A network without impedances is judged by its lengths; one that does not carry its load is not.
        let problem = p.network.and_then(|n| solved[n as usize].problem.as_ref());
        let by_length =
            p.transformer.is_some() && matches!(problem, Some(Problem::NoImpedance(..) | Problem::NoRating(_)));
        decide(p, unknown_loads, by_length, rules);
    }
    out
}

/// The strongest evidence decides (definitions, section 3).
fn decide(p: &mut SupplyPoint, unknown_loads: bool, by_length: bool, rules: &PowerRules) {
    let modelled = p.modelled_low.zip(p.modelled_high).map(|(low, high)| {
        if low < p.low_limit {
            (Verdict::Gap, Some(Bad::Low), low)
        } else if high > p.high_limit {
            (Verdict::Gap, Some(Bad::High), high)
        } else {
            // Loads that nobody knows can only lower the voltage.
            (if unknown_loads { Verdict::Unknown } else { Verdict::Ok }, None, low)
        }
    });
    if let Some(m) = &p.measured {
        p.bad = m.bad();
        p.verdict = m.verdict();
        p.confidence = Some(Confidence::Measured);
        p.pu = Some(if p.bad == Some(Bad::High) { m.high_pu } else { m.low_pu });
        (p.low_limit, p.high_limit) = (m.limits.low, m.limits.high);
        p.disagrees = modelled.is_some_and(|x| x.0 != Verdict::Unknown && x.1 != p.bad);
    } else if let Some((verdict, bad, pu)) = modelled {
        (p.verdict, p.bad, p.pu) = (verdict, bad, Some(pu));
        p.confidence = Some(Confidence::Modelled);
    } else if let Some(m) = p.length_m.filter(|_| by_length) {
        let far = m > rules.supply_radius_m;
        p.verdict = if far { Verdict::Gap } else { Verdict::Ok };
        p.bad = far.then_some(Bad::Low);
        p.confidence = Some(Confidence::Inferred);
    }
}
