//! Opening a source with GDAL: drivers, text encoding, layer choice, condition.

use std::cell::RefCell;
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

use gdal::errors::CplErrType;
use gdal::vector::{Layer, LayerAccess, sql};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};

use super::error::{At, LayerError, did_you_mean};
use super::inputs::file_on_disk;
use crate::atlas::{LayerKind, Source};

/// Vector drivers that may open a source: files and PostGIS. Web services and formats that can point to other
/// places are left out, so that an atlas reads what it names and nothing else.
const VECTOR_DRIVERS: [&str; 20] = [
    "ESRI Shapefile",
    "GeoJSON",
    "GeoJSONSeq",
    "ESRIJSON",
    "TopoJSON",
    "GPKG",
    "SQLite",
    "FlatGeobuf",
    "CSV",
    "OSM",
    "PostgreSQL",
    "OpenFileGDB",
    "MapInfo File",
    "GML",
    "KML",
    "LIBKML",
    "GPX",
    "DXF",
    "XLSX",
    "ODS",
];

/// Raster drivers that may open a population grid.
const RASTER_DRIVERS: [&str; 8] = ["GTiff", "COG", "HFA", "AAIGrid", "netCDF", "SRTMHGT", "GPKG", "ENVI"];

/// Modules of virtual tables that hold no more than the file itself does. Others (VirtualText, VirtualShape, VirtualOGR …)
/// read whatever file the table names, so that a database passed on could make the service publish it.
const VIRTUAL_TABLES: [&str; 10] = [
    "rtree",
    "rtree_i32",
    "geopoly",
    "fts3",
    "fts4",
    "fts5",
    "virtualspatialindex",
    "virtualelementary",
    "virtualknn",
    "virtualknn2",
];

/// All drivers that may open anything.
pub(crate) fn drivers() -> Vec<&'static str> {
    VECTOR_DRIVERS.into_iter().chain(RASTER_DRIVERS).collect()
}

/// Names under which a CSV's coordinate columns are found, in GDAL's notation.
const CSV_OPTIONS: [&str; 4] = [
    "X_POSSIBLE_NAMES=lon,lng,long,longitude,x,lon_deg,long_deg,#lon_deg,longitude_wp,utm_x,easting,LongitudeMeasure,经度",
    "Y_POSSIBLE_NAMES=lat,latitude,y,lat_deg,#lat_deg,latitude_wp,utm_y,northing,LatitudeMeasure,纬度",
    "GEOM_POSSIBLE_NAMES=wkt,geom,geometry",
    "KEEP_GEOM_COLUMNS=YES",
];

/// A schema that lies elsewhere is not fetched, and nothing is written beside the file.
const GML_OPTIONS: [&str; 2] = ["DOWNLOAD_SCHEMA=NO", "WRITE_GFS=NO"];

/// The port of `discard` on this machine.
const NOWHERE: &str = "http://127.0.0.1:9";

thread_local! {
    static FAILURES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Sends GDAL's messages to the log instead of the terminal, and keeps failures of this thread for
/// [`take_failures`].
pub(super) fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Some drivers fetch what a file names (the reference system of GeoJSON, a schema of GML). There is nowhere to
        // fetch from: a proxy that nobody is.
        for (key, value) in
            [("GDAL_HTTP_PROXY", NOWHERE), ("GDAL_HTTPS_PROXY", NOWHERE), ("GDAL_HTTP_CONNECTTIMEOUT", "1")]
        {
            if let Err(e) = gdal::config::set_config_option(key, value) {
                tracing::warn!("GDAL does not take {key}: {e}");
            }
        }
        gdal::config::set_error_handler(|class, number, message| {
            // Some messages name the data set, and that may be a connection with its password.
            let message = super::inputs::redact(message.trim());
            tracing::debug!(target: "gdal", ?class, number, message);
            if matches!(class, CplErrType::Failure | CplErrType::Fatal) {
                FAILURES.with_borrow_mut(|f| {
                    if f.len() < 100 {
                        f.push(message);
                    }
                });
            }
        });
    });
}

/// What GDAL failed at on this thread since the last call.
pub(super) fn take_failures() -> Vec<String> {
    let mut all = FAILURES.take();
    all.dedup();
    all
}

/// An open data set, with the recoded copy it may be read from.
pub(super) struct Opened {
    // Dropped before `_copy`.
    pub dataset: Dataset,
    _copy: Option<MemoryFile>,
}

impl Opened {
    pub fn driver(&self) -> String {
        self.dataset.driver().short_name()
    }

    /// True where fields are OSM tags.
    pub fn is_osm(&self, source: &Source) -> bool {
        source.osm || self.driver() == "OSM"
    }
}

struct MemoryFile(String);

impl Drop for MemoryFile {
    fn drop(&mut self) {
        let _ = gdal::vsi::unlink_mem_file(&self.0);
    }
}

