//! R-trees over points and over polygons, for neighbour and containment questions.

use geo::{BoundingRect, Coord, Intersects, MultiPolygon, Point};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use super::metric::{distance_m, grow_box};

/// Radius of the first circle in which a nearest point is looked for, metres.
const FIRST_M: f64 = 2000.0;

/// R-tree over positions (degrees), each with its index in the list it was built from.
pub struct PointIndex {
    tree: RTree<GeomWithData<[f64; 2], u32>>,
}

impl PointIndex {
    pub fn new(points: impl IntoIterator<Item = Coord>) -> Self {
        let items =
            points.into_iter().enumerate().map(|(i, p)| GeomWithData::new([p.x, p.y], i as u32)).collect::<Vec<_>>();
        Self { tree: RTree::bulk_load(items) }
    }

    /// Index and distance (metres) of the nearest point within `radius_m` of `p`; of equally near ones the first.
    pub fn nearest(&self, p: Coord, radius_m: f64) -> Option<(u32, f64)> {
        // A small circle first: what lies in it is nearer than all beyond.
        let mut reach = FIRST_M.min(radius_m);
        loop {
            let found = self.within(p, reach).min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
            if found.is_some() || reach >= radius_m {
                return found;
            }
            reach = (reach * 4.0).min(radius_m);
        }
    }

    /// Indexes and distances (metres) of all points within `radius_m` of `p`, in no order.
    pub fn within(&self, p: Coord, radius_m: f64) -> impl Iterator<Item = (u32, f64)> + '_ {
        let (lo, hi) = grow_box(p, p, radius_m);
        self.tree.locate_in_envelope(AABB::from_corners([lo.x, lo.y], [hi.x, hi.y])).filter_map(move |g| {
            let d = distance_m(p, Coord { x: g.geom()[0], y: g.geom()[1] });
            (d <= radius_m).then_some((g.data, d))
        })
    }
}

/// Boxes of polygons, to find the one that holds a point.
pub struct Polygons<'a> {
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
    areas: Vec<Option<&'a MultiPolygon>>,
}

impl<'a> Polygons<'a> {
    pub fn new(areas: impl Iterator<Item = Option<&'a MultiPolygon>>) -> Self {
        let areas: Vec<_> = areas.collect();
        let boxes = areas.iter().enumerate().filter_map(|(i, a)| {
            let b = (*a)?.bounding_rect()?;
            Some(GeomWithData::new(Rectangle::from_corners([b.min().x, b.min().y], [b.max().x, b.max().y]), i))
        });
        Polygons { tree: RTree::bulk_load(boxes.collect()), areas }
    }

    /// The first polygon (in the given order) that holds `p`, its edge included.
    pub fn holding(&self, p: Coord) -> Option<usize> {
        let at = AABB::from_point([p.x, p.y]);
        let mut found: Vec<usize> = self.tree.locate_in_envelope_intersecting(at).map(|g| g.data).collect();
        found.sort_unstable();
        found.into_iter().find(|i| self.areas[*i].is_some_and(|a| a.intersects(&Point(p))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::polygon;

    #[test]
    fn polygon_that_holds() {
        let a: MultiPolygon =
            MultiPolygon::from(polygon![(x: 0.0, y: 0.0), (x: 1.0, y: 0.0), (x: 1.0, y: 1.0), (x: 0.0, y: 1.0)]);
        let b: MultiPolygon =
            MultiPolygon::from(polygon![(x: 1.0, y: 0.0), (x: 2.0, y: 0.0), (x: 2.0, y: 1.0), (x: 1.0, y: 1.0)]);
        let index = Polygons::new([None, Some(&a), Some(&b)].into_iter());
        assert_eq!(index.holding(Coord { x: 0.5, y: 0.5 }), Some(1));
        assert_eq!(index.holding(Coord { x: 1.0, y: 0.5 }), Some(1), "on the border the first one");
        assert_eq!(index.holding(Coord { x: 3.0, y: 0.5 }), None);
    }
}
