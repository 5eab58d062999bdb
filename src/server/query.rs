//! Query parameters: parsed once into valid values; anything else is a 400 that names the parameter.

use actix_web::web::Query;
use std::collections::BTreeMap;

use super::problem::Problem;
use crate::world::RoadClass;

/// Most features in one answer.
pub const MAX_LIMIT: usize = 100_000;
/// Features in an answer that names no limit.
pub const DEFAULT_LIMIT: usize = 1_000;

/// Parameters of `/collections/{id}/items`.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemsQuery {
    /// West, south, east, north in degrees. West above east crosses the antimeridian.
    pub bbox: Option<[f64; 4]>,
    pub limit: usize,
    pub offset: usize,
    pub classes: Option<Vec<RoadClass>>,
}

/// Parameters by name; one that is unknown or given twice is refused.
pub fn pairs(query: &str, allowed: &[&str]) -> Result<BTreeMap<String, String>, Problem> {
    let all =
        Query::<Vec<(String, String)>>::from_query(query).map_err(|e| Problem::bad_parameter("query", e))?.into_inner();
    let mut out = BTreeMap::new();
    for (k, v) in all {
        if !allowed.contains(&k.as_str()) {
            let known =
                if allowed.is_empty() { "none is known here".into() } else { format!("known: {}", allowed.join(", ")) };
            return Err(Problem::bad_parameter(&k, format!("unknown parameter; {known}")));
        }
        if out.insert(k.clone(), v).is_some() {
            return Err(Problem::bad_parameter(&k, "given twice"));
        }
    }
    Ok(out)
}

/// For addresses that take no parameters.
pub fn none(query: &str) -> Result<(), Problem> {
    pairs(query, &[]).map(|_| ())
}

/// `f`: one of the forms, the first where it is not given.
pub fn form<'a>(query: &str, forms: &[&'a str]) -> Result<&'a str, Problem> {
    form_of(&pairs(query, &["f"])?, forms)
}

/// As [`form`], among other parameters.
pub fn form_of<'a>(p: &BTreeMap<String, String>, forms: &[&'a str]) -> Result<&'a str, Problem> {
    let Some(wanted) = p.get("f") else { return Ok(forms[0]) };
    let found = forms.iter().find(|f| *f == wanted);
    found
        .copied()
        .ok_or_else(|| Problem::bad_parameter("f", format!("{wanted:?} is no form; there are {}", forms.join(", "))))
}

/// `true` or `false`; false where it is not given.
pub fn flag(p: &BTreeMap<String, String>, name: &str) -> Result<bool, Problem> {
    match p.get(name).map(String::as_str) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => Err(Problem::bad_parameter(name, format!("{other:?} is neither true nor false"))),
    }
}

/// `limit` and `offset`.
pub fn page(p: &BTreeMap<String, String>, usual: usize) -> Result<(usize, usize), Problem> {
    let number = |name: &str, usual: usize, least: usize, most: usize| match p.get(name) {
        None => Ok(usual),
        Some(t) => match t.parse::<usize>() {
            Ok(n) if (least..=most).contains(&n) => Ok(n),
            _ => Err(Problem::bad_parameter(name, format!("{t:?} is not a whole number from {least} to {most}"))),
        },
    };
    Ok((number("limit", usual, 1, MAX_LIMIT)?, number("offset", 0, 0, usize::MAX)?))
}

