//! How much a rank depends on the weights: ranks over draws of the weights around the user's (Dirichlet).

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::need::need;
use crate::standards::PriorityRules;

/// Villages whose ranks are looked at together, so that memory is read in stretches.
const BLOCK: usize = 64;

/// Percentiles that an interval reaches from and to.
const SHARE: [f64; 2] = [0.05, 0.95];

/// For each village the 5th and the 95th percentile of its rank. Score is need × `factor`; weights of 0 stay 0. The same
/// seed gives the same answer.
pub fn intervals(
    severity: &[[Option<f64>; 5]],
    factor: &[f64],
    weights: &[f64; 5],
    rules: &PriorityRules,
) -> Vec<[usize; 2]> {
    let sum: f64 = weights.iter().sum();
    let alpha = weights.map(|w| w / sum * rules.concentration);
    let mut rng = ChaCha8Rng::seed_from_u64(rules.seed);
    let draws: Vec<[f64; 5]> = (0..rules.draws).map(|_| alpha.map(|a| gamma(a, &mut rng))).collect();
    let n = severity.len();
    let all: Vec<Vec<u32>> = draws.par_iter().map(|w| ranks_under(severity, factor, w)).collect();
    let blocks: Vec<usize> = (0..n).step_by(BLOCK).collect();
    let found: Vec<Vec<[usize; 2]>> = blocks
        .par_iter()
        .map(|&from| {
            let to = (from + BLOCK).min(n);
            let mut own: Vec<Vec<u32>> = vec![Vec::with_capacity(all.len()); to - from];
            for ranks in &all {
                for (mine, rank) in own.iter_mut().zip(&ranks[from..to]) {
                    mine.push(*rank);
                }
            }
            own.iter_mut()
                .map(|own| {
                    let last = own.len() - 1;
                    SHARE.map(|s| *own.select_nth_unstable((s * last as f64).round() as usize).1 as usize)
                })
                .collect()
        })
        .collect();
    found.concat()
}

/// Rank of each village under a draw: one more than there are of a higher score, so that equal ones share the better rank.
fn ranks_under(severity: &[[Option<f64>; 5]], factor: &[f64], weights: &[f64; 5]) -> Vec<u32> {
    let score: Vec<f64> = severity.iter().zip(factor).map(|(s, f)| need(s, weights).map_or(0.0, |n| n.0) * f).collect();
    let mut falling = score.clone();
    falling.sort_unstable_by(|a, b| b.total_cmp(a));
    score.iter().map(|s| falling.partition_point(|f| f.total_cmp(s).is_gt()) as u32 + 1).collect()
}

/// A draw from the gamma distribution of shape `a` and scale 1 (Marsaglia and Tsang, 2000); 0 for a shape of 0.
fn gamma(a: f64, rng: &mut ChaCha8Rng) -> f64 {
    if a <= 0.0 {
        return 0.0;
    }
    if a < 1.0 {
        let u: f64 = 1.0 - rng.random::<f64>();
        return gamma(a + 1.0, rng) * u.powf(1.0 / a);
    }
    let d = a - 1.0 / 3.0;
    let c = 1.0 / (9.0 * d).sqrt();
    loop {
        let x = normal(rng);
        let v = (1.0 + c * x).powi(3);
        if v <= 0.0 {
            continue;
        }
        let u = 1.0 - rng.random::<f64>();
        if u.ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            return d * v;
        }
    }
}

/// A standard normal draw (Box and Muller).
fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let u = 1.0 - rng.random::<f64>();
    let v = rng.random::<f64>();
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn villages(n: usize) -> (Vec<[Option<f64>; 5]>, Vec<f64>) {
        let mut rng = ChaCha8Rng::seed_from_u64(5);
        let s = (0..n).map(|_| [0; 5].map(|_| rng.random_bool(0.9).then(|| rng.random::<f64>()))).collect();
        (s, vec![1.0; n])
    }

    #[test]
    fn gamma_has_its_mean_and_variance() {
        for a in [0.3, 1.0, 4.0, 20.0] {
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            let x: Vec<f64> = (0..40_000).map(|_| gamma(a, &mut rng)).collect();
            let mean = x.iter().sum::<f64>() / x.len() as f64;
            let var = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / x.len() as f64;
            assert!((mean / a - 1.0).abs() < 0.03 && (var / a - 1.0).abs() < 0.08, "{a}: {mean} {var}");
        }
    }

    #[test]
    fn the_same_seed_says_the_same_and_another_nearly() {
        let (s, f) = villages(400);
        let rules = PriorityRules::default();
        let w = [1.0, 2.0, 1.0, 1.0, 0.5];
        let a = intervals(&s, &f, &w, &rules);
        assert_eq!(a, intervals(&s, &f, &w, &rules));
        let b = intervals(&s, &f, &w, &PriorityRules { seed: 99, ..rules });
        let off: Vec<f64> =
            a.iter().zip(&b).flat_map(|(x, y)| [0, 1].map(|k| x[k].abs_diff(y[k]) as f64 / s.len() as f64)).collect();
        let mean = off.iter().sum::<f64>() / off.len() as f64;
        assert!(mean < 0.01, "{mean}");
    }

    #[test]
    fn the_worst_everywhere_is_first_under_all_weights() {
        let (mut s, f) = villages(50);
        s[7] = [Some(1.1); 5];
        let a = intervals(&s, &f, &[1.0; 5], &PriorityRules::default());
        assert_eq!(a[7], [1, 1]);
        assert!(a.iter().all(|i| i[0] <= i[1]));
    }
}
