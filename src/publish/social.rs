//! Collections and figures of broadband and of services.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::{Value, json};

use super::collection::{Built, Collection, built};
use super::collections::gaps;
use super::geojson::Geometry;
use crate::findings::Findings;
use crate::gaps::{Gap, Verdict, metres, total};

/// Collections with results; none where the atlas has nothing on the themes.
pub(super) fn results(f: &Findings) -> Vec<Collection> {
    let mut all = Vec::new();
    if f.broadband.facts.is_some() {
        all.push(Collection::new("broadband_gaps", "宽带缺口", "Broadband gaps", gaps(&f.broadband.gaps)));
        all.push(Collection::new("fibre_links", "拟建光缆", "Fibre to lay", fibre_links(f)));
    }
    if f.services.has_data() {
        all.push(Collection::new("service_gaps", "公共服务缺口", "Service gaps", gaps(&f.services.gaps)));
    }
    all
}

/// Layers as they were read.
pub(super) fn inputs(f: &Findings) -> Vec<Collection> {
    let mut all = Vec::new();
    let data = &f.world.broadband;
    let provenance = |s: u16| f.world.sources.get(usize::from(s)).map(|x| x.provenance);
    if f.world.has_facilities {
        let list = f.world.facilities.par_iter();
        let features = list.map(|x| built(&x.id, &Geometry::Point(x.point), x)).collect();
        all.push(Collection::new("facilities", "公共设施", "Facilities", features));
    }
    if data.has_nodes {
        let node = |n: &crate::world::broadband::BroadbandNode| {
            let p = json!({"id": n.id, "name": n.name, "mbit_s": n.mbit_s, "provenance": provenance(n.source)});
            built(&n.id, &Geometry::Point(n.point), &p)
        };
        let features = data.nodes.par_iter().map(node).collect();
        all.push(Collection::new("broadband_nodes", "光纤接入点", "Fibre access nodes", features));
    }
    if !data.coverage.is_empty() {
        let cover = |c: &crate::world::broadband::Coverage| {
            let p = json!({"id": c.id, "mbit_s": c.mbit_s, "measured": c.measured, "provenance": provenance(c.source)});
            built(&c.id, &Geometry::Area(Some(&c.area)), &p)
        };
        let features = data.coverage.par_iter().map(cover).collect();
        all.push(Collection::new("broadband_coverage", "宽带覆盖", "Broadband coverage", features));
    }
    if !data.fibre.is_empty() {
        let line = |l: &crate::world::broadband::FibreLine| {
            let p = json!({"id": l.id, "name": l.name, "provenance": provenance(l.source)});
            built(&l.id, &Geometry::Line(&l.line), &p)
        };
        let features = data.fibre.par_iter().map(line).collect();
        all.push(Collection::new("fibre_lines", "光缆", "Fibre lines", features));
    }
    all
}

fn fibre_links(f: &Findings) -> Vec<Built> {
    f.broadband.links.par_iter().map(|l| built(&l.id, &Geometry::Line(&l.line), l)).collect()
}

/// Adds what the themes say of village `i`.
pub(super) fn village(f: &Findings, i: usize, properties: &mut Value) {
    let Some(into) = properties.as_object_mut() else { return };
    let v = &f.world.villages[i];
    if let Some(r) = f.broadband.villages.get(i) {
        let more = json!({
            "broadband_state": r.state, "broadband_verdict": r.verdict, "broadband_confidence": r.confidence,
            "broadband_mbit_s": r.mbit_s, "broadband_covered_share": r.covered_share,
            "broadband_node_m": r.node_m.map(metres), "broadband_disagrees": r.disagrees,
            "broadband_route_m": r.route_m.map(metres), "broadband_route_cost": r.route_cost.map(metres),
            "reported_broadband": v.broadband.broadband, "reported_mbit_s": v.broadband.mbit_s,
            "reported_mobile": v.broadband.mobile,
        });
        if let Value::Object(more) = more {
            into.extend(more);
        }
    }
    if f.services.has_data() {
        into.insert("services_verdict".into(), json!(f.services.villages[i]));
        let of = |c: &crate::gaps::services::ClassFindings| {
            let a = &c.villages[i];
            json!({
                "verdict": a.verdict, "confidence": a.confidence, "m": a.metres.map(metres),
                "minutes": a.way.map(|w| metres(w.minutes)), "unpaved_m": a.way.map(|w| metres(w.unpaved_m)),
                "unknown_m": a.way.map(|w| metres(w.unknown_m)), "off_road_m": a.way.map(|w| metres(w.off_road_m)),
                "to": a.to.map(|t| &c.ids[t as usize]), "disagrees": a.disagrees,
            })
        };
        let all: BTreeMap<&str, Value> = f.services.classes.iter().map(|c| (c.key.as_str(), of(c))).collect();
        into.insert("services".into(), json!(all));
    }
}

fn by_kind(gaps: &[Gap]) -> BTreeMap<&str, usize> {
    let mut out = BTreeMap::new();
    for g in gaps {
        *out.entry(g.kind).or_default() += 1;
    }
    out
}

fn verdicts(f: &Findings, verdict: impl Fn(usize) -> Verdict) -> Value {
    let n = f.world.villages.len();
    let of = |x: Verdict| (0..n).filter(|&i| verdict(i) == x).count();
    let people = (0..n).filter(|&i| verdict(i) == Verdict::Gap).filter_map(|i| f.world.villages[i].population);
    json!({
        "villages_gap": of(Verdict::Gap), "villages_unknown": of(Verdict::Unknown), "villages_ok": of(Verdict::Ok),
        "people_gap": total(people),
    })
}

/// `counts.broadband` of the summary.
pub(super) fn broadband_counts(f: &Findings) -> Option<Value> {
    let facts = f.broadband.facts.as_ref()?;
    let mut out = verdicts(f, |i| f.broadband.villages[i].verdict);
    out["by_kind"] = json!(by_kind(&f.broadband.gaps));
    if let (Some(into), Value::Object(rest)) = (out.as_object_mut(), json!(facts)) {
        into.extend(rest);
    }
    Some(out)
}

/// `counts.services` of the summary.
pub(super) fn service_counts(f: &Findings) -> Option<Value> {
    if !f.services.has_data() {
        return None;
    }
    let mut out = verdicts(f, |i| f.services.villages[i]);
    out["by_kind"] = json!(by_kind(&f.services.gaps));
    let class = |c: &crate::gaps::services::ClassFindings| {
        let of = |x: Verdict| c.villages.iter().filter(|a| a.verdict == x).count();
        json!({
            "key": c.key, "name": c.rule.name(), "asks": c.asks, "facilities": c.ids.len(), "mean": c.mean,
            "limit_m": c.limit_m.map(metres), "gap": of(Verdict::Gap), "unknown": of(Verdict::Unknown),
            "ok": of(Verdict::Ok),
        })
    };
    out["classes"] = json!(f.services.classes.iter().map(class).collect::<Vec<_>>());
    out["classes_without_data"] = json!(f.services.without_data);
    Some(out)
}
