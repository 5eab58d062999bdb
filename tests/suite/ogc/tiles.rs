//! Tiles as an independent decoder reads them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use flate2::read::GzDecoder;
use geo::{CoordsIter, Geometry, Validation};
use mvt_reader::Reader;
use serde_json::Value;

use crate::common::{Service, cuntong, stderr};
use crate::ogc::{all, ids, links, problem, region, service, sorted};

const QUAD: &str = "WebMercatorQuad";

/// A tile's bytes as they are for clients that unpack nothing; none for an empty one.
pub fn bytes(s: &Service, path: &str) -> Vec<u8> {
    let mut r = s.get(path, &[]);
    match r.status().as_u16() {
        204 => Vec::new(),
        200 => {
            assert_eq!(r.headers()["content-type"], "application/vnd.mapbox-vector-tile", "{path}");
            assert!(r.headers().get("content-encoding").is_none());
            r.body_mut().with_config().limit(50_000_000).read_to_vec().unwrap()
        }
        other => panic!("{path}: {other}"),
    }
}

/// A feature: its id, other properties, geometry in units of the tile.
struct Drawn {
    id: String,
    fields: BTreeSet<String>,
    shape: Geometry<f32>,
}

type Layers = BTreeMap<String, Vec<Drawn>>;

fn decode(bytes: Vec<u8>) -> Layers {
    let reader = Reader::new(bytes).unwrap();
    let layers = reader.get_layer_metadata().unwrap();
    layers
        .iter()
        .map(|l| {
            assert_eq!((l.version, l.extent), (2, 4096));
            let read = |f: mvt_reader::feature::Feature| {
                let p = f.properties.unwrap();
                let id = match &p["id"] {
                    mvt_reader::feature::Value::String(t) => t.clone(),
                    other => panic!("{other:?}"),
                };
                assert!(f.id.is_none());
                Drawn { id, fields: p.keys().cloned().collect(), shape: f.geometry }
            };
            (l.name.clone(), reader.get_features(l.layer_index).unwrap().into_iter().map(read).collect())
        })
        .collect()
}

/// First and last rows and columns of a zoom, from the metadata.
fn limits(s: &Service, zoom: u8) -> [u32; 4] {
    let meta = s.json(&format!("/tiles/{QUAD}"));
    let l = &meta["tileMatrixSetLimits"][usize::from(zoom)];
    assert_eq!(l["tileMatrix"], zoom.to_string());
    ["minTileRow", "maxTileRow", "minTileCol", "maxTileCol"].map(|k| l[k].as_u64().unwrap() as u32)
}

/// All tiles of a zoom, by row and column.
fn zoom(s: &Service, z: u8, query: &str) -> BTreeMap<(u32, u32), Layers> {
    let [r0, r1, c0, c1] = limits(s, z);
    let cells = (r0..=r1).flat_map(|r| (c0..=c1).map(move |c| (r, c)));
    cells.map(|(r, c)| ((r, c), decode(bytes(s, &format!("/tiles/{QUAD}/{z}/{r}/{c}{query}"))))).collect()
}

fn valid(g: &Geometry<f32>) -> bool {
    let g = geo::MapCoords::map_coords(g, |c| geo::coord! {x: f64::from(c.x), y: f64::from(c.y)});
    let line = |l: &geo::LineString| l.0.windows(2).all(|w| w[0] != w[1]) && l.0.len() > 1;
    match &g {
        Geometry::LineString(l) => line(l),
        Geometry::MultiLineString(ls) => ls.0.iter().all(line),
        g => g.is_valid(),
    }
}

fn with_place(s: &Service, collection: &str) -> Vec<String> {
    let features: Vec<Value> = all(s, collection).into_iter().filter(|f| !f["geometry"].is_null()).collect();
    sorted(ids(&features))
}

fn shown(tiles: &BTreeMap<(u32, u32), Layers>, layer: &str) -> BTreeSet<String> {
    tiles.values().filter_map(|t| t.get(layer)).flatten().map(|d| d.id.clone()).collect()
}

