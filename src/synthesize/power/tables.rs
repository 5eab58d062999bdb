//! Layers of the power part.

use gdal::vector::OGRwkbGeometryType::{wkbLineString, wkbPoint};

use super::low::{LV_NOMINAL_V, VK_PERCENT, VKR_PERCENT};
use super::model::{LGJ_25, LGJ_50, Power};
use crate::synthesize::people::People;
use crate::synthesize::wkb;
use crate::synthesize::write::{Kind, Table, Value, text};
use crate::world::metric;

type Fields = &'static [(&'static str, Kind)];

const SUBSTATIONS: Fields = &[
    ("id", Kind::Text),
    ("name", Kind::Text),
    ("voltage", Kind::Whole),
    ("rating_kva", Kind::Whole),
    ("kind", Kind::Text),
];
const POWER_LINES: Fields = &[
    ("id", Kind::Text),
    ("name", Kind::Text),
    ("from_bus", Kind::Text),
    ("to_bus", Kind::Text),
    ("voltage", Kind::Whole),
    ("phases", Kind::Text),
    ("conductor", Kind::Text),
    ("length_km", Kind::Real),
    ("r_ohm_per_km", Kind::Real),
    ("x_ohm_per_km", Kind::Real),
    ("c_nf_per_km", Kind::Real),
    ("neutral_ratio", Kind::Real),
    ("max_i_ka", Kind::Real),
];
const TRANSFORMERS: Fields = &[
    ("id", Kind::Text),
    ("name", Kind::Text),
    ("hv_bus", Kind::Text),
    ("lv_bus", Kind::Text),
    ("rating_kva", Kind::Real),
    ("phases", Kind::Text),
    ("hv_nominal_v", Kind::Whole),
    ("lv_nominal_v", Kind::Whole),
    ("vk_percent", Kind::Real),
    ("vkr_percent", Kind::Real),
    ("iron_loss_kw", Kind::Real),
    ("i0_percent", Kind::Real),
    ("hv_source_pu", Kind::Real),
    ("households", Kind::Whole),
];
const LOADS: Fields = &[
    ("id", Kind::Text),
    ("bus", Kind::Text),
    ("phase", Kind::Text),
    ("p_kw", Kind::Real),
    ("q_kvar", Kind::Real),
    ("households", Kind::Whole),
    ("people", Kind::Whole),
    ("village", Kind::Text),
];
const VOLTAGE_READINGS: Fields = &[
    ("id", Kind::Text),
    ("village", Kind::Text),
    ("load", Kind::Text),
    ("bus", Kind::Text),
    ("voltage", Kind::Real),
    ("nominal", Kind::Whole),
    ("phase", Kind::Text),
    ("time", Kind::Text),
];

/// Names of the layers and of their fields, in the order of [`tables`].
pub fn fields() -> Vec<(&'static str, Vec<&'static str>)> {
    [
        ("substations", SUBSTATIONS),
        ("power_lines", POWER_LINES),
        ("transformers", TRANSFORMERS),
        ("loads", LOADS),
        ("voltage_readings", VOLTAGE_READINGS),
    ]
    .map(|(name, fields)| (name, fields.iter().map(|f| f.0).collect()))
    .to_vec()
}

fn maybe(v: Option<f64>) -> Value {
    v.map_or(Value::Null, Value::Real)
}

