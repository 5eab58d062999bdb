//! From the user's files to the typed [`World`]: the only module that reads with GDAL.
//!
//! [`load`] works in these steps:
//! 1. every source is opened, read into columns, transformed to WGS84 and checked, in parallel (one data set
//!    handle per source and thread; GDAL's handles cannot be shared);
//! 2. counties, then villages with their records, seats and dwellings, then seats, schools and roads are made from
//!    the columns; ids are made unique and everything is sorted by id;
//! 3. what was repaired, left out or not understood is written to the [`QualityReport`].
//!
//! One bad feature is skipped and reported; a wrong file is a [`LayerError`].
//!
//! What reading costs, and why it is done this way, stands in `read`; which features count as out of place in `place`.

mod broadband;
mod crs;
mod error;
mod facilities;
mod fields;
mod geometry;
mod inputs;
pub mod offset;
mod open;
mod order;
mod place;
mod places;
mod power;
mod projects;
mod quality;
mod raster;
mod read;
mod register;
mod roads;
mod settle;
mod surface_water;
pub mod systems;
#[cfg(test)]
mod testkit;
#[cfg(test)]
mod tests;
mod text;
mod towns;
mod villages;
mod water;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rayon::prelude::*;

pub use error::{At, LayerError};
pub use inputs::{InputFile, files, redact, within};
pub(crate) use open::drivers;
pub use order::natural;
pub use quality::{Fact, NamedList, QualityReport, SourceQuality, Tally, UnmappedValues, ValueCount};
pub use read::reason;
pub(crate) use water::probe_reading;

use crate::atlas::{Atlas, LayerKind, Source};
use crate::world::{Heights, PopulationGrid, SourceInfo, World};
use read::Table;

/// What [`load`] makes of an atlas.
#[derive(Debug)]
pub struct Loaded {
    pub world: World,
    pub quality: QualityReport,
    /// Every file or table of a database that was read, with size and hash, ordered by path.
    pub inputs: Vec<InputFile>,
}

/// One source after reading.
enum Read<'a> {
    Features(Box<Table<'a>>),
    Grid(PopulationGrid, Box<SourceQuality>),
    Heights(Box<Heights>, Box<SourceQuality>),
}

/// Reads all of an atlas's sources. `progress` is told what is being done, and how long it took.
pub fn load(atlas: &Atlas, progress: &dyn Fn(&str)) -> Result<Loaded, LayerError> {
    let limit = u64::from(u16::MAX);
    if atlas.sources.len() as u64 > limit {
        return Err(LayerError::TooMany { what: "sources", limit });
    }
    open::listen();
    atlas.sources.iter().try_for_each(open::files_only)?;
    progress(&format!("reading {} sources", atlas.sources.len()));
    let (mut inputs, read) = rayon::join(
        || inputs::list(&atlas.sources),
        || atlas.sources.par_iter().enumerate().map(|(i, s)| timed(|| read_one(s, i))).collect::<Vec<_>>(),
    );
    let mut tables: BTreeMap<LayerKind, Vec<Table>> = BTreeMap::new();
    let mut grids: Vec<(usize, SourceQuality)> = Vec::new();
    let mut population: Option<PopulationGrid> = None;
    let mut heights: Vec<Heights> = Vec::new();
    // In the atlas's order, so that of several errors the first is told.
    for (index, ((result, took), source)) in read.into_iter().zip(&atlas.sources).enumerate() {
        match result? {
            Read::Features(table) => {
                let (layer, path, read) = (source.kind.key(), &table.quality.path, table.quality.read);
                if let (true, Ok(all)) = (inputs::is_database(&source.open), &mut inputs) {
                    all.push(table.digest());
                }
                progress(&format!("{layer}: {read} features from {path} ({:.2} s)", took.as_secs_f64()));
                tables.entry(source.kind).or_default().push(*table);
            }
            Read::Grid(grid, quality) => {
                progress(&format!("{}: {} cells with people", source.kind.key(), quality.kept));
                population.get_or_insert_default().cells.extend(grid.cells);
                grids.push((index, *quality));
            }
            Read::Heights(tile, quality) => {
                heights.push(*tile);
                grids.push((index, *quality));
            }
        }
    }
    let mut inputs = inputs?;
    inputs.sort_by(|a, b| a.path.cmp(&b.path));
    progress("building the world");
    let mut quality = QualityReport::default();
    let mut world = build(atlas, &mut tables, &heights, &mut quality)?;
    world.population = population.map(Arc::new);
    world.heights = raster::kept(heights, raster::KEPT).into();
    collect(tables, grids, &mut quality);
    Ok(Loaded { world, quality, inputs })
}

