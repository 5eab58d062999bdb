//! R-tree over the edges' geometry, in short chunks of segments so that a long edge does not fill a big box.

use std::sync::Arc;

use geo::Coord;
use rstar::{AABB, RTree, RTreeObject};

use super::net::Net;
use crate::world::metric::{distance_m, grow_box, metres_per_degree, nearest_on_segment};

/// "Within" includes the limit; this much (metres) covers the rounding of positions.
pub const TOLERANCE_M: f64 = 1e-3;
/// Segments per indexed chunk: measured best of 4, 8, 16, 32 for building plus querying a province.
const CHUNK: usize = 8;
/// A long segment is looked along in steps of this many metres.
const STEP_M: f64 = 2_000.0;

struct Chunk {
    edge: u32,
    /// First segment of the chunk within the edge.
    first: u32,
    lo: [f64; 2],
    hi: [f64; 2],
}

impl RTreeObject for Chunk {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(self.lo, self.hi)
    }
}

/// The point of an edge nearest to a queried position.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    pub edge: u32,
    /// Segment within the edge, and fraction along that segment.
    pub seg: u32,
    pub t: f64,
    pub at: Coord,
    /// Metres from the queried position.
    pub dist: f64,
}

/// Spatial index of a [`Net`]'s edges.
pub struct EdgeIndex {
    /// Shared by networks that differ little.
    tree: Arc<RTree<Chunk>>,
    /// Edges (ascending) whose chunks in `tree` are another network's, and the chunks that replace them.
    gone: Vec<u32>,
    more: RTree<Chunk>,
}

fn chunk_box(line: &[Coord]) -> ([f64; 2], [f64; 2]) {
    line.iter().fold(([f64::MAX; 2], [f64::MIN; 2]), |(lo, hi), c| {
        ([lo[0].min(c.x), lo[1].min(c.y)], [hi[0].max(c.x), hi[1].max(c.y)])
    })
}

/// Boxes along a segment, grown by `radius_m`: a long segment across a region has everything in its own box.
fn steps(a: Coord, b: Coord, radius_m: f64) -> impl Iterator<Item = (Coord, Coord)> {
    let n = (distance_m(a, b) / STEP_M).ceil().max(1.0);
    let at = move |k: f64| Coord { x: a.x + (b.x - a.x) * (k / n), y: a.y + (b.y - a.y) * (k / n) };
    (0..n as usize).map(move |k| {
        let (lo, hi) = chunk_box(&[at(k as f64), at(k as f64 + 1.0)]);
        grow_box(lo.into(), hi.into(), radius_m)
    })
}

fn tree(net: &Net, edges: impl Iterator<Item = u32>) -> RTree<Chunk> {
    let mut chunks = Vec::new();
    for edge in edges {
        let line = net.line(edge);
        for first in (0..line.len() - 1).step_by(CHUNK) {
            let (lo, hi) = chunk_box(&line[first..line.len().min(first + CHUNK + 1)]);
            chunks.push(Chunk { edge, first: first as u32, lo, hi });
        }
    }
    RTree::bulk_load(chunks)
}

impl EdgeIndex {
    pub fn new(net: &Net) -> Self {
        Self::of(net, 0..net.edges() as u32)
    }

    /// Index of some edges only.
    pub fn of(net: &Net, edges: impl Iterator<Item = u32>) -> Self {
        Self { tree: Arc::new(tree(net, edges)), gone: Vec::new(), more: RTree::new() }
    }

    /// Index of a network that differs in the edges `changed` (ascending, also new ones) alone.
    pub fn with(&self, net: &Net, changed: &[u32]) -> Self {
        assert!(self.gone.is_empty(), "changes are made to an original");
        Self { tree: self.tree.clone(), gone: changed.to_vec(), more: tree(net, changed.iter().copied()) }
    }

    fn chunks(&self, min: Coord, max: Coord) -> impl Iterator<Item = &Chunk> {
        let window = AABB::from_corners([min.x, min.y], [max.x, max.y]);
        let here = |c: &&Chunk| self.gone.is_empty() || self.gone.binary_search(&c.edge).is_err();
        self.tree
            .locate_in_envelope_intersecting(window)
            .filter(here)
            .chain(self.more.locate_in_envelope_intersecting(window))
    }

    /// For every edge that passes `keep` and comes within `radius_m` (inclusive) of `p`, its nearest point.
    /// Sorted by edge.
    pub fn within(&self, net: &Net, p: Coord, radius_m: f64, keep: impl Fn(u32) -> bool) -> Vec<Hit> {
        let radius_m = radius_m + TOLERANCE_M;
        let (lo, hi) = grow_box(p, p, radius_m);
        let mut hits: Vec<Hit> = Vec::new();
        for c in self.chunks(lo, hi).filter(|c| keep(c.edge)) {
            let h = c.nearest(net, p);
            if h.dist <= radius_m {
                hits.push(h);
            }
        }
        hits.sort_unstable_by(|a, b| a.edge.cmp(&b.edge).then(a.dist.total_cmp(&b.dist)).then(a.seg.cmp(&b.seg)));
        hits.dedup_by_key(|h| h.edge);
        hits
    }

