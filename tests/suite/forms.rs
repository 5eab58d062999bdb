//! Every form is opened again with another program's reader and holds what was published.

use std::collections::HashMap;
use std::fs;
use std::process::Command;

use crate::common::gis::{Habits, parts_of_gdal, parts_of_json, practice, published, same_features, same_value};
use crate::common::{cuntong, stderr};
use cuntong::export::{self, About, Form};
use cuntong::priority::Conclusions;
use cuntong::publish::table::{Kind, Table};
use cuntong::publish::{Collection, collections};
use gdal::vector::{Geometry, LayerAccess, OGRFieldType, sql};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};
use serde_json::Value;

struct Region {
    dir: tempfile::TempDir,
    about: About,
    collections: Vec<Collection>,
}

fn region() -> Region {
    let dir = tempfile::tempdir().unwrap();
    let found = practice(dir.path(), 60, &[]);
    Region { about: About::of(&found), collections: collections(&found, &Conclusions::new(&found)), dir }
}

impl Region {
    fn get(&self, id: &str) -> &Collection {
        self.collections.iter().find(|c| c.id == id).unwrap()
    }

    /// Writes one collection in a form and answers with the file.
    fn file(&self, table: &Table, form: Form) -> std::path::PathBuf {
        let path = self.dir.path().join(format!("{}.{}", table.collection.id, form.ending()));
        fs::write(&path, export::bytes(table, form, &self.about).unwrap().bytes).unwrap();
        path
    }
}

