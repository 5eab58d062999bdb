//! The atlas as a valid, typed value. Built by [`super::load`]; nothing below ever sees raw TOML.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::standards::{
    BroadbandRules, ParameterIx, PowerRules, PriorityRules, RoadRules, ScorecardRules, ServiceRules, Species,
    WaterRules,
};
use crate::world::Provenance;

/// What a layer feeds. The key under `[[layers.…]]` in `atlas.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LayerKind {
    Villages,
    /// Records without geometry, joined to villages by `id`.
    VillageRecords,
    /// Points of village seats (村委会), joined by `id` (village id) or, without it, by containment.
    VillageSeats,
    /// Points of dwellings, assigned to village polygons by containment.
    Dwellings,
    Counties,
    /// Ground of townships, for the map and for villages that do not say which is theirs.
    Towns,
    /// Township and county seats.
    Seats,
    Schools,
    Roads,
    /// The official list of village codes.
    Register,
    /// Population raster (any GDAL raster; band 1 is people per cell).
    Population,
    Substations,
    Transformers,
    /// Lines of all voltages, with or without geometry.
    PowerLines,
    /// Electrical nodes; lines, transformers and loads name them by `id`.
    PowerBuses,
    /// Supply points: who draws power, and where.
    Loads,
    VoltageReadings,
    WaterSources,
    /// Results of laboratory tests, one row each or one column a parameter.
    WaterTests,
    /// Ground that a water source supplies.
    ServiceAreas,
    /// Elevation raster in metres.
    Elevation,
    /// Ground with broadband, or tiles of measured speed.
    BroadbandCoverage,
    /// Fibre access nodes.
    BroadbandNodes,
    FibreLines,
    /// Places that villages need: clinics, information stations …; `class` says what each is.
    Facilities,
    /// Works that are planned, under construction or done.
    Projects,
    /// Rivers and lakes, for the map alone.
    SurfaceWater,
}

impl LayerKind {
    pub const ALL: [LayerKind; 27] = [
        LayerKind::Villages,
        LayerKind::VillageRecords,
        LayerKind::VillageSeats,
        LayerKind::Dwellings,
        LayerKind::Counties,
        LayerKind::Towns,
        LayerKind::Seats,
        LayerKind::Schools,
        LayerKind::Roads,
        LayerKind::Register,
        LayerKind::Population,
        LayerKind::Substations,
        LayerKind::Transformers,
        LayerKind::PowerLines,
        LayerKind::PowerBuses,
        LayerKind::Loads,
        LayerKind::VoltageReadings,
        LayerKind::WaterSources,
        LayerKind::WaterTests,
        LayerKind::ServiceAreas,
        LayerKind::Elevation,
        LayerKind::BroadbandCoverage,
        LayerKind::BroadbandNodes,
        LayerKind::FibreLines,
        LayerKind::Facilities,
        LayerKind::Projects,
        LayerKind::SurfaceWater,
    ];

