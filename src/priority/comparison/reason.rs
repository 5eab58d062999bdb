//! Why a gap differs: features of its evidence or near it, rules of its theme, the program.
//!
//! Snapshots keep fingerprints of every feature, so that it can be said which ones differ; what exactly a feature said
//! before is not kept. A feature that the gap was derived from (in either year) is a reason; one whose box comes within
//! [`NEAR_M`] of the gap may be, and is told with its distance. Where neither differs, but the theme's layers do, it is
//! said that the data changed elsewhere: the mean that services are held against and the main network are made of the
//! whole region. Costs open and close no gap.

use std::collections::{BTreeMap, HashMap};

use geo::Coord;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use serde::Serialize;
use serde_json::Value;

use super::{Cause, Change, Class, RuleChange, theme_order};
use crate::priority::snapshot::{GapRow, PROJECTS, Record, Snapshot, VILLAGES, reads};
use crate::standards::THEMES;
use crate::world::metric;

/// How near a feature that differs is told as a reason, metres from the gap to its box.
pub const NEAR_M: f64 = 2_000.0;
/// Features that are told of one gap.
const TOLD: usize = 10;

/// How a feature differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    Added,
    Removed,
    /// Its positions.
    Redrawn,
    /// What it says.
    Restated,
    /// Both.
    Rewritten,
}

/// A feature of the input that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Touch {
    pub layer: String,
    pub id: String,
    pub how: How,
    /// `None`: the gap was derived from it; else metres from the gap to the feature's box.
    pub near_m: Option<f64>,
}

/// Features of a layer that differ.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LayerChange {
    pub layer: String,
    pub added: usize,
    pub removed: usize,
    pub changed: usize,
}

struct Differing<'a> {
    record: &'a Record,
    how: How,
}

pub struct Reasons<'a> {
    pub rules: Vec<RuleChange>,
    pub layers: Vec<LayerChange>,
    other_program: bool,
    differing: Vec<Differing<'a>>,
    by_name: HashMap<(&'a str, &'a str), usize>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl<'a> Reasons<'a> {
    pub fn new(a: &'a Snapshot, b: &'a Snapshot) -> Self {
        let differing = differing(&a.records, &b.records);
        let mut layers: BTreeMap<&str, LayerChange> = BTreeMap::new();
        for d in &differing {
            let layer = d.record.layer.as_str();
            let n = layers.entry(layer).or_insert_with(|| LayerChange {
                layer: layer.to_owned(),
                added: 0,
                removed: 0,
                changed: 0,
            });
            match d.how {
                How::Added => n.added += 1,
                How::Removed => n.removed += 1,
                _ => n.changed += 1,
            }
        }
        let boxes = differing.iter().enumerate().filter_map(|(i, d)| {
            let b = d.record.bbox?;
            Some(GeomWithData::new(Rectangle::from_corners([b[0], b[1]], [b[2], b[3]]), i))
        });
        Reasons {
            rules: rules(&a.about.rules, &b.about.rules),
            other_program: a.about.program != b.about.program,
            layers: layers.into_values().collect(),
            tree: RTree::bulk_load(boxes.collect()),
            by_name: differing
                .iter()
                .enumerate()
                .map(|(i, d)| ((d.record.layer.as_str(), d.record.id.as_str()), i))
                .collect(),
            differing,
        }
    }

    /// Fills in the reasons of all that differs.
    pub fn tell(&self, changes: &mut [Change]) {
        for c in changes.iter_mut().filter(|c| c.class != Class::Still) {
            self.one(c);
        }
    }

    fn one(&self, c: &mut Change) {
        let opens = !matches!(c.class, Class::Changed);
        let k = theme_order(c.theme);
        let planned = |g: &Option<GapRow>| g.as_ref().and_then(|g| g.planned);
        let plans = !opens && planned(&c.before) != planned(&c.after);
        let bears = |part: &str| part == c.theme || (plans && part == "priority");
        let rules = (0..self.rules.len()).filter(|&i| bears(&self.rules[i].part));
        c.rules = rules.filter(|&i| !(opens && self.rules[i].rule.contains("cost"))).collect();
        if !c.rules.is_empty() && !matches!(c.class, Class::Left | Class::Entered) {
            c.causes.push(Cause::Rule);
        }
        let found = self.features(c, k, opens);
        c.features_count = found.len();
        c.features = found.into_iter().take(TOLD).collect();
        let away = matches!(c.class, Class::Left | Class::Entered);
        if c.features_count > 0 && !away {
            c.causes.push(Cause::Data);
        }
        let elsewhere = self.layers.iter().any(|l| reads(k, &l.layer, opens));
        let nothing = c.causes.is_empty() || c.causes == [Cause::Rule] && c.theme == "services";
        if nothing && elsewhere && c.features_count == 0 {
            c.causes.push(Cause::DataElsewhere);
        }
        if self.other_program && !away {
            c.causes.push(Cause::Program);
        }
        if c.causes.is_empty() {
            c.causes.push(Cause::Unknown);
        }
        c.causes.sort();
    }

    fn features(&self, c: &Change, theme: usize, decides: bool) -> Vec<Touch> {
        let mut out: BTreeMap<usize, Option<f64>> = BTreeMap::new();
        for touch in [&c.before, &c.after].into_iter().flatten().flat_map(|g| &g.touches) {
            let name = touch.split_once(':').filter(|(layer, _)| reads(theme, layer, decides));
            out.extend(name.and_then(|name| self.by_name.get(&name)).map(|&i| (i, None)));
        }
        // Other villages are no reason, but for the ways between neighbours and the mean of services.
        let pair = c.gap().is_some_and(|g| g.other.is_some());
        if let Some(at) = c.gap().map(|g| g.point) {
            let (lo, hi) = metric::grow_box(at, at, NEAR_M);
            let area = AABB::from_corners([lo.x, lo.y], [hi.x, hi.y]);
            for found in self.tree.locate_in_envelope_intersecting(area) {
                let r = self.differing[found.data].record;
                // A project does what it does for the gaps that it is matched with.
                let other = r.layer == PROJECTS
                    || r.layer == VILLAGES
                    || r.layer.starts_with("village_")
                    || r.layer == "elevation";
                let m = r.bbox.map_or(f64::INFINITY, |b| to_box(at, b));
                if reads(theme, &r.layer, decides) && m <= NEAR_M && (!other || (pair && r.layer == VILLAGES)) {
                    out.entry(found.data).or_insert(Some((m * 10.0).round() / 10.0));
                }
            }
        }
        let mut all: Vec<Touch> = out
            .into_iter()
            .map(|(i, near_m)| {
                let d = &self.differing[i];
                Touch { layer: d.record.layer.clone(), id: d.record.id.clone(), how: d.how, near_m }
            })
            .collect();
        let far = |t: &Touch| t.near_m.unwrap_or(-1.0);
        all.sort_by(|a, b| far(a).total_cmp(&far(b)).then_with(|| (&a.layer, &a.id).cmp(&(&b.layer, &b.id))));
        all
    }
}

