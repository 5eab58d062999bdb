//! Which projects close a gap, and what of its remedy they build.
//!
//! - Roads: a stretch is built when enough of it lies along the lines of projects, whoever's; a gap is closed when every
//!   stretch of its remedy is. A line is compared with the stretch, not with the village, because a road that ends 400 m
//!   away on the other side of a river connects nobody. Points and areas say nothing of which road is meant, so road
//!   projects without lines count for the villages they name.
//! - Other themes: the project names the village, its area holds the settlement point, or a point or line of it comes near
//!   the settlement point or near the transformer at fault. Along a remedy's line (pipe, fibre) it must run: coming near
//!   one spot of a route of kilometres serves nobody at its end. Where the project names a kind, it must be for such gaps.
//! - A gap of a thing (feeder, transformer, well) is closed only by a project whose kind says so: a line for the village
//!   says nothing of the well beside it.
//! - What a project names is the office's own word and needs no geometry. A way between two neighbours is closed by name
//!   only where both are named, for either alone is about its own access.
//! - No project closes a fragile access: works on the one road there is do not make it two.

use std::collections::{BTreeMap, HashMap};

use geo::Coord;

use super::ground::{Ground, Runs, merged, metres_of, together};
use crate::findings::Findings;
use crate::gaps::{Gap, Planned, Shape, metres};
use crate::standards::ProjectRules;
use crate::world::metric::length_m;
use crate::world::projects::Project;

/// A line to build with what projects build of it.
pub struct Stretch {
    pub length_m: f64,
    pub cost: f64,
    /// By project, all that is within reach.
    pub parts: BTreeMap<u32, Runs>,
    /// Those that go together with it; the others cross it or meet it, which counts where a stretch is built by several,
    /// but makes no work of theirs of it.
    pub along: Vec<u32>,
}

impl Stretch {
    pub fn new(
        line: &[Coord],
        cost: f64,
        ground: &Ground,
        (radius_m, rules): (f64, &ProjectRules),
        of: Wanted,
    ) -> Self {
        let length_m = length_m(line);
        let parts = ground.along(line, radius_m, of);
        let along = parts.iter().filter(|p| !together(p.1, length_m, rules).is_empty()).map(|p| *p.0).collect();
        Stretch { length_m, cost, parts, along }
    }

    /// Metres that these projects build.
    pub fn metres(&self, of: impl Fn(u32) -> bool) -> f64 {
        let runs = self.parts.iter().filter(|p| of(*p.0)).flat_map(|p| p.1.iter().copied());
        metres_of(&merged(runs.collect())).min(self.length_m)
    }

    /// Share of it that these projects build. A stretch of no length is built by nobody.
    pub fn share(&self, of: impl Fn(u32) -> bool) -> f64 {
        if self.length_m > 0.0 { self.metres(of) / self.length_m } else { 0.0 }
    }

    /// Share of it that the projects along it build.
    pub fn share_along(&self) -> f64 {
        self.share(|p| self.along.contains(&p))
    }
}

/// Chooses projects by index.
pub type Wanted<'a> = &'a dyn Fn(u32) -> bool;

/// A gap's projects, by index.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Match {
    /// Each closes it by itself.
    pub alone: Vec<u32>,
    /// Where none does: those that close it together, with their share of the work.
    pub shared: Vec<(u32, f64)>,
    /// Where nobody does: those that build some of it.
    pub partly: Vec<u32>,
    /// Said to be done, and would have closed it.
    pub done: Vec<u32>,
    pub year: Option<i32>,
    pub built_m: f64,
    pub built_cost: f64,
}

impl Match {
    pub fn closed(&self) -> bool {
        !self.alone.is_empty() || !self.shared.is_empty()
    }

    /// What is published with the gap.
    pub fn planned(&self, projects: &[Project]) -> Planned {
        let closers =
            self.alone.iter().copied().chain(self.shared.iter().map(|s| s.0)).chain(self.partly.iter().copied());
        let id = |p: u32| projects[p as usize].id.clone();
        Planned {
            planned: self.closed(),
            status: if self.closed() { "planned" } else { "open" },
            projects: closers.map(id).collect(),
            planned_year: self.year,
            planned_m: metres(self.built_m),
            planned_cost: metres(self.built_cost),
            done_projects: self.done.iter().map(|&p| id(p)).collect(),
        }
    }
}

/// Matches gaps with projects.
pub struct Matcher<'a> {
    f: &'a Findings,
    ground: &'a Ground,
    village: HashMap<&'a str, u32>,
    /// Road links by id, with the projects along them.
    links: HashMap<&'a str, Stretch>,
    /// Lines of other themes' remedies by link id, with their cost.
    lines: HashMap<&'a str, (&'a [Coord], f64)>,
    transformers: HashMap<&'a str, Coord>,
    /// Projects by the villages they name.
    naming: HashMap<u32, Vec<u32>>,
}

