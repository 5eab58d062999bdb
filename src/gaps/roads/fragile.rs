//! Villages whose only paved way runs over one edge.

use rayon::prelude::*;
use serde_json::json;

use super::super::{Confidence, Evidence, Gap, Shape, Verdict, known_total, metres};
use super::links::link_id;
use super::{Earlier, Find, extra, people_text};
use crate::network::{Access, Fragile, Hit, LastMile, LinkSurface, fragile_groups};
use crate::text::{length, message};
use crate::world::Village;

impl Find<'_> {
    /// Edges and the (connected) villages they can cut off, and every connected village's edges of the main network.
    pub(super) fn fragile(&self, mile: &LastMile, earlier: Option<&Earlier>) -> (Vec<Fragile>, Vec<Vec<Hit>>) {
        let access_m = self.rules.access_m;
        let hits: Vec<Vec<Hit>> = self
            .world
            .villages
            .par_iter()
            .enumerate()
            .map(|(i, v)| {
                if !matches!(mile.access[i], Access::Connected { .. }) {
                    return Vec::new();
                }
                match earlier {
                    Some(e) if !e.difference.near(v.point, access_m) => e.before.kept.hits[i].clone(),
                    _ => self.index.within(self.net, v.point, access_m, |e| self.reach.main[e as usize]),
                }
            })
            .collect();
        (fragile_groups(self.net, self.reach, &hits), hits)
    }

    pub(super) fn fragile_gap(&self, edges: &[u32], villages: &[u32]) -> Gap {
        let of: Vec<&Village> = villages.iter().map(|&v| &self.world.villages[v as usize]).collect();
        let people = known_total(of.iter().map(|v| v.population));
        let length_m: f64 = edges.iter().map(|&e| self.net.len[e as usize]).sum();
        let mut roads: Vec<String> =
            edges.iter().map(|&e| self.world.roads.id[self.net.road[e as usize] as usize].clone()).collect();
        roads.dedup();
        let lines: Vec<Vec<geo::Coord>> = edges.iter().map(|&e| self.net.line(e).to_vec()).collect();
        let id = link_id(LinkSurface::Paved, &roads, &lines.concat());
        let first = of[0];
        let single = of.len() == 1;
        Gap {
            id: format!("roads:fragile_access:{}", id.trim_start_matches("link-")),
            theme: "roads",
            kind: "fragile_access",
            village: single.then(|| first.id.clone()),
            village_name: if single { first.name.clone() } else { format!("{} + {}", first.name, of.len() - 1) },
            town: first.town.clone(),
            county: first.county.clone(),
            verdict: Verdict::Gap,
            severity: self.severity(Some(self.rules.access_m + length_m)),
            measured: Some(1.0),
            threshold: Some(2.0),
            unit: "paths",
            rule: message("rule_fragile", &[]),
            confidence: Confidence::Computed,
            why: message(
                "why_fragile",
                &[
                    ("length", length(length_m).into()),
                    ("villages", of.len().to_string().into()),
                    ("people", people_text(people)),
                ],
            ),
            evidence: vec![Evidence {
                kind: "bridge",
                confidence: Confidence::Computed,
                value: Some(metres(length_m)),
                unit: "m",
                text: message("rule_fragile", &[]),
                sources: roads,
            }],
            people,
            households: None,
            remedy: None,
            department: self.department(),
            provenance: of.iter().map(|v| v.provenance).max().unwrap_or_default(),
            extra: extra([
                ("villages", json!(of.iter().map(|v| &v.id).collect::<Vec<_>>())),
                ("length_m", json!(metres(length_m))),
            ]),
            planned: None,
            shape: if lines.len() == 1 { Shape::Line(lines.concat()) } else { Shape::Lines(lines) },
        }
    }
}
