//! Reference systems of Part 2: their names, boxes and geometries in them, and answers in them.
//!
//! Transformations are `layers::systems`'; nothing here knows how they are made.

use std::cell::Cell;

use geo::{Coord, CoordsIter, Geometry, MapCoordsInPlace};

use super::super::problem::Problem;
use crate::cql2::rectangle;
use crate::layers::systems;

pub const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const EPSG: &str = "http://www.opengis.net/def/crs/EPSG/0/";
/// Pieces that an edge is cut into before it is brought from a plane to the globe, where it is no straight line.
const PIECES: usize = 32;

/// A system that coordinates of a request or an answer are in.
#[derive(Debug, Clone, PartialEq)]
pub enum Crs {
    /// Longitude and latitude.
    Crs84,
    Epsg {
        code: u32,
        angular: bool,
    },
}

/// What every collection says it can be had in; other codes that PROJ knows are answered, too.
pub fn offered() -> Vec<String> {
    let codes = [4326, 4490, 3857].into_iter().chain(4534..=4554);
    std::iter::once(CRS84.to_owned()).chain(codes.map(|c| format!("{EPSG}{c}"))).collect()
}

impl Crs {
    /// From a URI, a URN, `[EPSG:4490]` or `EPSG:4490`.
    pub fn parse(parameter: &str, text: &str) -> Result<Self, Problem> {
        let bare = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or(text);
        let upper = bare.to_ascii_uppercase();
        let crs84 = [
            &CRS84.to_ascii_uppercase(),
            "HTTPS://WWW.OPENGIS.NET/DEF/CRS/OGC/1.3/CRS84",
            "URN:OGC:DEF:CRS:OGC:1.3:CRS84",
            "OGC:CRS84",
        ];
        if crs84.contains(&upper.as_str()) {
            return Ok(Crs::Crs84);
        }
        let prefixes =
            [&EPSG.to_ascii_uppercase(), "HTTPS://WWW.OPENGIS.NET/DEF/CRS/EPSG/0/", "URN:OGC:DEF:CRS:EPSG::", "EPSG:"];
        let code = prefixes.iter().find_map(|p| upper.strip_prefix(p));
        let code = code.filter(|c| c.len() <= 8 && c.bytes().all(|b| b.is_ascii_digit())).and_then(|c| c.parse().ok());
        let known = code.and_then(systems::system);
        known.map(|s| Crs::Epsg { code: s.epsg, angular: s.angular }).ok_or_else(|| {
            let why = format!("{text:?} is no two-dimensional reference system that is known here; write {CRS84} or {EPSG} and a code such as 4490");
            Problem::bad_parameter(parameter, why)
        })
    }

    pub fn uri(&self) -> String {
        match self {
            Crs::Crs84 => CRS84.to_owned(),
            Crs::Epsg { code, .. } => format!("{EPSG}{code}"),
        }
    }

    /// Decimals that answers are written with: about a centimetre on the ground, a millimetre in a plane.
    pub fn decimals(&self) -> usize {
        match self {
            Crs::Crs84 | Crs::Epsg { angular: true, .. } => 7,
            Crs::Epsg { .. } => 3,
        }
    }

    /// A geometry in longitude and latitude into this system; false where it has no place in it.
    pub fn project(&self, g: &mut Geometry) -> bool {
        match self {
            Crs::Crs84 => true,
            Crs::Epsg { code, .. } => in_place(g, |c| systems::from_degrees(*code, c)),
        }
    }

    /// A geometry in this system into longitude and latitude; `None` where that cannot be.
    pub fn to_degrees(&self, g: Geometry) -> Option<Geometry> {
        match self {
            Crs::Crs84 => Some(g),
            Crs::Epsg { code, angular } => {
                let mut g = if *angular { g } else { denser(g) };
                in_place(&mut g, |c| systems::to_degrees(*code, c)).then_some(g)
            }
        }
    }
}

/// All positions at once: a call for each would cost more than its work.
fn in_place(g: &mut Geometry, f: impl FnOnce(&mut [Coord]) -> bool) -> bool {
    let mut all: Vec<Coord> = g.coords_iter().collect();
    let fine = f(&mut all);
    let at = Cell::new(0);
    g.map_coords_in_place(|c| all.get(at.replace(at.get() + 1)).copied().unwrap_or(c));
    fine
}

fn denser(g: Geometry) -> Geometry {
    use geo::{GeometryCollection, LineString, MultiLineString, MultiPolygon, Polygon};
    let line = |l: &LineString| {
        let mut out = Vec::with_capacity(l.0.len() * PIECES);
        for s in l.lines() {
            out.extend((0..PIECES).map(|k| s.start + (s.end - s.start) * (k as f64 / PIECES as f64)));
        }
        out.extend(l.0.last());
        LineString::new(out)
    };
    let area = |p: &Polygon| Polygon::new(line(p.exterior()), p.interiors().iter().map(line).collect());
    match g {
        Geometry::LineString(l) => line(&l).into(),
        Geometry::MultiLineString(l) => MultiLineString(l.0.iter().map(line).collect()).into(),
        Geometry::Polygon(p) => area(&p).into(),
        Geometry::MultiPolygon(m) => MultiPolygon(m.0.iter().map(area).collect()).into(),
        Geometry::GeometryCollection(c) => {
            Geometry::GeometryCollection(GeometryCollection(c.0.into_iter().map(denser).collect()))
        }
        other => other,
    }
}