fn open(path: &std::path::Path, options: &[&str]) -> Dataset {
    let options = DatasetOptions {
        open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR,
        open_options: Some(options),
        ..Default::default()
    };
    Dataset::open_ex(path, options).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn as_it_is(name: &str) -> String {
    name.to_owned()
}

fn is_wgs84(layer: &impl LayerAccess) {
    let srs = layer.spatial_ref().unwrap_or_else(|| panic!("{}: no reference system", layer.name()));
    assert!(srs.is_geographic(), "{}", layer.name());
    assert!(srs.name().unwrap().replace('_', "").contains("WGS"), "{:?}", srs.name());
}

/// What a column's type is for GDAL.
fn ogr(kind: Kind) -> OGRFieldType::Type {
    match kind {
        Kind::Bool => OGRFieldType::OFTInteger,
        Kind::Integer => OGRFieldType::OFTInteger64,
        Kind::Real => OGRFieldType::OFTReal,
        Kind::Date => OGRFieldType::OFTDate,
        Kind::Text | Kind::Json => OGRFieldType::OFTString,
    }
}

fn types_fit(layer: &impl LayerAccess, table: &Table) {
    let kinds: HashMap<String, OGRFieldType::Type> =
        layer.defn().fields().map(|f| (f.name(), f.field_type())).collect();
    for c in &table.schema.columns {
        assert_eq!(kinds.get(&c.name), Some(&ogr(c.kind)), "{} {}", layer.name(), c.name);
    }
}

fn with_geometry(features: Vec<Value>) -> Vec<Value> {
    features.into_iter().filter(|f| !f["geometry"].is_null()).collect()
}

#[test]
fn geopackage_and_flatgeobuf_hold_every_value_with_its_type() {
    let r = region();
    let tables: Vec<Table> = r.collections.iter().map(Table::of).collect();
    export::files::write(&tables, Form::GeoPackage, r.dir.path(), &r.about, &|_| ()).unwrap();
    let all = open(&r.dir.path().join("practice.gpkg"), &[]);
    let mut values = 0;
    for t in &tables {
        let c = t.collection;
        let mut layer = all.layer_by_name(c.id).unwrap();
        is_wgs84(&layer);
        types_fit(&layer, t);
        assert_eq!(layer.feature_count(), c.len() as u64, "{}", c.id);
        values += same_features(&mut layer, &published(c), &as_it_is, Habits::default());

        let fgb = open(&r.file(t, Form::FlatGeobuf), &[]);
        let mut layer = fgb.layer(0).unwrap();
        is_wgs84(&layer);
        types_fit(&layer, t);
        let features = with_geometry(published(c));
        assert_eq!(c.len() - features.len(), t.schema.bare, "{}", c.id);
        // No value is an unset field for GDAL's reader, which reads like an empty text.
        let h = Habits { empty_is_null: true, ..Habits::default() };
        values += same_features(&mut layer, &features, &as_it_is, h);
    }
    assert!(values > 50_000, "{values}");
    assert!(tables.iter().any(|t| t.schema.bare > 0), "one with features without geometry is, too");
    assert!(tables.iter().any(|t| t.schema.single_shape().is_none() && t.schema.shapes.len() > 1), "and a mixed one");
    // Not to be had through the safe interface: truth is marked as such.
    for file in ["practice.gpkg", "villages.fgb"] {
        let o = Command::new("ogrinfo").arg("-so").arg(r.dir.path().join(file)).arg("villages").output().unwrap();
        let text = String::from_utf8_lossy(&o.stdout).into_owned();
        assert!(text.contains("priority: Integer(Boolean)"), "{file}: {text}");
    }
}

#[test]
fn a_geopackage_opens_coloured_and_says_what_it_is_of() {
    let r = region();
    let tables: Vec<Table> = r.collections.iter().map(Table::of).collect();
    export::files::write(&tables, Form::GeoPackage, r.dir.path(), &r.about, &|_| ()).unwrap();
    let d = open(&r.dir.path().join("practice.gpkg"), &[]);
    let ask = |q: &str| -> Vec<Vec<String>> {
        let mut answer = d.execute_sql(q, None, sql::Dialect::DEFAULT).unwrap().unwrap();
        let n = answer.defn().fields().count();
        let text = |f: &gdal::vector::Feature, i| f.field_as_string(i).unwrap().unwrap_or_default();
        answer.features().map(|f| (0..n).map(|i| text(&f, i)).collect()).collect()
    };
    let styles = ask("SELECT f_table_name, f_geometry_column, styleQML, styleSLD FROM layer_styles WHERE useAsDefault");
    let of = |name: &str| styles.iter().find(|s| s[0] == name).unwrap_or_else(|| panic!("no style of {name}"));
    for (layer, colour, rgb) in [
        ("villages", "#2b7a9e", "43,122,158,255"),
        ("road_gaps", "#bd0026", "189,0,38,255"),
        ("power_gaps", "#ffffb2", "255,255,178,255"),
        ("water_gaps", "#fd8d3c", "253,141,60,255"),
        ("service_gaps", "#fecc5c", "254,204,92,255"),
        ("broadband_gaps", "#f03b20", "240,59,32,255"),
        ("roads", "#4a5560", "74,85,96,255"),
    ] {
        let s = of(layer);
        assert_eq!(s[1], "geom");
        assert!(s[2].contains(rgb), "{layer}: {}", s[2]);
        assert!(s[3].contains(colour), "{layer}: {}", s[3]);
    }
    assert!(of("roads")[2].contains("砂石路 / gravel"));
    let contents = ask("SELECT identifier, description, last_change FROM gpkg_contents WHERE table_name = 'villages'");
    assert_eq!(contents[0][0], "村 / Villages");
    assert!(contents[0][1].contains("模拟数据") && contents[0][1].contains(&r.about.data_version), "{contents:?}");
    // GDAL shows the moment in a form of its own.
    assert!(contents[0][2].starts_with("2000") && contents[0][2].contains("00:00:00"), "{contents:?}");
    let indexed = ask("SELECT count(*) FROM gpkg_extensions WHERE extension_name = 'gpkg_rtree_index'");
    assert_eq!(indexed[0][0], r.collections.len().to_string());
    let json = ask("SELECT mime_type FROM gpkg_data_columns WHERE table_name = 'villages' AND column_name = 'gaps'");
    assert_eq!(json, [["application/json"]]);
}

#[test]
fn texts_tables_and_lines_hold_every_value() {
    let r = region();
    for c in &r.collections {
        let (t, features) = (Table::of(c), published(c));
        let csv = open(&r.file(&t, Form::Csv), &["GEOM_POSSIBLE_NAMES=wkt"]);
        let h = Habits { empty_is_null: true, ..Habits::default() };
        same_features(&mut csv.layer(0).unwrap(), &features, &as_it_is, h);
        assert!(fs::read(r.dir.path().join(format!("{}.csv", c.id))).unwrap().starts_with(b"\xef\xbb\xbf"));

        let lines = r.file(&t, Form::GeoJsonSeq);
        let text = fs::read_to_string(&lines).unwrap();
        let back: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        assert_eq!(back, features, "{}", c.id);
        if !features.is_empty() {
            let d = open(&lines, &[]);
            let mut layer = d.layer(0).unwrap();
            assert_eq!(layer.features().count(), features.len(), "{}", c.id);
        }
        let whole: Value = serde_json::from_slice(&fs::read(r.file(&t, Form::GeoJson)).unwrap()).unwrap();
        assert_eq!(whole["features"], Value::Array(features));
        assert_eq!(whole["name"], c.id);
    }
}

#[test]
fn workbooks_hold_every_value_that_fits_a_cell() {
    let r = region();
    for id in ["villages", "roads", "power_gaps", "projects", "schools"] {
        let (c, features) = (r.get(id), published(r.get(id)));
        let d = open(&r.file(&Table::of(c), Form::Xlsx), &["HEADERS=FORCE"]);
        let mut layer = d.layer_by_name(id).unwrap();
        let names: HashMap<String, usize> = layer.defn().fields().enumerate().map(|(i, f)| (f.name(), i)).collect();
        assert_eq!(layer.feature_count(), c.len() as u64);
        for (f, should) in layer.features().zip(&features) {
            for (key, v) in should["properties"].as_object().unwrap() {
                let h = Habits { cut: Some(32_767), empty_is_null: true, ..Habits::default() };
                // A column without a value is none for GDAL.
                match names.get(key) {
                    Some(&i) => same_value(&f, i, v, h, &format!("{id} {key}")),
                    None => assert!(v.is_null(), "{id} {key}"),
                }
            }
            let wkt = match names.get("wkt") {
                Some(&i) => f.field_as_string(i).unwrap(),
                None => {
                    let n = |name: &str| f.field_as_double(names[name]).unwrap().unwrap();
                    Some(format!("POINT ({} {})", n("lon"), n("lat")))
                }
            };
            let is = wkt
                .filter(|w| !w.is_empty())
                .map(|w| parts_of_gdal(&Geometry::from_wkt(&w).unwrap()))
                .unwrap_or_default();
            assert_eq!(is, parts_of_json(&should["geometry"]), "{id}");
        }
        assert!(d.layer_by_name("说明 Notes").is_ok());
    }
}

#[test]
fn shapefiles_keep_what_they_can_and_say_what_not() {
    let r = region();
    for c in &r.collections {
        let (t, features) = (Table::of(c), published(c));
        let path = r.file(&t, Form::Shapefile);
        let inside = |name: &str| {
            let mut zip = zip::ZipArchive::new(fs::File::open(&path).unwrap()).unwrap();
            let mut text = String::new();
            std::io::Read::read_to_string(&mut zip.by_name(name).unwrap(), &mut text).unwrap();
            text
        };
        let names: HashMap<String, String> = inside("fields.csv")
            .trim_start_matches('\u{feff}')
            .lines()
            .skip(1)
            .map(|l| l.split(',').map(str::to_owned).collect::<Vec<_>>())
            .map(|cells| (cells[1].clone(), cells[0].clone()))
            .collect();
        assert_eq!(names.len(), t.schema.columns.len(), "{}", c.id);
        assert!(names.values().all(|n| n.len() <= 10));
        assert!(inside("README.txt").contains("EPSG:4326"));
        let d = open(&path, &[]);
        let h = Habits { cut: Some(254), empty_is_null: true, ..Habits::default() };
        let mut seen = 0;
        for mut layer in d.layers() {
            let id = layer.defn().field_index(&names["id"]).unwrap();
            let here: Vec<String> = layer.features().map(|f| f.field_as_string(id).unwrap().unwrap()).collect();
            let of = |f: &&Value| here.iter().any(|h| f["id"] == h.as_str());
            let own: Vec<Value> = features.iter().filter(of).cloned().collect();
            same_features(&mut layer, &own, &|n| names[n].clone(), h);
            seen += own.len();
            if !layer.name().ends_with("_none") && t.schema.shapes.is_empty() == c.is_empty() {
                is_wgs84(&layer);
                assert_eq!(inside(&format!("{}.cpg", layer.name())), "UTF-8");
            }
        }
        assert_eq!(seen, features.len(), "{}", c.id);
        if t.schema.single_shape().is_none() && t.schema.shapes.len() > 1 {
            assert!(d.layer_count() > 1, "{}", c.id);
        }
    }
    let villages = Table::of(r.get("villages"));
    let out = export::bytes(&villages, Form::Shapefile, &r.about).unwrap();
    assert!(out.notes.iter().any(|n| n.en.contains("services") && n.en.contains("254")), "cut texts are told");
}

#[test]
fn geoparquet_says_what_it_holds() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    let r = region();
    for c in &r.collections {
        let (t, features) = (Table::of(c), published(c));
        let path = r.file(&t, Form::GeoParquet);
        let reader = SerializedFileReader::new(fs::File::open(&path).unwrap()).unwrap();
        let info = reader.metadata().file_metadata().key_value_metadata().unwrap();
        let geo = info.iter().find(|kv| kv.key == "geo").and_then(|kv| kv.value.clone()).unwrap();
        let geo: Value = serde_json::from_str(&geo).unwrap();
        assert_eq!((geo["version"].as_str(), geo["primary_column"].as_str()), (Some("1.1.0"), Some("geometry")));
        let column = &geo["columns"]["geometry"];
        assert_eq!(column["encoding"], "WKB");
        assert_eq!(column["covering"]["bbox"]["ymax"], serde_json::json!(["bbox", "ymax"]));
        let types: std::collections::BTreeSet<&str> =
            features.iter().filter_map(|f| f["geometry"]["type"].as_str()).collect();
        let said: std::collections::BTreeSet<&str> =
            column["geometry_types"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert_eq!(said, types, "{}", c.id);
        let mut rows = 0;
        for (row, should) in reader.get_row_iter(None).unwrap().zip(&features) {
            let row = row.unwrap();
            rows += 1;
            let mut bbox = None;
            let mut shape = None;
            for (name, value) in row.get_column_iter() {
                let v = &should["properties"][name];
                match (name.as_str(), value) {
                    ("geometry", Field::Bytes(b)) => shape = Some(Geometry::from_wkb(b.data()).unwrap()),
                    ("bbox", Field::Group(g)) => {
                        let corner = |(_, f): (&String, &Field)| match f {
                            Field::Double(d) => *d,
                            other => panic!("{other}"),
                        };
                        bbox = Some(g.get_column_iter().map(corner).collect::<Vec<f64>>());
                    }
                    (_, Field::Null) => assert!(v.is_null(), "{} {name}", c.id),
                    (_, Field::Bool(b)) => assert_eq!(v, b),
                    (_, Field::Long(n)) => assert_eq!(v, n),
                    (_, Field::Double(n)) => assert_eq!(v.as_f64(), Some(*n), "{} {name}", c.id),
                    (_, Field::Str(s)) => match v {
                        Value::String(v) => assert_eq!(v, s),
                        other => assert_eq!(&other.to_string(), s, "{} {name}", c.id),
                    },
                    // JSON comes as bytes.
                    (_, Field::Bytes(b)) => assert_eq!(v.to_string().as_bytes(), b.data(), "{} {name}", c.id),
                    (_, other) => panic!("{} {name}: {other}", c.id),
                }
            }
            let is = shape.as_ref().map(parts_of_gdal).unwrap_or_default();
            assert_eq!(is, parts_of_json(&should["geometry"]), "{}", c.id);
            let all: Vec<_> = is.iter().flat_map(|(_, l)| l).collect();
            let by = |f: &dyn Fn(&(i64, i64)) -> i64, low: bool| {
                let of = all.iter().map(|p| f(p));
                if low { of.min() } else { of.max() }
            };
            let should = [(0, true), (1, true), (0, false), (1, false)]
                .map(|(axis, low)| by(&|p| if axis == 0 { p.0 } else { p.1 }, low));
            let is = bbox.map(|b| b.iter().map(|v| (v * 1e7).round() as i64).collect::<Vec<_>>());
            assert_eq!(is, should.into_iter().collect::<Option<Vec<_>>>(), "{}", c.id);
        }
        assert_eq!(rows, features.len(), "{}", c.id);
    }
}

#[test]
fn the_same_bytes_twice_and_a_selection_with_the_columns_of_the_whole() {
    let r = region();
    let make = || -> Vec<(String, Vec<u8>)> {
        let of = ["villages", "projects", "power_gaps", "counties"].map(|id| Table::of(r.get(id)));
        let each = of.iter().flat_map(|t| Form::ALL.map(|form| (t, form)));
        let bytes = |(t, form): (&Table, Form)| export::bytes(t, form, &r.about).unwrap().bytes;
        each.map(|(t, form)| (format!("{} as {}", t.collection.id, form.key()), bytes((t, form)))).collect()
    };
    let first = make();
    // So that whatever counts seconds, or every other one as a ZIP does, has another.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    for ((name, a), (_, b)) in first.iter().zip(&make()) {
        assert!(a == b && !a.is_empty(), "{name}");
    }
    let c = r.get("villages");
    let whole = Table::of(c);
    let few = [7, 3];
    for rows in [&few[..], &[]] {
        let t = Table::selection(c, whole.schema.clone(), rows);
        let path = r.file(&t, Form::GeoPackage);
        let d = open(&path, &[]);
        let mut layer = d.layer_by_name("villages").unwrap();
        types_fit(&layer, &whole);
        let should: Vec<Value> = rows.iter().map(|&i| published(c)[i as usize].clone()).collect();
        same_features(&mut layer, &should, &as_it_is, Habits::default());
    }
}

