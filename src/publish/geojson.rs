//! RFC 7946 features, written straight into bytes: WGS84 longitude and latitude with 7 decimals (about 1 cm),
//! outer rings counter-clockwise.

use std::io::Write;

use geo::{Coord, LineString, MultiLineString, MultiPoint, MultiPolygon, Polygon, Winding};
use serde::{Deserialize, Serialize};

use crate::gaps::Shape;

/// Geometry of a feature to write.
pub enum Geometry<'a> {
    Point(Coord),
    Points(&'a [Coord]),
    Line(&'a [Coord]),
    Lines(&'a [Vec<Coord>]),
    Area(Option<&'a MultiPolygon>),
}

impl<'a> From<&'a Shape> for Geometry<'a> {
    fn from(s: &'a Shape) -> Self {
        match s {
            Shape::Point(c) => Geometry::Point(*c),
            Shape::Line(l) => Geometry::Line(l),
            Shape::Lines(l) => Geometry::Lines(l),
        }
    }
}

fn number(out: &mut Vec<u8>, v: f64) {
    let start = out.len();
    let _ = write!(out, "{v:.7}");
    while out.len() > start + 1 && out[out.len() - 1] == b'0' {
        out.pop();
    }
    if out[out.len() - 1] == b'.' {
        out.pop();
    }
    if &out[start..] == b"-0" {
        out.truncate(start);
        out.push(b'0');
    }
}

fn position(out: &mut Vec<u8>, c: Coord) {
    out.push(b'[');
    number(out, c.x);
    out.push(b',');
    number(out, c.y);
    out.push(b']');
}

fn list<T>(out: &mut Vec<u8>, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Vec<u8>, T)) {
    out.push(b'[');
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

fn line(out: &mut Vec<u8>, l: &[Coord]) {
    // A line needs two positions; a link of no length repeats its one.
    let again = (l.len() == 1).then(|| l[0]);
    list(out, l.iter().copied().chain(again), position);
}

impl Geometry<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let mut typed = |name: &str, f: &dyn Fn(&mut Vec<u8>)| {
            let _ = write!(out, "{{\"type\":\"{name}\",\"coordinates\":");
            f(out);
            out.push(b'}');
        };
        match self {
            Geometry::Point(c) => typed("Point", &|o| position(o, *c)),
            Geometry::Points(ps) => typed("MultiPoint", &|o| list(o, ps.iter().copied(), position)),
            Geometry::Line(l) => typed("LineString", &|o| line(o, l)),
            Geometry::Lines(ls) => typed("MultiLineString", &|o| list(o, ls.iter(), |o, l| line(o, l))),
            Geometry::Area(None) => out.extend_from_slice(b"null"),
            Geometry::Area(Some(m)) => typed("MultiPolygon", &|o| {
                list(o, m.iter(), |o, p| {
                    let mut p = p.clone();
                    p.exterior_mut(|r| r.make_ccw_winding());
                    p.interiors_mut(|rs| rs.iter_mut().for_each(|r| r.make_cw_winding()));
                    list(o, std::iter::once(p.exterior()).chain(p.interiors()), |o, r| line(o, &r.0));
                })
            }),
        }
    }

    /// West, south, east, north; `None` without positions.
    pub fn bbox(&self) -> Option<[f64; 4]> {
        let mut b = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
        let mut add = |c: &Coord| b = [b[0].min(c.x), b[1].min(c.y), b[2].max(c.x), b[3].max(c.y)];
        match self {
            Geometry::Point(c) => add(c),
            Geometry::Line(l) | Geometry::Points(l) => l.iter().for_each(&mut add),
            Geometry::Lines(ls) => ls.iter().flatten().for_each(&mut add),
            Geometry::Area(m) => m.iter().flat_map(|m| m.iter()).flat_map(|p| &p.exterior().0).for_each(&mut add),
        }
        (b[0] <= b[2]).then_some(b)
    }
}

/// What stands between a feature's geometry and its properties.
pub(super) const BEFORE_PROPERTIES: &[u8] = b",\"properties\":";

/// Appends one feature; answers with where in it geometry and properties begin.
pub fn feature(out: &mut Vec<u8>, id: &str, geometry: &Geometry, properties: &impl Serialize) -> [u32; 2] {
    let begin = out.len();
    out.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
    json(out, &id);
    out.extend_from_slice(b",\"geometry\":");
    let at_geometry = out.len() - begin;
    geometry.write(out);
    out.extend_from_slice(BEFORE_PROPERTIES);
    let at_properties = out.len() - begin;
    json(out, properties);
    out.push(b'}');
    [at_geometry as u32, at_properties as u32]
}

/// A GeoJSON geometry as shapes are read and written here; type before coordinates or after.
#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Read {
    Point(Vec<f64>),
    MultiPoint(Vec<Vec<f64>>),
    LineString(Vec<Vec<f64>>),
    MultiLineString(Vec<Vec<Vec<f64>>>),
    Polygon(Vec<Vec<Vec<f64>>>),
    MultiPolygon(Vec<Vec<Vec<Vec<f64>>>>),
}

fn coord(c: Vec<f64>) -> Option<Coord> {
    match c[..] {
        [x, y] | [x, y, _] if x.is_finite() && y.is_finite() => Some(Coord { x, y }),
        _ => None,
    }
}

fn coords(l: Vec<Vec<f64>>) -> Option<LineString> {
    l.into_iter().map(coord).collect::<Option<Vec<_>>>().map(LineString::new)
}

fn polygon(rings: Vec<Vec<Vec<f64>>>) -> Option<Polygon> {
    let mut rings = rings.into_iter().map(coords).collect::<Option<Vec<_>>>()?.into_iter();
    let outer = rings.next()?;
    Some(Polygon::new(outer, rings.collect()))
}

/// A GeoJSON geometry that is no collection; `None` for null and for what is no geometry.
pub fn shape(text: &[u8]) -> Option<geo::Geometry> {
    Some(match serde_json::from_slice(text).ok()? {
        Read::Point(c) => geo::Point(coord(c)?).into(),
        Read::MultiPoint(l) => MultiPoint::from(coords(l)?.0).into(),
        Read::LineString(l) => coords(l)?.into(),
        Read::MultiLineString(ls) => {
            MultiLineString::new(ls.into_iter().map(coords).collect::<Option<Vec<_>>>()?).into()
        }
        Read::Polygon(rings) => polygon(rings)?.into(),
        Read::MultiPolygon(ps) => MultiPolygon::new(ps.into_iter().map(polygon).collect::<Option<Vec<_>>>()?).into(),
    })
}

/// Appends a value; our own types have string keys and finite numbers, so this does not fail.
fn json(out: &mut Vec<u8>, v: &impl Serialize) {
    let before = out.len();
    if serde_json::to_writer(&mut *out, v).is_err() {
        out.truncate(before);
        out.extend_from_slice(b"null");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(g: Geometry) -> String {
        let mut out = Vec::new();
        feature(&mut out, "a", &g, &serde_json::json!({"n": 1}));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_are_short_and_exact_to_a_centimetre() {
        let t = text(Geometry::Point((120.123456789, -0.000000001).into()));
        assert!(t.contains("[120.1234568,0]"), "{t}");
    }

    #[test]
    fn outer_rings_run_counter_clockwise() {
        let ring = vec![(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (1.0, 0.0), (0.0, 0.0)];
        let m = MultiPolygon(vec![geo::Polygon::new(ring.into(), vec![])]);
        assert!(text(Geometry::Area(Some(&m))).contains("[[[[0,0],[1,0],[1,1],[0,1],[0,0]]]]"));
    }
}
