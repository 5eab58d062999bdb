use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gdal::DriverManager;
use gdal::spatial_ref::SpatialRef;
use gdal::vector::{Feature, Geometry, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType as Wkb};
use proptest::prelude::*;

use super::look::{FieldFacts, LayerFacts, Shape};
use super::*;
use crate::atlas::{Atlas, Crs, Noding, Source};

/// Files of the shared test data; `None`, with a line, where they are absent.
fn data(names: &[&str]) -> Option<Vec<PathBuf>> {
    let root = std::env::var_os("CUNTONG_TEST_DATA").map_or_else(|| PathBuf::from("../shared/data"), PathBuf::from);
    // A draft keeps its paths as given, and is loaded from another folder below.
    let root = root.canonicalize().unwrap_or(root);
    let files: Vec<PathBuf> = names.iter().map(|n| root.join(n)).collect();
    match files.iter().find(|f| !f.exists()) {
        Some(f) => {
            println!("skipped: {} is not there (set CUNTONG_TEST_DATA)", f.display());
            None
        }
        None => Some(files),
    }
}

/// Drafts and loads the draft from a file, as a user would.
fn drafted(files: &[PathBuf]) -> (String, Atlas) {
    let text = draft(files).unwrap_or_else(|e| panic!("{e}"));
    let dir = tempfile::tempdir().expect("temp dir");
    let file = dir.path().join("atlas.toml");
    std::fs::write(&file, &text).expect("write");
    let atlas = atlas::load(&file).unwrap_or_else(|e| panic!("{e}\n{text}"));
    (text, atlas)
}

fn one(a: &Atlas, kind: LayerKind) -> &Source {
    let all: Vec<&Source> = a.sources_of(kind).map(|(_, s)| s).collect();
    assert_eq!(all.len(), 1, "{kind:?}");
    all[0]
}

fn fields(s: &Source) -> Vec<(&str, &str)> {
    s.fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect()
}

