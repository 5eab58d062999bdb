//! What the water part of a practice region consists of, and the limits it is built around.

use geo::Coord;

use super::balance::Connection;
use super::height::Heights;

/// Demand, whole litres per person and day.
pub const LITRES_PER_PERSON: i64 = 60;
/// Price of a connection: per kilometre of straight pipe, and per metre that the water must be lifted, CNY.
pub const COST_PER_KM: f64 = 120_000.0;
pub const COST_PER_LIFT_M: f64 = 1_000.0;
/// Speed of whoever fetches water, metres per minute (4 km/h), where no minutes are on record.
pub const WALK_M_PER_MIN: f64 = 4_000.0 / 60.0;

/// A quantity that a laboratory tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Parameter {
    Fluoride,
    Arsenic,
    Nitrate,
    Iron,
    Manganese,
    EColi,
    Coliforms,
    Turbidity,
    Ph,
}

impl Parameter {
    /// As in the layer.
    pub fn name(self) -> &'static str {
        match self {
            Parameter::Fluoride => "fluoride",
            Parameter::Arsenic => "arsenic",
            Parameter::Nitrate => "nitrate",
            Parameter::Iron => "iron",
            Parameter::Manganese => "manganese",
            Parameter::EColi => "e_coli",
            Parameter::Coliforms => "total_coliforms",
            Parameter::Turbidity => "turbidity",
            Parameter::Ph => "ph",
        }
    }

    /// Highest value by GB 5749-2022, in [`Parameter::unit`]; nitrate as N.
    pub fn limit(self) -> f64 {
        match self {
            Parameter::Fluoride | Parameter::Turbidity => 1.0,
            Parameter::Arsenic => 0.01,
            Parameter::Nitrate => 10.0,
            Parameter::Iron => 0.3,
            Parameter::Manganese => 0.1,
            Parameter::EColi | Parameter::Coliforms => 0.0,
            Parameter::Ph => 8.5,
        }
    }

    /// Unit of the limit.
    pub fn unit(self) -> &'static str {
        match self {
            Parameter::Nitrate => "mg/L as N",
            Parameter::EColi | Parameter::Coliforms => "CFU/100mL",
            Parameter::Turbidity => "NTU",
            Parameter::Ph => "",
            _ => "mg/L",
        }
    }

    /// Decimals that a value in [`Parameter::unit`] is written with.
    pub fn decimals(self) -> usize {
        match self {
            Parameter::Arsenic => 4,
            Parameter::Manganese => 3,
            Parameter::Fluoride | Parameter::Iron | Parameter::Turbidity => 2,
            Parameter::Nitrate | Parameter::Ph => 1,
            Parameter::EColi | Parameter::Coliforms => 0,
        }
    }
}

/// What is planted in a village.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Situation {
    Ordinary,
    // With a gap of the village.
    Exceeds(Parameter),
    /// Over the limit, written in another unit.
    OtherUnits,
    Surface,
    UnprotectedWell,
    TooLittle,
    TooLittleScarce,
    TooFar,
    TooLong,
    TooHigh,
    Unreliable,
    /// The nearest source is broken and the nearest one that works is too far.
    BrokenNearest,
    // Nobody can say.
    Untested,
    /// Below a detection limit that is above the limit.
    HighDetection,
    // Without one.
    OldExceedance,
    /// Under the limit, written in another unit.
    UnitsBelow,
    BetweenLitres,
    /// As little as would be a gap where water is plentiful.
    ScarceEnough,
    WalkNear,
    WalkMinutes,
    BetweenClimb,
    BetweenDays,
    /// The nearest source is broken, the nearest one that works near enough.
    BrokenBeside,
    /// The record names another source than the service area.
    RecordOverArea,
}

/// What a situation makes of its village.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Gap,
    Unknown,
    Fine,
}

