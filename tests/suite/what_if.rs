//! What-if: the answer to a scenario against a whole run on the edited data, on practice regions with random edits; edits
//! made by hand in the files; and bad scenarios.

use std::collections::BTreeMap;

use cuntong::atlas::{self, Noding};
use cuntong::findings::{Findings, analyse};
use cuntong::gaps::Gap;
use cuntong::layers::{self, Loaded};
use cuntong::priority::scenario::{self, Edit};
use cuntong::priority::scorecard::{Figure, figures_only};
use cuntong::synthesize::{self, SynthOptions, VillageShape};
use cuntong::world::metric::distance_m;
use geo::Coord;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use crate::common;

fn region(villages: usize, seed: u64, noding: Noding, shape: VillageShape) -> Findings {
    let dir = tempfile::tempdir().unwrap();
    let options = SynthOptions { noding, village_shape: shape, gap_rate: 0.3, ..SynthOptions::new(villages, seed) };
    synthesize::run(&options, dir.path()).unwrap();
    let atlas = atlas::load(&dir.path().join("atlas.toml")).unwrap();
    let loaded = layers::load(&atlas, &|_| {}).unwrap();
    analyse(atlas, loaded, Default::default(), &|_| {})
}

fn all_gaps(f: &Findings) -> BTreeMap<&str, &Gap> {
    let roads = f.roads.gaps.iter().chain(&f.roads.neighbours).chain(&f.roads.fragile);
    let all = roads.chain(&f.power.gaps).chain(&f.water.gaps).chain(&f.broadband.gaps).chain(&f.services.gaps);
    all.map(|g| (g.id.as_str(), g)).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 0.02_f64.max(1e-6 * b.abs())
}

fn near_maybe(a: Option<f64>, b: Option<f64>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => near(a, b),
        (None, None) => true,
        _ => false,
    }
}

/// Everything that an answer tells is the same in both.
/// Where roads were merely paved, ways to services may be a few metres shorter in the whole run: a place may join a road at a
/// new cut.
fn assert_same(quick: &Findings, whole: &Findings, paved_only: bool, what: &str) {
    let (a, b) = (all_gaps(quick), all_gaps(whole));
    let only = |x: &BTreeMap<&str, &Gap>, y: &BTreeMap<&str, &Gap>| -> Vec<String> {
        x.keys().filter(|k| !y.contains_key(**k)).map(|k| (*k).to_owned()).collect()
    };
    assert_eq!((only(&a, &b), only(&b, &a)), (vec![], vec![]), "gaps of one only; {what}");
    for (id, x) in &a {
        let y = b[id];
        let cost = |g: &Gap| g.remedy.as_ref().map(|r| r.cost);
        assert_eq!((x.verdict, x.confidence), (y.verdict, y.confidence), "{id}; {what}");
        if paved_only && x.theme == "services" {
            assert!((x.severity - y.severity).abs() < 2e-2, "{id}: {} {}; {what}", x.severity, y.severity);
            continue;
        }
        assert!((x.severity - y.severity).abs() < 2e-4, "{id}: {} {}; {what}", x.severity, y.severity);
        assert!(near_maybe(x.measured, y.measured), "{id}: {:?} {:?}; {what}", x.measured, y.measured);
        assert!(near_maybe(cost(x), cost(y)), "{id}: {:?} {:?}; {what}", cost(x), cost(y));
        assert_eq!(x.why, y.why, "{id}; {what}");
    }
    for (v, (x, y)) in quick.world.villages.iter().zip(quick.roads.villages.iter().zip(&whole.roads.villages)) {
        assert_eq!((x.state, x.verdict, x.fragile), (y.state, y.verdict, y.fragile), "{}; {what}", v.id);
        assert!(near_maybe(x.distance_m, y.distance_m), "{}; {what}", v.id);
        assert_eq!(x.rai, y.rai, "{}; {what}", v.id);
    }
    for (x, y) in quick.services.classes.iter().zip(&whole.services.classes) {
        for (a, b) in x.villages.iter().zip(&y.villages) {
            assert_eq!(a.verdict, b.verdict, "{}; {what}", x.key);
            if !paved_only {
                assert!(near_maybe(a.way.map(|w| w.minutes), b.way.map(|w| w.minutes)), "{}; {what}", x.key);
            }
        }
    }
    let figures = |f: &Findings| -> Vec<(String, Figure)> {
        let s = figures_only(f);
        let cards = std::iter::once(s.reference).chain(s.counties).chain(s.towns);
        cards.flat_map(|c| c.figures.into_iter().map(move |f| (c.id.clone(), f))).collect()
    };
    for ((place, x), (_, y)) in figures(quick).into_iter().zip(figures(whole)) {
        let numbers = |f: &Figure| [Some(f.yes), Some(f.no), Some(f.unknown), f.share, f.people_share, f.people_no];
        for (a, b) in numbers(&x).into_iter().zip(numbers(&y)) {
            assert!(near_maybe(a, b), "{} of {place:?}: {a:?} {b:?}; {what}", x.key);
        }
        assert_eq!((x.missing, x.reached), (y.missing, y.reached), "{} of {place:?}; {what}", x.key);
    }
}

