//! Opens a file with GDAL and gathers facts about its layers in one pass over the features.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use gdal::vector::{Geometry, LayerAccess, OGRFieldType, OGRwkbGeometryType as Wkb, geometry_type_flatten};
use gdal::{Dataset, DatasetOptions, GdalOpenFlags};

use super::{InitError, encoding};

/// Features looked at for values; more than enough to see the words in use.
const SAMPLE: usize = 200_000;
/// A field with more different values than this is not a list of classes.
pub(super) const CLASSES: usize = 60;
/// Vertices kept to see whether lines share them.
const VERTICES: usize = 3_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Point,
    Line,
    Polygon,
    Table,
    Raster,
    Other,
}

impl Shape {
    fn noun(self) -> &'static str {
        match self {
            Shape::Point => "points",
            Shape::Line => "lines",
            Shape::Polygon => "polygons",
            Shape::Table => "rows without geometry",
            Shape::Raster => "raster",
            Shape::Other => "features of mixed or unknown shape",
        }
    }
}

/// One field of a layer and what stands in it.
#[derive(Debug, Clone)]
pub(super) struct FieldFacts {
    pub name: String,
    /// Holds numbers by type, or nothing but numbers by content.
    pub numeric: bool,
    pub filled: usize,
    /// No value twice among those looked at.
    pub unique: bool,
    /// Values and how often, where there are at most [`CLASSES`].
    pub values: Option<BTreeMap<String, usize>>,
    /// Length in characters that all values share, if they do.
    pub same_length: Option<usize>,
}

/// One layer of a file.
#[derive(Debug, Clone)]
pub(super) struct LayerFacts {
    pub path: String,
    /// Named where the file has several.
    pub layer: Option<String>,
    /// File stem and layer name, for hints.
    pub title: String,
    pub shape: Shape,
    pub count: usize,
    pub fields: Vec<FieldFacts>,
    /// What to write for `encoding`.
    pub encoding: Option<encoding::Guess>,
    pub has_crs: bool,
    /// West, south, east, north in the layer's units.
    pub extent: Option<[f64; 4]>,
    /// Of the ends of lines, the share that lies on a vertex of another line.
    pub shared_ends: Option<f64>,
}

impl LayerFacts {
    /// One line that names the layer, its size and fields.
    pub fn summary(&self) -> String {
        let layer = self.layer.as_ref().map_or(String::new(), |l| format!(" layer {l}"));
        let names: Vec<&str> = self.fields.iter().map(|f| f.name.as_str()).take(30).collect();
        let more = self.fields.len().saturating_sub(30);
        let mut out = format!("{}{layer}: {} {}", self.path, self.count, self.shape.noun());
        if !names.is_empty() {
            out += &format!(", fields {}", names.join(", "));
        }
        if more > 0 {
            out += &format!(" … and {more} more");
        }
        out
    }

    pub fn field(&self, name: &str) -> Option<&FieldFacts> {
        self.fields.iter().find(|f| f.name == name)
    }
}

/// Facts about all layers of one file.
pub(super) fn file(path: &str) -> Result<Vec<LayerFacts>, InitError> {
    match dataset(path) {
        Ok(found) if !found.is_empty() => Ok(found),
        first => {
            let inside = inside_archive(path);
            let mut found = Vec::new();
            for member in &inside {
                found.extend(dataset(member).unwrap_or_default());
            }
            match (found.is_empty(), first) {
                (false, _) => Ok(found),
                (true, Err(e)) => Err(e),
                (true, Ok(_)) => Err(InitError::NoLayers { path: path.to_owned() }),
            }
        }
    }
}

/// Data files deeper inside an archive that does not open as a whole.
fn inside_archive(path: &str) -> Vec<String> {
    const DATA: [&str; 10] = [".shp", ".geojson", ".json", ".gpkg", ".csv", ".kml", ".tab", ".fgb", ".tif", ".hgt"];
    if !path.starts_with("/vsizip/") && !path.starts_with("/vsitar/") {
        return Vec::new();
    }
    let members = gdal::vsi::read_dir(Path::new(path), true).unwrap_or_default();
    let mut out: Vec<String> = members
        .iter()
        .filter_map(|m| m.to_str())
        .filter(|m| DATA.iter().any(|e| m.to_ascii_lowercase().ends_with(e)))
        .map(|m| format!("{path}/{m}"))
        .collect();
    out.sort();
    out
}

