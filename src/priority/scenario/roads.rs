//! Road edits: stretches to build found on the network again, roads drawn.

use super::{Edit, JOIN_M};
use crate::findings::Findings;
use crate::gaps::roads::LinkFeature;
use crate::network::{self, Drawn, Hit, Joining, LinkSurface, RoadNet, Stretch, TooManyCrossings};
use crate::world::metric::length_m;
use crate::world::{Roads, Surface};

/// What a scenario does to roads.
#[derive(Default)]
pub(super) struct RoadWorks {
    pub stretches: Vec<Stretch>,
    pub drawn: Vec<Drawn>,
    /// What the works cost by the rules, in the atlas's currency.
    pub cost: f64,
    pub length_m: f64,
}

impl RoadWorks {
    pub fn new(f: &Findings, edits: &[Edit]) -> Self {
        let (net, roads) = (&f.roads.network, &f.world.roads);
        let mut out = RoadWorks::default();
        let mut links: Vec<u32> = Vec::new();
        for e in edits {
            match e {
                Edit::PaveLinks(list) => links.extend(list),
                Edit::PaveRoad(road) => out.whole_road(f, net, roads, *road),
                Edit::Road { line, surface } => {
                    let m = length_m(line);
                    // A road is built for the price of a paved one, whatever its surface: rules know no other.
                    out.cost += m / 1000.0 * f.atlas.roads.cost_per_km.new;
                    out.length_m += m;
                    let id = format!("drawn-{}", out.drawn.len() + 1);
                    out.drawn.push(Drawn { id, line: line.clone(), surface: *surface });
                }
                _ => {}
            }
        }
        links.sort_unstable();
        links.dedup();
        for l in links {
            let link = &f.roads.links[l as usize];
            out.cost += link.cost;
            out.length_m += link.length_m;
            if link.surface == LinkSurface::New {
                out.drawn.push(Drawn { id: link.id.clone(), line: link.line.clone(), surface: Surface::Paved });
            } else {
                out.stretches.extend(stretches(net, roads, link));
            }
        }
        out
    }

    pub fn any(&self) -> bool {
        !self.stretches.is_empty() || !self.drawn.is_empty()
    }

    fn whole_road(&mut self, f: &Findings, net: &RoadNet, roads: &Roads, road: u32) {
        let begin = net.net.road.partition_point(|&r| r < road) as u32;
        let end = net.net.road.partition_point(|&r| r <= road) as u32;
        self.stretches.extend((begin..end).map(|edge| Stretch { edge, from: None, to: None }));
        let m = length_m(roads.line(road as usize));
        self.length_m += m;
        self.cost += m / 1000.0 * f.atlas.roads.cost_per_km.of(roads.surface[road as usize]);
    }

    pub fn carry_out(&self, f: &Findings, source: u16) -> Result<network::Edited, TooManyCrossings> {
        let joining = Joining { join_m: JOIN_M.max(f.atlas.roads.snap_m), snap_m: f.atlas.roads.snap_m };
        network::edit(&f.roads.network, &f.world.roads, &self.stretches, &self.drawn, joining, source)
    }
}

/// The parts of edges that a stretch to build runs along.
fn stretches(net: &RoadNet, roads: &Roads, link: &LinkFeature) -> Vec<Stretch> {
    let own = |e: u32| link.roads.iter().any(|id| *id == roads.id[net.net.road[e as usize] as usize]);
    let mut out: Vec<(u32, Hit, Hit)> = Vec::new();
    for w in link.line.windows(2) {
        let middle = (w[0] + w[1]) / 2.0;
        // Positions of links are those of the network; a metre is far more than their rounding.
        let Some(on) = net.index.nearest(&net.net, middle, 1.0, own) else { continue };
        let only = |e: u32| e == on.edge;
        let ends = [w[0], w[1]].map(|p| net.index.nearest(&net.net, p, 1.0, only));
        let [Some(a), Some(b)] = ends else { continue };
        let (lo, hi) = if order(&a, &b).is_le() { (a, b) } else { (b, a) };
        match out.iter_mut().find(|s| s.0 == on.edge) {
            Some(s) => {
                if order(&lo, &s.1).is_lt() {
                    s.1 = lo;
                }
                if order(&s.2, &hi).is_lt() {
                    s.2 = hi;
                }
            }
            None => out.push((on.edge, lo, hi)),
        }
    }
    out.into_iter().map(|(edge, lo, hi)| Stretch { edge, from: Some(lo), to: Some(hi) }).collect()
}

fn order(a: &Hit, b: &Hit) -> std::cmp::Ordering {
    a.seg.cmp(&b.seg).then(a.t.total_cmp(&b.t))
}
