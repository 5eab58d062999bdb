//! What the power part of a practice region consists of.

use geo::Coord;

/// A conductor of the practice region: ohm per kilometre and ampacity.
#[derive(Debug, PartialEq)]
pub struct Conductor {
    pub name: &'static str,
    pub r: f64,
    pub x: f64,
    pub max_i_ka: f64,
}

pub const LGJ_16: Conductor = Conductor { name: "LGJ-16", r: 1.98, x: 0.40, max_i_ka: 0.105 };
pub const LGJ_25: Conductor = Conductor { name: "LGJ-25", r: 1.31, x: 0.39, max_i_ka: 0.135 };
pub const LGJ_35: Conductor = Conductor { name: "LGJ-35", r: 0.91, x: 0.38, max_i_ka: 0.17 };
pub const LGJ_50: Conductor = Conductor { name: "LGJ-50", r: 0.63, x: 0.37, max_i_ka: 0.22 };
pub const JKLYJ_70: Conductor = Conductor { name: "JKLYJ-70", r: 0.44, x: 0.34, max_i_ka: 0.24 };
pub const JKLYJ_120: Conductor = Conductor { name: "JKLYJ-120", r: 0.25, x: 0.32, max_i_ka: 0.345 };

/// What is planted in a village.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Situation {
    Ordinary,
    // With a gap of the village.
    LongLine,
    ThinConductor,
    OverloadedTransformer,
    SinglePhaseThin,
    SinglePhaseLong,
    MeasuredLow,
    OverVoltage,
    InferredFar,
    NoThreePhase,
    NoGrid,
    // Without one.
    OneLowReading,
    InferredNear,
    TransformerOverload,
    LowCapacity,
}

impl Situation {
    pub fn name(self) -> &'static str {
        match self {
            Situation::Ordinary => "ordinary",
            Situation::LongLine => "long_line",
            Situation::ThinConductor => "thin_conductor",
            Situation::OverloadedTransformer => "overloaded_transformer",
            Situation::SinglePhaseThin => "single_phase_thin",
            Situation::SinglePhaseLong => "single_phase_long",
            Situation::MeasuredLow => "measured_low",
            Situation::OverVoltage => "over_voltage",
            Situation::InferredFar => "inferred_far",
            Situation::NoThreePhase => "no_three_phase",
            Situation::NoGrid => "no_grid",
            Situation::OneLowReading => "one_low_reading",
            Situation::InferredNear => "inferred_near",
            Situation::TransformerOverload => "transformer_overload",
            Situation::LowCapacity => "low_capacity",
        }
    }

    /// Kind of the village's gap.
    pub fn kind(self) -> Option<&'static str> {
        match self {
            Situation::LongLine
            | Situation::ThinConductor
            | Situation::OverloadedTransformer
            | Situation::SinglePhaseThin
            | Situation::SinglePhaseLong
            | Situation::MeasuredLow
            | Situation::InferredFar => Some("low_voltage"),
            Situation::OverVoltage => Some("over_voltage"),
            Situation::NoThreePhase => Some("no_three_phase"),
            Situation::NoGrid => Some("no_grid"),
            _ => None,
        }
    }

    /// Likely cause of the low voltage, where it is one.
    pub fn cause(self) -> Option<&'static str> {
        match self {
            Situation::LongLine | Situation::SinglePhaseLong | Situation::InferredFar => Some("long_line"),
            Situation::ThinConductor | Situation::SinglePhaseThin => Some("thin_conductor"),
            Situation::OverloadedTransformer => Some("overloaded_transformer"),
            Situation::MeasuredLow => Some("unknown"),
            _ => None,
        }
    }

    /// True where the low voltage follows from physics.
    pub fn modelled_gap(self) -> bool {
        self.cause().is_some() && !matches!(self, Situation::MeasuredLow | Situation::InferredFar)
    }

    /// True where lines carry neither impedance nor conductor, so that no voltage can be computed.
    pub fn blind(self) -> bool {
        matches!(self, Situation::InferredFar | Situation::InferredNear)
    }
}

/// Conductors of a line or load: all three phases, or one (0 = a).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phases {
    Three,
    One(usize),
}

