//! Layers into files, and the `atlas.toml` that names them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use gdal::errors::GdalError;
use gdal::spatial_ref::{AxisMappingStrategy, SpatialRef};
use gdal::vector::{Defn, Feature, FieldDefn, Geometry, OGRFieldType, OGRwkbGeometryType};
use gdal::{Dataset, DriverManager};

use super::lattice::Line;
use super::options::{Format, SynthError, SynthOptions, VillageShape};
use super::people::People;
use super::power::{self, Power};
use super::projects::{self, Projects};
use super::region::Region;
use super::social::{self, Social};
use super::water::{self, Water};
use super::{territory, wkb};
use crate::atlas::Noding;
use crate::world::{SeatLevel, VillageStatus};

/// Fields of the villages layer.
pub const VILLAGE_FIELDS: [(&str, Kind); 9] = [
    ("id", Kind::Text),
    ("name", Kind::Text),
    ("town", Kind::Text),
    ("county", Kind::Text),
    ("population", Kind::Whole),
    ("households", Kind::Whole),
    ("poor_population", Kind::Whole),
    ("priority", Kind::Text),
    ("status", Kind::Text),
];

#[derive(Clone)]
pub enum Value {
    Text(String),
    Whole(i64),
    Real(f64),
    Null,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Whole,
    Real,
}

pub struct Table {
    pub name: &'static str,
    pub geometry: OGRwkbGeometryType::Type,
    pub fields: &'static [(&'static str, Kind)],
    /// Geometry as WKB, empty where there is none, and values.
    pub rows: Vec<(Vec<u8>, Vec<Value>)>,
}

pub fn text(s: &str) -> Value {
    Value::Text(s.to_owned())
}

fn yes_no(b: bool) -> Value {
    text(if b { "yes" } else { "no" })
}

/// Digits of a village's code that are its town's.
const TOWN_DIGITS: usize = 9;

/// Villages of each town, by the town's code; those in no town have none.
fn towns_of<'a>(people: &'a People, order: &[usize]) -> BTreeMap<&'a str, Vec<usize>> {
    let mut towns: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for &i in order.iter().filter(|&&i| !people.villages[i].town.is_empty()) {
        towns.entry(&people.villages[i].id[..TOWN_DIGITS]).or_default().push(i);
    }
    towns
}

