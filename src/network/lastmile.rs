//! The last mile: for every point not connected, the cheapest path to the main network, and the forest that all
//! these paths form (definitions, section 2).
//!
//! 1. Ask the index which points are connected, and where the others may join.
//! 2. Join cut-off pieces by their shortest straight line.
//! 3. Split the edges outside the main network at every joint, so that a joint is a vertex.
//! 4. One Dijkstra from the whole main network; cost first, then length, then the lower edge decides, so that
//!    zero-cost paved islands and ties give one forest, the same in every run.
//! 5. Walk each point's path; what is not paved becomes links, cut at junctions, joints and surface changes.

mod joint;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use geo::Coord;
use rayon::prelude::*;
use serde::Serialize;

use super::cutoff::{PieceLink, piece_links};
use super::edit::Difference;
use super::index::{EdgeIndex, Hit};
use super::net::{Adjacency, Net};
use super::ordered::Ordered;
use super::reach::Reach;
use crate::standards::CostPerKm;
use crate::world::metric::{distance_m, length_m};
use crate::world::{Roads, Surface};

pub use joint::{FibreAsk, JointRoads, Ways};

/// Farthest a distance to the main network is looked for, metres.
const FAR_M: f64 = 1_000_000.0;
const NONE: u32 = u32::MAX;

/// Surface of a stretch of path; `New` is a line where no road is yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum LinkSurface {
    Paved,
    Gravel,
    Earth,
    Unknown,
    New,
}

impl LinkSurface {
    pub const ALL: [LinkSurface; 5] =
        [LinkSurface::Paved, LinkSurface::Gravel, LinkSurface::Earth, LinkSurface::Unknown, LinkSurface::New];

    pub fn as_str(self) -> &'static str {
        ["paved", "gravel", "earth", "unknown", "new"][self as usize]
    }

    fn cost_per_m(self, c: &CostPerKm) -> f64 {
        1e-3 * match self {
            LinkSurface::Paved => 0.0,
            LinkSurface::Gravel => c.gravel,
            LinkSurface::Earth => c.earth,
            LinkSurface::Unknown => c.unknown,
            LinkSurface::New => c.new,
        }
    }
}

impl From<Surface> for LinkSurface {
    fn from(s: Surface) -> Self {
        match s {
            Surface::Paved => LinkSurface::Paved,
            Surface::Gravel => LinkSurface::Gravel,
            Surface::Earth => LinkSurface::Earth,
            Surface::Unknown => LinkSurface::Unknown,
        }
    }
}

/// A path from a point to the main network.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PathSummary {
    /// Currency of the atlas.
    pub cost: f64,
    /// Metres by [`LinkSurface`], paved first.
    pub by_surface: [f64; 5],
    /// Indexes into [`LastMile::links`], from the point outwards.
    pub links: Vec<u32>,
    /// Where the point joins the network.
    pub joint: Coord,
}

impl PathSummary {
    /// Whole length in metres.
    pub fn length_m(&self) -> f64 {
        self.by_surface.iter().sum()
    }
    /// Metres that need work: everything but paved.
    pub fn work_m(&self) -> f64 {
        self.by_surface[1..].iter().sum()
    }
}

/// How a point stands to the main network. Distances are straight, in metres; `main_m` is the distance to the
/// main network, `None` where there is none.
#[derive(Debug, Clone, PartialEq)]
pub enum Access {
    Connected {
        main_m: f64,
    },
    Linked {
        main_m: Option<f64>,
        path: PathSummary,
    },
    /// `link_m` is the straight line that joins the piece; both `None` where there is no main network at all.
    CutOff {
        main_m: Option<f64>,
        link_m: Option<f64>,
        path: Option<PathSummary>,
    },
    NoRoad {
        main_m: Option<f64>,
        nearest_m: Option<f64>,
    },
}

