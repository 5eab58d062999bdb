//! Many points connected together: the road graph as a Steiner tree problem, and chosen trees as links.
//!
//! The main network is one vertex, the root. A point is a vertex of its own with an edge to each of its joints: free in
//! reach, at the price of a new line beyond. For fibre the access nodes are the root and every road costs the same.
//! Whatever tree is chosen is walked like the last mile's, so its links are cut
//! at the same places and have the same form.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::LazyLock;

use geo::Coord;
use rayon::prelude::*;

use super::{
    Access, First, Forest, LastMile, Link, LinkSurface, NONE, PathSummary, RouteGraph, Tree, join_pieces, key,
    on_routes,
};
use crate::network::index::{EdgeIndex, Hit, TOLERANCE_M};
use crate::network::net::Net;
use crate::network::ordered::Ordered;
use crate::network::reach::Reach;
use crate::network::steiner::Instance;
use crate::standards::CostPerKm;
use crate::world::Roads;
use crate::world::index::PointIndex;

/// The network of an atlas without roads.
static NO_ROADS: LazyLock<Net> = LazyLock::new(Net::default);

/// Points that want to be connected, on the road graph outside the root: the main network, or access nodes.
pub struct JointRoads<'a> {
    graph: RouteGraph<'a>,
    points: Vec<Coord>,
    first: Vec<First>,
    access_m: f64,
    cost: CostPerKm,
    /// Cost of the cheapest way of each point by itself; `None` where none leads to the main network.
    alone: Vec<Option<f64>>,
    /// The cheapest way of each vertex of the graph to the root.
    tree: Tree,
    /// Per point: the straight line that is its only way, where it lands and its metres.
    straight: Vec<Option<(Coord, f64)>>,
}

/// Rules of fibre, in metres and the atlas's currency.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FibreAsk {
    pub max_access_m: f64,
    pub max_route_m: f64,
    pub cost_per_km: f64,
}

/// A forest of ways from points to the main network: per point its path (links outwards), and the links.
#[derive(Debug, Clone, Default)]
pub struct Ways {
    pub paths: Vec<Option<PathSummary>>,
    pub links: Vec<Link>,
}

impl Ways {
    /// Of all links, each once.
    pub fn cost(&self) -> f64 {
        self.links.iter().map(|l| l.cost).sum::<f64>() + 0.0
    }
}

/// What it takes to connect more, by edges of the graph.
pub struct Beyond {
    /// Of every edge.
    pub price: Vec<f64>,
    /// Per point: its edges, outwards, and the cost of the leg to the first; `None` where no way leads.
    pub ways: Vec<Option<(Vec<u32>, f64)>>,
}

impl<'a> JointRoads<'a> {
    /// As [`super::last_mile`], for points that are not connected. Edges of `net` that are `built` (none where it is empty)
    /// count as paved.
    pub fn new(
        net: &'a Net,
        roads: &Roads,
        index: &EdgeIndex,
        reach: &Reach,
        points: Vec<Coord>,
        ((access_m, max_access_m), built): ((f64, f64), &[bool]),
        cost: &CostPerKm,
    ) -> Self {
        let mut first: Vec<First> = points
            .iter()
            .map(|&p| {
                let (mut joints, _) = index.joints(net, p, access_m, max_access_m);
                if joints.is_empty() {
                    return First::NoRoad { main_m: None, nearest_m: None };
                }
                if joints.iter().any(|h| reach.reaches[h.edge as usize]) {
                    joints.retain(|h| reach.reaches[h.edge as usize]);
                }
                First::Joins { main_m: None, joints }
            })
            .collect();
        let pieces = join_pieces(net, index, reach, &mut first);
        let surface = |e: usize| match built.get(e) {
            Some(true) => LinkSurface::Paved,
            _ => roads.surface[net.road[e] as usize].into(),
        };
        let graph = RouteGraph::new(net, surface, &reach.main, &[], &first, &pieces);
        Self::on(graph, points, first, access_m, cost)
    }

