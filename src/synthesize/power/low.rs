//! Low-voltage networks of a village: where transformer and supply points stand, what they draw, and the volts that
//! follow.
//!
//! 1. A draft in metres around the settlement point, shrunk where neighbours are near.
//! 2. Loads: households × [`KW_PER_HOUSEHOLD`] × a simultaneity; workshops draw what the situation needs.
//! 3. [`super::flow`] gives the volts. An ordinary network is relieved until its margins are safe; a planted one is
//!    loaded by bisection until its worst supply point lies as far under the limit as was dealt.

use std::f64::consts::{PI, TAU};

use geo::Coord;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::flow::{C, Node, solve};
use super::model::*;
use crate::synthesize::terrain::round7;
use crate::world::metric;

/// Demand of a household before simultaneity, kW.
pub const KW_PER_HOUSEHOLD: f64 = 2.0;
/// Of every load.
pub const POWER_FACTOR: f64 = 0.9;
/// Voltages of villages without a gap stay at least this far above the limit, pu.
pub const SAFE_PU: f64 = 0.02;
/// Worst voltages of planted villages lie at least this far under the limit, pu.
pub const CLEAR_PU: f64 = 0.01;
/// Short-circuit voltage of a transformer and its ohmic part, percent.
pub const VK_PERCENT: f64 = 4.0;
pub const VKR_PERCENT: f64 = 1.5;
/// No-load volts between lines on the low-voltage side.
pub const LV_NOMINAL_V: f64 = 400.0;
/// kVA a household has at least where capacity is no gap, and at most where it is (threshold 2).
pub const KVA_SAFE: f64 = 2.6;
pub const KVA_LOW: f64 = 1.7;
/// Loading of a transformer at most where it is no gap, share of the rating.
pub const LOADING_SAFE: f64 = 0.65;

/// Ratings of transformers, kVA.
const RATINGS: [f64; 9] = [30.0, 50.0, 63.0, 80.0, 100.0, 125.0, 160.0, 180.0, 200.0];

/// A village as its network's draughtsman sees it.
pub struct Place {
    pub site: usize,
    /// Settlement point, degrees.
    pub at: Coord,
    /// Metres within which its network stays.
    pub reach: f64,
    pub people_per_household: f64,
}

/// The supply point nearest to, or farthest under, its limit.
#[derive(Debug, Clone, Copy)]
pub struct Worst {
    /// Its number, from 1.
    pub k: usize,
    pub pu: f64,
    pub limit: f64,
}

impl Worst {
    pub fn margin(&self) -> f64 {
        self.pu - self.limit
    }
}

/// Reach that a situation needs, metres.
pub fn needs_reach(situation: Situation) -> f64 {
    match situation {
        Situation::InferredFar => 640.0,
        Situation::LongLine | Situation::SinglePhaseLong => 480.0,
        Situation::NoThreePhase => 540.0,
        Situation::ThinConductor | Situation::SinglePhaseThin => 260.0,
        _ => 200.0,
    }
}

/// Node of the tree for [`solve`]; `None` where a line has no impedance.
fn nodes(points: &[SupplyPoint]) -> Option<Vec<Node>> {
    points
        .iter()
        .map(|p| {
            let c = p.conductor?;
            let z = C::new(c.r, c.x) * p.length_km;
            let va = C::new(p.p_kw, p.q_kvar) * 1000.0;
            let va = match p.phases {
                Phases::Three => [va * (1.0 / 3.0); 3],
                Phases::One(own) => [0, 1, 2].map(|k| if k == own { va } else { C::default() }),
            };
            Some(Node { parent: p.parent, z, zn: z, va })
        })
        .collect()
}

/// Series impedance of a transformer, ohm of one phase; `volts` is the voltage its percentages refer to.
fn impedance(rating_kva: f64, volts: f64) -> C {
    let base = volts * volts / (1000.0 * rating_kva) / 100.0;
    C::new(VKR_PERCENT * base, (VK_PERCENT * VK_PERCENT - VKR_PERCENT * VKR_PERCENT).sqrt() * base)
}

/// Voltage of every supply point in pu of its own nominal, the lowest of its phases; `None` where it cannot be said.
pub fn voltages(t: &Transformer) -> Option<Vec<f64>> {
    let volts = match t.phases {
        Phases::Three => LV_NOMINAL_V,
        Phases::One(_) => LV_NOMINAL_V / 3.0f64.sqrt(),
    };
    voltages_with(t, impedance(t.rating_kva, volts))
}

