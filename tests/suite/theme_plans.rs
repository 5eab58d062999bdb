//! Plans of fibre, water and power, against exhaustive search on small regions and on the practice province.

use std::collections::HashSet;
use std::fs;

use crate::common::lattice::{all_sets, small};
use crate::common::{Service, cuntong, findings, shipped, stderr};
use cuntong::findings::Findings;
use cuntong::priority::budget_plan;
use cuntong::priority::theme_plan::{self, Ask, JointPlan};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const ATLAS: &str = "data/liaoning/atlas.toml";

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
    let mut led_round = 0;
    for seed in 0..40 {
        let s = small(seed, true);
        let path = s.dir.path().join("atlas.toml");
        let f = findings(&path);
        let free = plan(&f, "broadband", None);
        // The village that the joint tree leads farthest round, and a limit that its own shortest way keeps.
        let own = |id: &str| {
            let i = f.world.villages.iter().position(|v| v.id == id).unwrap();
            f.broadband.villages[i].route_m.unwrap()
        };
        let round = free.villages.iter().map(|v| (v.length_m - own(&v.id), v));
        let (more, village) = round.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
        if more < 1.0 {
            continue;
        }
        led_round += 1;
        let limit = village.length_m - 0.5 * more;
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}[rules.broadband]\nmax_route_m = {limit}\n")).unwrap();
        let p = plan(&findings(&path), "broadband", None);
        assert_eq!(p.way_at_most_m, Some(limit));
        assert!(p.villages.iter().all(|v| v.length_m <= limit + 0.01), "seed {seed}");
        // It is led another way, not left out.
        let now = p.villages.iter().find(|v| v.id == village.id).unwrap();
        assert!(now.length_m < village.length_m - 0.4 * more, "seed {seed}");
        assert!(p.everybody.cost_at_least <= p.everybody.cost);
        check(&p);
    }
    assert!(led_round >= 5, "{led_round}");
}

#[test]
fn fibre_of_the_practice_province() {
    let f = shipped(ATLAS);
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

/// Villages with arsenic in their wells, and three safe wells that give so much.
struct Wells {
    dir: tempfile::TempDir,
    people: Vec<f64>,
    litres: Vec<f64>,
    price: Vec<Vec<f64>>,
}

fn wells(seed: u64) -> Wells {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut place = || (120.0 + rng.random_range(0.0..0.08), 41.0 + rng.random_range(0.0..0.06));
    let (villages, safe): (Vec<_>, Vec<_>) = ((0..5).map(|_| place()).collect(), (0..3).map(|_| place()).collect());
    let people: Vec<f64> = villages.iter().map(|_| f64::from(rng.random_range(50u32..900))).collect();
    let litres: Vec<f64> = safe.iter().map(|_| f64::from(rng.random_range(5u32..70)) * 1000.0).collect();
    let price = |a: &(f64, f64)| -> Vec<f64> {
        let metres = |b: &(f64, f64)| cuntong::world::metric::distance_m((*a).into(), (*b).into());
        safe.iter().map(|b| metres(b) / 1000.0 * 120_000.0).collect()
    };
    let price: Vec<Vec<f64>> = villages.iter().map(price).collect();
    let (mut own, mut all, mut tests) = (
        String::from("id,x,y,people,well\n"),
        String::from("id,x,y,type,give\n"),
        String::from("well,what,value,unit\n"),
    );
    for (i, (v, n)) in villages.iter().zip(&people).enumerate() {
        own += &format!("v{i},{},{},{n},bad{i}\n", v.0, v.1);
        all += &format!("bad{i},{},{},borehole,500\n", v.0, v.1);
        tests += &format!("bad{i},arsenic,0.5,mg/L\n");
    }
    for (j, (p, l)) in safe.iter().zip(&litres).enumerate() {
        all += &format!("good{j},{},{},borehole,{}\n", p.0, p.1, l / 1000.0);
        tests += &format!("good{j},arsenic,0.001,mg/L\n");
    }
    let dir = tempfile::tempdir().unwrap();
    let atlas = "id = \"wells\"\n[[layers.villages]]\npath = \"villages.csv\"\n\
        fields = { id = \"id\", population = \"people\", water_source = \"well\" }\n\
        [[layers.water_sources]]\npath = \"wells.csv\"\n\
        fields = { id = \"id\", type = \"type\", yield_m3_d = \"give\" }\n\
        [[layers.water_tests]]\npath = \"tests.csv\"\n\
        fields = { source = \"well\", parameter = \"what\", value = \"value\", unit = \"unit\" }\n";
    for (name, text) in
        [("villages.csv", &own), ("wells.csv", &all), ("tests.csv", &tests), ("atlas.toml", &atlas.into())]
    {
        fs::write(dir.path().join(name), text).unwrap();
    }
    Wells { dir, people, litres, price }
}

/// (cost, people) of every way to connect some villages, each to some wells, that the yields allow.
fn all_connections(w: &Wells) -> Vec<(f64, f64)> {
    let (n, m) = (w.people.len(), w.litres.len());
    let mut out = Vec::new();
    'ways: for code in 0..(1usize << m).pow(n as u32) {
        let to: Vec<usize> = (0..n).map(|i| code >> (m * i) & ((1 << m) - 1)).collect();
        for group in 1usize..1 << n {
            let of = || (0..n).filter(|i| group >> i & 1 == 1 && to[*i] > 0);
            let reach = of().fold(0, |r, i| r | to[i]);
            let need: f64 = of().map(|i| w.people[i] * 60.0).sum();
            let has: f64 = (0..m).filter(|j| reach >> j & 1 == 1).map(|j| w.litres[j]).sum();
            if need > has + 0.5 {
                continue 'ways;
            }
        }
        let links = (0..n).flat_map(|i| (0..m).filter(move |j| code >> (m * i + j) & 1 == 1).map(move |j| (i, j)));
        let cost = links.map(|(i, j)| w.price[i][j]).sum();
        out.push((cost, (0..n).filter(|&i| to[i] > 0).map(|i| w.people[i]).sum()));
    }
    out
}

