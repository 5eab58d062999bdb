//! What to build first where works are shared: everybody connected together at the least cost, or the most people for a
//! budget (definitions, section 7). The same for roads ([`super::road_plan`]) and fibre ([`super::fibre_plan`]); they say
//! who wants what, on which graph, and what a metre costs. Plans of water and power have the same form.
//!
//! 1. The road graph up to the root (the main network, or the access nodes), with each village's joints ([`JointRoads`]).
//! 2. Everybody: a Steiner tree with a proven lower bound ([`crate::network::steiner`]).
//! 3. A budget (`choice.rs`): on each of several forests (each village's own cheapest way; the tree of step 2) the best
//!    choice is exact ([`Frontier`]). The chosen villages are joined anew by a tree of their own, what that saves is spent
//!    on more of them, and villages are exchanged while that helps.
//! 4. Order (`order.rs`): again and again what brings the most for the money, stretches already built being free.
//! 5. An upper bound of what the budget can do, by shares of the cost ([`crate::network::shares`]).

mod choice;
mod order;
pub mod told;

use std::collections::BTreeMap;

use serde::Serialize;

use super::need::Needs;
use super::projects;
use crate::findings::Findings;
use crate::gaps::{BySurface, Gap, Verdict, metres};
use crate::network::shares::{cost_shares, most_gain};
use crate::network::{JointRoads, Ways};
use crate::standards::Weights;

/// Steps of the Steiner search for everybody.
const STEPS: u64 = 60_000_000;
/// Of the shares of the upper bound.
const STEPS_SHARES: u64 = 60_000_000;

/// What a plan should do: by default, to serve everybody.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ask {
    /// In the atlas's currency; without it everybody is connected.
    pub budget: Option<f64>,
    /// People times their need instead of people alone.
    pub by_need: Option<Weights>,
    pub county: Option<String>,
    /// Villages whose access is unknown, too.
    pub unknown: bool,
    /// Villages whose gap projects close are left out, and roads that projects build whole cost nothing. Straight new lines
    /// and fibre cost what they cost: no project is known to build those that a plan would choose.
    pub without_planned: bool,
}

/// One stretch of a plan, in the order of building.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Work {
    pub id: String,
    pub order: usize,
    /// Of roads paved, gravel, earth, unknown or new; of fibre along_road or straight; of water connection; of power the
    /// kind of works.
    pub surface: &'static str,
    pub length_m: f64,
    pub cost: f64,
    pub cost_so_far: f64,
    /// Villages that are connected once it is built.
    pub villages: Vec<String>,
    pub people: f64,
    pub people_so_far: f64,
    /// Roads it runs along.
    pub roads: Vec<String>,
    /// Of water: where it comes from, and how much a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub m3_d: Option<f64>,
    /// Projects that build some of it anyway, and what of its cost that is.
    pub projects: Vec<String>,
    pub double_financed: f64,
    #[serde(skip)]
    pub line: Vec<geo::Coord>,
}

/// A village of a plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Connected {
    pub id: String,
    pub name: String,
    pub people: Option<f64>,
    /// Order of the work that connects it; 0 where none is needed beyond what others need.
    pub after: usize,
    pub length_m: f64,
    /// Of roads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by_surface: Option<BySurface>,
}

/// A point of the curve of money against people.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CurvePoint {
    pub cost: f64,
    pub people: f64,
    pub villages: usize,
    /// No plan of this cost can do more; `None` where the plan weighs people by need.
    pub people_at_most: Option<f64>,
}

/// A joint plan of one theme.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct JointPlan {
    pub theme: &'static str,
    pub budget: Option<f64>,
    pub weighted_by_need: bool,
    pub currency: String,
    pub cost: f64,
    pub villages_connected: usize,
    pub people: f64,
    /// People, or people times need.
    pub gain: f64,
    /// No plan for this budget has a greater gain.
    pub gain_at_most: f64,
    /// Villages with a gap that some way leads to; and those that none leads to.
    pub villages_asked: usize,
    pub villages_without_way: Vec<String>,
    /// Left out because projects connect them.
    pub villages_planned: Vec<String>,
    /// Longest way that is allowed, metres; of fibre.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub way_at_most_m: Option<f64>,
    /// Of the works.
    pub double_financed: f64,
    /// Everybody together.
    pub everybody: Everybody,
    pub works: Vec<Work>,
    pub villages: Vec<Connected>,
    pub curve: Vec<CurvePoint>,
}