/// A whole run on the edited world.
fn whole_run(f: &Findings, edits: &[Edit]) -> Findings {
    let world = scenario::apply(f, edits).unwrap().world;
    let loaded = Loaded { world, quality: Default::default(), inputs: Vec::new() };
    analyse((*f.atlas).clone(), loaded, Default::default(), &|_| {})
}

fn point_feature(at: Coord, properties: Value) -> Value {
    json!({"type": "Feature", "geometry": {"type": "Point", "coordinates": [at.x, at.y]}, "properties": properties})
}

fn bare(properties: Value) -> Value {
    json!({"type": "Feature", "geometry": null, "properties": properties})
}

/// A position up to `m` metres from a village.
fn about(rng: &mut ChaCha8Rng, f: &Findings, m: f64) -> Coord {
    let v = &f.world.villages[rng.random_range(0..f.world.villages.len())];
    let d = m / 100_000.0;
    Coord { x: v.point.x + rng.random_range(-d..d), y: v.point.y + rng.random_range(-d..d) }
}

/// A line of a few bends between two villages or a village and a road.
fn drawn(rng: &mut ChaCha8Rng, f: &Findings) -> Value {
    let from = &f.world.villages[rng.random_range(0..f.world.villages.len())];
    let mut others: Vec<(f64, Coord)> =
        f.world.villages.iter().map(|v| (distance_m(v.point, from.point), v.point)).collect();
    others.sort_by(|a, b| a.0.total_cmp(&b.0));
    let to = others[rng.random_range(1..others.len().min(6))].1;
    let mut line = vec![[from.point.x, from.point.y]];
    for k in 1..rng.random_range(2..5) {
        let t = f64::from(k) / 5.0;
        let bend = |a: f64, b: f64, r: &mut ChaCha8Rng| a + t * (b - a) + r.random_range(-0.002..0.002);
        line.push([bend(from.point.x, to.x, rng), bend(from.point.y, to.y, rng)]);
    }
    line.push([to.x, to.y]);
    // Sometimes it begins exactly at a position of a road.
    if rng.random_bool(0.4) {
        let c = f.world.roads.coords[rng.random_range(0..f.world.roads.coords.len())];
        let near = distance_m(c, from.point) < 8_000.0;
        if near {
            line[0] = [c.x, c.y];
        }
    }
    let surface = ["paved", "paved", "earth", "gravel"][rng.random_range(0..4)];
    json!({
        "type": "Feature", "geometry": {"type": "LineString", "coordinates": line},
        "properties": {"edit": "road", "surface": surface},
    })
}

fn random_edit(rng: &mut ChaCha8Rng, f: &Findings, roads_only: bool) -> Value {
    let pick = |rng: &mut ChaCha8Rng, n: usize| rng.random_range(0..n);
    match rng.random_range(0..if roads_only { 4 } else { 12 }) {
        0 if !f.roads.links.is_empty() => {
            bare(json!({"edit": "pave", "link": f.roads.links[pick(rng, f.roads.links.len())].id}))
        }
        1 => bare(json!({"edit": "pave", "road": f.world.roads.id[pick(rng, f.world.roads.len())]})),
        2 if f.roads.gaps.iter().any(|g| g.remedy.as_ref().is_some_and(|r| !r.links.is_empty())) => {
            let with: Vec<&Gap> =
                f.roads.gaps.iter().filter(|g| g.remedy.as_ref().is_some_and(|r| !r.links.is_empty())).collect();
            bare(json!({"edit": "pave", "gap": with[pick(rng, with.len())].id}))
        }
        4 => {
            let villages: Vec<&str> = f.world.villages.iter().take(2).map(|v| v.id.as_str()).collect();
            let own = if rng.random_bool(0.5) { json!(villages) } else { json!([]) };
            let at = about(rng, f, 800.0);
            point_feature(at, json!({"edit": "source", "yield_m3_d": 500.0, "villages": own, "piped": true}))
        }
        5 => bare(
            json!({"edit": "mend_source", "source": f.world.water.sources[pick(rng, f.world.water.sources.len())].id}),
        ),
        6 => {
            let t = &f.world.power.transformers[pick(rng, f.world.power.transformers.len())];
            bare(json!({"edit": "replace_transformer", "transformer": t.id, "kva": 630.0}))
        }
        7 => {
            let low: Vec<&str> = f
                .world
                .power
                .lines
                .iter()
                .filter(|l| l.level == Some(cuntong::world::power::Level::Low))
                .map(|l| l.id.as_str())
                .collect();
            let conductor = &f.atlas.power.remedy_conductors[0];
            bare(json!({"edit": "line", "line": low[pick(rng, low.len())], "conductor": conductor}))
        }
        8 => {
            let l = &f.world.power.loads[pick(rng, f.world.power.loads.len())];
            let bus = &f.world.power.buses[l.bus.unwrap().0 as usize].id;
            bare(json!({"edit": "transformer", "bus": bus, "kva": 100.0}))
        }
        9 => point_feature(about(rng, f, 2_000.0), json!({"edit": "node"})),
        10 => point_feature(about(rng, f, 500.0), json!({"edit": "facility", "class": "clinic"})),
        11 => point_feature(about(rng, f, 500.0), json!({"edit": "facility"})),
        _ => drawn(rng, f),
    }
}

