//! The properties of a collection as columns, read back from its features: what filters, orders and queryables need.
//!
//! A member of an object is a column too, named with a dot (`remedy.cost`); lists are none. Words are kept once in
//! each column.

use std::collections::HashMap;

use rayon::prelude::*;
use serde_json::{Map, Value};

use super::collection::Collection;

/// Objects within objects that become columns.
const DEPTH: usize = 3;
/// Features that one thread reads at a time.
const CHUNK: usize = 4096;

/// What a column holds, apart from null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    /// Numbers that were all written without a fraction.
    Integer,
    Boolean,
    /// Nothing but null.
    Null,
}

/// One value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    Null,
    Text(&'a str),
    Number(f64),
    Boolean(bool),
}

enum Data {
    Null,
    Number {
        values: Vec<f64>,
        whole: bool,
    },
    Boolean(Vec<Option<bool>>),
    /// `codes` count from 1 into `words`; 0 is null.
    Text {
        codes: Vec<u32>,
        words: Vec<Box<str>>,
        code: HashMap<Box<str>, u32>,
    },
}

/// A property of all features.
pub struct Column {
    pub name: String,
    data: Data,
}

/// All properties of a collection.
pub struct Properties {
    pub columns: Vec<Column>,
    by_name: HashMap<String, usize>,
    /// Names of the properties themselves, lists and objects included.
    pub top: Vec<String>,
}

impl Column {
    pub fn kind(&self) -> Kind {
        match &self.data {
            Data::Null => Kind::Null,
            Data::Number { whole: true, .. } => Kind::Integer,
            Data::Number { .. } => Kind::Number,
            Data::Boolean(_) => Kind::Boolean,
            Data::Text { .. } => Kind::Text,
        }
    }

    pub fn get(&self, row: u32) -> Cell<'_> {
        let row = row as usize;
        match &self.data {
            Data::Null => Cell::Null,
            Data::Number { values, .. } => match values.get(row) {
                Some(v) if !v.is_nan() => Cell::Number(*v),
                _ => Cell::Null,
            },
            Data::Boolean(values) => values.get(row).copied().flatten().map_or(Cell::Null, Cell::Boolean),
            Data::Text { codes, words, .. } => match codes.get(row) {
                Some(&c) if c > 0 => Cell::Text(&words[c as usize - 1]),
                _ => Cell::Null,
            },
        }
    }

    /// Appends the value of `row`; rows in between are null. A column of mixed kinds becomes text.
    fn put(&mut self, row: usize, value: &Value) {
        let fits = matches!(
            (&self.data, value),
            (Data::Null, _)
                | (Data::Number { .. }, Value::Number(_))
                | (Data::Boolean(_), Value::Bool(_))
                | (Data::Text { .. }, _)
        );
        if !fits {
            self.become_text();
        }
        if matches!(self.data, Data::Null) {
            self.data = match value {
                Value::Number(_) => Data::Number { values: Vec::new(), whole: true },
                Value::Bool(_) => Data::Boolean(Vec::new()),
                _ => Data::Text { codes: Vec::new(), words: Vec::new(), code: HashMap::new() },
            };
        }
        match (&mut self.data, value) {
            (Data::Number { values, whole }, Value::Number(n)) => {
                values.resize(row, f64::NAN);
                values.push(n.as_f64().unwrap_or(f64::NAN));
                *whole &= !n.is_f64();
            }
            (Data::Boolean(values), Value::Bool(b)) => {
                values.resize(row, None);
                values.push(Some(*b));
            }
            (Data::Text { codes, words, code }, v) => {
                let word = v.as_str().map_or_else(|| v.to_string().into(), std::borrow::Cow::from);
                codes.resize(row, 0);
                codes.push(code.get(word.as_ref()).copied().unwrap_or_else(|| {
                    words.push(word.as_ref().into());
                    code.insert(word.as_ref().into(), words.len() as u32);
                    words.len() as u32
                }));
            }
            _ => {}
        }
    }

    fn become_text(&mut self) {
        let old = Column { name: String::new(), data: std::mem::replace(&mut self.data, Data::Null) };
        let rows = match &old.data {
            Data::Number { values, .. } => values.len(),
            Data::Boolean(values) => values.len(),
            _ => 0,
        };
        self.data = Data::Text { codes: Vec::new(), words: Vec::new(), code: HashMap::new() };
        for row in 0..rows {
            match old.get(row as u32) {
                Cell::Number(n) => self.put(row, &Value::String(n.to_string())),
                Cell::Boolean(b) => self.put(row, &Value::String(b.to_string())),
                _ => {}
            }
        }
    }
}

