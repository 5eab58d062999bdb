//! Roads: which villages, schools and townships have no paved access, which stretches would give it, which
//! neighbours are not joined, whose access is fragile (definitions, section 2; RAI after SDG 9.1.1).
//!
//! 1. Node the lines and find the main network ([`crate::network`]).
//! 2. Find access and last-mile links of villages, schools and seats in one forest.
//! 3. Weigh what is computed against what the village reports; the stronger evidence decides.
//! 4. Neighbours, fragile access, RAI.

use std::time::{Duration, Instant};

use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::borders::neighbours;
use super::rai::{Rai, Share, rai};
use super::{BySurface, Confidence, Evidence, Gap, Remedy, Shape, Verdict, known_total, metres, total};
use crate::atlas::Noding;
use crate::network::{
    Access, AnchorUse, EdgeIndex, LastMile, LinkSurface, Net, PathSummary, Reach, Repair, Terminal, fragile_groups,
    last_mile, node, paved_paths, reach,
};
use crate::standards::{Bilingual, RoadRules};
use crate::text::{Fill, count, length, message};
use crate::world::{Known, Provenance, Village, VillageIx, VillageStatus, World, road_flags};

/// How a village or facility stands to the main network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Connected,
    Linked,
    CutOff,
    NoRoad,
    /// The atlas has no road layer.
    NoData,
}

/// Roads' answer for one village.
#[derive(Debug, Clone, PartialEq)]
pub struct VillageRoads {
    pub state: State,
    pub verdict: Verdict,
    /// What the verdict rests on; `None` where nothing is known.
    pub confidence: Option<Confidence>,
    /// Straight metres to the main network.
    pub distance_m: Option<f64>,
    /// Straight metres to the nearest road of any kind, where none is near enough to join.
    pub nearest_road_m: Option<f64>,
    pub path: Option<PathSummary>,
    /// Straight line that would join a cut-off piece, metres.
    pub cut_off_link_m: Option<f64>,
    /// The layer and the village's record disagree.
    pub disagrees: bool,
    pub rai: Option<Share>,
    /// Can be cut off by the failure of one edge.
    pub fragile: bool,
}

/// A stretch to build and who depends on it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LinkFeature {
    pub id: String,
    pub surface: LinkSurface,
    pub length_m: f64,
    pub cost: f64,
    pub currency: String,
    pub villages: Vec<String>,
    pub village_count: usize,
    /// Known people; `None` where no village's population is known.
    pub people: Option<f64>,
    /// Villages among them whose population is not known.
    pub people_unknown: usize,
    pub households: Option<f64>,
    pub schools: usize,
    pub townships: usize,
    pub roads: Vec<String>,
    pub confidence: Confidence,
    pub provenance: Provenance,
    #[serde(skip)]
    pub line: Vec<geo::Coord>,
}

/// Facts about the network, for the quality report and the summary.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NetworkFacts {
    pub anchors: AnchorUse,
    pub noding: Noding,
    pub vertices: usize,
    pub edges: usize,
    pub length_m: f64,
    pub main_m: f64,
    pub paved_m: f64,
    pub gravel_m: f64,
    pub earth_m: f64,
    pub unknown_m: f64,
    /// Of the paved length, what was inferred from the class alone.
    pub inferred_m: f64,
    pub cut_off_pieces: usize,
    pub cut_off_m: f64,
}

