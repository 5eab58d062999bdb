//! Planted power gaps against the definitions, by plain search over everything that is written.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, OnceLock};

use geo::Coord;

use super::low::*;
use super::model::*;
use super::truth::{VillageTruth, by_site, percentile, village};
use super::*;
use crate::synthesize::options::{Format, VillageShape};
use crate::synthesize::terrain::nearest_on_line;
use crate::synthesize::testkit::{Written, built, liaoning, several, written};
use crate::world::metric;

/// A region and its grid.
struct Made {
    options: SynthOptions,
    ground: Arc<(Region, People)>,
    power: Power,
}

fn made(options: SynthOptions) -> Made {
    let ground = built(&options);
    let power = build(&options, &ground.0, &ground.1).unwrap();
    Made { options, ground, power }
}

/// Built once for all tests.
fn regions() -> &'static [Made] {
    static REGIONS: OnceLock<Vec<Made>> = OnceLock::new();
    REGIONS.get_or_init(|| several().map(made).collect())
}

/// Lines and their phases, low and medium.
fn all_lines(power: &Power) -> Vec<(Vec<Coord>, Phases)> {
    let low = power.transformers.iter().flat_map(|t| {
        t.points.iter().map(|p| {
            let from = if p.parent == 0 { t.at } else { t.points[p.parent - 1].at };
            (vec![from, p.at], p.phases)
        })
    });
    power.lines.iter().map(|l| (l.coords.clone(), l.phases)).chain(low).collect()
}

#[test]
fn counts_are_as_dealt_and_situations_are_what_they_claim() {
    for Made { options: o, ground, power } in regions() {
        let region = &ground.0;
        let n = region.land.sites.len();
        let gaps = power.situations.iter().filter(|s| s.kind().is_some()).count();
        assert_eq!(gaps, (GAP_SHARE * n as f64).round() as usize, "{n} villages, seed {}", o.seed);
        let made: HashSet<Situation> = power.situations.iter().copied().collect();
        if n >= 300 {
            assert!(made.len() >= 14, "{n}: {made:?}");
        }
        let own = by_site(power);
        for (site, &situation) in power.situations.iter().enumerate() {
            let t = village(power, site, &own[site]);
            planted_or_safe(&t, situation, &own[site]);
        }
    }
}

fn planted_or_safe(t: &VillageTruth, situation: Situation, own: &[&Transformer]) {
    assert_eq!(own.is_empty(), situation == Situation::NoGrid);
    let modelled: Vec<Worst> = own.iter().filter_map(|t| worst(t)).collect();
    assert_eq!(modelled.is_empty(), situation.blind() || situation == Situation::NoGrid);
    for t in own {
        let line_ok = t.points.iter().all(|p| p.length_km > 0.01);
        assert!(line_ok, "{situation:?}: a line without length at {:?}", t.at);
        let loading = t.demand_kva() / t.rating_kva;
        if matches!(situation, Situation::OverloadedTransformer | Situation::TransformerOverload) {
            assert!(loading > 1.15);
        } else {
            assert!(loading < 0.66, "{situation:?} {loading}");
        }
        let each = t.rating_kva / t.households() as f64;
        if situation == Situation::LowCapacity {
            assert!(each < 1.71)
        } else {
            assert!(each > 2.59)
        }
        amperes_fit(t);
    }
    if situation.modelled_gap() {
        let w = modelled[0];
        assert!(w.margin() < -CLEAR_PU && w.margin() > -0.06, "{situation:?} {w:?}");
        assert_eq!(t.limit_pu, Some(w.limit));
        // Nobody could take another supply point for the worst one.
        let v = voltages(own[0]).unwrap();
        let lowest = v.iter().copied().fold(f64::INFINITY, f64::min);
        assert_eq!(lowest, w.pu, "{situation:?}");
    } else {
        for w in &modelled {
            assert!(w.margin() > SAFE_PU, "{situation:?} {w:?}");
        }
        // Nor does a voltage come near the upper limits, 1.07 of both nominals.
        for t in own {
            for (v, p) in voltages(t).into_iter().flatten().zip(&t.points) {
                assert!(v * p.phases.nominal_v() < 233.0);
            }
        }
    }
    let length = t.supply_m.unwrap_or(0.0);
    match situation {
        Situation::LongLine | Situation::SinglePhaseLong => assert!(length > 620.0),
        Situation::InferredFar => assert!(t.supply_nearest_m.unwrap() > 540.0),
        Situation::InferredNear => assert!(length < 235.0),
        _ => assert!(length < 480.0),
    }
    let pu = t.worst_pu.unwrap_or(1.0);
    match situation {
        Situation::MeasuredLow => assert!(pu < 0.90 - 0.015 && t.disagrees),
        Situation::OverVoltage => assert!(pu > 1.07 + 0.01),
        Situation::OneLowReading => assert!(pu > 0.90 + SAFE_PU),
        _ => assert_ne!(t.confidence, "measured"),
    }
}

