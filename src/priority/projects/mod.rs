//! Projects against gaps: which gaps are planned to close, what each project brings for its money, which to bring
//! forward, and what would be paid twice (definitions, section 7).
//!
//! 1. Every gap is matched with the projects that close it ([`matching`]).
//! 2. Every project gets its gaps, villages, people and the need it relieves ([`value`]).
//! 3. Projects are ranked by need relieved for the money; later ones of more value than earlier ones are to be brought
//!    forward.
//! 4. Projects that build the same ground, or each close the same gap, are flagged.

mod ground;
mod matching;
mod value;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

pub use ground::Ground;
pub use matching::{Match, Stretch};

use crate::findings::Findings;
use crate::gaps::{Gap, Planned, Verdict};
use crate::network::Net;
use crate::standards::THEMES;
use crate::world::projects::Status;

/// What is paid twice with another project.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overlap {
    pub project: String,
    /// Of this project's lines along the other's; 0 where they only close the same gaps.
    pub length_m: f64,
    /// That each of them closes by itself.
    pub gaps: Vec<String>,
    /// The smaller of both projects' cost for what they share; `None` where a cost is not known.
    pub cost: Option<f64>,
}

/// A project and what it brings.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// By need relieved for the money; equal ones share the better rank. `None` where that is not known, and for what is
    /// done.
    pub rank: Option<usize>,
    pub id: String,
    pub name: Option<String>,
    pub theme: &'static str,
    pub kind: Option<String>,
    pub status: Status,
    pub year: Option<i32>,
    pub cost: Option<f64>,
    /// Villages that the list names.
    pub named: Vec<String>,
    /// Gaps it closes, alone or with others.
    pub gaps: Vec<String>,
    /// Those among them that it closes only together with others.
    pub gaps_shared: Vec<String>,
    /// Of which it is not known whether they are gaps, and which it would settle.
    pub unknown: Vec<String>,
    /// Villages with a gap that it closes.
    pub villages: Vec<String>,
    /// In those villages, as far as known.
    pub people: Option<f64>,
    /// People times the need that goes: weight of the theme × severity; of a gap closed together its share.
    pub relief: f64,
    /// For a million of the atlas's currency.
    pub people_per_million: Option<f64>,
    pub relief_per_million: Option<f64>,
    /// It is still to come and nothing in the data needs it.
    pub serves_nobody: bool,
    /// Later than projects of less value.
    pub bring_forward: bool,
    /// How many planned projects of earlier years have less value.
    pub outranks: usize,
    /// Metres and cost of the remedies of gaps that it does: paying for both is paying twice.
    pub remedy_m: f64,
    pub remedy_cost: f64,
    pub overlaps: Vec<Overlap>,
    /// Of a project that is done: gaps it should have closed and that are still in the data.
    pub still_open: Vec<String>,
}

/// Gaps of a theme and those that are planned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct ThemeCount {
    pub projects: usize,
    pub gaps: usize,
    pub planned: usize,
    /// Villages with a gap in the theme, and those of which every gap is planned.
    pub villages: usize,
    pub villages_planned: usize,
}

/// Everything on projects. Empty where the atlas has none.
#[derive(Default)]
pub struct ProjectFindings {
    /// Parallel to the world's projects.
    pub rows: Vec<Row>,
    pub by_theme: BTreeMap<&'static str, ThemeCount>,
    /// Where they are, for plans.
    pub ground: Ground,
}

impl ProjectFindings {
    /// Rows as a list: ranked ones first, then the others, by id.
    pub fn ranked(&self) -> Vec<&Row> {
        let mut rows: Vec<&Row> = self.rows.iter().collect();
        rows.sort_by_key(|r| r.rank.unwrap_or(usize::MAX));
        rows
    }
}

/// All gaps of a run, those between neighbours and of fragile access, too.
pub fn all_gaps(f: &Findings) -> impl Iterator<Item = &Gap> {
    super::need::gaps_of(f).chain(&f.roads.neighbours).chain(&f.roads.fragile)
}

