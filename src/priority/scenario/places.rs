//! Edits of water sources, access nodes and facilities.

use std::sync::Arc;

use super::Edit;
use crate::world::broadband::{BroadbandNode, Facility};
use crate::world::water::{Functional, SourceType, WaterSource};
use crate::world::{Provenance, World};

/// The next id that none of `taken` has, counting from the last.
fn free_id(base: &str, last: &mut usize, taken: impl Fn(&str) -> bool) -> String {
    loop {
        *last += 1;
        let id = format!("{base}-{last}");
        if !taken(&id) {
            return id;
        }
    }
}

/// True where there were any.
pub(super) fn water(w: &mut World, edits: &[Edit], source: u16) -> bool {
    let (mut any, mut last) = (false, 0);
    for e in edits {
        match e {
            Edit::Source { point, kind, yield_m3_d, elevation_m, villages, piped } => {
                let id = free_id("new-source", &mut last, |id| w.water.sources.iter().any(|s| s.id == id));
                let nearest = w
                    .villages
                    .iter()
                    .map(|v| (v, crate::world::metric::distance_m(v.point, *point)))
                    .min_by(|a, b| a.1.total_cmp(&b.1))
                    .map(|x| x.0);
                let new = WaterSource {
                    id: id.clone(),
                    name: None,
                    kind: Some(*kind),
                    functional: Functional::Yes,
                    yield_m3_d: *yield_m3_d,
                    users: None,
                    elevation_m: *elevation_m,
                    depth_m: None,
                    county: nearest.and_then(|v| v.county.clone()),
                    town: nearest.and_then(|v| v.town.clone()),
                    point: *point,
                    assured: true,
                    source,
                };
                let data = Arc::make_mut(&mut w.water);
                data.sources.push(new);
                data.has_sources = true;
                if !villages.is_empty() {
                    let all = Arc::make_mut(&mut w.villages);
                    for &v in villages {
                        let record = &mut all[v as usize].water;
                        record.source = Some(id.clone());
                        record.kind = Some(*kind);
                        if *piped {
                            record.piped_share = Some(1.0);
                        }
                    }
                }
            }
            Edit::MendSource(k) => {
                let s = &mut Arc::make_mut(&mut w.water).sources[*k as usize];
                (s.functional, s.assured) = (Functional::Yes, true);
                // What is not protected by its nature is protected by the works.
                s.kind = s.kind.map(|k| match k {
                    SourceType::UnprotectedWell => SourceType::ProtectedWell,
                    SourceType::UnprotectedSpring => SourceType::ProtectedSpring,
                    SourceType::Surface => SourceType::Piped,
                    k => k,
                });
            }
            _ => continue,
        }
        any = true;
    }
    any
}

/// True where there were any.
pub(super) fn nodes(w: &mut World, edits: &[Edit], source: u16) -> bool {
    let (mut any, mut last) = (false, 0);
    for e in edits {
        let Edit::Node { point, mbit_s } = e else { continue };
        let data = Arc::make_mut(&mut w.broadband);
        let id = free_id("new-node", &mut last, |id| data.nodes.iter().any(|n| n.id == id));
        data.nodes.push(BroadbandNode { id, name: None, mbit_s: *mbit_s, point: *point, source });
        data.has_nodes = true;
        any = true;
    }
    any
}

/// True where there were any.
pub(super) fn facilities(w: &mut World, edits: &[Edit]) -> bool {
    let (mut any, mut last) = (false, 0);
    for e in edits {
        let Edit::Facility { point, class } = e else { continue };
        let all = Arc::make_mut(&mut w.facilities);
        let id = free_id(&format!("new-{class}"), &mut last, |id| all.iter().any(|n| n.id == id));
        let (name, provenance) = (id.clone(), Provenance::Simulated);
        all.push(Facility { id, name, class: class.clone(), county: None, point: *point, provenance });
        w.has_facilities = true;
        any = true;
    }
    any
}
