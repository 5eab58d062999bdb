//! Ways along roads: from every place to the nearest of many facilities, or between two positions.
//!
//! A place joins the network as a village does for its last mile: every edge within `access_m` at its nearest point,
//! with none in reach the nearest edge within `max_access_m`; here the straight way to the road counts as metres, off the
//! road. One search from all facilities together serves all places, so a class of facilities costs one pass over the
//! network. Metres decide which facility is the nearest; minutes and unpaved metres are those of that way.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use geo::Coord;
use rayon::prelude::*;

use super::edit::Difference;
use super::index::Hit;
use super::net::Adjacency;
use super::ordered::Ordered;
use super::road_net::RoadNet;
use crate::standards::Speeds;
use crate::world::index::PointIndex;
use crate::world::metric::distance_m;
use crate::world::{Roads, Surface};

const NONE: u32 = u32::MAX;

/// How far places may be from roads and from each other, metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    pub access_m: f64,
    pub max_access_m: f64,
    /// Longer ways are not looked for.
    pub max_m: f64,
}

/// What a way is made of.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Way {
    pub metres: f64,
    /// Of them gravel and earth.
    pub unpaved_m: f64,
    /// Of them of unknown surface.
    pub unknown_m: f64,
    /// Of them straight, where no road is.
    pub off_road_m: f64,
    pub minutes: f64,
}

impl Way {
    fn plus(self, o: Way) -> Way {
        Way {
            metres: self.metres + o.metres,
            unpaved_m: self.unpaved_m + o.unpaved_m,
            unknown_m: self.unknown_m + o.unknown_m,
            off_road_m: self.off_road_m + o.off_road_m,
            minutes: self.minutes + o.minutes,
        }
    }
}

/// The way to the nearest facility.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trip {
    /// Index into the facilities asked for; of equally near ones the first.
    pub to: u32,
    pub way: Way,
}

/// A place's joint with the network.
#[derive(Debug, Clone, Copy)]
struct Joint {
    edge: u32,
    /// Metres from the edge's first vertex.
    along: f64,
    /// Straight metres to the road.
    leg: f64,
}

/// Places with their joints, found once for many questions.
#[derive(Debug, Clone, Default)]
pub struct Places {
    points: Vec<Coord>,
    joints: Vec<Vec<Joint>>,
}

/// A road network, ready for ways.
pub struct Travel<'a> {
    roads: &'a RoadNet,
    adjacency: Adjacency,
    /// By edge.
    surface: Vec<Surface>,
    speeds: Speeds,
    bounds: Bounds,
}

impl<'a> Travel<'a> {
    pub fn new(net: &'a RoadNet, roads: &Roads, speeds: Speeds, bounds: Bounds) -> Self {
        let surface = net.net.road.iter().map(|&r| roads.surface[r as usize]).collect();
        Travel { roads: net, adjacency: net.net.adjacency(), surface, speeds, bounds }
    }

    /// Places on the network. Joints that a difference to an earlier network does not touch are taken over.
    pub fn places(&self, points: Vec<Coord>, earlier: Option<(&Places, &Difference)>) -> Places {
        let joints = points
            .par_iter()
            .enumerate()
            .map(|(i, &p)| {
                if let Some((old, difference)) = earlier {
                    let farthest = old.joints[i].iter().map(|j| j.leg).reduce(f64::max);
                    if !difference.near(p, farthest.unwrap_or(self.bounds.max_access_m).max(self.bounds.access_m)) {
                        return old.joints[i].clone();
                    }
                }
                self.joints(p)
            })
            .collect();
        Places { points, joints }
    }

    /// For every place the way to its nearest facility, within the bounds.
    pub fn nearest(&self, places: &Places, facilities: &[Coord]) -> Vec<Option<Trip>> {
        let starts: Vec<Vec<Joint>> = facilities.par_iter().map(|p| self.joints(*p)).collect();
        let field = self.field(&starts);
        let mut on_edge: HashMap<u32, Vec<(u32, Joint)>> = HashMap::new();
        for (f, joints) in (0u32..).zip(&starts) {
            for j in joints {
                on_edge.entry(j.edge).or_default().push((f, *j));
            }
        }
        let index = PointIndex::new(facilities.iter().copied());
        places
            .points
            .par_iter()
            .zip(&places.joints)
            .map(|(&p, joints)| {
                let mut best: Option<Trip> =
                    index.nearest(p, self.bounds.access_m).map(|(to, m)| Trip { to, way: self.off_road(m) });
                let mut offer = |to: u32, way: Way| {
                    let nearer = best.is_none_or(|b| way.metres.total_cmp(&b.way.metres).then(to.cmp(&b.to)).is_lt());
                    if way.metres <= self.bounds.max_m && nearer {
                        best = Some(Trip { to, way });
                    }
                };
                for j in joints {
                    for (end, m) in self.ends(j) {
                        let (to, way) = field[end as usize];
                        if to != NONE {
                            offer(to, way.plus(self.along(j.edge, m)).plus(self.off_road(j.leg)));
                        }
                    }
                    for (to, k) in on_edge.get(&j.edge).into_iter().flatten() {
                        let way = self.along(j.edge, (j.along - k.along).abs()).plus(self.off_road(j.leg + k.leg));
                        offer(*to, way);
                    }
                }
                best
            })
            .collect()
    }

