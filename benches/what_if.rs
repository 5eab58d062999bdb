//! What-if on a whole province (12,000 villages, 1,000,000 road segments): median and worst time of one link paved, of one
//! road drawn and of one edit in each other theme, beside a whole run in the same process. `make bench`.

use std::path::Path;
use std::time::{Duration, Instant};

use cuntong::atlas;
use cuntong::findings::{Findings, analyse};
use cuntong::layers::{self, Loaded};
use cuntong::priority::scenario::{self, Outcome};
use cuntong::priority::scorecard::figures_only;
use cuntong::synthesize::{self, Format, SynthOptions};
use serde_json::{Value, json};

const RUNS: usize = 200;

fn one(properties: Value, geometry: Value) -> Value {
    let feature = json!({"type": "Feature", "geometry": geometry, "properties": properties});
    json!({"type": "FeatureCollection", "features": [feature]})
}

fn ms(d: Duration) -> f64 {
    d.as_secs_f64() * 1e3
}

/// Answers every scenario; prints median and worst.
fn measure(name: &str, f: &Findings, scenarios: &[Value], whole: Duration) {
    let before = figures_only(f);
    let (mut all, mut found, mut told) = (Vec::new(), Vec::new(), Vec::new());
    let mut closed = 0;
    for s in scenarios {
        let begin = Instant::now();
        let edits = scenario::read(s, f).expect("a good scenario");
        let edited = scenario::apply(f, &edits).expect("not too much");
        let works = (edited.road_cost, edited.road_m);
        let after = scenario::rerun(f, edited);
        found.push(begin.elapsed());
        let out = Outcome::new((f, &before), (&after, &figures_only(&after)), edits.len(), works);
        closed += out.closed.len();
        all.push(begin.elapsed());
        told.push(begin.elapsed() - *found.last().expect("one"));
    }
    for list in [&mut all, &mut found, &mut told] {
        list.sort_unstable();
    }
    if std::env::var_os("STAGES").is_some() {
        let s = &scenarios[scenarios.len() / 2];
        let edits = scenario::read(s, f).expect("a good scenario");
        let begin = Instant::now();
        let edited = scenario::apply(f, &edits).expect("not too much");
        println!("  apply {:.1} ms", ms(begin.elapsed()));
        let after = scenario::rerun(f, edited);
        for (k, d) in [&after.roads.timings, &after.services.timings].into_iter().flatten() {
            println!("  {k} {:.1} ms", ms(*d));
        }
        println!("  apply + rerun {:.1} ms", ms(begin.elapsed()));
    }
    let mid = |l: &[Duration]| ms(l[l.len() / 2]);
    println!(
        "{name:<16} {:>4} runs  median {:8.1} ms (themes {:6.1}, answer {:6.1})  worst {:8.1} ms  whole run / median {:6.1}  {closed} gaps closed",
        all.len(),
        mid(&all),
        mid(&found),
        mid(&told),
        ms(all[all.len() - 1]),
        ms(whole) / mid(&all),
    );
}

fn main() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("province-FlatGeobuf");
    if !dir.join("atlas.toml").exists() {
        let options = SynthOptions { segments: Some(1_000_000), format: Format::Fgb, ..SynthOptions::new(12_000, 7) };
        synthesize::run(&options, &dir).expect("synthesize");
    }
    let atlas = atlas::load(&dir.join("atlas.toml")).expect("atlas");
    let loaded = layers::load(&atlas, &|_| {}).expect("load");
    let f = analyse(atlas, loaded, Duration::ZERO, &|_| {});
    let mut whole = Duration::MAX;
    for _ in 0..3 {
        let again = Loaded { world: f.world.clone(), quality: Default::default(), inputs: Vec::new() };
        let begin = Instant::now();
        std::hint::black_box(analyse((*f.atlas).clone(), again, Duration::ZERO, &|_| {}));
        whole = whole.min(begin.elapsed());
    }
    println!(
        "{} villages, {} links, {} edges; a whole run without reading {:.0} ms",
        f.world.villages.len(),
        f.roads.links.len(),
        f.roads.network.net.edges(),
        ms(whole)
    );
    let spread = |n: usize, of: usize| (0..n.min(of)).map(move |k| k * of / n.min(of));
    let null = Value::Null;

    let links: Vec<Value> = spread(RUNS, f.roads.links.len())
        .map(|k| one(json!({"edit": "pave", "link": f.roads.links[k].id}), null.clone()))
        .collect();
    measure("a link paved", &f, &links, whole);
    let stretch: Vec<Value> = links.iter().take(1).cloned().collect();
    measure("the same, once", &f, &stretch, whole);
    let n = f.world.villages.len();
    let lines: Vec<Value> = spread(RUNS / 8, n)
        .map(|k| {
            let (a, b) = (f.world.villages[k].point, f.world.villages[(k + 1) % n].point);
            let line = json!({"type": "LineString", "coordinates": [[a.x, a.y], [b.x, b.y]]});
            one(json!({"edit": "road"}), line)
        })
        .collect();
    measure("a road drawn", &f, &lines, whole);
    let at =
        |k: usize| json!({"type": "Point", "coordinates": [f.world.villages[k].point.x, f.world.villages[k].point.y]});
    let points = |p: Value| -> Vec<Value> { spread(RUNS / 8, n).map(|k| one(p.clone(), at(k))).collect() };
    measure("a water source", &f, &points(json!({"edit": "source"})), whole);
    measure("an access node", &f, &points(json!({"edit": "node"})), whole);
    measure("a station", &f, &points(json!({"edit": "facility"})), whole);
    let transformers: Vec<Value> = spread(RUNS / 8, f.world.power.transformers.len())
        .map(|k| {
            one(
                json!({"edit": "replace_transformer", "transformer": f.world.power.transformers[k].id, "kva": 400}),
                null.clone(),
            )
        })
        .collect();
    measure("a transformer", &f, &transformers, whole);
}
