//! Voltages of all networks: one island for each thread at a time, what is needed of the answer kept in columns.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rayon::prelude::*;

use super::networks::{Network, Problem, phases_of};
use super::topology::Topology;
use crate::network::flow::{ABC, FlowError, Island, Solution, Tolerance, Workspace, solve_with};
use crate::network::ordered::Ordered;
use crate::world::power::{Phases, PowerGrid};

/// Answer for the load of a network.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct AtLoad {
    pub load: u32,
    /// Bus of the island.
    pub bus: u32,
    /// Transformer that is nearest along the line, and metres to it.
    pub source: Option<u32>,
    pub length_m: Option<f64>,
    pub single: bool,
    /// Lowest and highest voltage of its phases, share of its nominal; `None` where it is not solved or not served.
    pub low_pu: Option<f64>,
    pub high_pu: Option<f64>,
}

/// Answer for a network.
#[derive(Debug, Default)]
pub(super) struct Solved {
    pub loads: Vec<AtLoad>,
    /// Per line of the island: amperes over ampacity.
    pub line_loading: Vec<Option<f64>>,
    /// Voltages of the buses that a layer lists: bus of the grid, each phase as a share of the nominal.
    pub bus_pu: Vec<(u32, [Option<f64>; 3])>,
    /// Per source: apparent power drawn, VA.
    pub source_va: Vec<f64>,
    pub problem: Option<Problem>,
}

/// Metres along the line from the nearest source to each bus, and which of the network's sources that is.
fn distances(n: &Network, topology: &Topology) -> Vec<Option<(f64, u32)>> {
    let mut next: Vec<Vec<(u32, f64)>> = vec![Vec::new(); n.nodes.len()];
    for (l, &s) in n.island.lines.iter().zip(&n.sections) {
        let m = topology.sections[s as usize].length_m;
        next[l.from as usize].push((l.to, m));
        next[l.to as usize].push((l.from, m));
    }
    let mut best: Vec<Option<(f64, u32)>> = vec![None; n.nodes.len()];
    let mut heap: BinaryHeap<Reverse<(Ordered, u32, u32)>> =
        n.source_bus.iter().zip(0..).map(|(&bus, i)| Reverse((Ordered(0.0), i, bus))).collect();
    while let Some(Reverse((Ordered(m), source, bus))) = heap.pop() {
        if best[bus as usize].is_some() {
            continue;
        }
        best[bus as usize] = Some((m, source));
        for &(to, len) in &next[bus as usize] {
            if best[to as usize].is_none() {
                heap.push(Reverse((Ordered(m + len), source, to)));
            }
        }
    }
    best
}

/// Phases that reach the loads' buses by the lines there.
fn present(island: &Island) -> Vec<Phases> {
    let mut out = vec![0; island.buses as usize];
    for l in &island.lines {
        out[l.from as usize] |= l.phases;
        out[l.to as usize] |= l.phases;
    }
    out
}

/// Solves all networks in parallel; the order of the answers is that of the networks.
pub(super) fn solve_all(grid: &PowerGrid, topology: &Topology, networks: &[Network]) -> Vec<Solved> {
    let tolerance = tolerance();
    networks
        .par_iter()
        .map_init(Workspace::default, |w, n| {
            let mut answer = frame(grid, topology, n);
            if n.problem.is_none() {
                match solve_with(w, &n.island, tolerance) {
                    Ok(s) => fill(&mut answer, grid, topology, n, &s),
                    Err(e) => answer.problem = Some(told(&e, grid, topology, n)),
                }
            }
            answer
        })
        .collect()
}

/// Tight enough for a limit at the seventh decimal (definitions: 1e-8 pu).
pub(super) fn tolerance() -> Tolerance {
    Tolerance::default()
}

