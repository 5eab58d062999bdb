//! Which roads to build first: everybody connected together at the least cost, or the most people for a budget
//! (definitions, section 7).
//!
//! 1. The road graph outside the main network, with each village's joints ([`JointRoads`]).
//! 2. Everybody: a Steiner tree with a proven lower bound ([`crate::network::steiner`]).
//! 3. A budget: on each of several forests (each village's own cheapest way; the tree of step 2) the best choice is exact
//!    ([`Frontier`]). The chosen villages are joined anew by a tree of their own, what that saves is spent on more of
//!    them, and villages are exchanged while that helps.
//! 4. Order: again and again what brings the most for the money, stretches already built being free.
//! 5. An upper bound of what the budget can do, by shares of the cost ([`crate::network::shares`]).

use std::collections::BTreeMap;

use serde::Serialize;

use super::branches::Candidate;
use super::knapsack::Frontier;
use super::need::Needs;
use super::projects;
use crate::findings::Findings;
use crate::gaps::roads::State;
use crate::gaps::{BySurface, Gap, Verdict, metres};
use crate::network::shares::{cost_shares, most_gain};
use crate::network::steiner::{Options, solve};
use crate::network::{JointRoads, Link, LinkSurface, Ways, reach};
use crate::standards::Weights;

/// Steps of the Steiner search for everybody, and for a choice under a budget.
const STEPS: u64 = 60_000_000;
const STEPS_CHOICE: u64 = 6_000_000;
/// Of the shares of the upper bound.
const STEPS_SHARES: u64 = 60_000_000;
/// Rounds of exchanging villages; each leaves out every chosen village of few.
const ROUNDS: usize = 6;
/// With more chosen villages than this they are no longer left out one by one.
const FEW: usize = 24;
/// Points of the curve.
const CURVE: usize = 60;

/// What a plan should do.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    /// In the atlas's currency; without it everybody is connected.
    pub budget: Option<f64>,
    /// People times their need instead of people alone.
    pub by_need: Option<Weights>,
    pub county: Option<String>,
    /// Villages whose access is unknown, too.
    pub unknown: bool,
    /// Villages whose gap projects close are left out, and roads that projects build whole cost nothing. Straight new lines
    /// cost what they cost: no project is known to build those that a plan would choose.
    pub without_planned: bool,
}

/// One stretch of a plan, in the order of building.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Work {
    pub id: String,
    pub order: usize,
    pub surface: LinkSurface,
    pub length_m: f64,
    pub cost: f64,
    pub cost_so_far: f64,
    /// Villages that are connected once it is built.
    pub villages: Vec<String>,
    pub people: f64,
    pub people_so_far: f64,
    /// Roads it runs along.
    pub roads: Vec<String>,
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
    pub by_surface: BySurface,
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

/// A joint road plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RoadPlan {
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
    /// Each village's own cheapest way, shared stretches once: what paving in the order of a list costs.
    pub one_by_one: f64,
    /// Each village's own cheapest way, shared stretches for each: what separate projects would cost.
    pub each_alone: f64,
    /// one_by_one − cost, per cent of one_by_one.
    pub saved_percent: f64,
    pub people: f64,
    pub villages: usize,
}

struct Problem<'a> {
    f: &'a Findings,
    roads: JointRoads,
    /// Villages by index into the world; parallel to the points.
    villages: Vec<usize>,
    /// Left out.
    planned: Vec<usize>,
    /// Per village of the problem: projects that connect it anyway, all of its way.
    done_by: Vec<&'a [String]>,
    people: Vec<f64>,
    gain: Vec<f64>,
}

