//! Candidate tie lines: the new line that gives a radial feeder, or a radial lateral, its second way to a source.
//!
//! 1. A node's gain is who stands between it and the topmost bridge above it: those that stop being behind any
//!    bridge once the node has a second way to a source. A new line closes a ring through the sources, so it secures
//!    the gains of both its ends, which hang below different topmost bridges.
//! 2. For every topmost bridge, the pair of a node behind it and a supplied node that is not, with most secured per
//!    length. Boxes of an R-tree bound distance and gain at once, so most pairs are never looked at.
//! 3. Pairs chosen from both their ends are one tie; the best come first.

use rayon::prelude::*;
use rstar::primitives::GeomWithData;
use rstar::{AABB, ParentNode, RTree, RTreeNode, RTreeObject};

use super::{Grid, Served, Structure};

/// Shorter ties count as this long in the ranking, metres: two nodes at one place are a switch apart, not nothing.
const SHORTEST_M: f64 = 1.0;

/// What ties to look for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TieRules {
    /// Longest tie, metres in a straight line.
    pub max_length_m: f64,
    /// At most so many ties, the best ones.
    pub max_ties: usize,
}

/// What ties are ranked by: the first of these of which there is any behind the grid's bridges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    People,
    Households,
    Nodes,
}

impl Measure {
    fn of(self, served: &Served) -> f64 {
        match self {
            Measure::People => served.people,
            Measure::Households => served.households,
            Measure::Nodes => f64::from(served.nodes),
        }
    }
}

/// A new straight line between two nodes.
#[derive(Debug, Clone, PartialEq)]
pub struct Tie {
    /// A node behind a bridge.
    pub from: u32,
    /// A supplied node not behind the same topmost bridge: of another feeder or lateral, or a substation. If it is
    /// behind a bridge too, `from` is the lower of the two.
    pub to: u32,
    /// Metres.
    pub length_m: f64,
    /// Those that are behind some bridge today, and behind none once the tie is there.
    pub secured: Served,
    /// Lines that are no bridges any more, ascending.
    pub relieves: Vec<u32>,
    pub measure: Measure,
    /// Secured per kilometre, by `measure`; a tie under 1 m counts as 1 m.
    pub per_km: f64,
}

/// Finds the best tie for every radial feeder and every radial lateral, and ranks them by secured people (or what
/// [`Measure`] the data allow) per kilometre, then the shorter, then lower node numbers.
///
/// # Notes
/// Ties run from node to node: a line that crosses the plain between two nodes is met at one of its ends. A feeder
/// gets none where no other is in reach, or where a tie would secure nobody. The tie may go back to the feeder's own
/// substation: it secures against the loss of a line, not of the substation ([`Structure::source`] tells).
/// `structure` must be that of this grid.
pub fn ties(grid: &Grid, structure: &Structure, rules: &TieRules) -> Vec<Tie> {
    let (measure, gains) = gains(grid, structure);
    let reach = Reach::new(grid, structure, measure, &gains);
    let tops = structure.bridges.par_iter().filter(|&&b| structure.above[b as usize].is_none());
    // 100,000 nodes on 1,500 feeders take 0.6 to 1 s on two cores in a test build, with or without a limit of length.
    let mut best: Vec<Pair> = tops.filter_map(|&b| reach.best(structure, b, rules.max_length_m)).collect();
    best.sort_by(|a, b| a.rank(b));
    best.dedup_by_key(|p| p.nodes);
    best.truncate(rules.max_ties);
    best.iter()
        .map(|p| {
            let [from, to] = p.nodes;
            let mut secured = gains[from as usize];
            secured += gains[to as usize];
            let mut relieves: Vec<u32> = structure.bridges_above(from).chain(structure.bridges_above(to)).collect();
            relieves.sort_unstable();
            Tie { from, to, length_m: p.length_m, secured, relieves, measure, per_km: p.score * 1000.0 }
        })
        .collect()
}

/// Gain of every node, none where it is behind no bridge, and what there is to rank by.
fn gains(grid: &Grid, s: &Structure) -> (Measure, Vec<Served>) {
    let mut between = vec![Served::default(); grid.lines.len()];
    let mut all = Served::default();
    for &v in &s.order {
        if let Some(b) = s.nearest[v as usize] {
            between[b as usize] += grid.served(v);
            all += grid.served(v);
        }
    }
    for &b in &s.bridges {
        if let Some(up) = s.above[b as usize] {
            let above = between[up as usize];
            between[b as usize] += above;
        }
    }
    let measure = [Measure::People, Measure::Households].into_iter().find(|m| m.of(&all) > 0.0);
    let gain = s.nearest.iter().map(|b| b.map_or(Served::default(), |b| between[b as usize])).collect();
    (measure.unwrap_or(Measure::Nodes), gain)
}

/// A tie under consideration; as in [`Tie`], `nodes` stand the same way round from whichever end it is found.
#[derive(Debug, Clone, Copy)]
struct Pair {
    /// Secured per metre.
    score: f64,
    length_m: f64,
    nodes: [u32; 2],
}

