//! Domain types: villages, roads, places, counties. Field names follow `atlas.toml`'s field mapping.

use std::collections::HashMap;
use std::sync::Arc;

use geo::{Coord, MultiPolygon};
use serde::{Deserialize, Serialize};

/// Where a record comes from; shown on every output and page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provenance {
    #[default]
    Real,
    Derived,
    Simulated,
}

/// Typed index into [`World::villages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct VillageIx(pub u32);

/// Administrative standing of a village.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VillageStatus {
    /// 行政村
    #[default]
    Administrative,
    /// 撤并建制村
    Merged,
    /// 自然村
    Natural,
}

/// A yes/no record that may be missing; unknown is an answer of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Known {
    Yes,
    No,
    #[default]
    Unknown,
}

/// How the settlement point was found (definitions, section 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SettlementFrom {
    /// The village's seat layer (村委会).
    Seat,
    /// Median centre of the dwellings inside.
    Dwellings,
    /// The village's own point.
    #[default]
    Point,
    /// An interior point of the polygon.
    Interior,
}

/// A village (行政村, 撤并建制村 or 自然村).
#[derive(Debug, Clone, Default)]
pub struct Village {
    /// 12-digit statistical code where there is one; unique within the world.
    pub id: String,
    pub name: String,
    pub town: Option<String>,
    /// [`County::id`] of the county it lies in or names.
    pub county: Option<String>,
    pub population: Option<f64>,
    pub households: Option<f64>,
    /// 建档立卡 registered poor people.
    pub poor_population: Option<f64>,
    /// 深度贫困村
    pub priority: bool,
    pub status: VillageStatus,
    /// Settlement point, degrees.
    pub point: Coord,
    pub settlement_from: SettlementFrom,
    /// Boundary where the layer has polygons.
    pub area: Option<MultiPolygon>,
    /// The village's own record: paved road to the village (通硬化路).
    pub reported_paved: Known,
    /// The village's own record: road usable all year.
    pub reported_all_weather: Known,
    /// The village's own record: any electricity.
    pub reported_electricity: Known,
    /// The village's own record: three-phase power (动力电).
    pub reported_three_phase: Known,
    /// The village's own record: hours of supply a day.
    pub reported_power_hours: Option<f64>,
    /// The village's own record of its water.
    pub water: super::water::WaterRecord,
    /// The village's own record of broadband.
    pub broadband: super::broadband::BroadbandRecord,
    /// The village's own record of facilities.
    pub services: Vec<super::broadband::ServiceRecord>,
    pub provenance: Provenance,
    /// Index into [`World::sources`].
    pub source: u16,
}

/// A county-level unit.
#[derive(Debug, Clone)]
pub struct County {
    pub id: String,
    pub name: String,
    pub area: Option<MultiPolygon>,
    /// One of the programme's target counties.
    pub target: bool,
    pub provenance: Provenance,
    pub source: u16,
}

/// A township: the ground of its villages.
#[derive(Debug, Clone)]
pub struct Town {
    pub id: String,
    pub name: String,
    /// [`County::id`] of the county it lies in or names.
    pub county: Option<String>,
    pub area: Option<MultiPolygon>,
    pub provenance: Provenance,
    pub source: u16,
}

/// Level of an administrative seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeatLevel {
    County,
    #[default]
    Township,
}

/// A township or county seat: an anchor of the main network.
#[derive(Debug, Clone)]
pub struct Seat {
    pub id: String,
    pub name: String,
    pub level: SeatLevel,
    pub county: Option<String>,
    pub point: Coord,
    pub provenance: Provenance,
    pub source: u16,
}

/// A school (乡、村学校).
#[derive(Debug, Clone)]
pub struct School {
    pub id: String,
    pub name: String,
    pub county: Option<String>,
    pub pupils: Option<f64>,
    pub point: Coord,
    pub provenance: Provenance,
    pub source: u16,
}

/// Road surface (definitions, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum Surface {
    Paved,
    Gravel,
    Earth,
    Unknown,
}

/// Road class in OSM's words; other classifications are mapped to it in the atlas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum RoadClass {
    Motorway,
    Trunk,
    Primary,
    Secondary,
    Tertiary,
    Unclassified,
    Residential,
    LivingStreet,
    Service,
    Road,
    Track,
}

impl RoadClass {
    pub const ALL: [RoadClass; 11] = [
        RoadClass::Motorway,
        RoadClass::Trunk,
        RoadClass::Primary,
        RoadClass::Secondary,
        RoadClass::Tertiary,
        RoadClass::Unclassified,
        RoadClass::Residential,
        RoadClass::LivingStreet,
        RoadClass::Service,
        RoadClass::Road,
        RoadClass::Track,
    ];

    /// Our name of the class, as in OSM's `highway` tag.
    pub fn as_str(self) -> &'static str {
        match self {
            RoadClass::Motorway => "motorway",
            RoadClass::Trunk => "trunk",
            RoadClass::Primary => "primary",
            RoadClass::Secondary => "secondary",
            RoadClass::Tertiary => "tertiary",
            RoadClass::Unclassified => "unclassified",
            RoadClass::Residential => "residential",
            RoadClass::LivingStreet => "living_street",
            RoadClass::Service => "service",
            RoadClass::Road => "road",
            RoadClass::Track => "track",
        }
    }

    /// Parses a `highway` value; `*_link` counts as its class. `None` for anything that is not a road here.
    pub fn parse(s: &str) -> Option<Self> {
        let base = s.strip_suffix("_link").unwrap_or(s);
        let class = Self::ALL.into_iter().find(|c| c.as_str() == base)?;
        (base.len() == s.len() || class <= RoadClass::Tertiary).then_some(class)
    }
}