    /// The nearest edge that passes `keep`, at most `max_m` away (inclusive); of equally near ones the first.
    pub fn nearest(&self, net: &Net, p: Coord, max_m: f64, keep: impl Fn(u32) -> bool) -> Option<Hit> {
        let max_m = max_m + TOLERANCE_M;
        let mut radius = 250.0_f64.min(max_m);
        loop {
            let (lo, hi) = grow_box(p, p, radius);
            let scale = Scale::new(lo, hi);
            let mut best: Option<Hit> = None;
            for c in self.chunks(lo, hi).filter(|c| keep(c.edge)) {
                let limit = best.map_or(radius, |b| b.dist);
                if scale.gap_m([p.x, p.y], [p.x, p.y], c.lo, c.hi) > limit {
                    continue;
                }
                let h = c.nearest(net, p);
                let nearer =
                    best.is_none_or(|b| h.dist.total_cmp(&b.dist).then((h.edge, h.seg).cmp(&(b.edge, b.seg))).is_lt());
                if h.dist <= radius && nearer {
                    best = Some(h);
                }
            }
            if best.is_some() || radius >= max_m {
                return best;
            }
            radius = (radius * 3.0).min(max_m);
        }
    }

    /// Where `p` may join the network (definitions, section 2): every edge within `access_m`; with none in reach the
    /// nearest edges up to `max_access_m` (several where equally near), and true for "beyond reach".
    pub fn joints(&self, net: &Net, p: Coord, access_m: f64, max_access_m: f64) -> (Vec<Hit>, bool) {
        let near = self.within(net, p, access_m, |_| true);
        if !near.is_empty() {
            return (near, false);
        }
        let nearest = self.nearest(net, p, max_access_m, |_| true);
        (nearest.map_or_else(Vec::new, |h| self.within(net, p, h.dist, |_| true)), true)
    }

    /// Edges near the segment from `a` to `b`: all that come within `radius_m` of it, and some more. Ascending.
    pub fn along(&self, a: Coord, b: Coord, radius_m: f64) -> Vec<u32> {
        let mut edges: Vec<u32> = Vec::new();
        for (lo, hi) in steps(a, b, radius_m) {
            edges.extend(self.chunks(lo, hi).map(|c| c.edge));
        }
        edges.sort_unstable();
        edges.dedup();
        edges
    }

    /// Where the segment from `a` to `b` meets edges that pass `keep`, sorted by edge; a stretch run along together has two
    /// such points. Distances are 0.
    pub fn crossings(&self, net: &Net, (a, b): (Coord, Coord), keep: impl Fn(u32) -> bool) -> Vec<Hit> {
        use geo::line_intersection::{LineIntersection, line_intersection};
        let mut chunks: Vec<(u32, u32)> = Vec::new();
        for (lo, hi) in steps(a, b, TOLERANCE_M) {
            chunks.extend(self.chunks(lo, hi).filter(|c| keep(c.edge)).map(|c| (c.edge, c.first)));
        }
        chunks.sort_unstable();
        chunks.dedup();
        let mut hits = Vec::new();
        for (edge, first) in chunks {
            let (lo, hi) = ([0.0; 2], [0.0; 2]);
            for (seg, p, q) in (Chunk { edge, first, lo, hi }).segments(net) {
                let mut put = |at: Coord| {
                    let t = nearest_on_segment(at, p, q).0;
                    hits.push(Hit { edge, seg, t, at, dist: 0.0 });
                };
                match line_intersection(geo::Line::new(a, b), geo::Line::new(p, q)) {
                    Some(LineIntersection::SinglePoint { intersection, .. }) => put(intersection),
                    Some(LineIntersection::Collinear { intersection }) => {
                        put(intersection.start);
                        put(intersection.end);
                    }
                    None => {}
                }
            }
        }
        hits.sort_unstable_by(|x, y| (x.edge, x.seg).cmp(&(y.edge, y.seg)).then(x.t.total_cmp(&y.t)));
        hits
    }

    /// True where some edge that passes `keep` comes within `radius_m` (inclusive) of `p`.
    pub fn any_within(&self, net: &Net, p: Coord, radius_m: f64, keep: impl Fn(u32) -> bool) -> bool {
        let radius_m = radius_m + TOLERANCE_M;
        let (lo, hi) = grow_box(p, p, radius_m);
        self.chunks(lo, hi).any(|c| keep(c.edge) && c.nearest(net, p).dist <= radius_m)
    }

