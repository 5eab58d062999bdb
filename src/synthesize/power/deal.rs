//! Which village gets which situation.

use std::collections::BTreeSet;

use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::DECOY_SHARE;
use super::ground::{Ground, NEIGHBOUR_M, NO_GRID_CLEAR_M};
use super::low::needs_reach;
use super::model::Situation;

/// Every gap once, then by these weights.
const FIRST: [Situation; 9] = [
    Situation::NoThreePhase,
    Situation::LongLine,
    Situation::MeasuredLow,
    Situation::ThinConductor,
    Situation::OverloadedTransformer,
    Situation::SinglePhaseThin,
    Situation::InferredFar,
    Situation::OverVoltage,
    Situation::SinglePhaseLong,
];
const LATER: [Situation; 16] = [
    Situation::LongLine,
    Situation::LongLine,
    Situation::LongLine,
    Situation::ThinConductor,
    Situation::ThinConductor,
    Situation::OverloadedTransformer,
    Situation::OverloadedTransformer,
    Situation::SinglePhaseThin,
    Situation::SinglePhaseLong,
    Situation::MeasuredLow,
    Situation::MeasuredLow,
    Situation::OverVoltage,
    Situation::InferredFar,
    Situation::InferredFar,
    Situation::NoThreePhase,
    Situation::NoThreePhase,
];
const DECOYS: [Situation; 4] =
    [Situation::OneLowReading, Situation::InferredNear, Situation::TransformerOverload, Situation::LowCapacity];

/// Villages without grid lie this far from all others, metres: room for the others' networks.
const LONELY_M: f64 = NO_GRID_CLEAR_M + 160.0;
/// Villages without three-phase power lie this far from each other, metres, so that feeders find a way round.
const NO_THREE_PHASE_APART_M: f64 = 6_000.0;
/// And this far from any other village, metres.
const NO_THREE_PHASE_ROOM_M: f64 = 1_200.0;

pub struct Deal {
    pub situations: Vec<Situation>,
    /// Metres around each settlement within which its network stays.
    pub reach: Vec<f64>,
}

/// Deals gaps to `rate` of the villages; `barred` ones stay ordinary.
pub fn deal(ground: &Ground, rate: f64, barred: &BTreeSet<usize>, rng: &mut ChaCha8Rng) -> Deal {
    let n = ground.len();
    let apart: Vec<f64> = (0..n).map(|i| ground.nearest(i, NEIGHBOUR_M)).collect();
    let mut situations = vec![Situation::Ordinary; n];
    let mut reach: Vec<f64> = apart.iter().map(|d| (0.45 * d).min(800.0)).collect();
    let mut left = (rate * n as f64).round() as usize;
    for i in (0..n).filter(|i| apart[*i] > LONELY_M && !barred.contains(i)) {
        if left == 0 {
            break;
        }
        situations[i] = Situation::NoGrid;
        left -= 1;
        for k in ground.around(i, LONELY_M + 1_000.0) {
            reach[k] = reach[k].min(ground.distance(i, k) - NO_GRID_CLEAR_M - 10.0);
        }
    }
    let mut free: Vec<usize> =
        (0..n).filter(|i| situations[*i] == Situation::Ordinary && !barred.contains(i)).collect();
    free.shuffle(rng);
    let mut deck: Vec<Situation> = FIRST.iter().rev().copied().collect();
    let mut turned_down = 0;
    while left > 0 && turned_down < 60 {
        if deck.is_empty() {
            deck = LATER.to_vec();
            deck.shuffle(rng);
        }
        let Some(situation) = deck.pop() else { break };
        let fits = |i: usize| {
            reach[i] >= needs_reach(situation)
                && (situation != Situation::NoThreePhase
                    || apart[i] >= NO_THREE_PHASE_ROOM_M
                        && ground
                            .around(i, NO_THREE_PHASE_APART_M)
                            .iter()
                            .all(|k| situations[*k] != Situation::NoThreePhase))
        };
        let Some(at) = free.iter().position(|&i| fits(i)) else {
            turned_down += 1;
            continue;
        };
        situations[free.remove(at)] = situation;
        left -= 1;
    }
    if rate > 0.0 {
        for situation in DECOYS {
            for _ in 0..((DECOY_SHARE * n as f64).round() as usize) {
                let Some(at) = free.iter().position(|&i| reach[i] >= needs_reach(situation)) else { break };
                situations[free.remove(at)] = situation;
            }
        }
    }
    Deal { situations, reach }
}
