//! All tiles in one file that a browser reads by ranges: PMTiles, version 3.
//!
//! A writer of our own: a header, directories of varints and the tiles. Tiles are written as they are made; the first
//! 16 KiB, where the root directory has to be, are filled in at the end. The file is the same on every run.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::encode::varint;
use super::tile::{MAX_ZOOM, Tile};
use super::{BUFFER, EXTENT, Tiles};
use crate::publish::Collection;

const HEADER: usize = 127;
/// Header and root directory.
const HEAD: usize = 16384;
/// Tiles that are made at a time before they are written.
const AT_ONCE: usize = 2048;
/// Entries of the smallest leaf directories.
const LEAF: usize = 2048;

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    pub tiles: u64,
    pub bytes: u64,
    pub last_zoom: u8,
}

/// Bytes, compressed the same way every time.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::with_capacity(bytes.len() / 2 + 32), Compression::default());
    // Writing to memory does not fail.
    let _ = out.write_all(bytes);
    out.finish().unwrap_or_default()
}

/// Tiles one after the other in the file that have the same content, or a leaf directory (`run` 0).
struct Entry {
    id: u64,
    offset: u64,
    length: u32,
    run: u32,
}

fn directory(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    varint(&mut out, entries.len() as u64);
    let mut before = 0;
    for e in entries {
        varint(&mut out, e.id - before);
        before = e.id;
    }
    entries.iter().for_each(|e| varint(&mut out, e.run.into()));
    entries.iter().for_each(|e| varint(&mut out, e.length.into()));
    let mut next = None;
    for e in entries {
        // 0 means right behind the one before.
        varint(&mut out, if next == Some(e.offset) { 0 } else { e.offset + 1 });
        next = Some(e.offset + u64::from(e.length));
    }
    gzip(&out)
}

/// The root directory, small enough for its place, and the leaves under it.
fn directories(entries: &[Entry]) -> (Vec<u8>, Vec<u8>) {
    let root = directory(entries);
    if root.len() <= HEAD - HEADER {
        return (root, Vec::new());
    }
    let mut size = LEAF;
    loop {
        let (mut leaves, mut above) = (Vec::new(), Vec::new());
        for part in entries.chunks(size) {
            let leaf = directory(part);
            above.push(Entry { id: part[0].id, offset: leaves.len() as u64, length: leaf.len() as u32, run: 0 });
            leaves.extend_from_slice(&leaf);
        }
        let root = directory(&above);
        if root.len() <= HEAD - HEADER {
            return (root, leaves);
        }
        size *= 2;
    }
}

/// The tiles of a zoom that may show something, in the order of the file, from those of the zoom before.
fn next_zoom(all: &[Collection], above: &[Tile]) -> Vec<Tile> {
    let margin = f64::from(BUFFER) / f64::from(EXTENT);
    let busy = |t: &Tile| all.iter().any(|c| c.near(t.bounds(margin)).next().is_some());
    let mut out: Vec<Tile> = above.par_iter().flat_map_iter(|t| t.children()).filter(busy).collect();
    out.sort_by_key(|t| t.hilbert());
    out
}

/// The first zoom that shows every feature with all it has: where the file may stop.
pub fn last_zoom(all: &[Collection], tiles: &Tiles) -> u8 {
    let full = all.iter().enumerate().filter_map(|(k, c)| tiles.layer(k, c)).map(|l| l.zooms[1]);
    full.max().unwrap_or(0).min(MAX_ZOOM)
}

