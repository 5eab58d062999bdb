//! Positions by nearness.

use std::collections::HashMap;

use geo::Coord;

use crate::world::metric;

/// Side of a square of the index, degrees.
const CELL_DEG: f64 = 0.02;

/// Positions that can be asked for what lies around a place; they count from 0 in the order they came.
#[derive(Debug, Default)]
pub struct Near {
    points: Vec<(usize, Coord)>,
    cells: HashMap<(i32, i32), Vec<usize>>,
}

fn cell(p: Coord) -> (i32, i32) {
    ((p.x / CELL_DEG).floor() as i32, (p.y / CELL_DEG).floor() as i32)
}

impl Near {
    pub fn of(points: &[Coord]) -> Self {
        let mut near = Near::default();
        for (i, p) in points.iter().enumerate() {
            near.add(i, *p);
        }
        near
    }

    pub fn add(&mut self, name: usize, p: Coord) {
        self.cells.entry(cell(p)).or_default().push(self.points.len());
        self.points.push((name, p));
    }

    /// Metres and name of all within `radius_m`, nearest first.
    pub fn within(&self, p: Coord, radius_m: f64) -> Vec<(f64, usize)> {
        let (lo, hi) = metric::grow_box(p, p, radius_m);
        let (lo, hi) = (cell(lo), cell(hi));
        let mut found: Vec<(f64, usize)> = (lo.0..=hi.0)
            .flat_map(|x| (lo.1..=hi.1).filter_map(move |y| self.cells.get(&(x, y))))
            .flatten()
            .map(|&i| (metric::distance_m(p, self.points[i].1), self.points[i].0))
            .filter(|(d, _)| *d <= radius_m)
            .collect();
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        found
    }

    /// The nearest one that is wanted, however far.
    pub fn nearest(&self, p: Coord, wanted: impl Fn(usize) -> bool) -> Option<(f64, usize)> {
        let mut radius = 2_000.0;
        loop {
            if let Some(first) = self.within(p, radius).into_iter().find(|(_, i)| wanted(*i)) {
                return Some(first);
            }
            if radius > 300_000.0 {
                let far = self.points.iter().filter(|(i, _)| wanted(*i));
                return far
                    .map(|(i, q)| (metric::distance_m(p, *q), *i))
                    .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            }
            radius *= 3.0;
        }
    }
}
