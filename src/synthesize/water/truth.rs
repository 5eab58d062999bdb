//! `water` of `truth.json`: what an analysis of the water layers must find by GB 5749-2022 and T/CHES 18-2018.
//!
//! Samples are judged by what is written in them, not by what was meant.

use std::collections::BTreeMap;

use geo::Coord;
use serde::Serialize;
use serde_json::{Value, json};

use super::balance::demand_l;
use super::model::*;
use super::samples::{AS_NO3, MICROGRAMS, NO3_PER_N};
use crate::synthesize::people::People;
use crate::world::metric;

/// The answer for a source.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SourceTruth {
    /// safe, unsafe, unknown, untested or unimproved
    pub state: &'static str,
    /// Of what exceeds its limit, or of what nobody can tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<&'static str>,
    /// In the unit of the limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<f64>,
    /// Value over limit; none where the limit is zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// Of all villages on it.
    pub people: i64,
    /// Of a safe source that works and whose yield is known; none is left below zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spare_m3_d: Option<f64>,
}

/// The answer for a village.
#[derive(Debug, Clone, Serialize)]
pub struct VillageTruth {
    /// ok, gap or unknown
    pub verdict: &'static str,
    /// safe, basically_safe, unsafe or unknown, as the four criteria
    pub state: &'static str,
    pub quality: &'static str,
    pub quantity: &'static str,
    pub convenience: &'static str,
    pub reliability: &'static str,
    pub source: String,
    pub how: &'static str,
    pub distance_m: f64,
    /// Height between village and source, whichever is higher.
    pub climb_m: f64,
    pub jmp: &'static str,
    /// What was planted.
    pub situation: &'static str,
}

pub fn round(v: f64, digits: i32) -> f64 {
    let k = 10.0f64.powi(digits);
    (v * k).round() / k
}

/// Value of a sample in the unit of the limit, and whether that is a detection limit.
pub fn reading(s: &Sample) -> Option<(f64, bool)> {
    let below = s.value.starts_with('<') || s.below == Some(true);
    let value: f64 = s.value.trim_start_matches('<').parse().ok()?;
    let factor = match s.unit {
        AS_NO3 => 1.0 / NO3_PER_N,
        MICROGRAMS => 0.001,
        _ => 1.0,
    };
    Some((value * factor, below))
}

/// What the tests of a source say of it.
pub fn source(s: &Source) -> SourceTruth {
    let of = |state| SourceTruth { state, ..SourceTruth::default() };
    if !s.kind.improved() {
        return of("unimproved");
    }
    let mut latest: BTreeMap<Parameter, &Sample> = BTreeMap::new();
    for sample in &s.samples {
        let newest = latest.entry(sample.parameter).or_insert(sample);
        if sample.date > newest.date {
            *newest = sample;
        }
    }
    if latest.is_empty() {
        return of("untested");
    }
    let mut worst: Option<SourceTruth> = None;
    let mut unclear: Option<SourceTruth> = None;
    for (p, (value, below)) in latest.iter().filter_map(|(p, s)| Some((*p, reading(s)?))) {
        let limit = p.limit();
        let found = |state| SourceTruth {
            parameter: Some(p.name()),
            value: Some(round(value, 6)),
            limit: Some(limit),
            factor: (limit > 0.0).then(|| round(value / limit, 6)),
            ..of(state)
        };
        if below {
            if value > limit {
                unclear = unclear.or(Some(found("unknown")));
            }
        } else if value > limit {
            let dearer = |w: &SourceTruth| w.factor.is_none_or(|f| limit > 0.0 && f >= value / limit);
            if !worst.as_ref().is_some_and(dearer) {
                worst = Some(found("unsafe"));
            }
        }
    }
    worst.or(unclear).unwrap_or(of("safe"))
}

/// The first of `safe` and `basically_safe` whose limit holds.
fn grade(safe: bool, basically: bool) -> &'static str {
    match (safe, basically) {
        (true, _) => "safe",
        (_, true) => "basically_safe",
        _ => "unsafe",
    }
}

