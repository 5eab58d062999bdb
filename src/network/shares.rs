//! What connecting each terminal costs at the least, whoever else is connected: dual ascent (Wong, 1984), whose rises are
//! shared among the terminals they are for.
//!
//! Whatever set of terminals is joined to the root, the tree costs at least the sum of their shares; so shares bound what
//! a budget can reach.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Adjacency;
use super::steiner::Instance;

/// Shares are a hair less, so that sums stay below in spite of rounding.
const SAFE: f64 = 1.0 - 1e-9;

/// Shares of `instance.terminals[1..]`; the first terminal is the root. `weight` (of the terminals after the first, not
/// negative) says how a rise is divided; after `steps` looked-at edges the shares found so far are the answer.
pub fn cost_shares(instance: &Instance, weight: &[f64], steps: u64) -> Vec<f64> {
    let n = instance.nodes;
    let adjacency = Adjacency::new(n, instance.edges.iter().map(|e| (e.0, e.1)));
    let Some((&root, others)) = instance.terminals.split_first() else { return Vec::new() };
    // Reduced costs: [along the edge, against it].
    let mut left: Vec<[f64; 2]> = instance.edges.iter().map(|e| [e.2, e.2]).collect();
    let mut at: Vec<Vec<u32>> = vec![Vec::new(); n];
    for (k, &t) in (0u32..).zip(others) {
        at[t as usize].push(k);
    }
    let mut share = vec![0.0; others.len()];
    let mut mark = vec![u32::MAX; n];
    let mut heap: BinaryHeap<Reverse<(u32, u32)>> = (0..others.len() as u32).map(|k| Reverse((0, k))).collect();
    let (mut done, mut round) = (0u64, 0u32);
    while let Some(Reverse((_, k))) = heap.pop() {
        if done > steps {
            break;
        }
        // Everything from which the terminal is reached for nothing.
        round += 1;
        let mut piece = vec![others[k as usize]];
        mark[piece[0] as usize] = round;
        let mut next = 0;
        while let Some(&v) = piece.get(next) {
            next += 1;
            for &(e, u) in adjacency.at(v) {
                done += 1;
                if mark[u as usize] != round && left[e as usize][into(instance, e, v)] <= 0.0 {
                    mark[u as usize] = round;
                    piece.push(u);
                }
            }
        }
        if mark[root as usize] == round {
            continue;
        }
        let entering: Vec<(u32, usize)> = piece
            .iter()
            .flat_map(|&v| adjacency.at(v).iter().map(move |&(e, u)| (e, u, v)))
            .filter(|&(_, u, _)| mark[u as usize] != round)
            .map(|(e, _, v)| (e, into(instance, e, v)))
            .collect();
        let rise = entering.iter().map(|&(e, d)| left[e as usize][d]).fold(f64::INFINITY, f64::min);
        if !rise.is_finite() {
            continue;
        }
        for &(e, d) in &entering {
            left[e as usize][d] -= rise;
        }
        let served: Vec<u32> = piece.iter().flat_map(|&v| &at[v as usize]).copied().collect();
        let whole: f64 = served.iter().map(|&s| weight[s as usize]).sum();
        for &s in &served {
            let part = if whole > 0.0 { weight[s as usize] / whole } else { 1.0 / served.len() as f64 };
            share[s as usize] += rise * part;
        }
        heap.push(Reverse((entering.len() as u32, k)));
    }
    share.iter_mut().for_each(|s| *s *= SAFE);
    share
}

/// Which direction of edge `e` leads into `v`.
fn into(instance: &Instance, e: u32, v: u32) -> usize {
    usize::from(instance.edges[e as usize].1 != v)
}

/// Most gain that any choice can have whose shares fit the budget: whole terminals by gain for share, and a part of the
/// last.
pub fn most_gain(share: &[f64], gain: &[f64], budget: f64) -> f64 {
    let mut order: Vec<usize> = (0..share.len()).filter(|&i| gain[i] > 0.0).collect();
    order.sort_by(|&a, &b| (share[a] * gain[b]).total_cmp(&(share[b] * gain[a])).then(a.cmp(&b)));
    let (mut left, mut sum) = (budget, 0.0);
    for i in order {
        if share[i] <= left {
            left -= share[i];
            sum += gain[i];
        } else {
            return sum + gain[i] * (left / share[i]).max(0.0);
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::steiner::{Options, solve};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        /// No set of terminals has a tree cheaper than its shares.
        #[test]
        fn every_set_costs_at_least_its_shares(
            extra in prop::collection::vec((0u32..9, 0u32..9, 0u32..20), 0..14),
            spine in prop::collection::vec(0u32..20, 8),
            terminals in prop::collection::btree_set(1u32..9, 1..5),
            weight in prop::collection::vec(0u32..5, 5),
        ) {
            let mut edges: Vec<(u32, u32, f64)> =
                spine.iter().zip(0u32..).map(|(c, i)| (i, i + 1, f64::from(*c))).collect();
            edges.extend(extra.iter().map(|e| (e.0, e.1, f64::from(e.2))));
            let others: Vec<u32> = terminals.into_iter().collect();
            let instance = |set: &[u32]| Instance {
                nodes: 9,
                edges: edges.clone(),
                terminals: std::iter::once(0).chain(set.iter().copied()).collect(),
            };
            let weight: Vec<f64> = (0..others.len()).map(|i| f64::from(weight[i])).collect();
            let share = cost_shares(&instance(&others), &weight, 1_000_000);
            for m in 1u32..1 << others.len() {
                let set: Vec<usize> = (0..others.len()).filter(|i| m >> i & 1 == 1).collect();
                let named: Vec<u32> = set.iter().map(|&i| others[i]).collect();
                let tree = solve(&instance(&named), &Options::default()).unwrap();
                let least: f64 = set.iter().map(|&i| share[i]).sum();
                prop_assert!(least <= tree.cost + 1e-6, "{:?}: {} {}", named, least, tree.cost);
            }
        }
    }

    #[test]
    fn the_bound_takes_a_part_of_the_last() {
        assert_eq!(most_gain(&[1.0, 2.0, 0.0], &[10.0, 10.0, 1.0], 2.0), 16.0);
        assert_eq!(most_gain(&[1.0], &[5.0], 9.0), 5.0);
    }
}
