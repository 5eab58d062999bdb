//! Rural Access Index (SDG 9.1.1): the share of rural people within 2 km of an all-season road.

use geo::{BoundingRect, Coord, MultiPolygon};
use rayon::prelude::*;
use serde::Serialize;

use super::total;
use crate::network::{Difference, EdgeIndex, Net};
use crate::world::metric::{distance_m, metres_per_degree};
use crate::world::{Known, Village, World};

/// Rows and columns of the sampling grid of a polygon that is neither wholly near nor wholly far.
const GRID: usize = 40;

/// Shares 0–1: of what is known, and if every road of unknown surface were an all-season road.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    pub known: f64,
    pub if_unknown: f64,
}

/// Index over the region.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Rai {
    /// `None` without people or without roads.
    pub share: Option<f64>,
    pub share_if_unknown: Option<f64>,
    /// People it speaks of.
    pub people: f64,
    /// `village_points`, `village_areas`, `village_records` or `population_raster`.
    pub basis: &'static str,
}

/// Shares of the villages, and of the cells of the population raster where there is one.
#[derive(Debug, Clone, Default)]
pub struct Shares {
    pub villages: Vec<Option<Share>>,
    cells: Vec<Share>,
}

/// Per village and cell its share, and the index over the region. `radius_m` in metres. What a difference to an earlier
/// network does not touch is taken over.
pub fn rai(
    world: &World,
    net: &Net,
    index: &EdgeIndex,
    radius_m: f64,
    earlier: Option<(&Shares, &Difference)>,
) -> (Shares, Rai) {
    let season: Vec<Option<bool>> = (0..world.roads.len()).map(|i| world.roads.all_season(i)).collect();
    let known = |e: u32| season[net.road[e as usize] as usize] == Some(true);
    let maybe = |e: u32| season[net.road[e as usize] as usize] != Some(false);
    let at = |p: Coord| {
        let k = index.any_within(net, p, radius_m, known);
        (k, k || index.any_within(net, p, radius_m, maybe))
    };
    let as_share = |(k, m): (bool, bool)| Share { known: f64::from(u8::from(k)), if_unknown: f64::from(u8::from(m)) };
    let of_village = |v: &Village| match &v.area {
        _ if !world.has_roads => match v.reported_all_weather {
            Known::Yes => Some(Share { known: 1.0, if_unknown: 1.0 }),
            Known::No => Some(Share { known: 0.0, if_unknown: 0.0 }),
            Known::Unknown => None,
        },
        None => Some(as_share(at(v.point))),
        Some(area) => Some(area_share(area, v.point, radius_m, |p, r| index.any_within(net, p, r, known), at)),
    };
    let touched = |v: &Village, d: &Difference| match v.area.as_ref().and_then(|a| a.bounding_rect()) {
        Some(b) => {
            let corners = [b.min(), b.max(), (b.min().x, b.max().y).into(), (b.max().x, b.min().y).into()];
            let far = corners.into_iter().map(|c| distance_m(v.point, c)).fold(0.0, f64::max);
            d.near(v.point, radius_m + far)
        }
        None => d.near(v.point, radius_m),
    };
    let villages: Vec<Option<Share>> = world
        .villages
        .par_iter()
        .enumerate()
        .map(|(i, v)| match earlier {
            Some((old, d)) if !touched(v, d) => old.villages[i],
            _ => of_village(v),
        })
        .collect();
    let cells: Vec<Share> = match &world.population {
        Some(grid) if world.has_roads => grid
            .cells
            .par_iter()
            .enumerate()
            .map(|(i, &(p, _))| match earlier {
                Some((old, d)) if !d.near(p, radius_m) => old.cells[i],
                _ => as_share(at(p)),
            })
            .collect(),
        _ => Vec::new(),
    };
    let weighted: Vec<(f64, Share)> = match &world.population {
        Some(grid) if world.has_roads => grid.cells.iter().map(|c| c.1).zip(cells.iter().copied()).collect(),
        _ => world.villages.iter().zip(&villages).filter_map(|(v, s)| Some((v.population?, (*s)?))).collect(),
    };
    let people = total(weighted.iter().map(|w| w.0));
    let mean =
        |f: fn(&Share) -> f64| (people > 0.0).then(|| weighted.iter().map(|(w, s)| w * f(s)).sum::<f64>() / people);
    let basis = match (world.has_roads, world.population.is_some(), world.villages.iter().any(|v| v.area.is_some())) {
        (false, _, _) => "village_records",
        (true, true, _) => "population_raster",
        (true, false, true) => "village_areas",
        (true, false, false) => "village_points",
    };
    (
        Shares { villages, cells },
        Rai { share: mean(|s| s.known), share_if_unknown: mean(|s| s.if_unknown), people, basis },
    )
}

/// Share of an area within reach. An area whose farthest corner from `p` leaves room is wholly near.
fn area_share(
    area: &MultiPolygon,
    p: Coord,
    radius_m: f64,
    near: impl Fn(Coord, f64) -> bool,
    at: impl Fn(Coord) -> (bool, bool),
) -> Share {
    let rings = || area.iter().flat_map(|g| std::iter::once(g.exterior()).chain(g.interiors()));
    let far = area.iter().flat_map(|g| &g.exterior().0).map(|&c| distance_m(p, c)).fold(0.0, f64::max);
    if far < radius_m && near(p, radius_m - far) {
        return Share { known: 1.0, if_unknown: 1.0 };
    }
    let ys = || rings().flat_map(|r| &r.0).map(|c| c.y);
    let (lo, hi) = (ys().fold(f64::MAX, f64::min), ys().fold(f64::MIN, f64::max));
    let step_y = (hi - lo) / GRID as f64;
    let (kx, ky) = metres_per_degree(0.5 * (lo + hi));
    let step_x = step_y * ky / kx;
    let (mut n, mut known, mut maybe) = (0u32, 0u32, 0u32);
    for row in 0..GRID {
        let y = lo + (row as f64 + 0.5) * step_y;
        // Crossings of the row with every ring: inside between odd and even ones.
        let mut xs: Vec<f64> = rings()
            .flat_map(|r| r.0.windows(2))
            .filter(|w| (w[0].y > y) != (w[1].y > y))
            .map(|w| w[0].x + (y - w[0].y) / (w[1].y - w[0].y) * (w[1].x - w[0].x))
            .collect();
        xs.sort_unstable_by(f64::total_cmp);
        for pair in xs.chunks_exact(2) {
            let first = (pair[0] / step_x - 0.5).ceil() as i64;
            let last = (pair[1] / step_x - 0.5).floor() as i64;
            for i in first..=last {
                let (k, m) = at(Coord { x: (i as f64 + 0.5) * step_x, y });
                n += 1;
                known += u32::from(k);
                maybe += u32::from(m);
            }
        }
    }
    if n == 0 {
        let (k, m) = at(p);
        return Share { known: f64::from(u8::from(k)), if_unknown: f64::from(u8::from(m)) };
    }
    Share { known: f64::from(known) / f64::from(n), if_unknown: f64::from(maybe) / f64::from(n) }
}
