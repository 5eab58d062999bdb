//! `truth.json`: what an analysis of the written layers must find.
//!
//! Ways to the main network are known from the building; their lengths are measured on the very coordinates that
//! are written. Neighbours and fragile access come from [`super::check`].

use std::collections::BTreeMap;

use geo::Coord;
use serde::Serialize;
use serde_json::{Value, json};

use super::check::Check;
use super::lattice::Line;
use super::options::{SynthOptions, VillageShape};
use super::people::People;
use super::plot::{Claim, LineIx};
use super::region::Region;
use super::terrain::{length_to_nearest, nearest_on_line};
use crate::atlas::Noding;
use crate::standards::RoadRules;
use crate::world::{Surface, VillageStatus, metric};

/// Neighbours are worked out for up to this many villages.
pub const NEIGHBOURS_UP_TO: usize = 3_000;
/// Fragile access is worked out for up to this many villages.
pub const FRAGILE_UP_TO: usize = 600;

/// The answer for a village, school or seat.
#[derive(Debug, Clone, Serialize)]
pub struct Truth {
    /// connected, linked, cut_off or no_road
    pub state: &'static str,
    /// ok, gap or unknown
    pub verdict: &'static str,
    /// Of the gap; `None` without one.
    pub kind: Option<&'static str>,
    /// Cost of the cheapest link by the default rules; of a cut-off place, of the straight new link from its piece.
    pub link_cost: Option<f64>,
    /// Metres to pave or build on that link, straight new parts included.
    pub link_length_m: Option<f64>,
    /// Metres by which an analysis may differ from `link_length_m`.
    pub tolerance: f64,
    /// What was built.
    pub recipe: &'static str,
}

impl Truth {
    fn bare(state: &'static str, recipe: &'static str) -> Self {
        let verdict = if state == "connected" { "ok" } else { "gap" };
        Truth { state, verdict, kind: None, link_cost: None, link_length_m: None, tolerance: 0.0, recipe }
    }
}

/// Measures claims on the finished lines.
pub struct Surveyor<'a> {
    pub lines: &'a [Line],
    pub rules: &'a RoadRules,
    pub noding: Noding,
    /// Lines of pieces that reach nothing.
    cut: Vec<bool>,
    bounds: Vec<(Coord, Coord)>,
}

impl<'a> Surveyor<'a> {
    pub fn new(region: &'a Region, rules: &'a RoadRules, noding: Noding) -> Self {
        let lines = &region.land.lines;
        let mut cut = vec![false; lines.len()];
        for site in &region.land.sites {
            if let Claim::CutOff { piece } = &site.claim {
                for &l in piece {
                    cut[l] = true;
                }
            }
        }
        let bounds = lines
            .iter()
            .map(|l| {
                l.coords.iter().fold((l.coords[0], l.coords[0]), |(lo, hi), c| {
                    (Coord { x: lo.x.min(c.x), y: lo.y.min(c.y) }, Coord { x: hi.x.max(c.x), y: hi.y.max(c.y) })
                })
            })
            .collect();
        Surveyor { lines, rules, noding, cut, bounds }
    }

    pub fn survey(&self, point: Coord, claim: &Claim, kind: &'static str, recipe: &'static str) -> Truth {
        // Where ends stop short of or over other lines, each joint may shift a length by the snapping distance.
        let per_joint = if self.noding == Noding::Crossings { 2.0 } else { 0.0 };
        let money = &self.rules.cost_per_km;
        match claim {
            Claim::Connected => Truth::bare("connected", recipe),
            Claim::NoRoad => Truth { kind: Some("no_road"), ..Truth::bare("no_road", recipe) },
            Claim::CutOff { piece } => {
                let m = self.shortest_gap(piece);
                Truth {
                    kind: Some("cut_off"),
                    link_length_m: Some(milli(m)),
                    link_cost: Some(milli(m * money.new / 1000.0)),
                    tolerance: 0.05 + 0.001 * m + 2.0 * per_joint,
                    ..Truth::bare("cut_off", recipe)
                }
            }
            Claim::Linked { whole, last, new } => {
                let last_line = &self.lines[*last];
                let mut parts: Vec<(Surface, f64)> =
                    whole.iter().map(|&l| (self.lines[l].surface, metric::length_m(&self.lines[l].coords))).collect();
                parts.push((last_line.surface, length_to_nearest(point, &last_line.coords)));
                parts.retain(|(surface, m)| *surface != Surface::Paved && *m > 0.0);
                let straight = if *new { nearest_on_line(point, &last_line.coords).2 } else { 0.0 };
                let length: f64 = straight + parts.iter().map(|p| p.1).sum::<f64>();
                let cost: f64 = parts.iter().map(|(s, m)| m * money.of(*s)).sum::<f64>() + straight * money.new;
                let unknown = !*new && parts.iter().all(|(s, _)| *s == Surface::Unknown);
                Truth {
                    verdict: if unknown { "unknown" } else { "gap" },
                    kind: Some(kind),
                    link_length_m: Some(milli(length)),
                    link_cost: Some(milli(cost / 1000.0)),
                    tolerance: 0.05 + per_joint * (whole.len() + 1) as f64,
                    ..Truth::bare("linked", recipe)
                }
            }
        }
    }

