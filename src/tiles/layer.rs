//! A collection as a layer of tiles: its shapes in the world's grid, from which zoom on each shows, and its fields.

use geo::{Coord, Geometry, LineString};
use rayon::prelude::*;

use super::FULL_ZOOM;
use super::area::{self, Polygon};
use super::clip::{self, BUFFER, EXTENT};
use super::encode::{Drawn, Writer};
use super::fields::Named;
use super::grid::{Grid, Place, Spot, place, straightened};
use super::thin;
use super::tile::{MAX_ZOOM, Tile};
use crate::publish::Collection;

type Path = Box<[Place]>;

/// Where a feature is.
pub enum Shape {
    Nowhere,
    Points(Path),
    Lines(Box<[Path]>),
    Areas {
        /// Outer rings and holes, each in its own sense.
        rings: Box<[Path]>,
        /// In the world's grid, as the lengths of all rings.
        area: f64,
        length: f64,
    },
}

/// A collection, ready to be drawn.
pub struct Layer {
    shapes: Vec<Shape>,
    /// From which zoom on each feature shows.
    from: Vec<u8>,
    pub named: Named,
    /// The first zoom that can show anything, and the first that shows all.
    pub zooms: [u8; 2],
    /// 0 for points, 1 for lines, 2 for areas; `None` where there are several or none.
    pub dimension: Option<u8>,
}

fn path(l: &[Coord]) -> Path {
    l.iter().map(|&c| place(c)).collect()
}

fn areas<'a>(polygons: impl Iterator<Item = &'a geo::Polygon>) -> Shape {
    let rings: Box<[Path]> =
        polygons.flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors())).map(|r| path(&r.0)).collect();
    let (mut area, mut length) = (0.0, 0.0);
    for w in rings.iter().flat_map(|r| r.windows(2)) {
        let [x0, y0, x1, y1] = [w[0][0], w[0][1], w[1][0], w[1][1]].map(f64::from);
        area += x0 * y1 - x1 * y0;
        length += (x1 - x0).hypot(y1 - y0);
    }
    Shape::Areas { rings, area: area.abs() / 2.0, length }
}

impl Shape {
    fn of(g: Option<Geometry>) -> Self {
        let lines = |ls: &[LineString]| Shape::Lines(ls.iter().map(|l| path(&l.0)).collect());
        match g {
            Some(Geometry::Point(p)) => Shape::Points(path(&[p.0])),
            Some(Geometry::MultiPoint(ps)) => Shape::Points(ps.iter().map(|p| place(p.0)).collect()),
            Some(Geometry::LineString(l)) => lines(&[l]),
            Some(Geometry::MultiLineString(ls)) => lines(&ls.0),
            Some(Geometry::Polygon(p)) => areas(std::iter::once(&p)),
            Some(Geometry::MultiPolygon(m)) => areas(m.0.iter()),
            _ => Shape::Nowhere,
        }
    }

    fn dimension(&self) -> Option<u8> {
        match self {
            Shape::Nowhere => None,
            Shape::Points(_) => Some(0),
            Shape::Lines(_) => Some(1),
            Shape::Areas { .. } => Some(2),
        }
    }

    /// What of it is in a tile; `all` where nothing may be lost for being small.
    fn draw(&self, grid: &Grid, all: bool) -> Option<Drawn> {
        match self {
            Shape::Nowhere => None,
            Shape::Points(ps) => {
                let mut found: Vec<Spot> = ps.iter().map(|&p| grid.snap(p)).filter(|&s| clip::holds(s)).collect();
                found.dedup();
                (!found.is_empty()).then_some(Drawn::Points(found))
            }
            Shape::Lines(ls) => lines(ls, grid, all).map(Drawn::Lines),
            Shape::Areas { rings, area, length } => polygons(rings, *area, *length, grid).map(Drawn::Areas),
        }
    }
}

fn lines(ls: &[Path], grid: &Grid, all: bool) -> Option<Vec<Vec<Spot>>> {
    let paths: Vec<Vec<Spot>> = ls.iter().map(|l| grid.path(l)).collect();
    let mut found: Vec<Vec<Spot>> = paths.iter().flat_map(|p| clip::line(p)).map(|l| straightened(&l)).collect();
    // A line that the grid shrinks to nothing is drawn one unit long where no feature may be missing.
    if all
        && paths.iter().all(|p| p.len() < 2)
        && let Some(&[x, y]) = paths.iter().flatten().next()
        && clip::holds([x, y])
    {
        found.push(vec![[x, y], [x + grid.step(), y]]);
    }
    (!found.is_empty()).then_some(found)
}

fn polygons(rings: &[Path], area: f64, length: f64, grid: &Grid) -> Option<Vec<Polygon>> {
    let paths: Vec<Vec<Spot>> = rings.iter().map(|r| grid.path(r)).collect();
    let clipped: Vec<Vec<Spot>> = paths.iter().map(|p| clip::ring(p)).filter(|p| p.len() > 2).collect();
    if !clipped.is_empty() {
        let found = area::polygons(&clipped);
        if !found.is_empty() {
            return Some(found);
        }
    }
    // Areas are never lost for being small: what the grid shrinks to nothing is drawn as one step of it, so that
    // counties and low-voltage areas can be counted at every zoom. Moving a ring by half a step changes its area by no
    // more than its length times a step, so only small or thin ones have to be looked at.
    let spot = *paths.first()?.first()?;
    let may_vanish = area <= length * grid.step_in_world();
    let gone = || area::polygons(&paths).is_empty();
    (may_vanish && clip::holds(spot) && gone()).then(|| vec![area::dot(spot, grid.step())])
}

impl Layer {
    pub fn new(c: &Collection) -> Self {
        let shapes: Vec<Shape> = (0..c.len() as u32).into_par_iter().map(|i| Shape::of(c.shape(i))).collect();
        let from = thin::zooms(c, &shapes);
        let mut dimensions: Vec<u8> = shapes.iter().filter_map(Shape::dimension).collect();
        dimensions.sort_unstable();
        dimensions.dedup();
        let there = || from.iter().zip(&shapes).filter(|(_, s)| s.dimension().is_some()).map(|(z, _)| *z);
        Self {
            named: Named::of(c.table()),
            zooms: [there().min().unwrap_or(MAX_ZOOM), there().max().unwrap_or(0).max(FULL_ZOOM)],
            dimension: if let [d] = dimensions[..] { Some(d) } else { None },
            shapes,
            from,
        }
    }

    /// Appends what a tile shows of the layer; see [`super::Tiles::encode`].
    pub fn encode(&self, c: &Collection, tile: Tile, last: u8, out: &mut Vec<u8>) {
        let all = tile.zoom >= last;
        // A little more than the buffer: vertices move by up to half a step.
        let margin = f64::from(BUFFER + 8) / f64::from(EXTENT);
        let shown = |i: &u32| all || self.from.get(*i as usize).is_some_and(|z| *z <= tile.zoom);
        let mut rows: Vec<u32> = c.near(tile.bounds(margin)).filter(shown).collect();
        rows.sort_unstable();
        let grid = Grid::of(tile);
        let mut writer = Writer::new();
        for i in rows {
            let drawn = self.shapes.get(i as usize).and_then(|s| s.draw(&grid, all));
            if let Some(drawn) = drawn {
                writer.feature(&drawn, self.named.values(c, i, tile.zoom));
            }
        }
        writer.finish(c.id, out);
    }
}
