//! Holds a bound filter against rows, in three-valued logic: what is null is neither equal nor unequal to anything.

use std::borrow::Cow;
use std::cmp::Ordering;

use geo::{Geometry, Intersects, Relate};
use rayon::prelude::*;

use super::bind::{Bound, Instant, Number, Operand, Relation, Shape, Text};
use super::words::{fold_accents, fold_case};
use super::{Arithmetic, Compare, Spatial, time};
use crate::publish::Cell;

/// What a filter is held against.
pub trait Rows: Sync {
    fn len(&self) -> usize;
    fn cell(&self, column: usize, row: u32) -> Cell<'_>;
    /// In longitude and latitude.
    fn geometry(&self, row: u32) -> Option<Geometry>;
    fn has_geometry(&self, row: u32) -> bool;
    /// Rows whose box touches the box (west, south, east, north).
    fn near(&self, bbox: [f64; 4]) -> Vec<u32>;
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Those of `candidates` for which the filter is true, in their order.
pub fn select(filter: &Bound, rows: &impl Rows, candidates: &[u32]) -> Vec<u32> {
    candidates.par_iter().copied().filter(|&i| truth(filter, rows, i) == Some(true)).collect()
}

fn truth(b: &Bound, rows: &impl Rows, i: u32) -> Option<bool> {
    match b {
        Bound::Constant(c) => *c,
        Bound::Boolean(column) => match rows.cell(*column, i) {
            Cell::Boolean(b) => Some(b),
            _ => None,
        },
        Bound::And(all) => decide(all, rows, i, false),
        Bound::Or(all) => decide(all, rows, i, true),
        Bound::Not(inner) => truth(inner, rows, i).map(|b| !b),
        Bound::Numbers(op, x, y) => number(x, rows, i)?.partial_cmp(&number(y, rows, i)?).map(|o| holds(*op, o)),
        Bound::Texts(op, x, y) => Some(holds(*op, text(x, rows, i)?.cmp(&text(y, rows, i)?))),
        Bound::Instants(op, x, y) => instant(x, rows, i)?.partial_cmp(&instant(y, rows, i)?).map(|o| holds(*op, o)),
        Bound::Booleans(op, x, y) => Some(holds(*op, truth(x, rows, i)?.cmp(&truth(y, rows, i)?))),
        Bound::Like(t, pattern) => Some(pattern.0.fits(&text(t, rows, i)?)),
        Bound::Between(x, low, high) => {
            let x = number(x, rows, i)?;
            Some(number(low, rows, i)? <= x && x <= number(high, rows, i)?)
        }
        Bound::IsNull(x) => Some(is_null(x, rows, i)),
        Bound::Spatial(r) => relation(r, rows, i),
    }
}

/// OR for `wins` true, AND for false: one such decides, else an unknown one does.
fn decide(all: &[Bound], rows: &impl Rows, i: u32, wins: bool) -> Option<bool> {
    let mut out = Some(!wins);
    for b in all {
        match truth(b, rows, i) {
            Some(t) if t == wins => return Some(wins),
            Some(_) => {}
            None => out = None,
        }
    }
    out
}

fn holds(op: Compare, o: Ordering) -> bool {
    match op {
        Compare::Equal => o.is_eq(),
        Compare::NotEqual => o.is_ne(),
        Compare::Less => o.is_lt(),
        Compare::LessOrEqual => o.is_le(),
        Compare::Greater => o.is_gt(),
        Compare::GreaterOrEqual => o.is_ge(),
    }
}

fn number(n: &Number, rows: &impl Rows, i: u32) -> Option<f64> {
    match n {
        Number::Constant(c) => Some(*c),
        Number::Column(column) => match rows.cell(*column, i) {
            Cell::Number(n) => Some(n),
            _ => None,
        },
        Number::Chain(first, rest) => {
            let mut x = number(first, rows, i)?;
            for (op, y) in rest {
                let y = number(y, rows, i)?;
                x = match op {
                    Arithmetic::Add => x + y,
                    Arithmetic::Subtract => x - y,
                    Arithmetic::Multiply => x * y,
                    Arithmetic::Divide => x / y,
                    Arithmetic::WholeDivide => (x / y).trunc(),
                    Arithmetic::Remainder => x % y,
                    Arithmetic::Power => x.powf(y),
                };
            }
            // Divided by zero, or beyond all numbers: not known.
            x.is_finite().then_some(x)
        }
    }
}

fn text<'a>(t: &'a Text, rows: &'a impl Rows, i: u32) -> Option<Cow<'a, str>> {
    match t {
        Text::Constant(c) => Some(Cow::Borrowed(c)),
        Text::Column(column) => match rows.cell(*column, i) {
            Cell::Text(t) => Some(Cow::Borrowed(t)),
            _ => None,
        },
        Text::CaseI(inner) => text(inner, rows, i).map(|t| Cow::Owned(fold_case(&t))),
        Text::AccentI(inner) => text(inner, rows, i).map(|t| Cow::Owned(fold_accents(&t))),
    }
}

fn instant(t: &Instant, rows: &impl Rows, i: u32) -> Option<f64> {
    match t {
        Instant::Constant(c) => Some(*c),
        Instant::Column(column) => match rows.cell(*column, i) {
            Cell::Text(t) => time::instant(t),
            _ => None,
        },
    }
}

fn is_null(x: &Operand, rows: &impl Rows, i: u32) -> bool {
    match x {
        Operand::Number(n) => number(n, rows, i).is_none(),
        Operand::Text(t) => text(t, rows, i).is_none(),
        Operand::Boolean(b) => truth(b, rows, i).is_none(),
        Operand::Shape(Shape::OfRow) => !rows.has_geometry(i),
        Operand::Instant(_) | Operand::Shape(Shape::Fixed(_)) => false,
        Operand::Null => true,
    }
}

fn relation(r: &Relation, rows: &impl Rows, i: u32) -> Option<bool> {
    if let (Shape::Fixed(a), Shape::Fixed(b)) = (&r.left, &r.right) {
        return Some(related(r.spatial, a, b));
    }
    // A row without geometry is unknown, which NOT tells from false.
    if !rows.has_geometry(i) {
        return None;
    }
    if r.near.as_ref().is_some_and(|n| !n[i as usize]) {
        return Some(r.spatial == Spatial::Disjoint);
    }
    let own = rows.geometry(i)?;
    let shape = |s| match s {
        &Shape::OfRow => &own,
        Shape::Fixed(g) => g,
    };
    Some(related(r.spatial, shape(&r.left), shape(&r.right)))
}

fn related(s: Spatial, a: &Geometry, b: &Geometry) -> bool {
    match s {
        Spatial::Intersects => a.intersects(b),
        Spatial::Disjoint => !a.intersects(b),
        Spatial::Equals => a.relate(b).is_equal_topo(),
        Spatial::Touches => a.relate(b).is_touches(),
        Spatial::Crosses => a.relate(b).is_crosses(),
        Spatial::Within => a.relate(b).is_within(),
        Spatial::Contains => a.relate(b).is_contains(),
        Spatial::Overlaps => a.relate(b).is_overlaps(),
    }
}