fn timed<T>(f: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let value = f();
    (value, start.elapsed())
}

fn read_one(source: &Source, index: usize) -> Result<Read<'_>, LayerError> {
    if source.kind == LayerKind::Elevation {
        return raster::elevation(source).map(|(heights, quality)| Read::Heights(Box::new(heights), Box::new(quality)));
    }
    if source.kind == LayerKind::Population {
        return raster::population(source).map(|(grid, quality)| Read::Grid(grid, Box::new(quality)));
    }
    let mut table = read::table(source, index)?;
    if table.rows() == 0 {
        let reason = match &source.r#where {
            Some(w) => format!("has no features that meet `where = \"{w}\"`"),
            None => "has no features".to_string(),
        };
        if source.kind == LayerKind::Villages {
            return Err(LayerError::Empty { at: At::of(source), reason });
        }
        table.quality.warnings.push(reason);
    }
    Ok(Read::Features(Box::new(table)))
}

/// The layers of the water theme that are read as tables.
const WATER: [LayerKind; 3] = [LayerKind::WaterSources, LayerKind::WaterTests, LayerKind::ServiceAreas];

/// The layers of the broadband theme.
const BROADBAND: [LayerKind; 3] = [LayerKind::BroadbandCoverage, LayerKind::BroadbandNodes, LayerKind::FibreLines];

/// The layers of the power theme.
const POWER: [LayerKind; 6] = [
    LayerKind::Substations,
    LayerKind::Transformers,
    LayerKind::PowerLines,
    LayerKind::PowerBuses,
    LayerKind::Loads,
    LayerKind::VoltageReadings,
];