/// One stretch of the forest.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// From the points towards the main network.
    pub line: Vec<Coord>,
    pub surface: LinkSurface,
    pub length_m: f64,
    pub cost: f64,
    /// Indexes of the points that depend on it.
    pub points: Vec<u32>,
    /// Roads it runs along (indexes into `World::roads`), in order of travel; empty for a new line.
    pub roads: Vec<u32>,
    /// Edges of the graph that it was walked on; empty for a new line to a point.
    pub edges: Vec<u32>,
}

/// Result of [`last_mile`].
#[derive(Debug, Clone, Default)]
pub struct LastMile {
    /// Per point.
    pub access: Vec<Access>,
    /// Per point: connected if every road of unknown surface were paved.
    pub connected_if_unknown_paved: Vec<bool>,
    pub links: Vec<Link>,
}

/// Where a point stands before any routing.
#[derive(Clone)]
enum First {
    Connected(f64),
    Joins { main_m: Option<f64>, joints: Vec<Hit> },
    NoRoad { main_m: Option<f64>, nearest_m: Option<f64> },
}

/// How points stand to the network before any routing (steps 1 and the questions of unknown surfaces).
#[derive(Clone, Default)]
pub struct Standing {
    first: Vec<First>,
    connected_if_unknown_paved: Vec<bool>,
}

impl Standing {
    /// How far (metres) a change must be from point `i` to leave its standing as it is.
    fn matters_within(&self, i: usize, access_m: f64) -> f64 {
        let farthest = |main_m: Option<f64>, other: f64| main_m.map_or(FAR_M, |m| m.max(other)).max(access_m);
        match &self.first[i] {
            First::Connected(_) => access_m,
            First::Joins { main_m, joints } => farthest(*main_m, joints.iter().map(|h| h.dist).fold(0.0, f64::max)),
            First::NoRoad { main_m, nearest_m } => farthest(*main_m, nearest_m.unwrap_or(FAR_M)),
        }
    }
}

/// Finds how `points` (degrees) stand. `access_m`, `max_access_m` in metres. Of points that a difference to an earlier
/// network does not touch, the earlier standing is taken.
pub fn standing(
    net: &Net,
    index: &EdgeIndex,
    reach: &Reach,
    points: &[Coord],
    (access_m, max_access_m): (f64, f64),
    earlier: Option<(&Standing, &Difference)>,
) -> Standing {
    let is_main = |e: u32| reach.main[e as usize];
    let any_main = reach.main.contains(&true);
    let one = |p: Coord| {
        if let Some(h) = index.nearest(net, p, access_m, is_main) {
            return First::Connected(h.dist);
        }
        let main_m = any_main.then(|| index.nearest(net, p, FAR_M, is_main)).flatten().map(|h| h.dist);
        let (mut joints, _) = index.joints(net, p, access_m, max_access_m);
        if joints.is_empty() {
            return First::NoRoad { main_m, nearest_m: index.nearest(net, p, FAR_M, |_| true).map(|h| h.dist) };
        }
        if joints.iter().any(|h| reach.reaches[h.edge as usize]) {
            joints.retain(|h| reach.reaches[h.edge as usize]);
        }
        First::Joins { main_m, joints }
    };
    let both = points
        .par_iter()
        .enumerate()
        .map(|(i, &p)| {
            if let Some((old, difference)) = earlier
                && !difference.near(p, old.matters_within(i, access_m))
            {
                return (old.first[i].clone(), old.connected_if_unknown_paved[i]);
            }
            let first = one(p);
            // The main network is part of what it would be, so connected points need no second look.
            let maybe = matches!(first, First::Connected(_))
                || index.any_within(net, p, access_m, |e| reach.main_if_unknown_paved[e as usize]);
            (first, maybe)
        })
        .collect::<Vec<_>>();
    let (first, connected_if_unknown_paved) = both.into_iter().unzip();
    Standing { first, connected_if_unknown_paved }
}

