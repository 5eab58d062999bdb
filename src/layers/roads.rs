//! Roads: class, surface, flags and lines, from OSM tags or from a plain layer's mapped fields.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::error::LayerError;
use super::fields::{Column, Values};
use super::order::{self, Fate, by_coords};
use super::quality::QualityReport;
use super::read::{Table, reason};
use super::text::yes_no;
use crate::standards::OsmRoads;
use crate::world::{Known, RoadClass, Roads, Surface, metric, road_flags};

/// What a class value means.
#[derive(Clone, Copy, PartialEq)]
enum Class {
    Road(RoadClass),
    NotARoad,
    Missing,
    Unmapped,
}

/// A road before its parts are taken apart.
struct Draft {
    id: String,
    /// Index into the tables, and row.
    table: u32,
    row: u32,
    class: RoadClass,
    surface: Surface,
    flags: u8,
    source: u16,
}

/// What surface values mean, by code; `None` where the next tag decides.
struct Surfaces {
    by_code: Vec<Option<Surface>>,
    fallback: Option<Surface>,
}

/// Makes the world's roads from their tables.
pub(super) fn build(tables: &mut [Table], report: &mut QualityReport) -> Result<Roads, LayerError> {
    let osm = OsmRoads::default();
    let mut drafts = Vec::with_capacity(tables.iter().map(Table::rows).sum());
    for (i, table) in tables.iter_mut().enumerate() {
        read_one(table, i as u32, &osm, &mut drafts);
    }
    let mut gone = Vec::new();
    let drafts = {
        let tables = &*tables;
        let coords = |d: &Draft| tables[d.table as usize].all_coords(d.row as usize);
        let name = |d: &Draft| tables[d.table as usize].values().text("name", d.row as usize);
        order::unify(
            drafts,
            |d| &mut d.id,
            |d| d.source,
            |a, b| {
                by_coords(coords(a), coords(b))
                    .then_with(|| name(a).cmp(&name(b)))
                    .then_with(|| (a.class, a.surface, a.flags).cmp(&(b.class, b.surface, b.flags)))
            },
            |d, fate| {
                if fate != Fate::Kept {
                    gone.push((d.table as usize, d.row as usize, d.id.clone(), fate));
                }
            },
        )
    };
    for (table, row, id, fate) in gone {
        match fate {
            Fate::Duplicate => tables[table].skip(row, reason::DUPLICATE),
            _ => tables[table].quality.note("id used before; kept with a suffix", || id),
        }
    }
    let roads = columns(tables, drafts)?;
    if !tables.is_empty() {
        facts(&roads, report);
    }
    Ok(roads)
}

fn read_one(table: &mut Table, index: u32, osm: &OsmRoads, drafts: &mut Vec<Draft>) {
    let is_osm = table.osm;
    let mut lost: BTreeMap<&str, BTreeMap<String, u64>> = BTreeMap::new();
    let values = table.values();
    let column = |f: &str| table.columns.get(f);
    let class_default = values.source.defaults.get("class").map(|d| class_of(&values, d, osm, is_osm));
    let classes =
        by_code(column("class"), class_default.unwrap_or(Class::Missing), |v| class_of(&values, v, osm, is_osm));
    let surfaces = surfaces(&values, osm);
    let not_all_season = by_code(column("smoothness"), false, |v| osm.not_all_season(v));
    let closed: Vec<Vec<bool>> =
        ["access", "motor_vehicle"].iter().map(|f| by_code(column(f), false, |v| osm.closed(v))).collect();
    let built: Vec<Vec<bool>> = ["bridge", "tunnel"]
        .iter()
        .map(|f| {
            let default = values.source.defaults.get(*f).is_some_and(|d| yes_no(d) == Some(Known::Yes));
            // OSM says what kind of bridge it is: anything but "no" is one.
            by_code(column(f), default, |v| yes_no(values.mapped(f, v).unwrap_or(v)).is_none_or(|k| k == Known::Yes))
        })
        .collect();
    let has_class = table.columns.contains_key("class");
    let mut left_out: Vec<(usize, bool, &'static str)> = Vec::new();
    let mut without_class = Vec::new();
    for row in (0..table.rows()).filter(|r| table.is_good(*r)) {
        let code = |f: &str| column(f).map_or(0, |c| c.code(row));
        let class = match classes[code("class")] {
            Class::Road(c) => c,
            Class::NotARoad => {
                left_out.push((row, true, reason::NOT_A_ROAD));
                continue;
            }
            Class::Missing if is_osm => {
                left_out.push((row, true, reason::NOT_A_ROAD));
                continue;
            }
            Class::Missing => {
                if has_class {
                    without_class.push(row);
                }
                RoadClass::Road
            }
            Class::Unmapped => {
                count_lost(&mut lost, "class", column("class"), row);
                RoadClass::Road
            }
        };
        if closed[0][code("access")] || closed[1][code("motor_vehicle")] {
            left_out.push((row, true, reason::CLOSED));
            continue;
        }
        if table.lines(row).all(|l| l.len() < 2) {
            left_out.push((row, false, reason::ZERO_LENGTH));
            continue;
        }
        let mut flags = road_flags::NONE;
        let surface_code = code("surface");
        let surface = if surface_code > 0 {
            surfaces.by_code[surface_code].unwrap_or_else(|| {
                count_lost(&mut lost, "surface", column("surface"), row);
                Surface::Unknown
            })
        } else {
            let tracktype = values.text("tracktype", row);
            let inferring = if has_class { class } else { RoadClass::Road };
            let (surface, inferred) = osm.surface(None, tracktype, inferring);
            match surfaces.fallback {
                Some(default) if inferred || surface == Surface::Unknown => default,
                _ => {
                    flags |= if inferred { road_flags::SURFACE_INFERRED } else { 0 };
                    surface
                }
            }
        };
        if not_all_season[code("smoothness")] {
            flags |= road_flags::NOT_ALL_SEASON;
        }
        if built[0][code("bridge")] {
            flags |= road_flags::BRIDGE;
        }
        if built[1][code("tunnel")] {
            flags |= road_flags::TUNNEL;
        }
        drafts.push(Draft {
            id: table.id_or_derived(row),
            table: index,
            row: row as u32,
            class,
            surface,
            flags,
            source: table.index,
        });
    }
    for (row, other, why) in left_out {
        if other { table.ignore(row, why) } else { table.skip(row, why) }
    }
    for row in without_class {
        let label = table.label(row);
        table.quality.note("no class; taken as `road`", || label);
    }
    for (field, values) in lost {
        table.quality.unmapped(field, values);
    }
}

/// Per code of `column` what it means; the only entry is `none` where there is no such column.
fn by_code<T>(column: Option<&Column>, none: T, f: impl FnMut(&str) -> T) -> Vec<T> {
    match column {
        Some(c) => c.map(none, f),
        None => vec![none],
    }
}

fn count_lost<'f>(
    lost: &mut BTreeMap<&'f str, BTreeMap<String, u64>>,
    field: &'f str,
    column: Option<&Column>,
    row: usize,
) {
    if let Some(v) = column.and_then(|c| c.get(row)) {
        *lost.entry(field).or_default().entry(v.to_string()).or_default() += 1;
    }
}

