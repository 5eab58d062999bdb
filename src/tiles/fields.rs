//! Which properties go into tiles: below [`super::FULL_ZOOM`] those that a style can need, from there on all.
//!
//! Tiles know texts, numbers and truth values. Members of objects go along with a dot in their names, as they are named
//! in filters; lists stay with the features themselves.

use super::FULL_ZOOM;
use super::encode::Value;
use crate::publish::{Cell, Collection, Kind, Properties};

/// Properties that colours, widths and filters of a map are made of.
const FEW: [&str; 30] = [
    "name",
    "key",
    "class",
    "kind",
    "type",
    "level",
    "status",
    "state",
    "verdict",
    "severity",
    "confidence",
    "surface",
    "main",
    "people",
    "population",
    "priority",
    "target",
    "villages",
    "gaps",
    "loading",
    "kva_per_household",
    "solved",
    "worst_pu",
    "limit_pu",
    "bridge",
    "measured",
    "mbit_s",
    "along_road",
    "three_phase",
    "planned",
];
const FEW_ENDS: [&str; 3] = ["_verdict", "_state", "_share"];

/// What a field holds, in the words of TileJSON and of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Text,
    Number,
    Whole,
    Boolean,
}

struct Field {
    column: usize,
    form: Form,
    few: bool,
}

/// The fields of a layer.
pub struct Named(Vec<Field>);

impl Named {
    pub fn of(t: &Properties) -> Self {
        let field = |(column, c): (usize, &crate::publish::Column)| {
            let form = match c.kind() {
                Kind::Text => Form::Text,
                Kind::Number => Form::Number,
                Kind::Integer => Form::Whole,
                Kind::Boolean => Form::Boolean,
                Kind::Null => return None,
            };
            let name = c.name.as_str();
            let few = FEW.contains(&name) || FEW_ENDS.iter().any(|e| name.ends_with(e));
            // The id is every feature's, whatever its properties say.
            (name != "id").then_some(Field { column, form, few })
        };
        Self(t.columns.iter().enumerate().filter_map(field).collect())
    }

    /// Names and forms, and whether a field is there at every zoom.
    pub fn list<'a>(&'a self, t: &'a Properties) -> impl Iterator<Item = (&'a str, Form, bool)> {
        let named = self.0.iter().filter_map(|f| Some((t.columns.get(f.column)?.name.as_str(), f.form, f.few)));
        std::iter::once(("id", Form::Text, true)).chain(named)
    }

    /// The properties of a feature at a zoom; what is null is left out.
    pub fn values<'a>(&'a self, c: &'a Collection, i: u32, zoom: u8) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        let t = c.table();
        let wanted = self.0.iter().filter(move |f| f.few || zoom >= FULL_ZOOM);
        let own = wanted.filter_map(move |f| {
            let column = t.columns.get(f.column)?;
            let value = match column.get(i) {
                Cell::Null => return None,
                Cell::Text(s) => Value::Text(s),
                Cell::Boolean(b) => Value::Boolean(b),
                Cell::Number(n) if f.form == Form::Whole => Value::Whole(n as i64),
                Cell::Number(n) => Value::Number(n.to_bits()),
            };
            Some((column.name.as_str(), value))
        });
        std::iter::once(("id", Value::Text(c.id_of(i)))).chain(own)
    }
}
