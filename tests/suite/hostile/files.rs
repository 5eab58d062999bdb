//! Hostile files: each makes `cuntong check` say what is wrong, or is read as what it is; none is the end, none reads
//! or fetches what it only names, none takes for ever.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gdal::vector::sql::Dialect;
use gdal::{Dataset, DatasetOptions, DriverManager, GdalOpenFlags};

use crate::common::{cuntong, stderr};

const LONGEST: Duration = Duration::from_secs(60);
/// Kilobytes of memory that a hostile file may take.
const MOST_KB: u64 = 1_500_000;

/// What `check` is to do.
enum Answer {
    /// Refuses, and says this.
    Refused(&'static str),
    /// Reads it; this is in the report, and that is not in it.
    Read(&'static str),
}
use Answer::{Read, Refused};

fn atlas(layer: &str) -> String {
    format!(
        "id = \"h\"\ntitle = {{ zh = \"敌\", en = \"Hostile\" }}\n\n[[layers.villages]]\n{layer}\nfields = {{ id = \"id\", name = \"name\" }}\n"
    )
}

/// Runs `check` and holds it against the expected answer; within its time and memory, without a panic.
fn held(what: &str, dir: &Path, answer: &Answer) -> String {
    let begin = Instant::now();
    let script = format!("ulimit -v {}; exec \"$0\" check \"$1\"", 4 * MOST_KB);
    let o = Command::new("bash")
        .args(["-c", &script, env!("CARGO_BIN_EXE_cuntong"), dir.join("atlas.toml").to_str().unwrap()])
        .stdin(Stdio::null())
        .env("NO_PROXY", "*")
        .output()
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&o.stdout), stderr(&o));
    assert!(begin.elapsed() < LONGEST, "{what} took {:?}", begin.elapsed());
    assert!(!said.contains("panicked") && o.status.code().is_some(), "{what}: {:?} {said}", o.status);
    match answer {
        Refused(part) => assert!(o.status.code() == Some(1) && said.contains(part), "{what}: not {part:?} but {said}"),
        Read(part) => assert!(o.status.success() && said.contains(part), "{what}: not {part:?} but {said}"),
    }
    said
}

fn with(files: &[(&str, &[u8])], atlas: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        fs::write(dir.path().join(name), bytes).unwrap();
    }
    fs::write(dir.path().join("atlas.toml"), atlas).unwrap();
    dir
}

fn collection(features: &str) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)
}

fn village(coordinates: &str) -> String {
    format!(
        r#"{{"type":"Feature","properties":{{"id":"1","name":"A"}},"geometry":{{"type":"Point","coordinates":{coordinates}}}}}"#
    )
}

