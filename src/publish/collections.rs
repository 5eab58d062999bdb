//! The collections that are published, each as ready-made features in order of importance.

use rayon::prelude::*;
use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};
use serde_json::{Map, Value, json};

use super::geojson::{Geometry, feature};
use super::{power, projects, social, water};
use crate::findings::Findings;
use crate::gaps::roads::State;
use crate::gaps::{BySurface, Gap, Verdict, metres};
use crate::world::RoadClass;

/// Features of one kind, serialised once.
pub struct Collection {
    pub id: &'static str,
    pub title_zh: &'static str,
    pub title_en: &'static str,
    bytes: Vec<u8>,
    /// `len + 1` offsets into `bytes`.
    start: Vec<usize>,
    ids: Vec<String>,
    /// (id, position) sorted by id.
    by_id: Vec<u32>,
    /// Road class per feature, for `roads` only.
    class: Vec<RoadClass>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, u32>>,
    pub bbox: Option<[f64; 4]>,
}

pub(super) struct Built {
    id: String,
    bytes: Vec<u8>,
    bbox: Option<[f64; 4]>,
}

pub(super) fn built(id: &str, g: &Geometry, p: &impl serde::Serialize) -> Built {
    let mut bytes = Vec::with_capacity(512);
    feature(&mut bytes, id, g, p);
    Built { id: id.to_string(), bytes, bbox: g.bbox() }
}

