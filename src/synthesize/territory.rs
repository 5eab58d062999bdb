//! Village territories: Voronoi cells of the settlement points, cut at the county's border.

use geo::{Area, BooleanOps, BoundingRect, Coord, LineString, MultiPolygon, Polygon, unary_union};
use spade::handles::{VertexHandle, VoronoiVertex};
use spade::{DelaunayTriangulation, Point2, Triangulation};

use super::counties::{CELL_DEG, County, CountyMask};
use super::plot::Site;
use super::terrain::round7;

/// One territory a site, in their order: its cell, cut at its county's border.
pub fn territories(cells: &[Polygon], sites: &[Site], counties: &[County]) -> Vec<MultiPolygon> {
    let mask = CountyMask::new(counties);
    let clip = |(cell, site): (&Polygon, &Site)| {
        let whole = MultiPolygon(vec![cell.clone()]);
        if wholly_inside(&mask, cell, site.county) { whole } else { counties[site.county].area.intersection(&whole) }
    };
    cells.iter().zip(sites).map(clip).collect()
}

/// Ground of several groups of sites, each of one county: theirs is what is nearer to them than to any other site.
pub fn grounds(cells: &[Polygon], sites: &[Site], counties: &[County], groups: &[Vec<usize>]) -> Vec<MultiPolygon> {
    let ground = |own: &Vec<usize>| {
        let together = unary_union(own.iter().map(|&i| &cells[i]));
        clean(&counties[sites[own[0]].county].area.intersection(&together))
    };
    groups.iter().map(ground).collect()
}

/// On the grid of the files, without what is nothing on it.
fn clean(area: &MultiPolygon) -> MultiPolygon {
    let ring = |r: &LineString| {
        let mut points: Vec<Coord> = r.coords().map(|c| round7(*c)).collect();
        points.dedup();
        LineString(points)
    };
    let some = |r: &LineString| Polygon::new(r.clone(), vec![]).unsigned_area() > SPECK;
    let one = |p: &Polygon| {
        let shell = ring(p.exterior());
        some(&shell).then(|| Polygon::new(shell, p.interiors().iter().map(ring).filter(some).collect()))
    };
    area.iter().filter_map(one).collect()
}

/// Smaller areas come from rounding, in square degrees: about a hundred square metres.
const SPECK: f64 = 1e-8;

/// One Voronoi cell a site, in their order, not cut anywhere. Empty where the triangulation fails (two sites at one
/// place).
pub fn cells(sites: &[Site]) -> Vec<Polygon> {
    let (min, max) = sites.iter().fold((sites[0].point, sites[0].point), |(lo, hi), s| {
        (
            Coord { x: lo.x.min(s.point.x), y: lo.y.min(s.point.y) },
            Coord { x: hi.x.max(s.point.x), y: hi.y.max(s.point.y) },
        )
    });
    let middle = (min + max) / 2.0;
    let squeeze = middle.y.to_radians().cos();
    let reach = 2.0 * (max - min).x.max((max - min).y) + 1.0;
    let mut points: Vec<Point2<f64>> = sites.iter().map(|s| Point2::new(s.point.x * squeeze, s.point.y)).collect();
    // Far-off helpers, so that every site's cell is bounded.
    points.extend((0..16).map(|k| {
        let a = f64::from(k) / 16.0 * std::f64::consts::TAU;
        Point2::new((middle.x + reach * a.cos()) * squeeze, middle.y + reach * a.sin())
    }));
    let empty = || vec![Polygon::new(LineString(vec![]), vec![]); sites.len()];
    let Ok(net) = DelaunayTriangulation::<Point2<f64>>::bulk_load_stable(points) else { return empty() };
    if net.num_vertices() != sites.len() + 16 {
        return empty();
    }
    let cell = |vertex: VertexHandle<Point2<f64>>| {
        let at = vertex.position();
        let mut corners: Vec<(f64, Coord)> = vertex
            .as_voronoi_face()
            .adjacent_edges()
            .filter_map(|e| match e.from() {
                VoronoiVertex::Inner(face) => {
                    let c = face.circumcenter();
                    let position = round7(Coord { x: c.x / squeeze, y: c.y });
                    Some(((c.y - at.y).atan2(c.x - at.x), position))
                }
                VoronoiVertex::Outer(_) => None,
            })
            .collect();
        corners.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut ring: Vec<Coord> = corners.into_iter().map(|c| c.1).collect();
        ring.dedup();
        Polygon::new(LineString(ring), vec![])
    };
    net.vertices().take(sites.len()).map(cell).collect()
}

/// True where every raster cell around the polygon belongs to the county.
fn wholly_inside(mask: &CountyMask, cell: &Polygon, county: usize) -> bool {
    let Some(b) = cell.bounding_rect() else { return false };
    let steps = |d: f64| (d / CELL_DEG).ceil() as i32 + 3;
    let (nx, ny) = (steps(b.width()), steps(b.height()));
    if nx > 200 || ny > 200 {
        return false;
    }
    let start = b.min() - Coord { x: CELL_DEG, y: CELL_DEG };
    (0..=nx).all(|i| {
        (0..=ny)
            .all(|j| mask.at(start + Coord { x: f64::from(i) * CELL_DEG, y: f64::from(j) * CELL_DEG }) == Some(county))
    })
}
