//! The ground: a metric plane laid over the region, positions rounded as files keep them, and hand-drawn lines.

use geo::Coord;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::world::metric;

/// Rounds to 1e-7 degrees (about 1 cm), so that no file format changes a position.
pub fn round7(c: Coord) -> Coord {
    Coord { x: (c.x * 1e7).round() / 1e7, y: (c.y * 1e7).round() / 1e7 }
}

/// Plane in metres, true to scale to about 1 % anywhere within 200 km of its origin. Only for laying out;
/// whatever ends up in the truth is measured by [`metric`].
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    origin: Coord,
    north: f64,
    /// Of the plane's zero point, metres from `origin`.
    start: Coord,
}

impl Frame {
    /// A plane truest around `origin` (degrees) whose zero point lies `start` metres from there.
    pub fn new(origin: Coord, start: Coord) -> Self {
        Frame { origin, north: metric::metres_per_degree(origin.y).1, start }
    }

    /// Degrees (rounded) of a position in metres.
    pub fn degrees(&self, m: Coord) -> Coord {
        let m = m + self.start;
        let y = self.origin.y + m.y / self.north;
        round7(Coord { x: self.origin.x + m.x / metric::metres_per_degree(y).0, y })
    }

    /// Metres of a position in degrees.
    pub fn metres(&self, d: Coord) -> Coord {
        let x = (d.x - self.origin.x) * metric::metres_per_degree(d.y).0;
        Coord { x, y: (d.y - self.origin.y) * self.north } - self.start
    }
}

/// Amplitudes of the first four sine waves of a line's bend, metres; they add up to at most `amplitude`.
fn bends(amplitude: f64, rng: &mut ChaCha8Rng) -> [f64; 4] {
    [0.48, 0.24, 0.16, 0.12].map(|share| share * amplitude * rng.random_range(-1.0..1.0))
}

/// A gently bent line from `a` to `b` (metres), both exact, never farther than `amplitude` + 8 m from the straight
/// line, with a vertex about every `step` metres. Without amplitude the line is straight.
pub fn bent(a: Coord, b: Coord, amplitude: f64, step: f64, rng: &mut ChaCha8Rng) -> Vec<Coord> {
    let d = b - a;
    let length = d.x.hypot(d.y);
    let n = ((length / step).round() as usize).max(1);
    let waves = bends(amplitude, rng);
    let rough = if amplitude > 0.0 { (0.04 * step).min(8.0) } else { 0.0 };
    let side = if length > 0.0 { Coord { x: -d.y / length, y: d.x / length } } else { Coord { x: 0.0, y: 0.0 } };
    (0..=n)
        .map(|i| {
            if i == 0 {
                return a;
            }
            if i == n {
                return b;
            }
            let t = i as f64 / n as f64;
            let bend: f64 =
                waves.iter().zip(1..).map(|(w, k)| w * (t * f64::from(k) * std::f64::consts::PI).sin()).sum();
            let noise = if rough > 0.0 { rng.random_range(-rough..rough) } else { 0.0 };
            a + d * t + side * (bend + noise)
        })
        .collect()
}

/// Nearest position of a line (degrees) to `p`: index of its segment, position, distance in metres.
pub fn nearest_on_line(p: Coord, line: &[Coord]) -> (usize, Coord, f64) {
    let mut best = (0, line.first().copied().unwrap_or(p), f64::INFINITY);
    for (i, w) in line.windows(2).enumerate() {
        let (_, foot, d) = metric::nearest_on_segment(p, w[0], w[1]);
        if d < best.2 {
            best = (i, foot, d);
        }
    }
    best
}

/// Metres along the line from its start to its position nearest to `p`.
pub fn length_to_nearest(p: Coord, line: &[Coord]) -> f64 {
    let (i, foot, _) = nearest_on_line(p, line);
    metric::length_m(&line[..=i]) + metric::distance_m(line[i], foot)
}

/// Adds `extra[i]` evenly spaced vertices to segment `i` of the line; the line keeps its shape to about 1 cm.
pub fn densify(line: &[Coord], extra: impl Iterator<Item = usize>) -> Vec<Coord> {
    let mut out = Vec::with_capacity(line.len() * 4);
    for (w, extra) in line.windows(2).zip(extra) {
        out.push(w[0]);
        for k in 1..=extra {
            out.push(round7(metric::along(w[0], w[1], k as f64 / (extra + 1) as f64)));
        }
    }
    out.extend(line.last());
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn frame_there_and_back() {
        let f = Frame::new(Coord { x: 120.0, y: 41.0 }, Coord { x: -3_000.0, y: 500.0 });
        let m = Coord { x: 90_000.0, y: -70_000.0 };
        let back = f.metres(f.degrees(m));
        assert!((back - m).x.abs() < 0.02 && (back - m).y.abs() < 0.02);
    }

    #[test]
    fn bent_lines_keep_their_ends_and_their_corridor() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let (a, b) = (Coord { x: 0.0, y: 0.0 }, Coord { x: 6_000.0, y: 0.0 });
        for _ in 0..200 {
            let line = bent(a, b, 180.0, 200.0, &mut rng);
            assert_eq!((line[0], line[line.len() - 1]), (a, b));
            assert!(line.iter().all(|c| c.y.abs() <= 188.0));
        }
    }

    #[test]
    fn densifying_adds_exactly_what_is_asked_and_keeps_the_length() {
        let line = [Coord { x: 120.0, y: 41.0 }, Coord { x: 120.01, y: 41.003 }, Coord { x: 120.02, y: 41.0 }];
        let dense = densify(&line, [5, 9].into_iter());
        assert_eq!(dense.len(), 3 + 14);
        assert!((metric::length_m(&dense) - metric::length_m(&line)).abs() < 0.1);
    }
}
