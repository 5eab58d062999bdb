//! Features of an answer: as they stand, or with some of their properties and in another reference system.

use std::io::Write;

use geo::{Coord, Geometry, LineString, Polygon};
use rayon::prelude::*;
use serde_json::{Map, Value};

use super::super::problem::Problem;
use super::crs::Crs;
use crate::publish::Collection;

/// How features are to be written.
pub struct Look<'a> {
    pub crs: &'a Crs,
    /// `None` for all.
    pub properties: Option<&'a [String]>,
}

impl Look<'_> {
    pub fn as_it_stands(&self) -> bool {
        *self.crs == Crs::Crs84 && self.properties.is_none()
    }
}

/// One feature.
pub fn feature(c: &Collection, i: u32, look: &Look) -> Result<Vec<u8>, Problem> {
    if look.as_it_stands() {
        return Ok(c.feature(i).to_vec());
    }
    let all = c.feature(i);
    let mut out = Vec::with_capacity(all.len());
    let _ = write!(out, "{{\"type\":\"Feature\",\"id\":{},\"geometry\":", Value::from(c.id_of(i)));
    if *look.crs == Crs::Crs84 {
        out.extend_from_slice(c.geometry_text(i));
    } else {
        match c.shape(i) {
            None => out.extend_from_slice(b"null"),
            Some(mut g) => {
                if !look.crs.project(&mut g) {
                    let why = format!("{} has no place for the feature {}", look.crs.uri(), c.id_of(i));
                    return Err(Problem::bad_parameter("crs", why));
                }
                geometry(&mut out, &g, look.crs.decimals());
            }
        }
    }
    out.extend_from_slice(b",\"properties\":");
    match look.properties {
        None => out.extend_from_slice(c.properties(i)),
        Some(names) => {
            let own: Map<String, Value> = serde_json::from_slice(c.properties(i)).unwrap_or_default();
            let kept: Map<String, Value> = own.into_iter().filter(|(k, _)| names.contains(k)).collect();
            out.extend_from_slice(Value::Object(kept).to_string().as_bytes());
        }
    }
    out.push(b'}');
    Ok(out)
}

/// A FeatureCollection of `rows`, with `extra` members before them.
pub fn features(c: &Collection, rows: &[u32], look: &Look, extra: &Map<String, Value>) -> Result<Vec<u8>, Problem> {
    if look.as_it_stands() {
        return Ok(c.feature_collection(rows, extra));
    }
    let made: Vec<Vec<u8>> = rows.par_iter().map(|&i| feature(c, i, look)).collect::<Result<_, _>>()?;
    Ok(crate::publish::wrap(made.iter().map(|f| f.len() + 2).sum(), extra, made.iter().map(Vec::as_slice)))
}

fn number(out: &mut Vec<u8>, v: f64, decimals: usize) {
    let text = format!("{v:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    out.extend_from_slice(if text == "-0" { "0" } else { text }.as_bytes());
}

fn position(out: &mut Vec<u8>, c: Coord, decimals: usize) {
    out.push(b'[');
    number(out, c.x, decimals);
    out.push(b',');
    number(out, c.y, decimals);
    out.push(b']');
}

fn list<T>(out: &mut Vec<u8>, items: impl IntoIterator<Item = T>, mut item: impl FnMut(&mut Vec<u8>, T)) {
    out.push(b'[');
    for (n, x) in items.into_iter().enumerate() {
        if n > 0 {
            out.push(b',');
        }
        item(out, x);
    }
    out.push(b']');
}

fn line(out: &mut Vec<u8>, l: &LineString, d: usize) {
    list(out, &l.0, |o, c| position(o, *c, d));
}

fn rings(out: &mut Vec<u8>, p: &Polygon, d: usize) {
    list(out, std::iter::once(p.exterior()).chain(p.interiors()), |o, r| line(o, r, d));
}

/// GeoJSON of the geometries that collections have.
fn geometry(out: &mut Vec<u8>, g: &Geometry, d: usize) {
    let mut typed = |name: &str, f: &dyn Fn(&mut Vec<u8>)| {
        let _ = write!(out, "{{\"type\":\"{name}\",\"coordinates\":");
        f(out);
        out.push(b'}');
    };
    match g {
        Geometry::Point(p) => typed("Point", &|o| position(o, p.0, d)),
        Geometry::MultiPoint(m) => typed("MultiPoint", &|o| list(o, &m.0, |o, p| position(o, p.0, d))),
        Geometry::LineString(l) => typed("LineString", &|o| line(o, l, d)),
        Geometry::MultiLineString(m) => typed("MultiLineString", &|o| list(o, &m.0, |o, l| line(o, l, d))),
        Geometry::Polygon(p) => typed("Polygon", &|o| rings(o, p, d)),
        Geometry::MultiPolygon(m) => typed("MultiPolygon", &|o| list(o, &m.0, |o, p| rings(o, p, d))),
        _ => out.extend_from_slice(b"null"),
    }
}
