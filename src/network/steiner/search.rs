//! The search for good trees: many starts, local search, and a pool of good trees that are combined.
//!
//! A round makes a few trees, in parallel and each with its own random numbers, then puts them into the pool in order: so
//! the number of threads changes nothing. Starts and combinations follow Pajor, Uchoa and Werneck, "A robust and scalable
//! algorithm for the Steiner problem in graphs" (2018).

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::budget::Budget;
use super::core::Core;
use super::grow::Grower;
use super::insert::Inserter;
use super::keys::Keys;
use super::tree::{Pruner, Tree};
use super::units::Cost;

/// Trees made in one round.
const ROUND: usize = 4;

/// Good trees, none twice.
#[derive(Debug, Clone, Default)]
pub struct Pool {
    pub trees: Vec<Tree>,
}

impl Pool {
    /// Most trees kept.
    const ROOM: usize = 24;

    pub fn best(&self) -> Option<&Tree> {
        self.trees.iter().min_by_key(|t| t.cost)
    }

    /// Takes a tree in, in a full pool for the most similar one that is not better; false if it is not wanted.
    pub fn add(&mut self, tree: Tree) -> bool {
        if self.trees.contains(&tree) {
            return false;
        }
        if self.trees.len() < Self::ROOM {
            self.trees.push(tree);
            return true;
        }
        let worse = self.trees.iter().enumerate().filter(|(_, t)| t.cost >= tree.cost);
        let Some((i, _)) = worse.min_by_key(|(_, t)| apart(&t.edges, &tree.edges)) else { return false };
        self.trees[i] = tree;
        true
    }
}

/// Members of one ascending list only.
fn apart(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut both) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, both) = (i + 1, j + 1, both + 1),
        }
    }
    a.len() + b.len() - 2 * both
}

/// Everything one thread needs to search in a graph.
#[derive(Debug)]
pub struct Searcher<'a> {
    core: &'a Core,
    grower: Grower,
    inserter: Inserter,
    keys: Keys,
    pruner: Pruner,
    order: Vec<u32>,
    /// Bits by which weighted costs are shortened so that sums do not overflow.
    shift: u32,
}

impl<'a> Searcher<'a> {
    pub fn new(core: &'a Core) -> Self {
        let n = core.nodes();
        let bits = 64 - core.cost.iter().sum::<Cost>().leading_zeros();
        Self {
            core,
            grower: Grower::new(n),
            inserter: Inserter::new(n),
            keys: Keys::new(n),
            pruner: Pruner::new(n),
            order: (0..n as u32).collect(),
            shift: (bits + 10).saturating_sub(59),
        }
    }

    /// A tree from `root`, not improved. `None` where `open` edges do not join the terminals.
    pub fn start(&mut self, root: u32, open: impl Fn(u32) -> bool, budget: &mut Budget) -> Option<Tree> {
        let core = self.core;
        self.start_by(&core.cost, root, open, budget)
    }

    fn start_by(&mut self, cost: &[Cost], root: u32, open: impl Fn(u32) -> bool, budget: &mut Budget) -> Option<Tree> {
        let edges = self.grower.grow(self.core, cost, root, open);
        budget.spend(self.grower.steps);
        self.pruner.tidy_all(self.core, &self.core.cost, &edges)
    }

    /// Improves a tree until no move does.
    pub fn improve(&mut self, tree: &mut Tree, budget: &mut Budget) {
        let core = self.core;
        self.improve_by(&core.cost, tree, budget, usize::MAX);
    }

    fn improve_by(&mut self, cost: &[Cost], tree: &mut Tree, budget: &mut Budget, rounds: usize) {
        for _ in 0..rounds {
            let more = self.inserter.improve(self.core, cost, tree, &mut self.pruner, &self.order, budget);
            if !budget.open() {
                return;
            }
            let again = self.keys.improve(self.core, cost, tree, &mut self.pruner, budget);
            if !(more || again) || !budget.open() {
                return;
            }
        }
    }

    fn shuffle(&mut self, rng: &mut ChaCha8Rng) {
        for i in (1..self.order.len()).rev() {
            self.order.swap(i, rng.random_range(0..=i));
        }
    }

