//! Counties: made up around a mesh of squares, or read from a file, and a raster that tells which county a
//! position lies in.

use std::path::Path;

use gdal::vector::{Geometry, OGRwkbGeometryType};
use geo::{Area, BoundingRect, Coord, LineString, MultiPolygon, Polygon};
use rand_chacha::ChaCha8Rng;

use super::names::Names;
use super::options::{SynthError, SynthOptions};
use super::terrain::{Frame, bent, round7};
use super::wkb;
use crate::layers::offset;

/// A county of the practice region.
#[derive(Debug, Clone)]
pub struct County {
    /// Six digits.
    pub code: String,
    pub name: String,
    /// Villages are put only into target counties.
    pub target: bool,
    pub area: MultiPolygon,
}

/// Made-up counties: blocks of squares of a mesh of `cols` × `rows` squares of width `mesh` (metres).
///
/// A border runs beside a mesh line, in the belt that plot contents stay clear of (see [`super::plot`]), so that
/// no plot's content lies in two counties.
pub fn make_up(
    frame: &Frame,
    (cols, rows): (usize, usize),
    mesh: f64,
    wanted: usize,
    names: &mut Names,
    rng: &mut ChaCha8Rng,
) -> Vec<County> {
    let across = ((wanted as f64 * cols as f64 / rows as f64).sqrt().round() as usize).clamp(1, cols);
    let up = wanted.div_ceil(across).clamp(1, rows);
    let cuts = |squares: usize, parts: usize| -> Vec<f64> {
        (0..=parts)
            .map(|i| match i {
                0 => -0.5 * mesh,
                i if i == parts => (squares as f64 + 0.5) * mesh,
                i => ((squares * i) as f64 / parts as f64).round() * mesh + 0.12 * mesh,
            })
            .collect()
    };
    let (xs, ys) = (cuts(cols, across), cuts(rows, up));
    let mut border = |a: (f64, f64), b: (f64, f64)| -> Vec<Coord> {
        bent(a.into(), b.into(), 0.015 * mesh, 500.0, rng).into_iter().map(|m| frame.degrees(m)).collect()
    };
    let level: Vec<Vec<Vec<Coord>>> =
        ys.iter().map(|&y| xs.windows(2).map(|x| border((x[0], y), (x[1], y))).collect()).collect();
    let upright: Vec<Vec<Vec<Coord>>> =
        xs.iter().map(|&x| ys.windows(2).map(|y| border((x, y[0]), (x, y[1]))).collect()).collect();
    let mut counties = Vec::new();
    for j in 0..up {
        for i in 0..across {
            let mut ring = level[j][i].clone();
            ring.extend(&upright[i + 1][j][1..]);
            ring.extend(level[j + 1][i].iter().rev().skip(1));
            ring.extend(upright[i][j].iter().rev().skip(1));
            counties.push(County {
                // 99 is no province's code.
                code: format!("99{:04}", 101 + counties.len()),
                name: names.county(),
                target: true,
                area: MultiPolygon(vec![Polygon::new(LineString(ring), vec![])]),
            });
        }
    }
    counties
}

/// Counties of a GeoJSON file, corrected to WGS84 where the options say so, repaired, and sorted by code.
pub fn read(path: &Path, options: &SynthOptions) -> Result<Vec<County>, SynthError> {
    let text = std::fs::read(path).map_err(|source| SynthError::Io { path: path.into(), source })?;
    let json: serde_json::Value =
        serde_json::from_slice(&text).map_err(|source| SynthError::Json { path: path.into(), source })?;
    let mut counties = Vec::new();
    for (i, feature) in json["features"].as_array().into_iter().flatten().enumerate() {
        let bad = |what: &str| SynthError::County { path: path.into(), feature: i, what: what.into() };
        let text = |key: &str| feature["properties"][key].as_str();
        let code = text("code").ok_or_else(|| bad("no text property \"code\""))?;
        if code.len() != 6 || !code.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad(&format!("code {code:?} is not six digits")));
        }
        let polygons = match feature["geometry"]["type"].as_str() {
            Some("Polygon") => vec![&feature["geometry"]["coordinates"]],
            Some("MultiPolygon") => {
                feature["geometry"]["coordinates"].as_array().map(|a| a.iter().collect()).unwrap_or_default()
            }
            _ => return Err(bad("geometry is neither Polygon nor MultiPolygon")),
        };
        let area: MultiPolygon = polygons
            .into_iter()
            .map(|p| polygon(p, options.counties_are_gcj02))
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| bad("a ring is not a list of [longitude, latitude] in degrees"))?
            .into();
        counties.push(County {
            code: code.into(),
            name: text("name").ok_or_else(|| bad("no text property \"name\""))?.into(),
            target: feature["properties"]["target"] == true,
            area: repair(&area).map_err(|source| SynthError::Gdal { path: path.into(), source })?,
        });
    }
    if !counties.iter().any(|c| c.target) {
        return Err(SynthError::NoTarget { path: path.into() });
    }
    counties.sort_by(|a, b| a.code.cmp(&b.code));
    Ok(counties)
}