/// Opens a vector source read-only.
pub(super) fn vector(source: &Source) -> Result<Opened, LayerError> {
    check_exists(source)?;
    let csv = has_ending(&source.open, &["csv", "tsv", "txt"]);
    if (source.skip_rows > 0 || source.units_row) && (!csv || source.open.starts_with("/vsi")) {
        let reason = "skip_rows and units_row need a text table (.csv, .tsv or .txt) that is no part of an archive; \
                      unpack it, or save the sheet as CSV";
        return Err(LayerError::Open { at: At::of(source), reason: reason.to_owned() });
    }
    let copy = if csv { recoded(source)? } else { None };
    // By its ending alone GDAL does not take .txt for a table.
    let plain =
        || if has_ending(&source.open, &["txt"]) { format!("CSV:{}", source.open) } else { source.open.clone() };
    let name = copy.as_ref().map_or_else(plain, |c| c.0.clone());
    // The driver would write what it learned beside the file.
    let gml = has_ending(&source.open, &["gml", "xml"]);
    let encoding = source.encoding.as_ref().map(|e| format!("ENCODING={e}"));
    let mut options: Vec<&str> = Vec::new();
    if csv {
        options.extend(CSV_OPTIONS);
    } else if gml {
        options.extend(GML_OPTIONS);
    } else if let Some(e) = &encoding {
        options.push(e);
    }
    let dataset = Dataset::open_ex(
        &name,
        DatasetOptions {
            open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR,
            allowed_drivers: Some(&VECTOR_DRIVERS),
            open_options: Some(&options),
            ..Default::default()
        },
    );
    let dataset = dataset.map_err(|e| cannot_open(source, &e))?;
    let opened = Opened { dataset, _copy: copy };
    if ["SQLite", "GPKG"].contains(&opened.driver().as_str()) {
        own_tables_only(&opened.dataset, source)?;
    }
    Ok(opened)
}

/// Refuses databases with virtual tables that read other files.
fn own_tables_only(dataset: &Dataset, source: &Source) -> Result<(), LayerError> {
    let refuse = |reason: String| Err(LayerError::Open { at: At::of(source), reason });
    // Of all tables only virtual ones have no page.
    let sql = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND coalesce(rootpage, 0) = 0";
    let mut rows = match dataset.execute_sql(sql, None, sql::Dialect::DEFAULT) {
        Ok(Some(rows)) => rows,
        Ok(None) => return Ok(()),
        Err(e) => return refuse(format!("its tables cannot be listed: {e}")),
    };
    for row in rows.features() {
        let text = |i: usize| row.field_as_string(i).ok().flatten().unwrap_or_default();
        let (name, made) = (text(0), text(1).to_ascii_lowercase());
        let module = made.split_once("using").map_or("", |(_, m)| m.trim_start());
        let module = module.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
        if !VIRTUAL_TABLES.contains(&module) {
            return refuse(format!("its table {name:?} is virtual ({module}) and may read other files; copy it"));
        }
    }
    Ok(())
}

/// Opens a raster source read-only.
pub(super) fn raster(source: &Source) -> Result<Dataset, LayerError> {
    check_exists(source)?;
    Dataset::open_ex(
        &source.open,
        DatasetOptions {
            open_flags: GdalOpenFlags::GDAL_OF_RASTER | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR,
            allowed_drivers: Some(&RASTER_DRIVERS),
            ..Default::default()
        },
    )
    .map_err(|e| cannot_open(source, &e))
}

fn check_exists(source: &Source) -> Result<(), LayerError> {
    listen();
    take_failures();
    match file_on_disk(&source.open) {
        Some(file) if !file.exists() => {
            Err(LayerError::Missing { at: At::of(source), file: file.display().to_string() })
        }
        _ => Ok(()),
    }
}

/// Refuses what is neither file nor folder: a pipe or a device gives data without end, or none for ever.
pub(super) fn files_only(source: &Source) -> Result<(), LayerError> {
    match file_on_disk(&source.open).and_then(|f| f.metadata().ok()) {
        Some(m) if !m.is_file() && !m.is_dir() => {
            let reason = "it is neither a file nor a folder".to_owned();
            Err(LayerError::Open { at: At::of(source), reason })
        }
        _ => Ok(()),
    }
}

fn cannot_open(source: &Source, error: &gdal::errors::GdalError) -> LayerError {
    let mut said = take_failures();
    said.retain(|m| !m.is_empty());
    let said = if said.is_empty() { error.to_string() } else { said.join("; ") };
    // GDAL lists every driver it tried; the first line says it all.
    let first = said.lines().next().unwrap_or_default();
    let reason = if first.contains("not recognized as a supported") || first.contains("not recognized as being in") {
        "its format is not one that can be read here, or the file is damaged".to_string()
    } else {
        super::inputs::redact(first)
    };
    LayerError::Open { at: At::of(source), reason }
}

fn has_ending(path: &str, endings: &[&str]) -> bool {
    let ending = path.rsplit_once('.').map_or("", |(_, e)| e);
    endings.iter().any(|e| ending.eq_ignore_ascii_case(e))
}

