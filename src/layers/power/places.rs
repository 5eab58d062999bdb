//! Buses, substations, transformers and supply points.

use std::collections::HashMap;

use geo::Coord;

use super::super::places::{self, From};
use super::super::read::{Table, reason};
use super::super::text::number;
use super::{Buses, bus_key, words};
use crate::standards::PowerRules;
use crate::world::power::{ABC, BusIx, Load, PowerBus, Substation, Transformer};

const NO_BUS: &str = "its bus does not exist";
const NEITHER: &str = "neither geometry nor a bus with a place";

/// The listed buses.
pub(super) fn buses(tables: &mut [Table], buses: &mut Buses) {
    for table in tables {
        let mut quality = std::mem::take(&mut table.quality);
        let keep = |r: usize| table.is_good(r);
        let values = table.values();
        let nominal = values.classify("nominal_v", &mut quality, keep, |s| words::volts(s)?.first().copied());
        let published = values.number("published_pu", &mut quality, keep);
        let mut skipped = Vec::new();
        for row in (0..table.rows()).filter(|r| table.is_good(*r)) {
            let Some(raw) = table.raw_id(row) else {
                skipped.push((row, reason::NO_ID));
                continue;
            };
            let bus = buses.named(bus_key(table, raw));
            let point = places::point_of(table, row).map(|p| p.0);
            let at: &mut PowerBus = &mut buses.list[bus.0 as usize];
            if at.listed {
                quality.note("id used before; the first bus is used", || table.label(row));
                continue;
            }
            at.listed = true;
            at.point = point;
            at.nominal_v = nominal.get(row).filter(|v| *v > 0.0);
            at.published_pu = published.get(row).filter(|v| *v > 0.0);
            quality.kept += 1;
        }
        table.quality = quality;
        for (row, why) in skipped {
            table.skip(row, why);
        }
    }
}

/// A feature's own place, else that of its bus.
fn place(table: &Table, row: usize, buses: &Buses, at: &[Option<BusIx>]) -> Option<Coord> {
    let of_bus = || at.iter().flatten().find_map(|b| buses.at(*b).point);
    places::point_of(table, row).map(|p| p.0).or_else(of_bus)
}

pub(super) fn substations(tables: &mut [Table], buses: &mut Buses) -> Vec<Substation> {
    let mut drafts = Vec::new();
    for (t, table) in tables.iter_mut().enumerate() {
        if table.osm && table.source.r#where.is_none() {
            places::keep_only(table, |t, row| {
                matches!(t.values().text("power", row), Some("substation" | "sub_station" | "station"))
            });
        }
        let mut quality = std::mem::take(&mut table.quality);
        let keep = |r: usize| table.is_good(r);
        let values = table.values();
        let voltage = values.classify("voltage", &mut quality, keep, words::volts);
        let rating = values.number("rating_kva", &mut quality, keep);
        let kind = values.classify("kind", &mut quality, keep, |s| match s {
            "source" => Some(true),
            "secondary" => Some(false),
            _ => None,
        });
        let mut skipped = Vec::new();
        for row in (0..table.rows()).filter(|r| table.is_good(*r)) {
            // A substation's own id is the bus it feeds unless it names another.
            let named = values.text("bus", row).or_else(|| table.raw_id(row)).map(|raw| bus_key(table, raw));
            let bus = named.and_then(|k| buses.find(&k));
            let Some(point) = place(table, row, buses, &[bus]) else {
                skipped.push((row, NEITHER));
                continue;
            };
            buses.place(bus, Some(point));
            let voltage_v = voltage.get(row).and_then(|all| all.into_iter().reduce(f64::max)).filter(|v| *v > 0.0);
            let item = Substation {
                id: table.id_or_derived(row),
                name: values.text("name", row).map(str::to_owned),
                point,
                voltage_v,
                rating_kva: rating.get(row).filter(|kva| *kva > 0.0),
                is_source: kind.get(row).unwrap_or(true),
                bus,
                source: table.index,
            };
            drafts.push(From { item, table: t, row, source: table.index });
        }
        table.quality = quality;
        for (row, why) in skipped {
            table.skip(row, why);
        }
    }
    let kept = places::unify(drafts, tables, |s| &mut s.id, |a, b| a.name.cmp(&b.name));
    kept.into_iter().map(|d| d.item).collect()
}

pub(super) fn transformers(tables: &mut [Table], buses: &mut Buses, rules: &PowerRules) -> Vec<Transformer> {
    let mut drafts = Vec::new();
    for (t, table) in tables.iter_mut().enumerate() {
        if table.osm && table.source.r#where.is_none() {
            places::keep_only(table, |t, row| {
                let text = |f| t.values().text(f, row);
                text("power") == Some("transformer") || text("transformer").is_some_and(|v| v != "no")
            });
        }
        transformers_of(table, t, buses, rules, &mut drafts);
    }
    let text = |t: &Transformer| format!("{:?}", (&t.name, t.hv_bus, t.lv_bus, t.rating_kva));
    let kept = places::unify(drafts, tables, |s| &mut s.id, |a, b| text(a).cmp(&text(b)));
    kept.into_iter().map(|d| d.item).collect()
}

