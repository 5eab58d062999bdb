//! Step 3: the iterations.

use super::mesh::{Conductor, Loops};
use super::tree::{CUT, Graph, NONE, Tree, Walk, check, thevenin};
use super::{ABC, Complex64, FlowError, Island, MAX_LOOPS, Solution, Tolerance};

const ZERO: Complex64 = Complex64::new(0.0, 0.0);
/// Power that may be missing at a bus, as a share of the largest load.
const BALANCE: f64 = 1e-6;
/// Forces of the three phases stand at these angles, that of the neutral is nothing.
const TURN: [Complex64; 4] = [
    Complex64::new(1.0, 0.0),
    Complex64::new(-0.5, -0.866_025_403_784_438_6),
    Complex64::new(-0.5, 0.866_025_403_784_438_6),
    ZERO,
];
const NEUTRAL: usize = 3;

/// Memory of a solution that the next one uses again. Buses are numbered as the walk from the sources meets them.
#[derive(Default)]
pub struct Workspace {
    graph: Graph,
    walk: Walk,
    phase_walk: Walk,
    trees: [Tree; 4],
    loops: [Loops; 4],
    conductors: [Conductor; 4],
    scratch: [Vec<Complex64>; 2],
    phases: [Phase; 3],
    /// Tree of each conductor: phases share one where every line and source carries all three.
    tree_of: [usize; 4],
    /// One phase stands for all three, without a neutral.
    one_for_all: bool,
    /// Highest force, volts, and largest load, volt-amperes.
    emf_v: f64,
    load_va: f64,
}

/// Loads of one phase.
#[derive(Default)]
struct Phase {
    load: Vec<Complex64>,
    /// Charging, siemens.
    charging: Vec<f64>,
    /// Volts phase to neutral.
    v: Vec<Complex64>,
}

/// How the iterations ended.
enum End {
    Converged(u32),
    /// The bus that moved most, and by how many volts.
    Slow(u32, f64),
    /// A voltage was no longer a number in this iteration.
    Broken(u32),
}

/// Sums currents from the ends to the sources.
pub(super) fn backward(tree: &Tree, current: &mut [Complex64]) {
    let branches = tree.node.iter().zip(&tree.up).skip(tree.roots);
    for (&node, &up) in branches.rev() {
        let c = current[node as usize];
        current[up as usize] += c;
    }
}

/// Voltage drops from the sources to the ends, the forces turned by `turn`.
pub(super) fn forward(tree: &Tree, turn: Complex64, current: &[Complex64], v: &mut [Complex64]) {
    for ((&node, &emf), &z) in tree.node.iter().zip(&tree.emf).zip(&tree.z) {
        v[node as usize] = emf * turn - z * current[node as usize];
    }
    let branches = tree.node.iter().zip(&tree.up).zip(&tree.z).skip(tree.roots);
    for ((&node, &up), &z) in branches {
        v[node as usize] = v[up as usize] - z * current[node as usize];
    }
}

/// Current of a load and of the charging at voltage `v`.
#[inline]
fn draw(load: Complex64, charging: f64, v: Complex64) -> Complex64 {
    let scale = 1.0 / v.norm_sqr();
    let (re, im) = (load.re * v.re + load.im * v.im, load.re * v.im - load.im * v.re);
    Complex64::new(re * scale - charging * v.im, im * scale + charging * v.re)
}

/// As `norm`, but without its care for numbers whose square is out of range.
#[inline]
pub(super) fn size(z: Complex64) -> f64 {
    z.norm_sqr().sqrt()
}

fn fill<T: Clone>(part: &mut Vec<T>, n: usize, value: T) {
    part.clear();
    part.resize(n, value);
}

impl Workspace {
    /// `may_share`: solve one phase for all three where that is the same.
    pub(super) fn solve(&mut self, island: &Island, limit: Tolerance, may_share: bool) -> Result<Solution, FlowError> {
        check(island)?;
        self.prepare(island, may_share)?;
        self.start();
        match self.iterate(limit) {
            End::Converged(iterations) => Ok(self.answer(island, iterations)),
            End::Slow(i, change_v) => Err(self.stopped(i, limit.max_iterations, change_v)),
            End::Broken(at) => {
                self.start();
                let again = self.iterate(Tolerance { max_iterations: at - 1, ..limit });
                let change_v = if let End::Slow(_, change_v) = again { change_v } else { f64::INFINITY };
                Err(self.stopped(self.lowest(), at, change_v))
            }
        }
    }