    /// The shortest straight line (metres) from edge `e` to another edge that passes `keep`, if one is at most
    /// `max_m` long: the point on `e` and the point on the other. Lines that cross have distance 0.
    pub fn shortest_link(&self, net: &Net, e: u32, max_m: f64, keep: impl Fn(u32) -> bool) -> Option<(Hit, Hit)> {
        let line = net.line(e);
        let mut best: Option<(Hit, Hit)> = None;
        for first in (0..line.len() - 1).step_by(CHUNK) {
            let part = &line[first..line.len().min(first + CHUNK + 1)];
            let (own_lo, own_hi) = chunk_box(part);
            let reach = best.map_or(max_m, |b| b.0.dist) + TOLERANCE_M;
            let (lo, hi) = grow_box(own_lo.into(), own_hi.into(), reach);
            let scale = Scale::new(lo, hi);
            for c in self.chunks(lo, hi).filter(|c| keep(c.edge)) {
                let limit = best.map_or(reach, |b| b.0.dist);
                if scale.gap_m(own_lo, own_hi, c.lo, c.hi) > limit {
                    continue;
                }
                for (i, w) in part.windows(2).enumerate() {
                    c.link(net, &scale, (e, (first + i) as u32), (w[0], w[1]), &mut best);
                }
            }
        }
        best.filter(|b| b.0.dist <= max_m + TOLERANCE_M)
    }
}

/// Metres per degree that never overestimate a distance inside a box.
struct Scale {
    kx: f64,
}

impl Scale {
    fn new(lo: Coord, hi: Coord) -> Self {
        let (kx, _) = metres_per_degree(lo.y.abs().max(hi.y.abs()).min(89.9));
        Self { kx: kx * 0.999 }
    }

    /// Lower bound in metres of the distance between two boxes.
    fn gap_m(&self, a_lo: [f64; 2], a_hi: [f64; 2], b_lo: [f64; 2], b_hi: [f64; 2]) -> f64 {
        let gap = |k: usize| (b_lo[k] - a_hi[k]).max(a_lo[k] - b_hi[k]).max(0.0);
        (gap(0) * self.kx).hypot(gap(1) * 110_574.0 * 0.999)
    }
}

impl Chunk {
    fn segments<'a>(&self, net: &'a Net) -> impl Iterator<Item = (u32, Coord, Coord)> + 'a {
        let line = net.line(self.edge);
        let first = self.first as usize;
        let part = &line[first..line.len().min(first + CHUNK + 1)];
        part.windows(2).enumerate().map(move |(i, w)| ((first + i) as u32, w[0], w[1]))
    }

    fn nearest(&self, net: &Net, p: Coord) -> Hit {
        let mut best = Hit { edge: self.edge, seg: self.first, t: 0.0, at: p, dist: f64::INFINITY };
        for (seg, a, b) in self.segments(net) {
            let (t, at, dist) = nearest_on_segment(p, a, b);
            if dist < best.dist {
                best = Hit { edge: self.edge, seg, t, at, dist };
            }
        }
        best
    }

    /// Betters `best` by the distance between segment `a`–`b` of edge `e` and this chunk's segments. On a tie the
    /// lower pair of edges and segments wins.
    fn link(
        &self,
        net: &Net,
        scale: &Scale,
        (e, seg): (u32, u32),
        (a, b): (Coord, Coord),
        best: &mut Option<(Hit, Hit)>,
    ) {
        use geo::line_intersection::{LineIntersection, line_intersection};
        let nearest_yet = best.map_or(f64::INFINITY, |b| b.0.dist);
        let mut offer = |own: (f64, Coord), other: (u32, f64, Coord), dist: f64| {
            let pair = (
                Hit { edge: e, seg, t: own.0, at: own.1, dist },
                Hit { edge: self.edge, seg: other.0, t: other.1, at: other.2, dist },
            );
            let rank = |p: &(Hit, Hit)| (p.0.edge, p.0.seg, p.1.edge, p.1.seg);
            if best.is_none_or(|old| dist.total_cmp(&old.0.dist).then(rank(&pair).cmp(&rank(&old))).is_lt()) {
                *best = Some(pair);
            }
        };
        let (ab_lo, ab_hi) = chunk_box(&[a, b]);
        for (s, c, d) in self.segments(net) {
            let (cd_lo, cd_hi) = chunk_box(&[c, d]);
            if nearest_yet < scale.gap_m(ab_lo, ab_hi, cd_lo, cd_hi) {
                continue;
            }
            if let Some(i) = line_intersection(geo::Line::new(a, b), geo::Line::new(c, d)) {
                let p = match i {
                    LineIntersection::SinglePoint { intersection, .. } => intersection,
                    LineIntersection::Collinear { intersection } => intersection.start,
                };
                offer((nearest_on_segment(p, a, b).0, p), (s, nearest_on_segment(p, c, d).0, p), 0.0);
                continue;
            }
            for (t, p) in [(0.0, a), (1.0, b)] {
                let (u, q, dist) = nearest_on_segment(p, c, d);
                offer((t, p), (s, u, q), dist);
            }
            for (u, q) in [(0.0, c), (1.0, d)] {
                let (t, p, _) = nearest_on_segment(q, a, b);
                offer((t, p), (s, u, q), distance_m(p, q));
            }
        }
    }
}
