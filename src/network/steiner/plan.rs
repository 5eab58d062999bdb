//! The order of the steps: reduce, search, prove, and search with what is left of the budget.

use super::branch::{Squeezed, prove, squeeze};
use super::budget::Budget;
use super::core::Core;
use super::exact;
use super::graph::{Frozen, Graph};
use super::search::{Pool, Searcher, search};
use super::tree::{Pruner, Tree};
use super::units::Cost;

/// A good tree of a connected graph with two terminals or more, and a bound no tree falls below.
pub fn run(base: &Core, seed: u64, budget: &mut Budget) -> (Tree, Cost) {
    let mut searcher = Searcher::new(base);
    // The first tree is made whatever the budget says.
    let mut endless = Budget::new(u64::MAX, None);
    let root = base.terminals[0];
    let Some(mut best) = searcher.start(root, |_| true, &mut endless) else {
        unreachable!("the caller checks that the terminals are connected")
    };
    searcher.improve(&mut best, budget);
    drop(searcher);
    let mut plan = Plan { base, g: Graph::new(base), pruner: Pruner::new(base.nodes()), best, bound: 0 };
    plan.go(seed, budget);
    let bound = plan.bound.min(plan.best.cost);
    (plan.best, bound)
}

struct Plan<'a> {
    base: &'a Core,
    g: Graph,
    pruner: Pruner,
    best: Tree,
    /// No tree costs less; where it reaches the best tree's cost that is proven.
    bound: Cost,
}

impl Plan<'_> {
    fn go(&mut self, seed: u64, budget: &mut Budget) {
        // Good trees of the whole graph, to begin the next search with.
        let mut good: Vec<Vec<u32>> = Vec::new();
        let mut edges = usize::MAX;
        for turn in 0.. {
            let squeezed = within(budget, 3, 0.4, |part| {
                squeeze(&mut self.g, self.base, &mut self.best, &mut self.pruner, 4, part)
            });
            let Squeezed::Left { frozen, bound } = squeezed else {
                self.bound = self.best.cost;
                return;
            };
            self.bound = self.bound.max(bound);
            let core = &frozen.core;
            tracing::debug!(
                n = core.nodes(),
                m = core.edges(),
                k = core.terminals.len(),
                best = self.best.cost,
                bound = self.bound,
                "reduced"
            );
            if self.done(budget) {
                return;
            }
            if exact::effort(core).is_some_and(|steps| steps < budget.left() / 2) {
                let most = self.best.cost - self.g.fixed_cost;
                if let Some(tree) = within(budget, 1, 0.6, |part| exact::cheapest(core, most, part)) {
                    self.offer(&frozen, &tree.edges);
                    self.bound = self.best.cost;
                    return;
                }
            }
            // A short search: with a better tree the bounds may prove more useless.
            let before = self.best.cost;
            good.push(self.best.edges.clone());
            let mut pool = within(budget, 8, 0.1, |part| self.carry(&frozen, &good, part));
            within(budget, 8, 0.15, |part| search(core, &mut pool, self.here(), seed + turn, 1, part));
            self.offer_pool(&frozen, &pool);
            tracing::debug!(best = self.best.cost, "short search");
            // Where the last better tree took nothing away the next one hardly will.
            let shrinks = core.edges() < edges - edges / 50;
            edges = core.edges();
            if self.best.cost < before && turn < 3 && shrinks {
                let lift = |t: &Tree| self.g.lift(t.edges.iter().map(|&e| frozen.edges[e as usize]));
                good = pool.trees.iter().map(lift).collect();
                continue;
            }
            let Some(mut top) = pool.best().cloned() else { return };
            // Only what is cheaper than the best tree of all counts as better.
            top.cost = top.cost.min(self.best.cost - self.g.fixed_cost);
            let proven = within(budget, 8, 0.1, |part| prove(core, &mut top, 20_000, part));
            self.bound = self.bound.max(self.g.fixed_cost + proven);
            self.offer(&frozen, &top.edges);
            tracing::debug!(best = self.best.cost, bound = self.bound, "branch and bound");
            if self.done(budget) {
                return;
            }
            pool.add(Tree { cost: core.sum(&top.edges), edges: top.edges });
            search(core, &mut pool, self.here(), seed + 1000, u64::MAX, budget);
            self.offer_pool(&frozen, &pool);
            tracing::debug!(best = self.best.cost, "long search");
            return;
        }
    }

    /// Trees of the reduced graph like those given of the whole graph.
    fn carry(&self, frozen: &Frozen, good: &[Vec<u32>], budget: &mut Budget) -> Pool {
        let mut pool = Pool::default();
        let mut searcher = Searcher::new(&frozen.core);
        let parts: Vec<Vec<u32>> = frozen.edges.iter().map(|&e| self.g.stands_for(e)).collect();
        let mut inside = vec![false; self.base.edges()];
        for edges in good.iter().rev() {
            edges.iter().for_each(|&e| inside[e as usize] = true);
            let marked: Vec<bool> = parts.iter().map(|p| p.iter().all(|&e| inside[e as usize])).collect();
            edges.iter().for_each(|&e| inside[e as usize] = false);
            if let Some(tree) = searcher.along(&marked, budget) {
                pool.add(tree);
            }
            if !budget.open() {
                break;
            }
        }
        pool
    }

    fn done(&self, budget: &Budget) -> bool {
        self.bound >= self.best.cost || !budget.open()
    }

    /// The bound in the reduced graph.
    fn here(&self) -> Cost {
        self.bound - self.g.fixed_cost
    }

    fn offer_pool(&mut self, frozen: &Frozen, pool: &Pool) {
        if let Some(tree) = pool.best() {
            self.offer(frozen, &tree.edges);
        }
    }

    /// Takes a tree of the reduced graph if it is better.
    fn offer(&mut self, frozen: &Frozen, edges: &[u32]) {
        let all = self.g.lift(edges.iter().map(|&e| frozen.edges[e as usize]));
        if let Some(tree) = self.pruner.tidy_all(self.base, &self.base.cost, &all)
            && tree.cost < self.best.cost
        {
            self.best = tree;
        }
    }
}

/// Does something with one part in `parts` of the steps left, and that share of the time left.
fn within<T>(budget: &mut Budget, parts: u64, share: f64, work: impl FnOnce(&mut Budget) -> T) -> T {
    let steps = budget.left().div_ceil(parts);
    let mut part = budget.part(steps, share);
    let result = work(&mut part);
    budget.take(steps, &part);
    result
}
