//! A collection seen as a table: typed columns and rows, for forms that know no nested values.
//!
//! 1. [`Schema::of`] looks at every feature: names in the order in which they first appear, and for each the one
//!    type that holds all its values;
//! 2. a [`Table`] is a collection, its schema and the rows wanted (all, or a selection: the columns of a selection
//!    are those of the whole, so that pages fit each other);
//! 3. [`Table::each`] hands the rows over in order, decoded in parallel, a block at a time.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Collection;
use super::shape::{Shape, ShapeType};

/// Rows that are decoded together.
const BLOCK: usize = 4096;

/// Type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Bool,
    /// 64 bits with sign.
    Integer,
    Real,
    /// A day, `YYYY-MM-DD`.
    Date,
    Text,
    /// Lists and objects.
    Json,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
    /// No feature has a value, so the kind is a guess.
    pub empty: bool,
}

/// A value that is there.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    Bool(bool),
    Integer(i64),
    Real(f64),
    /// As written, a valid day.
    Date(String),
    Text(String),
    /// Compact JSON.
    Json(String),
}

impl Cell {
    /// The value as text; truth as `true` and `false`.
    pub fn text(&self) -> String {
        match self {
            Cell::Bool(b) => b.to_string(),
            Cell::Integer(i) => i.to_string(),
            Cell::Real(r) => r.to_string(),
            Cell::Date(t) | Cell::Text(t) | Cell::Json(t) => t.clone(),
        }
    }
}

/// One feature. Values stand as the schema's columns do.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    pub id: String,
    pub shape: Option<Shape>,
    pub values: Vec<Option<Cell>>,
}

/// What a collection's features look like, all of them taken together. Coordinates are longitude and latitude (CRS84).
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    pub columns: Vec<Column>,
    /// Types of geometry there are, in the order of [`ShapeType::ALL`].
    pub shapes: Vec<ShapeType>,
    /// Features without geometry.
    pub bare: usize,
    /// Column that holds the feature's id, unlike any other's in the collection.
    pub id: usize,
    /// Features are asked for their own `id` where the properties have none.
    id_from_feature: bool,
    by_name: HashMap<String, usize>,
}

/// A feature as it stands in the collection.
#[derive(Deserialize)]
struct Feature {
    id: String,
    geometry: Option<Shape>,
    properties: Map<String, Value>,
}

fn decode(bytes: &[u8]) -> Feature {
    serde_json::from_slice(bytes).expect("a collection holds the features that it wrote")
}

/// Kinds seen in a column, as bits.
mod seen {
    pub const BOOL: u8 = 1;
    pub const INTEGER: u8 = 2;
    pub const REAL: u8 = 4;
    pub const DATE: u8 = 8;
    pub const TEXT: u8 = 16;
    pub const JSON: u8 = 32;
}

fn bits(v: &Value) -> u8 {
    match v {
        Value::Null => 0,
        Value::Bool(_) => seen::BOOL,
        Value::Number(n) if n.is_i64() => seen::INTEGER,
        Value::Number(_) => seen::REAL,
        Value::String(s) if is_date(s) => seen::DATE,
        Value::String(_) => seen::TEXT,
        Value::Array(_) | Value::Object(_) => seen::JSON,
    }
}

/// The one type for all that was seen. Nothing but null is text, for that is what most can come to stand in it; so
/// is a mixture, but for whole numbers among others.
fn kind(seen: u8) -> Kind {
    match seen {
        seen::BOOL => Kind::Bool,
        seen::INTEGER => Kind::Integer,
        s if s & (seen::INTEGER | seen::REAL) == s && s != 0 => Kind::Real,
        seen::DATE => Kind::Date,
        seen::JSON => Kind::Json,
        _ => Kind::Text,
    }
}

/// True for a day of the Gregorian calendar as `YYYY-MM-DD`.
pub fn is_date(s: &str) -> bool {
    days_since_1970(s).is_some()
}