    /// Shortest way between two positions, within the bounds.
    pub fn between(&self, a: Coord, b: Coord) -> Option<Way> {
        let straight = distance_m(a, b);
        let mut best = (straight <= self.bounds.access_m).then(|| self.off_road(straight));
        let mut offer = |way: Way| {
            if way.metres <= self.bounds.max_m && best.is_none_or(|x| way.metres < x.metres) {
                best = Some(way);
            }
            best.map(|x| x.metres)
        };
        let (from, to) = (self.joints(a), self.joints(b));
        let mut heap = BinaryHeap::new();
        let mut known: HashMap<u32, Way> = HashMap::new();
        let push = |heap: &mut BinaryHeap<_>, known: &mut HashMap<u32, Way>, v: u32, way: Way| {
            if known.get(&v).is_none_or(|k| way.metres < k.metres) {
                known.insert(v, way);
                heap.push(Reverse((Ordered(way.metres), v)));
            }
        };
        let mut limit = self.bounds.max_m;
        for j in &from {
            for k in to.iter().filter(|k| k.edge == j.edge) {
                let way = self.along(j.edge, (j.along - k.along).abs()).plus(self.off_road(j.leg + k.leg));
                limit = offer(way).unwrap_or(limit);
            }
            for (v, m) in self.ends(j) {
                push(&mut heap, &mut known, v, self.off_road(j.leg).plus(self.along(j.edge, m)));
            }
        }
        let mut last: HashMap<u32, Vec<Way>> = HashMap::new();
        for k in &to {
            for (v, m) in self.ends(k) {
                last.entry(v).or_default().push(self.along(k.edge, m).plus(self.off_road(k.leg)));
            }
        }
        while let Some(Reverse((Ordered(m), v))) = heap.pop() {
            if m > limit {
                break;
            }
            let here = known[&v];
            if m > here.metres {
                continue;
            }
            for rest in last.get(&v).into_iter().flatten() {
                limit = offer(here.plus(*rest)).unwrap_or(limit);
            }
            for &(e, next) in self.adjacency.at(v) {
                push(&mut heap, &mut known, next, here.plus(self.along(e, self.roads.net.len[e as usize])));
            }
        }
        best
    }

    /// Dijkstra from all facilities: per vertex the nearest of them and the way to it.
    fn field(&self, starts: &[Vec<Joint>]) -> Vec<(u32, Way)> {
        let mut field = vec![(NONE, Way { metres: f64::INFINITY, ..Way::default() }); self.roads.net.vertex.len()];
        let mut heap = BinaryHeap::new();
        let push = |field: &mut Vec<(u32, Way)>, heap: &mut BinaryHeap<_>, v: u32, to: u32, way: Way| {
            let old = &mut field[v as usize];
            let nearer = way.metres.total_cmp(&old.1.metres).then(to.cmp(&old.0)).is_lt();
            if way.metres <= self.bounds.max_m && nearer {
                *old = (to, way);
                heap.push(Reverse((Ordered(way.metres), to, v)));
            }
        };
        for (f, joints) in (0u32..).zip(starts) {
            for j in joints {
                for (v, m) in self.ends(j) {
                    push(&mut field, &mut heap, v, f, self.off_road(j.leg).plus(self.along(j.edge, m)));
                }
            }
        }
        while let Some(Reverse((Ordered(m), to, v))) = heap.pop() {
            let (owner, here) = field[v as usize];
            if (owner, here.metres) != (to, m) {
                continue;
            }
            for &(e, next) in self.adjacency.at(v) {
                push(&mut field, &mut heap, next, to, here.plus(self.along(e, self.roads.net.len[e as usize])));
            }
        }
        field
    }

    fn joints(&self, p: Coord) -> Vec<Joint> {
        let net = &self.roads.net;
        let (hits, _) = self.roads.index.joints(net, p, self.bounds.access_m, self.bounds.max_access_m);
        hits.iter().map(|h| Joint { edge: h.edge, along: self.metres_along(h), leg: h.dist }).collect()
    }