/// Metres from a place to a box; 0 inside.
fn to_box(p: Coord, [west, south, east, north]: [f64; 4]) -> f64 {
    metric::distance_m(p, Coord { x: p.x.clamp(west, east), y: p.y.clamp(south, north) })
}

/// Features that are not the same in both; records stand by layer and id.
fn differing<'a>(a: &'a [Record], b: &'a [Record]) -> Vec<Differing<'a>> {
    let name = |r: &'a Record| (r.layer.as_str(), r.id.as_str());
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    let mut out = Vec::new();
    loop {
        let order = match (a.peek(), b.peek()) {
            (None, None) => return out,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(x), Some(y)) => name(x).cmp(&name(y)),
        };
        match order {
            std::cmp::Ordering::Less => out.extend(a.next().map(|record| Differing { record, how: How::Removed })),
            std::cmp::Ordering::Greater => out.extend(b.next().map(|record| Differing { record, how: How::Added })),
            std::cmp::Ordering::Equal => {
                if let (Some(x), Some(y)) = (a.next(), b.next()) {
                    let how = match (x.shape != y.shape, x.said != y.said) {
                        (true, true) => How::Rewritten,
                        (true, false) => How::Redrawn,
                        (false, true) => How::Restated,
                        (false, false) => continue,
                    };
                    out.push(Differing { record: y, how });
                }
            }
        }
    }
}

/// Rules that differ, each with its path.
fn rules(a: &Value, b: &Value) -> Vec<RuleChange> {
    let mut out = Vec::new();
    for part in THEMES.into_iter().chain(["targets", "priority"]) {
        walk(part, String::new(), &a[part], &b[part], &mut out);
    }
    out
}

fn walk(part: &str, path: String, a: &Value, b: &Value, out: &mut Vec<RuleChange>) {
    if a == b {
        return;
    }
    if let (Value::Object(x), Value::Object(y)) = (a, b) {
        let mut keys: Vec<&String> = x.keys().chain(y.keys()).collect();
        keys.sort();
        keys.dedup();
        for k in keys {
            let deeper = if path.is_empty() { k.clone() } else { format!("{path}.{k}") };
            walk(part, deeper, &a[k.as_str()], &b[k.as_str()], out);
        }
        return;
    }
    out.push(RuleChange { part: part.to_owned(), rule: path, before: a.clone(), after: b.clone() });
}
