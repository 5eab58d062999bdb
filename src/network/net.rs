//! The noded network as columns: vertices, and edges with their geometry.

use std::sync::Arc;

use geo::Coord;

/// A road network. Edge `e` runs from vertex `from[e]` to `to[e]` along `line(e)` on road `road[e]`.
#[derive(Debug, Clone, Default)]
pub struct Net {
    /// A position of each vertex, degrees (ends snapped together share one of theirs).
    pub vertex: Vec<Coord>,
    pub from: Vec<u32>,
    pub to: Vec<u32>,
    /// Index into `World::roads`.
    pub road: Vec<u32>,
    /// Metres.
    pub len: Vec<f64>,
    /// Of each edge: where its positions begin and end.
    span: Vec<(u32, u32)>,
    /// Positions, shared by networks that differ little.
    coords: Arc<Vec<Coord>>,
    /// Positions of this network alone; counted on after `coords`.
    more: Vec<Coord>,
}

impl Net {
    /// A network without edges.
    pub fn new(vertex: Vec<Coord>) -> Self {
        Self { vertex, ..Self::default() }
    }

    pub fn edges(&self) -> usize {
        self.from.len()
    }

    /// Geometry of edge `e`, at least two positions.
    pub fn line(&self, e: u32) -> &[Coord] {
        let (a, b) = self.span[e as usize];
        let (a, b, n) = (a as usize, b as usize, self.coords.len());
        if a < n { &self.coords[a..b] } else { &self.more[a - n..b - n] }
    }

    /// Positions of all edges together.
    pub fn positions(&self) -> usize {
        self.coords.len() + self.more.len()
    }

    /// Adds an edge of `len` metres from vertex `from` to `to` along `line`.
    pub fn push(&mut self, from: u32, to: u32, road: u32, line: &[Coord], len: f64) {
        self.from.push(from);
        self.to.push(to);
        self.road.push(road);
        self.len.push(len);
        let span = self.keep(line);
        self.span.push(span);
    }

    /// Gives edge `e` other ends and another line.
    pub fn put(&mut self, e: u32, from: u32, to: u32, line: &[Coord], len: f64) {
        let i = e as usize;
        (self.from[i], self.to[i], self.len[i]) = (from, to, len);
        self.span[i] = self.keep(line);
    }

    fn keep(&mut self, line: &[Coord]) -> (u32, u32) {
        let begin = self.positions() as u32;
        // While the network is built its positions are nobody else's.
        match Arc::get_mut(&mut self.coords).filter(|_| self.more.is_empty()) {
            Some(own) => own.extend_from_slice(line),
            None => self.more.extend_from_slice(line),
        }
        (begin, self.positions() as u32)
    }

    /// For each vertex the edges at it: offsets and a flat list of (edge, other end). A loop stands twice.
    pub fn adjacency(&self) -> Adjacency {
        Adjacency::new(self.vertex.len(), self.from.iter().zip(&self.to).map(|(&a, &b)| (a, b)))
    }
}

/// Compressed adjacency (CSR): neighbours of `v` are `list[start[v]..start[v + 1]]`.
#[derive(Debug, Clone, Default)]
pub struct Adjacency {
    start: Vec<u32>,
    list: Vec<(u32, u32)>,
}

impl Adjacency {
    /// `ends` are the (from, to) pairs of edges 0, 1, 2 …
    pub fn new(vertices: usize, ends: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut start = vec![0u32; vertices + 1];
        for (a, b) in ends.clone() {
            start[a as usize + 1] += 1;
            start[b as usize + 1] += 1;
        }
        for i in 0..vertices {
            start[i + 1] += start[i];
        }
        let mut next = start.clone();
        let mut list = vec![(0, 0); start[vertices] as usize];
        for (e, (a, b)) in ends.enumerate() {
            for (v, w) in [(a, b), (b, a)] {
                list[next[v as usize] as usize] = (e as u32, w);
                next[v as usize] += 1;
            }
        }
        Self { start, list }
    }

    /// (edge, other end) of every edge at `v`.
    pub fn at(&self, v: u32) -> &[(u32, u32)] {
        &self.list[self.start[v as usize] as usize..self.start[v as usize + 1] as usize]
    }
}
