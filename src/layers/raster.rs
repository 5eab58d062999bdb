//! Rasters: inhabited cells as points with people; heights.

use geo::Coord;

use super::crs;
use super::error::{At, LayerError};
use super::open;
use super::quality::SourceQuality;
use super::systems;
use crate::atlas::Source;
use crate::world::{Heights, PopulationGrid};

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
    let heights = Heights {
        corner: [to_map[0], to_map[3]],
        step: [to_map[1], to_map[5]],
        size: [width, height],
        cells,
        projected,
    };
    Ok((heights, quality))
}

/// Cells of all rasters that stay in memory to be drawn: 256 MiB.
pub(super) const KEPT: usize = 64 << 20;

/// The rasters as they are drawn: halved until they are no more than `most` cells together.
pub(super) fn kept(mut all: Vec<Heights>, most: usize) -> Vec<Heights> {
    let cells = |all: &[Heights]| all.iter().map(|h| h.cells.len()).sum::<usize>();
    while cells(&all) > most.max(all.len()) {
        all.iter_mut().for_each(|h| *h = h.halved());
    }
    all
}

/// Height of the cell that each position (degrees) lies in.
pub(super) fn heights_at(h: &Heights, points: &[Coord]) -> Vec<Option<f64>> {
    let mut places = points.to_vec();
    if let Some(wkt) = &h.projected {
        systems::into_projected(wkt, &mut places);
    }
    places.into_iter().map(|p| h.cell(h.cell_at(p.x, p.y)?)).collect()
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
            corner: [10.0, 42.0],
            step: [1.0, -1.0],
            size: [2, 2],
            cells: vec![1.0, 2.0, f32::NAN, 4.0],
            projected: None,
        };
        let at = |x: f64, y: f64| heights_at(&h, &[Coord { x, y }])[0];
        assert_eq!((at(10.5, 41.5), at(11.5, 41.5), at(11.5, 40.5)), (Some(1.0), Some(2.0), Some(4.0)));
        assert_eq!(at(10.5, 40.5), None, "no data");
        assert_eq!((at(10.0, 42.0), at(12.0, 40.0)), (Some(1.0), Some(4.0)), "the corners belong to the raster");
        assert_eq!((at(9.99, 41.5), at(12.01, 41.5), at(11.0, 42.01)), (None, None, None));
    }

    #[test]
    fn rasters_are_halved_until_they_fit() {
        let one = |n: usize| Heights { size: [n, n], cells: vec![7.0; n * n], step: [1.0, -1.0], ..Heights::default() };
        let sizes = |most| kept(vec![one(10), one(3)], most).iter().map(|h| h.size[0]).collect::<Vec<_>>();
        assert_eq!([sizes(109), sizes(108), sizes(10), sizes(0)], [[10, 3], [5, 2], [3, 1], [1, 1]].map(Vec::from));
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
                assert_eq!(heights_at(&h, &[p])[0], (!none).then_some(v), "cell {c}, {r}");
            }
        }
        println!("{holes} of the cells have no data");
    }
}
