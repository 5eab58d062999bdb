//! The theme's gaps: sources whose water is unsafe, and villages without safe water.

use serde_json::{Value, json};

use super::super::{Confidence, Evidence, Gap, Remedy, Shape, Verdict, metres};
use super::model::{Grade, Judged, SourceState, VillageWater, WaterLink, WaterSourceState};
use crate::standards::{Bilingual, WaterRules};
use crate::text::{Fill, count, length, message};
use crate::world::{Known, Village, World};

/// A number as a laboratory would write it: four significant digits, no trailing zeros.
pub(super) fn figure(v: f64) -> String {
    if v == 0.0 {
        return "0".to_owned();
    }
    let digits = (3 - v.abs().log10().floor() as i32).clamp(0, 12) as usize;
    let text = format!("{v:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// Rounds a concentration for output: nine decimals.
pub fn tidy(v: f64) -> f64 {
    (v * 1e9).round() / 1e9
}

fn name(t: &Judged) -> Fill {
    let p = t.parameter.get();
    Fill::Each(Bilingual { zh: p.zh.clone(), en: p.en.clone() })
}

/// Value, limit and factor of a test in words.
/// What stands before a figure that is no exact one.
fn sign(t: &Judged) -> &'static str {
    match (t.below, t.above) {
        (true, _) => "<",
        (_, true) => ">",
        _ => "",
    }
}

fn told(t: &Judged) -> Bilingual {
    let unit = t.parameter.get().unit();
    let low = t.low.is_some_and(|l| t.value < l);
    let limit = if low { t.low.unwrap_or(0.0) } else { t.limit };
    let fills = [
        ("parameter", name(t)),
        ("value", format!("{}{} {unit}", sign(t), figure(t.value)).into()),
        ("limit", format!("{} {unit}", figure(limit)).into()),
        ("factor", t.factor.map_or_else(String::new, |f| format!("×{f:.1}")).into()),
    ];
    message(if t.factor.is_some() { "water_exceeds" } else { "water_exceeds_any" }, &fills)
}

fn judged(t: &Judged) -> Value {
    let p = t.parameter.get();
    json!({
        "parameter": p.key, "zh": p.zh, "en": p.en, "value": tidy(t.value), "below": t.below, "above": t.above, "unit": p.unit(),
        "limit": tidy(t.limit), "low": t.low, "factor": t.factor.map(tidy), "exceeds": t.exceeds, "unclear": t.unclear,
        "date": t.day.map(date),
    })
}

/// ISO 8601 of days since 1970-01-01.
pub fn date(days: i32) -> String {
    let z = days + 719_468;
    let (era, of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let of = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let day_of_year = of_era - (365 * of + of / 4 - of / 100);
    let m = (5 * day_of_year + 2) / 153;
    let (day, month) = (day_of_year - (153 * m + 2) / 5 + 1, if m < 10 { m + 3 } else { m - 9 });
    format!("{:04}-{month:02}-{day:02}", era * 400 + of + i32::from(month <= 2))
}

/// Nothing but the village's record says that its water is not safe: it is not treated.
fn untreated(v: &Village, r: &VillageWater, source: Option<SourceState>) -> bool {
    let tested = matches!(source, Some(SourceState::Unsafe | SourceState::Unimproved));
    v.water.treated == Known::No && !tested && r.confidence == Some(Confidence::Reported)
}

/// All tests of a source, for tables.
pub fn tests(s: &WaterSourceState) -> Vec<Value> {
    s.tests.iter().map(judged).collect()
}

pub(super) fn gaps(
    world: &World,
    rules: &WaterRules,
    currency: &str,
    sources: &[WaterSourceState],
    villages: &[VillageWater],
    links: &[WaterLink],
) -> Vec<Gap> {
    let teller = Teller { world, rules, profile: rules.limits().name, currency, sources };
    let mut of: Vec<Vec<u32>> = vec![Vec::new(); sources.len()];
    for (r, i) in villages.iter().zip(0u32..) {
        if let Some(s) = r.source {
            of[s as usize].push(i);
        }
    }
    let mut out: Vec<Gap> = sources
        .iter()
        .enumerate()
        .filter(|(_, s)| matches!(s.state, SourceState::Unsafe | SourceState::Unimproved))
        .map(|(i, s)| teller.source(i, s, &of[i]))
        .collect();
    let mut link: std::collections::HashMap<u32, Vec<&WaterLink>> = std::collections::HashMap::new();
    for l in links {
        link.entry(l.village_ix).or_default().push(l);
    }
    for ((v, r), i) in world.villages.iter().zip(villages).zip(0u32..) {
        if r.verdict == Verdict::Gap {
            out.push(teller.village(v, r, link.get(&i).map_or(&[], Vec::as_slice)));
        }
    }
    out.sort_by(|a, b| a.id.cmp(&b.id));
    out
}

struct Teller<'a> {
    world: &'a World,
    rules: &'a WaterRules,
    profile: String,
    currency: &'a str,
    sources: &'a [WaterSourceState],
}

impl Teller<'_> {
    fn source(&self, i: usize, state: &WaterSourceState, villages: &[u32]) -> Gap {
        let s = &self.world.water.sources[i];
        let unsafe_water = state.state == SourceState::Unsafe;
        let worst = state.worst.map(|w| &state.tests[w]).filter(|t| t.exceeds);
        let kind = if unsafe_water { "unsafe_source" } else { "unimproved_source" };
        let mut gap = self.blank(kind, &s.id);
        gap.village_name = s.name.clone().unwrap_or_else(|| s.id.clone());
        gap.county.clone_from(&s.county);
        gap.confidence = if worst.is_some() { Confidence::Measured } else { Confidence::Computed };
        gap.people = state.people;
        gap.provenance = self.world.sources.get(usize::from(s.source)).map(|x| x.provenance).unwrap_or_default();
        gap.shape = Shape::Point(s.point);
        gap.severity = match worst.map(|t| t.factor) {
            Some(Some(f)) => ((f - 1.0) / (self.rules.severe_factor - 1.0)).clamp(0.0, 1.0),
            Some(None) | None => 1.0,
        };
        gap.severity = (gap.severity * 1e4).round() / 1e4;
        gap.rule = message("water_rule_limits", &[("profile", self.profile.clone().into())]);
        if let Some(t) = worst {
            (gap.measured, gap.threshold, gap.unit) =
                (Some(tidy(t.value)), Some(tidy(t.limit)), t.parameter.get().unit());
        }
        gap.why = match worst {
            Some(t) if unsafe_water => told(t),
            _ => message("water_unimproved", &[("kind", self.kind(s.kind).into())]),
        };
        gap.evidence = state.tests.iter().filter(|t| t.exceeds || t.unclear).map(|t| self.test(t, &s.id)).collect();
        let ids: Vec<&str> = villages.iter().map(|&v| self.world.villages[v as usize].id.as_str()).collect();
        gap.extra.insert("villages".into(), json!(ids));
        gap.extra.insert("source".into(), json!(s.id));
        gap.extra.insert("parameter".into(), json!(worst.map(|t| &t.parameter.get().key)));
        gap.extra.insert("factor".into(), json!(worst.and_then(|t| t.factor).map(tidy)));
        let exceeding: Vec<Value> = state.tests.iter().filter(|t| t.exceeds).map(judged).collect();
        gap.extra.insert("exceedances".into(), json!(exceeding));
        gap
    }

    fn kind(&self, kind: Option<crate::world::water::SourceType>) -> Bilingual {
        kind.map_or_else(|| message("unknown", &[]), |k| message(&format!("water_type_{}", k.as_str()), &[]))
    }

    fn test(&self, t: &Judged, source: &str) -> Evidence {
        Evidence {
            kind: "test",
            confidence: Confidence::Measured,
            value: Some(tidy(t.value)),
            unit: t.parameter.get().unit(),
            text: message(
                "water_ev_test",
                &[
                    ("parameter", name(t)),
                    ("value", format!("{}{}", sign(t), figure(t.value)).into()),
                    ("limit", figure(t.limit).into()),
                    ("unit", t.parameter.get().unit().to_owned().into()),
                    ("date", t.day.map_or_else(|| Fill::Each(message("unknown", &[])), |d| date(d).into())),
                ],
            ),
            sources: vec![source.to_owned()],
        }
    }

    fn village(&self, v: &Village, r: &VillageWater, links: &[&WaterLink]) -> Gap {
        let mut gap = self.blank("unsafe_water", &v.id);
        gap.village = Some(v.id.clone());
        gap.village_name.clone_from(&v.name);
        gap.town.clone_from(&v.town);
        gap.county.clone_from(&v.county);
        (gap.people, gap.households) = (v.population, v.households);
        gap.provenance = v.provenance;
        gap.shape = Shape::Point(v.point);
        gap.confidence = r.confidence.unwrap_or(Confidence::Reported);
        gap.rule = message("water_rule_village", &[]);
        gap.severity = self.severity(v, r);
        gap.why = self.why(v, r);
        gap.evidence = self.evidence(v, r);
        let source = r.source.map(|s| self.world.water.sources[s as usize].id.as_str());
        for (key, value) in [
            ("decided_by", json!(r.decided_by)),
            ("source", json!(source)),
            ("source_how", json!(r.how)),
            ("jmp", json!(r.jmp)),
            (
                "criteria",
                json!({"quality": r.quality, "quantity": r.quantity, "convenience": r.convenience, "reliability": r.reliability}),
            ),
        ] {
            gap.extra.insert(key.into(), value);
        }
        if !links.is_empty() {
            let sum = |f: fn(&WaterLink) -> f64| metres(links.iter().map(|l| f(l)).sum::<f64>() + 0.0);
            let mut remedy = Remedy::works("connect", sum(|l| l.distance_m), sum(|l| l.cost), self.currency);
            remedy.links = links.iter().map(|l| l.id.clone()).collect();
            gap.remedy = Some(remedy);
        }
        gap
    }

    /// How far the worst criterion is beyond its bound.
    fn severity(&self, v: &Village, r: &VillageWater) -> f64 {
        let rules = self.rules;
        let mut s: f64 = 0.0;
        if r.quality == Grade::Unsafe {
            let factor = r.source.and_then(|i| {
                let state = &self.sources[i as usize];
                state.worst.filter(|_| state.state == SourceState::Unsafe).and_then(|w| state.tests[w].factor)
            });
            s = s.max(factor.map_or(1.0, |f| (f - 1.0) / (rules.severe_factor - 1.0)));
        }
        if r.quantity == Grade::Unsafe {
            let g = if v.water.scarce == Known::Yes { rules.litres_scarce } else { rules.litres };
            s = s.max(1.0 - v.water.litres.unwrap_or(0.0) / g.basic.max(1e-9));
        }
        if r.convenience == Grade::Unsafe {
            let over = match (v.water.minutes, r.distance_m) {
                (Some(t), _) => t / rules.minutes.basic - 1.0,
                (None, Some(m)) => {
                    let climb = r.climb_m.map_or(0.0, |c| c / rules.climb_m.basic - 1.0);
                    (m / rules.distance_m.basic - 1.0).max(climb)
                }
                _ => 0.5,
            };
            s = s.max(over);
        }
        if r.reliability == Grade::Unsafe {
            let missing = v.water.days_short.unwrap_or(0.0) / 365.0;
            s = s.max(missing / (1.0 - rules.available.basic).max(1e-9) - 1.0);
        }
        (s.clamp(0.0, 1.0) * 1e4).round() / 1e4
    }

    fn why(&self, v: &Village, r: &VillageWater) -> Bilingual {
        let source = r.source.map(|s| (&self.world.water.sources[s as usize], &self.sources[s as usize]));
        match r.decided_by {
            Some("quality") => match source {
                Some((_, state)) if state.state == SourceState::Unsafe => {
                    state.worst.map_or_else(|| message("unknown", &[]), |w| told(&state.tests[w]))
                }
                _ if untreated(v, r, source.map(|s| s.1.state)) => message("water_untreated", &[]),
                _ => {
                    let kind = source.and_then(|s| s.0.kind).or(v.water.kind);
                    message("water_unimproved", &[("kind", self.kind(kind).into())])
                }
            },
            Some("quantity") => {
                let g = if v.water.scarce == Known::Yes { self.rules.litres_scarce } else { self.rules.litres };
                let fills =
                    [("litres", figure(v.water.litres.unwrap_or(0.0)).into()), ("limit", figure(g.basic).into())];
                message("water_why_quantity", &fills)
            }
            Some("convenience") => {
                let far = r.distance_m.map_or_else(|| Fill::Each(message("unknown", &[])), |m| length(m).into());
                let climb = r.climb_m.map_or_else(|| Fill::Each(message("unknown", &[])), |m| length(m).into());
                let minutes =
                    r.minutes.map_or_else(|| Fill::Each(message("unknown", &[])), |t| figure(t.round()).into());
                message("water_why_convenience", &[("far", far), ("climb", climb), ("minutes", minutes)])
            }
            _ => {
                let days = v.water.days_short.map_or_else(String::new, count);
                message("water_why_reliability", &[("days", days.into())])
            }
        }
    }

    fn evidence(&self, v: &Village, r: &VillageWater) -> Vec<Evidence> {
        let mut out = Vec::new();
        if let Some(s) = r.source {
            let (source, state) = (&self.world.water.sources[s as usize], &self.sources[s as usize]);
            out.extend(state.tests.iter().filter(|t| t.exceeds || t.unclear).map(|t| self.test(t, &source.id)));
            if let Some(m) = r.distance_m {
                out.push(Evidence {
                    kind: "distance_to_source",
                    confidence: Confidence::Computed,
                    value: Some(metres(m)),
                    unit: "m",
                    text: message("water_ev_distance", &[]),
                    sources: vec![source.id.clone()],
                });
            }
            if let Some(m) = r.climb_m {
                out.push(Evidence {
                    kind: "climb",
                    confidence: Confidence::Computed,
                    value: Some(metres(m)),
                    unit: "m",
                    text: message("water_ev_climb", &[]),
                    sources: vec![source.id.clone()],
                });
            }
        }
        if v.water.treated != Known::Unknown {
            out.push(Evidence {
                kind: "reported_treated",
                confidence: Confidence::Reported,
                value: Some(f64::from(u8::from(v.water.treated == Known::Yes))),
                unit: "1",
                text: message("water_ev_treated", &[]),
                sources: vec![v.id.clone()],
            });
        }
        for (kind, key, value, unit) in [
            ("reported_litres", "water_ev_litres", v.water.litres, "L"),
            ("reported_days_short", "water_ev_days", v.water.days_short, "d"),
            ("reported_minutes", "water_ev_minutes", v.water.minutes, "min"),
        ] {
            if let Some(value) = value {
                out.push(Evidence {
                    kind,
                    confidence: Confidence::Reported,
                    value: Some(value),
                    unit,
                    text: message(key, &[]),
                    sources: vec![v.id.clone()],
                });
            }
        }
        out
    }

    fn blank(&self, kind: &'static str, code: &str) -> Gap {
        let empty = || Bilingual { zh: String::new(), en: String::new() };
        Gap {
            id: format!("water:{kind}:{code}"),
            theme: "water",
            kind,
            village: None,
            village_name: String::new(),
            town: None,
            county: None,
            verdict: Verdict::Gap,
            severity: 0.0,
            measured: None,
            threshold: None,
            unit: "1",
            rule: empty(),
            confidence: Confidence::Reported,
            why: empty(),
            evidence: Vec::new(),
            people: None,
            households: None,
            remedy: None,
            department: self.rules.department.clone(),
            provenance: Default::default(),
            extra: Default::default(),
            planned: None,
            shape: Shape::Point(geo::Coord { x: 0.0, y: 0.0 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{date, figure};

    #[test]
    fn figures_and_dates() {
        assert_eq!(
            [0.0, 0.01, 11.2949, 1234.5, 0.000_012_34].map(figure),
            ["0", "0.01", "11.29", "1234", "0.00001234"]
        );
        assert_eq!([0, 16_861, 11_016, -1].map(date), ["1970-01-01", "2016-03-01", "2000-02-29", "1969-12-31"]);
    }
}
