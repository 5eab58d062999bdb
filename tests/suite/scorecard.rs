//! The county scorecard: its figures against figures counted from the planted truth by a plain program, ways to
//! facilities against a search of their own, the workbook in a spreadsheet program, and broken input.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::{Run, cuntong, read_json, stderr};
use cuntong::world::metric::{distance_m, metres_per_degree};
use cuntong::world::{Roads, Surface, World};
use geo::Coord;
use petgraph::algo::dijkstra;
use petgraph::graph::{NodeIndex, UnGraph};
use petgraph::visit::EdgeRef;
use serde_json::{Value, json};

const ATLAS: &str = "data/liaoning/atlas.toml";

fn card<'v>(s: &'v Value, id: &str) -> &'v Value {
    s["counties"].as_array().unwrap().iter().find(|c| c["id"] == id).unwrap_or_else(|| panic!("no county {id}"))
}

fn figure<'v>(card: &'v Value, key: &str) -> &'v Value {
    let all = card["figures"].as_array().unwrap();
    all.iter().find(|f| f["key"] == key).unwrap_or_else(|| panic!("no {key} in {}", card["id"]))
}

/// [yes, no, unknown] and people in each.
#[derive(Default, Clone, Copy, PartialEq, Debug)]
struct Tally {
    n: [f64; 3],
    people: [f64; 3],
}

impl Tally {
    fn add(&mut self, verdict: &str, people: f64) {
        let k = ["ok", "gap", "unknown"].iter().position(|v| *v == verdict).unwrap_or_else(|| panic!("{verdict}"));
        self.n[k] += 1.0;
        self.people[k] += people;
    }
}

