//! Sources against the limits of a profile: the latest test of each parameter, or the worst of some years.

use rayon::prelude::*;

use super::model::{Judged, SourceState, WaterSourceState};
use crate::standards::{Limit, ParameterIx, Profile, WaterRules};
use crate::world::water::{TestResult, WaterData};

/// Every source, judged; parallel to the data's sources.
pub(super) fn judge(data: &WaterData, profile: &Profile, rules: &WaterRules) -> Vec<WaterSourceState> {
    // Results are sorted by source.
    let mut start = vec![0; data.sources.len() + 1];
    for r in &data.results {
        start[r.source as usize + 1] += 1;
    }
    for i in 0..data.sources.len() {
        start[i + 1] += start[i];
    }
    data.sources
        .par_iter()
        .enumerate()
        .map(|(i, s)| {
            let tests = tests(&data.results[start[i]..start[i + 1]], profile, rules.worst_in_years);
            let improved = s.kind.is_none_or(|k| k.improved());
            let exceeding = |t: &Judged| t.exceeds;
            let worst =
                worst(&tests, exceeding).or_else(|| tests.iter().position(|t| t.unclear)).filter(|_| !s.assured);
            let state = if s.assured {
                SourceState::Safe
            } else if !improved {
                SourceState::Unimproved
            } else if tests.is_empty() {
                SourceState::Untested
            } else if tests.iter().any(exceeding) {
                SourceState::Unsafe
            } else if tests.iter().any(|t| t.unclear) {
                SourceState::Unknown
            } else {
                SourceState::Safe
            };
            WaterSourceState { state, tests, worst, villages: 0, people: None, people_unknown: 0, spare_l: None }
        })
        .collect()
}

/// The test that exceeds most: what may not be there at all before everything else.
fn worst(tests: &[Judged], exceeding: impl Fn(&Judged) -> bool) -> Option<usize> {
    let rank = |t: &Judged| t.factor.unwrap_or(f64::INFINITY);
    let all = tests.iter().enumerate().filter(|(_, t)| exceeding(t));
    all.reduce(|a, b| if rank(b.1) > rank(a.1) { b } else { a }).map(|x| x.0)
}

/// One test per parameter that has a limit.
fn tests(results: &[TestResult], profile: &Profile, years: f64) -> Vec<Judged> {
    let mut out: Vec<Judged> = Vec::new();
    for group in results.chunk_by(|a, b| a.parameter == b.parameter) {
        let Some(limit) = profile.limits.get(&group[0].parameter) else { continue };
        let latest = group.iter().map(|r| r.day).max().flatten();
        let from = latest.map(|d| if years > 0.0 { d - (years * 365.25) as i32 } else { d });
        let counts = group.iter().filter(|r| r.day >= from);
        let all = counts.map(|r| one(r.parameter, r, limit));
        // Of several on one day the one that says most: an exceedance, then what nobody can tell, then the higher value.
        let weight = |t: &Judged| (t.exceeds, t.unclear, t.factor.unwrap_or(t.value));
        out.extend(all.reduce(|a, b| if weight(&b) > weight(&a) { b } else { a }));
    }
    out
}

fn one(parameter: ParameterIx, r: &TestResult, limit: &Limit) -> Judged {
    let high = limit.is_over(r.value);
    let low = limit.low.is_some_and(|l| r.value < l);
    let factor = match limit.low {
        Some(l) if low && r.value > 0.0 => Some(l / r.value),
        _ => (limit.limit > 0.0).then(|| r.value / limit.limit),
    };
    Judged {
        parameter,
        value: r.value,
        below: r.below,
        above: r.above,
        day: r.day,
        limit: limit.limit,
        low: limit.low,
        exceeds: !r.below && (high || r.above && r.value >= limit.limit || !r.above && low),
        unclear: (r.below && r.value > limit.limit) || (r.above && r.value < limit.limit),
        factor,
    }
}
