//! Broadband: villages without it, villages where it is slow, and the fibre that would reach them (definitions, section 5).
//!
//! A village has broadband when a measurement, a coverage polygon, an access node or its record says so. A measured
//! speed decides; else anything that says yes does, the strongest first; what says no is kept beside it.

mod gaps;

use std::time::Duration;

use geo::{Area, BooleanOps, BoundingRect, Coord, Intersects, MultiPolygon, Point, unary_union};
use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::clock::Clock;
use super::{Confidence, Gap, Verdict, known_total, metres};
use crate::network::{PathSummary, RoadNet, routes};
use crate::standards::BroadbandRules;
use crate::world::broadband::Coverage;
use crate::world::index::PointIndex;
use crate::world::{Known, Village, World};

/// How a village stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Broadband,
    Slow,
    None,
    Unknown,
}

/// Broadband's answer for one village.
#[derive(Debug, Clone, PartialEq)]
pub struct VillageBroadband {
    pub state: State,
    pub verdict: Verdict,
    pub confidence: Option<Confidence>,
    /// Of the evidence that decided; `None` where it gives no speed.
    pub mbit_s: Option<f64>,
    /// Share of the village's area that is covered; of polygons only.
    pub covered_share: Option<f64>,
    /// Straight metres to the nearest access node.
    pub node_m: Option<f64>,
    /// The layers and the village's record disagree.
    pub disagrees: bool,
    /// Indexes into the links, from the village outwards.
    pub links: Vec<u32>,
    /// Metres of the route that would connect it: along roads, and straight at its end.
    pub route_m: Option<f64>,
    /// Of the whole route; what is shared counts for each.
    pub route_cost: Option<f64>,
    /// Everything known, strongest first: kind, confidence, what it says, speed, source.
    pub evidence: Vec<Said>,
}

/// One thing that is known of a village's broadband.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    pub kind: &'static str,
    pub confidence: Confidence,
    pub state: State,
    pub mbit_s: Option<f64>,
    pub source: Option<String>,
}

/// A stretch of fibre to lay.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FibreLink {
    pub id: String,
    pub length_m: f64,
    pub cost: f64,
    pub currency: String,
    pub villages: Vec<String>,
    pub village_count: usize,
    pub people: Option<f64>,
    /// Along a road; else straight from the road to the village.
    pub along_road: bool,
    #[serde(skip)]
    pub line: Vec<Coord>,
}

/// Figures of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct BroadbandFacts {
    pub broadband: usize,
    pub slow: usize,
    pub none: usize,
    pub unknown: usize,
    pub disagree: usize,
    pub links: usize,
    pub link_m: f64,
    pub link_cost: f64,
}

/// Everything the theme found; villages parallel to the world's.
#[derive(Debug, Default)]
pub struct BroadbandFindings {
    /// `None` where the atlas has nothing on broadband.
    pub facts: Option<BroadbandFacts>,
    pub villages: Vec<VillageBroadband>,
    pub links: Vec<FibreLink>,
    pub gaps: Vec<Gap>,
    pub timings: Vec<(&'static str, Duration)>,
}

/// Runs the theme. `net` is the road network, where there is one.
pub fn find(
    world: &World,
    rules: &BroadbandRules,
    (net, max_access_m): (Option<&RoadNet>, f64),
    currency: &str,
    progress: &dyn Fn(&str),
) -> BroadbandFindings {
    let data = &world.broadband;
    let records = world.villages.iter().any(|v| v.broadband != Default::default());
    if data.coverage.is_empty() && !data.has_coverage && !data.has_nodes && !records {
        return BroadbandFindings::default();
    }
    let mut clock = Clock::new(progress);
    clock.start("broadband");
    let cover = Cover::new(&data.coverage);
    let nodes = PointIndex::new(data.nodes.iter().map(|n| n.point));
    let mut villages: Vec<VillageBroadband> =
        world.villages.par_iter().map(|v| village(world, v, &cover, &nodes, rules)).collect();
    clock.next("fibre routes");
    let links = lay(world, &mut villages, &nodes, rules, (net, max_access_m), currency);
    clock.next("broadband gaps");
    let gaps = gaps::gaps(world, rules, currency, &villages, &links);
    let count = |s: State| villages.iter().filter(|v| v.state == s).count();
    let facts = BroadbandFacts {
        broadband: count(State::Broadband),
        slow: count(State::Slow),
        none: count(State::None),
        unknown: count(State::Unknown),
        disagree: villages.iter().filter(|v| v.disagrees).count(),
        links: links.len(),
        link_m: metres(links.iter().map(|l| l.length_m).sum::<f64>() + 0.0),
        link_cost: metres(links.iter().map(|l| l.cost).sum::<f64>() + 0.0),
    };
    clock.stop();
    BroadbandFindings { facts: Some(facts), villages, links, gaps, timings: clock.timings }
}

/// Boxes of coverage polygons.
struct Cover<'a> {
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>,
    list: &'a [Coverage],
}

