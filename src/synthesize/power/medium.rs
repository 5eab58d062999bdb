//! The 10 kV grid: substations at seats, feeders as shortest ways from village to village, ties, and feeders that
//! wind.
//!
//! 1. Straight spans are possible between the transformers of neighbouring villages, where no planted village is
//!    robbed of its gap.
//! 2. Substations are added where the farthest village still is, until none is over [`FEEDER_SAFE_M`] along the line.
//! 3. Every village hangs on its shortest way; villages without three-phase power are always ends, on one phase.
//! 4. About half of the feeders are tied to one of another substation; one or two others are drawn in zigzag.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::f64::consts::TAU;

use geo::Coord;
use rand::Rng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::ground::{Clear, Ground};
use super::model::*;
use crate::synthesize::people::People;
use crate::synthesize::terrain::round7;
use crate::world::metric;

/// No feeder is longer, except planted ones, metres (threshold 15 km).
pub const FEEDER_SAFE_M: f64 = 12_500.0;
/// A planted long feeder is at least this long, metres.
pub const FEEDER_LONG_M: f64 = 16_000.0;
/// A feeder's first span and a tie are at most this long, metres.
const FIRST_SPAN_M: f64 = 5_000.0;
/// Substations stand this far from every supply point and transformer, metres.
const YARD_M: f64 = 40.0;

/// Grid under construction.
pub struct Medium<'a> {
    pub clear: Clear<'a>,
    pub power: &'a mut Power,
    /// First transformer of each village; none without grid.
    pub main: Vec<Option<usize>>,
    edges: Vec<Vec<(usize, f64)>>,
    /// Way to the nearest substation of each village: metres, next village (none: the substation), substation.
    best: Vec<Way>,
    heads: Vec<Vec<(usize, f64)>>,
}

#[derive(Clone, Copy)]
struct Way {
    metres: f64,
    next: Option<usize>,
    substation: usize,
}

impl<'a> Medium<'a> {
    pub fn new(ground: &'a Ground, power: &'a mut Power) -> Self {
        let n = power.situations.len();
        let clear = Clear::new(ground, &power.situations);
        let mut main = vec![None; n];
        for (t, transformer) in power.transformers.iter().enumerate().rev() {
            main[transformer.site] = Some(t);
        }
        let far = Way { metres: f64::INFINITY, next: None, substation: 0 };
        let mut m = Medium { clear, power, main, edges: vec![Vec::new(); n], best: vec![far; n], heads: Vec::new() };
        for (a, b) in ground.neighbours() {
            let (Some(p), Some(q)) = (m.at(a), m.at(b)) else { continue };
            let one_phase = m.one_phase(a) || m.one_phase(b);
            if m.one_phase(a) && m.one_phase(b) || m.clear.robbed(&[p, q], one_phase).is_some() {
                continue;
            }
            let d = metric::distance_m(p, q);
            m.edges[a].push((b, d));
            m.edges[b].push((a, d));
        }
        m
    }

    fn one_phase(&self, site: usize) -> bool {
        self.power.situations[site] == Situation::NoThreePhase
    }

    /// Place of a village's first transformer.
    fn at(&self, site: usize) -> Option<Coord> {
        self.main[site].map(|t| self.power.transformers[t].at)
    }

    /// Substations until every village is near one along the line; the error is a village that cannot be reached.
    pub fn place_substations(&mut self, people: &People, rng: &mut ChaCha8Rng) -> Result<(), usize> {
        type Heads = Vec<(usize, f64)>;
        let mut seats: Vec<(usize, Coord, Heads)> = Vec::new();
        for (s, seat) in people.seats.iter().enumerate() {
            if let Some(place) = self.yard(seat.point, 120.0, rng) {
                seats.push((s, place, self.find_heads(place)));
            }
        }
        loop {
            let farthest = (0..self.main.len())
                .filter(|&v| self.main[v].is_some())
                .max_by(|&a, &b| self.best[a].metres.total_cmp(&self.best[b].metres).then(b.cmp(&a)));
            let Some(v) = farthest else { return Ok(()) };
            if self.best[v].metres <= FEEDER_SAFE_M {
                return Ok(());
            }
            let home = self.at(v).ok_or(v)?;
            // Of the seats that bring this village near, the one that brings most others near too.
            let mut at_seat = None;
            let mut most = 0;
            for (k, (s, place, heads)) in seats.iter().enumerate() {
                if !within(*place, home, FEEDER_SAFE_M) {
                    continue;
                }
                let gained = self.gained(heads, v);
                if gained > most {
                    most = gained;
                    at_seat = Some((Some(k), *place, people.seats[*s].name.clone(), heads.clone()));
                }
            }
            let found = at_seat.or_else(|| {
                let place = self.yard(home, 350.0, rng)?;
                let heads = self.find_heads(place);
                (!heads.is_empty()).then(|| (None, place, people.villages[v].name.clone(), heads))
            });
            let (seat, at, name, heads) = found.ok_or(v)?;
            if let Some(k) = seat {
                seats.remove(k);
            }
            let id = format!("SUB{:03}", self.power.substations.len() + 1);
            let rating_kva = [6_300, 8_000, 10_000, 16_000, 20_000][rng.random_range(0..5)];
            self.power.substations.push(Substation { id, name: format!("{name}变电站"), at, rating_kva });
            self.spread(&heads);
            self.heads.push(heads);
            if self.best[v].metres > FEEDER_SAFE_M {
                return Err(v);
            }
        }
    }

