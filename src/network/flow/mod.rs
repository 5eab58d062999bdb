//! Voltages of a low-voltage network: an unbalanced load flow by backward/forward sweep, with loops and several sources.
//!
//! Pure and in SI units: volts phase to neutral, amperes, ohms, siemens, volt-amperes. Knows no files and no layers.
//!
//! # Model
//!
//! - A line has a conductor of impedance `z` for each phase it carries and a neutral of impedance `zn`; half of its
//!   charging stands at each end, phase to neutral. On a line of a radial feeder phase p falls by
//!   `z·I_p + zn·(I_a + I_b + I_c)`.
//! - A source is a transformer as T model: electromotive force, half of `z`, the magnetising admittance `y`, the other
//!   half of `z`, the bus; its star point is grounded (through `zn`). Forces stand at 0°, −120° and +120°.
//! - Loads draw constant power from phase to neutral.
//!
//! # Steps
//!
//! 1. `tree.rs`: check the island; walk it breadth first from the grid behind all sources. Each of the four conductors
//!    is a network of its own, since only the loads couple them: it has its own tree, in which parallel lines are one
//!    branch, and its own loops. What no tree reaches is `unreached` or `unserved`.
//! 2. `mesh.rs`: each line that closes a loop is cut and carries an unknown current; the impedances of the loops are
//!    factorised once.
//! 3. `sweep.rs`: the currents of the loads at the last voltages, summed towards the sources (backward); the voltage drops
//!    from the sources outwards (forward); the cut currents that close the gaps across the cuts; until no voltage moves
//!    by more than the tolerance and every load draws its power.
//!
//! Where all loads are equal on the three phases and everything carries all three, the neutral is idle and one phase is
//! solved for all.
//!
//! # Notes
//!
//! In a loop whose lines have different ratios of neutral to phase impedance, the neutral's current splits otherwise
//! than the phases' currents do; so the drop along *one* such line is not `z·I_p + zn·ΣI`, though it is over a feeder.
//!
//! # Example
//!
//! The same load hurts six times as much on one phase with its neutral as spread over three:
//!
//! ```
//! use cuntong::network::flow::{ABC, Complex64, Island, Line, Source, Tolerance, solve};
//!
//! let zero = Complex64::new(0.0, 0.0);
//! let z = Complex64::new(0.4, 0.1);
//! let drop = |load: [Complex64; 3]| {
//!     let island = Island {
//!         buses: 2,
//!         lines: vec![Line { from: 0, to: 1, z, zn: z, b: 0.0, phases: ABC }],
//!         sources: vec![Source { bus: 0, emf_v: 230.0, z: zero, zn: zero, y: zero, phases: ABC }],
//!         load_va: vec![[zero; 3], load],
//!     };
//!     let flow = solve(&island, Tolerance::default()).unwrap();
//!     230.0 - flow.v[1][0].norm()
//! };
//! let third = Complex64::new(100.0, 0.0);
//! let ratio = drop([3.0 * third, zero, zero]) / drop([third; 3]);
//! assert!((5.9..6.2).contains(&ratio));
//! ```

mod error;
mod mesh;
mod sweep;
mod tree;

pub use error::FlowError;
pub use num_complex::Complex64;
pub use sweep::Workspace;

/// Set of phases: bit 0 is a, bit 1 is b, bit 2 is c.
pub type Phases = u8;

/// All three phases.
pub const ABC: Phases = 7;

/// Loops, counted after parallel lines became one, beyond which an island is refused.
pub const MAX_LOOPS: usize = 300;

/// A line between two buses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Line {
    pub from: u32,
    pub to: u32,
    /// Series impedance of one phase conductor, ohm, whole length, all parallels together.
    pub z: Complex64,
    /// Series impedance of the neutral, ohm; zero is a perfect one. Of a line known by its sequence impedances it is
    /// (z₀ − z₁) / 3, which may be a little below zero.
    pub zn: Complex64,
    /// Charging susceptance of one phase, siemens, half at each end.
    pub b: f64,
    pub phases: Phases,
}

