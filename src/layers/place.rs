//! Features that lie out of place: a village at (0, 0), or with longitude and latitude swapped.
//!
//! The rule is careful, for a legitimate layer must not lose anything. A feature is out of place when all hold:
//! - it lies farther from the box of the rest than five times the rest's interquartile extent (the longer axis of the
//!   box between the first and third quartile of the centres) and farther than 100 km;
//! - such features are at most one in a hundred (two in small layers), and there are at least ten features.

use geo::Coord;

use crate::world::metric::metres_per_degree;

/// Times the interquartile extent.
const FACTOR: f64 = 5.0;
/// Metres.
const AT_LEAST_M: f64 = 100_000.0;
const FEWEST: usize = 10;

/// A box in degrees: min, max.
pub(super) type Bounds = (Coord, Coord);

/// The box around `coords`; `None` when there are none.
pub(super) fn bounds(coords: &[Coord]) -> Option<Bounds> {
    let first = *coords.first()?;
    Some(coords.iter().fold((first, first), |(lo, hi), c| join((lo, hi), (*c, *c))))
}

fn join(a: Bounds, b: Bounds) -> Bounds {
    (Coord { x: a.0.x.min(b.0.x), y: a.0.y.min(b.0.y) }, Coord { x: a.1.x.max(b.1.x), y: a.1.y.max(b.1.y) })
}

/// The rows that lie out of place.
pub(super) fn far_away(boxes: &[(usize, Bounds)]) -> Vec<usize> {
    if boxes.len() < FEWEST {
        return Vec::new();
    }
    let centre = |b: &Bounds| Coord { x: 0.5 * (b.0.x + b.1.x), y: 0.5 * (b.0.y + b.1.y) };
    let quartiles = |axis: fn(Coord) -> f64| {
        let mut v: Vec<f64> = boxes.iter().map(|(_, b)| axis(centre(b))).collect();
        let at = |v: &mut [f64], i: usize| *v.select_nth_unstable_by(i, f64::total_cmp).1;
        let n = v.len();
        (at(&mut v, n / 4), at(&mut v, n / 2), at(&mut v, n * 3 / 4))
    };
    let (x1, _, x3) = quartiles(|c| c.x);
    let (y1, middle, y3) = quartiles(|c| c.y);
    let (kx, ky) = metres_per_degree(middle.clamp(-85.0, 85.0));
    let extent = ((x3 - x1) * kx).max((y3 - y1) * ky);
    let limit = (FACTOR * extent).max(AT_LEAST_M);
    let gap = |b: &Bounds, core: &Bounds| {
        let dx = (core.0.x - b.1.x).max(b.0.x - core.1.x).max(0.0) * kx;
        let dy = (core.0.y - b.1.y).max(b.0.y - core.1.y).max(0.0) * ky;
        dx.hypot(dy)
    };
    // Grow the core from the quartile box until nothing within the limit is left outside it.
    let mut core = (Coord { x: x1, y: y1 }, Coord { x: x3, y: y3 });
    let mut outside: Vec<&(usize, Bounds)> = boxes.iter().collect();
    loop {
        let before = outside.len();
        let mut next = core;
        outside.retain(|(_, b)| {
            let near = gap(b, &core) <= limit;
            if near {
                next = join(next, *b);
            }
            !near
        });
        core = next;
        if outside.len() == before {
            break;
        }
    }
    if outside.len() > (boxes.len() / 100).max(2) {
        return Vec::new();
    }
    outside.into_iter().map(|(row, _)| *row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn points(p: &[(f64, f64)]) -> Vec<(usize, Bounds)> {
        p.iter().enumerate().map(|(i, &(x, y))| (i, (Coord { x, y }, Coord { x, y }))).collect()
    }

    #[test]
    fn null_island_and_swapped() {
        let mut p: Vec<(f64, f64)> =
            (0..200).map(|i| (74.0 + f64::from(i % 20) * 0.05, 21.0 + f64::from(i / 20) * 0.1)).collect();
        p.push((0.0, 0.0));
        p.push((21.5, 74.3));
        assert_eq!(far_away(&points(&p)), [200, 201]);
    }

    #[test]
    fn two_clusters_both_stay() {
        // Half of the people in the capital, half in an exclave 800 km away.
        let p: Vec<(f64, f64)> = (0..100).map(|i| (f64::from(i % 2) * 8.0 + f64::from(i) * 1e-4, 40.0)).collect();
        assert!(far_away(&points(&p)).is_empty());
    }

    #[test]
    fn same_place_many_times() {
        assert!(far_away(&points(&[(10.0, 40.0); 50])).is_empty());
        assert!(far_away(&points(&[(10.0, 40.0), (60.0, 1.0)])).is_empty(), "too few to tell");
    }

    proptest! {
        #[test]
        fn an_even_region_loses_nothing(w in 0.01..8.0f64, h in 0.01..8.0f64, seed in proptest::collection::vec((0.0..1.0f64, 0.0..1.0f64), 10..200)) {
            let p: Vec<(f64, f64)> = seed.iter().map(|(a, b)| (100.0 + a * w, 30.0 + b * h)).collect();
            // Within a province of 900 km nothing can be five extents away unless all the rest is in one place.
            let lost = far_away(&points(&p));
            prop_assert!(lost.len() <= 2);
            if p.len() > 40 { prop_assert!(lost.is_empty()); }
        }
    }
}
