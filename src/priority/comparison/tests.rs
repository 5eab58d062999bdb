//! Comparisons of snapshots made by hand: each class and each reason once.

use std::collections::BTreeSet;

use geo::Coord;
use serde_json::json;

use super::codes::Codes;
use super::*;
use crate::gaps::{Confidence, Verdict};
use crate::priority::snapshot::{Record, VillageRow};
use crate::standards::Bilingual;
use crate::world::Provenance;

fn both(s: &str) -> Bilingual {
    Bilingual { zh: s.into(), en: s.into() }
}

fn village(id: &str) -> VillageRow {
    VillageRow {
        id: id.into(),
        name: id.into(),
        town: None,
        county: Some("c".into()),
        population: Some(100.0),
        households: None,
        poor_population: None,
        priority: false,
        point: Coord::default(),
        standing: [None; 5],
    }
}

fn gap(id: &str) -> GapRow {
    let parts: Vec<&str> = id.split(':').collect();
    let theme = crate::priority::snapshot::theme_named(parts[0]).unwrap();
    let pair = parts[2].split_once('~');
    let element = ["transformer_overload", "fragile_access"].contains(&parts[1]);
    GapRow {
        id: id.into(),
        theme,
        kind: parts[1].into(),
        class: None,
        village: (!element).then(|| pair.map_or(parts[2], |p| p.0).to_owned()),
        other: pair.map(|p| p.1.to_owned()),
        name: parts[2].into(),
        town: None,
        county: Some("c".into()),
        verdict: Verdict::Gap,
        severity: 0.5,
        measured: Some(900.0),
        threshold: Some(500.0),
        unit: "m".into(),
        confidence: Confidence::Computed,
        why: both("why"),
        people: Some(100.0),
        households: None,
        remedy: None,
        remedy_m: None,
        cost: None,
        department: both("office"),
        planned: None,
        planned_year: None,
        villages: Vec::new(),
        touches: Vec::new(),
        point: Coord { x: 120.0, y: 41.0 },
    }
}

fn record(layer: &str, id: &str, said: i64, x: f64) -> Record {
    Record { layer: layer.into(), id: id.into(), shape: 1, said, bbox: Some([x, 41.0, x, 41.0]) }
}

fn snapshot(date: &str, villages: &[&str], gaps: Vec<GapRow>) -> Snapshot {
    let covers = ["roads:access", "roads:network", "power:voltage", "power:loading", "broadband:speed"];
    Snapshot {
        about: About {
            date: Some(date.parse().unwrap()),
            atlas: "a".into(),
            title: both("a"),
            provenance: Provenance::Simulated,
            currency: "CNY".into(),
            data_version: "1".into(),
            program: "1".into(),
            covers: covers.map(str::to_owned).into(),
            rules: json!({"roads": {"access_m": 500.0, "cost_per_km": {"earth": 1.0}}, "broadband": {"min": 12.0}}),
            digest: date.into(),
            villages: villages.len(),
            gaps: gaps.len(),
        },
        villages: villages.iter().map(|v| village(v)).collect(),
        gaps,
        unknown: BTreeSet::new(),
        records: Vec::new(),
        scores: Vec::new(),
    }
}

fn years(a: (&[&str], Vec<GapRow>), b: (&[&str], Vec<GapRow>)) -> (Snapshot, Snapshot) {
    (snapshot("2016-12-31", a.0, a.1), snapshot("2017-12-31", b.0, b.1))
}

fn found(a: &Snapshot, b: &Snapshot, codes: &str) -> Vec<(String, Class, Vec<Cause>)> {
    let codes = if codes.is_empty() { Codes::default() } else { Codes::parse(codes).unwrap() };
    compare(a, b, &codes).changes.into_iter().map(|c| (c.id, c.class, c.causes)).collect()
}

