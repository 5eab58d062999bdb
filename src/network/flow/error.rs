//! Why an island has no answer.

use thiserror::Error;

/// An island that was refused or could not be solved. There is never a half answer beside it.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum FlowError {
    /// No source, or none with a phase.
    #[error("no source supplies this island")]
    NoSource,
    /// Not finite, zero (the phase conductor only), or with a negative resistance.
    #[error("line {line} has an impedance that no conductor has")]
    BadImpedance { line: u32 },
    /// The line ends at a bus that the island does not have.
    #[error("line {line} ends at a bus that does not exist")]
    BadLine { line: u32 },
    /// The source stands at a bus that does not exist, its voltage is not above zero, its impedance or magnetising
    /// admittance is not finite or negative, or it has no impedance and fights another such source at its bus.
    #[error("source {source_index} has data that no transformer has")]
    BadSource { source_index: u32 },
    /// The load is not a finite number, or `load_va` has not one row for each bus.
    #[error("the load at bus {bus} is missing or not a number")]
    BadLoad { bus: u32 },
    /// The load is more than the lines can carry, or so close to it that the iterations did not suffice. `bus` had the
    /// largest last change; where voltages became infinite it is the bus that was lowest just before.
    #[error("no voltage carries the load: bus {bus} still moves by {change_v:.3} V after {iterations} iterations")]
    NotConverged { bus: u32, iterations: u32, change_v: f64 },
    /// More loops than [`MAX_LOOPS`](super::MAX_LOOPS).
    #[error("{loops} loops: too meshed for a low-voltage network")]
    TooMeshed { loops: u32 },
}
