//! Second opinion on the built region: a plain graph of the lines, searched by brute force.
//!
//! Independent of the analysis code. It gives the truth on neighbours and fragile access, which follow from the
//! whole net rather than from one plot, and the tests hold every planted answer against it.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap, HashMap};

use geo::Coord;

use super::lattice::Line;
use super::terrain::nearest_on_line;
use crate::standards::RoadRules;
use crate::world::{RoadClass, Surface, metric};

struct Edge {
    from: usize,
    to: usize,
    surface: Surface,
    class: RoadClass,
    coords: Vec<Coord>,
    length: f64,
    /// South-west and north-east corner, degrees.
    bounds: (Coord, Coord),
}

/// A place on an edge: metres from its start, and metres from the place asked about.
struct Joint {
    edge: usize,
    along: f64,
    #[cfg_attr(not(test), expect(dead_code))]
    away: f64,
}

pub struct Check<'a> {
    rules: &'a RoadRules,
    vertices: usize,
    edges: Vec<Edge>,
    main: Vec<bool>,
    /// Edges by cells of 0.05°.
    cells: HashMap<(i32, i32), Vec<usize>>,
}

/// What brute force says about one place.
#[cfg(test)]
#[derive(Debug, PartialEq)]
pub enum Answer {
    Connected,
    Linked { cost: f64 },
    CutOff,
    NoRoad,
}

const CELL: f64 = 0.05;

fn key(c: Coord) -> (u64, u64) {
    (c.x.to_bits(), c.y.to_bits())
}

impl<'a> Check<'a> {
    /// The net of the lines, with `anchors` (seats, degrees).
    pub fn new(lines: &[Line], anchors: &[Coord], rules: &'a RoadRules) -> Self {
        // A coordinate is a vertex when a line ends there or more than one line has it.
        let mut uses: HashMap<(u64, u64), u32> = HashMap::new();
        for line in lines {
            for c in &line.coords {
                *uses.entry(key(*c)).or_default() += 1;
            }
            for c in [line.coords.first(), line.coords.last()].into_iter().flatten() {
                *uses.entry(key(*c)).or_default() += 2;
            }
        }
        let mut vertex: HashMap<(u64, u64), usize> = HashMap::new();
        let mut edges = Vec::new();
        for line in lines {
            let mut start = 0;
            for i in 1..line.coords.len() {
                if uses[&key(line.coords[i])] > 1 {
                    let mut id = |c: Coord| {
                        let next = vertex.len();
                        *vertex.entry(key(c)).or_insert(next)
                    };
                    let (from, to) = (id(line.coords[start]), id(line.coords[i]));
                    let coords = line.coords[start..=i].to_vec();
                    let lo = coords.iter().fold(coords[0], |a, c| Coord { x: a.x.min(c.x), y: a.y.min(c.y) });
                    let hi = coords.iter().fold(coords[0], |a, c| Coord { x: a.x.max(c.x), y: a.y.max(c.y) });
                    let length = metric::length_m(&coords);
                    let (surface, class) = (line.surface, line.class);
                    edges.push(Edge { from, to, surface, class, coords, length, bounds: (lo, hi) });
                    start = i;
                }
            }
        }
        let mut cells: HashMap<(i32, i32), Vec<usize>> = HashMap::new();
        for (e, edge) in edges.iter().enumerate() {
            for x in cell(edge.bounds.0.x)..=cell(edge.bounds.1.x) {
                for y in cell(edge.bounds.0.y)..=cell(edge.bounds.1.y) {
                    cells.entry((x, y)).or_default().push(e);
                }
            }
        }
        let mut check = Check { rules, vertices: vertex.len(), edges, main: Vec::new(), cells };
        check.main = check.find_main(anchors);
        check
    }

