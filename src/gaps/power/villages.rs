//! A village's answer: the strongest evidence on its voltage, three-phase power, grid and hours of supply.

use std::collections::BTreeMap;

use super::super::{Confidence, Verdict};
use super::model::{Bad, SupplyPoint, VillagePower};
use super::reach::Reach;
use super::readings::Measured;
use super::works::margin;
use crate::standards::PowerRules;
use crate::world::power::{BusIx, ReadAt};
use crate::world::{Known, Village, World};

/// What readings of the village as a whole say, by village.
pub(super) fn of_villages(
    world: &World,
    measured: &BTreeMap<ReadAt, Measured>,
    points: &[SupplyPoint],
    finder: &super::points::VillageFinder,
) -> BTreeMap<u32, Measured> {
    let grid = &world.power;
    let mut out: BTreeMap<u32, Measured> = BTreeMap::new();
    let with_point: std::collections::HashSet<BusIx> =
        points.iter().filter(|p| p.measured.is_some()).filter_map(|p| grid.loads[p.load as usize].bus).collect();
    for (at, m) in measured {
        let village = match at {
            ReadAt::Village(v) => Some(*v),
            // A bus without supply point speaks for the village around it.
            ReadAt::Bus(b) if !with_point.contains(b) => grid.buses[b.0 as usize].point.and_then(|p| finder.at(p)),
            _ => None,
        };
        let Some(v) = village else { continue };
        let least = |m: &Measured| (m.low_pu - m.limits.low).min(m.limits.high - m.high_pu);
        match out.get(&v) {
            Some(old) if least(old) <= least(m) => {}
            _ => {
                out.insert(v, m.clone());
            }
        }
    }
    out
}

/// Verdict on the voltage: of readings, else of the load flow, else of lengths.
struct Voltage {
    verdict: Verdict,
    confidence: Option<Confidence>,
    bad: Option<Bad>,
    pu: Option<f64>,
    limit: Option<f64>,
    modelled: Option<f64>,
    disagrees: bool,
}

fn voltage(own: &[&SupplyPoint], whole: Option<&Measured>) -> Voltage {
    let worst = |want: Option<Confidence>| {
        let of = own.iter().filter(|p| p.confidence.is_some() && (want.is_none() || p.confidence == want));
        of.min_by(|a, b| margin(a).total_cmp(&margin(b)).then(a.load.cmp(&b.load))).copied()
    };
    let modelled = own.iter().filter_map(|p| Some((p.modelled_low? - p.low_limit, p.modelled_low?)));
    let modelled = modelled.min_by(|a, b| a.0.total_cmp(&b.0)).map(|m| m.1);
    let model_gap = own.iter().any(|p| p.modelled_low.is_some_and(|v| v < p.low_limit));
    let limit = |p: &SupplyPoint| if p.bad == Some(Bad::High) { p.high_limit } else { p.low_limit };
    if let Some(m) = whole {
        // A reading of the whole village outranks what is computed for its parts.
        let bad = m.bad();
        let high = bad == Some(Bad::High);
        let measured_gap = own.iter().find(|p| p.measured.is_some() && p.bad.is_some());
        if bad.is_some() || measured_gap.is_none() {
            return Voltage {
                verdict: m.verdict(),
                confidence: Some(Confidence::Measured),
                bad,
                pu: Some(if high { m.high_pu } else { m.low_pu }),
                limit: Some(if high { m.limits.high } else { m.limits.low }),
                modelled,
                disagrees: modelled.is_some() && model_gap != (bad == Some(Bad::Low)),
            };
        }
    }
    let gap_of = |c| own.iter().any(|p| p.verdict == Verdict::Gap && p.confidence == Some(c));
    let strongest = [Confidence::Measured, Confidence::Modelled, Confidence::Inferred].into_iter().find(|c| gap_of(*c));
    let measured_any = own.iter().any(|p| p.confidence == Some(Confidence::Measured));
    let disagrees = own.iter().any(|p| p.disagrees);
    let decided = match strongest {
        Some(c) => worst(Some(c)).map(|p| (p, Verdict::Gap)),
        None => {
            let known = worst(if measured_any { Some(Confidence::Measured) } else { None });
            let unknown = own.iter().any(|p| p.verdict == Verdict::Unknown);
            let verdict = if unknown && !measured_any { Verdict::Unknown } else { Verdict::Ok };
            known.map(|p| (p, verdict))
        }
    };
    match decided {
        Some((p, verdict)) => Voltage {
            verdict,
            confidence: p.confidence,
            bad: if verdict == Verdict::Gap { p.bad } else { None },
            pu: p.pu,
            limit: p.pu.map(|_| limit(p)),
            modelled,
            disagrees,
        },
        None => Voltage {
            verdict: Verdict::Unknown,
            confidence: None,
            bad: None,
            pu: None,
            limit: None,
            modelled,
            disagrees,
        },
    }
}

