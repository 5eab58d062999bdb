//! Shaded relief against GDAL's own, on the same pixels.

use std::path::Path;
use std::process::Command;

use gdal::raster::{Buffer, RasterCreationOptions};
use gdal::spatial_ref::SpatialRef;
use gdal::{Dataset, DriverManager};
use serde_json::Value;

use crate::common::{Service, have};
use crate::ogc::{problem, region};

const SIDE: usize = 256;
const HALF: f64 = 20_037_508.342_789_244;
const TILES: &str = "/relief/WebMercatorQuad";

fn bytes(s: &Service, path: &str) -> Vec<u8> {
    let mut r = s.get(path, &[("Accept-Encoding", "identity")]);
    assert_eq!(r.status(), 200, "{path}");
    assert_eq!(r.headers()["content-type"], "image/png", "{path}");
    r.body_mut().read_to_vec().unwrap()
}

fn band(path: &Path) -> (usize, Vec<u8>) {
    let set = Dataset::open(path).unwrap();
    let band = set.rasterband(1).unwrap();
    let size = band.size();
    (size.0, band.read_as::<u8>((0, 0), size, size, None).unwrap().data().to_vec())
}

/// Shades of a tile, as GDAL reads the picture, and how opaque each shade is.
fn shades(s: &Service, [zoom, row, col]: [u32; 3], dir: &Path) -> (Vec<u8>, Vec<i16>) {
    let file = dir.join("tile.png");
    std::fs::write(&file, bytes(s, &format!("{TILES}/{zoom}/{row}/{col}"))).unwrap();
    let (side, found) = band(&file);
    assert_eq!((side, found.len()), (SIDE, SIDE * SIDE));
    let set = Dataset::open(&file).unwrap();
    let band = set.rasterband(1).unwrap();
    let table = band.color_table().unwrap();
    let alpha = |i| table.entry_as_rgb(i).unwrap().a;
    (found, (0..256).map(alpha).collect())
}

fn run(program: &str, args: &[&str]) {
    let o = Command::new(program).args(args).output().unwrap_or_else(|e| panic!("{program}: {e}"));
    assert!(o.status.success(), "{program}: {}", String::from_utf8_lossy(&o.stderr));
}

/// The same tile by gdalwarp and gdaldem, with a pixel around it that is cut off again.
fn by_gdal(dem: &str, [zoom, row, col]: [u32; 3], exaggeration: f64, dir: &Path) -> Vec<u8> {
    let pixel = 2.0 * HALF / SIDE as f64 / f64::from(1u32 << zoom);
    let west = -HALF + (f64::from(col) * SIDE as f64 - 1.0) * pixel;
    let north = HALF - (f64::from(row) * SIDE as f64 - 1.0) * pixel;
    let side = SIDE + 2;
    let (east, south) = (west + side as f64 * pixel, north - side as f64 * pixel);
    let [warped, shaded] = ["warped.tif", "shaded.tif"].map(|n| dir.join(n).to_str().unwrap().to_owned());
    let n = side.to_string();
    let te = [west, south, east, north].map(|v| format!("{v:.9}"));
    let te: Vec<&str> = te.iter().map(String::as_str).collect();
    let grid = [&["-te"], &te[..], &["-ts", &n, &n]].concat();
    let how = ["-q", "-overwrite", "-t_srs", "EPSG:3857", "-r", "bilinear", "-et", "0", "-ot", "Float32"];
    run("gdalwarp", &[&how[..], &["-dstnodata", "-9999"], &grid, &[dem, &warped]].concat());
    // The map stretches the ground by the cosine of its latitude: here that of the tile's middle for all of it.
    let middle = (north + south) / 2.0 / HALF * std::f64::consts::PI;
    let (z, scale) = (exaggeration.to_string(), (1.0 / middle.cosh()).to_string());
    let light = ["-az", "315", "-alt", "45", "-alg", "Horn"];
    run("gdaldem", &[&["hillshade", "-q", &warped, &shaded, "-z", &z, "-s", &scale][..], &light].concat());
    let (width, all) = band(Path::new(&shaded));
    all.chunks(width).skip(1).take(SIDE).flat_map(|r| r[1..=SIDE].to_vec()).collect()
}

/// The tile that a position is in.
fn tile_at(lon: f64, lat: f64, zoom: u32) -> [u32; 3] {
    let side = f64::from(1u32 << zoom);
    let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0;
    [zoom, (y * side) as u32, ((lon / 360.0 + 0.5) * side) as u32]
}

fn numbers(v: &Value) -> Vec<f64> {
    v.as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect()
}

