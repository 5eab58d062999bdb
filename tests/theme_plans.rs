//! Plans of fibre, against exhaustive search on small regions and on the practice province.

mod common;

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use common::lattice::{all_sets, small};
use common::{Service, cuntong, stderr};
use cuntong::findings::{Findings, analyse};
use cuntong::priority::theme_plan::{self, Ask, JointPlan};

const ATLAS: &str = "data/liaoning/atlas.toml";

fn findings(atlas: &Path) -> Findings {
    let atlas = cuntong::atlas::load(atlas).unwrap();
    let loaded = cuntong::layers::load(&atlas, &|_| {}).unwrap();
    analyse(atlas, loaded, Default::default(), &|_| {})
}

/// The practice atlas, analysed once.
fn practice() -> &'static Findings {
    static FOUND: OnceLock<Findings> = OnceLock::new();
    FOUND.get_or_init(|| findings(Path::new(ATLAS)))
}

fn plan(f: &Findings, theme: &str, budget: Option<f64>) -> JointPlan {
    let ask = Ask { budget, by_need: None, county: None, unknown: false, without_planned: false };
    theme_plan::plan(f, theme, &ask).unwrap()
}

/// How good plans are beside the best there is.
#[derive(Default)]
struct Score(Vec<f64>);

impl Score {
    /// Holds a plan against the most people that the budget can serve.
    fn add(&mut self, what: &str, p: &JointPlan, budget: f64, best: f64) {
        assert!(p.cost <= budget + 0.01, "{what}: {} over {budget}", p.cost);
        assert!(p.people <= best + 1e-6, "{what}: {} is more than {best}", p.people);
        assert!(p.gain_at_most >= best - 1e-3, "{what}: bound {} under {best}", p.gain_at_most);
        if best > 0.0 {
            self.0.push(p.people / best);
        }
    }

    fn close(&self, what: &str) {
        let mean = self.0.iter().sum::<f64>() / self.0.len() as f64;
        let worst = self.0.iter().copied().fold(f64::INFINITY, f64::min);
        let exact = self.0.iter().filter(|r| **r > 1.0 - 1e-9).count();
        println!("{what}: {} budgets, mean ratio {mean:.4}, worst {worst:.3}, best possible in {exact}", self.0.len());
        assert!(self.0.len() >= 100 && mean >= 0.98 && worst >= 0.75, "{what}: mean {mean}, worst {worst}");
    }
}

/// Works add up and stand once; each village is served by the works before it.
fn check(p: &JointPlan) {
    let sum: f64 = p.works.iter().map(|w| w.cost).sum();
    assert!((sum - p.cost).abs() < 1.0, "{sum} {}", p.cost);
    let ids: HashSet<&str> = p.works.iter().map(|w| w.id.as_str()).collect();
    assert_eq!(ids.len(), p.works.len(), "each work is built once");
    let served: Vec<&String> = p.works.iter().flat_map(|w| &w.villages).collect();
    assert_eq!(served.iter().collect::<HashSet<_>>().len(), served.len());
    assert_eq!(p.villages.iter().filter(|v| v.after > 0).count(), served.len());
    assert!(p.works.windows(2).all(|w| w[1].order == w[0].order + 1 && w[1].cost_so_far >= w[0].cost_so_far));
    let people: f64 = p.villages.iter().filter_map(|v| v.people).sum();
    assert!((people - p.people).abs() < 1e-6);
    assert!(p.gain <= p.gain_at_most + 1e-6);
    for w in p.curve.windows(2) {
        assert!(w[1].cost > w[0].cost && w[1].people >= w[0].people, "{w:?}");
    }
    assert!(p.curve.iter().all(|c| c.people_at_most.unwrap() >= c.people));
}

#[test]
fn fibre_on_small_regions_against_every_choice() {
    let (mut score, mut saved) = (Score::default(), 0);
    for seed in 0..40 {
        let s = small(seed, true);
        let cost = all_sets(&s);
        let f = findings(&s.dir.path().join("atlas.toml"));
        // Villages close to a node have broadband already.
        let asked = f.broadband.villages.iter().filter(|v| v.verdict == cuntong::gaps::Verdict::Gap).count();
        assert_eq!(asked, s.villages.len(), "seed {seed}");
        let whole = cost[cost.len() - 1];
        let people = |set: usize| -> f64 {
            s.villages.iter().enumerate().filter(|(i, _)| set >> i & 1 == 1).map(|(_, v)| v.1).sum()
        };
        let all = plan(&f, "broadband", None);
        check(&all);
        let e = all.everybody;
        assert!((e.cost - whole).abs() <= 1e-3 * whole, "seed {seed}: {} wanted {whole}", e.cost);
        assert!(e.cost_at_least <= whole * 1.001 && e.cost <= e.one_by_one + 1e-6, "seed {seed}");
        saved += usize::from(e.cost < e.one_by_one - 1.0);
        for share in [0.2, 0.4, 0.6, 0.8] {
            let budget = whole * share;
            let p = plan(&f, "broadband", Some(budget));
            check(&p);
            let best = (0..cost.len()).filter(|&m| cost[m] <= budget).map(people).fold(0.0, f64::max);
            score.add(&format!("fibre, seed {seed}"), &p, budget, best);
        }
    }
    score.close("fibre");
    assert!(saved >= 5, "together is cheaper than one by one in {saved} regions");
}

