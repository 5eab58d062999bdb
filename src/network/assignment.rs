//! Who is supplied from where at the least cost: a transport problem, solved exactly as a minimum-cost flow.
//!
//! Demands and capacities are whole units; each unit from `a` to `b` costs the price of that pair. As much demand as
//! possible is met; of all ways to meet it the cheapest is found, by successive shortest paths with potentials. A
//! demand may be split over several sources.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashSet};

use rayon::prelude::*;

use super::UnionFind;

/// Prices are compared in units of this.
const PRICE_STEP: f64 = 1e-4;

/// A pair that may be joined.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offer {
    pub demand: u32,
    pub capacity: u32,
    /// Price of one unit; negative and not finite ones are no offer.
    pub price: f64,
}

/// Units of each offer in the cheapest supply, parallel to `offers`.
///
/// Offers that no cheapest supply needs are left out first ([`needed`]); what is left falls into pieces that are solved
/// in parallel.
pub fn cheapest(demands: &[u64], capacities: &[u64], offers: &[Offer]) -> Vec<u64> {
    let (n, m) = (demands.len(), capacities.len());
    let usable =
        |o: &Offer| o.price.is_finite() && o.price >= 0.0 && (o.demand as usize) < n && (o.capacity as usize) < m;
    let mut lists: Vec<Vec<u32>> = vec![Vec::new(); n];
    for (k, o) in (0u32..).zip(offers).filter(|(_, o)| usable(o)) {
        lists[o.demand as usize].push(k);
    }
    for list in &mut lists {
        list.sort_by(|&a, &b| steps(&offers[a as usize]).cmp(&steps(&offers[b as usize])).then(a.cmp(&b)));
    }
    needed(demands, capacities, offers, &mut lists);
    let mut sets = UnionFind::new(n + m);
    for &k in lists.iter().flatten() {
        sets.union(offers[k as usize].demand, (n + offers[k as usize].capacity as usize) as u32);
    }
    let label = sets.labels();
    let mut pieces: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (i, list) in lists.iter().enumerate().filter(|(_, l)| !l.is_empty()) {
        pieces.entry(label[i]).or_default().extend(list);
    }
    let pieces: Vec<Vec<u32>> = pieces.into_values().collect();
    let solved: Vec<Vec<u64>> = pieces.par_iter().map(|piece| solve(demands, capacities, offers, piece)).collect();
    let mut flow = vec![0; offers.len()];
    for (piece, units) in pieces.iter().zip(solved) {
        for (&k, units) in piece.iter().zip(units) {
            flow[k as usize] = units;
        }
    }
    flow
}

/// Prices in whole steps.
fn steps(o: &Offer) -> i64 {
    (o.price / PRICE_STEP) as i64
}

/// Cuts each demand's list (cheapest first) where the capacities so far suffice for everybody who could use them: then
/// nothing dearer is ever taken, for there is always room before it. Shorter lists let fewer use a capacity, so it is
/// done until nothing changes.
fn needed(demands: &[u64], capacities: &[u64], offers: &[Offer], lists: &mut Vec<Vec<u32>>) {
    loop {
        let mut users: Vec<Vec<u32>> = vec![Vec::new(); capacities.len()];
        for (i, list) in (0u32..).zip(lists.iter()) {
            for &k in list {
                users[offers[k as usize].capacity as usize].push(i);
            }
        }
        let cut = |list: &Vec<u32>| {
            let mut seen = HashSet::new();
            let (mut asked, mut there) = (0u64, 0u64);
            let mut counted = HashSet::new();
            for (at, &k) in list.iter().enumerate() {
                let c = offers[k as usize].capacity;
                if counted.insert(c) {
                    there = there.saturating_add(capacities[c as usize]);
                    for &u in &users[c as usize] {
                        if seen.insert(u) {
                            asked = asked.saturating_add(demands[u as usize]);
                        }
                    }
                }
                if there >= asked {
                    return list[..=at].to_vec();
                }
            }
            list.clone()
        };
        let shorter: Vec<Vec<u32>> = lists.par_iter().map(cut).collect();
        let size = |l: &[Vec<u32>]| l.iter().map(Vec::len).sum::<usize>();
        let done = size(&shorter) == size(lists);
        *lists = shorter;
        if done {
            return;
        }
    }
}

/// Units of the offers named by `piece`, parallel to it.
fn solve(demands: &[u64], capacities: &[u64], offers: &[Offer], piece: &[u32]) -> Vec<u64> {
    let mut ask: Vec<u32> = piece.iter().map(|&k| offers[k as usize].demand).collect();
    let mut give: Vec<u32> = piece.iter().map(|&k| offers[k as usize].capacity).collect();
    for list in [&mut ask, &mut give] {
        list.sort_unstable();
        list.dedup();
    }
    let (n, m) = (ask.len(), give.len());
    let (start, end) = (n + m, n + m + 1);
    let mut g = Graph { to: Vec::new(), left: Vec::new(), price: Vec::new(), at: vec![Vec::new(); n + m + 2] };
    for (i, &d) in ask.iter().enumerate() {
        g.add(start, i, demands[d as usize], 0);
    }
    for (j, &c) in give.iter().enumerate() {
        g.add(n + j, end, capacities[c as usize], 0);
    }
    let first = g.to.len();
    for o in piece.iter().map(|&k| &offers[k as usize]) {
        let i = ask.binary_search(&o.demand).unwrap_or_default();
        let j = give.binary_search(&o.capacity).unwrap_or_default();
        g.add(i, n + j, u64::MAX >> 1, steps(o));
    }
    g.run(start, end);
    // What flows along an edge is what its reverse has left.
    (0..piece.len()).map(|k| g.left[first + 2 * k + 1]).collect()
}

