//! The search for good trees: many starts, local search, and a pool of good trees that are combined.
//!
//! A round makes a few trees, in parallel and each with its own random numbers, then puts them into the pool in order: so
//! the number of threads changes nothing. Starts and combinations follow Pajor, Uchoa and Werneck, "A robust and scalable
//! algorithm for the Steiner problem in graphs" (2018).

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::anneal::Annealer;
use super::ascent::{ascend, surplus};
use super::branch::squeeze;
use super::budget::Budget;
use super::core::Core;
use super::graph::Graph;
use super::grow::Grower;
use super::insert::Inserter;
use super::keys::Keys;
use super::tree::{Pruner, Tree};
use super::units::Cost;

/// Steps of a short annealing.
const ANNEAL: u64 = 5_000_000;

/// Most steps of an annealing for each edge of the tree.
const PER_EDGE: u64 = 40_000;

/// Most steps of one annealing in a few trees.
const BLEND: u64 = 4_000_000;

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
    annealer: Annealer,
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
            annealer: Annealer::new(core),
            order: (0..n as u32).collect(),
            shift: (bits + 11).saturating_sub(59),
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

    /// A tree that has these edges as far as it can, improved.
    pub fn along(&mut self, marked: &[bool], budget: &mut Budget) -> Option<Tree> {
        let core = self.core;
        let weight = |m: bool| if m { 1 } else { 1000 };
        let cost: Vec<Cost> = core.cost.iter().zip(marked).map(|(c, m)| (c * weight(*m)) >> self.shift).collect();
        let mut tree = self.start_by(&cost, core.terminals[0], |_| true, budget)?;
        self.improve(&mut tree, budget);
        Some(tree)
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

    /// All vertices, in random order, are to be tried.
    fn shuffle(&mut self, rng: &mut ChaCha8Rng) {
        self.order = (0..self.core.nodes() as u32).collect();
        for i in (1..self.order.len()).rev() {
            self.order.swap(i, rng.random_range(0..=i));
        }
    }

    /// Costs times 64 to `most`, by edge or, all edges at a vertex alike, by vertex.
    fn noisy(&self, most: Cost, rng: &mut ChaCha8Rng) -> Vec<Cost> {
        let core = self.core;
        if rng.random_range(0..2) == 0 {
            return core.cost.iter().map(|&c| (c * rng.random_range(64..=most)) >> self.shift).collect();
        }
        let at: Vec<Cost> = (0..core.nodes()).map(|_| rng.random_range(32..=most - 32)).collect();
        let times = |e: &[u32; 2]| at[e[0] as usize] + at[e[1] as usize];
        core.cost.iter().zip(&core.ends).map(|(c, e)| (c * times(e)) >> self.shift).collect()
    }

    /// Keeps noise only around a vertex, for about so many vertices, which are returned; elsewhere costs are as they are.
    fn quiet_outside(&mut self, cost: &mut [Cost], size: usize, rng: &mut ChaCha8Rng) -> Vec<u32> {
        let core = self.core;
        if size >= core.nodes() {
            return (0..core.nodes() as u32).collect();
        }
        let from = rng.random_range(0..core.nodes() as u32);
        let mut seen = vec![false; core.nodes()];
        let mut ball = vec![from];
        seen[from as usize] = true;
        let mut next = 0;
        let mut noise: Vec<(u32, Cost)> = Vec::new();
        while next < ball.len() && next < size {
            let v = ball[next];
            next += 1;
            for a in core.around(v) {
                noise.push((a.edge, cost[a.edge as usize]));
                if !std::mem::replace(&mut seen[a.to as usize], true) {
                    ball.push(a.to);
                }
            }
        }
        for (c, plain) in cost.iter_mut().zip(&core.cost) {
            *c = (plain * 64) >> self.shift;
        }
        for (e, c) in noise {
            cost[e as usize] = c;
        }
        ball
    }

    /// A start with costs a little dearer at random, and these costs.
    fn rough(&mut self, rng: &mut ChaCha8Rng, budget: &mut Budget) -> Option<(Tree, Vec<Cost>)> {
        self.shuffle(rng);
        let most = [64, 84, 104][rng.random_range(0..3)];
        let cost = self.noisy(most, rng);
        let root = rng.random_range(0..self.core.nodes() as u32);
        Some((self.start_by(&cost, root, |_| true, budget)?, cost))
    }

    /// A start with costs a little dearer at random, improved.
    fn fresh(&mut self, rng: &mut ChaCha8Rng, budget: &mut Budget) -> Option<Tree> {
        let core = self.core;
        let (mut tree, cost) = self.rough(rng, budget)?;
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
            let most = [66, 72, 80, 96][rng.random_range(0..4)];
            let mut cost = self.noisy(most, rng);
            let size = [20, 60, 200, 1000, usize::MAX][rng.random_range(0..5)];
            self.order = self.quiet_outside(&mut cost, size, rng);
            let mut next = tree.clone();
            next.cost = next.edges.iter().map(|&e| cost[e as usize]).sum();
            self.improve_by(&cost, &mut next, budget, 1);
            next.cost = core.sum(&next.edges);
            self.improve(&mut next, budget);
            if next.edges != tree.edges
                && let Some(both) = merge(core, &[tree, &next], budget).filter(|b| b.cost < next.cost)
            {
                next = both;
            }
            failed = if next.cost < tree.cost { 0 } else { failed + 1 };
            if next.cost <= tree.cost {
                *tree = next;
            }
        }
    }

    /// Simulated annealing from a tree on, mostly where only the first of the vertices in `rank` are left.
    fn settle(&mut self, tree: &mut Tree, rank: &[u32], rng: &mut ChaCha8Rng, budget: &mut Budget) {
        let heat = [[0.3, 0.05], [0.2, 0.03], [0.1, 0.02]][rng.random_range(0..3)];
        let steps = (ANNEAL * rng.random_range(1..4)).min(PER_EDGE * tree.edges.len() as u64).min(budget.left() / 2);
        let share = rng.random_range(0..4);
        if rank.is_empty() || share == 3 {
            *tree = self.annealer.run(self.core, tree, heat, steps, rng, &mut self.pruner, budget);
        } else {
            // The more promising vertices only.
            let core = self.core;
            let mut keep = core.is_terminal.clone();
            let many = (core.nodes() - core.terminals.len()) >> (share + 1);
            rank[..many].iter().for_each(|&v| keep[v as usize] = true);
            tree.edges.iter().flat_map(|&e| core.ends[e as usize]).for_each(|v| keep[v as usize] = true);
            let (inner, edges) = only(core, &keep);
            budget.spend(2 * core.edges() as u64);
            if let Some(first) = project(tree, &edges) {
                let mut pruner = Pruner::new(inner.nodes());
                let best = Annealer::new(&inner).run(&inner, &first, heat, steps, rng, &mut pruner, budget);
                *tree = Tree { cost: best.cost, edges: best.edges.iter().map(|&e| edges[e as usize]).collect() };
            }
        }
        self.shuffle(rng);
        self.improve(tree, budget);
    }

    /// Simulated annealing where only the vertices of a tree and of some trees of the pool are left.
    fn blend(&mut self, tree: &Tree, pool: &Pool, rng: &mut ChaCha8Rng, budget: &mut Budget) -> Option<Tree> {
        let mut trees = vec![tree];
        for _ in 0..rng.random_range(2..7) {
            trees.push(&pool.trees[rng.random_range(0..pool.trees.len())]);
        }
        let (inner, edges) = narrowed(self.core, &trees);
        let first = project(trees.iter().min_by_key(|t| t.cost)?, &edges)?;
        let heat = [[0.3, 0.05], [0.2, 0.03]][rng.random_range(0..2)];
        let steps = BLEND.min(PER_EDGE * tree.edges.len() as u64).min(budget.left() / 2);
        let mut pruner = Pruner::new(inner.nodes());
        let best = Annealer::new(&inner).run(&inner, &first, heat, steps, rng, &mut pruner, budget);
        Some(Tree { cost: best.cost, edges: best.edges.iter().map(|&e| edges[e as usize]).collect() })
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

    /// A fresh tree, or one of the pool; then either annealed, by itself and among trees of the pool, or combined with
    /// them as long as that helps and moved among its equals.
    fn climb(
        &mut self,
        pool: &Pool,
        rank: &[u32],
        patience: usize,
        rng: &mut ChaCha8Rng,
        budget: &mut Budget,
    ) -> Option<Tree> {
        let again = patience > 10 && pool.trees.len() > 3 && rng.random_range(0..3) > 0;
        // In the whole graph local search takes long.
        let hot = rng.random_range(0..if rank.is_empty() { 3 } else { 8 }) > 0;
        let mut tree = match pool.trees.get(rng.random_range(0..pool.trees.len().max(1))) {
            Some(tree) if again => tree.clone(),
            _ if hot => self.rough(rng, budget)?.0,
            _ => self.fresh(rng, budget)?,
        };
        let mut failed = 0;
        while !hot && failed < 3 && pool.trees.len() > 1 && budget.open() && !tree.edges.is_empty() {
            let other = &pool.trees[rng.random_range(0..pool.trees.len())];
            match self.combine(&tree, other, rng, budget) {
                Some(better) if better.cost < tree.cost => (tree, failed) = (better, 0),
                _ => failed += 1,
            }
        }
        if hot {
            if !again {
                self.settle(&mut tree, rank, rng, budget);
            }
            if pool.trees.len() > 1
                && let Some(better) = self.blend(&tree, pool, rng, budget).filter(|b| b.cost <= tree.cost)
            {
                tree = better;
                self.improve(&mut tree, budget);
            }
        } else {
            self.drift(&mut tree, patience, rng, budget);
        }
        Some(tree)
    }
}

