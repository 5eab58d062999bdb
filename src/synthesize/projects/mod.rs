//! Projects: planned works on unpaved roads and for villages by their codes, some twice, some for nobody, one that is
//! said to be done; with what they close.
//!
//! Works are dealt to places with a gap; what they close is then read off by plain set arithmetic on road lines and
//! village codes, so that what was meant does not matter. Road lines are whole ones, and nothing else runs beside them.

mod truth;

use std::collections::BTreeSet;

use gdal::vector::OGRwkbGeometryType::wkbMultiLineString;
use rand::Rng;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;

use super::options::SynthOptions;
use super::people::People;
use super::plot::{Claim, LineIx};
use super::power::Power;
use super::region::{self, Region};
use super::social::Social;
use super::terrain::length_to_nearest;
use super::water::Water;
use super::wkb;
use super::write::{Kind, Table, Value, text};
use crate::standards::RoadRules;
use crate::world::{Surface, metric};

pub use truth::truth;

/// Random stream of this part.
const STREAM: u64 = 10;
/// Share of the places with a gap that get a work.
const SHARE: f64 = 0.125;
const FIELDS: &[(&str, Kind)] = &[
    ("id", Kind::Text),
    ("name", Kind::Text),
    ("theme", Kind::Text),
    ("kind", Kind::Text),
    ("status", Kind::Text),
    ("year", Kind::Whole),
    ("cost", Kind::Whole),
    ("village", Kind::Text),
];

/// A planned work.
#[derive(Debug, Clone)]
pub struct Work {
    pub id: String,
    name: String,
    pub theme: &'static str,
    kind: Option<&'static str>,
    status: &'static str,
    pub year: i32,
    cost: i64,
    /// Road lines that it paves, whole.
    pub lines: BTreeSet<LineIx>,
    /// Half of this line instead.
    pub half: Option<LineIx>,
    /// Index of the sites it names.
    pub sites: Vec<usize>,
}

impl Work {
    pub fn is_done(&self) -> bool {
        self.status == "done"
    }
}

/// The part of a region.
pub struct Projects {
    pub works: Vec<Work>,
}

/// Places of other themes with a gap, by site.
pub struct Gaps {
    pub power: Vec<bool>,
    pub water: Vec<bool>,
    pub broadband: Vec<bool>,
    /// Without an information station.
    pub station: Vec<bool>,
}

impl Gaps {
    pub fn new(sites: usize, power: Option<&Power>, water: Option<&Water>, social: Option<&Social>) -> Self {
        let none = || vec![false; sites];
        let of = |s: &Social, gap: &dyn Fn(&super::social::Answer) -> bool| s.answers.iter().map(gap).collect();
        Gaps {
            power: power.map_or_else(none, |p| p.situations.iter().map(|s| s.kind().is_some()).collect()),
            water: water.map_or_else(none, |w| w.villages.iter().map(|v| v.situation.is_gap()).collect()),
            broadband: social.map_or_else(none, |s| of(s, &|a| a.broadband_verdict == "gap" || a.mobile_gap)),
            station: social.map_or_else(none, |s| of(s, &|a| a.station == "gap")),
        }
    }
}

/// Unpaved lines between a place and the main network, all of which must be paved to connect it; none where a new line
/// is needed, too.
pub fn needed(region: &Region, claim: &Claim) -> BTreeSet<LineIx> {
    let Claim::Linked { whole, last, new: false } = claim else { return BTreeSet::new() };
    let all = whole.iter().chain(std::iter::once(last)).copied();
    all.filter(|&l| region.land.lines[l].surface != Surface::Paved).collect()
}

struct Dealer<'a> {
    region: &'a Region,
    people: &'a People,
    rng: ChaCha8Rng,
    works: Vec<Work>,
}

