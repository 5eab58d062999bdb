//! The heights of a practice region: a few long waves on a grid of whole metres, with a gorge here and there.

use std::f64::consts::TAU;
use std::path::Path;

use gdal::DriverManager;
use gdal::errors::GdalError;
use gdal::raster::{Buffer, RasterCreationOptions};
use gdal::spatial_ref::SpatialRef;
use geo::Coord;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Side of a cell, degrees: about 330 by 445 m in Liaoning.
pub const CELL_DEG: f64 = 0.004;
/// Ground shown around the villages, degrees.
const MARGIN_DEG: f64 = 0.04;
/// Wave lengths in degrees and amplitudes in metres; slopes stay under 1 in 50.
const WAVES: [(f64, f64); 4] = [(1.3, 60.0), (0.71, 35.0), (0.43, 18.0), (0.31, 9.0)];
const MEAN_M: f64 = 320.0;
/// Heights are whole multiples of it, metres.
const STEP_M: f64 = 2.0;
/// Positions are rounded to 1e-7 degrees; edges of cells lie between them.
const OFF_DEG: f64 = 5e-8;

#[derive(Debug)]
pub struct Heights {
    /// North-west corner, degrees.
    pub corner: Coord,
    pub columns: usize,
    pub rows: usize,
    /// Metres, row by row from the north.
    pub metres: Vec<i16>,
}

impl Heights {
    /// Ground under and around `points`.
    pub fn new(points: &[Coord], rng: &mut ChaCha8Rng) -> Self {
        let fold = |f: fn(f64, f64) -> f64, start: f64| {
            points.iter().fold(Coord { x: start, y: start }, |a, c| Coord { x: f(a.x, c.x), y: f(a.y, c.y) })
        };
        let (min, max) = (fold(f64::min, f64::INFINITY), fold(f64::max, f64::NEG_INFINITY));
        let edge = |v: f64, side: f64| ((v + side * MARGIN_DEG) * 1_000.0).round() / 1_000.0;
        let corner = Coord { x: edge(min.x, -1.0) + OFF_DEG, y: edge(max.y, 1.0) + OFF_DEG };
        let cells = |a: f64, b: f64| ((b + MARGIN_DEG - a) / CELL_DEG).ceil() as usize;
        let (columns, rows) = (cells(corner.x, max.x), cells(-corner.y, -min.y));
        // Each wave has a direction and a phase.
        let waves: Vec<(f64, f64, f64, f64)> = WAVES
            .iter()
            .map(|(length, amplitude)| {
                let (sin, cos) = rng.random_range(0.0..TAU).sin_cos();
                (TAU * cos / length, TAU * sin / length, rng.random_range(0.0..TAU), *amplitude)
            })
            .collect();
        let mut metres = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                let x = corner.x + (column as f64 + 0.5) * CELL_DEG;
                let y = corner.y - (row as f64 + 0.5) * CELL_DEG;
                let h: f64 = waves.iter().map(|(kx, ky, phase, a)| a * (kx * x + ky * y + phase).sin()).sum();
                metres.push((STEP_M * ((MEAN_M + h) / STEP_M).round()) as i16);
            }
        }
        Heights { corner, columns, rows, metres }
    }

    /// Index of the cell that `p` lies in; of the nearest one outside.
    pub fn cell(&self, p: Coord) -> usize {
        let at = |d: f64, n: usize| ((d / CELL_DEG).floor().max(0.0) as usize).min(n - 1);
        at(self.corner.y - p.y, self.rows) * self.columns + at(p.x - self.corner.x, self.columns)
    }

    /// Metres of the cell that `p` lies in.
    pub fn at(&self, p: Coord) -> i16 {
        self.metres[self.cell(p)]
    }

    /// Writes a GeoTIFF.
    pub fn write(&self, path: &Path) -> Result<(), GdalError> {
        let options = RasterCreationOptions::from_iter([
            "COMPRESS=DEFLATE",
            "PREDICTOR=2",
            "ZLEVEL=9",
            "TILED=YES",
            "BLOCKXSIZE=512",
            "BLOCKYSIZE=512",
        ]);
        let (w, h) = (self.columns, self.rows);
        let driver = DriverManager::get_driver_by_name("GTiff")?;
        let mut dataset = driver.create_with_band_type_with_options::<i16, _>(path, w, h, 1, &options)?;
        dataset.set_geo_transform(&[self.corner.x, CELL_DEG, 0.0, self.corner.y, 0.0, -CELL_DEG])?;
        dataset.set_spatial_ref(&SpatialRef::from_epsg(4326)?)?;
        {
            let mut band = dataset.rasterband(1)?;
            band.set_no_data_value(Some(-32_768.0))?;
            band.write((0, 0), (w, h), &mut Buffer::new((w, h), self.metres.clone()))?;
        }
        dataset.close()
    }
}
