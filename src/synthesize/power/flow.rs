//! Volts of a radial low-voltage network, by a plain fixed point on complex phase voltages.
//!
//! Independent of the analysis: the truth file takes its voltages from here. Four wires: along a line, phase `p`
//! loses `z·I_p` on its own conductor and `zn·ΣI` on the neutral.

use std::ops::{Add, Mul, Sub};

/// A complex number.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct C {
    pub re: f64,
    pub im: f64,
}

impl C {
    pub fn new(re: f64, im: f64) -> Self {
        C { re, im }
    }
    pub fn abs(self) -> f64 {
        self.re.hypot(self.im)
    }
    fn conj(self) -> Self {
        C::new(self.re, -self.im)
    }
    fn over(self, d: C) -> Self {
        let n = d.re * d.re + d.im * d.im;
        let c = self * d.conj();
        C::new(c.re / n, c.im / n)
    }
}

impl Add for C {
    type Output = C;
    fn add(self, o: C) -> C {
        C::new(self.re + o.re, self.im + o.im)
    }
}

impl Sub for C {
    type Output = C;
    fn sub(self, o: C) -> C {
        C::new(self.re - o.re, self.im - o.im)
    }
}

impl Mul for C {
    type Output = C;
    fn mul(self, o: C) -> C {
        C::new(self.re * o.re - self.im * o.im, self.re * o.im + self.im * o.re)
    }
}

impl Mul<f64> for C {
    type Output = C;
    fn mul(self, k: f64) -> C {
        C::new(self.re * k, self.im * k)
    }
}

/// A bus and the line that leads to it. Bus 0 is the transformer's; node `i` is bus `i + 1`.
#[derive(Debug, Clone)]
pub struct Node {
    /// Bus at the other end of the line; lower than this one.
    pub parent: usize,
    /// Ohm of one conductor and of the neutral, whole length.
    pub z: C,
    pub zn: C,
    /// Power drawn here by phase, VA.
    pub va: [C; 3],
}

/// Phase-to-neutral volts of every bus, bus 0 first; `None` where the network cannot carry its load.
/// `emf` is the no-load voltage (V), `zt` the series impedance of the transformer (ohm on the low-voltage side).
pub fn solve(nodes: &[Node], emf: f64, zt: C) -> Option<Vec<[C; 3]>> {
    let third = std::f64::consts::TAU / 3.0;
    let source = [0.0, -third, third].map(|a| C::new(emf * f64::cos(a), emf * f64::sin(a)));
    let mut v = vec![source; nodes.len() + 1];
    for _ in 0..2_000 {
        let mut amps = vec![[C::default(); 3]; nodes.len() + 1];
        for (i, node) in nodes.iter().enumerate().rev() {
            for p in 0..3 {
                let own = node.va[p].over(v[i + 1][p]).conj();
                amps[i + 1][p] = amps[i + 1][p] + own;
                amps[node.parent][p] = amps[node.parent][p] + amps[i + 1][p];
            }
        }
        let mut change = 0.0f64;
        let mut set = |bus: &mut [C; 3], new: [C; 3]| {
            for p in 0..3 {
                change = change.max((new[p] - bus[p]).abs());
            }
            *bus = new;
        };
        let first = [0, 1, 2].map(|p| source[p] - zt * amps[0][p]);
        set(&mut v[0], first);
        for (i, node) in nodes.iter().enumerate() {
            let i_n = amps[i + 1][0] + amps[i + 1][1] + amps[i + 1][2];
            let new = [0, 1, 2].map(|p| v[node.parent][p] - node.z * amps[i + 1][p] - node.zn * i_n);
            set(&mut v[i + 1], new);
        }
        if !change.is_finite() || v.iter().flatten().any(|x| x.abs() < 0.4 * emf) {
            return None;
        }
        if change < 1e-9 {
            return Some(v);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One load behind one resistance, by the quadratic formula.
    #[test]
    fn two_buses_by_hand() {
        let z = C::new(0.3, 0.0);
        let va = [C::new(4_000.0, 0.0); 3];
        let v = solve(&[Node { parent: 0, z, zn: z, va }], 230.0, C::default()).unwrap();
        let wanted = 0.5 * (230.0 + (230.0f64.powi(2) - 4.0 * 0.3 * 4_000.0).sqrt());
        for phase in v[1] {
            assert!((phase.abs() - wanted).abs() < 1e-6, "balanced load leaves the neutral idle");
        }
        let one = [C::new(4_000.0, 0.0), C::default(), C::default()];
        let v = solve(&[Node { parent: 0, z, zn: z, va: one }], 230.0, C::default()).unwrap();
        let wanted = 0.5 * (230.0 + (230.0f64.powi(2) - 4.0 * 0.6 * 4_000.0).sqrt());
        assert!((v[1][0].abs() - wanted).abs() < 1e-6, "the neutral carries the current back");
        assert!(v[1][1].abs() > 230.0, "the neutral's shift lifts the others");
    }

    #[test]
    fn refuses_what_no_line_can_carry() {
        let va = [C::new(90_000.0, 0.0); 3];
        let z = C::new(0.5, 0.2);
        assert!(solve(&[Node { parent: 0, z, zn: z, va }], 230.0, C::default()).is_none());
    }
}
