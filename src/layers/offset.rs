//! GCJ-02 (火星坐标) and BD-09 (Baidu) to WGS84 and back.
//!
//! Chinese web maps publish positions moved by a known, smooth offset of some hundred metres. The forward
//! formulas are public; the inverse has no closed form, so it is found by fixed-point iteration, which the small
//! slope of the offset makes converge to well under a millimetre in a few steps. The crates on offer apply the
//! forward offset once, backwards (errors of metres), which is why it is written out here.
//!
//! Outside the box that the offset covers, positions are returned as they are. Degrees throughout.

use geo::Coord;
use std::f64::consts::PI;

/// Krasovsky 1940 semi-major axis (metres) and eccentricity squared, as the offset uses them.
const AXIS: f64 = 6_378_245.0;
const ECC2: f64 = 0.006_693_421_622_965_943;
/// Baidu's angular constant.
const BD_PI: f64 = PI * 3000.0 / 180.0;
/// Iterations of the inverse; it stops earlier when a step falls under 1e-11 degrees.
const MAX_STEPS: usize = 30;

/// True where the offset applies: the box the map makers use for China.
pub fn inside_china(p: Coord) -> bool {
    (72.004..=137.8347).contains(&p.x) && (0.8293..=55.8271).contains(&p.y)
}

fn shift(p: Coord) -> Coord {
    let (x, y) = (p.x - 105.0, p.y - 35.0);
    let waves = |v: f64| (6.0 * v * PI).sin() * 20.0 + (2.0 * v * PI).sin() * 20.0;
    let root = x.abs().sqrt();
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * root
        + (waves(x) + (y * PI).sin() * 20.0 + (y / 3.0 * PI).sin() * 40.0) * 2.0 / 3.0
        + ((y / 12.0 * PI).sin() * 160.0 + (y * PI / 30.0).sin() * 320.0) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * root
        + (waves(x) + (x * PI).sin() * 20.0 + (x / 3.0 * PI).sin() * 40.0) * 2.0 / 3.0
        + ((x / 12.0 * PI).sin() * 150.0 + (x / 30.0 * PI).sin() * 300.0) * 2.0 / 3.0;
    let (sin, cos) = p.y.to_radians().sin_cos();
    let w2 = 1.0 - ECC2 * sin * sin;
    let w = w2.sqrt();
    Coord { x: (east / (AXIS / w * cos)).to_degrees(), y: (north / (AXIS * (1.0 - ECC2) / (w2 * w))).to_degrees() }
}

/// WGS84 to GCJ-02.
pub fn wgs84_to_gcj02(p: Coord) -> Coord {
    if inside_china(p) { p + shift(p) } else { p }
}

/// GCJ-02 to WGS84; comes back to where [`wgs84_to_gcj02`] started within a millimetre.
pub fn gcj02_to_wgs84(p: Coord) -> Coord {
    if inside_china(p) { invert(p, p, |q| q + shift(q)) } else { p }
}

fn gcj02_to_bd09_anywhere(p: Coord) -> Coord {
    let r = p.x.hypot(p.y) + 0.000_02 * (p.y * BD_PI).sin();
    let theta = p.y.atan2(p.x) + 0.000_003 * (p.x * BD_PI).cos();
    Coord { x: r * theta.cos() + 0.0065, y: r * theta.sin() + 0.006 }
}

/// GCJ-02 to BD-09.
pub fn gcj02_to_bd09(p: Coord) -> Coord {
    if inside_china(p) { gcj02_to_bd09_anywhere(p) } else { p }
}

/// BD-09 to GCJ-02.
pub fn bd09_to_gcj02(p: Coord) -> Coord {
    if !inside_china(p) {
        return p;
    }
    invert(p, Coord { x: p.x - 0.0065, y: p.y - 0.006 }, gcj02_to_bd09_anywhere)
}

/// BD-09 to WGS84.
pub fn bd09_to_wgs84(p: Coord) -> Coord {
    gcj02_to_wgs84(bd09_to_gcj02(p))
}

/// WGS84 to BD-09.
pub fn wgs84_to_bd09(p: Coord) -> Coord {
    gcj02_to_bd09(wgs84_to_gcj02(p))
}

/// The position that `forward` moves to `target`.
fn invert(target: Coord, start: Coord, forward: impl Fn(Coord) -> Coord) -> Coord {
    let mut at = start;
    for _ in 0..MAX_STEPS {
        let miss = target - forward(at);
        at = at + miss;
        if miss.x.abs() < 1e-11 && miss.y.abs() < 1e-11 {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::metric::distance_m;
    use proptest::prelude::*;

    #[test]
    fn known_pair() {
        // The pair most implementations are tested with (Beijing).
        let g = wgs84_to_gcj02(Coord { x: 116.404, y: 39.915 });
        assert!((g.x - 116.410_244_499_169_38).abs() < 1e-6 && (g.y - 39.916_404_281_501_64).abs() < 1e-6, "{g:?}");
        let b = gcj02_to_bd09(Coord { x: 116.404, y: 39.915 });
        assert!((b.x - 116.410_369_493_710_29).abs() < 1e-6 && (b.y - 39.921_336_993_510_21).abs() < 1e-6, "{b:?}");
    }

    #[test]
    fn untouched_elsewhere() {
        for p in [Coord { x: 9.5, y: 47.1 }, Coord { x: 0.0, y: 0.0 }, Coord { x: -122.0, y: 37.0 }] {
            assert_eq!(gcj02_to_wgs84(p), p);
            assert_eq!(bd09_to_wgs84(p), p);
            assert_eq!(wgs84_to_bd09(p), p);
        }
    }

    proptest! {
        #[test]
        fn round_trips(x in 73.0..136.0f64, y in 3.0..54.0f64) {
            let p = Coord { x, y };
            prop_assert!(distance_m(p, gcj02_to_wgs84(wgs84_to_gcj02(p))) < 0.01);
            prop_assert!(distance_m(p, bd09_to_wgs84(wgs84_to_bd09(p))) < 0.01);
            let moved = distance_m(p, wgs84_to_gcj02(p));
            prop_assert!(moved < 2_000.0, "moved {moved} m");
        }
    }
}
