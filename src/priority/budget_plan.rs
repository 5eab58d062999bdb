//! One budget over the remedies of all themes: again and again the village and theme whose need is relieved for the least
//! money (definitions, section 7). Road stretches, fibre routes and works on power networks that are already
//! paid for are free for the next.
//!
//! A floor spends so much on one theme or county first, as far as there is something to spend it on.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::need::{Needs, theme_index};
use super::power_works::PowerWorks;
use super::projects::{self, Stretch};
use crate::findings::Findings;
use crate::gaps::roads::State;
use crate::gaps::{Gap, metres};
use crate::standards::{THEMES, Weights};

/// Where some of the budget must go.
#[derive(Debug, Clone, PartialEq)]
pub enum Floor {
    /// Index into [`THEMES`].
    Theme(usize, f64),
    County(String, f64),
}

/// A question for a plan over all themes.
#[derive(Debug, Clone, PartialEq)]
pub struct Ask {
    pub budget: f64,
    pub weights: Weights,
    pub county: Option<String>,
    pub floors: Vec<Floor>,
    /// Gaps that projects close, and road links that projects build, count as done at no cost.
    pub without_planned: bool,
}

/// One decision: a theme of a village is mended.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    pub order: usize,
    pub theme: &'static str,
    pub village: String,
    pub name: String,
    pub county: Option<String>,
    pub people: Option<f64>,
    /// Gaps that close.
    pub gaps: Vec<String>,
    /// What is built for it now of roads, fibre and works on power networks; those that were already paid for are not among them.
    pub links: Vec<String>,
    pub cost: f64,
    pub cost_so_far: f64,
    /// People times the need that goes: weight of the theme × severity.
    pub relief: f64,
    pub relief_so_far: f64,
    /// What asked for it: `budget`, or the floor of a theme or county.
    pub paid_by: String,
    /// Projects that do some of this work anyway, and what of its cost that is.
    pub projects: Vec<String>,
    pub double_financed: f64,
}

/// Sums of a theme.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Spent {
    pub villages: usize,
    pub cost: f64,
    pub relief: f64,
}

/// A plan over all themes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BudgetPlan {
    pub budget: f64,
    pub currency: String,
    pub weights: Weights,
    pub cost: f64,
    pub relief: f64,
    /// If everything with a known remedy were mended.
    pub relief_of_all: f64,
    pub steps: Vec<Step>,
    pub by_theme: BTreeMap<&'static str, Spent>,
    /// Themes of villages with a gap for which no remedy with a cost is known, by theme.
    pub without_remedy: BTreeMap<&'static str, usize>,
    /// Of the steps.
    pub double_financed: f64,
    /// Gaps that were left out because projects close them, by theme.
    pub planned: BTreeMap<&'static str, usize>,
}

struct Unit<'a> {
    village: usize,
    theme: usize,
    path: Vec<u32>,
    own_cost: f64,
    relief: f64,
    gaps: Vec<&'a Gap>,
}

/// Plans the works of all themes.
pub fn plan(f: &Findings, ask: &Ask) -> BudgetPlan {
    let works = PowerWorks::new(f);
    let links = Links::new(f, &works, ask.without_planned);
    let mut out = BudgetPlan {
        budget: ask.budget,
        currency: f.atlas.currency.clone(),
        weights: ask.weights,
        cost: 0.0,
        relief: 0.0,
        relief_of_all: 0.0,
        steps: Vec::new(),
        by_theme: BTreeMap::new(),
        without_remedy: BTreeMap::new(),
        double_financed: 0.0,
        planned: BTreeMap::new(),
    };
    let units = units(f, ask, &links, &mut out);
    out.relief_of_all = round(units.iter().map(|u| u.relief).sum::<f64>());
    let mut spend = Spend { f, links: &links, units: &units, done: vec![false; units.len()], paid: BTreeSet::new() };
    let mut left = ask.budget;
    for floor in &ask.floors {
        let (amount, name) = match floor {
            Floor::Theme(k, a) => (*a, THEMES[*k].to_owned()),
            Floor::County(c, a) => (*a, c.clone()),
        };
        let fits = |u: &Unit| match floor {
            Floor::Theme(k, _) => u.theme == *k,
            Floor::County(c, _) => f.world.villages[u.village].county.as_ref() == Some(c),
        };
        left -= spend.run(amount.min(left), &name, &fits, &mut out);
    }
    spend.run(left, "budget", &|_| true, &mut out);
    out.cost = metres(out.cost);
    out.relief = round(out.relief);
    out.double_financed = metres(out.double_financed);
    for s in out.by_theme.values_mut() {
        (s.cost, s.relief) = (metres(s.cost), round(s.relief));
    }
    out
}

