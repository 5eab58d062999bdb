//! Failures known from other tools, and the corners of the definitions, each on a small hand-made region.

use std::sync::Arc;

use cuntong::atlas::Noding;
use cuntong::gaps::roads::{RoadFindings, State, find};
use cuntong::gaps::{Confidence, Verdict};
use cuntong::standards::RoadRules;
use cuntong::world::metric::metres_per_degree;
use cuntong::world::*;
use geo::{Coord, MultiPolygon, polygon};

const LAT: f64 = 41.0;

/// Position `x` metres east and `y` metres north of 120° E, 41° N.
fn at(x: f64, y: f64) -> Coord {
    let (_, ky) = metres_per_degree(LAT);
    let (_, ky) = metres_per_degree(LAT + 0.5 * y / ky);
    let (kx, _) = metres_per_degree(LAT + y / ky);
    Coord { x: 120.0 + x / kx, y: LAT + y / ky }
}

struct Region(World, Noding);

impl Region {
    fn new() -> Self {
        let source = SourceInfo {
            layer: "test".into(),
            path: "test".into(),
            provenance: Provenance::Simulated,
            attribution: None,
        };
        let roads = Roads { start: vec![0], ..Roads::default() };
        let world = World { roads: roads.into(), has_roads: true, sources: vec![source].into(), ..World::default() };
        Region(world, Noding::SharedVertices)
    }
    fn road(mut self, id: &str, class: RoadClass, surface: Surface, flags: u8, line: &[(f64, f64)]) -> Self {
        let r = Arc::make_mut(&mut self.0.roads);
        r.id.push(id.into());
        r.name.push(None);
        r.class.push(class);
        r.surface.push(surface);
        r.flags.push(flags);
        r.source.push(0);
        r.coords.extend(line.iter().map(|p| at(p.0, p.1)));
        r.start.push(r.coords.len() as u32);
        self
    }
    /// A paved trunk road: the main network.
    fn trunk(self, line: &[(f64, f64)]) -> Self {
        let id = format!("trunk{}", self.0.roads.len());
        self.road(&id, RoadClass::Primary, Surface::Paved, 0, line)
    }
    fn lane(self, surface: Surface, line: &[(f64, f64)]) -> Self {
        let id = format!("lane{}", self.0.roads.len());
        self.road(&id, RoadClass::Unclassified, surface, 0, line)
    }
    fn village(mut self, id: &str, x: f64, y: f64) -> Self {
        Arc::make_mut(&mut self.0.villages).push(Village {
            id: id.into(),
            name: id.into(),
            town: None,
            county: None,
            population: Some(100.0),
            households: Some(30.0),
            poor_population: None,
            priority: false,
            status: VillageStatus::Administrative,
            point: at(x, y),
            settlement_from: SettlementFrom::Point,
            area: None,
            reported_paved: Known::Unknown,
            reported_all_weather: Known::Unknown,
            reported_electricity: Known::Unknown,
            reported_three_phase: Known::Unknown,
            reported_power_hours: None,
            water: Default::default(),
            broadband: Default::default(),
            services: Default::default(),
            provenance: Provenance::Simulated,
            source: 0,
        });
        self
    }
    fn last(mut self, f: impl FnOnce(&mut Village)) -> Self {
        f(Arc::make_mut(&mut self.0.villages).last_mut().unwrap());
        self
    }
    fn find(&self) -> RoadFindings {
        find(&self.0, &RoadRules::default(), self.1, "CNY", &|_| {})
    }
}

fn near(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-3 * b.abs().max(1.0), "{a} is not {b}");
}

#[test]
fn within_includes_the_threshold_itself() {
    let f = Region::new()
        .trunk(&[(0.0, 0.0), (9000.0, 0.0)])
        .village("at", 1000.0, 500.0)
        .village("over", 3000.0, 500.1)
        .village("under", 5000.0, 499.9)
        .find();
    let states: Vec<State> = f.villages.iter().map(|v| v.state).collect();
    assert_eq!(states, [State::Connected, State::Linked, State::Connected]);
}

