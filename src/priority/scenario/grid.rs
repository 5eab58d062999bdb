//! Power edits: new and larger transformers, other conductors.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap, VecDeque};

use geo::Coord;

use super::Edit;
use crate::standards::PowerRules;
use crate::world::PowerGrid;
use crate::world::index::PointIndex;
use crate::world::power::{ABC, BusIx, Level, PowerLine, Transformer};

/// A new transformer stands at a bus at most this far (metres) from where it was put on the map.
pub(super) const BUS_M: f64 = 500.0;
/// Nominal voltage of a low-voltage grid of which nothing is known.
const LOW_V: f64 = 400.0;

fn low_lines(grid: &PowerGrid) -> impl Iterator<Item = (u32, &PowerLine)> {
    (0u32..).zip(&grid.lines).filter(|(_, l)| l.level == Some(Level::Low))
}

/// Buses of the low-voltage lines.
pub(super) struct LowBuses<'a> {
    by_id: HashMap<&'a str, BusIx>,
    /// Those with a place.
    placed: Vec<BusIx>,
    index: PointIndex,
}

impl<'a> LowBuses<'a> {
    pub fn new(grid: &'a PowerGrid) -> Self {
        let mut all: Vec<BusIx> = low_lines(grid).flat_map(|(_, l)| [l.from, l.to]).flatten().collect();
        all.sort_unstable();
        all.dedup();
        let of = |b: BusIx| &grid.buses[b.0 as usize];
        let placed: Vec<BusIx> = all.iter().copied().filter(|b| of(*b).point.is_some()).collect();
        LowBuses {
            by_id: all.iter().map(|b| (of(*b).id.as_str(), *b)).collect(),
            index: PointIndex::new(placed.iter().filter_map(|b| of(*b).point)),
            placed,
        }
    }

    pub fn named(&self, id: &str) -> Option<BusIx> {
        self.by_id.get(id).copied()
    }

    /// The nearest within [`BUS_M`].
    pub fn nearest(&self, p: Coord) -> Option<BusIx> {
        self.index.nearest(p, BUS_M).map(|n| self.placed[n.0 as usize])
    }
}

/// Where a bus is: its own place, else the end of a line at it.
fn place(grid: &PowerGrid, bus: BusIx) -> Option<Coord> {
    grid.buses[bus.0 as usize].point.or_else(|| {
        grid.lines.iter().find_map(|l| match () {
            () if l.from == Some(bus) => l.coords.first().copied(),
            () if l.to == Some(bus) => l.coords.last().copied(),
            () => None,
        })
    })
}

/// The low-voltage line over which each bus is fed, and from which transformer, counted in lines.
fn feeding(grid: &PowerGrid) -> BTreeMap<BusIx, (Option<u32>, u32)> {
    let mut at: BTreeMap<BusIx, Vec<(u32, BusIx)>> = BTreeMap::new();
    for (i, l) in low_lines(grid) {
        if let (Some(a), Some(b)) = (l.from, l.to) {
            at.entry(a).or_default().push((i, b));
            at.entry(b).or_default().push((i, a));
        }
    }
    let mut out: BTreeMap<BusIx, (Option<u32>, u32)> = BTreeMap::new();
    let mut queue = VecDeque::new();
    for (t, transformer) in (0u32..).zip(&grid.transformers) {
        if let Some(b) = transformer.lv_bus
            && out.insert(b, (None, t)).is_none()
        {
            queue.push_back(b);
        }
    }
    while let Some(b) = queue.pop_front() {
        let (_, t) = out[&b];
        for &(line, next) in at.get(&b).into_iter().flatten() {
            if let Entry::Vacant(free) = out.entry(next) {
                free.insert((Some(line), t));
                queue.push_back(next);
            }
        }
    }
    out
}

/// Carries out the power edits; `source` is what new things come from. True where there were any.
pub(super) fn carry_out(grid: &mut PowerGrid, edits: &[Edit], rules: &PowerRules, source: u16) -> bool {
    let mut any = false;
    let mut opened: Vec<u32> = Vec::new();
    let fed = if edits.iter().any(|e| matches!(e, Edit::Transformer { .. })) { feeding(grid) } else { BTreeMap::new() };
    for e in edits {
        match e {
            Edit::Transformer { bus, kva } => {
                let old = fed.get(bus).copied();
                opened.extend(old.and_then(|o| o.0));
                let lv = old.map_or(LOW_V, |o| grid.transformers[o.1 as usize].lv_nominal_v);
                let new = transformer(grid, rules, (*bus, *kva), lv, source);
                grid.transformers.push(new);
            }
            Edit::ReplaceTransformer { transformer, kva } => {
                let t = &mut grid.transformers[*transformer as usize];
                (t.rating_kva, t.parallel) = (Some(*kva), 1.0);
            }
            Edit::Reconductor { lines, conductor } => {
                let Some(c) = rules.conductor(conductor) else { continue };
                for &l in lines {
                    let l = &mut grid.lines[l as usize];
                    l.conductor = Some(conductor.clone());
                    l.ohm_per_km = Some((c.r, c.x));
                    l.zero_ohm_per_km = c.r0.zip(c.x0);
                    l.max_i_ka = Some(c.max_i_ka);
                }
            }
            _ => continue,
        }
        any = true;
    }
    opened.sort_unstable();
    opened.dedup();
    for l in opened.into_iter().rev() {
        grid.lines.remove(l as usize);
    }
    any
}

/// A three-phase transformer of the rules' type at a bus.
fn transformer(grid: &PowerGrid, rules: &PowerRules, (bus, kva): (BusIx, f64), lv_v: f64, source: u16) -> Transformer {
    let series = rules.transformer_type(&rules.new_transformer_type).map(|t| t.0);
    let of = |f: fn(&crate::standards::TransformerType) -> f64| series.as_ref().map_or(0.0, f);
    Transformer {
        id: format!("new-{}", grid.buses[bus.0 as usize].id),
        name: None,
        point: place(grid, bus),
        hv_bus: None,
        lv_bus: Some(bus),
        rating_kva: Some(kva),
        phases: ABC,
        phases_assumed: false,
        lv_nominal_v: lv_v,
        vk_percent: of(|t| t.vk_percent),
        vkr_percent: of(|t| t.vkr_percent),
        iron_loss_kw: of(|t| t.iron_loss_percent) / 100.0 * kva,
        i0_percent: of(|t| t.i0_percent),
        tap: 0.0,
        hv_source_pu: None,
        hv_short_circuit_mva: None,
        hv_rx: 0.0,
        parallel: 1.0,
        households: None,
        source,
    }
}
