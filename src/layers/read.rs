//! Reads one vector source into columns: features, parts, positions, mapped values.
//!
//! Reading is GDAL's plain feature iteration with `OGR_G_GetPoint` per vertex. Seconds for 150 000 lines with about a
//! million vertices and 6 text fields (GDAL 3.6.2, release build on two cores, best of four):
//!
//! | | FlatGeobuf | GeoPackage |
//! |---|---|---|
//! | iteration that touches no value | 0.09 | 0.19 |
//! | with positions, point by point | 0.12 | 0.25 |
//! | with positions, through WKB | 0.13 | 0.24 |
//! | with positions and all fields as strings | 0.20 | 0.25 |
//! | [`table`] (checks and dictionaries included) | 0.22 | 0.33 |
//! | [`super::load`] (sorted world, facts, file hash) | 0.55 | 0.54 |
//!
//! WKB buys nothing over single points. Fetching strings is the largest part that is not GDAL's own; they go into
//! dictionaries at once. An Arrow stream could save part of it, but on GDAL 3.6 it is natively columnar in few
//! drivers, and it needs `unsafe` code, which this crate does without; it has not been measured. The first and the
//! last three rows: `cargo test --release --lib big_layer -- --ignored --nocapture`.

use std::collections::BTreeMap;

use gdal::vector::{Layer, LayerAccess};
use geo::{Coord, LineString, MultiPolygon, Polygon};
use sha2::{Digest, Sha256};

use super::crs::{self, System};
use super::error::{At, LayerError};
use super::fields::{Column, From, Plan, Values};
use super::geometry::{AREA, LINE, POINT, Part, Reader, wanted};
use super::inputs::InputFile;
use super::open;
use super::place;
use super::quality::SourceQuality;
use super::text;
use crate::atlas::{LayerKind, Source};

/// Reasons for leaving out a feature, as they stand in the report.
pub mod reason {
    pub const NO_GEOMETRY: &str = "no geometry";
    pub const NOT_FINITE: &str = "coordinates are not finite numbers";
    pub const OFF_GLOBE: &str = "coordinates outside longitude ±180 or latitude ±90";
    pub const WRONG_TYPE: &str = "wrong geometry type";
    pub const NO_AREA: &str = "no area left after repair";
    pub const OUT_OF_PLACE: &str = "far away from all the rest";
    pub const ZERO_LENGTH: &str = "length zero";
    pub const DUPLICATE: &str = "same id, geometry and attributes as another";
    pub const NOT_A_ROAD: &str = "not a road";
    pub const CLOSED: &str = "closed to motor vehicles";
    pub const NOT_THIS_KIND: &str = "not of this layer's kind";
    pub const NO_ID: &str = "no id";
}

/// One source, read. Positions are WGS84 degrees.
pub(super) struct Table<'a> {
    pub source: &'a Source,
    /// Index into the world's sources.
    pub index: u16,
    pub osm: bool,
    fids: Vec<Option<u64>>,
    /// `rows + 1` offsets into `parts`.
    first: Vec<u32>,
    parts: Vec<Part>,
    coords: Vec<Coord>,
    /// Only fields that the source has.
    pub columns: BTreeMap<&'static str, Column>,
    /// Why a feature is left out.
    bad: Vec<Option<&'static str>>,
    pub quality: SourceQuality,
}

impl<'a> Table<'a> {
    pub fn rows(&self) -> usize {
        self.bad.len()
    }

    pub fn is_good(&self, row: usize) -> bool {
        self.bad[row].is_none()
    }