#[test]
fn fibre_is_no_longer_than_allowed() {
    for seed in 0..20 {
        let s = small(seed, true);
        let path = s.dir.path().join("atlas.toml");
        let free = plan(&findings(&path), "broadband", None);
        let longest = free.villages.iter().map(|v| v.length_m).fold(0.0, f64::max);
        let limit = longest * 0.8;
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}[rules.broadband]\nmax_route_m = {limit}\n")).unwrap();
        let p = plan(&findings(&path), "broadband", None);
        assert_eq!(p.way_at_most_m, Some(limit));
        assert!(p.villages.iter().all(|v| v.length_m <= limit + 0.01), "seed {seed}");
        assert!(p.villages_farther.is_empty() && p.everybody.cost_at_least <= p.everybody.cost);
        check(&p);
    }
}

#[test]
fn fibre_of_the_practice_province() {
    let f = practice();
    let county = f.world.counties.iter().find(|c| c.target).unwrap().id.clone();
    let ask =
        |budget| Ask { budget, by_need: None, county: Some(county.clone()), unknown: false, without_planned: false };
    let p = theme_plan::plan(f, "broadband", &ask(None)).unwrap();
    let e = p.everybody;
    println!("{} villages: {} together, at least {}, {} one by one", e.villages, e.cost, e.cost_at_least, e.one_by_one);
    check(&p);
    assert!(e.cost < e.one_by_one && e.one_by_one < e.each_alone && e.cost_at_least <= e.cost);
    assert_eq!(p, theme_plan::plan(f, "broadband", &ask(None)).unwrap(), "the same question has the same answer");
    let half = theme_plan::plan(f, "broadband", &ask(Some(e.cost / 2.0))).unwrap();
    check(&half);
    assert!(half.cost <= e.cost / 2.0 && half.people > 0.5 * p.people && half.people < p.people);
}

#[test]
fn plans_of_themes_are_served_and_printed() {
    let s = small(1, true);
    let atlas = s.dir.path().join("atlas.toml").display().to_string();
    let service = Service::start(&atlas);
    let all = service.json("/api/plans/broadband");
    assert_eq!(all["theme"], "broadband");
    let budget = all["cost"].as_f64().unwrap() / 2.0;
    let part = service.json(&format!("/api/plans/broadband?budget={budget}&f=geojson"));
    assert_eq!(part["type"], "FeatureCollection");
    assert!(part["cost"].as_f64().unwrap() <= budget && !part["features"].as_array().unwrap().is_empty());
    for f in ["csv", "xlsx"] {
        let mut a = service.get(&format!("/api/plans/broadband?f={f}"), &[]);
        assert_eq!(a.status(), 200, "{f}");
        let bytes = a.body_mut().with_config().limit(5_000_000).read_to_vec().unwrap();
        assert!(bytes.starts_with(if f == "csv" { "\u{feff}".as_bytes() } else { b"PK" }), "{f}");
    }
    for (path, status, word) in [
        ("/api/plans/broadband?budget=-1", 400, "budget"),
        ("/api/plans/broadband?weigh=gold", 400, "weigh"),
        ("/api/plans/broadband?county=nowhere", 400, "county"),
        ("/api/plans/broadband?floors=water:1", 400, "floors"),
        ("/api/plans/services", 404, "services"),
        ("/api/plans/trains", 404, "trains"),
    ] {
        let mut a = service.get(path, &[]);
        assert_eq!(a.status(), status, "{path}");
        assert!(a.body_mut().read_to_string().unwrap().contains(word), "{path}");
    }
    let o = cuntong(&["plan", &atlas, "--theme", "broadband", "--budget", &budget.to_string()]);
    assert!(o.status.success() && String::from_utf8_lossy(&o.stdout).contains("this plan:"), "{}", stderr(&o));
    for (args, word) in [
        (vec!["plan", &atlas, "--theme", "trains"], "trains"),
        (vec!["plan", &atlas, "--theme", "broadband", "--all", "--budget", "1"], "--all"),
    ] {
        let o = cuntong(&args);
        assert!(!o.status.success() && stderr(&o).contains(word), "{args:?}: {}", stderr(&o));
    }
}
