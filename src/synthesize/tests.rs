//! The practice region against the definitions: every planted answer against brute force, for several sizes.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use geo::{Contains, Coord, Point};

use super::check::{Answer, Check};
use super::plot::Claim;
use super::truth::{Surveyor, Truth, village_kind};
use super::*;
use crate::standards::RoadRules;

fn options(villages: usize, seed: u64) -> SynthOptions {
    SynthOptions::new(villages, seed)
}

fn liaoning() -> Option<SynthOptions> {
    let data = std::env::var("CUNTONG_TEST_DATA").unwrap_or_else(|_| "../shared/data".into());
    let file = Path::new(&data).join("liaoning/counties_gcj02.geojson");
    if !file.exists() {
        println!("skipped: no {}", file.display());
        return None;
    }
    let mut o = options(2_700, 2017);
    o.counties = Some(file);
    o.counties_are_gcj02 = true;
    o.id = Some("liaoning".into());
    o.title_zh = Some("辽宁十县练习图（村庄与道路为模拟数据）".into());
    o.title_en = Some("Liaoning practice atlas (simulated villages and roads)".into());
    Some(o)
}

/// Every place's claim against brute force on the lines as built.
fn agrees_with_brute_force(o: &SynthOptions) {
    let (region, people) = build(o).unwrap();
    let rules = RoadRules::default();
    let anchors: Vec<Coord> = people.seats.iter().map(|s| s.point).collect();
    let check = Check::new(&region.land.lines, &anchors, &rules);
    let surveyor = Surveyor::new(&region, &rules, Noding::SharedVertices);
    let sites = region.land.sites.iter().map(|s| (s.point, &s.claim, s.recipe));
    let schools = people.schools.iter().map(|s| (s.point, &s.claim, "school"));
    let seats = people.seats.iter().map(|s| (s.point, &s.claim, "seat"));
    for (point, claim, recipe) in sites.chain(schools).chain(seats) {
        let truth = surveyor.survey(point, claim, "village_unpaved", recipe);
        let answer = check.ask(point);
        let same = match (&answer, truth.state) {
            (Answer::Connected, "connected") | (Answer::CutOff, "cut_off") | (Answer::NoRoad, "no_road") => true,
            (Answer::Linked { cost }, "linked") => (cost - truth.link_cost.unwrap()).abs() < 1.0,
            _ => false,
        };
        assert!(same, "{recipe} at {point:?}: built {truth:?}, found {answer:?}");
    }
}

#[test]
fn every_claim_agrees_with_brute_force() {
    for (n, seed) in [(20, 1), (21, 2), (60, 3), (150, 4), (300, 5), (300, 6), (1_000, 7)] {
        agrees_with_brute_force(&options(n, seed));
    }
}

#[test]
fn claims_hold_with_many_vertices() {
    agrees_with_brute_force(&SynthOptions { segments: Some(60_000), ..options(300, 8) });
}

#[test]
fn claims_hold_in_real_counties() {
    if let Some(o) = liaoning() {
        agrees_with_brute_force(&o);
    }
}
