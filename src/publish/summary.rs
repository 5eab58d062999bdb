//! The figures of a run in one small document.

use serde_json::{Value, json};

use super::{power, projects, social, water};
use crate::findings::Findings;
use crate::gaps::roads::State;
use crate::gaps::{Verdict, metres, total};
use crate::world::Known;

/// `summary.json`, also served as `/api/summary` (which adds collections and extent).
pub fn summary(f: &Findings) -> Value {
    let w = &f.world;
    let villages = || w.villages.iter().zip(&f.roads.villages);
    let states = |s: State| villages().filter(|(_, r)| r.state == s).count();
    let verdicts = |x: Verdict| villages().filter(|(_, r)| r.verdict == x).count();
    let people = |x: Verdict| total(villages().filter(|(_, r)| r.verdict == x).filter_map(|(v, _)| v.population));
    let kinds = {
        let mut k = std::collections::BTreeMap::<&str, usize>::new();
        for g in f.roads.gaps.iter().chain(&f.roads.neighbours).chain(&f.roads.fragile) {
            *k.entry(g.kind).or_default() += 1;
        }
        k
    };
    let count = |gaps: &[crate::gaps::Gap], v: Verdict| gaps.iter().filter(|g| g.verdict == v).count();
    let serving: Vec<_> = f.roads.links.iter().filter(|l| l.village_count > 0).collect();
    let mut out = json!({
        "id": f.atlas.id,
        "title": {"zh": f.atlas.title_zh, "en": f.atlas.title_en},
        "provenance": f.provenance,
        "attribution": f.atlas.attribution,
        "currency": f.atlas.currency,
        "data_version": f.data_version,
        "version": env!("CARGO_PKG_VERSION"),
        "rules": f.atlas.roads,
        "network": f.roads.facts,
        "counts": {
            "villages": w.villages.len(),
            "people": total(w.villages.iter().filter_map(|v| v.population)),
            "connected": states(State::Connected), "linked": states(State::Linked),
            "cut_off": states(State::CutOff), "no_road": states(State::NoRoad), "no_data": states(State::NoData),
            "ok": verdicts(Verdict::Ok), "gap": verdicts(Verdict::Gap), "unknown": verdicts(Verdict::Unknown),
            "people_gap": people(Verdict::Gap), "people_unknown": people(Verdict::Unknown),
            "disagreements": villages().filter(|(_, r)| r.disagrees).count(),
            "reported_no_paved": w.villages.iter().filter(|v| v.reported_paved == Known::No).count(),
            "reported_no_all_weather": w.villages.iter().filter(|v| v.reported_all_weather == Known::No).count(),
            "links": f.roads.links.len(),
            "link_m": metres(f.roads.links.iter().map(|l| l.length_m).sum()),
            "link_cost": metres(f.roads.links.iter().map(|l| l.cost).sum()),
            "village_links": serving.len(),
            "village_link_cost": metres(serving.iter().map(|l| l.cost).sum()),
            "neighbour_pairs": f.roads.pairs.len(),
            "neighbour_gaps": count(&f.roads.neighbours, Verdict::Gap),
            "neighbour_unknown": count(&f.roads.neighbours, Verdict::Unknown),
            "fragile": f.roads.fragile.len(),
            "fragile_villages": villages().filter(|(_, r)| r.fragile).count(),
            "schools": w.schools.len(),
            "schools_gap": f.roads.schools.iter().filter(|s| !matches!(s, State::Connected | State::NoData)).count(),
            "seats": w.seats.len(),
            "seats_gap": f.roads.seats.iter().filter(|s| !matches!(s, State::Connected | State::NoData)).count(),
            "kinds": kinds,
            "rai": f.roads.rai,
        },
    });
    // Themes the atlas has data on, in the order of the page's tabs.
    let mut themes = vec!["roads"];
    if let Some(counts) = power::counts(f) {
        themes.push("power");
        out["counts"]["power"] = counts;
        out["rules_power"] = json!(f.atlas.power);
    }
    if let Some(counts) = water::counts(f) {
        themes.push("water");
        out["counts"]["water"] = counts;
        out["rules_water"] = json!(f.atlas.water);
    }
    if let Some(counts) = social::broadband_counts(f) {
        themes.push("broadband");
        out["counts"]["broadband"] = counts;
        out["rules_broadband"] = json!(f.atlas.broadband);
    }
    if let Some(counts) = social::service_counts(f) {
        themes.push("services");
        out["counts"]["services"] = counts;
        out["rules_services"] = json!(f.atlas.services);
    }
    if let Some(counts) = projects::counts(f) {
        out["counts"]["projects"] = counts;
        out["rules_projects"] = json!(f.atlas.priority.projects);
    }
    out["themes"] = json!(themes);
    out
}