/// Finds access and links for `points` (degrees) that stand as told. `access_m` in metres.
pub fn last_mile(
    net: &Net,
    roads: &Roads,
    index: &EdgeIndex,
    reach: &Reach,
    (points, standing): (&[Coord], &Standing),
    access_m: f64,
    cost: &CostPerKm,
) -> LastMile {
    let Standing { mut first, connected_if_unknown_paved } = standing.clone();
    let pieces = join_pieces(net, index, reach, &mut first);
    let surface = |e: usize| roads.surface[net.road[e] as usize].into();
    let graph = RouteGraph::new(net, surface, &reach.main, &[], &first, &pieces);
    let tree = graph.shortest_paths(cost);
    let mut forest = Forest::new(&graph, &tree);

    let access = points
        .iter()
        .zip(&first)
        .enumerate()
        .map(|(i, (&p, f))| match f {
            First::Connected(d) => Access::Connected { main_m: *d },
            First::NoRoad { main_m, nearest_m } => Access::NoRoad { main_m: *main_m, nearest_m: *nearest_m },
            First::Joins { main_m, joints } => {
                let path = forest.join(i as u32, p, joints, access_m, cost);
                let piece = reach.piece[joints[0].edge as usize];
                if reach.reaches[joints[0].edge as usize]
                    && let Some(path) = path
                {
                    Access::Linked { main_m: *main_m, path }
                } else {
                    let link = pieces.binary_search_by_key(&piece, |l| l.piece).ok().map(|k| pieces[k].leaves.dist);
                    Access::CutOff { main_m: *main_m, link_m: link, path }
                }
            }
        })
        .collect();
    let mut out = LastMile { access, connected_if_unknown_paved, links: Vec::new() };
    forest.links(points, cost, &mut out);
    out
}

/// Where points of routes join: their nearest road each.
fn on_routes(points: &[Coord], nearest: impl Fn(&Coord) -> Option<Hit> + Sync) -> Vec<First> {
    points
        .par_iter()
        .map(|p| match nearest(p) {
            Some(h) => First::Joins { main_m: None, joints: vec![h] },
            None => First::NoRoad { main_m: None, nearest_m: None },
        })
        .collect()
}

/// The cheapest routes along roads from `points` to the nearest of `sources`, all together: what they share is one link.
/// Every road costs the same, and so does the straight line from a point to its nearest road (within `max_access_m`).
/// `None` for points that no route reaches.
pub fn routes(
    net: &Net,
    index: &EdgeIndex,
    points: &[Coord],
    sources: &[Coord],
    max_access_m: f64,
    cost_per_km: f64,
) -> (Vec<Option<PathSummary>>, Vec<Link>) {
    let cost = CostPerKm { gravel: cost_per_km, earth: cost_per_km, unknown: cost_per_km, new: cost_per_km };
    let nearest = |p: &Coord| index.nearest(net, *p, max_access_m, |_| true);
    let ends_at: Vec<Hit> = sources.par_iter().filter_map(nearest).collect();
    let first = on_routes(points, nearest);
    let graph = RouteGraph::new(net, |_| LinkSurface::Unknown, &vec![false; net.edges()], &ends_at, &first, &[]);
    let tree = graph.shortest_paths(&cost);
    let mut forest = Forest::new(&graph, &tree);
    let access = points
        .iter()
        .zip(&first)
        .enumerate()
        .map(|(i, (&p, f))| match f {
            First::Joins { joints, .. } => forest.join(i as u32, p, joints, 0.0, &cost),
            _ => None,
        })
        .map(|path| match path {
            Some(path) => Access::Linked { main_m: None, path },
            None => Access::NoRoad { main_m: None, nearest_m: None },
        })
        .collect();
    let mut out = LastMile { access, ..LastMile::default() };
    forest.links(points, &cost, &mut out);
    let path = |a| if let Access::Linked { path, .. } = a { Some(path) } else { None };
    (out.access.into_iter().map(path).collect(), out.links)
}

