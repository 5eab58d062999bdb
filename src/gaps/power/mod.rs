//! Power: where voltage is low and why, where the grid is weak, who has no three-phase power or no grid at all
//! (definitions, section 3; GB/T 12325, DL/T 5729).
//!
//! 1. `topology.rs`, `networks.rs`: what is joined to what; low-voltage networks as islands.
//! 2. `solve.rs`: their voltages by load flow, rayon over networks; again for other loads (`scenarios.rs`).
//! 3. `readings.rs`, `points.rs`, `villages.rs`: the strongest evidence decides: measured, modelled, inferred.
//! 4. `works.rs`, `remedies.rs`: cause and remedy, each proved by solving again; `areas.rs`: where.
//! 5. `weak.rs`: the medium-voltage graph; `reach.rs`: distance to three-phase power and to any grid.
//! 6. `gaps.rs`: gaps with evidence and words.

mod areas;
mod gaps;
mod model;
mod networks;
mod points;
mod reach;
mod readings;
mod remedies;
mod scenarios;
mod solve;
mod states;
mod topology;
mod villages;
mod weak;
mod wires;
mod works;

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::clock::Clock;
use super::{Confidence, Gap, known_total, metres};
use crate::network::RoadNet;
use crate::network::flow::{Complex64, Workspace};
use crate::standards::PowerRules;
use crate::text::message;
use crate::world::power::Level;
use crate::world::{Known, Provenance, World};

pub use model::*;
pub use networks::Problem;
pub use reach::ways_differ;
pub use readings::Measured;
pub use states::problem_text;

use areas::{Territory, dissolve, territory};
use gaps::Teller;
use networks::{Network, demand, networks};
use points::VillageFinder;
use solve::{Solved, solve_all};
use topology::Topology;
use villages::low;
use wires::Wires;
use works::{Bench, margin};

/// Rounds a share of the nominal voltage to seven decimals for output.
pub fn pu(v: f64) -> f64 {
    (v * 1e7).round() / 1e7
}

/// A voltage for reading, three decimals.
fn pu_text(v: f64) -> String {
    format!("{v:.3}")
}

/// Runs the theme. `roads` is the road network, where there is one; `currency` names the unit of the costs.
pub fn find(
    world: &World,
    rules: &PowerRules,
    roads: Option<&RoadNet>,
    currency: &str,
    progress: &dyn Fn(&str),
) -> PowerFindings {
    let grid = &world.power;
    let reported = world.villages.iter().any(|v| {
        v.reported_electricity != Known::Unknown
            || v.reported_three_phase != Known::Unknown
            || v.reported_power_hours.is_some()
    });
    if !grid.has_grid && !reported && grid.loads.is_empty() && grid.readings.is_empty() {
        return PowerFindings::default();
    }
    let mut clock = Clock::new(progress);
    clock.start("power grid");
    let topology = Topology::new(grid, rules);
    let wires = Wires::new(grid);
    let finder = VillageFinder::new(world, rules.village_m);
    let village_of: Vec<Option<u32>> = grid.loads.iter().map(|l| l.village.or_else(|| finder.at(l.point?))).collect();
    let demands = demands(world, &village_of, rules);
    let mut nets = networks(grid, &topology, Level::Low, &demands, rules);
    nets.extend(networks(grid, &topology, Level::Medium, &demands, rules).into_iter().filter(|n| !n.loads.is_empty()));
    clock.next("load flow");
    let solved = solve_all(grid, &topology, &nets);
    let scenarios = scenarios::scenarios(world, &topology, &nets, &village_of, rules);
    clock.next("supply points");
    let measured = readings::measured(&grid.readings, rules);
    let points = points::points(world, &topology, (&nets, &solved), &measured, &village_of, rules);
    let of_villages = villages::of_villages(world, &measured, &points, &finder);
    let mut own: Vec<Vec<&SupplyPoint>> = vec![Vec::new(); world.villages.len()];
    for p in &points {
        if let Some(v) = p.village {
            own[v as usize].push(p);
        }
    }
    clock.next("grid structure");
    let mut transformers = states::transformers(world, &nets, &solved, &points, &demands, &finder);
    let mut lines = states::lines(grid, &topology, &nets, &solved);
    let weak = weak::weak(grid, &topology, &points, &mut lines, rules, currency);
    for (t, reached) in transformers.iter_mut().zip(&weak.hv_reached) {
        t.hv_reached = *reached;
    }
    clock.next("three-phase reach");
    let near_or_far = grid.has_distribution() && grid.has_places();
    let reach = near_or_far.then(|| reach::reaches(world, &wires, roads, rules));
    let mut villages: Vec<VillagePower> = world
        .villages
        .iter()
        .zip(&own)
        .enumerate()
        .map(|(i, (v, own))| {
            let reach = reach.as_ref().map(|r| &r[i]);
            villages::village(v, own, of_villages.get(&(i as u32)), reach, grid.from_osm, rules)
        })
        .collect();
    clock.next("remedies");
    let bench = Bench { grid, topology: &topology, wires: &wires, rules, currency };
    let cures = cures(&bench, &nets, &points);
    for ((v, own), i) in villages.iter_mut().zip(&own).zip(0u32..) {
        if v.kinds.contains(&"low_voltage") {
            v.cause = Some(cause_of(own, &cures, of_villages.contains_key(&i)));
        }
    }
    clock.next("low-voltage areas");
    let (areas, works_of) = areas(world, &bench, &own, &villages, &cures);
    clock.next("power gaps");
    let teller = Teller { world, rules, currency };
    let mut gaps: Vec<Gap> = (0..world.villages.len())
        .into_par_iter()
        .flat_map_iter(|i| {
            let whole = of_villages.get(&(i as u32));
            teller.village(&world.villages[i], &villages[i], &own[i], whole, works_of.get(&(i as u32)))
        })
        .collect();
    let by_transformer = villages_of(&points, &transformers);
    for (i, t) in transformers.iter().enumerate() {
        gaps.extend(teller.transformer(i, t, &by_transformer[i]));
    }
    for f in &weak.feeders {
        let mut of: Vec<u32> =
            f.transformers.iter().flat_map(|&t| by_transformer[t as usize].iter().copied()).collect();
        of.sort_unstable();
        of.dedup();
        let tie = f.tie.map(|t| &weak.ties[t]).map(|t| (t.id.as_str(), t.length_m, t.cost));
        gaps.extend(teller.feeder(f, &of, tie));
    }
    gaps.sort_by(|a, b| a.id.cmp(&b.id));
    let facts = facts(&nets, &solved, &points, &transformers, &weak, scenarios);
    let (problems, two_sources) = told(world, &nets, &solved);
    let bus_pu = solved.iter().flat_map(|s| s.bus_pu.iter().copied()).collect();
    clock.stop();
    PowerFindings {
        facts: Some(facts),
        villages,
        points,
        transformers,
        lines,
        gaps,
        areas,
        cures: cures.into_iter().map(|(n, c)| (n, (name_of(grid, &nets[n as usize]), c.remedy))).collect(),
        ties: weak.ties,
        bus_pu,
        problems,
        two_sources,
        without_source: weak.islands,
        timings: clock.timings,
    }
}

