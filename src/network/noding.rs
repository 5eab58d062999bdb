//! From lines to a network (definitions, section 2).
//!
//! 1. With noding `crossings`: find where lines cross and where an end stops within `snap_m` of another line,
//!    and put a position into the lines there. Bridges and tunnels are left alone.
//! 2. Vertices are positions where a line ends or that are used twice. Positions are compared on a grid of
//!    1e-7 degrees (about 1 cm), which is exact for OSM and forgives float noise elsewhere.
//! 3. Ends within `snap_m` of each other become one vertex.
//! 4. Lines are cut at vertices into edges.

use geo::line_intersection::{LineIntersection, line_intersection};
use geo::{Coord, Line};
use rayon::prelude::*;
use rstar::{AABB, RTree, RTreeObject};

use super::net::Net;
use super::union_find::UnionFind;
use crate::atlas::Noding;
use crate::world::metric::{distance_m, grow_box, length_m, metres_per_degree, nearest_on_segment};
use crate::world::{Roads, road_flags};

/// Positions closer than this grid (degrees) are the same position.
const GRID: f64 = 1e-7;
/// An edge shorter than this (metres) that begins and ends at one vertex is noise, not a loop.
const NOISE_M: f64 = 0.05;

/// Cell of the grid on which positions are compared.
pub(super) fn key(c: Coord) -> u64 {
    let x = ((c.x + 180.0) / GRID).round() as i64 as u64;
    let y = ((c.y + 90.0) / GRID).round() as i64 as u64;
    (x << 32) | (y & 0xffff_ffff)
}

/// Builds the network of all roads. `snap_m` in metres.
pub fn node(roads: &Roads, noding: Noding, snap_m: f64) -> Net {
    let (lines, joins) = match noding {
        Noding::SharedVertices => (Lines { start: roads.start.clone(), coords: roads.coords.clone() }, Vec::new()),
        Noding::Crossings => insert_crossings(roads, snap_m),
    };
    cut(lines, &roads.flags, &joins, snap_m)
}

/// Lines after crossings were put in, same order as the roads.
struct Lines {
    start: Vec<u32>,
    coords: Vec<Coord>,
}

impl Lines {
    fn len(&self) -> usize {
        self.start.len().saturating_sub(1)
    }
}

/// What a position is to its line.
const INNER: u8 = 0;
const CUT: u8 = 1;
const END: u8 = 2;

/// Steps 2 to 4. `joins` are pairs of positions that must be one vertex.
fn cut(lines: Lines, flags: &[u8], joins: &[(Coord, Coord)], snap_m: f64) -> Net {
    let n = lines.coords.len();
    let mut is_end = vec![INNER; n];
    for (w, flags) in lines.start.windows(2).zip(flags) {
        let (a, b) = (w[0] as usize, w[1] as usize);
        if b > a {
            let kind = |flag: u8| if flags & flag == 0 { END } else { CUT };
            is_end[a] = is_end[a].max(kind(road_flags::BEGINS_AT_CUT));
            is_end[b - 1] = is_end[b - 1].max(kind(road_flags::ENDS_AT_CUT));
        }
    }
    let mut order: Vec<(u64, u32)> = lines.coords.par_iter().enumerate().map(|(i, &c)| (key(c), i as u32)).collect();
    order.par_sort_unstable();

    let mut forced: Vec<u64> = joins.iter().map(|j| key(j.1)).collect();
    forced.sort_unstable();

    // Vertices in the order of their position, whatever the order of the lines.
    let mut vertex_of = vec![u32::MAX; n];
    let mut vertex: Vec<Coord> = Vec::new();
    let mut keys: Vec<u64> = Vec::new();
    let mut ends: Vec<u32> = Vec::new();
    for group in order.chunk_by(|a, b| a.0 == b.0) {
        let end = group.iter().map(|&(_, i)| is_end[i as usize]).max().unwrap_or(INNER);
        if group.len() < 2 && end == INNER && forced.binary_search(&group[0].0).is_err() {
            continue;
        }
        let v = vertex.len() as u32;
        vertex.push(lines.coords[group[0].1 as usize]);
        keys.push(group[0].0);
        if end == END {
            ends.push(v);
        }
        for &(_, i) in group {
            vertex_of[i as usize] = v;
        }
    }
    drop(order);

    let mut sets = UnionFind::new(vertex.len());
    snap_ends(&vertex, &ends, snap_m, &mut sets);
    for &(a, b) in joins {
        if let (Ok(a), Ok(b)) = (keys.binary_search(&key(a)), keys.binary_search(&key(b))) {
            sets.union(a as u32, b as u32);
        }
    }
    let labels = sets.labels();
    let mut new_id = vec![u32::MAX; vertex.len()];
    let mut kept = Vec::new();
    for (v, &l) in labels.iter().enumerate() {
        if l as usize == v {
            new_id[v] = kept.len() as u32;
            kept.push(vertex[v]);
        }
    }
    let id = |v: u32| new_id[labels[v as usize] as usize];

    let mut net = Net::new(kept);
    for road in 0..lines.len() {
        let (a, b) = (lines.start[road] as usize, lines.start[road + 1] as usize);
        let mut begin = a;
        for i in a + 1..b {
            if vertex_of[i] == u32::MAX {
                continue;
            }
            let (from, to) = (id(vertex_of[begin]), id(vertex_of[i]));
            let part = &lines.coords[begin..=i];
            let len = length_m(part);
            begin = i;
            if from == to && len < NOISE_M {
                continue;
            }
            net.push(from, to, road as u32, part, len);
        }
    }
    net
}

