//! Which parts of the network are the main network, which can reach it, which are cut off (definitions, section 2).

use geo::Coord;
use serde::Serialize;

use super::index::EdgeIndex;
use super::net::Net;
use super::union_find::UnionFind;
use crate::world::{RoadClass, Roads, Surface};

/// What anchors the main network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AnchorUse {
    /// Township or county seats and roads of a trunk class, as far as the data have them.
    SeatsAndTrunkRoads,
    /// The data have neither, or none touches a paved road: the longest paved component.
    LongestPaved,
    /// There is no paved road at all.
    Nothing,
}

/// Per edge and per component: what belongs to what.
pub struct Reach {
    pub anchors: AnchorUse,
    /// Edge is part of the main network.
    pub main: Vec<bool>,
    /// Edge would be part of it if every road of unknown surface were paved.
    pub main_if_unknown_paved: Vec<bool>,
    /// Component of the whole network (all surfaces), by edge; the smallest vertex of it.
    pub piece: Vec<u32>,
    /// The edge's piece contains some of the main network.
    pub reaches: Vec<bool>,
    /// Pieces that do not, and their total length in metres.
    pub cut_off_pieces: usize,
    pub cut_off_m: f64,
    /// Edges that are anchors themselves: paved, of a trunk class or within reach of a seat.
    pub anchor_edges: Vec<bool>,
}

/// Finds the main network. `seats` are positions of township and county seats, `access_m` in metres.
pub fn reach(
    net: &Net,
    roads: &Roads,
    index: &EdgeIndex,
    seats: &[Coord],
    trunk: &[RoadClass],
    access_m: f64,
) -> Reach {
    let surface = |e: usize| roads.surface[net.road[e] as usize];
    let paved = |e: usize| surface(e) == Surface::Paved;
    let maybe = |e: usize| matches!(surface(e), Surface::Paved | Surface::Unknown);

    let mut near_seat = vec![false; net.edges()];
    for &s in seats {
        for h in index.within(net, s, access_m, |e| maybe(e as usize)) {
            near_seat[h.edge as usize] = true;
        }
    }
    let is_trunk: Vec<bool> = (0..net.edges()).map(|e| trunk.contains(&roads.class[net.road[e] as usize])).collect();
    let anchored = |e: usize| near_seat[e] || is_trunk[e];

    let paved_piece = components(net, paved);
    let mut main_piece = vec![false; net.vertex.len()];
    let mut any = false;
    for e in (0..net.edges()).filter(|&e| paved(e) && anchored(e)) {
        main_piece[paved_piece[net.from[e] as usize] as usize] = true;
        any = true;
    }
    let anchors = if any {
        AnchorUse::SeatsAndTrunkRoads
    } else if let Some(longest) = longest_component(net, &paved_piece, paved) {
        main_piece[longest as usize] = true;
        AnchorUse::LongestPaved
    } else {
        AnchorUse::Nothing
    };
    let main: Vec<bool> =
        (0..net.edges()).map(|e| paved(e) && main_piece[paved_piece[net.from[e] as usize] as usize]).collect();

    let maybe_piece = components(net, maybe);
    let mut maybe_main = vec![false; net.vertex.len()];
    for e in 0..net.edges() {
        if main[e] || (maybe(e) && any && anchored(e)) {
            maybe_main[maybe_piece[net.from[e] as usize] as usize] = true;
        }
    }
    let main_if_unknown_paved =
        (0..net.edges()).map(|e| maybe(e) && maybe_main[maybe_piece[net.from[e] as usize] as usize]).collect();

    let whole = components(net, |_| true);
    let piece: Vec<u32> = net.from.iter().map(|&v| whole[v as usize]).collect();
    let mut piece_reaches = vec![false; net.vertex.len()];
    for e in 0..net.edges() {
        piece_reaches[piece[e] as usize] |= main[e];
    }
    let reaches: Vec<bool> = piece.iter().map(|&p| piece_reaches[p as usize]).collect();
    let mut cut: Vec<u32> = (0..net.edges()).filter(|&e| !reaches[e]).map(|e| piece[e]).collect();
    cut.sort_unstable();
    cut.dedup();
    Reach {
        anchors,
        cut_off_pieces: cut.len(),
        cut_off_m: (0..net.edges()).filter(|&e| !reaches[e]).map(|e| net.len[e]).sum(),
        anchor_edges: (0..net.edges()).map(|e| main[e] && anchored(e)).collect(),
        main,
        main_if_unknown_paved,
        piece,
        reaches,
    }
}

/// Smallest vertex of each vertex's component over the edges that pass `keep`.
fn components(net: &Net, keep: impl Fn(usize) -> bool) -> Vec<u32> {
    let mut sets = UnionFind::new(net.vertex.len());
    for e in (0..net.edges()).filter(|&e| keep(e)) {
        sets.union(net.from[e], net.to[e]);
    }
    sets.labels()
}

fn longest_component(net: &Net, piece: &[u32], keep: impl Fn(usize) -> bool) -> Option<u32> {
    let mut total = vec![0.0; net.vertex.len()];
    for e in (0..net.edges()).filter(|&e| keep(e)) {
        total[piece[net.from[e] as usize] as usize] += net.len[e];
    }
    // The first of equally long ones.
    (0..total.len())
        .filter(|&v| total[v] > 0.0)
        .max_by(|&a, &b| total[a].total_cmp(&total[b]).then(b.cmp(&a)))
        .map(|v| v as u32)
}
