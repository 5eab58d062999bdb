//! From GDAL's geometries to runs of positions, one feature after the other; areas are repaired on the way.

use gdal::cpl::CslStringList;
use gdal::vector::{Geometry, OGRwkbGeometryType as Wkb, geometry_type_flatten};
use geo::Coord;

use super::open;
use super::read::reason;
use crate::atlas::LayerKind;

/// What kinds of geometry a layer is made of.
pub(super) const POINT: u8 = 1;
pub(super) const LINE: u8 = 2;
pub(super) const AREA: u8 = 4;

/// The kinds that a layer's features may be of; 0 where geometry does not matter.
pub(super) fn wanted(kind: LayerKind) -> u8 {
    match kind {
        LayerKind::Roads | LayerKind::PowerLines | LayerKind::FibreLines => LINE,
        LayerKind::Counties | LayerKind::Towns | LayerKind::ServiceAreas | LayerKind::BroadbandCoverage => AREA,
        LayerKind::Projects => POINT | LINE | AREA,
        LayerKind::SurfaceWater => LINE | AREA,
        LayerKind::VillageRecords | LayerKind::Register | LayerKind::Population | LayerKind::Elevation => 0,
        _ => POINT | AREA,
    }
}

/// A run of positions: a point, a line, or a ring.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part {
    pub start: u32,
    pub end: u32,
    pub kind: u8,
    /// First ring of a polygon.
    pub shell: bool,
}

/// Gathers the geometries of a source.
#[derive(Default)]
pub(super) struct Reader {
    pub wants: u8,
    pub repair: bool,
    /// Kinds met anywhere in the source.
    pub seen: u8,
    pub first: Vec<u32>,
    pub parts: Vec<Part>,
    pub coords: Vec<Coord>,
}

impl Reader {
    /// Takes a feature's geometry in; answers why it cannot be used, if so.
    pub fn feature(&mut self, geometry: &Geometry, repaired: &mut u64) -> Option<&'static str> {
        let (parts, coords) = (self.parts.len(), self.coords.len());
        let mut kinds = 0;
        self.collect(geometry, &mut kinds, 0);
        self.seen |= kinds;
        let undo = |reader: &mut Self, why| {
            reader.parts.truncate(parts);
            reader.coords.truncate(coords);
            Some(why)
        };
        if kinds == 0 {
            return undo(self, reason::NO_GEOMETRY);
        }
        if kinds & self.wants == 0 {
            return undo(self, reason::WRONG_TYPE);
        }
        if self.coords[coords..].iter().any(|c| !(c.x.is_finite() && c.y.is_finite())) {
            return undo(self, reason::NOT_FINITE);
        }
        if kinds & self.wants & AREA != 0 && self.repair && !geometry.is_valid() {
            undo(self, "");
            *repaired += 1;
            let mut kinds = 0;
            if let Some(valid) = make_valid(geometry) {
                self.collect(&valid, &mut kinds, 0);
            }
            if self.parts.len() == parts {
                *repaired -= 1;
                return undo(self, reason::NO_AREA);
            }
        }
        None
    }

    fn collect(&mut self, g: &Geometry, kinds: &mut u8, depth: u8) {
        if g.is_empty() || depth > 8 {
            return;
        }
        match geometry_type_flatten(g.geometry_type()) {
            Wkb::wkbPoint => self.push(g, POINT, false, kinds),
            Wkb::wkbLineString | Wkb::wkbLinearRing => self.push(g, LINE, false, kinds),
            Wkb::wkbPolygon | Wkb::wkbTriangle => {
                for i in 0..g.geometry_count() {
                    self.push(&g.get_geometry(i), AREA, i == 0, kinds);
                }
            }
            Wkb::wkbMultiPoint
            | Wkb::wkbMultiLineString
            | Wkb::wkbMultiPolygon
            | Wkb::wkbGeometryCollection
            | Wkb::wkbTIN
            | Wkb::wkbPolyhedralSurface => {
                for i in 0..g.geometry_count() {
                    self.collect(&g.get_geometry(i), kinds, depth + 1);
                }
            }
            // Arcs: GEOS knows only straight lines, so this makes chords of them.
            Wkb::wkbCircularString
            | Wkb::wkbCompoundCurve
            | Wkb::wkbCurvePolygon
            | Wkb::wkbMultiCurve
            | Wkb::wkbMultiSurface => {
                if let Ok(straight) = g.simplify(0.0) {
                    self.collect(&straight, kinds, depth + 4);
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, g: &Geometry, kind: u8, shell: bool, kinds: &mut u8) {
        let count = g.point_count();
        if count == 0 {
            return;
        }
        *kinds |= kind;
        if kind & self.wants == 0 {
            return;
        }
        let start = self.coords.len() as u32;
        self.coords.reserve(count);
        for i in 0..count {
            let (x, y, _) = g.get_point(i as i32);
            let c = Coord { x, y };
            // A position given twice in a row adds nothing; a ring keeps its closing one.
            if self.coords.len() as u32 == start || self.coords.last() != Some(&c) {
                self.coords.push(c);
            }
        }
        self.parts.push(Part { start, end: self.coords.len() as u32, kind, shell });
    }
}

/// Repairs an area: rings are made valid, then shells merged and holes cut out; where that gives nothing, from
/// the line work.
fn make_valid(g: &Geometry) -> Option<Geometry> {
    let mut structure = CslStringList::new();
    structure.set_name_value("METHOD", "STRUCTURE").ok()?;
    let made = match g.make_valid(&structure) {
        Ok(v) if !v.is_empty() => Some(v),
        _ => g.make_valid(&CslStringList::new()).ok(),
    };
    // GEOS says aloud what was wrong with the geometry; that is known by now.
    open::take_failures();
    made
}
