//! The stretches to build as features, each with everybody downstream.

use sha2::{Digest, Sha256};

use super::super::{Confidence, known_total, metres};
use super::{Find, LinkFeature};
use crate::network::{LastMile, LinkSurface};
use crate::world::Village;

impl Find<'_> {
    pub(super) fn link_features(&self, mile: &LastMile) -> Vec<LinkFeature> {
        let (v, s) = (self.world.villages.len(), self.world.schools.len());
        let mut seen = std::collections::HashMap::new();
        mile.links
            .iter()
            .map(|l| {
                let villages: Vec<&Village> =
                    l.points.iter().filter(|&&p| (p as usize) < v).map(|&p| &self.world.villages[p as usize]).collect();
                let roads: Vec<String> = l.roads.iter().map(|&r| self.world.roads.id[r as usize].clone()).collect();
                let base = link_id(l.surface, &roads, &l.line);
                let n = seen.entry(base.clone()).and_modify(|n| *n += 1).or_insert(1);
                let provenance = l
                    .roads
                    .iter()
                    .map(|&r| self.world.sources[self.world.roads.source[r as usize] as usize].provenance)
                    .chain(villages.iter().map(|v| v.provenance))
                    .max()
                    .unwrap_or_default();
                let mut ids: Vec<String> = villages.iter().map(|v| v.id.clone()).collect();
                ids.sort();
                LinkFeature {
                    id: if *n > 1 { format!("{base}-{n}") } else { base },
                    surface: l.surface,
                    length_m: metres(l.length_m),
                    cost: metres(l.cost),
                    currency: self.currency.to_string(),
                    village_count: ids.len(),
                    villages: ids,
                    people: known_total(villages.iter().map(|v| v.population)),
                    people_unknown: villages.iter().filter(|v| v.population.is_none()).count(),
                    households: known_total(villages.iter().map(|v| v.households)),
                    schools: l.points.iter().filter(|&&p| (v..v + s).contains(&(p as usize))).count(),
                    townships: l.points.iter().filter(|&&p| p as usize >= v + s).count(),
                    roads,
                    confidence: Confidence::Computed,
                    provenance,
                    line: l.line.clone(),
                }
            })
            .collect()
    }
}

/// Stable id of a stretch: a digest of its surface, its roads' ids and its two ends.
pub fn link_id(surface: LinkSurface, roads: &[String], line: &[geo::Coord]) -> String {
    let mut h = Sha256::new();
    h.update(surface.as_str());
    for r in roads {
        h.update([0]);
        h.update(r);
    }
    for c in line.first().iter().chain(line.last().iter()) {
        h.update(format!("|{:.6},{:.6}", c.x, c.y));
    }
    let digest = h.finalize();
    let hex: String = digest[..6].iter().map(|b| format!("{b:02x}")).collect();
    format!("link-{hex}")
}
