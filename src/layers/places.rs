//! Counties, seats and schools, and the county that a place lies in.

use std::cmp::Ordering;
use std::collections::HashMap;

use geo::{Coord, MultiPolygon};

use super::order::{self, Fate, by_coords};
use super::quality::{QualityReport, SourceQuality};
use super::read::{Table, reason};
use super::settle;
use crate::atlas::Atlas;
use crate::world::index::Polygons;
use crate::world::{County, Known, School, Seat, SeatLevel};

/// A feature and where it came from, until ids are unique.
pub(super) struct From<T> {
    pub item: T,
    /// Index into the tables, and row.
    pub table: usize,
    pub row: usize,
    pub source: u16,
}

/// Makes ids unique, reports what was dropped or renamed, and counts what is kept.
pub(super) fn unify<T>(
    drafts: Vec<From<T>>,
    tables: &mut [Table],
    id: impl Fn(&mut T) -> &mut String,
    compare: impl Fn(&T, &T) -> Ordering,
) -> Vec<From<T>> {
    let mut gone = Vec::new();
    let kept = {
        let tables = &*tables;
        let coords = |d: &From<T>| tables[d.table].all_coords(d.row);
        order::unify(
            drafts,
            |d| id(&mut d.item),
            |d| d.source,
            |a, b| compare(&a.item, &b.item).then_with(|| by_coords(coords(a), coords(b))),
            |d, fate| gone.push((d.table, d.row, fate)),
        )
    };
    for (table, row, fate) in gone {
        match fate {
            Fate::Kept => {}
            Fate::Duplicate => tables[table].skip(row, reason::DUPLICATE),
            Fate::Renamed => {
                let label = tables[table].label(row);
                tables[table].quality.note("id used before; kept with a suffix", || label);
            }
        }
    }
    for d in &kept {
        tables[d.table].quality.kept += 1;
    }
    kept
}

/// The feature's point: its own, the centre of several, or inside its area. True where it is its own or inside.
pub(super) fn point_of(table: &Table, row: usize) -> Option<(Coord, bool)> {
    if let Some(area) = table.area(row) {
        return settle::interior(&area).map(|p| (p, true));
    }
    let points = table.points(row);
    let weighted: Vec<(Coord, f64)> = points.iter().map(|p| (*p, 1.0)).collect();
    settle::median(&weighted).map(|p| (p, points.len() == 1))
}

/// Good rows of a table with their point; features of several points get a note.
pub(super) fn with_points(table: &mut Table) -> Vec<(usize, Coord)> {
    let mut out = Vec::new();
    for row in 0..table.rows() {
        if !table.is_good(row) {
            continue;
        }
        match point_of(table, row) {
            Some((p, single)) => {
                if !single {
                    let label = table.label(row);
                    table.quality.note("several points; their median is used", || label);
                }
                out.push((row, p));
            }
            None => table.skip(row, reason::NO_GEOMETRY),
        }
    }
    out
}

fn note_missing_ids(table: &mut Table, rows: impl Iterator<Item = usize>) {
    for row in rows {
        if table.raw_id(row).is_none() {
            let label = table.label(row);
            table.quality.note("no id; one was made from the geometry", || label);
        }
    }
}

/// The county-level units, sorted by id.
pub(super) fn counties(atlas: &Atlas, tables: &mut [Table], report: &mut QualityReport) -> Vec<County> {
    let mut drafts = Vec::new();
    let mut has_field = false;
    for (t, table) in tables.iter_mut().enumerate() {
        keep_level(table, "6");
        let good: Vec<usize> = (0..table.rows()).filter(|r| table.is_good(*r)).collect();
        note_missing_ids(table, good.iter().copied());
        let mut quality = std::mem::take(&mut table.quality);
        let targets = table.values().yes_no("target", &mut quality, |r| table.is_good(r));
        has_field |= table.values().has("target") || table.source.defaults.contains_key("target");
        for row in good {
            let item = County {
                id: table.id_or_derived(row),
                name: table.values().text("name", row).unwrap_or_default().to_string(),
                area: table.area(row),
                target: targets.get(row) == Some(Known::Yes),
                provenance: table.source.provenance,
                source: table.index,
            };
            drafts.push(From { item, table: t, row, source: table.index });
        }
        table.quality = quality;
    }
    let kept = unify(drafts, tables, |c| &mut c.id, |a, b| a.name.cmp(&b.name).then(a.target.cmp(&b.target)));
    let mut counties: Vec<County> = kept.into_iter().map(|d| d.item).collect();
    let listed = &atlas.target_counties;
    if !listed.is_empty() {
        counties.iter_mut().for_each(|c| c.target = listed.contains(&c.id));
        let absent = listed.iter().filter(|id| !counties.iter().any(|c| c.id == **id)).cloned().collect();
        report.list("target_counties_missing", absent);
    } else if !has_field {
        counties.iter_mut().for_each(|c| c.target = true);
    }
    counties
}

/// Of an OSM source without a `where` of its own keeps the boundaries of this administrative level.
pub(super) fn keep_level(table: &mut Table, level: &str) {
    if table.osm && table.source.r#where.is_none() {
        keep_only(table, |t, row| {
            t.values().text("boundary", row) == Some("administrative")
                && t.values().text("admin_level", row) == Some(level)
        });
    }
}

