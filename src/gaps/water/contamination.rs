//! Contamination picture: for substances that come from the ground, the share of sources over the limit, by county,
//! town and depth, with Wilson's interval.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::model::WaterSourceState;
use crate::standards::{ParameterIx, Profile, parameter};
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
type Key = (Option<String>, Option<String>, Option<usize>, &'static str);

#[derive(Default)]
struct Tally {
    tested: usize,
    over: usize,
    samples: usize,
    samples_over: usize,
}

/// By county, town, depth class and substance; what stands for all of a kind first. `None` as county is the whole
/// region. Towns have no depth classes: too few wells.
pub(super) fn by_county(world: &World, sources: &[WaterSourceState], profile: &Profile) -> Vec<Contamination> {
    let wanted: Vec<(&'static str, ParameterIx)> = GEOGENIC
        .iter()
        .filter_map(|k| Some((*k, parameter(k)?.0)))
        .filter(|(_, ix)| profile.limits.contains_key(ix))
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
        for (key, ix) in &wanted {
            let Some(t) = state.tests.iter().find(|t| t.parameter == *ix && !t.unclear) else { continue };
            let clear = results.iter().filter(|r| r.parameter == *ix && !(r.below && r.value > t.limit));
            let (n, n_over) = clear.fold((0, 0), |(n, o), r| (n + 1, o + usize::from(!r.below && r.value > t.limit)));
            for (county, town, depth) in &places {
                let sum = tally.entry((county.clone(), town.clone(), *depth, key)).or_default();
                sum.tested += 1;
                sum.over += usize::from(t.exceeds);
                sum.samples += n;
                sum.samples_over += n_over;
            }
        }
    }
    let round = |v: f64| (v * 1e4).round() / 1e4;
    tally
        .into_iter()
        .map(|((county, town, class, parameter), Tally { tested, over, samples, samples_over })| {
            let (low, high) = wilson(over, tested);
            let from = |c: usize| c.checked_sub(1).map_or(0.0, |i| DEPTHS[i]);
            Contamination {
                county,
                town,
                depth_m: class.map(|c| (from(c), DEPTHS.get(c).copied())),
                parameter,
                tested,
                over,
                share: round(over as f64 / tested as f64),
                low: round(low),
                high: round(high),
                samples,
                samples_over,
            }
        })
        .collect()
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
