//! The pipeline on real data. Folders that are absent are passed over with a line.

use super::testkit::{atlas, data, source};
use super::*;
use crate::atlas::Crs;
use crate::world::{RoadClass, SettlementFrom, Surface, VillageStatus, road_flags};
use gdal::vector::ToGdal;
use geo::{Area, BooleanOps, MultiPolygon};

fn load_quietly(a: &Atlas) -> Result<Loaded, LayerError> {
    load(a, &|_| {})
}

/// Everything in a world as text, to compare two of them byte by byte.
fn text(l: &Loaded) -> String {
    format!("{:?}\n{:?}", l.world, l.quality)
}

#[test]
fn ladakh() {
    let Some(dir) = data("ladakh") else { return };
    let zip = |name: &str| format!("/vsizip/{dir}/{name}");
    let villages = source(LayerKind::Villages, &zip("Habitation.zip")).with(&[
        ("id", "HAB_ID"),
        ("name", "HAB_NAME"),
        ("population", "TOT_POPULA"),
    ]);
    let roads = source(LayerKind::Roads, &zip("Road_DRRP.zip"))
        .with(&[("id", "ER_ID"), ("name", "RoadName"), ("class", "RoadCatego"), ("surface", "RoadCatego")])
        .map("class", &[("NH", "primary"), ("SH", "secondary"), ("MDR", "tertiary"), ("RR(TRACK)", "track")])
        .map("surface", &[("NH", "paved"), ("RR(TRACK)", "unknown")]);
    let blocks = source(LayerKind::Counties, &zip("Bound_Block.zip")).with(&[("id", "BLOCK_ID")]);
    let mut a = atlas(vec![villages, roads, blocks]);
    let l = load_quietly(&a).unwrap();
    println!("{}", l.quality.to_table());
    assert_eq!(l.world.villages.len(), 729);
    assert_eq!(l.world.villages.iter().filter_map(|v| v.population).sum::<f64>(), 278_462.0);
    assert_eq!(l.quality.sources[1].read, 1015);
    assert_eq!(l.quality.sources[1].skipped_count(), 0);
    assert!(l.world.roads.len() >= 1015);
    let km = l.quality.value("roads.length").unwrap() / 1000.0;
    assert!((km - 6275.0).abs() < 30.0, "{km}");
    assert_eq!(l.world.counties.len(), 31);
    assert!(l.world.counties.iter().all(|c| c.target), "no list and no field: all");
    let nh = (0..l.world.roads.len()).find(|&i| l.world.roads.class[i] == RoadClass::Primary).unwrap();
    assert_eq!(l.world.roads.surface[nh], Surface::Paved);
    let unmapped = |f: &str| l.quality.sources[1].unmapped_values.iter().find(|u| u.field == f).unwrap();
    assert!(unmapped("class").examples.iter().any(|v| v.value.starts_with("RR(")));
    assert!(!unmapped("surface").examples.iter().any(|v| v.value == "RR(TRACK)"), "mapped to unknown on purpose");
    assert_eq!(l.inputs.len(), 3);
    assert!(l.inputs.iter().all(|f| f.sha256.len() == 64 && f.bytes > 0));
    // The order of the sources does not change what is in the world.
    a.sources.swap(0, 1);
    let again = load_quietly(&a).unwrap();
    assert_eq!(l.world.roads.id, again.world.roads.id);
    assert_eq!(l.world.roads.coords, again.world.roads.coords);
}

fn osm(path: &str) -> Vec<Source> {
    let villages = source(LayerKind::Villages, path).filter("place IN ('village', 'hamlet')");
    vec![villages, source(LayerKind::Roads, path)]
}

#[test]
fn north_bayreuth() {
    let Some(file) = data("osm/north-bayreuth.osm.gz") else { return };
    let l = load_quietly(&atlas(osm(&format!("/vsigzip/{file}")))).unwrap();
    println!("{}", l.quality.to_table());
    let count = |s| l.world.villages.iter().filter(|v| v.status == s).count();
    assert_eq!((count(VillageStatus::Administrative), count(VillageStatus::Natural)), (22, 48));
    assert!(l.world.roads.len() > 1000);
    assert!(l.world.roads.surface.contains(&Surface::Earth), "tracks by tracktype");
    assert!(l.world.roads.flags.iter().any(|f| f & road_flags::BRIDGE != 0));
    assert!(l.world.roads.flags.iter().any(|f| f & road_flags::SURFACE_INFERRED != 0));
    assert!(l.quality.sources[1].ignored_count() > 0, "waterways are not roads");
    assert_eq!(l.quality.sources[1].skipped_count(), 0);
    // Without a `where`, the same places and the isolated dwellings.
    let all = load_quietly(&atlas(vec![source(LayerKind::Villages, &format!("/vsigzip/{file}"))])).unwrap();
    assert!(all.world.villages.len() >= 70);
}