/// Everything the theme found.
pub struct RoadFindings {
    pub facts: Option<NetworkFacts>,
    pub villages: Vec<VillageRoads>,
    pub schools: Vec<State>,
    pub seats: Vec<State>,
    /// Village, school and township gaps, by id.
    pub gaps: Vec<Gap>,
    pub links: Vec<LinkFeature>,
    pub neighbours: Vec<Gap>,
    pub neighbour_pairs: usize,
    pub fragile: Vec<Gap>,
    pub rai: Rai,
    /// Per road: part of the main network.
    pub road_main: Vec<bool>,
    /// Seconds per step.
    pub timings: Vec<(&'static str, Duration)>,
}

/// Runs the theme. `currency` names the unit of the costs in `rules`.
pub fn find(world: &World, rules: &RoadRules, noding: Noding, currency: &str, progress: &dyn Fn(&str)) -> RoadFindings {
    let mut clock = Clock { progress, last: Instant::now(), timings: Vec::new() };
    clock.start("network");
    let net = node(&world.roads, noding, rules.snap_m);
    clock.next("index");
    let index = EdgeIndex::new(&net);
    clock.next("main network");
    let seats: Vec<_> = world.seats.iter().map(|s| s.point).collect();
    let reach = reach(&net, &world.roads, &index, &seats, &rules.trunk_classes, rules.access_m);
    let find = Find { world, rules, currency, net: &net, index: &index, reach: &reach };

    clock.next("last mile");
    let points: Vec<_> = (world.villages.iter().map(|v| v.point))
        .chain(world.schools.iter().map(|s| s.point))
        .chain(seats.iter().copied())
        .collect();
    let limits = (rules.access_m, rules.max_access_m);
    let mile = last_mile(&net, &world.roads, &index, &reach, &points, limits, &rules.cost_per_km);

    clock.next("neighbours");
    let (neighbours, neighbour_pairs) = find.neighbours();
    clock.next("fragile access");
    let fragile_sets = find.fragile(&mile);
    clock.next("rural access index");
    let (shares, rai) = rai(world, &net, &index, rules.rai_m);
    clock.next("gaps");
    let mut villages: Vec<VillageRoads> = world
        .villages
        .iter()
        .enumerate()
        .map(|(i, v)| find.village(v, &mile.access[i], mile.connected_if_unknown_paved[i], shares[i]))
        .collect();
    for f in &fragile_sets {
        for &v in &f.1 {
            villages[v as usize].fragile = true;
        }
    }
    let links = find.link_features(&mile);
    let mut gaps: Vec<Gap> = world
        .villages
        .iter()
        .zip(&villages)
        .filter(|(_, r)| r.verdict != Verdict::Ok && r.confidence.is_some())
        .map(|(v, r)| find.village_gap(v, r, &links))
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
    let fragile = fragile_sets.iter().map(|(edges, villages)| find.fragile_gap(edges, villages)).collect();
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
        neighbour_pairs,
        fragile,
        rai,
        road_main,
        timings: clock.timings,
    }
}

/// Names and times the steps.
struct Clock<'a> {
    progress: &'a dyn Fn(&str),
    last: Instant,
    timings: Vec<(&'static str, Duration)>,
}