impl Dealer<'_> {
    fn add(&mut self, theme: &'static str, name: String, cost: f64) -> &mut Work {
        let id = format!("project-{:04}", self.works.len() + 1);
        let status = if self.rng.random_bool(0.2) { "under_construction" } else { "planned" };
        let year = self.rng.random_range(2018..=2021);
        let cost = (cost * self.rng.random_range(0.8..1.3) / 1000.0).round() as i64 * 1000;
        let (lines, sites) = (BTreeSet::new(), Vec::new());
        self.works.push(Work { id, name, theme, kind: None, status, year, cost, lines, half: None, sites });
        let last = self.works.len() - 1;
        &mut self.works[last]
    }

    fn metres(&self, lines: &BTreeSet<LineIx>) -> f64 {
        lines.iter().map(|&l| metric::length_m(&self.region.land.lines[l].coords)).sum()
    }

    fn road(&mut self, name: String, lines: BTreeSet<LineIx>) -> &mut Work {
        let cost = self.metres(&lines) * RoadRules::default().cost_per_km.earth / 1000.0;
        let work = self.add("roads", name, cost);
        work.lines = lines;
        work
    }

    fn roads(&mut self) {
        let sites = &self.region.land.sites;
        let all: Vec<BTreeSet<LineIx>> = sites.iter().map(|s| needed(self.region, &s.claim)).collect();
        let mut touched: BTreeSet<LineIx> = BTreeSet::new();
        let mut later = Vec::new();
        for (i, lines) in all.iter().enumerate() {
            let name = |what: &str| format!("{}{what}", self.people.villages[i].name);
            let (road, link) = (name("通村公路"), name("新建公路"));
            if lines.is_empty() {
                // A new line is needed, or nobody knows which: by name.
                if !matches!(sites[i].claim, Claim::Connected) && self.rng.random_bool(SHARE) {
                    let work = self.add("roads", link, 1.5e6);
                    (work.kind, work.sites) = (Some("new_link"), vec![i]);
                }
                continue;
            }
            if !self.rng.random_bool(SHARE) {
                later.push(i);
                continue;
            }
            touched.extend(lines);
            self.road(road, lines.clone());
            // In another list again.
            if self.rng.random_bool(0.2) {
                self.road(name("道路硬化"), lines.clone());
            }
        }
        // Of those left: one is done, as the list says; some are begun at their near half.
        later.retain(|&i| all[i].is_disjoint(&touched));
        for (n, &i) in later.iter().enumerate() {
            let one = all[i].iter().next().copied().filter(|_| all[i].len() == 1);
            let line = one.filter(|&l| self.region.land.lines[l].surface != Surface::Unknown);
            let Some(line) = line.filter(|&l| all.iter().filter(|a| a.contains(&l)).count() == 1) else { continue };
            let name = format!("{}道路", self.people.villages[i].name);
            if n == 0 || !self.works.iter().any(Work::is_done) {
                self.road(name, all[i].clone()).status = "done";
            } else if self.rng.random_bool(0.25) && self.ends_at(line, i) {
                let work = self.road(name, BTreeSet::new());
                (work.half, work.cost, work.status) = (Some(line), 500_000, "planned");
            }
        }
        // Along a road that is paved already.
        let paved: Vec<LineIx> = (0..self.region.land.lines.len())
            .filter(|&l| self.region.land.lines[l].surface == Surface::Paved)
            .collect();
        if let Some(&l) = paved.choose(&mut self.rng) {
            self.road("养护工程".to_owned(), [l].into());
        }
    }

    /// The village joins the line at its end, so that half of the line is half of its way.
    fn ends_at(&self, line: LineIx, site: usize) -> bool {
        let coords = &self.region.land.lines[line].coords;
        length_to_nearest(self.region.land.sites[site].point, coords) > 0.9 * metric::length_m(coords)
    }

    /// Works for villages by their codes: one to three villages each, some in two lists, and one for a village that needs
    /// nothing.
    fn named(&mut self, theme: &'static str, kind: Option<&'static str>, what: &str, gap: &[bool]) {
        if !gap.contains(&true) {
            return;
        }
        let mut chosen: Vec<usize> = Vec::new();
        let mut size = self.rng.random_range(1..=3);
        for i in (0..gap.len()).filter(|&i| gap[i]) {
            if self.rng.random_bool(SHARE) {
                chosen.push(i);
            }
            if chosen.len() == size {
                let again = self.rng.random_bool(0.15);
                self.for_villages(theme, kind, what, &chosen);
                if again {
                    self.for_villages(theme, kind, what, &chosen[..1]);
                }
                chosen.clear();
                size = self.rng.random_range(1..=3);
            }
        }
        if !chosen.is_empty() {
            self.for_villages(theme, kind, what, &chosen);
        }
        let fine: Vec<usize> = (0..gap.len()).filter(|&i| !gap[i]).collect();
        if let Some(&i) = fine.choose(&mut self.rng) {
            self.for_villages(theme, kind, what, &[i]);
        }
    }

    fn for_villages(&mut self, theme: &'static str, kind: Option<&'static str>, what: &str, sites: &[usize]) {
        let name = format!("{}{what}", self.people.villages[sites[0]].name);
        let cost = self.rng.random_range(60_000.0..600_000.0) * sites.len() as f64;
        let work = self.add(theme, name, cost);
        (work.kind, work.sites) = (kind, sites.to_vec());
    }
}

