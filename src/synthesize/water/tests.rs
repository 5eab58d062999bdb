//! Planted water gaps against the definitions, by plain search over everything that is written.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use geo::{Contains, Coord, Point};

use super::balance::demand_l;
use super::model::*;
use super::truth::{SourceTruth, VillageTruth, reading, sources, village};
use super::*;
use crate::synthesize as synth;
use crate::synthesize::options::{Format, VillageShape};
use crate::synthesize::testkit::{Written, built, liaoning, several, written};
use crate::world::metric;

struct Made {
    points: Vec<Coord>,
    ground: Arc<(Region, People)>,
    water: Water,
    sources: Vec<SourceTruth>,
    villages: Vec<VillageTruth>,
}

fn made(options: SynthOptions) -> Made {
    let ground = built(&options);
    let (region, people) = &*ground;
    let water = build(&options, region, people);
    let points: Vec<Coord> = region.land.sites.iter().map(|s| s.point).collect();
    let sources = sources(&water, people);
    assert_eq!(water.villages.len(), points.len());
    let answers = water.villages.iter().zip(&points).map(|(w, at)| village(&water, w, *at, &sources[w.source]));
    let villages = answers.collect();
    Made { points, ground, water, sources, villages }
}

/// Built once for all tests.
fn regions() -> &'static [Made] {
    static REGIONS: OnceLock<Vec<Made>> = OnceLock::new();
    REGIONS.get_or_init(|| several().map(made).collect())
}

#[test]
fn counts_are_as_dealt_and_answers_follow_from_the_situations() {
    for m in regions() {
        let n = m.points.len();
        let gaps = m.water.villages.iter().filter(|w| w.situation.is_gap()).count();
        assert_eq!(gaps, (GAP_SHARE * n as f64).round() as usize, "{n} villages");
        let kinds: BTreeSet<&str> = m.villages.iter().map(|v| v.situation).collect();
        if n >= 300 {
            assert_eq!(kinds.len(), 17 + 12, "{n}: {kinds:?}");
        }
        for (w, v) in m.water.villages.iter().zip(&m.villages) {
            let verdict = match w.situation.outcome() {
                Outcome::Gap => "gap",
                Outcome::Unknown => "unknown",
                Outcome::Fine => "ok",
            };
            assert_eq!(v.verdict, verdict, "{v:?}");
            one_reason_only(w.situation, v);
        }
        println!("{n} villages: {} sources, {kinds:?}", m.sources.len());
    }
}

fn one_reason_only(situation: Situation, v: &VillageTruth) {
    use Situation::*;
    let criteria = [v.quality, v.quantity, v.convenience, v.reliability];
    let wanted = match situation {
        Exceeds(_) | OtherUnits | Surface | UnprotectedWell => ["unsafe", "safe", "safe", "safe"],
        Untested | HighDetection => ["unknown", "safe", "safe", "safe"],
        TooLittle | TooLittleScarce => ["safe", "unsafe", "safe", "safe"],
        BetweenLitres | ScarceEnough => ["safe", "basically_safe", "safe", "safe"],
        TooFar | TooLong | TooHigh | BrokenNearest => ["safe", "safe", "unsafe", "safe"],
        WalkMinutes | BetweenClimb | BrokenBeside => ["safe", "safe", "basically_safe", "safe"],
        WalkNear => ["safe", "safe", v.convenience, "safe"],
        Unreliable => ["safe", "safe", "safe", "unsafe"],
        BetweenDays => ["safe", "safe", "safe", "basically_safe"],
        Ordinary | OldExceedance | UnitsBelow | RecordOverArea => ["safe"; 4],
    };
    assert_eq!(criteria, wanted, "{v:?}");
    if situation == WalkNear {
        assert_ne!(v.convenience, "unsafe");
    }
}

/// Nothing lies within 5 % of a limit.
fn clear(value: f64, limits: &[f64]) -> bool {
    limits.iter().all(|l| value <= 0.951 * l || value >= 1.049 * l)
}