    /// Ground for a substation about `radius` metres from `p`, clear of low-voltage networks.
    fn yard(&self, p: Coord, radius: f64, rng: &mut ChaCha8Rng) -> Option<Coord> {
        let (east, north) = metric::metres_per_degree(p.y);
        let start = rng.random_range(0.0..TAU);
        (0..12).find_map(|k| {
            let a = start + f64::from(k) * TAU / 12.0;
            let at = round7(Coord { x: p.x + radius * a.cos() / east, y: p.y + radius * a.sin() / north });
            let free = self.power.transformers.iter().all(|t| {
                (t.at.y - at.y).abs() > 0.02
                    || t.points.iter().map(|p| p.at).chain([t.at]).all(|q| metric::distance_m(q, at) > YARD_M)
            });
            (free && self.clear.robbed(&[at], false).is_none()).then_some(at)
        })
    }

    /// Up to five villages in different directions that feeders from `at` may begin with.
    fn find_heads(&self, at: Coord) -> Vec<(usize, f64)> {
        let mut near: Vec<(f64, usize, f64)> = (0..self.main.len())
            .filter(|&v| !self.one_phase(v))
            .filter_map(|v| {
                let p = self.at(v).filter(|p| within(*p, at, FIRST_SPAN_M))?;
                let d = metric::distance_m(p, at);
                let (east, north) = metric::metres_per_degree(at.y);
                (d < FIRST_SPAN_M).then(|| (d, v, ((p.y - at.y) * north).atan2((p.x - at.x) * east)))
            })
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut heads: Vec<(usize, f64, f64)> = Vec::new();
        for (d, v, angle) in near {
            let apart = |b: f64| {
                let turn = (angle - b).rem_euclid(TAU);
                turn.min(TAU - turn)
            };
            let Some(p) = self.at(v) else { continue };
            if heads.len() < 5 && heads.iter().all(|h| apart(h.2) > 0.9) && self.clear.robbed(&[at, p], false).is_none()
            {
                heads.push((v, d, angle));
            }
        }
        heads.into_iter().map(|(v, d, _)| (v, d)).collect()
    }

    /// How many villages that are too far now would be near by these heads; 0 unless `v` is one of them.
    fn gained(&self, heads: &[(usize, f64)], v: usize) -> usize {
        let mut found: BTreeMap<usize, f64> = BTreeMap::new();
        let mut heap: BinaryHeap<Reverse<(u64, usize)>> =
            heads.iter().map(|&(h, d)| Reverse((d.to_bits(), h))).collect();
        while let Some(Reverse((bits, w))) = heap.pop() {
            let d = f64::from_bits(bits);
            if d > FEEDER_SAFE_M || found.contains_key(&w) {
                continue;
            }
            found.insert(w, d);
            if !self.one_phase(w) {
                heap.extend(self.edges[w].iter().map(|&(x, length)| Reverse(((d + length).to_bits(), x))));
            }
        }
        if !found.contains_key(&v) {
            return 0;
        }
        found.keys().filter(|w| self.best[**w].metres > FEEDER_SAFE_M).count()
    }

    /// Shortest ways from the newest substation, where they are shorter than those known.
    fn spread(&mut self, heads: &[(usize, f64)]) {
        let substation = self.power.substations.len() - 1;
        let mut heap = BinaryHeap::new();
        for &(v, d) in heads {
            if d < self.best[v].metres {
                self.best[v] = Way { metres: d, next: None, substation };
                heap.push(Reverse((d.to_bits(), v)));
            }
        }
        while let Some(Reverse((bits, v))) = heap.pop() {
            let d = f64::from_bits(bits);
            if d > self.best[v].metres || self.one_phase(v) {
                continue;
            }
            for &(w, length) in &self.edges[v] {
                if d + length < self.best[w].metres {
                    self.best[w] = Way { metres: d + length, next: Some(v), substation };
                    heap.push(Reverse(((d + length).to_bits(), w)));
                }
            }
        }
    }

