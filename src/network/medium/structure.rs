//! Feeders, distances and bridges.
//!
//! 1. All sources are joined to one root, so that a line with a substation at both its ends, however far off, is no
//!    bridge.
//! 2. A depth-first search from the root numbers the supplied nodes. Each child of the root is the top of a feeder,
//!    and a branch from which no other line leads back up hangs on a bridge (Tarjan 1974).
//! 3. Sums over the branches give who is behind each bridge; shortest ways from the root give the distances.
//! 4. What the search did not meet are islands.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Feeder, Grid, Served, Structure};
use crate::network::net::Adjacency;
use crate::network::union_find::UnionFind;

const NONE: u32 = u32::MAX;

/// Finds the feeders, the bridges and who is behind them, and the islands.
///
/// Takes time in proportion to the lines, but for the distances (Dijkstra). Needs no stack per node, so chains may
/// be of any length.
pub fn structure(grid: &Grid) -> Structure {
    let graph = Graph::new(grid);
    let search = Search::new(&graph);
    let (n, lines) = (grid.nodes as usize, grid.lines.len());
    let mut s = Structure {
        supplied: graph.is_source.clone(),
        distance_m: vec![None; n],
        source: vec![None; n],
        feeder: vec![None; n],
        line_feeder: vec![None; lines],
        bridge: vec![false; lines],
        behind: vec![Served::default(); lines],
        order: search.visited[1..].iter().map(|&v| v - 1).collect(),
        span: vec![(0, 0); lines],
        above: vec![None; lines],
        nearest: vec![None; n],
        ..Structure::default()
    };
    for &v in &s.order {
        s.supplied[v as usize] = true;
    }
    distances(grid, &graph, &mut s);
    hang(grid, &search, &mut s);
    feeder_lines(grid, &graph, &mut s);
    s.islands = islands(grid, &s.supplied);
    s
}

/// The grid with its sources contracted to vertex 0; node `v` is vertex `v + 1`.
struct Graph {
    is_source: Vec<bool>,
    /// Line of each edge; loops and lines between sources are left out.
    line: Vec<u32>,
    adjacency: Adjacency,
}

impl Graph {
    fn new(grid: &Grid) -> Self {
        let mut is_source = vec![false; grid.nodes as usize];
        for &v in &grid.sources {
            if let Some(flag) = is_source.get_mut(v as usize) {
                *flag = true;
            }
        }
        let vertex = |v: u32| if is_source[v as usize] { 0 } else { v + 1 };
        let (mut line, mut ends) = (Vec::new(), Vec::new());
        for e in 0..grid.lines.len() {
            if let Some((a, b)) = grid.ends(e).map(|(a, b)| (vertex(a), vertex(b))).filter(|(a, b)| a != b) {
                line.push(e as u32);
                ends.push((a, b));
            }
        }
        let adjacency = Adjacency::new(is_source.len() + 1, ends.into_iter());
        Self { is_source, line, adjacency }
    }

    /// (line, other end) of every edge at a vertex.
    fn at(&self, vertex: u32) -> &[(u32, u32)] {
        self.adjacency.at(vertex)
    }

    /// The end of a line that is a source.
    fn source_end(&self, grid: &Grid, line: usize) -> Option<u32> {
        let (a, b) = grid.ends(line)?;
        [a, b].into_iter().find(|&v| self.is_source[v as usize])
    }
}

/// The search tree. Everything but `visited` holds positions in it, so a parent comes before its children.
struct Search {
    /// Vertices in preorder; the root comes first.
    visited: Vec<u32>,
    up: Vec<u32>,
    /// Line from the parent.
    via: Vec<u32>,
    /// Highest place that an edge outside the tree leads to from the branch; its own where it hangs on a bridge.
    low: Vec<u32>,
    /// Vertices of the branch.
    size: Vec<u32>,
}

impl Search {
    fn new(graph: &Graph) -> Self {
        let mut place = vec![NONE; graph.is_source.len() + 1];
        place[0] = 0;
        let mut s = Self { visited: vec![0], up: vec![0], via: vec![NONE], low: vec![0], size: Vec::new() };
        // The edge each vertex was met by: a parallel line is another edge, and leads back up.
        let mut edge = vec![NONE];
        let mut stack = vec![(0u32, 0usize)];
        while let Some((i, k)) = stack.last_mut() {
            let at = *i as usize;
            let Some(&(e, w)) = graph.at(s.visited[at]).get(*k) else {
                stack.pop();
                continue;
            };
            *k += 1;
            let met = place[w as usize];
            if met == NONE {
                let new = s.visited.len() as u32;
                place[w as usize] = new;
                s.visited.push(w);
                s.up.push(at as u32);
                s.via.push(graph.line[e as usize]);
                s.low.push(new);
                edge.push(e);
                stack.push((new, 0));
            } else if e != edge[at] {
                s.low[at] = s.low[at].min(met);
            }
        }
        s.size = vec![1; s.visited.len()];
        for i in (1..s.visited.len()).rev() {
            let up = s.up[i] as usize;
            s.low[up] = s.low[up].min(s.low[i]);
            s.size[up] += s.size[i];
        }
        s
    }
}

