//! Local search by one vertex more: what a tree gains where a vertex outside joins it by two or more edges.
//!
//! Every further edge closes a circle, from which the dearest key path goes: a whole stretch without branches and
//! terminals, not only its dearest edge.

use std::collections::VecDeque;

use super::budget::Budget;
use super::core::Core;
use super::forest::Forest;
use super::tree::{Pruner, Tree};
use super::units::Cost;

/// Room for [`Inserter::improve`], kept between calls.
#[derive(Debug, Default)]
pub struct Inserter {
    forest: Forest,
    queue: VecDeque<u32>,
    queued: Vec<bool>,
}

impl Inserter {
    pub fn new(nodes: usize) -> Self {
        Self { forest: Forest::new(nodes), queued: vec![false; nodes], ..Self::default() }
    }

    /// Adds vertices while that makes the tree cheaper: those in `order`, then those beside what changed; true where it did.
    pub fn improve(
        &mut self,
        core: &Core,
        cost: &[Cost],
        tree: &mut Tree,
        pruner: &mut Pruner,
        order: &[u32],
        budget: &mut Budget,
    ) -> bool {
        let Some(&root) = core.terminals.first() else { return false };
        self.forest.plant(core, &tree.edges, root);
        self.queue.clear();
        self.queue.extend(order);
        self.queued.fill(false);
        order.iter().for_each(|&v| self.queued[v as usize] = true);
        let mut tries = 4 * core.nodes();
        let mut any = false;
        while let Some(v) = self.queue.pop_front() {
            self.queued[v as usize] = false;
            if self.forest.has(v) {
                continue;
            }
            self.forest.changed.clear();
            if self.try_vertex(core, cost, v) {
                any = true;
                for w in std::mem::take(&mut self.forest.changed) {
                    self.forest.steps += core.degree(w) as u64;
                    for a in core.around(w) {
                        if !self.forest.has(a.to) && !std::mem::replace(&mut self.queued[a.to as usize], true) {
                            self.queue.push_back(a.to);
                        }
                    }
                }
            }
            tries -= 1;
            if tries == 0 || self.forest.steps > 4096 && !budget.spend(std::mem::take(&mut self.forest.steps)) {
                break;
            }
        }
        budget.spend(std::mem::take(&mut self.forest.steps) + core.nodes() as u64 / 4);
        if !any {
            return false;
        }
        let before = tree.cost;
        let edges: Vec<u32> = self.forest.edges().collect();
        if let Some(better) = pruner.tidy(core, cost, &edges)
            && better.cost < before
        {
            *tree = better;
            return true;
        }
        false
    }

    fn try_vertex(&mut self, core: &Core, cost: &[Cost], v: u32) -> bool {
        self.forest.settle();
        let better = self.forest.insert(core, cost, v, false).is_some_and(|gain| gain > 0);
        if !better {
            self.forest.undo();
        }
        better
    }
}