#[test]
fn collections_without_features_are_files_that_open() {
    let dir = tempfile::tempdir().unwrap();
    let village = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"1","name":"甲,“乙”\n丙"},
        "geometry":{"type":"Point","coordinates":[120.5,41.25]}}]}"#;
    fs::write(dir.path().join("v.geojson"), village).unwrap();
    let atlas = dir.path().join("atlas.toml");
    let fields = "fields = { id = \"id\", name = \"name\" }";
    fs::write(&atlas, format!("id = \"t\"\n[[layers.villages]]\npath = \"v.geojson\"\n{fields}\n")).unwrap();
    let found = crate::common::findings(&atlas);
    let r = Region { about: About::of(&found), collections: collections(&found, &Conclusions::new(&found)), dir };
    let mut empty = 0;
    for c in &r.collections {
        let t = Table::of(c);
        empty += usize::from(c.is_empty());
        for form in Form::ALL {
            let path = r.file(&t, form);
            match form {
                // Nothing in it is a file of no bytes, and GDAL's reader is sure of Parquet in few builds.
                Form::GeoJsonSeq if c.is_empty() => assert_eq!(fs::metadata(&path).unwrap().len(), 0),
                Form::GeoParquet => {}
                _ => {
                    let d = open(&path, &[]);
                    let mut layer = d.layer(0).unwrap();
                    let heading = usize::from(form == Form::Xlsx && c.is_empty());
                    assert!(layer.features().count() <= c.len() + heading, "{} as {}", c.id, form.key());
                    if !c.is_empty() {
                        let i = layer.defn().field_index("name").unwrap();
                        let name = layer.features().next().unwrap().field_as_string(i).unwrap();
                        assert_eq!(name.as_deref(), Some("甲,“乙”\n丙"), "{}", form.key());
                    }
                }
            }
        }
    }
    assert!(empty >= 5 && r.collections.len() > empty, "{empty}");
}