pub(super) fn open(path: &str, options: &[&str]) -> Result<Dataset, InitError> {
    let open_flags =
        GdalOpenFlags::GDAL_OF_VECTOR | GdalOpenFlags::GDAL_OF_RASTER | GdalOpenFlags::GDAL_OF_VERBOSE_ERROR;
    let drivers = crate::layers::drivers();
    let options = DatasetOptions {
        open_flags,
        open_options: Some(options),
        allowed_drivers: Some(&drivers),
        ..Default::default()
    };
    Dataset::open_ex(path, options).map_err(|source| InitError::Open { path: path.to_owned(), source })
}

fn dataset(path: &str) -> Result<Vec<LayerFacts>, InitError> {
    if path.to_ascii_lowercase().ends_with(".csv") && !path.starts_with("/vsi") {
        let bytes = std::fs::read(path).map_err(|source| InitError::Read { path: path.to_owned(), source })?;
        if std::str::from_utf8(&bytes).is_err() {
            return Err(InitError::TableNotUtf8 { path: path.to_owned() });
        }
    }
    let mut ds = open(path, &[])?;
    let shapefile = ds.driver().short_name() == "ESRI Shapefile";
    let (layers, rasters) = (ds.layer_count(), ds.raster_count());
    let mut found = Vec::new();
    for i in 0..layers {
        let encoding = if shapefile { encoding::of_shapefile(path, &ds, i) } else { None };
        if let Some(name) = encoding.as_ref().and_then(|e| e.name) {
            ds = open(path, &[&format!("ENCODING={name}")])?;
        }
        found.push(layer(path, &ds, i, layers > 1, encoding)?);
    }
    if layers == 0 && rasters > 0 {
        found.push(raster(path));
    }
    Ok(found)
}

fn stem(path: &str) -> String {
    let last = path.rsplit('/').find(|p| !p.is_empty()).unwrap_or(path);
    last.split('.').next().unwrap_or(last).to_owned()
}

fn raster(path: &str) -> LayerFacts {
    LayerFacts {
        path: path.to_owned(),
        layer: None,
        title: stem(path),
        shape: Shape::Raster,
        count: 1,
        fields: Vec::new(),
        encoding: None,
        has_crs: true,
        extent: None,
        shared_ends: None,
    }
}

/// What is gathered about one field on the way.
#[derive(Default)]
struct Column {
    filled: usize,
    repeated: bool,
    seen: HashSet<String>,
    values: BTreeMap<String, usize>,
    many: bool,
    text: bool,
    length: Option<usize>,
    lengths_differ: bool,
}

impl Column {
    fn add(&mut self, value: String) {
        self.filled += 1;
        self.text |= value.parse::<f64>().is_err();
        let length = value.chars().count();
        self.lengths_differ |= *self.length.get_or_insert(length) != length;
        if !self.many {
            *self.values.entry(value.clone()).or_default() += 1;
            self.many = self.values.len() > CLASSES;
        }
        if !self.repeated {
            self.repeated = !self.seen.insert(value);
            if self.repeated {
                self.seen = HashSet::new();
            }
        }
    }
}