    /// Lines from the ways, nearest villages first.
    pub fn string_lines(&mut self) {
        let mut order: Vec<usize> = (0..self.main.len()).filter(|&v| self.best[v].metres.is_finite()).collect();
        order.sort_by(|&a, &b| self.best[a].metres.total_cmp(&self.best[b].metres).then(a.cmp(&b)));
        let mut line_of: Vec<Option<usize>> = vec![None; self.main.len()];
        let mut count = vec![0; self.power.substations.len()];
        for v in order {
            let way = self.best[v];
            let (Some(t), Some(to)) = (self.main[v], self.at(v)) else { continue };
            let parent = way.next.and_then(|n| line_of[n]);
            let station = &self.power.substations[way.substation];
            let (from, from_bus) = match way.next.and_then(|n| self.main[n]) {
                Some(t) => (self.power.transformers[t].at, self.power.transformers[t].hv_bus()),
                None => (station.at, station.id.clone()),
            };
            let (feeder, name) = match parent {
                Some(p) => (self.power.lines[p].feeder, self.power.lines[p].name.clone()),
                None => {
                    count[way.substation] += 1;
                    let name = format!("10kV{}{}线", station.name.trim_end_matches("变电站"), count[way.substation]);
                    let line = self.power.lines.len();
                    self.power.feeders.push(Feeder { line, substation: way.substation, long: false });
                    (Some(self.power.feeders.len() - 1), name)
                }
            };
            let phases = if self.one_phase(v) { Phases::One(0) } else { Phases::Three };
            line_of[v] = Some(self.power.lines.len());
            self.push_line(name, (from_bus, from), (t, to), phases, parent, feeder);
        }
        // Second transformers hang on the first.
        for t in 0..self.power.transformers.len() {
            let site = self.power.transformers[t].site;
            let Some(first) = self.main[site].filter(|&f| f != t) else { continue };
            let Some(parent) = line_of[site] else { continue };
            let from = (self.power.transformers[first].hv_bus(), self.power.transformers[first].at);
            let (name, feeder) = (self.power.lines[parent].name.clone(), self.power.lines[parent].feeder);
            let to = (t, self.power.transformers[t].at);
            self.push_line(name, from, to, Phases::Three, Some(parent), feeder);
        }
    }

    fn push_line(
        &mut self,
        name: String,
        (from_bus, from): (String, Coord),
        (t, to): (usize, Coord),
        phases: Phases,
        parent: Option<usize>,
        feeder: Option<usize>,
    ) {
        let mut line = MediumLine {
            id: format!("MV{:05}", self.power.lines.len() + 1),
            name,
            from_bus,
            to_bus: self.power.transformers[t].hv_bus(),
            coords: vec![from, to],
            length_km: 0.0,
            phases,
            parent,
            feeder,
            transformer: Some(t),
            tied: false,
        };
        measure(&mut line);
        self.power.lines.push(line);
    }

    /// Ties about half of the feeders in pairs across substations.
    pub fn tie(&mut self, rng: &mut ChaCha8Rng) {
        let wants: Vec<bool> = self.power.feeders.iter().map(|_| rng.random_bool(0.55)).collect();
        let line_of = |m: &Self, site: usize| {
            let t = m.main[site];
            m.power.lines.iter().position(|l| l.transformer.is_some() && l.transformer == t)
        };
        let mut pairs: Vec<(usize, usize)> = (0..self.edges.len())
            .flat_map(|a| self.edges[a].iter().filter(move |(b, _)| *b > a).map(move |(b, _)| (a, *b)))
            .filter(|&(a, b)| self.best[a].substation != self.best[b].substation)
            .filter(|&(a, b)| !self.one_phase(a) && !self.one_phase(b))
            .collect();
        pairs.shuffle(rng);
        let mut tied = BTreeSet::new();
        let mut ties = Vec::new();
        for (a, b) in pairs {
            let (Some(i), Some(j)) = (line_of(self, a), line_of(self, b)) else { continue };
            let (Some(f), Some(g)) = (self.power.lines[i].feeder, self.power.lines[j].feeder) else { continue };
            if !wants[f] || !wants[g] || (tied.contains(&f) && tied.contains(&g)) {
                continue;
            }
            let (Some(p), Some(q)) = (self.main[a], self.main[b]) else { continue };
            let (p, q) = (&self.power.transformers[p], &self.power.transformers[q]);
            if metric::distance_m(p.at, q.at) > FIRST_SPAN_M {
                continue;
            }
            tied.extend([f, g]);
            let mut line = MediumLine {
                id: String::new(),
                name: "10kV联络线".into(),
                from_bus: p.hv_bus(),
                to_bus: q.hv_bus(),
                coords: vec![p.at, q.at],
                length_km: 0.0,
                phases: Phases::Three,
                parent: None,
                feeder: None,
                transformer: None,
                tied: true,
            };
            measure(&mut line);
            ties.push(line);
            for mut at in [Some(i), Some(j)] {
                while let Some(l) = at {
                    self.power.lines[l].tied = true;
                    at = self.power.lines[l].parent;
                }
            }
        }
        for mut line in ties {
            line.id = format!("MV{:05}", self.power.lines.len() + 1);
            self.power.lines.push(line);
        }
    }