    /// Key in `atlas.toml`.
    pub fn key(self) -> &'static str {
        match self {
            LayerKind::Villages => "villages",
            LayerKind::VillageRecords => "village_records",
            LayerKind::VillageSeats => "village_seats",
            LayerKind::Dwellings => "dwellings",
            LayerKind::Counties => "counties",
            LayerKind::Towns => "towns",
            LayerKind::Seats => "seats",
            LayerKind::Schools => "schools",
            LayerKind::Roads => "roads",
            LayerKind::Register => "register",
            LayerKind::Population => "population",
            LayerKind::Substations => "substations",
            LayerKind::Transformers => "transformers",
            LayerKind::PowerLines => "power_lines",
            LayerKind::PowerBuses => "power_buses",
            LayerKind::Loads => "loads",
            LayerKind::VoltageReadings => "voltage_readings",
            LayerKind::WaterSources => "water_sources",
            LayerKind::WaterTests => "water_tests",
            LayerKind::ServiceAreas => "service_areas",
            LayerKind::Elevation => "elevation",
            LayerKind::BroadbandCoverage => "broadband_coverage",
            LayerKind::BroadbandNodes => "broadband_nodes",
            LayerKind::FibreLines => "fibre_lines",
            LayerKind::Facilities => "facilities",
            LayerKind::Projects => "projects",
            LayerKind::SurfaceWater => "surface_water",
        }
    }

    /// Fields a user may map for this layer (our names).
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            LayerKind::Villages | LayerKind::VillageRecords => &[
                "id",
                "name",
                "town",
                "county",
                "population",
                "households",
                "poor_population",
                "priority",
                "status",
                "paved",
                "all_weather",
                "electricity",
                "three_phase",
                "power_hours",
                "water_source",
                "water_type",
                "water_litres",
                "water_scarce",
                "water_days_short",
                "piped_share",
                "water_minutes",
                "water_treated",
                "broadband",
                "mbit_s",
                "mobile",
                "station",
                "station_distance",
                "clinic",
                "clinic_distance",
                "school",
                "school_distance",
            ],
            LayerKind::VillageSeats => &["id", "name"],
            LayerKind::Dwellings => &["id", "people"],
            LayerKind::Counties => &["id", "name", "target"],
            LayerKind::Towns => &["id", "name", "county"],
            LayerKind::Seats => &["id", "name", "level", "county"],
            LayerKind::Schools => &["id", "name", "county", "pupils"],
            LayerKind::Roads => &[
                "id",
                "name",
                "class",
                "surface",
                "tracktype",
                "smoothness",
                "bridge",
                "tunnel",
                "access",
                "motor_vehicle",
            ],
            LayerKind::Register => &["id", "name", "town", "county"],
            LayerKind::Population => &[],
            LayerKind::Substations => &["id", "name", "voltage", "rating_kva", "kind", "bus"],
            LayerKind::Transformers => &[
                "id",
                "name",
                "hv_bus",
                "lv_bus",
                "rating_kva",
                "phases",
                "type",
                "hv_nominal_v",
                "lv_nominal_v",
                "vk_percent",
                "vkr_percent",
                "iron_loss_kw",
                "i0_percent",
                "tap_pos",
                "tap_neutral",
                "tap_step_percent",
                "tap_side",
                "hv_source_pu",
                "hv_short_circuit_mva",
                "hv_rx",
                "parallel",
                "households",
            ],
            LayerKind::PowerLines => &[
                "id",
                "name",
                "from_bus",
                "to_bus",
                "power",
                "voltage",
                "phases",
                "cables",
                "conductor",
                "length_km",
                "r_ohm_per_km",
                "x_ohm_per_km",
                "r0_ohm_per_km",
                "x0_ohm_per_km",
                "c_nf_per_km",
                "parallel",
                "max_i_ka",
                "neutral_ratio",
                "frequency",
            ],
            LayerKind::PowerBuses => &["id", "name", "nominal_v", "published_pu"],
            LayerKind::Loads => &["id", "name", "bus", "phase", "p_kw", "q_kvar", "households", "people", "village"],
            LayerKind::WaterSources => &[
                "id",
                "name",
                "type",
                "functional",
                "abandoned",
                "yield_m3_d",
                "users",
                "elevation_m",
                "depth_m",
                "county",
                "town",
                "date",
            ],
            LayerKind::WaterTests => &[
                "id",
                "source",
                "parameter",
                "value",
                "unit",
                "species",
                "date",
                "below_detection",
                "detection_limit",
                "detection_unit",
            ],
            LayerKind::ServiceAreas => &["id", "source", "village"],
            LayerKind::Elevation => &[],
            LayerKind::BroadbandCoverage => &["id", "mbit_s", "kbit_s", "measured", "tests", "quadkey"],
            LayerKind::BroadbandNodes => &["id", "name", "mbit_s"],
            LayerKind::FibreLines | LayerKind::SurfaceWater => &["id", "name"],
            LayerKind::Facilities => &["id", "name", "class", "county", "people"],
            LayerKind::Projects => &["id", "name", "theme", "kind", "status", "year", "cost", "village"],
            LayerKind::VoltageReadings => {
                &["id", "village", "transformer", "load", "bus", "voltage", "nominal", "phase", "time"]
            }
        }
    }

    /// True for the layers of the power theme.
    pub fn is_power(self) -> bool {
        (LayerKind::Substations..=LayerKind::VoltageReadings).contains(&self)
    }

    /// True for rasters, which have neither layers nor fields.
    pub fn is_raster(self) -> bool {
        matches!(self, LayerKind::Population | LayerKind::Elevation)
    }

    /// True where results may stand in columns of their own, one a parameter.
    pub fn has_results(self) -> bool {
        matches!(self, LayerKind::WaterSources | LayerKind::WaterTests)
    }

    /// True where features may come without geometry, because ids can say where they belong.
    pub fn geometry_optional(self) -> bool {
        self.is_power()
            || matches!(
                self,
                LayerKind::WaterTests | LayerKind::ServiceAreas | LayerKind::BroadbandCoverage | LayerKind::Projects
            )
    }

    /// Fields whose values may be mapped, each with the classes of ours that are allowed.
    pub fn classes(self, field: &str) -> Option<&'static [&'static str]> {
        const YES_NO: &[&str] = &["yes", "no", "unknown"];
        match (self, field) {
            (LayerKind::Villages | LayerKind::VillageRecords, "status") => {
                Some(&["administrative", "merged", "natural"])
            }
            (
                LayerKind::Villages | LayerKind::VillageRecords,
                "priority" | "paved" | "all_weather" | "electricity" | "three_phase" | "water_scarce" | "water_treated"
                | "broadband" | "mobile" | "station" | "clinic" | "school",
            ) => Some(YES_NO),
            (LayerKind::BroadbandCoverage, "measured") => Some(YES_NO),
            (LayerKind::Projects, "theme") => Some(&["roads", "power", "water", "broadband", "services", "unknown"]),
            (LayerKind::Projects, "status") => Some(&["planned", "under_construction", "done", "cancelled"]),
            (
                LayerKind::Villages | LayerKind::VillageRecords,
                "station_distance" | "clinic_distance" | "school_distance",
            ) => Some(&["<5km", "5-10km", ">10km", "unknown"]),
            (LayerKind::WaterSources, "type") | (LayerKind::Villages | LayerKind::VillageRecords, "water_type") => {
                Some(&[
                    "piped",
                    "borehole",
                    "protected_well",
                    "protected_spring",
                    "rainwater",
                    "unprotected_well",
                    "unprotected_spring",
                    "surface",
                    "tanker",
                    "unknown",
                ])
            }
            (LayerKind::WaterSources, "functional") => Some(&["yes", "partly", "no", "abandoned", "unknown"]),
            (LayerKind::WaterSources, "abandoned") | (LayerKind::WaterTests, "below_detection") => Some(YES_NO),
            (LayerKind::Transformers, "tap_side") => Some(&["hv", "lv"]),
            (LayerKind::Substations, "kind") => Some(&["source", "secondary"]),
            (LayerKind::Transformers | LayerKind::PowerLines, "phases")
            | (LayerKind::Loads | LayerKind::VoltageReadings, "phase") => {
                Some(&["abc", "a", "b", "c", "ab", "bc", "ca", "1", "unknown"])
            }
            (LayerKind::PowerLines, "power") => Some(&["line", "minor_line", "cable"]),
            (LayerKind::Counties, "target") => Some(YES_NO),
            (LayerKind::Seats, "level") => Some(&["county", "township"]),
            (LayerKind::Roads, "surface") => Some(&["paved", "gravel", "earth", "unknown"]),
            (LayerKind::Roads, "class") => Some(&[
                "motorway",
                "trunk",
                "primary",
                "secondary",
                "tertiary",
                "unclassified",
                "residential",
                "living_street",
                "service",
                "road",
                "track",
                "none",
            ]),
            (LayerKind::Roads, "bridge" | "tunnel") => Some(YES_NO),
            _ => None,
        }
    }
}

