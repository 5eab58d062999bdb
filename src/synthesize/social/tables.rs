//! Layers of the part.

use gdal::vector::OGRwkbGeometryType::{wkbMultiPolygon, wkbPoint};
use geo::{Coord, LineString, MultiPolygon, Polygon};

use super::{Social, Square};
use crate::synthesize::people::People;
use crate::synthesize::region::Region;
use crate::synthesize::wkb;
use crate::synthesize::write::{Kind, Table, Value, text};

type Fields = &'static [(&'static str, Kind)];

const COVERAGE: Fields = &[("id", Kind::Text), ("mbit_s", Kind::Real), ("measured", Kind::Text)];
const NODES: Fields = &[("id", Kind::Text)];
const FACILITIES: Fields = &[("id", Kind::Text), ("name", Kind::Text), ("class", Kind::Text)];
const RECORDS: Fields =
    &[("id", Kind::Text), ("broadband", Kind::Text), ("mbit_s", Kind::Real), ("mobile", Kind::Text)];

/// Names of the layers and of their fields, in the order of [`tables`].
pub fn fields() -> Vec<(&'static str, Vec<&'static str>)> {
    [
        ("broadband_coverage", COVERAGE),
        ("broadband_nodes", NODES),
        ("facilities", FACILITIES),
        ("village_records", RECORDS),
    ]
    .map(|(name, fields)| (name, fields.iter().map(|f| f.0).collect()))
    .to_vec()
}

fn square(s: &Square) -> Vec<u8> {
    let ring = [(s.west, s.south), (s.east, s.south), (s.east, s.north), (s.west, s.north), (s.west, s.south)];
    let ring: LineString = ring.iter().map(|&(x, y)| Coord { x, y }).collect();
    wkb::multi_polygon(&MultiPolygon(vec![Polygon::new(ring, Vec::new())]))
}

fn said(v: Option<bool>) -> Value {
    v.map_or(Value::Null, |b| text(if b { "yes" } else { "no" }))
}

fn real(v: Option<f64>) -> Value {
    v.map_or(Value::Null, Value::Real)
}

pub fn tables(s: &Social, region: &Region, people: &People) -> Vec<Table> {
    let measured = |m: bool| text(if m { "yes" } else { "no" });
    let mut records: Vec<(&str, usize)> = people.villages.iter().map(|v| v.id.as_str()).zip(0..).collect();
    records.sort_unstable();
    vec![
        Table {
            name: "broadband_coverage",
            geometry: wkbMultiPolygon,
            fields: COVERAGE,
            rows: s
                .squares
                .iter()
                .map(|q| (square(q), vec![text(&q.id), real(q.mbit_s), measured(q.measured)]))
                .collect(),
        },
        Table {
            name: "broadband_nodes",
            geometry: wkbPoint,
            fields: NODES,
            rows: s.nodes.iter().map(|(id, p)| (wkb::point(*p), vec![text(id)])).collect(),
        },
        Table {
            name: "facilities",
            geometry: wkbPoint,
            fields: FACILITIES,
            rows: (s.places.iter())
                .map(|x| (wkb::point(x.point), vec![text(&x.id), text(&x.name), text(x.class)]))
                .collect(),
        },
        Table {
            name: "village_records",
            geometry: wkbPoint,
            fields: RECORDS,
            rows: records
                .into_iter()
                .map(|(id, i)| {
                    let r = &s.records[i];
                    let values = vec![text(id), said(r.broadband), real(r.mbit_s), said(r.mobile)];
                    (wkb::point(region.land.sites[i].point), values)
                })
                .collect(),
        },
    ]
}
