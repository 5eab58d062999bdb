//! The metric frame: distances in metres on the WGS84 ellipsoid from longitude and latitude in degrees.
//!
//! Uses the ellipsoid's radii of curvature at the mid-latitude of the two points, so there is no projection
//! zone and no seam between UTM zones. Against the geodesic the error stays under 0.01 % up to
//! [`LOCAL_LIMIT_M`]; beyond it the geodesic itself is solved.

use geo::{Coord, Distance, Geodesic, Point};

/// WGS84 semi-major axis, metres (EPSG:7030).
pub const SEMI_MAJOR_M: f64 = 6_378_137.0;
/// WGS84 first eccentricity squared (EPSG:7030).
pub const ECC2: f64 = 0.006_694_379_990_141_317;
/// Above this length (metres) [`distance_m`] solves the geodesic.
pub const LOCAL_LIMIT_M: f64 = 50_000.0;

/// Metres per degree of longitude and of latitude at latitude `lat` (degrees).
#[inline]
pub fn metres_per_degree(lat: f64) -> (f64, f64) {
    let (sin, cos) = lat.to_radians().sin_cos();
    let w2 = 1.0 - ECC2 * sin * sin;
    let w = w2.sqrt();
    let east = SEMI_MAJOR_M / w * cos;
    let north = SEMI_MAJOR_M * (1.0 - ECC2) / (w2 * w);
    (east.to_radians(), north.to_radians())
}

/// Distance in metres between two positions (degrees).
///
/// ```
/// use cuntong::world::metric::distance_m;
/// let d = distance_m((123.0, 41.0).into(), (123.0, 42.0).into());
/// assert!((d - 111_061.4).abs() < 20.0);
/// ```
#[inline]
pub fn distance_m(a: Coord, b: Coord) -> f64 {
    let (kx, ky) = metres_per_degree(0.5 * (a.y + b.y));
    let d = ((b.x - a.x) * kx).hypot((b.y - a.y) * ky);
    if d <= LOCAL_LIMIT_M { d } else { Geodesic.distance(Point(a), Point(b)) }
}

/// Length in metres of a line given by its positions (degrees).
pub fn length_m(coords: &[Coord]) -> f64 {
    coords.windows(2).map(|w| distance_m(w[0], w[1])).sum()
}

/// The point of segment `a`–`b` nearest to `p`: its fraction along the segment (0–1), the position, and the
/// distance to `p` in metres. A zero-length segment answers with `a`.
#[inline]
pub fn nearest_on_segment(p: Coord, a: Coord, b: Coord) -> (f64, Coord, f64) {
    // The scale is that of the latitude between p and the segment's nearest part; one refinement is enough
    // because p and the foot are near each other wherever the answer matters.
    let mut lat = p.y;
    let mut t = 0.0;
    let mut foot = a;
    for _ in 0..2 {
        let (kx, ky) = metres_per_degree(lat);
        let (dx, dy) = ((b.x - a.x) * kx, (b.y - a.y) * ky);
        let (px, py) = ((p.x - a.x) * kx, (p.y - a.y) * ky);
        let len2 = dx * dx + dy * dy;
        t = if len2 > 0.0 { ((px * dx + py * dy) / len2).clamp(0.0, 1.0) } else { 0.0 };
        foot = along(a, b, t);
        let mid = 0.5 * (p.y + foot.y);
        if (mid - lat).abs() < 1e-4 {
            break;
        }
        lat = mid;
    }
    (t, foot, distance_m(p, foot))
}

/// The position at fraction `t` of the straight line from `a` to `b`; exact at 0 and 1.
#[inline]
pub fn along(a: Coord, b: Coord, t: f64) -> Coord {
    if t <= 0.0 {
        a
    } else if t >= 1.0 {
        b
    } else {
        Coord { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) }
    }
}

/// A box (min, max in degrees) that contains every position within `radius_m` metres of the box `min`–`max`.
pub fn grow_box(min: Coord, max: Coord, radius_m: f64) -> (Coord, Coord) {
    let far = (min.y.abs().max(max.y.abs()) + radius_m / 110_000.0).min(89.9);
    let (kx, _) = metres_per_degree(far);
    // 110 574 m is the shortest degree of latitude on the ellipsoid (at the equator).
    let (dx, dy) = (radius_m / kx * 1.0001, radius_m / 110_574.0 * 1.0001);
    (Coord { x: min.x - dx, y: min.y - dy }, Coord { x: max.x + dx, y: max.y + dy })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn within_a_thousandth_of_the_geodesic(
            x in -179.0..179.0f64, y in -70.0..70.0f64, bearing in 0.0..std::f64::consts::TAU, d in 1.0..100_000.0f64,
        ) {
            let (kx, ky) = metres_per_degree(y);
            let a = Coord { x, y };
            let b = Coord { x: x + d * bearing.sin() / kx, y: y + d * bearing.cos() / ky };
            let truth = Geodesic.distance(Point(a), Point(b));
            prop_assert!((distance_m(a, b) - truth).abs() <= 1e-4 * truth + 1e-6);
        }

        #[test]
        fn grown_box_holds_the_circle(y in -70.0..70.0f64, bearing in 0.0..std::f64::consts::TAU, r in 1.0..20_000.0f64) {
            let p = Coord { x: 10.0, y };
            let (kx, ky) = metres_per_degree(y);
            let q = Coord { x: 10.0 + r * bearing.sin() / kx * 0.999, y: y + r * bearing.cos() / ky * 0.999 };
            if distance_m(p, q) <= r {
                let (lo, hi) = grow_box(p, p, r);
                prop_assert!(lo.x <= q.x && q.x <= hi.x && lo.y <= q.y && q.y <= hi.y);
            }
        }
    }

    #[test]
    fn nearest_is_inside_the_segment_not_its_end() {
        let (t, foot, d) = nearest_on_segment((0.5, 0.001).into(), (0.0, 0.0).into(), (1.0, 0.0).into());
        assert!((t - 0.5).abs() < 1e-9 && foot.y == 0.0);
        assert!((d - 110.574).abs() < 0.01);
    }
}
