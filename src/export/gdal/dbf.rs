//! The fields of a dBASE table: short names, widths that fit, and what had to be cut.

use gdal::errors::Result as GdalResult;
use gdal::vector::{FieldDefn, LayerAccess, OGRFieldType};

use crate::export::names::{cut, unique};
use crate::publish::table::{Cell, Kind, Table};
use crate::standards::Bilingual;
use crate::text::message;

/// Bytes that a text field holds.
const TEXT: usize = 254;
/// Bytes of a field's name.
const NAME: usize = 10;
/// Fields of a table.
const FIELDS: usize = 255;
/// Digits of a whole number that readers take for one; longer ones are text.
const WHOLE: usize = 18;
/// Digits of other numbers in all, and behind the point.
const REAL: usize = 24;
const DECIMALS: usize = 15;

/// What stands in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    Truth,
    Whole,
    Real { decimals: usize },
    Date,
    Text,
}

#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub kind: Type,
    width: usize,
    /// Values that were cut.
    pub cut: usize,
}

/// The longest of what a column's values ask for.
#[derive(Default, Clone)]
struct Room {
    bytes: usize,
    long: usize,
    /// Digits and sign before the point, and digits behind it.
    before: usize,
    decimals: usize,
}

/// Looks at all values; answers with the fields, column by column as far as they fit, and what was lost.
pub fn fields(table: &Table) -> (Vec<Field>, Vec<Bilingual>) {
    let columns = &table.schema.columns;
    let mut rooms = vec![Room::default(); columns.len()];
    let all = table.each(|row| {
        for (room, value) in rooms.iter_mut().zip(&row.values) {
            let Some(value) = value else { continue };
            let text = value.text();
            room.bytes = room.bytes.max(text.len());
            room.long += usize::from(text.len() > TEXT);
            if matches!(value, Cell::Integer(_) | Cell::Real(_)) {
                let (before, decimals) = text.split_once('.').unwrap_or((&text, ""));
                room.before = room.before.max(before.len());
                room.decimals = room.decimals.max(decimals.len());
            }
        }
        Ok::<(), std::convert::Infallible>(())
    });
    let Ok(()) = all;
    let names = unique(columns.iter().map(|c| c.name.as_str()), &[], NAME);
    let mut notes = Vec::new();
    let mut fields = Vec::new();
    for ((name, column), room) in names.into_iter().zip(columns).zip(rooms).take(FIELDS) {
        let (kind, width) = sort(column.kind, &room);
        let cut = if kind == Type::Text { room.long } else { 0 };
        if cut > 0 {
            let fills = [("field", column.name.clone().into()), ("n", cut.to_string().into())];
            notes.push(message("export_texts_cut", &fills));
        }
        fields.push(Field { name, kind, width, cut });
    }
    if columns.len() > FIELDS {
        let left: Vec<&str> = columns[FIELDS..].iter().map(|c| c.name.as_str()).collect();
        notes.push(message("export_fields_left_out", &[("fields", left.join(", ").into())]));
    }
    (fields, notes)
}

fn sort(kind: Kind, room: &Room) -> (Type, usize) {
    let text = (Type::Text, room.bytes.clamp(1, TEXT));
    match kind {
        Kind::Bool => (Type::Truth, 1),
        Kind::Integer if room.bytes <= WHOLE => (Type::Whole, room.bytes.max(1)),
        // A number too large for the field keeps its digits as text.
        Kind::Real if room.before + 2 > REAL => text,
        Kind::Real => {
            let decimals = room.decimals.clamp(1, DECIMALS).min(REAL - 1 - room.before.max(1));
            (Type::Real { decimals }, room.before.max(1) + 1 + decimals)
        }
        Kind::Date => (Type::Date, 10),
        _ => text,
    }
}

impl Field {
    /// Adds the field to a layer.
    pub fn add_to(&self, layer: &impl LayerAccess) -> GdalResult<()> {
        let kind = match self.kind {
            Type::Truth => OGRFieldType::OFTInteger,
            Type::Whole => OGRFieldType::OFTInteger64,
            Type::Real { .. } => OGRFieldType::OFTReal,
            Type::Date => OGRFieldType::OFTDate,
            Type::Text => OGRFieldType::OFTString,
        };
        let field = FieldDefn::new(&self.name, kind)?;
        if self.kind != Type::Date {
            field.set_width(self.width as i32);
        }
        if let Type::Real { decimals } = self.kind {
            field.set_precision(decimals as i32);
        }
        field.add_to_layer(layer)
    }

    /// The value as the field holds it.
    pub fn fitted(&self, value: Option<Cell>) -> Option<Cell> {
        let value = value?;
        Some(match self.kind {
            Type::Text => Cell::Text(cut(&value.text(), TEXT).to_owned()),
            _ => value,
        })
    }

    /// For the list of fields.
    pub fn type_name(&self) -> String {
        match self.kind {
            Type::Truth => "0/1".into(),
            Type::Whole => format!("N({})", self.width),
            Type::Real { decimals } => format!("N({},{decimals})", self.width),
            Type::Date => "D".into(),
            Type::Text => format!("C({})", self.width),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_room_they_need_and_no_more() {
        let room = |text: &str| {
            let (before, decimals) = text.split_once('.').unwrap_or((text, ""));
            Room { bytes: text.len(), before: before.len(), decimals: decimals.len(), ..Room::default() }
        };
        assert_eq!(sort(Kind::Real, &room("-123456789.25")), (Type::Real { decimals: 2 }, 13));
        assert_eq!(sort(Kind::Real, &room("5")), (Type::Real { decimals: 1 }, 3));
        assert_eq!(sort(Kind::Real, &room("0.12345678901234567")), (Type::Real { decimals: 15 }, 17));
        assert_eq!(sort(Kind::Real, &room("12345678901234.123456789012")), (Type::Real { decimals: 9 }, 24));
        assert_eq!(sort(Kind::Real, &room(&"9".repeat(30))).0, Type::Text);
        assert_eq!(sort(Kind::Integer, &room("-9223372036854775808")).0, Type::Text);
        assert_eq!(sort(Kind::Integer, &room("")), (Type::Whole, 1));
        assert_eq!(sort(Kind::Text, &Room { bytes: 900, ..Room::default() }), (Type::Text, 254));
    }
}