fn tables(
    options: &SynthOptions,
    region: &Region,
    people: &People,
    roads: &[Line],
    water: Option<&Water>,
) -> Vec<Table> {
    let code = |county: usize| text(&region.counties[county].code);
    let counties = Table {
        name: "counties",
        geometry: OGRwkbGeometryType::wkbMultiPolygon,
        fields: &[("id", Kind::Text), ("name", Kind::Text), ("target", Kind::Text)],
        rows: region
            .counties
            .iter()
            .map(|c| (wkb::multi_polygon(&c.area), vec![text(&c.code), text(&c.name), yes_no(c.target)]))
            .collect(),
    };
    let sites = &region.land.sites;
    let mut order: Vec<usize> = (0..sites.len()).collect();
    order.sort_by(|&a, &b| people.villages[a].id.cmp(&people.villages[b].id));
    let polygons = options.village_shape == VillageShape::Polygon;
    let cells = if polygons || options.towns { territory::cells(sites) } else { Vec::new() };
    let areas = if polygons { territory::territories(&cells, sites, &region.counties) } else { Vec::new() };
    let mut villages = Table {
        name: "villages",
        geometry: if polygons { OGRwkbGeometryType::wkbMultiPolygon } else { OGRwkbGeometryType::wkbPoint },
        fields: &VILLAGE_FIELDS,
        rows: order
            .iter()
            .map(|&i| {
                let (site, row) = (&sites[i], &people.villages[i]);
                let geometry = if polygons { wkb::multi_polygon(&areas[i]) } else { wkb::point(site.point) };
                let status = match site.status {
                    VillageStatus::Administrative => "administrative",
                    VillageStatus::Merged => "merged",
                    VillageStatus::Natural => "natural",
                };
                let values = vec![
                    text(&row.id),
                    text(&row.name),
                    text(&row.town),
                    code(site.county),
                    Value::Whole(row.population),
                    Value::Whole(row.households),
                    Value::Whole(row.poor_population),
                    yes_no(row.priority),
                    text(status),
                ];
                (geometry, values)
            })
            .collect(),
    };
    if let Some(water) = water {
        water::tables::extend_villages(&mut villages, &order, water);
    }
    let roads = Table {
        name: "roads",
        geometry: OGRwkbGeometryType::wkbLineString,
        fields: &[
            ("id", Kind::Text),
            ("name", Kind::Text),
            ("class", Kind::Text),
            ("surface", Kind::Text),
            ("bridge", Kind::Text),
        ],
        rows: roads
            .iter()
            .enumerate()
            .map(|(i, l)| {
                let values = vec![
                    Value::Text(format!("road-{:06}", i + 1)),
                    l.name.as_deref().map_or(Value::Null, text),
                    text(l.class.as_str()),
                    text(l.surface.as_str()),
                    yes_no(l.bridge),
                ];
                (wkb::line(&l.coords), values)
            })
            .collect(),
    };
    let schools = Table {
        name: "schools",
        geometry: OGRwkbGeometryType::wkbPoint,
        fields: &[("id", Kind::Text), ("name", Kind::Text), ("county", Kind::Text), ("pupils", Kind::Whole)],
        rows: people
            .schools
            .iter()
            .map(|s| (wkb::point(s.point), vec![text(&s.id), text(&s.name), code(s.county), Value::Whole(s.pupils)]))
            .collect(),
    };
    let seats = Table {
        name: "seats",
        geometry: OGRwkbGeometryType::wkbPoint,
        fields: &[("id", Kind::Text), ("name", Kind::Text), ("level", Kind::Text), ("county", Kind::Text)],
        rows: people
            .seats
            .iter()
            .map(|s| {
                let level = text(if s.level == SeatLevel::County { "county" } else { "township" });
                (wkb::point(s.point), vec![text(&s.id), text(&s.name), level, code(s.county)])
            })
            .collect(),
    };
    let mut tables = vec![counties, villages, roads, schools, seats];
    if options.towns {
        let (ids, groups): (Vec<&str>, Vec<Vec<usize>>) = towns_of(people, &order).into_iter().unzip();
        let grounds = territory::grounds(&cells, sites, &region.counties, &groups);
        tables.push(Table {
            name: "towns",
            geometry: OGRwkbGeometryType::wkbMultiPolygon,
            fields: &[("id", Kind::Text), ("name", Kind::Text), ("county", Kind::Text)],
            rows: ids
                .iter()
                .zip(groups.iter().zip(&grounds))
                .map(|(id, (own, ground))| {
                    let name = text(&people.villages[own[0]].town);
                    (wkb::multi_polygon(ground), vec![text(id), name, code(sites[own[0]].county)])
                })
                .collect(),
        });
    }
    if polygons {
        tables.push(Table {
            name: "village_seats",
            geometry: OGRwkbGeometryType::wkbPoint,
            fields: &[("id", Kind::Text), ("name", Kind::Text)],
            rows: order
                .iter()
                .map(|&i| {
                    let row = &people.villages[i];
                    (wkb::point(sites[i].point), vec![text(&row.id), text(&row.name)])
                })
                .collect(),
        });
    }
    tables
}

/// Settings of GDAL that make the same tables the same bytes.
fn pin_time() -> Result<(), GdalError> {
    gdal::config::set_thread_local_config_option("OGR_CURRENT_DATE", "2020-01-01T00:00:00.000Z")
}

/// What there is besides villages, roads, schools and seats.
#[derive(Clone, Copy)]
pub struct Themes<'a> {
    pub power: Option<&'a Power>,
    pub water: Option<&'a Water>,
    pub social: Option<&'a Social>,
    pub projects: Option<&'a Projects>,
}

