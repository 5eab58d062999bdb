//! How light ground is that the sun shines on.
//!
//! Slope and aspect from the eight neighbours of a pixel, the four nearer ones twice (B. K. P. Horn, Hill shading and the
//! reflectance map, Proceedings of the IEEE 69, 1981), and the light by the angle between ground and sun: what `gdaldem
//! hillshade` makes of heights on the same pixels. The sun stands in the north-west at 45 degrees, where map readers expect
//! it, though it never does north of the tropic.

use super::SIDE;
use super::sample::WINDOW;
use crate::tiles::{Tile, degrees};

/// Where the light comes from: clockwise from north, and above the horizon, degrees.
const AZIMUTH: f64 = 315.0;
const ALTITUDE: f64 = 45.0;
/// The map's side at the equator, metres.
const AROUND: f64 = 2.0 * std::f64::consts::PI * 6_378_137.0;

/// What level ground is.
pub const LEVEL: u8 = 181;

/// Shades from 1 to 255 row by row; 0 where a pixel or one of its neighbours has no height.
pub fn shades(heights: &[f64], t: Tile, exaggeration: f64) -> Vec<u8> {
    let (sin, cos) = ALTITUDE.to_radians().sin_cos();
    let (east, north) = AZIMUTH.to_radians().sin_cos();
    let sun = [east * cos, north * cos, sin];
    let map = f64::from(1u32 << t.zoom);
    let mut out = Vec::with_capacity(SIDE * SIDE);
    for row in 0..SIDE {
        // Metres of a pixel: the map stretches the ground the more, the farther it is from the equator.
        let y = (f64::from(t.row) + (row as f64 + 0.5) / SIDE as f64) / map;
        let metres = AROUND / (map * SIDE as f64) * degrees([0.5, y])[1].to_radians().cos();
        let scale = exaggeration / (8.0 * metres);
        let [above, own, below] = [0, 1, 2].map(|k| &heights[(row + k) * WINDOW..][..WINDOW]);
        for column in 0..SIDE {
            let [a, b, c] = [above, own, below].map(|r| [r[column], r[column + 1], r[column + 2]]);
            let to_east = (a[2] + 2.0 * b[2] + c[2] - a[0] - 2.0 * b[0] - c[0]) * scale;
            let to_north = (a[0] + 2.0 * a[1] + a[2] - c[0] - 2.0 * c[1] - c[2]) * scale;
            let light = (sun[2] - to_east * sun[0] - to_north * sun[1])
                / (1.0 + to_east * to_east + to_north * to_north).sqrt();
            // The pixel's own height is not in the slope.
            let known = light.is_finite() && b[1].is_finite();
            out.push(if known { (1.0 + 254.0 * light.max(0.0)).round() as u8 } else { 0 });
        }
    }
    out
}
