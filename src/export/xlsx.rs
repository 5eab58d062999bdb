//! A sheet of one collection for spreadsheets: points as longitude and latitude, other geometries as WKT.

use std::io::{Seek, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::about::About;
use super::names::fresh;
use crate::publish::heading_format;
use crate::publish::shape::{Shape, ShapeType};
use crate::publish::table::{Cell, Kind, Row, Table};
use crate::standards::Bilingual;
use crate::text::message;

/// What a cell holds at the most, in UTF-16 units.
const CELL: usize = 32_767;
/// Rows that a sheet has.
const ROWS: usize = 1_048_576;
/// Whole numbers beyond this lose digits in a cell.
const EXACT: u64 = 1 << 53;

struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    day: Format,
    cut: usize,
}

/// Writes the workbook; tells what did not fit. The second sheet says the same, and what the table is of.
pub fn write(table: &Table, about: &About, out: &mut (impl Write + Seek + Send)) -> Result<Vec<Bilingual>, XlsxError> {
    let mut book = Workbook::new();
    let born = ExcelDateTime::from_ymd(2000, 1, 1)?;
    let c = table.collection;
    let title = format!("{} / {}", c.title_zh, c.title_en);
    book.set_properties(&DocProperties::new().set_creation_datetime(&born).set_title(&title));
    let mut sheet = Sheet {
        sheet: book.add_worksheet().set_name(super::names::cut(c.id, 31))?,
        day: Format::new().set_num_format("yyyy-mm-dd"),
        cut: 0,
    };
    let points = table.schema.shapes.iter().all(|t| *t == ShapeType::Point);
    sheet.heading(table, points)?;
    let mut r = 1;
    table.each(|row| {
        if (r as usize) < ROWS {
            sheet.row(r, row, points)?;
        }
        r += 1;
        Ok::<(), XlsxError>(())
    })?;
    let columns = table.schema.columns.len() as u16 + u16::from(points);
    sheet.sheet.set_freeze_panes(1, 0)?;
    sheet.sheet.autofilter(0, 0, (table.len().min(ROWS - 1)) as u32, columns)?;
    let mut notes = Vec::new();
    if sheet.cut > 0 {
        notes.push(message(
            "export_cells_cut",
            &[("n", sheet.cut.to_string().into()), ("limit", CELL.to_string().into())],
        ));
    }
    if table.len() >= ROWS {
        notes.push(message("export_rows_left_out", &[("n", (table.len() + 1 - ROWS).to_string().into())]));
    }
    let about_sheet = book.add_worksheet().set_name("说明 Notes")?;
    about_sheet.set_column_width(0, 100)?;
    let lines = [title, about.sentence()].into_iter().chain(notes.iter().flat_map(|n| [n.zh.clone(), n.en.clone()]));
    for (r, line) in lines.enumerate() {
        about_sheet.write_string(r as u32, 0, line)?;
    }
    book.save_to_writer(out)?;
    Ok(notes)
}

impl Sheet<'_> {
    fn heading(&mut self, table: &Table, points: bool) -> Result<(), XlsxError> {
        let head = heading_format();
        let names = || table.schema.columns.iter().map(|c| c.name.as_str());
        let more: &[&str] = if points { &["lon", "lat"] } else { &["wkt"] };
        let more: Vec<String> = more.iter().map(|m| fresh(m, names())).collect();
        for (c, name) in (0u16..).zip(names().chain(more.iter().map(String::as_str))) {
            self.sheet.write_string_with_format(0, c, name, &head)?;
            let wide =
                table.schema.columns.get(usize::from(c)).is_none_or(|c| matches!(c.kind, Kind::Json | Kind::Text));
            self.sheet.set_column_width(c, if wide { 18 } else { 12 })?;
        }
        Ok(())
    }

    fn row(&mut self, r: u32, row: Row, points: bool) -> Result<(), XlsxError> {
        let mut c = 0u16;
        for value in row.values {
            match value {
                None => {}
                Some(Cell::Bool(b)) => drop(self.sheet.write_boolean(r, c, b)?),
                Some(Cell::Integer(n)) if n.unsigned_abs() <= EXACT => drop(self.sheet.write_number(r, c, n as f64)?),
                Some(Cell::Integer(n)) => self.text(r, c, &n.to_string())?,
                Some(Cell::Real(n)) => drop(self.sheet.write_number(r, c, n)?),
                Some(Cell::Date(t)) => match ExcelDateTime::parse_from_str(&t) {
                    Ok(day) => drop(self.sheet.write_datetime_with_format(r, c, &day, &self.day)?),
                    // Spreadsheets know no day before 1900.
                    Err(_) => self.text(r, c, &t)?,
                },
                Some(Cell::Text(t) | Cell::Json(t)) => self.text(r, c, &t)?,
            }
            c += 1;
        }
        match row.shape {
            Some(Shape::Point([lon, lat])) if points => {
                self.sheet.write_number(r, c, lon)?;
                self.sheet.write_number(r, c + 1, lat)?;
            }
            Some(shape) => self.text(r, c, &shape.wkt())?,
            None => {}
        }
        Ok(())
    }

    /// Text, cut where a cell is full.
    fn text(&mut self, r: u32, c: u16, text: &str) -> Result<(), XlsxError> {
        let end = end_of_cell(text);
        self.cut += usize::from(end < text.len());
        self.sheet.write_string(r, c, &text[..end])?;
        Ok(())
    }
}

/// Where a text ends that a cell can hold.
fn end_of_cell(text: &str) -> usize {
    // No text has more UTF-16 units than bytes.
    if text.len() <= CELL {
        return text.len();
    }
    let mut units = 0;
    let too_long = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > CELL
    });
    too_long.map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_ends_with_a_whole_character() {
        assert_eq!(end_of_cell(&"村".repeat(CELL)), 3 * CELL);
        assert_eq!(end_of_cell(&"村".repeat(CELL + 1)), 3 * CELL);
        // Two units each: one unit stays free.
        assert_eq!(end_of_cell(&"𠮷".repeat(CELL)), 4 * (CELL / 2));
        assert_eq!(end_of_cell("ab"), 2);
    }
}
