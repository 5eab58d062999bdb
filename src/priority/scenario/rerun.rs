//! Edits carried out on the world, and the themes that they can change found anew.
//!
//! | edit | themes |
//! |---|---|
//! | stretches paved | roads, near the change only |
//! | roads drawn | roads, near the change only; services; broadband (routes along roads); power (ways to three-phase lines); water where distances go along roads |
//! | sources | water |
//! | transformers, conductors | power |
//! | access nodes | broadband |
//! | facilities | services |
//!
//! Paving makes no way shorter, so services are left alone: minutes and unpaved metres of their ways are those from
//! before. (A whole run may tell a few metres less, for a place may also join a road where it was cut for the paving.)

use std::sync::Arc;

use super::roads::RoadWorks;
use super::{Edit, ScenarioError, grid, places};
use crate::findings::{Findings, is_reference, travel};
use crate::gaps::{broadband, power, roads, services, water};
use crate::network::{self, Difference};
use crate::priority::projects;
use crate::standards::Convenience;
use crate::world::{Provenance, SourceInfo, Village, World};

/// The world after the edits, and what they touch.
pub struct Edited {
    pub world: World,
    network: Option<network::Edited>,
    drawn: bool,
    power: bool,
    water: bool,
    nodes: bool,
    facilities: bool,
    /// Cost of the road works by the rules, in the atlas's currency, and their length in metres.
    pub road_cost: f64,
    pub road_m: f64,
}

/// Carries the edits out.
pub fn apply(f: &Findings, edits: &[Edit]) -> Result<Edited, ScenarioError> {
    let mut world = f.world.clone();
    let source = world.sources.len() as u16;
    let works = RoadWorks::new(f, edits);
    let path = "scenario".to_owned();
    let info = SourceInfo { layer: path.clone(), path, provenance: Provenance::Simulated, attribution: None };
    Arc::make_mut(&mut world.sources).push(info);
    let network = works.any().then(|| works.carry_out(f, source)).transpose();
    let network = network.map_err(|_| ScenarioError::TooManyCrossings)?;
    if let Some(n) = &network {
        world.roads = n.roads.clone();
    }
    let is_power =
        |e: &Edit| matches!(e, Edit::Transformer { .. } | Edit::ReplaceTransformer { .. } | Edit::Reconductor { .. });
    let power =
        edits.iter().any(is_power) && grid::carry_out(Arc::make_mut(&mut world.power), edits, &f.atlas.power, source);
    let water = places::water(&mut world, edits, source);
    let nodes = places::nodes(&mut world, edits, source);
    let facilities = places::facilities(&mut world, edits);
    let drawn = !works.drawn.is_empty();
    let (road_cost, road_m) = (works.cost, works.length_m);
    Ok(Edited { world, network, drawn, power, water, nodes, facilities, road_cost, road_m })
}

/// What a run on the edited world finds; themes that nothing touches are shared with `f`.
pub fn rerun(f: &Findings, edited: Edited) -> Findings {
    let Edited { world, network, drawn, .. } = edited;
    let (atlas, currency, quiet) = (&f.atlas, f.atlas.currency.as_str(), |_: &str| {});
    let mut out = Findings { world, data_version: format!("{}+what-if", f.data_version), ..f.clone() };
    out.provenance = out.provenance.max(Provenance::Simulated);
    let mut changed: Vec<u32> = Vec::new();
    if let Some(n) = network {
        changed = n.changed;
        let on = (n.net, changed.as_slice());
        out.roads = roads::find_again(&out.world, &atlas.roads, (atlas.noding, currency), on, &f.roads).into();
    }
    let net = out.world.has_roads.then_some(&out.roads.network);
    let by_road = drawn && atlas.water.convenience == Convenience::Roads;
    let (water_again, services_again) = (edited.water || by_road, edited.facilities || drawn);
    let travel = net.filter(|_| water_again || services_again).map(|n| travel(atlas, &out.world, n));
    let farther = || net.is_some_and(|n| power::ways_differ(&out.world, &atlas.power, n, &f.power));
    if edited.power || drawn && farther() {
        out.power = power::find(&out.world, &atlas.power, net, currency, &quiet).into();
    }
    if water_again {
        out.water = water::find(&out.world, &atlas.water, travel.as_ref(), currency, &quiet).into();
    }
    if edited.nodes || drawn {
        let reach = (net, atlas.roads.max_access_m);
        out.broadband = broadband::find(&out.world, &atlas.broadband, reach, currency, &quiet).into();
    }
    if services_again {
        let reference = |v: &Village| is_reference(atlas, v);
        let difference = Difference::new(&out.roads.network.net, &changed);
        let earlier = Some((&*f.services, &difference));
        let found = services::find(&out.world, &atlas.services, travel.as_ref(), &reference, currency, earlier, &quiet);
        out.services = found.into();
    }
    projects::settle(&mut out);
    out
}
