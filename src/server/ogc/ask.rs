//! Parameters of `/collections/{id}/items`: parsed once into valid values; anything else is a 400 that names the
//! parameter.

use std::collections::BTreeMap;

use super::super::problem::Problem;
use super::super::query::{DEFAULT_LIMIT, MAX_LIMIT};
use super::crs::{Crs, Window};
use super::cursor::{self, Cursor};
use super::sort::{self, Key};
use crate::cql2::{self, Compare, Expr, Fault};
use crate::publish::{Collection, Kind};
use crate::world::RoadClass;

/// Parameters that every collection has.
pub const PARAMETERS: [&str; 13] = [
    "f",
    "limit",
    "offset",
    "cursor",
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "filter",
    "filter-lang",
    "filter-crs",
    "sortby",
    "properties",
];

/// Those that are lists.
pub const LISTS: [&str; 3] = ["sortby", "properties", "class"];

/// A valid question.
pub struct Ask {
    pub window: Option<Window>,
    pub limit: usize,
    pub offset: usize,
    pub cursor: Option<Cursor>,
    pub classes: Option<Vec<RoadClass>>,
    pub filter: Option<cql2::Bound>,
    pub sort: Vec<Key>,
    pub properties: Option<Vec<String>>,
    pub crs: Crs,
    /// What the place in the order depends on, in short.
    pub digest: String,
}

type Pairs = BTreeMap<String, String>;

fn fault(parameter: &str) -> impl Fn(Fault) -> Problem + '_ {
    move |f| Problem::bad_parameter(parameter, f)
}

/// A whole number; one that is too large for a machine is still a whole number.
fn whole(p: &Pairs, name: &str, usual: usize) -> Result<usize, Problem> {
    let Some(t) = p.get(name) else { return Ok(usual) };
    if t.is_empty() || !t.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Problem::bad_parameter(name, format!("{t:?} is not a whole number")));
    }
    Ok(t.parse().unwrap_or(usize::MAX))
}

impl Ask {
    /// Finds the names of parameters and their values in the collection.
    pub fn parse(p: &Pairs, c: &Collection) -> Result<Self, Problem> {
        let roads = c.id == "roads";
        // Columns are made only where a name has to be looked up in them.
        let properties: Vec<(&String, &String)> =
            p.iter().filter(|(k, _)| !(PARAMETERS.contains(&k.as_str()) || roads && *k == "class")).collect();
        if let Some((k, _)) = properties.iter().find(|(k, _)| c.table().column(k).is_none()) {
            return Err(Problem::bad_parameter(k, unknown(c, roads)));
        }
        let limit = whole(p, "limit", DEFAULT_LIMIT)?;
        if limit == 0 {
            return Err(Problem::bad_parameter("limit", "must be at least 1"));
        }
        if let Some(t) = p.get("datetime") {
            datetime(t)?;
        }
        let crs = |name: &str| p.get(name).map_or(Ok(Crs::Crs84), |t| Crs::parse(name, t));
        let needs = |name: &str, other: &str| match p.contains_key(name) && !p.contains_key(other) {
            true => Err(Problem::bad_parameter(name, format!("says nothing without {other}"))),
            false => Ok(()),
        };
        needs("bbox-crs", "bbox")?;
        needs("filter-crs", "filter")?;
        needs("filter-lang", "filter")?;
        let window = p.get("bbox").map(|t| Window::parse(t, &crs("bbox-crs")?)).transpose()?;
        let sort = p.get("sortby").map_or(Ok(Vec::new()), |t| sort::parse(t, c.table()))?;
        let digest = cursor::digest(c.id, p);
        let cursor = p.get("cursor").map(|t| Cursor::read(t, &digest)).transpose()?;
        if cursor.is_some() && p.contains_key("offset") {
            return Err(Problem::bad_parameter("offset", "a cursor says where to begin already"));
        }
        Ok(Self {
            window,
            // As the standard has it: a limit above the maximum is answered with the maximum.
            limit: limit.min(MAX_LIMIT),
            offset: whole(p, "offset", 0)?,
            cursor,
            classes: p.get("class").filter(|_| roads).map(|t| classes(t)).transpose()?,
            filter: condition(p, &properties, c, &crs("filter-crs")?)?,
            sort,
            properties: p.get("properties").map(|t| selected(t, c)).transpose()?,
            crs: crs("crs")?,
            digest,
        })
    }
}

fn unknown(c: &Collection, roads: bool) -> String {
    let own = roads.then_some("class");
    let known: Vec<&str> = PARAMETERS.into_iter().chain(own).collect();
    let columns: Vec<&str> = c.table().columns.iter().map(|c| c.name.as_str()).collect();
    format!("unknown parameter; there are {}, and the properties {}", known.join(", "), columns.join(", "))
}

