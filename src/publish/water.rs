//! Collections and figures of the water theme.

use rayon::prelude::*;
use serde_json::{Value, json};

use super::collection::{Built, Collection, built};
use super::collections::gaps;
use super::geojson::Geometry;
use crate::findings::Findings;
use crate::gaps::water::{SourceState, tests, tidy};
use crate::gaps::{Verdict, metres, total};

/// Collections with results; none where the atlas has nothing on water.
pub(super) fn results(f: &Findings) -> Vec<Collection> {
    if f.water.facts.is_none() {
        return Vec::new();
    }
    vec![
        Collection::new("water_gaps", "饮水缺口", "Water gaps", gaps(&f.water.gaps)),
        Collection::new("water_sources", "水源", "Water sources", sources(f)),
        Collection::new("water_links", "拟接水源", "Connections to safe sources", links(f)),
    ]
}

/// Unsafe ones first, then those where a test would tell most people.
fn sources(f: &Findings) -> Vec<Built> {
    let rows: Vec<_> = f.world.water.sources.iter().zip(&f.water.sources).collect();
    let rank = |s: SourceState| match s {
        SourceState::Unsafe => 0.0,
        SourceState::Unimproved => 1.0,
        SourceState::Untested => 2.0,
        SourceState::Unknown => 3.0,
        SourceState::Safe => 4.0,
    };
    rows.par_iter()
        .map(|(s, r)| {
            let order = [rank(r.state), -r.people.or(s.users).unwrap_or(0.0), 0.0];
            let worst = r.worst.map(|w| {
                let t = &r.tests[w];
                let p = t.parameter.get();
                json!({
                    "parameter": p.key, "zh": p.zh, "en": p.en, "value": tidy(t.value), "unit": p.unit(),
                    "limit": tidy(t.limit), "factor": t.factor.map(tidy), "below": t.below, "above": t.above,
                })
            });
            let p = json!({
                "id": s.id, "name": s.name, "type": s.kind, "functional": s.functional, "state": r.state,
                "county": s.county, "yield_m3_d": s.yield_m3_d, "spare_m3_d": r.spare_l.map(|l| l as f64 / 1000.0),
                "users": s.users, "people": r.people, "people_unknown": r.people_unknown, "villages": r.villages,
                "elevation_m": s.elevation_m, "depth_m": s.depth_m, "tests": r.tests.len(), "worst": worst,
                "results": tests(r),
                "provenance": f.world.sources.get(usize::from(s.source)).map(|x| x.provenance),
            });
            built(&s.id, &Geometry::Point(s.point), &p).ranked(order)
        })
        .collect()
}

fn links(f: &Findings) -> Vec<Built> {
    f.water.links.par_iter().map(|l| built(&l.id, &Geometry::Line(&l.line), l)).collect()
}

/// Adds what the theme says of village `i`.
pub(super) fn village(f: &Findings, i: usize, properties: &mut Value) {
    let Some(r) = f.water.villages.get(i) else { return };
    let w = &f.world.villages[i].water;
    let more = json!({
        "water_verdict": r.verdict, "water_confidence": r.confidence, "water_state": r.state,
        "water_quality": r.quality, "water_quantity": r.quantity, "water_convenience": r.convenience,
        "water_reliability": r.reliability, "water_decided_by": r.decided_by,
        "water_source": r.source.map(|s| &f.world.water.sources[s as usize].id), "water_source_how": r.how,
        "water_m": r.distance_m.map(metres), "water_road_m": r.road_m.map(metres),
        "water_climb_m": r.climb_m.map(metres),
        "water_minutes": r.minutes.map(metres), "jmp": r.jmp,
        "reported_litres": w.litres, "reported_water_days_short": w.days_short, "reported_piped_share": w.piped_share,
        "reported_water_treated": w.treated,
    });
    if let (Some(into), Value::Object(more)) = (properties.as_object_mut(), more) {
        into.extend(more);
    }
}

/// Contamination picture of a county; `None` where the theme has no data.
pub(super) fn contamination(f: &Findings, county: &str) -> Option<Value> {
    f.water.facts.as_ref()?;
    Some(f.water.contamination.iter().filter(|c| c.county.as_deref() == Some(county)).map(|c| json!(c)).collect())
}

/// `counts.water` of the summary.
pub(super) fn counts(f: &Findings) -> Option<Value> {
    let facts = f.water.facts.as_ref()?;
    let villages = || f.world.villages.iter().zip(&f.water.villages);
    let of = |x: Verdict| villages().filter(|(_, r)| r.verdict == x).count();
    let mut by_kind = std::collections::BTreeMap::<&str, usize>::new();
    for g in &f.water.gaps {
        *by_kind.entry(g.kind).or_default() += 1;
    }
    let people = total(villages().filter(|(_, r)| r.verdict == Verdict::Gap).filter_map(|(v, _)| v.population));
    let mut out = json!({
        "villages_gap": of(Verdict::Gap), "villages_unknown": of(Verdict::Unknown), "villages_ok": of(Verdict::Ok),
        "people_gap": people, "by_kind": by_kind,
        "contamination": f.water.contamination.iter().filter(|c| c.county.is_none()).collect::<Vec<_>>(),
    });
    if let (Some(into), Value::Object(rest)) = (out.as_object_mut(), json!(facts)) {
        into.extend(rest);
    }
    Some(out)
}