/// Tallies by indicator and county ("" is the region), from the planted truth alone and from what villages are.
fn tallies(truth: &Value, w: &World, r: &Run) -> BTreeMap<(String, &'static str), Tally> {
    let mut out: BTreeMap<(String, &'static str), Tally> = BTreeMap::new();
    let mut add = |county: &str, key: &'static str, verdict: &str, people: f64| {
        for c in [county, ""] {
            out.entry((c.to_owned(), key)).or_default().add(verdict, people);
        }
    };
    for v in r.features("villages") {
        let (id, p) = (v["id"].as_str().unwrap(), &v["properties"]);
        let (county, people) = (p["county"].as_str().unwrap(), p["population"].as_f64().unwrap());
        let road = truth["villages"][id]["verdict"].as_str().unwrap();
        match p["status"].as_str().unwrap() {
            "administrative" => add(county, "paved", road, people),
            "merged" => add(county, "merged_paved", road, people),
            other => assert_eq!(other, "natural"),
        }
        let power = &truth["power"]["villages"][id];
        let kinds: Vec<&str> = power["kinds"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        let known = !power["worst_pu"].is_null() || !power["modelled_pu"].is_null() || !power["supply_m"].is_null();
        let low = kinds.contains(&"low_voltage");
        add(
            county,
            "voltage",
            if low {
                "gap"
            } else if known {
                "ok"
            } else {
                "unknown"
            },
            people,
        );
        let without = kinds.contains(&"no_three_phase") || kinds.contains(&"no_grid");
        add(county, "three_phase", if without { "gap" } else { "ok" }, people);
        add(county, "safe_water", truth["water"]["villages"][id]["verdict"].as_str().unwrap(), people);
        if p["priority"] == true {
            let social = &truth["social"]["villages"][id];
            add(county, "broadband", social["broadband_verdict"].as_str().unwrap(), people);
            add(county, "station", social["station"].as_str().unwrap(), people);
        }
    }
    for s in w.schools.iter() {
        let planted = &truth["schools"][&s.id];
        add(s.county.as_deref().unwrap(), "schools_paved", planted["verdict"].as_str().unwrap(), 0.0);
    }
    // Sources that some result names.
    let tested: std::collections::BTreeSet<u32> = w.water.results.iter().map(|t| t.source).collect();
    for (i, s) in (0u32..).zip(&w.water.sources) {
        let planted = &truth["water"]["sources"][&s.id]["state"];
        assert!(planted != "untested" || !tested.contains(&i), "{}", s.id);
        let verdict = if tested.contains(&i) { "ok" } else { "gap" };
        add(s.county.as_deref().unwrap(), "tested_sources", verdict, 0.0);
    }
    out
}

fn equal(a: &Value, b: f64, what: &str) {
    let a = a.as_f64().unwrap_or_else(|| panic!("{what}: no figure, wanted {b}"));
    assert!((a - b).abs() <= 1e-6 * b.abs().max(1.0), "{what}: {a}, wanted {b}");
}

fn check_scorecard(truth: &Value, w: &World, r: &Run, targets: &BTreeMap<&str, f64>) -> usize {
    let s = r.json("scorecard.json");
    let tallies = tallies(truth, w, r);
    let mut compared = 0;
    for ((county, key), t) in &tallies {
        let what = format!("{key} of {county:?}");
        let of = if county.is_empty() { &s["reference"] } else { card(&s, county) };
        let f = figure(of, key);
        for (name, n) in ["yes", "no", "unknown"].iter().zip(t.n) {
            equal(&f[name], n, &format!("{what}: {name}"));
        }
        let share = |n: [f64; 3]| n[0] / (n[0] + n[1]);
        if t.n[0] + t.n[1] > 0.0 {
            equal(&f["share"], share(t.n), &what);
        }
        let all: f64 = t.n.iter().sum();
        equal(&f["unknown_share"], t.n[2] / all, &what);
        if !["schools_paved", "tested_sources"].contains(key) {
            for (name, n) in ["people_yes", "people_no", "people_unknown"].iter().zip(t.people) {
                equal(&f[name], n, &format!("{what}: {name}"));
            }
            let mean = tallies[&(String::new(), *key)].people;
            equal(&f["reference"], share(mean), &format!("{what}: reference"));
            if !county.is_empty() && t.people[0] + t.people[1] > 0.0 {
                let difference = share(t.people) - share(mean);
                equal(&f["difference"], difference, &format!("{what}: difference"));
                let gap = (-difference * (t.people[0] + t.people[1])).max(0.0);
                assert!((f["people_gap"].as_f64().unwrap() - gap).abs() <= 1.0, "{what}: people_gap {gap} {f}");
            }
        }
        if let (Some(target), false) = (targets.get(key), county.is_empty() || *key == "schools_paved") {
            equal(&f["target"], *target, &what);
            let missing = ((target * all - 1e-9).ceil() - t.n[0]).max(0.0);
            equal(&f["missing"], missing, &format!("{what}: missing"));
            assert_eq!(f["reached"], missing == 0.0, "{what}");
            if !f["cheapest"].is_null() {
                let chosen = f["cheapest"]["villages"].as_array().unwrap().len() as f64;
                equal(&f["cheapest"]["short"], missing - chosen, &what);
            }
        }
        compared += 1;
    }
    // Pairs: those planted; a pair that two counties share counts for both.
    let county_of: HashMap<String, String> = r
        .features("villages")
        .iter()
        .map(|v| (v["id"].as_str().unwrap().into(), v["properties"]["county"].as_str().unwrap().into()))
        .collect();
    let sure = |list: &Value| -> Vec<[String; 2]> {
        let pair = |p: &Value| [p[0].as_str().unwrap().to_owned(), p[1].as_str().unwrap().to_owned()];
        list.as_array().unwrap().iter().map(pair).collect()
    };
    let (planted, unsure) = (sure(&truth["neighbours"]), sure(&truth["neighbours_unsure"]).len() as f64);
    for county in s["counties"].as_array().unwrap() {
        let id = county["id"].as_str().unwrap();
        if county["villages"] == 0 {
            continue;
        }
        let n = planted.iter().filter(|p| p.iter().any(|v| county_of[v] == id)).count() as f64;
        let f = figure(county, "neighbours_paved");
        let found = f["no"].as_f64().unwrap() + f["unknown"].as_f64().unwrap();
        assert!((found - n).abs() <= unsure, "{id}: {found} pairs, planted {n}");
    }
    compared
}

fn targets() -> BTreeMap<&'static str, f64> {
    let whole = ["paved", "merged_paved", "voltage", "three_phase", "safe_water"];
    whole.into_iter().map(|k| (k, 1.0)).chain([("broadband", 0.9), ("station", 0.8)]).collect()
}

