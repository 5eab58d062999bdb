//! Low-voltage areas: the territories of affected supply points, dissolved where they touch.

use geo::{BooleanOps, BoundingRect, Coord, Distance, Euclidean, LineString, MultiPolygon, Polygon, unary_union};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::network::UnionFind;
use crate::world::metric::metres_per_degree;

/// Territories this near each other touch, degrees (about a metre).
const TOUCH: f64 = 1e-5;

/// The part of a village that hangs on one transformer.
pub(super) struct Territory {
    pub area: MultiPolygon,
    /// Index into the caller's list.
    pub of: usize,
}

/// The cell of `seed` among `others`, within the box around `points` grown by `margin_m`.
fn cell(seed: Coord, others: &[Coord], lo: Coord, hi: Coord) -> Polygon {
    let (kx, ky) = metres_per_degree(seed.y);
    let flat = |c: Coord| ((c.x - seed.x) * kx, (c.y - seed.y) * ky);
    let (a, b) = (flat(lo), flat(hi));
    let mut ring = vec![(a.0, a.1), (b.0, a.1), (b.0, b.1), (a.0, b.1)];
    for &o in others {
        let (ox, oy) = flat(o);
        let half = 0.5 * (ox * ox + oy * oy);
        if half == 0.0 {
            continue;
        }
        // Nearer to the seed: the side of the bisector where p·o is at most |o|²/2.
        let side = |p: (f64, f64)| p.0 * ox + p.1 * oy - half;
        let mut kept = Vec::with_capacity(ring.len() + 1);
        for i in 0..ring.len() {
            let (p, q) = (ring[i], ring[(i + 1) % ring.len()]);
            let (sp, sq) = (side(p), side(q));
            if sp <= 0.0 {
                kept.push(p);
            }
            if (sp < 0.0 && sq > 0.0) || (sp > 0.0 && sq < 0.0) {
                let t = sp / (sp - sq);
                kept.push((p.0 + t * (q.0 - p.0), p.1 + t * (q.1 - p.1)));
            }
        }
        ring = kept;
        if ring.len() < 3 {
            break;
        }
    }
    let back = |p: &(f64, f64)| Coord { x: seed.x + p.0 / kx, y: seed.y + p.1 / ky };
    Polygon::new(LineString(ring.iter().map(back).collect()), Vec::new())
}

/// Territory of what hangs on a transformer (or, without one, of the village): the village's polygon, or without it
/// the ground around `points`, cut by the cells of `others`. Positions in degrees, the margin in metres.
pub(super) fn territory(
    village: Option<&MultiPolygon>,
    seed: Coord,
    points: &[Coord],
    others: &[Coord],
    margin_m: f64,
) -> MultiPolygon {
    let all = || points.iter().copied().chain([seed]);
    let fold = |f: fn(f64, f64) -> f64| all().reduce(|a, c| Coord { x: f(a.x, c.x), y: f(a.y, c.y) }).unwrap_or(seed);
    let (lo, hi) = (fold(f64::min), fold(f64::max));
    match village {
        Some(area) if others.is_empty() => area.clone(),
        Some(area) => {
            let Some(b) = area.bounding_rect() else { return area.clone() };
            let c = cell(seed, others, b.min(), b.max());
            let cut = if c.exterior().0.len() >= 4 { area.intersection(&c) } else { MultiPolygon(Vec::new()) };
            // A transformer outside its village may have no cell inside it.
            if cut.0.is_empty() { area.clone() } else { cut }
        }
        None => {
            let (kx, ky) = metres_per_degree(seed.y);
            let grow = Coord { x: margin_m / kx, y: margin_m / ky };
            let c = cell(seed, others, lo - grow, hi + grow);
            MultiPolygon(vec![c])
        }
    }
}