fn collection(features: Vec<Value>) -> Value {
    json!({"type": "FeatureCollection", "features": features})
}

fn compare_random(f: &Findings, seed: u64, cases: usize, roads_only: bool) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut changed = 0;
    for case in 0..cases {
        let n = rng.random_range(1..4);
        let document = collection((0..n).map(|_| random_edit(&mut rng, f, roads_only)).collect());
        let edits = scenario::read(&document, f).unwrap_or_else(|e| panic!("{e}: {document}"));
        let quick = scenario::rerun(f, scenario::apply(f, &edits).unwrap());
        let whole = whole_run(f, &edits);
        let paved_only = !edits.iter().any(|e| matches!(e, Edit::Road { .. } | Edit::Facility { .. }));
        assert_same(&quick, &whole, paved_only, &format!("case {case} of {seed}: {document}"));
        changed += usize::from(all_gaps(&quick) != all_gaps(f));
    }
    assert!(changed * 2 >= cases, "only {changed} of {cases} scenarios changed anything");
}

#[test]
fn road_scenarios_equal_a_whole_run() {
    for (seed, noding, shape) in [
        (11, Noding::SharedVertices, VillageShape::Point),
        (12, Noding::Crossings, VillageShape::Point),
        (13, Noding::SharedVertices, VillageShape::Polygon),
    ] {
        compare_random(&region(60, seed, noding, shape), seed, 12, true);
    }
}

#[test]
fn scenarios_of_all_themes_equal_a_whole_run() {
    for seed in [21, 22] {
        compare_random(&region(50, seed, Noding::SharedVertices, VillageShape::Point), seed, 12, false);
    }
}

/// A practice region in a folder of its own.
fn folder(seed: u64) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let options = SynthOptions { gap_rate: 0.3, ..SynthOptions::new(40, seed) };
    synthesize::run(&options, dir.path()).unwrap();
    let atlas = dir.path().join("atlas.toml").to_str().unwrap().to_owned();
    (dir, atlas)
}