/// Links for the pieces that points can only join while cut off; leaves each such point with the joints of the
/// piece whose link is shortest. Sorted by piece.
fn join_pieces(net: &Net, index: &EdgeIndex, reach: &Reach, first: &mut [First]) -> Vec<PieceLink> {
    let cut = |h: &Hit| !reach.reaches[h.edge as usize];
    let mut wanted: Vec<u32> = first
        .iter()
        .filter_map(|f| if let First::Joins { joints, .. } = f { Some(joints) } else { None })
        .flatten()
        .filter(|h| cut(h))
        .map(|h| reach.piece[h.edge as usize])
        .collect();
    wanted.sort_unstable();
    wanted.dedup();
    let links = piece_links(net, index, reach, &wanted);
    for f in first.iter_mut() {
        let First::Joins { joints, .. } = f else { continue };
        if !joints.iter().all(cut) {
            continue;
        }
        let piece_of = |h: &Hit| reach.piece[h.edge as usize];
        let best = joints
            .iter()
            .filter_map(|h| links.binary_search_by_key(&piece_of(h), |l| l.piece).ok())
            .min_by(|&a, &b| links[a].leaves.dist.total_cmp(&links[b].leaves.dist).then(a.cmp(&b)));
        // Without any link (no main network) the first joint's piece stands for all.
        let keep = best.map_or_else(|| piece_of(&joints[0]), |b| links[b].piece);
        joints.retain(|h| piece_of(h) == keep);
    }
    links
}

/// Where an edge of a [`RouteGraph`] runs.
#[derive(Clone, Copy)]
enum Course {
    /// From `head`, along positions `first..last` of an edge of the net, to `tail`.
    Road { edge: u32, head: Option<Coord>, first: u32, last: u32, tail: Option<Coord> },
    /// Straight, where no road is.
    New([Coord; 2]),
}

/// The network outside the main network, split at joints, with the pieces' new lines.
struct RouteGraph<'a> {
    net: &'a Net,
    /// First vertex number that is a split, not a vertex of the net.
    from: Vec<u32>,
    to: Vec<u32>,
    len: Vec<f64>,
    surface: Vec<LinkSurface>,
    road: Vec<u32>,
    course: Vec<Course>,
    adjacency: Adjacency,
    root: Vec<bool>,
    /// Sorted (edge, seg, t) of the splits; split `k` is vertex `net_vertices + k`.
    splits: Vec<(u32, u32, f64)>,
    net_vertices: u32,
    /// Of every edge of the net: its ends and number of segments, to recognise joints at its ends.
    ends: Vec<(u32, u32, u32)>,
}

