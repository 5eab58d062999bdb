//! Positions on whole-number grids: one of the world, and one of each zoom, in units of a tile's 4096th part.
//!
//! Shapes are made simpler by moving their vertices onto the grid of the zoom and by nothing else. Where a vertex goes
//! depends on the vertex alone, so a border that two areas share stays shared, lines that meet go on meeting, and both
//! sides of a tile's edge see the same thing. A method that weighs vertices against each other (Douglas–Peucker,
//! Visvalingam) makes slightly smaller tiles, but has to know the whole map to keep that promise.

use geo::Coord;

use super::FULL_ZOOM;
use super::clip::EXTENT;
use super::tile::{Tile, fraction};

/// A position in the world, in 2⁻³² of its side: 9 mm at the equator, as fine as the collections are written.
pub type Place = [u32; 2];
/// A position in a tile: units from its north-western corner, east and south.
pub type Spot = [i32; 2];

/// The place of longitude and latitude.
pub fn place(c: Coord) -> Place {
    // The cast keeps the last one on the eastern and southern edges.
    fraction(c.x, c.y).map(|f| (f * 4_294_967_296.0) as u32)
}

/// Binary digits between the world's grid and that of zoom 0.
const DIGITS: u32 = 32 - EXTENT.trailing_zeros();

/// The grid of a tile.
#[derive(Debug, Clone, Copy)]
pub struct Grid {
    /// Digits that are rounded away.
    coarse: u32,
    /// Of those, digits that count from the tile's unit up.
    step: u32,
    corner: [i64; 2],
}

impl Grid {
    /// Below [`FULL_ZOOM`] positions are half a pixel apart on a screen that shows the tile at 512 pixels.
    pub fn of(t: Tile) -> Self {
        let step = if t.zoom < FULL_ZOOM { 2 } else { 0 };
        let extent = i64::from(EXTENT);
        Self {
            coarse: DIGITS - u32::from(t.zoom) + step,
            step,
            corner: [i64::from(t.col) * extent, i64::from(t.row) * extent],
        }
    }

    /// The least distance between two positions, in units.
    pub fn step(&self) -> i32 {
        1 << self.step
    }

    /// The same in steps of the world's grid.
    pub fn step_in_world(&self) -> f64 {
        f64::from(1u32 << self.coarse)
    }

    pub fn snap(&self, p: Place) -> Spot {
        let at = |v: u32, corner: i64| {
            let rounded = ((i64::from(v) + (1 << (self.coarse - 1))) >> self.coarse) << self.step;
            // Whole numbers of the deepest zoom have 26 digits.
            (rounded - corner) as i32
        };
        [at(p[0], self.corner[0]), at(p[1], self.corner[1])]
    }

    /// Positions on the grid, none twice in a row.
    pub fn path(&self, places: &[Place]) -> Vec<Spot> {
        let mut out = Vec::with_capacity(places.len());
        for &p in places {
            let s = self.snap(p);
            if out.last() != Some(&s) {
                out.push(s);
            }
        }
        out
    }
}

/// Twice the area to the left of a way over three positions; 0 where they are on one straight line.
pub fn turn(a: Spot, b: Spot, c: Spot) -> i64 {
    let d = |p: Spot, q: Spot| [i64::from(q[0]) - i64::from(p[0]), i64::from(q[1]) - i64::from(p[1])];
    let (u, v) = (d(a, b), d(b, c));
    u[0] * v[1] - u[1] * v[0]
}

/// A line without the positions that it passes straight on.
pub fn straightened(line: &[Spot]) -> Vec<Spot> {
    let mut out: Vec<Spot> = Vec::with_capacity(line.len());
    for &c in line {
        while let [.., a, b] = out[..] {
            let ahead = (0..2).all(|i| (b[i] - a[i]).signum() == (c[i] - b[i]).signum());
            if turn(a, b, c) == 0 && ahead {
                out.pop();
            } else {
                break;
            }
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vertex_goes_to_the_same_place_in_every_tile() {
        let p = place(Coord { x: 120.123_456_7, y: 41.2 });
        let (a, b) = (Tile::new(9, 190, 426).unwrap(), Tile::new(9, 191, 427).unwrap());
        let (s, t) = (Grid::of(a).snap(p), Grid::of(b).snap(p));
        assert_eq!([s[0] - t[0], s[1] - t[1]], [EXTENT, EXTENT]);
        assert!(s.iter().all(|v| v % 4 == 0));
        assert_eq!(place(Coord { x: 180.0, y: -89.0 }), [u32::MAX; 2]);
        assert_eq!(Grid::of(Tile::new(0, 0, 0).unwrap()).snap([0, u32::MAX]), [0, EXTENT]);
    }

    #[test]
    fn straight_lines_lose_their_middle_but_not_their_turns() {
        assert_eq!(straightened(&[[0, 0], [2, 2], [5, 5], [5, 9]]), [[0, 0], [5, 5], [5, 9]]);
        // There and back is no straight way on.
        assert_eq!(straightened(&[[0, 0], [4, 0], [2, 0]]), [[0, 0], [4, 0], [2, 0]]);
    }
}