#[test]
fn the_command_writes_the_forms_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let r = region();
    let atlas = r.dir.path().join("atlas.toml");
    let atlas = atlas.to_str().unwrap();
    let out = dir.path().join("out");
    let to = out.to_str().unwrap();
    let o = cuntong(&["analyze", atlas, "--out", to, "--format", "gpkg,fgb,parquet,shp,csv,xlsx,geojsonseq"]);
    assert!(o.status.success(), "{}", stderr(&o));
    let there = |name: &str| out.join(name).exists();
    assert!(there("practice.gpkg") && there("summary.json") && there("run.json"));
    for ending in ["fgb", "parquet", "shp.zip", "csv", "xlsx", "geojsonl"] {
        assert!(there(&format!("villages.{ending}")) && there(&format!("roads.{ending}")), "{ending}");
    }
    assert!(!there("villages.geojson"), "only what was asked for");
    let rest: Vec<_> = fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(rest.iter().all(|n| !n.to_string_lossy().starts_with(".part")), "{rest:?}");
    let o = cuntong(&["analyze", atlas, "--out", to, "--format", "gpkg,kml"]);
    assert_eq!(o.status.code(), Some(2));
    assert!(stderr(&o).contains("geojson, gpkg, fgb, parquet, shp, csv, xlsx, geojsonseq"), "{}", stderr(&o));

    // A full disk, or what looks like it to a program: files may not grow beyond a limit. What was there stays.
    let before = fs::read(out.join("practice.gpkg")).unwrap();
    for form in ["gpkg", "fgb", "csv", "shp", "xlsx", "parquet", "geojsonseq"] {
        let script = "trap '' XFSZ; ulimit -f 40; exec \"$@\"";
        let o = Command::new("bash")
            .args(["-c", script, "sh", env!("CARGO_BIN_EXE_cuntong"), "analyze", atlas, "--out", to, "--format", form])
            .output()
            .unwrap();
        assert_eq!(o.status.code(), Some(1), "{form}: {}", stderr(&o));
        assert!(stderr(&o).contains("cannot write"), "{form}: {}", stderr(&o));
    }
    assert!(before == fs::read(out.join("practice.gpkg")).unwrap());
    let rest: Vec<_> = fs::read_dir(&out).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(rest.iter().all(|n| !n.to_string_lossy().starts_with(".part")), "{rest:?}");
}

#[test]
fn the_practice_province_as_a_geopackage() {
    let found = crate::common::shipped("data/liaoning/atlas.toml");
    let all = collections(found, &Conclusions::new(found));
    let tables: Vec<Table> = all.iter().map(Table::of).collect();
    let dir = tempfile::tempdir().unwrap();
    export::files::write(&tables, Form::GeoPackage, dir.path(), &About::of(found), &|_| ()).unwrap();
    let d = open(&dir.path().join("liaoning.gpkg"), &[]);
    for t in &tables {
        let mut layer = d.layer_by_name(t.collection.id).unwrap();
        is_wgs84(&layer);
        types_fit(&layer, t);
        same_features(&mut layer, &published(t.collection), &as_it_is, Habits::default());
    }
}
