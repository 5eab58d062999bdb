//! Branch and bound: a vertex is in the tree or it is not.
//!
//! Every case is reduced, bounded by dual ascent and reduced again by the bound; the case with the lowest bound is taken
//! up first, so the lowest bound still open is a bound for all.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::ascent::{ascend, useful};
use super::budget::Budget;
use super::core::Core;
use super::exact;
use super::graph::{Frozen, Graph};
use super::reduce::reduce;
use super::search::Searcher;
use super::tree::{Pruner, Tree};
use super::units::Cost;

/// Most edges of all open cases together, for memory.
const ROOM: usize = 20_000_000;

/// What a case came to.
pub enum Squeezed {
    /// No tree is cheaper than the best one known.
    Done,
    /// What is left, and a lower bound for it (with what is fixed already).
    Left { frozen: Frozen, bound: Cost },
}

/// Reduces a graph with bounds as far as that goes; better trees of `base` replace `best`. Which trees are cheaper than
/// `best` is kept, nothing else. `roots` is the number of dual ascents each time.
pub fn squeeze(
    g: &mut Graph,
    base: &Core,
    best: &mut Tree,
    pruner: &mut Pruner,
    roots: usize,
    budget: &mut Budget,
) -> Squeezed {
    let mut bound = 0;
    let mut turn = 0;
    loop {
        reduce(g, budget);
        let Some(frozen) = g.freeze() else { return Squeezed::Done };
        let core = &frozen.core;
        let mut offer = |g: &Graph, edges: &[u32]| {
            let all = g.lift(edges.iter().map(|&e| frozen.edges[e as usize]));
            if let Some(tree) = pruner.tidy_all(base, &base.cost, &all)
                && tree.cost < best.cost
            {
                *best = tree;
            }
            best.cost
        };
        if core.terminals.len() < 2 {
            offer(g, &[]);
            return Squeezed::Done;
        }
        let mut searcher = Searcher::new(core);
        let mut most = offer(g, &[]);
        let mut keep = vec![true; core.edges()];
        let k = core.terminals.len();
        let mut starts: Vec<Tree> = Vec::new();
        let mut ascents = Vec::new();
        for i in 0..roots.min(k) {
            // Other roots every turn.
            let root = core.terminals[(i * k / roots.min(k) + turn * 7) % k];
            let a = ascend(core, root, budget);
            bound = bound.max(g.fixed_cost + a.bound);
            if bound >= most {
                return Squeezed::Done;
            }
            let tight = |e: u32| a.reduced[2 * e as usize] == 0 || a.reduced[2 * e as usize + 1] == 0;
            if let Some(mut tree) = searcher.start(root, tight, budget) {
                searcher.improve(&mut tree, budget);
                most = offer(g, &tree.edges);
                starts.push(tree);
            }
            ascents.push(a);
            if !budget.open() {
                break;
            }
        }
        if bound >= most {
            return Squeezed::Done;
        }
        if let (Some(first), Some(last)) = (starts.first(), starts.last()) {
            let both: Vec<u32> = first.edges.iter().chain(&last.edges).copied().collect();
            if let Some(mut tree) = pruner_of(core).tidy_all(core, &core.cost, &both) {
                searcher.improve(&mut tree, budget);
                most = offer(g, &tree.edges);
            }
        }
        for a in &ascents {
            for (k, u) in keep.iter_mut().zip(useful(core, a, most - g.fixed_cost, budget)) {
                *k &= u;
            }
        }
        let before = g.living();
        for (i, _) in keep.iter().enumerate().filter(|(_, k)| !**k) {
            g.remove(frozen.edges[i]);
        }
        let gone = before - g.living();
        turn += 1;
        if gone == 0 {
            return Squeezed::Left { frozen, bound };
        }
        if gone * 50 < before || turn > 12 || !budget.open() {
            super::reduce::degrees(g);
            return match g.freeze() {
                None => Squeezed::Done,
                Some(f) if f.core.terminals.len() < 2 => {
                    let all = g.lift(std::iter::empty());
                    if let Some(tree) = pruner.tidy_all(base, &base.cost, &all)
                        && tree.cost < best.cost
                    {
                        *best = tree;
                    }
                    Squeezed::Done
                }
                Some(frozen) => Squeezed::Left { frozen, bound },
            };
        }
    }
}

