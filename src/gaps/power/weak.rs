//! Weak structure (网架不合理): the medium-voltage graph, its radial and long feeders, and ties that would help.

use geo::Coord;

use super::model::{LineState, SupplyPoint, TieLine};
use super::topology::Topology;
use crate::network::medium::{Grid, Line, Structure, TieRules, structure, ties};
use crate::standards::PowerRules;
use crate::world::metric::{distance_m, metres_per_degree};
use crate::world::power::{Level, PowerGrid};

/// Ties that are proposed at most.
const MOST_TIES: usize = 1000;

/// A feeder with what the rules ask of it.
pub(super) struct Feeder {
    /// Lines that leave a substation, the first names the feeder.
    pub heads: Vec<u32>,
    /// Indexes of all its lines, each once.
    pub lines: Vec<u32>,
    pub radial: bool,
    pub length_m: f64,
    pub people: f64,
    pub households: f64,
    /// Transformers on it.
    pub transformers: Vec<u32>,
    /// The tie that relieves its first line.
    pub tie: Option<usize>,
}

/// The medium-voltage grid, weighed.
#[derive(Default)]
pub(super) struct Weak {
    pub feeders: Vec<Feeder>,
    pub ties: Vec<TieLine>,
    /// Per transformer: reached from a substation; `None` where its high side is at no medium-voltage line.
    pub hv_reached: Vec<Option<bool>>,
    /// Pieces without a substation, by their first line's id.
    pub islands: Vec<String>,
}