/// Connecting everybody.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Everybody {
    pub cost: f64,
    /// Nothing that connects everybody costs less.
    pub cost_at_least: f64,
    /// (cost − bound) / cost, per cent.
    pub gap_percent: f64,
    /// Each village's own cheapest way, shared stretches once: what building in the order of a list costs. Of
    /// water whom the list leaves without (the yields are used up) counts at what the joint plan pays for it.
    pub one_by_one: f64,
    /// Each village's own cheapest way, shared stretches for each: what separate projects would cost.
    pub each_alone: f64,
    /// one_by_one − cost, per cent of one_by_one.
    pub saved_percent: f64,
    pub people: f64,
    pub villages: usize,
}

/// What a plan of roads or fibre is about.
pub(super) struct Problem<'a> {
    pub f: &'a Findings,
    pub theme: &'static str,
    pub roads: JointRoads<'a>,
    /// Villages by index into the world; parallel to the points.
    pub villages: Vec<usize>,
    /// Left out.
    pub planned: Vec<usize>,
    /// Per village of the problem: projects that connect it anyway, all of its way.
    pub done_by: Vec<Vec<String>>,
    pub people: Vec<f64>,
    pub gain: Vec<f64>,
    /// Longest way, metres.
    pub longest_m: f64,
}

impl<'a> Problem<'a> {
    pub fn new(f: &'a Findings, theme: &'static str, roads: JointRoads<'a>, a: Asking, longest_m: f64) -> Self {
        let Asking { villages, planned, done_by, people, gain } = a;
        Problem { f, theme, roads, villages, planned, done_by, people, gain, longest_m }
    }
}

/// Who asks, and what projects do for them.
pub(super) struct Asking {
    pub villages: Vec<usize>,
    pub planned: Vec<usize>,
    pub done_by: Vec<Vec<String>>,
    pub people: Vec<f64>,
    pub gain: Vec<f64>,
}

impl Asking {
    /// Villages that stand as asked and `open`, with their gaps among `gaps`.
    pub fn new<'a>(
        f: &Findings,
        ask: &Ask,
        verdict: impl Fn(usize) -> Verdict,
        open: impl Fn(usize) -> bool,
        gaps: impl Iterator<Item = &'a Gap>,
    ) -> Self {
        let w = &f.world;
        let wanted = |i: usize| {
            let verdict = verdict(i) == Verdict::Gap || (ask.unknown && verdict(i) == Verdict::Unknown);
            let county = ask.county.is_none() || w.villages[i].county == ask.county;
            verdict && county && open(i)
        };
        let villages: Vec<usize> = (0..w.villages.len()).filter(|&i| wanted(i)).collect();
        let mut by: BTreeMap<&str, Vec<&Gap>> = BTreeMap::new();
        for g in gaps {
            if let Some(v) = g.village.as_deref() {
                by.entry(v).or_default().push(g);
            }
        }
        let gaps_of = |i: usize| by.get(w.villages[i].id.as_str()).map_or(&[][..], Vec::as_slice);
        let all = |i: usize, is: fn(&Gap) -> bool| !gaps_of(i).is_empty() && gaps_of(i).iter().all(|g| is(g));
        let closed = |i: usize| ask.without_planned && all(i, projects::is_planned);
        let (planned, villages): (Vec<usize>, Vec<usize>) = villages.into_iter().partition(|&i| closed(i));
        let done_by = |&i: &usize| {
            let whole = all(i, projects::done_whole);
            let planned = gaps_of(i).iter().filter(|_| whole).filter_map(|g| g.planned.as_ref());
            planned.flat_map(|p| p.projects.iter().cloned()).collect()
        };
        let people: Vec<f64> = villages.iter().map(|&i| w.villages[i].population.unwrap_or(0.0)).collect();
        let gain = gains(f, ask, &villages, &people);
        let done_by = villages.iter().map(done_by).collect();
        Asking { villages, planned, done_by, people, gain }
    }
}

