//! A Shapefile in a ZIP, for who must have one. What the form cannot hold is told in the ZIP's README:
//!
//! - a file holds one kind of geometry, so mixed ones are split into `…_point`, `…_multipoint`, `…_line`, `…_area`,
//!   and features without geometry into the bare table `…_none`;
//! - names of fields have ten bytes; `fields.csv` has the whole names beside them;
//! - texts have 254 bytes: longer ones are cut, at a whole character;
//! - truth is 0 or 1 (readers disagree on logical fields), lists and objects are JSON text.

use std::io::{Seek, Write};
use std::path::Path;

use gdal::DriverManager;
use gdal::errors::Result as GdalResult;
use gdal::vector::{Defn, LayerAccess, LayerOptions, OGRwkbGeometryType};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::dbf::{self, Field};
use super::{MemoryFolder, add, session, wgs84};
use crate::export::about::About;
use crate::export::{A_DAY, ExportError};
use crate::publish::quote;
use crate::publish::shape::ShapeType;
use crate::publish::table::Table;
use crate::standards::Bilingual;

/// What one file of a Shapefile can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    Point,
    MultiPoint,
    Line,
    Area,
    /// A table without geometry.
    Bare,
}

impl Sort {
    fn of(t: ShapeType) -> Self {
        match t {
            ShapeType::Point => Sort::Point,
            ShapeType::MultiPoint => Sort::MultiPoint,
            ShapeType::LineString | ShapeType::MultiLineString => Sort::Line,
            ShapeType::Polygon | ShapeType::MultiPolygon => Sort::Area,
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Sort::Point => "point",
            Sort::MultiPoint => "multipoint",
            Sort::Line => "line",
            Sort::Area => "area",
            Sort::Bare => "none",
        }
    }

    fn ogr(self) -> OGRwkbGeometryType::Type {
        match self {
            Sort::Point => OGRwkbGeometryType::wkbPoint,
            Sort::MultiPoint => OGRwkbGeometryType::wkbMultiPoint,
            Sort::Line => OGRwkbGeometryType::wkbLineString,
            Sort::Area => OGRwkbGeometryType::wkbPolygon,
            Sort::Bare => OGRwkbGeometryType::wkbNone,
        }
    }
}

/// One file: its name and what goes there.
struct Part {
    name: String,
    sort: Sort,
    /// Features without geometry stand here, too, as null shapes.
    with_bare: bool,
}

fn parts(table: &Table) -> Vec<Part> {
    let id = table.collection.id;
    let mut sorts: Vec<Sort> = table.schema.shapes.iter().map(|t| Sort::of(*t)).collect();
    sorts.sort();
    sorts.dedup();
    let part = |name: String, sort, with_bare| Part { name, sort, with_bare };
    match sorts.as_slice() {
        // Nothing there: an empty file of points, which every program opens.
        [] if table.schema.bare == 0 => vec![part(id.to_owned(), Sort::Point, true)],
        [] => vec![part(id.to_owned(), Sort::Bare, true)],
        [only] => vec![part(id.to_owned(), *only, true)],
        many => {
            let bare = (table.schema.bare > 0).then_some(Sort::Bare);
            many.iter().copied().chain(bare).map(|s| part(format!("{id}_{}", s.suffix()), s, s == Sort::Bare)).collect()
        }
    }
}

/// Writes the ZIP; `path` is for messages.
pub fn write(
    table: &Table,
    about: &About,
    out: &mut (impl Write + Seek),
    path: &Path,
) -> Result<Vec<Bilingual>, ExportError> {
    let (fields, notes) = dbf::fields(table);
    let folder = MemoryFolder::new();
    session(path, || parts(table).iter().try_for_each(|part| layer(table, part, &fields, &folder)))?;
    let zip = |source| ExportError::Zip { path: path.to_path_buf(), source };
    let io = |source| ExportError::Io { path: path.to_path_buf(), source };
    let mut archive = ZipWriter::new(out);
    let day = DateTime::from_date_and_time(2000, 1, 1, 0, 0, 0).unwrap_or_default();
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(day)
        .unix_permissions(0o644);
    let mut put = |name: &str, bytes: &[u8]| {
        archive.start_file(name, options).map_err(zip)?;
        archive.write_all(bytes).map_err(io)
    };
    for name in folder.names() {
        let bytes = folder.take(&name);
        put(&name, &bytes.map_err(|e| ExportError::Gdal { path: path.to_path_buf(), reason: e.to_string() })?)?;
    }
    put("fields.csv", list(table, &fields).as_bytes())?;
    put("README.txt", readme(table, about, &notes).as_bytes())?;
    archive.finish().map_err(zip)?;
    Ok(notes)
}

fn layer(table: &Table, part: &Part, fields: &[Field], folder: &MemoryFolder) -> GdalResult<()> {
    let driver = DriverManager::get_driver_by_name("ESRI Shapefile")?;
    let ending = if part.sort == Sort::Bare { "dbf" } else { "shp" };
    let mut dataset = driver.create_vector_only(folder.file(&format!("{}.{ending}", part.name)))?;
    let srs = wgs84()?;
    let updated = format!("DBF_DATE_LAST_UPDATE={A_DAY}");
    let layer = dataset.create_layer(LayerOptions {
        name: &part.name,
        srs: (part.sort != Sort::Bare).then_some(&srs),
        ty: part.sort.ogr(),
        options: Some(&["ENCODING=UTF-8", &updated]),
    })?;
    for f in fields {
        f.add_to(&layer)?;
    }
    let defn = Defn::from_layer(&layer);
    let own: Vec<Option<usize>> = fields.iter().map(|f| layer.defn().field_index(&f.name).ok()).collect();
    table.each(|row| {
        let here = row.shape.as_ref().map_or(part.with_bare, |s| Sort::of(s.shape_type()) == part.sort);
        if !here {
            return Ok(());
        }
        let values: Vec<_> = fields.iter().zip(row.values).map(|(f, v)| f.fitted(v)).collect();
        add(&layer, &defn, &own, &values, row.shape.as_ref())
    })?;
    dataset.close()
}

/// `fields.csv`: short names and whole ones.
fn list(table: &Table, fields: &[Field]) -> String {
    let mut out = String::from("\u{feff}field,name,type,values_cut\r\n");
    for (f, c) in fields.iter().zip(&table.schema.columns) {
        out += &format!("{},{},{},{}\r\n", f.name, quote(&c.name), quote(&f.type_name()), f.cut);
    }
    out
}

fn readme(table: &Table, about: &About, notes: &[Bilingual]) -> String {
    let c = table.collection;
    let mut out = format!("{} / {}\r\n{}\r\n\r\n", c.title_zh, c.title_en, about.sentence());
    out += "坐标系 WGS 84（EPSG:4326），文本编码 UTF-8。字段名限 10 字节，完整名称见 fields.csv；是/否记为 1/0；\
            列表记为 JSON 文本；空文本与无值不可区分。\r\n";
    out += "WGS 84 (EPSG:4326), text in UTF-8. Names of fields have 10 bytes, fields.csv has the whole ones; truth is \
            1 or 0; lists are JSON text; an empty text and no value look the same.\r\n";
    for n in notes {
        out += &format!("\r\n{}\r\n{}\r\n", n.zh, n.en);
    }
    out
}
