//! The graph while trees are searched in it: columns, adjacency as CSR, nothing changes.

use super::units::Cost;

/// No vertex, no edge.
pub const NONE: u32 = u32::MAX;

/// A connected or unconnected graph without loops; parallel edges do no harm.
#[derive(Debug, Clone, Default)]
pub struct Core {
    pub ends: Vec<[u32; 2]>,
    pub cost: Vec<Cost>,
    pub is_terminal: Vec<bool>,
    /// Ascending.
    pub terminals: Vec<u32>,
    start: Vec<u32>,
    arcs: Vec<Arc>,
}

/// A neighbour and the edge to it.
#[derive(Debug, Clone, Copy)]
pub struct Arc {
    pub to: u32,
    pub edge: u32,
}

impl Core {
    pub fn new(ends: Vec<[u32; 2]>, cost: Vec<Cost>, is_terminal: Vec<bool>) -> Self {
        let n = is_terminal.len();
        let mut start = vec![0u32; n + 1];
        for v in ends.iter().flatten() {
            start[*v as usize + 1] += 1;
        }
        for v in 0..n {
            start[v + 1] += start[v];
        }
        let mut next = start.clone();
        let mut arcs = vec![Arc { to: 0, edge: 0 }; 2 * ends.len()];
        for (edge, &[a, b]) in (0u32..).zip(&ends) {
            for (from, to) in [(a, b), (b, a)] {
                arcs[next[from as usize] as usize] = Arc { to, edge };
                next[from as usize] += 1;
            }
        }
        let terminals = (0u32..).zip(&is_terminal).filter(|(_, t)| **t).map(|(v, _)| v).collect();
        Self { ends, cost, is_terminal, terminals, start, arcs }
    }

    pub fn nodes(&self) -> usize {
        self.is_terminal.len()
    }

    pub fn edges(&self) -> usize {
        self.ends.len()
    }

    pub fn around(&self, v: u32) -> &[Arc] {
        &self.arcs[self.start[v as usize] as usize..self.start[v as usize + 1] as usize]
    }

    pub fn degree(&self, v: u32) -> usize {
        (self.start[v as usize + 1] - self.start[v as usize]) as usize
    }

    /// The other end of an edge.
    pub fn other(&self, edge: u32, v: u32) -> u32 {
        let [a, b] = self.ends[edge as usize];
        if a == v { b } else { a }
    }

    pub fn sum(&self, edges: &[u32]) -> Cost {
        edges.iter().map(|&e| self.cost[e as usize]).sum()
    }
}