fn polygon(rings: &serde_json::Value, offset: bool) -> Option<Polygon> {
    let mut rings = rings.as_array()?.iter().map(|r| ring(r, offset));
    let outer = rings.next()??;
    Some(Polygon::new(outer, rings.collect::<Option<_>>()?))
}

fn ring(ring: &serde_json::Value, offset: bool) -> Option<LineString> {
    let mut coords: Vec<Coord> = Vec::new();
    for p in ring.as_array()? {
        let c = Coord { x: p[0].as_f64()?, y: p[1].as_f64()? };
        if c.x.abs() > 180.0 || c.y.abs() > 85.0 {
            return None;
        }
        let c = round7(if offset { offset::gcj02_to_wgs84(c) } else { c });
        if coords.last() != Some(&c) {
            coords.push(c);
        }
    }
    Some(LineString(coords))
}

/// Rings smaller than this (square degrees, about 10 m²) are dross of the repair.
const DROSS_DEG2: f64 = 1e-9;

/// A valid polygon of the same ground; parts and holes that have no area are dropped. Positions stay as the repair
/// leaves them, because rounding them would fold thin parts over again.
fn repair(area: &MultiPolygon) -> Result<MultiPolygon, gdal::errors::GdalError> {
    let valid = Geometry::from_wkb(&wkb::multi_polygon(area))?.make_valid(&gdal::cpl::CslStringList::new())?;
    let mut out = Vec::new();
    collect_polygons(&valid, &mut out);
    Ok(MultiPolygon(out))
}

fn collect_polygons(geometry: &Geometry, out: &mut Vec<Polygon>) {
    match geometry.geometry_type() {
        OGRwkbGeometryType::wkbPolygon => {
            let mut rings = (0..geometry.geometry_count())
                .map(|i| {
                    let mut points = Vec::new();
                    geometry.get_geometry(i).get_points(&mut points);
                    LineString(points.into_iter().map(|(x, y, _)| Coord { x, y }).collect())
                })
                .map(|ring| (Polygon::new(ring.clone(), vec![]).unsigned_area() > DROSS_DEG2, ring));
            if let Some((true, outer)) = rings.next() {
                out.push(Polygon::new(outer, rings.filter(|(real, _)| *real).map(|(_, r)| r).collect()));
            }
        }
        OGRwkbGeometryType::wkbMultiPolygon | OGRwkbGeometryType::wkbGeometryCollection => {
            for i in 0..geometry.geometry_count() {
                collect_polygons(&geometry.get_geometry(i), out);
            }
        }
        _ => {}
    }
}

/// Raster of the target counties, cells of about 200 m.
pub struct CountyMask {
    min: Coord,
    cols: usize,
    rows: usize,
    /// Index of the county plus one; 0 is none.
    cell: Vec<u16>,
}

/// Cell width, degrees.
pub const CELL_DEG: f64 = 0.002;

