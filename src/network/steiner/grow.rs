//! First trees: the shortest-path heuristic, from one root to all terminals in a single search.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::core::{Core, NONE};
use super::units::{Cost, FAR};

/// Room for [`Grower::grow`], kept between calls.
#[derive(Debug, Default)]
pub struct Grower {
    far: Vec<Cost>,
    by: Vec<u32>,
    inside: Vec<bool>,
    heap: BinaryHeap<Reverse<(Cost, u32)>>,
    /// Edges looked at by the last call.
    pub steps: u64,
}

impl Grower {
    pub fn new(nodes: usize) -> Self {
        Self { far: vec![FAR; nodes], by: vec![NONE; nodes], inside: vec![false; nodes], ..Self::default() }
    }

    /// Edges of a tree from `root` to all terminals it reaches: the nearest terminal is joined along the shortest way,
    /// then the nearest to what there is now, and so on. Edges that `open` refuses are not used.
    pub fn grow(&mut self, core: &Core, cost: &[Cost], root: u32, open: impl Fn(u32) -> bool) -> Vec<u32> {
        self.far.fill(FAR);
        self.inside.fill(false);
        self.heap.clear();
        self.steps = core.nodes() as u64 / 4;
        let mut edges = Vec::new();
        let mut missing = core.terminals.len() - usize::from(core.is_terminal[root as usize]);
        self.far[root as usize] = 0;
        self.inside[root as usize] = true;
        self.heap.push(Reverse((0, root)));
        while let Some(Reverse((d, v))) = self.heap.pop() {
            if missing == 0 {
                break;
            }
            if d > self.far[v as usize] {
                continue;
            }
            if core.is_terminal[v as usize] && !self.inside[v as usize] {
                missing -= 1;
                let mut at = v;
                while !self.inside[at as usize] {
                    self.inside[at as usize] = true;
                    self.far[at as usize] = 0;
                    self.heap.push(Reverse((0, at)));
                    let e = self.by[at as usize];
                    edges.push(e);
                    at = core.other(e, at);
                }
                continue;
            }
            self.steps += core.degree(v) as u64;
            for a in core.around(v) {
                let next = d + cost[a.edge as usize];
                if next < self.far[a.to as usize] && open(a.edge) {
                    self.far[a.to as usize] = next;
                    self.by[a.to as usize] = a.edge;
                    self.heap.push(Reverse((next, a.to)));
                }
            }
        }
        edges
    }
}
