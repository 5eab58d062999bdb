//! From a run to the value that is kept.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::prints::records;
use super::{About, Day, GapRow, ScoreRow, Snapshot, Standing, VillageRow, criterion};
use crate::findings::Findings;
use crate::gaps::roads::State;
use crate::gaps::water::SourceState;
use crate::gaps::{Gap, Shape, Verdict};
use crate::priority::projects::all_gaps;
use crate::priority::scorecard::{Card, Scorecard};
use crate::standards::{Bilingual, THEMES};
use crate::world::{Known, World};

impl Snapshot {
    /// A run with its scorecard, under a date or as the one at hand.
    pub fn take(f: &Findings, cards: &Scorecard, date: Option<Day>) -> Self {
        let touched = Touched::new(f);
        let mut gaps: Vec<GapRow> = all_gaps(f).map(|g| gap_row(g, &touched)).collect();
        gaps.sort_by(|a, b| a.id.cmp(&b.id));
        let (covers, unknown) = known(f);
        let villages = village_rows(f);
        let about = About {
            date,
            atlas: f.atlas.id.clone(),
            title: Bilingual { zh: f.atlas.title_zh.clone(), en: f.atlas.title_en.clone() },
            provenance: f.provenance,
            currency: f.atlas.currency.clone(),
            data_version: f.data_version.clone(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            covers,
            rules: rules(f),
            digest: String::new(),
            villages: villages.len(),
            gaps: gaps.len(),
        };
        let mut out = Snapshot { about, villages, gaps, unknown, records: records(&f.world), scores: scores(cards) };
        out.about.digest = out.digest();
        out
    }

    /// What it holds is what was taken; of one that this version of the program took.
    pub fn is_whole(&self) -> bool {
        self.about.digest == self.digest()
    }

    /// Of everything but the date.
    fn digest(&self) -> String {
        use std::fmt::Write;
        struct Into(Sha256);
        impl Write for Into {
            fn write_str(&mut self, s: &str) -> std::fmt::Result {
                self.0.update(s);
                Ok(())
            }
        }
        let mut into = Into(Sha256::new());
        let about = About { date: None, digest: String::new(), ..self.about.clone() };
        let rest = (&self.villages, &self.gaps, &self.unknown, &self.records, &self.scores);
        let _ = write!(into, "{about:?}{rest:?}");
        into.0.finalize()[..8].iter().map(|b| format!("{b:02x}")).collect()
    }
}

/// Rules by theme. What decides nothing (departments) is left out.
fn rules(f: &Findings) -> Value {
    let a = &f.atlas;
    let mut out = json!({
        "roads": a.roads, "power": a.power, "water": a.water, "broadband": a.broadband, "services": a.services,
        "targets": a.scorecard, "priority": a.priority,
    });
    out["roads"]["noding"] = json!(a.noding);
    out["services"]["reference_counties"] = json!(a.reference_counties);
    without_departments(&mut out);
    out
}

fn without_departments(rules: &mut Value) {
    if let Some(o) = rules.as_object_mut() {
        o.remove("department");
        o.values_mut().for_each(without_departments);
    }
}

fn village_rows(f: &Findings) -> Vec<VillageRow> {
    let mut worst: HashMap<(&str, &str), f64> = HashMap::new();
    for g in all_gaps(f).filter(|g| g.verdict == Verdict::Gap) {
        if let Some(v) = &g.village {
            let slot = worst.entry((v, g.theme)).or_default();
            *slot = slot.max(g.severity);
        }
    }
    let mut rows: Vec<VillageRow> = (f.world.villages.iter().enumerate())
        .map(|(i, v)| {
            let standing = THEMES.map(|theme| {
                let (verdict, confidence) = f.verdict(theme, i)?;
                let severity = match verdict {
                    Verdict::Unknown => None,
                    Verdict::Ok => Some(0.0),
                    Verdict::Gap => worst.get(&(v.id.as_str(), theme)).copied(),
                };
                Some(Standing { verdict, severity, confidence })
            });
            VillageRow {
                id: v.id.clone(),
                name: v.name.clone(),
                town: v.town.clone(),
                county: v.county.clone(),
                population: v.population,
                households: v.households,
                poor_population: v.poor_population,
                priority: v.priority,
                point: v.point,
                standing,
            }
        })
        .collect();
    rows.sort_by(|a, b| a.id.cmp(&b.id));
    rows
}

/// Which layer a source of evidence is of.
struct Touched<'a> {
    w: &'a World,
    roads: HashSet<&'a str>,
    villages: HashSet<&'a str>,
    water: HashSet<&'a str>,
    facilities: HashSet<&'a str>,
    schools: HashSet<&'a str>,
    coverage: HashSet<&'a str>,
    /// Loads and transformers that supply a village, by its id.
    supply: HashMap<&'a str, Vec<String>>,
}