#[test]
fn the_deepest_zoom_has_every_feature_and_all_shapes_are_valid() {
    let s = service();
    let collections: Vec<String> = s.json("/collections")["collections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["id"].as_str().unwrap().to_owned())
        .collect();
    let mut count = 0;
    for z in [14, 9, 6, 0] {
        let tiles = zoom(&s, z, "");
        for (at, layers) in &tiles {
            for (name, d) in layers.iter().flat_map(|(n, ds)| ds.iter().map(move |d| (n, d))) {
                assert!(valid(&d.shape), "{z} {at:?} {name} {}: {:?}", d.id, d.shape);
                let inside = |v: f32| (-64.0..=4160.0 + 4.0).contains(&v);
                assert!(d.shape.coords_iter().all(|c| inside(c.x) && inside(c.y)), "{z} {at:?} {name}");
                count += 1;
            }
        }
        for c in &collections {
            let (there, found) = (with_place(&s, c), shown(&tiles, c));
            let areas = ["counties", "scorecard_counties"].contains(&c.as_str())
                || z >= 6 && ["low_voltage_areas", "broadband_coverage"].contains(&c.as_str());
            if z == 14 || areas {
                assert_eq!(found.into_iter().collect::<Vec<_>>(), there, "{c} at zoom {z}");
            } else {
                assert!(found.iter().all(|i| there.contains(i)), "{c} at zoom {z}");
            }
        }
    }
    assert!(count > 5000, "{count}");
}

/// Where the edges of a shape cross a line (x or y by `axis`), by their other coordinate.
fn crossings(g: &Geometry<f32>, axis: usize, at: f32) -> Vec<f32> {
    let paths: Vec<Vec<[f32; 2]>> = match g {
        Geometry::LineString(l) => vec![l.0.iter().map(|c| [c.x, c.y]).collect()],
        Geometry::MultiLineString(ls) => ls.0.iter().map(|l| l.0.iter().map(|c| [c.x, c.y]).collect()).collect(),
        Geometry::MultiPolygon(m) => {
            let rings = m.0.iter().flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
            rings.map(|r| r.0.iter().map(|c| [c.x, c.y]).collect()).collect()
        }
        Geometry::Polygon(p) => std::iter::once(p.exterior())
            .chain(p.interiors())
            .map(|r| r.0.iter().map(|c| [c.x, c.y]).collect())
            .collect(),
        _ => Vec::new(),
    };
    let mut out = Vec::new();
    for w in paths.iter().flat_map(|p| p.windows(2)) {
        if (w[0][axis] < at) != (w[1][axis] < at) {
            let t = (at - w[0][axis]) / (w[1][axis] - w[0][axis]);
            out.push(w[0][1 - axis] + t * (w[1][1 - axis] - w[0][1 - axis]));
        }
    }
    out.sort_by(f32::total_cmp);
    out
}

#[test]
fn shapes_meet_at_the_borders_of_tiles() {
    let s = service();
    let layers = ["roads", "power_lines", "road_links", "counties", "low_voltage_areas", "broadband_coverage"];
    let mut met = BTreeMap::<&str, usize>::new();
    for z in [8, 11, 13] {
        let tiles = zoom(&s, z, &format!("?collections={}", layers.join(",")));
        for ((r, c), here) in &tiles {
            for (axis, there) in [(0, tiles.get(&(*r, c + 1))), (1, tiles.get(&(r + 1, *c)))] {
                let Some(there) = there else { continue };
                for layer in layers {
                    let of = |t: &Layers, at: f32| -> BTreeMap<String, Vec<f32>> {
                        let own = t.get(layer).into_iter().flatten();
                        own.map(|d| (d.id.clone(), crossings(&d.shape, axis, at))).filter(|x| !x.1.is_empty()).collect()
                    };
                    let (a, b) = (of(here, 4096.0), of(there, 0.0));
                    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>(), "{z} {r} {c} {layer}");
                    for (id, x) in &a {
                        let y = &b[id];
                        let same = x.len() == y.len() && x.iter().zip(y).all(|(p, q)| (p - q).abs() <= 1.0);
                        assert!(same, "{z} {r} {c} {layer} {id}: {x:?} {y:?}");
                        *met.entry(layer).or_default() += x.len();
                    }
                }
            }
        }
    }
    assert!(layers.iter().all(|l| met.get(l).is_some_and(|n| *n > 3)), "{met:?}");
}

