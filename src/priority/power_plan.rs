//! Which power works first: works on a low-voltage network serve all villages on it, lines to villages without power serve
//! one each (definitions, sections 3 and 7).
//!
//! A village is served when every gap of it with known works is mended. Works that are known only in part (a survey comes
//! first) are no way.

use std::collections::BTreeMap;

use geo::Coord;

use super::bundles::Bundles;
use super::joint::told::{self, Needing, Reached};
use super::joint::{Ask, Asking, Connected, Everybody, JointPlan, Work, percent, round};
use super::power_works::PowerWorks;
use crate::findings::Findings;
use crate::gaps::{Gap, Remedy, metres};

/// Points of the curve.
const CURVE: usize = 40;

/// One work: on a network, or a village's own.
struct Item {
    id: String,
    kind: &'static str,
    length_m: f64,
    cost: f64,
    point: Option<Coord>,
}

struct Problem<'a> {
    f: &'a Findings,
    a: Asking,
    items: Vec<Item>,
    bundles: Bundles,
    /// Villages of the bundles among those that ask.
    number: Vec<usize>,
}

/// Plans power. `None` where the atlas says nothing of it.
pub fn plan(f: &Findings, ask: &Ask) -> Option<JointPlan> {
    f.power.facts.as_ref()?;
    let p = Problem::new(f, ask);
    let b = &p.bundles;
    let id = |k: usize| f.world.villages[p.a.villages[k]].id.clone();
    let all: Vec<usize> = (0..p.number.len()).collect();
    let cost = b.cost_of(&all);
    let tradeoffs = b.tradeoffs();
    let limit = ask.budget.unwrap_or(f64::INFINITY).min(cost);
    let mut budgets: Vec<f64> = (0..CURVE).map(|k| cost * k as f64 / CURVE as f64).collect();
    budgets.push(limit);
    let mut found = tradeoffs.within(&budgets);
    let chosen = if limit < cost { found[CURVE].clone() } else { all.clone() };
    found.push(all.clone());
    let at_most = |budget: f64| tradeoffs.at_most(budget);
    let reached = found.iter().map(|s| p.reached(s)).collect();
    let curve = told::curve(reached, ask.by_need.is_none().then_some(&at_most as &dyn Fn(f64) -> f64));
    let (works, villages) = p.order(&chosen);
    let alone = all.iter().map(|&i| b.cost_of(&[i])).sum::<f64>() + 0.0;
    Some(JointPlan {
        theme: "power",
        budget: ask.budget,
        weighted_by_need: ask.by_need.is_some(),
        currency: f.atlas.currency.clone(),
        cost: metres(b.cost_of(&chosen)),
        villages_connected: villages.len(),
        people: villages.iter().filter_map(|v| v.people).sum::<f64>() + 0.0,
        gain: round(b.gain_of(&chosen)),
        gain_at_most: round(at_most(limit).max(b.gain_of(&chosen))),
        villages_asked: p.a.villages.len(),
        villages_without_way: (0..p.a.villages.len()).filter(|k| !p.number.contains(k)).map(id).collect(),
        villages_planned: p.a.planned.iter().map(|&i| f.world.villages[i].id.clone()).collect(),
        way_at_most_m: None,
        double_financed: metres(works.iter().map(|w| w.double_financed).sum()),
        // Everybody's works are what they are, whoever begins; only what is shared is saved.
        everybody: Everybody {
            cost: metres(cost),
            cost_at_least: metres(cost),
            gap_percent: 0.0,
            one_by_one: metres(cost),
            each_alone: metres(alone),
            saved_percent: percent(0.0, cost),
            people: all.iter().map(|&i| p.a.people[p.number[i]]).sum::<f64>() + 0.0,
            villages: all.len(),
        },
        works,
        villages,
        curve,
    })
}