/// Plans roads. `None` where the atlas has no roads.
pub fn plan(f: &Findings, ask: &Ask) -> Option<RoadPlan> {
    if !f.world.has_roads {
        return None;
    }
    let p = Problem::new(f, ask);
    let all: Vec<usize> = (0..p.villages.len()).filter(|&i| p.roads.alone(i).is_some()).collect();
    let without = (0..p.villages.len()).filter(|&i| p.roads.alone(i).is_none());
    let without: Vec<String> = without.map(|i| f.world.villages[p.villages[i]].id.clone()).collect();
    let own = p.roads.nearest(&all);
    let joint = p.tree(&all, STEPS);
    // The tree is never dearer than what it began with, but rounding may differ.
    let (joint, least) = match joint {
        Some((ways, least)) if ways.cost() <= own.cost() => (ways, least),
        Some((_, least)) => (own.clone(), least),
        None => (own.clone(), 0.0),
    };
    let (cost, one_by_one) = (joint.cost(), own.cost());
    let percent = |a: f64, b: f64| if b > 0.0 { (a / b * 1e4).round() / 100.0 + 0.0 } else { 0.0 };
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
    Some(RoadPlan {
        budget: ask.budget,
        weighted_by_need: ask.by_need.is_some(),
        currency: f.atlas.currency.clone(),
        cost: metres(chosen.cost()),
        villages_connected: villages.len(),
        people: villages.iter().filter_map(|v| v.people).sum::<f64>() + 0.0,
        gain: round(p.gain_of(&chosen)),
        gain_at_most: round(at_most(limit).max(p.gain_of(&chosen))),
        villages_asked: p.villages.len(),
        villages_without_way: without,
        villages_planned: p.planned.iter().map(|&i| f.world.villages[i].id.clone()).collect(),
        double_financed: metres(works.iter().map(|w| w.double_financed).sum()),
        everybody,
        works,
        villages,
        curve,
    })
}

fn round(v: f64) -> f64 {
    (v * 1e4).round() / 1e4 + 0.0
}

/// Points with a path in these ways.
fn members(w: &Ways) -> Vec<usize> {
    (0..w.paths.len()).filter(|&i| w.paths[i].is_some()).collect()
}

impl<'a> Problem<'a> {
    fn new(f: &'a Findings, ask: &Ask) -> Self {
        let (w, rules) = (&f.world, &f.atlas.roads);
        let wanted = |i: usize| {
            let r = &f.roads.villages[i];
            let verdict = r.verdict == Verdict::Gap || (ask.unknown && r.verdict == Verdict::Unknown);
            let county = ask.county.is_none() || w.villages[i].county == ask.county;
            verdict && county && !matches!(r.state, State::Connected | State::NoData)
        };
        let villages: Vec<usize> = (0..w.villages.len()).filter(|&i| wanted(i)).collect();
        let gap: BTreeMap<&str, &Gap> = f.roads.gaps.iter().filter_map(|g| Some((g.village.as_deref()?, g))).collect();
        let gap_of = |i: usize| gap.get(w.villages[i].id.as_str()).copied();
        let closed = |i: usize| ask.without_planned && gap_of(i).is_some_and(projects::is_planned);
        let (planned, villages): (Vec<usize>, Vec<usize>) = villages.into_iter().partition(|&i| closed(i));
        let done_by = |&i: &usize| {
            let planned = gap_of(i).filter(|g| projects::done_whole(g)).and_then(|g| g.planned.as_ref());
            planned.map_or(&[][..], |p| p.projects.as_slice())
        };
        let (net, index) = (&f.roads.network.net, &f.roads.network.index);
        let seats: Vec<_> = w.seats.iter().map(|s| s.point).collect();
        let reach = reach(net, &w.roads, index, &seats, &rules.trunk_classes, rules.access_m);
        let points = villages.iter().map(|&i| w.villages[i].point).collect();
        let limits = (rules.access_m, rules.max_access_m);
        let built = if ask.without_planned { projects::edges_built(f, net) } else { Vec::new() };
        let roads = JointRoads::new(net, &w.roads, index, &reach, points, (limits, &built), &rules.cost_per_km);
        let people: Vec<f64> = villages.iter().map(|&i| w.villages[i].population.unwrap_or(0.0)).collect();
        let gain = match &ask.by_need {
            None => people.clone(),
            Some(weights) => {
                let needs = Needs::new(f);
                let need = |i: usize| needs.need(i, &weights.list()).map_or(0.0, |n| n.0);
                villages.iter().zip(&people).map(|(&i, p)| p * need(i)).collect()
            }
        };
        let done_by = villages.iter().map(done_by).collect();
        Problem { f, roads, villages, planned, done_by, people, gain }
    }