impl<'a> RouteGraph<'a> {
    /// Paths end on edges that are `main` and at the positions `ends_at`.
    fn new(
        net: &'a Net,
        surface: impl Fn(usize) -> LinkSurface,
        main: &[bool],
        ends_at: &[Hit],
        first: &[First],
        pieces: &[PieceLink],
    ) -> Self {
        let ends: Vec<(u32, u32, u32)> =
            (0..net.edges()).map(|e| (net.from[e], net.to[e], net.line(e as u32).len() as u32 - 1)).collect();
        let joints = first.iter().filter_map(|f| if let First::Joins { joints, .. } = f { Some(joints) } else { None });
        let mut cuts: Vec<(u32, u32, f64, Coord)> = joints
            .flatten()
            .chain(pieces.iter().flat_map(|l| [&l.leaves, &l.lands]))
            .chain(ends_at)
            .filter(|h| end_vertex(&ends, h).is_none())
            .map(|h| (h.edge, h.seg, h.t, h.at))
            .collect();
        cuts.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        cuts.dedup_by(|a, b| (a.0, a.1) == (b.0, b.1) && a.2 == b.2);
        let net_vertices = net.vertex.len() as u32;

        let mut g = RouteGraph {
            net,
            from: vec![],
            to: vec![],
            len: vec![],
            surface: vec![],
            road: vec![],
            course: vec![],
            adjacency: Adjacency::default(),
            root: vec![false; net.vertex.len() + cuts.len()],
            splits: cuts.iter().map(|c| (c.0, c.1, c.2)).collect(),
            net_vertices,
            ends,
        };
        let mut next = 0;
        for e in 0..net.edges() as u32 {
            let begin = next;
            while next < cuts.len() && cuts[next].0 == e {
                next += 1;
            }
            if main[e as usize] {
                g.root[net.from[e as usize] as usize] = true;
                g.root[net.to[e as usize] as usize] = true;
                for k in begin..next {
                    g.root[net_vertices as usize + k] = true;
                }
                continue;
            }
            let road = net.road[e as usize];
            let surface = surface(e as usize);
            let mut from = net.from[e as usize];
            let (mut head, mut first) = (None, 0);
            for (k, cut) in cuts[begin..next].iter().enumerate() {
                let to = net_vertices + (begin + k) as u32;
                let course = Course::Road { edge: e, head, first, last: cut.1 + 1, tail: Some(cut.3) };
                g.push(from, to, surface, road, course, None);
                (from, head, first) = (to, Some(cut.3), cut.1 + 1);
            }
            let last = net.line(e).len() as u32;
            let whole = (begin == next).then(|| net.len[e as usize]);
            let course = Course::Road { edge: e, head, first, last, tail: None };
            g.push(from, net.to[e as usize], surface, road, course, whole);
        }
        for h in ends_at {
            let v = g.vertex_of(h);
            g.root[v as usize] = true;
        }
        for l in pieces {
            let (a, b) = (g.vertex_of(&l.leaves), g.vertex_of(&l.lands));
            g.push(a, b, LinkSurface::New, NONE, Course::New([l.leaves.at, l.lands.at]), Some(l.leaves.dist));
        }
        g.adjacency = Adjacency::new(g.root.len(), g.from.iter().zip(&g.to).map(|(&a, &b)| (a, b)));
        g
    }

    fn push(&mut self, from: u32, to: u32, surface: LinkSurface, road: u32, course: Course, len: Option<f64>) {
        self.from.push(from);
        self.to.push(to);
        self.surface.push(surface);
        self.road.push(road);
        self.course.push(course);
        let e = self.from.len() as u32 - 1;
        self.len.push(len.unwrap_or_else(|| length_m(&self.line(e))));
    }

    /// Positions of edge `e`.
    fn line(&self, e: u32) -> Vec<Coord> {
        match self.course[e as usize] {
            Course::New(line) => line.to_vec(),
            Course::Road { edge, head, first, last, tail } => {
                let inner = &self.net.line(edge)[first as usize..last as usize];
                head.into_iter().chain(inner.iter().copied()).chain(tail).collect()
            }
        }
    }

    /// The vertex that a joint became.
    fn vertex_of(&self, h: &Hit) -> u32 {
        end_vertex(&self.ends, h).unwrap_or_else(|| {
            let k = self.splits.partition_point(|s| (s.0, s.1).cmp(&(h.edge, h.seg)).then(s.2.total_cmp(&h.t)).is_lt());
            self.net_vertices + k as u32
        })
    }

    fn shortest_paths(&self, cost: &CostPerKm) -> Tree {
        let n = self.root.len();
        let mut tree = Tree { dist: vec![(f64::INFINITY, f64::INFINITY); n], parent: vec![NONE; n] };
        let mut heap = BinaryHeap::new();
        for v in (0..n).filter(|&v| self.root[v]) {
            tree.dist[v] = (0.0, 0.0);
            if !self.adjacency.at(v as u32).is_empty() {
                heap.push(Reverse((key(0.0, 0.0), v as u32)));
            }
        }
        while let Some(Reverse(((Ordered(c), Ordered(l)), v))) = heap.pop() {
            if (c, l) != tree.dist[v as usize] {
                continue;
            }
            for &(e, w) in self.adjacency.at(v) {
                let len = self.len[e as usize];
                let next = key(c + len * self.surface[e as usize].cost_per_m(cost), l + len);
                let old = key(tree.dist[w as usize].0, tree.dist[w as usize].1);
                // Equal ways: the lower edge; a root has no parent.
                let tie = next == old && !self.root[w as usize] && e < tree.parent[w as usize] && l + len > l;
                if next < old || tie {
                    tree.dist[w as usize] = (next.0.0, next.1.0);
                    tree.parent[w as usize] = e;
                    if next < old {
                        heap.push(Reverse((next, w)));
                    }
                }
            }
        }
        tree
    }
}

