//! What makes a source unusable. Each message names the layer, the file and, where there is one, the fix.

use std::fmt;

use crate::atlas::Source;

/// Where in the atlas a problem lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// Key in `atlas.toml`, e.g. `roads`.
    pub layer: &'static str,
    /// Path as written, without passwords.
    pub path: String,
    /// Line in `atlas.toml`.
    pub line: usize,
}

impl At {
    pub(super) fn of(source: &Source) -> Box<Self> {
        Box::new(At { layer: source.kind.key(), path: super::inputs::redact(&source.path), line: source.line })
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "layer `{}` (atlas.toml line {}), {}", self.layer, self.line, self.path)
    }
}

/// A source that cannot be used as a whole. Single bad features never end up here; see
/// [`super::QualityReport`].
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LayerError {
    #[error("{at}: there is no such file: {file}")]
    Missing { at: Box<At>, file: String },
    #[error("{at}: {file} is in none of the folders that data may lie in (roots)")]
    Outside { at: Box<At>, file: String },
    #[error("{at}: cannot be opened: {reason}")]
    Open { at: Box<At>, reason: String },
    #[error("{at}: no layer `{wanted}`{hint}; it has: {}", .available.join(", "))]
    NoSuchLayer { at: Box<At>, wanted: String, hint: String, available: Vec<String> },
    #[error("{at}: has several layers, name one with `layer = \"…\"`: {}", .available.join(", "))]
    WhichLayer { at: Box<At>, available: Vec<String> },
    #[error("{at}: the condition `where = \"{condition}\"` does not work: {reason}; fields: {}", .fields.join(", "))]
    Where { at: Box<At>, condition: String, reason: String, fields: Vec<String> },
    #[error("{at}: `fields.{field}` names `{wanted}`, which is not a field{hint}; fields: {}", .available.join(", "))]
    NoSuchField { at: Box<At>, field: String, wanted: String, hint: String, available: Vec<String> },
    #[error("{at}: has {found} where {expected} are needed; {fix}")]
    WrongGeometry { at: Box<At>, found: String, expected: &'static str, fix: String },
    #[error("{at}: coordinates do not fit the reference system: {saw}; {fix}")]
    WrongCrs { at: Box<At>, saw: String, fix: String },
    #[error("{at}: crs `{crs}` is not known: {reason}")]
    BadCrs { at: Box<At>, crs: String, reason: String },
    #[error("{at}: unknown text encoding `{encoding}`; use a name such as GBK, GB18030 or UTF-8")]
    BadEncoding { at: Box<At>, encoding: String },
    #[error("{at}: {reason}")]
    Empty { at: Box<At>, reason: String },
    #[error("{at}: reading stopped after {read} of {declared} features: {reason}; the file is damaged or cut short")]
    Incomplete { at: Box<At>, read: u64, declared: u64, reason: String },
    #[error("{at}: {reason}")]
    Raster { at: Box<At>, reason: String },
    #[error("cannot read {file}: {reason}")]
    Io { file: String, reason: String },
    #[error("more than {limit} {what}; split the atlas")]
    TooMany { what: &'static str, limit: u64 },
}

/// `" (did you mean `x`?)"` for the available name nearest to `wanted`, or nothing.
pub(super) fn did_you_mean(wanted: &str, available: &[String]) -> String {
    let want = wanted.to_lowercase();
    available
        .iter()
        .map(|a| (edit_distance(&want, &a.to_lowercase()), a))
        .min()
        .filter(|(d, _)| *d <= 1 + want.chars().count() / 3)
        .map(|(_, a)| format!(" (did you mean `{a}`?)"))
        .unwrap_or_default()
}

/// Levenshtein distance in characters.
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let here = (diagonal + usize::from(x != *y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = here;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_name() {
        let names = vec!["Road_DRRP3".to_string(), "points".to_string()];
        assert_eq!(did_you_mean("road_drrp", &names), " (did you mean `Road_DRRP3`?)");
        assert_eq!(did_you_mean("zzzz", &names), "");
        assert_eq!(edit_distance("道路", "道路层"), 1);
    }
}