#[test]
fn paving_in_the_file_and_in_a_scenario_close_the_same_gaps() {
    let (dir, atlas) = folder(5);
    let before = common::Run::of(&atlas);
    // A road that is all that a village lacks.
    let links = before.features("road_links");
    let road_of = |id: &Value| links.iter().find(|l| l["id"] == *id).unwrap()["properties"]["roads"].clone();
    let road = before.features("road_gaps").into_iter().find_map(|g| {
        let own = g["properties"]["remedy"]["links"].as_array()?;
        let roads = road_of(own.first().filter(|_| own.len() == 1)?);
        let known = g["properties"]["verdict"] == "gap" && roads.as_array()?.len() == 1;
        known.then(|| roads[0].as_str().unwrap().to_owned())
    });
    let road = road.expect("such a road");
    let scenario = dir.path().join("scenario.geojson");
    std::fs::write(&scenario, collection(vec![bare(json!({"edit": "pave", "road": road}))]).to_string()).unwrap();
    let told = common::cuntong(&["what-if", &atlas, scenario.to_str().unwrap(), "--json"]);
    assert!(told.status.success(), "{}", common::stderr(&told));
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();

    let gpkg = std::fs::read_dir(dir.path()).unwrap().map(|f| f.unwrap().path());
    let gpkg = gpkg.into_iter().find(|p| p.extension().is_some_and(|e| e == "gpkg")).unwrap();
    let options = gdal::DatasetOptions {
        open_flags: gdal::GdalOpenFlags::GDAL_OF_VECTOR | gdal::GdalOpenFlags::GDAL_OF_UPDATE,
        ..Default::default()
    };
    let ds = gdal::Dataset::open_ex(&gpkg, options).unwrap();
    let sql = format!("UPDATE roads SET surface = 'asphalt' WHERE id = '{road}'");
    ds.execute_sql(&sql, None, gdal::vector::sql::Dialect::DEFAULT).unwrap();
    drop(ds);
    let after = common::Run::of(&atlas);
    let ids = |r: &common::Run| -> Vec<String> {
        let all =
            r.features("road_gaps").into_iter().chain(r.features("neighbour_gaps")).chain(r.features("fragile_access"));
        all.map(|g| g["id"].as_str().unwrap().to_owned()).collect()
    };
    let (old, new) = (ids(&before), ids(&after));
    let listed = |key: &str| -> Vec<String> {
        told[key].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap().to_owned()).collect()
    };
    let mut closed: Vec<String> = old.iter().filter(|id| !new.contains(id)).cloned().collect();
    let mut opened: Vec<String> = new.iter().filter(|id| !old.contains(id)).cloned().collect();
    closed.sort();
    opened.sort();
    assert_eq!((listed("closed"), listed("opened")), (closed.clone(), opened));
    assert!(!closed.is_empty());
    assert_eq!(told["by_theme"]["roads"]["closed"], closed.len());
    // The scorecard that is told is that of the run on the edited file.
    let card = after.json("scorecard.json");
    let region = told["scorecard"].as_array().unwrap().iter().find(|p| p["id"] == "");
    for (key, pair) in region.into_iter().flat_map(|p| p["indicators"].as_object().unwrap()) {
        let figures = card["reference"]["figures"].as_array().unwrap();
        let figure = figures.iter().find(|f| f["key"] == key.as_str()).unwrap();
        assert_eq!(figure["yes"], pair["after"]["yes"], "{key}");
        assert_ne!(pair["before"], pair["after"], "{key}");
    }

    // A plan with the scenario costs less than one without it.
    let plan = |with: &[&str]| -> Value {
        let args = [&["plan", &atlas, "--json"], with].concat();
        let o = common::cuntong(&args);
        assert!(o.status.success(), "{}", common::stderr(&o));
        serde_json::from_slice(&o.stdout).unwrap()
    };
    // (The file is paved by now, so the scenario adds nothing.)
    let again = plan(&["--with", scenario.to_str().unwrap()]);
    assert_eq!(again["everybody"]["cost"], plan(&[])["everybody"]["cost"]);
}

