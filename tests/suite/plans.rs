//! Rankings and plans: against exhaustive search on small regions, against the planted province, and broken questions.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;

use crate::common::lattice::{all_sets, small};
use crate::common::{Run, Service, cuntong, findings, shipped, stderr};
use cuntong::findings::Findings;
use cuntong::priority::budget_plan::{self, Floor};
use cuntong::priority::need::{By, Needs, Question};
use cuntong::priority::road_plan::{self, Ask, JointPlan};
use cuntong::standards::Weights;
use serde_json::{Value, json};

const ATLAS: &str = "data/liaoning/atlas.toml";

fn plan(f: &Findings, budget: Option<f64>) -> JointPlan {
    road_plan::plan(f, &Ask { budget, by_need: None, county: None, unknown: false, without_planned: false }).unwrap()
}

#[test]
fn budgets_on_small_regions_against_every_choice() {
    let (mut ratios, mut exact, mut saved) = (Vec::new(), 0, 0);
    for seed in 0..40 {
        let s = small(seed, false);
        let cost = all_sets(&s);
        let f = findings(&s.dir.path().join("atlas.toml"));
        let whole = cost[cost.len() - 1];
        let people = |set: usize| -> f64 {
            s.villages.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1).map(|(_, v)| v.1).sum()
        };
        let all = plan(&f, None);
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-3 * whole.max(1.0);
        assert!(near(all.everybody.cost, whole), "seed {seed}: {} wanted {whole}", all.everybody.cost);
        assert!(all.everybody.cost_at_least <= whole * 1.001, "seed {seed}");
        assert_eq!(all.villages_connected, s.villages.len(), "seed {seed}");
        saved += usize::from(all.everybody.cost < all.everybody.one_by_one - 1.0);
        for share in [0.2, 0.4, 0.6, 0.8] {
            let budget = whole * share;
            let p = plan(&f, Some(budget));
            let best = (0..cost.len()).filter(|&m| cost[m] <= budget).map(people).fold(0.0, f64::max);
            assert!(p.cost <= budget + 0.01, "seed {seed}: {} over {budget}", p.cost);
            assert!(p.people <= best + 1e-6, "seed {seed}: {} is more than {best}", p.people);
            assert!(p.gain_at_most >= best - 1e-6, "seed {seed}: bound {} under {best}", p.gain_at_most);
            if best > 0.0 {
                ratios.push(p.people / best);
                exact += usize::from(p.people >= best - 1e-6);
            }
        }
    }
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    let worst = ratios.iter().copied().fold(f64::INFINITY, f64::min);
    println!("{} budgets: mean ratio {mean:.4}, worst {worst:.3}, best possible in {exact}", ratios.len());
    assert!(saved >= 5, "together is cheaper than one by one in {saved} regions");
    assert!(mean >= 0.98 && worst >= 0.8, "mean {mean}, worst {worst}");
}

#[test]
fn the_joint_plan_of_the_practice_province() {
    let f = shipped(ATLAS);
    let p = plan(f, None);
    let e = &p.everybody;
    println!(
        "joint {}, {} one by one ({} % less), {} each alone, bound {} (gap {} %)",
        e.cost, e.one_by_one, e.saved_percent, e.each_alone, e.cost_at_least, e.gap_percent
    );
    // Some groups of villages each have a road of their own, and a cross track over which one road serves all.
    assert!(e.saved_percent >= 5.0 && e.cost < e.one_by_one - 20e6 && e.one_by_one < e.each_alone, "{e:?}");
    assert!(e.cost_at_least <= e.cost && e.gap_percent <= 2.0);
    check(f, &p);
    // The same question has the same answer.
    assert_eq!(p, plan(f, None));
    // The curve rises, and stays under its bound.
    for w in p.curve.windows(2) {
        assert!(w[1].cost > w[0].cost && w[1].people >= w[0].people, "{w:?}");
    }
    assert!(p.curve.iter().all(|c| c.people_at_most.unwrap() >= c.people));
    assert_eq!(p.curve.last().unwrap().villages, e.villages);
    // A part of the money: more people than the curve's forests alone, or as many.
    for share in [0.1, 0.5] {
        let budget = e.cost * share;
        let part = plan(f, Some(budget));
        check(f, &part);
        let on_curve = p.curve.iter().filter(|c| c.cost <= budget).map(|c| c.people).fold(0.0, f64::max);
        println!("{share}: {} of at most {} people, curve {on_curve}", part.people, part.gain_at_most);
        assert!(part.cost <= budget + 0.01 && part.people >= on_curve && part.people <= part.gain_at_most + 1e-6);
    }
}

