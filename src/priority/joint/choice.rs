//! Which villages a budget connects, and the ways that do it.

use super::super::branches::Candidate;
use super::super::knapsack::Frontier;
use super::{Problem, members};
use crate::network::steiner::{Options, solve};
use crate::network::{Link, Ways};

/// Steps of the Steiner search for a choice.
const STEPS_CHOICE: u64 = 6_000_000;
/// Rounds of exchanging villages; each leaves out every chosen village of few.
const ROUNDS: usize = 6;
/// With more chosen villages than this they are no longer left out one by one.
const FEW: usize = 24;

impl Problem<'_> {
    pub fn gain_of(&self, w: &Ways) -> f64 {
        members(w).iter().map(|&i| self.gain[i]).sum::<f64>() + 0.0
    }

    /// The tree that joins `wanted`, walked as ways, and the bound of its cost.
    pub fn tree(&self, wanted: &[usize], steps: u64) -> Option<(Ways, f64)> {
        let (mut instance, map) = self.roads.instance(wanted);
        let toll = self.roads.toll(wanted);
        instance.edges.iter_mut().zip(&map).filter(|(_, m)| **m == u32::MAX).for_each(|(e, _)| e.2 += toll);
        let options = Options { steps, ..Options::default() };
        let found = solve(&instance, &options).ok()?;
        let edges: Vec<u32> = found.edges.iter().map(|&e| map[e as usize]).collect();
        let ways = self.shortened(self.roads.along(&edges, wanted), edges, wanted);
        wanted
            .iter()
            .all(|&i| ways.paths[i].is_some())
            .then_some((ways, (found.lower_bound - toll * wanted.len() as f64).max(0.0)))
    }

    /// These ways (along `edges`), and where one is too long, along its own shortest way too. Cost grows with length
    /// where lengths have a limit, so that leaves each way the shortest among the edges.
    fn shortened(&self, mut ways: Ways, mut edges: Vec<u32>, wanted: &[usize]) -> Ways {
        for _ in 0..wanted.len() {
            let long = self.farther(&ways);
            let more = self.roads.own_edges(&long);
            if more.is_empty() {
                break;
            }
            edges.extend(more);
            ways = self.roads.along(&edges, wanted);
        }
        ways
    }

    /// Points whose way is longer than is allowed.
    pub fn farther(&self, w: &Ways) -> Vec<usize> {
        let long = |i: usize| w.paths[i].as_ref().is_some_and(|p| p.length_m() > self.longest_m * (1.0 + 1e-9));
        (0..w.paths.len()).filter(|&i| long(i)).collect()
    }

    fn candidates(&self, w: &Ways, wanted: &[usize]) -> Vec<Candidate> {
        let path = |i: usize| w.paths[i].as_ref().map_or_else(Vec::new, |p| p.links.clone());
        wanted.iter().map(|&i| Candidate { path: path(i), own_cost: 0.0 }).collect()
    }

    pub fn frontier(&self, w: &Ways, wanted: &[usize], most: f64) -> Frontier {
        let cost: Vec<f64> = w.links.iter().map(|l| l.cost).collect();
        let gain: Vec<f64> = wanted.iter().map(|&i| self.gain[i]).collect();
        Frontier::new(&self.candidates(w, wanted), &cost, &gain, most * (1.0 + 1e-12))
    }

    /// The best choice for a budget.
    pub fn choose(&self, all: &[usize], forests: &[&Ways], frontiers: &[Frontier], budget: f64) -> Ways {
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
}