#[test]
fn ladakh() {
    let names = ["ladakh/Road_DRRP.zip", "ladakh/Habitation.zip", "ladakh/Bound_Block.zip", "ladakh/Facilities.zip"];
    let Some(files) = data(&names) else { return };
    let (text, a) = drafted(&files);
    assert_eq!(a.id, "ladakh");
    assert_eq!(a.noding, Noding::Crossings, "drawn by hand");
    let v = [("county", "BLOCK_ID"), ("id", "HAB_ID"), ("name", "HAB_NAME"), ("population", "TOT_POPULA")];
    assert_eq!(fields(one(&a, LayerKind::Villages)), v);
    assert_eq!(fields(one(&a, LayerKind::Counties)), [("id", "BLOCK_ID")]);
    let s = one(&a, LayerKind::Schools);
    assert_eq!(s.r#where.as_deref(), Some("\"FAC_CATEGO\" IN ('Education')"));
    let r = one(&a, LayerKind::Roads);
    assert_eq!(fields(r), [("class", "RoadCatego"), ("id", "ER_ID"), ("name", "RoadName")]);
    for (theirs, ours) in [("NH", "trunk"), ("SH", "primary"), ("MDR", "secondary"), ("RR(TRACK)", "track")] {
        assert_eq!(r.values["class"][theirs], ours);
    }
    assert!(text.contains("\"BR\" = \"unclassified\"  # TODO"), "{text}");
    assert!(text.contains("# TODO no field says what the roads are made of"), "{text}");
}

#[test]
fn nandurbar() {
    let names = [
        "nandurbar/villages_497_Nandurbar.geojson",
        "nandurbar/census2011_dchb_497_Nandurbar.csv",
        "nandurbar/pmgsy_habitation.geojson",
        "nandurbar/pmgsy_facilities.geojson",
        "nandurbar/pmgsy_proposals.geojson",
    ];
    let Some(files) = data(&names) else { return };
    let (text, a) = drafted(&files);
    let v = one(&a, LayerKind::Villages);
    assert!(v.path.ends_with("villages_497_Nandurbar.geojson"), "habitations are commented out");
    assert_eq!((v.fields["id"].as_str(), v.fields["name"].as_str()), ("NEWCD2011", "VILLNAME"));
    let r = one(&a, LayerKind::VillageRecords);
    assert_eq!(r.fields["id"], "Village.Code");
    assert_eq!(r.fields["population"], "Total.Population.of.Village");
    assert_eq!(r.fields["households"], "Total...Households");
    assert_eq!(r.fields["paved"], "Black.Topped..pucca..Road..Status.A.1..NA.2..");
    for field in ["paved", "all_weather"] {
        let v = &r.values[field];
        assert_eq!((v["1"].as_str(), v["2"].as_str(), v["NA"].as_str()), ("yes", "no", "unknown"));
    }
    assert_eq!(one(&a, LayerKind::Schools).fields["name"], "FAC_DESC");
    assert!(text.contains("# TODO") && text.contains("pmgsy_proposals.geojson: 10 lines"), "{text}");
}

#[test]
fn openstreetmap() {
    for (name, level, prefix) in [
        ("liechtenstein/liechtenstein-2013-08-03.osm.pbf", "8", ""),
        ("osm/north-bayreuth.osm.gz", "8", "/vsigzip/"),
        ("osm/andorra.osm.pbf", "7", ""),
    ] {
        let Some(files) = data(&[name]) else { continue };
        let (text, a) = drafted(&files);
        let v = one(&a, LayerKind::Villages);
        assert!(v.osm && v.path.starts_with(prefix), "{}", v.path);
        assert_eq!((v.layer.as_deref(), v.values["status"]["hamlet"].as_str()), (Some("points"), "natural"));
        let r = one(&a, LayerKind::Roads);
        assert_eq!((r.layer.as_deref(), r.r#where.as_deref()), (Some("lines"), Some("highway IS NOT NULL")));
        assert_eq!(a.sources_of(LayerKind::Schools).count(), 2);
        for (_, s) in a.sources_of(LayerKind::Counties) {
            assert!(s.r#where.as_deref().is_some_and(|w| w.contains(&format!("admin_level = '{level}'"))), "{s:?}");
        }
        assert!(text.contains("ODbL"));
        // The filters find something in the file.
        for s in a.sources.iter().filter(|s| s.layer.as_deref() != Some("multipolygons")) {
            let ds = look::open(&s.open, &[]).expect("opens");
            let (layer, filter) = (s.layer.as_deref().unwrap_or(""), s.r#where.as_deref().unwrap_or(""));
            let sql = format!("SELECT osm_id FROM {layer} WHERE {filter}");
            let mut rows = ds.execute_sql(sql, None, gdal::vector::sql::Dialect::DEFAULT).expect("sql").expect("rows");
            let found = rows.features().count();
            assert!(found > 0 || s.kind == LayerKind::Schools, "{name} {:?}", s.r#where);
        }
    }
}

#[test]
fn liaoning() {
    let names = [
        "liaoning/counties_gcj02.geojson",
        "liaoning/village_register.csv",
        "gulu/communities.geojson",
        "gulu/roads.geojson",
    ];
    let Some(files) = data(&names) else { return };
    let (_, a) = drafted(&files);
    let c = one(&a, LayerKind::Counties);
    assert_eq!((c.crs.clone(), c.values["target"]["1"].as_str()), (Crs::Gcj02, "yes"));
    let r = one(&a, LayerKind::Register);
    assert_eq!(fields(r), [("county", "county_code"), ("id", "code"), ("name", "name"), ("town", "town")]);
    let roads = one(&a, LayerKind::Roads);
    assert_eq!((roads.fields["class"].as_str(), roads.fields["surface"].as_str()), ("ntlclass", "srftpe"));
}

/// Writes a layer: texts for each field, one row a feature; geometry as WKT.
fn write(file: &Path, driver: &str, layer: &str, encoding: Option<&str>, names: &[&str], rows: &[(&str, &[&str])]) {
    let mut ds = if file.exists() {
        let open_flags = gdal::GdalOpenFlags::GDAL_OF_UPDATE | gdal::GdalOpenFlags::GDAL_OF_VECTOR;
        gdal::Dataset::open_ex(file, gdal::DatasetOptions { open_flags, ..Default::default() }).expect("update")
    } else {
        DriverManager::get_driver_by_name(driver).expect("driver").create_vector_only(file).expect("create")
    };
    let srs = SpatialRef::from_epsg(4490).expect("EPSG:4490");
    let ty = match rows[0].0.split_whitespace().next() {
        Some("POINT") => Wkb::wkbPoint,
        Some("LINESTRING") => Wkb::wkbLineString,
        Some("POLYGON") => Wkb::wkbPolygon,
        _ => Wkb::wkbNone,
    };
    let encoding = encoding.map(|e| format!("ENCODING={e}"));
    let options: Vec<&str> = encoding.iter().map(String::as_str).collect();
    let options = LayerOptions { name: layer, srs: Some(&srs), ty, options: Some(&options) };
    let lyr = ds.create_layer(options).expect("layer");
    let defs: Vec<_> = names.iter().map(|n| (*n, OGRFieldType::OFTString)).collect();
    lyr.create_defn_fields(&defs).expect("fields");
    for (wkt, values) in rows {
        let mut f = Feature::new(lyr.defn()).expect("feature");
        for (i, v) in values.iter().enumerate() {
            f.set_field_string(i, v).expect("set");
        }
        if !wkt.is_empty() {
            f.set_geometry(Geometry::from_wkt(wkt).expect("WKT")).expect("geometry");
        }
        f.create(&lyr).expect("create");
    }
}

const VILLAGES: &[(&str, &[&str])] = &[
    ("POINT (123.1 41.1)", &["210727001001", "前杨村", "行政村", "312"]),
    ("POINT (123.2 41.2)", &["210727001002", "后杨屯", "自然村", "85"]),
];
const VILLAGE_FIELDS: &[&str] = &["村代码", "村名", "村类型", "人口"];
const ROADS: &[(&str, &[&str])] = &[
    ("LINESTRING (123.1 41.1,123.2 41.2)", &["C001", "村道", "水泥"]),
    ("LINESTRING (123.2 41.2,123.3 41.2)", &["X002", "县道", "沥青路面"]),
    ("LINESTRING (123.2 41.2,123.3 41.3)", &["C003", "村道", "土路"]),
    ("LINESTRING (123.3 41.3,123.1 41.1)", &["Z004", "专用", "其他"]),
];
const ROAD_FIELDS: &[&str] = &["编号", "等级", "路面类型"];

fn check_chinese(text: &str, a: &Atlas) {
    let v = one(a, LayerKind::Villages);
    assert_eq!(fields(v), [("id", "村代码"), ("name", "村名"), ("population", "人口"), ("status", "村类型")], "{text}");
    assert_eq!(v.values["status"]["自然村"], "natural");
    let r = one(a, LayerKind::Roads);
    let mapped: BTreeMap<&str, &str> = fields(r).into_iter().collect();
    assert_eq!((mapped["class"], mapped["id"]), ("等级", "编号"));
    let s = &r.values["surface"];
    assert_eq!((s["水泥"].as_str(), s["沥青路面"].as_str(), s["土路"].as_str()), ("paved", "paved", "earth"));
    assert_eq!(s["其他"], "unknown");
    assert!(text.contains("\"其他\" = \"unknown\"  # TODO"), "{text}");
    assert!(text.contains("\"专用\" = \"unclassified\"  # TODO"), "{text}");
    assert_eq!(r.values["class"]["县道"], "secondary");
    assert_eq!(a.noding, Noding::SharedVertices);
}

#[test]
fn gbk_shapefile_without_cpg() {
    let dir = tempfile::tempdir().expect("temp dir");
    let (v, r) = (dir.path().join("行政村.shp"), dir.path().join("道路.shp"));
    write(&v, "ESRI Shapefile", "行政村", Some("GBK"), VILLAGE_FIELDS, VILLAGES);
    write(&r, "ESRI Shapefile", "道路", Some("GBK"), ROAD_FIELDS, ROADS);
    let (text, a) = drafted(&[v.clone(), r.clone()]);
    check_chinese(&text, &a);
    assert!(a.sources.iter().all(|s| s.encoding.is_none()), "the .cpg says it");

    std::fs::remove_file(v.with_extension("cpg")).expect("remove");
    std::fs::remove_file(r.with_extension("cpg")).expect("remove");
    // A shell's `*` hands over the files beside the .shp, and files may be named twice.
    let all = [v.clone(), v.with_extension("dbf"), v.with_extension("prj"), r.clone(), r, v];
    let (text, a) = drafted(&all);
    check_chinese(&text, &a);
    assert!(a.sources.iter().all(|s| s.encoding.as_deref() == Some("GBK")), "{text}");
    assert_eq!(a.sources.len(), 2);
}

#[test]
fn several_layers_in_one_file() {
    let dir = tempfile::tempdir().expect("temp dir");
    let file = dir.path().join("region.gpkg");
    write(&file, "GPKG", "村庄", None, VILLAGE_FIELDS, VILLAGES);
    write(&file, "GPKG", "道路", None, ROAD_FIELDS, ROADS);
    write(
        &file,
        "GPKG",
        "乡镇驻地",
        None,
        &["名称", "级别"],
        &[("POINT (123 41)", &["甲", "镇"]), ("POINT (123 42)", &["乙", "县"])],
    );
    write(&file, "GPKG", "小学", None, &["学校名称"], &[("POINT (123 41)", &["甲小学"])]);
    write(&file, "GPKG", "10kV线路", None, &["名称"], &[("LINESTRING (123 41,124 41)", &["东线"])]);
    let (text, a) = drafted(&[file]);
    check_chinese(&text, &a);
    assert_eq!(one(&a, LayerKind::Villages).layer.as_deref(), Some("村庄"));
    let seats = one(&a, LayerKind::Seats);
    assert_eq!((seats.values["level"]["镇"].as_str(), seats.values["level"]["县"].as_str()), ("township", "county"));
    assert_eq!(one(&a, LayerKind::Schools).fields["name"], "学校名称");
    assert!(text.contains("layer 10kV线路: 1 lines, fields"), "a power line is no road: {text}");
}

#[test]
fn shapefile_without_prj() {
    let dir = tempfile::tempdir().expect("temp dir");
    let file = dir.path().join("villages.shp");
    let rows: &[(&str, &[&str])] =
        &[("POINT (41512345 4598765)", &["1", "a"]), ("POINT (41522345 4598765)", &["2", "b"])];
    write(&file, "ESRI Shapefile", "villages", None, &["CODE", "NAME"], rows);
    std::fs::remove_file(file.with_extension("prj")).expect("remove");
    let (text, a) = drafted(&[file]);
    assert_eq!(a.sources[0].crs, Crs::Named("EPSG:4529".into()), "CGCS2000 3-degree zone 41: {text}");
    assert!(text.contains("zone 41 by its extent"), "{text}");
}

#[test]
fn errors_name_the_file_and_the_fix() {
    let dir = tempfile::tempdir().expect("temp dir");
    let err = |files: &[PathBuf]| draft(files).expect_err("no draft").to_string();
    assert!(err(&[]).contains("no files given"));
    assert!(err(&[dir.path().join("none.shp")]).contains("none.shp: no such file"));
    let junk = dir.path().join("notes.shp");
    std::fs::write(&junk, "this is no shapefile").expect("write");
    let e = err(&[junk]);
    assert!(e.contains("notes.shp: GDAL cannot read it") && e.contains("convert it to GeoPackage"), "{e}");
    let csv = dir.path().join("村.csv");
    std::fs::write(&csv, b"code,name\n1,\xc1\xc9\xc4\xfe\n").expect("write");
    assert!(err(&[csv]).contains("save it as CSV UTF-8"));
    let roads = dir.path().join("roads.gpkg");
    write(&roads, "GPKG", "roads", None, ROAD_FIELDS, ROADS);
    let e = err(&[roads]);
    assert!(e.contains("none of the files looks like a layer of villages") && e.contains("roads.gpkg (roads)"), "{e}");
    let e = err(&[PathBuf::from("/vsicurl/http://x/v.zip")]);
    assert!(e.contains("download the file"), "{e}");
    let zip = dir.path().join("x.zip");
    std::fs::write(&zip, "no zip").expect("write");
    assert!(err(&[zip]).contains("GDAL cannot read it"));
    let pbf = dir.path().join("x.osm.pbf");
    std::fs::write(&pbf, "no pbf").expect("write");
    assert!(err(&[pbf]).contains("GDAL cannot read it"));
}

fn facts() -> impl Strategy<Value = LayerFacts> {
    let name = prop_oneof![
        ".{1,12}",
        prop::sample::select(vec!["村名", "等级", "路面", "CODE", "县", "\"q\\", "人口", "类型"])
            .prop_map(str::to_owned)
    ]
    .prop_filter("blank names are left out when a file is read", |n| !n.trim().is_empty());
    let values = prop::collection::btree_map(".{0,8}", 1usize..5, 0..5);
    let field = (name, values, any::<bool>(), any::<bool>()).prop_map(|(name, v, numeric, unique)| FieldFacts {
        name,
        numeric,
        filled: v.values().sum(),
        unique,
        values: Some(v),
        same_length: None,
    });
    let shape = prop::sample::select(vec![Shape::Point, Shape::Line, Shape::Polygon, Shape::Table, Shape::Raster]);
    let title = prop::sample::select(vec!["村庄", "roads", "县界", "学校", "pop", "乡镇", "x", "房屋"]);
    (shape, title, prop::collection::vec(field, 0..6), prop::option::of(".{1,6}"), any::<[f64; 4]>()).prop_map(
        |(shape, title, fields, layer, extent)| LayerFacts {
            path: "a b.gpkg".into(),
            layer: layer.filter(|l| shape != Shape::Raster && !l.trim().is_empty()),
            title: title.into(),
            shape,
            count: 3,
            fields,
            encoding: None,
            has_crs: false,
            extent: Some(extent),
            shared_ends: (shape == Shape::Line).then_some(0.3),
        },
    )
}

proptest! {
    #[test]
    fn whatever_the_files_hold_the_draft_loads(mut layers in prop::collection::vec(facts(), 1..4)) {
        for (i, l) in layers.iter_mut().enumerate() {
            l.path = format!("{i}.gpkg");
        }
        let mut entries: Vec<Entry> = layers.iter().filter_map(guess::entry).collect();
        guess::settle(&mut entries);
        if entries.iter().any(|e| e.kind == LayerKind::Villages && e.active) {
            let others: Vec<String> = layers.iter().map(LayerFacts::summary).collect();
            let text = write::atlas("x", &entries, &others);
            let loaded = atlas::parse(&text, Path::new("atlas.toml"));
            prop_assert!(loaded.is_ok(), "{}\n{}", loaded.expect_err("bad"), text);
        }
    }
}

#[test]
fn towns_are_told_from_villages_and_counties() {
    let dir = tempfile::tempdir().expect("temp dir");
    let ground = "POLYGON ((120 41,120.1 41,120.1 41.1,120 41))";
    let towns = dir.path().join("乡镇界.gpkg");
    let names = ["乡镇代码", "乡镇名称", "所属县"];
    write(
        &towns,
        "GPKG",
        "towns",
        None,
        &names,
        &[(ground, &["210727100", "甲镇", "义县"]), (ground, &["210727101", "乙乡", "义县"])],
    );
    let villages = dir.path().join("行政村.gpkg");
    write(
        &villages,
        "GPKG",
        "villages",
        None,
        &["村代码", "村名", "乡镇名称"],
        &[(ground, &["210727100200", "一村", "甲镇"]), (ground, &["210727100201", "二村", "甲镇"])],
    );
    let (_, a) = drafted(&[towns, villages]);
    let t = one(&a, LayerKind::Towns);
    assert_eq!((t.fields["id"].as_str(), t.fields["name"].as_str()), ("乡镇代码", "乡镇名称"));
    let v = one(&a, LayerKind::Villages);
    assert_eq!((v.fields["name"].as_str(), v.fields["town"].as_str()), ("村名", "乡镇名称"));
    assert!(a.sources_of(LayerKind::Counties).next().is_none());
}
