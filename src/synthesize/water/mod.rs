//! Water: sources with tests, service areas, records and heights, and planted water gaps with their answers.
//!
//! 1. [`deal`]: about one village in eight gets a gap, some more a situation that is none or that nobody can tell.
//! 2. [`lay`] and [`place`]: where sources stand on the ground of [`height`], and who uses which.
//! 3. [`samples`]: what laboratories found.
//! 4. [`balance`]: yields, and the cheapest connections ([`assign`]) of unsafe villages to safe sources.
//! 5. [`truth`] and [`tables`]: answers and layers.
//!
//! Everything here has a random stream of its own, so that roads, villages and power are the same with and without.

mod assign;
mod balance;
mod deal;
mod height;
mod lay;
mod mend;
mod model;
mod near;
mod place;
mod samples;
pub mod tables;
#[cfg(test)]
mod tests;
pub mod truth;

use geo::Coord;

pub use mend::mend;
pub use model::Water;

use super::options::SynthOptions;
use super::people::People;
use super::region::{self, Region};
use near::Near;
use place::Builder;

/// Villages with a planted water gap, share of all.
pub const GAP_SHARE: f64 = 0.125;
/// Villages with each of the other situations, share of all.
pub const DECOY_SHARE: f64 = 1.0 / 80.0;

/// Random stream of this part.
const STREAM: u64 = 8;
/// Farther off a neighbour does not matter, metres.
const ROOM_M: f64 = 5_000.0;

/// The water part of a region.
pub fn build(options: &SynthOptions, region: &Region, people: &People) -> Water {
    let points: Vec<Coord> = region.land.sites.iter().map(|s| s.point).collect();
    let near = Near::of(&points);
    let room: Vec<f64> = (0..points.len())
        .map(|i| near.within(points[i], ROOM_M).iter().find(|(_, k)| *k != i).map_or(ROOM_M, |(d, _)| *d))
        .collect();
    let rate = if options.gap_rate > 0.0 { GAP_SHARE } else { 0.0 };
    let mut rng = region::stream(options.seed, STREAM);
    let deal = deal::deal(&points, &near, &room, rate, &mut rng);
    let by_id = |a: &usize, b: &usize| people.villages[*a].id.cmp(&people.villages[*b].id);
    let mut groups = deal.groups;
    groups.sort_by(|a, b| by_id(&a[0], &b[0]));
    let mut plain: Vec<usize> =
        (0..points.len()).filter(|&i| deal.situations[i] == model::Situation::Ordinary).collect();
    plain.sort_by(by_id);
    let mut b = Builder::new(&points, &near, &room, deal.situations, rng);
    b.lay(&groups, &plain);
    let mut waterless: Vec<usize> = (0..points.len()).filter(|&i| b.situations[i].is_gap()).collect();
    waterless.sort_by(by_id);
    let connections = balance::balance(&mut b, people, &waterless);
    Water {
        villages: b.villages.into_iter().flatten().collect(),
        sources: b.sources,
        areas: b.areas,
        heights: b.heights,
        connections,
    }
}
