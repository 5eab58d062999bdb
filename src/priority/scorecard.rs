//! County scorecard: each indicator of the programme with its target, beside the mean of the reference region, and how
//! many villages are missing (definitions, sections 6 and 7).
//!
//! Unknown villages are counted as such: a share is of what is known, and a village that is not known to reach the goal
//! counts as missing for a target, but nobody proposes works for it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::branches::Candidate;
use super::cheapest::cheapest;
use crate::findings::Findings;
use crate::gaps::roads::State;
use crate::gaps::services::Asks;
use crate::gaps::{Gap, Verdict, metres, total};
use crate::standards::{Bilingual, INDICATORS, Indicator, Of, STATION};
use crate::world::{Known, Village, VillageStatus};

/// The cheapest works that reach a target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cheapest {
    /// Ids of the villages, in the order of the atlas.
    pub villages: Vec<String>,
    pub cost: f64,
    /// How many the target needs beyond these, for want of a village with a known remedy.
    pub short: usize,
}

/// One indicator of a county, a town or the reference region.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    pub key: &'static str,
    pub name: Bilingual,
    pub theme: String,
    pub department: Bilingual,
    pub of: Of,
    /// Villages (schools, pairs, sources) that reach the goal; of `kva_per_household` the kVA, of `rai` people.
    pub yes: f64,
    pub no: f64,
    pub unknown: f64,
    /// Of those that are known; kVA per household; `None` where nothing is known.
    pub share: Option<f64>,
    pub unknown_share: Option<f64>,
    pub people_yes: Option<f64>,
    pub people_no: Option<f64>,
    pub people_unknown: Option<f64>,
    /// Share of people, where indicators are of villages; else the share itself.
    pub people_share: Option<f64>,
    /// The reference region's `people_share`.
    pub reference: Option<f64>,
    pub difference: Option<f64>,
    /// People who would have it if the place were at the reference region's mean.
    pub people_gap: Option<f64>,
    pub target: Option<f64>,
    pub reached: Option<bool>,
    /// Villages still missing to reach the target.
    pub missing: Option<usize>,
    pub cheapest: Option<Cheapest>,
}

/// A county, a town, or the reference region.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Card {
    pub id: String,
    pub name: String,
    /// Of towns.
    pub county: Option<String>,
    pub target: bool,
    pub villages: usize,
    pub priority_villages: usize,
    pub people: Option<f64>,
    pub poor_people: Option<f64>,
    pub figures: Vec<Figure>,
}

/// All cards.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scorecard {
    pub reference: Card,
    pub counties: Vec<Card>,
    pub towns: Vec<Card>,
    pub currency: String,
}

/// Makes the scorecard of a run.
pub fn scorecard(f: &Findings) -> Scorecard {
    make(f, true)
}

/// As [`scorecard`], of the region and its counties only and without the cheapest works for each target.
pub fn figures_only(f: &Findings) -> Scorecard {
    make(f, false)
}

