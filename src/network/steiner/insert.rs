//! Local search by one vertex more: what a tree gains where a vertex outside joins it by two or more edges.
//!
//! Every further edge closes a circle, from which the dearest key path goes: a whole stretch without branches and
//! terminals, not only its dearest edge.

use std::collections::VecDeque;

use super::budget::Budget;
use super::core::{Core, NONE};
use super::tree::{Pruner, Tree};
use super::units::Cost;

/// A rooted tree to which vertices can be added and taken off again.
#[derive(Debug, Default)]
pub struct Inserter {
    /// Of tree vertices; the root's own is itself.
    parent: Vec<u32>,
    parent_edge: Vec<u32>,
    /// Edges of the tree at a vertex.
    degree: Vec<u32>,
    mark: Vec<u32>,
    stamp: u32,
    /// Parents, their edges and degrees as they were, to go back.
    log: Vec<(u32, u32, u32, u32)>,
    queue: VecDeque<u32>,
    queued: Vec<bool>,
    /// Vertices at which the last move took or gave edges.
    changed: Vec<u32>,
    steps: u64,
}

impl Inserter {
    pub fn new(nodes: usize) -> Self {
        Self {
            parent: vec![NONE; nodes],
            parent_edge: vec![NONE; nodes],
            degree: vec![0; nodes],
            mark: vec![0; nodes],
            queued: vec![false; nodes],
            ..Self::default()
        }
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
        self.plant(core, &tree.edges, root);
        self.queue.clear();
        self.queue.extend(order);
        self.queued.fill(false);
        order.iter().for_each(|&v| self.queued[v as usize] = true);
        let mut tries = 4 * core.nodes();
        let mut any = false;
        while let Some(v) = self.queue.pop_front() {
            self.queued[v as usize] = false;
            if self.parent[v as usize] != NONE {
                continue;
            }
            self.changed.clear();
            if self.try_vertex(core, cost, v) {
                any = true;
                for w in std::mem::take(&mut self.changed) {
                    self.steps += core.degree(w) as u64;
                    for a in core.around(w) {
                        let x = a.to as usize;
                        if self.parent[x] == NONE && !std::mem::replace(&mut self.queued[x], true) {
                            self.queue.push_back(a.to);
                        }
                    }
                }
            }
            tries -= 1;
            if tries == 0 || self.steps > 4096 && !budget.spend(std::mem::take(&mut self.steps)) {
                break;
            }
        }
        budget.spend(std::mem::take(&mut self.steps) + core.nodes() as u64 / 4);
        if !any {
            return false;
        }
        let before = tree.cost;
        let edges: Vec<u32> = self.parent_edge.iter().copied().filter(|&e| e != NONE).collect();
        if let Some(better) = pruner.tidy(core, cost, &edges)
            && better.cost < before
        {
            *tree = better;
            return true;
        }
        false
    }

    fn plant(&mut self, core: &Core, edges: &[u32], root: u32) {
        self.parent.fill(NONE);
        self.parent_edge.fill(NONE);
        self.degree.fill(0);
        let mut first = vec![NONE; core.nodes()];
        let mut next = vec![[NONE; 2]; edges.len()];
        for (i, &e) in (0u32..).zip(edges) {
            for (side, v) in core.ends[e as usize].into_iter().enumerate() {
                next[i as usize][side] = first[v as usize];
                first[v as usize] = i;
                self.degree[v as usize] += 1;
            }
        }
        self.parent[root as usize] = root;
        let mut stack = vec![root];
        while let Some(v) = stack.pop() {
            let mut i = first[v as usize];
            while i != NONE {
                let e = edges[i as usize];
                let w = core.other(e, v);
                if e != self.parent_edge[v as usize] {
                    self.parent[w as usize] = v;
                    self.parent_edge[w as usize] = e;
                    stack.push(w);
                }
                i = next[i as usize][usize::from(core.ends[e as usize][1] == v)];
            }
        }
    }