#[test]
fn nothing_lies_near_a_limit() {
    for m in regions() {
        for (w, v) in m.water.villages.iter().zip(&m.villages) {
            let litres: &[f64] = if w.scarce { &[40.0, 20.0] } else { &[60.0, 35.0] };
            assert!(clear(w.litres as f64, litres), "{w:?}");
            assert!(clear(w.days_short as f64, &[18.25, 36.5]), "{w:?}");
            if let Some(t) = w.minutes {
                assert!(clear(t as f64, &[10.0, 20.0, 30.0]), "{w:?}");
                // Distance says the same as the minutes.
                let by_distance = if v.distance_m <= 400.0 { 10 } else { 20 };
                assert!(if t <= 20 { v.distance_m < 800.0 && t <= by_distance } else { v.distance_m > 840.0 }, "{v:?}");
            }
            if w.piped_share == 0.0 {
                // Half an hour there and back at 3.8 to 5.2 km/h.
                assert!(v.distance_m < 950.0 || v.distance_m > 1_300.0 || w.minutes.is_some(), "{v:?}");
                assert!(clear(v.distance_m, &[400.0, 800.0]), "{v:?}");
                assert!(clear(v.climb_m, &[40.0, 80.0]), "{v:?}");
            }
        }
        for s in &m.water.sources {
            for t in &s.samples {
                let (value, below) = reading(t).unwrap();
                assert!(t.parameter != Parameter::Ph || (6.83..8.1).contains(&value));
                // Undetected ones count by their detection limit.
                assert!(clear(value, &[t.parameter.limit()]) || value == 0.0 && !below, "{t:?}");
            }
        }
    }
}

#[test]
fn samples_hold_what_was_planted() {
    let mut older = 0;
    let mut flagged = BTreeSet::new();
    for m in regions() {
        for w in &m.water.villages {
            let (s, t) = (&m.water.sources[w.source], &m.sources[w.source]);
            let old = |p: &Parameter| {
                let last = s.samples.iter().filter(|t| t.parameter == *p).map(|t| &t.date).max().unwrap();
                let over = |t: &&Sample| t.parameter == *p && t.date != *last && reading(t).unwrap().0 > p.limit();
                s.samples.iter().any(|t| over(&t))
            };
            let parameters: BTreeSet<Parameter> = s.samples.iter().map(|t| t.parameter).collect();
            match w.situation {
                Situation::Exceeds(p) => {
                    assert_eq!((t.state, t.parameter), ("unsafe", Some(p.name())));
                    assert_eq!(t.factor.is_none(), p == Parameter::EColi);
                }
                Situation::OtherUnits | Situation::UnitsBelow => {
                    let other = s.samples.iter().filter(|t| !t.unit.is_empty() && t.unit != t.parameter.unit());
                    assert!(other.count() > 0);
                }
                Situation::OldExceedance => {
                    assert!(parameters.iter().any(old));
                    older += 1;
                }
                Situation::HighDetection => {
                    let limit = s.samples.iter().find(|t| reading(t).unwrap() >= (1.5 * t.parameter.limit(), true));
                    flagged.insert(limit.unwrap().value.starts_with('<'));
                }
                _ => {}
            }
        }
    }
    assert!(older > 20 && flagged.len() == 2);
}