/// What each load draws. Where neither its power nor its households are known, the village's households are shared out
/// among its unknown loads.
fn demands(world: &World, village_of: &[Option<u32>], rules: &PowerRules) -> Vec<Option<Complex64>> {
    let loads = &world.power.loads;
    let silent = |l: &crate::world::power::Load| l.p_kw.is_none() && l.households.is_none();
    let mut unknown = vec![0u32; world.villages.len()];
    let mut known = vec![0.0; world.villages.len()];
    for (l, v) in loads.iter().zip(village_of) {
        if let Some(v) = v {
            unknown[*v as usize] += u32::from(silent(l));
            known[*v as usize] += l.households.unwrap_or(0.0);
        }
    }
    loads
        .iter()
        .zip(village_of)
        .map(|(l, v)| {
            let share = v.filter(|_| silent(l)).and_then(|v| {
                let rest = world.villages[v as usize].households? - known[v as usize];
                Some(rest.max(0.0) / f64::from(unknown[v as usize]))
            });
            demand(l, share, rules)
        })
        .collect()
}

/// What ails a network, and what would mend it.
struct Cure {
    cause: Cause,
    remedy: PowerRemedy,
}

/// Cause and remedy of every network with a low supply point, by network.
fn cures(bench: &Bench, nets: &[Network], points: &[SupplyPoint]) -> BTreeMap<u32, Cure> {
    let mut ill: BTreeMap<u32, Vec<&SupplyPoint>> = BTreeMap::new();
    for p in points.iter().filter(|p| p.bad == Some(Bad::Low)) {
        if let Some(n) = p.network {
            ill.entry(n).or_default().push(p);
        }
    }
    let ill: Vec<(u32, Vec<&SupplyPoint>)> = ill.into_iter().collect();
    ill.par_iter()
        .map_init(Workspace::default, |w, (n, low)| {
            let net = &nets[*n as usize];
            (*n, Cure { cause: bench.cause(net, low), remedy: bench.remedy(w, net, low) })
        })
        .collect()
}

/// The cause at a village's worst low point.
fn cause_of(own: &[&SupplyPoint], cures: &BTreeMap<u32, Cure>, whole: bool) -> Cause {
    let low = low(own);
    let worst = low.iter().min_by(|a, b| margin(a).total_cmp(&margin(b)).then(a.load.cmp(&b.load)));
    let of = worst.and_then(|p| p.network).and_then(|n| cures.get(&n)).map(|c| c.cause);
    of.unwrap_or(if whole || low.is_empty() { Cause::Unknown } else { Cause::ThinConductor })
}

