//! Roads: which villages, schools and townships have no paved access, which stretches would give it, which
//! neighbours are not joined, whose access is fragile (definitions, section 2; RAI after SDG 9.1.1).
//!
//! 1. Node the lines and find the main network ([`crate::network`]).
//! 2. Find access and last-mile links of villages, schools and seats in one forest.
//! 3. Weigh what is computed against what the village reports; the stronger evidence decides.
//! 4. Neighbours, fragile access, RAI.

mod access;
mod again;
mod fragile;
mod links;
mod model;
mod pairs;

use rayon::prelude::*;
use serde_json::{Map, Value};

use super::clock::Clock;
use super::rai::rai;
use super::{Gap, Verdict, metres, total};
use crate::atlas::Noding;
use crate::network::{Access, EdgeIndex, Net, Reach, RoadNet, last_mile, node, reach, standing};
use crate::standards::{Bilingual, RoadRules};
use crate::text::{Fill, count, message};
use crate::world::{Provenance, World, road_flags};

use again::Earlier;
pub use again::Kept;
pub use links::link_id;
use pairs::Neighbours;

pub use model::{LinkFeature, NetworkFacts, RoadFindings, State, VillageRoads};

/// Runs the theme. `currency` names the unit of the costs in `rules`.
pub fn find(world: &World, rules: &RoadRules, noding: Noding, currency: &str, progress: &dyn Fn(&str)) -> RoadFindings {
    let mut clock = Clock::new(progress);
    clock.start("network");
    let net = node(&world.roads, noding, rules.snap_m);
    clock.next("index");
    let index = EdgeIndex::new(&net);
    run(world, rules, noding, currency, RoadNet { net, index }, None, clock)
}

/// As [`find`] in a world whose roads alone differ from those of `before`, and only in the edges `changed` (ascending) of
/// `network`. What is far enough from the difference is taken over.
pub fn find_again(
    world: &World,
    rules: &RoadRules,
    (noding, currency): (Noding, &str),
    (network, changed): (RoadNet, &[u32]),
    before: &RoadFindings,
) -> RoadFindings {
    run(world, rules, noding, currency, network, Some((before, changed)), Clock::new(&|_| {}))
}

fn run(
    world: &World,
    rules: &RoadRules,
    noding: Noding,
    currency: &str,
    network: RoadNet,
    again: Option<(&RoadFindings, &[u32])>,
    mut clock: Clock,
) -> RoadFindings {
    let RoadNet { net, index } = network;
    clock.next("main network");
    let seats: Vec<_> = world.seats.iter().map(|s| s.point).collect();
    let reach = reach(&net, &world.roads, &index, &seats, &rules.trunk_classes, rules.access_m);
    let find = Find { world, rules, currency, net: &net, index: &index, reach: &reach };
    let earlier = again.map(|(before, changed)| Earlier::new(before, changed, &net, &reach));
    let earlier = earlier.as_ref();

    clock.next("last mile");
    let points: Vec<_> = (world.villages.iter().map(|v| v.point))
        .chain(world.schools.iter().map(|s| s.point))
        .chain(seats.iter().copied())
        .collect();
    let limits = (rules.access_m, rules.max_access_m);
    let known = earlier.map(|e| (&e.before.kept.standing, &e.difference));
    let standing = standing(&net, &index, &reach, &points, limits, known);
    let mile = last_mile(&net, &world.roads, &index, &reach, (&points, &standing), rules.access_m, &rules.cost_per_km);

    clock.next("neighbours");
    let Neighbours { gaps: neighbours, pairs, terminals, paths } = find.neighbours(earlier);
    clock.next("fragile access");
    let (fragile_sets, hits) = find.fragile(&mile, earlier);
    clock.next("rural access index");
    let (area_shares, rai) =
        rai(world, &net, &index, rules.rai_m, earlier.map(|e| (&e.before.kept.shares, &e.changed)));
    clock.next("gaps");
    let only_inferred: Vec<bool> = world
        .villages
        .par_iter()
        .enumerate()
        .map(|(i, v)| match earlier {
            Some(e) if !e.difference.near(v.point, rules.access_m) => e.before.kept.only_inferred[i],
            _ => find.inferred_only(v),
        })
        .collect();
    let mut villages: Vec<VillageRoads> = world
        .villages
        .iter()
        .enumerate()
        .map(|(i, v)| {
            let unknown = mile.connected_if_unknown_paved[i];
            find.village(v, &mile.access[i], unknown, area_shares.villages[i], only_inferred[i])
        })
        .collect();
    for f in &fragile_sets {
        for &v in &f.points {
            villages[v as usize].fragile = true;
        }
    }
    let links = find.link_features(&mile);
    let same = |i: usize, r: &VillageRoads| earlier.and_then(|e| e.same_gap(&world.villages[i], i, r, &links));
    let mut gaps: Vec<Gap> = world
        .villages
        .iter()
        .zip(&villages)
        .enumerate()
        .filter(|(_, (_, r))| r.verdict != Verdict::Ok && r.confidence.is_some())
        .map(|(i, (v, r))| same(i, r).cloned().unwrap_or_else(|| find.village_gap(v, r, &links)))
        .collect();
    let state = |k: usize| if world.has_roads { state_of(&mile.access[k]) } else { State::NoData };
    let n = world.villages.len();
    let schools: Vec<State> = (0..world.schools.len()).map(|k| state(n + k)).collect();
    let at = n + schools.len();
    let seat_states: Vec<State> = (0..world.seats.len()).map(|k| state(at + k)).collect();
    for (k, s) in world.schools.iter().enumerate() {
        let place = Place {
            kind: "school_unpaved",
            id: &s.id,
            name: &s.name,
            county: s.county.clone(),
            provenance: s.provenance,
            people: s.pupils,
            point: s.point,
        };
        gaps.extend(find.place_gap(&place, n + k, &mile, &links));
    }
    for (k, s) in world.seats.iter().enumerate() {
        let place = Place {
            kind: "township_unpaved",
            id: &s.id,
            name: &s.name,
            county: s.county.clone(),
            provenance: s.provenance,
            people: None,
            point: s.point,
        };
        gaps.extend(find.place_gap(&place, at + k, &mile, &links));
    }
    gaps.sort_by(|a, b| a.id.cmp(&b.id));
    let fragile = fragile_sets.iter().map(|f| find.fragile_gap(&f.edges, &f.points)).collect();
    let mut road_main = vec![false; world.roads.len()];
    for e in (0..net.edges()).filter(|&e| reach.main[e]) {
        road_main[net.road[e] as usize] = true;
    }
    let facts = world.has_roads.then(|| find.facts(noding));
    clock.stop();
    RoadFindings {
        facts,
        villages,
        schools,
        seats: seat_states,
        gaps,
        links,
        neighbours,
        pairs,
        fragile,
        rai,
        road_main,
        kept: Kept { reach, standing, terminals, paths, hits, shares: area_shares, only_inferred },
        network: RoadNet { net, index },
        timings: clock.timings,
    }
}