#[test]
fn sources_are_found_by_record_area_or_nearness() {
    for m in regions() {
        let areas: Vec<(geo::MultiPolygon, usize)> =
            m.water.areas.iter().map(|a| (tables::circle(a.centre, a.radius_m), a.source)).collect();
        let mut how: BTreeMap<&str, usize> = BTreeMap::new();
        for (i, w) in m.water.villages.iter().enumerate() {
            let p = m.points[i];
            let near = areas.iter().zip(&m.water.areas).filter(|(_, a)| (a.centre.y - p.y).abs() < 0.05);
            let inside: Vec<usize> = near.filter(|((a, _), _)| a.contains(&Point(p))).map(|((_, s), _)| *s).collect();
            *how.entry(w.how.name()).or_default() += 1;
            match w.how {
                How::Record if w.situation == Situation::RecordOverArea => {
                    assert!(inside.len() == 1 && inside[0] != w.source)
                }
                How::Record => assert!(inside.is_empty()),
                How::Area => assert_eq!(inside, [w.source]),
                How::Nearest => {
                    assert!(inside.is_empty());
                    let far = |s: &Source| metric::distance_m(s.at, p);
                    let own = far(&m.water.sources[w.source]);
                    let box_of = |s: &&Source| (s.at.y - p.y).abs() < 0.05 && s.number != w.source + 1;
                    for s in m.water.sources.iter().filter(box_of) {
                        let nearer = far(s) < 1.049 * own;
                        assert!(!nearer || s.functional == "no", "{w:?} {s:?}");
                    }
                }
            }
            if matches!(w.situation, Situation::BrokenBeside | Situation::BrokenNearest) {
                assert_eq!(w.how, How::Nearest);
                let own = metric::distance_m(m.water.sources[w.source].at, p);
                let broken = m.water.sources.iter().filter(|s| !s.works());
                assert!(broken.map(|s| metric::distance_m(s.at, p)).fold(f64::INFINITY, f64::min) < 0.92 * own);
            }
        }
        if m.points.len() >= 300 {
            assert!(how.values().all(|k| *k > m.points.len() / 8), "{how:?}");
            let shared = m.sources.iter().filter(|s| s.state == "unsafe").count();
            let of_unsafe = m.water.villages.iter().filter(|w| w.situation.shared()).count();
            assert!(shared < of_unsafe, "some unsafe sources have several villages");
        }
    }
}

/// Every source with something to spare, in litres, as the truth says.
fn offers(m: &Made) -> Vec<(usize, i64)> {
    let spare = |s: &SourceTruth| Some((1_000.0 * s.spare_m3_d?).round() as i64);
    m.sources.iter().enumerate().filter_map(|(i, s)| Some((i, spare(s)?))).filter(|o| o.1 > 0).collect()
}

fn connection_cost(m: &Made, village: usize, source: usize) -> f64 {
    let (p, s) = (m.points[village], &m.water.sources[source]);
    let lift = m.water.heights.at(p) - s.elevation_m;
    metric::distance_m(p, s.at) * COST_PER_KM / 1_000.0 + f64::from(lift.max(0)) * COST_PER_LIFT_M
}

