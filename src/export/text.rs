//! Forms that are text: GeoJSON, a feature a line, and CSV with WKT.

use std::io::{self, Write};

use serde_json::Value;

use super::about::About;
use super::form::Form;
use super::names::fresh;
use crate::publish::quote;
use crate::publish::table::{Cell, Table};

/// A FeatureCollection, written feature by feature.
pub fn geojson(table: &Table, about: &About, out: &mut impl Write) -> io::Result<()> {
    out.write_all(b"{\"type\":\"FeatureCollection\",")?;
    for (key, value) in about.members(table.collection.id) {
        write!(out, "{}:{value},", Value::from(key))?;
    }
    out.write_all(b"\"features\":[")?;
    for (n, i) in table.positions().enumerate() {
        out.write_all(if n == 0 { b"\n" } else { b",\n" })?;
        out.write_all(table.collection.feature(i))?;
    }
    out.write_all(b"\n]}\n")
}

/// A feature a line. Features hold no line ends: JSON escapes those in texts.
pub fn lines(table: &Table, out: &mut impl Write) -> io::Result<()> {
    for i in table.positions() {
        out.write_all(table.collection.feature(i))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Some rows of a text in a form that can be written part by part; the first part has the heading.
pub fn part(rows: &Table, form: Form, first: bool) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    if form == Form::Csv {
        if first {
            out.extend_from_slice(csv_head(rows).as_bytes());
        }
        csv_rows(rows, &mut out)?;
    } else {
        lines(rows, &mut out)?;
    }
    Ok(out)
}

/// RFC 4180 with the geometry as WKT in the last column, `wkt`; UTF-8 with a mark at its start, so that spreadsheets
/// read Chinese. GDAL takes the column for the geometry by its name.
pub fn csv(table: &Table, out: &mut impl Write) -> io::Result<()> {
    out.write_all(csv_head(table).as_bytes())?;
    csv_rows(table, out)
}

fn csv_head(table: &Table) -> String {
    let columns = &table.schema.columns;
    let wkt = fresh("wkt", columns.iter().map(|c| c.name.as_str()));
    let mut line = String::from("\u{feff}");
    for c in columns {
        line.push_str(&quote(&c.name));
        line.push(',');
    }
    line.push_str(&wkt);
    line.push_str("\r\n");
    line
}

fn csv_rows(table: &Table, out: &mut impl Write) -> io::Result<()> {
    let mut line = String::new();
    table.each(|row| {
        line.clear();
        for value in &row.values {
            match value {
                // Only texts can be taken for formulas; numbers and truth are what they are.
                Some(Cell::Text(t) | Cell::Date(t) | Cell::Json(t)) => line.push_str(&quote(t)),
                Some(other) => line.push_str(&other.text()),
                None => {}
            }
            line.push(',');
        }
        if let Some(shape) = &row.shape {
            line.push_str(&quote(&shape.wkt()));
        }
        line.push_str("\r\n");
        out.write_all(line.as_bytes())
    })
}
