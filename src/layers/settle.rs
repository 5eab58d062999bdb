//! Settlement points: where a village's people are (definitions, section 1).

use geo::{Coord, InteriorPoint, MultiPolygon};

use super::order::by_coords;
use crate::world::metric::metres_per_degree;

/// A point inside the largest polygon of `area`.
pub(super) fn interior(area: &MultiPolygon) -> Option<Coord> {
    use geo::Area;
    let largest = area.0.iter().fold(None, |best: Option<(f64, &geo::Polygon)>, p| {
        let size = p.unsigned_area();
        match best {
            Some((s, _)) if s >= size => best,
            _ => Some((size, p)),
        }
    });
    largest.and_then(|(_, p)| p.interior_point()).map(|p| p.0)
}

/// The geometric median of weighted points in degrees: the place from which the sum of distances to all is
/// least. Weiszfeld's iteration with Vardi and Zhang's step where it meets a given point, to 0.1 m.
///
/// Points without weight count for nothing unless all are so; then all count one. The result does not depend on
/// the order of `points`. `None` for no points.
pub(super) fn median(points: &[(Coord, f64)]) -> Option<Coord> {
    let mut points: Vec<(Coord, f64)> = points.to_vec();
    points.sort_by(|a, b| by_coords(&[a.0], &[b.0]).then(a.1.total_cmp(&b.1)));
    if points.iter().any(|p| p.1 > 0.0) {
        points.retain(|p| p.1 > 0.0);
    } else {
        points.iter_mut().for_each(|p| p.1 = 1.0);
    }
    let origin = points.first()?.0;
    let (kx, ky) = metres_per_degree(origin.y);
    // Metres from the first point: the steps are small, and so is the plane's distortion.
    let flat: Vec<(f64, f64, f64)> =
        points.iter().map(|(c, w)| ((c.x - origin.x) * kx, (c.y - origin.y) * ky, *w)).collect();
    let total: f64 = flat.iter().map(|p| p.2).sum();
    let mut x = flat.iter().map(|p| p.0 * p.2).sum::<f64>() / total;
    let mut y = flat.iter().map(|p| p.1 * p.2).sum::<f64>() / total;
    for _ in 0..1000 {
        let (mut sx, mut sy, mut sw, mut here) = (0.0, 0.0, 0.0, 0.0);
        let (mut rx, mut ry) = (0.0, 0.0);
        for &(px, py, w) in &flat {
            let d = (px - x).hypot(py - y);
            if d < 1e-9 {
                here += w;
                continue;
            }
            sx += w * px / d;
            sy += w * py / d;
            sw += w / d;
            rx += w * (px - x) / d;
            ry += w * (py - y) / d;
        }
        let pull = rx.hypot(ry);
        if sw == 0.0 || pull <= here {
            break;
        }
        let step = 1.0 - here / pull;
        let (nx, ny) = (x + step * (sx / sw - x), y + step * (sy / sw - y));
        let moved = (nx - x).hypot(ny - y);
        (x, y) = (nx, ny);
        if moved < 0.001 {
            break;
        }
    }
    Some(Coord { x: origin.x + x / kx, y: origin.y + y / ky })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::metric::distance_m;
    use proptest::prelude::*;

    fn at(x: f64, y: f64) -> (Coord, f64) {
        (Coord { x, y }, 1.0)
    }

    #[test]
    fn median_is_not_the_mean() {
        // Four houses in the hamlet, one far off: the median stays in the hamlet.
        let p = [at(120.0, 41.0), at(120.001, 41.0), at(120.0, 41.001), at(120.001, 41.001), at(120.1, 41.1)];
        let m = median(&p).unwrap();
        assert!(distance_m(m, Coord { x: 120.0005, y: 41.0005 }) < 60.0, "{m:?}");
        assert_eq!(median(&[]), None);
        assert_eq!(median(&p[..1]), Some(p[0].0));
        let heavy = [(Coord { x: 120.0, y: 41.0 }, 1.0), (Coord { x: 120.1, y: 41.0 }, 10.0)];
        assert!(distance_m(median(&heavy).unwrap(), heavy[1].0) < 0.2);
        let none = [(Coord { x: 120.0, y: 41.0 }, 0.0)];
        assert_eq!(median(&none), Some(none[0].0));
    }

    proptest! {
        #[test]
        fn median_is_least_and_ignores_order(p in proptest::collection::vec((0.0..0.01f64, 0.0..0.01f64, 0.5..5.0f64), 1..30)) {
            let points: Vec<(Coord, f64)> = p.iter().map(|(x, y, w)| (Coord { x: 120.0 + x, y: 41.0 + y }, *w)).collect();
            let m = median(&points).unwrap();
            let cost = |c: Coord| points.iter().map(|(p, w)| w * distance_m(*p, c)).sum::<f64>();
            for (dx, dy) in [(1e-4, 0.0), (-1e-4, 0.0), (0.0, 1e-4), (0.0, -1e-4)] {
                let beside = cost(Coord { x: m.x + dx, y: m.y + dy });
                prop_assert!(cost(m) <= beside * (1.0 + 1e-3));
            }
            let mut turned = points.clone();
            turned.reverse();
            prop_assert_eq!(median(&turned), Some(m));
        }
    }
}
