//! One immutable value with everything an analysis found: what files, lists, maps and the server publish.

use std::time::{Duration, Instant};

use crate::atlas::Atlas;
use crate::gaps::roads::{self, NetworkFacts, RoadFindings, State};
use crate::layers::{InputFile, Loaded, QualityReport};
use crate::world::{Provenance, World};

/// Result of a run.
pub struct Findings {
    pub atlas: Atlas,
    pub world: World,
    pub quality: QualityReport,
    pub inputs: Vec<InputFile>,
    pub roads: RoadFindings,
    /// Worst provenance of all sources.
    pub provenance: Provenance,
    /// Digest of inputs, rules and program version: the same digest means the same answers.
    pub data_version: String,
    /// Stages and how long each took.
    pub timings: Vec<(&'static str, Duration)>,
}

/// Analyses a loaded region. `progress` is told each stage as it begins.
pub fn analyse(atlas: Atlas, loaded: Loaded, read: Duration, progress: &dyn Fn(&str)) -> Findings {
    let Loaded { world, mut quality, inputs } = loaded;
    let begin = Instant::now();
    let roads = roads::find(&world, &atlas.roads, atlas.noding, &atlas.currency, progress);
    if let Some(f) = &roads.facts {
        network_quality(&mut quality, f, &roads, &world);
    }
    let mut timings = vec![("read", read)];
    timings.extend(roads.timings.iter().copied());
    timings.push(("analysis", begin.elapsed()));
    let data_version = crate::publish::data_version(&atlas, &inputs);
    Findings { provenance: atlas.provenance, atlas, world, quality, inputs, roads, data_version, timings }
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