fn layer(
    path: &str,
    ds: &Dataset,
    index: usize,
    several: bool,
    encoding: Option<encoding::Guess>,
) -> Result<LayerFacts, InitError> {
    let mut layer = ds.layer(index).map_err(|source| InitError::Layer {
        path: path.to_owned(),
        layer: index.to_string(),
        source,
    })?;
    let name = layer.name();
    let declared = shape_of(layer.defn().geometry_type());
    let (names, types): (Vec<String>, Vec<_>) = layer.defn().fields().map(|f| (f.name(), f.field_type())).unzip();
    let has_crs = layer.spatial_ref().is_some();
    let extent = layer.get_extent().ok().map(|e| [e.MinX, e.MinY, e.MaxX, e.MaxY]);
    let mut columns: Vec<Column> = names.iter().map(|_| Column::default()).collect();
    let mut shapes: HashMap<&'static str, (Shape, usize)> = HashMap::new();
    let mut ends = Ends::default();
    let mut count = 0usize;
    for feature in layer.features() {
        count += 1;
        if count > SAMPLE {
            continue;
        }
        for (i, column) in columns.iter_mut().enumerate() {
            // A field GDAL cannot render as text has nothing to say here.
            if let Ok(Some(value)) = feature.field_as_string(i)
                && !value.trim().is_empty()
            {
                column.add(value.trim().to_owned());
            }
        }
        if let Some(g) = feature.geometry() {
            let shape = shape_of(g.geometry_type());
            shapes.entry(shape.noun()).or_insert((shape, 0)).1 += 1;
            if shape == Shape::Line {
                ends.add(g);
            }
        }
    }
    let shape = match declared {
        Shape::Other => {
            let most = shapes.values().max_by_key(|(_, n)| *n);
            most.map_or(if count > 0 { Shape::Table } else { Shape::Other }, |(s, _)| *s)
        }
        s => s,
    };
    let named = names.into_iter().zip(types).zip(columns).filter(|((name, _), _)| !name.trim().is_empty());
    let fields = named.map(|((name, ty), c)| field(name, ty, c)).collect();
    let title = format!("{} {name}", stem(path));
    let layer = several.then_some(name).filter(|n| !n.trim().is_empty());
    Ok(LayerFacts {
        path: path.to_owned(),
        layer,
        title,
        shape,
        count,
        fields,
        encoding,
        has_crs,
        extent,
        shared_ends: ends.share(),
    })
}

fn field(name: String, ty: OGRFieldType::Type, c: Column) -> FieldFacts {
    let by_type = [OGRFieldType::OFTInteger, OGRFieldType::OFTInteger64, OGRFieldType::OFTReal].contains(&ty);
    FieldFacts {
        name,
        numeric: by_type || (c.filled > 0 && !c.text),
        filled: c.filled,
        unique: c.filled > 0 && !c.repeated,
        values: (!c.many).then_some(c.values),
        same_length: c.length.filter(|_| !c.lengths_differ),
    }
}

fn shape_of(ty: Wkb::Type) -> Shape {
    match geometry_type_flatten(ty) {
        Wkb::wkbPoint | Wkb::wkbMultiPoint => Shape::Point,
        Wkb::wkbLineString | Wkb::wkbMultiLineString => Shape::Line,
        Wkb::wkbPolygon | Wkb::wkbMultiPolygon => Shape::Polygon,
        Wkb::wkbNone => Shape::Table,
        _ => Shape::Other,
    }
}

/// Whether lines meet at vertices that they share.
#[derive(Default)]
struct Ends {
    lines: usize,
    vertices: usize,
    /// Vertex → the line it was first seen on, or `usize::MAX` when on several.
    on: HashMap<(u64, u64), usize>,
    ends: Vec<(u64, u64)>,
}

impl Ends {
    fn add(&mut self, g: &Geometry) {
        let parts = g.geometry_count();
        if parts > 0 {
            for i in 0..parts {
                self.part(&g.get_geometry(i));
            }
        } else {
            self.part(g);
        }
    }

    fn part(&mut self, g: &Geometry) {
        let mut points = Vec::new();
        g.get_points(&mut points);
        self.vertices += points.len();
        if self.vertices > VERTICES || points.len() < 2 {
            return;
        }
        let line = self.lines;
        self.lines += 1;
        let keys: Vec<(u64, u64)> = points.iter().map(|p| (p.0.to_bits(), p.1.to_bits())).collect();
        for k in &keys {
            let first = self.on.entry(*k).or_insert(line);
            if *first != line {
                *first = usize::MAX;
            }
        }
        self.ends.extend([keys[0], keys[keys.len() - 1]]);
    }

    fn share(&self) -> Option<f64> {
        let shared = self.ends.iter().filter(|e| self.on.get(e) == Some(&usize::MAX)).count();
        (!self.ends.is_empty()).then(|| shared as f64 / self.ends.len() as f64)
    }
}