/// Works add up, stretches stand once, and each village is connected by the works before it.
fn check(f: &Findings, p: &JointPlan) {
    let sum: f64 = p.works.iter().map(|w| w.cost).sum();
    assert!((sum - p.cost).abs() < 1.0, "{sum} {}", p.cost);
    let ids: HashSet<&str> = p.works.iter().map(|w| w.id.as_str()).collect();
    assert_eq!(ids.len(), p.works.len(), "a stretch is built once");
    let connected: Vec<&String> = p.works.iter().flat_map(|w| &w.villages).collect();
    let distinct: BTreeSet<&&String> = connected.iter().collect();
    assert_eq!(distinct.len(), connected.len());
    let by_works = p.villages.iter().filter(|v| v.after > 0).count();
    assert_eq!(by_works, connected.len());
    for w in p.works.windows(2) {
        assert!(w[1].order == w[0].order + 1 && w[1].cost_so_far >= w[0].cost_so_far);
    }
    let population: BTreeMap<&str, f64> =
        f.world.villages.iter().map(|v| (v.id.as_str(), v.population.unwrap_or(0.0))).collect();
    let people: f64 = p.villages.iter().map(|v| population[v.id.as_str()]).sum();
    assert!((people - p.people).abs() < 1e-6);
}

#[test]
fn roads_paved_as_planned_connect_the_villages() {
    // The works are drawn as paved roads and the region is analysed again.
    let s = small(3, false);
    let f = findings(&s.dir.path().join("atlas.toml"));
    let p = plan(&f, Some(plan(&f, None).everybody.cost * 0.6));
    assert!(!p.works.is_empty());
    let path = s.dir.path().join("roads.geojson");
    let mut roads: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    for w in &p.works {
        let line: Vec<[f64; 2]> = w.line.iter().map(|c| [c.x, c.y]).collect();
        roads["features"].as_array_mut().unwrap().push(json!({"type": "Feature",
            "properties": {"id": format!("new-{}", w.order), "class": "unclassified", "surface": "paved"},
            "geometry": {"type": "LineString", "coordinates": line}}));
    }
    fs::write(&path, roads.to_string()).unwrap();
    let after = findings(&s.dir.path().join("atlas.toml"));
    for v in &p.villages {
        let i = after.world.villages.iter().position(|x| x.id == v.id).unwrap();
        assert_eq!(after.roads.villages[i].state, cuntong::gaps::roads::State::Connected, "{}", v.id);
    }
}

fn ask(f: &Findings, by: By) -> Question {
    Question { by, theme: None, weights: f.atlas.priority.weights, county: None, priority_only: false }
}

#[test]
fn rankings_are_made_of_their_parts() {
    let f = shipped(ATLAS);
    let needs = Needs::new(f);
    let rules = &f.atlas.priority;
    for by in [By::Need, By::People, By::Value] {
        let r = needs.villages(&ask(f, by), rules);
        assert!(r.rows.len() > 100 && r.rows.windows(2).all(|w| w[0].score >= w[1].score && w[0].rank <= w[1].rank));
        assert_eq!(r.rows.len() + r.without_need + r.unknown + r.not_scored, f.world.villages.len());
        for row in &r.rows {
            let sum: f64 = row.parts.iter().filter_map(|p| p.part).sum();
            assert!((sum - row.need).abs() < 1e-6, "{row:?}");
            let wanted = match by {
                By::Need => row.need,
                By::People => row.need * row.people.unwrap(),
                By::Value => row.people.unwrap() / row.cost.unwrap(),
            };
            assert!((wanted - row.score).abs() < 1e-4 * wanted.max(1.0), "{row:?}");
            assert!(row.rank_interval[0] <= row.rank_interval[1]);
            assert!(row.need > 0.0 && row.parts.iter().any(|p| !p.gaps.is_empty()));
        }
    }
    // The same seed, the same intervals; another seed, nearly the same.
    let a = needs.villages(&ask(f, By::Need), rules);
    assert_eq!(a, needs.villages(&ask(f, By::Need), rules));
    let mut other = rules.clone();
    other.seed += 1;
    let b = needs.villages(&ask(f, By::Need), &other);
    let n = a.rows.len() as f64;
    let off: Vec<f64> = a
        .rows
        .iter()
        .zip(&b.rows)
        .flat_map(|(x, y)| [0, 1].map(|k| x.rank_interval[k].abs_diff(y.rank_interval[k]) as f64 / n))
        .collect();
    let mean = off.iter().sum::<f64>() / off.len() as f64;
    println!("ends of intervals between seeds: mean {:.4} of all ranks", mean);
    assert!(mean < 0.01, "{mean}");
    // One theme alone: severities of that theme, and no interval.
    let q = Question { theme: Some(0), ..ask(f, By::Need) };
    let roads = needs.villages(&q, rules);
    assert!(roads.rows.iter().all(|r| r.rank_interval == [r.rank, r.rank] && r.parts.len() == 1));
}

