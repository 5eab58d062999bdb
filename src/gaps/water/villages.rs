//! Village water safety (农村饮水安全评价, T/CHES 18-2018): four criteria, the worst decides; beside it the JMP rung.

use rayon::prelude::*;

use super::model::{Grade, How, Rung, SourceState, VillageWater, WaterSourceState};
use crate::gaps::{Confidence, Verdict};
use crate::network::travel::{Travel, Way};
use crate::standards::{Convenience, Grades, WaterRules};
use crate::world::index::{PointIndex, Polygons};
use crate::world::metric::distance_m;
use crate::world::water::{SourceType, WaterData};
use crate::world::{Known, Village, World};

/// Days of a year.
const YEAR: f64 = 365.0;

pub(super) fn villages(
    world: &World,
    sources: &[WaterSourceState],
    index: &PointIndex,
    travel: Option<&Travel>,
    rules: &WaterRules,
) -> Vec<VillageWater> {
    let data = &world.water;
    let by_id: std::collections::HashMap<&str, u32> = data.sources.iter().map(|s| s.id.as_str()).zip(0..).collect();
    let named: std::collections::HashMap<u32, u32> =
        data.areas.iter().rev().filter_map(|a| Some((a.village?, a.source))).collect();
    let areas = Polygons::new(data.areas.iter().map(|a| a.area.as_ref()));
    world
        .villages
        .par_iter()
        .enumerate()
        .map(|(i, v)| {
            let record = v.water.source.as_deref().and_then(|id| by_id.get(id)).map(|&s| (s, How::Record));
            let area = || {
                let own = named.get(&(i as u32)).copied();
                own.or_else(|| areas.holding(v.point).map(|a| data.areas[a].source)).map(|s| (s, How::Area))
            };
            let near = || {
                let all = index.within(v.point, rules.max_source_m).filter(|n| data.sources[n.0 as usize].works());
                let first = all.min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
                first.map(|n| (n.0, How::Nearest))
            };
            // A record that names the kind but not the source speaks for itself.
            let found = record.or_else(area).or_else(|| if v.water.kind.is_some() { None } else { near() });
            let travel = travel.filter(|_| rules.convenience == Convenience::Roads);
            let along = found.and_then(|f| travel?.between(v.point, data.sources[f.0 as usize].point));
            village(data, v, i, (found, along), sources, rules)
        })
        .collect()
}

/// At least `safe`, at least `basic`.
fn at_least(v: f64, g: Grades) -> Grade {
    if v >= g.safe {
        Grade::Safe
    } else if v >= g.basic {
        Grade::BasicallySafe
    } else {
        Grade::Unsafe
    }
}

fn at_most(v: f64, g: Grades) -> Grade {
    at_least(-v, Grades { safe: -g.safe, basic: -g.basic })
}

fn village(
    data: &WaterData,
    v: &Village,
    i: usize,
    (found, along): (Option<(u32, How)>, Option<Way>),
    sources: &[WaterSourceState],
    rules: &WaterRules,
) -> VillageWater {
    let w = &v.water;
    let source = found.map(|f| &data.sources[f.0 as usize]);
    let straight = source.map(|s| distance_m(v.point, s.point));
    let distance = along.map(|w| w.metres).or(straight);
    let height = data.village_elevation.get(i).copied().flatten();
    let climb = source.and_then(|s| s.elevation_m).zip(height).map(|(a, b)| (a - b).abs());
    let kind = source.and_then(|s| s.kind).or(w.kind);
    let quality = match found.map(|f| sources[f.0 as usize].state) {
        Some(SourceState::Safe) => Grade::Safe,
        Some(SourceState::Unsafe | SourceState::Unimproved) => Grade::Unsafe,
        _ if kind.is_some_and(|k| !k.improved()) => Grade::Unsafe,
        // Without a test the village's record decides.
        _ => match w.treated {
            Known::Yes => Grade::Safe,
            Known::No => Grade::Unsafe,
            Known::Unknown => Grade::Unknown,
        },
    };
    let quantity = w.litres.map_or(Grade::Unknown, |l| match w.scarce {
        Known::Yes => at_least(l, rules.litres_scarce),
        Known::No => at_least(l, rules.litres),
        // Nobody says whether water is scarce: only what holds either way is known.
        Known::Unknown => {
            let (a, b) = (at_least(l, rules.litres), at_least(l, rules.litres_scarce));
            if a == b { a } else { Grade::Unknown }
        }
    });
    let piped = w.piped_share.is_some_and(|s| s >= 1.0);
    let convenience = match (piped, w.minutes, distance) {
        (true, ..) => Grade::Safe,
        (_, Some(t), _) => at_most(t, rules.minutes),
        (_, None, Some(m)) => {
            let flat = at_most(m, rules.distance_m);
            climb.map_or(flat, |c| flat.max(at_most(c, rules.climb_m)))
        }
        _ => Grade::Unknown,
    };
    let reliability = w.days_short.map_or(Grade::Unknown, |d| at_least(1.0 - d / YEAR, rules.available));
    let criteria =
        [("quality", quality), ("quantity", quantity), ("convenience", convenience), ("reliability", reliability)];
    let has = |g: Grade| criteria.iter().any(|c| c.1 == g);
    let order = [Grade::Unsafe, Grade::Unknown, Grade::BasicallySafe];
    let state = order.into_iter().find(|g| has(*g)).unwrap_or(Grade::Safe);
    let decided_by = criteria.iter().find(|c| c.1 == state).map(|c| c.0).filter(|_| state != Grade::Safe);
    let verdict = match state {
        Grade::Unsafe => Verdict::Gap,
        Grade::Unknown => Verdict::Unknown,
        _ => Verdict::Ok,
    };
    let tested = found.is_some_and(|f| sources[f.0 as usize].worst.is_some());
    let confidence = match decided_by {
        Some("quality") if tested => Confidence::Measured,
        Some("quality") if kind.is_some_and(|k| !k.improved()) => Confidence::Computed,
        Some("quality") => Confidence::Reported,
        Some("convenience") if w.minutes.is_none() => Confidence::Computed,
        Some(_) => Confidence::Reported,
        None => Confidence::Measured,
    };
    let minutes = w.minutes.or(distance.map(|m| 2.0 * m / (rules.walk_km_h * 1000.0 / 60.0)));
    let known = found.is_some() || w.speaks();
    let jmp = kind.map(|k| match k {
        SourceType::Surface => Rung::SurfaceWater,
        k if !k.improved() => Rung::Unimproved,
        _ if piped && quality == Grade::Safe && reliability != Grade::Unsafe => Rung::SafelyManaged,
        _ if piped || minutes.is_some_and(|t| t <= rules.jmp_minutes) => Rung::Basic,
        _ => Rung::Limited,
    });
    VillageWater {
        verdict,
        confidence: (known && verdict != Verdict::Unknown).then_some(confidence),
        state,
        quality,
        quantity,
        convenience,
        reliability,
        decided_by,
        source: found.map(|f| f.0),
        how: found.map(|f| f.1),
        distance_m: straight,
        road_m: along.map(|w| w.metres),
        climb_m: climb,
        minutes,
        jmp,
    }
}
