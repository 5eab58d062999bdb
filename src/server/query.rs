//! Query parameters: parsed once into valid values; anything else is a 400 that names the parameter.

use actix_web::web::Query;
use std::collections::BTreeMap;

use super::problem::Problem;

/// Most features in one answer.
pub const MAX_LIMIT: usize = 100_000;
/// Features in an answer that names no limit.
pub const DEFAULT_LIMIT: usize = 1_000;

/// Parameters by name; one that is unknown or given twice is refused.
pub fn pairs(query: &str, allowed: &[&str]) -> Result<BTreeMap<String, String>, Problem> {
    let all = any(query, &[])?;
    if let Some(k) = all.keys().find(|k| !allowed.contains(&k.as_str())) {
        let known =
            if allowed.is_empty() { "none is known here".into() } else { format!("known: {}", allowed.join(", ")) };
        return Err(Problem::bad_parameter(k, format!("unknown parameter; {known}")));
    }
    Ok(all)
}

/// As [`pairs`], where what is known is found out later. Those of `lists` may be given more than once: some clients
/// (OWSLib) write `properties=a&properties=b` for `properties=a,b`.
pub fn any(query: &str, lists: &[&str]) -> Result<BTreeMap<String, String>, Problem> {
    let all =
        Query::<Vec<(String, String)>>::from_query(query).map_err(|e| Problem::bad_parameter("query", e))?.into_inner();
    let mut out = BTreeMap::<String, String>::new();
    for (k, v) in all {
        match out.get_mut(&k) {
            None => drop(out.insert(k, v)),
            Some(before) if lists.contains(&k.as_str()) => *before = format!("{before},{v}"),
            Some(_) => return Err(Problem::bad_parameter(&k, "given twice")),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_queries_name_the_parameter() {
        let p = pairs("a=1&b=%E6%9D%91", &["a", "b"]).unwrap();
        assert_eq!((p["a"].as_str(), p["b"].as_str()), ("1", "村"));
        for (q, name) in [("a=1&a=2", "a"), ("colour=red", "colour"), ("limit=0", "limit"), ("limit=x", "limit")] {
            let found = pairs(q, &["a", "limit"]).and_then(|p| page(&p, 7));
            assert!(found.unwrap_err().detail.starts_with(name), "{q}");
        }
        assert!(none("x").is_err() && none("").is_ok());
    }
}
