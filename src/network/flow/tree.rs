//! Step 1: check the island, walk it breadth first, and make a tree of branches for each conductor.

use super::{ABC, Complex64, FlowError, Island, Phases, Source};

/// No position, no branch.
pub(super) const NONE: u32 = u32::MAX;
/// Marks a line's branch as a cut one.
pub(super) const CUT: u32 = 1 << 31;
const ZERO: Complex64 = Complex64::new(0.0, 0.0);

/// Names the first row that cannot be.
pub(super) fn check(island: &Island) -> Result<(), FlowError> {
    let passive = |z: Complex64| z.is_finite() && z.re >= 0.0;
    // What the common current of three phases meets.
    let common = |z: Complex64, zn: Complex64| zn.is_finite() && (zn.re >= 0.0 || passive(z + 3.0 * zn));
    for (i, l) in island.lines.iter().enumerate() {
        let line = i as u32;
        if l.from >= island.buses || l.to >= island.buses {
            return Err(FlowError::BadLine { line });
        }
        if !passive(l.z) || l.z == ZERO || !common(l.z, l.zn) || !l.b.is_finite() {
            return Err(FlowError::BadImpedance { line });
        }
    }
    for (i, s) in island.sources.iter().enumerate() {
        let (emf, z) = thevenin(s);
        let good =
            s.emf_v > 0.0 && passive(s.z) && common(s.z, s.zn) && passive(s.y) && emf.is_finite() && z.is_finite();
        if s.bus >= island.buses || !good {
            return Err(FlowError::BadSource { source_index: i as u32 });
        }
    }
    if island.load_va.len() != island.buses as usize {
        let bus = island.buses.min(u32::try_from(island.load_va.len()).unwrap_or(NONE));
        return Err(FlowError::BadLoad { bus });
    }
    if let Some(bus) = island.load_va.iter().position(|s| s.iter().any(|s| !s.is_finite())) {
        return Err(FlowError::BadLoad { bus: bus as u32 });
    }
    if island.sources.iter().all(|s| s.phases & ABC == 0) {
        return Err(FlowError::NoSource);
    }
    Ok(())
}

/// The T model as its bus sees it: force in phase a, and impedance.
pub(super) fn thevenin(s: &Source) -> (Complex64, Complex64) {
    let half = s.z * 0.5;
    let divider = (Complex64::new(1.0, 0.0) + s.y * half).inv();
    (divider * s.emf_v, half + half * divider)
}

/// Two branches side by side. None where they resonate.
fn parallel(a: Complex64, b: Complex64) -> Option<Complex64> {
    if a == ZERO || b == ZERO {
        return Some(ZERO);
    }
    let z = a * b / (a + b);
    z.is_finite().then_some(z)
}

/// Which lines end at a bus.
#[derive(Default)]
pub(super) struct Graph {
    first: Vec<u32>,
    /// The other bus and the line.
    ends: Vec<(u32, u32)>,
}

impl Graph {
    pub(super) fn build(&mut self, island: &Island) {
        let first = &mut self.first;
        first.clear();
        first.resize(island.buses as usize + 1, 0);
        for l in &island.lines {
            first[l.from as usize] += 1;
            first[l.to as usize] += 1;
        }
        let mut sum = 0;
        for f in first.iter_mut() {
            sum += *f;
            *f = sum;
        }
        self.ends.clear();
        self.ends.resize(2 * island.lines.len(), (0, 0));
        for (i, l) in island.lines.iter().enumerate().rev() {
            for (bus, other) in [(l.from, l.to), (l.to, l.from)] {
                let at = &mut first[bus as usize];
                *at -= 1;
                self.ends[*at as usize] = (other, i as u32);
            }
        }
    }
}

/// Buses in breadth-first order from the sources, over the lines that carry at least one of some phases.
#[derive(Default)]
pub(super) struct Walk {
    pub order: Vec<u32>,
    /// Position of the bus before this one, and the line between; neither at the sources, which come first.
    parent: Vec<(u32, u32)>,
    pub roots: usize,
    /// Position of each bus, or [`NONE`].
    pub at: Vec<u32>,
    /// Lines beside the tree: later position, earlier position, line.
    beside: Vec<(u32, u32, u32)>,
}

impl Walk {
    pub(super) fn run(&mut self, graph: &Graph, island: &Island, mask: Phases) {
        self.order.clear();
        self.parent.clear();
        self.beside.clear();
        self.at.clear();
        self.at.resize(island.buses as usize, NONE);
        for s in island.sources.iter().filter(|s| s.phases & mask != 0) {
            if self.at[s.bus as usize] == NONE {
                self.at[s.bus as usize] = self.order.len() as u32;
                self.order.push(s.bus);
                self.parent.push((NONE, NONE));
            }
        }
        self.roots = self.order.len();
        let mut k = 0;
        while let Some(&bus) = self.order.get(k) {
            let ends = graph.first[bus as usize] as usize..graph.first[bus as usize + 1] as usize;
            for &(other, line) in &graph.ends[ends] {
                if island.lines[line as usize].phases & mask == 0 {
                    continue;
                }
                let at = self.at[other as usize];
                if at == NONE {
                    self.at[other as usize] = self.order.len() as u32;
                    self.order.push(other);
                    self.parent.push((k as u32, line));
                } else if (at as usize) < k && line != self.parent[k].1 {
                    self.beside.push((k as u32, at, line));
                }
            }
            k += 1;
        }
    }
}