impl<'a> Problem<'a> {
    fn new(f: &'a Findings, ask: &Ask) -> Self {
        let a = Asking::new(f, ask, |i| f.power.villages[i].verdict, |_| true, f.power.gaps.iter());
        let mut gaps: BTreeMap<&str, Vec<&Gap>> = BTreeMap::new();
        for g in &f.power.gaps {
            if let Some(v) = g.village.as_deref() {
                gaps.entry(v).or_default().push(g);
            }
        }
        let shared = PowerWorks::new(f);
        let mut items: Vec<Item> = shared
            .all
            .iter()
            .map(|w| Item { id: w.id.clone(), kind: w.kind, length_m: w.length_m, cost: w.cost, point: w.point })
            .collect();
        let (mut bundles, mut number) = (Bundles::default(), Vec::new());
        for (k, &i) in a.villages.iter().enumerate() {
            let v = &f.world.villages[i];
            let of = gaps.get(v.id.as_str()).map_or(&[][..], Vec::as_slice);
            let mut needs: Vec<u32> = Vec::new();
            if of.iter().any(|g| g.kind == "low_voltage") {
                let Some(works) = shared.of(i) else { continue };
                needs.extend(works);
                // Works along the whole network are shown where they are first needed.
                works.iter().for_each(|&n| {
                    items[n as usize].point.get_or_insert(v.point);
                });
            }
            // One new line brings both a grid and three phases.
            let mut own: BTreeMap<&str, (&Gap, &Remedy)> = BTreeMap::new();
            for g in of.iter().filter(|g| g.kind != "low_voltage") {
                let Some(r) = g.remedy.as_ref().filter(|r| r.cost > 0.0) else { continue };
                let best = own.entry(r.kind).or_insert((g, r));
                if r.cost > best.1.cost {
                    *best = (g, r);
                }
            }
            for (g, r) in own.into_values() {
                needs.push(items.len() as u32);
                items.push(Item {
                    id: format!("power-works:{}", g.id),
                    kind: r.kind,
                    length_m: r.length_m,
                    cost: r.cost,
                    point: Some(v.point),
                });
            }
            if needs.is_empty() {
                continue;
            }
            number.push(k);
            bundles.needs.push(needs);
            bundles.gain.push(a.gain[k]);
        }
        bundles.cost = items.iter().map(|i| i.cost).collect();
        Problem { f, a, items, bundles, number }
    }

    fn reached(&self, chosen: &[usize]) -> Reached {
        Reached {
            cost: self.bundles.cost_of(chosen),
            gain: self.bundles.gain_of(chosen),
            people: chosen.iter().map(|&i| self.a.people[self.number[i]]).sum(),
            villages: chosen.len(),
        }
    }

    fn order(&self, chosen: &[usize]) -> (Vec<Work>, Vec<Connected>) {
        let served: Vec<Needing> = chosen
            .iter()
            .map(|&i| Needing {
                village: self.a.villages[self.number[i]],
                people: self.a.people[self.number[i]],
                gain: self.bundles.gain[i],
                works: self.bundles.needs[i].clone(),
            })
            .collect();
        // A work is paid twice where projects close the gaps of all villages that it is for.
        let mut by: BTreeMap<u32, (bool, Vec<String>)> = BTreeMap::new();
        for &i in chosen {
            let done = &self.a.done_by[self.number[i]];
            for &w in &self.bundles.needs[i] {
                let all = by.entry(w).or_insert((true, Vec::new()));
                all.0 &= !done.is_empty();
                all.1.extend(done.iter().cloned());
            }
        }
        let work = |n: u32, order: usize, spent: f64| {
            let item = &self.items[n as usize];
            let (whole, mut projects) = by.get(&n).cloned().unwrap_or_default();
            projects.retain(|_| whole);
            projects.sort();
            projects.dedup();
            Work {
                id: item.id.clone(),
                order,
                surface: item.kind,
                length_m: metres(item.length_m),
                cost: metres(item.cost),
                cost_so_far: metres(spent),
                villages: Vec::new(),
                people: 0.0,
                people_so_far: 0.0,
                roads: Vec::new(),
                source: None,
                m3_d: None,
                double_financed: if projects.is_empty() { 0.0 } else { metres(item.cost) },
                projects,
                line: item.point.into_iter().collect(),
            }
        };
        told::in_order(self.f, &served, &self.bundles.cost, |n| self.items[n as usize].length_m, work)
    }
}