    fn edges_near(&self, p: Coord, radius: f64) -> Vec<usize> {
        let (lo, hi) = metric::grow_box(p, p, radius);
        let mut found: Vec<usize> = Vec::new();
        for x in cell(lo.x)..=cell(hi.x) {
            for y in cell(lo.y)..=cell(hi.y) {
                found.extend(self.cells.get(&(x, y)).into_iter().flatten());
            }
        }
        found.retain(|&e| {
            let (min, max) = self.edges[e].bounds;
            min.x <= hi.x && max.x >= lo.x && min.y <= hi.y && max.y >= lo.y
        });
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Where each edge within `radius` metres of `p` is nearest to it.
    fn joints(&self, p: Coord, radius: f64) -> Vec<Joint> {
        self.edges_near(p, radius)
            .into_iter()
            .filter_map(|edge| {
                let coords = &self.edges[edge].coords;
                let (i, foot, away) = nearest_on_line(p, coords);
                let along = metric::length_m(&coords[..=i]) + metric::distance_m(coords[i], foot);
                (away <= radius).then_some(Joint { edge, along, away })
            })
            .collect()
    }

    fn find_main(&self, anchors: &[Coord]) -> Vec<bool> {
        let paved: Vec<usize> = (0..self.edges.len()).filter(|&e| self.edges[e].surface == Surface::Paved).collect();
        let mut sets = Sets::new(self.vertices);
        for &e in &paved {
            sets.join(self.edges[e].from, self.edges[e].to);
        }
        let mut anchored = BTreeSet::new();
        for &e in &paved {
            if self.rules.trunk_classes.contains(&self.edges[e].class) {
                anchored.insert(sets.find(self.edges[e].from));
            }
        }
        for &a in anchors {
            for j in self.joints(a, self.rules.access_m) {
                if self.edges[j.edge].surface == Surface::Paved {
                    anchored.insert(sets.find(self.edges[j.edge].from));
                }
            }
        }
        let mut main = vec![false; self.edges.len()];
        for e in paved {
            main[e] = anchored.contains(&sets.find(self.edges[e].from));
        }
        main
    }

    /// Dijkstra from the given start values, up to `limit`; an infinite weight closes an edge.
    fn spread(&self, mut best: Vec<f64>, limit: f64, weight: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut at: Vec<Vec<usize>> = vec![Vec::new(); self.vertices];
        for (e, edge) in self.edges.iter().enumerate() {
            at[edge.from].push(e);
            at[edge.to].push(e);
        }
        let mut heap: BinaryHeap<Reverse<(u64, usize)>> = best
            .iter()
            .enumerate()
            .filter(|(_, d)| d.is_finite())
            // Bits of non-negative floats order like the floats.
            .map(|(v, d)| Reverse((d.to_bits(), v)))
            .collect();
        while let Some(Reverse((bits, v))) = heap.pop() {
            let d = f64::from_bits(bits);
            if d > best[v] || d > limit {
                continue;
            }
            for &e in &at[v] {
                let other = if self.edges[e].from == v { self.edges[e].to } else { self.edges[e].from };
                let next = d + weight(e);
                if next < best[other] {
                    best[other] = next;
                    heap.push(Reverse((next.to_bits(), other)));
                }
            }
        }
        best
    }

    /// Pairs of neighbours (indices into `points`) without a short paved way, and pairs too near a threshold to say.
    ///
    /// `slack` is the share by which lengths may be off.
    #[allow(clippy::type_complexity)]
    pub fn far_neighbours(&self, points: &[Coord], slack: f64) -> (Vec<(usize, usize)>, Vec<(usize, usize)>) {
        let joints: Vec<Vec<Joint>> = points
            .iter()
            .map(|&p| {
                let mut j = self.joints(p, self.rules.access_m);
                j.retain(|j| self.edges[j.edge].surface == Surface::Paved);
                j
            })
            .collect();
        let (mut far, mut unsure) = (Vec::new(), Vec::new());
        let max = self.rules.neighbour_max_m;
        for a in 0..points.len() {
            let near: Vec<usize> = (0..points.len())
                .filter(|&b| b != a && (points[a].y - points[b].y).abs() < 0.12)
                .filter(|&b| metric::distance_m(points[a], points[b]) <= max * 1.001)
                .collect();
            let reach = self.rules.neighbour_detour * max * 1.1;
            let mut distance: Option<Vec<f64>> = None;
            for &b in near.iter().filter(|&&b| b > a) {
                let straight = metric::distance_m(points[a], points[b]);
                let blocked = near
                    .iter()
                    .filter(|&&c| c != b)
                    .map(|&c| {
                        let (x, y) =
                            (metric::distance_m(points[a], points[c]), metric::distance_m(points[b], points[c]));
                        (x * x + y * y) / (straight * straight)
                    })
                    .fold(f64::INFINITY, f64::min);
                if blocked < 1.0 - 1e-3 || straight > max * 1.0001 {
                    continue;
                }
                let distance = distance.get_or_insert_with(|| {
                    let mut start = vec![f64::INFINITY; self.vertices];
                    for j in &joints[a] {
                        let edge = &self.edges[j.edge];
                        start[edge.from] = start[edge.from].min(j.along);
                        start[edge.to] = start[edge.to].min(edge.length - j.along);
                    }
                    let paved = |e: usize| {
                        let edge = &self.edges[e];
                        if edge.surface == Surface::Paved { edge.length } else { f64::INFINITY }
                    };
                    self.spread(start, reach, paved)
                });
                let mut path = f64::INFINITY;
                for j in &joints[b] {
                    let edge = &self.edges[j.edge];
                    path = path.min(distance[edge.from] + j.along).min(distance[edge.to] + edge.length - j.along);
                    for i in joints[a].iter().filter(|i| i.edge == j.edge) {
                        path = path.min((i.along - j.along).abs());
                    }
                }
                let limit = self.rules.neighbour_detour * straight;
                let close = blocked < 1.0 + 1e-3 || straight > max * 0.9999 || (path - limit).abs() <= slack * limit;
                if close {
                    unsure.push((a, b));
                } else if path >= limit {
                    far.push((a, b));
                }
            }
        }
        (far, unsure)
    }

    /// Connected places (indices into `points`) that lose the main network when one stretch of paved road fails.
    /// A stretch lies between two vertices or places' joints.
    pub fn fragile(&self, points: &[Coord], anchors: &[Coord]) -> Vec<usize> {
        // Vertices of the split net: the old ones, then one a joint.
        let mut on_edge: Vec<Vec<(f64, usize)>> = vec![Vec::new(); self.edges.len()];
        let mut count = self.vertices;
        let mut split = |p: Coord| -> Vec<usize> {
            let joints = self.joints(p, self.rules.access_m);
            joints
                .into_iter()
                .filter(|j| self.main[j.edge])
                .map(|j| {
                    on_edge[j.edge].push((j.along, count));
                    count += 1;
                    count - 1
                })
                .collect()
        };
        let of_point: Vec<Vec<usize>> = points.iter().map(|&p| split(p)).collect();
        let mut roots: Vec<usize> = anchors.iter().flat_map(|&a| split(a)).collect();
        let mut stretches: Vec<(usize, usize)> = Vec::new();
        for (e, mut joints) in on_edge.into_iter().enumerate().filter(|(e, _)| self.main[*e]) {
            let edge = &self.edges[e];
            joints.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut last = edge.from;
            for (_, v) in joints.into_iter().chain([(edge.length, edge.to)]) {
                stretches.push((last, v));
                if self.rules.trunk_classes.contains(&edge.class) {
                    roots.extend([last, v]);
                }
                last = v;
            }
        }
        let mut fragile = BTreeSet::new();
        for failed in 0..stretches.len() {
            let mut sets = Sets::new(count);
            for (i, &(a, b)) in stretches.iter().enumerate() {
                if i != failed {
                    sets.join(a, b);
                }
            }
            let safe: BTreeSet<usize> = roots.iter().map(|&r| sets.find(r)).collect();
            for (i, joints) in of_point.iter().enumerate() {
                if !joints.is_empty() && !joints.iter().any(|&j| safe.contains(&sets.find(j))) {
                    fragile.insert(i);
                }
            }
        }
        fragile.into_iter().collect()
    }
}

/// Single places: only the tests ask, the truth file tells what was built.
#[cfg(test)]
impl Check<'_> {
    fn per_metre(&self, e: usize) -> f64 {
        self.rules.cost_per_km.of(self.edges[e].surface) / 1000.0
    }

