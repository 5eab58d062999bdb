//! Facilities and public services (definitions, sections 5 and 6): who has an information station or another facility at
//! hand, and who has much farther to a school, clinic or township than the reference region has on average.
//!
//! 1. Points by class: facilities of the atlas, its schools and its seats.
//! 2. At hand: one inside the village, or within the class's straight distance.
//! 3. The way: one search along roads per class serves all villages ([`crate::network::travel`]).
//! 4. The mean of the reference region, weighted by people; a gap beyond so many times it.

mod gaps;

use std::time::Duration;

use geo::{Coord, Intersects, Point};
use rayon::prelude::*;
use serde::Serialize;

use super::clock::Clock;
use super::{Confidence, Gap, Verdict};
use crate::network::Difference;
use crate::network::travel::{Places, Travel, Way};
use crate::standards::{FacilityClass, SCHOOL, SEAT, ServiceRules};
use crate::world::broadband::ServiceRecord;
use crate::world::index::PointIndex;
use crate::world::metric::distance_m;
use crate::world::{Known, Village, World};

/// Farthest that a nearest facility is looked for in a straight line, metres.
const FAR_M: f64 = 1_000_000.0;

/// What is asked of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    /// One inside the village or near.
    AtHand,
    /// A way not much longer than the mean.
    Travel,
}

/// A village and a class.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Answer {
    pub verdict: Verdict,
    pub confidence: Option<Confidence>,
    /// Metres to the nearest: straight where one is to be at hand, else of the way.
    pub metres: Option<f64>,
    /// The way along roads; of classes that ask for it.
    pub way: Option<Way>,
    /// Index into the class's points.
    pub to: Option<u32>,
    /// Layer and record disagree.
    pub disagrees: bool,
}

/// A class with data, and its answers.
#[derive(Debug, Clone)]
pub struct ClassFindings {
    pub key: String,
    pub rule: FacilityClass,
    pub asks: Asks,
    /// Ids of the class's points.
    pub ids: Vec<String>,
    /// Parallel to the world's villages.
    pub villages: Vec<Answer>,
    /// Of the reference region, weighted by people: metres, minutes and unpaved metres of the way.
    pub mean: Option<Mean>,
    /// Beyond this it is a gap, metres.
    pub limit_m: Option<f64>,
}

/// The reference region's mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Mean {
    pub metres: f64,
    pub minutes: f64,
    pub unpaved_m: f64,
    /// Villages it was taken over.
    pub villages: usize,
    /// Their people; 0 where none is known and each village counts as one.
    pub people: f64,
}

/// Everything the theme found.
#[derive(Debug, Default)]
pub struct ServiceFindings {
    /// Classes with points or records, by key.
    pub classes: Vec<ClassFindings>,
    /// Per village: a gap in any class, else unknown in any.
    pub villages: Vec<Verdict>,
    pub gaps: Vec<Gap>,
    /// Classes of the rules without any point or record.
    pub without_data: Vec<String>,
    /// The villages on the road network, for a later run on nearly the same one.
    pub(crate) places: Option<Places>,
    pub timings: Vec<(&'static str, Duration)>,
}

impl ServiceFindings {
    /// True where the atlas has something on any class.
    pub fn has_data(&self) -> bool {
        !self.classes.is_empty()
    }

    pub fn class(&self, key: &str) -> Option<&ClassFindings> {
        self.classes.iter().find(|c| c.key == key)
    }
}

/// Points of a class.
fn points(world: &World, class: &str) -> (Vec<String>, Vec<Coord>) {
    let own = world.facilities.iter().filter(|f| f.class == class).map(|f| (f.id.clone(), f.point));
    let schools = world.schools.iter().filter(|_| class == SCHOOL).map(|s| (s.id.clone(), s.point));
    let seats = world.seats.iter().filter(|_| class == SEAT).map(|s| (s.id.clone(), s.point));
    let mut all: Vec<(String, Coord)> = own.chain(schools).chain(seats).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.x.total_cmp(&b.1.x)).then(a.1.y.total_cmp(&b.1.y)));
    all.into_iter().unzip()
}

/// An earlier run whose villages are the same, and where the road network differs, if anywhere.
pub type Earlier<'a> = (&'a ServiceFindings, &'a Difference<'a>);