    /// As [`super::routes`], for fibre to the nearest of `nodes`; without a usable route (none, or one too long) straight
    /// to the nearest node, if that is near enough.
    pub fn fibre(net: Option<(&'a Net, &EdgeIndex)>, points: Vec<Coord>, nodes: &[Coord], ask: &FibreAsk) -> Self {
        let rate = ask.cost_per_km;
        let cost = CostPerKm { gravel: rate, earth: rate, unknown: rate, new: rate };
        let nearest = |p: &Coord| net.and_then(|(net, index)| index.nearest(net, *p, ask.max_access_m, |_| true));
        let ends_at: Vec<Hit> = nodes.par_iter().filter_map(nearest).collect();
        let first = on_routes(&points, nearest);
        let net = net.map_or(&*NO_ROADS, |n| n.0);
        let closed = vec![false; net.edges()];
        let graph = RouteGraph::new(net, |_| LinkSurface::Unknown, &closed, &ends_at, &first, &[]);
        let mut out = Self::on(graph, points, first, 0.0, &cost);
        let index = PointIndex::new(nodes.iter().copied());
        for i in 0..out.points.len() {
            if out.alone[i].is_none_or(|c| c > ask.max_route_m / 1000.0 * rate) {
                out.first[i] = First::NoRoad { main_m: None, nearest_m: None };
                let near = index.nearest(out.points[i], ask.max_route_m);
                out.straight[i] = near.map(|(n, m)| (nodes[n as usize], m));
                out.alone[i] = near.map(|(_, m)| m * LinkSurface::New.cost_per_m(&cost));
            }
        }
        out
    }

    fn on(graph: RouteGraph<'a>, points: Vec<Coord>, first: Vec<First>, access_m: f64, cost: &CostPerKm) -> Self {
        let tree = graph.shortest_paths(cost);
        let straight = vec![None; points.len()];
        let mut out = JointRoads { graph, points, first, access_m, cost: *cost, alone: Vec::new(), tree, straight };
        out.alone = (0..out.points.len()).map(|i| out.cheapest(i)).collect();
        out
    }

    /// Cost of the cheapest way of point `i` by itself.
    pub fn alone(&self, i: usize) -> Option<f64> {
        self.alone[i]
    }

    fn cheapest(&self, i: usize) -> Option<f64> {
        self.legs(i).into_iter().map(|(v, leg)| self.tree.dist[v as usize].0 + leg).reduce(f64::min)
    }

    fn straight_cost(&self, i: usize) -> Option<f64> {
        self.straight[i].map(|(_, m)| m * LinkSurface::New.cost_per_m(&self.cost))
    }

    /// Edges of the cheapest ways of these points by themselves.
    pub fn own_edges(&self, points: &[usize]) -> Vec<u32> {
        let dist = |v: u32| self.tree.dist[v as usize].0;
        let mut out = Vec::new();
        for &i in points {
            let legs = self.legs(i).into_iter();
            let best = legs.min_by(|a, b| (dist(a.0) + a.1).total_cmp(&(dist(b.0) + b.1)).then(a.0.cmp(&b.0)));
            out.extend(best.iter().flat_map(|l| self.up(&self.tree, l.0)));
        }
        out
    }

    /// Edges from a vertex to the root.
    fn up<'s>(&'s self, tree: &'s Tree, mut at: u32) -> impl Iterator<Item = u32> + 's {
        std::iter::from_fn(move || {
            let e = tree.parent[at as usize];
            if e == NONE {
                return None;
            }
            let (a, b) = (self.graph.from[e as usize], self.graph.to[e as usize]);
            at = if a == at { b } else { a };
            Some(e)
        })
    }

    /// Vertices that the point may join, with the cost of the leg.
    fn legs(&self, i: usize) -> Vec<(u32, f64)> {
        let First::Joins { joints, .. } = &self.first[i] else { return Vec::new() };
        let new = LinkSurface::New.cost_per_m(&self.cost);
        let leg = |m: f64| if m > self.access_m + TOLERANCE_M { m * new } else { 0.0 };
        let all = joints.iter().map(|h| (self.graph.vertex_of(h), leg(h.dist)));
        // From the others no way leads on.
        all.filter(|l| self.tree.dist[l.0 as usize].0.is_finite()).collect()
    }

    fn edge_cost(&self, e: usize) -> f64 {
        self.graph.len[e] * self.graph.surface[e].cost_per_m(&self.cost)
    }

    /// What each leg must cost more, so that no cheapest tree passes through a point: two roads within reach of a village
    /// are not joined by that. A tree that does can be cut at the point, and what is cut off joined by the way from one
    /// of its other joints, which costs less than this.
    pub fn toll(&self, wanted: &[usize]) -> f64 {
        let joints = wanted.iter().flat_map(|&i| self.legs(i)).map(|(v, _)| self.tree.dist[v as usize].0);
        1.0 + joints.fold(0.0, f64::max)
    }

    /// The problem of joining these points (each with a way) to the main network, vertex 0. Edge `k` of the instance is
    /// edge `map[k]` of the graph; `u32::MAX` is the leg of a point. Passing through a point is allowed.
    pub fn instance(&self, wanted: &[usize]) -> (Instance, Vec<u32>) {
        let g = &self.graph;
        let mut number = vec![NONE; g.root.len()];
        let mut nodes = 1u32;
        let mut edges = Vec::new();
        let mut map = Vec::new();
        let mut of = |v: u32, nodes: &mut u32| {
            if g.root[v as usize] {
                return 0;
            }
            if number[v as usize] == NONE {
                number[v as usize] = *nodes;
                *nodes += 1;
            }
            number[v as usize]
        };
        for e in 0..g.from.len() {
            let (a, b) = (of(g.from[e], &mut nodes), of(g.to[e], &mut nodes));
            if a != b {
                edges.push((a, b, self.edge_cost(e)));
                map.push(e as u32);
            }
        }
        let mut terminals = vec![0];
        for &i in wanted {
            let own = nodes;
            nodes += 1;
            terminals.push(own);
            let legs = self.legs(i).into_iter().map(|(v, leg)| (of(v, &mut nodes), leg)).collect::<Vec<_>>();
            for (v, leg) in legs.into_iter().chain(self.straight_cost(i).map(|c| (0, c))) {
                edges.push((own, v, leg));
                map.push(NONE);
            }
        }
        (Instance { nodes: nodes as usize, edges, terminals }, map)
    }

    /// Each point's cheapest way by itself, shared stretches once.
    pub fn nearest(&self, wanted: &[usize]) -> Ways {
        self.walk(&self.tree, wanted)
    }

    /// The ways of `wanted` along chosen edges of the graph only.
    pub fn along(&self, chosen: &[u32], wanted: &[usize]) -> Ways {
        let mut allowed = vec![false; self.graph.from.len()];
        chosen.iter().filter(|&&e| e != NONE).for_each(|&e| allowed[e as usize] = true);
        self.walk(&self.tree(|e| allowed[e].then(|| self.edge_cost(e))), wanted)
    }

    /// The cheapest ways of `wanted` once these are built, of which what is built is free.
    pub fn beyond(&self, built: &Ways, wanted: &[usize]) -> Beyond {
        let mut price: Vec<f64> = (0..self.graph.from.len()).map(|e| self.edge_cost(e)).collect();
        built.links.iter().flat_map(|l| &l.edges).for_each(|&e| price[e as usize] = 0.0);
        let tree = self.tree(|e| Some(price[e]));
        let ways = wanted
            .iter()
            .map(|&i| {
                if let Some(cost) = self.straight_cost(i) {
                    return Some((Vec::new(), cost));
                }
                let all = self.legs(i).into_iter().map(|(v, leg)| (tree.dist[v as usize].0 + leg, v, leg));
                let (_, at, leg) =
                    all.filter(|x| x.0.is_finite()).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
                Some((self.up(&tree, at).collect(), leg))
            })
            .collect();
        Beyond { price, ways }
    }

    /// Dijkstra from the main network with edge costs of one's own; `None` closes an edge.
    fn tree(&self, cost: impl Fn(usize) -> Option<f64>) -> Tree {
        let g = &self.graph;
        let n = g.root.len();
        let mut tree = Tree { dist: vec![(f64::INFINITY, f64::INFINITY); n], parent: vec![NONE; n] };
        let mut heap = BinaryHeap::new();
        for v in (0..n).filter(|&v| g.root[v]) {
            tree.dist[v] = (0.0, 0.0);
            heap.push(Reverse((key(0.0, 0.0), v as u32)));
        }
        while let Some(Reverse(((Ordered(c), Ordered(l)), v))) = heap.pop() {
            if (c, l) != tree.dist[v as usize] {
                continue;
            }
            for &(e, w) in g.adjacency.at(v) {
                let Some(price) = cost(e as usize) else { continue };
                let next = key(c + price, l + g.len[e as usize]);
                if next < key(tree.dist[w as usize].0, tree.dist[w as usize].1) {
                    tree.dist[w as usize] = (next.0.0, next.1.0);
                    tree.parent[w as usize] = e;
                    heap.push(Reverse((next, w)));
                }
            }
        }
        tree
    }

    fn walk(&self, tree: &Tree, wanted: &[usize]) -> Ways {
        let mut forest = Forest::new(&self.graph, tree);
        let mut access: Vec<Access> =
            self.points.iter().map(|_| Access::NoRoad { main_m: None, nearest_m: None }).collect();
        for &i in wanted {
            let First::Joins { joints, .. } = &self.first[i] else { continue };
            if let Some(path) = forest.join(i as u32, self.points[i], joints, self.access_m, &self.cost) {
                access[i] = Access::Linked { main_m: None, path };
            }
        }
        let mut out = LastMile { access, ..LastMile::default() };
        forest.links(&self.points, &self.cost, &mut out);
        let path = |a| if let Access::Linked { path, .. } = a { Some(path) } else { None };
        let mut ways = Ways { paths: out.access.into_iter().map(path).collect(), links: out.links };
        for (&i, to) in wanted.iter().filter_map(|i| Some((i, self.straight[*i]?))) {
            self.walk_straight(i, to, &mut ways);
        }
        ways
    }

    fn walk_straight(&self, i: usize, (at, m): (Coord, f64), ways: &mut Ways) {
        let mut path = PathSummary { joint: at, links: vec![ways.links.len() as u32], ..PathSummary::default() };
        path.by_surface[LinkSurface::New as usize] = m;
        path.cost = m * LinkSurface::New.cost_per_m(&self.cost);
        ways.links.push(Link {
            line: vec![self.points[i], at],
            surface: LinkSurface::New,
            length_m: m,
            cost: path.cost,
            points: vec![i as u32],
            roads: Vec::new(),
            edges: Vec::new(),
        });
        ways.paths[i] = Some(path);
    }
}
