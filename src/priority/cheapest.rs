//! The cheapest way to connect so many of the villages that hang on a forest of links: stretches that several use are
//! paid once.
//!
//! Exact, by counting in every subtree: the least cost of connecting one, two, three … of its villages.

use std::collections::BTreeMap;

/// A village that could be connected: the links from it towards the network (indexes into the costs), and what it costs
/// by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    pub path: Vec<u32>,
    pub own_cost: f64,
}

/// The cheapest `wanted` of the candidates (or all, where there are fewer): their indexes, ascending, and the cost.
/// Paths must form a forest: after the same link the same links follow.
pub fn cheapest(candidates: &[Candidate], link_cost: &[f64], wanted: usize) -> (Vec<usize>, f64) {
    let wanted = wanted.min(candidates.len());
    if wanted == 0 {
        return (Vec::new(), 0.0);
    }
    // Node 0 is the network itself; each link in use is a node below the next link.
    let mut node_of: BTreeMap<u32, usize> = BTreeMap::new();
    let mut nodes = vec![Node::default()];
    for (i, c) in candidates.iter().enumerate() {
        let mut above = 0;
        for &l in c.path.iter().rev() {
            above = *node_of.entry(l).or_insert_with(|| {
                nodes.push(Node { cost: link_cost[l as usize], ..Node::default() });
                let new = nodes.len() - 1;
                nodes[above].below.push(Below::Node(new));
                new
            });
        }
        nodes[above].below.push(Below::Village(i));
    }
    // Nodes are numbered from the network outwards, so children come before parents in reverse.
    let mut tables: Vec<Table> = (0..nodes.len()).map(|_| Table::default()).collect();
    for n in (0..nodes.len()).rev() {
        let mut best = vec![0.0];
        let mut steps: Vec<Vec<u32>> = Vec::new();
        for b in &nodes[n].below {
            let own = |k: usize| match b {
                Below::Village(i) => [0.0, candidates[*i].own_cost][k],
                Below::Node(m) if k == 0 => tables[*m].best[0],
                Below::Node(m) => tables[*m].best[k] + nodes[*m].cost,
            };
            let most = match b {
                Below::Village(_) => 1,
                Below::Node(m) => tables[*m].best.len() - 1,
            };
            let size = (best.len() - 1 + most).min(wanted);
            let mut next = vec![f64::INFINITY; size + 1];
            let mut taken = vec![0u32; size + 1];
            for (a, before) in best.iter().enumerate() {
                for k in 0..=most.min(size - a.min(size)) {
                    let cost = before + own(k);
                    if a + k <= size && cost < next[a + k] {
                        next[a + k] = cost;
                        taken[a + k] = k as u32;
                    }
                }
            }
            best = next;
            steps.push(taken);
        }
        tables[n] = Table { best, steps };
    }
    let cost = tables[0].best[wanted];
    let mut chosen = Vec::new();
    let mut open = vec![(0usize, wanted)];
    while let Some((n, mut k)) = open.pop() {
        for (b, taken) in nodes[n].below.iter().zip(&tables[n].steps).rev() {
            let here = taken[k] as usize;
            k -= here;
            match b {
                Below::Village(i) if here > 0 => chosen.push(*i),
                Below::Node(m) if here > 0 => open.push((*m, here)),
                _ => {}
            }
        }
    }
    chosen.sort_unstable();
    (chosen, cost)
}

#[derive(Default)]
struct Node {
    cost: f64,
    below: Vec<Below>,
}

enum Below {
    Node(usize),
    Village(usize),
}

/// Least cost by how many are connected, and after each child how many of them are the child's.
#[derive(Default)]
struct Table {
    best: Vec<f64>,
    steps: Vec<Vec<u32>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cost_of(set: &[usize], all: &[Candidate], links: &[f64]) -> f64 {
        let mut used: Vec<u32> = set.iter().flat_map(|&i| all[i].path.clone()).collect();
        used.sort_unstable();
        used.dedup();
        set.iter().map(|&i| all[i].own_cost).sum::<f64>() + used.iter().map(|&l| links[l as usize]).sum::<f64>()
    }

    proptest! {
        #[test]
        fn as_cheap_as_the_best_of_all_sets(
            parents in prop::collection::vec(0usize..8, 1..8),
            costs in prop::collection::vec(0u32..30, 8),
            at in prop::collection::vec((0usize..9, 0u32..10), 1..9),
            wanted in 0usize..9,
        ) {
            // Link i hangs below link parents[i] where that is smaller, else on the network.
            let links: Vec<f64> = costs.iter().map(|c| f64::from(*c)).collect();
            let path = |start: usize| {
                let mut path = Vec::new();
                let mut l = start;
                while l < parents.len() {
                    path.push(l as u32);
                    if parents[l] >= l { break; }
                    l = parents[l];
                }
                path
            };
            let all: Vec<Candidate> =
                at.iter().map(|&(l, c)| Candidate { path: path(l), own_cost: f64::from(c) }).collect();
            let (chosen, cost) = cheapest(&all, &links, wanted);
            let n = wanted.min(all.len());
            prop_assert_eq!(chosen.len(), n);
            prop_assert!((cost_of(&chosen, &all, &links) - cost).abs() < 1e-9);
            let best = (0u32..1 << all.len())
                .filter(|m| m.count_ones() as usize == n)
                .map(|m| cost_of(&(0..all.len()).filter(|i| m >> i & 1 == 1).collect::<Vec<_>>(), &all, &links))
                .fold(f64::INFINITY, f64::min);
            prop_assert!((best - cost).abs() < 1e-9, "{} {}", best, cost);
        }
    }

    #[test]
    fn a_shared_stretch_is_paid_once() {
        let c = |path: &[u32]| Candidate { path: path.to_vec(), own_cost: 0.0 };
        // Two behind a dear stretch, one by itself that is cheaper than either alone.
        let all = [c(&[1, 0]), c(&[2, 0]), c(&[3])];
        let links = [10.0, 1.0, 1.0, 9.0];
        assert_eq!(cheapest(&all, &links, 1), (vec![2], 9.0));
        assert_eq!(cheapest(&all, &links, 2), (vec![0, 1], 12.0));
        assert_eq!(cheapest(&all, &links, 9), (vec![0, 1, 2], 21.0));
        assert_eq!(cheapest(&[], &links, 3), (vec![], 0.0));
    }
}