/// Calls `with` for every value that can be in a column, null included. `name` is what stands before the names of members,
/// with its dot, and is the same again afterwards.
fn flatten(name: &mut String, object: &Map<String, Value>, depth: usize, with: &mut impl FnMut(&str, &Value)) {
    let before = name.len();
    for (k, v) in object {
        name.push_str(k);
        match v {
            Value::Object(o) if depth < DEPTH => {
                name.push('.');
                flatten(name, o, depth + 1, with);
            }
            Value::Object(_) | Value::Array(_) => {}
            v => with(name, v),
        }
        name.truncate(before);
    }
}

impl Properties {
    pub(super) fn new(c: &Collection) -> Self {
        let mut table = Properties { columns: Vec::new(), by_name: HashMap::new(), top: Vec::new() };
        let rows: Vec<u32> = (0..c.len() as u32).collect();
        // Read in parallel, a few chunks at a time, so that not all properties lie about as values at once.
        let at_once = CHUNK * rayon::current_num_threads().max(1) * 2;
        for part in rows.chunks(at_once) {
            let read: Vec<Vec<Map<String, Value>>> = part
                .par_chunks(CHUNK)
                .map(|rows| rows.iter().map(|&i| serde_json::from_slice(c.properties(i)).unwrap_or_default()).collect())
                .collect();
            for (row, properties) in part.iter().zip(read.iter().flatten()) {
                table.put(*row as usize, properties);
            }
        }
        for c in &mut table.columns {
            if let Data::Text { code, .. } = &mut c.data {
                // Was needed to find words again.
                *code = HashMap::new();
            }
        }
        table
    }

    fn put(&mut self, row: usize, properties: &Map<String, Value>) {
        for k in properties.keys() {
            if !self.top.iter().any(|t| t == k) {
                self.top.push(k.clone());
            }
        }
        flatten(&mut String::new(), properties, 1, &mut |name, value| {
            let at = self.by_name.get(name).copied().unwrap_or_else(|| {
                self.columns.push(Column { name: name.to_owned(), data: Data::Null });
                self.by_name.insert(name.to_owned(), self.columns.len() - 1);
                self.columns.len() - 1
            });
            if !value.is_null() {
                self.columns[at].put(row, value);
            }
        });
    }

    pub fn position(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.position(name).map(|i| &self.columns[i])
    }
}

#[cfg(test)]
mod tests {
    use super::super::collection::built;
    use super::super::geojson::Geometry;
    use super::*;
    use serde_json::json;

    #[test]
    fn columns_have_the_kind_of_their_values() {
        let rows = [
            json!({"n": 1, "x": 1.5, "t": "a", "b": true, "mixed": 1, "none": null, "o": {"p": {"q": "deep"}}, "l": [1]}),
            json!({"n": 2, "x": 2, "t": null, "b": null, "mixed": "one", "none": null, "o": null, "l": []}),
            json!({"late": 7}),
        ];
        let features = rows.iter().zip(["1", "2", "3"]).map(|(p, id)| built(id, &Geometry::Area(None), p)).collect();
        let c = Collection::new("x", "x", "x", features);
        let t = c.table();
        let kind = |n: &str| t.column(n).map(Column::kind);
        assert_eq!([kind("n"), kind("x"), kind("t")], [Kind::Integer, Kind::Number, Kind::Text].map(Some));
        assert_eq!([kind("b"), kind("mixed"), kind("none")], [Kind::Boolean, Kind::Text, Kind::Null].map(Some));
        assert_eq!((kind("o.p.q"), kind("l")), (Some(Kind::Text), None));
        let get = |n: &str, row| t.column(n).map(|c| c.get(row)).unwrap();
        assert_eq!(
            [get("mixed", 0), get("mixed", 1), get("mixed", 2)],
            [Cell::Text("1"), Cell::Text("one"), Cell::Null]
        );
        assert_eq!([get("late", 0), get("late", 2), get("t", 1)], [Cell::Null, Cell::Number(7.0), Cell::Null]);
        assert_eq!(t.top, ["n", "x", "t", "b", "mixed", "none", "o", "l", "late"]);
    }
}