/// Edges in pairs: `e ^ 1` is the reverse of `e`.
struct Graph {
    to: Vec<usize>,
    left: Vec<u64>,
    price: Vec<i64>,
    at: Vec<Vec<usize>>,
}

impl Graph {
    fn add(&mut self, from: usize, to: usize, units: u64, price: i64) {
        for (a, b, units, price) in [(from, to, units, price), (to, from, 0, -price)] {
            self.at[a].push(self.to.len());
            self.to.push(b);
            self.left.push(units);
            self.price.push(price);
        }
    }

    fn run(&mut self, start: usize, end: usize) {
        let n = self.at.len();
        let mut potential = vec![0i64; n];
        loop {
            let mut far = vec![i64::MAX; n];
            let mut by = vec![usize::MAX; n];
            far[start] = 0;
            let mut heap = BinaryHeap::from([Reverse((0i64, start))]);
            while let Some(Reverse((d, v))) = heap.pop() {
                if v == end {
                    break;
                }
                if d > far[v] {
                    continue;
                }
                for &e in &self.at[v] {
                    let w = self.to[e];
                    let next = d + self.price[e] + potential[v] - potential[w];
                    if self.left[e] > 0 && next < far[w] {
                        far[w] = next;
                        by[w] = e;
                        heap.push(Reverse((next, w)));
                    }
                }
            }
            if far[end] == i64::MAX {
                return;
            }
            for v in 0..n {
                potential[v] += far[v].min(far[end]);
            }
            let path = || {
                std::iter::successors(Some(by[end]), |&e| Some(by[self.to[e ^ 1]]).filter(|_| self.to[e ^ 1] != start))
            };
            let units = path().map(|e| self.left[e]).min().unwrap_or(0);
            let edges: Vec<usize> = path().collect();
            for e in edges {
                self.left[e] -= units;
                self.left[e ^ 1] += units;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cost(offers: &[Offer], flow: &[u64]) -> f64 {
        offers.iter().zip(flow).map(|(o, &f)| o.price * f as f64).sum()
    }

    /// Most units that can be supplied, and the least cost of that, by trying every way unit by unit.
    fn brute(demands: &[u64], capacities: &[u64], offers: &[Offer]) -> (u64, f64) {
        fn go(k: usize, d: &mut [u64], c: &mut [u64], offers: &[Offer], sum: (u64, f64), best: &mut (u64, f64)) {
            if sum.0 > best.0 || (sum.0 == best.0 && sum.1 < best.1 - 1e-9) {
                *best = sum;
            }
            let Some(o) = offers.get(k) else { return };
            let (i, j) = (o.demand as usize, o.capacity as usize);
            for units in 0..=d[i].min(c[j]) {
                d[i] -= units;
                c[j] -= units;
                go(k + 1, d, c, offers, (sum.0 + units, sum.1 + o.price * units as f64), best);
                d[i] += units;
                c[j] += units;
            }
        }
        let mut best = (0, 0.0);
        go(0, &mut demands.to_vec(), &mut capacities.to_vec(), offers, (0, 0.0), &mut best);
        best
    }

    proptest! {
        #[test]
        fn equals_every_way_tried(
            demands in proptest::collection::vec(0u64..4, 1..4),
            capacities in proptest::collection::vec(0u64..4, 1..4),
            prices in proptest::collection::vec((0u32..4, 0u32..4, 0u32..20), 0..6),
        ) {
            let offers: Vec<Offer> = prices
                .iter()
                .filter(|(a, b, _)| (*a as usize) < demands.len() && (*b as usize) < capacities.len())
                .map(|(a, b, p)| Offer { demand: *a, capacity: *b, price: f64::from(*p) })
                .collect();
            let flow = cheapest(&demands, &capacities, &offers);
            let (units, least) = brute(&demands, &capacities, &offers);
            prop_assert_eq!(flow.iter().sum::<u64>(), units);
            prop_assert!((cost(&offers, &flow) - least).abs() < 1e-9);
            for (i, d) in demands.iter().enumerate() {
                let used: u64 = offers.iter().zip(&flow).filter(|(o, _)| o.demand as usize == i).map(|(_, f)| f).sum();
                prop_assert!(used <= *d);
            }
            for (j, c) in capacities.iter().enumerate() {
                let used: u64 = offers.iter().zip(&flow).filter(|(o, _)| o.capacity as usize == j).map(|(_, f)| f).sum();
                prop_assert!(used <= *c);
            }
        }
    }

    #[test]
    fn two_villages_do_not_take_the_same_spring() {
        let offer = |demand, capacity, price| Offer { demand, capacity, price };
        // Both would like the first source; it has enough for one, and the second village has farther to go elsewhere.
        let offers = [offer(0, 0, 1.0), offer(0, 1, 2.0), offer(1, 0, 1.0), offer(1, 1, 9.0)];
        assert_eq!(cheapest(&[10, 10], &[10, 100], &offers), [0, 10, 10, 0]);
        assert_eq!(cheapest(&[], &[], &[]), Vec::<u64>::new());
        assert_eq!(cheapest(&[5], &[5], &[offer(0, 0, f64::NAN)]), [0]);
    }
}
