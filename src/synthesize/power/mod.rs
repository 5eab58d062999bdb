//! Power: a 10 kV grid, low-voltage networks, readings, and planted power gaps with their answers.
//!
//! 1. [`deal`]: about one village in eight gets a gap, some more a situation that is none.
//! 2. [`low`]: each village's transformers and supply points, with volts by [`flow`].
//! 3. [`medium`]: substations and feeders on [`ground`] that robs no village of its gap.
//! 4. [`truth`] and [`tables`]: answers and layers.
//!
//! Everything here has a random stream of its own, so that roads and villages are the same with and without power.

mod deal;
mod flow;
mod ground;
mod low;
mod medium;
mod model;
pub mod tables;
#[cfg(test)]
mod tests;
pub mod truth;

use std::collections::BTreeSet;

use rand_chacha::ChaCha8Rng;

use ground::Ground;
use low::Place;
use medium::Medium;
use model::Readings;
pub use model::{Power, Situation};

use super::options::{SynthError, SynthOptions};
use super::people::People;
use super::region::{self, Region};

/// Villages with a planted power gap, share of all.
pub const GAP_SHARE: f64 = 0.125;
/// Villages with each of the situations that are no gap of the village, share of all.
pub const DECOY_SHARE: f64 = 1.0 / 60.0;

/// Random stream of this part.
const STREAM: u64 = 7;
/// Attempts at a grid that leaves planted villages alone, before those in its way are given up.
const ATTEMPTS: usize = 40;

/// The power part of a region.
pub fn build(options: &SynthOptions, region: &Region, people: &People) -> Result<Power, SynthError> {
    let ground = Ground::new(region.land.sites.iter().map(|s| s.point).collect());
    let mut barred = BTreeSet::new();
    for attempt in 0..=ATTEMPTS {
        let last = attempt == ATTEMPTS;
        if last {
            barred.extend(0..region.land.sites.len());
        }
        let mut rng = region::stream(options.seed, STREAM);
        match attempt_at(options, region, people, &ground, &barred, last, &mut rng) {
            Ok(power) => return Ok(power),
            Err(more) => barred.extend(more),
        }
    }
    Err(SynthError::NoGrid)
}

/// One attempt; the error is villages that stand in the way of a grid. With `whatever` a village that no feeder
/// reaches is left without one.
fn attempt_at(
    options: &SynthOptions,
    region: &Region,
    people: &People,
    ground: &Ground,
    barred: &BTreeSet<usize>,
    whatever: bool,
    rng: &mut ChaCha8Rng,
) -> Result<Power, Vec<usize>> {
    let n = region.land.sites.len();
    let rate = if options.gap_rate > 0.0 { GAP_SHARE } else { 0.0 };
    let deal = deal::deal(ground, rate, barred, rng);
    let mut power = Power { situations: deal.situations, ..Power::default() };
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| people.villages[a].id.cmp(&people.villages[b].id));
    for site in order {
        let row = &people.villages[site];
        let place = Place {
            site,
            at: region.land.sites[site].point,
            reach: deal.reach[site],
            people_per_household: row.population as f64 / row.households.max(1) as f64,
        };
        let situation = power.situations[site];
        // Drafts of chance; nearly all fit at once.
        let drawn = (0..400).find_map(|_| low::draw(&place, situation, rng));
        let Some(drawn) = drawn else { return Err(vec![site]) };
        for mut t in drawn {
            t.number = power.transformers.len() + 1;
            power.transformers.push(t);
        }
        if let Some(volts) = low::readings(situation, rng) {
            let transformer = power.transformers.len() - 1;
            power.readings.push(Readings { site, transformer, k: 1, volts });
        }
    }
    let clear = ground::Clear::new(ground, &power.situations);
    let robbed: Vec<usize> = power
        .transformers
        .iter()
        .flat_map(|t| {
            let one_phase = power.situations[t.site] == Situation::NoThreePhase;
            let clear = &clear;
            t.points.iter().map(|p| p.at).chain([t.at]).filter_map(move |at| clear.robbed(&[at], one_phase))
        })
        .collect();
    if !robbed.is_empty() {
        return Err(robbed);
    }
    let mut medium = Medium::new(ground, &mut power);
    if let Err(stuck) = medium.place_substations(people, rng)
        && !whatever
    {
        let mut planted: Vec<usize> = vec![stuck];
        let keeps = |&i: &usize| matches!(medium.power.situations[i], Situation::NoThreePhase | Situation::NoGrid);
        if !keeps(&stuck) {
            planted = ground.around(stuck, 20_000.0).into_iter().filter(keeps).collect();
            planted.sort_by(|&a, &b| ground.distance(stuck, a).total_cmp(&ground.distance(stuck, b)));
            planted.truncate(1);
        }
        return Err(if planted.is_empty() { (0..n).collect() } else { planted });
    }
    medium.string_lines();
    medium.tie(rng);
    let long = if rate == 0.0 { 0 } else { 1 + usize::from(n >= 1_000) };
    medium.wind(long, rng);
    Ok(power)
}