/// The same for a single-phase transformer whose percentages someone takes for those of a three-phase one.
pub fn voltages_three_phase_base(t: &Transformer) -> Option<Vec<f64>> {
    voltages_with(t, impedance(t.rating_kva, LV_NOMINAL_V))
}

fn voltages_with(t: &Transformer, zt: C) -> Option<Vec<f64>> {
    let v = solve(&nodes(&t.points)?, LV_NOMINAL_V / 3.0f64.sqrt(), zt)?;
    Some(
        t.points
            .iter()
            .zip(&v[1..])
            .map(|(p, v)| match p.phases {
                Phases::Three => v.iter().map(|v| v.abs()).fold(f64::INFINITY, f64::min) / p.phases.nominal_v(),
                Phases::One(k) => v[k].abs() / p.phases.nominal_v(),
            })
            .collect(),
    )
}

/// The worst of the voltages of a transformer's supply points.
pub fn worst(t: &Transformer) -> Option<Worst> {
    let of = |(k, pu): (usize, f64)| Worst { k: k + 1, pu, limit: t.points[k].phases.limit_pu() };
    voltages(t)?.into_iter().enumerate().map(of).min_by(|a, b| a.margin().total_cmp(&b.margin()))
}

fn polar(radius: f64, angle: f64) -> Coord {
    Coord { x: radius * angle.cos(), y: radius * angle.sin() }
}

/// Before it is put on the ground: metres around the settlement point.
struct Draft {
    transformer: Coord,
    points: Vec<(Coord, SupplyPoint)>,
}

impl Draft {
    fn new(transformer: Coord) -> Self {
        Draft { transformer, points: Vec::new() }
    }

    /// Supply points one behind the other from bus `parent`, each `spans[i]` metres on; returns the last bus.
    fn chain(
        &mut self,
        mut parent: usize,
        heading: f64,
        spans: &[f64],
        conductor: &'static Conductor,
        phases: Phases,
        rng: &mut ChaCha8Rng,
    ) -> usize {
        for &span in spans {
            let from = if parent == 0 { self.transformer } else { self.points[parent - 1].0 };
            let to = from + polar(span, heading + rng.random_range(-0.12..0.12));
            let households = rng.random_range(2..=5);
            let point = SupplyPoint {
                parent,
                at: Coord::default(),
                length_km: 0.0,
                conductor: Some(conductor),
                phases,
                p_kw: 0.0,
                q_kvar: 0.0,
                households,
                people: 0,
            };
            self.points.push((to, point));
            parent = self.points.len();
        }
        parent
    }

    /// Puts it on the ground.
    fn build(self, place: &Place, phases: Phases) -> Transformer {
        let far = self.points.iter().map(|p| p.0).chain([self.transformer]).map(|c| c.x.hypot(c.y));
        let far = far.fold(0.0, f64::max);
        let shrink = if far > place.reach { place.reach / far } else { 1.0 };
        let (east, north) = metric::metres_per_degree(place.at.y);
        let ground =
            |m: Coord| round7(Coord { x: place.at.x + m.x * shrink / east, y: place.at.y + m.y * shrink / north });
        let at = ground(self.transformer);
        let mut points: Vec<SupplyPoint> = Vec::with_capacity(self.points.len());
        for (m, mut p) in self.points {
            p.at = ground(m);
            let from = if p.parent == 0 { at } else { points[p.parent - 1].at };
            // To the decimetre, as it is written.
            p.length_km = (metric::distance_m(from, p.at) * 10.0).round() / 10_000.0;
            points.push(p);
        }
        Transformer { number: 0, site: place.site, at, rating_kva: 0.0, phases, points }
    }
}

fn set_load(p: &mut SupplyPoint, kw: f64) {
    let milli = |v: f64| (v * 1000.0).round() / 1000.0;
    p.p_kw = milli(kw);
    p.q_kvar = milli(kw * POWER_FACTOR.acos().tan());
}

fn spans(rng: &mut ChaCha8Rng, n: usize, from: f64, to: f64) -> Vec<f64> {
    (0..n).map(|_| rng.random_range(from..to)).collect()
}

/// Smallest rating of at least `kva`.
fn rating(kva: f64) -> Option<f64> {
    RATINGS.into_iter().find(|r| *r >= kva)
}