fn round(v: f64) -> f64 {
    (v * 1e4).round() / 1e4 + 0.0
}

/// Links of roads, then of fibre, then works on power networks, under one numbering.
struct Links<'a> {
    id: Vec<&'a str>,
    cost: Vec<f64>,
    fibre: u32,
    power: u32,
    works: &'a PowerWorks,
    /// Of roads: what projects build of them.
    stretch: Vec<Stretch>,
}

impl<'a> Links<'a> {
    fn new(f: &'a Findings, works: &'a PowerWorks, without_planned: bool) -> Self {
        let (roads, fibre) = (&f.roads.links, &f.broadband.links);
        let stretch: Vec<Stretch> = roads.iter().map(|l| projects::stretch(f, &l.line, l.cost)).collect();
        let enough = f.atlas.priority.projects.cover_share;
        let built = |s: &Stretch| without_planned && s.share(|_| true) >= enough;
        let road_cost = roads.iter().zip(&stretch).map(|(l, s)| if built(s) { 0.0 } else { l.cost });
        Links {
            id: roads
                .iter()
                .map(|l| l.id.as_str())
                .chain(fibre.iter().map(|l| l.id.as_str()))
                .chain(works.all.iter().map(|w| w.id.as_str()))
                .collect(),
            cost: road_cost.chain(fibre.iter().map(|l| l.cost)).chain(works.all.iter().map(|w| w.cost)).collect(),
            fibre: roads.len() as u32,
            power: (roads.len() + fibre.len()) as u32,
            works,
            stretch,
        }
    }
}

fn units<'a>(f: &'a Findings, ask: &Ask, links: &Links, plan: &mut BudgetPlan) -> Vec<Unit<'a>> {
    let weights = ask.weights.list();
    let sum: f64 = weights.iter().sum();
    let needs = Needs::new(f);
    let mut out = Vec::new();
    for (i, v) in f.world.villages.iter().enumerate() {
        if ask.county.is_some() && v.county != ask.county {
            continue;
        }
        for k in (0..5).filter(|&k| weights[k] > 0.0) {
            let gaps: Vec<&Gap> =
                needs.gaps_of(i).iter().filter(|g| theme_index(g.theme) == Some(k)).copied().collect();
            let (planned, gaps): (Vec<&Gap>, Vec<&Gap>) =
                gaps.into_iter().partition(|g| ask.without_planned && projects::is_planned(g));
            if !planned.is_empty() {
                *plan.planned.entry(THEMES[k]).or_default() += planned.len();
            }
            if gaps.is_empty() {
                continue;
            }
            let worst = |list: &[&Gap]| list.iter().map(|g| g.severity).fold(0.0, f64::max);
            // Low voltage is mended by the works of every network that the village is on.
            let shared = |g: &Gap| g.kind == "low_voltage";
            let mends = |g: &&Gap| match shared(g) {
                true => links.works.of(i).is_some(),
                false => g.remedy.as_ref().is_some_and(|r| r.cost > 0.0),
            };
            let (mended, stay): (Vec<&Gap>, Vec<&Gap>) = gaps.iter().partition(|g| mends(g));
            let relief = weights[k] / sum * (worst(&gaps) - worst(&stay)) * v.population.unwrap_or(0.0);
            let path: Vec<u32> = match THEMES[k] {
                "roads" => {
                    let r = &f.roads.villages[i];
                    let open = matches!(r.state, State::Linked | State::CutOff);
                    r.path.iter().filter(|_| open).flat_map(|p| p.links.iter().copied()).collect()
                }
                "broadband" => f.broadband.villages[i].links.iter().map(|l| l + links.fibre).collect(),
                _ => {
                    let low = mended.iter().any(|g| shared(g));
                    let works = links.works.of(i).filter(|_| low).unwrap_or_default();
                    works.iter().map(|w| w + links.power).collect()
                }
            };
            let own = |g: &&&Gap| !shared(g) && (path.is_empty() || THEMES[k] == "power");
            let own_cost = mended.iter().filter(own).filter_map(|g| Some(g.remedy.as_ref()?.cost)).sum();
            if mended.is_empty() || relief <= 0.0 {
                *plan.without_remedy.entry(THEMES[k]).or_default() += usize::from(mended.is_empty());
                continue;
            }
            out.push(Unit { village: i, theme: k, path, own_cost, relief, gaps: mended });
        }
    }
    out
}