/// Coordinate reference system of a source.
#[derive(Debug, Clone, PartialEq)]
pub enum Crs {
    /// As the file says.
    FromFile,
    /// Anything GDAL's `SetFromUserInput` takes: `EPSG:4490`, WKT, PROJ …
    Named(String),
    /// 火星坐标 (offset coordinates of Chinese web maps).
    Gcj02,
    /// Baidu's offset on top of GCJ-02.
    Bd09,
}

/// A column with the results of one parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultColumn {
    pub parameter: ParameterIx,
    /// What the name of the parameter says of the species.
    pub species: Option<Species>,
    /// As written; `None` where the file's row of units has it.
    pub unit: Option<String>,
}

/// One source that feeds a layer.
#[derive(Debug, Clone)]
pub struct Source {
    pub kind: LayerKind,
    /// As written in the atlas.
    pub path: String,
    /// What GDAL opens: absolute, or a `/vsi…` or `PG:` address.
    pub open: String,
    /// GDAL layer name; the only layer when `None`.
    pub layer: Option<String>,
    /// OGR SQL `WHERE` text.
    pub r#where: Option<String>,
    /// Text encoding where the file does not say, e.g. `GBK`.
    pub encoding: Option<String>,
    pub crs: Crs,
    /// Fields are OSM tags (`highway`, `surface` …, also inside `other_tags`). Always so with GDAL's OSM driver.
    pub osm: bool,
    pub provenance: Provenance,
    pub attribution: Option<String>,
    /// Prefix for ids, where several sources would clash.
    pub id_prefix: Option<String>,
    /// Our field ← their field.
    pub fields: BTreeMap<String, String>,
    /// Our field → (their value → our class).
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Our field = constant, where they have no such field.
    pub defaults: BTreeMap<String, String>,
    /// Their column → the parameter whose results stand in it.
    pub results: BTreeMap<String, ResultColumn>,
    /// What numbers of a field are multiplied by to be in our unit.
    pub scale: BTreeMap<String, f64>,
    /// Lines of a text table before its heading.
    pub skip_rows: usize,
    /// The line after the heading of a text table holds units.
    pub units_row: bool,
    /// Line in `atlas.toml` where this source begins, for messages.
    pub line: usize,
}

