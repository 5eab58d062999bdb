//! GCJ-02 back to WGS84, for county files drawn on Chinese web maps.

use geo::Coord;

/// Semi-major axis and squared eccentricity of the Krasovsky ellipsoid, which the offset is built on.
const A: f64 = 6_378_245.0;
const EE: f64 = 0.006_693_421_622_965_943;

fn shift(p: Coord) -> Coord {
    use std::f64::consts::PI;
    let (x, y) = (p.x - 105.0, p.y - 35.0);
    let waves = |v: f64| (20.0 * (v * PI).sin() + 40.0 * (v / 3.0 * PI).sin()) * 2.0 / 3.0;
    let common = (20.0 * (6.0 * x * PI).sin() + 20.0 * (2.0 * x * PI).sin()) * 2.0 / 3.0;
    let north = -100.0
        + 2.0 * x
        + 3.0 * y
        + 0.2 * y * y
        + 0.1 * x * y
        + 0.2 * x.abs().sqrt()
        + common
        + waves(y)
        + (160.0 * (y / 12.0 * PI).sin() + 320.0 * (y * PI / 30.0).sin()) * 2.0 / 3.0;
    let east = 300.0
        + x
        + 2.0 * y
        + 0.1 * x * x
        + 0.1 * x * y
        + 0.1 * x.abs().sqrt()
        + common
        + waves(x)
        + (150.0 * (x / 12.0 * PI).sin() + 300.0 * (x / 30.0 * PI).sin()) * 2.0 / 3.0;
    let lat = p.y.to_radians();
    let m = 1.0 - EE * lat.sin() * lat.sin();
    Coord {
        x: east.to_degrees() / (A / m.sqrt() * lat.cos()),
        y: north.to_degrees() / (A * (1.0 - EE) / (m * m.sqrt())),
    }
}

/// The WGS84 position that GCJ-02 shows at `p`; the offset is undone by fixed-point iteration to under 1 mm.
pub fn to_wgs84(p: Coord) -> Coord {
    let mut q = p;
    for _ in 0..8 {
        q = p - shift(q);
    }
    q
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::metric::distance_m;

    #[test]
    fn undoes_the_offset() {
        let wgs = Coord { x: 120.45, y: 41.57 };
        let gcj = wgs + shift(wgs);
        let d = distance_m(wgs, gcj);
        assert!((300.0..800.0).contains(&d), "{d}");
        assert!(distance_m(to_wgs84(gcj), wgs) < 0.001);
    }

    #[test]
    fn agrees_with_the_published_beijing_example() {
        // 116.404, 39.915 in WGS84 is 116.41024449916938, 39.91640428150164 in GCJ-02 (coordtransform's README).
        let q = to_wgs84(Coord { x: 116.410_244_499_169_38, y: 39.916_404_281_501_64 });
        assert!(distance_m(q, Coord { x: 116.404, y: 39.915 }) < 0.5);
    }
}
