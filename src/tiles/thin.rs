//! From which zoom on a feature shows.
//!
//! Points stand aside for more important ones: at every zoom but the deepest each cell of a fixed grid of the world
//! has room for one. Whoever is the first in a cell is the first in the quarter of it that is the cell of the next
//! zoom, too, so the answer is one zoom for each feature, the same in every tile. Roads and power lines show by
//! class and level, as on the map page, rivers by whether they have a name; other lines, and areas, always.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::layer::Shape;
use super::tile::MAX_ZOOM;
use crate::publish::{Cell, Collection};
use crate::world::RoadClass;

/// Side of a cell in units of a tile: 8 pixels of 512.
pub const CELL: u32 = 64;

/// Binary digits of a place below the side of a cell at zoom 0.
const DIGITS: u32 = 32 - (super::EXTENT as u32 / CELL).trailing_zeros();

/// Many small areas of one kind show from here on: below, they would be dust.
const AREAS: u8 = 6;

pub fn zooms(c: &Collection, shapes: &[Shape]) -> Vec<u8> {
    let rows = 0..shapes.len() as u32;
    match c.id {
        "roads" => rows.map(|i| of_class(c, i)).collect(),
        "power_lines" => rows.map(|i| of_level(c.rank(i)[0])).collect(),
        "surface_water" => rows.map(|i| of_water(c, i, shapes)).collect(),
        "low_voltage_areas" | "broadband_coverage" => vec![AREAS; shapes.len()],
        _ => points(shapes, &order(c)),
    }
}

fn of_class(c: &Collection, i: u32) -> u8 {
    use RoadClass::*;
    let is = |classes: &[RoadClass]| c.has_class(i, classes);
    if is(&[Motorway, Trunk]) {
        0
    } else if is(&[Primary, Secondary]) {
        6
    } else if is(&[Tertiary]) {
        8
    } else if is(&[Service]) {
        12
    } else {
        10
    }
}

/// Lakes, then rivers that have a name, then brooks.
fn of_water(c: &Collection, i: u32, shapes: &[Shape]) -> u8 {
    let named = c.table().column("name").is_some_and(|k| k.get(i) != Cell::Null);
    match shapes.get(i as usize) {
        Some(Shape::Lines(_)) if named => 8,
        Some(Shape::Lines(_)) => 10,
        _ => AREAS,
    }
}

/// High-voltage lines come first in their collection; those of unknown level come with the medium ones.
fn of_level(rank: f64) -> u8 {
    if rank <= -3.0 {
        5
    } else if rank == -1.0 {
        12
    } else {
        9
    }
}

/// The most important first: as in the collection. Villages are in the order of their codes there, which says nothing
/// of importance; of them those with gaps in the most themes come first, then the largest.
fn order(c: &Collection) -> Vec<u32> {
    let mut rows: Vec<u32> = (0..c.len() as u32).collect();
    if c.id == "villages" {
        let t = c.table();
        let verdicts: Vec<_> = t.columns.iter().filter(|k| k.name.ends_with("_verdict")).collect();
        let people = t.column("population");
        let key = |&i: &u32| {
            let gaps = verdicts.iter().filter(|k| k.get(i) == Cell::Text("gap")).count();
            let people = match people.map(|k| k.get(i)) {
                Some(Cell::Number(n)) if n > 0.0 => n as u64,
                _ => 0,
            };
            (Reverse(gaps), Reverse(people), i)
        };
        rows.sort_by_cached_key(key);
    }
    rows
}

fn points(shapes: &[Shape], order: &[u32]) -> Vec<u8> {
    let mut out = vec![0; shapes.len()];
    let mut taken: Vec<HashSet<[u32; 2]>> = vec![HashSet::new(); usize::from(MAX_ZOOM)];
    for &i in order {
        let Some(Shape::Points(ps)) = shapes.get(i as usize) else { continue };
        // What has several points is one thing, and rare: it shows.
        let [p] = ps[..] else { continue };
        let cell = |zoom: usize| p.map(|v| v >> (DIGITS - zoom as u32));
        let first = (0..taken.len()).find(|&z| !taken[z].contains(&cell(z))).unwrap_or(taken.len());
        for (z, taken) in taken.iter_mut().enumerate().skip(first) {
            taken.insert(cell(z));
        }
        out[i as usize] = first as u8;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_point_for_each_cell_the_most_important_first() {
        // Three in one cell down to a zoom, one far off, and what are no points.
        let at = |x: u32| Shape::Points([[x, 0]].into());
        let shapes = [at(0), at(1 << (DIGITS - 5)), at(3), at(1 << 31), Shape::Nowhere, Shape::Lines([].into())];
        assert_eq!(points(&shapes, &[0, 1, 2, 3, 4, 5]), [0, 5, 14, 0, 0, 0]);
        assert_eq!(points(&shapes, &[2, 1, 0, 3, 4, 5]), [14, 5, 0, 0, 0, 0]);
    }

    #[test]
    fn power_lines_by_level() {
        assert_eq!([-3.0, -2.0, -1.0, 0.0].map(of_level), [5, 9, 12, 9]);
    }
}