/// Matches projects and gaps and marks the gaps. Does nothing where the atlas has no projects.
pub fn settle(f: &mut Findings) {
    if !f.world.has_projects {
        return;
    }
    let ground = Ground::new(&f.world.projects);
    let (rows, by_theme, mut marks) = {
        let f = &*f;
        let matcher = matching::Matcher::new(f, &ground);
        let matches: Vec<(&Gap, Match)> = all_gaps(f).map(|g| (g, matcher.find(g))).collect();
        let rows = value::rows(f, &ground, &matcher, &matches);
        let marks: BTreeMap<String, Planned> =
            matches.iter().map(|(g, m)| (g.id.clone(), m.planned(&f.world.projects))).collect();
        (rows, counts(f, &matches), marks)
    };
    f.projects = ProjectFindings { rows, by_theme, ground }.into();
    // Themes that are shared with another run have their marks already: what a project does about a gap depends on that
    // gap and its remedy alone.
    let mut lists: Vec<&mut Vec<Gap>> = Vec::new();
    if let Some(r) = Arc::get_mut(&mut f.roads) {
        lists.extend([&mut r.gaps, &mut r.neighbours, &mut r.fragile]);
    }
    lists.extend(Arc::get_mut(&mut f.power).map(|t| &mut t.gaps));
    lists.extend(Arc::get_mut(&mut f.water).map(|t| &mut t.gaps));
    lists.extend(Arc::get_mut(&mut f.broadband).map(|t| &mut t.gaps));
    lists.extend(Arc::get_mut(&mut f.services).map(|t| &mut t.gaps));
    for gap in lists.into_iter().flatten() {
        gap.planned = marks.remove(&gap.id);
    }
}

fn counts(f: &Findings, matches: &[(&Gap, Match)]) -> BTreeMap<&'static str, ThemeCount> {
    let mut out: BTreeMap<&'static str, ThemeCount> = THEMES.iter().map(|t| (*t, ThemeCount::default())).collect();
    for p in f.world.projects.iter() {
        out.entry(p.theme).or_default().projects += 1;
    }
    let mut open: BTreeMap<(&'static str, &str), bool> = BTreeMap::new();
    for (g, m) in matches.iter().filter(|(g, _)| g.verdict == Verdict::Gap) {
        let c = out.entry(g.theme).or_default();
        c.gaps += 1;
        c.planned += usize::from(m.closed());
        if let Some(v) = &g.village {
            *open.entry((g.theme, v)).or_default() |= !m.closed();
        }
    }
    for ((theme, _), is_open) in open {
        let c = out.entry(theme).or_default();
        c.villages += 1;
        c.villages_planned += usize::from(!is_open);
    }
    out
}

/// Projects do all of the gap's remedy, so that paying for it is paying twice.
pub fn done_whole(g: &Gap) -> bool {
    let cost = g.remedy.as_ref().map(|r| r.cost);
    g.planned.as_ref().zip(cost).is_some_and(|(p, cost)| p.planned && p.planned_cost >= cost - 0.005)
}

/// Projects close the gap.
pub fn is_planned(g: &Gap) -> bool {
    g.planned.as_ref().is_some_and(|p| p.planned)
}

/// A line to build, with the road projects that are still to come along it.
pub fn stretch(f: &Findings, line: &[geo::Coord], cost: f64) -> Stretch {
    let rules = &f.atlas.priority.projects;
    let coming = |p: u32| {
        let p = &f.world.projects[p as usize];
        p.theme == "roads" && p.is_open()
    };
    Stretch::new(line, cost, &f.projects.ground, (rules.cover_m, rules), &coming)
}

/// Edges of the road network that projects still to come build whole, as the rules have it.
pub fn edges_built(f: &Findings, net: &Net) -> Vec<bool> {
    let share = f.atlas.priority.projects.cover_share;
    (0..net.edges() as u32).map(|e| stretch(f, net.line(e), 0.0).share(|_| true) >= share).collect()
}
