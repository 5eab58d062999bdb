//! Access of villages, schools and townships: computed against reported, and the gap with its evidence and remedy.

use serde_json::json;

use super::super::rai::Share;
use super::super::{Confidence, Evidence, Gap, Remedy, Shape, Verdict, metres};
use super::{Find, LinkFeature, Place, State, VillageRoads, extra, main_m, nearest_m, people_text, state_of};
use crate::network::{Access, LastMile, LinkSurface, PathSummary};
use crate::standards::Bilingual;
use crate::text::{Fill, length, message};
use crate::world::{Known, Village, VillageStatus, road_flags};

impl Find<'_> {
    /// Kind of a village's gap.
    pub(super) fn village_kind(v: &Village, r: &VillageRoads) -> &'static str {
        match (r.state, v.status) {
            (State::CutOff, _) => "cut_off",
            (State::NoRoad, _) => "no_road",
            (_, VillageStatus::Administrative) => "village_unpaved",
            (_, VillageStatus::Merged) => "merged_village_unpaved",
            (_, VillageStatus::Natural) => "natural_village_unpaved",
        }
    }

    /// Step 3 for one village. `inferred`: every main road within reach is paved only by its class.
    pub(super) fn village(
        &self,
        v: &Village,
        access: &Access,
        if_unknown: bool,
        rai: Option<Share>,
        inferred: bool,
    ) -> VillageRoads {
        let reported = match v.reported_paved {
            Known::Yes => Some(Verdict::Ok),
            Known::No => Some(Verdict::Gap),
            Known::Unknown => None,
        };
        let mut r = if self.world.has_roads { computed(access, if_unknown) } else { VillageRoads::no_data() };
        r.rai = rai;
        if r.state == State::Connected && inferred {
            r.confidence = Some(Confidence::Inferred);
        }
        r.disagrees = r.verdict != Verdict::Unknown && reported.is_some_and(|x| x != r.verdict);
        let weak = r.verdict == Verdict::Unknown || r.confidence == Some(Confidence::Inferred);
        if let (true, Some(verdict)) = (weak, reported) {
            (r.verdict, r.confidence) = (verdict, Some(Confidence::Reported));
        }
        r
    }

    /// Every main road within reach is paved only by its class.
    pub(super) fn inferred_only(&self, v: &Village) -> bool {
        !self.index.any_within(self.net, v.point, self.rules.access_m, |e| {
            let road = self.net.road[e as usize] as usize;
            self.reach.main[e as usize] && self.world.roads.flags[road] & road_flags::SURFACE_INFERRED == 0
        })
    }

    pub(super) fn severity(&self, far_m: Option<f64>) -> f64 {
        let (zero, one) = (self.rules.access_m, self.rules.severe_m);
        let s = far_m.map_or(1.0, |m| (m - zero) / (one - zero).max(1.0)).clamp(0.0, 1.0);
        (s * 1e4).round() / 1e4
    }

    pub(super) fn village_gap(&self, v: &Village, r: &VillageRoads, links: &[LinkFeature]) -> Gap {
        let kind = Self::village_kind(v, r);
        let mut evidence = self.access_evidence(r, links);
        evidence.extend(reported_evidence(v));
        let reported = r.confidence == Some(Confidence::Reported);
        evidence.sort_by_key(|e| e.confidence);
        let (severity, why, rule) = if r.state == State::NoData || (reported && r.state == State::Connected) {
            let bad = v.reported_all_weather == Known::No;
            let s = &self.rules.reported_severity;
            let key = if bad { "why_reported_weather" } else { "why_reported" };
            (if bad { s.no_all_weather } else { s.no_paved }, message(key, &[]), message("rule_reported", &[]))
        } else {
            (self.severity(r.distance_m), self.why(r, links), self.access_rule(r.state))
        };
        Gap {
            id: format!("roads:{kind}:{}", v.id),
            theme: "roads",
            kind,
            village: Some(v.id.clone()),
            village_name: v.name.clone(),
            town: v.town.clone(),
            county: v.county.clone(),
            verdict: r.verdict,
            severity,
            measured: self.measured(r),
            threshold: self.threshold(r.state),
            unit: "m",
            rule,
            confidence: r.confidence.unwrap_or(Confidence::Reported),
            why,
            evidence,
            people: v.population,
            households: v.households,
            remedy: self.remedy(r.path.as_ref(), r.verdict, links),
            department: self.department(),
            provenance: v.provenance,
            extra: extra([("state", json!(r.state)), ("disagrees", json!(r.disagrees))]),
            planned: None,
            shape: Shape::Point(v.point),
        }
    }

    pub(super) fn place_gap(&self, p: &Place, k: usize, mile: &LastMile, links: &[LinkFeature]) -> Option<Gap> {
        let r = computed(&mile.access[k], mile.connected_if_unknown_paved[k]);
        if r.state == State::Connected || !self.world.has_roads {
            return None;
        }
        let (state, verdict) = (r.state, r.verdict);
        Some(Gap {
            id: format!("roads:{}:{}", p.kind, p.id),
            theme: "roads",
            kind: p.kind,
            village: None,
            village_name: p.name.to_string(),
            town: None,
            county: p.county.clone(),
            verdict,
            severity: self.severity(r.distance_m),
            measured: self.measured(&r),
            threshold: self.threshold(state),
            unit: "m",
            rule: self.access_rule(state),
            confidence: Confidence::Computed,
            why: self.why(&r, links),
            evidence: self.access_evidence(&r, links),
            people: p.people,
            households: None,
            remedy: self.remedy(r.path.as_ref(), verdict, links),
            department: self.department(),
            provenance: p.provenance,
            extra: extra([("state", json!(state)), ("place", json!(p.id))]),
            planned: None,
            shape: Shape::Point(p.point),
        })
    }

    /// What the state's rule measures: the way to any road where there is none near, else to the main network.
    pub(super) fn measured(&self, r: &VillageRoads) -> Option<f64> {
        let m = if r.state == State::NoRoad { r.nearest_road_m } else { r.distance_m };
        m.map(metres)
    }

    pub(super) fn threshold(&self, state: State) -> Option<f64> {
        match state {
            State::NoData => None,
            State::NoRoad => Some(self.rules.max_access_m),
            _ => Some(self.rules.access_m),
        }
    }

    pub(super) fn access_rule(&self, state: State) -> Bilingual {
        if state == State::NoRoad {
            return message("rule_no_road", &[("limit", length(self.rules.max_access_m).into())]);
        }
        message("rule_access", &[("access", length(self.rules.access_m).into())])
    }

    pub(super) fn why(&self, r: &VillageRoads, links: &[LinkFeature]) -> Bilingual {
        let far = r.distance_m.map_or_else(|| Fill::Each(message("unknown", &[])), |m| length(m).into());
        match (r.state, &r.path) {
            (State::NoRoad, _) => {
                let near = r.nearest_road_m.map_or_else(|| Fill::Each(message("unknown", &[])), |m| length(m).into());
                message("why_no_road", &[("limit", length(self.rules.max_access_m).into()), ("near", near)])
            }
            (State::CutOff, _) => match r.cut_off_link_m {
                Some(m) => message("why_cut_off", &[("link", length(m).into())]),
                None => message("why_cut_off_nothing", &[]),
            },
            (_, Some(path)) if r.verdict == Verdict::Unknown => {
                let m = path.by_surface[LinkSurface::Unknown as usize];
                message("why_linked_unknown", &[("far", far), ("work", length(m).into())])
            }
            (_, Some(path)) => {
                // The link next to the main network serves everybody on the way.
                let trunk = path.links.last().map(|&l| &links[l as usize]);
                let villages = trunk.map_or(1, |l| l.village_count.max(1));
                let people = trunk.and_then(|l| l.people);
                message(
                    "why_linked",
                    &[
                        ("far", far),
                        ("work", length(path.work_m()).into()),
                        ("parts", parts(&path.by_surface).into()),
                        ("villages", villages.to_string().into()),
                        ("people", people_text(people)),
                    ],
                )
            }
            (_, None) => message("unknown", &[]),
        }
    }

    pub(super) fn access_evidence(&self, r: &VillageRoads, links: &[LinkFeature]) -> Vec<Evidence> {
        if r.state == State::NoData {
            return Vec::new();
        }
        let computed = |kind, value: Option<f64>, text, sources| Evidence {
            kind,
            confidence: Confidence::Computed,
            value: value.map(metres),
            unit: "m",
            text,
            sources,
        };
        let mut out = vec![computed("distance_to_main_network", r.distance_m, message("ev_distance", &[]), Vec::new())];
        if r.state == State::NoRoad {
            out.push(computed("nearest_road", r.nearest_road_m, message("ev_nearest", &[]), Vec::new()));
        }
        if let Some(p) = &r.path {
            let mut roads: Vec<String> =
                p.links.iter().flat_map(|&l| links[l as usize].roads.iter().cloned()).collect();
            roads.dedup();
            out.push(computed("path", Some(p.work_m()), message("ev_path", &[]), roads));
        }
        if let Some(m) = r.cut_off_link_m {
            out.push(computed("joining_line", Some(m), message("ev_link", &[]), Vec::new()));
        }
        out
    }

    pub(super) fn remedy(&self, path: Option<&PathSummary>, verdict: Verdict, links: &[LinkFeature]) -> Option<Remedy> {
        let p = path?;
        let new = p.by_surface[LinkSurface::New as usize] > 0.0;
        let kind = match verdict {
            Verdict::Unknown => "survey",
            _ if new => "new_link",
            _ => "pave",
        };
        Some(Remedy {
            kind,
            length_m: metres(p.work_m()),
            cost: metres(p.cost),
            currency: self.currency.to_string(),
            links: p.links.iter().map(|&l| links[l as usize].id.clone()).collect(),
            by_surface: Some(p.by_surface.into()),
        })
    }
}

