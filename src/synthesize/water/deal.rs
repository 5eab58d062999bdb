//! Which village gets which situation.

use geo::Coord;
use rand::Rng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::DECOY_SHARE;
use super::model::{Parameter, Situation};
use super::near::Near;

/// Every gap once, then by these weights.
const FIRST: [Situation; 16] = [
    Situation::Exceeds(Parameter::Fluoride),
    Situation::TooLittle,
    Situation::TooFar,
    Situation::Surface,
    Situation::Exceeds(Parameter::EColi),
    Situation::Unreliable,
    Situation::OtherUnits,
    Situation::TooHigh,
    Situation::Exceeds(Parameter::Nitrate),
    Situation::BrokenNearest,
    Situation::Exceeds(Parameter::Arsenic),
    Situation::TooLong,
    Situation::UnprotectedWell,
    Situation::TooLittleScarce,
    Situation::Exceeds(Parameter::Iron),
    Situation::Exceeds(Parameter::Manganese),
];
const LATER: [Situation; 23] = [
    Situation::Exceeds(Parameter::Fluoride),
    Situation::Exceeds(Parameter::Fluoride),
    Situation::Exceeds(Parameter::Fluoride),
    Situation::Exceeds(Parameter::Arsenic),
    Situation::Exceeds(Parameter::Nitrate),
    Situation::Exceeds(Parameter::Nitrate),
    Situation::Exceeds(Parameter::Iron),
    Situation::Exceeds(Parameter::Manganese),
    Situation::Exceeds(Parameter::EColi),
    Situation::Exceeds(Parameter::EColi),
    Situation::OtherUnits,
    Situation::OtherUnits,
    Situation::Surface,
    Situation::UnprotectedWell,
    Situation::UnprotectedWell,
    Situation::TooLittle,
    Situation::TooLittle,
    Situation::TooLittleScarce,
    Situation::TooFar,
    Situation::TooLong,
    Situation::TooHigh,
    Situation::Unreliable,
    Situation::BrokenNearest,
];
const DECOYS: [Situation; 12] = [
    Situation::Untested,
    Situation::HighDetection,
    Situation::OldExceedance,
    Situation::UnitsBelow,
    Situation::BetweenLitres,
    Situation::ScarceEnough,
    Situation::BrokenBeside,
    Situation::WalkNear,
    Situation::WalkMinutes,
    Situation::BetweenClimb,
    Situation::BetweenDays,
    Situation::RecordOverArea,
];

/// Villages that share an unsafe source lie at most this far apart, metres.
const SHARE_M: f64 = 3_500.0;
/// Chance that a village with an unsafe source shares it, each time.
const SHARE_CHANCE: f64 = 0.35;

pub struct Deal {
    /// In the order of the villages.
    pub situations: Vec<Situation>,
    /// Villages on one source, at least one each.
    pub groups: Vec<Vec<usize>>,
}

/// Metres to the nearest other village that a situation needs: no other source may come between.
pub fn needs_room(situation: Situation) -> f64 {
    match situation {
        Situation::BrokenNearest => 1_300.0,
        Situation::BrokenBeside => 1_150.0,
        _ => 0.0,
    }
}

/// Deals gaps to `rate` of the villages.
pub fn deal(points: &[Coord], near: &Near, room: &[f64], rate: f64, rng: &mut ChaCha8Rng) -> Deal {
    let n = points.len();
    let mut situations = vec![Situation::Ordinary; n];
    let mut groups = Vec::new();
    let mut free: Vec<usize> = (0..n).collect();
    free.shuffle(rng);
    let mut left = (rate * n as f64).round() as usize;
    let mut deck: Vec<Situation> = FIRST.iter().rev().copied().collect();
    while left > 0 {
        if deck.is_empty() {
            deck = LATER.to_vec();
            deck.shuffle(rng);
        }
        let Some(situation) = deck.pop() else { break };
        // Situations that need no room come often enough.
        let Some(at) = free.iter().position(|&i| room[i] >= needs_room(situation)) else { continue };
        let mut group = vec![free.remove(at)];
        while situation.shared() && group.len() < left.min(4) && rng.random_bool(SHARE_CHANCE) {
            let around = near.within(points[group[0]], SHARE_M);
            let Some(place) = around.iter().find_map(|(_, k)| free.iter().position(|f| f == k)) else { break };
            group.push(free.remove(place));
        }
        left -= group.len();
        group.iter().for_each(|&i| situations[i] = situation);
        groups.push(group);
    }
    if rate > 0.0 {
        for situation in DECOYS {
            for _ in 0..((DECOY_SHARE * n as f64).round() as usize) {
                let Some(at) = free.iter().position(|&i| room[i] >= needs_room(situation)) else { break };
                let i = free.remove(at);
                situations[i] = situation;
                groups.push(vec![i]);
            }
        }
    }
    Deal { situations, groups }
}
