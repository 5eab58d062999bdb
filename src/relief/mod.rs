//! Shaded relief of the atlas's heights, as pictures in the tiles of WebMercatorQuad. Knows no HTTP.
//!
//! 1. `ground`: rasters of heights with what was measured of them, and coarser versions for small zooms
//! 2. `sample`: heights in the middles of a tile's pixels
//! 3. `shade`: how light each pixel is
//! 4. `png`: bytes
//!
//! A tile is a function of the heights and its address alone, so equal data give equal bytes.

mod ground;
mod png;
mod sample;
mod shade;

use std::sync::Arc;

use crate::tiles::{MAX_ZOOM, Tile};
use crate::world::Heights;
use ground::Ground;

/// Pixels of a tile's side, as the tile matrix set has it.
pub const SIDE: usize = 256;
/// Media type of a tile.
pub const MEDIA: &str = "image/png";

/// The least that the longer side of the heights has at the first zoom, pixels.
const FIRST_PX: f64 = 64.0;
/// Slope that the steep tenth of the ground is drawn with at the least: 20 degrees.
const STEEP: f64 = 0.364;
/// Heights are drawn at most so many times as high as they are.
const MOST: f64 = 20.0;

/// Heights, ready to be drawn.
pub struct Relief {
    grounds: Vec<Ground>,
    /// West, south, east, north of all rasters, degrees.
    pub bounds: [f64; 4],
    /// The first zoom that shows more than a spot, and the first at which a pixel is no larger than the finest cell:
    /// deeper tiles would show no more, only the cells' edges.
    pub zooms: [u8; 2],
    /// How many times as high as they are heights are drawn. Where the ground is rough, once. Flat land in wide cells would
    /// show nothing; there, so many times that its steep tenth looks like slopes of 20 degrees, at most 20 times. One number
    /// for all tiles, so that they fit together.
    pub exaggeration: f64,
}

