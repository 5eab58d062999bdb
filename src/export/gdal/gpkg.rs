//! A GeoPackage with a layer for each collection, titles of layers and columns, and styles that QGIS opens it with.
//!
//! 1. Layers are made without columns; columns are added by SQL. The safe interface to GDAL knows no boolean fields
//!    (its field types lack the subtype), but a GeoPackage does: `BOOLEAN`, and GDAL reads them as such.
//! 2. The file is opened again, so that GDAL sees the columns, and filled in one transaction.
//! 3. Spatial indexes are made at the end, at once: with triggers it takes twice as long.
//! 4. Titles of columns go to `gpkg_data_columns` (extension `gpkg_schema`), lists and objects are marked as JSON
//!    there; styles go to `layer_styles`, where QGIS looks for them.

use std::fmt::Write;
use std::path::Path;

use gdal::errors::Result as GdalResult;
use gdal::vector::{Defn, LayerAccess, LayerOptions, OGRwkbGeometryType, sql};
use gdal::{Dataset, DatasetOptions, DriverManager, GdalOpenFlags};

use super::{add, ogr_type, session, wgs84};
use crate::export::about::About;
use crate::export::names::{fresh, unique};
use crate::export::{A_DAY, ExportError, styles};
use crate::publish::table::{Kind, Table};
use crate::text::message;

/// A layer as it is written: its columns may have other names than the table's, for SQLite tells no case apart.
struct Plan<'t, 'c> {
    table: &'t Table<'c>,
    columns: Vec<String>,
    geometry: String,
    key: String,
}

impl<'t, 'c> Plan<'t, 'c> {
    fn new(table: &'t Table<'c>) -> Self {
        let columns = unique(table.schema.columns.iter().map(|c| c.name.as_str()), &[], usize::MAX);
        let geometry = fresh("geom", columns.iter().map(String::as_str));
        let key = fresh("fid", columns.iter().map(String::as_str));
        Self { table, columns, geometry, key }
    }

    fn name(&self) -> &str {
        self.table.collection.id
    }
}

/// Writes all tables into one file, which must not be there yet.
pub fn write(tables: &[Table], path: &Path, about: &About) -> Result<(), ExportError> {
    let plans: Vec<Plan> = tables.iter().map(Plan::new).collect();
    session(path, || {
        make(&plans, path, about, true)?;
        fill(&plans, path, true)
    })
}

/// Writes one table without styles and index, to be copied into another form.
pub fn write_plain(table: &Table, path: &Path, about: &About) -> Result<(), ExportError> {
    let plans = [Plan::new(table)];
    session(path, || {
        make(&plans, path, about, false)?;
        fill(&plans, path, false)
    })
}

fn make(plans: &[Plan], path: &Path, about: &About, styled: bool) -> GdalResult<()> {
    let mut dataset = DriverManager::get_driver_by_name("GPKG")?.create_vector_only(path)?;
    let srs = wgs84()?;
    for p in plans {
        let c = p.table.collection;
        let options = [
            format!("GEOMETRY_NAME={}", p.geometry),
            format!("FID={}", p.key),
            "SPATIAL_INDEX=NO".to_owned(),
            format!("IDENTIFIER={} / {}", c.title_zh, c.title_en),
            format!("DESCRIPTION={}", about.sentence()),
        ];
        dataset.create_layer(LayerOptions {
            name: p.name(),
            srs: Some(&srs),
            ty: ogr_type(p.table.schema.single_shape()),
            options: Some(&options.each_ref().map(String::as_str)),
        })?;
    }
    if styled {
        dataset.create_layer(LayerOptions {
            name: "layer_styles",
            srs: None,
            ty: OGRwkbGeometryType::wkbNone,
            options: Some(&["FID=id", "ASPATIAL_VARIANT=GPKG_ATTRIBUTES"]),
        })?;
    }
    for p in plans {
        for (name, column) in p.columns.iter().zip(&p.table.schema.columns) {
            let kind = match column.kind {
                Kind::Bool => "BOOLEAN",
                Kind::Integer => "INTEGER",
                Kind::Real => "REAL",
                Kind::Date => "DATE",
                Kind::Text | Kind::Json => "TEXT",
            };
            run(&dataset, &format!("ALTER TABLE {} ADD COLUMN {} {kind}", ident(p.name()), ident(name)))?;
        }
    }
    describe(&dataset, plans)?;
    if styled {
        style(&dataset, plans)?;
    }
    dataset.close()
}