#[test]
fn no_road_begins_beyond_five_kilometres() {
    let f = Region::new()
        .trunk(&[(0.0, 0.0), (9000.0, 0.0)])
        .village("in", 1000.0, 5000.0)
        .village("out", 1000.0, 5000.5)
        .find();
    assert_eq!((f.villages[0].state, f.villages[1].state), (State::Linked, State::NoRoad));
    near(f.villages[0].path.as_ref().unwrap().by_surface[4], 5000.0);
    assert_eq!(f.gaps[0].kind, "no_road");
}

#[test]
fn joins_the_nearest_point_of_the_edge_not_its_nearest_end() {
    // One long earth lane whose ends are far away; the village lies beside its middle.
    let f = Region::new()
        .trunk(&[(0.0, 0.0), (100.0, 0.0)])
        .lane(Surface::Earth, &[(0.0, 0.0), (0.0, 8000.0)])
        .village("v", 200.0, 3000.0)
        .find();
    let p = f.villages[0].path.clone().unwrap();
    near(p.by_surface[2], 3000.0);
    near(p.cost, 3.0 * RoadRules::default().cost_per_km.earth);
    near(f.links[0].length_m, 3000.0);
}

#[test]
fn a_new_scrap_of_road_nearby_does_not_make_things_worse() {
    let base = || {
        Region::new()
            .trunk(&[(0.0, 0.0), (100.0, 0.0)])
            .lane(Surface::Earth, &[(0.0, 0.0), (0.0, 3000.0)])
            .village("v", 300.0, 3000.0)
    };
    let before = base().find();
    // A paved yard nearer to the village than the lane, cut off from everything.
    let after = base().lane(Surface::Paved, &[(310.0, 3000.0), (340.0, 3010.0)]).find();
    assert_eq!(after.villages[0].state, State::Linked);
    near(after.villages[0].path.as_ref().unwrap().cost, before.villages[0].path.as_ref().unwrap().cost);
}

#[test]
fn a_village_far_from_any_road_is_not_snapped_to_it() {
    let f = Region::new().trunk(&[(0.0, 0.0), (9000.0, 0.0)]).village("v", 1000.0, 2500.0).find();
    let p = f.villages[0].path.clone().unwrap();
    assert_eq!(f.villages[0].verdict, Verdict::Gap);
    near(p.by_surface[4], 2500.0);
    near(p.cost, 2.5 * RoadRules::default().cost_per_km.new);
    assert_eq!(f.gaps[0].remedy.as_ref().unwrap().kind, "new_link");
}

#[test]
fn a_scrap_cut_off_says_so_and_how_far() {
    let f = Region::new()
        .trunk(&[(0.0, 0.0), (9000.0, 0.0)])
        .lane(Surface::Earth, &[(1000.0, 700.0), (1000.0, 2000.0)])
        .village("v", 1000.0, 1900.0)
        .find();
    let v = &f.villages[0];
    assert_eq!(v.state, State::CutOff);
    near(v.cut_off_link_m.unwrap(), 700.0);
    let p = v.path.clone().unwrap();
    near(p.by_surface[4], 700.0);
    near(p.by_surface[2], 1200.0);
    assert_eq!(f.gaps[0].kind, "cut_off");
    assert!(f.gaps[0].why.en.contains("700 m") && f.gaps[0].why.en.contains("drawing gap"));
    assert!(f.links.iter().any(|l| l.surface.as_str() == "new" && l.villages == ["v"]));
    assert_eq!(f.facts.unwrap().cut_off_pieces, 1);
}