/// Ignores features that are not of the layer's kind, where an OSM source has no `where` to say so.
pub(super) fn keep_only(table: &mut Table, is_ours: impl Fn(&Table, usize) -> bool) {
    for row in 0..table.rows() {
        if table.is_good(row) && !is_ours(table, row) {
            table.ignore(row, reason::NOT_THIS_KIND);
        }
    }
}

/// Township and county seats, sorted by id.
pub(super) fn seats(tables: &mut [Table], finder: &CountyFinder) -> Vec<Seat> {
    let mut drafts = Vec::new();
    for (t, table) in tables.iter_mut().enumerate() {
        if table.osm && table.source.r#where.is_none() {
            keep_only(table, |t, row| matches!(t.values().text("place", row), Some("city" | "town")));
        }
        let rows = with_points(table);
        note_missing_ids(table, rows.iter().map(|r| r.0));
        let mut quality = std::mem::take(&mut table.quality);
        let osm = table.osm;
        let levels = table.values().classify(
            "level",
            &mut quality,
            |r| table.is_good(r),
            |s| match s {
                "county" => Some(SeatLevel::County),
                "township" => Some(SeatLevel::Township),
                "city" if osm => Some(SeatLevel::County),
                _ if osm => Some(SeatLevel::Township),
                _ => None,
            },
        );
        for (row, point) in rows {
            let item = Seat {
                id: table.id_or_derived(row),
                name: table.values().text("name", row).unwrap_or_default().to_string(),
                level: levels.get(row).unwrap_or_default(),
                county: finder.county(table.values().text("county", row), point, &mut quality, || table.label(row)),
                point,
                provenance: table.source.provenance,
                source: table.index,
            };
            drafts.push(From { item, table: t, row, source: table.index });
        }
        table.quality = quality;
    }
    let kept = unify(drafts, tables, |s| &mut s.id, |a, b| a.name.cmp(&b.name).then(a.level.cmp(&b.level)));
    kept.into_iter().map(|d| d.item).collect()
}

/// Schools, sorted by id.
pub(super) fn schools(tables: &mut [Table], finder: &CountyFinder) -> Vec<School> {
    let mut drafts = Vec::new();
    for (t, table) in tables.iter_mut().enumerate() {
        if table.osm && table.source.r#where.is_none() {
            keep_only(table, |t, row| t.values().text("amenity", row) == Some("school"));
        }
        let rows = with_points(table);
        note_missing_ids(table, rows.iter().map(|r| r.0));
        let mut quality = std::mem::take(&mut table.quality);
        let pupils = table.values().number("pupils", &mut quality, |r| table.is_good(r));
        for (row, point) in rows {
            let item = School {
                id: table.id_or_derived(row),
                name: table.values().text("name", row).unwrap_or_default().to_string(),
                county: finder.county(table.values().text("county", row), point, &mut quality, || table.label(row)),
                pupils: pupils.get(row),
                point,
                provenance: table.source.provenance,
                source: table.index,
            };
            drafts.push(From { item, table: t, row, source: table.index });
        }
        table.quality = quality;
    }
    let order = |v: &School| v.pupils.unwrap_or(-1.0);
    let kept = unify(drafts, tables, |s| &mut s.id, |a, b| a.name.cmp(&b.name).then(order(a).total_cmp(&order(b))));
    kept.into_iter().map(|d| d.item).collect()
}

/// Finds the county of a place: by the id or name it states, else by the polygon it lies in.
pub(super) struct CountyFinder<'a> {
    counties: &'a [County],
    by_word: HashMap<&'a str, Option<usize>>,
    polygons: Polygons<'a>,
}

impl<'a> CountyFinder<'a> {
    pub fn new(counties: &'a [County]) -> Self {
        let mut by_word: HashMap<&str, Option<usize>> = HashMap::new();
        for (i, c) in counties.iter().enumerate().filter(|(_, c)| !c.name.is_empty()) {
            // A name that two counties share names neither.
            by_word.entry(&c.name).and_modify(|e| *e = None).or_insert(Some(i));
        }
        for (i, c) in counties.iter().enumerate() {
            by_word.insert(&c.id, Some(i));
        }
        let polygons = Polygons::new(counties.iter().map(|c| c.area.as_ref().map(|a: &MultiPolygon| a)));
        CountyFinder { counties, by_word, polygons }
    }

    /// Id of the county. Where the atlas has no counties, what the place states stands as it is.
    pub fn has_counties(&self) -> bool {
        !self.counties.is_empty()
    }

    pub fn county(
        &self,
        stated: Option<&str>,
        point: Coord,
        quality: &mut SourceQuality,
        label: impl Fn() -> String,
    ) -> Option<String> {
        if self.counties.is_empty() {
            return stated.map(String::from);
        }
        let by_word = stated.and_then(|s| self.by_word.get(s).copied().flatten());
        if let (Some(s), None) = (stated, by_word) {
            quality.note("states a county that is not in the counties layer", || format!("{} ({s})", label()));
        }
        let found = by_word.or_else(|| self.polygons.holding(point));
        if found.is_none() {
            quality.note("lies in no county", label);
        }
        found.map(|i| self.counties[i].id.clone())
    }
}
