//! The power grid: substations, transformers, lines, buses, supply points, voltage readings.
//!
//! Ids that layers give are resolved to [`BusIx`]; what has no ids is joined by geometry later.

use geo::Coord;
use num_complex::Complex64;
use serde::{Deserialize, Serialize};

/// Typed index into [`PowerGrid::buses`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct BusIx(pub u32);

/// Set of phases: bit 0 is a, bit 1 is b, bit 2 is c.
pub type Phases = u8;
/// All three phases.
pub const ABC: Phases = 7;

/// Voltage level: low is under 1 kV, medium up to 66 kV.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Low,
    Medium,
    High,
}

impl Level {
    /// Level of a nominal voltage in volts.
    pub fn of(volts: f64) -> Self {
        match volts {
            v if v < 1_000.0 => Level::Low,
            v if v <= 66_000.0 => Level::Medium,
            _ => Level::High,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Level::Low => "low",
            Level::Medium => "medium",
            Level::High => "high",
        }
    }
}

/// An electrical node that some layer names.
#[derive(Debug, Clone, Default)]
pub struct PowerBus {
    pub id: String,
    pub point: Option<Coord>,
    pub nominal_v: Option<f64>,
    /// A voltage that somebody published for it, share of the nominal.
    pub published_pu: Option<f64>,
    /// Of the buses layer, not merely named by others.
    pub listed: bool,
}

/// A substation that feeds the medium-voltage grid, or a secondary one that does not.
#[derive(Debug, Clone)]
pub struct Substation {
    pub id: String,
    pub name: Option<String>,
    pub point: Coord,
    /// Highest voltage, volts.
    pub voltage_v: Option<f64>,
    pub rating_kva: Option<f64>,
    /// Feeds the medium-voltage grid.
    pub is_source: bool,
    pub bus: Option<BusIx>,
    pub source: u16,
}

/// A distribution transformer.
#[derive(Debug, Clone)]
pub struct Transformer {
    pub id: String,
    pub name: Option<String>,
    /// `None` where neither it nor its buses have a place.
    pub point: Option<Coord>,
    pub hv_bus: Option<BusIx>,
    pub lv_bus: Option<BusIx>,
    pub rating_kva: Option<f64>,
    pub phases: Phases,
    /// No layer states the phases; taken as three.
    pub phases_assumed: bool,
    pub lv_nominal_v: f64,
    /// Short-circuit voltage and its real part, percent.
    pub vk_percent: f64,
    pub vkr_percent: f64,
    pub iron_loss_kw: f64,
    pub i0_percent: f64,
    /// How much the ratio is above that of the nominal voltages, as a share of it: taps on the high side, and a rated
    /// high voltage that is not that of the bus.
    pub tap: f64,
    pub hv_source_pu: Option<f64>,
    /// Short-circuit power of the grid on the high side; `None`: a grid that does not give way.
    pub hv_short_circuit_mva: Option<f64>,
    /// Resistance over reactance of that grid.
    pub hv_rx: f64,
    /// Equal transformers side by side.
    pub parallel: f64,
    pub households: Option<f64>,
    pub source: u16,
}

impl Transformer {
    /// Impedance of the grid on the high side where a square of `base_v2` volts² is 1 pu.
    pub fn grid_ohm(&self, base_v2: f64) -> Complex64 {
        let Some(mva) = self.hv_short_circuit_mva else { return Complex64::ZERO };
        let size = base_v2 / (mva * 1e6);
        let x = size / self.hv_rx.hypot(1.0);
        Complex64::new(self.hv_rx * x, x)
    }
}

/// A power line.
#[derive(Debug, Clone)]
pub struct PowerLine {
    pub id: String,
    pub name: Option<String>,
    pub from: Option<BusIx>,
    pub to: Option<BusIx>,
    pub voltage_v: Option<f64>,
    /// `None` where neither the line nor what it joins tells its voltage.
    pub level: Option<Level>,
    /// `None` where no layer states them.
    pub phases: Option<Phases>,
    pub conductor: Option<String>,
    /// Metres, as stated or of the geometry.
    pub length_m: f64,
    /// Series impedance of one phase conductor, ohm per km of one of the parallels: r, x.
    pub ohm_per_km: Option<(f64, f64)>,
    pub c_nf_per_km: f64,
    pub parallel: f64,
    pub max_i_ka: Option<f64>,
    /// Zero-sequence impedance, ohm per km of one of the parallels: r0, x0. With it goes the neutral.
    pub zero_ohm_per_km: Option<(f64, f64)>,
    /// Neutral impedance over phase impedance, where the zero-sequence impedance is not known.
    pub neutral_ratio: f64,
    /// Positions; two where only the buses have places.
    pub coords: Box<[Coord]>,
    pub source: u16,
}

/// A supply point: what draws power at one bus.
#[derive(Debug, Clone)]
pub struct Load {
    pub id: String,
    pub name: Option<String>,
    pub bus: Option<BusIx>,
    pub point: Option<Coord>,
    /// `None`: as the lines at its bus.
    pub phases: Option<Phases>,
    pub p_kw: Option<f64>,
    pub q_kvar: Option<f64>,
    pub households: Option<f64>,
    pub people: Option<f64>,
    /// Index into the world's villages, where the layer names one.
    pub village: Option<u32>,
    pub source: u16,
}

/// Where a voltage was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadAt {
    Load(u32),
    Transformer(u32),
    Bus(BusIx),
    Village(u32),
}

/// One voltage reading.
#[derive(Debug, Clone)]
pub struct VoltageReading {
    pub at: ReadAt,
    pub volts: f64,
    pub nominal_v: f64,
    /// Of one phase to neutral (220 V); else between lines.
    pub single_phase: bool,
    /// As the layer has it, ISO 8601.
    pub time: Option<String>,
    pub source: u16,
}

/// Everything electrical.
#[derive(Debug, Clone, Default)]
pub struct PowerGrid {
    pub substations: Vec<Substation>,
    pub transformers: Vec<Transformer>,
    pub lines: Vec<PowerLine>,
    pub buses: Vec<PowerBus>,
    pub loads: Vec<Load>,
    pub readings: Vec<VoltageReading>,
    /// The atlas names lines, transformers or substations, even if they turned out empty: only then can "nothing
    /// near" be said.
    pub has_grid: bool,
    /// All its lines and transformers come from OpenStreetMap, whose mappers need not have been everywhere.
    pub from_osm: bool,
}

impl PowerGrid {
    /// Something of it has a place; of a grid that is a list of buses alone nobody can say who is near it.
    pub fn has_places(&self) -> bool {
        self.transformers.iter().any(|t| t.point.is_some())
            || !self.substations.is_empty()
            || self.lines.iter().any(|l| !l.coords.is_empty())
    }

    /// The layers hold distribution (low or medium voltage), not transmission alone: where they do not, a village far
    /// from all lines may well have power.
    pub fn has_distribution(&self) -> bool {
        !self.transformers.is_empty() || self.lines.iter().any(|l| l.level != Some(Level::High))
    }
}