#[test]
fn an_untagged_village_road_is_unknown_not_paved_and_not_a_gap() {
    let f = Region::new()
        .trunk(&[(0.0, 0.0), (1000.0, 0.0), (9000.0, 0.0)])
        .lane(Surface::Unknown, &[(1000.0, 0.0), (1000.0, 3000.0)])
        .village("v", 1000.0, 3000.0)
        .find();
    let v = &f.villages[0];
    assert_eq!((v.state, v.verdict), (State::Linked, Verdict::Unknown));
    assert_eq!(f.gaps[0].remedy.as_ref().unwrap().kind, "survey");
}

#[test]
fn the_record_decides_where_the_layer_does_not_know_and_disagreement_shows() {
    let f = Region::new()
        .trunk(&[(0.0, 0.0), (1000.0, 0.0), (9000.0, 0.0)])
        .lane(Surface::Unknown, &[(1000.0, 0.0), (1000.0, 3000.0)])
        .village("asked", 1000.0, 3000.0)
        .last(|v| v.reported_paved = Known::Yes)
        .village("contradicts", 5000.0, 100.0)
        .last(|v| v.reported_paved = Known::No)
        .find();
    assert_eq!((f.villages[0].verdict, f.villages[0].confidence), (Verdict::Ok, Some(Confidence::Reported)));
    assert_eq!((f.villages[1].verdict, f.villages[1].confidence), (Verdict::Ok, Some(Confidence::Computed)));
    assert!(f.villages[1].disagrees && !f.villages[0].disagrees);
}

#[test]
fn records_alone_make_an_atlas() {
    let mut r = Region::new()
        .village("yes", 0.0, 0.0)
        .last(|v| v.reported_paved = Known::Yes)
        .village("no", 0.0, 0.0)
        .last(|v| (v.reported_paved, v.reported_all_weather) = (Known::No, Known::No))
        .village("silent", 0.0, 0.0);
    r.0.has_roads = false;
    let f = r.find();
    let verdicts: Vec<Verdict> = f.villages.iter().map(|v| v.verdict).collect();
    assert_eq!(verdicts, [Verdict::Ok, Verdict::Gap, Verdict::Unknown]);
    assert_eq!(f.gaps.len(), 1);
    assert_eq!((f.gaps[0].confidence, f.gaps[0].severity), (Confidence::Reported, 1.0));
}

#[test]
fn shared_stretches_are_one_link_with_everybody_downstream() {
    // A trunk lane of earth, then a fork: gravel to one village, earth to the other.
    let f = Region::new()
        .trunk(&[(0.0, 0.0), (100.0, 0.0)])
        .lane(Surface::Earth, &[(0.0, 0.0), (0.0, 1000.0), (0.0, 2000.0)])
        .lane(Surface::Gravel, &[(0.0, 2000.0), (-2000.0, 2000.0)])
        .lane(Surface::Earth, &[(0.0, 2000.0), (2000.0, 2000.0)])
        .village("west", -2000.0, 2000.0)
        .village("east", 2000.0, 2000.0)
        .find();
    assert_eq!(f.links.len(), 3);
    let shared = f.links.iter().find(|l| l.village_count == 2).unwrap();
    near(shared.length_m, 2000.0);
    assert_eq!((shared.people, shared.households), (Some(200.0), Some(60.0)));
    assert_eq!(shared.villages, ["east", "west"]);
}

#[test]
fn a_paved_island_costs_nothing_but_is_not_the_main_network() {
    let f = Region::new()
        .trunk(&[(0.0, 0.0), (100.0, 0.0)])
        .lane(Surface::Earth, &[(0.0, 0.0), (0.0, 1000.0)])
        .lane(Surface::Paved, &[(0.0, 1000.0), (0.0, 3000.0)])
        .village("v", 0.0, 3000.0)
        .find();
    let p = f.villages[0].path.clone().unwrap();
    near(p.by_surface[0], 2000.0);
    near(p.by_surface[2], 1000.0);
    near(p.work_m(), 1000.0);
}

