//! Collections as files that GIS tools and spreadsheets open, and as tables of PostGIS.
//!
//! 1. [`crate::publish::table`] sees a collection as typed columns and rows; everything here starts from that, and
//!    none of it knows how findings come about.
//! 2. One module for each form writes it: [`parquet`], [`text`] (CSV, GeoJSON lines) and [`xlsx`] by themselves, the
//!    files under [`gdal`] (GeoPackage, FlatGeobuf, Shapefile) through GDAL. [`postgis`] fills a database.
//! 3. [`bytes`] gives one collection in one form, for answers of the service; [`files`] writes many into a folder.
//!
//! The same collections give the same bytes: whatever a form wants to date is dated [`A_DAY`].

mod about;
pub mod files;
pub mod form;
mod gdal;
mod names;
mod parquet;
pub mod postgis;
pub mod styles;
mod text;
mod xlsx;

use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

pub use about::About;
pub use form::{Form, UnknownForm};

use crate::publish::table::Table;
use crate::standards::Bilingual;

/// The day that stands in files whose form asks for one (2000-01-01 and its midnight), as in the workbooks here.
const A_DAY: &str = "2000-01-01";

#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExportError {
    #[error("{}: cannot write: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{}: cannot write: {reason}", path.display())]
    Gdal { path: PathBuf, reason: String },
    #[error("{}: cannot write: {source}", path.display())]
    Parquet { path: PathBuf, source: ::parquet::errors::ParquetError },
    #[error("{}: cannot write: {source}", path.display())]
    Xlsx { path: PathBuf, source: rust_xlsxwriter::XlsxError },
    #[error("{}: cannot write: {source}", path.display())]
    Zip { path: PathBuf, source: zip::result::ZipError },
}

/// A collection in one form, and what of it the form could not hold.
pub struct Output {
    pub bytes: Vec<u8>,
    pub notes: Vec<Bilingual>,
}

/// One collection, or a selection of its rows, in one form.
pub fn bytes(table: &Table, form: Form, about: &About) -> Result<Output, ExportError> {
    let name = format!("{}.{}", table.collection.id, form.ending());
    if form == Form::GeoPackage {
        let bytes = gdal::in_memory(&name, |path| gdal::gpkg::write(std::slice::from_ref(table), path, about))?;
        return Ok(Output { bytes, notes: Vec::new() });
    }
    let mut out = std::io::Cursor::new(Vec::new());
    let notes = stream(table, form, about, &mut out, Path::new(&name))?;
    Ok(Output { bytes: out.into_inner(), notes })
}

/// A part of a file whose form comes [in parts](Form::in_parts): these rows, and before the first of them the heading.
pub fn part(rows: &Table, form: Form, first: bool) -> std::io::Result<Vec<u8>> {
    text::part(rows, form, first)
}

/// Writes a form of one collection; tells what the form could not hold. `path` is for messages.
fn stream(
    table: &Table,
    form: Form,
    about: &About,
    out: &mut (impl Write + Seek + Send),
    path: &Path,
) -> Result<Vec<Bilingual>, ExportError> {
    let at = || path.to_path_buf();
    let io = |source| ExportError::Io { path: at(), source };
    match form {
        Form::GeoJson => text::geojson(table, about, out).map_err(io)?,
        Form::GeoJsonSeq => text::lines(table, out).map_err(io)?,
        Form::Csv => text::csv(table, out).map_err(io)?,
        Form::GeoParquet => {
            parquet::write(table, about, out).map_err(|source| ExportError::Parquet { path: at(), source })?;
        }
        Form::Xlsx => {
            return xlsx::write(table, about, out).map_err(|source| ExportError::Xlsx { path: at(), source });
        }
        Form::FlatGeobuf => return gdal::fgb::write(table, about, out, path),
        Form::Shapefile => return gdal::shp::write(table, about, out, path),
        Form::GeoPackage => unreachable!("a database is not a stream; gpkg::write takes a path"),
    }
    Ok(Vec::new())
}
