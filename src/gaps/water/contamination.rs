//! Contamination picture: for substances that come from the ground, the share of sources over the limit, by county and
//! by depth, with Wilson's interval.

use std::collections::BTreeMap;

use serde::Serialize;

use super::model::WaterSourceState;
use crate::standards::{ParameterIx, Profile, parameter};
use crate::world::World;

/// Substances that come from the ground (and nitrate).
const GEOGENIC: [&str; 5] = ["fluoride", "arsenic", "iron", "manganese", "nitrate"];
/// Upper bounds of the depth classes, metres; the last is open.
const DEPTHS: [f64; 3] = [15.0, 50.0, 150.0];

/// Sources tested for a substance in one place, and how many are over the limit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contamination {
    pub county: Option<String>,
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

type Key = (Option<String>, Option<usize>, &'static str);

/// By county, then depth class, then substance; all depths of a county first. `None` as county is the whole region.
pub(super) fn by_county(world: &World, sources: &[WaterSourceState], profile: &Profile) -> Vec<Contamination> {
    let wanted: Vec<(&'static str, ParameterIx)> = GEOGENIC
        .iter()
        .filter_map(|k| Some((*k, parameter(k)?.0)))
        .filter(|(_, ix)| profile.limits.contains_key(ix))
        .collect();
    let mut tally: BTreeMap<Key, (usize, usize)> = BTreeMap::new();
    for (s, state) in world.water.sources.iter().zip(sources) {
        let class = s.depth_m.map(|d| DEPTHS.iter().position(|m| d <= *m).unwrap_or(DEPTHS.len()));
        for (key, ix) in &wanted {
            let Some(t) = state.tests.iter().find(|t| t.parameter == *ix && !t.unclear) else { continue };
            // The whole region, and the county where it is known; all depths, and the class where it is known.
            for county in std::iter::once(None).chain(s.county.clone().map(Some)) {
                for depth in std::iter::once(None).chain(class.map(Some)) {
                    let sum = tally.entry((county.clone(), depth, key)).or_default();
                    *sum = (sum.0 + 1, sum.1 + usize::from(t.exceeds));
                }
            }
        }
    }
    let round = |v: f64| (v * 1e4).round() / 1e4;
    tally
        .into_iter()
        .map(|((county, class, parameter), (tested, over))| {
            let (low, high) = wilson(over, tested);
            let from = |c: usize| c.checked_sub(1).map_or(0.0, |i| DEPTHS[i]);
            Contamination {
                county,
                depth_m: class.map(|c| (from(c), DEPTHS.get(c).copied())),
                parameter,
                tested,
                over,
                share: round(over as f64 / tested as f64),
                low: round(low),
                high: round(high),
            }
        })
        .collect()
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
