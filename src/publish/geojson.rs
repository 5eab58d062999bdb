//! RFC 7946 features, written straight into bytes: WGS84 longitude and latitude with 7 decimals (about 1 cm),
//! outer rings counter-clockwise.

use std::io::Write;

use geo::{Coord, MultiPolygon, Winding};
use serde::Serialize;

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

/// Appends one feature.
pub fn feature(out: &mut Vec<u8>, id: &str, geometry: &Geometry, properties: &impl Serialize) {
    out.extend_from_slice(b"{\"type\":\"Feature\",\"id\":");
    json(out, &id);
    out.extend_from_slice(b",\"geometry\":");
    geometry.write(out);
    out.extend_from_slice(b",\"properties\":");
    json(out, properties);
    out.push(b'}');
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
