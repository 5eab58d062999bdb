//! Our fields from theirs: which column or tag feeds which field, and what its values mean.
//!
//! Columns are dictionaries: each distinct value is kept and understood once, however many features share it.

use std::collections::{BTreeMap, HashMap};

use super::error::{At, LayerError, did_you_mean};
use super::quality::SourceQuality;
use super::text::{number, yes_no};
use crate::atlas::{LayerKind, Source};
use crate::world::Known;

/// Where one of our fields comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum From {
    /// Nothing is mapped.
    Nothing,
    /// Column of the layer.
    Column(usize),
    /// Key inside the layer's `other_tags` (or `all_tags`) column.
    Tag(String),
}

/// Which columns of a layer to read.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// Parallel to [`LayerKind::fields`], with the OSM extras of [`osm_extra`] after them.
    pub from: Vec<(&'static str, From)>,
    /// Column that holds OSM tags as text.
    pub tags: Option<usize>,
    pub unmapped: Vec<String>,
}

/// Tags that are read from OSM sources beyond the layer's fields, to tell what a feature is.
fn osm_extra(kind: LayerKind) -> &'static [&'static str] {
    match kind {
        LayerKind::Villages | LayerKind::Seats | LayerKind::VillageSeats => &["place"],
        LayerKind::Schools => &["amenity"],
        LayerKind::Counties | LayerKind::Towns => &["boundary", "admin_level", "osm_way_id"],
        LayerKind::Substations => &["power", "osm_way_id"],
        LayerKind::SurfaceWater => &["osm_way_id"],
        LayerKind::Transformers => &["power", "transformer"],
        _ => &[],
    }
}

