//! Fragile access: points whose only paved way to the anchors runs over one edge, a bridge of the graph.
//!
//! 1. All anchors (paved trunk roads, roads at seats) are contracted to one root vertex.
//! 2. A depth-first search from the root finds the bridges; what lies between bridges are blocks, and the blocks
//!    form a tree with the root's block on top.
//! 3. A point belongs to the lowest block that all its joints hang below; every bridge from there to the root
//!    can cut it off. Bridges that cut off the same points are one group.

use super::index::Hit;
use super::net::{Adjacency, Net};
use super::reach::Reach;

/// A chain of edges, each of which, if it fails, cuts off all of `points`.
#[derive(Debug, Clone, PartialEq)]
pub struct Fragile {
    /// Edges of the net, nearest to the root first.
    pub edges: Vec<u32>,
    /// Indexes of the points cut off, ascending.
    pub points: Vec<u32>,
}

/// Finds the groups among points that each lie on the edges `hits` of the main network; one without any is no part of it.
pub fn fragile_groups(net: &Net, reach: &Reach, hits: &[Vec<Hit>]) -> Vec<Fragile> {
    let mut root = vec![false; net.vertex.len()];
    for e in (0..net.edges()).filter(|&e| reach.anchor_edges[e]) {
        root[net.from[e] as usize] = true;
        root[net.to[e] as usize] = true;
    }
    if !root.contains(&true) && !largest_block(net, reach, &mut root) {
        return Vec::new();
    }
    let blocks = Blocks::new(net, reach, &root);
    let at: Vec<Option<u32>> =
        hits.iter().map(|hits| hits.iter().map(|h| blocks.of_hit(net, h)).reduce(|a, b| blocks.common(a, b))).collect();
    blocks.groups(&at)
}

/// Without anchors: the root is the block with the most road in it. False where the network is a tree.
fn largest_block(net: &Net, reach: &Reach, root: &mut [bool]) -> bool {
    let Some(e) = reach.main.iter().position(|&m| m) else { return false };
    root[net.from[e] as usize] = true;
    let blocks = Blocks::new(net, reach, root);
    root[net.from[e] as usize] = false;
    let mut metres = vec![0.0; blocks.parent.len()];
    for e in (0..net.edges()).filter(|&e| reach.main[e]) {
        let (a, b) = (blocks.of(net.from[e]), blocks.of(net.to[e]));
        if a == b {
            metres[a as usize] += net.len[e];
        }
    }
    let Some(best) =
        (0..metres.len()).filter(|&b| metres[b] > 0.0).max_by(|&a, &b| metres[a].total_cmp(&metres[b]).then(b.cmp(&a)))
    else {
        return false;
    };
    for e in (0..net.edges()).filter(|&e| reach.main[e]) {
        for v in [net.from[e], net.to[e]] {
            root[v as usize] |= blocks.of(v) == best as u32;
        }
    }
    true
}