#[test]
fn one_budget_over_all_themes() {
    let f = shipped(ATLAS);
    let weights = f.atlas.priority.weights;
    let spend = |budget: f64, floors: Vec<Floor>| {
        budget_plan::plan(f, &budget_plan::Ask { budget, weights, county: None, floors, without_planned: false })
    };
    let p = spend(20e6, Vec::new());
    assert!(p.cost <= 20e6 && p.cost > 19e6 && p.relief < p.relief_of_all);
    let sum: f64 = p.steps.iter().map(|s| s.cost).sum();
    assert!((sum - p.cost).abs() < 1.0);
    let mut seen = HashSet::new();
    assert!(p.steps.iter().all(|s| seen.insert((s.village.clone(), s.theme))), "nothing is mended twice");
    let links: Vec<&String> = p.steps.iter().flat_map(|s| &s.links).collect();
    assert_eq!(links.iter().collect::<BTreeSet<_>>().len(), links.len(), "a stretch is paid once");
    assert!(spend(40e6, Vec::new()).relief > p.relief);
    // Everything, with all the money of the world.
    let all = spend(1e15, Vec::new());
    assert!((all.relief - all.relief_of_all).abs() < 1e-3 * all.relief_of_all);
    // A floor for roads.
    let floor = spend(20e6, vec![Floor::Theme(0, 15e6)]);
    let for_roads: f64 = floor.steps.iter().filter(|s| s.paid_by == "roads").map(|s| s.cost).sum();
    assert!(floor.steps.iter().filter(|s| s.paid_by == "roads").all(|s| s.theme == "roads"));
    assert!(for_roads > 12e6 && for_roads <= 15e6, "{for_roads}");
    assert!(floor.relief <= p.relief * 1.05);
    let none = Weights { roads: 1.0, power: 0.0, water: 0.0, broadband: 0.0, services: 0.0 };
    let roads = budget_plan::plan(
        f,
        &budget_plan::Ask { budget: 5e6, weights: none, county: None, floors: vec![], without_planned: false },
    );
    assert!(roads.steps.iter().all(|s| s.theme == "roads"));
}