impl Relief {
    /// `None` where there are no heights.
    pub fn new(heights: &Arc<Vec<Heights>>) -> Option<Self> {
        let grounds: Vec<Ground> = (0..heights.len()).filter_map(|i| Ground::new(heights, i)).collect();
        let join = |a: [f64; 4], b: [f64; 4]| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])];
        let bounds = grounds.iter().map(|g| g.bounds).reduce(join)?;
        let finest = grounds.iter().map(|g| g.cell).fold(f64::INFINITY, f64::min);
        let zoom = |of: f64| (of.log2() - 1e-9).ceil().clamp(0.0, f64::from(MAX_ZOOM)) as u8;
        let last = zoom(1.0 / (SIDE as f64 * finest));
        let longer = (bounds[2] - bounds[0]).max(bounds[3] - bounds[1]) / 360.0;
        let first = zoom(FIRST_PX / (SIDE as f64 * longer)).min(last);
        let mut slopes: Vec<f64> = grounds.iter().flat_map(Ground::slopes).collect();
        slopes.sort_unstable_by(f64::total_cmp);
        let steep = slopes.get(slopes.len() * 9 / 10).copied().unwrap_or(STEEP);
        let exaggeration = ((STEEP / steep).clamp(1.0, MOST) * 10.0).round() / 10.0;
        Some(Self { grounds, bounds, zooms: [first, last], exaggeration })
    }

    /// The tile as a PNG whose cells are shades from 1 (dark) to 255 (light) and 0 where there are no heights; its table of
    /// colours makes shadows of black and light of white on whatever lies below.
    pub fn tile(&self, t: Tile) -> Vec<u8> {
        png::write(&self.shades(t))
    }

    fn shades(&self, t: Tile) -> Vec<u8> {
        shade::shades(&sample::window(&self.grounds, t), t, self.exaggeration)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A plane that rises to the east by `rise` metres a cell, from (10, 42) down to (11, 41) in cells of 0.01 degrees.
    fn plane(rise: f32, hole: Option<usize>) -> Heights {
        let cells = (0..10_000).map(|i| if Some(i) == hole { f32::NAN } else { (i % 100) as f32 * rise });
        Heights { corner: [10.0, 42.0], step: [0.01, -0.01], size: [100, 100], cells: cells.collect(), projected: None }
    }

    fn relief(all: Vec<Heights>) -> Relief {
        Relief::new(&Arc::new(all)).unwrap()
    }

    /// Tile in the middle of the plane, all of it inside.
    fn middle(zoom: u8) -> Tile {
        let [x, y] = crate::tiles::fraction(10.5, 41.5).map(|f| (f * f64::from(1u32 << zoom)) as u32);
        Tile::new(zoom, y, x).unwrap()
    }

    #[test]
    fn a_plane_is_as_light_as_its_slope_says() {
        // 0.01 degrees of longitude are 833 m at 41.5° N.
        let r = relief(vec![plane(400.0, None)]);
        assert_eq!(r.exaggeration, 1.0, "steeper than 20 degrees");
        assert_eq!(r.zooms, [7, 8]);
        let t = middle(11);
        let slope = 400.0 / (111_319.49 * 0.01 * 41.5f64.to_radians().cos());
        // It falls to the west, the light comes from the north-west at 45 degrees.
        let half = std::f64::consts::FRAC_1_SQRT_2;
        let light = (half * half * slope + half) / (1.0 + slope * slope).sqrt();
        let expected = 1.0 + 254.0 * light;
        let found = r.shades(t);
        assert!(found.iter().all(|&v| (f64::from(v) - expected).abs() <= 1.5), "{expected} {:?}", &found[..4]);
        // The other way round it lies in the shadow.
        let dark = relief(vec![plane(-400.0, None)]).shades(t);
        assert!(dark.iter().all(|&v| f64::from(v) < expected - 60.0));
        // Level ground is neither lighter nor darker, at any zoom.
        for zoom in [5, 8, 12] {
            let flat = relief(vec![plane(0.0, None)]).shades(middle(zoom));
            assert!(flat.iter().all(|v| [0, 181].contains(v)) && flat.contains(&181), "{zoom}");
        }
    }

    #[test]
    fn nothing_is_drawn_outside_and_around_holes() {
        let r = relief(vec![plane(10.0, Some(5050))]);
        let holes = r.shades(middle(11)).iter().filter(|&&v| v == 0).count();
        // A cell has 14.6 by 19.4 pixels. Six of ten have more than half of their weight from it; so have some neighbours.
        assert!((174..=283).contains(&holes), "{holes}");
        let world = r.shades(Tile::new(4, 5, 8).unwrap());
        let drawn = world.iter().filter(|&&v| v != 0).count();
        // A degree of 22.5 in 256 pixels, higher than wide; its rim has no neighbours.
        assert!((9 * 13..=12 * 16).contains(&drawn), "{drawn}");
        assert!(r.shades(Tile::new(8, 0, 0).unwrap()).iter().all(|&v| v == 0));
        assert_eq!(r.tile(middle(8)), relief(vec![plane(10.0, Some(5050))]).tile(middle(8)), "the same bytes");
        assert!(Relief::new(&Arc::default()).is_none());
    }

    #[test]
    fn rasters_side_by_side_have_no_seam() {
        let whole = plane(60.0, None);
        let part = |from: usize, to: usize| Heights {
            corner: [10.0 + 0.01 * from as f64, 42.0],
            size: [to - from, 100],
            cells: whole.cells.chunks(100).flat_map(|row| row[from..to].to_vec()).collect(),
            ..whole.clone()
        };
        let (one, two) = (relief(vec![whole.clone()]), relief(vec![part(0, 47), part(47, 100)]));
        for zoom in [8, 11] {
            let (a, b) = (one.shades(middle(zoom)), two.shades(middle(zoom)));
            assert!(a.iter().zip(&b).all(|(a, b)| a.abs_diff(*b) <= 1), "{zoom}");
        }
    }

    #[test]
    fn flat_land_is_drawn_higher_than_it_is() {
        let r = relief(vec![plane(8.0, None)]);
        assert!(r.exaggeration > 19.0, "{}", r.exaggeration);
        let r = relief(vec![plane(80.0, None)]);
        assert!((3.6..4.0).contains(&r.exaggeration), "{}", r.exaggeration);
    }
}
