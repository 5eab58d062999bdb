//! Geometry of a published feature, read back from its GeoJSON: WKB for databases and files, WKT for tables.

use std::fmt::Write;

use serde::Deserialize;

pub type Position = [f64; 2];

/// The six geometries that features here have. Longitude and latitude on WGS84 (CRS84).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "type", content = "coordinates")]
pub enum Shape {
    Point(Position),
    LineString(Vec<Position>),
    Polygon(Vec<Vec<Position>>),
    MultiPoint(Vec<Position>),
    MultiLineString(Vec<Vec<Position>>),
    MultiPolygon(Vec<Vec<Vec<Position>>>),
}

/// Types by their codes in WKB, in that order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum ShapeType {
    Point = 1,
    LineString = 2,
    Polygon = 3,
    MultiPoint = 4,
    MultiLineString = 5,
    MultiPolygon = 6,
}

impl ShapeType {
    pub const ALL: [ShapeType; 6] = [
        ShapeType::Point,
        ShapeType::LineString,
        ShapeType::Polygon,
        ShapeType::MultiPoint,
        ShapeType::MultiLineString,
        ShapeType::MultiPolygon,
    ];

    /// As in GeoJSON and GeoParquet.
    pub fn name(self) -> &'static str {
        match self {
            ShapeType::Point => "Point",
            ShapeType::LineString => "LineString",
            ShapeType::Polygon => "Polygon",
            ShapeType::MultiPoint => "MultiPoint",
            ShapeType::MultiLineString => "MultiLineString",
            ShapeType::MultiPolygon => "MultiPolygon",
        }
    }

    pub fn multi(self) -> ShapeType {
        match self {
            ShapeType::Point | ShapeType::MultiPoint => ShapeType::MultiPoint,
            ShapeType::LineString | ShapeType::MultiLineString => ShapeType::MultiLineString,
            ShapeType::Polygon | ShapeType::MultiPolygon => ShapeType::MultiPolygon,
        }
    }

    pub fn is_multi(self) -> bool {
        self.multi() == self
    }
}

impl Shape {
    pub fn shape_type(&self) -> ShapeType {
        match self {
            Shape::Point(_) => ShapeType::Point,
            Shape::LineString(_) => ShapeType::LineString,
            Shape::Polygon(_) => ShapeType::Polygon,
            Shape::MultiPoint(_) => ShapeType::MultiPoint,
            Shape::MultiLineString(_) => ShapeType::MultiLineString,
            Shape::MultiPolygon(_) => ShapeType::MultiPolygon,
        }
    }

    /// The same places as a geometry of many parts.
    pub fn into_multi(self) -> Shape {
        match self {
            Shape::Point(p) => Shape::MultiPoint(vec![p]),
            Shape::LineString(l) => Shape::MultiLineString(vec![l]),
            Shape::Polygon(p) => Shape::MultiPolygon(vec![p]),
            multi => multi,
        }
    }

    pub fn positions(&self) -> Box<dyn Iterator<Item = &Position> + '_> {
        match self {
            Shape::Point(p) => Box::new(std::iter::once(p)),
            Shape::LineString(l) | Shape::MultiPoint(l) => Box::new(l.iter()),
            Shape::Polygon(l) | Shape::MultiLineString(l) => Box::new(l.iter().flatten()),
            Shape::MultiPolygon(m) => Box::new(m.iter().flatten().flatten()),
        }
    }

    /// West, south, east, north; `None` without positions.
    pub fn bbox(&self) -> Option<[f64; 4]> {
        self.positions().map(|p| [p[0], p[1], p[0], p[1]]).reduce(union)
    }

    /// Little-endian well-known binary; with an SRID as PostGIS writes it (EWKB).
    pub fn wkb(&self, srid: Option<u32>) -> Vec<u8> {
        let mut out = Vec::with_capacity(64);
        header(&mut out, self.shape_type(), srid);
        match self {
            Shape::Point(p) => position(&mut out, p),
            Shape::LineString(l) => line(&mut out, l),
            Shape::Polygon(rings) => lines(&mut out, rings),
            Shape::MultiPoint(ps) => parts(&mut out, ps, ShapeType::Point, position),
            Shape::MultiLineString(ls) => parts(&mut out, ls, ShapeType::LineString, |o, l| line(o, l)),
            Shape::MultiPolygon(ps) => parts(&mut out, ps, ShapeType::Polygon, |o, p| lines(o, p)),
        }
        out
    }

    /// Well-known text with the digits of the GeoJSON.
    pub fn wkt(&self) -> String {
        let mut out = self.shape_type().name().to_uppercase();
        out.push(' ');
        match self {
            Shape::Point(p) => text_list(&mut out, std::slice::from_ref(p), text_position),
            Shape::LineString(l) => text_line(&mut out, l),
            Shape::Polygon(rings) | Shape::MultiLineString(rings) => text_list(&mut out, rings, |o, l| text_line(o, l)),
            Shape::MultiPoint(ps) => text_list(&mut out, ps, |o, p| text_line(o, std::slice::from_ref(p))),
            Shape::MultiPolygon(ps) => {
                text_list(&mut out, ps, |o, rings| text_list(o, rings, |o, l| text_line(o, l)));
            }
        }
        out
    }
}

