//! Broadband and facilities: coverage, speed tiles, access nodes, stations, clinics, culture rooms and what records say,
//! with planted gaps and their answers.
//!
//! Situations are dealt to villages; layers are laid out for them; answers are then read off the laid-out layers by plain
//! loops over everything, so that what was meant does not matter. Nothing stands near a limit.

mod tables;

use geo::Coord;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use serde_json::{Value, json};

use super::options::SynthOptions;
use super::people::People;
use super::region::{self, Region};
use crate::standards::{BroadbandRules, STATION, ServiceRules};
use crate::world::metric;

pub use tables::{fields, tables};

/// Random stream of this part.
const STREAM: u64 = 9;
/// Nothing lies so near to a limit, as a share of it.
const MARGIN: f64 = 0.02;
/// Classes of facilities with the share of villages that get one of their own.
const CLASSES: [(&str, &str, f64); 3] =
    [(STATION, "信息服务站", 0.45), ("clinic", "卫生室", 0.3), ("culture_room", "文化室", 0.4)];

/// A square of ground with broadband, or of a measurement.
pub struct Square {
    pub id: String,
    pub west: f64,
    pub south: f64,
    pub east: f64,
    pub north: f64,
    pub mbit_s: Option<f64>,
    pub measured: bool,
}

impl Square {
    fn around(id: String, p: Coord, half_m: f64, mbit_s: Option<f64>, measured: bool) -> Self {
        let (kx, ky) = metric::metres_per_degree(p.y);
        let (dx, dy) = (half_m / kx, half_m / ky);
        let r = |v: f64| (v * 1e7).round() / 1e7;
        Square { id, west: r(p.x - dx), south: r(p.y - dy), east: r(p.x + dx), north: r(p.y + dy), mbit_s, measured }
    }

    fn holds(&self, p: Coord) -> bool {
        (self.west..=self.east).contains(&p.x) && (self.south..=self.north).contains(&p.y)
    }
}

/// A place of a class.
pub struct Place {
    pub id: String,
    pub name: String,
    pub class: &'static str,
    pub point: Coord,
}

/// What a village's record says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Record {
    pub broadband: Option<bool>,
    pub mbit_s: Option<f64>,
    pub mobile: Option<bool>,
}

/// The part of a region.
pub struct Social {
    pub squares: Vec<Square>,
    pub nodes: Vec<(String, Coord)>,
    pub places: Vec<Place>,
    /// In the order of the sites.
    pub records: Vec<Record>,
    pub answers: Vec<Answer>,
}

/// The answer for a village.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// broadband, slow or none
    pub broadband: &'static str,
    pub broadband_verdict: &'static str,
    /// measured, computed or reported
    pub broadband_confidence: &'static str,
    pub station: &'static str,
    pub culture_room: &'static str,
    pub mobile_gap: bool,
}

impl Social {
    /// Villages without or with slow broadband.
    pub fn planted(&self) -> usize {
        self.answers.iter().filter(|a| a.broadband_verdict == "gap").count()
    }
}

pub fn build(options: &SynthOptions, region: &Region, people: &People) -> Social {
    let mut rng = region::stream(options.seed, STREAM);
    let points: Vec<Coord> = region.land.sites.iter().map(|s| s.point).collect();
    let (broadband, services) = (BroadbandRules::default(), ServiceRules::default());
    let mut s = Social {
        squares: Vec::new(),
        nodes: Vec::new(),
        places: Vec::new(),
        records: vec![Record::default(); points.len()],
        answers: Vec::new(),
    };
    for (k, seat) in people.seats.iter().enumerate() {
        let at = clear(seat.point, &points, &[broadband.broadband_access_m], 200.0, &mut rng);
        s.nodes.push((format!("node-{:04}", k + 1), at));
    }
    // From here on each village has its own luck, by the order of the sites.
    for (i, &p) in points.iter().enumerate() {
        let room = points.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, q)| apart(p, *q));
        let half = (0.3 * room.fold(3000.0, f64::min)).min(800.0);
        let id = |kind: &str| format!("{kind}-{:05}", i + 1);
        let record = &mut s.records[i];
        match rng.random_range(0..100) {
            // Covered, at a speed that is known or not; some twice.
            0..40 => {
                let speed = rng.random_bool(0.8).then(|| f64::from(rng.random_range(50u32..300)));
                s.squares.push(Square::around(id("cover"), p, half, speed, false));
                if rng.random_bool(0.2) {
                    s.squares.push(Square::around(id("cover-b"), p, half * 0.7, Some(4.0), false));
                }
            }
            // The record alone.
            40..60 => {
                record.broadband = Some(true);
                record.mbit_s = rng.random_bool(0.7).then(|| f64::from(rng.random_range(12u32..100)));
            }
            60..65 => (record.broadband, record.mbit_s) = (Some(true), Some(f64::from(rng.random_range(2u32..11)))),
            65..70 => {
                let speed = Some(f64::from(rng.random_range(3u32..11)));
                s.squares.push(Square::around(id("cover"), p, half, speed, false));
            }
            // Offered fast, measured slow; and the other way round.
            70..75 => {
                s.squares.push(Square::around(id("cover"), p, half, Some(100.0), false));
                s.squares.push(Square::around(
                    id("tile"),
                    p,
                    half * 0.8,
                    Some(f64::from(rng.random_range(2u32..9))),
                    true,
                ));
            }
            75..78 => {
                record.broadband = Some(false);
                s.squares.push(Square::around(
                    id("tile"),
                    p,
                    half * 0.8,
                    Some(f64::from(rng.random_range(20u32..90))),
                    true,
                ));
            }
            // Covered against the record.
            78..82 => {
                record.broadband = Some(false);
                s.squares.push(Square::around(id("cover"), p, half, Some(60.0), false));
            }
            82..92 => record.broadband = Some(false),
            _ => {}
        }
        record.mobile = rng.random_bool(0.9).then(|| rng.random_bool(0.96));
    }
    for (class, word, share) in CLASSES {
        let limits: Vec<f64> = services.classes.get(class).and_then(|c| c.access_m).into_iter().collect();
        let mut count = 0;
        for (i, &p) in points.iter().enumerate() {
            if rng.random_bool(share) {
                count += 1;
                let point = clear(p, &points, &limits, 150.0, &mut rng);
                let name = format!("{}{word}", people.villages[i].name);
                s.places.push(Place { id: format!("{class}-{count:04}"), name, class, point });
            }
        }
    }
    s.answers = answers(&s, &points, &broadband, &services);
    s
}

