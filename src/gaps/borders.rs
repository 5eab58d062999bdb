//! Which villages are neighbours: polygons that share a border, points by the Gabriel rule.

use geo::Coord;
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::world::index::PointIndex;
use crate::world::metric::{distance_m, grow_box, nearest_on_segment};
use crate::world::{VillageIx, World};

/// Borders drawn this near each other (metres) are one border.
const BORDER_M: f64 = 10.0;

/// Pairs (a < b) of neighbours among `villages`, sorted, with the straight distance of their settlement points in
/// metres. Where every village has a polygon, neighbours share a border; else they are Gabriel neighbours (no
/// third village in the closed disc whose diameter they span) at most `max_m` apart.
pub fn neighbours(world: &World, villages: &[VillageIx], max_m: f64) -> Vec<(VillageIx, VillageIx, f64)> {
    let polygons = !villages.is_empty() && villages.iter().all(|v| world.villages[v.0 as usize].area.is_some());
    let point = |v: VillageIx| world.villages[v.0 as usize].point;
    let mut pairs: Vec<(VillageIx, VillageIx, f64)> = if polygons {
        sharing_border(world, villages)
            .into_iter()
            .map(|(a, b)| (a, b, distance_m(point(a), point(b))))
            .filter(|p| p.2 > 0.0)
            .collect()
    } else {
        gabriel(&villages.iter().map(|&v| point(v)).collect::<Vec<_>>(), max_m)
            .into_iter()
            .map(|(a, b, d)| (villages[a as usize], villages[b as usize], d))
            .collect()
    };
    pairs.sort_unstable_by_key(|p| (p.0, p.1));
    pairs
}

/// Gabriel neighbours at most `max_m` apart. Points in the same place are no neighbours of each other.
fn gabriel(points: &[Coord], max_m: f64) -> Vec<(u32, u32, f64)> {
    let index = PointIndex::new(points.iter().copied());
    (0..points.len() as u32)
        .into_par_iter()
        .flat_map_iter(|a| {
            let p = points[a as usize];
            let mut near: Vec<(u32, f64)> = index.within(p, max_m).filter(|n| n.0 != a && n.1 > 0.0).collect();
            near.sort_unstable_by(|x, y| x.1.total_cmp(&y.1).then(x.0.cmp(&y.0)));
            let mut found = Vec::new();
            for (k, &(b, d)) in near.iter().enumerate().filter(|(_, n)| n.0 > a) {
                let q = points[b as usize];
                let middle = Coord { x: 0.5 * (p.x + q.x), y: 0.5 * (p.y + q.y) };
                let radius = 0.5 * d * (1.0 + 1e-9);
                // A third point in the disc is nearer to p than q is, so only those before q can be in the way.
                let clear = near[..k].iter().all(|&(c, _)| distance_m(points[c as usize], middle) > radius);
                if clear {
                    found.push((a, b, d));
                }
            }
            found
        })
        .collect()
}

/// Polygons with a stretch of border in common; touching in one point only does not count.
fn sharing_border(world: &World, villages: &[VillageIx]) -> Vec<(VillageIx, VillageIx)> {
    struct Ring {
        segments: RTree<GeomWithData<rstar::primitives::Line<[f64; 2]>, ()>>,
        vertices: Vec<Coord>,
        lo: Coord,
        hi: Coord,
    }
    let rings: Vec<Ring> = villages
        .par_iter()
        .map(|v| {
            let area = world.villages[v.0 as usize].area.iter().flat_map(|a| a.iter());
            let lines: Vec<&[Coord]> =
                area.flat_map(|g| std::iter::once(g.exterior()).chain(g.interiors())).map(|r| &r.0[..]).collect();
            let mut lo = Coord { x: f64::MAX, y: f64::MAX };
            let mut hi = Coord { x: f64::MIN, y: f64::MIN };
            for c in lines.iter().flat_map(|l| l.iter()) {
                lo = Coord { x: lo.x.min(c.x), y: lo.y.min(c.y) };
                hi = Coord { x: hi.x.max(c.x), y: hi.y.max(c.y) };
            }
            let segments = lines
                .iter()
                .flat_map(|l| l.windows(2))
                .map(|w| GeomWithData::new(rstar::primitives::Line::new([w[0].x, w[0].y], [w[1].x, w[1].y]), ()))
                .collect();
            Ring { segments: RTree::bulk_load(segments), vertices: lines.concat(), lo, hi }
        })
        .collect();
    let boxes = rings
        .iter()
        .enumerate()
        .map(|(i, r)| GeomWithData::new(Rectangle::from_corners([r.lo.x, r.lo.y], [r.hi.x, r.hi.y]), i))
        .collect();
    let boxes = RTree::bulk_load(boxes);
    let near = |c: Coord, r: &Ring| {
        let (lo, hi) = grow_box(c, c, BORDER_M);
        r.segments.locate_in_envelope_intersecting(AABB::from_corners([lo.x, lo.y], [hi.x, hi.y])).any(|s| {
            let (a, b) = (s.geom().from, s.geom().to);
            nearest_on_segment(c, a.into(), b.into()).2 <= BORDER_M
        })
    };
    (0..rings.len())
        .into_par_iter()
        .flat_map_iter(|i| {
            let (lo, hi) = grow_box(rings[i].lo, rings[i].hi, BORDER_M);
            let candidates = boxes
                .locate_in_envelope_intersecting(AABB::from_corners([lo.x, lo.y], [hi.x, hi.y]))
                .map(|b| b.data)
                .filter(|&j| j > i);
            let mut found = Vec::new();
            for j in candidates {
                let (a, b) = (&rings[i], &rings[j]);
                let mut shared =
                    a.vertices.iter().filter(|&&c| near(c, b)).chain(b.vertices.iter().filter(|&&c| near(c, a)));
                if let Some(&first) = shared.next()
                    && shared.any(|&c| distance_m(first, c) > 3.0 * BORDER_M)
                {
                    found.push((villages[i], villages[j]));
                }
            }
            found
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gabriel_on_a_square_has_sides_but_no_diagonals() {
        let p: Vec<Coord> = [(0.0, 0.0), (0.01, 0.0), (0.0, 0.01), (0.01, 0.01)].map(Coord::from).to_vec();
        let pairs: Vec<(u32, u32)> = gabriel(&p, 10_000.0).into_iter().map(|g| (g.0, g.1)).collect();
        assert_eq!(pairs.len(), 4, "{pairs:?}");
        assert!(!pairs.contains(&(0, 3)) && !pairs.contains(&(1, 2)));
    }
}