/// Runs the theme. `reference` says which villages the mean is taken over. From an earlier run is taken what is the same.
pub fn find(
    world: &World,
    rules: &ServiceRules,
    travel: Option<&Travel>,
    reference: &(dyn Fn(&Village) -> bool + Sync),
    currency: &str,
    earlier: Option<Earlier>,
    progress: &dyn Fn(&str),
) -> ServiceFindings {
    let mut clock = Clock::new(progress);
    let mut out = ServiceFindings::default();
    // Schools and seats serve the roads theme, too; alone they do not make an atlas one of services.
    let speaks = world.has_facilities || world.villages.iter().any(|v| !v.services.is_empty()) || world.has_roads;
    if !speaks {
        return out;
    }
    clock.start("services");
    let points_of = || world.villages.iter().map(|v| v.point).collect();
    let known = earlier.and_then(|(old, d)| Some((old.places.as_ref()?, d)));
    out.places = travel.map(|t| t.places(points_of(), known));
    let ways = travel.zip(out.places.as_ref());
    for (key, rule) in &rules.classes {
        let (ids, at) = points(world, key);
        let records = world.villages.iter().any(|v| record(v, key).is_some());
        if at.is_empty() && !records {
            out.without_data.push(key.clone());
            continue;
        }
        // A class with the same points on the same roads is as it was.
        let old = earlier.filter(|(_, d)| d.is_empty()).and_then(|(old, _)| old.class(key));
        if let Some(old) = old.filter(|old| old.ids == ids) {
            out.classes.push(old.clone());
            continue;
        }
        let class = ClassFindings {
            key: key.clone(),
            rule: rule.clone(),
            asks: if rule.access_m.is_some() { Asks::AtHand } else { Asks::Travel },
            ids,
            villages: Vec::new(),
            mean: None,
            limit_m: rule.access_m,
        };
        if let Some(access_m) = rule.access_m {
            out.classes.push(at_hand(world, class, &at, access_m));
        } else if rule.travel {
            out.classes.push(far(world, class, &at, rules, ways, reference));
        }
    }
    out.villages = (0..world.villages.len())
        .map(|i| {
            let all = || out.classes.iter().map(|c| c.villages[i].verdict);
            let has = |v: Verdict| all().any(|x| x == v);
            match (has(Verdict::Gap), has(Verdict::Unknown)) {
                (true, _) => Verdict::Gap,
                (false, true) => Verdict::Unknown,
                _ if out.classes.is_empty() => Verdict::Unknown,
                _ => Verdict::Ok,
            }
        })
        .collect();
    clock.next("service gaps");
    out.gaps = gaps::gaps(world, rules, currency, &out.classes, earlier.map(|e| e.0));
    clock.stop();
    out.timings = clock.timings;
    out
}

fn record<'v>(v: &'v Village, class: &str) -> Option<&'v ServiceRecord> {
    v.services.iter().find(|s| s.class == class)
}

/// What a record says of "one within `limit_m`".
fn reported(r: &ServiceRecord, limit_m: f64) -> Option<Verdict> {
    match (r.inside, r.metres) {
        (Known::Yes, _) => Some(Verdict::Ok),
        (_, Some((_, most))) if most <= limit_m => Some(Verdict::Ok),
        (_, Some((least, _))) if least >= limit_m => Some(Verdict::Gap),
        (Known::No, None) => Some(Verdict::Gap),
        _ => None,
    }
}

fn at_hand(world: &World, mut class: ClassFindings, at: &[Coord], access_m: f64) -> ClassFindings {
    let index = PointIndex::new(at.iter().copied());
    class.villages = world
        .villages
        .par_iter()
        .map(|v| {
            let near = index.nearest(v.point, FAR_M);
            let holds = |p: &Coord| v.area.as_ref().is_some_and(|a| a.intersects(&Point(*p)));
            // Inside a village polygon it may be farther off than the distance allows.
            let inside = || (0u32..).zip(at).filter(|(_, p)| holds(p)).map(|(i, p)| (i, distance_m(v.point, *p)));
            let found = near.filter(|n| n.1 <= access_m).or_else(|| {
                let all = v.area.as_ref().map(|_| inside());
                all.and_then(|all| all.min_by(|a, b| a.1.total_cmp(&b.1)))
            });
            let said = record(v, &class.key).and_then(|r| reported(r, access_m));
            let computed = (!at.is_empty()).then(|| if found.is_some() { Verdict::Ok } else { Verdict::Gap });
            let nearest = found.or(near);
            Answer {
                verdict: computed.or(said).unwrap_or(Verdict::Unknown),
                confidence: computed.map(|_| Confidence::Computed).or(said.map(|_| Confidence::Reported)),
                metres: nearest.map(|n| n.1),
                way: None,
                to: nearest.map(|n| n.0),
                disagrees: computed.zip(said).is_some_and(|(a, b)| a != b),
            }
        })
        .collect();
    class
}

