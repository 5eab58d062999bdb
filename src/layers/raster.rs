//! Rasters: inhabited cells as points with people; heights.

use geo::Coord;

use super::crs;
use super::error::{At, LayerError};
use super::open;
use super::quality::SourceQuality;
use crate::atlas::Source;
use crate::world::PopulationGrid;

/// Reads band 1 of a raster: cells with more than no people, in the raster's order.
pub(super) fn population(source: &Source) -> Result<(PopulationGrid, SourceQuality), LayerError> {
    let bad = |reason: String| LayerError::Raster { at: At::of(source), reason };
    let failed = |e: gdal::errors::GdalError| {
        let said = open::take_failures().join("; ");
        bad(if said.is_empty() { e.to_string() } else { said })
    };
    let dataset = open::raster(source)?;
    let band = dataset.rasterband(1).map_err(failed)?;
    let to_map =
        dataset.geo_transform().map_err(|_| bad("has no position on the ground (geotransform)".to_string()))?;
    let nodata = band.no_data_value();
    let (width, height) = band.size();
    let mut centres = Vec::new();
    let mut people = Vec::new();
    let mut quality = SourceQuality {
        layer: source.kind.key().to_string(),
        path: super::inputs::redact(&source.path),
        read: (width * height) as u64,
        ..SourceQuality::default()
    };
    for row in 0..height {
        let line = band.read_as::<f64>((0, row as isize), (width, 1), (width, 1), None).map_err(failed)?;
        for (column, &v) in line.data().iter().enumerate() {
            // Some files state the no-data value with more digits than the cells hold.
            let none = nodata.is_some_and(|n| v == n || v as f32 == n as f32);
            if !v.is_finite() || none || v == 0.0 {
                continue;
            }
            if v < 0.0 {
                quality.skip("fewer than no people", || format!("{column},{row}"));
                continue;
            }
            let (c, r) = (column as f64 + 0.5, row as f64 + 0.5);
            centres.push(Coord {
                x: to_map[0] + c * to_map[1] + r * to_map[2],
                y: to_map[3] + c * to_map[4] + r * to_map[5],
            });
            people.push(v);
        }
    }
    let system = crs::system(source, dataset.spatial_ref().ok())?;
    crs::to_wgs84(source, &system, &mut centres)?;
    let cells: Vec<(Coord, f64)> = centres.into_iter().zip(people).filter(|(c, _)| crs::on_globe(*c)).collect();
    quality.kept = cells.len() as u64;
    if cells.is_empty() {
        quality.warnings.push("no cell has people".to_string());
    }
    Ok((PopulationGrid { cells }, quality))
}

/// One raster of heights, kept whole.
pub(super) struct Heights {
    to_map: [f64; 6],
    size: (usize, usize),
    /// Row by row, NaN where there is none.
    cells: Vec<f32>,
    /// Positions are in this system, where it is not longitude and latitude.
    projected: Option<String>,
}

/// Reads band 1 of an elevation raster, metres.
pub(super) fn elevation(source: &Source) -> Result<(Heights, SourceQuality), LayerError> {
    let bad = |reason: String| LayerError::Raster { at: At::of(source), reason };
    let failed = |e: gdal::errors::GdalError| {
        let said = open::take_failures().join("; ");
        bad(if said.is_empty() { e.to_string() } else { said })
    };
    let dataset = open::raster(source)?;
    let band = dataset.rasterband(1).map_err(failed)?;
    let to_map =
        dataset.geo_transform().map_err(|_| bad("has no position on the ground (geotransform)".to_string()))?;
    if to_map[2] != 0.0 || to_map[4] != 0.0 {
        return Err(bad("is rotated; warp it north up first (gdalwarp)".to_string()));
    }
    let nodata = band.no_data_value();
    let (width, height) = band.size();
    let data = band.read_as::<f32>((0, 0), (width, height), (width, height), None).map_err(failed)?;
    let none = |v: f32| !v.is_finite() || nodata.is_some_and(|n| v == n as f32);
    let cells: Vec<f32> = data.data().iter().map(|&v| if none(v) { f32::NAN } else { v }).collect();
    let projected = match dataset.spatial_ref().ok() {
        Some(srs) if srs.is_projected() => Some(srs.to_wkt().map_err(failed)?),
        _ => None,
    };
    let kept = cells.iter().filter(|v| !v.is_nan()).count() as u64;
    let quality = SourceQuality {
        layer: source.kind.key().to_string(),
        path: super::inputs::redact(&source.path),
        read: (width * height) as u64,
        kept,
        ..SourceQuality::default()
    };
    Ok((Heights { to_map, size: (width, height), cells, projected }, quality))
}

