//! Works shortfall (饮水工程缺口): unsafe villages to safe sources with spare yield, so that all together cost least.
//!
//! The model: each village needs `litres_per_person` times its people; a source can give what the villages on it leave
//! (counted the same way). A litre sent costs the price of the connection, so villages do not all take the same
//! spring; a village may be split, and each part is a link. Solved exactly as a minimum-cost flow. Villages whose
//! people are not known ask for nothing, for nobody can say whether a source suffices.

use rayon::prelude::*;

use super::model::{SourceState, VillageWater, WaterLink, WaterSourceState};
use crate::gaps::{Verdict, metres};
use crate::network::assignment::{Offer, cheapest};
use crate::standards::WaterRules;
use crate::world::World;
use crate::world::index::PointIndex;

/// Also writes what each source has to spare.
pub(super) fn links(
    world: &World,
    sources: &mut [WaterSourceState],
    villages: &[VillageWater],
    rules: &WaterRules,
    currency: &str,
) -> Vec<WaterLink> {
    let data = &world.water;
    let need = |i: usize| litres_needed(world, i, rules);
    let mut used = vec![0u64; sources.len()];
    for (i, r) in villages.iter().enumerate() {
        if let Some(s) = r.source {
            used[s as usize] += need(i).unwrap_or(0);
        }
    }
    for ((state, s), used) in sources.iter_mut().zip(&data.sources).zip(&used) {
        let give = s.yield_m3_d.map(|m3| (m3 * 1000.0).round() as u64).map(|l| l.saturating_sub(*used));
        state.spare_l = give.filter(|_| state.state == SourceState::Safe && s.works());
    }
    let asking: Vec<(u32, u64)> = (0..villages.len())
        .filter(|&i| villages[i].verdict == Verdict::Gap)
        .filter_map(|i| need(i).filter(|l| *l > 0).map(|l| (i as u32, l)))
        .collect();
    let near = ways(world, sources, &asking, rules);
    let mut offers: Vec<Offer> = Vec::new();
    for (k, list) in (0u32..).zip(&near) {
        offers.extend(list.iter().map(|w| Offer { demand: k, capacity: w.source, price: w.cost }));
    }
    let facts: Vec<&WaterWay> = near.iter().flatten().collect();
    let capacities: Vec<u64> = sources.iter().map(|s| s.spare_l.unwrap_or(0)).collect();
    let demands: Vec<u64> = asking.iter().map(|a| a.1).collect();
    let flow = cheapest(&demands, &capacities, &offers);
    let mut out = Vec::new();
    for ((o, way), &litres) in offers.iter().zip(&facts).zip(&flow).filter(|(_, l)| **l > 0) {
        let (v, need) = asking[o.demand as usize];
        let source = &data.sources[o.capacity as usize];
        let village = &world.villages[v as usize];
        out.push(WaterLink {
            id: format!("water-link:{}:{}", village.id, source.id),
            village: village.id.clone(),
            source: source.id.clone(),
            distance_m: metres(way.metres),
            climb_m: metres(way.lift_m),
            people: village.population,
            demand_m3_d: litres as f64 / 1000.0,
            share: (litres as f64 / need as f64 * 1e4).round() / 1e4,
            cost: metres(o.price),
            currency: currency.to_owned(),
            village_ix: v,
            line: [village.point, source.point],
        });
    }
    out.sort_by(|a, b| a.id.cmp(&b.id));
    out
}

/// A connection that could be built.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaterWay {
    /// Index into the sources.
    pub source: u32,
    pub metres: f64,
    /// Height that the water must be lifted, metres.
    pub lift_m: f64,
    pub cost: f64,
}

/// Litres a day that a village needs.
pub fn litres_needed(world: &World, village: usize, rules: &WaterRules) -> Option<u64> {
    world.villages[village].population.map(|n| (n * rules.litres_per_person).round() as u64)
}

/// For each village (index, litres): the safe sources with something to spare that it could be connected to, cheapest first.
/// Beyond a source that has enough for everybody nothing dearer is ever taken, so nothing dearer is among them.
pub fn ways(
    world: &World,
    sources: &[WaterSourceState],
    asking: &[(u32, u64)],
    rules: &WaterRules,
) -> Vec<Vec<WaterWay>> {
    let data = &world.water;
    let spare = |s: u32| sources[s as usize].spare_l.unwrap_or(0);
    let offering: Vec<u32> = (0..sources.len() as u32).filter(|&s| spare(s) > 0).collect();
    let all: u64 = asking.iter().map(|a| a.1).sum();
    let index = PointIndex::new(offering.iter().map(|&s| data.sources[s as usize].point));
    let way = |village: u32, source: u32, m: f64| {
        let height = data.village_elevation.get(village as usize).copied().flatten();
        let lift_m = height.zip(data.sources[source as usize].elevation_m).map_or(0.0, |(v, s)| (v - s).max(0.0));
        let cost = m / 1000.0 * rules.cost.per_km + lift_m * rules.cost.per_lift_m;
        WaterWay { source, metres: m, lift_m, cost }
    };
    asking
        .par_iter()
        .map(|&(v, _)| {
            let within = index.within(world.villages[v as usize].point, rules.max_link_m);
            let mut near: Vec<WaterWay> = within.map(|(j, m)| way(v, offering[j as usize], m)).collect();
            near.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.source.cmp(&b.source)));
            let enough = near.iter().position(|w| spare(w.source) >= all);
            near.truncate(enough.map_or(near.len(), |i| i + 1));
            near
        })
        .collect()
}