#[test]
fn water_on_small_regions_against_every_choice() {
    let mut score = Score::default();
    let mut scarce = 0;
    for seed in 0..30 {
        let w = wells(seed);
        let ways = all_connections(&w);
        let best = |budget: f64| ways.iter().filter(|x| x.0 <= budget).map(|x| x.1).fold(0.0, f64::max);
        let f = findings(&w.dir.path().join("atlas.toml"));
        let all = plan(&f, "water", None);
        check(&all);
        assert_eq!(all.villages_asked, 5, "seed {seed}");
        let most = best(f64::INFINITY);
        score.add(&format!("water, seed {seed}"), &all, f64::INFINITY, most);
        scarce += usize::from(all.everybody.villages < 5);
        if all.people == most {
            let least = ways.iter().filter(|x| x.1 == most).map(|x| x.0).fold(f64::INFINITY, f64::min);
            let e = all.everybody;
            assert!(e.cost >= least - 1.0 && e.cost_at_least <= least + 1.0, "seed {seed}: {e:?}, least {least}");
        }
        for share in [0.2, 0.4, 0.6, 0.8] {
            let budget = all.everybody.cost * share;
            let p = plan(&f, "water", Some(budget));
            check(&p);
            score.add(&format!("water, seed {seed}, {share}"), &p, budget, best(budget));
            // No well gives more than it has.
            for (j, has) in w.litres.iter().enumerate() {
                let given: f64 =
                    p.works.iter().filter(|k| k.source == Some(format!("good{j}"))).filter_map(|k| k.m3_d).sum();
                assert!(given * 1000.0 <= has + 1e-6, "seed {seed}: {given} from well {j}");
            }
        }
    }
    score.close("water");
    assert!(scarce >= 3, "wells suffice for all but in {scarce} regions");
}

#[test]
fn water_and_power_of_the_practice_province() {
    let f = shipped(ATLAS);
    for theme in ["water", "power"] {
        let p = plan(f, theme, None);
        let e = p.everybody;
        println!(
            "{theme}: {} of {} villages for {}, at least {}, {} by list, {} each alone; {} without way",
            e.villages,
            p.villages_asked,
            e.cost,
            e.cost_at_least,
            e.one_by_one,
            e.each_alone,
            p.villages_without_way.len()
        );
        check(&p);
        assert!(e.villages > 100 && e.cost_at_least <= e.cost && e.cost <= e.one_by_one + 1e-6 && e.cost > 0.0);
        assert!(e.gap_percent < 10.0, "{e:?}");
        assert_eq!(p, plan(f, theme, None), "the same question has the same answer");
        for share in [0.1, 0.5] {
            let part = plan(f, theme, Some(e.cost * share));
            check(&part);
            println!("  {share} of it: {} people, at most {}", part.people, part.gain_at_most);
            assert!(part.cost <= e.cost * share + 0.01 && part.people >= 0.9 * part.gain_at_most, "{theme} {share}");
        }
        let weights = f.atlas.priority.weights;
        let by_need = Ask {
            budget: Some(e.cost * 0.3),
            by_need: Some(weights),
            county: None,
            unknown: false,
            without_planned: true,
        };
        let needy = theme_plan::plan(f, theme, &by_need).unwrap();
        assert!(needy.weighted_by_need && needy.gain <= needy.gain_at_most && !needy.villages_planned.is_empty());
        assert!(needy.curve.iter().all(|c| c.people_at_most.is_none()));
    }
}