/// What each village counts for: its people, or people times need.
pub(super) fn gains(f: &Findings, ask: &Ask, villages: &[usize], people: &[f64]) -> Vec<f64> {
    let Some(weights) = &ask.by_need else { return people.to_vec() };
    let needs = Needs::new(f);
    let need = |i: usize| needs.need(i, &weights.list()).map_or(0.0, |n| n.0);
    villages.iter().zip(people).map(|(&i, p)| p * need(i)).collect()
}

/// Plans.
pub(super) fn plan(p: &Problem, ask: &Ask) -> JointPlan {
    let all: Vec<usize> = (0..p.villages.len()).filter(|&i| p.roads.alone(i).is_some()).collect();
    let without = (0..p.villages.len()).filter(|&i| p.roads.alone(i).is_none());
    let id = |i: usize| p.f.world.villages[i].id.clone();
    let without: Vec<String> = without.map(|i| id(p.villages[i])).collect();
    let own = p.roads.nearest(&all);
    let joint = p.tree(&all, STEPS);
    // The tree is never dearer than what it began with, but rounding may differ.
    let (joint, least) = match joint {
        Some((ways, least)) if ways.cost() <= own.cost() => (ways, least),
        Some((_, least)) => (own.clone(), least),
        None => (own.clone(), 0.0),
    };
    let (cost, one_by_one) = (joint.cost(), own.cost());
    let everybody = Everybody {
        cost: metres(cost),
        cost_at_least: metres(least.min(cost)),
        gap_percent: percent(cost - least.min(cost), cost),
        one_by_one: metres(one_by_one),
        each_alone: metres(all.iter().filter_map(|&i| p.roads.alone(i)).sum::<f64>() + 0.0),
        saved_percent: percent(one_by_one - cost, one_by_one),
        people: all.iter().map(|&i| p.people[i]).sum::<f64>() + 0.0,
        villages: all.len(),
    };
    let shares = {
        let gain: Vec<f64> = all.iter().map(|&i| p.gain[i]).collect();
        let share = cost_shares(&p.roads.instance(&all).0, &gain, STEPS_SHARES);
        (share, gain)
    };
    let at_most = |budget: f64| most_gain(&shares.0, &shares.1, budget);
    let limit = ask.budget.unwrap_or(f64::INFINITY).min(cost);
    let forests = [&joint, &own].map(|w| p.frontier(w, &all, cost.max(one_by_one)));
    let chosen = match ask.budget {
        Some(budget) if budget < cost => p.choose(&all, &[&joint, &own], &forests, budget),
        _ => joint.clone(),
    };
    let curve = p.curve(&all, &forests, cost, ask.by_need.is_none().then_some(&at_most as &dyn Fn(f64) -> f64));
    let (works, villages) = p.order(&chosen);
    JointPlan {
        theme: p.theme,
        budget: ask.budget,
        weighted_by_need: ask.by_need.is_some(),
        currency: p.f.atlas.currency.clone(),
        cost: metres(chosen.cost()),
        villages_connected: villages.len(),
        people: villages.iter().filter_map(|v| v.people).sum::<f64>() + 0.0,
        gain: round(p.gain_of(&chosen)),
        gain_at_most: round(at_most(limit).max(p.gain_of(&chosen))),
        villages_asked: p.villages.len(),
        villages_without_way: without,
        villages_planned: p.planned.iter().map(|&i| id(i)).collect(),
        way_at_most_m: p.longest_m.is_finite().then_some(p.longest_m),
        double_financed: metres(works.iter().map(|w| w.double_financed).sum()),
        everybody,
        works,
        villages,
        curve,
    }
}

/// `a` of `b`.
pub(super) fn percent(a: f64, b: f64) -> f64 {
    if b > 0.0 { (a / b * 1e4).round() / 100.0 + 0.0 } else { 0.0 }
}

pub(super) fn round(v: f64) -> f64 {
    (v * 1e4).round() / 1e4 + 0.0
}

/// Points with a path in these ways.
fn members(w: &Ways) -> Vec<usize> {
    (0..w.paths.len()).filter(|&i| w.paths[i].is_some()).collect()
}
