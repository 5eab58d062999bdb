//! Neighbouring administrative villages without a paved way between them.

use rayon::prelude::*;
use serde_json::{Value, json};

use super::super::borders::neighbours;
use super::super::{BySurface, Confidence, Evidence, Gap, Remedy, Shape, Verdict, metres};
use super::{Find, extra};
use crate::network::{LinkSurface, Repair, Terminal, paved_paths};
use crate::text::{length, message};
use crate::world::{Village, VillageIx, VillageStatus};

impl Find<'_> {
    /// Gaps between neighbouring administrative villages, and the pairs looked at, as indexes of villages.
    pub(super) fn neighbours(&self) -> (Vec<Gap>, Vec<(u32, u32)>) {
        if !self.world.has_roads {
            return (Vec::new(), Vec::new());
        }
        let administrative: Vec<VillageIx> = (0..self.world.villages.len() as u32)
            .filter(|&i| self.world.villages[i as usize].status == VillageStatus::Administrative)
            .map(VillageIx)
            .collect();
        let pairs = neighbours(self.world, &administrative, self.rules.neighbour_max_m);
        let terminals: Vec<Terminal> = self
            .world
            .villages
            .par_iter()
            .map(|v| {
                let (access_m, max_access_m) = (self.rules.access_m, self.rules.max_access_m);
                let (joints, beyond) = self.index.joints(self.net, v.point, access_m, max_access_m);
                Terminal::new(self.net, v.point, &joints, beyond)
            })
            .collect();
        let ids: Vec<(u32, u32, f64)> = pairs.iter().map(|p| (p.0.0, p.1.0, p.2)).collect();
        let detour = self.rules.neighbour_detour;
        let paths = paved_paths(self.net, &self.world.roads, &terminals, &ids, detour, &self.rules.cost_per_km);
        let gaps = pairs
            .iter()
            .zip(paths)
            .filter_map(|(&(a, b, straight), p)| {
                let repair = p.repair?;
                Some(self.neighbour_gap((a, b), straight, repair, p.if_unknown_paved_m))
            })
            .collect();
        (gaps, pairs.iter().map(|p| (p.0.0, p.1.0)).collect())
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