impl<'a> Cover<'a> {
    fn new(list: &'a [Coverage]) -> Self {
        let boxes = (0u32..).zip(list).filter_map(|(i, c)| {
            let b = c.area.bounding_rect()?;
            Some(GeomWithData::new(Rectangle::from_corners([b.min().x, b.min().y], [b.max().x, b.max().y]), i))
        });
        Cover { tree: RTree::bulk_load(boxes.collect()), list }
    }

    /// What holds the position, in the list's order.
    fn at(&self, p: Coord) -> Vec<&'a Coverage> {
        let mut found: Vec<u32> =
            self.tree.locate_in_envelope_intersecting(AABB::from_point([p.x, p.y])).map(|g| g.data).collect();
        found.sort_unstable();
        let all = found.into_iter().map(|i| &self.list[i as usize]);
        all.filter(|c| c.area.intersects(&Point(p))).collect()
    }

    /// Share of an area that is offered broadband; where polygons overlap, once.
    fn share(&self, area: &MultiPolygon) -> Option<f64> {
        let b = area.bounding_rect()?;
        let window = AABB::from_corners([b.min().x, b.min().y], [b.max().x, b.max().y]);
        let mut found: Vec<u32> = self.tree.locate_in_envelope_intersecting(window).map(|g| g.data).collect();
        found.sort_unstable();
        let parts: Vec<&MultiPolygon> =
            found.iter().map(|&i| &self.list[i as usize]).filter(|c| !c.measured).map(|c| &c.area).collect();
        let whole = area.unsigned_area();
        if whole <= 0.0 {
            return None;
        }
        let covered = unary_union(parts).intersection(area).unsigned_area();
        Some(((covered / whole).clamp(0.0, 1.0) * 1e4).round() / 1e4)
    }
}

/// The fastest of several; one without a speed before a slow one, for it may be fast.
fn best<'a>(list: impl Iterator<Item = &'a Coverage>, min: f64) -> Option<&'a Coverage> {
    let rank = |c: &Coverage| c.mbit_s.unwrap_or(min);
    list.reduce(|a, b| if rank(b) > rank(a) { b } else { a })
}

fn village(world: &World, v: &Village, cover: &Cover, nodes: &PointIndex, rules: &BroadbandRules) -> VillageBroadband {
    let data = &world.broadband;
    let fast = |speed: Option<f64>| speed.is_none_or(|s| s >= rules.min_mbit_s);
    let state = |speed: Option<f64>| if fast(speed) { State::Broadband } else { State::Slow };
    let here = cover.at(v.point);
    let mut said: Vec<Said> = Vec::new();
    if let Some(c) = best(here.iter().copied().filter(|c| c.measured && c.mbit_s.is_some()), rules.min_mbit_s) {
        let confidence = Confidence::Measured;
        let source = Some(c.id.clone());
        said.push(Said { kind: "speed_tile", confidence, state: state(c.mbit_s), mbit_s: c.mbit_s, source });
    }
    let offered = best(here.iter().copied().filter(|c| !c.measured), rules.min_mbit_s);
    let confidence = Confidence::Computed;
    if data.has_coverage {
        said.push(match offered {
            Some(c) => {
                let source = Some(c.id.clone());
                Said { kind: "coverage", confidence, state: state(c.mbit_s), mbit_s: c.mbit_s, source }
            }
            None => Said { kind: "coverage", confidence, state: State::None, mbit_s: None, source: None },
        });
    }
    let nearest = nodes.nearest(v.point, rules.max_route_m);
    if data.has_nodes {
        let near = nearest.filter(|n| n.1 <= rules.broadband_access_m).map(|n| &data.nodes[n.0 as usize]);
        said.push(match near {
            Some(n) => {
                let source = Some(n.id.clone());
                Said { kind: "node", confidence, state: state(n.mbit_s), mbit_s: n.mbit_s, source }
            }
            None => Said { kind: "node", confidence, state: State::None, mbit_s: None, source: None },
        });
    }
    let record = &v.broadband;
    let reported = match (record.broadband, record.mbit_s) {
        (Known::No, _) => Some((State::None, None)),
        (_, Some(0.0)) => Some((State::None, None)),
        (_, Some(speed)) => Some((state(Some(speed)), Some(speed))),
        (Known::Yes, None) => Some((State::Broadband, None)),
        (Known::Unknown, None) => None,
    };
    if let Some((state, mbit_s)) = reported {
        let source = Some(v.id.clone());
        said.push(Said { kind: "record", confidence: Confidence::Reported, state, mbit_s, source });
    }
    // A measured speed decides; else the best that anything says, and of those the strongest.
    let decides = said
        .iter()
        .find(|s| s.confidence == Confidence::Measured)
        .or_else(|| said.iter().min_by_key(|s| (s.state, s.confidence)));
    let (state, confidence, mbit_s) =
        decides.map_or((State::Unknown, None, None), |s| (s.state, Some(s.confidence), s.mbit_s));
    let layers = said.iter().filter(|s| s.kind != "record").map(|s| s.state == State::None);
    let disagrees = reported.is_some_and(|r| {
        let none = r.0 == State::None;
        layers.clone().count() > 0 && layers.clone().all(|l| l != none)
    });
    VillageBroadband {
        state,
        verdict: match state {
            State::Broadband => Verdict::Ok,
            State::Slow | State::None => Verdict::Gap,
            State::Unknown => Verdict::Unknown,
        },
        confidence,
        mbit_s,
        covered_share: v.area.as_ref().filter(|_| data.has_coverage).and_then(|a| cover.share(a)),
        node_m: nearest.map(|n| n.1),
        disagrees,
        links: Vec::new(),
        route_m: None,
        route_cost: None,
        evidence: said,
    }
}