/// Villages of each transformer, by its supply points, else where it stands.
fn villages_of(points: &[SupplyPoint], transformers: &[TransformerState]) -> Vec<Vec<u32>> {
    let mut out: Vec<Vec<u32>> = vec![Vec::new(); transformers.len()];
    for p in points {
        if let (Some(t), Some(v)) = (p.transformer, p.village) {
            out[t as usize].push(v);
        }
    }
    for (of, t) in out.iter_mut().zip(transformers) {
        of.sort_unstable();
        of.dedup();
        if of.is_empty() {
            of.extend(t.village);
        }
    }
    out
}

/// One village's share of one transformer's low points.
struct Affected<'p> {
    village: u32,
    transformer: Option<u32>,
    network: Option<u32>,
    low: Vec<&'p SupplyPoint>,
}

/// Low-voltage areas, and for each village with low voltage the works for it.
fn areas(
    world: &World,
    bench: &Bench,
    own: &[Vec<&SupplyPoint>],
    villages: &[VillagePower],
    cures: &BTreeMap<u32, Cure>,
) -> (Vec<LowVoltageArea>, BTreeMap<u32, PowerRemedy>) {
    let grid = &world.power;
    let place = |p: &SupplyPoint| {
        let node = bench.topology.load[p.load as usize];
        grid.loads[p.load as usize].point.or_else(|| bench.topology.points[node? as usize])
    };
    let mut affected: Vec<Affected> = Vec::new();
    let mut territories: Vec<Territory> = Vec::new();
    for (v, _) in villages.iter().enumerate().filter(|(_, s)| s.kinds.contains(&"low_voltage")) {
        let mut by: BTreeMap<Option<u32>, Vec<&SupplyPoint>> = BTreeMap::new();
        for p in low(&own[v]) {
            by.entry(p.transformer).or_default().push(p);
        }
        if by.is_empty() {
            by.insert(None, Vec::new());
        }
        let mut serving: Vec<u32> = own[v].iter().filter_map(|p| p.transformer).collect();
        serving.sort_unstable();
        serving.dedup();
        for (transformer, low) in by {
            let settlement = world.villages[v].point;
            let seed = transformer.and_then(|t| grid.transformers[t as usize].point).unwrap_or(settlement);
            let others = serving.iter().filter(|t| transformer.is_some() && Some(**t) != transformer);
            let others: Vec<geo::Coord> = others.filter_map(|&t| grid.transformers[t as usize].point).collect();
            let at: Vec<geo::Coord> = low.iter().filter_map(|p| place(p)).collect();
            let area = territory(world.villages[v].area.as_ref(), seed, &at, &others, bench.rules.area_margin_m);
            territories.push(Territory { area, of: affected.len() });
            let network = low.first().and_then(|p| p.network);
            affected.push(Affected { village: v as u32, transformer, network, low });
        }
    }
    let mut works: BTreeMap<u32, PowerRemedy> = BTreeMap::new();
    for a in &affected {
        // Of several networks the one with the worst point.
        let worst = own[a.village as usize]
            .iter()
            .filter(|p| p.bad == Some(Bad::Low))
            .min_by(|x, y| margin(x).total_cmp(&margin(y)).then(x.load.cmp(&y.load)));
        let cure = worst.and_then(|p| p.network).and_then(|n| cures.get(&n));
        let remedy = cure.map_or_else(|| bench.check_on_site(), |c| c.remedy.clone());
        works.entry(a.village).or_insert(remedy);
    }
    let areas = dissolve(&territories)
        .into_iter()
        .map(|(members, area)| {
            let members: Vec<&Affected> = members.iter().map(|&i| &affected[i]).collect();
            area_of(world, bench, villages, cures, &members, area)
        })
        .collect();
    (areas, works)
}

