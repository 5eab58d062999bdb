//! Drinking water of a province: 100,000 sources, 20 substances, 5 samples each, and 12,000 villages; seconds per stage
//! and peak memory. `make bench`; `CUNTONG_BENCH_SOURCES=5000` makes it small.

use std::time::Instant;

use cuntong::gaps::water;
use cuntong::standards::{ParameterIx, Profile, WaterRules, parameter};
use cuntong::world::water::{Functional, SourceType, TestResult, WaterData, WaterSource};
use cuntong::world::{Village, World};
use geo::Coord;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const SOURCES: u32 = 100_000;
const VILLAGES: u32 = 12_000;
const SAMPLES: i32 = 5;
const SUBSTANCES: [&str; 20] = [
    "fluoride",
    "arsenic",
    "iron",
    "manganese",
    "nitrate",
    "chloride",
    "sulfate",
    "lead",
    "cadmium",
    "mercury",
    "chromium_vi",
    "selenium",
    "aluminium",
    "copper",
    "zinc",
    "boron",
    "antimony",
    "barium",
    "molybdenum",
    "nickel",
];

fn place(rng: &mut ChaCha8Rng) -> Coord {
    Coord { x: 119.0 + rng.random_range(0.0..6.0), y: 39.0 + rng.random_range(0.0..4.0) }
}

fn world(sources: u32, villages: u32) -> World {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let profile = Profile::shipped(&WaterRules::default().profile).expect("the shipped profile");
    let known = SUBSTANCES.iter().filter_map(|s| parameter(s));
    let tested: Vec<(ParameterIx, f64)> =
        known.filter_map(|(ix, _)| Some((ix, profile.limits.get(&ix)?.limit))).collect();
    println!("{} of {} substances have a limit in {}", tested.len(), SUBSTANCES.len(), profile.name);
    let mut data = WaterData { has_sources: true, ..WaterData::default() };
    for i in 0..sources {
        data.sources.push(WaterSource {
            assured: false,
            id: format!("s{i:06}"),
            name: None,
            kind: Some(SourceType::Borehole),
            functional: Functional::Yes,
            yield_m3_d: Some(rng.random_range(20.0..400.0)),
            users: None,
            elevation_m: Some(rng.random_range(20.0..400.0)),
            depth_m: Some(rng.random_range(5.0..200.0)),
            county: Some(format!("c{:02}", i % 100)),
            town: None,
            point: place(&mut rng),
            source: 0,
        });
        for &(parameter, limit) in &tested {
            for sample in 0..SAMPLES {
                let factor: f64 = rng.random_range(0.0..1.012);
                let value = limit * factor;
                let below = rng.random_bool(0.1);
                data.results.push(TestResult {
                    source: i,
                    parameter,
                    value,
                    below,
                    above: false,
                    day: Some(16_000 + 90 * sample),
                });
            }
        }
    }
    data.results.sort_by_key(|r| (r.source, r.parameter, r.day));
    let list: Vec<Village> = (0..villages)
        .map(|i| Village {
            id: format!("v{i:06}"),
            name: format!("v{i}"),
            town: Some(format!("t{}", i / 20)),
            county: Some(format!("c{:02}", i % 100)),
            population: Some(rng.random_range(200.0_f64..3000.0).round()),
            point: place(&mut rng),
            ..Village::default()
        })
        .collect();
    data.village_elevation = list.iter().map(|_| Some(rng.random_range(20.0..400.0))).collect();
    World { villages: list.into(), water: data.into(), ..World::default() }
}

/// Peak memory of this process, MiB.
fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM"));
    line.and_then(|l| l.split_whitespace().nth(1)?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

fn main() {
    let sources = std::env::var("CUNTONG_BENCH_SOURCES").ok().and_then(|s| s.parse().ok()).unwrap_or(SOURCES);
    let villages = (u64::from(VILLAGES) * u64::from(sources) / u64::from(SOURCES)) as u32;
    let world = world(sources, villages);
    println!("{sources} sources, {} results, {villages} villages; {:.0} MiB", world.water.results.len(), peak_mib());
    let begin = Instant::now();
    let found = water::find(&world, &WaterRules::default(), None, "CNY", &|_| {});
    let all = begin.elapsed();
    for (stage, time) in &found.timings {
        println!("  {stage:<16} {:>8.3} s", time.as_secs_f64());
    }
    println!("  {:<16} {:>8.3} s, peak {:.0} MiB", "together", all.as_secs_f64(), peak_mib());
    println!("  {} gaps, {} connections", found.gaps.len(), found.links.len());
}
