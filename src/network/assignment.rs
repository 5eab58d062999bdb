//! Who is supplied from where at the least cost: a transport problem, solved exactly as a minimum-cost flow.
//!
//! Demands and capacities are whole units; each unit from `a` to `b` costs the price of that pair. As much demand as
//! possible is met; of all ways to meet it the cheapest is found, by successive shortest paths with potentials. A
//! demand may be split over several sources.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

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
pub fn cheapest(demands: &[u64], capacities: &[u64], offers: &[Offer]) -> Vec<u64> {
    let (n, m) = (demands.len(), capacities.len());
    let (start, end) = (n + m, n + m + 1);
    let mut g = Graph { to: Vec::new(), left: Vec::new(), price: Vec::new(), at: vec![Vec::new(); n + m + 2] };
    for (i, &d) in demands.iter().enumerate() {
        g.add(start, i, d, 0);
    }
    for (j, &c) in capacities.iter().enumerate() {
        g.add(n + j, end, c, 0);
    }
    let first = g.to.len();
    for o in offers {
        let usable = o.price.is_finite() && o.price >= 0.0 && (o.demand as usize) < n && (o.capacity as usize) < m;
        let units = if usable { u64::MAX >> 1 } else { 0 };
        g.add(
            o.demand as usize % n.max(1),
            n + o.capacity as usize % m.max(1),
            units,
            (o.price.max(0.0) / PRICE_STEP) as i64,
        );
    }
    g.run(start, end);
    // What flows along an edge is what its reverse has left.
    (0..offers.len()).map(|k| g.left[first + 2 * k + 1]).collect()
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
