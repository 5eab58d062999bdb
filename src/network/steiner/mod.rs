//! Steiner trees in graphs: the cheapest tree that joins given vertices, others allowed on the way.
//!
//! Pure: knows no roads and no files. A tree is always found; a lower bound says how far from the cheapest it can be.
//!
//! # Steps
//!
//! 1. `units.rs`: costs become whole numbers, so that bounds are exact; `core.rs` is the graph as searches see it.
//! 2. `grow.rs`: a first tree, the nearest terminal joined again and again; `insert.rs` and `keys.rs` improve trees by
//!    vertices added, and by key paths and key vertices taken out; `tree.rs` keeps them trees.
//!    `anneal.rs` changes a tree in very many small steps (`forest.rs`), whose pieces `mend.rs` joins again.
//! 3. `reduce.rs` makes the graph (`graph.rs`) smaller without losing a cheapest tree.
//! 4. `ascent.rs`: a lower bound, and the edges that no better tree can have; with them gone step 3 finds more.
//! 5. `exact.rs`: with few terminals left, the cheapest tree by dynamic programming.
//! 6. `search.rs`: many starts, trees annealed, moved among equals, and combined.
//! 7. `branch.rs`: branch and bound over vertices, which often proves the best tree cheapest.
//! 8. Step 6 with what is left of the budget (`budget.rs`). `plan.rs` has the order.

mod anneal;
mod ascent;
mod branch;
mod budget;
mod core;
mod exact;
mod forest;
mod graph;
mod grow;
mod insert;
mod keys;
mod mend;
mod plan;
mod reduce;
mod search;
mod tree;
mod units;

use std::time::{Duration, Instant};

use thiserror::Error;

use self::budget::Budget;
use self::core::Core;
use self::units::Units;
use super::UnionFind;

/// A graph and the vertices to join.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Instance {
    pub nodes: usize,
    /// Both ends and the cost, finite and not negative. Loops and parallel edges may occur.
    pub edges: Vec<(u32, u32, f64)>,
    /// One named twice counts once.
    pub terminals: Vec<u32>,
}

/// How long to search.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    pub seed: u64,
    /// Most edges looked at, about fifty million a second; with the same steps and no deadline results are the same on
    /// every machine and with any number of threads.
    pub steps: u64,
    /// Stop after this time too.
    pub deadline: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, steps: 200_000_000, deadline: None }
    }
}

/// A tree that joins all terminals.
#[derive(Debug, Clone, PartialEq)]
pub struct Solution {
    /// Positions in [`Instance::edges`], ascending.
    pub edges: Vec<u32>,
    pub cost: f64,
    /// No tree costs less.
    pub lower_bound: f64,
    /// No tree is cheaper. With costs that are not whole multiples of a common binary fraction: none is cheaper by more
    /// than 2⁻⁵⁰ of the sum of all costs for each of its edges.
    pub proven_optimal: bool,
}

/// What is wrong with an instance.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SteinerError {
    #[error("edge {edge} has the end {vertex}, but there are only {nodes} vertices")]
    EdgeEnd { edge: usize, vertex: u32, nodes: usize },
    #[error("terminal {vertex} does not exist: there are only {nodes} vertices")]
    Terminal { vertex: u32, nodes: usize },
    #[error("edge {edge} costs {cost}; costs are finite and not negative")]
    Cost { edge: usize, cost: f64 },
    #[error("terminals {a} and {b} are not connected")]
    NotConnected { a: u32, b: u32 },
    #[error("more than 2^30 vertices or edges")]
    TooLarge,
}

/// Finds a cheap tree that joins all terminals, and a bound below which there is none.
///
/// No terminals or one need no edges.
///
/// # Errors
///
/// Where an edge or a terminal names a vertex that does not exist, a cost is negative or not finite, or the terminals are
/// not connected.
pub fn solve(instance: &Instance, options: &Options) -> Result<Solution, SteinerError> {
    let until = options.deadline.and_then(|d| Instant::now().checked_add(d));
    let mut budget = Budget::new(options.steps, until);
    let terminals = check(instance)?;
    if terminals.len() < 2 {
        return Ok(Solution { edges: Vec::new(), cost: 0.0, lower_bound: 0.0, proven_optimal: true });
    }
    let (core, edges, units) = piece_of(instance, &terminals)?;
    let (tree, bound) = plan::run(&core, options.seed, &mut budget);
    let mut chosen: Vec<u32> = tree.edges.iter().map(|&e| edges[e as usize]).collect();
    chosen.sort_unstable();
    let cost: f64 = chosen.iter().map(|&e| instance.edges[e as usize].2).sum();
    Ok(Solution {
        lower_bound: units.bound(bound.min(tree.cost), core.nodes()).min(cost),
        proven_optimal: bound >= tree.cost,
        edges: chosen,
        cost,
    })
}

/// The terminals, ascending and each once.
fn check(instance: &Instance) -> Result<Vec<u32>, SteinerError> {
    let nodes = instance.nodes;
    if nodes > 1 << 30 || instance.edges.len() > 1 << 29 {
        return Err(SteinerError::TooLarge);
    }
    for (edge, &(a, b, cost)) in instance.edges.iter().enumerate() {
        if let Some(vertex) = [a, b].into_iter().find(|&v| v as usize >= nodes) {
            return Err(SteinerError::EdgeEnd { edge, vertex, nodes });
        }
        if !cost.is_finite() || cost < 0.0 {
            return Err(SteinerError::Cost { edge, cost });
        }
    }
    let mut terminals = instance.terminals.clone();
    terminals.sort_unstable();
    terminals.dedup();
    match terminals.iter().find(|&&t| t as usize >= nodes) {
        Some(&vertex) => Err(SteinerError::Terminal { vertex, nodes }),
        None => Ok(terminals),
    }
}

/// The connected piece the terminals are in, its edges in the instance, and the unit of its costs.
fn piece_of(instance: &Instance, terminals: &[u32]) -> Result<(Core, Vec<u32>, Units), SteinerError> {
    let mut sets = UnionFind::new(instance.nodes);
    for &(a, b, _) in &instance.edges {
        sets.union(a, b);
    }
    let label = sets.labels();
    let home = label[terminals[0] as usize];
    if let Some(&b) = terminals.iter().find(|&&t| label[t as usize] != home) {
        return Err(SteinerError::NotConnected { a: terminals[0], b });
    }
    let mut number = vec![u32::MAX; instance.nodes];
    let mut count = 0;
    for (v, _) in label.iter().enumerate().filter(|(_, l)| **l == home) {
        number[v] = count;
        count += 1;
    }
    let inside = |e: &(u32, u32, f64)| e.0 != e.1 && label[e.0 as usize] == home;
    let edges: Vec<u32> = (0u32..).zip(&instance.edges).filter(|(_, e)| inside(e)).map(|(i, _)| i).collect();
    let of = |&e: &u32| instance.edges[e as usize];
    let units = Units::of(edges.iter().map(|e| of(e).2));
    let ends = edges.iter().map(|e| [number[of(e).0 as usize], number[of(e).1 as usize]]).collect();
    let cost = edges.iter().map(|e| units.floor(of(e).2)).collect();
    let mut is_terminal = vec![false; count as usize];
    for &t in terminals {
        is_terminal[number[t as usize] as usize] = true;
    }
    Ok((Core::new(ends, cost, is_terminal), edges, units))
}