struct Spend<'a> {
    f: &'a Findings,
    links: &'a Links<'a>,
    units: &'a [Unit<'a>],
    done: Vec<bool>,
    paid: BTreeSet<u32>,
}

impl Spend<'_> {
    fn cost(&self, u: &Unit) -> f64 {
        let open = u.path.iter().filter(|l| !self.paid.contains(l));
        u.own_cost + open.map(|&l| self.links.cost[l as usize]).sum::<f64>()
    }

    /// Spends at most `budget` on what `fits`; answers what was spent.
    fn run(&mut self, budget: f64, by: &str, fits: &dyn Fn(&Unit) -> bool, out: &mut BudgetPlan) -> f64 {
        let mut spent = 0.0;
        let mut open: Vec<usize> = (0..self.units.len()).filter(|&k| !self.done[k] && fits(&self.units[k])).collect();
        loop {
            let best = open
                .iter()
                .map(|&k| (k, self.cost(&self.units[k])))
                .filter(|(_, c)| spent + c <= budget * (1.0 + 1e-12))
                .max_by(|a, b| {
                    let (x, y) = (&self.units[a.0], &self.units[b.0]);
                    (x.relief * b.1)
                        .total_cmp(&(y.relief * a.1))
                        .then(x.relief.total_cmp(&y.relief))
                        .then(b.0.cmp(&a.0))
                });
            let Some((k, cost)) = best else { return spent };
            spent += cost;
            open.retain(|&o| o != k);
            self.take(k, cost, by, out);
        }
    }

    fn take(&mut self, k: usize, cost: f64, by: &str, out: &mut BudgetPlan) {
        let u = &self.units[k];
        self.done[k] = true;
        let new: Vec<u32> = u.path.iter().copied().filter(|l| self.paid.insert(*l)).collect();
        out.cost += cost;
        out.relief += u.relief;
        let sums = out.by_theme.entry(THEMES[u.theme]).or_default();
        *sums = Spent { villages: sums.villages + 1, cost: sums.cost + cost, relief: sums.relief + u.relief };
        let v = &self.f.world.villages[u.village];
        let (projects, double_financed) = self.planned(u, &new);
        out.double_financed += double_financed;
        out.steps.push(Step {
            order: out.steps.len() + 1,
            theme: THEMES[u.theme],
            village: v.id.clone(),
            name: v.name.clone(),
            county: v.county.clone(),
            people: v.population,
            gaps: u.gaps.iter().map(|g| g.id.clone()).collect(),
            links: new.iter().map(|&l| self.links.id[l as usize].to_owned()).collect(),
            cost: metres(cost),
            cost_so_far: metres(out.cost),
            relief: round(u.relief),
            relief_so_far: round(out.relief),
            paid_by: by.to_owned(),
            projects,
            double_financed: metres(double_financed),
        });
    }

    /// Projects that do some of this anyway, and what they do of its cost: of roads by length, of what has no links the
    /// whole remedy where they close the gap.
    fn planned(&self, u: &Unit, new: &[u32]) -> (Vec<String>, f64) {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        for p in u.gaps.iter().filter_map(|g| g.planned.as_ref()) {
            found.extend(p.projects.iter().map(String::as_str));
        }
        let all = &self.f.world.projects;
        let road = |l: u32| self.links.stretch.get(l as usize);
        for s in new.iter().filter_map(|&l| road(l)) {
            found.extend(s.along.iter().map(|&p| all[p as usize].id.as_str()));
        }
        let whole = u.gaps.iter().any(|g| projects::done_whole(g));
        let share = |l: u32| if whole { 1.0 } else { road(l).map_or(0.0, Stretch::share_along) };
        let low = u.gaps.iter().any(|g| projects::is_planned(g) && g.kind == "low_voltage");
        let share = |l: u32| if low && l >= self.links.power { 1.0 } else { share(l) };
        let own = u.gaps.iter().filter(|g| projects::is_planned(g) && g.kind != "low_voltage");
        let own = own.filter(|_| u.own_cost > 0.0).filter_map(|g| Some(g.remedy.as_ref()?.cost)).sum::<f64>();
        let cost = own + new.iter().map(|&l| share(l) * self.links.cost[l as usize]).sum::<f64>();
        (found.into_iter().map(str::to_owned).collect(), cost + 0.0)
    }
}
