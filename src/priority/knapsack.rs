//! Most gain for a budget among villages that hang on a forest of links: stretches that several use are paid once.
//!
//! Each subtree keeps its best trade-offs of cost and gain; exact while there are at most [`KEEP`] of them, beyond that
//! those that stand closest together are thinned out (what is offered can always be built at its price).

use super::branches::{Below, Branch, Candidate, branches};

/// Trade-offs kept in each subtree.
const KEEP: usize = 400;

/// The trade-offs between cost and gain, and what each is made of.
pub struct Frontier {
    nodes: Vec<Branch>,
    /// Per node, parallel to its children: for each trade-off after the child, (before it, of the child).
    steps: Vec<Vec<Origins>>,
    /// (cost, gain), both rising; the first is (0, whatever is free).
    pub points: Vec<(f64, f64)>,
}

impl Frontier {
    /// `gain` of each candidate is not negative; only trade-offs of at most `most` are kept.
    pub fn new(candidates: &[Candidate], link_cost: &[f64], gain: &[f64], most: f64) -> Self {
        let nodes = branches(candidates, link_cost);
        let mut tables: Vec<Vec<(f64, f64)>> = vec![Vec::new(); nodes.len()];
        let mut steps: Vec<Vec<Origins>> = nodes.iter().map(|_| Vec::new()).collect();
        // What hangs below comes first.
        for n in (0..nodes.len()).rev() {
            let mut table = vec![(0.0, 0.0)];
            for b in &nodes[n].below {
                let options: Vec<(f64, f64)> = match b {
                    Below::Village(i) => vec![(0.0, 0.0), (candidates[*i].own_cost, gain[*i])],
                    Below::Branch(m) => {
                        let own = nodes[*m].cost;
                        let paid = tables[*m].iter().map(|&(c, g)| (c + own, g));
                        std::iter::once((0.0, 0.0)).chain(paid).collect()
                    }
                };
                let (merged, from) = merge(&table, &options, most);
                table = merged;
                steps[n].push(from);
            }
            tables[n] = table;
        }
        let points = std::mem::take(&mut tables[0]);
        Frontier { nodes, steps, points }
    }

    /// Candidates of the best trade-off of at most `budget`, ascending.
    pub fn within(&self, budget: f64) -> Vec<usize> {
        let k = self.points.partition_point(|p| p.0 <= budget);
        if k == 0 {
            return Vec::new();
        }
        let mut out = Vec::new();
        let mut open = vec![(0usize, (k - 1) as u32)];
        while let Some((n, mut at)) = open.pop() {
            for (b, step) in self.nodes[n].below.iter().zip(&self.steps[n]).rev() {
                let (before, option) = step[at as usize];
                match b {
                    Below::Village(i) if option > 0 => out.push(*i),
                    Below::Branch(m) if option > 0 => open.push((*m, option - 1)),
                    _ => {}
                }
                at = before;
            }
        }
        out.sort_unstable();
        out
    }
}

/// Of each trade-off: which one of the first and which of the second it is the sum of.
pub(super) type Origins = Vec<(u32, u32)>;

/// All sums of the two that no other beats, and where each comes from.
pub(super) fn merge(a: &[(f64, f64)], b: &[(f64, f64)], most: f64) -> (Vec<(f64, f64)>, Origins) {
    let mut all: Vec<(f64, f64, u32, u32)> = Vec::with_capacity(a.len() * b.len());
    for (i, x) in a.iter().enumerate() {
        for (k, y) in b.iter().enumerate() {
            let cost = x.0 + y.0;
            if cost <= most || cost == 0.0 {
                all.push((cost, x.1 + y.1, i as u32, k as u32));
            }
        }
    }
    all.sort_by(|p, q| p.0.total_cmp(&q.0).then(q.1.total_cmp(&p.1)).then((p.2, p.3).cmp(&(q.2, q.3))));
    let mut kept: Vec<(f64, f64, u32, u32)> = Vec::new();
    for p in all {
        match kept.last_mut() {
            // Nothing for nothing is always the first; more for the same replaces it.
            Some(last) if p.1 <= last.1 => {}
            Some(last) if p.0 <= last.0 => *last = p,
            _ => kept.push(p),
        }
    }
    thin(&mut kept);
    (kept.iter().map(|p| (p.0, p.1)).collect(), kept.iter().map(|p| (p.2, p.3)).collect())
}

/// Leaves at most [`KEEP`]: of each step of gain the cheapest.
fn thin(points: &mut Vec<(f64, f64, u32, u32)>) {
    if points.len() <= KEEP {
        return;
    }
    let (first, last) = (points[0].1, points[points.len() - 1].1);
    let step = (last - first) / (KEEP - 1) as f64;
    let mut next = f64::NEG_INFINITY;
    let end = points.len() - 1;
    let mut k = 0;
    points.retain(|p| {
        let keep = p.1 >= next || k == end;
        if keep {
            next = p.1 + step;
        }
        k += 1;
        keep
    });
}

#[cfg(test)]
mod tests {
    use super::super::branches::testkit::{cost_of, forest, sets};
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_good_as_the_best_of_all_sets(
            parents in prop::collection::vec(0usize..8, 1..8),
            costs in prop::collection::vec(0u32..30, 8),
            at in prop::collection::vec((0usize..9, 0u32..10, 0u32..50), 1..9),
            budget in 0u32..100,
        ) {
            let links: Vec<f64> = costs.iter().map(|c| f64::from(*c)).collect();
            let all = forest(&parents, &at.iter().map(|x| (x.0, x.1)).collect::<Vec<_>>());
            let gain: Vec<f64> = at.iter().map(|x| f64::from(x.2)).collect();
            let cost = |set: &[usize]| cost_of(set, &all, &links);
            let f = Frontier::new(&all, &links, &gain, f64::INFINITY);
            let budget = f64::from(budget);
            let chosen = f.within(budget);
            prop_assert!(cost(&chosen) <= budget + 1e-9);
            let got: f64 = chosen.iter().map(|&i| gain[i]).sum();
            let best = sets(all.len())
                .filter(|s| cost(s) <= budget + 1e-9)
                .map(|s| s.iter().map(|&i| gain[i]).sum::<f64>())
                .fold(0.0, f64::max);
            prop_assert!((got - best).abs() < 1e-9, "{} {}", got, best);
            // The same under a ceiling.
            let capped = Frontier::new(&all, &links, &gain, budget);
            prop_assert_eq!(capped.within(budget).iter().map(|&i| gain[i]).sum::<f64>(), got);
        }
    }
}