    fn metres_along(&self, h: &Hit) -> f64 {
        let line = self.roads.net.line(h.edge);
        let before: f64 = line.windows(2).take(h.seg as usize).map(|w| distance_m(w[0], w[1])).sum();
        let here = before + distance_m(line[h.seg as usize], h.at);
        here.min(self.roads.net.len[h.edge as usize])
    }

    /// Both ends of a joint's edge with the metres to them.
    fn ends(&self, j: &Joint) -> [(u32, f64); 2] {
        let net = &self.roads.net;
        let e = j.edge as usize;
        [(net.from[e], j.along), (net.to[e], net.len[e] - j.along)]
    }

    fn along(&self, edge: u32, m: f64) -> Way {
        let s = self.surface[edge as usize];
        let unpaved = matches!(s, Surface::Gravel | Surface::Earth);
        Way {
            metres: m,
            unpaved_m: if unpaved { m } else { 0.0 },
            unknown_m: if s == Surface::Unknown { m } else { 0.0 },
            off_road_m: 0.0,
            minutes: m / 1000.0 / self.speeds.of(s) * 60.0,
        }
    }

    fn off_road(&self, m: f64) -> Way {
        Way { metres: m, off_road_m: m, minutes: m / 1000.0 / self.speeds.walk * 60.0, ..Way::default() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::atlas::Noding;
    use crate::network::{EdgeIndex, node};
    use crate::standards::RoadRules;
    use crate::world::RoadClass;

    /// Streets of a lattice, some missing, each of a random surface.
    fn lattice(size: usize, keep: &[bool], surface: &[u8]) -> Roads {
        let at = |x: usize, y: usize| Coord { x: 120.0 + x as f64 * 0.01, y: 41.0 + y as f64 * 0.008 };
        let mut r = Roads { start: vec![0], ..Roads::default() };
        let mut k = 0;
        for x in 0..size {
            for y in 0..size {
                for (a, b) in [(x + 1, y), (x, y + 1)] {
                    k += 1;
                    if a >= size || b >= size || !keep[k % keep.len()] {
                        continue;
                    }
                    r.id.push(k.to_string());
                    r.name.push(None);
                    r.class.push(RoadClass::Unclassified);
                    r.surface.push(Surface::ALL[usize::from(surface[k % surface.len()]) % 4]);
                    r.flags.push(0);
                    r.source.push(0);
                    r.coords.extend([at(x, y), at(a, b)]);
                    r.start.push(r.coords.len() as u32);
                }
            }
        }
        r
    }

    fn place() -> impl Strategy<Value = Coord> {
        (0.0..0.08, 0.0..0.064).prop_map(|(x, y)| Coord { x: 120.0 + x, y: 41.0 + y })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// One search from all facilities says the same as a search for every pair.
        #[test]
        fn nearest_is_the_least_of_all_pairs(
            keep in prop::collection::vec(prop::bool::weighted(0.8), 37),
            surface in prop::collection::vec(0..4u8, 41),
            from in prop::collection::vec(place(), 1..12),
            to in prop::collection::vec(place(), 1..6),
        ) {
            let roads = lattice(8, &keep, &surface);
            let net = node(&roads, Noding::SharedVertices, 2.0);
            let index = EdgeIndex::new(&net);
            let net = RoadNet { net, index };
            let bounds = Bounds { access_m: 300.0, max_access_m: 2000.0, max_m: 12_000.0 };
            let travel = Travel::new(&net, &roads, RoadRules::default().speed_km_h, bounds);
            let places = travel.places(from.clone(), None);
            for (a, found) in from.iter().zip(travel.nearest(&places, &to)) {
                let all = to.iter().filter_map(|b| travel.between(*a, *b)).map(|w| w.metres);
                let least = all.reduce(f64::min);
                prop_assert_eq!(found.is_some(), least.is_some());
                if let (Some(t), Some(least)) = (found, least) {
                    let w = t.way;
                    prop_assert!((w.metres - least).abs() < 1e-6, "{} {}", w.metres, least);
                    prop_assert!(w.unpaved_m + w.unknown_m + w.off_road_m <= w.metres + 1e-6);
                    let straight = distance_m(*a, to[t.to as usize]);
                    // Positions on a line are taken in a local plane, so a straight way may round to less.
                    prop_assert!(w.metres >= straight - 0.01 && w.minutes > 0.0 || straight < 1e-6);
                }
            }
        }
    }
}
