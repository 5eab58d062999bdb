//! Low-voltage networks (and medium-voltage ones that carry loads) as islands for the load flow.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use super::topology::Topology;
use crate::network::flow::{ABC, Complex64, Island, Line, Source};
use crate::standards::PowerRules;
use crate::world::power::{Level, Load, Phases, PowerGrid, PowerLine, Transformer};

/// Why a network has no voltages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// No transformer (or substation) feeds it.
    NoSource,
    /// Id of a transformer without rating.
    NoRating(String),
    /// Ids of a line without impedance, and how many there are.
    NoImpedance(String, usize),
    /// The solver's words, with ids.
    Flow(String),
}

/// Lines of one level that hang together, with what feeds and what loads them.
#[derive(Debug)]
pub(super) struct Network {
    pub level: Level,
    /// Node of each bus.
    pub nodes: Vec<u32>,
    /// Section of each of the island's lines.
    pub sections: Vec<u32>,
    /// Transformer of each of its sources; substations for a medium-voltage one.
    pub sources: Vec<u32>,
    /// Bus of each of these.
    pub source_bus: Vec<u32>,
    /// Loads and the bus they stand at.
    pub loads: Vec<(u32, u32)>,
    /// Nominal volts between lines.
    pub nominal_v: f64,
    /// Loads whose power nobody knows.
    pub unknown_loads: usize,
    pub island: Island,
    pub problem: Option<Problem>,
}

impl Network {
    /// Nominal volts phase to neutral of one phase: 220 V in a 380 V grid (GB/T 156), else by √3.
    pub fn phase_v(&self, single: bool) -> f64 {
        if single && (self.nominal_v - 380.0).abs() < 0.5 { 220.0 } else { self.nominal_v / 3f64.sqrt() }
    }
}

/// What a load draws, VA; `None` where neither power nor households are known.
pub(super) fn demand(load: &Load, share: Option<f64>, rules: &PowerRules) -> Option<Complex64> {
    let p = load.p_kw.or_else(|| Some(load.households.or(share)? * rules.kw_per_household))?;
    let tan = (1.0 - rules.power_factor * rules.power_factor).max(0.0).sqrt() / rules.power_factor;
    let q = load.q_kvar.unwrap_or(p * tan);
    Some(Complex64::new(p, q) * 1e3 * rules.load_factor)
}

/// Sets of what is joined at one level, each with at least one line.
pub(super) fn networks(
    grid: &PowerGrid,
    topology: &Topology,
    level: Level,
    demands: &[Option<Complex64>],
    rules: &PowerRules,
) -> Vec<Network> {
    let piece = topology.pieces(grid, level);
    let mut number: HashMap<u32, usize> = HashMap::new();
    let mut all: Vec<Network> = Vec::new();
    let mut bus_of: HashMap<u32, u32> = HashMap::new();
    let of_level = |s: &super::topology::Section| grid.lines[s.line as usize].level == Some(level);
    let empty = || Network {
        level,
        nodes: Vec::new(),
        sections: Vec::new(),
        sources: Vec::new(),
        source_bus: Vec::new(),
        loads: Vec::new(),
        nominal_v: 0.0,
        unknown_loads: 0,
        island: Island::default(),
        problem: None,
    };
    for (i, s) in topology.sections.iter().enumerate().filter(|(_, s)| of_level(s)) {
        let k = *number.entry(piece[s.from as usize]).or_insert_with(|| {
            all.push(empty());
            all.len() - 1
        });
        for n in [s.from, s.to] {
            bus_of.entry(n).or_insert_with(|| {
                all[k].nodes.push(n);
                all[k].nodes.len() as u32 - 1
            });
        }
        all[k].sections.push(i as u32);
    }
    if level == Level::Low {
        // Customers at the transformer itself, with no line between.
        let at_load: HashSet<u32> = topology.load.iter().flatten().copied().collect();
        for &node in topology.lv.iter().flatten().filter(|n| at_load.contains(n)) {
            if let Entry::Vacant(free) = bus_of.entry(node) {
                free.insert(0);
                number.insert(piece[node as usize], all.len());
                all.push(Network { nodes: vec![node], ..empty() });
            }
        }
    }
    // Networks are numbered by their first line, and what stands at a node of none is in none.
    let home = |node: Option<u32>| {
        let node = node?;
        bus_of.get(&node).map(|&bus| (number[&piece[node as usize]], bus))
    };
    let feeding: &[Option<u32>] = if level == Level::Low { &topology.lv } else { &topology.substation };
    for (i, &node) in feeding.iter().enumerate() {
        if level != Level::Low && !grid.substations[i].is_source {
            continue;
        }
        if let Some((k, bus)) = home(node) {
            all[k].sources.push(i as u32);
            all[k].source_bus.push(bus);
        }
    }
    for (i, &node) in topology.load.iter().enumerate() {
        if let Some((k, bus)) = home(node) {
            all[k].loads.push((i as u32, bus));
        }
    }
    for network in &mut all {
        electrify(network, grid, topology, demands, rules, &bus_of);
    }
    all
}