fn make(f: &Findings, whole: bool) -> Scorecard {
    let w = &f.world;
    let maker = Maker::new(f, whole);
    let atlas = &f.atlas;
    let in_reference = |c: &Option<String>| {
        atlas.reference_counties.is_empty() || c.as_ref().is_some_and(|c| atlas.reference_counties.contains(c))
    };
    let all: Vec<usize> = (0..w.villages.len()).filter(|&i| in_reference(&w.villages[i].county)).collect();
    let mut reference = maker.card(String::new(), atlas.title_zh.clone(), None, false, &all, &in_reference);
    for figure in &mut reference.figures {
        // The region as a whole is nobody's to bring to a target.
        (figure.missing, figure.cheapest) = (None, None);
        figure.reference = figure.people_share;
    }
    let mut by_county: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut by_town: BTreeMap<(Option<&str>, &str), Vec<usize>> = BTreeMap::new();
    for (i, v) in w.villages.iter().enumerate() {
        if let Some(c) = &v.county {
            by_county.entry(c).or_default().push(i);
        }
        if let (Some(t), true) = (&v.town, whole) {
            by_town.entry((v.county.as_deref(), t)).or_default().push(i);
        }
    }
    let mut names: BTreeMap<&str, (&str, bool)> =
        w.counties.iter().map(|c| (c.id.as_str(), (c.name.as_str(), c.target))).collect();
    for c in by_county.keys() {
        names.entry(c).or_insert((c, true));
    }
    let none = Vec::new();
    let mut counties: Vec<Card> = names
        .iter()
        .map(|(id, (name, target))| {
            let own = by_county.get(id).unwrap_or(&none);
            maker.card((*id).to_owned(), (*name).to_owned(), None, *target, own, &|c| c.as_deref() == Some(*id))
        })
        .collect();
    let mut towns: Vec<Card> = by_town
        .iter()
        .map(|((county, town), own)| {
            let id = format!("{}/{town}", county.unwrap_or_default());
            maker.card(id, (*town).to_owned(), county.map(str::to_owned), false, own, &|_| false)
        })
        .collect();
    for card in counties.iter_mut().chain(&mut towns) {
        for (own, all) in card.figures.iter_mut().zip(&reference.figures) {
            own.reference = all.people_share;
            own.difference = own.people_share.zip(all.people_share).map(|(a, b)| round(a - b));
            let known = own.people_yes.zip(own.people_no).map(|(y, n)| y + n);
            own.people_gap = own.difference.zip(known).map(|(d, p)| (-d * p).max(0.0).round());
        }
    }
    Scorecard { reference, counties, towns, currency: atlas.currency.clone() }
}

fn round(v: f64) -> f64 {
    (v * 1e6).round() / 1e6 + 0.0
}

/// What is no village's own, counted once for all cards.
struct Counts {
    /// By county: connected, not, unknown.
    schools: BTreeMap<Option<String>, [f64; 3]>,
    /// By county: tested, not.
    sources: BTreeMap<Option<String>, [f64; 2]>,
    /// Per pair of neighbours.
    pairs: Vec<Verdict>,
    /// Per village: its pairs.
    pairs_of: Vec<Vec<u32>>,
    /// Per village: kVA and households of its transformers.
    capacity: Vec<(f64, f64)>,
}

impl Counts {
    fn new(f: &Findings) -> Self {
        let n = f.world.villages.len();
        let of_schools = f.roads.gaps.iter().filter(|g| g.kind == "school_unpaved");
        let verdict: BTreeMap<&str, Verdict> =
            of_schools.filter_map(|g| Some((g.extra.get("place")?.as_str()?, g.verdict))).collect();
        let mut schools: BTreeMap<Option<String>, [f64; 3]> = BTreeMap::new();
        for (s, state) in f.world.schools.iter().zip(&f.roads.schools) {
            let slot = match (state, verdict.get(s.id.as_str())) {
                (State::Connected, _) => 0,
                (State::NoData, _) | (_, Some(Verdict::Unknown)) => 2,
                _ => 1,
            };
            schools.entry(s.county.clone()).or_default()[slot] += 1.0;
        }
        let mut sources: BTreeMap<Option<String>, [f64; 2]> = BTreeMap::new();
        for (s, state) in f.world.water.sources.iter().zip(&f.water.sources) {
            sources.entry(s.county.clone()).or_default()[usize::from(state.tests.is_empty())] += 1.0;
        }
        let mut pairs_of = vec![Vec::new(); n];
        for (k, &(a, b)) in (0u32..).zip(&f.roads.pairs) {
            pairs_of[a as usize].push(k);
            pairs_of[b as usize].push(k);
        }
        let pairs = f.roads.pair_verdicts().collect();
        let mut capacity = vec![(0.0, 0.0); n];
        for (t, state) in f.world.power.transformers.iter().zip(&f.power.transformers) {
            if let (Some(v), Some(kva), Some(households)) = (state.village, t.rating_kva, state.households) {
                capacity[v as usize].0 += kva;
                capacity[v as usize].1 += households;
            }
        }
        Counts { schools, sources, pairs, pairs_of, capacity }
    }
}

struct Maker<'a> {
    f: &'a Findings,
    counts: Counts,
    /// Cheapest remedy of each village, by indicator where it is not a forest.
    remedy: BTreeMap<&'static str, Vec<Option<f64>>>,
    marked: bool,
    with_cheapest: bool,
    fibre_cost: Vec<f64>,
    road_cost: Vec<f64>,
}