#[test]
fn figures_are_those_of_the_planted_truth() {
    let truth = read_json(Path::new("data/liaoning/truth.json"));
    assert!(check_scorecard(&truth, &world(Path::new(ATLAS)), Run::shipped(ATLAS), &targets()) >= 80);
    for seed in ["31", "32", "33"] {
        let dir = tempfile::tempdir().unwrap();
        let o = cuntong(&["synthesize", "--villages", "400", "--seed", seed, "--out", dir.path().to_str().unwrap()]);
        assert!(o.status.success(), "{}", stderr(&o));
        let atlas = dir.path().join("atlas.toml");
        let r = Run::of(atlas.to_str().unwrap());
        let truth = read_json(&dir.path().join("truth.json"));
        assert!(check_scorecard(&truth, &world(&atlas), &r, &targets()) >= 20);
    }
}

fn world(atlas: &Path) -> World {
    let atlas = cuntong::atlas::load(atlas).unwrap();
    cuntong::layers::load(&atlas, &|_| {}).unwrap().world
}

/// Nearest position on a line: metres to it, metres along to it.
fn onto(line: &[Coord], p: Coord) -> (f64, f64) {
    let (kx, ky) = metres_per_degree(p.y);
    let flat = |c: Coord| ((c.x - p.x) * kx, (c.y - p.y) * ky);
    let mut best = (f64::INFINITY, 0.0);
    let mut before = 0.0;
    for w in line.windows(2) {
        let ((ax, ay), (bx, by)) = (flat(w[0]), flat(w[1]));
        let (dx, dy) = (bx - ax, by - ay);
        let long = dx * dx + dy * dy;
        let t = if long > 0.0 { (-(ax * dx + ay * dy) / long).clamp(0.0, 1.0) } else { 0.0 };
        let m = (ax + t * dx).hypot(ay + t * dy);
        let whole = distance_m(w[0], w[1]);
        if m < best.0 - 1e-9 {
            best = (m, before + t * whole);
        }
        before += whole;
    }
    best
}

/// Roads between the places where a line ends or lines meet.
struct Streets {
    graph: UnGraph<(), f64>,
    edges: Vec<(NodeIndex, NodeIndex, Vec<Coord>, f64)>,
}

impl Streets {
    fn new(roads: &Roads) -> Self {
        let key = |c: Coord| ((c.x * 1e7).round() as i64, (c.y * 1e7).round() as i64);
        let mut lines_at: HashMap<(i64, i64), (usize, bool)> = HashMap::new();
        for i in 0..roads.len() {
            let line = roads.line(i);
            for (k, c) in line.iter().enumerate() {
                let at = lines_at.entry(key(*c)).or_default();
                at.0 += 1;
                at.1 |= k == 0 || k + 1 == line.len();
            }
        }
        let mut s = Streets { graph: UnGraph::new_undirected(), edges: Vec::new() };
        let mut node: HashMap<(i64, i64), NodeIndex> = HashMap::new();
        for i in 0..roads.len() {
            let mut part: Vec<Coord> = Vec::new();
            for &c in roads.line(i) {
                part.push(c);
                let (n, end) = lines_at[&key(c)];
                if part.len() > 1 && (end || n > 1) {
                    let ends = [part[0], c].map(|c| *node.entry(key(c)).or_insert_with(|| s.graph.add_node(())));
                    let m = part.windows(2).map(|w| distance_m(w[0], w[1])).sum();
                    s.graph.add_edge(ends[0], ends[1], m);
                    s.edges.push((ends[0], ends[1], std::mem::replace(&mut part, vec![c]), m));
                }
            }
        }
        s
    }

