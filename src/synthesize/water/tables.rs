//! Layers of the water part.

use gdal::vector::OGRwkbGeometryType::{wkbMultiPolygon, wkbPoint};
use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::model::{How, Water};
use super::place::offset;
use crate::synthesize::people::People;
use crate::synthesize::region::Region;
use crate::synthesize::wkb;
use crate::synthesize::write::{Kind, Table, VILLAGE_FIELDS, Value, text};

type Fields = &'static [(&'static str, Kind)];

const SOURCES: Fields = &[
    ("id", Kind::Text),
    ("name", Kind::Text),
    ("type", Kind::Text),
    ("functional", Kind::Text),
    ("abandoned", Kind::Text),
    ("yield_m3_d", Kind::Real),
    ("users", Kind::Whole),
    ("elevation_m", Kind::Whole),
    ("depth_m", Kind::Real),
    ("county", Kind::Text),
];
const TESTS: Fields = &[
    ("source", Kind::Text),
    ("parameter", Kind::Text),
    ("value", Kind::Text),
    ("unit", Kind::Text),
    ("date", Kind::Text),
    ("below_detection", Kind::Text),
];
const AREAS: Fields = &[("id", Kind::Text), ("source", Kind::Text), ("village", Kind::Text)];
/// What villages' records say of water.
const RECORD: [(&str, Kind); 7] = [
    ("water_source", Kind::Text),
    ("water_type", Kind::Text),
    ("water_litres", Kind::Whole),
    ("water_scarce", Kind::Text),
    ("water_days_short", Kind::Whole),
    ("piped_share", Kind::Real),
    ("water_minutes", Kind::Whole),
];
const VILLAGES: [(&str, Kind); VILLAGE_FIELDS.len() + RECORD.len()] = {
    let mut all = [("", Kind::Text); VILLAGE_FIELDS.len() + RECORD.len()];
    let mut i = 0;
    while i < all.len() {
        all[i] = if i < VILLAGE_FIELDS.len() { VILLAGE_FIELDS[i] } else { RECORD[i - VILLAGE_FIELDS.len()] };
        i += 1;
    }
    all
};

/// Names of the layers and of their fields, in the order of [`tables`].
pub fn fields() -> Vec<(&'static str, Vec<&'static str>)> {
    [("water_sources", SOURCES), ("water_tests", TESTS), ("service_areas", AREAS)]
        .map(|(name, fields)| (name, fields.iter().map(|f| f.0).collect()))
        .to_vec()
}

/// Names of all fields of the villages layer.
pub fn village_fields() -> Vec<&'static str> {
    VILLAGES.iter().map(|f| f.0).collect()
}

fn yes_no(b: bool) -> Value {
    text(if b { "yes" } else { "no" })
}

/// Adds the record of water to the villages layer, whose rows are those of the sites in `order`.
pub fn extend_villages(table: &mut Table, order: &[usize], water: &Water) {
    table.fields = &VILLAGES;
    for ((_, values), &i) in table.rows.iter_mut().zip(order) {
        let w = &water.villages[i];
        let source = &water.sources[w.source];
        let named = w.how == How::Record;
        values.extend([
            if named { Value::Text(source.id()) } else { Value::Null },
            if named { text(source.kind.name()) } else { Value::Null },
            Value::Whole(w.litres),
            yes_no(w.scarce),
            Value::Whole(w.days_short),
            Value::Real(w.piped_share),
            w.minutes.map_or(Value::Null, Value::Whole),
        ]);
    }
}

/// A polygon of twelve corners.
pub fn circle(centre: Coord, radius_m: f64) -> MultiPolygon {
    let ring: Vec<Coord> = (0..=12).map(|k| offset(centre, radius_m, f64::from(k % 12).to_radians() * 30.0)).collect();
    MultiPolygon(vec![Polygon::new(LineString(ring), Vec::new())])
}

pub fn tables(water: &Water, region: &Region, people: &People) -> Vec<Table> {
    let mut users = vec![0; water.sources.len()];
    for (i, w) in water.villages.iter().enumerate() {
        users[w.source] += people.villages[i].population;
    }
    let county = |village: usize| text(&region.counties[region.land.sites[village].county].code);
    let sources = water
        .sources
        .iter()
        .zip(users)
        .map(|(s, users)| {
            let values = vec![
                Value::Text(s.id()),
                Value::Text(format!("{}{}", people.villages[s.village].name, s.kind.suffix())),
                text(s.kind.name()),
                text(s.functional),
                yes_no(s.abandoned),
                s.yield_l.map_or(Value::Null, |l| Value::Real(l as f64 / 1_000.0)),
                Value::Whole(users),
                Value::Whole(i64::from(s.elevation_m)),
                s.depth_m.map_or(Value::Null, Value::Real),
                county(s.village),
            ];
            (wkb::point(s.at), values)
        })
        .collect();
    let tests = water.sources.iter().flat_map(|s| {
        s.samples.iter().map(|t| {
            let values = vec![
                Value::Text(s.id()),
                text(t.parameter.name()),
                text(&t.value),
                if t.unit.is_empty() { Value::Null } else { text(t.unit) },
                text(&t.date),
                t.below.map_or(Value::Null, yes_no),
            ];
            (wkb::point(s.at), values)
        })
    });
    let areas = water.areas.iter().zip(1..).map(|(a, number)| {
        let values = vec![
            Value::Text(format!("A{number:05}")),
            Value::Text(water.sources[a.source].id()),
            a.village.map_or(Value::Null, |v| text(&people.villages[v].id)),
        ];
        (wkb::multi_polygon(&circle(a.centre, a.radius_m)), values)
    });
    vec![
        Table { name: "water_sources", geometry: wkbPoint, fields: SOURCES, rows: sources },
        Table { name: "water_tests", geometry: wkbPoint, fields: TESTS, rows: tests.collect() },
        Table { name: "service_areas", geometry: wkbMultiPolygon, fields: AREAS, rows: areas.collect() },
    ]
}
