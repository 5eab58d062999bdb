//! For pieces of network that reach nothing: the shortest straight line to the network that does.

use rayon::prelude::*;

use super::index::{EdgeIndex, Hit};
use super::net::Net;
use super::reach::Reach;

/// Search radii in metres, each tried only when nothing was found in the one before; the last spans any region.
const RADII_M: [f64; 6] = [300.0, 1_500.0, 8_000.0, 40_000.0, 200_000.0, 20_000_000.0];

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
            let (leaves, lands) = RADII_M.iter().find_map(|&radius| {
                let mut best: Option<(Hit, Hit)> = None;
                for &e in edges {
                    let max = best.map_or(radius, |b| b.0.dist);
                    if let Some(found) = index.shortest_link(net, e, max, |o| reach.reaches[o as usize])
                        && best.is_none_or(|b| found.0.dist < b.0.dist)
                    {
                        best = Some(found);
                    }
                }
                best
            })?;
            Some(PieceLink { piece, leaves, lands })
        })
        .collect()
}