impl Situation {
    pub fn name(self) -> &'static str {
        match self {
            Situation::Ordinary => "ordinary",
            Situation::Exceeds(p) => p.name(),
            Situation::OtherUnits => "other_units",
            Situation::Surface => "surface",
            Situation::UnprotectedWell => "unprotected_well",
            Situation::TooLittle => "too_little",
            Situation::TooLittleScarce => "too_little_scarce",
            Situation::TooFar => "too_far",
            Situation::TooLong => "too_long",
            Situation::TooHigh => "too_high",
            Situation::Unreliable => "unreliable",
            Situation::BrokenNearest => "broken_nearest",
            Situation::Untested => "untested",
            Situation::HighDetection => "high_detection",
            Situation::OldExceedance => "old_exceedance",
            Situation::UnitsBelow => "units_below",
            Situation::BetweenLitres => "between_litres",
            Situation::ScarceEnough => "scarce_enough",
            Situation::WalkNear => "walk_near",
            Situation::WalkMinutes => "walk_minutes",
            Situation::BetweenClimb => "between_climb",
            Situation::BetweenDays => "between_days",
            Situation::BrokenBeside => "broken_beside",
            Situation::RecordOverArea => "record_over_area",
        }
    }

    pub fn outcome(self) -> Outcome {
        use Situation::*;
        match self {
            Exceeds(_) | OtherUnits | Surface | UnprotectedWell | TooLittle | TooLittleScarce | TooFar | TooLong
            | TooHigh | Unreliable | BrokenNearest => Outcome::Gap,
            Untested | HighDetection => Outcome::Unknown,
            _ => Outcome::Fine,
        }
    }

    pub fn is_gap(self) -> bool {
        self.outcome() == Outcome::Gap
    }

    /// Several villages may share the source that is over its limit.
    pub fn shared(self) -> bool {
        matches!(self, Situation::Exceeds(_) | Situation::OtherUnits)
    }

    /// The village fetches its water instead of having it in the yard.
    pub fn fetched(self) -> bool {
        use Situation::*;
        matches!(
            self,
            Surface
                | UnprotectedWell
                | TooFar
                | TooLong
                | TooHigh
                | BrokenNearest
                | WalkNear
                | WalkMinutes
                | BetweenClimb
                | BrokenBeside
        )
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceType {
    Piped,
    Borehole,
    ProtectedWell,
    ProtectedSpring,
    UnprotectedWell,
    Surface,
}

impl SourceType {
    pub fn name(self) -> &'static str {
        match self {
            SourceType::Piped => "piped",
            SourceType::Borehole => "borehole",
            SourceType::ProtectedWell => "protected_well",
            SourceType::ProtectedSpring => "protected_spring",
            SourceType::UnprotectedWell => "unprotected_well",
            SourceType::Surface => "surface",
        }
    }

    /// Ending of an invented name.
    pub fn suffix(self) -> &'static str {
        match self {
            SourceType::Piped => "水厂",
            SourceType::Borehole => "机井",
            SourceType::ProtectedWell => "水井",
            SourceType::ProtectedSpring => "泉",
            SourceType::UnprotectedWell => "土井",
            SourceType::Surface => "河水",
        }
    }

    pub fn improved(self) -> bool {
        !matches!(self, SourceType::UnprotectedWell | SourceType::Surface)
    }
}

/// A row of the tests layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub parameter: Parameter,
    /// As written: `0.42`, `<0.001`.
    pub value: String,
    pub unit: &'static str,
    /// ISO 8601.
    pub date: String,
    /// What the flag says; `None` where it is left out.
    pub below: Option<bool>,
}

#[derive(Debug, Clone)]
pub struct Source {
    /// Number in the region, from 1.
    pub number: usize,
    /// Stem of its name: the village it belongs to.
    pub village: usize,
    pub kind: SourceType,
    pub functional: &'static str,
    pub abandoned: bool,
    /// Degrees.
    pub at: Coord,
    pub elevation_m: i16,
    pub depth_m: Option<f64>,
    /// Litres a day; `None`: nobody measured.
    pub yield_l: Option<i64>,
    pub samples: Vec<Sample>,
}

impl Source {
    pub fn id(&self) -> String {
        format!("W{:05}", self.number)
    }
    pub fn works(&self) -> bool {
        self.functional != "no" && !self.abandoned
    }
}

/// How one can know a village's source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    Record,
    Area,
    Nearest,
}

impl How {
    pub fn name(self) -> &'static str {
        match self {
            How::Record => "record",
            How::Area => "area",
            How::Nearest => "nearest",
        }
    }
}

/// A village's water and what its record says of it.
#[derive(Debug, Clone, Copy)]
pub struct VillageWater {
    pub situation: Situation,
    /// Index of its source.
    pub source: usize,
    pub how: How,
    /// Per person and day.
    pub litres: i64,
    pub scarce: bool,
    /// Days a year without enough.
    pub days_short: i64,
    /// 1 or 0.
    pub piped_share: f64,
    /// To the source and back.
    pub minutes: Option<i64>,
}

/// Round ground that a source supplies.
#[derive(Debug, Clone)]
pub struct Area {
    pub source: usize,
    /// The village, where it is one alone.
    pub village: Option<usize>,
    pub centre: Coord,
    pub radius_m: f64,
}

#[derive(Debug)]
pub struct Water {
    /// In the order of the landscape's sites.
    pub villages: Vec<VillageWater>,
    pub sources: Vec<Source>,
    pub areas: Vec<Area>,
    pub heights: Heights,
    /// Of villages with a gap to safe sources, by the villages' ids.
    pub connections: Vec<Connection>,
}