    /// Cost of paving from each vertex to the main network.
    pub fn cost_to_main(&self) -> Vec<f64> {
        let mut start = vec![f64::INFINITY; self.vertices];
        for e in (0..self.edges.len()).filter(|&e| self.main[e]) {
            start[self.edges[e].from] = 0.0;
            start[self.edges[e].to] = 0.0;
        }
        self.spread(start, f64::INFINITY, |e| self.edges[e].length * self.per_metre(e))
    }

    /// The answer for a place, by the definitions.
    pub fn ask(&self, p: Coord, cost: &[f64]) -> Answer {
        let mut joints = self.joints(p, self.rules.access_m);
        if joints.iter().any(|j| self.main[j.edge]) {
            return Answer::Connected;
        }
        let mut new = 0.0;
        if joints.is_empty() {
            joints = self.joints(p, self.rules.max_access_m);
            let Some(nearest) = joints.into_iter().min_by(|a, b| a.away.total_cmp(&b.away)) else {
                return Answer::NoRoad;
            };
            new = nearest.away * self.rules.cost_per_km.new / 1000.0;
            joints = vec![nearest];
        }
        let best = joints
            .iter()
            .map(|j| {
                let edge = &self.edges[j.edge];
                let per = self.per_metre(j.edge);
                let back = cost[edge.from] + j.along * per;
                back.min(cost[edge.to] + (edge.length - j.along) * per)
            })
            .fold(f64::INFINITY, f64::min);
        if best.is_finite() { Answer::Linked { cost: best + new } } else { Answer::CutOff }
    }
}

fn cell(v: f64) -> i32 {
    (v / CELL).floor() as i32
}

/// Disjoint sets.
struct Sets(Vec<usize>);

impl Sets {
    fn new(n: usize) -> Self {
        Sets((0..n).collect())
    }
    fn find(&mut self, mut v: usize) -> usize {
        while self.0[v] != v {
            self.0[v] = self.0[self.0[v]];
            v = self.0[v];
        }
        v
    }
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        self.0[a.max(b)] = a.min(b);
    }
}