pub fn tables(power: &Power, people: &People) -> Vec<Table> {
    let substations = power
        .substations
        .iter()
        .map(|s| {
            let values =
                vec![text(&s.id), text(&s.name), Value::Whole(66_000), Value::Whole(s.rating_kva), text("source")];
            (wkb::point(s.at), values)
        })
        .collect();
    let medium = power.lines.iter().map(|l| {
        let conductor = if l.phases == super::model::Phases::Three { &LGJ_50 } else { &LGJ_25 };
        let values = vec![
            text(&l.id),
            text(&l.name),
            text(&l.from_bus),
            text(&l.to_bus),
            Value::Whole(10_000),
            text(l.phases.name()),
            text(conductor.name),
            Value::Real(l.length_km),
            Value::Real(conductor.r),
            Value::Real(conductor.x),
            Value::Real(0.0),
            Value::Null,
            Value::Real(conductor.max_i_ka),
        ];
        (wkb::line(&l.coords), values)
    });
    let low = power.transformers.iter().flat_map(|t| {
        t.points.iter().enumerate().map(move |(k, p)| {
            let from = if p.parent == 0 { t.at } else { t.points[p.parent - 1].at };
            let values = vec![
                Value::Text(t.line_id(k + 1)),
                Value::Null,
                Value::Text(t.bus(p.parent)),
                Value::Text(t.bus(k + 1)),
                Value::Whole(380),
                text(p.phases.name()),
                p.conductor.map_or(Value::Null, |c| text(c.name)),
                Value::Real(p.length_km),
                maybe(p.conductor.map(|c| c.r)),
                maybe(p.conductor.map(|c| c.x)),
                maybe(p.conductor.map(|_| 0.0)),
                maybe(p.conductor.map(|_| 1.0)),
                maybe(p.conductor.map(|c| c.max_i_ka)),
            ];
            (wkb::line(&[from, p.at]), values)
        })
    });
    let lines = medium.chain(low).collect();
    let mut of_village = 0;
    let transformers = power
        .transformers
        .iter()
        .enumerate()
        .map(|(i, t)| {
            let again = i > 0 && power.transformers[i - 1].site == t.site;
            of_village = if again { of_village + 1 } else { 1 };
            let values = vec![
                Value::Text(t.id()),
                Value::Text(format!("{}{of_village}号变", people.villages[t.site].name)),
                Value::Text(t.hv_bus()),
                Value::Text(t.bus(0)),
                Value::Real(t.rating_kva),
                text(t.phases.name()),
                Value::Whole(10_000),
                Value::Whole(LV_NOMINAL_V as i64),
                Value::Real(VK_PERCENT),
                Value::Real(VKR_PERCENT),
                Value::Real(0.0),
                Value::Real(0.0),
                Value::Real(1.0),
                Value::Whole(t.households()),
            ];
            (wkb::point(t.at), values)
        })
        .collect();
    let loads = power
        .transformers
        .iter()
        .flat_map(|t| {
            t.points.iter().enumerate().map(move |(k, p)| {
                let values = vec![
                    Value::Text(t.load_id(k + 1)),
                    Value::Text(t.bus(k + 1)),
                    text(p.phases.name()),
                    Value::Real(p.p_kw),
                    Value::Real(p.q_kvar),
                    Value::Whole(p.households),
                    Value::Whole(p.people),
                    text(&people.villages[t.site].id),
                ];
                (wkb::point(p.at), values)
            })
        })
        .collect();
    let mut number = 0;
    let mut readings = Vec::new();
    for r in &power.readings {
        let t = &power.transformers[r.transformer];
        let p = &t.points[r.k - 1];
        for (i, volts) in r.volts.iter().enumerate() {
            number += 1;
            let values = vec![
                Value::Text(format!("R{number:06}")),
                text(&people.villages[r.site].id),
                Value::Text(t.load_id(r.k)),
                Value::Text(t.bus(r.k)),
                Value::Real(*volts),
                Value::Whole(220),
                text(if p.phases.name() == "abc" { "a" } else { p.phases.name() }),
                // Every three hours of five days in December.
                Value::Text(format!("2016-12-{:02}T{:02}:00:00+08:00", 5 + i / 8, 3 * (i % 8))),
            ];
            readings.push((wkb::point(p.at), values));
        }
    }
    assert!(power.lines.iter().all(|l| (metric::length_m(&l.coords) / 1000.0 - l.length_km).abs() < 1e-3));
    vec![
        Table { name: "substations", geometry: wkbPoint, fields: SUBSTATIONS, rows: substations },
        Table { name: "power_lines", geometry: wkbLineString, fields: POWER_LINES, rows: lines },
        Table { name: "transformers", geometry: wkbPoint, fields: TRANSFORMERS, rows: transformers },
        Table { name: "loads", geometry: wkbPoint, fields: LOADS, rows: loads },
        Table { name: "voltage_readings", geometry: wkbPoint, fields: VOLTAGE_READINGS, rows: readings },
    ]
}