/// What is known without voltages.
pub(super) fn frame(grid: &PowerGrid, topology: &Topology, n: &Network) -> Solved {
    let far = distances(n, topology);
    let present = present(&n.island);
    let supplied = n.island.sources.iter().fold(0, |m, s| m | s.phases);
    let supplied = if n.island.sources.is_empty() { ABC } else { supplied };
    let loads = n
        .loads
        .iter()
        .map(|&(load, bus)| AtLoad {
            load,
            bus,
            source: far[bus as usize].map(|f| n.sources[f.1 as usize]),
            length_m: far[bus as usize].map(|f| f.0),
            single: phases_of(&grid.loads[load as usize], present[bus as usize], supplied).count_ones() == 1,
            low_pu: None,
            high_pu: None,
        })
        .collect();
    Solved {
        loads,
        line_loading: vec![None; n.sections.len()],
        bus_pu: Vec::new(),
        source_va: Vec::new(),
        problem: n.problem.clone(),
    }
}

/// Puts voltages and loadings in.
pub(super) fn fill(answer: &mut Solved, grid: &PowerGrid, topology: &Topology, n: &Network, s: &Solution) {
    for at in &mut answer.loads {
        let pu = |bus: u32, p: u8| s.pu(bus, p, n.phase_v(at.single));
        let wanted = grid.loads[at.load as usize].phases.unwrap_or(ABC);
        let mine = (0..3u8).filter(|p| wanted >> p & 1 == 1).filter_map(|p| pu(at.bus, p));
        (at.low_pu, at.high_pu) = mine.fold((None, None), |(lo, hi): (Option<f64>, Option<f64>), v| {
            (Some(lo.map_or(v, |x| x.min(v))), Some(hi.map_or(v, |x| x.max(v))))
        });
        // A phase that does not come is no voltage.
        if (0..3u8)
            .any(|p| grid.loads[at.load as usize].phases.is_some_and(|w| w >> p & 1 == 1) && pu(at.bus, p).is_none())
        {
            (at.low_pu, at.high_pu) = (None, None);
        }
    }
    for (k, &section) in n.sections.iter().enumerate() {
        let line = &grid.lines[topology.sections[section as usize].line as usize];
        let amperes = s.line_a[k].iter().copied().fold(0.0, f64::max);
        answer.line_loading[k] = line.max_i_ka.map(|ka| amperes / (1e3 * ka * line.parallel));
    }
    for (&node, bus) in n.nodes.iter().zip(0..) {
        if grid.buses.get(node as usize).is_some_and(|b| b.listed) {
            answer.bus_pu.push((node, [0, 1, 2].map(|p| s.pu(bus, p, n.phase_v(false)))));
        }
    }
    answer.source_va = s.source_va.iter().map(|p| p.iter().sum::<crate::network::flow::Complex64>().norm()).collect();
}

/// The solver's words with the ids of what it speaks of.
fn told(e: &FlowError, grid: &PowerGrid, topology: &Topology, n: &Network) -> Problem {
    let bus = |b: u32| {
        let node = n.nodes.get(b as usize).copied().unwrap_or(u32::MAX) as usize;
        let named = grid.buses.get(node).map(|x| x.id.clone());
        let place = || topology.points.get(node).copied().flatten().map(|p| format!("{:.5}, {:.5}", p.x, p.y));
        named.or_else(place).unwrap_or_else(|| format!("#{b}"))
    };
    let line = |l: u32| {
        let section = n.sections.get(l as usize).map(|&s| topology.sections[s as usize].line as usize);
        section.and_then(|i| grid.lines.get(i)).map_or_else(String::new, |l| l.id.clone())
    };
    Problem::Flow(match e {
        FlowError::NotConverged { bus: b, iterations, .. } => {
            format!("no voltage carries the load: bus {} after {iterations} iterations", bus(*b))
        }
        FlowError::BadImpedance { line: l } => format!("line {} has an impedance that no conductor has", line(*l)),
        FlowError::BadSource { source_index } => {
            let t = n.sources.get(*source_index as usize).and_then(|&t| grid.transformers.get(t as usize));
            format!("transformer {} has data that no transformer has", t.map_or("", |t| t.id.as_str()))
        }
        FlowError::BadLoad { bus: b } => format!("the load at bus {} is not a number", bus(*b)),
        other => other.to_string(),
    })
}
