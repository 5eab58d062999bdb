//! `analyze --pmtiles`: all layers in one file of vector tiles.

use std::path::Path;

use serde_json::json;

use super::Failure;
use crate::findings::Findings;
use crate::publish::Collection;
use crate::tiles::pmtiles::{Written, last_zoom, write};
use crate::tiles::{Tiles, describe};

/// Name of the file.
pub const NAME: &str = "tiles.pmtiles";

/// Writes the file into `dir`, beside it first, so that a reader never sees half of it.
pub fn archive(f: &Findings, all: &[Collection], dir: &Path) -> Result<Written, Failure> {
    let tiles = Tiles::new(all.len());
    let chosen: Vec<usize> = (0..all.len()).collect();
    let metadata = json!({
        "name": format!("{} / {}", f.atlas.title_zh, f.atlas.title_en),
        "description": "Villages without paved roads, power, water, broadband and services, and what would close the gaps",
        "attribution": f.atlas.attribution.join("; "),
        "type": "overlay",
        "version": f.data_version,
        "provenance": f.provenance,
        "vector_layers": describe::vector_layers(all, &chosen, &tiles, last_zoom(all, &tiles)),
    });
    let (part, path) = (dir.join(format!(".{NAME}.part")), dir.join(NAME));
    let wrong = |e: std::io::Error| format!("{}: cannot write: {e}", path.display());
    let written = write(&part, all, &tiles, &metadata).map_err(wrong)?;
    std::fs::rename(&part, &path).map_err(wrong)?;
    Ok(written)
}

/// In words.
pub fn told(w: &Written) -> String {
    format!("{} tiles, zooms 0 to {}, {} bytes in {NAME}", w.tiles, w.last_zoom, w.bytes)
}