#[test]
fn points_stand_aside_for_more_important_ones() {
    let s = service();
    let mut before = BTreeSet::new();
    let mut counts = Vec::new();
    for z in [4, 7, 9, 11, 14] {
        let tiles = zoom(&s, z, "?collections=villages,water_sources");
        for layer in ["villages", "water_sources"] {
            for t in tiles.values().filter(|_| z < 14) {
                let mut cells = BTreeSet::new();
                for d in t.get(layer).into_iter().flatten() {
                    let points: Vec<_> = d.shape.coords_iter().collect();
                    let [p] = points[..] else { panic!("{points:?}") };
                    // The grid rounds positions to it, the cells cut them off: at the border of a cell they differ.
                    let off = |v: f32| (v.rem_euclid(64.0) - 32.0).abs() < 28.0;
                    if off(p.x) && off(p.y) {
                        let cell = [p.x, p.y].map(|v| (v / 64.0).floor() as i32);
                        assert!(cells.insert(cell), "{z} {layer}: two in {cell:?}");
                    }
                }
            }
        }
        let now = shown(&tiles, "villages");
        assert!(before.is_subset(&now), "who shows at one zoom shows at all that follow");
        counts.push(now.len());
        before = now;
    }
    assert!(counts[0] < counts[2] && counts[0] > 0, "{counts:?}");
    assert_eq!(counts[4], all(&s, "villages").len());
    // With gaps in more themes than others one is seen from further off.
    let gaps = |f: &Value| {
        let p = f["properties"].as_object().unwrap();
        p.iter().filter(|(k, v)| k.ends_with("_verdict") && **v == "gap").count()
    };
    let far = shown(&zoom(&s, 4, "?collections=villages"), "villages");
    let villages = all(&s, "villages");
    let most = villages.iter().map(gaps).max().unwrap();
    assert!(villages.iter().any(|f| gaps(f) == most && far.contains(f["id"].as_str().unwrap())));
}

#[test]
fn properties_and_roads_come_with_the_zoom() {
    let s = service();
    let at = |z: u8| {
        let tiles = zoom(&s, z, "?collections=roads,villages");
        let fields: BTreeSet<String> =
            tiles.values().filter_map(|t| t.get("villages")).flatten().flat_map(|d| d.fields.clone()).collect();
        (fields, shown(&tiles, "roads").len())
    };
    let ((few, r8), (every, r12)) = (at(8), at(12));
    assert!(few.is_subset(&every) && few.contains("road_verdict") && few.contains("name") && !few.contains("town"));
    assert!(every.contains("town") && every.contains("road_distance_m"));
    assert!(r8 < r12, "{r8} {r12}");
    // A combined tile is its layers, one after the other, whatever the order they are named in.
    let [r, _, c, _] = limits(&s, 9);
    let one = |id: &str| bytes(&s, &format!("/collections/{id}/tiles/{QUAD}/9/{r}/{c}"));
    let both = bytes(&s, &format!("/tiles/{QUAD}/9/{r}/{c}?collections=roads,villages"));
    assert_eq!(both, [one("villages"), one("roads")].concat());
    assert_eq!(both, bytes(&s, &format!("/tiles/{QUAD}/9/{r}/{c}?collections=villages,roads,roads&f=mvt")));
    assert!(bytes(&s, &format!("/tiles/{QUAD}/9/{r}/{c}")).len() > both.len() && !both.is_empty());
}

#[test]
fn answers_can_be_kept() {
    let (s, t) = (service(), Service::start(&region()));
    let [r, _, c, _] = limits(&s, 8);
    let path = format!("/tiles/{QUAD}/8/{r}/{c}");
    let plain = bytes(&s, &path);
    assert_eq!(plain, bytes(&t, &path), "the same from another process");
    let mut packed = s.get(&path, &[("Accept-Encoding", "gzip")]);
    assert_eq!(packed.headers()["content-encoding"], "gzip");
    let tag = packed.headers()["etag"].to_str().unwrap().to_owned();
    let mut unpacked = Vec::new();
    let body = packed.body_mut().read_to_vec().unwrap();
    assert!(body.len() < plain.len());
    GzDecoder::new(&body[..]).read_to_end(&mut unpacked).unwrap();
    assert_eq!(unpacked, plain);
    let again = t.get(&path, &[("If-None-Match", &tag)]);
    assert_eq!((again.status().as_u16(), again.headers()["etag"].to_str().unwrap()), (304, tag.as_str()));
    assert_eq!(s.get(&path, &[("If-None-Match", "W/\"0\"")]).status(), 200);
    // Nothing is there: an answer without a body, which can be kept as well.
    let mut empty = s.get(&format!("/tiles/{QUAD}/8/3/3"), &[("Accept-Encoding", "gzip")]);
    assert_eq!(empty.status(), 204);
    assert!(empty.headers().get("etag").is_some() && empty.headers().get("content-encoding").is_none());
    assert!(empty.body_mut().read_to_vec().unwrap().is_empty());
}