fn class_of(values: &Values, value: &str, osm: &OsmRoads, is_osm: bool) -> Class {
    let ours = values.mapped("class", value);
    match ours.unwrap_or(value) {
        "none" => Class::NotARoad,
        v if is_osm && ours.is_none() => osm.class(v).map_or(Class::NotARoad, Class::Road),
        v => RoadClass::parse(v).map_or(Class::Unmapped, Class::Road),
    }
}

fn surfaces(values: &Values, osm: &OsmRoads) -> Surfaces {
    let ours = |s: &str| Surface::ALL.into_iter().find(|x| x.as_str() == s);
    let meaning = |v: &str| {
        if let Some(m) = values.mapped("surface", v) {
            return ours(m);
        }
        // `paved` and `gravel` are words of both vocabularies and mean the same; `unknown` is only ours.
        ours(v).or_else(|| {
            let (s, _) = osm.surface(Some(v), None, RoadClass::Road);
            (s != Surface::Unknown).then_some(s)
        })
    };
    Surfaces {
        by_code: by_code(values.columns.get("surface"), None, meaning),
        fallback: values.source.defaults.get("surface").and_then(|d| ours(d)),
    }
}

/// Takes features apart into single lines and lays them out as columns, sorted by id.
fn columns(tables: &mut [Table], drafts: Vec<Draft>) -> Result<Roads, LayerError> {
    let mut roads = Roads { start: vec![0], ..Roads::default() };
    let mut short = Vec::new();
    for d in drafts {
        let table = &mut tables[d.table as usize];
        let row = d.row as usize;
        let many = table.lines(row).len() > 1;
        let name = table.values().text("name", row).map(String::from);
        for (part, line) in table.lines(row).enumerate() {
            let id = if many { format!("{}/{}", d.id, part + 1) } else { d.id.clone() };
            // A position given twice in a row is gone by now, so two positions make a length.
            if line.len() < 2 {
                short.push((d.table as usize, id));
                continue;
            }
            roads.id.push(id);
            roads.name.push(name.clone());
            roads.class.push(d.class);
            roads.surface.push(d.surface);
            roads.flags.push(d.flags);
            roads.source.push(d.source);
            roads.coords.extend_from_slice(line);
            roads.start.push(u32::try_from(roads.coords.len()).map_err(|_| too_many())?);
        }
        let made = if many { table.lines(row).filter(|l| l.len() > 1).count() } else { 1 };
        table.quality.kept += made as u64;
    }
    for (table, id) in short {
        tables[table].quality.note("part of length zero dropped", || id);
    }
    Ok(roads)
}

fn too_many() -> LayerError {
    LayerError::TooMany { what: "road positions", limit: u64::from(u32::MAX) }
}

fn facts(roads: &Roads, report: &mut QualityReport) {
    let lengths: Vec<f64> = (0..roads.len()).into_par_iter().map(|i| metric::length_m(roads.line(i))).collect();
    let sum = |keep: &dyn Fn(usize) -> bool| -> f64 {
        lengths.iter().enumerate().filter(|(i, _)| keep(*i)).map(|(_, l)| l).fold(0.0, |a, b| a + b)
    };
    let total = sum(&|_| true);
    let unknown = sum(&|i| roads.surface[i] == Surface::Unknown);
    let inferred = sum(&|i| roads.flags[i] & road_flags::SURFACE_INFERRED != 0);
    report.fact("roads.count", roads.len() as f64, "count");
    report.fact("roads.length", total.round(), "m");
    let share = |part: f64| if total > 0.0 { (part / total * 1e6).round() / 1e6 } else { 0.0 };
    report.fact("roads.unknown_surface_share", share(unknown), "share");
    report.fact("roads.inferred_surface_share", share(inferred), "share");
}
