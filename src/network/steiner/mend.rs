//! The pieces of a broken tree joined again, as cheaply as the graph allows.
//!
//! All pieces but the largest grow outwards at once until they meet; so the work depends on the small pieces and on how
//! far they are apart, not on the graph. Once two have met, what lies on the way between them is a place to grow from.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::core::{Core, NONE};
use super::forest::Forest;
use super::units::{Cost, FAR};

type Heap = BinaryHeap<Reverse<(Cost, u32)>>;

/// Room for [`Mender::mend`], kept between calls.
#[derive(Debug, Default)]
pub struct Mender {
    stamp: u32,
    /// Of vertices reached: the piece they belong to or are nearest to, how far it is, the edge towards it.
    seen: Vec<u32>,
    piece: Vec<u32>,
    far: Vec<Cost>,
    by: Vec<u32>,
    /// Vertices whose distance is final.
    done: Vec<u32>,
    /// The least price of an edge at a vertex: no way through it is shorter than its distance and this.
    least: Vec<Cost>,
    /// Vertices not to be used, until the next call of [`Self::mend`] is over.
    pub barred: Vec<u32>,
    heap: Heap,
    ways: Heap,
    /// The vertices of every piece.
    members: Vec<Vec<u32>>,
    join: Vec<u32>,
    /// Vertices added last.
    fresh: Vec<u32>,
    /// The least price of all edges.
    floor: Cost,
}

impl Mender {
    /// No price of an edge may be below `price`.
    pub fn new(core: &Core, price: impl Fn(u32) -> Cost) -> Self {
        let nodes = core.nodes();
        let least = |v: u32| core.around(v).iter().map(|a| price(a.edge)).min().unwrap_or(0);
        let least: Vec<Cost> = (0..nodes as u32).map(least).collect();
        Self {
            floor: least.iter().copied().min().unwrap_or(0),
            least,
            seen: vec![0; nodes],
            piece: vec![0; nodes],
            far: vec![FAR; nodes],
            by: vec![NONE; nodes],
            done: vec![0; nodes],
            ..Self::default()
        }
    }

    /// Joins the pieces that have these vertices, each cheap way by `price`, to one tree with the root `home`. The cost of
    /// all new edges; `None`, with the pieces perhaps joined in part, where that takes more than `limit`
    /// or more than about `most` vertices are in the small pieces.
    #[allow(clippy::too_many_arguments)]
    pub fn mend(
        &mut self,
        core: &Core,
        price: impl Fn(u32) -> Cost,
        forest: &mut Forest,
        ends: &[u32],
        home: u32,
        limit: Cost,
        most: usize,
    ) -> Option<Cost> {
        let mut roots: Vec<u32> = ends.iter().map(|&v| forest.root(v)).collect();
        roots.sort_unstable();
        roots.dedup();
        if roots.len() < 2 {
            self.barred.clear();
            return Some(0);
        }
        self.stamp += 1;
        let Some(large) = self.spread(core, forest, &roots, most) else {
            self.barred.clear();
            return None;
        };
        for v in std::mem::take(&mut self.barred) {
            self.seen[v as usize] = self.stamp;
            self.done[v as usize] = self.stamp;
            self.far[v as usize] = FAR;
            self.piece[v as usize] = NONE;
        }
        self.heap.clear();
        self.ways.clear();
        self.fresh.clear();
        self.join.clear();
        self.join.extend(0..roots.len() as u32);
        let (mut left, mut spent, mut cost) = (roots.len() as Cost - 1, 0, 0);
        // What the next way may take if all further ways are as short as can be.
        let mut room = limit - (left - 1) * self.floor;
        for p in (0..roots.len()).filter(|&p| p != large as usize) {
            for i in 0..self.members[p].len() {
                self.reach(core, &price, forest, self.members[p][i], large, room);
            }
        }
        while left > 0 {
            // Ways not known yet are no shorter than `next`.
            let next = self.heap.peek().map_or(FAR, |top| top.0.0);
            let known = self.ways.peek().map_or(FAR, |top| top.0.0);
            if next.min(known) > room {
                return None;
            }
            if known > next {
                let Reverse((d, v)) = self.heap.pop()?;
                if d == self.far[v as usize] + self.least[v as usize] {
                    self.reach(core, &price, forest, v, large, room);
                }
                continue;
            }
            let Reverse((way, e)) = self.ways.pop()?;
            let [a, b] = core.ends[e as usize];
            let [p, q] = [a, b].map(|v| self.home_of(core, forest, v, large));
            if p == q {
                continue;
            }
            self.join[p as usize] = q;
            left -= 1;
            spent += way;
            room = limit - spent - (left - 1) * self.floor;
            cost += self.lead(core, forest, a) + self.lead(core, forest, b) + core.cost[e as usize];
            forest.link(a, b, e, home);
            if left > 0 {
                // What lies on the way is a place to go on from.
                for v in std::mem::take(&mut self.fresh) {
                    self.far[v as usize] = 0;
                    self.by[v as usize] = NONE;
                    self.piece[v as usize] = q;
                    self.reach(core, &price, forest, v, large, room);
                }
            }
        }
        Some(cost)
    }