#[test]
fn liechtenstein_twice_the_same() {
    let Some(file) = data("liechtenstein/liechtenstein-2013-08-03.osm.pbf") else { return };
    let mut sources = osm(&file);
    sources[0].r#where = Some("place = 'village'".into());
    let municipalities = source(LayerKind::Counties, &file).filter("boundary = 'administrative' AND admin_level = '8'");
    sources.push(municipalities);
    sources.push(source(LayerKind::Schools, &file));
    let a = atlas(sources);
    let l = load_quietly(&a).unwrap();
    println!("{}", l.quality.to_table());
    assert_eq!(l.world.villages.len(), 14);
    assert_eq!(l.world.counties.len(), 11);
    assert!(l.world.villages.iter().all(|v| v.county.is_some()));
    let km = l.quality.value("roads.length").unwrap() / 1000.0;
    assert!((700.0..830.0).contains(&km), "{km} km of roads and tracks");
    assert_eq!(l.inputs.len(), 1, "one file, however many layers it feeds");
    assert_eq!(text(&l), text(&load_quietly(&a).unwrap()));
}

#[test]
fn nandurbar_joins_its_census() {
    let Some(dir) = data("nandurbar") else { return };
    let villages = source(LayerKind::Villages, &format!("{dir}/villages_497_Nandurbar.geojson")).with(&[
        ("id", "NEWCD2011"),
        ("name", "VILLNAME"),
        ("town", "IPNAME"),
    ]);
    let census = source(LayerKind::VillageRecords, &format!("{dir}/census2011_dchb_497_Nandurbar.csv")).with(&[
        ("id", "Village.Code"),
        ("population", "Total.Population.of.Village"),
        ("households", "Total...Households"),
    ]);
    let l = load_quietly(&atlas(vec![villages, census])).unwrap();
    println!("{}", l.quality.to_table());
    assert_eq!(l.quality.sources[0].read, 1060);
    assert_eq!(l.world.villages.len(), 1060);
    assert_eq!(l.quality.value("villages.with_record"), Some(934.0));
    assert_eq!(l.quality.items("village_records.without_village").len(), 9);
    assert_eq!(l.quality.items("villages.without_record").len(), 126);
    assert!(l.world.villages.iter().all(|v| v.settlement_from == SettlementFrom::Interior));
    assert!(l.world.villages.iter().filter_map(|v| v.population).sum::<f64>() > 1e6);
}

#[test]
fn nandurbar_habitations_lose_only_duplicates() {
    let Some(file) = data("nandurbar/pmgsy_habitation.geojson") else { return };
    let s = source(LayerKind::Villages, &file).with(&[
        ("id", "HAB_ID"),
        ("name", "HAB_NAME"),
        ("population", "TOT_POPULA"),
    ]);
    let l = load_quietly(&atlas(vec![s])).unwrap();
    println!("{}", l.quality.to_table());
    let q = &l.quality.sources[0];
    assert_eq!(q.read, 1491);
    assert_eq!(q.skipped_count(), q.skipped_for(reason::DUPLICATE), "nothing is out of place");
    let odd = q.notes.iter().find(|t| t.reason.contains("dwarfs")).unwrap();
    assert_eq!(odd.count, 2, "{odd:?}");
    let mut ids: Vec<&str> = l.world.villages.iter().map(|v| v.id.as_str()).collect();
    let before = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), before);
}

fn liaoning(crs: Crs) -> Option<Loaded> {
    let mut s = source(LayerKind::Counties, &data("liaoning/counties_gcj02.geojson")?).with(&[
        ("id", "code"),
        ("name", "name"),
        ("target", "target"),
    ]);
    s.crs = crs;
    Some(load_quietly(&atlas(vec![s])).unwrap())
}

#[test]
fn liaoning_counties_are_repaired_and_corrected() {
    let (Some(corrected), Some(as_is)) = (liaoning(Crs::Gcj02), liaoning(Crs::FromFile)) else { return };
    println!("{}", corrected.quality.to_table());
    assert_eq!(corrected.world.counties.len(), 100);
    assert_eq!(corrected.quality.sources[0].repaired, 91);
    assert_eq!(corrected.world.counties.iter().filter(|c| c.target).count(), 10);
    for c in corrected.world.counties.iter() {
        let area = c.area.as_ref().unwrap();
        assert!(area.to_gdal().unwrap().is_valid(), "{} {}", c.id, c.name);
    }
    let Some(file) = data("liaoning-reference/counties_osm_wgs84.geojson") else { return };
    let reference = source(LayerKind::Counties, &file).with(&[("id", "code"), ("name", "name")]);
    let reference = load_quietly(&atlas(vec![reference])).unwrap();
    let overlap = |a: &MultiPolygon, b: &MultiPolygon| a.intersection(b).unsigned_area() / a.union(b).unsigned_area();
    let mean = |l: &Loaded| {
        let shares: Vec<f64> = reference
            .world
            .counties
            .iter()
            .map(|r| {
                let ours = l.world.counties.iter().find(|c| c.id == r.id).unwrap();
                overlap(ours.area.as_ref().unwrap(), r.area.as_ref().unwrap())
            })
            .collect();
        shares.iter().sum::<f64>() / shares.len() as f64
    };
    let (with, without) = (mean(&corrected), mean(&as_is));
    println!("overlap corrected {with:.4}, uncorrected {without:.4}");
    assert!(with > 0.97 && with > without + 0.005, "{with} {without}");
}