/// The worst of the criteria; nobody can tell while one of them is unknown and none unsafe.
fn worst(criteria: [&'static str; 4]) -> &'static str {
    let all = ["unsafe", "unknown", "basically_safe"];
    all.into_iter().find(|state| criteria.contains(state)).unwrap_or("safe")
}

/// The answer for a village at `at`.
pub fn village(water: &Water, w: &VillageWater, at: Coord, source: &SourceTruth) -> VillageTruth {
    let s = &water.sources[w.source];
    let m = metric::distance_m(at, s.at);
    let climb = f64::from((water.heights.at(at) - s.elevation_m).abs());
    let quality = match source.state {
        "safe" => "safe",
        "unsafe" | "unimproved" => "unsafe",
        _ => "unknown",
    };
    let quantity = if w.scarce { grade(w.litres >= 40, w.litres >= 20) } else { grade(w.litres >= 60, w.litres >= 35) };
    let piped = w.piped_share >= 1.0;
    let convenience = match w.minutes {
        _ if piped => "safe",
        Some(t) => grade(t <= 10, t <= 20),
        None => grade(m <= 400.0 && climb <= 40.0, m <= 800.0 && climb <= 80.0),
    };
    let available = 1.0 - w.days_short as f64 / 365.0;
    let reliability = grade(available >= 0.95, available >= 0.90);
    let state = worst([quality, quantity, convenience, reliability]);
    let minutes = w.minutes.map_or(2.0 * m / WALK_M_PER_MIN, |t| t as f64);
    VillageTruth {
        verdict: match state {
            "unsafe" => "gap",
            "unknown" => "unknown",
            _ => "ok",
        },
        state,
        quality,
        quantity,
        convenience,
        reliability,
        source: s.id(),
        how: w.how.name(),
        distance_m: round(m, 3),
        climb_m: climb,
        jmp: match s.kind {
            SourceType::Surface => "surface_water",
            SourceType::UnprotectedWell => "unimproved",
            _ if piped && quality == "safe" && reliability != "unsafe" => "safely_managed",
            _ if piped || minutes <= 30.0 => "basic",
            _ => "limited",
        },
        situation: w.situation.name(),
    }
}

/// Answers for all sources, in their order.
pub fn sources(water: &Water, people: &People) -> Vec<SourceTruth> {
    let mut users = vec![(0, 0); water.sources.len()];
    for (i, w) in water.villages.iter().enumerate() {
        users[w.source].0 += people.villages[i].population;
        users[w.source].1 += demand_l(people, i);
    }
    let judged = water.sources.iter().zip(users);
    judged
        .map(|(s, (persons, litres))| {
            let mut t = source(s);
            t.people = persons;
            if t.state == "safe" && s.works() {
                t.spare_m3_d = s.yield_l.map(|l| (l - litres).max(0) as f64 / 1_000.0);
            }
            t
        })
        .collect()
}

pub fn truth(water: &Water, points: &[Coord], people: &People) -> Value {
    let id = |village: usize| people.villages[village].id.as_str();
    let judged = sources(water, people);
    let villages: BTreeMap<&str, VillageTruth> = water
        .villages
        .iter()
        .enumerate()
        .map(|(i, w)| (id(i), village(water, w, points[i], &judged[w.source])))
        .collect();
    let count = |keys: &mut dyn Iterator<Item = &'static str>| {
        keys.fold(BTreeMap::<&str, usize>::new(), |mut m, k| {
            *m.entry(k).or_default() += 1;
            m
        })
    };
    let verdict = |wanted: &str| villages.values().filter(|v| v.verdict == wanted).count();
    let people_gap: i64 =
        people.villages.iter().filter(|row| villages[row.id.as_str()].verdict == "gap").map(|row| row.population).sum();
    let states = count(&mut judged.iter().map(|s| s.state));
    let total = |f: fn(&super::balance::Connection) -> f64| round(water.connections.iter().map(f).sum(), 2);
    let connected: Vec<usize> = water.connections.iter().map(|c| c.village).collect();
    let gaps = (0..water.villages.len()).filter(|i| villages[id(*i)].verdict == "gap");
    let mut unassigned: Vec<&str> = gaps.filter(|i| !connected.contains(i)).map(id).collect();
    unassigned.sort_unstable();
    let state_count = |s: &str| states.get(s).copied().unwrap_or_default();
    json!({
        "note": "simulated; heights of villages are those of the cell they lie in; whoever fetches water without \
                 minutes on record walks 4 km/h; connections: the least sum over all litres a day, each at the cost \
                 of its connection; villages that are unsure have another answer that is about as cheap",
        "rules": {
            "litres_per_person": LITRES_PER_PERSON,
            "cost_per_km": COST_PER_KM,
            "cost_per_lift_m": COST_PER_LIFT_M,
        },
        "counts": {
            "villages_gap": verdict("gap"),
            "villages_unknown": verdict("unknown"),
            "villages_ok": verdict("ok"),
            "people_gap": people_gap,
            "by_kind": {
                "unsafe_source": state_count("unsafe"),
                "unimproved_source": state_count("unimproved"),
                "unsafe_water": verdict("gap"),
            },
            "by_situation": count(&mut villages.values().map(|v| v.situation)),
            "by_how": count(&mut villages.values().map(|v| v.how)),
            "by_jmp": count(&mut villages.values().map(|v| v.jmp)),
            "sources": water.sources.len(),
            "by_state": states,
            "tests": water.sources.iter().map(|s| s.samples.len()).sum::<usize>(),
            "links": water.connections.len(),
            "link_cost": total(|c| c.cost),
        },
        "sources": water.sources.iter().map(|s| s.id()).zip(&judged).collect::<BTreeMap<_, _>>(),
        "villages": villages,
        "links": {
            "total_cost": total(|c| c.cost),
            "litre_cost": total(|c| c.cost * c.demand_l as f64),
            "longest_m": round(water.connections.iter().map(|c| c.distance_m).fold(0.0, f64::max), 1),
            "assigned": water.connections.iter().map(|c| (id(c.village), water.sources[c.source].id()))
                .collect::<BTreeMap<_, _>>(),
            "unassigned": unassigned,
            "unsure": water.connections.iter().filter(|c| c.unsure).map(|c| id(c.village)).collect::<Vec<_>>(),
            "detail": water.connections.iter().map(|c| (id(c.village), json!({
                "distance_m": round(c.distance_m, 3),
                "lift_m": c.lift_m,
                "demand_m3_d": c.demand_l as f64 / 1_000.0,
                "cost": round(c.cost, 2),
            }))).collect::<BTreeMap<_, _>>(),
        },
    })
}