    /// (edge, metres along, metres to it): all within `access_m`, else the nearest within `max_m`.
    fn joints(&self, p: Coord, access_m: f64, max_m: f64) -> Vec<(usize, f64, f64)> {
        let (kx, ky) = metres_per_degree(p.y);
        let near = |line: &[Coord]| {
            let pad = (max_m / kx, max_m / ky);
            let x = line.iter().map(|c| c.x);
            let y = line.iter().map(|c| c.y);
            x.clone().fold(f64::INFINITY, f64::min) <= p.x + pad.0
                && x.fold(f64::NEG_INFINITY, f64::max) >= p.x - pad.0
                && y.clone().fold(f64::INFINITY, f64::min) <= p.y + pad.1
                && y.fold(f64::NEG_INFINITY, f64::max) >= p.y - pad.1
        };
        let mut all: Vec<(usize, f64, f64)> = self
            .edges
            .iter()
            .enumerate()
            .filter(|(_, e)| near(&e.2))
            .map(|(i, e)| {
                let (m, along) = onto(&e.2, p);
                (i, along, m)
            })
            .filter(|j| j.2 <= max_m)
            .collect();
        all.sort_by(|a, b| a.2.total_cmp(&b.2));
        let within = all.iter().filter(|j| j.2 <= access_m).count();
        all.truncate(within.max(1));
        all
    }
}

#[test]
fn ways_to_facilities_are_those_of_a_search_per_village() {
    let r = Run::shipped(ATLAS);
    let w = world(Path::new(ATLAS));
    let streets = Streets::new(&w.roads);
    let rules = cuntong::standards::RoadRules::default();
    let joints = |p: Coord| streets.joints(p, rules.access_m, rules.max_access_m);
    let clinics: Vec<Coord> = w.facilities.iter().filter(|f| f.class == "clinic").map(|f| f.point).collect();
    let classes: [(&str, Vec<Coord>); 3] = [
        ("clinic", clinics),
        ("school", w.schools.iter().map(|s| s.point).collect()),
        ("seat", w.seats.iter().map(|s| s.point).collect()),
    ];
    let villages = r.features("villages");
    let point: HashMap<&str, Coord> = w.villages.iter().map(|v| (v.id.as_str(), v.point)).collect();
    for (class, places) in &classes {
        assert!(!places.is_empty(), "{class}");
        let mut at_edge: HashMap<usize, Vec<(f64, f64)>> = HashMap::new();
        let mut at_node: HashMap<NodeIndex, f64> = HashMap::new();
        for p in places {
            for (e, along, leg) in joints(*p) {
                at_edge.entry(e).or_default().push((along, leg));
                let (a, b, _, m) = &streets.edges[e];
                for (n, rest) in [(a, along), (b, m - along)] {
                    let old = at_node.entry(*n).or_insert(f64::INFINITY);
                    *old = old.min(rest + leg);
                }
            }
        }
        let mut compared = 0;
        for v in villages.iter().step_by(13).take(200) {
            let p = point[v["id"].as_str().unwrap()];
            let mut best =
                places.iter().map(|q| distance_m(p, *q)).filter(|m| *m <= rules.access_m).fold(f64::INFINITY, f64::min);
            // A start of its own, with a leg to each end of each edge in reach.
            let mut graph = streets.graph.clone();
            let start = graph.add_node(());
            for (e, along, leg) in joints(p) {
                let (a, b, _, m) = &streets.edges[e];
                graph.add_edge(start, *a, along + leg);
                graph.add_edge(start, *b, m - along + leg);
                for (other, its_leg) in at_edge.get(&e).into_iter().flatten() {
                    best = best.min((along - other).abs() + leg + its_leg);
                }
            }
            let far = dijkstra(&graph, start, None, |e| *e.weight());
            for (n, m) in &at_node {
                best = best.min(far.get(n).copied().unwrap_or(f64::INFINITY) + m);
            }
            let found = &v["properties"]["services"][class];
            if best <= rules.max_travel_m {
                let m = found["m"].as_f64().unwrap_or_else(|| panic!("{class} of {}: none, wanted {best}", v["id"]));
                assert!((m - best).abs() <= 0.5, "{class} of {}: {m}, wanted {best}", v["id"]);
                compared += 1;
            } else {
                assert!(found["minutes"].is_null(), "{class} of {}: {found}", v["id"]);
            }
        }
        assert!(compared >= 150, "{class}: {compared}");
        assert!(graph_is_whole(&streets));
    }
}

