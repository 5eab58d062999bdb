//! Population rasters: inhabited cells as points with people.

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