fn state_of(a: &Access) -> State {
    match a {
        Access::Connected { .. } => State::Connected,
        Access::Linked { .. } => State::Linked,
        Access::CutOff { .. } => State::CutOff,
        Access::NoRoad { .. } => State::NoRoad,
    }
}

fn main_m(a: &Access) -> Option<f64> {
    match a {
        Access::Connected { main_m } => Some(*main_m),
        Access::Linked { main_m, .. } | Access::CutOff { main_m, .. } | Access::NoRoad { main_m, .. } => *main_m,
    }
}

fn nearest_m(a: &Access) -> Option<f64> {
    if let Access::NoRoad { nearest_m, .. } = a { *nearest_m } else { None }
}

/// A school or seat.
struct Place<'a> {
    kind: &'static str,
    id: &'a str,
    name: &'a str,
    county: Option<String>,
    provenance: Provenance,
    people: Option<f64>,
    point: geo::Coord,
}

/// What every step needs.
struct Find<'a> {
    world: &'a World,
    rules: &'a RoadRules,
    currency: &'a str,
    net: &'a Net,
    index: &'a EdgeIndex,
    reach: &'a Reach,
}

impl Find<'_> {
    fn department(&self) -> Bilingual {
        self.rules.department.clone()
    }

    fn facts(&self, noding: Noding) -> NetworkFacts {
        let (net, roads) = (self.net, &self.world.roads);
        let mut by = [0.0; 4];
        let (mut main, mut inferred) = (0.0, 0.0);
        for e in 0..net.edges() {
            let r = net.road[e] as usize;
            by[roads.surface[r] as usize] += net.len[e];
            if self.reach.main[e] {
                main += net.len[e];
            }
            if roads.flags[r] & road_flags::SURFACE_INFERRED != 0 {
                inferred += net.len[e];
            }
        }
        NetworkFacts {
            anchors: self.reach.anchors,
            noding,
            vertices: net.vertex.len(),
            edges: net.edges(),
            length_m: metres(total(by.iter().copied())),
            main_m: metres(main),
            paved_m: metres(by[0]),
            gravel_m: metres(by[1]),
            earth_m: metres(by[2]),
            unknown_m: metres(by[3]),
            inferred_m: metres(inferred),
            cut_off_pieces: self.reach.cut_off_pieces,
            cut_off_m: metres(self.reach.cut_off_m),
        }
    }
}

/// A number of people, or that it is not known.
fn people_text(n: Option<f64>) -> Fill {
    n.map_or_else(|| Fill::Each(message("unknown_number", &[])), |n| count(n).into())
}

fn extra<const N: usize>(items: [(&str, Value); N]) -> Map<String, Value> {
    items.into_iter().map(|(k, v)| (k.to_string(), v)).collect()
}
