//! Names of columns where a form is stricter than JSON.

use std::collections::HashSet;

/// A name for a column that the form adds, unlike any that is there already (case does not count, as in SQLite).
pub fn fresh<'a>(wanted: &str, taken: impl Iterator<Item = &'a str> + Clone) -> String {
    let mut name = wanted.to_owned();
    while taken.clone().any(|t| t.eq_ignore_ascii_case(&name)) {
        name.push('_');
    }
    name
}

/// The same columns with names unlike each other without regard to case, none of them in `reserved`, of at most
/// `limit` bytes. A name that must change ends with a number.
pub fn unique<'a>(names: impl Iterator<Item = &'a str>, reserved: &[&str], limit: usize) -> Vec<String> {
    let mut taken: HashSet<String> = reserved.iter().map(|r| r.to_lowercase()).collect();
    let mut out = Vec::new();
    for name in names {
        let mut short = cut(name, limit).to_owned();
        let mut n = 1;
        while !taken.insert(short.to_lowercase()) {
            n += 1;
            let tail = format!("_{n}");
            short = format!("{}{tail}", cut(name, limit - tail.len()));
        }
        out.push(short);
    }
    out
}

/// The longest beginning of at most `limit` bytes that ends with a whole character.
pub fn cut(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let end = (0..=limit).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_stay_different() {
        let names = ["road_link_m", "road_link_cost", "ROAD_LINK_", "id", "村名村名"];
        let short = unique(names.into_iter(), &["id"], 10);
        assert_eq!(short, ["road_link_", "road_lin_2", "ROAD_LIN_3", "id_2", "村名村"]);
        assert!((0..40).all(|n| {
            let same = vec!["population_of_the_county"; n];
            let out = unique(same.into_iter(), &[], 10);
            out.iter().all(|s| s.len() <= 10) && out.iter().collect::<HashSet<_>>().len() == n
        }));
    }

    #[test]
    fn an_added_column_gives_way() {
        assert_eq!(fresh("geom", ["id", "GEOM", "geom_"].into_iter()), "geom__");
    }
}