impl<'a> Touched<'a> {
    fn new(f: &'a Findings) -> Self {
        let w = &f.world;
        let mut supply: HashMap<&str, Vec<String>> = HashMap::new();
        for p in &f.power.points {
            let village = p.village.and_then(|v| w.villages.get(v as usize));
            let (Some(v), Some(load)) = (village, w.power.loads.get(p.load as usize)) else { continue };
            let own = supply.entry(v.id.as_str()).or_default();
            own.extend([format!("loads:{}", load.id), format!("voltage_readings:{}", load.id)]);
            if let Some(t) = p.transformer.and_then(|t| w.power.transformers.get(t as usize)) {
                own.extend([format!("transformers:{}", t.id), format!("voltage_readings:{}", t.id)]);
            }
        }
        Touched {
            w,
            roads: w.roads.id.iter().map(String::as_str).collect(),
            villages: w.villages.iter().map(|v| v.id.as_str()).collect(),
            water: w.water.sources.iter().map(|s| s.id.as_str()).collect(),
            facilities: w.facilities.iter().map(|s| s.id.as_str()).collect(),
            schools: w.schools.iter().map(|s| s.id.as_str()).collect(),
            coverage: w.broadband.coverage.iter().map(|c| c.id.as_str()).collect(),
            supply,
        }
    }

    /// As `layer:id`, each once. A village counts with its record of the theme.
    fn of(&self, g: &Gap) -> Vec<String> {
        let mut out: BTreeSet<String> = BTreeSet::new();
        let mut add = |layer: &str, id: &str| {
            out.insert(format!("{layer}:{id}"));
        };
        let own = format!("village_{}", g.theme);
        for s in g.evidence.iter().flat_map(|e| &e.sources) {
            let s = s.as_str();
            match g.theme {
                "roads" if self.roads.contains(s) => add("roads", s),
                "water" if self.water.contains(s) => {
                    add("water_sources", s);
                    add("water_tests", s);
                }
                "broadband" if self.coverage.contains(s) => add("broadband_coverage", s),
                "broadband" if !self.villages.contains(s) => add("broadband_nodes", s),
                "services" if self.facilities.contains(s) => add("facilities", s),
                "services" if self.schools.contains(s) => add("schools", s),
                "services" if !self.villages.contains(s) => add("seats", s),
                "power" => ["power_lines", "transformers", "loads", "substations"].iter().for_each(|l| add(l, s)),
                _ => {}
            }
        }
        g.planned.iter().flat_map(|p| &p.projects).for_each(|p| add(super::prints::PROJECTS, p));
        let code = super::code(&g.id);
        match (g.theme, g.kind) {
            ("roads", "school_unpaved") => add("schools", code),
            ("roads", "township_unpaved") => add("seats", code),
            ("water", "unsafe_source" | "unimproved_source") => {
                add("water_sources", code);
                add("water_tests", code);
            }
            ("power", "transformer_overload" | "low_capacity") => add("transformers", code),
            _ => {}
        }
        let other = g.extra.get("other").and_then(Value::as_str);
        for v in g.village.as_deref().into_iter().chain(other) {
            add(super::VILLAGES, v);
            add(&own, v);
            if g.theme == "power" {
                add("voltage_readings", v);
                let supply = self.supply.get(v).into_iter().flatten().filter_map(|name| name.split_once(':'));
                supply.for_each(|(layer, id)| add(layer, id));
            } else if g.theme == "water" {
                add("elevation", v);
            }
        }
        out.into_iter().collect()
    }

    /// Where it is: the middle of its first line, or its point.
    fn point(&self, g: &Gap) -> geo::Coord {
        let middle = |l: &Vec<geo::Coord>| l.get(l.len() / 2).copied();
        let village = || self.w.villages.iter().find(|v| Some(&v.id) == g.village.as_ref()).map(|v| v.point);
        match &g.shape {
            Shape::Point(c) => Some(*c),
            Shape::Line(l) => middle(l),
            Shape::Lines(ls) => ls.iter().find_map(middle),
        }
        .or_else(village)
        .unwrap_or_default()
    }
}