/// What `bbox` asks for.
#[derive(Debug, Clone)]
pub struct Window {
    /// West, south, east, north; two of them over the antimeridian.
    pub boxes: Vec<[f64; 4]>,
    /// The very area.
    pub area: Geometry,
    /// The boxes are the area, so that what lies in one of them needs no closer look.
    pub exact: bool,
}

impl Window {
    /// `bbox` in the system of `bbox-crs`.
    pub fn parse(text: &str, crs: &Crs) -> Result<Self, Problem> {
        let bad = |why: &str| {
            Problem::bad_parameter(
                "bbox",
                format!("{why}; give the lower and the upper corner, as longitude and latitude without a bbox-crs"),
            )
        };
        let v: Option<Vec<f64>> =
            text.split(',').map(|t| t.trim().parse().ok().filter(|x: &f64| x.is_finite())).collect();
        let v = v.ok_or_else(|| bad("not all numbers"))?;
        let [a, b, c, d] = match v[..] {
            [a, b, c, d] | [a, b, _, c, d, _] => [a, b, c, d],
            _ => return Err(bad("needs 4 or 6 numbers")),
        };
        // Angles of other systems are on the globe, too, with the axes in the order of the authority.
        let degrees = match crs {
            Crs::Crs84 => Some([a, b, c, d]),
            Crs::Epsg { code: 4326 | 4490, .. } => Some([b, a, d, c]),
            _ => None,
        };
        if let Some([w, s, e, n]) = degrees {
            if s > n {
                return Err(bad("south is above north"));
            }
            if s.abs() > 90.0 || n.abs() > 90.0 || w.abs() > 180.0 || e.abs() > 180.0 {
                return Err(bad("out of range"));
            }
            let boxes = if w > e { vec![[w, s, 180.0, n], [-180.0, s, e, n]] } else { vec![[w, s, e, n]] };
            // CGCS2000 and WGS 84 are the same to within centimetres, and PROJ takes them as the same.
            return Ok(Window { boxes, area: rectangle([w, s, e, n]), exact: true });
        }
        if a > c || b > d {
            return Err(bad("the lower corner is above the upper"));
        }
        let area = crs.to_degrees(rectangle([a, b, c, d])).ok_or_else(|| bad("not on the globe"))?;
        let r = geo::BoundingRect::bounding_rect(&area).ok_or_else(|| bad("not on the globe"))?;
        Ok(Window { boxes: vec![[r.min().x, r.min().y, r.max().x, r.max().y]], area, exact: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_systems() {
        let gauss = Crs::Epsg { code: 4549, angular: false };
        for t in
            ["http://www.opengis.net/def/crs/EPSG/0/4549", "EPSG:4549", "[EPSG:4549]", "urn:ogc:def:crs:EPSG::4549"]
        {
            assert_eq!(Crs::parse("crs", t).unwrap(), gauss, "{t}");
        }
        assert_eq!(gauss.uri(), "http://www.opengis.net/def/crs/EPSG/0/4549");
        assert_eq!(Crs::parse("crs", CRS84).unwrap(), Crs::Crs84);
        for t in [
            "",
            "4326",
            "EPSG:",
            "EPSG:0",
            "EPSG:4978",
            "EPSG:99999999999999999999",
            "http://www.opengis.net/def/crs/OGC/0/unknown",
        ] {
            assert!(Crs::parse("crs", t).unwrap_err().detail.starts_with("crs: "), "{t}");
        }
        assert_eq!(offered().len(), 25);
    }

    #[test]
    fn windows() {
        let of = |t: &str, crs: &str| Window::parse(t, &Crs::parse("bbox-crs", crs).unwrap());
        assert_eq!(of("170,0,-170,60", CRS84).unwrap().boxes, [[170.0, 0.0, 180.0, 60.0], [-180.0, 0.0, -170.0, 60.0]]);
        assert_eq!(of("40,120,41,121", "EPSG:4490").unwrap().boxes, [[120.0, 40.0, 121.0, 41.0]]);
        assert_eq!(of("120,40,-5,121,41,9", CRS84).unwrap().boxes, [[120.0, 40.0, 121.0, 41.0]]);
        let gauss = of("4590000,500000,4600000,510000", "EPSG:4549").unwrap();
        assert!(!gauss.exact && (gauss.boxes[0][0] - 120.0).abs() < 0.01, "{:?}", gauss.boxes);
        for bad in ["", "1,2,3", "a,b,c,d", "0,5,1,4", "NaN,0,1,1", "inf,0,1,1", "0,0,1,91", "0,0,181,1"] {
            assert!(of(bad, CRS84).is_err(), "{bad}");
        }
    }
}
