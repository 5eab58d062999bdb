//! For pieces of network that reach nothing: the shortest straight line to the network that does.

use rayon::prelude::*;

use super::index::{EdgeIndex, Hit};
use super::net::Net;
use super::reach::Reach;

/// Farthest a link is looked for, metres: beyond any region.
const FAR_M: f64 = 20_000_000.0;
/// Every so many positions of the piece one is asked for its nearest point of the network.
const SAMPLE: usize = 8;

/// The straight line that would join a piece: where it leaves the piece and where it lands.
#[derive(Debug, Clone, Copy)]
pub struct PieceLink {
    pub piece: u32,
    pub leaves: Hit,
    pub lands: Hit,
}

/// Shortest links for `pieces` (sorted), in the same order; pieces without any (no main network) are left out.
pub fn piece_links(net: &Net, index: &EdgeIndex, reach: &Reach, pieces: &[u32]) -> Vec<PieceLink> {
    let mut edges: Vec<Vec<u32>> = vec![Vec::new(); pieces.len()];
    for e in 0..net.edges() {
        if let Ok(i) = pieces.binary_search(&reach.piece[e]) {
            edges[i].push(e as u32);
        }
    }
    if !reach.main.contains(&true) {
        return Vec::new();
    }
    pieces
        .par_iter()
        .zip(&edges)
        .filter_map(|(&piece, edges)| {
            // Distances from sampled positions bound the search, so that the exact step looks at few pairs.
            let keep = |o: u32| reach.reaches[o as usize];
            let mut bound = FAR_M;
            for &e in edges {
                let line = net.line(e);
                for &p in line.iter().step_by(SAMPLE).chain(line.last()) {
                    if let Some(h) = index.nearest(net, p, bound, keep) {
                        bound = bound.min(h.dist);
                    }
                }
            }
            let mut best: Option<(Hit, Hit)> = None;
            for &e in edges {
                if let Some(found) = index.shortest_link(net, e, bound, keep)
                    && best.is_none_or(|b| found.0.dist < b.0.dist)
                {
                    bound = found.0.dist;
                    best = Some(found);
                }
            }
            let (leaves, lands) = best?;
            Some(PieceLink { piece, leaves, lands })
        })
        .collect()
}
