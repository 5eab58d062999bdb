//! Paved paths between neighbouring villages, and the cheapest repair where there is none (definitions, section 2,
//! `neighbours_unpaved`).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use geo::Coord;
use rayon::prelude::*;

use super::index::Hit;
use super::lastmile::LinkSurface;
use super::net::{Adjacency, Net};
use super::ordered::Ordered;
use crate::standards::CostPerKm;
use crate::world::{Roads, Surface};

/// Labels after which the search for a repair gives up on existing roads and answers with a new line.
const MAX_LABELS: usize = 400_000;

/// Where a village may join the network: every edge within reach, or the nearest one.
#[derive(Debug, Clone)]
pub struct Terminal {
    pub point: Coord,
    pub joints: Vec<Joint>,
    /// The joints lie beyond reach, so that the way there is a new line.
    pub beyond: bool,
}

/// A point of an edge where a village joins, with the metres from the edge's first position to it.
#[derive(Debug, Clone, Copy)]
pub struct Joint {
    edge: u32,
    seg: u32,
    at: Coord,
    dist: f64,
    offset_m: f64,
}

impl Terminal {
    pub fn new(net: &Net, point: Coord, hits: &[Hit], beyond: bool) -> Self {
        let joint = |h: &Hit| Joint { edge: h.edge, seg: h.seg, at: h.at, dist: h.dist, offset_m: offset_m(net, h) };
        Self { point, joints: hits.iter().map(joint).collect(), beyond }
    }

    /// Straight metres to the farthest joint; `None` without any.
    pub fn farthest_m(&self) -> Option<f64> {
        self.joints.iter().map(|j| j.dist).reduce(f64::max)
    }
}

/// Answer for one pair.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NeighbourPath {
    /// Length in metres of the shortest all-paved path, where one is shorter than the limit.
    pub paved_m: Option<f64>,
    /// Otherwise: such a path exists if every road of unknown surface on it is paved.
    pub if_unknown_paved_m: Option<f64>,
    /// Otherwise the cheapest works that make one.
    pub repair: Option<Repair>,
}

/// Works that give a pair a paved path.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Repair {
    pub cost: f64,
    /// Metres of the path by [`LinkSurface`].
    pub by_surface: [f64; 5],
    /// The stretches to build.
    pub lines: Vec<Vec<Coord>>,
}

/// Metres from the edge's first position to the hit.
fn offset_m(net: &Net, h: &Hit) -> f64 {
    let line = net.line(h.edge);
    let whole = crate::world::metric::length_m(&line[..=h.seg as usize]);
    whole + crate::world::metric::distance_m(line[h.seg as usize], h.at)
}

/// For each pair (a, b, straight distance in metres): the paved path shorter than `detour` × straight, or the
/// repair. Joining is free: lengths run from joint to joint. Pairs must be sorted.
pub fn paved_paths(
    net: &Net,
    roads: &Roads,
    terminals: &[Terminal],
    pairs: &[(u32, u32, f64)],
    detour: f64,
    cost: &CostPerKm,
) -> Vec<NeighbourPath> {
    let adjacency = net.adjacency();
    let graph = Graph { net, adjacency: &adjacency, roads, cost };
    let groups: Vec<&[(u32, u32, f64)]> = pairs.chunk_by(|x, y| x.0 == y.0).collect();
    groups
        .par_iter()
        .map_init(
            || Scratch { dist: vec![f64::INFINITY; net.vertex.len()], touched: Vec::new() },
            |scratch, group| {
                let lengths = graph.paved(terminals, group, detour, Surface::Paved, scratch);
                let maybe = if group.iter().zip(&lengths).all(|(g, l)| *l < detour * g.2) {
                    lengths.clone()
                } else {
                    graph.paved(terminals, group, detour, Surface::Unknown, scratch)
                };
                group
                    .iter()
                    .zip(lengths.into_iter().zip(maybe))
                    .map(|(&(a, b, straight), (paved, maybe))| {
                        let limit = detour * straight;
                        let paved_m = (paved < limit).then_some(paved);
                        let repair = paved_m.is_none().then(|| {
                            graph.repair(&terminals[a as usize], &terminals[b as usize], limit, straight, scratch)
                        });
                        let if_unknown_paved_m = (paved_m.is_none() && maybe < limit).then_some(maybe);
                        NeighbourPath { paved_m, if_unknown_paved_m, repair }
                    })
                    .collect::<Vec<_>>()
            },
        )
        .flatten_iter()
        .collect()
}

/// Best value per vertex, reset after use.
struct Scratch {
    dist: Vec<f64>,
    touched: Vec<u32>,
}

