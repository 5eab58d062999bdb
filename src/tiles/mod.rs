//! The collections as vector tiles (Mapbox Vector Tile 2.1) of the TileMatrixSet WebMercatorQuad. Knows no HTTP.
//!
//! 1. `layer`: shapes of a collection as positions on one whole-number grid of the world, read once when first asked for
//! 2. `thin`: from which zoom on each feature shows
//! 3. `grid`: positions on the grid of a zoom, the same for every tile and every feature
//! 4. `clip`, `area`: what of a shape is in the tile, always valid
//! 5. `fields`: which properties go along
//! 6. `encode`: bytes
//!
//! A tile is a function of the collection and its address alone, so equal data give equal bytes.

mod area;
mod cache;
mod clip;
pub mod describe;
mod encode;
mod fields;
mod grid;
mod layer;
pub mod pmtiles;
mod rings;
mod thin;
mod tile;

use std::sync::OnceLock;

use crate::publish::Collection;

pub use cache::{Cache, Key};
pub use clip::{BUFFER, EXTENT};
pub use layer::Layer;
pub use thin::CELL;
pub use tile::{Limits, MAX_ZOOM, Tile, degrees, fraction};

/// From this zoom on features have all their properties and their full shape.
pub const FULL_ZOOM: u8 = 12;

/// Media type of a tile.
pub const MEDIA: &str = "application/vnd.mapbox-vector-tile";

/// Layers of all collections, each made when it is first asked for.
pub struct Tiles {
    layers: Vec<OnceLock<Layer>>,
}

impl Tiles {
    /// Of as many collections as will be asked for.
    pub fn new(collections: usize) -> Self {
        Self { layers: (0..collections).map(|_| OnceLock::new()).collect() }
    }

    /// The layer of the collection in this place.
    pub fn layer(&self, at: usize, c: &Collection) -> Option<&Layer> {
        Some(self.layers.get(at)?.get_or_init(|| Layer::new(c)))
    }

    /// The tile with the layers of the collections in these places; no bytes where it shows nothing. At `last`, the
    /// deepest zoom of the set, no feature is left out, however small.
    ///
    /// A tile is its layers one after the other, so that a combined one is those of its collections, joined.
    pub fn encode(&self, all: &[Collection], chosen: &[usize], tile: Tile, last: u8) -> Vec<u8> {
        let mut out = Vec::new();
        for &at in chosen {
            if let Some(c) = all.get(at)
                && let Some(layer) = self.layer(at, c)
            {
                layer.encode(c, tile, last, &mut out);
            }
        }
        out
    }
}
