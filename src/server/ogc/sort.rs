//! `sortby=-severity,name`: the order of an answer, null last in either direction, then the order of importance.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::super::problem::Problem;
use super::cursor::{Cursor, Value};
use crate::publish::{Cell, Collection, Properties};

/// A property to sort by.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    pub column: usize,
    pub descending: bool,
}

pub fn parse(text: &str, table: &Properties) -> Result<Vec<Key>, Problem> {
    let mut keys: Vec<Key> = Vec::new();
    for t in text.split(',') {
        let t = t.trim();
        let (name, descending) = match t.strip_prefix('-') {
            Some(rest) => (rest, true),
            None => (t.strip_prefix('+').unwrap_or(t), false),
        };
        let Some(column) = table.position(name) else {
            let all: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
            let why = format!("there is no property {name:?} to sort by; there are {}", all.join(", "));
            return Err(Problem::bad_parameter("sortby", why));
        };
        if keys.iter().any(|k| k.column == column) {
            return Err(Problem::bad_parameter("sortby", format!("{name:?} is given twice")));
        }
        keys.push(Key { column, descending });
    }
    Ok(keys)
}

/// Of one kind by value; of different kinds, which only a reload between two pages brings about, by kind.
fn compare_cells(a: Cell, b: Cell, descending: bool) -> Ordering {
    let kind = |c: &Cell| match c {
        Cell::Boolean(_) => 0,
        Cell::Number(_) => 1,
        Cell::Text(_) => 2,
        Cell::Null => 3,
    };
    let by_value = match (a, b) {
        (Cell::Boolean(a), Cell::Boolean(b)) => a.cmp(&b),
        (Cell::Number(a), Cell::Number(b)) => (a + 0.0).total_cmp(&(b + 0.0)),
        (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
        _ => return kind(&a).cmp(&kind(&b)),
    };
    if descending { by_value.reverse() } else { by_value }
}

/// Brings rows that are in order of importance into the order asked for.
pub fn sort(rows: &mut [u32], keys: &[Key], c: &Collection) {
    if keys.is_empty() {
        return;
    }
    let table = c.table();
    rows.par_sort_by(|&a, &b| {
        let by = |k: &Key| {
            let column = &table.columns[k.column];
            compare_cells(column.get(a), column.get(b), k.descending)
        };
        keys.iter().map(by).find(|o| o.is_ne()).unwrap_or_else(|| a.cmp(&b))
    });
}

/// Where in the sorted rows the cursor stands, whether or not its feature is still there: how many come before its place,
/// and where the page begins behind it, at its place, too.
pub fn position(rows: &[u32], keys: &[Key], c: &Collection, cursor: &Cursor) -> usize {
    rows.partition_point(|&i| {
        let by = |(k, v): (&Key, &Value)| compare_cells(c.table().columns[k.column].get(i), v.cell(), k.descending);
        let sorted = keys.iter().zip(&cursor.values).map(by).find(|o| o.is_ne());
        let order = sorted.unwrap_or_else(|| c.compare(i, &cursor.rank, &cursor.id));
        if cursor.before { order.is_lt() } else { order.is_le() }
    })
}

/// The place of row `i` in that order, for the page before it or behind it.
pub fn place(i: u32, keys: &[Key], c: &Collection, before: bool) -> Cursor {
    let value = |k: &Key| Value::from(c.table().columns[k.column].get(i));
    Cursor { values: keys.iter().map(value).collect(), rank: c.rank(i), id: c.id_of(i).to_owned(), before }
}
