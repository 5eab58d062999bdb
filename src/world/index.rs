//! A point R-tree over positions, for neighbour and containment questions.

use geo::Coord;
use rstar::primitives::GeomWithData;
use rstar::{AABB, RTree};

use super::metric::{distance_m, grow_box};

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

    /// Indexes and distances (metres) of all points within `radius_m` of `p`, in no order.
    pub fn within(&self, p: Coord, radius_m: f64) -> impl Iterator<Item = (u32, f64)> + '_ {
        let (lo, hi) = grow_box(p, p, radius_m);
        self.tree.locate_in_envelope(AABB::from_corners([lo.x, lo.y], [hi.x, hi.y])).filter_map(move |g| {
            let d = distance_m(p, Coord { x: g.geom()[0], y: g.geom()[1] });
            (d <= radius_m).then_some((g.data, d))
        })
    }
}
