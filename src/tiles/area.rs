//! Rings on the grid as valid polygons.
//!
//! Vertices that were moved onto the grid, or cut, may make a ring touch, cross or retrace itself. The edges are split
//! in whole numbers where they meet ([`i_overlay`], which rounds where edges cross and splits again until nothing
//! crosses), and those between inside and outside are put together to rings here. The library would put rings together
//! as well, but where many of them touch in one position it takes holes for outer rings and outer rings for holes
//! (4.5.2, found by the test below).

use i_overlay::core::fill_rule::FillRule;
use i_overlay::core::overlay::{Overlay, ShapeType};
use i_overlay::i_float::int::point::IntPoint;
use i_overlay::vector::edge::{SUBJ_LEFT, SUBJ_RIGHT};

use super::grid::{Spot, straightened, turn};
use super::rings::{self, Edge};

/// Rings of a polygon, the outer one first; in tile coordinates (y south) outer ones have a positive area, as the
/// format wants it. The first position is not repeated.
pub type Polygon = Vec<Vec<Spot>>;

/// Polygons of rings; outer ones have a positive area, holes a negative one.
pub fn polygons(drawn: &[Vec<Spot>]) -> Vec<Polygon> {
    let mut overlay = Overlay::new(drawn.iter().map(Vec::len).sum());
    for r in drawn.iter().filter(|r| r.len() > 2) {
        overlay.add_path_iter(r.iter().map(|p| IntPoint::new(p[0], p[1])), ShapeType::Subject);
    }
    // Inside is what the rings go around more often with their area than against it. Of two areas with a common border
    // exactly one holds each position then, also where the grid has folded the border over: the windings add up to one.
    let split = overlay.build_separate_vectors(FillRule::Positive);
    let spot = |p: IntPoint| [p.x, p.y];
    let edges = split.iter().filter_map(|e| match e.fill & (SUBJ_LEFT | SUBJ_RIGHT) {
        SUBJ_LEFT => Some((spot(e.a), spot(e.b))),
        SUBJ_RIGHT => Some((spot(e.b), spot(e.a))),
        _ => None,
    });
    let mut edges: Vec<Edge> = edges.collect();
    edges.sort_unstable();
    let mut out = rings::polygons(&edges);
    out.iter_mut().flatten().for_each(straighten);
    out
}

/// Leaves out positions that an edge passes straight on.
fn straighten(ring: &mut Vec<Spot>) {
    // Around the seam as well: it is put where the ring turns.
    let n = ring.len();
    if let Some(k) = (0..n).find(|&k| turn(ring[(k + n - 1) % n], ring[k], ring[(k + 1) % n]) != 0) {
        ring.rotate_left(k);
        ring.push(ring[0]);
        *ring = straightened(ring);
        ring.pop();
    }
}

/// A square of one step, for an area that is too small for the grid.
pub fn dot(at: Spot, step: i32) -> Polygon {
    let [x, y] = at;
    vec![vec![[x, y], [x + step, y], [x + step, y + step], [x, y + step]]]
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{Area, LineString, MultiPolygon, Validation};
    use proptest::prelude::*;

    fn shape(ps: &[Polygon]) -> MultiPolygon {
        let ring = |r: &Vec<Spot>| -> LineString { r.iter().map(|p| (f64::from(p[0]), f64::from(p[1]))).collect() };
        ps.iter().map(|p| geo::Polygon::new(ring(&p[0]), p[1..].iter().map(ring).collect())).collect::<Vec<_>>().into()
    }

    #[test]
    fn folds_and_spikes_go() {
        // A square with a spike and a vertex passed twice.
        let r = vec![[0, 0], [10, 0], [10, 20], [10, 0], [10, 10], [0, 10]];
        assert_eq!(shape(&polygons(&[r])).signed_area(), 100.0);
        assert!(polygons(&[vec![[0, 0], [10, 0], [5, 0]]]).is_empty());
        let hole = vec![vec![[0, 0], [10, 0], [10, 10], [0, 10]], vec![[2, 2], [2, 4], [4, 4], [4, 2]]];
        let found = polygons(&hole);
        assert_eq!((found.len(), found[0].len(), shape(&found).signed_area()), (1, 2, 96.0));
        assert_eq!(shape(&[dot([3, 4], 4)]).signed_area(), 16.0);
        // Straight edges have no positions in their middle.
        assert_eq!(polygons(&[vec![[0, 0], [5, 0], [10, 0], [10, 10], [0, 10], [0, 5]]])[0][0].len(), 4);
    }

    proptest! {
        #[test]
        fn whatever_comes_in_valid_comes_out(
            rings in prop::collection::vec(prop::collection::vec(prop::array::uniform2(-30i32..30), 3..25), 1..4),
        ) {
            let all = polygons(&rings);
            let found = shape(&all);
            prop_assert!(found.is_valid(), "{rings:?} {found:?}");
            for p in &all {
                prop_assert!(rings::twice_area(&p[0]) > 0 && p[1..].iter().all(|r| rings::twice_area(r) < 0));
            }
            // Once more changes nothing.
            let again: Vec<Vec<Spot>> = all.into_iter().flatten().collect();
            prop_assert_eq!(shape(&polygons(&again)).signed_area(), found.signed_area());
        }
    }
}
