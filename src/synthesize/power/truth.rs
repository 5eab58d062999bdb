//! `power` of `truth.json`: what an analysis of the power layers must find.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value, json};

use super::low::{voltages, voltages_three_phase_base, worst};
use super::model::*;
use crate::synthesize::people::People;

/// The answer for a village.
#[derive(Debug, Clone, Serialize)]
pub struct VillageTruth {
    /// ok or gap
    pub verdict: &'static str,
    pub kinds: Vec<&'static str>,
    /// Kinds that a strict reading of the definitions gives as well.
    pub may_also: Vec<&'static str>,
    /// What was planted.
    pub situation: &'static str,
    /// Of the strongest evidence on its voltage: measured, modelled or inferred; computed where nothing but geometry decides.
    pub confidence: &'static str,
    /// Voltage that decides, share of the nominal: the supply point least above or farthest under its limit; of
    /// readings the 5th percentile (of over_voltage the 95th), by linear interpolation.
    pub worst_pu: Option<f64>,
    /// An analysis may differ from `worst_pu` by this.
    pub tolerance: Option<f64>,
    pub limit_pu: Option<f64>,
    /// Id of the load with the worst voltage.
    pub worst_load: Option<String>,
    /// The same by load flow, where readings decide.
    pub modelled_pu: Option<f64>,
    pub cause: Option<&'static str>,
    /// Metres along the line to the farthest and to the nearest supply point.
    pub supply_m: Option<f64>,
    pub supply_nearest_m: Option<f64>,
    pub tolerance_m: Option<f64>,
    /// Readings and load flow disagree.
    pub disagrees: bool,
    pub transformers: Vec<String>,
    pub households: i64,
    pub people: i64,
}

/// A transformer whose rating is the gap.
#[derive(Debug, Serialize)]
struct TransformerTruth {
    id: String,
    village: String,
    /// Apparent demand over rating.
    loading: f64,
    kva_per_household: f64,
}

/// Everything behind a line: of radial feeders their first, of tied ones each first line that hangs on one way only.
#[derive(Debug, Serialize)]
struct Behind {
    line: String,
    /// Id where the line begins.
    from_bus: String,
    feeder: String,
    /// True where the line leaves a substation.
    whole_feeder: bool,
    villages: Vec<String>,
    /// On the supply points behind.
    households: i64,
    people: i64,
    /// Of the villages behind, all of them.
    village_households: i64,
    village_people: i64,
}

#[derive(Debug, Serialize)]
struct FeederTruth {
    line: String,
    name: String,
    substation: String,
    tied: bool,
    long: bool,
    /// Metres along the line to its farthest end.
    length_m: f64,
    villages: usize,
}

fn round(v: f64, digits: i32) -> f64 {
    let k = 10.0f64.powi(digits);
    (v * k).round() / k
}

/// Percentile (0–1) of sorted values by linear interpolation.
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let h = share * (sorted.len() - 1) as f64;
    let (i, t) = (h.floor() as usize, h.fract());
    let next = sorted[(i + 1).min(sorted.len() - 1)];
    sorted[i] + t * (next - sorted[i])
}

fn sorted(volts: &[f64]) -> Vec<f64> {
    let mut v = volts.to_vec();
    v.sort_by(f64::total_cmp);
    v
}