fn gap_row(g: &Gap, touched: &Touched) -> GapRow {
    let text = |key: &str| g.extra.get(key).and_then(Value::as_str).map(str::to_owned);
    let list = g.extra.get("villages").and_then(Value::as_array);
    let remedy = g.remedy.as_ref();
    GapRow {
        id: g.id.clone(),
        theme: g.theme,
        kind: g.kind.to_owned(),
        class: (g.theme == "services").then(|| text("class")).flatten(),
        village: g.village.clone(),
        other: text("other"),
        name: g.village_name.clone(),
        town: g.town.clone(),
        county: g.county.clone(),
        verdict: g.verdict,
        severity: g.severity,
        measured: g.measured,
        threshold: g.threshold,
        unit: g.unit.to_owned(),
        confidence: g.confidence,
        why: g.why.clone(),
        people: g.people,
        households: g.households,
        remedy: remedy.map(|r| r.kind.to_owned()),
        remedy_m: remedy.map(|r| r.length_m),
        cost: remedy.map(|r| r.cost),
        department: g.department.clone(),
        planned: g.planned.as_ref().map(|p| p.planned),
        planned_year: g.planned.as_ref().and_then(|p| p.planned_year),
        villages: list.into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect(),
        touches: touched.of(g),
        point: touched.point(g),
    }
}

/// What the run had data on, and of what of it the answer is not known.
fn known(f: &Findings) -> (BTreeSet<String>, BTreeSet<String>) {
    let w = &f.world;
    let mut covers: BTreeSet<String> = BTreeSet::new();
    let mut unknown: BTreeSet<String> = BTreeSet::new();
    let mut tell = |criterion: &str, code: &str, is_known: bool| {
        if is_known {
            if !covers.contains(criterion) {
                covers.insert(criterion.to_owned());
            }
        } else {
            unknown.insert(format!("{criterion}:{code}"));
        }
    };
    for (i, v) in w.villages.iter().enumerate() {
        let mut said = |criterion: &str, is_known: bool| tell(criterion, &v.id, is_known);
        said("roads:access", f.roads.villages[i].verdict != Verdict::Unknown);
        if let Some(p) = f.power.villages.get(i) {
            said("power:voltage", p.worst_pu.is_some());
            said("power:three_phase", p.three_phase != Known::Unknown);
            said("power:hours", v.reported_power_hours.is_some());
        }
        if let Some(p) = f.water.villages.get(i) {
            said("water:village", p.verdict != Verdict::Unknown);
        }
        if let Some(b) = f.broadband.villages.get(i) {
            said("broadband:speed", b.verdict != Verdict::Unknown);
            said("broadband:mobile", v.broadband.mobile != Known::Unknown);
        }
        for c in &f.services.classes {
            said(&format!("services:{}", c.key), c.villages[i].verdict != Verdict::Unknown);
        }
    }
    for (s, state) in w.schools.iter().zip(&f.roads.schools) {
        tell("roads:network", &s.id, *state != State::NoData);
    }
    for (t, state) in w.power.transformers.iter().zip(&f.power.transformers) {
        tell("power:loading", &t.id, state.loading.is_some());
        tell("power:capacity", &t.id, state.kva_per_household.is_some());
    }
    for (s, state) in w.water.sources.iter().zip(&f.water.sources) {
        tell("water:source", &s.id, !matches!(state.state, SourceState::Unknown | SourceState::Untested));
    }
    if w.has_roads {
        covers.insert("roads:network".to_owned());
    }
    if f.power.facts.as_ref().is_some_and(|p| p.feeders > 0) {
        covers.insert("power:feeders".to_owned());
    }
    // A gap of a kind is an answer, too.
    for g in all_gaps(f).filter(|g| g.verdict == Verdict::Gap) {
        covers.insert(criterion(g.theme, g.kind, g.extra.get("class").and_then(Value::as_str)));
    }
    (covers, unknown)
}

fn scores(s: &Scorecard) -> Vec<ScoreRow> {
    let levels = [("county", &s.counties), ("town", &s.towns)];
    let cards = levels.iter().flat_map(|(level, cards)| cards.iter().map(move |c| (*level, c)));
    let rows = |(level, card): (&'static str, &Card)| {
        let (place, name, county) = (card.id.clone(), card.name.clone(), card.county.clone());
        card.figures.clone().into_iter().map(move |g| ScoreRow {
            level: level.to_owned(),
            place: place.clone(),
            name: name.clone(),
            county: county.clone(),
            key: g.key.to_owned(),
            indicator: g.name,
            theme: g.theme,
            department: g.department,
            yes: g.yes,
            no: g.no,
            unknown: g.unknown,
            share: g.share,
            people_share: g.people_share,
            reference: g.reference,
            target: g.target,
            reached: g.reached,
            missing: g.missing,
            cost: g.cheapest.map(|c| c.cost),
        })
    };
    std::iter::once(("region", &s.reference)).chain(cards).flat_map(rows).collect()
}