/// Loads from households; then less simultaneity or a larger transformer until everything is safe.
fn relieve(t: &mut Transformer, mut simultaneity: f64) -> Option<()> {
    for _ in 0..60 {
        for p in &mut t.points {
            set_load(p, p.households as f64 * KW_PER_HOUSEHOLD * simultaneity);
        }
        let per_household = KVA_SAFE * t.households() as f64;
        t.rating_kva = rating(per_household.max(t.demand_kva() / LOADING_SAFE))?;
        // Margins above the promised ones, so that nothing hangs on the last digit.
        let safe = |v: Vec<f64>| v.iter().zip(&t.points).all(|(v, p)| v - p.phases.limit_pu() > SAFE_PU + 0.005);
        let blind = t.points.iter().any(|p| p.conductor.is_none());
        if blind || (voltages(t).is_some_and(safe) && voltages_three_phase_base(t).is_some_and(safe)) {
            return Some(());
        }
        simultaneity *= 0.85;
    }
    None
}

/// Scales the loads of `which` until the worst voltage lies `under` its limit, pu.
fn press(t: &mut Transformer, which: impl Fn(&SupplyPoint) -> bool, under: f64) -> Option<()> {
    let base = t.points.clone();
    let load = |t: &mut Transformer, s: f64| {
        for (p, b) in t.points.iter_mut().zip(&base).filter(|(_, b)| which(b)) {
            set_load(p, b.p_kw * s);
        }
        worst(t).map_or(f64::NEG_INFINITY, |w| w.margin())
    };
    let (mut lo, mut hi) = (0.0, 500.0);
    for _ in 0..50 {
        let mid = 0.5 * (lo + hi);
        if load(t, mid) > -under { lo = mid } else { hi = mid }
    }
    let margin = load(t, lo);
    ((margin + under).abs() < 0.002).then_some(())
}

fn ordinary(rng: &mut ChaCha8Rng) -> Draft {
    let h = rng.random_range(0.0..TAU);
    let mut d = Draft::new(polar(rng.random_range(30.0..100.0), rng.random_range(0.0..TAU)));
    let many = rng.random_bool(0.02);
    let n: usize = if many { rng.random_range(9..=11) } else { rng.random_range(3..=4) };
    let (near, far) = if many { (35.0, 55.0) } else { (45.0, 90.0) };
    let conductor = [&LGJ_35, &LGJ_50, &JKLYJ_70][rng.random_range(0..3)];
    let (a, b) = (spans(rng, n.div_ceil(2), near, far), spans(rng, n / 2, near, far));
    d.chain(0, h, &a, conductor, Phases::Three, rng);
    let back = h + PI + rng.random_range(-0.5..0.5);
    d.chain(0, back, &b, conductor, Phases::Three, rng);
    if rng.random_bool(0.15) {
        let phase = Phases::One(rng.random_range(0..3));
        let span = spans(rng, 1, 40.0, 70.0);
        d.chain(1, h + 0.5 * PI, &span, &LGJ_25, phase, rng);
    }
    d
}

/// A transformer with one string of supply points that leads away from the settlement.
fn outward(rng: &mut ChaCha8Rng, radius: f64, h: f64) -> Draft {
    let mut d = Draft::new(polar(radius, h));
    let n = rng.random_range(3..=4);
    let s = spans(rng, n, 40.0, 70.0);
    d.chain(0, h, &s, &JKLYJ_70, Phases::Three, rng);
    d
}

