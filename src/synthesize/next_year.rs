//! A second year of a practice region: the same villages with planted changes, and what a comparison must say of them.
//!
//! | what happens | what a comparison must find |
//! |---|---|
//! | earth and gravel roads of two villages are paved | their gaps are closed: data |
//! | a road of unknown surface turns out to be paved | its village's gap is settled: data |
//! | a paved dead end is washed out | gaps of its villages open: data |
//! | a well is mended, a later sample shows it | gaps of the source and its village are closed: data |
//! | a village is merged into its neighbour, the table of codes says so | its gaps are not closed: codes |
//! | broadband now means 20 Mbit/s | slower villages have a gap: rule |
//!
//! The answers of both years are worked out by the builder (`truth`, `check`), not by the analysis, and
//! what must be found is their difference. Power, the mean that services are held against, and pairs of neighbours that
//! are too near a threshold are not said.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use geo::Coord;
use serde_json::{Value, json};

use super::lattice::Role;
use super::options::{SynthError, SynthOptions, SynthSummary};
use super::people::People;
use super::plot::Claim;
use super::region::{self, Region};
use super::terrain::nearest_on_line;
use super::{build, drawn, power, projects, social, stem, truth, water, write};
use crate::atlas::Noding;
use crate::standards::{BroadbandRules, RoadRules, ServiceRules};
use crate::world::{Surface, metric};

/// Days of the two years.
pub const DAYS: [&str; 2] = ["2016-12-31", "2017-12-31"];
const SAMPLED: &str = "2017-08-20";
const MERGED: &str = "2017-05-01";
/// Situations with one road to one village.
const SINGLE: [&str; 3] = ["spur", "just_beyond", "joins_mid_edge"];
/// What broadband means in the second year.
const MIN_MBIT_S: f64 = 20.0;

/// Writes the region and beside it, in `next`, the second year; `codes.csv` and `comparison.json` go with both.
pub fn run(options: &SynthOptions, out: &Path) -> Result<SynthSummary, SynthError> {
    let mut summary = super::run(options, out)?;
    let io = |path: &Path| {
        let path = path.to_path_buf();
        move |source| SynthError::Io { path, source }
    };
    let next = out.join("next");
    std::fs::create_dir_all(&next).map_err(io(&next))?;
    let stem = stem(options, out);
    let year = Year::new(options)?;
    let roads = match options.noding {
        Noding::SharedVertices => year.region.land.lines.clone(),
        Noding::Crossings => drawn::crossings(&year.region.land.lines, &mut region::stream(options.seed, 6)),
    };
    let themes = write::Themes {
        power: year.power.as_ref(),
        water: year.water.as_ref(),
        social: year.social.as_ref(),
        projects: year.projects.as_ref(),
    };
    let gone = year.merged.map(|(x, _)| year.people.villages[x].id.as_str());
    summary.files.extend(write::layers(options, &year.region, &year.people, &roads, themes, gone, &next, &stem)?);
    let section = |up: &str| format!("\n[snapshots]\nstore = \"{up}snapshots.gpkg\"\ncodes = \"{up}codes.csv\"\n");
    let rule = format!("\n[rules.broadband]\nmin_mbit_s = {MIN_MBIT_S:.1}\n");
    let first = write::atlas(options, &year.region, &stem) + &section("");
    let second = write::atlas(options, &year.region, &stem) + &section("../") + if options.social { &rule } else { "" };
    let mut codes = "old,new,kind,date\n".to_owned();
    if let Some((x, y)) = year.merged {
        codes += &format!("{},{},merge,{MERGED}\n", year.people.villages[x].id, year.people.villages[y].id);
    }
    let truth = year.truth(options)?.to_string() + "\n";
    for (path, text) in [
        (out.join("atlas.toml"), first),
        (next.join("atlas.toml"), second),
        (out.join("codes.csv"), codes),
        (out.join("comparison.json"), truth),
    ] {
        std::fs::write(&path, text).map_err(io(&path))?;
        summary.files.push(path);
    }
    Ok(summary)
}

/// The region after the changes.
struct Year {
    region: Region,
    people: People,
    power: Option<power::Power>,
    water: Option<water::Water>,
    social: Option<social::Social>,
    projects: Option<projects::Projects>,
    /// Sites that were connected, whose road was looked at, that were cut off, whose well was mended; who was merged into
    /// whom.
    connected: Vec<usize>,
    surveyed: Vec<usize>,
    washed_out: Vec<usize>,
    mended: Option<usize>,
    merged: Option<(usize, usize)>,
}