/// Days from 1970-01-01 to a day written `YYYY-MM-DD`; `None` for anything else.
pub fn days_since_1970(s: &str) -> Option<i32> {
    let b = s.as_bytes();
    let digits = |r: std::ops::Range<usize>| b[r].iter().all(u8::is_ascii_digit);
    if b.len() != 10 || b[4] != b'-' || b[7] != b'-' || !digits(0..4) || !digits(5..7) || !digits(8..10) {
        return None;
    }
    let (y, m, d): (i32, i32, i32) = (s[..4].parse().ok()?, s[5..7].parse().ok()?, s[8..].parse().ok()?);
    let leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    let length = match m {
        2 => 28 + i32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&d) || y == 0 {
        return None;
    }
    // Years that begin in March, so that the leap day is their last.
    let year = if m <= 2 { y - 1 } else { y };
    let day_of_year = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
    let days = 365 * year + year / 4 - year / 100 + year / 400 + day_of_year;
    Some(days - 719_468)
}

/// What a run of features has.
#[derive(Default)]
struct Look {
    names: Vec<(String, u8)>,
    by_name: HashMap<String, usize>,
    shapes: [bool; 7],
    bare: usize,
    /// Every feature has a property `id`, the same as its own.
    own_id: bool,
}

impl Look {
    fn at(features: impl Iterator<Item = Feature>) -> Self {
        let mut look = Look { own_id: true, ..Look::default() };
        for f in features {
            match &f.geometry {
                Some(s) => look.shapes[s.shape_type() as usize] = true,
                None => look.bare += 1,
            }
            look.own_id &= f.properties.get("id").and_then(Value::as_str) == Some(&f.id);
            for (name, value) in &f.properties {
                look.add(name, bits(value));
            }
        }
        look
    }

    fn add(&mut self, name: &str, bits: u8) {
        match self.by_name.get(name) {
            Some(&i) => self.names[i].1 |= bits,
            None => {
                self.by_name.insert(name.to_owned(), self.names.len());
                self.names.push((name.to_owned(), bits));
            }
        }
    }

    fn join(mut self, other: Look) -> Self {
        for (name, bits) in &other.names {
            self.add(name, *bits);
        }
        for (mine, theirs) in self.shapes.iter_mut().zip(other.shapes) {
            *mine |= theirs;
        }
        self.bare += other.bare;
        self.own_id &= other.own_id;
        self
    }
}

impl Schema {
    /// Looks at all features of a collection.
    pub fn of(c: &Collection) -> Self {
        let n = c.len() as u32;
        let blocks: Vec<Look> = (0..n.div_ceil(BLOCK as u32))
            .into_par_iter()
            .map(|k| {
                let from = k * BLOCK as u32;
                Look::at((from..n.min(from + BLOCK as u32)).map(|i| decode(c.feature(i))))
            })
            .collect();
        // In order, so that names stand as they first appear.
        let look = blocks.into_iter().reduce(Look::join).unwrap_or(Look { own_id: false, ..Look::default() });
        let mut columns: Vec<Column> =
            look.names.into_iter().map(|(name, seen)| Column { name, kind: kind(seen), empty: seen == 0 }).collect();
        let mut id = columns.iter().position(|c| c.name == "id").unwrap_or(0);
        if !look.own_id {
            // A property of the same name but another meaning keeps its name.
            let mut name = "id".to_owned();
            while columns.iter().any(|c| c.name.eq_ignore_ascii_case(&name)) {
                name.insert_str(0, "feature_");
            }
            columns.insert(0, Column { name, kind: Kind::Text, empty: false });
            id = 0;
        }
        let by_name = columns.iter().enumerate().map(|(i, c)| (c.name.clone(), i)).collect();
        Self {
            columns,
            shapes: ShapeType::ALL.into_iter().filter(|&t| look.shapes[t as usize]).collect(),
            bare: look.bare,
            id,
            id_from_feature: !look.own_id,
            by_name,
        }
    }