    fn stopped(&self, i: u32, iterations: u32, change_v: f64) -> FlowError {
        FlowError::NotConverged { bus: self.walk.order[i as usize], iterations, change_v }
    }

    /// Trees, loops, and the loads in the order of the walk.
    fn prepare(&mut self, island: &Island, may_share: bool) -> Result<(), FlowError> {
        self.graph.build(island);
        self.walk.run(&self.graph, island, ABC);
        let whole =
            island.lines.iter().all(|l| l.phases & ABC == ABC) && island.sources.iter().all(|s| s.phases & ABC == ABC);
        self.one_for_all = may_share && whole && island.load_va.iter().all(|s| s[0] == s[1] && s[1] == s[2]);
        self.tree_of = if whole { [0, 0, 0, NEUTRAL] } else { [0, 1, 2, NEUTRAL] };

        let n = self.walk.order.len();
        for c in self.used() {
            fill(&mut self.conductors[c].current, n, ZERO);
            fill(&mut self.conductors[c].v, n, ZERO);
        }
        for part in &mut self.scratch {
            fill(part, n, ZERO);
        }
        if !self.one_for_all {
            // The neutral is on every line, so its loops are the most.
            self.build_tree(island, NEUTRAL, None)?;
        }
        for p in 0..if whole { 1 } else { 3 } {
            self.build_tree(island, p, Some(1 << p))?;
        }
        for c in self.used() {
            let cuts = self.trees[self.tree_of[c]].cuts.len();
            fill(&mut self.conductors[c].cut_current, cuts, ZERO);
        }
        self.loads(island);
        Ok(())
    }

    fn build_tree(&mut self, island: &Island, t: usize, phase: Option<u8>) -> Result<(), FlowError> {
        let own = phase.is_some() && self.tree_of[1] != 0;
        if own {
            self.phase_walk.run(&self.graph, island, phase.unwrap_or(ABC));
        }
        let walk = if own { &self.phase_walk } else { &self.walk };
        self.trees[t].build(walk, &self.walk.at, island, phase)?;
        let loops = self.trees[t].cuts.len();
        if loops > MAX_LOOPS {
            return Err(FlowError::TooMeshed { loops: loops as u32 });
        }
        let [current, v] = &mut self.scratch;
        self.loops[t].build(&self.trees[t], current, v)
    }

    fn loads(&mut self, island: &Island) {
        let n = self.walk.order.len();
        self.load_va = 0.0;
        self.emf_v = island.sources.iter().map(|s| s.emf_v).fold(0.0, f64::max);
        for p in 0..if self.one_for_all { 1 } else { 3 } {
            let phase = &mut self.phases[p];
            fill(&mut phase.load, n, ZERO);
            fill(&mut phase.charging, n, 0.0);
            fill(&mut phase.v, n, ZERO);
            for &i in &self.trees[self.tree_of[p]].node {
                let load = island.load_va[self.walk.order[i as usize] as usize][p];
                phase.load[i as usize] = load;
                self.load_va = self.load_va.max(size(load));
                phase.v[i as usize].re = 1.0;
            }
            for l in island.lines.iter().filter(|l| l.b != 0.0 && l.phases >> p & 1 == 1) {
                for bus in [l.from, l.to] {
                    let i = self.walk.at[bus as usize];
                    if i != NONE && phase.v[i as usize] != ZERO {
                        phase.charging[i as usize] += l.b / 2.0;
                    }
                }
            }
        }
    }

    /// Conductors that are solved.
    fn used(&self) -> std::ops::Range<usize> {
        if self.one_for_all { 0..1 } else { 0..4 }
    }

    /// Voltages without load.
    fn start(&mut self) {
        for c in self.used() {
            let tree = &self.trees[self.tree_of[c]];
            let Conductor { current, v, cut_current } = &mut self.conductors[c];
            current.fill(ZERO);
            cut_current.fill(ZERO);
            forward(tree, TURN[c], current, v);
            if c < NEUTRAL {
                self.phases[c].v.copy_from_slice(v);
            }
        }
    }