fn fill(plans: &[Plan], path: &Path, indexed: bool) -> GdalResult<()> {
    let options = DatasetOptions {
        open_flags: GdalOpenFlags::GDAL_OF_VECTOR
            | GdalOpenFlags::GDAL_OF_UPDATE
            | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR,
        allowed_drivers: Some(&["GPKG"]),
        ..Default::default()
    };
    let mut dataset = Dataset::open_ex(path, options)?;
    let all = dataset.start_transaction()?;
    for p in plans {
        let layer = all.layer_by_name(p.name())?;
        let defn = Defn::from_layer(&layer);
        let fields: Vec<Option<usize>> = p.columns.iter().map(|c| layer.defn().field_index(c).ok()).collect();
        p.table.each(|row| {
            let shape = row.shape.map(|s| p.table.schema.fitted(s));
            add(&layer, &defn, &fields, &row.values, shape.as_ref())
        })?;
    }
    all.commit()?;
    for p in plans.iter().filter(|_| indexed) {
        run(&dataset, &format!("SELECT CreateSpatialIndex({}, {})", text(p.name()), text(&p.geometry)))?;
        // GDAL keeps a count, but not of layers that it did not fill from the first row on.
        run(
            &dataset,
            &format!(
                "UPDATE gpkg_ogr_contents SET feature_count = {} WHERE table_name = {}",
                p.table.len(),
                text(p.name())
            ),
        )?;
    }
    dataset.close()
}

/// Titles of columns in both languages, where there are words for them, and which texts are JSON.
fn describe(dataset: &Dataset, plans: &[Plan]) -> GdalResult<()> {
    let mut rows = String::new();
    for p in plans {
        for (name, column) in p.columns.iter().zip(&p.table.schema.columns) {
            let key = format!("column_{}", column.name);
            let words = message(&key, &[]);
            let title = if words.zh == key { "NULL".to_owned() } else { text(&format!("{} / {}", words.zh, words.en)) };
            let mime = if column.kind == Kind::Json { "'application/json'" } else { "NULL" };
            if title != "NULL" || mime != "NULL" {
                let lead = if rows.is_empty() { "" } else { "," };
                let _ = write!(rows, "{lead}({},{},{title},{mime})", text(p.name()), text(name));
            }
        }
    }
    if rows.is_empty() {
        return Ok(());
    }
    for statement in [
        "CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, \
         description TEXT, mime_type TEXT, constraint_name TEXT, \
         CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name))",
        "CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, \
         value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT, \
         CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))",
        "CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, \
         definition TEXT NOT NULL, scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))",
        "INSERT INTO gpkg_extensions VALUES ('gpkg_data_columns', NULL, 'gpkg_schema', \
         'http://www.geopackage.org/spec121/#extension_schema', 'read-write'), ('gpkg_data_column_constraints', NULL, \
         'gpkg_schema', 'http://www.geopackage.org/spec121/#extension_schema', 'read-write')",
    ] {
        run(dataset, statement)?;
    }
    run(dataset, &format!("INSERT INTO gpkg_data_columns (table_name, column_name, title, mime_type) VALUES {rows}"))
}

fn style(dataset: &Dataset, plans: &[Plan]) -> GdalResult<()> {
    for column in [
        "f_table_catalog TEXT(256)",
        "f_table_schema TEXT(256)",
        "f_table_name TEXT(256)",
        "f_geometry_column TEXT(256)",
        "styleName TEXT(30)",
        "styleQML TEXT",
        "styleSLD TEXT",
        "useAsDefault BOOLEAN",
        "description TEXT",
        "owner TEXT(30)",
        "ui TEXT(30)",
        "update_time DATETIME",
    ] {
        run(dataset, &format!("ALTER TABLE layer_styles ADD COLUMN {column}"))?;
    }
    for p in plans {
        let Some(style) = styles::of(&p.table.schema, p.name()) else { continue };
        let title = text(&format!("{} / {}", p.table.collection.title_zh, p.table.collection.title_en));
        run(
            dataset,
            &format!(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, \
                 styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) \
                 VALUES ('', '', {name}, {geometry}, {name}, {qml}, {sld}, 1, {title}, 'cuntong', NULL, '{A_DAY}T00:00:00.000Z')",
                name = text(p.name()),
                geometry = text(&p.geometry),
                qml = text(&styles::qml(&style)),
                sld = text(&styles::sld(&style, p.name())),
            ),
        )?;
    }
    Ok(())
}

fn run(dataset: &Dataset, statement: &str) -> GdalResult<()> {
    dataset.execute_sql(statement, None, sql::Dialect::DEFAULT).map(drop)
}

fn ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn text(s: &str) -> String {
    format!("'{}'", s.replace('\'', "''"))
}