pub fn build(options: &SynthOptions, region: &Region, people: &People, gaps: &Gaps) -> Projects {
    let mut d = Dealer { region, people, rng: region::stream(options.seed, STREAM), works: Vec::new() };
    d.roads();
    d.named("power", None, "农网改造", &gaps.power);
    d.named("water", None, "饮水安全工程", &gaps.water);
    d.named("broadband", None, "宽带工程", &gaps.broadband);
    d.named("services", Some("station"), "信息服务站", &gaps.station);
    Projects { works: d.works }
}

/// Name of the layer and of its fields.
pub fn fields() -> (&'static str, Vec<&'static str>) {
    ("projects", FIELDS.iter().map(|f| f.0).collect())
}

/// The near half of a line, by its positions.
pub fn half(line: &[geo::Coord]) -> Vec<geo::Coord> {
    let whole = metric::length_m(line);
    let mut out = vec![line[0]];
    let mut passed = 0.0;
    for w in line.windows(2) {
        let m = metric::distance_m(w[0], w[1]);
        if passed + m >= 0.5 * whole {
            out.push(metric::along(w[0], w[1], (0.5 * whole - passed) / m));
            break;
        }
        passed += m;
        out.push(w[1]);
    }
    out
}

pub fn table(p: &Projects, region: &Region, people: &People) -> Table {
    let said = |v: Option<&str>| v.map_or(Value::Null, text);
    let rows = p.works.iter().map(|w| {
        let whole = w.lines.iter().map(|&l| region.land.lines[l].coords.clone());
        let lines: Vec<Vec<geo::Coord>> = whole.chain(w.half.map(|l| half(&region.land.lines[l].coords))).collect();
        let codes: Vec<&str> = w.sites.iter().map(|&i| people.villages[i].id.as_str()).collect();
        let geometry = if lines.is_empty() { Vec::new() } else { wkb::multi_line(&lines) };
        let values = vec![
            text(&w.id),
            text(&w.name),
            text(w.theme),
            said(w.kind),
            text(w.status),
            Value::Whole(i64::from(w.year)),
            Value::Whole(w.cost),
            said((!codes.is_empty()).then(|| codes.join(";")).as_deref()),
        ];
        (geometry, values)
    });
    Table { name: "projects", geometry: wkbMultiLineString, fields: FIELDS, rows: rows.collect() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::testkit::Written;
    use super::super::{Format, SynthOptions};
    use serde_json::Value;

    #[test]
    fn all_else_is_the_same_with_and_without_projects_and_bytes_from_run_to_run() {
        for format in [Format::Gpkg, Format::Fgb] {
            let with = SynthOptions { format, id: Some("p".into()), ..SynthOptions::new(120, 16) };
            let [a, again] = [&with, &with].map(|o| Written::new(o).files);
            assert!(a == again);
            let b = Written::new(&SynthOptions { projects: false, ..with }).files;
            for (name, bytes) in b.iter().filter(|(name, _)| name.ends_with("fgb") || name.ends_with("tif")) {
                assert!(a[name] == *bytes, "{name}");
            }
            let json = |f: &BTreeMap<String, Vec<u8>>| -> Value { serde_json::from_slice(&f["truth.json"]).unwrap() };
            let (mut x, y) = (json(&a), json(&b));
            assert!(x["projects"]["closed"].is_object() && y.get("projects").is_none());
            x.as_object_mut().unwrap().remove("projects");
            x["options"].as_object_mut().unwrap().remove("projects");
            assert!(x == y, "the truth of all else");
        }
    }
}