#[test]
fn what_is_no_tile_is_a_problem() {
    let s = service();
    for (path, status, says) in [
        ("/tiles/Goat/0/0/0", 404, "WebMercatorQuad"),
        ("/tiles/WebMercatorQuad/15/0/0", 404, "0 to 14"),
        ("/tiles/WebMercatorQuad/x/0/0", 404, "\"x\""),
        ("/tiles/WebMercatorQuad/3/8/0", 404, "0 to 7"),
        ("/tiles/WebMercatorQuad/3/0/4294967296", 404, "0 to 7"),
        ("/tiles/WebMercatorQuad/3/0/-1", 400, "tileCol"),
        ("/tiles/WebMercatorQuad/3/1e1/0", 400, "tileRow"),
        ("/tiles/WebMercatorQuad/0/0/0?collections=goats", 400, "goats"),
        ("/tiles/WebMercatorQuad/0/0/0?collections=", 400, "collections"),
        ("/tiles/WebMercatorQuad/0/0/0?f=png", 400, "mvt"),
        ("/tiles/WebMercatorQuad?f=png", 400, "tilejson"),
        ("/collections/goats/tiles", 404, "villages"),
        ("/collections/goats/tiles/WebMercatorQuad/0/0/0", 404, "villages"),
        ("/collections/villages/tiles/Goat", 404, "WebMercatorQuad"),
        ("/collections/villages/tiles/WebMercatorQuad?collections=roads", 400, "collections"),
        ("/tileMatrixSets/Goat", 404, "WebMercatorQuad"),
    ] {
        let detail = problem(&s, path, status);
        assert!(detail.contains(says), "{path}: {detail}");
    }
}

#[test]
fn documents_lead_to_the_tiles() {
    let s = service();
    let follow = |v: &Value, rel: &str| links(v)[rel].strip_prefix(&s.base).unwrap().to_owned();
    let rel = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector";
    let landing = s.json("/ogc?f=json");
    let villages = s.json("/collections/villages");
    assert_eq!(follow(&villages, rel), "/collections/villages/tiles?f=json");
    for (start, layers) in [(landing, s.json("/collections")["collections"].as_array().unwrap().len()), (villages, 1)] {
        let list = s.json(&follow(&start, rel));
        let set = s.json(&follow(&list["tilesets"][0], "self"));
        assert_eq!(set["tileMatrixSetURI"], "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad");
        assert_eq!((set["dataType"].as_str(), set["layers"].as_array().unwrap().len()), (Some("vector"), layers));
        let scheme = s.json(&follow(&set, "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"));
        assert_eq!(scheme["tileMatrices"].as_array().unwrap().len(), 25);
        let tilejson = s.json(&follow(&set, "describedby"));
        assert_eq!((tilejson["tilejson"].as_str(), tilejson["maxzoom"].as_u64()), (Some("3.0.0"), Some(14)));
        assert_eq!(tilejson["vector_layers"].as_array().unwrap().len(), layers);
        // Both templates give the same tile, in the middle of what the set says it covers.
        let l = &set["tileMatrixSetLimits"][7];
        let [row, col] = ["minTileRow", "minTileCol"].map(|k| l[k].to_string());
        let fill = |t: &str, names: [&str; 3]| {
            let t = t.strip_prefix(&s.base).unwrap().replace(names[0], "7");
            t.replace(names[1], &row).replace(names[2], &col)
        };
        let a = bytes(&s, &fill(&links(&set)["item"], ["{tileMatrix}", "{tileRow}", "{tileCol}"]));
        let b = bytes(&s, &fill(tilejson["tiles"][0].as_str().unwrap(), ["{z}", "{y}", "{x}"]));
        assert!(!a.is_empty() && a == b);
        // What tiles hold is what the documents say.
        for (name, drawn) in decode(a) {
            let of = |all: &Value, key: &str| {
                all.as_array().unwrap().iter().find(|l| l["id"] == *name).unwrap()[key].clone()
            };
            let (fields, schema) = (of(&tilejson["vector_layers"], "fields"), of(&set["layers"], "propertiesSchema"));
            for f in drawn.iter().flat_map(|d| &d.fields) {
                assert!(fields.get(f).is_some() && schema["properties"].get(f).is_some(), "{name} {f}");
            }
        }
    }
    for path in ["/tiles", "/tiles/WebMercatorQuad", "/tileMatrixSets", "/styles", "/collections/roads/tiles"] {
        let mut r = s.get(&format!("{path}?f=html"), &[]);
        assert_eq!(r.status(), 200);
        assert!(r.body_mut().read_to_string().unwrap().contains("<h1>"), "{path}");
    }
}

