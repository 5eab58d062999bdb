//! A lower bound by Wong's dual ascent, and what it proves useless.
//!
//! Every edge is two arcs. From a root, every set of vertices that holds a terminal but not the root must be entered by
//! an arc of the tree; raising the price of such a set lowers the reduced costs of the arcs that enter it, and the sum of
//! all prices is a lower bound. A set is what reaches one terminal over arcs whose reduced cost is zero. It may be
//! stopped at any moment: the bound holds all the same.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::budget::Budget;
use super::core::Core;
use super::units::{Cost, FAR};

/// Arc `2 e` leads from the first end of edge `e` to the second, arc `2 e + 1` back.
#[derive(Debug, Clone)]
pub struct Ascent {
    pub root: u32,
    pub bound: Cost,
    /// Of every arc.
    pub reduced: Vec<Cost>,
}

/// The arc of `edge` into `v`.
pub fn arc_into(core: &Core, edge: u32, v: u32) -> usize {
    2 * edge as usize + usize::from(core.ends[edge as usize][0] == v)
}

/// Dual ascent from `root`, a terminal.
pub fn ascend(core: &Core, root: u32, budget: &mut Budget) -> Ascent {
    let mut a = Ascent { root, bound: 0, reduced: core.cost.iter().flat_map(|&c| [c, c]).collect() };
    let mut active = core.is_terminal.clone();
    active[root as usize] = false;
    // Small sets first: by the number of arcs that may enter.
    let mut queue: BinaryHeap<Reverse<(usize, u32)>> =
        core.terminals.iter().filter(|&&t| t != root).map(|&t| Reverse((core.degree(t), t))).collect();
    let mut seen = vec![0u32; core.nodes()];
    let mut stamp = 0;
    let mut set: Vec<u32> = Vec::new();
    // Arcs that enter the set, with the vertex they come from.
    let mut entering: Vec<(usize, u32)> = Vec::new();
    while let Some(Reverse((promised, t))) = queue.pop() {
        stamp += 1;
        set.clear();
        entering.clear();
        set.push(t);
        seen[t as usize] = stamp;
        let mut next = 0;
        let mut score = 1;
        let mut steps = 8;
        let limit = queue.peek().map_or(usize::MAX, |top| top.0.0);
        let limit = limit.max(promised).saturating_add(limit.max(promised) / 4);
        'raise: loop {
            while next < set.len() {
                let v = set[next];
                next += 1;
                score += core.degree(v) - 1;
                steps += core.degree(v) as u64;
                for arc in core.around(v) {
                    if seen[arc.to as usize] == stamp {
                        continue;
                    }
                    let k = arc_into(core, arc.edge, v);
                    if a.reduced[k] > 0 {
                        entering.push((k, arc.to));
                        continue;
                    }
                    if arc.to == root || active[arc.to as usize] {
                        // What this set would raise, the other one's does; at the root nothing is left to raise.
                        active[t as usize] = false;
                        break 'raise;
                    }
                    seen[arc.to as usize] = stamp;
                    set.push(arc.to);
                }
            }
            if score > limit {
                queue.push(Reverse((score, t)));
                break;
            }
            steps += 2 * entering.len() as u64;
            entering.retain(|(_, from)| seen[*from as usize] != stamp);
            let raise = entering.iter().map(|(k, _)| a.reduced[*k]).min();
            // A terminal the root does not reach: the caller sees to it that there is none.
            let Some(raise) = raise else { break };
            a.bound += raise;
            let mut reached = false;
            for &(k, from) in &entering {
                a.reduced[k] -= raise;
                if a.reduced[k] == 0 && seen[from as usize] != stamp {
                    if from == root || active[from as usize] {
                        reached = true;
                    } else {
                        seen[from as usize] = stamp;
                        set.push(from);
                    }
                }
            }
            if reached {
                active[t as usize] = false;
                break;
            }
            if !budget.spend(steps) {
                return a;
            }
            steps = 0;
        }
        if !budget.spend(steps) {
            break;
        }
    }
    a
}

/// Whether an edge can be in a tree that costs less than `below`; false only where the bound proves it cannot.
pub fn useful(core: &Core, a: &Ascent, below: Cost, budget: &mut Budget) -> Vec<bool> {
    let slack = below - a.bound;
    let from_root = distances(core, a, &[a.root], false);
    let others: Vec<u32> = core.terminals.iter().copied().filter(|&t| t != a.root).collect();
    let to_terminal = distances(core, a, &others, true);
    budget.spend(4 * core.edges() as u64);
    core.ends
        .iter()
        .enumerate()
        .map(|(e, &[u, v])| {
            let (u, v) = (u as usize, v as usize);
            from_root[u] + a.reduced[2 * e] + to_terminal[v] < slack
                || from_root[v] + a.reduced[2 * e + 1] + to_terminal[u] < slack
        })
        .collect()
}

/// How much more than the bound a tree with a vertex costs at least.
pub fn surplus(core: &Core, a: &Ascent, budget: &mut Budget) -> Vec<Cost> {
    let from_root = distances(core, a, &[a.root], false);
    let others: Vec<u32> = core.terminals.iter().copied().filter(|&t| t != a.root).collect();
    let to_terminal = distances(core, a, &others, true);
    budget.spend(4 * core.edges() as u64);
    from_root.iter().zip(&to_terminal).map(|(from, to)| (from + to).min(FAR)).collect()
}

/// Shortest ways by reduced costs from the sources, or against the arcs.
fn distances(core: &Core, a: &Ascent, sources: &[u32], against: bool) -> Vec<Cost> {
    let mut far = vec![FAR; core.nodes()];
    let mut heap: BinaryHeap<Reverse<(Cost, u32)>> = BinaryHeap::new();
    for &s in sources {
        far[s as usize] = 0;
        heap.push(Reverse((0, s)));
    }
    while let Some(Reverse((d, v))) = heap.pop() {
        if d > far[v as usize] {
            continue;
        }
        for arc in core.around(v) {
            let k = arc_into(core, arc.edge, if against { v } else { arc.to });
            let next = d + a.reduced[k];
            if next < far[arc.to as usize] {
                far[arc.to as usize] = next;
                heap.push(Reverse((next, arc.to)));
            }
        }
    }
    far
}
