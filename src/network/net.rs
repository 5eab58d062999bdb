//! The noded network as columns: vertices, and edges with their geometry.

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
    /// `len.len() + 1` offsets into `coords`.
    pub start: Vec<u32>,
    pub coords: Vec<Coord>,
}

impl Net {
    pub fn edges(&self) -> usize {
        self.from.len()
    }

    /// Geometry of edge `e`, at least two positions.
    pub fn line(&self, e: u32) -> &[Coord] {
        &self.coords[self.start[e as usize] as usize..self.start[e as usize + 1] as usize]
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