/// What the layers alone say.
fn computed(access: &Access, if_unknown: bool) -> VillageRoads {
    let state = state_of(access);
    let (path, cut_off_link_m) = match access {
        Access::Linked { path, .. } => (Some(path.clone()), None),
        Access::CutOff { path, link_m, .. } => (path.clone(), *link_m),
        _ => (None, None),
    };
    let verdict = match state {
        State::Connected => Verdict::Ok,
        _ if if_unknown => Verdict::Unknown,
        _ => Verdict::Gap,
    };
    VillageRoads {
        state,
        verdict,
        confidence: Some(Confidence::Computed),
        distance_m: main_m(access),
        nearest_road_m: nearest_m(access),
        path,
        cut_off_link_m,
        ..VillageRoads::no_data()
    }
}

fn reported_evidence(v: &Village) -> Vec<Evidence> {
    let say = |k: Known| match k {
        Known::Yes => Some((1.0, "yes")),
        Known::No => Some((0.0, "no")),
        Known::Unknown => None,
    };
    [
        ("reported_paved", "ev_reported_paved", v.reported_paved),
        ("reported_all_weather", "ev_reported_weather", v.reported_all_weather),
    ]
    .into_iter()
    .filter_map(|(kind, key, known)| {
        let (value, word) = say(known)?;
        Some(Evidence {
            kind,
            confidence: Confidence::Reported,
            value: Some(value),
            unit: "1",
            text: message(key, &[("value", message(word, &[]).into())]),
            sources: vec![v.id.clone()],
        })
    })
    .collect()
}

/// "2.1 km earth, 300 m new" in both languages.
fn parts(by_surface: &[f64; 5]) -> Bilingual {
    let mut out = Bilingual { zh: String::new(), en: String::new() };
    for s in &LinkSurface::ALL[1..] {
        let m = by_surface[*s as usize];
        if m < 0.5 {
            continue;
        }
        let key = if *s == LinkSurface::Unknown { "unknown_surface" } else { s.as_str() };
        let name = message(key, &[]);
        if !out.en.is_empty() {
            out.zh.push('、');
            out.en.push_str(", ");
        }
        out.zh.push_str(&format!("{} {}", name.zh, length(m)));
        out.en.push_str(&format!("{} {}", length(m), name.en));
    }
    out
}
