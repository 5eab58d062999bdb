//! The theme's gaps with evidence and words.

use serde_json::json;

use super::{FibreLink, Said, State, VillageBroadband};
use crate::gaps::{Confidence, Evidence, Gap, Remedy, Verdict, metres};
use crate::standards::{Bilingual, BroadbandRules};
use crate::text::{Fill, length, message};
use crate::world::{Known, Village, World};

pub(super) fn gaps(
    world: &World,
    rules: &BroadbandRules,
    currency: &str,
    villages: &[VillageBroadband],
    links: &[FibreLink],
) -> Vec<Gap> {
    let mut out = Vec::new();
    for (v, r) in world.villages.iter().zip(villages) {
        if r.verdict == Verdict::Gap {
            out.push(village(v, r, rules, currency, links));
        }
        if v.broadband.mobile == Known::No {
            out.push(no_mobile(v, rules));
        }
    }
    out.sort_by(|a, b| a.id.cmp(&b.id));
    out
}

fn speed(mbit_s: Option<f64>) -> Fill {
    mbit_s
        .map_or_else(|| Fill::Each(message("unknown", &[])), |s| format!("{} Mbit/s", (s * 10.0).round() / 10.0).into())
}

fn village(v: &Village, r: &VillageBroadband, rules: &BroadbandRules, currency: &str, links: &[FibreLink]) -> Gap {
    let slow = r.state == State::Slow;
    let mut gap = Gap::of_village("broadband", if slow { "slow_broadband" } else { "no_broadband" }, v);
    let have = r.mbit_s.unwrap_or(0.0);
    gap.severity = ((rules.min_mbit_s - have) / (rules.min_mbit_s - rules.severe_mbit_s)).clamp(0.0, 1.0);
    gap.severity = (gap.severity * 1e4).round() / 1e4;
    gap.measured = if slow { r.mbit_s } else { None };
    gap.threshold = Some(rules.min_mbit_s);
    gap.unit = "Mbit/s";
    gap.rule = message("broadband_rule", &[("limit", speed(Some(rules.min_mbit_s)))]);
    gap.confidence = r.confidence.unwrap_or(Confidence::Reported);
    let node = r.node_m.map_or_else(|| Fill::Each(message("unknown", &[])), |m| length(m).into());
    let fills = [("speed", speed(r.mbit_s)), ("limit", speed(Some(rules.min_mbit_s))), ("node", node)];
    gap.why = match (slow, r.node_m) {
        (true, _) => message("broadband_why_slow", &fills),
        (false, Some(_)) => message("broadband_why_none", &fills),
        (false, None) => message("broadband_why_none_record", &fills),
    };
    gap.evidence = r.evidence.iter().map(evidence).collect();
    gap.department = rules.department.clone();
    gap.extra.insert("state".into(), json!(r.state));
    gap.extra.insert("node_m".into(), json!(r.node_m.map(metres)));
    gap.extra.insert("covered_share".into(), json!(r.covered_share));
    gap.extra.insert("disagrees".into(), json!(r.disagrees));
    if let (Some(m), Some(cost)) = (r.route_m, r.route_cost) {
        let mut remedy = Remedy::works("fibre", metres(m), metres(cost), currency);
        remedy.links = r.links.iter().map(|&l| links[l as usize].id.clone()).collect();
        gap.remedy = Some(remedy);
    }
    gap
}

fn evidence(s: &Said) -> Evidence {
    let text = |state: &'static str| -> Bilingual { message(&format!("broadband_ev_{}_{state}", s.kind), &[]) };
    Evidence {
        kind: s.kind,
        confidence: s.confidence,
        value: s.mbit_s,
        unit: "Mbit/s",
        text: text(if s.state == State::None { "no" } else { "yes" }),
        sources: s.source.iter().cloned().collect(),
    }
}

fn no_mobile(v: &Village, rules: &BroadbandRules) -> Gap {
    let mut gap = Gap::of_village("broadband", "no_mobile", v);
    gap.severity = 1.0;
    gap.rule = message("mobile_rule", &[]);
    gap.why = message("mobile_why", &[]);
    gap.department = rules.department.clone();
    gap.evidence.push(Evidence {
        kind: "record",
        confidence: Confidence::Reported,
        value: None,
        unit: "1",
        text: message("mobile_ev", &[]),
        sources: vec![v.id.clone()],
    });
    gap
}
