//! Which unsafe villages to connect to which safe sources first, under the sources' yields (definitions, sections 4 and 7).
//!
//! The model is that of the connections of single villages ([`crate::gaps::water`]): what a village needs, what a source has
//! to spare and what a connection costs. There all villages are joined together at the least cost by the litre; here a
//! connection is paid whole, and a budget decides who has one ([`super::supply`]).

use super::joint::told::{self, Needing, Reached};
use super::joint::{Ask, Asking, Connected, CurvePoint, Everybody, JointPlan, Work, percent, round};
use super::supply::{Served, Supply, Way};
use crate::findings::Findings;
use crate::gaps::metres;
use crate::gaps::water::{WaterWay, litres_needed, ways};

/// Points of the curve.
const CURVE: usize = 40;

struct Problem<'a> {
    f: &'a Findings,
    a: Asking,
    /// Parallel to the ways of the supply.
    ways: Vec<Vec<WaterWay>>,
    supply: Supply,
    /// Villages of the supply among those that ask.
    number: Vec<usize>,
}

/// Plans connections. `None` where the atlas says nothing of water.
pub fn plan(f: &Findings, ask: &Ask) -> Option<JointPlan> {
    f.water.facts.as_ref()?;
    let p = Problem::new(f, ask);
    let id = |k: usize| f.world.villages[p.a.villages[k]].id.clone();
    let everybody = p.everybody();
    let (cost, mut bound) = (everybody.cost, p.supply.bound());
    let chosen = match ask.budget {
        Some(budget) if budget < cost => p.supply.choose(budget),
        _ => everybody.clone(),
    };
    let limit = ask.budget.unwrap_or(f64::INFINITY);
    if limit < cost {
        bound.sharpen(limit);
    }
    let at_most = |budget: f64| bound.at_most(budget);
    let curve = p.curve(&everybody, &chosen, ask.by_need.is_none().then_some(&at_most as &dyn Fn(f64) -> f64));
    let without = (0..p.a.villages.len()).filter(|k| !p.number.contains(k)).map(id).collect();
    let (works, villages) = p.order(&chosen);
    Some(JointPlan {
        theme: "water",
        budget: ask.budget,
        weighted_by_need: ask.by_need.is_some(),
        currency: f.atlas.currency.clone(),
        cost: metres(chosen.cost),
        villages_connected: villages.len(),
        people: villages.iter().filter_map(|v| v.people).sum::<f64>() + 0.0,
        gain: round(chosen.gain),
        gain_at_most: round(at_most(limit).max(chosen.gain)),
        villages_asked: p.a.villages.len(),
        villages_without_way: without,
        villages_planned: p.a.planned.iter().map(|&i| f.world.villages[i].id.clone()).collect(),
        way_at_most_m: None,
        double_financed: metres(works.iter().map(|w| w.double_financed).sum()),
        everybody: p.about(&everybody),
        works,
        villages,
        curve,
    })
}

fn members(s: &Served) -> Vec<usize> {
    (0..s.by.len()).filter(|&i| !s.by[i].is_empty()).collect()
}

impl<'a> Problem<'a> {
    fn new(f: &'a Findings, ask: &Ask) -> Self {
        let w = &f.world;
        let a = Asking::new(f, ask, |i| f.water.villages[i].verdict, |_| true, f.water.gaps.iter());
        // Nobody can say what is enough for a village whose people are not known.
        let asking: Vec<(u32, u64)> = a
            .villages
            .iter()
            .filter_map(|&i| Some((i as u32, litres_needed(w, i, &f.atlas.water).filter(|l| *l > 0)?)))
            .collect();
        let found = ways(w, &f.water.sources, &asking, &f.atlas.water);
        let (mut supply, mut number, mut kept) = (Supply::default(), Vec::new(), Vec::new());
        supply.spare = f.water.sources.iter().map(|s| s.spare_l.unwrap_or(0)).collect();
        for ((v, litres), ways) in asking.into_iter().zip(found).filter(|(_, w)| !w.is_empty()) {
            let Ok(k) = a.villages.binary_search(&(v as usize)) else { continue };
            number.push(k);
            supply.need.push(litres);
            supply.ways.push(ways.iter().map(|w| Way { source: w.source, price: w.cost }).collect());
            supply.gain.push(a.gain[k]);
            kept.push(ways);
        }
        Problem { f, a, ways: kept, supply, number }
    }

