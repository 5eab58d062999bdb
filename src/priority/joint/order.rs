//! The order of works, what each of them is, and the curve of money against people.

use super::super::knapsack::Frontier;
use super::super::projects;
use super::super::sequence::sequence;
use super::{Connected, CurvePoint, Problem, Work, members};
use crate::gaps::{BySurface, broadband, metres, roads};
use crate::network::{Link, LinkSurface, Ways};

/// Points of the curve.
const CURVE: usize = 60;

impl Problem<'_> {
    pub fn curve(
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
    pub fn order(&self, w: &Ways) -> (Vec<Work>, Vec<Connected>) {
        let chosen = members(w);
        // From the root outwards.
        let ways: Vec<Vec<u32>> =
            chosen.iter().map(|&i| w.paths[i].iter().flat_map(|p| p.links.iter().rev().copied()).collect()).collect();
        let cost: Vec<f64> = w.links.iter().map(|l| l.cost).collect();
        let gain: Vec<f64> = chosen.iter().map(|&i| self.gain[i]).collect();
        let id = |i: usize| self.f.world.villages[self.villages[i]].id.as_str();
        let names: Vec<&str> = chosen.iter().map(|&i| id(i)).collect();
        let mut works: Vec<Work> = Vec::new();
        let mut after = vec![0usize; w.paths.len()];
        let mut spent = 0.0;
        for taken in sequence(&ways, &cost, &gain, &names) {
            for l in taken.works {
                let link = &w.links[l as usize];
                spent += link.cost;
                works.push(self.work(link, works.len() + 1, spent));
            }
            for i in taken.done.into_iter().map(|k| chosen[k]) {
                after[i] = works.len();
                if let Some(last) = works.last_mut() {
                    last.villages.push(id(i).to_owned());
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
        let villages = chosen.iter().map(|&i| self.connected(w, i, after[i])).collect();
        (works, villages)
    }

    fn connected(&self, w: &Ways, i: usize, after: usize) -> Connected {
        let v = &self.f.world.villages[self.villages[i]];
        let p = w.paths[i].clone().unwrap_or_default();
        Connected {
            id: v.id.clone(),
            name: v.name.clone(),
            people: v.population,
            after,
            length_m: metres(p.work_m()),
            by_surface: (self.theme == "roads").then(|| BySurface::from(p.by_surface)),
        }
    }

    fn work(&self, link: &Link, order: usize, spent: f64) -> Work {
        let roads: Vec<String> = link.roads.iter().map(|&r| self.f.world.roads.id[r as usize].clone()).collect();
        let done_by = |p: &u32| &self.done_by[*p as usize];
        // For villages that projects connect all of their way it is paid twice, wherever the projects' lines are.
        let whole = !link.points.is_empty() && link.points.iter().all(|p| !done_by(p).is_empty());
        let (id, surface, along) = if self.theme == "roads" {
            let id = roads::link_id(link.surface, &roads, &link.line);
            (id, link.surface.as_str(), Some(projects::stretch(self.f, &link.line, link.cost)))
        } else {
            let of = link.points.iter().map(|&p| self.f.world.villages[self.villages[p as usize]].id.as_str());
            let straight = link.surface == LinkSurface::New;
            (broadband::link_id(&link.line, of), if straight { "straight" } else { "along_road" }, None)
        };
        let projects = &self.f.world.projects;
        let mut by: Vec<String> =
            along.iter().flat_map(|s| &s.along).map(|&p| projects[p as usize].id.clone()).collect();
        if whole {
            by.extend(link.points.iter().flat_map(|p| done_by(p).iter().cloned()));
        }
        by.sort();
        by.dedup();
        let share = if whole { 1.0 } else { along.map_or(0.0, |s| s.share_along()) };
        Work {
            id,
            order,
            surface,
            length_m: metres(link.length_m),
            cost: metres(link.cost),
            cost_so_far: metres(spent),
            villages: Vec::new(),
            people: 0.0,
            people_so_far: 0.0,
            roads,
            source: None,
            m3_d: None,
            projects: by,
            double_financed: metres(link.cost * share),
            line: link.line.clone(),
        }
    }
}
