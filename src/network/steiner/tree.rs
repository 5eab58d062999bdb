//! Trees as sets of edges: a minimum spanning tree of some edges without its useless branches.

use super::core::{Core, NONE};
use super::units::Cost;

/// A tree that spans the terminals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    pub cost: Cost,
    /// Ascending.
    pub edges: Vec<u32>,
}

/// Room for [`Pruner::tidy`], kept between calls; time is linear in the edges given, not in the graph.
#[derive(Debug, Default)]
pub struct Pruner {
    parent: Vec<u32>,
    degree: Vec<u32>,
    /// Exclusive or of a vertex's edges: with degree one, its only edge.
    mixed: Vec<u32>,
    used: Vec<u32>,
    order: Vec<u32>,
}

impl Pruner {
    pub fn new(nodes: usize) -> Self {
        Self {
            parent: vec![NONE; nodes],
            degree: vec![0; nodes],
            mixed: vec![0; nodes],
            used: Vec::new(),
            order: Vec::new(),
        }
    }

    /// The minimum spanning tree of `edges` by `cost`, with leaves that are no terminals cut off until there is none; the
    /// tree's cost is by `cost` too. `None` where the edges do not join all terminals.
    pub fn tidy(&mut self, core: &Core, cost: &[Cost], edges: &[u32]) -> Option<Tree> {
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        order.extend_from_slice(edges);
        order.sort_unstable_by_key(|&e| (cost[e as usize], e));
        order.dedup();
        let mut kept = Vec::with_capacity(order.len());
        for &e in &order {
            let [a, b] = core.ends[e as usize];
            for v in [a, b] {
                if self.parent[v as usize] == NONE {
                    self.parent[v as usize] = v;
                    self.used.push(v);
                }
            }
            let (a, b) = (self.find(a), self.find(b));
            if a != b {
                self.parent[a.max(b) as usize] = a.min(b);
                kept.push(e);
            }
        }
        self.order = order;
        let together = match core.terminals.as_slice() {
            [] | [_] => true,
            [first, rest @ ..] => {
                let known = |p: &Self, v: u32| p.parent[v as usize] != NONE;
                known(self, *first) && {
                    let home = self.find(*first);
                    rest.iter().all(|&t| known(self, t) && self.find(t) == home)
                }
            }
        };
        let tree = together.then(|| {
            self.prune(core, &mut kept);
            kept.sort_unstable();
            Tree { cost: kept.iter().map(|&e| cost[e as usize]).sum(), edges: kept }
        });
        for v in self.used.drain(..) {
            self.parent[v as usize] = NONE;
            self.degree[v as usize] = 0;
            self.mixed[v as usize] = 0;
        }
        tree
    }

    /// The same with every edge between vertices of `edges` to choose from.
    pub fn tidy_all(&mut self, core: &Core, cost: &[Cost], edges: &[u32]) -> Option<Tree> {
        let mut vertices: Vec<u32> = edges.iter().flat_map(|&e| core.ends[e as usize]).collect();
        vertices.sort_unstable();
        vertices.dedup();
        for &v in &vertices {
            self.degree[v as usize] = 1;
        }
        let mut all = Vec::with_capacity(2 * edges.len());
        for &v in &vertices {
            let inner = core.around(v).iter().filter(|a| a.to > v && self.degree[a.to as usize] == 1);
            all.extend(inner.map(|a| a.edge));
        }
        for &v in &vertices {
            self.degree[v as usize] = 0;
        }
        self.tidy(core, cost, &all)
    }

    fn find(&mut self, mut v: u32) -> u32 {
        while self.parent[v as usize] != v {
            let up = self.parent[self.parent[v as usize] as usize];
            self.parent[v as usize] = up;
            v = up;
        }
        v
    }

    fn prune(&mut self, core: &Core, kept: &mut Vec<u32>) {
        for &e in kept.iter() {
            for v in core.ends[e as usize] {
                self.degree[v as usize] += 1;
                self.mixed[v as usize] ^= e;
            }
        }
        // Pieces without a terminal vanish from their leaves inwards, as all useless branches do.
        let mut cut = Vec::new();
        for &leaf in &self.used {
            let mut v = leaf;
            while self.degree[v as usize] == 1 && !core.is_terminal[v as usize] {
                let e = self.mixed[v as usize];
                self.degree[v as usize] = 0;
                cut.push(e);
                v = core.other(e, v);
                self.degree[v as usize] -= 1;
                self.mixed[v as usize] ^= e;
            }
        }
        if !cut.is_empty() {
            cut.sort_unstable();
            kept.retain(|e| cut.binary_search(e).is_err());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_and_prunes() {
        // A triangle 0-1-2 with a branch 2-3, and a piece 4-5 apart.
        let ends = vec![[0, 1], [1, 2], [0, 2], [2, 3], [4, 5]];
        let cost = vec![3, 1, 1, 1, 1];
        let core = Core::new(ends, cost.clone(), vec![true, true, false, false, false, false]);
        let mut p = Pruner::new(6);
        let all = [0, 1, 2, 3, 4];
        assert_eq!(p.tidy(&core, &cost, &all), Some(Tree { cost: 2, edges: vec![1, 2] }));
        assert_eq!(p.tidy(&core, &cost, &[0]), Some(Tree { cost: 3, edges: vec![0] }));
        assert_eq!(p.tidy(&core, &cost, &[1, 3]), None);
        assert_eq!(p.tidy_all(&core, &cost, &[0]), Some(Tree { cost: 3, edges: vec![0] }));
        assert_eq!(p.tidy_all(&core, &cost, &[0, 2, 3]), Some(Tree { cost: 2, edges: vec![1, 2] }));
    }
}
