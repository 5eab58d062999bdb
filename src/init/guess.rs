//! Which layer of the atlas a layer of a file feeds.

use super::fields::{self, Mapping};
use super::hints::{self, any};
use super::look::{LayerFacts, Shape};
use super::words::plain;
use crate::atlas::LayerKind;

/// One `[[layers.…]]` of the draft.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub kind: LayerKind,
    pub path: String,
    pub layer: Option<String>,
    pub shape: Shape,
    pub r#where: Option<String>,
    /// Value and the reason for it.
    pub encoding: Option<(String, String)>,
    pub crs: Option<(String, String)>,
    pub osm: bool,
    pub id_prefix: Option<String>,
    pub mapping: Mapping,
    pub summary: String,
    /// Not commented out.
    pub active: bool,
    /// Names of all fields, to link layers by.
    pub names: Vec<String>,
    /// See [`LayerFacts::shared_ends`].
    pub shared_ends: Option<f64>,
}

/// The entry for a layer; `None` where it is nothing an atlas reads.
pub(super) fn entry(facts: &LayerFacts) -> Option<Entry> {
    let (kind, r#where) = kind(facts)?;
    let mut mapping = fields::map(kind, facts);
    let mut encoding = None;
    if let Some(g) = &facts.encoding {
        match g.name {
            Some(name) => encoding = Some((name.to_owned(), g.why.to_owned())),
            None => mapping.notes.push(format!("TODO the text has {}; set encoding", g.why)),
        }
    }
    let crs = if facts.shape == Shape::Table { None } else { crs(facts, &mut mapping.notes) };
    Some(Entry {
        kind,
        path: facts.path.clone(),
        layer: facts.layer.clone(),
        shape: facts.shape,
        r#where,
        encoding,
        crs,
        osm: false,
        id_prefix: None,
        mapping,
        summary: facts.summary(),
        active: true,
        names: facts.fields.iter().map(|f| f.name.clone()).collect(),
        shared_ends: facts.shared_ends,
    })
}

fn kind(facts: &LayerFacts) -> Option<(LayerKind, Option<String>)> {
    let title = plain(&facts.title);
    let names: String = facts.fields.iter().map(|f| plain(&f.name)).collect::<Vec<_>>().join(" ");
    if projects(facts, &title) {
        return Some((LayerKind::Projects, None));
    }
    let kind = match facts.shape {
        Shape::Line => roads(facts, &title, &names).then_some(LayerKind::Roads),
        Shape::Polygon => polygons(facts, &title, &names),
        Shape::Point => return points(facts, &title, &names),
        Shape::Table => table(facts),
        Shape::Raster => any(&title, hints::POPULATION).then_some(LayerKind::Population),
        Shape::Other => None,
    };
    kind.map(|k| (k, None))
}

/// A list of projects says in its title that it is one, and has a year or a cost: a layer of villages in a folder of plans
/// has neither.
fn projects(facts: &LayerFacts, title: &str) -> bool {
    let m = fields::map(LayerKind::Projects, facts);
    let money = m.get("year").is_some() || m.get("cost").is_some();
    any(title, hints::PROJECTS) && money && !matches!(facts.shape, Shape::Raster | Shape::Other)
}

fn roads(facts: &LayerFacts, title: &str, names: &str) -> bool {
    if any(title, hints::NOT_ROADS) {
        return false;
    }
    let m = fields::map(LayerKind::Roads, facts);
    any(title, hints::ROADS)
        || any(names, hints::ROADS)
        || (m.get("surface").is_some() || m.get("class").is_some()) && !any(names, hints::NOT_ROADS)
}

/// Length of the codes in the layer's fields, where one is unique and all its values are that long.
fn code_of_length(facts: &LayerFacts, length: usize) -> bool {
    facts.fields.iter().any(|f| f.unique && f.numeric && f.same_length == Some(length))
}

fn polygons(facts: &LayerFacts, title: &str, names: &str) -> Option<LayerKind> {
    let mut village = 0;
    let mut county = 0;
    village += 3 * i32::from(any(title, hints::VILLAGES));
    county += 3 * i32::from(any(title, hints::COUNTIES));
    village += 2 * i32::from(any(names, hints::VILLAGES));
    county += i32::from(any(names, hints::COUNTIES));
    village += 2 * i32::from(code_of_length(facts, 12));
    county += i32::from(code_of_length(facts, 6));
    // Villages and counties name their town, too: fields say nothing, the title and the code do.
    let town = 3 * i32::from(any(title, hints::TOWNS)) + 2 * i32::from(code_of_length(facts, 9));
    if village == 0 && county == 0 && town == 0 {
        return None;
    }
    Some(if town > village && town >= county {
        LayerKind::Towns
    } else if village >= county {
        LayerKind::Villages
    } else {
        LayerKind::Counties
    })
}

fn points(facts: &LayerFacts, title: &str, names: &str) -> Option<(LayerKind, Option<String>)> {
    if any(title, hints::SCHOOLS) {
        return Some((LayerKind::Schools, None));
    }
    if any(title, hints::VILLAGE_SEATS) {
        return Some((LayerKind::VillageSeats, None));
    }
    if any(title, hints::DWELLINGS) {
        return Some((LayerKind::Dwellings, None));
    }
    if any(title, hints::SEATS) {
        return Some((LayerKind::Seats, None));
    }
    if any(title, hints::VILLAGES) {
        return Some((LayerKind::Villages, None));
    }
    if let Some(filter) = school_filter(facts) {
        return Some((LayerKind::Schools, Some(filter)));
    }
    if any(names, hints::SCHOOLS) {
        return Some((LayerKind::Schools, None));
    }
    (any(names, hints::VILLAGES) || code_of_length(facts, 12)).then_some((LayerKind::Villages, None))
}

/// Points of many kinds with a field that says which are schools.
fn school_filter(facts: &LayerFacts) -> Option<String> {
    for f in facts.fields.iter().filter(|f| !f.numeric) {
        let Some(values) = f.values.as_ref().filter(|v| v.len() > 1) else { continue };
        let schools: Vec<&String> = values.keys().filter(|v| any(&v.to_lowercase(), hints::SCHOOL_VALUES)).collect();
        // One or two kinds among others, not a list of names that mention schools.
        if !schools.is_empty() && schools.len() <= 2 && values.len() < facts.count {
            let list: Vec<String> = schools.iter().map(|s| format!("'{}'", s.replace('\'', "''"))).collect();
            return Some(format!("\"{}\" IN ({})", f.name.replace('"', "\\\""), list.join(", ")));
        }
    }
    None
}

fn table(facts: &LayerFacts) -> Option<LayerKind> {
    let m = fields::map(LayerKind::VillageRecords, facts);
    m.get("id")?;
    m.get("name")?;
    let records = ["population", "households", "poor_population", "priority", "paved", "all_weather"];
    if records.iter().any(|f| m.get(f).is_some()) {
        return Some(LayerKind::VillageRecords);
    }
    let villages = any(&plain(&facts.title), hints::VILLAGES) || code_of_length(facts, 12);
    (villages || m.get("town").is_some()).then_some(LayerKind::Register)
}

/// Value for `crs` where the file has none or its name says that the coordinates are shifted.
fn crs(facts: &LayerFacts, notes: &mut Vec<String>) -> Option<(String, String)> {
    let title = plain(&facts.title);
    if title.contains("gcj") || title.contains("火星") {
        return Some(("GCJ-02".into(), "by the file's name; TODO check".into()));
    }
    if title.contains("bd09") {
        return Some(("BD-09".into(), "by the file's name; TODO check".into()));
    }
    if facts.has_crs {
        return None;
    }
    let Some([w, s, e, n]) = facts.extent else {
        notes.push("TODO the file does not say its coordinate system; set crs".into());
        return None;
    };
    if w >= -180.0 && e <= 180.0 && s >= -90.0 && n <= 90.0 {
        return Some(("EPSG:4326".into(), "the file does not say; degrees by its extent; TODO check".into()));
    }
    // Eastings with the zone number in front: CGCS2000 Gauss–Kruger.
    let zone = (w / 1e6).floor();
    let epsg = match zone {
        z if z != (e / 1e6).floor() => None,
        z if (25.0..=45.0).contains(&z) => Some(4513 + (z as u32 - 25)),
        z if (13.0..=23.0).contains(&z) => Some(4491 + (z as u32 - 13)),
        _ => None,
    };
    match epsg {
        Some(code) => {
            let why = format!(
                "the file does not say; zone {zone} by its extent, as CGCS2000; TODO check (Xian 1980 and Beijing 1954 look the same)"
            );
            Some((format!("EPSG:{code}"), why))
        }
        None => {
            notes.push(format!(
                "TODO the file does not say its coordinate system (extent {w:.0} {s:.0} {e:.0} {n:.0}); set crs"
            ));
            None
        }
    }
}

/// Decides between sources that would count the same things twice, and links layers by shared fields.
pub(super) fn settle(entries: &mut [Entry]) {
    promote_seats(entries);
    // One kind of village layer: the same villages as polygons and as points must not count twice.
    let first = entries.iter().filter(|e| e.kind == LayerKind::Villages && !e.osm);
    let best = first.max_by_key(|e| (e.shape == Shape::Polygon, e.mapping.fields.len())).map(|e| e.shape);
    for kind in [LayerKind::Villages, LayerKind::Roads, LayerKind::Counties, LayerKind::Schools] {
        let own = entries.iter().any(|e| e.kind == kind && !e.osm);
        for e in entries.iter_mut().filter(|e| e.kind == kind) {
            let other_shape = kind == LayerKind::Villages && best.is_some_and(|b| b != e.shape);
            if own && (e.osm || other_shape) {
                e.active = false;
                let why =
                    "TODO commented out: another source above feeds this layer; use both only if nothing is in both";
                e.mapping.notes.push(why.into());
            }
        }
    }
    let county_id = entries
        .iter()
        .find(|e| e.kind == LayerKind::Counties && e.active && !e.osm)
        .and_then(|e| e.mapping.get("id").map(str::to_owned));
    if let Some(id) = county_id.filter(|id| !["id", "code", "name", "代码", "编码"].contains(&plain(id).as_str())) {
        for e in entries.iter_mut() {
            let takes = e.kind != LayerKind::Counties && e.kind.fields().contains(&"county");
            if takes && !e.osm && e.names.contains(&id) {
                e.mapping.set("county", id.clone());
            }
        }
    }
    entries.sort_by_key(|e| (order(e.kind), !e.active));
}

/// Without any other villages the village seats are the villages.
fn promote_seats(entries: &mut [Entry]) {
    if entries.iter().any(|e| e.kind == LayerKind::Villages) {
        return;
    }
    for e in entries.iter_mut().filter(|e| e.kind == LayerKind::VillageSeats) {
        e.kind = LayerKind::Villages;
        e.mapping.notes.push("no other layer of villages was given, so their seats stand for them".into());
    }
}

fn order(kind: LayerKind) -> usize {
    let order = [
        LayerKind::Counties,
        LayerKind::Towns,
        LayerKind::Villages,
        LayerKind::VillageRecords,
        LayerKind::VillageSeats,
        LayerKind::Dwellings,
        LayerKind::Register,
        LayerKind::Seats,
        LayerKind::Schools,
        LayerKind::Roads,
        LayerKind::Population,
        LayerKind::Projects,
    ];
    order.iter().position(|k| *k == kind).unwrap_or(order.len())
}