impl Scratch {
    fn clear(&mut self) {
        for v in self.touched.drain(..) {
            self.dist[v as usize] = f64::INFINITY;
        }
    }
    /// Lowers the value of `v`; true where it became lower.
    fn lower(&mut self, v: u32, d: f64) -> bool {
        let old = &mut self.dist[v as usize];
        if d >= *old {
            return false;
        }
        if old.is_infinite() {
            self.touched.push(v);
        }
        *old = d;
        true
    }
}

struct Graph<'a> {
    net: &'a Net,
    adjacency: &'a Adjacency,
    roads: &'a Roads,
    cost: &'a CostPerKm,
}

/// A step of a path under construction, for walking back.
struct Label {
    before: u32,
    edge: u32,
    /// Part of the edge: (from, to) as (segment, position); `None` for the edge's own end.
    from: Option<(u32, Coord)>,
    to: Option<(u32, Coord)>,
    forward: bool,
    length_m: f64,
}

const NONE: u32 = u32::MAX;

impl Graph<'_> {
    fn surface(&self, e: u32) -> Surface {
        self.roads.surface[self.net.road[e as usize] as usize]
    }

    /// Shortest lengths from the group's common village to each of its partners over paved edges and edges of
    /// surface `also`; infinite where none is below the limit.
    fn paved(
        &self,
        terminals: &[Terminal],
        group: &[(u32, u32, f64)],
        detour: f64,
        also: Surface,
        scratch: &mut Scratch,
    ) -> Vec<f64> {
        let usable = |e: u32| matches!(self.surface(e), s if s == Surface::Paved || s == also);
        let joints = |i: u32| {
            let t = &terminals[i as usize];
            t.joints.iter().filter(|h| !t.beyond && usable(h.edge))
        };
        let mut best: Vec<f64> = group.iter().map(|_| f64::INFINITY).collect();
        // (vertex, metres still to go, which partner)
        let mut goals: Vec<(u32, f64, usize)> = Vec::new();
        for (k, &(a, b, _)) in group.iter().enumerate() {
            for h in joints(b) {
                let s = h.offset_m;
                let e = h.edge as usize;
                goals.push((self.net.from[e], s, k));
                goals.push((self.net.to[e], self.net.len[e] - s, k));
                for o in joints(a).filter(|o| o.edge == h.edge) {
                    best[k] = best[k].min((o.offset_m - s).abs());
                }
            }
        }
        goals.sort_unstable_by(|x, y| x.0.cmp(&y.0).then(x.1.total_cmp(&y.1)).then(x.2.cmp(&y.2)));
        let mut heap = BinaryHeap::new();
        for h in joints(group[0].0) {
            let s = h.offset_m;
            let e = h.edge as usize;
            for (v, d) in [(self.net.from[e], s), (self.net.to[e], self.net.len[e] - s)] {
                if scratch.lower(v, d) {
                    heap.push(Reverse((Ordered(d), v)));
                }
            }
        }
        let limits: Vec<f64> = group.iter().map(|g| detour * g.2).collect();
        while let Some(Reverse((Ordered(d), v))) = heap.pop() {
            // Nothing that is still open can get better than what is known or allowed.
            if best.iter().zip(&limits).all(|(b, l)| d >= b.min(*l)) {
                break;
            }
            if d > scratch.dist[v as usize] {
                continue;
            }
            let i = goals.partition_point(|g| g.0 < v);
            for g in goals[i..].iter().take_while(|g| g.0 == v) {
                best[g.2] = best[g.2].min(d + g.1);
            }
            for &(e, w) in self.adjacency.at(v) {
                if usable(e) {
                    let next = d + self.net.len[e as usize];
                    if scratch.lower(w, next) {
                        heap.push(Reverse((Ordered(next), w)));
                    }
                }
            }
        }
        scratch.clear();
        best
    }

    fn cost_per_m(&self, e: u32) -> f64 {
        self.cost.of(self.surface(e)) / 1000.0
    }

    /// Cheapest path from `a` to `b` over any roads that stays under `limit` metres; a straight new line where no
    /// road gives one. Labels leave the heap by cost, so a label is worth keeping only if it is shorter than every
    /// earlier one at its vertex.
    fn repair(&self, a: &Terminal, b: &Terminal, limit: f64, straight: f64, scratch: &mut Scratch) -> Repair {
        let new_per_m = self.cost.new / 1000.0;
        let mut labels: Vec<Label> = Vec::new();
        // (cost, metres, label, vertex or NONE at the goal)
        let mut heap: BinaryHeap<Reverse<(Ordered, Ordered, u32, u32)>> = BinaryHeap::new();
        let extra = |t: &Terminal, h: &Joint| if t.beyond { h.dist } else { 0.0 };
        let mut offer = |labels: &mut Vec<Label>, cost: f64, m: f64, v: u32, l: Label| {
            if m < limit {
                labels.push(l);
                heap.push(Reverse((Ordered(cost), Ordered(m), labels.len() as u32 - 1, v)));
            }
        };
        for h in &a.joints {
            let (s, e, x) = (h.offset_m, h.edge, extra(a, h));
            let c = self.cost_per_m(e);
            let from = Some((h.seg, h.at));
            let ends =
                [(self.net.from[e as usize], s, false), (self.net.to[e as usize], self.net.len[e as usize] - s, true)];
            for (v, m, forward) in ends {
                let l = Label { before: NONE, edge: e, from, to: None, forward, length_m: m };
                offer(&mut labels, x * new_per_m + m * c, x + m, v, l);
            }
            for g in b.joints.iter().filter(|g| g.edge == e) {
                let o = g.offset_m;
                let (m, y) = ((o - s).abs(), x + extra(b, g));
                let l = Label { before: NONE, edge: e, from, to: Some((g.seg, g.at)), forward: o >= s, length_m: m };
                offer(&mut labels, y * new_per_m + m * c, y + m, NONE, l);
            }
        }
        let mut found = None;
        while let Some(Reverse((Ordered(cost), Ordered(m), label, v))) = heap.pop() {
            if v == NONE {
                found = Some((cost, label));
                break;
            }
            if labels.len() > MAX_LABELS {
                break;
            }
            if !scratch.lower(v, m) {
                continue;
            }
            let mut next: Vec<(f64, f64, u32, Label)> = Vec::new();
            for g in &b.joints {
                let e = g.edge;
                let o = g.offset_m;
                for (end, part, forward) in [
                    (self.net.from[e as usize], o, true),
                    (self.net.to[e as usize], self.net.len[e as usize] - o, false),
                ] {
                    if end == v {
                        let y = extra(b, g);
                        let l = Label {
                            before: label,
                            edge: e,
                            from: None,
                            to: Some((g.seg, g.at)),
                            forward,
                            length_m: part,
                        };
                        next.push((cost + part * self.cost_per_m(e) + y * new_per_m, m + part + y, NONE, l));
                    }
                }
            }
            for &(e, w) in self.adjacency.at(v) {
                let len = self.net.len[e as usize];
                if m + len < scratch.dist[w as usize] {
                    let forward = self.net.from[e as usize] == v;
                    let l = Label { before: label, edge: e, from: None, to: None, forward, length_m: len };
                    next.push((cost + len * self.cost_per_m(e), m + len, w, l));
                }
            }
            for (cost, m, v, l) in next {
                if m < limit {
                    labels.push(l);
                    heap.push(Reverse((Ordered(cost), Ordered(m), labels.len() as u32 - 1, v)));
                }
            }
        }
        scratch.clear();
        match found {
            Some((cost, label)) => self.walk_back(a, b, cost, &labels, label),
            None => Repair {
                cost: straight * new_per_m,
                by_surface: [0.0, 0.0, 0.0, 0.0, straight],
                lines: vec![vec![a.point, b.point]],
            },
        }
    }

    fn walk_back(&self, a: &Terminal, b: &Terminal, cost: f64, labels: &[Label], last: u32) -> Repair {
        let mut steps = Vec::new();
        let mut at = last;
        while at != NONE {
            steps.push(&labels[at as usize]);
            at = labels[at as usize].before;
        }
        steps.reverse();
        let mut r = Repair { cost, ..Repair::default() };
        let new = LinkSurface::New as usize;
        if a.beyond
            && let Some((_, at)) = steps[0].from
        {
            r.by_surface[new] += crate::world::metric::distance_m(a.point, at);
            r.lines.push(vec![a.point, at]);
        }
        for s in &steps {
            let surface = LinkSurface::from(self.surface(s.edge));
            r.by_surface[surface as usize] += s.length_m;
            if surface == LinkSurface::Paved || s.length_m == 0.0 {
                continue;
            }
            let part = self.part(s);
            match r.lines.last_mut() {
                Some(l) if l.last() == part.first() => l.extend_from_slice(&part[1..]),
                _ => r.lines.push(part),
            }
        }
        if b.beyond
            && let Some((_, at)) = steps[steps.len() - 1].to
        {
            r.by_surface[new] += crate::world::metric::distance_m(at, b.point);
            r.lines.push(vec![at, b.point]);
        }
        r
    }

    /// Geometry of a step in its direction of travel.
    fn part(&self, s: &Label) -> Vec<Coord> {
        let line = self.net.line(s.edge);
        let (lo, hi) = if s.forward { (s.from, s.to) } else { (s.to, s.from) };
        let first = lo.map_or(0, |p| p.0 as usize + 1);
        let last = hi.map_or(line.len() - 1, |p| p.0 as usize);
        let mut out: Vec<Coord> = lo.map(|p| p.1).into_iter().collect();
        if first <= last {
            out.extend_from_slice(&line[first..=last]);
        }
        out.extend(hi.map(|p| p.1));
        out.dedup();
        if !s.forward {
            out.reverse();
        }
        out
    }
}