impl<'a> Maker<'a> {
    fn new(f: &'a Findings, with_cheapest: bool) -> Self {
        let village: BTreeMap<&str, usize> = f.world.villages.iter().map(|v| v.id.as_str()).zip(0..).collect();
        let by_kind = |gaps: &[Gap], kinds: &[&str]| {
            let mut out = vec![None; f.world.villages.len()];
            for g in gaps.iter().filter(|g| kinds.contains(&g.kind)) {
                let at = g.village.as_deref().and_then(|v| village.get(v));
                if let (Some(&i), Some(r)) = (at, &g.remedy)
                    && r.cost > 0.0
                {
                    out[i] = Some(out[i].map_or(r.cost, |c: f64| c.min(r.cost)));
                }
            }
            out
        };
        let list = |all: &'a [Gap]| if with_cheapest { all } else { &[] };
        let remedy = BTreeMap::from([
            ("voltage", by_kind(list(&f.power.gaps), &["low_voltage"])),
            ("three_phase", by_kind(list(&f.power.gaps), &["no_three_phase", "no_grid"])),
            ("safe_water", by_kind(list(&f.water.gaps), &["unsafe_water"])),
            ("station", by_kind(list(&f.services.gaps), &["no_station"])),
        ]);
        Maker {
            f,
            counts: Counts::new(f),
            remedy,
            marked: f.world.villages.iter().any(|v| v.priority),
            with_cheapest,
            fibre_cost: f.broadband.links.iter().map(|l| l.cost).collect(),
            road_cost: f.roads.links.iter().map(|l| l.cost).collect(),
        }
    }

    fn card(
        &self,
        id: String,
        name: String,
        county: Option<String>,
        target: bool,
        own: &[usize],
        here: &dyn Fn(&Option<String>) -> bool,
    ) -> Card {
        let villages = || own.iter().map(|&i| &self.f.world.villages[i]);
        let sum = |f: fn(&Village) -> Option<f64>| {
            villages().any(|v| f(v).is_some()).then(|| total(villages().filter_map(f)))
        };
        let rules = &self.f.atlas.scorecard.0;
        let figures = INDICATORS.iter().filter_map(|k| self.figure(k, rules.get(*k)?, own, here)).collect();
        Card {
            id,
            name,
            county,
            target,
            villages: own.len(),
            priority_villages: villages().filter(|v| v.priority).count(),
            people: sum(|v| v.population),
            poor_people: sum(|v| v.poor_population),
            figures,
        }
    }

    fn department(&self, key: &str, theme: &str) -> Bilingual {
        let a = &self.f.atlas;
        if let Some(own) = a.services.classes.get(key).and_then(|c| c.department.clone()) {
            return own;
        }
        match theme {
            "power" => &a.power.department,
            "water" => &a.water.department,
            "broadband" => &a.broadband.department,
            "services" => &a.services.department,
            _ => &a.roads.department,
        }
        .clone()
    }

    /// `None` where the atlas has nothing on it.
    fn figure(
        &self,
        key: &'static str,
        rule: &Indicator,
        own: &[usize],
        here: &dyn Fn(&Option<String>) -> bool,
    ) -> Option<Figure> {
        let mut figure = Figure {
            key,
            name: rule.name(),
            theme: rule.theme.clone(),
            department: self.department(key, &rule.theme),
            of: rule.of,
            yes: 0.0,
            no: 0.0,
            unknown: 0.0,
            share: None,
            unknown_share: None,
            people_yes: None,
            people_no: None,
            people_unknown: None,
            people_share: None,
            reference: None,
            difference: None,
            people_gap: None,
            target: rule.target,
            reached: None,
            missing: None,
            cheapest: None,
        };
        match rule.of {
            Of::Schools => self.schools(&mut figure, here)?,
            Of::Pairs => self.pairs(&mut figure, own)?,
            Of::Sources => self.sources(&mut figure, here)?,
            Of::Households => self.capacity(&mut figure, own)?,
            Of::People => self.rai(&mut figure, own)?,
            _ => self.villages(&mut figure, rule, own)?,
        }
        let known = figure.yes + figure.no;
        if figure.share.is_none() && known > 0.0 {
            figure.share = Some(round(figure.yes / known));
        }
        let all = known + figure.unknown;
        if rule.of != Of::Households && all > 0.0 {
            figure.unknown_share = Some(round(figure.unknown / all));
        }
        figure.people_share = match (figure.people_yes, figure.people_no) {
            (Some(y), Some(n)) if y + n > 0.0 => Some(round(y / (y + n))),
            _ => figure.share,
        };
        figure.reached = match (figure.target, figure.missing) {
            (Some(_), Some(m)) => Some(m == 0),
            (Some(t), None) => figure.share.map(|s| s >= t),
            _ => None,
        };
        Some(figure)
    }

