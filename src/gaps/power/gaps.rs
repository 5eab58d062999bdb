//! The theme's gaps, each with its evidence, its words and its remedy.

use geo::Coord;
use serde_json::{Value, json};

use super::super::{Confidence, Evidence, Gap, Remedy, Shape, Verdict, known_total, metres};
use super::model::{Bad, Cause, PowerRemedy, SupplyPoint, TransformerState, VillagePower};
use super::readings::Measured;
use super::villages::low;
use super::weak::Feeder;
use super::{pu, pu_text};
use crate::standards::{Bilingual, PowerRules};
use crate::text::{Fill, count, length, message};
use crate::world::{Known, Village, World};

/// What gaps are told from.
pub(super) struct Teller<'a> {
    pub world: &'a World,
    pub rules: &'a PowerRules,
    pub currency: &'a str,
}

fn unknown() -> Fill {
    Fill::Each(message("unknown", &[]))
}

fn far(m: Option<f64>) -> Fill {
    m.map_or_else(unknown, |m| length(m).into())
}

fn number(n: Option<f64>) -> Fill {
    n.map_or_else(|| Fill::Each(message("unknown_number", &[])), |n| count(n).into())
}

fn severity(s: f64) -> f64 {
    (s.clamp(0.0, 1.0) * 1e4).round() / 1e4
}

fn evidence(
    kind: &'static str,
    confidence: Confidence,
    value: Option<f64>,
    unit: &'static str,
    text: Bilingual,
) -> Evidence {
    Evidence { kind, confidence, value, unit, text, sources: Vec::new() }
}