/// Fibre to all villages with a gap, along roads where they lead to a node, else straight; shared trenches once.
fn lay(
    world: &World,
    villages: &mut [VillageBroadband],
    nodes: &PointIndex,
    rules: &BroadbandRules,
    (net, max_access_m): (Option<&RoadNet>, f64),
    currency: &str,
) -> Vec<FibreLink> {
    if world.broadband.nodes.is_empty() {
        return Vec::new();
    }
    let wanting: Vec<u32> =
        (0..villages.len() as u32).filter(|&i| villages[i as usize].verdict == Verdict::Gap).collect();
    let points: Vec<Coord> = wanting.iter().map(|&i| world.villages[i as usize].point).collect();
    let sources: Vec<Coord> = world.broadband.nodes.iter().map(|n| n.point).collect();
    let (paths, found) = match net {
        Some(n) => routes(&n.net, &n.index, &points, &sources, max_access_m, rules.cost_per_km),
        None => (vec![None; points.len()], Vec::new()),
    };
    let usable = |p: &Option<PathSummary>| p.as_ref().is_some_and(|p| p.length_m() <= rules.max_route_m);
    // Links that only too long routes use are not built.
    let mut users: Vec<Vec<u32>> = vec![Vec::new(); found.len()];
    for (k, path) in paths.iter().enumerate().filter(|(_, p)| usable(p)) {
        for &l in path.iter().flat_map(|p| &p.links) {
            users[l as usize].push(wanting[k]);
        }
    }
    let mut out: Vec<FibreLink> = Vec::new();
    let mut number = vec![None; found.len()];
    for (l, link) in found.iter().enumerate().filter(|(l, _)| !users[*l].is_empty()) {
        number[l] = Some(out.len() as u32);
        let along = !link.roads.is_empty();
        out.push(feature(world, &users[l], link.line.clone(), (link.length_m, link.cost), along, currency));
    }
    for (k, path) in paths.iter().enumerate() {
        let i = wanting[k] as usize;
        if let Some(p) = path.as_ref().filter(|_| usable(path)) {
            villages[i].links = p.links.iter().filter_map(|&l| number[l as usize]).collect();
            villages[i].route_m = Some(p.length_m());
            villages[i].route_cost = Some(p.cost);
        } else if let Some((n, m)) = nodes.nearest(points[k], rules.max_route_m) {
            let cost = m / 1000.0 * rules.cost_per_km;
            villages[i].links = vec![out.len() as u32];
            villages[i].route_m = Some(m);
            villages[i].route_cost = Some(cost);
            let line = vec![points[k], sources[n as usize]];
            out.push(feature(world, &[wanting[k]], line, (m, cost), false, currency));
        }
    }
    out
}

/// Id of a stretch of fibre: by its line, and of a straight one by its villages too.
pub fn link_id<'a>(line: &[Coord], villages: impl Iterator<Item = &'a str>) -> String {
    let mut h = Sha256::new();
    for c in line {
        h.update(format!("{:.6},{:.6};", c.x, c.y));
    }
    if line.len() == 2 {
        villages.for_each(|v| h.update(v));
    }
    let hex: String = h.finalize()[..6].iter().map(|b| format!("{b:02x}")).collect();
    format!("fibre-{hex}")
}

fn feature(
    world: &World,
    users: &[u32],
    line: Vec<Coord>,
    (m, cost): (f64, f64),
    along_road: bool,
    currency: &str,
) -> FibreLink {
    let list = || users.iter().map(|&i| &world.villages[i as usize]);
    FibreLink {
        id: link_id(&line, list().map(|v| v.id.as_str())),
        length_m: metres(m),
        cost: metres(cost),
        currency: currency.to_owned(),
        villages: list().map(|v| v.id.clone()).collect(),
        village_count: users.len(),
        people: known_total(list().map(|v| v.population)),
        along_road,
        line,
    }
}