    fn villages(&self, figure: &mut Figure, rule: &Indicator, own: &[usize]) -> Option<()> {
        let applies = |v: &Village| match rule.of {
            Of::Administrative => v.status == VillageStatus::Administrative,
            Of::Merged => v.status == VillageStatus::Merged,
            Of::Priority => v.priority || !self.marked,
            _ => true,
        };
        if !self.has_data(figure.key) {
            return None;
        }
        let mut people = [0.0; 3];
        let mut counted = false;
        let mut wanting = Vec::new();
        for &i in own {
            let v = &self.f.world.villages[i];
            if !applies(v) {
                continue;
            }
            let verdict = self.verdict(figure.key, i);
            let slot = match verdict {
                Verdict::Ok => &mut figure.yes,
                Verdict::Gap => &mut figure.no,
                Verdict::Unknown => &mut figure.unknown,
            };
            *slot += 1.0;
            if let Some(p) = v.population {
                counted = true;
                people[[Verdict::Ok, Verdict::Gap, Verdict::Unknown].iter().position(|x| *x == verdict)?] += p;
            }
            if verdict == Verdict::Gap {
                wanting.push(i);
            }
        }
        if counted {
            (figure.people_yes, figure.people_no, figure.people_unknown) =
                (Some(people[0]), Some(people[1]), Some(people[2]));
        }
        if let Some(target) = figure.target {
            let all = figure.yes + figure.no + figure.unknown;
            if all == 0.0 {
                return Some(());
            }
            let missing = ((target * all - 1e-9).ceil() - figure.yes).max(0.0) as usize;
            figure.missing = Some(missing);
            if missing > 0 && self.with_cheapest {
                figure.cheapest = self.cheapest(figure.key, &wanting, missing);
            }
        }
        Some(())
    }

    fn has_data(&self, key: &str) -> bool {
        let f = self.f;
        match key {
            "voltage" | "three_phase" => f.power.facts.is_some(),
            "safe_water" => f.water.facts.is_some(),
            "broadband" => f.broadband.facts.is_some(),
            "station" => f.services.class(STATION).is_some(),
            "services" => f.services.classes.iter().any(|c| c.asks == Asks::Travel),
            _ => true,
        }
    }

    fn verdict(&self, key: &str, i: usize) -> Verdict {
        let f = self.f;
        match key {
            "voltage" => {
                let p = &f.power.villages[i];
                let known = p.worst_pu.is_some() || p.modelled_pu.is_some() || p.supply_m.is_some();
                match (p.kinds.contains(&"low_voltage"), known) {
                    (true, _) => Verdict::Gap,
                    (false, true) => Verdict::Ok,
                    (false, false) => Verdict::Unknown,
                }
            }
            "three_phase" => match f.power.villages[i].three_phase {
                Known::Yes => Verdict::Ok,
                Known::No => Verdict::Gap,
                Known::Unknown => Verdict::Unknown,
            },
            "safe_water" => f.water.villages[i].verdict,
            "broadband" => f.broadband.villages[i].verdict,
            "station" => f.services.class(STATION).map_or(Verdict::Unknown, |c| c.villages[i].verdict),
            "services" => {
                let all =
                    || f.services.classes.iter().filter(|c| c.asks == Asks::Travel).map(|c| c.villages[i].verdict);
                let has = |v: Verdict| all().any(|x| x == v);
                match (has(Verdict::Gap), has(Verdict::Unknown)) {
                    (true, _) => Verdict::Gap,
                    (false, true) => Verdict::Unknown,
                    _ => Verdict::Ok,
                }
            }
            _ => f.roads.villages[i].verdict,
        }
    }

