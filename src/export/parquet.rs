//! GeoParquet 1.1: geometry as WKB, a box for each feature as covering, Snappy.
//!
//! Written column by column with the `parquet` crate alone: Arrow would hold the same values once more and costs
//! several times as long to compile (without it: about 25 s of one core, once), and GDAL's driver is not in every
//! build of it.

use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use parquet::errors::Result;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type};
use serde_json::{Value, json};

use super::about::About;
use super::names::fresh;
use crate::publish::table::{Cell, Column, Kind, Row, Table, days_since_1970};

/// Features in a row group: readers skip groups by their boxes, so a group is not the whole file.
const GROUP: usize = 50_000;

/// Writes all rows in order.
pub fn write(table: &Table, about: &About, out: &mut (impl Write + Send)) -> Result<()> {
    let columns = &table.schema.columns;
    let names = || columns.iter().map(|c| c.name.as_str());
    let geometry = fresh("geometry", names());
    let bbox = fresh("bbox", names());
    let path = |name: &str| ColumnPath::new(vec![name.to_owned()]);
    let info = |key: &str, value: Value| KeyValue::new(key.to_owned(), value.to_string());
    let properties = WriterProperties::builder()
        .set_created_by(concat!("cuntong ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::SNAPPY)
        // Geometries are hardly ever the same and do not sort.
        .set_column_dictionary_enabled(path(&geometry), false)
        .set_column_statistics_enabled(path(&geometry), EnabledStatistics::None)
        .set_key_value_metadata(Some(vec![
            info("geo", geo(table, &geometry, &bbox)),
            info("title", json!({"zh": table.collection.title_zh, "en": table.collection.title_en})),
            KeyValue::new("description".to_owned(), about.sentence()),
        ]));
    let schema = Arc::new(schema(columns, &geometry, &bbox)?);
    let mut file = SerializedFileWriter::new(out, schema, Arc::new(properties.build()))?;
    table.blocks(GROUP, |rows| {
        let mut group = file.next_row_group()?;
        for (i, column) in columns.iter().enumerate() {
            values(&mut group, column.kind, &rows, i)?;
        }
        geometries(&mut group, &rows)?;
        boxes(&mut group, &rows)?;
        group.close().map(|_| ())
    })?;
    file.close().map(|_| ())
}

/// The `geo` entry. Without `crs` the system is OGC:CRS84, which is what these coordinates are.
fn geo(table: &Table, geometry: &str, bbox: &str) -> Value {
    let types: Vec<&str> = table.schema.shapes.iter().map(|t| t.name()).collect();
    let corner = |name: &str| json!([bbox, name]);
    let mut column = json!({
        "encoding": "WKB",
        "geometry_types": types,
        "orientation": "counterclockwise",
        "edges": "planar",
        "covering": {"bbox": {
            "xmin": corner("xmin"), "ymin": corner("ymin"), "xmax": corner("xmax"), "ymax": corner("ymax"),
        }},
    });
    if let Some(b) = table.collection.bbox {
        column["bbox"] = json!(b);
    }
    json!({"version": "1.1.0", "primary_column": geometry, "columns": {geometry: column}})
}

fn schema(columns: &[Column], geometry: &str, bbox: &str) -> Result<Type> {
    let leaf = |name: &str, physical, logical: Option<LogicalType>, repetition| {
        let builder = Type::primitive_type_builder(name, physical).with_repetition(repetition);
        // The older annotation beside the newer one, for readers that know only that.
        let converted = match &logical {
            Some(LogicalType::String) => ConvertedType::UTF8,
            Some(LogicalType::Json) => ConvertedType::JSON,
            Some(LogicalType::Date) => ConvertedType::DATE,
            _ => ConvertedType::NONE,
        };
        builder.with_logical_type(logical).with_converted_type(converted).build().map(Arc::new)
    };
    let mut fields = Vec::new();
    for c in columns {
        let (physical, logical) = match c.kind {
            Kind::Bool => (Physical::BOOLEAN, None),
            Kind::Integer => (Physical::INT64, None),
            Kind::Real => (Physical::DOUBLE, None),
            Kind::Date => (Physical::INT32, Some(LogicalType::Date)),
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Json => (Physical::BYTE_ARRAY, Some(LogicalType::Json)),
        };
        fields.push(leaf(&c.name, physical, logical, Repetition::OPTIONAL)?);
    }
    fields.push(leaf(geometry, Physical::BYTE_ARRAY, None, Repetition::OPTIONAL)?);
    let corners = ["xmin", "ymin", "xmax", "ymax"].map(|n| leaf(n, Physical::DOUBLE, None, Repetition::REQUIRED));
    let corners: Vec<_> = corners.into_iter().collect::<Result<_>>()?;
    let group = Type::group_type_builder(bbox).with_repetition(Repetition::OPTIONAL).with_fields(corners).build()?;
    fields.push(Arc::new(group));
    Type::group_type_builder("schema").with_fields(fields).build()
}

/// Writes the next column of a group: the values that are there, and for each row whether it has one.
fn column<T: parquet::data_type::DataType>(
    group: &mut SerializedRowGroupWriter<'_, impl Write + Send>,
    rows: &[Row],
    of: impl Fn(&Row) -> Option<T::T>,
) -> Result<()> {
    let all: Vec<Option<T::T>> = rows.iter().map(of).collect();
    let there: Vec<i16> = all.iter().map(|v| i16::from(v.is_some())).collect();
    let values: Vec<T::T> = all.into_iter().flatten().collect();
    if let Some(mut writer) = group.next_column()? {
        writer.typed::<T>().write_batch(&values, Some(&there), None)?;
        writer.close()?;
    }
    Ok(())
}

fn values(
    group: &mut SerializedRowGroupWriter<'_, impl Write + Send>,
    kind: Kind,
    rows: &[Row],
    i: usize,
) -> Result<()> {
    let cell = |r: &Row| r.values[i].clone();
    match kind {
        Kind::Bool => column::<BoolType>(group, rows, |r| match cell(r)? {
            Cell::Bool(b) => Some(b),
            _ => None,
        }),
        Kind::Integer => column::<Int64Type>(group, rows, |r| match cell(r)? {
            Cell::Integer(n) => Some(n),
            _ => None,
        }),
        Kind::Real => column::<DoubleType>(group, rows, |r| match cell(r)? {
            Cell::Real(n) => Some(n),
            _ => None,
        }),
        Kind::Date => column::<Int32Type>(group, rows, |r| match cell(r)? {
            Cell::Date(day) => days_since_1970(&day),
            _ => None,
        }),
        Kind::Text | Kind::Json => {
            column::<ByteArrayType>(group, rows, |r| cell(r).map(|c| ByteArray::from(c.text().into_bytes())))
        }
    }
}

fn geometries(group: &mut SerializedRowGroupWriter<'_, impl Write + Send>, rows: &[Row]) -> Result<()> {
    column::<ByteArrayType>(group, rows, |r| r.shape.as_ref().map(|s| ByteArray::from(s.wkb(None))))
}

/// The four corners; a feature without positions has no box.
fn boxes(group: &mut SerializedRowGroupWriter<'_, impl Write + Send>, rows: &[Row]) -> Result<()> {
    (0..4).try_for_each(|k| column::<DoubleType>(group, rows, |r| Some(r.shape.as_ref()?.bbox()?[k])))
}
