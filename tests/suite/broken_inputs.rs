//! Broken and awkward inputs at the face of the library: a wrong file is an error that says what to do, a bad
//! feature is skipped and reported, and nothing panics.

use std::fs;
use std::path::{Path, PathBuf};

use cuntong::atlas::{Atlas, Crs, LayerKind, Noding, Source};
use cuntong::layers::{LayerError, Loaded, load, reason};
use cuntong::standards::RoadRules;
use cuntong::world::{Known, Provenance, SettlementFrom, Surface};
use gdal::vector::{Defn, Feature, FieldDefn, Geometry, LayerOptions, OGRFieldType, OGRwkbGeometryType as Wkb};
use gdal::{DriverManager, spatial_ref::SpatialRef};

fn source(kind: LayerKind, path: impl AsRef<Path>) -> Source {
    Source { line: 7, ..Source::new(kind, path.as_ref().display().to_string()) }
}

fn with(mut s: Source, fields: &[(&str, &str)]) -> Source {
    s.fields = fields.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
    s
}

fn run(sources: Vec<Source>) -> Result<Loaded, LayerError> {
    let atlas = Atlas {
        file: PathBuf::from("atlas.toml"),
        id: "t".into(),
        title_zh: "测".into(),
        title_en: "T".into(),
        provenance: Provenance::Real,
        attribution: vec![],
        sources,
        target_counties: vec![],
        currency: "CNY".into(),
        noding: Noding::SharedVertices,
        roads: RoadRules::default(),
        power: Default::default(),
        water: Default::default(),
        broadband: Default::default(),
        services: Default::default(),
        scorecard: Default::default(),
        priority: Default::default(),
        snapshots: Default::default(),
        reference_counties: vec![],
    };
    load(&atlas, &|_| {})
}

fn fails(sources: Vec<Source>) -> String {
    run(sources).map(|l| l.quality.to_table()).expect_err("should be an error").to_string()
}

/// A GeoJSON file of features given as (properties, geometry).
fn geojson(dir: &Path, name: &str, features: &[(&str, &str)]) -> PathBuf {
    let features: Vec<String> =
        features.iter().map(|(p, g)| format!(r#"{{"type":"Feature","properties":{p},"geometry":{g}}}"#)).collect();
    let file = dir.join(name);
    fs::write(&file, format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))).unwrap();
    file
}