impl Clock<'_> {
    fn start(&mut self, name: &'static str) {
        (self.progress)(name);
        self.last = Instant::now();
        self.timings.push((name, Duration::ZERO));
    }
    fn stop(&mut self) {
        if let Some(t) = self.timings.last_mut() {
            t.1 = self.last.elapsed();
        }
    }
    fn next(&mut self, name: &'static str) {
        self.stop();
        self.start(name);
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
    /// Step 3 for one village.
    fn village(&self, v: &Village, access: &Access, if_unknown: bool, rai: Option<Share>) -> VillageRoads {
        let mut r = VillageRoads {
            state: State::NoData,
            verdict: Verdict::Unknown,
            confidence: None,
            distance_m: None,
            nearest_road_m: None,
            path: None,
            cut_off_link_m: None,
            disagrees: false,
            rai,
            fragile: false,
        };
        let reported = match v.reported_paved {
            Known::Yes => Some(Verdict::Ok),
            Known::No => Some(Verdict::Gap),
            Known::Unknown => None,
        };
        if self.world.has_roads {
            r.state = state_of(access);
            r.distance_m = main_m(access);
            r.nearest_road_m = nearest_m(access);
            (r.path, r.cut_off_link_m) = match access {
                Access::Linked { path, .. } => (Some(path.clone()), None),
                Access::CutOff { path, link_m, .. } => (path.clone(), *link_m),
                _ => (None, None),
            };
            (r.verdict, r.confidence) = match r.state {
                State::Connected if self.inferred_only(v) => (Verdict::Ok, Some(Confidence::Inferred)),
                State::Connected => (Verdict::Ok, Some(Confidence::Computed)),
                _ if if_unknown => (Verdict::Unknown, Some(Confidence::Computed)),
                _ => (Verdict::Gap, Some(Confidence::Computed)),
            };
            r.disagrees = r.verdict != Verdict::Unknown && reported.is_some_and(|x| x != r.verdict);
        }
        let weak = r.verdict == Verdict::Unknown || r.confidence == Some(Confidence::Inferred);
        if let (true, Some(verdict)) = (weak, reported) {
            (r.verdict, r.confidence) = (verdict, Some(Confidence::Reported));
        }
        r
    }

    /// Every main road within reach is paved only by its class.
    fn inferred_only(&self, v: &Village) -> bool {
        !self.index.any_within(self.net, v.point, self.rules.access_m, |e| {
            let road = self.net.road[e as usize] as usize;
            self.reach.main[e as usize] && self.world.roads.flags[road] & road_flags::SURFACE_INFERRED == 0
        })
    }

    fn severity(&self, far_m: Option<f64>) -> f64 {
        let (zero, one) = (self.rules.access_m, self.rules.severe_m);
        let s = far_m.map_or(1.0, |m| (m - zero) / (one - zero).max(1.0)).clamp(0.0, 1.0);
        (s * 1e4).round() / 1e4
    }

    fn department(&self) -> Bilingual {
        self.rules.department.clone()
    }

    fn village_gap(&self, v: &Village, r: &VillageRoads, links: &[LinkFeature]) -> Gap {
        let by_status = match v.status {
            VillageStatus::Administrative => "village_unpaved",
            VillageStatus::Merged => "merged_village_unpaved",
            VillageStatus::Natural => "natural_village_unpaved",
        };
        let kind = match r.state {
            State::CutOff => "cut_off",
            State::NoRoad => "no_road",
            _ => by_status,
        };
        let mut evidence = self.access_evidence(r, links);
        evidence.extend(reported_evidence(v));
        let reported = r.confidence == Some(Confidence::Reported);
        evidence.sort_by_key(|e| e.confidence);
        let (severity, why, rule) = if r.state == State::NoData || (reported && r.state == State::Connected) {
            let bad = v.reported_all_weather == Known::No;
            let s = &self.rules.reported_severity;
            let key = if bad { "why_reported_weather" } else { "why_reported" };
            (if bad { s.no_all_weather } else { s.no_paved }, message(key, &[]), message("rule_reported", &[]))
        } else {
            (self.severity(r.distance_m), self.why(r, links), self.access_rule(r.state))
        };
        Gap {
            id: format!("roads:{kind}:{}", v.id),
            theme: "roads",
            kind,
            village: Some(v.id.clone()),
            village_name: v.name.clone(),
            town: v.town.clone(),
            county: v.county.clone(),
            verdict: r.verdict,
            severity,
            measured: self.measured(r),
            threshold: self.threshold(r.state),
            unit: "m",
            rule,
            confidence: r.confidence.unwrap_or(Confidence::Reported),
            why,
            evidence,
            people: v.population,
            households: v.households,
            remedy: self.remedy(r.path.as_ref(), r.verdict, links),
            department: self.department(),
            provenance: v.provenance,
            extra: extra([("state", json!(r.state)), ("disagrees", json!(r.disagrees))]),
            shape: Shape::Point(v.point),
        }
    }

    fn place_gap(&self, p: &Place, k: usize, mile: &LastMile, links: &[LinkFeature]) -> Option<Gap> {
        let access = &mile.access[k];
        let state = state_of(access);
        if state == State::Connected || !self.world.has_roads {
            return None;
        }
        let (path, link_m) = match access {
            Access::Linked { path, .. } => (Some(path.clone()), None),
            Access::CutOff { path, link_m, .. } => (path.clone(), *link_m),
            _ => (None, None),
        };
        let verdict = if mile.connected_if_unknown_paved[k] { Verdict::Unknown } else { Verdict::Gap };
        let r = VillageRoads {
            state,
            verdict,
            confidence: Some(Confidence::Computed),
            distance_m: main_m(access),
            nearest_road_m: nearest_m(access),
            path,
            cut_off_link_m: link_m,
            disagrees: false,
            rai: None,
            fragile: false,
        };
        Some(Gap {
            id: format!("roads:{}:{}", p.kind, p.id),
            theme: "roads",
            kind: p.kind,
            village: None,
            village_name: p.name.to_string(),
            town: None,
            county: p.county.clone(),
            verdict,
            severity: self.severity(r.distance_m),
            measured: self.measured(&r),
            threshold: self.threshold(state),
            unit: "m",
            rule: self.access_rule(state),
            confidence: Confidence::Computed,
            why: self.why(&r, links),
            evidence: self.access_evidence(&r, links),
            people: p.people,
            households: None,
            remedy: self.remedy(r.path.as_ref(), verdict, links),
            department: self.department(),
            provenance: p.provenance,
            extra: extra([("state", json!(state)), ("place", json!(p.id))]),
            shape: Shape::Point(p.point),
        })
    }

    /// What the state's rule measures: the way to any road where there is none near, else to the main network.
    fn measured(&self, r: &VillageRoads) -> Option<f64> {
        let m = if r.state == State::NoRoad { r.nearest_road_m } else { r.distance_m };
        m.map(metres)
    }

    fn threshold(&self, state: State) -> Option<f64> {
        match state {
            State::NoData => None,
            State::NoRoad => Some(self.rules.max_access_m),
            _ => Some(self.rules.access_m),
        }
    }

    fn access_rule(&self, state: State) -> Bilingual {
        if state == State::NoRoad {
            return message("rule_no_road", &[("limit", length(self.rules.max_access_m).into())]);
        }
        message("rule_access", &[("access", length(self.rules.access_m).into())])
    }

    fn why(&self, r: &VillageRoads, links: &[LinkFeature]) -> Bilingual {
        let far = r.distance_m.map_or_else(|| Fill::Each(message("unknown", &[])), |m| length(m).into());
        match (r.state, &r.path) {
            (State::NoRoad, _) => {
                let near = r.nearest_road_m.map_or_else(|| Fill::Each(message("unknown", &[])), |m| length(m).into());
                message("why_no_road", &[("limit", length(self.rules.max_access_m).into()), ("near", near)])
            }
            (State::CutOff, _) => match r.cut_off_link_m {
                Some(m) => message("why_cut_off", &[("link", length(m).into())]),
                None => message("why_cut_off_nothing", &[]),
            },
            (_, Some(path)) if r.verdict == Verdict::Unknown => {
                let m = path.by_surface[LinkSurface::Unknown as usize];
                message("why_linked_unknown", &[("far", far), ("work", length(m).into())])
            }
            (_, Some(path)) => {
                // The link next to the main network serves everybody on the way.
                let trunk = path.links.last().map(|&l| &links[l as usize]);
                let villages = trunk.map_or(1, |l| l.village_count.max(1));
                let people = trunk.and_then(|l| l.people);
                message(
                    "why_linked",
                    &[
                        ("far", far),
                        ("work", length(path.work_m()).into()),
                        ("parts", parts(&path.by_surface).into()),
                        ("villages", villages.to_string().into()),
                        ("people", people_text(people)),
                    ],
                )
            }
            (_, None) => message("unknown", &[]),
        }
    }

    fn access_evidence(&self, r: &VillageRoads, links: &[LinkFeature]) -> Vec<Evidence> {
        if r.state == State::NoData {
            return Vec::new();
        }
        let computed = |kind, value: Option<f64>, text, sources| Evidence {
            kind,
            confidence: Confidence::Computed,
            value: value.map(metres),
            unit: "m",
            text,
            sources,
        };
        let mut out = vec![computed("distance_to_main_network", r.distance_m, message("ev_distance", &[]), Vec::new())];
        if r.state == State::NoRoad {
            out.push(computed("nearest_road", r.nearest_road_m, message("ev_nearest", &[]), Vec::new()));
        }
        if let Some(p) = &r.path {
            let mut roads: Vec<String> =
                p.links.iter().flat_map(|&l| links[l as usize].roads.iter().cloned()).collect();
            roads.dedup();
            out.push(computed("path", Some(p.work_m()), message("ev_path", &[]), roads));
        }
        if let Some(m) = r.cut_off_link_m {
            out.push(computed("joining_line", Some(m), message("ev_link", &[]), Vec::new()));
        }
        out
    }

    fn remedy(&self, path: Option<&PathSummary>, verdict: Verdict, links: &[LinkFeature]) -> Option<Remedy> {
        let p = path?;
        let new = p.by_surface[LinkSurface::New as usize] > 0.0;
        let kind = match verdict {
            Verdict::Unknown => "survey",
            _ if new => "new_link",
            _ => "pave",
        };
        Some(Remedy {
            kind,
            length_m: metres(p.work_m()),
            cost: metres(p.cost),
            currency: self.currency.to_string(),
            links: p.links.iter().map(|&l| links[l as usize].id.clone()).collect(),
            by_surface: p.by_surface.into(),
        })
    }

    fn link_features(&self, mile: &LastMile) -> Vec<LinkFeature> {
        let (v, s) = (self.world.villages.len(), self.world.schools.len());
        let mut seen = std::collections::HashMap::new();
        mile.links
            .iter()
            .map(|l| {
                let villages: Vec<&Village> =
                    l.points.iter().filter(|&&p| (p as usize) < v).map(|&p| &self.world.villages[p as usize]).collect();
                let roads: Vec<String> = l.roads.iter().map(|&r| self.world.roads.id[r as usize].clone()).collect();
                let base = link_id(l.surface, &roads, &l.line);
                let n = seen.entry(base.clone()).and_modify(|n| *n += 1).or_insert(1);
                let provenance = l
                    .roads
                    .iter()
                    .map(|&r| self.world.sources[self.world.roads.source[r as usize] as usize].provenance)
                    .chain(villages.iter().map(|v| v.provenance))
                    .max()
                    .unwrap_or_default();
                let mut ids: Vec<String> = villages.iter().map(|v| v.id.clone()).collect();
                ids.sort();
                LinkFeature {
                    id: if *n > 1 { format!("{base}-{n}") } else { base },
                    surface: l.surface,
                    length_m: metres(l.length_m),
                    cost: metres(l.cost),
                    currency: self.currency.to_string(),
                    village_count: ids.len(),
                    villages: ids,
                    people: known_total(villages.iter().map(|v| v.population)),
                    people_unknown: villages.iter().filter(|v| v.population.is_none()).count(),
                    households: known_total(villages.iter().map(|v| v.households)),
                    schools: l.points.iter().filter(|&&p| (v..v + s).contains(&(p as usize))).count(),
                    townships: l.points.iter().filter(|&&p| p as usize >= v + s).count(),
                    roads,
                    confidence: Confidence::Computed,
                    provenance,
                    line: l.line.clone(),
                }
            })
            .collect()
    }

    /// Gaps between neighbouring administrative villages, and the number of pairs looked at.
    fn neighbours(&self) -> (Vec<Gap>, usize) {
        if !self.world.has_roads {
            return (Vec::new(), 0);
        }
        let administrative: Vec<VillageIx> = (0..self.world.villages.len() as u32)
            .filter(|&i| self.world.villages[i as usize].status == VillageStatus::Administrative)
            .map(VillageIx)
            .collect();
        let pairs = neighbours(self.world, &administrative, self.rules.neighbour_max_m);
        use rayon::prelude::*;
        let terminals: Vec<Terminal> = self
            .world
            .villages
            .par_iter()
            .map(|v| {
                let mut joints = self.index.within(self.net, v.point, self.rules.access_m, |_| true);
                let beyond = joints.is_empty();
                if beyond {
                    joints.extend(self.index.nearest(self.net, v.point, self.rules.max_access_m, |_| true));
                }
                Terminal::new(self.net, v.point, &joints, beyond)
            })
            .collect();
        let ids: Vec<(u32, u32, f64)> = pairs.iter().map(|p| (p.0.0, p.1.0, p.2)).collect();
        let detour = self.rules.neighbour_detour;
        let paths = paved_paths(self.net, &self.world.roads, &terminals, &ids, detour, &self.rules.cost_per_km);
        let gaps = pairs
            .iter()
            .zip(paths)
            .filter_map(|(&(a, b, straight), p)| {
                let repair = p.repair?;
                Some(self.neighbour_gap((a, b), straight, repair, p.if_unknown_paved_m))
            })
            .collect();
        (gaps, pairs.len())
    }

    fn neighbour_gap(&self, (a, b): (VillageIx, VillageIx), straight: f64, repair: Repair, maybe: Option<f64>) -> Gap {
        let (va, vb) = (&self.world.villages[a.0 as usize], &self.world.villages[b.0 as usize]);
        let limit = straight * self.rules.neighbour_detour;
        let verdict = if maybe.is_some() { Verdict::Unknown } else { Verdict::Gap };
        let work: f64 = repair.by_surface[1..].iter().sum();
        let key = if maybe.is_some() { "why_neighbours_unknown" } else { "why_neighbours" };
        let fills =
            [("straight", length(straight).into()), ("limit", length(limit).into()), ("work", length(work).into())];
        let by_surface: BySurface = repair.by_surface.into();
        let lines = if repair.lines.is_empty() { vec![vec![va.point, vb.point]] } else { repair.lines };
        let sum = |f: fn(&Village) -> Option<f64>| f(va).zip(f(vb)).map(|(x, y)| x + y);
        Gap {
            id: format!("roads:neighbours_unpaved:{}~{}", va.id, vb.id),
            theme: "roads",
            kind: "neighbours_unpaved",
            village: Some(va.id.clone()),
            village_name: format!("{} – {}", va.name, vb.name),
            town: va.town.clone(),
            county: va.county.clone(),
            verdict,
            severity: self.severity(Some(self.rules.access_m + work)),
            measured: None,
            threshold: Some(metres(limit)),
            unit: "m",
            rule: message("rule_neighbours", &[("factor", format!("{}", self.rules.neighbour_detour).into())]),
            confidence: Confidence::Computed,
            why: message(key, &fills),
            evidence: vec![Evidence {
                kind: "straight_distance",
                confidence: Confidence::Computed,
                value: Some(metres(straight)),
                unit: "m",
                text: message("ev_straight", &[]),
                sources: vec![va.id.clone(), vb.id.clone()],
            }],
            people: sum(|v| v.population),
            households: sum(|v| v.households),
            remedy: Some(Remedy {
                kind: if repair.by_surface[LinkSurface::New as usize] > 0.0 { "new_link" } else { "pave" },
                length_m: metres(work),
                cost: metres(repair.cost),
                currency: self.currency.to_string(),
                links: Vec::new(),
                by_surface,
            }),
            department: self.department(),
            provenance: va.provenance.max(vb.provenance),
            extra: extra([
                ("other", json!(vb.id)),
                ("straight_m", json!(metres(straight))),
                ("paved_path_m", Value::Null),
                ("path_if_unknown_paved_m", json!(maybe.map(metres))),
            ]),
            shape: if lines.len() == 1 {
                Shape::Line(lines.into_iter().next().unwrap_or_default())
            } else {
                Shape::Lines(lines)
            },
        }
    }

    /// Edges and the (connected) villages they can cut off.
    fn fragile(&self, mile: &LastMile) -> Vec<(Vec<u32>, Vec<u32>)> {
        let connected: Vec<u32> = (0..self.world.villages.len() as u32)
            .filter(|&i| matches!(mile.access[i as usize], Access::Connected { .. }))
            .collect();
        let points: Vec<_> = connected.iter().map(|&i| self.world.villages[i as usize].point).collect();
        fragile_groups(self.net, self.index, self.reach, &points, self.rules.access_m)
            .into_iter()
            .map(|f| (f.edges, f.points.into_iter().map(|p| connected[p as usize]).collect()))
            .collect()
    }

    fn fragile_gap(&self, edges: &[u32], villages: &[u32]) -> Gap {
        let of: Vec<&Village> = villages.iter().map(|&v| &self.world.villages[v as usize]).collect();
        let people = known_total(of.iter().map(|v| v.population));
        let length_m: f64 = edges.iter().map(|&e| self.net.len[e as usize]).sum();
        let mut roads: Vec<String> =
            edges.iter().map(|&e| self.world.roads.id[self.net.road[e as usize] as usize].clone()).collect();
        roads.dedup();
        let lines: Vec<Vec<geo::Coord>> = edges.iter().map(|&e| self.net.line(e).to_vec()).collect();
        let id = link_id(LinkSurface::Paved, &roads, &lines.concat());
        let first = of[0];
        let single = of.len() == 1;
        Gap {
            id: format!("roads:fragile_access:{}", id.trim_start_matches("link-")),
            theme: "roads",
            kind: "fragile_access",
            village: single.then(|| first.id.clone()),
            village_name: if single { first.name.clone() } else { format!("{} + {}", first.name, of.len() - 1) },
            town: first.town.clone(),
            county: first.county.clone(),
            verdict: Verdict::Gap,
            severity: self.severity(Some(self.rules.access_m + length_m)),
            measured: Some(1.0),
            threshold: Some(2.0),
            unit: "paths",
            rule: message("rule_fragile", &[]),
            confidence: Confidence::Computed,
            why: message(
                "why_fragile",
                &[
                    ("length", length(length_m).into()),
                    ("villages", of.len().to_string().into()),
                    ("people", people_text(people)),
                ],
            ),
            evidence: vec![Evidence {
                kind: "bridge",
                confidence: Confidence::Computed,
                value: Some(metres(length_m)),
                unit: "m",
                text: message("rule_fragile", &[]),
                sources: roads,
            }],
            people,
            households: None,
            remedy: None,
            department: self.department(),
            provenance: of.iter().map(|v| v.provenance).max().unwrap_or_default(),
            extra: extra([
                ("villages", json!(of.iter().map(|v| &v.id).collect::<Vec<_>>())),
                ("length_m", json!(metres(length_m))),
            ]),
            shape: if lines.len() == 1 { Shape::Line(lines.concat()) } else { Shape::Lines(lines) },
        }
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

fn reported_evidence(v: &Village) -> Vec<Evidence> {
    let say = |k: Known| match k {
        Known::Yes => Some((1.0, "yes")),
        Known::No => Some((0.0, "no")),
        Known::Unknown => None,
    };
    [
        ("reported_paved", "ev_reported_paved", v.reported_paved),
        ("reported_all_weather", "ev_reported_weather", v.reported_all_weather),
    ]
    .into_iter()
    .filter_map(|(kind, key, known)| {
        let (value, word) = say(known)?;
        Some(Evidence {
            kind,
            confidence: Confidence::Reported,
            value: Some(value),
            unit: "1",
            text: message(key, &[("value", message(word, &[]).into())]),
            sources: vec![v.id.clone()],
        })
    })
    .collect()
}

/// "2.1 km earth, 300 m new" in both languages.
fn parts(by_surface: &[f64; 5]) -> Bilingual {
    let mut out = Bilingual { zh: String::new(), en: String::new() };
    for s in &LinkSurface::ALL[1..] {
        let m = by_surface[*s as usize];
        if m < 0.5 {
            continue;
        }
        let key = if *s == LinkSurface::Unknown { "unknown_surface" } else { s.as_str() };
        let name = message(key, &[]);
        if !out.en.is_empty() {
            out.zh.push('、');
            out.en.push_str(", ");
        }
        out.zh.push_str(&format!("{} {}", name.zh, length(m)));
        out.en.push_str(&format!("{} {}", length(m), name.en));
    }
    out
}

/// Stable id of a stretch: a digest of its surface, its roads' ids and its two ends.
fn link_id(surface: LinkSurface, roads: &[String], line: &[geo::Coord]) -> String {
    let mut h = Sha256::new();
    h.update(surface.as_str());
    for r in roads {
        h.update([0]);
        h.update(r);
    }
    for c in line.first().iter().chain(line.last().iter()) {
        h.update(format!("|{:.6},{:.6}", c.x, c.y));
    }
    let digest = h.finalize();
    let hex: String = digest[..6].iter().map(|b| format!("{b:02x}")).collect();
    format!("link-{hex}")
}

fn extra<const N: usize>(items: [(&str, Value); N]) -> Map<String, Value> {
    items.into_iter().map(|(k, v)| (k.to_string(), v)).collect()
}