    fn iterate(&mut self, limit: Tolerance) -> End {
        let mut last = (0, f64::INFINITY);
        for iteration in 1..=limit.max_iterations {
            let moved = if self.one_for_all { self.sweep_one() } else { self.sweep_all() };
            if !moved.sum.is_finite() {
                return End::Broken(iteration);
            }
            last = (moved.bus, moved.worst.sqrt());
            if last.1 <= limit.relative * self.emf_v && self.balanced(limit, last.1) {
                return End::Converged(iteration);
            }
        }
        End::Slow(last.0, last.1)
    }

    /// One iteration of the phase that stands for all.
    fn sweep_one(&mut self) -> Moved {
        let (tree, phase, conductor) = (&self.trees[0], &mut self.phases[0], &mut self.conductors[0]);
        let loads = phase.load.iter().zip(&phase.charging).zip(&phase.v);
        for (current, ((&load, &charging), &v)) in conductor.current.iter_mut().zip(loads) {
            *current = draw(load, charging, v);
        }
        follow(tree, &mut self.loops[0], conductor, TURN[0], &mut self.scratch);
        let mut moved = Moved::default();
        for (i, (v, &new)) in phase.v.iter_mut().zip(&conductor.v).enumerate() {
            moved.see(i, (new - *v).norm_sqr());
            *v = new;
        }
        moved
    }

    /// One iteration of three phases and the neutral.
    fn sweep_all(&mut self) -> Moved {
        let [phases @ .., neutral] = &mut self.conductors;
        neutral.current.fill(ZERO);
        for (p, (phase, conductor)) in self.phases.iter().zip(phases.iter_mut()).enumerate() {
            for &node in &self.trees[self.tree_of[p]].node {
                let i = node as usize;
                let current = draw(phase.load[i], phase.charging[i], phase.v[i]);
                conductor.current[i] = current;
                neutral.current[i] -= current;
            }
        }
        for (c, conductor) in self.conductors.iter_mut().enumerate() {
            let t = self.tree_of[c];
            follow(&self.trees[t], &mut self.loops[t], conductor, TURN[c], &mut self.scratch);
        }
        let mut moved = Moved::default();
        let [phases @ .., neutral] = &self.conductors;
        for (p, (phase, conductor)) in self.phases.iter_mut().zip(phases).enumerate() {
            for &node in &self.trees[self.tree_of[p]].node {
                let i = node as usize;
                let new = conductor.v[i] - neutral.v[i];
                moved.see(i, (new - phase.v[i]).norm_sqr());
                phase.v[i] = new;
            }
        }
        moved
    }

    /// True where every load gets its power and no loop has a gap. The currents were drawn at voltages at most `change_v`
    /// away from the present ones, so that share of the power is missing.
    fn balanced(&self, limit: Tolerance, change_v: f64) -> bool {
        let served = (0..if self.one_for_all { 1 } else { 3 }).all(|p| {
            let phase = &self.phases[p];
            let mut nodes = self.trees[self.tree_of[p]].node.iter().map(|&i| i as usize);
            nodes.all(|i| size(phase.load[i]) * change_v <= BALANCE * self.load_va * size(phase.v[i]))
        });
        let room = limit.relative.max(1e-12) * self.emf_v;
        served
            && self.used().all(|c| {
                let t = self.tree_of[c];
                self.loops[t].gap(&self.trees[t], &self.conductors[c]) <= room
            })
    }

    /// The bus with the lowest voltage now; of equal ones the farthest.
    fn lowest(&self) -> u32 {
        let mut best = (0, f64::INFINITY);
        for p in 0..if self.one_for_all { 1 } else { 3 } {
            for &i in &self.trees[self.tree_of[p]].node {
                let v = self.phases[p].v[i as usize].norm_sqr();
                if v <= best.1 {
                    best = (i, v);
                }
            }
        }
        best.0
    }