    /// A schema without a collection, for tests of what follows from it.
    #[cfg(test)]
    pub fn made(columns: Vec<Column>, shapes: Vec<ShapeType>) -> Self {
        let by_name = columns.iter().enumerate().map(|(i, c)| (c.name.clone(), i)).collect();
        Self { columns, shapes, bare: 0, id: 0, id_from_feature: false, by_name }
    }

    /// The one type that holds every geometry: itself where there is one, the many-part type where they differ in
    /// that only; `None` for mixtures and where there is no geometry at all.
    pub fn single_shape(&self) -> Option<ShapeType> {
        match self.shapes.as_slice() {
            [only] => Some(*only),
            [a, b] if a.multi() == b.multi() => Some(a.multi()),
            _ => None,
        }
    }

    /// What the one type of [`Schema::single_shape`] makes of a geometry.
    pub fn fitted(&self, shape: Shape) -> Shape {
        if self.single_shape().is_some_and(ShapeType::is_multi) { shape.into_multi() } else { shape }
    }

    fn row(&self, f: Feature) -> Row {
        let mut values: Vec<Option<Cell>> = vec![None; self.columns.len()];
        for (name, v) in f.properties {
            if let Some(&i) = self.by_name.get(&name) {
                values[i] = cell(v, self.columns[i].kind);
            }
        }
        if self.id_from_feature {
            values[self.id] = Some(Cell::Text(f.id.clone()));
        }
        Row { id: f.id, shape: f.geometry, values }
    }
}

fn cell(v: Value, kind: Kind) -> Option<Cell> {
    Some(match (kind, v) {
        (_, Value::Null) => return None,
        (Kind::Bool, Value::Bool(b)) => Cell::Bool(b),
        (Kind::Integer, Value::Number(n)) => Cell::Integer(n.as_i64()?),
        (Kind::Real, Value::Number(n)) => Cell::Real(n.as_f64()?),
        (Kind::Date, Value::String(s)) => Cell::Date(s),
        (Kind::Json, v) => Cell::Json(v.to_string()),
        (_, Value::String(s)) => Cell::Text(s),
        (_, v) => Cell::Text(v.to_string()),
    })
}

/// A collection, or some of its features, as a table.
#[derive(Clone)]
pub struct Table<'a> {
    pub collection: &'a Collection,
    pub schema: Arc<Schema>,
    rows: Option<&'a [u32]>,
}

impl<'a> Table<'a> {
    /// All features.
    pub fn of(collection: &'a Collection) -> Self {
        Self { collection, schema: Arc::new(Schema::of(collection)), rows: None }
    }

    /// Features `rows` of a collection whose schema is known.
    pub fn selection(collection: &'a Collection, schema: Arc<Schema>, rows: &'a [u32]) -> Self {
        Self { collection, schema, rows: Some(rows) }
    }

    pub fn len(&self) -> usize {
        self.rows.map_or(self.collection.len(), <[u32]>::len)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Position in the collection of the `k`th row.
    fn position(&self, k: usize) -> u32 {
        self.rows.map_or(k as u32, |r| r[k])
    }

    /// Positions in the collection of all rows, in order.
    pub fn positions(&self) -> impl Iterator<Item = u32> {
        (0..self.len()).map(|k| self.position(k))
    }

    /// Hands over the rows in order, until one fails.
    pub fn each<E>(&self, mut take: impl FnMut(Row) -> Result<(), E>) -> Result<(), E> {
        self.blocks(BLOCK, |block| block.into_iter().try_for_each(&mut take))
    }

    /// Hands over the rows in order, `size` at a time.
    pub fn blocks<E>(&self, size: usize, mut take: impl FnMut(Vec<Row>) -> Result<(), E>) -> Result<(), E> {
        for from in (0..self.len()).step_by(size) {
            let to = self.len().min(from + size);
            take(
                (from..to)
                    .into_par_iter()
                    .map(|k| self.schema.row(decode(self.collection.feature(self.position(k)))))
                    .collect(),
            )?;
        }
        Ok(())
    }
}