/// Searches until the budget is spent or a tree costs no more than `bound`, at most so many cycles; the pool holds what was
/// found.
///
/// A cycle is some rounds in the whole graph and then more of them where only the vertices of the pool's trees are left,
/// which goes many times faster.
pub fn search(core: &Core, pool: &mut Pool, bound: Cost, seed: u64, cycles: u64, budget: &mut Budget) {
    let rank = ranked(core, budget);
    for cycle in 0..cycles {
        let before = budget.left();
        rounds(core, pool, &rank, bound, seed, (2 * cycle, 2), 2, budget);
        let used = before - budget.left();
        if !budget.open() || pool.best().is_none_or(|t| t.cost <= bound) {
            return;
        }
        let (inner, edges) = narrowed(core, &pool.trees.iter().collect::<Vec<_>>());
        if inner.edges() * 4 > core.edges() * 3 {
            rounds(core, pool, &rank, bound, seed + 1, (2 * cycle, 2), 40, budget);
            continue;
        }
        let mut narrow = Pool { trees: pool.trees.iter().filter_map(|t| project(t, &edges)).collect() };
        let steps = used.min(budget.left());
        let mut part = budget.part(steps, 1.0);
        rounds(&inner, &mut narrow, &[], bound, seed + 2, (1000 * cycle, 1000), 60, &mut part);
        budget.take(steps, &part);
        if let Some(tree) = narrow.best() {
            pool.add(Tree { cost: tree.cost, edges: tree.edges.iter().map(|&e| edges[e as usize]).collect() });
        }
        tracing::debug!(
            best = pool.best().map(|t| t.cost),
            inner = inner.edges(),
            nodes = inner.nodes(),
            used,
            steps,
            "cycle"
        );
    }
}