impl Phases {
    pub fn name(self) -> &'static str {
        match self {
            Phases::Three => "abc",
            Phases::One(p) => ["a", "b", "c"][p],
        }
    }

    /// Lowest allowed voltage, share of the nominal (GB/T 12325-2008).
    pub fn limit_pu(self) -> f64 {
        if self == Phases::Three { 0.93 } else { 0.90 }
    }

    /// Phase-to-neutral volts of 1 pu.
    pub fn nominal_v(self) -> f64 {
        if self == Phases::Three { 380.0 / 3.0f64.sqrt() } else { 220.0 }
    }
}

/// A supply point and the low-voltage line that leads to it.
#[derive(Debug, Clone)]
pub struct SupplyPoint {
    /// Bus the line comes from: 0 is the transformer's, `k` the bus of the `k`-th supply point (from 1).
    pub parent: usize,
    /// Degrees.
    pub at: Coord,
    pub length_km: f64,
    pub conductor: Option<&'static Conductor>,
    pub phases: Phases,
    pub p_kw: f64,
    pub q_kvar: f64,
    /// 0: a workshop or pump.
    pub households: i64,
    pub people: i64,
}

/// A 10/0.4 kV transformer and its low-voltage network.
#[derive(Debug, Clone)]
pub struct Transformer {
    /// Number in the region, from 1: ids of it and of what hangs on it are made from it.
    pub number: usize,
    /// Index of its village.
    pub site: usize,
    pub at: Coord,
    pub rating_kva: f64,
    pub phases: Phases,
    pub points: Vec<SupplyPoint>,
}

impl Transformer {
    pub fn id(&self) -> String {
        format!("T{:05}", self.number)
    }
    pub fn hv_bus(&self) -> String {
        format!("M{:05}", self.number)
    }
    /// Low-voltage bus 0 or that of the `k`-th supply point.
    pub fn bus(&self, k: usize) -> String {
        format!("B{:05}-{k}", self.number)
    }
    pub fn line_id(&self, k: usize) -> String {
        format!("L{:05}-{k}", self.number)
    }
    pub fn load_id(&self, k: usize) -> String {
        format!("S{:05}-{k}", self.number)
    }
    pub fn households(&self) -> i64 {
        self.points.iter().map(|p| p.households).sum()
    }
    pub fn people(&self) -> i64 {
        self.points.iter().map(|p| p.people).sum()
    }
    /// Apparent demand, kVA.
    pub fn demand_kva(&self) -> f64 {
        let sum = |f: fn(&SupplyPoint) -> f64| self.points.iter().map(f).sum::<f64>();
        sum(|p| p.p_kw).hypot(sum(|p| p.q_kvar))
    }
    /// Metres along the line from the transformer to each supply point.
    pub fn lengths_m(&self) -> Vec<f64> {
        let mut along = vec![0.0];
        for p in &self.points {
            along.push(along[p.parent] + 1000.0 * p.length_km);
        }
        along.remove(0);
        along
    }
}

/// Readings at one supply point, three hours apart.
#[derive(Debug, Clone)]
pub struct Readings {
    pub site: usize,
    /// Index of the transformer, and its `k`-th supply point (from 1).
    pub transformer: usize,
    pub k: usize,
    pub volts: Vec<f64>,
}

#[derive(Debug, Clone)]
pub struct Substation {
    pub id: String,
    pub name: String,
    pub at: Coord,
    pub rating_kva: i64,
}

/// A stretch of 10 kV line between two buses.
#[derive(Debug, Clone)]
pub struct MediumLine {
    pub id: String,
    pub name: String,
    pub from_bus: String,
    pub to_bus: String,
    pub coords: Vec<Coord>,
    pub length_km: f64,
    pub phases: Phases,
    /// The next line towards the substation; of a tie and of a feeder's first line none.
    pub parent: Option<usize>,
    /// Index of its feeder; `None` of a tie.
    pub feeder: Option<usize>,
    /// Transformer at its end; `None` of a tie.
    pub transformer: Option<usize>,
    /// On a way between two substations.
    pub tied: bool,
}

#[derive(Debug, Clone)]
pub struct Feeder {
    /// Its first line and its substation.
    pub line: usize,
    pub substation: usize,
    pub long: bool,
}

#[derive(Debug, Default)]
pub struct Power {
    /// In the order of the landscape's sites.
    pub situations: Vec<Situation>,
    pub substations: Vec<Substation>,
    pub transformers: Vec<Transformer>,
    pub readings: Vec<Readings>,
    pub lines: Vec<MediumLine>,
    pub feeders: Vec<Feeder>,
}
