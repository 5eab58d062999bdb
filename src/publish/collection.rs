//! Features of one kind, serialised once, with what finding them needs: ids, boxes, an order that outlives a reload.

use std::cmp::Ordering;
use std::sync::{Arc, OnceLock};

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use serde_json::{Map, Value};

use super::geojson::{self, Geometry, feature};
use super::properties::Properties;
use super::table::Schema;
use crate::layers::natural;
use crate::world::RoadClass;

/// What features are ordered by before their ids; the smaller comes first.
pub type Rank = [f64; 3];

/// Features of one kind.
///
/// They stand in order of importance: by rank, then by id. The order is a function of the feature alone, so that a
/// place in it can be found again in another data version.
pub struct Collection {
    pub id: &'static str,
    pub title_zh: &'static str,
    pub title_en: &'static str,
    bytes: Vec<u8>,
    /// `len + 1` offsets into `bytes`.
    start: Vec<usize>,
    /// Where in its bytes the geometry and the properties of a feature begin.
    parts: Vec<[u32; 2]>,
    ids: Vec<String>,
    /// (id, position) sorted by id.
    by_id: Vec<u32>,
    /// Empty where all are equal.
    ranks: Vec<Rank>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>,
    /// Features without a geometry, in order.
    placeless: Vec<u32>,
    pub bbox: Option<[f64; 4]>,
    table: OnceLock<Properties>,
    schema: OnceLock<Arc<Schema>>,
}

/// A feature on its way into a collection.
pub(super) struct Built {
    id: String,
    bytes: Vec<u8>,
    parts: [u32; 2],
    bbox: Option<[f64; 4]>,
    rank: Rank,
}

pub(super) fn built(id: &str, g: &Geometry, p: &impl serde::Serialize) -> Built {
    let mut bytes = Vec::with_capacity(512);
    let parts = feature(&mut bytes, id, g, p);
    Built { id: id.to_string(), bytes, parts, bbox: g.bbox(), rank: [0.0; 3] }
}

impl Built {
    pub(super) fn has_place(&self) -> bool {
        self.bbox.is_some()
    }

    pub(super) fn ranked(mut self, rank: Rank) -> Self {
        // Negative zero would come before zero.
        self.rank = rank.map(|x| x + 0.0);
        self
    }
}