/// Writes all layers into `out` as files that begin with `stem`, but for the village `without`; returns the files.
#[allow(clippy::too_many_arguments)]
pub fn layers(
    options: &SynthOptions,
    region: &Region,
    people: &People,
    roads: &[Line],
    themes: Themes<'_>,
    without: Option<&str>,
    out: &Path,
    stem: &str,
) -> Result<Vec<PathBuf>, SynthError> {
    let Themes { power, water, social, projects } = themes;
    let mut tables = tables(options, region, people, roads, water);
    tables.extend(power.into_iter().flat_map(|p| power::tables::tables(p, people)));
    tables.extend(water.into_iter().flat_map(|w| water::tables::tables(w, region, people)));
    tables.extend(social.into_iter().flat_map(|s| social::tables(s, region, people)));
    tables.extend(projects.map(|p| projects::table(p, region, people)));
    if let Some(gone) = without {
        let is_it = |values: &[Value]| matches!(values.first(), Some(Value::Text(id)) if id == gone);
        for table in tables.iter_mut().filter(|t| t.name.starts_with("village")) {
            table.rows.retain(|(_, values)| !is_it(values));
        }
    }
    let file = |name: &str| out.join(name);
    let remove = |path: &Path| match std::fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(SynthError::Io { path: path.into(), source })
        }
        _ => Ok(()),
    };
    let at = |path: &Path| {
        let path = path.to_path_buf();
        move |source: GdalError| SynthError::Gdal { path: path.clone(), source }
    };
    let mut files = Vec::new();
    match options.format {
        Format::Gpkg => {
            let path = file(&layer_file(options, stem, ""));
            remove(&path)?;
            let fail = at(&path);
            pin_time().map_err(&fail)?;
            let mut dataset =
                DriverManager::get_driver_by_name("GPKG").and_then(|d| d.create_vector_only(&path)).map_err(&fail)?;
            for table in &tables {
                write_table(&mut dataset, table, &["SPATIAL_INDEX=NO"], true).map_err(&fail)?;
            }
            dataset.close().map_err(&fail)?;
            files.push(path);
        }
        Format::Fgb => {
            for table in &tables {
                let path = file(&layer_file(options, stem, table.name));
                remove(&path)?;
                let fail = at(&path);
                let bare = table.name == WITHOUT_GEOMETRY;
                let (driver, creation): (_, &[&str]) =
                    if bare { ("GPKG", &["SPATIAL_INDEX=NO"]) } else { ("FlatGeobuf", &[]) };
                pin_time().map_err(&fail)?;
                let mut dataset = DriverManager::get_driver_by_name(driver)
                    .and_then(|d| d.create_vector_only(&path))
                    .map_err(&fail)?;
                write_table(&mut dataset, table, creation, bare).map_err(&fail)?;
                dataset.close().map_err(&fail)?;
                files.push(path);
            }
        }
    }
    if let Some(water) = water {
        let path = file(&elevation_file(stem));
        remove(&path)?;
        water.heights.write(&path).map_err(at(&path))?;
        files.push(path);
    }
    Ok(files)
}

/// The layer in which some features have no geometry: FlatGeobuf drops those without a word (GDAL 3.6), so it is a
/// GeoPackage of its own there.
const WITHOUT_GEOMETRY: &str = "projects";

/// The file that a layer stands in.
fn layer_file(options: &SynthOptions, stem: &str, layer: &str) -> String {
    match options.format {
        Format::Gpkg => format!("{stem}.gpkg"),
        Format::Fgb if layer == WITHOUT_GEOMETRY => format!("{stem}_{layer}.gpkg"),
        Format::Fgb => format!("{stem}_{layer}.fgb"),
    }
}

fn elevation_file(stem: &str) -> String {
    format!("{stem}_elevation.tif")
}

fn write_table(dataset: &mut Dataset, table: &Table, creation: &[&str], transaction: bool) -> Result<(), GdalError> {
    let mut wgs84 = SpatialRef::from_epsg(4326)?;
    wgs84.set_axis_mapping_strategy(AxisMappingStrategy::TraditionalGisOrder);
    if transaction {
        let mut t = dataset.start_transaction()?;
        fill_table(&mut t, table, creation, &wgs84)?;
        t.commit()
    } else {
        fill_table(dataset, table, creation, &wgs84)
    }
}

fn fill_table(dataset: &mut Dataset, table: &Table, creation: &[&str], srs: &SpatialRef) -> Result<(), GdalError> {
    let layer = dataset.create_layer(gdal::vector::LayerOptions {
        name: table.name,
        srs: Some(srs),
        ty: table.geometry,
        options: Some(creation),
    })?;
    for (name, kind) in table.fields {
        let kind = match kind {
            Kind::Text => OGRFieldType::OFTString,
            Kind::Whole => OGRFieldType::OFTInteger64,
            Kind::Real => OGRFieldType::OFTReal,
        };
        FieldDefn::new(name, kind)?.add_to_layer(&layer)?;
    }
    let defn = Defn::from_layer(&layer);
    for (geometry, values) in &table.rows {
        let mut feature = Feature::new(&defn)?;
        if !geometry.is_empty() {
            feature.set_geometry(Geometry::from_wkb(geometry)?)?;
        }
        for (i, value) in values.iter().enumerate() {
            match value {
                Value::Text(s) => feature.set_field_string(i, s)?,
                Value::Whole(n) => feature.set_field_integer64(i, *n)?,
                Value::Real(v) => feature.set_field_double(i, *v)?,
                Value::Null => feature.set_field_null(i)?,
            }
        }
        feature.create(&layer)?;
    }
    Ok(())
}