/// The net's own vertex where the hit is exactly an end of its edge.
fn end_vertex(ends: &[(u32, u32, u32)], h: &Hit) -> Option<u32> {
    let (from, to, segs) = ends[h.edge as usize];
    if h.seg == 0 && h.t == 0.0 {
        Some(from)
    } else if h.seg + 1 == segs && h.t == 1.0 {
        Some(to)
    } else {
        None
    }
}

/// (cost, metres): cost decides, then length.
type Key = (Ordered, Ordered);

fn key(cost: f64, metres: f64) -> Key {
    (Ordered(cost), Ordered(metres))
}

/// Cheapest way from each vertex to the main network.
struct Tree {
    /// (cost, metres).
    dist: Vec<(f64, f64)>,
    /// Edge towards the main network; `NONE` at roots and where nothing leads there.
    parent: Vec<u32>,
}

/// What of the tree is used, and by whom.
struct Forest<'a> {
    graph: &'a RouteGraph<'a>,
    tree: &'a Tree,
    /// Per edge: the points whose path runs over it.
    users: Vec<Vec<u32>>,
    /// Per vertex: some point joins here.
    joint: Vec<bool>,
    /// Points reached only over a new line of their own: (point, where it joins, metres).
    leaves: Vec<(u32, Coord, f64)>,
    /// Per point that joined: its vertex.
    joined: Vec<(u32, u32)>,
}

impl<'a> Forest<'a> {
    fn new(graph: &'a RouteGraph<'a>, tree: &'a Tree) -> Self {
        Self {
            graph,
            tree,
            users: vec![Vec::new(); graph.from.len()],
            joint: vec![false; graph.root.len()],
            leaves: Vec::new(),
            joined: Vec::new(),
        }
    }

    /// The other end of edge `e` seen from `v`.
    fn up(&self, e: u32, v: u32) -> u32 {
        let (a, b) = (self.graph.from[e as usize], self.graph.to[e as usize]);
        if a == v { b } else { a }
    }

    /// Joins point `i` at the cheapest of its joints and marks its path. `None` where no joint leads anywhere.
    fn join(&mut self, i: u32, p: Coord, joints: &[Hit], access_m: f64, cost: &CostPerKm) -> Option<PathSummary> {
        let (h, v) = joints
            .iter()
            .map(|h| (h, self.graph.vertex_of(h)))
            .filter(|&(_, v)| self.tree.dist[v as usize].0.is_finite())
            .min_by(|a, b| {
                let rank = |x: &(&Hit, u32)| {
                    let d = self.tree.dist[x.1 as usize];
                    key(d.0, d.1 + x.0.dist)
                };
                rank(a).cmp(&rank(b)).then(a.1.cmp(&b.1))
            })?;
        let mut path = PathSummary { joint: h.at, ..PathSummary::default() };
        if h.dist > access_m + super::TOLERANCE_M {
            path.by_surface[LinkSurface::New as usize] += h.dist;
            path.cost += h.dist * LinkSurface::New.cost_per_m(cost);
            self.leaves.push((i, h.at, distance_m(p, h.at)));
        }
        path.cost += self.tree.dist[v as usize].0;
        self.joint[v as usize] = true;
        self.joined.push((i, v));
        let mut at = v;
        while self.tree.parent[at as usize] != NONE {
            let e = self.tree.parent[at as usize];
            self.users[e as usize].push(i);
            path.by_surface[self.graph.surface[e as usize] as usize] += self.graph.len[e as usize];
            at = self.up(e, at);
        }
        Some(path)
    }

