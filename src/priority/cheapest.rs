//! The cheapest way to connect so many of the villages that hang on a forest of links: stretches that several use are
//! paid once.
//!
//! Exact, by counting in every subtree: the least cost of connecting one, two, three … of its villages.

use super::branches::{Below, Candidate, branches};

/// The cheapest `wanted` of the candidates (or all, where there are fewer): their indexes, ascending, and the cost.
pub fn cheapest(candidates: &[Candidate], link_cost: &[f64], wanted: usize) -> (Vec<usize>, f64) {
    let wanted = wanted.min(candidates.len());
    if wanted == 0 {
        return (Vec::new(), 0.0);
    }
    let nodes = branches(candidates, link_cost);
    // What hangs below comes first.
    let mut tables: Vec<Table> = (0..nodes.len()).map(|_| Table::default()).collect();
    for n in (0..nodes.len()).rev() {
        let mut best = vec![0.0];
        let mut steps: Vec<Vec<u32>> = Vec::new();
        for b in &nodes[n].below {
            let own = |k: usize| match b {
                Below::Village(i) => [0.0, candidates[*i].own_cost][k],
                Below::Branch(m) if k == 0 => tables[*m].best[0],
                Below::Branch(m) => tables[*m].best[k] + nodes[*m].cost,
            };
            let most = match b {
                Below::Village(_) => 1,
                Below::Branch(m) => tables[*m].best.len() - 1,
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
                Below::Branch(m) if here > 0 => open.push((*m, here)),
                _ => {}
            }
        }
    }
    chosen.sort_unstable();
    (chosen, cost)
}

/// Least cost by how many are connected, and after each child how many of them are the child's.
#[derive(Default)]
struct Table {
    best: Vec<f64>,
    steps: Vec<Vec<u32>>,
}

#[cfg(test)]
mod tests {
    use super::super::branches::testkit::{cost_of, forest, sets};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_cheap_as_the_best_of_all_sets(
            parents in prop::collection::vec(0usize..8, 1..8),
            costs in prop::collection::vec(0u32..30, 8),
            at in prop::collection::vec((0usize..9, 0u32..10), 1..9),
            wanted in 0usize..9,
        ) {
            let links: Vec<f64> = costs.iter().map(|c| f64::from(*c)).collect();
            let all = forest(&parents, &at);
            let (chosen, cost) = cheapest(&all, &links, wanted);
            let n = wanted.min(all.len());
            prop_assert_eq!(chosen.len(), n);
            prop_assert!((cost_of(&chosen, &all, &links) - cost).abs() < 1e-9);
            let of_size = sets(all.len()).filter(|s| s.len() == n);
            let best = of_size.map(|s| cost_of(&s, &all, &links)).fold(f64::INFINITY, f64::min);
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
