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
    let drawn = polygons.flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    // Outer rings run counter-clockwise in the collections; y runs the other way in tiles.
    let rings: Box<[Path]> = drawn.map(|r| r.0.iter().rev().map(|&c| place(c)).collect()).collect();
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tiles::rings::twice_area;

    /// Two areas with a border that winds in steps much smaller than the grid's, and both as one.
    fn neighbours() -> [Shape; 3] {
        let mut noise = 12345u32;
        let mut random = || {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(noise >> 8) / f64::from(1u32 << 24)
        };
        let border: Vec<Coord> =
            (0..2000).map(|i| Coord { x: 120.0 + 0.01 * random(), y: 41.0 + f64::from(i) / 2000.0 }).collect();
        // Askew to the grid, which then folds the border over.
        let turned = |c: Coord| {
            let (x, y) = (c.x - 120.0, c.y - 41.5);
            Coord { x: 120.0 + 0.88 * x - 0.48 * y, y: 41.5 + 0.48 * x + 0.88 * y }
        };
        let area = |ring: Vec<Coord>| {
            let ring = ring.into_iter().map(turned).collect();
            Shape::of(Some(geo::Polygon::new(LineString::new(ring), vec![]).into()))
        };
        let corners = |x: f64| [Coord { x, y: 41.9995 }, Coord { x, y: 41.0 }];
        let west = area(border.iter().copied().chain(corners(119.0)).collect());
        let east = area(border.iter().rev().copied().chain(corners(121.0).into_iter().rev()).collect());
        let both = area(
            [border[0]]
                .into_iter()
                .chain(corners(121.0).into_iter().rev())
                .chain([border[1999]])
                .chain(corners(119.0))
                .collect(),
        );
        [west, east, both]
    }

    #[test]
    fn neighbours_leave_no_gap_and_do_not_overlap() {
        let shapes = neighbours();
        for tile in [[4, 5, 13], [6, 23, 53], [8, 95, 213], [10, 382, 853], [12, 1528, 3413]] {
            let t = Tile::new(tile[0] as u8, tile[1], tile[2]).unwrap();
            let size = |s: &Shape| match s.draw(&Grid::of(t), false) {
                Some(Drawn::Areas(ps)) => ps.iter().flatten().map(|r| twice_area(r)).sum::<i64>(),
                _ => 0,
            };
            let [west, east, both] = shapes.each_ref().map(size);
            assert!(west > 0 && east > 0, "{tile:?} {west} {east}");
            assert_eq!(west + east, both, "{tile:?}");
        }
    }

    #[test]
    fn what_the_grid_shrinks_to_nothing() {
        let t = Tile::new(6, 23, 53).unwrap();
        let at = |x: f64| Coord { x: 120.0 + x * 1e-6, y: 41.5 };
        let line = Shape::of(Some(LineString::new(vec![at(0.0), at(1.0)]).into()));
        assert!(line.draw(&Grid::of(t), false).is_none());
        assert!(matches!(line.draw(&Grid::of(t), true), Some(Drawn::Lines(l)) if l[0].len() == 2));
        let ring = vec![at(0.0), at(1.0), Coord { x: 120.0, y: 41.500001 }, at(0.0)];
        let area = Shape::of(Some(geo::Polygon::new(LineString::new(ring), vec![]).into()));
        let Some(Drawn::Areas(found)) = area.draw(&Grid::of(t), false) else { panic!("lost") };
        assert_eq!((found.len(), twice_area(&found[0][0])), (1, 32));
        // In no other tile.
        assert!(area.draw(&Grid::of(Tile::new(6, 23, 55).unwrap()), true).is_none());
    }
}