impl Surface {
    pub const ALL: [Surface; 4] = [Surface::Paved, Surface::Gravel, Surface::Earth, Surface::Unknown];

    pub fn as_str(self) -> &'static str {
        match self {
            Surface::Paved => "paved",
            Surface::Gravel => "gravel",
            Surface::Earth => "earth",
            Surface::Unknown => "unknown",
        }
    }
}

/// Bit flags of one road.
pub mod road_flags {
    /// The line is a bridge: it does not connect to lines it merely crosses.
    pub const BRIDGE: u8 = 1;
    /// The line is a tunnel: as [`BRIDGE`].
    pub const TUNNEL: u8 = 2;
    /// The surface was inferred from the class alone (confidence `inferred`).
    pub const SURFACE_INFERRED: u8 = 4;
    /// Smoothness is very_bad or worse: not an all-season road whatever the surface.
    pub const NOT_ALL_SEASON: u8 = 8;
    /// The line begins (ends) at a cut of a longer one or at a joint that is there already: it shares that position, but
    /// is not snapped to ends near it.
    pub const BEGINS_AT_CUT: u8 = 16;
    pub const ENDS_AT_CUT: u8 = 32;
    /// No statement on smoothness or season contradicts; the surface alone decides.
    pub const NONE: u8 = 0;
}

/// All roads, as columns: road `i` has the positions `coords[start[i]..start[i + 1]]`.
#[derive(Debug, Clone, Default)]
pub struct Roads {
    /// Source feature id, unique within the world (prefixed by the source where several would clash).
    pub id: Vec<String>,
    pub name: Vec<Option<String>>,
    pub class: Vec<RoadClass>,
    pub surface: Vec<Surface>,
    /// See [`road_flags`].
    pub flags: Vec<u8>,
    pub source: Vec<u16>,
    /// `id.len() + 1` offsets into `coords`.
    pub start: Vec<u32>,
    pub coords: Vec<Coord>,
}

impl Roads {
    pub fn len(&self) -> usize {
        self.id.len()
    }
    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }
    /// Positions of road `i`.
    pub fn line(&self, i: usize) -> &[Coord] {
        &self.coords[self.start[i] as usize..self.start[i + 1] as usize]
    }
    /// True where people can use the road all year (RAI): `None` when the surface is unknown.
    pub fn all_season(&self, i: usize) -> Option<bool> {
        if self.flags[i] & road_flags::NOT_ALL_SEASON != 0 {
            return Some(false);
        }
        match self.surface[i] {
            Surface::Paved | Surface::Gravel => Some(true),
            Surface::Earth => Some(false),
            Surface::Unknown => None,
        }
    }
}

/// A population raster's inhabited cells, for the RAI.
#[derive(Debug, Clone, Default)]
pub struct PopulationGrid {
    /// Cell centre (degrees) and people; only cells with people > 0.
    pub cells: Vec<(Coord, f64)>,
}

/// Where a river or lake is.
#[derive(Debug, Clone)]
pub enum SurfaceShape {
    Lines(Vec<Vec<Coord>>),
    Area(MultiPolygon),
}

/// A river or lake, for the map alone.
#[derive(Debug, Clone)]
pub struct SurfaceWater {
    pub id: String,
    pub name: Option<String>,
    pub shape: SurfaceShape,
    pub source: u16,
}

/// Where a layer came from, for evidence and `run.json`.
#[derive(Debug, Clone, Serialize)]
pub struct SourceInfo {
    /// Layer it feeds, e.g. `roads`.
    pub layer: String,
    /// Path as written in the atlas.
    pub path: String,
    pub provenance: Provenance,
    pub attribution: Option<String>,
}

/// The whole region. Its parts are shared, so that a copy in which little is changed costs little.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub counties: Arc<Vec<County>>,
    /// By id. Villages name theirs, with the county, as [`Village::town`].
    pub towns: Arc<Vec<Town>>,
    pub villages: Arc<Vec<Village>>,
    pub seats: Arc<Vec<Seat>>,
    pub schools: Arc<Vec<School>>,
    pub roads: Arc<Roads>,
    /// True when the atlas names a roads source, even if it turned out empty of usable roads.
    pub has_roads: bool,
    pub population: Option<Arc<PopulationGrid>>,
    /// Rasters of heights in the atlas's order; the first that has a height decides.
    pub heights: Arc<Vec<super::Heights>>,
    pub power: Arc<super::PowerGrid>,
    pub water: Arc<super::WaterData>,
    pub broadband: Arc<super::broadband::BroadbandData>,
    /// By class and id.
    pub facilities: Arc<Vec<super::broadband::Facility>>,
    /// The atlas names a facilities source.
    pub has_facilities: bool,
    /// Planned works, by id.
    pub projects: Arc<Vec<super::projects::Project>>,
    /// The atlas names a source of projects.
    pub has_projects: bool,
    /// By id.
    pub surface_water: Arc<Vec<SurfaceWater>>,
    pub sources: Arc<Vec<SourceInfo>>,
}

impl World {
    /// Names of the counties by their codes.
    pub fn county_names(&self) -> HashMap<&str, &str> {
        self.counties.iter().map(|c| (c.id.as_str(), c.name.as_str())).collect()
    }
}