    /// Draws up to `wanted` untied feeders in zigzag, so that their ends lie over 15 km along the line.
    pub fn wind(&mut self, wanted: usize, rng: &mut ChaCha8Rng) {
        let mut order: Vec<usize> = (0..self.power.feeders.len()).collect();
        order.shuffle(rng);
        let mut done = 0;
        for f in order {
            let lines: Vec<usize> =
                (0..self.power.lines.len()).filter(|&l| self.power.lines[l].feeder == Some(f)).collect();
            let length = self.power.feeder_length_m(f);
            let untied = !self.power.lines[self.power.feeders[f].line].tied;
            if done == wanted || !untied || length < 7_800.0 {
                continue;
            }
            let factor = rng.random_range(17_000.0..18_000.0) / length;
            let drawn: Vec<Vec<Coord>> = lines.iter().map(|&l| zigzag(&self.power.lines[l].coords, factor)).collect();
            let open = lines.iter().zip(&drawn).all(|(&l, coords)| {
                let one_phase = self.power.lines[l].phases != Phases::Three;
                self.clear.robbed(coords, one_phase).is_none()
            });
            if !open {
                continue;
            }
            let before: Vec<MediumLine> = lines.iter().map(|&l| self.power.lines[l].clone()).collect();
            for (&l, coords) in lines.iter().zip(drawn) {
                self.power.lines[l].coords = coords;
                measure(&mut self.power.lines[l]);
            }
            if self.power.feeder_length_m(f) >= FEEDER_LONG_M {
                self.power.feeders[f].long = true;
                done += 1;
            } else {
                for (&l, line) in lines.iter().zip(before) {
                    self.power.lines[l] = line;
                }
            }
        }
    }
}

impl Power {
    /// Metres along the lines from the substation to each line's end; ties are infinitely far.
    pub fn along_m(&self) -> Vec<f64> {
        let mut along = vec![f64::INFINITY; self.lines.len()];
        for (i, line) in self.lines.iter().enumerate().filter(|(_, l)| l.feeder.is_some()) {
            along[i] = line.parent.map_or(0.0, |p| along[p]) + 1000.0 * line.length_km;
        }
        along
    }

    /// Metres from the substation to the farthest end of the feeder.
    pub fn feeder_length_m(&self, f: usize) -> f64 {
        let along = self.along_m();
        (0..along.len()).filter(|&l| self.lines[l].feeder == Some(f)).map(|l| along[l]).fold(0.0, f64::max)
    }
}

/// Whether two positions are at most `radius` metres apart; most that are not are told by their latitudes alone.
fn within(a: Coord, b: Coord, radius: f64) -> bool {
    let (east, north) = metric::metres_per_degree(a.y);
    let far = (a.y - b.y).abs() * north > 1.1 * radius || (a.x - b.x).abs() * east > 1.1 * radius;
    !far && metric::distance_m(a, b) <= radius
}

/// To the decimetre, as it is written.
fn measure(line: &mut MediumLine) {
    line.length_km = (metric::length_m(&line.coords) * 10.0).round() / 10_000.0;
}

/// A line of two positions as a zigzag `factor` times as long.
fn zigzag(line: &[Coord], factor: f64) -> Vec<Coord> {
    let [a, b] = [line[0], line[line.len() - 1]];
    let length = metric::distance_m(a, b);
    // Teeth of about 250 m; the line ends on its axis.
    let n = 2 * (length / 500.0).round() as usize;
    if n < 2 {
        return line.to_vec();
    }
    let tooth = length / n as f64;
    let half = 0.5 * tooth * (factor * factor - 1.0).max(0.0).sqrt();
    let (east, north) = metric::metres_per_degree(0.5 * (a.y + b.y));
    let (dx, dy) = ((b.x - a.x) * east / length, (b.y - a.y) * north / length);
    let mut out = vec![a];
    for k in 0..n {
        let side = if k % 2 == 0 { half } else { -half };
        let p = metric::along(a, b, (k as f64 + 0.5) / n as f64);
        out.push(round7(Coord { x: p.x - dy * side / east, y: p.y + dx * side / north }));
    }
    out.push(b);
    out
}