/// Tiles of a PMTiles file, by number, read as the specification says.
fn archive(file: &[u8]) -> (Vec<u64>, BTreeMap<u64, Vec<u8>>, Value) {
    assert_eq!(&file[..8], b"PMTiles\x03");
    let head: Vec<u64> = file[8..96].chunks(8).map(|c| u64::from_le_bytes(c.try_into().unwrap())).collect();
    let unpack = |bytes: &[u8]| {
        let mut out = Vec::new();
        GzDecoder::new(bytes).read_to_end(&mut out).unwrap();
        out
    };
    let section = |at: u64, len: u64| &file[at as usize..(at + len) as usize];
    fn varints(bytes: &[u8]) -> Vec<u64> {
        let (mut out, mut n, mut shift) = (Vec::new(), 0u64, 0);
        for b in bytes {
            n |= u64::from(b & 0x7f) << shift;
            shift += 7;
            if b & 0x80 == 0 {
                out.push(n);
                (n, shift) = (0, 0);
            }
        }
        out
    }
    let mut tiles = BTreeMap::new();
    let mut directories = vec![unpack(section(head[0], head[1]))];
    while let Some(d) = directories.pop() {
        let v = varints(&d);
        let n = v[0] as usize;
        let (mut id, mut end) = (0, 0);
        for i in 0..n {
            id += v[1 + i];
            let (run, length, offset) = (v[1 + n + i], v[1 + 2 * n + i], v[1 + 3 * n + i]);
            let at = if offset == 0 { end } else { offset - 1 };
            end = at + length;
            if run == 0 {
                directories.push(unpack(section(head[4] + at, length)));
            }
            for k in 0..run {
                assert!(tiles.insert(id + k, unpack(section(head[6] + at, length))).is_none());
            }
        }
    }
    (head.clone(), tiles, serde_json::from_slice(&unpack(section(head[2], head[3]))).unwrap())
}

#[test]
fn one_file_has_all_tiles_of_the_service() {
    let dirs = [(); 2].map(|()| tempfile::tempdir().unwrap());
    for d in &dirs {
        let o = cuntong(&["analyze", &region(), "--out", d.path().to_str().unwrap(), "--pmtiles"]);
        assert!(o.status.success() && String::from_utf8_lossy(&o.stdout).contains("tiles"), "{}", stderr(&o));
    }
    let files = dirs.each_ref().map(|d| std::fs::read(d.path().join("tiles.pmtiles")).unwrap());
    assert!(files[0] == files[1], "the same on every run");
    let (head, tiles, about) = archive(&files[0]);
    assert_eq!(tiles.len() as u64, head[8]);
    let last = files[0][101];
    assert!((12..=14).contains(&last) && files[0][100] == 0);
    assert_eq!(about["vector_layers"][0]["maxzoom"], last);
    let s = service();
    // Numbers at the corners of zooms are easily known; those of others are tried in the program's own tests.
    assert_eq!(tiles[&0], bytes(&s, &format!("/tiles/{QUAD}/0/0/0")));
    for (id, [r, c]) in [(1, [0, 0]), (2, [1, 0]), (3, [1, 1]), (4, [0, 1])] {
        let there = bytes(&s, &format!("/tiles/{QUAD}/1/{r}/{c}"));
        assert_eq!(tiles.get(&id).cloned().unwrap_or_default(), there, "{id}");
    }
    // Of every zoom as many as the service has.
    let all = |z: u32| (4u64.pow(z) - 1) / 3;
    for z in [5, 9, 11] {
        let [r0, r1, c0, c1] = limits(&s, z as u8);
        let cells = (r0 - 1..=r1 + 1).flat_map(|r| (c0 - 1..=c1 + 1).map(move |c| (r, c)));
        let mut theirs: Vec<Vec<u8>> =
            cells.map(|(r, c)| bytes(&s, &format!("/tiles/{QUAD}/{z}/{r}/{c}"))).filter(|b| !b.is_empty()).collect();
        let mut ours: Vec<Vec<u8>> = tiles.range(all(z)..all(z + 1)).map(|t| t.1.clone()).collect();
        theirs.sort();
        ours.sort();
        assert!(ours == theirs, "zoom {z}: {} and {}", ours.len(), theirs.len());
    }
    // The last zoom has everybody.
    let mut found = BTreeMap::<String, BTreeSet<String>>::new();
    for t in tiles.range(all(last.into())..).map(|t| t.1.clone()) {
        for (name, drawn) in decode(t) {
            found.entry(name).or_default().extend(drawn.into_iter().map(|d| d.id));
        }
    }
    for layer in ["villages", "roads", "road_links", "power_lines", "low_voltage_areas", "facilities"] {
        assert_eq!(found[layer].iter().cloned().collect::<Vec<_>>(), with_place(&s, layer), "{layer}");
    }
}
