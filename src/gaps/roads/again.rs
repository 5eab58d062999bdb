//! What a run on nearly the same roads takes over from an earlier one, and where it must not.

use super::{Find, Gap, LinkFeature, RoadFindings, VillageRoads};
use crate::gaps::rai::Shares;
use crate::network::{Difference, Hit, NeighbourPath, Net, Reach, Standing, Terminal};
use crate::world::Village;

/// Steps of a run that a later one may take over; parallel to the world's villages but for `paths`.
pub struct Kept {
    pub(super) reach: Reach,
    /// Of villages, schools and seats.
    pub(super) standing: Standing,
    pub(super) terminals: Vec<Terminal>,
    /// Parallel to the pairs of neighbours.
    pub(super) paths: Vec<NeighbourPath>,
    /// Edges of the main network within reach of connected villages.
    pub(super) hits: Vec<Vec<Hit>>,
    pub(super) shares: Shares,
    pub(super) only_inferred: Vec<bool>,
}

/// An earlier run and what differs.
pub(super) struct Earlier<'a> {
    pub before: &'a RoadFindings,
    /// Edges that changed, or that joined or left the main network, what would be it, or what reaches it.
    pub difference: Difference<'a>,
    /// Edges that changed themselves.
    pub changed: Difference<'a>,
}

impl<'a> Earlier<'a> {
    pub fn new(before: &'a RoadFindings, changed: &[u32], net: &'a Net, reach: &Reach) -> Self {
        let (old, n) = (&before.kept.reach, before.network.net.edges());
        let moved = |e: usize| {
            e >= n
                || old.main[e] != reach.main[e]
                || old.reaches[e] != reach.reaches[e]
                || old.main_if_unknown_paved[e] != reach.main_if_unknown_paved[e]
        };
        let mut edges: Vec<u32> = (0..net.edges()).filter(|&e| moved(e)).map(|e| e as u32).collect();
        edges.extend_from_slice(changed);
        edges.sort_unstable();
        edges.dedup();
        Earlier { before, difference: Difference::new(net, &edges), changed: Difference::new(net, changed) }
    }

    /// The village's earlier gap, where nothing that it tells is different.
    pub fn same_gap(&self, v: &Village, i: usize, r: &VillageRoads, links: &[LinkFeature]) -> Option<&'a Gap> {
        let old = &self.before.villages[i];
        let facts = |r: &VillageRoads| {
            (r.state, r.verdict, r.confidence, r.distance_m, r.nearest_road_m, r.cut_off_link_m, r.disagrees)
        };
        let way = |r: &VillageRoads| r.path.as_ref().map(|p| (p.cost, p.by_surface, p.joint, p.links.len()));
        if facts(old) != facts(r) || way(old) != way(r) {
            return None;
        }
        if let (Some(a), Some(b)) = (&old.path, &r.path) {
            let same = |(x, y): (&u32, &u32)| self.before.links[*x as usize] == links[*y as usize];
            if !a.links.iter().zip(&b.links).all(same) {
                return None;
            }
        }
        let gaps = &self.before.gaps;
        let id = format!("roads:{}:{}", Find::village_kind(v, r), v.id);
        gaps.binary_search_by(|g| g.id.cmp(&id)).ok().map(|k| &gaps[k])
    }
}