/// Text of `atlas.toml` for the written layers.
pub fn atlas(options: &SynthOptions, region: &Region, stem: &str) -> String {
    let quote = |s: &str| toml::Value::String(s.to_owned()).to_string();
    let title = |given: &Option<String>, default: &str| quote(given.as_deref().unwrap_or(default));
    let mut t = String::new();
    let _ = writeln!(
        t,
        "# Practice region written by `cuntong synthesize`. Villages, roads, schools and seats are simulated;"
    );
    if options.power {
        let _ = writeln!(t, "# so are substations, lines, transformers, loads and voltage readings;");
    }
    if options.water {
        let _ = writeln!(t, "# so are water sources, their tests, service areas and heights;");
    }
    if options.social {
        let _ = writeln!(t, "# so are broadband, stations, clinics and culture rooms;");
    }
    if options.projects {
        let _ = writeln!(t, "# so are planned works;");
    }
    let _ = writeln!(t, "# truth.json lists the gaps that were planted.\n");
    let _ = writeln!(t, "id = {}", quote(stem));
    let _ = writeln!(
        t,
        "title = {{ zh = {}, en = {} }}",
        title(&options.title_zh, "练习区（模拟数据）"),
        title(&options.title_en, "Practice region (simulated)"),
    );
    let _ = writeln!(t, "provenance = \"simulated\"");
    let mut attribution: Vec<String> = options.counties_attribution.iter().map(|a| quote(a)).collect();
    let parts = [
        (options.towns, "towns"),
        (options.power, "power grid"),
        (options.water, "water"),
        (options.social, "broadband, facilities"),
        (options.projects, "projects"),
    ];
    let mut what = vec!["Villages", "roads", "schools", "seats"];
    what.extend(parts.iter().filter(|p| p.0).map(|p| p.1));
    attribution.push(quote(&format!("{}: simulated", what.join(", "))));
    let _ = writeln!(t, "attribution = [{}]", attribution.join(", "));
    if options.noding == Noding::Crossings {
        let _ = writeln!(t, "\n[network]\nnoding = \"crossings\"");
    }
    if options.counties.is_some() {
        let codes: Vec<String> = region.counties.iter().filter(|c| c.target).map(|c| quote(&c.code)).collect();
        let _ = writeln!(t, "\n[targets]\ncounties = [{}]", codes.join(", "));
    }
    let village_fields =
        if options.water { water::tables::village_fields() } else { VILLAGE_FIELDS.iter().map(|f| f.0).collect() };
    let mut layers: Vec<(&str, &[&str])> = vec![
        ("counties", &["id", "name", "target"]),
        ("villages", &village_fields),
        ("roads", &["id", "name", "class", "surface", "bridge"]),
        ("schools", &["id", "name", "county", "pupils"]),
        ("seats", &["id", "name", "level", "county"]),
    ];
    if options.towns {
        layers.push(("towns", &["id", "name", "county"]));
    }
    if options.village_shape == VillageShape::Polygon {
        layers.push(("village_seats", &["id", "name"]));
    }
    let power: Vec<(&str, Vec<&str>)> = if options.power { power::tables::fields() } else { Vec::new() };
    let water: Vec<(&str, Vec<&str>)> = if options.water { water::tables::fields() } else { Vec::new() };
    let social: Vec<(&str, Vec<&str>)> = if options.social { social::fields() } else { Vec::new() };
    let projects = options.projects.then(projects::fields);
    layers.extend(
        power.iter().chain(&water).chain(&social).chain(&projects).map(|(layer, fields)| (*layer, fields.as_slice())),
    );
    for (layer, fields) in layers {
        let _ = writeln!(t, "\n[[layers.{layer}]]");
        let path = layer_file(options, stem, layer);
        let _ = writeln!(t, "path = {}", quote(&path));
        if path.ends_with(".gpkg") {
            let _ = writeln!(t, "layer = {}", quote(layer));
        }
        let derived = layer == "counties" && options.counties.is_some();
        let _ = writeln!(t, "provenance = \"{}\"", if derived { "derived" } else { "simulated" });
        let pairs: Vec<String> = fields.iter().map(|f| format!("{f} = \"{f}\"")).collect();
        let _ = writeln!(t, "fields = {{ {} }}", pairs.join(", "));
    }
    if options.water {
        let _ = writeln!(t, "\n[[layers.elevation]]");
        let _ = writeln!(t, "path = {}", quote(&elevation_file(stem)));
        let _ = writeln!(t, "provenance = \"simulated\"");
    }
    t
}