    pub fn values(&self) -> Values<'_> {
        Values { source: self.source, columns: &self.columns }
    }

    /// The feature's id with the source's prefix, where it has one.
    pub fn id(&self, row: usize) -> Option<String> {
        let id = self.raw_id(row)?;
        Some(self.source.id_prefix.as_ref().map_or_else(|| id.to_string(), |p| format!("{p}{id}")))
    }

    /// The feature's id as the source has it.
    pub fn raw_id(&self, row: usize) -> Option<&str> {
        let text = |f| self.columns.get(f).and_then(|c: &Column| c.get(row));
        // GDAL's OSM areas have their id in one of two fields.
        text("id").or_else(|| text("osm_way_id"))
    }

    /// The id, or one made from the geometry.
    pub fn id_or_derived(&self, row: usize) -> String {
        self.id(row).unwrap_or_else(|| {
            let prefix = self.source.id_prefix.as_deref().unwrap_or_default();
            format!("{prefix}{}", super::order::id_from_geometry(self.all_coords(row)))
        })
    }

    /// How the feature is called in messages.
    pub fn label(&self, row: usize) -> String {
        self.raw_id(row).map_or_else(
            || self.fids[row].map_or_else(|| format!("row {}", row + 1), |f| format!("fid {f}")),
            String::from,
        )
    }

    fn parts(&self, row: usize) -> &[Part] {
        &self.parts[self.first[row] as usize..self.first[row + 1] as usize]
    }

    fn of(&self, part: &Part) -> &[Coord] {
        &self.coords[part.start as usize..part.end as usize]
    }

    /// All positions of the feature in a row.
    pub fn all_coords(&self, row: usize) -> &[Coord] {
        match self.parts(row) {
            [] => &[],
            [first, .., last] => &self.coords[first.start as usize..last.end as usize],
            [only] => self.of(only),
        }
    }

    /// The feature's lines.
    pub fn lines(&self, row: usize) -> impl ExactSizeIterator<Item = &[Coord]> {
        self.parts(row).iter().map(|p| self.of(p))
    }

    /// Those of the feature's parts that are lines, where a layer takes points and areas, too.
    pub fn lines_only(&self, row: usize) -> Vec<Vec<Coord>> {
        self.parts(row).iter().filter(|p| p.kind == LINE).map(|p| self.of(p).to_vec()).collect()
    }

    /// The feature's points; empty for areas.
    pub fn points(&self, row: usize) -> Vec<Coord> {
        self.parts(row).iter().filter(|p| p.kind == POINT).flat_map(|p| self.of(p)).copied().collect()
    }

    /// The feature's area; `None` for points.
    pub fn area(&self, row: usize) -> Option<MultiPolygon> {
        let mut polygons: Vec<(LineString, Vec<LineString>)> = Vec::new();
        for part in self.parts(row).iter().filter(|p| p.kind == AREA) {
            let ring = LineString(self.of(part).to_vec());
            match polygons.last_mut() {
                Some((_, holes)) if !part.shell => holes.push(ring),
                _ => polygons.push((ring, Vec::new())),
            }
        }
        (!polygons.is_empty()).then(|| polygons.into_iter().map(|(s, h)| Polygon::new(s, h)).collect())
    }

    /// What was read, as an entry in the list of inputs: a database has no file whose bytes could be hashed. Rows come
    /// in any order from there, so the digest knows none.
    pub fn digest(&self) -> InputFile {
        let mut bytes = 0;
        let mut rows: Vec<[u8; 32]> = (0..self.rows())
            .map(|row| {
                let mut h = Sha256::new();
                for (field, column) in &self.columns {
                    let value = column.get(row).unwrap_or("\0");
                    bytes += value.len() as u64;
                    h.update(field);
                    h.update((value.len() as u64).to_le_bytes());
                    h.update(value);
                }
                for c in self.all_coords(row) {
                    bytes += 16;
                    h.update(c.x.to_le_bytes());
                    h.update(c.y.to_le_bytes());
                }
                h.finalize().into()
            })
            .collect();
        rows.sort_unstable();
        let mut all = Sha256::new();
        rows.iter().for_each(|r| all.update(r));
        let layer = self.source.layer.as_ref().map_or_else(String::new, |l| format!(" {l}"));
        let path = format!("{}{layer}", super::inputs::redact(&self.source.path));
        InputFile { path, bytes, sha256: format!("{:x}", all.finalize()) }
    }

    pub fn skip(&mut self, row: usize, reason: &'static str) {
        self.bad[row] = Some(reason);
        let label = self.label(row);
        self.quality.skip(reason, || label);
    }

    pub fn ignore(&mut self, row: usize, reason: &'static str) {
        self.bad[row] = Some(reason);
        let label = self.label(row);
        self.quality.ignore(reason, || label);
    }
}

/// Reads `source`: opens it, iterates, transforms, and finds features that cannot be used.
pub(super) fn table<'a>(source: &'a Source, index: usize) -> Result<Table<'a>, LayerError> {
    let opened = open::vector(source)?;
    let osm = opened.is_osm(source);
    let mut layer = open::layer(&opened, source)?;
    let names: Vec<String> = layer.defn().fields().map(|f| f.name()).collect();
    let plan = Plan::new(source, osm, &names)?;
    let wants = wanted(source.kind);
    let system = match wants {
        0 => System::Wgs84,
        _ => crs::system(source, layer.spatial_ref())?,
    };
    let (mut table, seen) = iterate(&mut layer, source, index, &plan, osm)?;
    check_type(&table, seen)?;
    if matches!(system, System::Assumed) && !table.coords.is_empty() {
        table.quality.warnings.push("no reference system is stated; taken as WGS 84 (set `crs` to change)".to_string());
    }
    crs::to_wgs84(source, &system, &mut table.coords)?;
    check_places(&mut table);
    check_text(&mut table);
    Ok(table)
}