    fn gain_of(&self, w: &Ways) -> f64 {
        members(w).iter().map(|&i| self.gain[i]).sum::<f64>() + 0.0
    }

    /// The tree that joins `wanted`, walked as ways, and the bound of its cost.
    fn tree(&self, wanted: &[usize], steps: u64) -> Option<(Ways, f64)> {
        let (mut instance, map) = self.roads.instance(wanted);
        let toll = self.roads.toll(wanted);
        instance.edges.iter_mut().zip(&map).filter(|(_, m)| **m == u32::MAX).for_each(|(e, _)| e.2 += toll);
        let options = Options { steps, ..Options::default() };
        let found = solve(&instance, &options).ok()?;
        let edges: Vec<u32> = found.edges.iter().map(|&e| map[e as usize]).collect();
        let ways = self.roads.along(&edges, wanted);
        wanted
            .iter()
            .all(|&i| ways.paths[i].is_some())
            .then_some((ways, (found.lower_bound - toll * wanted.len() as f64).max(0.0)))
    }

    fn candidates(&self, w: &Ways, wanted: &[usize]) -> Vec<Candidate> {
        let path = |i: usize| w.paths[i].as_ref().map_or_else(Vec::new, |p| p.links.clone());
        wanted.iter().map(|&i| Candidate { path: path(i), own_cost: 0.0 }).collect()
    }

    fn frontier(&self, w: &Ways, wanted: &[usize], most: f64) -> Frontier {
        let cost: Vec<f64> = w.links.iter().map(|l| l.cost).collect();
        let gain: Vec<f64> = wanted.iter().map(|&i| self.gain[i]).collect();
        Frontier::new(&self.candidates(w, wanted), &cost, &gain, most * (1.0 + 1e-12))
    }

    /// The best choice for a budget.
    fn choose(&self, all: &[usize], forests: &[&Ways], frontiers: &[Frontier], budget: f64) -> Ways {
        let mut best = Ways::default();
        let mut best_gain = -1.0;
        let offer = |ways: Ways, best: &mut Ways, best_gain: &mut f64| {
            let gain = self.gain_of(&ways);
            let cheaper = gain == *best_gain && ways.cost() < best.cost();
            if (gain > *best_gain || cheaper) && ways.cost() <= budget {
                (*best, *best_gain) = (ways, gain);
                return true;
            }
            false
        };
        for (ways, frontier) in forests.iter().zip(frontiers) {
            let chosen: Vec<usize> = frontier.within(budget).into_iter().map(|k| all[k]).collect();
            let start = self.only(ways, &chosen);
            let grown = self.grow(start.clone(), all, budget);
            offer(start, &mut best, &mut best_gain);
            offer(grown, &mut best, &mut best_gain);
        }
        for _ in 0..ROUNDS {
            let chosen = members(&best);
            let mut better = false;
            if chosen.len() <= FEW {
                for &leave in &chosen {
                    let rest: Vec<usize> = chosen.iter().copied().filter(|&i| i != leave).collect();
                    let Some(ways) = self.joined(&rest) else { continue };
                    let others: Vec<usize> = all.iter().copied().filter(|&i| i != leave).collect();
                    let grown = self.grow(ways, &others, budget);
                    better |= offer(grown, &mut best, &mut best_gain);
                }
            }
            let grown = self.grow(best.clone(), all, budget);
            better |= offer(grown, &mut best, &mut best_gain);
            if !better {
                break;
            }
        }
        best
    }

