//! OpenStreetMap files: the layers of GDAL's OSM driver are always the same, so the entries are, too.

use std::collections::BTreeMap;

use gdal::vector::LayerAccess;
use gdal::vector::sql::Dialect;

use super::InitError;
use super::fields::{Mapping, ValueDraft};
use super::guess::Entry;
use super::look::{self, Shape};
use crate::atlas::LayerKind;

/// Files up to this size (bytes) are read once to see which administrative level has the counties.
const READ_UP_TO: u64 = 300_000_000;
/// `admin_level` of counties in China, taken where the file was not read.
const CHINESE_COUNTY: u32 = 6;

/// True for files that GDAL's OSM driver reads.
pub(super) fn is_osm(path: &str) -> bool {
    let low = path.to_ascii_lowercase();
    [".pbf", ".osm", ".osm.gz", ".osm.bz2"].iter().any(|e| low.ends_with(e))
}

/// Entries for villages, counties, schools, roads, rivers and lakes.
pub(super) fn entries(path: &str) -> Result<Vec<Entry>, InitError> {
    let ds = look::open(path, &[])?;
    let driver = ds.driver().short_name();
    if driver != "OSM" {
        return Err(InitError::NoLayers { path: format!("{path} (read as {driver}, not as OpenStreetMap)") });
    }
    let (level, level_note) = match levels(path)? {
        Some(found) => county_level(&found, in_china(&ds)),
        None => (
            Some(CHINESE_COUNTY),
            format!("counties taken to be admin_level {CHINESE_COUNTY}, as in China; TODO check"),
        ),
    };
    let mut villages = entry(LayerKind::Villages, path, "points", Shape::Point, "place IN ('village', 'hamlet')");
    villages.mapping.fields.extend([("population", "population".to_owned()), ("status", "place".to_owned())]);
    let rows = vec![("village".to_owned(), "administrative", false, 0), ("hamlet".to_owned(), "natural", false, 0)];
    villages.mapping.values.push(ValueDraft { field: "status", rows });
    let mut schools =
        entry(LayerKind::Schools, path, "points", Shape::Point, "other_tags LIKE '%\"amenity\"=>\"school\"%'");
    schools.id_prefix = Some("n".to_owned());
    let mut grounds = entry(LayerKind::Schools, path, "multipolygons", Shape::Polygon, "amenity = 'school'");
    grounds.mapping.fields.retain(|(f, _)| *f != "id");
    grounds.id_prefix = Some("a".to_owned());
    grounds.mapping.notes.push("school grounds drawn as areas; osm_id or osm_way_id is their id".to_owned());
    let mut out = vec![villages, schools, grounds];
    if let Some(level) = level {
        let filter = format!("boundary = 'administrative' AND admin_level = '{level}'");
        let mut counties = entry(LayerKind::Counties, path, "multipolygons", Shape::Polygon, &filter);
        counties.mapping.notes.push(level_note);
        out.push(counties);
    }
    let mut roads = entry(LayerKind::Roads, path, "lines", Shape::Line, "highway IS NOT NULL");
    roads
        .mapping
        .notes
        .push("class and surface are read from the tags, by the table in standards/osm_roads.toml".to_owned());
    out.push(roads);
    let rivers = "waterway IN ('river', 'stream', 'canal', 'drain', 'ditch')";
    out.push(entry(LayerKind::SurfaceWater, path, "lines", Shape::Line, rivers));
    let lakes = "natural = 'water' OR landuse IN ('reservoir', 'basin')";
    let mut lakes = entry(LayerKind::SurfaceWater, path, "multipolygons", Shape::Polygon, lakes);
    lakes.mapping.fields.retain(|(f, _)| *f != "id");
    lakes.id_prefix = Some("a".to_owned());
    out.push(lakes);
    Ok(out)
}

fn entry(kind: LayerKind, path: &str, layer: &str, shape: Shape, filter: &str) -> Entry {
    Entry {
        kind,
        path: path.to_owned(),
        layer: Some(layer.to_owned()),
        shape,
        r#where: Some(filter.to_owned()),
        encoding: None,
        crs: None,
        osm: true,
        id_prefix: None,
        mapping: Mapping {
            fields: vec![("id", "osm_id".to_owned()), ("name", "name".to_owned())],
            values: Vec::new(),
            notes: Vec::new(),
        },
        summary: format!("{path}: OpenStreetMap {layer}"),
        active: true,
        names: Vec::new(),
        shared_ends: None,
    }
}

/// Administrative areas by level; `None` where the file is too large to look, or not a plain file.
fn levels(path: &str) -> Result<Option<BTreeMap<u32, usize>>, InitError> {
    let file = path.strip_prefix("/vsigzip/").or(path.strip_prefix("/vsizip/")).unwrap_or(path);
    if std::fs::metadata(file).map_or(true, |m| m.len() > READ_UP_TO) {
        return Ok(None);
    }
    let wrap = |source| InitError::Layer { path: path.to_owned(), layer: "multipolygons".to_owned(), source };
    let ds = look::open(path, &[])?;
    let sql = "SELECT admin_level FROM multipolygons WHERE boundary = 'administrative'";
    let mut found = BTreeMap::new();
    if let Some(mut rows) = ds.execute_sql(sql, None, Dialect::DEFAULT).map_err(wrap)? {
        for feature in rows.features() {
            if let Ok(Some(text)) = feature.field_as_string(0)
                && let Ok(level) = text.trim().parse::<u32>()
            {
                *found.entry(level).or_default() += 1;
            }
        }
    }
    Ok(Some(found))
}

/// True where the middle of the file lies in the box around China.
fn in_china(ds: &gdal::Dataset) -> bool {
    let extent = ds.layer(0).ok().and_then(|l| l.try_get_extent().ok().flatten());
    extent.is_some_and(|e| {
        let (x, y) = ((e.MinX + e.MaxX) / 2.0, (e.MinY + e.MaxY) / 2.0);
        (73.0..=135.0).contains(&x) && (18.0..=54.0).contains(&y)
    })
}

/// The level taken for counties: China's in China where the file has it, else the one with the most areas between
/// 5 and 8.
fn county_level(found: &BTreeMap<u32, usize>, china: bool) -> (Option<u32>, String) {
    let list: Vec<String> = found.iter().map(|(l, n)| format!("{l} ({n} areas)")).collect();
    let chinese = (china && found.contains_key(&CHINESE_COUNTY)).then_some(CHINESE_COUNTY);
    let most = || found.range(5..=8).max_by_key(|(l, n)| (**n, u32::MAX - **l)).map(|(l, _)| *l);
    let level = chinese.or_else(most);
    (level, format!("TODO check the level of your counties; admin_level in the file: {}", list.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn level_of_counties() {
        let level = |v: &[(u32, usize)], china| county_level(&v.iter().copied().collect(), china).0;
        assert_eq!(level(&[(4, 1), (6, 14), (8, 200)], true), Some(6));
        assert_eq!(level(&[(4, 1), (8, 20)], true), Some(8));
        assert_eq!(level(&[(2, 1), (6, 2), (8, 11)], false), Some(8));
        assert_eq!(level(&[(2, 1), (6, 3), (7, 3)], false), Some(6));
        assert_eq!(level(&[(2, 1), (9, 4)], false), None);
        assert_eq!(level(&[], true), None);
    }
}
