//! Contamination picture: for substances that come from the ground, the share of sources over the limit, by county,
//! town and depth, with Wilson's interval.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::model::WaterSourceState;
use crate::standards::{Limit, ParameterIx, Profile, parameter};
use crate::world::World;
use crate::world::index::{PointIndex, Polygons};
use crate::world::water::WaterSource;

/// Substances that come from the ground (and nitrate).
const GEOGENIC: [&str; 5] = ["fluoride", "arsenic", "iron", "manganese", "nitrate"];
/// A source this near a village lies in its town, where nothing else says.
const NEAR_M: f64 = 5000.0;
/// Upper bounds of the depth classes, metres; the last is open.
const DEPTHS: [f64; 3] = [15.0, 50.0, 150.0];

/// Sources tested for a substance in one place, and how many are over the limit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contamination {
    pub county: Option<String>,
    /// `None` for all towns together.
    pub town: Option<String>,
    /// Metres: from, to; `None` for all depths together.
    pub depth_m: Option<(f64, Option<f64>)>,
    pub parameter: &'static str,
    /// What the sources are held against, in the parameter's own unit.
    pub limit: f64,
    pub unit: &'static str,
    /// Tested, without those whose detection limit is above the limit.
    pub tested: usize,
    pub over: usize,
    pub share: f64,
    /// 95 % interval of the share.
    pub low: f64,
    pub high: f64,
    /// All samples of these sources, of any time, and those over the limit.
    pub samples: usize,
    pub samples_over: usize,
    /// The same for the atlas's further thresholds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Over>,
}

/// Shares of sources over a further threshold.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Over {
    pub limit: f64,
    pub tested: usize,
    pub over: usize,
    pub share: f64,
    pub low: f64,
    pub high: f64,
}

/// Wilson's score interval of a share at 95 %.
pub fn wilson(over: usize, n: usize) -> (f64, f64) {
    if n == 0 {
        return (0.0, 1.0);
    }
    let (z, n) = (1.959_963_984_540_054_f64, n as f64);
    let p = over as f64 / n;
    let centre = p + z * z / (2.0 * n);
    let spread = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    let d = 1.0 + z * z / n;
    (((centre - spread) / d).max(0.0), ((centre + spread) / d).min(1.0))
}

/// County, town, depth class, substance.
type Key = (Option<String>, Option<String>, Option<usize>, usize);

#[derive(Default)]
struct Tally {
    tested: usize,
    over: usize,
    samples: usize,
    samples_over: usize,
    /// Tested for and over each further threshold.
    also: Vec<(usize, usize)>,
}

/// A substance that is told of, its limit, and further thresholds.
struct Wanted<'a> {
    ix: ParameterIx,
    limit: &'a Limit,
    also: &'a [f64],
}