impl Teller<'_> {
    /// All gaps of one village.
    pub fn village(
        &self,
        v: &Village,
        r: &VillagePower,
        own: &[&SupplyPoint],
        whole: Option<&Measured>,
        remedy: Option<&PowerRemedy>,
    ) -> Vec<Gap> {
        r.kinds.iter().map(|&kind| self.village_gap(v, r, kind, own, whole, remedy)).collect()
    }

    fn village_gap(
        &self,
        v: &Village,
        r: &VillagePower,
        kind: &'static str,
        own: &[&SupplyPoint],
        whole: Option<&Measured>,
        works: Option<&PowerRemedy>,
    ) -> Gap {
        let rules = self.rules;
        let mut gap = self.blank(kind, &v.id);
        gap.village = Some(v.id.clone());
        gap.village_name.clone_from(&v.name);
        gap.town.clone_from(&v.town);
        gap.county.clone_from(&v.county);
        (gap.people, gap.households) = (v.population, v.households);
        gap.provenance = v.provenance;
        gap.shape = Shape::Point(v.point);
        gap.confidence = r.confidence.unwrap_or(Confidence::Reported);
        gap.evidence = self.village_evidence(v, r, own, whole);
        gap.extra.insert("disagrees".into(), json!(r.disagrees));
        match kind {
            "low_voltage" | "over_voltage" => {
                let high = kind == "over_voltage";
                let limit =
                    r.limit_pu.unwrap_or(if high { rules.single_phase_pu.high } else { rules.single_phase_pu.low });
                (gap.measured, gap.threshold, gap.unit) = (r.worst_pu.map(pu), Some(limit), "pu");
                let beyond = r.worst_pu.map_or(0.0, |u| if high { u - limit } else { limit - u });
                gap.severity = severity(beyond / rules.severe_pu);
                let said = Fill::from(pu_text(limit));
                gap.rule = message(if high { "rule_over_voltage" } else { "rule_low_voltage" }, &[("limit", said)]);
                if gap.confidence == Confidence::Inferred {
                    let m = own.iter().filter(|p| p.bad == Some(Bad::Low)).filter_map(|p| p.length_m).reduce(f64::max);
                    (gap.measured, gap.threshold, gap.unit) = (m.map(metres), Some(rules.supply_radius_m), "m");
                    gap.rule = message("rule_supply_radius", &[("limit", length(rules.supply_radius_m).into())]);
                    gap.severity = severity((m.unwrap_or(0.0) - rules.supply_radius_m) / rules.supply_radius_m);
                }
                gap.why = self.why_voltage(r, kind, own, whole);
                self.low_extra(&mut gap, r, own, works);
            }
            "no_grid" => self.no_grid(&mut gap, r),
            "no_three_phase" => self.no_three_phase(&mut gap, r),
            _ => {
                let h = v.reported_power_hours;
                (gap.measured, gap.threshold, gap.unit) = (h, Some(rules.supply_hours), "h");
                gap.confidence = Confidence::Reported;
                gap.severity = severity(1.0 - h.unwrap_or(0.0) / rules.supply_hours.max(1e-9));
                let limit = || Fill::from(format!("{}", rules.supply_hours));
                gap.rule = message("rule_hours", &[("limit", limit())]);
                let hours = h.map_or_else(unknown, |h| format!("{h}").into());
                gap.why = message("why_few_hours", &[("hours", hours), ("limit", limit())]);
            }
        }
        gap
    }

    /// Cause, transformers and remedy of a low voltage.
    fn low_extra(&self, gap: &mut Gap, r: &VillagePower, own: &[&SupplyPoint], works: Option<&PowerRemedy>) {
        if gap.kind != "low_voltage" {
            return;
        }
        let points = low(own);
        let worst = points.iter().min_by(|a, b| super::works::margin(a).total_cmp(&super::works::margin(b)));
        let grid = &self.world.power;
        let bus = worst.and_then(|p| grid.loads[p.load as usize].bus).map(|b| grid.buses[b.0 as usize].id.as_str());
        let transformer = worst.and_then(|p| p.transformer).map(|t| grid.transformers[t as usize].id.as_str());
        gap.extra.insert("cause".into(), json!(r.cause.unwrap_or(Cause::Unknown)));
        gap.extra.insert("worst_bus".into(), json!(bus));
        gap.extra.insert("transformer".into(), json!(transformer));
        gap.extra.insert("supply_points".into(), json!(points.len()));
        gap.extra.insert("evidence_disagrees".into(), json!(r.disagrees));
        if let Some(w) = works {
            gap.extra.insert("works".into(), json!(w));
            gap.remedy = w.cost.map(|cost| Remedy::works(w.kind, w.length_m, cost, self.currency));
        }
    }

    fn no_grid(&self, gap: &mut Gap, r: &VillagePower) {
        gap.severity = 1.0;
        gap.rule = message("rule_grid", &[("limit", length(self.rules.max_grid_m).into())]);
        if gap.confidence == Confidence::Reported {
            gap.unit = "1";
            gap.why = message("why_no_grid_reported", &[]);
            return;
        }
        (gap.measured, gap.threshold, gap.unit) = (r.grid_m.map(metres), Some(self.rules.max_grid_m), "m");
        let limit = length(self.rules.max_grid_m).into();
        gap.why = message("why_no_grid", &[("limit", limit), ("far", far(r.grid_m))]);
        gap.remedy = self.new_line(r.three_phase_m.or(r.grid_m));
    }

    fn no_three_phase(&self, gap: &mut Gap, r: &VillagePower) {
        let access = self.rules.power_access_m;
        gap.rule = message("rule_three_phase", &[("access", length(access).into())]);
        if r.three_phase != Known::No {
            gap.confidence = Confidence::Reported;
            (gap.unit, gap.severity) = ("1", 0.5);
            gap.why = message("why_no_three_phase_reported", &[]);
            return;
        }
        gap.confidence = if self.world.power.from_osm { Confidence::Inferred } else { Confidence::Computed };
        (gap.measured, gap.threshold, gap.unit) = (r.three_phase_m.map(metres), Some(access), "m");
        let span = (self.rules.max_grid_m - access).max(1.0);
        gap.severity = severity(r.three_phase_m.map_or(1.0, |m| (m - access) / span));
        let fills =
            [("access", length(access).into()), ("far", far(r.three_phase_m)), ("road", far(r.three_phase_road_m))];
        gap.why = message("why_no_three_phase", &fills);
        gap.remedy = self.new_line(r.three_phase_road_m.or(r.three_phase_m));
    }

    /// A new medium-voltage line with a transformer at its end.
    fn new_line(&self, m: Option<f64>) -> Option<Remedy> {
        let c = &self.rules.cost;
        let rating = self.rules.transformer_ratings_kva.first().copied().unwrap_or(0.0);
        let cost = m? / 1000.0 * c.medium_line_per_km + c.transformer + rating * c.transformer_per_kva;
        Some(Remedy::works("new_line", metres(m?), metres(cost), self.currency))
    }

    fn why_voltage(&self, r: &VillagePower, kind: &str, own: &[&SupplyPoint], whole: Option<&Measured>) -> Bilingual {
        let said = |v: Option<f64>| v.map_or_else(unknown, |v| pu_text(v).into());
        if kind == "over_voltage" {
            return message("why_over", &[("pu", said(r.worst_pu)), ("limit", said(r.limit_pu))]);
        }
        match r.confidence {
            Some(Confidence::Measured) => {
                let m = whole.filter(|m| m.bad().is_some()).or_else(|| {
                    let points = own.iter().filter(|p| p.bad.is_some());
                    points.filter_map(|p| p.measured.as_ref()).find(|m| Some(m.low_pu) == r.worst_pu)
                });
                let fills = [
                    ("percent", format!("{}", self.rules.percentile).into()),
                    ("pu", said(r.worst_pu)),
                    ("limit", said(r.limit_pu)),
                    ("count", m.map_or(0, |m| m.count).to_string().into()),
                ];
                message("why_low_measured", &fills)
            }
            Some(Confidence::Inferred) => {
                let m = own.iter().filter(|p| p.bad == Some(Bad::Low)).filter_map(|p| p.length_m).reduce(f64::max);
                let fills = [("far", far(m)), ("limit", length(self.rules.supply_radius_m).into())];
                message("why_low_inferred", &fills)
            }
            _ => {
                let points = low(own);
                let loads = &self.world.power.loads;
                let households = known_total(points.iter().map(|p| loads[p.load as usize].households));
                let cause = message(&format!("cause_{}", r.cause.unwrap_or(Cause::Unknown).as_str()), &[]);
                let fills = [
                    ("pu", said(r.worst_pu)),
                    ("limit", said(r.limit_pu)),
                    ("points", points.len().to_string().into()),
                    ("households", number(households)),
                    ("cause", cause.into()),
                ];
                message("why_low_modelled", &fills)
            }
        }
    }

    /// Everything known, strongest first; what does not decide is kept beside it.
    fn village_evidence(
        &self,
        v: &Village,
        r: &VillagePower,
        own: &[&SupplyPoint],
        whole: Option<&Measured>,
    ) -> Vec<Evidence> {
        let grid = &self.world.power;
        let mut out = Vec::new();
        let name = |p: &SupplyPoint| grid.loads[p.load as usize].id.clone();
        let mut measured = own.iter().filter_map(|p| Some((p.measured.as_ref()?, Some(name(p))))).collect::<Vec<_>>();
        measured.extend(whole.map(|m| (m, None)));
        let margin = |m: &Measured| (m.low_pu - m.limits.low).min(m.limits.high - m.high_pu);
        if let Some((m, id)) = measured.into_iter().min_by(|a, b| margin(a.0).total_cmp(&margin(b.0))) {
            let high = m.bad() == Some(Bad::High);
            let percent = if high { 100.0 - self.rules.percentile } else { self.rules.percentile };
            let times = match &m.times {
                Some((a, b)) if a == b => Fill::from(a.clone()),
                Some((a, b)) => format!("{a} – {b}").into(),
                None => Fill::Each(message("no_times", &[])),
            };
            let fills =
                [("percent", format!("{percent}").into()), ("count", m.count.to_string().into()), ("times", times)];
            let text = message("ev_measured_voltage", &fills);
            let value = Some(pu(if high { m.high_pu } else { m.low_pu }));
            let mut e = evidence("measured_voltage", Confidence::Measured, value, "pu", text);
            e.sources.extend(id);
            out.push(e);
        }
        if let Some(m) = r.grid_m {
            out.push(evidence("grid", Confidence::Computed, Some(metres(m)), "m", message("ev_grid", &[])));
        }
        if let Some(m) = r.three_phase_m {
            let text = message("ev_three_phase", &[]);
            out.push(evidence("three_phase", Confidence::Computed, Some(metres(m)), "m", text));
        }
        if let Some(m) = r.three_phase_road_m {
            let text = message("ev_three_phase_road", &[]);
            out.push(evidence("three_phase_road", Confidence::Computed, Some(metres(m)), "m", text));
        }
        let modelled = own.iter().filter(|p| p.modelled_low.is_some());
        let lowest = |p: &&&SupplyPoint| p.modelled_low.unwrap_or(9.0) - p.low_limit;
        if let Some(p) = modelled.min_by(|a, b| lowest(a).total_cmp(&lowest(b))) {
            let text = message("ev_modelled_voltage", &[]);
            let mut e = evidence("modelled_voltage", Confidence::Modelled, p.modelled_low.map(pu), "pu", text);
            e.sources.push(name(p));
            e.sources.extend(p.transformer.map(|t| grid.transformers[t as usize].id.clone()));
            out.push(e);
        }
        let word = |k: Known| if k == Known::Yes { ("yes", 1.0) } else { ("no", 0.0) };
        for (kind, key, known) in [
            ("reported_electricity", "ev_reported_electricity", v.reported_electricity),
            ("reported_three_phase", "ev_reported_three_phase", v.reported_three_phase),
        ] {
            if known != Known::Unknown {
                let (word, value) = word(known);
                let text = message(key, &[("value", message(word, &[]).into())]);
                let mut e = evidence(kind, Confidence::Reported, Some(value), "1", text);
                e.sources.push(v.id.clone());
                out.push(e);
            }
        }
        if let Some(h) = v.reported_power_hours {
            let mut e =
                evidence("reported_hours", Confidence::Reported, Some(h), "h", message("ev_reported_hours", &[]));
            e.sources.push(v.id.clone());
            out.push(e);
        }
        if let Some(m) = r.supply_m {
            let text = message("ev_supply_length", &[]);
            out.push(evidence("supply_length", Confidence::Inferred, Some(metres(m)), "m", text));
        }
        out
    }

    /// Overload and low capacity of one transformer.
    pub fn transformer(&self, i: usize, s: &TransformerState, villages: &[u32]) -> Vec<Gap> {
        let rules = self.rules;
        let t = &self.world.power.transformers[i];
        let Some(rating) = t.rating_kva.map(|kva| kva * t.parallel) else { return Vec::new() };
        let mut out = Vec::new();
        let kva = |v: f64| Fill::from(format!("{v:.0}"));
        let blank = |kind| {
            let mut gap = self.blank(kind, &t.id);
            self.element(&mut gap, t.name.as_deref().unwrap_or(&t.id), villages);
            (gap.people, gap.households) = (s.people, s.households);
            gap.provenance = self.provenance(t.source);
            let place = || Some(self.world.villages[*villages.first()? as usize].point);
            gap.shape = t.point.or_else(place).map_or(gap.shape, Shape::Point);
            gap.confidence = Confidence::Modelled;
            gap.extra.insert("transformer".into(), json!(t.id));
            gap
        };
        let demand = || {
            let text = message("ev_demand", &[]);
            let mut e = evidence("demand", Confidence::Modelled, s.demand_kva.map(metres), "kVA", text);
            e.sources.push(t.id.clone());
            e
        };
        if let Some(loading) = s.loading.filter(|l| *l > rules.overload) {
            let mut gap = blank("transformer_overload");
            (gap.measured, gap.threshold, gap.unit) = (Some(pu(loading)), Some(rules.overload), "1");
            gap.severity = severity(loading - rules.overload);
            gap.rule = message("rule_overload", &[]);
            let fills = [
                ("demand", kva(s.demand_kva.unwrap_or(0.0))),
                ("rating", kva(rating)),
                ("loading", format!("{:.0} %", 100.0 * loading).into()),
                ("households", number(s.households)),
            ];
            gap.why = message("why_overload", &fills);
            gap.evidence.push(demand());
            gap.remedy = self.larger(s.demand_kva.unwrap_or(0.0) / rules.overload);
            out.push(gap);
        }
        if let Some(each) = s.kva_per_household.filter(|k| *k < rules.low_capacity_kva) {
            let mut gap = blank("low_capacity");
            (gap.measured, gap.threshold, gap.unit) = (Some(pu(each)), Some(rules.low_capacity_kva), "kVA");
            gap.severity = severity(1.0 - each / rules.low_capacity_kva);
            gap.confidence = Confidence::Computed;
            let limit = || Fill::from(format!("{}", rules.low_capacity_kva));
            gap.rule = message("rule_low_capacity", &[("limit", limit())]);
            let fills = [
                ("each", format!("{each:.2}").into()),
                ("limit", limit()),
                ("rating", kva(rating)),
                ("households", number(s.households)),
            ];
            gap.why = message("why_low_capacity", &fills);
            gap.evidence.push(demand());
            gap.remedy = self.larger(s.households.unwrap_or(0.0) * rules.low_capacity_kva);
            out.push(gap);
        }
        out
    }

    /// The smallest preferred rating that carries `kva`.
    fn larger(&self, kva: f64) -> Option<Remedy> {
        let rating = self.rules.transformer_ratings_kva.iter().copied().find(|r| *r >= kva)?;
        let cost = metres(rating * self.rules.cost.transformer_per_kva);
        Some(Remedy::works("larger_transformer", 0.0, cost, self.currency))
    }

    /// Radial and long feeders. `tie` is the id of the tie that would relieve it, with its length and cost.
    pub fn feeder(&self, f: &Feeder, villages: &[u32], tie: Option<(&str, f64, f64)>) -> Vec<Gap> {
        let grid = &self.world.power;
        let Some(&head) = f.heads.first() else { return Vec::new() };
        let head = &grid.lines[head as usize];
        let mut out = Vec::new();
        let blank = |kind| {
            let mut gap = self.blank(kind, &head.id);
            self.element(&mut gap, head.name.as_deref().unwrap_or(&head.id), villages);
            (gap.people, gap.households) = (Some(f.people), Some(f.households));
            gap.provenance = self.provenance(head.source);
            let lines = f.lines.iter().map(|&l| grid.lines[l as usize].coords.to_vec());
            gap.shape = Shape::Lines(lines.filter(|l| l.len() >= 2).collect());
            gap.confidence = Confidence::Computed;
            gap.severity = severity(f.length_m / self.rules.long_feeder_m);
            gap.extra.insert("feeder".into(), json!(head.id));
            gap.extra.insert("transformers".into(), json!(f.transformers.len()));
            gap.extra.insert("length_m".into(), json!(metres(f.length_m)));
            gap
        };
        if f.radial {
            let mut gap = blank("radial_feeder");
            (gap.measured, gap.threshold, gap.unit) = (Some(1.0), Some(2.0), "sources");
            gap.rule = message("rule_radial", &[]);
            let fills = [
                ("households", count(f.households).into()),
                ("people", count(f.people).into()),
                ("transformers", f.transformers.len().to_string().into()),
            ];
            gap.why = message("why_radial_feeder", &fills);
            let text = message("ev_bridge", &[]);
            let mut e = evidence("bridge", Confidence::Computed, Some(f.households), "households", text);
            e.sources.push(head.id.clone());
            gap.evidence.push(e);
            if let Some((id, m, cost)) = tie {
                let mut remedy = Remedy::works("tie_line", m, cost, self.currency);
                remedy.links.push(id.to_owned());
                gap.remedy = Some(remedy);
            }
            out.push(gap);
        }
        if f.length_m > self.rules.long_feeder_m {
            let mut gap = blank("long_feeder");
            (gap.measured, gap.threshold, gap.unit) = (Some(metres(f.length_m)), Some(self.rules.long_feeder_m), "m");
            gap.severity = severity(f.length_m / self.rules.long_feeder_m - 1.0);
            let limit = || Fill::from(length(self.rules.long_feeder_m));
            gap.rule = message("rule_long_feeder", &[("limit", limit())]);
            let fills =
                [("far", length(f.length_m).into()), ("limit", limit()), ("households", count(f.households).into())];
            gap.why = message("why_long_feeder", &fills);
            let text = message("ev_feeder_length", &[]);
            gap.evidence.push(evidence("feeder_length", Confidence::Computed, Some(metres(f.length_m)), "m", text));
            out.push(gap);
        }
        out
    }

    fn element(&self, gap: &mut Gap, name: &str, villages: &[u32]) {
        gap.village_name = name.to_owned();
        let of: Vec<&Village> = villages.iter().map(|&v| &self.world.villages[v as usize]).collect();
        gap.county = of.first().and_then(|v| v.county.clone());
        gap.town = of.first().and_then(|v| v.town.clone()).filter(|t| of.iter().all(|v| v.town.as_ref() == Some(t)));
        gap.extra.insert("villages".into(), of.iter().map(|v| Value::from(v.id.as_str())).collect());
    }

    fn provenance(&self, source: u16) -> crate::world::Provenance {
        self.world.sources.get(usize::from(source)).map(|s| s.provenance).unwrap_or_default()
    }

    fn blank(&self, kind: &'static str, code: &str) -> Gap {
        let empty = || Bilingual { zh: String::new(), en: String::new() };
        Gap {
            id: format!("power:{kind}:{code}"),
            theme: "power",
            kind,
            village: None,
            village_name: String::new(),
            town: None,
            county: None,
            verdict: Verdict::Gap,
            severity: 0.0,
            measured: None,
            threshold: None,
            unit: "pu",
            rule: empty(),
            confidence: Confidence::Computed,
            why: empty(),
            evidence: Vec::new(),
            people: None,
            households: None,
            remedy: None,
            department: self.rules.department.clone(),
            provenance: Default::default(),
            extra: Default::default(),
            planned: None,
            shape: Shape::Point(Coord { x: 0.0, y: 0.0 }),
        }
    }
}
