//! Yields, and the connections that follow from them.

use rand::Rng;

use super::assign::{Choice, Flow, cheapest, groups, regret};
use super::model::*;
use super::near::Near;
use super::place::Builder;
use crate::synthesize::people::People;
use crate::world::metric;

/// A village whose answer would change if costs were off by this, CNY, is named as unsure.
const UNSURE_COST: f64 = 100.0;
/// The second cheapest source with plenty is looked for this much farther off, metres: costs [`UNSURE_COST`] and more.
const SECOND_M: f64 = 10.0;
/// Rounds of fitting yields to whole villages.
const ROUNDS: usize = 60;

/// The way from an unsafe village to the safe source that is to supply it.
#[derive(Debug, Clone, Copy)]
pub struct Connection {
    pub village: usize,
    pub source: usize,
    pub distance_m: f64,
    pub lift_m: f64,
    pub cost: f64,
    /// Litres a day.
    pub demand_l: i64,
    /// Another answer is about as cheap.
    pub unsure: bool,
}

pub fn demand_l(people: &People, village: usize) -> i64 {
    people.villages[village].population * LITRES_PER_PERSON
}

/// Distance, lift and cost of a connection.
pub fn cost(b: &Builder<'_>, village: usize, source: usize) -> (f64, f64, f64) {
    let s = &b.sources[source];
    let m = metric::distance_m(b.points[village], s.at);
    let lift = f64::from((b.heights.at(b.points[village]) - s.elevation_m).max(0));
    (m, lift, m / 1_000.0 * COST_PER_KM + lift * COST_PER_LIFT_M)
}

/// Sets all yields so that no village is split, and connects the villages with a gap (`waterless`).
pub fn balance(b: &mut Builder<'_>, people: &People, waterless: &[usize]) -> Vec<Connection> {
    let mut used = vec![0; b.sources.len()];
    for (i, w) in b.villages.iter().enumerate() {
        if let Some(w) = w {
            used[w.source] += demand_l(people, i);
        }
    }
    ordinary_yields(b, &used);
    let choices = choices(b, people, waterless);
    if choices.is_empty() {
        return Vec::new();
    }
    let mut capacity = first_capacities(b, &choices);
    let mut flow = cheapest(&choices, &capacity);
    for round in 0..ROUNDS {
        if !fit(&choices, &flow, &mut capacity, round < ROUNDS / 2) {
            break;
        }
        flow = cheapest(&choices, &capacity);
    }
    for ((source, litres), c) in b.scarce.iter_mut().zip(&capacity) {
        *litres = *c;
        b.sources[*source].yield_l = Some(*c);
    }
    let mut load = vec![0; b.sources.len()];
    let mut connections = Vec::new();
    let mut sure = vec![false; choices.len()];
    for group in groups(&choices, capacity.len()) {
        for &v in &group {
            sure[v] = regret(v, &group, &choices, &flow, &capacity) > UNSURE_COST;
        }
    }
    for (v, (c, f)) in choices.iter().zip(&flow).enumerate() {
        for (k, &litres) in f.iter().enumerate().filter(|(_, l)| **l > 0) {
            let source = c.scarce.get(k).map_or(c.plenty.0, |(s, _)| b.scarce[*s].0);
            load[source] += litres;
            let (distance_m, lift_m, cost) = cost(b, waterless[v], source);
            let village = waterless[v];
            connections.push(Connection {
                village,
                source,
                distance_m,
                lift_m,
                cost,
                demand_l: litres,
                unsure: !sure[v],
            });
        }
    }
    // Plenty is what suffices for all of them and more.
    for s in b.plenty.clone() {
        let spare = load[s] + load[s] / 2 + 1_000 * b.rng.random_range(300..900);
        b.sources[s].yield_l = Some(used[s] + spare);
    }
    connections
}