impl Year {
    fn new(options: &SynthOptions) -> Result<Self, SynthError> {
        let (mut region, people) = build(options)?;
        let power = options.power.then(|| power::build(options, &region, &people)).transpose()?;
        let mut water = options.water.then(|| water::build(options, &region, &people));
        let mut social = options.social.then(|| social::build(options, &region, &people));
        let gaps = projects::Gaps::new(region.land.sites.len(), power.as_ref(), water.as_ref(), social.as_ref());
        let projects = options.projects.then(|| projects::build(options, &region, &people, &gaps));
        let of = |recipes: &[&str]| -> Vec<usize> {
            let sites = region.land.sites.iter().enumerate();
            sites.filter(|(_, s)| recipes.contains(&s.recipe)).map(|(i, _)| i).collect()
        };
        let (single, unknown) = (of(&SINGLE), of(&["unknown_surface"]));
        let no_power_gap = |i: usize| power.as_ref().is_none_or(|p| p.situations[i].kind().is_none());
        let merged =
            single.iter().rev().copied().find(|&i| no_power_gap(i)).and_then(|x| Some((x, nearest(&region, x)?)));
        let is_free = |i: usize| merged.is_none_or(|(x, y)| i != x && i != y);
        let connected: Vec<usize> = single.into_iter().filter(|i| is_free(*i)).take(2).collect();
        let surveyed: Vec<usize> = unknown.into_iter().filter(|i| is_free(*i)).take(1).collect();
        for &i in connected.iter().chain(&surveyed) {
            if let Claim::Linked { last, .. } = region.land.sites[i].claim {
                region.land.lines[last].surface = Surface::Paved;
                region.land.sites[i].claim = Claim::Connected;
            }
        }
        let washed_out = wash_out(&mut region, is_free);
        let mended = water.as_mut().and_then(|w| water::mend(w, SAMPLED, is_free));
        if let Some(s) = &mut social {
            let points: Vec<Coord> = region.land.sites.iter().map(|s| s.point).collect();
            let rules = BroadbandRules { min_mbit_s: MIN_MBIT_S, ..BroadbandRules::default() };
            s.answers = social::answers(s, &points, &rules, &ServiceRules::default());
        }
        Ok(Year { region, people, power, water, social, projects, connected, surveyed, washed_out, mended, merged })
    }

    /// What a comparison must find.
    fn truth(&self, options: &SynthOptions) -> Result<Value, SynthError> {
        let (region, people) = build(options)?;
        let water = options.water.then(|| water::build(options, &region, &people));
        let social = options.social.then(|| social::build(options, &region, &people));
        let (before, unsure) = gaps(options, (&region, &people), (water.as_ref(), social.as_ref()));
        // The merged village is in none of the layers of the second year.
        let (mut without, mut others) = (self.region.clone(), self.people.clone());
        if let Some((x, _)) = self.merged {
            without.land.sites.remove(x);
            others.villages.remove(x);
        }
        let id = |i: usize| self.people.villages[i].id.clone();
        let (mut after, unsure_now) = gaps(options, (&without, &others), (None, None));
        let (rest, _) = gaps(options, (&self.region, &self.people), (self.water.as_ref(), self.social.as_ref()));
        let is_merged = |gap: &str| self.merged.is_some_and(|(x, _)| names(gap, &id(x)));
        after.extend(rest.into_iter().filter(|g| !g.starts_with("roads:") && !is_merged(g)));
        let unsure: BTreeSet<&String> = unsure.iter().chain(&unsure_now).collect();
        let said = |g: &&String| !unsure.contains(g);
        let mut left: Vec<&String> = Vec::new();
        let mut continued: BTreeMap<&String, String> = BTreeMap::new();
        for g in before.iter().filter(said).filter(|g| is_merged(g)) {
            let end = self.merged.map(|(x, y)| g.replace(&id(x), &id(y))).filter(|e| after.contains(e));
            match end {
                Some(end) if !g.contains('~') => drop(continued.insert(g, end)),
                _ => left.push(g),
            }
        }
        let gone: Vec<&String> = before.iter().filter(said).filter(|g| !is_merged(g) && !after.contains(*g)).collect();
        let surveyed = |g: &&String| self.surveyed.iter().any(|&i| names(g, &id(i)) && !g.contains('~'));
        let (settled, closed): (Vec<&String>, Vec<&String>) =
            gone.into_iter().partition(|g| g.starts_with("roads:") && surveyed(g));
        let opened: Vec<&String> = after.iter().filter(said).filter(|g| !before.contains(*g)).collect();
        let ids = |all: &[usize]| all.iter().map(|&i| id(i)).collect::<Vec<_>>();
        Ok(json!({
            "days": DAYS,
            "note": "what differs between the region and next/: gaps of roads (but ways that hang on one road), water, \
                broadband, stations and culture rooms; nothing is said of power, of long ways to services, of unsure",
            "planted": {
                "connected": ids(&self.connected),
                "surveyed": ids(&self.surveyed),
                "washed_out": ids(&self.washed_out),
                "mended": self.mended.map(id),
                "merged": self.merged.map(|(x, y)| [id(x), id(y)]),
                "rule": options.social.then(|| json!({"part": "broadband", "rule": "min_mbit_s", "after": MIN_MBIT_S})),
            },
            "closed": closed,
            "settled": settled,
            "opened": opened,
            "left": left,
            "continued": continued,
            "unsure": unsure,
        }))
    }
}

