//! From a network with low voltage to its cause and its remedy, told in words and money.

use super::super::{Confidence, metres};
use super::model::{Bad, Cause, PowerRemedy, SupplyPoint};
use super::networks::{Network, Problem, phases_of};
use super::pu_text;
use super::remedies::{Check, Patient, Works};
use super::topology::Topology;
use super::wires::{Element, FAR_M, Wires};
use crate::network::flow::Workspace;
use crate::standards::PowerRules;
use crate::text::{Fill, length, message};
use crate::world::power::{Level, PowerGrid};

/// What the search for remedies reads.
pub(super) struct Bench<'a> {
    pub grid: &'a PowerGrid,
    pub topology: &'a Topology,
    pub wires: &'a Wires,
    pub rules: &'a PowerRules,
    pub currency: &'a str,
}

/// Number for a voltage: `0.873 pu`.
fn after_text(pu: f64) -> Fill {
    format!("{} pu", pu_text(pu)).into()
}

impl Bench<'_> {
    /// Why the points of a network are under the limit (definitions, section 3: likely cause).
    pub fn cause(&self, network: &Network, low: &[&SupplyPoint]) -> Cause {
        if low.iter().all(|p| p.confidence == Some(Confidence::Measured) && !model_agrees(p)) {
            let far = low.iter().any(|p| p.modelled_low.is_none() && self.is_far(p));
            return if far { Cause::LongLine } else { Cause::Unknown };
        }
        if network.problem.is_none() && self.loading(network) > self.rules.overload {
            return Cause::OverloadedTransformer;
        }
        let worst = low.iter().min_by(|a, b| margin(a).total_cmp(&margin(b)).then(a.load.cmp(&b.load)));
        match worst {
            Some(p) if self.is_far(p) => Cause::LongLine,
            _ => Cause::ThinConductor,
        }
    }

    fn is_far(&self, p: &SupplyPoint) -> bool {
        p.length_m.is_some_and(|m| m > self.rules.supply_radius_m)
    }

    fn ratings(&self, network: &Network) -> Vec<f64> {
        let of = |&t: &u32| {
            let t = &self.grid.transformers[t as usize];
            t.rating_kva.unwrap_or(0.0) * t.parallel
        };
        network.sources.iter().map(of).collect()
    }

    fn loading(&self, network: &Network) -> f64 {
        let demand: crate::network::flow::Complex64 = network.island.load_va.iter().flatten().sum();
        demand.norm() / 1e3 / self.ratings(network).iter().sum::<f64>().max(1e-9)
    }

    /// The works for a network; `None` for one without low points.
    pub fn remedy(&self, w: &mut Workspace, network: &Network, low: &[&SupplyPoint]) -> PowerRemedy {
        if network.level != Level::Low || low.iter().all(|p| p.modelled_low.is_some() && !model_agrees(p)) {
            return self.survey("remedy_survey_model");
        }
        if matches!(network.problem, Some(Problem::NoImpedance(..) | Problem::NoRating(_))) {
            return self.survey("remedy_survey_data");
        }
        let mut patient = self.patient(network);
        match patient.remedy(w) {
            Some(p) => self.told(network, &patient, &p.works, p.cost, p.after_pu),
            None => self.survey("remedy_survey_none"),
        }
    }

    fn patient<'b>(&'b self, network: &'b Network) -> Patient<'b> {
        let present = network.island.lines.iter().fold(vec![0; network.nodes.len()], |mut m, l| {
            m[l.from as usize] |= l.phases;
            m[l.to as usize] |= l.phases;
            m
        });
        let supplied = network.island.sources.iter().fold(0, |m, s| m | s.phases);
        let checks = network.loads.iter().map(|&(load, bus)| {
            let phases = phases_of(&self.grid.loads[load as usize], present[bus as usize], supplied);
            let single = phases.count_ones() == 1;
            let limits = self.rules.limits(single);
            Check { bus, phases, phase_v: network.phase_v(single), low: limits.low, high: limits.high }
        });
        let metres_to = |bus: u32| {
            let p = self.topology.points[network.nodes[bus as usize] as usize]?;
            // From the nearest three-phase medium-voltage line, or from the old transformer.
            let medium = |e: Element| match e {
                Element::Line(i) => {
                    let l = &self.grid.lines[i as usize];
                    l.level == Some(Level::Medium) && l.phases.is_none_or(|p| p == crate::network::flow::ABC)
                }
                Element::Transformer(t) => network.sources.contains(&t),
                Element::Substation(_) => false,
            };
            self.wires.nearest(p, FAR_M, medium).map(|n| n.metres)
        };
        Patient {
            network,
            checks: checks.collect(),
            length_m: network.sections.iter().map(|&s| self.topology.sections[s as usize].length_m).collect(),
            rating_kva: self.ratings(network),
            extension_m: Box::new(metres_to),
            rules: self.rules,
        }
    }

    /// Nothing is known but the reading: look on the ground.
    pub fn check_on_site(&self) -> PowerRemedy {
        self.survey("remedy_survey_model")
    }

    fn survey(&self, key: &str) -> PowerRemedy {
        PowerRemedy {
            kind: "survey",
            text: message(key, &[]),
            point: None,
            rating_kva: None,
            transformers: 0,
            buses: Vec::new(),
            ratings_kva: Vec::new(),
            lines: Vec::new(),
            conductor: None,
            length_m: 0.0,
            cost: None,
            currency: self.currency.to_owned(),
            after_pu: None,
        }
    }

    fn told(&self, n: &Network, patient: &Patient, works: &Works, cost: f64, after_pu: f64) -> PowerRemedy {
        let mut out = PowerRemedy {
            cost: Some(metres(cost)),
            after_pu: Some((after_pu * 1e7).round() / 1e7),
            ..self.survey("remedy_survey_none")
        };
        let transformer = &self.grid.transformers[n.sources[0] as usize];
        let conductor = |k: usize| self.rules.remedy_conductors[k].clone();
        let stretch = |lines: &[u32]| {
            let ids = lines.iter().map(|&i| {
                let section = n.sections[i as usize] as usize;
                self.grid.lines[self.topology.sections[section].line as usize].id.clone()
            });
            let mut ids: Vec<String> = ids.collect();
            ids.dedup();
            (ids, lines.iter().map(|&i| patient.length_m[i as usize]).sum::<f64>() + 0.0)
        };
        let id = || Fill::from(transformer.id.clone());
        let kva = |r: f64| Fill::from(format!("{r:.0}"));
        let after = after_text(after_pu);
        match works {
            Works::LargerTransformer { rating_kva } => {
                out.kind = "larger_transformer";
                out.rating_kva = Some(*rating_kva);
                out.transformers = 1;
                let old = kva(patient.rating_kva[0]);
                let fills = [("transformer", id()), ("old", old), ("kva", kva(*rating_kva)), ("after", after)];
                out.text = message("remedy_larger_transformer", &fills);
            }
            Works::ThickerConductor { lines, conductor: k } => {
                out.kind = "thicker_conductor";
                (out.lines, out.length_m) = stretch(lines);
                out.conductor = Some(conductor(*k));
                let fills = [
                    ("length", length(out.length_m).into()),
                    ("count", out.lines.len().to_string().into()),
                    ("conductor", conductor(*k).into()),
                    ("after", after),
                ];
                out.text = message("remedy_thicker_conductor", &fills);
            }
            Works::NewTransformers { at } => {
                out.kind = "new_transformer";
                out.transformers = at.len();
                out.rating_kva = at.first().map(|a| a.1);
                let bus = |b: u32| self.grid.buses.get(n.nodes[b as usize] as usize).map(|x| x.id.clone());
                out.buses = at.iter().map(|a| bus(a.0).unwrap_or_default()).collect();
                out.ratings_kva = at.iter().map(|a| a.1).collect();
                let first = at.first().and_then(|a| self.topology.points[n.nodes[a.0 as usize] as usize]);
                out.point = first.map(|p| [p.x, p.y].map(|v| (v * 1e7).round() / 1e7));
                out.length_m = at.iter().filter_map(|a| (patient.extension_m)(a.0)).sum::<f64>() + 0.0;
                let ratings: Vec<String> = at.iter().map(|a| format!("{:.0}", a.1)).collect();
                let fills = [
                    ("count", at.len().to_string().into()),
                    ("kva", ratings.join(" + ").into()),
                    ("length", length(out.length_m).into()),
                    ("after", after),
                ];
                out.text = message("remedy_new_transformer", &fills);
            }
            Works::Both { rating_kva, lines, conductor: k } => {
                out.kind = "larger_and_thicker";
                out.rating_kva = Some(*rating_kva);
                out.transformers = 1;
                (out.lines, out.length_m) = stretch(lines);
                out.conductor = Some(conductor(*k));
                let fills = [
                    ("transformer", id()),
                    ("kva", kva(*rating_kva)),
                    ("length", length(out.length_m).into()),
                    ("conductor", conductor(*k).into()),
                    ("after", after),
                ];
                out.text = message("remedy_larger_and_thicker", &fills);
            }
        }
        out.length_m = metres(out.length_m);
        out
    }
}

/// The load flow too has this point under its limit.
pub(super) fn model_agrees(p: &SupplyPoint) -> bool {
    p.bad == Some(Bad::Low) && p.modelled_low.is_some_and(|v| v < p.low_limit)
}

/// How far over its limit the deciding voltage is, pu; of points judged by length, metres under the radius in the
/// same order.
pub(super) fn margin(p: &SupplyPoint) -> f64 {
    match p.pu {
        Some(pu) if p.bad == Some(Bad::High) => p.high_limit - pu,
        Some(pu) => pu - p.low_limit,
        None => -p.length_m.unwrap_or(0.0) * 1e-9,
    }
}