fn graph_is_whole(s: &Streets) -> bool {
    s.graph.edge_references().all(|e| *e.weight() > 0.0 && s.graph.node_weight(e.source()).is_some())
}

#[test]
fn means_and_far_villages_are_weighted_by_people() {
    let r = Run::shipped(ATLAS);
    let summary = r.json("summary.json");
    let rules = cuntong::standards::ServiceRules::default();
    let villages = r.features("villages");
    let s = r.json("scorecard.json");
    let mut far = std::collections::BTreeSet::new();
    for class in ["clinic", "school", "seat"] {
        let (mut sum, mut people) = (0.0, 0.0);
        for v in &villages {
            let p = &v["properties"];
            if p["services"][class]["minutes"].is_null() {
                continue;
            }
            let n = p["population"].as_f64().unwrap();
            sum += n * p["services"][class]["m"].as_f64().unwrap();
            people += n;
        }
        let of = summary["counts"]["services"]["classes"].as_array().unwrap();
        let of = of.iter().find(|c| c["key"] == class).unwrap();
        assert!((of["mean"]["metres"].as_f64().unwrap() - sum / people).abs() < 0.1, "{class}: {of}");
        let limit = sum / people * rules.factor;
        for v in &villages {
            let here = &v["properties"]["services"][class];
            if here["m"].as_f64().is_some_and(|m| m > limit + 0.01) {
                assert_eq!(here["verdict"], "gap", "{class} {}", v["id"]);
                far.insert(v["id"].as_str().unwrap());
            }
        }
    }
    assert_eq!(figure(&s["reference"], "services")["no"].as_f64().unwrap() as usize, far.len());
}

#[test]
fn the_access_index_counts_people_near_all_season_roads() {
    let r = Run::shipped(ATLAS);
    let w = world(Path::new(ATLAS));
    let reach = cuntong::standards::RoadRules::default().rai_m;
    let good: Vec<&[Coord]> = (0..w.roads.len())
        .filter(|&i| matches!(w.roads.surface[i], Surface::Paved | Surface::Gravel))
        .map(|i| w.roads.line(i))
        .collect();
    let mut people: BTreeMap<&str, [f64; 2]> = BTreeMap::new();
    let mut unsure: BTreeMap<&str, f64> = BTreeMap::new();
    for v in w.villages.iter() {
        let (kx, ky) = metres_per_degree(v.point.y);
        let close = |l: &&&[Coord]| {
            let d = l.iter().map(|c| ((c.x - v.point.x) * kx).hypot((c.y - v.point.y) * ky));
            d.fold(f64::INFINITY, f64::min) < 20_000.0
        };
        let m = good.iter().filter(close).map(|l| onto(l, v.point).0).fold(f64::INFINITY, f64::min);
        let county = v.county.as_deref().unwrap();
        let n = v.population.unwrap();
        people.entry(county).or_default()[usize::from(m > reach)] += n;
        if (m - reach).abs() < 2.0 {
            *unsure.entry(county).or_default() += n;
        }
    }
    let s = r.json("scorecard.json");
    for (county, [near, _]) in people {
        let f = figure(card(&s, county), "rai");
        let slack = unsure.get(county).copied().unwrap_or(0.0) + 1e-6;
        let yes = f["yes"].as_f64().unwrap();
        assert!((yes - near).abs() <= slack, "{county}: {yes}, wanted {near}");
    }
}