/// The networks of a village; `None` where chance gave a draft that does not fit the situation.
pub fn draw(place: &Place, situation: Situation, rng: &mut ChaCha8Rng) -> Option<Vec<Transformer>> {
    let h = rng.random_range(0.0..TAU);
    let under = rng.random_range(CLEAR_PU + 0.005..0.05);
    let mut made = match situation {
        Situation::NoGrid => Vec::new(),
        Situation::Ordinary if place.reach >= 300.0 && rng.random_bool(0.12) => {
            let both = [outward(rng, 70.0, h), outward(rng, 140.0, h + PI)];
            both.map(|d| d.build(place, Phases::Three)).to_vec()
        }
        Situation::Ordinary | Situation::MeasuredLow | Situation::OverVoltage | Situation::OneLowReading => {
            vec![ordinary(rng).build(place, Phases::Three)]
        }
        Situation::InferredFar => {
            let far = rng.random_range(610.0..place.reach.min(760.0));
            let mut d = Draft::new(polar(far, h));
            d.points.push(first_span(far - 40.0, h, d.transformer));
            let s = spans(rng, 3, 40.0, 65.0);
            d.chain(1, h + PI, &s, &LGJ_35, Phases::Three, rng);
            vec![d.build(place, Phases::Three)]
        }
        Situation::InferredNear => {
            let mut d = Draft::new(polar(rng.random_range(30.0..60.0), h));
            let s = spans(rng, 4, 40.0, 52.0);
            d.chain(0, h + PI, &s, &LGJ_35, Phases::Three, rng);
            vec![d.build(place, Phases::Three)]
        }
        Situation::NoThreePhase => {
            let mut d = Draft::new(polar(rng.random_range(30.0..80.0), h));
            let s = spans(rng, 3, 40.0, 70.0);
            d.chain(0, h + PI, &s, &JKLYJ_70, Phases::One(0), rng);
            d.points.iter_mut().for_each(|p| p.1.households = p.1.households.min(3));
            vec![d.build(place, Phases::One(0))]
        }
        Situation::TransformerOverload | Situation::OverloadedTransformer => {
            let mut d = Draft::new(polar(rng.random_range(20.0..60.0), h + 1.0));
            for side in [h, h + PI] {
                let s = spans(rng, 2, 45.0, 60.0);
                d.chain(0, side, &s, &JKLYJ_120, Phases::Three, rng);
            }
            for k in [1, 3] {
                d.points[k].1.households = 0;
            }
            vec![d.build(place, Phases::Three)]
        }
        Situation::LowCapacity => {
            let mut d = Draft::new(polar(rng.random_range(20.0..60.0), h + 1.0));
            for side in [h, h + PI] {
                let s = spans(rng, 4, 40.0, 60.0);
                d.chain(0, side, &s, &JKLYJ_70, Phases::Three, rng);
            }
            d.points.iter_mut().for_each(|p| p.1.households += 3);
            vec![d.build(place, Phases::Three)]
        }
        Situation::LongLine => {
            let length = rng.random_range(820.0..(1.8 * place.reach).min(1_300.0));
            let conductor = if rng.random_bool(0.5) { &LGJ_50 } else { &JKLYJ_70 };
            let mut d = Draft::new(polar(0.47 * length, h));
            let n = rng.random_range(4..=7);
            let mut s = spans(rng, n, 0.9, 1.1).iter().map(|f| 0.7 * length / n as f64 * f).collect::<Vec<_>>();
            s[0] += 0.3 * length;
            d.chain(0, h + PI, &s, conductor, Phases::Three, rng);
            vec![d.build(place, Phases::Three)]
        }
        Situation::ThinConductor => {
            let mut d = Draft::new(polar(rng.random_range(120.0..160.0), h));
            let n = rng.random_range(4..=6);
            let length = rng.random_range(320.0..390.0);
            let s = spans(rng, n, 0.95, 1.05).iter().map(|f| length / n as f64 * f).collect::<Vec<_>>();
            d.chain(0, h + PI, &s, &LGJ_16, Phases::Three, rng);
            vec![d.build(place, Phases::Three)]
        }
        Situation::SinglePhaseThin => {
            let mut d = Draft::new(polar(rng.random_range(60.0..100.0), h));
            let s = spans(rng, 3, 45.0, 55.0);
            let end = d.chain(0, h + PI, &s, &JKLYJ_120, Phases::Three, rng);
            let n = rng.random_range(3..=4);
            let s = spans(rng, n, 0.95, 1.05).iter().map(|f| 240.0 / n as f64 * f).collect::<Vec<_>>();
            let phase = Phases::One(rng.random_range(0..3));
            d.chain(end, h + 0.5 * PI, &s, &LGJ_16, phase, rng);
            vec![d.build(place, Phases::Three)]
        }
        Situation::SinglePhaseLong => {
            let mut d = Draft::new(polar(300.0, h));
            let s = spans(rng, 4, 75.0, 85.0);
            let end = d.chain(0, h + PI, &s, &JKLYJ_120, Phases::Three, rng);
            let s = spans(rng, 4, 105.0, 120.0);
            let phase = Phases::One(rng.random_range(0..3));
            d.chain(end, h + 0.8 * PI, &s, &LGJ_50, phase, rng);
            vec![d.build(place, Phases::Three)]
        }
    };
    for t in &mut made {
        load(t, situation, under, rng)?;
        for p in &mut t.points {
            p.people = (p.households as f64 * place.people_per_household).round() as i64;
        }
    }
    Some(made)
}

fn first_span(metres: f64, h: f64, from: Coord) -> (Coord, SupplyPoint) {
    let point = SupplyPoint {
        parent: 0,
        at: Coord::default(),
        length_km: 0.0,
        conductor: Some(&LGJ_35),
        phases: Phases::Three,
        p_kw: 0.0,
        q_kvar: 0.0,
        households: 4,
        people: 0,
    };
    (from + polar(metres, h + PI), point)
}