    /// The solution in the island's own order.
    fn answer(&mut self, island: &Island, iterations: u32) -> Solution {
        let buses = island.buses as usize;
        let mut s = Solution {
            v: vec![[ZERO; 3]; buses],
            phases: vec![0; buses],
            line_a: vec![[0.0; 3]; island.lines.len()],
            source_va: vec![[ZERO; 3]; island.sources.len()],
            source_a: vec![[0.0; 3]; island.sources.len()],
            iterations,
            ..Solution::default()
        };
        for p in 0..3 {
            let from = if self.one_for_all { 0 } else { p };
            let turn = if self.one_for_all { TURN[p] } else { TURN[0] };
            let tree = &self.trees[self.tree_of[p]];
            for &i in &tree.node {
                let bus = self.walk.order[i as usize] as usize;
                s.v[bus][p] = self.phases[from].v[i as usize] * turn;
                s.phases[bus] |= 1 << p;
            }
            let state = &self.conductors[from];
            for ((line, &branch), amps) in island.lines.iter().zip(&tree.branch).zip(&mut s.line_a) {
                let (current, z) = if branch == NONE {
                    continue;
                } else if branch & CUT != 0 {
                    let k = (branch & !CUT) as usize;
                    (state.cut_current[k], tree.cuts[k].2)
                } else {
                    (state.current[tree.node[branch as usize] as usize], tree.z[branch as usize])
                };
                amps[p] = if z == line.z { size(current) } else { size(current * z / line.z) };
            }
            self.source_currents(island, p, from, turn, &mut s);
        }
        if self.walk.order.len() < buses {
            s.unreached = (0..island.buses).filter(|&b| self.walk.at[b as usize] == NONE).collect();
        }
        for (bus, load) in island.load_va.iter().enumerate() {
            if s.phases[bus] != ABC && self.walk.at[bus] != NONE {
                let dark = (0..3u8).filter(|&p| s.phases[bus] >> p & 1 == 0 && load[p as usize] != ZERO);
                s.unserved.extend(dark.map(|p| (bus as u32, p)));
            }
        }
        s
    }

    /// What each source gives on phase `p`: its own share where several stand at one bus.
    fn source_currents(&mut self, island: &Island, p: usize, from: usize, turn: Complex64, s: &mut Solution) {
        let tree = &self.trees[self.tree_of[p]];
        let force = if self.one_for_all { TURN[0] } else { TURN[p] };
        let state = &self.conductors[from];
        let [left, count] = &mut self.scratch;
        for &i in &tree.node[..tree.roots] {
            left[i as usize] = state.current[i as usize];
            count[i as usize] = ZERO;
        }
        let own = || island.sources.iter().enumerate().filter(|(_, source)| source.phases >> p & 1 == 1);
        for (_, source) in own() {
            count[self.walk.at[source.bus as usize] as usize].re += 1.0;
        }
        // First those whose impedance tells their share, then the ideal or lone one that gives the rest.
        for rest in [false, true] {
            for (k, source) in own() {
                let i = self.walk.at[source.bus as usize] as usize;
                let (emf, z) = thevenin(source);
                let takes_rest = count[i].re == 1.0 || z == ZERO;
                if takes_rest != rest {
                    continue;
                }
                let current = if rest { left[i] } else { (emf * force - state.v[i]) / z };
                left[i] -= current;
                let half = source.z * 0.5;
                let iron = source.y * (state.v[i] + current * half);
                s.source_a[k][p] = size(current);
                s.source_va[k][p] = (force * turn) * source.emf_v * ((current + iron) * turn).conj();
            }
        }
    }
}

/// What a change of voltages amounts to.
#[derive(Default)]
struct Moved {
    /// The bus that moved most, and the square of the volts.
    bus: u32,
    worst: f64,
    /// Not finite when any change is not.
    sum: f64,
}

impl Moved {
    #[inline]
    fn see(&mut self, i: usize, square: f64) {
        self.sum += square;
        if square > self.worst {
            self.worst = square;
            self.bus = i as u32;
        }
    }
}

/// From the currents that loads draw to the voltages of one conductor.
fn follow(
    tree: &Tree,
    loops: &mut Loops,
    conductor: &mut Conductor,
    turn: Complex64,
    scratch: &mut [Vec<Complex64>; 2],
) {
    for (cut, &j) in tree.cuts.iter().zip(&conductor.cut_current) {
        conductor.current[cut.0 as usize] += j;
        conductor.current[cut.1 as usize] -= j;
    }
    backward(tree, &mut conductor.current);
    forward(tree, turn, &conductor.current, &mut conductor.v);
    loops.close(tree, conductor, scratch);
}