impl Collection {
    pub(super) fn new(id: &'static str, title_zh: &'static str, title_en: &'static str, features: Vec<Built>) -> Self {
        let mut bytes = Vec::with_capacity(features.iter().map(|f| f.bytes.len()).sum());
        let mut start = vec![0];
        let mut boxes = Vec::new();
        let mut ids = Vec::with_capacity(features.len());
        let mut bbox: Option<[f64; 4]> = None;
        for (i, f) in features.into_iter().enumerate() {
            bytes.extend_from_slice(&f.bytes);
            start.push(bytes.len());
            if let Some(b) = f.bbox {
                boxes.push(GeomWithData::new(Rectangle::from_corners([b[0], b[1]], [b[2], b[3]]), i as u32));
                bbox = Some(bbox.map_or(b, |o| [o[0].min(b[0]), o[1].min(b[1]), o[2].max(b[2]), o[3].max(b[3])]));
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
            ids,
            by_id,
            class: Vec::new(),
            tree: RTree::bulk_load(boxes),
            bbox,
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

    /// Position of the feature with this id.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.by_id.binary_search_by(|&i| self.ids[i as usize].as_str().cmp(id)).ok().map(|k| self.by_id[k])
    }

    /// Features that touch the box (west, south, east, north) and, for roads, have one of the classes; in order
    /// of importance. `None` means no condition.
    pub fn select(&self, bbox: Option<[f64; 4]>, classes: Option<&[RoadClass]>) -> Vec<u32> {
        let mut found: Vec<u32> = match bbox {
            Some(b) => {
                let area = AABB::from_corners([b[0], b[1]], [b[2], b[3]]);
                self.tree.locate_in_envelope_intersecting(area).map(|g| g.data).collect()
            }
            None => (0..self.len() as u32).collect(),
        };
        if let Some(classes) = classes {
            found.retain(|&i| self.class.get(i as usize).is_none_or(|c| classes.contains(c)));
        }
        found.sort_unstable();
        found
    }

    /// A FeatureCollection of these features; `matched` is how many there are in all.
    pub fn feature_collection(&self, features: &[u32], extra: &Map<String, Value>) -> Vec<u8> {
        let size: usize = features.iter().map(|&i| self.feature(i).len() + 2).sum();
        let mut out = Vec::with_capacity(size + 256);
        out.extend_from_slice(b"{\"type\":\"FeatureCollection\",");
        for (k, v) in extra {
            out.extend_from_slice(format!("{}:{v},", Value::from(k.as_str())).as_bytes());
        }
        out.extend_from_slice(b"\"features\":[");
        for (n, &i) in features.iter().enumerate() {
            out.extend_from_slice(if n == 0 { b"\n" } else { b",\n" });
            out.extend_from_slice(self.feature(i));
        }
        out.extend_from_slice(b"\n]}\n");
        out
    }
}

/// Results first, then the inputs a map needs.
pub fn collections(f: &Findings) -> Vec<Collection> {
    let (mut results, inputs) = rayon::join(|| result_collections(f), || input_collections(f));
    results.extend(inputs);
    results
}

/// What an analysis found.
pub(super) fn result_collections(f: &Findings) -> Vec<Collection> {
    let mut all = vec![
        Collection::new("villages", "村", "Villages", villages(f)),
        Collection::new("road_gaps", "道路缺口", "Road gaps", gaps(&f.roads.gaps)),
        Collection::new("road_links", "待建路段", "Links to build", links(f)),
        Collection::new("neighbour_gaps", "相邻村未通", "Neighbours not joined", gaps(&f.roads.neighbours)),
        Collection::new("fragile_access", "单一通道", "Fragile access", gaps(&f.roads.fragile)),
        Collection::new("counties", "县", "Counties", counties(f)),
    ];
    all.extend(power::results(f));
    all.extend(water::results(f));
    all.extend(social::results(f));
    all.extend(projects::results(f));
    all
}

fn input_collections(f: &Findings) -> Vec<Collection> {
    let mut all = vec![
        roads(f),
        Collection::new("schools", "学校", "Schools", schools(f)),
        Collection::new("seats", "驻地", "Seats", seats(f)),
    ];
    all.extend(power::inputs(f));
    all.extend(social::inputs(f));
    all
}

fn villages(f: &Findings) -> Vec<Built> {
    let mut gaps: std::collections::HashMap<&str, Vec<&str>> = Default::default();
    let own = f.roads.gaps.iter().chain(&f.roads.neighbours).chain(&f.power.gaps).chain(&f.water.gaps);
    let own = own.chain(&f.broadband.gaps).chain(&f.services.gaps);
    for (v, id) in own.filter_map(|g| Some((g.village.as_deref()?, g.id.as_str()))) {
        gaps.entry(v).or_default().push(id);
    }
    for g in &f.roads.fragile {
        for v in g.extra["villages"].as_array().into_iter().flatten().filter_map(|v| v.as_str()) {
            gaps.entry(v).or_default().push(&g.id);
        }
    }
    let w = &f.world;
    let counties: std::collections::HashMap<&str, &str> =
        w.counties.iter().map(|c| (c.id.as_str(), c.name.as_str())).collect();
    (0..w.villages.len())
        .into_par_iter()
        .map(|i| {
            let (v, r) = (&w.villages[i], &f.roads.villages[i]);
            let path = r.path.as_ref();
            let mut properties = json!({
                "id": v.id, "name": v.name, "town": v.town, "county": v.county,
                "county_name": v.county.as_deref().and_then(|c| counties.get(c)),
                "population": v.population, "households": v.households, "poor_population": v.poor_population,
                "priority": v.priority, "status": v.status, "provenance": v.provenance,
                "settlement_from": v.settlement_from,
                "source": w.sources.get(v.source as usize).map(|s| &s.path),
                "road_state": r.state, "road_verdict": r.verdict, "road_confidence": r.confidence,
                "road_distance_m": r.distance_m.map(metres),
                "road_link_m": path.map(|p| metres(p.work_m())), "road_link_cost": path.map(|p| metres(p.cost)),
                "road_path_m": path.map(|p| metres(p.length_m())),
                "road_path_by_surface": path.map(|p| BySurface::from(p.by_surface)),
                "road_joint": path.map(|p| [p.joint.x, p.joint.y]),
                "cut_off_link_m": r.cut_off_link_m.map(metres),
                "cut_off_link_cost": r.cut_off_link_m.map(|m| metres(m * f.atlas.roads.cost_per_km.new / 1000.0)),
                "reported_paved": v.reported_paved, "reported_all_weather": v.reported_all_weather,
                "road_disagrees": r.disagrees,
                "rai_share": r.rai.map(|s| s.known), "rai_share_if_unknown": r.rai.map(|s| s.if_unknown),
                "fragile": r.fragile,
                "gaps": gaps.get(v.id.as_str()).cloned().unwrap_or_default(),
                "links": path.map(|p| p.links.iter().map(|&l| &f.roads.links[l as usize].id).collect::<Vec<_>>()).unwrap_or_default(),
            });
            power::village(f, i, &mut properties);
            water::village(f, i, &mut properties);
            social::village(f, i, &mut properties);
            built(&v.id, &Geometry::Point(v.point), &properties)
        })
        .collect()
}

/// Known gaps before unknown ones, the severest first, then the most people, then the id.
pub(super) fn gaps(gaps: &[Gap]) -> Vec<Built> {
    let mut order: Vec<&Gap> = gaps.iter().collect();
    order.sort_by(|a, b| {
        (a.verdict.cmp(&b.verdict))
            .then(b.severity.total_cmp(&a.severity))
            .then(b.people.unwrap_or(0.0).total_cmp(&a.people.unwrap_or(0.0)))
            .then(a.id.cmp(&b.id))
    });
    order.par_iter().map(|g| built(&g.id, &Geometry::from(&g.shape), g)).collect()
}

fn links(f: &Findings) -> Vec<Built> {
    let mut order: Vec<_> = f.roads.links.iter().collect();
    order.sort_by(|a, b| b.people.unwrap_or(0.0).total_cmp(&a.people.unwrap_or(0.0)).then(a.id.cmp(&b.id)));
    order.par_iter().map(|l| built(&l.id, &Geometry::Line(&l.line), l)).collect()
}

fn counties(f: &Findings) -> Vec<Built> {
    let w = &f.world;
    let mut of: std::collections::HashMap<&str, Vec<usize>> = Default::default();
    for (i, v) in w.villages.iter().enumerate() {
        if let Some(c) = &v.county {
            of.entry(c).or_default().push(i);
        }
    }
    w.counties
        .iter()
        .map(|c| {
            let own = of.get(c.id.as_str()).map_or(&[][..], Vec::as_slice);
            let n = own.len();
            let count = |x: Verdict| own.iter().filter(|&&i| f.roads.villages[i].verdict == x).count();
            let share = |k: usize| (n > 0).then(|| (k as f64 / n as f64 * 1e4).round() / 1e4);
            let gap = count(Verdict::Gap);
            let mut p = json!({
                "id": c.id, "name": c.name, "target": c.target, "provenance": c.provenance,
                "villages": n, "gaps": gap, "unknown": count(Verdict::Unknown), "gap_share": share(gap),
            });
            if let Some((gap, unknown)) = power::county(&f.power, own) {
                p["power_gaps"] = json!(gap);
                p["power_unknown"] = json!(unknown);
                p["power_gap_share"] = json!(share(gap));
            }
            if let Some((gap, unknown, picture)) = water::county(f, &c.id, own) {
                p["water_gaps"] = json!(gap);
                p["water_unknown"] = json!(unknown);
                p["water_gap_share"] = json!(share(gap));
                p["contamination"] = picture;
            }
            for (theme, gap, unknown) in social::county(f, own) {
                p[format!("{theme}_gaps")] = json!(gap);
                p[format!("{theme}_unknown")] = json!(unknown);
                p[format!("{theme}_gap_share")] = json!(share(gap));
            }
            built(&c.id, &Geometry::Area(c.area.as_ref()), &p)
        })
        .collect()
}

fn roads(f: &Findings) -> Collection {
    let r = &f.world.roads;
    let mut order: Vec<u32> = (0..r.len() as u32).collect();
    order.sort_by_key(|&i| r.class[i as usize]);
    let features = order
        .par_iter()
        .map(|&i| {
            let i = i as usize;
            let p = json!({
                "id": r.id[i], "name": r.name[i], "class": r.class[i], "surface": r.surface[i],
                "main": f.roads.road_main[i],
            });
            built(&r.id[i], &Geometry::Line(r.line(i)), &p)
        })
        .collect();
    let mut c = Collection::new("roads", "道路", "Roads", features);
    c.class = order.iter().map(|&i| r.class[i as usize]).collect();
    c
}

fn schools(f: &Findings) -> Vec<Built> {
    let states = |i: usize| f.roads.schools.get(i).copied().unwrap_or(State::NoData);
    f.world
        .schools
        .iter()
        .enumerate()
        .map(|(i, s)| {
            let p = json!({
                "id": s.id, "name": s.name, "county": s.county, "pupils": s.pupils, "state": states(i),
                "provenance": s.provenance,
            });
            built(&s.id, &Geometry::Point(s.point), &p)
        })
        .collect()
}

fn seats(f: &Findings) -> Vec<Built> {
    f.world
        .seats
        .iter()
        .enumerate()
        .map(|(i, s)| {
            let p = json!({
                "id": s.id, "name": s.name, "level": s.level, "county": s.county,
                "state": f.roads.seats.get(i), "provenance": s.provenance,
            });
            built(&s.id, &Geometry::Point(s.point), &p)
        })
        .collect()
}