/// Metres between two places; of places more than a degree of latitude or longitude apart just far.
fn apart(a: Coord, b: Coord) -> f64 {
    if (a.x - b.x).abs().max((a.y - b.y).abs()) > 1.0 { f64::INFINITY } else { metric::distance_m(a, b) }
}

/// A place within `about_m` of `p` that is at none of the limits from any of the points.
fn clear(p: Coord, points: &[Coord], limits: &[f64], about_m: f64, rng: &mut ChaCha8Rng) -> Coord {
    let (kx, ky) = metric::metres_per_degree(p.y);
    let mut last = p;
    for _ in 0..200 {
        let (m, angle) = (rng.random_range(20.0..about_m), rng.random_range(0.0..std::f64::consts::TAU));
        let r = |v: f64| (v * 1e7).round() / 1e7;
        last = Coord { x: r(p.x + m * angle.cos() / kx), y: r(p.y + m * angle.sin() / ky) };
        let close = |limit: f64| points.iter().any(|q| (apart(last, *q) - limit).abs() < MARGIN * limit);
        if !limits.iter().any(|l| close(*l)) {
            break;
        }
    }
    last
}

/// Answers for all villages, by these rules.
pub fn answers(s: &Social, points: &[Coord], rules: &BroadbandRules, services: &ServiceRules) -> Vec<Answer> {
    points.iter().enumerate().map(|(i, p)| answer(s, i, *p, rules, services)).collect()
}

fn answer(s: &Social, i: usize, p: Coord, rules: &BroadbandRules, services: &ServiceRules) -> Answer {
    let fast = |speed: Option<f64>| speed.is_none_or(|v| v >= rules.min_mbit_s);
    let here = || s.squares.iter().filter(|q| q.holds(p));
    let tile = here().filter(|q| q.measured).filter_map(|q| q.mbit_s).reduce(f64::max);
    let covered: Vec<Option<f64>> = here().filter(|q| !q.measured).map(|q| q.mbit_s).collect();
    let near = s.nodes.iter().any(|n| apart(n.1, p) <= rules.broadband_access_m);
    let record = &s.records[i];
    let (broadband, broadband_confidence) = if let Some(v) = tile {
        (if v >= rules.min_mbit_s { "broadband" } else { "slow" }, "measured")
    } else if near || covered.iter().any(|v| fast(*v)) {
        ("broadband", "computed")
    } else if record.broadband == Some(true) && fast(record.mbit_s) {
        ("broadband", "reported")
    } else if !covered.is_empty() {
        ("slow", "computed")
    } else if record.broadband == Some(true) {
        ("slow", "reported")
    } else {
        ("none", "computed")
    };
    let at_hand = |class: &str| {
        let limit = services.classes.get(class).and_then(|c| c.access_m).unwrap_or(0.0);
        let near = s.places.iter().filter(|x| x.class == class).any(|x| apart(x.point, p) <= limit);
        if near { "ok" } else { "gap" }
    };
    Answer {
        broadband,
        broadband_verdict: if broadband == "broadband" { "ok" } else { "gap" },
        broadband_confidence,
        station: at_hand(STATION),
        culture_room: at_hand("culture_room"),
        mobile_gap: record.mobile == Some(false),
    }
}

/// `social` of `truth.json`: answers by village.
pub fn truth(s: &Social, people: &People) -> Value {
    let rows: std::collections::BTreeMap<&str, &Answer> =
        people.villages.iter().map(|v| v.id.as_str()).zip(&s.answers).collect();
    json!({ "villages": rows })
}
