//! Edges between inside and outside, put together to polygons.
//!
//! Walking along edges with the inside at the left, and at every junction to the first edge from that side, goes around
//! one connected piece of the inside. Where a walk passes a position twice it is taken apart: what comes of it are the
//! outer ring of the piece and the holes that touch it or each other. Holes that touch nothing are found by their
//! position.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::area::Polygon;
use super::grid::Spot;

/// From and to, the inside at the left (x east, y north; mirrored in a tile, where y runs south).
pub type Edge = (Spot, Spot);

/// Twice the area, by the formula that the format names.
pub fn twice_area(ring: &[Spot]) -> i64 {
    let next = ring.iter().cycle().skip(1);
    let cross = |(a, b): (&Spot, &Spot)| i64::from(a[0]) * i64::from(b[1]) - i64::from(b[0]) * i64::from(a[1]);
    ring.iter().zip(next).map(cross).sum()
}

/// Polygons of edges that do not cross, sorted, each of them once.
pub fn polygons(edges: &[Edge]) -> Vec<Polygon> {
    let mut used = vec![false; edges.len()];
    let (mut out, mut loose) = (Vec::<Polygon>::new(), Vec::new());
    for start in 0..edges.len() {
        if used[start] {
            continue;
        }
        let (mut outer, mut holes) = (Vec::new(), Vec::new());
        for ring in apart(&walk(edges, start, &mut used)) {
            if twice_area(&ring) > 0 { outer.push(ring) } else { holes.push(ring) }
        }
        match outer.pop() {
            Some(ring) if outer.is_empty() => out.push(std::iter::once(ring).chain(holes).collect()),
            last => {
                out.extend(last.into_iter().chain(outer).map(|r| vec![r]));
                loose.extend(holes);
            }
        }
    }
    for hole in loose {
        if let Some(p) = smallest_around(&out, &hole).and_then(|k| out.get_mut(k)) {
            p.push(hole);
        }
    }
    out
}

/// The positions from an edge on until it comes again.
fn walk(edges: &[Edge], start: usize, used: &mut [bool]) -> Vec<Spot> {
    let mut out = Vec::new();
    let mut at = start;
    loop {
        used[at] = true;
        let (from, here) = edges[at];
        out.push(from);
        let first = edges.partition_point(|e| e.0 < here);
        let next = (first..edges.len()).take_while(|&k| edges[k].0 == here);
        let next = next.filter(|&k| !used[k] || k == start).min_by(|&a, &b| sooner(from, here, edges[a].1, edges[b].1));
        match next {
            Some(k) if k != start => at = k,
            _ => return out,
        }
    }
}

/// Which of two positions comes first when one turns clockwise at `here` from where one came.
fn sooner(from: Spot, here: Spot, a: Spot, b: Spot) -> Ordering {
    let way = |p: Spot| [0, 1].map(|i| i64::from(p[i]) - i64::from(here[i]));
    let cross = |u: [i64; 2], v: [i64; 2]| u[0] * v[1] - u[1] * v[0];
    let (back, u, v) = (way(from), way(a), way(b));
    let half = |w| match cross(back, w).cmp(&0) {
        Ordering::Less => 0,
        Ordering::Equal => 1,
        Ordering::Greater => 2,
    };
    half(u).cmp(&half(v)).then_with(|| cross(u, v).cmp(&0))
}

/// Rings that pass no position twice.
fn apart(walk: &[Spot]) -> Vec<Vec<Spot>> {
    let mut out = Vec::new();
    let mut open: Vec<Spot> = Vec::new();
    let mut at: HashMap<Spot, usize> = HashMap::new();
    for &p in walk {
        if let Some(&k) = at.get(&p) {
            let ring = open.split_off(k);
            for q in &ring {
                at.remove(q);
            }
            out.push(ring);
        }
        at.insert(p, open.len());
        open.push(p);
    }
    out.push(open);
    out.retain(|r| r.len() > 2);
    out
}

/// Which of the outer rings is the closest around a hole. Edges end where others touch them, so the middle of one is on
/// no other ring.
fn smallest_around(all: &[Polygon], hole: &[Spot]) -> Option<usize> {
    let [a, b, ..] = hole else { return None };
    let doubled = |p: &Spot| p.map(|v| 2 * i64::from(v));
    let middle = [0, 1].map(|i| i64::from(a[i]) + i64::from(b[i]));
    let inside = |ring: &[Spot]| {
        let mut odd = false;
        for (p, q) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let (p, q) = (doubled(p), doubled(q));
            let (low, high) = if p[1] < q[1] { (p, q) } else { (q, p) };
            if low[1] <= middle[1] && middle[1] < high[1] {
                odd ^= (middle[0] - low[0]) * (high[1] - low[1]) < (middle[1] - low[1]) * (high[0] - low[0]);
            }
        }
        odd
    };
    let outer = all.iter().enumerate().filter_map(|(k, p)| Some((k, p.first()?)));
    outer.filter(|(_, r)| inside(r)).min_by_key(|(_, r)| twice_area(r)).map(|(k, _)| k)
}
