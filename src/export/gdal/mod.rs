//! Forms that GDAL writes. What they share: the reference system, a clock that stands still, errors, files in memory.

mod dbf;
pub mod fgb;
pub mod gpkg;
pub mod shp;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use gdal::errors::{GdalError, Result as GdalResult};
use gdal::spatial_ref::{AxisMappingStrategy, SpatialRef};
use gdal::vector::{Defn, Feature, Geometry, LayerAccess, OGRwkbGeometryType};

use super::{A_DAY, ExportError};
use crate::layers;
use crate::publish::shape::{Shape, ShapeType};
use crate::publish::table::Cell;

/// WGS84 with longitude first.
fn wgs84() -> GdalResult<SpatialRef> {
    let mut srs = SpatialRef::from_epsg(4326)?;
    srs.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    Ok(srs)
}

/// GDAL's name of a type; `None` is any.
fn ogr_type(t: Option<ShapeType>) -> OGRwkbGeometryType::Type {
    t.map_or(OGRwkbGeometryType::wkbUnknown, |t| t as OGRwkbGeometryType::Type)
}

/// While it lives, GDAL on this thread takes every moment for the same one, so that files do not carry their hour of
/// birth.
struct StoppedClock;

impl StoppedClock {
    fn new() -> GdalResult<Self> {
        gdal::config::set_thread_local_config_option("OGR_CURRENT_DATE", &format!("{A_DAY}T00:00:00.000Z"))?;
        Ok(Self)
    }
}

impl Drop for StoppedClock {
    fn drop(&mut self) {
        let _ = gdal::config::clear_thread_local_config_option("OGR_CURRENT_DATE");
    }
}

/// Runs what writes a file through GDAL and turns its failures into one error that names the file.
///
/// Up to GDAL 3.6 closing a data set answers nothing, and a full disk is often met only then; so whatever GDAL said of
/// failures on the way counts as one, even if every call succeeded.
fn session<T>(path: &Path, work: impl FnOnce() -> GdalResult<T>) -> Result<T, ExportError> {
    layers::quiet_gdal();
    layers::gdal_failures();
    let clock = StoppedClock::new();
    let done = clock.and_then(|_clock| work());
    let said = layers::gdal_failures();
    let failed = |reason: String| ExportError::Gdal { path: path.to_path_buf(), reason };
    match done {
        Ok(value) if said.is_empty() => Ok(value),
        Ok(_) => Err(failed(said.join("; "))),
        Err(e) if said.is_empty() => Err(failed(e.to_string())),
        Err(_) => Err(failed(said.join("; "))),
    }
}

/// A folder in GDAL's memory of its own, emptied when dropped.
struct MemoryFolder(String);

impl MemoryFolder {
    fn new() -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        Self(format!("/vsimem/cuntong-export-{}", COUNT.fetch_add(1, Ordering::Relaxed)))
    }

    fn file(&self, name: &str) -> PathBuf {
        Path::new(&self.0).join(name)
    }

    fn names(&self) -> Vec<String> {
        let all = gdal::vsi::read_dir(&self.0, false).unwrap_or_default();
        let mut names: Vec<String> =
            all.iter().filter_map(|p| Some(p.file_name()?.to_string_lossy().into_owned())).collect();
        names.sort();
        names
    }

    /// Bytes of a file, which is gone afterwards.
    fn take(&self, name: &str) -> GdalResult<Vec<u8>> {
        gdal::vsi::get_vsi_mem_file_bytes_owned(self.file(name))
    }
}

impl Drop for MemoryFolder {
    fn drop(&mut self) {
        for name in self.names() {
            let _ = gdal::vsi::unlink_mem_file(self.file(&name));
        }
    }
}

/// The bytes of a file called `name` that `write` makes.
pub fn in_memory(name: &str, write: impl FnOnce(&Path) -> Result<(), ExportError>) -> Result<Vec<u8>, ExportError> {
    let folder = MemoryFolder::new();
    write(&folder.file(name))?;
    folder.take(name).map_err(|e| ExportError::Gdal { path: name.into(), reason: e.to_string() })
}

/// Adds one feature; `fields` says which field of the layer each value goes to, if any.
fn add(
    layer: &impl LayerAccess,
    defn: &Defn,
    fields: &[Option<usize>],
    values: &[Option<Cell>],
    shape: Option<&Shape>,
) -> GdalResult<()> {
    let mut feature = Feature::new(defn)?;
    if let Some(shape) = shape {
        feature.set_geometry(Geometry::from_wkb(&shape.wkb(None))?)?;
    }
    for (field, value) in fields.iter().zip(values) {
        let (Some(i), Some(value)) = (*field, value) else { continue };
        match value {
            Cell::Bool(b) => feature.set_field_integer(i, i32::from(*b))?,
            Cell::Integer(n) => feature.set_field_integer64(i, *n)?,
            Cell::Real(n) => feature.set_field_double(i, *n)?,
            // GDAL ends a text at a zero byte and refuses it; nothing else does, so it is left out of the text.
            Cell::Date(t) | Cell::Text(t) | Cell::Json(t) => match feature.set_field_string(i, t) {
                Err(GdalError::FfiNulError(_)) => feature.set_field_string(i, &t.replace('\0', ""))?,
                done => done?,
            },
        }
    }
    feature.create(layer)
}