/// The tag an OSM source's field comes from unless the atlas says otherwise.
fn osm_default(kind: LayerKind, field: &'static str) -> Option<&'static str> {
    match (kind, field) {
        (_, "id") => Some("osm_id"),
        (_, "name") => Some("name"),
        (LayerKind::Roads, "class") => Some("highway"),
        (LayerKind::Roads, other) => Some(other),
        (LayerKind::Villages | LayerKind::Seats, "status" | "level") => Some("place"),
        (LayerKind::Villages, "population") => Some("population"),
        (LayerKind::PowerLines, "power" | "voltage" | "cables" | "frequency" | "phases") => Some(field),
        (LayerKind::Substations, "voltage") => Some("voltage"),
        _ => None,
    }
}

/// Column names of exchange formats that need no mapping: WQX (Water Quality Portal) and WPdx.
fn known_default(kind: LayerKind, field: &'static str) -> &'static [&'static str] {
    match (kind, field) {
        (LayerKind::WaterTests, "source") => &["MonitoringLocationIdentifier"],
        (LayerKind::WaterTests, "parameter") => &["CharacteristicName"],
        (LayerKind::WaterTests, "value") => &["ResultMeasureValue"],
        (LayerKind::WaterTests, "unit") => &["ResultMeasure/MeasureUnitCode"],
        (LayerKind::WaterTests, "species") => &["MethodSpeciationName", "MethodSpecificationName"],
        (LayerKind::WaterTests, "date") => &["ActivityStartDate"],
        (LayerKind::WaterTests, "below_detection") => &["ResultDetectionConditionText"],
        (LayerKind::WaterTests, "detection_limit") => &["DetectionQuantitationLimitMeasure/MeasureValue"],
        (LayerKind::WaterTests, "detection_unit") => &["DetectionQuantitationLimitMeasure/MeasureUnitCode"],
        (LayerKind::WaterSources, "id") => &["MonitoringLocationIdentifier", "wpdx_id", "#row_id", "row_id"],
        (LayerKind::WaterSources, "name") => &["MonitoringLocationName"],
        (LayerKind::WaterSources, "type") => &["#water_source", "water_source_clean"],
        (LayerKind::WaterSources, "functional") => &["#status_id", "status_clean", "status_id"],
        // Tiles of Ookla's open data.
        (LayerKind::BroadbandCoverage, "kbit_s") => &["avg_d_kbps"],
        (LayerKind::BroadbandCoverage, "tests") => &["tests"],
        (LayerKind::BroadbandCoverage, "quadkey") => &["quadkey"],
        _ => &[],
    }
}

impl Plan {
    /// Matches the atlas's mapping with the columns `names` of the layer.
    pub fn new(source: &Source, osm: bool, names: &[String]) -> Result<Self, LayerError> {
        let tags = osm.then(|| ["other_tags", "all_tags"].iter().find_map(|t| position(names, t))).flatten();
        let find = |name: &str| match (position(names, name), tags) {
            (Some(i), _) => From::Column(i),
            (None, Some(_)) => From::Tag(name.to_string()),
            (None, None) => From::Nothing,
        };
        let mut from = Vec::new();
        for &field in source.kind.fields() {
            let found = match source.fields.get(field) {
                Some(name) => match find(name) {
                    From::Nothing if !osm => {
                        let garbled = names.iter().any(|n| n.contains(char::REPLACEMENT_CHARACTER));
                        let hint = match did_you_mean(name, names) {
                            hint if hint.is_empty() && garbled => {
                                " (the field names are no UTF-8; set `encoding = \"GBK\"`)".to_string()
                            }
                            hint => hint,
                        };
                        return Err(LayerError::NoSuchField {
                            at: At::of(source),
                            field: field.to_string(),
                            wanted: name.clone(),
                            hint,
                            available: names.to_vec(),
                        });
                    }
                    found => found,
                },
                None if osm => osm_default(source.kind, field).map_or(From::Nothing, find),
                None => known_default(source.kind, field)
                    .iter()
                    .map(|name| find(name))
                    .find(|f| *f != From::Nothing)
                    .unwrap_or(From::Nothing),
            };
            from.push((field, found));
        }
        for (name, column) in &source.results {
            let found = find(name);
            if found == From::Nothing {
                return Err(LayerError::NoSuchField {
                    at: At::of(source),
                    field: column.parameter.get().key.clone(),
                    wanted: name.clone(),
                    hint: did_you_mean(name, names),
                    available: names.to_vec(),
                });
            }
            from.push((column.parameter.get().key.as_str(), found));
        }
        if osm {
            from.extend(osm_extra(source.kind).iter().map(|&t| (t, find(t))));
        }
        let unmapped = match osm {
            true => Vec::new(),
            false => (0..names.len())
                .filter(|i| !from.iter().any(|(_, f)| *f == From::Column(*i)))
                .map(|i| names[i].clone())
                .collect(),
        };
        Ok(Plan { from, tags, unmapped })
    }
}

/// Exact name first, then without regard to case (Shapefile and PostGIS change it).
fn position(names: &[String], wanted: &str) -> Option<usize> {
    names.iter().position(|n| n == wanted).or_else(|| names.iter().position(|n| n.eq_ignore_ascii_case(wanted)))
}

/// Values of one field, one code per feature.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    /// 0 is "no value", `n` is `values[n - 1]`.
    codes: Vec<u32>,
    values: Vec<String>,
    /// `None` for columns whose values are all different, such as ids.
    index: Option<HashMap<String, u32>>,
}

impl Column {
    pub fn new(field: &str) -> Self {
        let unique = matches!(field, "id" | "name");
        Column { index: (!unique).then(HashMap::new), ..Column::default() }
    }

    pub fn push(&mut self, value: Option<String>) {
        let code = value.and_then(clean).map_or(0, |v| self.code_of(v));
        self.codes.push(code);
    }

    fn code_of(&mut self, v: String) -> u32 {
        let Some(index) = &mut self.index else {
            self.values.push(v);
            return self.values.len() as u32;
        };
        // Most columns have a handful of values, and comparing those is quicker than hashing.
        if let Some(i) = self.values.iter().take(8).position(|x| *x == v) {
            return i as u32 + 1;
        }
        if let Some(code) = index.get(&v) {
            return *code;
        }
        self.values.push(v.clone());
        index.insert(v, self.values.len() as u32);
        self.values.len() as u32
    }

    pub fn get(&self, row: usize) -> Option<&str> {
        let code = *self.codes.get(row)?;
        (code > 0).then(|| self.values[code as usize - 1].as_str())
    }

    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// What each value means, computed once per value: index 0 is for features without one.
    pub fn map<T>(&self, none: T, f: impl FnMut(&str) -> T) -> Vec<T> {
        let mut f = f;
        std::iter::once(none).chain(self.values.iter().map(|v| f(v))).collect()
    }

    /// Index into the result of [`Column::map`].
    pub fn code(&self, row: usize) -> usize {
        self.codes.get(row).map_or(0, |c| *c as usize)
    }

    /// How many of the features in `keep` have each code.
    pub fn counts(&self, keep: impl Fn(usize) -> bool) -> Vec<u64> {
        let mut counts = vec![0; self.values.len() + 1];
        for (row, code) in self.codes.iter().enumerate() {
            if keep(row) {
                counts[*code as usize] += 1;
            }
        }
        counts
    }
}

/// Without surrounding space; empty text is no value.
fn clean(s: String) -> Option<String> {
    if let (Some(first), Some(last)) = (s.as_bytes().first(), s.as_bytes().last())
        && first.is_ascii_graphic()
        && last.is_ascii_graphic()
    {
        return Some(s);
    }
    let t = s.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{3000}');
    match t.len() {
        0 => None,
        n if n == s.len() => Some(s),
        _ => Some(t.to_string()),
    }
}

/// The columns of a source together with its value mapping.
pub(super) struct Values<'a> {
    pub source: &'a Source,
    pub columns: &'a BTreeMap<&'static str, Column>,
}