/// `filter` and every `property=value`, all of which must hold.
fn condition(
    p: &Pairs,
    properties: &[(&String, &String)],
    c: &Collection,
    crs: &Crs,
) -> Result<Option<cql2::Bound>, Problem> {
    let mut all = Vec::new();
    for (name, value) in properties {
        all.push(equal(name, value, c)?);
    }
    let to_degrees = |g| crs.to_degrees(g).ok_or_else(|| Fault("a geometry is not on the globe".into()));
    let own = match (p.get("filter"), p.get("filter-lang").map(String::as_str)) {
        (None, _) => None,
        (Some(t), None | Some("cql2-text")) => Some(cql2::parse_text(t).map_err(fault("filter"))?),
        (Some(t), Some("cql2-json")) => Some(cql2::parse_json(t).map_err(fault("filter"))?),
        (_, Some(other)) => {
            let why = format!("{other:?} is no language of filters; there are cql2-text, cql2-json");
            return Err(Problem::bad_parameter("filter-lang", why));
        }
    };
    all.extend(own);
    if all.is_empty() {
        return Ok(None);
    }
    // The authority's order of axes, as in answers: longitude is not always first.
    cql2::bind(&Expr::And(all), c, &to_degrees).map(Some).map_err(fault("filter"))
}

/// `property=value`, the value read as the property's type has it.
fn equal(name: &str, value: &str, c: &Collection) -> Result<Expr, Problem> {
    let bad = |what: &str| Problem::bad_parameter(name, format!("{value:?} is not {what}"));
    let value = match c.table().column(name).map(|c| c.kind()) {
        Some(kind @ (Kind::Number | Kind::Integer)) => {
            let n: Option<f64> = value.parse().ok().filter(|n: &f64| n.is_finite());
            let n = n.ok_or_else(|| bad("a number"))?;
            if kind == Kind::Integer && n.fract() != 0.0 {
                return Err(bad("a whole number"));
            }
            Expr::Number(n)
        }
        Some(Kind::Boolean) => Expr::Boolean(value.parse().map_err(|_| bad("true or false"))?),
        _ => Expr::Text(value.to_owned()),
    };
    Ok(Expr::Compare(Compare::Equal, Box::new(Expr::Property(name.to_owned())), Box::new(value)))
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

fn selected(text: &str, c: &Collection) -> Result<Vec<String>, Problem> {
    let top = &c.table().top;
    let names: Vec<String> = text.split(',').map(|t| t.trim().to_owned()).filter(|t| !t.is_empty()).collect();
    match names.iter().find(|n| !top.contains(n)) {
        None => Ok(names),
        Some(n) => Err(Problem::bad_parameter(
            "properties",
            format!("there is no property {n:?}; there are {}", top.join(", ")),
        )),
    }
}

/// An instant or an interval with at most one open end. Features here have no time of their own, and those match
/// everything, so that only whether it is a time at all matters.
fn datetime(text: &str) -> Result<(), Problem> {
    let bad = || {
        let why = format!(
            "{text:?} is neither an instant (2024-03-01T12:00:00Z) nor an interval of two, with .. for an open end"
        );
        Problem::bad_parameter("datetime", why)
    };
    let end = |t: &str| match t {
        "" | ".." => Some(None),
        t => cql2::instant(t).map(Some),
    };
    match text.split('/').collect::<Vec<_>>()[..] {
        [one] => cql2::instant(one).map(|_| ()).ok_or_else(bad),
        [from, to] => match (end(from), end(to)) {
            (Some(None), Some(None)) => Err(bad()),
            (Some(Some(a)), Some(Some(b))) if a > b => Err(Problem::bad_parameter("datetime", "ends before it begins")),
            (Some(_), Some(_)) => Ok(()),
            _ => Err(bad()),
        },
        _ => Err(bad()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        for good in [
            "2024-03-01",
            "2024-03-01T00:00:00Z",
            "../2024-03-01T00:00:00Z",
            "2024-03-01T00:00:00Z/..",
            "2024-03-01/2024-04-01",
            "/2024-03-01",
        ] {
            assert!(datetime(good).is_ok(), "{good}");
        }
        for bad in ["", "..", "../..", "/", "yesterday", "2024-04-01/2024-03-01", "2024-01-01/2024-02-01/2024-03-01"] {
            assert!(datetime(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn whole_numbers() {
        let of = |t: &str| whole(&Pairs::from([("limit".to_owned(), t.to_owned())]), "limit", 7);
        assert_eq!((of("5").unwrap(), of("99999999999999999999999").unwrap()), (5, usize::MAX));
        assert!(["", "-1", "+1", "1.0", "x", "１"].iter().all(|t| of(t).is_err()));
    }
}