/// The vertices that are no terminals, the most promising by two dual ascents first.
fn ranked(core: &Core, budget: &mut Budget) -> Vec<u32> {
    let mut sum: Vec<Cost> = vec![0; core.nodes()];
    for i in 0..2 {
        let a = ascend(core, core.terminals[i * (core.terminals.len() - 1)], budget);
        sum.iter_mut().zip(surplus(core, &a, budget)).for_each(|(s, more)| *s += more);
    }
    let mut rank: Vec<u32> = (0..core.nodes() as u32).filter(|&v| !core.is_terminal[v as usize]).collect();
    rank.sort_by_key(|&v| (sum[v as usize], v));
    rank
}

/// The graph with only the vertices of some trees, and what its edges are in `core`, ascending.
fn narrowed(core: &Core, trees: &[&Tree]) -> (Core, Vec<u32>) {
    let mut keep = vec![false; core.nodes()];
    for v in trees.iter().flat_map(|t| &t.edges).flat_map(|&e| core.ends[e as usize]) {
        keep[v as usize] = true;
    }
    only(core, &keep)
}

/// The graph with only some vertices, and what its edges are in `core`, ascending.
fn only(core: &Core, keep: &[bool]) -> (Core, Vec<u32>) {
    let mut number: Vec<u32> = keep.iter().map(|k| if *k { 0 } else { u32::MAX }).collect();
    let mut is_terminal = Vec::new();
    for (v, n) in number.iter_mut().enumerate().filter(|(_, n)| **n == 0) {
        *n = is_terminal.len() as u32;
        is_terminal.push(core.is_terminal[v]);
    }
    let inside = |e: &[u32; 2]| e.iter().all(|&v| number[v as usize] != u32::MAX);
    let edges: Vec<u32> = (0u32..).zip(&core.ends).filter(|(_, e)| inside(e)).map(|(i, _)| i).collect();
    let ends = edges.iter().map(|&e| core.ends[e as usize].map(|v| number[v as usize])).collect();
    let cost = edges.iter().map(|&e| core.cost[e as usize]).collect();
    (Core::new(ends, cost, is_terminal), edges)
}

/// A tree in the graph [`narrowed`] to `edges`.
fn project(tree: &Tree, edges: &[u32]) -> Option<Tree> {
    let number = |e: &u32| edges.binary_search(e).map(|i| i as u32).ok();
    Some(Tree { cost: tree.cost, edges: tree.edges.iter().map(number).collect::<Option<Vec<u32>>>()? })
}

/// A tree at least as cheap as any of these, out of their vertices: that graph is small, and reductions and bounds take
/// most of it away.
fn merge(core: &Core, trees: &[&Tree], budget: &mut Budget) -> Option<Tree> {
    let (inner, edges) = narrowed(core, trees);
    let best = trees.iter().min_by_key(|t| t.cost)?;
    let mut best = project(best, &edges)?;
    let mut pruner = Pruner::new(inner.nodes());
    budget.spend(4 * inner.edges() as u64 + core.edges() as u64 / 4);
    squeeze(&mut Graph::new(&inner), &inner, &mut best, &mut pruner, 1, budget);
    Some(Tree { cost: best.cost, edges: best.edges.iter().map(|&e| edges[e as usize]).collect() })
}

/// Rounds `first` and so many after it.
#[allow(clippy::too_many_arguments)]
fn rounds(
    core: &Core,
    pool: &mut Pool,
    rank: &[u32],
    bound: Cost,
    seed: u64,
    (first, count): (u64, u64),
    patience: usize,
    budget: &mut Budget,
) {
    let mut searchers: Vec<Searcher> = (0..ROUND).map(|_| Searcher::new(core)).collect();
    for round in first..first + count {
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
                (searcher.climb(pool, rank, patience, &mut rng, &mut part), part)
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