    /// These ways for some villages only.
    fn only(&self, w: &Ways, chosen: &[usize]) -> Ways {
        let mut used = vec![false; w.links.len()];
        let mut number = vec![0u32; w.links.len()];
        for &i in chosen {
            w.paths[i].iter().flat_map(|p| &p.links).for_each(|&l| used[l as usize] = true);
        }
        let mut out = Ways { paths: vec![None; w.paths.len()], links: Vec::new() };
        for (l, link) in w.links.iter().enumerate().filter(|(l, _)| used[*l]) {
            number[l] = out.links.len() as u32;
            let keep = |p: &&u32| chosen.contains(&(**p as usize));
            out.links.push(Link { points: link.points.iter().filter(keep).copied().collect(), ..link.clone() });
        }
        for &i in chosen {
            let path = w.paths[i].clone().map(|mut p| {
                p.links.iter_mut().for_each(|l| *l = number[*l as usize]);
                p
            });
            out.paths[i] = path;
        }
        out
    }

    fn joined(&self, chosen: &[usize]) -> Option<Ways> {
        if chosen.is_empty() {
            return Some(Ways { paths: vec![None; self.villages.len()], links: Vec::new() });
        }
        self.tree(chosen, STEPS_CHOICE).map(|t| t.0)
    }

    /// Joins the chosen anew, spends what is left on others, and so on while it helps.
    fn grow(&self, start: Ways, all: &[usize], budget: f64) -> Ways {
        let mut best = start;
        for _ in 0..all.len().max(1) {
            let chosen = members(&best);
            if let Some(ways) = self.joined(&chosen)
                && ways.cost() < best.cost()
            {
                best = ways;
            }
            let left = budget - best.cost();
            let more = self.affordable(&best, all, left);
            if more.is_empty() {
                break;
            }
            let both: Vec<usize> = chosen.iter().copied().chain(more).collect();
            let Some(ways) = self.joined(&both) else { break };
            if ways.cost() > budget {
                break;
            }
            best = ways;
        }
        best
    }

    /// Villages that what is left can connect on top of what is built: the best choice by the ways from there.
    fn affordable(&self, built: &Ways, all: &[usize], left: f64) -> Vec<usize> {
        let others: Vec<usize> = all.iter().copied().filter(|&i| built.paths[i].is_none()).collect();
        let beyond = self.roads.beyond(built, &others);
        let mut near = Vec::new();
        let mut candidates = Vec::new();
        for (&i, way) in others.iter().zip(&beyond.ways) {
            let Some((path, leg)) = way else { continue };
            let cost = leg + path.iter().map(|&e| beyond.price[e as usize]).sum::<f64>();
            if cost <= left {
                near.push(i);
                candidates.push(Candidate { path: path.clone(), own_cost: *leg });
            }
        }
        let gain: Vec<f64> = near.iter().map(|&i| self.gain[i]).collect();
        Frontier::new(&candidates, &beyond.price, &gain, left).within(left).into_iter().map(|k| near[k]).collect()
    }

    fn curve(
        &self,
        all: &[usize],
        frontiers: &[Frontier],
        cost: f64,
        at_most: Option<&dyn Fn(f64) -> f64>,
    ) -> Vec<CurvePoint> {
        let mut out: Vec<CurvePoint> = Vec::new();
        for k in 0..=CURVE {
            let budget = cost * k as f64 / CURVE as f64;
            let best = frontiers
                .iter()
                .filter_map(|f| {
                    let n = f.points.partition_point(|p| p.0 <= budget * (1.0 + 1e-12));
                    (n > 0).then(|| (f.points[n - 1], f))
                })
                .max_by(|a, b| a.0.1.total_cmp(&b.0.1).then(b.0.0.total_cmp(&a.0.0)));
            let Some((point, f)) = best else { continue };
            let chosen = f.within(budget * (1.0 + 1e-12));
            let people: f64 = chosen.iter().map(|&c| self.people[all[c]]).sum();
            let point = CurvePoint {
                cost: metres(point.0),
                people: people + 0.0,
                villages: chosen.len(),
                people_at_most: at_most.map(|m| m(point.0).max(people).round()),
            };
            if out.last().is_none_or(|p| p.cost < point.cost) {
                out.push(point);
            }
        }
        out
    }