#[test]
fn answers_of_the_service_and_broken_questions() {
    let s = Service::start(ATLAS);
    let r = s.json("/api/rankings?by=people&limit=5");
    assert_eq!(r["rows"].as_array().unwrap().len(), 5);
    assert!(r["numberMatched"].as_u64().unwrap() > 100 && r["provenance"] == "simulated");
    let weighted = s.json("/api/rankings?weights=water:1&limit=3");
    assert!(weighted["rows"][0]["parts"].as_array().unwrap().iter().all(|p| p["theme"] == "water"));
    assert!(!s.json("/api/remedies?theme=roads&by=value")["rows"].as_array().unwrap().is_empty());
    let whole = s.json("/api/plans/roads");
    let budget = whole["everybody"]["cost"].as_f64().unwrap() / 4.0;
    let part = s.json(&format!("/api/plans/roads?budget={budget}&f=geojson"));
    assert_eq!(part["type"], "FeatureCollection");
    assert!(part["cost"].as_f64().unwrap() <= budget && !part["features"].as_array().unwrap().is_empty());
    let all = s.json("/api/plans/all?budget=3000000&floors=water:500000");
    assert!(all["cost"].as_f64().unwrap() <= 3e6);
    for path in
        ["/api/rankings?f=csv", "/api/remedies?f=xlsx", "/api/plans/roads?f=csv", "/api/plans/all?budget=1e6&f=xlsx"]
    {
        let mut a = s.get(path, &[]);
        assert_eq!(a.status(), 200, "{path}");
        let bytes = a.body_mut().with_config().limit(50_000_000).read_to_vec().unwrap();
        assert!(bytes.starts_with(if path.ends_with("csv") { "\u{feff}".as_bytes() } else { b"PK" }), "{path}");
    }
    for (path, word) in [
        ("/api/rankings?by=beauty", "by"),
        ("/api/rankings?theme=trains", "theme"),
        ("/api/rankings?weights=roads:0,water:0", "sum to 0"),
        ("/api/rankings?weights=roads:-1", "weights"),
        ("/api/rankings?weights=roads", "weights"),
        ("/api/rankings?county=999", "county"),
        ("/api/rankings?priority=maybe", "priority"),
        ("/api/rankings?limit=0", "limit"),
        ("/api/rankings?limit=1e9", "limit"),
        ("/api/rankings?colour=red", "colour"),
        ("/api/plans/roads?budget=-5", "budget"),
        ("/api/plans/roads?budget=NaN", "budget"),
        ("/api/plans/roads?weigh=gold", "weigh"),
        ("/api/plans/roads?f=pdf", "pdf"),
        ("/api/plans/all", "budget"),
        ("/api/plans/all?budget=10&floors=water:20", "floors"),
        ("/api/plans/all?budget=10&floors=mars:2", "mars"),
        ("/api/plans/all?budget=10&budget=20", "twice"),
    ] {
        let mut a = s.get(path, &[]);
        assert_eq!(a.status(), 400, "{path}");
        assert_eq!(a.headers()["content-type"], "application/problem+json", "{path}");
        let text = a.body_mut().read_to_string().unwrap();
        assert!(text.contains(word), "{path}: {text}");
    }
}

#[test]
fn the_command_line_ranks_and_plans() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str| dir.path().join(name).display().to_string();
    let ok = |args: &[&str]| {
        let o = cuntong(args);
        assert!(o.status.success(), "{args:?}: {}", stderr(&o));
        String::from_utf8(o.stdout).unwrap()
    };
    let out = ok(&["rank", ATLAS, "--by", "people", "--out", &file("rank.xlsx")]);
    assert!(out.contains("villages by need × people"));
    let out = ok(&["plan", ATLAS, "--budget", "5e6", "--out", &file("works.geojson")]);
    assert!(out.contains("this plan:"), "{out}");
    let works = crate::common::read_json(&dir.path().join("works.geojson"));
    assert!(works["cost"].as_f64().unwrap() <= 5e6);
    let json: Value =
        serde_json::from_str(&ok(&["plan", ATLAS, "--all", "--budget", "1e6", "--json", "--out", &file("p.csv")]))
            .unwrap();
    assert!(json["cost"].as_f64().unwrap() <= 1e6);
    for (args, word) in [
        (vec!["plan", ATLAS, "--budget=-1"], "at least 0"),
        (vec!["rank", ATLAS, "--weights", "roads:0"], "sum to 0"),
        (vec!["rank", ATLAS, "--county", "nowhere"], "nowhere"),
        (vec!["plan", ATLAS, "--out", "plan.doc"], "cannot tell the form"),
    ] {
        let o = cuntong(&args);
        assert!(!o.status.success(), "{args:?}");
        assert!(stderr(&o).contains(word), "{args:?}: {}", stderr(&o));
    }
}

#[test]
fn an_atlas_without_roads_has_no_road_plan() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("v.csv"), "id,x,y,population,broadband\na,120,41,10,no\nb,120.1,41,20,yes\n").unwrap();
    let atlas = "id = \"t\"\n[[layers.villages]]\npath = \"v.csv\"\n\
                 fields = { id = \"id\", population = \"population\", broadband = \"broadband\" }\n";
    fs::write(dir.path().join("atlas.toml"), atlas).unwrap();
    let path = dir.path().join("atlas.toml").display().to_string();
    let o = cuntong(&["plan", &path]);
    assert_eq!(o.status.code(), Some(1));
    assert!(stderr(&o).contains("no roads"), "{}", stderr(&o));
    let o = cuntong(&["rank", &path, "--json"]);
    assert!(o.status.success(), "{}", stderr(&o));
    let r: Value = serde_json::from_slice(&o.stdout).unwrap();
    assert_eq!(r["rows"][0]["village"], "a");
    assert!(r["rows"][0]["known_share"].as_f64().unwrap() < 0.5, "{r}");
    drop(Run::of(&path));
}
