//! Reference systems that answers can be asked for in: longitude and latitude to any system of the EPSG registry that
//! PROJ knows, in the order of axes of its authority, and back; and those of rasters, by their well-known text.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::Hash;

use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, SpatialRef};
use geo::Coord;

use super::open::{listen, take_failures};

/// Transformations that a thread keeps. Handles of GDAL must not leave their thread, and making one takes longer than
/// using it; somebody who walks through the registry must not fill the memory either.
const KEPT: usize = 32;

/// A two-dimensional reference system.
#[derive(Debug, Clone, PartialEq)]
pub struct System {
    pub epsg: u32,
    pub name: String,
    /// Coordinates are angles, not lengths.
    pub angular: bool,
}

/// From longitude and latitude to a system, and back.
struct Pair {
    to: CoordTransform,
    from: CoordTransform,
}

impl Pair {
    fn of(there: &SpatialRef) -> Option<Self> {
        let mut here = SpatialRef::from_epsg(4326).ok()?;
        here.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
        Some(Self { to: CoordTransform::new(&here, there).ok()?, from: CoordTransform::new(there, &here).ok()? })
    }
}

thread_local! {
    static PAIRS: RefCell<HashMap<u32, Option<(System, Pair)>>> = RefCell::new(HashMap::new());
    /// By well-known text.
    static RASTERS: RefCell<HashMap<String, Option<Pair>>> = RefCell::new(HashMap::new());
}

/// Room for what `key` names.
fn make_room<K: Eq + Hash + Borrow<Q>, Q: Eq + Hash + ?Sized, V>(kept: &mut HashMap<K, V>, key: &Q) {
    if kept.len() >= KEPT && !kept.contains_key(key) {
        kept.clear();
    }
}

fn make(epsg: u32) -> Option<(System, Pair)> {
    listen();
    let mut there = SpatialRef::from_epsg(epsg).ok()?;
    there.set_axis_mapping_strategy(AxisMappingStrategy::AuthorityCompliant);
    // Heights, geocentric and compound systems have no place in two-dimensional answers.
    let flat = (there.is_geographic() || there.is_projected()) && !there.is_compound() && there.axes_count() == 2;
    if !flat {
        return None;
    }
    let system = System { epsg, name: there.name().unwrap_or_default(), angular: there.is_geographic() };
    Some((system, Pair::of(&there)?))
}

fn with<T>(epsg: u32, f: impl FnOnce(&(System, Pair)) -> T) -> Option<T> {
    PAIRS.with_borrow_mut(|kept| {
        make_room(kept, &epsg);
        let out = kept.entry(epsg).or_insert_with(|| make(epsg)).as_ref().map(f);
        take_failures();
        out
    })
}

/// The system of this code; `None` where PROJ does not know it or it is not two-dimensional.
pub fn system(epsg: u32) -> Option<System> {
    with(epsg, |p| p.0.clone())
}

fn of_raster(wkt: &str) -> Option<Pair> {
    listen();
    let mut there = SpatialRef::from_wkt(wkt).ok()?;
    there.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    Pair::of(&there)
}

fn with_raster(wkt: &str, which: fn(&Pair) -> &CoordTransform, coords: &mut [Coord]) {
    RASTERS.with_borrow_mut(|kept| {
        make_room(kept, wkt);
        if !kept.contains_key(wkt) {
            kept.insert(wkt.to_owned(), of_raster(wkt));
        }
        match kept.get(wkt) {
            Some(Some(pair)) => {
                run(which(pair), coords);
            }
            _ => coords.fill(Coord { x: f64::NAN, y: f64::NAN }),
        }
        take_failures();
    });
}

/// From longitude and latitude to a raster's system, east and north; not finite where there is no such place.
pub fn into_projected(wkt: &str, coords: &mut [Coord]) {
    with_raster(wkt, |p| &p.to, coords);
}

/// To longitude and latitude; as [`into_projected`].
pub fn out_of_projected(wkt: &str, coords: &mut [Coord]) {
    with_raster(wkt, |p| &p.from, coords);
}

fn run(t: &CoordTransform, coords: &mut [Coord]) -> bool {
    let mut x: Vec<f64> = coords.iter().map(|c| c.x).collect();
    let mut y: Vec<f64> = coords.iter().map(|c| c.y).collect();
    // Positions that fail are infinite afterwards.
    let _ = t.transform_coords(&mut x, &mut y, &mut []);
    for (c, (x, y)) in coords.iter_mut().zip(x.into_iter().zip(y)) {
        *c = Coord { x, y };
    }
    coords.iter().all(|c| c.x.is_finite() && c.y.is_finite())
}

/// From longitude and latitude; false where the system is unknown or has no place for one of the positions.
pub fn from_degrees(epsg: u32, coords: &mut [Coord]) -> bool {
    with(epsg, |p| run(&p.1.to, coords)).unwrap_or(false)
}

/// To longitude and latitude; as [`from_degrees`].
pub fn to_degrees(epsg: u32, coords: &mut [Coord]) -> bool {
    with(epsg, |p| run(&p.1.from, coords)).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_the_authoritys() {
        let here = Coord { x: 121.5, y: 41.5 };
        let there = |epsg| {
            let mut c = [here];
            assert!(from_degrees(epsg, &mut c), "{epsg}");
            let out = c[0];
            assert!(to_degrees(epsg, &mut c) && (c[0].x - here.x).abs() < 1e-9 && (c[0].y - here.y).abs() < 1e-9);
            out
        };
        assert!((there(4490).x - 41.5).abs() < 1e-9 && (there(4326).y - 121.5).abs() < 1e-9);
        // Northing first, then easting.
        let gauss = there(4549);
        assert!(
            (4_590_000.0..4_600_000.0).contains(&gauss.x) && (620_000.0..630_000.0).contains(&gauss.y),
            "{gauss:?}"
        );
        assert!(there(3857).x > 13_000_000.0);
    }

    #[test]
    fn only_flat_systems() {
        assert_eq!(
            system(4490).map(|s| (s.name, s.angular)),
            Some(("China Geodetic Coordinate System 2000".into(), true))
        );
        for none in [0, 1, 4978, 4979, 5714, 9518, 99_999_999] {
            assert_eq!(system(none), None, "{none}");
        }
        // More systems than are kept.
        for epsg in 32601..32660 {
            assert!(system(epsg).is_some());
        }
    }
}
