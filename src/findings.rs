//! One immutable value with everything an analysis found: what files, lists, maps and the server publish.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::atlas::Atlas;
use crate::gaps::broadband::{self, BroadbandFindings};
use crate::gaps::power::{self, PowerFindings};
use crate::gaps::roads::{self, NetworkFacts, RoadFindings, State};
use crate::gaps::services::{self, ServiceFindings};
use crate::gaps::water::{self, WaterFindings};
use crate::gaps::{Confidence, Verdict};
use crate::layers::{InputFile, Loaded, QualityReport};
use crate::network::RoadNet;
use crate::network::travel::{Bounds, Travel};
use crate::priority::projects::{self, ProjectFindings};
use crate::world::{Provenance, Village, World};

/// Result of a run. Its parts are shared, so that a copy in which one theme was found anew costs no more than that.
#[derive(Clone)]
pub struct Findings {
    pub atlas: Arc<Atlas>,
    pub world: World,
    pub quality: Arc<QualityReport>,
    pub inputs: Arc<Vec<InputFile>>,
    pub roads: Arc<RoadFindings>,
    pub power: Arc<PowerFindings>,
    pub water: Arc<WaterFindings>,
    pub broadband: Arc<BroadbandFindings>,
    pub services: Arc<ServiceFindings>,
    /// Planned works against the gaps of all themes.
    pub projects: Arc<ProjectFindings>,
    /// Worst provenance of all sources.
    pub provenance: Provenance,
    /// Digest of inputs, rules and program version: the same digest means the same answers.
    pub data_version: String,
    /// Stages and how long each took.
    pub timings: Vec<(&'static str, Duration)>,
}

impl Findings {
    /// Where village `i` stands in a theme and what that rests on; `None` where the run has nothing on the theme.
    pub fn verdict(&self, theme: &str, i: usize) -> Option<(Verdict, Option<Confidence>)> {
        match theme {
            "roads" => self.roads.villages.get(i).map(|v| (v.verdict, v.confidence)),
            "power" => self.power.villages.get(i).map(|v| (v.verdict, v.confidence)),
            "water" => self.water.villages.get(i).map(|v| (v.verdict, v.confidence)),
            "broadband" => self.broadband.villages.get(i).map(|v| (v.verdict, v.confidence)),
            _ => self.services.villages.get(i).map(|v| (*v, None)),
        }
    }
}

/// Analyses a loaded region. `progress` is told each stage as it begins.
pub fn analyse(atlas: Atlas, loaded: Loaded, read: Duration, progress: &dyn Fn(&str)) -> Findings {
    let Loaded { world, mut quality, inputs } = loaded;
    let begin = Instant::now();
    let roads = roads::find(&world, &atlas.roads, atlas.noding, &atlas.currency, progress);
    if let Some(f) = &roads.facts {
        network_quality(&mut quality, f, &roads, &world);
    }
    let net = world.has_roads.then_some(&roads.network);
    let power = power::find(&world, &atlas.power, net, &atlas.currency, progress);
    power_quality(&mut quality, &power, &world);
    let travel = net.map(|net| travel(&atlas, &world, net));
    let water = water::find(&world, &atlas.water, travel.as_ref(), &atlas.currency, progress);
    let reach = (net, atlas.roads.max_access_m);
    let broadband = broadband::find(&world, &atlas.broadband, reach, &atlas.currency, progress);
    let reference = |v: &Village| is_reference(&atlas, v);
    let services =
        services::find(&world, &atlas.services, travel.as_ref(), &reference, &atlas.currency, None, progress);
    social_quality(&mut quality, &broadband, &services, &world);
    let mut timings = vec![("read", read)];
    let themes = [&roads.timings, &power.timings, &water.timings, &broadband.timings, &services.timings];
    timings.extend(themes.into_iter().flatten().copied());
    let data_version = crate::publish::data_version(&atlas, &inputs);
    let mut found = Findings {
        provenance: atlas.provenance,
        atlas: atlas.into(),
        world,
        quality: quality.into(),
        inputs: inputs.into(),
        roads: roads.into(),
        power: power.into(),
        water: water.into(),
        broadband: broadband.into(),
        services: services.into(),
        projects: Arc::default(),
        data_version,
        timings,
    };
    if found.world.has_projects {
        let at = Instant::now();
        progress("projects");
        projects::settle(&mut found);
        found.timings.push(("projects", at.elapsed()));
    }
    if let Some(quality) = Arc::get_mut(&mut found.quality) {
        project_quality(quality, &found.projects);
    }
    found.timings.push(("analysis", begin.elapsed()));
    found
}

/// Ways along the roads of a network, by the atlas's rules.
pub fn travel<'a>(atlas: &Atlas, world: &World, net: &'a RoadNet) -> Travel<'a> {
    let r = &atlas.roads;
    let bounds = Bounds { access_m: r.access_m, max_access_m: r.max_access_m, max_m: r.max_travel_m };
    Travel::new(net, &world.roads, r.speed_km_h, bounds)
}