/// A copy in memory as UTF-8 of a text table in another encoding (GDAL takes CSV as UTF-8 only).
fn recoded(source: &Source) -> Result<Option<MemoryFile>, LayerError> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let Some(file) = file_on_disk(&source.open) else { return Ok(None) };
    let at = || At::of(source);
    let label = source.encoding.as_deref().unwrap_or("UTF-8");
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())
        .ok_or_else(|| LayerError::BadEncoding { at: at(), encoding: label.to_owned() })?;
    let cut = source.skip_rows > 0 || source.units_row;
    if source.open.starts_with("/vsi") || (encoding == encoding_rs::UTF_8 && !cut) {
        return Ok(None);
    }
    let bytes =
        std::fs::read(&file).map_err(|e| LayerError::Io { file: file.display().to_string(), reason: e.to_string() })?;
    let (text, ..) = encoding.decode(&bytes);
    let text = if cut { table_alone(&text, source) } else { text.into_owned() };
    let mut stem = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if has_ending(&stem, &["txt"]) {
        stem.push_str(".csv");
    }
    let name = format!("/vsimem/cuntong-{}/{stem}", COUNT.fetch_add(1, Ordering::Relaxed));
    gdal::vsi::create_mem_file(&name, text.into_bytes())
        .map_err(|e| LayerError::Open { at: at(), reason: e.to_string() })?;
    Ok(Some(MemoryFile(name)))
}

/// A text table without what stands before its heading, and without its row of units.
fn table_alone(text: &str, source: &Source) -> String {
    let mut lines = text.split_inclusive('\n').skip(source.skip_rows);
    let heading = lines.next().unwrap_or_default();
    if source.units_row {
        lines.next();
    }
    heading.chars().chain(lines.flat_map(str::chars)).collect()
}

/// The heading of a text table and its row of units, cell by cell.
pub(super) fn units_row(source: &Source) -> Option<Vec<(String, String)>> {
    if !source.units_row {
        return None;
    }
    let bytes = std::fs::read(file_on_disk(&source.open)?).ok()?;
    let encoding = encoding_rs::Encoding::for_label(source.encoding.as_deref().unwrap_or("UTF-8").as_bytes())?;
    let (text, ..) = encoding.decode(&bytes);
    let mut lines = text.lines().skip(source.skip_rows);
    let (heading, units) = (cells(lines.next()?), cells(lines.next()?));
    Some(heading.into_iter().zip(units).collect())
}

/// Cells of one line: commas, semicolons or tabs, whichever there are most of; quotes hold them together.
fn cells(line: &str) -> Vec<String> {
    let count = |c: char| line.matches(c).count();
    let by = [',', ';', '\t'].into_iter().max_by_key(|c| count(*c)).unwrap_or(',');
    let mut out = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            c if c == by && !quoted => out.push(String::new()),
            c => out.last_mut().expect("there is one").push(c),
        }
    }
    out.iter().map(|c| c.trim().to_owned()).collect()
}

/// Picks the layer, tells the OSM driver that only it is wanted, and sets the condition.
pub(super) fn layer<'d>(opened: &'d Opened, source: &Source) -> Result<Layer<'d>, LayerError> {
    let dataset = &opened.dataset;
    let at = || At::of(source);
    let names: Vec<String> = dataset.layers().map(|l| l.name()).collect();
    let osm_file = opened.driver() == "OSM";
    let wanted = match (&source.layer, names.as_slice()) {
        (Some(name), _) => name.clone(),
        (None, []) => return Err(LayerError::Empty { at: at(), reason: "has no layers".to_string() }),
        (None, [only]) => only.clone(),
        (None, _) if osm_file => osm_layer(source.kind).to_string(),
        (None, _) => return Err(LayerError::WhichLayer { at: at(), available: names }),
    };
    let Some(index) = names.iter().position(|n| *n == wanted) else {
        let hint = did_you_mean(&wanted, &names);
        return Err(LayerError::NoSuchLayer { at: at(), wanted, hint, available: names });
    };
    if osm_file {
        // Without this the driver keeps features of the other layers in memory until they are asked for, and
        // stops when there are too many.
        let _ = dataset.execute_sql(format!("SET interest_layers = {wanted}"), None, sql::Dialect::DEFAULT);
    }
    let mut layer = dataset.layer(index).map_err(|e| LayerError::Open { at: at(), reason: e.to_string() })?;
    if let Some(condition) = &source.r#where {
        take_failures();
        layer.set_attribute_filter(condition).map_err(|e| LayerError::Where {
            at: at(),
            condition: condition.clone(),
            reason: take_failures().into_iter().next().unwrap_or_else(|| e.to_string()),
            fields: layer.defn().fields().map(|f| f.name()).collect(),
        })?;
    }
    take_failures();
    Ok(layer)
}

fn osm_layer(kind: LayerKind) -> &'static str {
    match kind {
        LayerKind::Roads | LayerKind::PowerLines => "lines",
        LayerKind::Counties | LayerKind::Substations | LayerKind::ServiceAreas => "multipolygons",
        _ => "points",
    }
}