/// Tiles of the deepest zoom are those of GDAL: shades differ by two at the most, and almost nowhere by more than one.
fn as_gdal_has_it(atlas: &str, dem: &str, places: &[[f64; 2]]) {
    let s = Service::start(atlas);
    let about = s.json("/relief");
    let zoom = about["maxzoom"].as_u64().unwrap() as u32;
    let dir = tempfile::tempdir().unwrap();
    for [x, y] in places {
        let b = numbers(&about["bounds"]);
        let tile = tile_at(b[0] + x * (b[2] - b[0]), b[1] + y * (b[3] - b[1]), zoom);
        let (own, _) = shades(&s, tile, dir.path());
        let theirs = by_gdal(dem, tile, about["exaggeration"].as_f64().unwrap(), dir.path());
        let both: Vec<u8> =
            (own.iter().zip(&theirs)).filter(|(a, b)| **a > 0 && **b > 0).map(|(a, b)| a.abs_diff(*b)).collect();
        let one = own.iter().zip(&theirs).filter(|(a, b)| (**a > 0) != (**b > 0)).count();
        let off = both.iter().filter(|d| **d > 1).count();
        let kinds: std::collections::BTreeSet<&u8> = own.iter().collect();
        println!(
            "{dem} {tile:?}: {} pixels, {off} off by more than one, {one} in one alone, {} shades",
            both.len(),
            kinds.len()
        );
        assert!(both.len() > SIDE * SIDE / 4, "{tile:?}: enough to compare");
        assert!(both.iter().all(|d| *d <= 2), "{tile:?}: {:?}", both.iter().max());
        assert!(off * 1000 <= both.len(), "{tile:?}: {off} of {}", both.len());
        assert!(one * 50 <= both.len(), "{tile:?}: {one} in one picture alone");
        assert!(kinds.len() > 20, "{tile:?}: the ground is not level");
    }
}

#[test]
fn the_practice_region_is_as_gdal_has_it() {
    as_gdal_has_it("data/liaoning/atlas.toml", "data/liaoning/liaoning_elevation.tif", &[[0.5, 0.5], [0.2, 0.7]]);
}

/// An atlas of one village with this raster of heights.
fn atlas_of(dir: &Path, dem: &str, at: [f64; 2]) -> String {
    let village = serde_json::json!({"type": "FeatureCollection", "features": [{
        "type": "Feature", "properties": {"id": "1", "name": "A"},
        "geometry": {"type": "Point", "coordinates": at},
    }]});
    std::fs::write(dir.join("villages.geojson"), village.to_string()).unwrap();
    let toml = format!(
        "id = \"hills\"\ntitle = \"Hills\"\n[[layers.villages]]\npath = \"villages.geojson\"\n\
         fields = {{ id = \"id\", name = \"name\" }}\n[[layers.elevation]]\npath = \"{dem}\"\n\
         attribution = \"Survey of the hills\"\n"
    );
    let atlas = dir.join("atlas.toml");
    std::fs::write(&atlas, toml).unwrap();
    atlas.to_str().unwrap().to_owned()
}

/// Hills in metres of a Gauss-Krüger zone, with a hole.
fn hills(file: &Path) {
    let (w, h) = (500usize, 400usize);
    let options = RasterCreationOptions::default();
    let mut set = DriverManager::get_driver_by_name("GTiff")
        .unwrap()
        .create_with_band_type_with_options::<f32, _>(file, w, h, 1, &options)
        .unwrap();
    set.set_geo_transform(&[620_000.0, 30.0, 0.0, 4_600_000.0, 0.0, -30.0]).unwrap();
    set.set_spatial_ref(&SpatialRef::from_epsg(4549).unwrap()).unwrap();
    let height = |i: usize| {
        let (c, r) = ((i % w) as f64, (i / w) as f64);
        let hole = (c - 250.0).hypot(r - 200.0) < 8.0;
        let ground = 800.0 + 220.0 * (c / 23.0).sin() * (r / 31.0).cos() + 40.0 * (c / 7.0 + r / 5.0).sin();
        if hole { -32768.0 } else { ground as f32 }
    };
    let mut band = set.rasterband(1).unwrap();
    band.set_no_data_value(Some(-32768.0)).unwrap();
    band.write((0, 0), (w, h), &mut Buffer::new((w, h), (0..w * h).map(height).collect())).unwrap();
}

#[test]
fn projected_hills_are_as_gdal_has_them() {
    let dir = tempfile::tempdir().unwrap();
    let dem = dir.path().join("hills.tif");
    hills(&dem);
    let atlas = atlas_of(dir.path(), "hills.tif", [121.5, 41.5]);
    as_gdal_has_it(&atlas, dem.to_str().unwrap(), &[[0.5, 0.5], [0.15, 0.5]]);
    let about = Service::start(&atlas).json("/relief");
    assert_eq!((&about["attribution"], &about["exaggeration"]), (&"Survey of the hills".into(), &1.0.into()));
    // Cells of 30 m are 40 m of the map there, 38 m a pixel of zoom 12.
    assert_eq!(about["maxzoom"], 12);
}