impl Source {
    /// A source with nothing said but what it feeds and what GDAL opens.
    pub fn new(kind: LayerKind, path: impl Into<String>) -> Self {
        let path = path.into();
        Source {
            kind,
            open: path.clone(),
            path,
            layer: None,
            r#where: None,
            encoding: None,
            crs: Crs::FromFile,
            osm: false,
            provenance: Provenance::Real,
            attribution: None,
            id_prefix: None,
            fields: BTreeMap::new(),
            values: BTreeMap::new(),
            defaults: BTreeMap::new(),
            results: BTreeMap::new(),
            scale: BTreeMap::new(),
            skip_rows: 0,
            units_row: false,
            line: 1,
        }
    }
}

/// How road lines become a network (definitions, section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Noding {
    /// Lines connect where they share a vertex (OSM).
    #[default]
    SharedVertices,
    /// Lines that cross connect, except bridges and tunnels (hand-drawn layers).
    Crossings,
}

/// The user's region: sources, mappings, rules, targets.
#[derive(Debug, Clone)]
pub struct Atlas {
    /// `atlas.toml` itself.
    pub file: PathBuf,
    /// Stable short name, e.g. `liaoning`.
    pub id: String,
    pub title_zh: String,
    pub title_en: String,
    /// The worst of the sources' provenances unless stated.
    pub provenance: Provenance,
    pub attribution: Vec<String>,
    pub sources: Vec<Source>,
    /// Ids of the programme's target counties; empty: the counties layer's `target` field, or all.
    pub target_counties: Vec<String>,
    /// Ids of the reference region's counties; empty: the whole atlas.
    pub reference_counties: Vec<String>,
    /// ISO 4217 code of all costs.
    pub currency: String,
    pub noding: Noding,
    pub roads: RoadRules,
    pub power: PowerRules,
    pub water: WaterRules,
    pub broadband: BroadbandRules,
    pub services: ServiceRules,
    /// Indicators and targets.
    pub scorecard: ScorecardRules,
    pub priority: PriorityRules,
    /// Where runs are kept.
    pub snapshots: super::SnapshotFiles,
}

impl Atlas {
    /// Sources that feed `kind`, in the atlas's order.
    pub fn sources_of(&self, kind: LayerKind) -> impl Iterator<Item = (usize, &Source)> {
        self.sources.iter().enumerate().filter(move |(_, s)| s.kind == kind)
    }
}
