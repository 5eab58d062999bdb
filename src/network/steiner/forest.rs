//! Rooted trees to which vertices are added and from which they are taken; every change can be taken back.
//!
//! Changes cost about as much as the ways to the root are long, not as much as the tree is large.

use super::core::{Core, NONE};
use super::units::Cost;

/// A tree, or several while a change is under way.
#[derive(Debug, Default)]
pub struct Forest {
    /// Of tree vertices; a root's own is itself.
    parent: Vec<u32>,
    /// `NONE` at roots and outside.
    parent_edge: Vec<u32>,
    /// Edges of the tree at a vertex.
    degree: Vec<u32>,
    /// Tree vertices in no order, and the place of each among them.
    list: Vec<u32>,
    place: Vec<u32>,
    /// Parents, their edges and degrees as they were, to go back.
    log: Vec<(u32, u32, u32, u32)>,
    mark: Vec<u32>,
    stamp: u32,
    /// Vertices at which changes took or gave edges, until the caller clears it.
    pub changed: Vec<u32>,
    /// Work done, until the caller takes it.
    pub steps: u64,
}

impl Forest {
    pub fn new(nodes: usize) -> Self {
        Self {
            parent: vec![NONE; nodes],
            parent_edge: vec![NONE; nodes],
            degree: vec![0; nodes],
            place: vec![NONE; nodes],
            mark: vec![0; nodes],
            ..Self::default()
        }
    }

    /// Becomes the tree of these edges.
    pub fn plant(&mut self, core: &Core, edges: &[u32], root: u32) {
        self.parent.fill(NONE);
        self.parent_edge.fill(NONE);
        self.degree.fill(0);
        self.list.clear();
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
            self.place[v as usize] = self.list.len() as u32;
            self.list.push(v);
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
        self.log.clear();
        self.changed.clear();
    }

    /// Whether a vertex is in the tree.
    pub fn has(&self, v: u32) -> bool {
        self.parent[v as usize] != NONE
    }