/// A transformer seen from its low-voltage side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Source {
    pub bus: u32,
    /// Phase-to-neutral volts at no load: high-voltage pu × rated low voltage / (1 + tap) / √3.
    pub emf_v: f64,
    /// Series impedance, ohm; zero is an ideal source.
    pub z: Complex64,
    /// Impedance in the way of the three phases' common current, ohm: (z₀ − z₁) / 3, zero where both are the same. A
    /// grid behind a transformer in delta adds to `z` but not to z₀.
    pub zn: Complex64,
    /// Magnetising admittance, siemens, in the middle of `z`.
    pub y: Complex64,
    pub phases: Phases,
}

/// What hangs together, and its sources.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Island {
    pub buses: u32,
    pub lines: Vec<Line>,
    pub sources: Vec<Source>,
    /// Power drawn at each bus on each phase, volt-amperes; negative is generation.
    pub load_va: Vec<[Complex64; 3]>,
}

/// When to stop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance {
    /// Largest change of a voltage in the last iteration, as a share of the highest electromotive force.
    pub relative: f64,
    pub max_iterations: u32,
}

impl Default for Tolerance {
    fn default() -> Self {
        Tolerance { relative: 1e-10, max_iterations: 500 }
    }
}

/// Voltages and currents of an island. Rows are in the order of the island's buses, lines and sources.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Solution {
    /// Volts phase to neutral; zero where the phase does not reach.
    pub v: Vec<[Complex64; 3]>,
    /// Phases supplied at each bus.
    pub phases: Vec<Phases>,
    /// Amperes through each line's phase conductors, between the two halves of its charging.
    pub line_a: Vec<[f64; 3]>,
    /// Power drawn from each source, behind its impedance, volt-amperes.
    pub source_va: Vec<[Complex64; 3]>,
    /// Amperes from each source into its bus.
    pub source_a: Vec<[f64; 3]>,
    pub iterations: u32,
    /// Loads left out because their phase (0, 1, 2) does not reach their bus: bus and phase.
    pub unserved: Vec<(u32, u8)>,
    /// Buses that no source reaches; their loads are left out.
    pub unreached: Vec<u32>,
}

impl Solution {
    /// Voltage of a phase (0, 1, 2) at a bus as a share of `nominal_v`, volts phase to neutral. None where the phase does
    /// not reach or the bus does not exist.
    pub fn pu(&self, bus: u32, phase: u8, nominal_v: f64) -> Option<f64> {
        let supplied = *self.phases.get(bus as usize)?;
        let v = self.v.get(bus as usize)?.get(phase as usize)?;
        (supplied >> phase & 1 == 1).then(|| sweep::size(*v) / nominal_v)
    }

    /// The lowest phase at a bus and its voltage as a share of `nominal_v`, volts phase to neutral. Of equal ones the first.
    pub fn worst(&self, bus: u32, nominal_v: f64) -> Option<(u8, f64)> {
        let all = (0..3u8).filter_map(|p| self.pu(bus, p, nominal_v).map(|pu| (p, pu)));
        all.reduce(|best, next| if next.1 < best.1 { next } else { best })
    }

    /// What sources give and loads do not get, volt-amperes: in lines, neutrals and transformers, iron included.
    pub fn losses_va(&self, island: &Island) -> Complex64 {
        let given: Complex64 = self.source_va.iter().flatten().sum();
        let loads = island.load_va.iter().zip(&self.phases);
        let drawn: Complex64 = loads.flat_map(|(s, &on)| (0..3).filter(move |p| on >> p & 1 == 1).map(|p| s[p])).sum();
        given - drawn
    }
}

/// Solves one island.
///
/// # Errors
///
/// See [`FlowError`]. A load beyond what the lines can carry is [`FlowError::NotConverged`].
pub fn solve(island: &Island, tolerance: Tolerance) -> Result<Solution, FlowError> {
    solve_with(&mut Workspace::default(), island, tolerance)
}

/// As [`solve`], with memory that is kept from island to island: one workspace for each thread.
///
/// # Errors
///
/// As [`solve`].
pub fn solve_with(workspace: &mut Workspace, island: &Island, tolerance: Tolerance) -> Result<Solution, FlowError> {
    workspace.solve(island, tolerance, true)
}

/// As [`solve`], but each phase on its own even where one would do for all: to compare the two.
///
/// # Errors
///
/// As [`solve`].
pub fn solve_per_phase(island: &Island, tolerance: Tolerance) -> Result<Solution, FlowError> {
    Workspace::default().solve(island, tolerance, false)
}
