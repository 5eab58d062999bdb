//! FlatGeobuf, one collection a file, with its packed index.
//!
//! GDAL copies it from a GeoPackage in memory: that way truth stays truth and JSON stays JSON (see
//! [`super::gpkg`]), and both forms hold the same. The index asks for features in the order of a Hilbert curve, so
//! the order of importance is lost; and it has no place for features without geometry, which are left out and told.

use std::io::Write;
use std::path::Path;

use gdal::raster::RasterCreationOptions;
use gdal::{Dataset, DriverManager};

use super::{MemoryFolder, gpkg, session};
use crate::export::ExportError;
use crate::export::about::About;
use crate::publish::table::Table;
use crate::standards::Bilingual;
use crate::text::message;

/// Writes the collection; `path` is for messages.
pub fn write(table: &Table, about: &About, out: &mut impl Write, path: &Path) -> Result<Vec<Bilingual>, ExportError> {
    let folder = MemoryFolder::new();
    let (source, target) = (folder.file("table.gpkg"), format!("{}.fgb", table.collection.id));
    gpkg::write_plain(table, &source, about)?;
    let bytes = session(path, || {
        let source = Dataset::open(&source)?;
        let driver = DriverManager::get_driver_by_name("FlatGeobuf")?;
        source.create_copy(&driver, folder.file(&target), &RasterCreationOptions::new())?.close()?;
        folder.take(&target)
    })?;
    out.write_all(&bytes).map_err(|source| ExportError::Io { path: path.to_path_buf(), source })?;
    let mut bare = 0;
    let all = table.each(|row| {
        bare += usize::from(row.shape.is_none());
        Ok::<(), std::convert::Infallible>(())
    });
    let Ok(()) = all;
    Ok((bare > 0).then(|| message("export_bare_left_out", &[("n", bare.to_string().into())])).into_iter().collect())
}