    /// The edges, in no order.
    pub fn edges(&self) -> impl Iterator<Item = u32> + '_ {
        self.list.iter().map(|&v| self.parent_edge[v as usize]).filter(|&e| e != NONE)
    }

    /// Tree vertices, in no order.
    pub fn vertices(&self) -> &[u32] {
        &self.list
    }

    /// Whether an edge is in the tree; `a` is one of its ends and in the tree, `b` the other.
    pub fn joins(&self, edge: u32, a: u32, b: u32) -> bool {
        self.parent_edge[a as usize] == edge || self.parent_edge[b as usize] == edge
    }

    /// Whether `v` hangs on its parent by this edge.
    pub fn hangs(&self, v: u32, edge: u32) -> bool {
        self.parent_edge[v as usize] == edge
    }

    /// A neighbour of `v` in the tree, which one depends on `pick`; `v` itself where there is none.
    pub fn beside(&mut self, core: &Core, v: u32, pick: u32) -> u32 {
        self.steps += core.degree(v) as u64 / 2;
        let degree = self.degree[v as usize].max(1);
        let mut joined = core.around(v).iter().filter(|a| self.has(a.to) && self.joins(a.edge, v, a.to));
        joined.nth((pick % degree) as usize).map_or(v, |a| a.to)
    }

    /// What was done so far can no longer be taken back.
    pub fn settle(&mut self) {
        self.log.clear();
    }

    /// Takes everything since [`Self::settle`] back.
    pub fn undo(&mut self) {
        while let Some((v, up, edge, degree)) = self.log.pop() {
            self.put(v, up, edge, degree);
        }
    }

    fn set(&mut self, v: u32, up: u32, edge: u32, degree: u32) {
        let i = v as usize;
        self.log.push((v, self.parent[i], self.parent_edge[i], self.degree[i]));
        self.put(v, up, edge, degree);
    }

    fn put(&mut self, v: u32, up: u32, edge: u32, degree: u32) {
        let i = v as usize;
        if self.parent[i] == NONE && up != NONE {
            self.place[i] = self.list.len() as u32;
            self.list.push(v);
        } else if self.parent[i] != NONE && up == NONE {
            let at = self.place[i] as usize;
            self.list.swap_remove(at);
            if let Some(&moved) = self.list.get(at) {
                self.place[moved as usize] = at as u32;
            }
        }
        (self.parent[i], self.parent_edge[i], self.degree[i]) = (up, edge, degree);
    }

    fn add_degree(&mut self, v: u32, by: i32) {
        let i = v as usize;
        self.set(v, self.parent[i], self.parent_edge[i], self.degree[i].saturating_add_signed(by));
    }

    /// The root of the tree a vertex is in.
    pub fn root(&mut self, mut v: u32) -> u32 {
        while self.parent[v as usize] != v {
            v = self.parent[v as usize];
            self.steps += 1;
        }
        v
    }

    /// Takes out the edge above `v`, which becomes a root; the edge and the vertex above, `None` for roots.
    pub fn cut(&mut self, v: u32) -> Option<(u32, u32)> {
        let (up, edge) = (self.parent[v as usize], self.parent_edge[v as usize]);
        if up == v {
            return None;
        }
        self.set(v, v, NONE, self.degree[v as usize] - 1);
        self.add_degree(up, -1);
        self.changed.extend([v, up]);
        Some((edge, up))
    }

    /// Takes out a vertex without edges.
    pub fn drop_single(&mut self, v: u32) {
        self.set(v, NONE, NONE, 0);
    }

    /// Cuts off what is of no use from `v` on: vertices that are no terminals and have one edge or none. The cost saved, and
    /// the vertex where that ends, if there is one.
    pub fn trim(&mut self, core: &Core, cost: &[Cost], mut v: u32) -> (Cost, Option<u32>) {
        let mut saved = 0;
        while self.has(v) && !core.is_terminal[v as usize] && self.degree[v as usize] < 2 {
            let mut next = v;
            if self.degree[v as usize] == 1 {
                let mut low = v;
                if self.parent[v as usize] == v {
                    self.steps += core.degree(v) as u64;
                    let below = core.around(v).iter().find(|a| self.parent_edge[a.to as usize] == a.edge);
                    low = below.map_or(v, |a| a.to);
                }
                let Some((edge, up)) = self.cut(low) else { break };
                saved += cost[edge as usize];
                next = if low == v { up } else { low };
            }
            self.drop_single(v);
            if next == v {
                break;
            }
            v = next;
        }
        (saved, self.has(v).then_some(v))
    }

    /// Adds a vertex from outside below `up`.
    pub fn hang(&mut self, v: u32, up: u32, edge: u32) {
        self.set(v, up, edge, 1);
        self.add_degree(up, 1);
        self.changed.extend([v, up]);
    }

    /// Joins two trees by an edge between `a` and `b`; the root `home` stays one.
    pub fn link(&mut self, a: u32, b: u32, edge: u32, home: u32) {
        let (low, high) = if self.root(a) == home { (b, a) } else { (a, b) };
        let top = self.root(low);
        self.turn(low, top, high, edge);
        self.add_degree(low, 1);
        self.add_degree(high, 1);
        self.changed.extend([low, high]);
    }

    /// Turns the way from `low` up to `top` round and hangs it on `high` by `edge`.
    fn turn(&mut self, low: u32, top: u32, high: u32, edge: u32) {
        let (mut at, mut up, mut by) = (low, high, edge);
        loop {
            let (old_up, old_by) = (self.parent[at as usize], self.parent_edge[at as usize]);
            self.set(at, up, by, self.degree[at as usize]);
            self.steps += 1;
            if at == top {
                break;
            }
            (up, by, at) = (at, old_by, old_up);
        }
    }

    /// Adds a vertex by its cheapest edge, and by every other that is cheaper than the dearest key path of the circle it
    /// closes, which goes; with `force` by at least one of them. The cost saved, perhaps negative; `None`, with nothing
    /// done, where fewer than two edges lead to the tree.
    pub fn insert(&mut self, core: &Core, cost: &[Cost], v: u32, force: bool) -> Option<Cost> {
        self.steps += core.degree(v) as u64;
        let mut joined = core.around(v).iter().filter(|a| self.parent[a.to as usize] != NONE);
        let cheapest = joined.clone().min_by_key(|a| (cost[a.edge as usize], a.edge)).copied();
        let first = cheapest.filter(|_| joined.nth(1).is_some())?;
        self.set(v, first.to, first.edge, 1);
        self.add_degree(first.to, 1);
        self.changed.push(first.to);
        let mut gain = -cost[first.edge as usize];
        // The edge that is least too dear.
        let mut least: Option<(Cost, u32, u32)> = None;
        for a in core.around(v) {
            if self.parent[a.to as usize] == NONE || a.edge == first.edge {
                continue;
            }
            let Some(out) = self.dearest(core, cost, v, a.to) else { continue };
            let more = out.cost - cost[a.edge as usize];
            if more > 0 {
                gain += more;
                self.exchange(out, v, a.to, a.edge);
            } else if force && least.is_none_or(|l| more > l.0) {
                least = Some((more, a.to, a.edge));
            }
        }
        if force
            && self.degree[v as usize] < 2
            && let Some((_, to, edge)) = least.filter(|l| self.has(l.1))
            && let Some(out) = self.dearest(core, cost, v, to)
        {
            gain += out.cost - cost[edge as usize];
            self.exchange(out, v, to, edge);
        }
        Some(gain)
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

    /// Takes a key path out of the way between `a` and `b`; `edge` joins these two instead.
    fn exchange(&mut self, out: Stretch, a: u32, b: u32, edge: u32) {
        let (low, high) = if out.below_first { (a, b) } else { (b, a) };
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
        self.turn(low, out.low, high, edge);
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
