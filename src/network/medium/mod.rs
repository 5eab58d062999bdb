//! Weak structure of a medium-voltage grid, 10, 35 or 66 kV (definitions, section 3, "Weak structure").
//!
//! [`structure`] finds the feeders, how far each reaches, and the lines whose loss leaves somebody without a source
//! (N-1); [`ties`] proposes the new lines that would give them a second one. Knows nodes, lines and substations, but
//! no limits and no villages: callers hand in a graph and compare what comes back with their rules.
//!
//! # Notes
//! Every line counts as closed. Where the data draw a normally open switch as a closed line, a tie that operators
//! have to close by hand counts as a second way, which is what the N-1 rule asks for.

mod structure;
#[cfg(test)]
mod tests;
mod ties;

use std::ops::AddAssign;

pub use structure::structure;
pub use ties::{Measure, Tie, TieRules, ties};

/// A medium-voltage grid as a graph. Columns per node may be shorter than `nodes`; what is missing is unknown.
#[derive(Debug, Clone, Default)]
pub struct Grid {
    pub nodes: u32,
    /// Lines with an end that is not a node are ignored.
    pub lines: Vec<Line>,
    /// Nodes of the substations that feed the grid. Each is a source of its own; nodes on one bus may all be named.
    pub sources: Vec<u32>,
    /// Per node: people served from there. Unknown (missing, not finite) counts as none.
    pub people: Vec<f64>,
    /// Per node: households served from there, as for `people`.
    pub households: Vec<f64>,
    /// Per node: metres in a local metric plane. A node without one is no end of a tie.
    pub positions: Vec<[f64; 2]>,
}

/// A line between two nodes. Parallel lines and loops are allowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    pub from: u32,
    pub to: u32,
    /// Metres along the line; negative or not finite counts as 0.
    pub length_m: f64,
}

impl Grid {
    fn ends(&self, line: usize) -> Option<(u32, u32)> {
        let l = self.lines.get(line)?;
        (l.from < self.nodes && l.to < self.nodes).then_some((l.from, l.to))
    }

    fn length_m(&self, line: usize) -> f64 {
        self.lines.get(line).map_or(0.0, |l| sane(l.length_m))
    }

    fn served(&self, node: u32) -> Served {
        let of = |column: &[f64]| column.get(node as usize).map_or(0.0, |&x| sane(x));
        Served { people: of(&self.people), households: of(&self.households), nodes: 1 }
    }

    fn position(&self, node: u32) -> Option<[f64; 2]> {
        self.positions.get(node as usize).copied().filter(|p| p.iter().all(|c| c.is_finite()))
    }
}

fn sane(x: f64) -> f64 {
    if x.is_finite() && x > 0.0 { x } else { 0.0 }
}

/// Who is served from some of the nodes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Served {
    pub people: f64,
    pub households: f64,
    pub nodes: u32,
}

impl AddAssign for Served {
    fn add_assign(&mut self, other: Self) {
        self.people += other.people;
        self.households += other.households;
        self.nodes += other.nodes;
    }
}

/// What hangs together once the source nodes are taken out: all that its lines to the substations feed.
#[derive(Debug, Clone, PartialEq)]
pub struct Feeder {
    /// Its nodes without the sources, ascending.
    pub nodes: Vec<u32>,
    /// Its lines with those to the sources, ascending.
    pub lines: Vec<u32>,
    /// Those of its lines that leave a source, ascending; at least one.
    pub heads: Vec<u32>,
    /// Source nodes it hangs on, ascending.
    pub sources: Vec<u32>,
    /// Topmost bridges, in the order of the search: of a radial feeder its one head, else its radial laterals.
    pub laterals: Vec<u32>,
    /// Metres of all its lines.
    pub total_m: f64,
    /// Greatest distance of one of its nodes from the nearest source, metres along the lines (the long-feeder rule).
    pub length_m: f64,
    /// The node that far away, the first of several.
    pub farthest: u32,
    pub served: Served,
}

impl Feeder {
    /// Connections to the sources beyond the first.
    pub fn ties(&self) -> usize {
        self.heads.len().saturating_sub(1)
    }

    /// Hangs on one line, a bridge, so that everyone on the feeder is behind it (`radial_feeder`).
    pub fn radial(&self) -> bool {
        self.heads.len() == 1
    }
}

/// What [`structure`] finds. Vectors are per node or per line of the grid.
#[derive(Debug, Clone, Default)]
pub struct Structure {
    /// Node is reached from some source.
    pub supplied: Vec<bool>,
    /// Shortest way from the node to a source, metres along the lines; none where it is not supplied.
    pub distance_m: Vec<Option<f64>>,
    /// That source; the lowest node number of equally near ones.
    pub source: Vec<Option<u32>>,
    /// Feeder of the node; none for sources and where it is not supplied.
    pub feeder: Vec<Option<u32>>,
    /// Feeder of the line; none between two sources and where it is not supplied.
    pub line_feeder: Vec<Option<u32>>,
    /// Line is a bridge: its loss leaves nodes without any source.
    pub bridge: Vec<bool>,
    /// Who loses supply if the line fails; nobody unless it is a bridge.
    pub behind: Vec<Served>,
    /// In the order of their lowest-numbered heads.
    pub feeders: Vec<Feeder>,
    /// Nodes without a source, by component, ascending; the component of the smallest node first.
    pub islands: Vec<Vec<u32>>,

    /// Supplied nodes but the sources, in preorder of the search: what is behind a bridge stands together.
    order: Vec<u32>,
    /// Per line: the range of `order` behind it, empty unless it is a bridge.
    span: Vec<(u32, u32)>,
    /// Bridges, each after those above it.
    bridges: Vec<u32>,
    /// Per line: the next bridge towards the sources, of a bridge that has one.
    above: Vec<Option<u32>>,
    /// Per node: the next bridge towards the sources.
    nearest: Vec<Option<u32>>,
}

impl Structure {
    /// Nodes that lose supply if the line fails, ascending; none unless it is a bridge.
    pub fn cut_off(&self, line: u32) -> Vec<u32> {
        let (start, end) = self.span.get(line as usize).copied().unwrap_or_default();
        let mut nodes = self.order[start as usize..end as usize].to_vec();
        nodes.sort_unstable();
        nodes
    }

    /// Bridges between the node and the sources, the nearest to the node first.
    pub fn bridges_above(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let first = self.nearest.get(node as usize).copied().flatten();
        std::iter::successors(first, |&b| self.above[b as usize])
    }
}
