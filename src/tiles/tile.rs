//! Addresses of tiles and the ground they cover.

use std::f64::consts::PI;

/// The deepest zoom: a grid unit is 0.6 m at the equator there, and clients enlarge its tiles when they go closer.
pub const MAX_ZOOM: u8 = 14;

/// The northern and southern edge of the tiles in degrees.
const EDGE: f64 = 85.051_128_779_806_6;

/// A tile; rows count from the north, columns from the west.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    pub zoom: u8,
    pub row: u32,
    pub col: u32,
}

/// First and last rows and columns of a zoom that can show anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    pub rows: [u32; 2],
    pub cols: [u32; 2],
}

/// Position in the square of the world, 0 to 1, y from the north; what lies beyond the edge is moved onto it.
pub fn fraction(lon: f64, lat: f64) -> [f64; 2] {
    let lat = lat.clamp(-EDGE, EDGE).to_radians();
    let y = (1.0 - lat.tan().asinh() / PI) / 2.0;
    [(lon / 360.0 + 0.5).clamp(0.0, 1.0), y.clamp(0.0, 1.0)]
}

/// Longitude and latitude of a position in the square of the world.
pub fn degrees([x, y]: [f64; 2]) -> [f64; 2] {
    [(x - 0.5) * 360.0, (PI * (1.0 - 2.0 * y)).sinh().atan().to_degrees()]
}

impl Tile {
    /// `None` where there is no such tile.
    pub fn new(zoom: u8, row: u32, col: u32) -> Option<Self> {
        let side = 1u32.checked_shl(zoom.into())?;
        (zoom <= MAX_ZOOM && row < side && col < side).then_some(Self { zoom, row, col })
    }

    /// West, south, east, north in degrees, `margin` of a tile's side wider on every side.
    pub fn bounds(self, margin: f64) -> [f64; 4] {
        let side = f64::from(1u32 << self.zoom);
        let at = |n: u32, d: f64| (f64::from(n) + d) / side;
        let [west, north] = degrees([at(self.col, -margin), at(self.row, -margin)]);
        let [east, south] = degrees([at(self.col, 1.0 + margin), at(self.row, 1.0 + margin)]);
        [west, south, east, north]
    }

    /// The four tiles of the next zoom on the same ground.
    pub fn children(self) -> [Tile; 4] {
        let at = |d: [u32; 2]| Tile { zoom: self.zoom + 1, row: 2 * self.row + d[0], col: 2 * self.col + d[1] };
        [[0, 0], [0, 1], [1, 0], [1, 1]].map(at)
    }

    /// Which number the tile has in PMTiles: smaller zooms first, within one along a Hilbert curve.
    pub fn hilbert(self) -> u64 {
        let before = ((1u64 << (2 * self.zoom)) - 1) / 3;
        let (mut x, mut y) = (u64::from(self.col), u64::from(self.row));
        let mut d = 0;
        for k in (0..self.zoom).rev() {
            let s = 1u64 << k;
            let (rx, ry) = (u64::from(x & s > 0), u64::from(y & s > 0));
            d += s * s * ((3 * rx) ^ ry);
            // Turns the quarter so that the curve goes on.
            (x, y) = (x & (s - 1), y & (s - 1));
            if ry == 0 {
                if rx == 1 {
                    (x, y) = (s - 1 - x, s - 1 - y);
                }
                (x, y) = (y, x);
            }
        }
        before + d
    }
}

impl Limits {
    /// Tiles of a zoom that a box in degrees touches.
    pub fn of(bbox: [f64; 4], zoom: u8) -> Self {
        let side = 1u32 << zoom.min(MAX_ZOOM);
        let at = |f: f64| ((f * f64::from(side)) as u32).min(side - 1);
        let [x0, y0] = fraction(bbox[0], bbox[3]);
        let [x1, y1] = fraction(bbox[2], bbox[1]);
        Self { rows: [at(y0), at(y1)], cols: [at(x0), at(x1)] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ground_of_tiles() {
        assert_eq!(
            Tile::new(0, 0, 0).unwrap().bounds(0.0).map(|x| (x * 1e6).round() / 1e6),
            [-180.0, -85.051129, 180.0, 85.051129]
        );
        assert!(Tile::new(3, 8, 0).is_none() && Tile::new(15, 0, 0).is_none() && Tile::new(200, 0, 0).is_none());
        let t = Tile::new(9, 190, 430).unwrap();
        let b = t.bounds(0.0);
        let inner = [b[0] + 1e-9, b[1] + 1e-9, b[2] - 1e-9, b[3] - 1e-9];
        assert_eq!(Limits::of(inner, 9), Limits { rows: [190, 190], cols: [430, 430] });
        assert_eq!(Limits::of([-180.0, -90.0, 180.0, 90.0], 2), Limits { rows: [0, 3], cols: [0, 3] });
        for child in t.children() {
            let c = child.bounds(0.0);
            assert!(c[0] >= b[0] - 1e-9 && c[3] <= b[3] + 1e-9 && c[2] <= b[2] + 1e-9 && c[1] >= b[1] - 1e-9);
        }
    }

    #[test]
    fn hilbert_numbers_are_those_of_the_specification() {
        let of = |z, x, y| Tile::new(z, y, x).unwrap().hilbert();
        assert_eq!([of(0, 0, 0), of(1, 0, 0), of(1, 0, 1), of(1, 1, 1), of(1, 1, 0), of(2, 0, 0)], [0, 1, 2, 3, 4, 5]);
        assert_eq!(of(12, 3423, 1763), 19_078_479);
        // All numbers of a zoom, and neighbours on the curve are neighbours on the ground.
        let mut all: Vec<(u64, u32, u32)> = (0..64).map(|i| (of(3, i % 8, i / 8), i % 8, i / 8)).collect();
        all.sort_unstable();
        assert!(all.iter().zip(21..).all(|(a, n)| a.0 == n));
        assert!(all.windows(2).all(|w| w[0].1.abs_diff(w[1].1) + w[0].2.abs_diff(w[1].2) == 1));
    }
}