fn compare_ranks(a: &Rank, b: &Rank) -> Ordering {
    a.iter().zip(b).map(|(x, y)| x.total_cmp(y)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
}

impl Collection {
    pub(super) fn new(
        id: &'static str,
        title_zh: &'static str,
        title_en: &'static str,
        mut features: Vec<Built>,
    ) -> Self {
        features.sort_by(|a, b| compare_ranks(&a.rank, &b.rank).then_with(|| natural(&a.id, &b.id)));
        let mut bytes = Vec::with_capacity(features.iter().map(|f| f.bytes.len()).sum());
        let mut start = vec![0];
        let (mut boxes, mut placeless) = (Vec::new(), Vec::new());
        let mut ids = Vec::with_capacity(features.len());
        let mut parts = Vec::with_capacity(features.len());
        let mut bbox: Option<[f64; 4]> = None;
        let ranked = features.iter().any(|f| f.rank != [0.0; 3]);
        let ranks = if ranked { features.iter().map(|f| f.rank).collect() } else { Vec::new() };
        for (i, f) in features.into_iter().enumerate() {
            bytes.extend_from_slice(&f.bytes);
            start.push(bytes.len());
            parts.push(f.parts);
            match f.bbox {
                Some(b) => {
                    boxes.push(GeomWithData::new(Rectangle::from_corners([b[0], b[1]], [b[2], b[3]]), i as u32));
                    bbox = Some(bbox.map_or(b, |o| [o[0].min(b[0]), o[1].min(b[1]), o[2].max(b[2]), o[3].max(b[3])]));
                }
                None => placeless.push(i as u32),
            }
            ids.push(f.id);
        }
        let mut by_id: Vec<u32> = (0..ids.len() as u32).collect();
        by_id.sort_by(|&a, &b| ids[a as usize].cmp(&ids[b as usize]));
        Self {
            id,
            title_zh,
            title_en,
            bytes,
            start,
            parts,
            ids,
            by_id,
            ranks,
            tree: RTree::bulk_load(boxes),
            placeless,
            bbox,
            table: OnceLock::new(),
            schema: OnceLock::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Bytes of feature `i`.
    pub fn feature(&self, i: u32) -> &[u8] {
        &self.bytes[self.start[i as usize]..self.start[i as usize + 1]]
    }

    pub fn id_of(&self, i: u32) -> &str {
        &self.ids[i as usize]
    }

    pub fn rank(&self, i: u32) -> Rank {
        self.ranks.get(i as usize).copied().unwrap_or_default()
    }

    /// Properties of feature `i`, a JSON object.
    pub fn properties(&self, i: u32) -> &[u8] {
        let all = self.feature(i);
        &all[self.parts[i as usize][1] as usize..all.len() - 1]
    }

    /// Geometry of feature `i`, a GeoJSON object or null.
    pub fn geometry_text(&self, i: u32) -> &[u8] {
        let [from, to] = self.parts[i as usize];
        &self.feature(i)[from as usize..to as usize - geojson::BEFORE_PROPERTIES.len()]
    }

    /// Its shape in longitude and latitude; `None` where it has none.
    pub fn shape(&self, i: u32) -> Option<geo::Geometry> {
        geojson::shape(self.geometry_text(i))
    }

    /// Columns and shapes of all features, for files; looked up once.
    pub fn schema(&self) -> Arc<Schema> {
        self.schema.get_or_init(|| Arc::new(Schema::of(self))).clone()
    }

    /// The properties of all features as columns; made when first asked for.
    pub fn table(&self) -> &Properties {
        self.table.get_or_init(|| Properties::new(self))
    }

    /// Position of the feature with this id.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.by_id.binary_search_by(|&i| self.ids[i as usize].as_str().cmp(id)).ok().map(|k| self.by_id[k])
    }

    /// How feature `i` stands to a place in the order of importance.
    pub fn compare(&self, i: u32, rank: &Rank, id: &str) -> Ordering {
        compare_ranks(&self.rank(i), rank).then_with(|| natural(self.id_of(i), id))
    }

    /// Features whose box touches the box (west, south, east, north); in no order.
    pub fn near(&self, b: [f64; 4]) -> impl Iterator<Item = u32> + '_ {
        let area = AABB::from_corners([b[0], b[1]], [b[2], b[3]]);
        self.tree.locate_in_envelope_intersecting(area).map(|g| g.data)
    }

    /// As [`Collection::near`], and whether the feature's box lies within the box altogether.
    pub fn near_or_within(&self, b: [f64; 4]) -> impl Iterator<Item = (u32, bool)> + '_ {
        let area = AABB::from_corners([b[0], b[1]], [b[2], b[3]]);
        self.tree.locate_in_envelope_intersecting(area).map(move |g| {
            let (low, high) = (g.geom().lower(), g.geom().upper());
            let inside = low[0] >= b[0] && low[1] >= b[1] && high[0] <= b[2] && high[1] <= b[3];
            (g.data, inside)
        })
    }

    pub fn has_place(&self, i: u32) -> bool {
        self.placeless.binary_search(&i).is_err()
    }

    /// Features that have no place on the map.
    pub fn placeless(&self) -> &[u32] {
        &self.placeless
    }

    /// Of `roads`: whether feature `i` has one of the classes.
    pub fn has_class(&self, i: u32, classes: &[RoadClass]) -> bool {
        classes.iter().any(|&c| f64::from(c as u8) == self.rank(i)[0])
    }

    /// A FeatureCollection of these features, with `extra` members before them.
    pub fn feature_collection(&self, features: &[u32], extra: &Map<String, Value>) -> Vec<u8> {
        let size: usize = features.iter().map(|&i| self.feature(i).len() + 2).sum();
        wrap(size, extra, features.iter().map(|&i| self.feature(i)))
    }
}

/// A FeatureCollection of features that are bytes already.
pub fn wrap<'a>(size: usize, extra: &Map<String, Value>, features: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut out = Vec::with_capacity(size + 1024);
    out.extend_from_slice(&opening(extra));
    for (n, f) in features.enumerate() {
        out.extend_from_slice(if n == 0 { b"\n" } else { b",\n" });
        out.extend_from_slice(f);
    }
    out.extend_from_slice(CLOSING);
    out
}

/// What of a FeatureCollection stands before its features.
pub fn opening(extra: &Map<String, Value>) -> Vec<u8> {
    let mut out = b"{\"type\":\"FeatureCollection\",".to_vec();
    for (k, v) in extra {
        out.extend_from_slice(format!("{}:{v},", Value::from(k.as_str())).as_bytes());
    }
    out.extend_from_slice(b"\"features\":[");
    out
}

/// What stands after them.
pub const CLOSING: &[u8] = b"\n]}\n";