/// Groups of touching territories, each with its members and their union; in the order of their first members.
pub(super) fn dissolve(territories: &[Territory]) -> Vec<(Vec<usize>, MultiPolygon)> {
    let boxes = territories.iter().enumerate().filter_map(|(i, t)| {
        let b = t.area.bounding_rect()?;
        let (lo, hi) = ([b.min().x - TOUCH, b.min().y - TOUCH], [b.max().x + TOUCH, b.max().y + TOUCH]);
        Some(GeomWithData::new(Rectangle::from_corners(lo, hi), i))
    });
    let tree = RTree::bulk_load(boxes.collect());
    let pairs: Vec<(usize, usize)> = (0..territories.len())
        .into_par_iter()
        .flat_map_iter(|i| {
            let b = territories[i].area.bounding_rect();
            let envelope = b.map(|b| AABB::from_corners([b.min().x, b.min().y], [b.max().x, b.max().y]));
            let near = envelope.into_iter().flat_map(|e| tree.locate_in_envelope_intersecting(e));
            let mut others: Vec<usize> = near.map(|g| g.data).filter(|&j| j > i).collect();
            others.sort_unstable();
            others.retain(|&j| touch(&territories[i].area, &territories[j].area));
            others.into_iter().map(move |j| (i, j))
        })
        .collect();
    let mut sets = UnionFind::new(territories.len());
    pairs.iter().for_each(|&(i, j)| sets.union(i as u32, j as u32));
    let label = sets.labels();
    let mut groups: Vec<Vec<usize>> = vec![Vec::new(); territories.len()];
    for (i, l) in label.iter().enumerate() {
        groups[*l as usize].push(i);
    }
    groups.retain(|g| !g.is_empty());
    groups
        .into_par_iter()
        .map(|g| {
            let parts: Vec<&MultiPolygon> = g.iter().map(|&i| &territories[i].area).collect();
            let union = if parts.len() == 1 { parts[0].clone() } else { unary_union(parts) };
            (g.iter().map(|&i| territories[i].of).collect(), union)
        })
        .collect()
}

fn touch(a: &MultiPolygon, b: &MultiPolygon) -> bool {
    a.iter().any(|p| b.iter().any(|q| Euclidean.distance(p, q) <= TOUCH))
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, Contains, Point};
    use proptest::prelude::*;

    fn square(x: f64, y: f64, side: f64) -> MultiPolygon {
        let ring = vec![(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)];
        MultiPolygon(vec![Polygon::new(ring.into(), vec![])])
    }

    proptest! {
        #[test]
        fn cells_share_a_village_out(seeds in proptest::collection::vec((0.1..0.9f64, 0.1..0.9f64), 1..7)) {
            let village = square(0.0, 0.0, 0.01);
            let at: Vec<Coord> = seeds.iter().map(|(x, y)| Coord { x: 0.01 * x, y: 0.01 * y }).collect();
            let cells: Vec<MultiPolygon> = (0..at.len()).map(|i| {
                let others: Vec<Coord> = (0..at.len()).filter(|&j| j != i).map(|j| at[j]).collect();
                territory(Some(&village), at[i], &[], &others, 100.0)
            }).collect();
            let sum: f64 = cells.iter().map(|c| c.unsigned_area()).sum();
            prop_assert!((sum / village.unsigned_area() - 1.0).abs() < 1e-6, "{sum}");
            for (c, p) in cells.iter().zip(&at) {
                prop_assert!(c.contains(&Point(*p)));
            }
            let parts: Vec<Territory> = cells.into_iter().enumerate().map(|(of, area)| Territory { area, of }).collect();
            let joined = dissolve(&parts);
            prop_assert_eq!(joined.len(), 1);
            prop_assert!((joined[0].1.unsigned_area() / village.unsigned_area() - 1.0).abs() < 1e-6);
        }
    }

    #[test]
    fn only_what_touches_is_dissolved() {
        let parts = [square(0.0, 0.0, 1.0), square(3.0, 0.0, 1.0), square(1.0, 0.0, 1.0)];
        let parts: Vec<Territory> = parts.into_iter().enumerate().map(|(of, area)| Territory { area, of }).collect();
        let groups = dissolve(&parts);
        assert_eq!(groups.iter().map(|g| g.0.clone()).collect::<Vec<_>>(), [vec![0, 2], vec![1]]);
        assert_eq!((groups[0].1.0.len(), groups[0].1.unsigned_area()), (1, 2.0));
    }

    #[test]
    fn without_a_polygon_the_ground_around_the_points() {
        let p = [Coord { x: 120.0, y: 41.0 }, Coord { x: 120.001, y: 41.0 }];
        let t = territory(None, p[0], &p, &[], 100.0);
        assert!(p.iter().all(|p| t.contains(&Point(*p))));
        let cut = territory(None, p[0], &p[..1], &[Coord { x: 120.001, y: 41.0 }], 100.0);
        assert!(cut.unsigned_area() < t.unsigned_area());
        assert!(cut.contains(&Point(p[0])) && !cut.contains(&Point(p[1])));
    }
}