/// A branch that closes a loop, cut open: from, to (numbers of buses as in [`Tree::node`]), impedance.
pub(super) type Cut = (u32, u32, Complex64);

/// One conductor: the branches outwards from the sources. Buses have the numbers of the walk over all phases.
#[derive(Default)]
pub(super) struct Tree {
    /// The bus at the outer end of each branch; branches are in an order that begins at the sources.
    pub node: Vec<u32>,
    /// The bus at the inner end; of no meaning for the first `roots` branches, which lead to the grid.
    pub up: Vec<u32>,
    pub z: Vec<Complex64>,
    pub roots: usize,
    /// Force of phase a behind each of the first branches.
    pub emf: Vec<Complex64>,
    pub cuts: Vec<Cut>,
    /// Each line's branch: its position, or [`CUT`] and the number of the cut, or [`NONE`].
    pub branch: Vec<u32>,
}

impl Tree {
    /// The tree of a phase (`Some`, a mask of one bit) or of the neutral, along `walk`, numbered as in `all`.
    pub(super) fn build(
        &mut self,
        walk: &Walk,
        all: &[u32],
        island: &Island,
        phase: Option<Phases>,
    ) -> Result<(), FlowError> {
        let z_of = |line: u32| {
            let l = &island.lines[line as usize];
            if phase.is_some() { l.z } else { l.zn }
        };
        self.roots = walk.roots;
        self.node.clear();
        self.node.extend(walk.order.iter().map(|&bus| all[bus as usize]));
        self.branch.clear();
        self.branch.resize(island.lines.len(), NONE);
        self.up.clear();
        self.z.clear();
        for (k, &(parent, line)) in walk.parent.iter().enumerate() {
            if line == NONE {
                self.up.push(NONE);
                self.z.push(ZERO);
            } else {
                self.up.push(self.node[parent as usize]);
                self.z.push(z_of(line));
                self.branch[line as usize] = k as u32;
            }
        }
        self.sources(walk, island, phase)?;
        self.beside(walk, z_of)
    }

    /// Sources at one bus become one.
    fn sources(&mut self, walk: &Walk, island: &Island, phase: Option<Phases>) -> Result<(), FlowError> {
        self.emf.clear();
        self.emf.resize(self.roots, ZERO);
        let Some(phase) = phase else {
            self.star_points(walk, island);
            return Ok(());
        };
        for (i, s) in island.sources.iter().enumerate().filter(|(_, s)| s.phases & phase != 0) {
            let k = walk.at[s.bus as usize] as usize;
            let (emf, z) = thevenin(s);
            if self.emf[k] == ZERO {
                (self.emf[k], self.z[k]) = (emf, z);
                continue;
            }
            let sum = self.z[k] + z;
            if sum != ZERO {
                self.emf[k] = (self.emf[k] * z + emf * self.z[k]) / sum;
                self.z[k] = self.z[k] * z / sum;
            }
            if (sum == ZERO && emf != self.emf[k]) || !self.emf[k].is_finite() || !self.z[k].is_finite() {
                return Err(FlowError::BadSource { source_index: i as u32 });
            }
        }
        Ok(())
    }

    /// The neutral's way to ground through the sources at a bus.
    fn star_points(&mut self, walk: &Walk, island: &Island) {
        if island.sources.iter().all(|s| s.zn == ZERO) {
            return;
        }
        let mut both = vec![None; self.roots];
        for s in &island.sources {
            let (z1, z0) = (s.z, s.z + 3.0 * s.zn);
            let at = &mut both[walk.at[s.bus as usize] as usize];
            *at =
                Some(at.map_or((z1, z0), |(a, b)| (parallel(a, z1).unwrap_or(ZERO), parallel(b, z0).unwrap_or(ZERO))));
        }
        for (z, both) in self.z.iter_mut().zip(both) {
            *z = both.map_or(ZERO, |(z1, z0)| (z0 - z1) / 3.0);
        }
    }

    /// Lines beside the tree join a branch between the same buses, or become cuts.
    fn beside(&mut self, walk: &Walk, z_of: impl Fn(u32) -> Complex64) -> Result<(), FlowError> {
        self.cuts.clear();
        let resonates = |line| FlowError::BadImpedance { line };
        let mut beside: Vec<(u32, u32, u32)> = Vec::new();
        for &(k, at, line) in &walk.beside {
            if walk.parent[k as usize].0 == at {
                let z = &mut self.z[k as usize];
                *z = parallel(*z, z_of(line)).ok_or(resonates(line))?;
                self.branch[line as usize] = k;
            } else {
                beside.push((k, at, line));
            }
        }
        beside.sort_unstable();
        let mut last = (NONE, NONE);
        for (k, at, line) in beside {
            if last != (k, at) {
                self.cuts.push((self.node[k as usize], self.node[at as usize], z_of(line)));
                last = (k, at);
            } else if let Some((_, _, z)) = self.cuts.last_mut() {
                *z = parallel(*z, z_of(line)).ok_or(resonates(line))?;
            }
            self.branch[line as usize] = CUT | (self.cuts.len() - 1) as u32;
        }
        Ok(())
    }
}