/// Shortest ways from all sources at once; of equally long ones that of the lowest source.
fn distances(grid: &Grid, graph: &Graph, s: &mut Structure) {
    for v in (0..grid.nodes).filter(|&v| graph.is_source[v as usize]) {
        s.distance_m[v as usize] = Some(0.0);
        s.source[v as usize] = Some(v);
    }
    // Of lengths that are not negative the bits sort like the numbers.
    let mut heap = BinaryHeap::new();
    for &(e, w) in graph.at(0) {
        let line = graph.line[e as usize] as usize;
        if let Some(source) = graph.source_end(grid, line) {
            heap.push(Reverse((grid.length_m(line).to_bits(), source, w)));
        }
    }
    while let Some(Reverse((bits, source, vertex))) = heap.pop() {
        let v = vertex as usize - 1;
        if s.source[v].is_some() {
            continue;
        }
        let m = f64::from_bits(bits);
        s.distance_m[v] = Some(m);
        s.source[v] = Some(source);
        for &(e, w) in graph.at(vertex).iter().filter(|&&(_, w)| w != 0 && s.source[w as usize - 1].is_none()) {
            heap.push(Reverse(((m + grid.length_m(graph.line[e as usize] as usize)).to_bits(), source, w)));
        }
    }
}

/// Walks down the search tree: feeders with who they serve, bridges with who is behind them.
fn hang(grid: &Grid, search: &Search, s: &mut Structure) {
    let count = search.visited.len();
    let mut served = vec![Served::default(); count];
    for i in (1..count).rev() {
        served[i] += grid.served(search.visited[i] - 1);
        let branch = served[i];
        served[search.up[i] as usize] += branch;
    }
    for (i, &branch) in served.iter().enumerate().skip(1) {
        let (v, up, line) = (search.visited[i] - 1, search.up[i] as usize, search.via[i]);
        let over = if up == 0 { None } else { s.nearest[search.visited[up] as usize - 1] };
        if up == 0 {
            s.feeders.push(Feeder {
                nodes: s.order[i - 1..i - 1 + search.size[i] as usize].to_vec(),
                lines: Vec::new(),
                heads: Vec::new(),
                sources: Vec::new(),
                laterals: Vec::new(),
                total_m: 0.0,
                length_m: 0.0,
                farthest: v,
                served: branch,
            });
        }
        let feeder = s.feeders.len() - 1;
        s.feeder[v as usize] = Some(feeder as u32);
        if search.low[i] == i as u32 {
            s.bridge[line as usize] = true;
            s.behind[line as usize] = branch;
            s.span[line as usize] = (i as u32 - 1, i as u32 - 1 + search.size[i]);
            s.above[line as usize] = over;
            s.bridges.push(line);
            s.nearest[v as usize] = Some(line);
            if over.is_none() {
                s.feeders[feeder].laterals.push(line);
            }
        } else {
            s.nearest[v as usize] = over;
        }
    }
}

/// Gives each feeder its lines, and its length.
fn feeder_lines(grid: &Grid, graph: &Graph, s: &mut Structure) {
    for e in 0..grid.lines.len() {
        let Some((a, b)) = grid.ends(e) else { continue };
        let Some(f) = s.feeder[a as usize].or(s.feeder[b as usize]) else { continue };
        s.line_feeder[e] = Some(f);
        let feeder = &mut s.feeders[f as usize];
        feeder.lines.push(e as u32);
        feeder.total_m += grid.length_m(e);
        if let Some(source) = graph.source_end(grid, e) {
            feeder.heads.push(e as u32);
            feeder.sources.push(source);
        }
    }
    for f in &mut s.feeders {
        f.nodes.sort_unstable();
        f.sources.sort_unstable();
        f.sources.dedup();
        f.farthest = f.nodes[0];
        for &v in &f.nodes {
            let m = s.distance_m[v as usize].unwrap_or(0.0);
            if m > f.length_m {
                (f.length_m, f.farthest) = (m, v);
            }
        }
    }
}

/// Components without a source.
fn islands(grid: &Grid, supplied: &[bool]) -> Vec<Vec<u32>> {
    let mut sets = UnionFind::new(supplied.len());
    for (a, b) in (0..grid.lines.len()).filter_map(|e| grid.ends(e)) {
        sets.union(a, b);
    }
    let mut island = vec![NONE; supplied.len()];
    let mut out: Vec<Vec<u32>> = Vec::new();
    for (v, &label) in sets.labels().iter().enumerate().filter(|&(v, _)| !supplied[v]) {
        let i = &mut island[label as usize];
        if *i == NONE {
            *i = out.len() as u32;
            out.push(Vec::new());
        }
        out[*i as usize].push(v as u32);
    }
    out
}
