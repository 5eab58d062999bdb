//! What to invent, and what can go wrong while inventing it.

use std::path::PathBuf;

use serde::Serialize;

use crate::atlas::Noding;

/// Most villages one practice region can hold: the invented names run out beyond.
pub const MAX_VILLAGES: usize = 16_000;
/// Fewest villages that still give a road net with room for gaps.
pub const MIN_VILLAGES: usize = 20;

/// Geometry of the villages layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum VillageShape {
    #[default]
    Point,
    /// Territories, with a `village_seats` layer for the settlement points.
    Polygon,
}

/// File format of the layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One GeoPackage with all layers.
    #[default]
    Gpkg,
    /// One FlatGeobuf file a layer.
    Fgb,
}

/// Everything that decides a practice region. The same options give the same region, byte for byte.
#[derive(Debug, Clone, Serialize)]
pub struct SynthOptions {
    /// Number of villages, [`MIN_VILLAGES`]–[`MAX_VILLAGES`].
    pub villages: usize,
    pub seed: u64,
    /// How the road lines are drawn: with shared vertices, or merely crossing.
    pub noding: Noding,
    /// GeoJSON of county polygons (properties `code`, `name`, `target`); without it a district is made up.
    #[serde(serialize_with = "file_name_only")]
    pub counties: Option<PathBuf>,
    /// The counties file is in GCJ-02 and is brought back to WGS84.
    pub counties_are_gcj02: bool,
    /// Who made the counties file, for the atlas's attribution.
    pub counties_attribution: Option<String>,
    /// Line segments of the roads layer to reach by adding vertices; `None`: as drawn.
    pub segments: Option<usize>,
    pub village_shape: VillageShape,
    pub format: Format,
    /// Share of the villages that get a planted gap, 0–0.3.
    pub gap_rate: f64,
    /// Id of the atlas and name of its files; the output folder's name when `None`.
    pub id: Option<String>,
    pub title_zh: Option<String>,
    pub title_en: Option<String>,
    /// Ground of the towns too: that of their villages. Nothing else depends on it.
    #[serde(skip_serializing_if = "is_false")]
    pub towns: bool,
    /// Substations, lines, transformers, loads and readings too, with planted power gaps. Nothing else depends on it.
    #[serde(skip_serializing_if = "is_false")]
    pub power: bool,
    /// Water sources, tests, service areas, records and heights too, with planted water gaps. Nothing else depends on
    /// it but the fields of the villages layer.
    #[serde(skip_serializing_if = "is_false")]
    pub water: bool,
    /// Broadband and facilities too, with planted gaps. Nothing else depends on it.
    #[serde(skip_serializing_if = "is_false")]
    pub social: bool,
    /// Planned works too, that close some of the gaps. Nothing else depends on it.
    #[serde(skip_serializing_if = "is_false")]
    pub projects: bool,
}

impl SynthOptions {
    /// A made-up district of `villages` villages with the default choices.
    pub fn new(villages: usize, seed: u64) -> Self {
        SynthOptions {
            villages,
            seed,
            noding: Noding::default(),
            counties: None,
            counties_are_gcj02: false,
            counties_attribution: None,
            segments: None,
            village_shape: VillageShape::default(),
            format: Format::default(),
            gap_rate: 0.12,
            id: None,
            title_zh: None,
            title_en: None,
            towns: true,
            power: true,
            water: true,
            social: true,
            projects: true,
        }
    }

    pub(super) fn check(&self) -> Result<(), SynthError> {
        if !(MIN_VILLAGES..=MAX_VILLAGES).contains(&self.villages) {
            return Err(SynthError::VillageCount { asked: self.villages });
        }
        if !(0.0..=0.3).contains(&self.gap_rate) {
            return Err(SynthError::GapRate { asked: self.gap_rate });
        }
        if let Some(id) = &self.id
            && (id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        {
            return Err(SynthError::BadId { id: id.clone() });
        }
        Ok(())
    }
}

fn is_false(b: &bool) -> bool {
    !b
}

/// Truth files must not depend on where the counties file lies.
fn file_name_only<S: serde::Serializer>(path: &Option<PathBuf>, s: S) -> Result<S::Ok, S::Error> {
    match path.as_ref().and_then(|p| p.file_name()) {
        Some(name) => s.serialize_some(&name.to_string_lossy()),
        None => s.serialize_none(),
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SynthSummary {
    pub villages: usize,
    pub counties: usize,
    pub towns: usize,
    pub schools: usize,
    pub roads: usize,
    /// Line segments in the roads layer.
    pub segments: usize,
    /// Length of all roads, kilometres.
    pub road_km: f64,
    /// Villages with a planted gap (any kind, verdict `gap` or `unknown`).
    pub planted: usize,
    /// Villages with a planted power gap; 0 without power layers.
    pub planted_power: usize,
    pub transformers: usize,
    /// Supply points of the low-voltage networks.
    pub supply_points: usize,
    /// Villages with a planted water gap; 0 without water layers.
    pub planted_water: usize,
    pub water_sources: usize,
    /// Villages without or with slow broadband; 0 without those layers.
    pub planted_broadband: usize,
    pub facilities: usize,
    /// Planned works.
    pub projects: usize,
    /// Results of laboratories.
    pub water_tests: usize,
    /// Mesh width of the paved net, metres.
    pub mesh_m: f64,
    /// Files written, in order.
    pub files: Vec<PathBuf>,
}

/// Why no practice region could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SynthError {
    #[error("{asked} villages asked for; between {MIN_VILLAGES} and {MAX_VILLAGES} can be made")]
    VillageCount { asked: usize },
    #[error("gap rate {asked} asked for; it must lie between 0 and 0.3")]
    GapRate { asked: f64 },
    #[error("atlas id {id:?} may only hold letters, digits, - and _")]
    BadId { id: String },
    #[error("{}: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{}: not GeoJSON: {source}", path.display())]
    Json { path: PathBuf, source: serde_json::Error },
    #[error("{}: feature {feature}: {what}", path.display())]
    County { path: PathBuf, feature: usize, what: String },
    #[error("{}: no county has \"target\": true", path.display())]
    NoTarget { path: PathBuf },
    #[error("the target counties have room for about {fits} villages, {asked} were asked for")]
    NoRoom { asked: usize, fits: usize },
    #[error("found no power grid that leaves the planted villages alone; another seed may")]
    NoGrid,
    #[error("{}: {source}", path.display())]
    Gdal { path: PathBuf, source: gdal::errors::GdalError },
}
