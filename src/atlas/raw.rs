//! Typed reading of the parsed TOML, each value with its place; problems are gathered, not thrown.

use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::error::{Place, Problem, ProblemKind};
use super::suggest;

/// A value of the file, with where it stands.
pub(super) type Raw<'t> = Spanned<DeValue<'t>>;

/// A text or number from the file and its bytes there.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub value: T,
    pub span: Range<usize>,
}

/// A table of the file and its name in messages, e.g. `[[layers.roads]]`.
#[derive(Debug, Clone)]
pub(super) struct Section<'t> {
    pub name: String,
    pub table: &'t DeTable<'t>,
    pub span: Range<usize>,
}

impl<'t> Section<'t> {
    pub fn get(&self, key: &str) -> Option<&'t Raw<'t>> {
        self.table.get(key)
    }

    /// Keys with their values, in the file's order.
    pub fn entries(&self) -> Vec<(&'t str, Range<usize>, &'t Raw<'t>)> {
        let mut all: Vec<_> = self.table.iter().map(|(k, v)| (k.get_ref().as_ref(), k.span(), v)).collect();
        all.sort_by_key(|(_, span, _)| span.start);
        all
    }
}

/// Line and column of byte `offset` of `text`, from 1; the column counts characters.
pub(super) fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &text[..offset];
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
}

