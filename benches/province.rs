//! A whole province, all themes: 12,000 villages, 1,000,000 road segments. Seconds per stage and peak memory, beside the time
//! that GDAL alone needs to read the same files, in the same run. `make bench`.

use std::path::Path;
use std::time::{Duration, Instant};

use cuntong::atlas::{self, Atlas};
use cuntong::findings::analyse;
use cuntong::layers;
use cuntong::synthesize::{self, Format, SynthOptions};
use gdal::vector::LayerAccess;

const ROUNDS: usize = 5;

/// Reads every feature of every layer of the atlas as GDAL delivers it: all positions and all fields.
fn gdal_alone(atlas: &Atlas) -> (Duration, u64) {
    let begin = Instant::now();
    let mut positions = 0;
    for s in &atlas.sources {
        let data = gdal::Dataset::open(&s.open).expect("opens");
        if data.layer_count() == 0 {
            let band = data.rasterband(1).expect("a raster");
            let cells = band.read_as::<f32>((0, 0), band.size(), band.size(), None).expect("reads");
            positions += cells.data().len() as u64;
            continue;
        }
        let mut layer = match &s.layer {
            Some(name) => data.layer_by_name(name).expect("layer"),
            None => data.layer(0).expect("layer"),
        };
        let fields = layer.defn().fields().count();
        for f in layer.features() {
            for i in 0..fields {
                std::hint::black_box(f.field(i).ok());
            }
            if let Some(g) = f.geometry() {
                let mut out = Vec::new();
                g.get_points(&mut out);
                positions += out.len() as u64;
            }
        }
    }
    (begin.elapsed(), positions)
}

/// Peak resident memory in MiB.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM:")).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|k| k.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

fn main() {
    for (name, format) in [("FlatGeobuf", Format::Fgb), ("GeoPackage", Format::Gpkg)] {
        let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("province-{name}"));
        if !dir.join("atlas.toml").exists() {
            let begin = Instant::now();
            let options = SynthOptions { segments: Some(1_000_000), format, ..SynthOptions::new(12_000, 7) };
            let made = synthesize::run(&options, &dir).expect("synthesize");
            println!(
                "made {} villages, {} segments in {:.1} s",
                made.villages,
                made.segments,
                begin.elapsed().as_secs_f64()
            );
        }
        let atlas = atlas::load(&dir.join("atlas.toml")).expect("atlas");
        let mut gdal = f64::MAX;
        let mut ours = f64::MAX;
        let mut stages: Vec<(&'static str, f64)> = Vec::new();
        let mut facts = String::new();
        for _ in 0..ROUNDS {
            gdal = gdal.min(gdal_alone(&atlas).0.as_secs_f64());
            let begin = Instant::now();
            let loaded = layers::load(&atlas, &|_| {}).expect("load");
            let read = begin.elapsed();
            let found = analyse(atlas.clone(), loaded, read, &|_| {});
            let total = begin.elapsed().as_secs_f64();
            if total < ours {
                ours = total;
                stages = found.timings.iter().map(|(k, d)| (*k, d.as_secs_f64())).collect();
                let net = found.roads.facts.as_ref().expect("roads");
                facts = format!(
                    "{} villages, {} road segments, {} edges, {} gaps, {} neighbour pairs",
                    found.world.villages.len(),
                    found.world.roads.coords.len() - found.world.roads.len(),
                    net.edges,
                    found.roads.gaps.len(),
                    found.roads.pairs.len(),
                );
            }
        }
        println!("\n{name}: {facts}; best of {ROUNDS}");
        for (stage, s) in &stages {
            println!("  {stage:<20} {s:8.3} s");
        }
        println!("  {:<20} {ours:8.3} s", "whole analysis");
        println!("  {:<20} {gdal:8.3} s", "GDAL reads alone");
        println!("  {:<20} {:8.2}", "ratio", ours / gdal);
        println!("  {:<20} {:8.0} MiB", "peak memory so far", peak_mib());
    }
}