fn transformers_of(
    table: &mut Table,
    t: usize,
    buses: &mut Buses,
    rules: &PowerRules,
    out: &mut Vec<From<Transformer>>,
) {
    let mut quality = std::mem::take(&mut table.quality);
    let keep = |r: usize| table.is_good(r);
    let values = table.values();
    let phases = values.classify("phases", &mut quality, keep, words::phases);
    let lv = values.classify("lv_nominal_v", &mut quality, keep, |s| words::volts(s)?.first().copied());
    let [rating, vk, vkr, iron, i0, parallel, hv_pu, households] = [
        "rating_kva",
        "vk_percent",
        "vkr_percent",
        "iron_loss_kw",
        "i0_percent",
        "parallel",
        "hv_source_pu",
        "households",
    ]
    .map(|f| values.number(f, &mut quality, keep));
    let [tap_pos, tap_neutral, tap_step] =
        ["tap_pos", "tap_neutral", "tap_step_percent"].map(|f| values.classify(f, &mut quality, keep, number));
    let on_low_side = values.classify("tap_side", &mut quality, keep, |s| match s.trim().to_lowercase().as_str() {
        "hv" => Some(false),
        "lv" => Some(true),
        _ => None,
    });
    let hv = values.classify("hv_nominal_v", &mut quality, keep, |s| words::volts(s)?.first().copied());
    let [short_circuit, hv_rx] = ["hv_short_circuit_mva", "hv_rx"].map(|f| values.number(f, &mut quality, keep));
    let default = rules.transformer_type(&rules.new_transformer_type).map(|t| t.0);
    let mut skipped = Vec::new();
    for row in (0..table.rows()).filter(|r| table.is_good(*r)) {
        let label = || table.label(row);
        let [hv_bus, lv_bus] =
            ["hv_bus", "lv_bus"].map(|f| values.text(f, row).map(|raw| buses.named(bus_key(table, raw))));
        let point = place(table, row, buses, &[lv_bus, hv_bus]);
        if point.is_none() && lv_bus.is_none() {
            skipped.push((row, NEITHER));
            continue;
        }
        if point.is_none() {
            quality.note("neither it nor its buses have a place; its network is solved, but stands on no map", label);
        }
        buses.place(hv_bus, point);
        buses.place(lv_bus, point);
        let series = values.text("type", row).and_then(|name| rules.transformer_type(name));
        if values.text("type", row).is_some() && series.is_none() && vk.get(row).is_none() {
            quality.note("type is not in the table; add it under [rules.power.transformer_types]", label);
        }
        let rating_kva = rating.get(row).filter(|kva| *kva > 0.0).or(series.and_then(|s| s.1));
        if rating_kva.is_none() {
            quality.note("no rating; its network cannot be solved", label);
        }
        let mut vk_percent = vk.get(row).filter(|v| *v > 0.0);
        let mut vkr_percent = vkr.get(row);
        if vkr_percent.zip(vk_percent).is_some_and(|(r, z)| r > z) {
            quality.note("vkr_percent is greater than vk_percent; both are taken from the type", label);
            (vk_percent, vkr_percent) = (None, None);
        }
        let table_of = series.map(|s| s.0).or(default);
        if vk_percent.is_none() && series.is_none() {
            quality.note("no impedance and no type; those of the rules' new transformers are used", label);
        }
        let kva = rating_kva.unwrap_or(0.0);
        let stated_phases = phases.get(row).filter(|p| *p > 0);
        let three = stated_phases.unwrap_or(ABC).count_ones() > 1;
        let turned = (tap_pos.get(row).unwrap_or(0.0) - tap_neutral.get(row).unwrap_or(0.0))
            * tap_step.get(row).unwrap_or(0.0)
            / 100.0;
        let on_low_side = on_low_side.get(row) == Some(true);
        let of_bus = hv_bus.and_then(|b| buses.at(b).nominal_v);
        let mut rated = hv.get(row).filter(|v| *v > 0.0).zip(of_bus).map_or(1.0, |(rated, nominal)| rated / nominal);
        if !(0.7..=1.3).contains(&rated) {
            quality.note("rated high voltage is more than 30 % off that of its bus; taken as that of its bus", label);
            rated = 1.0;
        }
        let lv_rated = lv.get(row).filter(|v| *v > 0.0).unwrap_or(if three { 400.0 } else { 400.0 / 3f64.sqrt() });
        let item = Transformer {
            id: table.id_or_derived(row),
            name: values.text("name", row).map(str::to_owned),
            point,
            hv_bus,
            lv_bus,
            rating_kva,
            phases: stated_phases.unwrap_or(ABC),
            phases_assumed: stated_phases.is_none(),
            lv_nominal_v: if on_low_side { lv_rated * (1.0 + turned) } else { lv_rated },
            vk_percent: vk_percent.or(table_of.map(|t| t.vk_percent)).unwrap_or(4.0),
            vkr_percent: vkr_percent.or(table_of.map(|t| t.vkr_percent)).unwrap_or(1.5),
            iron_loss_kw: iron.get(row).or(table_of.map(|t| t.iron_loss_percent / 100.0 * kva)).unwrap_or(0.0),
            i0_percent: i0.get(row).or(table_of.map(|t| t.i0_percent)).unwrap_or(0.0),
            tap: if on_low_side { rated } else { rated * (1.0 + turned) } - 1.0,
            hv_source_pu: hv_pu.get(row).filter(|v| *v > 0.0),
            hv_short_circuit_mva: short_circuit.get(row).filter(|v| *v > 0.0),
            hv_rx: hv_rx.get(row).unwrap_or(0.1),
            parallel: parallel.get(row).unwrap_or(1.0).max(1.0),
            households: households.get(row),
            source: table.index,
        };
        out.push(From { item, table: t, row, source: table.index });
    }
    table.quality = quality;
    for (row, why) in skipped {
        table.skip(row, why);
    }
}