    /// As many as the yields allow, at the least cost that is found: by a choice without budget, or village by village in
    /// the order of a list.
    fn everybody(&self) -> Served {
        let list: Vec<usize> = (0..self.number.len()).collect();
        let one_by_one = self.supply.in_order(&list, f64::INFINITY);
        let best = self.supply.choose(f64::INFINITY);
        let cheaper = one_by_one.gain > best.gain || (one_by_one.gain >= best.gain && one_by_one.cost < best.cost);
        if cheaper { one_by_one } else { best }
    }

    fn about(&self, all: &Served) -> Everybody {
        let served = members(all);
        let price = |s: &Served, i: usize| -> f64 {
            s.by[i].iter().map(|&(k, _)| self.supply.ways[i][k as usize].price).sum::<f64>()
        };
        let list = self.supply.in_order(&served, f64::INFINITY);
        // Whom the list leaves without water counts at what the joint plan pays for it.
        let by_list = |&i: &usize| if list.by[i].is_empty() { price(all, i) } else { price(&list, i) };
        let one_by_one = served.iter().map(by_list).sum::<f64>().max(all.cost) + 0.0;
        let least = self.supply.cost_at_least(&served).min(all.cost);
        Everybody {
            cost: metres(all.cost),
            cost_at_least: metres(least),
            gap_percent: percent(all.cost - least, all.cost),
            one_by_one: metres(one_by_one),
            each_alone: metres(served.iter().map(|&i| self.alone(i)).sum::<f64>() + 0.0),
            saved_percent: percent(one_by_one - all.cost, one_by_one),
            people: served.iter().map(|&i| self.a.people[self.number[i]]).sum::<f64>() + 0.0,
            villages: served.len(),
        }
    }

    /// What a village costs if no other asks.
    fn alone(&self, i: usize) -> f64 {
        self.supply.in_order(&[i], f64::INFINITY).cost
    }

    fn curve(&self, all: &Served, chosen: &Served, at_most: Option<&dyn Fn(f64) -> f64>) -> Vec<CurvePoint> {
        let budgets = (0..CURVE).map(|k| self.supply.quick(all.cost * k as f64 / CURVE as f64).0);
        let found = budgets.chain([chosen.clone(), all.clone()]).map(|s| {
            let served = members(&s);
            let people = served.iter().map(|&i| self.a.people[self.number[i]]).sum();
            Reached { cost: s.cost, gain: s.gain, people, villages: served.len() }
        });
        told::curve(found.collect(), at_most)
    }

    fn order(&self, s: &Served) -> (Vec<Work>, Vec<Connected>) {
        let chosen = members(s);
        let links: Vec<(usize, u32, u64)> =
            chosen.iter().flat_map(|&i| s.by[i].iter().map(move |&(k, litres)| (i, k, litres))).collect();
        let cost: Vec<f64> = links.iter().map(|&(i, k, _)| self.supply.ways[i][k as usize].price).collect();
        let served: Vec<Needing> = chosen
            .iter()
            .map(|&i| Needing {
                village: self.a.villages[self.number[i]],
                people: self.a.people[self.number[i]],
                gain: self.supply.gain[i],
                works: (0u32..).zip(&links).filter(|(_, l)| l.0 == i).map(|(n, _)| n).collect(),
            })
            .collect();
        let metres_of = |n: u32| self.ways[links[n as usize].0][links[n as usize].1 as usize].metres;
        told::in_order(self.f, &served, &cost, metres_of, |n, order, spent| self.work(links[n as usize], order, spent))
    }

    fn work(&self, (i, k, litres): (usize, u32, u64), order: usize, spent: f64) -> Work {
        let w = &self.ways[i][k as usize];
        let source = &self.f.world.water.sources[w.source as usize];
        let asking = self.number[i];
        let village = &self.f.world.villages[self.a.villages[asking]];
        let by = &self.a.done_by[asking];
        Work {
            id: format!("water-link:{}:{}", village.id, source.id),
            order,
            surface: "connection",
            length_m: metres(w.metres),
            cost: metres(w.cost),
            cost_so_far: metres(spent),
            villages: Vec::new(),
            people: 0.0,
            people_so_far: 0.0,
            roads: Vec::new(),
            source: Some(source.id.clone()),
            m3_d: Some(litres as f64 / 1000.0),
            projects: by.clone(),
            double_financed: if by.is_empty() { 0.0 } else { metres(w.cost) },
            line: vec![village.point, source.point],
        }
    }
}