    /// Turns the marked edges into links and tells every path its links.
    fn links(self, points: &[Coord], cost: &CostPerKm, out: &mut LastMile) {
        let g = self.graph;
        let used = |e: u32| !self.users[e as usize].is_empty();
        let mut children = vec![0u32; g.root.len()];
        let mut only_child = vec![NONE; g.root.len()];
        let mut lower = vec![NONE; g.from.len()];
        for v in 0..g.root.len() as u32 {
            let e = self.tree.parent[v as usize];
            if e != NONE && used(e) {
                let up = self.up(e, v);
                lower[e as usize] = v;
                children[up as usize] += 1;
                only_child[up as usize] = e;
            }
        }
        let work = |e: u32| g.surface[e as usize] != LinkSurface::Paved;
        // Edge e carries on the link that comes from below, rather than beginning one.
        let carries_on = |e: u32| {
            let v = lower[e as usize] as usize;
            children[v] == 1
                && !self.joint[v]
                && work(only_child[v])
                && g.surface[only_child[v] as usize] == g.surface[e as usize]
        };
        let mut link_of = vec![NONE; g.from.len()];
        for e in (0..g.from.len() as u32).filter(|&e| used(e) && work(e) && !carries_on(e)) {
            let mut link = Link {
                line: Vec::new(),
                surface: g.surface[e as usize],
                length_m: 0.0,
                cost: 0.0,
                points: self.users[e as usize].clone(),
                roads: Vec::new(),
                edges: Vec::new(),
            };
            let mut at = e;
            loop {
                link.edges.push(at);
                link_of[at as usize] = out.links.len() as u32;
                let low = lower[at as usize];
                let part = g.line(at);
                if g.from[at as usize] == low {
                    append(&mut link.line, part.iter());
                } else {
                    append(&mut link.line, part.iter().rev());
                }
                link.length_m += g.len[at as usize];
                if g.road[at as usize] != NONE && link.roads.last() != Some(&g.road[at as usize]) {
                    link.roads.push(g.road[at as usize]);
                }
                let up = self.up(at, low);
                let next = self.tree.parent[up as usize];
                if next == NONE || !used(next) || !work(next) || !carries_on(next) {
                    break;
                }
                at = next;
            }
            link.cost = link.length_m * link.surface.cost_per_m(cost);
            out.links.push(link);
        }
        let mut own: Vec<(u32, u32)> = Vec::new();
        for &(i, at, dist) in &self.leaves {
            own.push((i, out.links.len() as u32));
            out.links.push(Link {
                line: vec![points[i as usize], at],
                surface: LinkSurface::New,
                length_m: dist,
                cost: dist * LinkSurface::New.cost_per_m(cost),
                points: vec![i],
                roads: Vec::new(),
                edges: Vec::new(),
            });
        }
        for &(i, v) in &self.joined {
            let (Access::Linked { path, .. } | Access::CutOff { path: Some(path), .. }) = &mut out.access[i as usize]
            else {
                continue;
            };
            path.links.extend(own.iter().filter(|o| o.0 == i).map(|o| o.1));
            let mut at = v;
            while self.tree.parent[at as usize] != NONE {
                let e = self.tree.parent[at as usize];
                let l = link_of[e as usize];
                if l != NONE && path.links.last() != Some(&l) {
                    path.links.push(l);
                }
                at = self.up(e, at);
            }
        }
    }
}

/// Appends positions, leaving out one that repeats the last.
fn append<'a>(line: &mut Vec<Coord>, part: impl Iterator<Item = &'a Coord>) {
    for &c in part {
        if line.last() != Some(&c) {
            line.push(c);
        }
    }
}