fn far(
    world: &World,
    mut class: ClassFindings,
    at: &[Coord],
    rules: &ServiceRules,
    ways: Option<(&Travel, &Places)>,
    reference: &(dyn Fn(&Village) -> bool + Sync),
) -> ClassFindings {
    let index = PointIndex::new(at.iter().copied());
    let straight: Vec<Option<(u32, f64)>> = world.villages.par_iter().map(|v| index.nearest(v.point, FAR_M)).collect();
    let trips = ways.map(|(travel, places)| travel.nearest(places, at));
    // Without a road layer straight lines stand for ways, and are a rule of thumb.
    let along = trips.is_some();
    let ways: Vec<Option<(u32, Way)>> = match trips {
        Some(trips) => trips.into_iter().map(|t| t.map(|t| (t.to, t.way))).collect(),
        None => {
            straight.iter().map(|s| s.map(|(to, m)| (to, Way { metres: m, off_road_m: m, ..Way::default() }))).collect()
        }
    };
    class.mean = mean(world, &ways, reference);
    class.limit_m = class.mean.map(|m| m.metres * rules.factor);
    let limit = class.limit_m;
    class.villages = world
        .villages
        .iter()
        .zip(&ways)
        .zip(&straight)
        .map(|((v, way), line)| {
            let said = record(v, &class.key).and_then(|r| reported(r, rules.reported_far_m));
            let kind = if along { Confidence::Computed } else { Confidence::Inferred };
            let computed = match (way, limit, line) {
                (Some((_, w)), Some(l), _) => Some(if w.metres > l { Verdict::Gap } else { Verdict::Ok }),
                // No way is known, but it cannot be shorter than the straight line.
                (None, Some(l), Some((_, m))) if *m > l => Some(Verdict::Gap),
                _ => None,
            };
            // A record is stronger than a rule of thumb.
            let (verdict, confidence) = match (computed, said) {
                (Some(c), _) if along => (c, Some(kind)),
                (_, Some(s)) => (s, Some(Confidence::Reported)),
                (Some(c), None) => (c, Some(kind)),
                (None, None) => (Verdict::Unknown, None),
            };
            Answer {
                verdict,
                confidence,
                metres: way.map(|w| w.1.metres).or(line.map(|l| l.1)),
                way: way.map(|w| w.1).filter(|_| along),
                to: way.map(|w| w.0).or(line.map(|l| l.0)),
                disagrees: computed.zip(said).is_some_and(|(a, b)| a != b),
            }
        })
        .collect();
    class
}

/// Mean over the reference region's villages with a way; by people, or by village where nobody is counted.
fn mean(world: &World, ways: &[Option<(u32, Way)>], reference: &(dyn Fn(&Village) -> bool + Sync)) -> Option<Mean> {
    let with =
        || world.villages.iter().zip(ways).filter_map(|(v, w)| Some((v, w.as_ref()?.1))).filter(|x| reference(x.0));
    let people: f64 = with().filter_map(|(v, _)| v.population).fold(0.0, |a, b| a + b);
    let weight = |v: &Village| if people > 0.0 { v.population.unwrap_or(0.0) } else { 1.0 };
    let total: f64 = with().map(|(v, _)| weight(v)).fold(0.0, |a, b| a + b);
    let sum = |f: fn(&Way) -> f64| with().map(|(v, w)| weight(v) * f(&w)).fold(0.0, |a, b| a + b) / total;
    (total > 0.0).then(|| Mean {
        metres: sum(|w| w.metres),
        minutes: sum(|w| w.minutes),
        unpaved_m: sum(|w| w.unpaved_m),
        villages: with().filter(|(v, _)| weight(v) > 0.0).count(),
        people,
    })
}
