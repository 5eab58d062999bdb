//! Heights in the middles of a tile's pixels.

use geo::Coord;

use super::SIDE;
use super::ground::Ground;
use crate::layers::systems;
use crate::tiles::{Tile, degrees};
use crate::world::Heights;

/// Pixels of a window's side: a tile's, and one more on each side, so that tiles fit together.
pub const WINDOW: usize = SIDE + 2;

/// Heights row by row, NaN where there are none; of several rasters the first that has one decides.
pub fn window(grounds: &[Ground], t: Tile) -> Vec<f64> {
    let mut out = vec![f64::NAN; WINDOW * WINDOW];
    let [west, south, east, north] = t.bounds(2.0 / SIDE as f64);
    let touches = |b: [f64; 4]| b[0] <= east && west <= b[2] && b[1] <= north && south <= b[3];
    let near: Vec<&Ground> = grounds.iter().filter(|g| touches(g.bounds)).collect();
    if near.is_empty() {
        return out;
    }
    let places = places(t);
    for (i, g) in near.iter().enumerate() {
        let system = &g.heights().projected;
        let mut own = places.clone();
        if let Some(wkt) = system {
            systems::into_projected(wkt, &mut own);
        }
        let coarse = |g: &Ground| pixel(g.heights(), &own);
        let h = g.coarse(coarse(g));
        let beside: Vec<&Heights> = (near.iter().enumerate())
            .filter(|(k, g)| *k != i && g.heights().projected == *system)
            .map(|(_, g)| g.coarse(coarse(g)))
            .collect();
        for (o, p) in out.iter_mut().zip(&own).filter(|(o, _)| o.is_nan()) {
            *o = height(h, &beside, *p);
        }
    }
    out
}

/// Longitudes and latitudes of the pixels' middles.
fn places(t: Tile) -> Vec<Coord> {
    let side = f64::from(1u32 << t.zoom);
    let at = |n: u32, k: usize| (f64::from(n) + (k as f64 - 0.5) / SIDE as f64) / side;
    let axis = |f: &dyn Fn(usize) -> f64| (0..WINDOW).map(f).collect::<Vec<f64>>();
    let lon = axis(&|k| degrees([at(t.col, k), 0.5])[0]);
    let lat = axis(&|k| degrees([0.5, at(t.row, k)])[1]);
    lat.iter().flat_map(|&y| lon.iter().map(move |&x| Coord { x, y })).collect()
}

/// How many of a raster's cells a pixel is wide or high in the tile's middle, whichever is less.
fn pixel(h: &Heights, places: &[Coord]) -> f64 {
    let middle = WINDOW / 2 * WINDOW + WINDOW / 2;
    let at = |k: usize| h.place(places[k].x, places[k].y);
    let [m, east, south] = [at(middle), at(middle + 1), at(middle + WINDOW)];
    let cells = |a: [f64; 2]| (a[0] - m[0]).hypot(a[1] - m[1]);
    cells(east).min(cells(south))
}

/// Between the middles of four cells by their distance (bilinear). Cells without a height do not count, and where they have
/// more than half of the weight there is none here either. The outer half of a cell at the edge is as high as the cell
/// unless another raster goes on there.
fn height(h: &Heights, beside: &[&Heights], p: Coord) -> f64 {
    let [u, v] = h.place(p.x, p.y);
    let [columns, rows] = h.size.map(|n| n as f64);
    if !(0.0..=columns).contains(&u) || !(0.0..=rows).contains(&v) {
        return f64::NAN;
    }
    let (column, row) = ((u - 0.5).floor(), (v - 0.5).floor());
    let (x, y) = (u - 0.5 - column, v - 0.5 - row);
    let (mut sum, mut known) = (0.0, 0.0);
    for (r, by) in [(row, 1.0 - y), (row + 1.0, y)] {
        for (c, bx) in [(column, 1.0 - x), (column + 1.0, x)] {
            if let Some(z) = around(h, beside, c, r) {
                sum += bx * by * z;
                known += bx * by;
            }
        }
    }
    if known >= 0.5 { sum / known } else { f64::NAN }
}

/// The cell with this number, also one beyond the raster's edge.
fn around(h: &Heights, beside: &[&Heights], column: f64, row: f64) -> Option<f64> {
    let last = h.size.map(|n| n as f64 - 1.0);
    let inside = [column.clamp(0.0, last[0]), row.clamp(0.0, last[1])];
    if inside != [column, row] {
        let other = |[c, r]: [f64; 2]| {
            let (x, y) = (h.corner[0] + (c + 0.5) * h.step[0], h.corner[1] + (r + 0.5) * h.step[1]);
            beside.iter().find_map(|b| b.cell(b.cell_at(x, y)?))
        };
        // Beyond a corner of all rasters one that goes on in one direction does.
        let found = [[column, row], [column, inside[1]], [inside[0], row]].into_iter().find_map(other);
        if found.is_some() {
            return found;
        }
    }
    h.cell(inside.map(|v| v as usize))
}