pub(super) fn loads(tables: &mut [Table], buses: &mut Buses, villages: &HashMap<&str, u32>) -> Vec<Load> {
    let mut drafts = Vec::new();
    for (t, table) in tables.iter_mut().enumerate() {
        let mut quality = std::mem::take(&mut table.quality);
        let keep = |r: usize| table.is_good(r);
        let values = table.values();
        let phases = values.classify("phase", &mut quality, keep, words::phases);
        let [p, q] = ["p_kw", "q_kvar"].map(|f| values.classify(f, &mut quality, keep, number));
        let [households, people] = ["households", "people"].map(|f| values.number(f, &mut quality, keep));
        let mut skipped = Vec::new();
        for row in (0..table.rows()).filter(|r| table.is_good(*r)) {
            let named = values.text("bus", row).map(|raw| bus_key(table, raw));
            let bus = named.as_ref().and_then(|k| buses.find(k));
            let own = places::point_of(table, row).map(|p| p.0);
            if named.is_some() && bus.is_none() {
                skipped.push((row, NO_BUS));
                continue;
            }
            buses.place(bus, own);
            let point = own.or_else(|| bus.and_then(|b| buses.at(b).point));
            if point.is_none() && bus.is_none() {
                skipped.push((row, NEITHER));
                continue;
            }
            let village = values.text("village", row);
            let found = village.and_then(|v| villages.get(v).copied());
            if let Some(v) = village.filter(|_| found.is_none()) {
                quality.note("names a village that does not exist; assigned by place", || {
                    format!("{} ({v})", table.label(row))
                });
            }
            let id = table.id(row).or(named).unwrap_or_else(|| table.id_or_derived(row));
            let item = Load {
                id,
                name: values.text("name", row).map(str::to_owned),
                bus,
                point,
                phases: phases.get(row).filter(|p| *p > 0),
                p_kw: p.get(row),
                q_kvar: q.get(row),
                households: households.get(row),
                people: people.get(row),
                village: found,
                source: table.index,
            };
            drafts.push(From { item, table: t, row, source: table.index });
        }
        table.quality = quality;
        for (row, why) in skipped {
            table.skip(row, why);
        }
    }
    let text = |l: &Load| format!("{:?}", (l.bus, l.phases, l.p_kw, l.q_kvar, l.households, &l.name));
    number_nameless(&mut drafts, tables, &text);
    let kept = places::unify(drafts, tables, |l| &mut l.id, |a, b| text(a).cmp(&text(b)));
    kept.into_iter().map(|d| d.item).collect()
}

/// Loads without an id are called after their bus. Several at one bus are several customers, even if they are alike.
fn number_nameless(drafts: &mut [From<Load>], tables: &[Table], text: &impl Fn(&Load) -> String) {
    let mut order: Vec<usize> =
        (0..drafts.len()).filter(|&i| tables[drafts[i].table].raw_id(drafts[i].row).is_none()).collect();
    order.sort_by_cached_key(|&i| (drafts[i].item.id.clone(), text(&drafts[i].item)));
    let mut count: HashMap<String, usize> = HashMap::new();
    for i in order {
        let id = &mut drafts[i].item.id;
        let n = count.entry(id.clone()).and_modify(|n| *n += 1).or_insert(1);
        if *n > 1 {
            *id = format!("{id}#{n}");
        }
    }
}