/// A gap of the village, or of it and a neighbour.
fn names(gap: &str, village: &str) -> bool {
    gap.split([':', '~']).any(|part| part == village)
}

/// The nearest other village of the county.
fn nearest(region: &Region, x: usize) -> Option<usize> {
    let sites = &region.land.sites;
    let far = |i: &usize| metric::distance_m(sites[*i].point, sites[x].point);
    let others = (0..sites.len()).filter(|&i| i != x && sites[i].county == sites[x].county);
    others.min_by(|a, b| far(a).total_cmp(&far(b)))
}

/// Takes the pavement off one dead end; its villages are linked from then on.
fn wash_out(region: &mut Region, may: impl Fn(usize) -> bool) -> Vec<usize> {
    let land = &mut region.land;
    let Some(site) = (0..land.sites.len()).find(|&i| land.sites[i].recipe == "paved_dead_end" && may(i)) else {
        return Vec::new();
    };
    let paved = |l: &usize| land.lines[*l].role == Role::Plot && land.lines[*l].surface == Surface::Paved;
    let far = |l: usize, i: usize| nearest_on_line(land.sites[i].point, &land.lines[l].coords).2;
    let lines = (0..land.lines.len()).filter(paved);
    let Some(line) = lines.min_by(|a, b| far(*a, site).total_cmp(&far(*b, site))) else { return Vec::new() };
    let access = RoadRules::default().access_m;
    let on_it = |i: &usize| land.sites[*i].recipe == "paved_dead_end" && far(line, *i) <= access;
    let own: Vec<usize> = (0..land.sites.len()).filter(on_it).collect();
    land.lines[line].surface = Surface::Earth;
    for &i in &own {
        land.sites[i].claim = Claim::Linked { whole: Vec::new(), last: line, new: false };
    }
    own
}

/// Ids of the gaps of a year, and of those of which it cannot be said.
fn gaps(
    options: &SynthOptions,
    (region, people): (&Region, &People),
    (water, social): (Option<&water::Water>, Option<&social::Social>),
) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut out = BTreeSet::new();
    let roads = truth::truth(options, region, people);
    for layer in ["villages", "schools", "seats"] {
        for (id, t) in roads[layer].as_object().into_iter().flatten() {
            out.extend(t["kind"].as_str().map(|kind| format!("roads:{kind}:{id}")));
        }
    }
    let pairs = |key: &str| -> BTreeSet<String> {
        let all = roads[key].as_array().into_iter().flatten();
        let id = |p: &Value, k: usize| p[k].as_str().unwrap_or_default().to_owned();
        all.map(|p| format!("roads:neighbours_unpaved:{}~{}", id(p, 0), id(p, 1))).collect()
    };
    out.extend(pairs("neighbours"));
    if let Some(w) = water {
        let points: Vec<Coord> = region.land.sites.iter().map(|s| s.point).collect();
        let t = water::truth::truth(w, &points, people);
        for (id, s) in t["sources"].as_object().into_iter().flatten() {
            let kind = s["state"].as_str().filter(|s| ["unsafe", "unimproved"].contains(s));
            out.extend(kind.map(|kind| format!("water:{kind}_source:{id}")));
        }
        let villages = t["villages"].as_object().into_iter().flatten();
        out.extend(villages.filter(|(_, v)| v["verdict"] == "gap").map(|(id, _)| format!("water:unsafe_water:{id}")));
    }
    if let Some(s) = social {
        for (v, a) in people.villages.iter().zip(&s.answers) {
            let id = &v.id;
            match a.broadband {
                "slow" => drop(out.insert(format!("broadband:slow_broadband:{id}"))),
                "none" => drop(out.insert(format!("broadband:no_broadband:{id}"))),
                _ => {}
            }
            if a.mobile_gap {
                out.insert(format!("broadband:no_mobile:{id}"));
            }
            if a.station == "gap" {
                out.insert(format!("services:no_station:{id}"));
            }
            if a.culture_room == "gap" {
                out.insert(format!("services:no_facility:culture_room:{id}"));
            }
        }
    }
    (out, pairs("neighbours_unsure"))
}