#[test]
fn seats_anchor_the_paved_roads_they_touch() {
    let base = || {
        Region::new()
            .trunk(&[(0.0, 0.0), (100.0, 0.0)])
            .lane(Surface::Paved, &[(0.0, 9000.0), (1000.0, 9000.0)])
            .village("v", 1000.0, 9000.0)
    };
    assert_ne!(base().find().villages[0].state, State::Connected);
    let mut r = base();
    Arc::make_mut(&mut r.0.seats).push(Seat {
        id: "s".into(),
        name: "s".into(),
        level: SeatLevel::Township,
        county: None,
        point: at(0.0, 9499.0),
        provenance: Provenance::Simulated,
        source: 0,
    });
    assert_eq!(r.find().villages[0].state, State::Connected);
}

#[test]
fn crossing_lines_connect_only_in_that_mode_and_never_at_a_bridge() {
    let lines = |flags: u8| {
        Region::new()
            .trunk(&[(-1000.0, 0.0), (1000.0, 0.0)])
            .road("lane", RoadClass::Unclassified, Surface::Earth, flags, &[(0.0, -3000.0), (0.0, 3000.0)])
            .village("v", 0.0, 3000.0)
    };
    assert_eq!(lines(0).find().villages[0].state, State::CutOff);
    let mut r = lines(0);
    r.1 = Noding::Crossings;
    let f = r.find();
    assert_eq!(f.villages[0].state, State::Linked);
    near(f.villages[0].path.as_ref().unwrap().cost, 3.0 * RoadRules::default().cost_per_km.earth);
    let mut r = lines(road_flags::BRIDGE);
    r.1 = Noding::Crossings;
    let v = r.find().villages.remove(0);
    assert_eq!(v.state, State::CutOff);
    near(v.cut_off_link_m.unwrap() + 1.0, 1.0);
}

#[test]
fn an_end_short_of_another_line_joins_it_within_the_snap() {
    for (gap, state) in [(1.9, State::Linked), (2.5, State::CutOff)] {
        let mut r = Region::new()
            .trunk(&[(-1000.0, 0.0), (1000.0, 0.0)])
            .lane(Surface::Earth, &[(10.0, gap), (10.0, 3000.0)])
            .village("v", 10.0, 3000.0);
        r.1 = Noding::Crossings;
        assert_eq!(r.find().villages[0].state, state, "{gap} m short");
    }
    // Ends join ends in both modes.
    let f = Region::new()
        .trunk(&[(-1000.0, 0.0), (0.0, 0.0)])
        .lane(Surface::Earth, &[(1.0, 1.0), (0.0, 3000.0)])
        .village("v", 0.0, 3000.0)
        .find();
    assert_eq!(f.villages[0].state, State::Linked);
}

#[test]
fn one_bridge_edge_makes_access_fragile_and_a_ring_does_not() {
    let spur = Region::new()
        .trunk(&[(0.0, 0.0), (3000.0, 0.0)])
        .lane(Surface::Paved, &[(0.0, 0.0), (0.0, 2000.0)])
        .village("v", 0.0, 2000.0)
        .village("w", 0.0, 1990.0)
        .village("safe", 1500.0, 100.0);
    let f = spur.find();
    assert_eq!(f.fragile.len(), 1);
    assert_eq!(f.fragile[0].extra["villages"], serde_json::json!(["v", "w"]));
    assert_eq!(f.fragile[0].people, Some(200.0));
    assert!(f.villages[0].fragile && !f.villages[2].fragile);
    let ring = spur.lane(Surface::Paved, &[(0.0, 2000.0), (3000.0, 2000.0), (3000.0, 0.0)]);
    assert!(ring.find().fragile.is_empty());
}

