//! From a source's reference system to WGS84 longitude and latitude, all coordinates of a source at once.

use gdal::spatial_ref::{AxisMappingStrategy, CoordTransform, SpatialRef};
use geo::Coord;
use rayon::prelude::*;

use super::error::{At, LayerError};
use super::offset;
use crate::atlas::{Crs, Source};

/// True for a finite position on the globe.
pub(super) fn on_globe(c: Coord) -> bool {
    // Not `abs() <= 180` alone: that is false for NaN, which is what is wanted.
    c.x.abs() <= 180.0 + 1e-6 && c.y.abs() <= 90.0 + 1e-6
}

/// The system a source's coordinates are in, once the file has been opened.
pub(super) enum System {
    /// Already longitude and latitude on WGS84.
    Wgs84,
    /// As [`System::Wgs84`], but only because nothing says otherwise.
    Assumed,
    Gcj02,
    Bd09,
    Other(SpatialRef),
}

/// Decides the system from the atlas and the file's own statement.
pub(super) fn system(source: &Source, of_file: Option<SpatialRef>) -> Result<System, LayerError> {
    Ok(match &source.crs {
        Crs::Gcj02 => System::Gcj02,
        Crs::Bd09 => System::Bd09,
        Crs::Named(name) => {
            let bad = |reason: String| LayerError::BadCrs { at: At::of(source), crs: name.clone(), reason };
            if !names_a_system(name) {
                return Err(bad("write EPSG:4490, a PROJ string (+proj=…) or WKT".to_owned()));
            }
            known(SpatialRef::from_definition(name).map_err(|e| bad(e.to_string()))?)
        }
        Crs::FromFile => of_file.map_or(System::Assumed, known),
    })
}

