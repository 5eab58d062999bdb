//! Simulated annealing: very many small changes of one tree, each as cheap as the place it touches is small.
//!
//! A change takes some vertices out and joins the pieces again, or adds a vertex, or both. What makes the tree dearer is
//! taken with a chance that falls with time, so the tree settles into a good place.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::budget::Budget;
use super::core::Core;
use super::forest::Forest;
use super::mend::Mender;
use super::tree::{Pruner, Tree};
use super::units::Cost;

/// Most vertices on a walk that chooses victims.
const WALK: u32 = 4;

/// Doublings of the most vertices in the small pieces, at least four.
const CAP: u32 = 5;

/// Room for [`Annealer::run`], kept between calls.
#[derive(Debug)]
pub struct Annealer {
    forest: Forest,
    mender: Mender,
    /// Vertices to take out next.
    victims: Vec<u32>,
    /// Where the pieces were cut.
    ends: Vec<u32>,
    /// Bits by which weighted costs are shortened so that sums do not overflow.
    shift: u32,
}

impl Annealer {
    pub fn new(core: &Core) -> Self {
        let bits = 64 - core.cost.iter().sum::<Cost>().leading_zeros();
        let shift = (bits + 7).saturating_sub(59);
        Self {
            forest: Forest::new(core.nodes()),
            mender: Mender::new(core, |e| (core.cost[e as usize] * 64) >> shift),
            victims: Vec::new(),
            ends: Vec::new(),
            shift,
        }
    }

    /// From `tree` on, for so many steps. The best tree met; it is not dearer. A change dearer by the mean cost of a tree
    /// edge is taken with the chance exp(-1 / heat); `heat` is at the beginning and at the end.
    #[allow(clippy::too_many_arguments)]
    pub fn run(
        &mut self,
        core: &Core,
        tree: &Tree,
        heat: [f64; 2],
        steps: u64,
        rng: &mut ChaCha8Rng,
        pruner: &mut Pruner,
        budget: &mut Budget,
    ) -> Tree {
        let mut best = tree.clone();
        let Some(&home) = core.terminals.first().filter(|_| tree.edges.len() > 1) else { return best };
        self.forest.plant(core, &tree.edges, home);
        self.forest.steps = 0;
        let unit = tree.cost as f64 / tree.edges.len() as f64;
        let all = steps.min(budget.left());
        let mut used = 0;
        let mut now = tree.cost;
        let mut low = now;
        // The tree as it is now is the best one and not written down yet.
        let mut fresh = false;
        let mut warm = heat[0] * unit;
        let mut round = 0u32;
        while used < all {
            round += 1;
            if round.is_multiple_of(16) {
                let spent = std::mem::take(&mut self.forest.steps) + 16;
                used += spent;
                if !budget.spend(spent) {
                    break;
                }
                warm = unit * heat[0] * (heat[1] / heat[0]).powf(used as f64 / all as f64);
            }
            let slack = (-warm * (1.0 - rng.random::<f64>()).ln()).min(1e17) as Cost;
            self.forest.settle();
            self.forest.changed.clear();
            let change = if rng.random_range(0..2) == 0 {
                self.add(core, home, slack, rng)
            } else {
                self.walk(core, rng);
                let noise = [0, 16, 64][rng.random_range(0..3)];
                self.renew(core, home, slack, noise, rng)
            };
            let Some(change) = change.filter(|c| *c <= slack) else {
                self.forest.undo();
                continue;
            };
            if fresh && change > 0 {
                self.forest.undo();
                best.edges.clear();
                best.edges.extend(self.forest.edges());
                fresh = false;
                continue;
            }
            now += change;
            if now < low {
                low = now;
                fresh = true;
            }
        }
        budget.spend(std::mem::take(&mut self.forest.steps));
        if fresh {
            best.edges.clear();
            best.edges.extend(self.forest.edges());
        }
        match pruner.tidy_all(core, &core.cost, &best.edges) {
            Some(better) if better.cost < tree.cost => better,
            _ => tree.clone(),
        }
    }

    /// Adds a vertex beside the tree, and if that is too dear takes another one out near it. What the tree costs more.
    fn add(&mut self, core: &Core, home: u32, slack: Cost, rng: &mut ChaCha8Rng) -> Option<Cost> {
        let inside = self.forest.vertices();
        let beside = core.around(inside[rng.random_range(0..inside.len())]);
        let v = beside[rng.random_range(0..beside.len())].to;
        if self.forest.has(v) {
            return None;
        }
        let near = core.around(v);
        let mut other = near[rng.random_range(0..near.len())].to;
        if self.forest.has(other) && core.is_terminal[other as usize] {
            other = self.forest.beside(core, other, rng.random());
        }
        let change = -self.forest.insert(core, &core.cost, v, true)?;
        if change <= slack {
            return Some(change);
        }
        if !self.forest.has(other) || other == v || core.is_terminal[other as usize] {
            return None;
        }
        self.victims.clear();
        self.victims.push(other);
        Some(change + self.renew(core, home, slack - change, 0, rng)?)
    }