    /// The cheapest of the wanting villages that have a remedy.
    fn cheapest(&self, key: &str, wanting: &[usize], missing: usize) -> Option<Cheapest> {
        let f = self.f;
        let free = |cost: f64| Candidate { path: Vec::new(), own_cost: cost };
        let mut ids = Vec::new();
        let mut candidates = Vec::new();
        for &i in wanting {
            let candidate = match key {
                "paved" | "merged_paved" => f.roads.villages[i]
                    .path
                    .as_ref()
                    .filter(|_| f.roads.villages[i].state == State::Linked)
                    .map(|p| Candidate { path: p.links.clone(), own_cost: 0.0 }),
                "broadband" => {
                    let r = &f.broadband.villages[i];
                    (!r.links.is_empty()).then(|| Candidate { path: r.links.clone(), own_cost: 0.0 })
                }
                _ => self.remedy.get(key).and_then(|r| r[i]).map(free),
            };
            if let Some(c) = candidate {
                ids.push(i);
                candidates.push(c);
            }
        }
        let costs = if key == "broadband" { &self.fibre_cost } else { &self.road_cost };
        let (chosen, cost) = cheapest(&candidates, costs, missing);
        if chosen.is_empty() {
            return None;
        }
        Some(Cheapest {
            short: missing - chosen.len(),
            villages: chosen.iter().map(|&k| f.world.villages[ids[k]].id.clone()).collect(),
            cost: metres(cost),
        })
    }

    fn schools(&self, figure: &mut Figure, here: &dyn Fn(&Option<String>) -> bool) -> Option<()> {
        let f = self.f;
        if f.world.schools.is_empty() || !f.world.has_roads {
            return None;
        }
        for (_, [yes, no, unknown]) in self.counts.schools.iter().filter(|(county, _)| here(county)) {
            figure.yes += yes;
            figure.no += no;
            figure.unknown += unknown;
        }
        Some(())
    }

    fn pairs(&self, figure: &mut Figure, own: &[usize]) -> Option<()> {
        let f = self.f;
        if f.roads.pairs.is_empty() {
            return None;
        }
        // A pair across a border is both sides' concern.
        let mut pairs: Vec<u32> = own.iter().flat_map(|&i| &self.counts.pairs_of[i]).copied().collect();
        pairs.sort_unstable();
        pairs.dedup();
        for k in pairs {
            *match self.counts.pairs[k as usize] {
                Verdict::Ok => &mut figure.yes,
                Verdict::Gap => &mut figure.no,
                Verdict::Unknown => &mut figure.unknown,
            } += 1.0;
        }
        Some(())
    }

    fn sources(&self, figure: &mut Figure, here: &dyn Fn(&Option<String>) -> bool) -> Option<()> {
        if self.f.water.sources.is_empty() {
            return None;
        }
        for (_, [yes, no]) in self.counts.sources.iter().filter(|(county, _)| here(county)) {
            figure.yes += yes;
            figure.no += no;
        }
        Some(())
    }

    /// Transformers of the villages, by their households.
    fn capacity(&self, figure: &mut Figure, own: &[usize]) -> Option<()> {
        if self.f.world.power.transformers.is_empty() {
            return None;
        }
        for &i in own {
            figure.yes += self.counts.capacity[i].0;
            figure.no += self.counts.capacity[i].1;
        }
        figure.share = (figure.no > 0.0).then(|| round(figure.yes / figure.no));
        Some(())
    }

    fn rai(&self, figure: &mut Figure, own: &[usize]) -> Option<()> {
        let f = self.f;
        f.roads.rai.share?;
        for &i in own {
            let Some(people) = f.world.villages[i].population else { continue };
            match f.roads.villages[i].rai {
                Some(s) => {
                    figure.yes += people * s.known;
                    figure.unknown += people * (s.if_unknown - s.known);
                    figure.no += people * (1.0 - s.if_unknown);
                }
                None => figure.unknown += people,
            }
        }
        (figure.people_yes, figure.people_no, figure.people_unknown) =
            (Some(figure.yes), Some(figure.no), Some(figure.unknown));
        Some(())
    }
}