/// Fills in the island, or says why it cannot be solved.
fn electrify(
    n: &mut Network,
    grid: &PowerGrid,
    topology: &Topology,
    demands: &[Option<Complex64>],
    rules: &PowerRules,
    bus_of: &HashMap<u32, u32>,
) {
    let line_of = |s: u32| &grid.lines[topology.sections[s as usize].line as usize];
    let stated = n.sections.iter().find_map(|&s| line_of(s).voltage_v);
    let of_bus = || n.nodes.iter().find_map(|&b| grid.buses.get(b as usize)?.nominal_v);
    n.nominal_v = stated.or_else(of_bus).unwrap_or(rules.low_nominal_v);
    if n.sources.is_empty() {
        n.problem = Some(Problem::NoSource);
    }
    let mut blind = n.sections.iter().filter(|&&s| line_of(s).ohm_per_km.is_none());
    if let Some(&first) = blind.next() {
        n.problem.get_or_insert(Problem::NoImpedance(line_of(first).id.clone(), 1 + blind.count()));
    }
    let mut sources = Vec::with_capacity(n.sources.len());
    for (&i, &bus) in n.sources.iter().zip(&n.source_bus) {
        let source = match n.level {
            Level::Low => transformer(&grid.transformers[i as usize], bus, rules),
            _ => Some(Source {
                bus,
                emf_v: n.nominal_v / 3f64.sqrt(),
                z: Complex64::ZERO,
                zn: Complex64::ZERO,
                y: Complex64::ZERO,
                phases: ABC,
            }),
        };
        match source {
            Some(s) => sources.push(s),
            None => n.problem = Some(Problem::NoRating(grid.transformers[i as usize].id.clone())),
        }
    }
    let lines: Vec<Line> = n
        .sections
        .iter()
        .map(|&s| {
            let section = &topology.sections[s as usize];
            let bus = |node: u32| bus_of[&node];
            line(line_of(s), section.length_m, bus(section.from), bus(section.to), rules)
        })
        .collect();
    let supplied = sources.iter().fold(0, |m, s| m | s.phases);
    let mut present: Vec<Phases> = vec![0; n.nodes.len()];
    for l in &lines {
        present[l.from as usize] |= l.phases;
        present[l.to as usize] |= l.phases;
    }
    let mut load_va = vec![[Complex64::ZERO; 3]; n.nodes.len()];
    for &(i, bus) in &n.loads {
        let Some(s) = demands[i as usize] else {
            n.unknown_loads += 1;
            continue;
        };
        let phases = phases_of(&grid.loads[i as usize], present[bus as usize], supplied);
        let share = s / f64::from(phases.count_ones().max(1));
        for (p, va) in load_va[bus as usize].iter_mut().enumerate() {
            if phases >> p & 1 == 1 {
                *va += share;
            }
        }
    }
    n.island = Island { buses: n.nodes.len() as u32, lines, sources, load_va };
}

/// Phases that a load is on: its own, else those of the lines at its bus and of the transformer.
pub(super) fn phases_of(load: &Load, present: Phases, supplied: Phases) -> Phases {
    let there = match present & supplied {
        0 => present.max(1),
        p => p,
    };
    load.phases.unwrap_or(there)
}

/// π line: impedance of one phase conductor, all parallels together.
pub(super) fn line(l: &PowerLine, length_m: f64, from: u32, to: u32, rules: &PowerRules) -> Line {
    // Under a centimetre a line is a joint; the solver wants some impedance.
    let km = length_m.max(0.01) / 1000.0;
    let (r, x) = l.ohm_per_km.unwrap_or((f64::NAN, f64::NAN));
    let z = Complex64::new(r, x) * (km / l.parallel);
    let b = std::f64::consts::TAU * rules.frequency_hz * l.c_nf_per_km * 1e-9 * km * l.parallel;
    let zn = l.zero_ohm_per_km.map(|(r0, x0)| (Complex64::new(r0, x0) * (km / l.parallel) - z) / 3.0);
    Line { from, to, z, zn: zn.unwrap_or(z * l.neutral_ratio), b, phases: l.phases.unwrap_or(ABC) }
}

/// A transformer as T model on its low-voltage side; `None` without rating.
pub(super) fn transformer(t: &Transformer, bus: u32, rules: &PowerRules) -> Option<Source> {
    let va = t.rating_kva? * 1e3 * t.parallel;
    let single = t.phases.count_ones() == 1;
    // A single-phase unit may be listed with the voltage between lines of its grid.
    let phase_v = if single && t.lv_nominal_v < 300.0 { t.lv_nominal_v } else { t.lv_nominal_v / 3f64.sqrt() };
    // Ohm per unit of the base: line voltage for three phases, phase voltage for one.
    let base_v2 = if single { phase_v * phase_v } else { 3.0 * phase_v * phase_v };
    let (vk, vkr) = (t.vk_percent / 100.0, t.vkr_percent / 100.0);
    let z = Complex64::new(vkr, (vk * vk - vkr * vkr).max(0.0).sqrt()) * (base_v2 / va);
    let g = t.iron_loss_kw * 1e3 * t.parallel / base_v2;
    let size = t.i0_percent / 100.0 * va / base_v2;
    let y = Complex64::new(g, -(size * size - g * g).max(0.0).sqrt());
    let pu = t.hv_source_pu.unwrap_or(rules.hv_source_pu);
    let ratio = 1.0 / (1.0 + t.tap);
    // The grid's impedance as seen through the transformer; the common current of three phases stays in its delta.
    let grid = t.grid_ohm(3.0 * phase_v * phase_v * ratio * ratio);
    let zn = if single { Complex64::ZERO } else { -grid / 3.0 };
    Some(Source { bus, emf_v: pu * phase_v * ratio, z: z + grid, zn, y, phases: t.phases })
}