#[test]
fn gulu_and_djibouti_read() {
    if let Some(file) = data("gulu/communities.geojson") {
        let mut s = source(LayerKind::Villages, &file);
        s.line = 3;
        let l = load_quietly(&atlas(vec![s])).unwrap();
        println!("{}", l.quality.to_table());
        assert_eq!(l.world.villages.len(), 119);
    }
    if let Some(file) = data("djibouti/roads_edges_open-gira.geojson") {
        let s =
            source(LayerKind::Roads, &file).with(&[("id", "id"), ("class", "tag_highway"), ("surface", "tag_surface")]);
        let l = load_quietly(&atlas(vec![s])).unwrap();
        println!("{}", l.quality.to_table());
        assert_eq!(l.quality.sources[0].read, 652);
    }
}

/// Figures for the documentation of [`super::read`]: `cargo test --release --lib big_layer -- --ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn big_layer_takes_little_more_than_gdal_itself() {
    use gdal::vector::{
        Feature, FieldDefn, Geometry, LayerAccess, LayerOptions, OGRFieldType, OGRwkbGeometryType as Wkb,
    };
    let dir = tempfile::tempdir().unwrap();
    for (driver, ending) in [("FlatGeobuf", "fgb"), ("GPKG", "gpkg")] {
        let file = dir.path().join(format!("roads.{ending}")).display().to_string();
        let mut ds = gdal::DriverManager::get_driver_by_name(driver).unwrap().create_vector_only(&file).unwrap();
        let srs = gdal::spatial_ref::SpatialRef::from_epsg(4326).unwrap();
        let options = LayerOptions { name: "roads", srs: Some(&srs), ty: Wkb::wkbLineString, options: None };
        let layer = ds.create_layer(options).unwrap();
        for f in ["osm_id", "name", "highway", "surface", "tracktype", "bridge"] {
            FieldDefn::new(f, OGRFieldType::OFTString).unwrap().add_to_layer(&layer).unwrap();
        }
        let dice = |i: usize, k: usize| ((i * 7919 + k * 104_729) % 10_007) as f64 / 10_007.0;
        {
            let layer_defn = gdal::vector::Defn::from_layer(&layer);
            for i in 0..150_000 {
                let mut feature = Feature::new(&layer_defn).unwrap();
                let mut line = Geometry::empty(Wkb::wkbLineString).unwrap();
                let (x, y) = (120.0 + 5.0 * dice(i, 1), 39.0 + 4.0 * dice(i / 3, 2));
                for k in 0..4 + i % 7 {
                    line.add_point_2d((x + 0.001 * k as f64, y + 0.001 * dice(i, k)));
                }
                feature.set_geometry(line).unwrap();
                feature.set_field_string(0, &(1_000_000 + i).to_string()).unwrap();
                if i % 3 == 0 {
                    feature.set_field_string(1, &format!("村道{i}")).unwrap();
                }
                feature.set_field_string(2, ["track", "residential", "tertiary"][i % 3]).unwrap();
                if i % 5 < 3 {
                    feature.set_field_string(3, ["asphalt", "gravel", "dirt"][i % 5]).unwrap();
                }
                feature.create(&layer).unwrap();
            }
        }
        ds.close().unwrap();
        let best = |f: &dyn Fn()| (0..4).map(|_| timed(f).1.as_secs_f64()).fold(f64::MAX, f64::min);
        let iterate = best(&|| {
            let ds = gdal::Dataset::open(&file).unwrap();
            assert_eq!(ds.layer(0).unwrap().features().count(), 150_000);
        });
        let values = best(&|| {
            let ds = gdal::Dataset::open(&file).unwrap();
            let (mut positions, mut texts) = (Vec::new(), 0);
            for f in ds.layer(0).unwrap().features() {
                f.geometry_by_index(0).unwrap().get_points(&mut positions);
                texts += (0..6).filter(|i| f.field_as_string(*i).is_ok_and(|t| t.is_some())).count();
            }
            assert!(positions.len() > 900_000 && texts > 150_000);
        });
        let s = source(LayerKind::Roads, &file).with(&[
            ("id", "osm_id"),
            ("name", "name"),
            ("class", "highway"),
            ("surface", "surface"),
            ("tracktype", "tracktype"),
            ("bridge", "bridge"),
        ]);
        let read = best(&|| assert_eq!(super::read::table(&s, 0).unwrap().rows(), 150_000));
        let a = atlas(vec![s]);
        let whole = best(&|| assert_eq!(load_quietly(&a).unwrap().world.roads.len(), 150_000));
        println!(
            "{driver}: iteration {iterate:.3} s, with all values {values:.3} s, table {read:.3} s ({:.2} and {:.2} times), \
             load {whole:.3} s",
            read / iterate,
            read / values
        );
    }
}
