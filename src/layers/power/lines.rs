//! Power lines: ends, voltage, phases, electrical data.

use geo::Coord;

use super::super::places::{self, From};
use super::super::read::{Table, reason};
use super::super::text::number;
use super::{Buses, bus_key, length_of, words};
use crate::network::UnionFind;
use crate::standards::PowerRules;
use crate::world::power::{Level, PowerLine, Transformer};

/// A line's two ends are named, but one of them is no bus of the buses layer.
pub const NO_SUCH_BUS: &str = "joins a bus that does not exist";
const NO_PLACE: &str = "neither geometry nor length, and its buses have no place";
const NOT_PUBLIC: &str = "of a railway or direct current";
const SELF_LOOP: &str = "begins and ends at the same bus";

/// Lines before the places of all buses are known.
pub(super) fn drafts(tables: &mut [Table], buses: &mut Buses, rules: &PowerRules) -> Vec<From<PowerLine>> {
    let mut out = Vec::new();
    for (t, table) in tables.iter_mut().enumerate() {
        if table.osm && table.source.r#where.is_none() {
            places::keep_only(table, |t, row| {
                matches!(t.values().text("power", row), Some("line" | "minor_line" | "cable"))
            });
        }
        read_one(table, t, buses, rules, &mut out);
    }
    let text = |l: &PowerLine| format!("{:?}", (l.from, l.to, &l.name, l.phases, &l.conductor, l.ohm_per_km));
    places::unify(out, tables, |l| &mut l.id, |a, b| text(a).cmp(&text(b)))
}

