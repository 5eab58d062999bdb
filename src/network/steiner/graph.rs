//! The graph while it is reduced: edges go, vertices merge, and every edge remembers the edges it stands for.

use super::core::{Core, NONE};
use super::units::Cost;

/// A graph without loops and without parallel edges that shrinks.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    ends: Vec<[u32; 2]>,
    cost: Vec<Cost>,
    alive: Vec<bool>,
    /// Edges at a vertex; may name some that are gone.
    around: Vec<Vec<u32>>,
    degree: Vec<u32>,
    terminal: Vec<bool>,
    terminals: usize,
    living: usize,
    /// What an edge stands for: below `base` an edge of the first graph, else a pair in `pairs`.
    origin: Vec<u32>,
    base: u32,
    pairs: Vec<[u32; 2]>,
    /// Origins of edges that belong to a cheapest tree.
    fixed: Vec<u32>,
    pub fixed_cost: Cost,
    /// The edge to a neighbour, while edges are compared.
    slot: Vec<u32>,
}

/// A graph as [`Core`], and what its vertices and edges are in the [`Graph`].
#[derive(Debug, Clone, Default)]
pub struct Frozen {
    pub core: Core,
    pub vertices: Vec<u32>,
    pub edges: Vec<u32>,
}

impl Graph {
    pub fn new(core: &Core) -> Self {
        let n = core.nodes();
        let mut g = Self {
            around: vec![Vec::new(); n],
            degree: vec![0; n],
            terminal: core.is_terminal.clone(),
            terminals: core.terminals.len(),
            base: core.edges() as u32,
            slot: vec![NONE; n],
            ..Self::default()
        };
        // Of parallel edges the cheapest: in order of cost, only the first between two vertices stays.
        let mut order: Vec<u32> =
            (0..g.base).filter(|&e| core.ends[e as usize][0] != core.ends[e as usize][1]).collect();
        order.sort_unstable_by_key(|&e| {
            let [a, b] = core.ends[e as usize];
            (a.min(b), a.max(b), core.cost[e as usize], e)
        });
        let pair = |e: u32| {
            let [a, b] = core.ends[e as usize];
            (a.min(b), a.max(b))
        };
        order.dedup_by_key(|e| pair(*e));
        order.sort_unstable();
        for e in order {
            g.push(core.ends[e as usize], core.cost[e as usize], e);
        }
        g
    }

    fn push(&mut self, ends: [u32; 2], cost: Cost, origin: u32) -> u32 {
        let e = self.ends.len() as u32;
        self.ends.push(ends);
        self.cost.push(cost);
        self.alive.push(true);
        self.origin.push(origin);
        for v in ends {
            self.around[v as usize].push(e);
            self.degree[v as usize] += 1;
        }
        self.living += 1;
        e
    }

    pub fn vertices(&self) -> u32 {
        self.around.len() as u32
    }

    pub fn edge_numbers(&self) -> u32 {
        self.ends.len() as u32
    }

    pub fn living(&self) -> usize {
        self.living
    }

    pub fn terminals(&self) -> usize {
        self.terminals
    }

    pub fn is_terminal(&self, v: u32) -> bool {
        self.terminal[v as usize]
    }

    pub fn alive(&self, e: u32) -> bool {
        self.alive[e as usize]
    }

    pub fn cost(&self, e: u32) -> Cost {
        self.cost[e as usize]
    }

    pub fn ends(&self, e: u32) -> [u32; 2] {
        self.ends[e as usize]
    }

    pub fn degree(&self, v: u32) -> usize {
        self.degree[v as usize] as usize
    }

    pub fn other(&self, e: u32, v: u32) -> u32 {
        let [a, b] = self.ends[e as usize];
        if a == v { b } else { a }
    }

