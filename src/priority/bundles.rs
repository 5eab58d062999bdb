//! Most gain for a budget where villages need several works each and works serve several villages: each work is paid once.
//!
//! Villages that share works, one through another, are a piece. The best trade-offs of small pieces are found by trying
//! every set; of large ones the beginnings of a good order are taken. Pieces are put together as in [`super::knapsack`].
//! The bound takes each small piece's trade-offs as a rising curve that bends down, of which any part may be bought; in
//! large pieces each work is shared out among the villages that need it, so that no set costs less than its shares.

use super::knapsack::merge;
use super::sequence::sequence;
use crate::network::UnionFind;
use crate::network::shares::most_gain;

/// Villages of a piece up to which every set is tried.
const EVERY_SET: usize = 12;

/// Works and who needs which.
#[derive(Debug, Clone, Default)]
pub struct Bundles {
    /// Of each work.
    pub cost: Vec<f64>,
    /// Per village, each work once.
    pub needs: Vec<Vec<u32>>,
    pub gain: Vec<f64>,
}

/// What a piece can do: cost, gain and the villages.
type Choice = (f64, f64, Vec<usize>);

/// The trade-offs of all pieces.
pub struct Tradeoffs<'a> {
    bundles: &'a Bundles,
    pieces: Vec<Vec<Choice>>,
    /// Steps of cost and gain that no choice outdoes.
    steps: (Vec<f64>, Vec<f64>),
    free: f64,
}

impl Bundles {
    /// What it costs to serve these.
    pub fn cost_of(&self, villages: &[usize]) -> f64 {
        let mut works: Vec<u32> = villages.iter().flat_map(|&i| &self.needs[i]).copied().collect();
        works.sort_unstable();
        works.dedup();
        works.iter().map(|&w| self.cost[w as usize]).sum::<f64>() + 0.0
    }

    pub fn gain_of(&self, villages: &[usize]) -> f64 {
        villages.iter().map(|&i| self.gain[i]).sum::<f64>() + 0.0
    }

    fn pieces(&self) -> Vec<Vec<usize>> {
        let n = self.needs.len();
        let mut sets = UnionFind::new(n + self.cost.len());
        for (i, needs) in self.needs.iter().enumerate() {
            needs.iter().for_each(|&w| sets.union(i as u32, (n + w as usize) as u32));
        }
        let label = sets.labels();
        let mut out: std::collections::BTreeMap<u32, Vec<usize>> = Default::default();
        for (i, &piece) in label.iter().take(n).enumerate() {
            out.entry(piece).or_default().push(i);
        }
        out.into_values().collect()
    }

    fn choices(&self, piece: &[usize]) -> Vec<Choice> {
        let all: Vec<Vec<usize>> = if piece.len() <= EVERY_SET {
            let set = |m: u32| (0..piece.len()).filter(|k| m >> k & 1 == 1).map(|k| piece[k]).collect();
            (0u32..1 << piece.len()).map(set).collect()
        } else {
            let needs: Vec<Vec<u32>> = piece.iter().map(|&i| self.needs[i].clone()).collect();
            let gain: Vec<f64> = piece.iter().map(|&i| self.gain[i]).collect();
            let mut so_far: Vec<usize> = Vec::new();
            let mut sets = vec![Vec::new()];
            for taken in sequence(&needs, &self.cost, &gain, &vec![""; piece.len()]) {
                so_far.extend(taken.done.into_iter().map(|k| piece[k]));
                sets.push(so_far.clone());
            }
            sets
        };
        let mut all: Vec<Choice> = all.into_iter().map(|s| (self.cost_of(&s), self.gain_of(&s), s)).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
        let mut most = f64::NEG_INFINITY;
        all.retain(|c| {
            let more = c.1 > most;
            most = most.max(c.1);
            more
        });
        all
    }

    /// The trade-offs.
    pub fn tradeoffs(&self) -> Tradeoffs<'_> {
        let mut users = vec![0.0; self.cost.len()];
        self.needs.iter().flatten().for_each(|&w| users[w as usize] += 1.0);
        let mut out = Tradeoffs { bundles: self, pieces: Vec::new(), steps: (Vec::new(), Vec::new()), free: 0.0 };
        for piece in self.pieces() {
            let choices = self.choices(&piece);
            if piece.len() <= EVERY_SET {
                out.free += choices[0].1;
                for (cost, gain) in bends(&choices) {
                    out.steps.0.push(cost);
                    out.steps.1.push(gain);
                }
            } else {
                for &i in &piece {
                    let share = |&w: &u32| self.cost[w as usize] / users[w as usize];
                    out.steps.0.push(self.needs[i].iter().map(share).sum::<f64>() * (1.0 - 1e-9));
                    out.steps.1.push(self.gain[i]);
                }
            }
            out.pieces.push(choices);
        }
        out
    }
}

/// Steps of the upper hull of trade-offs, each (cost, gain) beyond the one before.
fn bends(choices: &[Choice]) -> Vec<(f64, f64)> {
    let mut hull: Vec<(f64, f64)> = Vec::new();
    for c in choices {
        let p = (c.0, c.1);
        while let [.., a, b] = hull[..] {
            // The middle one lies below the line from the one before to this.
            if (b.1 - a.1) * (p.0 - a.0) <= (p.1 - a.1) * (b.0 - a.0) {
                hull.pop();
            } else {
                break;
            }
        }
        hull.push(p);
    }
    hull.windows(2).map(|w| (w[1].0 - w[0].0, w[1].1 - w[0].1)).collect()
}