/// Joins line ends that lie within `snap_m` metres of each other.
fn snap_ends(vertex: &[Coord], ends: &[u32], snap_m: f64, sets: &mut UnionFind) {
    if snap_m <= 0.0 {
        return;
    }
    let mut by_lat = ends.to_vec();
    by_lat.sort_unstable_by(|&a, &b| vertex[a as usize].y.total_cmp(&vertex[b as usize].y).then(a.cmp(&b)));
    let reach = snap_m / 110_000.0;
    for (i, &a) in by_lat.iter().enumerate() {
        let pa = vertex[a as usize];
        let (kx, _) = metres_per_degree(pa.y);
        let wide = snap_m / kx * 1.01;
        for &b in by_lat[i + 1..].iter() {
            let pb = vertex[b as usize];
            if pb.y - pa.y > reach {
                break;
            }
            if (pb.x - pa.x).abs() <= wide && distance_m(pa, pb) <= snap_m {
                sets.union(a, b);
            }
        }
    }
}

struct Seg {
    road: u32,
    /// Index of the segment's first position in `Roads::coords`.
    at: u32,
    a: Coord,
    b: Coord,
}

impl RTreeObject for Seg {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners([self.a.x, self.a.y], [self.b.x, self.b.y])
    }
}

/// Step 1: the lines with a position at every crossing, and the pairs (end, foot on the other line) to join.
fn insert_crossings(roads: &Roads, snap_m: f64) -> (Lines, Vec<(Coord, Coord)>) {
    let over = |r: u32| roads.flags[r as usize] & (road_flags::BRIDGE | road_flags::TUNNEL) != 0;
    let mut segs = Vec::with_capacity(roads.coords.len());
    for road in 0..roads.len() {
        for at in roads.start[road]..roads.start[road + 1].saturating_sub(1) {
            let (a, b) = (roads.coords[at as usize], roads.coords[at as usize + 1]);
            segs.push(Seg { road: road as u32, at, a, b });
        }
    }
    let tree = RTree::bulk_load(segs);

    type Found = (Vec<(u32, Coord)>, Vec<(Coord, Coord)>);
    let found: Vec<Found> = (0..roads.len() as u32)
        .into_par_iter()
        .map(|road| {
            let mut put: Vec<(u32, Coord)> = Vec::new();
            let mut join = Vec::new();
            let first = roads.start[road as usize];
            let line = roads.line(road as usize);
            for (k, w) in line.windows(2).enumerate() {
                let at = first + k as u32;
                let own = Line::new(w[0], w[1]);
                for s in tree.locate_in_envelope_intersecting(AABB::from_corners([w[0].x, w[0].y], [w[1].x, w[1].y])) {
                    // Each pair of lines once; both get the very same position.
                    if s.road <= road || over(road) || over(s.road) {
                        continue;
                    }
                    let mut cross = |p: Coord| {
                        for (at, a, b) in [(at, w[0], w[1]), (s.at, s.a, s.b)] {
                            if key(p) != key(a) && key(p) != key(b) {
                                put.push((at, p));
                            }
                        }
                    };
                    match line_intersection(own, Line::new(s.a, s.b)) {
                        Some(LineIntersection::SinglePoint { intersection, .. }) => cross(intersection),
                        Some(LineIntersection::Collinear { intersection }) => {
                            cross(intersection.start);
                            cross(intersection.end);
                        }
                        None => {}
                    }
                }
            }
            if let (Some(&a), Some(&b)) = (line.first(), line.last()) {
                let flags = roads.flags[road as usize];
                let real = |flag: u8| flags & flag == 0;
                let ends = [(a, real(road_flags::BEGINS_AT_CUT)), (b, real(road_flags::ENDS_AT_CUT))];
                for end in ends.into_iter().filter(|e| e.1).map(|e| e.0) {
                    for (at, foot) in feet(&tree, roads, road, end, snap_m, &over) {
                        if let Some(at) = at {
                            put.push((at, foot));
                        }
                        join.push((end, foot));
                    }
                }
            }
            (put, join)
        })
        .collect();

    let mut put: Vec<(u32, f64, Coord)> = Vec::new();
    let mut joins = Vec::new();
    for (p, j) in found {
        put.extend(p.into_iter().map(|(at, c)| {
            let (a, b) = (roads.coords[at as usize], roads.coords[at as usize + 1]);
            (at, ((c.x - a.x).powi(2) + (c.y - a.y).powi(2)) / ((b.x - a.x).powi(2) + (b.y - a.y).powi(2)), c)
        }));
        joins.extend(j);
    }
    put.par_sort_unstable_by(|p, q| {
        (p.0, p.1).partial_cmp(&(q.0, q.1)).unwrap_or(std::cmp::Ordering::Equal).then(key(p.2).cmp(&key(q.2)))
    });

    let mut lines = Lines { start: vec![0], coords: Vec::with_capacity(roads.coords.len() + put.len()) };
    let mut next = 0;
    for road in 0..roads.len() {
        let begin = lines.coords.len();
        for at in roads.start[road]..roads.start[road + 1] {
            lines.coords.push(roads.coords[at as usize]);
            while next < put.len() && put[next].0 == at {
                if lines.coords[begin..].last().is_none_or(|&l| key(l) != key(put[next].2)) {
                    lines.coords.push(put[next].2);
                }
                next += 1;
            }
        }
        lines.start.push(lines.coords.len() as u32);
    }
    (lines, joins)
}