#[test]
fn real_mountains_are_as_gdal_has_them() {
    if !have("osm/N42E001.hgt.zip") {
        return;
    }
    let zip = crate::common::data_root().join("osm/N42E001.hgt.zip");
    let dem = format!("/vsizip/{}/N42E001.hgt", zip.display());
    let dir = tempfile::tempdir().unwrap();
    let atlas = atlas_of(dir.path(), &dem, [1.5, 42.5]);
    as_gdal_has_it(&atlas, &dem, &[[0.5, 0.5], [0.1, 0.9]]);
}

#[test]
fn what_there_is_and_what_there_is_not() {
    let s = Service::start(&region());
    let about = s.json("/relief");
    let [low, high] = ["minzoom", "maxzoom"].map(|k| about[k].as_u64().unwrap() as u32);
    assert!(low < high && high == 9, "cells of 0.004 degrees");
    let b = numbers(&about["bounds"]);
    let summary = &s.json("/api/summary")["relief"];
    assert_eq!((&summary["bounds"], &summary["maxzoom"]), (&about["bounds"], &about["maxzoom"]));
    assert_eq!(about["tiles"][0], format!("{}/{}", s.base, summary["tiles"].as_str().unwrap()));
    let address = |[z, row, col]: [u32; 3]| format!("{TILES}/{z}/{row}/{col}");
    let middle = tile_at((b[0] + b[2]) / 2.0, (b[1] + b[3]) / 2.0, high);
    let template = about["tiles"][0].as_str().unwrap().strip_prefix(&s.base).unwrap();
    let [z, row, col] = middle.map(|n| n.to_string());
    assert_eq!(template.replace("{z}", &z).replace("{y}", &row).replace("{x}", &col), address(middle));

    // Styles draw it on the ground, under everything else.
    let style = s.json("/styles/water");
    assert_eq!(style["sources"]["relief"]["url"], format!("{}/relief", s.base));
    let order: Vec<&Value> = style["layers"].as_array().unwrap().iter().map(|l| &l["id"]).collect();
    assert_eq!(order[..3], ["land", "county-empty", "relief"]);

    // The same bytes from memory and from another run; whoever has them is told so.
    let (first, again) = (bytes(&s, &address(middle)), bytes(&s, &address(middle)));
    assert_eq!(first, again);
    assert_eq!(first, bytes(&Service::start(&region()), &address(middle)));
    let r = s.get(&address(middle), &[("Accept-Encoding", "gzip")]);
    let tag = r.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(r.headers()["cache-control"], "no-cache");
    assert!(r.headers().get("content-encoding").is_none(), "it is packed already");
    assert!(r.headers().contains_key("x-data-version"));
    assert_eq!(s.get(&address(middle), &[("If-None-Match", &tag)]).status(), 304);

    // Everything is clear where there are no heights, and level ground is.
    let dir = tempfile::tempdir().unwrap();
    let (far, alpha) = shades(&s, [high, 0, 0], dir.path());
    assert!(far.iter().all(|v| *v == 0));
    assert_eq!((alpha[0], alpha[181], alpha[1]), (0, 0, 255));
    let edge = tile_at(b[0], b[3], high);
    let (edge, _) = shades(&s, edge, dir.path());
    assert!(edge.contains(&0) && edge.iter().any(|v| *v > 0), "clear beyond the corner");
    // The whole of it in a tile of the first zooms: about as many pixels as its box has.
    let (small, _) = shades(&s, tile_at((b[0] + b[2]) / 2.0, (b[1] + b[3]) / 2.0, low), dir.path());
    assert!(small.iter().any(|v| *v > 0));

    let (query, beyond) = (format!("{}?f=png", address(middle)), format!("{TILES}/{}/0/0", high + 1));
    for (path, status, says) in [
        (query.as_str(), 400, "f: unknown parameter"),
        ("/relief?f=json", 400, "f: unknown parameter"),
        (&beyond, 404, "there are those of 0 to 9"),
        ("/relief/WebMercatorQuad/3/8/0", 404, "0 to 7"),
        ("/relief/WebMercatorQuad/3/-1/0", 400, "tileRow"),
        ("/relief/WebMercatorQuad/3/0/x", 400, "tileCol"),
        ("/relief/Other/3/0/0", 404, "WebMercatorQuad"),
    ] {
        let detail = problem(&s, path, status);
        assert!(detail.contains(says), "{path}: {detail}");
    }
}

#[test]
fn no_heights_no_relief() {
    let s = Service::start("data/liechtenstein/atlas.toml");
    assert!(s.json("/api/summary")["relief"].is_null());
    for path in ["/relief", "/relief/WebMercatorQuad/8/89/134"] {
        assert!(problem(&s, path, 404).contains("elevation"), "{path}");
    }
    problem(&s, "/relief?a=1", 400);
    let style = s.json("/styles/roads").to_string();
    assert!(style.contains("road_gaps") || style.contains("road_links"));
    assert!(!style.contains("relief"));
}