/// Rows of a CSV without line breaks in cells.
fn csv(text: &str) -> Vec<Vec<String>> {
    text.trim_start_matches('\u{feff}')
        .lines()
        .map(|l| {
            let (mut cells, mut quoted) = (vec![String::new()], false);
            for c in l.chars() {
                match c {
                    '"' => quoted = !quoted,
                    ',' if !quoted => cells.push(String::new()),
                    c => cells.last_mut().unwrap().push(c),
                }
            }
            cells
        })
        .collect()
}

#[test]
fn the_workbook_opens_in_a_spreadsheet_program_with_the_same_sums() {
    let Ok(found) = Command::new("soffice").arg("--version").output() else {
        assert!(std::env::var_os("CI").is_none(), "the set-up installs LibreOffice");
        println!("skipped: no soffice here");
        return;
    };
    assert!(found.status.success());
    let r = Run::shipped(ATLAS);
    let out = tempfile::tempdir().unwrap();
    let o = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", out.path().join("profile").display()))
        .args(["--headless", "--convert-to"])
        // Every sheet as a file of its own: comma, quotes, UTF-8, numbers as they are.
        .arg("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1")
        .args(["--outdir", out.path().to_str().unwrap()])
        .arg(r.dir.join("scorecard.xlsx"))
        .output()
        .unwrap();
    assert!(o.status.success(), "{}", String::from_utf8_lossy(&o.stderr));
    let sheets: BTreeMap<String, Vec<Vec<String>>> = fs::read_dir(out.path())
        .unwrap()
        .filter_map(|f| {
            let path = f.unwrap().path();
            let name = path.file_stem()?.to_str()?.strip_prefix("scorecard-")?.to_owned();
            Some((name, csv(&fs::read_to_string(&path).unwrap())))
        })
        .collect();
    let s = r.json("scorecard.json");
    let overview = &sheets["总表"];
    let head = overview.iter().position(|row| row[0] == "县代码").unwrap();
    let number = |cell: &str| match cell.strip_suffix('%') {
        Some(n) => n.parse::<f64>().ok().map(|n| n / 100.0),
        None => cell.parse::<f64>().ok(),
    };
    assert_eq!(overview.len() - head - 1, 11, "ten counties and the region");
    let mut compared = 0;
    for row in &overview[head + 1..] {
        let of = if row[0] == "参照区" { &s["reference"] } else { card(&s, &row[0]) };
        assert_eq!(number(&row[2]).unwrap(), of["villages"].as_f64().unwrap());
        assert_eq!(number(&row[4]), of["people"].as_f64(), "people of {}", row[1]);
        for (k, f) in s["reference"]["figures"].as_array().unwrap().iter().enumerate() {
            let own = of["figures"].as_array().unwrap().iter().find(|g| g["key"] == f["key"]);
            let share = own.and_then(|g| g["share"].as_f64());
            let cell = number(&row[6 + 2 * k]);
            assert_eq!(cell.is_some(), share.is_some(), "{} of {}", f["key"], row[1]);
            if let (Some(a), Some(b)) = (cell, share) {
                assert!((a - b).abs() < 1e-6, "{} of {}: {a} {b}", f["key"], row[1]);
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "{compared}");
    // A list of names per gap: as many rows as gaps, and the same people.
    let gaps = r.features("service_gaps");
    let stations: Vec<&Value> = gaps.iter().filter(|g| g["properties"]["kind"] == "no_station").collect();
    let names = &sheets["名单 无信息服务站"];
    assert_eq!(names.len() - 1, stations.len());
    let sum = |it: &mut dyn Iterator<Item = f64>| it.sum::<f64>();
    let wanted = sum(&mut stations.iter().filter_map(|g| g["properties"]["people"].as_f64()));
    assert_eq!(sum(&mut names[1..].iter().filter_map(|row| number(&row[4]))), wanted);
    // A sheet for each target county, with a row for each of its figures.
    for c in s["counties"].as_array().unwrap().iter().filter(|c| c["target"] == true) {
        let sheet = &sheets[c["name"].as_str().unwrap()];
        for f in c["figures"].as_array().unwrap() {
            let row = sheet.iter().find(|row| row[0] == f["name"]["zh"].as_str().unwrap());
            let row = row.unwrap_or_else(|| panic!("{} in {}", f["key"], c["name"]));
            assert_eq!(number(&row[3]).unwrap_or(0.0).round(), f["yes"].as_f64().unwrap().round(), "{}", f["key"]);
        }
    }
}

fn write(dir: &Path, name: &str, text: &str) {
    fs::write(dir.join(name), text).unwrap();
}

fn square(x: f64, y: f64, half: f64) -> Value {
    let (w, e, s, n) = (x - half, x + half, y - half, y + half);
    json!({"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]})
}

fn features(list: &[(Value, Value)]) -> String {
    let list: Vec<Value> =
        list.iter().map(|(p, g)| json!({"type": "Feature", "properties": p, "geometry": g})).collect();
    json!({"type": "FeatureCollection", "features": list}).to_string()
}

fn point(x: f64, y: f64) -> Value {
    json!({"type": "Point", "coordinates": [x, y]})
}

const VILLAGES: &str = r#"
id = "t"
[[layers.villages]]
path = "villages.geojson"
fields = { id = "id", name = "id", county = "county", population = "population", station = "station" }
"#;

fn small(more: &str, files: &[(&str, String)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let village =
        |id: &str, county: &str, g: Value| (json!({"id": id, "county": county, "population": 100, "station": null}), g);
    let list = [
        village("v1", "c1", square(120.0, 41.0, 0.005)),
        village("v2", "c1", square(120.1, 41.0, 0.005)),
        village("v3", "c1", square(120.2, 41.0, 0.005)),
    ];
    write(dir.path(), "villages.geojson", &features(&list));
    for (name, text) in files {
        write(dir.path(), name, text);
    }
    write(dir.path(), "atlas.toml", &format!("{VILLAGES}{more}"));
    dir
}

fn analysed(dir: &tempfile::TempDir) -> Run {
    Run::of(dir.path().join("atlas.toml").to_str().unwrap())
}

fn refused(dir: &tempfile::TempDir) -> String {
    let o = cuntong(&["check", dir.path().join("atlas.toml").to_str().unwrap()]);
    assert_eq!(o.status.code(), Some(1), "{}", stderr(&o));
    stderr(&o)
}

#[test]
fn coverage_that_overlaps_counts_its_ground_once() {
    let cover = |id: &str, x: f64, mbit: Value| (json!({"id": id, "mbit_s": mbit}), square(x, 41.0, 0.0025));
    // The west half twice; and a speed of nothing, and one that is absurd.
    let list = [
        cover("a", 119.9975, json!(50)),
        cover("b", 119.9975, json!(20)),
        cover("zero", 120.1, json!(0)),
        cover("absurd", 120.2, json!(9e9)),
    ];
    let dir = small(
        "[[layers.broadband_coverage]]\npath = \"cover.geojson\"\nfields = { id = \"id\", mbit_s = \"mbit_s\" }\n",
        &[("cover.geojson", features(&list))],
    );
    let r = analysed(&dir);
    let of = |id: &str| r.features("villages").into_iter().find(|v| v["id"] == id).unwrap()["properties"].clone();
    let share = of("v1")["broadband_covered_share"].as_f64().unwrap();
    assert!((share - 0.25).abs() < 1e-3, "{share}");
    assert_eq!(of("v1")["broadband_mbit_s"], 50.0);
    // Covered, at a speed that nobody knows.
    for id in ["v2", "v3"] {
        assert_eq!((&of(id)["broadband_state"], &of(id)["broadband_mbit_s"]), (&json!("broadband"), &Value::Null));
    }
    let q = r.json("quality.json").to_string();
    assert!(q.contains("speed is 0") && q.contains("beyond all that is possible"), "{q}");
}

#[test]
fn a_measured_speed_of_nothing_is_no_measurement() {
    let list = [(json!({"quadkey": "1", "avg_d_kbps": 0, "tests": 3}), square(120.0, 41.0, 0.01))];
    let dir = small(
        "[[layers.broadband_coverage]]\npath = \"tiles.geojson\"\n\
         fields = { id = \"quadkey\", kbit_s = \"avg_d_kbps\", tests = \"tests\" }\n",
        &[("tiles.geojson", features(&list))],
    );
    let r = analysed(&dir);
    for v in r.features("villages") {
        assert_ne!(v["properties"]["broadband_state"], "slow");
        assert_ne!(v["properties"]["broadband_verdict"], "gap", "nobody measured nothing");
    }
}

#[test]
fn an_empty_class_is_unknown_not_far() {
    let dir = small(
        "[[layers.facilities]]\npath = \"facilities.geojson\"\nfields = { id = \"id\", class = \"class\" }\n\
         [[layers.roads]]\npath = \"roads.geojson\"\nfields = { id = \"id\", surface = \"surface\" }\n",
        &[
            ("facilities.geojson", features(&[(json!({"id": "s", "class": "station"}), point(120.0, 41.0))])),
            (
                "roads.geojson",
                features(&[(
                    json!({"id": "r", "surface": "paved"}),
                    json!({"type": "LineString", "coordinates": [[120.0, 41.0], [120.2, 41.0]]}),
                )]),
            ),
        ],
    );
    let r = analysed(&dir);
    assert!(r.features("service_gaps").iter().all(|g| g["properties"]["kind"] == "no_station"));
    let without = &r.json("summary.json")["counts"]["services"]["classes_without_data"];
    assert!(without.as_array().unwrap().contains(&json!("clinic")), "{without}");
    let s = r.json("scorecard.json");
    assert!(
        card(&s, "c1")["figures"].as_array().unwrap().iter().all(|f| f["key"] != "services"),
        "nothing is said of services that nobody recorded"
    );
    assert_eq!(figure(card(&s, "c1"), "station")["yes"], 1.0);
}

#[test]
fn a_class_that_nobody_knows_is_named() {
    let dir = small(
        "[[layers.facilities]]\npath = \"facilities.geojson\"\nfields = { id = \"id\", class = \"class\" }\n",
        &[("facilities.geojson", features(&[(json!({"id": "p", "class": "palace"}), point(120.0, 41.0))]))],
    );
    let q = analysed(&dir).json("quality.json").to_string();
    assert!(q.contains("names no class of facilities") && q.contains("palace"), "{q}");
}

#[test]
fn a_county_without_villages_has_a_card_without_shares() {
    let dir = small(
        "[[layers.counties]]\npath = \"counties.geojson\"\nfields = { id = \"id\", name = \"id\" }\n",
        &[(
            "counties.geojson",
            features(&[
                (json!({"id": "c1"}), square(120.1, 41.0, 0.5)),
                (json!({"id": "c2"}), square(130.0, 41.0, 0.5)),
            ]),
        )],
    );
    let r = analysed(&dir);
    let s = r.json("scorecard.json");
    let empty = card(&s, "c2");
    assert_eq!(empty["villages"], 0);
    for f in empty["figures"].as_array().unwrap() {
        assert!(f["share"].is_null() && f["reached"].is_null(), "{f}");
    }
    let text = fs::read_to_string(r.dir.join("scorecard.csv")).unwrap();
    assert!(!text.contains("NaN") && !text.contains("inf"));
}

#[test]
fn targets_over_the_whole_and_below_nothing_are_refused() {
    let said = refused(&small("[targets.share]\nbroadband = 1.2\n", &[]));
    assert!(said.contains("broadband") && said.contains("0.9 for 90 %"), "{said}");
    let said = refused(&small("[targets.share]\nbroadband = -0.1\n", &[]));
    assert!(said.contains("broadband"), "{said}");
    let said = refused(&small("[targets.share]\nbroadbnad = 0.5\n", &[]));
    assert!(said.contains("broadbnad"), "{said}");
}