    /// Metres between a piece and the nearest road that reaches the main network.
    fn shortest_gap(&self, piece: &[LineIx]) -> f64 {
        let mut best = f64::INFINITY;
        for &a in piece {
            // Nearest boxes first; a box farther off than the best so far ends the search.
            let mut others: Vec<(f64, LineIx)> =
                (0..self.lines.len()).filter(|&b| !self.cut[b]).map(|b| (self.box_distance(a, b), b)).collect();
            others.sort_by(|x, y| x.0.total_cmp(&y.0));
            for (at_least, b) in others {
                if at_least > best {
                    break;
                }
                let (a, b) = (&self.lines[a].coords, &self.lines[b].coords);
                // Lines that do not cross are nearest at a vertex of one of them.
                for &p in a {
                    best = best.min(nearest_on_line(p, b).2);
                }
                for &p in b {
                    best = best.min(nearest_on_line(p, a).2);
                }
            }
        }
        best
    }

    /// A lower bound of the metres between two lines, from their boxes.
    fn box_distance(&self, a: LineIx, b: LineIx) -> f64 {
        let ((min_a, max_a), (min_b, max_b)) = (self.bounds[a], self.bounds[b]);
        let apart = |lo_a: f64, hi_a: f64, lo_b: f64, hi_b: f64| (lo_b - hi_a).max(lo_a - hi_b).max(0.0);
        let (east, north) = metric::metres_per_degree(max_a.y.max(max_b.y));
        let x = apart(min_a.x, max_a.x, min_b.x, max_b.x) * east;
        // Degrees of latitude get longer towards the poles; 1 % covers the boxes' extent.
        let y = apart(min_a.y, max_a.y, min_b.y, max_b.y) * north;
        0.99 * x.hypot(y)
    }
}

fn milli(v: f64) -> f64 {
    (v * 1000.0).round() / 1000.0
}

pub fn village_kind(status: VillageStatus) -> &'static str {
    match status {
        VillageStatus::Administrative => "village_unpaved",
        VillageStatus::Merged => "merged_village_unpaved",
        VillageStatus::Natural => "natural_village_unpaved",
    }
}

/// The whole truth of a region.
pub fn truth(options: &SynthOptions, region: &Region, people: &People) -> Value {
    let rules = RoadRules::default();
    let surveyor = Surveyor::new(region, &rules, options.noding);
    let sites = &region.land.sites;
    let villages: BTreeMap<&str, Truth> = sites
        .iter()
        .zip(&people.villages)
        .map(|(s, row)| (row.id.as_str(), surveyor.survey(s.point, &s.claim, village_kind(s.status), s.recipe)))
        .collect();
    let recipe = |claim: &Claim, planted| if matches!(claim, Claim::Connected) { "along_the_road" } else { planted };
    let schools: BTreeMap<&str, Truth> = people
        .schools
        .iter()
        .map(|s| (s.id.as_str(), surveyor.survey(s.point, &s.claim, "school_unpaved", recipe(&s.claim, "school"))))
        .collect();
    let seats: BTreeMap<&str, Truth> = people
        .seats
        .iter()
        .map(|s| {
            (s.id.as_str(), surveyor.survey(s.point, &s.claim, "township_unpaved", recipe(&s.claim, "township_seat")))
        })
        .collect();
    let mut out = json!({
        "options": options,
        "note": "simulated; lengths in metres, costs by the default rules; neighbours_unsure are too near a threshold to say",
        "villages": villages,
        "schools": schools,
        "seats": seats,
        "neighbours": null,
        "neighbours_unsure": null,
        "fragile": null,
    });
    let anchors: Vec<Coord> = people.seats.iter().map(|s| s.point).collect();
    let check = (sites.len() <= NEIGHBOURS_UP_TO).then(|| Check::new(&region.land.lines, &anchors, &rules));
    if let Some(check) = &check
        && options.village_shape == VillageShape::Point
    {
        let administrative: Vec<usize> =
            (0..sites.len()).filter(|&i| sites[i].status == VillageStatus::Administrative).collect();
        let points: Vec<Coord> = administrative.iter().map(|&i| sites[i].point).collect();
        let slack = if options.noding == Noding::Crossings { 0.02 } else { 0.001 };
        let (far, unsure) = check.far_neighbours(&points, slack);
        let ids = |pairs: Vec<(usize, usize)>| {
            let mut pairs: Vec<[&str; 2]> = pairs
                .into_iter()
                .map(|(a, b)| {
                    let id = |i: usize| people.villages[administrative[i]].id.as_str();
                    [id(a).min(id(b)), id(a).max(id(b))]
                })
                .collect();
            pairs.sort_unstable();
            json!(pairs)
        };
        out["neighbours"] = ids(far);
        out["neighbours_unsure"] = ids(unsure);
    }
    if let Some(check) = &check
        && sites.len() <= FRAGILE_UP_TO
    {
        let points: Vec<Coord> = sites.iter().map(|s| s.point).collect();
        let mut ids: Vec<&str> =
            check.fragile(&points, &anchors).into_iter().map(|i| people.villages[i].id.as_str()).collect();
        ids.sort_unstable();
        out["fragile"] = json!(ids);
    }
    out
}