fn iterate<'a>(
    layer: &mut Layer<'_>,
    source: &'a Source,
    index: usize,
    plan: &Plan,
    osm: bool,
) -> Result<(Table<'a>, u8), LayerError> {
    let declared = if osm { None } else { layer.try_feature_count() };
    let mut reader =
        Reader { wants: wanted(source.kind), repair: source.kind != LayerKind::Dwellings, ..Reader::default() };
    reader.first.push(0);
    let mut columns: Vec<Column> = plan.from.iter().map(|(f, _)| Column::new(f)).collect();
    let mut tagged: Vec<Option<String>> = vec![None; columns.len()];
    let (mut fids, mut bad) = (Vec::new(), Vec::new());
    let optional = source.kind.geometry_optional();
    let mut repaired = 0;
    for feature in layer.features() {
        fids.push(feature.fid());
        let geometry = if reader.wants == 0 { None } else { feature.geometry_by_index(0).ok() };
        let why = match geometry {
            None if reader.wants == 0 => None,
            None => Some(reason::NO_GEOMETRY),
            Some(g) => reader.feature(g, &mut repaired),
        };
        bad.push(why.filter(|w| !(optional && *w == reason::NO_GEOMETRY)));
        reader.first.push(reader.parts.len() as u32);
        if let Some(tags) = plan.tags
            && let Ok(Some(text)) = feature.field_as_string(tags)
        {
            text::hstore(&text, |key, value| {
                for ((_, from), slot) in plan.from.iter().zip(&mut tagged) {
                    if matches!(from, From::Tag(t) if t == key) {
                        *slot = Some(value.to_string());
                    }
                }
            });
        }
        for (((_, from), column), slot) in plan.from.iter().zip(&mut columns).zip(&mut tagged) {
            match from {
                From::Nothing => {}
                From::Column(i) => column.push(feature.field_as_string(*i).ok().flatten()),
                From::Tag(_) => column.push(slot.take()),
            }
        }
    }
    let failures = open::take_failures();
    let read = fids.len() as u64;
    if let Some(declared) = declared.filter(|d| *d > read && !failures.is_empty()) {
        return Err(LayerError::Incomplete { at: At::of(source), read, declared, reason: failures.join("; ") });
    }
    if reader.coords.len() > u32::MAX as usize || fids.len() >= u32::MAX as usize {
        return Err(LayerError::TooMany { what: "positions", limit: u64::from(u32::MAX) });
    }
    let mut quality = SourceQuality {
        layer: source.kind.key().to_string(),
        path: super::inputs::redact(&source.path),
        read,
        repaired,
        unmapped_fields: plan.unmapped.clone(),
        ..SourceQuality::default()
    };
    quality.warnings.extend(failures.into_iter().take(5).map(|f| format!("while reading: {f}")));
    let columns = plan.from.iter().zip(columns).filter(|((_, f), _)| *f != From::Nothing).map(|((n, _), c)| (*n, c));
    let mut table = Table {
        source,
        index: index as u16,
        osm,
        fids,
        first: reader.first,
        parts: reader.parts,
        coords: reader.coords,
        columns: columns.collect(),
        bad: vec![None; bad.len()],
        quality,
    };
    for (row, why) in bad.into_iter().enumerate() {
        if let Some(why) = why {
            table.skip(row, why);
        }
    }
    Ok((table, reader.seen))
}

fn check_type(table: &Table, seen: u8) -> Result<(), LayerError> {
    let wants = wanted(table.source.kind);
    if wants == 0 || seen == 0 || seen & wants != 0 {
        return Ok(());
    }
    let name = |bits: u8| match bits {
        POINT => "points",
        LINE => "lines",
        AREA => "polygons",
        b if b & AREA != 0 => "points or polygons",
        _ => "geometries of another type",
    };
    let fix = match (table.source.kind, seen) {
        (LayerKind::Roads, AREA) => "give the road centre lines, or turn outlines into lines first",
        (LayerKind::Counties | LayerKind::Towns, _) => {
            "give the boundaries as polygons; closed lines must be turned into polygons first"
        }
        _ => "choose another `layer` or `path`",
    };
    Err(LayerError::WrongGeometry {
        at: At::of(table.source),
        found: name(seen).to_string(),
        expected: name(wants),
        fix: fix.to_string(),
    })
}

/// Leaves out features whose transformed positions are no places, and those far away from all the rest.
fn check_places(table: &mut Table) {
    if wanted(table.source.kind) == 0 {
        return;
    }
    let mut boxes = Vec::new();
    for row in 0..table.rows() {
        if !table.is_good(row) {
            continue;
        }
        let coords = table.all_coords(row);
        if coords.iter().all(|c| crs::on_globe(*c)) {
            boxes.extend(place::bounds(coords).map(|b| (row, b)));
        } else {
            table.skip(row, reason::OFF_GLOBE);
        }
    }
    for row in place::far_away(&boxes) {
        table.skip(row, reason::OUT_OF_PLACE);
    }
}

/// Reports text that was not read in its own encoding.
fn check_text(table: &mut Table) {
    let all = || table.columns.values().flat_map(Column::values);
    let foreign = || all().filter(|v| !v.is_ascii());
    let garbled: Vec<&String> = foreign().filter(|v| v.contains(char::REPLACEMENT_CHARACTER)).take(1).collect();
    let latin = || foreign().count() >= 3 && foreign().all(|v| text::gbk_as_latin1(v));
    let warning = if !garbled.is_empty() {
        format!("text is not UTF-8, e.g. {:?}; set `encoding = \"GBK\"` (or what the file is in)", garbled[0])
    } else if table.source.encoding.is_none() && latin() {
        "text looks like GBK read as Latin-1; set `encoding = \"GBK\"`".to_string()
    } else {
        return;
    };
    table.quality.warnings.push(warning);
}