/// Tree of the blocks between bridges. Block 0 holds the root; a parent comes before its children.
struct Blocks {
    /// Per contracted vertex.
    block: Vec<u32>,
    /// Contracted vertex of each vertex of the net; 0 is the root.
    id: Vec<u32>,
    /// Per edge of the net: the block below it where it is a bridge, else `NONE`.
    below: Vec<u32>,
    /// Per block: the block above and the bridge to it (none for block 0).
    parent: Vec<u32>,
    bridge: Vec<u32>,
    depth: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Blocks {
    fn new(net: &Net, reach: &Reach, root: &[bool]) -> Self {
        let mut id = vec![0u32; root.len()];
        let mut n = 1;
        for v in (0..root.len()).filter(|&v| !root[v]) {
            id[v] = n;
            n += 1;
        }
        let edges: Vec<u32> = (0..net.edges() as u32)
            .filter(|&e| reach.main[e as usize])
            .filter(|&e| id[net.from[e as usize] as usize] != id[net.to[e as usize] as usize])
            .collect();
        let ends = edges.iter().map(|&e| (id[net.from[e as usize] as usize], id[net.to[e as usize] as usize]));
        let adjacency = Adjacency::new(n as usize, ends);

        // Depth-first search with an explicit stack: order of discovery, parent edge, low point.
        let (mut order, mut low, mut via) = (vec![NONE; n as usize], vec![NONE; n as usize], vec![NONE; n as usize]);
        let mut up = vec![NONE; n as usize];
        let mut visited = vec![0u32];
        let mut stack = vec![(0u32, 0usize)];
        (order[0], low[0]) = (0, 0);
        while let Some((v, k)) = stack.last_mut() {
            let v = *v;
            if let Some(&(e, w)) = adjacency.at(v).get(*k) {
                *k += 1;
                if order[w as usize] == NONE {
                    order[w as usize] = visited.len() as u32;
                    low[w as usize] = order[w as usize];
                    via[w as usize] = e;
                    up[w as usize] = v;
                    visited.push(w);
                    stack.push((w, 0));
                } else if e != via[v as usize] {
                    low[v as usize] = low[v as usize].min(order[w as usize]);
                }
            } else {
                stack.pop();
                if up[v as usize] != NONE {
                    let u = up[v as usize] as usize;
                    low[u] = low[u].min(low[v as usize]);
                }
            }
        }

        let mut b = Blocks {
            block: vec![0; n as usize],
            id,
            below: vec![NONE; net.edges()],
            parent: vec![NONE],
            bridge: vec![NONE],
            depth: vec![0],
        };
        for &v in &visited[1..] {
            let above = b.block[up[v as usize] as usize];
            if low[v as usize] > order[up[v as usize] as usize] {
                let e = edges[via[v as usize] as usize];
                b.block[v as usize] = b.parent.len() as u32;
                b.below[e as usize] = b.parent.len() as u32;
                b.parent.push(above);
                b.bridge.push(e);
                b.depth.push(b.depth[above as usize] + 1);
            } else {
                b.block[v as usize] = above;
            }
        }
        b
    }

    /// Block of a vertex of the net.
    fn of(&self, v: u32) -> u32 {
        self.block[self.id[v as usize] as usize]
    }

    /// Block a joint hangs in: a joint on a bridge needs that bridge, unless it is at the bridge's upper end.
    fn of_hit(&self, net: &Net, h: &Hit) -> u32 {
        let e = h.edge as usize;
        let below = self.below[e];
        if below == NONE {
            return self.of(net.from[e]);
        }
        let last = net.line(h.edge).len() as u32 - 2;
        let at_from = h.seg == 0 && h.t == 0.0 && self.of(net.from[e]) != below;
        let at_to = h.seg == last && h.t == 1.0 && self.of(net.to[e]) != below;
        if at_from || at_to { self.parent[below as usize] } else { below }
    }

    /// Lowest block above both.
    fn common(&self, mut a: u32, mut b: u32) -> u32 {
        while a != b {
            if self.depth[a as usize] < self.depth[b as usize] {
                std::mem::swap(&mut a, &mut b);
            }
            a = self.parent[a as usize];
        }
        a
    }

    fn groups(&self, at: &[Option<u32>]) -> Vec<Fragile> {
        let n = self.parent.len();
        let mut own = vec![0u32; n];
        for b in at.iter().flatten() {
            own[*b as usize] += 1;
        }
        let mut total = own.clone();
        let mut branches = vec![0u32; n];
        for b in (1..n).rev() {
            let up = self.parent[b] as usize;
            total[up] += total[b];
            branches[up] += u32::from(total[b] > 0);
        }
        let mut group = vec![NONE; n];
        let mut out: Vec<Fragile> = Vec::new();
        for b in (1..n).filter(|&b| total[b] > 0) {
            let up = self.parent[b] as usize;
            if up != 0 && own[up] == 0 && branches[up] == 1 {
                group[b] = group[up];
            } else {
                group[b] = out.len() as u32;
                out.push(Fragile { edges: Vec::new(), points: Vec::new() });
            }
            out[group[b] as usize].edges.push(self.bridge[b]);
        }
        for (i, b) in at.iter().enumerate() {
            let mut last = NONE;
            let mut b = b.unwrap_or(0) as usize;
            while b != 0 {
                if group[b] != last {
                    last = group[b];
                    out[last as usize].points.push(i as u32);
                }
                b = self.parent[b] as usize;
            }
        }
        out
    }
}