impl ItemsQuery {
    /// Parses a query string; `roads` allows the parameter `class`.
    pub fn parse(query: &str, roads: bool) -> Result<Self, Problem> {
        let allowed: &[&str] = if roads { &["bbox", "limit", "offset", "class"] } else { &["bbox", "limit", "offset"] };
        let p = pairs(query, allowed)?;
        let whole = |name: &str, default: usize| match p.get(name) {
            None => Ok(default),
            Some(v) => {
                v.parse::<usize>().map_err(|_| Problem::bad_parameter(name, format!("{v:?} is not a whole number")))
            }
        };
        let limit = whole("limit", DEFAULT_LIMIT)?;
        if limit == 0 {
            return Err(Problem::bad_parameter("limit", "must be at least 1"));
        }
        Ok(Self {
            bbox: p.get("bbox").map(|b| bbox(b)).transpose()?,
            // As OGC API – Features has it: a limit above the maximum is answered with the maximum.
            limit: limit.min(MAX_LIMIT),
            offset: whole("offset", 0)?,
            classes: p.get("class").map(|c| classes(c)).transpose()?,
        })
    }

    /// The box or, across the antimeridian, the two boxes.
    pub fn boxes(&self) -> Vec<Option<[f64; 4]>> {
        match self.bbox {
            Some([w, s, e, n]) if w > e => vec![Some([w, s, 180.0, n]), Some([-180.0, s, e, n])],
            b => vec![b],
        }
    }
}

fn bbox(text: &str) -> Result<[f64; 4], Problem> {
    let bad = |why: &str| Problem::bad_parameter("bbox", format!("{why}; give west,south,east,north in degrees"));
    let v: Vec<f64> = text
        .split(',')
        .map(|t| t.trim().parse::<f64>().ok().filter(|x| x.is_finite()))
        .collect::<Option<_>>()
        .ok_or_else(|| bad("not all numbers"))?;
    let [w, s, e, n] = match v[..] {
        [w, s, e, n] => [w, s, e, n],
        [w, s, _, e, n, _] => [w, s, e, n],
        _ => return Err(bad("needs 4 or 6 numbers")),
    };
    if s > n {
        return Err(bad("south is above north"));
    }
    if !(-90.0..=90.0).contains(&s) || !(-90.0..=90.0).contains(&n) || w.abs() > 180.0 || e.abs() > 180.0 {
        return Err(bad("out of range"));
    }
    Ok([w, s, e, n])
}

fn classes(text: &str) -> Result<Vec<RoadClass>, Problem> {
    let known = || RoadClass::ALL.map(|c| c.as_str()).join(", ");
    text.split(',')
        .map(|t| {
            RoadClass::ALL.into_iter().find(|c| c.as_str() == t).ok_or_else(|| {
                Problem::bad_parameter("class", format!("{t:?} is not a road class; there are {}", known()))
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn good_queries() {
        let q = ItemsQuery::parse("bbox=120,40,121,41&limit=5&offset=2&class=trunk,track", true).unwrap();
        assert_eq!(q.bbox, Some([120.0, 40.0, 121.0, 41.0]));
        assert_eq!((q.limit, q.offset), (5, 2));
        assert_eq!(q.classes, Some(vec![RoadClass::Trunk, RoadClass::Track]));
        assert_eq!(ItemsQuery::parse("limit=999999999", false).unwrap().limit, MAX_LIMIT);
        assert_eq!(ItemsQuery::parse("bbox=170,0,-170,1", false).unwrap().boxes().len(), 2);
    }

    #[test]
    fn bad_queries_name_the_parameter() {
        for (q, name) in [
            ("bbox=1,2,3", "bbox"),
            ("bbox=a,b,c,d", "bbox"),
            ("bbox=0,5,1,4", "bbox"),
            ("bbox=NaN,0,1,1", "bbox"),
            ("bbox=0,0,1,91", "bbox"),
            ("limit=0", "limit"),
            ("limit=-1", "limit"),
            ("offset=x", "offset"),
            ("limit=1&limit=2", "limit"),
            ("colour=red", "colour"),
            ("class=trunk", "class"),
        ] {
            let p = ItemsQuery::parse(q, false).unwrap_err();
            assert!(p.detail.starts_with(name), "{q}: {}", p.detail);
        }
        assert!(ItemsQuery::parse("class=goat", true).unwrap_err().detail.contains("motorway"));
    }
}