fn pruner_of(core: &Core) -> Pruner {
    Pruner::new(core.nodes())
}

struct Case {
    graph: Graph,
    frozen: Frozen,
}

/// The lowest cost any tree of `core` can have, as far as the budget allows to prove; a cheaper tree replaces `best`.
pub fn prove(core: &Core, best: &mut Tree, most_cases: usize, budget: &mut Budget) -> Cost {
    let mut pruner = Pruner::new(core.nodes());
    let mut cases: Vec<Option<Case>> = Vec::new();
    let mut open: BinaryHeap<Reverse<(Cost, Reverse<u32>, usize)>> = BinaryHeap::new();
    let mut size = 0;
    let mut floor = Cost::MAX;
    let mut first = Graph::new(core);
    let roots = 3;
    match squeeze(&mut first, core, best, &mut pruner, roots, budget) {
        Squeezed::Done => return best.cost,
        Squeezed::Left { frozen, bound } => {
            open.push(Reverse((bound, Reverse(0), 0)));
            cases.push(Some(Case { graph: first, frozen }));
        }
    }
    while let Some(Reverse((bound, Reverse(depth), at))) = open.pop() {
        if bound >= best.cost {
            break;
        }
        let Some(case) = cases[at].take() else { continue };
        size -= if at == 0 { 0 } else { case.graph.living() };
        if !budget.open() || size > ROOM || cases.len() > most_cases {
            floor = floor.min(bound);
            break;
        }
        if exact::effort(&case.frozen.core).is_some_and(|steps| steps < (budget.left() / 4).min(20_000_000)) {
            let most = best.cost - case.graph.fixed_cost;
            let tree = exact::cheapest(&case.frozen.core, most, budget);
            if let Some(tree) = &tree {
                let all = case.graph.lift(tree.edges.iter().map(|&e| case.frozen.edges[e as usize]));
                if let Some(tree) = pruner.tidy_all(core, &core.cost, &all)
                    && tree.cost < best.cost
                {
                    *best = tree;
                }
            }
            if tree.is_none() && !budget.open() {
                floor = floor.min(bound);
                break;
            }
            continue;
        }
        let Some(v) = choice(&case.frozen, budget) else {
            floor = floor.min(bound);
            continue;
        };
        for inside in [true, false] {
            let mut graph = case.graph.clone();
            if inside {
                graph.make_terminal(v);
            } else {
                graph.remove_vertex(v);
            }
            if let Squeezed::Left { frozen, bound: b } = squeeze(&mut graph, core, best, &mut pruner, 2, budget) {
                let b = b.max(bound);
                if b < best.cost {
                    size += graph.living();
                    open.push(Reverse((b, Reverse(depth + 1), cases.len())));
                    cases.push(Some(Case { graph, frozen }));
                }
            }
        }
    }
    let left = open.peek().map_or(Cost::MAX, |c| c.0.0);
    floor.min(left).min(best.cost)
}

/// The vertex to decide on: the one with the most edges in a good tree, then in the graph.
fn choice(frozen: &Frozen, budget: &mut Budget) -> Option<u32> {
    let core = &frozen.core;
    let mut degree = vec![0u32; core.nodes()];
    let mut searcher = Searcher::new(core);
    for i in 0..3.min(core.terminals.len()) {
        if let Some(mut tree) = searcher.start(core.terminals[i * core.terminals.len() / 3], |_| true, budget) {
            searcher.improve(&mut tree, budget);
            for v in tree.edges.iter().flat_map(|&e| core.ends[e as usize]) {
                degree[v as usize] += 1;
            }
        }
    }
    let free = (0..core.nodes() as u32).filter(|&v| !core.is_terminal[v as usize]);
    let v = free.max_by_key(|&v| (degree[v as usize], core.degree(v), Reverse(v)))?;
    Some(frozen.vertices[v as usize])
}
