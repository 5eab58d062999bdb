//! Everything electrical in one spatial index: what is nearest, and what stands in a territory.

use geo::{Coord, Intersects, Line as Segment, MultiPolygon, Point};
use rstar::{AABB, RTree, RTreeObject};

use crate::world::metric::{distance_m, grow_box, nearest_on_segment};
use crate::world::power::{ABC, Level, PowerGrid};

/// Farthest that anything is looked for, metres.
pub(super) const FAR_M: f64 = 100_000.0;

/// What an element is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Element {
    Line(u32),
    Transformer(u32),
    Substation(u32),
}

struct Item {
    element: Element,
    a: Coord,
    b: Coord,
}

impl RTreeObject for Item {
    type Envelope = AABB<[f64; 2]>;
    fn envelope(&self) -> Self::Envelope {
        AABB::from_corners(
            [self.a.x.min(self.b.x), self.a.y.min(self.b.y)],
            [self.a.x.max(self.b.x), self.a.y.max(self.b.y)],
        )
    }
}

/// The nearest element.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Near {
    pub element: Element,
    pub metres: f64,
}

/// R-tree over line segments, transformers and substations.
pub(super) struct Wires {
    tree: RTree<Item>,
}

impl Wires {
    pub fn new(grid: &PowerGrid) -> Self {
        let lines =
            grid.lines.iter().zip(0..).flat_map(|(l, i)| {
                l.coords.windows(2).map(move |w| Item { element: Element::Line(i), a: w[0], b: w[1] })
            });
        let at = |element, p: Coord| Item { element, a: p, b: p };
        let placed = grid.transformers.iter().zip(0..).filter_map(|(t, i)| Some((i, t.point?)));
        let transformers = placed.map(|(i, p)| at(Element::Transformer(i), p));
        let substations = grid.substations.iter().zip(0..).map(|(s, i)| at(Element::Substation(i), s.point));
        Wires { tree: RTree::bulk_load(lines.chain(transformers).chain(substations).collect()) }
    }

    fn boxed(&self, lo: Coord, hi: Coord) -> impl Iterator<Item = &Item> {
        self.tree.locate_in_envelope_intersecting(AABB::from_corners([lo.x, lo.y], [hi.x, hi.y]))
    }

    /// The nearest element that passes `keep`, at most `max_m` away.
    pub fn nearest(&self, p: Coord, max_m: f64, keep: impl Fn(Element) -> bool) -> Option<Near> {
        let mut radius = 500f64.min(max_m);
        loop {
            let (lo, hi) = grow_box(p, p, radius);
            let best = self
                .boxed(lo, hi)
                .filter(|i| keep(i.element))
                .map(|i| Near { element: i.element, metres: gap(p, i) })
                .filter(|n| n.metres <= radius)
                .min_by(|a, b| a.metres.total_cmp(&b.metres).then(a.element.cmp(&b.element)));
            if best.is_some() || radius >= max_m {
                return best;
            }
            radius = (radius * 3.0).min(max_m);
        }
    }

    /// The first element in a territory that passes `keep`.
    pub fn inside(&self, area: &MultiPolygon, keep: impl Fn(Element) -> bool) -> Option<Element> {
        use geo::BoundingRect;
        let b = area.bounding_rect()?;
        let touches = |i: &&Item| match i.element {
            Element::Line(_) => area.intersects(&Segment::new(i.a, i.b)),
            _ => area.intersects(&Point(i.a)),
        };
        self.boxed(b.min(), b.max()).filter(|i| keep(i.element)).filter(touches).map(|i| i.element).min()
    }
}

fn gap(p: Coord, i: &Item) -> f64 {
    if i.a == i.b { distance_m(p, i.a) } else { nearest_on_segment(p, i.a, i.b).2 }
}

/// Whether an element carries three-phase power to its surroundings: `None` where its phases are not known.
pub(super) fn three_phase(grid: &PowerGrid, e: Element) -> Option<bool> {
    match e {
        Element::Line(i) => {
            let l = &grid.lines[i as usize];
            if l.level == Some(Level::High) { Some(false) } else { l.phases.map(|p| p == ABC) }
        }
        Element::Transformer(i) => {
            let t = &grid.transformers[i as usize];
            (!t.phases_assumed).then_some(t.phases == ABC)
        }
        // A substation feeds lines, not houses.
        Element::Substation(_) => Some(false),
    }
}
