//! Neighbours of a village: those a paved way leads to, and those it does not (definitions, section 2,
//! `neighbours_unpaved`).

use serde_json::{Value, json};

use crate::findings::Findings;
use crate::gaps::{Verdict, metres};
use crate::world::metric::distance_m;

/// Every neighbouring administrative village, the nearest first; `None` where there is no village of this code.
pub fn neighbours(f: &Findings, id: &str) -> Option<Value> {
    let w = &f.world;
    let own = w.villages.iter().position(|v| v.id == id)?;
    let counties = w.county_names();
    let mut rows: Vec<(f64, &str, Value)> = Vec::new();
    for ((a, b), way, gap) in f.roads.pair_ways() {
        let other = match (a as usize, b as usize) {
            (x, other) if x == own => other,
            (other, x) if x == own => other,
            _ => continue,
        };
        let v = &w.villages[other];
        let straight = distance_m(w.villages[own].point, v.point);
        let verdict = gap.map_or(Verdict::Ok, |g| g.verdict);
        let row = json!({
            "id": v.id, "name": v.name, "town": v.town, "county": v.county,
            "county_name": v.county.as_deref().and_then(|c| counties.get(c)),
            "at": [v.point.x, v.point.y], "verdict": verdict,
            "straight_m": metres(straight), "limit_m": metres(straight * f.atlas.roads.neighbour_detour),
            "paved_m": way.paved_m.map(metres), "if_unknown_paved_m": way.if_unknown_paved_m.map(metres),
            "gap": gap.map(|g| &g.id),
        });
        rows.push((straight, &v.id, row));
    }
    rows.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.cmp(y.1)));
    Some(json!({
        "atlas": f.atlas.id, "provenance": f.provenance, "data_version": f.data_version, "village": id,
        "neighbours": rows.into_iter().map(|r| r.2).collect::<Vec<_>>(),
    }))
}