#[test]
fn neighbours_need_a_paved_way_shorter_than_three_times_the_line() {
    let row = |detour: f64| {
        // Two villages 2 km apart; the paved way between them goes `detour` metres north and back.
        Region::new()
            .trunk(&[(0.0, 0.0), (0.0, detour), (2000.0, detour), (2000.0, 0.0)])
            .lane(Surface::Earth, &[(0.0, 0.0), (2000.0, 0.0)])
            .village("a", 0.0, 0.0)
            .village("b", 2000.0, 0.0)
            .find()
    };
    assert!(row(1990.0).neighbours.is_empty());
    let f = row(2010.0);
    assert_eq!(f.neighbours.len(), 1);
    let r = f.neighbours[0].remedy.as_ref().unwrap();
    near(r.length_m, 2000.0);
    near(r.cost, 2.0 * RoadRules::default().cost_per_km.earth);
}

#[test]
fn polygons_are_neighbours_by_their_border() {
    let square = |x: f64, y: f64| {
        let c = |dx: f64, dy: f64| at(x + dx, y + dy);
        MultiPolygon(vec![polygon![c(0., 0.), c(3000., 0.), c(3000., 3000.), c(0., 3000.)]])
    };
    let mut r = Region::new().trunk(&[(0.0, -50.0), (100.0, -50.0)]);
    for (id, x, y) in [("a", 0.0, 0.0), ("b", 3000.0, 0.0), ("d", 3000.0, 3000.0)] {
        r = r.village(id, x + 1500.0, y + 1500.0).last(|v| v.area = Some(square(x, y)));
    }
    // a–b and b–d share a border; a–d touch in a corner only.
    assert_eq!(r.find().pairs.len(), 2);
}

#[test]
fn rural_access_counts_people_within_two_kilometres_and_shares_of_areas() {
    let f = Region::new()
        .trunk(&[(0.0, 0.0), (20000.0, 0.0)])
        .village("near", 1000.0, 2000.0)
        .village("far", 1000.0, 2001.0)
        .last(|v| v.population = Some(300.0))
        .find();
    near(f.rai.share.unwrap(), 0.25);
    let half = polygon![at(5000., 1000.), at(6000., 1000.), at(6000., 3000.), at(5000., 3000.)];
    let f = Region::new()
        .trunk(&[(0.0, 0.0), (20000.0, 0.0)])
        .village("v", 5500.0, 2500.0)
        .last(|v| v.area = Some(MultiPolygon(vec![half])))
        .find();
    assert!((f.rai.share.unwrap() - 0.5).abs() < 0.02, "{:?}", f.rai);
}

#[test]
fn order_of_the_layers_does_not_matter() {
    let lanes: [(Surface, [(f64, f64); 2]); 4] = [
        (Surface::Earth, [(0.0, 0.0), (0.0, 2000.0)]),
        (Surface::Earth, [(100.0, 0.0), (100.0, 2000.0)]),
        (Surface::Gravel, [(0.0, 2000.0), (100.0, 2000.0)]),
        (Surface::Earth, [(100.0, 2000.0), (50.0, 4000.0)]),
    ];
    let ids = |order: [usize; 4]| {
        let mut r = Region::new().trunk(&[(0.0, 0.0), (100.0, 0.0)]).village("v", 50.0, 4000.0);
        for i in order {
            r = r.road(&format!("r{i}"), RoadClass::Track, lanes[i].0, 0, &lanes[i].1);
        }
        let mut ids: Vec<String> = r.find().links.into_iter().map(|l| l.id).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids([0, 1, 2, 3]), ids([3, 1, 0, 2]));
}

#[test]
fn nothing_at_all_is_answered_too() {
    let f = Region::new().find();
    assert!(f.gaps.is_empty() && f.links.is_empty());
    let f = Region::new().village("v", 0.0, 0.0).find();
    assert_eq!(f.villages[0].state, State::NoRoad);
    let f = Region::new().lane(Surface::Earth, &[(0.0, 0.0), (100.0, 0.0)]).village("v", 0.0, 0.0).find();
    assert_eq!(f.villages[0].state, State::CutOff);
    assert!(f.gaps[0].why.en.contains("no paved network"));
}