#[test]
fn connections_are_whole_and_no_exchange_makes_them_cheaper() {
    for m in regions() {
        let n = m.points.len();
        let offers = offers(m);
        let gaps: Vec<usize> = (0..n).filter(|i| m.villages[*i].verdict == "gap").collect();
        let assigned: BTreeMap<usize, usize> = m.water.connections.iter().map(|c| (c.village, c.source)).collect();
        assert_eq!(assigned.len(), m.water.connections.len(), "nobody is split");
        assert!(gaps.iter().all(|g| assigned.contains_key(g)) && gaps.len() == assigned.len());
        let mut left: BTreeMap<usize, i64> = offers.iter().copied().collect();
        for c in &m.water.connections {
            assert_eq!(c.demand_l, demand_l(&m.ground.1, c.village));
            assert!((c.cost - connection_cost(m, c.village, c.source)).abs() < 1e-6);
            *left.get_mut(&c.source).unwrap() -= c.demand_l;
        }
        assert!(left.values().all(|l| *l >= 0));
        // Costs on every way round through villages and sources: no negative one means the cheapest flow.
        let number: BTreeMap<usize, usize> = offers.iter().enumerate().map(|(k, o)| (o.0, k)).collect();
        let cost: Vec<Vec<f64>> =
            gaps.iter().map(|g| offers.iter().map(|o| connection_cost(m, *g, o.0)).collect()).collect();
        let own: Vec<usize> = gaps.iter().map(|g| number[&assigned[g]]).collect();
        let rooms: Vec<bool> = offers.iter().map(|o| left[&o.0] > 0).collect();
        // Cheapest chain from each source to one with room.
        let mut onward: Vec<f64> = rooms.iter().map(|r| if *r { 0.0 } else { f64::INFINITY }).collect();
        for round in 0.. {
            let mut changed = false;
            for (v, &s) in own.iter().enumerate() {
                let best = (0..offers.len()).map(|t| cost[v][t] + onward[t]).fold(f64::INFINITY, f64::min);
                if best - cost[v][s] < onward[s] - 1e-6 {
                    onward[s] = best - cost[v][s];
                    changed = true;
                }
            }
            assert!(round < 1_000, "a negative way round");
            if !changed {
                break;
            }
        }
        let cheaper = rooms.iter().zip(&onward).any(|(r, o)| *r && *o < -1e-6);
        assert!(!cheaper, "{n}: some exchange is cheaper");
        // Villages that had to give way to another one.
        let second =
            own.iter().enumerate().filter(|(v, s)| cost[*v].iter().any(|c| *c < cost[*v][**s] - 100.0)).count();
        let spent = offers.iter().filter(|o| left[&o.0] == 0).count();
        let unsure = m.water.connections.iter().filter(|c| c.unsure).count();
        let longest = m.water.connections.iter().map(|c| c.distance_m).fold(0.0, f64::max);
        println!(
            "{n}: {} connections, {second} not the cheapest, {spent} sources spent, {unsure} unsure, longest {longest:.0} m",
            assigned.len()
        );
        assert!(unsure * 50 <= assigned.len().max(50), "{unsure}");
        if n >= 300 {
            assert!(second >= 1 && spent >= 2, "{n}: {second} {spent}");
        }
    }
}

#[test]
fn traps_would_be_cheaper() {
    // Sources that are unsafe, untested or broken have water to spare next to villages in need.
    let mut traps = 0;
    for m in regions() {
        for c in &m.water.connections {
            let s = m.sources.iter().zip(&m.water.sources);
            let trap = s.filter(|(t, s)| s.yield_l.is_some_and(|l| l > 150_000) && t.spare_m3_d.is_none());
            traps += usize::from(
                trap.into_iter().any(|(_, s)| metric::distance_m(s.at, m.points[c.village]) < c.distance_m),
            );
        }
    }
    assert!(traps > 50, "{traps}");
}

#[test]
fn heights_are_those_of_the_sources_and_of_the_file() {
    for m in regions() {
        let h = &m.water.heights;
        assert!(m.water.sources.iter().all(|s| s.elevation_m == h.at(s.at) && s.elevation_m > 0));
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("e.tif");
        h.write(&path).unwrap();
        let size = std::fs::metadata(&path).unwrap().len();
        println!("{}: {} x {} cells, {size} bytes", m.points.len(), h.columns, h.rows);
        assert!(size < 300_000, "{size}");
        let dataset = gdal::Dataset::open(&path).unwrap();
        let t = dataset.geo_transform().unwrap();
        let band = dataset.rasterband(1).unwrap().read_band_as::<i16>().unwrap();
        for p in m.points.iter().chain(m.water.sources.iter().map(|s| &s.at)).step_by(7) {
            let (column, row) = (((p.x - t[0]) / t[1]) as usize, ((p.y - t[3]) / t[5]) as usize);
            assert_eq!(band.data()[row * h.columns + column], h.at(*p));
        }
    }
}