/// The answer for village `site`.
pub fn village(power: &Power, site: usize, own: &[&Transformer]) -> VillageTruth {
    let situation = power.situations[site];
    let modelled = own.iter().filter_map(|t| Some((*t, worst(t)?)));
    let modelled = modelled.min_by(|a, b| a.1.margin().total_cmp(&b.1.margin()));
    let lengths: Vec<f64> = own.iter().flat_map(|t| t.lengths_m()).collect();
    let mut out = VillageTruth {
        verdict: if situation.kind().is_some() { "gap" } else { "ok" },
        kinds: situation.kind().into_iter().collect(),
        may_also: if situation == Situation::NoGrid { vec!["no_three_phase"] } else { Vec::new() },
        situation: situation.name(),
        confidence: match situation {
            Situation::NoGrid | Situation::NoThreePhase => "computed",
            s if s.blind() => "inferred",
            _ => "modelled",
        },
        worst_pu: None,
        tolerance: None,
        limit_pu: None,
        worst_load: None,
        modelled_pu: None,
        cause: situation.cause(),
        supply_m: lengths.iter().copied().reduce(f64::max).map(|m| round(m, 1)),
        supply_nearest_m: lengths.iter().copied().reduce(f64::min).map(|m| round(m, 1)),
        tolerance_m: (!lengths.is_empty()).then_some(1.0),
        disagrees: false,
        transformers: own.iter().map(|t| t.id()).collect(),
        households: own.iter().map(|t| t.households()).sum(),
        people: own.iter().map(|t| t.people()).sum(),
    };
    if let Some((t, w)) = modelled {
        let other = voltages(t).zip(voltages_three_phase_base(t)).map_or(0.0, |(a, b)| (a[w.k - 1] - b[w.k - 1]).abs());
        let other = if t.phases == Phases::Three { 0.0 } else { other };
        out.worst_pu = Some(round(w.pu, 7));
        out.tolerance = Some(round(1e-5 + other, 6));
        out.limit_pu = Some(w.limit);
        out.worst_load = Some(t.load_id(w.k));
    }
    if let Some(r) = power.readings.iter().find(|r| r.site == site) {
        let mut v = sorted(&r.volts);
        let over = situation == Situation::OverVoltage;
        let pu = percentile(&v, if over { 0.95 } else { 0.05 }) / 220.0;
        if over {
            v.reverse();
        }
        out.confidence = "measured";
        out.modelled_pu = out.worst_pu;
        out.worst_pu = Some(round(pu, 7));
        // Definitions of a percentile differ by one reading or so.
        out.tolerance = Some(round((v[3] - v[1]).abs() / 220.0 + 1e-5, 6));
        out.limit_pu = Some(if over { 1.07 } else { 0.90 });
        out.worst_load = Some(power.transformers[r.transformer].load_id(r.k));
        out.disagrees = situation.kind().is_some();
    }
    out
}

/// Transformers of each village.
pub fn by_site(power: &Power) -> Vec<Vec<&Transformer>> {
    let mut own = vec![Vec::new(); power.situations.len()];
    for t in &power.transformers {
        own[t.site].push(t);
    }
    own
}