/// The box around two boxes.
pub fn union(a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
    [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])]
}

fn header(out: &mut Vec<u8>, kind: ShapeType, srid: Option<u32>) {
    out.push(1);
    let flag = if srid.is_some() { 0x2000_0000 } else { 0 };
    out.extend((kind as u32 | flag).to_le_bytes());
    if let Some(srid) = srid {
        out.extend(srid.to_le_bytes());
    }
}

fn count(out: &mut Vec<u8>, n: usize) {
    out.extend((n as u32).to_le_bytes());
}

fn position(out: &mut Vec<u8>, p: &Position) {
    out.extend(p[0].to_le_bytes());
    out.extend(p[1].to_le_bytes());
}

fn line(out: &mut Vec<u8>, l: &[Position]) {
    count(out, l.len());
    l.iter().for_each(|p| position(out, p));
}

fn lines(out: &mut Vec<u8>, ls: &[Vec<Position>]) {
    count(out, ls.len());
    ls.iter().for_each(|l| line(out, l));
}

fn parts<T>(out: &mut Vec<u8>, items: &[T], kind: ShapeType, write: impl Fn(&mut Vec<u8>, &T)) {
    count(out, items.len());
    for item in items {
        header(out, kind, None);
        write(out, item);
    }
}

fn text_position(out: &mut String, p: &Position) {
    let _ = write!(out, "{} {}", p[0], p[1]);
}

fn text_line(out: &mut String, l: &[Position]) {
    text_list(out, l, text_position);
}

fn text_list<T>(out: &mut String, items: &[T], write: impl Fn(&mut String, &T)) {
    if items.is_empty() {
        out.push_str("EMPTY");
        return;
    }
    out.push('(');
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(')');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(json: &str) -> Shape {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn text_is_as_gdal_reads_it() {
        for (json, wkt) in [
            (r#"{"type":"Point","coordinates":[120.1234568,41]}"#, "POINT (120.1234568 41)"),
            (r#"{"type":"LineString","coordinates":[[1,2],[3,4]]}"#, "LINESTRING (1 2,3 4)"),
            (r#"{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}"#, "MULTIPOINT ((1 2),(3 4))"),
            (r#"{"type":"MultiLineString","coordinates":[[[1,2],[3,4]]]}"#, "MULTILINESTRING ((1 2,3 4))"),
            (r#"{"type":"MultiPolygon","coordinates":[]}"#, "MULTIPOLYGON EMPTY"),
            (
                r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}"#,
                "MULTIPOLYGON (((0 0,1 0,1 1,0 0)))",
            ),
        ] {
            assert_eq!(shape(json).wkt(), wkt);
            let by_gdal = gdal::vector::Geometry::from_wkt(wkt).unwrap();
            let ours = gdal::vector::Geometry::from_wkb(&shape(json).wkb(None)).unwrap();
            assert_eq!(by_gdal.wkt().unwrap(), ours.wkt().unwrap());
        }
    }

    #[test]
    fn parts_of_ewkb_carry_no_srid() {
        let wkb = shape(r#"{"type":"MultiPoint","coordinates":[[1,2]]}"#).wkb(Some(4326));
        assert_eq!(&wkb[..13], [1, 4, 0, 0, 0x20, 0xe6, 0x10, 0, 0, 1, 0, 0, 0]);
        assert_eq!(&wkb[13..18], [1, 1, 0, 0, 0]);
    }
}