impl Tradeoffs<'_> {
    /// No choice within the budget has a greater gain.
    pub fn at_most(&self, budget: f64) -> f64 {
        self.free + most_gain(&self.steps.0, &self.steps.1, budget)
    }

    /// Choices for each of these budgets, villages ascending.
    pub fn within(&self, budgets: &[f64]) -> Vec<Vec<usize>> {
        let most = budgets.iter().copied().fold(0.0, f64::max);
        let mut table = vec![(0.0, 0.0)];
        let mut origins = Vec::new();
        for piece in &self.pieces {
            let options: Vec<(f64, f64)> = piece.iter().map(|c| (c.0, c.1)).collect();
            let (merged, from) = merge(&table, &options, most * (1.0 + 1e-12));
            table = merged;
            origins.push(from);
        }
        let one = |&budget: &f64| {
            let fits = table.partition_point(|p| p.0 <= budget * (1.0 + 1e-12));
            let mut chosen = Vec::new();
            if let Some(mut at) = fits.checked_sub(1) {
                for (piece, from) in self.pieces.iter().zip(&origins).rev() {
                    let (before, option) = from[at];
                    chosen.extend(&piece[option as usize].2);
                    at = before as usize;
                }
            }
            self.fill(chosen, budget)
        };
        budgets.iter().map(one).collect()
    }

    /// What is left of the budget goes to whoever it still serves, the most for the money first.
    fn fill(&self, mut chosen: Vec<usize>, budget: f64) -> Vec<usize> {
        let b = self.bundles;
        let mut built = vec![false; b.cost.len()];
        chosen.iter().flat_map(|&i| &b.needs[i]).for_each(|&w| built[w as usize] = true);
        let mut left = budget - b.cost_of(&chosen);
        let mut open: Vec<usize> = (0..b.needs.len()).filter(|i| !chosen.contains(i)).collect();
        loop {
            let price = |i: usize, built: &[bool]| -> f64 {
                b.needs[i].iter().filter(|&&w| !built[w as usize]).map(|&w| b.cost[w as usize]).sum()
            };
            let next = open
                .iter()
                .map(|&i| (i, price(i, &built)))
                .filter(|n| n.1 <= left && b.gain[n.0] > 0.0)
                .max_by(|x, y| (b.gain[x.0] * y.1).total_cmp(&(b.gain[y.0] * x.1)).then(y.0.cmp(&x.0)));
            let Some((i, cost)) = next else { break };
            left -= cost;
            b.needs[i].iter().for_each(|&w| built[w as usize] = true);
            open.retain(|&k| k != i);
            chosen.push(i);
        }
        chosen.sort_unstable();
        chosen
    }
}

#[cfg(test)]
mod tests {
    use super::super::branches::testkit::sets;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn as_good_as_the_best_of_all_sets(
            cost in prop::collection::vec(0u32..30, 6),
            villages in prop::collection::vec((prop::collection::btree_set(0u32..6, 0..4), 0u32..50), 1..9),
            budget in 0u32..120,
        ) {
            let b = Bundles {
                cost: cost.iter().map(|c| f64::from(*c)).collect(),
                needs: villages.iter().map(|v| v.0.iter().copied().collect()).collect(),
                gain: villages.iter().map(|v| f64::from(v.1)).collect(),
            };
            let budget = f64::from(budget);
            let all = sets(villages.len()).filter(|s| b.cost_of(s) <= budget + 1e-9);
            let best = all.map(|s| b.gain_of(&s)).fold(0.0, f64::max);
            let t = b.tradeoffs();
            let chosen = &t.within(&[budget])[0];
            prop_assert!(b.cost_of(chosen) <= budget + 1e-9);
            prop_assert!((b.gain_of(chosen) - best).abs() < 1e-9, "{:?} {}", chosen, best);
            prop_assert!(t.at_most(budget) >= best - 1e-9, "{} {}", t.at_most(budget), best);
        }

        /// Pieces too large to try every set.
        #[test]
        fn a_bound_of_large_pieces(
            cost in prop::collection::vec(1u32..30, 4),
            villages in prop::collection::vec((prop::collection::btree_set(1u32..4, 0..3), 1u32..50), 13..15),
            budget in 0u32..120,
        ) {
            let b = Bundles {
                cost: cost.iter().map(|c| f64::from(*c)).collect(),
                // The first work is everybody's.
                needs: villages.iter().map(|v| std::iter::once(0).chain(v.0.iter().copied()).collect()).collect(),
                gain: villages.iter().map(|v| f64::from(v.1)).collect(),
            };
            let budget = f64::from(budget);
            // With four works every set of works says who is served.
            let served = |m: u32| -> Vec<usize> {
                (0..b.needs.len()).filter(|&i| b.needs[i].iter().all(|w| m >> w & 1 == 1)).collect()
            };
            let all = (0u32..16).map(served).filter(|s| b.cost_of(s) <= budget);
            let best = all.map(|s| b.gain_of(&s)).fold(0.0, f64::max);
            let t = b.tradeoffs();
            let chosen = &t.within(&[budget])[0];
            prop_assert!(b.cost_of(chosen) <= budget + 1e-9 && b.gain_of(chosen) <= best + 1e-9);
            prop_assert_eq!(b.gain_of(chosen) > 0.0, best > 0.0);
            prop_assert!(t.at_most(budget) >= best - 1e-6, "{} {}", t.at_most(budget), best);
        }
    }
}