pub fn truth(power: &Power, people: &People) -> Value {
    let own = by_site(power);
    let id = |site: usize| people.villages[site].id.as_str();
    let villages: BTreeMap<&str, VillageTruth> =
        (0..power.situations.len()).map(|site| (id(site), village(power, site, &own[site]))).collect();
    let transformers = |wanted: fn(&Transformer) -> bool| -> Vec<TransformerTruth> {
        power
            .transformers
            .iter()
            .filter(|t| wanted(t))
            .map(|t| TransformerTruth {
                id: t.id(),
                village: id(t.site).to_owned(),
                loading: round(t.demand_kva() / t.rating_kva, 4),
                kva_per_household: round(t.rating_kva / t.households().max(1) as f64, 4),
            })
            .collect()
    };
    let overload = transformers(|t| t.demand_kva() > t.rating_kva);
    let low_capacity = transformers(|t| t.rating_kva < 2.0 * t.households() as f64);
    let behind = behind(power, people);
    let feeders: Vec<FeederTruth> = power
        .feeders
        .iter()
        .enumerate()
        .map(|(f, feeder)| {
            let sites: BTreeSet<usize> = power
                .lines
                .iter()
                .filter(|l| l.feeder == Some(f))
                .filter_map(|l| Some(power.transformers[l.transformer?].site))
                .collect();
            let line = &power.lines[feeder.line];
            FeederTruth {
                line: line.id.clone(),
                name: line.name.clone(),
                substation: power.substations[feeder.substation].id.clone(),
                tied: line.tied,
                long: feeder.long,
                length_m: round(power.feeder_length_m(f), 1),
                villages: sites.len(),
            }
        })
        .collect();
    let ties: Vec<&str> = power.lines.iter().filter(|l| l.feeder.is_none()).map(|l| l.id.as_str()).collect();
    let mut by_kind: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_situation: BTreeMap<&str, usize> = BTreeMap::new();
    for v in villages.values() {
        v.kinds.iter().for_each(|k| *by_kind.entry(k).or_default() += 1);
        *by_situation.entry(v.situation).or_default() += 1;
    }
    let long: Vec<&FeederTruth> = feeders.iter().filter(|f| f.long).collect();
    by_kind.insert("transformer_overload", overload.len());
    by_kind.insert("low_capacity", low_capacity.len());
    by_kind.insert("radial_feeder", feeders.iter().filter(|f| !f.tied).count());
    by_kind.insert("long_feeder", long.len());
    by_kind.entry("no_grid").or_default();
    let gaps = villages.values().filter(|v| v.verdict == "gap").count();
    let under = power.transformers.iter().filter_map(|t| Some((t, voltages(t)?)));
    let under: usize =
        under.map(|(t, v)| v.iter().zip(&t.points).filter(|(v, p)| **v < p.phases.limit_pu()).count()).sum();
    json!({
        "note": "simulated; voltages in pu of 220 V (one phase) or 380 V between lines; supply points hold part of a \
                 village's households; kinds of transformers and feeders are not among a village's",
        "counts": {
            "villages_gap": gaps,
            "villages_ok": villages.len() - gaps,
            "by_kind": by_kind,
            "by_situation": by_situation,
            "substations": power.substations.len(),
            "feeders": feeders.len(),
            "ties": ties.len(),
            "transformers": power.transformers.len(),
            "not_solved": power.transformers.iter().filter(|t| voltages(t).is_none()).count(),
            "supply_points": power.transformers.iter().map(|t| t.points.len()).sum::<usize>(),
            "under_limit": under,
        },
        "villages": villages,
        "transformers": { "transformer_overload": overload, "low_capacity": low_capacity },
        "feeders": {
            "all": feeders,
            "radial": behind.iter().filter(|b| b.whole_feeder).collect::<Vec<_>>(),
            "hanging": behind.iter().filter(|b| !b.whole_feeder).collect::<Vec<_>>(),
            "long": long,
            "ties": ties,
        },
    })
}

/// The first lines that hang on one way only, with what is behind them.
fn behind(power: &Power, people: &People) -> Vec<Behind> {
    let mut root: Vec<Option<usize>> = vec![None; power.lines.len()];
    let mut found: BTreeMap<usize, (BTreeSet<usize>, i64, i64)> = BTreeMap::new();
    for (i, line) in power.lines.iter().enumerate() {
        if line.tied {
            continue;
        }
        // A parent comes before its children.
        let top = line.parent.and_then(|p| root[p]).unwrap_or(i);
        root[i] = Some(top);
        let Some(t) = line.transformer.map(|t| &power.transformers[t]) else { continue };
        let entry = found.entry(top).or_default();
        entry.0.insert(t.site);
        entry.1 += t.households();
        entry.2 += t.people();
    }
    found
        .into_iter()
        .map(|(top, (sites, households, persons))| {
            let line = &power.lines[top];
            Behind {
                line: line.id.clone(),
                from_bus: line.from_bus.clone(),
                feeder: line.name.clone(),
                whole_feeder: line.parent.is_none(),
                villages: sites.iter().map(|s| people.villages[*s].id.clone()).collect(),
                households,
                people: persons,
                village_households: sites.iter().map(|s| people.villages[*s].households).sum(),
                village_people: sites.iter().map(|s| people.villages[*s].population).sum(),
            }
        })
        .collect()
}