/// Sources that give nothing to others: nobody knows their yield, it is used up, or they are not fit to offer.
fn ordinary_yields(b: &mut Builder<'_>, used: &[i64]) {
    let mut fine = vec![true; b.sources.len()];
    let mut safe = vec![true; b.sources.len()];
    for w in b.villages.iter().flatten() {
        fine[w.source] &= !w.situation.is_gap();
        let doubtful = w.situation.shared() || w.situation.outcome() == Outcome::Unknown;
        safe[w.source] &= !doubtful && b.sources[w.source].kind.improved();
    }
    for s in 0..b.sources.len() {
        if !b.sources[s].works() {
            continue;
        }
        let draw = b.rng.random_range(0.0..1.0);
        b.sources[s].yield_l = if !safe[s] {
            (draw < 0.4).then(|| 1_000 * b.rng.random_range(150..600))
        } else if fine[s] && used[s] > 0 && draw < 0.5 {
            Some((used[s] as f64 * b.rng.random_range(0.90..0.99)) as i64)
        } else {
            None
        };
    }
}

/// What each village with a gap can choose from.
fn choices(b: &Builder<'_>, people: &People, waterless: &[usize]) -> Vec<Choice> {
    let (mut plenty, mut scarce) = (Near::default(), Near::default());
    b.plenty.iter().for_each(|s| plenty.add(*s, b.sources[*s].at));
    b.scarce.iter().enumerate().for_each(|(k, (s, _))| scarce.add(k, b.sources[*s].at));
    waterless
        .iter()
        .filter_map(|&v| {
            let p = b.points[v];
            let (_, first) = plenty.nearest(p, |_| true)?;
            // Farther off than this even a connection without lift is dearer.
            let reach = |c: f64| c / COST_PER_KM * 1_000.0 + 1.0;
            let around = plenty.within(p, reach(cost(b, v, first).2) + SECOND_M);
            let mut all: Vec<(usize, f64)> = around.iter().map(|(_, s)| (*s, cost(b, v, *s).2)).collect();
            all.sort_by(|x, y| x.1.total_cmp(&y.1));
            let plenty = *all.first()?;
            let second = all.get(1).map_or(f64::INFINITY, |s| s.1);
            let around = scarce.within(p, reach(plenty.1)).into_iter();
            let scarce = around.map(|(_, k)| (k, cost(b, v, b.scarce[k].0).2)).filter(|c| c.1 < plenty.1).collect();
            Some(Choice { demand: demand_l(people, v), plenty, second, scarce })
        })
        .collect()
}

/// Each scarce source has as much as the village needs for which it saves most.
fn first_capacities(b: &Builder<'_>, choices: &[Choice]) -> Vec<i64> {
    (0..b.scarce.len())
        .map(|s| {
            let saved =
                choices.iter().filter_map(|c| Some((c.plenty.1 - c.scarce.iter().find(|(t, _)| *t == s)?.1, c.demand)));
            saved.max_by(|x, y| x.0.total_cmp(&y.0)).map_or(60_000, |(_, demand)| demand)
        })
        .collect()
}

/// Where a village is split, the scarce sources concerned get as much as whole villages need: of those that are
/// there wholly (or the largest part), later of all. False without any split.
fn fit(choices: &[Choice], flow: &Flow, capacity: &mut [i64], lower: bool) -> bool {
    let mut split = false;
    for s in 0..capacity.len() {
        let there: Vec<(i64, i64)> = choices
            .iter()
            .zip(flow)
            .filter_map(|(c, f)| Some((f[c.scarce.iter().position(|(t, _)| *t == s)?], c.demand)))
            .filter(|(part, _)| *part > 0)
            .collect();
        if there.iter().all(|(part, demand)| part == demand) {
            continue;
        }
        split = true;
        let whole: i64 = there.iter().filter(|(part, demand)| part == demand).map(|(_, d)| d).sum();
        let largest = there.iter().max().map_or(0, |(_, d)| *d);
        let all: i64 = there.iter().map(|(_, d)| d).sum();
        capacity[s] = if !lower {
            all
        } else if whole > 0 {
            whole
        } else {
            largest
        };
    }
    split
}