/// Whether a text is a system itself. Anything else GDAL would take for an address to fetch or a file to read.
fn names_a_system(text: &str) -> bool {
    let word = |t: &str| !t.is_empty() && t.chars().all(|c| c.is_ascii_alphanumeric());
    let code = text.split_once(':').is_some_and(|(authority, code)| word(authority) && word(code));
    let wkt = text
        .split_once(['[', '('])
        .is_some_and(|(head, _)| head.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
    // Grids of a PROJ string are files.
    let proj = text.starts_with("+proj=") && !text.contains("grids");
    let urn = text.get(..16).is_some_and(|t| t.eq_ignore_ascii_case("urn:ogc:def:crs:"));
    let name = ["WGS84", "WGS72", "NAD27", "NAD83", "CRS84"].contains(&text);
    code || wkt || proj || urn || name
}

fn known(mut srs: SpatialRef) -> System {
    srs.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    let by_code = srs.auth_name().as_deref() == Some("EPSG") && srs.auth_code().ok() == Some(4326);
    let by_name = matches!(srs.name().as_deref(), Some("WGS 84" | "GCS_WGS_1984" | "WGS 84 (CRS84)"));
    if srs.is_geographic() && (by_code || by_name) { System::Wgs84 } else { System::Other(srs) }
}

/// Turns `coords` into WGS84 degrees in place. Positions that cannot be transformed become NaN.
///
/// A whole source in the wrong system is an error: more than half of its finite positions off the globe where
/// degrees are promised, or all of them within ±180/±90 where metres are.
pub(super) fn to_wgs84(source: &Source, system: &System, coords: &mut [Coord]) -> Result<(), LayerError> {
    check_input(source, system, coords)?;
    match system {
        System::Wgs84 | System::Assumed => {}
        System::Gcj02 => coords.par_iter_mut().for_each(|c| *c = offset::gcj02_to_wgs84(*c)),
        System::Bd09 => coords.par_iter_mut().for_each(|c| *c = offset::bd09_to_wgs84(*c)),
        System::Other(from) => project(source, from, coords)?,
    }
    Ok(())
}

fn check_input(source: &Source, system: &System, coords: &[Coord]) -> Result<(), LayerError> {
    let finite = || coords.iter().filter(|c| c.x.is_finite() && c.y.is_finite());
    let count = finite().count();
    let Some(first) = finite().find(|c| !on_globe(**c)).or_else(|| finite().next()) else { return Ok(()) };
    let off = finite().filter(|c| !on_globe(**c)).count();
    let at = || At::of(source);
    let degrees = match system {
        System::Other(srs) => srs.is_geographic(),
        _ => true,
    };
    if degrees && off * 2 > count {
        let stated = match system {
            System::Assumed => "no reference system is stated".to_string(),
            System::Gcj02 => "the atlas says GCJ-02".to_string(),
            System::Bd09 => "the atlas says BD-09".to_string(),
            System::Wgs84 => "WGS 84 is stated".to_string(),
            System::Other(srs) => format!("{} is stated", srs.name().unwrap_or_default()),
        };
        return Err(LayerError::WrongCrs {
            at: at(),
            saw: format!("{stated}, but positions such as ({}, {}) are no degrees", first.x, first.y),
            fix: fix_for(*first),
        });
    }
    let projected = matches!(system, System::Other(srs) if srs.is_projected());
    if projected && count > 1 && off == 0 {
        return Err(LayerError::WrongCrs {
            at: at(),
            saw: format!("metres are stated, but positions such as ({}, {}) look like degrees", first.x, first.y),
            fix: "set `crs = \"EPSG:4326\"`, or `crs = \"EPSG:4490\"` for CGCS2000".to_string(),
        });
    }
    Ok(())
}

/// What to try, from the size of the numbers alone.
fn fix_for(c: Coord) -> String {
    let zone = (c.x / 1e6).floor();
    if c.x.abs() <= 90.0 && c.y.abs() <= 180.0 {
        "longitude and latitude seem to be swapped; write them as (longitude, latitude)".to_string()
    } else if (25.0..=45.0).contains(&zone) && (0.0..7e6).contains(&c.y) {
        format!("set `crs = \"EPSG:{}\"` (CGCS2000, 3-degree zone {zone})", 4513 + zone as i64 - 25)
    } else if (13.0..=23.0).contains(&zone) && (0.0..7e6).contains(&c.y) {
        format!("set `crs = \"EPSG:{}\"` (CGCS2000, 6-degree zone {zone})", 4491 + zone as i64 - 13)
    } else if (100_000.0..900_000.0).contains(&c.x) && c.y.abs() < 1e7 {
        "set `crs = \"EPSG:…\"`: a zone without prefix, such as EPSG:4534 to 4554 (CGCS2000, 3-degree, by central \
         meridian 75 to 135) or EPSG:32601 to 32760 (UTM)"
            .to_string()
    } else if c.x.abs() <= 20_037_509.0 && c.y.abs() <= 20_048_967.0 {
        "set `crs = \"EPSG:…\"`; web maps use EPSG:3857".to_string()
    } else {
        "set `crs = \"EPSG:…\"` to the system the numbers are in".to_string()
    }
}

fn project(source: &Source, from: &SpatialRef, coords: &mut [Coord]) -> Result<(), LayerError> {
    let bad = |reason: String| LayerError::BadCrs { at: At::of(source), crs: from.name().unwrap_or_default(), reason };
    let mut to = SpatialRef::from_epsg(4326).map_err(|e| bad(e.to_string()))?;
    to.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    let transform = CoordTransform::new(from, &to).map_err(|e| bad(e.to_string()))?;
    let mut x: Vec<f64> = coords.iter().map(|c| c.x).collect();
    let mut y: Vec<f64> = coords.iter().map(|c| c.y).collect();
    // An error here only says that some positions failed; PROJ marks those as infinite.
    let result = transform.transform_coords(&mut x, &mut y, &mut []);
    for (c, (x, y)) in coords.iter_mut().zip(x.into_iter().zip(y)) {
        let there = Coord { x, y };
        *c = if on_globe(there) { there } else { Coord { x: f64::NAN, y: f64::NAN } };
    }
    match result {
        Err(e) if !coords.is_empty() && coords.iter().all(|c| c.x.is_nan()) => Err(bad(e.to_string())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testkit::source;
    use super::*;
    use crate::atlas::LayerKind;
    use crate::world::metric::distance_m;

    fn run(crs: &str, points: &[(f64, f64)]) -> Result<Vec<Coord>, LayerError> {
        let mut s = source(LayerKind::Roads, "x.gpkg");
        s.crs = Crs::Named(crs.to_string());
        let mut coords: Vec<Coord> = points.iter().map(|&p| p.into()).collect();
        to_wgs84(&s, &system(&s, None)?, &mut coords)?;
        Ok(coords)
    }

    #[test]
    fn cgcs2000_and_its_zones() {
        let here = Coord { x: 121.5, y: 41.5 };
        assert!(distance_m(run("EPSG:4490", &[(121.5, 41.5)]).unwrap()[0], here) < 0.01);
        // 3-degree zone 40: central meridian 120, easting prefixed with the zone number.
        let metres = run_back(4528, here);
        assert!((40_000_000.0..41_000_000.0).contains(&metres.x), "{metres:?}");
        assert!(distance_m(run("EPSG:4528", &[(metres.x, metres.y)]).unwrap()[0], here) < 0.01);
    }

    fn run_back(epsg: u32, c: Coord) -> Coord {
        let mut from = SpatialRef::from_epsg(4326).unwrap();
        let mut to = SpatialRef::from_epsg(epsg).unwrap();
        for s in [&mut from, &mut to] {
            s.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
        }
        let (mut x, mut y) = ([c.x], [c.y]);
        CoordTransform::new(&from, &to).unwrap().transform_coords(&mut x, &mut y, &mut []).unwrap();
        Coord { x: x[0], y: y[0] }
    }

    #[test]
    fn wrong_systems_name_the_fix() {
        let e = run("EPSG:4326", &[(40_541_000.0, 4_600_000.0)]).unwrap_err().to_string();
        assert!(e.contains("EPSG:4528") && e.contains("40541000"), "{e}");
        let e = run("EPSG:4528", &[(121.0, 41.0), (121.1, 41.0)]).unwrap_err().to_string();
        assert!(e.contains("look like degrees"), "{e}");
        let e = run("EPSG:4326", &[(41.0, 121.0)]).unwrap_err().to_string();
        assert!(e.contains("swapped"), "{e}");
        assert!(matches!(run("EPSG:nonsense", &[]), Err(LayerError::BadCrs { .. })));
    }
}