/// The village lies in the region whose mean services are held against.
pub fn is_reference(atlas: &Atlas, v: &Village) -> bool {
    atlas.reference_counties.is_empty() || v.county.as_ref().is_some_and(|c| atlas.reference_counties.contains(c))
}

/// Adds to the report what shows only once the lines are a network.
fn network_quality(q: &mut QualityReport, f: &NetworkFacts, roads: &RoadFindings, world: &World) {
    q.fact("network.edges", f.edges as f64, "count");
    q.fact("network.length", f.length_m, "m");
    q.fact("network.main", f.main_m, "m");
    q.fact("network.cut_off_pieces", f.cut_off_pieces as f64, "count");
    q.fact("network.cut_off", f.cut_off_m, "m");
    let named = |keep: &dyn Fn(&roads::VillageRoads) -> bool| -> Vec<String> {
        let pairs = world.villages.iter().zip(&roads.villages);
        pairs.filter(|(_, r)| keep(r)).map(|(v, _)| v.id.clone()).collect()
    };
    q.list("villages.on_cut_off_roads", named(&|r| r.state == State::CutOff));
    q.list("villages.record_and_layer_disagree", named(&|r| r.disagrees));
}

/// As [`network_quality`], of the power grid.
fn power_quality(q: &mut QualityReport, p: &PowerFindings, world: &World) {
    let Some(f) = &p.facts else { return };
    if world.power.has_grid && !world.power.has_distribution() {
        q.list(
            "power.transmission_only",
            vec!["no distribution lines or transformers: who has power is unknown".into()],
        );
    }
    q.fact("power.networks", f.networks as f64, "count");
    q.fact("power.networks_solved", f.networks_solved as f64, "count");
    let why = |x: &power::Problem| power::problem_text(x).en;
    q.list("power.networks_not_solved", p.problems.iter().map(|(name, x)| format!("{name}: {}", why(x))).collect());
    q.list("power.networks_with_two_transformers", p.two_sources.clone());
    q.list("power.medium_voltage_without_substation", p.without_source.clone());
    let stray = p.points.iter().filter(|s| s.network.is_none());
    q.list("power.loads_without_line", stray.map(|s| world.power.loads[s.load as usize].id.clone()).collect());
    let pairs = world.villages.iter().zip(&p.villages);
    q.list("power.evidence_disagrees", pairs.filter(|(_, r)| r.disagrees).map(|(v, _)| v.id.clone()).collect());
}

/// As [`network_quality`], of projects: what to ask the office that keeps the list.
fn project_quality(q: &mut QualityReport, p: &ProjectFindings) {
    let named = |keep: &dyn Fn(&projects::Row) -> bool| -> Vec<String> {
        p.rows.iter().filter(|r| keep(r)).map(|r| r.id.clone()).collect()
    };
    q.list("projects.serve_nobody", named(&|r| r.serves_nobody));
    q.list("projects.overlap", named(&|r| !r.overlaps.is_empty()));
    let open = p.rows.iter().flat_map(|r| r.still_open.iter().map(|g| format!("{}: {g}", r.id)));
    q.list("projects.done_but_gap_remains", open.collect());
}

/// As [`network_quality`], of broadband and services.
fn social_quality(q: &mut QualityReport, b: &BroadbandFindings, s: &ServiceFindings, world: &World) {
    let named = |keep: &dyn Fn(usize) -> bool| -> Vec<String> {
        world.villages.iter().enumerate().filter(|(i, _)| keep(*i)).map(|(_, v)| v.id.clone()).collect()
    };
    if b.facts.is_some() {
        q.list("broadband.record_and_layers_disagree", named(&|i| b.villages[i].disagrees));
    }
    for c in &s.classes {
        q.fact(&format!("services.{}", c.key), c.ids.len() as f64, "count");
        q.list(&format!("services.{}.record_and_layer_disagree", c.key), named(&|i| c.villages[i].disagrees));
    }
}