#[test]
fn hostile_atlases() {
    let path = |p: &str| atlas(&format!("path = {p:?}"));
    let cases: Vec<(&str, Vec<u8>, Answer)> = vec![
        ("nothing", Vec::new(), Refused("no \"id\"")),
        ("bytes", vec![0xff; 1000], Refused("not UTF-8")),
        ("deep", format!("a = {}", "[".repeat(200_000)).into_bytes(), Refused("not valid TOML")),
        ("a long line", format!("id = \"{}", "x".repeat(5_000_000)).into_bytes(), Refused("not valid TOML")),
        ("keys of ours made up", b"id = \"h\"\n[rules.rm]\nx = 1\n".to_vec(), Refused("unknown key")),
        ("the network", path("/vsicurl/http://127.0.0.1:1/x.shp").into(), Refused("reads from the network")),
        (
            "the network in an archive",
            path("/vsizip//vsicurl/http://127.0.0.1:1/a.zip/b.shp").into(),
            Refused("reads from the network"),
        ),
        ("a bucket", path("/vsizip/{/vsis3/b/a.zip}/x.shp").into(), Refused("reads from the network")),
        ("a part of a file", path("/vsisubfile/0_100,/etc/passwd").into(), Refused("reads from the network")),
        ("a web service", path("WFS:x").into(), Refused("driver prefix")),
        ("data for a path", path("<OGRVRTDataSource/>").into(), Refused("this is data")),
        ("a password file", path("/etc/passwd").into(), Refused("not one that can be read")),
        ("a folder of the system", path("/proc/self").into(), Refused("cannot be opened")),
        ("data without end", path("/dev/zero").into(), Refused("neither a file nor a folder")),
        (
            "a system that is an address",
            atlas("path = \"v.geojson\"\ncrs = \"http://127.0.0.1:1/x\"").into(),
            Refused("crs `http"),
        ),
        (
            "a system that is a file",
            atlas("path = \"v.geojson\"\ncrs = \"/etc/passwd\"").into(),
            Refused("crs `/etc/passwd`"),
        ),
        (
            "a grid that is a file",
            atlas("path = \"v.geojson\"\ncrs = \"+proj=longlat +nadgrids=/etc/passwd\"").into(),
            Refused("crs `+proj"),
        ),
        (
            "an encoding that is a file",
            atlas("path = \"v.geojson\"\nencoding = \"../x\"").into(),
            Refused("is not the name of one"),
        ),
        (
            "a condition with two statements",
            atlas("path = \"v.geojson\"\nwhere = \"1=1; DROP TABLE v\"").into(),
            Refused("does not work"),
        ),
        ("a variable that is not set", path("${NO_SUCH_THING}/x.shp").into(), Refused("not set")),
    ];
    for (what, bytes, answer) in &cases {
        let dir = with(&[("v.geojson", collection(&village("[120,41]")).as_bytes())], "");
        fs::write(dir.path().join("atlas.toml"), bytes).unwrap();
        held(what, dir.path(), answer);
    }
}

