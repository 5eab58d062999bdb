//! Transformers and lines with their loading and whom they serve.

use super::super::known_total;
use super::model::{LineState, SupplyPoint, TransformerState};
use super::networks::{Network, Problem};
use super::points::VillageFinder;
use super::solve::Solved;
use super::topology::Topology;
use crate::network::flow::Complex64;
use crate::standards::Bilingual;
use crate::text::message;
use crate::world::World;
use crate::world::power::{Level, PowerGrid};

/// Parallel to the grid's transformers. `hv_reached` is filled in later.
pub(super) fn transformers(
    world: &World,
    nets: &[Network],
    solved: &[Solved],
    points: &[SupplyPoint],
    demands: &[Option<Complex64>],
    finder: &VillageFinder,
) -> Vec<TransformerState> {
    let grid = &world.power;
    let mut of: Vec<Vec<&SupplyPoint>> = vec![Vec::new(); grid.transformers.len()];
    for p in points {
        if let Some(t) = p.transformer {
            of[t as usize].push(p);
        }
    }
    let mut out: Vec<TransformerState> = grid
        .transformers
        .iter()
        .zip(&of)
        .map(|(t, own)| {
            let load = |p: &&SupplyPoint| &grid.loads[p.load as usize];
            let households = known_total(own.iter().map(|p| load(p).households)).or(t.households);
            let rating = t.rating_kva.map(|kva| kva * t.parallel);
            TransformerState {
                village: own.iter().find_map(|p| p.village).or_else(|| finder.at(t.point?)),
                demand_kva: None,
                loading: None,
                households,
                people: known_total(own.iter().map(|p| load(p).people)),
                kva_per_household: rating.zip(households.filter(|h| *h > 0.0)).map(|(kva, h)| kva / h),
                worst_pu: own.iter().filter_map(|p| p.modelled_low).reduce(f64::min),
                supply_points: own.len(),
                solved: false,
                problem: None,
                hv_reached: None,
            }
        })
        .collect();
    for (n, s) in nets.iter().zip(solved).filter(|(n, _)| n.level == Level::Low) {
        for (k, &t) in n.sources.iter().enumerate() {
            let state = &mut out[t as usize];
            state.solved = s.problem.is_none();
            state.problem = s.problem.as_ref().map(problem_text);
            let alone = n.sources.len() == 1 && n.unknown_loads == 0;
            let sum = || n.loads.iter().filter_map(|l| demands[l.0 as usize]).sum::<Complex64>().norm() / 1e3;
            // What a transformer shared with others gives is known only from the load flow.
            let shared = s.source_va.get(k).map(|va| va / 1e3).filter(|_| n.unknown_loads == 0);
            state.demand_kva = if alone { Some(sum()) } else { shared };
            let t = &grid.transformers[t as usize];
            let rating = t.rating_kva.map(|kva| kva * t.parallel);
            state.loading = state.demand_kva.zip(rating).map(|(kva, rated)| kva / rated);
        }
    }
    for (state, t) in out.iter_mut().zip(&grid.transformers) {
        if !state.solved && state.problem.is_none() {
            let no_rating = t.rating_kva.is_none();
            let problem = if no_rating { Problem::NoRating(t.id.clone()) } else { Problem::NoSource };
            state.problem = Some(if no_rating { problem_text(&problem) } else { message("problem_no_lines", &[]) });
        }
    }
    out
}

/// Why there are no voltages, in words.
pub fn problem_text(p: &Problem) -> Bilingual {
    match p {
        Problem::NoSource => message("problem_no_source", &[]),
        Problem::NoRating(id) => message("problem_no_rating", &[("id", id.clone().into())]),
        Problem::NoImpedance(id, n) => {
            message("problem_no_impedance", &[("id", id.clone().into()), ("count", n.to_string().into())])
        }
        Problem::Flow(text) => message("problem_flow", &[("text", text.clone().into())]),
    }
}

/// Parallel to the grid's lines: the highest loading of its sections.
pub(super) fn lines(grid: &PowerGrid, topology: &Topology, nets: &[Network], solved: &[Solved]) -> Vec<LineState> {
    let mut out = vec![LineState::default(); grid.lines.len()];
    for (n, s) in nets.iter().zip(solved) {
        for (&section, loading) in n.sections.iter().zip(&s.line_loading) {
            let state = &mut out[topology.sections[section as usize].line as usize];
            state.loading = match (state.loading, *loading) {
                (Some(a), Some(b)) => Some(a.max(b)),
                (a, b) => a.or(b),
            };
        }
    }
    out
}