    /// Walks through all pieces in turn until only one is not finished, which is returned.
    fn spread(&mut self, core: &Core, forest: &mut Forest, roots: &[u32], most: usize) -> Option<u32> {
        let k = roots.len();
        if self.members.len() < k {
            self.members.resize(k, Vec::new());
        }
        for (p, &r) in roots.iter().enumerate() {
            self.members[p].clear();
            self.members[p].push(r);
            self.seen[r as usize] = self.stamp;
            self.piece[r as usize] = p as u32;
        }
        let mut open: Vec<usize> = (0..k).collect();
        let mut next = 0;
        while open.len() > 1 {
            let mut i = 0;
            while i < open.len() && open.len() > 1 {
                let p = open[i];
                let Some(&v) = self.members[p].get(next) else {
                    open.remove(i);
                    continue;
                };
                i += 1;
                forest.steps += core.degree(v) as u64 / 2;
                for a in core.around(v) {
                    let w = a.to as usize;
                    if self.seen[w] != self.stamp && forest.has(a.to) && forest.joins(a.edge, v, a.to) {
                        self.seen[w] = self.stamp;
                        self.piece[w] = p as u32;
                        self.members[p].push(a.to);
                    }
                }
            }
            next += 1;
            if next * open.len() > most + open.len() {
                return None;
            }
        }
        let large = open[0];
        for p in (0..k).filter(|&p| p != large) {
            for &v in &self.members[p] {
                self.far[v as usize] = 0;
                self.by[v as usize] = NONE;
            }
        }
        Some(large as u32)
    }

    fn piece_of(&self, forest: &Forest, v: u32, large: u32) -> u32 {
        if self.seen[v as usize] == self.stamp {
            self.piece[v as usize]
        } else if forest.has(v) {
            large
        } else {
            NONE
        }
    }

    /// The pieces joined so far that the way from `v` leads to.
    fn home_of(&mut self, core: &Core, forest: &Forest, mut v: u32, large: u32) -> u32 {
        while !forest.has(v) {
            v = core.other(self.by[v as usize], v);
        }
        let mut p = self.piece_of(forest, v, large);
        while self.join[p as usize] != p {
            self.join[p as usize] = self.join[self.join[p as usize] as usize];
            p = self.join[p as usize];
        }
        p
    }

    /// Goes on from a vertex whose distance is final.
    fn reach(
        &mut self,
        core: &Core,
        price: &impl Fn(u32) -> Cost,
        forest: &mut Forest,
        v: u32,
        large: u32,
        limit: Cost,
    ) {
        let (p, d) = (self.piece[v as usize], self.far[v as usize]);
        self.done[v as usize] = self.stamp;
        forest.steps += core.degree(v) as u64;
        for a in core.around(v) {
            let w = a.to as usize;
            let seen = self.seen[w] == self.stamp;
            let next = d + price(a.edge);
            if next > limit {
                continue;
            }
            if seen && self.piece[w] == NONE {
                continue;
            }
            if forest.has(a.to) {
                if self.piece_of(forest, a.to, large) != p {
                    // Joined pieces still count as several here.
                    self.ways.push(Reverse((next, a.edge)));
                }
                continue;
            }
            if seen && self.done[w] == self.stamp && self.piece[w] != p && next + self.far[w] <= limit {
                self.ways.push(Reverse((next + self.far[w], a.edge)));
            }
            if !seen || next < self.far[w] {
                self.seen[w] = self.stamp;
                self.piece[w] = p;
                self.far[w] = next;
                self.by[w] = a.edge;
                self.done[w] = 0;
                if next + self.least[w] <= limit {
                    self.heap.push(Reverse((next + self.least[w], a.to)));
                }
            }
        }
    }

    /// Adds the way from a piece to `v`; what it costs.
    fn lead(&mut self, core: &Core, forest: &mut Forest, v: u32) -> Cost {
        let mut cost = 0;
        let mut way: Vec<(u32, u32)> = Vec::new();
        let mut at = v;
        while !forest.has(at) {
            let e = self.by[at as usize];
            way.push((at, e));
            at = core.other(e, at);
        }
        for (w, e) in way.into_iter().rev() {
            forest.hang(w, at, e);
            self.fresh.push(w);
            cost += core.cost[e as usize];
            at = w;
        }
        cost
    }
}