/// By county, town, depth class and substance; what stands for all of a kind first. `None` as county is the whole
/// region. Towns have no depth classes: too few wells. Beside the substances from the ground it tells of those for
/// which the atlas asks for further thresholds (`also`).
pub(super) fn by_county(
    world: &World,
    sources: &[WaterSourceState],
    profile: &Profile,
    also: &BTreeMap<String, Vec<f64>>,
) -> Vec<Contamination> {
    let asked = also.keys().map(String::as_str).filter(|k| !GEOGENIC.contains(k));
    let mut names: Vec<&str> = GEOGENIC.into_iter().chain(asked).collect();
    names.sort_unstable();
    let further = |k: &str| also.get(k).map_or(&[][..], Vec::as_slice);
    let wanted: Vec<Wanted> = names
        .into_iter()
        .filter_map(|k| parameter(k).map(|p| (k, p.0)))
        .filter_map(|(k, ix)| profile.limits.get(&ix).map(|limit| Wanted { ix, limit, also: further(k) }))
        .collect();
    let mut tally: BTreeMap<Key, Tally> = BTreeMap::new();
    let towns = towns(world);
    let mut from = 0;
    for (i, (s, state)) in world.water.sources.iter().zip(sources).enumerate() {
        // Results are sorted by source.
        let results = &world.water.results[from..];
        let results = &results[..results.iter().take_while(|r| r.source as usize == i).count()];
        from += results.len();
        let class = s.depth_m.map(|d| DEPTHS.iter().position(|m| d <= *m).unwrap_or(DEPTHS.len()));
        let county = s.county.clone();
        let town = county.is_some().then(|| towns[i].clone()).flatten();
        let mut places = vec![(None, None, None)];
        places.extend(class.map(|c| (None, None, Some(c))));
        if county.is_some() {
            places.push((county.clone(), None, None));
            places.extend(class.map(|c| (county.clone(), None, Some(c))));
            places.extend(town.map(|t| (county.clone(), Some(t), None)));
        }
        for (k, w) in wanted.iter().enumerate() {
            let Some(t) = state.tests.iter().find(|t| t.parameter == w.ix) else { continue };
            let of_samples = results.iter().filter(|r| r.parameter == w.ix);
            let clear =
                of_samples.filter_map(|r| over(r.value, (r.below, r.above), |v| w.limit.is_over(v), w.limit.limit));
            let (n, n_over) = clear.fold((0, 0), |(n, o), over| (n + 1, o + usize::from(over)));
            for (county, town, depth) in &places {
                let sum = tally.entry((county.clone(), town.clone(), *depth, k)).or_default();
                sum.also.resize(w.also.len(), (0, 0));
                if !t.unclear {
                    sum.tested += 1;
                    sum.over += usize::from(t.exceeds);
                    sum.samples += n;
                    sum.samples_over += n_over;
                }
                for (limit, (tested, many)) in w.also.iter().zip(&mut sum.also) {
                    if let Some(is) = over(t.value, (t.below, t.above), |v| v > *limit, *limit) {
                        *tested += 1;
                        *many += usize::from(is);
                    }
                }
            }
        }
    }
    let round = |v: f64| (v * 1e4).round() / 1e4;
    tally
        .into_iter()
        .filter(|(_, t)| t.tested > 0 || t.also.iter().any(|a| a.0 > 0))
        .map(|((county, town, class, k), Tally { tested, over, samples, samples_over, also })| {
            let share = |over: usize, tested: usize| if tested == 0 { 0.0 } else { round(over as f64 / tested as f64) };
            let (low, high) = wilson(over, tested);
            let w = &wanted[k];
            let from = |c: usize| c.checked_sub(1).map_or(0.0, |i| DEPTHS[i]);
            Contamination {
                county,
                town,
                depth_m: class.map(|c| (from(c), DEPTHS.get(c).copied())),
                parameter: &w.ix.get().key,
                limit: w.limit.limit,
                unit: w.ix.get().unit(),
                tested,
                over,
                share: share(over, tested),
                low: round(low),
                high: round(high),
                samples,
                samples_over,
                also: w
                    .also
                    .iter()
                    .zip(also)
                    .map(|(&limit, (tested, over))| {
                        let (low, high) = wilson(over, tested);
                        Over { limit, tested, over, share: share(over, tested), low: round(low), high: round(high) }
                    })
                    .collect(),
            }
        })
        .collect()
}

/// Whether a value is over a limit; `None` where nobody can tell: less than more than the limit, or more than less.
fn over(value: f64, (below, above): (bool, bool), is_over: impl Fn(f64) -> bool, limit: f64) -> Option<bool> {
    match (below, above) {
        (true, _) => (value <= limit).then_some(false),
        (_, true) => (value >= limit).then_some(true),
        _ => Some(is_over(value)),
    }
}

/// Town of each source: as its record says, else of the village it lies in, else of the nearest one.
fn towns(world: &World) -> Vec<Option<String>> {
    let held = Polygons::new(world.villages.iter().map(|v| v.area.as_ref()));
    let index = PointIndex::new(world.villages.iter().map(|v| v.point));
    let find = |s: &WaterSource| {
        let inside = held.holding(s.point);
        let village = inside.or_else(|| index.nearest(s.point, NEAR_M).map(|n| n.0 as usize));
        village.and_then(|i| world.villages[i].town.clone())
    };
    world.water.sources.par_iter().map(|s| s.town.clone().or_else(|| find(s))).collect()
}

#[cfg(test)]
mod tests {
    use super::wilson;

    #[test]
    fn intervals_as_in_the_textbooks() {
        // 1 of 10 and 0 of 20, Newcombe (1998).
        let (l, h) = wilson(1, 10);
        assert!((l - 0.0179).abs() < 1e-4 && (h - 0.4042).abs() < 1e-4, "{l} {h}");
        let (l, h) = wilson(0, 20);
        assert!(l == 0.0 && (h - 0.1611).abs() < 1e-4, "{h}");
        assert_eq!(wilson(0, 0), (0.0, 1.0));
        assert!((wilson(20, 20).1 - 1.0).abs() < 1e-12);
    }
}