    /// Edges at a vertex with their other ends.
    pub fn around(&self, v: u32) -> impl Iterator<Item = (u32, u32)> + '_ {
        self.around[v as usize].iter().filter(|e| self.alive[**e as usize]).map(move |&e| (e, self.other(e, v)))
    }

    pub fn remove(&mut self, e: u32) {
        if std::mem::replace(&mut self.alive[e as usize], false) {
            self.living -= 1;
            for v in self.ends[e as usize] {
                self.degree[v as usize] -= 1;
                let list = &mut self.around[v as usize];
                if list.len() > 8 && list.len() > 2 * self.degree[v as usize] as usize {
                    list.retain(|e| self.alive[*e as usize]);
                }
            }
        }
    }

    pub fn remove_vertex(&mut self, v: u32) {
        for e in std::mem::take(&mut self.around[v as usize]) {
            self.remove(e);
        }
    }

    pub fn make_terminal(&mut self, v: u32) {
        if !std::mem::replace(&mut self.terminal[v as usize], true) {
            self.terminals += 1;
        }
    }

    /// Puts edge `e` into the tree and its ends into one; returns the vertex that stays.
    pub fn contract(&mut self, e: u32) -> u32 {
        let [a, b] = self.ends[e as usize];
        let (keep, lose) = if self.degree[a as usize] >= self.degree[b as usize] { (a, b) } else { (b, a) };
        self.fixed.push(self.origin[e as usize]);
        self.fixed_cost += self.cost[e as usize];
        self.remove(e);
        let stay: Vec<(u32, u32)> = self.around(keep).collect();
        for &(f, w) in &stay {
            self.slot[w as usize] = f;
        }
        for f in std::mem::take(&mut self.around[lose as usize]) {
            if !self.alive[f as usize] {
                continue;
            }
            let w = self.other(f, lose);
            let twin = self.slot[w as usize];
            if twin != NONE && self.cost[twin as usize] <= self.cost[f as usize] {
                self.remove(f);
                continue;
            }
            if twin != NONE {
                self.remove(twin);
            }
            self.ends[f as usize] = [keep, w];
            self.degree[lose as usize] -= 1;
            self.degree[keep as usize] += 1;
            self.around[keep as usize].push(f);
        }
        for (_, w) in stay {
            self.slot[w as usize] = NONE;
        }
        match (self.terminal[keep as usize], self.terminal[lose as usize]) {
            (true, true) => self.terminals -= 1,
            (false, true) => self.terminal[keep as usize] = true,
            _ => {}
        }
        self.terminal[lose as usize] = false;
        keep
    }

    /// An edge that stands for `first` and `second`, unless there is one as cheap; what stays costs at most their sum.
    pub fn bridge(&mut self, ends: [u32; 2], first: u32, second: u32) {
        let cost = self.cost[first as usize] + self.cost[second as usize];
        let [a, b] = ends;
        let (few, far) = if self.degree[a as usize] <= self.degree[b as usize] { (a, b) } else { (b, a) };
        let twin = self.around(few).find(|&(_, w)| w == far).map(|x| x.0);
        if let Some(twin) = twin {
            if self.cost[twin as usize] <= cost {
                return;
            }
            self.remove(twin);
        }
        let origin = self.base + self.pairs.len() as u32;
        self.pairs.push([self.origin[first as usize], self.origin[second as usize]]);
        self.push(ends, cost, origin);
    }

    /// Edges of the first graph that these edges and all fixed ones stand for.
    pub fn lift(&self, edges: impl Iterator<Item = u32>) -> Vec<u32> {
        self.expand(edges.map(|e| self.origin[e as usize]).chain(self.fixed.iter().copied()).collect())
    }

    /// Edges of the first graph that one edge stands for.
    pub fn stands_for(&self, edge: u32) -> Vec<u32> {
        self.expand(vec![self.origin[edge as usize]])
    }

    fn expand(&self, mut stack: Vec<u32>) -> Vec<u32> {
        let mut all = Vec::with_capacity(stack.len());
        while let Some(o) = stack.pop() {
            match self.pairs.get((o.wrapping_sub(self.base)) as usize) {
                Some(pair) if o >= self.base => stack.extend(pair),
                _ => all.push(o),
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What is left where terminals are; `None` if they are not connected any more.
    pub fn freeze(&self) -> Option<Frozen> {
        let n = self.around.len();
        let mut number = vec![NONE; n];
        let mut vertices = Vec::new();
        let first = (0..n as u32).find(|&v| self.terminal[v as usize])?;
        number[first as usize] = 0;
        vertices.push(first);
        let mut next = 0;
        let mut edges = Vec::with_capacity(self.living);
        while next < vertices.len() {
            let v = vertices[next];
            next += 1;
            for (e, w) in self.around(v) {
                if number[w as usize] == NONE {
                    number[w as usize] = 0;
                    vertices.push(w);
                }
                if v < w {
                    edges.push(e);
                }
            }
        }
        vertices.sort_unstable();
        edges.sort_unstable();
        for (i, &v) in (0u32..).zip(&vertices) {
            number[v as usize] = i;
        }
        let is_terminal: Vec<bool> = vertices.iter().map(|&v| self.terminal[v as usize]).collect();
        if is_terminal.iter().filter(|t| **t).count() < self.terminals {
            return None;
        }
        let ends = edges.iter().map(|&e| self.ends[e as usize].map(|v| number[v as usize])).collect();
        let cost = edges.iter().map(|&e| self.cost[e as usize]).collect();
        Some(Frozen { core: Core::new(ends, cost, is_terminal), vertices, edges })
    }
}