    /// A start with costs a little dearer at random, improved.
    fn fresh(&mut self, rng: &mut ChaCha8Rng, budget: &mut Budget) -> Option<Tree> {
        self.shuffle(rng);
        let core = self.core;
        let most = [64, 84, 104][rng.random_range(0..3)];
        let cost: Vec<Cost> = core.cost.iter().map(|&c| (c * rng.random_range(64..=most)) >> self.shift).collect();
        let root = rng.random_range(0..core.nodes() as u32);
        let mut tree = self.start_by(&cost, root, |_| true, budget)?;
        tree.cost = tree.edges.iter().map(|&e| cost[e as usize]).sum();
        self.improve_by(&cost, &mut tree, budget, 2);
        tree.cost = core.sum(&tree.edges);
        self.improve(&mut tree, budget);
        Some(tree)
    }

    /// From a tree on: local search by costs a little dearer at random, then by the true ones. Where many trees cost the
    /// same this moves among them. Keeps what is not worse, for so many steps without a gain.
    fn drift(&mut self, tree: &mut Tree, patience: usize, rng: &mut ChaCha8Rng, budget: &mut Budget) {
        let core = self.core;
        let mut failed = 0;
        while failed < patience && budget.open() {
            self.shuffle(rng);
            let most = [66, 72, 80, 96][rng.random_range(0..4)];
            let cost: Vec<Cost> = core.cost.iter().map(|&c| (c * rng.random_range(64..=most)) >> self.shift).collect();
            let mut next = tree.clone();
            next.cost = next.edges.iter().map(|&e| cost[e as usize]).sum();
            self.improve_by(&cost, &mut next, budget, 1);
            next.cost = core.sum(&next.edges);
            self.improve(&mut next, budget);
            failed = if next.cost < tree.cost { 0 } else { failed + 1 };
            if next.cost <= tree.cost {
                *tree = next;
            }
        }
    }

    /// A start where edges of both trees are cheap and edges of neither very dear, improved.
    fn combine(&mut self, a: &Tree, b: &Tree, rng: &mut ChaCha8Rng, budget: &mut Budget) -> Option<Tree> {
        self.shuffle(rng);
        let core = self.core;
        let mut weight: Vec<Cost> = vec![1000; core.edges()];
        for &e in a.edges.iter().chain(&b.edges) {
            let w = &mut weight[e as usize];
            *w = if *w == 1000 { rng.random_range(100..500) } else { 1 };
        }
        let cost: Vec<Cost> = core.cost.iter().zip(&weight).map(|(c, w)| (c * w) >> self.shift).collect();
        let root = core.ends[a.edges[rng.random_range(0..a.edges.len())] as usize][0];
        let mut tree = self.start_by(&cost, root, |_| true, budget)?;
        self.improve(&mut tree, budget);
        Some(tree)
    }

    /// A fresh tree, then combined with trees of the pool as long as that helps.
    fn climb(&mut self, pool: &Pool, rng: &mut ChaCha8Rng, budget: &mut Budget) -> Option<Tree> {
        let mut tree = self.fresh(rng, budget)?;
        let mut failed = 0;
        while failed < 3 && pool.trees.len() > 1 && budget.open() && !tree.edges.is_empty() {
            let other = &pool.trees[rng.random_range(0..pool.trees.len())];
            match self.combine(&tree, other, rng, budget) {
                Some(better) if better.cost < tree.cost => (tree, failed) = (better, 0),
                _ => failed += 1,
            }
        }
        self.drift(&mut tree, 10, rng, budget);
        Some(tree)
    }
}

/// Rounds until the budget is spent or a tree costs no more than `bound`; the pool holds what was found.
pub fn search(core: &Core, pool: &mut Pool, bound: Cost, seed: u64, rounds: u64, budget: &mut Budget) {
    let mut searchers: Vec<Searcher> = (0..ROUND).map(|_| Searcher::new(core)).collect();
    for round in 0..rounds {
        if !budget.open() || pool.best().is_some_and(|t| t.cost <= bound) {
            return;
        }
        let share = budget.left() / ROUND as u64 + 1;
        let made: Vec<(Option<Tree>, Budget)> = searchers
            .par_iter_mut()
            .enumerate()
            .map(|(i, searcher)| {
                let mut rng = ChaCha8Rng::seed_from_u64(seed);
                rng.set_stream(round * ROUND as u64 + i as u64);
                let mut part = budget.part(share, 1.0);
                (searcher.climb(pool, &mut rng, &mut part), part)
            })
            .collect();
        for (tree, part) in made {
            budget.take(share, &part);
            if let Some(tree) = tree {
                pool.add(tree);
            }
        }
    }
}
