//! Many points connected together: the road graph as a Steiner tree problem, and chosen trees as links.
//!
//! The main network is one vertex, the root. A point is a vertex of its own with an edge to each of its joints: free in
//! reach, at the price of a new line beyond. Whatever tree is chosen is walked like the last mile's, so its links are cut
//! at the same places and have the same form.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use geo::Coord;

use super::{
    Access, First, Forest, LastMile, Link, LinkSurface, NONE, PathSummary, RouteGraph, Tree, join_pieces, key,
};
use crate::network::index::{EdgeIndex, TOLERANCE_M};
use crate::network::net::Net;
use crate::network::ordered::Ordered;
use crate::network::reach::Reach;
use crate::network::steiner::Instance;
use crate::standards::CostPerKm;
use crate::world::Roads;

/// Points that want to be connected, on the road graph outside the main network.
pub struct JointRoads {
    graph: RouteGraph,
    points: Vec<Coord>,
    first: Vec<First>,
    access_m: f64,
    cost: CostPerKm,
    /// Cost of the cheapest way of each point by itself; `None` where none leads to the main network.
    alone: Vec<Option<f64>>,
    /// Per vertex of the graph: cost of the cheapest way to the main network.
    from_root: Vec<f64>,
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

impl JointRoads {
    /// As [`super::last_mile`], for points that are not connected. Edges of `net` that are `built` (none where it is empty)
    /// count as paved.
    pub fn new(
        net: &Net,
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
        let mut out =
            JointRoads { graph, points, first, access_m, cost: *cost, alone: Vec::new(), from_root: Vec::new() };
        let tree = out.graph.shortest_paths(cost);
        out.alone = (0..out.points.len()).map(|i| out.cheapest(i, &tree)).collect();
        out.from_root = tree.dist.iter().map(|d| d.0).collect();
        out
    }

    /// Cost of the cheapest way of point `i` by itself.
    pub fn alone(&self, i: usize) -> Option<f64> {
        self.alone[i]
    }

    fn cheapest(&self, i: usize, tree: &Tree) -> Option<f64> {
        let all = self.legs(i).into_iter().map(|(v, leg)| tree.dist[v as usize].0 + leg);
        all.filter(|c| c.is_finite()).reduce(f64::min)
    }

    /// Vertices that the point may join, with the cost of the leg.
    fn legs(&self, i: usize) -> Vec<(u32, f64)> {
        let First::Joins { joints, .. } = &self.first[i] else { return Vec::new() };
        let new = LinkSurface::New.cost_per_m(&self.cost);
        let leg = |m: f64| if m > self.access_m + TOLERANCE_M { m * new } else { 0.0 };
        let all = joints.iter().map(|h| (self.graph.vertex_of(h), leg(h.dist)));
        // From the others no way leads on.
        all.filter(|l| self.from_root.get(l.0 as usize).is_none_or(|c| c.is_finite())).collect()
    }

    fn edge_cost(&self, e: usize) -> f64 {
        self.graph.len[e] * self.graph.surface[e].cost_per_m(&self.cost)
    }

    /// What each leg must cost more, so that no cheapest tree passes through a point: two roads within reach of a village
    /// are not joined by that. A tree that does can be cut at the point, and what is cut off joined by the way from one
    /// of its other joints, which costs less than this.
    pub fn toll(&self, wanted: &[usize]) -> f64 {
        let joints = wanted.iter().flat_map(|&i| self.legs(i)).map(|(v, _)| self.from_root[v as usize]);
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
            for (v, leg) in self.legs(i) {
                edges.push((own, of(v, &mut nodes), leg));
                map.push(NONE);
            }
        }
        (Instance { nodes: nodes as usize, edges, terminals }, map)
    }

    /// Each point's cheapest way by itself, shared stretches once.
    pub fn nearest(&self, wanted: &[usize]) -> Ways {
        let tree = self.graph.shortest_paths(&self.cost);
        self.walk(&tree, wanted)
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
                let all = self.legs(i).into_iter().map(|(v, leg)| (tree.dist[v as usize].0 + leg, v, leg));
                let (_, mut at, leg) =
                    all.filter(|x| x.0.is_finite()).min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)))?;
                let mut path = Vec::new();
                while tree.parent[at as usize] != NONE {
                    let e = tree.parent[at as usize];
                    path.push(e);
                    let (a, b) = (self.graph.from[e as usize], self.graph.to[e as usize]);
                    at = if a == at { b } else { a };
                }
                Some((path, leg))
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
        Ways { paths: out.access.into_iter().map(path).collect(), links: out.links }
    }
}