#[test]
fn a_posted_scenario_is_answered_and_a_bad_one_refused() {
    let (_dir, atlas) = folder(6);
    let s = common::Service::start(&atlas);
    let links = ureq::get(format!("{}/collections/road_links/items?limit=1", s.base))
        .call()
        .unwrap()
        .body_mut()
        .read_json::<Value>()
        .unwrap();
    let link = links["features"][0]["id"].as_str().unwrap().to_owned();
    let post = |body: String, query: &str| -> (u16, String) {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let mut answer = agent
            .post(format!("{}/scenarios{query}", s.base))
            .header("Content-Type", "application/geo+json")
            .send(body)
            .unwrap();
        let status = answer.status().as_u16();
        (status, answer.body_mut().read_to_string().unwrap())
    };
    let pave = collection(vec![bare(json!({"edit": "pave", "link": link}))]);
    let (status, body) = post(pave.to_string(), "");
    assert_eq!(status, 200, "{body}");
    let out: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(out["edits"], 1);
    assert!(out["road_cost"].as_f64().unwrap() > 0.0);
    assert!(out["data_version"].as_str().unwrap().ends_with("+what-if"));
    assert_eq!(post(pave.to_string(), "").1, body, "the same question has the same answer");
    let (status, csv) = post(pave.to_string(), "?f=csv");
    assert_eq!(status, 200);
    assert!(csv.starts_with("\u{feff}change,theme,kind,"), "{csv}");

    let line = |a: [f64; 2], b: [f64; 2]| json!({"type": "Feature", "geometry": {"type": "LineString", "coordinates": [a, b]}, "properties": {"edit": "road"}});
    let many = collection((0..10_000).map(|_| bare(json!({"edit": "pave", "link": link}))).collect());
    let deep = "[".repeat(100_000);
    // Back and forth between two places near the first village.
    let village =
        s.json("/collections/villages/items?limit=1&f=json")["features"][0]["geometry"]["coordinates"].clone();
    let zigzag = |n: usize, width: f64| {
        let [x, y] = [0, 1].map(|k| village[k].as_f64().unwrap());
        let line: Vec<[f64; 2]> = (0..n).map(|k| [x + width * (k % 2) as f64, y]).collect();
        let geometry = json!({"type": "LineString", "coordinates": line});
        collection(vec![json!({"type": "Feature", "geometry": geometry, "properties": {"edit": "road"}})]).to_string()
    };
    // Every line of a star crosses every other.
    let star = |n: usize| {
        let [x, y] = [0, 1].map(|k| village[k].as_f64().unwrap());
        let at = |k: usize| {
            let a = k as f64 * (std::f64::consts::PI + 3.0 / n as f64) + 0.1;
            [x + 0.004 * a.cos(), y + 0.004 * a.sin()]
        };
        let geometry = json!({"type": "LineString", "coordinates": (0..n).map(at).collect::<Vec<_>>()});
        collection(vec![json!({"type": "Feature", "geometry": geometry, "properties": {"edit": "road"}})]).to_string()
    };
    let cases: Vec<(String, u16, &str)> = vec![
        (String::new(), 400, "FeatureCollection"),
        ("{".into(), 400, "line 1"),
        (deep, 400, "recursion"),
        (json!({"type": "Feature"}).to_string(), 400, "FeatureCollection"),
        (collection(vec![]).to_string(), 400, "no edits"),
        (many.to_string(), 413, "10000 edits; at most 1000"),
        ("x".repeat(5 * 1024 * 1024), 413, "4194304 bytes"),
        (collection(vec![json!({"type": "Feature"})]).to_string(), 400, "features[0]: has no properties"),
        (collection(vec![bare(json!({}))]).to_string(), 400, "features[0].properties.edit: is needed"),
        (collection(vec![bare(json!({"edit": "dig"}))]).to_string(), 400, "is none of pave"),
        (collection(vec![bare(json!({"edit": "pave", "link": "link-none"}))]).to_string(), 400, "there is no link"),
        (collection(vec![bare(json!({"edit": "pave", "gap": "roads:x:1"}))]).to_string(), 400, "there is no road gap"),
        (collection(vec![bare(json!({"edit": "pave", "road": 7}))]).to_string(), 400, "is no text"),
        (collection(vec![bare(json!({"edit": "pave", "linc": "x"}))]).to_string(), 400, "is not known of"),
        (collection(vec![line([0.0, 0.0], [0.1, 0.1])]).to_string(), 400, "outside the region"),
        (zigzag(5_001, 1e-5), 413, "5001 positions; at most 5000"),
        (zigzag(4_000, 0.02), 413, "km are answered at a time"),
        (star(1_000), 413, "200000 times"),
        (collection(vec![bare(json!({"edit": "road"}))]).to_string(), 400, "features[0].geometry: is no LineString"),
        (collection(vec![bare(json!({"edit": "node"}))]).to_string(), 400, "is no Point"),
        (collection(vec![bare(json!({"edit": "mend_source", "source": "none"}))]).to_string(), 400, "no water source"),
        (
            collection(vec![bare(json!({"edit": "replace_transformer", "transformer": "none", "kva": 10}))])
                .to_string(),
            400,
            "there is no transformer",
        ),
        (
            collection(vec![bare(json!({"edit": "transformer", "bus": "none", "kva": -1}))]).to_string(),
            400,
            "properties.kva",
        ),
    ];
    for (body, status, say) in cases {
        let shown = body.chars().take(200).collect::<String>();
        let (got, answer) = post(body, "");
        assert_eq!(got, status, "{shown}: {answer}");
        assert!(answer.contains(say), "{shown}: {answer}");
        assert!(serde_json::from_str::<Value>(&answer).unwrap()["status"] == status, "{answer}");
    }
    assert_eq!(post(pave.to_string(), "?g=1").0, 400);
    let got = ureq::get(format!("{}/scenarios", s.base)).config().http_status_as_error(false).build().call().unwrap();
    assert_eq!(got.status(), 405);
    // And the command says the same of a bad file.
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), "{}").unwrap();
    let o = common::cuntong(&["what-if", &atlas, file.path().to_str().unwrap()]);
    assert_eq!(o.status.code(), Some(1));
    assert!(common::stderr(&o).contains("not a GeoJSON FeatureCollection"), "{}", common::stderr(&o));
}
