//! What is slow when it is first asked for is made ahead, on a thread of its own: first what the page opens with, then
//! tables of all collections. An answer that needs one of these before waits for that part alone.

use std::sync::Arc;
use std::time::Instant;

use rayon::prelude::*;
use tracing::{info, warn};

use super::{Snapshot, ogc};

/// Collections that the page opens with.
const OPENING: [&str; 2] = ["counties", "roads"];

/// Zoom up to which their tiles are made: the last at which a region is looked at as a whole.
const ZOOM: u8 = 8;

pub fn begin(s: Arc<Snapshot>) {
    if let Err(e) = std::thread::Builder::new().name("warm".into()).spawn(move || make(&s)) {
        warn!("nothing is made ahead: {e}");
    }
}

fn make(s: &Snapshot) {
    let begin = Instant::now();
    s.village_columns();
    for at in OPENING.iter().filter_map(|id| s.collections.iter().position(|c| c.id == *id)) {
        ogc::make_tiles(s, at, ZOOM);
    }
    s.opening_ranking();
    let opening_s = begin.elapsed().as_secs_f64();
    // Large ones first, so that all cores are busy to the end.
    let mut all: Vec<_> = s.collections.iter().collect();
    all.sort_by_key(|c| std::cmp::Reverse(c.len()));
    all.par_iter().for_each(|c| {
        c.table();
    });
    info!(data_version = s.data_version, opening_s, seconds = begin.elapsed().as_secs_f64(), "made ahead");
}