/// Villages a and b on one overloaded low-voltage line, c on another.
fn lines_too_thin() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let put = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
    put("villages.csv", "id,lon,lat,people\na,120.012,41,300\nb,120.024,41,200\nc,120.212,41,90\n");
    put("buses.csv", "id,lon,lat\nB0,120,41\nB1,120.012,41\nB2,120.024,41\nC0,120.2,41\nC1,120.212,41\n");
    put("lines.csv", "id,from_bus,to_bus,km,r,x\nL1,B0,B1,1,0.9,0.35\nL2,B1,B2,1,0.9,0.35\nL3,C0,C1,1,0.9,0.35\n");
    put("transformers.csv", "id,lon,lat,lv_bus,kva\nT1,120,41,B0,100\nT2,120.2,41,C0,100\n");
    put("loads.csv", "id,lon,lat,bus,p,village\nS1,120.012,41,B1,12,a\nS2,120.024,41,B2,12,b\nS3,120.212,41,C1,24,c\n");
    put(
        "atlas.toml",
        r#"
id = "thin"
[[layers.villages]]
path = "villages.csv"
fields = { id = "id", population = "people" }
[[layers.power_buses]]
path = "buses.csv"
fields = { id = "id" }
[[layers.power_lines]]
path = "lines.csv"
fields = { id = "id", from_bus = "from_bus", to_bus = "to_bus", length_km = "km", r_ohm_per_km = "r", x_ohm_per_km = "x" }
defaults = { voltage = 380 }
[[layers.transformers]]
path = "transformers.csv"
fields = { id = "id", lv_bus = "lv_bus", rating_kva = "kva" }
defaults = { lv_nominal_v = 400, vk_percent = 4, vkr_percent = 1.5, iron_loss_kw = 0, i0_percent = 0 }
[[layers.loads]]
path = "loads.csv"
fields = { id = "id", bus = "bus", p_kw = "p", village = "village" }
"#,
    );
    dir
}

#[test]
fn works_on_a_power_network_are_paid_once() {
    let dir = lines_too_thin();
    let f = findings(&dir.path().join("atlas.toml"));
    assert!(f.power.villages.iter().all(|v| v.kinds.contains(&"low_voltage")), "{:?}", f.power.villages);
    let p = plan(&f, "power", None);
    check(&p);
    assert_eq!((p.works.len(), p.villages.len()), (2, 3), "{:?}", p.works);
    let of = |id: &str| p.works.iter().find(|w| w.villages.iter().any(|v| v == id)).unwrap();
    assert_eq!(of("a").villages, ["a", "b"]);
    assert_eq!(of("c").villages, ["c"]);
    let (both, c) = (of("a").cost, of("c").cost);
    assert!((p.everybody.each_alone - (2.0 * both + c)).abs() < 1.0 && (p.everybody.cost - both - c).abs() < 1.0);
    // Money for one of the two.
    let one = plan(&f, "power", Some(both.max(c)));
    assert_eq!((one.people, one.works.len()), (500.0, 1));
    assert_eq!(plan(&f, "power", Some(both.min(c) - 1.0)).people, 0.0);
    // The plan over all themes.
    let weights = f.atlas.priority.weights;
    let ask = budget_plan::Ask { budget: 1e9, weights, county: None, floors: vec![], without_planned: false };
    let all = budget_plan::plan(&f, &ask);
    let power: Vec<_> = all.steps.iter().filter(|s| s.theme == "power").collect();
    assert_eq!(power.len(), 3);
    assert!((power.iter().map(|s| s.cost).sum::<f64>() - both - c).abs() < 1.0);
    assert_eq!(power.iter().filter(|s| s.cost == 0.0).count(), 1, "the second on the same line pays nothing");
}

#[test]
fn plans_of_water_are_served_and_printed() {
    let w = wells(1);
    let atlas = w.dir.path().join("atlas.toml").display().to_string();
    let service = Service::start(&atlas);
    let all = service.json("/api/plans/water?f=geojson");
    let first = &all["features"][0];
    assert_eq!(first["geometry"]["type"], "LineString");
    assert!(first["properties"]["source"].as_str().unwrap().starts_with("good"));
    for f in ["csv", "xlsx"] {
        assert_eq!(service.get(&format!("/api/plans/water?budget=1e5&f={f}"), &[]).status(), 200, "{f}");
    }
    let o = cuntong(&["plan", &atlas, "--theme", "water", "--budget", "1e6", "--by-need"]);
    assert!(o.status.success() && String::from_utf8_lossy(&o.stdout).contains("this plan:"), "{}", stderr(&o));
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
    // The region has neither.
    for theme in ["water", "power"] {
        assert_eq!(service.get(&format!("/api/plans/{theme}"), &[]).status(), 404, "{theme}");
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