fn one(a: &Snapshot, b: &Snapshot, codes: &str) -> Change {
    let codes = if codes.is_empty() { Codes::default() } else { Codes::parse(codes).unwrap() };
    let mut all = compare(a, b, &codes).changes;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

const ROAD: &str = "roads:village_unpaved:x";

#[test]
fn closed_needs_an_answer() {
    let (a, mut b) = years((&["x"], vec![gap(ROAD)]), (&["x"], vec![]));
    assert_eq!(found(&a, &b, ""), [(ROAD.into(), Class::Closed, vec![Cause::Unknown])]);
    b.unknown.insert("roads:access:x".into());
    let c = one(&a, &b, "");
    assert!(c.class == Class::Changed && c.unknown_now);
    b.unknown.clear();
    b.about.covers.clear();
    assert!(one(&a, &b, "").unknown_now, "the layers of the theme are gone");
    // The village itself is gone: nobody can say.
    let (a, b) = years((&["x"], vec![gap(ROAD)]), (&["y"], vec![]));
    assert_eq!(found(&a, &b, ""), [(ROAD.into(), Class::Left, vec![Cause::Village])]);
    let all = compare(&a, &b, &Codes::default());
    assert_eq!((all.villages.left, all.villages.entered), (vec!["x".to_owned()], vec!["y".to_owned()]));
}

#[test]
fn unknown_ones_are_told_apart() {
    let unsure = || GapRow { verdict: Verdict::Unknown, ..gap(ROAD) };
    let (a, b) = years((&["x"], vec![unsure()]), (&["x"], vec![]));
    assert_eq!(one(&a, &b, "").class, Class::Settled);
    assert_eq!(one(&b, &a, "").class, Class::Doubted);
    let (a, b) = years((&["x"], vec![gap(ROAD)]), (&["x"], vec![unsure()]));
    assert_eq!(one(&a, &b, "").class, Class::Changed);
    let all = compare(&a, &b, &Codes::default());
    assert_eq!((all.tallies[0].counts.before, all.tallies[0].counts.after), (1, 0));
    assert_eq!((all.tallies[1].county.as_deref(), all.tallies[1].counts.changed), (Some("c"), 1));
}

#[test]
fn small_differences_are_none() {
    let moved = |m: f64| GapRow { threshold: Some(m), ..gap(ROAD) };
    let (a, b) = years((&["x"], vec![gap(ROAD)]), (&["x"], vec![moved(504.0)]));
    assert_eq!(one(&a, &b, "").class, Class::Still);
    let (a, b) = years((&["x"], vec![gap(ROAD)]), (&["x"], vec![moved(506.0)]));
    assert_eq!(one(&a, &b, "").class, Class::Changed);
    let (a, b) = years((&["x"], vec![gap(ROAD)]), (&["x"], vec![GapRow { threshold: None, ..gap(ROAD) }]));
    assert_eq!(one(&a, &b, "").class, Class::Changed);
}

#[test]
fn kinds_that_turn_into_each_other_are_one_gap() {
    let (a, b) = years((&["x"], vec![gap(ROAD)]), (&["x"], vec![gap("roads:cut_off:x")]));
    let c = one(&a, &b, "");
    assert_eq!((c.class, c.continues), (Class::Changed, vec![ROAD.to_owned()]));
    // Two of one family: each finds its own kind.
    let two = || vec![gap("power:no_grid:x"), gap("power:no_three_phase:x")];
    let (a, b) = years((&["x"], two()), (&["x"], two()));
    assert!(found(&a, &b, "").iter().all(|c| c.1 == Class::Still));
    // Neighbours the other way round, and the same villages behind another stretch.
    let fragile = |id: &str, villages: [&str; 2]| GapRow { villages: villages.map(str::to_owned).into(), ..gap(id) };
    let (a, b) = years(
        (&["x", "y"], vec![gap("roads:neighbours_unpaved:x~y"), fragile("roads:fragile_access:1", ["x", "y"])]),
        (&["x", "y"], vec![gap("roads:neighbours_unpaved:y~x"), fragile("roads:fragile_access:2", ["y", "x"])]),
    );
    assert!(found(&a, &b, "").iter().all(|c| c.1 == Class::Still));
}

#[test]
fn villages_are_followed_through_the_codes() {
    let merge = "old,new,kind,date\nx,y,merge,2017-05-01\n";
    let (a, b) = years((&["x", "y"], vec![gap(ROAD)]), (&["y"], vec![]));
    assert_eq!(found(&a, &b, merge), [(ROAD.into(), Class::Left, vec![Cause::Codes])]);
    let later = "old,new,kind,date\nx,y,merge,2018-05-01\n";
    assert_eq!(found(&a, &b, later), [(ROAD.into(), Class::Left, vec![Cause::Village])]);
    let at_y = "roads:village_unpaved:y";
    let (a, b) = years((&["x", "y"], vec![gap(ROAD), gap(at_y)]), (&["y"], vec![gap(at_y)]));
    let c = one(&a, &b, merge);
    assert_eq!((c.class, c.causes, c.continues), (Class::Changed, vec![Cause::Codes], vec![ROAD.to_owned()]));
    assert_eq!(c.before.unwrap().id, at_y);
    // Another code alone changes nothing.
    let recode = "old,new,kind,date\nx,y,recode,2017-05-01\n";
    let (a, b) = years((&["x"], vec![gap(ROAD)]), (&["y"], vec![gap(at_y)]));
    let c = one(&a, &b, recode);
    assert_eq!((c.class, c.codes.len()), (Class::Still, 1));
    let (a, b) = years((&["x"], vec![gap(ROAD)]), (&["y"], vec![]));
    assert_eq!(one(&a, &b, recode).class, Class::Closed);
    // One part of a village has the gap still; then none has; then one is not known.
    let split = "old,new,kind,date\nx,x,split,2017-05-01\nx,y,split,2017-05-01\n";
    let (a, mut b) = years((&["x"], vec![gap(ROAD)]), (&["x", "y"], vec![gap(at_y)]));
    let c = one(&a, &b, split);
    assert_eq!((c.class, c.id.as_str(), c.continues), (Class::Changed, at_y, vec![ROAD.to_owned()]));
    b.gaps.clear();
    assert_eq!(one(&a, &b, split).class, Class::Closed);
    b.unknown.insert("roads:access:y".into());
    assert!(one(&a, &b, split).unknown_now);
    // A gap of a village that is new, with and without the table.
    let (a, b) = years((&["x"], vec![]), (&["x", "y"], vec![gap(at_y)]));
    assert_eq!(one(&a, &b, "").class, Class::Entered);
    assert_eq!(one(&a, &b, split).class, Class::Opened);
    // Neighbours that became one.
    let (a, b) = years((&["x", "y"], vec![gap("roads:neighbours_unpaved:x~y")]), (&["y"], vec![]));
    assert_eq!(one(&a, &b, merge).class, Class::Left);
}

#[test]
fn elements_must_be_there_to_be_mended() {
    let (mut a, mut b) = years((&[], vec![gap("power:transformer_overload:t1")]), (&[], vec![]));
    a.records = vec![record("transformers", "t1", 1, 120.0)];
    assert_eq!(one(&a, &b, "").class, Class::Left);
    b.records = vec![record("transformers", "t1", 2, 120.0)];
    assert_eq!(one(&a, &b, "").class, Class::Closed);
    b.unknown.insert("power:loading:t1".into());
    assert!(one(&a, &b, "").unknown_now);
}

#[test]
fn reasons_are_features_rules_and_the_program() {
    let touched = || GapRow { touches: vec!["roads:r1".into()], ..gap(ROAD) };
    let (mut a, mut b) = years((&["x"], vec![touched()]), (&["x"], vec![]));
    a.records =
        vec![record("roads", "r1", 1, 121.0), record("roads", "r2", 1, 120.01), record("roads", "r3", 1, 122.0)];
    b.records = a.records.clone();
    assert_eq!(one(&a, &b, "").causes, [Cause::Unknown]);
    // Far from it, and not what it rests on.
    b.records[2].said = 2;
    let c = one(&a, &b, "");
    assert_eq!((c.causes, c.features_count), (vec![Cause::DataElsewhere], 0));
    // Near it; the distance is told.
    b.records[1].said = 2;
    let c = one(&a, &b, "");
    assert_eq!((c.causes, c.features.len()), (vec![Cause::Data], 1));
    assert!((c.features[0].near_m.unwrap() - 841.0).abs() < 5.0, "{:?}", c.features);
    // What it rests on comes first, wherever it is.
    b.records[0].shape = 2;
    let c = one(&a, &b, "");
    assert_eq!((c.features[0].id.as_str(), c.features[0].how, c.features[0].near_m), ("r1", How::Redrawn, None));
    let layer = &compare(&a, &b, &Codes::default()).layers[0];
    assert_eq!((layer.added, layer.removed, layer.changed), (0, 0, 3));
    // Both.
    b.about.rules["roads"]["access_m"] = json!(400.0);
    assert_eq!(one(&a, &b, "").causes, [Cause::Data, Cause::Rule]);
    b.records = a.records.clone();
    assert_eq!(one(&a, &b, "").causes, [Cause::Rule]);
    let all = compare(&a, &b, &Codes::default());
    assert_eq!((all.rules[0].part.as_str(), all.rules[0].rule.as_str()), ("roads", "access_m"));
    // Another theme's rule, and costs, close nothing.
    b.about.rules = json!({"roads": {"access_m": 500.0, "cost_per_km": {"earth": 2.0}}, "broadband": {"min": 20.0}});
    assert_eq!(one(&a, &b, "").causes, [Cause::Unknown]);
    b.gaps = vec![GapRow { cost: Some(5.0), ..touched() }];
    assert_eq!(one(&a, &b, "").causes, [Cause::Rule], "costs change costs");
    b.about.program = "2".into();
    assert_eq!(one(&a, &b, "").causes, [Cause::Rule, Cause::Program]);
    // A feature that is there no longer.
    b.gaps.clear();
    b.records.remove(0);
    assert_eq!(one(&a, &b, "").features[0].how, How::Removed);
}
