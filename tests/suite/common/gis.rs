//! Regions for tests of files and databases, and what a layer must hold to be the same as a collection.

use std::collections::HashMap;
use std::path::Path;

use cuntong::findings::Findings;
use cuntong::publish::Collection;
use gdal::vector::{Feature, Geometry, LayerAccess};
use serde_json::Value;

/// Makes a practice region in `dir` and analyses it.
pub fn practice(dir: &Path, villages: u32, more: &[&str]) -> Findings {
    let villages = villages.to_string();
    let mut args = vec!["synthesize", "--villages", &villages, "--seed", "5", "--id", "practice", "--out"];
    args.push(dir.to_str().unwrap());
    args.extend(more);
    let o = super::cuntong(&args);
    assert!(o.status.success(), "{}", super::stderr(&o));
    super::findings(&dir.join("atlas.toml"))
}

/// The features of a collection as they were published.
pub fn published(c: &Collection) -> Vec<Value> {
    (0..c.len() as u32).map(|i| serde_json::from_slice(c.feature(i)).unwrap()).collect()
}

/// Parts of a geometry on a grid of 1e-7 degrees: points, lines as they run, rings from their lowest corner in one
/// direction; in one order. Two geometries with the same parts are the same places.
pub type Parts = Vec<(char, Vec<(i64, i64)>)>;

fn ring(mut r: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    assert_eq!(r.first(), r.last(), "a ring is closed");
    r.pop();
    let from_lowest = |r: &[(i64, i64)]| {
        let at = (0..r.len()).min_by_key(|&i| r[i]).unwrap_or(0);
        [&r[at..], &r[..at]].concat()
    };
    let there = from_lowest(&r);
    r.reverse();
    there.min(from_lowest(&r))
}

fn grid(x: f64, y: f64) -> (i64, i64) {
    ((x * 1e7).round() as i64, (y * 1e7).round() as i64)
}

pub fn parts_of_json(g: &Value) -> Parts {
    let position = |p: &Value| grid(p[0].as_f64().unwrap(), p[1].as_f64().unwrap());
    let line = |l: &Value| l.as_array().unwrap().iter().map(position).collect::<Vec<_>>();
    let each = |v: &Value| v.as_array().unwrap().clone();
    let c = &g["coordinates"];
    let mut out: Parts = match g["type"].as_str().unwrap_or_default() {
        "Point" => vec![('p', vec![position(c)])],
        "MultiPoint" => each(c).iter().map(|p| ('p', vec![position(p)])).collect(),
        "LineString" => vec![('l', line(c))],
        "MultiLineString" => each(c).iter().map(|l| ('l', line(l))).collect(),
        "Polygon" => each(c).iter().map(|l| ('r', ring(line(l)))).collect(),
        "MultiPolygon" => each(c).iter().flat_map(each).map(|l| ('r', ring(line(&l)))).collect(),
        _ => Vec::new(),
    };
    out.sort();
    out
}

pub fn parts_of_gdal(g: &Geometry) -> Parts {
    fn walk(g: &Geometry, in_area: bool, out: &mut Parts) {
        let name = g.geometry_name();
        let points = || (0..g.point_count()).map(|i| g.get_point(i as i32)).map(|(x, y, _)| grid(x, y)).collect();
        match name.as_str() {
            "POINT" => out.push(('p', points())),
            "LINESTRING" | "LINEARRING" if in_area => out.push(('r', ring(points()))),
            "LINESTRING" => out.push(('l', points())),
            _ => {
                let area = name == "POLYGON";
                (0..g.geometry_count()).for_each(|i| walk(&g.get_geometry(i), area, out));
            }
        }
    }
    let mut out = Parts::new();
    walk(g, false, &mut out);
    out.sort();
    out
}

/// What a form does to values.
#[derive(Clone, Copy, Default)]
pub struct Habits {
    /// Texts and lists end after so many bytes.
    pub cut: Option<usize>,
    /// No value and an empty text are one.
    pub empty_is_null: bool,
    /// A column without any value is left out.
    pub no_empty_columns: bool,
}

/// Asserts that a field holds a published value.
pub fn same_value(f: &Feature, field: usize, v: &Value, h: Habits, place: &str) {
    let text = f.field_as_string(field).unwrap();
    let Some(text) = text.filter(|t| !(h.empty_is_null && t.is_empty())) else {
        let nothing = v.is_null() || (h.empty_is_null && v.as_str() == Some(""));
        assert!(nothing, "{place}: nothing instead of {v}");
        return;
    };
    let whole = match v {
        Value::Null => panic!("{place}: {text:?} instead of nothing"),
        Value::Bool(b) => {
            let said = ["1", "true", "t", "TRUE"].contains(&text.as_str());
            assert!(said == *b && (said || ["0", "false", "f", "FALSE"].contains(&text.as_str())), "{place}: {text}");
            return;
        }
        Value::Number(n) => {
            let (is, should) = (f.field_as_double(field).unwrap().unwrap(), n.as_f64().unwrap());
            assert!((is - should).abs() <= should.abs() * 1e-14, "{place}: {is} instead of {should}");
            return;
        }
        Value::String(s) => s.clone(),
        list => list.to_string(),
    };
    match h.cut {
        Some(limit) if whole.len() > limit => {
            assert!(whole.starts_with(&text) && text.len() > limit - 4, "{place}: {text:?} of {whole:?}");
        }
        // Databases may write JSON with blanks and keys in an order of their own.
        _ if text != whole => {
            let json = |t: &str| serde_json::from_str::<Value>(t).ok();
            assert!(json(&text).is_some() && json(&text) == json(&whole), "{place}: {text:?} instead of {whole:?}");
        }
        _ => {}
    }
}

/// Asserts that a layer holds the features: each of them once, every property under the name that `field` gives it, the
/// same geometry. Answers with how many values it compared.
pub fn same_features(
    layer: &mut impl LayerAccess,
    features: &[Value],
    field: &dyn Fn(&str) -> String,
    h: Habits,
) -> usize {
    let name = layer.name();
    let names: HashMap<String, usize> = layer.defn().fields().enumerate().map(|(i, f)| (f.name(), i)).collect();
    let by_id: HashMap<&str, &Value> = features.iter().map(|f| (f["id"].as_str().unwrap(), f)).collect();
    assert_eq!(by_id.len(), features.len(), "{name}: ids are unlike each other");
    let id = names[&field("id")];
    let (mut seen, mut values) = (0, 0);
    for f in layer.features() {
        let id = f.field_as_string(id).unwrap().unwrap();
        let should = by_id.get(id.as_str()).unwrap_or_else(|| panic!("{name}: {id} is not of the collection"));
        seen += 1;
        for (key, v) in should["properties"].as_object().unwrap() {
            let Some(&i) = names.get(&field(key)) else {
                assert!(h.no_empty_columns && v.is_null(), "{name}: no field for {key}: {names:?}");
                continue;
            };
            same_value(&f, i, v, h, &format!("{name} {id} {key}"));
            values += 1;
        }
        let is = f.geometry().filter(|g| !g.is_empty()).map(parts_of_gdal).unwrap_or_default();
        assert!(is == parts_of_json(&should["geometry"]), "{name} {id}: another geometry");
    }
    assert_eq!(seen, features.len(), "{name}");
    values
}