    fn try_vertex(&mut self, core: &Core, cost: &[Cost], v: u32) -> bool {
        self.steps += core.degree(v) as u64;
        let mut joined = core.around(v).iter().filter(|a| self.parent[a.to as usize] != NONE);
        let cheapest = joined.clone().min_by_key(|a| (cost[a.edge as usize], a.edge)).copied();
        let Some(first) = cheapest.filter(|_| joined.nth(1).is_some()) else { return false };
        self.log.clear();
        self.set(v, first.to, first.edge, 1);
        self.add_degree(first.to, 1);
        self.changed.push(first.to);
        let mut gain = -cost[first.edge as usize];
        for a in core.around(v) {
            if self.parent[a.to as usize] == NONE || a.edge == first.edge {
                continue;
            }
            let Some(out) = self.dearest(core, cost, v, a.to) else { continue };
            let more = out.cost - cost[a.edge as usize];
            if more > 0 {
                gain += more;
                let (low, high) = if out.below_first { (v, a.to) } else { (a.to, v) };
                self.exchange(out, low, high, a.edge);
            }
        }
        if gain > 0 {
            return true;
        }
        while let Some((w, up, edge, degree)) = self.log.pop() {
            self.parent[w as usize] = up;
            self.parent_edge[w as usize] = edge;
            self.degree[w as usize] = degree;
        }
        false
    }

    fn set(&mut self, v: u32, up: u32, edge: u32, degree: u32) {
        let i = v as usize;
        self.log.push((v, self.parent[i], self.parent_edge[i], self.degree[i]));
        (self.parent[i], self.parent_edge[i], self.degree[i]) = (up, edge, degree);
    }

    fn add_degree(&mut self, v: u32, by: i32) {
        let i = v as usize;
        self.set(v, self.parent[i], self.parent_edge[i], self.degree[i].saturating_add_signed(by));
    }

    /// The dearest key path on the way between `a` and `b`. Both climb in turn, so it takes no longer than twice the longer
    /// arm of the way.
    fn dearest(&mut self, core: &Core, cost: &[Cost], a: u32, b: u32) -> Option<Stretch> {
        self.stamp += 1;
        let (mut x, mut y) = (a, b);
        self.mark[x as usize] = self.stamp;
        let meet = loop {
            self.steps += 1;
            if self.mark[y as usize] == self.stamp {
                break y;
            }
            self.mark[y as usize] = self.stamp;
            let (up_x, up_y) = (self.parent[x as usize], self.parent[y as usize]);
            if up_x != x {
                x = up_x;
                if self.mark[x as usize] == self.stamp {
                    break x;
                }
                self.mark[x as usize] = self.stamp;
            }
            if up_y != y {
                y = up_y;
            } else {
                // At the root: from now on only `x` climbs, and meets a mark at the root at the latest.
                while x != y {
                    x = self.parent[x as usize];
                    self.steps += 1;
                    if self.mark[x as usize] == self.stamp {
                        break;
                    }
                }
                break x;
            }
        };
        let mut best: Option<Stretch> = None;
        for from in [a, b] {
            let mut at = from;
            while at != meet {
                // A key path begins at an end of the way or at a crucial vertex; where the arms meet one ends in any case.
                let mut s = Stretch { low: at, high: at, cost: 0, below_first: from == a };
                loop {
                    s.cost += cost[self.parent_edge[at as usize] as usize];
                    at = self.parent[at as usize];
                    if at == meet || core.is_terminal[at as usize] || self.degree[at as usize] > 2 {
                        break;
                    }
                }
                s.high = at;
                if best.as_ref().is_none_or(|b| s.cost > b.cost) {
                    best = Some(s);
                }
            }
        }
        best
    }

    /// Takes a key path out; the way from `low` up to it is turned round and hangs on `high` by `edge`.
    fn exchange(&mut self, out: Stretch, low: u32, high: u32, edge: u32) {
        let mut inner = self.parent[out.low as usize];
        while inner != out.high {
            let up = self.parent[inner as usize];
            self.set(inner, NONE, NONE, 0);
            self.changed.push(inner);
            inner = up;
        }
        self.changed.extend([out.low, out.high, high, low]);
        self.add_degree(out.high, -1);
        self.add_degree(out.low, -1);
        let (mut at, mut up, mut by) = (low, high, edge);
        loop {
            let (old_up, old_by) = (self.parent[at as usize], self.parent_edge[at as usize]);
            self.set(at, up, by, self.degree[at as usize]);
            if at == out.low {
                break;
            }
            (up, by, at) = (at, old_by, old_up);
        }
        self.add_degree(low, 1);
        self.add_degree(high, 1);
    }
}

/// A key path between two of its vertices, of which `low` is farther from the root.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    low: u32,
    high: u32,
    cost: Cost,
    /// On the arm of the first end.
    below_first: bool,
}
