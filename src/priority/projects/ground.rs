//! Where projects are: which parts of a line they build, who is near them, whom their areas hold.

use std::collections::BTreeMap;

use geo::{BoundingRect, Coord, Intersects, Point};
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::standards::ProjectRules;
use crate::world::metric::{distance_m, grow_box, metres_per_degree, nearest_on_segment};
use crate::world::projects::Project;

/// Within is meant to a millimetre, as everywhere.
const TOLERANCE_M: f64 = 1e-3;

/// Stretches of a line, metres from its beginning, in order and apart.
pub type Runs = Vec<(f64, f64)>;

type Boxed<T> = GeomWithData<Rectangle<[f64; 2]>, T>;

/// Points, lines and areas of projects.
#[derive(Default)]
pub struct Ground {
    /// (project, ends of a segment; a point is one of no length).
    pieces: RTree<Boxed<(u32, Coord, Coord)>>,
    areas: RTree<Boxed<(u32, u32)>>,
    polygons: Vec<geo::MultiPolygon>,
}

fn boxed<T>(a: Coord, b: Coord, data: T) -> Boxed<T> {
    GeomWithData::new(Rectangle::from_corners([a.x, a.y], [b.x, b.y]), data)
}

fn around(a: Coord, b: Coord, radius_m: f64) -> AABB<[f64; 2]> {
    let lo = Coord { x: a.x.min(b.x), y: a.y.min(b.y) };
    let hi = Coord { x: a.x.max(b.x), y: a.y.max(b.y) };
    let (lo, hi) = grow_box(lo, hi, radius_m + TOLERANCE_M);
    AABB::from_corners([lo.x, lo.y], [hi.x, hi.y])
}

impl Ground {
    pub fn new(projects: &[Project]) -> Self {
        let (mut pieces, mut areas, mut polygons) = (Vec::new(), Vec::new(), Vec::new());
        for (i, p) in (0u32..).zip(projects) {
            pieces.extend(p.site.points.iter().map(|&c| boxed(c, c, (i, c, c))));
            for line in &p.site.lines {
                pieces.extend(line.windows(2).map(|w| boxed(w[0], w[1], (i, w[0], w[1]))));
            }
            if let Some((area, b)) = p.site.area.as_ref().and_then(|a| Some((a, a.bounding_rect()?))) {
                areas.push(boxed(b.min(), b.max(), (i, polygons.len() as u32)));
                polygons.push(area.clone());
            }
        }
        Ground { pieces: RTree::bulk_load(pieces), areas: RTree::bulk_load(areas), polygons }
    }

    /// By project, the stretches of `line` that lie within `radius_m` of its lines. Exact: the points of a segment within
    /// a distance of another are one stretch, for the other with that much room around it is convex.
    pub fn along(&self, line: &[Coord], radius_m: f64, wanted: impl Fn(u32) -> bool) -> BTreeMap<u32, Runs> {
        let mut found: BTreeMap<u32, Runs> = BTreeMap::new();
        let mut from = 0.0;
        for w in line.windows(2) {
            let length = distance_m(w[0], w[1]);
            for piece in self.pieces.locate_in_envelope_intersecting(around(w[0], w[1], radius_m)) {
                let (project, p, q) = piece.data;
                if p == q || !wanted(project) {
                    continue;
                }
                if let Some((a, b)) = stretch((w[0], w[1]), (p, q), radius_m + TOLERANCE_M) {
                    found.entry(project).or_default().push((from + a * length, from + b * length));
                }
            }
            from += length;
        }
        found.into_iter().map(|(project, runs)| (project, merged(runs))).collect()
    }