/// Writes all collections to a file; `metadata` is what readers are told of them.
pub fn write(path: &Path, all: &[Collection], tiles: &Tiles, metadata: &Value) -> io::Result<Written> {
    let last = last_zoom(all, tiles);
    let chosen: Vec<usize> = (0..all.len()).collect();
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(&[0; HEAD])?;
    let (mut entries, mut counts, mut length) = (Vec::<Entry>::new(), [0u64; 2], 0u64);
    let mut known: HashMap<[u8; 32], u64> = HashMap::new();
    let mut level: Vec<Tile> = Tile::new(0, 0, 0).into_iter().collect();
    for zoom in 0..=last {
        if zoom > 0 {
            level = next_zoom(all, &level);
        }
        for part in level.chunks(AT_ONCE) {
            let made: Vec<Vec<u8>> = part
                .par_iter()
                .map(|t| tiles.encode(all, &chosen, *t, last))
                .map(|b| if b.is_empty() { b } else { gzip(&b) })
                .collect();
            for (t, bytes) in part.iter().zip(&made).filter(|(_, b)| !b.is_empty()) {
                let id = t.hilbert();
                counts[0] += 1;
                let (digest, size) = (Sha256::digest(bytes).into(), bytes.len() as u64);
                let offset = *known.entry(digest).or_insert(length);
                if offset == length {
                    file.write_all(bytes)?;
                    length += size;
                    counts[1] += 1;
                }
                match entries.last_mut() {
                    Some(e) if e.offset == offset && e.id + u64::from(e.run) == id => e.run += 1,
                    _ => entries.push(Entry { id, offset, length: size as u32, run: 1 }),
                }
            }
        }
    }
    let about = gzip(metadata.to_string().as_bytes());
    let (root, leaves) = directories(&entries);
    file.write_all(&about)?;
    file.write_all(&leaves)?;
    let data = HEAD as u64;
    let sections = [
        [HEADER as u64, root.len() as u64],
        [data + length, about.len() as u64],
        [data + length + about.len() as u64, leaves.len() as u64],
        [data, length],
    ];
    let bbox = bounds(all);
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&header(sections, [counts[0], entries.len() as u64, counts[1]], last, bbox))?;
    file.write_all(&root)?;
    file.into_inner().map_err(|e| e.into_error())?.sync_all()?;
    let bytes = data + length + (about.len() + leaves.len()) as u64;
    Ok(Written { tiles: counts[0], bytes, last_zoom: last })
}

/// The box around all collections; the whole map without any features.
pub fn bounds(all: &[Collection]) -> [f64; 4] {
    all.iter()
        .filter_map(|c| c.bbox)
        .reduce(|a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
        .unwrap_or([-180.0, -85.0, 180.0, 85.0])
}

fn header(sections: [[u64; 2]; 4], counts: [u64; 3], last: u8, b: [f64; 4]) -> Vec<u8> {
    let mut out = b"PMTiles\x03".to_vec();
    for n in sections.into_iter().flatten().chain(counts) {
        out.extend_from_slice(&n.to_le_bytes());
    }
    // In order on the curve; gzip within and for tiles; vector tiles; zooms.
    out.extend_from_slice(&[1, 2, 2, 1, 0, last]);
    let degrees = |x: f64| ((x * 1e7).round() as i32).to_le_bytes();
    b.into_iter().for_each(|x| out.extend_from_slice(&degrees(x)));
    out.push(opening_zoom(b).min(last));
    out.extend_from_slice(&degrees((b[0] + b[2]) / 2.0));
    out.extend_from_slice(&degrees((b[1] + b[3]) / 2.0));
    out
}

/// The zoom at which a box is about as wide as a tile.
pub fn opening_zoom(b: [f64; 4]) -> u8 {
    let width = (b[2] - b[0]).max(b[3] - b[1]).max(1e-6);
    (360.0 / width).log2().floor().clamp(0.0, f64::from(MAX_ZOOM)) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_directory_is_split_and_the_root_fits() {
        // Offsets without any order, so that they do not compress.
        let entry =
            |id: u64| Entry { id: id * 3, offset: id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24, length: 7, run: 1 };
        let all: Vec<Entry> = (0..50_000).map(entry).collect();
        let (root, leaves) = directories(&all);
        assert!(root.len() <= HEAD - HEADER && leaves.len() > HEAD);
        assert!(directories(&all[..10]).1.is_empty());
        assert_eq!(header([[0; 2]; 4], [0; 3], 14, [0.0; 4]).len(), HEADER);
    }
}
