//! Step 2: loops. Each cut carries a current that closes the gap of voltage across it.

use super::sweep::{backward, forward};
use super::tree::Tree;
use super::{Complex64, FlowError};

const ZERO: Complex64 = Complex64::new(0.0, 0.0);
/// A pivot this far under the largest impedance is a loop without impedance (perfect neutrals).
const NO_PIVOT: f64 = 1e-14;

/// The cuts of one conductor, their loop impedances factorised.
#[derive(Default)]
pub(super) struct Loops {
    n: usize,
    /// Row-major LU with unit lower triangle; rows as in `rows`.
    lu: Vec<Complex64>,
    rows: Vec<u32>,
    /// Change of the cuts' currents in this iteration.
    step: Vec<Complex64>,
    mismatch: Vec<Complex64>,
}

impl Loops {
    /// Fills in the impedances between loops (the answer of all gaps to a unit current in one cut) and factorises them.
    /// `current` and `v` are room for one conductor.
    pub(super) fn build(
        &mut self,
        tree: &Tree,
        current: &mut [Complex64],
        v: &mut [Complex64],
    ) -> Result<(), FlowError> {
        let n = tree.cuts.len();
        self.n = n;
        for part in [&mut self.step, &mut self.mismatch] {
            part.clear();
            part.resize(n, ZERO);
        }
        self.lu.clear();
        self.lu.resize(n * n, ZERO);
        for (l, cut) in tree.cuts.iter().enumerate() {
            current.fill(ZERO);
            current[cut.0 as usize] += 1.0;
            current[cut.1 as usize] -= 1.0;
            backward(tree, current);
            forward(tree, ZERO, current, v);
            for (k, other) in tree.cuts.iter().enumerate() {
                self.lu[k * n + l] = v[other.1 as usize] - v[other.0 as usize];
            }
            self.lu[l * n + l] += cut.2;
        }
        self.factorise();
        Ok(())
    }

    /// Gaussian elimination with partial pivoting.
    fn factorise(&mut self) {
        let n = self.n;
        let a = &mut self.lu;
        self.rows.clear();
        self.rows.extend(0..n as u32);
        let floor = a.iter().map(|z| z.norm()).fold(0.0, f64::max) * NO_PIVOT;
        for k in 0..n {
            let (mut best, mut size) = (k, 0.0);
            for i in k..n {
                let s = a[i * n + k].norm();
                if s > size {
                    (best, size) = (i, s);
                }
            }
            if best != k {
                for j in 0..n {
                    a.swap(k * n + j, best * n + j);
                }
                self.rows.swap(k, best);
            }
            if size <= floor {
                a[k * n + k] = ZERO;
                for i in k + 1..n {
                    a[i * n + k] = ZERO;
                }
                continue;
            }
            let inverse = a[k * n + k].inv();
            let (top, below) = a.split_at_mut((k + 1) * n);
            let pivot = &top[k * n..];
            for row in below.chunks_exact_mut(n) {
                let factor = row[k] * inverse;
                row[k] = factor;
                if factor != ZERO {
                    for j in k + 1..n {
                        row[j] -= factor * pivot[j];
                    }
                }
            }
        }
    }

    /// The currents that close the gaps; a loop without impedance keeps its current.
    fn solve(&mut self) {
        let n = self.n;
        for i in 0..n {
            let row = &self.lu[i * n..(i + 1) * n];
            let known: Complex64 = row[..i].iter().zip(&self.step).map(|(a, x)| a * x).sum();
            self.step[i] = self.mismatch[self.rows[i] as usize] - known;
        }
        for i in (0..n).rev() {
            let row = &self.lu[i * n..(i + 1) * n];
            let known: Complex64 = row[i + 1..].iter().zip(&self.step[i + 1..]).map(|(a, x)| a * x).sum();
            self.step[i] = if row[i] == ZERO { ZERO } else { (self.step[i] - known) / row[i] };
        }
    }

    /// After a forward sweep: moves the cuts' currents `cut_current` so that no gap is left, and with them `current` and
    /// `v`. The two scratch slices are room for one conductor.
    pub(super) fn close(&mut self, tree: &Tree, conductor: &mut Conductor, scratch: &mut [Vec<Complex64>; 2]) {
        if self.n == 0 {
            return;
        }
        let Conductor { current, v, cut_current } = conductor;
        for ((gap, cut), &j) in self.mismatch.iter_mut().zip(&tree.cuts).zip(&*cut_current) {
            *gap = v[cut.0 as usize] - v[cut.1 as usize] - cut.2 * j;
        }
        self.solve();
        let [more, dv] = scratch;
        more.fill(ZERO);
        for ((&step, cut), j) in self.step.iter().zip(&tree.cuts).zip(cut_current) {
            *j += step;
            more[cut.0 as usize] += step;
            more[cut.1 as usize] -= step;
        }
        backward(tree, more);
        forward(tree, ZERO, more, dv);
        for &node in &tree.node {
            let i = node as usize;
            current[i] += more[i];
            v[i] += dv[i];
        }
    }

    /// Largest gap of voltage across a cut, volts.
    pub(super) fn gap(&self, tree: &Tree, conductor: &Conductor) -> f64 {
        let v = &conductor.v;
        let gaps = tree.cuts.iter().zip(&conductor.cut_current);
        gaps.map(|(cut, &j)| (v[cut.0 as usize] - v[cut.1 as usize] - cut.2 * j).norm()).fold(0.0, f64::max)
    }
}

/// State of one conductor: by bus the current into its branch (towards the loads) and the voltage to ground; by cut its
/// current.
#[derive(Default)]
pub(super) struct Conductor {
    pub current: Vec<Complex64>,
    pub v: Vec<Complex64>,
    pub cut_current: Vec<Complex64>,
}