fn build(
    atlas: &Atlas,
    tables: &mut BTreeMap<LayerKind, Vec<Table>>,
    heights: &[Heights],
    report: &mut QualityReport,
) -> Result<World, LayerError> {
    let mut of = |kind: LayerKind| tables.remove(&kind).unwrap_or_default();
    let (mut county_tables, mut town_tables) = (of(LayerKind::Counties), of(LayerKind::Towns));
    let mut village_tables = of(LayerKind::Villages);
    let (mut records, mut village_seats) = (of(LayerKind::VillageRecords), of(LayerKind::VillageSeats));
    let (mut dwellings, mut register) = (of(LayerKind::Dwellings), of(LayerKind::Register));
    let (mut seat_tables, mut school_tables) = (of(LayerKind::Seats), of(LayerKind::Schools));
    let mut road_tables = of(LayerKind::Roads);
    let [mut coverage, mut nodes, mut fibre] = BROADBAND.map(&mut of);
    let mut facility_tables = of(LayerKind::Facilities);
    let mut project_tables = of(LayerKind::Projects);
    let mut surface_tables = of(LayerKind::SurfaceWater);
    let [mut water_sources, mut water_tests, mut service_areas] = WATER.map(&mut of);
    let [mut substations, mut transformers, mut power_lines, mut buses, mut loads, mut readings] = POWER.map(&mut of);

    let counties = places::counties(atlas, &mut county_tables, report);
    let finder = places::CountyFinder::new(&counties);
    let towns = towns::build(&mut town_tables, &finder);
    let villages = villages::build(
        villages::Inputs {
            villages: &mut village_tables,
            records: &mut records,
            seats: &mut village_seats,
            dwellings: &mut dwellings,
            register: &mut register,
        },
        &finder,
        &towns::TownFinder::new(&towns),
        report,
    );
    if let (true, Some(table)) = (villages.is_empty(), village_tables.first()) {
        let reason = "none of its features can be used as a village".to_string();
        return Err(LayerError::Empty { at: At::of(table.source), reason });
    }
    let seats = places::seats(&mut seat_tables, &finder);
    let schools = places::schools(&mut school_tables, &finder);
    let water = water::Inputs { sources: &mut water_sources, tests: &mut water_tests, areas: &mut service_areas };
    let water = water::build(water, &villages, heights, &finder, report);
    let facilities = facilities::facilities(&mut facility_tables, &finder, &atlas.services);
    let inputs = broadband::Inputs { coverage: &mut coverage, nodes: &mut nodes, fibre: &mut fibre };
    let broadband = broadband::build(inputs, &atlas.broadband, report);
    drop(finder);
    let roads = roads::build(&mut road_tables, report)?;
    let power = power::Inputs {
        substations: &mut substations,
        transformers: &mut transformers,
        lines: &mut power_lines,
        buses: &mut buses,
        loads: &mut loads,
        readings: &mut readings,
    };
    let power = power::build(power, &villages, &atlas.power, report);
    let projects = projects::build(&mut project_tables, &villages, report);

    let world = World {
        counties: counties.into(),
        towns: towns.into(),
        villages: villages.into(),
        seats: seats.into(),
        schools: schools.into(),
        roads: roads.into(),
        has_roads: !road_tables.is_empty(),
        population: None,
        heights: Arc::default(),
        power: power.into(),
        water: water.into(),
        broadband: broadband.into(),
        facilities: facilities.into(),
        has_facilities: !facility_tables.is_empty(),
        projects: projects.into(),
        has_projects: !project_tables.is_empty(),
        surface_water: surface_water::build(&mut surface_tables).into(),
        sources: Arc::new(atlas.sources.iter().map(info).collect()),
    };
    tables.insert(LayerKind::Counties, county_tables);
    tables.insert(LayerKind::Towns, town_tables);
    tables.insert(LayerKind::Villages, village_tables);
    tables.insert(LayerKind::VillageRecords, records);
    tables.insert(LayerKind::VillageSeats, village_seats);
    tables.insert(LayerKind::Dwellings, dwellings);
    tables.insert(LayerKind::Register, register);
    tables.insert(LayerKind::Seats, seat_tables);
    tables.insert(LayerKind::Schools, school_tables);
    tables.insert(LayerKind::Roads, road_tables);
    tables.extend(WATER.into_iter().zip([water_sources, water_tests, service_areas]));
    tables.extend(BROADBAND.into_iter().zip([coverage, nodes, fibre]));
    tables.insert(LayerKind::Facilities, facility_tables);
    tables.insert(LayerKind::Projects, project_tables);
    tables.insert(LayerKind::SurfaceWater, surface_tables);
    tables.extend(POWER.into_iter().zip([substations, transformers, power_lines, buses, loads, readings]));
    Ok(world)
}

fn info(source: &Source) -> SourceInfo {
    SourceInfo {
        layer: source.kind.key().to_string(),
        path: inputs::redact(&source.path),
        provenance: source.provenance,
        attribution: source.attribution.clone(),
    }
}

/// Puts the sources' own reports into the atlas's order.
fn collect(tables: BTreeMap<LayerKind, Vec<Table>>, grids: Vec<(usize, SourceQuality)>, report: &mut QualityReport) {
    let features = tables.into_values().flatten().map(|t| (usize::from(t.index), t.quality));
    let mut all: Vec<(usize, SourceQuality)> = features.chain(grids).collect();
    all.sort_by_key(|(i, _)| *i);
    report.sources = all.into_iter().map(|(_, q)| q).collect();
    report.finish();
}

/// Version of the GDAL library in use.
pub fn gdal_version() -> String {
    gdal::version::version_info("RELEASE_NAME")
}

/// Sends GDAL's messages to the log instead of the terminal; [`load`] does so by itself.
pub fn quiet_gdal() {
    open::listen();
}

/// What GDAL failed at on this thread since the last call, once [`quiet_gdal`] has been called.
pub fn gdal_failures() -> Vec<String> {
    open::take_failures()
}