    /// Chooses victims on a random walk from a tree vertex.
    fn walk(&mut self, core: &Core, rng: &mut ChaCha8Rng) {
        let inside = self.forest.vertices();
        let mut at = inside[rng.random_range(0..inside.len())];
        let any = rng.random_range(0..4) == 0;
        if !any && core.is_terminal[at as usize] {
            at = self.forest.beside(core, at, rng.random());
        }
        self.victims.clear();
        self.victims.push(at);
        for _ in 0..rng.random_range(0..WALK) {
            let near = core.around(at);
            at = near[rng.random_range(0..near.len())].to;
            if !any && core.is_terminal[at as usize] {
                at = self.forest.beside(core, at, rng.random());
            }
            if self.forest.has(at) && !self.victims.contains(&at) {
                self.victims.push(at);
            }
        }
    }

    /// Takes the victims out and joins the pieces again, by costs dearer at random by up to `noise` parts in 64. What the
    /// tree costs more; `None` if certainly more than `slack`.
    fn renew(&mut self, core: &Core, home: u32, slack: Cost, noise: u64, rng: &mut ChaCha8Rng) -> Option<Cost> {
        self.ends.clear();
        let mut saved = 0;
        for &v in &self.victims {
            self.forest.steps += core.degree(v) as u64;
            for a in core.around(v) {
                if !self.forest.has(a.to) || !self.forest.joins(a.edge, v, a.to) {
                    continue;
                }
                let low = if self.forest.hangs(a.to, a.edge) { a.to } else { v };
                if self.forest.cut(low).is_some() {
                    saved += core.cost[a.edge as usize];
                    self.ends.push(a.to);
                }
            }
            self.ends.push(v);
        }
        let mut kept = 0;
        for i in 0..self.ends.len() {
            let (less, end) = self.forest.trim(core, &core.cost, self.ends[i]);
            saved += less;
            if let Some(end) = end {
                self.ends[kept] = end;
                kept += 1;
            }
        }
        self.ends.truncate(kept);
        // Cutting from one end may have gone past another.
        self.ends.retain(|&v| self.forest.has(v));
        if noise == 0 || rng.random_range(0..2) == 0 {
            let free = self.victims.iter().filter(|&&v| !self.forest.has(v));
            self.mender.barred.extend(free);
        }
        let most = 4usize << rng.random_range(0..CAP);
        let salt = rng.random::<u64>();
        let shift = self.shift;
        let price = |e: u32| {
            let hash = (u64::from(e) ^ salt).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
            let more = if noise == 0 { 0 } else { (hash % (noise + 1)) as Cost };
            (core.cost[e as usize] * (64 + more)) >> shift
        };
        let limit = ((saved + slack) >> shift) * (64 + noise as Cost) + 63;
        let spent = self.mender.mend(core, price, &mut self.forest, &self.ends, home, limit, most)?;
        Some(spent - saved)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::network::steiner::search::Searcher;

    #[test]
    fn trees_stay_trees_and_get_no_dearer() {
        let mut better = 0;
        for seed in 0..40 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let n = 60u32;
            let mut ends: Vec<[u32; 2]> = (1..n).map(|v| [rng.random_range(0..v), v]).collect();
            for _ in 0..120 {
                let a = rng.random_range(0..n);
                ends.push([a, (a + rng.random_range(1..n)) % n]);
            }
            let cost: Vec<Cost> = ends.iter().map(|_| rng.random_range(0..20)).collect();
            let core = Core::new(ends, cost, (0..n).map(|v| v % 4 == 0).collect());
            let mut budget = Budget::new(u64::MAX, None);
            let tree = Searcher::new(&core).start(0, |_| true, &mut budget).unwrap();
            let mut pruner = Pruner::new(core.nodes());
            let mut annealer = Annealer::new(&core);
            let next = annealer.run(&core, &tree, [0.5, 0.05], 200_000, &mut rng, &mut pruner, &mut budget);
            assert!(next.cost <= tree.cost, "seed {seed}");
            assert_eq!(pruner.tidy(&core, &core.cost, &next.edges), Some(next.clone()), "seed {seed}");
            better += u32::from(next.cost < tree.cost);
        }
        assert!(better > 10, "{better}");
    }
}