impl<'a> Values<'a> {
    /// The field's text, or its default.
    pub fn text(&self, field: &str, row: usize) -> Option<&'a str> {
        self.columns
            .get(field)
            .and_then(|c| c.get(row))
            .or_else(|| self.source.defaults.get(field).map(String::as_str).filter(|d| !d.is_empty()))
    }

    /// True where the source has a column for `field`.
    pub fn has(&self, field: &str) -> bool {
        self.columns.contains_key(field)
    }

    /// The class an atlas maps `value` to.
    pub fn mapped(&self, field: &str, value: &str) -> Option<&'a str> {
        self.source.values.get(field)?.get(value).map(String::as_str)
    }

    /// Per feature what `field` means: the atlas's mapping first, then `parse`; the default where there is no
    /// value. Values that mean nothing are counted in `quality`, for the features in `keep`.
    pub fn classify<T: Clone>(
        &self,
        field: &str,
        quality: &mut SourceQuality,
        keep: impl Fn(usize) -> bool,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Classified<'a, T> {
        let none = self.source.defaults.get(field).and_then(|d| parse(d));
        let Some(column) = self.columns.get(field) else { return Classified { column: None, meaning: vec![none] } };
        let meaning = column.map(none, |v| {
            let v = self.mapped(field, v).unwrap_or(v);
            match self.source.scale.get(field).and_then(|k| Some(number(v)? * k)) {
                Some(scaled) => parse(&scaled.to_string()),
                None => parse(v),
            }
        });
        let mut lost: BTreeMap<String, u64> = BTreeMap::new();
        for (code, count) in column.counts(keep).into_iter().enumerate().skip(1) {
            if count > 0 && meaning[code].is_none() {
                *lost.entry(column.values()[code - 1].clone()).or_default() += count;
            }
        }
        quality.unmapped(field, lost);
        Classified { column: Some(column), meaning }
    }

    /// [`Values::classify`] for yes/no fields.
    pub fn yes_no(
        &self,
        field: &str,
        quality: &mut SourceQuality,
        keep: impl Fn(usize) -> bool,
    ) -> Classified<'a, Known> {
        self.classify(field, quality, keep, yes_no)
    }

    /// [`Values::classify`] for counts of people and the like: negative numbers are no numbers.
    pub fn number(
        &self,
        field: &str,
        quality: &mut SourceQuality,
        keep: impl Fn(usize) -> bool,
    ) -> Classified<'a, f64> {
        self.classify(field, quality, keep, |s| number(s).filter(|v| *v >= 0.0))
    }
}

/// The understood values of one field.
pub(super) struct Classified<'a, T> {
    column: Option<&'a Column>,
    meaning: Vec<Option<T>>,
}

impl<T: Clone> Classified<'_, T> {
    pub fn get(&self, row: usize) -> Option<T> {
        self.meaning[self.column.map_or(0, |c| c.code(row))].clone()
    }
}