/// What a value is, in the words of the messages.
fn type_name(v: &DeValue<'_>) -> &'static str {
    match v {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a decimal number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A scalar as it would read between quotes.
fn scalar(v: &DeValue<'_>) -> Option<String> {
    match v {
        DeValue::String(s) => Some(s.to_string()),
        DeValue::Integer(i) => Some(i.to_string()),
        DeValue::Float(f) => Some(f.to_string()),
        DeValue::Boolean(b) => Some(b.to_string()),
        _ => None,
    }
}

/// Gathers the problems of one file.
pub(super) struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
    problems: Vec<(usize, Problem)>,
}

impl<'a> Reader<'a> {
    pub fn new(file: &'a Path, text: &'a str) -> Self {
        Reader { file, text, problems: Vec::new() }
    }

    /// Line of a place in the file, from 1.
    pub fn line(&self, span: &Range<usize>) -> usize {
        line_column(self.text, span.start).0
    }

    pub fn problem(&mut self, span: &Range<usize>, kind: ProblemKind) {
        let (line, column) = line_column(self.text, span.start);
        let place = Place { file: self.file.to_path_buf(), line, column };
        self.problems.push((span.start, Problem { place, kind }));
    }

    pub fn invalid(&mut self, span: &Range<usize>, text: impl Into<String>) {
        self.problem(span, ProblemKind::Invalid(text.into()));
    }

    /// All problems, in the file's order.
    pub fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|(at, _)| *at);
        self.problems.into_iter().map(|(_, p)| p).collect()
    }

    pub fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Refuses keys that are not in `known`. `home` says where else such a key belongs.
    pub fn keys(&mut self, s: &Section<'_>, known: &[&str], home: impl Fn(&str) -> Option<String>) {
        for (key, span, _) in s.entries() {
            if known.contains(&key) {
                continue;
            }
            let hint = match home(key) {
                Some(place) => format!("it belongs {place}"),
                None => suggest::hint(key, known, "keys known here"),
            };
            self.problem(&span, ProblemKind::UnknownKey { key: key.to_owned(), section: s.name.clone(), hint });
        }
    }

    pub fn wrong_type(&mut self, key: &str, v: &Raw<'_>, expected: &'static str, hint: String) {
        let found = type_name(v.get_ref());
        self.problem(&v.span(), ProblemKind::WrongType { key: key.to_owned(), expected, found, hint });
    }

    /// A text value that must not be empty. `key` is its name in messages.
    pub fn text_value(&mut self, key: &str, v: &Raw<'_>) -> Option<At<String>> {
        let Some(value) = v.get_ref().as_str() else {
            let hint = match scalar(v.get_ref()) {
                Some(s) => format!("write it in quotes: \"{s}\""),
                None => format!("write {key} = \"…\""),
            };
            self.wrong_type(key, v, "text in quotes", hint);
            return None;
        };
        if value.trim().is_empty() {
            self.invalid(&v.span(), format!("{key} is empty; give it a value or remove the key"));
            return None;
        }
        Some(At { value: value.to_owned(), span: v.span() })
    }

    /// The text under `key`, if it is there and right.
    pub fn text(&mut self, s: &Section<'_>, key: &str) -> Option<At<String>> {
        let v = s.get(key)?;
        self.text_value(key, v)
    }

    /// A list of texts under `key`; a single text counts as a list of one.
    /// True or false, where the key is there.
    pub fn flag(&mut self, s: &Section<'_>, key: &str) -> Option<bool> {
        let v = s.get(key)?;
        let found = v.get_ref().as_bool();
        if found.is_none() {
            self.wrong_type(key, v, "true or false", format!("write {key} = true"));
        }
        found
    }

    pub fn texts(&mut self, s: &Section<'_>, key: &str) -> Option<Vec<At<String>>> {
        let v = s.get(key)?;
        match v.get_ref() {
            DeValue::String(_) => Some(self.text_value(key, v).into_iter().collect()),
            DeValue::Array(items) => {
                Some(items.iter().filter_map(|i| self.text_value(&format!("an entry of {key}"), i)).collect())
            }
            _ => {
                self.wrong_type(key, v, "a list of texts", format!("write {key} = [\"…\", \"…\"]"));
                None
            }
        }
    }

    /// A constant: text, number or true/false, as text.
    pub fn constant(&mut self, key: &str, v: &Raw<'_>) -> Option<At<String>> {
        match v.get_ref() {
            DeValue::Boolean(b) => {
                Some(At { value: if *b { "yes".to_owned() } else { "no".to_owned() }, span: v.span() })
            }
            DeValue::Integer(i) => Some(At { value: i.to_string(), span: v.span() }),
            DeValue::Float(_) => {
                let n = self.number_value(key, v)?;
                Some(At { value: n.value.to_string(), span: n.span })
            }
            _ => self.text_value(key, v),
        }
    }

    /// A finite number.
    pub fn number_value(&mut self, key: &str, v: &Raw<'_>) -> Option<At<f64>> {
        let value = match v.get_ref() {
            DeValue::Integer(i) => i64::from_str_radix(i.as_str(), i.radix()).ok().map(|n| n as f64),
            DeValue::Float(f) => f.as_str().parse::<f64>().ok(),
            other => {
                let hint = match other.as_str().and_then(|s| s.trim().parse::<f64>().ok()) {
                    Some(n) if n.is_finite() => format!("remove the quotes: {key} = {n}"),
                    _ => format!("write {key} = 500"),
                };
                self.wrong_type(key, v, "a number", hint);
                return None;
            }
        };
        match value {
            Some(value) if value.is_finite() => Some(At { value, span: v.span() }),
            _ => {
                self.invalid(&v.span(), format!("{key} must be a finite number; write it out in digits"));
                None
            }
        }
    }

    /// The table under `key`; `name` is what messages call it.
    pub fn table<'t>(&mut self, s: &Section<'t>, key: &str, name: &str) -> Option<Section<'t>> {
        self.table_value(key, s.get(key)?, name)
    }

    /// `v` as a table.
    pub fn table_value<'t>(&mut self, key: &str, v: &'t Raw<'t>, name: &str) -> Option<Section<'t>> {
        match v.get_ref() {
            DeValue::Table(table) => Some(Section { name: name.to_owned(), table, span: v.span() }),
            _ => {
                self.wrong_type(key, v, "a table", format!("write {key} = {{ … = … }} or a section of its own"));
                None
            }
        }
    }

    /// One of the words in `known` under `key`, with what such words are called.
    pub fn word(
        &mut self,
        key: &str,
        text: &At<String>,
        known: &[&'static str],
        what: &'static str,
    ) -> Option<&'static str> {
        let found = known.iter().find(|k| **k == text.value).copied();
        if found.is_none() {
            let hint = suggest::hint(&text.value, known, "allowed");
            let kind = ProblemKind::UnknownWord { what, word: text.value.clone(), key: key.to_owned(), hint };
            self.problem(&text.span, kind);
        }
        found
    }
}