fn line(coords: &str) -> String {
    format!(r#"{{"type":"LineString","coordinates":[{coords}]}}"#)
}

fn point(x: f64, y: f64) -> String {
    format!(r#"{{"type":"Point","coordinates":[{x},{y}]}}"#)
}

/// A shapefile with one text field; values are written as the bytes of `encoding`.
fn shapefile(dir: &Path, name: &str, encoding: &str, epsg: Option<u32>, features: &[(&str, &str)]) -> PathBuf {
    let file = dir.join(format!("{name}.shp"));
    let mut ds = DriverManager::get_driver_by_name("ESRI Shapefile").unwrap().create_vector_only(&file).unwrap();
    let srs = epsg.map(|e| SpatialRef::from_epsg(e).unwrap());
    let option = format!("ENCODING={encoding}");
    let ty = if features[0].1.starts_with("POINT") { Wkb::wkbPoint } else { Wkb::wkbLineString };
    let layer = ds.create_layer(LayerOptions { name, srs: srs.as_ref(), ty, options: Some(&[&option]) }).unwrap();
    FieldDefn::new("name", OGRFieldType::OFTString).unwrap().add_to_layer(&layer).unwrap();
    let defn = Defn::from_layer(&layer);
    for (text, wkt) in features {
        let mut f = Feature::new(&defn).unwrap();
        f.set_field_string(0, text).unwrap();
        f.set_geometry(Geometry::from_wkt(wkt).unwrap()).unwrap();
        f.create(&layer).unwrap();
    }
    ds.close().unwrap();
    file
}

#[test]
fn missing_file() {
    let e = fails(vec![source(LayerKind::Villages, "/no/such/村.shp")]);
    assert!(e.contains("/no/such/村.shp") && e.contains("villages") && e.contains("line 7"), "{e}");
    let e = fails(vec![source(LayerKind::Roads, "/vsizip//no/such.zip/a.shp")]);
    assert!(e.contains("/no/such.zip"), "{e}");
}

#[test]
fn not_a_map_at_all() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.gpkg");
    fs::write(&file, b"hello").unwrap();
    assert!(matches!(run(vec![source(LayerKind::Villages, &file)]), Err(LayerError::Open { .. })));
    let half = geojson(dir.path(), "b.geojson", &[("{}", &point(120.0, 41.0))]);
    let text = fs::read_to_string(&half).unwrap();
    fs::write(&half, &text[..text.len() / 2]).unwrap();
    assert!(run(vec![source(LayerKind::Villages, &half)]).is_err());
}

#[test]
fn wrong_layer_name_lists_what_there_is() {
    let dir = tempfile::tempdir().unwrap();
    let file = geojson(dir.path(), "roads.geojson", &[("{}", &line("[120,41],[120.1,41]"))]);
    let mut s = source(LayerKind::Roads, &file);
    s.layer = Some("road".into());
    let e = fails(vec![s]);
    assert!(e.contains("`road`") && e.contains("did you mean `roads`?"), "{e}");
}

#[test]
fn several_layers_need_a_name() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("two.gpkg");
    let mut ds = DriverManager::get_driver_by_name("GPKG").unwrap().create_vector_only(&file).unwrap();
    for name in ["a", "b"] {
        ds.create_layer(LayerOptions { name, ty: Wkb::wkbPoint, ..Default::default() }).unwrap();
    }
    ds.close().unwrap();
    let e = fails(vec![source(LayerKind::Schools, &file)]);
    assert!(e.contains("a, b"), "{e}");
    let mut s = source(LayerKind::Schools, &file);
    s.layer = Some("a".into());
    let l = run(vec![s.clone()]).unwrap();
    assert_eq!(l.quality.sources[0].warnings, ["has no features"], "an empty optional layer is a warning");
    s.kind = LayerKind::Villages;
    assert!(matches!(run(vec![s]), Err(LayerError::Empty { .. })), "but not for villages");
}

