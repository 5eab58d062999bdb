//! Neighbouring administrative villages without a paved way between them.

use rayon::prelude::*;
use serde_json::{Value, json};

use super::super::borders::neighbours;
use super::super::{BySurface, Confidence, Evidence, Gap, Remedy, Shape, Verdict, metres};
use super::{Earlier, Find, extra};
use crate::network::{LinkSurface, NeighbourPath, Repair, Terminal, paved_paths};
use crate::text::{length, message};
use crate::world::metric::distance_m;
use crate::world::{Village, VillageIx, VillageStatus};

/// Gaps between neighbouring administrative villages, and what was looked at.
pub(super) struct Neighbours {
    pub gaps: Vec<Gap>,
    /// Indexes of villages.
    pub pairs: Vec<(u32, u32)>,
    /// By village.
    pub terminals: Vec<Terminal>,
    /// By pair.
    pub paths: Vec<NeighbourPath>,
}

impl Find<'_> {
    pub(super) fn neighbours(&self, earlier: Option<&Earlier>) -> Neighbours {
        if !self.world.has_roads {
            return Neighbours { gaps: Vec::new(), pairs: Vec::new(), terminals: Vec::new(), paths: Vec::new() };
        }
        let pairs: Vec<(u32, u32, f64)> = match earlier {
            Some(e) => {
                let straight = |a: u32, b: u32| distance_m(self.point(a), self.point(b));
                e.before.pairs.iter().map(|&(a, b)| (a, b, straight(a, b))).collect()
            }
            None => {
                let administrative: Vec<VillageIx> = (0..self.world.villages.len() as u32)
                    .filter(|&i| self.world.villages[i as usize].status == VillageStatus::Administrative)
                    .map(VillageIx)
                    .collect();
                let pairs = neighbours(self.world, &administrative, self.rules.neighbour_max_m);
                pairs.iter().map(|p| (p.0.0, p.1.0, p.2)).collect()
            }
        };
        let (access_m, max_access_m) = (self.rules.access_m, self.rules.max_access_m);
        let both: Vec<(Terminal, bool)> = self
            .world
            .villages
            .par_iter()
            .enumerate()
            .map(|(i, v)| {
                if let Some(e) = earlier {
                    let old = &e.before.kept.terminals[i];
                    if !e.changed.near(v.point, old.farthest_m().unwrap_or(max_access_m).max(access_m)) {
                        return (old.clone(), true);
                    }
                }
                let (joints, beyond) = self.index.joints(self.net, v.point, access_m, max_access_m);
                (Terminal::new(self.net, v.point, &joints, beyond), false)
            })
            .collect();
        let (terminals, same): (Vec<Terminal>, Vec<bool>) = both.into_iter().unzip();
        let detour = self.rules.neighbour_detour;
        let reaches_m = |i: u32| terminals[i as usize].farthest_m().unwrap_or(0.0);
        let as_before = |e: &Earlier, &(a, b, straight): &(u32, u32, f64)| {
            let longest = detour * straight + reaches_m(a) + reaches_m(b);
            same[a as usize] && same[b as usize] && !e.changed.on_the_way(self.point(a), self.point(b), longest)
        };
        let old: Vec<bool> = match earlier {
            Some(e) => pairs.par_iter().map(|p| as_before(e, p)).collect(),
            None => vec![false; pairs.len()],
        };
        let anew: Vec<(u32, u32, f64)> = pairs.iter().zip(&old).filter(|(_, old)| !**old).map(|(p, _)| *p).collect();
        let mut found =
            paved_paths(self.net, &self.world.roads, &terminals, &anew, detour, &self.rules.cost_per_km).into_iter();
        let mut told = earlier.map_or(&[][..], |e| &e.before.neighbours).iter();
        let mut paths = Vec::with_capacity(pairs.len());
        let mut gaps = Vec::new();
        for (k, (&(a, b, straight), old)) in pairs.iter().zip(old).enumerate() {
            // Gaps stand in the order of the pairs.
            let before = earlier.map(|e| &e.before.kept.paths[k]);
            let gap = before.filter(|p| p.repair.is_some()).and_then(|_| told.next());
            let path = match before.filter(|_| old) {
                Some(p) => p.clone(),
                None => found.next().unwrap_or_default(),
            };
            match (&path.repair, gap.filter(|_| old)) {
                (Some(_), Some(gap)) => gaps.push(gap.clone()),
                (Some(repair), None) => {
                    let pair = (VillageIx(a), VillageIx(b));
                    gaps.push(self.neighbour_gap(pair, straight, repair.clone(), path.if_unknown_paved_m));
                }
                _ => {}
            }
            paths.push(path);
        }
        Neighbours { gaps, pairs: pairs.iter().map(|p| (p.0, p.1)).collect(), terminals, paths }
    }

    fn point(&self, i: u32) -> geo::Coord {
        self.world.villages[i as usize].point
    }

    pub(super) fn neighbour_gap(
        &self,
        (a, b): (VillageIx, VillageIx),
        straight: f64,
        repair: Repair,
        maybe: Option<f64>,
    ) -> Gap {
        let (va, vb) = (&self.world.villages[a.0 as usize], &self.world.villages[b.0 as usize]);
        let limit = straight * self.rules.neighbour_detour;
        let verdict = if maybe.is_some() { Verdict::Unknown } else { Verdict::Gap };
        let work: f64 = repair.by_surface[1..].iter().sum();
        let key = if maybe.is_some() { "why_neighbours_unknown" } else { "why_neighbours" };
        let fills =
            [("straight", length(straight).into()), ("limit", length(limit).into()), ("work", length(work).into())];
        let by_surface: BySurface = repair.by_surface.into();
        let lines = if repair.lines.is_empty() { vec![vec![va.point, vb.point]] } else { repair.lines };
        let sum = |f: fn(&Village) -> Option<f64>| f(va).zip(f(vb)).map(|(x, y)| x + y);
        Gap {
            id: format!("roads:neighbours_unpaved:{}~{}", va.id, vb.id),
            theme: "roads",
            kind: "neighbours_unpaved",
            village: Some(va.id.clone()),
            village_name: format!("{} – {}", va.name, vb.name),
            town: va.town.clone(),
            county: va.county.clone(),
            verdict,
            severity: self.severity(Some(self.rules.access_m + work)),
            measured: None,
            threshold: Some(metres(limit)),
            unit: "m",
            rule: message("rule_neighbours", &[("factor", format!("{}", self.rules.neighbour_detour).into())]),
            confidence: Confidence::Computed,
            why: message(key, &fills),
            evidence: vec![Evidence {
                kind: "straight_distance",
                confidence: Confidence::Computed,
                value: Some(metres(straight)),
                unit: "m",
                text: message("ev_straight", &[]),
                sources: vec![va.id.clone(), vb.id.clone()],
            }],
            people: sum(|v| v.population),
            households: sum(|v| v.households),
            remedy: Some(Remedy {
                kind: if repair.by_surface[LinkSurface::New as usize] > 0.0 { "new_link" } else { "pave" },
                length_m: metres(work),
                cost: metres(repair.cost),
                currency: self.currency.to_string(),
                links: Vec::new(),
                by_surface: Some(by_surface),
            }),
            department: self.department(),
            provenance: va.provenance.max(vb.provenance),
            extra: extra([
                ("other", json!(vb.id)),
                ("straight_m", json!(metres(straight))),
                ("paved_path_m", Value::Null),
                ("path_if_unknown_paved_m", json!(maybe.map(metres))),
            ]),
            planned: None,
            shape: if lines.len() == 1 {
                Shape::Line(lines.into_iter().next().unwrap_or_default())
            } else {
                Shape::Lines(lines)
            },
        }
    }
}
