//! Geometries in filters: well-known text, BBOX and GeoJSON.

use geo::{Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};
use serde_json::Value;

use super::text::Parser;
use super::{Fault, MAX_DEPTH, too_deep};

const TYPES: [&str; 8] =
    ["point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon", "geometrycollection", "bbox"];

pub(super) fn is_type(lower: &str) -> bool {
    TYPES.contains(&lower)
}

/// A box from west to east; over the antimeridian it is two.
pub fn rectangle([w, s, e, n]: [f64; 4]) -> Geometry {
    let part = |w: f64, e: f64| geo::Rect::new(Coord { x: w, y: s }, Coord { x: e, y: n }).to_polygon();
    if w <= e { part(w, e).into() } else { MultiPolygon(vec![part(w, 180.0), part(-180.0, e)]).into() }
}

/// `west, south[, low], east, north[, high]`.
fn bounds(v: &[f64]) -> Result<Geometry, Fault> {
    let [w, s, e, n] = match *v {
        [w, s, e, n] | [w, s, _, e, n, _] => [w, s, e, n],
        _ => return Err(Fault::new("a BBOX needs 4 or 6 numbers")),
    };
    if s > n {
        return Err(Fault::new("the south of the BBOX is above its north"));
    }
    Ok(rectangle([w, s, e, n]))
}

fn line(c: Vec<Coord>) -> Result<LineString, Fault> {
    if c.len() < 2 {
        return Err(Fault::new("a line needs at least two positions"));
    }
    Ok(LineString::new(c))
}

fn polygon(rings: Vec<Vec<Coord>>) -> Result<Polygon, Fault> {
    let mut made = Vec::with_capacity(rings.len());
    for r in rings {
        if r.len() < 4 || r.first() != r.last() {
            return Err(Fault::new("a ring needs at least four positions, and its last must be its first"));
        }
        made.push(LineString::new(r));
    }
    let mut made = made.into_iter();
    let outer = made.next().ok_or_else(|| Fault::new("a polygon needs a ring"))?;
    Ok(Polygon::new(outer, made.collect()))
}

/// The rest of well-known text, after its type.
pub(super) fn from_text(p: &mut Parser, kind: &str) -> Result<Geometry, Fault> {
    // Heights are read and left alone: nothing here has any.
    let _ = p.takes_keyword("z") || p.takes_keyword("m") || p.takes_keyword("zm");
    p.nested(|p| {
        Ok(match kind {
            "point" => {
                p.needs("(")?;
                let c = position(p)?;
                p.needs(")")?;
                Point(c).into()
            }
            "linestring" => line(positions(p)?)?.into(),
            "polygon" => polygon(list(p, positions)?)?.into(),
            "multipoint" => {
                let bare_or_not = |p: &mut Parser| {
                    let bracket = p.takes("(");
                    let c = position(p)?;
                    if bracket {
                        p.needs(")")?;
                    }
                    Ok(Point(c))
                };
                MultiPoint(list(p, bare_or_not)?).into()
            }
            "multilinestring" => MultiLineString(list(p, |p| line(positions(p)?))?).into(),
            "multipolygon" => MultiPolygon(list(p, |p| polygon(list(p, positions)?))?).into(),
            "bbox" => bounds(&list(p, Parser::coordinate)?)?,
            _ => {
                let members = list(p, |p| {
                    let kind = TYPES[..7].iter().find(|t| p.takes_keyword(t));
                    match kind {
                        Some(k) => from_text(p, k),
                        None => Err(p.unexpected("a geometry")),
                    }
                })?;
                Geometry::GeometryCollection(GeometryCollection(members))
            }
        })
    })
}

fn list<T>(p: &mut Parser, mut item: impl FnMut(&mut Parser) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
    p.needs("(")?;
    let mut out = vec![item(p)?];
    while p.takes(",") {
        out.push(item(p)?);
    }
    p.needs(")")?;
    Ok(out)
}

fn positions(p: &mut Parser) -> Result<Vec<Coord>, Fault> {
    list(p, position)
}

/// Two to four numbers; those after the second are heights and measures.
fn position(p: &mut Parser) -> Result<Coord, Fault> {
    let c = Coord { x: p.coordinate()?, y: p.coordinate()? };
    for _ in 0..2 {
        if p.at_number() {
            p.coordinate()?;
        }
    }
    Ok(c)
}

/// A GeoJSON geometry.
pub(super) fn from_json(v: &Value, depth: usize) -> Result<Geometry, Fault> {
    if depth > MAX_DEPTH {
        return Err(too_deep());
    }
    let kind = v["type"].as_str().unwrap_or_default();
    let c = &v["coordinates"];
    Ok(match kind {
        "Point" => Point(json_position(c)?).into(),
        "LineString" => line(array(c, json_position)?)?.into(),
        "Polygon" => polygon(array(c, |r| array(r, json_position))?)?.into(),
        "MultiPoint" => MultiPoint(array(c, |p| json_position(p).map(Point))?).into(),
        "MultiLineString" => MultiLineString(array(c, |l| line(array(l, json_position)?))?).into(),
        "MultiPolygon" => MultiPolygon(array(c, |p| polygon(array(p, |r| array(r, json_position))?))?).into(),
        "GeometryCollection" => {
            let members = array(&v["geometries"], |g| from_json(g, depth + 1))?;
            Geometry::GeometryCollection(GeometryCollection(members))
        }
        other => return Err(Fault::new(format!("{other:?} is no type of geometry"))),
    })
}

/// `{"bbox": […]}`
pub(super) fn bbox_from_json(v: &Value) -> Result<Geometry, Fault> {
    bounds(&array(v, number)?)
}

fn number(v: &Value) -> Result<f64, Fault> {
    v.as_f64().filter(|n| n.is_finite()).ok_or_else(|| Fault::new(format!("{v} is no number")))
}

fn json_position(v: &Value) -> Result<Coord, Fault> {
    match array(v, number)?[..] {
        [x, y] | [x, y, _] => Ok(Coord { x, y }),
        _ => Err(Fault::new("a position needs 2 or 3 numbers")),
    }
}

fn array<T>(v: &Value, item: impl Fn(&Value) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
    let all = v.as_array().ok_or_else(|| Fault::new("a geometry lacks its list of coordinates"))?;
    all.iter().map(item).collect()
}