#[test]
fn wrong_where_and_wrong_field() {
    let dir = tempfile::tempdir().unwrap();
    let file = geojson(dir.path(), "v.geojson", &[(r#"{"NAME":"a"}"#, &point(120.0, 41.0))]);
    let mut s = source(LayerKind::Villages, &file);
    s.r#where = Some("nmae = 'a'".into());
    let e = fails(vec![s.clone()]);
    assert!(e.contains("nmae = 'a'") && e.contains("fields: NAME"), "{e}");
    s.r#where = Some("NAME = 'b'".into());
    let e = fails(vec![s.clone()]);
    assert!(e.contains("NAME = 'b'"), "{e}");
    s.r#where = None;
    let e = fails(vec![with(s, &[("name", "NAEM")])]);
    assert!(e.contains("did you mean `NAME`?"), "{e}");
}

#[test]
fn metres_in_a_file_that_says_degrees() {
    let dir = tempfile::tempdir().unwrap();
    let metres = "LINESTRING (40541000 4600000, 40542000 4601000)";
    for epsg in [Some(4326), None] {
        let name = format!("m{}", epsg.is_some());
        let file = shapefile(dir.path(), &name, "UTF-8", epsg, &[("a", metres)]);
        let e = fails(vec![source(LayerKind::Roads, &file)]);
        assert!(e.contains("EPSG:4528") && e.contains("40541000"), "{e}");
        let mut s = source(LayerKind::Roads, &file);
        s.crs = Crs::Named("EPSG:4528".into());
        let l = run(vec![s]).unwrap();
        let c = l.world.roads.coords[0];
        assert!((c.x - 120.49).abs() < 0.02 && (c.y - 41.5).abs() < 0.1, "{c:?}");
    }
}

#[test]
fn gbk_without_a_word_about_it() {
    let dir = tempfile::tempdir().unwrap();
    let villages = [("头道河村", "POINT (120 41)"), ("二道河村", "POINT (120.1 41)"), ("三道沟", "POINT (120.2 41)")];
    let file = shapefile(dir.path(), "gbk", "GBK", Some(4326), &villages);
    let _ = fs::remove_file(file.with_extension("cpg"));
    // Byte 29 of a DBF names its code page: none, and "ANSI", which GDAL takes for Latin-1.
    for code in [0x00, 0x57] {
        let dbf = file.with_extension("dbf");
        let mut bytes = fs::read(&dbf).unwrap();
        bytes[29] = code;
        fs::write(&dbf, bytes).unwrap();
        let s = with(source(LayerKind::Villages, &file), &[("name", "name")]);
        let l = run(vec![s.clone()]).unwrap();
        assert!(l.quality.sources[0].warnings[0].contains("encoding = \"GBK\""), "{:?}", l.quality.sources[0].warnings);
        let mut s = s;
        s.encoding = Some("GBK".into());
        let l = run(vec![s]).unwrap();
        assert!(l.quality.sources[0].warnings.is_empty(), "{:?}", l.quality.sources[0].warnings);
        assert!(l.world.villages.iter().any(|v| v.name == "头道河村"));
        let files: Vec<&str> = l.inputs.iter().map(|f| f.path.rsplit('.').next().unwrap()).collect();
        assert_eq!(files, ["dbf", "prj", "shp", "shx"]);
    }
}

#[test]
fn gbk_table_with_chinese_headings() {
    let dir = tempfile::tempdir().unwrap();
    let (bytes, ..) = encoding_rs::GBK.encode(
        "村码,村名,人口,经度,纬度,通硬化路\n1,头道河村,\"1,234\",120.5,41.5,是\n2,二道沟,约500,120.6,41.6,说不清\n",
    );
    let file = dir.path().join("村.csv");
    fs::write(&file, &bytes).unwrap();
    let fields = [("id", "村码"), ("name", "村名"), ("population", "人口"), ("paved", "通硬化路")];
    let mut s = with(source(LayerKind::Villages, &file), &fields);
    let e = fails(vec![s.clone()]);
    assert!(e.contains("encoding = \"GBK\""), "{e}");
    s.encoding = Some("GBK".into());
    let l = run(vec![s.clone()]).unwrap();
    let v = &l.world.villages[0];
    assert_eq!((v.name.as_str(), v.population, v.reported_paved), ("头道河村", Some(1234.0), Known::Yes));
    assert_eq!((l.world.villages[1].population, l.world.villages[1].reported_paved), (None, Known::Unknown));
    let unmapped: Vec<(&str, u64)> =
        l.quality.sources[0].unmapped_values.iter().map(|u| (u.field.as_str(), u.count)).collect();
    assert_eq!(unmapped, [("paved", 1), ("population", 1)]);
    s.encoding = Some("no-such".into());
    assert!(matches!(run(vec![s]), Err(LayerError::BadEncoding { .. })));
}

#[test]
fn truncated_shapefile() {
    let dir = tempfile::tempdir().unwrap();
    let lines: Vec<String> =
        (0..50).map(|i| format!("LINESTRING (120 {0}, 120.01 {0}, 120.02 {0})", 41.0 + f64::from(i) * 0.01)).collect();
    let features: Vec<(&str, &str)> = lines.iter().map(|l| ("a", l.as_str())).collect();
    for ending in ["shp", "dbf", "shx"] {
        for keep in [0, 50, 120, 1000] {
            let file = shapefile(dir.path(), &format!("cut{ending}{keep}"), "UTF-8", Some(4326), &features);
            let part = file.with_extension(ending);
            let bytes = fs::read(&part).unwrap();
            fs::write(&part, &bytes[..keep.min(bytes.len())]).unwrap();
            // Either it cannot be used, or what is lost is in the report; never a panic.
            match run(vec![with(source(LayerKind::Roads, &file), &[("name", "name")])]) {
                Ok(l) => {
                    let q = &l.quality.sources[0];
                    let complete = l.world.roads.len() == 50;
                    let told = q.skipped_count() > 0 || !q.warnings.is_empty();
                    assert!(complete || told, "{ending} {keep}: {q:?}");
                }
                Err(e) => assert!(e.to_string().contains("cut"), "{e}"),
            }
        }
    }
}

#[test]
fn coordinates_that_are_no_numbers() {
    let dir = tempfile::tempdir().unwrap();
    let file = shapefile(
        dir.path(),
        "nan",
        "UTF-8",
        Some(4326),
        &[
            ("good", "LINESTRING (120 41, 120.1 41)"),
            ("bad", "LINESTRING (120 41, 120.1 41.2)"),
            ("infinite", "LINESTRING (120 41, 120.1 41.3)"),
        ],
    );
    // Put NaN and infinity into the second and third shape.
    let mut bytes = fs::read(&file).unwrap();
    for (value, new) in [(41.2f64, f64::NAN), (41.3, f64::INFINITY)] {
        let places: Vec<usize> = (100..bytes.len() - 7).filter(|i| bytes[*i..*i + 8] == value.to_le_bytes()).collect();
        let last = *places.last().unwrap();
        bytes[last..last + 8].copy_from_slice(&new.to_le_bytes());
    }
    fs::write(&file, bytes).unwrap();
    let l = run(vec![with(source(LayerKind::Roads, &file), &[("id", "name")])]).unwrap();
    assert_eq!(l.world.roads.id, ["good"]);
    let q = &l.quality.sources[0];
    assert_eq!(q.skipped_for(reason::NOT_FINITE), 2, "{q:?}");
    assert_eq!(q.skipped[0].examples, ["bad", "infinite"]);
}

#[test]
fn single_bad_features_are_skipped() {
    let dir = tempfile::tempdir().unwrap();
    let area = r#"{"type":"Polygon","coordinates":[[[120,41],[120.1,41],[120.1,41.1],[120,41]]]}"#;
    let file = geojson(
        dir.path(),
        "r.geojson",
        &[
            (r#"{"id":"ok"}"#, &line("[120,41],[120,41],[120.1,41]")),
            (r#"{"id":"off"}"#, &line("[120,41],[520,41]")),
            (r#"{"id":"zero"}"#, &line("[120,41],[120,41]")),
            (r#"{"id":"none"}"#, "null"),
            (r#"{"id":"empty"}"#, r#"{"type":"LineString","coordinates":[]}"#),
            (r#"{"id":"area"}"#, area),
            (
                r#"{"id":"many"}"#,
                r#"{"type":"MultiLineString","coordinates":[[[120,41,9],[120.2,41,9]],[[121,41,9],[121,41,9]],[[122,41,9],[122.2,41,9]]]}"#,
            ),
        ],
    );
    let l = run(vec![with(source(LayerKind::Roads, &file), &[("id", "id")])]).unwrap();
    assert_eq!(l.world.roads.id, ["many/1", "many/3", "ok"]);
    assert_eq!(l.world.roads.line(2).len(), 2, "a position given twice counts once");
    let q = &l.quality.sources[0];
    for (why, count) in
        [(reason::OFF_GLOBE, 1), (reason::ZERO_LENGTH, 1), (reason::NO_GEOMETRY, 2), (reason::WRONG_TYPE, 1)]
    {
        assert_eq!(q.skipped_for(why), count, "{why}: {q:?}");
    }
    assert_eq!((q.read, q.kept), (7, 3));
}

#[test]
fn polygons_where_lines_are_needed() {
    let dir = tempfile::tempdir().unwrap();
    let area = r#"{"type":"Polygon","coordinates":[[[120,41],[120.1,41],[120.1,41.1],[120,41]]]}"#;
    let file = geojson(dir.path(), "p.geojson", &[("{}", area)]);
    let e = fails(vec![source(LayerKind::Roads, &file)]);
    assert!(e.contains("polygons") && e.contains("centre lines"), "{e}");
    let lines = geojson(dir.path(), "l.geojson", &[("{}", &line("[120,41],[121,41]"))]);
    assert!(matches!(run(vec![source(LayerKind::Villages, &lines)]), Err(LayerError::WrongGeometry { .. })));
}

#[test]
fn same_ids() {
    let dir = tempfile::tempdir().unwrap();
    let v = |name: &str, x: f64| (format!(r#"{{"id":"7","name":"{name}"}}"#), point(x, 41.0));
    let all = [v("b", 120.2), v("a", 120.0), v("b", 120.2), v("c", 120.1)];
    let written = |name: &str, order: [usize; 4]| {
        let f: Vec<(&str, &str)> = order.iter().map(|i| (all[*i].0.as_str(), all[*i].1.as_str())).collect();
        geojson(dir.path(), name, &f)
    };
    let read = |file: &Path| {
        let mut other = with(source(LayerKind::Villages, file), &[("id", "id"), ("name", "name")]);
        other.r#where = Some("name = 'a'".into());
        other.fields.remove("name");
        let l = run(vec![with(source(LayerKind::Villages, file), &[("id", "id"), ("name", "name")]), other]).unwrap();
        let names: Vec<String> = l.world.villages.iter().map(|v| format!("{}={}", v.id, v.name)).collect();
        (names, l.quality.sources[0].skipped_for(reason::DUPLICATE))
    };
    let (names, dropped) = read(&written("one.geojson", [0, 1, 2, 3]));
    assert_eq!(dropped, 1);
    assert_eq!(names.len(), 4);
    assert!(names.iter().any(|n| n.starts_with("7@2=")), "{names:?}");
    assert_eq!(read(&written("two.geojson", [3, 2, 0, 1])).0, names, "the order of the file does not matter");
}

#[test]
fn missing_ids_stay_the_same_from_run_to_run() {
    let dir = tempfile::tempdir().unwrap();
    let (a, b) = (point(120.0, 41.0), point(120.1, 41.0));
    let one = geojson(dir.path(), "1.geojson", &[("{}", &a), ("{}", &b)]);
    let two = geojson(dir.path(), "2.geojson", &[("{}", &b), ("{}", &a)]);
    let ids = |f: &Path| -> Vec<String> {
        run(vec![source(LayerKind::Villages, f)]).unwrap().world.villages.iter().map(|v| v.id.clone()).collect()
    };
    assert_eq!(ids(&one), ids(&two));
    assert!(ids(&one)[0].starts_with("geo-"));
}

#[test]
fn surfaces_of_a_plain_layer() {
    let dir = tempfile::tempdir().unwrap();
    let road = |i: usize, props: &str| {
        (format!(r#"{{"id":"{i}",{props}}}"#), line(&format!("[120,{0}],[120.1,{0}]", 41.0 + i as f64 * 0.01)))
    };
    let all = [
        road(1, r#""c":"国道","s":"水泥""#),
        road(2, r#""c":"国道","s":"别问""#),
        road(3, r#""c":"国道","s":null"#),
        road(4, r#""c":"村道","s":"gravel""#),
        road(5, r#""c":"拆除","s":"水泥""#),
        road(6, r#""c":"村道","s":"dirt""#),
        road(7, r#""c":"村道","s":"月尘""#),
        road(8, r#""c":"天路","s":null"#),
    ];
    let features: Vec<(&str, &str)> = all.iter().map(|(p, g)| (p.as_str(), g.as_str())).collect();
    let file = geojson(dir.path(), "r.geojson", &features);
    let mut s = with(source(LayerKind::Roads, &file), &[("id", "id"), ("class", "c"), ("surface", "s")]);
    let map = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
    s.values.insert("class".into(), map(&[("国道", "primary"), ("村道", "unclassified"), ("拆除", "none")]));
    s.values.insert("surface".into(), map(&[("水泥", "paved"), ("别问", "unknown")]));
    let l = run(vec![s]).unwrap();
    let roads = &l.world.roads;
    assert_eq!(roads.id, ["1", "2", "3", "4", "6", "7", "8"]);
    use Surface::*;
    assert_eq!(roads.surface, [Paved, Unknown, Paved, Gravel, Earth, Unknown, Unknown]);
    let inferred: Vec<bool> = roads.flags.iter().map(|f| f & 4 != 0).collect();
    assert_eq!(inferred, [false, false, true, false, false, false, false]);
    let q = &l.quality.sources[0];
    assert_eq!(q.ignored[0].reason, reason::NOT_A_ROAD);
    let lost: Vec<(&str, &str)> =
        q.unmapped_values.iter().map(|u| (u.field.as_str(), u.examples[0].value.as_str())).collect();
    assert_eq!(lost, [("class", "天路"), ("surface", "月尘")]);
}

#[test]
fn settlement_points_in_order() {
    let dir = tempfile::tempdir().unwrap();
    let square = |x: f64| {
        format!(r#"{{"type":"Polygon","coordinates":[[[{x},41],[{0},41],[{0},41.1],[{x},41.1],[{x},41]]]}}"#, x + 0.1)
    };
    let villages = geojson(
        dir.path(),
        "v.geojson",
        &[
            (r#"{"id":"1"}"#, &square(120.0)),
            (r#"{"id":"2"}"#, &square(120.1)),
            (r#"{"id":"3"}"#, &square(120.2)),
            (r#"{"id":"4"}"#, &point(120.5, 41.0)),
            (r#"{"id":"5"}"#, &square(120.3)),
        ],
    );
    let seats = geojson(
        dir.path(),
        "s.geojson",
        &[
            (r#"{"v":"1"}"#, &point(120.01, 41.01)),
            (r#"{"v":null}"#, &point(120.31, 41.01)),
            (r#"{"v":"99"}"#, &point(130.0, 41.01)),
        ],
    );
    let houses = geojson(
        dir.path(),
        "d.geojson",
        &[
            ("{}", &point(120.02, 41.02)),
            ("{}", &point(120.12, 41.02)),
            ("{}", &point(120.12, 41.02)),
            ("{}", &point(120.19, 41.09)),
        ],
    );
    let counties = geojson(
        dir.path(),
        "c.geojson",
        &[(r#"{"id":"9","name":"东县"}"#, &square(120.0)), (r#"{"id":"10","name":"西县"}"#, &square(120.2))],
    );
    let id = [("id", "id")];
    let l = run(vec![
        with(source(LayerKind::Villages, &villages), &id),
        with(source(LayerKind::VillageSeats, &seats), &[("id", "v")]),
        source(LayerKind::Dwellings, &houses),
        with(source(LayerKind::Counties, &counties), &[("id", "id"), ("name", "name")]),
    ])
    .unwrap();
    use SettlementFrom::*;
    let from: Vec<_> = l.world.villages.iter().map(|v| v.settlement_from).collect();
    assert_eq!(from, [Seat, Dwellings, Interior, Point, Seat]);
    let two = l.world.villages[1].point;
    assert!((two.x - 120.12).abs() < 1e-4 && (two.y - 41.02).abs() < 1e-4, "the median, not the mean: {two:?}");
    let county: Vec<_> = l.world.villages.iter().map(|v| v.county.as_deref()).collect();
    assert_eq!(county, [Some("9"), None, Some("10"), None, None]);
    assert_eq!(l.world.counties[0].id, "9", "natural order: 9 before 10");
    assert_eq!(l.quality.sources[1].kept, 2);
}

#[test]
fn register_and_records() {
    let dir = tempfile::tempdir().unwrap();
    let villages = geojson(
        dir.path(),
        "v.geojson",
        &[
            (r#"{"id":"1","name":"头道河村","pop":5}"#, &point(120.0, 41.0)),
            (r#"{"id":"2","name":"二道河村","pop":6}"#, &point(120.1, 41.0)),
            (r#"{"id":"8","name":"新村","pop":7}"#, &point(120.2, 41.0)),
        ],
    );
    let register = dir.path().join("r.csv");
    fs::write(&register, "code,name\n1,头道河村村民委员会\n2,三道沟村民委员会\n3,四道沟\n").unwrap();
    let records = dir.path().join("p.csv");
    fs::write(&records, "code,pop,paved\n1,\"1,500\",无\n2,,是\n5,10,是\n").unwrap();
    let l = run(vec![
        with(source(LayerKind::Villages, &villages), &[("id", "id"), ("name", "name"), ("population", "pop")]),
        with(source(LayerKind::Register, &register), &[("id", "code"), ("name", "name")]),
        with(source(LayerKind::VillageRecords, &records), &[("id", "code"), ("population", "pop"), ("paved", "paved")]),
    ])
    .unwrap();
    let q = &l.quality;
    assert_eq!(q.items("register.missing_in_layer"), ["3 四道沟"]);
    assert_eq!(q.items("register.not_in_register"), ["8 新村"]);
    assert_eq!(q.items("register.names_differ"), ["2 二道河村 ≠ 三道沟村民委员会"]);
    assert_eq!(q.items("village_records.without_village"), ["5"]);
    assert_eq!(q.items("villages.without_record"), ["8"]);
    let v = &l.world.villages;
    assert_eq!(
        (v[0].population, v[1].population),
        (Some(1500.0), Some(6.0)),
        "overridden; kept where the record is silent"
    );
    assert_eq!(
        (v[0].reported_paved, v[1].reported_paved, v[2].reported_paved),
        (Known::No, Known::Yes, Known::Unknown)
    );
}

#[test]
fn village_at_null_island() {
    let dir = tempfile::tempdir().unwrap();
    let mut all: Vec<(String, String)> = (0..60)
        .map(|i| (format!(r#"{{"id":"{i}"}}"#), point(120.0 + f64::from(i % 8) * 0.05, 41.0 + f64::from(i / 8) * 0.05)))
        .collect();
    all.push((r#"{"id":"null island"}"#.into(), point(0.0, 0.0)));
    let features: Vec<(&str, &str)> = all.iter().map(|(p, g)| (p.as_str(), g.as_str())).collect();
    let file = geojson(dir.path(), "v.geojson", &features);
    let l = run(vec![with(source(LayerKind::Villages, &file), &[("id", "id")])]).unwrap();
    assert_eq!(l.world.villages.len(), 60);
    assert_eq!(l.quality.sources[0].skipped[0].examples, ["null island"]);
}

#[test]
fn population_raster() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("p.asc");
    fs::write(
        &file,
        "ncols 3\nnrows 2\nxllcorner 120\nyllcorner 41\ncellsize 0.5\nNODATA_value -9999\n1 0 -9999\n2.5 -1 4\n",
    )
    .unwrap();
    let mut s = source(LayerKind::Population, &file);
    let l = run(vec![s.clone()]).unwrap();
    let cells = &l.world.population.unwrap().cells;
    assert_eq!(cells.len(), 3);
    assert_eq!((cells[0].0.x, cells[0].0.y, cells[0].1), (120.25, 41.75, 1.0));
    assert_eq!(cells.iter().map(|c| c.1).sum::<f64>(), 7.5);
    assert_eq!(l.quality.sources[0].skipped_count(), 1);
    s.open = dir.path().join("q.asc").display().to_string();
    fs::write(&s.open, "hello").unwrap();
    assert!(matches!(run(vec![s]), Err(LayerError::Open { .. })));
}