#[test]
fn hostile_layers() {
    let geojson = "path = \"v.geojson\"";
    let good = village("[120,41]");
    let deep = format!(r#"{{"type":"FeatureCollection","features":{}"#, "[".repeat(300_000));
    let vrt = "<OGRVRTDataSource><OGRVRTLayer name=\"v\"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>";
    let laughs: String =
        (1..12).map(|i| format!("<!ENTITY l{i} \"{}\">", format!("&l{};", i - 1).repeat(10))).collect();
    let kml = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE k [<!ENTITY l0 \"ha\">{laughs}]><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><Placemark><name>&l11;</name><Point><coordinates>120,41</coordinates></Point></Placemark></Document></kml>"
    );
    let mut shp = vec![0u8; 100];
    shp[..4].copy_from_slice(&[0, 0, 0x27, 0x0a]);
    shp[24..28].copy_from_slice(&0x7fff_ffff_u32.to_be_bytes());
    shp[28..32].copy_from_slice(&1000u32.to_le_bytes());
    shp[32] = 1;
    let twice = [good.clone(), good.clone()].join(",");
    let wide: String = (0..20_000).map(|i| format!("c{i},")).collect();
    let cases: Vec<(&str, &str, &str, Vec<u8>, Answer)> = vec![
        ("cut short", geojson, "v.geojson", collection(&good).as_bytes()[..60].to_vec(), Refused("cannot be opened")),
        ("deep", geojson, "v.geojson", deep.into_bytes(), Refused("cannot be opened")),
        ("no village in it", geojson, "v.geojson", collection("").into_bytes(), Refused("is not a field")),
        ("numbers beyond numbers", geojson, "v.geojson", collection(&village("[1e999,41]")).into_bytes(), Refused("none of its features")),
        ("not numbers", geojson, "v.geojson", collection(&village("[\"a\",\"b\"]")).into_bytes(), Refused("none of its features")),
        ("off the globe", geojson, "v.geojson", collection(&village("[5000000,5000000]")).into_bytes(), Refused("do not fit")),
        ("no place", geojson, "v.geojson", collection(r#"{"type":"Feature","properties":{"id":"1"},"geometry":null}"#).into_bytes(), Refused("is not a field")),
        ("one id twice", geojson, "v.geojson", collection(&twice).into_bytes(), Read("villages")),
        ("a drawing that points elsewhere", "path = \"v.vrt\"", "v.vrt", vrt.into(), Refused("not one that can be read")),
        ("the same under another name", geojson, "v.geojson", vrt.into(), Refused("cannot be opened")),
        ("a shapefile that promises much", "path = \"v.shp\"", "v.shp", shp, Refused("Unable to open")),
        ("a shapefile of noise", "path = \"v.shp\"", "v.shp", (0..5000u32).map(|i| ((i * 7919) >> 3) as u8).collect(), Refused("cannot be opened")),
        ("a database of noise", "path = \"v.gpkg\"", "v.gpkg", [b"SQLite format 3\0".as_slice(), &[7; 4000]].concat(), Refused("not a database")),
        ("a billion laughs", "path = \"v.kml\"", "v.kml", kml.into_bytes(), Refused("parsing aborted")),
        ("nulls in a table", "path = \"v.csv\"", "v.csv", b"id,name,lon,lat\n1,\0\0\0,120,41\n".to_vec(), Refused("none of its features")),
        ("a table as wide as it can be", "path = \"v.csv\"", "v.csv", format!("{wide}id,name,lon,lat\n").into_bytes(), Refused("is not a field")),
        ("one line without end", "path = \"v.csv\"", "v.csv", vec![b'a'; 50_000_000], Refused("Maximum number of characters")),
        ("a quotation without end", "path = \"v.csv\"", "v.csv", [b"id,name,lon,lat\n1,\"".as_slice(), &vec![b'x'; 5_000_000]].concat(), Refused("none of its features")),
        ("FlatGeobuf of noise", "path = \"v.fgb\"", "v.fgb", [b"fgb\x03fgb\x00\xff\xff\xff\x7f".as_slice(), &[255; 400]].concat(), Refused("has no layers")),
        ("a workbook that is none", "path = \"v.xlsx\"", "v.xlsx", b"PK\x03\x04 nothing".to_vec(), Refused("cannot be opened")),
        ("TopoJSON of arcs that are not there", "path = \"v.topojson\"", "v.topojson", br#"{"type":"Topology","objects":{"v":{"type":"GeometryCollection","geometries":[{"type":"LineString","arcs":[99999999]}]}},"arcs":[]}"#.to_vec(), Refused("is not a field")),
        ("a pbf of noise", "path = \"v.osm.pbf\"", "v.osm.pbf", [0, 0, 0, 0x0d, 0x0a, 9].iter().copied().chain(*b"OSMHeader\x18\xff\xff\xff\x7f").collect(), Refused("has no features")),
        ("a drawing of noise", "path = \"v.dxf\"", "v.dxf", b"0\nSECTION\n2\nENTITIES\n0\nLWPOLYLINE\n90\n2147483647\n".to_vec(), Refused("is not a field")),
    ];
    for (what, layer, name, bytes, answer) in &cases {
        held(what, with(&[(name, bytes)], &atlas(layer)).path(), answer);
    }
}

/// Pipes and links to devices have no end.
#[test]
fn what_is_no_file() {
    for (what, make) in [
        ("a pipe", &(|p: &Path| assert!(Command::new("mkfifo").arg(p).status().unwrap().success())) as &dyn Fn(&Path)),
        ("a link to data without end", &|p: &Path| symlink("/dev/zero", p).unwrap()),
    ] {
        let dir = with(&[], &atlas("path = \"v.csv\""));
        make(&dir.path().join("v.csv"));
        held(what, dir.path(), &Refused("neither a file nor a folder"));
    }
    // Links into nowhere, and round in a circle.
    let dir = with(&[], &atlas("path = \"v.csv\""));
    symlink("v.csv", dir.path().join("v.csv")).unwrap();
    held("a link to itself", dir.path(), &Refused("no such file"));
}

/// With `roots` a service reads nothing from elsewhere, links followed; without, an atlas names what it likes.
#[test]
fn folders_that_data_may_lie_in() {
    let outside = with(&[("v.geojson", collection(&village("[120,41]")).as_bytes())], "");
    let inside = with(&[], &atlas("path = \"v.geojson\""));
    symlink(outside.path().join("v.geojson"), inside.path().join("v.geojson")).unwrap();
    held("a link out of the folder", inside.path(), &Read("villages"));
    let o = Command::new(env!("CARGO_BIN_EXE_cuntong"))
        .args(["serve", inside.path().join("atlas.toml").to_str().unwrap(), "--bind", "127.0.0.1:0"])
        .env("CUNTONG_SERVE_ROOTS", inside.path())
        .output()
        .unwrap();
    let said = stderr(&o);
    assert!(o.status.code() == Some(1) && said.contains("in none of the folders"), "{said}");
}

/// Tables of a database that read other files.
#[test]
fn databases_that_read_other_files() {
    let secret = "geheim-4711";
    for (driver, name) in [("SQLite", "v.sqlite"), ("GPKG", "v.gpkg")] {
        let dir = with(
            &[("secret.csv", format!("id,name,lon,lat\n1,{secret},120,41\n").as_bytes())],
            &atlas(&format!("path = \"{name}\"\nlayer = \"v\"")),
        );
        let file = dir.path().join(name);
        let mut made = DriverManager::get_driver_by_name(driver).unwrap().create_vector_only(&file).unwrap();
        made.create_layer(gdal::vector::LayerOptions { name: "w", ..Default::default() }).unwrap();
        made.close().unwrap();
        let open = DatasetOptions {
            open_flags: GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_UPDATE,
            ..Default::default()
        };
        let ds = Dataset::open_ex(&file, open).unwrap();
        let secret_file = dir.path().join("secret.csv");
        let table = format!("CREATE VIRTUAL TABLE v USING VirtualOGR('{}')", secret_file.display());
        let made = ds.execute_sql(&table, None, Dialect::DEFAULT).is_ok();
        drop(ds);
        if !made {
            // This build has no such module; the table is written as a schema would have it.
            println!("no VirtualOGR in {driver}");
        }
        let said = held(driver, dir.path(), &Refused(if made { "virtual" } else { "no layer" }));
        assert!(!said.contains(secret), "{said}");
    }
    // Databases as programs make them have virtual tables of their own (an index), and are read.
    let o = cuntong(&[
        "synthesize",
        "--villages",
        "20",
        "--seed",
        "1",
        "--id",
        "h",
        "--out",
        tempfile::tempdir().unwrap().path().to_str().unwrap(),
    ]);
    assert!(o.status.success());
}

/// What a file names elsewhere is neither read nor fetched.
#[test]
fn nothing_is_fetched() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let secret = "geheim-4711";
    let gml = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE g [<!ENTITY x SYSTEM \"file://SECRET\"><!ENTITY % y SYSTEM \"{at}/y.dtd\">%y;]>\
         <ogr:FeatureCollection xmlns:ogr=\"http://ogr.maptools.org/\" xmlns:gml=\"http://www.opengis.net/gml\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:schemaLocation=\"http://ogr.maptools.org/ {at}/v.xsd\">\
         <gml:featureMember><ogr:v fid=\"v.0\"><ogr:geometryProperty><gml:Point srsName=\"EPSG:4326\"><gml:coordinates>120,41</gml:coordinates></gml:Point></ogr:geometryProperty>\
         <ogr:id>1</ogr:id><ogr:name>A&x;</ogr:name></ogr:v></gml:featureMember></ogr:FeatureCollection>"
    );
    let kml = format!(
        "<?xml version=\"1.0\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document><NetworkLink><Link><href>{at}/more.kml</href></Link></NetworkLink>\
         <Schema name=\"v\"><SimpleField name=\"id\" type=\"string\"/></Schema><Placemark><name>A</name><Point><coordinates>120,41</coordinates></Point></Placemark></Document></kml>"
    );
    let crs = |kind: &str, key: &str| {
        format!(
            r#"{{"type":"FeatureCollection","crs":{{"type":"{kind}","properties":{{"{key}":"{at}/crs"}}}},"features":[{}]}}"#,
            village("[120,41]")
        )
    };
    for (what, name, text) in [
        ("a schema and an entity", "v.gml", gml),
        ("a link", "v.kml", kml),
        ("a reference system by URL", "v.geojson", crs("url", "url")),
        ("a reference system by link", "v.geojson", crs("link", "href")),
        ("a reference system by name", "v.geojson", crs("name", "name")),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let secret_file = dir.path().join("secret.txt");
        fs::File::create(&secret_file).unwrap().write_all(secret.as_bytes()).unwrap();
        fs::write(dir.path().join(name), text.replace("SECRET", secret_file.to_str().unwrap())).unwrap();
        let fields =
            if name == "v.kml" { "fields = { id = \"Name\" }" } else { "fields = { id = \"id\", name = \"name\" }" };
        let text = atlas(&format!("path = \"{name}\"")).replace("fields = { id = \"id\", name = \"name\" }", fields);
        fs::write(dir.path().join("atlas.toml"), text).unwrap();
        let begin = Instant::now();
        let out = dir.path().join("out");
        let o = cuntong(&["analyze", dir.path().join("atlas.toml").to_str().unwrap(), "--out", out.to_str().unwrap()]);
        assert!(begin.elapsed() < LONGEST, "{what}");
        assert!(!stderr(&o).contains("panicked"), "{what}: {}", stderr(&o));
        assert!(listener.accept().is_err(), "{what}: somebody came to fetch");
        let villages = fs::read_to_string(out.join("villages.geojson")).unwrap_or_default();
        assert!(!villages.contains(secret) && !stderr(&o).contains(secret), "{what}: {villages}");
        // Nothing is left beside the file.
        let names: Vec<_> = fs::read_dir(dir.path()).unwrap().flatten().map(|e| e.file_name()).collect();
        assert!(
            names.iter().all(|n| ["secret.txt", "atlas.toml", "out", name].contains(&n.to_str().unwrap())),
            "{what}: {names:?}"
        );
    }
}

/// An archive that grows a thousandfold, and one with names that climb.
#[test]
fn hostile_archives() {
    let archive = |entries: &[(&str, &[u8])]| {
        let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            out.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            out.write_all(bytes).unwrap();
        }
        out.finish().unwrap().into_inner()
    };
    let zeros = vec![b'0'; 300_000_000];
    let bomb = archive(&[("v.csv", &zeros)]);
    assert!(bomb.len() < 2_000_000);
    held("a bomb", with(&[("v.zip", &bomb)], &atlas("path = \"/vsizip/v.zip/v.csv\"")).path(), &Refused("v.zip"));
    let table = b"id,name,lon,lat\n1,A,120,41\n";
    let climbing = archive(&[("../../../../tmp/cuntong-hostile-escape.csv", table), ("v.csv", table)]);
    held(
        "names that climb",
        with(&[("v.zip", &climbing)], &atlas("path = \"/vsizip/v.zip/v.csv\"")).path(),
        &Read("villages"),
    );
    assert!(!Path::new("/tmp/cuntong-hostile-escape.csv").exists());
    let sheet = format!("<!DOCTYPE w [<!ENTITY a \"{}\">]><workbook>&a;</workbook>", "x".repeat(1000));
    let book = archive(&[("[Content_Types].xml", sheet.as_bytes()), ("xl/workbook.xml", sheet.as_bytes())]);
    held("a workbook of entities", with(&[("v.xlsx", &book)], &atlas("path = \"v.xlsx\"")).path(), &Refused("v.xlsx"));
}

/// A raster that promises more cells than there is memory.
#[test]
fn hostile_rasters() {
    let village = collection(&village("[120,41]"));
    let grid =
        "ncols 2000000000\nnrows 2000000000\nxllcorner 120\nyllcorner 41\ncellsize 0.000001\nNODATA_value -1\n1 2 3\n";
    for (what, text) in [
        ("cells without end", grid),
        ("no cells", "ncols 0\nnrows 0\nxllcorner 0\nyllcorner 0\ncellsize 1\n"),
        ("no numbers", "ncols a\nnrows b\n"),
    ] {
        for layer in ["population", "elevation"] {
            let text_of = format!(
                "{}\n[[layers.{layer}]]\npath = \"g.asc\"\ncrs = \"EPSG:4326\"\n",
                atlas("path = \"v.geojson\"")
            );
            held(
                what,
                with(&[("v.geojson", village.as_bytes()), ("g.asc", text.as_bytes())], &text_of).path(),
                &Refused("g.asc"),
            );
        }
    }
}