impl CountyMask {
    pub fn new(counties: &[County]) -> Self {
        let boxes = counties.iter().filter(|c| c.target).filter_map(|c| c.area.bounding_rect());
        let (mut min, mut max) = (Coord { x: 180.0f64, y: 90.0f64 }, Coord { x: -180.0f64, y: -90.0f64 });
        for b in boxes {
            min = Coord { x: min.x.min(b.min().x), y: min.y.min(b.min().y) };
            max = Coord { x: max.x.max(b.max().x), y: max.y.max(b.max().y) };
        }
        let count = |d: f64| (d.max(0.0) / CELL_DEG).ceil() as usize + 1;
        let (cols, rows) = (count(max.x - min.x), count(max.y - min.y));
        let mut mask = CountyMask { min, cols, rows, cell: vec![0; cols * rows] };
        for (i, c) in counties.iter().enumerate().filter(|(_, c)| c.target) {
            mask.fill(&c.area, i as u16 + 1);
        }
        mask
    }

    /// Even-odd scan lines through the cells' centres.
    fn fill(&mut self, area: &MultiPolygon, value: u16) {
        let mut crossings: Vec<Vec<f64>> = vec![Vec::new(); self.rows];
        let rings = area.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
        for line in rings.flat_map(|r| r.lines()) {
            let (lo, hi) = if line.start.y <= line.end.y { (line.start, line.end) } else { (line.end, line.start) };
            let row = |y: f64| ((y - self.min.y) / CELL_DEG - 0.5).ceil().max(0.0) as usize;
            // Half open in y, so that a vertex on a scan line counts once.
            for (r, row) in crossings.iter_mut().enumerate().take(row(hi.y)).skip(row(lo.y)) {
                let y = self.min.y + (r as f64 + 0.5) * CELL_DEG;
                row.push(lo.x + (hi.x - lo.x) * (y - lo.y) / (hi.y - lo.y));
            }
        }
        for (r, row) in crossings.iter_mut().enumerate() {
            row.sort_by(f64::total_cmp);
            for pair in row.chunks_exact(2) {
                let col = |x: f64| (((x - self.min.x) / CELL_DEG - 0.5).ceil().max(0.0) as usize).min(self.cols);
                self.cell[r * self.cols + col(pair[0])..r * self.cols + col(pair[1])].fill(value);
            }
        }
    }

    /// Index of the target county at `p` (degrees), to about a cell.
    pub fn at(&self, p: Coord) -> Option<usize> {
        let (x, y) = ((p.x - self.min.x) / CELL_DEG, (p.y - self.min.y) / CELL_DEG);
        if x < 0.0 || y < 0.0 || x as usize >= self.cols || y as usize >= self.rows {
            return None;
        }
        let value = self.cell[y as usize * self.cols + x as usize];
        (value > 0).then(|| usize::from(value) - 1)
    }

    /// The county at the position `m` of `frame` when everything within `margin` metres of it is the same county.
    pub fn county(&self, frame: &Frame, m: Coord, margin: f64) -> Option<usize> {
        let county = self.at(frame.degrees(m))?;
        let mut around = circle(m, margin);
        around.all(|q| self.at(frame.degrees(q)) == Some(county)).then_some(county)
    }

    /// True when everything within `margin` metres of `m` lies in target counties, whichever.
    pub fn inside(&self, frame: &Frame, m: Coord, margin: f64) -> bool {
        circle(m, margin).all(|q| self.at(frame.degrees(q)).is_some())
    }

    /// South-west and north-east corner, degrees.
    pub fn bounds(&self) -> (Coord, Coord) {
        let size = Coord { x: self.cols as f64 * CELL_DEG, y: self.rows as f64 * CELL_DEG };
        (self.min, self.min + size)
    }

    /// Ground of all target counties, square metres.
    pub fn area_m2(&self) -> f64 {
        let (east, north) = crate::world::metric::metres_per_degree(self.min.y + 0.5 * self.rows as f64 * CELL_DEG);
        self.cell.iter().filter(|v| **v > 0).count() as f64 * east * north * CELL_DEG * CELL_DEG
    }
}

fn circle(m: Coord, radius: f64) -> impl Iterator<Item = Coord> {
    let corners = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)];
    corners.into_iter().map(move |(x, y)| m + Coord { x: f64::from(x) * radius, y: f64::from(y) * radius })
}