/// The village's answer. `reach` is `None` where the atlas has no distribution grid; what `unsure` layers do not show may
/// be there all the same.
pub(super) fn village(
    v: &Village,
    own: &[&SupplyPoint],
    whole: Option<&Measured>,
    reach: Option<&Reach>,
    unsure: bool,
    rules: &PowerRules,
) -> VillagePower {
    let u = voltage(own, whole);
    let far = |limit: f64| reach.is_some_and(|r| r.grid_m.is_none_or(|m| m > limit));
    let no_grid_computed = far(rules.max_grid_m);
    let no_phase_computed = reach.is_some_and(|r| r.three_phase == Known::No);
    let computed_phase = reach.map_or(Known::Unknown, |r| r.three_phase);
    let no_grid_reported = v.reported_electricity == Known::No && reach.is_none();
    let no_phase_reported = v.reported_three_phase == Known::No && computed_phase == Known::Unknown;
    let few_hours = v.reported_power_hours.is_some_and(|h| h < rules.supply_hours);
    let no_grid = no_grid_computed || no_grid_reported;
    let mut kinds = Vec::new();
    // Readings prove that there is a grid, whatever the layers lack.
    let supplied = u.confidence == Some(Confidence::Measured);
    if no_grid && !supplied {
        kinds.push("no_grid");
        if v.reported_three_phase == Known::No {
            kinds.push("no_three_phase");
        }
    } else {
        match u.bad {
            Some(Bad::Low) => kinds.push("low_voltage"),
            Some(Bad::High) => kinds.push("over_voltage"),
            None => {}
        }
        if no_phase_computed || no_phase_reported {
            kinds.push("no_three_phase");
        }
        if few_hours {
            kinds.push("few_hours");
        }
    }
    let absent = if unsure { Confidence::Inferred } else { Confidence::Computed };
    let confidence = match kinds.first() {
        Some(&"low_voltage" | &"over_voltage") => u.confidence,
        Some(&"no_grid") if no_grid_computed => Some(absent),
        Some(&"no_three_phase") if no_phase_computed => Some(absent),
        Some(_) => Some(Confidence::Reported),
        None => u.confidence,
    };
    // Without voltages the village's record may still say that all is well.
    let stated = [
        (v.reported_electricity != Known::Unknown).then_some(v.reported_electricity == Known::Yes),
        (v.reported_three_phase != Known::Unknown).then_some(v.reported_three_phase == Known::Yes),
        v.reported_power_hours.map(|h| h >= rules.supply_hours),
    ];
    let reported_ok = stated.iter().flatten().all(|ok| *ok) && stated.iter().any(Option::is_some);
    let (verdict, confidence) = if !kinds.is_empty() {
        (Verdict::Gap, confidence)
    } else if u.verdict == Verdict::Unknown && reported_ok {
        (Verdict::Ok, Some(Confidence::Reported))
    } else {
        (u.verdict, confidence)
    };
    let contradicts = |reported: Known, computed: Known| {
        reported != Known::Unknown && computed != Known::Unknown && reported != computed
    };
    let grid_computed = match reach {
        None => Known::Unknown,
        Some(_) if no_grid_computed => Known::No,
        Some(_) => Known::Yes,
    };
    VillagePower {
        verdict,
        confidence,
        kinds,
        worst_pu: u.pu,
        limit_pu: u.limit,
        modelled_pu: u.modelled,
        cause: None,
        supply_m: own.iter().filter_map(|p| p.length_m).reduce(f64::max),
        supply_points: own.len(),
        three_phase: computed_phase,
        three_phase_m: reach.and_then(|r| r.three_phase_m),
        three_phase_road_m: reach.and_then(|r| r.three_phase_road_m),
        grid_m: reach.and_then(|r| r.grid_m),
        disagrees: u.disagrees
            || contradicts(v.reported_three_phase, computed_phase)
            || contradicts(v.reported_electricity, grid_computed),
    }
}

/// Low points of a village that the remedy and the area are about.
pub(super) fn low<'p>(own: &[&'p SupplyPoint]) -> Vec<&'p SupplyPoint> {
    own.iter().copied().filter(|p| p.bad == Some(Bad::Low)).collect()
}