fn read_one(table: &mut Table, t: usize, buses: &mut Buses, rules: &PowerRules, out: &mut Vec<From<PowerLine>>) {
    let mut quality = std::mem::take(&mut table.quality);
    let keep = |r: usize| table.is_good(r);
    let values = table.values();
    let voltage = values.classify("voltage", &mut quality, keep, words::volts);
    let phases = values.classify("phases", &mut quality, keep, words::phases);
    let cables = values.classify("cables", &mut quality, keep, words::cables);
    let any_number = |field, quality: &mut _| values.classify(field, quality, keep, number);
    let [length, r, x, r0, x0, c, parallel, max_i, neutral] = [
        "length_km",
        "r_ohm_per_km",
        "x_ohm_per_km",
        "r0_ohm_per_km",
        "x0_ohm_per_km",
        "c_nf_per_km",
        "parallel",
        "max_i_ka",
        "neutral_ratio",
    ]
    .map(|f| any_number(f, &mut quality));
    let frequency = values.classify("frequency", &mut quality, keep, |s| s.split(';').map(number).collect());
    let (mut skipped, mut ignored): (Vec<(usize, &'static str)>, Vec<usize>) = Default::default();
    for row in (0..table.rows()).filter(|r| table.is_good(*r)) {
        let label = || table.label(row);
        if frequency.get(row).is_some_and(|hz: Vec<f64>| !hz.iter().any(|hz| (45.0..=65.0).contains(hz))) {
            ignored.push(row);
            continue;
        }
        let keys = ["from_bus", "to_bus"].map(|f| values.text(f, row).map(|raw| bus_key(table, raw)));
        let known = keys.clone().map(|k| k.and_then(|k| buses.find(&k)).filter(|b| buses.at(*b).listed));
        if keys.iter().all(Option::is_some) && known.iter().any(Option::is_some) && known.iter().any(Option::is_none) {
            skipped.push((row, NO_SUCH_BUS));
            continue;
        }
        if keys[0].is_some() && keys[0] == keys[1] {
            skipped.push((row, SELF_LOOP));
            continue;
        }
        let [from, to] = keys.map(|k| k.map(|k| buses.named(k)));
        let mut parts: Vec<&[Coord]> = table.lines(row).filter(|l| l.len() >= 2).collect();
        if parts.len() > 1 {
            quality.note("several parts; the longest is used", label);
            parts.sort_by(|a, b| length_of(b).total_cmp(&length_of(a)));
        }
        let coords: Box<[Coord]> = parts.first().map_or(&[][..], |l| l).into();
        buses.place(from, coords.first().copied());
        buses.place(to, coords.last().copied());
        let stated_m = length.get(row).filter(|km| *km > 0.0).map(|km| 1000.0 * km);
        if length.get(row).is_some() && stated_m.is_none() {
            quality.note("length is not above 0; taken from the geometry", label);
        }
        let drawn_m = length_of(&coords);
        let length_m = stated_m.unwrap_or(drawn_m);
        if let Some(m) = stated_m.filter(|_| drawn_m > 0.0)
            && (m > 3.0 * drawn_m + 100.0 || drawn_m > 3.0 * m + 100.0)
        {
            quality.note(
                "stated length differs from the drawn one by more than three times; the stated one is used",
                label,
            );
        }
        let conductor = values.text("conductor", row).map(str::to_owned);
        let from_table = conductor.as_deref().and_then(|name| rules.conductor(name));
        if conductor.is_some() && from_table.is_none() && r.get(row).is_none() {
            let name = || format!("{} ({})", table.label(row), conductor.as_deref().unwrap_or_default());
            quality.note("conductor is not in the table; add it under [rules.power.conductors]", name);
        }
        let ohm_per_km = match (r.get(row), x.get(row)) {
            (Some(r), x) if r > 0.0 && x.unwrap_or(0.0) >= 0.0 => Some((r, x.unwrap_or(0.0))),
            (None, None) => from_table.map(|c| (c.r, c.x)),
            _ => {
                quality.note("impedance is zero, negative or incomplete; taken as unknown", label);
                None
            }
        };
        let of_table = || from_table.and_then(|c| Some((c.r0?, c.x0?)));
        let zero_ohm_per_km = match (r0.get(row), x0.get(row)) {
            (Some(r), Some(x)) if r > 0.0 && x >= 0.0 => Some((r, x)),
            (None, None) => of_table().filter(|_| r.get(row).is_none()),
            _ => {
                quality.note("zero-sequence impedance is not above 0 or incomplete; taken from neutral_ratio", label);
                None
            }
        };
        let factor = parallel.get(row).unwrap_or(1.0);
        if factor < 1.0 {
            quality.note("fewer than one line in parallel; taken as one", label);
        }
        let ratio = neutral.get(row).unwrap_or(1.0);
        if ratio < 0.0 {
            quality.note("neutral_ratio is negative; taken as 1", label);
        }
        let voltage_v = voltage.get(row).and_then(|all| all.into_iter().filter(|v| *v > 0.0).reduce(f64::min));
        let level = voltage_v.map(Level::of).or_else(|| match values.text("power", row) {
            Some("minor_line") => Some(Level::Medium),
            Some("line") => Some(Level::High),
            _ => None,
        });
        let id = table.id(row).unwrap_or_else(|| match (from, to, coords.is_empty()) {
            (Some(a), Some(b), true) => format!("{}–{}", buses.at(a).id, buses.at(b).id),
            _ => table.id_or_derived(row),
        });
        let item = PowerLine {
            id,
            name: values.text("name", row).map(str::to_owned),
            from,
            to,
            voltage_v,
            level,
            phases: phases.get(row).filter(|p| *p > 0).or_else(|| cables.get(row)),
            conductor,
            length_m,
            ohm_per_km,
            zero_ohm_per_km,
            c_nf_per_km: c.get(row).filter(|c| *c >= 0.0).unwrap_or(0.0),
            parallel: factor.max(1.0),
            max_i_ka: max_i.get(row).filter(|a| *a > 0.0).or(from_table.map(|c| c.max_i_ka)),
            neutral_ratio: if ratio < 0.0 { 1.0 } else { ratio },
            coords,
            source: table.index,
        };
        out.push(From { item, table: t, row, source: table.index });
    }
    table.quality = quality;
    for (row, why) in skipped {
        table.skip(row, why);
    }
    for row in ignored {
        table.ignore(row, NOT_PUBLIC);
    }
}

/// Lines without geometry run straight between the places of their buses.
pub(super) fn finish(drafts: Vec<From<PowerLine>>, tables: &mut [Table], buses: &Buses) -> Vec<PowerLine> {
    let mut out = Vec::with_capacity(drafts.len());
    for mut d in drafts {
        let line = &mut d.item;
        if line.coords.is_empty()
            && let (Some(a), Some(b)) = (line.from, line.to)
            && let (Some(a), Some(b)) = (buses.at(a).point, buses.at(b).point)
        {
            line.coords = [a, b].into();
            if line.length_m <= 0.0 {
                line.length_m = length_of(&line.coords);
            }
        }
        if line.length_m > 0.0 {
            out.push(d.item);
        } else {
            let table = &mut tables[d.table];
            table.quality.kept = table.quality.kept.saturating_sub(1);
            let why = if line.coords.is_empty() { NO_PLACE } else { reason::ZERO_LENGTH };
            table.skip(d.row, why);
        }
    }
    out
}

/// Levels of lines that do not state a voltage: of the nominal voltage of their buses, else of the side of the
/// transformer that they hang on.
pub(super) fn levels(lines: &mut [PowerLine], buses: &Buses, transformers: &[Transformer]) {
    for l in lines.iter_mut().filter(|l| l.level.is_none()) {
        let nominal = [l.from, l.to].into_iter().flatten().find_map(|b| buses.at(b).nominal_v);
        l.level = nominal.map(Level::of);
        l.voltage_v = l.voltage_v.or(nominal);
    }
    let silent = |l: &PowerLine| l.level.is_none();
    if !lines.iter().any(silent) {
        return;
    }
    let mut sets = UnionFind::new(buses.list.len());
    for l in lines.iter().filter(|l| silent(l)) {
        if let (Some(a), Some(b)) = (l.from, l.to) {
            sets.union(a.0, b.0);
        }
    }
    let label = sets.labels();
    let mut level = vec![None; buses.list.len()];
    for t in transformers {
        if let Some(b) = t.hv_bus {
            level[label[b.0 as usize] as usize] = Some(Level::Medium);
        }
    }
    for t in transformers {
        if let Some(b) = t.lv_bus {
            level[label[b.0 as usize] as usize] = Some(Level::Low);
        }
    }
    for l in lines.iter_mut().filter(|l| l.level.is_none()) {
        l.level = l.from.or(l.to).and_then(|b| level[label[b.0 as usize] as usize]);
    }
}