impl Pair {
    /// The better one is less.
    fn rank(&self, other: &Self) -> std::cmp::Ordering {
        let key = |p: &Self| [p.nodes[0].min(p.nodes[1]), p.nodes[0].max(p.nodes[1])];
        let by_number = other.score.total_cmp(&self.score).then(self.length_m.total_cmp(&other.length_m));
        by_number.then_with(|| key(self).cmp(&key(other)))
    }
}

/// The ends a tie may have, with what decides on them as coordinates: x, y, gain, topmost bridge (-1: none). A box
/// around some of them so bounds all four.
type End = GeomWithData<[f64; 4], u32>;

struct Reach {
    tree: RTree<End>,
    /// Per node that may be an end.
    end: Vec<Option<[f64; 4]>>,
}

impl Reach {
    fn new(grid: &Grid, s: &Structure, measure: Measure, gains: &[Served]) -> Self {
        let mut end = vec![None; grid.nodes as usize];
        // Bridges come after those above them, and so do the nodes behind them.
        let mut top: Vec<u32> = (0..grid.lines.len() as u32).collect();
        for &b in &s.bridges {
            if let Some(up) = s.above[b as usize] {
                top[b as usize] = top[up as usize];
            }
        }
        for v in (0..grid.nodes).filter(|&v| s.supplied[v as usize]) {
            let top = s.nearest[v as usize].map_or(-1.0, |b| f64::from(top[b as usize]));
            end[v as usize] = grid.position(v).map(|[x, y]| [x, y, measure.of(&gains[v as usize]), top]);
        }
        let all = end.iter().enumerate().filter_map(|(v, e)| e.map(|e| End::new(e, v as u32))).collect();
        Self { tree: RTree::bulk_load(all), end }
    }

    /// Best pair with one end behind topmost bridge `top`.
    fn best(&self, s: &Structure, top: u32, max_m: f64) -> Option<Pair> {
        let (start, end) = s.span[top as usize];
        let mut near: Vec<([f64; 4], u32)> = s.order[start as usize..end as usize]
            .iter()
            .filter_map(|&v| self.end[v as usize].map(|e| (e, v)))
            .collect();
        // Most to gain first: what they find rules out most of the others.
        near.sort_by(|a, b| b.0[2].total_cmp(&a.0[2]).then(a.1.cmp(&b.1)));
        let mut best = None;
        let mut stack = Vec::new();
        for (at, v) in near {
            self.improve(&mut best, &mut stack, at, v, max_m);
        }
        best
    }

    /// Puts the best pair with node `v` into `best` if it is better.
    fn improve<'a>(
        &'a self,
        best: &mut Option<Pair>,
        stack: &mut Vec<(f64, &'a ParentNode<End>)>,
        at: [f64; 4],
        v: u32,
        max_m: f64,
    ) {
        // Rounding keeps order, so a box's bound is never under the score of what is in it.
        let score = |gain: f64, m: f64| (at[2] + gain) / m.max(SHORTEST_M);
        let beaten = |best: &Option<Pair>, s: f64| s <= 0.0 || best.as_ref().is_some_and(|b| s < b.score);
        stack.clear();
        stack.push((f64::INFINITY, self.tree.root()));
        while let Some((bound, parent)) = stack.pop() {
            if beaten(best, bound) {
                continue;
            }
            let first = stack.len();
            for child in parent.children() {
                let (lo, hi) = corners(child);
                let m = distance_m(at, lo, hi);
                let bound = score(hi[2], m);
                let same_branch = lo[3] == at[3] && hi[3] == at[3];
                // A limit that is no number lets nothing through.
                let in_reach = m <= max_m;
                if same_branch || !in_reach || beaten(best, bound) {
                    continue;
                }
                match child {
                    RTreeNode::Parent(p) => stack.push((bound, p)),
                    RTreeNode::Leaf(w) => {
                        let nodes = if lo[3] >= 0.0 && w.data < v { [w.data, v] } else { [v, w.data] };
                        let pair = Pair { score: bound, length_m: m, nodes };
                        if best.as_ref().is_none_or(|b| pair.rank(b).is_lt()) {
                            *best = Some(pair);
                        }
                    }
                }
            }
            stack[first..].sort_by(|a, b| a.0.total_cmp(&b.0));
        }
    }
}

fn corners(node: &RTreeNode<End>) -> ([f64; 4], [f64; 4]) {
    let envelope: AABB<[f64; 4]> = node.envelope();
    (envelope.lower(), envelope.upper())
}

/// From a point to a box, metres in the plane; 0 inside it.
fn distance_m(p: [f64; 4], lo: [f64; 4], hi: [f64; 4]) -> f64 {
    let [dx, dy] = [0, 1].map(|k| (lo[k] - p[k]).max(p[k] - hi[k]).max(0.0));
    (dx * dx + dy * dy).sqrt()
}