/// Loads and rating by the situation, and a check that the network is what it was dealt to be.
fn load(t: &mut Transformer, situation: Situation, under: f64, rng: &mut ChaCha8Rng) -> Option<()> {
    let length = |t: &Transformer| t.lengths_m().into_iter().fold(0.0, f64::max);
    match situation {
        Situation::NoGrid => {}
        Situation::InferredFar | Situation::InferredNear => {
            t.points.iter_mut().for_each(|p| p.conductor = None);
            relieve(t, 0.3)?;
            let all = t.lengths_m();
            let right = if situation == Situation::InferredFar {
                all.iter().all(|m| *m > 540.0)
            } else {
                all.iter().all(|m| *m < 235.0)
            };
            right.then_some(())?;
        }
        Situation::LowCapacity => {
            relieve(t, 0.12)?;
            t.rating_kva = RATINGS.into_iter().rfind(|r| *r < KVA_LOW * t.households() as f64)?;
            (t.demand_kva() < LOADING_SAFE * t.rating_kva && worst(t)?.margin() > SAFE_PU + 0.005).then_some(())?;
        }
        Situation::TransformerOverload => {
            relieve(t, 0.4)?;
            t.rating_kva = [50.0, 63.0, 80.0][rng.random_range(0..3)];
            let wanted = POWER_FACTOR * t.rating_kva * rng.random_range(1.18..1.4);
            let homes: f64 = t.points.iter().map(|p| p.p_kw).sum();
            for p in t.points.iter_mut().filter(|p| p.households == 0) {
                set_load(p, 0.5 * (wanted - homes));
            }
            let fits = KVA_SAFE * t.households() as f64 <= t.rating_kva && worst(t)?.margin() > SAFE_PU + 0.005;
            fits.then_some(())?;
        }
        Situation::OverloadedTransformer => {
            relieve(t, 0.4)?;
            t.rating_kva = rating(KVA_SAFE * t.households() as f64)?;
            t.points.iter_mut().filter(|p| p.households == 0).for_each(|p| set_load(p, 1.0));
            press(t, |p| p.households == 0, under)?;
            (t.demand_kva() > 1.5 * t.rating_kva && length(t) < 250.0).then_some(())?;
        }
        _ if situation.modelled_gap() => {
            relieve(t, 0.4)?;
            let single = t.points.iter().any(|p| p.phases != Phases::Three);
            let pressed = move |p: &SupplyPoint| !single || p.phases != Phases::Three;
            let mut kva = t.rating_kva;
            loop {
                t.rating_kva = kva;
                press(t, pressed, under)?;
                for p in t.points.iter_mut().filter(|p| pressed(p)) {
                    p.households = ((p.p_kw / (KW_PER_HOUSEHOLD * 0.4)).round() as i64).max(1);
                }
                let least = (KVA_SAFE * t.households() as f64).max(t.demand_kva() / LOADING_SAFE);
                if least <= kva {
                    break;
                }
                kva = rating(least)?;
            }
            let length = length(t);
            let long = situation.cause() == Some("long_line");
            (if long { length > 620.0 } else { length < 450.0 }).then_some(())?;
            // All other supply points are either of the same kind or safe.
            let v = voltages(t)?;
            let others = v.iter().zip(&t.points).filter(|(_, p)| !pressed(p));
            others.into_iter().all(|(v, p)| v - p.phases.limit_pu() > SAFE_PU).then_some(())?;
        }
        Situation::NoThreePhase => relieve(t, 0.25)?,
        _ => {
            let simultaneity = rng.random_range(0.25..0.5);
            relieve(t, simultaneity)?;
            (length(t) < 480.0).then_some(())?;
        }
    }
    Some(())
}

/// Forty readings (V to the decivolt) of a village where they decide.
pub fn readings(situation: Situation, rng: &mut ChaCha8Rng) -> Option<Vec<f64>> {
    let (odd, odd_from, usual) = match situation {
        Situation::MeasuredLow => (8, rng.random_range(186.0..193.0), 203.0..224.0),
        Situation::OverVoltage => (8, rng.random_range(238.5..243.0), 222.0..232.0),
        Situation::OneLowReading => (1, rng.random_range(180.0..192.0), 208.0..228.0),
        _ => return None,
    };
    let mut volts: Vec<f64> = (0..40)
        .map(|i| if i < odd { odd_from + rng.random_range(0.0..0.8) } else { rng.random_range(usual.clone()) })
        .map(|v: f64| (v * 10.0).round() / 10.0)
        .collect();
    use rand::seq::SliceRandom;
    volts.shuffle(rng);
    Some(volts)
}
