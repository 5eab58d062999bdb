//! The power grid from its layers: buses by id, lines, transformers, substations, supply points, readings.
//!
//! 1. Listed buses, then the buses that lines and transformers name.
//! 2. Lines with their electrical data: their own, else their conductor's.
//! 3. What stands at buses takes its place from there where it has none, and the other way round.
//! 4. Readings join what they name.

mod lines;
mod places;
mod readings;
mod words;

use std::collections::HashMap;

use geo::Coord;

use super::quality::QualityReport;
use super::read::Table;
use crate::standards::PowerRules;
use crate::world::power::{BusIx, PowerBus, PowerGrid};
use crate::world::{Village, metric};

/// The tables of the theme, each in the atlas's order.
pub(super) struct Inputs<'t, 'a> {
    pub substations: &'t mut [Table<'a>],
    pub transformers: &'t mut [Table<'a>],
    pub lines: &'t mut [Table<'a>],
    pub buses: &'t mut [Table<'a>],
    pub loads: &'t mut [Table<'a>],
    pub readings: &'t mut [Table<'a>],
}

/// Makes the grid; every list is sorted by id.
pub(super) fn build(inputs: Inputs, villages: &[Village], rules: &PowerRules, report: &mut QualityReport) -> PowerGrid {
    let has_grid = !(inputs.lines.is_empty() && inputs.transformers.is_empty() && inputs.substations.is_empty());
    let from_osm = inputs.lines.iter().chain(inputs.transformers.iter()).all(|t| t.osm);
    let any = has_grid || !inputs.loads.is_empty() || !inputs.readings.is_empty();
    let mut buses = Buses::default();
    places::buses(inputs.buses, &mut buses);
    let lines = lines::drafts(inputs.lines, &mut buses, rules);
    let transformers = places::transformers(inputs.transformers, &mut buses, rules);
    let substations = places::substations(inputs.substations, &mut buses);
    let by_id: HashMap<&str, u32> = villages.iter().zip(0..).map(|(v, i)| (v.id.as_str(), i)).collect();
    let loads = places::loads(inputs.loads, &mut buses, &by_id);
    let mut lines = lines::finish(lines, inputs.lines, &buses);
    lines::levels(&mut lines, &buses, &transformers);
    let readings = readings::build(inputs.readings, &buses, &by_id, &transformers, &loads);
    let grid = PowerGrid { substations, transformers, lines, buses: buses.list, loads, readings, has_grid, from_osm };
    if any {
        facts(&grid, report);
    }
    grid
}

/// Buses by the ids that layers know them by.
#[derive(Default)]
pub(super) struct Buses {
    index: HashMap<String, u32>,
    list: Vec<PowerBus>,
}

/// A bus id as all layers of a source write it: with the source's prefix, and 7.0 is 7.
fn bus_key(table: &Table, raw: &str) -> String {
    let raw = raw.trim();
    let whole = raw.strip_suffix(".0").filter(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_digit()));
    format!("{}{}", table.source.id_prefix.as_deref().unwrap_or_default(), whole.unwrap_or(raw))
}

impl Buses {
    fn find(&self, key: &str) -> Option<BusIx> {
        self.index.get(key).map(|&i| BusIx(i))
    }

    fn named(&mut self, key: String) -> BusIx {
        let next = self.list.len() as u32;
        let i = *self.index.entry(key.clone()).or_insert(next);
        if i == next {
            self.list.push(PowerBus { id: key, ..PowerBus::default() });
        }
        BusIx(i)
    }

    fn at(&self, bus: BusIx) -> &PowerBus {
        &self.list[bus.0 as usize]
    }

    /// The bus has this place unless it has one already.
    fn place(&mut self, bus: Option<BusIx>, point: Option<Coord>) {
        if let (Some(b), Some(p)) = (bus, point) {
            self.list[b.0 as usize].point.get_or_insert(p);
        }
    }
}

fn facts(grid: &PowerGrid, report: &mut QualityReport) {
    let mut fact = |key: &str, n: usize| report.fact(key, n as f64, "count");
    fact("power.substations", grid.substations.len());
    fact("power.transformers", grid.transformers.len());
    fact("power.lines", grid.lines.len());
    fact("power.loads", grid.loads.len());
    fact("power.readings", grid.readings.len());
    let unknown = grid.lines.iter().filter(|l| l.ohm_per_km.is_none()).count();
    fact("power.lines_without_impedance", unknown);
    fact("power.lines_without_voltage", grid.lines.iter().filter(|l| l.level.is_none()).count());
    let km = grid.lines.iter().map(|l| l.length_m).sum::<f64>() + 0.0;
    report.fact("power.line_length", (km * 100.0).round() / 100.0, "m");
}

/// Length of a line's positions, metres.
fn length_of(coords: &[Coord]) -> f64 {
    metric::length_m(coords)
}