impl Heights {
    /// Height of the cell that each position (degrees) lies in; its far edges belong to the last cells.
    pub fn at(&self, points: &[Coord]) -> Vec<Option<f64>> {
        let places = match &self.projected {
            None => points.iter().map(|p| Some((p.x, p.y))).collect(),
            Some(wkt) => project(wkt, points),
        };
        places.into_iter().map(|p| self.cell(p?)).collect()
    }

    fn cell(&self, (x, y): (f64, f64)) -> Option<f64> {
        let index = |v: f64, n: usize| {
            // A position on the far edge, or a hair beyond it by rounding, is in the last cell.
            let at_edge = v >= n as f64 && v <= n as f64 + 1e-6;
            let v = if at_edge { n as f64 - 1.0 } else { v };
            (v >= -1e-6 && v < n as f64).then(|| v.max(0.0).floor() as usize)
        };
        let column = index((x - self.to_map[0]) / self.to_map[1], self.size.0)?;
        let row = index((y - self.to_map[3]) / self.to_map[5], self.size.1)?;
        let v = self.cells[row * self.size.0 + column];
        (!v.is_nan()).then_some(f64::from(v))
    }
}

/// Positions in a projected system; `None` where they have none there.
fn project(wkt: &str, points: &[Coord]) -> Vec<Option<(f64, f64)>> {
    use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, SpatialRef};
    let made = SpatialRef::from_wkt(wkt).and_then(|mut to| {
        let mut from = SpatialRef::from_epsg(4326)?;
        from.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
        to.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
        CoordTransform::new(&from, &to)
    });
    let Ok(transform) = made else { return vec![None; points.len()] };
    points
        .iter()
        .map(|p| {
            let (mut x, mut y) = ([p.x], [p.y]);
            transform.transform_coords(&mut x, &mut y, &mut []).ok()?;
            (x[0].is_finite() && y[0].is_finite()).then_some((x[0], y[0]))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::atlas::LayerKind;
    use crate::layers::testkit;

    #[test]
    fn heights_are_those_of_the_cells_with_edges_and_holes() {
        // Two columns, two rows, one hole; cells of a degree from (10, 42) down to (12, 40).
        let h = Heights {
            to_map: [10.0, 1.0, 0.0, 42.0, 0.0, -1.0],
            size: (2, 2),
            cells: vec![1.0, 2.0, f32::NAN, 4.0],
            projected: None,
        };
        let at = |x: f64, y: f64| h.at(&[Coord { x, y }])[0];
        assert_eq!((at(10.5, 41.5), at(11.5, 41.5), at(11.5, 40.5)), (Some(1.0), Some(2.0), Some(4.0)));
        assert_eq!(at(10.5, 40.5), None, "no data");
        assert_eq!((at(10.0, 42.0), at(12.0, 40.0)), (Some(1.0), Some(4.0)), "the corners belong to the raster");
        assert_eq!((at(9.99, 41.5), at(12.01, 41.5), at(11.0, 42.01)), (None, None, None));
    }

    #[test]
    fn an_srtm_tile_as_gdal_reads_it() {
        let Some(zip) = testkit::data("osm/N42E001.hgt.zip") else { return };
        let path = format!("/vsizip/{zip}/N42E001.hgt");
        let source = Source::new(LayerKind::Elevation, path.as_str());
        let (h, quality) = elevation(&source).unwrap();
        assert!(quality.kept > 0);
        let ds = gdal::Dataset::open(&path).unwrap();
        let (gt, band) = (ds.geo_transform().unwrap(), ds.rasterband(1).unwrap());
        let (w, n) = band.size();
        let mut holes = 0;
        for (c, r) in [(0, 0), (w - 1, 0), (0, n - 1), (w - 1, n - 1), (w / 2, n / 3), (17, 23), (w - 2, n / 2)] {
            let v = band.read_as::<f64>((c as isize, r as isize), (1, 1), (1, 1), None).unwrap().data()[0];
            let none = band.no_data_value() == Some(v);
            holes += u32::from(none);
            for (dx, dy) in [(0.5, 0.5), (0.01, 0.01), (0.99, 0.99)] {
                let p = Coord { x: gt[0] + (c as f64 + dx) * gt[1], y: gt[3] + (r as f64 + dy) * gt[5] };
                assert_eq!(h.at(&[p])[0], (!none).then_some(v), "cell {c}, {r}");
            }
        }
        println!("{holes} of the cells have no data");
    }
}
