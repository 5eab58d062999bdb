//! Which features of a collection answer a question, in the order asked for.

use geo::{Geometry, Intersects};
use rayon::prelude::*;

use super::ask::Ask;
use super::crs::Window;
use super::cursor::Cursor;
use super::sort;
use crate::cql2::{self, Properties, Rows};
use crate::publish::{Cell, Collection, Kind};

impl Rows for Collection {
    fn len(&self) -> usize {
        Collection::len(self)
    }
    fn cell(&self, column: usize, row: u32) -> Cell<'_> {
        self.table().columns[column].get(row)
    }
    fn geometry(&self, row: u32) -> Option<Geometry> {
        self.shape(row)
    }
    fn has_geometry(&self, row: u32) -> bool {
        self.has_place(row)
    }
    fn near(&self, bbox: [f64; 4]) -> Vec<u32> {
        Collection::near(self, bbox).collect()
    }
}

impl Properties for Collection {
    fn column(&self, name: &str) -> Option<(usize, Kind)> {
        self.table().position(name).map(|i| (i, self.table().columns[i].kind()))
    }
    fn names(&self) -> Vec<String> {
        self.table().columns.iter().map(|c| c.name.clone()).collect()
    }
}

/// Fewer features than these are looked at on one thread.
const FEW: usize = 64;

/// A page and how many features there are without paging.
pub struct Page {
    pub rows: Vec<u32>,
    pub matched: usize,
    /// There are some before it.
    pub fewer: bool,
    /// There are more after it.
    pub more: bool,
}

pub fn page(c: &Collection, ask: &Ask) -> Page {
    let mut found = match &ask.window {
        Some(w) => in_window(c, w),
        None => (0..c.len() as u32).collect(),
    };
    if let Some(classes) = &ask.classes {
        found.retain(|&i| c.has_class(i, classes));
    }
    if let Some(filter) = &ask.filter {
        found = cql2::select(filter, c, &found);
    }
    sort::sort(&mut found, &ask.sort, c);
    let matched = found.len();
    let from = match &ask.cursor {
        Some(cursor) => sort::position(&found, &ask.sort, c, cursor),
        None => ask.offset.min(matched),
    };
    let (from, to) = match &ask.cursor {
        Some(Cursor { before: true, .. }) => (from.saturating_sub(ask.limit), from),
        _ => (from, from.saturating_add(ask.limit).min(matched)),
    };
    Page { rows: found[from..to].to_vec(), matched, fewer: from > 0, more: to < matched }
}

/// Features whose geometry touches the window, and as the standard has it those without one; in order of importance.
fn in_window(c: &Collection, w: &Window) -> Vec<u32> {
    let near: Vec<(u32, bool)> =
        w.boxes.iter().flat_map(|&b| c.near_or_within(b)).map(|(i, inside)| (i, inside && w.exact)).collect();
    // Most lie within altogether; only those across the edge are looked at.
    let touches = |i: u32| c.shape(i).is_some_and(|g| g.intersects(&w.area));
    let wanted = |&(i, inside): &(u32, bool)| inside || touches(i);
    // Handing a few to other threads takes longer than looking at them.
    let mut found: Vec<u32> = if near.len() < FEW {
        near.iter().filter(|n| wanted(n)).map(|n| n.0).collect()
    } else {
        near.par_iter().filter(|n| wanted(n)).map(|n| n.0).collect()
    };
    found.extend_from_slice(c.placeless());
    found.sort_unstable();
    found.dedup();
    found
}
