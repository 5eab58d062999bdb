//! The theme's gaps with evidence and words.

use rayon::prelude::*;
use serde_json::json;

use super::{Answer, Asks, ClassFindings, ServiceFindings};
use crate::gaps::{Confidence, Evidence, Gap, Remedy, Verdict, metres};
use crate::standards::{STATION, ServiceRules};
use crate::text::{Fill, length, message};
use crate::world::{Village, World};

/// Gaps of all classes, by id. One that tells the same as in the earlier run is taken from there.
pub(super) fn gaps(
    world: &World,
    rules: &ServiceRules,
    currency: &str,
    classes: &[ClassFindings],
    earlier: Option<&ServiceFindings>,
) -> Vec<Gap> {
    let mut out: Vec<Gap> = Vec::new();
    for class in classes {
        let basis = |c: &ClassFindings| (c.mean.map(|m| m.metres), c.limit_m, c.asks);
        let old = earlier.and_then(|e| Some((e, e.class(&class.key).filter(|c| basis(c) == basis(class))?)));
        let made: Vec<Gap> = (0..world.villages.len())
            .into_par_iter()
            .filter(|&i| class.villages[i].verdict == Verdict::Gap)
            .map(|i| {
                let (v, a) = (&world.villages[i], &class.villages[i]);
                let same = old.filter(|(_, c)| {
                    let place = |c: &ClassFindings, a: &Answer| a.to.map(|t| c.ids[t as usize].clone());
                    c.villages[i] == *a && place(c, &c.villages[i]) == place(class, a)
                });
                let known = same.and_then(|(e, _)| {
                    let id = id(kind(class), &class.key, v);
                    e.gaps.binary_search_by(|g| g.id.cmp(&id)).ok().map(|k| e.gaps[k].clone())
                });
                known.unwrap_or_else(|| gap(v, a, class, rules, currency))
            })
            .collect();
        out.extend(made);
    }
    out.sort_by(|a, b| a.id.cmp(&b.id));
    out
}

fn kind(class: &ClassFindings) -> &'static str {
    match (class.asks == Asks::AtHand, class.key.as_str()) {
        (true, STATION) => "no_station",
        (true, _) => "no_facility",
        (false, _) => "far_from_service",
    }
}

fn id(kind: &str, class: &str, v: &Village) -> String {
    if kind == "no_station" { format!("services:{kind}:{}", v.id) } else { format!("services:{kind}:{class}:{}", v.id) }
}

fn gap(v: &Village, a: &Answer, class: &ClassFindings, rules: &ServiceRules, currency: &str) -> Gap {
    let at_hand = class.asks == Asks::AtHand;
    let kind = kind(class);
    let mut gap = Gap::of_village("services", kind, v);
    gap.id = id(kind, &class.key, v);
    let limit = class.limit_m;
    gap.measured = a.metres.map(metres);
    gap.threshold = limit.map(metres);
    gap.unit = "m";
    gap.confidence = a.confidence.unwrap_or(Confidence::Reported);
    // From the limit to `severe_factor` times the mean (or the access distance).
    let base = class.mean.map(|m| m.metres).or(limit).unwrap_or(0.0);
    gap.severity = match (a.metres, limit) {
        (Some(m), Some(l)) if gap.confidence != Confidence::Reported => {
            ((m - l) / (base * rules.severe_factor - l).max(1.0)).clamp(0.0, 1.0)
        }
        _ => 0.5,
    };
    gap.severity = (gap.severity * 1e4).round() / 1e4;
    let name = || Fill::Each(class.rule.name());
    let text = |m: Option<f64>| m.map_or_else(|| Fill::Each(message("unknown", &[])), |m| length(m).into());
    let fills = [
        ("class", name()),
        ("far", text(a.metres)),
        ("limit", text(limit)),
        ("mean", text(class.mean.map(|m| m.metres))),
        ("unpaved", text(a.way.map(|w| w.unpaved_m))),
        ("minutes", a.way.map_or_else(|| Fill::Each(message("unknown", &[])), |w| format!("{:.0}", w.minutes).into())),
        ("factor", format!("{}", rules.factor).into()),
    ];
    gap.rule = message(if at_hand { "service_rule_at_hand" } else { "service_rule_far" }, &fills);
    gap.why = match (at_hand, gap.confidence, a.way) {
        (_, Confidence::Reported, _) => message("service_why_reported", &fills),
        (true, ..) => message("service_why_at_hand", &fills),
        (false, _, Some(_)) => message("service_why_far", &fills),
        (false, ..) => message("service_why_far_straight", &fills),
    };
    if let (Some(m), Some(to)) = (a.metres, a.to) {
        gap.evidence.push(Evidence {
            kind: if a.way.is_some() { "way" } else { "straight_distance" },
            confidence: if a.way.is_some() || at_hand { Confidence::Computed } else { Confidence::Inferred },
            value: Some(metres(m)),
            unit: "m",
            text: message(if a.way.is_some() { "service_ev_way" } else { "service_ev_straight" }, &fills),
            sources: vec![class.ids[to as usize].clone()],
        });
    }
    if v.services.iter().any(|s| s.class == class.key) {
        gap.evidence.push(Evidence {
            kind: "record",
            confidence: Confidence::Reported,
            value: None,
            unit: "m",
            text: message("service_ev_record", &fills),
            sources: vec![v.id.clone()],
        });
    }
    gap.department = class.rule.department.as_ref().unwrap_or(&rules.department).clone();
    gap.extra.insert("class".into(), json!(class.key));
    gap.extra.insert("class_name".into(), json!(class.rule.name()));
    gap.extra.insert("facility".into(), json!(a.to.map(|t| &class.ids[t as usize])));
    gap.extra.insert("minutes".into(), json!(a.way.map(|w| metres(w.minutes))));
    gap.extra.insert("unpaved_m".into(), json!(a.way.map(|w| metres(w.unpaved_m))));
    gap.extra.insert("disagrees".into(), json!(a.disagrees));
    if let Some(cost) = class.rule.cost {
        gap.remedy = Some(Remedy::works("new_facility", 0.0, metres(cost), currency));
    }
    gap
}