/// Weighs the grid and writes who hangs on which line into `lines`.
pub(super) fn weak(
    grid: &PowerGrid,
    topology: &Topology,
    points: &[SupplyPoint],
    lines: &mut [LineState],
    rules: &PowerRules,
    currency: &str,
) -> Weak {
    let medium: Vec<_> =
        topology.sections.iter().filter(|s| grid.lines[s.line as usize].level == Some(Level::Medium)).collect();
    let substations = grid.substations.iter().zip(&topology.substation).filter(|(s, _)| s.is_source);
    let mut sources: Vec<u32> = substations.filter_map(|(_, &n)| n).collect();
    if medium.is_empty() || sources.is_empty() {
        return Weak { hv_reached: vec![None; grid.transformers.len()], ..Weak::default() };
    }
    let mut nodes: Vec<u32> = medium.iter().flat_map(|s| [s.from, s.to]).chain(sources.iter().copied()).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let number = |node: u32| nodes.binary_search(&node).ok().map(|i| i as u32);
    sources = sources.into_iter().filter_map(number).collect();
    let mut people = vec![0.0; nodes.len()];
    let mut households = vec![0.0; nodes.len()];
    // Who hangs on a transformer is served from its high side; a load of the medium voltage from its own node.
    let mut by_transformer = vec![(0.0, 0.0, false); grid.transformers.len()];
    for p in points {
        let load = &grid.loads[p.load as usize];
        let (n, h) = (load.people.unwrap_or(0.0), load.households.unwrap_or(0.0));
        match p.transformer {
            Some(t) => {
                let sum = &mut by_transformer[t as usize];
                *sum = (sum.0 + n, sum.1 + h, sum.2 || load.households.is_some());
            }
            None => {
                if let Some(i) = topology.load[p.load as usize].and_then(number) {
                    people[i as usize] += n;
                    households[i as usize] += h;
                }
            }
        }
    }
    let mut at_node: Vec<Vec<u32>> = vec![Vec::new(); nodes.len()];
    for (t, &(n, h, known)) in by_transformer.iter().enumerate() {
        if let Some(i) = topology.hv[t].and_then(number) {
            people[i as usize] += n;
            households[i as usize] += if known { h } else { grid.transformers[t].households.unwrap_or(0.0) };
            at_node[i as usize].push(t as u32);
        }
    }
    let place = |n: &u32| topology.points[*n as usize];
    let latitude = nodes.iter().filter_map(place).map(|p| p.y).fold((0.0, 0.0), |(s, k), y| (s + y, k + 1.0));
    let (kx, ky) = metres_per_degree(if latitude.1 > 0.0 { latitude.0 / latitude.1 } else { 0.0 });
    let positions = nodes.iter().map(|n| place(n).map_or([f64::NAN; 2], |p| [p.x * kx, p.y * ky])).collect();
    let end = |node: u32| number(node).unwrap_or(u32::MAX);
    let graph = Grid {
        nodes: nodes.len() as u32,
        lines: medium.iter().map(|s| Line { from: end(s.from), to: end(s.to), length_m: s.length_m }).collect(),
        sources,
        people,
        households,
        positions,
    };
    let found = structure(&graph);
    mark(grid, &medium, &found, lines);
    let line_of = |section: u32| medium[section as usize].line;
    let tie_rules = TieRules { max_length_m: rules.tie_max_m, max_ties: MOST_TIES };
    let proposed = ties(&graph, &found, &tie_rules);
    let named = |n: u32| name_of(grid, topology, &at_node[n as usize], nodes[n as usize]);
    let tie_lines = proposed
        .iter()
        .filter_map(|t| {
            let ends = [t.from, t.to].map(|n| place(&nodes[n as usize]));
            let line: [Coord; 2] = [ends[0]?, ends[1]?];
            let length_m = distance_m(line[0], line[1]);
            let (from, to) = (named(t.from), named(t.to));
            Some(TieLine {
                id: format!("tie:{from}–{to}"),
                from,
                to,
                length_m: super::metres(length_m),
                people: t.secured.people,
                households: t.secured.households,
                people_per_km: super::metres(t.secured.people / (length_m.max(1.0) / 1000.0)),
                cost: super::metres(length_m / 1000.0 * rules.cost.medium_line_per_km),
                currency: currency.to_owned(),
                line,
            })
        })
        .collect();
    let feeders = found
        .feeders
        .iter()
        .map(|f| {
            let mut all: Vec<u32> = f.lines.iter().map(|&s| line_of(s)).collect();
            all.dedup();
            Feeder {
                heads: f.heads.iter().map(|&s| line_of(s)).collect(),
                lines: all,
                radial: f.radial(),
                length_m: f.length_m,
                people: f.served.people,
                households: f.served.households,
                transformers: f.nodes.iter().flat_map(|&n| at_node[n as usize].iter().copied()).collect(),
                tie: proposed.iter().position(|t| f.radial() && t.relieves.contains(&f.heads[0])),
            }
        })
        .collect();
    let islands = found.islands.iter().map(|nodes| named(nodes[0])).collect();
    let hv_reached = topology.hv.iter().map(|n| Some(found.supplied[n.and_then(number)? as usize])).collect();
    Weak { feeders, ties: tie_lines, hv_reached, islands }
}

/// What stands at a node: its transformer, its bus, or the place.
fn name_of(grid: &PowerGrid, topology: &Topology, transformers: &[u32], node: u32) -> String {
    if let Some(&t) = transformers.first() {
        return grid.transformers[t as usize].id.clone();
    }
    let substation = topology.substation.iter().position(|n| *n == Some(node)).map(|i| grid.substations[i].id.clone());
    substation.or_else(|| grid.buses.get(node as usize).map(|b| b.id.clone())).unwrap_or_else(|| {
        topology.points[node as usize].map_or_else(|| format!("#{node}"), |p| format!("{:.5},{:.5}", p.x, p.y))
    })
}

/// Feeder, bridge and who is behind, on each line; of a line of several sections the worst one counts.
fn mark(grid: &PowerGrid, medium: &[&super::topology::Section], found: &Structure, lines: &mut [LineState]) {
    for (k, s) in medium.iter().enumerate() {
        let state = &mut lines[s.line as usize];
        if let Some(f) = found.line_feeder[k] {
            let head = found.feeders[f as usize].heads[0];
            state.feeder = Some(grid.lines[medium[head as usize].line as usize].id.clone());
        }
        state.bridge = Some(state.bridge.unwrap_or(false) || found.bridge[k]);
        if found.behind[k].households >= state.households_behind {
            state.households_behind = found.behind[k].households;
            state.people_behind = found.behind[k].people;
        }
    }
}