#[test]
fn roads_and_power_are_the_same_with_and_without_water_and_bytes_from_run_to_run() {
    for format in [Format::Gpkg, Format::Fgb] {
        // Projects are for gaps of all themes.
        let with = SynthOptions { format, id: Some("p".into()), projects: false, ..SynthOptions::new(200, 16) };
        let without = SynthOptions { water: false, ..with.clone() };
        let [a, again, b] = [&with, &with, &without].map(|o| Written::new(o).files);
        assert!(a == again);
        if format == Format::Fgb {
            // Villages have more fields.
            for (name, bytes) in b.iter().filter(|(name, _)| name.ends_with("fgb") && !name.contains("villages")) {
                assert!(a[name] == *bytes, "{name}");
            }
            assert_eq!(a.len(), b.len() + 4);
        }
        let json =
            |f: &BTreeMap<String, Vec<u8>>| -> serde_json::Value { serde_json::from_slice(&f["truth.json"]).unwrap() };
        let (mut x, y) = (json(&a), json(&b));
        assert!(y["water"].is_null() && y["options"]["water"].is_null());
        assert!(x["water"]["villages"].is_object() && x["options"]["water"] == true);
        x.as_object_mut().unwrap().remove("water");
        x["options"].as_object_mut().unwrap().remove("water");
        assert_eq!(x, y);
    }
}

#[test]
fn nothing_is_planted_without_a_gap_rate() {
    let m = made(SynthOptions { gap_rate: 0.0, ..SynthOptions::new(100, 3) });
    assert!(m.villages.iter().all(|v| v.verdict == "ok" && v.situation == "ordinary"));
    assert!(m.water.connections.is_empty());
}

#[test]
fn layers_hold_what_the_atlas_names_and_stay_small() {
    use gdal::vector::LayerAccess;
    let mut all = vec![SynthOptions { village_shape: VillageShape::Polygon, ..SynthOptions::new(150, 17) }];
    all.extend(liaoning());
    for o in all {
        let dir = tempfile::tempdir().unwrap();
        let whole = written(&o);
        let summary = &whole.summary;
        let m = made(o.clone());
        let dataset = gdal::Dataset::open(whole.put(dir.path())).unwrap();
        let count = |name: &str| dataset.layer_by_name(name).unwrap().feature_count() as usize;
        assert_eq!(count("water_sources"), m.sources.len());
        assert_eq!(count("water_tests"), m.water.sources.iter().map(|s| s.samples.len()).sum::<usize>());
        assert_eq!(count("service_areas"), m.water.areas.len());
        assert_eq!((summary.water_sources, summary.water_tests), (m.sources.len(), count("water_tests")));
        let atlas: toml::Table = std::fs::read_to_string(dir.path().join("atlas.toml")).unwrap().parse().unwrap();
        let mut layers = tables::fields();
        layers.push(("villages", tables::village_fields()));
        for (layer, fields) in layers {
            let entry = &atlas["layers"][layer][0];
            assert_eq!(entry["layer"].as_str(), Some(layer));
            assert_eq!(entry["provenance"].as_str(), Some("simulated"));
            let defn = dataset.layer_by_name(layer).unwrap();
            for f in fields {
                assert_eq!(entry["fields"][f].as_str(), Some(f));
                assert!(defn.defn().field_index(f).is_ok(), "{layer}.{f}");
            }
        }
        let tif = dir.path().join(atlas["layers"]["elevation"][0]["path"].as_str().unwrap());
        assert!(gdal::Dataset::open(tif).is_ok());
        // Villages without water are those with it, in their old fields.
        let plain = tempfile::tempdir().unwrap();
        let without = written(&SynthOptions { water: false, ..o.clone() });
        let old = gdal::Dataset::open(without.put(plain.path())).unwrap();
        let (mut a, mut b) = (dataset.layer_by_name("villages").unwrap(), old.layer_by_name("villages").unwrap());
        for (x, y) in a.features().zip(b.features()) {
            for k in 0..synth::write::VILLAGE_FIELDS.len() {
                assert_eq!(x.field(k).unwrap(), y.field(k).unwrap());
            }
            assert_eq!(x.geometry().unwrap().wkb().unwrap(), y.geometry().unwrap().wkb().unwrap());
        }
        let grown = whole.size() - without.size();
        println!("{} villages: {grown} bytes more", o.villages);
        assert!(grown < 1_500 * o.villages, "{grown}");
    }
}