/// Nearest position of every other line within `snap_m` of `end`, with the segment to put it into (none where
/// the position is already one of the line's own). Ends of other lines are left to [`snap_ends`].
fn feet(
    tree: &RTree<Seg>,
    roads: &Roads,
    road: u32,
    end: Coord,
    snap_m: f64,
    over: &impl Fn(u32) -> bool,
) -> Vec<(Option<u32>, Coord)> {
    let (lo, hi) = grow_box(end, end, snap_m);
    let mut best: Vec<(u32, f64, u32, Coord)> = Vec::new();
    for s in tree.locate_in_envelope_intersecting(AABB::from_corners([lo.x, lo.y], [hi.x, hi.y])) {
        if s.road == road || over(s.road) {
            continue;
        }
        let (_, foot, d) = nearest_on_segment(end, s.a, s.b);
        if d <= snap_m {
            best.push((s.road, d, s.at, foot));
        }
    }
    best.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    best.dedup_by_key(|b| b.0);
    best.into_iter()
        .filter_map(|(other, _, at, foot)| {
            let line = roads.line(other as usize);
            let k = key(foot);
            if k == key(end) || line.first().is_some_and(|&c| key(c) == k) || line.last().is_some_and(|&c| key(c) == k)
            {
                return None;
            }
            let (a, b) = (roads.coords[at as usize], roads.coords[at as usize + 1]);
            Some(((k != key(a) && k != key(b)).then_some(at), foot))
        })
        .collect()
}