/// Even without reactive help, no line carries more than its conductor may.
fn amperes_fit(t: &Transformer) {
    let mut kva: Vec<f64> = t.points.iter().map(|p| p.p_kw.hypot(p.q_kvar)).collect();
    for k in (0..kva.len()).rev() {
        if t.points[k].parent > 0 {
            kva[t.points[k].parent - 1] += kva[k];
        }
        let p = &t.points[k];
        let volts = if p.phases == Phases::Three { 3.0f64.sqrt() * 0.34 } else { 0.19 };
        let Some(conductor) = p.conductor else { continue };
        assert!(kva[k] / volts / 1000.0 < conductor.max_i_ka, "{} {} kVA", conductor.name, kva[k]);
    }
}

#[test]
fn a_balanced_model_does_not_see_single_phase_gaps() {
    let power = made(SynthOptions::new(600, 5)).power;
    let mut seen = 0;
    for t in &power.transformers {
        if matches!(power.situations[t.site], Situation::SinglePhaseThin | Situation::SinglePhaseLong) {
            let mut balanced = t.clone();
            balanced.points.iter_mut().for_each(|p| p.phases = Phases::Three);
            assert!(worst(&balanced).unwrap().margin() > 0.0);
            assert!(worst(t).unwrap().margin() < -CLEAR_PU);
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen}");
}

#[test]
fn ground_of_planted_villages_stays_clear_and_others_have_three_phases() {
    let mut no_grid = 0;
    for Made { options: o, ground, power } in regions() {
        let region = &ground.0;
        let sites = &region.land.sites;
        let lines = all_lines(power);
        let boxes: Vec<(Coord, Coord)> = lines
            .iter()
            .map(|(l, _)| {
                let fold = |f: fn(f64, f64) -> f64| {
                    l.iter().skip(1).fold(l[0], |a, c| Coord { x: f(a.x, c.x), y: f(a.y, c.y) })
                };
                (fold(f64::min), fold(f64::max))
            })
            .collect();
        let near = |p: Coord, radius: f64| {
            let (lo, hi) = metric::grow_box(p, p, radius);
            let boxes = &boxes;
            (0..lines.len()).filter(move |&l| {
                let (min, max) = boxes[l];
                min.x <= hi.x && max.x >= lo.x && min.y <= hi.y && max.y >= lo.y
            })
        };
        for (i, site) in sites.iter().enumerate() {
            let p = site.point;
            let three = |l: &usize| lines[*l].1 == Phases::Three;
            let apart = |l: usize| nearest_on_line(p, &lines[l].0).2;
            match power.situations[i] {
                Situation::NoGrid => {
                    no_grid += 1;
                    let d = near(p, 6_000.0).map(apart).fold(f64::INFINITY, f64::min);
                    assert!(d > 5_100.0, "seed {}: {d}", o.seed);
                    assert!(power.substations.iter().all(|s| metric::distance_m(s.at, p) > 5_100.0));
                }
                Situation::NoThreePhase => {
                    let d = near(p, 6_000.0).filter(three).map(apart).fold(f64::INFINITY, f64::min);
                    assert!(d > 550.0, "seed {}: {d}", o.seed);
                    // Nor on the ground that is nearest to it.
                    for l in near(p, 6_000.0).filter(three) {
                        let line = &lines[l].0;
                        for w in line.windows(2) {
                            for k in 0..=40 {
                                let q = metric::along(w[0], w[1], f64::from(k) / 40.0);
                                let own = metric::distance_m(p, q);
                                let nearer = sites
                                    .iter()
                                    .any(|s| (s.point.y - q.y).abs() < 0.1 && metric::distance_m(s.point, q) < own);
                                assert!(nearer, "seed {}: {:?} is on the ground of a planted village", o.seed, q);
                            }
                        }
                    }
                }
                _ => {
                    let d = near(p, 450.0).filter(three).map(apart).fold(f64::INFINITY, f64::min);
                    assert!(d < 400.0, "seed {}: {:?} {d}", o.seed, power.situations[i]);
                }
            }
        }
    }
    assert!(no_grid > 0);
}

#[test]
fn every_transformer_hangs_on_a_substation_and_lines_meet_at_their_buses() {
    for Made { options: o, power, .. } in regions() {
        let mut place: BTreeMap<String, Coord> = BTreeMap::new();
        place.extend(power.substations.iter().map(|s| (s.id.clone(), s.at)));
        place.extend(power.transformers.iter().map(|t| (t.hv_bus(), t.at)));
        let mut next: BTreeMap<&str, Vec<(&str, f64, usize)>> = BTreeMap::new();
        for (i, l) in power.lines.iter().enumerate() {
            assert_eq!(place[&l.from_bus], l.coords[0]);
            assert_eq!(place[&l.to_bus], *l.coords.last().unwrap());
            assert!((metric::length_m(&l.coords) / 1000.0 - l.length_km).abs() < 1e-4);
            next.entry(&l.from_bus).or_default().push((&l.to_bus, l.length_km, i));
            next.entry(&l.to_bus).or_default().push((&l.from_bus, l.length_km, i));
        }
        // From all substations at once, without one line after the other: a line that hangs alone cuts something off.
        let reach = |without: Option<usize>| {
            let mut seen: HashSet<&str> = power.substations.iter().map(|s| s.id.as_str()).collect();
            let mut todo: Vec<&str> = seen.iter().copied().collect();
            while let Some(b) = todo.pop() {
                for &(c, _, l) in next.get(b).into_iter().flatten() {
                    if Some(l) != without && seen.insert(c) {
                        todo.push(c);
                    }
                }
            }
            seen.len()
        };
        assert_eq!(reach(None), place.len(), "seed {}", o.seed);
        if power.lines.len() < 800 {
            for (i, l) in power.lines.iter().enumerate() {
                assert_eq!(reach(Some(i)) == place.len(), l.tied, "seed {}: {}", o.seed, l.id);
            }
        }
        for (f, feeder) in power.feeders.iter().enumerate() {
            let m = power.feeder_length_m(f);
            assert!(if feeder.long { m > 16_000.0 && !power.lines[feeder.line].tied } else { m < 13_300.0 }, "{m}");
        }
        let n = power.situations.len();
        let long = power.feeders.iter().filter(|f| f.long).count();
        let tied = power.feeders.iter().filter(|f| power.lines[f.line].tied).count();
        println!(
            "{n} villages: {} substations, {} feeders, {tied} tied, {long} long, {} transformers, {} points, {:?}",
            power.substations.len(),
            power.feeders.len(),
            power.transformers.len(),
            power.transformers.iter().map(|t| t.points.len()).sum::<usize>(),
            power.situations.iter().fold(BTreeMap::<&str, usize>::new(), |mut m, s| {
                *m.entry(s.name()).or_default() += 1;
                m
            }),
        );
        if n >= 300 {
            assert!(long >= 1 && tied >= 2 && tied < power.feeders.len(), "{n}: {long} {tied}");
        }
    }
}

#[test]
fn nothing_stands_too_near_to_another_bus() {
    for Made { options: o, power, .. } in regions() {
        let mut at: Vec<Coord> = power.substations.iter().map(|s| s.at).collect();
        at.extend(power.transformers.iter().flat_map(|t| t.points.iter().map(|p| p.at).chain([t.at])));
        at.sort_by(|a, b| a.y.total_cmp(&b.y));
        for (i, a) in at.iter().enumerate() {
            for b in at[i + 1..].iter().take_while(|b| b.y - a.y < 2e-4) {
                let d = metric::distance_m(*a, *b);
                assert!(d > 10.5, "seed {}: {a:?} and {b:?} are {d} m apart", o.seed);
            }
        }
    }
}

/// The shipped region without its grid.
fn without_power() -> Option<SynthOptions> {
    liaoning().map(|o| SynthOptions { power: false, ..o })
}

#[test]
fn roads_are_the_same_with_and_without_power_and_bytes_from_run_to_run() {
    for format in [Format::Gpkg, Format::Fgb] {
        // Projects are for gaps of all themes.
        let with = SynthOptions { format, id: Some("p".into()), projects: false, ..SynthOptions::new(200, 16) };
        let without = SynthOptions { power: false, ..with.clone() };
        let [a, again, b] = [&with, &with, &without].map(|o| Written::new(o).files);
        assert!(a == again);
        if format == Format::Fgb {
            for (name, bytes) in b.iter().filter(|(name, _)| name.ends_with("fgb")) {
                assert!(a[name] == *bytes, "{name}");
            }
            assert_eq!(a.len(), b.len() + 5);
        }
        let json =
            |f: &BTreeMap<String, Vec<u8>>| -> serde_json::Value { serde_json::from_slice(&f["truth.json"]).unwrap() };
        let (mut x, y) = (json(&a), json(&b));
        assert!(y["power"].is_null() && y["options"]["power"].is_null());
        assert!(x["power"]["villages"].is_object() && x["options"]["power"] == true);
        x.as_object_mut().unwrap().remove("power");
        x["options"].as_object_mut().unwrap().remove("power");
        assert_eq!(x, y);
    }
}

#[test]
fn shipped_roads_are_what_they_were() {
    let Some(o) = without_power() else { return };
    let shipped: serde_json::Value =
        serde_json::from_slice(&std::fs::read("data/liaoning/truth.json").unwrap()).unwrap();
    let now: serde_json::Value = serde_json::from_slice(&written(&o).files["truth.json"]).unwrap();
    for key in ["villages", "schools", "seats", "neighbours"] {
        assert_eq!(now[key], shipped[key], "{key}");
    }
}

#[test]
fn layers_hold_what_the_atlas_names_and_stay_small() {
    use gdal::vector::LayerAccess;
    let shape = VillageShape::Polygon;
    let small = SynthOptions { village_shape: shape, id: Some("small".into()), ..SynthOptions::new(150, 17) };
    let bare = SynthOptions { power: false, ..small.clone() };
    for (o, bare) in std::iter::once((small, bare)).chain(liaoning().zip(without_power())) {
        let dir = tempfile::tempdir().unwrap();
        let whole = written(&o);
        let summary = &whole.summary;
        let power = made(o.clone()).power;
        let dataset = gdal::Dataset::open(whole.put(dir.path())).unwrap();
        let count = |name: &str| dataset.layer_by_name(name).unwrap().feature_count() as usize;
        let points: usize = power.transformers.iter().map(|t| t.points.len()).sum();
        assert_eq!(count("substations"), power.substations.len());
        assert_eq!(count("transformers"), power.transformers.len());
        assert_eq!(count("loads"), points);
        assert_eq!(count("power_lines"), power.lines.len() + points);
        assert_eq!(count("voltage_readings"), 40 * power.readings.len());
        assert_eq!((summary.transformers, summary.supply_points), (power.transformers.len(), points));
        let atlas: toml::Table = std::fs::read_to_string(dir.path().join("atlas.toml")).unwrap().parse().unwrap();
        for (layer, fields) in tables::fields() {
            let entry = &atlas["layers"][layer][0];
            assert_eq!(entry["layer"].as_str(), Some(layer));
            assert_eq!(entry["provenance"].as_str(), Some("simulated"));
            let defn = dataset.layer_by_name(layer).unwrap();
            for f in fields {
                assert_eq!(entry["fields"][f].as_str(), Some(f));
                assert!(defn.defn().field_index(f).is_ok(), "{layer}.{f}");
            }
        }
        let grown = whole.size() - written(&bare).size();
        println!("{} villages: {} bytes more", o.villages, grown);
        assert!(grown < 2_500 * o.villages, "{grown}");
    }
}

#[test]
fn percentiles_by_hand() {
    let v: Vec<f64> = (0..=20).map(f64::from).collect();
    assert_eq!(percentile(&v, 0.05), 1.0);
    assert_eq!(percentile(&[1.0, 2.0], 0.25), 1.25);
}