    /// The works of these ways in the order in which they bring the most for the money.
    fn order(&self, w: &Ways) -> (Vec<Work>, Vec<Connected>) {
        let chosen = members(w);
        let mut built = vec![false; w.links.len()];
        let mut works: Vec<Work> = Vec::new();
        let mut left: Vec<usize> = chosen.clone();
        let mut after = vec![0usize; w.paths.len()];
        let mut spent = 0.0;
        let path = |i: usize| w.paths[i].as_ref().map_or(&[][..], |p| p.links.as_slice());
        let world = &self.f.world;
        while !left.is_empty() {
            // The village whose way, with all that hang on it, brings the most.
            let price = |i: usize, built: &[bool]| -> f64 {
                path(i).iter().filter(|&&l| !built[l as usize]).map(|&l| w.links[l as usize].cost).sum()
            };
            let value = |i: usize, built: &[bool]| -> (f64, f64) {
                let own = path(i);
                let done = |l: &u32| built[*l as usize] || own.contains(l);
                let gain = left.iter().filter(|&&k| path(k).iter().all(done)).map(|&k| self.gain[k]).sum();
                (gain, price(i, built))
            };
            let best =
                left.iter()
                    .map(|&i| (i, value(i, &built)))
                    .max_by(|a, b| {
                        let (x, y) = (a.1, b.1);
                        // gain ÷ cost, without dividing by nothing.
                        (x.0 * y.1).total_cmp(&(y.0 * x.1)).then(y.1.total_cmp(&x.1)).then_with(|| {
                            world.villages[self.villages[b.0]].id.cmp(&world.villages[self.villages[a.0]].id)
                        })
                    })
                    .map(|b| b.0);
            let Some(best) = best else { break };
            // From the main network outwards.
            for &l in path(best)
                .iter()
                .rev()
                .filter(|&&l| !std::mem::replace(&mut built[l as usize], true))
                .collect::<Vec<_>>()
            {
                let link = &w.links[l as usize];
                spent += link.cost;
                works.push(self.work(link, works.len() + 1, spent));
            }
            let (now, later): (Vec<usize>, Vec<usize>) =
                left.iter().partition(|&&i| path(i).iter().all(|&l| built[l as usize]));
            left = later;
            for i in now {
                after[i] = works.len();
                if let Some(last) = works.last_mut() {
                    last.villages.push(world.villages[self.villages[i]].id.clone());
                    last.people += self.people[i];
                }
            }
        }
        let mut so_far = 0.0;
        for work in &mut works {
            work.villages.sort();
            so_far += work.people;
            work.people_so_far = so_far;
        }
        let villages = chosen
            .iter()
            .map(|&i| {
                let v = &world.villages[self.villages[i]];
                let p = w.paths[i].clone().unwrap_or_default();
                Connected {
                    id: v.id.clone(),
                    name: v.name.clone(),
                    people: v.population,
                    after: after[i],
                    length_m: metres(p.work_m()),
                    by_surface: BySurface::from(p.by_surface),
                }
            })
            .collect();
        (works, villages)
    }

    fn work(&self, link: &Link, order: usize, spent: f64) -> Work {
        let roads: Vec<String> = link.roads.iter().map(|&r| self.f.world.roads.id[r as usize].clone()).collect();
        let stretch = projects::stretch(self.f, &link.line, link.cost);
        let done_by = |p: &u32| self.done_by[*p as usize];
        // For villages that projects connect all of their way it is paid twice, wherever the projects' lines are.
        let whole = !link.points.is_empty() && link.points.iter().all(|p| !done_by(p).is_empty());
        let along = stretch.along.iter().map(|&p| self.f.world.projects[p as usize].id.clone());
        let mut by: Vec<String> = along.collect();
        if whole {
            by.extend(link.points.iter().flat_map(|p| done_by(p).iter().cloned()));
        }
        by.sort();
        by.dedup();
        Work {
            id: crate::gaps::roads::link_id(link.surface, &roads, &link.line),
            order,
            surface: link.surface,
            length_m: metres(link.length_m),
            cost: metres(link.cost),
            cost_so_far: metres(spent),
            villages: Vec::new(),
            people: 0.0,
            people_so_far: 0.0,
            roads,
            projects: by,
            double_financed: metres(link.cost * if whole { 1.0 } else { stretch.share_along() }),
            line: link.line.clone(),
        }
    }
}