fn area_of(
    world: &World,
    bench: &Bench,
    villages: &[VillagePower],
    cures: &BTreeMap<u32, Cure>,
    members: &[&Affected],
    area: geo::MultiPolygon,
) -> LowVoltageArea {
    let grid = &world.power;
    let points: Vec<&SupplyPoint> = members.iter().flat_map(|m| m.low.iter().copied()).collect();
    let mut of: Vec<u32> = members.iter().map(|m| m.village).collect();
    of.sort_unstable();
    of.dedup();
    let load = |p: &&SupplyPoint| &grid.loads[p.load as usize];
    // A village read as a whole is affected as a whole.
    let whole: Vec<u32> = members.iter().filter(|m| m.low.is_empty()).map(|m| m.village).collect();
    let people_of = |v: &u32| world.villages[*v as usize].population;
    let people = points.iter().map(|p| load(p).people).chain(whole.iter().map(people_of));
    let households_of = |v: &u32| world.villages[*v as usize].households;
    let households = points.iter().map(|p| load(p).households).chain(whole.iter().map(households_of));
    let worst = points.iter().min_by(|a, b| margin(a).total_cmp(&margin(b)).then(a.load.cmp(&b.load)));
    let state = of.iter().map(|v| &villages[*v as usize]).min_by(|a, b| {
        let m = |s: &VillagePower| s.worst_pu.zip(s.limit_pu).map_or(0.0, |(v, l)| v - l);
        m(a).total_cmp(&m(b))
    });
    let mut transformers: Vec<String> =
        members.iter().filter_map(|m| m.transformer).map(|t| grid.transformers[t as usize].id.clone()).collect();
    transformers.sort();
    transformers.dedup();
    let mut nets: Vec<u32> = members.iter().filter_map(|m| m.network).collect();
    nets.sort_unstable();
    nets.dedup();
    let worst_net = worst.and_then(|p| p.network);
    nets.sort_by_key(|n| Some(*n) != worst_net);
    let mut remedies: Vec<PowerRemedy> = nets.iter().filter_map(|n| cures.get(n)).map(|c| c.remedy.clone()).collect();
    if remedies.is_empty() {
        remedies.push(bench.check_on_site());
    }
    let cause = worst_net.and_then(|n| cures.get(&n)).map_or(Cause::Unknown, |c| c.cause);
    let confidence = points.iter().filter_map(|p| p.confidence).min().unwrap_or(Confidence::Measured);
    let name = transformers.first().cloned().unwrap_or_else(|| world.villages[of[0] as usize].id.clone());
    let provenance = of.iter().map(|v| world.villages[*v as usize].provenance).max().unwrap_or(Provenance::Real);
    LowVoltageArea {
        id: format!("area:{name}"),
        villages: of.iter().map(|v| world.villages[*v as usize].id.clone()).collect(),
        village_count: of.len(),
        people_unknown: points.iter().filter(|p| load(p).people.is_none()).count(),
        people: known_total(people),
        households: known_total(households),
        supply_points: points.len(),
        worst_pu: worst.and_then(|p| p.pu).or(state.and_then(|s| s.worst_pu)).map(pu),
        limit_pu: worst.map(|p| p.low_limit).or(state.and_then(|s| s.limit_pu)),
        confidence,
        cause,
        transformers,
        provenance,
        why: message(&format!("cause_{}", cause.as_str()), &[]),
        remedy: remedies[0].clone(),
        remedies,
        area,
    }
}

fn facts(
    nets: &[Network],
    solved: &[Solved],
    points: &[SupplyPoint],
    transformers: &[TransformerState],
    weak: &weak::Weak,
    scenarios: Vec<Scenario>,
) -> PowerFacts {
    let done = transformers.iter().filter(|t| t.solved).count();
    PowerFacts {
        transformers: transformers.len(),
        solved: done,
        not_solved: transformers.len() - done,
        networks: nets.len(),
        networks_solved: solved.iter().filter(|s| s.problem.is_none()).count(),
        supply_points: points.len(),
        under_limit: points.iter().filter(|p| p.modelled_low.is_some_and(|v| v < p.low_limit)).count(),
        over_limit: points.iter().filter(|p| p.modelled_high.is_some_and(|v| v > p.high_limit)).count(),
        feeders: weak.feeders.len(),
        radial_feeders: weak.feeders.iter().filter(|f| f.radial).count(),
        islands_without_source: weak.islands.len(),
        scenarios,
    }
}

fn name_of(grid: &crate::world::PowerGrid, n: &Network) -> String {
    match n.sources.first() {
        Some(&t) if n.level == Level::Low => grid.transformers[t as usize].id.clone(),
        Some(&t) => grid.substations[t as usize].id.clone(),
        None => n.nodes.iter().find_map(|&b| grid.buses.get(b as usize)).map_or_else(String::new, |b| b.id.clone()),
    }
}

/// Networks without an answer and networks fed twice, by name, for the quality report.
fn told(world: &World, nets: &[Network], solved: &[Solved]) -> (Vec<(String, Problem)>, Vec<String>) {
    let grid = &world.power;
    let mut problems = Vec::new();
    let mut twice = Vec::new();
    for (n, s) in nets.iter().zip(solved) {
        let name = name_of(grid, n);
        if n.sources.len() > 1 && n.level == Level::Low {
            let ids: Vec<&str> = n.sources.iter().map(|&t| grid.transformers[t as usize].id.as_str()).collect();
            twice.push(ids.join(" + "));
        }
        if let Some(p) = &s.problem {
            problems.push((name, p.clone()));
        }
    }
    (problems, twice)
}
