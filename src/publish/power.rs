//! Collections and figures of the power theme.

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::collection::{Built, Collection, built};
use super::collections::gaps;
use super::geojson::Geometry;
use crate::findings::Findings;
use crate::gaps::power::{Bad, LowVoltageArea, TieLine, pu};
use crate::gaps::{Verdict, metres, total};
use crate::world::Provenance;
use crate::world::power::{ABC, Phases};

/// Collections with results; none where the atlas has nothing on power.
pub(super) fn results(f: &Findings) -> Vec<Collection> {
    if f.power.facts.is_none() {
        return Vec::new();
    }
    let mut all = vec![
        Collection::new("power_gaps", "供电缺口", "Power gaps", gaps(&f.power.gaps)),
        Collection::new("low_voltage_areas", "低电压区", "Low-voltage areas", areas(f)),
        Collection::new("tie_lines", "候选联络线", "Candidate tie lines", ties(f)),
        Collection::new("transformers", "配电变压器", "Transformers", transformers(f)),
        Collection::new("supply_points", "供电点", "Supply points", supply_points(f)),
        Collection::new("power_lines", "电力线路", "Power lines", lines(f)),
    ];
    let buses = buses(f);
    if !buses.is_empty() {
        all.push(Collection::new("power_buses", "电气节点", "Electrical nodes", buses));
    }
    all
}

/// Collections that only show what went in.
pub(super) fn inputs(f: &Findings) -> Vec<Collection> {
    if f.power.facts.is_none() {
        return Vec::new();
    }
    vec![Collection::new("substations", "变电站", "Substations", substations(f))]
}

fn provenance(f: &Findings, source: u16) -> Provenance {
    f.world.sources.get(usize::from(source)).map(|s| s.provenance).unwrap_or_default()
}

/// Letters of a set of phases.
fn phase_letters(p: Phases) -> String {
    ["a", "b", "c"].iter().enumerate().filter(|(i, _)| p >> i & 1 == 1).map(|(_, l)| *l).collect()
}

fn areas(f: &Findings) -> Vec<Built> {
    let area = |a: &LowVoltageArea| {
        built(&a.id, &Geometry::Area(Some(&a.area)), a).ranked([-a.people.unwrap_or(0.0), 0.0, 0.0])
    };
    f.power.areas.par_iter().map(area).collect()
}

/// By people secured per kilometre, then by households, then the shorter: the order of the analysis, but told from each
/// tie alone.
fn ties(f: &Findings) -> Vec<Built> {
    let rank = |t: &TieLine| [-t.people_per_km, -t.households / t.length_m.max(1.0), t.length_m];
    f.power.ties.iter().map(|t| built(&t.id, &Geometry::Line(&t.line), t).ranked(rank(t))).collect()
}

fn transformers(f: &Findings) -> Vec<Built> {
    let rows: Vec<_> = f.world.power.transformers.iter().zip(&f.power.transformers).collect();
    rows.par_iter()
        .map(|(t, s)| {
            let p = json!({
                "id": t.id, "name": t.name, "rating_kva": t.rating_kva,
                "phases": phase_letters(t.phases), "lv_nominal_v": t.lv_nominal_v,
                "village": s.village.map(|v| &f.world.villages[v as usize].id),
                "loading": s.loading.map(pu), "demand_kva": s.demand_kva.map(metres),
                "kva_per_household": s.kva_per_household.map(pu), "households": s.households, "people": s.people,
                "worst_pu": s.worst_pu.map(pu), "supply_points": s.supply_points, "solved": s.solved,
                "problem": s.problem, "hv_reached": s.hv_reached, "provenance": provenance(f, t.source),
            });
            built(&t.id, &t.point.map_or(Geometry::Area(None), Geometry::Point), &p)
        })
        .collect()
}

fn supply_points(f: &Findings) -> Vec<Built> {
    let grid = &f.world.power;
    f.power
        .points
        .par_iter()
        .map(|s| {
            let load = &grid.loads[s.load as usize];
            let bus = load.bus.map(|b| &grid.buses[b.0 as usize]);
            let limit = if s.bad == Some(Bad::High) { s.high_limit } else { s.low_limit };
            let p = json!({
                "id": load.id, "name": load.name, "bus": bus.map(|b| &b.id),
                "transformer": s.transformer.map(|t| &grid.transformers[t as usize].id),
                "village": s.village.map(|v| &f.world.villages[v as usize].id),
                "households": load.households, "people": load.people, "p_kw": load.p_kw,
                "phases": load.phases.map(phase_letters), "single_phase": s.single,
                "worst_pu": s.pu.map(pu), "limit_pu": limit, "modelled_pu": s.modelled_low.map(pu),
                "measured_pu": s.measured.as_ref().map(|m| pu(m.low_pu)),
                "published_pu": bus.and_then(|b| b.published_pu),
                "length_m": s.length_m.map(metres), "verdict": s.verdict, "confidence": s.confidence,
                "over": s.bad == Some(Bad::High), "disagrees": s.disagrees, "provenance": provenance(f, load.source),
            });
            let point = load.point.or_else(|| bus.and_then(|b| b.point));
            let geometry = point.map_or(Geometry::Area(None), Geometry::Point);
            built(&load.id, &geometry, &p)
        })
        .collect()
}

