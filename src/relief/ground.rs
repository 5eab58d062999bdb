//! A raster of heights with what was measured of it.

use std::sync::{Arc, OnceLock};

use geo::Coord;

use crate::layers::systems;
use crate::tiles::fraction;
use crate::world::Heights;
use crate::world::metric::distance_m;

/// Positions along a side that are brought to degrees to find where a raster lies.
const ALONG: usize = 32;
/// Cells of a raster whose slope is measured, about.
const MEASURED: usize = 50_000;

pub struct Ground {
    all: Arc<Vec<Heights>>,
    own: usize,
    /// West, south, east, north in degrees.
    pub bounds: [f64; 4],
    /// The smaller side of a cell in the middle, as a part of the map's side.
    pub cell: f64,
    /// Sides of that cell, metres.
    metres: [f64; 2],
    /// Half as fine, a quarter as fine …; made when first asked for, a third of the raster's memory together.
    coarser: OnceLock<Vec<Heights>>,
}

impl Ground {
    /// `None` where the raster has no place on the map.
    pub fn new(all: &Arc<Vec<Heights>>, own: usize) -> Option<Self> {
        let h = &all[own];
        let at =
            |column: f64, row: f64| Coord { x: h.corner[0] + column * h.step[0], y: h.corner[1] + row * h.step[1] };
        let [columns, rows] = h.size.map(|n| n as f64);
        let side = |n: f64| (0..=ALONG).map(move |k| n * k as f64 / ALONG as f64);
        let mut edge: Vec<Coord> = side(columns).flat_map(|c| [at(c, 0.0), at(c, rows)]).collect();
        edge.extend(side(rows).flat_map(|r| [at(0.0, r), at(columns, r)]));
        let (c, r) = ((columns / 2.0).floor(), (rows / 2.0).floor());
        let mut middle = [at(c, r), at(c + 1.0, r), at(c, r + 1.0)];
        if let Some(wkt) = &h.projected {
            systems::out_of_projected(wkt, &mut edge);
            systems::out_of_projected(wkt, &mut middle);
        }
        let mut bounds = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for p in edge.iter().filter(|p| p.x.is_finite() && p.y.is_finite()) {
            bounds = [bounds[0].min(p.x), bounds[1].min(p.y), bounds[2].max(p.x), bounds[3].max(p.y)];
        }
        let [m, east, south] = middle.map(|p| fraction(p.x, p.y));
        let part = |a: [f64; 2]| (a[0] - m[0]).hypot(a[1] - m[1]);
        let cell = part(east).min(part(south));
        let metres = [distance_m(middle[0], middle[1]), distance_m(middle[0], middle[2])];
        let limits = [-180.0, -85.0511, 180.0, 85.0511];
        let bounds = [0, 1, 2, 3].map(|k: usize| bounds[k].clamp(limits[k % 2], limits[k % 2 + 2]));
        let good = bounds[0] < bounds[2] && bounds[1] < bounds[3] && cell > 0.0 && metres.iter().all(|m| *m > 0.0);
        good.then(|| Self { all: all.clone(), own, bounds, cell, metres, coarser: OnceLock::new() })
    }

    pub fn heights(&self) -> &Heights {
        &self.all[self.own]
    }

    /// The raster, or what comes closest to cells of as many of its own each way.
    pub fn coarse(&self, cells: f64) -> &Heights {
        let level = if cells >= 2.0 { cells.log2().floor() as usize } else { 0 };
        if level == 0 {
            return self.heights();
        }
        let coarser = self.coarser.get_or_init(|| {
            let first = self.heights().halved();
            let next = |h: &Heights| h.size.iter().any(|n| *n > 1).then(|| h.halved());
            std::iter::successors(Some(first), next).collect()
        });
        coarser.get(level - 1).or(coarser.last()).unwrap_or(self.heights())
    }

    /// Slopes of cells all over the raster, metres a metre.
    pub fn slopes(&self) -> Vec<f64> {
        let h = self.heights();
        let [columns, rows] = h.size;
        let every = ((columns * rows) as f64 / MEASURED as f64).sqrt().ceil() as usize;
        let inner = |n: usize| (1..n.saturating_sub(1)).step_by(every.max(1));
        let at = |c: usize, r: usize| h.cell([c, r]);
        let slope = |(c, r): (usize, usize)| {
            let east = (at(c + 1, r)? - at(c - 1, r)?) / (2.0 * self.metres[0]);
            let south = (at(c, r + 1)? - at(c, r - 1)?) / (2.0 * self.metres[1]);
            Some(east.hypot(south))
        };
        inner(rows).flat_map(|r| inner(columns).map(move |c| (c, r))).filter_map(slope).collect()
    }
}