impl<'a> Matcher<'a> {
    pub fn new(f: &'a Findings, ground: &'a Ground) -> Self {
        let rules = &f.atlas.priority.projects;
        let roads = |p: u32| f.world.projects[p as usize].theme == "roads";
        let link = |l: &'a crate::gaps::roads::LinkFeature| {
            (l.id.as_str(), Stretch::new(&l.line, l.cost, ground, (rules.cover_m, rules), &roads))
        };
        let mut naming: HashMap<u32, Vec<u32>> = HashMap::new();
        for (i, p) in (0u32..).zip(f.world.projects.iter()) {
            p.villages.iter().for_each(|v| naming.entry(v.0).or_default().push(i));
        }
        let fibre = f.broadband.links.iter().map(|l| (l.id.as_str(), (l.line.as_slice(), l.cost)));
        let water = f.water.links.iter().map(|l| (l.id.as_str(), (l.line.as_slice(), l.cost)));
        Matcher {
            f,
            ground,
            village: f.world.villages.iter().map(|v| v.id.as_str()).zip(0..).collect(),
            links: f.roads.links.iter().map(link).collect(),
            lines: fibre.chain(water).collect(),
            transformers: f.world.power.transformers.iter().filter_map(|t| Some((t.id.as_str(), t.point?))).collect(),
            naming,
        }
    }

    /// A road link with what projects build of it.
    pub fn link(&self, id: &str) -> Option<&Stretch> {
        self.links.get(id)
    }

    /// Metres and cost of a fibre or water link.
    pub fn line(&self, id: &str) -> Option<(f64, f64)> {
        self.lines.get(id).map(|l| (length_m(l.0), l.1))
    }

    pub fn find(&self, gap: &Gap) -> Match {
        match gap.theme {
            _ if gap.kind == "fragile_access" => Match::default(),
            "roads" => self.road(gap),
            _ => self.other(gap),
        }
    }

    fn is_open(&self, p: u32) -> bool {
        self.f.world.projects[p as usize].is_open()
    }

    fn year(&self, p: u32) -> Option<i32> {
        self.f.world.projects[p as usize].year
    }

    /// Villages that a project must name to be for this gap.
    fn villages_of(&self, gap: &Gap) -> Vec<u32> {
        let more = gap.extra.get("villages").and_then(|v| v.as_array()).into_iter().flatten();
        let other = gap.extra.get("other").into_iter();
        let ids = gap.village.as_deref().into_iter().chain(more.chain(other).filter_map(|v| v.as_str()));
        let mut out: Vec<u32> = ids.filter_map(|id| self.village.get(id).copied()).collect();
        out.sort_unstable();
        out.dedup();
        out
    }

    /// Whether the project's kind is for this gap; of a thing's gap it must say so.
    fn agrees(&self, p: &Project, gap: &Gap) -> bool {
        let rules = &self.f.atlas.priority;
        let unexplained = format!("{}?", gap.kind);
        let remedy = gap.remedy.as_ref().map_or(unexplained.as_str(), |r| r.kind);
        let class = gap.extra.get("class").and_then(|c| c.as_str()).unwrap_or_default();
        let labels = [gap.kind, remedy, class];
        if gap.village.is_none() && gap.theme != "roads" {
            return p.kind.as_deref().is_some_and(|k| rules.kinds_say_so(k, &labels));
        }
        rules.kinds_agree(p.kind.as_deref(), &labels)
    }

    fn named(&self, gap: &Gap) -> Vec<u32> {
        let villages = self.villages_of(gap);
        let Some(candidates) = villages.first().and_then(|v| self.naming.get(v)) else { return Vec::new() };
        let names = |p: &Project| p.theme == gap.theme && villages.iter().all(|&v| p.names(v)) && self.agrees(p, gap);
        candidates.iter().copied().filter(|&p| names(&self.f.world.projects[p as usize])).collect()
    }

    fn road(&self, gap: &Gap) -> Match {
        let rules = &self.f.atlas.priority.projects;
        let own: Vec<Stretch>;
        let stretches: Vec<&Stretch> = match &gap.remedy {
            Some(r) if !r.links.is_empty() => {
                r.links.iter().map(|l| self.links.get(l.as_str())).collect::<Option<_>>().unwrap_or_default()
            }
            // Between neighbours: the lines of the repair.
            Some(r) if gap.kind == "neighbours_unpaved" && r.length_m > 0.0 => {
                let roads = |p: u32| self.f.world.projects[p as usize].theme == "roads";
                let lines: Vec<&[Coord]> = match &gap.shape {
                    Shape::Line(l) => vec![l],
                    Shape::Lines(ls) => ls.iter().map(Vec::as_slice).collect(),
                    Shape::Point(_) => Vec::new(),
                };
                let all: f64 = lines.iter().map(|l| length_m(l)).sum();
                let cost = |l: &[Coord]| if all > 0.0 { r.cost * length_m(l) / all } else { 0.0 };
                let radius = (rules.cover_m, rules);
                own = lines.into_iter().map(|l| Stretch::new(l, cost(l), self.ground, radius, &roads)).collect();
                own.iter().collect()
            }
            _ => Vec::new(),
        };
        let covered = |of: Wanted| !stretches.is_empty() && stretches.iter().all(|s| s.share(of) >= rules.cover_share);
        let sorted = |mut all: Vec<u32>| {
            all.sort_unstable();
            all.dedup();
            all
        };
        let (named, mut done): (Vec<u32>, Vec<u32>) = self.named(gap).into_iter().partition(|&p| self.is_open(p));
        let within = sorted(stretches.iter().flat_map(|s| s.parts.keys().copied()).collect());
        let (within, within_done): (Vec<u32>, Vec<u32>) = within.into_iter().partition(|&p| self.is_open(p));
        if covered(&|q| within_done.contains(&q)) {
            done.extend(within_done);
        }
        let beside: Vec<u32> =
            within.iter().copied().filter(|p| stretches.iter().any(|s| s.along.contains(p))).collect();
        let alone = within.iter().copied().filter(|&p| covered(&|q| q == p)).chain(named.iter().copied());
        let alone = sorted(alone.collect());
        let built = |of: Wanted| stretches.iter().map(|s| s.share(of) * s.cost).sum::<f64>() + 0.0;
        let mut out = Match { alone, done: sorted(done), ..Match::default() };
        let joint = [&beside, &within].into_iter().find(|all| covered(&|q| all.contains(&q)));
        match joint {
            _ if !out.alone.is_empty() => {}
            // What each builds of it; where two build the same, both count.
            Some(all) => {
                let each: Vec<(u32, f64)> = all.iter().map(|&p| (p, built(&|q| q == p).max(1e-9))).collect();
                let sum: f64 = each.iter().map(|e| e.1).sum();
                out.shared = each.into_iter().map(|(p, c)| (p, c / sum)).collect();
            }
            None => out.partly.clone_from(&beside),
        }
        (out.built_m, out.built_cost) = match &gap.remedy {
            Some(r) if !named.is_empty() => (r.length_m, r.cost),
            _ => {
                let of = |q: u32| joint.unwrap_or(&beside).contains(&q);
                (stretches.iter().map(|s| s.metres(of)).sum::<f64>() + 0.0, built(&of))
            }
        };
        // By the end of which year: of one that names it, or of enough of the others.
        let mut years: Vec<i32> = within.iter().filter_map(|&p| self.year(p)).collect();
        years.sort_unstable();
        let by = |y: i32| covered(&|q| within.contains(&q) && self.year(q).is_some_and(|x| x <= y));
        let jointly = years.into_iter().find(|&y| by(y));
        out.year = named.iter().filter_map(|&p| self.year(p)).chain(jointly).min();
        out
    }

    fn other(&self, gap: &Gap) -> Match {
        let rules = &self.f.atlas.priority.projects;
        let fits = |p: u32| {
            let project = &self.f.world.projects[p as usize];
            project.theme == gap.theme && self.agrees(project, gap)
        };
        let mut found = self.named(gap);
        let spots: Vec<Coord> = match &gap.shape {
            Shape::Point(c) => vec![*c],
            Shape::Line(l) => l.clone(),
            Shape::Lines(ls) => ls.concat(),
        };
        let transformer = gap.extra.get("transformer").and_then(|t| t.as_str());
        let at_fault = transformer.and_then(|t| self.transformers.get(t)).copied();
        for spot in spots.into_iter().chain(at_fault) {
            found.extend(self.ground.at(spot, rules.near_m, fits));
        }
        let links = gap.remedy.iter().flat_map(|r| &r.links).map(|l| self.lines.get(l.as_str()));
        if let Some(lines) = links.collect::<Option<Vec<_>>>().filter(|l| !l.is_empty()) {
            let lines: Vec<Stretch> =
                lines.iter().map(|l| Stretch::new(l.0, l.1, self.ground, (rules.near_m, rules), &fits)).collect();
            let along = |p: u32| lines.iter().all(|s| s.share(|q| q == p) >= rules.cover_share);
            found.extend(lines[0].parts.keys().copied().filter(|&p| along(p)));
        }
        found.sort_unstable();
        found.dedup();
        let (alone, done): (Vec<u32>, Vec<u32>) = found.into_iter().partition(|&p| self.is_open(p));
        let year = alone.iter().filter_map(|&p| self.year(p)).min();
        let whole = gap.remedy.as_ref().filter(|_| !alone.is_empty());
        let (built_m, built_cost) = whole.map_or((0.0, 0.0), |r| (r.length_m, r.cost));
        Match { alone, done, year, built_m, built_cost, ..Match::default() }
    }
}