/// High voltage first, so that a map draws it below.
fn lines(f: &Findings) -> Vec<Built> {
    let rows: Vec<_> = f.world.power.lines.iter().zip(&f.power.lines).collect();
    rows.par_iter()
        .map(|(l, s)| {
            let level = l.level.map_or(0.0, |x| f64::from(x as u8) + 1.0);
            let p = json!({
                "id": l.id, "name": l.name, "voltage_v": l.voltage_v, "level": l.level,
                "phases": l.phases.map(phase_letters), "three_phase": l.phases.map(|p| p == ABC),
                "conductor": l.conductor, "length_m": metres(l.length_m), "loading": s.loading.map(pu),
                "feeder": s.feeder, "bridge": s.bridge, "households_behind": s.households_behind,
                "people_behind": s.people_behind, "provenance": provenance(f, l.source),
            });
            let geometry = if l.coords.len() >= 2 { Geometry::Line(&l.coords) } else { Geometry::Area(None) };
            built(&l.id, &geometry, &p).ranked([-level, 0.0, 0.0])
        })
        .collect()
}

/// Listed buses, with the voltage that someone published beside the one of the load flow.
fn buses(f: &Findings) -> Vec<Built> {
    let modelled: std::collections::HashMap<u32, [Option<f64>; 3]> = f.power.bus_pu.iter().copied().collect();
    let listed = f.world.power.buses.iter().zip(0u32..).filter(|(b, _)| b.listed);
    listed
        .map(|(b, i)| {
            let phases = modelled.get(&i).map(|abc| abc.map(|v| v.map(pu)));
            let p = json!({
                "id": b.id, "nominal_v": b.nominal_v, "published_pu": b.published_pu,
                "modelled_pu": phases.and_then(|abc| abc.into_iter().flatten().reduce(f64::min)),
                "modelled_abc_pu": phases,
            });
            built(&b.id, &b.point.map_or(Geometry::Area(None), Geometry::Point), &p)
        })
        .collect()
}

fn substations(f: &Findings) -> Vec<Built> {
    let all = f.world.power.substations.iter();
    all.map(|s| {
        let p = json!({
            "id": s.id, "name": s.name, "voltage_v": s.voltage_v, "rating_kva": s.rating_kva,
            "is_source": s.is_source, "provenance": provenance(f, s.source),
        });
        built(&s.id, &Geometry::Point(s.point), &p)
    })
    .collect()
}

/// Adds what the theme says of village `i`.
pub(super) fn village(f: &Findings, i: usize, properties: &mut Value) {
    let Some(r) = f.power.villages.get(i) else { return };
    let v = &f.world.villages[i];
    let more = json!({
        "power_verdict": r.verdict, "power_confidence": r.confidence, "power_kinds": r.kinds,
        "power_worst_pu": r.worst_pu.map(pu), "power_limit_pu": r.limit_pu, "power_modelled_pu": r.modelled_pu.map(pu),
        "power_cause": r.cause, "power_supply_m": r.supply_m.map(metres), "power_supply_points": r.supply_points,
        "three_phase": r.three_phase, "three_phase_m": r.three_phase_m.map(metres),
        "three_phase_road_m": r.three_phase_road_m.map(metres), "grid_m": r.grid_m.map(metres),
        "reported_power_hours": v.reported_power_hours, "reported_three_phase": v.reported_three_phase,
        "reported_electricity": v.reported_electricity, "power_disagrees": r.disagrees,
        "power_provenance": provenance_of(f),
    });
    if let (Some(into), Value::Object(more)) = (properties.as_object_mut(), more) {
        into.extend(more);
    }
}

/// The worst provenance of the power layers; of village records where there are none.
fn provenance_of(f: &Findings) -> Provenance {
    let power = ["substations", "transformers", "power_lines", "power_buses", "loads", "voltage_readings"];
    let of =
        |wanted: &dyn Fn(&str) -> bool| f.world.sources.iter().filter(|s| wanted(&s.layer)).map(|s| s.provenance).max();
    of(&|l| power.contains(&l)).or_else(|| of(&|l| l == "village_records")).unwrap_or(f.provenance)
}

/// `counts.power` of the summary.
pub(super) fn counts(f: &Findings) -> Option<Value> {
    let facts = f.power.facts.as_ref()?;
    let villages = || f.world.villages.iter().zip(&f.power.villages);
    let of = |x: Verdict| villages().filter(|(_, r)| r.verdict == x).count();
    let mut by_kind = std::collections::BTreeMap::<&str, usize>::new();
    for g in &f.power.gaps {
        *by_kind.entry(g.kind).or_default() += 1;
    }
    let mut out = Map::new();
    let people = total(villages().filter(|(_, r)| r.verdict == Verdict::Gap).filter_map(|(v, _)| v.population));
    for (key, value) in [
        ("villages_gap", json!(of(Verdict::Gap))),
        ("villages_unknown", json!(of(Verdict::Unknown))),
        ("villages_ok", json!(of(Verdict::Ok))),
        ("people_gap", json!(people)),
        ("disagreements", json!(f.power.villages.iter().filter(|r| r.disagrees).count())),
        ("by_kind", json!(by_kind)),
        ("areas", json!(f.power.areas.len())),
        ("ties", json!(f.power.ties.len())),
    ] {
        out.insert(key.into(), value);
    }
    if let Value::Object(rest) = json!(facts) {
        out.extend(rest);
    }
    Some(Value::Object(out))
}