    /// Projects with a point or line within `radius_m` of `p`, or whose area holds it; sorted.
    pub fn at(&self, p: Coord, radius_m: f64, wanted: impl Fn(u32) -> bool) -> Vec<u32> {
        let near = self.pieces.locate_in_envelope_intersecting(around(p, p, radius_m)).filter_map(|piece| {
            let (project, a, b) = piece.data;
            (wanted(project) && nearest_on_segment(p, a, b).2 <= radius_m + TOLERANCE_M).then_some(project)
        });
        let holding = self.areas.locate_in_envelope_intersecting(AABB::from_point([p.x, p.y])).filter_map(|area| {
            let (project, polygon) = area.data;
            (wanted(project) && self.polygons[polygon as usize].intersects(&Point(p))).then_some(project)
        });
        let mut found: Vec<u32> = near.chain(holding).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The part (0–1) of segment `s` within `r` metres of segment `t`. In the plane of the first one's middle latitude: for
/// segments of a few kilometres a distance of 25 m is wrong by a centimetre at most.
fn stretch(s: (Coord, Coord), t: (Coord, Coord), r: f64) -> Option<(f64, f64)> {
    let (kx, ky) = metres_per_degree(0.5 * (s.0.y + s.1.y));
    let plane = |c: Coord| ((c.x - s.0.x) * kx, (c.y - s.0.y) * ky);
    let (d, p, q) = (plane(s.1), plane(t.0), plane(t.1));
    let dot = |a: (f64, f64), b: (f64, f64)| a.0 * b.0 + a.1 * b.1;
    let disc = |c: (f64, f64)| -> Option<(f64, f64)> {
        let (a, b, e) = (dot(d, d), dot(d, c), dot(c, c) - r * r);
        if a == 0.0 {
            return (e <= 0.0).then_some((0.0, 1.0));
        }
        let root = b * b - a * e;
        (root >= 0.0).then(|| ((b - root.sqrt()) / a, (b + root.sqrt()) / a))
    };
    // The room beside the segment: 0 ≤ along ≤ length, −r ≤ across ≤ r, both linear.
    let beside = || -> Option<(f64, f64)> {
        let u = (q.0 - p.0, q.1 - p.1);
        let length = dot(u, u).sqrt();
        let u = (u.0 / length, u.1 / length);
        let across = (-u.1, u.0);
        let first = cut((0.0, 1.0), -dot(p, u), dot(d, u), 0.0, length)?;
        cut(first, -dot(p, across), dot(d, across), -r, r)
    };
    let parts = [disc(p), disc(q), beside()];
    let whole = parts.into_iter().flatten().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
    let (a, b) = (whole.0.max(0.0), whole.1.min(1.0));
    (a < b).then_some((a, b))
}

/// The part of `within` for which `low ≤ start + t · slope ≤ high`.
fn cut(within: (f64, f64), start: f64, slope: f64, low: f64, high: f64) -> Option<(f64, f64)> {
    if slope == 0.0 {
        return (low <= start && start <= high).then_some(within);
    }
    let (a, b) = ((low - start) / slope, (high - start) / slope);
    let out = (within.0.max(a.min(b)), within.1.min(a.max(b)));
    (out.0 <= out.1).then_some(out)
}

/// Stretches in order; those that touch are one.
pub fn merged(mut runs: Runs) -> Runs {
    runs.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut out: Runs = Vec::with_capacity(runs.len());
    for r in runs {
        match out.last_mut() {
            Some(last) if r.0 <= last.1 + TOLERANCE_M => last.1 = last.1.max(r.1),
            _ => out.push(r),
        }
    }
    out
}

/// Metres of stretches that are apart.
pub fn metres_of(runs: &[(f64, f64)]) -> f64 {
    runs.iter().map(|r| r.1 - r.0).sum::<f64>() + 0.0
}

/// Stretches on which two lines go together. Lines that merely cross or meet are near each other for a few metres, too;
/// of a line of `length_m` what counts is as long as the rules ask for, or as long as the line allows.
pub fn together(runs: &[(f64, f64)], length_m: f64, rules: &ProjectRules) -> Runs {
    let least = rules.overlap_m.min(rules.cover_share * length_m);
    runs.iter().copied().filter(|r| r.1 - r.0 >= least).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(x_m: f64, y_m: f64) -> Coord {
        let (kx, ky) = metres_per_degree(41.0);
        Coord { x: 120.0 + x_m / kx, y: 41.0 + y_m / ky }
    }

    proptest! {
        /// Against the distance itself at many points of the segment.
        #[test]
        fn stretches_are_where_the_distance_says(
            c in proptest::collection::vec(-200.0..200.0f64, 8), r in 5.0..60.0f64
        ) {
            let (s, t) = ((at(c[0], c[1]), at(c[2], c[3])), (at(c[4], c[5]), at(c[6], c[7])));
            let found = stretch(s, t, r);
            let length = distance_m(s.0, s.1);
            for k in 0..=200 {
                let f = f64::from(k) / 200.0;
                let p = crate::world::metric::along(s.0, s.1, f);
                let d = nearest_on_segment(p, t.0, t.1).2;
                let inside = found.is_some_and(|(a, b)| a <= f && f <= b);
                // Near the bound either may be right.
                if (d - r).abs() > 0.01 {
                    prop_assert_eq!(inside, d < r, "{} of {} m: {} m from it, {:?}", f, length, d, found);
                }
            }
        }
    }

    #[test]
    fn crossings_do_not_go_together() {
        let rules = ProjectRules { cover_m: 25.0, cover_share: 0.8, overlap_m: 100.0, near_m: 500.0 };
        assert!(together(&[(475.0, 525.0)], 1000.0, &rules).is_empty());
        assert_eq!(together(&[(0.0, 40.0), (500.0, 700.0)], 1000.0, &rules), [(500.0, 700.0)]);
        assert_eq!(together(&[(0.0, 30.0)], 30.0, &rules), [(0.0, 30.0)], "a short stretch may be covered whole");
        assert_eq!(merged(vec![(5.0, 9.0), (0.0, 5.0), (20.0, 21.0), (6.0, 7.0)]), [(0.0, 9.0), (20.0, 21.0)]);
    }
}
